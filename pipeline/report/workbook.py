"""The XLSX files: the matrix workbook to fill in, and any exported table as one sheet.

Every text goes through `write_string`, so nothing that a posting says is a formula; sheet names are fixed;
formulas carry the values that they have when the file is opened; the creation date is fixed, so equal
input gives equal bytes.
"""

from __future__ import annotations

import datetime
import io
import math
from typing import Any

from pipeline.errors import UsageError
from pipeline.records import MatrixRow, PlanRow, ReportInput
from pipeline.report import safe, tables, words
from pipeline.report.view import View, look, setting

CREATED = datetime.datetime(2020, 1, 1)
"""The creation date that every workbook states: a real one would change the bytes of every run."""

MOST_ROWS = 1_048_575
"""Rows that one sheet holds below its header."""

MOST_LINKS = 60_000
"""Links that one sheet may hold (Excel stops at 65,530); further addresses are plain text."""

COLUMNS = (
    ("Skill", 46),
    ("Kind", 10),
    ("Priority (1-3)", 13),
    ("Share", 12),
    ("Current", 9),
    ("Target", 9),
    ("Gap", 7),
    ("Time to target", 15),
    ("Notes", 32),
    ("Postings", 11),
    ("Interval", 11),
    ("Provisional", 12),
    ("Skills in this row", 80),
    ("Why this kind", 60),
    ("Factor on the hours", 12),
)
"""The matrix sheet's columns with their widths: the seed's nine first, then what they rest on."""

EVIDENCE = (
    ("Matrix row", 34),
    ("Skill", 26),
    ("Quote", 70),
    ("Strength", 12),
    ("Company", 24),
    ("Posting", 34),
    ("Date", 12),
    ("Link", 50),
    ("Start", 8),
    ("End", 8),
)
"""The evidence sheet's columns with their widths."""

LINE: dict[str, Any] = {"bottom": 1, "valign": "vcenter"}
INPUT: dict[str, Any] = {"bg_color": "#FFF8E1", "border": 1, "valign": "vcenter"}
"""The look of a matrix cell, and of a cell that waits for a person."""

HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
STEPS = ("hours_0_1", "hours_1_2", "hours_2_3", "hours_3_4", "hours_4_5")


class Sheets:
    """A workbook under construction: its formats and the ways in which a value may get into a cell."""

    def __init__(self) -> None:
        import xlsxwriter

        self.out = io.BytesIO()
        # no text of a posting may become a formula or a link by its first sign
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.out, options)
        # a fixed day: equal matrices give equal bytes
        self.book.set_properties({"created": CREATED, "title": "Skill matrix", "comments": ""})
        self.formats: dict[str, Any] = {}
        self.links = 0

    def format(self, **properties: Any) -> Any:
        """Return the cell format with these properties, made once."""
        wanted = {"valign": "top", "font_name": "Calibri", "font_size": 11, **properties}
        if "border" in wanted or "bottom" in wanted:
            wanted["border_color" if "border" in wanted else "bottom_color"] = "#C9C4B8"
        key = repr(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(wanted)
        return self.formats[key]

    @property
    def head(self) -> Any:
        """The format of a header cell."""
        return self.format(
            bold=True, font_color="#FFFFFF", bg_color="#1F4E5F", text_wrap=True, border=1, valign="vcenter"
        )

    def sheet(self, name: str, columns: tuple[tuple[str, int], ...], header: int = 0) -> Any:
        """Return a new sheet with a frozen header row and column widths."""
        sheet = self.book.add_worksheet(name)
        self.links = 0
        for i, (title, width) in enumerate(columns):
            sheet.set_column(i, i, width)
            sheet.write_string(header, i, title, self.head)
        sheet.freeze_panes(header + 1, 1)
        sheet.set_row(header, 32)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header)
        return sheet

    def put(self, sheet: Any, row: int, column: int, value: Any, **properties: Any) -> None:
        """Write a value as what it is: a number, a truth or a text, never a formula."""
        form = self.format(**properties)
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, form)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, form)
        else:
            # Excel refuses a cell of more than 32,767 characters, and with it the whole file
            sheet.write_string(row, column, safe.clean(str(value))[:32_000], form)

    def link(self, sheet: Any, row: int, column: int, address: str) -> None:
        """Write an address: a link when it is a safe one that Excel can hold, else plain text."""
        target = safe.href(address)
        # Excel takes links of up to 2,079 characters and 65,530 of them a sheet; beyond, the text stays
        if not target or len(target) > 2_000 or self.links >= MOST_LINKS:
            self.put(sheet, row, column, address)
            return
        self.links += 1
        form = self.format(font_color="#0B5C7A", underline=1)
        sheet.write_url(row, column, target, form, safe.shorten(target, 200))

    def tall(self, sheet: Any, row: int, texts: dict[int, str], columns: tuple[tuple[str, int], ...]) -> None:
        """Make a row high enough for its wrapped texts: not every program does so when it opens a file."""
        # a column is as wide as so many digits; words break before its end. A row may be 409 points high: 26
        # lines
        lines = max((math.ceil(len(text) / (columns[i][1] * 0.95)) for i, text in texts.items()), default=1)
        sheet.set_row(row, 15.5 * min(max(lines, 1), 26) + 5)

    def bytes(self) -> bytes:
        """Return the finished file."""
        self.book.close()
        return self.out.getvalue()


def table(kind: str, data: ReportInput) -> bytes:
    """Return one exported table as a workbook of one sheet, the columns of `tables.COLUMNS`."""
    names = tuple(tables.COLUMNS[kind])
    rows = list(tables.rows(kind, data))
    if len(rows) > MOST_ROWS:
        raise UsageError(
            f"{len(rows):,} {kind} do not fit into one sheet of {MOST_ROWS:,} rows",
            "Export them with --format parquet or csv.",
        )
    sheets = Sheets()
    sheet = sheets.sheet(kind.capitalize(), tuple((name, 18) for name in names))
    for i, row in enumerate(rows, 1):
        for j, name in enumerate(names):
            _value(sheets, sheet, i, j, name, row[name])
    sheet.autofilter(0, 0, max(1, len(rows)), len(names) - 1)
    return sheets.bytes()


def _value(sheets: Sheets, sheet: Any, row: int, column: int, name: str, value: Any) -> None:
    if name == "posting_url" and value:
        sheets.link(sheet, row, column, value)
    elif name in ("share", "low", "high") and value is not None:
        sheets.put(sheet, row, column, value, num_format="0%")
    else:
        sheets.put(sheet, row, column, "; ".join(value) if isinstance(value, list) else value)


def matrix(data: ReportInput) -> bytes:
    """Return the matrix workbook: matrix, evidence, all skills, settings and counts, self-check."""
    view = look(data)
    sheets = Sheets()
    _matrix_sheet(sheets, view)
    _evidence_sheet(sheets, view)
    _skills_sheet(sheets, view)
    _settings_sheet(sheets, view)
    _check_sheet(sheets, view)
    return sheets.bytes()


# --- the matrix sheet -----------------------------------------------------------------------------


def _matrix_sheet(sheets: Sheets, view: View) -> None:
    draft = view.data.draft
    sheet = sheets.sheet("Matrix", COLUMNS, HEADER_ROW)
    sheets.put(sheet, 0, 0, words.target_name(draft), bold=True, font_size=16)
    sheets.put(sheet, 1, 0, words.headline(draft), font_color="#555555")
    sheet.set_row(0, 24)
    fill_in = "Fill in Current and Target (0-5); Gap, hours and weeks follow. The legend is below."
    sheets.put(sheet, 2, 0, fill_in, italic=True, font_color="#555555")
    last = FIRST_ROW + len(draft.rows) - 1
    # below the table and its totals; formulas of the sheet refer to it
    steps_row = last + 9
    for i, row in enumerate(draft.rows):
        plan = view.data.plan.numbered(i + 1) if view.data.plan else None
        _matrix_row(sheets, sheet, FIRST_ROW + i, row, plan)
        _gap_and_hours(sheets, sheet, FIRST_ROW + i, steps_row, plan)
    if draft.rows:
        _helpers(sheet, last)
    sheet.print_area(0, 0, steps_row + 24, 10)
    sheet.fit_to_pages(1, 1)
    _totals(sheets, sheet, view, last)
    _steps(sheets, sheet, view, steps_row)
    _legend(sheets, sheet, view, steps_row + len(STEPS) + 2)


def _matrix_row(sheets: Sheets, sheet: Any, at: int, row: MatrixRow, plan: PlanRow | None) -> None:
    texts = {0: row.title, 1: row.kind, 9: words.n_of(row.n, row.of), 10: words.interval(row.low, row.high)}
    texts |= {11: "provisional" if row.provisional else "", 12: ", ".join(row.skills), 13: row.reason}
    for column, text in texts.items():
        sheets.put(sheet, at, column, text, text_wrap=True, bold=column == 0, **LINE)
    sheets.put(sheet, at, 2, row.priority, align="center", **LINE)
    sheets.put(sheet, at, 3, row.n / row.of if row.of else 0.0, num_format="0%", **LINE)
    for column, level in ((4, plan.current if plan else ""), (5, plan.target if plan else "")):
        sheets.put(sheet, at, column, level, align="center", **INPUT)
    sheets.put(sheet, at, 8, plan.note if plan else "", text_wrap=True, **INPUT)
    sheets.put(sheet, at, 14, plan.factor if plan else 1, num_format="0.###", **INPUT)
    sheets.tall(sheet, at, texts, COLUMNS)


def _gap_and_hours(sheets: Sheets, sheet: Any, at: int, steps_row: int, plan: PlanRow | None) -> None:
    cells = f"E{at + 1}", f"F{at + 1}"
    empty = f'OR({cells[0]}="",{cells[1]}="")'
    levels = f"$A${steps_row + 1}:$A${steps_row + len(STEPS)}"
    hours = f"$D${steps_row + 1}:$D${steps_row + len(STEPS)}"
    climbed = f"SUMPRODUCT(({levels}>={cells[0]})*({levels}<{cells[1]})*{hours})*O{at + 1}"
    # Without a plan both cells are empty until a person fills them in: the stored value is "" then.
    gap = sheets.format(align="center", **LINE)
    sheet.write_formula(at, 6, f'=IF({empty},"",MAX(0,{cells[1]}-{cells[0]}))', gap, plan.gap if plan else "")
    spent = sheets.format(num_format='#,##0" h"', **LINE)
    sheet.write_formula(at, 7, f'=IF({empty},"",{climbed})', spent, plan.hours if plan else "")


def _helpers(sheet: Any, last: int) -> None:
    levels = {
        "validate": "list",
        "source": ["0", "1", "2", "3", "4", "5"],
        "input_title": "Level 0 to 5",
        "input_message": "0 unaware, 1 with guidance, 2 on my own, 3 connects, 4 optimises, 5 teaches",
        "error_title": "Not a level",
        "error_message": "Choose a whole number from 0 to 5.",
    }
    sheet.data_validation(FIRST_ROW, 4, last, 5, levels)
    bars = {"type": "data_bar", "bar_color": "#7FB7C9", "bar_solid": True}
    borders = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    sheet.conditional_format(FIRST_ROW, 3, last, 3, {**bars, **borders})


def _totals(sheets: Sheets, sheet: Any, view: View, last: int) -> None:
    target = view.data.draft.target
    at = last + 2
    total = sheets.format(bold=True, num_format='#,##0" h"', top=1)
    sheets.put(sheet, at, 0, "Total time to target", bold=True)
    rows = f"{FIRST_ROW + 1}:{{0}}{last + 1}"
    plan = view.data.plan
    spent, gap = (plan.hours, sum(r.gap for r in plan.rows)) if plan else (0, 0)
    sheet.write_formula(at, 6, f"=SUM(G{rows.format('G')})", sheets.format(bold=True, top=1), gap)
    sheet.write_formula(at, 7, f"=SUM(H{rows.format('H')})", total, spent)
    sheets.put(sheet, at + 1, 0, "Hours a week that I can give")
    sheets.put(sheet, at + 1, 7, target.hours_per_week, num_format="0.0", **INPUT)
    sheets.put(sheet, at + 2, 0, "Weeks that I have")
    weekly = target.hours_per_week
    weeks_left = plan.budget / weekly if plan and weekly > 0 else target.horizon_weeks
    sheets.put(sheet, at + 2, 7, weeks_left, num_format="0.#", **INPUT)
    sheets.put(sheet, at + 3, 0, "Weeks needed", bold=True)
    weeks = f"IF(H{at + 2}>0,H{at + 1}/H{at + 2},0)"
    needed = spent / target.hours_per_week if target.hours_per_week > 0 else 0
    sheet.write_formula(at + 3, 7, f"={weeks}", sheets.format(bold=True, num_format="0.0"), needed)
    verdict = f'=IF(H{at + 1}=0,"fill in levels",IF(H{at + 4}<=H{at + 3},"fits","does not fit"))'
    sheets.put(sheet, at + 4, 0, "Does it fit?", bold=True)
    says = "fits" if needed <= weeks_left else "does not fit"
    said = sheets.format(bold=True, align="right")
    sheet.write_formula(at + 4, 7, verdict, said, says if spent else "fill in levels")


def _steps(sheets: Sheets, sheet: Any, view: View, at: int) -> None:
    sheets.put(sheet, at - 1, 0, "Hours that one level step takes (an assumption: edit column D)", bold=True)
    for i, name in enumerate(STEPS):
        hours = setting(view.data, f"plan.{name}")
        sheets.put(sheet, at + i, 0, i, num_format='"from level "0', align="left")
        sheets.put(sheet, at + i, 1, f"to level {i + 1}")
        value = float(hours) if hours else 0.0
        sheets.put(sheet, at + i, 3, value, num_format='0" h"', **INPUT)


def _legend(sheets: Sheets, sheet: Any, view: View, at: int) -> None:
    sheets.put(sheet, at, 0, "Levels", bold=True)
    for i, (number, name, sentence) in enumerate(words.LEVELS, at + 1):
        sheets.put(sheet, i, 0, f"{number} · {name}")
        sheets.put(sheet, i, 1, sentence)
    at += len(words.LEVELS) + 2
    sheets.put(sheet, at, 0, "Priorities", bold=True)
    for i, (number, name, border, meaning) in enumerate(words.PRIORITIES, at + 1):
        share = setting(view.data, f"score.{border}")
        borders = f" ({words.percent(float(share))} of postings or more)" if border and share else ""
        sheets.put(sheet, i, 0, f"{number} · {name}{borders}")
        sheets.put(sheet, i, 1, meaning)
    sheets.put(sheet, at + 4, 0, "provisional")
    sheets.put(sheet, at + 4, 1, "The interval of the share crosses a border: too few postings to be sure.")


# --- the other sheets -----------------------------------------------------------------------------


def _evidence_sheet(sheets: Sheets, view: View) -> None:
    sheet = sheets.sheet("Evidence", EVIDENCE)
    at = 1
    for row in view.data.draft.rows:
        for found in row.evidence:
            texts = (row.title, found.skill, found.quote, found.strength, found.company, found.title)
            for column, value in enumerate((*texts, found.date or "")):
                sheets.put(sheet, at, column, value, text_wrap=True)
            sheets.tall(sheet, at, dict(enumerate(texts)), EVIDENCE)
            # A workbook travels, and folders name their owner: a path is cut to its file name.
            sheets.link(sheet, at, 7, found.url if safe.href(found.url) else safe.place(found.url))
            sheets.put(sheet, at, 8, found.start)
            sheets.put(sheet, at, 9, found.end)
            at += 1
    sheet.autofilter(0, 0, max(1, at - 1), len(EVIDENCE) - 1)


def _skills_sheet(sheets: Sheets, view: View) -> None:
    names = tuple(tables.COLUMNS["skills"])
    wide = {"skill": 32, "reason": 50, "theme": 24, "aliases": 40}
    sheet = sheets.sheet("All skills", tuple((name, wide.get(name, 12)) for name in names))
    rows = list(tables.rows("skills", view.data))
    for i, row in enumerate(rows[:MOST_ROWS], 1):
        for j, name in enumerate(names):
            value = "; ".join(row[name]) if isinstance(row[name], list) else row[name]
            number = {"num_format": "0%"} if name in ("share", "low", "high") else {}
            number = {"num_format": "0.000"} if name == "score" else number
            sheets.put(sheet, i, j, value, **number)
    sheet.autofilter(0, 0, max(1, len(rows)), len(names) - 1)


def _settings_sheet(sheets: Sheets, view: View) -> None:
    draft = view.data.draft
    sheet = sheets.sheet("Settings", (("What", 36), ("Value", 40)))
    counts = (
        ("Target", words.target_name(draft)),
        ("Postings counted", draft.postings),
        ("Gathered", draft.gathered),
        ("Repeats left out", draft.duplicates),
        ("Closed, left out", draft.closed),
        ("Could not be read", draft.failed),
        ("Engine", draft.engine),
        *(("Why fewer than ten rows", s) for s in (draft.short,) if s),
        *(("Note", note) for note in draft.notes),
        *((f"Could not be read: {words.reason(f)}", safe.spelled(f.address)) for f in view.data.failures),
        *sorted(view.data.settings),
    )
    for i, (name, value) in enumerate(counts[:MOST_ROWS], 1):
        sheets.put(sheet, i, 0, name)
        sheets.put(sheet, i, 1, value, align="left", text_wrap=True)


def _check_sheet(sheets: Sheets, view: View) -> None:
    columns = (("Skill", 34), *((s, 17) for s in words.SELF_CHECK), ("Level reached", 14))
    sheet = sheets.sheet("Self-check", columns)
    skills = [name for row in view.data.draft.rows for name in row.skills]
    for i, name in enumerate(skills, 1):
        sheets.put(sheet, i, 0, name)
        for column in range(1, 7):
            sheets.put(sheet, i, column, "", align="center", **INPUT)
        ticks = f"B{i + 1}:G{i + 1}"
        level = f'=IF(COUNTA({ticks})=0,"",SUMPRODUCT(MAX(({ticks}<>"")*{{0,1,2,3,4,5}})))'
        sheet.write_formula(i, 7, level, sheets.format(align="center"), "")
    if skills:
        sheet.data_validation(1, 1, len(skills), 6, {"validate": "list", "source": ["x"]})
