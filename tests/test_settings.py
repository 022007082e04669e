"""Settings come from one place after the other, and a wrong one is named."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import Settings, load_settings

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "settings.md"


def test_the_environment_wins_over_files_and_files_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "skillmatrix.toml").write_text("[score]\nrequired = 0.9\nduty = 0.5\n")
    found = load_settings(
        tmp_path, {"SKILLMATRIX_SCORE_DUTY": "0.6", "SKILLMATRIX_FETCH_ALLOW_PRIVATE": "yes"}
    )
    assert (found.score.required, found.score.duty, found.score.preferred) == (0.9, 0.6, 0.4)
    assert found.fetch.allow_private is True


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[score]\nrequird = 1\n", "requird"),
        ("[skore]\nrequired = 1\n", "skore"),
        ("[score]\nrequired = 'much'\n", "much"),
        ("[fetch]\nallow_private = 'perhaps'\n", "perhaps"),
        ("[score\n", "skillmatrix.toml"),
        ("[score]\ncritical_share = 5\n", "is not 0 to 1"),
        ("[score]\nconfidence = 1\n", "is not 0.5 to"),
        ("[score]\nhalf_life_days = nan\n", "is not 0 or more"),
        ("[score]\nhalf_life_days = 'x'\n", "is not a number"),
        ("[score]\nrequired = true\n", "is not a number"),
        ("[fetch]\nconcurrency = 0\n", "is not 1 or more"),
        ("[fetch]\nattempts = 2.5\n", "is not a whole number"),
        ("[plan]\ncut = 'most'\n", "is none of fewest, demand"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "skillmatrix.toml").write_text(text)
    with pytest.raises(SettingsError, match=word):
        load_settings(tmp_path, {})


def test_a_misspelt_setting_of_the_environment_is_named_and_a_key_is_none() -> None:
    with pytest.raises(SettingsError, match=r"environment: .* no requird"):
        load_settings(None, {"SKILLMATRIX_SCORE_REQUIRD": "1"})
    load_settings(None, {"SKILLMATRIX_LLM_API_KEY": "secret", "SKILLMATRIX_EVAL_DATA": "."})


def test_every_default_lies_within_its_own_limits(tmp_path: Path) -> None:
    lines = []
    for section in fields(Settings):
        lines.append(f"[{section.name}]")
        for setting in fields(part := getattr(Settings(), section.name)):
            value = getattr(part, setting.name)
            lines += [] if value is None else [f"{setting.name} = {json.dumps(value)}"]
    (tmp_path / "skillmatrix.toml").write_text("\n".join(lines))
    assert load_settings(tmp_path, {}) == Settings()


def test_a_settings_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_settings(None, {"SKILLMATRIX_SETTINGS": "nowhere.toml"})


def test_every_setting_is_documented() -> None:
    text = DOCUMENT.read_text()
    for section in fields(Settings):
        assert f"## [{section.name}]" in text
        missing = [f.name for f in fields(getattr(Settings(), section.name)) if f"`{f.name}`" not in text]
        assert missing == []
