"""Breezy: the JSON list of a company. Never seen against a real answer; its pages are read by JSON-LD."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, listed, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, markup, word

NAME = "breezy"


def read(document: Document) -> Reading | None:
    """The positions of a list, named only where it carries no texts."""
    found = dicts(document.data) if document.kind == "json" else []
    if not found or not all("friendly_id" in p and "name" in p for p in found):
        return None
    if not any(p.get("description") for p in found):
        return listed(NAME, len(found))
    return reading(document, NAME, [_listing(p) for p in found])


def _listing(position: dict[str, Any]) -> Named:
    number = str(position.get("id") or "")
    place = position.get("location")
    remote = "Remote" if at(place, "is_remote") is True else None
    listing = Listing(
        url=word(position.get("url")) or "",
        system=NAME,
        title=word(position.get("name")),
        content=markup(position.get("description")),
        company=word(at(position, "company", "name")),
        location=joined([word(at(place, "name")) or word(place), remote], " | "),
        date_posted=day(position.get("published_date")),
        employment_type=word(at(position, "type", "name")) or word(position.get("type")),
        item=number,
        salary=word(position.get("salary")),
    )
    return listing, (number, str(position.get("friendly_id") or "")[:12])


def links(document: Document) -> list[tuple[str, str]] | None:
    """Name and address of every position of a list."""
    found = dicts(document.data) if document.kind == "json" else []
    if not found or "friendly_id" not in found[0]:
        return None
    return [(word(p.get("name")) or "", word(p.get("url")) or "") for p in found]
