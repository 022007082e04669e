"""A whole collection (JSONL, CSV, Parquet) → postings of a target."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline import lists, read
from pipeline.archive import hold
from pipeline.errors import BUG, NoAnswer, NothingGathered, UsageError, unexpected
from pipeline.records import Failure, Listing, Posting, RawPage, Run, SourceLine, Target
from pipeline.steps import reading
from pipeline.steps.place import Place
from pipeline.steps.targets import as_remembered

IMPORTED = "imported"
"""The record file of `data/raw` that keeps every imported posting."""


def collect(place: Place, target: Target, file: Path, pairs: Sequence[str]) -> tuple[Run, list[Failure]]:
    """Return the rows of a collection, kept in `data/raw` and as the target's postings."""
    began = time.perf_counter()
    failures: list[Failure] = []

    def report(failure: Failure) -> None:
        failures.append(read.without_contacts(failure))

    listings = list(lists.read_collection(file, mapping_of(pairs), report))
    with hold(place.raw):
        target = as_remembered(place, target)
        place.remember_target(target)
        known = {listing for name, listing in place.archive.each_made(IMPORTED, _kept) if name == target.id}
        new = [{"target": target.id, "listing": asdict(one)} for one in listings if one not in known]
        place.archive.append_all(IMPORTED, new)
        # over all imports together: a second file may repeat the first
        postings = read.mark_duplicates(imported(place, target, report))
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


def imported(
    place: Place, target: Target, report: Callable[[Failure], object] | None = None
) -> list[Posting]:
    """Return the postings that were imported for a target, in the order they came; others go to `report`."""
    found: list[Posting] = []
    for name, listing in place.archive.each_made(IMPORTED, _kept):
        if name == target.id:
            page = RawPage(listing.url, listing.url, 200, (), b"", "")
            line = SourceLine(listing.url, number=len(found) + 1)
            try:
                found.append(reading.posting(listing, line, page))
            except Exception as error:
                # whatever a text provokes costs this posting, never the collection
                why = str(error) if isinstance(error, NoAnswer) else unexpected(error)
                advice = error.advice if isinstance(error, NoAnswer) else BUG
                if report:
                    report(Failure(listing.url, "error", why, advice, line.number))
    return found


def _kept(record: dict[str, Any]) -> tuple[str, Listing]:
    """Return the target of a kept record and its listing as it was: JSON has no tuples."""
    kept = record["listing"]
    listing = Listing(**{**kept, "notes": tuple(kept.get("notes", ()))})
    hash(listing)  # raises where a field holds what no listing has, a list say
    return record["target"], listing


def mapping_of(pairs: Sequence[str]) -> dict[str, str]:
    """Return the columns that `--map field=column` names; raises `UsageError` for anything else."""
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise UsageError(f"--map {pair} is not field=column", "Example: --map text=description_raw")
        mapping[field] = column
    return mapping
