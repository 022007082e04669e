"""One item after the other in this process: the mapper that all others must agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class HereMapper:
    """Runs everything here; `workers` and `address` are taken so that every mapper is made alike."""

    def __init__(self, workers: int = 1, address: str = "") -> None:
        self.workers, self.address = 1, ""

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The results in the order of the items, each computed when it is asked for."""
        return map(function, items)
