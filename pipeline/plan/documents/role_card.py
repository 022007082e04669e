"""The role card: what the role is, then what must, should, could and would be there, and your 20 %."""

from __future__ import annotations

from pipeline.records import Plan, PlanRow, SkillCount
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Table, Text

TIERS = (
    ("must", "Must have", "required by half of the postings or more"),
    ("should", "Should have", "priority 1 or 2, less often a requirement"),
    ("could", "Could have", "priority 3"),
)
"""The tiers of rows: key, heading, what puts a row there."""

CAN_WAIT = 0.25
"""Below this upper bound of its share a skill can wait; above it, too few postings were read to say so."""

MOST_REST = 12
MOST_SKILLS = 20


def tier(row: PlanRow) -> str:
    """The tier of a row."""
    if row.mandatory:
        return "must"
    return "should" if row.priority < 3 else "could"


def frequency(row: PlanRow) -> str:
    """How many postings name it as a duty, and how often it is done where postings say so."""
    told = f"named as a duty by {words.n_of(row.n_duty, row.of)}"
    said = ", ".join(f"“{word}” in {words.plural(n, 'posting')}" for word, n in row.often[:3])
    return f"{told}; {said}" if said else told


def role_card(plan: Plan) -> Document:
    """The role card as a document."""
    blocks: list[Block] = [*_context(plan)]
    blocks.append(
        Text(
            "Your 20 %: the fewest skills that make up most of what the postings say about a row; skills "
            "that are named equally often stay together. Named less often: the rest, with how many "
            "postings name it. A skill is said to be able to wait only where enough postings were read to"
            " tell."
        )
    )
    for key, title, meaning in TIERS:
        rows = [row for row in plan.rows if tier(row) == key]
        outside = [c for c in plan.outside if _tier_of(c) == key]
        if rows or outside:
            blocks.append(Heading(f"{title}: {meaning}"))
        if rows:
            blocks.append(_tier(plan, key, rows))
        if outside:
            blocks += _outside(key, outside, "Beside the rows, by their own priority")
    would = [c for c in plan.outside if _tier_of(c) == "would"]
    if would:
        blocks += [Heading("Would like: named by one posting"), *_outside("would", would, "")]
    return Document("role-card", "Role card", tuple(blocks))


def _context(plan: Plan) -> list[Block]:
    target, card = plan.target, plan.card
    name = f"{target.role} in {target.industry}" if target.industry else target.role
    if card is None:
        return [Text(f"Role: {name}.")]
    blocks: list[Block] = [Text(f"Role: {name}. Primary focus: {'; '.join(card.focus)}.")]
    if card.tasks:
        blocks += [Heading("What one does, in the postings' words"), Bullets(card.tasks)]
    if card.output:
        blocks += [Heading("What comes of it"), Bullets(card.output)]
    return blocks


def _tier_of(count: SkillCount) -> str:
    """The tier of a skill in no row, by its own priority; "" for an unknown name that one posting uses."""
    if count.n == 1:
        return "would" if count.known else ""
    return "should" if count.priority < 3 else "could"


def _tier(plan: Plan, key: str, rows: list[PlanRow]) -> Table:
    columns = (
        Column("Skill", width=40),
        Column("Belongs to", width=30),
        Column("Your 20 %", width=44),
        Column("Named less often", width=44),
        Column("How often", width=30),
        Column("Work pattern", width=36),
        Column("Reading", width=36),
    )
    return Table(f"role-{key}", columns, tuple(_row(plan, row) for row in rows))


def _row(plan: Plan, row: PlanRow) -> tuple[Cell, ...]:
    rest = tuple(_less(c) for c in row.tail[:MOST_REST])
    more = len(row.tail) - len(rest)
    rest = (*rest, f"and {more} more") if more > 0 else rest
    core = tuple(_counted(c) for c in row.core)
    builds = tuple(f"builds on: {plan.row(base).title}" for base in row.builds_on)
    return (
        f"{row.number}. {row.title}",
        row.place,
        core,
        rest,
        frequency(row),
        (row.pattern, *builds),
        row.reading,
    )


def _less(count: SkillCount) -> str:
    return f"{_counted(count)}, can wait" if count.high < CAN_WAIT else _counted(count)


def _counted(count: SkillCount) -> str:
    return f"{count.skill} ({words.plural(count.n, 'posting')})"


def _outside(key: str, found: list[SkillCount], told: str) -> list[Block]:
    columns = (Column("Skill", width=40), Column("Postings", "whole", 10), Column("Priority", "whole", 9))
    shown = found[:MOST_SKILLS]
    blocks: list[Block] = [Text(told)] if told else []
    blocks.append(Table(f"role-{key}-skills", columns, tuple((c.skill, c.n, c.priority) for c in shown)))
    if len(found) > len(shown):
        blocks.append(Text(f"And {len(found) - len(shown)} more; all of them are in the skills export."))
    return blocks
