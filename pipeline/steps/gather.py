"""Lines → pages → postings: every line ends with exactly one final outcome, and a killed run goes on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import plugins
from pipeline.archive import Archive
from pipeline.fetch import by_host, host_of, request_key, utc_now
from pipeline.ports import Fetcher
from pipeline.records import Failure, Posting, Run, SourceLine, digest
from pipeline.render import renderer
from pipeline.settings import FetchSettings
from pipeline.steps.desk import Desk, Nobody
from pipeline.steps.expand import Expansion as Expansion
from pipeline.steps.expand import expand as expand
from pipeline.steps.run_log import RunLog
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
    """Every line's postings or failure, in the order of the list; hold the workspace while it runs.

    A posting that is known to be closed comes marked, and with a failure "closed" beside it.
    """
    from pipeline import read

    began = time.perf_counter()
    found = sorted(
        each(lines, archive, settings, offline, refresh, progress, fetcher),
        key=lambda g: (g.line.number, g.line.address),
    )
    postings = read.mark_duplicates([p for g in found for p in g.postings])
    failures = tuple(f for g in found for f in ((g.failure,) if g.failure else g.without_text))
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
    """The outcomes one by one as lines end, for lists whose postings should not all be in memory."""
    from pipeline.steps.one_line import LineReader

    asker = fetcher or plugins.fetcher(settings)
    log = RunLog(archive, lines, offline, refresh, settings.max_age_days)
    desk = Desk(archive, asker, settings, log.began, offline, refresh, renderer(asker, settings))
    reader = LineReader(desk, plugins.sources(settings))

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
                progress(1, len(lines), found.line.address)
            yield found
        log.end()
    finally:
        log.leave()
        if fetcher is None:
            asker.close()


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
    """What would be asked of whom; nothing is asked, robots.txt included."""
    from pipeline import sources

    desk = Desk(archive, Nobody(), settings, utc_now(), offline, refresh)
    outside = plugins.sources(settings)
    planned = []
    for line in lines:
        if not line.is_url:
            planned.append(Planned(line, "file", url=line.address))
            continue
        request = sources.request_for(line.address, outside)
        kept = archive.latest(request_key(request))
        how = "archive" if kept and (offline or desk.is_young(kept)) else "missing" if offline else "ask"
        planned.append(Planned(line, how, host_of(request.url), request.method, request.url))
    return planned
