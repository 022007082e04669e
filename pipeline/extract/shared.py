"""Items of a list that leave out a word the list says once: "data quality and reliability".

An item is found when it stands beside a known name and, with that name's first words or its last ones, is
a known name itself: data reliability, supervised learning in "supervised and deep learning".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.extract.scan import flatten
from pipeline.extract.spans import Span, SpansAt
from pipeline.records import SkillEntry
from pipeline.text import has_word_like

Known = Callable[[str], SkillEntry | None]
"""The skill that a flattened wording names."""

_JOINT = r"(?:[^\S\n]*,[^\S\n]*(?:and|or|&)?|[^\S\n]+(?:and|or|&)|[^\S\n]*[/&])[^\S\n]*"
_WORD = r"[^\W\d_](?:[^\W\d_]|-)+"
_NEXT = re.compile(rf"{_JOINT}(?<![^\W_])({_WORD})", re.IGNORECASE)
_LAST = re.compile(rf"(?<![\w-])({_WORD}){_JOINT}(?<![^\W_])$", re.IGNORECASE)
_JOINS = (",", "/", "&", " and", " or", " &", " /", " ,")
_SMALL = (
    "and or of in for across to on with at is are through while that from within as by when so during using "
    "throughout into under who whose"
)
ITEM_ENDS = re.compile(rf"[^\S\n]*(?:[.,;:)\n/&]|$)|[^\S\n]+(?:{'|'.join(_SMALL.split())})\b")
"""What may follow the last word of an item."""

_BEGINS = re.compile(
    rf"(?:^|[\n,;:(/&•.][^\S\n]*|\b(?:{'|'.join(_SMALL.split())}|strong|excellent|good)[^\S\n]+)$",
    re.IGNORECASE,
)
_HOLDERS = frozenset(
    ("ability", "abilities", "skill", "skills", "experience", "knowledge", "proficiency", "expertise")
)
"""Words that name no skill beside another's first words."""
_MOST_ITEMS = 4
_JOINT_REACH = 6
_REACH = 60
"""Characters before a name in which the item before it lies whole; keeps cost linear."""


def items(text: str, names: Sequence[Span], known: Known) -> list[Span]:
    """The lone words beside known names that are known with what the list shares, in order."""
    found = {
        (span.start, span.end): span
        for name in names
        for span in (*_behind(text, name, known), *_before(text, name, known))
    }
    if not found:
        return []
    taken = SpansAt(names)
    return sorted(span for span in found.values() if not taken.touching(span))


def _behind(text: str, name: Span, known: Known) -> Iterator[Span]:
    if not text.startswith(_JOINS, name.end) or len(words := _words(text, name)) < 2:
        return
    end = name.end
    for _ in range(_MOST_ITEMS):
        item = _NEXT.match(text, end)
        if not item or not ITEM_ENDS.match(text, item.end()):
            return
        end = item.end()
        if item[1].lower() != words[-1]:
            yield from _named(item.start(1), end, [[*words[:-1], item[1]]], known)


def _before(text: str, name: Span, known: Known) -> Iterator[Span]:
    start = name.start
    for _ in range(_MOST_ITEMS):
        low = max(0, start - _REACH)
        if not text[max(0, start - _JOINT_REACH) : start].rstrip().lower().endswith(_JOINS):
            return
        if len(words := _words(text, name)) < 2 or not (item := _LAST.search(text, low, start)):
            return
        start = item.start(1)
        if _BEGINS.search(text, max(0, start - _REACH), start):
            wordings = [[item[1], *words[1:]], [item[1], words[-1]]]
            yield from _named(start, item.end(1), wordings, known, name.skill)


def _words(text: str, name: Span) -> list[str]:
    return flatten(text[name.start : name.end]).split()


def _named(
    start: int, end: int, wordings: Sequence[list[str]], known: Known, other: str | None = None
) -> Iterator[Span]:
    for wording in wordings:
        ends = (wording[0], wording[-1])
        entry = known(flatten(" ".join(wording))) if _HOLDERS.isdisjoint(map(str.lower, ends)) else None
        if entry and entry.name != other and all(has_word_like(word, entry.name) for word in ends):
            yield Span(start, end, "vocabulary", entry.kind, skill=entry.name)
            return
