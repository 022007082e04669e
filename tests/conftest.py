"""What several test files share: a review sitting on a copy of the workspace that their `made` filled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from review_example import TARGET

from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.review import Review


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    shutil.copytree(made, tmp_path / "ws")
    return Place(tmp_path / "ws")


@pytest.fixture
def sitting(place: Place) -> Review:
    return Review(place, TARGET, Settings(), "ada")
