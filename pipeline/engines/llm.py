"""The engines behind a model: `llm` asks an endpoint, `replay` reads the stored answers only.

The model says words; whether a posting says them too, where, how strongly and since how many years is
decided here, by the same rules that the local engine follows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from pipeline import prompts, vocabulary
from pipeline.cluster import Names
from pipeline.engines.local import LocalEngine
from pipeline.errors import EngineError, EngineUnavailable
from pipeline.extract.finder import Demand, judge
from pipeline.extract.spans import Span
from pipeline.llm import cost, guard
from pipeline.llm.asking import Answer, Answers, Asker, MemoryAnswers, Question, Send, address
from pipeline.llm.chunks import MOST, chunks
from pipeline.llm.ground import GROUNDING, Claim, Grounded, Grounder, Rejection, counted
from pipeline.llm.wire import Endpoint
from pipeline.ports import BaseEngine
from pipeline.read.canonical import masked
from pipeline.records import Found, Mention, Posting, PromptRef, Provenance, Strength, Vocabulary, digest
from pipeline.settings import LlmSettings, Settings, endpoint_key, has_endpoint
from pipeline.version import __version__

MODELS = "models"
"""The record file of `data/raw` that says which model read with which settings."""

_SURE: dict[Found, float] = {"exact": 1.0, "folded": 0.95, "repaired": 0.8}
# the model has read the heading as well: its word on strength beats the heading's, not plain wording
_ODDS: dict[Strength, tuple[float, float, float]] = {
    "required": (0.94, 0.03, 0.03),
    "preferred": (0.03, 0.94, 0.03),
    "duty": (0.03, 0.03, 0.94),
}
_NEAR = 200
_ADVICE = "Run with --engine llm once, or use --engine local."


class LlmEngine(BaseEngine):
    """Mentions that a model claims and the text proves; with `merged`, the local engine's beside them.

    Alone it raises `EngineError` when the endpoint fails. Merged it goes on with the local engine, says so
    in `notes` and names the postings in `unfinished`, so that a later run asks for them again.
    """

    name = "llm"
    advises = True

    def __init__(
        self,
        settings: LlmSettings,
        answers: Answers | None = None,
        send: Send | None = None,
        merged: bool = False,
        words: Vocabulary | None = None,
        prompt_version: str | None = None,
    ) -> None:
        self.settings = settings
        self.merged = merged
        self.answers = answers or MemoryAnswers()
        self.asker = Asker(settings, self.answers, send)
        self.unfinished: set[str] = set()
        self.suspicious: dict[str, tuple[str, ...]] = {}
        self.counts: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self._words = words
        self._prompt = prompts.load("mentions", prompt_version)

    @classmethod
    def from_settings(
        cls, settings: Settings, archive: Answers | None = None, merged: bool = False, **_: Any
    ) -> LlmEngine:
        """The engine for these settings; raises `EngineUnavailable` when no endpoint is configured."""
        if not has_endpoint(settings):
            raise EngineUnavailable(
                "no model endpoint is configured",
                "Set [llm] model and base_url in skillmatrix.toml and the key in SKILLMATRIX_LLM_API_KEY, "
                "or use --engine local.",
            )
        endpoint = Endpoint(settings.llm, endpoint_key())
        return cls(settings.llm, archive, endpoint.send, merged)

    @cached_property
    def table(self) -> Table:
        """The curated vocabulary laid out for grounding, built when first wanted."""
        return table_of(self._words or vocabulary.load())

    @cached_property
    def version(self) -> str:
        """What its mentions depend on: program, model, prompt, sampling, chunks, vocabulary, local engine."""
        known = self._words or vocabulary.load()
        parts = [__version__, self.settings.model, self._prompt.ref.version, known.version[:12]]
        parts.append(digest(self.recipe())[:12])
        if self.merged:
            parts.append(f"local {self.table.local.version}")
        return "+".join(parts)

    def recipe(self) -> dict[str, Any]:
        """Everything that another process needs to find the same stored answers."""
        wanted = ("model", "temperature", "max_output_tokens", "chunk_characters", "chunk_overlap")
        return {
            "base_url": address(self.settings),
            **{name: getattr(self.settings, name) for name in wanted},
            "prompt": [self._prompt.ref.task, self._prompt.ref.version, self._prompt.ref.sha256],
            "merged": self.merged,
        }

    # --- asking ----------------------------------------------------------------------------------

    def prepare(self, postings: Sequence[Posting], progress: Callable[[str], None] | None = None) -> None:
        """Every question about these postings is asked, several at once; `progress` hears the total."""
        self.remember()
        questions = [question for posting in postings for question, _ in self.questions(posting)]
        self.asker.ask_all(questions, lambda: progress(self.asker.budget.line()) if progress else None)

    def questions(self, posting: Posting) -> list[tuple[Question, tuple[int, int]]]:
        """What is asked about a posting, each with the stretch of the text that it is about."""
        pieces = chunks(posting.text, self.settings.chunk_characters, self.settings.chunk_overlap)
        return [(self._question(posting.text[start:end]), (start, end)) for start, end in pieces]

    def _question(self, part: str) -> Question:
        sent = re.sub(r"<(?=/?posting)", "‹", guard.sendable(masked(part)), flags=re.IGNORECASE)
        text = f'<posting id="{digest(sent)[:8]}">\n{sent}\n</posting>'
        prompt = self._prompt
        return Question("mentions", prompt.ref, prompt.system, prompt.schema, text)

    def remember(self) -> None:
        """Nothing, once the archive knows by which recipe its answers can be read again."""
        recipe = self.recipe()
        if self.answers.records(MODELS)[-1:] != [recipe]:
            self.answers.append(MODELS, recipe)

    # --- reading ---------------------------------------------------------------------------------

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        """Every proven demand of one posting in order; raises `EngineError` when alone and not answered."""
        barred = guard.passages(posting.text)
        reading = self._read(posting, barred)
        self._keep(reading)
        found = self._mentions(reading)
        return self._with_local(posting, found, barred) if self.merged else found

    def proven(self, posting: Posting) -> tuple[Mention, ...]:
        """The model's mentions alone, from what is answered; nothing is counted or recorded."""
        return self._mentions(self._read(posting, guard.passages(posting.text)))

    def _read(self, posting: Posting, barred: Sequence[tuple[int, int]]) -> _Reading:
        reading = _Reading(posting, Grounder(posting.text, self.table.of(posting), barred))
        for question, span in self.questions(posting):
            answer = self.asker.ask(question)
            if answer is None:
                self._unanswered(posting)
            else:
                reading.take(answer, span)
        return reading

    def _unanswered(self, posting: Posting) -> None:
        self.unfinished.add(posting.id)
        if not self.merged:
            raise self.asker.failure or EngineError(
                "the stored answers do not cover every posting",
                "Run with --engine llm once, or use --engine local.",
            )

    def _mentions(self, reading: _Reading) -> tuple[Mention, ...]:
        spans = sorted(reading.proven)
        marked = [_span(reading.proven[span][0]) for span in spans]
        demands = judge(reading.posting.text, marked, reading.posting.sections) if marked else []
        return tuple(
            _mention(reading.posting, demand, *reading.proven[span])
            for span, demand in zip(spans, demands, strict=True)
        )

    def _with_local(
        self, posting: Posting, found: Sequence[Mention], barred: Sequence[tuple[int, int]]
    ) -> tuple[Mention, ...]:
        local = [
            m
            for m in self.table.local.mentions(posting)
            if not any(m.start < high and low < m.end for low, high in barred)
            and not any(_stands_for(ours, m) for ours in found)
        ]
        return tuple(sorted([*found, *local], key=lambda m: (m.start, m.end, m.provenance.engine)))

    # --- what became of it -----------------------------------------------------------------------

    def _keep(self, reading: _Reading) -> None:
        posting = reading.posting
        doubts = guard.suspicions(posting.text)
        if len(reading.spans) == MOST and reading.spans[-1][1] < len(posting.text):
            doubts = (*doubts, f"only its first {reading.spans[-1][1]:,} characters were asked about")
        if doubts:
            self.suspicious[posting.id] = doubts
        repaired = sum(g.found == "repaired" for g, _ in reading.proven.values())
        self.counts.update(accepted=len(reading.proven), repaired=repaired)
        self.rejected.update(r.reason for r in reading.rejected)
        record = {
            "posting": posting.id,
            "engine": self.version,
            "requests": [key for key, _ in reading.answers],
            "accepted": len(reading.proven),
            "repaired": repaired,
            "rejected": [{"reason": r.reason, "skill": r.skill, "quote": r.quote} for r in reading.rejected],
            "suspicious": list(doubts),
        }
        if self._kept.get(posting.id) != digest(record):
            self._kept[posting.id] = digest(record)
            self.answers.append(GROUNDING, record)

    @cached_property
    def _kept(self) -> dict[str, str]:
        return {str(r.get("posting")): digest(r) for r in self.answers.records(GROUNDING)}

    def notes(self) -> tuple[str, ...]:
        """What a run says of the model: calls, cache, tokens, cost, rungs, rejections, doubts, failures."""
        budget, asker = self.asker.budget, self.asker
        found = [f"{self.name}: {self._spending()}"]
        claims = f"{self.counts['accepted']} claims proven, {self.counts['repaired']} of them repaired"
        found.append(f"{self.name}: {claims}; {counted(self.rejected)}")
        if asker.rungs:
            found.append(f"{self.name}: answered as {counted_plainly(asker.rungs)}")
        if budget.spent.assumed:
            found.append(f"{self.name}: the server states no usage; the most it can have been is counted")
        found += [f"suspicious posting {i}: {'; '.join(why)}" for i, why in sorted(self.suspicious.items())]
        if self.unfinished:
            why = str(asker.failure) if asker.failure else "no stored answer"
            found.append(f"{len(self.unfinished)} postings read by the local engine alone: {why}")
        return tuple(found)

    def _spending(self) -> str:
        budget, cached = self.asker.budget, sum(self.asker.cached.values())
        used = budget.spent
        line = (
            f"{sum(budget.calls.values())} calls, {cached} answers from the cache, {used.sent:,} tokens sent "
            f"({used.cached:,} of them cached), {used.received:,} received"
        )
        priced = self.settings.price_input or self.settings.price_output
        return f"{line}, cost {cost.money(used, self.settings):.4f}" if priced else f"{line}, no prices set"


class ReplayEngine(LlmEngine):
    """The stored answers of a workspace, read again: no network, no key, the same mentions."""

    name = "replay"

    @classmethod
    def from_settings(
        cls, settings: Settings, archive: Answers | None = None, merged: bool = False, **_: Any
    ) -> ReplayEngine:
        """The engine for the model used last here; raises `EngineUnavailable` if there was none."""
        recipes = archive.records(MODELS) if archive else []
        if not recipes:
            raise EngineUnavailable(
                "this workspace holds no answers of a model",
                "Run with --engine llm once, or use --engine local.",
            )
        last = dict(recipes[-1])
        version, merged = last.pop("prompt")[1], bool(last.pop("merged"))
        return cls(replace(settings.llm, **last), archive, None, merged, prompt_version=version)

    def remember(self) -> None:
        """Nothing: whoever only reads leaves no recipe."""


# --- one posting's answers --------------------------------------------------------------------


class _Reading:
    """What the answers about one posting come to."""

    def __init__(self, posting: Posting, grounder: Grounder) -> None:
        self.posting = posting
        self.proven: dict[tuple[int, int], tuple[Grounded, Answer]] = {}
        self.rejected: list[Rejection] = []
        self.answers: list[tuple[str, Answer]] = []
        self.spans: list[tuple[int, int]] = []
        self._grounder = grounder

    def take(self, answer: Answer, span: tuple[int, int]) -> None:
        """Grounds one answer in its stretch of the text; what overlapping pieces both say counts once."""
        self.answers.append((answer.key, answer))
        self.spans.append(span)
        parsed = answer.parsed
        proven, rejected = self._grounder.ground(parsed.values, span)
        for grounded in proven:
            self.proven.setdefault((grounded.start, grounded.end), (grounded, answer))
        self.rejected += [*(Rejection(reason) for reason in parsed.problems), *rejected]


def _span(grounded: Grounded) -> Span:
    claim = grounded.claim
    score = _SURE[grounded.found]
    return Span(grounded.start, grounded.end, "llm", claim.kind, score, strength=_ODDS.get(claim.strength))


def _mention(posting: Posting, demand: Demand, grounded: Grounded, answer: Answer) -> Mention:
    claim, record = grounded.claim, answer.record
    prompt = PromptRef(**record["prompt"])
    provenance = Provenance(
        "llm",
        "+".join((__version__, record["model_asked"], f"{prompt.task}/{prompt.version}")),
        record["model_asked"],
        record["model_answered"],
        prompt,
        record["rung"],
        answer.key,
    )
    return Mention.at(
        posting,
        demand.start,
        demand.end,
        strength=demand.strength,
        kind=demand.kind,
        years=demand.years or _years(posting.text, demand, claim),
        depth=demand.depth or _depth(posting.text, grounded),
        negated=demand.negated,
        found=grounded.found,
        section=demand.section,
        score=demand.score,
        provenance=provenance,
    )


def _years(text: str, demand: Demand, claim: Claim) -> float | None:
    """The claimed years where the number stands near the mention; a number that does not is not believed."""
    if claim.years is None:
        return None
    near = text[max(0, demand.start - _NEAR) : demand.end + _NEAR]
    return claim.years if f"{claim.years:g}" in re.findall(r"\d+(?:\.\d+)?", near) else None


def _depth(text: str, grounded: Grounded) -> str | None:
    """The claimed depth cue as the text says it near the mention; None where it does not."""
    if not grounded.claim.depth:
        return None
    start = max(0, grounded.start - _NEAR)
    near = text[start : grounded.end + _NEAR]
    at = near.lower().find(grounded.claim.depth)
    return near[at : at + len(grounded.claim.depth)] if at >= 0 else None


def _stands_for(ours: Mention, local: Mention) -> bool:
    """True when the model's mention makes a local one superfluous.

    They overlap, and the local one is no tool inside a practice, which is a demand of its own.
    """
    if ours.end <= local.start or local.end <= ours.start:
        return False
    inside = ours.start <= local.start and local.end <= ours.end and ours.quote != local.quote
    return not (inside and local.kind == "specific" and ours.kind != "specific")


def counted_plainly(counts: Mapping[str, int]) -> str:
    """Names with their counts, sorted."""
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


# --- the vocabulary, as grounding asks for it -------------------------------------------------


class Table:
    """The curated names laid out for grounding; `of` gives the lexicon of one posting."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.names = Names(words)
        self.local = LocalEngine(words)

    def of(self, posting: Posting) -> PostingLexicon:
        """What the vocabulary knows, and finds in this posting."""
        return PostingLexicon(self, posting)


_tables: list[Table] = []


def table_of(words: Vocabulary) -> Table:
    """The table of a vocabulary; the last ones are kept, for building one takes a second."""
    for table in _tables:
        if table.words is words:
            return table
    _tables[:] = [Table(words), *_tables[:1]]
    return _tables[0]


class PostingLexicon:
    """The vocabulary's answers about one posting."""

    def __init__(self, table: Table, posting: Posting) -> None:
        self._table = table
        self._posting = posting

    @cached_property
    def _known(self) -> list[Span]:
        return self._table.local.reader.scanner.spans(self._posting.text)

    @cached_property
    def _demands(self) -> tuple[Mention, ...]:
        return self._table.local.mentions(self._posting)

    def aliases(self, skill: str) -> tuple[str, ...]:
        """Every spelling that a known skill answers to."""
        resolved = self._table.names.resolve(skill)
        entry = self._table.words.skills.get(resolved.name)
        # a phrase set or a name inside says what it is like, not that it is the same name
        if entry is None or resolved.how not in ("alias", "rule"):
            return ()
        return entry.aliases if f"={entry.name}" in entry.aliases else (entry.name, *entry.aliases)

    def same(self, surface: str, skill: str) -> bool:
        """True when both lead to one known skill."""
        left, right = self._table.names.resolve(surface), self._table.names.resolve(skill)
        return left.known and left.name == right.name

    def is_named_thing(self, skill: str) -> bool:
        """True for a proper name: all words capital, or one word with inner capitals or known as specific.

        "Cloud platforms" is specific and yet words; "React Native", "Kubernetes", "IFRS 9" are names.
        """
        parts = skill.split()
        if len(parts) > 1:
            return all(p[0].isupper() or p[0].isdigit() or p in ("and", "of", "/", "&") for p in parts)
        if any(c.isdigit() or c.isupper() for c in skill[1:]):
            return True
        entry = self._table.words.skills.get(self._table.names.resolve(skill).name)
        return entry is not None and entry.kind == "specific"

    def covering(self, start: int, end: int) -> tuple[int, int, str] | None:
        """The longest known name in the posting that holds the span, with its skill."""
        for span in _holding(self._known, start, end):
            return span.start, span.end, span.skill or ""
        return None

    def witnessed(self, start: int, end: int, skill: str) -> bool:
        """True when the local engine reads a demand in most of a phrase that no table calls another skill."""
        text = self._posting.text[start:end]
        claimed, said = self._table.names.resolve(skill), self._table.names.resolve(text)
        if len(text.split()) < 2 or (claimed.known and said.known and claimed.name != said.name):
            return False
        return any(
            min(end, m.end) - max(start, m.start) >= 0.6 * (end - start) and m.kind != "specific"
            for m in self._demands
        )


def _holding(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    return (s for s in spans if s.start <= start and end <= s.end)
