"""A sitting: what is taken back, what is still shown of a rejected skill, what is said of rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from review_example import TARGET, filled, postings

from benchmarks.review import TARGET as LARGE_TARGET
from benchmarks.review import made_up
from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.review import Review, Wish, row_changes
from pipeline.steps.scoring import LARGE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("sitting"), postings(8)).root


def test_a_pin_that_is_taken_back_leaves_the_skill_to_its_demand_whoever_pinned_it(
    sitting: Review, place: Place
) -> None:
    first = sitting.view.scoring.draft
    sitting.decide([Wish("keep-out", "Yarn grading"), Wish("pin", "Yarn grading")])
    Review(place, TARGET, Settings(), "bob").decide([Wish("pin", "Yarn grading")])
    assert "Yarn grading" in sitting.view.scoring.rulings.pinned
    sitting.decide([Wish("unpin", "Yarn grading")])
    rulings = sitting.view.scoring.rulings
    assert "Yarn grading" not in rulings.pinned | rulings.kept_out
    assert sitting.view.scoring.draft == first
    with pytest.raises(UsageError, match="no decision says pin of Yarn grading"):
        sitting.decide([Wish("unpin", "Yarn grading")])


def test_a_pin_is_found_under_the_name_that_the_skill_had_then(sitting: Review) -> None:
    sitting.decide([Wish("pin", "Yarn grading")])
    sitting.decide([Wish("rename", "Yarn grading", "Grading of yarn")])
    assert sitting.view.scoring.rulings.pinned == {"Grading of yarn"}
    sitting.decide([Wish("unpin", "Grading of yarn")])
    assert sitting.view.scoring.rulings.pinned == set()
    assert "Grading of yarn" in sitting.view.scoring.scores


def test_a_row_is_named_by_its_title_and_a_title_that_is_none_gets_near_ones(sitting: Review) -> None:
    row = next(r for r in sitting.view.scoring.draft.rows if r.title != r.theme)
    sitting.decide([Wish("priority", row.title.upper(), "3"), Wish("retitle", row.title, "As we say")])
    again = next(r for r in sitting.view.scoring.draft.rows if r.theme == row.theme)
    assert (again.priority, again.title) == (3, "As we say")
    with pytest.raises(UsageError, match="no row or theme here is called") as wrong:
        sitting.decide([Wish("retitle", "As we sayy", "Else")])
    assert "As we say" in wrong.value.advice


def test_a_rejected_skill_keeps_its_evidence_though_nothing_counts_it(sitting: Review) -> None:
    before = sitting.view.scoring
    sitting.decide([Wish("reject", "Python"), Wish("reject", "Warp tension")])
    view = sitting.view
    assert not {"Python", "Warp tension"} & view.scoring.scores.keys()
    for name in ("Python", "Warp tension"):
        assert view.behind(name).mentions(name) == before.mentions(name)
        assert view.behind(name).scores[name] == before.scores[name]
    assert view.behind("SQL") is view.scoring


def test_what_is_no_wording_and_no_quote_is_refused_with_what_there_is(sitting: Review) -> None:
    with pytest.raises(UsageError, match="no posting says 'Pyton' for Python") as wrong:
        sitting.decide([Wish("split", "Python", "Snakes", "Pyton")])
    assert wrong.value.advice == "They say Python."
    for place in ("p001:1:2", "p001", "p999:44:50", "x:y"):
        with pytest.raises(UsageError, match="no quote stands at"):
            sitting.decide([Wish("wrong-mention", "Python", before=place)])
    assert sitting.view.decisions == ()


def test_a_decision_is_undone_once(sitting: Review) -> None:
    (made,) = sitting.decide([Wish("accept", "Python")])
    sitting.undo(made.id)
    with pytest.raises(UsageError, match="accept Python is undone already"):
        sitting.undo(made.id)


def test_a_row_that_goes_by_another_theme_is_said_to_become_and_not_to_leave(sitting: Review) -> None:
    rows = sitting.view.scoring.draft.rows
    joined = max(rows, key=lambda r: len(r.skills))
    other = replace(joined, theme="other", title="Otherwise", skills=joined.skills[:-1])
    said = row_changes(rows, [other if r is joined else r for r in rows])
    assert said == [
        f"Row “{joined.title}” becomes “Otherwise”.",
        f"Row “Otherwise” loses {joined.skills[-1]}.",
    ]
    unlike = replace(joined, theme="other", title="Otherwise", skills=("Something",))
    said = row_changes(rows, [unlike if r is joined else r for r in rows])
    assert said[0] == f"“{joined.title}” leaves the ten rows."


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("large"))
    made_up(place, LARGE + 200, 150)
    return place


def test_thousands_of_names_are_compared_in_the_background_unless_somebody_waits(large: Place) -> None:
    sitting = Review(large, LARGE_TARGET, Settings(), "ada")
    view = sitting.view
    found = sitting.suggestions(view, wait=True)
    assert found is not None
    assert sitting.suggestions(view) == found
    assert Review(large, LARGE_TARGET, Settings(), "bob").suggestions(view, wait=True) == found


def test_without_a_changed_mention_nothing_is_counted_again(large: Place) -> None:
    sitting = Review(large, LARGE_TARGET, Settings(), "ada")
    before = sitting.view.scoring
    name = next(iter(before.scores))
    sitting.decide([Wish("accept", name), Wish("kind", name, "general"), Wish("pin", name)])
    assert sitting.view.scoring.table is before.table
    sitting.decide([Wish("reject", name)])
    assert sitting.view.scoring.table is not before.table
