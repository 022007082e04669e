"""Week by week: every lesson of a plan; and the practice around it: what to do each day, week and month."""

from __future__ import annotations

from pipeline.plan.documents.assessment import last_day
from pipeline.plan.documents.progress import reality
from pipeline.plan.documents.roadmap import NOTHING, goal, resources, said, when
from pipeline.records import Block as Step
from pipeline.records import Habit, Hint, Lesson, Plan
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Table, Text

LESSON = (
    Column("Weeks", "whole", 10),
    Column("Skill", width=30),
    Column("Goal", width=44),
    Column("Exercise", width=70),
    Column("Time limit", width=20),
    Column("Deliverable", width=44),
    Column("Done when", width=44),
    Column("Hours", "hours", 9),
)


def weeks(plan: Plan) -> Document:
    """Return every level step week by week."""
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
        "within its time limit, then again until the test holds: that is what the week's hours are for. "
        f"Let it be checked by {plan.advice['witness']}. Quotes are sentences of postings that ask for the "
        "skill: fit "
        "the exercise to them. The last week of a step brings its skills together."
    )


def _step(plan: Plan, step: Step, mine: list[Lesson]) -> list[Block]:
    row = plan.row(step.theme)
    name = words.LEVELS[step.level][1].lower()
    head = f"{row.title}: to level {step.level}, {name}, {when(plan, step.first_week, step.last_week)}"
    blocks: list[Block] = [Heading(head)]
    reading = tuple(h for h in row.reading if h.level in (0, step.level))
    if reading:
        blocks += [Text("Reading for this step:"), Bullets(reading)]
    return [*blocks, Table("lessons", LESSON, tuple(_lesson(x) for x in mine), only_shown=True)]


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
    """Return what to practise this week, each day, week and month, and how to measure it."""
    if not plan.blocks:
        return Document("practice", "Practice plan", (Text(NOTHING),))
    blocks: list[Block] = [
        *this_week(plan),
        Heading("Practice that comes back"),
        Text(
            "Start with the first one or two and keep them for two weeks; the calendar file adds another "
            "every second week. All of it is part of your weekly hours, not on top. Forms to fill in are "
            "in the folder templates."
        ),
        _habits(plan),
        Heading("Small skills"),
        Text("What the exercises train underneath; name the one that you are weakest in, and use it."),
        _micro(plan),
        *resources(plan),
        Text("How to use it:"),
        Bullets(READING),
        Heading("Monthly integration"),
        _projects(plan),
        Heading("Checkpoints"),
        _checkpoints(plan),
        *_interviews(plan),
        Heading("What to measure"),
        Bullets(MEASURES),
        Heading("Reality check"),
        *reality(plan),
    ]
    return Document("practice", "Practice plan", tuple(blocks))


READING = (
    "A book: do every example yourself, with material of your own; close it and write down what it said.",
    "A course: after each part, build the one thing that you will use again.",
    "A page or reference: look up, close it, do it; look again only where you are stuck.",
    "Own notes: read last week's before you begin, and mend them.",
    "Turn each idea into an exercise, or an explanation for a beginner, within two days.",
)
"""How reading becomes practice."""

MEASURES = (
    "Speed: minutes for the same exercise, `--measure speed=38`.",
    "Accuracy: predictions that came true, `--predicted 3 --right 2`.",
    "Communication: what a listener could repeat, 0 to 5, `--measure communication=4`.",
    "Problem solving: minutes until you knew the cause, `--measure cause=25`.",
    "After each session: `skillmatrix log add 'What you did' --skill ROW --minutes 45 --measure speed=38`.",
)
"""Four measures that fit any trade, and the line of the log that keeps them."""


def this_week(plan: Plan) -> list[Block]:
    """Return what to do in the first week of the plan as it stands."""
    first = plan.lessons[0].first_week
    now = [x for x in plan.lessons if x.first_week <= first]
    bullets: list[Cell] = []
    for lesson in now:
        bullets.append(f"{plan.row(lesson.theme).title}: {lesson.drill.goal} {lesson.drill.exercise}")
        bullets.append(f"Time limit: {lesson.drill.minutes} minutes, {lesson.terms}. "
                       f"Done when: {lesson.drill.done}")  # fmt: skip
    started = [h.name.lower() for h in plan.habits if h.first_week <= 1 and h.key != "rating"]
    return [
        Heading(f"This week: {when(plan, first, first)}"),
        Bullets(tuple(bullets)),
        Text(f"Practice to begin with: {' and '.join(started)}. On Sunday, rate yourself."),
    ]


def _habits(plan: Plan) -> Table:
    columns = (
        Column("Practice", width=24),
        Column("When", width=22),
        Column("From week", "whole", 9),
        Column("Minutes", "whole", 9),
        Column("What to do", width=90),
        Column("Form", width=24),
    )
    rows = []
    for habit in plan.habits:
        daily = len(habit.told) == len(habit.days) > 1
        told = (
            tuple(f"{DAYS[day]}: {text}" for day, text in zip(habit.days, habit.told, strict=True))
            if daily
            else habit.told
        )
        rows.append((habit.name, often(habit), habit.first_week, habit.minutes, told, habit.template))
    return Table("habits", columns, tuple(rows))


DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday",
        "SA": "Saturday", "SU": "Sunday"}  # fmt: skip


def often(habit: Habit) -> str:
    """Return the days on which a practice comes back."""
    if len(habit.days) == 5:
        return "Monday to Friday"
    names = " and ".join(DAYS[day] for day in habit.days)
    return {1: names, 2: f"{names}, every second week"}.get(
        habit.every, f"{names}, every {habit.every} weeks"
    )


def _micro(plan: Plan) -> Table:
    columns = (Column("Row", width=42), Column("Small skills", width=90))
    return Table("small-skills", columns, tuple((r.title, r.micro) for r in plan.rows if r.goal > r.current))


def _interviews(plan: Plan) -> list[Block]:
    if not plan.interviews:
        return []
    columns = (
        Column("Week", "whole", 8),
        Column("When", width=34),
        Column("Row", width=42),
        Column("Questions", width=80),
    )
    rows = tuple(
        (i.week, when(plan, i.week, i.week), plan.row(i.theme).title, i.questions) for i in plan.interviews
    )
    told = (
        "Answer aloud in two minutes each, record yourself, listen once: situation, task, action, result? "
        f"Every second time with {plan.advice['witness']} as the interviewer."
    )
    return [Heading("Practice interviews"), Text(told), Table("interviews", columns, rows)]


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
            said(goal(plan, s)),
        )
        for s in sorted(plan.blocks, key=lambda b: (b.last_week, b.theme, b.level))
    )
    return Table("checkpoints", (*columns, *says), rows)
