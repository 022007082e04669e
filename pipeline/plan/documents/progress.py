"""Progress: ratings week by week, hours really spent, measures, and milestones of the first plan."""

from __future__ import annotations

from pipeline.plan.documents import charts as plan_charts
from pipeline.records import Milestone, Plan, Progress
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Picture, Table, Text

NO_START = "The plan has no first day yet: `skillmatrix plan --start 2026-12-07` sets it."

RECENT = 8
"""Weeks of ratings that the table shows."""

EXPECT = {
    1: "expect to feel slow and to look up every step; that is what this level is.",
    2: "expect usual cases to go well and anything unusual to stop you; do not widen the topic yet.",
    3: "expect to be productive and still unsure which way is best; write your choices down.",
    4: "expect hard cases to take longer than planned; the reasons that you find are the gain.",
    5: "expect teaching to show what you only thought you knew.",
}
"""What to expect while working towards each level."""


def reality(plan: Plan) -> list[Block]:
    """Return how the ratings stand against the plan, and what each level feels like on the way to it."""
    first: dict[int, int] = {}
    for block in plan.blocks:
        first.setdefault(block.level, block.first_week)
    lines = (f"From week {week}, to level {level}: {EXPECT[level]}" for level, week in first.items())
    expect = Bullets(tuple(lines))
    if plan.progress is None:
        return [expect, Text(NO_START)]
    return [Text(_pace(plan.progress), "good" if on_time(plan.progress) else "bad"), expect]


def on_time(found: Progress) -> bool:
    """Return True while ratings confirm at least the hours that were planned by today."""
    return found.confirmed >= found.planned - 1e-6


def _pace(found: Progress) -> str:
    end = f"at this pace the end is {found.finish_at_pace}" if found.finish_at_pace else "no pace yet"
    return (
        f"By {found.today}, {found.planned:,.0f} hours were planned; ratings confirm {found.confirmed:,.0f} "
        f"of {found.total:,.0f}. Pace {found.pace:.1f} hours a week; {end}. At the promised hours it is "
        f"{found.finish}."
    )


def progress(plan: Plan) -> Document:
    """Return ratings over time against the plan of the first day, hours spent, measures, and what slipped."""
    found = plan.progress
    if found is None:
        return Document("progress", "Progress", (Text(NO_START),))
    slipped = [m for m in found.milestones if not m.reached and m.planned <= found.today]
    verdict = f"{words.plural(len(slipped), 'milestone')} slipped." if slipped else "Nothing slipped."
    blocks: list[Block] = [
        Text(_pace(found), "good" if on_time(found) else "bad"),
        Picture("progress", plan_charts.progress(found), "Planned and confirmed hours"),
        Heading("Ratings week by week"),
        *_ratings(plan, found),
        Heading("Hours really spent"),
        *_spent(found),
        Heading("Measures"),
        *_measures(plan, found),
        Heading("Milestones"),
        Text(verdict, "bad" if slipped else "good"),
        _milestones(plan, found),
    ]
    return Document("progress", "Progress", tuple(blocks))


def _ratings(plan: Plan, found: Progress) -> list[Block]:
    shown = found.weeks[-RECENT:]
    if not shown:
        return [Text("No week has passed yet.")]
    columns = (
        Column("Skill", width=46),
        *(Column(week.start[5:], "whole", 8) for week in shown),
        Column("This week", width=10),
        Column("Since the start", width=12),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in plan.rows:
        levels = [dict(week.levels).get(row.theme, 0) for week in found.weeks]
        recent = levels[-len(shown) :]
        before = levels[-2] if len(levels) > 1 else levels[-1]
        rows.append((row.title, *recent, moved(before, levels[-1]), moved(levels[0], levels[-1])))
    picture = Picture("ratings", plan_charts.ratings(plan, found), "Each row's level week by week")
    told = "Rate the rows that you worked on at the end of each week: `skillmatrix assess --week`."
    return [picture, Table("ratings", columns, tuple(rows)), Text(told)]


def moved(before: int, after: int) -> str:
    """Return how a level moved: ▲ 1, ▼ 1, or a dash."""
    return f"{'▲' if after > before else '▼'} {abs(after - before)}" if after != before else "–"


def _spent(found: Progress) -> list[Block]:
    if not any(week.spent for week in found.weeks):
        return [Text("Nothing logged yet: `skillmatrix log add … --minutes 45` after each session.")]
    planned, spent = sum(w.planned for w in found.weeks), sum(w.spent for w in found.weeks)
    columns = (
        Column("Week from", "day", 12),
        Column("Planned", "hours", 10),
        Column("Spent", "hours", 10),
        Column("Difference", "hours", 12),
    )
    rows = tuple((w.start, w.planned, w.spent, w.spent - w.planned) for w in found.weeks)
    total = ("Sum", planned, spent, spent - planned)
    return [
        Picture("hours", plan_charts.spent(found), "Hours planned and spent each week"),
        Table("hours", columns, rows, total),
    ]


def _measures(plan: Plan, found: Progress) -> list[Block]:
    if not found.measures:
        return [
            Text(
                "No measure taken yet. Four are worth it: speed (minutes for a standard exercise), accuracy "
                "(predictions right), communication (what a listener could repeat, 0 to 5), problem solving "
                "(minutes to the cause). `skillmatrix log add … --measure speed=38 --predicted 3 --right 2`."
            )
        ]
    titles: dict[str, str] = {row.theme: row.title for row in plan.rows}
    blocks: list[Block] = []
    lines: list[tuple[Cell, ...]] = []
    for number, one in enumerate(found.measures, 1):
        first, last = (round(one.points[at][1], 1) for at in (0, -1))
        told = f"{one.name}: {first:g} at first, {last:g} last, {words.plural(len(one.points), 'value')}."
        blocks.append(Text(told))
        if len(one.points) > 1:
            blocks.append(Picture(f"measure-{number}", plan_charts.measure(one), told))
        lines += [(day, one.name, value, titles.get(subject, subject)) for day, value, subject in one.points]
    columns = (Column("Day", "day", 12), Column("Measure", width=24), Column("Value", "factor", 10))
    return [*blocks, Table("measures", (*columns, Column("Skill", width=42)), tuple(lines))]


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
        if m.theme in titles
    )
    return Table("milestones", columns, rows)


def state(milestone: Milestone, today: str) -> str:
    """Return where a milestone stands on a day."""
    if milestone.reached:
        return "reached" if milestone.reached <= milestone.planned else "reached late"
    if not milestone.replanned:
        return "not in the plan"
    return "slipped" if milestone.planned <= today else "upcoming"
