"""The commands of the review: the page, the file, and every decision by itself."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.steps.review import Review

commands = typer.Typer(
    help="Review the proposed skills; decisions are kept and applied on every run.",
    invoke_without_command=True,
    no_args_is_help=False,
)
app.add_typer(commands, name="review")

Who = Annotated[
    str, typer.Option("--who", help="Name recorded with each decision.", show_default="the account's name")
]
Why = Annotated[str, typer.Option("--why", help="The reason, stored with the decision.")]
Off = Annotated[bool, typer.Option("--off", help="Take it back.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; record nothing.")]
Name = Annotated[str, typer.Argument(help="Canonical name of a skill, or a wording of it.")]
Names = Annotated[list[str], typer.Argument(help="Canonical names of skills, or wordings of them.")]
RowOrSkill = Annotated[str, typer.Argument(help="A skill, or the title of a row or key of its theme.")]


def _sitting(workspace: Path, target: str | None, who: str = "") -> Review:
    from pipeline.steps.review import Review

    place, wanted, settings = show.opened(workspace, target)
    return Review(place, wanted, settings, who)


@commands.callback()
def review(
    context: typer.Context,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 = any.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
) -> None:
    """Open the review page in your browser; the commands below are for files and scripts."""
    if context.invoked_subcommand:
        return
    from pipeline.web import serve

    sitting = _sitting(workspace, target, who)
    serve(sitting, port, _say, browser)


def _say(address: str) -> None:
    print(address, flush=True)
    show.note("Keep this address private: anyone who has it can edit. Ctrl-C ends the review.")


class Decided(NamedTuple):
    """What a command decides, about which subjects."""

    action: str
    subjects: list[str]
    after: str = ""
    before: str = ""


def _deciding(name: str | None = None) -> Callable[[Callable[..., Decided]], None]:
    """Register a decision as a command with the options that all decisions have."""

    def register(command: Callable[..., Decided]) -> None:
        def run(
            *args: Any, workspace: Path, target: str | None, who: str, why: str, dry_run: bool, **known: Any
        ) -> None:
            _decide(command(*args, **known), workspace, target, who, why, dry_run)

        own = inspect.signature(command, eval_str=True).parameters.values()
        run.__signature__ = inspect.Signature([*own, *_SHARED])  # type: ignore[attr-defined]
        run.__doc__ = command.__doc__
        commands.command(name or command.__name__)(run)

    return register


_SHARED = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, annotation, default in (
        ("workspace", options.Workspace, options.HERE),
        ("target", options.TargetName, None),
        ("who", Who, ""),
        ("why", Why, ""),
        ("dry_run", DryRun, False),
    )
]


def _decide(decided: Decided, workspace: Path, target: str | None, who: str, why: str, dry_run: bool) -> None:
    """Decide, or show what would change, and print it."""
    from pipeline.steps.review import Wish, said

    sitting = _sitting(workspace, target, who)
    wishes = [Wish(decided.action, s, decided.after, decided.before, why) for s in decided.subjects]
    lines = sitting.effect(wishes).lines
    if dry_run:
        print("\n".join(map(show.plain, lines)))
        return
    for decision in sitting.decide(wishes):
        what = f"undone: {decision.before}" if decision.action == "undo" else said(decision)
        print(show.plain(f"{decision.id}  {what}"))
    for line in lines:
        print(show.plain(line))
    show.next_step("review write  write the documents again", place=workspace, target=sitting.target)


@_deciding()
def accept(
    names: Names,
) -> Decided:
    """Accept skills as proposed."""
    return Decided("accept", names)


@_deciding()
def reject(
    names: Names,
    off: Off = False,
) -> Decided:
    """Reject skills: remove them and do not propose them again."""
    return Decided("ask-again" if off else "reject", names)


@_deciding()
def rename(
    name: Name,
    new_name: Annotated[str, typer.Argument(help="The new name.")],
) -> Decided:
    """Rename a skill; earlier decisions about it are kept."""
    return Decided("rename", [name], after=new_name)


@_deciding()
def merge(
    name: Name,
    into: Annotated[str, typer.Argument(help="The skill to merge into.")],
) -> Decided:
    """Merge one skill into another, which keeps its name."""
    return Decided("merge", [name], after=into)


@_deciding()
def split(
    name: Name,
    wording: Annotated[str, typer.Argument(help="The wording in the postings that means something else.")],
    new_name: Annotated[str, typer.Argument(help="The skill it means.")],
) -> Decided:
    """Split one wording off a skill, as a skill of its own."""
    return Decided("split", [name], after=new_name, before=wording)


@_deciding()
def move(
    name: Name,
    theme: Annotated[
        str, typer.Argument(help="A row's number or title, or a theme; an unknown theme is created.")
    ],
) -> Decided:
    """Move a skill to another row or theme."""
    return Decided("move", [name], after=theme)


@_deciding()
def retitle(
    theme: Annotated[str, typer.Argument(help="Title of a row, or key of its theme.")],
    title: Annotated[str, typer.Argument(help="The new title.")],
) -> Decided:
    """Change a row's title."""
    return Decided("retitle", [theme], after=title)


@_deciding()
def kind(
    name: Name,
    kind: Annotated[Literal["general", "specific"], typer.Argument(help="The kind.")],
) -> Decided:
    """Say whether a skill is general or specific."""
    return Decided("kind", [name], after=kind)


@_deciding()
def priority(
    name: RowOrSkill,
    number: Annotated[int, typer.Argument(min=1, max=3, help="1 critical, 2 important, 3 nice to have.")],
) -> Decided:
    """Set the priority of a skill or row, whatever the postings say."""
    return Decided("priority", [name], after=str(number))


@_deciding()
def pin(
    name: RowOrSkill,
    off: Off = False,
) -> Decided:
    """Keep a skill or theme in the ten rows, whatever the postings say."""
    return Decided("unpin" if off else "pin", [name])


@_deciding("keep-out")
def keep_out(
    name: RowOrSkill,
    off: Off = False,
) -> Decided:
    """Keep a skill or theme out of the ten rows, whatever the postings say."""
    return Decided("let-in" if off else "keep-out", [name])


@_deciding()
def wrong(
    name: Name,
    place: Annotated[str, typer.Argument(metavar="POSTING:START:END", help="Place of the quote.")],
) -> Decided:
    """Mark a quote as wrong for a skill; `explain` and `export mentions` give its place."""
    return Decided("wrong-mention", [name], before=place)


@commands.command()
def undo(
    decision: Annotated[
        str, typer.Argument(metavar="[ID]", help="Id of a decision; default: your last one.")
    ] = "",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
) -> None:
    """Undo a decision: the one with that id, or your last one."""
    from pipeline.steps.review import said

    sitting = _sitting(workspace, target, who)
    print(show.plain(f"undone: {said(sitting.undo(decision))}"))
    show.next_step("review write  write the documents again", place=workspace, target=sitting.target)


@commands.command("list")
def list_(
    only: Annotated[
        Literal["all", "undecided", "decided", "changed", "rejected"],
        typer.Option("--only", help="Which skills."),
    ] = "all",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """List the proposed skills with their counts and decisions."""
    from pipeline.steps.review import summary

    sitting = _sitting(workspace, target)
    found = summary(sitting.view, only)
    if format == "json":
        show.as_json(found)
        return
    for row in found:
        share = f"{row['n']} of {row['of']}" if row["of"] else ""
        line = f"{row['priority'] or '-'}  {share:>12}  {row['kind']:8}  {row['state']:9}  {row['skill']}"
        print(show.plain(line) if not share else f"{line[:40]}{show.plain(line[40:])}")
    show.next_step("review  decide on a page", place=workspace, target=sitting.target)


@commands.command()
def log(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """List all decisions, oldest first; mark those undone, not in use or in conflict."""
    sitting = _sitting(workspace, target)
    view = sitting.view
    force, asleep = {d.id for d in view.in_force}, {d.id for d in view.dormant}
    if format == "json":
        show.as_json(
            [asdict(d) | {"in_force": d.id in force, "dormant": d.id in asleep} for d in view.decisions]
        )
        return
    for d in view.decisions:
        state = "not in use" if d.id in asleep else "" if d.id in force or d.action == "undo" else "undone"
        what = " ".join(
            filter(None, (d.action, d.subject, d.before and f"({d.before})", d.after and f"→ {d.after}"))
        )
        print(show.plain(f"{d.id}  {d.when[:16]}  {d.who}  {what}  {d.why}  {state}"))
    for first, second in view.conflicts:
        print(show.plain(f"conflict over {second.subject}: {first.who} {first.action} {first.after}, later "
                         f"{second.who} {second.action} {second.after}, which holds"))  # fmt: skip
    if view.decisions:
        show.next_step("review undo ID  take one back", place=workspace, target=sitting.target)


@commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write: .csv or .xlsx.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Write all skills to a spreadsheet to edit; `review apply` reads it back."""
    from pipeline.steps.review_file import export as step

    sitting = _sitting(workspace, target)
    count = step(sitting, file)
    print(f"{plural(count, 'skill')} in {file}")
    show.next_step(f"review apply {shlex.quote(str(file))}", place=workspace, target=sitting.target)


@commands.command()
def apply(
    file: Annotated[Path, typer.Argument(help="An edited file from `review export`.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    dry_run: DryRun = False,
    partly: Annotated[
        bool, typer.Option("--skip-errors", "--partly", help="Skip rows that cannot be applied.")
    ] = False,
) -> None:
    """Record the decisions made in an exported file; applying it twice changes nothing."""
    from pipeline.errors import FINISHED_WITH_FAILURES, UsageError
    from pipeline.steps.review_file import read

    sitting = _sitting(workspace, target, who)
    reading = read(sitting, file)
    for trouble in reading.troubles:
        show.note(f"row {trouble.row}, {trouble.skill}: {trouble.why}")
    if reading.troubles and not (partly or dry_run):
        raise UsageError(
            f"{len(reading.troubles)} of {reading.rows} rows cannot be applied; nothing was decided",
            "Fix them, or skip them with --skip-errors.",
        )
    if reading.wishes:
        for line in sitting.effect(reading.wishes).lines:
            print(show.plain(line))
    if reading.troubles and dry_run and not partly:
        show.note(f"nothing would be recorded: {plural(len(reading.troubles), 'row')} cannot be applied")
    made = len(reading.wishes) if dry_run else len(sitting.decide(reading.wishes))
    verdict = "would be made" if dry_run else "made"
    print(f"{plural(made, 'decision')} {verdict} from {plural(reading.rows, 'row')}")
    if made and not dry_run:
        show.next_step("review write  write the documents again", place=workspace, target=sitting.target)
    if reading.troubles:
        raise typer.Exit(FINISHED_WITH_FAILURES)


@commands.command()
def write(workspace: options.Workspace = options.HERE, target: options.TargetName = None) -> None:
    """Apply every decision: score, draft and write the documents again."""
    from pipeline.steps.review import fold_in

    place, wanted, settings = show.opened(workspace, target)
    for path in fold_in(place, wanted, settings):
        print(path)
    show.next_step("open  read the report", place=workspace, target=wanted)
