"""Folders of postings end to end: postings a second, memory and bytes, by mapper; linear cost; flat cost.

    python -m benchmarks.scale run --input DIR --output DIR [--mapper processes] [--workers 2] [--kill]
    python -m benchmarks.scale linear                       one text of 1 KB to 1 MB, read by the fast engine
    python -m benchmarks.scale flat [--sizes 1000 10000]    cost of a posting by their number
    python -m benchmarks.scale workers [--postings 20000]   one process, two processes, two Dask workers

`--kill` kills the busiest worker (SIGKILL) when half of the files are done. Each run is a process of its
own; `peak_mb` is its memory, `peak_worker_mb` that of its largest worker. `digest` stands for every byte of
the data set but its state: equal digests are equal data sets.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DATA = (
    "postings",
    "mentions",
    "demand",
    "failures",
    "skills",
    "repeats",
    "groups",
    "shares",
    "scores",
    "trends",
)


def run(source: Path, output: Path, mapper: str, workers: int, kill: bool, by: str = "") -> dict[str, Any]:
    """Read a folder into a new data set and tell what it took."""
    from pipeline.folders import steps as scale
    from pipeline.settings import Settings

    load, killed, told = os.getloadavg()[0], [], [time.perf_counter()]

    def progress(pace: scale.Pace) -> None:
        if time.perf_counter() - told[-1] > 30:
            told.append(time.perf_counter())
            left = f"{pace.rate:,.0f}/s, {pace.left:,.0f} s left"
            print(f"    {pace.postings:,} postings, {left}", file=sys.stderr, flush=True)
        if kill and not killed and pace.files * 2 >= pace.of:
            killed.append(kill_busiest())

    began = time.perf_counter()
    found = scale.extract_files(
        [str(source)], output, Settings(), scale.mapper_named(mapper, workers, ""),
        by=[name for name in by.split(",") if name], progress=progress,
    )  # fmt: skip
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    saving = found.saving
    used = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "mapper": mapper, "workers": workers, "killed": len(killed), **found.totals,
        "seconds": round(time.perf_counter() - began, 1), "reading_seconds": round(found.seconds, 1),
        "counting_seconds": round(found.counting_seconds, 1),
        "postings_per_second": round(saving.postings / found.seconds, 1),
        "cpu_ms_per_posting": round(used * 1000 / max(1, saving.postings), 2),
        "input_mb": round(megabytes(source), 1), "output_mb": round(megabytes(output), 1),
        "peak_mb": round(own), "peak_worker_mb": round(others),
        "equal_postings": round(saving.equal_postings / max(1, saving.postings), 3),
        "equal_lines": round(saving.equal_lines / max(1, saving.lines), 3),
        "load_before": round(load, 1), "load_after": round(os.getloadavg()[0], 1), "digest": digest(output),
    }  # fmt: skip


def kill_busiest() -> int:
    """Kill the child process that has worked most, and return its id."""
    import psutil

    children = psutil.Process().children(recursive=True)
    busiest = max(children, key=lambda child: sum(child.cpu_times()[:2]))
    busiest.send_signal(signal.SIGKILL)
    return int(busiest.pid)


def megabytes(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def digest(output: Path) -> str:
    """Return one digest of all files of the data set, by name."""
    summary = hashlib.sha256()
    for path in sorted(p for name in DATA for p in (output / name).rglob("*.parquet")):
        summary.update(str(path.relative_to(output)).encode() + hashlib.sha256(path.read_bytes()).digest())
    return summary.hexdigest()[:16]


def child(*words: object) -> dict[str, Any]:
    """Return the figures of a run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scale", *map(str, words)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def linear(sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)) -> list[dict[str, Any]]:
    """Microseconds of the processor for a character, by the length of one text, by the fast engine."""
    from benchmarks import synthetic
    from pipeline.engines.local import FastEngine
    from pipeline.read import sections
    from pipeline.records import Posting

    text = "\n".join(row["description"] for row in synthetic.file_of(2, 0, 700))
    engine, found = FastEngine(), []
    engine.mentions(Posting("warm", "", text[:2000]))
    for size in sizes:
        part, best = text[:size], 1e9
        for _ in range(3 if size < 500_000 else 1):
            began = time.process_time()
            engine.mentions(Posting("p", "", part, sections=sections(part)))
            best = min(best, time.process_time() - began)
        found.append({"characters": len(part), "cpu_us_per_character": round(best / len(part) * 1e6, 2)})
    return found


def flat(sizes: list[int]) -> list[dict[str, Any]]:
    """Return what short postings cost each, and the peak memory, by their number; two processes."""
    return [_generated(size, "processes", 2, short=True) for size in sizes]


def workers(postings: int) -> list[dict[str, Any]]:
    """Return the same postings by one process, two processes and two Dask workers."""
    return [
        _generated(postings, mapper, n) for mapper, n in (("processes", 1), ("processes", 2), ("dask", 2))
    ]


def _generated(postings: int, mapper: str, count: int, short: bool = False) -> dict[str, Any]:
    from benchmarks import synthetic

    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "in", Path(folder) / "out"
        synthetic.write(source, postings, per_file=max(100, min(2000, postings // 8)), short=short)
        return child("run", "--input", source, "--output", output, "--mapper", mapper, "--workers", count)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figure", choices=["run", "linear", "flat", "workers"])
    parser.add_argument("--input", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--mapper", default="processes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--by", default="")
    parser.add_argument("--postings", type=int, default=20_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    a = parser.parse_args()
    figures: dict[str, Any] = {
        "run": lambda: run(a.input, a.output, a.mapper, a.workers, a.kill, a.by),
        "linear": linear,
        "flat": lambda: flat(a.sizes),
        "workers": lambda: workers(a.postings),
    }
    print(json.dumps(figures[a.figure](), indent=1))


if __name__ == "__main__":
    main()
