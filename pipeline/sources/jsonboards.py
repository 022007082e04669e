"""What the JSON boards have in common: a list of jobs under one key, each read by one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pipeline.records import Listing, Reading
from pipeline.sources.common import reading
from pipeline.sources.document import Document

Reader = Callable[[dict[str, Any], Document], Listing]


def board_reading(
    document: Document, system: str, jobs: Iterable[dict[str, Any]], read_one: Reader
) -> Reading:
    """The reading of a board's jobs; one of them may be asked for by its id or address."""
    found = [read_one(job, document) for job in jobs]
    return reading(document, system, [(listing, (listing.item or "", listing.url)) for listing in found])
