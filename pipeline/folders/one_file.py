"""One input file → its parts: the plain function that every mapper runs."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline import cluster, lists, plugins, read, segments, shares, vocabulary
from pipeline.errors import EngineError, StoreError, UsageError
from pipeline.folders.inputs import InputFile, local_copy
from pipeline.folders.parts import Journal, PartWriter, kept_own, part_name, save_finished
from pipeline.folders.reuse import Remembered, Reusing, Saving, short_digest
from pipeline.ports import Engine
from pipeline.records import Failure, Listing, Mention, Posting, RawPage, Rulings, SourceLine, Vocabulary
from pipeline.settings import ScaleSettings, Settings
from pipeline.steps import reading
from pipeline.text import key

RULINGS = "rulings.json"
"""The file among a workspace's own that says which decisions hold in reading."""

NAMES_SERVE = 50_000
"""Postings after which the cache of wordings starts anew, so that it does not grow with their number."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to read: everything that a worker on another machine must know.

    `own` is the mark of what the workspace adds to reading (`kept_own`).
    """

    file: InputFile
    output: str
    engine: str
    version: str
    mapping: tuple[tuple[str, str], ...]
    settings: ScaleSettings
    stamp: Mapping[str, str]
    own: str = ""

    @property
    def part(self) -> str:
        """The name of its parts."""
        return part_name(self.file.name)


@dataclass(slots=True)
class FileDone:
    """What came of one file; a `reason` says why it could not be read at all."""

    part: str
    postings: int = 0
    mentions: int = 0
    failed: int = 0
    unread: int = 0
    bytes: int = 0
    seconds: float = 0.0
    saving: Saving = field(default_factory=Saving)
    reason: str = ""


def read_file(task: FileTask) -> FileDone:
    """Write the file's parts and put it on record as finished; a bad posting costs itself alone.

    A file that cannot be read at all gives a `reason`, leaves nothing and is tried again next time.
    """
    with _ONE_AT_A_TIME:
        reader = _reader(task.engine, task.settings, Path(task.output), task.own)
        if reader.version != task.version:
            raise EngineError(
                f"a worker's {task.engine} engine is {reader.version}, not {task.version}",
                "Install the same version of skillmatrix on every worker.",
            )
        return _read_file(task, reader)


_ONE_AT_A_TIME = threading.Lock()
"""Threads of one worker share what is remembered; reading is Python: they would wait for each other."""


def _read_file(task: FileTask, reader: _FileReader) -> FileDone:
    began, output, done = time.perf_counter(), Path(task.output), FileDone(task.part)
    try:
        with (
            local_copy(task.file) as path,
            Journal(output, task.part) as journal,
            PartWriter(output, task.part) as writer,
        ):
            for batch in reader.batches(task, path, journal):
                _write(writer, batch, done)
    # these concern every file: the run ends
    except (EngineError, StoreError):
        raise
    except Exception as error:
        # a file that is no Parquet, a server that is gone: the other files go on
        return FileDone(task.part, reason=str(error) if isinstance(error, UsageError) else repr(error)[:300])
    done.bytes, done.saving = writer.bytes, reader.taken()
    told = {
        "stamp": dict(task.stamp),
        "name": task.file.name,
        "postings": done.postings,
        "mentions": done.mentions,
    }
    # after the parts have their names: a record without parts would lose the file
    save_finished(output, task.part, told)
    done.seconds = time.perf_counter() - began
    return done


@dataclass(slots=True)
class _Batch:
    file: str
    rows: list[int]
    postings: list[Posting]
    read: list[bool]
    mentions: list[Mention]
    failures: list[tuple[int, str]]


# a worker of a cluster may serve two data sets in turn; each holds a vocabulary and its memory
@lru_cache(maxsize=2)
def _reader(engine: str, settings: ScaleSettings, output: Path, own: str) -> _FileReader:
    """Return this process's reader: what it remembers serves every file that the process is given."""
    words, rulings = _own_words(output, own)
    return _FileReader(engine_of(engine, words), settings, words, rulings)


def _own_words(output: Path, own: str) -> tuple[Vocabulary, Rulings]:
    """Return the vocabulary to read with, taxonomies in it, and the decisions that hold in reading."""
    files = kept_own(output, own)
    rulings = Rulings()
    if RULINGS in files:
        rulings = Rulings(**json.loads(files.pop(RULINGS).read_text(encoding="utf-8")))
    return vocabulary.load(tuple(files.values())), rulings


def engine_of(name: str, words: Vocabulary) -> Engine:
    """Return the engine of that name, which finds these words.

    Of the settings it may know none but the defaults.
    """
    return plugins.engine(name, Settings(), words=words)


class _FileReader:
    def __init__(self, engine: Engine, settings: ScaleSettings, words: Vocabulary, rulings: Rulings) -> None:
        self._engine = Reusing(engine, settings.remembered_lines, settings.remembered_postings)
        self._languages = engine.languages
        self.version = engine.version
        self._settings = settings
        self._words, self._rulings = words, rulings
        self._texts = Remembered[Posting](settings.remembered_postings)
        # without joining names that are alike: that looks at all wordings of a target at once, and a worker
        # sees a file at a time
        self._names, self._served = cluster.Names(words, rulings, alike=False), 0

    def batches(self, task: FileTask, path: Path, journal: Journal) -> Iterator[_Batch]:
        """Yield the file's postings with their named mentions, so many at a time."""
        bad: list[Failure] = []
        told = 0
        listings = _numbered(lists.read_collection(path, dict(task.mapping), bad.append), bad)
        while True:
            some = list(islice(listings, self._settings.batch))
            failures = [(f.number, f.detail) for f in bad[told:]]
            told = len(bad)
            if not some and not failures:
                return
            yield self._batch(task.file.name, some, failures, journal)

    def _batch(
        self,
        name: str,
        some: Sequence[tuple[int, Listing]],
        failures: list[tuple[int, str]],
        journal: Journal,
    ) -> _Batch:
        batch = _Batch(name, [], [], [], [], failures)
        for row, listing in some:
            # before the row is begun: what kills the process leaves no chance to say so
            if row in journal.deadly:
                batch.failures.append((row, f"posting {row}: the process died on it twice"))
                continue
            journal.begin(row)
            try:
                posting = self._posting(name, row, listing)
                mentions = self._named(posting, self._engine.mentions(posting))
            except Exception as error:
                # whatever a hostile text provokes costs this posting, not the other million
                batch.failures.append((row, f"posting {row}: {type(error).__name__}: {error}"[:300]))
                continue
            batch.rows.append(row)
            batch.postings.append(posting)
            batch.read.append(self._languages is None or posting.language in self._languages)
            batch.mentions.extend(mentions)
        return batch

    def _posting(self, name: str, row: int, listing: Listing) -> Posting:
        line = SourceLine(f"{name}#{row}", number=row)
        page = RawPage(listing.url, listing.url, 200, (), b"", "")
        key = short_digest(listing.content, str(listing.is_html))
        known = self._texts.get(key)
        if known is None:
            return self._texts.keep(key, reading.posting(listing, line, page))
        # equal text under another title or employer: only the facts beside the text are read anew
        bare = read.posting_from(replace(listing, content=""), line, page)
        return replace(
            bare, text=known.text, language=known.language, sections=known.sections,
            fingerprint=known.fingerprint, flags=known.flags,
        )  # fmt: skip

    def _named(self, posting: Posting, mentions: Sequence[Mention]) -> list[Mention]:
        self._served += 1
        if self._served % NAMES_SERVE == 0:
            self._names = cluster.Names(self._words, self._rulings, alike=False)
        return cluster.name_mentions(mentions, {posting.id: posting.text}, self._names)

    def taken(self) -> Saving:
        """Return what was saved since it was last asked."""
        return self._engine.saving.taken()


def _numbered(listings: Iterable[Listing], bad: Sequence[Failure]) -> Iterator[tuple[int, Listing]]:
    """Yield each listing with its row: the rows before it gave a listing or a failure."""
    for number, listing in enumerate(listings, 1):
        yield number + len(bad), listing


def _write(writer: PartWriter, batch: _Batch, done: FileDone) -> None:
    writer.write("postings", _posting_columns(batch))
    writer.write("mentions", _mention_columns(batch.mentions))
    writer.write("demand", shares.count_mentions(batch.mentions, kinds=True).to_pydict())
    rows = [row for row, _ in batch.failures]
    writer.write(
        "failures",
        {"file": [batch.file] * len(rows), "row": rows, "reason": [_whole(why) for _, why in batch.failures]},
    )
    done.postings += len(batch.postings)
    done.mentions += len(batch.mentions)
    done.failed += len(batch.failures)
    done.unread += batch.read.count(False)


def _posting_columns(batch: _Batch) -> dict[str, list[Any]]:
    postings = batch.postings
    likeness = [read.likeness(p) for p in postings]
    pay = [segments.yearly(segments.facts_of(p)) for p in postings]
    return {
        "id": [p.id for p in postings],
        "file": [batch.file] * len(postings),
        "row": batch.rows,
        "url": [p.url for p in postings],
        "title": [p.title for p in postings],
        "role": [role_of(p.title) for p in postings],
        "company": [p.company for p in postings],
        "employer": [shares.employer_name(p.company) or shares.UNNAMED for p in postings],
        "location": [p.location or "unnamed" for p in postings],
        "date": [p.date for p in postings],
        "month": [month_of(p.date) for p in postings],
        "seniority": [p.facts.seniority or segments.UNKNOWN for p in postings],
        "mode": [p.facts.work_mode or segments.UNKNOWN for p in postings],
        "type": [p.facts.employment_type or segments.UNKNOWN for p in postings],
        "pay": [found[1] if found else None for found in pay],
        "currency": [found[0] if found else None for found in pay],
        "language": [p.language for p in postings],
        "read": batch.read,
        "same_words": [found.same_words for found in likeness],
        "bands": [found.bands for found in likeness],
        "text": [p.text for p in postings],
    }


def _mention_columns(mentions: Sequence[Mention]) -> dict[str, list[Any]]:
    plain = (
        "posting_id",
        "start",
        "end",
        "quote",
        "skill",
        "strength",
        "kind",
        "years",
        "depth",
        "negated",
        "found",
    )
    columns: dict[str, list[Any]] = {name: [getattr(m, name) for m in mentions] for name in plain}
    columns["section"] = [m.section for m in mentions]
    columns["score"] = [m.score for m in mentions]
    columns["engine"] = [f"{m.provenance.engine} {m.provenance.version}" for m in mentions]
    return columns


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


_AFTER = re.compile(r"\s*(?:[(\[|–—,:]|\s-\s|\s@\s|\bat\b|\bin\b|/\s).*$", re.IGNORECASE | re.DOTALL)
_LEADS = re.compile(
    r"\b(?:senior|sr|snr|junior|jr|jnr|lead|principal|staff|head of|chief|entry level|mid level|mid|intern|"
    r"working student|associate|experienced|expert|i{1,3}|iv|[1-5])\b\.?",
    re.IGNORECASE,
)


def month_of(date: str | None) -> str:
    """Return `2026-03` of an ISO day; "undated" without one."""
    return date[:7] if date and len(date) >= 7 else "undated"


def role_of(title: str) -> str:
    """Return the title without seniority, brackets and what follows a comma or dash: `ml engineer`.

    A title that is nothing else keeps its words; a posting without one is "untitled".
    """
    short = key(_AFTER.sub("", title))
    return " ".join(_LEADS.sub(" ", short).split()) or short or key(title) or "untitled"
