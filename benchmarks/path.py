"""Which files of the project one run enters: how far a reader must walk to follow it.

    python -m benchmarks.path [--json OUT]

The run reads one local text file with the default engine, offline. A file counts when a function of it is
called outside an import; what is merely loaded does not count.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1] / "pipeline"

POSTING = """Beekeeper

Requirements:
- You inspect colonies, treat varroa and keep records of every hive.
- Experience with queen rearing and honey extraction; a driving licence for a van.
"""


def entered(work: Callable[[], object]) -> dict[str, set[str]]:
    """Return the functions that the work called, by file of the project; every thread is watched."""
    found: dict[str, set[str]] = defaultdict(set)
    importing = threading.local()
    root, function = f"{ROOT}/", 0x1  # CO_OPTIMIZED: bodies of modules and classes lack it

    def watch(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if not code.co_filename.startswith(root):
            return
        if code.co_name == "<module>":
            depth = getattr(importing, "depth", 0)
            importing.depth = depth + (event == "call") - (event == "return")
        elif event == "call" and code.co_flags & function and not getattr(importing, "depth", 0):
            found[code.co_filename.removeprefix(root)].add(code.co_qualname)

    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return {name: found[name] for name in sorted(found) if name.endswith(".py")}


def run_on_one_text() -> None:
    """Walk all stages for a posting in a text file."""
    from pipeline.cli import main

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "one.txt").write_text(POSTING, encoding="utf-8")
        (place / "list.txt").write_text("one.txt\n", encoding="utf-8")
        before = sys.argv
        arguments = ["--role", "Beekeeper", "--offline", "--quiet", "--workspace", str(place / "ws")]
        sys.argv = ["skillmatrix", "run", str(place / "list.txt"), *arguments]
        try:
            main()
        except SystemExit as ended:
            if ended.code:
                raise
        finally:
            sys.argv = before


def main() -> None:
    """Print the files in order with how many functions of each were called."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    found = entered(run_on_one_text)
    for name, functions in found.items():
        print(f"{len(functions):4}  {name}", file=sys.stderr)
    print(f"{len(found)} files, {sum(map(len, found.values()))} functions", file=sys.stderr)
    if wanted.json:
        wanted.json.write_text(json.dumps({name: sorted(some) for name, some in found.items()}, indent=1))


if __name__ == "__main__":
    main()
