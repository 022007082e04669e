"""Lines → pages → postings: every line ends with exactly one final outcome, and a killed run goes on."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.archive import Archive
from pipeline.errors import NoAnswer, Retryable, UsageError
from pipeline.fetch import PoliteFetcher, by_host, host_of, request_key, utc_now
from pipeline.plugins import outside_sources
from pipeline.ports import Fetcher
from pipeline.records import Failure, Posting, RawPage, Request, Run, SourceLine, digest
from pipeline.settings import FetchSettings
from pipeline.steps.desk import Desk, Nobody
from pipeline.steps.run_log import RunLog

if TYPE_CHECKING:
    from pipeline.steps.one_line import Gathered

Progress = Callable[[int, int, str], object]
"""Called with (just done, of, what) as lines end."""

_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class GatherResult:
    """What the lines gave: postings (closed and duplicate ones marked), failures, and the run."""

    postings: tuple[Posting, ...]
    failures: tuple[Failure, ...]
    run: Run


def gather(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
) -> GatherResult:
    """Every line's postings or failure, in the order of the list; hold the workspace while it runs.

    A posting that is known to be closed comes marked, and with a failure "closed" beside it.
    """
    from pipeline import read

    began = time.perf_counter()
    found = sorted(
        each(lines, archive, settings, offline, refresh, progress, fetcher),
        key=lambda g: (g.line.number, g.line.address),
    )
    postings = read.mark_duplicates([p for g in found for p in g.postings])
    failures = tuple(g.failure for g in found if g.failure)
    notes = Counter(g.note for g in found if g.note)
    run = Run(
        "gather",
        "",
        inputs=len(found),
        outputs=len(postings),
        skipped=sum(not g.asked for g in found),
        failed=len(failures),
        seconds=time.perf_counter() - began,
        digest=digest([(g.line.address, g.line.kind, g.line.date, g.outcome, g.page_sha256) for g in found]),
        notes=(*(f"{count} sources {note}" for note, count in sorted(notes.items())), *archive.notes),
    )
    return GatherResult(tuple(postings), failures, run)


def each(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
) -> Iterator[Gathered]:
    """The outcomes one by one as lines end, for lists whose postings should not all be in memory."""
    from pipeline.steps.one_line import LineReader

    polite = PoliteFetcher(settings) if fetcher is None else None
    log = RunLog(archive, lines, offline, refresh, settings.max_age_days)
    desk = Desk(archive, fetcher or polite or Nobody(), settings, log.began, offline, refresh)
    reader = LineReader(desk, outside_sources())

    def work(line: SourceLine) -> Gathered:
        settled = log.settled(line)
        found = reader.read(line, settled)
        if settled is None:
            log.settle(line, found.outcome, found.postings, found.failure, found.page_sha256, found.seen)
        return found

    def host(line: SourceLine) -> str:
        return host_of(reader.request(line.address).url) if line.is_url else ""

    # a thread that waits for its host's pause holds no slot, so there are more threads than slots
    threads = max(32, 4 * settings.concurrency)
    try:
        for found in by_host(lines, host, work, threads, polite.stop if polite else lambda: None):
            if progress:
                progress(1, len(lines), found.line.address)
            yield found
        log.end()
    finally:
        if polite:
            polite.close()


# --- before anything is asked -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """What one line would lead to: `how` is "file", "archive", "ask" or "missing"."""

    line: SourceLine
    how: str
    host: str = ""
    method: str = ""
    url: str = ""


def plan(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
) -> list[Planned]:
    """What would be asked of whom; nothing is asked, robots.txt included."""
    from pipeline import sources

    desk = Desk(archive, Nobody(), settings, utc_now(), offline, refresh)
    outside = outside_sources()
    planned = []
    for line in lines:
        if not line.is_url:
            planned.append(Planned(line, "file", url=line.address))
            continue
        request = sources.request_for(line.address, outside)
        kept = archive.latest(request_key(request))
        how = "archive" if kept and (offline or desk.is_young(kept)) else "missing" if offline else "ask"
        planned.append(Planned(line, how, host_of(request.url), request.method, request.url))
    return planned


# --- boards and listings ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expansion:
    """The postings that a board, feed or listing names: (title, address) of those that match.

    `of` counts all that it names. `failure` says why it names none.
    """

    board: str
    items: tuple[tuple[str, str], ...]
    of: int
    failure: Failure | None = None

    @property
    def lines(self) -> list[SourceLine]:
        """The matching postings as a list to gather."""
        return [SourceLine(url, number=n) for n, (_, url) in enumerate(self.items, 1)]


def expand(
    board: str,
    archive: Archive,
    settings: FetchSettings,
    match: str | None = None,
    limit: int = 50,
    offline: bool = False,
    refresh: bool = False,
    fetcher: Fetcher | None = None,
) -> Expansion:
    """The postings of a board whose titles match a regular expression; at most `limit` of them.

    Postings that the board's answer tells in full are archived from it, so gathering them asks nobody.
    """
    wanted = _pattern(match)
    polite = PoliteFetcher(settings) if fetcher is None else None
    desk = Desk(archive, fetcher or polite or Nobody(), settings, utc_now(), offline, refresh)
    try:
        return _expanded(board, desk, wanted, limit)
    except (NoAnswer, Retryable) as error:
        advice = error.advice if isinstance(error, NoAnswer) else "Try again later."
        outcome = error.outcome if isinstance(error, NoAnswer) else "error"
        return Expansion(board, (), 0, Failure(board, outcome, str(error), advice))  # type: ignore[arg-type]
    finally:
        if polite:
            polite.close()


def _pattern(match: str | None) -> re.Pattern[str]:
    try:
        return re.compile(match or "", re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"--match {match!r} is no regular expression: {error}") from error


def _expanded(board: str, desk: Desk, wanted: re.Pattern[str], limit: int) -> Expansion:
    from pipeline import sources
    from pipeline.steps.one_line import guarded

    named: dict[str, str] = {}
    chosen: dict[str, str] = {}
    last: RawPage | None = None
    for page in _board_pages(board, desk):
        last = page
        found = guarded(lambda page=page: sources.links(page, board))  # type: ignore[misc]
        new = {url: title for title, url in found if url not in named}
        if not new:
            break  # some boards repeat their first page behind the last one
        named |= new
        matching = {url: title for url, title in new.items() if wanted.search(title or url)}
        _shelve(page, board, matching, desk)
        chosen |= matching
        if len(chosen) >= limit:
            break
    items = tuple((title, url) for url, title in chosen.items())[:limit]
    return Expansion(board, items, len(named), None if named else _names_none(board, last))


def _board_pages(board: str, desk: Desk) -> Iterator[RawPage]:
    from pipeline import sources
    from pipeline.steps.one_line import guarded

    if not SourceLine(board).is_url:
        yield guarded(lambda: sources.read_file(Path(board), None))[0]
        return
    request: Request | None = sources.request_for(board, outside_sources())
    for _ in range(_MOST_PAGES):
        if request is None:
            return
        yield desk.page(request)[0]
        request = next_page(request)


def next_page(request: Request) -> Request | None:
    """The request for the following page of a board that counts by offset and limit; None for others."""
    if request.json_body:
        body = json.loads(request.json_body)
        if not {"offset", "limit"} <= body.keys():
            return None
        body["offset"] += body["limit"]
        return replace(request, json_body=json.dumps(body, separators=(",", ":")))
    parts = urlsplit(request.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not all(query.get(name, "").isdigit() for name in ("offset", "limit")):
        return None
    query["offset"] = str(int(query["offset"]) + int(query["limit"]))
    return replace(request, url=urlunsplit(parts._replace(query=urlencode(query))))


def _shelve(page: RawPage, board: str, matching: dict[str, str], desk: Desk) -> None:
    """Archives the board's answer under the key of every posting that it tells in full."""
    from pipeline import sources
    from pipeline.steps.one_line import guarded

    reading = guarded(lambda: sources.read_page(page, board))
    told = {listing.url for listing in reading.listings if listing.content.strip()}
    for url in sorted(told & matching.keys()):
        key = request_key(sources.request_for(url))
        kept = desk.archive.latest(key)
        if kept is None or kept.sha256 != page.sha256:
            desk.archive.save(replace(page, fetched_at=page.fetched_at or utc_now()), key)


def _names_none(board: str, page: RawPage | None) -> Failure:
    from pipeline import read, sources

    reading = sources.read_page(page, board) if page else None
    if reading is None or reading.outcome in ("feed", "listing", "posting"):
        return Failure(board, "listing", "it names no posting", "List the addresses of single postings.")
    return Failure(board, reading.outcome, reading.detail, read.advice(reading))
