"""A file that a person named: one page, or a collection with a posting a row."""

from __future__ import annotations

from pathlib import Path

from pipeline import lists, sources
from pipeline.records import Failure, RawPage, Reading
from pipeline.sources.saved import page_of
from pipeline.text import plural

MOST_TOLD = 20
"""Rows without a text that are named one by one; behind them their number is told."""


def opened(path: Path, url: str | None = None) -> tuple[RawPage, Reading]:
    """The file as a page, and what it holds; of a collection `detail` says which rows cannot be read."""
    if not lists.is_collection(path):
        return sources.read_file(path, url)
    bad: list[Failure] = []
    listings = tuple(lists.read_collection(path, None, bad.append))
    detail = f"{plural(len(bad), 'row')} that cannot be read ({_told(bad)})" if bad else ""
    page, _ = page_of(path, url or str(path))
    if not listings:
        return page, Reading("no-text", detail=detail or "it has no row", system=lists.COLLECTION)
    return page, Reading("posting", listings, detail, system=lists.COLLECTION)


def _told(bad: list[Failure]) -> str:
    more = f"; and {len(bad) - MOST_TOLD} more" if len(bad) > MOST_TOLD else ""
    return "; ".join(failure.detail for failure in bad[:MOST_TOLD]) + more
