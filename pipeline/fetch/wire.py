"""Connections to checked addresses only, on which nothing takes longer than it may."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import httpcore
import httpx

from pipeline.errors import NoAnswer
from pipeline.fetch.addresses import is_public
from pipeline.settings import FetchSettings

Resolve = Callable[..., list[Any]]


class Transport(httpx.BaseTransport):
    """httpx over a connection pool that opens connections to checked addresses only."""

    def __init__(self, settings: FetchSettings, resolve: Resolve, wire: httpcore.NetworkBackend) -> None:
        self._backend = _Backend(settings.allow_private, resolve, wire)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            # some room beyond what is asked at once, for connections that are only kept; 8 by eye
            max_connections=max(1, settings.concurrency) + 8,
            # longer than the usual pause of a host, so that its next request uses the same connection
            keepalive_expiry=15.0,
            network_backend=self._backend,
        )

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Limit what this thread reads inside to so many seconds, however slowly it drips."""
        self._backend.deadline.at = time.monotonic() + seconds
        yield

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer with its body still to be read; raises the exceptions of httpcore."""
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
        """Close every connection."""
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
        # each address was checked after the lookup and is connected to as a number: a second lookup could
        # lead elsewhere
        for address in self._addresses(host, port):
            # 60 and 3,600 seconds below only stand in for "no limit": the deadline is what ends it
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
            # "try again" is trouble of the network, which may pass; "no such name" is final
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
