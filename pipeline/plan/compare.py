"""Targets side by side: rows and skills that they share, what each takes, what one spares the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from pipeline.phrases import phrases
from pipeline.plan.rows import Given, rows
from pipeline.records import SLACK, Comparison, MatrixRow, Plan, RowsCompared, RowShown, Target
from pipeline.settings import PlanSettings

# by eye: hours rest on assumed hours of each level, which are not known more closely
NEAR = 0.05
"""Hours that differ by less than this share are called about the same."""

SHARED = 0.5
"""Rows are shared where they have more than this part of their demand in common."""

NAMES = 10
"""Pairs of skills that are told to be near."""

_LIKE = 0.6
"""The least cosine of such pairs; below it names of one field stand beside each other by chance."""


def compare(given: Sequence[Given], plans: Sequence[Plan], settings: PlanSettings) -> Comparison:
    """Return two or more targets side by side; rows and counts are those that their matrices show."""
    learned = [_learned(plan) for plan in plans]
    after = tuple(
        tuple(plan.hours if i == j else _hours(given[i], settings, learned[j]) for j in range(len(given)))
        for i, plan in enumerate(plans)
    )
    skills = _skills(given)
    return Comparison(
        targets=tuple(plan.target for plan in plans),
        postings=tuple(len(one.facts.demand.postings) for one in given),
        rows=tuple(_rows(given)),
        hours=tuple(plan.hours for plan in plans),
        after=after,
        fits=tuple(plan.fits for plan in plans),
        skills=skills,
        near=_near(skills),
    )


def _learned(plan: Plan) -> dict[str, int]:
    """Return the level of each skill once the plan is followed to its targets."""
    found: dict[str, int] = {}
    for row in plan.rows:
        for name in row.skills:
            found[name] = max(found.get(name, 0), row.current, row.target)
    return found


def _hours(given: Given, settings: PlanSettings, learned: Mapping[str, int]) -> float:
    return sum(row.hours for row in rows(given, settings, gained=learned))


# --- rows -----------------------------------------------------------------------------------------


def _rows(given: Sequence[Given]) -> Iterator[RowsCompared]:
    """Yield the rows that several targets have, then those of one alone, each in the order of its matrix.

    A row of a target joins the rows of the targets before it which are the most alike, if it shares enough
    with each of them.
    """
    groups: list[list[tuple[int, int]]] = []
    for target, one in enumerate(given):
        free = [group for group in groups if all(at != target for at, _ in group)]
        pairs = [
            # the least alike member decides: three targets share a row only if each two do
            (min(_alike(given, member, (target, number)) for member in group), -place, -number)
            for place, group in enumerate(free)
            for number in range(len(one.draft.rows))
        ]
        taken = set[int]()
        for alike, place, number in sorted(pairs, reverse=True):
            group = free[-place]
            if alike > SHARED and -number not in taken and all(at != target for at, _ in group):
                group.append((target, -number))
                taken.add(-number)
        groups += [[(target, n)] for n in range(len(one.draft.rows)) if n not in taken]
    for group in sorted(groups, key=lambda group: len(group) == 1):
        yield _compared(given, group, groups)


def _compared(
    given: Sequence[Given], group: Sequence[tuple[int, int]], groups: Sequence[Sequence[tuple[int, int]]]
) -> RowsCompared:
    shown = {target: _shown(given, (target, number)) for target, number in group}
    found = tuple(shown.get(target) for target in range(len(given)))
    if len(group) > 1:
        return RowsCompared(found, min(_alike(given, a, b) for a, b in combinations(group, 2)))
    others = [place for other in groups for place in other if place[0] != group[0][0]]
    near = [(_alike(given, group[0], place), -place[0], -place[1]) for place in others]
    alike, target, number = max(near, default=(0.0, 0, 0))
    nearest = (-target, _shown(given, (-target, -number))) if alike > 0 else None
    return RowsCompared(found, 1.0, nearest)


def _shown(given: Sequence[Given], place: tuple[int, int]) -> RowShown:
    row = _row(given, place)
    return RowShown(place[1] + 1, row.title, row.n, row.of)


def _row(given: Sequence[Given], place: tuple[int, int]) -> MatrixRow:
    target, number = place
    return given[target].draft.rows[number]


def _alike(given: Sequence[Given], one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the part of the demand of two rows that they have in common: of each row by its own postings."""
    parts = []
    for mine, theirs in ((one, other), (other, one)):
        demand = given[mine[0]].facts.demand
        weights = {name: demand.count(name).n for name in _row(given, mine).skills}
        common = sum(weights[name] for name in _row(given, theirs).skills if name in weights)
        parts.append(common / (sum(weights.values()) or 1))
    return round(sum(parts) / 2, 6)


# --- skills ---------------------------------------------------------------------------------------


def _skills(given: Sequence[Given]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    demands = [one.facts.demand for one in given]
    names = {name for demand in demands for name in demand.by_skill}
    counted = [(name, tuple(demand.count(name).n for demand in demands)) for name in names]
    return tuple(sorted(counted, key=lambda s: (-sum(n > 0 for n in s[1]), -min(s[1]), -sum(s[1]), s[0])))


def _near(skills: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[tuple[str, str, float], ...]:
    """Return the pairs of skills, of one target each, whose names say nearly the same, the nearest first."""
    import numpy as np

    alone = [(name, n) for name, n in skills if sum(count > 0 for count in n) == 1 and sum(n) > 1]
    if not alone:
        return ()
    owner = np.array([max(range(len(n)), key=n.__getitem__) for _, n in alone])
    vectors = phrases().vectors((name for name, _ in alone), "same")
    # rounded, so that processors that add in another order decide alike
    cosine = np.round(vectors.astype(np.float64) @ vectors.T.astype(np.float64), 4)
    cosine[owner[:, None] == owner[None]] = -1.0
    best = cosine.argmax(axis=1)
    pairs = [
        (float(cosine[at, other]), at, int(other))
        for at, other in enumerate(best)
        if at < other and best[other] == at and cosine[at, other] >= _LIKE
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple((alone[at][0], alone[other][0], cosine) for cosine, at, other in pairs[:NAMES])


# --- which first ----------------------------------------------------------------------------------


def rationale(found: Comparison) -> str:
    """Return a recommendation from the table alone, and the reason for it."""
    first, reason = _first(found)
    others = [at for at in range(len(found.targets)) if at != first]
    told = [_spared(found, first, other) for other in others]
    return " ".join([f"{name(found.targets[first])} first: {reason}.", *told])


def _first(found: Comparison) -> tuple[int, str]:
    """Return the place of the target to begin with, and why.

    It fits, takes fewer hours, or is called plan A.
    """
    places = range(len(found.targets))
    fitting = [at for at in places if found.fits[at]]
    among = fitting or list(places)
    best = min(among, key=lambda at: (found.hours[at], at))
    if len(among) == 1:
        return best, f"it is the only one that fits into its weeks ({found.hours[best]:.0f} hours)"
    every, none = (
        ("both fit", "neither fits in full") if len(places) == 2 else ("all fit", "none fits in full")
    )
    said = "of those that fit" if 0 < len(fitting) < len(places) else every if fitting else none
    close = [at for at in among if found.hours[at] - found.hours[best] <= NEAR * found.hours[at]]
    told = " and ".join(f"{found.hours[at]:.0f}" for at in sorted(close, key=lambda at: found.hours[at]))
    if len(close) == 1:
        others = min(found.hours[at] for at in among if at != best)
        return best, f"{said}, and it takes {found.hours[best]:.0f} hours against {others:.0f}"
    called = [at for at in close if found.targets[at].plan == "a"]
    same = f"{said}, and the hours are about the same ({told})"
    if len(called) == 1 and called[0] != best:
        return called[0], f"{same}; it is preferred only because you called it plan A"
    return best, f"{same}; it takes the {'fewer' if len(close) == 2 else 'fewest'}"


def _spared(found: Comparison, first: int, other: int) -> str:
    """Return what comes after the first target, beside the other order."""
    shared = sum(bool(row.rows[first] and row.rows[other]) for row in found.rows)
    one, two = name(found.targets[first]), name(found.targets[other])
    spared = found.hours[other] - found.after[other][first]
    ways = found.hours[first] + found.after[other][first], found.hours[other] + found.after[first][other]
    takes = (
        f"what is learned for it takes {spared:.0f} hours off {two}" if spared > SLACK else "it spares none"
    )
    return (
        f"It shares {shared} of its rows with {two}; {takes}. Both together take {ways[0]:.0f} hours "
        f"with {one} first, {ways[1]:.0f} with {two} first."
    )


def name(target: Target) -> str:
    """Return how a target is called in a sentence."""
    return f"{target.role} in {target.industry}" if target.industry else target.role
