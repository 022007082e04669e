"""What a trend promises: it finds a real move, calls chance chance, and says what else may have moved."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from pipeline import trend
from pipeline.errors import UsageError
from pipeline.records import Rulings, Skill, Trend
from pipeline.score import score
from pipeline.settings import ScoreSettings, TrendSettings
from pipeline.shares import STRENGTH_ORDER, DemandTable
from pipeline.trend import Side, compare, windows

WEIGHTS, SETTINGS = ScoreSettings(), TrendSettings()
DOCS = " ".join((Path(__file__).parent.parent / "docs" / "scoring.md").read_text(encoding="utf-8").split())


def side(
    name: str,
    demanded: Sequence[Sequence[str]],
    employers: Sequence[object] | None = None,
    titles: Sequence[str] | None = None,
    **known: Any,
) -> Side:
    """Return a side whose postings demand these skills; each is from another employer unless told."""
    ids = [f"{name}{i:04}" for i in range(len(demanded))]
    said = [(ids[i], skill) for i, skills in enumerate(demanded) for skill in skills]
    count = len(said)
    rows = pa.table(
        {
            "posting_id": pa.array([posting for posting, _ in said], pa.string()),
            "skill": pa.array([skill for _, skill in said], pa.string()),
            **{s: pa.array([int(s == "required")] * count, pa.int64()) for s in STRENGTH_ORDER},
            "years": pa.array([None] * count, pa.float64()),
        }
    )
    of = pa.table(
        {
            "id": ids,
            "company": [f"Employer {e}" for e in (employers if employers is not None else ids)],
            "title": list(titles or ["Baker"] * len(ids)),
            "date": pa.array([None] * len(ids), pa.string()),
            "source_kind": ["posting"] * len(ids),
        }
    )
    skills = [Skill(s, "specific", "vocabulary", "baking") for s in sorted({s for _, s in said})]
    table = DemandTable.of_counts(rows, of, WEIGHTS)
    return Side(name, table, score(table, skills), **known)


def demanding(skill: str, n: int, of: int) -> list[list[str]]:
    return [[skill] if i < n else [] for i in range(of)]


def moved(found: Trend) -> dict[str, str]:
    return {s.skill: s.verdict for s in found.shifts if s.verdict not in ("steady", "too few to tell")}


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (20, 60, "rose"),
        (60, 20, "fell"),
        (0, 30, "entered"),
        (30, 0, "left"),
        (50, 54, "steady"),
    ],
)
def test_a_move_of_many_postings_is_told(before: int, after: int, verdict: str) -> None:
    found = compare(
        side("a", demanding("Rye", before, 400)), side("b", demanding("Rye", after, 400)), WEIGHTS, SETTINGS
    )
    shift = found.shifts[0]
    assert shift.verdict == verdict
    assert (shift.before_n, shift.before_of, shift.after_n, shift.after_of) == (before, 400, after, 400)
    assert shift.low <= shift.change <= shift.high
    assert shift.change == pytest.approx((after - before) / 400)


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0), (3, 5), (4, 4)])
def test_few_postings_are_too_few_to_tell(before: int, after: int) -> None:
    found = compare(
        side("a", [*demanding("Rye", before, 8), ["Ovens"]]),
        side("b", [*demanding("Rye", after, 8), ["Ovens"]]),
        WEIGHTS,
        SETTINGS,
    )
    assert {s.verdict for s in found.shifts} == {"too few to tell"}
    assert any("Too few postings" in warning for warning in found.warnings)


def test_bands_are_shown_on_both_sides() -> None:
    found = compare(
        side("a", demanding("Rye", 10, 100)), side("b", demanding("Rye", 60, 100)), WEIGHTS, SETTINGS
    )
    assert (found.shifts[0].before_priority, found.shifts[0].after_priority) == (3, 1)


def test_one_employers_thirty_postings_are_no_trend() -> None:
    alone = [[] for _ in range(100)]
    mill = side("b", alone + [["Rye"]] * 30, [*range(100), *["Mill"] * 30])
    many = side("b", alone + [["Rye"]] * 30)
    before = side("a", [["Ovens"]] * 10 + [[]] * 120, [*range(100), *["Mill"] * 30])
    assert moved(compare(before, many, WEIGHTS, SETTINGS))["Rye"] == "entered"
    assert "Rye" not in moved(compare(before, mill, WEIGHTS, SETTINGS))


def test_a_renamed_skill_did_not_leave() -> None:
    before, after = side("a", demanding("Rye bread", 40, 100)), side("b", demanding("Rye", 40, 100))
    assert moved(compare(before, after, WEIGHTS, SETTINGS)) == {"Rye bread": "left", "Rye": "entered"}
    ruled = compare(before, after, WEIGHTS, SETTINGS, Rulings(names={"Rye bread": "Rye"}))
    assert [(s.skill, s.before_n, s.after_n, s.verdict) for s in ruled.shifts] == [("Rye", 40, 40, "steady")]


def test_a_rejected_skill_is_not_compared() -> None:
    before, after = side("a", demanding("Rye", 40, 100)), side("b", demanding("Ovens", 40, 100))
    found = compare(before, after, WEIGHTS, SETTINGS, Rulings(rejected=frozenset({"Rye"})))
    assert [s.skill for s in found.shifts] == ["Ovens"]


# --- the formulas -----------------------------------------------------------------------------


def sample(n: float, of: int) -> trend._Sample:
    return trend._Sample(np.array([float(n)]), of, np.array([float(of)]))


def test_the_interval_of_the_change_is_newcombes() -> None:
    # 56/70 against 48/80 in Newcombe, Stat. Med. 17 (1998) 873, table II, method 10
    change, low, high = trend.newcombe(sample(48, 80), sample(56, 70), 0.95)
    assert np.round([change[0], low[0], high[0]], 4).tolist() == [0.2, 0.0524, 0.3339]


@pytest.mark.parametrize("table", [(4, 10, 11, 12), (0, 5, 5, 5), (3, 30, 17, 40), (7, 9, 7, 9)])
def test_the_test_is_fishers_with_half_of_what_was_seen(table: tuple[int, int, int, int]) -> None:
    n_before, of_before, n_after, of_after = table
    p_value, _ = trend.p_values(sample(n_before, of_before), sample(n_after, of_after), 1.0)
    cells = [[n_before, of_before - n_before], [n_after, of_after - n_after]]
    seen = stats.hypergeom.pmf(n_before, of_before + of_after, n_before + n_after, of_before)
    tails = [stats.fisher_exact(cells, side).pvalue - seen / 2 for side in ("less", "greater")]
    assert p_value[0] == pytest.approx(min(1.0, 2 * min(tails)))


def test_the_correction_is_benjamini_and_hochbergs() -> None:
    p_values = np.random.default_rng(3).random(200) ** 3
    expected = stats.false_discovery_control(p_values)
    assert trend.benjamini_hochberg(p_values) == pytest.approx(expected)


def test_skills_that_could_show_nothing_cost_the_others_nothing() -> None:
    rare = [[f"Rare {i}"] for i in range(300)]
    sides = [side(name, demanding("Rye", n, 100) + rare) for name, n in (("a", 20), ("b", 45))]
    alone = [side(name, demanding("Rye", n, 100) + [[]] * 300) for name, n in (("a", 20), ("b", 45))]
    first, second = (compare(*pair, WEIGHTS, SETTINGS).shifts[0] for pair in (sides, alone))
    assert first == second


def test_the_example_of_the_documentation_is_what_is_computed() -> None:
    before, after = sample(4, 10), sample(11, 12)
    change, low, high = trend.newcombe(before, after, 0.95)
    p_value, _ = trend.p_values(before, after, 1.0)
    corrected = trend.benjamini_hochberg(np.array([0.01, 0.02, 0.03, 0.5]))
    assert f"Change {change[0]:.4f}, interval {low[0]:.4f} to {high[0]:.4f}" in DOCS
    assert f"p = 2 × (120 + 2520 / 2) / 170,544 = {p_value[0]:.4f}." in DOCS
    assert "0.03 and 0.50: " + ", ".join(f"{p:.2f}" for p in corrected) in DOCS


# --- chance is called chance ------------------------------------------------------------------


def market(
    rng: np.random.Generator, shares: np.ndarray, n: int, alike: float
) -> tuple[np.ndarray, list[list[str]]]:
    """Return employers of n postings, few having many, and the skills that each posting demands."""
    odds = 1 / np.arange(1, int(n * 0.7)) ** 0.6
    employer = np.unique(rng.choice(len(odds), size=n, p=odds / odds.sum()), return_inverse=True)[1]
    own = np.repeat(shares[:, None], employer.max() + 1, axis=1)
    own = rng.beta(own * (1 - alike) / alike, (1 - own) * (1 - alike) / alike)
    demanded = rng.random((len(shares), n)) < own[:, employer]
    return employer, [[f"Skill {s:03}" for s in np.flatnonzero(column)] for column in demanded.T]


def true_shares(rng: np.random.Generator, skills: int = 150) -> np.ndarray:
    return np.clip(rng.beta(0.4, 2.0, size=skills), 0.002, 0.98)


def test_two_random_halves_of_one_set_show_no_move() -> None:
    rng = np.random.default_rng(11)
    runs = 0
    for _ in range(200):
        employer, demanded = market(rng, true_shares(rng), 160, 0.2)
        order = rng.permutation(160)
        halves = [
            side(name, [demanded[i] for i in half], employer[half])
            for name, half in (("a", order[:80]), ("b", order[80:]))
        ]
        found = compare(*halves, WEIGHTS, SETTINGS)
        runs += bool(moved(found)) or any("mix of roles" in w for w in found.warnings)
    assert runs <= 10


@pytest.mark.parametrize(("n", "alike"), [(40, 0.1), (200, 0.3), (200, 0.6)])
def test_other_employers_of_the_same_market_seldom_show_a_move(n: int, alike: float) -> None:
    runs = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        shares = true_shares(rng)
        sides = []
        for name in "ab":
            employer, demanded = market(rng, shares, n, alike)
            sides.append(side(name, demanded, employer))
        runs += bool(moved(compare(*sides, WEIGHTS, SETTINGS)))
    # nominal are 3 of 60; more than 7 would come up once in 60 such tests
    assert runs <= 7


def test_a_real_move_among_many_steady_skills_is_found() -> None:
    rng = np.random.default_rng(5)
    shares = true_shares(rng)
    sides = []
    for name, share in (("a", 0.15), ("b", 0.45)):
        employer, demanded = market(rng, np.append(shares, share), 300, 0.1)
        sides.append(side(name, demanded, employer))
    assert moved(compare(*sides, WEIGHTS, SETTINGS)) == {"Skill 150": "rose"}


# --- what to beware of ------------------------------------------------------------------------


def warnings(before: Side, after: Side) -> str:
    return " ".join(compare(before, after, WEIGHTS, SETTINGS).warnings)


def test_another_mix_of_roles_is_pointed_out() -> None:
    rye = demanding("Rye", 30, 100)
    before = side("a", rye, titles=["Senior Baker"] * 60 + ["Baker"] * 40)
    after = side("b", rye, titles=["Senior Baker"] * 10 + ["Baker"] * 90)
    assert "'senior' in 60% of titles before, 10% after" in warnings(before, after)
    assert "baker" not in warnings(before, after)


def test_no_warning_without_a_reason() -> None:
    rye = demanding("Rye", 60, 200)
    assert warnings(side("a", rye), side("b", rye)) == ""


def test_postings_in_both_sets_are_counted_and_move_nothing() -> None:
    rye = side("a", demanding("Rye", 60, 200))
    assert "200 postings are in both sets" in warnings(rye, replace(rye, name="b"))
    assert moved(compare(rye, rye, WEIGHTS, SETTINGS)) == {}


def with_common(before: Side, after: Side) -> Side:
    """Return the second side with all postings of the first besides its own."""
    ids = (*before.table.ids, *after.table.ids)
    said: dict[str, list[str]] = {name: [] for name in ids}
    for table in (before.table, after.table):
        for item, posting in zip(table.item, table.posting, strict=True):
            said[table.ids[posting]].append(table.names[item])
    companies = [c for side in (before, after) for c in side.table.facts["company"]]
    both = side("both", list(said.values()), [c.removeprefix("Employer ") for c in companies])
    facts = {**both.table.facts, "id": ids}
    return replace(both, table=replace(both.table, facts=facts))


def test_what_came_is_tested_against_what_was() -> None:
    before = side("a", demanding("Rye", 10, 100))
    grown = with_common(before, side("b", demanding("Rye", 18, 25)))
    found = compare(before, grown, WEIGHTS, SETTINGS)
    assert (found.shifts[0].before_n, found.shifts[0].after_n, found.shifts[0].after_of) == (10, 28, 125)
    assert moved(found) == {"Rye": "rose"}
    assert moved(compare(grown, before, WEIGHTS, SETTINGS)) == {"Rye": "fell"}
    same = with_common(before, side("b", demanding("Rye", 3, 25)))
    assert moved(compare(before, same, WEIGHTS, SETTINGS)) == {}


def test_other_settings_and_versions_are_named() -> None:
    rye = demanding("Rye", 60, 200)
    before = side("a", rye, settings_digest="x", versions=(("engine", "local 1"), ("vocabulary", "v1")))
    after = side("b", rye, settings_digest="y", versions=(("engine", "local 1"), ("vocabulary", "v2")))
    assert "settings differ" in warnings(before, after)
    assert "The vocabulary differs" in warnings(before, after)
    assert "engine" not in warnings(before, after)


def test_an_empty_side_is_no_trend() -> None:
    found = compare(side("a", []), side("b", demanding("Rye", 5, 10)), WEIGHTS, SETTINGS)
    assert (found.before_postings, moved(found)) == (0, {})
    assert "one of the two sets has none" in " ".join(found.warnings)


# --- real postings ----------------------------------------------------------------------------

DATA = Path(os.environ.get("SKILLMATRIX_EVAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not (DATA / "data-postings-2019-01").is_dir(), reason="no evaluation data: set SKILLMATRIX_EVAL_DATA"
)


@cache
def scanned(name: str) -> tuple[list[list[str]], list[str], list[str]]:
    """Return what each English posting of a set names of the vocabulary, its employer and its title."""
    from pipeline import vocabulary
    from pipeline.extract.scan import Scanner

    scanner = Scanner(vocabulary.load())
    with gzip.open(DATA / name / "postings.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("lang") == "en"]
    demanded = [sorted({span.skill for span in scanner.spans(row["description"])}) for row in rows]
    return demanded, [row["company"] or row["id"] for row in rows], [row["title"] or "" for row in rows]


@needs_data
@pytest.mark.accuracy
def test_two_random_halves_of_real_postings_show_no_move() -> None:
    whole = side("all", *scanned("data-postings-2025-09"))
    ids = np.array(whole.table.ids)
    rng = np.random.default_rng(1)
    runs = 0
    for _ in range(200):
        order = rng.permutation(ids)
        halves = [
            Side(name, whole.table.of_postings(part), whole.scores)
            for name, part in (("a", order[::2].tolist()), ("b", order[1::2].tolist()))
        ]
        runs += bool(moved(compare(*halves, WEIGHTS, SETTINGS)))
    assert runs <= 10


@needs_data
@pytest.mark.accuracy
def test_hadoop_fell_and_language_models_came_between_2019_and_2025() -> None:
    before, after = (
        side(name, *scanned(f"data-postings-{name}"), versions=()) for name in ("2019-01", "2025-09")
    )
    found = moved(compare(before, after, WEIGHTS, SETTINGS))
    assert found["Hadoop"] == "fell"
    assert found["Large language models"] in ("entered", "rose")
    assert "mix of roles differs" in warnings(before, after)


# --- windows of time --------------------------------------------------------------------------


def dated(*dates: str | None) -> DemandTable:
    table = side("p", [["Rye"]] * len(dates)).table
    return replace(table, facts={"id": tuple(f"p{i}" for i in range(len(dates))), "date": dates})


def test_windows_end_on_the_newest_date() -> None:
    found = windows(dated("2026-03-31", "2026-01-01", "2025-12-31", None, "2026-03-02"), "90d")
    assert [(w.name, w.ids) for w in found] == [
        ("2025-10-03 to 2025-12-31", ("p2",)),
        ("2026-01-01 to 2026-03-31", ("p0", "p1", "p4")),
    ]


@pytest.mark.parametrize("length", ["", "soon", "0d", "-3d", "90"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with pytest.raises(UsageError):
        windows(dated("2026-03-31", "2025-01-01"), length)


@pytest.mark.parametrize("dates", [(None, None), ("2026-03-31", "2026-03-30")])
def test_fewer_than_two_windows_are_refused(dates: tuple[str | None, ...]) -> None:
    with pytest.raises(UsageError):
        windows(dated(*dates), "3m")


def test_a_window_takes_its_postings_and_their_demand_along() -> None:
    part = side("p", demanding("Rye", 2, 4)).table.of_postings(("p0001", "p0003"))
    assert part.ids == ("p0001", "p0003")
    assert (part.names, [part.ids[at] for at in part.posting]) == (("Rye",), ["p0001"])


# --- windows of the calendar, many steps ------------------------------------------------------


def test_windows_of_the_calendar_have_its_names() -> None:
    dates = ["2019-12-31", "2020-01-01", "2020-05-02", "2020-12-31", "2026-02-28"]
    table = dated(*dates)
    assert [(w.name, w.start, w.end, len(w.ids)) for w in windows(table, "year")] == [
        ("2019", "2019-01-01", "2019-12-31", 1),
        ("2020", "2020-01-01", "2020-12-31", 3),
        ("2026", "2026-01-01", "2026-12-31", 1),
    ]
    quarters = ["2019-q4", "2020-q1", "2020-q2", "2020-q4", "2026-q1"]
    assert [w.name for w in windows(table, "quarter")] == quarters
    assert windows(table, "month")[-1].end == "2026-02-28"


def test_many_steps_share_one_share_of_alarms() -> None:
    assert trend.strict(SETTINGS, 4).false_discovery == pytest.approx(SETTINGS.false_discovery / 4)
    assert trend.strict(SETTINGS, 0) == SETTINGS


def test_entry_requirements_move_by_the_same_test() -> None:
    rye = demanding("Rye", 60, 200)
    before, after = (side(name, rye) for name in "ab")
    asked = [
        {i: ("degree",) if at < n else () for at, i in enumerate(each.table.ids)}
        for each, n in ((before, 40), (after, 120))
    ]
    found = compare(replace(before, asked=asked[0]), replace(after, asked=asked[1]), WEIGHTS, SETTINGS)
    assert [(s.skill, s.before_n, s.after_n, s.verdict) for s in found.requirements] == [
        ("degree", 40, 120, "rose")
    ]
    assert compare(before, after, WEIGHTS, SETTINGS).requirements == ()
