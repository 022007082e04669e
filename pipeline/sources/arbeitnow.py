"""Arbeitnow: the data of its job-board API. Never seen against a real answer."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading, Request
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.jsonboards import board_reading
from pipeline.sources.values import at, dicts, joined, markup, word, words

NAME = "arbeitnow"


def read(document: Document) -> Reading | None:
    """The jobs of an API answer and where its next page is."""
    jobs = dicts(at(document.data, "data")) if document.kind == "json" else []
    if not jobs or not all("slug" in j and "company_name" in j and "created_at" in j for j in jobs):
        return None
    found = board_reading(document, NAME, jobs, _listing)
    following = word(at(document.data, "links", "next"))
    follow = (Request(following),) if following and following.startswith("https://") else ()
    return Reading(found.outcome, found.listings, found.detail, follow, NAME)


def _listing(job: dict[str, Any], document: Document) -> Listing:
    remote = "Remote" if job.get("remote") is True else None
    return Listing(
        url=word(job.get("url")) or document.url,
        system=NAME,
        title=word(job.get("title")),
        content=markup(job.get("description")),
        company=word(job.get("company_name")),
        location=joined([word(job.get("location")), remote], " | "),
        date_posted=day(job.get("created_at")),
        employment_type=joined(words(job.get("job_types"))),
        item=word(job.get("slug")),
    )
