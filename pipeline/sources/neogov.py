"""NEOGOV (governmentjobs.com): the RSS of an agency with its `joblisting:` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Listing, Reading
from pipeline.sources.common import Named, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import block, joined, markup, pay, word

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "neogov"
_SPACE = "{http://www.neogov.com/namespaces/JobListing}"
_TEXTS = (
    ("examplesOfDuties", "Examples of duties"),
    ("qualifications", "Qualifications"),
    ("supplementalInformation", "Supplemental information"),
    ("benefits", "Benefits"),
)


def read(document: Document) -> Reading | None:
    """The postings of a feed; one whose last day has passed when the feed was fetched is closed."""
    if document.kind != "xml" or document.root is None or "neogov.com/namespaces" not in document.text[:5000]:
        return None
    employer = word(document.root.findtext("channel/title"))
    return reading(
        document, NAME, [_listing(item, employer, document) for item in document.root.iter("item")]
    )


def _listing(item: _Element, employer: str | None, document: Document) -> Named:
    def own(name: str) -> str | None:
        return word(item.findtext(_SPACE + name))

    number = own("jobId") or word(item.findtext("guid")) or ""
    low, high = own("minimumSalary") or "", own("maximumSalary") or ""
    more = [block(title, item.findtext(_SPACE + key)) for key, title in _TEXTS]
    listing = Listing(
        url=word(item.findtext("link")) or document.url,
        system=NAME,
        title=word(item.findtext("title")),
        content="".join([markup(item.findtext("description")), *more]),
        company=_employer(employer),
        location=joined([own("location"), own("state")]),
        date_posted=day(own("advertiseFromDate")) or day(item.findtext("pubDate")),
        valid_through=day(own("advertiseToDateTime")),
        employment_type=own("jobType"),
        item=number,
        salary=pay(low, high, own("salaryCurrency"), own("salaryInterval")) if low[:1].isdigit() else None,
    )
    return listing, (number,)


def _employer(title: str | None) -> str | None:
    # "State of Michigan, MI": the state's letters are the place, not the name
    return title.rsplit(",", 1)[0].strip() if title and len(title.rsplit(",", 1)[-1].strip()) == 2 else title
