from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path

import pytest
from attacking import Attacks
from servers.board import Board

from pipeline import render
from pipeline.archive import Archive
from pipeline.records import SourceLine
from pipeline.settings import FetchSettings
from pipeline.steps.gather import gather

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(render.executable() is None, reason="needs Chromium, which is not installed here"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="needs the extra `browser`"),
]

LIMIT = 3
SCRIPTS = {
    "loop": "while(1){}",
    "loop later": "setTimeout(() => { while(1){} }, 300)",
    "loop on load": "addEventListener('load', () => { while(1){} })",
    "timers": "setInterval(() => fetch('/x' + Math.random()), 1)",
    "reloads": "location.reload()",
    "goes elsewhere": "location.href = 'http://xn--a.example/'",
    "asks nowhere": "fetch('http://xn--a.example/').catch(() => 0); fetch('http://[::1')",
    "grows": "const a = []; while (a.length < 3e7) a.push(document.createElement('p'))",
    "microtasks": "function f() { Promise.resolve().then(f) } f()",
    "dialogs": "while (1) alert(1)",
    "slow answer": "const r = new XMLHttpRequest(); r.open('GET', '/stall', false); r.send()",
    "opens": "for (let i = 0; i < 50; i++) open('/job' + i)",
    "documents": "document.write('<script>while(1){}<' + '/script>')",
}


def test_3_a_page_whose_scripts_never_end_is_named_in_time(
    attacks: Attacks, board: Board, tmp_path: Path, quick: FetchSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = "--disable-features=LocalNetworkAccessChecks" + (" --no-sandbox" if os.geteuid() == 0 else "")
    monkeypatch.setenv("SKILLMATRIX_CHROMIUM_FLAGS", flags)
    monkeypatch.setattr(render, "_SECONDS", LIMIT)

    def survives(name: str) -> None:
        shell = f"<div id=root></div><script>window.__NUXT__ = {{}}</script><script>{SCRIPTS[name]}</script>"
        board.page(
            "/job", f"<!doctype html><html><head><title>Jobs</title></head><body>{shell}</body></html>"
        )
        lines = [SourceLine(board.url("/job"), number=1), SourceLine(board.url("/posting/1"), number=2)]
        began = time.monotonic()
        result = gather(lines, Archive(tmp_path / name.replace(" ", "-")), quick)
        assert time.monotonic() - began < 10 * LIMIT
        assert [p.number for p in result.postings] == [2]
        assert [(f.number, f.outcome) for f in result.failures] == [(1, "shell")]

    attacks.each("3", "scripts that never end cost their own line", SCRIPTS, survives)
