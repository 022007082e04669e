"""The commands of the review: the page, the file, and every decision by itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.steps.review import Review

commands = typer.Typer(
    help="Review the proposed skills; decisions are remembered and replayed on every run.",
    invoke_without_command=True,
    no_args_is_help=False,
)
app.add_typer(commands, name="review")

Who = Annotated[
    str, typer.Option("--who", help="Whose decisions these are.", show_default="name of the account")
]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the decision.")]
Off = Annotated[bool, typer.Option("--off", help="Take it back: every decision that says so is undone.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; decide nothing.")]
Name = Annotated[str, typer.Argument(help="Canonical name of a skill, or a wording of it.")]
Names = Annotated[list[str], typer.Argument(help="Canonical names of skills, or wordings of them.")]
RowOrSkill = Annotated[str, typer.Argument(help="A skill, or the title of a row or key of its theme.")]


def _sitting(workspace: Path, target: str | None, who: str = "") -> Review:
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place
    from pipeline.steps.review import Review

    place = Place(workspace)
    return Review(place, place.target(target), load_settings(workspace), who)


@commands.callback()
def review(
    context: typer.Context,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 = any.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
) -> None:
    """Open the review page on this machine; the commands below are for files and scripts."""
    if context.invoked_subcommand:
        return
    from pipeline.web import serve

    sitting = _sitting(workspace, target, who)
    show.note("Review page; end it with Ctrl-C. Keep the address to yourself, it is the key.")
    serve(sitting, port, lambda address: print(address, flush=True), browser)


def _decide(
    action: str,
    subjects: list[str],
    workspace: Path,
    target: str | None,
    who: str,
    why: str,
    dry_run: bool,
    after: str = "",
    before: str = "",
) -> None:
    """Decides, or shows what would change, and prints it."""
    from pipeline.steps.review import Wish

    sitting = _sitting(workspace, target, who)
    wishes = [Wish(action, subject, after, before, why) for subject in subjects]
    for line in sitting.effect(wishes).lines:
        print(show.plain(line))
    if not dry_run:
        for decision in sitting.decide(wishes):
            lead = f" → {decision.after}" if decision.after else ""
            what = decision.before if decision.action == "undo" else f"{decision.subject}{lead}"
            print(show.plain(f"{decision.id}  {decision.action} {what}"))


@commands.command()
def accept(
    names: Names,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """Skills that are right as they are proposed."""
    _decide("accept", names, workspace, target, who, why, dry_run)


@commands.command()
def reject(
    names: Names,
    off: Off = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """Skills that are none; they never return unasked."""
    _decide("ask-again" if off else "reject", names, workspace, target, who, why, dry_run)


@commands.command()
def rename(
    name: Name,
    new_name: Annotated[str, typer.Argument(help="What it is to be called.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A skill gets another name; what was decided of it moves along."""
    _decide("rename", [name], workspace, target, who, why, dry_run, after=new_name)


@commands.command()
def merge(
    name: Name,
    into: Annotated[str, typer.Argument(help="The skill that takes it in.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """Two names are one skill: the first goes, the second stays."""
    _decide("merge", [name], workspace, target, who, why, dry_run, after=into)


@commands.command()
def split(
    name: Name,
    wording: Annotated[str, typer.Argument(help="The words in the postings that mean something else.")],
    new_name: Annotated[str, typer.Argument(help="The skill that they mean.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """One wording of a skill becomes a skill of its own."""
    _decide("split", [name], workspace, target, who, why, dry_run, after=new_name, before=wording)


@commands.command()
def move(
    name: Name,
    theme: Annotated[str, typer.Argument(help="Key of a theme; a new one is made.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A skill goes to another theme, and so perhaps to another row."""
    _decide("move", [name], workspace, target, who, why, dry_run, after=theme)


@commands.command()
def retitle(
    theme: Annotated[str, typer.Argument(help="Title of a row, or key of its theme.")],
    title: Annotated[str, typer.Argument(help="What its row is to be called.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A theme's row gets another title."""
    _decide("retitle", [theme], workspace, target, who, why, dry_run, after=title)


@commands.command()
def kind(
    name: Name,
    kind: Annotated[Literal["general", "specific"], typer.Argument(help="Which of the two it is.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A skill is general, or it is specific."""
    _decide("kind", [name], workspace, target, who, why, dry_run, after=kind)


@commands.command()
def priority(
    name: RowOrSkill,
    number: Annotated[int, typer.Argument(min=1, max=3, help="1 critical, 2 important, 3 nice to have.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A skill or a theme's row gets this priority, whatever the postings say."""
    _decide("priority", [name], workspace, target, who, why, dry_run, after=str(number))


@commands.command()
def pin(
    name: RowOrSkill,
    off: Off = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A skill or theme is in the ten rows, whatever its demand."""
    _decide("unpin" if off else "pin", [name], workspace, target, who, why, dry_run)


@commands.command("keep-out")
def keep_out(
    name: RowOrSkill,
    off: Off = False,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """A skill or theme stays out of the ten rows, whatever its demand."""
    _decide("let-in" if off else "keep-out", [name], workspace, target, who, why, dry_run)


@commands.command()
def wrong(
    name: Name,
    place: Annotated[str, typer.Argument(metavar="POSTING:START:END", help="Place of the quote.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    why: Why = "",
    dry_run: DryRun = False,
) -> None:
    """One quote is no skill there; `explain NAME` and `export mentions` show posting and offsets."""
    _decide("wrong-mention", [name], workspace, target, who, why, dry_run, before=place)


@commands.command()
def undo(
    decision: Annotated[str, typer.Argument(metavar="[ID]", help="Id of a decision; yours if none.")] = "",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
) -> None:
    """A decision is taken back: the one of that id, else your last one that is in force."""
    undone = _sitting(workspace, target, who).undo(decision)
    print(show.plain(f"undone: {undone.action} {undone.subject} {undone.after}"))


@commands.command("list")
def list_(
    only: Annotated[
        Literal["all", "undecided", "decided", "changed", "rejected"], typer.Option("--only", help="Which.")
    ] = "all",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Every proposed skill with its numbers and what was decided."""
    from pipeline.steps.review import summary

    found = summary(_sitting(workspace, target).view, only)
    if format == "json":
        show.as_json(found)
        return
    for row in found:
        share = f"{row['n']} of {row['of']}" if row["of"] else ""
        line = f"{row['priority'] or '-'}  {share:>12}  {row['kind']:8}  {row['state']:9}  {row['skill']}"
        print(show.plain(line) if not share else f"{line[:40]}{show.plain(line[40:])}")


@commands.command()
def log(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Every decision, oldest first, with those undone, asleep and in conflict."""
    view = _sitting(workspace, target).view
    force, asleep = {d.id for d in view.in_force}, {d.id for d in view.dormant}
    if format == "json":
        show.as_json(
            [asdict(d) | {"in_force": d.id in force, "dormant": d.id in asleep} for d in view.decisions]
        )
        return
    for d in view.decisions:
        state = "asleep" if d.id in asleep else "" if d.id in force or d.action == "undo" else "undone"
        what = " ".join(
            filter(None, (d.action, d.subject, d.before and f"({d.before})", d.after and f"→ {d.after}"))
        )
        print(show.plain(f"{d.id}  {d.when[:16]}  {d.who}  {what}  {d.why}  {state}"))
    for first, second in view.conflicts:
        print(show.plain(f"conflict over {second.subject}: {first.who} {first.action} {first.after}, later "
                         f"{second.who} {second.action} {second.after}, which holds"))  # fmt: skip


@commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write: .csv or .xlsx.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Write all skills as a spreadsheet to edit: decision, new_name, theme, kind, priority, why."""
    from pipeline.steps.review_file import export as step

    count = step(_sitting(workspace, target), file)
    print(f"{plural(count, 'skill')} in {file}")


@commands.command()
def apply(
    file: Annotated[Path, typer.Argument(help="An edited file of `review export`.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    dry_run: DryRun = False,
    partly: Annotated[
        bool, typer.Option("--partly", help="Apply the other rows where some are stale or broken.")
    ] = False,
) -> None:
    """Put on record what was changed in an exported file; applied twice, it changes nothing."""
    from pipeline.errors import FINISHED_WITH_FAILURES, UsageError
    from pipeline.steps.review_file import read

    sitting = _sitting(workspace, target, who)
    reading = read(sitting, file)
    for trouble in reading.troubles:
        show.note(f"row {trouble.row}, {trouble.skill}: {trouble.why}")
    if reading.troubles and not (partly or dry_run):
        raise UsageError(
            f"{len(reading.troubles)} of {reading.rows} rows cannot be applied; nothing was decided",
            "Mend them, or apply the others with --partly.",
        )
    if reading.wishes:
        for line in sitting.effect(reading.wishes).lines:
            print(show.plain(line))
    made = len(reading.wishes) if dry_run else len(sitting.decide(reading.wishes))
    verdict = "would be made" if dry_run else "made"
    print(f"{plural(made, 'decision')} {verdict} from {plural(reading.rows, 'row')}")
    if reading.troubles:
        raise typer.Exit(FINISHED_WITH_FAILURES)


@commands.command()
def write(workspace: options.Workspace = options.HERE, target: options.TargetName = None) -> None:
    """Score, draft and write the documents again, with every decision folded in."""
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place
    from pipeline.steps.review import fold_in

    place = Place(workspace)
    for path in fold_in(place, place.target(target), load_settings(workspace)):
        print(path)
