"""What the page "Where I stand" shows, and what its forms say: the ten rows with a person's own ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.plan import person
from pipeline.plan import steps as planning
from pipeline.records import Rating
from pipeline.steps.review import MOST_TEXT, Review

if TYPE_CHECKING:
    from pipeline.records import MatrixRow, PlanRow
    from pipeline.steps.scoring import Scoring


@dataclass(frozen=True, slots=True)
class Line:
    """One of the ten rows: its demand, its place in the plan, and the rating that was given to it itself."""

    row: MatrixRow
    plan: PlanRow
    own: Rating | None


def lines(review: Review, scoring: Scoring) -> tuple[Line, ...]:
    """Return the ten rows as drafted now, each with the level of the latest rating."""
    found = planning.standing_rows(review.place, scoring, review.settings)
    own = {rating.subject: rating for rating in person.ratings(review.place)}
    pairs = zip(scoring.draft.rows, found, strict=True)
    return tuple(Line(row, plan, own.get(row.theme)) for row, plan in pairs if not plan.credential)


def open_row(found: Sequence[Line], asked: str) -> str:
    """Return the theme of the row that is open: the one asked for, else the first one never rated."""
    if any(line.row.theme == asked for line in found):
        return asked
    return next((line.row.theme for line in found if not line.plan.rated), "")


def following(found: Sequence[Line], theme: str) -> str:
    """Return the theme of the next row that was never rated, "" when each one was."""
    at = next((i for i, line in enumerate(found) if line.row.theme == theme), 0)
    return open_row([*found[at + 1 :], *found[:at]], "")


def rating(form: Mapping[str, str], themes: Sequence[str], target: str) -> Rating:
    """Return the rating that a form holds; raises `UsageError` where it makes no sense."""
    theme, level, note = (form.get(name, "").strip() for name in ("row", "level", "evidence"))
    if theme not in themes:
        raise UsageError("that is none of the ten rows", "Open the page again: the rows have changed.")
    if level not in {str(n) for n in person.LEVELS}:
        raise UsageError("no level was chosen", person.WHOLE)
    if len(note) > MOST_TEXT or any(ord(c) < 32 for c in note):
        raise UsageError(f"the evidence has at most {MOST_TEXT} characters and no line break")
    checks = tuple(n for n in person.LEVELS if f"check{n}" in form)
    return Rating(person.now(), target, theme, int(level), note, checks)
