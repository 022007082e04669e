"""A Dask cluster: one that is named by its address, or a small one on this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from pipeline.errors import EngineError, EngineUnavailable
from pipeline.folders.processes import AHEAD, cores

T = TypeVar("T")
R = TypeVar("R")

RETRIES = 10
"""How many workers may die under one item before the run is given up."""


class DaskMapper:
    """Runs items on the cluster at `address`; without one, on `workers` processes of its own.

    `patience` is how many seconds a scheduler may take to answer.
    """

    def __init__(self, workers: int = 0, address: str = "", patience: float = 20.0) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError as error:
            raise EngineUnavailable(
                f"--mapper dask needs a package that is not installed: {error}",
                "Install the extra: pip install 'skillmatrix[folders]', or use --mapper processes.",
            ) from error
        self.workers, self.address, self._patience = workers, address, patience

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the results in the order of the items.

        What a dead worker had in hand is done again by another.
        """
        with self._client() as client:
            rest, futures = iter(items), deque[Any]()
            try:
                while True:
                    ahead = AHEAD * max(1, _threads(client))
                    for item in islice(rest, max(0, ahead - len(futures))):
                        futures.append(client.submit(function, item, pure=False, retries=RETRIES))
                    if not futures:
                        return
                    yield _result(futures.popleft())
            finally:
                client.cancel(list(futures))

    @contextmanager
    def _client(self) -> Iterator[Any]:
        import dask
        import distributed

        local: Any = distributed.LocalCluster
        connect: Any = distributed.Client
        # as in a pool of processes: a row that kills its worker is left out the third time, so workers must
        # survive it
        with dask.config.set({"distributed.scheduler.allowed-failures": RETRIES}):
            if self.address:
                with _connected(self.address, self._patience) as client:
                    yield client
                return
            with (
                local(
                    n_workers=self.workers or cores(), threads_per_worker=1, dashboard_address=None
                ) as cluster,
                connect(cluster) as client,
            ):
                yield client


@contextmanager
def _connected(address: str, patience: float) -> Iterator[Any]:
    import distributed

    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=patience)
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineError(
            f"no Dask scheduler answers at {address}: {error}", "Start one with: dask scheduler"
        ) from error
    with client:
        yield client


def _threads(client: Any) -> int:
    return sum(client.nthreads().values())


def _result(future: Any) -> Any:
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise EngineError(
            f"{RETRIES} workers died under one file: {error}",
            "Give the workers more memory, or split the file; finished files are kept.",
        ) from error
