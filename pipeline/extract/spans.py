"""The value that the finders hand to each other: a span with who found it and how sure it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.records import Kind

Finder = str
"""`vocabulary`, `model` or `pattern`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]` may demand a skill; `skill` is set when the vocabulary knows these words."""

    start: int
    end: int
    finder: Finder
    kind: Kind | None = None
    score: float = 1.0
    skill: str | None = None
    strength: tuple[float, float, float] | None = None

    @property
    def length(self) -> int:
        """Characters."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Return True when the two share a character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Return True when `other` lies inside it (or is equal)."""
        return self.start <= other.start and other.end <= self.end


_CELL = 256


class SpansAt:
    """Spans found again by where they lie: in a text of a megabyte each meets its neighbours, not all."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._cells: dict[int, list[Span]] = defaultdict(list)
        for span in spans:
            for cell in _cells(span):
                self._cells[cell].append(span)

    def touching(self, span: Span) -> list[Span]:
        """Return the spans that share a character with this one, in the order they were given by cell."""
        near = (other for cell in _cells(span) for other in self._cells.get(cell, ()))
        return [other for other in dict.fromkeys(near) if other.overlaps(span)]


def _cells(span: Span) -> range:
    return range(span.start // _CELL, (span.end - 1) // _CELL + 1)
