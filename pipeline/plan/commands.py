"""The commands about a person: target, assess, log, reference, plan."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.errors import UsageError
from pipeline.records import Aim, LogEntry, Plan, PlanRow, Rating, Target

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.steps.place import Place

targets = typer.Typer(
    help="Add, list and compare targets: role, industry, plan A or B, weeks and hours.", no_args_is_help=True
)
app.add_typer(targets, name="target")
logs = typer.Typer(help="Keep an improvement log: what you did and what came of it.", no_args_is_help=True)
app.add_typer(logs, name="log")
held = typer.Typer(
    help="Record licences, registrations and certificates: have, in progress or not.", no_args_is_help=True
)
app.add_typer(held, name="credential")
references = typer.Typer(help="Add and list your own reading for the plan.", no_args_is_help=True)
app.add_typer(references, name="reference")

Day = Annotated[str | None, typer.Option("--date", help="Date, such as 2026-11-30; default: today.")]
Skill = Annotated[str, typer.Option("--skill", "-s", help="Row number, title or theme, or a skill's name.")]


# --- target ---------------------------------------------------------------------------------------


@targets.command("add")
def target_add(
    role: Annotated[str, typer.Argument(help="The role you want, such as 'ML engineer'.")],
    industry: Annotated[str, typer.Option("--industry", "-i", help="The industry.")] = "",
    plan: Annotated[Literal["a", "b"] | None, typer.Option("--plan", help="Plan A or plan B.")] = None,
    horizon: Annotated[int | None, typer.Option("--horizon", min=1, help="Weeks available.")] = None,
    hours: Annotated[float | None, typer.Option("--hours", min=0.1, help="Hours per week.")] = None,
    rationale: Annotated[
        str | None, typer.Option("--rationale", help="Why this target, in your own words.")
    ] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    """Add a target or change one; what you leave out stays as it was."""
    from pipeline.steps import targets as step
    from pipeline.steps.place import Place

    changes = {
        "plan": plan,
        "horizon_weeks": horizon,
        "hours_per_week": hours,
        "rationale": rationale,
    }
    known = {name: value for name, value in changes.items() if value is not None}
    place = Place(workspace)
    added = step.add(place, Target(role, industry), known)
    print(step.described(added))
    for other in step.same_plan(place, added):
        print(f"note: {show.plain(other.role)} is plan {added.plan.upper()}, too")
    show.next_step("assess  rate yourself, row by row", "plan", place=workspace, target=added)


@targets.command("list")
def target_list(workspace: options.Workspace = options.HERE) -> None:
    """List the workspace's targets."""
    from pipeline.steps import targets as step
    from pipeline.steps.place import Place

    for target in Place(workspace).targets():
        print(show.plain(step.described(target)))
    show.next_step("target show ROLE  see where you stand", place=workspace)


@targets.command("show")
def target_show(
    target: Annotated[str | None, typer.Argument(help="Target id or role; default: the latest.")] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    """Show a target: where you stand, and whether there is time to reach it."""
    from pipeline.plan import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps import targets
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = place.target(target)
    print(targets.described(wanted))
    if wanted.rationale:
        print(f"why: {show.plain(wanted.rationale)}")
    if step.draft_of(place, wanted):
        _verdict(step.plan(place, wanted, load_settings(workspace), compared=False))
        show.next_step("assess  rate yourself, row by row", "plan", place=workspace, target=wanted)
    else:
        show.next_step(f"run LIST --role {shlex.quote(wanted.role)}", place=workspace)


@targets.command("compare")
def target_compare(
    wanted: Annotated[list[str], typer.Argument(metavar="A B...", help="Target ids or roles, two or more.")],
    workspace: options.Workspace = options.HERE,
) -> None:
    """Compare targets: shared and unshared rows, hours for each, hours that one saves the other."""
    from pipeline.plan import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place = Place(workspace)
    document, paths = step.compared(place, [place.target(t) for t in wanted], load_settings(workspace))
    show.document(document)
    for path in paths:
        print(path)
    show.next_step("target show ROLE  see one of them", place=workspace)


# --- assess ---------------------------------------------------------------------------------------


@app.command()
def assess(
    skill: Annotated[str | None, typer.Argument(help="A row or skill; default: all rows.")] = None,
    level: Annotated[
        int | None, typer.Option("--level", min=0, max=5, help="Set the level without asking.")
    ] = None,
    aim: Annotated[int | None, typer.Option("--aim", min=0, max=5, help="Set its target level.")] = None,
    ease: Annotated[
        int | None, typer.Option("--ease", min=1, max=5, help="How easy it is, 5 = easy.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Evidence for the rating.")] = "",
    date: Day = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read a filled-in CSV or XLSX file.")] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write a CSV or XLSX file to fill in.")
    ] = None,
    cv: Annotated[
        Path | None, typer.Option("--from", help="Propose levels from your CV or profile; you confirm each.")
    ] = None,
    week: Annotated[bool, typer.Option("--week", help="Rate only the rows you are working on.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Print every rating so far.")] = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Rate yourself from 0 to 5, row by row or from a file; every rating is kept."""
    from pipeline.plan import person
    from pipeline.plan import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted, settings = show.chosen(place, target), load_settings(workspace)
    when = person.day(date) if date else person.now()
    if template:
        print(step.template(place, wanted, settings, template))
        show.next_step(f"assess --file {shlex.quote(str(template))}", place=workspace, target=wanted)
        return
    if file:
        _take(place, wanted, settings, file, when)
    elif history:
        _history(place, wanted, settings)
    elif cv:
        _ask_cv(place, wanted, settings, cv, when)
    else:
        rows = step.this_week(place, wanted, settings) if week else step.rows(place, wanted, settings)
        chosen = [step.subject(rows, skill)] if skill else [(row, row.theme) for row in rows]
        if level is None and aim is None and ease is None:
            _ask_all(chosen, lambda rating: person.rate(place, [rating]), wanted, when)
        elif not skill:
            raise UsageError("name the row or skill to rate", "Example: skillmatrix assess Python --level 3")
        else:
            row, subject = chosen[0]
            if level is not None:
                person.rate(place, [Rating(when, wanted.id, subject, level, note)])
            if aim is not None:
                person.aim(place, wanted, row.theme, aim, when, note)
            if ease is not None:
                person.set_ease(place, wanted, row.theme, ease, when)
            print(f"saved: {show.plain(row.title if subject == row.theme else subject)}")
    show.next_step("plan  write the plan with these ratings", place=workspace, target=wanted)


def _take(place: Place, target: Target, settings: Settings, file: Path, when: str) -> None:
    from pipeline.plan import take

    found = take.take_file(place, target, settings, file, when)
    print(f"{found.rated} new ratings, {found.aimed} new target levels")
    if found.checked or found.held:
        print(f"{found.checked} skills from the self-check, {found.held} credentials")
    for change in found.changed:
        print(f"the target has now {change}")
    for name in found.unknown:
        print(f"left out: no row or skill is called {show.plain(name)!r}", file=sys.stderr)
    if found.unknown:
        raise typer.Exit(3)


def _history(place: Place, target: Target, settings: Settings) -> None:
    from pipeline.plan import person
    from pipeline.plan import steps as step

    titles = {row.theme: row.title for row in step.rows(place, target, settings)}
    for rating in person.ratings(place):
        name = show.plain(titles.get(rating.subject, rating.subject), 70)
        print(f"{rating.when[:10]}  {rating.level}  {name}  {show.plain(rating.note)}".rstrip())


def _ask_cv(place: Place, target: Target, settings: Settings, path: Path, when: str) -> None:
    """Ask about each proposal of a CV; nothing is rated without a yes."""
    from pipeline.plan import cv, person
    from pipeline.plan import steps as step

    rows = step.rows(place, target, settings)
    found = cv.proposals(place, target, settings, rows, path)
    left = len(rows) - len(found)
    print(f"{len(found)} of {len(rows)} rows have words in {path.name}; y keeps a level, 0 to 5 another.\n")
    for one in found:
        title = show.plain(one.row.title)
        print(f"{one.row.number}. {title}: level {one.level} (rated so far: {_rated(one.row)})")
        for words in one.words:
            print(f"   “{show.plain(words.quote, 150)}” ({show.plain(words.skill)})")
        if one.missing:
            print(f"   no words for: {show.plain(', '.join(one.missing), 150)}")
        answer = typer.prompt("   Rate it so? y, 0-5 or Enter for no", default="", show_default=False).strip()
        if answer.lower() in ("y", "yes") or answer in set("012345"):
            level = int(answer) if answer.isdigit() else one.level
            note = f"{path.name}: “{' '.join(one.words[0].quote.split())[:200]}”"
            person.rate(place, [Rating(when, target.id, one.row.theme, level, note)])
    if left:
        print(f"\nNo words for {left} rows: rate them yourself with `skillmatrix assess`.")


def _rated(row: PlanRow) -> str:
    return str(row.current) if row.rated else "no"


def _ask_all(
    chosen: list[tuple[PlanRow, str]], rate: Callable[[Rating], object], target: Target, when: str
) -> None:
    from pipeline.report.words import LEVELS, SELF_CHECK

    print("Enter keeps the current value; q quits and drops the unfinished row. Finished rows are saved.\n")
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
    from pipeline.plan import person

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


@app.command()
def team(
    folders: Annotated[list[Path], typer.Argument(metavar="WORKSPACE…", help="One workspace per person.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it as .md or .csv instead.")
    ] = None,
    target: options.TargetName = None,
) -> None:
    """Show several people side by side: levels by row, what nobody covers, who can help."""
    from pipeline.plan import team as step
    from pipeline.plan.documents import writing as plan_documents

    found = step.team(folders, target)
    text = plan_documents.team(found.target, found.rows, found.levels, output)
    print(output if output else text)


# --- log and references ---------------------------------------------------------------------------


@logs.command("add")
def log_add(
    action: Annotated[str, typer.Argument(help="What you did.")],
    skill: Skill,
    impact: Annotated[str, typer.Option("--impact", help="What came of it.")] = "",
    minutes: Annotated[int, typer.Option("--minutes", min=0, help="Minutes spent.")] = 0,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="A measurement, such as speed=38; may be repeated.")
    ] = None,
    predicted: Annotated[int, typer.Option("--predicted", min=0, help="How many predictions you made.")] = 0,
    right: Annotated[int, typer.Option("--right", min=0, help="How many of them came true.")] = 0,
    date: Day = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Add a line to the improvement log; a line repeated on the same day is kept once."""
    from pipeline.plan import person
    from pipeline.plan import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = show.chosen(place, target)
    _, subject = step.subject(step.rows(place, wanted, load_settings(workspace)), skill)
    when = person.day(date) if date else person.now()
    numbers = person.measured(measure or ())
    entry = LogEntry(when, subject, action, impact, wanted.id, minutes, numbers, predicted, right)
    id_ = person.note(place, entry)
    print(f"saved as {id_}" if id_ else "the log has this line already")
    show.next_step("plan  see it in the progress", place=workspace, target=wanted)


@logs.command("undo")
def log_undo(
    line: Annotated[str, typer.Argument(help="Id of the line; default: the last one.")] = "",
    workspace: options.Workspace = options.HERE,
) -> None:
    """Remove a line from the log."""
    from pipeline.plan import person
    from pipeline.steps.place import Place

    found = person.undo(Place(workspace), line)
    print(show.plain(f"taken back: {found.when[:10]}  {found.subject}  {found.action}"))


@logs.command("list")
def log_list(workspace: options.Workspace = options.HERE, target: options.TargetName = None) -> None:
    """List the improvement log, oldest first; --target limits it to one target."""
    from pipeline.plan import person
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = place.target(target).id if target else ""
    for entry in person.log(place):
        if wanted and entry.target not in ("", wanted):
            continue
        numbers = [f"{name}={value:g}" for name, value in entry.measures]
        numbers += [f"{entry.minutes} min"] if entry.minutes else []
        numbers += [f"{entry.right} of {entry.predicted} predictions right"] if entry.predicted else []
        parts = (entry.id, entry.when[:10], entry.subject, entry.action, entry.impact, ", ".join(numbers))
        print("  ".join(show.plain(part) for part in parts if part))


@references.command("add")
def reference_add(
    skill: Annotated[str, typer.Argument(help="Row number, title or theme, or a skill's name.")],
    what: Annotated[str, typer.Argument(help="A title or an http(s) address.")],
    title: Annotated[str, typer.Option("--title", help="Title of a link.")] = "",
    section: Annotated[str, typer.Option("--section", help="Chapter, page or part.")] = "",
    kind: Annotated[
        Literal["web", "book", "course", "own"] | None, typer.Option("--kind", help="own: your notes.")
    ] = None,
    level: Annotated[
        int, typer.Option("--level", min=0, max=5, help="For the step to this level; 0: for any.")
    ] = 0,
    offline: options.Offline = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Add a reference to a row: a book, a course, your notes or a page.

    A link is checked once; the plan says on which day it answered.
    """
    from pipeline.plan import person
    from pipeline.plan import steps as step
    from pipeline.records import Hint
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place, settings = Place(workspace), load_settings(workspace)
    wanted = show.chosen(place, target)
    row, subject = step.subject(step.rows(place, wanted, settings), skill)
    link = what if "://" in what else ""
    named = {"book": "book", "course": "course", "own": "own notes"}.get(kind or "", "")
    of = "" if subject == row.theme else f"{subject}: "
    parts = [of + (title or what), section, named]
    hint = Hint(", ".join(part for part in parts if part), "you", link, "", level)
    checked = person.refer(place, row.theme, hint, None if offline else settings.fetch)
    print("saved" if not link else f"saved; the link {'answered' if checked else 'was not checked'}")
    show.next_step("plan  see it in the plan", place=workspace, target=wanted)


@references.command("list")
def reference_list(workspace: options.Workspace = options.HERE) -> None:
    """List the references that you supplied."""
    from pipeline.plan import person
    from pipeline.steps.place import Place

    for (theme, _), hints in sorted(person.reading(Place(workspace)).items()):
        for hint in hints:
            checked = f"answered on {hint.checked}" if hint.checked else "not checked" if hint.link else ""
            level = f"to level {hint.level}" if hint.level else ""
            parts = (theme, hint.text, level, hint.link if hint.link != hint.text else "", checked)
            print(show.plain("  ".join(part for part in parts if part)))


# --- credentials ----------------------------------------------------------------------------------


@held.command("set")
def credential_set(
    name: Annotated[str, typer.Argument(help="The credential, as `credential list` names it.")],
    status: Annotated[
        Literal["have", "in-progress", "not"], typer.Option("--status", help="Whether you have it.")
    ] = "have",
    expected: Annotated[str, typer.Option("--expected", help="Date you expect it.")] = "",
    expires: Annotated[str, typer.Option("--expires", help="Expiry date.")] = "",
    proof: Annotated[str, typer.Option("--proof", help="Its number, or where the proof is.")] = "",
    weeks: Annotated[
        int, typer.Option("--weeks", min=0, help="Weeks it takes to get, instead of our estimate.")
    ] = 0,
    own: Annotated[bool, typer.Option("--own", help="A credential that no posting asks for.")] = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Say whether you have a credential; it counts in every target."""
    from pipeline.plan import person
    from pipeline.plan import steps as step
    from pipeline.records import Held
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = show.chosen(place, target)
    plan = step.plan(place, wanted, load_settings(workspace), compared=False)
    kept = name.strip() if own else step.credential(plan, name).name
    said: Literal["have", "in progress", "not"] = "in progress" if status == "in-progress" else status
    person.hold(place, Held(person.now(), kept, said, expected, expires, proof, weeks))
    print(f"saved: {show.plain(kept)}: {said}")
    show.next_step("plan  write the plan with it", place=workspace, target=wanted)


@held.command("list")
def credential_list(workspace: options.Workspace = options.HERE, target: options.TargetName = None) -> None:
    """List the credentials that postings ask for, with where you stand."""
    from pipeline.plan import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted = show.chosen(place, target)
    plan = step.plan(place, wanted, load_settings(workspace), compared=False)
    for c in plan.credentials:
        gate = "gate" if c.gate else "wish" if c.n else "your own"
        by = f", could be there by {c.ready_by}" if c.ready_by else ""
        print(show.plain(f"{c.name}  {gate}, asked for by {c.n} of {c.of}  {c.status}{by}"))
    if not plan.credentials:
        print("no posting asks for a credential")
    else:
        show.next_step("credential set NAME --status have", place=workspace)


# --- plan -----------------------------------------------------------------------------------------


@app.command()
def plan(
    start: Annotated[
        str | None, typer.Option("--start", help="First day of the plan; remembered. Default: next Monday.")
    ] = None,
    today: Annotated[
        str | None,
        typer.Option("--today", help="Report progress on this day; default: that of the last rating."),
    ] = None,
    aim: Annotated[
        Literal["ready", "targets"] | None,
        typer.Option(
            "--aim",
            help="Plan until you are ready to apply, or for the target levels in your weeks; remembered.",
        ),
    ] = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Write the plan: gaps, hours, what fits and what to cut, weekly practice, progress."""
    from pipeline.plan import person
    from pipeline.plan import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps import report as reports
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted, settings = show.chosen(place, target), load_settings(workspace)
    step.rows(place, wanted, settings)  # without a matrix nothing begins
    if start or not person.started(place, wanted):
        person.begin(place, wanted, start or person.next_monday(person.now()[:10]))
    if aim:
        person.go_for(place, wanted, aim)
    found, paths = step.write(place, wanted, settings, person.day(today) if today else "")
    _verdict(found)
    print(f"\nFiles in {paths[0].parent}, beside them Markdown, tables and pictures:")
    for path in paths:
        if path.suffix in (".html", ".xlsx", ".ics"):
            print(f"  {path.name}")
    reports.renew(place, wanted, settings)  # it links to the plan from now on
    show.next_step(
        "open  read the report, which links to the plan",
        "assess --week  rate the rows you are working on",
        place=workspace,
        target=wanted,
    )


def _verdict(found: Plan) -> None:
    for aim in found.aims:
        name = "ready to apply" if aim.name == "ready" else "every target"
        mark = "  (this plan)" if aim.name == found.aim else ""
        print(f"{name}: {aim.hours:,.0f} hours, {_weeks(found, aim)}{mark}")
    for row in found.rows:
        name = show.plain(row.title, 70)
        print(f" {row.number:2d}. {row.current} → {row.goal} {row.planned_hours:7.0f} h  {name}{_short(row)}")
    for c in found.credentials:
        print(f"     {'gate' if c.gate else 'wish'}: {show.plain(c.name, 60)}, {c.status}")
    for verdict in found.readiness:
        print(f"{verdict.rule}: {'yes' if verdict.holds else 'no'} ({verdict.detail})")
    for note in found.notes:
        print(show.plain(note))


def _weeks(plan: Plan, aim: Aim) -> str:
    t = plan.target
    by = f", by {aim.day}" if aim.day else ""
    told = f"{aim.weeks:,.1f} weeks at {t.hours_per_week:g} hours{by}"
    left = f"the {plan.budget:,.0f} hours left of {t.horizon_weeks} weeks"
    if aim.fits:
        return f"{told}; fits into {left}"
    return f"{told}; does not fit into {left}, {aim.weekly:.1f} hours a week would"


def _short(row: PlanRow) -> str:
    return "" if row.goal >= row.target else f"  (target {row.target})"
