"""What a score promises: n of N, an interval that holds, arithmetic that can be done by hand."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import score as benchmark
from pipeline import shares
from pipeline.errors import UsageError
from pipeline.records import Explanation, Rulings, Skill, SkillScore
from pipeline.score import explain as explained
from pipeline.score import score as scored
from pipeline.settings import ScoreSettings
from pipeline.shares import STRENGTH_ORDER, DemandTable

SETTINGS = ScoreSettings()
DOCS = (Path(__file__).parent.parent / "docs" / "scoring.md").read_text(encoding="utf-8")


def postings(*rows: tuple[Any, ...]) -> pa.Table:
    """Return rows of (id, company, date, source kind); the last two may be left out."""
    full = [(*row, *(None, "posting")[len(row) - 2 :]) for row in rows]
    ids, companies, dates, kinds = zip(*full, strict=True)
    return pa.table(
        {
            "id": ids,
            "company": companies,
            "title": ["Baker"] * len(ids),
            "date": pa.array(dates, pa.string()),
            "source_kind": kinds,
        }
    )


def demand(*rows: tuple[Any, ...]) -> pa.Table:
    """Return rows of (posting, skill, strength, years), counted as the store does; years may be left out."""
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: dict.fromkeys(STRENGTH_ORDER, 0))
    for posting, skill, strength, *years in rows:
        counts = found[posting, skill]
        counts[strength] += 1
        counts["years"] = min([y for y in (*years, counts.get("years")) if y is not None], default=None)
    return pa.table(
        {
            "posting_id": pa.array([posting for posting, _ in sorted(found)], pa.string()),
            "skill": pa.array([skill for _, skill in sorted(found)], pa.string()),
            **{s: pa.array([found[k][s] for k in sorted(found)], pa.int64()) for s in STRENGTH_ORDER},
            "years": pa.array([found[k].get("years") for k in sorted(found)], pa.float64()),
        }
    )


def skills(*names: str) -> list[Skill]:
    return [Skill(name, "specific", "vocabulary", "baking") for name in names]


def score(
    rows: Any,
    of: Any,
    some: list[Skill],
    settings: ScoreSettings,
    today: str | None = None,
    rulings: Rulings | None = None,
) -> list[SkillScore]:
    return scored(DemandTable.of_counts(rows, of, settings, today), some, rulings)


def explain(
    name: str, rows: Any, of: Any, some: list[Skill], settings: ScoreSettings, today: str | None = None
) -> Explanation:
    return explained(name, DemandTable.of_counts(rows, of, settings, today), some)


def one(rows: pa.Table, of: pa.Table, settings: ScoreSettings = SETTINGS, **known: Any) -> SkillScore:
    return score(rows, of, skills("Kneading"), settings, **known)[0]


FIVE = postings(*((name, f"Employer {name}") for name in "abcde"))


def test_a_posting_counts_once_however_often_it_says_so() -> None:
    found = one(demand(*[("a", "Kneading", "required")] * 7, ("b", "Kneading", "duty")), FIVE)
    assert (found.n, found.of, found.share, found.mentions, found.employers) == (2, 5, 0.4, 8, 2)


def test_the_strongest_mention_counts() -> None:
    rows = demand(
        ("a", "Kneading", "preferred"), ("a", "Kneading", "required"), ("b", "Kneading", "unstated")
    )
    found = one(rows, FIVE)
    assert found.score == pytest.approx((1.0 + 0.7) / 5)
    assert (found.n_required, found.n_duty, found.n_preferred) == (1, 1, 0)


def test_which_mention_is_the_strongest_follows_the_settings() -> None:
    rows = demand(("a", "Kneading", "preferred"), ("a", "Kneading", "required"))
    found = one(rows, FIVE, replace(SETTINGS, required=0.2, preferred=0.9))
    assert (found.n_preferred, found.score) == (1, pytest.approx(0.9 / 5))


def test_a_blog_adds_to_the_score_and_never_to_n() -> None:
    of = postings(("a", "One"), ("b", "Two"), ("x", "", None, "blog"))
    found = one(demand(("a", "Kneading", "required"), ("x", "Kneading", "required")), of)
    assert (found.n, found.of) == (1, 2)
    assert found.score == pytest.approx(1.3 / 2.3, abs=1e-6)


def test_one_employers_thirty_postings_are_not_thirty_voices() -> None:
    of = postings(*((f"m{i:02}", "Mill Ltd.") for i in range(30)), ("a", "One"), ("b", "Two"))
    found = one(demand(*((f"m{i:02}", "Kneading", "required") for i in range(30))), of)
    assert found.n == 30
    assert found.score == pytest.approx(3 / 5)
    assert one(demand(("m00", "Kneading", "required")), of, replace(SETTINGS, employer_cap=0)).score == round(
        1 / 32, 6
    )


def test_an_employer_is_known_under_any_spelling() -> None:
    names = ("Acme GmbH", "ACME, gmbh", "acme", "Acme Foods", "", "", "Inc", "Confidential", "confidential")
    codes = shares.employers(names)
    assert codes[0] == codes[1] == codes[2]
    assert len(set(codes.tolist())) == 7


def test_a_posting_loses_half_its_weight_in_a_half_life() -> None:
    of = postings(("a", "One", "2026-03-31"), ("b", "Two", "2026-03-01"))
    found = one(demand(("b", "Kneading", "required")), of, replace(SETTINGS, half_life_days=30))
    assert found.score == pytest.approx(0.5 / 1.5, abs=1e-6)


def test_age_counts_from_the_newest_date_unless_a_day_is_given() -> None:
    of = postings(("a", "One", "2026-03-31"), ("b", "Two", "2026-03-01"), ("c", "Three", "soon"))
    rows, settings = demand(("b", "Kneading", "required")), replace(SETTINGS, half_life_days=30)
    assert one(rows, of, settings, today="2026-03-31") == one(rows, of, settings)
    later = explain("Kneading", rows, of, skills("Kneading"), settings, today="2026-04-30")
    assert [part.recency for part in later.parts] == [0.5, 0.25, pytest.approx(0.5**1.5)]


def test_years_are_the_median_over_postings() -> None:
    rows = demand(
        ("a", "Kneading", "required", 5.0),
        ("a", "Kneading", "required", 2.0),
        ("b", "Kneading", "required", 4.0),
        ("c", "Kneading", "required"),
    )
    assert one(rows, FIVE).years == 3.0


@pytest.mark.parametrize(("n", "priority"), [(5, 1), (3, 1), (2, 2), (1, 3)])
def test_bands_follow_the_share(n: int, priority: int) -> None:
    assert one(demand(*((name, "Kneading", "duty") for name in "abcde"[:n])), FIVE).priority == priority


def test_a_band_is_provisional_when_the_interval_crosses_its_border() -> None:
    many = postings(*((str(i), f"Employer {i}") for i in range(400)))
    sure = one(demand(*((str(i), "Kneading", "duty") for i in range(300))), many)
    unsure = one(demand(*((str(i), "Kneading", "duty") for i in range(205))), many)
    assert (sure.priority, sure.provisional) == (1, False)
    assert (unsure.priority, unsure.provisional) == (1, True)


def test_a_persons_priority_stands_and_is_not_provisional() -> None:
    rows = demand(("a", "Kneading", "duty"))
    found = one(rows, FIVE, rulings=Rulings(priorities={"Kneading": 1}))
    assert (found.priority, found.provisional) == (1, False)


def test_a_rejected_skill_is_not_scored() -> None:
    rows = demand(("a", "Kneading", "duty"), ("a", "Ovens", "duty"))
    found = score(
        rows, FIVE, skills("Kneading", "Ovens"), SETTINGS, rulings=Rulings(rejected=frozenset({"Ovens"}))
    )
    assert [s.skill for s in found] == ["Kneading"]


def test_no_postings_give_an_interval_that_says_nothing() -> None:
    blogs = postings(("x", "", None, "blog"))
    found = one(demand(("x", "Kneading", "required")), blogs)
    assert (found.n, found.of, found.share, found.low, found.high, found.score) == (0, 0, 0.0, 0.0, 1.0, 1.0)
    assert score(demand(), blogs, [], SETTINGS) == []


def test_rows_in_any_order_give_the_same_scores() -> None:
    rng = random.Random(1)
    of, rows, names = a_market(rng)
    shuffled_rows = rows.take(rng.sample(range(len(rows)), len(rows)))
    shuffled_of = of.take(rng.sample(range(len(of)), len(of)))
    settings = replace(SETTINGS, half_life_days=60)
    assert score(shuffled_rows, shuffled_of, skills(*names), settings) == score(
        rows, of, skills(*names), settings
    )


def test_data_frames_are_as_welcome_as_arrow_tables() -> None:
    of, rows, names = a_market(random.Random(2))
    assert score(rows.to_pandas(), of.to_pandas(), skills(*names), SETTINGS) == score(
        rows, of, skills(*names), SETTINGS
    )


def a_market(rng: random.Random) -> tuple[pa.Table, pa.Table, list[str]]:
    """Return seeded postings with their demand and the skills that occur."""
    rows = [
        (
            f"p{i:02}",
            rng.choice(["One", "Two", "Three", ""]),
            rng.choice([None, f"2026-0{rng.randint(1, 9)}-11"]),
            rng.choice(["posting", "posting", "blog", "profile"]),
        )
        for i in range(rng.randint(2, 25))
    ]
    names = ["Kneading", "Ovens", "Rye", "Sales"]
    said = [
        (row[0], name, rng.choice(STRENGTH_ORDER))
        for row in rows
        for name in names
        for _ in range(rng.choice([0, 0, 1, 3]))
    ] or [(rows[0][0], "Rye", "duty")]
    return postings(*rows), demand(*said), names


@given(st.randoms(use_true_random=False))
def test_columns_give_what_a_loop_over_postings_gives(rng: random.Random) -> None:
    of, rows, names = a_market(rng)
    settings = replace(SETTINGS, half_life_days=45.0, employer_cap=2.0)
    for found in score(rows, of, skills(*names), settings):
        told = explain(found.skill, rows, of, skills(*names), settings)
        assert told.score == found
        demanding = [part for part in told.parts if part.strength]
        counted = [part for part in demanding if part.source_kind == "posting"]
        assert found.n == len(counted)
        assert found.employers == len({part.company for part in counted if part.company})
        assert found.n == found.n_required + found.n_duty + found.n_preferred
        assert sum(part.weight for part in told.parts) == pytest.approx(told.total)
        assert sum(part.adds for part in demanding) == pytest.approx(told.demanded)
        assert found.score == pytest.approx(told.demanded / told.total, abs=1e-6)
        assert 0 <= found.low <= found.share <= found.high <= 1
        by_employer = defaultdict(float)
        for part in told.parts:
            assert part.weight == pytest.approx(part.recency * part.source_weight * part.employer_share)
            by_employer[part.company or part.posting_id] += part.weight
        assert max(by_employer.values()) <= 2.0 + 1e-9


def part_of(table: DemandTable, postings: np.ndarray) -> DemandTable:
    """Return the table of some of the postings, with the weights that they have in the whole."""
    places = np.flatnonzero(postings)
    weights = shares.Weights(*(column[places] for column in vars(table.weights).values()))
    return replace(table.of_places(places.tolist()), weights=weights)


@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_tallies_of_some_employers_each_add_up_to_that_of_all(rng: random.Random, count: int) -> None:
    of, rows, _ = a_market(rng)
    years = pa.array([rng.choice([None, 1.0, 2.0, 7.5]) for _ in range(len(rows))], pa.float64())
    rows = rows.set_column(rows.schema.get_field_index("years"), "years", years)
    whole = DemandTable.of_counts(rows, of, replace(SETTINGS, half_life_days=45.0, employer_cap=2.0))
    share_of = np.array([rng.randrange(count) for _ in range(len(of))])[whole.employer]
    found = shares.together([part_of(whole, share_of == number).tally for number in range(count)])
    wanted = whole.tally
    assert (found.names, found.n.tolist()) == (wanted.names, wanted.n.tolist())
    assert found.base == replace(wanted.base, weight=pytest.approx(wanted.base.weight))
    for name in ("demanded", "strongest", "mentions", "employers", "squares", "asked", "years", "alike"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), nan_ok=True)
    assert np.stack(found.intervals(0.95)) == pytest.approx(np.stack(wanted.intervals(0.95)))


def test_explaining_what_nobody_demands_says_so() -> None:
    with pytest.raises(UsageError, match="Ovens"):
        explain("Ovens", demand(("a", "Kneading", "duty")), FIVE, skills("Kneading"), SETTINGS)


def test_the_benchmark_still_runs() -> None:
    result = benchmark.measure(postings=300, mentions=9000, seed=1)
    assert result["postings"] == 300
    assert 5 <= result["rows"] <= 10  # made-up skills meet everywhere, so that some rows are of both kinds
    assert set(result["seconds"]) == {"demand", "score", "matrix", "trend", "together"}


# --- the example of the documentation ---------------------------------------------------------

EXAMPLE_POSTINGS = postings(
    ("a1", "Acme Bakery", "2026-03-31"),
    ("a2", "ACME Bakery Ltd", "2026-03-31"),
    ("a3", "Acme Bakery", "2026-03-31"),
    ("b1", "Bright Loaf", "2026-03-01"),
    ("c1", "Calm Oven"),
    ("x1", "", None, "blog"),
)
EXAMPLE_DEMAND = demand(
    ("a1", "Kneading", "required"),
    ("a2", "Kneading", "preferred"),
    ("b1", "Kneading", "duty"),
    ("c1", "Kneading", "required"),
    ("x1", "Kneading", "duty"),
)


def test_the_example_of_the_documentation_is_what_is_computed() -> None:
    settings = replace(SETTINGS, half_life_days=30, employer_cap=2)
    told = explain("Kneading", EXAMPLE_DEMAND, EXAMPLE_POSTINGS, skills("Kneading"), settings)
    chapter = DOCS.split("## A worked example")[1].split("## ")[0]
    table = re.findall(r"^\| (\w\d) \|(.*)\|$", chapter, re.MULTILINE)
    assert len(table) == len(told.parts)
    for (name, cells), part in zip(table, told.parts, strict=True):
        _, _, recency, kind, employer, weight, strongest, adds = (cell.strip() for cell in cells.split("|"))
        numbers = (part.recency, part.source_weight, part.employer_share, part.weight, part.adds)
        assert name == part.posting_id
        assert [float(x) for x in (recency, kind, employer, weight, adds)] == [round(x, 4) for x in numbers]
        assert strongest == f"{part.strength or '-'} {part.strength_weight}"
    for sentence in (
        f"Score: {told.demanded:.4f} / {told.total:.4f} = {told.score.score:.4f}.",
        f"Share: {told.score.n} of {told.score.of}.",
        f"/ 33 = {told.alike:.4f}.",
        f"= {told.design_effect:.4f}; effective 5 / {told.design_effect:.4f} = {told.effective:.4f}; "
        f"interval {told.score.low:.4f} to {told.score.high:.4f}.",
        f"Priority {told.score.priority}, provisional",
    ):
        assert sentence in " ".join(chapter.split())


# --- how sure a share is ----------------------------------------------------------------------


def test_the_interval_is_wilsons() -> None:
    # 81 of 263 in Newcombe, Stat. Med. 17 (1998) 857, table I
    assert np.round(shares.wilson(81 / 263, 263.0, 0.95), 4).tolist() == [0.2553, 0.3662]
    assert np.round(shares.wilson(0.0, 20.0, 0.95), 4).tolist() == [0.0, 0.1611]


TRUE_SHARES = np.tile([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], 6)


def simulated(rng: np.random.Generator, n: int, alike: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the employers of n postings, few having many, and who demands what at the true shares."""
    odds = 1 / np.arange(1, max(3, int(n * 0.7)) + 1)
    employer = np.unique(rng.choice(len(odds), size=n, p=odds / odds.sum()), return_inverse=True)[1]
    own = np.repeat(TRUE_SHARES[:, None], employer.max() + 1, axis=1)
    if alike:
        own = rng.beta(own * (1 - alike) / alike, (1 - own) * (1 - alike) / alike)
    return employer, rng.random((len(TRUE_SHARES), n)) < own[:, employer]


@pytest.mark.parametrize("alike", [0.0, 0.2, 0.5])
@pytest.mark.parametrize(("n", "sets"), [(5, 150), (10, 150), (50, 150), (500, 40)])
def test_the_interval_holds_the_true_share_about_as_often_as_it_says(n: int, sets: int, alike: float) -> None:
    rng = np.random.default_rng(7)
    held = []
    for _ in range(sets):
        employer, demanded = simulated(rng, n, alike)
        of = postings(*((str(i), f"Employer {e}") for i, e in enumerate(employer)))
        bare = DemandTable.of_counts(demand(("0", "x", "duty")), of, SETTINGS)
        items = [[f"{skill:02}" for skill in np.flatnonzero(column)] for column in demanded.T]
        ledger = bare.of_items(items).tally
        low, high = ledger.intervals(0.95)
        truth = TRUE_SHARES[[int(name) for name in ledger.names]]
        _, unseen = shares.wilson(0.0, n / ledger.effect(ledger.alike_together), 0.95)
        missing = np.delete(TRUE_SHARES, [int(name) for name in ledger.names])
        inside = ((low <= truth) & (truth <= high)).sum() + (missing <= unseen).sum()
        held.append(inside / len(TRUE_SHARES))
    assert 0.92 <= np.mean(held) <= 0.99


def test_alike_postings_of_one_employer_widen_the_interval() -> None:
    apart = postings(*((str(i), f"Employer {i}") for i in range(20)))
    together = postings(*((str(i), f"Employer {i // 5}") for i in range(20)))
    rows = demand(*((str(i), "Kneading", "duty") for i in range(10)))
    wide, narrow = one(rows, together), one(rows, apart)
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)
    told = explain("Kneading", rows, apart, skills("Kneading"), SETTINGS)
    assert (told.design_effect, told.effective) == (1.0, 20.0)
