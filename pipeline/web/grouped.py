"""The review's first page: the ten rows with their skills, then the skills in no row; and bulk decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.steps.review import View, Wish
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.records import MatrixRow
    from pipeline.web.look import Item

ACCEPT_ROWS, REJECT_SINGLE = "accept-rows", "reject-single"
"""Bulk decisions: accept what is in the ten rows, reject what only one posting names and no row uses."""


@dataclass(frozen=True, slots=True)
class Group:
    """One row with the skills that are listed under it; None as `row` for the skills in no row."""

    number: int
    row: MatrixRow | None
    items: tuple[Item, ...]


def in_order(view: View) -> list[str]:
    """Return every skill, row by row, then those in no row, each most demanded first."""
    inside = [name for row in view.scoring.draft.rows for name in row.skills if name in view.scoring.scores]
    known = {*inside}
    return [*inside, *(name for name in view.scoring.scores if name not in known)]


def grouped(rows: Sequence[MatrixRow], items: Sequence[Item]) -> tuple[Group, ...]:
    """Return the listed skills under their rows, and rows of which no skill is listed too."""
    by_name = {item.name: item for item in items}
    found = [
        Group(number, row, tuple(by_name.pop(name) for name in row.skills if name in by_name))
        for number, row in enumerate(rows, 1)
    ]
    return (*found, Group(0, None, tuple(by_name.values())))


def bulk(view: View, action: str) -> list[Wish]:
    """Return the wishes that a bulk decision stands for."""
    inside = {name for row in view.scoring.draft.rows for name in row.skills}
    if action == ACCEPT_ROWS:
        return [
            Wish("accept", name) for name in in_order(view) if name in inside and name not in view.decided
        ]
    single = (name for name in view.undecided if name not in inside and view.scoring.scores[name].n <= 1)
    return [Wish("reject", name) for name in single]


def says(action: str, count: int) -> str:
    """Return a bulk decision in words."""
    skills = plural(count, "skill")
    if action == ACCEPT_ROWS:
        return f"Accept the {skills} of the ten rows that nobody has decided on"
    return f"Reject the {skills} that only one posting names and no row uses"
