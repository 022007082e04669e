"""The four abilities that stages are handed: fetch, read a board, find mentions, map over many.

Each port names every member that a step uses. A package of your own brings an engine, fetcher, source or
mapper by an entry point (see `plugins`); `docs/extending.md` shows one of each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from pipeline.records import (
    DraftedRow,
    Hint,
    Mention,
    Posting,
    Provenance,
    RawPage,
    Reading,
    Request,
    Rulings,
    Skill,
    Suggestion,
)

if TYPE_CHECKING:
    from pipeline.settings import FetchSettings, Settings

T = TypeVar("T")
R = TypeVar("R")

Told = Callable[[str], None] | None
"""Called with one line whenever there is something to tell of work that goes on."""


class Fetcher(Protocol):
    """Ask servers, for any number of threads at once."""

    def fetch(self, request: Request) -> RawPage:
        """Return the answer, whatever its status.

        Raise `errors.Retryable` when none came after all tries, `errors.NoAnswer` when none will come.
        """
        ...

    def stop(self) -> None:
        """Make every thread that waits for its turn give up at once; called when a run is interrupted."""
        ...

    def close(self) -> None:
        """Close what is open; nothing is fetched afterwards."""
        ...


class FetcherMaker(Protocol):
    """Make a fetcher for the settings' section [fetch]."""

    def __call__(self, settings: FetchSettings) -> Fetcher:
        """Return a new fetcher."""
        ...


class Source(Protocol):
    """One board or format: from an address to what to ask, from the answer to listings."""

    @property
    def name(self) -> str:
        """The system that its listings come from."""
        ...

    def request(self, url: str) -> Request | None:
        """Return what to ask for this address; None when the address is not of this system."""
        ...

    def read(self, page: RawPage, url: str) -> Reading | None:
        """Return what the answer to `url` holds; None when the page is not of this format."""
        ...


class Engine(Protocol):
    """Text in, mentions out. Equal `name` and `version` on equal text give equal mentions.

    `BaseEngine` answers everything but `name`, `version` and `mentions`.
    """

    @property
    def name(self) -> str:
        """The name it is asked for by: local, fast, llm, replay, or that of an entry point."""
        ...

    @property
    def version(self) -> str:
        """Whatever its mentions depend on besides the text: postings are read again when it changes."""
        ...

    @property
    def languages(self) -> frozenset[str] | None:
        """The ISO codes of the languages that it reads; None for any. Other postings count as unread."""
        ...

    @property
    def by_line(self) -> bool:
        """True when what it finds in a line never depends on another line: equal lines are read once."""
        ...

    @property
    def advises(self) -> bool:
        """True for a model that can be asked about skills and rows, too (`llm/engine.py`)."""
        ...

    @property
    def unfinished(self) -> Collection[str]:
        """The ids of postings that could not be read to the end: the next run reads them again."""
        ...

    def prepare(self, postings: Sequence[Posting], tell: Told = None) -> None:
        """Get ready for these postings, before `mentions` is asked for each: one request for many, say."""
        ...

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        """Return every demand of one posting with exact offsets, in order of appearance."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what the user must know of the reading so far, one line each."""
        ...


class EngineMaker(Protocol):
    """Make an engine for settings: a class that has `from_settings`, such as a `BaseEngine`."""

    def from_settings(self, settings: Settings, **known: Any) -> Engine:
        """Return a new engine; `known` may hold words, archive, merged and rulings of the workspace."""
        ...


class BaseEngine:
    """An engine that reads any language, posting by posting, and has nothing to tell."""

    languages: frozenset[str] | None = None
    by_line: bool = False
    advises: bool = False
    unfinished: Collection[str] = frozenset()

    @property
    def name(self) -> str:
        """The name it is asked for by; a class attribute does."""
        raise NotImplementedError

    @property
    def version(self) -> str:
        """Whatever its mentions depend on besides the text; a class attribute does."""
        raise NotImplementedError

    @classmethod
    def from_settings(cls, settings: Settings, **known: Any) -> Self:
        """Make the engine; it needs no setting."""
        return cls()

    def mention(self, posting: Posting, start: int, end: int, **known: Any) -> Mention:
        """Return the mention of `posting.text[start:end]`, signed with this engine's name and version."""
        return Mention.at(posting, start, end, provenance=Provenance(self.name, self.version), **known)

    def prepare(self, postings: Sequence[Posting], tell: Told = None) -> None:
        """Do nothing: each posting is read by itself."""

    def notes(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()


class Advice:
    """What a model said of a target beside mentions; as it stands here, nothing: no model was asked."""

    names: Mapping[str, str] = {}
    """Names by the wording that they were given to."""

    def notes(self) -> tuple[str, ...]:
        """Return what became of the names, in a sentence."""
        return ()

    def kinds(self, skills: Sequence[Skill]) -> list[Skill]:
        """Return the skills, with the advised kind where vocabulary, spread and a person are silent."""
        return list(skills)

    def rows(self, skills: Iterable[Skill], rulings: Rulings) -> tuple[tuple[DraftedRow, ...], str]:
        """Return the rows that were drafted for the target, and what became of them in a sentence."""
        return (), ""

    def suggestions(self, found: Iterable[Suggestion]) -> list[Suggestion]:
        """Return the suggestions, each with what was said of its pair of names."""
        return list(found)

    def hints(self) -> Mapping[tuple[str, str], Sequence[Hint]]:
        """Return lines for the plan by row and slot, marked with the model's name."""
        return {}


class Mapper(Protocol):
    """Run one plain function over many items, keeping their order."""

    def map(self, function: Callable[[T], R], items: Sequence[T] | Iterable[T]) -> Iterator[R]:
        """Yield the results in the order of the items."""
        ...


class MapperMaker(Protocol):
    """Make a mapper; `workers` is how many processes (0: as it sees fit), `address` that of a scheduler."""

    def __call__(self, *, workers: int, address: str) -> Mapper:
        """Return a new mapper."""
        ...
