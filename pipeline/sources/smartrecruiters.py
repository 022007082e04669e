"""SmartRecruiters: one posting with its four sections, or a list without texts."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading, Request
from pipeline.sources.common import single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, word

NAME = "smartrecruiters"
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
PAGE = 100


def read(document: Document) -> Reading | None:
    """The posting of a detail answer; a list names postings and what to ask for its next pages."""
    data = document.data if document.kind == "json" else None
    if not isinstance(data, dict):
        return None
    if isinstance(at(data, "jobAd", "sections"), dict):
        return single(_listing(data, document), NAME)
    if isinstance(data.get("content"), list) and "totalFound" in data:
        count, total = len(data["content"]), data["totalFound"]
        follow = _next_pages(document, count, at(data, "offset"), total)
        return Reading(
            "listing",
            detail=f"{count} of {total} postings named, none with its text",
            follow=follow,
            system=NAME,
        )
    return None


def _listing(data: dict[str, Any], document: Document) -> Listing:
    sections = at(data, "jobAd", "sections")
    texts = [block(at(sections, name, "title"), at(sections, name, "text")) for name in SECTIONS]
    return Listing(
        url=word(data.get("postingUrl")) or document.url,
        system=NAME,
        title=word(data.get("name")),
        content="".join(texts),
        company=word(at(data, "company", "name")) or word(at(data, "company", "identifier")),
        location=_place(data.get("location")),
        date_posted=day(data.get("releasedDate")),
        employment_type=word(at(data, "typeOfEmployment", "label")),
        item=word(data.get("id")),
        closed="SmartRecruiters says active: false" if data.get("active") is False else None,
    )


def _place(value: Any) -> str | None:
    place = word(at(value, "fullLocation")) or joined(
        [word(at(value, k)) for k in ("city", "region", "country")]
    )
    how = "Remote" if at(value, "remote") is True else "Hybrid" if at(value, "hybrid") is True else None
    return joined([place, how], " | ")


def _next_pages(document: Document, count: int, offset: Any, total: Any) -> tuple[Request, ...]:
    base = (
        document.page.url.split("?")[0]
        if "/v1/companies/" in document.page.url
        else document.url.split("?")[0]
    )
    if "/v1/companies/" not in base or offset != 0 or not isinstance(total, int) or not count:
        return ()
    return tuple(Request(f"{base}?limit={PAGE}&offset={n}") for n in range(PAGE, total, PAGE))


def links(document: Document) -> list[tuple[str, str]] | None:
    """Title and detail address of every posting of a list."""
    if document.kind != "json" or "totalFound" not in (
        document.data if isinstance(document.data, dict) else {}
    ):
        return None
    return [(word(e.get("name")) or "", _detail(e)) for e in dicts(document.data.get("content"))]


def _detail(entry: dict[str, Any]) -> str:
    company, number = at(entry, "company", "identifier"), entry.get("id")
    return (
        word(entry.get("ref")) or f"https://api.smartrecruiters.com/v1/companies/{company}/postings/{number}"
    )
