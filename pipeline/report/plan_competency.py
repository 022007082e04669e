"""The competency matrix: mandatory or not, depth, evidence, rating, gap notes, verdicts, questions, log."""

from __future__ import annotations

from pipeline.records import Plan, PlanRow
from pipeline.report import words
from pipeline.report.plan_blocks import Block, Cell, Column, Document, Heading, Table, Text
from pipeline.report.plan_credentials import credentials

FURTHER = (
    "Read and watch until you can say what it is for and what it solves.",
    "Follow worked examples, and do one beside somebody who can do it.",
    "Do real work of your own, make mistakes and learn from them.",
    "Improve it, find the causes of faults, study trade-offs, connect it to what lies beside it.",
    "Write, speak, mentor, and add something that others use.",
)
"""How to get from each level to the next: the first is the way from 0 to 1."""

NOTHING = "nothing in the vocabulary: write your own"


def competency(plan: Plan) -> Document:
    """The competency matrix as a document."""
    blocks: list[Block] = [
        Heading("May you apply?"),
        *(_verdict(v.rule, v.holds, v.detail) for v in plan.readiness),
        *credentials(plan),
        Heading("The rows"),
        table(plan),
        Text(
            "Mandatory: required by half of the postings or more, counted over the row's skills (the border "
            "is a setting). Depth: the level at which half of the asking postings are content."
        ),
        Heading("Rubric"),
        _rubric(),
        Heading("Interview questions"),
        _questions(plan),
        Heading("Reading"),
        *_reading(plan),
        Heading("Improvement log"),
        *_log(plan),
    ]
    return Document("competency", "Competency matrix", tuple(blocks))


def _verdict(rule: str, holds: bool, detail: str) -> Text:
    return Text(f"{rule}: {'yes' if holds else 'no'}. {detail}.", "good" if holds else "bad")


def table(plan: Plan) -> Table:
    """One line a row: what is expected, what shows it, where you stand, what to do."""
    columns = (
        Column("Skill / category", width=42),
        Column("Mandatory?", "yes", 12),
        Column("Depth expectation", width=34),
        Column("Evidence examples", width=52),
        Column("Self-rating (0-5)", "whole", 11),
        Column("Gap notes", width=52),
    )
    return Table("competency", columns, tuple(_row(row) for row in plan.rows))


def _row(row: PlanRow) -> tuple[Cell, ...]:
    depth = f"{row.target} {words.LEVELS[row.target][1]}: {words.LEVELS[row.target][2]}"
    shown: Cell = row.evidence or NOTHING
    return (row.title, row.mandatory, depth, shown, row.current, gap_note(row))


def gap_note(row: PlanRow) -> tuple[Cell, ...]:
    """What a person noted, and the next thing to do."""
    if row.gap == 0:
        return (row.note, "Target met.") if row.note else ("Target met.",)
    if row.next is None:
        return (row.note,) if row.note else ()
    step = f"Next, {row.current} → {row.current + 1}: {row.next.exercise} Done when: {row.next.done}"
    return (row.note, step) if row.note else (step,)


def _rubric() -> Table:
    columns = (Column("Rating", "whole", 8), Column("Name", width=16), Column("You say", width=60))
    says = (Column("Self-check", width=40), Column("How to get further", width=60))
    rows = tuple(
        (number, name, sentence, words.SELF_CHECK[number], FURTHER[number] if number < 5 else "")
        for number, name, sentence in words.LEVELS
    )
    return Table("rubric", (*columns, *says), rows)


def _questions(plan: Plan) -> Table:
    columns = (Column("Skill", width=42), Column("Questions that an interviewer may ask", width=90))
    return Table("questions", columns, tuple((r.title, r.questions or NOTHING) for r in plan.rows))


def _reading(plan: Plan) -> list[Block]:
    known = tuple((r.title, r.reading) for r in plan.rows if r.reading)
    if not known:
        return [Text("No reference yet: add your own with `skillmatrix reference add SKILL LINK`. None is "
                     "invented here.")]  # fmt: skip
    columns = (Column("Skill", width=42), Column("Reading, as supplied", width=90))
    return [Table("reading", columns, known)]


def _log(plan: Plan) -> list[Block]:
    if not plan.log:
        return [Text('Empty so far: `skillmatrix log add "What you did" --skill SKILL --impact "…"`.')]
    columns = (Column("Date", "day", 12), Column("Skill", width=42), Column("Action taken", width=60))
    titles = {row.theme: row.title for row in plan.rows}
    rows = tuple((e.when[:10], titles.get(e.subject, e.subject), e.action, e.impact) for e in plan.log)
    return [Table("log", (*columns, Column("Impact", width=40)), rows)]
