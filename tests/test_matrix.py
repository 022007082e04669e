"""What the ten rows promise: the most demand, no overlap, nothing too wide, a person's word on top."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from test_score import demand, postings

from pipeline import matrix
from pipeline.matrix import belong
from pipeline.matrix.titles import of_names, says_only
from pipeline.records import Evidence, Kind, MatrixDraft, Rulings, Skill, Target, ThemeEntry, Vocabulary
from pipeline.settings import MatrixSettings, ScoreSettings
from pipeline.shares import DemandTable

SETTINGS, WEIGHTS = MatrixSettings(row_share=1.0), ScoreSettings()
THEMES = {
    key: ThemeEntry(key, title, kind, f"Because of {key}.")
    for key, title, kind in (
        ("python", "Programming in Python", "specific"),
        ("python-web", "Building web services in Python", "specific"),
        ("cloud-platforms", "Working on cloud platforms", "specific"),
        ("aws-services", "Using services of Amazon Web Services", "specific"),
        ("azure-services", "Using services of Microsoft Azure", "specific"),
        ("gcp-services", "Using services of Google Cloud", "specific"),
        ("data-quality", "Assuring data quality", "general"),
    )
}
VOCABULARY = Vocabulary({}, THEMES)


def by_theme(skills: Sequence[Skill], *_: Any) -> Any:
    """Put skills of one theme into one row, others not; the learned score has a test of its own."""
    themes = np.array([skill.theme or skill.name for skill in skills])
    return (themes[:, None] == themes[None]).astype(float)


def table(rows: Any, of: Any) -> DemandTable:
    return DemandTable.of_counts(rows, of, WEIGHTS)


def draft(
    demanded: Mapping[str, Sequence[int]],
    of: int,
    themes: Mapping[str, str] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    **known: Any,
) -> MatrixDraft:
    """Return the matrix of `of` postings; `demanded` leads from a skill to the postings that require it."""
    themes, kinds = themes or {}, kinds or {}
    skills = [
        Skill(name, kinds.get(name, "specific"), f"{name} is a tool.", themes.get(name, name))
        for name in demanded
    ]
    rows = [(f"{i:03}", name, "required") for name, found in demanded.items() for i in found]
    given: dict[str, Any] = {
        "rulings": Rulings(),
        "settings": SETTINGS,
        "vocabulary": VOCABULARY,
        "evidence": {},
        "tally": matrix.Tally(of),
        "alike": by_theme,
        **known,
    }
    return matrix.draft(
        Target("Baker"),
        skills=skills,
        demand=table(demand(*rows), postings(*((f"{i:03}", f"Employer {i}") for i in range(of)))),
        engine="local",
        **given,
    )


def titles(found: MatrixDraft) -> list[str]:
    return [row.title for row in found.rows]


def test_no_skill_is_in_two_rows_and_no_kind_has_more_than_five() -> None:
    rng = random.Random(4)
    names = [f"Skill {i}" for i in range(60)]
    found = draft(
        {name: rng.sample(range(20), rng.randint(1, 15)) for name in names},
        20,
        {name: f"theme {i % 17}" for i, name in enumerate(names)},
        {name: "general" if i % 17 < 8 else "specific" for i, name in enumerate(names)},
    )
    shown = [skill for row in found.rows for skill in row.skills]
    assert len(shown) == len(set(shown))
    assert [len(found.of_kind(kind)) for kind in ("general", "specific")] == [5, 5]
    for kind in ("general", "specific"):
        scores = [row.score for row in found.of_kind(kind)]
        assert scores == sorted(scores, reverse=True)


def covered(skills: Iterable[str], demanded: Mapping[str, Iterable[int]]) -> float:
    """Return the demand that a row of these skills covers.

    Each posting once, and a half for each further skill.
    """
    said = [posting for name in skills for posting in demanded[name]]
    return len(set(said)) + SETTINGS.further_skill * (len(said) - len(set(said)))


def test_the_rows_are_the_five_that_cover_the_most() -> None:
    for seed in range(20):
        rng = random.Random(seed)
        themes = {f"Skill {i}": f"theme {i % 9}" for i in range(25)}
        demanded = {name: rng.sample(range(12), rng.randint(1, 8)) for name in themes}
        found = draft(demanded, 12, themes)
        groups = [[name for name, own in themes.items() if own == theme] for theme in set(themes.values())]
        best = max(sum(chosen) for chosen in combinations([covered(g, demanded) for g in groups], 5))
        assert sum(covered(row.skills, demanded) for row in found.rows) == pytest.approx(best)


def test_a_posting_counts_once_in_a_row() -> None:
    found = draft({"Rye": [0, 1, 2], "Wheat": [2, 3]}, 8, {"Rye": "doughs", "Wheat": "doughs"})
    (row,) = found.rows
    assert (row.n, row.of, row.score, row.priority) == (4, 8, 0.5, 1)
    assert row.low < 0.5 < row.high
    assert row.provisional


def test_skills_stand_most_demanded_first() -> None:
    found = draft({"Wheat": [0], "Rye": [0, 1]}, 5, {"Rye": "doughs", "Wheat": "doughs"})
    assert found.rows[0].skills == ("Rye", "Wheat")


def test_a_theme_that_is_too_wide_is_narrowed_and_says_so() -> None:
    names = [f"Skill {i:02}" for i in range(20)]
    found = draft({name: range(20 - i) for i, name in enumerate(names)}, 20, dict.fromkeys(names, "wide"))
    (row,) = found.rows
    assert row.skills == tuple(names[: SETTINGS.breadth_limit])
    assert "Of 20 demanded skills the 14 most demanded are shown" in row.reason


# --- what belongs in one row --------------------------------------------------------------------


def joined(groups: Sequence[set[str]]) -> Any:
    """Let skills belong together where a group holds both."""

    def alike(skills: Sequence[Skill], *_: Any) -> Any:
        return np.array([[float(any({a.name, b.name} <= g for g in groups)) for b in skills] for a in skills])

    return alike


def test_skills_of_several_themes_share_a_row_where_they_belong_together() -> None:
    demanded = {"Cloud": [3, 4], "S3": [5, 6], "Synapse": [7, 8], "Rye": [0]}
    themes = {"Cloud": "cloud-platforms", "S3": "aws-services", "Synapse": "azure-services"}
    found = draft(demanded, 10, themes, alike=joined([{"Cloud", "S3", "Synapse"}]))
    row = found.rows[0]
    assert set(row.skills) == {"Cloud", "S3", "Synapse"}
    assert row.n == 6
    assert "Joins 3 themes" in row.reason


def test_no_row_holds_more_than_its_share_of_all_demand() -> None:
    names = [f"Skill {i:02}" for i in range(24)]
    everything = joined([set(names)])
    found = draft(
        dict.fromkeys(names, range(5)), 10, alike=everything, settings=replace(SETTINGS, row_share=0.17)
    )
    assert max(len(row.skills) for row in found.rows) == 4  # 4 of 24 demands are a sixth


def test_a_row_of_both_kinds_has_that_of_most_of_its_demand() -> None:
    kinds: dict[str, Kind] = {"Rye": "general", "Wheat": "general"}
    found = draft(
        {"Rye": [0, 1], "Wheat": [2], "Mixer": [3, 4]},
        6,
        None,
        kinds,
        alike=joined([{"Rye", "Wheat", "Mixer"}]),
    )
    assert [(row.kind, row.skills) for row in found.rows] == [("general", ("Mixer", "Rye", "Wheat"))]


def test_two_rows_never_go_by_one_theme() -> None:
    themes = dict.fromkeys(("Rye", "Wheat", "Oats", "Spelt"), "doughs")
    demanded = {"Rye": range(4), "Wheat": range(3), "Oats": range(2), "Spelt": [0]}
    found = draft(demanded, 8, themes, alike=joined([{"Rye", "Wheat"}, {"Oats", "Spelt"}]))
    assert [row.theme for row in found.rows] == ["doughs", "Oats"]


def test_a_row_of_one_posting_waits_for_those_of_more() -> None:
    many = {f"Tool {i}": [0] for i in range(6)}
    found = draft({**many, "Rye": [1, 2]}, 8, dict.fromkeys(many, "tools"))
    assert found.rows[0].skills == ("Rye",)


def test_the_learned_score_puts_what_is_used_together_above_what_is_not() -> None:
    pairs = [
        ("Docker", "Kubernetes"),
        ("Infection control", "Hand hygiene"),
        ("Payroll", "Pensions administration"),
    ]
    skills = [Skill(name, "specific", "", name) for pair in pairs for name in pair]
    rows = [(f"{i:03}", skill.name, "required") for skill in skills for i in range(6)]
    demanded = table(demand(*rows), postings(*((f"{i:03}", f"E{i}") for i in range(6))))
    sure = belong.alike(skills, demanded, {})
    together = [sure[at, at + 1] for at in (0, 2, 4)]
    apart = [sure[a, b] for a in range(6) for b in range(a + 1, 6) if b - a != 1 or a % 2]
    assert min(together) > max(apart)


# --- titles and quotes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skills", "title"),
    [
        (("Python", "NumPy", "pandas"), "Programming in Python (NumPy, pandas)"),
        (("Python",), "Programming in Python"),
        (("Python", "Clean code style", "C++", "R", "Flask"), "Programming in Python (C++, R, Flask)"),
    ],
)
def test_a_title_names_the_most_demanded_tools_that_it_lacks(skills: tuple[str, ...], title: str) -> None:
    demanded = {name: range(9 - place) for place, name in enumerate(skills)}
    assert titles(draft(demanded, 10, dict.fromkeys(skills, "python"))) == [title]


def test_a_general_title_needs_no_tools() -> None:
    found = draft({"Data quality": [0]}, 5, {"Data quality": "data-quality"}, {"Data quality": "general"})
    assert titles(found) == ["Assuring data quality"]


def test_a_title_names_nothing_that_no_posting_asks_for() -> None:
    assert titles(
        draft({"Django": range(4), "Flask": range(3)}, 8, {"Django": "python-web", "Flask": "python-web"})
    ) == ["Working with Django and Flask"]
    assert says_only("Communicating with stakeholders", ["communication", "talk to stakeholders"])
    assert not says_only("Communicating with stakeholders", ["communication skills"])


@pytest.mark.parametrize(
    ("names", "kind", "title"),
    [
        (("SQL", "Python", "Tableau", "R"), "specific", "Working with SQL, Python and Tableau"),
        (("Hive records", "Inspecting colonies"), "general", "Inspecting colonies and hive records"),
        (("Communication", "Written communication", "Teamwork"), "general", "Communication and teamwork"),
        (("Rye",), "specific", "Working with Rye"),
        (("Empathy", "Seeing that guests value a friendly face", "Tact"), "general", "Empathy and Tact"),
        (
            ("Seeing that guests value a friendly face",),
            "general",
            "Seeing that guests value a friendly face",
        ),
    ],
)
def test_a_title_is_made_of_the_strongest_names_a_gerund_first(names: Any, kind: Kind, title: str) -> None:
    said = ["hive records", "teamwork", "inspecting colonies", "SQL"]
    assert of_names(names, kind, said) == title


def test_a_skill_that_nobody_knows_becomes_a_row_in_its_own_words() -> None:
    found = draft({"Folding dough by hand": range(6)}, 8, {"Folding dough by hand": ""})
    (row,) = found.rows
    assert (row.title, row.reason) == ("Folding dough by hand", "Folding dough by hand is a tool.")


def quote(posting: str, company: str, strength: str, start: int = 0) -> Evidence:
    return Evidence(posting, "u", company, "Baker", None, start, start + 3, "Rye", strength, "local", "Rye")  # type: ignore[arg-type]


def test_quotes_come_from_different_employers_the_strongest_first() -> None:
    quotes = [
        quote("000", "Mill", "preferred"),
        quote("001", "Mill", "required"),
        quote("001", "Mill", "required", 9),
        quote("002", "Oven", "duty"),
        quote("003", "mill", "required"),
    ]
    found = draft({"Rye": range(4)}, 5, evidence={"Rye": quotes})
    assert [(e.posting_id, e.start) for e in found.rows[0].evidence] == [("001", 0), ("002", 0), ("003", 0)]


# --- a person's word --------------------------------------------------------------------------

MARKET = {f"Tool {i}": range(10 - i) for i in range(8)}


def ruled(**rulings: Any) -> MatrixDraft:
    return draft(MARKET, 10, rulings=Rulings(**rulings))


def test_a_pinned_skill_comes_in_and_says_by_whom() -> None:
    found = ruled(pinned=frozenset({"Tool 7"}), by={"Tool 7": "Ada pinned it"})
    assert [row.theme for row in found.rows] == ["Tool 0", "Tool 1", "Tool 2", "Tool 3", "Tool 7"]
    assert [row.changed_by for row in found.rows] == ["", "", "", "", "Ada pinned it"]


def test_a_pinned_skill_survives_the_breadth_limit() -> None:
    names = [f"Skill {i:02}" for i in range(20)]
    demanded = {name: range(20 - i) for i, name in enumerate(names)}
    rulings = Rulings(pinned=frozenset({"Skill 19"}))
    found = draft(demanded, 20, dict.fromkeys(names, "wide"), rulings=rulings)
    assert "Skill 19" in found.rows[0].skills
    assert len(found.rows[0].skills) == SETTINGS.breadth_limit


def test_a_pinned_skill_that_nobody_demands_is_told() -> None:
    assert "Ovens is pinned, but no posting demands it." in ruled(pinned=frozenset({"Ovens"})).notes


@pytest.mark.parametrize("how", ["kept_out", "rejected"])
def test_what_a_person_keeps_out_stays_out(how: str) -> None:
    found = ruled(**{how: frozenset({"Tool 0"})})
    assert [row.theme for row in found.rows] == [f"Tool {i}" for i in range(1, 6)]


def test_a_person_gives_title_and_priority() -> None:
    found = ruled(titles={"Tool 3": "Handling tool three"}, priorities={"Tool 3": 3}, by={"Tool 3": "Ada"})
    row = found.rows[3]
    assert (row.title, row.priority, row.provisional) == ("Handling tool three", 3, False)
    assert row.changed_by == "Ada"


def test_a_skill_stands_where_a_person_moved_it() -> None:
    rulings = Rulings(themes={"Rye": "data-quality"}, by={"Rye": "Ada moved it"})
    kinds: dict[str, Kind] = {"Checks": "general"}
    found = draft(
        {"Checks": range(5), "Rye": range(3)}, 8, {"Checks": "data-quality"}, kinds, rulings=rulings
    )
    (row,) = found.rows
    assert (row.kind, row.skills, row.changed_by) == ("general", ("Checks", "Rye"), "Ada moved it")


# --- what to say about it ---------------------------------------------------------------------


def test_fewer_than_ten_rows_say_why() -> None:
    assert "only 0 of 5 general rows and only 1 of 5 specific rows" in draft({"Rye": [0]}, 5).short


def test_ten_rows_need_no_excuse() -> None:
    names = [f"Skill {i}" for i in range(10)]
    kinds: dict[str, Kind] = {name: "general" if i < 5 else "specific" for i, name in enumerate(names)}
    assert draft(dict.fromkeys(names, range(4)), 8, kinds=kinds).short == ""


def test_too_few_postings_are_named() -> None:
    assert "Too few postings to tell: 3 counted" in " ".join(draft({"Rye": [0]}, 3).notes)
    assert "Too few" not in " ".join(draft({"Rye": [0]}, 5).notes)


def test_rare_themes_only_fill_up_and_are_named() -> None:
    found = draft({**{f"Tool {i}": range(6) for i in range(4)}, "Rye": [0], "Oats": [1]}, 12)
    assert [row.n for row in found.rows] == [6, 6, 6, 6, 1]
    assert "1 of the rows rests on a single posting" in " ".join(found.notes)


def test_a_row_of_one_posting_gives_its_place_to_one_of_the_other_kind() -> None:
    general = {f"Talk {i}": range(3) for i in range(6)}
    kinds: dict[str, Kind] = dict.fromkeys(general, "general")
    tools = {f"Tool {i}": range(3) for i in range(4)}
    found = draft({**general, **tools, "Rye": [0]}, 8, kinds=kinds)
    assert [row.kind for row in found.rows] == ["general"] * 6 + ["specific"] * 4
    assert "Rye" not in titles(found)
    assert "rows of the other kind stand in its place" in found.short


def test_the_draft_carries_what_it_rests_on() -> None:
    found = draft({"Rye": [0]}, 6, tally=matrix.Tally(9, 2, 1, 3))
    assert (found.postings, found.gathered, found.duplicates, found.closed, found.failed) == (6, 9, 2, 1, 3)
    assert found.engine == "local"


def test_no_postings_give_no_rows() -> None:
    found = matrix.draft(
        Target("Baker"),
        skills=[],
        vocabulary=VOCABULARY,
        rulings=Rulings(),
        settings=SETTINGS,
        demand=table(demand(), postings(("x", "", None, "blog"))),
        evidence={},
        tally=matrix.Tally(),
        engine="local",
    )
    assert (found.rows, found.postings) == ((), 0)
    assert "Too few postings" in found.notes[0]
