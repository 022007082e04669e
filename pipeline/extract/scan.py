"""The names of the vocabulary, found in a text by Aho-Corasick at word bounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.extract.spans import Span
from pipeline.records import SkillEntry, Vocabulary
from pipeline.text import at_word_bounds

_BLANKS = "-\t\u00a0\u2009\u202f\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"

_ADDRESS = re.compile(r"(?:https?:|www\.)\S+|(?<!\S)\S[^\s@]*@\S+")
"""An address names no skill: not HTTP in "https://…", not Python in "python@example.org".

A mail address is looked for where a word begins: tried at every letter of 300,000, it took a minute.
"""


class Scanner:
    """Finds every name of a vocabulary in a text; built once, used for many postings."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        from ahocorasick_rs import AhoCorasick

        found = dict(terms(vocabulary))
        self._terms = list(found.values())
        self._automaton: Any = AhoCorasick(list(found))

    def spans(self, text: str) -> list[Span]:
        """Return the longest known names that do not overlap, in order; offsets into `text`."""
        flat = _ADDRESS.sub(lambda found: " " * len(found.group()), flatten(text))
        letter = [*map(str.isalnum, text), False]  # the last is also the one before the first
        found = [
            Span(start, end, "vocabulary", entry.kind, skill=entry.name)
            for index, start, end in self._automaton.find_matches_as_indexes(flat, overlapping=True)
            # nine in ten lie inside longer words: asked first, it halves the time
            if not (letter[start] and letter[start - 1])
            and not (letter[end - 1] and letter[end])
            and at_word_bounds(text, start, end)
            for exact, entry in self._terms[index]
            if exact is None or text[start:end] == exact
        ]
        return longest(found)


def flatten(text: str) -> str:
    """Return the text in lower case with plain quotes, blanks for dashes, character for character as long."""
    if text.isascii():
        return text.replace("-", " ").replace("\t", " ").lower()
    return text.translate(_FLAT)


class _Flat(dict[int, str]):
    """What stands for a character, found when first met: a text has few different ones."""

    def __missing__(self, code: int) -> str:
        # "İ" and "ﬁ" grow when lowered or decomposed; they stay as they are so that offsets hold
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        flat = plain if len(plain) == 1 else chr(code)
        return self.setdefault(code, flat) if len(self) < 4096 else flat


_FLAT = _Flat(dict.fromkeys(map(ord, _BLANKS), " ") | dict.fromkeys(map(ord, "’‘"), "'"))


def longest(spans: list[Span]) -> list[Span]:
    """Keep of overlapping spans the longest (then the first), in text order."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in sorted(set(spans), key=lambda s: (-s.length, s.start, s.skill or "")):
        if not (span.start in taken or span.end - 1 in taken):
            # every kept span is at least as long: an overlap must cover one of the two ends
            taken.update(range(span.start, span.end))
            kept.append(span)
    return sorted(kept)


def terms(vocabulary: Vocabulary) -> Iterator[tuple[str, list[tuple[str | None, SkillEntry]]]]:
    """Yield for each flat pattern its entries, each with the exact spelling it insists on or None.

    An alias that joins its skill to another one ("html/css" of HTML) is no pattern: each is found by itself.
    """
    found: dict[str, list[tuple[str | None, SkillEntry]]] = {}
    for entry in vocabulary.skills.values():
        exact_forms = {a[1:] for a in entry.aliases if a.startswith("=")}
        for form in sorted(exact_forms):
            found.setdefault(flatten(form), []).append((form, entry))
        for alias in (entry.name, *entry.aliases):
            if alias.startswith("=") or alias in exact_forms:
                continue
            for spelling in spellings(alias):
                found.setdefault(spelling, []).append((None, entry))
    yield from ((flat, named) for flat, named in found.items() if not _joins_two(flat, named, found))


_JOINED = re.compile(r"(.+?),? (?:and|or|&) (.+)|([^/]+)/([^/]+)")


_IN_ONE_BREATH = (frozenset(("ai", "ml")), frozenset(("ui", "ux")))
"""Pairs that are said as one thing: annotators count "AI/ML" once."""


def _joins_two(
    flat: str,
    named: Sequence[tuple[str | None, SkillEntry]],
    found: Mapping[str, Sequence[tuple[str | None, SkillEntry]]],
) -> bool:
    """Return True when the halves name two skills and the whole only one of them.

    A last word that leans on the first half ("budget monitoring and reporting") makes no second skill, and a
    skill may be called so itself.
    """
    joined = _JOINED.fullmatch(flat)
    if not joined or any(flat == flatten(entry.name) for _, entry in named):
        return False
    halves = [half.strip() for half in joined.groups() if half]
    meet = frozenset((halves[0].split()[-1], halves[1].split()[0]))
    if meet in _IN_ONE_BREATH or (" " in halves[0] and " " not in halves[1]):
        return False
    # "safe and friendly" says nothing of SAFe, "react/redux" does of Redux
    first, second = (
        {entry.name for exact, entry in found.get(half, ()) if joined[3] or exact is None} for half in halves
    )
    whole = {entry.name for _, entry in named}
    return bool(first and second and first.isdisjoint(second) and whole & (first | second))


def spellings(alias: str) -> set[str]:
    """Return an alias as flattened texts write it, singular and plural."""
    flat = " ".join(flatten(alias).split())
    return {flat, *_numbers(flat)}


_PLURAL = re.compile(r"(?:^| )[a-z]{4,}$")


def _numbers(form: str) -> Iterator[str]:
    if not _PLURAL.search(form) or form.endswith(("ss", "us", "is", "ics", "ing", "js")):
        return
    if form.endswith("ies"):
        yield form[:-3] + "y"
    elif form.endswith("s"):
        yield form[:-1]
    elif form.endswith("y") and form[-2] not in "aeiou":
        yield form[:-1] + "ies"
    else:
        yield form + "s"
