"""Which engine reads: the one asked for, or the best that this machine and these settings allow."""

from __future__ import annotations

from typing import Any

from pipeline import plugins
from pipeline.errors import UsageError
from pipeline.ports import Engine
from pipeline.settings import KEY_NAMES, Settings, has_endpoint

__all__ = ["KEY_NAMES", "choose", "has_endpoint"]


def choose(
    settings: Settings, asked: str | None = None, offline: bool = False, **known: Any
) -> tuple[Engine, str]:
    """The engine and one sentence that says why it is this one.

    `auto` is the model endpoint with the local engine's mentions merged in when one is configured and the
    network may be used, else the local engine. `known` is handed to engines that need more (an archive).
    """
    name = asked or settings.engine.name
    if name != "auto":
        if name == "llm" and offline:
            raise UsageError("--engine llm needs the network", "Leave out --offline, or use --engine replay.")
        return plugins.engine(name, settings, **known), f"engine: {name}, as asked"
    if offline or not has_endpoint(settings):
        why = "offline" if offline else "no model endpoint is configured"
        local = plugins.engine("local", settings, **known)
        return local, f"engine: local ({why}; no key and no network are needed)"
    merged = plugins.engine("llm", settings, **known, merged=True)
    return merged, f"engine: llm ({settings.llm.model}) with local merged in"
