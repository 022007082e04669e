"""Which of some postings that are alike repeat another: the comparison of a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline import read
from pipeline.records import Posting


def repeats_among(alike: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    """The postings that repeat another one, each with that one, by their `no`; the first of all counts."""
    names = ("title", "company", "location", "text")
    postings = [Posting(str(row["no"]), "", **{name: row[name] for name in names}) for row in alike]
    for posting in read.mark_duplicates(postings):
        if posting.duplicate_of is not None:
            yield int(posting.id), int(posting.duplicate_of)
