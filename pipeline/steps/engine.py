"""Which engine reads: the one asked for, or the best that this machine and these settings allow."""

from __future__ import annotations

import os
from typing import Any

from pipeline import plugins
from pipeline.errors import UsageError
from pipeline.ports import Engine
from pipeline.settings import Settings

KEY_NAMES = ("SKILLMATRIX_LLM_API_KEY", "OPENAI_API_KEY")
"""The environment variables that may hold a model endpoint's key; the first one set is used."""


def has_endpoint(settings: Settings) -> bool:
    """True when a model is named and there is an address or a key to reach it by."""
    return bool(settings.llm.model and (settings.llm.base_url or any(os.environ.get(k) for k in KEY_NAMES)))


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
        return _make(name, settings, known), f"engine: {name}, as asked"
    if offline or not has_endpoint(settings):
        why = "offline" if offline else "no model endpoint is configured"
        return _make("local", settings, known), f"engine: local ({why}; no key and no network are needed)"
    return _make("llm", settings, known), f"engine: llm ({settings.llm.model}) with local merged in"


def _make(name: str, settings: Settings, known: dict[str, Any]) -> Engine:
    made = plugins.find("engines", name)
    engine: Engine = made.from_settings(settings, **known) if hasattr(made, "from_settings") else made()
    return engine
