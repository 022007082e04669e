"""Text rules that every room shares: folding with a way back, word bounds, masks of equal length."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Section, SectionKind

INSIDE_WORD = frozenset("+#")
"""Signs that belong to a name: C++, C#. A name never ends just before one of them."""

_DASHES = re.compile(r"[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"'})
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, the offset of the original character it came from.

    `at` has one more entry than `text`: the length of the original.
    """

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of `text[start:end]` (a non-empty stretch)."""
        return self.at[start], self.at[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold case, width, forms of accents, curly quotes, odd dashes and runs of white space."""
    out: list[str] = []
    at: list[int] = []
    for i, char in enumerate(text):
        for piece in _fold_char(char):
            if piece == " " and out and out[-1] == " ":
                continue
            out.append(piece)
            at.append(i)
    at.append(len(text))
    return Folded("".join(out), tuple(at))


def _fold_char(char: str) -> str:
    if char.isascii():
        return " " if char.isspace() else char.lower()
    if char in _INVISIBLE:
        return ""
    plain = _DASHES.sub("-", char.translate(_QUOTES))
    plain = unicodedata.normalize("NFKC", plain).casefold()
    return " " if plain.isspace() else plain


def key(name: str) -> str:
    """Return the form under which two spellings of one name are equal: folded, hyphens as spaces, trimmed."""
    # folding ASCII needs no table of characters: ten thousand aliases are keyed in milliseconds
    folded = (name.lower() if name.isascii() else fold(name).text).replace("-", " ").replace("_", " ")
    return " ".join(folded.split())


def without_end(word: str, ends: Iterable[str]) -> str:
    """Return the word without the first of these endings that leaves at least four letters."""
    return word.removesuffix(next((e for e in ends if word.endswith(e) and len(word) - len(e) > 3), ""))


def claims(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """Return the spellings that a skill answers to: keys, or behind "=" where only the exact case counts.

    A name that also stands among its aliases behind "=" answers to its exact case only.
    """
    found = dict.fromkeys(alias if alias.startswith("=") else key(alias) for alias in aliases)
    if f"={name}" in found:
        return tuple(found)
    return tuple(dict.fromkeys((key(name), *found)))


def at_word_bounds(text: str, start: int, end: int) -> bool:
    """Return True when `text[start:end]` is no part of a longer word or name.

    "C" is not found in "C++", "C#" or "Objective-C"; "R" not in "R&D"; ".NET" and "Node.js" are whole.
    """
    if start > 0 and not _opens(text, start):
        return False
    return end >= len(text) or _closes(text, start, end)


_PREFIX = re.compile(r"(?<![^\W_])(?:non|multi|anti|inter|intra|un)-$", re.IGNORECASE)


def _opens(text: str, start: int) -> bool:
    before, first = text[start - 1], text[start]
    if _wordy(before) and (_wordy(first) or first in "+#"):
        return False
    if before in INSIDE_WORD and _wordy(first):
        return False
    # "non-SQL" names no SQL, "multi-disciplinary" no disciplinary matter
    if before == "-" and _wordy(first) and _PREFIX.search(text, max(0, start - 8), start):
        return False
    # "ASP.NET" holds no ".NET"; "x.js" holds no "js"; "R&D" holds no "D"
    if before in ".&" and start > 1 and _wordy(text[start - 2]) and _wordy(first):
        return False
    return not (first == "." and _wordy(before))


def _closes(text: str, start: int, end: int) -> bool:
    last, after = text[end - 1], text[end]
    if _wordy(last) and _wordy(after):
        return False
    if after in INSIDE_WORD and _wordy(last):
        # "C+" and "C#" are other names, "Python+" and "5+" are not
        return end - start > 2
    if after in ".&" and end + 1 < len(text) and _wordy(text[end + 1]) and _wordy(last):
        return after == "." and text[end + 1].isupper() and end - start > 2
    return True


def _wordy(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) == "Mn"


def mask(text: str, pattern: re.Pattern[str], with_char: str = "*") -> str:
    """Return the text with every letter and digit of each match replaced: its length does not change."""
    return pattern.sub(lambda m: "".join(with_char if c.isalnum() else c for c in m.group()), text)


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 posting`, `2 postings`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


_LINE_END = re.compile(r"(?<=[\w,;&/’'-])( ?)\n( ?)(?=[^\W\d_])")
_LONG_LINE = 50
"""Letters of a line from which on it may have been wrapped: a short one is an item of a list."""

_HANGING = re.compile(
    r"(?<![^\s(/])(?:a|an|and|as|at|by|for|from|in|including|into|like|of|on|or|our|such as|the|through|to|"
    r"using|via|with|within|your"
    r"|(?:and|or) (?:building|creating|deploying|designing|developing|implementing|maintaining|managing))$"
)
"""The end of a line that asks for more: no item of a list ends like this."""

_JOINED = re.compile(r"(?:and|or|of|with|to|for|in|that|which)\b")
"""The beginning of a line that goes on where the last one ended."""


def unwrapped(text: str) -> str:
    """Return the text with blanks for the line ends inside its sentences, character for character as long.

    A line goes on in the next one where that begins with a small letter and the line is long (hard-wrapped),
    a blank stands at its end (a link or bold type on a page) or a joint follows; before a large letter, where
    a blank stands there and the last words ask for more.
    """

    def joined(end: re.Match[str]) -> str:
        start = text.rfind("\n", 0, end.start()) + 1
        blank = end[1] or end[2]
        if text[end.end()].islower():
            long = end.start() - start >= _LONG_LINE
            goes_on = blank or long or _JOINED.match(text, end.end())
        else:
            goes_on = blank and _HANGING.search(text, max(start, end.start() - 20), end.start())
        return end[0].replace("\n", " ") if goes_on else end[0]

    return _LINE_END.sub(joined, text) if "\n" in text else text


class SectionsAt:
    """Tells the kind of section at an offset."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sorted(sections, key=lambda s: s.start)
        self._starts = [s.start for s in self._sections]

    def kind(self, offset: int) -> SectionKind:
        """Return the kind of the section that holds this offset; `other` outside all."""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and offset < self._sections[at].end:
            return self._sections[at].kind
        return "other"
