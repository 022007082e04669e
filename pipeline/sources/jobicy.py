"""Jobicy: the jobs of its API."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.jsonboards import board_reading
from pipeline.sources.values import at, dicts, joined, markup, pay, word, words

NAME = "jobicy"


def read(document: Document) -> Reading | None:
    """The jobs of an API answer."""
    jobs = dicts(at(document.data, "jobs")) if document.kind == "json" else []
    if not jobs or not all("jobTitle" in j for j in jobs):
        return None
    return board_reading(document, NAME, jobs, _listing)


def _listing(job: dict[str, Any], document: Document) -> Listing:
    return Listing(
        url=word(job.get("url")) or document.url,
        system=NAME,
        title=word(job.get("jobTitle")),
        content=markup(job.get("jobDescription") or job.get("jobExcerpt")),
        company=word(job.get("companyName")),
        location=joined(words(job.get("jobGeo"))),
        date_posted=day(job.get("pubDate")),
        employment_type=joined(words(job.get("jobType"))),
        item=word(job.get("id")),
        salary=pay(
            job.get("salaryMin"), job.get("salaryMax"), job.get("salaryCurrency"), job.get("salaryPeriod")
        ),
    )
