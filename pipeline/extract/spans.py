"""The value that the finders hand to each other: a span with who found it and how sure it is."""

from __future__ import annotations

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
        """True when the two share a character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """True when `other` lies inside it (or is equal)."""
        return self.start <= other.start and other.end <= self.end
