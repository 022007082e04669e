"""Files that hold one text: plain text, Markdown, PDF and Word."""

from __future__ import annotations

import html
import re

from pipeline.records import Listing, Reading
from pipeline.sources.document import Document
from pipeline.sources.pdffile import pdf_text
from pipeline.sources.wordfile import word_html

NAME = "file"

_MARKDOWN_TITLE = re.compile(r"\A\s*#{1,3}\s+(?P<title>[^\n]{3,150})")
MIN_WORDS = 12
"""Fewer words than this are no posting, whatever the file says."""


def read(document: Document) -> Reading | None:
    """Return the one posting of a text, PDF or Word file."""
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
    """Return the title that a plain text begins with: a Markdown heading or a short first line."""
    marked = _MARKDOWN_TITLE.match(text)
    if marked:
        return marked["title"].strip(" #*")
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    labelled = re.match(r"(?i)(?:job title|position|title|role)\s*:\s*(\S.{2,90})$", first)
    if labelled:
        return labelled[1].strip()
    # as for headings: a longer line, or one with a full stop, is a sentence
    if 2 < len(first) <= 90 and not first.endswith((".", "!", "?", ":", ",", ";")):
        return first.strip("*# ")
    return None


def _read_docx(document: Document) -> Reading:
    try:
        content = word_html(document.body)
    except ValueError as error:
        return Reading("error", detail=f"not a readable Word file: {error}", system="docx")
    text = re.sub(r"<[^>]*>", " ", content)
    if len(text.split()) < MIN_WORDS:
        return Reading("no-text", detail="the Word file holds no text", system="docx")
    # the title of a posting stands in its text; a letterhead names the employer
    lines = [line for line in content.split("\n") if line.strip()]
    firsts = [line for line in lines if not line.startswith("<header>")][:1] + lines[:1]
    titles = (title_of(html.unescape(re.sub(r"<[^>]*>", "", line))) for line in firsts)
    listing = Listing(document.url, "docx", next(filter(None, titles), None), content)
    return Reading("posting", (listing,), system="docx")
