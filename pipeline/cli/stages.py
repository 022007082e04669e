"""The commands of the stages: run, gather, extract, score, matrix, report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.errors import FINISHED_WITH_FAILURES, UsageError
from pipeline.records import Failure, Target
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.records import SourceLine
    from pipeline.steps.place import Place
    from pipeline.steps.run import Options

ListFile = Annotated[
    str,
    typer.Argument(
        metavar="LIST",
        help="A text or CSV file with one source per line, or - for stdin; or a single posting (a file, an "
        "address, its text on stdin), a folder, or a collection.",
    ),
]
Role = Annotated[str, typer.Option("--role", "-r", help="The role, such as 'ML engineer'.")]
Industry = Annotated[str, typer.Option("--industry", "-i", help="The industry.")]
Plan = Annotated[Literal["a", "b"], typer.Option("--plan", help="Your plan A, or your plan B.")]
Refresh = Annotated[bool, typer.Option("--refresh", help="Fetch pages again, even recent ones.")]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Print what the model would be asked and what it would cost; send nothing."
    ),
]
SnapshotName = Annotated[
    str | None, typer.Option("--snapshot", help="Save the scores under a name, for `trend`.")
]


@app.command()
def run(
    sources: ListFile = "",
    role: Role = "",
    industry: Industry = "",
    plan: Plan = "a",
    workspace: options.Workspace = options.HERE,
    offline: options.Offline = False,
    refresh: Refresh = False,
    engine: options.EngineName = None,
    snapshot: SnapshotName = None,
    dry_run: DryRun = False,
    format: options.TextOrJson = "text",
    quiet: options.Quiet = False,
) -> None:
    """Turn a list of postings into the matrix and the report, in one command."""
    from pipeline.lists import read_sources
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place
    from pipeline.steps.run import Options, walk
    from pipeline.steps.start import kept_text

    if not sources or not role:
        # both are needed, and what they are is not plain to a stranger
        missing = "no list and no posting was named" if not sources else "--role is missing"
        raise UsageError(missing, f"Example: skillmatrix run {sources or 'posting.txt'} --role 'ML engineer'")
    listed = read_sources(sources, sys.stdin, partial(kept_text, Place(workspace)))
    wanted = Options(engine, offline, refresh, snapshot, listed.failures, listed.path)
    if dry_run:
        _estimate(workspace, Target(role, industry, plan), listed.lines, wanted, quiet)
        return
    with show.progress(quiet) as progress:
        done = walk(
            Place(workspace),
            Target(role, industry, plan),
            listed.lines,
            load_settings(workspace),
            wanted,
            progress,
        )
    if format == "json":
        _print_export(workspace, done.draft.target.id)
    else:
        show.matrix(done.draft)
        print("\nFiles:")
        for path in done.paths:
            print(f"  {path}")
    for line in (*listed.notes, *done.notes):
        show.note(line, quiet)
    show.failures(done.failures, quiet)
    show.note_line("", quiet)
    show.next_step(
        "open  read the report",
        "review  accept, reject and move skills",
        place=workspace,
        target=done.draft.target,
    )
    _end(done.failures)


def _estimate(
    workspace: Path, target: Target, lines: Sequence[SourceLine], wanted: Options, quiet: bool
) -> None:
    """Gather what a run would read, and print what reading it by the model would cost."""
    from pipeline import plugins
    from pipeline.settings import load_settings
    from pipeline.steps.board import gather
    from pipeline.steps.neighbours import model
    from pipeline.steps.place import Place

    place, settings = Place(workspace), load_settings(workspace)
    if wanted.engine in (None, "auto", "llm"):
        plugins.engine("llm", settings)  # without an endpoint it refuses before anything is gathered
    with show.progress(quiet) as progress:
        _, failures = gather(place, target, lines, settings, wanted, progress)
    show.failures(failures, quiet)
    print(model().estimate(place, target, settings, wanted.engine))


@app.command()
def gather(
    sources: Annotated[
        str,
        typer.Argument(metavar="LIST|BOARD", help="A list file, - for stdin, or the address of a job board."),
    ],
    role: Annotated[str, typer.Option("--role", "-r", help="The role these postings are for.")] = "",
    industry: Industry = "",
    plan: Plan = "a",
    match: Annotated[
        str | None,
        typer.Option("--match", help="Board: only postings whose title matches this regular expression."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Board: at most this many postings.")] = 50,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the requests that would be made; make none.")
    ] = False,
    workspace: options.Workspace = options.HERE,
    offline: options.Offline = False,
    refresh: Refresh = False,
    quiet: options.Quiet = False,
) -> None:
    """Fetch or open the sources of a list, or the matching postings of a job board."""
    from pipeline.settings import load_settings
    from pipeline.steps import board
    from pipeline.steps.place import Place
    from pipeline.steps.run import Options

    place, settings = Place(workspace), load_settings(workspace)
    listed = board.lines_of(place, settings.fetch, sources, sys.stdin, match, limit, offline)
    if dry_run:
        for step in board.planned(place, settings.fetch, listed.lines, offline, refresh):
            print(show.plain(step))
        return
    if board.is_board(sources) and match is None:
        for line in listed.lines:
            print(show.plain(f"{line.address}  {line.title or ''}"))
        show.note(f"{plural(len(listed.lines), 'posting')}; choose some with --match to gather them", quiet)
        return
    if not role:
        raise UsageError("--role is missing", "Example: skillmatrix gather list.txt --role 'ML engineer'")
    wanted = Options(None, offline, refresh, None, listed.failures, listed.path)
    with show.progress(quiet) as progress:
        done, failures = board.gather(
            place, Target(role, industry, plan), listed.lines, settings, wanted, progress
        )
    for told in listed.notes:
        show.note(told, quiet)
    print(f"{plural(done.outputs, 'posting')} from {plural(done.inputs, 'source')}; {done.failed} failed")
    show.failures(failures, quiet)
    show.next_step("extract", "score", "matrix", place=workspace)
    _end(failures)


@app.command()
def extract(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    engine: options.EngineName = None,
    offline: options.Offline = False,
    dry_run: DryRun = False,
    quiet: options.Quiet = False,
) -> None:
    """Find the skills in the gathered postings."""
    from pipeline.archive import hold
    from pipeline.steps import extract as step
    from pipeline.steps.extract import choose
    from pipeline.steps.neighbours import model

    place, wanted, settings = show.opened(workspace, target)
    if dry_run:
        print(model().estimate(place, wanted, settings, engine))
        return
    chosen, why = choose(
        settings,
        engine,
        offline,
        archive=place.archive,
        words=place.words(),
        rulings=place.rulings(wanted),
    )
    show.note(why, quiet)
    with hold(place.raw), show.progress(quiet) as progress:
        report = (lambda *a: progress("extract", *a)) if progress else None
        done = step.extract(place, wanted, chosen, report)
    read = plural(done.inputs - done.skipped, "posting")
    print(f"{plural(done.outputs, 'mention')} in {read}; {done.skipped} were read before")
    for line in done.notes:
        show.note(line, quiet)
    show.next_step("score", "matrix", place=workspace, target=wanted)


@app.command()
def score(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    snapshot: SnapshotName = None,
) -> None:
    """Merge mentions into skills and score them; --snapshot saves the result for `trend`."""
    from pipeline.archive import hold
    from pipeline.steps import score as step

    place, wanted, settings = show.opened(workspace, target)
    with hold(place.raw):
        done = step.score(place, wanted, settings, snapshot)
    print(f"{plural(done.outputs, 'skill')} scored from {plural(done.inputs, 'mention')}")
    show.next_step("matrix", place=workspace, target=wanted)


@app.command()
def matrix(
    where: options.Where = None,
    by: options.PartsBy = "",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Draft the ten rows and print them: for all postings, for some (--where) or by group (--by)."""
    from pipeline.archive import hold
    from pipeline.steps import matrix as step

    place, wanted, settings = show.opened(workspace, target)
    with hold(place.raw):
        step.matrix(place, wanted, settings)
        with place.store() as store:
            draft = store.matrix(wanted.id)
    if where or by:
        _some(place, wanted, where or [], by, format)
    elif format == "json":
        _print_export(workspace, wanted.id)
    elif draft:
        show.matrix(draft)
        show.next_step(
            "report  write the documents",
            "explain 1  see what a row rests on",
            place=workspace,
            target=wanted,
        )


def _some(place: Place, target: Target, where: list[str], by: str, format: str) -> None:
    """Print the rows as some postings ask for them, or as each part of them does."""
    from pipeline.report import for_whom
    from pipeline.settings import load_settings
    from pipeline.steps import report as reports
    from pipeline.steps import segments as step

    settings = load_settings(place.root)
    if by:
        found = step.segmented(place, target, settings, by, where)
        if format == "json":
            show.data(str(for_whom.written(found, "row", "json")))
        else:
            show.document(for_whom.document([found]))
    elif format == "json":
        show.data(str(reports.export(place, target, settings, "matrix", "json", where)))
    else:
        show.matrix(reports.gathered(place, target, settings, whole=False, where=where).draft)


@app.command()
def report(
    where: options.Where = None,
    by: options.PartsBy = "",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Write the report, the summary and the matrix files, and print their paths."""
    from pipeline.steps import report as step

    place, wanted, settings = show.opened(workspace, target)
    parts = [name for name in by.split(",") if name.strip()]
    _, paths = step.write(place, wanted, settings, where=where or (), by=parts or step.BY)
    for path in paths:
        print(path)
    show.next_step("open", place=workspace, target=wanted)


def _print_export(workspace: Path, target_id: str) -> None:
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place
    from pipeline.steps.report import export

    place = Place(workspace)
    show.data(str(export(place, place.target(target_id), load_settings(workspace), "matrix", "json")))


def _end(failures: Sequence[Failure]) -> None:
    if show.to_mend(failures):
        raise typer.Exit(FINISHED_WITH_FAILURES)
