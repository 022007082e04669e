"""Files that hold one text: plain text, Markdown, PDF and Word."""

from __future__ import annotations

import html
import io
import logging
import re
from pathlib import PurePosixPath

from pipeline.records import Listing, Reading
from pipeline.sources.document import Document

NAME = "file"

_MARKDOWN_TITLE = re.compile(r"\A\s*#{1,3}\s+(?P<title>[^\n]{3,150})")
_MARKDOWN = re.compile(
    r"^(?:#{1,6}\s+\S|\*\*[^*\n]+\*\*:?\s*$|\s*[-*]\s+\S.*\n\s*[-*]\s+\S|.*\[[^\]\n]+\]\(https?:)", re.M
)
MIN_WORDS = 12
"""Fewer words than this are no posting, whatever the file says."""

MAX_PAGES = 60


def read(document: Document) -> Reading | None:
    """The one posting of a text, PDF or Word file."""
    if document.kind == "pdf":
        return _reading(document, pdf_text(document.body), "pdf")
    if document.kind == "docx":
        return _read_docx(document)
    return _reading(document, document.text, "text") if document.kind == "text" else None


def _reading(document: Document, text: str, system: str) -> Reading:
    if len(text.split()) < MIN_WORDS:
        why = "a scan without a text layer?" if system == "pdf" else "too few words"
        return Reading("no-text", detail=f"{len(text.split())} words: {why}", system=system)
    listing = Listing(document.url, system, title_of(text, document.url), text, is_html=False)
    return Reading("posting", (listing,), system=system)


def title_of(text: str, address: str = "") -> str | None:
    """The title that a plain text begins with: a Markdown heading or a short first line."""
    marked = _MARKDOWN_TITLE.match(text)
    if marked:
        return marked["title"].strip(" #*")
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    labelled = re.match(r"(?i)(?:job title|position|title|role)\s*:\s*(\S.{2,90})$", first)
    if labelled:
        return labelled[1].strip()
    if 2 < len(first) <= 90 and not first.endswith((".", "!", "?", ":", ",", ";")):
        return first.strip("*# ")
    return None


def pdf_text(body: bytes) -> str:
    """The text layer of a PDF; "" where it is a scan, locked or broken."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            return ""
        pages = [page.extract_text() or "" for page in reader.pages[:MAX_PAGES]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError, IndexError):
        # pypdf answers broken files with almost any exception
        return ""
    return _joined_lines("\n\n".join(pages))


def _joined_lines(text: str) -> str:
    # words cut at a line's end ("develop-\nment") are whole again; bullets begin lines
    text = re.sub(r"(?<=[a-zà-ž])-\n(?=[a-zà-ž])", "", text)
    text = re.sub(r"^[ \t]*[•●▪◦‣·\uf0b7\uf0a7][ \t]*\n?[ \t]*", "- ", text, flags=re.MULTILINE)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    out: list[str] = []
    for line in lines:
        if out and _continues(out[-1], line):
            out[-1] += " " + line
        else:
            out.append(line)
    return "\n".join(out)


def _continues(before: str, line: str) -> bool:
    # a line of print that breaks inside a sentence; short lines are headings and stay alone
    return len(before) > 55 and bool(line) and line[0].islower() and before[-1] not in ".:!?;"


def _read_docx(document: Document) -> Reading:
    from zipfile import BadZipFile

    from docx import Document as open_docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        word_file = open_docx(io.BytesIO(document.body))
        content = _docx_html(word_file)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, AttributeError, SyntaxError) as error:
        return Reading("error", detail=f"not a readable Word file: {type(error).__name__}", system="docx")
    text = re.sub(r"<[^>]*>", " ", content)
    if len(text.split()) < MIN_WORDS:
        return Reading("no-text", detail="the Word file holds no text", system="docx")
    title = next((p.text.strip() for p in word_file.paragraphs if p.text.strip()), "")
    listing = Listing(document.url, "docx", title_of(title), content)
    return Reading("posting", (listing,), system="docx")


def _docx_html(word_file: object) -> str:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    out: list[str] = []
    for part in word_file.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(part, Paragraph):
            out.append(_paragraph(part))
        elif isinstance(part, Table):
            rows = [
                "<tr>" + "".join(f"<td>{html.escape(c.text)}</td>" for c in row.cells) + "</tr>"
                for row in part.rows
            ]
            out.append("<table>" + "".join(rows) + "</table>")
    return "\n".join(out)


def _paragraph(part: object) -> str:
    text, style = html.escape(part.text), (part.style.name or "").lower()  # type: ignore[attr-defined]
    numbered = part._p.pPr is not None and part._p.pPr.numPr is not None  # type: ignore[attr-defined]
    if not text.strip():
        return ""
    if style.startswith(("heading", "title")):
        return f"<h2>{text}</h2>"
    return f"<li>{text}</li>" if "list" in style or numbered else f"<p>{text}</p>"


def is_markdown(text: str, name: str = "") -> bool:
    """True for a Markdown text, by its suffix or its marks."""
    return PurePosixPath(name).suffix.lower() in (".md", ".markdown") or len(_MARKDOWN.findall(text)) > 1
