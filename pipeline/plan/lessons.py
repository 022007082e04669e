"""Level steps broken down into weeks: each with one skill, a goal, an exercise, a time limit and a test.

A step's last week brings its skills together. Which exercise a week has depends on the level, the trade and
the place in the step, so that no two weeks of a row are alike as long as the material lasts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.plan import trade as trades
from pipeline.plan.order import week_before, week_of
from pipeline.records import Block, Drill, Evidence, Lesson, PlanRow, Trade

SLIVER = 0.25
"""A part of a week below this share of its hours joins the week beside it: an hour is no start of a topic."""

FIRST_PRACTICE = 2
"""The vocabulary's exercises begin with the step to this level: before it, one follows worked examples."""

TERMS = ("notes open", "notes closed", "notes closed, a new case", "a new case, a quarter less time")
"""The conditions of a step's weeks, harder each week."""

_LONG = re.compile(r"\b(?:weeks|months?|quarter|term|semester|year)\b", re.IGNORECASE)
"""An exercise that goes on for longer than a week does not end one against the clock."""

MOST_TOGETHER = 3
"""Skills that a last week names."""

TIMES = {1: 1, 2: 1, 3: 2, 4: 3, 5: 2}
"""How many weeks of a step one skill takes, by the level to reach: deeper steps go deeper, not wider."""


@dataclass(frozen=True, slots=True)
class Names:
    """Each skill's name as it reads inside a sentence, and the family of trades that words its drills."""

    spoken: Mapping[str, str]
    trade: Mapping[str, Trade]
    target: Trade

    def say(self, name: str) -> str:
        """Return a skill's name inside a sentence."""
        return self.spoken.get(name, name)

    def worded(self, name: str, row: PlanRow) -> Trade:
        """Return whose words fit a skill of a row: a talk is a talk in any row, all else follows the row."""
        own = self.trade.get(name, "")
        return own if own in ("people", "thinking") else row.trade


def lessons(
    rows: Sequence[PlanRow], blocks: Sequence[Block], hours_a_week: float, names: Names
) -> tuple[Lesson, ...]:
    """Return the lessons of all level steps in order; their hours add up to the blocks'."""
    by_theme = {row.theme: row for row in rows}
    used: Counter[tuple[str, str]] = Counter()
    found: list[Lesson] = []
    for block in blocks:
        found += _step(by_theme[block.theme], block, by_theme, hours_a_week, names, used)
    return tuple(found)


def following(row: PlanRow, rows: Sequence[PlanRow], names: Names) -> Drill | None:
    """Return what to do next in a row, whatever the plan reaches: a drill of its first skill.

    None at the top.
    """
    if row.current >= 5:
        return None
    skill, _ = subjects(row, {r.theme: r for r in rows}, 1)[0]
    kinds = trades.drills(names.worded(skill, row), row.current + 1)
    return trades.filled(kinds[row.number % len(kinds)], names.say(skill), names.target)


def parts(block: Block, hours_a_week: float) -> list[tuple[int, int, float]]:
    """Return the weeks of a block as (first week, last week, hours); slivers join the week beside them."""
    end = block.before + block.hours
    found: list[tuple[int, int, float]] = []
    for week in range(week_of(block.before, hours_a_week), week_before(end, hours_a_week) + 1):
        hours = min(end, week * hours_a_week) - max(block.before, (week - 1) * hours_a_week)
        found.append((week, week, hours))
    small = SLIVER * hours_a_week
    if len(found) > 1 and found[0][2] < small:
        found[:2] = [(found[0][0], found[1][1], found[0][2] + found[1][2])]
    if len(found) > 1 and found[-1][2] < small:
        found[-2:] = [(found[-2][0], found[-1][1], found[-2][2] + found[-1][2])]
    return found


def _step(
    row: PlanRow,
    block: Block,
    rows: Mapping[str, PlanRow],
    hours_a_week: float,
    names: Names,
    used: Counter[tuple[str, str]],
) -> list[Lesson]:
    weeks = parts(block, hours_a_week)
    topics = subjects(row, rows, max(1, math.ceil((len(weeks) - 1) / TIMES[block.level])))
    found = []
    for at, (first, last, hours) in enumerate(weeks):
        together = len(weeks) > 1 and at == len(weeks) - 1
        if together:
            drill, source, title = _together(row, block.level, topics, rows, names)
            terms, words = "against the clock", None
        else:
            skill, other = topics[at % len(topics)]
            kinds = trades.drills(names.worded(skill, row), block.level)
            name = names.say(skill) + (f" together with {names.say(other)}" if other else "")
            turn = at // len(topics) + at % len(topics) + row.number
            drill = trades.filled(kinds[turn % len(kinds)], name, names.target)
            terms, drill = _harder(drill, block.level, at)
            title, source, words = f"{skill} with {other}" if other else skill, "", _words(row, skill, used)
        lesson = Lesson(row.theme, block.level, title, first, last, hours, drill, source, terms, words)
        found.append(replace(lesson, integrates=together))
    return found


def subjects(row: PlanRow, rows: Mapping[str, PlanRow], count: int) -> list[tuple[str, str]]:
    """Return what a step's weeks are about: the most demanded skills, then the first of them with others'.

    The second part is the skill that it is joined with, "" for a skill by itself. A name of the tail that one
    posting uses is too thin for a week.
    """
    own = [c.skill for c in row.core] or [row.title]
    own += [c.skill for c in row.tail if c.n > 1]
    talk = row.trade in ("people", "thinking")
    if talk and len(own) == 1:  # it joins no other row's skill, and one word fills no step
        own += [c.skill for c in row.tail[:2]]
    akin = [rows[t] for t, n in row.asked_with if n and t in rows and rows[t].trade == row.trade]
    near = [other.core[0].skill for other in akin if other.core]
    pairs = [(name, "") for name in own]
    if not talk:  # a talk is not combined with a tool
        pairs += [(own[0], other) for other in near if other not in own]
    return pairs[:count]  # none twice: a second round of the same would meet its first exercise again


def _harder(drill: Drill, level: int, at: int) -> tuple[str, Drill]:
    """Return the conditions of a week, and the drill with less time where they say so."""
    if level == 1:
        return TERMS[0], drill
    if at < len(TERMS) - 1:
        return TERMS[at], drill
    # a quarter less time, in steps of five minutes; by eye, so that the same drill is harder the second time
    return TERMS[-1], replace(drill, minutes=5 * math.ceil(drill.minutes * 0.75 / 5))


def _words(row: PlanRow, skill: str, used: Counter[tuple[str, str]]) -> Evidence | None:
    """Return the next sentence of a posting that asks for the skill.

    Each is taken once before any comes again.
    """
    found = [evidence for name, evidence in row.words if name == skill]
    if not found:
        return None
    at = used[row.theme, skill]
    used[row.theme, skill] += 1
    return found[at % len(found)]


def _together(
    row: PlanRow, level: int, topics: Sequence[tuple[str, str]], rows: Mapping[str, PlanRow], names: Names
) -> tuple[Drill, str, str]:
    """Return a step's last week: an exercise of the vocabulary or a model where there is one for this level.

    With the drill comes who says it, and the one skill where there is only one.
    """
    found = list(dict.fromkeys(name for pair in [*topics, *subjects(row, rows, 2)] for name in pair if name))
    if len(found) == 1:  # nothing to bring together: one more drill of the one skill
        kinds = trades.drills(names.worded(found[0], row), level)
        drill = trades.filled(kinds[(row.number - 1) % len(kinds)], names.say(found[0]), names.target)
    else:
        skills = listed([names.say(name) for name in found[:MOST_TOGETHER]])
        drill = trades.together(level, skills, names.target, row.trade)
    at, single = level - FIRST_PRACTICE, found[0] if len(found) == 1 else ""
    hint = row.practice[at] if 0 <= at < len(row.practice) else None
    if hint and not _LONG.search(hint.text):
        text = hint.text[:1].upper() + hint.text[1:]
        ended = text if text.endswith((".", "!", "?")) else f"{text}."
        return replace(drill, exercise=ended), hint.source, single
    return drill, "", single


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
