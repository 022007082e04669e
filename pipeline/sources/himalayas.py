"""Himalayas: the jobs of its API."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.jsonboards import board_reading
from pipeline.sources.values import at, dicts, joined, markup, pay, word, words

NAME = "himalayas"


def read(document: Document) -> Reading | None:
    """The jobs of an API answer."""
    jobs = dicts(at(document.data, "jobs")) if document.kind == "json" else []
    if not jobs or not all(
        "companyName" in j and ("locationRestrictions" in j or "pubDate" in j) and "title" in j for j in jobs
    ):
        return None
    return board_reading(document, NAME, jobs, _listing)


def _listing(job: dict[str, Any], document: Document) -> Listing:
    places = words(job.get("locationRestrictions")) or [
        word(p.get("name")) or "" for p in dicts(job.get("locationRestrictions"))
    ]
    return Listing(
        url=word(job.get("guid")) or word(job.get("applicationLink")) or document.url,
        system=NAME,
        title=word(job.get("title")),
        content=markup(job.get("description")),
        company=word(job.get("companyName")),
        location=joined(places) or "Remote",
        date_posted=day(job.get("pubDate")),
        valid_through=day(job.get("expiryDate")),
        employment_type=word(job.get("employmentType")),
        item=word(job.get("guid")),
        salary=pay(job.get("minSalary"), job.get("maxSalary"), job.get("currency"), job.get("salaryPeriod")),
    )
