"""Count what postings ask of every applicant beside skills: n of N for each requirement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import get_args

from pipeline.records import EntryCount, EntryKind, EntryRequirement, Posting
from pipeline.shares.tallies import wilson

Asked = tuple[Posting, EntryRequirement]


def entry_counts(postings: Sequence[Posting], confidence: float = 0.95) -> list[EntryCount]:
    """Return each kind of requirement and each of its values as n of the counted postings, most asked first.

    The first line of a kind has no value: how many postings ask for anything of it; for experience its
    detail is the median and the range of the years asked.
    """
    counted = [p for p in postings if p.counted]
    asked: dict[EntryKind, list[Asked]] = defaultdict(list)
    for posting in counted:
        for one in posting.entry:
            asked[one.kind].append((posting, one))
    found: list[EntryCount] = []
    for kind in (kind for kind in get_args(EntryKind) if kind in asked):
        found.append(_count(asked[kind], len(counted), confidence, whole=True))
        values: dict[str, list[Asked]] = defaultdict(list)
        for pair in asked[kind]:
            values[pair[1].value.casefold()].append(pair)
        if len(values) > 1 or kind in ("degree", "language", "credential"):
            lines = [_count(pairs, len(counted), confidence) for pairs in values.values()]
            found += sorted(lines, key=lambda line: (-line.n, line.value))
    return found


def _count(asked: Sequence[Asked], of: int, confidence: float, whole: bool = False) -> EntryCount:
    ids = {posting.id for posting, _ in asked}
    low, high = wilson(len(ids) / of, of, confidence)
    posting, one = next((pair for pair in asked if pair[1].strength == "required"), asked[0])
    return EntryCount(
        kind=one.kind,
        value="" if whole else one.value,
        detail=_years(asked) if whole and one.kind == "experience" else "",
        n=len(ids),
        of=of,
        required=len({posting.id for posting, one in asked if one.strength == "required"}),
        low=float(low),
        high=float(high),
        quote=one.quote,
        url=posting.url,
    )


def _years(asked: Sequence[Asked]) -> str:
    most: dict[str, float] = {}
    for posting, one in asked:
        count, unit = one.value.split()
        asked_years = float(count) / (12 if unit.startswith("month") else 1)
        most[posting.id] = max(asked_years, most.get(posting.id, 0.0))
    years = sorted(most.values())
    return f"median {median(years):.3g} years, {years[0]:.3g} to {years[-1]:.3g}"
