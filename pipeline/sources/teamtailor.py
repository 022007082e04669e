"""Teamtailor: the JSON Feed of a career site, whose items carry a schema.org JobPosting.

Its RSS (`/jobs.rss`) was never seen against a real answer; `feeds` reads it as any RSS.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from pipeline.markup import has_tags
from pipeline.records import Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.structured import listing_of
from pipeline.sources.values import at, dicts, markup, word

NAME = "teamtailor"


def read(document: Document) -> Reading | None:
    """The postings of a JSON Feed, Teamtailor's or any other one."""
    data = document.data if document.kind == "json" else None
    if "jsonfeed.org" not in str(at(data, "version")):
        return None
    found = [_listing(item, data, document) for item in dicts(at(data, "items"))]
    return reading(document, NAME if "_jobposting" in document.text else "feed", found)


def _listing(item: dict[str, Any], data: Any, document: Document) -> Named:
    inner = item.get("_jobposting")
    stated: dict[str, Any] = inner if isinstance(inner, dict) else {}
    listing = listing_of(stated, document)
    text = listing.content or markup(item.get("content_html"))
    content, is_html = (
        (text, has_tags(text)) if text else (html.unescape(item.get("content_text") or ""), False)
    )
    listing = replace(
        listing,
        url=word(item.get("url")) or document.url,
        system=NAME if stated else "feed",
        title=listing.title or word(item.get("title")),
        content=content,
        is_html=is_html,
        company=listing.company or _employer(stated, data),
        date_posted=listing.date_posted or day(item.get("date_published")),
        item=str(item.get("id") or item.get("url") or ""),
    )
    number = re.search(r"/jobs/(\d+)", listing.url)
    return listing, (number.group(1) if number else "", listing.item or "")


def _employer(stated: dict[str, Any], data: Any) -> str | None:
    return word(at(stated, "identifier", "name")) or word(at(data, "title"))
