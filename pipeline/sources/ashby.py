"""Ashby: a board of its public API, and the page whose data sits in `window.__appData`."""

from __future__ import annotations

import json
import re
from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources import addresses
from pipeline.sources.common import Named, reading, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, markup, named, text, word

NAME = "ashby"

_BOARD = re.compile(r"(?:jobs\.ashbyhq\.com|posting-api/job-board)/([^/?#]+)")
_APP_DATA = re.compile(r"window\.__appData\s*=\s*")


def read(document: Document) -> Reading | None:
    """The listed postings of a board, the picked one alone when the address names it."""
    if document.kind == "json":
        jobs = dicts(at(document.data, "jobs"))
        if not jobs and not (isinstance(document.data, dict) and "apiVersion" in document.data):
            return None
        if not all("descriptionHtml" in j or "descriptionPlain" in j or "jobUrl" in j for j in jobs):
            return None
        # a draft has isListed false: it is not public
        return reading(
            document, NAME, [_listing(job, document) for job in jobs if job.get("isListed") is not False]
        )
    if document.kind == "html" and "__appData" in document.text:
        return _read_page(document)
    return None


def _listing(job: dict[str, Any], document: Document) -> Named:
    url = word(job.get("jobUrl")) or document.url
    board = _BOARD.search(url) or _BOARD.search(document.url)
    others = [word(place.get("location")) for place in dicts(job.get("secondaryLocations"))]
    html_text = markup(job.get("descriptionHtml"))
    listing = Listing(
        url=url,
        system=NAME,
        title=word(job.get("title")),
        content=html_text or text(job.get("descriptionPlain")),
        is_html=bool(html_text),
        company=named(board.group(1)) if board else None,
        location=joined([word(job.get("location")), *others, _remote(job)], " | "),
        date_posted=day(job.get("publishedAt")),
        employment_type=word(job.get("employmentType")),
        item=str(job.get("id", "")),
        salary=word(at(job, "compensation", "scrapeableCompensationSalarySummary"))
        or word(at(job, "compensation", "compensationTierSummary")),
    )
    return listing, (str(job.get("id", "")),)


def _remote(job: dict[str, Any]) -> str | None:
    # where the two disagree, workplaceType is the better one
    workplace = job.get("workplaceType")
    return word(workplace) if workplace else ("Remote" if job.get("isRemote") is True else None)


def _read_page(document: Document) -> Reading | None:
    start = _APP_DATA.search(document.text)
    if not start:
        return None
    try:
        data, _ = json.JSONDecoder(strict=False).raw_decode(document.text, start.end())
    except (ValueError, RecursionError):
        return None
    posting = at(data, "posting")
    if isinstance(posting, dict) and (posting.get("descriptionHtml") or posting.get("descriptionPlainText")):
        return single(_from_page(posting, data, document), NAME)
    if "posting" in data and posting is None and at(data, "organization") is None:
        return Reading("closed", detail="Ashby knows no such posting: it is gone", system=NAME)
    found = addresses.match(document.url)
    follow = (found.request,) if found and found.system == NAME else ()
    return Reading("shell", detail="an Ashby page without its data", follow=follow, system=NAME)


def _from_page(posting: dict[str, Any], data: dict[str, Any], document: Document) -> Listing:
    rich, plain = markup(posting.get("descriptionHtml")), text(posting.get("descriptionPlainText"))
    return Listing(
        url=document.base or document.url,
        system=NAME,
        title=word(posting.get("title")),
        content=rich or plain,
        is_html=bool(rich),
        company=word(at(data, "organization", "name")),
        location=joined([word(posting.get("locationName")) or word(posting.get("location"))]),
        date_posted=day(posting.get("publishedDate") or posting.get("publishedAt")),
        employment_type=word(posting.get("employmentType")),
        item=str(posting.get("id", "")),
        closed="isListed is false" if posting.get("isListed") is False else None,
    )
