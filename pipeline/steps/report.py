"""Everything in the store → the documents a person reads, and the tables other programs read."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline import report
from pipeline.errors import UsageError
from pipeline.records import ReportInput, Run, Target, Trend
from pipeline.settings import Settings
from pipeline.steps.ledger import ledger
from pipeline.steps.place import Place
from pipeline.steps.plan import plan
from pipeline.steps.score import suggestions
from pipeline.steps.trend import history, since_last


def gathered(
    place: Place,
    target: Target,
    settings: Settings,
    trend: Trend | None = None,
    whole: bool = True,
    changes: str = "",
) -> ReportInput:
    """All that a report of this target shows; raises `UsageError` before a matrix was drafted.

    Tables alone need no suggestions and no plan: they are not computed where `whole` is False.
    """
    model = ledger(place, target, settings).lines()
    planned = plan(place, target, settings) if whole else None
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


def plan_pages(place: Place, target: Target) -> tuple[tuple[str, str], ...]:
    """Return title and address of the plan's first page beside the report, nothing without a plan."""
    folder = place.documents(target) / "plan"
    first = next((n for n in ("index", "plan", "attainability") if (folder / f"{n}.html").exists()), "")
    return (("Plan", f"plan/{first}.html"),) if first else ()


def write(
    place: Place, target: Target, settings: Settings, trend: Trend | None = None, changes: str = ""
) -> tuple[Run, list[Path]]:
    """The written documents of a target, in its folder under `data/processed`."""
    began = time.perf_counter()
    trend = trend or since_last(place, target, settings)
    data = gathered(place, target, settings, trend, changes=changes)
    paths = report.write(data, place.documents(target))
    run = Run(
        "report",
        target.id,
        inputs=len(data.mentions),
        outputs=len(paths),
        seconds=time.perf_counter() - began,
    )
    return run, paths


def export(place: Place, target: Target, settings: Settings, kind: str, format: str) -> bytes | str:
    """One table of a target in one format."""
    return report.export(kind, gathered(place, target, settings, whole=kind == "matrix"), format)


def rows(place: Place, target: Target, settings: Settings, kind: str) -> list[dict[str, Any]]:
    """The rows of one table of a target, one key per documented column."""
    return report.rows(kind, gathered(place, target, settings, whole=False))
