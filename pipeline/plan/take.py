"""A filled-in file → ratings, target levels, self-check, hours and credentials; the unknown is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.plan import person
from pipeline.plan import steps as planning
from pipeline.plan.days import weeks_between
from pipeline.records import Held, Plan, PlanRow, Rating, Target
from pipeline.settings import Settings
from pipeline.steps import targets as targeting
from pipeline.steps.place import Place


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: ratings, target levels, skills checked, credentials, hours, unknown names."""

    rated: int = 0
    aimed: int = 0
    checked: int = 0
    held: int = 0
    changed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def take_file(place: Place, target: Target, settings: Settings, path: Path, when: str) -> Taken:
    """Return what a filled-in CSV or workbook brings; equal values write nothing.

    A line that names no row or skill is left out and named. A value that makes no sense ends it before
    anything is kept.
    """
    from pipeline.plan.documents import workbook as plan_workbook

    lines = plan_workbook.filled_in(path)
    checks = plan_workbook.self_check(path)
    credentials = plan_workbook.credentials_in(path)
    time = plan_workbook.time_in(path)
    plan = planning.plan(place, target, settings, compared=False)
    fresh, aims, unknown = _ratings(plan.rows, lines, target, when)
    known = person.ratings(place)
    checked, more = _checked(plan.rows, checks, target, when, known)
    rated = person.rate(place, fresh)
    for theme, goal in aims:
        person.aim(place, target, theme, goal, when, "from a file")
    return Taken(
        rated,
        len(aims),
        person.rate(place, checked),
        _held(place, plan, credentials, when),
        _time(place, target, plan, time),
        tuple(dict.fromkeys((*unknown, *more))),
    )


def _ratings(
    rows: Sequence[PlanRow], lines: Sequence[Mapping[str, Any]], target: Target, when: str
) -> tuple[list[Rating], list[tuple[str, int]], list[str]]:
    known = {row.theme: row for row in rows}
    fresh, aims, unknown = list[Rating](), list[tuple[str, int]](), list[str]()
    for number, line in enumerate(lines, 2):
        level, goal = _level(line, "current", number), _level(line, "target", number)
        row = known.get(str(line.get("theme") or "")) or _row(rows, str(line.get("skill") or ""))
        if row is None:
            unknown.append(str(line.get("skill") or line.get("theme") or f"line {number}"))
            continue
        said = str(line.get("notes") or "").strip()
        # a row that nobody rated stands at 0 for want of a rating: a 0 that was typed is one
        if level is not None and (not row.rated or (level, said) != (row.current, row.note)):
            fresh.append(Rating(when, target.id, row.theme, level, said))
        if goal is not None and goal != row.target:
            aims.append((row.theme, goal))
    return fresh, aims, unknown


def _row(rows: Sequence[PlanRow], named: str) -> PlanRow | None:
    try:
        return planning.subject(rows, named)[0]
    except UsageError:
        return None


def _level(line: Mapping[str, Any], column: str, number: int) -> int | None:
    value = line.get(column)
    if value is None or str(value).strip() == "":
        return None
    try:
        level = float(str(value))
    except ValueError:
        level = -1.0
    if level not in person.LEVELS:
        raise UsageError(
            f"line {number}: {column} {value!r} is no level", "Write a whole number from 0 to 5."
        )
    return int(level)


def _checked(
    rows: Sequence[PlanRow],
    checks: Sequence[tuple[str, tuple[int, ...]]],
    target: Target,
    when: str,
    known: Sequence[Rating],
) -> tuple[list[Rating], list[str]]:
    """Return a rating for each skill with ticks.

    Its level is the highest statement that the person can say.
    """
    latest = {r.subject: r for r in known}
    found, unknown = [], []
    for skill, ticks in checks:
        try:
            row, subject = planning.subject(rows, skill)
        except UsageError:
            unknown.append(skill)
            continue
        last = latest.get(skill if subject == skill else subject)
        if subject == row.theme and skill in row.skills:
            subject = skill
        if last is None or (last.level, last.checks) != (max(ticks), ticks):
            found.append(Rating(when, target.id, subject, max(ticks), "", ticks))
    return found, unknown


def _held(place: Place, plan: Plan, said: Sequence[tuple[str, str]], when: str) -> int:
    count = 0
    for name, status in said:
        match = next((c for c in plan.credentials if name.startswith(c.name)), None)
        plain = "not" if status.startswith("not") else status
        if match and plain in ("have", "in progress", "not") and plain != match.status:
            person.hold(place, Held(when, match.name, plain))  # type: ignore[arg-type]
            count += 1
    return count


def _time(place: Place, target: Target, plan: Plan, said: Mapping[str, float]) -> tuple[str, ...]:
    """Return the hours a week and the weeks that are left, where they differ from the target's."""
    changes: dict[str, Any] = {}
    hours = said.get("hours")
    if hours and hours > 0 and abs(hours - target.hours_per_week) > 1e-6:
        changes["hours_per_week"] = hours
    weeks = said.get("weeks")
    left = plan.budget / target.hours_per_week if target.hours_per_week else 0.0
    # the workbook shows one place: what was not edited comes back rounded
    if weeks and weeks > 0 and abs(weeks - left) > 0.05:
        first = person.started(place, target)
        gone = weeks_between(first, plan.start) if first and plan.start else 0.0
        changes["horizon_weeks"] = max(1, round(weeks + gone))
    if not changes:
        return ()
    targeting.add(place, target, changes)
    names = {"hours_per_week": "hours a week", "horizon_weeks": "weeks"}
    return tuple(f"{value:g} {names[name]}" for name, value in changes.items())
