"""RSS, Atom and partners' XML: one element a posting, under many names; titles may hold tags.

Descriptions come escaped once or twice, or as CDATA. Names of elements are data: see the tables.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import block, joined, word

if TYPE_CHECKING:
    from lxml.etree import _Element

SYSTEM = "feed"
ITEMS = frozenset(
    {"item", "entry", "job", "offer", "position", "vacancy", "ad", "posting", "offre", "annonce", "stelle"}
)
TITLES = ("title", "jobtitle", "job_title", "name", "intitule", "position", "titre")
COMPANIES = (
    "company",
    "company_title",
    "company_name",
    "companyname",
    "employer",
    "organization",
    "publisher",
    "author",
    "creator",
    "societe",
)
PLACES = (
    "city",
    "location",
    "locations",
    "coverage",
    "place",
    "ville",
    "lieu",
    "region",
    "joblocation",
    "ort",
)
MORE_PLACES = ("state", "region", "country")
TEXTS = (
    "description",
    "encoded",
    "content",
    "summary",
    "body",
    "jobdescription",
    "job_description",
    "texte",
    "text",
)
MORE_TEXTS = (
    ("responsibilities", "Responsibilities"),
    ("requirements", "Requirements"),
    ("qualifications", "Qualifications"),
    ("profile", "Profil"),
    ("profil", "Profil"),
    ("benefits", "Benefits"),
)
DATES = (
    "publication_date",
    "pubdate",
    "published",
    "date_posted",
    "dateposted",
    "date",
    "created",
    "createdat",
    "issued",
    "updated",
)
LAST_DAYS = (
    "expiration_date",
    "expirationdate",
    "expires",
    "expires_at",
    "valid_through",
    "enddate",
    "closing_date",
)
NUMBERS = ("guid", "id", "job_id", "jobid", "reference", "referencenumber", "identifier", "ref")
LINKS = ("link", "url", "joburl", "apply_url", "guid")


def read(document: Document) -> Reading | None:
    """The postings of a feed; None for XML that holds no such elements."""
    if document.kind != "xml" or document.root is None:
        return None
    items = [e for e in document.root.iter() if _name(e) in ITEMS and _has_title(e)]
    items = (
        [e for e in items if not any(a in items for a in e.iterancestors())] if len(items) < 3000 else items
    )
    if not items:
        return None
    employer = _channel_employer(document.root)
    return reading(document, SYSTEM, [_listing(item, employer, document) for item in items])


def _name(element: _Element) -> str:
    return element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _has_title(element: _Element) -> bool:
    names = {_name(child) for child in element}
    return not names.isdisjoint(TITLES)


def _children(item: _Element) -> dict[str, _Element]:
    found: dict[str, _Element] = {}
    for child in item:
        # the plain name before one of another space: <description> before <dc:description>
        if isinstance(child.tag, str):
            spaced = child.tag.startswith("{") and not item.tag.startswith("{")
            name = _name(child)
            if name not in found or (not spaced and found[name].tag.startswith("{")):
                found[name] = child
    return found


def _content(element: _Element | None) -> str:
    from lxml import etree

    if element is None:
        return ""
    if len(element):
        return (element.text or "") + "".join(str(etree.tostring(c, encoding="unicode")) for c in element)
    return element.text or ""


def _first(parts: dict[str, _Element], names: tuple[str, ...]) -> str | None:
    for name in names:
        if name in parts:
            value = _flat(parts[name])
            if value:
                return value
    return None


def _flat(element: _Element) -> str | None:
    # an entity in a field that was escaped twice is left after one reading
    return word(" ".join(t.strip() for t in element.itertext() if t.strip()))


def _listing(item: _Element, employer: str | None, document: Document) -> Named:
    parts = _children(item)
    content, is_html = _text(parts)
    number = _first(parts, NUMBERS)
    listing = Listing(
        url=_link(parts, document),
        system=SYSTEM,
        title=_first(parts, TITLES),
        content=content,
        is_html=is_html,
        company=_first(parts, COMPANIES) or employer,
        location=_place(parts),
        date_posted=day(_first(parts, DATES)),
        valid_through=day(_first(parts, LAST_DAYS)),
        employment_type=_first(parts, ("contract", "employmenttype", "jobtype", "contract_type", "type")),
        item=number,
    )
    return listing, (number or "",)


def _place(parts: dict[str, _Element]) -> str | None:
    own = _first(parts, PLACES)
    return joined([own, *(_first(parts, (name,)) for name in MORE_PLACES)])


def _text(parts: dict[str, _Element]) -> tuple[str, bool]:
    texts = [unescaped(_content(parts.get(name))) for name in TEXTS if name in parts]
    main = max(texts, key=len, default="")
    more = [(title, unescaped(_content(parts.get(name)))) for name, title in MORE_TEXTS if name in parts]
    more = [(title, text) for title, text in more if text.strip()]
    if has_tags(main) or any(has_tags(text) for _, text in more):
        return main + "".join(block(title, text) for title, text in more), True
    plain = [main, *(f"{title}:\n{text}" for title, text in more)]
    return "\n\n".join(html.unescape(p).strip() for p in plain if p.strip()), False


def _link(parts: dict[str, _Element], document: Document) -> str:
    for name in LINKS:
        if name in parts:
            value = (parts[name].get("href") or parts[name].text or "").strip()
            if re.match(r"https?://", value):
                return str(value)
            if value.startswith("/") and document.base.startswith("http"):
                return str(urljoin(document.base, value))
    return document.url


def _channel_employer(root: _Element) -> str | None:
    """The employer that a whole feed belongs to: Atom's author; a channel's title names the feed, not him."""
    for child in root:
        if _name(child) == "author":
            return _flat(child)
    return None
