"""What a person waits for: starting up, the ten rows of the example list from nothing, the report again.

python -m benchmarks.walk
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "examples" / "ml-engineer" / "list.txt"
COMMAND = (sys.executable, "-c", "from pipeline.cli import main; main()")


def measure() -> list[dict[str, Any]]:
    """Return seconds of each command, the best of three where nothing is kept from the time before."""
    with tempfile.TemporaryDirectory() as folder:
        place = ("--workspace", folder)
        walk = ("run", str(LIST), "--role", "ML engineer", "--quiet", *place)
        rows = [
            _timed("skillmatrix --help", 3, "--help"),
            _timed("the example list, nothing there yet", 1, *walk),
        ]
        rows.append(_timed("the same again, nothing changed", 3, *walk))
        rows.append(_timed("skillmatrix report", 3, "report", *place))
    return rows


def _timed(what: str, times: int, *words: str) -> dict[str, Any]:
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        done = subprocess.run(
            [*COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        best = min(best, time.perf_counter() - began)
        if done.returncode not in (0, 3):  # 3: done, some sources failed, as in the example
            raise SystemExit(f"{what}: exit code {done.returncode}\n{done.stderr.decode()}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"what": what, "seconds": round(best, 2), "peak_mb_so_far": round(peak)}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
