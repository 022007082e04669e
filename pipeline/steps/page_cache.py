"""One page for one request: out of the archive when it is young enough, else from the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pipeline.archive import Archive
from pipeline.errors import NoAnswer, SkillmatrixError
from pipeline.fetch import TRANSIENT, request_key
from pipeline.ports import Fetcher
from pipeline.records import RawPage, Request
from pipeline.settings import FetchSettings


@dataclass
class PageCache:
    """Hands out pages; what it asks for is archived before anyone reads it.

    A page that was fetched since `began` is never asked for again, whatever its status.
    """

    archive: Archive
    fetcher: Fetcher
    settings: FetchSettings
    began: str
    offline: bool = False
    refresh: bool = False
    render: Callable[[RawPage], RawPage] | None = None
    # two lines of different hosts may lead to one board's answer: it is asked for once
    _busy: set[str] = field(default_factory=set)
    _freed: threading.Condition = field(default_factory=threading.Condition)

    def page(self, request: Request, archived_only: bool = False) -> tuple[RawPage, bool]:
        """Return the page, and whether the server was asked; raises `NoAnswer` or `Retryable`."""
        key = request_key(request)
        with self._alone(key):
            kept = self.archive.latest(key)
            if kept is not None and (self.offline or archived_only or self.is_young(kept)):
                return kept, False
            if self.offline or archived_only:
                raise NoAnswer("it is not in the archive", "error", "Run once without --offline.")
            return self._ask(request, key, kept), True

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with self._freed:
            self._freed.wait_for(lambda: key not in self._busy)
            self._busy.add(key)
        try:
            yield
        finally:
            with self._freed:
                self._busy.discard(key)
                self._freed.notify_all()

    def is_young(self, kept: RawPage) -> bool:
        """Return True when the archived page is good enough for this run."""
        if kept.fetched_at >= self.began:
            return True
        if self.refresh or kept.status in TRANSIENT:
            return False
        oldest = datetime.fromisoformat(self.began) - timedelta(days=self.settings.max_age_days)
        return kept.fetched_at >= oldest.isoformat(timespec="milliseconds")

    def rendered(self, shell: RawPage, archived_only: bool = False) -> RawPage | None:
        """Return what a page of scripts becomes in a browser.

        Archived under its own key, None without a browser.
        """
        key = rendered_key(shell.url)
        with self._alone(key):
            kept = self.archive.latest(key)
            if kept is not None and (self.offline or archived_only or kept.fetched_at >= shell.fetched_at):
                return kept
            if self.render is None or self.offline or archived_only:
                return kept
            page = self.render(shell)
            self.archive.save(page, key)
            return page

    def older(self, request: Request, than: str) -> Iterator[RawPage]:
        """Yield the archived pages of a request with other content than `than` (a sha256), newest first."""
        seen = {than}
        for entry in self.archive.newest_first(request_key(request)):
            if entry["sha256"] in seen:
                continue
            seen.add(entry["sha256"])
            try:
                page = self.archive.load(entry)
            except SkillmatrixError:
                continue  # damaged: `Archive.latest` has told, an older one may do
            yield page

    def _ask(self, request: Request, key: str, kept: RawPage | None) -> RawPage:
        # an item may be archived out of its board's answer: that answer's ETag says nothing of the item
        good = kept if kept is not None and kept.status == 200 and kept.url == request.url else None
        if good is not None:
            request = replace(request, etag=good.header("etag"), last_modified=good.header("last-modified"))
        page = self.fetcher.fetch(request)
        # "not modified" has no body: the kept page stands, seen today
        if page.status == 304 and good is not None:
            page = replace(good, fetched_at=page.fetched_at)
        self.archive.save(page, key)
        return page


def rendered_key(url: str) -> str:
    """Return under which key the rendered form of an address is archived."""
    return f"{url}#rendered"


class NullFetcher:
    """A fetcher for plans: it asks nobody."""

    def fetch(self, request: Request) -> RawPage:
        """Raise: nothing is asked for in a plan."""
        raise NoAnswer(f"{request.url} is not asked for in a plan")

    def stop(self) -> None:
        """Do nothing: nobody waits."""

    def close(self) -> None:
        """Do nothing: nothing is open."""


def hours_since(began: str) -> float:
    """Return hours from that time of `utc_now` until now."""
    return (datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(began)).total_seconds() / 3600
