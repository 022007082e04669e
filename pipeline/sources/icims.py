"""iCIMS: the outer page is only a frame; the posting is inside. Never seen against a real page."""

from __future__ import annotations

from pipeline.records import Reading, Request
from pipeline.sources.document import Document

NAME = "icims"


def read(document: Document) -> Reading | None:
    """For a frame the request that leads into it; the inner page is read by its JSON-LD."""
    if (
        document.kind != "html"
        or "icims" not in document.text[:200_000].lower()
        or "JobPosting" in document.text
    ):
        return None
    frames = document.html.xpath("//iframe[contains(@id,'icims') or contains(@src,'icims')]")
    if not frames and "icims_content_iframe" not in document.text:
        return None
    base = document.base if ".icims.com" in document.base else document.url
    if "in_iframe=1" in base or not base.startswith("http"):
        return None
    url = base + ("&" if "?" in base else "?") + "in_iframe=1"
    return Reading(
        "shell", detail="an iCIMS frame; the posting is inside", follow=(Request(url),), system=NAME
    )
