from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from attacking import FIGURES, Attacks
from servers.board import Board

from pipeline import plugins
from pipeline.archive import Archive, hold
from pipeline.errors import DatabaseDamaged, UsageError, WorkspaceBusy
from pipeline.lists import read_sources
from pipeline.llm import steps as llm
from pipeline.llm import usage
from pipeline.llm.advice import advice_of
from pipeline.plan import person
from pipeline.records import Rating, SourceLine, Target
from pipeline.settings import FetchSettings, Settings
from pipeline.steps import look, trend
from pipeline.steps.collect import imported
from pipeline.steps.gather import gather
from pipeline.steps.place import Place
from pipeline.steps.refresh import refresh
from pipeline.steps.report import rows
from pipeline.steps.run import Options, restate, walk

TARGET = Target("Lighthouse keeper")
TEXT = """Keeper {n}

What you will do
- Maintain the lamp of tower {n} and its {n}{n} steps

Requirements
- Python and SQL
- Experience with {tool}
- Strong communication skills
"""


def listed(root: Path) -> Path:
    root.mkdir(parents=True)
    for n in range(1, 5):
        (root / f"{n}.txt").write_text(TEXT.format(n=n, tool="Hadoop"))
    (root / "new.txt").write_text(TEXT.format(n=2, tool="Apache Kafka"))
    (root / "list.txt").write_text("".join(f"{n}.txt\n" for n in range(1, 5)))
    return root


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a workspace with two snapshots and ratings."""
    root = listed(tmp_path_factory.mktemp("coast") / "root")
    place = Place(root / "workspace")
    place.root.mkdir()
    (place.root / "skillmatrix.toml").write_text('[engine]\nname = "fast"\n')
    lines = read_sources(str(root / "list.txt")).lines
    walk(place, TARGET, lines, Settings(), Options("fast", offline=True, snapshot="spring"))
    with hold(place.raw):
        restate(place, TARGET, Settings(), "autumn")
    person.rate(place, [Rating("2026-11-01", TARGET.id, "python", 3)])
    return root


@pytest.fixture(autouse=True, scope="module")
def one_engine() -> Iterator[None]:
    """Make the engine of a rebuilding only once: a second for each try otherwise."""
    engine = plugins.engine("fast", Settings())
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr("pipeline.steps.rebuild.plugins.engine", lambda *a, **k: engine)
        yield


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    shutil.copytree(made / "workspace", tmp_path / "ws")
    return Place(tmp_path / "ws")


def told(place: Place) -> object:
    kinds = [rows(place, TARGET, Settings(), kind) for kind in ("skills", "matrix", "postings", "mentions")]
    return json.loads(json.dumps(kinds, sort_keys=True, default=str))


def snapshots(place: Place) -> set[str]:
    with place.store() as store:
        return {name for name, _ in store.snapshot_names()}


# --- pages ------------------------------------------------------------------------------------

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda body: b"",
    "cut": lambda body: body[: len(body) // 2],
    "garbage": lambda body: b"garbage" * 20,
    "another page": lambda body: __import__("gzip").compress(b"another"),
    "one bit": lambda body: body[:30] + bytes([body[30] ^ 1]) + body[31:],
    "zeros": lambda body: bytes(len(body)),
    "no trailer": lambda body: body[:-8],
}


def blobs(archive: Archive) -> list[Path]:
    return sorted((archive.root / "pages").rglob("*.gz"))


def test_4_a_damaged_page_is_written_anew(
    attacks: Attacks, board: Board, archive: Archive, tmp_path: Path, quick: FetchSettings
) -> None:
    (tmp_path / "saved.txt").write_text(TEXT.format(n=7, tool="Hadoop"))
    lines = [SourceLine(board.url("/posting/1"), number=1), SourceLine(str(tmp_path / "saved.txt"), number=2)]
    gather(lines, archive, quick)
    whole = {path: path.read_bytes() for path in blobs(archive)}
    assert len(whole) == 2

    def survives(item: tuple[str, Path, bool]) -> None:
        name, path, again = item
        path.write_bytes(DAMAGE[name](whole[path]))
        # with --refresh, as the advice says, and by a plain run, which knows no good page
        result = gather(lines, Archive(archive.root), quick, refresh=again)
        assert [p.number for p in result.postings] == [1, 2]
        assert {p: p.read_bytes() for p in blobs(archive)} == whole

    tries = [(name, path, again) for name in DAMAGE for path in whole for again in (True, False)]
    attacks.each("4", "a damaged page is written anew when it is there again", tries, survives)


# --- model answers ----------------------------------------------------------------------------

KEY = "ab" * 32


@contextmanager
def without_handles() -> Iterator[None]:
    """Let no file be opened: EMFILE."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_5_an_answer_is_never_deleted(
    attacks: Attacks, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put_answer(KEY, {"text": "one"})
    path = archive.root / "answers" / "ab" / f"{KEY}.json"
    whole = path.read_bytes()

    def survives(code: int) -> None:
        if code == errno.EMFILE:
            with without_handles():
                assert archive.answer(KEY) is None
                archive.put_answer(KEY, {"text": "two"})
        else:
            with monkeypatch.context() as broken:
                broken.setattr(Path, "read_bytes", lambda self: (_ for _ in ()).throw(OSError(code, "no")))
                assert archive.answer(KEY) is None
                archive.put_answer(KEY, {"text": "two"})
        assert path.read_bytes() == whole
        assert archive.answer(KEY) == {"text": "one"}

    codes = [
        errno.EMFILE,
        errno.EIO,
        errno.EACCES,
        errno.ENFILE,
        errno.EINTR,
        errno.ESTALE,
        errno.ENOMEM,
        errno.EPERM,
    ]
    attacks.each("5", "an answer outlives every failure to read it", codes, survives)

    def mends(content: bytes) -> None:
        path.write_bytes(content)
        assert archive.answer(KEY) is None
        archive.put_answer(KEY, {"text": "one"})
        assert archive.answer(KEY) == {"text": "one"}

    odd = [b"", b"{", b"[" * 100_000, b"null", b"[]", b"\xff\xfe", bytes(50), b'{"a":' * 60_000]
    attacks.each("5", "a damaged answer is asked for again and written anew", odd, mends)


# --- records ----------------------------------------------------------------------------------

SENSELESS = [
    b"{}", b'{"a":1}', b"[]", b"null", b"1", b'"x"', b"{", b"\xff\xfe\x00", b"[" * 60_000, b'{"a":' * 60_000,
    b'{"target":"lighthouse-keeper"}', b'{"target":"lighthouse-keeper","lines":[{}]}', b'{"role":null}',
    b'{"role":[]}',
    b'{"role":"x","hours_per_week":"many"}', b'{"name":"x","frozen":"{}"}', b'{"name":1,"frozen":2}',
    b'{"when":1,"subject":[],"level":"high"}', b'{"target":"lighthouse-keeper","start":"never"}',
    b'{"postings":[{}]}',
    b'{"address":1,"number":"x"}', b'{"task":"prose","subject":"x","value":7}', b'{"begin":true}',
    b'{"end":true}',
    b'{"target":"lighthouse-keeper","listing":{"url":1}}', b'{"posting":"x","rejected":7}',
    b'{"key":1,"sha256":7}',
    b'{"target":"lighthouse-keeper","level":"x","subject":"y","when":3}',
    b'{"begin":true,"began":"never","run":1}',
]  # fmt: skip
FILES = (
    "targets", "sources", "snapshots", "outcomes", "ratings", "goals", "plan-starts", "reading", "log",
    "advice",
    "costs", "grounding", "imported", "batches", "pages/index",
)  # fmt: skip


def look_at_all(place: Place) -> None:
    """Call everything that reads the records of `data/raw`."""
    look.status_text(look.status(place, Settings()))
    place.listed(TARGET)
    person.ratings(place), person.wishes(place, TARGET), person.log(place), person.reading(place)
    person.started(place, TARGET)
    advice_of(place, TARGET, place.words()).hints(), usage.frozen(place, TARGET)
    usage.usage_of(place, TARGET, Settings())
    imported(place, TARGET)
    place.archive.lives(), place.archive.latest("https://jobs.example/1")
    llm._open(place)
    trend.history(place, TARGET)


@pytest.mark.parametrize("name", FILES)
def test_12_a_senseless_record_is_skipped_and_named(attacks: Attacks, place: Place, name: str) -> None:
    path = place.raw / f"{name}.jsonl"
    before = path.read_bytes() if path.exists() else b""
    wanted = told(place)

    def survives(lines: list[bytes]) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in lines) + before + b"\n".join(lines) + b"\n")
        again = Place(place.root)
        look_at_all(again)
        assert TARGET.id in {target.id for target in again.targets()}
        assert again.listed(TARGET).lines == place.listed(TARGET).lines
        assert snapshots(again) >= {"spring", "autumn"}

    try:
        survives(SENSELESS)  # all at once is quick; one by one says which
        attacks.count(
            "12", f"a senseless record in {name}.jsonl costs itself", len(SENSELESS), len(SENSELESS)
        )
    except Exception:
        singly = [[line] for line in SENSELESS]
        attacks.each("12", f"a senseless record in {name}.jsonl costs itself", singly, survives)
        raise
    path.write_bytes(before)
    assert told(Place(place.root)) == wanted


# --- snapshots --------------------------------------------------------------------------------


def test_7_a_snapshot_is_on_record_before_it_is_committed(attacks: Attacks, place: Place) -> None:
    def survives(end: type[BaseException]) -> None:
        name = f"cut-by-{end.__name__.lower()}"

        def keep(self: Place, wanted: str, target: Target, frozen: str) -> None:
            original(self, wanted, target, frozen)
            raise end  # the process is gone before the commit

        original = Place.remember_snapshot
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(Place, "remember_snapshot", keep)
            with pytest.raises(end):
                restate(place, TARGET, Settings(), name)
        assert name in {record["name"] for record in place.archive.records("snapshots")}
        assert name in snapshots(Place(place.root))
        with pytest.raises(UsageError, match="already"):
            restate(Place(place.root), TARGET, Settings(), name)

    ends = [KeyboardInterrupt, SystemExit, MemoryError, ZeroDivisionError]
    attacks.each("7", "a snapshot whose commit never came is there for the next command", ends, survives)


def answered(place: Place) -> None:
    """Put on record that a model answered about the first posting."""
    key = "ab" * 32
    with place.store() as store:
        posting = store.postings(TARGET.id)[0].id
    usage = {"sent": 7, "cached": 0, "received": 3}
    place.archive.put_answer(
        key, {"rung": "schema", "model_answered": "m", "model_asked": "m", "attempts": [{"usage": usage}]}
    )
    place.archive.append(
        "grounding",
        {
            "posting": posting,
            "requests": [key],
            "rejected": [],
            "accepted": 1,
            "repaired": 0,
            "suspicious": [],
        },
    )


def test_7_what_a_snapshot_cost_is_on_record_before_it_is_committed(attacks: Attacks, place: Place) -> None:
    answered(place)

    def survives(step: str) -> None:
        name = f"cut-at-{step.replace('_', '-')}"
        original = getattr(Place, step)

        def keep(*args: object) -> None:
            original(*args)
            raise KeyboardInterrupt  # the process is gone before the commit

        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(Place, step, keep)
            with pytest.raises(KeyboardInterrupt):
                restate(place, TARGET, Settings(), name)
        told = [line for line in usage.frozen(Place(place.root), TARGET) if name in line]
        assert len(told) == (name in snapshots(Place(place.root)))
        if not told:  # the kill came between the two records: the snapshot can be made again
            restate(Place(place.root), TARGET, Settings(), name)
        (line,) = (line for line in usage.frozen(Place(place.root), TARGET) if name in line)
        assert "1 answers, 7 tokens sent, 3 received" in line

    attacks.each(
        "7", "a snapshot has its cost, or neither is there", ["remember_snapshot", "remember_cost"], survives
    )


def test_7_a_kill_while_thawing_is_mended(attacks: Attacks, place: Place) -> None:
    def survives(kept: int) -> None:
        shutil.rmtree(place.processed)
        thawed = 0

        def thaw(self: object, text: str) -> bool:
            nonlocal thawed
            if thawed == kept:
                raise KeyboardInterrupt
            thawed += 1
            return bool(original(self, text))

        from pipeline.store import Store

        original: Callable[..., bool] = Store.thaw
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(Store, "thaw", thaw)
            with pytest.raises(KeyboardInterrupt):
                snapshots(Place(place.root))
        assert snapshots(Place(place.root)) == {"spring", "autumn"}

    attacks.each("7", "the next command thaws what a kill left out", [0, 1], survives)


# --- the database -----------------------------------------------------------------------------


def test_9_a_broken_database_is_rebuilt_and_said_in_one_line(
    attacks: Attacks, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    path = place.processed / "skillmatrix.duckdb"
    wanted, content = told(place), path.read_bytes()
    size = len(content)
    damage = {
        "empty": b"",
        "one byte": content[:1],
        **{f"cut at {cut}": content[:cut] for cut in (100, 4096, 12288, 20_000, size // 2, size - 1)},
        "text": b"no database\n" * 500,
        "zero header": bytes(12288) + content[12288:],
        "garbage header": content[:12] + b"\xff" * 4084 + content[4096:],
    }

    def survives(name: str) -> None:
        caplog.clear()
        path.write_bytes(damage[name])
        assert told(Place(place.root)) == wanted
        assert snapshots(Place(place.root)) == {"spring", "autumn"}
        said = [record.message for record in caplog.records if "rebuilt from data/raw" in record.message]
        assert len(said) <= 1  # none where only a block in no use was lost
        assert not path.with_name(f"{path.name}.damaged").exists()

    attacks.each("9", "a cut or garbled database is rebuilt by the next command", damage, survives)


def test_9_damage_that_shows_while_reading_is_rebuilt_by_the_next_command(
    attacks: Attacks, place: Place
) -> None:
    path = place.processed / "skillmatrix.duckdb"
    wanted, content = told(place), path.read_bytes()

    def survives(block: int) -> None:
        at = 12288 + block * 262_144
        path.write_bytes(content[: at + 64] + b"\xa5" * 512 + content[at + 576 :])
        with suppress(DatabaseDamaged):  # its advice is to run the command again
            told(Place(place.root))
        assert told(Place(place.root)) == wanted

    blocks = range(0, (len(content) - 12288) // 262_144, 2)
    attacks.each("9", "a garbled block is noticed and rebuilt", blocks, survives)


def test_9_a_kill_while_rebuilding_is_mended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.processed / "skillmatrix.duckdb"
    wanted = told(place)
    path.write_bytes(b"")
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.steps.rebuild.extract", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            told(Place(place.root))
    assert told(Place(place.root)) == wanted


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".lock"}


def test_10_refresh_writes_nothing_while_another_run_is_on(attacks: Attacks, place: Place) -> None:
    told(place)
    code = (
        "import sys; from pathlib import Path; from pipeline.archive import hold\n"
        "with hold(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(place.raw)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        before = everything(place.root)

        def survives(offline: bool) -> None:
            with pytest.raises(WorkspaceBusy):
                refresh(Place(place.root), TARGET, Settings(), "fast", offline=offline)
            assert everything(place.root) == before

        attacks.each("10", "refresh is refused before it writes anything", [True, False], survives)
        other.communicate()


# --- who may read it --------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_data_raw_is_its_owners_whatever_the_umask(attacks: Attacks, tmp_path: Path) -> None:
    def survives(umask: int) -> None:
        root = tmp_path / f"{umask:o}"
        before = os.umask(umask)
        try:
            archive = Archive(root / "data" / "raw")
            with hold(archive.root):
                archive.put_answer(KEY, {"text": "one"})
                archive.append("ratings", {"n": 1})
                (archive.root / "old.jsonl").write_text("{}\n")
                (archive.root / "old.jsonl").chmod(0o644)
                archive.root.chmod(0o755)
                archive.append("old", {"n": 1})
        finally:
            os.umask(before)
        modes = {stat.S_IMODE(p.stat().st_mode) for p in archive.root.rglob("*") if p.is_file()}
        folders = {
            stat.S_IMODE(p.stat().st_mode) for p in [archive.root, *archive.root.rglob("*")] if p.is_dir()
        }
        assert (modes, folders) == ({0o600}, {0o700})

    attacks.each("16", "files are 600 and folders 700", [0o000, 0o002, 0o022, 0o077], survives)


# --- kill -9 ----------------------------------------------------------------------------------

MOMENTS = 60 if os.environ.get(FIGURES) else 12
"""Two seconds each: all of them where the figures are made, some in every run of the tests."""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_7_kill_9_in_flight_loses_nothing(attacks: Attacks, tmp_path: Path) -> None:
    listed(tmp_path / "start")
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), str(MOMENTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    broken = [moment for moment in found if moment["wrong"]]
    attacks.count("7", "kill -9 in flight, then the same command again", len(found), len(found) - len(broken))
    assert broken == [], done.stderr
    assert len(found) == MOMENTS, done.stderr
