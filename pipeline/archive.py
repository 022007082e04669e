"""`data/raw`: what cannot be computed again — pages, model answers, decisions, ratings, outcomes.

Bodies and answers are content-addressed and appear by rename, so a file that is there is whole. Records
are lines that are only ever appended: one lock, one write, one fsync each. After `kill -9` at most the
last line is torn; it is skipped and named in `Archive.notes`, and the next append starts a line of its own.

    pages/index.jsonl      one line a visit: key, url, final_url, status, headers, fetched_at, sha256
    pages/ab/<sha256>.gz   bodies
    answers/ab/<key>.json  model answers
    <name>.jsonl           decisions, ratings, outcomes
    locks/, tmp/           may be deleted while nothing runs
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import re
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import StoreError, WorkspaceBroken, WorkspaceBusy
from pipeline.records import PostingLife, RawPage

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_HEX = re.compile(r"[0-9a-f]{16,128}")
_INDEX = "pages/index"
_LOCK_SECONDS = 30.0
_STALE_SECONDS = 3600.0
_ADVICE = {
    errno.ENOSPC: "The disk is full: free some space and run again; nothing written so far is lost.",
    errno.EDQUOT: "Your disk quota is used up: free some space and run again; nothing is lost.",
    errno.EROFS: "The disk is read-only: name a folder on another one with --workspace.",
}

Entry = Mapping[str, Any]
"""One line of the page index: a visit to one address."""


class Archive:
    """The raw store under one folder; safe for threads and for several processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._threads = threading.RLock()
        self._latest: dict[int, int] = {}
        self._before: dict[int, int] = {}
        self._scanned = 0
        self._torn: set[str] = set()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found damaged and skipped so far, one sentence each."""
        return tuple(sorted(self._torn))

    # --- pages ---------------------------------------------------------------------------------

    def save(self, page: RawPage, key: str | None = None) -> str:
        """The sha256 of the body, once body and visit are on the disk; `key` defaults to the address."""
        sha = page.sha256
        path = self._body(sha)
        if not path.exists():
            self._place(path, gzip.compress(page.body, 6, mtime=0))
        entry = {
            "url": page.url,
            "final_url": page.final_url,
            "status": page.status,
            "headers": [list(pair) for pair in page.headers],
            "fetched_at": page.fetched_at,
            "sha256": sha,
        }
        self._append(_INDEX, entry if key in (None, page.url) else {"key": key, **entry})
        return sha

    def load(self, entry: Entry) -> RawPage:
        """The page of one visit; raises `WorkspaceBroken` where its body is gone or damaged."""
        path = self._body(str(entry["sha256"]))
        try:
            body = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise _broken_page(path, str(error)) from error
        if hashlib.sha256(body).hexdigest() != entry["sha256"]:
            raise _broken_page(path, "its content does not match its name")
        headers = tuple((str(name), str(value)) for name, value in entry["headers"])
        url, final = str(entry["url"]), str(entry["final_url"])
        return RawPage(url, final, int(entry["status"]), headers, body, str(entry["fetched_at"]))

    def latest(self, key: str) -> RawPage | None:
        """The newest page that can still be read for an address; None when there is none."""
        for entry in self.newest_first(key):
            try:
                return self.load(entry)
            except WorkspaceBroken as error:
                self._torn.add(f"{error}; the visit before it is used")
        return None

    def visits(self, key: str) -> list[Entry]:
        """Every visit to an address, oldest first."""
        return list(self.newest_first(key))[::-1]

    def newest_first(self, key: str) -> Iterator[Entry]:
        """Every visit to an address, newest first, read from disk one by one."""
        self._catch_up()
        at = self._latest.get(_number(key))
        while at is not None:
            entry = self._entry(at)
            # the table keeps 64 bits of a hash only: another address may share them
            if _key(entry) == key:
                yield entry
            at = self._before.get(at)

    def urls(self) -> list[str]:
        """Every key that was ever visited, sorted."""
        return sorted({_key(entry) for entry in self._lines(self.root / f"{_INDEX}.jsonl")})

    # --- records -------------------------------------------------------------------------------

    def append(self, name: str, record: Mapping[str, Any], durable: bool = True) -> None:
        """Nothing, once the record stands as the last line; `durable=False` spares the fsync."""
        self._append(_checked(name), record, durable)

    def append_all(self, name: str, records: Iterable[Mapping[str, Any]]) -> int:
        """How many records were appended; one lock and one fsync for a thousand of them."""
        count = 0
        left = iter(records)
        while batch := list(islice(left, 1000)):
            self._append_lines(_checked(name), b"".join(map(_line, batch)), durable=True)
            count += len(batch)
        return count

    def records(self, name: str) -> list[dict[str, Any]]:
        """Every whole record of that name, in the order of writing."""
        return list(self.each_record(name))

    def each_record(self, name: str) -> Iterator[dict[str, Any]]:
        """The same one by one, for files that are too long to hold."""
        return self._lines(self.root / f"{_checked(name)}.jsonl")

    def put_answer(self, key: str, answer: Mapping[str, Any]) -> None:
        """Nothing, once the answer is on the disk; an answer that is already there stays."""
        path = self._answer(key)
        if not path.exists():
            self._place(path, _line(answer))

    def answer(self, key: str) -> dict[str, Any] | None:
        """The model's answer kept under that key; None when there is none or it is damaged."""
        path = self._answer(key)
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self._torn.add(f"{path.name} in answers/ cannot be read ({error}); it is asked for again")
            path.unlink(missing_ok=True)
            return None
        return found if isinstance(found, dict) else None

    # --- the life of a posting -----------------------------------------------------------------

    def lives(self) -> dict[str, PostingLife]:
        """When each posting was first and last seen, its versions and its end, by posting id."""
        found: dict[str, PostingLife] = {}
        for record in self.each_record("outcomes"):
            for posting in record.get("postings", ()):
                name = str(posting["id"])
                found[name] = _older(found.get(name), record, posting)
        return dict(sorted(found.items()))

    # --- how it is written ---------------------------------------------------------------------

    def _body(self, sha: str) -> Path:
        if not _HEX.fullmatch(sha):
            raise WorkspaceBroken(f"{sha[:80]!r} in the page index is no content hash")
        return self.root / "pages" / sha[:2] / f"{sha}.gz"

    def _answer(self, key: str) -> Path:
        if not _HEX.fullmatch(key):
            raise ValueError(f"{key!r} is no content hash")
        return self.root / "answers" / key[:2] / f"{key}.json"

    def _place(self, path: Path, content: bytes) -> None:
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            folder = self.root / "tmp"
            folder.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _append(self, name: str, record: Mapping[str, Any], durable: bool = True) -> None:
        self._append_lines(name, _line(record), durable)

    def _append_lines(self, name: str, lines: bytes, durable: bool) -> None:
        path = self.root / f"{name}.jsonl"
        with _writing(path), self._threads, self._lock(name):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab+", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                _write_whole(file, (b"\n" if _torn_at_end(file, size) else b"") + lines, size)
                if durable:
                    os.fsync(file.fileno())

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        folder = self.root / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name.replace('/', '-')}.lock", _LOCK_SECONDS, poll_interval=0.005)
        try:
            with lock:
                yield
        except Timeout as error:
            raise WorkspaceBusy(f"{name}.jsonl is held by another process") from error

    # --- how it is read ------------------------------------------------------------------------

    def _catch_up(self) -> None:
        path = self.root / f"{_INDEX}.jsonl"
        with self._threads:
            for at, entry in self._numbered(path, self._scanned):
                number = _number(_key(entry))
                if number in self._latest:
                    self._before[at] = self._latest[number]
                self._latest[number] = at

    def _numbered(self, path: Path, start: int) -> Iterator[tuple[int, dict[str, Any]]]:
        if not path.exists() or path.stat().st_size <= start:
            return
        with _reading(path), path.open("rb") as file:
            file.seek(start)
            at = start
            for raw in file:
                if not raw.endswith(b"\n"):
                    break  # still being written by someone, or torn; looked at again next time
                entry = self._parse(path, raw, at)
                if entry is not None and "sha256" in entry:
                    yield at, entry
                at += len(raw)
                self._scanned = at

    def _entry(self, at: int) -> Entry:
        path = self.root / f"{_INDEX}.jsonl"
        with _reading(path), path.open("rb") as file:
            file.seek(at)
            entry: Entry = json.loads(file.readline())
            return entry

    def _lines(self, path: Path) -> Iterator[dict[str, Any]]:
        if not path.exists():
            return
        with _reading(path), path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                record = self._parse(path, raw, number)
                if record is not None:
                    yield record

    def _parse(self, path: Path, raw: bytes, at: int) -> dict[str, Any] | None:
        try:
            record = json.loads(raw) if raw.strip() else None
        except ValueError:
            self._torn.add(f"{path.name}: the record at {at} is torn (a write was cut off); it is skipped")
            return None
        return record if isinstance(record, dict) else None


@contextmanager
def hold(root: Path) -> Iterator[None]:
    """The workspace for one run alone; raises `WorkspaceBusy` at once when another run has it."""
    root = Path(root)
    with _writing(root):
        (root / "locks").mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / "locks" / "run.lock", timeout=0)
        try:
            # `running` may have the lock for the blink of an eye
            lock.acquire(timeout=0.2, poll_interval=0.01)
        except Timeout as error:
            raise WorkspaceBusy(f"another run is working in {root}") from error
    try:
        _sweep(root / "tmp")
        yield
    finally:
        lock.release()


def running(root: Path) -> bool:
    """True while a run holds the workspace."""
    path = Path(root) / "locks" / "run.lock"
    if not path.exists():
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _sweep(folder: Path) -> None:
    # what a killed run left half written; young files may belong to a web page in another process
    if folder.is_dir():
        for path in folder.iterdir():
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink()


def _older(life: PostingLife | None, record: Mapping[str, Any], posting: Mapping[str, Any]) -> PostingLife:
    seen, closed = str(record.get("seen", "")), posting.get("closed")
    version = (seen, str(posting.get("fingerprint", "")), str(record.get("page", "")))
    if life is None:
        life = PostingLife(str(posting["id"]), str(record.get("address", "")), seen, seen, (version,))
    elif not closed and version[1] != life.versions[-1][1]:
        life = replace(life, versions=(*life.versions, version))
    if closed:
        return replace(life, closed=life.closed or str(closed))
    return replace(life, last_seen=max(life.last_seen, seen), closed=None)


def _key(entry: Entry) -> str:
    return str(entry.get("key") or entry["url"])


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a file of records")
    return name


def _line(record: Mapping[str, Any]) -> bytes:
    options: dict[str, Any] = {"sort_keys": True, "separators": (",", ":")}
    try:
        return json.dumps(record, ensure_ascii=False, **options).encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate out of a broken page
        return json.dumps(record, **options).encode() + b"\n"


def _torn_at_end(file: Any, size: int) -> bool:
    if not size:
        return False
    file.seek(size - 1)
    return bool(file.read(1) != b"\n")


def _write_whole(file: Any, line: bytes, size: int) -> None:
    # a full disk may take half a line: taken back, so that nobody has to read it as torn
    try:
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        with suppress(OSError):
            file.truncate(size)
        raise


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", _ADVICE.get(error.errno or 0)
        ) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error


def _broken_page(path: Path, why: str) -> WorkspaceBroken:
    advice = "Run gather with --refresh: the page is fetched again where it still exists."
    return WorkspaceBroken(f"the archived page {path.name} cannot be read: {why}", advice)
