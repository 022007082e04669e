"""What several test files share: a browser, and a review sitting on a copy of the workspace of `made`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bring_browser import PROGRAM
from review_example import TARGET

from pipeline.render import executable
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.review import Review

if TYPE_CHECKING:
    from playwright.sync_api import Browser

if executable() is None and PROGRAM.exists():
    os.environ["SKILLMATRIX_CHROMIUM"] = str(PROGRAM)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    if executable() is None:
        pytest.skip("needs Chromium: `python tests/bring_browser.py` brings one")
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=executable(), args=flags)
        yield running
        running.close()


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    shutil.copytree(made, tmp_path / "ws")
    return Place(tmp_path / "ws")


@pytest.fixture
def sitting(place: Place) -> Review:
    return Review(place, TARGET, Settings(), "ada")
