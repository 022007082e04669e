"""The words of a surface: cleaned, split, made plain, and held apart where they must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

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
    out: list[str] = []
    for token in tokens:
        if token.isalnum() and token.islower() and token.isascii():
            out.append(words.plain_word(token))
        else:
            parts = key(token.replace("’", "'")).split()
            out += ["and" if part == "&" else words.plain_word(part) for part in parts]
    return tuple(out)


PAIR = "~"
"""Joins two words that stand side by side: a stem with a hyphen asks for them, no other one sees them."""


def phrase_tokens(text: str) -> tuple[str, ...]:
    """What phrase sets are held against: each word as it is, in American spelling, and pairs by `PAIR`.

    A comma or a bracket between two words keeps them apart: items of a list are no pair.
    """
    parts = key(text).replace("/", " ").replace("(", ", ").replace(")", ", ").split()
    bare = [part.strip("\"',;:.!?") for part in parts]
    pairs = [
        f"{a}{PAIR}{b}"
        for part, a, b in zip(parts, bare, bare[1:], strict=False)
        if a and b and part[-1] not in ",;:"
    ]
    said = [part for part in bare if part]
    return tuple(dict.fromkeys([*said, *(words.american(part) for part in said), *pairs]))


_CLOSED = str.maketrans("", "", " -_./'’")


def closed(name: str) -> str:
    """The name without spaces, hyphens and points inside it: "Node.js", "node js" and "NodeJS" are equal."""
    return name[:1].lower() + name[1:].translate(_CLOSED).lower()


def spaces(name: str) -> frozenset[int]:
    """The offsets in `closed(name)` before which the name has a space; a hyphen may always be closed."""
    return _places(name, lambda before, char: before.isspace())


def seams(name: str) -> frozenset[int]:
    """The offsets in `closed(name)` at which its spelling allows a space: "Power BI", "PowerBI"."""
    return _places(name, lambda before, char: before in " -_./'’" or _is_seam(before, char))


def _places(name: str, apart: Callable[[str, str], bool]) -> frozenset[int]:
    found: set[int] = set()
    count = 0
    for i, char in enumerate(name):
        if i and char in " -_./'’":
            continue
        if i and apart(name[i - 1], char):
            found.add(count)
        count += 1
    return frozenset(found)


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
