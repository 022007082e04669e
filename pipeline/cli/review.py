"""The commands of the review: the page, the file, and every decision by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import options, show
from pipeline.cli.app import app

commands = typer.Typer(
    help="Review the proposed skills; decisions are remembered and replayed on every run.",
    invoke_without_command=True,
    no_args_is_help=False,
)
app.add_typer(commands, name="review")

Who = Annotated[
    str, typer.Option("--who", help="Whose decisions these are.", show_default="name of the account")
]


@commands.callback()
def review(
    context: typer.Context,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    who: Who = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 = any.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in your browser.")] = True,
) -> None:
    """Open the review page on this machine; --help lists the commands for files and scripts."""
    if context.invoked_subcommand:
        return
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place
    from pipeline.steps.review import Review
    from pipeline.web import serve

    place = Place(workspace)
    sitting = Review(place, place.target(target), load_settings(workspace), who)
    show.note("Review page; end it with Ctrl-C. Keep the address to yourself, it is the key.")
    serve(sitting, port, lambda address: print(address, flush=True), browser)
