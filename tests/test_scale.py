"""Folders of postings become one data set: the same bytes from every mapper, whatever dies on the way."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import synthetic
from benchmarks.scale import DATA
from pipeline import plugins, read
from pipeline.cluster import discover
from pipeline.cluster import skills as kinds
from pipeline.engines.local import FastEngine
from pipeline.errors import EngineError, EngineUnavailable, StoreError, UsageError
from pipeline.folders import counting
from pipeline.folders import steps as step
from pipeline.folders.counts import segmented
from pipeline.folders.inputs import find_inputs, local_copy
from pipeline.folders.one_file import month_of, role_of
from pipeline.folders.parts import Journal
from pipeline.folders.processes import HereMapper
from pipeline.folders.reuse import Reusing
from pipeline.ports import BaseEngine
from pipeline.records import Decision, Listing, Mention, Posting, RawPage, Rulings, SourceLine, Target
from pipeline.settings import MatrixSettings, Settings
from pipeline.steps import extract as extracting
from pipeline.steps import score as scoring
from pipeline.steps import words
from pipeline.steps.collect import collect
from pipeline.steps.place import Place

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Settings(matrix=MatrixSettings(min_postings=2))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("jobs")
    synthetic.write(found, 120, per_file=40, seed=5, short=True)
    return found


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("data set")
    run(folder, output, by=("month", "location"))
    return output


def run(folder: Path | str, output: Path, mapper: Any = None, **more: Any) -> step.Scaled:
    return step.extract_files([str(folder)], output, SETTINGS, mapper or HereMapper(), **more)


def table(output: Path, name: str) -> pd.DataFrame:
    return duckdb.sql(f"SELECT * FROM read_parquet('{output}/{name}/**/*.parquet')").df()


def digests(output: Path) -> dict[str, str]:
    files = [p for name in DATA for p in sorted((output / name).rglob("*.parquet"))]
    return {str(p.relative_to(output)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


# --- the same bytes, whoever computes them ---------------------------------------------------------


@pytest.mark.parametrize("name", ["processes", "dask"])
def test_every_mapper_writes_the_same_bytes(name: str, folder: Path, made: Path, tmp_path: Path) -> None:
    if name == "dask":
        pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask's own sockets and loops
        run(folder, tmp_path, step.mapper_named(name, 2, ""), by=("month", "location"))
    assert digests(tmp_path) == digests(made)
    assert {path.split("/")[0] for path in digests(made)} == set(DATA)


def test_every_quote_is_the_text_at_its_offsets(made: Path) -> None:
    texts = table(made, "postings").set_index("id")["text"]
    mentions = table(made, "mentions")
    assert len(mentions) > 500
    for m in mentions.itertuples():
        assert texts[m.posting_id][m.start : m.end] == m.quote


@pytest.mark.parametrize("decided", [False, True], ids=["untouched", "decided"])
def test_the_numbers_are_those_of_a_workspace(
    decided: bool, folder: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discover, "MOST", 0)  # folders join no unknown names by likeness,
    monkeypatch.setattr(kinds, "MOST", 0)  # and keep no wordings from which a kind is learned
    rows = [row for number in range(3) for row in synthetic.file_of(5, number, 40, short=True)]
    place, target = Place(tmp_path), Target("Anyone")
    place.remember_target(target)
    collect(place, target, jsonl(tmp_path / "all.jsonl", rows), [])
    if decided:
        imported(place, tmp_path)
        first, second, third, fourth = table(made, "skills")["skill"].head(4)
        place.decide(
            Decision(f"2026-01-0{day}T10:00:00Z", "me", target.id, action, subject, after=after)
            for day, (action, subject, after) in enumerate(
                [("reject", first, ""), ("merge", second, third), ("rename", third, "Own words"),
                 ("kind", fourth, "general"), ("priority", fourth, "3")], 1
            )
        )  # fmt: skip
        place.decide([SPLIT, replace(SPLIT, before="patient records", after="Driving licence")])
    extracting.extract(place, target, FastEngine(place.words()))
    scoring.score(place, target, Settings())
    with place.store() as store:
        wanted = {
            s.skill: (s.n, s.of, s.score, s.low, s.priority, s.kind, s.theme) for s in store.scores(target.id)
        }
    found = run(folder, tmp_path / "set", own=step.own_of(place, None))
    told = table(tmp_path / "set", "skills")
    assert {
        r.skill: (r.n, r.of, r.score, r.low, r.priority, r.kind, r.theme) for r in told.itertuples()
    } == wanted
    assert {"Own words", "Wind farming", "Sensing"} & set(wanted) == (
        {"Own words", "Wind farming", "Sensing"} if decided else set()
    )
    shared = set(table(tmp_path / "set", "shares")["skill"])
    assert shared <= set(wanted)
    assert found.totals["skills"] == len(wanted)


OWN = "name,aliases,uri\nWind farming,wind parks,urn:own:1\nAttention to detail,,urn:own:2\n"
SPLIT = Decision("2026-02-01T10:00:00Z", "me", "", "split", "Sensors", before="sensor", after="Sensing")


def imported(place: Place, folder: Path, text: str = OWN) -> Place:
    (folder / "own.csv").write_text(text)
    words.add(place, "csv", folder / "own.csv")
    return place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace with a taxonomy of its own and a split."""
    made = imported(Place(tmp_path / "workspace"), tmp_path)
    made.decide([SPLIT])
    return made


@pytest.mark.parametrize("name", ["here", "processes", "dask"])
def test_imported_names_and_splits_count_whoever_reads(
    name: str, folder: Path, made: Path, place: Place, tmp_path: Path
) -> None:
    if name == "dask":
        pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    own, by = step.own_of(place, None), ("month",)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(folder, tmp_path / "set", step.mapper_named(name, 2, ""), own=own, by=by)
    skills = table(tmp_path / "set", "skills").set_index("skill")
    assert (skills["uri"]["Wind farming"], skills["uri"]["Attention to detail"]) == ("urn:own:1", "urn:own:2")
    assert set(table(tmp_path / "set", "mentions").query("skill == 'Wind farming'")["quote"]) == {
        "wind parks"
    }
    before = table(made, "skills").set_index("skill")
    assert skills["n"]["Sensing"] == before["n"]["Sensors"]
    assert "Sensors" not in skills.index
    assert {"Wind farming", "Sensing"} <= set(table(tmp_path / "set", "shares")["skill"])
    if name != "here":
        run(folder, tmp_path / "here", own=own, by=by)
        assert digests(tmp_path / "set") == digests(tmp_path / "here")


def test_only_what_changes_the_reading_reads_again(folder: Path, place: Place, tmp_path: Path) -> None:
    def again() -> tuple[int, list[str], set[str]]:
        told: list[str] = []
        found = run(folder, tmp_path / "set", own=step.own_of(place, None), tell=told.append)
        skills = set(table(tmp_path / "set", "skills")["skill"])
        return found.skipped, [line for line in told if "again" in line], skills

    assert again()[:2] == (0, [])
    assert again()[:2] == (3, [])
    place.decide([Decision("2026-02-02T10:00:00Z", "me", "", "rename", "Sensing", after="Feeling")])
    skipped, told, skills = again()
    assert (skipped, told, skills & {"Sensing", "Feeling"}) == (3, [], {"Feeling"})
    place.decide([replace(SPLIT, before="patient records")])
    assert again()[:2] == (
        0,
        ["3 files are read again: a wording was split from its skill, or a split undone"],
    )
    imported(place, tmp_path, "name,aliases\nWind farming,shop floors\n")
    skipped, told, skills = again()
    assert (skipped, told) == (0, ["3 files are read again: the imported taxonomies changed"])
    assert "Shop floors" not in skills
    assert len(list((tmp_path / "set" / "_state").glob("own-*"))) == 1


def test_without_a_workspace_of_its_own_nothing_changes(folder: Path, made: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "set", own=step.own_of(Place(tmp_path), None), by=("month", "location"))
    assert digests(tmp_path / "set") == digests(made)
    assert not list((tmp_path / "set" / "_state").glob("own-*"))


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_worker_refuses_a_damaged_vocabulary_and_the_next_run_mends_it(
    damage: str, folder: Path, place: Place, tmp_path: Path
) -> None:
    own = step.own_of(place, None)
    (task, *_) = step.tasks_for([str(folder)], tmp_path / "set", SETTINGS, "fast", (), own)
    (copy,) = (tmp_path / "set" / "_state").glob("own-*/*.tsv")
    if damage == "cut":
        copy.write_text(copy.read_text()[:-30])
    else:
        shutil.rmtree(copy.parent)
    with pytest.raises(StoreError, match="damaged"):
        step.read_file(task)
    run(folder, tmp_path / "set", own=own)
    assert "Wind farming" in set(table(tmp_path / "set", "skills")["skill"])


def test_a_paraphrase_of_a_rejected_skill_is_rejected_too(tmp_path: Path) -> None:
    lines = [
        "Experience with napkin folding",
        "Experience in the folding of napkins",
        "Experience with Python",
    ]
    path = jsonl(tmp_path / "jobs.jsonl", [{"text": line} for line in lines])
    run(path, tmp_path / "set")
    assert set(table(tmp_path / "set", "skills")["skill"]) == {"Napkin folding", "Python"}
    for name in ("Napkin folding", "Folding of napkins"):
        run(path, tmp_path / "set", own=step.Own(rulings=Rulings(rejected=frozenset({name}))))
        assert set(table(tmp_path / "set", "skills")["skill"]) == {"Python"}


def test_a_decision_counts_without_reading_again(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path)
    first = table(tmp_path, "skills")["skill"][0]
    again = run(folder, tmp_path, own=step.Own(rulings=Rulings(rejected=frozenset({first.upper()}))))
    assert (again.skipped, again.files) == (3, 3)
    assert first not in set(table(tmp_path, "skills")["skill"]) | set(table(tmp_path, "shares")["skill"])
    assert first in set(table(tmp_path, "mentions")["skill"])


def test_repeats_are_in_no_denominator(made: Path) -> None:
    postings, repeats = table(made, "postings"), table(made, "repeats")
    assert len(repeats) > 5
    assert postings["same_words"].nunique() == len(postings) - len(repeats)
    months = table(made, "groups").query("by == 'month'")
    assert months["of"].sum() == len(postings) - len(repeats)


def nearly(seed: int) -> list[dict[str, Any]]:
    """Postings, half of them like an earlier one: with edits, of another employer, under another title."""
    chance = random.Random(seed)
    rows = synthetic.file_of(seed, 0, 60)
    for row in list(rows[:30]):
        lines = row["description"].splitlines()
        for _ in range(chance.randrange(1, 4)):
            edit = {"company": "Wren & Co", "title": "Kiln Keeper", "description": "\n".join(lines)}
            rows.append(
                {**row, "id": f"{len(rows)}", **{k: v for k, v in edit.items() if chance.random() < 0.6}}
            )
            lines[chance.randrange(len(lines))] = "Bring a lunch box of your own."
    chance.shuffle(rows)
    return rows


def told_repeats(output: Path) -> dict[int, int]:
    row = table(output, "postings").set_index("id")["row"]
    return {row[r.id]: row[r.duplicate_of] for r in table(output, "repeats").itertuples()}


def test_near_repeats_are_those_of_a_workspace(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "all.jsonl", nearly(3))
    place, target = Place(tmp_path / "workspace"), Target("Anyone")
    collect(place, target, path, [])
    with place.store() as store:
        postings = store.postings(target.id)
    number = {p.id: p.number for p in postings}
    wanted = {p.number: number[p.duplicate_of] for p in postings if p.duplicate_of}
    run(path, tmp_path / "set")
    assert told_repeats(tmp_path / "set") == wanted
    same = table(tmp_path / "set", "postings")["same_words"]
    assert len(wanted) > len(same) - same.nunique() > 5


@pytest.mark.parametrize("old", [1, 2])
def test_a_part_of_an_older_version_without_bands_is_counted(old: int, tmp_path: Path) -> None:
    rows = pd.DataFrame(nearly(3))
    (tmp_path / "jobs").mkdir()
    for name, some in (("a", rows[:40]), ("b", rows[40:])):
        some.to_parquet(tmp_path / "jobs" / f"{name}.parquet")
    run(tmp_path / "jobs", tmp_path / "set")
    repeats = len(table(tmp_path / "set", "repeats"))
    for name in ("a", "b")[:old]:
        (part,) = (tmp_path / "set" / "postings").glob(f"{name}-*.parquet")
        pd.read_parquet(part).drop(columns="bands").to_parquet(part)
        (tmp_path / "jobs" / f"{name}.parquet").write_bytes(b"no longer Parquet")
    found = run(tmp_path / "jobs", tmp_path / "set")
    assert (len(found.failed_files), found.totals["postings"]) == (old, len(rows))
    assert 0 < len(table(tmp_path / "set", "repeats")) < repeats


def test_a_family_too_large_for_memory_is_compared_in_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = jsonl(tmp_path / "all.jsonl", nearly(3))
    run(path, tmp_path / "whole")
    monkeypatch.setattr(counting, "MOST", 2)
    run(path, tmp_path / "sliced")
    assert 0 < len(told_repeats(tmp_path / "sliced")) < len(told_repeats(tmp_path / "whole"))


def test_shares_are_counts_over_their_group(made: Path) -> None:
    shares = table(made, "shares").query("by == 'location'")
    counted = table(made, "postings")
    counted = counted[~counted["id"].isin(table(made, "repeats")["id"])]
    demand = table(made, "demand").merge(counted, left_on="posting_id", right_on="id")
    by_hand = demand.groupby(["location", "skill"])["id"].nunique()
    sizes = counted.groupby("location").size()
    for row in shares.sample(50, random_state=1).itertuples():
        assert (row.n, row.of) == (by_hand[row.value, row.skill], sizes[row.value])
        assert row.low <= row.share <= row.high


def test_pandas_reads_a_table_by_its_folder(made: Path) -> None:
    shares = pd.read_parquet(made / "shares")
    by = {"month", "role", "employer", "location", "seniority", "mode", "type"}
    assert set(shares["by"].astype(str)) == by


def test_parts_are_compared_with_all_that_state_another_value(made: Path) -> None:
    compared = table(made, "compared").query("by == 'seniority'")
    counted = table(made, "postings").query("seniority != 'unknown'")
    counted = counted[~counted["id"].isin(table(made, "repeats")["id"])]
    demand = table(made, "demand").merge(counted, left_on="posting_id", right_on="id")
    by_hand = demand.groupby(["seniority", "skill"])["id"].nunique()
    every, sizes = by_hand.groupby("skill").sum(), counted.groupby("seniority").size()
    assert set(compared["value"]) == set(sizes[sizes >= SETTINGS.matrix.min_postings].index)
    for row in compared.sample(60, random_state=1).itertuples():
        n = by_hand.get((row.value, row.skill), 0)
        assert (row.n, row.of) == (n, sizes[row.value])
        assert (row.others_n, row.others_of) == (every[row.skill] - n, sizes.sum() - sizes[row.value])
        assert row.change_low <= row.change <= row.change_high


def test_groups_have_scores_and_months_have_trends(made: Path) -> None:
    scores, trends = table(made, "scores"), table(made, "trends")
    assert {"month", "location", "skill", "n", "of", "low", "high", "score", "priority"} <= set(
        scores.columns
    )
    assert scores["of"].min() >= SETTINGS.matrix.min_postings
    assert {"location", "before", "after", "skill", "verdict"} <= set(trends.columns)
    assert (trends["before"] < trends["after"]).all()


# --- what is done once -----------------------------------------------------------------------------


def test_finished_files_are_not_done_again_and_changed_ones_are(
    folder: Path, made: Path, tmp_path: Path
) -> None:
    jobs, output = tmp_path / "jobs", tmp_path / "out"
    jobs.mkdir()
    for path in sorted(folder.iterdir()):
        (jobs / path.name).write_bytes(path.read_bytes())
    run(jobs, output, by=("month", "location"))
    again = run(jobs, output, by=("month", "location"))
    assert (again.files, again.skipped, again.saving.postings) == (3, 3, 0)
    assert digests(output) == digests(made)
    synthetic.write(jobs, 50, per_file=50, seed=9, short=True)  # rewrites the first file
    changed = run(jobs, output)
    assert (changed.skipped, changed.totals["postings"]) == (2, 130)
    (jobs / "jobs-00001.parquet").unlink()
    assert run(jobs, output).totals["postings"] == 90


def test_equal_postings_and_lines_are_read_once(folder: Path, tmp_path: Path) -> None:
    from pipeline.folders import one_file as scale_file

    scale_file._reader.cache_clear()
    saving = run(folder, tmp_path).saving
    assert saving.postings == 120
    assert saving.equal_postings > 5
    assert 0.2 < saving.equal_lines / saving.lines < 1


LINES = (
    "Responsibilities", "Requirements", "Nice to have", "About us", "Benefits", "",
    "- Build and run Kafka for shops", "  - Experience with Python, SQL and boat building",
    "Must have: Java (3+ years).", "Knowledge of", "- Plan menus for hospital wards",
    "Mentor people.Strong SQL", "x" * 210 + " Python", "- proficient in R&D or C++",
    "No experience with Spark needed", "Café Ökonomie: familiarity with naïve Bayes",
    "\t\t- Design trams", "You will own Airflow; ideally you know dbt",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=12), min_size=1, max_size=4))
def test_reading_lines_once_gives_what_reading_the_whole_gives(texts: list[list[str]]) -> None:
    whole = FAST
    reusing = Reusing(FAST, lines=20)
    for number, lines in enumerate(texts):
        one = posting("\n".join(lines), f"p{number}")
        assert reusing.mentions(one) == whole.mentions(one)


FAST = FastEngine()


def posting(text: str, name: str) -> Posting:
    listing = Listing(name, "collection", "A title", text, is_html=False, item=name)
    return read.posting_from(listing, SourceLine(name), RawPage(name, name, 200, (), b"", ""))


def test_an_engine_that_looks_beyond_lines_is_asked_about_whole_postings() -> None:
    engine = Poison()
    reusing = Reusing(engine)
    one, other = posting("Java\nPython", "a"), posting("Java\nRust", "b")
    assert [m.posting_id for p in (one, other, one) for m in reusing.mentions(p)] == [
        p.id for p in (one, other, one)
    ]
    assert engine.seen == ["Java\nPython", "Java\nRust"]
    assert (reusing.saving.equal_postings, reusing.saving.lines) == (1, 0)


# --- what goes wrong -------------------------------------------------------------------------------


class Poison(BaseEngine):
    """Finds the first four characters; chokes on poison, and one text kills its process."""

    name, version = "poison", "1"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        self.seen.append(posting.text)
        if "poison" in posting.text:
            raise MemoryError("too much")
        if "deadly" in posting.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return (Mention.at(posting, 0, 4),)


def test_a_poison_posting_costs_itself_and_not_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(plugins.ENGINES, "poison", f"{__name__}:Poison")
    rows = [{"text": f"Java and more {n}"} for n in range(5)]
    path = jsonl(tmp_path / "jobs.jsonl", [*rows, {"text": "poison"}, {"text": ""}, {"text": "Rust at last"}])
    path.write_text(path.read_text() + "no json\n" + "[" * 100_000 + "\n")
    done = run(path, tmp_path / "out", engine="poison")
    assert (done.totals["postings"], done.totals["failures"]) == (6, 4)
    failures = table(tmp_path / "out", "failures").sort_values("row")
    assert failures["row"].tolist() == [6, 7, 9, 10]
    assert "MemoryError: too much" in failures["reason"].iloc[0]


DEADLY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from pipeline import plugins
plugins.ENGINES["poison"] = "test_scale:Poison"
from test_scale import run
print(run(sys.argv[2], Path(sys.argv[3]), engine="poison").totals["failures"])
"""


def test_a_posting_that_kills_its_process_twice_is_left_out_the_third_time(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "jobs.jsonl", [{"text": "Java and more"}, {"text": "deadly"}, {"text": "Rust at last"}]
    )
    words = [sys.executable, "-c", DEADLY, str(Path(__file__).parent), str(path), str(tmp_path / "out")]
    codes = [subprocess.run(words, capture_output=True, cwd=ROOT, check=False).returncode for _ in range(3)]
    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert table(tmp_path / "out", "failures")["row"].tolist() == [2]
    assert table(tmp_path / "out", "postings")["row"].tolist() == [1, 3]


def test_one_kill_from_outside_leaves_no_posting_out(tmp_path: Path) -> None:
    for rows in ([1], [1, 2], [1, 2, 3]):
        journal = Journal(tmp_path, "part")
        journal.__enter__()  # and never left: the process is gone
        assert journal.deadly == set()
        for row in rows:
            journal.begin(row)
    with Journal(tmp_path, "part") as journal:
        assert journal.deadly == set()


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(folder: Path, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    (jobs / "good.parquet").write_bytes(next(folder.iterdir()).read_bytes())
    (jobs / "bad.parquet").write_bytes(b"no Parquet at all")
    jsonl(jobs / "other.jsonl", [{"colour": "red"}])
    done = run(jobs, tmp_path / "out")
    assert [name for name, _ in done.failed_files] == ["bad.parquet", "other.jsonl"]
    assert done.totals["postings"] == 40
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_a_file_that_can_no_longer_be_read_keeps_its_earlier_reading_and_says_so(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "jobs.jsonl", [{"text": "You know SQL and Python."}])
    run(path, tmp_path / "out")
    jsonl(path, [{"colour": "red"}])
    again = run(path, tmp_path / "out")
    assert again.totals["postings"] == 1
    assert ["stays in the data set" in reason for _, reason in again.failed_files] == [True]


@pytest.mark.parametrize(
    "text", ["Nothing is asked of anybody here.", "Nous cherchons une personne pour la vente et pour vous."]
)
def test_postings_that_demand_nothing_leave_a_readable_data_set(text: str, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "jobs.jsonl", [{"text": f"{text} {n}"} for n in range(3)])
    found = run(path, tmp_path / "out", by=("month", "role"))
    assert (found.totals["postings"], found.totals["mentions"], found.totals["skills"]) == (3, 0, 0)
    assert all(len(table(tmp_path / "out", name)) == 0 for name in ("mentions", "skills", "shares", "scores"))


def test_a_data_set_inside_its_own_input_is_not_read(folder: Path, tmp_path: Path) -> None:
    jsonl(tmp_path / "jobs.jsonl", [{"text": "Experience with Python"}])
    for _ in range(2):
        assert run(tmp_path, tmp_path / "market").files == 1


def test_a_worker_of_another_version_is_refused(folder: Path, tmp_path: Path) -> None:
    (task, *_) = step.tasks_for([str(folder)], tmp_path, SETTINGS, "fast", ())
    with pytest.raises(EngineError, match="not 0"):
        step.read_file(replace(task, version="0"))


def cli(*words: str | Path) -> list[str]:
    return [sys.executable, "-c", "from pipeline.cli import main; main()", "folders", *map(str, words)]


def test_ctrl_c_leaves_a_state_to_go_on_from(folder: Path, made: Path, tmp_path: Path) -> None:
    (tmp_path / "skillmatrix.toml").write_text("[matrix]\nmin_postings = 2\n")
    words = cli("-w", tmp_path, folder, "--output", tmp_path, "--mapper", "here", "--by", "month,location")
    with subprocess.Popen(
        words, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 60
        while not list(tmp_path.glob("_state/*.json")) and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    if process.returncode == 130:  # else it was faster than our signal
        assert "Run the same command again to go on" in told
        assert " 0 were finished before" not in done.stdout
    assert digests(tmp_path) == digests(made)
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere/*.parquet", "--output", "o"], "names no Parquet"),
        (["x", "--output", "o", "--mapper", "here", "--address", "tcp://a:1"], "--address is for"),
        (["x", "--output", "o", "--mapper", "spark"], "no mapper is called"),
        (["x", "--output", "o", "--engine", "llm"], "does not read folders"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_why(words: list[str], said: str, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pipeline.cli.app import app

    done = CliRunner().invoke(app, ["folders", "-w", str(tmp_path), *words])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


def test_what_a_workspace_adds_is_said(place: Place, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pipeline.cli.app import app

    place.decide([Decision("2026-02-03T10:00:00Z", "me", "", "wrong-mention", "Python", before="0123:16:22")])
    path = jsonl(tmp_path / "jobs.jsonl", [{"text": "Experience with Python"}])
    words = [str(path), "--output", str(tmp_path / "set"), "--mapper", "here"]
    done = CliRunner().invoke(app, ["folders", "-w", str(place.root), *words])
    assert "imported taxonomies give names too: own" in done.stderr
    assert "1 single mentions were called wrong; that cannot hold here" in done.stderr
    assert set(table(tmp_path / "set", "skills")["skill"]) == {"Python"}


def test_an_unknown_group_is_named_before_anything_is_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="salary"):
        run(folder, tmp_path / "data", by=("salary",))
    assert not (tmp_path / "data").exists()


# --- what comes in ---------------------------------------------------------------------------------


def test_parquet_jsonl_and_csv_give_the_same_mentions(tmp_path: Path) -> None:
    rows = synthetic.file_of(3, 0, 20, short=True)
    pd.DataFrame(rows).to_parquet(tmp_path / "a.parquet")
    jsonl(tmp_path / "a.jsonl", rows)
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    found = {}
    for ending in ("parquet", "jsonl", "csv"):
        run(tmp_path / f"a.{ending}", tmp_path / ending)
        found[ending] = table(tmp_path / ending, "mentions").drop(columns="posting_id").to_csv()
    assert found["parquet"] == found["jsonl"] == found["csv"]


def test_columns_are_mapped_as_in_import(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "jobs.jsonl", [{"was": "Experience with Python", "wer": "Blue Lark"}])
    run(path, tmp_path / "out", mapping=(("text", "was"), ("company", "wer")))
    row = table(tmp_path / "out", "postings").iloc[0]
    assert (row["text"], row["company"], row["employer"]) == (
        "Experience with Python",
        "Blue Lark",
        "blue lark",
    )


def test_files_are_named_from_the_first_wildcard_on(tmp_path: Path) -> None:
    for name in (
        "2025/a.jsonl",
        "2026/a.jsonl",
        "2026/_temporary/b.jsonl",
        "2026/notes.txt",
        "2026/.hidden.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}\n")
    names = ["2025/a.jsonl", "2026/a.jsonl"]
    assert [f.name for f in find_inputs([str(tmp_path)])] == names
    assert [f.name for f in find_inputs([f"{tmp_path}/*/*"])] == names
    assert len({f.name for f in find_inputs([str(tmp_path / "2025"), str(tmp_path / "2026")])}) == 2


def test_any_address_of_fsspec_is_read(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://scale/jobs/a.jsonl", "w") as file:
        file.write(json.dumps({"text": "Experience with Python"}) + "\n")
    for pattern in ("memory://scale/jobs", "memory://scale/jobs/*.jsonl"):
        (found,) = find_inputs([pattern])
        assert found.name == "a.jsonl"
        with local_copy(found) as path:
            assert "Python" in path.read_text()
    assert run("memory://scale/jobs", tmp_path).totals["postings"] == 1


def test_a_scheme_without_its_package_is_named() -> None:
    with pytest.raises(EngineUnavailable, match="nosuchscheme"):
        find_inputs(["nosuchscheme://bucket/a.parquet"])


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Senior Data Engineer (m/f/d)", "data engineer"),
        ("Data Engineer II - Payments", "data engineer"),
        ("Lead Nurse, Night Shift", "nurse"),
        ("Back-End Developer | Remote", "back end developer"),
        ("Junior", "junior"),
        ("", "untitled"),
    ],
)
def test_a_role_is_its_title_without_level_and_place(title: str, role: str) -> None:
    assert role_of(title) == role


def test_months_come_from_days() -> None:
    assert (month_of("2026-03-31"), month_of(None)) == ("2026-03", "undated")


def test_the_parts_that_are_printed_are_the_largest_with_what_differs(made: Path) -> None:
    found, small = segmented(made, "location", SETTINGS)
    groups = table(made, "groups").query("by == 'location' and value != 'unnamed'")
    large = groups[groups["of"] >= SETTINGS.matrix.min_postings].sort_values("of", ascending=False)
    assert [part.of for part in found.parts] == large["of"].tolist()[:6]
    assert small == len(groups) - len(large)
    compared = table(made, "compared").query("by == 'location' and verdict in ('more', 'less')")
    told = {(part.value, share.name, share.n) for part in found.parts for share in part.shares}
    shown = compared[compared["value"].isin([part.value for part in found.parts])]
    assert told == set(zip(shown["value"], shown["skill"], shown["n"], strict=True))
