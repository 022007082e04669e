"""The command line: results to stdout, progress and complaints to stderr, the exit code is the verdict."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pipeline.errors import SkillmatrixError


def main() -> None:
    """Runs the command that the arguments name; ends the process with its exit code."""
    from pipeline.cli.app import app
    from pipeline.errors import SkillmatrixError, StoreError

    try:
        app()
    except SkillmatrixError as error:
        _end(error)
    except OSError as error:
        # a full disk, a folder where a file should go: the system's own words say what is wrong
        about = f"{error.filename}: " if error.filename else ""
        _end(StoreError(f"{about}{error.strerror or error}", "Name another file or folder, or make room."))


def _end(error: SkillmatrixError) -> NoReturn:
    print(f"error: {error}\n{error.advice}", file=sys.stderr)
    sys.exit(error.exit_code)
