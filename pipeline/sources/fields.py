"""Read one posting from an object of unknown make: a JSON object, or an XML element turned into one.

A vendor is never asked for; only the names of fields count, and they are data (`pipeline.fieldnames`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from pipeline import fieldnames as names
from pipeline.cues import DEMANDS, JOB_TITLE
from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import block, joined, pay, word

MIN_TEXT = 200
"""Characters of text that make an object with a title a posting; a teaser has fewer."""

_INNER = (
    *("name", "title", "label", "value", "text", "displayname", "cityname", "descriptor", "content"),
    *("nom", "nombre", "navn", "nazev", "libelle", "bezeichnung"),
)
_CITY = ("city", "name", "locality", "addresslocality", "label", "fulllocation", *names.PLACE, "text")
_WHOLE = frozenset((*names.COMPANY, *names.PLACE, *names.MORE_PLACE, *names.SALARY))
"""Fields whose own parts have names like a posting's."""


def named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object's values by folded name, those of unknown parts within it among them."""
    found = {names.fold(str(key)): value for key, value in entry.items() if value not in (None, "", [], {})}
    for key, value in list(found.items()):
        if (
            isinstance(value, dict)
            and key not in _WHOLE
            and key not in names.HEADINGS
            and not _is_text(key, value)
        ):
            for inner, part in value.items():
                found.setdefault(names.fold(str(inner)), part)
    return found


def _is_text(key: str, value: Mapping[str, Any]) -> bool:
    return (key in names.TEXT or key in names.TITLE) and bool(_plain(value))


def title_of(fields: Mapping[str, Any]) -> str | None:
    """Return the posting's title; a long text is none."""
    text = text_of(fields)
    for name in names.TITLE:
        found = word(_plain(fields.get(name)))
        # lengths here are by eye: what is longer is a text under the name of a field
        if found and len(found) < 200 and found != text:
            return found
    return None


def text_of(fields: Mapping[str, Any]) -> str:
    """Return the longest of the texts that the object has under usual names."""
    return max((unescaped(_plain(fields.get(name))) for name in names.TEXT), key=len, default="")


def is_posting(fields: Mapping[str, Any]) -> bool:
    """Return True for an object with a title and a text of some length, in one field or in several."""
    length = len(text_of(fields)) + sum(len(part) for _, part in _more(fields))
    return length >= MIN_TEXT and title_of(fields) is not None


_JOB_ADDRESS = re.compile(
    r"(?i)job|career|karriere|vacanc|vacature|offre|emploi|stelle|empleo|praca|nabidk|recruit"
)
_ANYBODYS = frozenset(
    ("publisher", "author", "creator", "brand", "client", "organization", "online", "schedule")
)
_OF_JOBS = (
    frozenset((*names.COMPANY, *names.PLACE, *names.EMPLOYMENT, *names.SALARY, *names.SALARY_LOW)) - _ANYBODYS
)


def is_job(fields: Mapping[str, Any]) -> bool:
    """Return True for an object that says something only jobs have: no article, no product."""
    if not _OF_JOBS.isdisjoint(fields) or JOB_TITLE.search(title_of(fields) or ""):
        return True
    if any(_JOB_ADDRESS.search(str(fields.get(name))) for name in names.LINK):
        return True
    return bool(_more(fields) or DEMANDS.search(re.sub(r"<[^>]*>", "\n", text_of(fields))))


def listing_from(
    fields: Mapping[str, Any], document: Document, system: str, employer: str | None = None
) -> Listing:
    """Return the listing that such an object states."""
    content, is_html = _content(fields)
    return Listing(
        url=_link(fields, document),
        system=system,
        title=title_of(fields),
        content=content,
        is_html=is_html,
        company=_first(fields, names.COMPANY) or employer,
        location=place_of(fields),
        date_posted=_day(fields, names.DATE, document.now),
        valid_through=_day(fields, names.LAST_DAY),
        closed=closed_by(fields),
        employment_type=joined(_all(fields.get(n) for n in names.EMPLOYMENT)),
        item=_first(fields, names.NUMBER),
        salary=_salary(fields),
        work_mode=_first(fields, names.REMOTE),
        seniority=_first(fields, names.SENIORITY),
    )


def closed_by(fields: Mapping[str, Any]) -> str | None:
    """Return the words of the object that say the posting is over."""
    for name in names.STATUS:
        state = names.fold(_plain(fields.get(name)))
        if state in names.CLOSED_STATES:
            return f"its data says {name}: {_plain(fields[name])}"
    for rows, over in ((names.OPEN, ("false", "0", "no")), (names.OVER, ("true", "1", "yes"))):
        for name in rows:
            if str(fields.get(name, "")).strip().lower() in over:
                return f"its data says {name}: {str(fields[name]).strip().lower()}"
    return None


def place_of(fields: Mapping[str, Any]) -> str | None:
    """Return the places, with region and country where they have fields of their own, and "Remote"."""
    own = next((p for name in names.PLACE if (p := _places(fields.get(name)))), None)
    more = (word(_plain(fields.get(name))) for name in names.MORE_PLACE)
    place = joined(
        [own, *(m for m in more if m and not re.search(rf"\b{re.escape(m)}\b", own or "", re.IGNORECASE))]
    )
    remote = any(
        str(fields.get(name)).lower() in ("true", "1", "yes", "remote", "fullyremote")
        for name in names.REMOTE
    )
    return joined([place, "Remote" if remote and "remote" not in (place or "").lower() else None], " | ")


def _places(value: Any) -> str | None:
    if isinstance(value, list):
        return joined([_places(v) for v in value[:20]], " | ")
    if isinstance(value, dict):
        inner = {names.fold(str(k)): v for k, v in value.items()}
        if isinstance(inner.get("address"), dict):
            return _places(inner["address"])
        first = next((w for n in _CITY if isinstance(inner.get(n), str) and (w := word(inner[n]))), None)
        more = [
            word(_plain(inner.get(n)))
            for n in ("region", "addressregion", "state", "country", "addresscountry")
        ]
        return joined([first, *(m for m in more if m and m not in (first or ""))]) or next(
            (p for v in value.values() if isinstance(v, dict | list) and (p := _places(v))), None
        )
    return word(value)


def _plain(value: Any) -> str:
    """Return a text, or that of an object that stands for one: a name, or the first translation."""
    if isinstance(value, list):
        parts = [_plain(v) for v in value]
        return (
            "\n".join(p for p in parts if p)
            # long parts are paragraphs, short ones a list of names
            if any(len(p) > 80 for p in parts)
            else ", ".join(p for p in parts if p)
        )
    if isinstance(value, dict):
        inner = {names.fold(str(k)): v for k, v in value.items()}
        value = next(
            (inner[n] for n in _INNER if isinstance(inner.get(n), str) and inner[n].strip()), None
        ) or next(
            # keys of translations are codes such as "en" or "en_GB"
            (v for k, v in value.items() if isinstance(v, str) and len(str(k)) <= 5 and str(k).isalpha()),
            "",
        )
    if isinstance(value, bool) or value is None:
        return ""
    text = str(value)
    return "" if names.says_nothing(text) else text


def _all(values: Iterable[Any]) -> list[str | None]:
    return [word(_plain(value)) for value in values if not isinstance(value, bool)]


def _first(fields: Mapping[str, Any], row: Iterable[str]) -> str | None:
    return next((w for name in row if (w := word(_plain(fields.get(name)))) and len(w) < 300), None)


def _day(fields: Mapping[str, Any], row: Iterable[str], now: str | None = None) -> str | None:
    values = (fields.get(name) for name in row)
    return next(
        (
            d
            for v in values
            if v is not None and (d := day(v if isinstance(v, int | float) else _plain(v), now))
        ),
        None,
    )


def _more(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    parts = [
        (heading, unescaped(_plain(fields.get(n)))) for n, heading in names.HEADINGS.items() if n in fields
    ]
    return [(heading, part) for heading, part in parts if part.strip()]


def _content(fields: Mapping[str, Any]) -> tuple[str, bool]:
    main = text_of(fields)
    more = [(heading, part) for heading, part in _more(fields) if part not in main]
    if has_tags(main) or any(has_tags(part) for _, part in more):
        return main + "".join(block(heading, part) for heading, part in more), True
    plain = [main, *(f"{heading}:\n{part}" for heading, part in more)]
    return "\n\n".join(html.unescape(p).strip() for p in plain if p.strip()), False


def _salary(fields: Mapping[str, Any]) -> str | None:
    inner = next((v for n in names.SALARY if isinstance(v := fields.get(n), dict)), {})
    parts = {**fields, **{names.fold(str(k)): v for k, v in inner.items()}}
    low = next(
        (
            parts[n]
            for n in (*names.SALARY_LOW, "min", "minvalue", "from")
            if parts.get(n) and (inner or n in names.SALARY_LOW)
        ),
        None,
    )
    high = next(
        (
            parts[n]
            for n in (*names.SALARY_HIGH, "max", "maxvalue", "to")
            if parts.get(n) and (inner or n in names.SALARY_HIGH)
        ),
        None,
    )
    told = pay(low, high, _first(parts, names.CURRENCY), _first(parts, (*names.PERIOD, "unittext", "unit")))
    return told or next(
        (w for n in names.SALARY if isinstance(v := fields.get(n), str) and (w := word(v))), None
    )


def _link(fields: Mapping[str, Any], document: Document) -> str:
    for name in names.LINK:
        value = fields.get(name)
        value = value.get("href") or value.get("url") if isinstance(value, dict) else value
        for text in value if isinstance(value, list) else [value]:
            text = str(text or "").strip()
            if re.match(r"https?://", text):
                return text
            if text.startswith("/") and document.base.startswith("http"):
                return urljoin(document.base, text)
    return document.url
