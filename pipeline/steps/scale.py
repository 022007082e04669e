"""Folders of postings → a Parquet data set of mentions, skills and shares, by any mapper, resumable."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import plugins, review, scale, vocabulary
from pipeline.errors import StoreError, UsageError
from pipeline.ports import Mapper
from pipeline.records import Rulings
from pipeline.scale import Saving
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.scale_counts import count
from pipeline.steps.scale_file import FileDone, FileTask, read_file

FORMAT = 1
"""Raised when the parts change their shape: then every file is read again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the reading is: files and postings done in `seconds` of this run."""

    files: int
    of: int
    postings: int
    seconds: float
    bytes: int = 0
    bytes_of: int = 0

    @property
    def rate(self) -> float:
        """Postings a second."""
        return self.postings / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float:
        """Seconds left, by the share of files that are done."""
        return self.seconds * (self.of - self.files) / self.files if self.files else 0.0


@dataclass(slots=True)
class Scaled:
    """What a run over folders came to."""

    files: int = 0
    skipped: int = 0
    seconds: float = 0.0
    counting_seconds: float = 0.0
    bytes: int = 0
    saving: Saving = field(default_factory=Saving)
    failed_files: list[tuple[str, str]] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)


def extract_files(
    patterns: Sequence[str],
    output: Path,
    settings: Settings,
    mapper: Mapper,
    *,
    engine: str = "fast",
    mapping: Sequence[tuple[str, str]] = (),
    by: Sequence[str] = (),
    rulings: Rulings = Rulings(),
    progress: Callable[[Pace], object] | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Scaled:
    """Every posting of the files is in the data set at `output` and counted; finished files are kept.

    `rulings` are what people decided; they hold in what is counted, and cost no second reading.
    """
    began = time.perf_counter()
    tasks = tasks_for(patterns, output, settings, engine, mapping)
    scale.parts.sweep(output)
    done = scale.finished(output)
    scale.forget(output, done.keys() - {task.part for task in tasks})
    todo = [task for task in tasks if done.get(task.part, {}).get("stamp") != task.stamp]
    found = Scaled(files=len(tasks), skipped=len(tasks) - len(todo))
    for number, file in enumerate(mapper.map(read_file, todo), 1):
        _take(found, file, todo[number - 1])
        if progress:
            progress(Pace(number, len(todo), found.saving.postings, time.perf_counter() - began))
    found.seconds = time.perf_counter() - began
    if any((output / "postings").glob("*.parquet")):
        found.totals = count(output, settings, by, tell, rulings)
    found.counting_seconds = time.perf_counter() - began - found.seconds
    return found


def tasks_for(
    patterns: Sequence[str], output: Path, settings: Settings, engine: str, mapping: Sequence[tuple[str, str]]
) -> list[FileTask]:
    """One task a file, in the order of their names."""
    if engine in ("llm", "replay", "auto"):
        raise UsageError(f"--engine {engine} does not read folders", "Use --engine fast or --engine local.")
    try:
        (output / scale.parts.STATE).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{output}: {error.strerror or error}") from error
    version = plugins.find("engines", engine)().version
    stands_for = (FORMAT, engine, version, vocabulary.load().version, sorted(mapping))
    inside = f"{output.absolute()}/"  # a data set in the folder that it is made from is no input
    return [
        FileTask(
            file,
            str(output.absolute()),
            engine,
            version,
            tuple(mapping),
            settings.scale,
            scale.file_stamp(file, stands_for),
        )
        for file in scale.find_inputs(patterns)
        if not file.address.startswith(inside)
    ]


def _take(found: Scaled, file: FileDone, task: FileTask) -> None:
    found.bytes += file.bytes
    found.saving.add(file.saving)
    if file.reason:
        found.failed_files.append((task.file.name, file.reason))


def rulings_of(place: Place, target: str | None) -> Rulings:
    """What was decided about that target; without one, everything that was decided in the workspace."""
    return place.rulings(place.target(target)) if target else review.fold(place.decisions(), None)


def mapper_named(name: str, workers: int, address: str) -> Mapper:
    """The mapper of that name; raises `UsageError` where the options do not fit together."""
    if address and name != "dask":
        raise UsageError(f"--address is for --mapper dask, not {name}")
    made: Any = plugins.find("mappers", name)
    mapper: Mapper = made(workers=workers, address=address)
    return mapper
