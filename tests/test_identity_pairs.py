"""The pairs by which identity is measured: no false merge at all, nine synonyms in ten under one name."""

from collections import Counter
from pathlib import Path

import pytest

from pipeline import vocabulary
from pipeline.cluster import Names

DATA = Path(__file__).parent / "data"


def pairs(name: str) -> list[tuple[str, str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert rows[0] == ["field", "left", "right"]
    return [(field, left, right) for field, left, right in rows[1:]]


@pytest.fixture(scope="module")
def names():
    return Names(vocabulary.load())


def same(names: Names, left: str, right: str) -> bool:
    found = names.resolve_all([left, right])
    return found[left].name == found[right].name


@pytest.mark.parametrize("name", ["synonyms.tsv", "false_friends.tsv"])
def test_there_are_at_least_300_different_pairs_from_many_fields(name):
    found = pairs(name)
    assert len({frozenset((left, right)) for _, left, right in found}) == len(found) >= 300
    assert all(left != right for _, left, right in found)
    assert len({field for field, _, _ in found}) >= 6


def test_no_false_friends_share_a_name(names):
    merged = [(left, right) for _, left, right in pairs("false_friends.tsv") if same(names, left, right)]
    assert merged == []


def test_nine_synonyms_in_ten_share_a_name(names):
    parted = [(left, right) for _, left, right in pairs("synonyms.tsv") if not same(names, left, right)]
    assert len(parted) <= 0.1 * len(pairs("synonyms.tsv")), parted


def test_every_field_has_most_of_its_synonyms(names):
    total, kept = Counter(), Counter()
    for field, left, right in pairs("synonyms.tsv"):
        total[field] += 1
        kept[field] += same(names, left, right)
    assert {f: kept[f] / total[f] for f in total if kept[f] / total[f] < 0.8} == {}


def test_no_pair_is_on_both_lists():
    both = {frozenset(p[1:]) for p in pairs("synonyms.tsv")} & {
        frozenset(p[1:]) for p in pairs("false_friends.tsv")
    }
    assert both == set()
