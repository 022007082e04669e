"""Checks the vocabulary's files: `python -m pipeline.vocabulary [FILE OR FOLDER ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.vocabulary import DATA, problems


def main() -> int:
    """Print every problem; 0 when there is none, else 2."""
    found = problems([Path(a) for a in sys.argv[1:]] or [DATA])
    sys.stdout.write("".join(f"{line}\n" for line in found) or "no problems\n")
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main())
