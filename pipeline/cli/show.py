"""Printing: progress on stderr, results on stdout, hostile text without its control characters."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.records import KINDS, Failure, MatrixDraft, MatrixRow, RowChange, Trend
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.report.plan_blocks import Document

StageProgress = Callable[[str, int, int, str], None]

_NAMES = {"gather": "Gathering", "extract": "Reading", "score": "Scoring", "report": "Writing"}


@contextmanager
def progress(quiet: bool) -> Iterator[StageProgress | None]:
    """A function that draws stage progress on stderr; None when nothing should be drawn."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        "[progress.description]{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, TextColumn("{task.fields[what]}"), console=Console(stderr=True)) as bar:
        tasks: dict[str, Any] = {}

        def advance(stage: str, done: int, of: int, what: str) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_NAMES.get(stage, stage), total=of, what="")
            bar.update(tasks[stage], advance=done, total=of, what=plain(what, 50).replace("[", "("))

        yield advance


def plain(text: str, limit: int = 0) -> str:
    """The text on one line without control characters, shortened to `limit` when that is not 0."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if not limit or len(flat) <= limit else flat[: limit - 1] + "…"


def note(text: str, quiet: bool = False) -> None:
    """One line on stderr."""
    if not quiet:
        from pipeline.read import masked_words

        print(plain(masked_words(text)), file=sys.stderr)


def any_console() -> None:
    """Make both streams print a stand-in for what their encoding lacks, on cp1252, cp437 and ASCII pipes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def data(text: str) -> None:
    """Print data for other programs as UTF-8, whatever the console's encoding is: nothing of it is lost."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    else:
        sys.stdout.write(text)


def as_json(value: Any) -> None:
    """The value as JSON on stdout."""
    data(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def matrix(draft: MatrixDraft) -> None:
    """The drafted ten rows on stdout."""
    target = draft.target
    name = " × ".join(filter(None, (target.role, target.industry)))
    print(f"{plain(name)}: {plural(draft.postings, 'posting')} counted")
    print(
        f"{draft.gathered} gathered, {plural(draft.duplicates, 'duplicate')}, {draft.closed} closed, "
        f"{plural(draft.failed, 'source')} failed; engine {draft.engine}"
    )
    for kind in KINDS:
        print(f"\n{kind.capitalize()} skills")
        for number, row in enumerate(draft.of_kind(kind), start=1):
            _row(number, row)
    for line in filter(None, (draft.short, *draft.notes)):
        print(f"\n{line}")


def _row(number: int, row: MatrixRow) -> None:
    mark = "?" if row.provisional else " "
    changed = "  (changed by a person)" if row.changed_by else ""
    print(f" {number}. {plain(row.title)}{changed}")
    print(
        f"    priority {row.priority}{mark} {row.n} of {row.of} postings"
        f" ({row.low:.0%} to {row.high:.0%})   {plain(', '.join(row.skills), 90)}"
    )
    if row.evidence:
        best = row.evidence[0]
        print(f"    “{plain(best.quote, 80)}” {plain(best.company or best.title or best.url, 60)}")


def failures(
    found: Sequence[Failure], quiet: bool = False, what: str = "source", came: str = "gave no posting"
) -> None:
    """Every source that gave nothing, with its reason and what to do, on stderr."""
    if not found or quiet:
        return
    print(f"\n{plural(len(found), what)} {came}:", file=sys.stderr)
    from pipeline.read import without_contacts

    for failure in map(without_contacts, found):
        print(
            f"  {plain(failure.address, 100)}: {failure.outcome}. {plain(failure.detail, 120)}",
            file=sys.stderr,
        )
        if failure.advice:
            print(f"    {plain(failure.advice)}", file=sys.stderr)


def trend(found: Trend, moved: Sequence[str]) -> None:
    """What moved, on stdout, with what to beware of."""
    print(f"\n{plain(found.before)} ({plural(found.before_postings, 'posting')})", end="")
    print(f" → {plain(found.after)} ({found.after_postings})")
    for line in moved or ("no skill moved more than chance would move it",):
        print(f"  {plain(line)}")
    unsure = sum(s.verdict == "too few to tell" for s in found.shifts)
    if unsure:
        print(f"  {plural(unsure, 'skill')}: too few postings to tell")
    for line in found.warnings:
        print(f"  beware: {plain(line)}")


def row_changes(found: Sequence[RowChange], visited: bool = False) -> None:
    """Print what became of the rows; that nothing did is said after a visit only."""
    from pipeline.report.row_changes import sentences

    if found or visited:
        print("\nRows of the matrix:")
        for line in sentences(found):
            print(f"  {plain(line)}")


def document(found: Document) -> None:
    """Print a document in plain text, its tables as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pipeline.report import plan_blocks as blocks

    console = Console(highlight=False, width=shutil.get_terminal_size((110, 24)).columns)

    def line(text: str, style: str = "") -> None:
        console.print(Text(plain(text), style), soft_wrap=False)

    line(found.title, "bold")
    for block in found.blocks:
        if isinstance(block, blocks.Heading):
            console.print()
            line(block.text, "bold")
        elif isinstance(block, blocks.Text):
            line(block.text)
        elif isinstance(block, blocks.Table):
            table = Table(box=None, pad_edge=False)
            for column in block.columns:
                right = column.form not in ("text", "day")
                table.add_column(plain(column.title), justify="right" if right else "left", overflow="fold")
            for row in block.rows:
                cells = zip(row, block.columns, strict=True)
                table.add_row(*(Text(plain(blocks.plain(value, column.form))) for value, column in cells))
            console.print(table)
    console.print()
