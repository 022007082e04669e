"""We Work Remotely: RSS whose titles are "Company: Title", and pages (JSON-LD is read before)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.pagereading import Paths, page_reading
from pipeline.sources.values import markup, word

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "weworkremotely"
PATHS = Paths(
    title="//*[contains(@class,'listing-header')]//h1 | //h1",
    company="//*[contains(@class,'company-card')]//h2 | //*[contains(@class,"
    "'lis-container__job__sidebar__companyDetails__info__title')]",
    place="//*[contains(@class,'listing-tag') and contains(.,'Only')] | //*[contains(@class,'region')]",
    text="//*[contains(@class,'listing-container') or contains(@class,"
    "'lis-container__job__content__description')]",
)
_INTRO = re.compile(r"\A\s*<p>\s*<strong>\s*Headquarters:.*?</p>", re.DOTALL | re.IGNORECASE)


def read(document: Document) -> Reading | None:
    """The items of its RSS, or the posting of a page that states none as JSON-LD."""
    if document.kind == "html" and "weworkremotely.com" in document.base:
        return None if "JobPosting" in document.text else page_reading(document, NAME, PATHS)
    if document.kind != "xml" or document.root is None:
        return None
    if "weworkremotely.com" not in (document.root.findtext("channel/link") or ""):
        return None
    return reading(document, NAME, [_listing(item, document) for item in document.root.iter("item")])


def _listing(item: _Element, document: Document) -> Named:
    company, colon, title = (word(item.findtext("title")) or "").partition(": ")
    text = markup(item.findtext("description"))
    headquarters = re.search(r"Headquarters:\s*</strong>\s*([^<\n]+)", text)
    listing = Listing(
        url=word(item.findtext("link")) or word(item.findtext("guid")) or document.url,
        system=NAME,
        title=title if colon else company,
        content=_INTRO.sub("", text),
        company=company if colon else None,
        location=word(item.findtext("region")) or (word(headquarters.group(1)) if headquarters else None),
        date_posted=day(item.findtext("pubDate")),
        valid_through=day(item.findtext("expires_at")),
        employment_type=word(item.findtext("type")),
        item=word(item.findtext("guid")) or word(item.findtext("link")) or word(item.findtext("title")),
    )
    return listing, (listing.url,)
