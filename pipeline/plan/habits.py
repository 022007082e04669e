"""Practice that comes back every day, week or month, and interviews to practise with before applying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.plan.lessons import Names
from pipeline.records import Block, Habit, Interview, PlanRow

WORKDAYS = ("MO", "TU", "WE", "TH", "FR")

LAST_THIRD = 2 / 3
"""The share of the weeks after which interviews are practised."""


def habits(advice: Mapping[str, str], last_week: int) -> tuple[Habit, ...]:
    """Return the practices in the order in which they begin.

    One or two at first, another every second week.
    """
    shown, witness = advice["shown"], advice["witness"]
    found = (
        # the numbers: every so many weeks, from which week on, minutes; by eye, so that each new one begins
        # when the last is a habit
        Habit("micro", "Daily micro-practice", WORKDAYS, 1, 1, 15, (
            "Explain one idea of this week's skill in a paragraph, in your own words.",
            "Repeat one step of this week's exercise from memory, notes closed.",
            "Estimate before you look: a time, a number or a result. Then check.",
            "Do the smallest version of the exercise as simply as you can.",
            "Go through the week's mistakes: which kind came twice?",
        ), "micro-practice.csv"),
        Habit("deep", "Weekly deep dive", ("SA",), 1, 1, 120, (
            "Take one skill of the week from nothing, without help. Compare with how an expert or a standard "
            "does it, and write down three differences.",
        )),
        Habit("rating", "Weekly rating", ("SU",), 1, 1, 10, (
            "Rate the rows that you worked on (`skillmatrix assess --week`), and plan the next week.",
        ), "week-review.md"),
        Habit("predict", "Prediction game", ("MO", "FR"), 1, 3, 10, (
            "Write three predictions for the week: what will go wrong, what will take longer, which result.",
            "Check them: why right, why wrong? `skillmatrix log add … --predicted 3 --right 2`.",
        ), "predictions.csv"),
        Habit("show", "Show something", ("SU",), 1, 3, 30, (
            f"Let others see one small thing: {shown}. One decision, one comparison or one explanation.",
        )),
        Habit("decide", "Decision record", ("WE",), 1, 5, 20, (
            "Write down one decision: context, decision, reasons, consequences, how you will know.",
        ), "decision-record.md"),
        Habit("other", "Another way", ("TH",), 1, 5, 15, (
            "Take something that you finished this week and look for one other way to do it, for 15 minutes.",
        ), "alternatives.csv"),
        Habit("challenge", "Two-hour challenge", ("SA",), 2, 7, 120, (
            "30 minutes: write what you expect. 60: do it by your checklist. 20: compare with what you "
            "expected. 10: write what you learned about how you work.",
        ), "challenge.md"),
        Habit("pattern", "Sketch and compare", ("TU",), 1, 9, 30, (
            "Take a new problem: 20 minutes for a sketch of your solution, 10 to compare with real ones. "
            f"Ask {witness} what you missed.",
        ), "patterns.md"),
        Habit("month", "Monthly integration", ("SA",), 4, 4, 300, (
            "Finish this month's slice of the portfolio project with the skills of the month.",
        )),
    )  # fmt: skip
    begun = [habit for habit in found if habit.first_week <= last_week]
    return tuple(sorted(begun, key=lambda h: h.first_week))


def interviews(rows: Sequence[PlanRow], blocks: Sequence[Block], most: int = 2) -> tuple[Interview, ...]:
    """Plan a practice interview every week of the last third, one row after the other, mandatory first."""
    last = max((b.last_week for b in blocks), default=0)
    learned = {b.theme for b in blocks}
    asked = sorted(
        (r for r in rows if r.questions and (r.mandatory or r.theme in learned)),
        key=lambda r: (not r.mandatory, -r.score),
    )
    if not asked or not last:
        return ()
    first = max(1, round(last * LAST_THIRD))
    found = []
    for at, week in enumerate(range(first, last + 1)):
        row, turn = asked[at % len(asked)], at // len(asked)
        texts = [hint.text for hint in row.questions]
        picked = tuple(texts[(turn * most + i) % len(texts)] for i in range(min(most, len(texts))))
        found.append(Interview(week, row.theme, picked))
    return tuple(found)


def micro(row: PlanRow, names: Names) -> tuple[str, ...]:
    """Return the small skills behind a row.

    Recognise, check, choose, foresee, each on one of its own skills.
    """
    own = [names.say(c.skill) for c in (*row.core, *row.tail)] or [row.title]
    one, two, three, four = (own[i % len(own)] for i in range(4))
    if row.trade == "people":
        return (
            f"Notice: tell early which talk calls for {one}",
            f"Check: find out whether what you meant arrived, in {two}",
            f"Choose: in {three}, now or later, aloud or in writing, and why",
            f"Foresee: name the point at which {four} will get hard",
        )
    return (
        f"Recognise: tell at a glance which cases need {one}",
        f"Check: find the mistake in work that rests on {two}",
        f"Choose: between two ways to go about {three}, and why",
        f"Foresee: name what will go wrong with {four} before it does",
    )
