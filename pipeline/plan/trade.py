"""Which family of trades a target and its rows belong to, and the advice that is worded for it.

The demands decide: each known skill votes for the family of its vocabulary file, by its postings; a posting's
title adds its own votes. Without a clear winner the wording is neutral.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.plan.counts import Demand
from pipeline.records import Drill, Project, Trade, Vocabulary

FOLDER = Path(__file__).parent / "trades"
"""One file of advice for each family."""

LABELS: Mapping[Trade, str] = {
    "software": "Software and data",
    "care": "Care and health",
    "teaching": "Teaching",
    "trades": "Trades and technical work",
    "office": "Office and business",
    "sales": "Sales and service",
    "people": "Working with people",
    "thinking": "Thinking and organising",
    "": "This trade",
}
"""How each family is called."""

PATTERNS: Mapping[Trade, str] = {
    "software": "understand → build → test → release → watch",
    "care": "assess → plan → carry out → record → review",
    "teaching": "plan → teach → check what was learned → adjust",
    "trades": "set out → do → measure → hand over",
    "office": "clarify → work out → check → decide → file",
    "sales": "listen → offer → agree → follow up",
    "people": "listen → say → check what arrived → agree",
    "thinking": "ask → find ways → choose → check",
    "": "prepare → do → check → improve",
}
"""How work usually goes in each family, where a row's own postings do not say."""

MOST = 0.4
"""The least share of the votes that decides: below it a target is a mixture, and neutral words fit better."""

TITLE_VOTES = 2
"""A posting's title counts as much as two skills: it names the work, but one word may mislead."""

PEOPLE = frozenset(
    {"clinical-staff-development", "communicating-collaborating", "customer-service",
     "family-school-communication", "leading-developing-people", "multidisciplinary-work",
     "patient-communication", "stakeholder-relationships", "training-facilitating", "working-in-languages"}
)  # fmt: skip
"""Themes about talking and working together, in any trade: what is trained is the talk, not the task."""

_WITH_PEOPLE = re.compile(r"\b(?:communicat|collaborat|team ?work|relationship|interpersonal)", re.IGNORECASE)
_SLOT = re.compile(r"\{(skills?|case|folder|minutes|place|shown|witness)\}")

_TITLE_WORDS: tuple[tuple[Trade, str], ...] = (
    ("software", r"software|developer|data |machine learning|\bml\b|devops|web |cloud|programmer|cyber"),
    (
        "care",
        r"nurs|midwi|therapist|carer?\b|clinic|physician|doctor|paramedic|dental|social worker|health",
    ),
    ("teaching", r"teacher|teaching|tutor|lecturer|educator|classroom|instructor"),
    ("trades", r"electric|plumb|mechanic|driver|welder|carpenter|technician|fitter|warehouse|operative"),
    (
        "office",
        r"accountant|accounts|administrat|secretar|clerk|paralegal|lawyer|analyst|assistant to|hr ",
    ),
    ("sales", r"sales|marketing|account manager|customer|retail|store |hotel|chef|waiter|barista|brand"),
)
_TITLES = tuple((trade, re.compile(rf"\b(?:{told})", re.IGNORECASE)) for trade, told in _TITLE_WORDS)


def of_target(demand: Demand, vocabulary: Vocabulary, role: str = "") -> Trade:
    """Return the family of a target, "" where its demands do not tell."""
    votes: Counter[Trade] = Counter()
    for name in demand.by_skill:
        trade = of_skill(name, vocabulary)
        # asked for in every trade, so they tell none
        if trade not in ("", "people", "thinking"):
            votes[trade] += demand.count(name).n
    for title in (role, *(p.title for p in demand.postings.values())):
        for trade, pattern in _TITLES:
            if pattern.search(title):
                votes[trade] += TITLE_VOTES
    return _winner(votes)


def of_skill(name: str, vocabulary: Vocabulary) -> Trade:
    """Return the family of a skill, "" where neither the vocabulary nor the name tells."""
    entry = vocabulary.skills.get(name)
    if _WITH_PEOPLE.search(name) or (entry and entry.theme in PEOPLE):
        return "people"
    if entry is None:
        return ""
    return "thinking" if entry.trade == "people" else entry.trade


def of_themes(vocabulary: Vocabulary) -> dict[str, Trade]:
    """Return the family of every theme: that of most of its skills."""
    votes: dict[str, Counter[Trade]] = defaultdict(Counter)
    for name, entry in vocabulary.skills.items():
        votes[entry.theme][of_skill(name, vocabulary)] += 1
    return {theme: counted.most_common(1)[0][0] for theme, counted in votes.items()}


def of_row(skills: Iterable[str], demand: Demand, vocabulary: Vocabulary, target: Trade) -> Trade:
    """Return the family that words a row.

    People, thinking or office where most of it is that, else the target's.

    A row of another trade is worded as the target's: a teacher's row on software is used in class.
    """
    votes: Counter[Trade] = Counter()
    for name in skills:
        trade = of_skill(name, vocabulary)
        if trade:
            votes[trade] += demand.count(name).mentions
    for trade in ("people", "thinking", "office"):
        # more than half of the row
        if 2 * votes[trade] > votes.total():
            return trade
    return target


def _winner(votes: Counter[Trade]) -> Trade:
    ranked = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    return ranked[0][0] if ranked and ranked[0][1] >= MOST * votes.total() else ""


@lru_cache(maxsize=16)
def _advice(name: str) -> Mapping[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def words(trade: Trade) -> Mapping[str, str]:
    """Return the words of a family.

    What is shown, who watches, where work is kept, what a case is, where it is.
    """
    found: Mapping[str, str] = _advice("neutral" if trade in ("people", "thinking") else _file(trade))[
        "words"
    ]
    return found


def drills(trade: Trade, level: int) -> Sequence[Drill]:
    """Return the drills of a family for the step to a level, still with their slots."""
    return _drills(_file(trade), level)


def _file(trade: Trade) -> str:
    return trade or "neutral"


def _drills(name: str, level: int) -> tuple[Drill, ...]:
    return tuple(
        Drill(d["goal"], d["exercise"], d["minutes"], d["deliverable"], d["done"])
        for d in _advice(name)["drill"]
        if d["level"] == level
    )


WITH_OTHERS = "a piece of work that needs at least two other people"
"""The case of a row that is about working together."""


def filled(drill: Drill, skill: str, target: Trade, row: Trade = "") -> Drill:
    """Word the drill with a skill's name, as it reads in a sentence, and the words of the target's trade."""
    case = {"case": WITH_OTHERS} if row == "people" else {}
    slots = {**words(target), **case, "skill": skill, "skills": skill, "minutes": str(drill.minutes)}
    goal, exercise, deliverable, done = (
        _put(text, slots) for text in (drill.goal, drill.exercise, drill.deliverable, drill.done)
    )
    return Drill(goal, exercise, drill.minutes, deliverable, done)


def _put(text: str, slots: Mapping[str, str]) -> str:
    # one pass: a posting's words that look like a slot stay words
    found = _SLOT.sub(lambda m: slots[m[1]], text)
    return found[:1].upper() + found[1:]


def together(level: int, skills: str, target: Trade, row: Trade) -> Drill:
    """Return the drill of a step's last week with the names of its skills."""
    return filled(_drills("together", level)[0], skills, target, row)


def project(target: Trade, size: int, skills: str) -> Project:
    """Return the portfolio project of a size, 1 small to 3 real, with the names of its skills."""
    found = next(p for p in _advice(_file(target))["project"] if p["size"] == size)
    slots = {**words(target), "skills": skills}
    accept = tuple(_put(text, slots) for text in found["accept"])
    return Project(_put(found["name"], slots), _put(found["scope"], slots), accept, found["shown"])
