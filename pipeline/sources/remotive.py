"""Remotive: the jobs of its API."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.jsonboards import board_reading
from pipeline.sources.values import at, dicts, markup, word

NAME = "remotive"


def read(document: Document) -> Reading | None:
    """The jobs of an API answer."""
    jobs = dicts(at(document.data, "jobs")) if document.kind == "json" else []
    if not jobs or not all("candidate_required_location" in j or "publication_date" in j for j in jobs):
        return None
    return board_reading(document, NAME, jobs, _listing)


def _listing(job: dict[str, Any], document: Document) -> Listing:
    return Listing(
        url=word(job.get("url")) or document.url,
        system=NAME,
        title=word(job.get("title")),
        content=markup(job.get("description")),
        company=word(job.get("company_name")),
        location=word(job.get("candidate_required_location")),
        date_posted=day(job.get("publication_date")),
        employment_type=word(job.get("job_type")),
        item=word(job.get("id")),
        salary=word(job.get("salary")),
    )
