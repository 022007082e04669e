from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from servers.board import Answer, Board

from pipeline.archive import Archive
from pipeline.records import SourceLine
from pipeline.render import executable
from pipeline.settings import FetchSettings
from pipeline.steps.gather import GatherResult, gather

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(executable() is None, reason="needs Chromium, which is not installed here"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="needs the extra `browser`"),
]

SETTINGS = FetchSettings(pause_seconds=0.005, timeout_seconds=2.0, allow_private=True)
WISHES = [f"{n} years of experience with looms of sort {n}" for n in range(2, 14)]
APP = """
fetch("/data.json").then(r => r.json()).then(job => {
  document.title = job.title;
  const list = job.wishes.map(w => "<li>" + w + "</li>").join("");
  document.getElementById("root").innerHTML =
    "<h1>" + job.title + "</h1><p>About the role: you keep our looms running.</p>" +
    "<h2>Requirements</h2><ul>" + list +
    "</ul><h2>What we offer</h2><p>Two looms of your own and an oven for the winter.</p>";
});
new Image().src = "/pixel";
try { new WebSocket("ws://" + location.host + "/socket"); } catch (e) {}
"""


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Iterator[Board]:
    # Chromium's own guard of the local network is off, so that ours is what is tried
    flags = "--disable-features=LocalNetworkAccessChecks"
    flags += " --no-sandbox" if os.geteuid() == 0 else ""
    monkeypatch.setenv("SKILLMATRIX_CHROMIUM_FLAGS", flags)
    with Board() as running:
        running.page("/app.js", APP, Content_Type="text/javascript")
        job = {"title": "Loom engineer", "wishes": WISHES}
        running.page("/data.json", json.dumps(job), Content_Type="application/json")
        shell = '<div id="root"></div><script>window.__NUXT__ = {}</script><script src="/app.js"></script>'
        running.page(
            "/job", f"<!doctype html><html><head><title>Jobs</title></head><body>{shell}</body></html>"
        )
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "raw")


def ask(
    board: Board, archive: Archive, settings: FetchSettings = SETTINGS, offline: bool = False
) -> GatherResult:
    return gather([SourceLine(board.url("/job"), number=1)], archive, settings, offline)


def test_text_that_scripts_write_is_read_and_kept_for_later(board: Board, archive: Archive) -> None:
    (found,) = ask(board, archive).postings
    assert found.title == "Loom engineer"
    assert all(wish in found.text for wish in WISHES)
    assert ask(board, archive, offline=True).postings == (found,)
    assert ask(board, archive).postings == (found,)
    assert board.asked("/job") == board.asked("/app.js") == board.asked("/data.json") == 1


def test_browser_reaches_nothing_but_by_the_polite_fetcher(board: Board, archive: Archive) -> None:
    ask(board, archive)
    assert {asked.path for asked in board.log} == {"/robots.txt", "/job", "/app.js", "/data.json"}
    assert all(asked.headers["user-agent"].startswith("skillmatrix/") for asked in board.log)


def test_what_robots_txt_forbids_is_forbidden_to_scripts(board: Board, archive: Archive) -> None:
    board.robots[""] = Answer(b"User-agent: *\nDisallow: /data.json\n")
    (failure,) = ask(board, archive).failures
    assert failure.outcome == "shell"
    assert board.asked("/data.json") == 0


def test_shell_stays_a_shell_with_advice_where_rendering_is_off(board: Board, archive: Archive) -> None:
    (failure,) = ask(board, archive, replace(SETTINGS, render=False)).failures
    assert failure.outcome == "shell"
    assert "browser" in failure.advice
    assert board.asked("/app.js") == 0


def test_page_that_cannot_be_rendered_costs_its_own_line_only(
    board: Board, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLMATRIX_CHROMIUM", "/bin/false")
    lines = [SourceLine(board.url("/job"), number=1), SourceLine(board.url("/posting/1"), number=2)]
    result = gather(lines, archive, SETTINGS)
    assert [f.outcome for f in result.failures] == ["shell"]
    assert len(result.postings) == 1
