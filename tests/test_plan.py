"""A plan's arithmetic is recomputed here by other means: brute force, an integer programme, plain sums."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline import plan as planning
from pipeline.plan import Calendar, Given, core, effort, fit, levels, order, verdicts
from pipeline.plan import ratings as rated
from pipeline.records import (
    Comparison,
    MatrixDraft,
    MatrixRow,
    Mention,
    PlanRow,
    Posting,
    Rating,
    SkillCount,
    SkillScore,
    Target,
    ThemeEntry,
    Vocabulary,
)
from pipeline.settings import PlanSettings

SETTINGS = PlanSettings()
HOURS = (10.0, 25.0, 50.0, 90.0, 160.0)


def row(number: int, current: int, target: int, share: float, factor: float, **more: object) -> PlanRow:
    known: dict[str, object] = {
        "number": number,
        "theme": f"t{number}",
        "themes": (f"t{number}",),
        "title": f"Row {number}",
        "kind": "specific",
        "priority": 1,
        "n": round(100 * share),
        "of": 100,
        "n_required": round(100 * share),
        "n_duty": 0,
        "mandatory": True,
        "skills": (),
        "current": current,
        "target": target,
        "goal": max(current, target),
        "proposed": target,
        "ease": 3,
        "ease_factor": factor,
        "kind_factor": 1.0,
        "known_factor": 1.0,
        "factor": factor,
        "steps": tuple(hours * factor for hours in HOURS),
        **more,
    }
    return PlanRow(**known)  # type: ignore[arg-type]


@st.composite
def plan_rows(draw: st.DrawFn, most: int = 5, linked: bool = True) -> list[PlanRow]:
    found = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        bases = draw(st.sets(st.integers(1, number - 1))) if linked and number > 1 else set()
        found.append(
            row(
                number,
                draw(st.integers(0, 5)),
                draw(st.integers(0, 5)),
                draw(st.integers(0, 100)) / 100,
                draw(st.integers(300, 1800)) / 1000,
                mandatory=draw(st.booleans()),
                builds_on=tuple(f"t{base}" for base in sorted(bases)),
            )
        )
    return found


# --- gap, hours, horizon --------------------------------------------------------------------------


@given(plan_rows())
@settings(deadline=None)
def test_gap_and_hours_are_the_steps_between_current_and_target(rows: list[PlanRow]) -> None:
    for found in rows:
        climbed = [level for level in range(5) if found.current <= level < found.target]
        assert found.gap == len(climbed)
        assert found.hours == pytest.approx(sum(HOURS[level] for level in climbed) * found.factor)


@given(plan_rows(4), st.floats(0, 700))
@settings(deadline=None)
def test_no_other_choice_gives_up_less_than_the_cut(rows: list[PlanRow], budget: float) -> None:
    found = dict(fit.cuts(rows, budget))
    if sum(r.hours for r in rows) <= budget:
        assert found == {}
        return
    best = _brute_force(rows, budget)
    for name, order_ in (("fewest", (0, 1)), ("demand", (1, 0))):
        cut = found[name]
        measures = (len(cut.levels), cut.lost)
        assert tuple(measures[i] for i in order_) == min(tuple(way[i] for i in order_) for way in best)
        assert cut.hours <= budget + 0.01
        goals = {r.theme: dict(cut.levels).get(r.theme, max(r.current, r.target)) for r in rows}
        assert cut.hours == pytest.approx(sum(sum(r.steps[r.current : goals[r.theme]]) for r in rows))


def _brute_force(rows: list[PlanRow], budget: float) -> list[tuple[int, int]]:
    choices = [range(r.current, max(r.current, r.target) + 1) for r in rows]
    found = []
    for goals in itertools.product(*choices):
        level = {r.theme: goal for r, goal in zip(rows, goals, strict=True)}
        hours = sum(round(1000 * sum(r.steps[r.current : g])) for r, g in zip(rows, goals, strict=True))
        begun = [r for r, goal in zip(rows, goals, strict=True) if goal > r.current]
        if hours > 1000 * budget + 1e-3 or any(level[b] == 0 for r in begun for b in r.builds_on):
            continue
        tops = [max(r.current, r.target) for r in rows]
        lost = sum((t - g) * round(100 * r.share) for r, g, t in zip(rows, goals, tops, strict=True))
        found.append((sum(g < t for g, t in zip(goals, tops, strict=True)), lost))
    return found


@given(plan_rows(9, linked=False), st.floats(0, 900))
@settings(max_examples=60, deadline=None)
def test_an_integer_programme_finds_the_same_fewest_rows(rows: list[PlanRow], budget: float) -> None:
    found = dict(fit.cuts(rows, budget))
    if not found:
        return
    wanted = [r for r in rows if r.gap]
    cost, hours, groups = [], [], []
    for i, r in enumerate(wanted):
        for level in range(r.current, r.target + 1):
            cost.append(float(level < r.target))
            hours.append(sum(r.steps[r.current : level]))
            groups.append(i)
    one_each = np.array([[float(g == i) for g in groups] for i in range(len(wanted))])
    answer = milp(
        cost,
        constraints=[
            LinearConstraint(one_each, 1, 1),
            LinearConstraint(np.array([hours]), ub=budget + 1e-6),
        ],
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    assert len(found["fewest"].levels) == round(answer.fun)


# --- order and weeks --------------------------------------------------------------------------------


@given(plan_rows(8), st.floats(1, 40))
@settings(deadline=None)
def test_every_row_is_learned_after_what_it_builds_on(rows: list[PlanRow], weekly: float) -> None:
    blocks = order.blocks(order.generations(rows), weekly)
    done: dict[str, int] = {}
    by_theme = {r.theme: r for r in rows}
    for block in blocks:
        mine = by_theme[block.theme]
        assert block.level == done.get(block.theme, mine.current) + 1
        for base in mine.builds_on:
            assert done.get(base, by_theme[base].current) >= by_theme[base].goal
        done[block.theme] = block.level
    assert {r.theme: r.goal for r in rows if r.goal > r.current} == done


@given(plan_rows(8), st.floats(1, 40))
@settings(deadline=None)
def test_blocks_and_phases_hold_every_planned_hour_once(rows: list[PlanRow], weekly: float) -> None:
    groups = order.generations(rows)
    blocks = order.blocks(groups, weekly)
    phases = order.phases(groups, blocks, 13 * weekly)
    total = sum(r.planned_hours for r in rows)
    assert sum(b.hours for b in blocks) == pytest.approx(total)
    assert sum(p.hours for p in phases) == pytest.approx(total)
    assert [b for p in phases for b in p.blocks] == list(blocks)
    if blocks:
        assert blocks[-1].last_week == pytest.approx(total / weekly, abs=1.0001)
        assert all(b.first_week <= b.last_week for b in blocks)


def test_a_circle_of_prerequisites_still_has_an_order() -> None:
    circle = [row(1, 0, 1, 0.5, 1.0, builds_on=("t3",)), row(2, 0, 1, 0.9, 1.0, builds_on=("t1",))]
    circle.append(row(3, 0, 1, 0.4, 1.0, builds_on=("t2",)))
    assert [r.theme for r in order.ordered(circle)] == ["t2", "t3", "t1"]


# --- verdicts and the 20 % --------------------------------------------------------------------------


@given(plan_rows(8))
@settings(deadline=None)
def test_readiness_and_promotion_follow_their_rules(rows: list[PlanRow]) -> None:
    now, _, promoted, _ = verdicts.verdicts(rows, SETTINGS)
    must = [r.current for r in rows if r.mandatory]
    rest = sorted((r.current for r in rows if not r.mandatory), reverse=True)[:3]
    assert now.holds == (all(level >= 4 for level in must) and all(level >= 3 for level in rest))
    most = 2 * sum(level >= 4 for level in must) > len(must)
    assert promoted.holds == (most and must.count(5) >= 2)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=7), st.floats(0.05, 1.0))
@settings(deadline=None)
def test_no_fewer_skills_reach_the_share(mentions: list[int], share: float) -> None:
    counts = [SkillCount(f"s{i}", m, m) for i, m in enumerate(mentions)]
    main, tail = core.split(counts, share)
    assert sorted(c.skill for c in (*main, *tail)) == sorted(c.skill for c in counts)
    wanted = share * sum(mentions) - 1e-9
    assert sum(c.mentions for c in main) >= wanted
    sizes = [
        len(some)
        for size in range(len(counts) + 1)
        for some in itertools.combinations(counts, size)
        if sum(c.mentions for c in some) >= wanted
    ]
    assert len(main) == min(sizes)


# --- levels and effort ------------------------------------------------------------------------------


def posting(text: str, title: str = "Engineer", number: int = 1) -> Posting:
    return Posting(f"p{number}", f"https://jobs.example/{number}", text, title=title, company="Acme")


@pytest.mark.parametrize(
    ("title", "strength", "depth", "years", "level"),
    [
        ("Engineer", "required", "Deep understanding of", None, 4),
        ("Engineer", "required", "Working knowledge of", None, 2),
        ("Engineer", "required", "Basic", None, 1),
        ("Engineer", "required", "experience with", 3.0, 3),
        ("Engineer", "required", "Basic", 6.0, 4),
        ("Engineer", "required", "Experience with", None, 3),
        ("Senior Engineer", "required", None, None, 4),
        ("Junior Engineer", "duty", None, None, 2),
        ("Senior Engineer", "preferred", None, None, 2),
    ],
)
def test_a_level_is_told_from_depth_years_and_seniority(
    title: str, strength: str, depth: str | None, years: float | None, level: int
) -> None:
    source = posting("You know Python well.", title)
    mention = Mention.at(source, 9, 15, skill="Python", strength=strength, depth=depth, years=years)
    cue = levels.asked(source, mention)
    assert cue.level == level
    assert source.text[cue.evidence.start : cue.evidence.end] == cue.evidence.quote == "Python"


@given(st.lists(st.integers(1, 5), min_size=1))
@settings(deadline=None)
def test_the_proposed_level_contents_half_of_the_postings_and_none_lower_does(asked: list[int]) -> None:
    source = posting("Python")
    cues = [levels.Cue(level, "", levels.Evidence.of(source, Mention.at(source, 0, 6))) for level in asked]
    found = levels.proposed(cues)
    assert 2 * sum(level <= found for level in asked) >= len(asked)
    assert 2 * sum(level <= found - 1 for level in asked) < len(asked)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(0, 9), st.integers(0, 5))))
@settings(deadline=None)
def test_knowing_more_never_makes_it_longer(known: Mapping[str, tuple[int, int]]) -> None:
    together = [(theme, n) for theme, (n, _) in known.items()]
    current = {theme: level for theme, (_, level) in known.items()}
    before = effort.known_factor(together, current, SETTINGS)
    after = effort.known_factor(together, {t: min(5, level + 1) for t, level in current.items()}, SETTINGS)
    assert 1 - SETTINGS.known <= after <= before <= 1


def test_one_known_tool_does_not_make_a_row_known() -> None:
    skills = [("Docker", "containers", 3), ("Kubernetes", "containers", 2)]
    known = {"Docker": Rating("2026-01-01", "", "Docker", 4)}
    assert rated.level_of("row", skills, known)[0] == 2  # (4 × 3 + 0 × 2) / 5 = 2.4
    assert rated.level_of("row", skills, {"row": Rating("2026-01-01", "", "row", 1), **known})[0] == 1


def test_the_later_rating_of_a_day_counts() -> None:
    first, second = Rating("2026-01-01", "", "x", 4), Rating("2026-01-01", "", "x", 2)
    assert rated.latest([first, second])["x"].level == 2
    assert rated.latest([first, Rating("2026-02-01", "", "x", 5)], "2026-01-31")["x"].level == 4


# --- a whole plan -----------------------------------------------------------------------------------


def example(ratings: list[Rating] | None = None) -> Given:
    """Three postings, two rows: the example that docs/plan.md works out by hand."""
    texts = (
        ("Engineer", "Strong SQL needed. Python needed. You will talk to people."),
        ("Engineer", "SQL needed, 3 years of it. Python needed."),
        ("Junior Engineer", "SQL is welcome. You will talk to people."),
    )
    postings = [posting(text, title, i) for i, (title, text) in enumerate(texts, 1)]
    told = (
        (0, "SQL", {"strength": "required", "depth": "Strong"}),
        (0, "Python", {"strength": "required"}),
        (0, "talk to people", {"strength": "duty"}),
        (1, "SQL", {"strength": "required", "years": 3.0}),
        (1, "Python", {"strength": "required"}),
        (2, "SQL", {"strength": "preferred"}),
        (2, "talk to people", {"strength": "duty"}),
    )
    mentions = []
    for i, words, known in told:
        at = postings[i].text.index(words)
        skill = "Talking" if words.startswith("talk") else words
        mentions.append(Mention.at(postings[i], at, at + len(words), skill=skill, **known))
    themes = {"SQL": "sql", "Python": "python", "Talking": "talking"}
    scores = [SkillScore(skill, "specific", theme, 2, 3, 0.2, 0.9, 0.6, 1) for skill, theme in themes.items()]
    rows = (
        _matrix_row("general", "Talking with people", "talking", "Talking", 2),
        _matrix_row("specific", "Querying with SQL", "sql", "SQL", 3),
        _matrix_row("specific", "Programming in Python", "python", "Python", 2),
    )
    draft = MatrixDraft(
        Target("Engineer", horizon_weeks=20, hours_per_week=8.0), rows, 3, 3, 0, 0, 0, "local"
    )
    vocabulary = Vocabulary(
        {},
        {
            "sql": ThemeEntry("sql", "SQL", "specific", "r", 4, (), ("a query",), ("try",), ("why?",)),
            "python": ThemeEntry("python", "Python", "specific", "r", 3, ("sql",)),
            "talking": ThemeEntry("talking", "Talking", "general", "r", 3),
        },
    )
    return Given(draft, scores, postings, mentions, vocabulary, ratings or [])


def _matrix_row(kind: str, title: str, theme: str, skill: str, n: int) -> MatrixRow:
    return MatrixRow(kind, title, theme, (skill,), n, 3, 0.2, 0.9, n / 3, 1, False, "r")  # type: ignore[arg-type]


def test_the_example_of_the_documentation_comes_out_as_worked_by_hand() -> None:
    """Every number here stands in docs/plan.md with its arithmetic."""
    plan = planning.build(example([Rating("2026-01-01", "engineer", "sql", 2)]), SETTINGS)
    talking, sql, python = plan.rows
    assert [(r.current, r.target, r.gap) for r in plan.rows] == [(0, 2, 2), (2, 3, 1), (0, 3, 3)]
    assert [r.factor for r in plan.rows] == [0.953, 0.8, 0.867]
    assert [round(r.hours, 2) for r in plan.rows] == [33.35, 40.0, 73.69]
    assert round(plan.hours, 2) == 147.05
    assert plan.budget == 160
    assert plan.fits
    assert round(plan.weeks, 1) == 18.4
    assert [r.mandatory for r in plan.rows] == [False, True, True]
    assert python.builds_on == ("sql",)
    assert (talking.asked_with, sql.asked_with) == (
        (("sql", 2), ("python", 1)),
        (("python", 2), ("talking", 2)),
    )
    assert [(b.theme, b.level, b.first_week, b.last_week) for b in plan.blocks] == [
        ("talking", 1, 1, 2),
        ("talking", 2, 2, 5),
        ("sql", 3, 5, 10),
        ("python", 1, 10, 11),
        ("python", 2, 11, 13),
        ("python", 3, 13, 19),
    ]
    assert [v.holds for v in plan.readiness] == [False, False, False, False]


def test_with_half_the_weeks_the_example_gives_way_as_worked_by_hand() -> None:
    basis = example([Rating("2026-01-01", "engineer", "sql", 2)])
    target = replace(basis.draft.target, horizon_weeks=10)  # 80 hours
    plan = planning.build(replace(basis, draft=replace(basis.draft, target=target)), SETTINGS)
    assert not plan.fits
    fewest, demand = (cut for _, cut in plan.cuts)
    assert (fewest.levels, fewest.lost) == ((("python", 0),), 201)
    assert fewest.hours == pytest.approx(73.355)
    assert (demand.levels, demand.lost) == ((("talking", 1), ("python", 2)), 134)
    assert demand.hours == pytest.approx(79.875)
    assert plan.cut == fewest


def test_progress_counts_only_steps_that_ratings_confirm() -> None:
    ratings = [Rating("2026-01-01", "engineer", "sql", 2), Rating("2026-03-02", "engineer", "sql", 3)]
    plan = planning.build(example(ratings), SETTINGS, Calendar("2026-01-05", "2026-03-16"))
    found = plan.progress
    assert found is not None
    assert round(found.confirmed, 2) == 40.0
    assert found.planned == 80.0
    assert found.pace == pytest.approx(4.0)
    state = {(m.theme, m.level): (m.planned, m.reached) for m in found.milestones}
    assert state["sql", 3] == ("2026-03-15", "2026-03-02")
    assert state["talking", 1] == ("2026-01-18", "")
    assert plan.budget == 80.0


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["sql", "python", "talking"]), st.integers(0, 5)))
)
@settings(max_examples=40, deadline=None)
def test_a_plan_of_any_ratings_keeps_its_sums(told: list[tuple[int, str, int]]) -> None:
    first = date(2026, 1, 5)
    ratings = [
        Rating((first + timedelta(days=days)).isoformat(), "engineer", theme, level)
        for days, theme, level in sorted(told)
    ]
    plan = planning.build(example(ratings), SETTINGS, Calendar("2026-01-05", "2026-10-05"))
    assert plan.hours == pytest.approx(sum(r.hours for r in plan.rows))
    assert sum(b.hours for b in plan.blocks) <= plan.budget + 0.01 or plan.fits
    assert plan.progress is not None
    assert 0 <= plan.progress.confirmed <= plan.progress.total + 1e-6
    assert len(plan.days) == max((b.last_week for b in plan.blocks), default=0) + 1


def test_learning_for_one_target_spares_the_other() -> None:
    left, right = example(), example()
    a, b = planning.build(left, SETTINGS), planning.build(right, SETTINGS)
    found = planning.compare([left, right], [a, b], SETTINGS)
    assert [row.rows[0].title for row in found.rows] == [row.title for row in left.draft.rows]
    assert all(row.shared and row.alike == 1.0 and row.rows[0] == row.rows[1] for row in found.rows)
    assert found.after[1][0] == 0
    assert "hours off" in planning.rationale(found)


def test_two_hundred_weeks_of_ratings_are_all_in_the_progress() -> None:
    first = date(2022, 1, 3)
    ratings = [
        Rating((first + timedelta(weeks=week)).isoformat(), "engineer", "python", week % 3)
        for week in range(200)
    ]
    plan = planning.build(example(ratings), SETTINGS, Calendar("2022-01-03", ratings[-1].when))
    assert plan.progress is not None
    assert len(plan.progress.lines) == 201


def test_a_factor_is_rounded_as_a_spreadsheet_rounds_it() -> None:
    from pipeline.plan import effort

    assert effort.product((1.1, 1.0, 0.845)) == 0.93
    assert effort.product((1.0, 1.25, 0.9)) == 1.125


# --- several targets ----------------------------------------------------------------------------


def near(hours: float, name: str, plan: str, after: float) -> tuple[Target, float, float]:
    return Target(name, plan=plan), hours, after  # type: ignore[arg-type]


def compared(*given_targets: tuple[Target, float, float], fits: tuple[bool, ...] = ()) -> Comparison:
    targets, hours, after = zip(*given_targets, strict=True)
    places = range(len(targets))
    table = tuple(tuple(hours[i] if i == j else after[i] for j in places) for i in places)
    return Comparison(targets, (9,) * len(targets), (), hours, table, fits or (False,) * len(targets))


def test_plan_a_is_preferred_by_name_alone_only_where_that_is_said() -> None:
    close = compared(near(940, "Baker", "a", 500), near(930, "Miller", "b", 480))
    assert planning.rationale(close).startswith("Baker first: neither fits in full, and the hours are about")
    assert "only because you called it plan A" in planning.rationale(close)
    apart = compared(near(940, "Baker", "a", 500), near(700, "Miller", "b", 480))
    assert planning.rationale(apart).startswith("Miller first: neither fits in full, and it takes 700 hours")
    fitting = compared(near(940, "Baker", "a", 500), near(700, "Miller", "b", 480), fits=(True, False))
    assert planning.rationale(fitting).startswith("Baker first: it is the only one that fits")


def test_both_orders_are_told_as_the_table_has_them() -> None:
    found = compared(near(900, "Baker", "a", 500), near(700, "Miller", "b", 480))
    said = planning.rationale(found)
    assert "takes 400 hours off Baker" in said
    assert "Both together take 1200 hours with Miller first, 1380 with Baker first." in said


def test_three_targets_stand_side_by_side() -> None:
    left, right = example(), example()
    rows = tuple(replace(row, n=row.n - 1) for row in right.draft.rows[:2])
    right = replace(right, draft=replace(right.draft, rows=rows))
    third = replace(example(), draft=replace(example().draft, rows=example().draft.rows[2:]))
    given_all = [left, right, third]
    found = planning.compare(given_all, [planning.build(one, SETTINGS) for one in given_all], SETTINGS)
    assert [[bool(row) for row in each.rows] for each in found.rows] == [
        [True, True, False],
        [True, True, False],
        [True, False, True],
    ]
    # the counts are those of each matrix
    first = found.rows[0].rows
    assert first[0] is not None
    assert first[1] is not None
    assert (first[0].n - first[1].n, first[0].of) == (1, left.draft.rows[0].of)
