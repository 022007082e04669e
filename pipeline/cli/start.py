"""The commands of the first and the last minute: init makes a workspace, open shows the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.root import app


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder of the workspace.")
    ] = options.HERE,
) -> None:
    """Make a workspace: a folder with a commented list to fill in."""
    from pipeline.steps.start import begin

    path, made = begin(folder)
    print(f"{path} {'is there: fill it in' if made else 'was there already and is as it was'}")
    where = "" if folder == options.HERE else f" --workspace {folder}"
    print(f"then: skillmatrix run {path} --role 'ML engineer'{where}")
    print(f"      skillmatrix open{where}")


@app.command(name="open")
def open_(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    show: Annotated[
        bool, typer.Option("--show/--no-show", help="Open the browser, or print the path only.")
    ] = True,
) -> None:
    """Open the report of a target in the browser, and print where it is."""
    import webbrowser

    from pipeline.steps.place import Place
    from pipeline.steps.start import report_of

    place = Place(workspace)
    path = report_of(place, place.target(target))
    print(path)
    if show and not webbrowser.open(path.absolute().as_uri()):
        print("no browser could be started: open the file yourself")
