"""Every mapper gives the same results in the same order, and dead workers cost nothing."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipeline import plugins
from pipeline.errors import EngineError, UsageError
from pipeline.folders import processes
from pipeline.folders.processes import ProcessMapper
from pipeline.ports import Mapper


def double(number: int) -> int:
    return 2 * number


def die_once(task: tuple[int, str]) -> int:
    number, folder = task
    marker = Path(folder) / str(number)
    if number % 4 == 1 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_always(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    raise UsageError(f"number {number}")


def mapper(name: str) -> Mapper:
    if name == "dask":
        pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    return plugins.mapper(name, 2, "")


@pytest.fixture
def quiet_cluster() -> Iterator[None]:
    # Dask's own start and end of processes warn about sockets and loops that are not ours
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("name", ["here", "processes", "dask"])
@pytest.mark.usefixtures("quiet_cluster")
def test_results_come_in_the_order_of_the_items(name: str) -> None:
    assert list(mapper(name).map(double, range(30))) == [2 * n for n in range(30)]


@pytest.mark.parametrize("name", ["here", "processes"])
def test_an_error_of_the_function_reaches_the_caller(name: str) -> None:
    with pytest.raises(UsageError, match="number 0"):
        list(mapper(name).map(refuse, range(3)))


@pytest.mark.parametrize("name", ["processes", "dask"])
@pytest.mark.usefixtures("quiet_cluster")
def test_what_a_dead_worker_had_in_hand_is_done_again(name: str, tmp_path: Path) -> None:
    tasks = [(n, str(tmp_path)) for n in range(8)]
    assert list(mapper(name).map(die_once, tasks)) == list(range(8))
    assert {p.name for p in tmp_path.iterdir()} == {"1", "5"}


def test_pools_that_die_without_a_result_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MOST_BREAKS", 2)
    with pytest.raises(EngineError, match="died 2 times"):
        list(ProcessMapper(1).map(die_always, [1]))


def test_a_pool_that_breaks_while_it_takes_an_item_is_followed_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    breaks, submit = [OSError("handle is closed")], ProcessPoolExecutor.submit

    def submitted(*given: Any) -> Any:
        if breaks:
            raise breaks.pop()
        return submit(*given)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submitted)
    assert list(ProcessMapper(1).map(double, range(3))) == [0, 2, 4]


def test_no_more_items_are_taken_than_workers_can_use() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = ProcessMapper(1).map(double, items())
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert len(taken) <= 1 + 2 * processes.AHEAD


def test_an_address_nobody_listens_at_is_named() -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from pipeline.folders.dask import DaskMapper

    with pytest.raises(EngineError, match=r"127\.0\.0\.1:9"):
        list(DaskMapper(address="tcp://127.0.0.1:9", patience=0.5).map(double, [1]))
