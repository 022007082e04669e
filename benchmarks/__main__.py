"""Runs the benchmarks one after the other and writes docs/benchmarks.md: `python -m benchmarks`.

    python -m benchmarks                      everything that takes minutes
    python -m benchmarks --large              also a million postings, and 200,000 end to end by every mapper
    python -m benchmarks walk linear          some of them; the others keep the figures of their last run
    python -m benchmarks --large flat         one of them at its large sizes

Every set of figures is kept in build/benchmarks with the machine and the load it was measured under. A set
without figures there keeps what the table says of it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "benchmarks"
TABLE = ROOT / "docs" / "benchmarks.md"
PACKAGES = (
    "spacy",
    "ahocorasick-rs",
    "onnxruntime",
    "duckdb",
    "pyarrow",
    "numpy",
    "pandas",
    "dask",
    "distributed",
)

TITLES = {
    "walk": "What a person waits for",
    "cold": "The first `make matrix` in a fresh copy (packages from the cache of pip where it has them)",
    "review": "The review page with 5,000 skills, milliseconds",
    "extraction": "Extraction by engine, beside its parts",
    "linear": "Extraction by the length of one text",
    "workers": "The same postings by one process, two, and two Dask workers",
    "flat": "The cost of a posting by their number (short postings, two processes)",
    "end-to-end": "200,000 postings from files to shares",
    "counting": "Counting and scoring generated data sets",
    "score": "Scoring, ten rows and a trend out of a workspace's database",
    "gather": "Gathering from a server on loopback, 20 hosts",
}


HEAD = """# Benchmarks

Written by `make bench`; do not edit. How to read them, and what a million postings cost:
[scale.md](scale.md). `load` is the mean number of busy cores over the five minutes before the end of a set:
beside other work everything is slower.

{versions}.
"""


def python(*words: object) -> Any:
    """Return the JSON that a benchmark prints, run in a process of its own."""
    told = subprocess.run(
        [sys.executable, *map(str, words)], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT
    ).stdout
    return json.loads(told)


def gather() -> list[dict[str, Any]]:
    """Return pages a second of gathering, beside bare httpx within the same limits."""
    from benchmarks import gather as one

    rows = []
    for pause in (0.1, 0.0):
        with one.server() as hosts:
            found = [one.child(what, hosts, 1000, pause) for what in ("bare", "fetch", "gather")]
        base = found[0]["rate"]
        for what, row in zip(
            ("bare httpx", "fetched politely", "fetched, archived, read"), found, strict=True
        ):
            told = {k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()}
            rows.append({"what": what, "pause": pause, **told, "of_bare": round(row["rate"] / base, 2)})
    return rows


def review() -> list[dict[str, Any]]:
    """Return milliseconds of the review page, asked as its own script asks."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "review.json"
        command = [sys.executable, "-m", "benchmarks.review", "--json", str(told)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        found = json.loads(told.read_text(encoding="utf-8"))
    return [{"what": what, **{k: round(v) for k, v in row.items()}} for what, row in found.items()]


def cold() -> list[dict[str, Any]]:
    """Return seconds of the first `make matrix` in a copy of the last commit, and of the second one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
        rows = []
        for what in ("first", "again, all is installed and nothing changed"):
            began = time.perf_counter()
            command = ["make", "matrix", f"PYTHON={sys.executable}"]
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd=copy
            )
            rows.append({"what": what, "seconds": round(time.perf_counter() - began, 1)})
    return rows


def end_to_end(postings: int = 200_000) -> list[dict[str, Any]]:
    """Return the same folder by every mapper, a Dask worker killed in the middle."""
    from benchmarks import synthetic

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        synthetic.write(source, postings)
        for mapper, more in (("processes", ()), ("dask", ("--kill",)), ("here", ())):
            print(f"  {mapper}", file=sys.stderr, flush=True)
            words = ("--mapper", mapper, "--workers", 2, "--by", "month,location", *more)
            output = Path(folder) / mapper
            rows.append(
                python("-m", "benchmarks.scale", "run", "--input", source, "--output", output, *words)
            )
    return rows


def figures(large: bool) -> Mapping[str, Callable[[], Any]]:
    """Return every benchmark by name; the large ones only where they are asked for."""
    sizes = (1_000, 10_000, 100_000, 1_000_000) if large else (1_000, 10_000, 50_000)
    counted = [(n, 100 * n) for n in (10_000, 100_000)]
    counted += [(1_000_000, 100_000_000), (10_000_000, 50_000_000)] if large else []
    found: dict[str, Callable[[], Any]] = {
        "walk": lambda: python("-m", "benchmarks.walk"),
        "cold": cold,
        "review": review,
        "extraction": lambda: python("-m", "benchmarks.extraction"),
        "linear": lambda: python("-m", "benchmarks.scale", "linear"),
        "workers": lambda: python("-m", "benchmarks.scale", "workers"),
        "flat": lambda: python("-m", "benchmarks.scale", "flat", "--sizes", *sizes),
        "counting": lambda: [
            python("-m", "benchmarks.counting", "one", "--postings", postings, "--mentions", mentions)
            for postings, mentions in counted
        ],
        "score": lambda: [python("benchmarks/score.py")],
        "gather": gather,
    }
    return {**found, "end-to-end": end_to_end} if large else found


def keep(name: str, rows: Any) -> None:
    """Keep the figures beside the machine and load that they come from."""
    KEPT.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()
    told = {"rows": rows, "machine": machine(), "load": round(load[1], 1)}
    (KEPT / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def machine() -> str:
    """Return the processor, cores, memory and versions, in one line."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def versions() -> str:
    """Return the versions of the packages that the figures depend on."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return ", ".join(found)


def write_table(folder: Path = KEPT, table: Path = TABLE) -> None:
    """docs/benchmarks.md from all figures that are kept; a set without any keeps its present section."""
    parts = [HEAD.format(versions=versions())]
    present = table.read_text(encoding="utf-8").split("\n## ")[1:] if table.is_file() else []
    sections = {section.split("\n")[0]: f"## {section.rstrip()}\n" for section in present}
    for name, title in TITLES.items():
        path = folder / f"{name}.json"
        if path.is_file():
            kept = json.loads(path.read_text(encoding="utf-8"))
            parts += [f"## {title}", "", f"`{name}` on {kept['machine']}; load {kept['load']}.", ""]
            parts += [*as_table(kept["rows"]), ""]
        elif title in sections:
            parts.append(sections[title])
    table.write_text("\n".join(parts), encoding="utf-8")


def as_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the rows as a Markdown table over all their names."""
    flat = [
        {
            k: v
            for name, value in row.items()
            for k, v in (value.items() if isinstance(value, dict) else [(name, value)])
        }
        for row in rows
    ]
    names = list(dict.fromkeys(name for row in flat for name in row))
    if len(names) > 9:  # wide: one column a run reads better
        lines = [
            "| | " + " | ".join(str(n) for n in range(1, len(flat) + 1)) + " |",
            "|---" * (len(flat) + 1) + "|",
        ]
        return lines + [
            f"| {_words(n)} | " + " | ".join(_cell(row.get(n)) for row in flat) + " |" for n in names
        ]
    lines = ["| " + " | ".join(_words(name) for name in names) + " |", "|---" * len(names) + "|"]
    return lines + ["| " + " | ".join(_cell(row.get(name)) for name in names) + " |" for row in flat]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", nargs="*", metavar="SET", help=", ".join(TITLES))
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--table", action="store_true", help="only write the table from the kept figures")
    a = parser.parse_args()
    if unknown := set(a.set) - TITLES.keys():
        parser.error(f"no set is called {', '.join(sorted(unknown))}: there are {', '.join(TITLES)}")
    known = figures(a.large or "end-to-end" in a.set)
    wanted = () if a.table else a.set or known
    for number, name in enumerate(wanted, 1):
        began = time.perf_counter()
        print(f"{number} of {len(wanted)}: {name} …", file=sys.stderr, flush=True)
        keep(name, known[name]())
        print(f"  {time.perf_counter() - began:,.0f} s", file=sys.stderr, flush=True)
        write_table()
    write_table()
    print(TABLE)


if __name__ == "__main__":
    main()
