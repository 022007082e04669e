"""The role card: what the role is, then what must, should, could and would be there, and your 20 %."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Plan, PlanRow, SkillCount
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Table, Text

TIERS = (
    ("must", "Must have", "required by half of the postings or more"),
    ("should", "Should have", "priority 1, less often a requirement"),
    ("could", "Could have", "priority 2"),
    ("would", "Would like", "priority 3"),
)
"""The tiers: key, heading, and what puts a row, or a skill beside the rows, there."""

CAN_WAIT = 0.25
"""Below this upper bound of its share a skill can wait; above it, too few postings were read to say so."""

MOST_REST = 12
MOST_SKILLS = 20


def tier(row: PlanRow) -> str:
    """The tier of a row."""
    return "must" if row.mandatory else TIERS[row.priority][0]


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
            "Your 20%: the fewest skills that make up most of what the postings say about a row; skills "
            "that are named equally often stay together. Named less often: the rest. In brackets: how many "
            "postings name it. A skill can wait only where enough postings were read to tell."
        )
    )
    data = []
    for key, title, meaning in TIERS:
        rows = [row for row in plan.rows if tier(row) == key]
        outside = [c for c in plan.outside if _tier_of(c) == key]
        if rows or outside:
            blocks.append(Heading(f"{title}: {meaning}"))
        if rows:
            blocks.append(_tier(plan, key, rows))
        if outside:
            blocks.append(_outside(outside))
            data.append(_skills(key, outside))
    return Document("role-card", "Role card", tuple(blocks), tuple(data))


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
    return TIERS[count.priority][0] if count.known or count.n > 1 else ""


def _tier(plan: Plan, key: str, rows: list[PlanRow]) -> Table:
    columns = (
        Column("Skill", width=40),
        Column("Belongs to", width=30),
        Column("Your 20%", width=44),
        Column("Named less often", width=44),
        Column("How often", width=30),
        Column("Work pattern", width=36),
        Column("Reading", width=36),
    )
    return Table(f"role-{key}", columns, tuple(_row(plan, row) for row in rows))


def _row(plan: Plan, row: PlanRow) -> tuple[Cell, ...]:
    wait = [c for c in row.tail if c.high < CAN_WAIT]
    rest = _counted([c for c in row.tail if c not in wait][:MOST_REST])
    can_wait = f"Can wait: {_counted(wait[:MOST_REST])}" if wait else ""
    numbers = [plan.row(base).number for base in row.builds_on]
    builds = f"Builds on {words.plural(len(numbers), 'row').partition(' ')[2]} {_listed(numbers)}."
    return (
        f"{row.number}. {row.title}",
        row.place,
        _counted(row.core),
        tuple(text for text in (rest, can_wait) if text),
        frequency(row),
        (row.pattern, builds) if numbers else row.pattern,
        row.reading,
    )


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _counted(found: Sequence[SkillCount]) -> str:
    return ", ".join(f"{c.skill} ({c.n})" for c in found)


def _outside(found: list[SkillCount]) -> Text:
    more = len(found) - MOST_SKILLS
    end = f", and {more} more in the skills export." if more > 0 else "."
    return Text(f"Beside the rows: {_counted(found[:MOST_SKILLS])}{end}")


def _skills(key: str, found: list[SkillCount]) -> Table:
    columns = (Column("Skill", width=40), Column("Postings", "whole", 10), Column("Priority", "whole", 9))
    return Table(f"role-{key}-skills", columns, tuple((c.skill, c.n, c.priority) for c in found))
