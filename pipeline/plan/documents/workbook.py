"""The plan as a workbook that goes on calculating, and the way back: a filled-in table as ratings.

The sheet Assessment holds the seed's table with drop-downs for the levels; gap, hours, total, weeks and
verdict are formulas that carry the values of the plan. Every other table of the plan is a sheet of values.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.records import Plan, PlanRow
from pipeline.report import safe, words
from pipeline.report.blocks import Cell, Column, Form, Table, plain
from pipeline.report.words import notes
from pipeline.report.workbook import INPUT, LINE, Sheets

COLUMNS = (
    ("Skill", 46),
    ("Kind", 10),
    ("Priority (1-3)", 10),
    ("Share", 9),
    ("Current", 9),
    ("Target", 9),
    ("Gap", 7),
    ("Time to target", 14),
    ("Notes", 40),
    ("Factor", 9),
    ("Ease factor", 9),
    ("Kind factor", 9),
    ("Known factor", 9),
    ("Mandatory", 11),
    ("Theme", 26),
)
"""The assessment's columns with their widths: the seed's nine, then what the hours rest on."""

CHECK = "Self-check"
"""The sheet that is ticked, in a plan's workbook and in the matrix's."""

NAMES = {
    "target-levels": "Target levels",
    "hours-of-a-step": "Hours of a step",
    "factors": "Factors",
    "priority-ease": "Priority and ease",
    "aims": "Does it fit",
    "rows-compared": "Rows of both plans",
    "skills-compared": "Skills of both plans",
    "skills-near": "Skills much alike",
    "cut-fewest": "Cut the fewest rows",
    "cut-demand": "Cut the least demand",
    "credentials": "Credentials",
    "competency": "Competency",
    "skills": "Skills",
    "rubric": "Rubric",
    "questions": "Interview questions",
    "log": "Improvement log",
    "role-must": "Must have",
    "role-should": "Should have",
    "role-could": "Could have",
    "role-could-skills": "Could have, single skills",
    "role-would-skills": "Would be nice, single skills",
    "phases": "Roadmap",
    "months": "Months",
    "resources": "Reading",
    "weeks": "Weeks",
    "habits": "Habits",
    "small-skills": "Small skills",
    "projects": "Projects",
    "checkpoints": "Checkpoints",
    "interviews": "Practice interviews",
    "ratings": "Ratings",
    "hours": "Hours",
    "measures": "Measurements",
    "milestones": "Milestones",
}
"""The sheet of each table; any other is called by its own name."""

STATUS = 4
"""The column of a credential's status in its table."""

HOURS, WEEKS = "Hours a week that I can give", "Weeks that I have left"
"""The labels of the two cells that say how much time there is."""

ADVICE = "Write one with `assess --template FILE`."

HEADER_ROW = 2
FIRST_ROW = HEADER_ROW + 1

_FORMATS: dict[Form, str] = {"hours": '#,##0.0" h"', "percent": "0%", "factor": "0.###"}

_LEVELS = {
    "validate": "list",
    "source": ["0", "1", "2", "3", "4", "5"],
    "error_title": "Not a level",
    "error_message": "Choose a whole number from 0 to 5.",
}


def workbook(plan: Plan) -> bytes:
    """The workbook of a plan; equal plans give equal bytes."""
    from pipeline.plan.documents.writing import documents

    sheets = Sheets()
    _assessment(sheets, plan)
    _self_check(sheets, plan)
    taken = {"assessment"}
    for document in documents(plan):
        for table in document.tables:
            if table.name not in taken:
                taken.add(table.name)
                _table(sheets, table)
    return sheets.bytes()


def _assessment(sheets: Sheets, plan: Plan) -> None:
    sheet = sheets.sheet("Assessment", COLUMNS, HEADER_ROW)
    sheets.put(sheet, 0, 0, f"Skill assessment: {safe.one_line(plan.target.role)}", bold=True, font_size=16)
    told = "Change the yellow cells: gap, hours, weeks and the verdict follow. `assess --file` takes it back."
    sheets.put(sheet, 1, 0, told, italic=True, font_color="#555555")
    last = FIRST_ROW + len(plan.rows) - 1
    steps = last + 9
    for at, row in enumerate(plan.rows, FIRST_ROW):
        _row(sheets, sheet, at, row, steps)
    if plan.rows:
        sheet.data_validation(FIRST_ROW, 4, last, 5, _LEVELS)
    _totals(sheets, sheet, plan, last)
    sheets.put(sheet, steps - 1, 0, "Hours that one level step takes before the factor", bold=True)
    for i, hours in enumerate(plan.hours_of_step):
        sheets.put(sheet, steps + i, 0, i, num_format='"from level "0', align="left")
        sheets.put(sheet, steps + i, 3, hours, num_format='0.0" h"', **INPUT)


def _row(sheets: Sheets, sheet: Any, at: int, row: PlanRow, steps: int) -> None:
    values = (row.title, row.kind, row.priority, row.share)
    for column, value in enumerate(values):
        form = {"num_format": "0%"} if column == 3 else {}
        sheets.put(sheet, at, column, value, text_wrap=column == 0, bold=column == 0, **form, **LINE)
    # blank, not 0, while nobody rated it: formulas count it as 0, and a 0 typed here is a rating
    sheets.put(sheet, at, 4, row.current if row.rated else "", align="center", **INPUT)
    sheets.put(sheet, at, 5, row.target, align="center", **INPUT)
    n = at + 1
    sheet.write_formula(at, 6, f"=MAX(0,F{n}-E{n})", sheets.format(align="center", **LINE), row.gap)
    levels, hours = (f"${c}${steps + 1}:${c}${steps + 5}" for c in "AD")
    climbed = f"=SUMPRODUCT(({levels}>=E{n})*({levels}<F{n})*{hours})*J{n}"
    sheet.write_formula(at, 7, climbed, sheets.format(num_format='#,##0.0" h"', **LINE), row.hours)
    sheets.put(sheet, at, 8, row.note, text_wrap=True, **INPUT)
    sheet.write_formula(at, 9, f"=ROUND(K{n}*L{n}*M{n},3)", sheets.format(**LINE), row.factor)
    for column, factor in ((10, row.ease_factor), (11, row.kind_factor), (12, row.known_factor)):
        sheets.put(sheet, at, column, factor, num_format="0.###", **INPUT)
    sheets.put(sheet, at, 13, "yes" if row.mandatory else "no", **LINE)
    sheets.put(sheet, at, 14, row.theme, **LINE)
    sheets.tall(sheet, at, {0: row.title, 8: notes(row)}, COLUMNS)


def _totals(sheets: Sheets, sheet: Any, plan: Plan, last: int) -> None:
    at, weekly = last + 2, plan.target.hours_per_week
    left = plan.budget / weekly if weekly > 0 else 0.0
    big = sheets.format(bold=True, num_format='#,##0.0" h"', top=1)
    sheets.put(sheet, at, 0, "Total time to target", bold=True)
    rows = f"{FIRST_ROW + 1}:{{0}}{last + 1}"
    levels = sheets.format(bold=True, top=1)
    sheet.write_formula(at, 6, f"=SUM(G{rows.format('G')})", levels, sum(r.gap for r in plan.rows))
    sheet.write_formula(at, 7, f"=SUM(H{rows.format('H')})", big, plan.hours)
    sheets.put(sheet, at + 1, 0, HOURS)
    sheets.put(sheet, at + 1, 7, weekly, num_format="0.0", **INPUT)
    sheets.put(sheet, at + 2, 0, WEEKS)
    sheets.put(sheet, at + 2, 7, left, num_format="0.0", **INPUT)
    sheets.put(sheet, at + 3, 0, "Weeks needed", bold=True)
    needed = f"=IF(H{at + 2}>0,H{at + 1}/H{at + 2},0)"
    bold = sheets.format(bold=True, num_format="0.0")
    sheet.write_formula(at + 3, 7, needed, bold, plan.weeks if weekly > 0 else 0)
    sheets.put(sheet, at + 4, 0, "Does it fit?", bold=True)
    verdict = f'=IF(H{at + 1}<=H{at + 2}*H{at + 3}+0.000001,"fits","does not fit")'
    said = "fits" if plan.fits else "does not fit"
    sheet.write_formula(at + 4, 7, verdict, sheets.format(bold=True, align="right"), said)


CHECK_COLUMNS = (
    ("Skill", 34),
    ("Priority", 9),
    *((text, 16) for text in words.SELF_CHECK),
    ("Level reached", 13),
)
"""The self-check's columns: a skill with its priority, six statements to tick, the level that they reach."""


def _self_check(sheets: Sheets, plan: Plan) -> None:
    sheet = sheets.sheet(CHECK, CHECK_COLUMNS)
    counts = [count for row in plan.rows for count in (*row.core, *row.tail)]
    for at, count in enumerate(counts, 1):
        sheets.put(sheet, at, 0, count.skill)
        sheets.put(sheet, at, 1, count.priority)
        for column in range(2, 8):
            sheets.put(sheet, at, column, "", align="center", **INPUT)
        ticks = f"C{at + 1}:H{at + 1}"
        level = f'=IF(COUNTA({ticks})=0,"",SUMPRODUCT(MAX(({ticks}<>"")*{{0,1,2,3,4,5}})))'
        sheet.write_formula(at, 8, level, sheets.format(align="center"), "")
    if counts:
        sheet.data_validation(1, 2, len(counts), 7, {"validate": "list", "source": ["x"]})


def _sheet_name(table: Table) -> str:
    return NAMES.get(table.name) or table.name.replace("-", " ").capitalize()[:31]


def _table(sheets: Sheets, table: Table) -> None:
    columns = tuple((safe.one_line(c.title) or " ", c.width) for c in table.columns)
    sheet = sheets.sheet(_sheet_name(table), columns)
    rows = (*table.rows, *([table.total] if table.total else []))
    for at, row in enumerate(rows, 1):
        texts = {}
        for j, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            texts[j] = _put(sheets, sheet, at, j, value, column)
        sheets.tall(sheet, at, texts, columns)
    if table.name == "credentials":
        states = {"validate": "list", "source": ["have", "in progress", "not yet"]}
        sheet.data_validation(1, STATUS, len(rows), STATUS, states)


def _put(sheets: Sheets, sheet: Any, at: int, j: int, value: Cell, column: Column) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        form = {"num_format": _FORMATS[column.form]} if column.form in _FORMATS else {}
        sheets.put(sheet, at, j, value, **form)
        return ""
    text = "\n".join(plain(v) for v in value) if isinstance(value, tuple) else plain(value)
    sheets.put(sheet, at, j, text, text_wrap=True)
    return text


# --- the way back ---------------------------------------------------------------------------------


def filled_in(path: Path) -> list[dict[str, Any]]:
    """The rows of a filled-in assessment (.csv or .xlsx), keys in lower case; raises `UsageError`."""
    try:
        lines = _sheet(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    except (OSError, UnicodeDecodeError, KeyError, ValueError, csv.Error) as error:
        raise UsageError(
            f"{path} cannot be read: {error}", "Write one with `assess --template FILE`."
        ) from error
    if not lines:
        return []
    starts = [i for i, line in enumerate(lines) if line and str(line[0] or "").strip().lower() == "skill"]
    if not starts:
        raise UsageError(f"{path} has no column Skill", ADVICE)
    names = [str(cell or "").strip().lower() for cell in lines[starts[0]]]
    found = []
    for line in lines[starts[0] + 1 :]:
        row = dict(zip(names, line, strict=False))
        # the table ends at its first line without a skill: what follows are totals and assumptions
        if not str(row.get("skill") or "").strip() or str(row["skill"]).startswith("Total time"):
            break
        found.append(row)
    return found


def _csv(path: Path) -> list[list[Any]]:
    text = path.read_text(encoding="utf-8-sig")
    return [[_unquoted(cell) for cell in line] for line in csv.reader(io.StringIO(text))]


def _unquoted(cell: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from reading a formula."""
    return cell[1:] if cell[:1] == "'" and safe.cell(cell[1:]) == cell else cell


def _sheet(path: Path, name: str = "Assessment") -> list[list[Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except BadZipFile as error:
        raise ValueError("it is no workbook") from error
    try:
        if name in book.sheetnames:
            sheet = book[name]
        elif name == "Assessment" and CHECK not in book.sheetnames:
            sheet = book[book.sheetnames[0]]
        else:
            return []
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def self_check(path: Path) -> list[tuple[str, tuple[int, ...]]]:
    """Each skill of a ticked self-check with the statements that hold; nothing for a CSV."""
    lines = _other(path, CHECK)
    if not lines:
        return []
    first = next((i for i, cell in enumerate(lines[0]) if str(cell) == words.SELF_CHECK[0]), 1)
    found = []
    for line in lines[1:]:
        ticks = tuple(n for n, cell in enumerate(line[first : first + 6]) if str(cell or "").strip())
        if ticks and str(line[0] or "").strip():
            found.append((str(line[0]), ticks))
    return found


def credentials_in(path: Path) -> list[tuple[str, str]]:
    """Each credential of a workbook with its status."""
    lines = _other(path, NAMES["credentials"])
    return [(str(line[0] or ""), str(line[STATUS] or "").strip().lower()) for line in lines[1:] if line[0]]


def time_in(path: Path) -> dict[str, float]:
    """The hours a week and the weeks left that a workbook's assessment holds."""
    found: dict[str, float] = {}
    for line in _other(path, "Assessment"):
        for label, name in ((HOURS, "hours"), (WEEKS, "weeks")):
            if line and line[0] == label and isinstance(line[7], int | float):
                found[name] = float(line[7])
    return found


def _other(path: Path, name: str) -> list[list[Any]]:
    return _sheet(path, name) if path.suffix.lower() == ".xlsx" else []


def template(plan: Plan, path: Path) -> Path:
    """The written table to fill in, a workbook or a CSV by the file's ending."""
    from pipeline.report import replace_file

    if path.suffix.lower() == ".xlsx":
        replace_file(path, workbook(plan))
        return path
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["skill", "theme", "kind", "priority", "current", "target", "notes"])
    for r in plan.rows:
        values = (r.title, r.theme, r.kind, r.priority, r.current if r.rated else "", r.target, r.note)
        writer.writerow([safe.cell(value) for value in values])
    replace_file(path, out.getvalue().encode("utf-8"))
    return path
