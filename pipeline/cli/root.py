"""The program that every command registers itself on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline import plugins
from pipeline.cli import options
from pipeline.errors import UsageError
from pipeline.version import __version__

PANELS = {
    "Start": ("init", "run", "open", "gather", "import"),
    "Look": ("status", "matrix", "explain", "requirements", "export", "report", "read"),
    "Review": ("review", "vocabulary"),
    "Plan": ("target", "assess", "plan", "credential", "log", "reference", "team"),
    "Keep up to date": ("refresh", "trend"),
    "Stages, folders and models": ("extract", "score", "tag", "folders", "llm"),
}
"""The commands in the order of work; one that is not named here comes last."""

_ORDER = [name for names in PANELS.values() for name in names]
_PANEL = {name: panel for panel, names in PANELS.items() for name in names}


class Commands(TyperGroup):
    """Commands in the order of work."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, those of `PANELS` first."""
        names = list(self.commands)
        return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))

    def get_command(self, ctx: Any, name: str) -> Any:
        """Return the command of that name; raise `UsageError` that says how to install a missing one."""
        found = super().get_command(ctx, name)
        for absent, extra, lacks in () if found else plugins.absent_commands():
            if absent == name:
                raise UsageError(
                    f"`{name}` needs {' and '.join(lacks)}, which is not installed",
                    f"Install it: pip install 'skillmatrix[{extra}]'",
                )
        return found


app = typer.Typer(
    name="skillmatrix",
    cls=Commands,
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


def arrange(app: typer.Typer) -> None:
    """Sort the commands of the program into their panels and give each of them `--quiet`."""
    for info in app.registered_commands:
        info.rich_help_panel = _PANEL.get(info.name or _name(info.callback), "More")
    for group in app.registered_groups:
        group.rich_help_panel = _PANEL.get(group.name or "", "More")
    for info in _all(app):
        info.callback = _with_quiet(info.callback)


def _all(app: typer.Typer) -> Iterator[Any]:
    yield from app.registered_commands
    for group in app.registered_groups:
        if group.typer_instance:
            yield from _all(group.typer_instance)


def _name(callback: Any) -> str:
    return str(callback.__name__).replace("_", "-")


def _with_quiet(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with the option `--quiet`, where it has none.

    The option itself silences the notes.
    """
    signature = inspect.signature(command, eval_str=True)
    if "quiet" in signature.parameters:
        return command

    @functools.wraps(command)
    def quietly(*args: Any, quiet: bool = False, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    option = inspect.Parameter(
        "quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=options.Quiet
    )
    quietly.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), option]
    )
    quietly.__annotations__ = {n: p.annotation for n, p in [*signature.parameters.items(), ("quiet", option)]}
    del quietly.__wrapped__
    return quietly
