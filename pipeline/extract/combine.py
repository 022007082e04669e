"""One list of demands out of what the finders found, with a clear precedence.

1. The span model knows demands: its spans stand, unless they lie in text that sells the employer; a list in
   one span becomes its items.
2. The vocabulary knows names: a known tool inside a practice stands beside it; a known name that the
   model passed over stands when the model was not sure that nothing is demanded there.
3. Without the model, known names in demanding sections stand, then the patterns around them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.extract.scan import longest
from pipeline.extract.spans import Span, SpansAt
from pipeline.extract.tidy import tidied
from pipeline.records import SectionKind
from pipeline.text import SectionsAt
from pipeline.verbs import MAKING_VERBS, VERB_FORMS

DEMANDING: frozenset[SectionKind] = frozenset({"requirements", "preferred", "duties", "other"})


class Evidence(Protocol):
    """What the span model says of any stretch of the text it read."""

    def demand(self, start: int, end: int) -> float:
        """Return how sure it is that a demand is named there, 0 to 1."""
        ...

    def sells(self, offset: int) -> bool:
        """Return True where the line is most likely a heading, about the firm, or legal."""
        ...


@dataclass(frozen=True, slots=True)
class Tuning:
    """How sure the model must be, by case; chosen on the annotated training postings.

    `unknown` and `unknown_word`: a model span, one word long or longer, that is no vocabulary name.
    `boilerplate`: a model span under a company, benefits or legal heading. `known_specific` and
    `known_general`: a vocabulary name that no model span covers. `known_boilerplate`: the same there.
    """

    unknown: float = 0.45
    unknown_word: float = 0.70

    boilerplate: float = 0.9
    known_specific: float = 0.08
    known_general: float = 0.30
    known_boilerplate: float = 0.8


def with_model(
    text: str,
    model: Sequence[Span],
    known: Sequence[Span],
    evidence: Evidence,
    sections: SectionsAt,
    tuning: Tuning = Tuning(),
) -> list[Span]:
    """Return the demands of a text that the span model has read, in order."""
    names, names_at = {(k.start, k.end) for k in known}, SpansAt(known)
    stand = [
        clean
        for span in model
        if span.score >= _needed(text, span, names, evidence, sections, tuning)
        for part in split_list(text, span, names_at.touching(span))
        if (clean := tidied(text, part, names_at.touching(part)))
    ]
    stand_at = SpansAt(stand)
    added = [
        replace(k, strength=_nearby(k, model))
        for k in known
        if _adds(k, stand_at.touching(k), evidence, sections, tuning)
    ]
    return _distinct([*stand, *added])


def _nearby(name: Span, model: Sequence[Span]) -> tuple[float, float, float] | None:
    """Return how strongly the model says that the nearest demand is asked for; None where none is near."""
    at = bisect_right(model, name.start, key=lambda s: s.start)
    near = min(model[max(0, at - 1) : at + 1], key=lambda s: _distance(s, name), default=None)
    return near.strength if near and _distance(near, name) <= _NEAR else None


def _distance(left: Span, right: Span) -> int:
    return max(0, left.start - right.end, right.start - left.end)


_NEAR = 300
"""Characters within which a known name is asked for as strongly as its neighbour."""


def _needed(
    text: str,
    span: Span,
    names: set[tuple[int, int]],
    evidence: Evidence,
    sections: SectionsAt,
    tuning: Tuning,
) -> float:
    """Return how sure the model must be of a span."""
    demanding = sections.kind(span.start) in DEMANDING and not evidence.sells(span.start)
    floor = 0.0 if demanding else tuning.boilerplate
    if (span.start, span.end) in names:
        return floor
    single = len(text[span.start : span.end].split()) == 1
    return max(floor, tuning.unknown_word if single else tuning.unknown)


def _adds(
    name: Span, covering: Sequence[Span], evidence: Evidence, sections: SectionsAt, tuning: Tuning
) -> bool:
    if covering:
        # the tool in "operate pipelines in Airflow" is a demand of its own; "data" in "data analysis" is not
        return name.kind == "specific" and all(s.kind == "general" and s.holds(name) for s in covering)
    if sections.kind(name.start) not in DEMANDING or evidence.sells(name.start):
        floor = tuning.known_boilerplate
    else:
        floor = tuning.known_specific if name.kind == "specific" else tuning.known_general
    return evidence.demand(name.start, name.end) >= floor


def without_model(
    text: str, patterns: Sequence[Span], known: Sequence[Span], sections: SectionsAt
) -> list[Span]:
    """Return the demands of a text that only lists and patterns have read, in order."""
    names = [k for k in known if sections.kind(k.start) in DEMANDING]
    names_at = SpansAt(names)
    phrases = [
        p
        for p in filter(None, (tidied(text, span) for span in longest(list(patterns))))
        if sections.kind(p.start) in DEMANDING and not names_at.touching(p)
    ]
    return _distinct([*names, *phrases])


_JOINT = re.compile(r"\s*(?:,\s*(?:and|or)\b|[,;/&]|\b(?:and|or|and/or)\b)\s*", re.IGNORECASE)


def split_list(text: str, span: Span, known: Sequence[Span]) -> list[Span]:
    """Return the items of a span that lists skills, or the span itself.

    A span is a list when at least one item between its commas, slashes or "and"s is a known name from
    end to end and every other is short; "design and build pipelines" is none, "CI/CD" is one name.
    """
    inside = [k for k in known if span.holds(k)]
    if not inside or any(k.start == span.start and k.end == span.end for k in inside):
        return [span]
    items = list(_items(text, span, inside))
    whole = {(k.start, k.end) for k in inside}
    if len(items) < 2 or not any(item in whole for item in items):
        return [span]
    if any(len(text[a:b].split()) > 4 for a, b in items):
        return [span]
    items = _with_object(text, items, whole)
    return [replace(span, start=a, end=b) for a, b in items]


def _with_object(
    text: str, items: Sequence[tuple[int, int]], whole: Container[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the items, verbs that wait for an object joined to the one that has it.

    "design and build models".
    """
    joined: list[tuple[int, int]] = []
    for start, end in reversed(items):
        waits = (start, end) not in whole and VERB_FORMS.get(text[start:end].lower()) in MAKING_VERBS
        after = text[slice(*joined[-1])].lower().split() if waits and joined else []
        if len(after) > 1 and after[0].rstrip(",") in VERB_FORMS:
            joined[-1] = (start, joined[-1][1])
        else:
            joined.append((start, end))
    return joined[::-1]


def _items(text: str, span: Span, inside: Sequence[Span]) -> Iterator[tuple[int, int]]:
    start = span.start
    for joint in _JOINT.finditer(text, span.start, span.end):
        if any(k.start < joint.end() and joint.start() < k.end for k in inside):
            continue
        if joint.start() > start:
            yield start, joint.start()
        start = joint.end()
    if span.end > start:
        yield start, span.end


def _distinct(spans: Sequence[Span]) -> list[Span]:
    """Return each stretch once: the model's before the vocabulary's before a pattern's."""
    order = {"model": 0, "vocabulary": 1, "pattern": 2}
    kept: dict[tuple[int, int], Span] = {}
    for span in sorted(spans, key=lambda s: (order[s.finder], s)):
        first = kept.setdefault((span.start, span.end), span)
        if first.skill is None and span.skill is not None:
            kept[span.start, span.end] = replace(first, skill=span.skill)
    return sorted(kept.values(), key=lambda s: (s.start, s.end))
