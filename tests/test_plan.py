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

from pipeline.plan import building as planning
from pipeline.plan import (
    counts,
    credentials,
    effort,
    fit,
    levels,
    order,
    sentences,
    top_skills,
    trade,
    verdicts,
)
from pipeline.plan import ratings as rated
from pipeline.plan.building import Calendar, Given
from pipeline.plan.lessons import Names, lessons
from pipeline.records import (
    Comparison,
    Held,
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
    Trade,
    Vocabulary,
)
from pipeline.settings import PlanSettings
from pipeline.vocabulary import load

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
    for name, order_ in (("fewest", (0, 1, 2)), ("demand", (0, 2, 1))):
        cut = found[name]
        measures = (cut.mandatory, len(cut.levels), cut.lost)
        assert tuple(measures[i] for i in order_) == min(tuple(way[i] for i in order_) for way in best)
        assert cut.hours <= budget + 0.01
        goals = {r.theme: dict(cut.levels).get(r.theme, max(r.current, r.target)) for r in rows}
        assert cut.hours == pytest.approx(sum(sum(r.steps[r.current : goals[r.theme]]) for r in rows))


def _brute_force(rows: list[PlanRow], budget: float) -> list[tuple[int, int, int]]:
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
        must = sum((t - g) * r.mandatory for r, g, t in zip(rows, goals, tops, strict=True))
        found.append((must, sum(g < t for g, t in zip(goals, tops, strict=True)), lost))
    return found


@given(plan_rows(9, linked=False), st.floats(0, 900))
@settings(max_examples=60, deadline=None)
def test_an_integer_programme_finds_the_same_mandatory_levels_and_fewest_rows(
    rows: list[PlanRow], budget: float
) -> None:
    found = dict(fit.cuts(rows, budget))
    if not found:
        return
    wanted = [r for r in rows if r.gap]
    cost, hours, groups = [], [], []
    for i, r in enumerate(wanted):
        for level in range(r.current, r.target + 1):
            cost.append(100.0 * r.mandatory * (r.target - level) + (level < r.target))
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
    assert 100 * found["fewest"].mandatory + len(found["fewest"].levels) == round(answer.fun)


# --- order and weeks --------------------------------------------------------------------------------


@given(plan_rows(8), st.floats(1, 40))
@settings(deadline=None)
def test_every_step_has_what_it_builds_on_at_its_level(rows: list[PlanRow], weekly: float) -> None:
    blocks = order.blocks(order.steps(rows, 4), weekly)
    by_theme = {r.theme: r for r in rows}
    reached = {r.theme: r.current for r in rows}
    for block in blocks:
        assert block.level == reached[block.theme] + 1
        for base in by_theme[block.theme].builds_on:
            assert reached[base] >= min(block.level, by_theme[base].goal)
        reached[block.theme] = block.level
    assert reached == {r.theme: max(r.current, r.goal) for r in rows}


@given(plan_rows(8))
@settings(deadline=None)
def test_mandatory_rows_come_first_unless_one_of_them_builds_on_another_row(rows: list[PlanRow]) -> None:
    by_theme = {r.theme: r for r in rows}
    taken = order.steps(rows, 4)
    first = [(r.mandatory and level <= 4) or bool(because) for r, level, because in taken]
    while first and not first[-1]:
        first.pop()
    assert all(first)
    assert all(r.theme in by_theme[because].builds_on for r, _, because in taken if because)


@given(plan_rows(8), st.floats(1, 40))
@settings(deadline=None)
def test_blocks_phases_and_lessons_hold_every_planned_hour_once(rows: list[PlanRow], weekly: float) -> None:
    blocks = order.blocks(order.steps(rows, 4), weekly)
    phases = order.phases(blocks, 13 * weekly, lambda b: str(b.level))
    found = lessons(rows, blocks, weekly, Names({}, {}, ""))
    total = sum(r.planned_hours for r in rows)
    assert sum(b.hours for b in blocks) == pytest.approx(total)
    assert sum(p.hours for p in phases) == pytest.approx(total)
    assert sum(x.hours for x in found) == pytest.approx(total)
    assert [b for p in phases for b in p.blocks] == list(blocks)
    for block in blocks:
        mine = [x for x in found if (x.theme, x.level) == (block.theme, block.level)]
        assert (mine[0].first_week, mine[-1].last_week) == (block.first_week, block.last_week)
        assert sum(x.hours for x in mine) == pytest.approx(block.hours)
        assert [x.integrates for x in mine] == [False] * (len(mine) - 1) + [len(mine) > 1]
    if blocks:
        assert blocks[-1].last_week == pytest.approx(total / weekly, abs=1.0001)


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


@given(st.lists(st.integers(1, 6), min_size=1, max_size=9), st.floats(0.05, 1.0))
@settings(deadline=None)
def test_the_core_is_the_fewest_skills_but_treats_ties_alike(named: list[int], share: float) -> None:
    counts = [SkillCount(f"s{i}", m, m) for i, m in enumerate(named)]
    main, tail = top_skills.split(counts, share)
    assert sorted(c.skill for c in (*main, *tail)) == sorted(c.skill for c in counts)
    assert not {c.mentions for c in main} & {c.mentions for c in tail}
    firm = [m for m in named if m > 1] or named
    assert main
    assert all(c.mentions in firm for c in main)
    reached, wanted = sum(c.mentions for c in main), share * sum(named) - 1e-9
    assert reached >= wanted or len(main) == len(firm)
    least = min(c.mentions for c in main)
    assert sum(c.mentions for c in main if c.mentions > least) < wanted
    assert min((c.mentions for c in main), default=0) > max((c.mentions for c in tail), default=0)


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
    """Return three postings, two rows: the example that docs/plan.md works out by hand."""
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
        ("python", 1, 1, 2),
        ("python", 2, 2, 4),
        ("sql", 3, 4, 9),
        ("python", 3, 9, 15),
        ("talking", 1, 15, 16),
        ("talking", 2, 16, 19),
    ]
    assert [v.holds for v in plan.readiness] == [False, False, False, False]


def test_with_half_the_weeks_the_example_gives_way_as_worked_by_hand() -> None:
    basis = example([Rating("2026-01-01", "engineer", "sql", 2)])
    target = replace(basis.draft.target, horizon_weeks=10)  # 80 hours
    plan = planning.build(replace(basis, draft=replace(basis.draft, target=target)), SETTINGS)
    assert not plan.fits
    fewest, demand = (cut for _, cut in plan.cuts)
    assert (fewest.levels, fewest.mandatory, fewest.lost) == ((("talking", 1), ("python", 2)), 1, 134)
    assert fewest.hours == pytest.approx(79.875)
    assert demand == fewest
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
    assert state["sql", 3] == ("2026-03-08", "2026-03-02")
    assert state["talking", 1] == ("2026-04-26", "")
    assert plan.budget == 80.0


def test_a_row_that_came_later_has_not_slipped_before() -> None:
    basis = replace(example(), joined={"talking": "2026-03-02", "sql": "2026-01-05", "python": "2026-01-05"})
    found = planning.build(basis, SETTINGS, Calendar("2026-01-05", "2026-12-28")).progress
    assert found is not None
    assert {m.theme for m in found.milestones} == {"sql", "python"}


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


# --- ready means ready ------------------------------------------------------------------------------


@given(plan_rows(6))
@settings(deadline=None)
def test_no_cheaper_choice_of_levels_makes_ready(rows: list[PlanRow]) -> None:
    asked = verdicts.ready_levels(rows, SETTINGS)
    reached = {r.theme: max(r.current, asked[r.theme]) for r in rows}
    assert verdicts.ready(rows, reached, SETTINGS, "then").holds
    cost = sum(sum(r.steps[r.current : reached[r.theme]]) for r in rows)
    choices = [sorted({r.current, *(level for level in (1, 3, 4) if level > r.current)}) for r in rows]
    for levels_ in itertools.product(*choices):
        level = {r.theme: chosen for r, chosen in zip(rows, levels_, strict=True)}
        begun = [r for r in rows if level[r.theme] > r.current]
        sound = all(level[base] > 0 for r in begun for base in r.builds_on)
        if sound and verdicts.ready(rows, level, SETTINGS, "then").holds:
            assert sum(sum(r.steps[r.current : level[r.theme]]) for r in rows) >= cost - 1e-6


@given(st.lists(st.tuples(st.sampled_from(["sql", "python", "talking"]), st.integers(0, 5))))
@settings(max_examples=40, deadline=None)
def test_whoever_follows_a_plan_for_readiness_to_its_end_is_ready(told: list[tuple[str, int]]) -> None:
    ratings = [Rating("2026-01-01", "engineer", theme, level) for theme, level in told]
    plan = planning.build(example(ratings), SETTINGS, Calendar("2026-01-05", "2026-01-05"), aim="ready")
    assert plan.cut is None
    assert plan.readiness[1].holds
    done = [Rating("2026-06-01", "engineer", b.theme, b.level) for b in plan.blocks]
    after = planning.build(example([*ratings, *done]), SETTINGS, aim="ready")
    assert after.readiness[0].holds
    assert not after.blocks


def test_the_hours_a_week_that_would_fit_do_fit() -> None:
    plan = planning.build(example(), SETTINGS, aim="ready")
    ready = next(a for a in plan.aims if a.name == "ready")
    assert not ready.fits
    basis = example()
    target = replace(basis.draft.target, hours_per_week=ready.weekly)
    again = planning.build(replace(basis, draft=replace(basis.draft, target=target)), SETTINGS, aim="ready")
    assert next(a for a in again.aims if a.name == "ready").fits
    assert max(b.last_week for b in again.blocks) <= target.horizon_weeks


# --- credentials, trades, weeks ---------------------------------------------------------------------


def test_a_credential_is_a_gate_and_never_a_level() -> None:
    basis = with_licence()
    plan = planning.build(basis, SETTINGS, Calendar("2026-01-05", "2026-01-05"), aim="ready")
    (licence,) = plan.credentials
    assert (licence.name, licence.sort, licence.gate, licence.status) == (
        "Teaching certification", "teaching licence", True, "not",
    )  # fmt: skip
    assert licence.ready_by == (date(2026, 1, 5) + timedelta(weeks=licence.lead_weeks)).isoformat()
    assert "licence" not in {r.theme for r in plan.rows}
    everything = [Rating("2026-01-01", "engineer", theme, 5) for theme in ("sql", "python", "talking")]
    rated_ = replace(basis, ratings=everything)
    assert not planning.build(rated_, SETTINGS, aim="ready").readiness[0].holds
    held = replace(rated_, held=[Held("2026-01-02", "Teaching certification", "have")])
    assert planning.build(held, SETTINGS, aim="ready").readiness[0].holds


@pytest.mark.parametrize(
    ("name", "trade_", "sort"),
    [
        ("Postgraduate professional license", "teaching", "teaching licence"),
        ("State residency and certification", "teaching", "teaching licence"),
        ("Professional license", "care", "registration"),
        ("Microsoft certification", "teaching", "certificate"),
    ],
)
def test_what_licence_a_school_asks_for_is_the_teaching_licence(name: str, trade_: Trade, sort: str) -> None:
    asking = posting(name, "Post", 1)
    mention = Mention.at(asking, 0, len(name), skill=name, strength="required")
    demand = counts.demand([asking], [mention], [])
    (found,) = credentials.credentials(demand, load(), (), SETTINGS, trade=trade_)
    assert found.sort == sort


def test_a_row_of_a_credential_keeps_its_number_and_has_no_levels() -> None:
    plan = planning.build(with_licence(), SETTINGS)
    assert plan.numbered(4) is None
    assert [plan.numbered(n) for n in (1, 2, 3)] == list(plan.rows)


def with_licence() -> Given:
    """Return the example with a row of a licence that two of three postings demand."""
    basis = example()
    postings, mentions = [], list(basis.mentions)
    for p in basis.postings:
        text = p.text + " Teaching certification required."
        postings.append(replace(p, text=text))
        if p.id != "p3":
            at = len(p.text) + 1
            mentions.append(
                Mention.at(postings[-1], at, at + 22, skill="Teaching certification", strength="required")
            )
    score = SkillScore("Teaching certification", "specific", "licence", 2, 3, 0.2, 0.9, 0.6, 1)
    row_ = _matrix_row("specific", "Holding a licence", "licence", "Teaching certification", 2)
    draft = replace(basis.draft, rows=(*basis.draft.rows, row_))
    return replace(basis, draft=draft, postings=postings, mentions=mentions, scores=[*basis.scores, score])


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("Teaching certification", True),
        ("NMC registration", True),
        ("Driving licence", True),
        ("Basic Life Support (BLS)", True),
        ("Registered with the HCPC", True),
        ("Drivers' hours regulations", False),
        ("Model registry", False),
        ("Lead qualification", False),
        ("Certificate management", False),
        ("Working at height", False),
        ("Python", False),
    ],
)
def test_what_is_held_is_told_from_what_is_learned(name: str, held: bool) -> None:
    assert credentials.is_credential(name, load()) is held


@pytest.mark.parametrize(
    ("skills", "role", "trade_"),
    [
        ({"Python": 6, "Docker": 4, "Teamwork": 9}, "ML engineer", "software"),
        ({"Patient care": 6, "Microsoft Excel": 2, "Communication": 8}, "Nurse", "care"),
        ({"Lesson planning": 5, "Classroom management": 5, "Microsoft Excel": 1}, "Helper", "teaching"),
        ({"Teamwork": 9, "Problem solving": 9}, "Somebody", ""),
        ({"Python": 2, "Patient care": 2, "Lesson planning": 2}, "Somebody", ""),
    ],
)
def test_the_demands_decide_whose_words_a_plan_speaks(skills: dict[str, int], role: str, trade_: str) -> None:
    most = max(skills.values())
    texts = [posting(" ".join(n for n, k in skills.items() if k > i), "", i) for i in range(most)]
    mentions = [
        Mention.at(p, at, at + len(name), skill=name)
        for p in texts
        for name in skills
        if (at := p.text.find(name)) >= 0
    ]
    assert trade.of_target(counts.demand(texts, mentions, []), load(), role) == trade_


def test_no_trade_is_told_to_commit_but_those_who_write_software() -> None:
    for name in ("care", "teaching", "trades", "office", "sales", "neutral", "people", "thinking"):
        text = (trade.FOLDER / f"{name}.toml").read_text()
        assert not any(word in text for word in ("commit", "repository", "README", "deploy"))


@pytest.mark.parametrize("level", range(1, 6))
def test_every_trade_has_a_drill_for_every_level_and_fills_its_slots(level: int) -> None:
    for path in sorted(trade.FOLDER.glob("*.toml")):
        if path.stem == "together":
            continue
        kind = "" if path.stem == "neutral" else path.stem
        found = trade.drills(kind, level)  # type: ignore[arg-type]
        assert found
        for drill in found:
            full = trade.filled(drill, "{skill} of hers", "care")
            assert full.minutes >= 20
            assert full.goal.startswith("Can ")
            rest = f"{full.goal}{full.exercise}{full.deliverable}{full.done}".replace("{skill} of hers", "")
            assert "{" not in rest
        assert "{" not in str(trade.together(level, "reading and writing", "care", ""))


def test_a_sentence_is_a_verbatim_stretch_around_its_mention() -> None:
    text = "About us.\n- Plan lessons with care, and\nteach them well.\nBonus:Python"
    source = posting(text)
    for word in ("lessons", "Python", "teach"):
        at = text.index(word)
        found = sentences.sentence(source, Mention.at(source, at, at + len(word)))
        assert text[found.start : found.end] == found.quote
        assert found.start <= at
        assert found.end >= at + len(word)
    first = sentences.sentence(source, Mention.at(source, text.index("teach"), text.index("teach") + 5))
    assert first.quote == "Plan lessons with care, and\nteach them well."
