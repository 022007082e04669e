"""Mappers on this machine: one item after the other, or a pool of processes that survives dead workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar

from pipeline.errors import EngineError

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 2
"""Items handed out for each worker: enough to keep it busy, few enough to keep memory flat."""

MOST_BREAKS = 10
"""Times that a pool may die without one result before the run is given up."""


class HereMapper:
    """Runs everything in this process; all other mappers must agree with it."""

    def __init__(self, workers: int = 1, address: str = "") -> None:
        self.workers, self.address = 1, ""

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Return the results in the order of the items, each computed when it is asked for."""
        return map(function, items)


class ProcessMapper:
    """Runs items in `workers` processes (0: one for each core of this machine)."""

    def __init__(self, workers: int = 0, address: str = "") -> None:
        self.workers = workers or cores()

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the results in the order of the items.

        A dead worker (killed, out of memory) breaks Python's pool: what was not finished is handed to a new
        one. Raises `EngineError` when pools keep dying without giving a result.
        """
        rest, handed, breaks = iter(items), deque[T](), 0
        while True:
            pool = self._pool()
            try:
                for result in self._through(pool, function, rest, handed):
                    breaks = 0
                    yield result
                pool.shutdown()
                return
            except BrokenProcessPool as error:
                breaks += 1
                if breaks >= MOST_BREAKS:
                    raise EngineError(
                        f"worker processes died {breaks} times in a row without a result",
                        "Lower [scale] workers or batch in the settings; finished files are kept.",
                    ) from error
            finally:
                _end(pool)

    def _pool(self) -> ProcessPoolExecutor:
        # spawned, not forked: a fork copies threads' locks (Arrow, onnxruntime) in whatever state they are
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, mp_context=context, initializer=_leave_ctrl_c_to_the_parent)

    def _through(
        self, pool: ProcessPoolExecutor, function: Callable[[T], R], rest: Iterator[T], handed: deque[T]
    ) -> Iterator[R]:
        """Yield the results; `handed` keeps the items that have none yet, so that another pool can go on."""
        futures: deque[Future[R]] = deque(_submit(pool, function, item) for item in handed)
        while True:
            for item in islice(rest, self.workers * AHEAD - len(futures)):
                handed.append(item)
                futures.append(_submit(pool, function, item))
            if not futures:
                return
            # in order: whatever the number of workers, the same bytes are written
            result = futures[0].result()
            futures.popleft()
            handed.popleft()
            yield result


def cores() -> int:
    """Return the cores that this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _submit(pool: ProcessPoolExecutor, function: Callable[[T], R], item: T) -> Future[R]:
    try:
        return pool.submit(function, item)
    except OSError as error:
        # a pool that breaks while it starts a process says so in this way
        raise BrokenProcessPool(str(error)) from error


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(pool: ProcessPoolExecutor) -> None:
    """End every worker, also when the caller stops in the middle."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        if worker.is_alive():
            worker.terminate()
    for worker in workers:
        worker.join()
