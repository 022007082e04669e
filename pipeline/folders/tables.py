"""Records → Parquet files that grow table by table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline.records import PartShare, Shift, Skill, SkillScore

ROWS = 100_000
"""How many rows are written at a time: what a file needs in memory besides."""


def skill_table(scores: Sequence[SkillScore], skills: Mapping[str, Skill]) -> Any:
    """Return the scores with what else is known of the skills."""
    import pyarrow as pa

    table = score_table(scores)
    for name, kind in (("known", pa.bool_()), ("reason", pa.string()), ("uri", pa.string())):
        table = table.append_column(name, pa.array([getattr(skills[s.skill], name) for s in scores], kind))
    return table


def score_table(scores: Sequence[SkillScore], constant: Mapping[str, str] | None = None) -> Any:
    """Return the scores after the constant columns."""
    import pyarrow as pa

    table = _table(SkillScore, scores, constant or {})
    return table.append_column("share", pa.array([s.share for s in scores], pa.float64()))


def shift_table(shifts: Sequence[Shift], constant: Mapping[str, str]) -> Any:
    """Return the shifts after the constant columns."""
    return _table(Shift, shifts, constant)


_PARTS = {
    **dict.fromkeys(("value", "skill", "kind"), "string"),
    **dict.fromkeys(("n", "of"), "int64"),
    **dict.fromkeys(("share", "low", "high"), "float64"),
    **dict.fromkeys(("others_n", "others_of"), "int64"),
    **dict.fromkeys(("change", "change_low", "change_high", "p_value"), "float64"),
    "verdict": "string",
}
"""The columns of `compared/`: those of `export skills --by`."""


def part_table(value: str, shares: Sequence[PartShare]) -> Any:
    """Return the shares of one part beside all others."""
    import pyarrow as pa

    names = {"skill": "name", "value": ""}
    columns = {
        column: pa.array(
            [value if column == "value" else getattr(s, names.get(column, column)) for s in shares],
            getattr(pa, kind)(),
        )
        for column, kind in _PARTS.items()
    }
    return pa.table(columns)


def _table(record: type[Any], rows: Sequence[Any], constant: Mapping[str, str]) -> Any:
    """Return the rows of a flat record after the constant columns."""
    import pyarrow as pa

    kinds: dict[str, Any] = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
    columns = {name: pa.array([value] * len(rows), pa.string()) for name, value in constant.items()}
    for field in fields(record):
        kind = next((kinds[name] for name in kinds if str(field.type).startswith(name)), None)
        kind = kind or (pa.int64() if field.name == "priority" else pa.string())
        columns[field.name] = pa.array([getattr(row, field.name) for row in rows], kind)
    return pa.table(columns)


def write(path: Path, tables: Iterable[Any], columns: Sequence[tuple[str, str]] = ()) -> None:
    """Write these tables or batches to the file; it appears whole or not at all."""
    import pyarrow as pa

    kinds = pa.schema([(name, getattr(pa, kind)()) for name, kind in columns])
    with Growing(path) as file:
        if columns:
            file.add(kinds.empty_table())
        for table in tables:
            table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
            file.add(table.select(kinds.names).cast(kinds) if columns else table)


class Growing:
    """A Parquet file that takes tables of the first one's columns; it appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path, self._growing = path, path.parent / f"_{path.name}.tmp"
        self._held, self._rows = list[Any](), 0
        self._writer: Any = None

    def __enter__(self) -> Growing:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def add(self, table: Any) -> None:
        """Add the rows, in groups: each row group costs memory to the end."""
        import pyarrow.parquet as pq

        self._writer = self._writer or pq.ParquetWriter(self._growing, table.schema, compression="zstd")
        if table.num_rows:
            self._held.append(table)
            self._rows += table.num_rows
        if self._rows >= ROWS:
            self._write(self._rows // ROWS * ROWS)

    def _write(self, rows: int) -> None:
        import pyarrow as pa

        table = pa.concat_tables(self._held)
        self._writer.write_table(table.slice(0, rows), row_group_size=ROWS)
        self._rows -= rows
        self._held = [table.slice(rows)] if self._rows else []

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and self._rows:
            self._write(self._rows)
        if self._writer:
            self._writer.close()
        if kind is None:
            self._growing.replace(self._path)
