"""The main text of any page, as HTML with its own headings and lists.

Trafilatura says which words are the text. It drops headings and short list items at times (measured:
all six headings of a saved Easycruit page), so the words only show the place: what is kept is that
part of the page itself, its navigation, forms and asides left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.markup import is_hidden, parse, render
from pipeline.sources.document import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_CHARACTERS = 3_000_000
ENOUGH = 0.9
"""The part of the page that holds this share of the text's characters is the posting's place."""

_CHROME_TAGS = frozenset(
    {"nav", "form", "dialog", "script", "style", "noscript", "template", "iframe", "svg", "button", "select"}
    | {"input", "textarea", "footer", "aside", "video", "audio"}
)
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar)?|menu|breadcrumbs?|cookies?|consent|share|sharing|social|"
    r"related|similar|recommended|newsletter"
    r"|sidebar|modal|popup|tooltip|banner|footer|login|signup|sign-in|job-?alerts?|apply-?(?:form|"
    r"button|now)|pagination|search-?(?:form|bar|box))(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt"})
_TEXT_TAGS = frozenset({"p", "ul", "ol", "dl", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"})
_SQUEEZE = re.compile(r"\W+")


def main_html(document: Document) -> str:
    """The page's main text as HTML; "" where there is none."""
    cached = document.__dict__.get("_main")
    if cached is None:
        cached = document.__dict__["_main"] = _found(document)
    return str(cached)


def main_text(document: Document) -> str:
    """The main text as plain text."""
    cached = document.__dict__.get("_main_text")
    if cached is None:
        cached = document.__dict__["_main_text"] = render(main_html(document)).text
    return str(cached)


def _found(document: Document) -> str:
    if len(document.text) > MAX_CHARACTERS:
        return ""
    extracted = _extracted(document.text)
    if not extracted:
        return ""
    words = _squeezed(" ".join(parse(extracted).itertext()))
    root = parse(document.text)
    weights = _weights(root, words)
    body = root.find("body")
    if body is None or weights.get(body, 0) < 0.5 * len(words):
        return extracted
    place = _place(body, weights)
    _prune(place, weights)
    return _serialised(place)


def _extracted(text: str) -> str:
    import trafilatura

    try:
        found = trafilatura.extract(
            text,
            output_format="html",
            include_formatting=True,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            deduplicate=False,
        )
    except (ValueError, TypeError, RecursionError, AttributeError):
        # what trafilatura and its parsers raise on broken trees
        return ""
    return found or ""


def _squeezed(text: str) -> str:
    return _SQUEEZE.sub("", text).lower()


def _weights(root: HtmlElement, words: str) -> dict[HtmlElement, int]:
    """For every element how many characters of the main text stand in it."""
    weights: dict[HtmlElement, int] = {}
    for text in root.xpath("//body//text()"):
        piece = _squeezed(str(text))
        if len(piece) < 12 or piece not in words:
            continue
        holder = text.getparent() if text.is_text else text.getparent().getparent()
        for element in _upwards(holder):
            if element.tag in ("script", "style", "noscript", "template"):
                break
            weights[element] = weights.get(element, 0) + len(piece)
    return weights


def _upwards(element: HtmlElement | None) -> list[HtmlElement]:
    return [] if element is None else [element, *element.iterancestors()]


def _place(body: HtmlElement, weights: dict[HtmlElement, int]) -> HtmlElement:
    """The deepest element that still holds nearly all of the main text."""
    place, total = body, weights.get(body, 0)
    while True:
        inner = max(
            (c for c in place if isinstance(c.tag, str)), key=lambda c: weights.get(c, 0), default=None
        )
        if (
            inner is None
            or weights.get(inner, 0) < ENOUGH * total
            or inner.tag in ("p", "ul", "ol", "li", "table")
        ):
            return place
        place = inner


def _prune(place: HtmlElement, weights: dict[HtmlElement, int]) -> None:
    """Takes out what is no text of the posting, from the place downwards."""
    left = [place]
    while left:
        element = left.pop()
        children = [c for c in element if isinstance(c.tag, str)]
        main = [n for n, c in enumerate(children) if weights.get(c, 0)]
        for number, child in enumerate(children):
            if _is_chrome(child, weights.get(child, 0)):
                child.drop_tree()
            elif weights.get(child, 0):
                if weights[child] < 0.75 * len(_squeezed(child.text_content())):
                    left.append(child)
            elif main and not _belongs(child, number, main):
                child.drop_tree()


def _is_chrome(element: HtmlElement, weight: int) -> bool:
    if element.tag in _CHROME_TAGS:
        # an accordion's heading is a button
        return not (element.tag == "button" and element.getparent().tag in _HEADINGS)
    if weight:
        return False
    name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return bool(_CHROME_NAMES.search(name)) or is_hidden(element)


def _belongs(element: HtmlElement, number: int, main: list[int]) -> bool:
    """True for what stands between the text's parts, for a heading before and a short text behind them."""
    text = " ".join(element.text_content().split())
    if not text:
        return True
    linked = sum(len(" ".join(a.text_content().split())) for a in element.iter("a"))
    if linked > 0.3 * len(text):
        return False
    if main[0] < number < main[-1]:
        return True
    if number < main[0]:
        return element.tag in _HEADINGS or (
            main[0] - number <= 2 and element.tag in _TEXT_TAGS and len(text) < 400
        )
    return element.tag in _TEXT_TAGS and len(text) < 900


def _serialised(element: HtmlElement) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
