"""Lever: one posting or a site of its public API, and the application form that holds no text."""

from __future__ import annotations

import re
from typing import Any

from pipeline.records import Listing, Reading, Request
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, named, pay, word, words

NAME = "lever"

_SITE = re.compile(r"lever\.co/(?:v0/postings/)?([^/?#]+)")


def read(document: Document) -> Reading | None:
    """The postings of an API answer; an `/apply` page is a form, its posting one address above."""
    if document.kind == "json":
        found = document.data if isinstance(document.data, list) else [document.data]
        if found and all(_is_posting(entry) for entry in found):
            return reading(document, NAME, [_listing(entry, document) for entry in found])
        return None
    return _read_form(document) if document.kind == "html" else None


def _is_posting(data: Any) -> bool:
    return isinstance(data, dict) and "text" in data and ("hostedUrl" in data or "descriptionBody" in data)


def _listing(posting: dict[str, Any], document: Document) -> Named:
    host = word(posting.get("hostedUrl")) or document.url
    site = _SITE.search(host)
    places = words(at(posting, "categories", "allLocations")) or words(at(posting, "categories", "location"))
    salary = posting.get("salaryRange")
    listing = Listing(
        url=host,
        system=NAME,
        title=word(posting.get("text")),
        content=_text(posting),
        company=named(site.group(1)) if site else None,
        location=joined(places, " | "),
        date_posted=day(posting.get("createdAt")),
        employment_type=word(at(posting, "categories", "commitment")),
        item=str(posting.get("id", "")),
        salary=pay(at(salary, "min"), at(salary, "max"), at(salary, "currency"), at(salary, "interval")),
    )
    return listing, (str(posting.get("id", "")),)


def _text(posting: dict[str, Any]) -> str:
    # requirements are normally in `lists`, whose content is bare <li> without <ul>
    start = posting.get("description") or posting.get("descriptionPlain") or ""
    lists = [
        block(entry.get("text"), f"<ul>{entry.get('content') or ''}</ul>")
        for entry in dicts(posting.get("lists"))
    ]
    end = posting.get("additional") or posting.get("additionalPlain") or ""
    pay_words = posting.get("salaryDescription") or ""
    return "".join([block(None, start), *lists, block(None, pay_words), block(None, end)])


def _read_form(document: Document) -> Reading | None:
    if "lever" not in document.text[:400_000].lower():
        return None
    form = document.html.xpath(
        "//form[@id='application-form'] | //*[contains(@class,'application-form')]//form"
    )
    if not form and "application-page" not in document.text:
        return None
    if document.html.xpath("//*[@data-qa='job-description']"):
        return None
    url = re.sub(r"/apply/?(?:[?#].*)?$", "", document.url or document.base)
    follow = (Request(url),) if url.startswith("http") and url != document.url else ()
    title = word("".join(document.html.xpath("//title/text()")))
    return Reading("apply-form", detail=f"application form of {title}", follow=follow, system=NAME)
