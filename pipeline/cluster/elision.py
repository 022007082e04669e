"""What a lone word of a list stands for: "written and verbal communication", "collect and clean data".

A list shares words that it says once: the noun at its end, the object behind its last verb, or what stands
before its first noun. Only the line of the word is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import verbs
from pipeline.cluster import words
from pipeline.text import unwrapped

AROUND = 120
"""Characters before and after a word in which the rest of its list is looked for."""

_JOINTS = (",", "/", "&", " and", " or")
_WORD = r"(?!(?:and|or)\b)[\w+#'’-]+"
_JOINT = r"(?:\s*,\s*(?:and/or|and|or|&)?\s*|\s*(?:/|&)\s*|\s+(?:and/or|and|or)\s+)"
_BLANKS = re.compile(" {2,}")
_AFTER = re.compile(rf"(?:{_JOINT}{_WORD}){{0,4}}?{_JOINT}({_WORD}(?: {_WORD}){{1,4}})", re.IGNORECASE)
_BEFORE = re.compile(rf"({_WORD}(?: {_WORD}){{1,2}})(?:{_JOINT}{_WORD}){{0,4}}{_JOINT}$", re.IGNORECASE)


def readings(text: str, start: int, end: int) -> Iterator[str]:
    """The wordings that `text[start:end]`, one word, may be short for, the likeliest first."""
    word = text[start:end]
    begin = max(0, start - AROUND)
    around = unwrapped(text[begin : end + AROUND])
    line = _BLANKS.sub(" ", around[: start - begin].rpartition("\n")[2])
    rest = _BLANKS.sub(" ", around[end - begin :].partition("\n")[0])
    after = _AFTER.match(rest)
    before = _BEFORE.search(line) if line.rstrip().lower().endswith(_JOINTS) else None
    last = after[1].split() if after else []
    if last and word.lower() in verbs.VERB_FORMS and last[0].lower() in verbs.VERB_FORMS:
        objects = [w for w in last[1:] if w.lower() not in words.ARTICLES]
        yield from (f"{word} {' '.join(objects[:size])}" for size in range(len(objects), 0, -1))
    elif last:
        yield from _with_noun(word, last)
    if before and not _is_verb(before[1]):
        shared = before[1].split()[:-1]
        yield from (f"{' '.join(shared[at:])} {word}" for at in range(len(shared)))


def _with_noun(word: str, last: list[str]) -> Iterator[str]:
    """The word before the end of the last item, or with what the whole list is of."""
    if "of" in last[1:-1]:
        yield f"{word} {' '.join(last[last.index('of') :])}"
        return
    for size in range(min(3, len(last)) - 1, 0, -1):
        for at in range(1, len(last) - size + 1):
            yield f"{word} {' '.join(last[at : at + size])}"


def _is_verb(item: str) -> bool:
    first = item.split()[0].lower()
    # "model serving" is no verb and its object
    return first in verbs.VERB_FORMS and first not in verbs.AMBIGUOUS_VERBS
