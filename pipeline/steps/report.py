"""Everything in the store → the documents a person reads, and the tables other programs read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline import report
from pipeline.errors import UsageError
from pipeline.records import Item, ReportInput, Run, Target, Trend, digest
from pipeline.segments import conditions
from pipeline.settings import Settings
from pipeline.steps import segments
from pipeline.steps.neighbours import model_lines, planning
from pipeline.steps.place import Place
from pipeline.steps.score import suggestions
from pipeline.steps.trend import history, since_last


def gathered(
    place: Place,
    target: Target,
    settings: Settings,
    trend: Trend | None = None,
    whole: bool = True,
    changes: str = "",
    where: Sequence[str] = (),
    by: Sequence[str] = (),
) -> ReportInput:
    """All that a report of this target shows; raises `UsageError` before a matrix was drafted.

    Tables alone need no suggestions and no plan: they are not computed where `whole` is False. The plan is
    shown once a person has asked for one (`has_asked`).
    `where` leaves only some postings in it, `by` names the facts whose parts are compared.
    """
    found = _gathered(place, target, settings, trend, whole, changes)
    if where:
        table = segments.table_of(place, target, settings, where)
        found = segments.restricted(found, table, settings, place.rulings(target))
    parts = tuple(segments.segmented(place, target, settings, each, where) for each in by)
    return replace(found, parts=parts)


def _gathered(
    place: Place, target: Target, settings: Settings, trend: Trend | None, whole: bool, changes: str
) -> ReportInput:
    model = model_lines(place, target, settings)
    planned = planning().plan(place, target, settings) if whole and has_asked(place) else None
    past = history(place, target) if whole else ()
    with place.store() as store:
        draft = store.matrix(target.id)
        if draft is None:
            raise UsageError(f"{target.id} has no matrix yet", "Run `skillmatrix run LIST` first.")
        skills, mentions = store.skills(target.id), store.mentions(target.id)
        return ReportInput(
            draft=replace(draft, target=target),
            skills=tuple(skills),
            scores=tuple(store.scores(target.id)),
            postings=tuple(store.postings(target.id)),
            mentions=tuple(mentions),
            failures=tuple(store.failures(target.id)),
            suggestions=tuple(suggestions(place, target, skills, mentions)) if whole else (),
            trend=trend,
            runs=tuple(store.runs(target.id)),
            settings=tuple(
                (f"{section}.{name}", str(value))
                for section in ("score", "matrix", "plan")
                for name, value in sorted(asdict(getattr(settings, section)).items())
            ),
            model=model,
            plan=planned,
            history=past,
            changes=changes,
            plan_pages=plan_pages(place, target),
        )


ASKED = ("ratings", "goals", "plan-starts")
"""The record files by which a person asks for a plan: a rating, a level to reach, a first day."""


def has_asked(place: Place) -> bool:
    """True when somebody asked this workspace for a plan."""
    return any(True for name in ASKED for _ in place.archive.each_record(name))


BY = ("seniority", "mode")
"""The facts whose parts every report compares, where two parts have enough postings."""


def plan_pages(place: Place, target: Target) -> tuple[tuple[str, str], ...]:
    """Return title and address of the plan's first page beside the report, nothing without a plan."""
    folder = place.documents(target) / "plan"
    first = next((n for n in ("index", "plan", "attainability") if (folder / f"{n}.html").exists()), "")
    return (("Plan", f"plan/{first}.html"),) if first else ()


def write(
    place: Place,
    target: Target,
    settings: Settings,
    trend: Trend | None = None,
    changes: str = "",
    where: Sequence[str] = (),
    by: Sequence[str] = BY,
) -> tuple[Run, list[Path]]:
    """Write the documents of a target into its folder under `data/processed`.

    Documents of some postings only lie in a folder of that folder, named by what they have in common.
    """
    began = time.perf_counter()
    trend = trend or (None if where else since_last(place, target, settings))
    data = gathered(place, target, settings, trend, changes=changes, where=where, by=by)
    if by is BY:
        data = replace(data, parts=tuple(part for part in data.parts if len(part.parts) > 1))
    folder = place.documents(target)
    if where:
        folder /= "where-" + "-".join(_plain(str(each)) for each in conditions(where))
    paths = report.write(data, folder)
    run = Run(
        "report",
        target.id,
        inputs=len(data.mentions),
        outputs=len(paths),
        seconds=time.perf_counter() - began,
    )
    return run, paths


def renew(place: Place, target: Target, settings: Settings) -> None:
    """Write the documents of a target again where it has a report; one without a report gets none.

    A report that links to the page of changes goes on doing so.
    """
    written = place.documents(target) / "report.html"
    if written.is_file():
        linked = 'href="changes.html"' in written.read_text(encoding="utf-8")
        write(place, target, settings, changes="changes.html" if linked else "")


def _plain(condition: str) -> str:
    """The condition as a part of a file's name; one that has other letters gets a mark of its own."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in condition.replace("!=", "-not-"))
    same = plain == condition.replace("!=", "-not-").replace("=", "-")
    return plain[:60] if same else f"{plain[:50]}-{digest(condition)[:8]}"


def export(
    place: Place,
    target: Target,
    settings: Settings,
    kind: str,
    format: str,
    where: Sequence[str] = (),
    by: str = "",
) -> bytes | str:
    """Return one table of a target in one format: of some postings, or part by part."""
    from pipeline.report import for_whom

    if kind == "pay":
        table = segments.table_of(place, target, settings, where)
        return for_whom.paid(segments.pays(table), format)
    if by:
        items: dict[str, Item] = {"skills": "skill", "matrix": "row", "requirements": "requirement"}
        if kind not in items:
            raise UsageError(
                f"--by parts skills, matrix and requirements, not {kind}", "Leave it out, or use --where."
            )
        found = segments.segmented(place, target, settings, by, where)
        return for_whom.written(found, items[kind], format)
    whole = kind == "matrix" and not where
    return report.export(kind, gathered(place, target, settings, whole=whole, where=where), format)


def rows(place: Place, target: Target, settings: Settings, kind: str) -> list[dict[str, Any]]:
    """The rows of one table of a target, one key per documented column."""
    return report.rows(kind, gathered(place, target, settings, whole=False))
