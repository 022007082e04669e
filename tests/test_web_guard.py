"""Attacks on the review page that must fail, over real HTTP against the real command."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from review_example import FORMULA, ROOT, SCRIPT, TARGET, filled, form_token, page_of, posting, postings

from pipeline.errors import UsageError, WorkspaceBroken, WorkspaceBusy
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.review import Review, Wish

pytest.importorskip("starlette", reason="needs the extra `web`")
pytest.importorskip("uvicorn", reason="needs the extra `web`")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    nasty = posting(11, [f"Grep {SCRIPT}", FORMULA, "../../etc/passwd", "Python", 'x" onload="alert(1)'])
    return filled(tmp_path_factory.mktemp("guard"), [*postings(5), nasty])


@pytest.fixture(scope="module")
def address(place: Place) -> Iterator[str]:
    with page_of(place) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def decided(place: Place) -> int:
    return len(place.decisions())


def test_it_listens_on_this_machine_only(address: str) -> None:
    assert urlsplit(address).hostname == "127.0.0.1"
    found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    for other in {str(info[4][0]) for info in found if not str(info[4][0]).startswith("127.")}:
        with pytest.raises(OSError, match=r"refused|timed out"):
            socket.create_connection((other, urlsplit(address).port or 0), timeout=2)


def test_without_the_key_in_the_address_nothing_is_told(address: str) -> None:
    for path in ("/", "/log", "/static/script.js", "/" + "a" * 32 + "/", "//evil.example/"):
        answer = httpx.get(origin(address) + path)
        assert answer.status_code == 403
        assert "Python" not in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:1", "localhost.", "[::1]"]
)
def test_another_host_is_refused(client: httpx.Client, host: str) -> None:
    assert client.get("", headers={"Host": host}).status_code == 421


def test_localhost_is_this_machine(client: httpx.Client, address: str) -> None:
    assert client.get("", headers={"Host": f"localhost:{urlsplit(address).port}"}).status_code == 200


@pytest.mark.parametrize("said", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {}])
def test_a_foreign_origin_decides_nothing(client: httpx.Client, place: Place, said: dict[str, str]) -> None:
    before = decided(place)
    fields = {"form": form_token(client.get("").text), "action": "reject", "subject": "Python"}
    assert client.post("decide", data=fields, headers=said).status_code == 403
    assert decided(place) == before


def test_a_foreign_origin_reads_nothing(client: httpx.Client) -> None:
    answer = client.get("", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("token", ["", "x", "0" * 32, None])
def test_a_form_without_its_token_decides_nothing(
    client: httpx.Client, address: str, place: Place, token: str | None
) -> None:
    before = decided(place)
    fields = {"action": "reject", "subject": "Python"} | ({} if token is None else {"form": token})
    assert client.post("decide", data=fields, headers={"Origin": origin(address)}).status_code == 403
    assert decided(place) == before


def test_a_form_of_another_kind_or_without_end_is_not_read(
    client: httpx.Client, address: str, place: Place
) -> None:
    before, known = decided(place), form_token(client.get("").text)
    here = {"Origin": origin(address)}
    body = json.dumps({"form": known, "action": "reject", "subject": "Python"})
    assert (
        client.post("decide", content=body, headers=here | {"Content-Type": "text/plain"}).status_code == 403
    )
    huge = {"form": known, "action": "reject", "subject": "Python", "why": "x" * 300_000}
    assert client.post("decide", data=huge, headers=here).status_code == 403
    assert client.request("PUT", "decide", headers=here).status_code == 405
    assert decided(place) == before


def test_every_answer_carries_a_strict_policy(client: httpx.Client, address: str) -> None:
    for answer in (client.get(""), client.get("log"), client.get("nowhere"), httpx.get(origin(address))):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"


def test_nothing_is_read_outside_of_its_folder(client: httpx.Client) -> None:
    for path in (
        "static/../review.html",
        "static/..%2f..%2fserver.py",
        "static/%2e%2e/_base.html",
        "static//etc/passwd",
    ):
        assert client.get(path).status_code in (404, 405)


def test_scraped_script_is_text_everywhere(client: httpx.Client) -> None:
    for path in ("?show=all", f"?show=all&q={SCRIPT}", "?show=all&skill=" + f"Grep {SCRIPT}", "rows", "log"):
        html = client.get(path).text
        assert SCRIPT not in html
        assert 'onload="alert' not in html
    assert "&lt;script&gt;" in client.get("?show=all").text


def test_script_in_a_title_an_employer_or_a_decision_is_text(tmp_path: Path) -> None:
    one, mentions = posting(1, ["Python", "reed drawing"])
    titled = replace(one, title=f"Keeper {SCRIPT}", company=SCRIPT, location=SCRIPT)
    place = filled(tmp_path, [(titled, mentions), *postings(4)[1:]])
    sitting = Review(place, TARGET, Settings(), f"ada {SCRIPT}")
    theme = sitting.view.scoring.draft.rows[0].theme
    sitting.decide([Wish("retitle", theme, SCRIPT), Wish("accept", "Python", why=SCRIPT)])
    sitting.decide([Wish("reject", "Reed drawing", why=SCRIPT)])
    with page_of(place, who=SCRIPT) as address, httpx.Client(base_url=address) as client:
        pages = ("?show=all&skill=Python", "?show=rejected", "rows", "stand", "log", f"?show=all&row={theme}")
        for path in pages:
            html = client.get(path).text
            assert SCRIPT not in html
            assert "&lt;script&gt;" in html


def test_a_name_that_is_a_path_or_script_is_only_a_name(
    client: httpx.Client, address: str, place: Place
) -> None:
    here = {"Origin": origin(address)}
    for name in ("../../../tmp/owned", SCRIPT, "javascript:alert(1)", "a\x00b"):
        fields = {
            "form": form_token(client.get("").text),
            "action": "rename",
            "subject": "Excel",
            "after": name,
        }
        answer = client.post("decide", data=fields | {"step": "do"}, headers=here, follow_redirects=True)
        assert answer.status_code in (200, 422)
        assert SCRIPT not in answer.text
        if answer.status_code == 200:
            Review(place, TARGET, Settings(), "ada").undo()
    assert list(place.root.rglob("*owned*")) == []


def test_a_formula_stays_text_in_the_spreadsheet(place: Place, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from pipeline.steps.review_file import export, read

    sitting = Review(place, TARGET, Settings(), "ada")
    export(sitting, tmp_path / "f.csv")
    export(sitting, tmp_path / "f.xlsx")
    cells = [
        cell for row in csv.reader(io.StringIO((tmp_path / "f.csv").read_text("utf-8-sig"))) for cell in row
    ]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "-")]
    assert any(FORMULA in cell for cell in cells)
    sheet = load_workbook(tmp_path / "f.xlsx").worksheets[0]
    assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    for name in ("f.csv", "f.xlsx"):
        assert read(sitting, tmp_path / name).wishes == ()
        assert read(sitting, tmp_path / name).troubles == ()


def test_a_reason_without_end_or_with_line_breaks_is_refused(place: Place) -> None:
    sitting = Review(place, TARGET, Settings(), "ada")
    for why in ("x" * 1000, "two\nlines"):
        with pytest.raises(UsageError, match="at most"):
            sitting.decide([Wish("accept", "Python", why=why)])


def test_ten_thousand_decisions_are_folded_and_shown(tmp_path: Path) -> None:
    place = filled(tmp_path, postings(4))
    sitting = Review(place, TARGET, Settings(), "ada")
    names = list(sitting.view.scoring.scores)
    actions = ("accept", "reject", "pin", "keep-out")
    lines = [
        {"when": f"2026-01-01T00:00:00.{i:06}", "who": "ada", "target": TARGET.id, "action": actions[i % 4],
         "subject": names[i % 7], "before": "", "after": "", "why": "", "id": f"{i:012x}"}
        for i in range(10_000)
    ]  # fmt: skip
    place.archive.append_all("decisions", lines)
    assert len(sitting.view.in_force) == 10_000
    sitting.decide([Wish("accept", names[0])])
    assert names[0] in sitting.view.scoring.rulings.accepted
    assert sitting.undo().subject == names[0]


def test_two_reviewers_at_once_lose_nothing_and_see_each_other(tmp_path: Path) -> None:
    place = filled(tmp_path, postings(4))
    sittings = [Review(place, TARGET, Settings(), who) for who in ("ada", "bob")]
    names = list(sittings[0].view.scoring.scores)[:12]

    def work(sitting: Review, action: str) -> None:
        for name in names:
            sitting.decide([Wish(action, name)])

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(sittings, ("accept", "pin"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(place.decisions()) == 2 * len(names)
    assert sittings[0].view.scoring.rulings == sittings[1].view.scoring.rulings
    assert sittings[0].view.scoring.rulings.pinned == set(names)
    sittings[0].decide([Wish("kind", names[0], "general")])
    sittings[1].decide([Wish("kind", names[0], "specific")])
    (pair,) = sittings[0].view.conflicts
    assert pair[1].who == "bob"
    assert sittings[0].view.scoring.skills[names[0]].kind == "specific"


KILLED = """
import sys
from pathlib import Path
from pipeline.steps.place import Place
from pipeline.steps.review import Review, Wish
from pipeline.settings import Settings
sitting = Review(Place(Path(sys.argv[1])), Place(Path(sys.argv[1])).target(), Settings(), "ada")
print("ready", flush=True)
while True:
    made = sitting.decide([Wish("accept", name) for name in list(sitting.view.scoring.scores)[:5]])
    print(made[-1].id, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_what_was_answered_survives_a_kill_while_saving(tmp_path: Path) -> None:
    place = filled(tmp_path, postings(4))
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as worker:
        assert worker.stdout is not None
        told = [worker.stdout.readline().strip() for _ in range(12)][1:]
        os.kill(worker.pid, signal.SIGKILL)
    with (place.raw / "decisions.jsonl").open("ab") as file:
        file.write(b'{"when": "2026-01-01T00:00')
    sitting = Review(place, TARGET, Settings(), "ada")
    assert set(told) <= {d.id for d in sitting.view.decisions}
    sitting.decide([Wish("reject", "Python")])
    assert "Python" in place.rulings(TARGET).rejected


def test_a_run_is_never_disturbed_and_the_page_says_that_its_data_are_older(tmp_path: Path) -> None:
    from pipeline.archive import hold

    place = filled(tmp_path, postings(4))
    with page_of(place) as address, httpx.Client(base_url=address) as client:
        before = client.get("").text
        assert "A run is in progress" not in before
        with hold(place.raw):
            assert "A run is in progress" in client.get("").text
            with place.store() as store:  # what a run writes while the page is asked
                assert client.get("").status_code == 200
                fields = {"form": form_token(before), "action": "accept", "subject": "Python"}
                answer = client.post("decide", data=fields, headers={"Origin": origin(address)})
                assert answer.status_code == 303
                store.save_postings(TARGET.id, [p for p, _ in postings(6)])
                for one, mentions in postings(6):
                    store.save_extracted(TARGET.id, {one.id: one.fingerprint}, mentions)
        after = client.get("").text
        assert "A run is in progress" not in after
        assert "6 postings are counted" in after


def test_a_review_that_is_opened_during_a_run_waits_for_its_end(tmp_path: Path) -> None:
    from pipeline.archive import hold

    place = filled(tmp_path, postings(3))
    with hold(place.raw), pytest.raises(WorkspaceBusy, match="a run is working"):
        Review(place, TARGET, Settings(), "ada").view  # noqa: B018
    assert Review(place, TARGET, Settings(), "ada").view.scoring.scores


def test_a_line_that_makes_no_sense_is_named_and_not_passed_over(tmp_path: Path) -> None:
    place = filled(tmp_path, postings(3))
    place.archive.append(
        "decisions", {"when": "2026-01-01", "who": "ada", "action": "explode", "subject": "SQL"}
    )
    with pytest.raises(WorkspaceBroken, match="record 1: no action is called 'explode'"):
        Review(place, TARGET, Settings(), "ada").view  # noqa: B018


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_the_page_ends_quietly_when_a_person_ends_it(place: Place) -> None:
    words = ["review", "--no-browser", "--workspace", str(place.root)]
    with subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert httpx.get(server.stdout.readline().strip()).status_code == 200
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "Traceback" not in said
    assert "leaked" not in said
