"""One page of what changed: written by a refresh from real files, linked from the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lists import read_sources
from pipeline.records import Target
from pipeline.settings import Settings
from pipeline.steps import trend
from pipeline.steps.place import Place
from pipeline.steps.refresh import Refreshed, refresh
from pipeline.steps.report import write
from pipeline.steps.run import Options, walk

TARGET = Target("Lighthouse keeper")
TEXT = """Keeper {n}

What you will do
- Maintain the lamp of tower {n} and its {n}{n} steps

Requirements
- Python and SQL
- Experience with {tool}
- Strong communication skills
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path_factory.mktemp("coast")
    for n in range(1, 5):
        (root / f"{n}.txt").write_text(TEXT.format(n=n, tool="Hadoop"), encoding="utf-8")
    (root / "list.txt").write_text("".join(f"{root / str(n)}.txt\n" for n in range(1, 5)), encoding="utf-8")
    place = Place(root / "workspace")
    lines = read_sources(str(root / "list.txt")).lines
    walk(place, TARGET, lines, Settings(), Options("fast", offline=True))
    (root / "2.txt").write_text(TEXT.format(n=2, tool="Apache Kafka"), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def done(place: Place) -> Refreshed:
    return refresh(place, TARGET, Settings(), "fast", offline=True)


def test_refresh_writes_one_page_of_changes_that_the_report_leads_to(place: Place, done: Refreshed) -> None:
    folder = place.documents(TARGET)
    page = (folder / "changes.html").read_text(encoding="utf-8")
    assert folder / "changes.html" in done.walk.paths
    assert "0 new postings, 1 changed, 0 closed, 0 left the list." in page
    assert "Changed: 1" in page
    assert "oo few postings to tell" in page
    assert 'href="changes.html"' in (folder / "report.html").read_text(encoding="utf-8")
    assert "**Changed: 1**" in (folder / "changes.md").read_text(encoding="utf-8")


def test_rows_that_came_are_named(done: Refreshed) -> None:
    assert any("Kafka" in change.after for change in done.changes.rows)


def test_history_ends_with_the_present_scoring(place: Place, done: Refreshed) -> None:
    assert [s.name for s in trend.history(place, TARGET)] == [done.since, trend.NOW]


def test_a_page_of_two_scorings_shows_only_those_between(place: Place, done: Refreshed) -> None:
    found = trend.along(place, TARGET, Settings(), [done.since])
    assert [s.name for s in found.history] == [done.since, trend.NOW]
    assert found.trends == (done.trend,)


def test_a_plain_report_compares_with_the_scoring_before(place: Place, done: Refreshed) -> None:
    write(place, TARGET, Settings())
    page = (place.documents(TARGET) / "report.html").read_text(encoding="utf-8")
    assert f"From <b>{done.since}</b>" in page
    assert 'class="plan-svg bump"' in page


def test_refresh_reads_the_list_as_it_stands_now(tmp_path: Path) -> None:
    shore = tmp_path / "shore"
    shore.mkdir()
    for n in range(1, 4):
        (shore / f"{n}.txt").write_text(TEXT.format(n=n, tool="Hadoop"), encoding="utf-8")
    listed = tmp_path / "list.txt"
    listed.write_text("shore\n", encoding="utf-8")
    place, found = Place(tmp_path / "workspace"), read_sources(str(listed))
    walk(place, TARGET, found.lines, Settings(), Options("fast", offline=True, listed=found.path))
    (shore / "4.txt").write_text(TEXT.format(n=4, tool="Apache Kafka"), encoding="utf-8")
    listed.write_text("shore\nshore/9.txt\n", encoding="utf-8")
    done = refresh(place, TARGET, Settings(), "fast", offline=True)
    assert (len(done.changes.new), len(done.changes.closed)) == (1, 0)
    assert ["shore/9.txt" in f.detail for f in done.walk.failures] == [True]
    listed.unlink()
    again = refresh(place, TARGET, Settings(), "fast", offline=True)
    assert (len(again.changes.new), len(again.changes.closed)) == (0, 0)
    assert "is not there" in again.walk.notes[0]


def test_an_unknown_skill_keeps_its_name_when_a_shorter_wording_comes(tmp_path: Path) -> None:
    for n in range(1, 4):
        (tmp_path / f"{n}.txt").write_text(
            TEXT.format(n=n, tool="lenses") + "- Ability to allocate moon berths\n", encoding="utf-8"
        )
    place, found = Place(tmp_path / "workspace"), read_sources(str(tmp_path))
    walk(place, TARGET, found.lines, Settings(), Options("fast", offline=True, listed=found.path))
    (tmp_path / "4.txt").write_text(
        TEXT.format(n=4, tool="lenses") + "- Experience with moon berth allocation\n", encoding="utf-8"
    )
    done = refresh(place, TARGET, Settings(), "fast", offline=True)
    shifts = {s.skill: (s.before_n, s.after_n) for s in done.trend.shifts if "moon" in s.skill.lower()}
    assert shifts == {"Allocating moon berths": (3, 4)}


def test_a_new_posting_that_is_not_counted_says_why(tmp_path: Path) -> None:
    german = "Leuchtturmwärter\n\nWir suchen dich für die Küste.\n\nAnforderungen\n- Erfahrung mit Python\n"
    texts = [TEXT.format(n=1, tool="Hadoop"), TEXT.format(n=2, tool="Kafka"), german]
    for name, text in zip(("1", "2", "german", "again"), (*texts, texts[1]), strict=True):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    listed = tmp_path / "list.txt"
    listed.write_text("1.txt\n", encoding="utf-8")
    place, found = Place(tmp_path / "workspace"), read_sources(str(listed))
    walk(place, TARGET, found.lines, Settings(), Options("fast", offline=True, listed=found.path))
    listed.write_text("".join(f"{n}.txt\n" for n in ("1", "2", "german", "again")), encoding="utf-8")
    done = refresh(place, TARGET, Settings(), "fast", offline=True)
    page = (place.documents(TARGET) / "changes.html").read_text(encoding="utf-8")
    told = (place.documents(TARGET) / "changes.md").read_text(encoding="utf-8")
    assert (done.trend.before_postings, done.trend.after_postings) == (1, 2)
    assert "3 new postings (2 not counted)" in page
    for text in (page, told):
        assert "not counted: written in de" in text
        assert "not counted: repeats another posting" in text
