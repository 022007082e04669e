"""BambooHR: a careers list without texts, and one opening's detail. Never seen against a real answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pipeline.records import Listing, Reading
from pipeline.sources.common import listed, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, markup, named, word

NAME = "bamboohr"


def read(document: Document) -> Reading | None:
    """The opening of a detail answer; a list only names openings."""
    data = document.data if document.kind == "json" else None
    opening = at(data, "result", "jobOpening")
    if not isinstance(opening, dict) and isinstance(at(data, "result", "jobOpeningName"), str):
        opening = at(data, "result")
    if isinstance(opening, dict):
        return single(_listing(opening, document), NAME)
    found = at(data, "result")
    if isinstance(found, list) and (
        at(data, "meta", "totalCount") is not None or "jobOpeningName" in (at(found, 0) or {})
    ):
        return listed(NAME, len(found))
    return None


def _listing(opening: dict[str, Any], document: Document) -> Listing:
    host = urlsplit(document.base).hostname or ""
    status = str(opening.get("jobOpeningStatus") or "open").lower()
    return Listing(
        url=word(opening.get("jobOpeningShareUrl")) or document.url,
        system=NAME,
        title=word(opening.get("jobOpeningName")),
        content=markup(opening.get("description")),
        company=named(host.split(".")[0]) if host.endswith("bamboohr.com") else None,
        location=_place(opening),
        date_posted=day(opening.get("datePosted")),
        employment_type=word(opening.get("employmentStatusLabel")),
        item=word(opening.get("id")),
        closed=None if status == "open" else f"BambooHR says jobOpeningStatus: {status}",
    )


def _place(opening: dict[str, Any]) -> str | None:
    place = opening.get("location")
    parts = [word(at(place, k)) for k in ("city", "state", "addressCountry", "country")]
    return joined([joined(parts), "Remote" if opening.get("isRemote") is True else None], " | ")


def links(document: Document) -> list[tuple[str, str]] | None:
    """Name and address of every opening of a list."""
    found = dicts(at(document.data, "result")) if document.kind == "json" else []
    if not found or "jobOpeningName" not in found[0]:
        return None
    host = urlsplit(document.base).netloc
    return [(word(o.get("jobOpeningName")) or "", f"https://{host}/careers/{o.get('id')}") for o in found]
