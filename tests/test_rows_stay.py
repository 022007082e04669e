"""A row is the same row while most of its demand stays: it keeps its theme, place and title."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.lists import read_sources
from pipeline.matrix import keep
from pipeline.matrix.titles import twins
from pipeline.records import KeptRow, Kind, MatrixRow, RowChange, Rulings, Target
from pipeline.report.moves import row_sentence
from pipeline.settings import Settings
from pipeline.steps import trend
from pipeline.steps.place import Place
from pipeline.steps.refresh import Refreshed, refresh
from pipeline.steps.run import Options, walk

TARGET = Target("Baker")


def row(theme: str, title: str, demanded: dict[str, float], kind: Kind = "specific") -> KeptRow:
    return KeptRow(
        MatrixRow(kind, title, theme, tuple(demanded), 5, 9, 0.2, 0.8, sum(demanded.values()), 1, False, ""),
        tuple(demanded.values()),
    )


BREAD = row("bread", "Baking bread", {"Rye": 4.0, "Wheat": 2.0})
CAKES = row("cakes", "Baking cakes", {"Sponge": 3.0, "Icing": 1.0})
OVENS = row("ovens", "Running ovens", {"Steam ovens": 2.0})


def test_a_row_goes_on_where_most_of_its_demand_is() -> None:
    groups = [{"Rye": 3.0, "Spelt": 1.0}, {"Wheat": 2.0}, {"Sponge": 1.0}]
    assert keep.continued([BREAD, CAKES], groups) == {0: BREAD, 2: CAKES}


def test_no_two_rows_go_on_as_one_and_half_is_not_most() -> None:
    even = row("even", "Even", {"Rye": 1.0, "Wheat": 1.0})
    assert keep.continued([even], [{"Rye": 1.0}, {"Wheat": 1.0}]) == {}
    assert list(keep.continued([BREAD], [{"Rye": 4.0}, {"Rye": 4.0, "Wheat": 2.0}])) == [1]


def test_kept_rows_keep_their_places_and_new_ones_fill_the_rest() -> None:
    rows = [replace(r.row, score=s) for r, s in ((OVENS, 0.9), (CAKES, 0.8), (BREAD, 0.1))]
    fresh = replace(rows[0], theme="new", title="New")
    assert [r.theme for r in keep.in_place([fresh, rows[1], rows[2]], [BREAD, OVENS, CAKES])] == [
        "bread",
        "new",
        "cakes",
    ]


def test_every_fate_of_a_row_is_told_once() -> None:
    before = [BREAD, CAKES, OVENS, row("mills", "Milling", {"Mills": 2.0})]
    after = [
        row("bread", "Baking rye bread", {"Rye": 4.0, "Steam ovens": 2.0}),
        row("icing", "Icing", {"Icing": 1.0}),
        row("cakes", "Baking cakes", {"Sponge": 3.0}),
        row("yeast", "Growing yeast", {"Yeast": 1.0}),
    ]
    assert keep.changes(before, after) == (
        RowChange("renamed", "Baking bread", "Baking rye bread", "", (1, 1)),
        RowChange("split", "", "Icing", "Baking cakes", (0, 2)),
        RowChange("moved", "Baking cakes", "Baking cakes", "", (2, 3)),
        RowChange("new", "", "Growing yeast", "", (0, 4)),
        RowChange("joined", "Running ovens", "", "Baking rye bread", (3, 0)),
        RowChange("gone", "Milling", "", "", (4, 0)),
    )
    told = [row_sentence(change) for change in keep.changes(before, after)]
    assert told[0] == "Row 1 is renamed: Baking bread → Baking rye bread"
    assert len(set(told)) == 6


def test_a_renamed_skill_does_not_end_its_row() -> None:
    (now,) = keep.today([BREAD], Rulings(names={"Rye": "Rye bread", "Wheat": "Rye bread"}))
    assert now.weights == {"Rye bread": 6.0}


def test_a_title_that_a_person_took_back_does_not_stay() -> None:
    assert keep.title_stays(BREAD, BREAD.weights)
    assert not keep.title_stays(replace(BREAD, titled=True), BREAD.weights)


@pytest.mark.parametrize(
    ("title", "other", "same"),
    [
        (
            "Communicating and collaborating with teams and stakeholders",
            "Communicating and collaborating with teams, stakeholders and other disciplines",
            True,
        ),
        ("Working with SQL (PostgreSQL)", "Working with SQL (MySQL)", True),
        ("Working with SQL", "Working with Docker", False),
    ],
)
def test_titles_that_a_reader_takes_for_one(title: str, other: str, same: bool) -> None:
    assert twins(title, other) is same


# --- refreshes of real files ------------------------------------------------------------------

TEXT = """Data engineer {n}

Requirements
{lines}
"""
COMMON = ("Python", "SQL", "strong communication skills", "teamwork")
TOOLS = (
    "Docker and Kubernetes",
    "Airflow and dbt",
    "Power BI and Tableau",
    "AWS and Terraform",
    "Apache Spark",
)


def write(folder: Path, numbers: range) -> None:
    for n in numbers:
        asked = [*COMMON[: 2 + n % 3], TOOLS[n % 5], TOOLS[(n + 1) % 5], f"writing report {n * 7919}"]
        lines = "\n".join(f"- Experience with {each}" for each in asked)
        (folder / f"{n}.txt").write_text(TEXT.format(n=n, lines=lines), encoding="utf-8")
    names = "".join(f"{n}.txt employer=Works{n}\n" for n in numbers)
    (folder / "list.txt").write_text(names, encoding="utf-8")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, list[Refreshed]]:
    """Provide a first run of ten postings, then three refreshes that each drop two and add two."""
    root = tmp_path_factory.mktemp("weekly")
    write(root, range(10))
    place, found = Place(root / "workspace"), read_sources(str(root / "list.txt"))
    walk(place, TARGET, found.lines, Settings(), Options("fast", offline=True, listed=found.path))
    refreshed = []
    for week in range(1, 4):
        write(root, range(2 * week, 10 + 2 * week))
        refreshed.append(refresh(place, TARGET, Settings(), "fast", offline=True))
    return place, refreshed


def test_what_came_and_what_left_is_told_once(done: tuple[Place, list[Refreshed]]) -> None:
    for week, found in enumerate(done[1], 1):
        changes = found.changes
        assert [p.company for p in changes.new] == [f"Works{n}" for n in (8 + 2 * week, 9 + 2 * week)]
        assert [p.company for p in changes.left] == [f"Works{n}" for n in (2 * week - 2, 2 * week - 1)]
        assert (changes.changed, changes.closed, changes.unread) == ((), (), ())


def test_no_refresh_leaves_twins_and_no_row_changes_without_a_word(
    done: tuple[Place, list[Refreshed]],
) -> None:
    place, weeks = done
    seen = [s.rows for s in trend.history(place, TARGET) if s.rows]
    drafts = [week.walk.draft.rows for week in weeks]
    for rows in drafts:
        titles = [row.title for row in rows]
        assert not [(a, b) for a in titles for b in titles if a < b and twins(a, b)]
    first = {k.row.theme: k.row.title for k in seen[0]}
    told = {(c.before, c.after) for week in weeks for c in week.changes.rows if c.fate == "renamed"}
    for row in drafts[-1]:
        if row.theme in first and first[row.theme] != row.title:
            assert any(before == first[row.theme] for before, _ in told)


def test_the_same_postings_give_the_same_rows_whatever_was_frozen(
    done: tuple[Place, list[Refreshed]],
) -> None:
    place, weeks = done
    again = refresh(place, TARGET, Settings(), "fast", offline=True)
    assert again.walk.draft.rows == weeks[-1].walk.draft.rows
    assert again.changes.rows == ()


def test_a_copy_without_the_database_knows_what_was_there(
    done: tuple[Place, list[Refreshed]], tmp_path: Path
) -> None:
    import shutil

    root = done[0].root.parent
    shutil.copytree(root / "workspace" / "data" / "raw", tmp_path / "data" / "raw")
    write(root, range(7, 17))
    found = refresh(Place(tmp_path), TARGET, Settings(), "fast", offline=True)
    assert [p.company for p in found.changes.new] == ["Works16"]
    assert [p.company for p in found.changes.left] == ["Works6"]
