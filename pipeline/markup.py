"""Hostile HTML as a tree and as text: hidden parts out, list items behind "- ", blocks on own lines.

Both the readers of boards (`sources`) and the maker of canonical text (`read`) need it: it lies below them.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
"""One HTML tag; "<3" and "a < b" are none."""

_ESCAPED_TAG = re.compile(r"&(?:amp;)*lt;/?[a-zA-Z][a-zA-Z0-9]*(?:\s|/|&(?:amp;)*gt;)")
_ESCAPED_TWICE = re.compile(r"&amp;(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SILENT = frozenset(
    {
        "audio",
        "canvas",
        "datalist",
        "dialog",
        "head",
        "iframe",
        "input",
        "map",
        "math",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    }
)
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
        "table",
        "ul",
    }
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
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
        "summary",
        "tbody",
        "tfoot",
        "thead",
        "tr",
    }
)
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:0|1px|0?\.\d+(?:px|pt|em|rem))(?![\d.])"
    r"|opacity\s*:\s*0(?:\.0+)?(?![\d.])|(?:left|top|text-indent)\s*:\s*-\d{4,}px",
    re.IGNORECASE,
)
_READER_ONLY = frozenset(
    {
        "accessibility-hidden",
        "screen-reader-text",
        "screenreader",
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
    }
)
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of a piece of HTML and the words that were hidden from a reader's eye."""

    text: str
    hidden: str = ""


def has_tags(text: str) -> bool:
    """True where the text holds HTML tags."""
    return TAG.search(text) is not None


def unescaped(text: str) -> str:
    """HTML whose tags were escaped as entities, once or several times, as plain HTML."""
    for _ in range(3):
        if not _ESCAPED_TAG.search(text) and not _ESCAPED_TWICE.search(text):
            break
        if has_tags(text) and not _ESCAPED_TWICE.search(text):
            # a real "&lt;div&gt;" that the posting talks about
            break
        text = entities.unescape(text)
    return text


def parse(text: str) -> HtmlElement:
    """The tree of any string, however broken or deep; never fetches, never raises on content."""
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


def _flattened(text: str) -> str:
    without_code = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)", " ", text)
    return "<p>" + TAG.sub(" ", without_code).replace("<", "&lt;") + "</p>"


def render(text: str) -> Rendered:
    """The readable text of HTML, hidden parts left out and named.

    Where nothing but hidden text is there, it is kept: better a flag than an empty posting.
    """
    root = parse(text)
    # a "HTML" text without any block is plain text with line breaks and perhaps some bold words
    keep_breaks = not any(e.tag in _PARAGRAPHS or e.tag in _LINES or e.tag == "br" for e in _inside(root))
    shown, hidden = _walk(root, keep_breaks, respect_hiding=True)
    if len(shown) < 100 and len(hidden) > 400:
        everything, _ = _walk(root, keep_breaks, respect_hiding=False)
        return Rendered(everything, hidden)
    return Rendered(shown, hidden)


def _inside(root: HtmlElement) -> list[HtmlElement]:
    from lxml import etree

    body = root.find("body")
    found = [] if body is None else [e for e in body.iterdescendants(etree.Element) if isinstance(e.tag, str)]
    # the parser itself wraps loose text into one <p>
    wrapped = len(found) > 0 and found[0].tag == "p" and body is not None and len(body) == 1 and not body.text
    return found[1:] if wrapped else found


def _walk(root: HtmlElement, keep_breaks: bool, respect_hiding: bool) -> tuple[str, str]:
    from lxml import etree

    writer = _Writer(keep_breaks)
    hidden: list[str] = []
    skipped: HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and skipped is None:
            if _is_silent(element) or (respect_hiding and is_hidden(element)):
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
    return writer.text(), " ".join(hidden)


def _is_silent(element: HtmlElement) -> bool:
    if element.tag == "button":
        # the heading of an accordion is a button: "Requirements" must stay, "Apply now" must go
        parent = element.getparent()
        return parent is None or parent.tag not in _HEADINGS
    return not isinstance(element.tag, str) or element.tag in _SILENT


def _words_hidden(element: HtmlElement) -> list[str]:
    if _is_silent(element) or is_for_screen_readers(element):
        return []
    text = " ".join(" ".join(element.itertext("*")).split())
    return [text] if _WORD.search(text) else []


def is_for_screen_readers(element: HtmlElement) -> bool:
    """True for the usual classes of text that only a screen reader speaks."""
    return not _READER_ONLY.isdisjoint((element.get("class") or "").split())


def is_hidden(element: HtmlElement) -> bool:
    """True where attributes or inline style keep the element from the eye."""
    if "hidden" in element.attrib and element.get("hidden") != "until-found":
        return True
    if (element.get("aria-hidden") or "").lower() == "true" or is_for_screen_readers(element):
        return True
    style = element.get("style")
    return bool(style and _HIDING_STYLE.search(style))


class _Writer:
    """Collects text and knows how many line breaks are due before the next word."""

    def __init__(self, keep_breaks: bool) -> None:
        self.pieces: list[str] = []
        self.due = 0
        self.space = False
        self.item = False
        self.depth = 0
        self.verbatim = 0
        self.keep_breaks = keep_breaks

    def opens(self, element: HtmlElement) -> None:
        tag = element.tag
        self._break_for(tag)
        if tag == "li":
            self.item = True
            self.depth += 1
        elif tag == "br":
            self.due = min(self.due + 1, 2)
        elif tag in ("td", "th") and element.getprevious() is not None:
            self.adds(" | ")
        elif tag == "pre":
            self.verbatim += 1
        self.adds(element.text or "")

    def closes(self, element: HtmlElement) -> None:
        if element.tag == "li":
            self.item = False
            self.depth -= 1
        elif element.tag == "pre":
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
