"""A posting read from a page by the places where its system puts title, employer, place and text."""

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


def page_reading(document: Document, system: str, paths: Paths) -> Reading | None:
    """The reading of a page by those places; None where the text is not at its own."""
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
    """The text of the first element at a path that says something."""
    if not path:
        return None
    for element in document.html.xpath(path):
        value = word(element if isinstance(element, str) else element.text_content())
        if value:
            return value
    return None


def inner_html(element: HtmlElement) -> str:
    """An element as HTML without what follows it."""
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
