"""Read XML feeds of any vendor: RSS, Atom, partners' job lists; one element a posting, told by its shape.

An element is turned into an object of named values, and `fields` reads that as it reads any JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline import fieldnames as names
from pipeline.records import Reading
from pipeline.sources import fields
from pipeline.sources.common import reading
from pipeline.sources.document import Document
from pipeline.sources.values import word

if TYPE_CHECKING:
    from lxml.etree import _Element

SYSTEM = "feed"
# by eye: a hostile feed must end
MAX_ITEMS = 20_000
_ITEM = re.compile(
    r"^(?:item|entry|ad|annonce|anzeige|inserat|stelle|row|record)$|job|offer|offre|emploi|posting|position|vacan|vacature|"
    r"stellenangebot|annunci|oglosz|ofert|vaga|annons|opening|oferta|empleo|nabidka|pozice|stilling",
    re.IGNORECASE,
)
_PARTS = frozenset(
    ("company", "employer", "organization", "organisation", "hiringorganization", "channel", "location")
)
_TITLES = frozenset(names.TITLE)
_OTHERS = frozenset((*names.TEXT, *names.COMPANY, *names.LINK, *names.DATE, *names.HEADINGS))
_HTML = re.compile(r"^(?:p|div|ul|ol|li|br|b|strong|em|i|h[1-6]|span|table|a)$", re.IGNORECASE)


def read(document: Document) -> Reading | None:
    """Return the postings of a feed; None for XML that holds no such elements."""
    if document.kind != "xml" or document.root is None:
        return None
    items = _items(document.root)
    if not items:
        return None
    employer = _feed_employer(document.root)
    rows = [row for item in items if fields.title_of(row := fields.named(_as_object(item)))]
    if not any(fields.is_job(row) for row in rows):
        return (
            Reading("not-a-posting", detail="a feed of something else than jobs", system=SYSTEM)
            if rows
            else None
        )
    found = [fields.listing_from(row, document, SYSTEM, employer) for row in rows]
    return reading(document, SYSTEM, [(listing, (listing.item or "",)) for listing in found])


def _items(root: _Element) -> list[_Element]:
    """Return the outermost elements that have a posting's parts: of an item's name, else of any."""
    shaped = [e for e in root.iter() if isinstance(e.tag, str) and _is_shaped(e)][:MAX_ITEMS]
    called = [e for e in shaped if _ITEM.search(_name(e)) and len(e) > 1]
    # looking into each for the others grows with the square: 500 are enough to find the outermost
    chosen = set(called or [e for e in shaped if not any(c is not e and c in shaped[:500] for c in e.iter())])
    # a plural that holds items is their list: <jobs><title>All our jobs</title><job>…
    lists = {
        e
        for e in chosen
        if any(c is not e and c in chosen and _name(c) in _name(e) for c in e.iterdescendants())
    }
    chosen -= lists
    return [e for e in shaped if e in chosen and not any(a in chosen for a in e.iterancestors())]


def _is_shaped(element: _Element) -> bool:
    if len(element) < 2 or names.fold(_name(element)) in _PARTS:
        return False
    there = {
        names.fold(_name(child))
        for child in element.iter()
        if child is not element and _is_near(child, element)
    }
    return not there.isdisjoint(_TITLES) and not there.isdisjoint(_OTHERS - _TITLES)


def _is_near(child: _Element, element: _Element) -> bool:
    parent = child.getparent()
    # a field may stand one level deeper, in a group without a name of its own: <job><details><title>
    return parent is element or (
        parent is not None
        and parent.getparent() is element
        and names.fold(_name(parent)) not in _PARTS
        and not _ITEM.search(_name(parent))
    )


def _name(element: _Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def object_of(root: _Element) -> dict[str, Any]:
    """Return a whole answer as the JSON that it might be."""
    return {_name(root): _as_object(root)}


def _as_object(item: _Element) -> dict[str, Any]:
    """Return an element's parts by name: texts, objects, lists of what is repeated, and its attributes."""
    found: dict[str, Any] = {}
    spaced: dict[str, Any] = {}
    for child in item:
        if isinstance(child.tag, str):
            # the plain name before one of another space: <description> before <dc:description>
            other = child.tag.startswith("{") and not item.tag.startswith("{")
            _add(spaced if other else found, _name(child), _value(child))
    for key, value in item.attrib.items():
        found.setdefault(str(key).rsplit("}", 1)[-1], value)
    return {**spaced, **found}


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if name in found:
        first = found[name]
        found[name] = [*first, value] if isinstance(first, list) else [first, value]
    else:
        found[name] = value


def _value(element: _Element) -> Any:
    from lxml import etree

    children = [c for c in element if isinstance(c.tag, str)]
    if not children:
        return element.text or element.get("href") or element.get("value") or element.get("term") or ""
    if all(_HTML.match(_name(c)) for c in children) or (element.text or "").strip():
        return (element.text or "") + "".join(str(etree.tostring(c, encoding="unicode")) for c in children)
    return _as_object(element)


def _feed_employer(root: _Element) -> str | None:
    """Return a whole feed's employer: Atom's author; a channel's title names the feed, not him."""
    for child in root:
        if _name(child).lower() == "author":
            return word(" ".join(t.strip() for t in child.itertext() if t.strip()))
    return None
