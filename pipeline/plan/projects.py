"""One portfolio project for each phase, and the months that advance it slice by slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.plan import trade as trades
from pipeline.plan.lessons import Names, listed
from pipeline.records import Block, Lesson, Month, Phase, PlanRow, Project

MONTH = 4
"""Weeks of a month of the plan: thirteen of them make a year."""

MOST_SKILLS = 3
"""Skills that a project's name holds."""

FIRST = "Write the scope on one page, and finish a first slice that can be shown, out of {made}."
NEXT = "Add the next slice, out of {made}. Show it to one person and note what they say."
LAST = "Finish it with {made}. Meet every acceptance criterion, and show it."
WHOLE = "All of it: begin with the acceptance criteria, use {made}, and end by showing it."

LARGEST = 3
"""The size of a project for others."""

MOST_MADE = 2
"""Deliverables that a slice names."""


def projects(
    phases: Sequence[Phase], rows: Mapping[str, PlanRow], sizes: Mapping[str, int], names: Names
) -> tuple[Phase, ...]:
    """Return the phases with a project each; where one would come again, the next is larger."""
    found: list[Phase] = []
    used: set[str] = set()
    trade = [row for row in rows.values() if row.trade == names.target]
    for phase in phases:
        mine = [rows[theme] for theme in phase.themes]
        if not any(row.trade == names.target for row in mine):
            mine = trade or mine  # a lesson is not built on adaptability: it is practised in one
        made = _project(mine, sizes[phase.name], names)
        if made.name in used:
            made = _project(mine, LARGEST, names)
        if made.name in used:
            made = replace(made, name=f"{made.name}, next round")
        used.add(made.name)
        found.append(replace(phase, project=made))
    return tuple(found)


def _project(rows: Sequence[PlanRow], size: int, names: Names) -> Project:
    """Return a project named by the most demanded skills of its rows, in the words of their trade.

    Rows of another trade join it without a word in its name: a lesson is not built on a spreadsheet.
    """
    own = [row for row in rows if row.trade == names.target] or list(rows)
    trade = own[0].trade if own[0].trade not in ("people", "thinking") else names.target
    skills = _skills([row for row in own if row.trade == own[0].trade])
    return trades.project(trade, size, listed([names.say(skill) for skill in skills]))


def _skills(rows: Sequence[PlanRow]) -> list[str]:
    """Return the first skill of each row, mandatory ones first; of a single row its first ones."""
    ranked = sorted(rows, key=lambda r: (not r.mandatory, -r.score))
    first = [row.core[0].skill for row in ranked if row.core]
    more = [count.skill for row in ranked for count in row.core[1:]]
    wanted = first if len(first) > 1 else [*first, *more]
    return list(dict.fromkeys(wanted))[:MOST_SKILLS] or [rows[0].title]


def months(blocks: Sequence[Block], phases: Sequence[Phase], found: Sequence[Lesson]) -> tuple[Month, ...]:
    """Return the months of a plan with their level steps and the slices of projects that they finish."""
    end = max((b.last_week for b in blocks), default=0)
    made = []
    for number, first in enumerate(range(1, end + 1, MONTH), 1):
        last = min(end, first + MONTH - 1)
        steps = tuple(b for b in blocks if b.first_week <= last and b.last_week >= first)
        slices = tuple(
            (phase.project.name, text)
            for phase in phases
            if phase.project and (text := _slice(phase, first, last, found))
        )
        made.append(Month(number, first, last, steps, slices))
    return tuple(made)


def _slice(phase: Phase, first: int, last: int, found: Sequence[Lesson]) -> str:
    """Return what a month adds to a phase's project: what its weeks produce; "" where it has none of them."""
    steps = {(b.theme, b.level) for b in phase.blocks}
    mine = [x for x in found if (x.theme, x.level) in steps and x.first_week <= last and x.last_week >= first]
    if not mine:
        return ""
    made = list(dict.fromkeys(x.drill.deliverable for x in mine if not x.integrates))
    made = made or [x.drill.deliverable for x in mine]
    told = listed([f"“{text.rstrip('.')}”" for text in made[-MOST_MADE:]])
    begins, ends = first <= phase.first_week, last >= phase.last_week
    shape = WHOLE if begins and ends else FIRST if begins else LAST if ends else NEXT
    return shape.format(made=told)
