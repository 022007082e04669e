"""The door of this package: what the core may ask it (`steps/neighbours.py`), by the table in `plugins`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.ports import Advice
from pipeline.records import Run, Target, Vocabulary
from pipeline.settings import Settings
from pipeline.steps.neighbours import Model
from pipeline.steps.place import Place


class Door(Model):
    """What is known from the stored answers of a model, and what a run asks it."""

    def advice(self, place: Place, target: Target, words: Vocabulary) -> Advice:
        """Return what a model said of a target beside mentions."""
        from pipeline.llm.advice import advice_of

        return advice_of(place, target, words)

    def lines(self, place: Place, target: Target, settings: Settings) -> tuple[str, ...]:
        """Return what the answers behind a target cost and what became of their claims, in sentences."""
        from pipeline.llm.usage import usage_of

        return usage_of(place, target, settings).lines()

    def cost(self, place: Place, target: Target, settings: Settings) -> Mapping[str, Any]:
        """Return the same as a record to be kept with a snapshot; empty where no answer was used."""
        from pipeline.llm.usage import usage_of

        found = usage_of(place, target, settings)
        return {k: v for k, v in asdict(found).items() if k != "suspicious"} if found.answers else {}

    def frozen(self, place: Place, target: Target) -> tuple[str, ...]:
        """Return what the answers behind each snapshot cost, one sentence each, oldest first."""
        from pipeline.llm.usage import frozen

        return frozen(place, target)

    def read_postings(self, place: Place) -> Collection[str]:
        """Return the ids of the postings that a model read."""
        from pipeline.llm.ground import GROUNDING

        return {str(record.get("posting")) for record in place.archive.each_record(GROUNDING)}

    def consult(
        self, place: Place, target: Target, settings: Settings, engine: Any, snapshot: str | None = None
    ) -> list[Run]:
        """Ask for names, kinds, rows and lines of the plan, put them on record, and score by them."""
        from pipeline.llm.advising import consult

        return consult(place, target, settings, engine, snapshot)

    def estimate(self, place: Place, target: Target, settings: Settings, engine: str | None) -> str:
        """Return what reading by the model would cost now; nothing is asked."""
        from pipeline.llm.pricing import estimate

        return estimate(place, target, settings, engine).text()
