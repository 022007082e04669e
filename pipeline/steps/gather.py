"""Lines → pages → postings: every line ends with exactly one final outcome, and a killed run goes on."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline import plugins
from pipeline.archive import Archive
from pipeline.fetch import by_host, host_of, request_key, utc_now
from pipeline.ports import Fetcher
from pipeline.read.canonical import masked_words
from pipeline.records import Failure, Posting, RawPage, Run, SourceLine, digest
from pipeline.settings import FetchSettings
from pipeline.steps.expand import Expansion as Expansion
from pipeline.steps.expand import expand as expand
from pipeline.steps.page_cache import NullFetcher, PageCache, hours_since
from pipeline.text import plural

if TYPE_CHECKING:
    from pipeline.steps.one_line import Gathered

Progress = Callable[[int, int, str], object]
"""Called with (just done, of, what) as lines end."""


@dataclass(frozen=True, slots=True)
class GatherResult:
    """What the lines gave: postings (closed and duplicate ones marked), failures, and the run."""

    postings: tuple[Posting, ...]
    failures: tuple[Failure, ...]
    run: Run


def gather(
    lines: Sequence[SourceLine],
    archive: Archive,
    settings: FetchSettings,
    offline: bool = False,
    refresh: bool = False,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
) -> GatherResult:
    """Return every line's postings or failure, in the order of the list; hold the workspace while it runs.

    A posting that is known to be closed comes marked, and with a failure "closed" beside it.
    """
    from pipeline import read

    began = time.perf_counter()
    found = sorted(
        each(lines, archive, settings, offline, refresh, progress, fetcher),
        key=lambda g: (g.line.number, g.line.address),
    )
    # after sorting: the first of the list counts, whichever server answered first
    postings = read.mark_duplicates([p for g in found for p in g.postings])
    left = (f for g in found for f in ((g.failure,) if g.failure else g.without_text))
    failures = tuple(map(read.without_contacts, left))
    noted = sorted(Counter(g.note for g in found if g.note).items())
    run = Run(
        "gather",
        "",
        inputs=len(found),
        outputs=len(postings),
        skipped=sum(not g.asked for g in found),
        failed=len(failures),
        seconds=time.perf_counter() - began,
        digest=digest([(g.line.address, g.line.kind, g.line.date, g.outcome, g.page_sha256) for g in found]),
        notes=(
            *(f"{plural(count, 'source')} {note}" for note, count in noted),
            *archive.notes,
        ),
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
    """Yield the outcomes one by one as lines end, for lists whose postings should not all be in memory."""
    from pipeline.read import masked_words
    from pipeline.steps.one_line import LineReader

    asker = fetcher or (plugins.fetcher(settings) if any(line.is_url for line in lines) else NullFetcher())
    # before the cache: what the interrupted run fetched counts as fresh from its beginning
    log = RunLog(archive, lines, offline, refresh, settings.max_age_days)
    cache = PageCache(archive, asker, settings, log.began, offline, refresh, _renderer(asker, settings))
    reader = LineReader(cache, plugins.sources(settings))

    def work(line: SourceLine) -> Gathered:
        settled = log.settled(line)
        found = reader.read(line, settled)
        if settled is None:
            log.settle(line, found.outcome, found.postings, found.failure, found.page_sha256, found.seen)
        return found

    def host(line: SourceLine) -> str:
        try:
            return host_of(reader.request(line.address).url) if line.is_url else ""
        except Exception:  # reading the line meets it again and names it
            return ""

    # a thread that waits for its host's pause holds no slot, so there are more threads than slots
    threads = max(32, 4 * settings.concurrency)
    try:
        for found in by_host(lines, host, work, threads, asker.stop):
            if progress:
                progress(1, len(lines), masked_words(found.line.address))
            yield found
        log.end()
    finally:
        log.leave()
        if fetcher is None:
            asker.close()


def _renderer(asker: Fetcher, settings: FetchSettings) -> Callable[[RawPage], RawPage] | None:
    from pipeline.render import renderer

    return None if isinstance(asker, NullFetcher) else renderer(asker, settings)


# --- before anything is asked -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """What one line would lead to: `how` is "file", "archive", "ask" or "missing"."""

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
    """Return what would be asked of whom; nothing is asked, robots.txt included."""
    from pipeline import sources

    cache = PageCache(archive, NullFetcher(), settings, utc_now(), offline, refresh)
    outside = plugins.sources(settings)
    planned = []
    for line in lines:
        if not line.is_url:
            planned.append(Planned(line, "file", url=line.address))
            continue
        request = sources.request_for(line.address, outside)
        kept = archive.latest(request_key(request))
        how = "archive" if kept and (offline or cache.is_young(kept)) else "missing" if offline else "ask"
        planned.append(Planned(line, how, host_of(request.url), request.method, request.url))
    return planned


LOG = "outcomes"
# an interrupted run is gone on with for a day; later its outcomes may be untrue, and each line is asked for
# anew
_RESUME_HOURS = 24.0


class RunLog:
    """Writes the outcomes of a run and knows what its interrupted beginning had settled."""

    def __init__(
        self, archive: Archive, lines: Sequence[SourceLine], offline: bool, refresh: bool, max_age_days: float
    ) -> None:
        self._archive = archive
        self._settled: dict[str, Failure] = {}
        self._open = True
        what = {
            "lines": digest(sorted(line.address for line in lines)),
            "offline": offline,
            "refresh": refresh,
        }
        begun = None if offline else self._unfinished(what, min(_RESUME_HOURS, 24 * max_age_days))
        self.began = str(begun["began"]) if begun else utc_now()
        self.run = str(begun["run"]) if begun else f"{self.began}-{os.getpid()}"
        if begun is None:
            self._settled.clear()
            archive.append(LOG, {"run": self.run, "begin": True, "began": self.began, **what}, durable=False)

    def settled(self, line: SourceLine) -> Failure | None:
        """Return the outcome that the interrupted run recorded for this line ("posting" too).

        None without one.
        """
        return self._settled.get(line.address)

    def settle(
        self,
        line: SourceLine,
        outcome: str,
        postings: Sequence[Posting],
        failure: Failure | None,
        page_sha256: str,
        seen: str,
    ) -> None:
        """Record the line's final outcome."""
        record: dict[str, Any] = {
            "run": self.run,
            "address": line.address,
            "number": line.number,
            "outcome": outcome,
            "detail": masked_words(failure.detail) if failure else "",
            "advice": masked_words(failure.advice) if failure else "",
            "page": page_sha256,
            "seen": seen or utc_now(),
            "postings": [{"id": p.id, "fingerprint": p.fingerprint, "closed": p.closed} for p in postings],
        }
        if not self._open:
            return  # the run was left while this line was under way: it has no outcome yet
        # no fsync: what a power failure takes from here is found again from the archived pages
        self._archive.append(LOG, record, durable=False)

    def leave(self) -> None:
        """Stop recording outcomes of lines that are still in progress."""
        self._open = False

    def end(self) -> None:
        """Record the run as ended; the next one asks anew what it settled."""
        self._archive.append(LOG, {"run": self.run, "end": True, "ended": utc_now()})

    def _unfinished(self, what: Mapping[str, Any], hours: float) -> dict[str, Any] | None:
        begun: dict[str, Any] = {}

        def take(record: dict[str, Any]) -> None:
            nonlocal begun
            if record.get("begin"):
                _ = record["run"], hours_since(str(record["began"]))
                begun, self._settled = record, {}
            elif record.get("end"):
                begun, self._settled = {}, {}
            elif begun and record.get("run") == begun["run"]:
                self._remember(record)

        for _ in self._archive.each_made(LOG, take):
            pass
        if not begun or any(begun.get(name) != value for name, value in what.items()):
            return None
        return begun if hours_since(str(begun["began"])) < hours else None

    def _remember(self, record: Mapping[str, Any]) -> None:
        address, outcome = str(record["address"]), record["outcome"]
        self._settled[address] = Failure(
            address, outcome, str(record["detail"]), str(record["advice"]), int(record["number"])
        )
