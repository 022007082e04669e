"""The commands about a model: llm replay, llm compare, llm batch."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.text import plural

BatchAct = Literal["submit", "status", "collect"]

models = typer.Typer(
    help="Replay a model's answers, run batches, compare it with the local engine.", no_args_is_help=True
)
app.add_typer(models, name="llm")


@models.command()
def replay(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    quiet: options.Quiet = False,
) -> None:
    """Read the model's stored answers again, then score, draft and report; no network."""
    from pipeline.llm import steps as step

    place, wanted, settings = show.opened(workspace, target)
    with show.progress(quiet) as progress:
        runs, paths = step.replay(place, wanted, settings, progress)
    read = plural(runs[0].inputs - runs[0].skipped, "posting")
    print(f"{plural(runs[0].outputs, 'mention')} in {read}, from stored answers")
    for path in paths:
        print(path)
    for line in (note for run in runs for note in run.notes):
        show.note(line, quiet)
    show.next_step("open  read the report", place=workspace, target=wanted)


@models.command()
def compare(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show what only the model or only the local engine found, by skill, with quotes."""
    from pipeline.llm import steps as step

    place, wanted, settings = show.opened(workspace, target)
    found = step.compare(place, wanted, settings)
    if format == "json":
        show.as_json(found.plain())
    else:
        print("\n".join(show.plain(line, 0) if line else "" for line in found.text().splitlines()))


@models.command()
def batch(
    act: Annotated[BatchAct, typer.Argument(help="What to do.")],
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
) -> None:
    """Ask through the model's Batch API: cheaper, answers within a day; then `extract` reads them."""
    from pipeline.llm import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place, settings = Place(workspace), load_settings(workspace)
    if act == "submit":
        print(step.batch_text(step.submit(place, show.chosen(place, target), settings)))
    elif act == "status":
        print(step.batch_text(step.poll(place, settings)))
    else:
        done = step.collect(place, show.chosen(place, target), settings)
        print(step.batch_text(done.states))
        print(f"{done.kept} answers stored; run `skillmatrix extract` to read them")
        if done.unasked:
            print(f"{done.unasked} answers are to questions that settings or postings no longer ask")
