"""Runs every command of the README and writes its real output under it.

    python docs/tour.py            rewrite README.md
    python docs/tour.py --check    answer 1 where a command fails that did not fail before

A block starts with a line "$ command"; `<!-- lines: 12 -->` above it keeps the first twelve lines of output.
Commands run in the project's root, in order, in one workspace (build/tour), which is deleted first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
WORKSPACE = ROOT / "build" / "tour"
BLOCK = re.compile(
    r"(?:<!-- lines: (?P<lines>\d+) -->\n)?```console\n\$ (?P<command>[^\n]+)\n.*?```", re.DOTALL
)
EXPECTED = (0, 3)  # 3: done, with failures listed


def output(command: str) -> str:
    """What a command prints on both streams; raises where it fails."""
    environ = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", "COLUMNS": "100"}
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode not in EXPECTED:
        raise SystemExit(f"{command}\nended with {done.returncode}\n{done.stderr}")
    return (done.stdout + done.stderr).rstrip()


def block(found: re.Match[str]) -> str:
    """The block with its command's present output."""
    lines = output(found["command"]).replace(str(ROOT), "…").splitlines()
    head = f"<!-- lines: {found['lines']} -->\n" if found["lines"] else ""
    kept = lines[: int(found["lines"])] if found["lines"] else lines
    kept += ["…"] if len(kept) < len(lines) else []
    shown = "\n".join(line if len(line) <= 118 else line[:117] + "…" for line in kept)
    return f"{head}```console\n$ {found['command']}\n{shown}\n```"


def main() -> int:
    """Rewrites the README, or only runs its commands."""
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    text = BLOCK.sub(block, README.read_text(encoding="utf-8"))
    if "--check" not in sys.argv:
        README.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
