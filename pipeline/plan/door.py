"""The door of this package: what the core may ask it (`steps/neighbours.py`), by the table in `plugins`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.plan import person, stand, steps
from pipeline.records import Plan, Target
from pipeline.settings import Settings
from pipeline.steps.neighbours import Planning
from pipeline.steps.place import Place
from pipeline.steps.review import Review
from pipeline.steps.scoring import Scoring


class Door(Planning):
    """The plan of a person for a target."""

    def plan(self, place: Place, target: Target, settings: Settings) -> Plan:
        """Return the plan as it stands."""
        return steps.plan(place, target, settings)

    def stand(self, review: Review, scoring: Scoring, asked: str) -> Mapping[str, Any]:
        """Return what the page "Where I stand" shows: the rows, and which of them is open."""
        lines = stand.lines(review, scoring)
        rated = sum(bool(line.plan.rated) for line in lines)
        return {"lines": lines, "open": stand.open_row(lines, asked), "rated": rated}

    def rate(self, review: Review, scoring: Scoring, form: Mapping[str, str]) -> tuple[str, str]:
        """Keep the rating that a form holds; return what to say and the theme of the next row."""
        titles = {row.theme: row.title for row in scoring.draft.rows}
        made = stand.rating(form, list(titles), review.target.id)
        person.rate(review.place, [made])
        said = f"Kept: {titles[made.subject]}, level {made.level}. {person.doubt(made.level, made.checks)}"
        return said.strip(), stand.following(stand.lines(review, scoring), made.subject)
