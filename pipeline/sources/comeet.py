"""Comeet: the positions of a company; a position's page carries the token that the API wants."""

from __future__ import annotations

import re
from typing import Any

from pipeline.records import Listing, Reading, Request
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.maintext import main_text
from pipeline.sources.values import at, block, dicts, joined, named, word

NAME = "comeet"
OWN_TEXT = 600
"""A page with more main text than this tells its posting itself."""
API = "https://www.comeet.co/careers-api/2.0/company/{company}/positions/{id}?token={token}&details=true"

_TOKEN = re.compile(r"[\"']?token[\"']?\s*[:=]\s*[\"']([0-9A-Fa-f]{16,})[\"']")


def read(document: Document) -> Reading | None:
    """The positions of an answer; for a page without its text the request that leads to it."""
    if document.kind == "html":
        return _read_page(document)
    if document.kind != "json":
        return None
    data = document.data
    found = dicts(data) if isinstance(data, list) else dicts([data])
    if not found or not all(
        "name" in p and "uid" in p and ("details" in p or "position_url" in p) for p in found
    ):
        return None
    return reading(document, NAME, [_listing(p, document) for p in found])


def _listing(position: dict[str, Any], document: Document) -> Named:
    url = (
        word(position.get("url_active_page")) or word(position.get("url_comeet_hosted_page")) or document.url
    )
    details = sorted(dicts(position.get("details")), key=_order)
    listing = Listing(
        url=url,
        system=NAME,
        title=word(position.get("name")),
        content="".join(block(d.get("name"), d.get("value")) for d in details),
        company=word(position.get("company_name")) or _company(document),
        location=_place(position),
        # `time_updated` is the last change, not the day of posting
        date_posted=day(position.get("time_created") or position.get("date_posted")),
        employment_type=word(position.get("employment_type")),
        item=str(position.get("uid", "")),
    )
    return listing, (str(position.get("uid", "")),)


def _order(detail: dict[str, Any]) -> int:
    order = detail.get("order")
    return order if isinstance(order, int) else 99


def _place(position: dict[str, Any]) -> str | None:
    place = position.get("location")
    name = word(at(place, "name"))
    full = joined([word(at(place, "city")), word(at(place, "state")), word(at(place, "country"))])
    remote = "Remote" if at(place, "is_remote") is True else None
    return joined(
        [
            name if name and name not in (full or "") else None,
            full,
            remote,
            word(position.get("workplace_type")),
        ],
        " | ",
    )


def _company(document: Document) -> str | None:
    return (
        named(document.address.group("name")) if document.address and document.address.group("name") else None
    )


def _read_page(document: Document) -> Reading | None:
    if document.system != NAME or not document.pick or not document.address:
        return None
    token = _TOKEN.search(document.text)
    if not token or "JobPosting" in document.text or len(main_text(document)) > OWN_TEXT:
        return None
    url = API.format(company=document.address.group("company"), id=document.pick, token=token.group(1))
    return Reading(
        "shell", detail="a Comeet page; its text comes from the API", follow=(Request(url),), system=NAME
    )
