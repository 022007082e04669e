"""The commands about a person: target, assess, log, reference, plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.app import app
from pipeline.errors import UsageError
from pipeline.records import LogEntry, PlanRow, Rating, Target

targets = typer.Typer(
    help="What you aim at: role, industry, plan A or B, weeks and hours.", no_args_is_help=True
)
app.add_typer(targets, name="target")
logs = typer.Typer(help="The improvement log: what you did and what came of it.", no_args_is_help=True)
app.add_typer(logs, name="log")
references = typer.Typer(help="Reading that you supply; no link is ever invented.", no_args_is_help=True)
app.add_typer(references, name="reference")

Day = Annotated[str | None, typer.Option("--date", help="Day of it, such as 2026-11-30; today if none.")]
Skill = Annotated[str, typer.Option("--skill", "-s", help="Row number, title or theme, or a skill's name.")]


# --- target ---------------------------------------------------------------------------------------


@targets.command("add")
def target_add(
    role: Annotated[str, typer.Argument(help="The role you want, such as 'ML engineer'.")],
    industry: Annotated[str, typer.Option("--industry", "-i", help="The industry.")] = "",
    plan: Annotated[Literal["a", "b"] | None, typer.Option("--plan", help="Plan A or plan B.")] = None,
    horizon: Annotated[int | None, typer.Option("--horizon", min=1, help="Weeks that you have.")] = None,
    hours: Annotated[float | None, typer.Option("--hours", min=0.1, help="Hours a week.")] = None,
    rationale: Annotated[str | None, typer.Option("--rationale", help="Why this target, your words.")] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    """Add a target, or change one: what you leave out stays as it was."""
    from pipeline.steps import targets as step
    from pipeline.steps.place import Place

    changes = {
        "plan": plan,
        "horizon_weeks": horizon,
        "hours_per_week": hours,
        "rationale": rationale,
    }
    known = {name: value for name, value in changes.items() if value is not None}
    print(step.described(step.add(Place(workspace), Target(role, industry), known)))


@targets.command("list")
def target_list(workspace: options.Workspace = options.HERE) -> None:
    """List the workspace's targets."""
    from pipeline.steps import targets as step
    from pipeline.steps.place import Place

    for target in Place(workspace).targets():
        print(show.plain(step.described(target)))


@targets.command("show")
def target_show(
    target: Annotated[str | None, typer.Argument(help="Target id or role; the latest if none.")] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    """Show a target, where you stand and whether it fits into the horizon."""
    from pipeline.settings import load_settings
    from pipeline.steps import plan as step
    from pipeline.steps import targets
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = place.target(target)
    print(targets.described(wanted))
    if wanted.rationale:
        print(f"why: {show.plain(wanted.rationale)}")
    if step.draft_of(place, wanted):
        _verdict(step.plan(place, wanted, load_settings(workspace), compared=False))


@targets.command("compare")
def target_compare(
    wanted: Annotated[list[str], typer.Argument(metavar="A B...", help="Target ids or roles, two or more.")],
    workspace: options.Workspace = options.HERE,
) -> None:
    """Compare targets: rows and skills of several and of one, hours to each, what one spares another."""
    from pipeline.settings import load_settings
    from pipeline.steps import plan as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    document, paths = step.compared(place, [place.target(t) for t in wanted], load_settings(workspace))
    show.document(document)
    for path in paths:
        print(path)


# --- assess ---------------------------------------------------------------------------------------


@app.command()
def assess(
    skill: Annotated[str | None, typer.Argument(help="Only this row or skill; all rows if none.")] = None,
    level: Annotated[int | None, typer.Option("--level", min=0, max=5, help="Rate it, do not ask.")] = None,
    aim: Annotated[int | None, typer.Option("--aim", min=0, max=5, help="Set its target level.")] = None,
    ease: Annotated[int | None, typer.Option("--ease", min=1, max=5, help="Set its ease, 5 = easy.")] = None,
    note: Annotated[str, typer.Option("--note", help="The evidence for it.")] = "",
    date: Day = None,
    file: Annotated[Path | None, typer.Option("--file", help="Take a filled-in CSV or XLSX.")] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write a CSV or XLSX to fill in.")
    ] = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Rate yourself, 0 to 5, row by row with the rubric in view, or from a file; every rating is kept."""
    from pipeline.settings import load_settings
    from pipeline.steps import person
    from pipeline.steps import plan as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted, settings = place.target(target), load_settings(workspace)
    when = person.day(date) if date else person.now()
    if template:
        print(step.template(place, wanted, settings, template))
    elif file:
        rated, aimed = step.take_file(place, wanted, settings, file, when)
        print(f"{rated} new ratings, {aimed} new target levels")
    else:
        rows = step.rows(place, wanted, settings)
        chosen = [step.subject(rows, skill)] if skill else [(row, row.theme) for row in rows]
        if level is None and aim is None and ease is None:
            _ask_all(chosen, lambda rating: person.rate(place, [rating]), wanted, when)
            return
        if not skill:
            raise UsageError("name the row or skill to rate", "Example: skillmatrix assess Python --level 3")
        row, subject = chosen[0]
        if level is not None:
            person.rate(place, [Rating(when, wanted.id, subject, level, note)])
        if aim is not None:
            person.aim(place, wanted, row.theme, aim, when, note)
        if ease is not None:
            person.set_ease(place, wanted, row.theme, ease, when)
        print(f"kept: {show.plain(row.title if subject == row.theme else subject)}")


def _ask_all(
    chosen: list[tuple[PlanRow, str]], rate: Callable[[Rating], object], target: Target, when: str
) -> None:
    from pipeline.report.words import LEVELS, SELF_CHECK

    print("Enter keeps what is there, q stops and drops the row at hand; each row is kept at once.\n")
    for (number, name, sentence), statement in zip(LEVELS, SELF_CHECK, strict=True):
        print(f"  {number} {name:14s} {sentence}\n    {'':14s} self-check: {statement}")
    for row, subject in chosen:
        answer = _ask_one(row, subject)
        if answer is None:
            return
        level, checks = answer
        if level >= 0:
            note = typer.prompt("  Evidence (a line, may be empty)", default="", show_default=False)
            rate(Rating(when, target.id, subject, level, note, checks))


def _ask_one(row: PlanRow, subject: str) -> tuple[int, tuple[int, ...]] | None:
    """The level and the statements that hold; level -1 to keep what is there, None to stop."""
    from pipeline.steps import person

    print(f"\n{row.number}. {show.plain(row.title if subject == row.theme else subject)}")
    if subject == row.theme:
        print(f"   {show.plain(', '.join(row.skills), 150)}")
    print(f"   current {row.current}{'' if row.rated else ' (not rated)'}, proposed target {row.proposed}")
    level = _numbers("  Current 0-5", 1)
    if level is None or not level:
        return None if level is None else (-1, ())
    checks = _numbers("  Statements that you can say, such as 1 2 3", 6)
    if checks is None:
        return None
    doubt = person.doubt(level[0], checks)
    if doubt:
        print(f"   {doubt}")
    return level[0], tuple(checks)


def _numbers(question: str, most: int) -> list[int] | None:
    """Up to `most` levels, none for Enter, None for q; asks again until that is what it gets."""
    while True:
        answer = typer.prompt(question, default="", show_default=False).strip()
        if answer.lower() == "q":
            return None
        parts = answer.replace(",", " ").split()
        if len(parts) <= most and all(part in {"0", "1", "2", "3", "4", "5"} for part in parts):
            return sorted({int(part) for part in parts})
        print("   Whole numbers from 0 to 5, please, or q.")


# --- log and references ---------------------------------------------------------------------------


@logs.command("add")
def log_add(
    action: Annotated[str, typer.Argument(help="What you did.")],
    skill: Skill,
    impact: Annotated[str, typer.Option("--impact", help="What came of it.")] = "",
    date: Day = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Add a line to the improvement log."""
    from pipeline.settings import load_settings
    from pipeline.steps import person
    from pipeline.steps import plan as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = place.target(target)
    _, subject = step.subject(step.rows(place, wanted, load_settings(workspace)), skill)
    when = person.day(date) if date else person.now()
    person.note(place, LogEntry(when, subject, action, impact, wanted.id))
    print("kept")


@logs.command("list")
def log_list(workspace: options.Workspace = options.HERE) -> None:
    """List the improvement log, oldest first."""
    from pipeline.steps import person
    from pipeline.steps.place import Place

    for entry in person.log(Place(workspace)):
        parts = (entry.when[:10], entry.subject, entry.action, entry.impact)
        print("  ".join(show.plain(part) for part in parts if part))


@references.command("add")
def reference_add(
    skill: Annotated[str, typer.Argument(help="Row number, title or theme, or a skill's name.")],
    link: Annotated[str, typer.Argument(help="An http(s) address.")],
    title: Annotated[str, typer.Option("--title", help="What it is.")] = "",
    offline: options.Offline = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Add a reference to a row; the link is asked once, and documents say on which day it answered."""
    from pipeline.settings import load_settings
    from pipeline.steps import person
    from pipeline.steps import plan as step
    from pipeline.steps.place import Place

    place, settings = Place(workspace), load_settings(workspace)
    row, _ = step.subject(step.rows(place, place.target(target), settings), skill)
    checked = person.refer(place, row.theme, link, title, None if offline else settings.fetch)
    print(f"kept; {'the link answered' if checked else 'the link was not checked'}")


@references.command("list")
def reference_list(workspace: options.Workspace = options.HERE) -> None:
    """List the references that you supplied."""
    from pipeline.steps import person
    from pipeline.steps.place import Place

    for (theme, _), hints in sorted(person.reading(Place(workspace)).items()):
        for hint in hints:
            checked = f"answered on {hint.checked}" if hint.checked else "not checked"
            print(show.plain(f"{theme}  {hint.text}  {hint.link}  {checked}"))


# --- plan -----------------------------------------------------------------------------------------


@app.command()
def plan(
    start: Annotated[
        str | None, typer.Option("--start", help="First day of the plan, remembered; next Monday if none.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="Day to report for; the last rating's if none.")
    ] = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Write the plan: assessment, quadrants, attainability, competencies, role card, weeks, progress."""
    from pipeline.settings import load_settings
    from pipeline.steps import person
    from pipeline.steps import plan as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted, settings = place.target(target), load_settings(workspace)
    step.rows(place, wanted, settings)  # without a matrix nothing begins
    if start or not person.started(place, wanted):
        person.begin(place, wanted, start or person.next_monday(person.now()[:10]))
    found, paths = step.write(place, wanted, settings, person.day(today) if today else "")
    _verdict(found)
    print("\nFiles:")
    for path in paths:
        print(f"  {path}")


def _verdict(found: object) -> None:
    from pipeline.records import Plan

    assert isinstance(found, Plan)
    t = found.target
    fits = "fits" if found.fits else "does not fit"
    print(
        f"{found.hours:,.1f} hours to every target, {found.weeks:,.1f} weeks at {t.hours_per_week:g} hours; "
        f"{fits} into the {found.budget:,.1f} hours left of {t.horizon_weeks} weeks"
    )
    for row in found.rows:
        kept = "" if row.goal >= row.target else f"  (this plan stops at {row.goal})"
        name = show.plain(row.title, 80)
        print(f" {row.number:2d}. {row.current} → {row.target} {row.hours:7.1f} h  {name}{kept}")
    for verdict in found.readiness:
        print(f"{verdict.rule}: {'yes' if verdict.holds else 'no'} ({verdict.detail})")
    for note in found.notes:
        print(show.plain(note))
