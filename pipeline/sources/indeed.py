"""Indeed: the page of one job; JSON-LD is read before, this takes the text's own place."""

from __future__ import annotations

from pipeline.records import Reading
from pipeline.sources.document import Document
from pipeline.sources.pagereading import Paths, page_reading

NAME = "indeed"
PATHS = Paths(
    title="//h1[contains(@class,'jobsearch')] | //h1",
    company="//*[@data-company-name='true'] | //*[@data-testid='inlineHeader-companyName']",
    place="//*[@data-testid='inlineHeader-companyLocation' or @data-testid='job-location']",
    text="//*[@id='jobDescriptionText']",
)


def read(document: Document) -> Reading | None:
    """The posting of an Indeed page that states none as JSON-LD."""
    if (
        document.kind != "html"
        or "jobDescriptionText" not in document.text
        or '"JobPosting"' in document.text
    ):
        return None
    return page_reading(document, NAME, PATHS)
