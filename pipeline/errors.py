"""Everything that can break a whole run; one bad posting is a `records.Failure` instead.

SkillmatrixError            exit  advice
├── UsageError               2    the call itself is wrong
│   └── SettingsError        2    a settings file or variable is wrong
├── NothingGathered          4    no source gave a posting
├── EngineError              5    an extraction engine cannot work
│   ├── EngineUnavailable    5    not installed or not configured
│   ├── EngineRefused        5    the endpoint says no (key, quota, model)
│   └── BudgetExhausted      5    the cost cap is reached
├── StoreError               6    the workspace cannot be read or written
│   ├── WorkspaceBusy        6    another run holds it
│   └── WorkspaceBroken      6    its files do not make sense
│       └── DatabaseDamaged  6    the database file is cut or garbled; it is rebuilt when it is next opened
├── NoAnswer             4    one address gave no page, finally; a step makes it a `Failure`
└── Retryable            4    worth another try; never leaves `fetch` or an engine
"""

from __future__ import annotations

FINISHED_WITH_FAILURES = 3
"""Exit code of a run that ended with some sources listed as failed; no exception belongs to it."""

MOVED = 7
"""Exit code of `--fail-on moved` where a skill surely moved."""

BUG = "This is a fault of skillmatrix: please report it with the line and what was printed."
"""The advice of a failure that nobody expected."""


def unexpected(error: BaseException) -> str:
    """Return what an exception says that nobody expected, on one short line."""
    return " ".join(f"unexpected {type(error).__name__}: {error}".split())[:300]


class SkillmatrixError(Exception):
    """A broken run: one sentence on what happened, one line of advice, one exit code."""

    exit_code = 1
    advice = "Report it with what was printed."

    def __init__(self, message: str, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class UsageError(SkillmatrixError):
    """The call itself is wrong."""

    exit_code = 2
    advice = "See `skillmatrix --help`."


class SettingsError(UsageError):
    """A settings file or environment variable is wrong."""

    advice = "See docs/settings.md for the names and their meaning."


class NothingGathered(SkillmatrixError):
    """No source gave a posting."""

    exit_code = 4
    advice = "Each source is listed with its reason above; save the pages in a browser and list the files."


class EngineError(SkillmatrixError):
    """An extraction engine cannot work."""

    exit_code = 5
    advice = "Use --engine local: it needs no key and no network."


class EngineUnavailable(EngineError):
    """The engine is not installed or not configured."""


class EngineRefused(EngineError):
    """The endpoint refuses: key, quota or model."""

    advice = "Check the key, the model name and the base address, or use --engine local."


class BudgetExhausted(EngineError):
    """The cost cap is reached; everything answered so far is kept."""

    advice = "Raise the budget and run again: what was answered is not asked again."


class StoreError(SkillmatrixError):
    """The workspace cannot be read or written."""

    exit_code = 6
    advice = "Check that the folder exists and is writable, or name another with --workspace."


class WorkspaceBusy(StoreError):
    """Another run holds this workspace."""

    advice = "Wait for the other run to end, or name another folder with --workspace."


class WorkspaceBroken(StoreError):
    """The workspace's files do not make sense."""

    advice = "Delete data/processed in the workspace and run again: it is rebuilt from data/raw."


class DatabaseDamaged(WorkspaceBroken):
    """The database file is cut or garbled: nothing in it is the only copy of anything."""

    advice = "Run the command again: the database is rebuilt from data/raw first."


class NoAnswer(SkillmatrixError):
    """One address gave no page and will not by asking again; `outcome` is of `records.Outcome`."""

    exit_code = NothingGathered.exit_code
    advice = "Save the page in a browser and list the file instead."

    def __init__(self, message: str, outcome: str = "error", advice: str | None = None) -> None:
        super().__init__(message, advice)
        self.outcome = outcome


class Retryable(SkillmatrixError):
    """Worth another try after `wait` seconds (None: let the caller choose)."""

    exit_code = NothingGathered.exit_code
    advice = "Try again later."

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait
