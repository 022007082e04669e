"""What the project says of itself holds: pinned tools, files that CONTRIBUTING names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_hooks_run_the_tools_that_are_pinned() -> None:
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)$", read("constraints.txt"), re.MULTILINE))
    (revision,) = re.findall(r"ruff-pre-commit\n +rev: v(\S+)", read(".pre-commit-config.yaml"))
    assert revision == pinned["ruff"]


def test_every_file_and_command_that_contributors_are_sent_to_is_there() -> None:
    text = read("CONTRIBUTING.md")
    named = {
        n
        for n in re.findall(r"`((?:pipeline|tests|docs|benchmarks|prompts)/[\w./-]+)`", text)
        if "TASK" not in n
    }
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", text)) <= targets
    modules = re.findall(r"python -m ((?:pipeline|benchmarks)[\w.]*)", text)
    for module in modules:
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
