"""The local engine is no worse than it was: floors pinned beside the digest of the evaluation data."""

from __future__ import annotations

import json

import pytest

from benchmarks import accuracy

DATA = accuracy.data_folder()
needs_data = pytest.mark.skipif(
    not (DATA / "gold").is_dir(), reason="no evaluation data: set SKILLMATRIX_EVAL_DATA to its folder"
)


@needs_data
@pytest.mark.accuracy
def test_no_measure_fell_below_its_floor() -> None:
    kept = json.loads(accuracy.FLOORS.read_text())
    assert kept["data"] == accuracy.digest(DATA), "the evaluation data changed: measure and pin anew"
    assert accuracy.below(accuracy.measure(DATA), kept["floors"]) == []


def test_a_fall_below_a_floor_is_named() -> None:
    floors = {"s": {"f1": 0.9, "share_error": 0.1}}
    assert accuracy.below({"s": {"f1": 0.9, "share_error": 0.1}}, floors) == []
    assert len(accuracy.below({"s": {"f1": 0.8, "share_error": 0.2}}, floors)) == 2


def test_pinning_lowers_a_floor_only_when_told_to() -> None:
    floors = {"s": {"f1": 0.9, "share_error": 0.1}}
    worse = {"s": {"f1": 0.8, "share_error": 0.2}}
    assert accuracy.pinned(worse, floors, lower=False) == floors
    assert accuracy.pinned(worse, floors, lower=True) == worse


def test_the_readers_own_rows_score_full_marks() -> None:
    rows = [
        {"posting": "01", "skill": "SQL", "quotes": ["SQL"], "kind": "specific", "strength": "required"},
        {
            "posting": "01",
            "skill": "Teamwork",
            "quotes": ["work in a team"],
            "kind": "general",
            "strength": "duty",
        },
    ]
    ten = {"general": [{"skills": ["Teamwork"]}], "specific": [{"skills": ["SQL"]}]}
    ours = [{"kind": kind, **row} for kind in ten for row in ten[kind]]
    found = accuracy.score(rows, ours, rows, ten, of=1)
    assert (found["f1"], found["kind"], found["strength"], found["share_error"]) == (1, 1, 1, 0)
    assert (found["rows10"], found["rows10_kind"]) == (2, 2)
