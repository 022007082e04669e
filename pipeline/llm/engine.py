"""The engines behind a model: `llm` asks an endpoint, `replay` reads the stored answers only.

The model says words; whether a posting says them too, where, how strongly and since how many years is
decided here, by the same rules that the local engine follows. Beside the local engine, what only one of
the two found is put to the model once more (`agreement`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pipeline import vocabulary
from pipeline.cluster import Names
from pipeline.engines.local import LocalEngine, mention_of
from pipeline.errors import EngineError, EngineUnavailable
from pipeline.extract.demand import asked_years
from pipeline.extract.finder import Demand, judge
from pipeline.extract.spans import Span
from pipeline.llm import agreement, cost, guard, prompts
from pipeline.llm.agreement import Doubt
from pipeline.llm.asking import Answer, Answers, Asker, MemoryAnswers, Question, Send, address
from pipeline.llm.chunks import MOST, chunks, lines
from pipeline.llm.consulted import numbered
from pipeline.llm.ground import GROUNDING, Claim, Grounded, Grounder, Rejection, counted
from pipeline.llm.wire import Endpoint
from pipeline.ports import BaseEngine
from pipeline.read.canonical import masked
from pipeline.records import (
    Found,
    Mention,
    Posting,
    PromptRef,
    Provenance,
    Rulings,
    Strength,
    Vocabulary,
    digest,
)
from pipeline.settings import LlmSettings, Settings, endpoint_key, has_endpoint
from pipeline.text import fold
from pipeline.version import __version__

MODELS = "models"
"""The record file of `data/raw` that says which model read with which settings."""

# by eye: the lower, the more of the quote was changed
_SURE: dict[Found, float] = {"exact": 1.0, "folded": 0.95, "repaired": 0.8}
# the model has read the heading as well: its word on strength beats the heading's, not plain wording
_ODDS: dict[Strength, tuple[float, float, float]] = {
    "required": (0.94, 0.03, 0.03),
    "preferred": (0.03, 0.94, 0.03),
    "duty": (0.03, 0.03, 0.94),
}
# characters around a mention in which years and depth must stand; by eye, two or three lines
_NEAR = 200
_ADVICE = "Run with --engine llm once, or use --engine local."
CAREFUL = 0.95
"""The part of a reading's claims that must stand in the text for the model to be believed about a posting:
careful readers were wrong in one quote of a hundred."""

_NO_FAULT = frozenset(
    {
        "said-twice",
        "speaks-to-the-model",
        "quote-cuts-a-word",
        "part-of-a-longer-skill",
        "too-many",
        "cut-off",
    }
)
"""Rejections that say nothing about the care of a model: what it quotes does stand in the posting."""


class LlmEngine(BaseEngine):
    """Mentions that a model claims and the text proves; with `merged`, those that the local engine shares.

    Of what only one of the two found the model's second look decides; demands of skills that a person spoke
    of stay (`rulings`). Alone it raises `EngineError` when the endpoint fails. Merged it goes on with the
    local engine, says so in `notes` and names the postings in `unfinished`, so that a later run asks for
    them again.
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
        rulings: Rulings | None = None,
    ) -> None:
        self.settings = settings
        self.merged = merged
        self.answers = answers or MemoryAnswers()
        self.asker = Asker(settings, self.answers, send)
        self.unfinished: set[str] = set()
        self.suspicious: dict[str, tuple[str, ...]] = {}
        self.counts: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.judged: Counter[str] = Counter()
        self.careless = 0
        self._words = words
        self._rulings = rulings or Rulings()
        self._prompt = prompts.load("mentions", prompt_version)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        archive: Answers | None = None,
        merged: bool = False,
        rulings: Rulings | None = None,
        **_: Any,
    ) -> LlmEngine:
        """Return the engine for these settings; raises `EngineUnavailable` when no endpoint is configured."""
        if not has_endpoint(settings):
            raise EngineUnavailable(
                "no model endpoint is configured",
                "Set [llm] model and base_url in skillmatrix.toml and the key in SKILLMATRIX_LLM_API_KEY, "
                "or use --engine local.",
            )
        endpoint = Endpoint(settings.llm, endpoint_key())
        return cls(settings.llm, archive, endpoint.send, merged, rulings=rulings)

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
            judge = prompts.load("judge").ref.version
            parts.append(f"local {self.table.local.version}+judge {judge}")
        return "+".join(parts)

    def recipe(self) -> dict[str, Any]:
        """Return everything that another process needs to find the same stored answers."""
        wanted = ("model", "temperature", "max_output_tokens", "chunk_characters", "chunk_overlap")
        return {
            "base_url": address(self.settings),
            **{name: getattr(self.settings, name) for name in wanted},
            "prompt": [self._prompt.ref.task, self._prompt.ref.version, self._prompt.ref.sha256],
            "merged": self.merged,
        }

    # --- asking ----------------------------------------------------------------------------------

    def prepare(self, postings: Sequence[Posting], progress: Callable[[str], None] | None = None) -> None:
        """Ask every question about these postings, several at once; `progress` hears the total."""
        self.remember()
        self._local.clear()
        questions = [question for posting in postings for question, _ in self.questions(posting)]
        self.asker.ask_all(questions, lambda: progress(self.asker.budget.line()) if progress else None)
        if self.merged:
            both = [self._compared(self._read(posting)) for posting in postings]
            doubts = [d for one in both for d in one.doubts.values()]
            agreement.ask(self.asker, doubts, [c for one in both for c in one.controls])
            self.__dict__.pop("_verdicts", None)

    def questions(self, posting: Posting) -> list[tuple[Question, tuple[int, int]]]:
        """Return what is asked about a posting, each with the stretch of the text that it is about."""
        pieces = chunks(posting.text, self.settings.chunk_characters, self.settings.chunk_overlap)
        return [(self._question(posting.text[start:end]), (start, end)) for start, end in pieces]

    def _question(self, part: str) -> Question:
        # before anything leaves this machine; stars keep every offset
        text = masked(part)
        if self._numbers_lines:
            text = numbered([text[start:end] for start, end in lines(text)])
        # a posting that holds our own closing tag would speak outside of it
        sent = re.sub(r"<(?=/?posting)", "‹", guard.sendable(text), flags=re.IGNORECASE)
        text = f'<posting id="{digest(sent)[:8]}">\n{sent}\n</posting>'
        prompt = self._prompt
        return Question("mentions", prompt.ref, prompt.system, prompt.words, prompt.schema, text)

    @property
    def _numbers_lines(self) -> bool:
        """False for answers to the first prompt, whose lines had no numbers."""
        return self._prompt.ref.version != "v1"

    def remember(self) -> None:
        """Record the recipe by which the answers can be read again."""
        recipe = self.recipe()
        # only the last one counts: replaying reads with what was used last
        if self.answers.records(MODELS)[-1:] != [recipe]:
            self.answers.append(MODELS, recipe)

    # --- reading ---------------------------------------------------------------------------------

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        """Return every proven demand of one posting, in order.

        Raise `EngineError` where the model is alone and did not answer.
        """
        reading = self._read(posting, counted=True)
        if not self.merged:
            self._keep(reading, {})
            return self._mentions(reading)
        compared = self._compared(reading)
        verdicts = {at: self._verdicts.get(doubt.id) for at, doubt in compared.doubts.items()}
        if None in verdicts.values() and posting.id not in self.unfinished and not self._may_stay_open:
            self.unfinished.add(posting.id)
        self.careless += not reading.careful
        self._keep(reading, {compared.mentions[at].quote: v for at, v in verdicts.items()})
        kept = [m for at, m in enumerate(compared.mentions) if _stands(m, at, verdicts)]
        return tuple(sorted(kept, key=lambda m: (m.start, m.end, m.provenance.engine)))

    _may_stay_open = False

    def proven(self, posting: Posting) -> tuple[Mention, ...]:
        """Return the model's mentions alone, from what is answered; nothing is counted or recorded."""
        return self._mentions(self._read(posting))

    def labels(self, posting: Posting) -> dict[tuple[int, int], str]:
        """Return what the model itself calls each of its proven mentions."""
        proven = self._read(posting).proven
        return {span: grounded.claim.skill for span, (grounded, _) in proven.items()}

    def _read(self, posting: Posting, counted: bool = False) -> _Reading:
        barred = guard.passages(posting.text)
        lexicon = self.table.of(posting, lambda: self._by_local(posting))
        reading = _Reading(posting, Grounder(posting.text, lexicon, barred), barred)
        for question, span in self.questions(posting):
            answer = self.asker.ask(question) if counted else self.asker.known(question)
            if answer is not None:
                reading.take(answer, span, self._numbers_lines)
            elif counted:
                self._unanswered(posting)
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

    # --- beside the local engine -----------------------------------------------------------------

    def _by_local(self, posting: Posting) -> tuple[Mention, ...]:
        if posting.id not in self._local:
            self._local[posting.id] = self.table.local.mentions(posting)
        return self._local[posting.id]

    @cached_property
    def _local(self) -> dict[str, tuple[Mention, ...]]:
        return {}

    @cached_property
    def _verdicts(self) -> Mapping[str, agreement.Verdict]:
        return agreement.verdicts(self.asker)

    def _compared(self, reading: _Reading) -> _Compared:
        """Return both readers' mentions, and which of them only one reader found."""
        posting = reading.posting
        ours = self._mentions(reading)
        local = tuple(m for m in self._by_local(posting) if not reading.is_barred(m))
        if not reading.careful:
            # who gives quotes that are not there is no guide to what else is
            return _Compared(local, {}, ())
        alone = [m for m in local if not any(_stands_for(mine, m) for mine in ours)]
        agreed = [m for m in ours if any(_meet(m, other) for other in local)]
        rest = [m for m in ours if m not in agreed]
        mentions, doubtful = (*alone, *rest, *agreed), range(len(alone) + len(rest))
        # nothing was asked: no doubts, since there is nobody to ask
        if not reading.answers:
            return _Compared(mentions, {}, ())
        doubts = {
            at: Doubt.of(posting.text, mentions[at]) for at in doubtful if not self._spoken_of(mentions[at])
        }
        return _Compared(mentions, doubts, tuple(Doubt.of(posting.text, m) for m in agreed))

    def _spoken_of(self, mention: Mention) -> bool:
        """Say whether a person has decided about the skill of a mention: then it is no matter of doubt."""
        ruled = self._rulings
        kept = {*ruled.accepted, *ruled.pinned, *ruled.kinds, *ruled.themes, *ruled.priorities}
        return bool(kept) and self._named.resolve(mention.quote).name in kept | set(ruled.names.values())

    @cached_property
    def _named(self) -> Names:
        return Names(self._words or vocabulary.load(), self._rulings)

    # --- what became of it -----------------------------------------------------------------------

    def _keep(self, reading: _Reading, disputed: Mapping[str, agreement.Verdict | None]) -> None:
        posting = reading.posting
        doubts = guard.suspicions(posting.text)
        if len(reading.spans) == MOST and reading.spans[-1][1] < len(posting.text):
            doubts = (*doubts, f"only its first {reading.spans[-1][1]:,} characters were asked about")
        if doubts:
            self.suspicious[posting.id] = doubts
        repaired = sum(g.found == "repaired" for g, _ in reading.proven.values())
        self.counts.update(accepted=len(reading.proven), repaired=repaired)
        self.rejected.update(r.reason for r in reading.rejected)
        self.judged.update(v or "not judged" for v in disputed.values())
        record = {
            "posting": posting.id,
            "engine": self.version,
            "requests": [key for key, _ in reading.answers],
            "accepted": len(reading.proven),
            "repaired": repaired,
            "rejected": [{"reason": r.reason, "skill": r.skill, "quote": r.quote} for r in reading.rejected],
            "suspicious": list(doubts),
            "disputed": {quote: verdict or "" for quote, verdict in sorted(disputed.items())},
        }
        if self._kept.get(posting.id) != digest(record):
            self._kept[posting.id] = digest(record)
            self.answers.append(GROUNDING, record)

    @cached_property
    def _kept(self) -> dict[str, str]:
        return {str(r.get("posting")): digest(r) for r in self.answers.records(GROUNDING)}

    def notes(self) -> tuple[str, ...]:
        """Return what a run says of the model.

        Calls, cache, tokens, cost, rungs, rejections, doubts, failures.
        """
        budget, asker = self.asker.budget, self.asker
        found = [f"{self.name}: {self._spending()}"]
        claims = f"{self.counts['accepted']} claims proven, {self.counts['repaired']} of them repaired"
        found.append(f"{self.name}: {claims}; {counted(self.rejected)}")
        if self.careless:
            found.append(f"{self.careless} postings read by the local engine alone: too many wrong quotes")
        if self.judged:
            said = counted_plainly(self.judged)
            found.append(f"{self.name}: demands that only one of the two engines found: {said}")
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
    _may_stay_open = True
    """What nobody was asked stays as the two engines left it: no later replay knows more."""

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        archive: Answers | None = None,
        merged: bool = False,
        rulings: Rulings | None = None,
        **_: Any,
    ) -> ReplayEngine:
        """Return the engine for the model used last here; raises `EngineUnavailable` if there was none."""
        recipes = archive.records(MODELS) if archive else []
        if not recipes:
            raise EngineUnavailable(
                "this workspace holds no answers of a model",
                "Run with --engine llm once, or use --engine local.",
            )
        last = dict(recipes[-1])
        version, merged = last.pop("prompt")[1], bool(last.pop("merged"))
        endpoint = replace(settings.llm, **last)
        return cls(endpoint, archive, None, merged, prompt_version=version, rulings=rulings)

    def remember(self) -> None:
        """Record nothing: whoever only reads leaves no recipe."""


# --- one posting's answers --------------------------------------------------------------------


class _Reading:
    """What the answers about one posting come to; `barred` are passages that speak to the model."""

    def __init__(self, posting: Posting, grounder: Grounder, barred: Sequence[tuple[int, int]] = ()) -> None:
        self.posting = posting
        self.proven: dict[tuple[int, int], tuple[Grounded, Answer]] = {}
        self.rejected: list[Rejection] = []
        self.answers: list[tuple[str, Answer]] = []
        self.spans: list[tuple[int, int]] = []
        self._grounder = grounder
        self._barred = barred

    def take(self, answer: Answer, span: tuple[int, int], by_line: bool = False) -> None:
        """Ground one answer in its stretch of the text; what overlapping pieces both say counts once."""
        self.answers.append((answer.key, answer))
        self.spans.append(span)
        parsed = answer.parsed
        # by folded name: models change the case of a skill between two lists
        words = {fold(level.skill).text: level.words for level in parsed.levels}
        claims = [replace(c, words=words.get(fold(c.skill).text, "")) for c in parsed.values]
        part = self.posting.text[slice(*span)]
        places = [(span[0] + start, span[0] + end) for start, end in lines(part)] if by_line else []
        proven, rejected = self._grounder.ground(claims, span, places)
        for grounded in proven:
            # the first piece that says it: its request stands as provenance
            self.proven.setdefault((grounded.start, grounded.end), (grounded, answer))
        self.rejected += [*(Rejection(reason) for reason in parsed.problems), *rejected]

    @property
    def careful(self) -> bool:
        """True when nearly all of what the model claims stands in the text."""
        faults = sum(r.reason not in _NO_FAULT for r in self.rejected)
        return len(self.proven) >= CAREFUL * (len(self.proven) + faults)

    def is_barred(self, mention: Mention) -> bool:
        """Say whether a mention lies in a passage that speaks to the model."""
        return any(mention.start < high and low < mention.end for low, high in self._barred)


@dataclass(frozen=True)
class _Compared:
    """Both readers' mentions: the doubtful ones with their place, and some that are sure."""

    mentions: tuple[Mention, ...]
    doubts: Mapping[int, Doubt]
    controls: tuple[Doubt, ...]


def _stands(mention: Mention, at: int, verdicts: Mapping[int, agreement.Verdict | None]) -> bool:
    """Say whether a mention counts after the second look.

    Not asked (None): both readers are believed, each claim is proven. Asked without a believable answer: a
    model that cannot judge is believed where the local engine agrees, and nowhere else.
    """
    verdict = verdicts.get(at)
    if verdict in ("demand", None):
        return True
    return verdict == "" and mention.provenance.engine == "local"


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
    return mention_of(
        posting,
        demand,
        provenance,
        years=demand.years or _years(posting.text, demand, claim),
        depth=demand.depth or _depth(posting.text, grounded),
        found=grounded.found,
    )


def _years(text: str, demand: Demand, claim: Claim) -> float | None:
    """Return the claimed years where the words for them stand near the mention; else None."""
    near = text[max(0, demand.start - _NEAR) : demand.end + _NEAR]
    if claim.words and fold(claim.words).text in fold(near).text:
        return asked_years(claim.words)
    if claim.years is None:
        return None
    return claim.years if f"{claim.years:g}" in re.findall(r"\d+(?:\.\d+)?", near) else None


def _depth(text: str, grounded: Grounded) -> str | None:
    """Return the claimed depth cue as the text says it near the mention; None where it does not."""
    claim = grounded.claim
    cue = claim.depth or (claim.words if asked_years(claim.words) is None else "")
    if not cue:
        return None
    start = max(0, grounded.start - _NEAR)
    near = text[start : grounded.end + _NEAR]
    at = near.lower().find(cue.lower())
    return near[at : at + len(cue)] if at >= 0 else None


def _meet(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _stands_for(ours: Mention, local: Mention) -> bool:
    """Say whether the model's mention makes a local one superfluous.

    They overlap, and the local one is no tool inside a practice, which is a demand of its own.
    """
    if not _meet(ours, local):
        return False
    inside = ours.start <= local.start and local.end <= ours.end and ours.quote != local.quote
    return not (inside and local.kind == "specific" and ours.kind != "specific")


def counted_plainly(counts: Mapping[str, int]) -> str:
    """Return names with their counts, sorted."""
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


# --- the vocabulary, as grounding asks for it -------------------------------------------------


class Table:
    """The curated names laid out for grounding; `of` gives the lexicon of one posting."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.names = Names(words)
        self.local = LocalEngine(words)

    def of(
        self, posting: Posting, demands: Callable[[], tuple[Mention, ...]] | None = None
    ) -> PostingLexicon:
        """Return what the vocabulary knows and finds in this posting; `demands` are the local engine's."""
        return PostingLexicon(self, posting, demands or (lambda: self.local.mentions(posting)))


_tables: list[Table] = []


def table_of(words: Vocabulary) -> Table:
    """Return the table of a vocabulary; the last ones are kept, for building one takes a second."""
    for table in _tables:
        if table.words is words:
            return table
    _tables[:] = [Table(words), *_tables[:1]]
    return _tables[0]


class PostingLexicon:
    """The vocabulary's answers about one posting."""

    def __init__(self, table: Table, posting: Posting, demands: Callable[[], tuple[Mention, ...]]) -> None:
        self._table = table
        self._posting = posting
        self._found = demands

    @cached_property
    def _known(self) -> list[Span]:
        return self._table.local.reader.scanner.spans(self._posting.text)

    @cached_property
    def _demands(self) -> tuple[Mention, ...]:
        return self._found()

    def aliases(self, skill: str) -> tuple[str, ...]:
        """Return every spelling that a known skill answers to."""
        resolved = self._table.names.resolve(skill)
        entry = self._table.words.skills.get(resolved.name)
        # a phrase set or a name inside says what it is like, not that it is the same name
        if entry is None or resolved.how not in ("alias", "rule"):
            return ()
        return entry.aliases if f"={entry.name}" in entry.aliases else (entry.name, *entry.aliases)

    def same(self, surface: str, skill: str) -> bool:
        """Return True when both lead to one known skill."""
        left, right = self._table.names.resolve(surface), self._table.names.resolve(skill)
        return left.known and left.name == right.name

    def is_named_thing(self, skill: str) -> bool:
        """Return True for a proper name.

        All words capital, or one word with inner capitals or known as specific.

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
        """Return the longest known name in the posting that holds the span, with its skill."""
        for span in _holding(self._known, start, end):
            return span.start, span.end, span.skill or ""
        return None

    def witnessed(self, start: int, end: int, skill: str) -> bool:
        """Return True where the local engine reads most of a phrase as a demand, and no table as another."""
        text = self._posting.text[start:end]
        claimed, said = self._table.names.resolve(skill), self._table.names.resolve(text)
        if len(text.split()) < 2 or (claimed.known and said.known and claimed.name != said.name):
            return False
        return any(
            # by eye: most of the phrase; a word in common is none
            min(end, m.end) - max(start, m.start) >= 0.6 * (end - start) and m.kind != "specific"
            for m in self._demands
        )


def _holding(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    return (s for s in spans if s.start <= start and end <= s.end)
