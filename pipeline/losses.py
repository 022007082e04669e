"""Measure what share of the list items and demanding sentences is gone, wherever HTML is cleaned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.cues import DEMANDS, SKILLS
from pipeline.shapes import HEADINGS, is_hidden, is_panel

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LOSS = 0.2
"""A larger share of items and demanding sentences left out is told; `benchmarks/cleaning.py` chooses it."""

CHROME_TAGS = frozenset(
    {"nav", "form", "dialog", "script", "style", "noscript", "template", "iframe", "svg", "select"}
    | {"input", "textarea", "footer", "aside", "video", "audio"}
)
_ASIDES = CHROME_TAGS - {"form"} | {"header"}
CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar)?|menu|breadcrumbs?|cookies?|consent|share|sharing|social|related|"
    r"similar|recommended|newsletter|sidebar|modal|popup|tooltip|banner|footer|login|signup|sign-in|"
    r"job-?alerts?|apply-?(?:form|button|now)|pagination|search-?(?:form|bar|box))(?:$|[\s_-])",
    re.IGNORECASE,
)
OTHER_JOBS = re.compile(
    r"(?i)\b(?:similar|related|other|more|recommended|further|latest|recent|featured|nearby|browse|"
    r"popular) (?:\w+ )?(?:jobs?|positions?|vacanc\w+|roles|openings|offers|opportunities|searches)|people "
    r"also|you may also|(?:ähnliche|weitere|andere) (?:jobs|stellen\w*)|(?:offres|annonces|postes) "
    r"similaires|autres offres|(?:ofertas|empleos) (?:similares|relacionad\w+)|podobné (?:nabídky|pozice)|"
    r"(?:vergelijkbare|andere) vacatures|lignende (?:job|stillinger)|podobne oferty|share this|follow us|"
    r"sign up|job alerts?|newsletter"
)
_SQUEEZE = re.compile(r"\W+")


def lost(asked: list[str], text: str) -> tuple[int, int]:
    """Return how many of a page's items and demanding sentences a text lacks, and of how many."""
    kept = squeezed(text)
    return sum(squeezed(one) not in kept for one in asked), len(asked)


def told(gone: int, of: int) -> str | None:
    """Say how much is lost, if that is much."""
    if gone < 2 or gone <= LOSS * of:
        return None
    return f"{gone} of {of} list items and demanding sentences of the page are not in the text"


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, small: texts that differ by these differ in words."""
    return _SQUEEZE.sub("", text).lower()


def heads_demands(element: HtmlElement) -> bool:
    """Return True for a heading of demands or skills of this posting."""
    text = " ".join(element.text_content().split())
    return (
        3 < len(text) <= 80
        and bool(DEMANDS.search(text) or SKILLS.search(text))
        and not OTHER_JOBS.search(text)
    )


def is_linked(element: HtmlElement) -> bool:
    """Return True where links hold a third of the words or more."""
    text = " ".join(element.text_content().split())
    linked = sum(len(" ".join(a.text_content().split())) for a in element.iter("a"))
    return linked > 0.3 * len(text)


def demanding(body: HtmlElement) -> list[str]:
    """Return the list items of the page and the paragraphs under its headings of demands, no furniture."""
    found, asked = [], False
    skipped: set[HtmlElement] = set()
    for element in body.iterdescendants():
        if not isinstance(element.tag, str) or element.getparent() in skipped or _is_aside(element):
            skipped.add(element)
        elif element.tag in HEADINGS:
            asked = heads_demands(element)
        elif element.tag == "li" or (asked and element.tag in ("p", "dd", "td")):
            text = " ".join(element.text_content().split())
            if 1 < len(text) <= 400 and not is_linked(element) and element.find(".//li") is None:
                found.append(text)
    return [text for text in dict.fromkeys(found) if _SQUEEZE.sub("", text)]


def _is_aside(element: HtmlElement) -> bool:
    if element.tag in _ASIDES or not element.attrib:
        return element.tag in _ASIDES
    name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return bool(CHROME_NAMES.search(name)) or (is_hidden(element) and not is_panel(element))
