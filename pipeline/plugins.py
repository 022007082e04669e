"""Tables from a name to "module:attribute", imported when first wanted; entry points for outsiders.

An absent extra therefore costs nothing until its name is asked for. A package of your own joins by an entry
point in the group `skillmatrix.engines`, `skillmatrix.fetchers`, `skillmatrix.mappers` or
`skillmatrix.sources`; the settings (or options) name which of them is used. What each must be able to do
stands in `ports`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pipeline.errors import EngineUnavailable, UsageError
from pipeline.ports import Engine, EngineMaker, Fetcher, FetcherMaker, Mapper, MapperMaker, Source
from pipeline.settings import FetchSettings, Settings

ENGINES = {
    "local": "pipeline.engines.local:LocalEngine",
    "fast": "pipeline.engines.local:FastEngine",
    "llm": "pipeline.engines.llm:LlmEngine",
    "replay": "pipeline.engines.llm:ReplayEngine",
}

FETCHERS = {"polite": "pipeline.fetch:PoliteFetcher"}

MAPPERS = {
    "here": "pipeline.mappers.here:HereMapper",
    "processes": "pipeline.mappers.processes:ProcessMapper",
    "dask": "pipeline.mappers.dask:DaskMapper",
}

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


def _find(group: str, name: str) -> Any:
    """The object of that name; raises `UsageError` that lists the names there are."""
    outside = _outside(group)
    target = _TABLES[group].get(name) or outside.get(name)
    if target is None:
        known = ", ".join(sorted({*_TABLES[group], *outside})) or "none"
        raise UsageError(f"no {group[:-1]} is called {name!r}; there are {known}")
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
    return {point.name: point.value for point in entry_points(group=f"skillmatrix.{group}")}
