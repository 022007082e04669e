"""A trend as a table: one row for each skill and scoring, with what it rests on and how it moved.

Columns: skill, kind; scoring, day (of the scoring, null where it is not known); n, of, share, low, high
(interval of the share; null where no posting asks for the skill), score, priority, rank (by n); since (the
scoring before it), verdict, change, change_low, change_high, p_value (corrected; of the move since then, null
for the first scoring).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from pipeline.records import Changes, Shift
from pipeline.report import safe, trend_charts

_TEXT, _WHOLE, _NUMBER = "text", "whole", "number"

COLUMNS = {
    **dict.fromkeys(("skill", "kind", "scoring", "day"), _TEXT),
    **dict.fromkeys(("n", "of"), _WHOLE),
    **dict.fromkeys(("share", "low", "high", "score"), _NUMBER),
    **dict.fromkeys(("priority", "rank"), _WHOLE),
    **dict.fromkeys(("since", "verdict"), _TEXT),
    **dict.fromkeys(("change", "change_low", "change_high", "p_value"), _NUMBER),
}
"""The columns in order, and what they hold."""


def rows(changes: Changes) -> Iterator[dict[str, Any]]:
    """Return the rows: skills by what is demanded now, scorings oldest first."""
    shifts = {(t.after, s.skill): (t.before, s) for t in reversed(changes.trends) for s in t.shifts}
    sizes = [max((score.of for score in snapshot.scores), default=0) for snapshot in changes.history]
    for line in trend_charts.lines(changes.history, changes.trends):
        for snapshot, of, score, rank in zip(changes.history, sizes, line.scores, line.ranks, strict=True):
            since, shift = shifts.get((snapshot.name, line.skill), ("", None))
            yield {
                "skill": safe.clean(line.skill),
                "kind": line.kind,
                "scoring": safe.clean(snapshot.name),
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
        "since": safe.clean(since),
        "verdict": shift.verdict,
        "change": shift.change,
        "change_low": shift.low,
        "change_high": shift.high,
        "p_value": shift.p_value,
    }


def as_csv(changes: Changes) -> str:
    """Return the table as CSV; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(changes):
        writer.writerow(["" if row[name] is None else safe.cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def as_parquet(changes: Changes) -> bytes:
    """Return the table as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {_TEXT: pa.string(), _WHOLE: pa.int64(), _NUMBER: pa.float64()}
    schema = pa.schema([(name, types[holds]) for name, holds in COLUMNS.items()])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows(changes)), schema=schema), out, compression="zstd")
    return out.getvalue()
