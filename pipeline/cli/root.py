"""The program that every command registers itself on."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import groups
from pipeline.version import __version__

app = typer.Typer(
    name="skillmatrix",
    cls=groups.Commands,
    epilog="New here? `skillmatrix init` makes a folder with a list to fill in; "
    "`skillmatrix run LIST --role 'ML engineer'` does the rest.",
    help="From job-posting URLs to a ten-skill matrix that you can defend, quote by quote.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"skillmatrix {__version__}")
        raise typer.Exit


@app.callback()
def skillmatrix(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """From job-posting URLs to a ten-skill matrix that you can defend, quote by quote."""
