"""Where sentences begin, by spaCy's tokens, in linear time on any text.

A sentence begins after every line break, bullet and closing sign. Only spaCy knows whether a point closes
("vim.") or belongs to its word ("e.g."), so it is asked, but only about words that hold such a sign, and once
about each: a whole text through its tokenizer costs more than all else that the fast engine does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

Tokens = tuple[str, ...]

_ENDS = frozenset(".!?;•·●▪‣◦…")
_NEAR_AN_END = re.compile(rf"[{''.join(sorted(_ENDS))}]\S*|\n\s*")
_PLAIN_TOKEN = re.compile(r"\w{1,60}|[^\w\s]")
_LONG = 200
"""Letters from which a word gets plain tokens: spaCy needs minutes for 100,000 signs without a blank (its
affix rules are tried again at every character)."""


def bounds(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start, end) in order."""
    found: list[tuple[int, int]] = []
    start = 0
    for end, next_start in _breaks(text):
        found.append((start, end))
        start = next_start
    # one blank behind a word belongs to it
    last = len(text) - (text[-1:] == " " and not text[-2:-1].isspace() and len(text) > 1)
    return [*found, (start, last)] if start < last else found


def is_between_tokens(text: str, offset: int) -> bool:
    """Return True where no token reaches over this offset."""
    if offset in (0, len(text)) or text[offset - 1].isspace() or text[offset].isspace():
        return True
    start = at = _word_start(text, offset)
    for token in tokens(text[start : _word_end(text, offset)]):
        if at >= offset:
            break
        at += len(token)
    return at == offset


def tokens(word: str) -> Tokens:
    """Return the tokens of a stretch without a blank."""
    return tuple(_PLAIN_TOKEN.findall(word)) if len(word) >= _LONG else _by_spacy(word)


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    import spacy

    return spacy.blank("en").tokenizer


@lru_cache(maxsize=32_768)
def _by_spacy(word: str) -> Tokens:
    return tuple(token.text for token in _tokenizer()(word))


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a sentence ends and where the next one starts."""
    for found in _NEAR_AN_END.finditer(text):
        at, end = found.span()
        if text[at] == "\n":
            yield end, end
        else:
            yield from _breaks_in_word(text, _word_start(text, at), end)


def _breaks_in_word(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the breaks after the closing signs of the word `text[start:end]`.

    A point without a blank behind it ends a sentence too where a word and a capital meet ("agents.Strong"):
    pages lose the blank between list items.
    """
    at, last, closed, parts = start, "", False, False
    for token in tokens(text[start:end]):
        if parts or (closed and token[0].isupper() and _is_low(last or _token_before(text, start))):
            yield at, at
        at += len(token)
        closed = token in _ENDS
        parts = closed and token not in ".!?;"
        last = last if closed else token
    if closed and text.startswith(" ", end):
        yield end, end + 1
    elif parts and end < len(text):
        yield end, end


def _is_low(token: str) -> bool:
    return len(token) > 2 and token.islower()


def _token_before(text: str, start: int) -> str:
    """Return the last token before a word that is no closing sign.

    "" where more than one blank lies between.
    """
    while start > 1 and text[start - 1] == " " and not text[start - 2].isspace():
        end = start - 1
        start = _word_start(text, end - 1)
        for token in reversed(tokens(text[start:end])):
            if token not in _ENDS:
                return token
    return ""


def _word_start(text: str, offset: int) -> int:
    while offset and not text[offset - 1].isspace():
        offset -= 1
    return offset


def _word_end(text: str, offset: int) -> int:
    while offset < len(text) and not text[offset].isspace():
        offset += 1
    return offset


def around(text: str, start: int, end: int, reach: int = 160) -> tuple[int, int]:
    """Return the sentence of a stretch, at most `reach` characters on each side, cut between words."""
    low, high = next(((a, b) for a, b in _kept_bounds(text) if a <= start < b), (0, len(text)))
    low, high = max(low, start - reach), max(end, min(high, end + reach))
    while 0 < low < start and not text[low - 1].isspace():
        low += 1
    while end < high < len(text) and not text[high].isspace():
        high -= 1
    return low, high


# a batch asks for the sentences of a posting once for each of its mentions
@lru_cache(maxsize=64)
def _kept_bounds(text: str) -> list[tuple[int, int]]:
    return bounds(text)
