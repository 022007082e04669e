"""LinkedIn: the public page of one job and the fragment behind it; the rest of the page is log-in forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Listing, Reading
from pipeline.sources.common import single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.pagereading import first, inner_html
from pipeline.sources.values import word
from pipeline.sources.verdicts import CLOSED

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NAME = "linkedin"

_CARD = "contains(@class,'top-card-layout') or contains(concat(' ',@class),' topcard')"
_TITLE = (
    "//*[contains(@class,'top-card-layout__title') or contains(@class,'topcard__title')]"
    # the same page as a browser with a session saves it; never seen in a real file
    " | //*[contains(@class,'unified-top-card__job-title')]"
)
_COMPANY = (
    "//*[contains(@class,'topcard__org-name-link')]"
    " | (//*[contains(concat(' ',@class,' '),' topcard__flavor ')])[1]"
    " | //a[contains(@class,'sub-nav-cta__optional-url')]"
    " | //*[contains(@class,'unified-top-card__company-name')]"
)
_PLACE = (
    "//*[contains(concat(' ',@class,' '),' topcard__flavor--bullet ') and not(contains(@class,"
    "'metadata')) and not(contains(@class,'num-applicants'))]"
    " | //*[contains(@class,'sub-nav-cta__meta-text')]"
    " | //*[contains(@class,'unified-top-card__primary-description-container')]//span[1]"
)
_TEXT = "//*[contains(@class,'show-more-less-html__markup')] | //*[@id='job-details']"


def read(document: Document) -> Reading | None:
    """Return the posting of a public page or fragment; None for other pages of LinkedIn."""
    if document.kind != "html" or "linkedin" not in document.text[:500_000].lower():
        return None
    texts = document.html.xpath(_TEXT)
    if not document.html.xpath(_TITLE):
        return _elsewhere(document)
    if not texts:
        return _without_text(document)
    text = max(texts, key=lambda t: len(t.text_content()))
    return single(_listing(document, text), NAME)


def _listing(document: Document, text: HtmlElement | None) -> Listing:
    posted = first(document, "//*[contains(@class,'posted-time-ago__text')]")
    return Listing(
        url=_own_address(document),
        system=NAME,
        title=first(document, _TITLE),
        content=inner_html(text) if text is not None else "",
        company=first(document, _COMPANY),
        location=first(document, _PLACE),
        date_posted=day(posted, document.now),
        employment_type=_criterion(document, "employment type"),
        seniority=_criterion(document, "seniority level"),
        item=document.pick or None,
        closed=_closed(document),
    )


def _own_address(document: Document) -> str:
    own = document.html.xpath(
        "//link[@rel='canonical']/@href | //a[.//*[contains(@class,'topcard__title')]]/@href"
    )
    address = str(own[0]).split("?")[0] if own else ""
    return address if address.startswith("https://") and "/jobs/view/" in address else document.url


def _criterion(document: Document, name: str) -> str | None:
    for item in document.html.xpath(
        "//li[contains(@class,'job-criteria__item') or contains(@class,'job-criteria-item')]"
    ):
        words = word(item.text_content()) or ""
        if words.lower().startswith(name):
            return words[len(name) :].strip() or None
    return None


def _closed(document: Document) -> str | None:
    # only the top card counts: "no longer accepting" may stand in a description
    for element in document.html.xpath(
        "//*[contains(@class,'closed-job__flavor') or contains(@class,'topcard__flavor--closed')]"
    ):
        return word(element.text_content()) or "the top card says closed"
    for card in document.html.xpath(f"//section[{_CARD}]"):
        found = CLOSED.search(word(card.text_content()) or "")
        if found and not card.xpath(".//*[contains(@class,'show-more-less-html__markup')]"):
            return found.group()
    return None


def _without_text(document: Document) -> Reading | None:
    if document.html.xpath("//ul[contains(@class,'jobs-search__results-list')]"):
        return None
    return single(_listing(document, None), NAME)


def _elsewhere(document: Document) -> Reading | None:
    # without a session one job may lead to a search page or a wall: neither closed nor a posting
    if document.system != NAME or not document.pick:
        return None
    if document.html.xpath("//*[contains(@class,'authwall')] | //form[contains(@class,'login__form')]"):
        return Reading("login-wall", detail="LinkedIn asks for a log-in", system=NAME)
    return None
