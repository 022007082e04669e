"""What a run would ask a model and what that would cost, before anything is asked.

Which wordings there will be, and which demands only one engine finds, is known when the model has read:
until then the local engine's reading stands in for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from pipeline.errors import BudgetExhausted
from pipeline.llm import advising, agreement, prompts
from pipeline.llm.cost import Usage, money, tokens
from pipeline.llm.engine import LlmEngine
from pipeline.llm.replies import Task
from pipeline.llm.steps import distinct, engine_for, unread
from pipeline.records import Posting, Target
from pipeline.settings import LlmSettings, MatrixSettings, Settings
from pipeline.steps.place import Place

DOUBTED = 0.5
"""Doubts for each demand that the local engine finds: .2 to .5 with a capable model, more with a weak one."""

SENTENCE, SKILL, ROW = 45, 12, 220
"""Tokens of a marked sentence, of a skill's line, and of what is said of a row."""


@dataclass(frozen=True, slots=True)
class Price:
    """The calls of one task: those to make, those that are answered already, and the tokens at most."""

    task: Task
    calls: int
    cached: int
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would ask: the calls of each task, tokens at most, and money where prices are set."""

    postings: int
    unchanged: int
    prices: tuple[Price, ...]
    money: float
    priced: bool
    over: str = ""

    @property
    def calls(self) -> int:
        """All calls to make."""
        return sum(p.calls for p in self.prices)

    @property
    def sent(self) -> int:
        """All tokens to send."""
        return sum(p.sent for p in self.prices)

    @property
    def received(self) -> int:
        """All tokens to receive at most."""
        return sum(p.received for p in self.prices)

    def text(self) -> str:
        """Return the estimate as a person reads it."""
        cost = f"at most {self.money:.4f}" if self.priced else "unknown: no prices are set"
        cached = sum(p.cached for p in self.prices)
        each = [
            f"  {p.task:<9}{p.calls} calls, {p.cached} answered, about {p.sent:,} tokens to send"
            for p in self.prices
        ]
        lines = [
            f"{self.postings} postings, {self.unchanged} of them read before and unchanged",
            f"calls    {self.calls}, and {cached} answers from the cache",
            *each,
            f"tokens   about {self.sent:,} to send, at most {self.received:,} to receive",
            f"cost     {cost}",
        ]
        return "\n".join([*lines, *([f"budget   {self.over}"] if self.over else [])])


def estimate(place: Place, target: Target, settings: Settings, asked: str | None = None) -> Estimate:
    """Return what a run over the target's postings would ask the model now; ask nothing, open no socket."""
    engine = engine_for(place, target, settings, merged=(asked or settings.engine.name) != "llm")
    postings, todo = unread(place, target, engine)
    prices = tuple(_prices(place, target, engine, todo, settings.matrix))
    planned = Usage(sum(p.sent for p in prices), 0, sum(p.received for p in prices))
    return Estimate(
        len(postings),
        len(postings) - len(todo),
        prices,
        money(planned, settings.llm),
        bool(settings.llm.price_input or settings.llm.price_output),
        _over(engine, planned),
    )


def _prices(
    place: Place, target: Target, engine: LlmEngine, todo: Sequence[Posting], settings: MatrixSettings
) -> Iterator[Price]:
    questions = distinct(engine, todo)
    fresh = [q for q in questions if engine.asker.known(q) is None]
    most = engine.settings.max_output_tokens
    sent = sum(q.tokens for q in fresh)
    yield Price("mentions", len(fresh), len(questions) - len(fresh), sent, len(fresh) * most)
    unanswered = {p.id for p in todo if any(not engine.asker.known(q) for q, _ in engine.questions(p))}
    local = [m for p in todo for m in engine.table.local.mentions(p)]
    if engine.merged:
        doubts = ceil(DOUBTED * sum(m.posting_id in unanswered for m in local))
        yield _batched("judge", doubts, agreement.DOUBTS, SENTENCE, engine.settings)
    wordings = advising.fresh_wordings(place, target, more=[m for m in local if m.posting_id in unanswered])
    yield _batched("names", len(wordings), advising.NAMED, SENTENCE, engine.settings)
    changed = bool(fresh or wordings)
    skills = min(advising.ROWED, len(wordings) or len(local)) if changed else 0
    yield _batched("rows", skills, advising.ROWED, SKILL, engine.settings)
    rows = settings.general_rows + settings.specific_rows if changed else 0
    yield _batched("prose", rows, 1, ROW, engine.settings)


def _batched(task: Task, items: int, most: int, each: int, settings: LlmSettings) -> Price:
    """Return the price of so many items, at most `most` a call."""
    calls = ceil(items / most)
    prompt = prompts.load(task)
    sent = calls * tokens(prompt.system) + items * each
    return Price(task, calls, 0, sent, calls * settings.max_output_tokens)


def _over(engine: LlmEngine, planned: Usage) -> str:
    try:
        engine.asker.budget.check(planned)
    except BudgetExhausted:
        return "this may pass the budget; the run stops before the call that would"
    return ""
