"""Which rows of a matrix are still the rows of the one before, and what became of the others.

A row is the same while most of its demand stays in it. The same row keeps its theme (what ratings, goals and
decisions go by), its place and its title. `benchmarks/rotation.py` chooses the two thresholds below again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.records import KINDS, KeptRow, MatrixDraft, MatrixRow, RowChange, Rulings, SkillScore

MOST = 0.5
"""A row is the same where more than this part of its demand stays, a new one split off where more came."""

HOLD = 0.4
"""How far the pair score of two skills is drawn to 1 where they shared a row, to 0 where they did not.

Of 120 rows over twelve refreshes that each change 5 of 60 postings (data-postings-2026), new rows: 12 with no
threshold, 3 with `INCUMBENT` alone, 2 with both; the rows hold 2 % more demand than rows drawn up afresh.
"""

INCUMBENT = 1.25
"""By how much a new row must cover more demand than a shown one to take its place."""

UNDECIDED = 0.4
"""A row keeps its kind while the other kind has at least this part of its demand."""


def kept(draft: MatrixDraft, scores: Sequence[SkillScore], rulings: Rulings) -> tuple[KeptRow, ...]:
    """Return the rows of a draft as a snapshot keeps them."""
    score = {s.skill: s.score for s in scores}
    return tuple(
        KeptRow(
            replace(row, evidence=(), reason=""),
            tuple(score.get(name, 0.0) for name in row.skills),
            row.theme in rulings.titles,
        )
        for row in draft.rows
    )


def today(rows: Sequence[KeptRow], rulings: Rulings) -> tuple[KeptRow, ...]:
    """Return the rows under the names that decisions since then gave their skills."""
    return tuple(_today(row, rulings) for row in rows)


def _today(row: KeptRow, rulings: Rulings) -> KeptRow:
    weights: dict[str, float] = {}
    for name, weight in row.weights.items():
        now = rulings.today(name)
        weights[now] = weights.get(now, 0.0) + weight
    return replace(row, row=replace(row.row, skills=tuple(weights)), demanded=tuple(weights.values()))


def continued(earlier: Sequence[KeptRow], groups: Sequence[Mapping[str, float]]) -> dict[int, KeptRow]:
    """Return for each group of skills (with their demand) the earlier row that it continues.

    Most of the earlier row's demand is in the group; each row is continued once, the largest part first.
    """
    parts = [
        (round(_part(row.weights, group), 9), -number, -at)
        for number, row in enumerate(earlier)
        for at, group in enumerate(groups)
    ]
    found: dict[int, KeptRow] = {}
    taken = set[int]()
    for part, number, at in sorted(parts, reverse=True):
        if part > MOST and -number not in taken and -at not in found:
            taken.add(-number)
            found[-at] = earlier[-number]
    return found


def _part(weights: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The part of some demand that the other group has as well."""
    return sum(w for name, w in weights.items() if name in other) / (sum(weights.values()) or 1.0)


def title_stays(earlier: KeptRow, group: Mapping[str, float]) -> bool:
    """Return True where most of what the row holds now stood under its title before."""
    return not earlier.titled and _part(group, earlier.weights) > MOST


def held(alike: Any, names: Sequence[str], earlier: Sequence[KeptRow]) -> Any:
    """Return the pair scores, drawn towards the rows in which the skills stood before."""
    import numpy as np

    if not earlier:
        return alike
    place = {name: at for at, row in enumerate(earlier) for name in row.row.skills}
    row = np.array([place.get(name, -1) for name in names])
    both = (row[:, None] >= 0) & (row[None] >= 0)
    same = both & (row[:, None] == row[None])
    drawn = np.where(both & ~same, alike * (1 - HOLD), alike)
    return np.where(same, alike + HOLD * (1 - alike), drawn)


def in_place(rows: Sequence[MatrixRow], earlier: Sequence[KeptRow]) -> tuple[MatrixRow, ...]:
    """Return the rows, general before specific: kept ones in their places, new ones where there is room.

    The rows come by score, so the first matrix of a target, and what is new later, stand by score.
    """
    found: list[MatrixRow] = []
    for kind in KINDS:
        own = [row for row in rows if row.kind == kind]
        before = {k.row.theme: at for at, k in enumerate(k for k in earlier if k.row.kind == kind)}
        places = {before[row.theme]: row for row in own if row.theme in before}
        fresh = iter([row for row in own if row.theme not in before])
        size = max([len(own), *(at + 1 for at in places)])
        slots = (places.get(at) or next(fresh, None) for at in range(size))
        found += [row for row in slots if row is not None]
    return tuple(found)


def changes(before: Sequence[KeptRow], after: Sequence[KeptRow]) -> tuple[RowChange, ...]:
    """Return what became of the rows from one matrix to the next, each named once."""
    return (*_after(before, after), *_gone(before, after))


def _after(before: Sequence[KeptRow], after: Sequence[KeptRow]) -> Iterator[RowChange]:
    was = {row.row.theme: (number, row) for number, row in enumerate(before, 1)}
    for number, row in enumerate(after, 1):
        title = row.row.title
        if row.row.theme in was:
            old_number, old = was[row.row.theme]
            numbers = (old_number, number)
            if old.row.title != title:
                yield RowChange("renamed", old.row.title, title, "", numbers)
            elif old_number != number:
                yield RowChange("moved", title, title, "", numbers)
            continue
        source = _best(row, before)
        fate = "split" if source else "new"
        yield RowChange(fate, "", title, source.row.title if source else "", (0, number))  # type: ignore[arg-type]


def _gone(before: Sequence[KeptRow], after: Sequence[KeptRow]) -> Iterator[RowChange]:
    now = {row.row.theme for row in after}
    for number, row in enumerate(before, 1):
        if row.row.theme not in now:
            into = _best(row, after)
            fate = "joined" if into else "gone"
            yield RowChange(fate, row.row.title, "", into.row.title if into else "", (number, 0))  # type: ignore[arg-type]


def _best(row: KeptRow, others: Sequence[KeptRow]) -> KeptRow | None:
    """The row that has most of the demand of this one, if any has."""
    parts = [(round(_part(row.weights, other.weights), 9), -at) for at, other in enumerate(others)]
    part, at = max(parts, default=(0.0, 0))
    return others[-at] if part > MOST else None
