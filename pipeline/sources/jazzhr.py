"""JazzHR: the page of one job where it carries no JSON-LD. Never seen against a real page."""

from __future__ import annotations

from pipeline.records import Reading
from pipeline.sources.document import Document
from pipeline.sources.pagereading import Paths, page_reading

NAME = "jazzhr"
PATHS = Paths(
    title="//*[contains(@class,'job-header')]//h1 | //h1",
    place="//*[contains(@title,'Location')] | //*[contains(@class,'job-attributes')]//li[1]",
    text="//*[@id='job-description'] | //*[contains(@class,'job-details')]//*[contains(@class,"
    "'description')]",
)


def read(document: Document) -> Reading | None:
    """The posting of a JazzHR page that states none as JSON-LD."""
    if document.kind != "html" or "applytojob.com" not in document.base or "JobPosting" in document.text:
        return None
    return page_reading(document, NAME, PATHS)
