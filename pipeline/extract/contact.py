"""Whom the text asks to work with, where the span model passes it over: "liaise with the estates team".

A verb of working together, "with", and people: in text that demands, such words are a demand nearly always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.company import TOGETHER, together
from pipeline.extract.shared import ITEM_ENDS
from pipeline.extract.spans import Span

_FORMS = sorted(form for form in TOGETHER if not form.endswith("s") and form not in ("team", "collaboration"))
_AS = r"(?:\w+ly|together|and|hand|in|side|by|as|well|close|conjunction|partnership|collaboration|tandem)"
_WITH = re.compile(
    rf"\b(?P<verb>{'|'.join(_FORMS)}|points? of contact)(?: {_AS}){{0,6}} (?:with|alongside) ", re.IGNORECASE
)
_BARRED = re.compile(
    r"\b(?:we|they|us|who|that|which|teams?|department|company|unit|group|it|are|is|was|were|been|i|our|your|"
    r"not|enjoy|opportunity|chance|in|increased|via|through)['’]?\s*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^.;:()\n•!?]{1,200}")
_WORD = re.compile(r"\S+")
_MOST_WORDS = 9


def spans(text: str) -> Iterator[Span]:
    """Each stretch that says with whom to work, up to the first who is surely a person or a body."""
    for found in _WITH.finditer(text):
        if _BARRED.search(text, max(0, found.start() - 20), found.start()):
            continue
        clause = _CLAUSE.match(text, found.end())
        for word in list(_WORD.finditer(clause[0]))[:_MOST_WORDS] if clause else ():
            end = found.end() + word.start() + len(word[0].rstrip(","))
            if word[0].lower() in ("member", "members") and text.startswith(" of ", end):
                continue
            if ITEM_ENDS.match(text, end) and _names_somebody(text[found.start() : end]):
                yield Span(found.start(), end, "pattern")
                break


def _names_somebody(surface: str) -> bool:
    company = together(surface)
    return bool(company and company.sorts)
