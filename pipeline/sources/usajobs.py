"""USAJOBS: the HR-XML of 2012, one opening with tens of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import block, joined, word

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "usajobs"
MANY_PLACES = 10
_TEXTS = (
    "JobSummary",
    "MajorDuties",
    "Qualifications",
    "Education",
    "Requirements",
    "Evaluations",
    "HowToApply",
    "Benefits",
)
_HEADINGS = {
    "JobSummary": "Summary",
    "MajorDuties": "Duties",
    "HowToApply": "How to apply",
    "Evaluations": "How you will be evaluated",
}


def read(document: Document) -> Reading | None:
    """The openings of an HR-XML answer."""
    if document.kind != "xml" or document.root is None or "PositionOpening" not in document.text[:20000]:
        return None
    found = [e for e in document.root.iter() if _name(e) == "PositionOpening"]
    return reading(document, NAME, [_listing(opening, document) for opening in found]) if found else None


def _name(element: _Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _texts(opening: _Element, name: str) -> list[str]:
    found = ("".join(e.itertext()).strip() for e in opening.iter() if _name(e) == name)
    return list(dict.fromkeys(t for t in found if t))


def _first(opening: _Element, *names: str) -> str | None:
    return next((word(texts[0]) for n in names if (texts := _texts(opening, n))), None)


def _listing(opening: _Element, document: Document) -> Named:
    number = _first(opening, "DocumentID", "PositionID") or ""
    places = [p for p in (word(t) for t in _texts(opening, "LocationName")) if p]
    more = f"and {len(places) - MANY_PLACES} more places" if len(places) > MANY_PLACES else None
    status = (_first(opening, "PositionOpeningStatusCode") or "active").lower()
    texts = [block(_HEADINGS.get(n, n), t) for n in _TEXTS for t in _texts(opening, n)]
    listing = Listing(
        url=_first(opening, "PositionURI", "ApplyOnlineURI") or document.url,
        system=NAME,
        title=_first(opening, "PositionTitle"),
        content="".join(texts),
        company=_first(opening, "OrganizationName"),
        location=joined([*places[:MANY_PLACES], more], " | "),
        date_posted=day(_period(opening, "StartDate")),
        valid_through=day(_period(opening, "EndDate")),
        employment_type=_first(opening, "PositionOfferingTypeCode", "PositionScheduleTypeCode"),
        item=number,
        closed=None if status in ("active", "open") else f"USAJOBS says status: {status}",
    )
    return listing, (number,)


def _period(opening: _Element, name: str) -> str | None:
    for period in (e for e in opening.iter() if _name(e) == "PositionPeriod"):
        for end in (e for e in period.iter() if _name(e) == name):
            return "".join(end.itertext()).strip()
    return None
