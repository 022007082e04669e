"""Pinpoint: `/postings.json` of a company. Never seen against a real answer."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, named, pay, word

NAME = "pinpoint"
TEXTS = (
    ("description", None),
    ("key_responsibilities", "key_responsibilities_header"),
    ("skills_knowledge_expertise", "skills_knowledge_expertise_header"),
    ("benefits", "benefits_header"),
)
_HEADINGS = {
    "key_responsibilities": "Key responsibilities",
    "skills_knowledge_expertise": "Skills, knowledge and expertise",
    "benefits": "Benefits",
}


def read(document: Document) -> Reading | None:
    """The postings of an answer, the picked one alone when the address names it."""
    found = dicts(at(document.data, "data")) if document.kind == "json" else []
    if not found or not all(
        "title" in p and ("key_responsibilities" in p or "employment_type_text" in p) for p in found
    ):
        return None
    return reading(document, NAME, [_listing(p, document) for p in found])


def _listing(posting: dict[str, Any], document: Document) -> Named:
    url = word(posting.get("url")) or document.url
    texts = [
        block(word(posting.get(heading or "")) or _HEADINGS.get(key), posting.get(key))
        for key, heading in TEXTS
    ]
    place = posting.get("location")
    listing = Listing(
        url=url,
        system=NAME,
        title=word(posting.get("title")),
        content="".join(texts),
        company=word(at(posting, "company", "name")) or _company(url),
        location=joined(
            [
                word(at(place, "name")) or joined([word(at(place, "city")), word(at(place, "province"))]),
                word(posting.get("workplace_type_text")),
            ],
            " | ",
        ),
        date_posted=day(posting.get("published_at") or posting.get("created_at")),
        valid_through=day(posting.get("deadline_at")),
        employment_type=word(posting.get("employment_type_text")),
        item=str(posting.get("id") or url),
        salary=word(posting.get("compensation"))
        or pay(
            posting.get("compensation_minimum"),
            posting.get("compensation_maximum"),
            posting.get("compensation_currency"),
        ),
    )
    return listing, (str(posting.get("id") or ""), url.rstrip("/").rsplit("/", 1)[-1])


def _company(url: str) -> str | None:
    host = url.split("//")[-1].split("/")[0]
    return named(host.split(".")[0]) if host.endswith("pinpointhq.com") else None
