"""A long text in overlapping pieces that begin and end where lines or sentences do."""

from __future__ import annotations

import re

MOST = 8
"""Pieces per posting: at 12,000 characters each, more than any posting for people; the rest is noise."""

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?;])\s+"), re.compile(r"\s+"))


def chunks(text: str, size: int, overlap: int) -> list[tuple[int, int]]:
    """Return the pieces as (start, end) in order.

    Together they cover the text unless it has more than `MOST`.
    """
    if size < 200 or not 0 <= overlap < size // 2:
        raise ValueError(f"pieces of {size} characters cannot overlap by {overlap}")
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(text) and len(found) < MOST:
        # not in the first half: pieces would multiply
        end = len(text) if len(text) - start <= size else _break(text, start + size // 2, start + size)
        found.append((start, end))
        if end == len(text):
            break
        # forward by a character at least, or a text without blanks would never end
        start = max(start + 1, _break(text, end - overlap, end))
        start = min(start, end - 1) if start >= end else start
    return found


def _break(text: str, low: int, high: int) -> int:
    """Return the last good place to break between `low` and `high`; `high` where there is none."""
    for pattern in _BREAKS:
        last = None
        for match in pattern.finditer(text, max(0, low), high):
            last = match.end()
        if last is not None:
            return last
    return high


def lines(text: str) -> list[tuple[int, int]]:
    """Return where the lines that hold anything begin and end, in order."""
    return [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]
