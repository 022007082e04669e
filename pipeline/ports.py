"""The four abilities that stages are handed: fetch, read a board, find mentions, map over many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from pipeline.records import Mention, Posting, RawPage, Reading, Request

T = TypeVar("T")
R = TypeVar("R")


@runtime_checkable
class Fetcher(Protocol):
    """Asks a server politely."""

    def fetch(self, request: Request) -> RawPage:
        """The answer, whatever its status; raises `errors.Retryable` when none came after all tries."""
        ...


@runtime_checkable
class Source(Protocol):
    """One board or format: from an address to what to ask, from the answer to listings."""

    name: str

    def request(self, url: str) -> Request | None:
        """What to ask for this address; None when the address is not of this system."""
        ...

    def read(self, page: RawPage, url: str) -> Reading | None:
        """What the answer to `url` holds; None when the page is not of this format."""
        ...


@runtime_checkable
class Engine(Protocol):
    """Text in, mentions out. Equal `name` and `version` on equal text give equal mentions."""

    @property
    def name(self) -> str:
        """The name it is asked for by: local, fast, llm, replay."""
        ...

    @property
    def version(self) -> str:
        """Whatever its mentions depend on besides the text."""
        ...

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        """Every demand of one posting with exact offsets, in order of appearance."""
        ...


@runtime_checkable
class Mapper(Protocol):
    """Runs one plain function over many items, keeping their order."""

    def map(self, function: Callable[[T], R], items: Sequence[T] | Iterable[T]) -> Iterator[R]:
        """The results in the order of the items."""
        ...
