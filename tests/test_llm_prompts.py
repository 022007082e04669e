"""Released prompts: locked, found in both layouts, and with examples that their own text proves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.llm import prompts


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
    (copy / "judge" / "v2.md").write_text(
        (copy / "judge" / "v1.md").read_text().replace("version 1", "version 2")
    )
    assert prompts.problems(copy) == ["judge/v2.md is not in lock.json"]
    assert prompts.lock(copy) == ["judge/v2.md"]
    assert prompts.versions("judge", copy) == ["v1", "v2"]
    assert prompts.problems(copy) == []


@pytest.mark.parametrize(
    ("task", "old", "new", "problem"),
    [
        ("mentions", '"quote":"PostgreSQL"', '"quote":"Postgres"', "does not stand in the text"),
        (
            "mentions",
            '"quote":"C++","skill":"C++"',
            '"quote":"C++","skill":"C"',
            "does not stand in its quote",
        ),
        ("mentions", '"kind":"general","strength":"duty"', '"kind":"soft","strength":"duty"', "closed list"),
        ("mentions", '"line":5,"quote":"Python"', '"line":6,"quote":"Python"', "does not stand in the text"),
        ("mentions", '"words":"4+ years"', '"words":"9 years"', "do not stand in the text"),
        ("mentions", '"skill":"IEC 61174"', '"skill":"IEC 61175"', "does not stand in its quote"),
        ("judge", '"id":5', '"id":6', "each number once"),
        ("judge", '"verdict":"others"', '"verdict":"perhaps"', "is no verdict"),
        ("names", '"ids":[5,6,8]', '"ids":[5,8]', "each number once"),
        ("names", '"name":"Explaining forecasts"', '"name":"Rhetoric"', "not made of words"),
        ("rows", '"ids":[5,7]', '"ids":[5,9]', "each number once"),
        ("rows", '"title":"Briefing boards', '"title":"How to brief boards', "not titled as an action"),
        ("merge", '"same":"yes"', '"same":"maybe"', "neither yes"),
        ("kind", '"kind":"general"', '"kind":"odd"', "neither general"),
        ("prose", "A one-page brief", "https://x.example", "holds a link"),
    ],
)
def test_an_example_that_its_text_does_not_prove_is_named(
    copy: Path, task: str, old: str, new: str, problem: str
) -> None:
    path = copy / task / f"{prompts.versions(task, copy)[-1]}.md"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert any(problem in line for line in prompts.problems(copy))


def test_an_unknown_task_or_version_is_named() -> None:
    with pytest.raises(SettingsError, match="no prompt of the task"):
        prompts.load("poetry")
    with pytest.raises(SettingsError, match="v99"):
        prompts.load("kind", "v99")


def test_every_prompt_that_speaks_of_kinds_has_one_definition() -> None:
    said = (prompts.folder() / "parts" / "kinds-v2.md").read_text().strip()
    for task in ("mentions", "names", "rows", "kind"):
        assert said in prompts.load(task).system


def test_an_edited_part_is_refused(copy: Path) -> None:
    path = copy / "parts" / "kinds-v1.md"
    path.write_text(path.read_text().replace("Tie-breaker", "Rule"))
    with pytest.raises(SettingsError, match="not the released one"):
        prompts._load(copy, "kind", "v2")


def test_the_first_prompt_stays_for_the_answers_that_were_given_to_it() -> None:
    assert prompts.versions("mentions")[0] == "v1"
    assert "Give the same skill again" in prompts.load("mentions", "v1").system
