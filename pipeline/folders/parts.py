"""One input file's share of the data set: Parquet parts that appear whole or not at all, and its journal.

`postings/`, `mentions/`, `demand/` and `failures/` hold one part for each input file; `_state/` says which
files are finished. Names that begin with "_" are left out by Spark, Arrow and DuckDB alike.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError
from pipeline.folders.inputs import InputFile
from pipeline.records import digest

STATE = "_state"
DEADLY = 2
"""A row under which so many processes died is left out: once may be a kill from outside."""

_TEXT, _INT, _INTS, _REAL, _FLAG = "string", "int32", "list of int32", "float64", "bool_"
TABLES: Mapping[str, Mapping[str, str]] = {
    "postings": {
        "id": _TEXT, "file": _TEXT, "row": _INT, "url": _TEXT, "title": _TEXT, "role": _TEXT,
        "company": _TEXT, "employer": _TEXT, "location": _TEXT, "date": _TEXT, "month": _TEXT,
        "seniority": _TEXT, "mode": _TEXT, "type": _TEXT, "pay": _REAL, "currency": _TEXT,
        "language": _TEXT, "read": _FLAG, "same_words": _TEXT, "bands": _INTS,
        "text": _TEXT,
    },
    "mentions": {
        "posting_id": _TEXT, "start": _INT, "end": _INT, "quote": _TEXT, "skill": _TEXT, "strength": _TEXT,
        "kind": _TEXT, "years": _REAL, "depth": _TEXT, "negated": _FLAG, "found": _TEXT, "section": _TEXT,
        "score": _REAL, "engine": _TEXT,
    },
    "demand": {
        "posting_id": _TEXT, "skill": _TEXT, "required": _INT, "duty": _INT, "unstated": _INT,
        "preferred": _INT, "general": _INT, "specific": _INT, "years": _REAL,
    },
    "failures": {"file": _TEXT, "row": _INT, "reason": _TEXT},
}  # fmt: skip
"""The columns of each table."""


def part_name(name: str) -> str:
    """Return the name of a file's parts.

    Its own, as far as it is plain, and what tells it from all others.
    """
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.split("/")[-1].split(".")[0])
    # names of files end at 255 bytes; the digest alone tells them apart
    return f"{plain[:40]}-{digest(name)[:10]}"


def file_stamp(file: InputFile, made_with: Mapping[str, str]) -> dict[str, str]:
    """Return all that a file's parts depend on, by what it is: equal stamps, equal parts."""
    return {"content": digest(file.name, file.content), **made_with}


class PartWriter:
    """Writes one file's parts batch by batch; they take their names together at the end of the block."""

    def __init__(self, output: Path, part: str) -> None:
        self._output, self._part = output, part
        # two workers may have the same file in hand where a cluster took one for dead
        self._suffix = f"{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp"
        self._writers: dict[str, Any] = {}
        self.bytes = 0

    def __enter__(self) -> PartWriter:
        import pyarrow.parquet as pq

        try:
            (self._output / STATE).mkdir(parents=True, exist_ok=True)
            for table in TABLES:
                (self._output / table).mkdir(exist_ok=True)
                self._writers[table] = pq.ParquetWriter(
                    self._growing(table), schema(table), compression="zstd"
                )
        except OSError as error:
            raise StoreError(f"{self._output}: {error.strerror or error}") from error
        return self

    def write(self, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Write the rows to the part as a row group of their own."""
        if next(iter(columns.values())):
            self._writers[table].write_table(to_table(table, columns))

    def __exit__(self, kind: object, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()
        for table in TABLES:
            if kind is None:
                growing = self._growing(table)
                self.bytes += growing.stat().st_size
                growing.replace(self._output / table / f"{self._part}.parquet")
            else:
                self._growing(table).unlink(missing_ok=True)

    def _growing(self, table: str) -> Path:
        return self._output / STATE / f"{self._part}.{table}.{self._suffix}"


def schema(table: str) -> Any:
    """Return the Arrow schema of a table."""
    import pyarrow as pa

    return pa.schema(
        [
            (name, pa.list_(pa.int32()) if kind == _INTS else getattr(pa, kind)())
            for name, kind in TABLES[table].items()
        ]
    )


def to_table(table: str, columns: Mapping[str, Sequence[Any]]) -> Any:
    """Return an Arrow table of these columns."""
    import pyarrow as pa

    kinds = schema(table)
    return pa.table([pa.array(columns[name], kinds.field(name).type) for name in kinds.names], schema=kinds)


# --- what is finished ------------------------------------------------------------------------------


def save_finished(output: Path, part: str, told: Mapping[str, Any]) -> None:
    """Record the file as finished; its parts must have their names by then."""
    path = output / STATE / f"{part}.json"
    growing = path.with_suffix(f".{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp")
    growing.write_text(json.dumps(told, sort_keys=True), encoding="utf-8")
    # renaming is all or nothing: a killed process leaves no half record
    growing.replace(path)


def finished(output: Path) -> dict[str, dict[str, Any]]:
    """Return what was told of every finished file, by the name of its parts."""
    found = {}
    for path in sorted((output / STATE).glob("*.json")):
        with suppress(ValueError):  # a state that cannot be read belongs to a file that is not finished
            told = json.loads(path.read_text(encoding="utf-8"))
            if all((output / table / f"{path.stem}.parquet").is_file() for table in TABLES):
                found[path.stem] = told
    return found


def sweep(output: Path) -> None:
    """Remove what killed processes left half written; call it before any worker starts."""
    for left in (output / STATE).glob("*.tmp"):
        left.unlink(missing_ok=True)


def forget(output: Path, parts: Iterable[str]) -> None:
    """Remove these parts and their records."""
    for part in parts:
        # the record before the parts: killed in between, the file counts as unread
        (output / STATE / f"{part}.json").unlink(missing_ok=True)
        for table in TABLES:
            (output / table / f"{part}.parquet").unlink(missing_ok=True)


# --- rows that kill --------------------------------------------------------------------------------


class Journal:
    """Knows which row is being read, so that a row that kills its process is left out the third time."""

    def __init__(self, output: Path, part: str) -> None:
        self._row = output / STATE / f"{part}.row"
        self._deaths = output / STATE / f"{part}.deaths"
        self._file = -1

    def __enter__(self) -> Journal:
        self._row.parent.mkdir(parents=True, exist_ok=True)
        # fewer bytes: it died while it wrote the number, before the row was read
        if self._row.is_file() and len(left := self._row.read_bytes()) == 8:
            with self._deaths.open("a", encoding="ascii") as deaths:
                deaths.write(f"{struct.unpack('<q', left)[0]}\n")
        died = self._deaths.read_text(encoding="ascii").split() if self._deaths.is_file() else []
        self.deadly = {int(row) for row in died if died.count(row) >= DEADLY}
        self._file = os.open(self._row, os.O_RDWR | os.O_CREAT)
        return self

    def begin(self, row: int) -> None:
        """Journal the row, so that a crash can be blamed on it."""
        os.pwrite(self._file, struct.pack("<q", row), 0)  # a microsecond: the kernel keeps it when we die

    def __exit__(self, kind: object, *_: object) -> None:
        os.close(self._file)
        self._row.unlink(missing_ok=True)
        if kind is None:
            self._deaths.unlink(missing_ok=True)


def keep_own(output: Path, files: Mapping[str, bytes]) -> str:
    """Return the mark under which these files, by name, lie in the data set.

    "" for none. Older ones are gone.
    """
    mark = mark_of(files)
    folder = _folder(output, mark)
    try:
        for old in (output / STATE).glob("own-*"):
            if old != folder:
                shutil.rmtree(old)
        if mark:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                growing = folder / f"{name}.{os.getpid()}.tmp"
                growing.write_bytes(content)
                growing.replace(folder / name)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}") from error
    return mark


def kept_own(output: Path, mark: str) -> dict[str, Path]:
    """Return the files of a mark, by name; raises `StoreError` where they are not what was written."""
    if not mark:
        return {}
    folder = _folder(output, mark)
    paths = {path.name: path for path in sorted(folder.glob("*")) if path.suffix != ".tmp"}
    try:
        whole = mark_of({name: path.read_bytes() for name, path in paths.items()}) == mark
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}") from error
    if not whole:
        raise StoreError(
            f"{folder} does not hold what this run wrote there: it is damaged, or not seen from this worker",
            "Run the same command again; every worker must see --output under the same path.",
        )
    return paths


def mark_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of these files, by name; "" for none."""
    told = sorted((name, sha256(content).hexdigest()) for name, content in files.items())
    return digest(told)[:16] if told else ""


def _folder(output: Path, mark: str) -> Path:
    return output / STATE / f"own-{mark}"
