"""Tables from a name to "module:attribute", imported when first wanted; entry points for outsiders.

The packages beside the core (plan, folders, llm) stand in such a table too: the core imports none of them.
An absent extra therefore costs nothing until its name is asked for. A package of your own joins by an entry
point in the group `skillmatrix.engines`, `skillmatrix.fetchers`, `skillmatrix.mappers` or
`skillmatrix.sources`; the settings (or options) name which of them is used. What each must be able to do
stands in `ports`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pipeline.errors import EngineUnavailable, UsageError

if TYPE_CHECKING:
    from pipeline.ports import Engine, EngineMaker, Fetcher, FetcherMaker, Mapper, MapperMaker, Source
    from pipeline.settings import FetchSettings, Settings

ENGINES = {
    "local": "pipeline.engines.local:LocalEngine",
    "fast": "pipeline.engines.local:FastEngine",
    "llm": "pipeline.llm.engine:LlmEngine",
    "replay": "pipeline.llm.engine:ReplayEngine",
}

FETCHERS = {"polite": "pipeline.fetch:PoliteFetcher"}

MAPPERS = {
    "here": "pipeline.folders.processes:HereMapper",
    "processes": "pipeline.folders.processes:ProcessMapper",
    "dask": "pipeline.folders.dask:DaskMapper",
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A package beside the core: its door, its commands, and the libraries without which it is absent."""

    commands: str
    names: tuple[str, ...]
    """The commands and command groups that it adds."""

    needs: tuple[str, ...] = ()
    door: str = ""

    @property
    def lacks(self) -> tuple[str, ...]:
        """The libraries that are not installed."""
        return tuple(name for name in self.needs if find_spec(name) is None)


NEIGHBOURS = {
    "plan": Neighbour(
        "pipeline.plan.commands",
        ("target", "assess", "plan", "credential", "log", "reference", "team"),
        ("icalendar",),
        "pipeline.plan.door:Door",
    ),
    "folders": Neighbour("pipeline.folders.commands", ("folders",), ("pyarrow",)),
    "llm": Neighbour("pipeline.llm.commands", ("llm",), ("openai",), "pipeline.llm.door:Door"),
}
"""The packages beside the core, by the extra that installs what they need. The core names them only here."""

_TABLES: dict[str, dict[str, str]] = {
    "engines": ENGINES,
    "fetchers": FETCHERS,
    "mappers": MAPPERS,
    "sources": {},
}

ALL, NONE = "all", "none"
"""What `[fetch] sources` may say beside the names of installed sources."""


def engine(name: str, settings: Settings, **known: Any) -> Engine:
    """Make the engine of that name; `known` says what it may need to know of the workspace."""
    maker: EngineMaker = _find("engines", name)
    return maker.from_settings(settings, **known)


def fetcher(settings: FetchSettings) -> Fetcher:
    """Make the fetcher that the settings name."""
    maker: FetcherMaker = _find("fetchers", settings.fetcher)
    return maker(settings)


def mapper(name: str, workers: int, address: str) -> Mapper:
    """Make the mapper of that name."""
    maker: MapperMaker = _find("mappers", name)
    return maker(workers=workers, address=address)


def sources(settings: FetchSettings) -> tuple[Source, ...]:
    """Return the sources of other installed packages that the settings name: all of them unless told."""
    wanted = settings.sources.strip()
    if wanted == NONE:
        return ()
    names = sorted(_outside("sources")) if wanted == ALL else [n.strip() for n in wanted.split(",")]
    made = (_find("sources", name) for name in names if name)
    return tuple(found() if isinstance(found, type) else found for found in made)


def neighbour(name: str) -> Any:
    """Open the door of that package: an object of the type that `steps/neighbours.py` gives it."""
    return _loaded(name, NEIGHBOURS[name].door)()


def load_commands() -> None:
    """Import the commands of every neighbour whose libraries are installed."""
    for found in NEIGHBOURS.values():
        if not found.lacks:
            import_module(found.commands)


def absent_commands() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the commands that are not there, each with its extra and the libraries that it lacks."""
    for extra, found in NEIGHBOURS.items():
        if found.lacks:
            yield from ((name, extra, found.lacks) for name in found.names)


def _find(group: str, name: str) -> Any:
    """Return the object of that name; raises `UsageError` that lists the names there are."""
    outside = _outside(group)
    target = _TABLES[group].get(name) or outside.get(name)
    if target is None:
        known = ", ".join(sorted({*_TABLES[group], *outside})) or "none"
        raise UsageError(f"no {group[:-1]} is called {name!r}; there are {known}")
    return _loaded(name, target)


def _loaded(name: str, target: str) -> Any:
    module, _, attribute = target.partition(":")
    try:
        found: Any = import_module(module)
        for part in filter(None, attribute.split(".")):
            found = getattr(found, part)
    except ImportError as error:
        raise EngineUnavailable(f"{name} needs a package that is not installed: {error}") from error
    except AttributeError as error:
        raise EngineUnavailable(f"the entry point {name} = {target} leads nowhere: {error}") from error
    return found


def _outside(group: str) -> dict[str, str]:
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=f"skillmatrix.{group}")}
