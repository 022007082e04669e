"""Which level a posting asks for, told from depth cues, years and seniority; and the level to aim at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import median_low

from pipeline.records import Cue, Evidence, Mention, Posting

DEPTH: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (level, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for level, words in (
        (5, "world[- ]class|thought leader|recogni[sz]ed (?:authority|expert)"),
        (4, "expert|master|advanced|deep|in[- ]depth|extensive|thorough|comprehensive|excellent|exceptional"),
        (
            3,
            "proficien|solid|strong|good|skilled|hands[- ]on|practical|fluent|competen|proven|versed",
        ),
        # before 2, since "basic knowledge" is basic
        (1, "aware|exposure|acquaint|interest|basic|introductory|entry[- ]level|some\\b"),
        (2, "familiar|working knowledge|understanding|knowledge|comfortable|grasp"),
    )
)
"""Depth cues and their level; the first that a cue matches counts, so "deep understanding" is deep."""

# by eye; docs/plan.md works an example
YEARS: tuple[tuple[float, int], ...] = ((5.0, 4), (2.0, 3), (0.0, 2))
"""From so many years on, the level; years alone never ask for a teacher."""

_SENIOR = re.compile(r"\b(?:senior|sr\.?|staff|principal|lead|head|chief)\b", re.IGNORECASE)
_JUNIOR = re.compile(r"\b(?:junior|jr\.?|intern(?:ship)?|trainee|graduate|entry[- ]level|apprentice)\b", re.I)

UNSAID = {"required": 3, "duty": 3, "unstated": 3, "preferred": 2}
"""The level where a posting says nothing of depth: alone and with judgement where it is needed."""


def asked(posting: Posting, mention: Mention) -> Cue:
    """Return the level that one mention asks for, why, and its quote; the highest of its explicit cues."""
    found = [cue for cue in (_depth(mention), _years(mention)) if cue]
    level, why = max(found) if found else _unsaid(posting, mention)
    return Cue(level, why, Evidence.of(posting, mention))


def _depth(mention: Mention) -> tuple[int, str] | None:
    if not mention.depth:
        return None
    for level, pattern in DEPTH:
        if pattern.search(mention.depth):
            return level, f"asks for “{mention.depth}”"
    return None


def _years(mention: Mention) -> tuple[int, str] | None:
    if mention.years is None:
        return None
    level = next(level for years, level in YEARS if mention.years >= years)
    return level, f"asks for {mention.years:g} years"


def _unsaid(posting: Posting, mention: Mention) -> tuple[int, str]:
    level, what = UNSAID[mention.strength], f"{mention.strength}, depth not stated"
    if mention.strength == "preferred":
        return level, what
    if _JUNIOR.search(posting.title):
        return level - 1, f"{what}; a junior post"
    if _SENIOR.search(posting.title):
        return level + 1, f"{what}; a senior post"
    return level, what


def cues(postings: Mapping[str, Posting], mentions: Iterable[Mention]) -> tuple[Cue, ...]:
    """Return for each counted posting the mention that asks for most, highest level first."""
    best: dict[str, Cue] = {}
    place = {name: at for at, name in enumerate(postings)}
    some = [m for m in mentions if m.posting_id in place]
    for mention in sorted(some, key=lambda m: (place[m.posting_id], m.start, m.end)):
        posting = postings.get(mention.posting_id)
        if posting is None or not posting.counted or mention.negated:
            continue
        cue = asked(posting, mention)
        if posting.id not in best or cue.level > best[posting.id].level:
            best[posting.id] = cue
    return tuple(
        sorted(best.values(), key=lambda c: (-c.level, place[c.evidence.posting_id], c.evidence.start))
    )


def proposed(found: Sequence[Cue]) -> int:
    """Return the lowest level that contents at least half of the postings; 3 where none asks."""
    # the lower of two middle ones: half of the postings are content with it
    return median_low([cue.level for cue in found]) if found else 3
