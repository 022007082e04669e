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
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pipeline.errors import SettingsError
from pipeline.records import digest

FILE_NAME = "skillmatrix.toml"

KEY_NAMES = ("SKILLMATRIX_LLM_API_KEY", "OPENAI_API_KEY")
"""The environment variables that may hold a model endpoint's key; the first one set is used."""


def endpoint_key(environ: Mapping[str, str] | None = None) -> str:
    """Return the key of the model endpoint, "" when none is set."""
    env = os.environ if environ is None else environ
    return next((env[name] for name in KEY_NAMES if env.get(name)), "")


def has_endpoint(settings: Settings, environ: Mapping[str, str] | None = None) -> bool:
    """Return True when a model is named and there is an address or a key to reach it by."""
    return bool(settings.llm.model and (settings.llm.base_url or endpoint_key(environ)))


@dataclass(frozen=True, slots=True)
class Within:
    """The least and the greatest value of a setting."""

    least: float
    greatest: float = float("inf")

    def holds(self, value: float) -> bool:
        """Return True for a value in it; never for NaN."""
        return self.least <= value <= self.greatest and value != float("inf")

    def __str__(self) -> str:
        most = f" to {self.greatest:g}" if self.greatest != float("inf") else " or more"
        return f"{self.least:g}{most}"


Share = Annotated[float, Within(0, 1)]
Amount = Annotated[float, Within(0)]
Factor = Annotated[float, Within(0.01, 100)]
Confidence = Annotated[float, Within(0.5, 0.999999)]
Count = Annotated[int, Within(1)]
Whole = Annotated[int, Within(0)]
Level = Annotated[int, Within(0, 5)]


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How servers are asked: seconds, bytes, counts.

    `fetcher` names who asks. `sources` names the sources of other installed packages that may read pages,
    with commas between; "all" or "none".
    """

    contact: str = ""
    pause_seconds: Amount = 1.0
    per_host: Count = 1
    concurrency: Count = 8
    timeout_seconds: Amount = 30.0
    connect_seconds: Amount = 10.0
    max_bytes: Count = 20_000_000
    read_seconds: Annotated[float, Within(0.1)] = 5.0
    max_redirects: Whole = 5
    attempts: Count = 3
    max_wait_seconds: Amount = 60.0
    max_age_days: Amount = 7.0
    respect_robots: bool = True
    allow_private: bool = False
    render: bool = True
    fetcher: str = "polite"
    sources: str = "all"


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """What a posting and a mention weigh; see docs/scoring.md for the formula."""

    required: Amount = 1.0
    duty: Amount = 0.7
    preferred: Amount = 0.4
    unstated: Amount = 0.7
    half_life_days: Amount = 0.0
    employer_cap: Amount = 3.0
    kind_posting: Amount = 1.0
    kind_blog: Amount = 0.3
    kind_profile: Amount = 0.5
    kind_day_in_life: Amount = 0.3
    confidence: Confidence = 0.95
    critical_share: Share = 0.5
    important_share: Share = 0.25


@dataclass(frozen=True, slots=True)
class MatrixSettings:
    """How the ten rows are chosen."""

    general_rows: Count = 5
    specific_rows: Count = 5
    quotes_per_row: Whole = 3
    breadth_limit: Count = 14
    further_skill: Share = 0.5
    row_share: Share = 0.17
    min_postings: Whole = 5


@dataclass(frozen=True, slots=True)
class TrendSettings:
    """When a difference is called a move, and when the lack of one is called steady."""

    false_discovery: Share = 0.05
    steady_within: Share = 0.15


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which engine finds mentions: auto, local, fast, llm, replay, or that of another installed package."""

    name: str = "auto"


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """An OpenAI-compatible endpoint; its key comes from SKILLMATRIX_LLM_API_KEY or OPENAI_API_KEY."""

    base_url: str = ""
    model: str = ""
    price_input: Amount = 0.0
    price_cached: Amount = 0.0
    price_output: Amount = 0.0
    concurrency: Count = 4
    timeout_seconds: Amount = 90.0
    connect_seconds: Amount = 5.0
    max_output_tokens: Count = 4096
    chunk_characters: Count = 12_000
    chunk_overlap: Whole = 600
    retries: Whole = 2
    budget_money: Amount = 0.0
    budget_tokens: Whole = 0
    temperature: Annotated[float | None, Within(0, 2)] = None


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Hours of a level step, what makes it longer or shorter, and the rules of readiness; all to edit."""

    hours_0_1: Amount = 10.0
    hours_1_2: Amount = 25.0
    hours_2_3: Amount = 50.0
    hours_3_4: Amount = 90.0
    hours_4_5: Amount = 160.0
    ease_1: Factor = 1.5
    ease_2: Factor = 1.25
    ease_3: Factor = 1.0
    ease_4: Factor = 0.8
    ease_5: Factor = 0.6
    general: Factor = 1.1
    specific: Factor = 1.0
    known: Share = 0.3
    mandatory_share: Share = 0.5
    ready_mandatory: Level = 4
    ready_optional: Level = 3
    ready_optional_count: Whole = 3
    gate_share: Share = 0.2
    promote_level: Level = 4
    promote_spike: Level = 5
    promote_spikes: Whole = 2
    core_share: Share = 0.8
    read_share: Share = 0.2
    notes_share: Share = 0.1
    phase_weeks: Count = 26
    cut: Literal["fewest", "demand"] = "fewest"


@dataclass(frozen=True, slots=True)
class ScaleSettings:
    """What reading folders of postings may use: processes, postings, remembered lines, megabytes.

    `mapper` names what the files are read by: here, processes, dask, or that of another installed package.
    """

    mapper: str = "processes"
    workers: Whole = 0
    batch: Count = 500
    remembered_lines: Whole = 200_000
    remembered_postings: Whole = 5_000
    counting_mb: Count = 2_000
    counting_threads: Count = 2


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
        """Return the digest of the named sections (all when none is named)."""
        names = sections or tuple(f.name for f in fields(self))
        return digest([(n, _plain(getattr(self, n))) for n in names])


def _plain(section: Any) -> dict[str, Any]:
    return {f.name: getattr(section, f.name) for f in fields(section)}


def load_settings(workspace: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings for a workspace; raises `SettingsError` that names the file and the wrong key."""
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
        for key in sorted(env.keys() - set(KEY_NAMES)):
            if key.startswith(prefix):
                found.setdefault(section.name, {})[key.removeprefix(prefix).lower()] = env[key]
    return found


def _merge(settings: Settings, values: Mapping[str, Any], where: str) -> Settings:
    sections = {f.name for f in fields(Settings)}
    for section, pairs in values.items():
        if section not in sections or not isinstance(pairs, Mapping):
            raise SettingsError(f"{where}: no section [{section}]; there are {', '.join(sorted(sections))}")
        old = getattr(settings, section)
        hints = get_type_hints(type(old), include_extras=True)
        changed = {name: _value(where, section, name, value, hints) for name, value in pairs.items()}
        settings = replace(settings, **{section: replace(old, **changed)})
    return settings


def _value(where: str, section: str, name: str, value: Any, hints: Mapping[str, Any]) -> Any:
    if name not in hints:
        raise SettingsError(f"{where}: [{section}] has no {name}; it has {', '.join(hints)}")
    wanted, *limits = get_args(hints[name]) if get_origin(hints[name]) is Annotated else [hints[name]]
    try:
        found = _typed(wanted, value)
    except (TypeError, ValueError) as error:
        said = "a whole number" if wanted is int else "yes or no" if wanted is bool else "a number"
        raise SettingsError(f"{where}: [{section}] {name} = {value!r} is not {said}") from error
    for allowed in limits:
        if not allowed.holds(found):
            raise SettingsError(f"{where}: [{section}] {name} = {value!r} is not {allowed}")
    known = get_args(wanted) if get_origin(wanted) is Literal else (found,)
    if found not in known:
        raise SettingsError(f"{where}: [{section}] {name} = {value!r} is none of {', '.join(known)}")
    return found


def _typed(wanted: Any, value: Any) -> Any:
    if wanted is bool:
        return _boolean(value)
    if wanted is int and isinstance(value, (int, str)) and not isinstance(value, bool):
        return int(value)
    if wanted is int or isinstance(value, bool):
        raise TypeError(value)
    return str(value) if wanted is str or get_origin(wanted) is Literal else float(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    lowered = str(value).strip().lower()
    if lowered in ("1", "true", "yes", "on"):
        return True
    if lowered in ("0", "false", "no", "off"):
        return False
    raise ValueError(value)
