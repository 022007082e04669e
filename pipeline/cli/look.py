"""The commands `tag`, `read`, `export`, `explain`, `requirements`, `status` and `import`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.errors import FINISHED_WITH_FAILURES, UsageError
from pipeline.records import Failure
from pipeline.text import plural


@app.command()
def tag(
    scheme: Annotated[
        Literal["default", "skillspan"], typer.Option("--scheme", help="Which span conventions to follow.")
    ] = "default",
    engine: options.EngineName = None,
    offline: options.Offline = False,
) -> None:
    """Tag text: JSON lines {"id","text"} in, JSON lines {"id","mentions":[…]} out; needs no workspace."""
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
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="A saved page, or an address.")],
    url: Annotated[str | None, typer.Option("--url", help="The address a saved file came from.")] = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show how one page or file is read: the outcome and the postings in it."""
    from pipeline.settings import load_settings
    from pipeline.steps.look import read as step

    found = step(source, url, load_settings().fetch)
    if format == "json":
        show.as_json(found)
        return
    detail = show.plain(found.get("detail", ""))
    print(f"{show.plain(source, 60)}: {found['outcome']}{f'. {detail}' if detail else ''}")
    if found.get("advice"):
        print(found["advice"])
    for posting in found["postings"]:
        about = (posting[name] for name in ("title", "company", "location", "date_posted"))
        print("\n" + " | ".join(filter(None, about)))
        print(posting["description"])
    if found["postings"]:
        show.next_step(f"run {shlex.quote(source)} --role 'ML engineer'")


FORMATS = Literal["csv", "jsonl", "json", "parquet", "md", "xlsx", "html"]
ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".json": "json", ".parquet": "parquet", ".md": "md"}
ENDINGS |= {".xlsx": "xlsx", ".html": "html"}
"""The format that the ending of a file stands for."""


@app.command()
def export(
    kind: Annotated[
        Literal["mentions", "skills", "postings", "requirements", "matrix", "pay", "summary"],
        typer.Argument(help="Which table; `summary` is the ten rows on one page (md or html)."),
    ],
    format: Annotated[
        FORMATS | None,
        typer.Option("--format", help="File format; default: the ending of --output, else csv."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: stdout.")
    ] = None,
    where: options.Where = None,
    by: options.PartsBy = "",
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Export one table of a target as CSV, JSON, Parquet, Markdown or XLSX."""
    from pipeline.steps.report import export as step

    form = format or _format_of(output, "md" if kind == "summary" else "csv")
    place, wanted, settings = show.opened(workspace, target)
    content = step(place, wanted, settings, kind, form, where or (), by)
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
        print(output)
        show.next_step("open  see the report", place=workspace, target=wanted)


def _format_of(output: Path | None, usual: str) -> str:
    if output is None or output.suffix.lower() in ENDINGS:
        return ENDINGS[output.suffix.lower()] if output else usual
    if not output.suffix:
        return usual
    raise UsageError(
        f"{output.name}: the ending {output.suffix} stands for no format",
        f"Use one of {', '.join(ENDINGS)}, or say --format.",
    )


@app.command()
def explain(
    what: Annotated[
        str, typer.Argument(metavar="ROW|SKILL", help="A row's number or title, or a skill's name or alias.")
    ],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show the evidence for a row or a skill: share, score and quotes."""
    from pipeline.steps.explaining import explain as step

    place, wanted, settings = show.opened(workspace, target)
    found = step(place, wanted, settings, what)
    if format == "json":
        show.as_json(found.plain())
    else:
        print(found.text(show.columns()))
        show.next_step("review  change what is wrong", place=workspace, target=wanted)


@app.command()
def requirements(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show what postings ask for besides skills: degrees, years, licences, languages."""
    from dataclasses import asdict

    from pipeline.steps import look

    place, wanted, settings = show.opened(workspace, target)
    found = look.requirements(place, wanted, settings)
    if format == "json":
        show.as_json([asdict(count) for count in found])
    else:
        print(look.requirements_text(found))
        show.next_step("export requirements -o requirements.xlsx", place=workspace, target=wanted)


@app.command()
def status(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show what is in the workspace, what failed and why, and what is out of date."""
    from pipeline.settings import load_settings
    from pipeline.steps import look
    from pipeline.steps.place import Place

    place = Place(workspace)
    found = look.status(place, load_settings(workspace))
    if target:
        wanted = place.target(target).id
        found["targets"] = [one for one in found["targets"] if one["target"] == wanted]
    if format == "json":
        show.as_json(found)
        return
    print(look.status_text(found))
    if found["targets"]:
        show.next_step("open  see the report", "review  decide on the skills", place=workspace)
    else:
        show.next_step("run LIST --role 'ML engineer'", place=workspace)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet with one posting per row.")],
    role: Annotated[str, typer.Option("--role", "-r", help="The role these postings are for.")],
    industry: Annotated[str, typer.Option("--industry", "-i", help="The industry.")] = "",
    map: Annotated[
        list[str] | None,
        typer.Option("--map", help="FIELD=COLUMN, such as text=description_raw; may be repeated."),
    ] = None,
    workspace: options.Workspace = options.HERE,
    quiet: options.Quiet = False,
) -> None:
    """Import a file of postings; then run `extract`, `score` and `matrix`."""
    from pipeline.records import Target
    from pipeline.steps.collect import collect
    from pipeline.steps.place import Place

    done, failures = collect(Place(workspace), Target(role, industry), file, map or [])
    taken, rows = plural(done.outputs, "posting"), plural(done.inputs, "row")
    print(f"{taken} taken from {rows} of {file}; {done.failed} failed")
    show.failures(failures, quiet)
    show.next_step("extract", "score", "matrix", place=workspace)
    if show.to_mend(failures):
        raise typer.Exit(FINISHED_WITH_FAILURES)
