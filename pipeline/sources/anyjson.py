"""JSON of no known board: schema.org objects, else objects that have a title and a long text.

The names of fields are data, shared with `feeds`; the shape was never seen against any one board.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipeline.markup import has_tags
from pipeline.records import Listing, Reading
from pipeline.sources import feeds
from pipeline.sources.common import reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.structured import job_nodes, listing_of
from pipeline.sources.values import at, block, joined, markup, text, word, words

SYSTEM = "json"
MIN_TEXT = 200
MAX_NODES = 100_000
_TITLES = (*feeds.TITLES, "positiontitle", "jobname", "text")
_TEXTS = (
    *feeds.TEXTS,
    "descriptionhtml",
    "description_html",
    "jobcontent",
    "htmlcontent",
    "descriptionplain",
)


def read(document: Document) -> Reading | None:
    """The postings of an unknown answer; None where no object of it looks like one."""
    if document.kind != "json":
        return None
    stated = [listing_of(node, document) for node in job_nodes(document.data)]
    found = stated or [_listing(entry, document) for entry in _entries(document.data)]
    if not found:
        return None
    numbered = [replace(x, item=x.item or str(n)) for n, x in enumerate(found)]
    return reading(
        document, "schema.org" if stated else SYSTEM, [(x, (x.item or "", x.url)) for x in numbered]
    )


def _entries(data: Any) -> Iterator[dict[str, Any]]:
    left, seen = [data], 0
    while left and seen < MAX_NODES:
        value = left.pop(0)
        seen += 1
        if isinstance(value, list):
            left.extend(value)
        elif isinstance(value, dict):
            named = {key.lower(): item for key, item in value.items()}
            if _first(named, _TITLES) and len(_longest(named)) >= MIN_TEXT:
                yield named
            else:
                left.extend(v for v in value.values() if isinstance(v, dict | list))


def _first(named: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = named.get(name)
        found = (
            word(at(value, "name") or at(value, "title")) if isinstance(value, dict) else joined(words(value))
        )
        if found and len(found) < 200:
            return found
    return None


def _longest(named: dict[str, Any]) -> str:
    return max((text(named.get(name)) for name in _TEXTS), key=len)


def _listing(named: dict[str, Any], document: Document) -> Listing:
    main = markup(_longest(named))
    more = [(title, text(named.get(name))) for name, title in feeds.MORE_TEXTS]
    more = [(title, part) for title, part in more if part and part not in main]
    is_html = has_tags(main) or any(has_tags(part) for _, part in more)
    if is_html:
        content = main + "".join(block(title, part) for title, part in more)
    else:
        content = html.unescape("\n\n".join([main, *(f"{title}:\n{part}" for title, part in more)]))
    links = [text(named.get(name)) for name in feeds.LINKS]
    return Listing(
        url=next((link for link in links if link.startswith(("http://", "https://"))), document.url),
        system=SYSTEM,
        title=_first(named, _TITLES),
        content=content,
        is_html=is_html,
        company=_first(named, (*feeds.COMPANIES, "employername", "hiringorganization")),
        location=_first(named, (*feeds.PLACES, "address", "locationname")),
        date_posted=next(
            (
                d
                for name in (*feeds.DATES, "publishedat", "posted_at", "created_at")
                if (d := day(named.get(name)))
            ),
            None,
        ),
        valid_through=next(
            (d for name in (*feeds.LAST_DAYS, "expirydate", "validthrough") if (d := day(named.get(name)))),
            None,
        ),
        item=_first(named, feeds.NUMBERS),
    )
