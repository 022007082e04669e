"""The sentence of a posting in which a skill is asked for, verbatim and with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from pipeline.plan.counts import Demand
from pipeline.records import Evidence, Mention, Posting

LONGEST = 240
"""Characters of a sentence that a cell of a plan takes; what is longer is cut at a comma."""

FEWEST_WORDS = 4
"""A shorter line is a bare name ("Python"): it says no more than the skill's own."""

_END = re.compile(r"[.!?](?=\s+[A-Z“\"(]|\s*$)|(?<=[a-z])\.(?=[A-Z][a-z])|\n(?!\s*[a-z])|(?<=\S)\s*•")
"""Ends of sentences; a line that goes on in small letters was wrapped, "Agents.Hands-on" lost its space."""

_PITCH = re.compile(r"\?$|\bif you(?:'|’| a)re\b|\bopportunit|\bjoin (?:us|our)\b")
"""What an employer says to win people says little of the work: a question, an offer."""

_CLAUSE = re.compile(r"[,;:–—](?=\s)")
_BULLET = re.compile(r"[\s\-*•·–—>]+")


def sentences(skills: Iterable[str], demand: Demand) -> tuple[tuple[str, Evidence], ...]:
    """Return for each skill one sentence of each posting that asks for it; requirements and duties first."""
    found = []
    for name in skills:
        seen: set[str] = set()
        for mention in sorted(demand.by_skill.get(name, ()), key=_worth):
            posting = demand.postings[mention.posting_id]
            line = sentence(posting, mention)
            text = " ".join(line.quote.split()).casefold()
            if mention.posting_id in seen or len(text.split()) < FEWEST_WORDS or text in seen:
                continue
            if _aside(posting, mention) or _PITCH.search(text):
                continue
            seen |= {mention.posting_id, text}
            found.append((name, line))
    return tuple(found)


def _worth(mention: Mention) -> tuple[int, str, int]:
    # a duty shows the work itself; a demand only names it
    order = {"duty": 0, "required": 1, "unstated": 2, "preferred": 3}
    return order[mention.strength], mention.posting_id, mention.start


def _aside(posting: Posting, mention: Mention) -> bool:
    """Return True where a mention stands outside the sections that ask.

    What an employer says of itself there only sounds like a duty.
    """
    asking = any(section.kind in ("duties", "requirements") for section in posting.sections)
    return mention.section in ("company", "benefits", "legal", "process", *(("other",) if asking else ()))


def sentence(posting: Posting, mention: Mention) -> Evidence:
    """Return the sentence around a mention; `posting.text[start:end] == quote` holds for it, too."""
    text = posting.text
    # not ended at the mention: an end of a sentence looks at what follows it
    before = _END.finditer(text, max(0, mention.start - 4 * LONGEST))
    start = max((m.end() for m in takewhile(lambda m: m.end() <= mention.start, before)), default=0)
    after = _END.search(text, mention.end)
    end = len(text) if after is None else after.start() + (text[after.start()] in ".!?")
    if end - start > LONGEST:
        start, end = _clause(text, start, end, mention)
    bullet = _BULLET.match(text, start, mention.start)
    start = bullet.end() if bullet else start
    end = start + len(text[start:end].rstrip())
    return replace(Evidence.of(posting, mention), start=start, end=end, quote=text[start:end])


def _clause(text: str, start: int, end: int, mention: Mention) -> tuple[int, int]:
    """Return the longest run of clauses around the mention that fits; the mention alone where none does."""
    left = [start, *(m.end() for m in _CLAUSE.finditer(text, start, mention.start))]
    right = [*(m.start() for m in _CLAUSE.finditer(text, mention.end, end)), end]
    spans = [(b - a, -a, a, b) for a in left for b in right if b - a <= LONGEST]
    return max(spans)[2:] if spans else (mention.start, mention.end)


def spoken(name: str, mentions: Sequence[Mention], general: bool) -> str:
    """Return a skill's name as it reads inside a sentence.

    "python" stays "Python", "Teamwork" becomes "teamwork".

    Postings show it: a first word that they write small is no name.
    """
    first, _, rest = name.partition(" ")
    if not first[1:].islower() or any(word.istitle() for word in rest.split()):
        return name
    small = any(first.lower() in mention.quote.split() for mention in mentions)
    return name[:1].lower() + name[1:] if small or (general and (not rest or rest.islower())) else name
