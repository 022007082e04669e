"""Workable: the widget answer of an account, with texts when it was asked with `details=true`."""

from __future__ import annotations

from typing import Any

from pipeline.markup import unescaped
from pipeline.records import Listing, Reading
from pipeline.sources import addresses
from pipeline.sources.common import Named, listed, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, dicts, joined, markup, word

NAME = "workable"


def read(document: Document) -> Reading | None:
    """The postings of an account, the picked one alone when the address names it.

    A short address names no account: where its redirect ended tells what to ask.
    """
    if document.kind == "html":
        return _read_page(document)
    data = document.data if document.kind == "json" else None
    jobs = dicts(at(data, "jobs"))
    if not jobs or not all("shortcode" in job and "title" in job for job in jobs):
        return None
    if not any(job.get("description") for job in jobs):
        return listed(NAME, len(jobs), "the account was asked without details=true: no texts")
    return reading(document, NAME, [_listing(job, data) for job in jobs])


def _listing(job: dict[str, Any], data: Any) -> Named:
    code = str(job.get("shortcode", ""))
    listing = Listing(
        url=word(job.get("url")) or f"https://apply.workable.com/j/{code}",
        system=NAME,
        title=word(job.get("title")),
        content=_text(job),
        company=word(at(data, "name")),
        location=_place(job),
        date_posted=day(job.get("published_on")) or day(job.get("created_at")),
        employment_type=word(job.get("employment_type")),
        item=code,
    )
    return listing, (code,)


def _text(job: dict[str, Any]) -> str:
    parts = [markup(job.get("description"))]
    for key, heading in (("requirements", "Requirements"), ("benefits", "Benefits")):
        if job.get(key):
            parts.append(f"<h3>{heading}</h3><div>{unescaped(str(job[key]))}</div>")
    return "\n".join(parts)


def _place(job: dict[str, Any]) -> str | None:
    places = [
        joined([word(p.get("city")), word(p.get("region")), word(p.get("country"))])
        for p in dicts(job.get("locations"))
    ]
    own = joined([word(job.get("city")), word(job.get("state")), word(job.get("country"))])
    remote = "Remote" if job.get("telecommuting") is True else None
    return joined([own, *(p for p in places if p and not (own and p.split(",")[0] in own)), remote], " | ")


def _read_page(document: Document) -> Reading | None:
    if "workable.com" not in document.base:
        return None
    ended = addresses.match(document.base)
    if not ended or ended.system != NAME or not ended.group("account") or document.html.xpath("//h1"):
        return None
    return Reading(
        "shell", detail="a Workable page shows nothing without scripts", follow=(ended.request,), system=NAME
    )


def links(document: Document) -> list[tuple[str, str]] | None:
    """Title and address of every job of an account."""
    jobs = dicts(at(document.data, "jobs")) if document.kind == "json" else []
    if not jobs or "shortcode" not in jobs[0]:
        return None
    return [(word(j.get("title")) or "", word(j.get("url")) or "") for j in jobs]
