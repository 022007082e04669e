"""The demand table: what some of the postings demand is what they would demand alone."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Mention
from pipeline.settings import ScoreSettings
from pipeline.shares import STRENGTH_ORDER, DemandTable, count_mentions, wilson

SETTINGS = ScoreSettings(half_life_days=90.0, employer_cap=1.5)
SKILLS = ("Kneading", "Ovens", "Rye", "Sourdough")


def mention(posting: str, skill: str | None, strength: Any = "required", **known: Any) -> Mention:
    return Mention(posting, 0, 1, "x", strength, skill=skill, **known)


def postings(count: int, chance: random.Random) -> pa.Table:
    places = range(count)
    return pa.table(
        {
            "id": [f"p{i:02}" for i in places],
            "company": [chance.choice(["Acme", "ACME Ltd", "Bright Loaf", ""]) for _ in places],
            "title": ["Baker"] * count,
            "date": pa.array(
                [chance.choice(["2026-03-01", "2026-01-01", None]) for _ in places], pa.string()
            ),
            "source_kind": [chance.choice(["posting", "posting", "blog"]) for _ in places],
            "seniority": pa.array([chance.choice(["junior", "senior", None]) for _ in places], pa.string()),
        }
    )


def said(of: pa.Table, chance: random.Random) -> list[Mention]:
    ids = of.column("id").to_pylist()
    return [
        mention(
            chance.choice(ids), chance.choice([*SKILLS, None]), chance.choice(STRENGTH_ORDER),
            years=chance.choice([None, 2.0, 5.0]), negated=chance.random() < 0.1,
        )
        for _ in range(4 * len(ids))
    ]  # fmt: skip


def same(left: DemandTable, right: DemandTable) -> bool:
    for name in (f.name for f in fields(DemandTable)):
        a, b = getattr(left, name), getattr(right, name)
        if name == "weights":
            assert all(np.array_equal(x, y) for x, y in zip(vars(a).values(), vars(b).values(), strict=True))
        elif name == "employer":  # codes, equal for the same employer
            assert np.array_equal(a[:, None] == a, b[:, None] == b)
        elif isinstance(a, np.ndarray):
            assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name
        else:
            assert a == b, name
    return True


@given(st.randoms(use_true_random=False))
def test_some_postings_give_the_table_that_they_would_give_alone(chance: random.Random) -> None:
    of = postings(chance.randint(1, 12), chance)
    mentions = said(of, chance)
    table = DemandTable.of_mentions(mentions, of, SETTINGS)
    some = {name for name in table.ids if chance.random() < 0.6}
    alone = of.filter(pa.array([name in some for name in table.ids], pa.bool_()))
    own = [m for m in mentions if m.posting_id in some]
    assert same(table.of_postings(some), DemandTable.of_mentions(own, alone, SETTINGS))
    assert same(table.where(lambda _: True), table)


def test_mentions_count_once_for_each_posting_and_skill() -> None:
    rows = count_mentions(
        [
            mention("b", "Rye", "duty", kind="general", years=3.0),
            mention("b", "Rye", "required", years=2.0),
            mention("b", "Ovens", "unstated"),
            mention("a", "Rye", "preferred", kind="specific"),
            mention("a", "Rye", negated=True),
            mention("a", None),
        ],
        kinds=True,
    ).to_pylist()
    none = dict.fromkeys((*STRENGTH_ORDER, "general", "specific"), 0)
    assert rows == [
        {"posting_id": "b", "skill": "Ovens", **none, "unstated": 1, "years": None},
        {"posting_id": "b", "skill": "Rye", **none, "duty": 1, "required": 1, "general": 1, "years": 2.0},
        {"posting_id": "a", "skill": "Rye", **none, "preferred": 1, "specific": 1, "years": None},
    ]
    assert count_mentions([]).num_rows == 0


def test_a_segment_counts_its_own_postings_and_says_how_sure_it_is() -> None:
    of = pa.table(
        {
            "id": ["a", "b", "c", "x"],
            "company": ["A", "B", "C", ""],
            "date": pa.array([None] * 4, pa.string()),
            "source_kind": ["posting", "posting", "posting", "blog"],
            "seniority": pa.array(["junior", "junior", None, "junior"], pa.string()),
        }
    )
    mentions = [mention("a", "Rye"), mention("c", "Rye"), mention("x", "Rye"), mention("b", "Ovens")]
    table = DemandTable.of_mentions(mentions, of, ScoreSettings())
    segments = table.by("seniority")
    assert {value: (part.of, part.ids) for value, part in segments.items()} == {
        "": (1, ("c",)),
        "junior": (2, ("a", "b", "x")),
    }
    rye, spelt = segments["junior"].shares(("Rye", "Spelt"))
    assert (rye.name, rye.n, rye.of, rye.share) == ("Rye", 1, 2, 0.5)
    assert (rye.low, rye.high) == pytest.approx(wilson(0.5, 2.0, 0.95))
    assert (spelt.n, spelt.low, spelt.high) == pytest.approx((0, *wilson(0.0, 2.0, 0.95)))
    assert [s.n for s in table.shares()] == [1, 2]
    assert table.by(lambda posting: posting["company"] or "unnamed").keys() == {"A", "B", "C", "unnamed"}
    assert [s.of for s in table.where(lambda posting: posting["id"] == "x").shares()] == [0]


def test_shares_allow_for_employers_that_repeat_themselves_unless_told_otherwise() -> None:
    count = 12
    of = pa.table(
        {
            "id": [f"p{i:02}" for i in range(count)],
            "company": ["Acme"] * 8 + [f"E{i}" for i in range(4)],
            "date": pa.array([None] * count, pa.string()),
            "source_kind": ["posting"] * count,
        }
    )
    table = DemandTable.of_mentions([mention(f"p{i:02}", "Rye") for i in range(8)], of, ScoreSettings())
    (wide,), (plain,) = table.shares(), table.shares(plain=True)
    assert (plain.low, plain.high) == pytest.approx(wilson(8 / 12, 12.0, 0.95))
    assert wide.low < plain.low
    assert wide.high > plain.high
    low, high = table.tally.intervals(0.95)
    assert (wide.low, wide.high) == pytest.approx((low[0], high[0]))


def test_joined_items_count_once_and_as_strongly_as_the_strongest() -> None:
    of = postings(1, random.Random(1))
    of = of.set_column(of.schema.get_field_index("source_kind"), "source_kind", pa.array(["posting"]))
    table = DemandTable.of_mentions(
        [mention("p00", "Rye", "preferred"), mention("p00", "Ovens", "required")], of, SETTINGS
    )
    joined = table.renamed(lambda _: "Baking")
    assert (joined.names, joined.tally.n.tolist()) == (("Baking",), [1])
    assert joined.strength.tolist() == [SETTINGS.required]
    assert table.renamed(str) is table
    assert replace(table).without(["p00"]).of == 0
