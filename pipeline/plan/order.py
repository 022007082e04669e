"""In which order rows are learned, and which weeks that takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pipeline.records import Block, Phase, PlanRow, Vocabulary

_SLIVER = 1e-6


def builds_on(
    rows: Mapping[str, tuple[frozenset[str], frozenset[str]]], vocabulary: Vocabulary
) -> dict[str, tuple[str, ...]]:
    """For each row (its themes and its skills) the rows that the vocabulary says it builds on.

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
    """The rows so that each stands after all that it builds on; among equals the most wanted first."""
    left = sorted(rows, key=lambda r: (not r.mandatory, r.priority, -r.share, r.number))
    done: list[PlanRow] = []
    while left:
        names = {row.theme for row in left}
        # a circle of three rows or more has no first one: the most wanted opens it
        free = next((row for row in left if not names.intersection(row.builds_on)), left[0])
        done.append(free)
        left.remove(free)
    return done


def depth(rows: Sequence[PlanRow]) -> dict[str, int]:
    """How many rows deep each row's prerequisites go, 0 for a foundation."""
    found: dict[str, int] = {}
    for row in ordered(rows):
        found[row.theme] = 1 + max((found[base] for base in row.builds_on if base in found), default=-1)
    return found


def generations(rows: Sequence[PlanRow]) -> list[list[PlanRow]]:
    """The rows with something left to learn: those that build on no other row, then what builds on them."""
    deep = depth(rows)
    wanted = [row for row in ordered(rows) if row.planned_hours > 0]
    return [[r for r in wanted if deep[r.theme] == at] for at in sorted({deep[r.theme] for r in wanted})]


def blocks(groups: Sequence[Sequence[PlanRow]], hours_a_week: float) -> tuple[Block, ...]:
    """One block for each level step; within a generation every row reaches a level before any goes deeper.

    So what is asked for together is begun together, and nothing is begun before what it builds on is done.
    """
    found: list[Block] = []
    spent = 0.0
    for group in groups:
        for level in range(1, 6):
            for row in group:
                if row.current < level <= row.goal:
                    hours = row.steps[level - 1]
                    first, last = week_of(spent, hours_a_week), week_before(spent + hours, hours_a_week)
                    found.append(Block(row.theme, level, first, max(first, last), hours))
                    spent += hours
    return tuple(found)


def phases(groups: Sequence[Sequence[PlanRow]], found: Sequence[Block], longest: float) -> tuple[Phase, ...]:
    """The blocks cut into phases at each generation, and within one where the hours would pass `longest`.

    A level step that alone takes longer has a phase of its own.
    """
    generation = {row.theme: i for i, group in enumerate(groups) for row in group}
    cut: list[list[Block]] = []
    for block in found:
        same = bool(cut) and generation[cut[-1][0].theme] == generation[block.theme]
        if same and sum(b.hours for b in cut[-1]) + block.hours <= longest:
            cut[-1].append(block)
        else:
            cut.append([block])
    return tuple(_phase(number, part) for number, part in enumerate(cut, 1))


def _phase(number: int, part: Sequence[Block]) -> Phase:
    return Phase(
        number,
        tuple(dict.fromkeys(b.theme for b in part)),
        min(b.first_week for b in part),
        max(b.last_week for b in part),
        sum(b.hours for b in part),
        tuple(part),
    )


def week_of(spent: float, hours_a_week: float) -> int:
    """The week, from 1, in which the next hour falls after so many hours."""
    return math.floor(spent / hours_a_week + _SLIVER) + 1


def week_before(spent: float, hours_a_week: float) -> int:
    """The week, from 1, in which the last of so many hours falls."""
    return max(1, math.ceil(spent / hours_a_week - _SLIVER))
