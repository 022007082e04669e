"""A plan document as blocks, and the blocks as Markdown, HTML and CSV: written once, shown everywhere.

Cells hold values, never markup. Whatever they hold is escaped here; a sentence that the data cannot give
(`Hint`) always shows who says it, and only an http(s) address becomes a link.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markupsafe import Markup

from pipeline.records import MODEL, Cue, Evidence, Hint
from pipeline.report import safe

Cell = str | int | float | bool | Hint | Evidence | Cue | None | tuple["Cell", ...]
Form = Literal["text", "whole", "hours", "percent", "yes", "factor", "day", "priority"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: title, how its values are shown, and its width in a workbook."""

    title: str
    form: Form = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a document."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `good` and `bad` are verdicts, `note` asks for attention."""

    text: str
    tone: Literal["", "good", "bad", "note"] = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name that is safe for files; `total` is a last row set apart.

    One that is only shown has no file and no sheet of its own: its document holds the same lines as `data`.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    only_shown: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with a name that is safe for files, and the words for those who cannot see it."""

    name: str
    svg: Markup
    words: str


@dataclass(frozen=True, slots=True)
class Links:
    """The way to the other documents: a title and a file name without its ending each."""

    items: tuple[tuple[str, str], ...]


Block = Heading | Text | Bullets | Table | Picture | Links


@dataclass(frozen=True, slots=True)
class Document:
    """One document: a name that is safe for files and anchors, a title, its blocks, tables for files only."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    data: tuple[Table, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables in order; those of one name are one table in parts."""
        found: dict[str, Table] = {}
        for block in (*self.blocks, *self.data):
            if isinstance(block, Table) and not block.only_shown:
                old = found.get(block.name)
                found[block.name] = replace(old, rows=(*old.rows, *block.rows)) if old else block
        return tuple(found.values())

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Its pictures in order."""
        return tuple(b for b in self.blocks if isinstance(b, Picture))


def plain(value: Cell, form: Form = "text") -> str:
    """The value as a reader sees it, without any markup."""
    if value is None or value == "":
        return ""
    if isinstance(value, tuple):
        return "; ".join(plain(v, form) for v in value)
    if isinstance(value, Hint):
        mark = f" [{_source(value)}]" if _source(value) else ""
        return f"{value.text}{mark}" + (f" {value.link}" if safe.href(value.link) else "")
    if isinstance(value, Evidence):
        return f"“{value.quote}” ({safe.source(value.company, value.title, value.url)})"
    if isinstance(value, Cue):
        return f"{value.level}: {plain(value.evidence)} {value.why}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _number(value, form) if isinstance(value, int | float) else value


def _number(value: float, form: Form) -> str:
    if form == "hours":
        return f"{value:,.0f} h" if abs(value) >= 10 or value == int(value) else f"{value:.1f} h"
    if form == "percent":
        return f"{100 * value:.0f}%"
    return f"{value:.3g}" if form == "factor" else f"{value:g}"


def _source(hint: Hint) -> str:
    """Who says it, "" for the shipped vocabulary: a mark on every line would hide the marks that matter."""
    if hint.source in ("", "vocabulary"):
        return ""
    if hint.checked:
        return f"{hint.source}, link answered on {hint.checked}"
    return f"{hint.source}, link not checked" if hint.link else hint.source


# --- Markdown -------------------------------------------------------------------------------------


def markdown(document: Document) -> str:
    """The document as Markdown, ending in a line break; pictures are the files beside it."""
    lines = [f"# {safe.markdown(document.title)}", ""]
    for block in document.blocks:
        lines += [*_block_markdown(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _block_markdown(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [f"## {safe.markdown(block.text)}"]
    if isinstance(block, Text):
        text = _coded_markdown(block.text)
        return [f"**{text}**" if block.tone in ("good", "bad") else f"> {text}" if block.tone else text]
    if isinstance(block, Bullets):
        return [f"- {_markdown(item)}" for item in block.items]
    if isinstance(block, Links):
        return [" · ".join(f"[{safe.markdown(title)}]({name}.md)" for title, name in block.items)]
    if isinstance(block, Picture):
        return [f"![{safe.markdown(block.words)}]({block.name}.svg)"]
    head = ["| " + " | ".join(safe.markdown(c.title) for c in block.columns) + " |"]
    rows = [*block.rows, *([block.total] if block.total else [])]
    return [*head, "|" + " --- |" * len(block.columns), *(_row_markdown(block, row) for row in rows)]


def _row_markdown(table: Table, row: Sequence[Cell]) -> str:
    cells = (_markdown(value, c.form) for value, c in zip(row, table.columns, strict=True))
    return "| " + " | ".join(cells) + " |"


def _markdown(value: Cell, form: Form = "text") -> str:
    if isinstance(value, tuple):
        return "<br>".join(_markdown(v, form) for v in value)
    if isinstance(value, Hint):
        mark = f" *({safe.markdown(_source(value))})*" if _source(value) else ""
        return f"{safe.markdown_link(value.text, value.link)}{mark}"
    if isinstance(value, Evidence):
        label = safe.source(value.company, value.title, value.url)
        return f"“{safe.markdown(value.quote)}” ({safe.markdown_link(label, value.url)})"
    if isinstance(value, Cue):
        return f"{value.level}: {_markdown(value.evidence)} {safe.markdown(value.why)}"
    return _coded_markdown(plain(value, form))


def _coded_markdown(text: str) -> str:
    """The text in Markdown with what stands between backticks kept as a command."""
    parts = re.split(r"( ?`[^`|]+` ?)", safe.one_line(text))
    return "".join(part if i % 2 else safe.markdown(part) for i, part in enumerate(parts))


# --- HTML -----------------------------------------------------------------------------------------


def html(document: Document) -> Markup:
    """The document's blocks as HTML, without its title."""
    return Markup("\n").join(_block_html(block) for block in document.blocks)


def _block_html(block: Block) -> Markup:
    if isinstance(block, Heading):
        return Markup("<h3>{}</h3>").format(safe.one_line(block.text))
    if isinstance(block, Text):
        return Markup('<p class="plan-text {}">{}</p>').format(block.tone, _coded(block.text))
    if isinstance(block, Bullets):
        shown = (_coded(item) if isinstance(item, str) else _html(item) for item in block.items)
        items = Markup("").join(Markup("<li>{}</li>").format(item) for item in shown)
        return Markup('<ul class="plan-list">{}</ul>').format(items)
    if isinstance(block, Links):
        ways = (Markup('<a href="{}.html">{}</a>').format(name, title) for title, name in block.items)
        return Markup('<nav class="plan-links" aria-label="Documents of the plan">{}</nav>').format(
            Markup(" ").join(ways)
        )
    if isinstance(block, Picture):
        return Markup('<figure class="plan-picture">{}</figure>').format(block.svg)
    return _table_html(block)


def _coded(text: str) -> Markup:
    """The text with what stands between backticks set as a command."""
    parts = safe.one_line(text).split("`")
    shown = (Markup("<code>{}</code>" if i % 2 else "{}").format(part) for i, part in enumerate(parts))
    return Markup("").join(shown)


def _table_html(table: Table) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_aligned(c), c.title) for c in table.columns
    )
    rows = [_row_html(table, row, "") for row in table.rows]
    rows += [_row_html(table, table.total, "total")] if table.total else []
    frame = (
        '<table class="plan plan-{}"><thead><tr>{}</tr></thead><tbody>\n{}\n</tbody></table>'
        if len(table.columns) <= 9
        else '<div class="scroll" tabindex="0" role="region" aria-label="{0}">'
        '<table class="plan plan-{0}"><thead><tr>{1}</tr></thead><tbody>\n{2}\n</tbody></table></div>'
    )
    return Markup(frame).format(table.name, head, Markup("\n").join(rows))


def _row_html(table: Table, row: Sequence[Cell], tone: str) -> Markup:
    cells = []
    for i, (value, column) in enumerate(zip(row, table.columns, strict=True)):
        shape = '<th scope="row" data-says="{0}"{1}>{2}</th>' if i == 0 else '<td data-says="{0}"{1}>{2}</td>'
        cells.append(Markup(shape).format(column.title, _aligned(column), _html(value, column.form)))
    return Markup('<tr class="{}">{}</tr>').format(tone, Markup("").join(cells))


def _aligned(column: Column) -> Markup:
    if column.form in ("text", "yes"):
        return Markup("")
    return Markup(' class="day"') if column.form == "day" else Markup(' class="num"')


def _html(value: Cell, form: Form = "text") -> Markup:
    if isinstance(value, tuple):
        return Markup("").join(Markup('<span class="each">{}</span>').format(_html(v, form)) for v in value)
    if isinstance(value, Hint):
        return _hint_html(value)
    if isinstance(value, Evidence):
        return _evidence_html(value)
    if isinstance(value, Cue):
        shape = Markup("<b>{}</b> {} <small>{}</small>")
        return shape.format(value.level, _evidence_html(value.evidence), safe.one_line(value.why))
    if isinstance(value, str):
        return _coded(value)
    if form == "priority" and value:
        return Markup('<span class="priority p{0}"><b>{0}</b></span>').format(value)
    return Markup("{}").format(safe.one_line(plain(value, form)))


def _hint_html(hint: Hint) -> Markup:
    text = _linked(hint.text, hint.link)
    if not _source(hint):
        return text
    tone = "model" if hint.source.startswith(MODEL) else ""
    return Markup('{} <small class="from {}">{}</small>').format(text, tone, safe.one_line(_source(hint)))


def _evidence_html(found: Evidence) -> Markup:
    label = safe.source(found.company, found.title, found.url)
    said = Markup('<q class="words">{}</q>').format(safe.shorten(found.quote, 160))
    return Markup('{} <small class="from">{}</small>').format(said, _linked(label, found.url))


def _linked(label: str, address: str) -> Markup:
    target = safe.href(address)
    if not target:
        return Markup("{}").format(safe.one_line(label))
    frame = '<a href="{}" rel="noopener noreferrer nofollow">{}</a>'
    return Markup(frame).format(target, safe.one_line(label))


# --- CSV ------------------------------------------------------------------------------------------


def as_csv(table: Table) -> str:
    """The table as CSV: numbers stay numbers, and no text begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.title for c in table.columns])
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([safe.cell(_bare(value, c)) for value, c in zip(row, table.columns, strict=True)])
    return out.getvalue()


def _bare(value: Cell, column: Column) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value, 4) if isinstance(value, float) else value
    return plain(value, column.form)
