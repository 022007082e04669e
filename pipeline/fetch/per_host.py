"""Many hosts at once, one item at a time for each of them."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def by_host(
    items: Iterable[T],
    host: Callable[[T], str],
    work: Callable[[T], R],
    workers: int,
    stop: Callable[[], None],
) -> Iterator[R]:
    """Yield the results as they come: one item at a time for a host, many hosts at once.

    At most a few results wait to be taken, so memory does not grow with their number.
    """
    threads = _Threads(items, host, work)
    try:
        yield from threads.results(workers)
    finally:
        threads.over.set()
        stop()
        threads.join()


class _Threads:
    """Threads that each serve one host's queue to its end, then take the next host."""

    def __init__(self, items: Iterable[Any], host: Callable[[Any], str], work: Callable[[Any], Any]) -> None:
        by_name: dict[str, deque[Any]] = {}
        for item in items:
            by_name.setdefault(host(item), deque()).append(item)
        # the longest queue decides when the run ends, so it starts first
        self.hosts = deque(sorted(by_name.values(), key=len, reverse=True))
        self.work = work
        # results that wait hold their pages: so many at most, whatever the length of the list
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
        # whoever still hangs in a read is left behind: the threads are daemons
        until = time.monotonic() + 2.0
        for thread in self.threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        try:
            while (items := self._next_host()) is not None:
                while items and not self.over.is_set():
                    self._put("result", self.work(items.popleft()))
        except BaseException as error:
            self._put("error", error)
        self._put("end", None)

    def _next_host(self) -> deque[Any] | None:
        with suppress(IndexError):
            return None if self.over.is_set() else self.hosts.popleft()
        return None

    def _put(self, what: str, value: Any) -> None:
        while not self.over.is_set():
            with suppress(queue.Full):
                self.out.put((what, value), timeout=0.2)
                return
