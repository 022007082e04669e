"""One list of demands out of what the finders found, with a clear precedence.

1. The span model knows demands: its spans stand, unless they lie in text that sells the employer.
2. What it cut in two is read whole (`whole`), and a list in one span becomes its items.
3. Whom the text asks to work with (`contact`) stands where the model passed it over.
4. The vocabulary knows names: a known tool inside a practice stands beside it; a known name that the
   model passed over stands when the model was not sure that nothing is demanded there.
5. The good care that a posting of that field promises is asked for (`care`).
6. Without the model, known names in demanding sections stand, then the patterns around them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.company import partings
from pipeline.extract import care
from pipeline.extract.scan import longest
from pipeline.extract.spans import Span, SpansAt
from pipeline.extract.tidy import is_no_demand, names_people, tidied
from pipeline.extract.whole import with_objects
from pipeline.records import Section, SectionKind
from pipeline.verbs import MAKING_VERBS, VERB_FORMS

DEMANDING: frozenset[SectionKind] = frozenset({"requirements", "preferred", "duties", "other"})


class Evidence(Protocol):
    """What the span model says of any stretch of the text it read."""

    def demand(self, start: int, end: int) -> float:
        """How sure it is that a demand is named there, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Tuning:
    """How sure the model must be, by case; chosen on the annotated training postings.

    `unknown` and `unknown_word`: a model span, one word long or longer, that is no vocabulary name.
    `boilerplate`: a model span under a company, benefits or legal heading. `known_specific` and
    `known_general`: a vocabulary name that no model span covers. `known_boilerplate`: the same there.
    `contact`: words that say with whom to work.
    """

    unknown: float = 0.45
    unknown_word: float = 0.70

    boilerplate: float = 0.75
    known_specific: float = 0.08
    known_general: float = 0.30
    contact: float = 0.20
    known_boilerplate: float = 0.60


class SectionsAt:
    """Tells the kind of section at an offset."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sorted(sections, key=lambda s: s.start)
        self._starts = [s.start for s in self._sections]

    def kind(self, offset: int) -> SectionKind:
        """The kind of the section that holds this offset; `other` outside all."""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and offset < self._sections[at].end:
            return self._sections[at].kind
        return "other"


def with_model(
    text: str,
    model: Sequence[Span],
    known: Sequence[Span],
    evidence: Evidence,
    sections: SectionsAt,
    tuning: Tuning = Tuning(),
    contacts: Sequence[Span] = (),
) -> list[Span]:
    """The demands of a text that the span model has read, in order.

    `contacts` say with whom to work: one stands where no span of the model begins in it.
    """
    names, names_at = {(k.start, k.end) for k in known}, SpansAt(known)
    sure = [span for span in model if span.score >= _needed(text, span, names, sections, tuning)]
    stand = [
        half
        for span in with_objects(text, sure, names_at)
        for part in split_list(text, span, names_at.touching(span))
        if (clean := tidied(text, part, names_at.touching(part)))
        for half in both_ways(text, clean)
    ]
    stand = _with_contacts(stand, contacts, model, evidence, sections, tuning)
    stand_at = SpansAt(stand)
    added = [
        replace(k, strength=_nearby(k, model))
        for k in known
        if not names_people(text[k.start : k.end])
        and not is_no_demand(text, k.start, k.end)
        and _adds(k, stand_at.touching(k), evidence, sections, tuning)
    ]
    found_at = SpansAt([*stand, *added])
    promised = [
        replace(p, strength=_nearby(p, model))
        for p in care.promised(text, [*stand, *added])
        if sections.kind(p.start) in DEMANDING
        # "improving the experience of patients with autism" asks for the care of these patients, too
        and all(s.kind == "specific" and s.end > p.end for s in found_at.touching(p))
    ]
    return _distinct([*stand, *added, *promised])


def _with_contacts(
    stand: list[Span],
    contacts: Sequence[Span],
    model: Sequence[Span],
    evidence: Evidence,
    sections: SectionsAt,
    tuning: Tuning,
) -> list[Span]:
    """The spans and the contacts that the model passed over; what stands inside one is who, and no demand."""
    stand_at = SpansAt(stand)
    passed = []
    for contact in contacts:
        covering = stand_at.touching(contact)
        sure = evidence.demand(contact.start, contact.end)
        demanding = sections.kind(contact.start) in DEMANDING
        if sure >= (tuning.contact if demanding else tuning.boilerplate) and all(
            contact.start < s.start and contact.holds(s) for s in covering
        ):
            passed.append(replace(contact, score=sure, strength=_nearby(contact, model)))
    passed_at = SpansAt(passed)
    return [*(s for s in stand if not passed_at.touching(s)), *passed]


def _nearby(name: Span, model: Sequence[Span]) -> tuple[float, float, float] | None:
    """How strongly the model says that the nearest demand is asked for; None where none is near."""
    at = bisect_right(model, name.start, key=lambda s: s.start)
    near = min(model[max(0, at - 1) : at + 1], key=lambda s: _distance(s, name), default=None)
    return near.strength if near and _distance(near, name) <= _NEAR else None


def _distance(left: Span, right: Span) -> int:
    return max(0, left.start - right.end, right.start - left.end)


_NEAR = 300
"""Characters within which a known name is asked for as strongly as its neighbour."""


def _needed(
    text: str, span: Span, names: set[tuple[int, int]], sections: SectionsAt, tuning: Tuning
) -> float:
    """How sure the model must be of a span."""
    floor = 0.0 if sections.kind(span.start) in DEMANDING else tuning.boilerplate
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
    if sections.kind(name.start) not in DEMANDING:
        floor = tuning.known_boilerplate
    else:
        floor = tuning.known_specific if name.kind == "specific" else tuning.known_general
    return evidence.demand(name.start, name.end) >= floor


def without_model(
    text: str, patterns: Sequence[Span], known: Sequence[Span], sections: SectionsAt
) -> list[Span]:
    """The demands of a text that only lists and patterns have read, in order."""
    names = [
        k for k in known if sections.kind(k.start) in DEMANDING and not is_no_demand(text, k.start, k.end)
    ]
    names_at = SpansAt(names)
    phrases = [
        p
        for p in filter(None, (tidied(text, span) for span in longest(list(patterns))))
        if sections.kind(p.start) in DEMANDING and not names_at.touching(p)
    ]
    return _distinct([*names, *phrases])


_JOINT = re.compile(r"\s*(?:,\s*(?:and|or)\b|[,;/&]|\b(?:and|or|and/or)\b)\s*", re.IGNORECASE)


def split_list(text: str, span: Span, known: Sequence[Span]) -> list[Span]:
    """The items of a span that lists skills, or the span itself.

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
    """The items, verbs that wait for an object joined to the one that has it: "design and build models"."""
    joined: list[tuple[int, int]] = []
    for start, end in reversed(items):
        waits = (start, end) not in whole and VERB_FORMS.get(text[start:end].lower()) in MAKING_VERBS
        after = text[slice(*joined[-1])].lower().split() if waits and joined else []
        if len(after) > 1 and after[0].rstrip(",") in VERB_FORMS:
            joined[-1] = (start, joined[-1][1])
        else:
            joined.append((start, end))
    return joined[::-1]


_ALONE = re.compile(
    r"\b(?:independent|autonomous|individual)(?:ly)?\b|\bown initiative\b|\balone\b", re.IGNORECASE
)
_TOGETHER = re.compile(r"\b(?:teams?\b|team-?\w+|collaborat\w+|groups?\b|others\b)", re.IGNORECASE)
_EITHER = re.compile(r"\s*(?:,\s*)?\b(?:and|or|as well as|as well)\s+|\s*,\s*", re.IGNORECASE)


def both_ways(text: str, span: Span) -> list[Span]:
    """ "Work independently and as part of a team" asks for two things: the halves, else the span itself.

    So does working with two sorts of people: "collaborate with engineers and clients".
    """
    marks = [pattern.search(text, span.start, span.end) for pattern in (_ALONE, _TOGETHER)]
    first, second = sorted((m for m in marks if m), key=lambda m: m.start()) if all(marks) else (None, None)
    joints = list(_EITHER.finditer(text, first.end(), second.start())) if first and second else []
    if joints:
        return [replace(span, end=joints[-1].start()), replace(span, start=joints[-1].end())]
    parts = partings(text[span.start : span.end])
    return [replace(span, start=span.start + a, end=span.start + b) for a, b in parts] or [span]


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
    """Each stretch once: the model's before the vocabulary's before a pattern's."""
    order = {"model": 0, "vocabulary": 1, "pattern": 2}
    kept: dict[tuple[int, int], Span] = {}
    for span in sorted(spans, key=lambda s: (order[s.finder], s)):
        first = kept.setdefault((span.start, span.end), span)
        if first.skill is None and span.skill is not None:
            kept[span.start, span.end] = replace(first, skill=span.skill)
    return sorted(kept.values(), key=lambda s: (s.start, s.end))
