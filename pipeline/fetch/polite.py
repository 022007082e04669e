"""Polite HTTP: one answer for one request, or the reason why there is none.

Every hop of a redirect chain walks the same way: scheme and address are checked, robots.txt is asked,
the host's turn is waited for, the answer is read within limits of time and size, and asked for again
where that may help. The address is checked where the connection is made, on what the name resolved to:
a name that resolves to a public address once and to this machine later gets nothing. Connections are
therefore direct; proxies of the environment are not used. Cookies are neither kept nor sent, and a bot
check is a final answer, never a riddle to solve.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpcore
import httpx
import stamina

from pipeline.errors import NoAnswer, Retryable, SkillmatrixError
from pipeline.fetch.addresses import checked, origin, redirect_of
from pipeline.fetch.bodies import body_of
from pipeline.fetch.hosts import LATER, PRODUCT, Host, Hosts, Robots, robots_of
from pipeline.fetch.wire import Resolve, Transport
from pipeline.records import RawPage, Request, utc_now
from pipeline.settings import FetchSettings
from pipeline.version import __version__

# stamina tells each retry to this logger; without a handler they would land on stderr as bare lines
logging.getLogger("stamina").addHandler(logging.NullHandler())

TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses that are worth another try, now or in a later run."""

# RFC 9309, 2.5, asks that at least 500 KiB of a robots.txt be read
_ROBOTS_BYTES = 512_000
# far more than a page needs; a hostile server sends them without end, and they are archived
_MOST_HEADERS = 80
# cookies are not kept, and the body is archived unpacked: its old encodings would be untrue
_LOST_HEADERS = frozenset(
    ("set-cookie", "set-cookie2", "content-encoding", "transfer-encoding", "connection")
)
_ACCEPT = "text/html,application/xhtml+xml,application/json,application/xml;q=0.9,*/*;q=0.8"


class PoliteFetcher:
    """Fetches for any number of threads: one request at a time and a pause for each host."""

    def __init__(
        self,
        settings: FetchSettings,
        resolve: Resolve = socket.getaddrinfo,
        wire: httpcore.NetworkBackend | None = None,
    ) -> None:
        """`resolve` looks names up and `wire` connects to the checked address; both as the system does."""
        self.settings = settings
        self.agent = _agent(settings.contact)
        self._hosts = Hosts(settings)
        self._slots = threading.BoundedSemaphore(max(1, settings.concurrency))
        self._stopped = threading.Event()
        self._transport = Transport(settings, resolve, wire or httpcore.SyncBackend())
        self._headers = {"User-Agent": self.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        self._timeout = httpx.Timeout(settings.timeout_seconds, connect=settings.connect_seconds).as_dict()

    def __enter__(self) -> PoliteFetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.stop()
        self._transport.close()

    def stop(self) -> None:
        """Make every thread that waits for its turn give up at once."""
        self._stopped.set()

    def fetch(self, request: Request) -> RawPage:
        """Return the answer, whatever its status.

        `NoAnswer` when asking again is no use, else `Retryable`.
        """
        url, method = checked(request.url), request.method
        for _ in range(self.settings.max_redirects + 1):
            self._permit(url)
            page = self._answer(
                method, url, _question(request), request.json_body if method == "POST" else None
            )
            target = redirect_of(page)
            if target is None:
                return RawPage(request.url, str(url), page.status, page.headers, page.body, page.fetched_at)
            # as browsers do: a POST that is sent on asks for its answer by GET
            if page.status == 303 or (page.status in (301, 302) and method == "POST"):
                method = "GET"
            url = checked(target)
        raise NoAnswer(f"more than {self.settings.max_redirects} redirects")

    # --- may we, and when ----------------------------------------------------------------------

    def _permit(self, url: httpx.URL) -> None:
        if not self.settings.respect_robots:
            return
        with self._hosts.of(url) as host:
            with host.robots_lock:
                robots = host.robots.get(origin(url))
                if robots is None or robots.until < time.monotonic():
                    robots = self._robots(url)
                    host.robots[origin(url)] = robots
            # the longer of the two: a site may ask for more patience, never for less
            host.pause = max(self.settings.pause_seconds, robots.delay)
        if robots.problem:
            raise NoAnswer(robots.problem, "error", LATER)
        if not robots.allows(url):
            raise NoAnswer("robots.txt of the host forbids this page", "blocked")

    def _robots(self, url: httpx.URL) -> Robots:
        at = url.copy_with(path="/robots.txt", query=None, fragment=None)
        try:
            for _ in range(self.settings.max_redirects + 1):
                page = self._answer("GET", at, {}, None, _ROBOTS_BYTES)
                target = redirect_of(page)
                if target is None:
                    return robots_of(page, at)
                at = checked(target)
        except Retryable as error:
            return Robots(problem=f"robots.txt could not be read, so nothing is asked there: {error}")
        return Robots()  # RFC 9309, 2.3.1.2: after five redirects it counts as unavailable, which allows

    @contextmanager
    def _turn(self, url: httpx.URL) -> Iterator[Host]:
        with self._hosts.of(url) as host, host.turn:
            host.check(url)
            self._wait(host, url)
            try:
                # the slot is taken after the wait: hosts at rest would hold all slots
                with self._slots:
                    yield host
            finally:
                host.ready_at = max(host.ready_at, time.monotonic() + host.pause)

    def _wait(self, host: Host, url: httpx.URL) -> None:
        seconds = host.ready_at - time.monotonic()
        if seconds > self.settings.max_wait_seconds:
            raise NoAnswer(
                f"{url.host} asks to wait {seconds:.0f} seconds",
                "blocked",
                "Run again later, or raise max_wait_seconds in the settings' section [fetch].",
            )
        if self._stopped.wait(max(0.0, seconds)):
            raise Stopped("the run was stopped")

    # --- asking --------------------------------------------------------------------------------

    def _answer(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: str | None, cut: int = 0
    ) -> RawPage:
        """Return the answer of one hop after all tries; with `cut` only so many bytes of it are read."""
        # a pause of 0, as in tests, would make all tries at one moment
        start = max(0.1, self.settings.pause_seconds)
        tries = stamina.retry_context(
            on=_again,
            attempts=max(1, self.settings.attempts),
            timeout=None,
            wait_initial=start,
            wait_jitter=start,
        )
        try:
            for attempt in tries:
                with attempt, self._turn(url) as host:
                    return self._exchange(host, method, url, headers, body, cut)
        except _Busy as error:
            return error.page
        except Retryable as error:
            if self._stopped.is_set():  # the connections were closed under it: no outcome of this address
                raise Stopped("the run was stopped") from error
            raise
        raise AssertionError("unreachable")  # pragma: no cover

    def _exchange(
        self, host: Host, method: str, url: httpx.URL, headers: Mapping[str, str], body: str | None, cut: int
    ) -> RawPage:
        try:
            with self._transport.within(self.settings.timeout_seconds):
                page = self._read(method, url, headers, body, cut)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            if reason := _bad_certificate(error):
                raise NoAnswer(f"the certificate of {url.host} is not valid: {reason}") from error
            host.misses += 1
            raise Retryable(f"{url.host}: {_said(error)}") from error
        except (httpcore.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
            raise NoAnswer(f"{url} cannot be asked for: {_said(error)}") from error
        if page.status in TRANSIENT:
            # a 500 is the trouble of one page; these are the host's
            host.misses += page.status in (429, 502, 503, 504)
            raise _Busy(page, host.told_to_wait(page, self.settings.max_wait_seconds))
        host.answered()
        return page

    def _read(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: str | None, cut: int
    ) -> RawPage:
        sent = {**self._headers, **headers}
        if body is not None:
            sent |= {"Content-Type": "application/json", "Accept": "application/json"}
        # straight to the transport: a client would build the next request of a redirect, hostile or not
        response = self._transport.handle_request(
            httpx.Request(method, url, headers=sent, content=body, extensions={"timeout": self._timeout})
        )
        try:
            content = body_of(response, cut or self.settings.max_bytes, bool(cut))
        finally:
            response.close()
        kept = ((k, v[:4000]) for k, v in response.headers.multi_items() if k.lower() not in _LOST_HEADERS)
        pairs = tuple(pair for _, pair in zip(range(_MOST_HEADERS), kept, strict=False))
        return RawPage(str(url), str(url), response.status_code, pairs, content, utc_now())


def _agent(contact: str) -> str:
    clean = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()").strip()
    return f"{PRODUCT}/{__version__} (+{clean})" if clean else f"{PRODUCT}/{__version__}"


def _question(request: Request) -> dict[str, str]:
    asked = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in asked.items() if value}


class Stopped(SkillmatrixError):
    """Fetching was stopped from outside: whoever waited has no outcome, good or bad."""

    advice = "Run again: it goes on where it stopped."


class _Busy(Retryable):
    """An answer that says "not now"; the page is final once the tries are used up."""

    def __init__(self, page: RawPage, wait: float | None) -> None:
        super().__init__(f"status {page.status}", wait)
        self.page = page


def _again(error: Exception) -> bool | float:
    if not isinstance(error, Retryable):
        return False
    if error.wait is None:
        return True  # stamina's own growing pauses
    # the host's turn does the waiting, so that it can be stopped and others of the host wait too
    return error.wait if error.wait >= 0 else False


def _bad_certificate(error: BaseException | None) -> str:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    names = {"ReadTimeout": "no answer in time", "ConnectTimeout": "no connection in time"}
    return names.get(type(error).__name__) or text or type(error).__name__
