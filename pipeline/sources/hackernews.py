"""Hacker News "Who is hiring?": a thread or one comment; the first line names employer, role and place."""

from __future__ import annotations

import html
import re
from typing import Any

from pipeline.cues import JOB_TITLE
from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, word

NAME = "hackernews"
ITEM = "https://news.ycombinator.com/item?id={}"

_BREAK = re.compile(r"<p>|<br\s*/?>|\n\n", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*\|\s*|\s+[—–]\s+|\s+-\s+|\s+//\s+|\s*·\s*")
_PLACE = re.compile(
    r"\b(?:remote|on-?site|hybrid|in[- ]office|anywhere|worldwide|relocat\w+|EU|EMEA|USA?|UK|NYC|SF|LATAM|"
    r"Berlin|London|Paris|Amsterdam|Munich|New York|San Francisco|Boston|Seattle|Austin|Toronto|Europe|"
    r"Germany|Canada|France|India|Bay Area)\b|\b[A-Z][a-z]+,\s?[A-Z]{2}\b",
    re.IGNORECASE,
)
_CONTRACT = re.compile(
    r"\b(?:full[- ]?time|part[- ]?time|contract(?:or)?|intern(?:ship)?|permanent|freelance|FTE|visa)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£]\s?\d|\d+\s?[kK]\b|\bequity\b|https?://|\bwww\.")
_HIRING = re.compile(
    r"\b(?:hiring|looking for|we(?:'re| are) (?:a|an|the|building|seeking)|join|role|position|apply|"
    r"remote|onsite|on-site|engineer|developer|full[- ]?time|salary|team)\b",
    re.IGNORECASE,
)
_SEEKS_WORK = re.compile(
    r"\b(?:seeking work|willing to relocate:|résumé/cv:|resume/cv:|i am looking for (?:a|work)|"
    r"available for hire)\b",
    re.IGNORECASE,
)
_NAME_AND_PLACE = re.compile(r"^(?P<name>[^()|]{2,60}?)\s*\((?P<inside>[^()]{2,80})\)$")


def read(document: Document) -> Reading | None:
    """Return the job ads of a thread, or the one of a comment; answers and other talk are left out."""
    data = document.data if document.kind == "json" else None
    if not isinstance(data, dict) or "children" not in data or "created_at" not in data:
        return None
    if data.get("type") == "comment" or (data.get("text") and not data.get("title")):
        found = _listing(data)
        return (
            single(found, NAME)
            if found
            else Reading("not-a-posting", detail="a comment that offers no job", system=NAME)
        )
    listings = [_listing(child) for child in dicts(data["children"])]
    told: list[Named] = [(listing, (listing.item or "",)) for listing in listings if listing]
    return reading(document, NAME, told)


def _listing(comment: dict[str, Any]) -> Listing | None:
    raw = comment.get("text")
    if not isinstance(raw, str) or not raw.strip():
        return None
    first = word(_BREAK.split(raw, maxsplit=1)[0]) or ""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", raw))
    # shorter comments are answers and questions. Lengths here are by eye: more is a sentence
    if len(plain) < 120 or _SEEKS_WORK.search(plain) or not _HIRING.search(plain):
        return None
    company, title, place = head(first)
    if not title and not company:
        return None
    return Listing(
        url=ITEM.format(comment.get("id")),
        system=NAME,
        title=title or "Several roles",
        content=raw,
        company=company,
        location=place,
        date_posted=day(comment.get("created_at") or comment.get("created_at_i")),
        item=str(comment.get("id", "")),
    )


def head(line: str) -> tuple[str | None, str | None, str | None]:
    """Return employer, role and place out of a comment's first line, whatever their order."""
    parts = [p.strip(" .,:") for p in _BETWEEN.split(line) if p.strip(" .,:")]
    if len(parts) < 2:
        return (None, None, None) if len(line) > 160 else (parts[0] if parts else None, None, None)
    company, inside = _company(parts[0])
    rest = parts[1:]
    title = next((p for p in rest if JOB_TITLE.search(p) and len(p) < 120), None)
    places = [
        inside,
        *(p for p in rest if p != title and _PLACE.search(p) and not _MONEY.search(p) and len(p) < 90),
    ]
    if title is None:
        title = next(
            (
                p
                for p in rest
                if p not in places and not _CONTRACT.search(p) and not _MONEY.search(p) and len(p) < 80
            ),
            None,
        )
    return company, title, joined(places, " | ")


def _company(part: str) -> tuple[str | None, str | None]:
    found = _NAME_AND_PLACE.match(part)
    if found and _PLACE.search(found["inside"]):
        return found["name"].strip(), found["inside"].strip()
    return (re.sub(r"\s*\((?:https?://|www\.|YC|[\w.-]+\.\w{2,})[^)]*\)", "", part).strip() or None), None


def links(document: Document) -> list[tuple[str, str]] | None:
    """Return first line and address of every job ad of a thread."""
    data = document.data if document.kind == "json" else None
    if not isinstance(data, dict) or data.get("type") == "comment" or not dicts(at(data, "children")):
        return None
    ads = [child for child in dicts(data["children"]) if "created_at" in child and _listing(child)]
    found = [(word(_BREAK.split(ad["text"], maxsplit=1)[0]) or "", ITEM.format(ad.get("id"))) for ad in ads]
    return found or None
