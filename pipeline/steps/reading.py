"""Pages, files and postings read within a time limit: small ones here, others in a process that can be ended.

Small ones are safe here: no 48,000 characters of any sign or 1,500 of any tag that tests/attacks repeats take
five seconds. Formats that unpack are never small: 30 kB of a PDF may hold an hour of work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline import deadline, lists, read, sources
from pipeline.ports import Source
from pipeline.records import Failure, Listing, Posting, RawPage, Reading, SourceLine
from pipeline.sources.document import Document
from pipeline.sources.maintext import main_html
from pipeline.sources.saved import page_of
from pipeline.text import plural

SMALL = 48_000
"""Bytes or characters up to which a text is read in this process."""

TAGS = 1_500
"""Tags up to which a text of that size is small: what reads pages may take the square of their number.

Of 118 saved pages and answers of that size none has more than 1,106.
"""

SECONDS = 5.0
"""The limit where no setting says another."""

_PER_BYTE = 1e-6
"""Seconds more for each byte of a collection: a row takes some ten microseconds, a posting a page."""
_TAG = re.compile(rb"<|lt;|u003c", re.IGNORECASE)
_UNPACKING = frozenset((".docx", ".gz", ".mht", ".mhtml", ".pdf"))


def read_page(page: RawPage, url: str, outside: Sequence[Source] = (), seconds: float = SECONDS) -> Reading:
    """Return what `sources.read_page` answers; raises `NoAnswer` where it takes too long."""
    # other packages go first: they were installed to read what ours cannot
    for source in outside:
        # a plug-in's reader may hold anything: it cannot be sent elsewhere
        found = source.read(page, url)
        if found is not None:
            return found
    if _is_small(page.body):
        return sources.read_page(page, url)
    return deadline.within(seconds, sources.read_page, page, url)


def links(page: RawPage, url: str, seconds: float = SECONDS) -> list[tuple[str, str]]:
    """Return what `sources.links` answers; raises `NoAnswer` where it takes too long."""
    if _is_small(page.body):
        return sources.links(page, url)
    return deadline.within(seconds, sources.links, page, url)


def open_file(path: Path, url: str | None = None, seconds: float = SECONDS) -> tuple[RawPage, Reading]:
    """Return what `opened` answers; raises `NoAnswer` where it takes too long."""
    size = path.stat().st_size if path.is_file() else SMALL
    if size < SMALL and not unpacks(path):
        with path.open("rb") as file:
            if _is_small(file.read(SMALL + 1)):
                return opened(path, url)
    more = size * _PER_BYTE if lists.is_collection(path) else 0.0
    return deadline.within(seconds + more, opened, path, url)


def main_text(page: RawPage, address: str, seconds: float = SECONDS) -> str:
    """Return the page's main text as HTML; raises `NoAnswer` where it takes too long."""
    if _is_small(page.body):
        return _main_text(page, address)
    return deadline.within(seconds, _main_text, page, address)


def postings(
    listings: Iterable[Listing], line: SourceLine, page: RawPage, seconds: float = SECONDS
) -> tuple[Posting, ...]:
    """Return the postings of some listings; raises `NoAnswer` where one of them takes too long."""
    return tuple(posting(each, line, page, seconds) for each in listings)


def posting(listing: Listing, line: SourceLine, page: RawPage, seconds: float = SECONDS) -> Posting:
    """Return what `read.posting_from` answers; raises `NoAnswer` where it takes too long."""
    if _is_small(listing.content):
        return read.posting_from(listing, line, page)
    return deadline.within(seconds, read.posting_from, listing, line, page)


def report(page: RawPage, found: Reading, seconds: float = SECONDS) -> dict[str, Any]:
    """Return what `read.page_report` answers; raises `NoAnswer` where it takes too long."""
    if _is_small("".join(listing.content for listing in found.listings)):
        return read.page_report(page, found)
    return deadline.within(seconds, read.page_report, page, found)


def prepare(lines: Iterable[SourceLine]) -> None:
    """Start the other process early where lines will need it, so that nobody waits for it."""
    if any(not line.is_url and unpacks(Path(line.address)) for line in lines):
        deadline.warm(sources.ready)


def unpacks(path: Path) -> bool:
    """Return True for a file that may hold far more than its size says."""
    return path.suffix.lower() in _UNPACKING


def _is_small(content: bytes | str) -> bool:
    if len(content) > SMALL:
        return False
    body = content.encode("utf-8", "replace") if isinstance(content, str) else content
    # what unpacks is never small: a few bytes may become gigabytes
    if body.startswith((b"PK", b"\x1f\x8b")) or b"%PDF-" in body[:1100]:
        return False
    return b"multipart/" not in body[:6000].lower() and len(_TAG.findall(body)) <= TAGS


def _main_text(page: RawPage, address: str) -> str:
    return main_html(Document(page, address))


MOST_TOLD = 20
"""Rows without a text that are named one by one; behind them their number is told."""


def opened(path: Path, url: str | None = None) -> tuple[RawPage, Reading]:
    """Return the file as a page, and what it holds.

    Of a collection `detail` says which rows cannot be read.
    """
    if not lists.is_collection(path):
        return sources.read_file(path, url)
    bad: list[Failure] = []
    listings = tuple(lists.read_collection(path, None, bad.append))
    detail = f"{plural(len(bad), 'row')} that cannot be read ({_told(bad)})" if bad else ""
    page, _ = page_of(path, url or str(path))
    if not listings:
        return page, Reading("no-text", detail=detail or "it has no row", system=lists.COLLECTION)
    return page, Reading("posting", listings, detail, system=lists.COLLECTION)


def _told(bad: list[Failure]) -> str:
    more = f"; and {len(bad) - MOST_TOLD} more" if len(bad) > MOST_TOLD else ""
    return "; ".join(failure.detail for failure in bad[:MOST_TOLD]) + more
