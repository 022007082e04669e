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


def phased(rows: Sequence[PlanRow], hours_a_week: float, longest: int) -> list[list[PlanRow]]:
    """The rows with something left to learn, in phases: prerequisites first, none longer than asked.

    A row that alone is longer has a phase of its own.
    """
    deep = depth(rows)
    wanted = [row for row in ordered(rows) if row.planned_hours > 0]
    wanted.sort(key=lambda row: deep[row.theme])
    phases: list[list[PlanRow]] = []
    for row in wanted:
        same = phases and deep[phases[-1][0].theme] == deep[row.theme]
        spent = sum(r.planned_hours for r in phases[-1]) if same else 0.0
        if same and spent + row.planned_hours <= longest * hours_a_week:
            phases[-1].append(row)
        else:
            phases.append([row])
    return phases


def blocks(phases: Sequence[Sequence[PlanRow]], hours_a_week: float) -> tuple[Block, ...]:
    """One block for each level step; within a phase every row reaches a level before any goes deeper."""
    found: list[Block] = []
    spent = 0.0
    for phase in phases:
        for level in range(1, 6):
            for row in phase:
                if row.current < level <= row.goal:
                    hours = row.steps[level - 1]
                    first, last = week_of(spent, hours_a_week), week_before(spent + hours, hours_a_week)
                    found.append(Block(row.theme, level, first, max(first, last), hours))
                    spent += hours
    return tuple(found)


def phases(groups: Sequence[Sequence[PlanRow]], found: Sequence[Block]) -> tuple[Phase, ...]:
    """The phases with their weeks and hours."""
    made = []
    for number, group in enumerate(groups, 1):
        themes = tuple(row.theme for row in group)
        mine = [b for b in found if b.theme in themes]
        weeks = min(b.first_week for b in mine), max(b.last_week for b in mine)
        made.append(Phase(number, themes, *weeks, sum(b.hours for b in mine)))
    return tuple(made)


def week_of(spent: float, hours_a_week: float) -> int:
    """The week, from 1, in which the next hour falls after so many hours."""
    return math.floor(spent / hours_a_week + _SLIVER) + 1


def week_before(spent: float, hours_a_week: float) -> int:
    """The week, from 1, in which the last of so many hours falls."""
    return max(1, math.ceil(spent / hours_a_week - _SLIVER))
