"""What the store promises: records come back as they went in, one writer, nothing half done."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError, UsageError, WorkspaceBroken, WorkspaceBusy
from pipeline.records import (
    Evidence,
    Facts,
    Failure,
    MatrixDraft,
    MatrixRow,
    Mention,
    Posting,
    PromptRef,
    Provenance,
    Run,
    Section,
    Skill,
    SkillScore,
    Snapshot,
    Target,
)
from pipeline.settings import ScoreSettings
from pipeline.store import Store, codec, database

TARGET = Target("Baker", "bread")
T = TARGET.id
DOCS = Path(__file__).parent.parent / "docs" / "scoring.md"


def posting(name: str, text: str = "You knead dough and know ovens.", **known: object) -> Posting:
    return Posting(name, f"https://oven.example/{name}", text, company="Oven & Co", **known)  # type: ignore[arg-type]


def mention(of: Posting, word: str, **known: object) -> Mention:
    start = of.text.index(word)
    return Mention.at(of, start, start + len(word), **known)


DOUGH = posting("a", number=2, sections=(Section(0, 9, "duties", "Tasks"),), aliases=("x", "y"))
OVEN = posting("b", number=1)
KNEADING = mention(
    DOUGH,
    "knead dough",
    skill="Kneading",
    strength="required",
    years=2.0,
    depth="know",
    kind="specific",
    provenance=Provenance("llm", "1", "big", "big-2", PromptRef("extract", "v1", "0" * 64), "json", "f" * 64),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "processed" / "skillmatrix.duckdb"


@pytest.fixture
def store(path: Path):
    with Store(path) as opened:
        yield opened


TABLES = {
    Target: "targets",
    Posting: "postings",
    Mention: "mentions",
    Skill: "skills",
    SkillScore: "scores",
    Failure: "failures",
    Run: "runs",
}


@pytest.mark.parametrize(("record", "table"), TABLES.items(), ids=lambda x: getattr(x, "__name__", x))
def test_every_field_of_a_record_has_its_column(store: Store, record: type, table: str) -> None:
    columns = {row[0] for row in store._connection.sql(f"DESCRIBE {table}").fetchall()}
    assert set(codec.columns(record)) <= columns


def test_postings_come_back_whole_in_the_order_of_the_list(store: Store) -> None:
    odd = posting("c", "Bäcker\x00 gesucht 😀 'quoted'; DROP TABLE postings;\n- one", number=1, closed="gone")
    store.save_postings(T, [DOUGH, odd, OVEN])
    assert store.postings(T) == [OVEN, odd, DOUGH]
    assert store.postings(T, counted_only=True) == [OVEN, DOUGH]


def test_saving_postings_again_replaces_those_of_that_target_only(store: Store) -> None:
    store.save_postings(T, [DOUGH, OVEN])
    store.save_postings("other", [DOUGH])
    store.save_postings(T, [OVEN])
    assert (store.postings(T), store.postings("other")) == ([OVEN], [DOUGH])


def test_mentions_come_back_with_who_found_them(store: Store) -> None:
    store.save_postings(T, [DOUGH])
    store.save_mentions(T, [KNEADING])
    assert store.mentions(T) == [KNEADING]


def test_mentions_are_found_by_posting_and_by_skill(store: Store) -> None:
    ovens = [mention(p, "ovens", skill="Ovens") for p in (DOUGH, OVEN)]
    store.save_postings(T, [DOUGH, OVEN])
    store.save_mentions(T, [KNEADING, *ovens])
    assert store.mentions(T, posting_ids=["a"]) == [KNEADING, ovens[0]]
    assert store.mentions(T, skill="Ovens") == [ovens[1], ovens[0]]
    assert store.mentions(T, posting_ids=[]) == []


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_any_text_survives_the_way_to_arrow_and_back(texts: list[str]) -> None:
    postings = [replace(posting(str(place), text), flags=(text,)) for place, text in enumerate(texts)]
    table = codec.to_arrow(Posting, postings, target=T)
    assert codec.from_arrow(Posting, table) == postings


def test_half_a_character_becomes_a_question_mark_and_offsets_hold(store: Store) -> None:
    broken = posting("a", "Know \ud83d ovens")
    store.save_postings(T, [broken])
    store.save_mentions(T, [mention(broken, "\ud83d ovens")])
    kept, said = store.postings(T)[0], store.mentions(T)[0]
    assert kept.text == "Know ? ovens"
    assert kept.text[said.start : said.end] == said.quote


def test_extraction_goes_on_where_it_stopped(store: Store) -> None:
    store.save_extracted(T, {"a": "d1", "b": "d1"}, [KNEADING])
    store.save_extracted(T, {"b": "d2"}, [mention(OVEN, "ovens")])
    assert store.extracted(T) == {"a": "d1", "b": "d2"}
    assert len(store.found(T)) == 2


def test_a_posting_read_again_loses_its_old_mentions(store: Store) -> None:
    store.save_extracted(T, {"a": "d1"}, [KNEADING])
    store.save_extracted(T, {"a": "d2"}, [])
    assert (store.found(T), store.mentions(T)) == ([], [])


def test_merging_names_leaves_what_the_engine_found(store: Store) -> None:
    store.save_postings(T, [DOUGH])
    store.save_extracted(T, {"a": "d1"}, [KNEADING.named(None)])
    store.save_mentions(T, [KNEADING.named("Dough work")])
    assert [m.skill for m in store.found(T)] == [None]
    assert [m.skill for m in store.mentions(T)] == ["Dough work"]


def test_demand_counts_per_posting_and_leaves_out_what_is_no_demand(store: Store) -> None:
    closed, twin = posting("c", closed="filled"), posting("d", duplicate_of="a")
    blog = posting("e", source_kind="blog")
    store.save_postings(T, [DOUGH, OVEN, closed, twin, blog])
    known = {"skill": "Ovens"}
    store.save_mentions(
        T,
        [
            mention(DOUGH, "ovens", strength="preferred", **known),
            mention(DOUGH, "know ovens", strength="required", years=3.0, **known),
            mention(OVEN, "ovens", negated=True, **known),
            mention(OVEN, "dough"),
            mention(closed, "ovens", **known),
            mention(twin, "ovens", **known),
            mention(blog, "ovens", strength="duty", **known),
        ],
    )
    rows = sorted(store.demand(T).to_pylist(), key=lambda row: row["posting_id"])
    assert [(r["posting_id"], r["duty"]) for r in rows] == [("a", 0), ("e", 1)]
    assert (rows[0]["required"], rows[0]["preferred"], rows[0]["years"]) == (1, 1, 3.0)
    assert sorted(store.weighed_postings(T).column("id").to_pylist()) == ["a", "b", "e"]


def test_the_demand_is_what_a_loop_over_records_counts(store: Store) -> None:
    rng = random.Random(3)
    kinds = ["posting", "posting", "blog"]
    postings = [
        posting(
            f"p{i:02}",
            number=i,
            source_kind=rng.choice(kinds),
            closed=rng.choice([None, None, None, "filled"]),
            duplicate_of=rng.choice([None, None, None, "p00"]),
        )
        for i in range(40)
    ]
    said = [
        mention(
            rng.choice(postings),
            rng.choice(["dough", "ovens", "knead"]),
            skill=rng.choice(["Kneading", "Ovens", None]),
            strength=rng.choice(["required", "duty", "unstated", "preferred"]),
            negated=rng.random() < 0.1,
            years=rng.choice([None, 2.0, 5.0]),
        )
        for _ in range(600)
    ]
    store.save_postings(T, postings)
    store.save_mentions(T, said)
    weighed = {p.id for p in postings if p.closed is None and p.duplicate_of is None}
    expected: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    years: dict[tuple[str, str], list[float]] = defaultdict(list)
    for m in said:
        if m.skill and not m.negated and m.posting_id in weighed:
            expected[m.posting_id, m.skill][m.strength] += 1
            years[m.posting_id, m.skill] += [m.years] if m.years is not None else []
    rows = store.demand(T).to_pylist()
    assert sorted((r["posting_id"], r["skill"]) for r in rows) == sorted(expected)
    for row in rows:
        place = row["posting_id"], row["skill"]
        assert {s: row[s] for s in expected[place]} == dict(expected[place])
        assert row["years"] == min(years[place], default=None)
    assert sorted(store.weighed_postings(T).column("id").to_pylist()) == sorted(weighed)


def test_postings_are_counted_by_the_facts_read_in_them(store: Store) -> None:
    facts = Facts(seniority="junior", work_mode="remote", salary_low=31000.0)
    store.save_postings(T, [replace(DOUGH, facts=facts, location="London"), OVEN])
    row, other = sorted(store.weighed_postings(T).to_pylist(), key=lambda row: row["id"])
    assert (row["seniority"], row["work_mode"], row["location"]) == ("junior", "remote", "London")
    assert (float(row["salary_low"]), other["seniority"], other["salary_low"]) == (31000.0, "", None)
    store.save_mentions(T, [mention(DOUGH, "dough", skill="Kneading")])
    table = store.demand_table(T, ScoreSettings())
    assert {value: part.of for value, part in table.by("seniority").items()} == {"": 1, "junior": 1}
    store.save_snapshot(Snapshot("spring", T, "", "", ("a", "b")))
    frozen = store.demand_table(T, ScoreSettings(), "spring")
    assert (frozen.ids, frozen.names) == (table.ids, ("Kneading",))
    assert [frozen.ids[at] for at in frozen.posting] == ["a"]


SCORE = SkillScore("Kneading", "specific", "doughs", 1, 2, 0.1, 0.9, 0.5, 1, True, 1, 0, 0, 3, 1, 2.0)
EVIDENCE = Evidence("a", "u", "c", "t", None, 1, 2, "q", "required", "local", "Kneading")
ROW = MatrixRow(
    "specific", "Making doughs", "doughs", ("Kneading",), 1, 2, 0.1, 0.9, 0.5, 1, True, "why", (EVIDENCE,)
)
DRAFT = MatrixDraft(TARGET, (ROW,), 2, 3, 1, 0, 0, "local", "short", ("note",))


def test_skills_scores_matrix_failures_and_runs_come_back(store: Store) -> None:
    skill = Skill("Kneading", "specific", "named", "doughs", ("knead",), False, "urn:x")
    failure = Failure("https://x.example", "closed", "filled", "ask", 3, T)
    run = Run("gather", T, 3, 2, 0, 1, 0.5, "abc", ("slow",))
    store.save_target(TARGET)
    store.save_skills(T, [skill])
    store.save_scores(T, [SCORE])
    store.save_matrix(T, DRAFT)
    store.save_failures(T, [failure])
    store.save_run(replace(run, inputs=99))
    store.save_run(run)
    assert store.targets() == [TARGET]
    assert (store.skills(T), store.scores(T), store.matrix(T)) == ([skill], [SCORE], DRAFT)
    assert (store.failures(T), store.runs(T), store.runs()) == ([failure], [run], [run])
    assert (store.matrix("none"), store.runs("none")) == (None, [])


def test_a_snapshot_stays_when_the_target_moves_on(store: Store) -> None:
    store.save_postings(T, [DOUGH])
    store.save_mentions(T, [KNEADING])
    snapshot = Snapshot("spring", T, "2026-04-01", "digest", ("a",), (("engine", "1"),), (SCORE,))
    store.save_snapshot(snapshot)
    store.save_postings(T, [OVEN])
    store.save_mentions(T, [])
    assert store.snapshot("spring") == snapshot
    assert store.snapshots(T) == [snapshot]
    assert store.snapshot_demand("spring", T).column("skill").to_pylist() == ["Kneading"]
    assert store.snapshot_postings("spring", T).column("id").to_pylist() == ["a"]


def test_a_snapshot_is_never_overwritten(store: Store) -> None:
    snapshot = Snapshot("spring", T, "2026-04-01", "digest", ())
    store.save_snapshot(snapshot)
    with pytest.raises(UsageError, match="spring"):
        store.save_snapshot(snapshot)
    store.save_snapshot(replace(snapshot, target="other"))


def test_a_frozen_snapshot_comes_back_after_the_store_was_deleted(path: Path, tmp_path: Path) -> None:
    snapshot = Snapshot("spring", T, "2026-04-01", "digest", ("a",), (("engine", "1"),), (SCORE,))
    with Store(path) as store:
        store.save_postings(T, [DOUGH])
        store.save_mentions(T, [KNEADING])
        store.save_snapshot(snapshot)
        kept = store.frozen("spring", T)
        before = (store.snapshot_demand("spring", T), store.snapshot_postings("spring", T))
        assert store.frozen("autumn", T) is None
    assert kept is not None
    with Store(tmp_path / "new" / "skillmatrix.duckdb") as store:
        assert store.thaw(kept)
        assert not store.thaw(kept)
        assert store.snapshot("spring", T) == snapshot
        assert (store.snapshot_demand("spring", T), store.snapshot_postings("spring", T)) == before
        assert store.frozen("spring", T) == kept


# --- the file ---------------------------------------------------------------------------------


def in_another_process(code: str, path: Path) -> subprocess.Popen[str]:
    """Start a Python process that runs the code and says "ready" by a line."""
    call = [sys.executable, "-c", code, str(path)]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


HOLD = """
import sys, pathlib
from pipeline.store import Store
with Store(pathlib.Path(sys.argv[1]), read_only={read_only}) as store:
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_a_second_writer_is_told_that_the_workspace_is_busy(path: Path) -> None:
    with in_another_process(HOLD.format(read_only=False), path) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(WorkspaceBusy, match="another process"):
            Store(path, wait_seconds=0.2)
        other.communicate("\n")
    Store(path).close()


def test_a_short_writer_is_waited_for(path: Path) -> None:
    with in_another_process(HOLD.format(read_only=False), path) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()
        other.stdin.write("\n")
        other.stdin.flush()
        Store(path, wait_seconds=30).close()


def test_readers_coexist(path: Path) -> None:
    Store(path).close()
    with in_another_process(HOLD.format(read_only=True), path) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with Store(path, read_only=True) as reader:
            assert reader.targets() == []
        other.communicate("\n")


WRITE_FOR_EVER = """
import sys, pathlib, itertools
from pipeline.store import Store
from pipeline.records import Mention, Posting
text = "know ovens " * 200
for batch in itertools.count():
    ids = [f"{batch}-{place}" for place in range(5)]
    found = [Mention(i, 11 * n + 5, 11 * n + 10, "ovens") for i in ids for n in range(200)]
    with Store(pathlib.Path(sys.argv[1])) as store:
        store.save_extracted("t", dict.fromkeys(ids, "d"), found)
    print(batch, flush=True)
"""


def test_a_killed_run_leaves_whole_batches_only(path: Path) -> None:
    with in_another_process(WRITE_FOR_EVER, path) as other:
        assert other.stdout is not None
        for _ in range(3):
            other.stdout.readline()
        os.kill(other.pid, signal.SIGKILL)
    with Store(path) as store:
        kept = store.extracted("t")
        found = store.found("t")
    assert len(kept) >= 15
    assert len(kept) % 5 == 0
    assert {name: sum(m.posting_id == name for m in found) for name in kept} == dict.fromkeys(kept, 200)


def test_a_batch_that_fails_leaves_the_old_one(store: Store) -> None:
    store.save_extracted(T, {"a": "d1"}, [KNEADING])
    wrong = replace(KNEADING, quote=None)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        store.save_extracted(T, {"a": "d2"}, [wrong])
    assert (store.extracted(T), store.found(T)) == ({"a": "d1"}, [KNEADING])


@pytest.mark.parametrize("content", [b"", b"no database\n" * 500])
def test_a_file_that_is_no_database_is_named_with_advice(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(WorkspaceBroken, match=path.name) as caught:
        Store(path)
    assert "data/raw" in caught.value.advice


def test_a_torn_database_is_named_with_advice(path: Path) -> None:
    with Store(path) as store:
        store.save_postings(T, [DOUGH] * 2000)
    content = bytearray(path.read_bytes())
    content[12:4096] = b"\xff" * 4084
    path.write_bytes(content)
    with pytest.raises(WorkspaceBroken):
        Store(path)


def test_a_database_of_a_newer_skillmatrix_is_left_alone(path: Path) -> None:
    with Store(path) as store:
        store._connection.execute("INSERT INTO schema_notes VALUES (9999, 'from the future')")
    before = path.read_bytes()
    with pytest.raises(WorkspaceBroken, match="newer") as caught:
        Store(path)
    assert "Upgrade" in caught.value.advice
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    import duckdb

    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE invoices (amount INTEGER)")
    with pytest.raises(WorkspaceBroken, match="another program"):
        Store(path)


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError):
        Store(tmp_path / "data" / "processed" / "skillmatrix.duckdb")


def test_reading_what_was_never_written_is_a_store_error(path: Path) -> None:
    with pytest.raises(StoreError):
        Store(path, read_only=True)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [number for number, _, _ in database.migrations()] == list(
        range(1, len(database.migrations()) + 1)
    )


def test_a_migration_that_fails_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(path).close()
    good = database.migrations()
    torn = (len(good) + 1, "torn", "CREATE TABLE half (x INTEGER); CREATE TABLE postings (x INTEGER)")
    with monkeypatch.context() as patched:
        patched.setattr(database, "migrations", lambda: [*good, torn])
        with pytest.raises(StoreError):
            Store(path)
    with Store(path) as store:
        assert ("half",) not in store._connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()


def test_the_store_reaches_no_other_file(store: Store, tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(duckdb.Error):
        store._connection.execute(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")


def test_two_roles_never_share_a_name_for_files_though_their_letters_get_lost() -> None:
    roles = (
        "C developer",
        "C++ developer",
        "C# developer",
        "Ingénieur",
        "ML 研究者",
        "ML エンジニア",
        "研究者",
    )
    names = [Target(role).id for role in (*roles, "x" * 70, "x" * 71)]
    assert len(set(names)) == len(names)
    assert names[:4] == ["c-developer", "cplusplus-developer", "csharp-developer", "ingenieur"]
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", name) for name in names)
    assert Target("Cook", "食品").id != Target("Cook", "飲料").id
