"""The practice plan as a calendar file: one event for each level step, one for each checkpoint."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pipeline.records import Block as Step
from pipeline.records import Plan, digest
from pipeline.report import safe, words
from pipeline.report.plan_blocks import plain
from pipeline.report.plan_weeks import deliverable, exercise

if TYPE_CHECKING:
    from icalendar import Event


def calendar(plan: Plan) -> bytes:
    """The calendar; equal plans give equal bytes. The plan must have a start."""
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//skillmatrix//practice plan//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", safe.one_line(f"Practice plan: {plan.target.role}"))
    for step in plan.blocks:
        found.add_component(_work(plan, step))
        found.add_component(_checkpoint(plan, step))
    return bytes(found.to_ical())


def _work(plan: Plan, step: Step) -> Event:
    row = plan.row(step.theme)
    told = (
        f"{step.hours:.1f} hours. Practice: {plain(exercise(row, step.level))}. "
        f"Deliverable: {plain(deliverable(row, step.level))}."
    )
    summary = f"{row.title}: to level {step.level}"
    return _event(
        plan, "work", step, summary, told, plan.days[step.first_week - 1], plan.days[step.last_week]
    )


def _checkpoint(plan: Plan, step: Step) -> Event:
    row = plan.row(step.theme)
    told = f"{words.SELF_CHECK[step.level]}. {words.LEVELS[step.level][2]} Rate yourself: skillmatrix assess"
    day = plan.days[step.last_week]
    return _event(plan, "check", step, f"Checkpoint: {row.title}, level {step.level}", told, day, "")


def _event(plan: Plan, what: str, step: Step, summary: str, told: str, first: str, end: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{digest(plan.target.id, what, step.theme, step.level)[:24]}@skillmatrix")
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
