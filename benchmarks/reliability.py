"""Runs the attacks of tests/attacks and writes docs/reliability.md: `python -m benchmarks.reliability`."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "reliability.md"
FIGURES = "SKILLMATRIX_ATTACK_FIGURES"

KINDS = {
    "1": "Malformed host names",
    "2": "Retry-After and robots.txt of any form",
    "3": "Scripts that never end",
    "4": "Damaged pages",
    "5": "Answers of a model",
    "6": "Lines of any length and any bytes",
    "7": "kill -9 and snapshots",
    "8": "Time that reading may take",
    "9": "Broken databases",
    "10": "Two runs at once",
    "11": "Contacts of people",
    "12": "Records and lines that make no sense",
    "13": "Packed answers",
    "14": "Private addresses",
    "15": "The guard before a model",
    "16": "Little memory, and who may read what is kept",
    "17": "Consoles and pipes",
}

HEAD = """# Reliability

Written by `make reliability`; do not edit. Each attack is tried by `tests/attacks` on real parts: a server on
loopback, real files, DuckDB, Chromium where there is one, processes that are killed. The numbers are those of
the tests' names. Last run: {machine}.

What is promised:

- **A line never ends a run.** An error in a line, a page or a record is reported, and the rest goes on; only
  the workspace, the settings or the engine can end one. An unexpected exception becomes the
  failure of its line, with the advice to report it.
- **Nothing hangs.** Texts of up to 48,000 characters and 1,500 tags are read in the process itself; larger
  ones, and files that unpack (PDF, Word, MHTML, gzip), in a process of its own that is ended after
  `read_seconds` (5) of processor time or at 4 GiB. A page of scripts has a minute, then its browser is ended.
- **Nothing kept is lost.** A record is on the disk before it is reported as saved; a page is kept by its hash
  and written anew when it is damaged and there again; an answer of a model is never deleted; a snapshot is
  in `data/raw` before it is in the database; a damaged database is rebuilt from `data/raw` by the next
  command.
- **Contacts are masked** in a posting's text, title, employer, place, closing words and address, and in
  what is said of a source that failed. `data/raw` is readable by its owner only (files 600, folders 700).
- **Any console.** Text that an encoding lacks is printed with stand-ins, JSON is always UTF-8.

{total}
"""


def run(folder: Path, words: list[str]) -> int:
    """Run the attacks; answer pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/attacks", *words]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, FIGURES: str(folder)}, check=False).returncode


def figures(folder: Path) -> list[dict[str, Any]]:
    """What was tried and survived, in the order of the numbers; equal claims are added up."""
    found: dict[tuple[int, str], list[int]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            sums = found.setdefault((int(one["number"]), one["claim"]), [0, 0])
            sums[0] += one["tried"]
            sums[1] += one["survived"]
    return [
        {"number": number, "claim": claim, "tried": tried, "survived": survived}
        for (number, claim), (tried, survived) in sorted(found.items())
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """The page."""
    tried, survived = (sum(row[name] for row in rows) for name in ("tried", "survived"))
    total = f"{tried:,} attacks, {survived:,} survived."
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    parts = [HEAD.format(machine=machine, total=total)]
    for number in sorted({row["number"] for row in rows}):
        parts.append(f"## {number}. {KINDS[str(number)]}\n\n| claim | tried | survived |\n|---|---:|---:|")
        own = (row for row in rows if row["number"] == number)
        parts += [f"| {row['claim']} | {row['tried']:,} | {row['survived']:,} |" for row in own]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        code = run(Path(folder), sys.argv[1:])
        rows = figures(Path(folder))
    if not rows:
        raise SystemExit(code or "no attack ran")
    TABLE.write_text(table(rows), encoding="utf-8")
    print(f"wrote {TABLE.relative_to(ROOT)}")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
