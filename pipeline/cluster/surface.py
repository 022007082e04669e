"""The words of a surface: cleaned, split, made plain, and held apart where they must be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from pipeline.cluster import words
from pipeline.text import key

_OUTER = " \t\r\n\u00a0•·▪●○*;:,!?\"“”'’‘`|<>=~–—-"
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
BRACKET = re.compile(r"\s*\(([^()]*)\)")


def clean(surface: str) -> str:
    """The surface on one line without bullets, quotes and closing points."""
    text = " ".join(surface.split()).strip(_OUTER)
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    return text.strip(_OUTER).rstrip(".")


def split(trimmed: str) -> tuple[str, ...]:
    """The words of a cleaned surface, slashes without spaces, points and commas off their ends."""
    text = re.sub(r"\s*/\s*", "/", trimmed)
    tokens = (token.strip("\"“”'’‘`;:,!?*•").rstrip(".") for token in text.split())
    return tuple(token for token in tokens if token)


def plain(tokens: Iterable[str]) -> tuple[str, ...]:
    """Folded words in the singular and in American spelling, "&" written out, hyphens opened."""
    opened = (part for token in tokens for part in key(token.replace("’", "'")).split())
    return tuple("and" if part == "&" else words.plain_word(part) for part in opened)


def phrase_tokens(tokens: Iterable[str]) -> tuple[str, ...]:
    """What phrase sets are held against: each word as it is, in American spelling, and hyphened pairs."""
    text = key(" ".join(tokens)).replace("/", " ").replace("(", " ").replace(")", " ")
    parts = [part.strip("\"',;:.!?") for part in text.split()]
    parts = [part for part in parts if part]
    pairs = [f"{a}-{b}" for a, b in pairwise(parts)]
    return tuple(dict.fromkeys([*parts, *(words.american(part) for part in parts), *pairs]))


def seams(text: str, camel: bool = True) -> tuple[str, frozenset[int]]:
    """The letters of a name without its separators, and the offsets among them where parts meet.

    Without `camel` only spaces count: that is how a surface may be split; a hyphen may always be closed.
    """
    letters: list[str] = []
    found: set[int] = set()
    for i, char in enumerate(text):
        inner = bool(letters) and i + 1 < len(text)
        if char.isspace() or (inner and char in "-_./'’"):
            if char.isspace() or camel:
                found.add(len(letters))
            continue
        before = text[i - 1] if i else ""
        if camel and letters and _is_seam(before, char):
            found.add(len(letters))
        letters.append(char.lower())
    found -= {0, len(letters)}
    return "".join(letters), frozenset(found)


def _is_seam(before: str, char: str) -> bool:
    return (before.islower() and char.isupper()) or before.isalpha() != char.isalpha()


def abbreviates(short: str, long: str) -> bool:
    """True when `short` is made of the first letters of the words of `long`, or the other way round."""
    if len(short) > len(long):
        short, long = long, short
    letters = "".join(c for c in short.lower() if c.isalnum())
    tokens = [t for t in re.split(r"[\s/&-]+", long.lower()) if t]
    full = "".join(t[0] for t in tokens)
    spare = "".join(t[0] for t in tokens if t not in words.FUNCTION)
    return len(letters) > 1 and letters.rstrip("s") in (full, spare, full.rstrip("s"), spare.rstrip("s"))


def unbracketed(trimmed: str) -> str:
    """The text without its brackets; the long form of "SCM (supply chain management)"."""
    inner = BRACKET.search(trimmed)
    outer = clean(BRACKET.sub("", trimmed))
    if inner and len(inner[1]) > len(outer) and abbreviates(outer, inner[1]):
        return clean(inner[1])
    return outer
