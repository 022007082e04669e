"""The commands about words: `vocabulary import`, `vocabulary list`, `vocabulary check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app

words = typer.Typer(help="List, check and extend the names that skills are known by.", no_args_is_help=True)
app.add_typer(words, name="vocabulary")


@words.command(name="import")
def import_(
    kind: Annotated[Literal["esco", "onet", "csv"], typer.Argument(help="The format of the file.")],
    file: Annotated[Path, typer.Argument(help="The file as published; it may be gzipped.")],
    name: Annotated[
        str | None, typer.Option("--name", help="A name for it; default: the file's name.")
    ] = None,
    workspace: options.Workspace = options.HERE,
) -> None:
    """Add a taxonomy's names, aliases and URIs to this workspace; curated names take precedence."""
    from pipeline.archive import hold
    from pipeline.steps import words as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    with hold(place.raw):
        done = step.add(place, kind, file, name)
    print(f"{done.names} names from {file} in {done.path}")
    print(f"{done.new} of them new; {done.joined} curated skills now carry a URI")
    show.next_step("score  count again with these names", "matrix", place=workspace)


@words.command(name="list")
def list_(
    match: Annotated[str, typer.Argument(help="Part of a name or alias; default: list all.")] = "",
    workspace: options.Workspace = options.HERE,
) -> None:
    """Print the known skills, one a line: name, kind, theme, aliases, URI."""
    from pipeline.steps import words as step
    from pipeline.steps.place import Place

    found = list(step.listed(Place(workspace), match))
    for line in found:
        print(line)
    if not found:
        show.note(f"no skill has {match!r} in a name or alias")


@words.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Vocabulary files; default: the shipped ones.")
    ] = None,
) -> None:
    """Check vocabulary files; name each problem with file and line."""
    from pipeline import vocabulary

    found = vocabulary.problems(files) if files else vocabulary.problems()
    for line in found:
        print(line)
    if found:
        raise typer.Exit(2)
    print("no problems")
