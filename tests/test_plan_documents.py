"""Ratings that survive, documents that recalculate, hostile words that stay words."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.errors import UsageError
from pipeline.plan import building as planning
from pipeline.plan import person
from pipeline.plan import steps as step
from pipeline.plan.building import Calendar
from pipeline.plan.documents import workbook as plan_workbook
from pipeline.plan.documents import writing as plan_documents
from pipeline.records import Hint, LogEntry, Plan, Rating
from pipeline.report.blocks import Text, as_csv, html, markdown
from pipeline.settings import PlanSettings, Settings
from pipeline.steps.place import Place
from tests.test_plan import example

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
RUN = (
    "run",
    EXAMPLES / "ml-engineer" / "list.txt",
    "--role",
    "ML engineer",
    "--offline",
    "-q",
)
FORMULA = '=HYPERLINK("http://evil.example","x")'
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both example targets, gathered from their files without network."""
    root = tmp_path_factory.mktemp("plan")
    for name, role, plan in (("data-engineer", "Data engineer", "b"), ("ml-engineer", "ML engineer", "a")):
        invoke(
            "run", EXAMPLES / name / "list.txt", "--role", role, "--plan", plan, "-w", root, "--offline", "-q"
        )
    return root


def invoke(*parts: object, input: str | None = None) -> str:
    done = CliRunner(env={"COLUMNS": "400"}).invoke(app, [str(part) for part in parts], input=input)
    if done.exit_code not in (0, 3):
        raise done.exception or AssertionError(done.output)
    return done.output


def hostile_plan() -> Plan:
    basis = example([Rating("2026-01-05", "engineer", "sql", 2, FORMULA)])
    rows = tuple(replace(row, title=row.title + SCRIPT) for row in basis.draft.rows)
    postings = [replace(p, company=FORMULA, url="javascript:alert(1)") for p in basis.postings]
    hints = {
        ("sql", "questions"): [Hint("How do you index?", "model tiny-1")],
        ("sql", "reading"): [
            Hint("bad", "you", "javascript:alert(1)"),
            Hint("good", "you", "https://a.example/b"),
        ],
    }
    basis = replace(basis, draft=replace(basis.draft, rows=rows), postings=postings, hints=hints)
    log = [LogEntry("2026-01-06", "sql", FORMULA, SCRIPT)]
    return planning.build(basis, PlanSettings(), Calendar("2026-01-05", "2026-02-02"), log)


# --- one command each, no key, no network -----------------------------------------------------------


def test_one_command_writes_every_document_of_an_example(workspace: Path) -> None:
    told = invoke("plan", "--start", "2026-12-07", "-w", workspace)
    folder = workspace / "data" / "processed" / "ml-engineer" / "plan"
    names = {path.name for path in folder.iterdir()}
    documents = ("assessment", "priority-ease", "attainability", "competency", "role-card", "roadmap")
    for name in (*documents, "index", "weeks", "practice", "progress"):
        assert {f"{name}.md", f"{name}.html"} <= names
    tables = {"assessment.csv", "competency.csv", "roadmap-phases.csv", "weeks.csv", "plan.xlsx"}
    pictures = {"gap-bars.svg", "priority-ease.svg", "calendar.svg", "progress.svg", "practice.ics"}
    assert tables | pictures <= names
    assert "ready to apply: " in told
    assert "Ready to apply when the plan is done: yes" in told


def test_equal_records_give_equal_documents(workspace: Path) -> None:
    place, settings = Place(workspace), Settings()
    invoke("plan", "--start", "2026-12-07", "-w", workspace)
    folder = workspace / "data" / "processed" / "ml-engineer" / "plan"
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    step.write(place, place.target(), settings)
    assert {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()} == before


def test_the_report_links_to_the_plan_once_it_was_asked_for(workspace: Path) -> None:
    invoke("report", "-w", workspace)
    folder = workspace / "data" / "processed" / "ml-engineer"
    found = re.search(r'<a href="(plan/[^"]+)">Plan</a>', (folder / "report.html").read_text())
    assert found
    assert (folder / found[1]).exists()


def test_compare_names_shared_rows_and_hours_spared(workspace: Path) -> None:
    told = invoke("target", "compare", "ML engineer", "Data engineer", "-w", workspace)
    assert "Programming in Python" in told
    assert "hours off" in told


def test_a_target_is_not_compared_with_itself(workspace: Path) -> None:
    with pytest.raises(UsageError, match="with itself"):
        invoke("target", "compare", "ML engineer", "ml-engineer", "-w", workspace)


def test_a_later_run_keeps_horizon_hours_and_reasons(tmp_path: Path) -> None:
    invoke(
        "target",
        "add",
        "ML engineer",
        "--hours",
        12,
        "--horizon",
        40,
        "--rationale",
        "Near home",
        "-w",
        tmp_path,
    )
    invoke(
        "run",
        EXAMPLES / "ml-engineer" / "list.txt",
        "--role",
        "ML engineer",
        "-w",
        tmp_path,
        "--offline",
        "-q",
    )
    assert "40 weeks at 12 hours" in invoke("target", "show", "-w", tmp_path)
    assert "Near home" in invoke("target", "show", "-w", tmp_path)


# --- ratings ----------------------------------------------------------------------------------------


def test_assess_asks_row_by_row_and_keeps_each_answer(workspace: Path) -> None:
    place = Place(workspace)
    before = len(person.ratings(place))
    told = invoke("assess", "-w", workspace, input="2\n0 1 2\nA talk\n\n7\n3\n1 2\n\nq\n")
    found = person.ratings(place)[before:]
    assert [(r.level, r.checks, r.note) for r in found] == [(2, (0, 1, 2), "A talk"), (3, (1, 2), "")]
    assert "I know the trade-offs" in told
    assert "I have found edge cases" in told
    assert "look at the rubric again" in told
    assert [e.impact for e in person.log(place) if e.action == "A talk"] == ["rated 2"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_goes_out_and_comes_back(workspace: Path, tmp_path: Path, ending: str) -> None:
    place, settings = Place(workspace), Settings()
    path = tmp_path / f"assessment.{ending}"
    invoke("assess", "--template", path, "-w", workspace)
    assert invoke("assess", "--file", path, "-w", workspace).startswith("0 new ratings, 0 new target")
    note = f"{FORMULA} {ending}"
    if ending == "csv":
        lines = list(csv.DictReader(path.read_text().splitlines()))
        lines[4] |= {"current": "1", "target": "4", "notes": "'" + note}
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, lines[0].keys())
            writer.writeheader()
            writer.writerows(lines)
    else:
        book = load_workbook(path)
        sheet = book["Assessment"]
        sheet["E8"], sheet["F8"], sheet["I8"] = 2, 5, "fine"
        note = "fine"
        book.save(path)
    assert invoke("assess", "--file", path, "-w", workspace).startswith("1 new ratings, 1 new target")
    row = step.rows(place, place.target(), settings)[4]
    assert (row.current, row.target, row.note) == ((1, 4, note) if ending == "csv" else (2, 5, note))
    assert "set by a person" in row.overruled


def test_q_at_the_statements_ends_the_whole_interview(tmp_path: Path) -> None:
    invoke(*RUN, "-w", tmp_path)
    told = invoke("assess", "-w", tmp_path, input="2\n0 1\nA talk\n3\nq\n")
    assert [r.level for r in person.ratings(Place(tmp_path))] == [2]
    assert "3. " not in told.partition("\n2. ")[2]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_explicit_zero_of_a_file_is_a_rating_and_a_blank_is_none(tmp_path: Path, ending: str) -> None:
    root, path = tmp_path / "w", tmp_path / f"zero.{ending}"
    invoke(*RUN, "-w", root)
    place, settings = Place(root), Settings()
    invoke("assess", "--template", path, "-w", root)
    assert invoke("assess", "--file", path, "-w", root).startswith("0 new ratings")
    _type_zero(path)
    assert invoke("assess", "--file", path, "-w", root).startswith("1 new ratings, 0 new target")
    found = step.rows(place, place.target(), settings)
    assert [(r.number, r.current) for r in found if r.rated] == [(2, 0)]
    assert invoke("assess", "--file", path, "-w", root).startswith("0 new ratings")


def _type_zero(path: Path) -> None:
    """The second row gets a 0 by hand."""
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        book["Assessment"]["E5"] = 0
        book.save(path)
        return
    lines = list(csv.DictReader(path.read_text().splitlines()))
    lines[1]["current"] = "0"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)


def test_a_wrong_level_in_a_file_is_named_and_nothing_is_kept(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("skill,current\n1,3\n2,seven\n")
    before = person.ratings(Place(workspace))
    with pytest.raises(UsageError, match="line 3: current 'seven'"):
        invoke("assess", "--file", path, "-w", workspace)
    assert person.ratings(Place(workspace)) == before


WRITER = """
import sys
from pathlib import Path
from pipeline.records import Rating
from pipeline.steps.place import Place
from pipeline.plan import person
place, name = Place(Path(sys.argv[1])), sys.argv[2]
for i in range(100000):
    person.rate(place, [Rating("2026-01-05", "t", name, i % 6, f"{name} {i}")])
    print(i, flush=True)
"""


def test_ratings_survive_kill_and_two_writers(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("left", "right")
    ]
    told = {}
    for writer, name in zip(writers, ("left", "right"), strict=True):
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 30:
            pass
        told[name] = 30
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        assert writer.stdout is not None
        writer.stdout.close()
    place = Place(tmp_path)
    for name, least in told.items():
        notes = [r.note for r in person.ratings(place) if r.subject == name]
        assert len(notes) > least
        assert notes == [f"{name} {i}" for i in range(len(notes))]
    person.rate(place, [Rating("2026-01-06", "t", "left", 5)])
    assert person.ratings(place)[-1].level == 5


def test_a_log_of_two_hundred_weeks_is_rendered_whole(workspace: Path, tmp_path: Path) -> None:
    rows = example().draft.rows
    log = [LogEntry(f"2026-01-{1 + i % 28:02d}", rows[i % 3].theme, f"Week {i}", "done") for i in range(200)]
    ratings = [
        Rating(f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}", "engineer", "sql", i % 6) for i in range(200)
    ]
    plan = planning.build(example(ratings), PlanSettings(), Calendar("2026-01-05", "2026-12-28"), log)
    began = time.perf_counter()
    plan_documents.write(plan, tmp_path)
    print(f"rendered in {time.perf_counter() - began:.2f} s")
    assert (tmp_path / "competency.md").read_text().count("Week ") >= 200


# --- hostile words and marked sentences -------------------------------------------------------------


def test_no_word_of_a_posting_becomes_markup_formula_or_link() -> None:
    plan = hostile_plan()
    for document in plan_documents.documents(plan):
        page, text = str(html(document)), markdown(document)
        assert SCRIPT not in page
        assert "javascript:" not in page.replace("javascript:alert(1)</", "")
        assert "](<javascript" not in text
        assert "<script" not in text.replace("\\<script", "")
        for table in document.tables:
            for line in csv.reader(as_csv(table).splitlines()):
                assert not any(cell[:1] in ("=", "+", "@") for cell in line)


def test_only_our_own_formulas_are_in_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_workbook.workbook(hostile_plan()))
    formulas = []
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/sheet"):
                formulas += re.findall(r"<f>(.*?)</f>", book.read(name).decode())
    assert formulas
    assert all(re.match(r"(MAX|SUMPRODUCT|ROUND|SUM|IF)\(", f) and "HYPERLINK" not in f for f in formulas)


def test_what_a_model_says_is_marked_in_its_cell_and_links_have_a_source() -> None:
    documents = {d.id: d for d in plan_documents.documents(hostile_plan())}
    page = str(html(documents["competency"]))
    assert 'How do you index? <small class="from model">model tiny-1</small>' in page
    links = set(re.findall(r'href="(.*?)"', "".join(str(html(d)) for d in documents.values())))
    assert links == {"https://a.example/b"}
    assert "link not checked" in page


def test_a_kept_answer_of_a_model_lands_in_its_row(tmp_path: Path) -> None:
    invoke(*RUN, "-w", tmp_path)
    place = Place(tmp_path)
    value = {"questions": ["Why this index?", "See https://evil.example"], "practice": ["Mend a slow query."]}
    value["reading"] = ["The manual, www.evil.example", "SQL and Relational Theory, C. J. Date"]
    theme = step.plan(place, place.target(), Settings()).rows[-1].theme
    record = {"task": "prose", "subject": theme, "model": "tiny-1", "value": value}
    place.archive.append("advice", record)
    row = step.plan(place, place.target(), Settings()).row(theme)
    assert [h.text for h in row.questions if h.source == "model tiny-1"] == ["Why this index?"]
    assert [h.text for h in row.practice if h.source == "model tiny-1"] == ["Mend a slow query."]
    step.write(place, place.target(), Settings())
    plan = place.documents(place.target()) / "plan"
    page = (plan / "competency.html").read_text()
    for name in ("competency", "role-card", "roadmap", "practice"):
        told = "SQL and Relational Theory, C. J. Date *(model tiny-1: a proposal, not looked up)*"
        assert told in (plan / f"{name}.md").read_text()
    assert 'Why this index? <small class="from model">model tiny-1</small>' in page
    assert "evil.example" not in page


def test_a_plan_that_is_written_late_counts_from_its_first_day(tmp_path: Path) -> None:
    invoke(*RUN, "-w", tmp_path)
    invoke("assess", "1", "--level", 2, "--date", "2026-11-02", "-w", tmp_path)
    invoke("plan", "--start", "2026-10-05", "-w", tmp_path)
    progress = (next(tmp_path.glob("data/processed/*/plan/progress.md"))).read_text()
    assert "By 2026-11-02, 0 hours were planned" not in progress
    assert "`skillmatrix assess --week`." in progress  # a command in Markdown can be copied


def test_a_reference_must_be_a_link_and_says_that_it_is_unchecked(workspace: Path) -> None:
    with pytest.raises(UsageError, match="no http"):
        invoke("reference", "add", "1", "ftp://a.example", "--offline", "-w", workspace)
    invoke(
        "reference", "add", "1", "https://a.example/talk", "--title", "A talk", "--offline", "-w", workspace
    )
    assert "not checked" in invoke("reference", "list", "-w", workspace)


def test_a_plan_with_nothing_left_says_so() -> None:
    ratings = [Rating("2026-01-01", "engineer", theme, 5) for theme in ("sql", "python", "talking")]
    plan = planning.build(example(ratings), PlanSettings())
    assert plan.hours == 0
    texts = [b.text for d in plan_documents.documents(plan) for b in d.blocks if isinstance(b, Text)]
    assert sum("Nothing is left to learn" in text for text in texts) == 4


# --- the calendar and the workbook, read by others ----------------------------------------------------


def test_the_calendar_is_read_by_its_own_library() -> None:
    from icalendar import Calendar as Reader

    from pipeline.plan.documents.ics import calendar

    plan = hostile_plan()
    events = list(Reader.from_ical(calendar(plan)).walk("VEVENT"))
    assert len(events) == sum(map(len, (plan.lessons, plan.blocks, plan.habits, plan.interviews)))
    assert len({str(e["uid"]) for e in events}) == len(events)
    assert all(e.decoded("dtend") > e.decoded("dtstart") for e in events if "dtend" in e)
    again = [e for e in events if "rrule" in e]
    assert len(again) == len(plan.habits)
    for event, habit in zip(again, plan.habits, strict=True):
        rule = event["rrule"]
        assert (rule["FREQ"], rule["BYDAY"], rule["INTERVAL"]) == (
            ["WEEKLY"],
            list(habit.days),
            [habit.every],
        )
        assert event.decoded("dtstart").strftime("%a").upper()[:2] == habit.days[0]
        assert rule["UNTIL"][0].isoformat() < plan.days[-1]


@pytest.mark.slow
def test_libreoffice_recalculates_to_the_stored_values(workspace: Path, tmp_path: Path) -> None:
    import shutil

    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    place = Place(workspace)
    path = plan_workbook.template(step.plan(place, place.target(), Settings()), tmp_path / "plan.xlsx")
    stored = _values(path)
    load_workbook(path).save(path)  # forgets every stored value: what comes back was calculated anew
    assert all(_values(path).get(cell) is None for cell in ("G4", "H4", "J4"))
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to"]
    out = tmp_path / "again"
    subprocess.run([*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", out, path], check=True, timeout=120)
    again = _values(out / "plan.xlsx")
    assert stored.keys() == again.keys()
    for place_, value in stored.items():
        assert again[place_] == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value)
    checks = load_workbook(out / "plan.xlsx")["Assessment"].data_validations.dataValidation
    assert any("0,1,2,3,4,5" in str(c.formula1) for c in checks)


def _values(path: Path) -> dict[str, object]:
    sheet = load_workbook(path, data_only=True)["Assessment"]
    cells = (c for line in sheet.iter_rows(max_col=14) for c in line if c.value is not None)
    return {c.coordinate: float(c.value) if isinstance(c.value, int | float) else c.value for c in cells}


# --- log, measures, self-check, CV, team --------------------------------------------------------------


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    """A workspace of its own, with the same matrix."""
    import shutil

    return Path(shutil.copytree(workspace, tmp_path / "ada"))


def test_a_line_of_the_log_is_kept_once_and_can_be_taken_back(own: Path) -> None:
    line = ("log", "add", "Served a model", "--skill", 1, "--minutes", 45, "--measure", "speed=38",
            "--predicted", 3, "--right", 2, "--date", "2026-12-09", "-w", own)  # fmt: skip
    before = len(person.log(Place(own)))
    assert invoke(*line).startswith("saved as ")
    assert "already" in invoke(*line)
    (entry,) = [e for e in person.log(Place(own)) if e.action == "Served a model"]
    assert (entry.minutes, entry.measures, entry.predicted, entry.right) == (45, (("speed", 38.0),), 3, 2)
    assert entry.id in invoke("log", "list", "-w", own)
    assert "taken back" in invoke("log", "undo", "-w", own)
    assert len(person.log(Place(own))) == before
    assert invoke(*line).startswith("saved as ")
    with pytest.raises(UsageError, match="no line zzz"):
        invoke("log", "undo", "zzz", "-w", own)
    with pytest.raises(UsageError, match="no measure"):
        invoke("log", "add", "x", "--skill", 1, "--measure", "speed", "-w", own)
    with pytest.raises(UsageError, match="predictions"):
        invoke("log", "add", "x", "--skill", 1, "--predicted", 1, "--right", 2, "-w", own)


def test_hours_spent_and_measures_stand_beside_the_plan(own: Path) -> None:
    for day, minutes, speed in (("2026-12-08", 90, 40), ("2026-12-10", 30, 36), ("2026-12-15", 60, 30)):
        invoke("log", "add", f"Day {day}", "--skill", 1, "--minutes", minutes, "--measure", f"speed={speed}",
               "--predicted", 4, "--right", 3, "--date", day, "-w", own)  # fmt: skip
    invoke("plan", "--start", "2026-12-07", "--today", "2026-12-21", "-w", own)
    place = Place(own)
    found = step.plan(place, place.target(), Settings(), "2026-12-21").progress
    assert found is not None
    assert [week.spent for week in found.weeks[:2]] == [2.0, 1.0]
    assert {m.name: [v for _, v, _ in m.points] for m in found.measures} == {
        "speed": [40, 36, 30],
        "predictions right, %": [75, 75, 75],
    }
    folder = own / "data" / "processed" / "ml-engineer" / "plan"
    assert {"measure-1.svg", "hours.svg", "ratings.svg"} <= {path.name for path in folder.iterdir()}
    assert "speed: 40 at first, 30 last, 3 values." in (folder / "progress.html").read_text()


def test_the_same_table_taken_twice_rates_once(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "rated.csv"
    path.write_text("skill,current,notes\n1,3,a talk\n2,1,\n")
    told = ("assess", "--file", path, "--date", "2026-08-31", "-w", own)
    assert invoke(*told).startswith("2 new ratings")
    invoke("assess", 1, "--level", 4, "--date", "2026-09-07", "-w", own)
    assert invoke(*told).startswith("0 new ratings")
    assert sum(e.action == "a talk" for e in person.log(Place(own))) == 1


def test_an_unknown_line_is_named_and_the_others_are_taken(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("skill,current\nState laws,3\n2,2\n")
    done = CliRunner().invoke(app, ["assess", "--file", str(path), "-w", str(own)])
    assert done.exit_code == 3
    assert "1 new ratings" in done.output
    assert "no row or skill is called 'State laws'" in done.output


def test_the_sheets_of_two_targets_have_names_that_people_give(own: Path) -> None:
    invoke("plan", "-w", own)
    for path in own.glob("data/processed/*/plan/plan.xlsx"):
        names = load_workbook(path, read_only=True).sheetnames
        assert "Rows of both plans" in names
        assert [n for n in names if not re.fullmatch(r"[A-Z][a-z, ]+|Self-check", n)] == []


def test_self_check_hours_and_credentials_come_back_from_the_workbook(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    invoke("assess", "--template", path, "-w", own)
    book = load_workbook(path)
    checks = book["Self-check"]
    skill = checks["A2"].value
    checks["D2"], checks["E2"] = "x", "x"
    for line in book["Assessment"].iter_rows():
        if line[0].value == plan_workbook.HOURS:
            line[7].value = 11
    book.save(path)
    told = invoke("assess", "--file", path, "-w", own)
    assert "1 skills from the self-check" in told
    assert "11 hours a week" in told
    last = person.ratings(Place(own))[-1]
    assert (last.subject, last.level, last.checks) == (skill, 2, (1, 2))
    assert Place(own).target().hours_per_week == 11
    assert "self-check" not in invoke("assess", "--file", path, "-w", own)


CV = """Ada Byron
Data analyst at Acme, 2019 to 2024
- Built data pipelines in Python for three years; cut the load time by 40 %.
- Led cross-functional collaboration with product and sales.
Skills: Python, basic PyTorch
"""


@pytest.mark.parametrize("ending", ["txt", "docx"])
def test_nothing_of_a_cv_is_rated_without_a_yes(own: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"cv.{ending}"
    if ending == "docx":
        from docx import Document

        paper = Document()
        for line in CV.splitlines():
            paper.add_paragraph(line)
        paper.save(str(path))
    else:
        path.write_text(CV)
    before = len(person.ratings(Place(own)))
    told = invoke("assess", "--from", path, "-w", own, input="\n" * 20)
    assert "cut the load time by 40 %" in told
    assert len(person.ratings(Place(own))) == before
    rows = step.rows(Place(own), Place(own).target(), Settings())
    python = next(row for row in rows if row.skills[0] == "Python")
    proposed = re.findall(r"(?:^|no: )(\d+)\. .*: level (\d)", told, re.MULTILINE)
    at = [number for number, _ in proposed].index(str(python.number))
    invoke("assess", "--from", path, "-w", own, input="\n" * at + "y\n" + "\n" * 20)
    (rating,) = person.ratings(Place(own))[before:]
    assert (rating.subject, str(rating.level)) == (python.theme, proposed[at][1])
    assert "Built data pipelines in Python" in rating.note
    assert CV not in "".join(p.read_text() for p in (own / "data" / "raw").glob("*.jsonl"))


def test_a_cv_without_text_is_refused(own: Path, tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(UsageError, match="cannot be read as a CV"):
        invoke("assess", "--from", tmp_path / "cv.pdf", "-w", own)


def test_a_team_shows_who_stands_where(own: Path, workspace: Path, tmp_path: Path) -> None:
    import shutil

    other = Path(shutil.copytree(own, tmp_path / "ben"))
    invoke("assess", 6, "--level", 4, "--date", "2027-01-04", "-w", other)
    told = invoke("team", own, other, "--target", "ML engineer")
    head = next(line for line in told.splitlines() if line.startswith("| Row"))
    assert "| ada | ben |" in head
    assert any(line.endswith("| ben |") for line in told.splitlines())
    invoke("team", own, other, "-o", tmp_path / "team.csv")
    with (tmp_path / "team.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 10
    with pytest.raises(UsageError, match="two workspaces"):
        invoke("team", own)


def test_the_aim_is_remembered(own: Path) -> None:
    assert "targets within" not in invoke("plan", "--aim", "targets", "-w", own)
    place = Place(own)
    assert step.plan(place, place.target(), Settings()).aim == "targets"
    invoke("plan", "--aim", "ready", "-w", own)
    assert step.plan(place, place.target(), Settings()).aim == "ready"


def test_forms_are_written_once_and_what_is_written_in_them_stays(own: Path) -> None:
    invoke("plan", "-w", own)
    form = own / "data" / "processed" / "ml-engineer" / "plan" / "templates" / "decision-record.md"
    form.write_text("mine")
    invoke("plan", "-w", own)
    assert form.read_text() == "mine"
    assert (form.parent / "predictions.csv").exists()


def test_a_book_is_a_reference_and_stands_where_its_level_is_learned(own: Path) -> None:
    invoke("plan", "--start", "2026-12-07", "-w", own)
    invoke("reference", "add", "6", "Fluent Python", "--kind", "book", "--section", "ch. 1", "--level", 2,
           "-w", own)  # fmt: skip
    assert "Fluent Python, ch. 1, book" in invoke("reference", "list", "-w", own)
    invoke("plan", "-w", own)
    folder = own / "data" / "processed" / "ml-engineer" / "plan"
    for name in ("weeks", "practice", "role-card", "competency"):
        assert "Fluent Python, ch. 1, book" in (folder / f"{name}.html").read_text()
    page = (folder / "weeks.md").read_text()
    assert page.count("Fluent Python") == 1


def test_a_credential_is_said_once_and_counts_from_then_on(own: Path) -> None:
    with pytest.raises(UsageError, match="no posting asks"):
        invoke("credential", "set", "Visa", "-w", own)
    invoke(
        "credential", "set", "Visa", "--own", "--status", "in-progress", "--expected", "2027-05-01", "-w", own
    )
    told = invoke("credential", "list", "-w", own)
    assert "Visa  your own" in told.replace("Visa your", "Visa  your")
    assert "in progress, could be there by 2027-05-01" in told
    with pytest.raises(UsageError, match="no day"):
        invoke("credential", "set", "Visa", "--own", "--expires", "soon", "-w", own)


def test_a_row_that_is_a_licence_runs_through_every_document(tmp_path: Path) -> None:
    for number, school in enumerate(("Elm", "Oak", "Ash"), 1):
        text = (
            f"Primary teacher\n{school} School\n\nRequirements\n- Valid teaching certification required\n"
            "- PGCE required\n- Lesson planning and classroom management\n- Parent communication\n\n"
            "Duties\n- Plan lessons and teach mathematics and reading every day\n- Assess student progress\n"
        )
        (tmp_path / f"{number}.txt").write_text(text)
    root = tmp_path / "w"
    invoke("run", tmp_path, "--role", "Primary teacher", "-w", root, "--offline", "-q")
    told = invoke("plan", "--start", "2026-12-07", "-w", root)
    assert re.search(r"gate: .*(eaching|PGCE)", told)
    assert "Ready to apply when the plan is done: yes" in told
    place = Place(root)
    plan = step.plan(place, place.target(), Settings())
    assert plan.trade == "teaching"
    assert not any("certif" in skill.lower() for row in plan.rows for skill in row.skills)
    for command in ("report", "assess --history", "credential list"):
        invoke(*command.split(), "-w", root)
    folder = place.documents(place.target()) / "plan"
    said = "".join(path.read_text() for path in folder.glob("*.html"))
    assert "commit" not in re.sub(r"commit(tee|ted|ment)", "", said)
