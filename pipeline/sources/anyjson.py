"""Read JSON of no known board: schema.org objects, else objects that have a title and a long text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipeline.records import Reading
from pipeline.sources import fields
from pipeline.sources.common import reading
from pipeline.sources.document import Document
from pipeline.sources.structured import job_nodes, listing_of

SYSTEM = "json"
# by eye: an answer with more objects is no list of postings, and a hostile one must end
MAX_NODES = 100_000


def read(document: Document) -> Reading | None:
    """Return the postings of an unknown answer; None where no object of it looks like one."""
    if document.kind != "json":
        return None
    stated = [listing_of(node, document) for node in job_nodes(document.data)]
    found = stated or [fields.listing_from(entry, document, SYSTEM) for entry in entries(document.data)]
    if not found:
        return None
    numbered = [replace(x, item=x.item or str(n)) for n, x in enumerate(found)]
    return reading(
        document, "schema.org" if stated else SYSTEM, [(x, (x.item or "", x.url)) for x in numbered]
    )


def entries(data: Any) -> Iterator[dict[str, Any]]:
    """Yield every object that reads as a posting, by folded names, and its like without a text beside it."""
    left, seen = [data], 0
    while left and seen < MAX_NODES:
        # nearest to the root first: a board's list is found before anything nested inside its jobs
        value = left.pop(0)
        seen += 1
        if isinstance(value, list):
            rows = [fields.named(v) for v in value if isinstance(v, dict)]
            if any(fields.is_posting(row) and fields.is_job(row) for row in rows):
                # a job without a text beside others that have one is a job all the same
                yield from (row for row in rows if fields.title_of(row))
            else:
                left.extend(v for v in value if isinstance(v, dict | list))
        elif isinstance(value, dict):
            named = fields.named(value)
            if fields.is_posting(named) and fields.is_job(named) and not _holds_list(value):
                yield named
            else:
                left.extend(v for v in value.values() if isinstance(v, dict | list))


def _holds_list(value: dict[str, Any]) -> bool:
    """Return True for the answer of a board that has a name and a text of its own beside its jobs."""
    lists = [v for v in value.values() if isinstance(v, list)]
    # the first rows tell what a list is of
    return any(fields.is_posting(fields.named(v)) for rows in lists for v in rows[:20] if isinstance(v, dict))
