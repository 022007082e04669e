"""Released prompts: locked, found in both layouts, and with examples that their own text proves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline import prompts
from pipeline.errors import SettingsError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(prompts.folder(), tmp_path / "prompts")
    return tmp_path / "prompts"


def test_every_task_has_a_released_prompt_without_problems() -> None:
    assert prompts.problems() == []
    for task in prompts.TASKS:
        prompt = prompts.load(task)
        assert prompt.examples
        assert prompt.ref.task == task
        assert json.dumps(prompt.schema) in prompt.system


def test_an_edited_prompt_is_refused(copy: Path) -> None:
    path = copy / "mentions" / "v1.md"
    path.write_text(path.read_text().replace("You read one job posting", "You read a job posting"))
    assert prompts.problems(copy) == ["mentions/v1.md was edited after its release"]
    with pytest.raises(SettingsError, match="not the released one"):
        prompts._load(copy, "mentions", "v1")


def test_windows_line_ends_are_no_edit(copy: Path) -> None:
    for path in copy.glob("*/*.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert prompts.problems(copy) == []


def test_a_new_wording_is_a_new_version_beside_the_old(copy: Path) -> None:
    (copy / "kind" / "v2.md").write_text(
        (copy / "kind" / "v1.md").read_text().replace("version 1", "version 2")
    )
    assert prompts.problems(copy) == ["kind/v2.md is not in lock.json"]
    assert prompts.lock(copy) == ["kind/v2.md"]
    assert prompts.versions("kind", copy) == ["v1", "v2"]
    assert prompts.problems(copy) == []


@pytest.mark.parametrize(
    ("task", "old", "new", "problem"),
    [
        ("mentions", '"quote":"PostgreSQL"', '"quote":"Postgres"', "does not stand in the text"),
        (
            "mentions",
            '{"skill":"C++","quote":"C++"',
            '{"skill":"C","quote":"C++"',
            "does not stand in its quote",
        ),
        ("mentions", '"years":4', '"years":7', "7 years do not stand"),
        ("mentions", '"kind":"general","strength":"duty"', '"kind":"soft","strength":"duty"', "closed list"),
        ("merge", '"same":"yes"', '"same":"maybe"', "neither yes"),
        ("kind", '"kind":"general"', '"kind":"odd"', "neither general"),
        ("theme", '"MIKE 21"]', '"Telemac"]', "each skill once"),
        ("theme", '"title":"Briefing', '"title":"How to brief', "not titled as an action"),
        ("prose", "A one-page brief", "https://x.example", "holds a link"),
    ],
)
def test_an_example_that_its_text_does_not_prove_is_named(
    copy: Path, task: str, old: str, new: str, problem: str
) -> None:
    path = copy / task / "v1.md"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert any(problem in line for line in prompts.problems(copy))


def test_an_unknown_task_or_version_is_named() -> None:
    with pytest.raises(SettingsError, match="no prompt of the task"):
        prompts.load("poetry")
    with pytest.raises(SettingsError, match="v99"):
        prompts.load("kind", "v99")
