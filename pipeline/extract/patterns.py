"""Demands in unknown words without the model: what follows "experience with", and duties by their verb.

Coarser than the span model by design; fast mode and machines without onnxruntime live on it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.extract.sentences import is_between_tokens
from pipeline.extract.spans import Span
from pipeline.records import Section

_CUES = (
    "experience with", "experience in", "experience of", "experience using", "knowledge of", "knowledge in",
    "understanding of", "familiarity with", "familiar with", "proficiency in", "proficiency with",
    "proficient in", "proficient with", "proficient at", "expertise in", "expertise with", "skilled in",
    "skilled at", "skills in", "fluent in", "fluency in", "ability to", "able to", "background in",
    "exposure to", "competence in", "competent in", "comfortable with", "track record of", "certified in",
    "trained in", "passion for", "responsible for", "you will",
)  # fmt: skip
_STOP = re.compile(r"[.;:!?()\n•]|,| and | or | as well as | such as | including | who | which | that |/")
_LEAD = re.compile(
    r"^(?:the|a|an|our|your|various|relevant|related|other|any|all|at least|one|more|of)\s+", re.I
)
_DUTY = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*•·●▪‣◦–]\s*)?"
    r"(?P<verb>[A-Z][a-z]{2,}(?:e|n|p|t|d|y|r|h|k|ing|m|w|l|s))[^\S\n]+(?P<rest>[a-z][^\n.;:(]{6,70})"
)
_CUE = re.compile("|".join(_CUES))
_MAX_WORDS = 7
_REACH = 1000
"""Characters after a cue in which its demand ends: no seven words are as long; keeps cost linear."""


def spans(text: str, sections: Sequence[Section], bounds: Sequence[tuple[int, int]]) -> list[Span]:
    """Return what the wording around says is a demand, in order; `bounds` are the sentences of the text."""
    return sorted({*_after_cues(text, bounds), *_duties(text, sections)})


def _after_cues(text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[Span]:
    ends = [end for _, end in bounds]
    for found in _CUE.finditer(_low(text)):
        start, end = found.span()
        if is_between_tokens(text, start) and is_between_tokens(text, end):
            yield from _phrase(text, end, min(end + _REACH, ends[bisect_left(ends, end)]), 0.6)


def _low(text: str) -> str:
    """Return the text in lower case, character for character.

    Looking in any case takes five times as long.
    """
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if c.isascii() else c for c in text)


def _duties(text: str, sections: Sequence[Section]) -> Iterator[Span]:
    for section in sections:
        if section.kind == "duties":
            for found in _DUTY.finditer(text, section.start, section.end):
                yield from _phrase(text, found.start("verb"), found.end(), 0.5)


def _phrase(text: str, start: int, limit: int, score: float) -> Iterator[Span]:
    """Yield the words from `start` to the first stop, trimmed, if few enough to be one skill."""
    while start < limit and text[start].isspace():
        start += 1
    lead = _LEAD.match(text[start:limit])
    start += lead.end() if lead else 0
    stop = _STOP.search(text, start, limit)
    end = stop.start() if stop else limit
    words = text[start:end].split()
    if not words or len(words) > _MAX_WORDS * 2 or not any(c.isalpha() for c in text[start:end]):
        return
    if len(words) > _MAX_WORDS:
        end = start + text[start:end].index(words[_MAX_WORDS])
    end = start + len(text[start:end].rstrip(" ,-–\t"))
    if end > start:
        yield Span(start, end, "pattern", score=score)
