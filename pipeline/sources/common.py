"""From the listings of one answer to its reading: the wanted one, one or many, closed or open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.records import Listing, Reading
from pipeline.sources.dates import is_past
from pipeline.sources.document import Document

Named = tuple[Listing, tuple[str, ...]]
"""A listing and the names under which an address may ask for it."""

MOST_NAMED = 20
"""Postings without a text that are named one by one."""

PAST = "the stated last day has passed: "


def reading(document: Document, system: str, found: Iterable[Named]) -> Reading:
    """Return what an answer with those listings comes to, for the address that was asked."""
    unique = _unique([(_dated(listing, document.now), names) for listing, names in found])
    if document.pick:
        return _picked(document, system, unique)
    listings = tuple(listing for listing, _ in unique)
    if not listings:
        return Reading("listing", detail="the board lists no open posting", system=system)
    if len(listings) == 1:
        return single(listings[0], system)
    return Reading(
        "feed", listings, f"{len(listings)} postings in one answer{_textless(listings)}", system=system
    )


def _textless(listings: Sequence[Listing]) -> str:
    bare = [listing.title or listing.url for listing in listings if not listing.content.strip()]
    more = f" and {len(bare) - MOST_NAMED} more" if len(bare) > MOST_NAMED else ""
    return f"; without a text: {', '.join(bare[:MOST_NAMED])}{more}" if bare else ""


def single(listing: Listing, system: str) -> Reading:
    """Return the reading of a page with one posting: posting, closed, or without any text."""
    if listing.closed:
        return Reading("closed", (listing,), listing.closed, system=system)
    if not listing.content.strip():
        return Reading("no-text", (listing,), "the posting is named but its text is empty", system=system)
    return Reading("posting", (listing,), system=system)


def _picked(document: Document, system: str, found: Sequence[Named]) -> Reading:
    wanted = document.pick.lower()
    for listing, names in found:
        if wanted in (name.lower() for name in names):
            return single(listing, system)
    if len(found) == 1 and not (document.address and document.address.board) and _answers_itself(document):
        return single(found[0][0], system)
    detail = f"{system}: the board lists {len(found)} postings, {document.pick} is not among them"
    return Reading("closed" if found else "not-found", detail=detail, system=system)


def _answers_itself(document: Document) -> bool:
    # the address of one posting was asked as it stands: its answer is that posting, whatever its id says
    asked = document.address.request.url if document.address else ""
    return document.pick.lower() in asked.lower()


def _dated(listing: Listing, now: str | None) -> Listing:
    if not listing.closed and is_past(listing.valid_through, now):
        return replace(listing, closed=f"{PAST}{listing.valid_through}")
    return listing


def _unique(found: Iterable[Named]) -> list[Named]:
    # some feeds repeat an entry under the same id
    seen: dict[tuple[str | None, ...], Named] = {}
    for listing, names in found:
        key = (listing.url, listing.title, listing.location, listing.content)
        seen.setdefault(key, (listing, names))
    return list(seen.values())


def listed(system: str, count: int, detail: str = "") -> Reading:
    """Return the reading of an answer that names postings without their texts."""
    return Reading("listing", detail=detail or f"{count} postings named, none with its text", system=system)
