"""A whole collection (JSONL, CSV, Parquet) → postings of a target."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline import lists, read
from pipeline.archive import hold
from pipeline.errors import NothingGathered, UsageError
from pipeline.records import Failure, Listing, Posting, RawPage, Run, SourceLine, Target
from pipeline.steps.place import Place
from pipeline.steps.targets import as_remembered

IMPORTED = "imported"
"""The record file of `data/raw` that keeps every imported posting."""


def collect(place: Place, target: Target, file: Path, pairs: Sequence[str]) -> tuple[Run, list[Failure]]:
    """The rows of a collection, kept in `data/raw` and as the target's postings."""
    began = time.perf_counter()
    failures: list[Failure] = []
    listings = list(lists.read_collection(file, mapping_of(pairs), failures.append))
    with hold(place.raw):
        target = as_remembered(place, target)
        place.remember_target(target)
        kept = place.archive.each_record(IMPORTED)
        known = {_listing(r["listing"]) for r in kept if r["target"] == target.id}
        new = [{"target": target.id, "listing": asdict(one)} for one in listings if one not in known]
        place.archive.append_all(IMPORTED, new)
        postings = read.mark_duplicates(imported(place, target))
        if not postings:
            raise NothingGathered(f"no row of {file} holds a posting")
        run = Run(
            "gather",
            target.id,
            inputs=len(listings) + len(failures),
            outputs=len(postings),
            failed=len(failures),
            seconds=time.perf_counter() - began,
        )
        with place.store() as store:
            store.save_target(target)
            store.save_postings(target.id, postings)
            store.save_failures(target.id, failures)
            store.save_run(run)
    return run, failures


def imported(place: Place, target: Target) -> list[Posting]:
    """The postings that were imported for a target, in the order they came."""
    found: list[Posting] = []
    for record in place.archive.each_record(IMPORTED):
        if record["target"] == target.id:
            listing = _listing(record["listing"])
            page = RawPage(listing.url, listing.url, 200, (), b"", "")
            line = SourceLine(listing.url, number=len(found) + 1)
            posting = read.posting_from(listing, line, page)
            found.append(replace(posting, number=len(found) + 1))
    return found


def _listing(kept: dict[str, Any]) -> Listing:
    """Return a kept listing as it was: JSON has no tuples."""
    return Listing(**{**kept, "notes": tuple(kept.get("notes", ()))})


def mapping_of(pairs: Sequence[str]) -> dict[str, str]:
    """The columns that `--map field=column` names; raises `UsageError` for anything else."""
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise UsageError(f"--map {pair} is not field=column", "Example: --map text=description_raw")
        mapping[field] = column
    return mapping
