"""Every document of a plan, and the files that hold them."""

from __future__ import annotations

from pathlib import Path

from pipeline.records import Plan
from pipeline.report import _replace, plan_charts
from pipeline.report.plan_assessment import assessment, attainability, priority_ease
from pipeline.report.plan_blocks import Document, as_csv, markdown
from pipeline.report.plan_competency import competency
from pipeline.report.plan_role_card import role_card
from pipeline.report.plan_weeks import practice, progress, roadmap

DOCUMENTS = (
    assessment,
    priority_ease,
    attainability,
    competency,
    role_card,
    roadmap,
    practice,
    progress,
)
"""What makes each document; a function's name with hyphens is the document's."""


def documents(plan: Plan) -> tuple[Document, ...]:
    """The documents in the order in which they are read."""
    return tuple(make(plan) for make in DOCUMENTS)


def write(plan: Plan, out: Path) -> list[Path]:
    """The paths of the written documents: Markdown, HTML, tables, pictures, workbook and calendar."""
    from pipeline.report.as_page import one_document
    from pipeline.report.plan_ics import calendar
    from pipeline.report.plan_workbook import workbook

    paths = []
    for document in documents(plan):
        paths += _files(document, plan, out)
        paths.append(_put(out / f"{document.id}.html", one_document(document, plan)))
    paths.append(_put(out / "plan.xlsx", workbook(plan)))
    if plan.days:
        paths.append(_put(out / "practice.ics", calendar(plan)))
    _sweep(out, {path.name for path in paths})
    return paths


def _sweep(out: Path, written: set[str]) -> None:
    # a plan that fits has no cut: a table that an older plan left must not be read as this one's
    names = [make.__name__.replace("_", "-") for make in DOCUMENTS]
    for path in sorted(out.glob("*.csv")):
        if path.name not in written and path.name.startswith(tuple(names)):
            path.unlink(missing_ok=True)


def _files(document: Document, plan: Plan, out: Path) -> list[Path]:
    paths = [_put(out / f"{document.id}.md", markdown(document))]
    for table in document.tables:
        name = table.name if table.name.startswith(document.id) else f"{document.id}-{table.name}"
        paths.append(_put(out / f"{name}.csv", as_csv(table)))
    return paths + [_put(out / f"{p.name}.svg", plan_charts.alone(p.svg)) for p in document.pictures]


def compared(document: Document, out: Path) -> list[Path]:
    """Write a comparison of targets and return its files."""
    files = [_put(out / f"{document.id}.md", markdown(document))]
    return files + [_put(out / f"compare-{t.name}.csv", as_csv(t)) for t in document.tables]


def _put(path: Path, content: str | bytes) -> Path:
    _replace(path, content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    return path
