"""What the ten rows promise: the most demand, no overlap, nothing too wide, a person's word on top."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from test_score import demand, postings

from pipeline import matrix, vocabulary
from pipeline.matrix.families import families, family_of
from pipeline.records import Evidence, Kind, MatrixDraft, Rulings, Skill, Target, ThemeEntry, Vocabulary
from pipeline.settings import MatrixSettings, ScoreSettings

SETTINGS, WEIGHTS = MatrixSettings(), ScoreSettings()
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


def draft(
    demanded: Mapping[str, Sequence[int]],
    of: int,
    themes: Mapping[str, str] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    **known: Any,
) -> MatrixDraft:
    """The matrix of `of` postings; `demanded` leads from a skill to the postings that require it."""
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
        **known,
    }
    return matrix.draft(
        Target("Baker"),
        skills=skills,
        weights=WEIGHTS,
        demand=demand(*rows),
        postings=postings(*((f"{i:03}", f"Employer {i}") for i in range(of))),
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
    """The demand that a row of these skills covers: each posting once, and a fifth for each further skill."""
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


# --- families ---------------------------------------------------------------------------------

CLOUD = {
    "Cloud": "cloud-platforms",
    "S3": "aws-services",
    "Synapse": "azure-services",
    "BigTable": "gcp-services",
}


def test_weak_themes_of_one_family_share_a_row() -> None:
    others = {f"Tool {i}": [0, 1, 2] for i in range(5)}
    found = draft({"Cloud": [3, 4], "S3": [5, 6], "Synapse": [7, 8], **others}, 10, CLOUD)
    row = found.rows[0]
    assert set(row.skills) == {"Cloud", "S3", "Synapse"}
    assert row.title == "Working on cloud platforms and with their services (S3, Synapse)"
    assert row.n == 6
    assert "Joins 3 themes" in row.reason


def test_strong_themes_of_one_family_stay_apart() -> None:
    found = draft(
        {"Python": range(10), "Django": range(9), "Rye": [0]},
        10,
        {"Python": "python", "Django": "python-web"},
    )
    assert [row.theme for row in found.rows] == ["python", "python-web", "Rye"]


def test_a_theme_that_brings_nearly_all_gives_the_title() -> None:
    many = {"Python": range(10), "Django": [0], **{f"Tool {i}": range(8) for i in range(4)}, "Rye": range(7)}
    found = draft(many, 10, {"Python": "python", "Django": "python-web"})
    assert "Programming in Python (Django)" in titles(found)


def test_themes_that_say_the_same_are_always_joined() -> None:
    themes = {"Prompting": "llm-applications", "Llama": "llm-models-providers"}
    found = draft({"Prompting": range(10), "Llama": range(9), "Rye": [0]}, 10, themes)
    assert [row.skills for row in found.rows] == [("Prompting", "Llama"), ("Rye",)]
    without = Rulings(kept_out=frozenset({found.rows[0].theme}))
    assert [
        row.skills
        for row in draft({"Prompting": [0], "Llama": [1], "Rye": [0]}, 10, themes, rulings=without).rows
    ] == [("Rye",)]


def partitions(items: list[str]) -> Iterator[list[list[str]]]:
    """Every way to divide the items into groups."""
    if not items:
        yield []
        return
    first, *rest = items
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for place, group in enumerate(smaller):
            yield [*smaller[:place], [first, *group], *smaller[place + 1 :]]


def test_no_other_way_to_join_a_family_covers_more() -> None:
    settings = replace(SETTINGS, specific_rows=3)
    ratios = []
    for seed in range(60):
        rng = random.Random(seed)
        demanded = {
            name: set(rng.sample(range(12), rng.randint(1, 6))) for name in (*CLOUD, "Rye", "Wheat", "Oats")
        }
        found = draft({name: sorted(i) for name, i in demanded.items()}, 12, CLOUD, settings=settings)
        reached = sum(covered(row.skills, demanded) for row in found.rows)
        best = 0.0
        for groups in partitions(list(CLOUD)):
            # one family, one joint row: what the choice is bound to
            if sum(len(group) > 1 for group in groups) < 2:
                rows = [*groups, ["Rye"], ["Wheat"], ["Oats"]]
                best = max(best, sum(sorted(covered(row, demanded) for row in rows)[-3:]))
        ratios.append(reached / best)
    assert ratios == pytest.approx([1.0] * 60)


def test_every_family_holds_known_themes_of_its_kind() -> None:
    known = vocabulary.load().themes
    wrong = [
        (family.title, theme)
        for family in families()
        for theme in family.themes
        if theme not in known or known[theme].kind != family.kind
    ]
    assert wrong == []
    assert len({family.title for family in families()}) == len(families())


def test_themes_of_no_common_family_never_share_a_row() -> None:
    assert family_of("specific", ["python", "cloud-platforms"]) is None
    assert family_of("general", ["cloud-platforms", "aws-services"]) is None


# --- titles and quotes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skills", "title"),
    [
        (("Python", "NumPy", "pandas"), "Programming in Python (NumPy, pandas)"),
        (("Python",), "Programming in Python"),
        (("Django", "Clean code style", "C++", "R", "Flask"), "Programming in Python (Django, C++, R)"),
        (("Clean code style", "Django"), "Programming in Python (Clean code style, Django)"),
    ],
)
def test_a_title_names_the_most_demanded_tools_that_it_lacks(skills: tuple[str, ...], title: str) -> None:
    demanded = {name: range(9 - place) for place, name in enumerate(skills)}
    assert titles(draft(demanded, 10, dict.fromkeys(skills, "python"))) == [title]


def test_a_general_title_needs_no_tools() -> None:
    found = draft({"Checks": [0]}, 5, {"Checks": "data-quality"}, {"Checks": "general"})
    assert titles(found) == ["Assuring data quality"]


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
    assert (row.title, row.priority, row.provisional) == ("Handling tool three (Tool 3)", 3, False)
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
        weights=WEIGHTS,
        demand=demand(),
        postings=postings(("x", "", None, "blog")),
        evidence={},
        tally=matrix.Tally(),
        engine="local",
    )
    assert (found.rows, found.postings) == ((), 0)
    assert "Too few postings" in found.notes[0]
