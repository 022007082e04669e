"""Which files a folder, a glob or an address means, and how a worker gets hold of one."""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import EngineUnavailable, UsageError

ENDINGS = (".parquet", ".jsonl", ".ndjson", ".csv", ".tsv", ".jsonl.gz", ".ndjson.gz", ".csv.gz", ".tsv.gz")


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file: its address, its name within the input (no absolute path) and what tells its content."""

    address: str
    name: str
    content: str


def find_inputs(patterns: Sequence[str]) -> list[InputFile]:
    """Return the files that these folders, globs and addresses mean, by name; raises `UsageError` for none.

    An address with a scheme (s3://, gs://, https://, memory://) is opened by fsspec.
    """
    found: dict[str, InputFile] = {}
    for pattern in patterns:
        files = list(_remote(pattern) if "://" in pattern else _local(pattern))
        if not files:
            raise UsageError(
                f"{pattern} names no Parquet, JSONL or CSV file", "Example: --input 'jobs/*.parquet'"
            )
        found.update((file.address, file) for file in files)
    return sorted(_told_apart(list(found.values())), key=lambda f: (f.name, f.address))


def _local(pattern: str) -> Iterator[InputFile]:
    path = Path(pattern)
    paths = path.rglob("*") if path.is_dir() else map(Path, glob.iglob(pattern, recursive=True))  # noqa: PTH207  absolute ones too
    root = path if path.is_dir() else _fixed(pattern)
    for each in paths:
        inside = each.relative_to(root) if each.is_relative_to(root) else Path(each.name)
        if each.is_file() and _readable(each.name) and not _hidden(inside.parts):
            stat = each.stat()
            yield InputFile(str(each.absolute()), inside.as_posix(), f"{stat.st_size}-{stat.st_mtime_ns}")


def _fixed(pattern: str) -> Path:
    """Return the folder of a pattern in which no part is a wildcard: names are told from there on."""
    fixed = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed) if fixed else Path()


def _remote(pattern: str) -> Iterator[InputFile]:
    filesystem, path = _filesystem(pattern)
    paths = filesystem.find(path) if filesystem.isdir(path) else filesystem.glob(path)
    root = path.rstrip("/") if filesystem.isdir(path) else str(PurePosixPath(path.split("*")[0] + "x").parent)
    for each in sorted(paths):
        if _readable(each) and not _hidden(PurePosixPath(each).parts[-1:]):
            info = filesystem.info(each)
            told = [
                str(info.get(k))
                for k in ("size", "ETag", "etag", "md5Hash", "mtime", "LastModified", "created")
            ]
            name = each.removeprefix(root).strip("/") or PurePosixPath(each).name
            yield InputFile(filesystem.unstrip_protocol(each), name, "-".join(told))


def _filesystem(address: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        filesystem, path = url_to_fs(address)
        return filesystem, str(path)
    except (ImportError, ValueError) as error:
        raise EngineUnavailable(
            f"{address} needs a package that is not installed: {error}",
            "Install the extra: pip install 'skillmatrix[folders]', and fsspec's package for that scheme.",
        ) from error


@contextmanager
def local_copy(file: InputFile) -> Iterator[Path]:
    """Give a path to the file's content for as long as the block lasts; a remote file is copied to disk."""
    if "://" not in file.address:
        yield Path(file.address)
        return
    filesystem, path = _filesystem(file.address)
    with tempfile.TemporaryDirectory(prefix="skillmatrix-") as folder:
        copy = Path(folder) / PurePosixPath(path).name
        filesystem.get_file(path, str(copy))
        yield copy


def _readable(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def _hidden(parts: Sequence[str]) -> bool:
    # what Spark, Arrow and DuckDB's writers leave beside the data: _SUCCESS, _metadata, .crc
    return any(part.startswith(("_", ".")) for part in parts)


def _told_apart(files: list[InputFile]) -> list[InputFile]:
    """Return the files under names that are all different: equal ones of two inputs get their address."""
    names = [file.name for file in files]
    return [
        file if names.count(file.name) == 1 else InputFile(file.address, file.address, file.content)
        for file in files
    ]
