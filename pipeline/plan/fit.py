"""What has to give when the hours do not fit: solved exactly, row by row, over all undominated ways.

A way is (rows changed, demand lost, hours). One is dropped only where another is no worse in all three, so
whatever is best by any order of the three is still there at the end: no guess, no tolerance, no rounding
but the hours' to thousandths.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.records import SLACK, Cut, PlanRow

_Way = tuple[int, int, int, tuple[int, ...]]

_THOUSANDTHS = 1000


def cuts(rows: Sequence[PlanRow], budget: float) -> tuple[tuple[str, Cut], ...]:
    """The cut that changes fewest rows and the one that gives up least demand; none when all fits.

    Ties go to the other measure, then to the cut that takes fewer hours.
    """
    if sum(row.hours for row in rows) <= budget + SLACK:
        return ()
    limit = int((budget + SLACK) * _THOUSANDTHS)
    ways: list[_Way] = [(0, 0, 0, ())]
    for row in rows:
        ways = _undominated(_with(ways, row, limit))
    fewest = min(ways, key=lambda w: (w[0], w[1], w[2], w[3]))
    demand = min(ways, key=lambda w: (w[1], w[0], w[2], w[3]))
    return (("fewest", _cut(rows, fewest)), ("demand", _cut(rows, demand)))


def _with(ways: Iterable[_Way], row: PlanRow, limit: int) -> list[_Way]:
    found = []
    points = round(100 * row.share)
    for level in range(row.current, max(row.current, row.target) + 1):
        hours = round(sum(row.steps[row.current : level]) * _THOUSANDTHS)
        given_up = row.gap - (level - row.current)
        for changed, lost, spent, levels in ways:
            if spent + hours <= limit:
                changed_now = changed + (given_up > 0)
                found.append((changed_now, lost + given_up * points, spent + hours, (*levels, level)))
    return found


def _undominated(ways: list[_Way]) -> list[_Way]:
    kept: list[_Way] = []
    # for each number of changed rows, the least hours seen so far: demand lost only grows in this order
    least: dict[int, int] = {}
    for way in sorted(ways, key=lambda w: (w[1], w[0], w[2], w[3])):
        changed, _, spent, _ = way
        if all(hours > spent for other, hours in least.items() if other <= changed):
            kept.append(way)
            least[changed] = spent
    return kept


def _cut(rows: Sequence[PlanRow], way: _Way) -> Cut:
    _, lost, _, levels = way
    changed = tuple(
        (row.theme, level)
        for row, level in zip(rows, levels, strict=True)
        if level < max(row.current, row.target)
    )
    hours = sum(sum(row.steps[row.current : level]) for row, level in zip(rows, levels, strict=True))
    return Cut(changed, hours, lost)
