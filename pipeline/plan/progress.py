"""Ratings over time against the plan as it stood on its first day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pipeline.plan import days
from pipeline.records import Block, Milestone, PlanRow, Progress

Levels = Mapping[str, int]


def progress(
    base: Sequence[PlanRow],
    base_blocks: Sequence[Block],
    history: Sequence[tuple[str, Levels]],
    replanned: Sequence[Block],
    hours_a_week: float,
    start: str,
    today: str,
) -> Progress:
    """Return the plan of the first day against what ratings confirm.

    `history` is (day, levels), oldest first.
    """
    total = sum(row.planned_hours for row in base)
    elapsed = days.weeks_between(start, today)
    done = confirmed(base, history[-1][1] if history else {})
    pace = done / elapsed if elapsed else 0.0
    left = max(0.0, total - done)
    finish = max((days.last_day(today, b.last_week) for b in replanned), default=today)
    return Progress(
        start=start,
        today=today,
        total=total,
        planned=min(total, elapsed * hours_a_week),
        confirmed=done,
        pace=pace,
        finish=finish,
        finish_at_pace=_after(today, left / pace) if pace > 0 else ("" if left else today),
        milestones=_milestones(base_blocks, history, replanned, start, today),
        lines=_lines(base, history, total, hours_a_week, start, today),
    )


def confirmed(base: Sequence[PlanRow], levels: Levels) -> float:
    """Return the hours of all planned level steps that these levels have behind them."""
    return sum(
        sum(row.steps[row.current : min(row.goal, levels.get(row.theme, row.current))]) for row in base
    )


def _milestones(
    blocks: Sequence[Block],
    history: Sequence[tuple[str, Levels]],
    replanned: Sequence[Block],
    start: str,
    today: str,
) -> tuple[Milestone, ...]:
    again = {(b.theme, b.level): days.last_day(today, b.last_week) for b in replanned}
    return tuple(
        Milestone(
            theme=b.theme,
            level=b.level,
            planned=days.last_day(start, b.last_week),
            reached=next((day for day, levels in history if levels.get(b.theme, 0) >= b.level), ""),
            replanned=again.get((b.theme, b.level), ""),
        )
        for b in blocks
    )


def _lines(
    base: Sequence[PlanRow],
    history: Sequence[tuple[str, Levels]],
    total: float,
    hours_a_week: float,
    start: str,
    today: str,
) -> tuple[tuple[str, float, float | None], ...]:
    needed = int(total / hours_a_week) + 1 if hours_a_week > 0 else 0
    weeks = max(needed, int(days.weeks_between(start, today)) + 1)
    found: list[tuple[str, float, float | None]] = []
    at, levels = 0, {}  # type: int, Levels
    for week in range(weeks + 1):
        day = (date.fromisoformat(start) + timedelta(weeks=week)).isoformat()
        while at < len(history) and history[at][0] <= day:
            levels = history[at][1]
            at += 1
        known = confirmed(base, levels) if day <= today else None
        found.append((day, min(total, week * hours_a_week), known))
    return tuple(found)


def _after(day: str, weeks: float) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat()
    except OverflowError:
        return ""
