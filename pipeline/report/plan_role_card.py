"""The role card: what must, should, could and would be there, your 20 %, and what can wait."""

from __future__ import annotations

from pipeline.records import Plan, PlanRow, SkillCount
from pipeline.report import words
from pipeline.report.plan_blocks import Block, Cell, Column, Document, Heading, Table, Text

TIERS = (
    ("must", "Must have", "required by half of the postings or more"),
    ("should", "Should have", "priority 1 or 2, mostly as a duty or a wish"),
    ("could", "Could have", "priority 3"),
)
"""The tiers of rows: key, heading, what puts a row there. What would be nice is in no row."""

MOST_TAIL = 12
MOST_WOULD = 20


def tier(row: PlanRow) -> str:
    """The tier of a row."""
    if row.mandatory:
        return "must"
    return "should" if row.priority < 3 else "could"


def frequency(row: PlanRow) -> str:
    """How often the work will likely call for it, read from how many postings name it as a duty."""
    share = row.n_duty / row.of if row.of else 0.0
    often = (
        "likely daily" if share >= 0.5
        else "likely weekly" if share >= 0.25
        else "now and then" if share > 0
        else "never named as a duty"
    )  # fmt: skip
    return f"{often} ({words.n_of(row.n_duty, row.of)} postings name it as a duty)"


def role_card(plan: Plan) -> Document:
    """The role card as a document."""
    blocks: list[Block] = [
        Text(
            "Your 20 %: the fewest skills that make up most of what the postings say about a row (80 % "
            "unless set otherwise). What you don't need yet: the rest, with how many postings name it."
        )
    ]
    for key, title, meaning in TIERS:
        rows = [row for row in plan.rows if tier(row) == key]
        if rows:
            blocks += [Heading(f"{title}: {meaning}"), _tier(plan, key, rows)]
    if plan.outside:
        blocks += [Heading("Would be nice: asked for, but in no row"), _would(plan)]
    return Document("role-card", "Role card", tuple(blocks))


def _tier(plan: Plan, key: str, rows: list[PlanRow]) -> Table:
    columns = (
        Column("Skill", width=40),
        Column("Your 20 %", width=44),
        Column("What you don't need yet", width=44),
        Column("Task frequency", width=30),
        Column("Pattern alignment", width=44),
    )
    return Table(f"role-{key}", columns, tuple(_row(plan, row) for row in rows))


def _row(plan: Plan, row: PlanRow) -> tuple[Cell, ...]:
    tail = tuple(_counted(c) for c in row.tail[:MOST_TAIL])
    more = len(row.tail) - len(tail)
    rest = (*tail, f"and {more} more") if more > 0 else tail
    core = tuple(_counted(c) for c in row.core)
    return (row.title, core, rest or "nothing: all of it is core", frequency(row), _patterns(plan, row))


def _counted(count: SkillCount) -> str:
    return f"{count.skill} ({words.plural(count.n, 'posting')})"


def _patterns(plan: Plan, row: PlanRow) -> tuple[Cell, ...]:
    titles = {r.theme: r.title for r in plan.rows}
    lines: list[str] = [f"builds on: {titles[base]}" for base in row.builds_on]
    lines += [f"asked for with: {titles[t]} ({words.n_of(n, row.n)})" for t, n in row.asked_with[:2] if n]
    return tuple(lines)


def _would(plan: Plan) -> Table:
    columns = (Column("Skill", width=40), Column("Postings", "whole"), Column("Mentions", "whole"))
    return Table("role-would", columns, tuple((c.skill, c.n, c.mentions) for c in plan.outside[:MOST_WOULD]))
