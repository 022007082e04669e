"""Recruitee: the offers of a company; description and requirements are two fields."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pipeline.records import Listing, Reading, Request
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, pay, word

NAME = "recruitee"


def read(document: Document) -> Reading | None:
    """The offers of an answer, the picked one alone; an own domain's empty page leads to its API."""
    if document.kind == "html":
        return _read_page(document)
    offers = at(document.data, "offers") if document.kind == "json" else None
    found = dicts(offers) or dicts([at(document.data, "offer")] if document.kind == "json" else None)
    if not found or not all("slug" in o and ("careers_url" in o or "requirements" in o) for o in found):
        return None
    return reading(document, NAME, [_listing(offer, document) for offer in found])


def _listing(offer: dict[str, Any], document: Document) -> Named:
    slug = str(offer.get("slug", ""))
    salary = offer.get("salary")
    status = str(offer.get("status") or "published").lower()
    listing = Listing(
        url=word(offer.get("careers_url")) or document.url,
        system=NAME,
        title=word(offer.get("title")),
        content=block(None, offer.get("description")) + block("Requirements", offer.get("requirements")),
        company=word(offer.get("company_name")),
        location=_place(offer),
        date_posted=day(offer.get("published_at")) or day(offer.get("created_at")),
        valid_through=day(offer.get("close_at")),
        employment_type=word(offer.get("employment_type_code")),
        item=str(offer.get("id") or slug),
        salary=pay(at(salary, "min"), at(salary, "max"), at(salary, "currency"), at(salary, "period")),
        closed=None if status in ("published", "public", "active") else f"Recruitee says status: {status}",
    )
    return listing, (slug, str(offer.get("id", "")))


def _place(offer: dict[str, Any]) -> str | None:
    own = word(offer.get("location")) or joined([word(offer.get("city")), word(offer.get("country"))])
    others = [joined([word(p.get("city")), word(p.get("country"))]) for p in dicts(offer.get("locations"))]
    remote = "Remote" if offer.get("remote") is True else None
    return joined([own, *others, remote], " | ")


def _read_page(document: Document) -> Reading | None:
    path = re.search(r"/o/([^/?#]+)", document.base)
    if not path or "recruitee" not in document.text.lower() or "JobPosting" in document.text:
        return None
    host = urlsplit(document.base).netloc
    request = Request(f"https://{host}/api/offers/{path.group(1)}")
    return Reading("shell", detail="a Recruitee page without its posting", follow=(request,), system=NAME)
