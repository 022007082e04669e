"""Reading the short annotated texts that were written for this project (``training/texts/*.txt``)."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path

from training import corpus

FOLDER = Path(__file__).with_name("texts")
_MARK = re.compile(r"\{([rpd])([gs]):|\}")
_STRENGTHS = {"r": "required", "p": "preferred", "d": "duty"}
_KINDS = {"g": "general", "s": "specific"}


def examples(without: Container[str] = ()) -> list[corpus.Example]:
    """Return every text with its spans; `without` names kinds (files) to leave out."""
    return [
        corpus.marked(f"{path.stem}/{number}", *parsed(text))
        for path in sorted(FOLDER.glob("*.txt"))
        if path.stem not in without
        for number, text in enumerate(re.split(r"(?m)^%%.*$", path.read_text(encoding="utf-8")))
        if text.strip()
    ]


def parsed(marked: str) -> tuple[str, list[corpus.Span]]:
    """Return the text without marks and its spans in order.

    Raises ValueError for a mark that is not closed or a brace that opens none.
    """
    marked = marked.strip("\n")
    plain: list[str] = []
    open_marks: list[tuple[int, str, str]] = []
    spans: list[corpus.Span] = []
    length = at = 0
    for mark in _MARK.finditer(marked):
        plain.append(marked[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        if mark[1]:
            open_marks.append((length, _KINDS[mark[2]], _STRENGTHS[mark[1]]))
        elif open_marks:
            start, kind, strength = open_marks.pop()
            spans.append((start, length, kind, strength))
        else:
            raise ValueError(f"a mark closes that never opened: {marked[:80]!r}")
    text = "".join(plain) + marked[at:]
    if open_marks or "{" in text:
        raise ValueError(f"a mark stays open: {marked[:80]!r}")
    return text, sorted(spans, key=lambda span: span[:2])
