"""A list of sources: one address or path a line, or a CSV with a header.

One bad line is a `Failure` with its number and never costs the others; only a list that cannot be read
at all raises `UsageError`.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TextIO, cast
from urllib.parse import urlsplit, urlunsplit

from pipeline.errors import BUG, UsageError, unexpected
from pipeline.lists.collection import is_collection
from pipeline.records import SOURCE_KINDS, Failure, SourceKind, SourceLine

READABLE = frozenset((".docx", ".htm", ".html", ".json", ".md", ".mht", ".mhtml", ".pdf", ".txt", ".xml"))
"""Endings of the files that a folder in a list is expanded to."""

_MOST_BYTES = 50_000_000
_TOKEN = re.compile(r"\"([^\"]*)\"|'([^']*)'|(\S+)")
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"(kind|date|title|company)=(.*)", re.DOTALL)
_PASSWORD = re.compile(r"//[^/@\s]*@")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_MOST_ENTRIES = 20_000
_LONGEST = 4_000
"""Characters of the longest path that is looked for: file systems refuse longer ones."""
_COLUMNS = ("url", "kind", "date", "title", "company")
_SAVE_AS = "Save it as plain UTF-8 text: one address or path a line, `#` for comments."
_NO_LIST = "Name a text file with one address or path a line."
_NO_SOURCE = "Write one address or path a line, for example https://jobs.example.org/1."


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources of a list in their order, the lines that cannot be used, and what was noticed.

    `path` is where the list stands and can be read again; "" for standard input.
    """

    lines: tuple[SourceLine, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    path: str = ""


def read_sources(source: str, stdin: TextIO | None = None) -> SourceList:
    """The sources of a list, its bad lines, and what was noticed in it; `-` reads standard input.

    A folder, and a collection of postings, is a list of itself.
    """
    if source == "-":
        return parse_list(_stdin_bytes(stdin or sys.stdin), "standard input", Path())
    path = _path(source)
    if path.is_dir() or (is_collection(path) and not _has_addresses(path)):
        found = _Builder(Path()).take(_Raw(1, fields={"url": source})).done(source)
    else:
        found = parse_list(_file_bytes(path), source, path.parent)
    return replace(found, path=source)


def parse_list(content: bytes, name: str, folder: Path) -> SourceList:
    """The sources of a list's bytes; relative paths in it start at `folder`."""
    text, bad = _decoded(content, name)
    if text.lstrip().startswith(("{", "[")):
        raise UsageError(
            f"{name} holds JSON, not addresses",
            "Name postings, one a line, as a .jsonl file; name a board's saved answer in a list.",
        )
    rows = _csv_rows(text)
    builder = _Builder(folder).take(*(_text_rows(text) if rows is None else rows))
    builder.failures += bad
    return builder.done(name)


# --- the bytes of a list ----------------------------------------------------------------------


def _stdin_bytes(stdin: TextIO) -> bytes:
    buffer = getattr(stdin, "buffer", None)
    return (
        cast(bytes, buffer.read()) if buffer is not None else stdin.read().encode("utf-8", "surrogateescape")
    )


def _file_bytes(path: Path) -> bytes:
    if str(path).lower().startswith(("http:", "https:")):
        raise UsageError(f"{path} is an address, not a list", "Put it in a file, or pipe it in: `… | … -`.")
    try:
        if not path.is_file():
            raise UsageError(f"there is no list {path}", _NO_LIST)
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path} is larger than 50 MB: this is no list", "`import` takes collections.")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"the list {path} cannot be read: {error.strerror}") from error


def _path(source: str) -> Path:
    if len(source) > _LONGEST or "\0" in source:
        raise UsageError(f"there is no list {source[:60]}…", _NO_LIST)
    return Path(source)


def _has_addresses(path: Path) -> bool:
    """True for a CSV list: its addresses are visited, whatever else it says of them."""
    if not path.name.lower().endswith((".csv", ".tsv")):
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return _csv_rows(file.readline(_LONGEST)) is not None


def _decoded(content: bytes, name: str) -> tuple[str, list[Failure]]:
    """The text of a list, and its lines that are no text: they are blank in it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(f"{name} is UTF-16", _SAVE_AS)
    # the mark that Excel and Notepad put in front of UTF-8 is no part of the first address
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    bad = []
    for number, line in enumerate(lines, 1):
        if why := _unreadable(line):
            bad.append(Failure(f"line {number}", "error", f"line {number}: {why}", _SAVE_AS, number))
            lines[number - 1] = b""
    # more lines that are none than lines: a picture, an archive, a text in another encoding
    if len(bad) > sum(bool(line.strip()) for line in lines):
        if any(b"\0" in line for line in content.split(b"\n")):
            raise UsageError(f"{name} holds NUL bytes: it is binary, or UTF-16 without a mark", _SAVE_AS)
        raise UsageError(f"{name} is not UTF-8 (line {bad[0].number})", _SAVE_AS)
    return b"\n".join(lines).decode("utf-8"), bad


def _unreadable(line: bytes) -> str:
    if b"\0" in line:
        return "it holds NUL bytes"
    if _CONTROL.search(line):
        return "it holds control characters"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "it is not UTF-8"
    return ""


# --- its rows ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Raw:
    number: int
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def _text_rows(text: str) -> list[_Raw]:
    numbered = ((i, _COMMENT.sub("", line).strip()) for i, line in enumerate(text.split("\n"), 1))
    return [_Raw(number, line) for number, line in numbered if line]


def _csv_rows(text: str) -> list[_Raw] | None:
    """The rows when the first line is a CSV header with a `url` column, else None."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=first.count)
    names = [name.strip().strip('"').lower() for name in first.split(delimiter)]
    if "url" not in names or len(set(names)) != len(names):
        return None
    body = text[text.index(first) + len(first) :]
    skipped = text[: text.index(first)].count("\n") + 1
    reader = csv.reader(
        io.StringIO(body.removeprefix("\r").removeprefix("\n"), newline=""), delimiter=delimiter
    )
    rows: list[_Raw] = []
    before = 0
    for cells in reader:
        number, before = skipped + before + 1, reader.line_num
        if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
            pairs = zip(names, (cell.strip() for cell in cells), strict=False)
            rows.append(_Raw(number, fields={n: c for n, c in pairs if n in _COLUMNS and c}))
    return rows


class _Builder:
    """Makes source lines of raw rows, one failure or note at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: dict[str, SourceLine] = {}
        self.failures: list[Failure] = []
        self.notes: list[str] = []

    def take(self, *rows: _Raw) -> _Builder:
        for row in rows:
            try:
                for line in self._lines(row):
                    self._add(line)
            except ValueError as error:
                self._failed(row, error, _NO_SOURCE)
            except Exception as error:
                # whatever a line provokes costs this line, never the others
                self._failed(row, unexpected(error), BUG)
        return self

    def _failed(self, row: _Raw, why: object, advice: str) -> None:
        shown = _PASSWORD.sub("//…@", row.fields.get("url", row.text))[:500]
        self.failures.append(Failure(shown, "error", f"line {row.number}: {why}", advice, row.number))

    def done(self, name: str) -> SourceList:
        if not self.lines and not self.failures:
            raise UsageError(f"{name} names no source", _NO_SOURCE)
        return SourceList(tuple(self.lines.values()), tuple(self.failures), tuple(self.notes))

    def _add(self, line: SourceLine) -> None:
        first = self.lines.setdefault(_same(line.address), line)
        if first is not line:
            self.notes.append(f"line {line.number} repeats line {first.number}: {line.address}")

    def _lines(self, row: _Raw) -> Iterable[SourceLine]:
        fields = dict(row.fields) or _fields(row.text, self.folder)
        address = fields.get("url", "")
        if not address:
            raise ValueError("it names no address or path")
        line = SourceLine(
            address=address,
            kind=_kind(fields.get("kind", "posting")),
            date=_day(fields["date"]) if "date" in fields else None,
            title=fields.get("title"),
            company=fields.get("company"),
            number=row.number,
        )
        if _is_address(address):
            return [replace(line, address=_checked_url(address))]
        return (replace(line, address=path) for path in _files(address, self.folder))


def _fields(text: str, folder: Path) -> dict[str, str]:
    """`url` and options of one text line."""
    tokens = [next(part for part in m.groups() if part is not None) for m in _TOKEN.finditer(text)]
    options: dict[str, str] = {}
    while len(tokens) > 1 and (option := _OPTION.fullmatch(tokens[-1])):
        options[option[1]] = option[2].strip("\"'")
        tokens.pop()
    if len(tokens) == 1:
        return {"url": tokens[0], **options}
    whole = " ".join(tokens)
    if len(whole) <= _LONGEST and _exists(folder / whole):
        return {"url": whole, **options}
    known = "kind=… and date=… may follow; a path with blanks stands in quotes"
    raise ValueError(f"cannot tell what {tokens[1]!r} is after the address ({known})")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the file system's 255 bytes, a loop of links
        return False


def _kind(value: str) -> SourceKind:
    kind = value.lower()
    if kind not in SOURCE_KINDS:
        raise ValueError(f"kind={value!r} is none of {', '.join(SOURCE_KINDS)}")
    return kind


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise ValueError(f"date={value!r} is no day like 2026-03-31") from error


# --- addresses --------------------------------------------------------------------------------


def _is_address(text: str) -> bool:
    # "C:\jobs\a.html" is a path: a scheme has two letters or more
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text))


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises on a port that is none
    except ValueError as error:
        raise ValueError(f"{url} is no address ({error})") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"{parts.scheme}: addresses are not fetched, only http and https")
    if not parts.hostname or any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise ValueError(f"{url} names no host")
    if parts.username is not None:
        raise ValueError("an address with a user name or password in it is not fetched or kept")
    return url


def _same(address: str) -> str:
    """Equal for two spellings of one address; the part behind # counts where it holds a route."""
    if not address.lower().startswith(("http://", "https://")):
        return os.path.normpath(address)
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    netloc = host if parts.port in (None, default) else f"{host}:{parts.port}"
    # "#/job/12" and "#12" choose what a page shows; "#apply" only where it scrolls
    fragment = parts.fragment if re.search(r"[/=\d]", parts.fragment) else ""
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", parts.query, fragment))


# --- files ------------------------------------------------------------------------------------


def _files(address: str, folder: Path) -> list[str]:
    try:
        path = folder / Path(address).expanduser()
        is_folder, is_file, exists = path.is_dir(), path.is_file(), path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the home of nobody
        raise ValueError(f"{address[:200]} is no usable path ({error})") from error
    if is_folder:
        return _readable_in(path)
    if is_file:
        return [os.path.normpath(path)]
    if exists:
        raise ValueError(f"{address} is neither a file nor a folder")
    if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", address) and Path(address).suffix not in READABLE:
        raise ValueError(f"there is no file {address}; write https:// before an address")
    raise ValueError(f"there is no file or folder {address}")


def _readable_in(folder: Path) -> list[str]:
    found, seen = [], 0
    for path, folders, names in os.walk(folder):
        # hidden folders are not meant; a browser's "complete page" keeps frames and scripts in "<name>_files"
        folders[:] = sorted(
            f
            for f in folders
            if not f.startswith(".") and not f.endswith(("_files", ".files")) and not _is_ours(Path(path, f))
        )
        found += [os.path.normpath(Path(path, name)) for name in names if _wanted(Path(path, name))]
        seen += len(names) + len(folders)
        if seen > _MOST_ENTRIES:
            raise ValueError(
                f"the folder {folder} holds more than {_MOST_ENTRIES:,} entries: name a smaller one"
            )
    if not found:
        raise ValueError(
            f"the folder {folder} holds no file that can be read ({', '.join(sorted(READABLE))})"
        )
    return sorted(found)


def _is_ours(folder: Path) -> bool:
    """True for the `data` of a workspace: its pages and reports are no sources of its own."""
    return folder.name == "data" and (folder / "raw" / "targets.jsonl").is_file()


def _wanted(path: Path) -> bool:
    return path.suffix.lower() in READABLE and not path.name.startswith(".") and path.is_file()
