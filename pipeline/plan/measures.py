"""What a log measures: named numbers over time, predictions, hours really spent week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pipeline.records import LogEntry, Measure, Week

PREDICTIONS = "predictions right, %"
"""The measure that predicted and right numbers make."""


def measures(log: Sequence[LogEntry]) -> tuple[Measure, ...]:
    """Return every measure that was taken, by name in the order of its first value; predictions last."""
    found: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for entry in sorted(log, key=lambda e: e.when):
        for name, value in entry.measures:
            found[name].append((entry.when[:10], value, entry.subject))
    guessed = [
        (e.when[:10], 100 * e.right / e.predicted, e.subject)
        for e in sorted(log, key=lambda e: e.when)
        if e.predicted
    ]
    named = [Measure(name, tuple(points)) for name, points in found.items()]
    return (*named, Measure(PREDICTIONS, tuple(guessed))) if guessed else tuple(named)


def weeks(
    log: Sequence[LogEntry],
    history: Sequence[tuple[str, Mapping[str, int]]],
    total: float,
    hours_a_week: float,
    start: str,
    today: str,
) -> tuple[Week, ...]:
    """Return each week from the start to a day: hours planned and spent in it, and the levels at its end."""
    found: list[Week] = []
    begin, end = date.fromisoformat(start), date.fromisoformat(today)
    while begin <= end:
        after = (begin + timedelta(weeks=1)).isoformat()
        spent = sum(e.minutes for e in log if begin.isoformat() <= e.when[:10] < after) / 60
        # of the week at hand only the days that have passed
        part = min(1.0, ((end - begin).days + 1) / 7)
        planned = part * max(0.0, min(hours_a_week, total - len(found) * hours_a_week))
        known = [levels for day, levels in history if day < after]
        levels = tuple(sorted(known[-1].items())) if known else ()
        found.append(Week(begin.isoformat(), planned, spent, levels))
        begin += timedelta(weeks=1)
    return tuple(found)
