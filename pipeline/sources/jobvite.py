"""Jobvite: the page of one job. Never seen against a real page."""

from __future__ import annotations

from pipeline.records import Reading
from pipeline.sources.document import Document
from pipeline.sources.pagereading import Paths, page_reading

NAME = "jobvite"
PATHS = Paths(
    title="//*[contains(@class,'jv-header')]",
    place="//*[contains(@class,'jv-job-detail-meta')]",
    text="//*[contains(@class,'jv-job-detail-description')]",
)


def read(document: Document) -> Reading | None:
    """The posting of a Jobvite page that states none as JSON-LD."""
    if (
        document.kind != "html"
        or "jv-job-detail-description" not in document.text
        or "JobPosting" in document.text
    ):
        return None
    return page_reading(document, NAME, PATHS)
