"""Workday: one posting or a list of its cxs service; its HTML pages show nothing without scripts."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from pipeline.records import Listing, Reading, Request
from pipeline.sources import addresses
from pipeline.sources.common import listed, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, markup, named, word, words
from pipeline.sources.verdicts import SHELL_CHARACTERS, visible_text

NAME = "workday"
PAGE = 20
MOST = 2000
"""Some tenants repeat page one beyond this offset."""


def read(document: Document) -> Reading | None:
    """The posting of a cxs answer, a list with what to ask for its next pages, or a page's shell."""
    if document.kind == "html":
        return _read_page(document)
    data = document.data if document.kind == "json" else None
    info = at(data, "jobPostingInfo")
    if isinstance(info, dict):
        return single(_listing(info, data, document), NAME)
    if isinstance(data, dict) and isinstance(data.get("jobPostings"), list) and "total" in data:
        found = dicts(data["jobPostings"])
        reading = listed(
            NAME, len(found), f"{len(found)} of {data['total']} postings named, none with its text"
        )
        return Reading(
            reading.outcome, detail=reading.detail, follow=_next_pages(data, document), system=NAME
        )
    if at(data, "errorCode") is not None and document.system == NAME:
        gone = at(data, "httpStatus") in (404, 410) or "not found" in str(at(data, "message")).lower()
        return Reading(
            "not-found" if gone else "error", detail=str(at(data, "message") or "")[:200], system=NAME
        )
    return None


def _listing(info: dict[str, Any], data: Any, document: Document) -> Listing:
    url = word(info.get("externalUrl")) or document.url
    places = [word(info.get("location")), *words(info.get("additionalLocations"))]
    return Listing(
        url=url,
        system=NAME,
        title=word(info.get("title")),
        content=markup(info.get("jobDescription")),
        company=word(at(data, "hiringOrganization", "name")) or _tenant(url),
        location=joined([*places, word(info.get("remoteType"))], " | "),
        date_posted=day(info.get("startDate")) or day(info.get("postedOn"), document.now),
        valid_through=day(info.get("endDate")),
        employment_type=word(info.get("timeType")),
        item=word(info.get("jobReqId")) or word(info.get("id")),
        closed=_closed(info),
    )


def _closed(info: dict[str, Any]) -> str | None:
    if info.get("posted") is False:
        return "Workday says posted: false"
    return None


def _tenant(url: str) -> str | None:
    host = urlsplit(url).hostname or ""
    found = re.match(r"([\w-]+)\.(?:[\w-]+\.)?myworkdayjobs", host)
    if found:
        name = found.group(1)
        return name.upper() if len(name) <= 3 else named(name)
    found = re.search(r"myworkdaysite\.com/.*?recruiting/([^/]+)/", url)
    return named(found.group(1)) if found else None


def _next_pages(data: dict[str, Any], document: Document) -> tuple[Request, ...]:
    url = document.page.url if "/wday/cxs/" in document.page.url else document.url
    found = addresses.match(url)
    if not found or found.system != NAME or not found.board or not isinstance(data["total"], int):
        return ()
    # `total` is 0 on later pages of some tenants, so the first page names them all
    return tuple(
        Request(
            found.request.url,
            "POST",
            json.dumps({"appliedFacets": {}, "limit": PAGE, "offset": n, "searchText": ""}),
        )
        for n in range(PAGE, min(data["total"], MOST), PAGE)
    )


def _read_page(document: Document) -> Reading | None:
    if "workday" not in document.text[:300_000].lower() or document.html.xpath(
        "//script[contains(@type,'ld+json')]"
    ):
        return None
    if not re.search(r"myworkday(?:jobs|site|cdn)|wday/|window\.workday", document.text):
        return None
    if len(visible_text(document)) > SHELL_CHARACTERS:
        return None
    found = addresses.match(document.url)
    follow = (found.request,) if found and found.system == NAME and found.request.url != document.url else ()
    return Reading("shell", detail="a Workday page shows nothing without scripts", follow=follow, system=NAME)


def links(document: Document) -> list[tuple[str, str]] | None:
    """Title and address of every posting of a list."""
    if document.kind != "json" or not isinstance(at(document.data, "jobPostings"), list):
        return None
    base = re.sub(r"/jobs/?(?:\?.*)?$", "", document.page.final_url or document.url)
    if "/wday/cxs/" not in base:
        found = addresses.match(document.url)
        base = re.sub(r"/jobs$", "", found.request.url) if found else ""
    return [
        (word(entry.get("title")) or "", base + str(entry.get("externalPath") or ""))
        for entry in dicts(document.data["jobPostings"])
        if entry.get("externalPath")
    ]
