"""The roadmap: what the role is, credentials first, phases with reasons and a project each, then months."""

from __future__ import annotations

import re

from pipeline.plan.days import weeks_between
from pipeline.plan.documents import charts as plan_charts
from pipeline.plan.documents.assessment import last_day
from pipeline.plan.documents.credentials import credentials
from pipeline.records import Block as Step
from pipeline.records import Phase, Plan, PlanRow
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Picture, Table, Text
from pipeline.text import plural

NOTHING = "Nothing is left to learn for this aim."

NO_READING = (
    "No reference yet. Add a book, a course, a page or your own notes: `skillmatrix reference add ROW "
    "'Title' --kind book --section 'ch. 3'`. With a model endpoint `skillmatrix run` proposes some, "
    "marked as the model's. No link is ever invented."
)

STAGES = {
    "Foundations": "every mandatory row to where you work alone on usual cases",
    "Working alone": "every mandatory row to where you know the trade-offs",
    "Ready to apply": "every mandatory row to the level at which you apply",
    "Optional rows": "the rows that set you apart, or that others build on",
    "Mastery": "beyond what readiness asks",
}
"""What each stage of the plan brings."""


def when(plan: Plan, first: int, last: int) -> str:
    """Return a range of weeks, with its first and last day where the plan has a start."""
    weeks = f"week {first}" if first == last else f"weeks {first}–{last}"
    if len(plan.days) <= last:
        return weeks
    return f"{weeks} ({plan.days[first - 1]} to {last_day(plan, last)})"


def roadmap(plan: Plan) -> Document:
    """Return what to learn in which order, why so, and what to show at the end of each phase."""
    if not plan.blocks:
        told: list[Block] = [Text(NOTHING), *credentials(plan)]
        return Document("roadmap", "Roadmap", tuple(told))
    blocks: list[Block] = [Text(_status(plan)), Text(_aim(plan)), *credentials(plan, "First: credentials")]
    blocks += [
        Picture("calendar", plan_charts.calendar(plan, plan.blocks), "Which weeks each level step takes"),
        Text(f"Numbers on the bars are the level that is reached: {plan_charts.legend()}."),
    ]
    blocks += [Heading("Phase 0: set up, within the first week"), Bullets(_set_up(plan))]
    for phase in plan.phases:
        blocks += _phase(plan, phase)
    blocks += [Heading("Month by month"), _months(plan), Heading("Every week"), _habits(plan)]
    blocks += resources(plan)
    blocks += _left_out(plan)
    return Document("roadmap", "Roadmap", tuple(blocks))


def _status(plan: Plan) -> str:
    found = plan.progress
    if found is None:
        return "Status: not begun; `skillmatrix plan --start DAY` sets the first day."
    week = int(weeks_between(found.start, found.today)) + 1
    return f"Status: active, week {week} since {found.start}; ends {found.finish} at the promised hours."


def _aim(plan: Plan) -> str:
    target = plan.target
    name = f"{target.role} in {target.industry}" if target.industry else target.role
    why = f" Why, in your words: {target.rationale}" if target.rationale else ""
    if plan.aim == "ready":
        goal = "This roadmap ends when you are ready to apply: every mandatory row and enough optional ones."
    else:
        goal = f"This roadmap goes for the target levels within {plural(target.horizon_weeks, 'week')}."
    return f"Target: {name}. {goal}{why}"


def _set_up(plan: Plan) -> tuple[str, ...]:
    """Return what has to be there before the first week, in the words of the trade."""
    advice = plan.advice
    return (
        f"Set up {advice['folder']}: everything that you finish goes there.",
        f"Block {plan.target.hours_per_week:g} hours a week: open practice.ics in your calendar.",
        f"Find {advice['witness']} who looks at your work every second week.",
        "Copy the forms of the folder templates, and fill in the first line of each.",
        "Rate yourself honestly (`skillmatrix assess`), then write the plan again: what you know falls out.",
        "Milestone: one small thing finished, shown and logged in the first week.",
    )


def _phase(plan: Plan, phase: Phase) -> list[Block]:
    columns = (
        Column("Phase", "whole", 7),
        Column("Skill", width=46),
        Column("Topics, most demanded first", width=60),
        Column("From", "whole", 7),
        Column("To", "whole", 7),
        Column("Hours", "hours", 12),
        Column("Milestone", width=60),
    )
    rows = [plan.row(theme) for theme in phase.themes]
    over = plan.target.horizon_weeks
    told = [f"{STAGES.get(phase.name, phase.name)[:1].upper()}{STAGES.get(phase.name, phase.name)[1:]}."]
    told += _because(plan, phase)
    blocks: list[Block] = [
        Heading(f"Phase {phase.number}: {phase.name}, {when(plan, phase.first_week, phase.last_week)}, "
                f"{phase.hours:,.0f} hours"),
        Text(" ".join(told)),
        Table("phases", columns, tuple(_line(plan, phase, row) for row in rows)),
        *_project(phase),
    ]  # fmt: skip
    if phase.first_week <= over < phase.last_week:
        blocks.append(Text(f"Your horizon of {plural(over, 'week')} ends within this phase.", "note"))
    return blocks


def _because(plan: Plan, phase: Phase) -> list[str]:
    """Return for each row that stands here only since another builds on it, a sentence that says so."""
    found: dict[str, list[str]] = {}
    for block in phase.blocks:
        if block.because and not plan.row(block.theme).mandatory:
            found.setdefault(block.theme, []).append(plan.row(block.because).title)
    return [
        f"“{plan.row(theme).title}” is not mandatory; it comes here because "
        f"{_quoted(list(dict.fromkeys(titles)))} build{'' if len(set(titles)) > 1 else 's'} on it."
        for theme, titles in found.items()
    ]


def _quoted(titles: list[str]) -> str:
    return " and ".join(f"“{title}”" for title in titles[:2])


def _line(plan: Plan, phase: Phase, row: PlanRow) -> tuple[Cell, ...]:
    mine = [b for b in phase.blocks if b.theme == row.theme]
    levels = [b.level for b in mine]
    topics = dict.fromkeys(
        x.skill for x in plan.lessons if x.skill and x.theme == row.theme and x.level in levels
    )
    hours = sum(b.hours for b in mine)
    milestone = f"{goal(plan, mine[-1])} Shown by: {shown(plan, mine[-1])}"
    return (phase.number, row.title, ", ".join(topics), min(levels) - 1, max(levels), hours, milestone)


def goal(plan: Plan, step: Step) -> str:
    """Return what one can do at the end of a level step."""
    return _last(plan, step)[0]


def said(goal: str) -> str:
    """Return a goal as a person says it of themselves."""
    return "I can" + re.sub(r"\byour\b", "my", re.sub(r"\byou\b", "I", goal.removeprefix("Can")))


def shown(plan: Plan, step: Step) -> str:
    """Return what one has in hand at the end of a level step."""
    return _last(plan, step)[1]


def _last(plan: Plan, step: Step) -> tuple[str, str]:
    mine = [x for x in plan.lessons if (x.theme, x.level) == (step.theme, step.level)]
    return (mine[-1].drill.goal, mine[-1].drill.deliverable) if mine else ("", "")


def _project(phase: Phase) -> list[Block]:
    if phase.project is None:
        return []
    p = phase.project
    return [
        Text(f"Portfolio project: {p.name}. {p.scope} Shown in {p.shown}."),
        Bullets(tuple(f"Accepted when: {criterion}" for criterion in p.accept)),
    ]


def _months(plan: Plan) -> Table:
    columns = (
        Column("Month", "whole", 8),
        Column("When", width=34),
        Column("Work on", width=70),
        Column("Project", width=46),
    )
    rows = []
    for month in plan.months:
        what = tuple(
            f"{plan.row(s.theme).title}: to {s.level} {words.LEVELS[s.level][1]}" for s in month.blocks
        )
        made = tuple(name for name, _ in month.slices)
        rows.append((month.number, when(plan, month.first_week, month.last_week), what, made))
    return Table("months", columns, tuple(rows))


def _habits(plan: Plan) -> Bullets:
    hours = plan.target.hours_per_week
    split = ", ".join(f"{hours * share:.1f} h {name}" for name, share in plan.week_shares)
    return Bullets(
        (
            f"{hours:g} hours: {split}.",
            "One thing tried, one thing made better by a measure, one lesson written down.",
            f"One small thing that others can see: {plan.advice['shown']}.",
            "One line in the log, with the minutes: `skillmatrix log add … --minutes 45`.",
            "Rate the rows that you worked on: `skillmatrix assess --week`.",
        )
    )


def resources(plan: Plan) -> list[Block]:
    """Return what to read, by row and level."""
    known = [(row.title, hint.level or None, hint) for row in plan.rows for hint in row.reading]
    if not known:
        return [Heading("What to read"), Text(NO_READING)]
    columns = (Column("Row", width=42), Column("To level", "whole", 9), Column("Resource", width=70))
    return [Heading("What to read"), Table("resources", columns, tuple(known))]


def _left_out(plan: Plan) -> list[Block]:
    """Return what the plan leaves, as tracks to choose from, and what it would take."""
    left = [row for row in plan.rows if row.goal < row.target]
    if not left:
        return []
    told = tuple(
        f"{r.title}: from {r.goal} to {r.target}, about {sum(r.steps[r.goal : r.target]):,.0f} hours; "
        f"asked for by {words.n_of(r.n, r.of)}. "
        f"Begin with {', '.join(c.skill for c in r.core[:3]) or r.title}."
        for r in left
    )
    return [Heading("After this plan: choose one or two tracks"), Bullets(told)]
