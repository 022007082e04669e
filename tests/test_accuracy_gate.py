"""The local engine is no worse than it was: floors pinned beside the digest of the evaluation data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import accuracy

DATA = accuracy.data_folder()
needs_data = pytest.mark.skipif(
    not (DATA / "gold").is_dir(), reason="no evaluation data: set SKILLMATRIX_EVAL_DATA to its folder"
)


def kept() -> Any:
    return json.loads(accuracy.FLOORS.read_text())


@needs_data
@pytest.mark.accuracy
@pytest.mark.slow
def test_no_measure_fell_below_its_floor() -> None:
    folders = accuracy.sets(DATA)
    assert kept()["data"] == accuracy.digest(folders), "the evaluation data changed: measure and pin anew"
    assert accuracy.below(accuracy.means(accuracy.measure(folders)), kept()["floors"]) == []


def test_no_measure_of_the_shipped_sets_fell_below_its_floor() -> None:
    found = accuracy.means(accuracy.measure(accuracy.own_sets()))
    assert list(found) == ["own"]
    assert accuracy.below(found, kept()["floors"]) == []


def test_every_set_has_a_field() -> None:
    folders = accuracy.sets(DATA) if (DATA / "gold").is_dir() else accuracy.own_sets()
    assert {accuracy.field_of(folder) for folder in folders} <= {*accuracy.FIELDS, "own"}
    assert all(accuracy.field_of(f) == "own" for f in accuracy.own_sets())


def test_a_fall_below_a_floor_is_named() -> None:
    floors = {"s": {"f1": 0.9, "share_error": 0.1}}
    assert accuracy.below({"s": {"f1": 0.9, "share_error": 0.1}}, floors) == []
    assert len(accuracy.below({"s": {"f1": 0.8, "share_error": 0.2}}, floors)) == 2


def test_pinning_lowers_a_floor_only_when_told_to() -> None:
    floors = {"s": {"f1": 0.9, "share_error": 0.1}}
    worse = {"s": {"f1": 0.8, "share_error": 0.2}}
    assert accuracy.pinned(worse, floors, lower=False) == floors
    assert accuracy.pinned(worse, floors, lower=True) == worse


def row(posting: str, skill: str, quote: str, kind: str = "specific") -> accuracy.Row:
    return {"posting": posting, "skill": skill, "quotes": [quote], "kind": kind, "strength": "required"}


def test_the_readers_own_rows_score_full_marks() -> None:
    rows = [row("01", "SQL", "SQL"), row("01", "Teamwork", "work in a team", "general")]
    ten = {"general": [{"skills": ["Teamwork"]}], "specific": [{"skills": ["SQL"]}]}
    ours = [{"kind": kind, **r} for kind in ten for r in ten[kind]]
    found = accuracy.score(rows, ours, rows, ten, of=1)
    assert (found["f1"], found["kind"], found["strength"], found["share_error"]) == (1, 1, 1, 0)
    assert (found["names_p"], found["names_r"]) == (1, 1)
    assert (found["rows"], found["rows_kind"], found["rows_f1"]) == (2, 2, 1)


def test_a_row_that_swallows_everything_covers_one_row_at_most() -> None:
    rows = [row("01", name, name) for name in ("SQL", "Python", "Airflow", "dbt")]
    ten = {"general": [], "specific": [{"skills": [r["skill"]]} for r in rows]}
    swallows = [{"kind": "specific", "skills": [r["skill"] for r in rows]}]
    assert accuracy.score(rows, swallows, rows, ten, of=1)["rows"] == 0
    apart = [{"kind": "specific", "skills": [r["skill"]]} for r in rows]
    assert accuracy.score(rows, apart, rows, ten, of=1)["rows"] == 4


def test_a_name_for_everything_is_precise_for_nothing() -> None:
    one_name = [("SQL", "Data"), ("Python", "Data"), ("Airflow", "Data"), ("dbt", "Data")]
    assert accuracy.b_cubed(one_name) == (0.25, 1.0)
    assert accuracy.b_cubed([("SQL", "a"), ("SQL", "b")]) == (1.0, 0.5)
