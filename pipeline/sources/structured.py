"""Read schema.org JobPostings in a page, as JSON-LD, microdata or RDFa, broken blocks included."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any

from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, joined, parsed, pay, word, words
from pipeline.sources.values import text as text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SYSTEM = "schema.org"
MANY_PLACES = 4
"""A remote posting may list every country of the world as its place."""

_SALVAGED = re.compile(
    r'"(title|description|datePosted|validThrough|employmentType|name|addressLocality|addressRegion|'
    r'addressCountry)"'
    r'\s*:\s*"(.*?)"\s*(?=,\s*"[@\w]+"\s*:|\}|\]|,\s*\}|$)',
    re.DOTALL,
)
_EXTRA = (
    ("responsibilities", "Responsibilities"),
    ("qualifications", "Qualifications"),
    ("experienceRequirements", "Experience"),
    ("educationRequirements", "Education"),
    ("skills", "Skills"),
)


def _lower(attribute: str) -> str:
    return f"translate({attribute},'{ascii_uppercase}','{ascii_lowercase}')"


def postings(document: Document) -> list[Listing]:
    """Return every distinct JobPosting that the page states, JSON-LD before microdata."""
    found = [listing_of(node, document) for node in _nodes(document)]
    found = found or [listing_of(node, document) for node in _microdata(document)]
    unique: dict[tuple[str | None, str], Listing] = {}
    for listing in found:
        if listing.title or listing.content.strip():
            # stated twice on a page, a job may differ in its last lines, by a tracking link say
            unique.setdefault((listing.title, " ".join(listing.content.split())[:400]), listing)
    if len(unique) == 1:
        return list(unique.values())
    # a posting's id is made of its number where several share an address
    return [replace(one, item=one.item or str(n)) for n, one in enumerate(unique.values(), 1)]


def _nodes(document: Document) -> Iterator[dict[str, Any]]:
    for text in document.html.xpath(f"//script[contains({_lower('@type')},'ld+json')]/text()"):
        try:
            data = parsed(str(text))
        except ValueError:
            # one bad block must not lose the page
            if "JobPosting" in text:
                yield _salvaged(str(text))
            continue
        yield from job_nodes(data)


def job_nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of type JobPosting within a JSON value, wherever it hides."""
    left = [data]
    while left:
        value = left.pop(0)
        if isinstance(value, list):
            left[:0] = value
        elif isinstance(value, dict):
            if _is_job(value):
                yield _canonical(value)
            else:
                left[:0] = [v for v in value.values() if isinstance(v, dict | list)]


def _is_job(value: dict[str, Any]) -> bool:
    stated = (kind for key, kind in value.items() if key.lower() in ("@type", "type"))
    kinds = words(next(stated, None))
    return any(re.split(r"[/:#]", str(t).rstrip("/"))[-1].lower() == "jobposting" for t in kinds)


_PROPERTIES = {
    name.lower(): name
    for name in (
        *(
            "title",
            "description",
            "datePosted",
            "validThrough",
            "employmentType",
            "hiringOrganization",
            "name",
        ),
        *("jobLocation", "jobLocationType", "applicantLocationRequirements", "baseSalary", "estimatedSalary"),
        *("identifier", "responsibilities", "qualifications", "skills", "experienceRequirements"),
        *("educationRequirements",),
    )
}


def _canonical(node: dict[str, Any]) -> dict[str, Any]:
    """Return the node with the names of its properties as schema.org writes them, whatever their case."""
    return {_PROPERTIES.get(key.lower(), key): value for key, value in node.items()}


def _salvaged(text: str) -> dict[str, Any]:
    pairs: dict[str, str] = {}
    for key, value in _SALVAGED.findall(text):
        pairs.setdefault(key, value.replace("\\n", "\n").replace('\\"', '"').replace("\\/", "/"))
    address = {k: pairs[k] for k in ("addressLocality", "addressRegion", "addressCountry") if k in pairs}
    return pairs | {"hiringOrganization": {"name": pairs.get("name")}, "jobLocation": {"address": address}}


def listing_of(node: dict[str, Any], document: Document) -> Listing:
    """Return the listing that a JobPosting object states."""
    content, is_html = _content(node)
    return Listing(
        url=document.base or document.url,
        system=SYSTEM,
        title=word(node.get("title")) or word(node.get("name")),
        content=content,
        is_html=is_html,
        company=_company(node.get("hiringOrganization")),
        location=_location(node),
        date_posted=day(node.get("datePosted"), document.now),
        valid_through=day(node.get("validThrough")),
        employment_type=joined(words(node.get("employmentType"))),
        item=_identifier(node.get("identifier")),
        salary=_salary(node),
        work_mode="remote" if _is_remote(node) else None,
    )


def _content(node: dict[str, Any]) -> tuple[str, bool]:
    text = unescaped(_long_text(node.get("description")))
    if text.count("\\n") > 2 and "\n" not in text.strip():
        text = text.replace("\\r", "").replace("\\n", "\n")
    is_html = has_tags(text)
    if not is_html:
        text = html.unescape(text)
    extras = [(name, _long_text(node.get(key))) for key, name in _EXTRA]
    extras = [(name, extra) for name, extra in extras if extra and not _says(text, extra)]
    if not extras:
        return text, is_html
    as_html = text if is_html else f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>"
    return as_html + "".join(block(name, _as_html(extra)) for name, extra in extras), True


def _as_html(text: str) -> str:
    text = unescaped(text)
    return text if has_tags(text) else html.escape(text, quote=False).replace("\n", "<br>")


def _says(text: str, extra: str) -> bool:
    def bare(value: str) -> str:
        return re.sub(r"\W+", "", html.unescape(re.sub(r"<[^>]*>", "", unescaped(value)))).lower()

    return bare(extra) in bare(text)


def _long_text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_long_text(v) for v in value)
    if isinstance(value, dict):
        return _long_text(value.get("description") or value.get("name") or value.get("@value") or "")
    return text_of(value)


def _company(value: Any) -> str | None:
    if isinstance(value, list):
        return joined([_company(v) for v in value])
    return word(value.get("name") or value.get("legalName")) if isinstance(value, dict) else word(value)


def _is_remote(node: dict[str, Any]) -> bool:
    return "TELECOMMUTE" in [w.upper() for w in words(node.get("jobLocationType"))]


def _location(node: dict[str, Any]) -> str | None:
    remote = _is_remote(node)
    places = _places(node.get("jobLocation"))
    allowed = _places(node.get("applicantLocationRequirements"))
    if len(places) > MANY_PLACES and remote:
        return "Remote"
    if remote and len(allowed) <= MANY_PLACES:
        places = list(dict.fromkeys([*places, *allowed]))
    return joined([*places, "Remote" if remote else None], " | ")


def _places(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    found = [_place(entry) for entry in entries]
    return list(dict.fromkeys(place for place in found if place))


def _place(entry: Any) -> str | None:
    if not isinstance(entry, dict):
        return word(entry)
    address = entry.get("address", entry)
    if isinstance(address, list):
        return joined([_place({"address": a}) for a in address], " | ")
    if not isinstance(address, dict):
        return word(address) or word(entry.get("name"))
    parts = [_named(address.get(key)) for key in ("addressLocality", "addressRegion", "addressCountry")]
    return joined(parts) or _named(address.get("streetAddress")) or word(entry.get("name"))


def _named(value: Any) -> str | None:
    return word(value.get("name") or value.get("@value")) if isinstance(value, dict) else joined(words(value))


def _identifier(value: Any) -> str | None:
    return word(at(value, "value") or at(value, "name")) if isinstance(value, dict) else word(value)


def _salary(node: dict[str, Any]) -> str | None:
    base = node.get("baseSalary") or node.get("estimatedSalary")
    base = base[0] if isinstance(base, list) and base else base
    if not isinstance(base, dict):
        return word(base)
    value = base.get("value", base)
    if not isinstance(value, dict):
        return pay(value, None, base.get("currency"))
    low, high = value.get("minValue", value.get("value")), value.get("maxValue")
    return pay(low, high, base.get("currency") or value.get("currency"), value.get("unitText"))


# --- microdata and RDFa -----------------------------------------------------------------------


def _microdata(document: Document) -> Iterator[dict[str, Any]]:
    kinds = (f"contains({_lower(name)},'jobposting')" for name in ("@itemtype", "@typeof"))
    for scope in document.html.xpath(f"//*[{' or '.join(kinds)}]"):
        yield _canonical(_properties(scope))


def _properties(scope: HtmlElement) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in scope.xpath(".//*[@itemprop or @property]"):
        owner = element.xpath("ancestor::*[@itemscope or @typeof][1]")
        if not owner or owner[0] is not scope:
            continue
        nested = "itemscope" in element.attrib or "typeof" in element.attrib
        value = _properties(element) if nested else _value(element)
        for name in (element.get("itemprop") or element.get("property", "")).split():
            name = name.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
            # several elements may carry one property: a list of places, a text in parts
            if name == "description" and isinstance(found.get(name), str) and isinstance(value, str):
                found[name] += "\n" + value
            else:
                found.setdefault(name, value)
    return found


def _value(element: HtmlElement) -> Any:
    from lxml import etree

    for attribute in ("content", "datetime"):
        if element.get(attribute) and (
            element.tag in ("meta", "time") or not (element.text_content() or "").strip()
        ):
            return element.get(attribute)
    if element.tag in ("a", "link") and not (element.text_content() or "").strip():
        return element.get("href", "")
    if "description" in (element.get("itemprop") or element.get("property") or ""):
        return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return " ".join(element.text_content().split())
