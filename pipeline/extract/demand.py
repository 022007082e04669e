"""How a posting asks for a skill: how strongly, how deeply, for how many years, or not at all."""

from __future__ import annotations

import re

from pipeline.extract import cues
from pipeline.records import SectionKind, Strength

Odds = tuple[float, float, float]
"""Weights of required, preferred, duty."""

_NAMES: tuple[Strength, Strength, Strength] = ("required", "preferred", "duty")

# How far a heading is to be believed beside the model, which has seen the heading too. Believing it less (the
# square roots of these) cost .008 of strength on left-out fields.
_SECTION_ODDS: dict[SectionKind, Odds] = {
    "requirements": (0.90, 0.04, 0.06),
    "preferred": (0.08, 0.90, 0.02),
    "duties": (0.06, 0.02, 0.92),
}


def negated(before: str, after: str) -> bool:
    """Return True when the sentence around a mention says that the skill is not asked for.

    `before` and `after` are the sentence's text on both sides of the mention.
    """
    before, after = before.lower(), after.lower()
    if cues.NOT_ONLY.search(before):
        return False
    if cues.NEGATED_BEFORE.search(before) or cues.NEGATED_AFTER.search(after):
        return True
    return bool(cues.NO_BEFORE.search(before) and cues.NEEDED_AFTER.search(after))


_DEPTH_REACH = 120
"""Characters in which a depth cue lies whole."""


def depth_cue(before: str) -> str | None:
    """Return the words just before a mention that say how deeply it must be known, verbatim; else None."""
    low = before.lower()
    found = cues.DEPTH_BEFORE.search(low, max(0, len(low) - _DEPTH_REACH))
    # counted from the end: a letter in front may have become two
    return before[found.start() - len(low) :].strip() if found else None


def years_asked(before: str, after: str) -> float | None:
    """Return the lowest number of years asked of the mention between `before` and `after`; else None.

    The number belongs to the mention when no sentence break stands between and "… experience with",
    "in" or "of" leads to it, or when it directly follows the mention ("Python (3+ years)").
    """
    before, after = before.lower(), after.lower()
    leading = list(cues.YEARS.finditer(before))
    if leading and _leads_to_mention(before[leading[-1].end() :]):
        return _number(leading[-1])
    follows = cues.YEARS.search(after[:40])
    if follows and cues.FOLLOWS_MENTION.fullmatch(after[: follows.start()]):
        return _number(follows)
    return None


def asked_years(words: str) -> float | None:
    """Return the lowest number of years that some words ask for, months as parts of a year; else None."""
    found = cues.YEARS.search(words.lower())
    return _number(found) if found else None


def _leads_to_mention(between: str) -> bool:
    if cues.BREAK.search(between) or len(between) > 90:
        return False
    return not between.strip() or bool(cues.JOINS_YEARS.search(between))


def _number(found: re.Match[str]) -> float:
    number = float(cues.NUMBER_WORDS.get(found["low"], 0) or found["low"])
    return round(number / 12, 2) if found["unit"].startswith("month") else number


_WISH_ODDS: Odds = (1.0, 5.0, 0.5)
_NEED_ODDS: Odds = (2.0, 0.5, 0.7)
_ASKED_ODDS: Odds = (20.0, 0.5, 0.3)
_LEARNED_ODDS: Odds = (0.1, 0.5, 2.0)


def strength_of(before: str, after: str, section: SectionKind, model: Odds | None) -> Strength:
    """Return how strongly a mention is demanded, from the wording on both sides of it in its clause, its
    section and the model's odds (None in fast mode); `unstated` when nothing tells.
    """
    before, after = before.lower(), after.lower()
    wished = bool(cues.PREFERRED_AHEAD.search(before) or cues.PREFERRED_BEHIND.search(after))
    asked = bool(cues.ASKED.search(before) and "?" in after)
    learned = bool(cues.LEARNED.search(before))
    needed = bool(cues.REQUIRED.search(before) or cues.REQUIRED.search(after))
    if model is None:
        return _by_rules(wished, asked, learned, needed, section)
    # a sentence says what it means: its wording stands in for the heading above it
    said = ((wished, _WISH_ODDS), (asked, _ASKED_ODDS), (learned, _LEARNED_ODDS), (needed, _NEED_ODDS))
    heading = _SECTION_ODDS.get(section, (1.0, 1.0, 1.0))
    factor = next((odds for says, odds in said if says), heading)
    return _NAMES[max(range(3), key=lambda i: model[i] * factor[i])]


def _by_rules(wished: bool, asked: bool, learned: bool, needed: bool, section: SectionKind) -> Strength:
    if wished:
        return "preferred"
    if learned and not asked:
        return "duty"
    if (asked or needed) and section != "preferred":
        return "required"
    heading = _SECTION_ODDS.get(section)
    return _NAMES[max(range(3), key=lambda i: heading[i])] if heading else "unstated"
