"""Write the command reference, docs/commands.md, from the program itself.

    python docs/reference.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from pipeline.cli.app import app
from pipeline.cli.groups import PANELS

OUT = Path(__file__).with_name("commands.md")
INTRO = "Generated from the program by `python docs/reference.py`; `skillmatrix COMMAND --help` says the same."


def pages(command: Any, path: str, level: int) -> Iterator[str]:
    """Yield the lines of a command and of the commands below it."""
    yield from ("#" * level + f" {path}", "", str(command.help or ""), "")
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    usage = " ".join(f"[{name(p)}]" if not p.required else name(p) for p in arguments)
    below = getattr(command, "commands", {})
    yield from ("```", f"{path} {'COMMAND' if below else usage} [OPTIONS]".replace("  ", " "), "```", "")
    if arguments or options:
        yield from ("| argument or option | what it does | default |", "|---|---|---|")
        yield from (line(p) for p in (*arguments, *options))
        yield ""
    for sub in command.list_commands(None) if below else ():
        yield from pages(below[sub], f"{path} {sub}", level + 1)


def name(parameter: Any) -> str:
    """Return how a parameter is written in a call."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return ", ".join(f"`{option}`" for option in (*parameter.opts, *parameter.secondary_opts))


def line(parameter: Any) -> str:
    """Return a parameter as a row of the table."""
    told = (getattr(parameter, "help", "") or "").replace("|", "\\|")
    shown = parameter.show_default if isinstance(getattr(parameter, "show_default", None), str) else None
    default = shown or ("" if parameter.default in (None, False, "", ()) else str(parameter.default))
    if callable(parameter.default):
        default = ""
    return f"| {name(parameter)} | {told} | {default} |".replace("\n", " ")


def main() -> int:
    """Write the page, the commands in the order of the help."""
    program = typer.main.get_command(app)
    lines = ["# Commands", "", INTRO, ""]
    for panel, names in PANELS.items():
        lines += [f"## {panel}", ""]
        for each in names:
            lines += pages(program.commands[each], f"skillmatrix {each}", 3)  # type: ignore[attr-defined]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
