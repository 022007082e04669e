"""In which order rows are learned, and which weeks that takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from pipeline.records import Block, Phase, PlanRow, Vocabulary

# sums of hours end a hair before or behind the end of a week
_SLIVER = 1e-6


def builds_on(
    rows: Mapping[str, tuple[frozenset[str], frozenset[str]]], vocabulary: Vocabulary
) -> dict[str, tuple[str, ...]]:
    """Return for each row (its themes and its skills) the rows that the vocabulary says it builds on.

    Prerequisites reach through themes that fill no row. Two rows that build on each other have no order.
    """
    direct = {
        name: {other for other in rows if other != name and _rests(rows[name], rows[other], vocabulary)}
        for name in rows
    }
    return {name: tuple(sorted(o for o in found if name not in direct[o])) for name, found in direct.items()}


def _rests(
    row: tuple[frozenset[str], frozenset[str]],
    other: tuple[frozenset[str], frozenset[str]],
    vocabulary: Vocabulary,
) -> bool:
    return bool(_below_themes(row[0], vocabulary) & other[0] or _below_skills(row[1], vocabulary) & other[1])


def _below_themes(themes: frozenset[str], vocabulary: Vocabulary) -> set[str]:
    links = {key: theme.builds_on for key, theme in vocabulary.themes.items()}
    return _below(themes, links)


def _below_skills(skills: frozenset[str], vocabulary: Vocabulary) -> set[str]:
    links = {name: vocabulary.skills[name].builds_on for name in skills if name in vocabulary.skills}
    return _below(skills, links)


def _below(names: frozenset[str], links: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    open_ = sorted(names)
    while open_:
        for base in links.get(open_.pop(), ()):
            if base not in found:
                found.add(base)
                open_.append(base)
    return found - names


def ordered(rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Return the rows so that each stands after all that it builds on; among equals the most wanted first."""
    left = sorted(rows, key=lambda r: (not r.mandatory, r.priority, -r.share, r.number))
    done: list[PlanRow] = []
    while left:
        names = {row.theme for row in left}
        # a circle of three rows or more has no first one: the most wanted opens it
        free = next((row for row in left if not names.intersection(row.builds_on)), left[0])
        done.append(free)
        left.remove(free)
    return done


Step = tuple[PlanRow, int, str]
"""A level step: row, level, and the theme of the row for which it comes before its turn ("" in its turn)."""


def steps(rows: Sequence[PlanRow], threshold: int) -> list[Step]:
    """Return the level steps in the order in which they are taken.

    Mandatory rows first, up to the threshold of readiness, each level together, so that what is asked for
    together is learned together; then everything else. A step to a level needs what its row builds on at that
    level, or at its own goal: where that is missing, it is taken just before.
    """
    line = ordered(rows)
    at = {row.theme: place for place, row in enumerate(line)}
    reached = {row.theme: row.current for row in rows}
    wanted = [(row, level) for row in line for level in range(row.current + 1, row.goal + 1)]
    # level before row: all mandatory rows reach 1 before any reaches 2
    wanted.sort(key=lambda s: (not (s[0].mandatory and s[1] <= threshold), s[1], at[s[0].theme]))
    found: list[Step] = []

    def take(row: PlanRow, level: int, because: str, open_: frozenset[str]) -> None:
        # `open_`: rows that build on each other in a ring would call each other without end
        if reached[row.theme] >= level or row.theme in open_:
            return
        for base in (r for r in line if r.theme in row.builds_on):
            for missing in range(reached[base.theme] + 1, min(level, base.goal) + 1):
                take(base, missing, row.theme, open_ | {row.theme})
        found.append((row, level, because))
        reached[row.theme] = level

    for row, level in wanted:
        take(row, level, "", frozenset())
    return found


def blocks(taken: Sequence[Step], hours_a_week: float) -> tuple[Block, ...]:
    """Return a block for each level step, one after the other, in the weeks that the promised hours give."""
    found: list[Block] = []
    spent = 0.0
    for row, level, because in taken:
        hours = row.steps[level - 1]
        first, last = week_of(spent, hours_a_week), week_before(spent + hours, hours_a_week)
        found.append(Block(row.theme, level, first, max(first, last), hours, spent, because))
        spent += hours
    return tuple(found)


def phases(found: Sequence[Block], longest: float, stage: Callable[[Block], str]) -> tuple[Phase, ...]:
    """Cut the blocks into phases where their stage changes, and within one where the hours pass `longest`.

    A level step that alone takes longer has a phase of its own.
    """
    cut: list[list[Block]] = []
    for block in found:
        same = bool(cut) and stage(cut[-1][0]) == stage(block)
        if same and sum(b.hours for b in cut[-1]) + block.hours <= longest:
            cut[-1].append(block)
        else:
            cut.append([block])
    return tuple(_phase(number, part, stage(part[0])) for number, part in enumerate(cut, 1))


def _phase(number: int, part: Sequence[Block], name: str) -> Phase:
    return Phase(
        number,
        tuple(dict.fromkeys(b.theme for b in part)),
        min(b.first_week for b in part),
        max(b.last_week for b in part),
        sum(b.hours for b in part),
        tuple(part),
        name,
    )


def week_of(spent: float, hours_a_week: float) -> int:
    """Return the week, from 1, in which the next hour falls after so many hours."""
    return math.floor(spent / hours_a_week + _SLIVER) + 1


def week_before(spent: float, hours_a_week: float) -> int:
    """Return the week, from 1, in which the last of so many hours falls."""
    return max(1, math.ceil(spent / hours_a_week - _SLIVER))
