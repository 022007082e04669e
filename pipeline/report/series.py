"""A trend as a table: one row for each skill and scoring, with what it rests on and how it moved.

Columns: skill, kind; scoring, day (of the scoring, null where it is not known); n, of, share, low, high
(interval of the share; null where no posting asks for the skill), score, priority, rank (by n); since (the
scoring before it), verdict, change, change_low, change_high, p_value (corrected; of the move since then, null
for the first scoring).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.records import Changes, Shift
from pipeline.report import flat_table, trend_charts

COLUMNS: flat_table.Columns = {
    **dict.fromkeys(("skill", "kind", "scoring", "day"), "text"),
    **dict.fromkeys(("n", "of"), "whole"),
    **dict.fromkeys(("share", "low", "high", "score"), "number"),
    **dict.fromkeys(("priority", "rank"), "whole"),
    **dict.fromkeys(("since", "verdict"), "text"),
    **dict.fromkeys(("change", "change_low", "change_high", "p_value"), "number"),
}


def rows(changes: Changes) -> Iterator[dict[str, Any]]:
    """Return the rows: skills by what is demanded now, scorings oldest first."""
    shifts = {(t.after, s.skill): (t.before, s) for t in reversed(changes.trends) for s in t.shifts}
    sizes = [max((score.of for score in snapshot.scores), default=0) for snapshot in changes.history]
    for line in trend_charts.lines(changes.history, changes.trends):
        for snapshot, of, score, rank in zip(changes.history, sizes, line.scores, line.ranks, strict=True):
            since, shift = shifts.get((snapshot.name, line.skill), ("", None))
            yield {
                "skill": line.skill,
                "kind": line.kind,
                "scoring": snapshot.name,
                "day": (snapshot.when or snapshot.taken)[:10] or None,
                "n": score.n if score else 0,
                "of": score.of if score else of,
                "share": score.share if score else 0.0,
                "low": score.low if score else None,
                "high": score.high if score else None,
                "score": score.score if score else 0.0,
                "priority": score.priority if score else None,
                "rank": rank,
                **_moved(since, shift),
            }


def _moved(since: str, shift: Shift | None) -> dict[str, Any]:
    if shift is None:
        names = ("since", "verdict", "change", "change_low", "change_high", "p_value")
        return dict.fromkeys(names)
    return {
        "since": since,
        "verdict": shift.verdict,
        "change": shift.change,
        "change_low": shift.low,
        "change_high": shift.high,
        "p_value": shift.p_value,
    }


def written(changes: Changes, form: str) -> str | bytes:
    """Return the table in one format."""
    return flat_table.written(COLUMNS, rows(changes), form)
