"""The commands about change: trend, refresh."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app


@app.command()
def trend(
    before: Annotated[str | None, typer.Argument(metavar="FROM", help="Snapshot to compare from.")] = None,
    after: Annotated[
        str, typer.Argument(metavar="TO", help="Snapshot to compare to; now = the present.")
    ] = "now",
    window: Annotated[
        str | None, typer.Option("--window", help="Compare windows of posting dates: 90d, 12w, 3m, 1y.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a page with pictures: FILE.html or FILE.md.")
    ] = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show which skills entered, left, rose or fell, and which changes are too small to tell."""
    from pipeline import report
    from pipeline.errors import UsageError
    from pipeline.settings import load_settings
    from pipeline.steps import trend as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    wanted, settings = place.target(target), load_settings(workspace)
    if (before is None) == (window is None):
        raise UsageError(
            "name a snapshot to compare from, or a --window", "Example: skillmatrix trend 2026-q3"
        )
    if window is not None:
        found = step.windowed(place, wanted, settings, window)
    else:
        found = step.between(place, wanted, settings, str(before), after)
    if output is not None:
        report.write_change(found, output)
        show.note(f"wrote {output}")
    if format == "json":
        show.as_json([asdict(one) for one in found.trends])
        return
    for one in found.trends:
        show.trend(one, step.moved(one))


@app.command()
def refresh(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    engine: options.EngineName = None,
    offline: options.Offline = False,
    quiet: options.Quiet = False,
) -> None:
    """Visit the list's sources again, read only what is new, and show what changed since last time."""
    from pipeline.settings import load_settings
    from pipeline.steps import refresh as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    with show.progress(quiet) as progress:
        done = step.refresh(place, place.target(target), load_settings(workspace), engine, offline, progress)
    print(f"since {done.since}: {done.new} new, {done.changed} changed, {done.closed} closed postings")
    show.trend(done.trend, done.moved)
    for what, rows in (("came", done.came), ("went", done.went)):
        for row in rows:
            print(f"row {what}: {show.plain(row)}")
    print("\nFiles:")
    for path in done.walk.paths:
        print(f"  {path}")
    for line in done.walk.notes:
        show.note(line, quiet)
    show.failures(done.walk.failures, quiet)
