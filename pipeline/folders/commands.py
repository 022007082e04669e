"""The command `folders`: files of postings into a Parquet data set, here, in processes or on a cluster."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options, show
from pipeline.cli.root import app
from pipeline.errors import FINISHED_WITH_FAILURES

if TYPE_CHECKING:
    from pipeline.folders.steps import Pace, Scaled

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""


@app.command()
def folders(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Folders, globs or fsspec addresses of files.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the data set.")],
    by: Annotated[str, typer.Option("--by", help="Also score groups, such as month,location.")] = "",
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="field=column, such as text=body; may be repeated.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="fast, local, or one of your own.")] = "fast",
    mapper: Annotated[
        str | None, typer.Option("--mapper", help="here, processes or dask.", show_default="processes")
    ] = None,
    address: Annotated[
        str, typer.Option("--address", help="With --mapper dask: the scheduler, tcp://host:8786.")
    ] = "",
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Number of processes.", show_default="by settings")
    ] = 0,
    workspace: options.Workspace = options.HERE,
    target: options.TargetName = None,
    quiet: options.Quiet = False,
) -> None:
    """Find the skills in folders of Parquet, JSONL or CSV files, up to millions of postings."""
    from pipeline.folders import steps as step
    from pipeline.settings import load_settings
    from pipeline.steps.collect import mapping_of
    from pipeline.steps.place import Place

    settings = load_settings(workspace)
    own = step.own_of(Place(workspace), target)
    if own.taxonomies:
        names = ", ".join(path.stem for path in own.taxonomies)
        show.note(f"imported taxonomies give names too: {names}", quiet)
    if own.rulings.by:
        show.note(f"decisions about {len(own.rulings.by):,} skills hold in what is counted", quiet)
    if own.rulings.wrong:
        told = f"{len(own.rulings.wrong):,} single mentions were called wrong; that cannot hold here"
        show.note(f"{told}: postings of files have ids of their own", quiet)
    meter = _Meter(quiet)
    try:
        found = step.extract_files(
            inputs,
            output,
            settings,
            step.mapper_named(mapper or settings.scale.mapper, workers or settings.scale.workers, address),
            engine=engine,
            mapping=tuple(mapping_of(columns or []).items()),
            by=[name.strip() for name in by.split(",") if name.strip()],
            own=own,
            progress=meter.show,
            tell=lambda line: show.note(line, quiet),
        )
    except KeyboardInterrupt:
        show.note(f"stopped: {meter.told or 'no file was finished'}. Run the same command again to go on.")
        raise typer.Exit(STOPPED) from None
    _print(found, output)
    if found.failed_files or found.totals.get("failures"):
        raise typer.Exit(FINISHED_WITH_FAILURES)


class _Meter:
    """Tells on stderr how far the reading is: at every file on a terminal, twice a minute in a log."""

    def __init__(self, quiet: bool) -> None:
        self.told = ""
        self._quiet, self._every = quiet, 1.0 if sys.stderr.isatty() else 30.0
        self._last = time.monotonic()

    def show(self, pace: Pace) -> None:
        """One line when it is time for one."""
        self.told = f"{pace.files} of {pace.of} files, {pace.postings:,} postings"
        if time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            show.note(f"{self.told}, {pace.rate:,.0f}/s, {_span(pace.left)} left", self._quiet)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def _print(found: Scaled, output: Path) -> None:
    totals, saving = found.totals, found.saving
    print(
        f"{found.files} files, {found.skipped} were finished before, {len(found.failed_files)} cannot be read"
    )
    if totals:
        print(
            f"{totals['postings']:,} postings: {totals['counted']:,} counted, {totals['repeats']:,} repeats, "
            f"{totals['unread']:,} in other languages, {totals['failures']:,} failed"
        )
        print(f"{totals['mentions']:,} mentions of {totals['skills']:,} skills")
    if saving.postings:
        rate = saving.postings / found.seconds
        print(f"{saving.postings:,} postings read in {found.seconds:,.0f} s: {rate:,.0f} a second")
        print(
            f"read once: {_share(saving.equal_postings, saving.postings)} of the postings and "
            f"{_share(saving.equal_lines, saving.lines)} of the other lines were known already"
        )
    _print_parts(found, output)
    for name, reason in found.failed_files:
        print(f"  {show.plain(name)}: {show.plain(reason, 200)}", file=sys.stderr)
    if totals.get("failures"):
        print(f"  each failed posting with its reason: {output / 'failures'}", file=sys.stderr)
    print(f"data set: {output}")


def _print_parts(found: Scaled, output: Path) -> None:
    """Print where the parts of `--by` surely differ, and how many are too small to tell."""
    from pipeline.report import for_whom

    if found.parts:
        parts = [segmented for segmented, _ in found.parts]
        show.document(for_whom.document(parts, f"{output / 'compared'}/by={{by}}"))
    for segmented, small in found.parts:
        if small:
            print(f"too few postings to tell: {small:,} other parts by {segmented.by}")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "none"
