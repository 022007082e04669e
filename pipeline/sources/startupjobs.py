"""StartupJobs.cz: the JSON feed of offers; its pages are read from their Nuxt state."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, markup, word, words

NAME = "startupjobs"


def read(document: Document) -> Reading | None:
    """The offers of a feed."""
    found = dicts(at(document.data, "offers")) if document.kind == "json" else []
    if not found or not all("position" in o and "startup" in o for o in found):
        return None
    return reading(document, NAME, [_listing(o, document) for o in found])


def _listing(offer: dict[str, Any], document: Document) -> Named:
    listing = Listing(
        url=word(offer.get("url")) or document.url,
        system=NAME,
        title=word(offer.get("position")),
        content=markup(offer.get("description")),
        company=word(offer.get("startup")),
        location=joined(words(offer.get("cities")), " | "),
        date_posted=day(offer.get("lastUpdate")),
        employment_type=joined(words(offer.get("jobtypes"))),
        item=str(offer.get("id", "")),
    )
    return listing, (str(offer.get("id", "")),)
