"""The options that many commands share, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli import show

Workspace = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        help="The workspace: the folder with data/raw and data/processed.",
        show_default="here",
    ),
]
TargetName = Annotated[
    str | None,
    typer.Option(
        "--target", "-t", help="Target id or role; with several you are asked, a script gets the latest."
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        callback=show.be_quiet,
        help="Print only the result: no progress and no notes.",
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Use files and archived pages only; no network.")]
EngineName = Annotated[
    str | None, typer.Option("--engine", help="auto, local, fast, llm or replay.", show_default="auto")
]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="How to print the result.")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        help="Only postings with FACT=VALUE[,VALUE] or FACT!=VALUE, such as mode=remote; may be repeated.",
    ),
]
PartsBy = Annotated[
    str,
    typer.Option(
        "--by", help="Compare groups: seniority, location, mode, type, employer, month, source, language."
    ),
]
HERE = Path()
