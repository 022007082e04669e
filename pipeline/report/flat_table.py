"""Rows with named columns as CSV, JSON, JSON lines, Markdown or Parquet; no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from pipeline.errors import UsageError
from pipeline.records import Changes, Shift
from pipeline.report import safe, trend_charts

Holds = Literal["text", "whole", "number"]
Columns = Mapping[str, Holds]
"""The columns in order, and what they hold."""

Row = Mapping[str, Any]

FORMATS = ("csv", "json", "jsonl", "md", "parquet")


def written(columns: Columns, rows: Iterable[Row], form: str) -> str | bytes:
    """Return the table in one format; raises `UsageError` for another one."""
    makers: dict[str, Callable[[Columns, Iterable[Row]], str | bytes]] = {
        "csv": _csv,
        "json": _json,
        "jsonl": _jsonl,
        "md": _markdown,
        "parquet": _parquet,
    }
    if form not in makers:
        raise UsageError(f"this table is not written as {form}", f"Choose one of {', '.join(FORMATS)}.")
    return makers[form](columns, ({name: _clean(row[name]) for name in columns} for row in rows))


def _clean(value: Any) -> Any:
    return safe.clean(value) if isinstance(value, str) else value


def _csv(columns: Columns, rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[name] is None else safe.cell(row[name]) for name in columns])
    return out.getvalue()


def _json(columns: Columns, rows: Iterable[Row]) -> str:
    return "[\n" + ",\n".join(_encode(row) for row in rows) + "\n]\n"


def _jsonl(columns: Columns, rows: Iterable[Row]) -> str:
    return "".join(_encode(row) + "\n" for row in rows)


def _markdown(columns: Columns, rows: Iterable[Row]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += [
        "| " + " | ".join("" if v is None else safe.markdown(str(v)) for v in row.values()) + " |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _parquet(columns: Columns, rows: Iterable[Row]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(name, types[holds]) for name, holds in columns.items()])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), out, compression="zstd")
    return out.getvalue()


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


COLUMNS: Columns = {
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


def changes_written(changes: Changes, form: str) -> str | bytes:
    """Return the table in one format."""
    return written(COLUMNS, rows(changes), form)
