"""Demands that the span model cut in two, read whole: a known name, and a verb with its object.

"GitHub" | "Copilot" is one name. Of "design and implement" | "machine learning models" the verbs alone name
nothing, and the object alone names less than what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.extract.spans import Span, SpansAt
from pipeline.verbs import ACTIVITIES, AMBIGUOUS_VERBS, MAKING_VERBS, NOUNS_IN_ING, VERB_FORMS

_WORD = r"[^\W_]+(?:[-'’/+][^\W_]+)*"
_WORDS = re.compile(_WORD)
_JOINTS = re.compile(r"[,;/&]|\b(?:and|or|then)\b", re.IGNORECASE)

_LONGEST = 200
"""Characters beyond which nothing is joined to a span: a text of verbs alone costs no more than others."""

_AMONG_VERBS = frozenset({"and", "or", "then"})
_HANGING_WORDS = """
a an the our your their its this these all any both each every no other various several multiple many more
across around at between by during for from in into of on over through to toward towards under via while
with within accurate actionable advanced annual appropriate automated basic big challenging clean clear
common compelling complex comprehensive concise consistent conventional creative critical cross-functional
current custom cutting-edge daily data-driven detailed different digital distributed diverse dynamic
effective efficient elegant emerging end-to-end engaging evidence-based excellent exceptional existing
flexible forward-thinking frequent full future general high high-performance high-quality holistic in-depth
inclusive individual innovative integrated interactive internal intuitive key large large-scale legacy
long-term maintainable major meaningful modern modular monthly more necessary new novel on-premise ongoing
optimal outstanding overall patient-centred performant periodic person-centred personalized physical
positive practical preventative preventive primary proactive production-grade production-quality
production-ready professional proper proposed quarterly real-time real-world regular relevant reliable
responsive reusable robust routine safe scalable secure short-term simple small specific standard
state-of-the-art strong structured successful tailored technical testable thorough timely unstructured
weekly well-documented
"""
_HANGING = frozenset(_HANGING_WORDS.split())
"""Words that no demand ends with: what they speak of is still to come."""

_NO_OBJECT_WORDS = """
and or nor but of in on at by for from to with without within across through via using as than that which
who whom when where while if so such is are was were be been being has have had can will would should must
may including both either it them this these those they we you he she also well per under over into onto
upon between during experience skills ability abilities knowledge
"""
_NO_OBJECT = frozenset(_NO_OBJECT_WORDS.split())

_DETERMINERS = r"(?:(?:the|a|an|our|your|their|its|all|any|new|various|multiple) ){0,2}"
_TO_OBJECT = re.compile(rf" {{1,2}}(?:of )?{_DETERMINERS}", re.IGNORECASE)
_TO_VERB = re.compile(r" ?, (?:and |or )?| (?:and|or|&) ", re.IGNORECASE)
_MORE_VERBS = re.compile(rf"(?:(?: ?, (?:and |or )?| (?:and|or|&) )({_WORD})(?= ?,| )){{1,4}}", re.IGNORECASE)
_OBJECT = re.compile(rf" {{1,2}}(?:of )?{_DETERMINERS}({_WORD}(?: {_WORD}){{0,3}})", re.IGNORECASE)


def names_whole(
    text: str, spans: Sequence[Span], names: Sequence[Span], skill_of: Callable[[str], str | None]
) -> list[Span]:
    """The spans, those that are a part of a known name of another skill grown to it.

    An item of a name that is a list grows where it is a word that names nothing alone: "supervised" of
    "supervised and unsupervised learning", not "ELT" of "ETL/ELT".
    """
    names_at = SpansAt(names)
    return [_grown(text, span, names_at, skill_of) for span in spans]


def _grown(text: str, span: Span, names: SpansAt, skill_of: Callable[[str], str | None]) -> Span:
    for name in names.touching(span):
        if name.holds(span) and name.length > span.length:
            part = text[span.start : span.end]
            skill = skill_of(part)
            listed = _JOINTS.search(f"{text[name.start : span.start]} {text[span.end : name.end]}")
            if skill != name.skill and not (listed and (skill or " " in part)):
                return replace(span, start=name.start, end=name.end)
    return span


def with_objects(text: str, spans: Sequence[Span], names: SpansAt) -> list[Span]:
    """The spans in order; one that asks for more is read on over the next one, or over the words behind it.

    `names` are the vocabulary's: what is one of them from end to end asks for nothing.
    """
    whole: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        before = whole[-1] if whole else None
        if before and _asks(text, before, names) and _is_object(text, before, span):
            whole[-1] = replace(before, end=span.end, score=max(before.score, span.score))
        else:
            whole.append(span)
    return [
        _read_on(text, span, _next_start(whole, at, len(text)), names) if _asks(text, span, names) else span
        for at, span in enumerate(whole)
    ]


def _next_start(spans: Sequence[Span], at: int, end: int) -> int:
    return next((s.start for s in spans[at + 1 :] if s.start >= spans[at].end), end)


def _asks(text: str, span: Span, names: SpansAt) -> bool:
    """True for verbs without an object, and for a verb whose object has not come yet."""
    if span.length > _LONGEST:
        return False
    words = _words(text, span)
    if not words or any(n.holds(span) for n in names.touching(span)):
        return False
    if _only_verbs(text[span.start : span.end]):
        return True
    return (
        words[0] in VERB_FORMS and _hangs(words[-1]) and not any(span.holds(n) for n in names.touching(span))
    )


def _words(text: str, span: Span) -> list[str]:
    return _WORDS.findall(text[span.start : span.end].lower())


def _only_verbs(listed: str) -> bool:
    """True for "design, build and quickly test"; not for "setting schedules", a verb with its object."""
    parts = (_WORDS.findall(part) for part in _JOINTS.split(listed.lower()))
    bare = [[w for w in part if not w.endswith("ly")] for part in parts]
    verbs = [w for part in bare for w in part]
    return bool(verbs) and all(len(part) < 2 for part in bare) and all(map(_verb_of, verbs))


def _verb_of(word: str) -> str | None:
    return VERB_FORMS.get(word) or ACTIVITIES.get(word)


def _hangs(word: str) -> bool:
    return word in _HANGING or word.endswith(("'s", "’s"))


def _is_object(text: str, before: Span, span: Span) -> bool:
    """True for what the verbs before it ask for: its object, or the last verb of their list with it."""
    words = _words(text, span)
    if span.start < before.end or not words:
        return False
    opens_with_verb = words[0] in VERB_FORMS
    if _TO_OBJECT.fullmatch(text, before.end, span.start):
        # a new item whose line break was lost: "Prepare Manage stock"
        return not (opens_with_verb and text[span.start].isupper())
    if not _make(_words(text, before)):
        return False
    if opens_with_verb:
        return bool(_TO_VERB.fullmatch(text, before.end, span.start))
    more = _MORE_VERBS.match(text, before.end, span.start)
    if not more or not _make(_WORDS.findall(more.group().lower())):
        return False
    return bool(_TO_OBJECT.fullmatch(text, more.end(), span.start))


def _make(words: Sequence[str]) -> bool:
    """True for verbs that only say that something is made and kept."""
    return all(_verb_of(w) in MAKING_VERBS for w in words if w not in _AMONG_VERBS and not w.endswith("ly"))


def _read_on(text: str, span: Span, until: int, names: SpansAt) -> Span:
    """The span with the known name behind it, or the words up to the next small word, sign or demand."""
    found = _OBJECT.match(text, span.end, until)
    if not found:
        return span
    known = names.touching(replace(span, start=found.start(1), end=found.end(1)))
    name = next((n for n in known if n.start == found.start(1) and n.end <= until), None)
    if name:
        return replace(span, end=name.end)
    end = span.end
    for word in _WORDS.finditer(text, *found.span(1)):
        low = word.group().lower()
        if low in _NO_OBJECT or _turns_away(low, first=word.start() == found.start(1)):
            break
        if not _hangs(low):
            end = word.end()
    return replace(span, end=end)


def _turns_away(word: str, first: bool) -> bool:
    """True for a verb that begins something else: "processes | meet", "costs | associated"."""
    if word.endswith("ing"):
        return word not in NOUNS_IN_ING
    return VERB_FORMS.get(word, "test") not in AMBIGUOUS_VERBS or (word.endswith("ed") and not first)
