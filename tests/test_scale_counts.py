"""Counting part by part gives the numbers of one ledger, and more postings need no more memory."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import counting as benchmark
from pipeline import segments, shares
from pipeline.folders import counting, parts
from pipeline.folders.counting import PLACE, PLACE_SQL, keep_repeats
from pipeline.folders.counts import count
from pipeline.folders.one_file import month_of
from pipeline.records import Skill
from pipeline.score import score
from pipeline.settings import MatrixSettings, ScaleSettings, ScoreSettings, Settings
from pipeline.shares import DemandTable
from pipeline.trend import Side, compare

ROOT = Path(__file__).resolve().parents[1]
SKILLS = ("Kneading", "Ovens", "Rye", "Sales")
SAID = ((1, 0, 0, 0), (0, 2, 0, 1), (0, 0, 1, 3))
SETTINGS = Settings(
    matrix=MatrixSettings(min_postings=4), score=ScoreSettings(half_life_days=45, employer_cap=2.0)
)


def write_parts(output: Path, seed: int, postings: int = 150) -> None:
    """Write parts as workers leave them, with re-posts, unread postings, no employers, bad days."""
    rng = random.Random(seed)
    for table in parts.TABLES:
        (output / table).mkdir(parents=True)
    for file in "abcdefg":
        name = f"{rng.random()}.parquet"  # parts do not stand in the order of their files
        rows = [
            {"id": f"{file}{row}", "file": file, "row": row, "read": rng.random() < 0.9,
             "company": rng.choice(["Mill", "Mill", "Loaf Ltd", "Oven AG", "", "unnamed"]),
             "location": rng.choice(["north", "south"]), "role": rng.choice(["baker", "miller"]),
             "date": rng.choice([None, "soon", *(f"2026-0{m}-{rng.randint(10, 28)}" for m in (1, 2, 3, 3))]),
             "same_words": rng.choice([f"{file}{row}", f"{file}{row}", str(rng.randrange(40))])}
            for row in range(1, postings // 7 + 1)
        ]  # fmt: skip
        for row in rows:
            row["employer"] = shares.employer_name(row["company"]) or shares.UNNAMED
            row["month"] = month_of(row["date"] if row["date"] != "soon" else None)
        demand = [
            {"posting_id": row["id"], "skill": skill, "general": 1, "specific": 0,
             "years": rng.choice([None, None, 1.0, 2.0, 5.0]),
             **dict(zip(shares.STRENGTH_ORDER, rng.choice(SAID), strict=True))}
            for row in rows for skill in SKILLS if rng.random() < 0.4
        ]  # fmt: skip
        for table, found in (("postings", rows), ("demand", demand), ("mentions", []), ("failures", [])):
            columns = {
                name: [row.get(name, None if name == "pay" else "") for row in found]
                for name in parts.TABLES[table]
            }
            pq.write_table(parts.to_table(table, columns), output / table / name)


def read(output: Path, name: str) -> pa.Table:
    return duckdb.sql(f"SELECT * FROM read_parquet('{output}/{name}/**/*.parquet')").to_arrow_table()


def counted(output: Path) -> tuple[pa.Table, pa.Table]:
    """Return the demand and the postings that count, as a workspace's store would give them."""
    duckdb.register("postings", read(output, "postings"))
    duckdb.register("repeats", read(output, "repeats"))
    duckdb.register("demand", read(output, "demand"))
    postings = "SELECT *, 'posting' AS source_kind FROM postings ANTI JOIN repeats USING (id) WHERE read"
    demand = f"SELECT * FROM demand SEMI JOIN ({postings}) p ON p.id = demand.posting_id"
    return duckdb.sql(demand).to_arrow_table(), duckdb.sql(postings + " ORDER BY file, row").to_arrow_table()


def part(tables: tuple[pa.Table, pa.Table], **values: str) -> tuple[pa.Table, pa.Table]:
    demand, postings = tables
    for name, value in values.items():
        postings = postings.filter(pa.compute.equal(postings[name], value))
    return demand.filter(pa.compute.is_in(demand["posting_id"], postings["id"].combine_chunks())), postings


def close(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Return True for equal values, numbers but for the last digit that is told."""
    return all(
        found[name] == (pytest.approx(value, abs=2e-6) if isinstance(value, float) else value)
        for name, value in wanted.items()
    )


@pytest.fixture
def in_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a few rows and postings at a time, so that every part is cut everywhere."""
    monkeypatch.setattr(counting, "ROWS", 3)
    monkeypatch.setattr(counting, "POSTINGS", 30)


@pytest.mark.parametrize("seed", range(4))
def test_parts_add_up_to_the_numbers_of_one_table(seed: int, in_bits: None, tmp_path: Path) -> None:
    write_parts(tmp_path, seed)
    count(tmp_path, SETTINGS, ("month", "location"), tell=str)
    tables, weights = counted(tmp_path), SETTINGS.score
    told = read(tmp_path, "skills").to_pylist()
    skills = [Skill(row["skill"], row["kind"], "", row["theme"]) for row in told]
    wanted = score(DemandTable.of_counts(*tables, weights), skills)
    assert len(wanted) == len(SKILLS)
    assert all(close(row, asdict(one)) for row, one in zip(told, wanted, strict=True))
    sides = {}
    for group in {(row["month"], row["location"]) for row in tables[1].to_pylist()}:
        own = part(tables, month=group[0], location=group[1])
        if len(own[1]) >= SETTINGS.matrix.min_postings:
            table = DemandTable.of_counts(*own, weights)
            sides[group] = Side("", table, score(table, skills))
    scores = read(tmp_path, "scores").to_pylist()
    assert len(sides) > 4
    for (month, location), side in sides.items():
        rows = [row for row in scores if (row["month"], row["location"]) == (month, location)]
        assert all(close(row, asdict(one)) for row, one in zip(rows, side.scores, strict=True))
    assert len(scores) == sum(len(side.scores) for side in sides.values())
    moves = []
    for location in ("north", "south"):
        months = sorted(month for month, place in sides if place == location and month != "undated")
        for before, after in pairwise(months):
            shifts = compare(sides[before, location], sides[after, location], weights, SETTINGS.trend).shifts
            moves += [{"location": location, "before": before, **asdict(shift)} for shift in shifts]
    trends = read(tmp_path, "trends").to_pylist()
    assert len(moves) > 8
    assert all(close(row, move) for row, move in zip(trends, moves, strict=True))


def test_of_equal_postings_the_first_by_file_and_row_counts(in_bits: None, tmp_path: Path) -> None:
    write_parts(tmp_path, 5)
    count(tmp_path, SETTINGS, tell=str)
    postings = {row["id"]: row for row in read(tmp_path, "postings").to_pylist()}
    first = {}
    for row in sorted(postings.values(), key=lambda row: (row["file"], row["row"])):
        first.setdefault(row["same_words"], row["id"])
    wanted = {row["id"]: first[row["same_words"]] for row in postings.values()}
    repeats = {row["id"]: row["duplicate_of"] for row in read(tmp_path, "repeats").to_pylist()}
    assert len(repeats) > 10
    assert repeats == {name: one for name, one in wanted.items() if name != one}


def families_of(bands: list[list[int]], folder: Path) -> list[list[int]]:
    """Return the numbers of the postings that are compared with each other."""
    ids, words = [f"id {no}" for no in range(len(bands))], [""] * len(bands)
    told = {"id": ids, "title": words, "company": words, "location": words, "text": words}
    pq.write_table(
        pa.table({**told, "bands": pa.array(bands, pa.list_(pa.int32()))}), folder / "part.parquet"
    )
    found: list[list[int]] = []
    with duckdb.connect() as connection:
        sql = "CREATE TABLE postings AS SELECT file_row_number::INTEGER AS no, id, id AS same_words"
        connection.execute(f"{sql} FROM read_parquet('{folder}/part.parquet', file_row_number = true)")
        connection.execute("CREATE TABLE firsts AS SELECT same_words, no AS first FROM postings")
        keep_repeats(
            connection,
            [str(folder / "part.parquet")],
            lambda some: found.append([p["no"] for p in some]) or (),
        )
    return found


def test_a_chain_of_postings_with_a_band_in_common_is_one_family(tmp_path: Path) -> None:
    order = random.Random(1).sample(range(60), 60)
    bands = [[2 * no, 2 * no + 1] for no in range(70)]
    for step, (no, after) in enumerate(pairwise(order)):
        if step != 39:  # one chain of 40, one of 20
            bands[after][step % 2] = bands[no][step % 2]
    assert sorted(families_of(bands, tmp_path)) == sorted([sorted(order[:40]), sorted(order[40:])])


def test_equal_bands_at_other_places_are_chance(tmp_path: Path) -> None:
    assert families_of([[1, 2], [2, 1], [1, 3]], tmp_path) == [[0, 2]]


def test_threads_and_memory_change_no_byte(in_bits: None, tmp_path: Path) -> None:
    write_parts(tmp_path, 7)
    found = set()
    for threads, megabytes in ((1, 2000), (4, 2000), (3, 60)):
        scale = ScaleSettings(counting_mb=megabytes, counting_threads=threads)
        count(tmp_path, replace(SETTINGS, scale=scale), ("location", "month"), tell=str)
        files = sorted(
            p
            for name in ("skills", "shares", "scores", "trends")
            for p in (tmp_path / name).rglob("*.parquet")
        )
        found.add(hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest())
    assert len(found) == 1


MEASURED = """
import json, resource, sys
from pathlib import Path
from pipeline.settings import ScaleSettings, Settings
from pipeline.folders.counts import count
from pipeline.folders import counting
from pipeline.folders.counting import keep_repeats
counting.ROWS = 20_000
settings = Settings(scale=ScaleSettings(counting_mb=int(sys.argv[2])))
count(Path(sys.argv[1]), settings, tell=str)
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
"""


def test_eight_times_the_postings_need_no_more_than_the_database_may_take(tmp_path: Path) -> None:
    megabytes, peaks = 64, []
    for postings in (25_000, 200_000):
        output = tmp_path / str(postings)
        benchmark.generate(output, postings, 5 * postings)
        words = [sys.executable, "-c", MEASURED, str(output), str(megabytes)]
        peaks.append(json.loads(subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout))
    assert peaks[1] - peaks[0] < megabytes


def test_places_are_called_as_in_a_workspace() -> None:
    said = [
        "London, England",
        " Berlin ",
        "Remote or Oban",
        "Ostende",
        "Köln (Mitte)",
        ", Paris",
        "A - B",
        "x\ny/z",
    ]
    with duckdb.connect() as connection:
        sql = f"SELECT {PLACE_SQL} FROM (SELECT unnest($said) AS location)"
        found = [row[0] for row in connection.execute(sql, {"said": said, "place": PLACE}).fetchall()]
    assert [place.strip() for place in found] == [segments.part_of({"location": p}, "location") for p in said]
