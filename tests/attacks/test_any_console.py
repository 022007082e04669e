from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attacking import Attacks

from pipeline.cli import show
from pipeline.records import Failure

ROOT = Path(__file__).resolve().parents[2]
ODD = "→ “Žluťoučký kůň” 日本語 😀 \u202e \ud800 – ≥ ☃ \x1b[31m"
ENCODINGS = [
    "cp1252",
    "cp437",
    "ascii",
    "latin-1",
    "cp850",
    "koi8-r",
    "shift_jis",
    "utf-8",
    "utf-16-le",
    "cp1250",
]


def command(*words: str | Path, feed: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SKILLMATRIX_", "OPENAI_", "PYTHONIO"))}
    call = [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, words)]
    return subprocess.run(
        call, input=feed, capture_output=True, env=kept | environ, cwd=ROOT, timeout=120, check=False
    )


def test_console_any_text_is_printed_on_any_stream(attacks: Attacks, monkeypatch: pytest.MonkeyPatch) -> None:
    def survives(encoding: str) -> None:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        show.any_console()
        print(ODD)
        show.note(ODD)
        show.failures([Failure(ODD, "error", ODD, ODD, 1)])
        show.as_json({"quote": ODD})
        show.data(ODD + "\n")
        out.flush()
        err.flush()
        assert out.buffer.getvalue()  # type: ignore[attr-defined]
        assert err.buffer.getvalue()  # type: ignore[attr-defined]

    try:
        attacks.each("17", "any text is printed in any encoding", ENCODINGS, survives)
    finally:
        monkeypatch.undo()


def test_console_commands_print_on_any_pipe_and_json_is_utf_8(attacks: Attacks, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "Žižkov → weaver wanted\n\nRequirements\n- Python ≥ 3 “and” 日本語 😀 for twelve looms, years of it\n"
    )
    feed = json.dumps({"id": "→", "text": "Python “and” 日本語 \ud800 SQL"}).encode() + b"\n"

    def survives(call: tuple[str, str]) -> None:
        encoding, what = call
        environ = {"PYTHONIOENCODING": f"{encoding}:strict", "PYTHONUTF8": "0"}
        if what == "text":
            done = command("read", page, **environ)
            assert done.stdout
        elif what == "help":
            done = command("run", "--help", **environ)
            assert done.stdout
        elif what == "json":
            done = command("read", page, "--format", "json", **environ)
            assert "日本語" in json.loads(done.stdout.decode("utf-8"))["postings"][0]["description"]
        else:
            done = command("tag", "--offline", feed=feed, **environ)
            found = {m["quote"] for m in json.loads(done.stdout.decode("utf-8"))["mentions"]}
            assert {"Python", "SQL"} <= found
        assert b"Traceback" not in done.stderr
        assert done.returncode == 0

    calls = [("cp1252", "text"), ("cp437", "json"), ("ascii", "tag"), ("ascii", "text"), ("cp437", "help")]
    attacks.each("17", "commands print on any pipe", calls, survives)


def test_console_duckdb_draws_nothing_into_the_results(attacks: Attacks, tmp_path: Path) -> None:
    # at a prompt DuckDB turns its progress bar on: -i makes this one
    code = (
        "from pathlib import Path; import sys\n"
        "from pipeline.store import Store\n"
        "s = Store(Path(sys.argv[1]))\n"
        "print(s._connection.execute(\"select current_setting('enable_progress_bar')\").fetchall()[0][0])\n"
        "s._connection.execute('select count(*) from range(300000000) t(i) where i % 7 = 3').fetchall()\n"
    )

    def survives(interactive: bool) -> None:
        call = [
            sys.executable,
            *(["-i"] if interactive else []),
            "-c",
            code,
            str(tmp_path / f"{interactive}.duckdb"),
        ]
        done = subprocess.run(call, input=b"", capture_output=True, cwd=ROOT, timeout=120, check=True)
        assert done.stdout == b"False\n"

    attacks.each("17", "no progress bar reaches stdout", [False, True], survives)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs a limit of address space that is obeyed"
)
def test_16_little_memory_is_said_without_a_traceback(attacks: Attacks, tmp_path: Path) -> None:
    call = (
        "import resource, sys; n = int(sys.argv.pop(1)) << 20; "
        "resource.setrlimit(resource.RLIMIT_AS, (n, n))\n"
        "from pipeline.cli import main; main()"
    )

    def survives(megabytes: int) -> None:
        words = [sys.executable, "-c", call, str(megabytes), "status", "-w", str(tmp_path / str(megabytes))]
        done = subprocess.run(words, capture_output=True, cwd=ROOT, timeout=120, check=False)
        assert b"Traceback" not in done.stderr, done.stderr[-600:]
        assert done.returncode in (0, 1, 2, 3, 4, 5, 6), done.returncode

    attacks.each("16", "little memory is said in a line", [100, 200, 300, 400, 500], survives)
