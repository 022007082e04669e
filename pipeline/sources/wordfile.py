"""Read a Word file whole, as HTML: content controls, insertions, text boxes, tables, each where it stands.

What is in the margins stands before and behind it, in one <header> and one <footer>, notes among the latter.

What was deleted with changes tracked is gone for a reader, and so for us.
"""

from __future__ import annotations

import html
import io
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_XML = 60_000_000
"""A larger part of a Word file is no posting: it is made to fill the memory."""

# headers and footers, three for each section; by eye
MAX_MARGINS = 30
_NUMBERED = re.compile(
    r"<[^>]*>|\b(?:page|seite|strana|página|pagina|side|sida|strona|of|von|de|z|sur|av|af)\b", re.I
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = frozenset(
    ("del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "sdtPr", "tblPr", "tcPr", "trPr")
)
_BREAKS = {"br": "<br>", "cr": "<br>", "tab": " ", "noBreakHyphen": "-", "softHyphen": "", "ptab": " "}


def word_html(body: bytes) -> str:
    """Return the visible text of a Word file as HTML; raise `ValueError` where it is none."""
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            document = _part(archive, "word/document.xml")
            styles = _styles(archive)
            above, below = (
                _beside(archive, names, styles) for names in ("header", "footer|footnotes|endnotes")
            )
    except (BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{type(error).__name__}") from error
    found = document.find(f"{_W}body")
    if found is None:
        raise ValueError("it has no body")
    body_blocks = _blocks(found, styles)
    known = set(body_blocks)
    beside = [[b for b in dict.fromkeys(blocks) if b not in known] for blocks in (above, below)]
    head, foot = (
        f"<{tag}>{''.join(part)}</{tag}>" if part else ""
        for tag, part in zip(("header", "footer"), beside, strict=True)
    )
    return "\n".join(filter(None, [head, *body_blocks, foot]))


def _beside(archive: ZipFile, names: str, styles: dict[str, str]) -> list[str]:
    """Return what stands in the margins or the notes; a page's number is nothing to read."""
    wanted = re.compile(rf"word/(?:{names})\d*\.xml")
    found: list[str] = []
    for name in sorted(filter(wanted.fullmatch, archive.namelist()))[:MAX_MARGINS]:
        # a damaged margin costs itself, never the text
        with suppress(ValueError, KeyError, BadZipFile):
            found += _blocks(_part(archive, name), styles)
    return [block for block in found if re.search(r"[^\W\d_]{3}", _NUMBERED.sub("", block))]


def _part(archive: ZipFile, name: str) -> _Element:
    from lxml import etree

    with archive.open(name) as file:
        raw = file.read(MAX_XML + 1)
    if len(raw) > MAX_XML:
        raise ValueError(f"{name} is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(raw, parser=parser)
    if root is None:
        raise ValueError(f"{name} is no XML")
    return root


def _styles(archive: ZipFile) -> dict[str, str]:
    """Return the names of paragraph styles by id: in a German file "berschrift1" is "heading 1"."""
    try:
        root = _part(archive, "word/styles.xml")
    except (KeyError, ValueError):
        return {}
    found = {}
    for style in root.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            found[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "").lower()
    return found


def _name(element: _Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _blocks(parent: _Element, styles: dict[str, str]) -> list[str]:
    """Return the paragraphs and tables of a part in their order, whatever wraps them."""
    out: list[str] = []
    for element in parent:
        name = _name(element)
        if name == "p":
            out.extend(_paragraph(element, styles))
        elif name == "tbl":
            out.append(_table(element, styles))
        elif name not in _GONE:
            out.extend(_blocks(element, styles))
    return out


def _table(table: _Element, styles: dict[str, str]) -> str:
    rows = []
    for row in _within(table, "tr"):
        cells = ["\n".join(_blocks(cell, styles)) for cell in _within(row, "tc")]
        rows.append("<tr>" + "".join(f"<td>{_unwrapped(cell)}</td>" for cell in cells) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _unwrapped(cell: str) -> str:
    # one paragraph alone in a cell is the cell's text
    one = cell.startswith("<p>") and cell.count("<p>") == 1 and cell.endswith("</p>")
    return cell[3:-4] if one and "<br>" not in cell else cell


def _within(element: _Element, wanted: str) -> list[_Element]:
    """Return the rows or cells of a table, those in content controls and insertions among them."""
    found: list[_Element] = []
    for child in element:
        name = _name(child)
        if name == wanted:
            found.append(child)
        elif name not in _GONE and name != "tbl":
            found.extend(_within(child, wanted))
    return found


def _paragraph(element: _Element, styles: dict[str, str]) -> list[str]:
    boxes: list[_Element] = []
    text = "".join(_runs(element, boxes)).strip()
    after = [block for box in boxes for block in _blocks(box, styles)]
    if not text:
        return after
    style = element.find(f"{_W}pPr/{_W}pStyle")
    style_id = "" if style is None else style.get(f"{_W}val", "")
    name = styles.get(style_id, style_id).lower()
    numbered = element.find(f"{_W}pPr/{_W}numPr") is not None
    if name.startswith(("heading", "title")):
        return [f"<h2>{text}</h2>", *after]
    return [f"<li>{text}</li>" if "list" in name or numbered else f"<p>{text}</p>", *after]


def _runs(element: _Element, boxes: list[_Element]) -> list[str]:
    """Return the text of a paragraph's runs; its text boxes are put aside, to follow it."""
    out: list[str] = []
    for child in element:
        name = _name(child)
        if name == "t":
            out.append(html.escape(child.text or "", quote=False))
        elif name in _BREAKS:
            out.append(_BREAKS[name])
        elif name == "txbxContent":
            boxes.append(child)
        elif name not in _GONE:
            out.extend(_runs(child, boxes))
    return out
