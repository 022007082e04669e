"""Oracle Recruiting: one requisition of its REST resource. Never seen against a real answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pipeline.records import Listing, Reading
from pipeline.sources import addresses
from pipeline.sources.common import listed, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, word
from pipeline.sources.verdicts import SHELL_CHARACTERS, visible_text

NAME = "oracle"
TEXTS = (
    (None, "ExternalDescriptionStr"),
    ("Responsibilities", "ExternalResponsibilitiesStr"),
    ("Qualifications", "ExternalQualificationsStr"),
    ("About us", "CorporateDescriptionStr"),
    (None, "OrganizationDescriptionStr"),
)


def read(document: Document) -> Reading | None:
    """The requisition of a detail answer, the names of a list, or the shell that its page is."""
    if document.kind == "html":
        found = addresses.match(document.url)
        if not found or found.system != NAME or len(visible_text(document)) > SHELL_CHARACTERS:
            return None
        return Reading(
            "shell",
            detail="an Oracle page shows nothing without scripts",
            follow=(found.request,),
            system=NAME,
        )
    items = dicts(at(document.data, "items")) if document.kind == "json" else []
    if items and isinstance(items[0].get("requisitionList"), list):
        return listed(NAME, len(items[0]["requisitionList"]))
    if not items or not ("ExternalDescriptionStr" in items[0] or "ExternalPostedStartDate" in items[0]):
        return None
    return single(_listing(items[0], document), NAME)


def _listing(item: dict[str, Any], document: Document) -> Listing:
    places = [word(p.get("Name")) for p in dicts(item.get("secondaryLocations"))]
    return Listing(
        url=document.url,
        system=NAME,
        title=word(item.get("Title")),
        content="".join(block(heading, item.get(key)) for heading, key in TEXTS),
        company=word(item.get("LegalEmployer")) or word(item.get("Organization")) or _host(document),
        location=joined([word(item.get("PrimaryLocation")), *places, word(item.get("WorkplaceType"))], " | "),
        date_posted=day(item.get("ExternalPostedStartDate")),
        valid_through=day(item.get("ExternalPostedEndDate")),
        employment_type=word(item.get("JobSchedule")),
        item=word(item.get("Id")) or word(item.get("RequisitionId")),
    )


def _host(document: Document) -> str | None:
    host = urlsplit(document.url).hostname or ""
    return None if "oraclecloud" in host else host.removeprefix("www.").removeprefix("careers.") or None


def links(document: Document) -> list[tuple[str, str]] | None:
    """Title and address of every requisition of a list."""
    items = dicts(at(document.data, "items")) if document.kind == "json" else []
    if not items or not isinstance(items[0].get("requisitionList"), list):
        return None
    host = urlsplit(document.page.final_url or document.url).netloc
    site = document.address.group("site") if document.address else ""
    path = f"https://{host}/hcmUI/CandidateExperience/en/" + (f"sites/{site}/" if site else "") + "job/"
    return [(word(r.get("Title")) or "", f"{path}{r.get('Id')}") for r in dicts(items[0]["requisitionList"])]
