"""Who may ask the review page: only this machine, only who has the address, only our own forms."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost", "[::1]")
"""How a browser on this machine may call us; any other Host is a name that was led here (DNS rebinding)."""

MOST_DRAINED = 1_000_000
"""Bytes of a refused request that are read before it is answered."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # of our own pages only: no-referrer would make browsers send `Origin: null` with our own forms
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer carries."""


def _token() -> str:
    # 192 bits: not to be guessed by a page that tries addresses on this machine
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Keys:
    """The secrets of one sitting: `token` stands in the address, `form` in every form."""

    token: str = field(default_factory=_token)
    form: str = field(default_factory=_token)

    def fits(self, said: str) -> bool:
        """Return True for the value that our own forms send."""
        return secrets.compare_digest(said.encode(), self.form.encode())


class Guard:
    """The application behind checks of Host, token and Origin; what it refuses reaches nothing of ours."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], keys: Keys) -> None:
        self._app, self._keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refused = self._refused(scope)
        if refused:
            # an answer before the form was read would reset the connection: the browser shows an error
            # instead
            await _drain(receive)
            await _refuse(send, *refused)
            return
        await self._app(scope, receive, _guarded(send))

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        # the name is checked against rebinding: a foreign name may lead to 127.0.0.1
        if len(hosts) != 1 or hosts[0] not in _hosts(scope):
            return 421, "This page answers on this machine only."
        first = scope["path"].split("/")[1]
        # compared in equal time: how long a refusal takes says nothing of the key
        if not secrets.compare_digest(first.encode(), self._keys.token.encode()):
            return 403, "The address lacks its key: open the one that `skillmatrix review` printed."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "Only GET and POST are answered."
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        # every browser sends Origin with a POST; what sends none is no form of ours
        if scope["method"] == "POST" and not origins:
            return 403, "A form that does not say where it comes from is not taken."
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return 403, "A page of another origin asked; nothing was done."
        return None


def _hosts(scope: Scope) -> set[str]:
    port = scope["server"][1]
    return {f"{name}:{port}" for name in NAMES} | ({*NAMES} if port == 80 else set())


async def _drain(receive: Receive) -> None:
    """Take in a short body: a connection that is closed on unread bytes loses our answer on the way."""
    taken, more = 0, True
    while more and taken < MOST_DRAINED:
        message = await receive()
        taken += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


async def _refuse(send: Send, status: int, why: str) -> None:
    headers = {**HEADERS, "content-type": "text/plain; charset=utf-8", "connection": "close"}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": why.encode()})


def _guarded(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            pairs = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message["headers"], *pairs]
        await send(message)

    return sending
