"""Tables from a name to "module:attribute", imported when first wanted; entry points for outsiders.

An absent extra therefore costs nothing until its name is asked for. A package of your own joins by an
entry point in the group `skillmatrix.engines`, `skillmatrix.sources` or `skillmatrix.mappers`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pipeline.errors import EngineUnavailable, UsageError

ENGINES = {
    "local": "pipeline.engines.local:LocalEngine",
    "fast": "pipeline.engines.local:FastEngine",
    "llm": "pipeline.engines.llm:LlmEngine",
    "replay": "pipeline.engines.llm:ReplayEngine",
}

MAPPERS = {
    "here": "pipeline.mappers.here:HereMapper",
    "processes": "pipeline.mappers.processes:ProcessMapper",
    "dask": "pipeline.mappers.dask:DaskMapper",
}

_TABLES = {"engines": ENGINES, "mappers": MAPPERS, "sources": {}}


def find(group: str, name: str) -> Any:
    """The class or function of that name; raises `UsageError` that lists the names there are."""
    table = _TABLES[group]
    target = table.get(name) or _outside(group).get(name)
    if target is None:
        known = ", ".join(sorted({*table, *_outside(group)}))
        raise UsageError(f"no {group[:-1]} is called {name!r}; there are {known}")
    module, attribute = target.split(":")
    try:
        return getattr(import_module(module), attribute)
    except ImportError as error:
        raise EngineUnavailable(f"{name} needs a package that is not installed: {error}") from error


def outside_sources() -> tuple[Any, ...]:
    """The sources that other installed packages bring."""
    return tuple(find("sources", name) for name in sorted(_outside("sources")))


def _outside(group: str) -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=f"skillmatrix.{group}")}
