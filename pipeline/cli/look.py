"""The commands that look: tag, read, export, explain, status, and import of whole collections."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.app import app
from pipeline.errors import FINISHED_WITH_FAILURES
from pipeline.records import Failure
from pipeline.text import plural


@app.command()
def tag(
    scheme: Annotated[
        Literal["default", "skillspan"], typer.Option("--scheme", help="Whose span conventions to follow.")
    ] = "default",
    engine: options.EngineName = None,
    offline: options.Offline = False,
) -> None:
    """A filter: JSON lines {"id","text"} in, JSON lines {"id","mentions":[…]} out; needs no workspace."""
    from pipeline.settings import load_settings
    from pipeline.steps import tag as step

    failures: list[Failure] = []
    for line in step.tag(sys.stdin.buffer, load_settings(), scheme, engine, offline, failures.append):
        show.data(line)
    show.failures(failures, what="line", came="not read")
    if failures:
        raise typer.Exit(FINISHED_WITH_FAILURES)


@app.command()
def read(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="One page, saved or on the web.")],
    url: Annotated[str | None, typer.Option("--url", help="The address that a saved file came from.")] = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show what one page gives: its outcome and the postings in it."""
    from pipeline.settings import load_settings
    from pipeline.steps.look import read as step

    found = step(source, url, load_settings().fetch)
    if format == "json":
        show.as_json(found)
        return
    print(found["outcome"], show.plain(found.get("detail", "")))
    if found.get("advice"):
        print(found["advice"])
    for posting in found["postings"]:
        about = (posting[name] for name in ("title", "company", "location", "date_posted"))
        print("\n" + " | ".join(filter(None, about)))
        print(posting["description"])


@app.command()
def export(
    kind: Annotated[
        Literal["mentions", "skills", "postings", "requirements", "matrix"],
        typer.Argument(help="Which table."),
    ],
    format: Annotated[
        Literal["csv", "jsonl", "json", "parquet", "md", "xlsx"],
        typer.Option("--format", help="File format."),
    ] = "csv",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; stdout if none.")
    ] = None,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Print one table of a target, or write it to a file."""
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place
    from pipeline.steps.report import export as step

    place = Place(workspace)
    content = step(place, place.target(target), load_settings(workspace), kind, format)
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
        print(output)


@app.command()
def explain(
    skill: Annotated[str, typer.Argument(help="Canonical name or an alias.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show every number of a skill's score, and its quotes with posting, strength and offsets."""
    from pipeline.settings import load_settings
    from pipeline.steps import look
    from pipeline.steps.place import Place

    place = Place(workspace)
    found = look.explain(place, place.target(target), load_settings(workspace), skill)
    if format == "json":
        show.as_json(found.plain())
    else:
        print(found.text())


@app.command()
def requirements(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show what postings ask of every applicant beside skills: degree, years, licences, languages."""
    from dataclasses import asdict

    from pipeline.settings import load_settings
    from pipeline.steps import look
    from pipeline.steps.place import Place

    place = Place(workspace)
    found = look.requirements(place, place.target(target), load_settings(workspace))
    if format == "json":
        show.as_json([asdict(count) for count in found])
    else:
        print(look.requirements_text(found))


@app.command()
def status(workspace: options.Workspace = options.HERE, format: options.TextOrJson = "text") -> None:
    """Show what is in the workspace, what failed and why, and what is stale."""
    from pipeline.settings import load_settings
    from pipeline.steps import look
    from pipeline.steps.place import Place

    found = look.status(Place(workspace), load_settings(workspace))
    if format == "json":
        show.as_json(found)
    else:
        print(look.status_text(found))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet with one posting a row.")],
    role: Annotated[str, typer.Option("--role", "-r", help="The role these postings are for.")],
    industry: Annotated[str, typer.Option("--industry", "-i", help="The industry.")] = "",
    map: Annotated[
        list[str] | None, typer.Option("--map", help="field=column, such as text=description_raw; repeat.")
    ] = None,
    workspace: options.Workspace = options.HERE,
    quiet: options.Quiet = False,
) -> None:
    """Take a whole collection of postings into a target; `extract`, `score` and `matrix` go on from it."""
    from pipeline.records import Target
    from pipeline.steps.collect import collect
    from pipeline.steps.place import Place

    done, failures = collect(Place(workspace), Target(role, industry), file, map or [])
    taken, rows = plural(done.outputs, "posting"), plural(done.inputs, "row")
    print(f"{taken} taken from {rows} of {file}; {done.failed} failed")
    show.failures(failures, quiet)
    if failures:
        raise typer.Exit(FINISHED_WITH_FAILURES)
