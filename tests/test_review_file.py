"""The review as a spreadsheet and as commands: what was edited is decided, once, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from review_example import TARGET, filled, postings
from typer.testing import CliRunner

from pipeline.errors import SkillmatrixError, UsageError
from pipeline.steps.place import Place
from pipeline.steps.review import Review, Wish
from pipeline.steps.review_file import COLUMNS, export, read


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("file"), postings(6)).root


Edit = Callable[[dict[str, dict[str, str]]], object]


def edited_csv(path: Path, edit: Edit, delimiter: str = ",") -> Path:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["skill"]: row for row in csv.DictReader(file)}
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows.values())
    return path


def edited_xlsx(path: Path, edit: Edit, _: str = "") -> Path:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    rows = {str(line[0].value): dict(zip(head, line, strict=True)) for line in sheet.iter_rows(min_row=2)}
    values = {n: {k: str(c.value or "") for k, c in cells.items()} for n, cells in rows.items()}
    edit(values)
    for name, row in values.items():
        for column in ("decision", "new_name", "theme", "kind", "priority", "why"):
            said = row[column]
            rows[name][column].value = float(said) if column == "priority" and said else said or None
    book.save(path)
    return path


EDITORS = {"f.csv": edited_csv, "f.xlsx": edited_xlsx}


@pytest.mark.parametrize("name", EDITORS)
def test_an_unedited_file_changes_nothing(sitting: Review, tmp_path: Path, name: str) -> None:
    sitting.decide([Wish("accept", "Python"), Wish("reject", "Microsoft Excel"), Wish("pin", "Docker")])
    export(sitting, tmp_path / name)
    EDITORS[name](tmp_path / name, lambda rows: None)
    found = read(sitting, tmp_path / name)
    assert (found.wishes, found.troubles) == ((), ())
    assert found.rows == len(sitting.view.scoring.scores) + 1


@pytest.mark.parametrize("name", EDITORS)
def test_every_edit_is_decided_and_a_second_time_nothing_is(
    sitting: Review, tmp_path: Path, name: str
) -> None:
    sitting.decide([Wish("accept", "Java")])
    export(sitting, tmp_path / name)

    def edit(rows: dict[str, dict[str, str]]) -> None:
        rows["Python"] |= {"decision": "accept, pin", "why": "we all write it"}
        rows["Microsoft Excel"]["decision"] = "reject"
        rows["Java"]["decision"] = ""
        rows["Docker"] |= {"kind": "general", "priority": "3", "theme": "containers of all sorts"}
        rows["Kubernetes"]["new_name"] = "Kubernetes in mills"
        rows["dbt"] |= {"decision": "merge", "new_name": "sql"}
        rows["Git"] |= {"decision": "split: Git", "new_name": "Version control of patterns"}

    EDITORS[name](tmp_path / name, edit)
    found = read(sitting, tmp_path / name)
    assert found.troubles == ()
    sitting.decide(found.wishes)
    scoring = sitting.view.scoring
    rulings = scoring.rulings
    assert rulings.accepted == {"Python"}
    assert rulings.pinned == {"Python"}
    assert rulings.rejected == {"Microsoft Excel"}
    assert "we all write it" in rulings.by["Python"]
    docker = scoring.skills["Docker"]
    assert (docker.kind, docker.theme) == ("general", "containers of all sorts")
    assert scoring.scores["Docker"].priority == 3
    assert {"Kubernetes in mills", "Version control of patterns"} <= scoring.scores.keys()
    assert not {"Kubernetes", "dbt", "Git", "Microsoft Excel"} & scoring.scores.keys()
    again = read(sitting, tmp_path / name)
    assert (again.wishes, again.troubles) == ((), ())


def test_semicolons_and_a_byte_order_mark_are_read(sitting: Review, tmp_path: Path) -> None:
    export(sitting, tmp_path / "f.csv")
    edited_csv(tmp_path / "f.csv", lambda rows: rows["SQL"].update(decision="accept"), ";")
    assert [(w.action, w.subject) for w in read(sitting, tmp_path / "f.csv").wishes] == [("accept", "SQL")]


def test_a_stale_row_is_named_and_the_same_decision_of_another_is_not(
    sitting: Review, tmp_path: Path
) -> None:
    export(sitting, tmp_path / "f.csv")
    sitting.decide(
        [Wish("kind", "Docker", "general"), Wish("priority", "Linux", "3"), Wish("reject", "Apache Kafka")]
    )

    def edit(rows: dict[str, dict[str, str]]) -> None:
        rows["Docker"]["kind"] = "general"
        rows["Linux"]["priority"] = "2"
        rows["Apache Kafka"]["kind"] = "general"

    found = read(sitting, edited_csv(tmp_path / "f.csv", edit))
    assert found.wishes == ()
    assert {t.skill: t.why.split(":")[0] for t in found.troubles} == {
        "Linux": "stale",
        "Apache Kafka": "stale",
    }
    assert all(trouble.row > 1 for trouble in found.troubles)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"decision": "destroy"}, "unknown decision 'destroy'"),
        ({"decision": "merge"}, "merge needs a new_name"),
        ({"decision": "merge", "new_name": "Quantum loom"}, "no skill here is called 'Quantum loom'"),
        ({"decision": "merge", "new_name": "Pyton"}, "Near names: Python"),
        ({"decision": "accept, reject"}, "accept and reject contradict each other"),
        ({"decision": "pin, keep-out"}, "pin and keep-out contradict each other"),
        ({"decision": "accept", "skill": "SQLL"}, "leave `skill` as it was"),
        ({"decision": "split: nonsense", "new_name": "X"}, "no posting says 'nonsense'"),
        ({"kind": "both"}, "not general or specific"),
        ({"priority": "9"}, "not 1, 2 or 3"),
        ({"theme": ""}, "theme is empty"),
        ({"was": "[1,2]"}, "export again"),
        ({"was": "x"}, "export again"),
        ({"decision": "accept", "why": "x" * 999}, "at most"),
    ],
)
def test_a_broken_row_says_which_and_why(
    sitting: Review, tmp_path: Path, edit: dict[str, str], says: str
) -> None:
    export(sitting, tmp_path / "f.csv")
    found = read(sitting, edited_csv(tmp_path / "f.csv", lambda rows: rows["SQL"].update(edit)))
    assert found.wishes == ()
    ((trouble,)) = found.troubles
    assert trouble.skill == edit.get("skill", "SQL")
    assert says in trouble.why


def test_a_stale_row_says_what_was_there_and_what_is(sitting: Review, tmp_path: Path) -> None:
    export(sitting, tmp_path / "f.csv")
    sitting.decide([Wish("reject", "dbt")])
    found = read(sitting, edited_csv(tmp_path / "f.csv", lambda rows: rows["dbt"].update(decision="accept")))
    assert [t.why for t in found.troubles] == [
        "stale: decision was empty, meanwhile it is 'reject'; export again"
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("f.csv", b"", "has no column"),
        ("f.csv", b"a,b\n1,2\n", "has no column"),
        ("f.csv", b"\xff\xfe\x00s", "not UTF-8"),
        ("f.csv", b'skill,decision\n"open', "broken|no column"),
        ("f.xlsx", b"PK\x03\x04 not a workbook", "cannot be read as a workbook"),
        ("f.txt", b"", "neither .csv nor .xlsx"),
    ],
)
def test_what_is_no_review_file_is_refused(
    sitting: Review, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=says):
        read(sitting, tmp_path / name)


def test_a_skill_that_stands_twice_is_decided_once(sitting: Review, tmp_path: Path) -> None:
    export(sitting, tmp_path / "f.csv")
    edited_csv(tmp_path / "f.csv", lambda rows: rows["SQL"].update(decision="accept"))
    lines = (tmp_path / "f.csv").read_text("utf-8").splitlines(keepends=True)
    twice = next(line for line in lines if line.startswith("SQL,"))
    (tmp_path / "f.csv").write_text("".join([*lines, twice]), "utf-8")
    found = read(sitting, tmp_path / "f.csv")
    assert len(found.wishes) == 1
    assert "earlier row" in found.troubles[0].why


# --- commands ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def skillmatrix(*words: str | Path) -> Done:
    """Make one call of the command, in this process: its streams and its exit code are the same."""
    from pipeline.cli.app import app

    result = CliRunner().invoke(app, ["review", *map(str, words)])
    if isinstance(result.exception, SkillmatrixError):
        return Done(
            result.exception.exit_code, result.stdout, f"{result.exception} {result.exception.advice}"
        )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def test_commands_decide_show_their_effect_and_take_it_back(place: Place) -> None:
    at = ("-w", place.root, "--who", "ada")
    first = place.rulings(TARGET)
    dry = skillmatrix("merge", "Git", "Linux", "--dry-run", *at)
    assert dry.returncode == 0, dry.stderr
    assert "Git is gone from the list" in dry.stdout
    assert place.decisions() == []
    for words in (
        ("accept", "python", "SQL"),
        ("merge", "Git", "Linux", "--why", "one exercise"),
        ("rename", "Microsoft Excel", "Spreadsheets"),
    ):
        assert skillmatrix(*words, *at).returncode == 0
    listed = json.loads(skillmatrix("list", "--format", "json", "-w", place.root).stdout)
    states = {row["skill"]: row["state"] for row in listed}
    assert (states["Python"], states["Spreadsheets"]) == ("accepted", "decided")
    assert "Git" not in states
    log = json.loads(skillmatrix("log", "--format", "json", "-w", place.root).stdout)
    assert [d["action"] for d in log] == ["accept", "accept", "merge", "rename"]
    assert log[2]["why"] == "one exercise"
    for _ in log:
        assert skillmatrix("undo", *at).returncode == 0
    assert place.rulings(TARGET) == first
    assert skillmatrix("undo", *at).returncode == 2


def test_a_wrong_name_is_refused_with_near_ones(place: Place) -> None:
    done = skillmatrix("reject", "Kubernets", "-w", place.root)
    assert done.returncode == 2
    assert "Kubernetes" in done.stderr
    assert place.decisions() == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("accept", "Pyton"), "no skill here is called 'Pyton' Near names: Python"),
        (("merge", "Python", "Python"), "Python cannot be merged into itself"),
        (("merge", "Python", "Kuberntes"), "Near names: Kubernetes"),
        (("split", "Python", "Pyton", "Snakes"), "no posting says 'Pyton' for Python They say Python."),
        (("wrong", "Python", "here"), "no quote stands at 'here' A place is POSTING:START:END"),
        (("pin", "Dockr"), "Near names: Docker"),
        (("pin", "Docker", "--off"), "no decision says pin of Docker `skillmatrix review log`"),
        (("retitle", "Nothing", "Something"), "no row or theme here is called 'Nothing'"),
        (("undo",), "is left to undo `skillmatrix review log` shows every decision"),
        (("undo", "0123"), "no decision has the id '0123' `skillmatrix review log`"),
        (("apply", "nowhere.csv"), "cannot be read: No such file or directory `skillmatrix review export"),
        (("export", "skills.txt"), "skills.txt is neither .csv nor .xlsx Name it FILE.csv or FILE.xlsx."),
    ],
)
def test_a_command_that_cannot_be_done_says_what_could_be(
    place: Place, words: tuple[str, ...], says: str
) -> None:
    done = skillmatrix(*words, "-w", place.root)
    assert done.returncode == 2
    assert says in done.stderr
    assert place.decisions() == []


def test_what_a_command_said_is_taken_back_with_off(place: Place) -> None:
    at = ("-w", place.root, "--who", "ada")
    for command in ("pin", "keep-out", "reject"):
        assert skillmatrix(command, "Docker", *at).returncode == 0
        back = skillmatrix(command, "Docker", "--off", *at)
        assert back.returncode == 0
        assert f"undone: {command} Docker" in back.stdout
        rulings = place.rulings(TARGET)
        assert "Docker" not in rulings.pinned | rulings.kept_out | rulings.rejected


def test_a_file_is_tried_dry_refused_whole_and_taken_in_part(place: Place, tmp_path: Path) -> None:
    file, at = tmp_path / "f.csv", ("-w", place.root)
    assert skillmatrix("export", file, *at).returncode == 0

    def edit(rows: dict[str, dict[str, str]]) -> None:
        rows["SQL"]["decision"] = "accept"
        rows["Python"]["kind"] = "neither"

    edited_csv(file, edit)
    dry = skillmatrix("apply", file, "--dry-run", *at)
    assert "1 decision would be made" in dry.stdout
    assert "Python" in dry.stderr
    assert skillmatrix("apply", file, *at).returncode == 2
    assert place.decisions() == []
    partly = skillmatrix("apply", file, "--partly", *at)
    assert partly.returncode == 3
    assert [d.subject for d in place.decisions()] == ["SQL"]


def test_documents_written_after_a_review_name_who_changed_a_row(place: Place) -> None:
    at = ("-w", place.root)
    assert skillmatrix("pin", "Reed drawing", "--who", "ada", *at).returncode == 0
    done = skillmatrix("write", *at)
    assert done.returncode == 0, done.stderr
    text = (place.documents(TARGET) / "matrix.csv").read_text("utf-8-sig")
    assert "Reed drawing" in text
    assert "ada on " in text
