"""A real HTTP server on loopback that behaves as badly as job boards do, and writes down who asked for what.

    with Board() as board:
        board.page("/jobs/1", "<h1>Welder</h1>…")
        fetch(board.url("/jobs/1"))
        board.asked("/jobs/1")  # → 1

Paths that are always there (`n`, `k` are numbers):

    /posting/n            a posting page of an invented employer, with ETag and Last-Modified (304)
    /redirect/k/PATH      k redirects, then PATH          /loop            redirects to itself
    /to?url=URL           one redirect to URL             /status/CODE     that status
    /busy/k?after=SECONDS 429 with Retry-After k times, then a posting; /busy-date/k the same with a date
    /flaky/k              k resets, then a posting        /reset           always a reset
    /stall                takes the request, never answers; /stall/k k times, then a posting
    /drip                 one byte every tenth of a second; /cut promises more than it sends
    /huge                 an endless body                 /told-huge       Content-Length of 1 TB
    /bomb                 gzip that unpacks to 1 GB; /bomb-twice packed twice; /brotli not asked for
    /charset              windows-1250 announced as utf-8 /nul             a page with NUL bytes
    /cookie               sets a cookie and redirects to itself until the cookie comes back

Run as a process for benchmarks: `python tests/servers/board.py --hosts 20` prints one address a line.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

MODIFIED = "Mon, 02 Nov 2026 08:00:00 GMT"


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """"reset", "stall", "drip", "cut" or "endless" instead of an orderly answer."""


@dataclass(frozen=True)
class Asked:
    at: float
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    method: str = "GET"


def posting(number: int) -> bytes:
    """Return a posting page; another number gives another employer, title and text."""
    draw = random.Random(number)
    tools = ("Kettles", "Looms", "Ledgers", "Pulleys", "Lanterns", "Anvils", "Sextants", "Bellows")
    title = f"Keeper of {draw.choice(tools)} {number}"
    wishes = "".join(
        f"<li>{draw.randint(1, 9)} years of experience with {draw.choice(tools).lower()} of {number + i}, "
        f"including {draw.choice(tools).lower()} of sort {draw.randint(100, 999)}</li>"
        for i in range(8)
    )
    return (
        f"<!doctype html><html><head><title>{title}</title>"
        f'<script type="application/ld+json">{{"@context":"https://schema.org","@type":"JobPosting",'
        f'"title":"{title}","datePosted":"2026-10-01","hiringOrganization":{{"@type":"Organization",'
        f'"name":"Invented Works {number}"}},"description":"<p>We keep things at works number {number}.</p>'
        f'<h3>Requirements</h3><ul>{wishes}</ul>"}}</script></head>'
        f"<body><h1>{title}</h1><p>We keep things at works number {number}.</p>"
        f"<h3>Requirements</h3><ul>{wishes}</ul></body></html>"
    ).encode()


class Board:
    """The server, in a thread of its own, on any number of loopback addresses (`hosts`)."""

    def __init__(self, hosts: int = 1, tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Asked] = []
        self.robots: dict[str, Answer] = {}
        self.faults: Callable[[str, int], Answer | None] = lambda path, nth: None
        self._pages: dict[str, Answer] = {}
        self._times: Counter[tuple[str, str]] = Counter()
        self._wanted, self._tls = hosts, tls
        self._open: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.hosts: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    # --- what a test says ----------------------------------------------------------------------

    def page(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        """Serve that body from now on; the answer is its address."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._pages[path] = Answer(content, status, {"Content-Type": "text/html; charset=utf-8", **named})
        return self.url(path)

    def gone(self, path: str, status: int = 410) -> None:
        """From now on the path answers that it is gone."""
        self._pages[path] = Answer(b"gone", status)

    def url(self, path: str, host: int = 0) -> str:
        return f"http://{self.hosts[host]}{path}"

    def asked(self, path: str | None = None) -> int:
        """Return how often that path (or any but robots.txt) was asked for."""
        return sum(a.path == path if path else a.path != "/robots.txt" for a in self.log)

    # --- its life ------------------------------------------------------------------------------

    def __enter__(self) -> Board:
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> list[asyncio.Server]:
        servers = []
        for _ in range(self._wanted):
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
            self.hosts.append("127.0.0.1:%d" % server.sockets[0].getsockname()[1])  # noqa: UP031
            servers.append(server)
        return servers

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    # --- one connection ------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        host = headers.get("host", "")
        self.log.append(Asked(time.monotonic(), host, target, headers, body, method))
        self._open[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._open[host])
        try:
            return await self._write(writer, self._answer(host, target, headers), method)
        finally:
            self._open[host] -= 1

    async def _write(self, writer: asyncio.StreamWriter, answer: Answer, method: str) -> bool:
        if answer.fault == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return False
        if answer.fault == "stall":
            await asyncio.sleep(3600)
        body = answer.body
        headers = {"Content-Length": str(len(body)), "Date": formatdate(usegmt=True), **answer.headers}
        if answer.fault == "endless":
            del headers["Content-Length"]
        if answer.fault == "cut":
            headers["Content-Length"] = str(len(body) + 1000)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} Said\r\n{lines}\r\n".encode("latin-1"))
        if answer.fault == "drip":
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.1)
        while answer.fault == "endless":
            writer.write(b"x" * 65536)
            await writer.drain()
        if answer.status != 304 and not answer.fault:
            writer.write(body)
        await writer.drain()
        return not answer.fault

    # --- what it says --------------------------------------------------------------------------

    def _answer(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return self.robots.get(host, self.robots.get("", Answer(b"", 404)))
        nth = self._times[host, target]
        self._times[host, target] += 1
        fault = self.faults(target, nth)
        if fault is not None:
            return fault
        answer = self._pages.get(target) or self._pages.get(parts.path)
        return _conditional(answer or self._built_in(host, parts.path, parts.query, nth, headers), headers)

    def _built_in(self, host: str, path: str, query: str, nth: int, headers: Mapping[str, str]) -> Answer:
        _, name, *rest = path.split("/")
        options = {key: values[0] for key, values in parse_qs(query).items()}
        number = int(rest[0]) if rest and rest[0].isdigit() else 0
        special = _BUILT_IN.get(name)
        if special is None:
            return Answer(b"no such page", 404)
        return special(_Ask(host, rest, number, nth, options, headers))


@dataclass(frozen=True)
class _Ask:
    host: str
    rest: list[str]
    number: int
    nth: int
    options: Mapping[str, str]
    headers: Mapping[str, str]


_HTML = {"Content-Type": "text/html; charset=utf-8"}


def _conditional(answer: Answer, headers: Mapping[str, str]) -> Answer:
    tag = answer.headers.get("ETag")
    if answer.status == 200 and tag and headers.get("if-none-match") == tag:
        return Answer(b"", 304, {"ETag": tag})
    return answer


def _posting(ask: _Ask) -> Answer:
    tagged = {**_HTML, "ETag": f'"p{ask.number}"', "Last-Modified": MODIFIED}
    return Answer(posting(ask.number), 200, tagged)


def _redirect(ask: _Ask) -> Answer:
    left = ask.number - 1
    path = "/".join(ask.rest[1:])
    target = f"/redirect/{left}/{path}" if left > 0 else f"/{path}"
    return Answer(b"", (301, 302, 303, 307, 308)[left % 5], {"Location": target})


def _busy(ask: _Ask) -> Answer:
    if ask.nth >= ask.number:
        return _posting(ask)
    return Answer(b"slow down", 429, {"Retry-After": ask.options.get("after", "0")})


def _busy_date(ask: _Ask) -> Answer:
    if ask.nth >= ask.number:
        return _posting(ask)
    when = formatdate(time.time() + float(ask.options.get("after", "1")), usegmt=True)
    return Answer(b"slow down", 503, {"Retry-After": when})


def _then_posting(fault: str) -> Callable[[_Ask], Answer]:
    def answer(ask: _Ask) -> Answer:
        return Answer(fault=fault) if not ask.rest or ask.nth < ask.number else _posting(ask)

    return answer


def _cookie(ask: _Ask) -> Answer:
    if "seen=1" in ask.headers.get("cookie", ""):
        return _posting(ask)
    return Answer(b"", 302, {"Location": "/cookie", "Set-Cookie": "seen=1; Path=/"})


def _bomb() -> bytes:
    # a fully flushed block of deflate can be repeated: 1 MB of zeros a thousand times over
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b"\0" * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"", mtime=0)[:10] + block * 1000


_BOMB = _bomb()

_BUILT_IN: dict[str, Callable[[_Ask], Answer]] = {
    "posting": _posting,
    "redirect": _redirect,
    "loop": lambda ask: Answer(b"", 302, {"Location": "/loop"}),
    "to": lambda ask: Answer(b"", 302, {"Location": ask.options["url"]}),
    "status": lambda ask: Answer(b"said", ask.number),
    "busy": _busy,
    "busy-date": _busy_date,
    "flaky": _then_posting("reset"),
    "reset": _then_posting("reset"),
    "stall": _then_posting("stall"),
    "drip": lambda ask: Answer(b"d" * 1000, 200, _HTML, "drip"),
    "cut": lambda ask: Answer(b"c" * 1000, 200, _HTML, "cut"),
    "huge": lambda ask: Answer(b"", 200, _HTML, "endless"),
    "told-huge": lambda ask: Answer(b"x", 200, {**_HTML, "Content-Length": "1000000000000"}),
    "bomb": lambda ask: Answer(_BOMB, 200, {**_HTML, "Content-Encoding": "gzip"}),
    "bomb-twice": lambda ask: Answer(gzip.compress(_BOMB), 200, {**_HTML, "Content-Encoding": "gzip, gzip"}),
    "brotli": lambda ask: Answer(b"\x0b\x02\x80hi\x03", 200, {**_HTML, "Content-Encoding": "br"}),
    "charset": lambda ask: Answer("<p>Příliš žluťoučký kůň</p>".encode("windows-1250"), 200, _HTML),
    "nul": lambda ask: Answer(posting(1).replace(b"We keep", b"We\0keep"), 200, _HTML),
    "cookie": _cookie,
}


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int, default=1)
    with Board(parser.parse_args().hosts) as board:
        print("\n".join(board.hosts), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
