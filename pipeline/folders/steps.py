"""Folders of postings → a Parquet data set of mentions, skills and shares, by any mapper, resumable."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import plugins, review, vocabulary
from pipeline.errors import StoreError, UsageError
from pipeline.folders import parts
from pipeline.folders.counting import column_of
from pipeline.folders.counts import count, segmented
from pipeline.folders.inputs import find_inputs
from pipeline.folders.one_file import RULINGS, FileDone, FileTask, engine_of, read_file
from pipeline.folders.parts import file_stamp, finished, forget, keep_own, mark_of
from pipeline.folders.reuse import Saving
from pipeline.ports import Mapper
from pipeline.records import Rulings, Segmented
from pipeline.settings import Settings
from pipeline.steps.place import Place

FORMAT = 3
"""Raised when the parts change their shape: then every file is read again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the reading is: files and postings done in `seconds` of this run."""

    files: int
    of: int
    postings: int
    seconds: float

    @property
    def rate(self) -> float:
        """Postings a second."""
        return self.postings / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float:
        """Seconds left, by the share of files that are done."""
        return self.seconds * (self.of - self.files) / self.files if self.files else 0.0


@dataclass(frozen=True, slots=True)
class Own:
    """What a workspace adds: taxonomies, what of the decisions holds in reading, and all of them."""

    taxonomies: tuple[Path, ...] = ()
    reading: Rulings = field(default_factory=Rulings)
    rulings: Rulings = field(default_factory=Rulings)


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
    parts: list[tuple[Segmented, int]] = field(default_factory=list)


def extract_files(
    patterns: Sequence[str],
    output: Path,
    settings: Settings,
    mapper: Mapper,
    *,
    engine: str = "fast",
    mapping: Sequence[tuple[str, str]] = (),
    by: Sequence[str] = (),
    own: Own = Own(),
    progress: Callable[[Pace], object] | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Scaled:
    """Read every posting of the files into the data set at `output` and count; finished files are kept.

    Of `own`, taxonomies and splits are read with; other decisions hold in what is counted, and cost no second
    reading.
    """
    began = time.perf_counter()
    for name in by:
        column_of(name)  # a wrong name is told before hours of reading
    tasks = tasks_for(patterns, output, settings, engine, mapping, own)
    # before any worker starts: its own half-written files must not be taken for leftovers
    parts.sweep(output)
    done = finished(output)
    # parts of files that are no longer among the inputs
    forget(output, done.keys() - {task.part for task in tasks})
    todo = [task for task in tasks if done.get(task.part, {}).get("stamp") != task.stamp]
    for line in _again(done, todo):
        tell(line)
    found = Scaled(files=len(tasks), skipped=len(tasks) - len(todo))
    for number, file in enumerate(mapper.map(read_file, todo), 1):
        _take(found, file, todo[number - 1], todo[number - 1].part in done)
        if progress:
            progress(Pace(number, len(todo), found.saving.postings, time.perf_counter() - began))
    found.seconds = time.perf_counter() - began
    if any((output / "postings").glob("*.parquet")):
        words = vocabulary.load(own.taxonomies)
        found.totals = count(output, settings, by, tell, own.rulings, words)
        columns = dict.fromkeys(column_of(name) for name in by)
        found.parts = [segmented(output, name, settings) for name in columns if name != "month"]
    found.counting_seconds = time.perf_counter() - began - found.seconds
    return found


def tasks_for(
    patterns: Sequence[str],
    output: Path,
    settings: Settings,
    engine: str,
    mapping: Sequence[tuple[str, str]],
    own: Own = Own(),
) -> list[FileTask]:
    """Return one task a file, in the order of their names.

    What is `own` to the workspace lies ready for them.
    """
    if engine in ("llm", "replay", "auto"):
        raise UsageError(f"--engine {engine} does not read folders", "Use --engine fast or --engine local.")
    try:
        (output / parts.STATE).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{output}: {error.strerror or error}") from error
    # both are stamped with each file: a new import is reason to read again, a renamed skill is none
    taxonomies, decided = _files(own)
    mark = keep_own(output, {**taxonomies, **decided})
    words = vocabulary.load(own.taxonomies)
    version = engine_of(engine, words).version
    made_with = {
        "columns": json.dumps(sorted(mapping)),
        "taxonomies": mark_of(taxonomies),
        "splits": mark_of(decided),
        "engine": f"{FORMAT} {engine} {version} {words.version}",
    }
    inside = f"{output.absolute()}/"  # a data set in the folder that it is made from is no input
    return [
        FileTask(
            file,
            str(output.absolute()),
            engine,
            version,
            tuple(mapping),
            settings.scale,
            file_stamp(file, made_with),
            mark,
        )
        for file in find_inputs(patterns)
        if not file.address.startswith(inside)
    ]


def _files(own: Own) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the taxonomies, and the decisions that hold in reading, as files by name; none for none."""
    try:
        taxonomies = {path.name: path.read_bytes() for path in own.taxonomies}
    except OSError as error:
        raise StoreError(f"{error.filename}: {error.strerror or error}") from error
    told = {"surfaces": dict(own.reading.surfaces), "names": dict(own.reading.names)}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return taxonomies, {RULINGS: text.encode("utf-8")} if told["surfaces"] else {}


_AGAIN = {
    "content": "they changed",
    "columns": "--map changed",
    "taxonomies": "the imported taxonomies changed",
    "splits": "a wording was split from its skill, or a split undone",
    "engine": "another engine, or another version of skillmatrix",
}
"""Why finished files are read again, by what differs in their stamp; the first of several is told."""


def _again(done: Mapping[str, Mapping[str, Any]], todo: Iterable[FileTask]) -> list[str]:
    """Return how many finished files are read again for which reason, one line each."""
    reasons: Counter[str] = Counter()
    for task in todo:
        if task.part in done:
            old = done[task.part].get("stamp")
            old = old if isinstance(old, Mapping) else {**task.stamp, "engine": ""}  # of an older version
            reasons[next(why for what, why in _AGAIN.items() if old.get(what) != task.stamp[what])] += 1
    return [f"{number:,} files are read again: {why}" for why, number in sorted(reasons.items())]


def _take(found: Scaled, file: FileDone, task: FileTask, read_before: bool) -> None:
    found.bytes += file.bytes
    found.saving.add(file.saving)
    if file.reason:
        stays = "; what was read of it before stays in the data set" if read_before else ""
        found.failed_files.append((task.file.name, file.reason + stays))


def own_of(place: Place, target: str | None) -> Own:
    """Return what the workspace adds, decided about that target; without one, all that was decided there."""
    named, decisions = place.target(target).id if target else None, place.decisions()
    return Own(place.taxonomies(), review.for_reading(decisions, named), review.fold(decisions, named))


def mapper_named(name: str, workers: int, address: str) -> Mapper:
    """Return the mapper of that name; raises `UsageError` where the options do not fit together."""
    if address and name != "dask":
        raise UsageError(f"--address is for --mapper dask, not {name}")
    return plugins.mapper(name, workers, address)
