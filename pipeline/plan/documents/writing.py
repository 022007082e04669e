"""Every document of a plan, and the files that hold them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.plan.documents import charts as plan_charts
from pipeline.plan.documents.assessment import assessment, attainability, priority_ease
from pipeline.plan.documents.competency import competency
from pipeline.plan.documents.overview import overview
from pipeline.plan.documents.practice import practice, weeks
from pipeline.plan.documents.progress import progress
from pipeline.plan.documents.roadmap import roadmap
from pipeline.plan.documents.role_card import role_card
from pipeline.plan.documents.templates import forms
from pipeline.records import Plan, PlanRow, Target
from pipeline.report import replace_file
from pipeline.report.blocks import Document, Links, as_csv, markdown

DOCUMENTS = (
    overview,
    assessment,
    priority_ease,
    attainability,
    competency,
    role_card,
    roadmap,
    weeks,
    practice,
    progress,
)
"""What makes each document, in the order in which they are read."""


def documents(plan: Plan) -> tuple[Document, ...]:
    """Return the documents in the order in which they are read."""
    return tuple(make(plan) for make in DOCUMENTS)


def write(plan: Plan, out: Path) -> list[Path]:
    """Return the paths of the written documents: Markdown, HTML, tables, pictures, workbook and calendar."""
    from pipeline.plan.documents.ics import calendar
    from pipeline.plan.documents.workbook import workbook
    from pipeline.report.as_page import one_document

    paths = []
    found = documents(plan)
    links = Links(tuple((document.title, document.id) for document in found))
    for document in found:
        linked = replace(document, blocks=(links, *document.blocks))
        paths += _files(linked, plan, out)
        paths.append(_put(out / f"{document.id}.html", one_document(linked, plan)))
    paths.append(_put(out / "plan.xlsx", workbook(plan)))
    if plan.days:
        paths.append(_put(out / "practice.ics", calendar(plan)))
    paths += _forms(plan, out / "templates")
    _sweep(out, {path.name for path in paths})
    return paths


def _forms(plan: Plan, out: Path) -> list[Path]:
    """Write the forms to fill in; one that is there stays: somebody may have written in it."""
    found = []
    for name, text in forms(plan).items() if plan.blocks else ():
        path = out / name
        found.append(path if path.exists() else _put(path, text))
    return found


def _sweep(out: Path, written: set[str]) -> None:
    # a plan that fits has no cut: a table that an older plan left must not be read as this one's
    names = tuple(make.__name__.replace("_", "-") for make in DOCUMENTS)
    for path in sorted((*out.glob("*.csv"), *out.glob("measure-*.svg"))):
        if path.name not in written and path.name.startswith((*names, "measure-")):
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


def team(
    target: Target,
    rows: Sequence[PlanRow],
    levels: Sequence[tuple[str, Sequence[int | None]]],
    output: Path | None,
) -> str:
    """Return a team in Markdown; written as .md or .csv where a path is given."""
    from pipeline.plan.documents import team as plan_team

    document = plan_team.team(target, rows, levels)
    text = markdown(document)
    known = {".md": text, ".csv": as_csv(document.tables[0])}
    if output is not None:
        if output.suffix.lower() not in known:
            raise UsageError(f"{output.name} ends in neither .md nor .csv", "Example: --output team.csv")
        _put(output, known[output.suffix.lower()])
    return _for_terminal(text)


def _put(path: Path, content: str | bytes) -> Path:
    replace_file(path, content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    return path


def _for_terminal(text: str) -> str:
    """Return Markdown without its escapes: in a terminal nothing would obey them."""
    return re.sub(r"\\([^\w\s])", r"\1", text).rstrip()
