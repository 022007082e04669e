"""Personio: the XML feed of a company, whose texts may be empty."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import block, joined, named, word

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "personio"


def read(document: Document) -> Reading | None:
    """The positions of a feed, the picked one alone; the same id may stand there twice."""
    if document.kind != "xml" or document.root is None or document.root.tag != "workzag-jobs":
        return None
    return reading(
        document, NAME, [_listing(position, document) for position in document.root.iter("position")]
    )


def _listing(position: _Element, document: Document) -> Named:
    def text(name: str) -> str | None:
        return word(position.findtext(name))

    number = text("id") or ""
    places = [text("office"), *(word(o.text) for o in position.iterfind("additionalOffices/office"))]
    blocks = [
        block(d.findtext("name"), d.findtext("value"))
        for d in position.iterfind("jobDescriptions/jobDescription")
    ]
    listing = Listing(
        url=_url(document, number),
        system=NAME,
        title=text("name"),
        content="".join(blocks),
        company=text("subcompany") or _company(document),
        location=joined(places, " | "),
        date_posted=day(text("createdAt")),
        employment_type=joined([text("employmentType"), text("schedule")]),
        item=number,
    )
    return listing, (number,)


def _host(document: Document) -> str:
    host = urlsplit(document.base).netloc
    return host if "personio" in host else urlsplit(document.url).netloc


def _url(document: Document, number: str) -> str:
    host = _host(document)
    return f"https://{host}/job/{number}" if host else document.url


def _company(document: Document) -> str | None:
    host = _host(document)
    return named(host.split(".")[0]) if host else None
