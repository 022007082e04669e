"""A board, feed or listing to the postings that it names, page after page."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import plugins
from pipeline.archive import Archive
from pipeline.errors import NoAnswer, Retryable, UsageError
from pipeline.fetch import request_key, utc_now
from pipeline.ports import Fetcher
from pipeline.records import Failure, RawPage, Reading, SourceLine
from pipeline.settings import FetchSettings
from pipeline.steps.page_cache import PageCache

# by eye: a board that always names a next page must end
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Expansion:
    """The postings that a board, feed or listing names: (title, address) of those that match.

    `of` counts all that were looked at. `failure` says why there are none.
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
    """Return the postings of a board whose titles match a regular expression; at most `limit` of them.

    Postings that the board's answer tells in full are archived from it, so gathering them asks nobody.
    """
    from pipeline.steps.one_line import failure_of

    wanted = _pattern(match)
    asker = fetcher or plugins.fetcher(settings)
    cache = PageCache(archive, asker, settings, utc_now(), offline, refresh)
    try:
        return _expanded(board, cache, wanted, limit)
    except (NoAnswer, Retryable) as error:
        return Expansion(board, (), 0, failure_of(SourceLine(board), error))
    finally:
        if fetcher is None:
            asker.close()


def _pattern(match: str | None) -> re.Pattern[str]:
    try:
        return re.compile(match or "", re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"--match {match!r} is no regular expression: {error}") from error


def _expanded(board: str, cache: PageCache, wanted: re.Pattern[str], limit: int) -> Expansion:
    named: dict[str, str] = {}
    chosen: dict[str, str] = {}
    last = Reading("listing", detail="it names no posting")
    for page, reading in _pages(board, cache):
        last = reading
        found = _links(page, board, cache.settings.read_seconds)
        new = {url: title for title, url in found if url not in named}
        if found and not new:
            break  # some boards repeat their first page behind the last one
        named |= new
        matching = {url: title for url, title in new.items() if wanted.search(title or url)}
        _archive_items(page, reading, matching, cache)
        chosen |= matching
        if len(chosen) >= limit:
            break
    items = tuple((title, url) for url, title in chosen.items())[:limit]
    return Expansion(board, items, len(named), None if named else _names_none(board, last))


def _links(page: RawPage, board: str, seconds: float) -> list[tuple[str, str]]:
    from pipeline.steps import reading
    from pipeline.steps.one_line import guarded

    return guarded(lambda: reading.links(page, board, seconds))


def _pages(board: str, cache: PageCache) -> Iterator[tuple[RawPage, Reading]]:
    """Yield the board's pages, each with what it holds, as one leads to the next."""
    from pipeline import sources
    from pipeline.steps import reading as reads
    from pipeline.steps.one_line import guarded

    outside, seconds = plugins.sources(cache.settings), cache.settings.read_seconds
    if not SourceLine(board).is_url:
        yield guarded(lambda: reads.open_file(Path(board), seconds=seconds))
        return
    waiting, asked = deque([sources.request_for(board, outside)]), set[str]()
    while waiting and len(asked) < _MOST_PAGES:
        request = waiting.popleft()
        if request_key(request) in asked:
            continue
        asked.add(request_key(request))
        page, _ = cache.page(request)
        reading = guarded(lambda page=page: reads.read_page(page, board, outside, seconds))  # type: ignore[misc]
        waiting.extend(reading.follow)
        yield page, reading


def _archive_items(page: RawPage, reading: Reading, matching: dict[str, str], cache: PageCache) -> None:
    """Archive the board's answer under the key of every posting that it tells in full."""
    from pipeline import sources

    told = {listing.url for listing in reading.listings if listing.content.strip()}
    for url in sorted(told & matching.keys()):
        key = request_key(sources.request_for(url, plugins.sources(cache.settings)))
        kept = cache.archive.latest(key)
        if kept is None or kept.sha256 != page.sha256:
            cache.archive.save(replace(page, fetched_at=page.fetched_at or utc_now()), key)


def _names_none(board: str, reading: Reading) -> Failure:
    from pipeline import read

    if reading.outcome in ("feed", "listing", "posting"):
        return Failure(board, "listing", "it names no posting", "List the addresses of single postings.")
    return Failure(board, reading.outcome, reading.detail, read.advice(reading))
