"""Opening the DuckDB file: one writer at a time, numbered migrations, and errors that say what to do."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import DatabaseDamaged, StoreError, WorkspaceBroken, WorkspaceBusy

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Nothing is ever loaded from the network, and what the file says never leads to other files.
_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
}
NO_PROGRESS = "SET enable_progress_bar = false"
"""In notebooks and at a prompt DuckDB draws a bar on stdout, into the results; no option of `connect`."""

_MIGRATION = re.compile(r"(\d{4})_(\w+)\.sql")
_FOREIGN = ("version number",)
"""What DuckDB says of a file that a newer DuckDB wrote."""
_BROKEN = (
    *("not a valid DuckDB", "Corrupt database", "checksum", "Serialization", "Could not read enough bytes"),
    *("replaying WAL", "database has been invalidated"),
)
_FULL = ("No space left", "not enough space", "Disk quota", "failed to offload")
_LOCKED = ("lock on file", "being used by another process")
"""What DuckDB says where another process holds the file, on Unix and on Windows."""
SUFFIX = ".duckdb"
# by eye: short beside the seconds that a run holds the file
_RETRY_EVERY = 0.1
_HEADERS = 3 * 4096
"""Bytes before the first block of a DuckDB file."""


def open_database(path: Path, read_only: bool, wait_seconds: float) -> DuckDBPyConnection:
    """Return a connection to the migrated file.

    Raises `WorkspaceBusy` when another process holds it for longer than the wait, `WorkspaceBroken` when
    it is no store of ours or a newer one, `StoreError` when the disk refuses.
    """
    with explained(path):
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, read_only, wait_seconds)
        try:
            _migrate(connection, path, read_only)
        except BaseException:
            connection.close()
            raise
        return connection


def mark_of(path: Path) -> Path:
    """Return the file whose presence says that the database beside it was found damaged."""
    return path.with_name(f"{path.name}.damaged")


def is_cut(connection: DuckDBPyConnection, path: Path) -> bool:
    """Return True where the file is smaller than the blocks in use.

    DuckDB notices only when it reads a lost one.

    Blocks that a rolled-back transaction had asked for may be missing: they are not in use.
    """
    told = "SELECT coalesce(max(block_size * used_blocks), 0) FROM pragma_database_size()"
    return path.stat().st_size < _HEADERS + int(connection.execute(told).fetchall()[0][0])


@contextmanager
def replacing(path: Path) -> Iterator[None]:
    """Remove a damaged database; its mark stays until the block, which builds another one, has ended well."""
    with explained(path):
        mark_of(path).touch()
        for each in (path, path.with_name(f"{path.name}.wal")):
            each.unlink(missing_ok=True)
    yield
    mark_of(path).unlink(missing_ok=True)


def migrations() -> list[tuple[int, str, str]]:
    """Return every migration as (number, what it is called, its SQL), in order."""
    found = []
    for file in (files("pipeline.store") / "schema").iterdir():
        match = _MIGRATION.fullmatch(file.name)
        if match:
            found.append((int(match[1]), match[2].replace("_", " "), file.read_text(encoding="utf-8")))
    return sorted(found)


def _connect(path: Path, read_only: bool, wait_seconds: float) -> DuckDBPyConnection:
    import duckdb

    until = time.monotonic() + wait_seconds
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=dict(_CONFIG))
            connection.execute(NO_PROGRESS)
            return connection
        except duckdb.IOException as error:
            # the lock is refused at once, so a short run beside ours is waited for here
            if not _says(error, _LOCKED) or time.monotonic() >= until:
                raise
        time.sleep(_RETRY_EVERY)


def _migrate(connection: DuckDBPyConnection, path: Path, read_only: bool) -> None:
    known = migrations()
    done = _applied(connection)
    if done > known[-1][0]:
        raise WorkspaceBroken(
            f"{path} was written by a newer skillmatrix (schema {done}, this one knows {known[-1][0]})",
            "Upgrade skillmatrix, or delete data/processed in the workspace and run again.",
        )
    if read_only and done < known[-1][0]:
        raise WorkspaceBroken(f"{path} has schema {done}; it must be opened for writing once to be upgraded")
    for number, name, sql in known:
        if number > done:
            with transaction(connection):
                connection.execute(sql)
                connection.execute("INSERT INTO schema_notes VALUES (?, ?)", [number, name])


def _applied(connection: DuckDBPyConnection) -> int:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "schema_notes" not in tables:
        if tables:
            raise WorkspaceBroken("the database file belongs to another program")
        connection.execute("CREATE TABLE schema_notes (number INTEGER NOT NULL, name VARCHAR NOT NULL)")
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM schema_notes").fetchall()[0][0])


@contextmanager
def transaction(connection: DuckDBPyConnection) -> Iterator[Any]:
    """Commit all that is done inside, or nothing of it."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn complaints of DuckDB and the disk into errors of ours, each with its advice."""
    import duckdb

    try:
        yield
    except OSError as error:
        raise StoreError(f"{path.parent}: {error.strerror or error}") from error
    except duckdb.Error as error:
        raise _named(path, error) from error


def _named(path: Path, error: Exception) -> StoreError:
    text = str(error).splitlines()[0]
    if _says(error, _LOCKED):
        return WorkspaceBusy(f"{path} is held by another process")
    if _says(error, _FOREIGN):
        return WorkspaceBroken(f"{path} cannot be read: {text}")
    if _says(error, _BROKEN):
        if path.suffix != SUFFIX:
            return WorkspaceBroken(f"{path} cannot be read: {text}")
        with suppress(OSError):
            mark_of(path).touch()
        return DatabaseDamaged(f"{path} cannot be read: {text}")
    if _says(error, _FULL):
        return StoreError(f"{path}: {text}", "Free some space and run again; nothing in data/raw is lost.")
    return StoreError(f"{path}: {text}")


def _says(error: Exception, signs: tuple[str, ...]) -> bool:
    return any(sign in str(error) for sign in signs)
