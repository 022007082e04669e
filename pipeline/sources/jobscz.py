"""jobs.cz and its sisters: pages without JSON-LD."""

from __future__ import annotations

from pipeline.records import Listing, Reading
from pipeline.sources import pages, verdicts
from pipeline.sources.common import single
from pipeline.sources.document import Document
from pipeline.sources.pagereading import first, inner_html

NAME = "jobscz"

_TEXT = (
    "//*[@data-jobad='body' or contains(concat(' ',@class,' '),' jobad__body ') or "
    "contains(concat(' ',@class,' '),' JobDescription ')"
    " or @data-visited-position]"
)
_COMPANY = (
    "//*[contains(@class,'hero')]//*[contains(@class,'notranslate')]"
    " | //*[contains(@class,'IconWithText')][.//*[contains(@class,'accessibility-hidden') and "
    "(contains(.,'Společnost') or contains(.,'Company'))]]//p"
    " | //*[@data-test='jd-company-name']"
)
_PLACE = (
    "//a[contains(@href,'mapy.cz') or contains(@href,'maps.google')] | //*[@data-test='jd-info-location']"
)


def read(document: Document) -> Reading | None:
    """The posting of a page."""
    if document.kind != "html" or not _is_board(document):
        return None
    if "/prace/" in document.url or not document.html.xpath("//h1"):
        return _listing_page(document)
    texts = [t for t in document.html.xpath(_TEXT) if len((t.text_content() or "").strip()) > 100]
    if not texts:
        return None
    outer = [t for t in texts if not any(a in texts for a in t.iterancestors())]
    return single(pages.judged(document, _listing(document, "\n".join(inner_html(t) for t in outer))), NAME)


def _is_board(document: Document) -> bool:
    return any(mark in document.text[:60_000] for mark in ("jobs.cz", "i.lmc.cz", "prace.cz"))


def _listing_page(document: Document) -> Reading | None:
    if not document.html.xpath(
        "//*[contains(@class,'SearchResultCard') or contains(@class,'search-list') or "
        "contains(@data-test,'serp')]"
    ):
        title = verdicts.page_title(document) or ""
        if not verdicts.LISTING_TITLES.search(title):
            return None
    found = verdicts.job_links(document)
    if (
        not found
        and "/prace/" not in document.url
        and not verdicts.NOTHING_FOUND.search(verdicts.visible_text(document))
    ):
        return None
    return Reading("listing", detail=f"a search page with {len(found)} links to postings", system=NAME)


def _listing(document: Document, content: str) -> Listing:
    return Listing(
        url=document.base or document.url,
        system=NAME,
        title=first(document, "//h1"),
        content=content,
        company=first(document, _COMPANY) or _company_in_title(document),
        location=first(document, _PLACE),
    )


def _company_in_title(document: Document) -> str | None:
    title = verdicts.page_title(document) or ""
    parts = title.rsplit(" – ", 1)
    return parts[1].strip() if len(parts) == 2 else None
