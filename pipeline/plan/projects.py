"""One portfolio project for each phase, and the months that advance it slice by slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.plan import trade as trades
from pipeline.plan.lessons import Names, listed
from pipeline.records import Block, Month, Phase, PlanRow, Project

MONTH = 4
"""Weeks of a month of the plan: thirteen of them make a year."""

MOST_SKILLS = 3
"""Skills that a project's name holds."""

FIRST = "Agree on the scope with yourself on one page, and finish a first slice that can be shown: {topics}."
NEXT = "Add the next slice: {topics}. Show it to one person and note what they say."
LAST = "Finish it: {topics}. Meet every acceptance criterion, and show it."
WHOLE = "All of it: {topics}. Begin with the acceptance criteria, and end by showing it."


def project(phase: Phase, rows: Mapping[str, PlanRow], size: int, names: Names) -> Project:
    """The project of a phase, named by the most demanded skills that it works on."""
    skills = _skills([rows[theme] for theme in phase.themes])
    return trades.project(names.target, size, listed([names.say(skill) for skill in skills]))


def _skills(rows: Sequence[PlanRow]) -> list[str]:
    """The first skill of each row; of a single row its first ones. Skills of the trade itself come first."""
    ranked = sorted(rows, key=lambda r: (r.trade in ("people", "thinking"), not r.mandatory, -r.score))
    first = [row.core[0].skill for row in ranked if row.core]
    more = [count.skill for row in ranked for count in row.core[1:]]
    wanted = first if len(first) > 1 else [*first, *more]
    return list(dict.fromkeys(wanted))[:MOST_SKILLS] or [rows[0].title]


def months(
    blocks: Sequence[Block], phases: Sequence[Phase], rows: Mapping[str, PlanRow], names: Names
) -> tuple[Month, ...]:
    """The months of a plan, each with its level steps and the slice of each project that it finishes."""
    end = max((b.last_week for b in blocks), default=0)
    found = []
    for number, first in enumerate(range(1, end + 1, MONTH), 1):
        last = min(end, first + MONTH - 1)
        steps = tuple(b for b in blocks if b.first_week <= last and b.last_week >= first)
        slices = tuple(
            (phase.project.name, _slice(phase, first, last, rows, names))
            for phase in phases
            if phase.project and any(b in steps for b in phase.blocks)
        )
        found.append(Month(number, first, last, steps, slices))
    return tuple(found)


def _slice(phase: Phase, first: int, last: int, rows: Mapping[str, PlanRow], names: Names) -> str:
    here = [b for b in phase.blocks if b.first_week <= last and b.last_week >= first]
    skills = dict.fromkeys(rows[b.theme].core[0].skill for b in here if rows[b.theme].core)
    topics = listed([names.say(skill) for skill in skills][:MOST_SKILLS]) or rows[here[0].theme].title
    begins, ends = first <= phase.first_week, last >= phase.last_week
    shape = WHOLE if begins and ends else FIRST if begins else LAST if ends else NEXT
    return shape.format(topics=topics)
