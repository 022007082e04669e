"""Work done once: an engine that reads equal postings once and, where it may, equal lines once.

Re-posts repeat whole postings; boilerplate repeats lines. An engine whose mentions never depend on another
line says so with `by_line = True`; then only lines that were not seen under that kind of section are read,
joined into one short text. The result is the same as without: a test reads real texts both ways.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Generic, TypeVar

from pipeline.ports import BaseEngine, Engine
from pipeline.records import Mention, Posting, Section, SectionKind

V = TypeVar("V")

_LINE = re.compile(r"[^\n]+")


@dataclass(slots=True)
class Saving:
    """How much was read, and how much of it was known already."""

    postings: int = 0
    equal_postings: int = 0
    lines: int = 0
    equal_lines: int = 0

    def add(self, other: Saving) -> None:
        """Add the other's counts to this one."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def taken(self) -> Saving:
        """Return the counts so far; they start again at zero."""
        told = replace(self)
        for field in fields(self):
            setattr(self, field.name, 0)
        return told


class Remembered(Generic[V]):
    """The last `most` values that were asked for, by the digest of what they stand for."""

    def __init__(self, most: int) -> None:
        self._most, self._known = most, OrderedDict[bytes, V]()

    def get(self, key: bytes) -> V | None:
        """Return the value, None when it is not known (any more)."""
        if key not in self._known:
            return None
        self._known.move_to_end(key)
        return self._known[key]

    def keep(self, key: bytes, value: V) -> V:
        """Return the value; the one that was not asked for longest goes where there are too many."""
        if self._most > 0:
            self._known[key] = value
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return value


def short_digest(*parts: str) -> bytes:
    """Return sixteen bytes that stand for the parts."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line `text[start:end]`, the kind of its section ("other" outside all) and its key.

    `led` says that the line break before it belongs to the same section: rules that look for one see it.
    """

    start: int
    end: int
    kind: SectionKind
    led: bool
    key: bytes


class Reusing(BaseEngine):
    """The engine, reading equal things once. Same name, same version, same mentions."""

    def __init__(self, engine: Engine, lines: int = 200_000, postings: int = 5_000) -> None:
        self._engine = engine
        self._by_line = engine.by_line and lines > 0
        self._lines = Remembered[tuple[Mention, ...]](lines)
        self._postings = Remembered[tuple[Mention, ...]](postings)
        self.saving = Saving()

    @property
    def name(self) -> str:
        """The engine's name."""
        return self._engine.name

    @property
    def version(self) -> str:
        """The engine's version."""
        return self._engine.version

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        """Return every demand of one posting with exact offsets, in order of appearance."""
        self.saving.postings += 1
        key = short_digest(posting.text, posting.language, repr(posting.sections))
        known = self._postings.get(key)
        if known is not None:
            self.saving.equal_postings += 1
        else:
            known = self._postings.keep(key, self._read(posting))
        return tuple(_moved(mention, posting.id, 0) for mention in known)

    def _read(self, posting: Posting) -> tuple[Mention, ...]:
        known_language = self._engine.languages is None or posting.language in self._engine.languages
        if not self._by_line or not known_language:
            return self._engine.mentions(posting)
        lines = _lines(posting)
        if lines is None:
            return self._engine.mentions(posting)
        known = {line.key: self._lines.get(line.key) for line in lines}
        new = {line.key: line for line in lines if known[line.key] is None}
        self.saving.lines += len(lines)
        self.saving.equal_lines += len(lines) - len(new)
        for key, found in self._read_lines(posting, list(new.values())):
            known[key] = self._lines.keep(key, found)
        return tuple(_moved(m, posting.id, line.start) for line in lines for m in known[line.key] or ())

    def _read_lines(
        self, posting: Posting, lines: Sequence[_Line]
    ) -> Iterator[tuple[bytes, tuple[Mention, ...]]]:
        """Yield each line's mentions, offsets from its start, out of one text of these lines alone."""
        if not lines:
            return
        joined = _joined(posting, lines)
        found: list[list[Mention]] = [[] for _ in lines]
        ends = [section.end for section in joined.sections]
        at = 0
        for mention in self._engine.mentions(joined):
            while mention.start >= ends[at]:
                at += 1
            start = ends[at] - (lines[at].end - lines[at].start)
            found[at].append(_moved(mention, "", -start))
        yield from ((line.key, tuple(mentions)) for line, mentions in zip(lines, found, strict=True))


def _joined(posting: Posting, lines: Sequence[_Line]) -> Posting:
    """Return the lines as a posting of their own, each under a section of its kind."""
    text, sections, at = [], [], 0
    for line in lines:
        start, end = at + 1, at + 1 + line.end - line.start
        text.append(posting.text[line.start : line.end])
        sections.append(Section(start - line.led, end, line.kind))
        at = end
    return replace(posting, text="\n" + "\n".join(text), sections=tuple(sections))


def _lines(posting: Posting) -> list[_Line] | None:
    """Return the lines of a posting with their sections.

    None where a section begins or ends inside a line.
    """
    sections = sorted(posting.sections, key=lambda s: s.start)
    lines, at = [], 0
    for found in _LINE.finditer(posting.text):
        start, end = found.span()
        while at < len(sections) and sections[at].end <= start:
            at += 1
        section = sections[at] if at < len(sections) and sections[at].start < end else None
        # such a posting is read as a whole: half a line under a heading has no key
        if section and (section.start > start or section.end < end):
            return None
        # a line equal in words but of another section is another line: strength comes from the section
        led = start == 0 or section is None or section.start < start
        kind: SectionKind = section.kind if section else "other"
        lines.append(_Line(start, end, kind, led, short_digest(found.group(), kind, str(led))))
    return lines


def _moved(m: Mention, posting_id: str, by: int) -> Mention:
    # by hand: `replace` takes five times as long, and this is done for every mention of every posting
    return Mention(
        posting_id, m.start + by, m.end + by, m.quote, m.strength, m.kind, m.skill, m.years, m.depth,
        m.negated, m.found, m.section, m.score, m.provenance,
    )  # fmt: skip
