"""Exports, workbook, Markdown and the writing of files: exact, harmless, repeatable."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report_example import FORMULA, SCRIPT, example

from pipeline import report
from pipeline.errors import StoreError, UsageError
from pipeline.records import EntryRequirement, Mention, ReportInput
from pipeline.report import safe, tables

# openpyxl only reads here; it says that it would drop the data bars' newer form when it writes.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture(scope="module")
def data() -> ReportInput:
    return example()


# --- exports ------------------------------------------------------------------------------------


def test_every_exported_mention_holds_its_law(data: ReportInput) -> None:
    texts = {p.id: p.text for p in data.postings}
    rows = [json.loads(line) for line in str(report.export("mentions", data, "jsonl")).splitlines()]
    assert len(rows) == len(data.mentions)
    for row in rows:
        assert texts[row["posting_id"]][row["start"] : row["end"]] == row["quote"]
        assert list(row) == list(tables.COLUMNS["mentions"])


def test_mention_carries_the_skill_s_final_kind_and_null_where_it_has_no_skill(data: ReportInput) -> None:
    changed = replace(data, skills=tuple(replace(s, kind="general") for s in data.skills if s.name != "SQL"))
    for row in report.rows("mentions", changed):
        if row["skill"] is None:
            assert row["kind"] in ("specific", None)
        else:
            assert row["kind"] == "general"
    assert {row["skill"] for row in report.rows("mentions", changed)} >= {None, "Python"}
    assert "SQL" not in {row["skill"] for row in report.rows("mentions", changed)}


def test_matrix_json_has_the_agreed_shape(data: ReportInput) -> None:
    matrix = json.loads(str(report.export("matrix", data, "json")))
    assert matrix["target"]["role"] == "Data engineer"
    assert matrix["postings"] == 6
    assert [row["kind"] for row in matrix["rows"]] == ["general"] * 5 + ["specific"] * 5
    names = {row["skill"] for row in report.rows("mentions", data)}
    wanted = {
        "kind",
        "title",
        "skills",
        "priority",
        "n",
        "of",
        "low",
        "high",
        "score",
        "provisional",
        "reason",
    }
    for row in matrix["rows"]:
        assert wanted <= set(row)
        assert set(row["skills"]) <= names
        for e in row["evidence"]:
            assert {"quote", "posting_url", "start", "end", "strength", "company"} <= set(e)


@pytest.mark.parametrize("kind", report.KINDS)
def test_every_format_holds_the_same_rows(kind: str, data: ReportInput, tmp_path: Path) -> None:
    rows = report.rows(kind, data)
    assert len(list(csv.DictReader(io.StringIO(str(report.export(kind, data, "csv")))))) == len(rows)
    assert len(str(report.export(kind, data, "jsonl")).splitlines()) == len(rows)
    loaded = json.loads(str(report.export(kind, data, "json")))
    assert len(loaded["rows"] if kind == "matrix" else loaded) == len(rows)
    (tmp_path / "t.parquet").write_bytes(report.export(kind, data, "parquet"))
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_parquet($path)", {"path": str(tmp_path / "t.parquet")})
        assert [d[0] for d in found.description] == list(tables.COLUMNS[kind])
        assert found.fetchall() == [tuple(row[name] for name in tables.COLUMNS[kind]) for row in rows]


def test_csv_never_starts_a_formula_and_keeps_numbers(data: ReportInput) -> None:
    rows = list(csv.DictReader(io.StringIO(str(report.export("mentions", data, "csv")))))
    assert "'" + FORMULA in {row["quote"] for row in rows}
    assert "'+cmd|' /C calc'!A0" in {row["company"] for row in rows}
    for row in rows:
        assert not [v for v in row.values() if v[:1] in safe.FORMULA_SIGNS and v]
        assert row["start"].isdigit()
    assert safe.cell(-0.5) == -0.5


@given(st.text())
def test_no_text_cell_can_be_read_as_a_formula(text: str) -> None:
    cell = safe.cell(text)
    assert isinstance(cell, str)
    assert cell.lstrip()[:1] not in safe.FORMULA_SIGNS or not cell
    assert cell.removeprefix("'") in (safe.clean(text), safe.clean(text).removeprefix("'"))


def test_lone_surrogates_and_control_characters_break_no_format(data: ReportInput) -> None:
    posting = replace(data.postings[0], text="Use \ud800SQL\x00 daily", title="\ud800\x1b", sections=())
    mention = Mention.at(posting, 4, 9, skill="SQL", strength="required")
    asked = EntryRequirement("degree", "\ud800", "", "required", "\ud800SQL\x00", 4, 9)
    odd = replace(data, postings=(replace(posting, entry=(asked,)),), mentions=(mention,))
    for kind, form in itertools.product(report.KINDS, report.FORMATS):
        content = report.export(kind, odd, form)
        assert content
        if isinstance(content, str):
            content.encode("utf-8")
    assert report.rows("mentions", odd)[0]["quote"] == "\ufffdSQL\ufffd"
    report.page(odd).encode("utf-8")


def test_unknown_table_or_format_is_a_usage_error_that_names_the_known_ones(data: ReportInput) -> None:
    with pytest.raises(UsageError, match="there are mentions, skills, postings, requirements, matrix"):
        report.export("quotes", data, "csv")
    with pytest.raises(UsageError, match="there are csv, jsonl"):
        report.export("mentions", data, "yaml")


def test_skills_name_their_matrix_row_and_their_numbers(data: ReportInput) -> None:
    rows = {row["skill"]: row for row in report.rows("skills", data)}
    assert rows["Data quality"]["row"] == 3
    assert rows["Apache Kafka"]["row"] is None
    assert (rows["Python"]["n"], rows["Python"]["of"], rows["Python"]["share"]) == (6, 6, 1.0)


# --- the workbook ---------------------------------------------------------------------------------


def _book(data: ReportInput, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(report.export("matrix", data, "xlsx")), data_only=values)


OURS = re.compile(r"=(IF\(OR\(|SUM\(|IF\(H\d+>0|IF\(H\d+=0|IF\(COUNTA\()")


def test_no_formula_in_a_workbook_comes_from_data(data: ReportInput) -> None:
    book = _book(data)
    formulas = [c for sheet in book for row in sheet for c in row if c.data_type == "f"]
    assert len(formulas) == 10 * 2 + 4 + sum(len(row.skills) for row in data.draft.rows)
    for cell in formulas:
        assert OURS.match(cell.value), cell.value
    for kind in ("mentions", "skills", "postings"):
        sheet = openpyxl.load_workbook(io.BytesIO(report.export(kind, data, "xlsx"))).active
        assert sheet.title == kind.capitalize()
        assert not [c for row in sheet for c in row if c.data_type == "f"]
    quotes = [
        row[6].value
        for row in openpyxl.load_workbook(io.BytesIO(report.export("mentions", data, "xlsx"))).active
    ]
    assert FORMULA in quotes


def test_links_of_a_workbook_are_web_addresses(data: ReportInput) -> None:
    cells = [c for sheet in _book(data) for row in sheet for c in row]
    links = [c.hyperlink.target for c in cells if c.hyperlink]
    assert links
    assert all(link.startswith("https://") for link in links)
    texts = [c.value for c in cells if isinstance(c.value, str)]
    exported = openpyxl.load_workbook(io.BytesIO(report.export("mentions", data, "xlsx"))).active
    addresses = {row[1].value: row[1].hyperlink for row in exported}
    assert addresses["javascript:alert(document.cookie)"] is None
    assert addresses["https://jobs.harbourline.example/data-engineer"] is not None
    assert not [text for text in texts if "/home/somebody" in text]


def test_matrix_sheet_has_the_seed_s_columns_and_its_helpers(data: ReportInput) -> None:
    book = _book(data)
    sheet = book["Matrix"]
    heads = [c.value for c in sheet[4]][:9]
    assert heads == [
        "Skill",
        "Kind",
        "Priority (1-3)",
        "Share",
        "Current",
        "Target",
        "Gap",
        "Time to target",
        "Notes",
    ]
    assert book.sheetnames == ["Matrix", "Evidence", "All skills", "Settings", "Self-check"]
    assert sheet.freeze_panes == "B5"
    rule = sheet.data_validations.dataValidation[0]
    assert (str(rule.sqref), rule.formula1) == ("E5:F14", '"0,1,2,3,4,5"')
    (area,) = sheet.conditional_formatting
    assert str(area.sqref) == "D5:D14"
    assert area.rules[0].type == "dataBar"


def test_formulas_carry_stored_values(data: ReportInput) -> None:
    sheet = _book(data, values=True)["Matrix"]
    stored = {c.coordinate: c.value for row in sheet["G5:H20"] for c in row if c.value is not None}
    assert stored["H16"] == 0
    assert stored["H20"] == "fill in levels"


def _recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed")
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        office,
        home,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=120)
    return openpyxl.load_workbook(folder / path.name, data_only=True)


@pytest.mark.slow
def test_office_recalculates_to_the_stored_values_and_to_the_plan_s_arithmetic(
    data: ReportInput, tmp_path: Path
) -> None:
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(report.export("matrix", data, "xlsx"))
    again, stored = _recalculated(path, tmp_path / "untouched"), _book(data, values=True)
    formulas = [
        (sheet.title, c.coordinate)
        for sheet in _book(data)
        for row in sheet
        for c in row
        if c.data_type == "f"
    ]
    for sheet, cell in formulas:
        assert (again[sheet][cell].value or "") == (stored[sheet][cell].value or ""), (sheet, cell)
    book = _book(data)
    for row, (current, target) in enumerate([(0, 3), (1, 4), (2, 2), (4, 1)], 5):
        book["Matrix"][f"E{row}"], book["Matrix"][f"F{row}"] = current, target
    book["Self-check"]["B2"] = book["Self-check"]["E2"] = "x"
    book.save(path)
    filled = _recalculated(path, tmp_path / "filled")
    sheet = filled["Matrix"]
    assert [sheet[f"G{row}"].value for row in range(5, 9)] == [3, 3, 0, 0]
    assert [sheet[f"H{row}"].value for row in range(5, 9)] == [10 + 25 + 50, 25 + 50 + 90, 0, 0]
    assert (sheet["G16"].value, sheet["H16"].value) == (6, 250)
    assert sheet["H19"].value == pytest.approx(250 / 8)
    assert sheet["H20"].value == "fits"
    assert filled["Self-check"]["H2"].value == 3


# --- Markdown -------------------------------------------------------------------------------------


def test_markdown_renders_without_foreign_html_or_links(data: ReportInput) -> None:
    text = report.markdown(data)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert not [t for t in [*tokens, *inline] if t.type in ("html_block", "html_inline", "image")]
    links = [t.attrs["href"] for t in inline if t.type == "link_open"]
    assert links
    assert all(str(link).startswith("https://") for link in links)
    shown = "".join(t.content for t in inline if t.type == "text")
    assert SCRIPT in shown
    assert "/home/somebody" not in text


def test_markdown_tables_have_as_many_cells_in_every_row(data: ReportInput) -> None:
    skills = (replace(data.skills[0], reason="a | b \\| c\nnext"), *data.skills[1:])
    for text in (report.markdown(data), str(report.export("skills", replace(data, skills=skills), "md"))):
        widths: list[int] = []
        for line in text.splitlines():
            if line.startswith("|"):
                widths.append(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)))
            elif widths:
                assert len(set(widths)) == 1
                widths = []


@given(st.text(alphabet="ab |\\`*_[]()<>#~!&:/@w.-+=1\n\t", max_size=40))
def test_markdown_escapes_come_back_as_the_text(text: str) -> None:
    source = "x " + safe.markdown(text)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(source)
    inline = [child for token in tokens for child in token.children or ()]
    assert {t.type for t in inline} <= {"text", "text_special"}
    assert "".join(t.content for t in inline).split() == ("x " + safe.one_line(text)).split()


def test_markdown_has_matrix_self_check_failures_and_settings(data: ReportInput) -> None:
    text = report.markdown(data)
    for heading in (
        "The matrix",
        "Self-check",
        "All skills",
        "Sources that gave no posting",
        "How it was computed",
    ):
        assert f"\n## {heading}\n" in text
    assert "Every number below counts 6 postings." in text


# --- files ----------------------------------------------------------------------------------------


def test_write_leaves_the_four_files_and_the_same_bytes_twice(data: ReportInput, tmp_path: Path) -> None:
    first = report.write(data, tmp_path / "a" / "deep")
    second = report.write(example(), tmp_path / "b")
    assert [p.name for p in first] == list(report.FILES)
    assert sorted(p.name for p in (tmp_path / "b").iterdir()) == sorted(report.FILES)
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_writing_over_what_is_no_file_fails_loudly_and_leaves_nothing_half(
    data: ReportInput, tmp_path: Path
) -> None:
    (tmp_path / "matrix.csv").mkdir()
    (tmp_path / "report.html").write_text("old")
    with pytest.raises(StoreError, match=re.escape("matrix.csv")):
        report.write(data, tmp_path)
    assert (tmp_path / "report.html").read_text() == "old"
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*"))


def test_report_folder_that_is_a_file_is_a_store_error(data: ReportInput, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="cannot write"):
        report.write(data, tmp_path / "taken")


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://jobs.example/1?a=1&b=2", True),
        ("HTTP://jobs.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https:", False),
        ("http://[::1", False),
        ("https://a b.example/", False),
        ("  https://jobs.example/1\n", True),
        ("/home/somebody/x.html", False),
        ("\x01javascript:alert(1)", False),
        ("", False),
    ],
)
def test_only_web_addresses_may_be_links(address: str, good: bool) -> None:
    assert bool(safe.href(address)) is good
