from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.archive import Archive, hold
from pipeline.errors import StoreError, WorkspaceBroken, WorkspaceBusy
from pipeline.records import RawPage

URL = "https://jobs.example/1"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "raw")


def page(body: bytes = b"<p>Weaver wanted", url: str = URL, at: str = "2026-11-01T08:00:00.000") -> RawPage:
    return RawPage(url, url + "#end", 200, (("ETag", '"1"'), ("X-Á", "é")), body, at)


def in_another_process(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True)


# --- pages ------------------------------------------------------------------------------------


def test_page_comes_back_as_it_was(archive: Archive) -> None:
    archive.save(page())
    assert Archive(archive.root).latest(URL) == page()


def test_every_version_stays_readable(archive: Archive) -> None:
    first, second = page(b"old"), page(b"new", at="2026-11-08T08:00:00.000")
    for one in (first, second):
        archive.save(one)
    assert archive.latest(URL) == second
    assert [archive.load(entry) for entry in archive.newest_first(URL)] == [second, first]


def test_same_body_is_kept_once_and_with_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    sha = archive.save(page())
    archive.save(page(url="https://jobs.example/2"))
    bodies = list(archive.root.glob("pages/??/*.gz"))
    assert [path.name for path in bodies] == [f"{sha}.gz"]
    other = Archive(tmp_path / "other")
    other.save(page())
    assert (other.root / "pages" / sha[:2] / f"{sha}.gz").read_bytes() == bodies[0].read_bytes()


def test_key_can_be_another_than_the_address(archive: Archive) -> None:
    archive.save(page(b"one"), f"{URL}#POST-1")
    archive.save(page(b"two"), f"{URL}#POST-2")
    found = archive.latest(f"{URL}#POST-1")
    assert found is not None
    assert (found.body, found.url, archive.latest(URL)) == (b"one", URL, None)


def test_what_another_process_saved_is_seen(archive: Archive) -> None:
    assert archive.latest(URL) is None
    Archive(archive.root).save(page())
    assert archive.latest(URL) == page()


def test_damaged_body_is_named_and_the_version_before_it_is_used(archive: Archive) -> None:
    archive.save(page(b"old"))
    sha = archive.save(page(b"new"))
    (archive.root / "pages" / sha[:2] / f"{sha}.gz").write_bytes(b"\x1f\x8b damaged")
    found = archive.latest(URL)
    assert found is not None
    assert found.body == b"old"
    assert "cannot be read" in archive.notes[0]
    with pytest.raises(WorkspaceBroken):
        archive.load(next(archive.newest_first(URL)))


def test_body_that_was_swapped_for_another_is_refused(archive: Archive) -> None:
    one, two = archive.save(page(b"one")), archive.save(page(b"two", url="https://jobs.example/2"))
    body = archive.root / "pages" / two[:2] / f"{two}.gz"
    body.write_bytes((archive.root / "pages" / one[:2] / f"{one}.gz").read_bytes())
    with pytest.raises(WorkspaceBroken, match="does not match"):
        archive.load(next(archive.newest_first("https://jobs.example/2")))


def test_index_cannot_lead_out_of_the_archive(archive: Archive) -> None:
    archive.save(page())
    entry = {**next(archive.newest_first(URL)), "sha256": "../../../../etc/passwd"}
    with pytest.raises(WorkspaceBroken, match="no content hash"):
        archive.load(entry)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A", "x.jsonl", "a\0b", "."])
def test_names_and_keys_are_never_paths(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError):
        archive.append(name, {})
    with pytest.raises(ValueError):
        archive.put_answer(name, {})
    assert not archive.root.exists()


# --- records ----------------------------------------------------------------------------------


@settings(deadline=None)  # every record is synced to the disk
@given(
    st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.booleans()), max_size=5)
)
def test_records_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, str]]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("raw"))
    for record in records:
        archive.append("decisions", record)
    assert archive.records("decisions") == records


def test_many_records_are_appended_at_once_and_in_order(archive: Archive) -> None:
    archive.append("ratings", {"n": -1})
    assert archive.append_all("ratings", ({"n": n} for n in range(2500))) == 2500
    assert [record["n"] for record in archive.records("ratings")] == list(range(-1, 2500))


def test_lone_surrogate_of_a_broken_page_can_be_kept(archive: Archive) -> None:
    archive.append("decisions", {"why": "\ud800 and é"})
    assert archive.records("decisions") == [{"why": "\ud800 and é"}]


def test_torn_last_line_is_skipped_named_and_never_joined(archive: Archive) -> None:
    archive.append("decisions", {"n": 1})
    with (archive.root / "decisions.jsonl").open("ab") as file:
        file.write(b'{"n":2,"wh')
    assert archive.records("decisions") == [{"n": 1}]
    archive.append("decisions", {"n": 3})
    assert archive.records("decisions") == [{"n": 1}, {"n": 3}]
    assert "torn" in archive.notes[0]


APPEND_FOREVER = """
import sys
from pathlib import Path
from pipeline.archive import Archive
archive, name, n = Archive(Path(sys.argv[1])), sys.argv[2], 0
while True:
    archive.append("ratings", {"who": name, "n": n, "note": "x" * 5000})
    print(n, flush=True)
    n += 1
"""


def test_nothing_that_was_appended_is_lost_to_kill_9_or_to_a_second_process(archive: Archive) -> None:
    told: Counter[str] = Counter()
    for round_ in range(3):
        writers = {
            name: in_another_process(APPEND_FOREVER, str(archive.root), name)
            for name in (f"a{round_}", f"b{round_}")
        }
        for name, writer in writers.items():
            assert writer.stdout is not None
            while told[name] < 20:
                told[name] = int(writer.stdout.readline()) + 1
        for name, writer in writers.items():
            writer.send_signal(signal.SIGKILL)
            rest, _ = writer.communicate()
            told[name] = max([told[name], *(int(line) + 1 for line in rest.split())])
    kept = Counter(record["who"] for record in archive.records("ratings"))
    for name, count in told.items():
        assert kept[name] in (count, count + 1)  # one more may be on the disk than was told
    for name in told:
        assert [r["n"] for r in archive.records("ratings") if r["who"] == name] == list(range(kept[name]))


SAVE_FOREVER = """
import sys
from pathlib import Path
from pipeline.archive import Archive
from pipeline.records import RawPage
archive, n = Archive(Path(sys.argv[1])), 0
while True:
    archive.save(RawPage(f"u{n}", f"u{n}", 200, (), b"%d" % n * 50_000, "2026"))
    print(n, flush=True)
    n += 1
"""


def test_page_that_is_in_the_index_is_whole_after_kill_9(archive: Archive) -> None:
    for _ in range(3):
        writer = in_another_process(SAVE_FOREVER, str(archive.root))
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 10:
            pass
        writer.kill()
        writer.communicate()
    fresh = Archive(archive.root)
    urls = set(fresh.each_made("pages/index", lambda entry: str(entry["url"])))
    assert len(urls) >= 10
    for url in urls:
        found = fresh.latest(url)
        assert found is not None
        assert found.body == url[1:].encode() * 50_000


def test_threads_append_side_by_side(archive: Archive) -> None:
    def write(name: int) -> None:
        for n in range(30):
            archive.append("ratings", {"who": name, "n": n}, durable=False)
            archive.save(page(url=f"https://h/{name}/{n}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(archive.records("ratings")) == 120
    assert all(archive.latest(f"https://h/{name}/{n}") for name in range(4) for n in range(30))


# --- answers ----------------------------------------------------------------------------------

KEY = "ab" * 32


def test_answer_is_kept_under_its_key_and_never_replaced(archive: Archive) -> None:
    assert archive.answer(KEY) is None
    archive.put_answer(KEY, {"text": "Ž"})
    archive.put_answer(KEY, {"text": "another"})
    assert archive.answer(KEY) == {"text": "Ž"}


def test_damaged_answer_counts_as_none_and_can_be_kept_again(archive: Archive) -> None:
    archive.put_answer(KEY, {"text": "one"})
    (archive.root / "answers" / "ab" / f"{KEY}.json").write_bytes(b'{"tex')
    assert archive.answer(KEY) is None
    assert "asked for again" in archive.notes[0]
    archive.put_answer(KEY, {"text": "two"})
    assert archive.answer(KEY) == {"text": "two"}


# --- the life of a posting --------------------------------------------------------------------


def test_life_of_a_posting_is_told_by_its_outcomes(archive: Archive) -> None:
    def seen(day: str, fingerprint: str, closed: str | None = None) -> None:
        posting = {"id": "p1", "fingerprint": fingerprint, "closed": closed}
        archive.append("outcomes", {"address": URL, "seen": day, "page": "s" + day, "postings": [posting]})

    seen("2026-09-01", "a")
    seen("2026-10-01", "a")
    seen("2026-11-01", "b")
    life = archive.lives()["p1"]
    assert (life.first_seen, life.last_seen, life.closed) == ("2026-09-01", "2026-11-01", None)
    assert life.versions == (("2026-09-01", "a", "s2026-09-01"), ("2026-11-01", "b", "s2026-11-01"))
    seen("2026-12-01", "b", "status 410")
    life = archive.lives()["p1"]
    assert (life.last_seen, life.closed) == ("2026-11-01", "status 410")
    seen("2027-01-01", "b")
    assert archive.lives()["p1"].closed is None


# --- one run at a time, and disks -------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from pipeline.archive import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_run_is_refused_at_once_and_free_after_kill_9(tmp_path: Path) -> None:
    first = in_another_process(HOLD, str(tmp_path))
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    with pytest.raises(WorkspaceBusy, match="another run"), hold(tmp_path):
        pass
    first.kill()
    first.communicate()
    with hold(tmp_path), pytest.raises(WorkspaceBusy), hold(tmp_path):
        pass


def test_run_sweeps_what_a_killed_one_left_half_written(archive: Archive) -> None:
    archive.save(page())
    old, young = archive.root / "tmp" / "old", archive.root / "tmp" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (0, 0))
    with hold(archive.root):
        pass
    assert [path.name for path in (archive.root / "tmp").iterdir()] == ["young"]


def test_workspace_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    archive = Archive(tmp_path / "file" / "raw")
    with pytest.raises(StoreError, match="cannot be written") as refused:
        archive.save(page())
    assert refused.value.exit_code == 6
    with pytest.raises(StoreError):
        archive.append("ratings", {})
    with pytest.raises(StoreError), hold(archive.root):
        pass


def _fill(root: str, out: multiprocessing.Queue[tuple[str, str]]) -> None:
    import resource

    archive = Archive(Path(root))
    archive.append("ratings", {"n": 1})
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (60, 60)
    )  # the kernel takes a part of the write, as a full disk does
    try:
        archive.append("ratings", {"n": 2, "note": "x" * 500})
    except StoreError as error:
        out.put((str(error), error.advice))
    else:
        out.put(("written", ""))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_full_disk_leaves_no_half_record_and_says_what_to_do(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[tuple[str, str]] = context.Queue()
    child = context.Process(target=_fill, args=(str(tmp_path), out))
    child.start()
    message, _ = out.get(timeout=30)
    child.join()
    assert "cannot be written" in message
    assert (tmp_path / "ratings.jsonl").read_bytes() == b'{"n":1}\n'
