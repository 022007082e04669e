"""The attacks: each claim has a number, tries many inputs and counts how many it survived.

`make reliability` runs them and writes the figures into docs/reliability.md.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from attacking import FIGURES, Attacks
from servers.board import Board

from pipeline.archive import Archive
from pipeline.settings import FetchSettings

_ATTACKS = Attacks()


@pytest.fixture
def attacks() -> Attacks:
    return _ATTACKS


def pytest_sessionfinish(session: pytest.Session) -> None:
    folder = os.environ.get(FIGURES)
    if folder and _ATTACKS.figures:
        path = Path(folder, f"{uuid.uuid4().hex}.jsonl")
        path.write_text("".join(json.dumps(asdict(figure)) + "\n" for figure in _ATTACKS.figures))


QUICK = FetchSettings(
    pause_seconds=0.005,
    timeout_seconds=1.0,
    connect_seconds=0.5,
    max_bytes=2_000_000,
    max_wait_seconds=0.5,
    attempts=1,
    allow_private=True,
)


@pytest.fixture
def quick() -> FetchSettings:
    return QUICK


@pytest.fixture
def board() -> Iterator[Board]:
    with Board(hosts=3) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "raw")
