"""Forms to fill in for the practice of a plan: Markdown to write in, CSV to collect numbers in."""

from __future__ import annotations

from pipeline.records import Plan
from pipeline.report import safe

DECISION = """# Decision record

Skill: {skill}
Date:

## Context
What is it about, and what was given?

## Decision
What did you choose?

## Reasons
Why this and not something else? What speaks against it most?

## Consequences
What do you accept by it?

## How you will know
By which figure or event, and on which day do you look again?
"""

CHALLENGE = """# Two-hour challenge

Skill: {skill}
Case: {case}
Date:

## 30 minutes: what you expect
1.
2.
3.

## 60 minutes: do it, by your checklist
- [ ]
- [ ]
- [ ]

## 20 minutes: compare
Which expectations came true? Number right: __ of __
What did you miss, and do you miss it often?

## 10 minutes: what you learned about how you work

Next time harder by: messier material, less time, or a case you have not seen.
"""

PATTERNS = """# Patterns

For each sketch: the problem, what you reached for first, what you missed, the better way, when to use it.

## {skill}
Problem:
First idea:
Missed:
Better way:
Use it when:
"""

STAR = """# Story: {title}

Question it answers: {question}

Situation (where, when, what was at stake):

Task (what was yours to do):

Action (what you did, in order; what you decided against):

Result (what came of it, with a figure):

What you would do differently:

Seconds when told aloud: ___
"""

INTERVIEW = """# Practice interview

Date:
Interviewer: {witness}

{questions}

For each answer, 0 to 5: a case of my own ( ), my own part clear ( ), a result that counts ( ),
under two minutes ( )

One thing to change next time:
"""

REVIEW = """# Week review

Week of:
Skills of the week:

- Tried:
- Made better, by which measure:
- Learned, in one sentence:
- Predictions right: __ of __
- Hours planned: {hours:g}  Hours spent: __
- Shown to somebody: {shown}

Rating now (`skillmatrix assess --week`):

Next week:
"""

TABLES = {
    "predictions.csv": "monday,prediction,how sure (%),friday: right?,why",
    "micro-practice.csv": "day,skill,minutes,what I did,right at once?,note",
    "alternatives.csv": "date,what I finished,another way,when it would be better",
}
"""The tables to fill in, by file name."""


def forms(plan: Plan) -> dict[str, str]:
    """Return every form by its file name, the first fields filled in from the plan."""
    skill = safe.markdown(next((x.skill for x in plan.lessons if x.skill), ""))
    advice = plan.advice
    row = next((r for r in plan.rows if r.mandatory), plan.rows[0] if plan.rows else None)
    questions = "\n\n".join(
        f"{number}. {safe.markdown(text)}\n\n   Notes:"
        for number, text in enumerate((q for i in plan.interviews[:2] for q in i.questions), 1)
    )
    return {
        "decision-record.md": DECISION.format(skill=skill),
        "challenge.md": CHALLENGE.format(skill=skill, case=advice.get("case", "")),
        "patterns.md": PATTERNS.format(skill=skill),
        "star-story.md": STAR.format(
            title=safe.markdown(row.title) if row else "",
            question=safe.markdown(row.questions[0].text) if row and row.questions else "",
        ),
        "practice-interview.md": INTERVIEW.format(witness=advice.get("witness", ""), questions=questions),
        "week-review.md": REVIEW.format(
            hours=plan.target.hours_per_week,
            shown=advice.get("shown", ""),
        ),
        **{name: f"{head}\n" for name, head in TABLES.items()},
    }
