"""Roadmap, practice plan and progress: the same blocks by phase, by week, and against the ratings."""

from __future__ import annotations

from pipeline.records import Block as Step
from pipeline.records import Hint, Milestone, Phase, Plan, PlanRow, Progress
from pipeline.report import plan_charts, words
from pipeline.report.plan_blocks import Block, Bullets, Cell, Column, Document, Heading, Picture, Table, Text

MONTH = 4
"""Weeks of a month of the plan: thirteen of them make a year."""

SHARES = (("reading and watching", 0.2), ("practice", 0.5), ("the deliverable", 0.3))
"""How the hours of a week are divided, an assumption to change as you like."""

NO_IDEA = "nothing in the vocabulary: choose your own"


def when(plan: Plan, first: int, last: int) -> str:
    """A range of weeks, with its days where the plan has a start."""
    weeks = f"week {first}" if first == last else f"weeks {first}–{last}"
    return f"{weeks} ({plan.days[first - 1]} to {plan.days[last]})" if len(plan.days) > last else weeks


def roadmap(plan: Plan) -> Document:
    """Phases in prerequisite order with milestones and a project each, then month by month."""
    if not plan.blocks:
        return Document("roadmap", "Roadmap", (Text("Nothing is left to learn for these targets."),))
    blocks: list[Block] = [
        Picture("calendar", plan_charts.calendar(plan, plan.blocks), "Which weeks each level step takes"),
        Text(f"Numbers on the bars are the level that is reached: {plan_charts.legend()}."),
    ]
    for phase in plan.phases:
        blocks += _phase(plan, phase)
    blocks += [Heading("Month by month"), _months(plan), Heading("Every week"), _habits(plan)]
    left = [row for row in plan.rows if row.goal < row.target]
    if left:
        told = tuple(f"{r.title}: stops at {r.goal}, wanted {r.target}" for r in left)
        blocks += [Heading("After the horizon"), Bullets(told)]
    return Document("roadmap", "Roadmap", tuple(blocks))


def _phase(plan: Plan, phase: Phase) -> list[Block]:
    rows = [plan.row(theme) for theme in phase.themes]
    base = sorted({plan.row(b).title for row in rows for b in row.builds_on} - {row.title for row in rows})
    columns = (
        Column("Phase", "whole", 7),
        Column("Skill", width=46),
        Column("From", "whole", 7),
        Column("To", "whole", 7),
        Column("Hours", "hours", 12),
        Column("Milestone: a thing to show", width=60),
    )
    told = f"{when(plan, phase.first_week, phase.last_week)}, {phase.hours:,.1f} hours."
    return [
        Heading(f"Phase {phase.number}, {told[:-1]}"),
        *([Text(f"Builds on {'; '.join(base)}.")] if base else []),
        Table("phases", columns, tuple(_phase_line(phase, row) for row in rows)),
        Bullets((project(rows),)),
    ]


def _phase_line(phase: Phase, row: PlanRow) -> tuple[Cell, ...]:
    levels = [b.level for b in phase.blocks if b.theme == row.theme]
    hours = sum(b.hours for b in phase.blocks if b.theme == row.theme)
    return (phase.number, row.title, min(levels) - 1, max(levels), hours, deliverable(row, max(levels)))


def project(rows: list[PlanRow]) -> tuple[Cell, ...]:
    """A portfolio project that brings a phase's rows together, out of their own practice ideas."""
    names = "; ".join(row.title for row in rows)
    ideas = tuple(row.practice[-1] for row in rows if row.practice)
    lead = f"Portfolio project: one thing that shows {names}. Put together from: "
    return (lead, *ideas) if ideas else (f"{lead} {NO_IDEA}.",)


def deliverable(row: PlanRow, level: int) -> Hint | str:
    """What to have in hand at a level of a row."""
    return row.evidence[(level - 1) % len(row.evidence)] if row.evidence else NO_IDEA


def exercise(row: PlanRow, level: int) -> Hint | str:
    """What to practise on the way to a level of a row."""
    return row.practice[(level - 1) % len(row.practice)] if row.practice else NO_IDEA


def _months(plan: Plan) -> Table:
    columns = (Column("Month", "whole", 8), Column("When", width=34), Column("Work on", width=70))
    rows = []
    for first, last, steps in months(plan):
        what = tuple(f"{plan.row(s.theme).title}: to {s.level} {words.LEVELS[s.level][1]}" for s in steps)
        rows.append((1 + first // MONTH, when(plan, first, last), what))
    return Table("months", columns, tuple(rows))


def months(plan: Plan) -> list[tuple[int, int, list[Step]]]:
    """For each month of the plan its first and last week and the steps that fall into it."""
    end = max((b.last_week for b in plan.blocks), default=0)
    found = []
    for first in range(1, end + 1, MONTH):
        last = min(end, first + MONTH - 1)
        steps = [b for b in plan.blocks if b.first_week <= last and b.last_week >= first]
        found.append((first, last, steps))
    return found


def _habits(plan: Plan) -> Bullets:
    hours = plan.target.hours_per_week
    split = ", ".join(f"{hours * share:.1f} h {name}" for name, share in SHARES)
    return Bullets(
        (
            f"{hours:g} hours: {split}.",
            "One small thing that others can see: a commit, a note, a demo.",
            "One line in the log: `skillmatrix log add`.",
            "Every fourth week: rate yourself again (`skillmatrix assess`) and look at the progress report.",
        )
    )


# --- practice plan --------------------------------------------------------------------------------


def practice(plan: Plan) -> Document:
    """Week ranges with reading, practice, deliverable and hours; projects, checkpoints, reality check."""
    if not plan.blocks:
        return Document("practice", "Practice plan", (Text("Nothing is left to learn for these targets."),))
    blocks: list[Block] = [
        Text(
            "Exercises and deliverables come from the vocabulary or a model, as marked; reading only from "
            "what you supply with `skillmatrix reference add`."
        ),
        _weeks(plan),
        Heading("Monthly integration project"),
        _projects(plan),
        Heading("Checkpoints"),
        _checkpoints(plan),
        Heading("Reality check"),
        *_reality(plan),
    ]
    return Document("practice", "Practice plan", tuple(blocks))


def _weeks(plan: Plan) -> Table:
    columns = (
        Column("Weeks", width=34),
        Column("Skill", width=42),
        Column("To level", "whole", 9),
        Column("Reading", width=40),
        Column("Practice", width=50),
        Column("Deliverable", width=50),
        Column("Hours", "hours", 10),
        Column("Hours a week", "hours", 12),
    )
    return Table("weeks", columns, tuple(_week(plan, step) for step in plan.blocks))


def _week(plan: Plan, step: Step) -> tuple[Cell, ...]:
    row = plan.row(step.theme)
    weeks = step.last_week - step.first_week + 1
    reading: Cell = row.reading or "your own choice"
    return (
        when(plan, step.first_week, step.last_week),
        row.title,
        step.level,
        reading,
        exercise(row, step.level),
        deliverable(row, step.level),
        step.hours,
        step.hours / weeks,
    )


def _projects(plan: Plan) -> Table:
    columns = (Column("Month", "whole", 8), Column("When", width=34), Column("Bring together", width=90))
    rows = tuple(
        (1 + first // MONTH, when(plan, first, last), project([plan.row(t) for t in _themes(steps)]))
        for first, last, steps in months(plan)
    )
    return Table("projects", columns, rows)


def _themes(steps: list[Step]) -> list[str]:
    return list(dict.fromkeys(step.theme for step in steps))


def _checkpoints(plan: Plan) -> Table:
    columns = (Column("End of week", "whole", 12), Column("Day", "day", 12), Column("Skill", width=42))
    says = (Column("Level", "whole", 8), Column("You can say", width=60))
    rows = tuple(
        (
            s.last_week,
            plan.days[s.last_week] if len(plan.days) > s.last_week else "",
            plan.row(s.theme).title,
            s.level,
            f"{words.SELF_CHECK[s.level]}. {words.LEVELS[s.level][2]}",
        )
        for s in sorted(plan.blocks, key=lambda b: (b.last_week, b.theme, b.level))
    )
    return Table("checkpoints", (*columns, *says), rows)


def _reality(plan: Plan) -> list[Block]:
    if plan.progress is None:
        return [Text("The plan has no first day yet: `skillmatrix plan --start 2026-12-07` sets it.")]
    return [Text(_pace(plan.progress), "good" if on_time(plan.progress) else "bad")]


# --- progress -------------------------------------------------------------------------------------


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
        told = "The plan has no first day yet: `skillmatrix plan --start 2026-12-07` sets it."
        return Document("progress", "Progress", (Text(told),))
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
