"""Find the main text of any page, as HTML with its own headings and lists.

Trafilatura says which words are the text. It drops headings and short list items at times (measured:
all six headings of a saved Easycruit page), so the words only show the place: what is kept is that
part of the page itself, its navigation, forms and asides left out. A part under a heading of demands
stays whatever its shape, and what is left out all the same is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cues import CUES, JOB_TITLE
from pipeline.losses import (
    CHROME_NAMES,
    CHROME_TAGS,
    OTHER_JOBS,
    demanding,
    heads_demands,
    is_linked,
    lost,
    squeezed,
)
from pipeline.markup import has_closed_parts, parse, render
from pipeline.shapes import CONTROL, HEADINGS, is_control, is_hidden, is_panel
from pipeline.sources.document import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# by eye: more is no page of one posting, and parsing grows with the length
MAX_CHARACTERS = 3_000_000
# trafilatura keeps a stray line at times: the last tenth may lie outside
ENOUGH = 0.9
"""The part of the page that holds this share of the text's characters is the posting's place."""

_WIDE_CHROME = frozenset({"form", "footer", "aside"})
"""Parts that hold a whole posting at times: an ASP page is one form."""

_HEADS = HEADINGS | {"strong", "b", "dt", "summary", "button", "th", "legend"}
_TEXT_TAGS = frozenset(
    {"p", "ul", "ol", "dl", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "details"}
)
_ROWS = frozenset({"ul", "ol", "dl", "table", "tbody", "thead", "tr"})
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "br",
        "button",
        "code",
        "em",
        "font",
        "i",
        "img",
        "kbd",
        "label",
        "mark",
        "small",
        "span",
    }
    | {"strong", "sub", "sup", "time", "u", "wbr"}
)
"""A part of nothing but these is one line of text: it stays or goes as a whole."""


def main_html(document: Document) -> str:
    """Return the page's main text as HTML; "" where there is none."""
    cached = document.__dict__.get("_main")
    if cached is None:
        cached = document.__dict__["_main"] = _found(document)
    return str(cached)


def main_text(document: Document) -> str:
    """Return the main text as plain text."""
    cached = document.__dict__.get("_main_text")
    if cached is None:
        cached = document.__dict__["_main_text"] = render(main_html(document)).text
    return str(cached)


def measured(document: Document) -> tuple[int, int]:
    """Return how many of the page's items and demanding sentences its main text lacks, and of how many."""
    main_html(document)
    gone, of = document.__dict__.get("_loss", (0, 0))
    return int(gone), int(of)


def _found(document: Document) -> str:
    if len(document.text) > MAX_CHARACTERS:
        return ""
    root = parse(document.text)
    body = root.find("body")
    extracted = _extracted(_serialised(root) if has_closed_parts(document.text) else document.text)
    if not extracted or body is None:
        return extracted
    words = squeezed(" ".join(parse(extracted).itertext()))
    weights = _weights(root, words)
    asked = demanding(body)
    found = extracted
    # by eye: where less than half is found again, texts were rewritten, and the page's own parts cannot be
    # told
    if weights.get(body, 0) >= 0.5 * len(words):
        place = _widened(_place(body, weights), weights)
        _prune(place, weights)
        _without_actions(place)
        found = _serialised(place)
    document.__dict__["_loss"] = lost(asked, render(found).text)
    return found


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


def _weights(root: HtmlElement, words: str) -> dict[HtmlElement, int]:
    """Return for every element how many characters of the main text stand in it."""
    weights: dict[HtmlElement, int] = {}
    for text in root.xpath("//body//text()"):
        piece = squeezed(str(text))
        # shorter pieces ("Apply", "London") are found in any text
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
    """Return the deepest element that still holds nearly all of the main text."""
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


def _widened(place: HtmlElement, weights: dict[HtmlElement, int]) -> HtmlElement:
    """Return the place, or the part around it where a heading of demands stands beside it."""
    # a heading of demands farther out belongs to another part of the page; by eye
    for outer in list(place.iterancestors())[:4]:
        if outer.tag in ("html", "table", "tbody", "tr"):
            break
        beside = [c for c in outer if isinstance(c.tag, str) and c is not place and place not in c.iter()]
        if any(_asks(c) and not _is_chrome(c, weights.get(c, 0)) and not is_linked(c) for c in beside):
            place = outer
    return place


def _asks(element: HtmlElement) -> bool:
    """Return True for a part that is or holds a heading of demands or skills."""
    return any(heads_demands(e) for e in element.iter() if e.tag in _HEADS or e is element)


def _prune(place: HtmlElement, weights: dict[HtmlElement, int]) -> None:
    """Take out what is no text of the posting, from the place downwards."""
    left = [place]
    while left:
        element = left.pop()
        children = [c for c in element if isinstance(c.tag, str)]
        main = [n for n, c in enumerate(children) if weights.get(c, 0)]
        # a short table or list stays whole: its rows are demands that trafilatura thinks too short. Lengths
        # here are by eye
        in_rows = element.tag in _ROWS and len(element.text_content()) < 4000
        asked = False
        for number, child in enumerate(children):
            heads = heads_demands(child) if child.tag in _HEADS or len(child.text_content()) < 80 else False
            if _is_chrome(child, weights.get(child, 0)):
                child.drop_tree()
            elif weights.get(child, 0):
                # a part that is mostly text stays as it is; in another one the rest is looked at
                mixed = weights[child] < 0.75 * len(squeezed(child.text_content()))
                if mixed and any(c.tag not in _INLINE for c in child):
                    left.append(child)
            elif not (in_rows or asked or heads or _holds_demands(child)) and main:
                if not _belongs(child, number, main):
                    child.drop_tree()
            elif is_linked(child) and not (asked and _are_skills(child)) and not _asks(child):
                child.drop_tree()
            asked = heads or _asks(child) or (asked and not _ends_demands(child))


def _without_actions(place: HtmlElement) -> None:
    """Take out the links that stand alone in their part and only do something: "Apply now"."""
    for link in list(place.iter("a")):
        text, parent = " ".join(link.text_content().split()), link.getparent()
        alone = parent is not None and not (link.tail or "").strip() and not (parent.text or "").strip()
        # "Apply now"; a longer link is a sentence
        if alone and len(text) < 40 and CONTROL.search(text):
            link.drop_tree()


def _holds_demands(child: HtmlElement) -> bool:
    return (
        child.tag not in CHROME_TAGS
        # so much holds other postings, too
        and len(child.text_content()) < 6000
        and _asks(child)
        and not is_linked(child)
    )


def _ends_demands(element: HtmlElement) -> bool:
    """Return True for what begins a part of another kind."""
    heads = [e for e in element.iter() if e.tag in HEADINGS or e.tag == "button"]
    return any(" ".join(e.text_content().split()) for e in heads)


def _are_skills(element: HtmlElement) -> bool:
    """Return True where the links of a part are words and no other jobs, pages or actions."""
    texts = [" ".join(a.text_content().split()) for a in element.iter("a")]
    jobs = sum(bool(JOB_TITLE.search(text)) for text in texts)
    # links on skills ("Python", "SQL") are short, and less than half of them read like job titles
    return all(len(text) <= 60 for text in texts) and 2 * jobs < max(len(texts), 1)


def _is_chrome(element: HtmlElement, weight: int) -> bool:
    if element.tag == "button":
        return is_control(element)
    if element.tag in CHROME_TAGS:
        # a form or footer that is mostly the main text is the posting
        wide = element.tag in _WIDE_CHROME and weight > 0.5 * len(squeezed(element.text_content()))
        return element.tag not in _WIDE_CHROME or not (wide or _is_own_part(element))
    if weight:
        return False
    name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    if CHROME_NAMES.search(name):
        return not _asks(element) or bool(OTHER_JOBS.search(element.text_content()))
    if is_hidden(element) and not is_panel(element):
        # a hidden menu or form goes for good; hidden words stay, for the reader of the text to flag
        return (
            bool(element.xpath(".//a | .//input | .//button | .//option"))
            or not element.text_content().strip()
        )
    return False


def _is_own_part(element: HtmlElement) -> bool:
    """Return True for an aside or a footer that tells demands of this posting and no other jobs."""
    own = element.tag != "form" and _asks(element) and not is_linked(element)
    return own and not OTHER_JOBS.search(element.text_content())


def _belongs(element: HtmlElement, number: int, main: list[int]) -> bool:
    """Return True for what stands between the text's parts, a heading before and a short text behind them."""
    text = " ".join(element.text_content().split())
    if not text:
        return True
    if is_linked(element):
        return False
    if main[0] < number < main[-1]:
        return True
    if number < main[0]:
        return element.tag in _HEADS or (
            main[0] - number <= 2 and element.tag in _TEXT_TAGS and len(text) < 400
        )
    return (
        element.tag in _TEXT_TAGS or (CUES.search(text[:80]) is not None and not OTHER_JOBS.search(text))
    ) and len(text) < 900


def _serialised(element: HtmlElement) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
