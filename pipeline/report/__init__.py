"""What a person reads and what other programs read, made from one `ReportInput`.

`write` leaves six files, `markdown`, `page` and `summary` return one text each, `export` returns one table in
one format. Equal input gives equal bytes. Everything that a posting or a model said is hostile here: it is
escaped in HTML and Markdown, never a formula in CSV and XLSX, never a file or sheet name, and only an
http(s) address becomes a link. The columns of the exports are listed in `pipeline.report.tables`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError, UsageError
from pipeline.records import Changes, ReportInput

FILES = ("matrix.md", "matrix.csv", "matrix.xlsx", "summary.html", "summary.md", "report.html")
"""The files that `write` leaves, in the order in which it returns them."""

CHANGES = ("changes.html", "changes.md")
"""The files that `write_changes` leaves."""

KINDS = ("mentions", "skills", "postings", "requirements", "matrix")
"""The tables that `export` can return."""

FORMATS = ("csv", "jsonl", "json", "parquet", "md", "xlsx")
"""The formats in which `export` can return them; the one-page summary has `md` and `html`."""


def write(data: ReportInput, out: Path) -> list[Path]:
    """Write the report files and return their paths; each is replaced as a whole or left as it was."""
    contents = (
        markdown(data),
        export("matrix", data, "csv"),
        export("matrix", data, "xlsx"),
        summary(data, "html"),
        summary(data, "md"),
        page(data),
    )
    paths = [out / name for name in FILES]
    for path, content in zip(paths, contents, strict=True):
        replace_file(path, content if isinstance(content, bytes) else content.encode("utf-8"))
    return paths


def write_changes(changes: Changes, out: Path) -> list[Path]:
    """Write the page of changes and its Markdown, and return their paths."""
    paths = [out / name for name in CHANGES]
    for path in paths:
        write_change(changes, path)
    return paths


def write_change(changes: Changes, path: Path) -> None:
    """Write what changed in the format that the path's ending says: a page, Markdown, or a table."""
    from pipeline.report import as_changes
    from pipeline.report.flat_table import changes_written

    known: dict[str, Callable[[Changes], str | bytes]] = {
        ".html": as_changes.render,
        ".md": as_changes.markdown,
        ".csv": lambda found: changes_written(found, "csv"),
        ".parquet": lambda found: changes_written(found, "parquet"),
    }
    if path.suffix.lower() not in known:
        raise UsageError(
            f"{path.name} ends in neither .html, .md, .csv nor .parquet", "Example: --output trend.html"
        )
    content = known[path.suffix.lower()](changes)
    replace_file(path, content if isinstance(content, bytes) else content.encode("utf-8"))


def markdown(data: ReportInput) -> str:
    """Return the matrix document as Markdown: counts, rows with quotes, skills, failures, settings."""
    from pipeline.report.as_markdown import render

    return render(data)


def page(data: ReportInput) -> str:
    """Return the whole report as one self-contained HTML page."""
    from pipeline.report.as_page import render

    return render(data)


def summary(data: ReportInput, format: str) -> str:
    """Return the ten rows on one page, as `html` or as `md`."""
    from pipeline.report import as_summary

    known = {"html": as_summary.render, "md": as_summary.markdown}
    return known[_known("format of the summary", format, tuple(known))](data)


def rows(kind: str, data: ReportInput) -> list[dict[str, Any]]:
    """Return the rows of one export as plain dictionaries, one key per documented column."""
    from pipeline.report import tables

    return list(tables.rows(_known("table", kind, KINDS), data))


def export(kind: str, data: ReportInput, format: str) -> bytes | str:
    """Return one table, or the summary, in one format: bytes for parquet and xlsx, text for the others."""
    from pipeline.report import tables, workbook

    if kind == "summary":
        return summary(data, format)
    kind, wanted = _known("table", kind, KINDS), _known("format", format, FORMATS)
    if kind == "matrix" and wanted == "xlsx":
        return workbook.matrix(data)
    if kind == "matrix" and wanted == "md":
        return markdown(data)
    if wanted == "xlsx":
        return workbook.table(kind, data)
    return tables.export(kind, data, wanted)


def _known(what: str, name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise UsageError(f"no {what} is called {name!r}; there are {', '.join(names)}")
    return name


def replace_file(path: Path, content: bytes) -> None:
    """Write a file; raises `StoreError` and leaves the old one where that fails."""
    # Written beside its target and renamed: a reader or a crash never sees half a file.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
