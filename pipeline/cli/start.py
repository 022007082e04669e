"""The commands `init` (make a workspace) and `open` (show the report)."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder of the workspace.")
    ] = options.HERE,
) -> None:
    """Make a workspace: a folder with a commented list of sources to fill in."""
    from pipeline.steps.start import begin

    path, made = begin(folder)
    print(f"{path} {'is ready: fill it in' if made else 'was there already and is unchanged'}")
    show.next_step(f"run {shlex.quote(str(path))} --role 'ML engineer'", place=folder)


@app.command(name="open")
def open_(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    browser: Annotated[
        bool, typer.Option("--show/--no-show", help="Open the browser, or print the path only.")
    ] = True,
) -> None:
    """Open a target's report in the browser and print its path."""
    import webbrowser

    from pipeline.steps.place import Place
    from pipeline.steps.start import report_of

    place = Place(workspace)
    path = report_of(place, show.chosen(place, target))
    print(path)
    if browser and not webbrowser.open(path.absolute().as_uri()):
        show.note("no browser could be started: open the file yourself")
