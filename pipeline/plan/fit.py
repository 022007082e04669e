"""What has to give when the hours do not fit: solved exactly, row by row, over all undominated ways.

A way is (levels that mandatory rows lose, rows changed, demand lost, hours, rows left at level 0). One is
dropped only where another is no worse in all five, so whatever is best by any order of the first four is
still there at the end: no guess, no tolerance, no rounding but the hours' to thousandths. Mandatory levels
are the last to go. Nothing is learned whose prerequisite stays at 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.plan.order import ordered
from pipeline.records import SLACK, Cut, PlanRow

_THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True)
class _Way:
    must: int = 0
    lost: int = 0
    changed: int = 0
    hours: int = 0
    levels: tuple[int, ...] = ()
    unlearned: frozenset[str] = frozenset()


def cuts(rows: Sequence[PlanRow], budget: float) -> tuple[tuple[str, Cut], ...]:
    """Return the cut that changes fewest rows and the one that gives up least demand; none when all fits.

    Either loses no mandatory level that another way could keep. Ties go to the other measure, then to the cut
    that takes fewer hours.
    """
    if sum(row.hours for row in rows) <= budget + SLACK:
        return ()
    # rounded down: a plan never promises more hours than there are
    limit = int((budget + SLACK) * _THOUSANDTHS)
    # prerequisites first: whether a row may be begun is known when it is looked at
    line = ordered(rows)
    ways = [_Way()]
    for i, row in enumerate(line):
        wanted_later = frozenset(base for later in line[i + 1 :] for base in later.builds_on)
        ways = _undominated(_with(ways, row, limit, wanted_later))
    fewest = min(ways, key=lambda w: (w.must, w.changed, w.lost, w.hours, w.levels))
    demand = min(ways, key=lambda w: (w.must, w.lost, w.changed, w.hours, w.levels))
    return (("fewest", _cut(rows, line, fewest)), ("demand", _cut(rows, line, demand)))


def _with(ways: Iterable[_Way], row: PlanRow, limit: int, wanted_later: frozenset[str]) -> list[_Way]:
    # whole numbers: sums of shares in binary would make equal ways differ
    points = round(100 * row.share)
    found = []
    for level in range(row.current, max(row.current, row.target) + 1):
        hours = round(sum(row.steps[row.current : level]) * _THOUSANDTHS)
        given_up = row.gap - (level - row.current)
        begun = level > row.current
        for way in ways:
            if way.hours + hours > limit or (begun and way.unlearned.intersection(row.builds_on)):
                continue
            # only what a later row builds on is remembered, or each subset of rows would be a way of its own
            left = way.unlearned | {row.theme} if level == 0 else way.unlearned
            found.append(
                _Way(
                    way.must + given_up * row.mandatory,
                    way.lost + given_up * points,
                    way.changed + (given_up > 0),
                    way.hours + hours,
                    (*way.levels, level),
                    left & wanted_later,
                )
            )
    return found


def _undominated(ways: Iterable[_Way]) -> list[_Way]:
    kept: list[_Way] = []
    # least hours seen so far by the other measures: demand lost only grows in this order
    least: dict[tuple[int, int, frozenset[str]], int] = {}
    for way in sorted(ways, key=lambda w: (w.lost, w.must, w.changed, w.hours, w.levels)):
        if not any(
            hours <= way.hours and must <= way.must and changed <= way.changed and unlearned <= way.unlearned
            for (must, changed, unlearned), hours in least.items()
        ):
            kept.append(way)
            least[way.must, way.changed, way.unlearned] = way.hours
    return kept


def _cut(rows: Sequence[PlanRow], line: Sequence[PlanRow], way: _Way) -> Cut:
    level = {row.theme: reached for row, reached in zip(line, way.levels, strict=True)}
    changed = tuple(
        (row.theme, level[row.theme]) for row in rows if level[row.theme] < max(row.current, row.target)
    )
    hours = sum(sum(row.steps[row.current : level[row.theme]]) for row in rows)
    return Cut(changed, hours, way.lost, way.must)
