"""Opening the DuckDB file: one writer at a time, numbered migrations, and errors that say what to do."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StoreError, WorkspaceBroken, WorkspaceBusy

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
_BROKEN = ("not a valid DuckDB", "Corrupt database", "version number", "checksum", "Serialization")
_LOCKED = ("lock on file", "being used by another process")
"""What DuckDB says where another process holds the file, on Unix and on Windows."""
_RETRY_EVERY = 0.1


def open_database(path: Path, read_only: bool, wait_seconds: float) -> DuckDBPyConnection:
    """A connection to the migrated file.

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


def migrations() -> list[tuple[int, str, str]]:
    """Every migration as (number, what it is called, its SQL), in order."""
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
    """All that is done inside, or nothing of it."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """DuckDB's and the disk's complaints as errors of ours, each with its advice."""
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
    if _says(error, _BROKEN):
        return WorkspaceBroken(f"{path} cannot be read: {text}")
    return StoreError(f"{path}: {text}")


def _says(error: Exception, signs: tuple[str, ...]) -> bool:
    return any(sign in str(error) for sign in signs)
