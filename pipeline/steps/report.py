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

    Tables alone need no suggestions and no plan: they are not computed where `whole` is False. The plan is
    shown once a person has asked for one (`has_asked`).
    """
    model = ledger(place, target, settings).lines()
    planned = None
    if whole and has_asked(place):
        from pipeline.steps.plan import plan

        planned = plan(place, target, settings)
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
        )


ASKED = ("ratings", "goals", "plan-starts")
"""The record files by which a person asks for a plan: a rating, a level to reach, a first day."""


def has_asked(place: Place) -> bool:
    """True when somebody asked this workspace for a plan."""
    return any(True for name in ASKED for _ in place.archive.each_record(name))


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
