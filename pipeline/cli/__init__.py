"""The command line: results to stdout, progress and complaints to stderr, the exit code is the verdict."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command that the arguments name; ends the process with its exit code."""
    from pipeline.cli.app import app
    from pipeline.errors import SkillmatrixError

    try:
        app()
    except SkillmatrixError as error:
        print(f"error: {error}\n{error.advice}", file=sys.stderr)
        sys.exit(error.exit_code)
