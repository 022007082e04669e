"""Read a posting from a page by the places where its system puts title, employer, place and text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.records import Listing, Reading
from pipeline.sources import pages
from pipeline.sources.common import single
from pipeline.sources.document import Document
from pipeline.sources.values import word

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Paths:
    """XPaths of the parts; "" where a system has no place for one."""

    title: str
    text: str
    company: str = ""
    place: str = ""


PLACES = (
    (
        "indeed",
        "jobDescriptionText",
        Paths(
            title="//h1[contains(@class,'jobsearch')] | //h1",
            company="//*[@data-company-name='true'] | //*[@data-testid='inlineHeader-companyName']",
            place="//*[@data-testid='inlineHeader-companyLocation' or @data-testid='job-location']",
            text="//*[@id='jobDescriptionText']",
        ),
    ),
    (
        "jobscz",
        "i.lmc.cz",
        Paths(
            title="//h1",
            company="//*[contains(@class,'hero')]//*[contains(@class,'notranslate')]"
            " | //*[contains(@class,'IconWithText')][.//*[contains(@class,'accessibility-hidden') and "
            "(contains(.,'Společnost') or contains(.,'Company'))]]//p"
            " | //*[@data-test='jd-company-name']",
            place="//a[contains(@href,'mapy.cz') or contains(@href,'maps.google')]"
            " | //*[@data-test='jd-info-location']",
            text="//*[@data-jobad='body' or contains(concat(' ',@class,' '),' jobad__body ') or "
            "contains(concat(' ',@class,' '),' JobDescription ') or @data-visited-position]",
        ),
    ),
    (
        "weworkremotely",
        "weworkremotely.com/remote-jobs",
        Paths(
            title="//*[contains(@class,'listing-header')]//h1 | //h1",
            company="//*[contains(@class,'company-card')]//h2 | //*[contains(@class,"
            "'lis-container__job__sidebar__companyDetails__info__title')]",
            place="//*[contains(@class,'listing-tag') and contains(.,'Only')]"
            " | //*[contains(@class,'region')]",
            text="//*[contains(@class,'listing-container') or contains(@class,"
            "'lis-container__job__content__description')]",
        ),
    ),
    (
        "jobvite",
        "jv-job-detail-description",
        Paths(
            title="//*[contains(@class,'jv-header')]",
            place="//*[contains(@class,'jv-job-detail-meta')]",
            text="//*[contains(@class,'jv-job-detail-description')]",
        ),
    ),
    (
        "jazzhr",
        "applytojob.com",
        Paths(
            title="//*[contains(@class,'job-header')]//h1 | //h1",
            place="//*[contains(@title,'Location')] | //*[contains(@class,'job-attributes')]//li[1]",
            text="//*[@id='job-description'] | //*[contains(@class,'job-details')]"
            "//*[contains(@class,'description')]",
        ),
    ),
)
"""System, the words that tell its pages, and its places; a page that states its posting needs none."""


def read(document: Document) -> Reading | None:
    """Return the posting of a page of a system in the table that states none as JSON-LD."""
    if document.kind != "html" or "JobPosting" in document.text:
        return None
    for system, mark, paths in PLACES:
        if mark in document.text or mark in document.base:
            return page_reading(document, system, paths)
    return None


def page_reading(document: Document, system: str, paths: Paths) -> Reading | None:
    """Return the reading of a page by those places; None where the text is not at its own."""
    # such places hold a button or a date at times
    parts = [p for p in document.html.xpath(paths.text) if len((p.text_content() or "").strip()) > 40]
    if not parts:
        return None
    outer = [p for p in parts if not any(a in parts for a in p.iterancestors())]
    listing = Listing(
        url=document.base or document.url,
        system=system,
        title=first(document, paths.title) or pages.headline(document),
        content="\n".join(inner_html(p) for p in outer),
        company=first(document, paths.company) or pages.company(document),
        location=first(document, paths.place),
    )
    return single(replace(pages.judged(document, listing), system=system), system)


def first(document: Document, path: str) -> str | None:
    """Return the text of the first element at a path that says something."""
    if not path:
        return None
    for element in document.html.xpath(path):
        value = word(element if isinstance(element, str) else element.text_content())
        if value:
            return value
    return None


def inner_html(element: HtmlElement) -> str:
    """Return an element as HTML without what follows it."""
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
