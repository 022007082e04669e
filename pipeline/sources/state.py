"""Postings that sit in the state a page gives its scripts: Nuxt, Next and other serialised JSON.

The Nuxt shape was seen in one saved page, the Next shape only in other people's code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, parsed, word

SYSTEM = "page state"
CLOSED_STATES = frozenset(
    ("expired", "closed", "archived", "filled", "inactive", "paused", "unpublished", "deleted", "ended")
)

_TITLES = ("title", "jobTitle", "name", "position", "positionTitle", "jobtitle")
_TEXTS = (
    "descriptionHtml",
    "description",
    "jobDescription",
    "content",
    "body",
    "htmlContent",
    "html",
    "text",
    "descriptionPlain",
)
_MORE = ("responsibilities", "requirements", "qualifications", "profile", "offer", "benefits")
_DATES = ("datePosted", "publishedAt", "published_at", "postedAt", "createdAt", "publishDate", "postedDate")
MAX_NODES = 200_000


def state_listing(document: Document, headline: str | None) -> Listing | None:
    """The one posting that the page's state tells in full or calls over; None where it is not one."""
    found = [job for state in _states(document) for job in _jobs(state, headline)]
    unique = {(word(job["title"]), job["text"]): job for job in found}
    told = [job for job in unique.values() if len(job["text"]) >= 300] or list(unique.values())
    if len(told) != 1:
        return None
    return _listing(told[0], document)


def _states(document: Document) -> Iterator[Any]:
    for script in document.html.xpath("//script[@id='__NUXT_DATA__' or @data-nuxt-data]/text()"):
        try:
            yield nuxt(parsed(str(script)))
        except (ValueError, RecursionError):
            continue
    for script in document.html.xpath(
        "//script[@id='__NEXT_DATA__' or (@type='application/json' and not(@data-nuxt-data))]/text()"
    ):
        try:
            yield parsed(str(script))
        except ValueError:
            continue


def nuxt(table: Any) -> Any:
    """The value that Nuxt's flat table stands for: every number in it names another row."""
    if not isinstance(table, list) or not table:
        return None
    return [_row(table, number, 0) for number, row in enumerate(table) if isinstance(row, dict)]


def _row(table: list[Any], number: Any, depth: int) -> Any:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(table) or depth > 3:
        return None
    value = table[number]
    if isinstance(value, dict):
        return {key: _row(table, item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_row(table, item, depth + 1) for item in value[:50]]
    return value


def _jobs(state: Any, headline: str | None) -> Iterator[dict[str, Any]]:
    left, seen = [state], 0
    while left and seen < MAX_NODES:
        value = left.pop()
        seen += 1
        if isinstance(value, list):
            left.extend(value)
        elif isinstance(value, dict):
            title = next((found for k in _TITLES if (found := word(_string(value.get(k))))), None)
            if title and _same(title, headline):
                yield {"title": title, "text": _text(value), "node": value}
            left.extend(v for v in value.values() if isinstance(v, dict | list))


def _same(title: str, headline: str | None) -> bool:
    bare = re.sub(r"\W+", " ", title).strip().lower()
    return bool(headline and bare and bare in re.sub(r"\W+", " ", headline).strip().lower() and len(bare) > 5)


def _text(node: dict[str, Any]) -> str:
    parts = [t for k in _TEXTS if len(t := _string(node.get(k))) > 200][:1]
    parts += [t for k in _MORE if len(t := _string(node.get(k))) > 40]
    return "\n".join(unescaped(part) for part in parts)


def _string(value: Any) -> str:
    """A text, or the first of a text's translations: {"cs": "…", "en": "…"}."""
    if isinstance(value, dict):
        value = next((v for k, v in value.items() if isinstance(v, str) and len(str(k)) <= 5), "")
    return value if isinstance(value, str) else ""


def _listing(job: dict[str, Any], document: Document) -> Listing | None:
    node = job["node"]
    status = str(node.get("status") or node.get("state") or "").lower()
    closed = f"the page's data says status: {status}" if status in CLOSED_STATES else None
    if node.get("expired") is True or node.get("isExpired") is True:
        closed = "the page's data says expired: true"
    if not job["text"] and not closed:
        return None
    employer = (
        node.get("company")
        or node.get("organization")
        or node.get("hiringOrganization")
        or node.get("employer")
    )
    return Listing(
        url=document.base or document.url,
        system=SYSTEM,
        title=job["title"],
        content=job["text"],
        is_html=has_tags(job["text"]),
        company=word(at(employer, "name") or at(employer, "title"))
        if isinstance(employer, dict)
        else word(employer),
        location=_place(node),
        date_posted=next((day(node[k]) for k in _DATES if node.get(k)), None),
        closed=closed,
    )


def _place(node: dict[str, Any]) -> str | None:
    value = node.get("location") or node.get("locations") or node.get("city")
    value = value[0] if isinstance(value, list) and value else value
    return word(at(value, "name") or at(value, "city")) if isinstance(value, dict) else word(value)
