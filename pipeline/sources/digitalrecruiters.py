"""DigitalRecruiters (fr): the ads of an employer's JSON; description and wanted profile are two fields."""

from __future__ import annotations

from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.jsonboards import board_reading
from pipeline.sources.values import at, block, dicts, joined, pay, word

NAME = "digitalrecruiters"


def read(document: Document) -> Reading | None:
    """The ads of an answer."""
    ads = dicts(at(document.data, "ads")) if document.kind == "json" else []
    if not ads or not all("title" in a and ("profile" in a or "entity" in a or "brand" in a) for a in ads):
        return None
    return board_reading(document, NAME, ads, _listing)


def _listing(ad: dict[str, Any], document: Document) -> Listing:
    salary = ad.get("salary")
    parts = at(ad, "address", "parts")
    return Listing(
        url=word(ad.get("apply_url")) or word(ad.get("url")) or document.url,
        system=NAME,
        title=word(ad.get("title")),
        content=block(None, ad.get("description")) + block("Profil", ad.get("profile")),
        company=word(at(ad, "brand", "name")) or word(at(ad, "entity", "public_name")),
        location=word(at(ad, "address", "formatted"))
        or joined([word(at(parts, "city")), word(at(parts, "country"))]),
        date_posted=day(ad.get("published_at")),
        employment_type=word(ad.get("contract_type")),
        item=word(ad.get("reference")),
        salary=pay(at(salary, "min"), at(salary, "max"), at(salary, "currency"), at(salary, "kind")),
    )
