"""Which shifts of a trend are told, in which order, and what is said where none is."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Changes, RowChange, Shift, Trend
from pipeline.report import safe, words
from pipeline.report.trend_charts import QUIET

ROWS = 60
"""How many shifts a page shows."""

FIRST = 15
"""How many of them stand open; the others are folded away, so that the pictures are near."""


def moved(trend: Trend) -> list[Shift]:
    """Return the shifts that chance does not explain, the largest first."""
    return [s for s in _ordered(trend) if s.verdict not in QUIET]


def requirements(trend: Trend) -> list[Shift]:
    """Return the shifts of entry requirements that chance does not explain, the largest first."""
    sure = [s for s in trend.requirements if s.verdict not in QUIET]
    return sorted(sure, key=lambda s: (-abs(s.change), s.skill))


def unmoved(trend: Trend) -> list[Shift]:
    """Return the shifts that say nothing: steady, or too few postings to tell."""
    return [s for s in _ordered(trend) if s.verdict in QUIET]


def nothing_moved(trend: Trend) -> str:
    """Return the sentence for a trend without a sure change: too few postings to tell, or none found."""
    quiet = trend.shifts
    if quiet and all(s.verdict == "too few to tell" for s in quiet):
        sides = f"{words.plural(trend.before_postings, 'posting')} before, {trend.after_postings:,} after"
        return f"Too few postings to tell whether any skill moved ({sides})."
    unsure = sum(s.verdict == "too few to tell" for s in quiet)
    more = f" For {words.plural(unsure, 'skill')} there are too few postings to tell." if unsure else ""
    return f"No change is larger than chance would explain.{more}"


def sentence(shift: Shift) -> str:
    """Return one shift in words, without the skill's name."""
    change = f"{words.points(shift.change)} points, {words.points(shift.low)} to {words.points(shift.high)}"
    before, after = words.n_of(shift.before_n, shift.before_of), words.n_of(shift.after_n, shift.after_of)
    return f"{shift.verdict}: {before} → {after} ({change})"


def _ordered(trend: Trend) -> list[Shift]:
    return sorted(trend.shifts, key=lambda s: (-abs(s.change), s.skill))


SAME = "The rows and their titles are the same as before."


def row_sentence(change: RowChange) -> str:
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
    return [row_sentence(change) for change in found] or [SAME]
