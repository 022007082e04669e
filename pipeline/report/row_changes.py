"""What became of the rows from one matrix to the next, in words."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Changes, RowChange
from pipeline.report import safe, words

SAME = "The rows and their titles are the same as before."


def sentence(change: RowChange) -> str:
    """Return one sentence without its full stop; titles are on one line and not yet escaped."""
    before, after, other = (safe.one_line(t) for t in (change.before, change.after, change.other))
    old, new = change.numbers
    told = {
        "new": f"Row {new} is new: {after}",
        "split": f"Row {new} split off from “{other}”: {after}",
        "gone": f"Row {old} is gone: {before}",
        "joined": f"Row {old} joined “{other}”: {before}",
        "renamed": f"Row {new} is renamed: {before} → {after}",
        "moved": f"Row {old} is now row {new}: {after}",
    }
    where = f" (it was row {old})" if change.fate == "renamed" and old != new else ""
    return told[change.fate] + where


def counts(changes: Changes) -> str:
    """Return how many postings came, changed, closed, left and could not be read."""
    silent = sum(posting.id in changes.uncounted for posting in changes.new)
    parts = [
        words.plural(len(changes.new), "new posting") + (f" ({silent:,} not counted)" if silent else ""),
        f"{len(changes.changed):,} changed",
        f"{len(changes.closed):,} closed",
        f"{len(changes.left):,} left the list",
    ]
    if changes.unread:
        parts.append(f"{len(changes.unread):,} could not be read this time")
    return ", ".join(parts)


def sentences(found: Sequence[RowChange]) -> list[str]:
    """Return one sentence for each change, or the one that says that there is none."""
    return [sentence(change) for change in found] or [SAME]
