"""The failure server as a process, and how tests talk to it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@contextmanager
def serving() -> Iterator[str]:
    """Give the address of a failure server that runs as its own process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.llm"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def seen(server: str, scenario: str) -> list[dict[str, Any]]:
    """Return the requests that a scenario was sent."""
    with urllib.request.urlopen(f"{server}/{scenario}/log") as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def script(server: str, replies: dict[str, Any]) -> None:
    """Set what the server answers to texts that hold a marker."""
    content = {k: v if isinstance(v, str) else json.dumps(v) for k, v in replies.items()}
    request = urllib.request.Request(f"{server}/replies", json.dumps(content).encode(), method="POST")
    urllib.request.urlopen(request).close()
