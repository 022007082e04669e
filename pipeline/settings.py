"""One frozen `Settings`, read once from TOML and the environment.

Order, later wins: the defaults below, `skillmatrix.toml` in the workspace, the file that
`SKILLMATRIX_SETTINGS` names, environment variables `SKILLMATRIX_<SECTION>_<NAME>`. A key of a model
endpoint is read from the environment only and is never part of a `Settings`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from pipeline.errors import SettingsError
from pipeline.records import digest

FILE_NAME = "skillmatrix.toml"

KEY_NAMES = ("SKILLMATRIX_LLM_API_KEY", "OPENAI_API_KEY")
"""The environment variables that may hold a model endpoint's key; the first one set is used."""


def endpoint_key(environ: Mapping[str, str] | None = None) -> str:
    """The key of the model endpoint, "" when none is set."""
    env = os.environ if environ is None else environ
    return next((env[name] for name in KEY_NAMES if env.get(name)), "")


def has_endpoint(settings: Settings, environ: Mapping[str, str] | None = None) -> bool:
    """True when a model is named and there is an address or a key to reach it by."""
    return bool(settings.llm.model and (settings.llm.base_url or endpoint_key(environ)))


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How servers are asked: seconds, bytes, counts."""

    contact: str = ""
    pause_seconds: float = 1.0
    per_host: int = 1
    concurrency: int = 8
    timeout_seconds: float = 30.0
    connect_seconds: float = 10.0
    max_bytes: int = 20_000_000
    max_redirects: int = 5
    attempts: int = 3
    max_wait_seconds: float = 60.0
    max_age_days: float = 7.0
    respect_robots: bool = True
    allow_private: bool = False
    render: bool = True


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """What a posting and a mention weigh; see docs/scoring.md for the formula."""

    required: float = 1.0
    duty: float = 0.7
    preferred: float = 0.4
    unstated: float = 0.7
    half_life_days: float = 0.0
    employer_cap: float = 3.0
    kind_posting: float = 1.0
    kind_blog: float = 0.3
    kind_profile: float = 0.5
    kind_day_in_life: float = 0.3
    confidence: float = 0.95
    critical_share: float = 0.5
    important_share: float = 0.25


@dataclass(frozen=True, slots=True)
class MatrixSettings:
    """How the ten rows are chosen."""

    general_rows: int = 5
    specific_rows: int = 5
    skills_per_row: int = 8
    quotes_per_row: int = 3
    breadth_limit: int = 14
    further_skill: float = 0.2
    min_postings: int = 5


@dataclass(frozen=True, slots=True)
class TrendSettings:
    """When a difference is called a move, and when the lack of one is called steady."""

    false_discovery: float = 0.05
    steady_within: float = 0.15


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which engine finds mentions: auto, local, fast, llm or replay."""

    name: str = "auto"


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """An OpenAI-compatible endpoint; its key comes from SKILLMATRIX_LLM_API_KEY or OPENAI_API_KEY."""

    base_url: str = ""
    model: str = ""
    price_input: float = 0.0
    price_cached: float = 0.0
    price_output: float = 0.0
    concurrency: int = 4
    timeout_seconds: float = 90.0
    connect_seconds: float = 5.0
    max_output_tokens: int = 4096
    chunk_characters: int = 12_000
    chunk_overlap: int = 600
    retries: int = 2
    budget_money: float = 0.0
    budget_tokens: int = 0
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Hours of a level step, what makes it longer or shorter, and the rules of readiness; all to edit."""

    hours_0_1: float = 10.0
    hours_1_2: float = 25.0
    hours_2_3: float = 50.0
    hours_3_4: float = 90.0
    hours_4_5: float = 160.0
    ease_1: float = 1.5
    ease_2: float = 1.25
    ease_3: float = 1.0
    ease_4: float = 0.8
    ease_5: float = 0.6
    general: float = 1.1
    specific: float = 1.0
    known: float = 0.3
    mandatory_share: float = 0.5
    ready_mandatory: int = 4
    ready_optional: int = 3
    ready_optional_count: int = 3
    promote_level: int = 4
    promote_spike: int = 5
    promote_spikes: int = 2
    core_share: float = 0.8
    phase_weeks: int = 13
    cut: str = "fewest"


@dataclass(frozen=True, slots=True)
class ScaleSettings:
    """What reading folders of postings may use: processes, postings, remembered lines, megabytes."""

    workers: int = 0
    batch: int = 500
    remembered_lines: int = 200_000
    remembered_postings: int = 5_000
    counting_mb: int = 2_000
    counting_threads: int = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, in sections."""

    fetch: FetchSettings = field(default_factory=FetchSettings)
    score: ScoreSettings = field(default_factory=ScoreSettings)
    matrix: MatrixSettings = field(default_factory=MatrixSettings)
    trend: TrendSettings = field(default_factory=TrendSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    llm: LlmSettings = field(default_factory=LlmSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    scale: ScaleSettings = field(default_factory=ScaleSettings)

    def digest(self, *sections: str) -> str:
        """The digest of the named sections (all when none is named)."""
        names = sections or tuple(f.name for f in fields(self))
        return digest([(n, _plain(getattr(self, n))) for n in names])


def _plain(section: Any) -> dict[str, Any]:
    return {f.name: getattr(section, f.name) for f in fields(section)}


def load_settings(workspace: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings for a workspace; raises `SettingsError` that names the file and the wrong key."""
    env = os.environ if environ is None else environ
    settings = Settings()
    for path in _files(workspace, env):
        settings = _merge(settings, _read(path), str(path))
    return _merge(settings, _from_environ(env), "environment")


def _files(workspace: Path | None, env: Mapping[str, str]) -> list[Path]:
    found = [workspace / FILE_NAME] if workspace and (workspace / FILE_NAME).is_file() else []
    named = env.get("SKILLMATRIX_SETTINGS")
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"SKILLMATRIX_SETTINGS names {named}, which is no file")
        found.append(Path(named))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _from_environ(env: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for section in fields(Settings):
        prefix = f"SKILLMATRIX_{section.name.upper()}_"
        names = get_type_hints(section.default_factory)
        for name in names:
            value = env.get(prefix + name.upper())
            if value is not None:
                found.setdefault(section.name, {})[name] = value
    return found


def _merge(settings: Settings, values: Mapping[str, Any], where: str) -> Settings:
    sections = {f.name for f in fields(Settings)}
    for section, pairs in values.items():
        if section not in sections or not isinstance(pairs, Mapping):
            raise SettingsError(f"{where}: no section [{section}]; there are {', '.join(sorted(sections))}")
        old = getattr(settings, section)
        hints = get_type_hints(type(old))
        changed = {name: _value(where, section, name, value, hints) for name, value in pairs.items()}
        settings = replace(settings, **{section: replace(old, **changed)})
    return settings


def _value(where: str, section: str, name: str, value: Any, hints: Mapping[str, Any]) -> Any:
    if name not in hints:
        raise SettingsError(f"{where}: [{section}] has no {name}; it has {', '.join(hints)}")
    wanted = hints[name]
    try:
        if wanted is bool:
            return _boolean(value)
        if wanted is int:
            return int(value)
        if wanted is str:
            return str(value)
        return float(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where}: [{section}] {name} = {value!r} is not {wanted}") from error


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    lowered = str(value).strip().lower()
    if lowered in ("1", "true", "yes", "on"):
        return True
    if lowered in ("0", "false", "no", "off"):
        return False
    raise ValueError(value)
