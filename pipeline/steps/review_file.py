"""The review as a spreadsheet: written with what is decided, read back for what a person changed in it.

Columns to edit: decision, new_name, theme, kind, priority, why. `decision` holds, separated by commas, any of
accept, reject, pin, keep-out, merge (into new_name), rename (to new_name), `split: WORDING` (to new_name); a
word that is taken out is undone. A new_name alone renames. `theme` is a title; a key or a row's number will
do. `was` holds what the edited columns said when the file was written: a row that says the same is no
decision, and one whose skill was decided otherwise since is stale. So a file can be applied twice, and two
people's files one after the other. In a workbook `was` is on a hidden sheet, found by the skill's name.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError, UsageError
from pipeline.records import KINDS
from pipeline.report import safe, workbook
from pipeline.steps.review import Review, View, Wish, beside, present, title_of
from pipeline.text import key

EDITED = ("decision", "new_name", "theme", "kind", "priority", "why")
SHOWN = ("n", "of", "share", "low", "high", "reason", "wordings", "decided_by")
COLUMNS = ("skill", *EDITED, *SHOWN, "was")
"""The columns in order."""

REMEMBERED = ("decision", "theme", "kind", "priority")
"""What `was` holds, in this order."""

WORDS = ("accept", "reject", "pin", "keep-out")
"""What `decision` can say that stays true of a skill; merge, rename and split change what it is."""

_WIDTHS = {"skill": 34, "decision": 18, "new_name": 24, "theme": 44, "why": 30, "reason": 50, "wordings": 50}

_WRITES_ONE = "`skillmatrix review export FILE` writes such a file."

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000

_PHASES = (
    "undo",
    "move",
    "kind",
    "priority",
    "accept",
    "reject",
    "pin",
    "keep-out",
    "split",
    "merge",
    "rename",
)
"""In this order a file's decisions are made: first what is said of a name, then what changes names."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that cannot be applied, and why."""

    row: int
    skill: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file asks for, and what is wrong with it."""

    wishes: tuple[Wish, ...]
    troubles: tuple[Trouble, ...]
    rows: int


# --- out ------------------------------------------------------------------------------------------------


def rows(view: View) -> Iterator[dict[str, Any]]:
    """Yield one row for each skill, most demanded first, then the rejected ones."""
    scoring = view.scoring
    for name, score in sorted(scoring.scores.items(), key=lambda item: (-item[1].n, -item[1].score, item[0])):
        state = _state(view, name)
        skill = scoring.skills[name]
        yield {
            "skill": name,
            **state,
            "new_name": "",
            "why": "",
            **{column: getattr(score, column) for column in ("n", "of", "low", "high")},
            "share": round(score.share, 4),
            "reason": skill.reason,
            "wordings": "; ".join(scoring.wordings(name)),
            "decided_by": scoring.rulings.by.get(name, ""),
            "was": _remembered(state),
        }
    for name in sorted(scoring.rulings.rejected - scoring.scores.keys()):
        state = _state(view, name)
        by = scoring.rulings.by.get(name, "")
        yield {
            **dict.fromkeys(COLUMNS, ""),
            "skill": name,
            **state,
            "decided_by": by,
            "was": _remembered(state),
        }


def _state(view: View, name: str) -> Row:
    """Return what the edited columns say of a skill as it is."""
    rulings, skill = view.scoring.rulings, view.scoring.skills.get(name)
    score = view.scoring.scores.get(name)
    sets = dict(
        zip(WORDS, (rulings.accepted, rulings.rejected, rulings.pinned, rulings.kept_out), strict=True)
    )
    return {
        "decision": ", ".join(word for word, names in sets.items() if name in names),
        "theme": title_of(view.scoring, skill.theme or name) if skill else "",
        "kind": skill.kind if skill else "",
        "priority": str(score.priority) if score else "",
    }


def _remembered(state: Row) -> str:
    return json.dumps([state[name] for name in REMEMBERED], ensure_ascii=False)


def export(review: Review, path: Path) -> int:
    """Return how many rows were written to the CSV or XLSX file."""
    found = list(rows(review.view))
    content = _xlsx(found, _themes(review.view)) if _is_xlsx(path) else _csv(found).encode("utf-8-sig")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
    return len(found)


def _is_xlsx(path: Path) -> bool:
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(f"{path.name} is neither .csv nor .xlsx", "Name it FILE.csv or FILE.xlsx.")
    return path.suffix.lower() == ".xlsx"


def _csv(found: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in found:
        writer.writerow([safe.cell(row[name]) for name in COLUMNS])
    return out.getvalue()


_FORMATS = {"share": "0%", "low": "0%", "high": "0%"}
_HIDDEN, _LISTS = "state when written", "lists"
_HOW = (
    "Change the yellow cells, save the file, then: skillmatrix review apply FILE",
    "decision: accept, reject, pin or keep-out, several with commas; delete one to take it back.",
    "decision merge, rename or `split: WORDING`: write the name it becomes into new_name.",
    "theme: choose another row or theme from the list, or write a new one.",
    "kind, priority: choose from the list. why: stored with the row's decisions.",
)


def _themes(view: View) -> list[str]:
    """Return the titles of the rows, then of the other themes."""
    themes = view.scoring.basis.vocabulary.themes
    rows = [title_of(view.scoring, row.theme) for row in view.scoring.draft.rows]
    return list(dict.fromkeys([*rows, *sorted(title_of(view.scoring, key) for key in themes)]))


def _xlsx(found: Sequence[Mapping[str, Any]], themes: Sequence[str]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": workbook.CREATED})
    sheet = book.add_worksheet("Skills")
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#1F4E5F", "font_color": "#FFFFFF"})
    edit = {"bg_color": "#FFF8E1", "border": 1, "border_color": "#E0D8C0"}
    forms = {name: book.add_format(edit) for name in EDITED}
    forms["reason"] = book.add_format({"indent": 1})
    forms |= {name: book.add_format({"num_format": form}) for name, form in _FORMATS.items()}
    shown = COLUMNS[:-1]
    for at, name in enumerate(shown):
        sheet.set_column(at, at, _WIDTHS.get(name, 10))
        sheet.write_string(0, at, name, head)
    for line, row in enumerate(found, 1):
        for at, name in enumerate(shown):
            value, form = row[name], [forms[name]] if name in forms else []
            if isinstance(value, str):
                sheet.write_string(line, at, safe.clean(value)[:32_000], *form)
            else:
                sheet.write_number(line, at, value, *form)
    how = book.add_worksheet("How to")
    how.set_column(0, 0, 100)
    for line, text in enumerate(_HOW):
        how.write_string(line, 0, text)
    _keep(book, found, themes)
    _lists(sheet, len(found), len(themes))
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(1, len(found)), len(shown) - 1)
    book.close()
    return out.getvalue()


def _keep(book: Any, found: Sequence[Mapping[str, Any]], themes: Sequence[str]) -> None:
    """The sheets that nobody edits: what each row said when it was written, and the titles to choose from."""
    was, lists = book.add_worksheet(_HIDDEN), book.add_worksheet(_LISTS)
    for line, row in enumerate(found):
        was.write_string(line, 0, safe.clean(str(row["skill"])))
        was.write_string(line, 1, safe.clean(str(row["was"]))[:32_000])
    for line, title in enumerate(themes):
        lists.write_string(line, 0, safe.clean(title)[:250])
    was.very_hidden()
    lists.very_hidden()


def _lists(sheet: Any, count: int, themes: int) -> None:
    """What a cell may hold, as lists to choose from; anything else is warned of, not refused."""
    choices: dict[str, Any] = {
        "decision": [*WORDS, "merge", "rename", "split: WORDING"],
        "kind": list(KINDS),
        "priority": ["1", "2", "3"],
        "theme": f"='{_LISTS}'!$A$1:$A${max(1, themes)}",
    }
    for name, source in choices.items():
        at = COLUMNS.index(name)
        rule = {"validate": "list", "source": source, "error_type": "information"}
        sheet.data_validation(1, at, max(1, count), at, rule)


# --- in -------------------------------------------------------------------------------------------------


def read(review: Review, path: Path) -> Reading:
    """Return what the file asks for; raises `UsageError` where it is no such file at all."""
    lines = _table(path)
    view = review.view
    wishes: list[Wish] = []
    troubles: list[Trouble] = []
    seen: set[str] = set()
    for number, row in lines:
        try:
            if row["skill"] in seen:
                raise UsageError("this skill is already in an earlier row")
            seen.add(row["skill"])
            found = list(_wishes(view, row))
            review.check(found)
            wishes += found
        except UsageError as error:
            more = f". {error.advice}" if error.advice != UsageError.advice else ""
            troubles.append(Trouble(number, row["skill"], f"{error}{more}"))
    wishes.sort(key=lambda wish: _PHASES.index(wish.action))
    return Reading(tuple(wishes), tuple(troubles), len(lines))


def _wishes(view: View, row: Row) -> Iterator[Wish]:
    """What one row asks for beyond what is so already; raises `UsageError` where it is stale or broken."""
    was = _was(row)
    edited = [name for name in REMEMBERED if row[name] != was[name]]
    if not edited and not row["new_name"]:
        if row["why"]:
            raise UsageError("why is stored with a decision, and this row makes none")
        return
    name = row["skill"]
    if _done_already(view, row):
        return
    if name not in view.scoring.scores and name not in view.scoring.rulings.rejected:
        raise UsageError("no posting demands a skill of this name; leave `skill` as it was, or export again")
    now = _state(view, name)
    if "decision" in edited or row["new_name"]:
        yield from _verdicts(view, row, was, now)
    for column, action in (("theme", "move"), ("kind", "kind"), ("priority", "priority")):
        if column in edited and row[column] != now[column]:
            if not row[column]:
                raise UsageError(f"{column} is empty")
            if column == "theme" and title_of(view.scoring, beside(view, row[column])) == now[column]:
                continue  # the same theme by another of its names
            _fresh(column, was, now)
            yield Wish(action, name, row[column], why=row["why"])


def _was(row: Row) -> Row:
    try:
        values = json.loads(row["was"])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError("no list of texts")
        return dict(zip(REMEMBERED, values, strict=True))
    except ValueError as error:
        raise UsageError("the column `was` was changed; export again") from error


def _fresh(column: str, was: Row, now: Row) -> None:
    """Raises `UsageError` where somebody decided otherwise since the file was written."""
    if was[column] != now[column]:
        said = [repr(row[column]) if row[column] else "empty" for row in (was, now)]
        raise UsageError(f"stale: {column} was {said[0]}, meanwhile it is {said[1]}; export again")


def _words(text: str) -> list[str]:
    """The words of a decision; what they say is small letters, a wording after a colon stays as it is."""
    words = (word.strip().partition(":") for word in text.split(",") if word.strip())
    return [f"{word.strip().lower()}{colon}{rest}" for word, colon, rest in words]


def _verdicts(view: View, row: Row, was: Row, now: Row) -> Iterator[Wish]:
    wanted, before, present_now = (
        _words(text) for text in (row["decision"], was["decision"], now["decision"])
    )
    added = [word for word in wanted if word not in before and word not in present_now]
    removed = [word for word in before if word not in wanted and word in present_now]
    changes_name = [word for word in added if word not in WORDS]
    for pair in (("accept", "reject"), ("pin", "keep-out")):
        if {*pair} <= {*wanted}:
            raise UsageError(f"{' and '.join(pair)} contradict each other")
    if any(word in WORDS for word in added) or removed:
        _fresh("decision", was, now)
    for word in removed:
        yield from _undone(view, row["skill"], word)
    for word in added:
        if word in WORDS:
            yield Wish(word, row["skill"], why=row["why"])
        else:
            yield _name_change(view, row, word)
    if row["new_name"] and not changes_name and row["new_name"] != row["skill"]:
        yield _name_change(view, row, "rename")


def _undone(view: View, name: str, word: str) -> Iterator[Wish]:
    """Yield the undoing of the decisions in force that say this word of the skill."""
    for decision in view.in_force:
        if (decision.subject, decision.action) == (name, word):
            yield Wish("undo", decision.id, before=f"{word} {name}", why="")


def _name_change(view: View, row: Row, word: str) -> Wish:
    action, _, wording = (part.strip() for part in word.partition(":"))
    if action not in ("merge", "rename", "split") or bool(wording) != (action == "split"):
        known = ", ".join((*WORDS, "merge", "rename", "split: WORDING"))
        raise UsageError(f"unknown decision {word[:60]!r}; use {known}")
    if not row["new_name"]:
        raise UsageError(f"{action} needs a new_name")
    after = present(view, row["new_name"]) if action == "merge" else row["new_name"]
    return Wish(action, row["skill"], after, wording, row["why"])


def _done_already(view: View, row: Row) -> bool:
    """Return True where what the row asks for as a name is so by now: the file was applied before."""
    names = view.scoring.names
    if not row["new_name"]:
        return False
    splits = [word.partition(":")[2].strip() for word in _words(row["decision"]) if word.startswith("split:")]
    if splits:
        return all(key(names.resolve(wording).name) == key(row["new_name"]) for wording in splits)
    gone = row["skill"] not in view.scoring.scores
    return gone and key(names.decided(row["skill"])) == key(row["new_name"])


# --- files ------------------------------------------------------------------------------------------------


def _table(path: Path) -> list[tuple[int, Row]]:
    """Return the rows with their numbers as a spreadsheet shows them."""
    is_xlsx = _is_xlsx(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path.name} is too large to be a review file")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", _WRITES_ONE) from error
    lines = _lines_of_xlsx(content, path.name) if is_xlsx else _lines_of_csv(content, path.name)
    header = [cell.strip().lower() for cell in next(lines, [])]
    missing = [name for name in ("skill", *EDITED, "was") if name not in header]
    if missing:
        raise UsageError(
            f"{path.name} has no column {', '.join(missing)}",
            _WRITES_ONE,
        )
    found = []
    for number, cells in enumerate(lines, 2):
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        if row.get("skill"):
            found.append((number, {name: row.get(name, "") for name in ("skill", *EDITED, "was")}))
        if number > MOST_ROWS:
            raise UsageError(f"{path.name} has more than {MOST_ROWS:,} rows")
    return found


_GUARDED = re.compile(r"'(?=\s*[=+\-@\t\r\n＝＋－＠])")


def _lines_of_csv(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8", "Save it as “CSV UTF-8”, or as .xlsx.") from error
    head = text.partition("\n")[0]
    # spreadsheets of half of Europe write semicolons
    delimiter = max(",;\t", key=head.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_GUARDED.sub("", cell, count=1) if cell.startswith("'") else cell for cell in line]
    except csv.Error as error:
        raise UsageError(f"{name} is broken: {error}", f"Save it again; {_WRITES_ONE}") from error


def _lines_of_xlsx(content: bytes, name: str) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        kept = _sheet(book, _HIDDEN)
        was = {cells[0]: cells[1] for cells in kept if len(cells) > 1}
        head: list[str] = []
        for at, cells in enumerate(_sheet(book, book.sheetnames[0])):
            head = head or cells
            if was and "was" not in head and "skill" in head:
                cells = [*cells, "was" if not at else was.get(cells[head.index("skill")], "")]
            yield cells
    except Exception as error:  # openpyxl lets through whatever zipfile, XML and its own readers raise
        what = f"{name} cannot be read as a workbook: {type(error).__name__}"
        raise UsageError(what, f"Save it again as .xlsx; {_WRITES_ONE}") from error


def _sheet(book: Any, name: str) -> Iterator[list[str]]:
    if name in book.sheetnames:
        for line in book[name].iter_rows(values_only=True):
            yield [_text(value) for value in line]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
