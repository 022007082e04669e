"""From an address to what to ask, from a page or a file to the listings in it, whatever system made them.

Boards are rows of one table (`table`) with one reader (`boards`). Some boards, and every format, have files
of their own with `read(document) -> Reading | None` and, where it can name postings without telling them,
`links(document)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.ports import Source
from pipeline.records import RawPage, Reading, Request

if TYPE_CHECKING:
    from pipeline.sources.document import Document

READERS: tuple[str, ...] = (
    # in order: the first that recognises its own shape wins, the general ones come last
    "boards",
    "boardpages",
    "linkedin",
    "hackernews",
    "pagereading",
    "feeds",
    "anyjson",
    "pages",
    "files",
)


def request_for(url: str, outside: Sequence[Source] = ()) -> Request:
    """Return what to ask for an address.

    The board's API where the table knows one, else the address itself.
    """
    from pipeline.sources import addresses

    for source in outside:
        wanted = source.request(url)
        if wanted is not None:
            return wanted
    found = addresses.match(url)
    return found.request if found else Request(url.strip())


def is_board(url: str) -> bool:
    """Return True for the address of a whole board, as far as the table knows."""
    from pipeline.sources import addresses

    found = addresses.match(url)
    return bool(found and found.board)


def read_page(page: RawPage, url: str, outside: Sequence[Source] = ()) -> Reading:
    """Return what the answer to an address holds: its outcome, listings, reason, and what to ask next."""
    from pipeline.sources.document import Document

    for source in outside:
        reading = source.read(page, url)
        if reading is not None:
            return reading
    return _read(Document(page, url))


def read_file(path: Path, url: str | None = None) -> tuple[RawPage, Reading]:
    """Return a file (or a folder saved by a browser) as a page, and what it holds.

    Never raises on content.
    """
    from pipeline.sources import saved

    page, address = saved.page_of(path, url)
    if address.startswith("!"):
        return page, Reading("error", detail=address[1:], system="file")
    return page, read_page(page, address)


def links(page: RawPage, url: str) -> list[tuple[str, str]]:
    """Title and address of every posting that a listing, a board or a feed names, in its order."""
    from pipeline.sources.document import Document

    document = Document(page, url)
    if document.kind in ("empty", "binary"):
        return []
    for module in _readers():
        finder = getattr(module, "links", None)
        found = finder(document) if finder else None
        if found:
            return _without_repeats(found)
    listings = _read(document).listings
    return _without_repeats((listing.title or "", listing.url) for listing in listings)


def _without_repeats(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    first: dict[str, str] = {}
    for title, url in found:
        if url.startswith(("http://", "https://")):
            first.setdefault(url, title)
    return [(title, url) for url, title in first.items()]


def _read(document: Document) -> Reading:
    from pipeline.sources import verdicts

    refused = verdicts.by_status(document.page, document.system or "page")
    if refused is not None:
        return refused
    plain = _unreadable(document)
    if plain is not None:
        return plain
    # a text says nothing of boards and formats; every reader but this one would pass it on
    modules = _readers() if document.kind != "text" else (import_module("pipeline.sources.files"),)
    for module in modules:
        reading = _asked(module, document)
        if reading is not None:
            return _noted(reading, document.notes)
    return Reading("not-a-posting", detail=f"{document.kind} of no shape that is known")


def _noted(reading: Reading, notes: tuple[str, ...]) -> Reading:
    if not notes:
        return reading
    listings = (replace(each, notes=(*each.notes, *notes)) for each in reading.listings)
    return replace(reading, listings=tuple(listings))


def _asked(module: Any, document: Document) -> Reading | None:
    try:
        found: Reading | None = module.read(document)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        # no answer of a stranger may end a run; what it broke is named
        name = module.__name__.rsplit(".", 1)[-1]
        detail = f"{name} did not expect this shape: {type(error).__name__}: {str(error)[:120]}"
        return Reading("error", detail=detail, system=name)
    return found


def _unreadable(document: Document) -> Reading | None:
    if document.kind == "empty":
        return Reading("no-text", detail="the page is empty")
    if document.kind in ("binary", "zip"):
        return Reading("not-a-posting", detail="binary content, no text")
    return None


def ready() -> None:
    """Load every reader now, and not with the first page."""
    _readers()


@cache
def _readers() -> tuple[Any, ...]:
    return tuple(import_module(f"pipeline.sources.{name}") for name in READERS)
