"""What a workspace adds to reading, beside the parts: written once, read from there by every worker.

The files lie in `_state/own-MARK/`, and the mark is their digest: other content, another mark. A worker on
another machine needs no workspace, only `--output` under the same path.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.folders.parts import STATE
from pipeline.records import digest


def keep_own(output: Path, files: Mapping[str, bytes]) -> str:
    """The mark under which these files, by name, lie in the data set; "" for none. Older ones are gone."""
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
    """The files of a mark, by name; raises `StoreError` where they are not what was written."""
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
    """The digest of these files, by name; "" for none."""
    told = sorted((name, sha256(content).hexdigest()) for name, content in files.items())
    return digest(told)[:16] if told else ""


def _folder(output: Path, mark: str) -> Path:
    return output / STATE / f"own-{mark}"
