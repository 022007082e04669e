"""Lines → pages → postings: every line ends with exactly one final outcome, and a killed run goes on.

A page that the archive holds and that is young enough is not asked for again. Every final outcome is
appended to the archive's `outcomes` between a record that begins the run and one that ends it; a run
without an end is resumed: what it settled stays settled, failures included.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pipeline.archive import Archive
from pipeline.errors import NoAnswer, Retryable, SkillmatrixError
from pipeline.fetch import TRANSIENT, PoliteFetcher, by_host, host_of, request_key, utc_now
from pipeline.ports import Fetcher
from pipeline.records import (
    OUTCOMES,
    Failure,
    Outcome,
    Posting,
    RawPage,
    Reading,
    Request,
    Run,
    SourceLine,
    digest,
)
from pipeline.settings import FetchSettings

Progress = Callable[[int, int, str], object]
"""Called with (just done, of, what) as lines end."""

T = TypeVar("T")

LOG = "outcomes"
DEPTH = 3
"""How many times a page may point to another one that holds the posting."""

ADVICE: dict[Outcome, str] = {
    "posting": "",
    "closed": "It is no longer open: replace it in the list, or leave it for the history.",
    "feed": "It holds many postings: expand it with `skillmatrix gather ADDRESS --match WORDS`.",
    "listing": "It lists postings: expand it with `skillmatrix gather ADDRESS --match WORDS`.",
    "shell": "Its text comes from JavaScript: save the page in a browser and list the file, or install the "
    "extra `browser`.",
    "apply-form": "It is the application form: list the posting's own address.",
    "blocked": "The site does not answer programs: save the page in a browser and list the file.",
    "login-wall": "It wants a log-in: open it in a browser, save the page and list the file.",
    "not-found": "Check the address; the posting may be gone.",
    "error": "Try again later, or save the page in a browser and list the file.",
    "not-a-posting": "If it is of another kind, say so behind it: kind=blog, profile or day-in-life.",
    "no-text": "Save the page in a browser once its text shows, and list the file.",
    "wrong-language": "The engine does not read its language: list a translation, or leave it out.",
}
"""What a person can do about each outcome."""

_GONE = frozenset(("closed", "not-found"))
_SILENT = frozenset(("blocked", "login-wall", "error", "shell", "no-text"))
_FEEDS = frozenset(("feed", "listing"))
_RESUME_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class GatherResult:
    """What the lines gave: postings (closed and duplicate ones marked), failures, and the run."""

    postings: tuple[Posting, ...]
    failures: tuple[Failure, ...]
    run: Run


@dataclass(frozen=True, slots=True)
class Gathered:
    """The final outcome of one line. `asked` says that a server was asked; `note` what to know of it."""

    line: SourceLine
    outcome: Outcome
    postings: tuple[Posting, ...] = ()
    failure: Failure | None = None
    page_sha256: str = ""
    asked: bool = False
    note: str = ""


def gather(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
) -> GatherResult:
    """Every line's postings or failure, in the order of the list; hold the workspace while it runs."""
    from pipeline import read

    began = time.perf_counter()
    found = sorted(
        each(lines, archive, settings, offline, refresh, progress, fetcher),
        key=lambda g: (g.line.number, g.line.address),
    )
    postings = read.mark_duplicates([p for g in found for p in g.postings])
    failures = tuple(g.failure for g in found if g.failure)
    run = Run(
        "gather",
        "",
        inputs=len(found),
        outputs=len(postings),
        skipped=sum(not g.asked for g in found),
        failed=len(failures),
        seconds=time.perf_counter() - began,
        digest=digest([(g.line.address, g.line.kind, g.line.date, g.outcome, g.page_sha256) for g in found]),
        notes=(*_counted(found), *archive.notes),
    )
    return GatherResult(tuple(postings), failures, run)


def each(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
) -> Iterator[Gathered]:
    """The same one by one as the lines end, for lists whose postings should not all be in memory."""
    asker = fetcher or PoliteFetcher(settings)
    log = _Log(archive, lines, offline, refresh, settings.max_age_days)
    reader = _Reader(_Desk(archive, asker, settings, log.began, offline, refresh))
    stop = asker.stop if isinstance(asker, PoliteFetcher) else _nothing

    def work(line: SourceLine) -> Gathered:
        settled = log.settled(line)
        found = reader.read(line, settled)
        if settled is None:
            log.end_line(found)
        return found

    try:
        for found in by_host(lines, _host, work, max(32, 4 * settings.concurrency), stop):
            if progress:
                progress(1, len(lines), found.line.address)
            yield found
        log.end()
    finally:
        if fetcher is None and isinstance(asker, PoliteFetcher):
            asker.close()


def _nothing() -> None:
    """A fetcher that is not ours has no waits to stop."""


def _host(line: SourceLine) -> str:
    from pipeline import sources

    return host_of(sources.request_for(line.address).url) if line.is_url else ""


def _counted(found: Sequence[Gathered]) -> tuple[str, ...]:
    counts = Counter(g.note for g in found if g.note)
    return tuple(f"{count} sources: {note}" for note, count in sorted(counts.items()))


# --- one page: out of the archive or out of the net -------------------------------------------


@dataclass
class _Desk:
    """Hands out the page for a request: from the archive when it is young enough, else from the server."""

    archive: Archive
    fetcher: Fetcher
    settings: FetchSettings
    began: str
    offline: bool
    refresh: bool

    def __post_init__(self) -> None:
        # two lines of different hosts may lead to one board's answer: it is asked for once
        self._locks = [threading.Lock() for _ in range(64)]
        oldest = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=self.settings.max_age_days)
        self._oldest = oldest.isoformat(timespec="milliseconds")

    def page(self, request: Request, archived_only: bool = False) -> tuple[RawPage, bool]:
        """The page, and whether the server was asked; raises `NoAnswer` or `Retryable`."""
        key = request_key(request)
        with self._locks[hash(key) % len(self._locks)]:
            kept = self.archive.latest(key)
            if self.offline or archived_only:
                if kept is None:
                    raise NoAnswer("it is not in the archive", "error", "Run once without --offline.")
                return kept, False
            if kept is not None and self.is_young(kept):
                return kept, False
            return self._ask(request, key, kept), True

    def is_young(self, kept: RawPage) -> bool:
        """True when the archived page is good enough for this run."""
        if kept.fetched_at >= self.began:
            return True
        if self.refresh or kept.status in TRANSIENT:
            return False
        return kept.fetched_at >= self._oldest

    def _ask(self, request: Request, key: str, kept: RawPage | None) -> RawPage:
        good = kept if kept is not None and kept.status == 200 else None
        if good is not None:
            request = replace(request, etag=good.header("etag"), last_modified=good.header("last-modified"))
        page = self.fetcher.fetch(request)
        if page.status == 304 and good is not None:
            page = replace(good, fetched_at=page.fetched_at)
        self.archive.save(page, key)
        return page

    def older(self, request: Request, than: str) -> Iterator[RawPage]:
        """The readable archived pages of a request with other content, newest first."""
        seen = {than}
        for entry in self.archive.newest_first(request_key(request)):
            if entry["sha256"] not in seen:
                seen.add(entry["sha256"])
                try:
                    yield self.archive.load(entry)
                except SkillmatrixError:
                    continue


# --- one line ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    page: RawPage
    reading: Reading
    asked: bool = False
    note: str = ""


@dataclass
class _Reader:
    """Walks one line to its final outcome; a hostile page costs its own line, never the run."""

    desk: _Desk

    def read(self, line: SourceLine, settled: Failure | None = None) -> Gathered:
        """The final outcome of a line; a line that was settled before is read without asking anyone."""
        from pipeline import sources

        try:
            if not line.is_url:
                return self._finish(line, self._file(line))
            request = sources.request_for(line.address)
            return self._finish(line, self._walk(request, line.address, settled is not None))
        except (NoAnswer, Retryable) as error:
            known = settled if settled and settled.outcome != "posting" else None
            return _failed(line, known or _failure(line, error), asked=settled is None)

    def _file(self, line: SourceLine) -> _Found:
        from pipeline import sources

        path = Path(line.address)
        try:
            size = path.stat().st_size if path.is_file() else 0
        except OSError as error:
            raise NoAnswer(
                f"the file cannot be read: {error.strerror}", "error", "Check the path."
            ) from error
        if not path.exists():
            raise NoAnswer("there is no such file", "error", "Check the path.")
        if size > self.desk.settings.max_bytes:
            limit = f"{self.desk.settings.max_bytes} bytes (max_bytes in the settings' section [fetch])"
            raise NoAnswer(
                f"the file is larger than {limit}", "error", "Split it, or use `import` for collections."
            )
        page, reading = _guarded(lambda: sources.read_file(path, None))
        self._keep_file(line, page)
        return _Found(page, reading)

    def _keep_file(self, line: SourceLine, page: RawPage) -> None:
        key = f"file:{line.address}"
        newest = next(self.desk.archive.newest_first(key), None)
        if newest is None or newest["sha256"] != page.sha256:
            self.desk.archive.save(page, key)

    def _walk(self, request: Request, url: str, archived_only: bool) -> _Found:
        try:
            found = self._follow(request, url, archived_only, DEPTH)
        except (NoAnswer, Retryable) as error:
            before = self._before(request, url, "", DEPTH)
            if before is None:
                raise
            return replace(before, asked=not archived_only, note=_not_visited(error))
        if found.reading.listings or found.reading.outcome not in _GONE | _SILENT:
            return found
        before = self._before(request, url, found.page.sha256, DEPTH)
        if before is None:
            return found
        if found.reading.outcome in _GONE:
            return _closed(found, before)
        return replace(before, asked=found.asked, note=_not_visited(found.reading.outcome))

    def _follow(self, request: Request, url: str, archived_only: bool, depth: int) -> _Found:
        """The page, or the first one that it points to and that has the posting."""
        page, asked = self.desk.page(request, archived_only)
        found = _Found(page, _read_page(page, url), asked)
        if found.reading.listings or found.reading.outcome in _FEEDS or depth == 0:
            return found
        for request_after in found.reading.follow:
            after = self._follow(request_after, url, archived_only, depth - 1)
            if after.reading.listings or after.reading.outcome in _GONE:
                return replace(after, asked=asked or after.asked)
            found = replace(after, asked=asked or after.asked)
        return found

    def _before(self, request: Request, url: str, than: str, depth: int) -> _Found | None:
        """The newest archived version of a request's page, or of one that it points to, with a posting."""
        for page in self.desk.older(request, than):
            reading = _read_page(page, url)
            if reading.listings and reading.outcome not in _FEEDS:
                return _Found(page, reading)
            if depth:
                after = (self._before(follow, url, "", depth - 1) for follow in reading.follow)
                found = next(filter(None, after), None)
                if found:
                    return found
        return None

    def _finish(self, line: SourceLine, found: _Found) -> Gathered:
        from pipeline import read

        reading, page = found.reading, found.page
        is_feed = reading.outcome in _FEEDS and not (reading.listings and not line.is_url)
        if is_feed or not reading.listings:
            return _failed(line, _failure_of(line, reading), page.sha256, found.asked)
        postings = _guarded(lambda: tuple(read.posting_from(each, line, page) for each in reading.listings))
        postings = tuple(p for p in postings if p.text.strip())
        if not postings:
            return _failed(
                line, _failure_of(line, replace(reading, outcome="no-text")), page.sha256, found.asked
            )
        failure = _failure_of(line, reading) if reading.outcome in _GONE else None
        outcome: Outcome = reading.outcome if failure else "posting"
        return Gathered(line, outcome, postings, failure, page.sha256, found.asked, found.note)


def _read_page(page: RawPage, url: str) -> Reading:
    from pipeline import sources

    return _guarded(lambda: sources.read_page(page, url))


def _guarded(read: Callable[[], T]) -> T:
    try:
        return read()
    except SkillmatrixError as error:
        if error.exit_code == 2:  # an unreadable file is one line's trouble
            raise NoAnswer(str(error), "error", error.advice) from error
        raise
    except Exception as error:
        # parsers meet pages that were made to break them; the line fails by name and the others go on
        raise NoAnswer(f"it cannot be read ({type(error).__name__}: {error})"[:300]) from error


def _closed(now: _Found, before: _Found) -> _Found:
    """The last good version, marked with what says that it is gone."""
    page = now.page
    why = now.reading.detail or now.reading.outcome
    words = f"{why} (status {page.status}, {page.fetched_at[:10]})"
    listings = tuple(replace(each, closed=each.closed or words) for each in before.reading.listings)
    reading = replace(before.reading, outcome="closed", listings=listings, detail=words)
    return replace(before, reading=reading, asked=now.asked)


def _not_visited(why: object) -> str:
    if isinstance(why, Exception):
        why = "no answer"
    return f"could not be read again ({why}); the archived page before it is used"


def _failed(line: SourceLine, failure: Failure, sha: str = "", asked: bool = True) -> Gathered:
    return Gathered(line, failure.outcome, (), failure, sha, asked)


def _failure(line: SourceLine, error: NoAnswer | Retryable) -> Failure:
    named = error.outcome if isinstance(error, NoAnswer) else "error"
    outcome: Outcome = "error"
    outcome = next((known for known in OUTCOMES if known == named), outcome)
    advice = error.advice if isinstance(error, NoAnswer) else ADVICE[outcome]
    return Failure(line.address, outcome, str(error), advice, line.number)


def _failure_of(line: SourceLine, reading: Reading) -> Failure:
    return Failure(line.address, reading.outcome, reading.detail, ADVICE[reading.outcome], line.number)


# --- the log of a run -------------------------------------------------------------------------


class _Log:
    """Writes the outcomes of a run; knows what an interrupted run of the same lines had settled."""

    def __init__(
        self, archive: Archive, lines: Sequence[SourceLine], offline: bool, refresh: bool, max_age_days: float
    ) -> None:
        self._archive = archive
        self._settled: dict[int, Failure] = {}
        what = {
            "lines": digest(sorted(line.address for line in lines)),
            "offline": offline,
            "refresh": refresh,
        }
        hours = min(_RESUME_HOURS, 24 * max_age_days)
        begun = None if offline else self._unfinished(what, hours)
        self.run = begun["run"] if begun else f"{utc_now()}-{os.getpid()}"
        self.began = str(begun["began"]) if begun else utc_now()
        if begun is None:
            self._settled.clear()
            archive.append(LOG, {"run": self.run, "begin": True, "began": self.began, **what}, durable=False)

    def settled(self, line: SourceLine) -> Failure | None:
        """The outcome that the interrupted run had recorded for this line; None when it had none."""
        return self._settled.get(_name(line.address))

    def end_line(self, found: Gathered) -> None:
        failure = found.failure
        record: dict[str, Any] = {
            "run": self.run,
            "address": found.line.address,
            "number": found.line.number,
            "outcome": found.outcome,
            "detail": failure.detail if failure else found.note,
            "advice": failure.advice if failure else "",
            "page": found.page_sha256,
            "seen": utc_now(),
            "postings": [
                {"id": p.id, "fingerprint": p.fingerprint, "closed": p.closed} for p in found.postings
            ],
        }
        self._archive.append(LOG, record, durable=False)

    def end(self) -> None:
        """Nothing, once the run is on record as ended; what it settled is asked anew by the next one."""
        self._archive.append(LOG, {"run": self.run, "end": True, "ended": utc_now()})

    def _unfinished(self, what: Mapping[str, Any], hours: float) -> dict[str, Any] | None:
        begun: dict[str, Any] | None = None
        for record in self._archive.each_record(LOG):
            if record.get("begin"):
                begun, self._settled = record, {}
            elif record.get("end"):
                begun, self._settled = None, {}
            elif begun and record.get("run") == begun["run"]:
                self._settle(record)
        if begun is None or any(begun.get(name) != value for name, value in what.items()):
            return None
        age = datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(str(begun["began"]))
        return begun if age < timedelta(hours=hours) else None

    def _settle(self, record: Mapping[str, Any]) -> None:
        address, outcome = str(record["address"]), record["outcome"]
        failure = Failure(
            address, outcome, str(record["detail"]), str(record["advice"]), int(record["number"])
        )
        self._settled[_name(address)] = failure


def _name(address: str) -> int:
    return hash(address)


# --- before anything is asked -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """What one line would make this program do: `how` is file, archive, ask or missing."""

    line: SourceLine
    how: str
    host: str = ""
    method: str = ""
    url: str = ""


def plan(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
) -> list[Planned]:
    """What would be asked of whom; nothing is asked, robots.txt included."""
    from pipeline import sources

    desk = _Desk(archive, _Nobody(), settings, utc_now(), offline, refresh)
    planned = []
    for line in lines:
        if not line.is_url:
            planned.append(Planned(line, "file", url=line.address))
            continue
        request = sources.request_for(line.address)
        kept = archive.latest(request_key(request))
        how = "archive" if kept and (offline or desk.is_young(kept)) else "missing" if offline else "ask"
        planned.append(Planned(line, how, host_of(request.url), request.method, request.url))
    return planned


class _Nobody:
    def fetch(self, request: Request) -> RawPage:
        raise NoAnswer(f"{request.url} is not asked for in a plan")
