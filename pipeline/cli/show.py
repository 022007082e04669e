"""Printing: progress on stderr, results on stdout, hostile text without its control characters."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.records import KINDS, Failure, MatrixDraft, MatrixRow, RowChange, Target, Trend
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.report.blocks import Document
    from pipeline.settings import Settings
    from pipeline.steps.place import Place

StageProgress = Callable[[str, int, int, str], None]

_quiet = False
"""True once `--quiet` was given: the result is printed, and nothing else."""

_NAMES = {"gather": "Gathering", "extract": "Reading", "score": "Scoring", "report": "Writing"}


@contextmanager
def progress(quiet: bool) -> Iterator[StageProgress | None]:
    """Yield a function that draws stage progress on stderr; None when nothing should be drawn."""
    if quiet or _quiet or not sys.stderr.isatty():
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


def be_quiet(wanted: bool) -> bool:
    """Print no notes from here on; return what was wanted, as an option's callback does."""
    global _quiet
    _quiet = wanted
    return wanted


def columns(usual: int = 100) -> int:
    """Return how many characters a line may have: the terminal's, as many as usual where there is none."""
    return max(40, shutil.get_terminal_size((usual, 24)).columns)


def named(target: Target) -> str:
    """Return a target as a reader says it: role, then industry."""
    return plain(" · ".join(filter(None, (target.role, target.industry))))


def chosen(place: Place, wanted: str | None, quiet: bool = False) -> Target:
    """Return the target that is meant and name it; ask where there are several and a person is there."""
    targets = place.targets()
    if wanted is None and len(targets) > 1 and sys.stdin.isatty() and sys.stderr.isatty():
        import typer

        for number, target in enumerate(targets, 1):
            print(f"  {number}. {named(target)}", file=sys.stderr)
        number = 0
        while not 1 <= number <= len(targets):
            number = int(typer.prompt("Which target", type=int, default=len(targets), err=True))
        return targets[number - 1]
    target = place.target(wanted)
    more = f" (the latest of {len(targets)}; --target chooses)" if wanted is None and len(targets) > 1 else ""
    note(f"target: {named(target)}{more}", quiet)
    return target


def opened(workspace: Path, wanted: str | None) -> tuple[Place, Target, Settings]:
    """Return the workspace, the target that is meant, and the settings."""
    from pipeline.settings import load_settings
    from pipeline.steps.place import Place

    place = Place(workspace)
    return place, chosen(place, wanted), load_settings(workspace)


def next_step(*steps: str, place: Path | None = None, target: Target | None = None) -> None:
    """Name what can be done next, one command a line, with the workspace, and the target among several."""
    from pipeline.steps.place import Place

    given = [f"-w {shlex.quote(str(place))}"] if place and place != Path() else []
    if target and len(Place(place or Path()).targets()) > 1:
        given.append(f"-t {shlex.quote(target.id)}")
    for at, step in enumerate(steps):
        command, _, why = step.partition("  ")
        line = " ".join(("skillmatrix", command, *given))
        note_line(f"{'next:' if not at else '     '} {line}{f'   {why.strip()}' if why else ''}")


def note_line(text: str, quiet: bool = False) -> None:
    """Print one line on stderr as it is."""
    if not (quiet or _quiet):
        print(text, file=sys.stderr)


def plain(text: str, limit: int = 0) -> str:
    """Return the text on one line without control characters, cut to `limit` when that is not 0."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if not limit or len(flat) <= limit else flat[: limit - 1] + "…"


def note(text: str, quiet: bool = False) -> None:
    """Print one line on stderr."""
    from pipeline.read import masked_words

    note_line(plain(masked_words(text)), quiet)


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
    """Print the value as JSON on stdout."""
    data(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def matrix(draft: MatrixDraft) -> None:
    """Print the drafted ten rows on stdout, no line wider than the terminal."""
    print(f"{named(draft.target)}: {plural(draft.postings, 'posting')} counted")
    left_out = [plural(draft.duplicates, "duplicate") if draft.duplicates else ""]
    left_out += [f"{draft.closed} closed" if draft.closed else ""]
    left_out += [f"{plural(draft.failed, 'source')} not read" if draft.failed else ""]
    told = ", ".join(filter(None, left_out))
    told = f"{draft.gathered} gathered{f'; not counted: {told}' if told else ''}; {draft.engine} engine"
    print(textwrap.fill(told, columns()))
    for kind in KINDS:
        rows = [(number, row) for number, row in enumerate(draft.rows, 1) if row.kind == kind]
        if rows:
            print(f"\n{kind.capitalize()} skills")
        for number, row in rows:
            _row(number, row, columns())
    for line in filter(None, (draft.short, *draft.notes)):
        print("\n" + "\n".join(textwrap.wrap(line, columns())))


def _row(number: int, row: MatrixRow, width: int) -> None:
    mark = "?" if row.provisional else " "
    changed = " (edited by you)" if row.changed_by else ""
    print(f"{number:>2}. {plain(row.title, width - 4 - len(changed))}{changed}")
    band = f"({100 * row.low:.0f}–{100 * row.high:.0f}%)"
    share = f"    priority {row.priority}{mark} {row.n} of {row.of} {band}  "
    print(f"{share}{plain(', '.join(row.skills), width - len(share))}")
    if row.evidence:
        best = row.evidence[0]
        who = plain(best.company or best.title or best.url, width // 3)
        print(f"    “{plain(best.quote, width - len(who) - 7)}” {who}")


FINE = frozenset(("closed",))
"""Outcomes of a source that need nobody: they are as the source says, and no failure."""


def to_mend(found: Sequence[Failure]) -> list[Failure]:
    """Return the failures that a person can do something about."""
    return [failure for failure in found if failure.outcome not in FINE]


def failures(
    found: Sequence[Failure], quiet: bool = False, what: str = "source", came: str = "to fix"
) -> None:
    """Print every source that gave nothing, with its reason and what to do, on stderr."""
    if quiet or _quiet:
        return
    from pipeline.read import without_contacts

    found = [without_contacts(failure) for failure in found]
    wrong, fine = to_mend(found), [f for f in found if f.outcome in FINE]
    if fine:
        names = ", ".join(plain(f.address, 60) for f in fine[:5])
        more = f" and {len(fine) - 5} more" if len(fine) > 5 else ""
        print(f"\nclosed, so not counted: {names}{more}", file=sys.stderr)
    if wrong:
        print(f"\n{plural(len(wrong), what)} {came}:", file=sys.stderr)
    # a log is read by programs too: there a failure stays on one line, whatever COLUMNS says
    width = columns() if sys.stderr.isatty() else 10_000
    for failure in wrong:
        said = f"{plain(failure.address, 100)}: {failure.outcome}. {plain(failure.detail)}"
        print(
            textwrap.fill(said, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False),
            file=sys.stderr,
        )
        for line in textwrap.wrap(plain(failure.advice), width - 4):
            print(f"    {line}", file=sys.stderr)


def trend(found: Trend, moved: Sequence[str]) -> None:
    """Print what changed, with what to know about it."""
    print(f"\n{plain(found.before)} ({plural(found.before_postings, 'posting')})", end="")
    print(f" → {plain(found.after)} ({found.after_postings})")
    for line in moved or ("no change is larger than chance would explain",):
        print(f"  {plain(line)}")
    unsure = sum(s.verdict == "too few to tell" for s in found.shifts)
    if unsure:
        print(f"  {plural(unsure, 'skill')}: too few postings to tell")
    for line in found.warnings:
        print(f"  note: {plain(line)}")


def row_changes(found: Sequence[RowChange], visited: bool = False) -> None:
    """Print what became of the rows; that nothing did is said after a visit only."""
    from pipeline.report.moves import sentences

    if found or visited:
        print("\nRows of the matrix:")
        for line in sentences(found):
            print(f"  {plain(line)}")


def document(found: Document) -> None:
    """Print a document in plain text, its tables as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pipeline.report import blocks

    console = Console(highlight=False, width=columns(110))

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
