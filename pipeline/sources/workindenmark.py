"""WorkInDenmark (jobnet.dk): the JobPositionPosting of its API, behind a byte-order mark at times."""

from __future__ import annotations

from typing import Any

from pipeline.markup import has_tags
from pipeline.records import Listing, Reading
from pipeline.sources.common import single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, joined, markup, word

NAME = "workindenmark"


def read(document: Document) -> Reading | None:
    """The posting of an API answer."""
    posting = at(document.data, "JobPositionPosting") if document.kind == "json" else None
    if not isinstance(posting, dict):
        return None
    return single(_listing(posting, document.data, document), NAME)


def _listing(posting: dict[str, Any], data: Any, document: Document) -> Listing:
    about = at(posting, "JobPositionInformation")
    text = markup(at(about, "Purpose"))
    return Listing(
        url=document.url,
        system=NAME,
        title=word(at(about, "PositionTitle")),
        content=text,
        is_html=has_tags(text),
        company=word(at(posting, "HiringOrg", "Name")),
        location=_place(at(about, "WorkLocation")) or _place(at(data, "WorkPlace", "Address")),
        date_posted=day(at(posting, "PublicationStartDate")),
        valid_through=day(at(posting, "PublicationEndDate")),
        employment_type=word(at(about, "WeeklyWorkHours", "TypeName")),
        item=word(at(posting, "Id")),
    )


def _place(value: Any) -> str | None:
    parts = [
        at(value, "City"),
        at(value, "Municipality", "Name"),
        at(value, "Region", "Name"),
        at(value, "Country", "Name"),
    ]
    return joined([word(p) for p in parts])
