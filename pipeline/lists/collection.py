"""Whole collections, a posting a row: JSONL, CSV and Parquet, read row by row, however large."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from pipeline import fieldnames as names
from pipeline.errors import UsageError
from pipeline.records import Failure, Listing

_MOST_CELL = 50_000_000

COLLECTION = "collection"
"""The system of a listing that is a row of a file."""

_USUAL: dict[str, tuple[str, ...]] = {
    "title": names.TITLE,
    "company": names.COMPANY,
    "location": names.PLACE,
    "date": names.DATE,
    "url": names.LINK,
    "text": names.TEXT,
    "id": names.NUMBER,
    "employment": names.EMPLOYMENT,
    "salary": names.SALARY,
    "low": names.SALARY_LOW,
    "high": names.SALARY_HIGH,
    "currency": names.CURRENCY,
    "period": names.PERIOD,
    "mode": names.REMOTE,
    "seniority": names.SENIORITY,
}
_OTHER_NAMES = {"description": "text", "content": "text", "date_posted": "date", "item": "id"}
_TAG = re.compile(
    r"<(p|br|div|ul|ol|li|h[1-6]|strong|b|em|span|table|section|article)\b[^>]*>", re.IGNORECASE
)
Report = Callable[[Failure], object]


def read_collection(
    path: Path | str, mapping: Mapping[str, str] | None = None, report: Report | None = None
) -> Iterator[Listing]:
    """Yield one listing a row of a JSONL, CSV or Parquet file (gz too).

    Columns are found by their usual names; `mapping` (title, company, location, date, url, text, id →
    column) overrules. A bad row goes to `report` with its number; without `report` it raises `UsageError`.
    """
    path = Path(path)
    wanted = _wanted_columns(mapping or {})
    known: dict[tuple[str, ...], dict[str, str]] = {}
    unfit: UsageError | None = None
    read = 0
    for number, row in _rows(path):
        try:
            if isinstance(row, str):
                raise ValueError(row)
            header = tuple(row)
            if header not in known:  # the rows of a JSONL file need not have the same names
                known[header] = _columns(header, wanted)
                _check_columns(path, header, wanted, known)
            yield _listing(row, known[header], path, number)
            read += 1
        except UsageError as error:
            if report is None or _READERS[_ending(path)] is not _json_lines:
                raise
            unfit = error  # one row without a text, `{}` say, is no mistake of the caller; all of them are
            _tell(report, path, number, "no text")
        except ValueError as error:
            _tell(report, path, number, str(error))
    if unfit and not read:
        raise unfit


def _check_columns(
    path: Path, header: tuple[str, ...], wanted: Mapping[str, str], known: Mapping[Any, Any]
) -> None:
    if len(known) > 1:
        return  # a name that only some rows lack is no mistake of the caller
    there = f"it has {', '.join(header)}"
    missing = sorted(column for column in wanted.values() if column not in header)
    if missing:
        raise UsageError(f"{path} has no column {missing[0]!r}; {there}")
    if "text" not in known[header]:
        raise UsageError(f"{path} has no column for the text; {there}", "Use --map text=COLUMN.")


def _tell(report: Report | None, path: Path, number: int, why: str) -> None:
    detail = f"row {number}: {why}"
    if report is None:
        raise UsageError(f"{path}, {detail}")
    report(Failure(f"{path}#{number}", "error", detail, "Correct the row or leave it out.", number))


def _wanted_columns(mapping: Mapping[str, str]) -> dict[str, str]:
    wanted = {_OTHER_NAMES.get(name, name): column for name, column in mapping.items()}
    unknown = sorted(wanted.keys() - _USUAL.keys())
    if unknown:
        raise UsageError(f"--map knows no {unknown[0]!r}; it knows {', '.join(_USUAL)}")
    return wanted


def _columns(header: tuple[str, ...], wanted: Mapping[str, str]) -> dict[str, str]:
    there = {names.fold(name): name for name in reversed(header)}
    columns = {name: column for name, column in wanted.items() if column in header}
    for name, usual in _USUAL.items():
        found = next((there[u] for u in usual if u in there), None)
        if name not in columns and found is not None:
            columns[name] = found
    if columns.get("title") == columns.get("text"):
        columns.pop("title", None)  # "text" alone is the text; beside "description" it is Lever's title
    return columns


def _listing(row: Mapping[str, Any], columns: Mapping[str, str], path: Path, number: int) -> Listing:
    known = {name: _cell(row.get(column)) for name, column in columns.items()}
    content = known.get("text")
    if not content:
        titled = f" in {known['title']!r}" if known.get("title") else ""
        raise ValueError(f"no text{titled}")
    item = known.get("id") or str(number)
    cells = (row.get(column) for column in columns.values())
    recoded = any(isinstance(cell, str) and _NO_UTF8.search(cell) for cell in cells)
    is_html = bool(_TAG.search(content))
    return Listing(
        url=known.get("url") or f"{path.name}#{item}",
        system=COLLECTION,
        title=known.get("title"),
        content=content if is_html else _without_escapes(content),
        is_html=is_html,
        company=known.get("company"),
        location=known.get("location"),
        date_posted=_when(known.get("date")),
        employment_type=known.get("employment"),
        item=item,
        salary=known.get("salary") or _pay(known),
        work_mode="remote" if known.get("mode") == "True" else known.get("mode"),
        seniority=known.get("seniority"),
        notes=(_RECODED,) if recoded else (),
    )


def _pay(known: Mapping[str, str | None]) -> str | None:
    ends = " - ".join(filter(None, dict.fromkeys((known.get("low"), known.get("high")))))
    return " ".join(filter(None, (ends, known.get("currency"), known.get("period")))) if ends else None


_RECODED = "characters that are no UTF-8 read as Windows-1252"
_MARKED = re.compile(r"\\([-+.#&*_()!\[\]|<>~`=:/{}])")
_MARKED_LINK = re.compile(r"\[([^\]\[\n]{1,200})\]\(https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*\)")


def _without_escapes(text: str) -> str:
    """Return a text that a converter to Markdown escaped as it was: "C\\+\\+" is C++."""
    return _MARKED_LINK.sub(r"\1", _MARKED.sub(r"\1", text)) if _MARKED.search(text) else text


_NO_UTF8 = re.compile(r"[\udc80-\udcff]+")


def _as_windows(text: str) -> str:
    """Return the text with its bytes that are no UTF-8 read as Windows-1252."""
    return _NO_UTF8.sub(lambda m: bytes(ord(c) - 0xDC00 for c in m[0]).decode("cp1252", "replace"), text)


def _cell(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = next(
            (value[k] for k in ("name", "label", "text", "value") if isinstance(value.get(k), str)), None
        )
    if isinstance(value, (list, tuple)):
        value = "; ".join(filter(None, map(_cell, value)))
    if value is None or value != value:  # NaN
        return None
    text = _as_windows(str(value)).strip()
    return None if names.says_nothing(text) else text


def _when(value: str | None) -> str | None:
    if value is None:
        return None
    with_day = re.match(r"\d{4}-\d{2}-\d{2}", value)
    try:
        if with_day:
            return date.fromisoformat(with_day[0]).isoformat()
        seconds = float(value)
        seconds = seconds / 1000 if seconds > 1e11 else seconds
        return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds > 1e8 else None
    except (ValueError, OverflowError, OSError):
        return None


def is_collection(path: Path) -> bool:
    """Return True for a file with a posting a row.

    By its ending, and a CSV by having a column for the text.
    """
    reader = _READERS.get(_ending(path))
    if reader is None or not path.is_file():
        return False
    if reader is not _csv_lines:
        return True
    try:
        with _csv_text(path) as file:
            header = next(csv.reader(file, delimiter=_delimiter(path, file)), [])
        return "text" in _columns(tuple(header), {})
    except (OSError, EOFError, zlib.error, csv.Error):
        return False


def _ending(path: Path) -> str:
    """Return the last ending in small letters, that of the packed file for .gz."""
    names = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return names[-1] if names else ""


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield numbered rows; a string instead of a row says why it cannot be read."""
    reader = _READERS.get(_ending(path))
    if reader is None:
        raise UsageError(
            f"{path} is no .jsonl, .csv or .parquet file", "A single saved page goes into a list."
        )
    try:
        yield from reader(path)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _open(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    with _open(path) as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            try:
                row = json.loads(raw.decode("utf-8-sig", "surrogateescape"))
            except (ValueError, RecursionError) as error:
                yield number, f"no JSON ({error})"
                continue
            yield number, row if isinstance(row, dict) else "no JSON object"


def _csv_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    csv.field_size_limit(_MOST_CELL)
    with _csv_text(path) as file:
        rows = csv.DictReader(file, delimiter=_delimiter(path, file))
        for number in count(1):
            try:
                row = next(rows, None)
            except csv.Error as error:  # a cell beyond the limit, say: the next row may be sound
                yield number, f"no CSV row ({error})"
                continue
            if row is None:
                return
            extra = None in row
            yield number, "more cells than the header" if extra else {str(k): v for k, v in row.items()}


def _csv_text(path: Path) -> TextIO:
    with _open(path) as file:
        mark = file.read(2)
    encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    # bytes that are no UTF-8 come as surrogates, and the cell that holds them is read as Windows-1252;
    # UTF-16 that is cut or broken has no other reading
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return io.TextIOWrapper(_open(path), encoding=encoding, errors=errors, newline="")


def _delimiter(path: Path, file: TextIO) -> str:
    if _ending(path) == ".tsv":
        return "\t"
    first = file.readline()
    file.seek(0)
    return max(",;\t", key=first.count)


def _parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except pa.ArrowInvalid as error:
        raise UsageError(f"{path} is no Parquet file: {error}") from error


_READERS: Mapping[str, Callable[[Path], Iterator[tuple[int, dict[str, Any] | str]]]] = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv_lines,
    ".tsv": _csv_lines,
    ".parquet": _parquet_rows,
}
"""What reads a file of each ending."""
