"""`data/raw`: what cannot be computed again — pages, model answers, decisions, ratings, outcomes.

Bodies and answers are content-addressed and appear by rename, so a file that is there is whole. Records
are lines that are only ever appended: one lock, one write, one fsync each. After `kill -9` at most the
last line is torn; it is skipped and named in `Archive.notes`, and the next append starts a line of its own.

Files are for their owner only (600, folders 700), whatever the umask: letters of a model and ratings of a
person are nobody else's business.

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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from pipeline.errors import StoreError, WorkspaceBroken, WorkspaceBusy
from pipeline.records import PostingLife, RawPage

T = TypeVar("T")

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_HEX = re.compile(r"[0-9a-f]{16,128}")
_INDEX = "pages/index"
_LOCK_SECONDS = 30.0
_READ_AGAIN = (0.05, 0.2, 0.5)
"""Seconds before a stored answer is read again where reading failed: a lack of file handles passes."""
_FILE, _FOLDER = 0o600, 0o700
_SENSELESS = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What making a value of a record raises where the record is not what it should be."""
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
        """Keep a page and the visit; answer the body's sha256. `key` defaults to the address.

        A kept body that is damaged is written anew.
        """
        sha = page.sha256
        if not self.has(sha):
            self._place(self._body(sha), gzip.compress(page.body, 6, mtime=0))
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
        """Return the page of one visit; raises `WorkspaceBroken` where its body is gone or damaged."""
        path = self._body(str(entry["sha256"]))
        try:
            body = _unpacked(path.read_bytes(), str(entry["sha256"]))
        except OSError as error:
            raise _broken_page(path, str(error)) from error
        if body is None:
            raise _broken_page(path, "its content does not match its name")
        headers = tuple((str(name), str(value)) for name, value in entry["headers"])
        url, final = str(entry["url"]), str(entry["final_url"])
        return RawPage(url, final, int(entry["status"]), headers, body, str(entry["fetched_at"]))

    def has(self, sha: str) -> bool:
        """Return True where the body of that hash is kept and whole."""
        try:
            return _unpacked(self._body(sha).read_bytes(), sha) is not None
        except OSError:
            return False

    def latest(self, key: str) -> RawPage | None:
        """Return the newest page that can still be read for an address; None when there is none."""
        for entry in self.newest_first(key):
            try:
                return self.load(entry)
            except WorkspaceBroken as error:
                self._torn.add(f"{error}; the visit before it is used")
        return None

    def newest_first(self, key: str) -> Iterator[Entry]:
        """Yield every visit to an address, newest first, read from disk one by one."""
        self._catch_up()
        at = self._latest.get(_number(key))
        while at is not None:
            entry = self._entry(at)
            # the table keeps 64 bits of a hash only: another address may share them
            if _key(entry) == key:
                yield entry
            at = self._before.get(at)

    # --- records -------------------------------------------------------------------------------

    def append(self, name: str, record: Mapping[str, Any], durable: bool = True) -> None:
        """Append one record; fsync unless `durable` is false."""
        self._append(_checked(name), record, durable)

    def append_all(self, name: str, records: Iterable[Mapping[str, Any]]) -> int:
        """Return how many records were appended; one lock and one fsync for a thousand of them."""
        count = 0
        left = iter(records)
        while batch := list(islice(left, 1000)):
            self._append_lines(_checked(name), b"".join(map(_line, batch)), durable=True)
            count += len(batch)
        return count

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return every whole record of that name, in the order of writing."""
        return list(self.each_record(name))

    def each_record(self, name: str) -> Iterator[dict[str, Any]]:
        """Return the same one by one, for files that are too long to hold."""
        return self._lines(self.root / f"{name if name == _INDEX else _checked(name)}.jsonl")

    def each_made(self, name: str, make: Callable[[dict[str, Any]], T]) -> Iterator[T]:
        """Yield what `make` makes of each record.

        A record that it cannot use is skipped and named in `notes`.
        """
        for number, record in enumerate(self.each_record(name), 1):
            try:
                made = make(record)
            except _SENSELESS as error:
                why = f"{type(error).__name__}: {error}"[:100]
                self._torn.add(f"{name}.jsonl: record {number} makes no sense ({why}); it is skipped")
                continue
            yield made

    def put_answer(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer; one that is already there stays, unless it is damaged."""
        path = self._answer(key)
        try:
            kept = _answer_in(path.read_bytes())
        except FileNotFoundError:
            kept = None
        except OSError:
            return  # it is there and may be good: what cannot be read now is not overwritten
        if kept is None:
            self._place(path, _line(answer))

    def answer(self, key: str) -> dict[str, Any] | None:
        """Return the model's answer kept under that key; None when there is none or it cannot be read.

        What cannot be read stays where it is: out of file handles or a mount that is gone is no damage.
        """
        path = self._answer(key)
        for pause in (*_READ_AGAIN, None):
            try:
                found = _answer_in(path.read_bytes())
                break
            except FileNotFoundError:
                return None
            except OSError as error:
                if pause is None:
                    self._torn.add(f"{path.name} in answers/ cannot be read now ({error.strerror})")
                    return None
                time.sleep(pause)
        if found is None:
            self._torn.add(f"{path.name} in answers/ is damaged; it is asked for again")
        return found

    # --- the life of a posting -----------------------------------------------------------------

    def lives(self) -> dict[str, PostingLife]:
        """Return when each posting was first and last seen, its versions and its end, by posting id."""
        found: dict[str, PostingLife] = {}
        told = self.each_made("outcomes", lambda r: (r, [(str(p["id"]), p) for p in r.get("postings", ())]))
        for record, postings in told:
            for name, posting in postings:
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
            folder = self.root / "tmp"
            for each in (path.parent, folder):
                own_folder(self.root, each)
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
            own_folder(self.root, path.parent)
            with _for_owner(path) as file:
                size = file.seek(0, os.SEEK_END)
                _write_whole(file, (b"\n" if _torn_at_end(file, size) else b"") + lines, size)
                if durable:
                    os.fsync(file.fileno())

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        folder = own_folder(self.root, self.root / "locks")
        path = folder / f"{name.replace('/', '-')}.lock"
        lock = FileLock(path, _LOCK_SECONDS, mode=_FILE, poll_interval=0.005)
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
                if entry is not None and "sha256" in entry and ("key" in entry or "url" in entry):
                    yield at, entry
                at += len(raw)
                self._scanned = at

    def _entry(self, at: int) -> Entry:
        path = self.root / f"{_INDEX}.jsonl"
        with _reading(path), path.open("rb") as file:
            file.seek(at)
            entry: Entry = json.loads(file.readline())  # it was parsed once to get into the table
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
        except RecursionError:
            self._torn.add(f"{path.name}: the record at {at} is nested too deep; it is skipped")
            return None
        return record if isinstance(record, dict) else None


_HELD = threading.local()
"""The roots that this thread holds."""


@contextmanager
def hold(root: Path, within: bool = False) -> Iterator[None]:
    """Hold the workspace for one run alone; raises `WorkspaceBusy` at once when another run has it.

    With `within` a stage of a run that holds it already, in this thread, goes on under that hold.
    """
    root = Path(root)
    held: set[Path] = _HELD.__dict__.setdefault("roots", set())
    if within and root.resolve() in held:
        yield
        return
    with _writing(root):
        own_folder(root, root / "locks")
        lock = FileLock(root / "locks" / "run.lock", timeout=0, mode=_FILE)
        try:
            # `running` may have the lock for the blink of an eye
            lock.acquire(timeout=0.2, poll_interval=0.01)
        except Timeout as error:
            raise WorkspaceBusy(f"another run is working in {root}") from error
    held.add(root.resolve())
    try:
        _sweep(root / "tmp")
        yield
    finally:
        held.discard(root.resolve())
        lock.release()


def running(root: Path) -> bool:
    """Return True while a run holds the workspace."""
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


def own_folder(root: Path, folder: Path) -> Path:
    """Create a folder inside `data/raw` for its owner only, the root with it; answer the folder."""
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
    missing = [each for each in (folder, *folder.parents) if each == root or root in each.parents]
    for each in reversed(missing):
        each.mkdir(mode=_FOLDER, exist_ok=True)
    if os.name == "posix" and root.stat().st_mode & 0o077:
        with suppress(OSError):  # a workspace of an older version, perhaps of another owner
            root.chmod(_FOLDER)
    return folder


def _for_owner(path: Path) -> Any:
    """Return the file opened for appending, readable by its owner only."""
    file = open(path, "ab+", buffering=0, opener=lambda name, flags: os.open(name, flags, _FILE))  # noqa: SIM115  it has no opener
    if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
        with suppress(OSError):
            os.fchmod(file.fileno(), _FILE)
    return file


def _unpacked(packed: bytes, sha: str) -> bytes | None:
    """Return the body, None where it is not what its name says."""
    try:
        body = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None
    return body if hashlib.sha256(body).hexdigest() == sha else None


def _answer_in(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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
