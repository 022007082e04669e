"""Turn hostile HTML into a tree and into text: hidden parts out, list items behind "- ", blocks on own lines.

Both the readers of boards (`sources`) and the maker of canonical text (`read`) need it: it lies below them.
What is a control, a folded panel or a chip is told in `shapes`.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.losses import demanding, lost
from pipeline.shapes import chips, has_blocks, is_for_screen_readers, is_hidden, is_panel, is_wordless

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
"""One HTML tag; "<3" and "a < b" are none."""

_ESCAPED_TAG = re.compile(r"&(?:amp;)*lt;/?[a-zA-Z][a-zA-Z0-9]*(?:\s|/|&(?:amp;)*gt;)")
_ESCAPED_TWICE = re.compile(r"&amp;(?:[a-zA-Z]{2,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PARAGRAPHS = frozenset(
    {
        "article",
        "aside",
        "blockquote",
        "details",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    }
)
_LINES = frozenset(
    {
        "address",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dt",
        "figcaption",
        "label",
        "legend",
        "li",
        "option",
        "tbody",
        "tfoot",
        "thead",
        "tr",
    }
)
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of a piece of HTML, the words hidden from a reader's eye, and how many words were folded away.

    Folded words stand in the text: a reader sees them after a press on their heading. `lost` are the list
    items and demanding sentences that the text lacks though nothing hides them, and of how many.
    """

    text: str
    hidden: str = ""
    folded: int = 0
    lost: tuple[int, int] = (0, 0)


def has_tags(text: str) -> bool:
    """Return True where the text holds HTML tags."""
    return TAG.search(text) is not None


def unescaped(text: str) -> str:
    """Return HTML whose tags were escaped as entities, once or several times, as plain HTML."""
    for _ in range(3):
        if not _ESCAPED_TAG.search(text) and not _ESCAPED_TWICE.search(text):
            break
        if has_tags(text) and not _ESCAPED_TWICE.search(text):
            # a real "&lt;div&gt;" that the posting talks about
            break
        text = entities.unescape(text)
    return text


def parse(text: str) -> HtmlElement:
    """Return the tree of any string, however broken or deep; never fetch, never raise on content.

    Shadow roots, the documents of frames, and what a page tells without scripts are opened.
    """
    return _opened(_parsed(text))


def _parsed(text: str) -> HtmlElement:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    text = _CONTROL.sub("", text)
    for source in (text, _flattened(text)):
        parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        raw = source.encode("utf-8", "replace")
        try:
            root = document_fromstring(raw or b"<p></p>", parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return document_fromstring(b"<html><body></body></html>")
        # libxml2 drops everything below depth 2048: then the tags go and the words stay
        if not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            return root
    return root


_CLOSED_PARTS = re.compile(r"(?i)<template|<noscript|\ssrcdoc=|=[\"'][^\"']{0,40}(?:<|&lt;)[a-z]")
MIN_WITHOUT_SCRIPTS = 300
"""Characters from which on such a part is the page's text and no request to switch scripts on."""


def has_closed_parts(text: str) -> bool:
    """Return True where `parse` may have opened a part that other parsers leave closed."""
    return _CLOSED_PARTS.search(text) is not None


def _opened(root: HtmlElement) -> HtmlElement:
    for template in root.xpath("//template[@shadowrootmode or @shadowroot]"):
        template.tag = "div"
    for frame in root.xpath("//iframe[@srcdoc]"):
        inner = _parsed(frame.get("srcdoc")).find("body")
        if inner is not None:
            frame.tag, frame.text = "div", inner.text
            frame.extend(list(inner))
    _tell_what_scripts_would(root)
    return root


def _tell_what_scripts_would(root: HtmlElement) -> None:
    """Open the texts of a bare page that wait for a script: in <noscript>, <template>, or an attribute."""
    waiting = [
        e
        for e in root.xpath("//body//noscript | //body//template")
        if _length(e.itertext()) >= MIN_WITHOUT_SCRIPTS
    ]
    told = [
        v
        for v in root.xpath("//body//*[not(self::iframe)]/@*")
        if len(v) >= MIN_WITHOUT_SCRIPTS and len(TAG.findall(v)) > 2
    ]
    if not waiting and not told:
        return
    shown = root.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]"
    )
    if _length(shown) >= MIN_WITHOUT_SCRIPTS:
        return
    for part in waiting:
        part.tag = "div"
    for value in () if waiting else told:
        inner = _parsed(str(value)).find("body")
        if inner is not None:
            inner.tag = "div"
            root.find("body").append(inner)


def _length(texts: Iterable[str]) -> int:
    return len(" ".join(" ".join(texts).split()))


def _flattened(text: str) -> str:
    without_code = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)", " ", text)
    return "<p>" + TAG.sub(" ", without_code).replace("<", "&lt;") + "</p>"


# a page's text is asked for by whoever judges it and by whoever makes it canonical: a third of reading a page
@lru_cache(maxsize=8)
def render(text: str) -> Rendered:
    """Return the readable text of HTML, hidden parts left out and named.

    Where nothing but hidden text is there, it is kept: better a flag than an empty posting.
    """
    root = parse(text)
    body = root.find("body")
    asked = [] if body is None else demanding(body)
    _by_columns(root)
    # a "HTML" text without any block is plain text with line breaks and perhaps some bold words
    keep_breaks = not any(e.tag in _PARAGRAPHS or e.tag in _LINES or e.tag == "br" for e in _inside(root))
    found = _walk(root, keep_breaks, respect_hiding=True)
    if len(found.text) < 100 and len(found.hidden) > 400:
        return Rendered(_walk(root, keep_breaks, respect_hiding=False).text, found.hidden)
    return replace(found, lost=lost(asked, found.text)) if asked else found


def _by_columns(root: HtmlElement) -> None:
    """Put each column under its heading where a table is a frame for lists: rows would mix them."""
    # not by XPath: libxml2 takes the cube of the depth of nested tables
    for table in [t for t in root.iter("table") if not _nests(t)]:
        rows = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
        rows = [row for row in rows if row]
        if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
            continue
        heads, below = rows[0], [cell for row in rows[1:] for cell in row]
        framed = sum(has_blocks(cell) for cell in below) * 2 >= len(below)
        if framed and all(len(h.text_content()) < 60 and not has_blocks(h) for h in heads):
            for cell in below:
                cell.tag = "div"
            for head in heads:
                head.tag = "h4"
            columns = [cell for column in zip(*rows, strict=True) for cell in column]
            table[:] = columns
            table.tag = "div"


def _nests(table: HtmlElement) -> bool:
    return any(
        next(around, None) is not None
        for around in (table.iterancestors("table"), table.iterdescendants("table"))
    )


def _inside(root: HtmlElement) -> list[HtmlElement]:
    from lxml import etree

    body = root.find("body")
    found = [] if body is None else [e for e in body.iterdescendants(etree.Element) if isinstance(e.tag, str)]
    # the parser itself wraps loose text into one <p>
    wrapped = len(found) > 0 and found[0].tag == "p" and body is not None and len(body) == 1 and not body.text
    return found[1:] if wrapped else found


def _walk(root: HtmlElement, keep_breaks: bool, respect_hiding: bool) -> Rendered:
    from lxml import etree

    writer = _Writer(keep_breaks, chips(root))
    hidden: list[str] = []
    folded = 0
    skipped: HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and skipped is None:
            unseen = respect_hiding and is_hidden(element)
            if unseen and is_panel(element):
                folded += len(" ".join(element.itertext("*")).split())
                unseen = False
            if unseen or is_wordless(element):
                skipped = element
                hidden.extend(_words_hidden(element))
            else:
                writer.opens(element)
        elif event == "end":
            if skipped is None:
                writer.closes(element)
            elif skipped is element:
                skipped = None
            if skipped is None:
                writer.adds(element.tail or "")
    return Rendered(writer.text(), " ".join(hidden), folded)


def _words_hidden(element: HtmlElement) -> list[str]:
    if is_wordless(element) or is_for_screen_readers(element):
        return []
    text = " ".join(" ".join(element.itertext("*")).split())
    return [text] if _WORD.search(text) else []


_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)


def _keeps_lines(element: HtmlElement) -> bool:
    """Return True for a part whose line ends are seen."""
    if element.tag in ("li", "br", "td", "th", "button"):
        return False
    return element.tag == "pre" or bool(_PRE.search(element.get("style") or ""))


class _Writer:
    """Collects text and knows how many line breaks are due before the next word."""

    def __init__(self, keep_breaks: bool, chips: set[HtmlElement]) -> None:
        self.chips = chips
        self.pieces: list[str] = []
        self.due = 0
        self.space = False
        self.item = False
        self.depth = 0
        self.verbatim = 0
        self.keep_breaks = keep_breaks
        # a row is looked at once, not for each of its cells
        self.row: HtmlElement | None = None
        self.listed = False

    def opens(self, element: HtmlElement) -> None:
        tag = element.tag
        self._break_for(tag)
        if tag == "li":
            self.item = True
            self.depth += 1
        elif element in self.chips:
            self.due, self.item = max(self.due, 1), True
        elif tag == "button":
            # the heading of a folded part, else it would not be here
            self.due = 2
        elif tag == "br":
            self.due = min(self.due + 1, 2)
        elif tag in ("td", "th") and element.getprevious() is not None:
            self._next_cell(element)
        elif _keeps_lines(element):
            self.verbatim += 1
        self.adds(element.text or "")

    def _next_cell(self, cell: HtmlElement) -> None:
        # a list in a cell has lines of its own, and what stands before it is its heading
        row = cell.getparent()
        if row is not self.row:
            self.row, self.listed = row, any(has_blocks(c) for c in row if isinstance(c.tag, str))
        if self.listed:
            self.due = max(self.due, 1)
        else:
            self.adds(" | ")

    def closes(self, element: HtmlElement) -> None:
        if element.tag == "li":
            self.item = False
            self.depth -= 1
        elif element in self.chips or element.tag == "button":
            self.item = False
            self.due = max(self.due, 1)
        elif _keeps_lines(element):
            self.verbatim -= 1
        self._break_for(element.tag)

    def _break_for(self, tag: str) -> None:
        # a paragraph inside a list item starts no paragraph: "- " stays with its words
        if tag in _PARAGRAPHS and not self.depth:
            self.due = 2
        elif tag in _PARAGRAPHS or tag in _LINES:
            self.due = max(self.due, 1)

    def adds(self, text: str) -> None:
        if self.verbatim or self.keep_breaks:
            for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
                if number:
                    self.due = min(self.due + 1, 2)
                self._adds_words(line)
        else:
            self._adds_words(text)

    def _adds_words(self, text: str) -> None:
        words = text.split()
        if not words:
            self.space = self.space or bool(text)
            return
        if self.due or not self.pieces:
            self._ends_line()
        elif self.space or text[0].isspace():
            self.pieces.append(" ")
        self.pieces.append(" ".join(words))
        self.space = text[-1].isspace()

    def _ends_line(self) -> None:
        if self.pieces:
            self.pieces.append("\n" * self.due)
        if self.item:
            self.pieces.append("- ")
            self.item = False
        self.due = 0
        self.space = False

    def text(self) -> str:
        return "".join(self.pieces)
