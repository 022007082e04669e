"""Remote OK: the API, whose first element is a legal notice; its texts are UTF-8 read as Latin-1.

The sentence that tests whether applicants read ("Please mention the word …") goes out with the
canonical text. Its terms ask for a link back: every listing keeps its address.
"""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.jsonboards import board_reading
from pipeline.sources.values import dicts, markup, pay, word

NAME = "remoteok"


def read(document: Document) -> Reading | None:
    """The jobs of an API answer."""
    entries = dicts(document.data) if document.kind == "json" else []
    jobs = [e for e in entries if "position" in e and "description" in e]
    if not jobs or not ("legal" in entries[0] or "epoch" in jobs[0] or "apply_url" in jobs[0]):
        return None
    return board_reading(document, NAME, jobs, _listing)


def _listing(job: dict[str, Any], document: Document) -> Listing:
    place = (word(job.get("location")) or "").strip(" ,") or None
    return Listing(
        url=word(job.get("url")) or document.url,
        system=NAME,
        title=word(job.get("position")),
        content=markup(job.get("description")),
        company=word(job.get("company")),
        location=place,
        date_posted=day(job.get("date")) or day(job.get("epoch")),
        item=word(job.get("id")),
        salary=pay(job.get("salary_min"), job.get("salary_max"), "USD"),
    )
