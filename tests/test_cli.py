"""The command as a person runs it: a process, its two streams, its exit code and its files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
COMMANDS = (
    *("run", "gather", "extract", "score", "matrix", "report", "refresh", "trend", "tag", "read", "export"),
    *("explain", "status", "import", "vocabulary", "init", "open"),
)


def skillmatrix(*words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Make one call; no terminal, no settings of the caller, no key."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SKILLMATRIX_", "OPENAI_"))}
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, words)],
        input=stdin.encode(), capture_output=True, env=environ, cwd=ROOT, timeout=300, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def run_example(workspace: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return skillmatrix(
        "run", EXAMPLES / "ml-engineer" / "list.txt", "--role", "ML engineer", "-w", workspace, *more
    )


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".duckdb")
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("example")
    assert run_example(workspace).returncode == 3
    return workspace


def test_the_examples_give_a_matrix_and_two_failures_by_reason(tmp_path: Path) -> None:
    done = run_example(tmp_path)
    assert done.returncode == 3
    assert "9 postings counted" in done.stdout
    assert "not counted: 1 duplicate, 1 closed, 1 source not read" in done.stdout
    assert "Programming in Python" in done.stdout
    assert "report.html" in done.stdout
    assert "closed, so not counted: " in done.stderr
    assert "1 source to fix:" in done.stderr
    assert "how-we-review-models.html: not-a-posting" in done.stderr
    assert "engine: local" in done.stderr


def test_the_same_run_twice_gives_the_same_bytes(example: Path) -> None:
    before = digests(example / "data" / "processed")
    assert len(before) >= 4
    assert run_example(example).returncode == 3
    assert digests(example / "data" / "processed") == before


def test_processed_data_is_rebuilt_from_raw_without_the_list(example: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "copy"
    shutil.copytree(example, workspace)
    exports = [("mentions", "jsonl"), ("skills", "csv"), ("postings", "csv"), ("matrix", "json")]
    before = [skillmatrix("export", kind, "--format", form, "-w", workspace).stdout for kind, form in exports]
    files = digests(workspace / "data" / "processed")
    shutil.rmtree(workspace / "data" / "processed")
    assert run_example(workspace, "--offline").returncode == 3
    assert digests(workspace / "data" / "processed") == files
    assert [
        skillmatrix("export", kind, "--format", form, "-w", workspace).stdout for kind, form in exports
    ] == before


def test_every_exported_quote_is_its_slice(example: Path) -> None:
    postings = [
        json.loads(line)
        for line in skillmatrix("export", "postings", "--format", "jsonl", "-w", example).stdout.splitlines()
    ]
    texts = {p["posting_id"]: p["text"] for p in postings}
    mentions = [
        json.loads(line)
        for line in skillmatrix("export", "mentions", "--format", "jsonl", "-w", example).stdout.splitlines()
    ]
    assert len(mentions) > 100
    assert all(texts[m["posting_id"]][m["start"] : m["end"]] == m["quote"] for m in mentions)


def test_explain_shows_arithmetic_that_adds_up(example: Path) -> None:
    done = skillmatrix("explain", "k8s", "--format", "json", "-w", example)
    found = json.loads(done.stdout)
    assert found["score"]["skill"] == "Kubernetes"
    assert found["demanded"] == pytest.approx(sum(part["adds"] for part in found["parts"]))
    assert found["score"]["score"] == pytest.approx(found["demanded"] / found["total"], abs=1e-6)
    assert len({q["posting_id"] for q in found["quotes"]}) == found["score"]["n"]


def test_a_negated_demand_is_kept_and_not_counted(example: Path) -> None:
    rows = [
        json.loads(line)
        for line in skillmatrix("export", "mentions", "--format", "jsonl", "-w", example).stdout.splitlines()
    ]
    java = [m for m in rows if m["skill"] == "Java"]
    assert all(m["negated"] for m in java)
    assert skillmatrix("explain", "Java", "-w", example).returncode == 2


def test_status_names_what_failed_and_why(example: Path) -> None:
    found = json.loads(skillmatrix("status", "--format", "json", "-w", example).stdout)
    target = found["targets"][0]
    assert target["failures"] == {"closed": 1, "not-a-posting": 1}
    assert target["counted"] == 9


def test_tag_answers_in_input_order_with_exact_offsets() -> None:
    texts = ["You need Python, SQL and Spark.", "", "Excellent communication skills 😀 and C++ are required."]
    feed = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts))
    answers = [json.loads(line) for line in skillmatrix("tag", "--offline", stdin=feed).stdout.splitlines()]
    assert [a["id"] for a in answers] == [0, 1, 2]
    assert all(texts[a["id"]][m["start"] : m["end"]] == m["quote"] for a in answers for m in a["mentions"])
    assert {"Python", "SQL", "Spark"} <= {m["quote"] for m in answers[0]["mentions"]}
    assert answers[1]["mentions"] == []


def test_tag_names_the_line_that_is_no_object_and_goes_on() -> None:
    done = skillmatrix("tag", stdin='{"id": 1, "text": "x"}\nnonsense\n{"id": 3, "text": "Python"}\n')
    assert done.returncode == 3
    assert "line 2 is no JSON" in done.stderr
    one, two, three = map(json.loads, done.stdout.splitlines())
    assert (one["id"], two["id"], three["id"]) == (1, None, 3)
    assert two["mentions"] == []
    assert two["error"].startswith("line 2")
    assert [m["quote"] for m in three["mentions"]] == ["Python"]


def test_read_shows_what_a_saved_page_gives() -> None:
    done = skillmatrix("read", EXAMPLES / "ml-engineer" / "greenhouse-tidewell.json", "--format", "json")
    found = json.loads(done.stdout)
    assert found["outcome"] == "posting"
    assert found["postings"][0]["company"].strip() == "Tidewell"


def test_a_place_that_cannot_be_written_is_named_without_a_traceback(example: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path, tmp_path / "file" / "x.csv", Path("/dev/full")):
        done = skillmatrix("export", "skills", "-q", "-o", wrong, "-w", example)
        assert done.returncode == 6
        assert done.stderr.startswith("error: ")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("wrong", ["", "none.html", "http://[::1"])
def test_read_says_what_is_wrong_with_what_it_cannot_read(wrong: str) -> None:
    done = skillmatrix("read", wrong)
    assert done.returncode in (2, 4)
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 2


def test_a_torn_record_is_named_by_the_run_that_met_it_and_by_status(tmp_path: Path) -> None:
    run_example(tmp_path)
    with (tmp_path / "data" / "raw" / "sources.jsonl").open("a") as file:
        file.write('{"target": "ml-eng')
    assert "sources.jsonl: the record at 2 is torn" in run_example(tmp_path).stderr
    assert "damaged: sources.jsonl" in skillmatrix("status", "-w", tmp_path).stdout


def test_a_target_without_a_role_is_refused(tmp_path: Path) -> None:
    for command in (("run", EXAMPLES / "ml-engineer" / "list.txt", "--role", " "), ("target", "add", "")):
        done = skillmatrix(*command, "-w", tmp_path)
        assert done.returncode == 2
        assert "needs a role" in done.stderr


def test_read_shows_every_posting_of_a_collection(tmp_path: Path) -> None:
    rows = [{"title": title, "description": "You know how to cut glass."} for title in ("Glazier", "Cutter")]
    (tmp_path / "jobs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = json.loads(skillmatrix("read", tmp_path / "jobs.jsonl", "--format", "json").stdout)
    assert [posting["title"] for posting in found["postings"]] == ["Glazier", "Cutter"]


def test_a_workspace_begins_with_a_list_that_says_what_to_write(tmp_path: Path) -> None:
    done = skillmatrix("init", tmp_path / "ws")
    assert done.returncode == 0
    text = (tmp_path / "ws" / "list.txt").read_text()
    assert all(line.startswith("#") or not line for line in text.splitlines())
    (tmp_path / "ws" / "list.txt").write_text("https://jobs.example/1\n")
    assert "was there already" in skillmatrix("init", tmp_path / "ws").stdout
    assert (tmp_path / "ws" / "list.txt").read_text() == "https://jobs.example/1\n"


def test_one_posting_is_a_fine_source_and_its_report_can_be_opened(tmp_path: Path) -> None:
    text = (EXAMPLES / "ml-engineer" / "halden.txt").read_text()
    for source, stdin in ((EXAMPLES / "ml-engineer" / "halden.txt", ""), ("-", text)):
        workspace = tmp_path / str(source)[-5:]
        done = skillmatrix("run", source, "--role", "ML engineer", "-w", workspace, stdin=stdin)
        assert done.returncode == 0, done.stderr
        assert "1 posting counted" in done.stdout
        assert "reads as a posting" in done.stderr
        shown = skillmatrix("open", "--no-show", "-w", workspace)
        assert Path(shown.stdout.strip()).read_text().startswith("<!")
    assert "no target" in skillmatrix("open", "--no-show", "-w", tmp_path / "none").stderr


def test_a_file_has_the_format_of_its_ending_and_its_folder_is_made(example: Path, tmp_path: Path) -> None:
    for name, start in (("a.xlsx", b"PK"), ("b.json", b"["), ("c.md", b"| "), ("d.parquet", b"PAR1")):
        path = tmp_path / "new" / name
        assert skillmatrix("export", "skills", "-o", path, "-w", example).returncode == 0
        assert path.read_bytes().startswith(start)
    assert skillmatrix("export", "summary", "-o", tmp_path / "s.html", "-w", example).returncode == 0
    wrong = skillmatrix("export", "skills", "-o", tmp_path / "x.doc", "-w", example)
    assert wrong.returncode == 2
    assert ".doc stands for no format" in wrong.stderr


def test_explain_takes_a_row_s_number_its_title_or_a_skill_and_says_which(example: Path) -> None:
    rows = json.loads(skillmatrix("export", "matrix", "--format", "json", "-w", example).stdout)["rows"]
    for wanted in ("2", rows[1]["title"]):
        said = skillmatrix("explain", wanted, "-w", example).stdout
        assert said.startswith(f"Row 2: {rows[1]['title']}"[:99])
        assert f"{rows[1]['n']} of {rows[1]['of']} postings" in said
    assert skillmatrix("explain", "Docker", "-w", example).stdout.startswith("Skill: Docker ")
    assert "the rows are 1 to 10" in skillmatrix("explain", "11", "-w", example).stderr.lower()


def test_no_line_of_the_matrix_is_wider_than_the_terminal(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = skillmatrix("matrix", "-w", example).stdout.splitlines()
    assert len(lines) > 30
    assert max(map(len, lines)) <= 60


def test_a_closed_posting_is_no_failure(tmp_path: Path) -> None:
    folder = EXAMPLES / "ml-engineer"
    names = ("halden.txt", "kestrelworks-closed.html", "brightloom.html", "brightloom-repost.txt")
    (tmp_path / "list.txt").write_text("".join(f"{folder / name}\n" for name in names))
    done = skillmatrix("run", tmp_path / "list.txt", "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == 0
    assert "1 duplicate, 1 closed" in done.stdout


def test_the_target_is_named_and_where_there_are_several_which_it_is(example: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "copy"
    shutil.copytree(example, workspace)
    assert skillmatrix("explain", "Docker", "-w", workspace).stderr.startswith("target: ML engineer\n")
    page = EXAMPLES / "ml-engineer" / "halden.txt"
    skillmatrix("run", page, "--role", "Fraud analyst", "-w", workspace)
    first = skillmatrix("explain", "Docker", "-w", workspace).stderr.splitlines()[0]
    assert first == "target: Fraud analyst (the latest of 2; --target chooses)"
    assert skillmatrix("explain", "Docker", "-q", "-w", workspace).stderr == ""


def test_the_help_goes_in_the_order_of_work() -> None:
    said = skillmatrix("--help").stdout
    panels = [said.index(f"─ {name}") for name in ("Start", "Look", "Review", "Plan", "Stages")]
    assert panels == sorted(panels)
    assert "─ More " not in said


def test_every_command_can_be_quiet_and_told_its_workspace_and_target() -> None:
    import typer

    from pipeline.cli.app import app

    def each(command: object, *path: str) -> list[tuple[str, set[str]]]:
        found = [(" ".join(path), {o for p in command.params for o in p.opts})]  # type: ignore[attr-defined]
        for name, sub in getattr(command, "commands", {}).items():
            found += each(sub, *path, name)
        return found

    groups = {"", "target", "log", "reference", "vocabulary", "review", "credential", "llm"}
    # a team's workspaces are its arguments
    no_workspace = {"tag", "read", "init", "vocabulary check", "team"}
    # these name their target in another way, or concern the workspace as a whole
    no_target = {"run", "gather", "import", "log list", "log undo", "reference list", "tag", "read", "init"}
    for name, options in each(typer.main.get_command(app)):
        if name in groups:
            continue
        assert "-q" in options, name
        assert "-w" in options or name in no_workspace, name
        about_none = name in no_target or name.startswith(("target ", "vocabulary "))
        assert "-t" in options or about_none, name


@pytest.mark.parametrize("command", ["run", "status", "matrix", "report", "score", "init"])
def test_a_command_ends_with_the_next_step(example: Path, tmp_path: Path, command: str) -> None:
    words = {"run": ("run", EXAMPLES / "ml-engineer" / "halden.txt", "--role", "r", "-w", tmp_path)}
    words["init"] = ("init", tmp_path / "ws")
    done = skillmatrix(*words.get(command, (command, "-w", example)))
    assert "next: skillmatrix " in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = skillmatrix(command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("empty.txt", b"", 2, "names no source"),
        ("comments.txt", b"# nothing here\n\n", 2, "names no source"),
        ("binary.txt", bytes(range(256)) * 20, 2, "binary"),
        ("gone.txt", b"no-such-page.html\n", 4, "no source gave a posting"),
    ],
)
def test_a_bad_list_ends_with_a_clear_line(
    tmp_path: Path, name: str, content: bytes, code: int, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = skillmatrix("run", tmp_path / name, "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    done = skillmatrix("run", tmp_path / "none.txt", "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == 2
    assert "none.txt" in done.stderr


def test_a_bad_line_costs_itself_only(tmp_path: Path) -> None:
    page = EXAMPLES / "ml-engineer" / "halden.txt"
    (tmp_path / "list.txt").write_text(f"ftp://nowhere/x\n{page} kind=sonnet\n{page}\n")
    done = skillmatrix("run", tmp_path / "list.txt", "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == 3
    assert "1 posting counted" in done.stdout
    assert "ftp://nowhere/x" in done.stderr
    assert "sonnet" in done.stderr


def test_a_page_with_nul_bytes_is_read(tmp_path: Path) -> None:
    text = "We are looking for a data engineer.\nRequirements\n- Python\0 and SQL\n- Docker\n- teamwork\n"
    (tmp_path / "nul.txt").write_text(text)
    (tmp_path / "list.txt").write_text("nul.txt\n")
    done = skillmatrix("run", tmp_path / "list.txt", "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == 0
    assert "Docker" in done.stdout


def test_a_posting_in_another_language_is_named_and_left_out_of_every_share(tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_text(
        "Wir suchen eine Entwicklerin (m/w/d) für unser Team in Leipzig.\n\nDeine Aufgaben\n"
        "- Du entwickelst Dienste in Python und SQL\n- Du arbeitest eng mit dem Fachbereich zusammen\n\n"
        "Dein Profil\n- Erfahrung mit Docker\n- Sehr gute Kenntnisse in Python\n"
        "- Du kannst gut erklären und lernst gern dazu\n"
    )
    page = EXAMPLES / "ml-engineer" / "halden.txt"
    (tmp_path / "list.txt").write_text(f"de.txt\n{page}\n")
    done = skillmatrix("run", tmp_path / "list.txt", "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == 3
    assert "1 posting counted" in done.stdout
    assert "de.txt: wrong-language. written in de" in done.stderr
    assert "of 2 postings" not in done.stdout


def test_a_page_over_the_size_limit_is_named(tmp_path: Path) -> None:
    with (tmp_path / "big.html").open("wb") as file:
        file.truncate(200_000_000)
    (tmp_path / "list.txt").write_text("big.html\n")
    done = skillmatrix("run", tmp_path / "list.txt", "--role", "r", "-w", tmp_path / "w")
    assert done.returncode == 4
    assert "larger than" in done.stderr


def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "skillmatrix.toml").write_text("[score]\nrequird = 1\n")
    done = skillmatrix("status", "-w", tmp_path)
    assert done.returncode == 2
    assert "requird" in done.stderr


def test_a_workspace_that_cannot_be_written_ends_with_code_6(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("a file, not a folder")
    done = run_example(tmp_path / "w")
    assert done.returncode == 6
    assert "Traceback" not in done.stderr


def test_a_second_run_in_the_same_workspace_is_turned_away(tmp_path: Path) -> None:
    from pipeline.archive import hold

    with hold(tmp_path / "data" / "raw"):
        done = run_example(tmp_path)
    assert done.returncode == 6
    assert run_example(tmp_path).returncode == 3


@pytest.mark.parametrize("delay", [0.4, 0.9, 1.6, 2.4])
def test_a_killed_run_is_finished_by_a_plain_rerun(tmp_path: Path, example: Path, delay: float) -> None:
    words = ["run", str(EXAMPLES / "ml-engineer" / "list.txt"), "--role", "ML engineer", "-w", str(tmp_path)]
    child = subprocess.Popen([sys.executable, "-c", "from pipeline.cli import main; main()", *words],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)  # fmt: skip
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert run_example(tmp_path).returncode == 3
    assert digests(tmp_path / "data" / "processed") == digests(example / "data" / "processed")


def test_help_needs_no_heavy_import() -> None:
    heavy = "{'spacy', 'pandas', 'duckdb', 'openai', 'onnxruntime', 'pyarrow', 'trafilatura', 'altair'}"
    code = f"import sys, pipeline.cli.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_snapshot_outlives_the_database(example: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "copy"
    shutil.copytree(example, workspace)
    assert skillmatrix("score", "--snapshot", "q3", "-w", workspace).returncode == 0
    before = skillmatrix("trend", "q3", "-w", workspace, "--format", "json").stdout
    shutil.rmtree(workspace / "data" / "processed")
    assert run_example(workspace).returncode == 3
    assert skillmatrix("trend", "q3", "-w", workspace, "--format", "json").stdout == before
    assert json.loads(before)[0]["before_postings"] == 9


def test_notebooks_get_the_columns_of_the_exports(example: Path) -> None:
    from pipeline import Workspace

    face = Workspace(example)
    frames = {"skills": face.skills(), "mentions": face.mentions(), "postings": face.postings()}
    for name, frame in frames.items():
        rows = skillmatrix("export", name, "--format", "jsonl", "-w", example).stdout.splitlines()
        assert len(frame) == len(rows) > 0
        assert list(frame.columns) == list(json.loads(rows[0]))
    assert len(face.matrix()) == 10
