"""Rippling: one job or the list of a board. Never seen against a real answer."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.common import listed, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, named, word, words

NAME = "rippling"


def read(document: Document) -> Reading | None:
    """The job of a detail answer; a list only names jobs."""
    data = document.data if document.kind == "json" else None
    if isinstance(data, dict) and "uuid" in data and "name" in data and "description" in data:
        return single(_listing(data, document), NAME)
    if document.system == NAME and _entries(data):
        return listed(NAME, len(_entries(data)))
    return None


def _entries(data: Any) -> list[dict[str, Any]]:
    found = dicts(data) or dicts(at(data, "items")) or dicts(at(data, "results"))
    return [e for e in found if "name" in e and ("uuid" in e or "id" in e)]


def _listing(data: dict[str, Any], document: Document) -> Listing:
    text = data["description"]
    if isinstance(text, dict):
        content = block("About the company", text.get("company")) + block("About the role", text.get("role"))
    else:
        content = block(None, text)
    places = words(data.get("workLocations")) or [
        word(at(p, "name") or at(p, "label")) or "" for p in dicts(data.get("workLocations"))
    ]
    return Listing(
        url=word(data.get("url")) or document.url,
        system=NAME,
        title=word(data.get("name")),
        content=content,
        company=word(data.get("companyName")) or _company(document),
        location=joined(places, " | "),
        date_posted=day(data.get("createdOn") or data.get("created_at")),
        employment_type=word(at(data, "employmentType", "label")) or word(data.get("employmentType")),
        item=word(data.get("uuid")),
    )


def _company(document: Document) -> str | None:
    return named(document.address.group("slug")) if document.address else None


def links(document: Document) -> list[tuple[str, str]] | None:
    """Name and address of every job of a list."""
    found = _entries(document.data) if document.kind == "json" and document.system == NAME else []
    return [(word(e.get("name")) or "", word(e.get("url")) or "") for e in found] or None
