"""A page whose text comes from JavaScript, rendered in the system's Chromium (extra `browser`).

The browser has no network of its own: every name leads nowhere and what is no name goes to a dead proxy.
What its page asks for is fetched by the polite fetcher and handed in, so that robots.txt, pace, limits and
the check of addresses hold for scripts too. Pictures, media and fonts are left out. It renders and reads:
it logs in nowhere, clicks on nothing and passes no bot check.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pipeline.errors import NoAnswer
from pipeline.ports import Fetcher
from pipeline.records import RawPage, Request
from pipeline.settings import FetchSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

Render = Callable[[RawPage], RawPage]

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_CUT_OFF = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_UNWANTED = frozenset(("image", "media", "font", "websocket", "eventsource", "manifest", "ping"))
_MOST_REQUESTS = 60
_SECONDS = 60
"""For the whole of a page: its scripts, what they ask for, and telling what stands there in the end."""
_REST = 30
"""Seconds of them for a page that was loaded to come to rest."""
_ONE_AT_A_TIME = threading.Lock()


def renderer(fetcher: Fetcher, settings: FetchSettings) -> Render | None:
    """Return a function from a shell to the page it becomes; None without the extra or without Chromium."""
    program = executable()
    if not settings.render or program is None or importlib.util.find_spec("playwright") is None:
        return None
    return lambda page: _Rendering(page, fetcher).run(program)


def executable() -> str | None:
    """Return the system's Chromium or Chrome; SKILLMATRIX_CHROMIUM names another."""
    return os.environ.get("SKILLMATRIX_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


class _Rendering:
    """One page in one browser, which ends with it."""

    def __init__(self, shell: RawPage, fetcher: Fetcher) -> None:
        self._shell, self._fetcher = shell, fetcher
        self._left = _MOST_REQUESTS
        self._until = 0.0

    def run(self, program: str) -> RawPage:
        from playwright.sync_api import Error, sync_playwright

        # a sandbox cannot be had as root; whoever must do without says so: --no-sandbox
        flags = os.environ.get("SKILLMATRIX_CHROMIUM_FLAGS", "").split()
        try:
            with _ONE_AT_A_TIME, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program, args=[*_CUT_OFF, *flags])
                self._until = time.monotonic() + _SECONDS
                with _ended_at(self._until, browser):
                    context = browser.new_context(accept_downloads=False, service_workers="block")
                    page = context.new_page()
                    page.route("**/*", self._serve)
                    body = self._loaded(page)
                    browser.close()
        except Error as error:
            reason = " ".join(error.message.split())[:200]
            if 0 < self._until <= time.monotonic():
                reason = f"its scripts did not end within {_SECONDS} seconds"
            raise NoAnswer(f"the browser could not render it: {reason}", "shell") from error
        headers = (("content-type", "text/html; charset=utf-8"),)
        shell = self._shell
        return RawPage(
            shell.url, shell.final_url, 200, headers, body.encode("utf-8", "replace"), shell.fetched_at
        )

    def _loaded(self, page: Page) -> str:
        from playwright.sync_api import TimeoutError as Late

        # half of the time for loading, so that what stands there by then can still be told
        try:
            page.goto(self._shell.final_url, wait_until="load", timeout=_SECONDS * 500)
            page.wait_for_load_state("networkidle", timeout=min(_REST, _SECONDS / 4) * 1000)
        except Late:
            pass  # some pages never rest: what stands there by now is read
        return page.content()

    def _serve(self, route: Route) -> None:
        asked = route.request
        if asked.url == self._shell.final_url and asked.is_navigation_request():
            route.fulfill(status=200, headers=_kept(self._shell), body=self._shell.body)
            return
        answer = self._fetched(asked)
        if answer is None:
            route.abort()
        else:
            route.fulfill(status=answer.status, headers=_kept(answer), body=answer.body)

    def _fetched(self, asked: Any) -> RawPage | None:
        unwanted = asked.resource_type in _UNWANTED or asked.is_navigation_request()
        late = time.monotonic() >= self._until
        if unwanted or late or asked.method not in ("GET", "POST") or self._left <= 0:
            return None
        self._left -= 1
        try:
            return self._fetcher.fetch(Request(asked.url, asked.method, asked.post_data))
        except Exception:
            return None  # whatever a script asks for and does not get costs the script


@contextmanager
def _ended_at(until: float, browser: Browser) -> Iterator[None]:
    """End the browser's process when its time is over: a page in an endless loop answers no call at all."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    main = next(process["id"] for process in told["processInfo"] if process["type"] == "browser")

    def end() -> None:
        with suppress(OSError):
            os.kill(int(main), getattr(signal, "SIGKILL", signal.SIGTERM))

    clock = threading.Timer(until - time.monotonic(), end)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _kept(page: RawPage) -> dict[str, str]:
    wanted = ("content-type", "access-control-allow-origin", "access-control-allow-credentials")
    return {name: value for name in wanted if (value := page.header(name))}
