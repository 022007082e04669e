"""Read a list of sources: one address or path per line, or a CSV with a header; or a single source.

One bad line is a `Failure` with its number and never costs the others; only a list that cannot be read
at all raises `UsageError`. An address, a posting's file, and a posting's text are lists of themselves.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
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
_QUOTED = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)')(?=\s|$)")
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"(?:^|\s)(kind|date|title|company|employer|location|place)=", re.IGNORECASE)
_ALIASES = {"employer": "company", "place": "location"}
_ODD_OPTION = re.compile(
    r"\s(?!(?:kind|date|title|company|employer|location|place)=)[a-z]{3,12}=(?!\S*[/&])", re.IGNORECASE
)
_PASSWORD = re.compile(r"//[^/@\s]*@")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_MOST_ENTRIES = 20_000
_LONGEST = 4_000
"""Characters of the longest path that is looked for: file systems refuse longer ones."""
_COLUMNS = ("url", "kind", "date", "title", "company", "employer", "location", "place")
_SAVE_AS = "Save it as plain UTF-8 text: one address or path per line, `#` for comments."
_NO_LIST = (
    "Name one posting (its file or its address; - for standard input), or a list: a text file with one "
    "address or path per line. `skillmatrix init` makes one."
)
_BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")
_DRESSED = re.compile(
    r"^(?:(?:[-*•–]|\d{1,3}[.)])\s+)?(?:\[[^\]]*\]\((https?://[^\s)]+)\)|[<“„](https?://[^\s>”“]+)[>”“]|(https?://\S+?))"
    r"[,;]?(?=\s|$)",
    re.IGNORECASE,
)
"""An address as notes and mails have it: behind a bullet, in brackets, as a Markdown link, before a comma."""
_NO_SOURCE = "Write one address or path per line, for example https://jobs.example.org/1."


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources of a list in their order, the lines that cannot be used, and what was noticed.

    `path` is where the list stands and can be read again; "" for standard input.
    """

    lines: tuple[SourceLine, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    path: str = ""


def read_sources(
    source: str, stdin: TextIO | None = None, keep: Callable[[str], Path] | None = None
) -> SourceList:
    """Return the sources of a list, its bad lines, and what was noticed in it; `-` reads standard input.

    A folder, a collection of postings, an address and a posting's own file are lists of themselves; so is a
    posting's text on standard input, where `keep` gives it a file.
    """
    if source == "-":
        return _from_stdin(_stdin_bytes(stdin or sys.stdin), keep)
    if re.match(r"[a-z]{2,}:", source, re.IGNORECASE) and not _exists(Path(source)):
        return _alone(source)
    path = _path(source)
    if path.is_dir() or (is_collection(path) and not _has_addresses(path)):
        return replace(_alone(source), path=source)
    content = _file_bytes(path)
    if _is_posting(content, path):
        told = f"{source} reads as a posting, not as a list: it is the only source"
        return replace(_alone(source), notes=(told,))
    return replace(parse_list(content, source, path.parent), path=source)


def _alone(source: str) -> SourceList:
    """Return a source that is a list of itself; raises `UsageError` where it is no source."""
    found = _Builder(Path()).take(_Raw(1, fields={"url": source})).done(source)
    if found.failures:
        raise UsageError((found.failures[0].detail or "").removeprefix("line 1: "), _NO_LIST)
    return found


def _from_stdin(content: bytes, keep: Callable[[str], Path] | None) -> SourceList:
    if keep is None or not _is_posting(content, Path("-")):
        return parse_list(content, "standard input", Path())
    path = keep(content.decode("utf-8", "replace"))
    return replace(_alone(str(path)), notes=(f"standard input reads as a posting: it is kept as {path}",))


_PAGES = (b"%pdf-", b"pk\x03\x04", b"<!doctype", b"<html", b"<?xml", b"mime-version:", b"from: <saved by")
_FEWEST_WORDS = 25
"""Words without any address among them that make a text a posting; shorter ones are lists gone wrong."""


def _is_posting(content: bytes, path: Path) -> bool:
    """Return True for the file of one posting: a page or a document, or a text whose lines are no sources."""
    start = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_PAGES) or path.suffix.lower() in READABLE - {".txt", ".md"}:
        return True
    if start.startswith((b"{", b"[")) or b"\0" in content[:4000]:
        return False
    text = content.decode("utf-8", "replace")
    lines = [line for line in (_COMMENT.sub("", line).strip() for line in text.splitlines()) if line]
    if _csv_rows(text) is not None or any(_names_source(line, path.parent) for line in lines[:2000]):
        return False
    return sum(len(line.split()) for line in lines) >= _FEWEST_WORDS


def _names_source(line: str, folder: Path) -> bool:
    """Return True for a line that begins with an address, or is a path that is there or looks like one."""
    quoted = _QUOTED.match(line)
    first = next(filter(None, quoted.groups()), "") if quoted else line.split()[0]
    if re.match(r"[a-z][a-z0-9+.-]+:/", first, re.IGNORECASE) or first.startswith(("/", "./", "../", "~")):
        return True
    only = len(line.split()) == 1 or bool(_OPTION.search(line))
    return (
        _exists(folder / first) or _exists(folder / line) or (only and Path(first).suffix.lower() in READABLE)
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        # a name longer than any file's, a loop of links, or a character that no name has
        return False


def parse_list(content: bytes, name: str, folder: Path) -> SourceList:
    """The sources of a list's bytes; relative paths in it start at `folder`."""
    text, bad = _decoded(content, name)
    if text.startswith("{\\rtf"):
        raise UsageError(f"{name} is RTF, which is not read", "Save it as .docx, .pdf or .txt.")
    if re.match(r"\s*(?:\{|\[(?![^\]\n]*\]\())", text):
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
    try:
        if not path.is_file():
            missing = f"there is no list and no file {str(path)[:200]}"
            host = _BARE_HOST.match(str(path)) and path.suffix.lower() not in READABLE
            raise UsageError(missing, "If it is an address, begin it with https://." if host else _NO_LIST)
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path} is larger than 50 MB: this is no list", "`import` takes collections.")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"the list {path} cannot be read: {error.strerror}") from error


def _path(source: str) -> Path:
    if not source.strip():
        raise UsageError("no list was named: its name is empty", _NO_LIST)
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
        if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*", b"MM\0*", b"RIFF")):
            raise UsageError(f"{name} is a picture", "Copy the posting's text out of it, and save that.")
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
    return [_Raw(number, _undressed(line)) for number, line in numbered if line]


def _undressed(line: str) -> str:
    return _DRESSED.sub(lambda found: next(filter(None, found.groups())), line)


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
            company=fields.get("company") or fields.get("employer"),
            number=row.number,
            location=fields.get("location") or fields.get("place"),
        )
        if _is_address(address):
            return [replace(line, address=_checked_url(address))]
        return (replace(line, address=path) for path in _files(address, self.folder))


def _fields(text: str, folder: Path) -> dict[str, str]:
    """Return `url` and options of one text line; an option's value goes on to the next option."""
    first = _OPTION.search(text)
    head, tail = (text[: first.start()].strip(), text[first.start() :]) if first else (text, "")
    found = list(_OPTION.finditer(tail))
    ends = [*(option.start() for option in found[1:]), len(tail)][: len(found)]
    options = {
        _ALIASES.get(option[1].lower(), option[1].lower()): tail[option.end() : end]
        .strip()
        .strip("\"'")
        .strip()
        for option, end in zip(found, ends, strict=True)
    }
    odd = _ODD_OPTION.search(tail) or _ODD_OPTION.search(head)
    if odd and not _exists(folder / head):
        raise ValueError(
            f"cannot tell what '{odd[0].strip()}{text[odd.end() :][:20].split(' ')[0]}' is ({_KNOWN})"
        )
    quoted = _QUOTED.fullmatch(head)
    if quoted:
        return {"url": next(part for part in quoted.groups() if part is not None), **options}
    if len(head.split()) <= 1 or _exists(folder / head):
        return {"url": head, **options}
    if _is_address(head) and _is_address(head.split()[1]):
        raise ValueError("it names two addresses: write one address a line")
    if _is_address(head):
        raise ValueError(f"cannot tell what {head.split()[1]!r} is after the address ({_KNOWN})")
    if len(head.split()) > 3 and Path(head).suffix.lower() not in READABLE:
        raise ValueError("this is a sentence, no address and no path; `#` begins a comment")
    raise ValueError(f"there is no file {head[:200]!r} {_named(folder)} ({_KNOWN})")


_KNOWN = "kind=, date=, title=, employer= and location= may follow; a path with blanks stands in quotes"


def _kind(value: str) -> SourceKind:
    kind = value.lower()
    if kind not in SOURCE_KINDS:
        raise ValueError(f"kind={value!r} is none of {', '.join(SOURCE_KINDS)}")
    return kind


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise ValueError(f"date={value!r} must be a date like 2026-03-31") from error


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
    if re.match(r"https?:/(?!/)", url, re.IGNORECASE):
        raise ValueError(f"{url[:200]} has one slash after the colon: write {parts.scheme}://")
    if parts.scheme.lower() == "file":
        raise ValueError("file: is not fetched, only http and https: name a file by its path alone")
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"{parts.scheme}: addresses are not fetched, only http and https")
    if not parts.hostname or any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise ValueError(f"{url} names no host")
    _check_host(parts.hostname, url)
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


def _check_host(host: str, url: str) -> None:
    """Raise `ValueError` for a host that no name server can be asked for."""
    try:
        # a label that says it is encoded must decode, and any other must encode
        host.encode("idna").decode("idna")
    except UnicodeError as error:
        raise ValueError(f"{url[:200]} is no address: {host[:80]!r} is no host name") from error


# --- files ------------------------------------------------------------------------------------


def _named(folder: Path) -> str:
    return f"beside the list, in {folder}" if str(folder) != "." else "beside the list"


def _files(address: str, folder: Path) -> list[str]:
    try:
        path = folder / Path(address).expanduser()
        is_folder, is_file, exists = path.is_dir(), path.is_file(), path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the home of nobody
        why = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"{address[:200]}… is no usable path ({why})") from error
    if is_folder:
        return _readable_in(path)
    if is_file:
        return [os.path.normpath(path)]
    if exists:
        raise ValueError(f"{address} is neither a file nor a folder")
    if _BARE_HOST.match(address) and Path(address).suffix not in READABLE:
        raise ValueError(f"there is no file {address}; write https:// before an address")
    where = "" if Path(address).is_absolute() else f" {_named(folder)}"
    here = (
        "; there is one here, but paths start where the list is" if where and _exists(Path(address)) else ""
    )
    raise ValueError(f"there is no file or folder {address}{where}{here}")


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
