"""The practice plan as a calendar file: lessons, checkpoints, practice that comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.plan.documents.assessment import last_day
from pipeline.plan.documents.roadmap import goal, said
from pipeline.records import Block as Step
from pipeline.records import Credential, Habit, Interview, Lesson, Plan, digest
from pipeline.report import safe

if TYPE_CHECKING:
    from icalendar import Event


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar(plan: Plan) -> bytes:
    """Return the calendar; equal plans give equal bytes. The plan must have a start."""
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//skillmatrix//practice plan//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", safe.one_line(f"Practice plan: {plan.target.role}"))
    for lesson in plan.lessons:
        found.add_component(_week(plan, lesson))
    for step in plan.blocks:
        found.add_component(_checkpoint(plan, step))
    for habit in plan.habits:
        found.add_component(_habit(plan, habit))
    for interview in plan.interviews:
        found.add_component(_interview(plan, interview))
    for credential in plan.credentials:
        if credential.gate and credential.ready_by:
            found.add_component(_gate(plan, credential))
    return bytes(found.to_ical())


def _week(plan: Plan, lesson: Lesson) -> Event:
    row, drill = plan.row(lesson.theme), lesson.drill
    told = (
        f"{lesson.hours:.1f} hours. {drill.goal} Exercise: {drill.exercise} Time limit: {drill.minutes} "
        f"minutes, {lesson.terms}. Deliverable: {drill.deliverable} Done when: {drill.done}"
    )
    summary = f"{lesson.skill or 'All together'}: {row.title}, to level {lesson.level}"
    key = ("week", lesson.theme, lesson.level, lesson.first_week)
    first, end = plan.days[lesson.first_week - 1], plan.days[lesson.last_week]
    return _event(plan, key, summary, told, first, end)


def _habit(plan: Plan, habit: Habit) -> Event:
    """Return a practice as an event that comes back until the plan ends."""
    from icalendar import vRecur

    monday = date.fromisoformat(plan.days[habit.first_week - 1])
    monday -= timedelta(days=monday.weekday())
    first = monday + timedelta(days=WEEKDAYS.index(habit.days[0]))
    told = " ".join(habit.told) + f" About {habit.minutes} minutes, within your weekly hours."
    event = _event(
        plan, ("habit", habit.key), f"{habit.name} ({habit.minutes} min)", told, first.isoformat(), ""
    )
    until = date.fromisoformat(plan.days[-1]) - timedelta(days=1)
    event.add("rrule", vRecur(freq="WEEKLY", interval=habit.every, byday=list(habit.days), until=until))
    return event


def _interview(plan: Plan, found: Interview) -> Event:
    day = date.fromisoformat(plan.days[found.week - 1]) + timedelta(days=2)
    told = f"Answer aloud, two minutes each, and record yourself: {' '.join(found.questions)}"
    title = f"Practice interview: {plan.row(found.theme).title}"
    return _event(plan, ("interview", found.week), title, told, day.isoformat(), "")


def _gate(plan: Plan, found: Credential) -> Event:
    told = f"Lead time {found.lead_weeks} weeks, assumed. Proof: {found.proof}."
    return _event(plan, ("gate", found.name), f"Credential due: {found.name}", told, found.ready_by, "")


def _checkpoint(plan: Plan, step: Step) -> Event:
    row = plan.row(step.theme)
    told = f"{said(goal(plan, step))} Rate yourself: skillmatrix assess"
    key = ("check", step.theme, step.level)
    return _event(
        plan, key, f"Checkpoint: {row.title}, level {step.level}", told, last_day(plan, step.last_week), ""
    )


def _event(plan: Plan, key: tuple[object, ...], summary: str, told: str, first: str, end: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{digest(plan.target.id, *key)[:24]}@skillmatrix")
    start = date.fromisoformat(first)
    # the stamp is part of the bytes: the plan's first day, not the clock
    stamp = date.fromisoformat(plan.days[0])
    event.add("dtstamp", datetime(stamp.year, stamp.month, stamp.day, tzinfo=UTC))
    event.add("dtstart", start)
    if end:
        event.add("dtend", date.fromisoformat(end))
    event.add("summary", safe.shorten(summary, 120))
    event.add("description", safe.one_line(told))
    event.add("transp", "TRANSPARENT")
    return event
