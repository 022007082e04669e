"""Week by week: every lesson of a plan; and the practice around it: what to do each day, week and month."""

from __future__ import annotations

from pipeline.records import Block as Step
from pipeline.records import Hint, Lesson, Plan
from pipeline.report import words
from pipeline.report.plan_assessment import last_day
from pipeline.report.plan_blocks import Block, Cell, Column, Document, Heading, Table, Text
from pipeline.report.plan_progress import reality
from pipeline.report.plan_roadmap import NOTHING, goal, when

LESSON = (
    Column("Weeks", width=12),
    Column("Skill", width=30),
    Column("Goal", width=44),
    Column("Exercise", width=70),
    Column("Time limit", width=20),
    Column("Deliverable", width=44),
    Column("Done when", width=44),
    Column("Hours", "hours", 9),
)


def weeks(plan: Plan) -> Document:
    """Every level step week by week."""
    if not plan.lessons:
        return Document("weeks", "Week by week", (Text(NOTHING),))
    blocks: list[Block] = [Text(_how(plan))]
    for step in plan.blocks:
        mine = [x for x in plan.lessons if (x.theme, x.level) == (step.theme, step.level)]
        blocks += _step(plan, step, mine)
    columns = (Column("Row", width=42), Column("To level", "whole", 9), *LESSON)
    rows = tuple((plan.row(x.theme).title, x.level, *_lesson(x)) for x in plan.lessons)
    return Document("weeks", "Week by week", tuple(blocks), (Table("weeks", columns, rows),))


def _how(plan: Plan) -> str:
    return (
        "Each week has one skill, one exercise and one test for “done”. Read up to the exercise, do it "
        "within its time limit, then again until the test holds: that is what the week's hours are for. Let it be "
        f"checked by {plan.advice['witness']}. Quotes are sentences of postings that ask for the skill: fit "
        "the exercise to them. The last week of a step brings its skills together."
    )


def _step(plan: Plan, step: Step, mine: list[Lesson]) -> list[Block]:
    row = plan.row(step.theme)
    name = words.LEVELS[step.level][1].lower()
    head = f"{row.title}: to level {step.level}, {name}, {when(plan, step.first_week, step.last_week)}"
    blocks: list[Block] = [Heading(head)]
    reading = tuple(h for h in row.reading if h.level in (0, step.level))
    if reading:
        blocks.append(Text("Reading: " + "; ".join(_read(h) for h in reading)))
    return [*blocks, Table("lessons", LESSON, tuple(_lesson(x) for x in mine), only_shown=True)]


def _read(hint: Hint) -> str:
    return hint.text + (f" ({hint.link})" if hint.link and hint.link not in hint.text else "")


def _lesson(found: Lesson) -> tuple[Cell, ...]:
    drill = found.drill
    own: Cell = Hint(drill.exercise, found.source) if found.source else drill.exercise
    span = (
        str(found.first_week) if found.first_week == found.last_week
        else f"{found.first_week}–{found.last_week}"
    )  # fmt: skip
    return (
        span,
        found.skill or "All of them together",
        drill.goal,
        (own, found.words) if found.words else own,
        f"{drill.minutes} minutes, {found.terms}",
        drill.deliverable,
        drill.done,
        found.hours,
    )


# --- practice -------------------------------------------------------------------------------------


def practice(plan: Plan) -> Document:
    """Projects month by month, checkpoints and the reality check."""
    if not plan.blocks:
        return Document("practice", "Practice plan", (Text(NOTHING),))
    blocks: list[Block] = [
        Heading("Monthly integration"),
        _projects(plan),
        Heading("Checkpoints"),
        _checkpoints(plan),
        Heading("Reality check"),
        *reality(plan),
    ]
    return Document("practice", "Practice plan", tuple(blocks))


def _projects(plan: Plan) -> Table:
    columns = (
        Column("Month", "whole", 8),
        Column("When", width=34),
        Column("Project", width=46),
        Column("Slice", width=80),
    )
    rows = tuple(
        (month.number, when(plan, month.first_week, month.last_week), name, text)
        for month in plan.months
        for name, text in month.slices
    )
    return Table("projects", columns, rows)


def _checkpoints(plan: Plan) -> Table:
    columns = (Column("End of week", "whole", 12), Column("Day", "day", 12), Column("Skill", width=42))
    says = (Column("Level", "whole", 8), Column("You can say", width=60))
    rows = tuple(
        (
            s.last_week,
            last_day(plan, s.last_week) if len(plan.days) > s.last_week else "",
            plan.row(s.theme).title,
            s.level,
            "I can" + goal(plan, s).removeprefix("Can"),
        )
        for s in sorted(plan.blocks, key=lambda b: (b.last_week, b.theme, b.level))
    )
    return Table("checkpoints", (*columns, *says), rows)
