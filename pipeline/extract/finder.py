"""The whole local reading of one text: find, combine, and say how each stretch is demanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.extract import combine, demand, patterns, sentences
from pipeline.extract.scan import Scanner
from pipeline.extract.spans import Span
from pipeline.records import Kind, Section, SectionKind, Strength, Vocabulary
from pipeline.text import SectionsAt, unwrapped


@dataclass(frozen=True, slots=True)
class Demand:
    """One stretch `text[start:end]` that demands a skill, and how; the posting is not known here."""

    start: int
    end: int
    kind: Kind | None
    strength: Strength
    section: SectionKind
    score: float
    years: float | None
    depth: str | None
    negated: bool
    finder: str


class Reader:
    """Reads texts with the vocabulary and, unless `fast`, the span model."""

    def __init__(self, vocabulary: Vocabulary, fast: bool = False) -> None:
        self._scanner = Scanner(vocabulary)
        self._fast = fast

    @property
    def scanner(self) -> Scanner:
        """What finds the vocabulary's names, for others who need it too: it takes a second to build."""
        return self._scanner

    @property
    def model(self) -> Any:
        """The span model, loaded when first wanted."""
        from pipeline.extract.model import SpanModel

        return SpanModel.load()

    def demands(
        self, text: str, sections: Sequence[Section] = (), bounds: Sequence[tuple[int, int]] = ()
    ) -> list[Demand]:
        """Return every demand in the text, in order.

        `bounds` are its sentences when the caller knows them.
        """
        if not text.strip():
            return []
        # fast mode reads line by line, so that equal lines are read once
        flowing = text if self._fast else unwrapped(text)
        bounds = bounds or sentences.bounds(flowing)
        at = SectionsAt(sections)
        known = self._scanner.spans(flowing)
        if self._fast:
            spans = combine.without_model(text, patterns.spans(text, sections, bounds), known, at)
        else:
            spans = self._read_by_model(flowing, known, at)
        return list(_judged(text, spans, bounds, at))

    def _read_by_model(self, text: str, known: Sequence[Span], at: SectionsAt) -> list[Span]:
        reading = self.model.read(text)
        spans = [Span(s.start, s.end, "model", s.layer, s.score, strength=s.strength) for s in reading.spans]
        return combine.with_model(text, spans, known, reading, at)

    def skillspan(self, text: str) -> list[tuple[int, int, str]]:
        """Return the spans of the SkillSpan conventions: (start, end, SKILL or KNOWLEDGE)."""
        reading = self.model.read(text, scheme="skillspan")
        return [(s.start, s.end, s.layer.upper()) for s in reading.spans]


def judge(text: str, spans: Sequence[Span], sections: Sequence[Section] = ()) -> list[Demand]:
    """Return stretches that another reader found, in order, each with how its sentence demands it."""
    return list(_judged(text, sorted(spans), sentences.bounds(text), SectionsAt(sections)))


def _judged(
    text: str, spans: Sequence[Span], bounds: Sequence[tuple[int, int]], at: SectionsAt
) -> Iterator[Demand]:
    """Yield each span with its demand read off the sentence that it begins in."""
    here = 0
    for span in spans:
        while here + 1 < len(bounds) and bounds[here][1] <= span.start:
            here += 1
        start, end = bounds[here] if bounds else (0, len(text))
        start, end = max(start, span.start - _REACH), min(end, span.end + _REACH)
        before, after = text[min(start, span.start) : span.start], text[span.end : max(end, span.end)]
        section = at.kind(span.start)
        yield Demand(
            span.start,
            span.end,
            span.kind,
            demand.strength_of(*_clause(before, after), section, span.strength),
            section,
            round(span.score, 4),
            demand.years_asked(before, after),
            demand.depth_cue(before),
            demand.negated(before, after),
            span.finder,
        )


_REACH = 400
"""Characters of its sentence that a mention's wording is looked for in, on each side; keeps cost linear."""

_CLAUSE = re.compile(
    r";|, but |, while | – | — "
    # pages that lost their line breaks run one item into the next: each begins like this
    r"|(?<=\w) (?=\d+\s?\+?\s?(?:years|yrs)\b)"
    r"|(?<=[\w)]) (?=(?:Experienced?|Knowledge|Strong|Proficien\w+|Familiar\w*|Ability|Understanding) )"
)
_ASIDE = re.compile(r"\([^()]*\)")
_ONLY_A_WISH = re.compile(
    r"\((?:strongly |highly |is )?(?:a )?(?:preferred|plus|desirable|desired|bonus|nice to have)\)"
)


def _clause(before: str, after: str) -> tuple[str, str]:
    """Return the part of the sentence, on both sides, whose wording can speak of the mention.

    What stands in brackets speaks of what stands in the same brackets ("Spark (PySpark preferred)"),
    unless it is nothing but a wish ("Spark (preferred)").
    """
    opened, closed = before.rfind("("), after.find(")")
    if opened > before.rfind(")") and closed >= 0:
        return before[opened + 1 :], after[:closed]
    head = list(_CLAUSE.finditer(before))
    tail = _CLAUSE.search(after)
    before = before[head[-1].end() if head else 0 :]
    after = after[: tail.start() if tail else len(after)]
    return _without_asides(before), _without_asides(after)


def _without_asides(text: str) -> str:
    return _ASIDE.sub(lambda found: found.group() if _ONLY_A_WISH.fullmatch(found.group()) else " ", text)
