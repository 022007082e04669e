"""The commands about the model: replay, compare-engines; and what `extract` does with --dry-run, --batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.text import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import SourceLine, Target
    from pipeline.steps.run import Options

BatchAct = Literal["submit", "status", "collect"]


@app.command()
def replay(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    quiet: options.Quiet = False,
) -> None:
    """Read the model's stored answers again, then score, draft and report; no network."""
    from pipeline.settings import load_settings
    from pipeline.steps import llm as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    with show.progress(quiet) as progress:
        runs, paths = step.replay(place, show.chosen(place, target), load_settings(workspace), progress)
    read = plural(runs[0].inputs - runs[0].skipped, "posting")
    print(f"{plural(runs[0].outputs, 'mention')} in {read}, from stored answers")
    for path in paths:
        print(path)
    for line in (note for run in runs for note in run.notes):
        show.note(line, quiet)


@app.command(name="compare-engines")
def compare_engines(
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    format: options.TextOrJson = "text",
) -> None:
    """Show what only the model or only the local engine found, by skill, with quotes."""
    from pipeline.settings import load_settings
    from pipeline.steps import llm as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    found = step.compare(place, show.chosen(place, target), load_settings(workspace))
    if format == "json":
        show.as_json(found.plain())
    else:
        print("\n".join(show.plain(line, 0) if line else "" for line in found.text().splitlines()))


def estimate(workspace: Path, target: str | None, engine: str | None) -> None:
    """Print what reading by the model would cost now."""
    from pipeline.settings import load_settings
    from pipeline.steps import pricing as step
    from pipeline.steps.place import Place

    place = Place(workspace)
    print(step.estimate(place, show.chosen(place, target), load_settings(workspace), engine).text())


def gather_and_estimate(
    workspace: Path, target: Target, lines: Sequence[SourceLine], wanted: Options, quiet: bool
) -> None:
    """Gathers what a run would read, and prints what reading it by the model would cost."""
    from pipeline.settings import load_settings
    from pipeline.steps.board import gather
    from pipeline.steps.place import Place

    place, settings = Place(workspace), load_settings(workspace)
    with show.progress(quiet) as progress:
        _, failures = gather(place, target, lines, settings, wanted, progress)
    show.failures(failures, quiet)
    estimate(workspace, target.id, wanted.engine)


def batch(act: BatchAct, workspace: Path, target: str | None) -> None:
    """Submits, looks at or collects batches, and prints how far each is."""
    from pipeline.settings import load_settings
    from pipeline.steps import llm as step
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
