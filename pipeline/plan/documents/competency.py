"""The competency matrix: mandatory or not, depth, evidence, rating, gap notes, verdicts, questions, log."""

from __future__ import annotations

from dataclasses import replace

from pipeline.plan.documents.credentials import credentials
from pipeline.plan.documents.roadmap import resources
from pipeline.records import Plan, PlanRow, Trade
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Table, Text

FURTHER = (
    "Read and watch until you can say what it is for and what it solves.",
    "Follow worked examples, and do one beside somebody who can do it.",
    "Do real work of your own, make mistakes and learn from them.",
    "Improve it, find the causes of faults, study trade-offs, connect it to what lies beside it.",
    "Write, speak, mentor, and add something that others use.",
)
"""How to get from each level to the next: the first is the way from 0 to 1."""

DEPTH = (
    "know what it is for",
    "with guidance",
    "alone in usual cases",
    "alone, weighing the trade-offs",
    "also in the cases where it goes wrong",
    "and teach it to others",
)
"""How deep each level goes, behind a row's verbs."""

DOING: dict[Trade, str] = {
    "software": "Build and test with",
    "care": "Carry out and record",
    "teaching": "Plan and teach with",
    "trades": "Carry out and test",
    "office": "Work out and check with",
    "sales": "Serve customers with",
    "people": "Show in talks and in writing:",
    "thinking": "Show in your own work:",
    "": "Work with",
}
"""What one does with a row's skills, where no duty of a posting has a verb for it."""

LISTENED = (
    "A case of your own, with what you did yourself.",
    "A result that can be counted or seen.",
    "What went wrong, how you found the cause, what you changed.",
)
"""What an interviewer listens for, whatever the question."""

STAR = (
    "Situation: where, when, who was there, what was at stake.",
    "Task: what was yours to do.",
    "Action: what you did, in order, and what you decided against.",
    "Result: what came of it, with a figure from your log, and what you would do differently.",
)
"""The four parts of a story for an interview."""


def competency(plan: Plan) -> Document:
    """Return the competency matrix as a document."""
    blocks: list[Block] = [
        Heading("May you apply?"),
        *(_verdict(v.rule, v.holds, v.detail) for v in plan.readiness),
        *credentials(plan),
        Heading("The rows"),
        Text(
            "Mandatory: required by half of the postings or more, counted over the row's skills (the border "
            "is a setting). Depth: what the postings say one does, to the level that half of them ask for "
            "or that readiness needs. The next step of each row is its gap note, behind your own."
        ),
        table(plan),
        Heading("Skill by skill"),
        Text(
            "The most demanded skills of each row, to rate one by one: `skillmatrix assess SKILL --level 3`, "
            "or the sheet Self-check of plan.xlsx. A row without a rating of its own takes theirs."
        ),
        _skills(plan),
        Heading("Rubric"),
        _rubric(plan),
        Heading("Interview questions"),
        Bullets(LISTENED),
        _questions(plan),
        Heading("Your stories"),
        Text("One story for each mandatory row, two minutes each. The form is in templates/star-story.md."),
        Bullets(STAR),
        *resources(plan),
        Heading("Improvement log"),
        *_log(plan),
    ]
    return Document("competency", "Competency matrix", tuple(blocks))


def _verdict(rule: str, holds: bool, detail: str) -> Text:
    if "promotion" in rule and not holds:  # nobody who applies has failed by not being up for promotion
        return Text(f"{rule}: no. {detail}.")
    return Text(f"{rule}: {'yes' if holds else 'no'}. {detail}.", "good" if holds else "bad")


def table(plan: Plan) -> Table:
    """Return one line a row: what is expected, what shows it, where you stand, what to do."""
    columns = (
        Column("Skill / category", width=42),
        Column("Mandatory?", "yes", 12),
        Column("Depth expectation", width=44),
        Column("Evidence examples", width=52),
        Column("Self-rating (0-5)", "whole", 11),
        Column("Gap notes", width=52),
    )
    return Table("competency", columns, tuple(_row(row) for row in plan.rows))


def _row(row: PlanRow) -> tuple[Cell, ...]:
    return (row.title, row.mandatory, depth(row), row.evidence, row.current, gap_note(row))


def _skills(plan: Plan) -> Table:
    columns = (
        Column("Skill", width=36),
        Column("Row", "whole", 8),
        Column("Mandatory?", "yes", 11),
        Column("Postings", "whole", 10),
        Column("Priority (1-3)", "priority", 10),
        Column("Self-rating (0-5)", "whole", 11),
    )
    rows = tuple(
        (c.skill, r.number, r.mandatory, c.n, c.priority, c.level) for r in plan.rows for c in r.core
    )
    return Table("skills", columns, rows)


def depth(row: PlanRow) -> tuple[Cell, ...]:
    """Say how deep a row goes: the duties' verbs, its most demanded skills, level, a posting's cue."""
    level = max(row.ready, row.target)
    skills = ", ".join(c.skill for c in row.core[:3]) or row.title
    if row.verbs and row.trade not in ("people", "thinking"):
        verbs = ", ".join(row.verbs[:-1]) + (" and " if len(row.verbs) > 1 else "") + row.verbs[-1]
        told = f"{verbs[:1].upper()}{verbs[1:]}: {skills}; {DEPTH[level]} (level {level})."
    else:
        told = f"{DOING[row.trade]} {skills}; {DEPTH[level]} (level {level})."
    cues = [cue for cue in row.cues if cue.why.startswith("asks")]
    return (told, cues[0]) if cues else (told,)


def gap_note(row: PlanRow) -> tuple[Cell, ...]:
    """Return what a person noted, and the next thing to do."""
    if row.current >= max(row.target, row.ready):
        return (row.note, "Target met.") if row.note else ("Target met.",)
    if row.next is None:
        return (row.note,) if row.note else ()
    step = f"Next, {row.current} → {row.current + 1}: {row.next.exercise} Done when: {row.next.done}"
    reading = next((h for h in row.reading if h.level in (0, row.current + 1)), None)
    told = replace(reading, text=f"Read: {reading.text}") if reading else ""
    return tuple(part for part in (row.note, step, told) if part)


def _rubric(plan: Plan) -> Table:
    columns = (Column("Rating", "whole", 8), Column("Name", width=16), Column("You say", width=60))
    says = (
        Column("Self-check", width=40),
        Column("Evidence for it", width=50),
        Column("How to get further", width=60),
    )
    rows = tuple(
        (
            number,
            name,
            sentence,
            words.SELF_CHECK[number],
            plan.rubric[number - 1] if 0 < number <= len(plan.rubric) else "",
            FURTHER[number] if number < len(FURTHER) else "",
        )
        for number, name, sentence in words.LEVELS
    )
    return Table("rubric", (*columns, *says), rows)


def _questions(plan: Plan) -> Table:
    columns = (Column("Skill", width=42), Column("Questions that an interviewer may ask", width=90))
    return Table("questions", columns, tuple((r.title, r.questions) for r in plan.rows))


def _log(plan: Plan) -> list[Block]:
    if not plan.log:
        return [Text('Empty so far: `skillmatrix log add "What you did" --skill SKILL --impact "…"`.')]
    columns = (Column("Date", "day", 12), Column("Skill", width=42), Column("Action taken", width=60))
    titles = {row.theme: row.title for row in plan.rows}
    rows = tuple(
        (e.when[:10], titles.get(e.subject, e.subject), e.action, e.impact, e.minutes or None)
        for e in plan.log
    )
    more = (Column("Impact", width=40), Column("Minutes", "whole", 9))
    return [Table("log", (*columns, *more), rows)]
