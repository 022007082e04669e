"""Progress: ratings over time against the plan of the first day."""

from __future__ import annotations

from pipeline.records import Milestone, Plan, Progress
from pipeline.report import plan_charts, words
from pipeline.report.plan_blocks import Block, Column, Document, Picture, Table, Text

NO_START = "The plan has no first day yet: `skillmatrix plan --start 2026-12-07` sets it."


def reality(plan: Plan) -> list[Block]:
    """How the ratings stand against the plan, as a verdict."""
    if plan.progress is None:
        return [Text(NO_START)]
    return [Text(_pace(plan.progress), "good" if on_time(plan.progress) else "bad")]


def on_time(found: Progress) -> bool:
    """True while ratings confirm at least the hours that were planned by today."""
    return found.confirmed >= found.planned - 1e-6


def _pace(found: Progress) -> str:
    end = (
        f"at this pace the end is {found.finish_at_pace}"
        if found.finish_at_pace
        else "no pace yet to judge by"
    )
    return (
        f"By {found.today}, {found.planned:,.1f} hours were planned; ratings confirm {found.confirmed:,.1f} "
        f"of {found.total:,.1f}. Pace {found.pace:.1f} hours a week; {end}. At the promised hours it is "
        f"{found.finish}."
    )


def progress(plan: Plan) -> Document:
    """Ratings over time against the plan of the first day: what slipped, and the dates planned anew."""
    found = plan.progress
    if found is None:
        return Document("progress", "Progress", (Text(NO_START),))
    slipped = [m for m in found.milestones if not m.reached and m.planned <= found.today]
    verdict = f"{words.plural(len(slipped), 'milestone')} slipped." if slipped else "Nothing slipped."
    return Document(
        "progress",
        "Progress",
        (
            Text(_pace(found), "good" if on_time(found) else "bad"),
            Picture("progress", plan_charts.progress(found), "Planned and confirmed hours"),
            Text(verdict, "bad" if slipped else "good"),
            _milestones(plan, found),
        ),
    )


def _milestones(plan: Plan, found: Progress) -> Table:
    titles = {row.theme: row.title for row in plan.rows}
    columns = (
        Column("Skill", width=46),
        Column("Level", "whole", 8),
        Column("Planned for", "day", 13),
        Column("Reached", "day", 13),
        Column("Now planned for", "day", 15),
        Column("State", width=14),
    )
    rows = tuple(
        (
            titles[m.theme],
            m.level,
            m.planned,
            m.reached,
            "" if m.reached else m.replanned,
            state(m, found.today),
        )
        for m in found.milestones
    )
    return Table("milestones", columns, rows)


def state(milestone: Milestone, today: str) -> str:
    """Where a milestone stands on a day."""
    if milestone.reached:
        return "reached" if milestone.reached <= milestone.planned else "reached late"
    if not milestone.replanned:
        return "deferred"
    return "slipped" if milestone.planned <= today else "to come"
