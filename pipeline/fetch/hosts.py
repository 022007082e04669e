"""What is known of each host: its turn, its pace, its robots.txt, and how often it gave no answer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from protego import Protego

from pipeline.errors import NoAnswer
from pipeline.records import RawPage
from pipeline.settings import FetchSettings

PRODUCT = "skillmatrix"
LATER = "The host may be down: run again later; what was fetched is not fetched again."
# RFC 9309, 2.4: a copy of robots.txt should not be used for more than 24 hours
_ROBOTS_SECONDS = 24 * 3600.0
# hosts kept in memory; a run over a list seldom has as many, and one that is forgotten only loses its
# robots.txt
_MOST_HOSTS = 4096
# addresses of one host that may fail in a row, each after all its tries; three were chosen by eye
_MOST_MISSES = 3


@dataclass(frozen=True, slots=True)
class Robots:
    """What one origin's robots.txt says; without rules everything is allowed."""

    rules: Any = None
    delay: float = 0.0
    problem: str = ""
    until: float = field(default_factory=lambda: time.monotonic() + _ROBOTS_SECONDS)

    def allows(self, url: httpx.URL) -> bool:
        """Return True when this program may ask for the address."""
        return self.rules is None or bool(self.rules.can_fetch(str(url), PRODUCT))


@dataclass
class Host:
    """One host while it is in use; `turn` is held by whoever asks it something."""

    turn: threading.BoundedSemaphore
    pause: float
    ready_at: float = 0.0
    misses: int = 0
    users: int = 0
    robots: dict[str, Robots] = field(default_factory=dict)
    robots_lock: threading.Lock = field(default_factory=threading.Lock)
    most_misses: int = 9
    rest: float = 0.0
    rested: bool = False

    def check(self, url: httpx.URL) -> None:
        """Let a host that left many tries unanswered rest once; give it up the next time."""
        if self.misses < self.most_misses:
            return
        if self.rested:
            raise NoAnswer(f"{url.host} gave no usable answer {self.misses} times in a row", "error", LATER)
        self.rested = True
        self.ready_at = max(self.ready_at, time.monotonic() + self.rest)

    def answered(self) -> None:
        """Forget the host's failures: it answers again."""
        self.misses, self.rested = 0, False

    def told_to_wait(self, page: RawPage, most: float) -> float | None:
        """Return how long Retry-After asks for.

        More than `most` ends the tries, the host is left alone so long.
        """
        seconds = _retry_after(page)
        if seconds is None:
            return None
        self.ready_at = max(self.ready_at, time.monotonic() + seconds)
        return -1.0 if seconds > most else 0.0


class Hosts:
    """The state of the hosts that are in use and of a bounded number of others."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._hosts: OrderedDict[str, Host] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, url: httpx.URL) -> Iterator[Host]:
        """Give the host of an address, not forgotten while the block lasts."""
        with self._lock:
            host = self._hosts.pop(url.netloc.decode("ascii"), None) or self._new()
            self._hosts[url.netloc.decode("ascii")] = host
            host.users += 1
            self._forget()
        try:
            yield host
        finally:
            with self._lock:
                host.users -= 1

    def _new(self) -> Host:
        turns = threading.BoundedSemaphore(max(1, self._settings.per_host))
        most = _MOST_MISSES * max(1, self._settings.attempts)
        # half of the longest Retry-After: one long pause for a host that restarts, and the run still ends;
        # by eye
        rest = self._settings.max_wait_seconds / 2
        return Host(turns, self._settings.pause_seconds, most_misses=most, rest=rest)

    def _forget(self) -> None:
        if len(self._hosts) <= _MOST_HOSTS:
            return
        now = time.monotonic()
        # a host in use, or one that asked for patience, is kept: forgetting it would break its pause
        name = next((n for n, h in self._hosts.items() if not h.users and h.ready_at <= now), None)
        if name is not None:
            del self._hosts[name]


def robots_of(page: RawPage, url: httpx.URL) -> Robots:
    """Return what the answer to a request for robots.txt comes to."""
    # RFC 9309: 4xx means there are no rules, 5xx that nobody may ask. 429 says "later", as 5xx does.
    if page.status >= 500 or page.status == 429:
        return Robots(problem=f"robots.txt of {url.host} answers {page.status}, so nothing is asked there")
    if not 200 <= page.status < 300:
        return Robots()
    rules = Protego.parse(page.body.decode("utf-8", "replace"))
    # Crawl-delay and Request-rate are no part of RFC 9309, but sites state them: the slower one holds
    delay = float(rules.crawl_delay(PRODUCT) or 0.0)
    rate = rules.request_rate(PRODUCT)
    if rate is not None and rate.requests:
        delay = max(delay, rate.seconds / rate.requests)
    return Robots(rules, delay)


def _retry_after(page: RawPage) -> float | None:
    value = (page.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        # nine digits are over thirty years; more would overflow the clock
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        # OverflowError: a zone or a year so large that the difference fits into no number
        return None
