"""For whom: parts are counted as a plain query counts them, told apart only where chance is a poor reason."""

from __future__ import annotations

import io
import random
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline import segments
from pipeline.errors import UsageError
from pipeline.lists import read_sources
from pipeline.records import Target
from pipeline.settings import Settings
from pipeline.steps import report as reports
from pipeline.steps import segments as step
from pipeline.steps.place import Place
from pipeline.steps.run import Options, walk

TARGET = Target("Lighthouse keeper")
SETTINGS = Settings()


def posting(number: int, level: str, place: str, mode: str, tool: str, pay: str = "") -> str:
    return (
        f"{level} keeper {number}\n\nLocation: {place}\n{pay}\n\nRequirements\n- Experience with {tool}\n"
        f"- Python and tower {number * 7919}\n- {mode} work\n- Strong communication skills\n"
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Provide forty postings: seniors ask for Kubernetes, juniors for Microsoft Excel; some state pay."""
    root = tmp_path_factory.mktemp("coast")
    chance, lines = random.Random(3), ["url,title,employer,location"]
    for n in range(40):
        senior = n % 2 == 0
        level, town = "Senior" if senior else "Junior", chance.choice(["London, England", "Oban"])
        tool = "Kubernetes" if senior else "Microsoft Excel"
        pay = f"Salary: £{40 + n},000 per year" if n % 4 == 0 else ""
        (root / f"{n}.txt").write_text(posting(n, level, town, "Remote", tool, pay), encoding="utf-8")
        lines.append(f'{n}.txt,{level} keeper,Harbour {n},"{town}"')
    (root / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    place, found = Place(root / "workspace"), read_sources(str(root / "list.csv"))
    walk(place, TARGET, found.lines, SETTINGS, Options("fast", offline=True, listed=found.path))
    return place


def table(place: Place, kind: str, **known: object) -> object:
    content = reports.export(place, TARGET, SETTINGS, kind, "parquet", **known)  # type: ignore[arg-type]
    assert isinstance(content, bytes)
    return pq.read_table(io.BytesIO(content))


COUNTED = """
SELECT p.seniority AS part, m.skill AS name, count(DISTINCT p.posting_id) AS n,
  (SELECT count(*) FROM postings q WHERE q.counted AND q.seniority = p.seniority) AS "of"
FROM mentions m JOIN postings p USING (posting_id)
WHERE p.counted AND m.skill IS NOT NULL AND NOT m.negated GROUP BY ALL ORDER BY ALL
"""


def test_a_plain_query_counts_what_the_parts_count(place: Place) -> None:
    mentions, postings = table(place, "mentions"), table(place, "postings")
    with duckdb.connect() as connection:
        connection.register("mentions", mentions)
        connection.register("postings", postings)
        expected = connection.sql(COUNTED).fetchall()
        connection.register("found", table(place, "skills", by="seniority"))
        sql = 'SELECT part, name, n, "of" FROM found WHERE n > 0 ORDER BY ALL'
        assert connection.sql(sql).fetchall() == expected
    assert {row[0] for row in expected} == {"junior", "senior"}


def test_what_only_seniors_ask_for_is_more_there_and_less_elsewhere(place: Place) -> None:
    found = step.segmented(place, TARGET, SETTINGS, "seniority")
    told = {(part.value, s.name): s for part in found.parts for s in part.of_item("skill")}
    senior, junior = told["senior", "Kubernetes"], told["junior", "Kubernetes"]
    assert (senior.n, senior.of, senior.others_n, senior.others_of) == (20, 20, 0, 20)
    assert (senior.verdict, junior.verdict) == ("more", "less")
    assert senior.change_low <= senior.change <= senior.change_high
    assert told["senior", "Python"].verdict == "too few to tell"  # of 20 and 20


def test_rows_are_counted_by_part_as_the_matrix_counts_them(place: Place) -> None:
    found = step.segmented(place, TARGET, SETTINGS, "seniority")
    with place.store() as store:
        draft = store.matrix(TARGET.id)
    assert draft is not None
    for row in draft.rows:
        own = [s for part in found.parts for s in part.of_item("row") if s.name == row.title]
        assert sum(s.n for s in own) == row.n


def test_small_parts_are_too_few_to_tell(place: Place) -> None:
    found = step.segmented(place, TARGET, SETTINGS, "employer")
    assert not found.parts
    assert len(found.small) == 40


def test_random_parts_seldom_differ(place: Place) -> None:
    """What has nothing to do with the demands: the first letter of an employer's number."""
    found = step.segmented(place, TARGET, SETTINGS, "location")
    assert {s.verdict for part in found.parts for s in part.shares} <= {"alike", "too few to tell"}


def test_where_leaves_some_postings_and_keeps_the_rows(place: Place) -> None:
    whole = reports.gathered(place, TARGET, SETTINGS, whole=False)
    some = reports.gathered(place, TARGET, SETTINGS, whole=False, where=["seniority=senior"])
    assert [row.title for row in some.draft.rows] == [row.title for row in whole.draft.rows]
    assert {row.of for row in some.draft.rows} == {some.draft.postings} == {20}
    assert all(e.posting_id in {p.id for p in some.postings} for r in some.draft.rows for e in r.evidence)
    assert {s.skill: s.n for s in some.scores}["Kubernetes"] == 20
    assert "Microsoft Excel" not in {s.skill for s in some.scores}


def test_a_report_of_some_postings_lies_beside_the_whole_one(place: Place) -> None:
    _, paths = reports.write(place, TARGET, SETTINGS, where=["location=london"])
    assert {path.parent.name for path in paths} == {"where-location-london"}
    assert "counted postings are in here" in paths[0].read_text(encoding="utf-8")
    _, whole = reports.write(place, TARGET, SETTINGS)
    page = next(p for p in whole if p.name == "report.html").read_text(encoding="utf-8")
    assert 'id="for-whom"' in page
    assert "Pay beside skills" in page


def test_pay_stands_beside_skills_with_its_n(place: Place) -> None:
    paid = {p.name: p for p in step.pays(step.table_of(place, TARGET, SETTINGS))}
    assert (paid["Kubernetes"].n, paid["Kubernetes"].of, paid["Kubernetes"].currency) == (10, 20, "GBP")
    assert (paid["Kubernetes"].low, paid["Kubernetes"].median, paid["Kubernetes"].high) == (
        40_000,
        58_000,
        76_000,
    )
    assert "Microsoft Excel" not in paid


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("location=london", True),
        ("location=ondon", False),
        ("employer=acme", True),
        ("mode=remote", True),
        ("mode=hybrid,remote", True),
        ("mode!=remote", False),
        ("seniority=unknown", True),
        ("month=2026", True),
        ("month=2026-05", False),
        ("title=keeper", True),
    ],
)
def test_conditions(where: str, holds: bool) -> None:
    facts = {
        "location": "Greater London, UK",
        "company": "Acme Ltd",
        "work_mode": "remote",
        "date": "2026-07-02",
        "title": "Light-keeper",
    }
    assert segments.holds(segments.conditions([where]))(facts) is holds


@pytest.mark.parametrize("where", ["junior", "level=junior", "mode=", "=remote"])
def test_a_condition_that_is_none_is_refused(where: str) -> None:
    with pytest.raises(UsageError, match="FACT=VALUE"):
        segments.conditions([where])


def test_no_posting_that_is_meant_is_an_error_with_what_there_is(place: Place) -> None:
    with pytest.raises(UsageError, match="no counted posting") as raised:
        step.table_of(place, TARGET, SETTINGS, ["seniority=lead"])
    assert "senior (20)" in raised.value.advice


@pytest.mark.parametrize(
    ("facts", "yearly"),
    [
        ({"salary_low": 20.0, "salary_currency": "USD", "salary_period": "hour"}, ("USD", 41_600.0)),
        ({"salary_low": "3000", "salary_high": "4000", "salary_currency": "EUR", "salary_period": "month"},
         ("EUR", 42_000.0)),
        ({"salary_low": 3000.0, "salary_currency": "EUR", "salary_period": ""}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_pay_of_a_year(facts: dict[str, object], yearly: object) -> None:
    assert segments.yearly(facts) == yearly


def test_by_parts_of_mentions_is_refused(place: Place) -> None:
    with pytest.raises(UsageError, match="--by parts skills, matrix and requirements"):
        reports.export(place, TARGET, SETTINGS, "mentions", "csv", by="mode")
    with pytest.raises(UsageError, match="--by knows no 'size'"):
        step.segmented(place, TARGET, SETTINGS, "size")


def test_hostile_values_are_no_folder_and_no_formula(place: Place) -> None:
    name = reports._plain("location=../../etc")
    assert "/" not in name
    assert "." not in name
    content = reports.export(place, TARGET, SETTINGS, "skills", "csv", by="seniority")
    assert isinstance(content, str)
    assert not any(cell.startswith("=") for line in content.splitlines() for cell in line.split(","))


def test_the_weekly_example_names_real_commands() -> None:
    """The example files run `refresh` with options that it has."""
    folder = Path(__file__).parent.parent / "examples" / "weekly"
    for name in ("refresh.sh", "refresh.yml"):
        assert "skillmatrix refresh --quiet --fail-on moved" in (folder / name).read_text(encoding="utf-8")


def test_the_same_postings_in_another_folder_give_the_same_documents(place: Place, tmp_path: Path) -> None:
    import shutil

    root = place.root.parent
    shutil.copytree(root, tmp_path / "deep" / "er", ignore=shutil.ignore_patterns("workspace"))
    there = Place(tmp_path / "elsewhere")
    found = read_sources(str(tmp_path / "deep" / "er" / "list.csv"))
    walk(there, TARGET, found.lines, SETTINGS, Options("fast", offline=True, listed=found.path))
    _, paths = reports.write(place, TARGET, SETTINGS)
    _, others = reports.write(there, TARGET, SETTINGS)
    for path, other in zip(paths, others, strict=True):
        assert path.read_bytes() == other.read_bytes(), path.name
