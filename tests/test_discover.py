"""What likeness joins: unknown skills that say the same, and never two that are known or named things."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import vocabulary
from pipeline.cluster import Names
from pipeline.cluster.discover import joined
from pipeline.phrases import groups, phrases
from pipeline.records import Rulings

SEPARATION = ("keep aircraft safely separated", "the safe separation of aircraft")


def names(**known: object) -> Names:
    return Names(vocabulary.load(), **known)  # type: ignore[arg-type]


def test_unknown_wordings_that_say_the_same_share_a_name() -> None:
    found = names().resolve_all([*SEPARATION, "rear young queens"])
    assert {found[s].name for s in SEPARATION} == {"Safe separation of aircraft"}
    assert {found[s].how for s in SEPARATION} == {"alike", "own words"}
    assert found["rear young queens"].how == "own words"


def test_a_joined_skill_keeps_the_name_that_is_in_use() -> None:
    used = names().resolve(SEPARATION[0]).name
    found = names(used=[used]).resolve_all(SEPARATION)
    assert {found[s].name for s in SEPARATION} == {used}


def test_what_a_person_renamed_carries_its_wordings_along() -> None:
    found = names(rulings=Rulings(names={"Safe separation of aircraft": "Separation"})).resolve_all(
        SEPARATION
    )
    assert {found[s].name for s in SEPARATION} == {"Separation"}


def test_a_name_that_a_person_spoke_of_joins_no_other() -> None:
    kept = names().resolve(SEPARATION[0]).name
    found = names(rulings=Rulings(accepted=frozenset({kept}))).resolve_all(SEPARATION)
    assert found[SEPARATION[0]].name == kept


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Rust", "rust prevention"),  # a named thing is known by its exact aliases
        ("time tracking", "time series tracking"),  # a word between makes another thing
        ("work with supervision", "work without supervision"),
        ("internal widgets", "international widgets"),
        ("Java to Python migration", "Python to Java migration"),
    ],
)
def test_names_that_only_look_alike_stay_two(left: str, right: str) -> None:
    found = names().resolve_all([left, right])
    assert found[left].name != found[right].name


def test_two_known_names_are_never_joined() -> None:
    known = vocabulary.load().skills
    some = sorted(known)[:150]
    assert joined({name: [name] for name in some}, known) == {}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_wordings_are_named_in_any_order_alike(surfaces: list[str]) -> None:
    there, back = names().resolve_all(surfaces), names().resolve_all(surfaces[::-1])
    assert there == back


def test_a_vector_is_the_same_in_whatever_company() -> None:
    encoder = phrases()
    alone = np.stack([encoder.vectors([text], "same")[0] for text in SEPARATION])
    assert (encoder.vectors(SEPARATION, "same") == alone).all()
    other = encoder.vectors(["prepare tax returns"], "same")[0]
    assert float(alone[0] @ alone[1]) > float(alone[0] @ other)
    assert not encoder.vectors(["", " "], "row").any()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.floats(0.05, 0.95), st.floats(0.1, 1.0), st.integers(0, 2**16))
def test_groups_are_a_partition_and_none_is_too_heavy(
    size: int, least: float, most: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    alike = rng.random((size, size))
    alike = np.round((alike + alike.T) / 2, 5)
    weight = rng.integers(1, 9, size).astype(float)
    found = groups(alike, weight.tolist(), least, most)
    assert sorted(itertools.chain(*found)) == list(range(size))
    heavy = [group for group in found if len(group) > 1]
    assert all(weight[group].sum() <= most * weight.sum() + 1e-9 for group in heavy)
