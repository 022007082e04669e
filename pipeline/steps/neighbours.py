"""What the core asks of the packages beside it, plan and llm: found by name, imported when first asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pipeline import plugins
from pipeline.ports import Advice
from pipeline.records import Plan, Run, Target, Vocabulary
from pipeline.settings import Settings
from pipeline.steps.place import Place

if TYPE_CHECKING:
    from pipeline.steps.review import Review
    from pipeline.steps.scoring import Scoring

SAID = ("grounding", "consulted", "advice")
"""The record files of `data/raw` that are there once a model was asked."""


class Model(Protocol):
    """What is known from the stored answers of a model, and what a run asks it."""

    def advice(self, place: Place, target: Target, words: Vocabulary) -> Advice:
        """Return what a model said of a target beside mentions."""
        ...

    def lines(self, place: Place, target: Target, settings: Settings) -> tuple[str, ...]:
        """Return what the answers behind a target cost and what became of their claims, in sentences."""
        ...

    def cost(self, place: Place, target: Target, settings: Settings) -> Mapping[str, Any]:
        """Return the same as a record to be kept with a snapshot; empty where no answer was used."""
        ...

    def frozen(self, place: Place, target: Target) -> tuple[str, ...]:
        """Return what the answers behind each snapshot cost, one sentence each, oldest first."""
        ...

    def read_postings(self, place: Place) -> Collection[str]:
        """Return the ids of the postings that a model read."""
        ...

    def consult(
        self, place: Place, target: Target, settings: Settings, engine: Any, snapshot: str | None = None
    ) -> list[Run]:
        """Ask an engine that `advises` for names, kinds, rows and lines; keep the answers, score by them."""
        ...

    def estimate(self, place: Place, target: Target, settings: Settings, engine: str | None) -> str:
        """Return what reading by the model would cost now; nothing is asked."""
        ...


class Planning(Protocol):
    """The plan of a person for a target."""

    def plan(self, place: Place, target: Target, settings: Settings) -> Plan:
        """Return the plan as it stands."""
        ...

    def stand(self, review: Review, scoring: Scoring, asked: str) -> Mapping[str, Any]:
        """Return what the page "Where I stand" shows: the rows, and which of them is open."""
        ...

    def rate(self, review: Review, scoring: Scoring, form: Mapping[str, str]) -> tuple[str, str]:
        """Keep the rating that a form holds; return what to say and the theme of the next row.

        Raises `UsageError` where the form makes no sense.
        """
        ...


def model() -> Model:
    """Return the door of `llm/`."""
    found: Model = plugins.neighbour("llm")
    return found


def planning() -> Planning:
    """Return the door of `plan/`."""
    found: Planning = plugins.neighbour("plan")
    return found


def has_spoken(place: Place) -> bool:
    """Say whether this workspace holds anything that a model said."""
    return any(True for name in SAID for _ in place.archive.each_record(name))


def advice(place: Place, target: Target, words: Vocabulary) -> Advice:
    """Return what a model said of a target beside mentions; nothing where none was asked."""
    return model().advice(place, target, words) if has_spoken(place) else Advice()


def model_lines(place: Place, target: Target, settings: Settings) -> tuple[str, ...]:
    """Return what a model's answers cost and gave, in sentences; none where none was asked."""
    return model().lines(place, target, settings) if has_spoken(place) else ()
