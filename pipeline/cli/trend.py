"""The commands about change: trend, refresh."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.errors import MOVED

FailOn = Annotated[
    Literal["moved"] | None,
    typer.Option(
        "--fail-on", help=f"moved: exit with code {MOVED} if a change is larger than chance explains."
    ),
]


@app.command()
def trend(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SNAPSHOT...]",
            help="Snapshots to compare, oldest first; `now` is today's scoring. Default: all of them.",
        ),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option("--window", help="Compare postings by date: month, quarter, year, or 90d, 12w, 1y."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write a page (.html, .md) or the series (.csv, .parquet)."),
    ] = None,
    fail_on: FailOn = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show which skills entered, left, rose or fell, and which changes are too small to tell."""
    from pipeline import report
    from pipeline.errors import UsageError
    from pipeline.report import moves
    from pipeline.steps import trend as step

    place, wanted, settings = show.opened(workspace, target)
    if window is not None and names:
        raise UsageError(
            "a --window compares dates of postings, and no snapshots", "Leave the names out, or --window."
        )
    if window is not None:
        found = step.windowed(place, wanted, settings, window)
    else:
        found = step.along(place, wanted, settings, names or ())
    if output is not None:
        report.write_change(found, output)
        show.note(f"wrote {output}")
    if format == "json":
        show.as_json([asdict(one) for one in found.trends])
    else:
        for one in found.trends:
            show.trend(one, step.moved(one))
        show.row_changes(found.rows)
        show.next_step(
            "explain SKILL  read the quotes behind a change",
            "trend -o changes.html  write it as a page",
            place=workspace,
            target=wanted,
        )
    if fail_on and any(moves.moved(one) for one in found.trends):
        raise typer.Exit(MOVED)


@app.command()
def refresh(
    fail_on: FailOn = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    engine: options.EngineName = None,
    offline: options.Offline = False,
    quiet: options.Quiet = False,
) -> None:
    """Visit the list's sources again, read only what is new, and show what changed since last time."""
    from pipeline.report import as_changes, moves
    from pipeline.report.moves import counts
    from pipeline.steps import refresh as step
    from pipeline.steps import trend as trends

    place, wanted, settings = show.opened(workspace, target)
    with show.progress(quiet) as progress:
        done = step.refresh(place, wanted, settings, engine, offline, progress)
    print(f"since {done.since}: {counts(done.changes)}")
    for sort, postings in as_changes.sorts(done.changes):
        for posting in postings:
            print(f"  {sort.lower()}: {show.plain(as_changes.named(posting, done.changes))}")
    show.trend(done.trend, trends.moved(done.trend))
    show.row_changes(done.changes.rows, visited=True)
    print("\nFiles:")
    for path in done.walk.paths:
        print(f"  {path}")
    for line in done.walk.notes:
        show.note(line, quiet)
    show.failures(done.walk.failures, quiet)
    show.next_step(
        "open  read the report and what changed",
        "review  decide on the new skills",
        place=workspace,
        target=wanted,
    )
    if fail_on and moves.moved(done.trend):
        raise typer.Exit(MOVED)
