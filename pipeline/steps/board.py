"""What `gather` is pointed at: a list, or a board whose postings become one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from pipeline.archive import hold
from pipeline.errors import NothingGathered
from pipeline.lists import SourceList, read_sources
from pipeline.records import Failure, Run, SourceLine, Target
from pipeline.settings import FetchSettings, Settings
from pipeline.steps import gather as gathering
from pipeline.steps.place import Place
from pipeline.steps.run import Options, Progress, gather_into
from pipeline.steps.targets import as_remembered


def is_board(source: str) -> bool:
    """Return True for an address: a list is a file."""
    return SourceLine(source).is_url


def lines_of(
    place: Place,
    settings: FetchSettings,
    source: str,
    stdin: TextIO,
    match: str | None,
    limit: int,
    offline: bool = False,
) -> SourceList:
    """Return the lines of a list file, or one line for each matching posting of a board.

    Raises `NothingGathered` when the board names none.
    """
    if not is_board(source):
        return read_sources(source, stdin)
    found = gathering.expand(source, place.archive, settings, match, limit, offline)
    if found.failure:
        raise NothingGathered(
            f"{source}: {found.failure.outcome} ({found.failure.detail})", found.failure.advice or None
        )
    if not found.items:
        raise NothingGathered(
            f"none of the {found.of} postings of {source} matches {match!r}", "Leave out --match to see them."
        )
    named = enumerate(found.items, start=1)
    return SourceList(
        tuple(SourceLine(url, title=title or None, number=number) for number, (title, url) in named)
    )


def planned(
    place: Place, settings: FetchSettings, lines: Sequence[SourceLine], offline: bool, refresh: bool
) -> Iterator[str]:
    """Yield what would be asked of whom, one line each."""
    for item in gathering.plan(lines, place.archive, settings, offline, refresh):
        yield f"{item.how:8s} {item.method:4s} {item.url}"


def gather(
    place: Place,
    target: Target,
    lines: Sequence[SourceLine],
    settings: Settings,
    wanted: Options,
    progress: Progress | None,
) -> tuple[Run, list[Failure]]:
    """Return the lines gathered into a target; its run and its failures."""
    with hold(place.raw):
        target = as_remembered(place, target)
        place.remember_target(target)
        place.remember_sources(target, lines, wanted.listed)
        done = gather_into(place, target, lines, settings, wanted, progress)
        with place.store() as store:
            return done, store.failures(target.id)
