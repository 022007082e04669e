"""The matrix and a person's ratings → a plan with hours, weeks, order, verdicts and progress.

`build` answers one `records.Plan`; the rules stand in the modules beside, one each: levels (what postings
ask for), effort (hours), fit (what has to give), order (prerequisites and weeks), verdicts, core (your
20 %), progress, compare. docs/plan.md works one example out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.plan import days, effort, fit, order, verdicts
from pipeline.plan import progress as moved
from pipeline.plan.compare import compare, rationale
from pipeline.plan.rows import Given, rows, standing
from pipeline.records import Block, Comparison, Cut, LogEntry, Plan, PlanRow, Progress, SkillCount, Target
from pipeline.settings import PlanSettings

__all__ = ["Calendar", "Given", "build", "compare", "rationale"]

MOST_OUTSIDE = 40
"""Skills in no row that a role card lists."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a plan began and which day it is, both "" for a plan without days."""

    start: str = ""
    today: str = ""


@dataclass(frozen=True, slots=True)
class _Schedule:
    rows: tuple[PlanRow, ...]
    budget: float
    cut: Cut | None
    cuts: tuple[tuple[str, Cut], ...]
    groups: list[list[PlanRow]]
    blocks: tuple[Block, ...]


def build(
    given: Given,
    settings: PlanSettings,
    calendar: Calendar | None = None,
    log: Sequence[LogEntry] = (),
    other: Comparison | None = None,
) -> Plan:
    """The plan of a target by the latest ratings; with a start also the progress since then."""
    when, target = calendar or Calendar(), given.draft.target
    elapsed = days.weeks_between(when.start, when.today) if when.start else 0.0
    now = _schedule(rows(given, settings, when.today), target, settings, elapsed)
    start = max(when.start, when.today) if when.start else ""
    last = max((b.last_week for b in now.blocks), default=0)
    found = Plan(
        target=target,
        rows=now.rows,
        hours=sum(row.hours for row in now.rows),
        budget=now.budget,
        hours_of_step=effort.hours_of_step(settings),
        cut=now.cut,
        cuts=now.cuts,
        blocks=now.blocks,
        phases=order.phases(now.groups, now.blocks, settings.phase_weeks * target.hours_per_week),
        outside=_outside(given, now.rows),
        readiness=verdicts.verdicts(now.rows, settings),
        start=start,
        days=tuple(days.first_day(start, week) for week in range(1, last + 2)) if start else (),
        log=tuple(log),
        other=other,
        notes=_notes(now),
    )
    return replace(found, progress=_progress(given, settings, when, now)) if when.start else found


def _schedule(found: Sequence[PlanRow], target: Target, settings: PlanSettings, elapsed: float) -> _Schedule:
    budget = max(0.0, target.horizon_weeks - elapsed) * target.hours_per_week
    cuts = fit.cuts(found, budget)
    cut = dict(cuts).get(settings.cut) or dict(cuts).get("fewest")
    planned = tuple(_lowered(row, cut) for row in found)
    groups = order.generations(planned)
    blocks = order.blocks(groups, target.hours_per_week) if target.hours_per_week > 0 else ()
    return _Schedule(planned, budget, cut, cuts, groups if blocks else [], blocks)


def _lowered(row: PlanRow, cut: Cut | None) -> PlanRow:
    levels = dict(cut.levels) if cut else {}
    return replace(row, goal=levels.get(row.theme, max(row.current, row.target)))


def _outside(given: Given, found: Sequence[PlanRow]) -> tuple[SkillCount, ...]:
    demand, inside = given.facts.demand, {name for row in found for name in row.skills}
    rest = [demand.count(name) for name in demand.by_skill if name not in inside]
    return tuple(sorted(rest, key=lambda c: (-c.n, -c.mentions, c.skill))[:MOST_OUTSIDE])


def _notes(now: _Schedule) -> tuple[str, ...]:
    deferred = [row.title for row in now.rows if row.goal == row.current < row.target]
    if not deferred:
        return ()
    return (f"Deferred until after the horizon: {'; '.join(deferred)}.",)


def _progress(given: Given, settings: PlanSettings, when: Calendar, now: _Schedule) -> Progress:
    target = given.draft.target
    base = _schedule(rows(given, settings, when.start), target, settings, 0.0)
    today = max(when.start, when.today)
    return moved.progress(
        base.rows,
        base.blocks,
        _history(given, when.start, today),
        now.blocks,
        target.hours_per_week,
        when.start,
        today,
    )


def _history(given: Given, start: str, today: str) -> list[tuple[str, Mapping[str, int]]]:
    """The levels of all rows on the first day and on every day that has a rating after it."""
    rated = sorted({r.when[:10] for r in given.ratings if start < r.when[:10] <= today})
    return [
        (day, {theme: level for theme, (level, _) in standing(given, day).items()}) for day in (start, *rated)
    ]
