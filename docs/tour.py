"""Run every command of the README and of docs/tour.md and write its real output under it.

    python docs/tour.py            rewrite both
    python docs/tour.py --check    answer 1 where a command fails that did not fail before

A block starts with a line "$ command"; `<!-- lines: 12 -->` above it keeps the first twelve lines of output.
Commands run in the project's root, in order, in one workspace (build/tour), which each document begins anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "tour.md")
WORKSPACE = ROOT / "build" / "tour"
BLOCK = re.compile(
    r"(?:<!-- lines: (?P<lines>\d+) -->\n)?```console\n\$ (?P<command>[^\n]+)\n.*?```", re.DOTALL
)
EXPECTED = (0, 3)  # 3: done, with failures listed


def output(command: str) -> str:
    """Return what a command prints on both streams; raise where it fails."""
    environ = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", "COLUMNS": "100"}
    environ["PYTHONUNBUFFERED"] = "1"  # both streams in the order of a terminal
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode not in EXPECTED:
        raise SystemExit(f"{command}\nended with {done.returncode}\n{done.stdout}")
    return done.stdout.rstrip()


def block(found: re.Match[str]) -> str:
    """Return the block with its command's present output."""
    lines = output(found["command"]).replace(str(ROOT), "…").splitlines()
    head = f"<!-- lines: {found['lines']} -->\n" if found["lines"] else ""
    kept = lines[: int(found["lines"])] if found["lines"] else lines
    kept += ["…"] if len(kept) < len(lines) else []
    shown = "\n".join(line.rstrip() if len(line) <= 118 else line[:117] + "…" for line in kept)
    return f"{head}```console\n$ {found['command']}\n{shown}\n```"


def main() -> int:
    """Rewrite the documents, or only run their commands; each begins with an empty workspace."""
    for path in DOCUMENTS:
        shutil.rmtree(WORKSPACE, ignore_errors=True)
        text = BLOCK.sub(block, path.read_text(encoding="utf-8"))
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
