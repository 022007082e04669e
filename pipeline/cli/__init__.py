"""The command line: results on stdout, progress and errors on stderr, the exit code is the verdict."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pipeline.errors import SkillmatrixError


_ROOM = "Give the process more memory (see `ulimit -v`), or install skillmatrix again."


def main() -> None:
    """Run the command that the arguments name; end the process with its exit code."""
    try:
        from pipeline.cli.app import app
        from pipeline.cli.show import any_console
        from pipeline.errors import SkillmatrixError, StoreError
    except (ImportError, MemoryError) as error:
        # nothing of ours can be loaded that would say it better
        sys.exit(f"error: skillmatrix cannot start: {error}\n{_ROOM}")

    any_console()
    try:
        app()
    except SkillmatrixError as error:
        _end(error)
    except (ImportError, MemoryError) as error:
        _end(SkillmatrixError(f"a part of skillmatrix cannot be loaded: {error or 'no memory'}", _ROOM))
    except OSError as error:
        # a full disk, a folder where a file should go: the system's own words say what is wrong
        about = f"{error.filename}: " if error.filename else ""
        advice = "Free some disk space." if error.errno == errno.ENOSPC else "Choose another path."
        _end(StoreError(f"{about}{error.strerror or error}", advice))


def _end(error: SkillmatrixError) -> NoReturn:
    print(f"error: {error}\n{error.advice}", file=sys.stderr)
    sys.exit(error.exit_code)
