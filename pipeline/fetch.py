"""Polite HTTP: one answer for one request, or the reason why there is none.

Every hop of a redirect chain walks the same way: scheme and address are checked, robots.txt is asked,
the host's turn is waited for, the answer is read within limits of time and size, and asked for again
where that may help. The address is checked where the connection is made, on what the name resolved to:
a name that resolves to a public address once and to this machine later gets nothing. Connections are
therefore direct; proxies of the environment are not used. Cookies are neither kept nor sent, and a bot
check is a final answer, never a riddle to solve.
"""

from __future__ import annotations

import ipaddress
import logging
import queue
import socket
import ssl
import threading
import time
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, cast

import httpcore
import httpx
import stamina
from protego import Protego

from pipeline import __version__
from pipeline.errors import NoAnswer, Retryable
from pipeline.records import RawPage, Request
from pipeline.settings import FetchSettings

# stamina tells each retry to this logger; without a handler they would land on stderr as bare lines
logging.getLogger("stamina").addHandler(logging.NullHandler())

PRODUCT = "skillmatrix"
TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses that are worth another try, now or in a later run."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_ROBOTS_BYTES = 512_000
_ROBOTS_SECONDS = 24 * 3600.0
_MOST_HOSTS = 4096
_MOST_MISSES = 3
_MOST_HEADERS = 80
_LOST_HEADERS = frozenset(
    ("set-cookie", "set-cookie2", "content-encoding", "transfer-encoding", "connection")
)
_ACCEPT = "text/html,application/xhtml+xml,application/json,application/xml;q=0.9,*/*;q=0.8"
_SAVE = "Save the page in a browser and list the file instead."
_LATER = "The host may be down: run again later; what was fetched is not fetched again."
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[..., list[Any]]
T = TypeVar("T")
R = TypeVar("R")


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
        self._hosts = _Hosts(settings)
        self._slots = threading.BoundedSemaphore(max(1, settings.concurrency))
        self._stopped = threading.Event()
        self._transport = _Transport(settings, resolve, wire or httpcore.SyncBackend())
        self._headers = {"User-Agent": self.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        self._timeout = httpx.Timeout(settings.timeout_seconds, connect=settings.connect_seconds).as_dict()

    def __enter__(self) -> PoliteFetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; connections are closed."""
        self.stop()
        self._transport.close()

    def stop(self) -> None:
        """Nothing; whoever waits for a turn gives up at once."""
        self._stopped.set()

    def fetch(self, request: Request) -> RawPage:
        """The answer, whatever its status; `NoAnswer` when asking again is no use, else `Retryable`."""
        url, method = _checked(request.url), request.method
        for _ in range(self.settings.max_redirects + 1):
            self._permit(url)
            page = self._answer(
                method, url, _question(request), request.json_body if method == "POST" else None
            )
            target = _redirect(page)
            if target is None:
                return RawPage(request.url, str(url), page.status, page.headers, page.body, page.fetched_at)
            if page.status == 303 or (page.status in (301, 302) and method == "POST"):
                method = "GET"
            url = _checked(target)
        raise NoAnswer(f"more than {self.settings.max_redirects} redirects", "error", _SAVE)

    # --- may we, and when ----------------------------------------------------------------------

    def _permit(self, url: httpx.URL) -> None:
        if not self.settings.respect_robots:
            return
        with self._hosts.of(url) as host:
            with host.robots_lock:
                robots = host.robots.get(_origin(url))
                if robots is None or robots.until < time.monotonic():
                    robots = self._robots(url)
                    host.robots[_origin(url)] = robots
            host.pause = max(self.settings.pause_seconds, robots.delay)
        if robots.problem:
            raise NoAnswer(robots.problem, "error", _LATER)
        if not robots.allows(url):
            raise NoAnswer("robots.txt of the host forbids this page", "blocked", _SAVE)

    def _robots(self, url: httpx.URL) -> _Robots:
        at = url.copy_with(path="/robots.txt", query=None, fragment=None)
        try:
            for _ in range(self.settings.max_redirects + 1):
                page = self._answer("GET", at, {}, None, _ROBOTS_BYTES)
                target = _redirect(page)
                if target is None:
                    return _rules(page, at)
                at = _checked(target)
        except Retryable as error:
            return _Robots(problem=f"robots.txt could not be read, so nothing is asked there: {error}")
        return _Robots()  # RFC 9309, 2.3.1.2: after five redirects it counts as unavailable, which allows

    @contextmanager
    def _turn(self, url: httpx.URL) -> Iterator[_Host]:
        with self._hosts.of(url) as host, host.turn:
            host.check(url)
            self._wait(host, url)
            try:
                with self._slots:
                    yield host
            finally:
                host.ready_at = max(host.ready_at, time.monotonic() + host.pause)

    def _wait(self, host: _Host, url: httpx.URL) -> None:
        seconds = host.ready_at - time.monotonic()
        if seconds > self.settings.max_wait_seconds:
            raise NoAnswer(
                f"{url.host} asks to wait {seconds:.0f} seconds",
                "blocked",
                "Run again later, or raise max_wait_seconds in the settings' section [fetch].",
            )
        if self._stopped.wait(max(0.0, seconds)):
            raise NoAnswer("the run was stopped", "error", "Run again: it goes on where it stopped.")

    # --- asking --------------------------------------------------------------------------------

    def _answer(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: str | None, cut: int = 0
    ) -> RawPage:
        """The answer of one hop after all tries; with `cut` only so many bytes of it are read."""
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
        raise AssertionError("unreachable")  # pragma: no cover

    def _exchange(
        self, host: _Host, method: str, url: httpx.URL, headers: Mapping[str, str], body: str | None, cut: int
    ) -> RawPage:
        try:
            with self._transport.within(self.settings.timeout_seconds):
                page = self._read(method, url, headers, body, cut)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            host.misses += 1
            raise Retryable(f"{url.host}: {_said(error)}") from error
        except (httpcore.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
            raise NoAnswer(f"{url} cannot be asked for: {_said(error)}") from error
        if page.status in TRANSIENT:
            host.misses += 1
            raise _Busy(page, host.told_to_wait(page, self.settings.max_wait_seconds))
        host.misses = 0
        return page

    def _read(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: str | None, cut: int
    ) -> RawPage:
        sent = {**self._headers, **headers}
        if body is not None:
            sent["Content-Type"] = "application/json"
        # straight to the transport: a client would build the next request of a redirect, hostile or not
        response = self._transport.handle_request(
            httpx.Request(method, url, headers=sent, content=body, extensions={"timeout": self._timeout})
        )
        try:
            content = _body(response, cut or self.settings.max_bytes, bool(cut))
        finally:
            response.close()
        kept = ((k, v[:4000]) for k, v in response.headers.multi_items() if k.lower() not in _LOST_HEADERS)
        pairs = tuple(pair for _, pair in zip(range(_MOST_HEADERS), kept, strict=False))
        return RawPage(str(url), str(url), response.status_code, pairs, content, utc_now())


def utc_now() -> str:
    """Now in UTC, naive, ISO, to the millisecond: what came before a run must sort before it."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def host_of(url: str) -> str:
    """What shares one pace: host and port as written; "" for what is no address."""
    try:
        return httpx.URL(url).netloc.decode("ascii", "replace")
    except (httpx.InvalidURL, UnicodeError):
        return ""


def request_key(request: Request) -> str:
    """Under which name the answer is archived: the address, and for a POST what was asked."""
    if request.method == "GET":
        return request.url
    body = zlib.crc32((request.json_body or "").encode())
    return f"{request.url}#POST-{body:08x}"


def by_host(
    items: Iterable[T],
    host: Callable[[T], str],
    work: Callable[[T], R],
    workers: int,
    stop: Callable[[], None],
) -> Iterator[R]:
    """The results as they come: one item at a time for a host, many hosts at once.

    At most a few results wait to be taken, so memory does not grow with their number.
    """
    crowd = _Crowd(items, host, work)
    try:
        yield from crowd.results(workers)
    finally:
        crowd.over.set()
        stop()
        crowd.join()


class _Crowd:
    """Threads that each serve one host's queue to its end, then take the next host."""

    def __init__(self, items: Iterable[Any], host: Callable[[Any], str], work: Callable[[Any], Any]) -> None:
        by_name: dict[str, deque[Any]] = {}
        for item in items:
            by_name.setdefault(host(item), deque()).append(item)
        # the longest queue decides when the run ends, so it starts first
        self.hosts = deque(sorted(by_name.values(), key=len, reverse=True))
        self.work = work
        self.out: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=64)
        self.over = threading.Event()
        self.threads: list[threading.Thread] = []

    def results(self, workers: int) -> Iterator[Any]:
        count = min(len(self.hosts), max(1, workers))
        self.threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()
        while count:
            what, value = self.out.get()
            if what == "end":
                count -= 1
            elif what == "error":
                raise value
            else:
                yield value

    def join(self) -> None:
        for thread in self.threads:
            thread.join(timeout=2.0)

    def _serve(self) -> None:
        try:
            while not self.over.is_set():
                items = self.hosts.popleft()
                while items and not self.over.is_set():
                    self._put("result", self.work(items.popleft()))
        except IndexError:
            pass  # no host is left
        except BaseException as error:
            self._put("error", error)
        self._put("end", None)

    def _put(self, what: str, value: Any) -> None:
        while not self.over.is_set():
            with suppress(queue.Full):
                self.out.put((what, value), timeout=0.2)
                return


# --- hosts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Robots:
    """What one origin's robots.txt says; without rules everything is allowed."""

    rules: Any = None
    delay: float = 0.0
    problem: str = ""
    until: float = field(default_factory=lambda: time.monotonic() + _ROBOTS_SECONDS)

    def allows(self, url: httpx.URL) -> bool:
        return self.rules is None or bool(self.rules.can_fetch(str(url), PRODUCT))


@dataclass
class _Host:
    turn: threading.BoundedSemaphore
    pause: float
    ready_at: float = 0.0
    misses: int = 0
    users: int = 0
    robots: dict[str, _Robots] = field(default_factory=dict)
    robots_lock: threading.Lock = field(default_factory=threading.Lock)
    most_misses: int = 9

    def check(self, url: httpx.URL) -> None:
        """Nothing; raises when the host let too many tries in a row go unanswered to ask it again now."""
        if self.misses >= self.most_misses:
            raise NoAnswer(f"{url.host} gave no answer {self.misses} times in a row", "error", _LATER)

    def told_to_wait(self, page: RawPage, most: float) -> float | None:
        """How long Retry-After asks for; more than `most` ends the tries, the host is left alone so long."""
        seconds = _retry_after(page)
        if seconds is None:
            return None
        self.ready_at = max(self.ready_at, time.monotonic() + seconds)
        return -1.0 if seconds > most else 0.0


class _Hosts:
    """The state of the hosts that are in use and of a bounded number of others."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, url: httpx.URL) -> Iterator[_Host]:
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

    def _new(self) -> _Host:
        turns = threading.BoundedSemaphore(max(1, self._settings.per_host))
        most = _MOST_MISSES * max(1, self._settings.attempts)
        return _Host(turns, self._settings.pause_seconds, most_misses=most)

    def _forget(self) -> None:
        if len(self._hosts) <= _MOST_HOSTS:
            return
        now = time.monotonic()
        name = next((n for n, h in self._hosts.items() if not h.users and h.ready_at <= now), None)
        if name is not None:
            del self._hosts[name]


def _rules(page: RawPage, url: httpx.URL) -> _Robots:
    # RFC 9309: 4xx means there are no rules, 5xx that nobody may ask. 429 says "later", as 5xx does.
    if page.status >= 500 or page.status == 429:
        return _Robots(problem=f"robots.txt of {url.host} answers {page.status}, so nothing is asked there")
    if not 200 <= page.status < 300:
        return _Robots()
    rules = Protego.parse(page.body.decode("utf-8", "replace"))
    delay = float(rules.crawl_delay(PRODUCT) or 0.0)
    rate = rules.request_rate(PRODUCT)
    if rate is not None and rate.requests:
        delay = max(delay, rate.seconds / rate.requests)
    return _Robots(rules, delay)


def _retry_after(page: RawPage) -> float | None:
    value = (page.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


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


# --- addresses --------------------------------------------------------------------------------


def _agent(contact: str) -> str:
    clean = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()").strip()
    return f"{PRODUCT}/{__version__} (+{clean})" if clean else f"{PRODUCT}/{__version__}"


def _checked(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NoAnswer(f"{url[:200]} is no address: {error}", "error", "Correct the address.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise NoAnswer(f"{url[:200]} is no http or https address", "error", "Correct the address.")
    if parsed.userinfo:
        raise NoAnswer("the address holds a user name or password", "error", "Leave them out of it.")
    return parsed


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _redirect(page: RawPage) -> str | None:
    location = page.header("location")
    if page.status not in _REDIRECTS or not location:
        return None
    try:
        return str(httpx.URL(page.final_url).join(location))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NoAnswer(f"it redirects to {location[:200]!r}, which is no address") from error


def _question(request: Request) -> dict[str, str]:
    asked = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in asked.items() if value}


def is_public(address: str) -> bool:
    """True for an address of the open internet; what is wrapped in an IPv6 address counts as itself."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


# --- bodies -----------------------------------------------------------------------------------


def _body(response: httpx.Response, most: int, cut: bool) -> bytes:
    """The decoded body; what unpacks to more than `most` bytes is refused before it is unpacked."""
    told = response.headers.get("content-length", "")
    if told.isdigit() and int(told) > most and not cut:
        raise _too_large(most)
    decode = _decoder(response.headers.get("content-encoding", ""))
    parts, size = [], 0
    for raw in response.iter_raw():
        part = decode(raw, most - size + 1)
        size += len(part)
        parts.append(part)
        if size > most:
            if not cut:
                raise _too_large(most)
            break
    return b"".join(parts)[:most]


def _decoder(encoding: str) -> Callable[[bytes, int], bytes]:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda raw, _: raw
    if name not in ("gzip", "x-gzip", "deflate"):
        # a chain of encodings, or one that was not offered
        raise NoAnswer(f"the answer is packed as {encoding[:40]!r}, which was not asked for", "error", _SAVE)
    unpack = _Unpack(32 + zlib.MAX_WBITS if "gzip" in name else zlib.MAX_WBITS)
    return unpack.take


class _Unpack:
    def __init__(self, bits: int) -> None:
        self._inflate = zlib.decompressobj(bits)
        self._first = True

    def take(self, raw: bytes, most: int) -> bytes:
        try:
            part = self._inflate.decompress(raw, most)
        except zlib.error as error:
            if not self._first:
                raise httpcore.RemoteProtocolError(f"the packed answer is damaged ({error})") from error
            # "deflate" without the zlib frame is as common as with it
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self._first = False
            return self.take(raw, most)
        self._first = False
        return part


def _too_large(most: int) -> NoAnswer:
    advice = "Raise max_bytes in the settings' section [fetch] if this is a posting."
    return NoAnswer(f"the answer is larger than {most} bytes", "error", advice)


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    names = {"ReadTimeout": "no answer in time", "ConnectTimeout": "no connection in time"}
    return names.get(type(error).__name__) or text or type(error).__name__


# --- the wire ---------------------------------------------------------------------------------


class _Transport(httpx.BaseTransport):
    """httpx over a connection pool that opens connections to checked addresses only."""

    def __init__(self, settings: FetchSettings, resolve: Resolve, wire: httpcore.NetworkBackend) -> None:
        self._backend = _Backend(settings.allow_private, resolve, wire)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=max(1, settings.concurrency) + 8,
            keepalive_expiry=15.0,
            network_backend=self._backend,
        )

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What this thread reads here ends after so many seconds, however slowly it drips."""
        self._backend.deadline.at = time.monotonic() + seconds
        yield

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            method=request.method,
            url=url,
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        stream = _Stream(cast(Iterable[bytes], answer.stream), answer.close)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=stream, extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, parts: Iterable[bytes], close: Callable[[], None]) -> None:
        self._parts, self._close = parts, close

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        self._close()


class _Backend(httpcore.NetworkBackend):
    """Connects to the first resolved address that is allowed and answers."""

    def __init__(self, allow_private: bool, resolve: Resolve, wire: httpcore.NetworkBackend) -> None:
        self._allow_private, self._resolve, self._wire = allow_private, resolve, wire
        self.deadline = threading.local()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            left = min(timeout or 60.0, self.deadline.at - time.monotonic())
            if left <= 0:
                raise httpcore.ConnectTimeout
            try:
                stream = self._wire.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
                continue
            return _TimedStream(stream, self.deadline)
        raise problem

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = self._resolve(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise httpcore.ConnectError(f"the name {host} cannot be looked up now") from error
            raise NoAnswer(f"there is no host {host}", "error", "Correct the address.") from error
        except UnicodeError as error:
            raise NoAnswer(f"{host[:200]} is no host name", "error", "Correct the address.") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [a for a in addresses if self._allow_private or is_public(a)]
        if addresses and not allowed:
            raise NoAnswer(
                f"{host} is {addresses[0]}, an address of a private network or of this machine",
                "error",
                "Set allow_private in the settings' section [fetch] if you mean it.",
            )
        return allowed


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing takes longer than the thread's deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: threading.local) -> None:
        self._stream, self._deadline = stream, deadline

    def _left(self, timeout: float | None) -> float:
        return float(min(timeout or 3600.0, self._deadline.at - time.monotonic()))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._left(timeout)
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._left(timeout)
        if left <= 0:
            raise httpcore.WriteTimeout
        self._stream.write(buffer, left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, max(0.1, self._left(timeout)))
        return _TimedStream(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
