"""Spans as a person would mark them: whole words, closed brackets, something said by them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.spans import Span

_EDGE = " \t\n\r\u00a0[]{},;:.·•*-–—/|'\"“”‘’…!?&"
_LOOSE_WORDS = """
a an and any as at by for from in into of on or our that the their these this to us various we with
your you it its is are be etc e.g i.e such other related relevant
"""
_EMPTY_WORDS = """
ability able achieve across activities advanced all applications apply area areas aspects assist
assisting background basic best broad build building business can candidate challenges challenging
clear close closely company complex comprehensive concepts contribute contributing core create
creating critical day daily deep define defining deliver delivering demonstrate demonstrated develop
developing different do driving drive duties effective effectively efficient efficiently enable end
ensure ensuring environment environments essential evolve excellent execute executing execution
existing expertise experience experienced familiarity fast field full general global good great
growing growth hands-on help helping high high-quality highly ideal impact impactful implement
implementing important improve improving including independent individual industry initiatives
internal issues join key knowledge large latest level maintain maintaining make making manage
managing more multiple must necessary need needs new on-going ongoing operate operating
opportunities optimize other own owning participate part people perform performing plus position
possess practical practices preferred proactively process processes professional proficiency
projects proven provide providing quality real real-world related required requirements
responsibilities responsible robust role scalable seamless seamlessly skill skills solid solution
solutions some specific strategically strong structured successful successfully support supporting
systems take tasks team teams tech technical technologies technology through tools top translate
translating understand understanding use using value variety well wide willingness within work
working world years
"""

_LOOSE = frozenset(_LOOSE_WORDS.split())
_LOOSE_AT_END = _LOOSE - {"it", "us"} | {
    "across",
    "around",
    "between",
    "if",
    "toward",
    "towards",
    "via",
    "while",
}
_EMPTY = _LOOSE | frozenset(_EMPTY_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*", re.UNICODE)


def tidied(text: str, span: Span, known: Sequence[Span] = ()) -> Span | None:
    """Return the span without loose edges, or None when its words name nothing.

    `known` are vocabulary names: a span that holds one whole always names something.
    """
    start, end = _trimmed(text, span.start, span.end)
    if end <= start:
        return None
    words = _WORD.findall(text[start:end].lower())
    named = any(k.start >= start and k.end <= end for k in known)
    if not named and (not words or all(_says_nothing(w) for w in words)):
        return None
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _says_nothing(word: str) -> bool:
    return word in _EMPTY or (word.endswith("ly") and len(word) > 4) or word.isdigit()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return bounds without edge signs, loose words and unpaired brackets."""
    while True:
        before = start, end
        while start < end and text[start] != "." and _is_edge(text[start]):
            start += 1
        while end > start and _is_edge(text[end - 1]):
            end -= 1
        start, end = _brackets(text, start, end)
        start, end = _words_off(text, start, end)
        if (start, end) == before:
            return start, end


def _is_edge(char: str) -> bool:
    return char in _EDGE or (char > "\u2000" and unicodedata.category(char) in ("So", "Sk", "Mn"))


def _brackets(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    opened, closed = inside.count("("), inside.count(")")
    if opened > closed:
        if text[end : end + 1] == ")":
            return start, end + 1
        if inside.endswith("(") or closed == 0:
            return (start + 1, end) if inside.startswith("(") else (start, start + inside.rindex("("))
    if closed > opened and inside.endswith(")"):
        return start, end - 1
    if inside.startswith("(") and inside.endswith(")") and opened == closed == 1:
        return start + 1, end - 1
    return start, end


def _words_off(text: str, start: int, end: int) -> tuple[int, int]:
    first = _WORD.match(text, start, end)
    # "A/B tests" opens with no article
    loose = first and text[first.end() : first.end() + 1] != "/"
    if first and loose and first.end() < end and text[start : first.end()].lower() in _LOOSE - {"it", "us"}:
        return first.end(), end
    tail = re.search(r"[\s/,]([^\W_]+)$", text[start:end])
    if tail and tail.group(1).lower() in _LOOSE_AT_END:
        return start, start + tail.start()
    return start, end
