"""One page made ready to be read: its kind sniffed from its content, its text, JSON, XML or HTML tree.

What the server or the suffix says of a page is a hint and no more: block pages come as JSON, JSON as
text/html, UTF-8 as Latin-1.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pipeline.markup import parse
from pipeline.records import RawPage
from pipeline.sources import addresses
from pipeline.sources.values import parsed

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

ContentKind = Literal["empty", "binary", "pdf", "docx", "zip", "mhtml", "json", "xml", "html", "text"]

MAX_BYTES = 40_000_000
"""More than this of one page is not looked at: a posting has some ten thousand bytes."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]{2,30})[\"']")
_COMMENTS = r"\s*(?:<!--(?:(?!-->).)*-->\s*)*"
"""A comment ends at its first end: with any later one, thirty of them took hours."""
_HTML_START = re.compile(rf"{_COMMENTS}(?:<!doctype\s+html|<html\b)", re.IGNORECASE | re.DOTALL)
_HTML_TAG = re.compile(
    r"<(?:html|head|body|div|p|section|article|table|ul|ol|li|h[1-6]|br|span|a|main|meta|script|"
    r"title)\b[^<>]*>",
    re.IGNORECASE,
)
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_MHTML = re.compile(rb"(?:^|\n)(?:MIME-Version:|Content-Type:\s*multipart/related)", re.IGNORECASE)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class Document:
    """A page with everything that readers ask of it, each worked out once and only when asked."""

    def __init__(self, page: RawPage, url: str = "") -> None:
        self.page = page
        self.url = url or page.url
        self.body = page.body[:MAX_BYTES]

    @cached_property
    def kind(self) -> ContentKind:
        """What the content is, by its own first bytes."""
        body = self.body
        if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
            return "empty"
        # readers of PDF allow rubbish before the mark, up to 1,024 bytes
        if body[:1024].lstrip().startswith(b"%PDF-"):
            return "pdf"
        if body.startswith(b"PK\x03\x04"):
            # told by its bytes, never by its name: an attachment is called anything
            return "docx" if b"word/" in body else "zip"
        if _MHTML.search(body[:3000]) and re.search(rb"(?i)content-type:\s*multipart/", body[:6000]):
            return "mhtml"
        if self._is_binary:
            return "binary"
        return self._kind_of_text

    @property
    def _kind_of_text(self) -> ContentKind:
        start = self.text[:2000].lstrip()
        if start[:1] in ("{", "[") and self.data is not None:
            return "json"
        if _HTML_START.match(start):
            return "html"
        if start.startswith("<?xml") or re.match(r"<(?:rss|feed|root|\w+:?\w+ xmlns)\b", start):
            return "html" if "<html" in start.lower() else "xml"
        if start.startswith("<") and _is_xml(self.text):
            return "xml"
        return "html" if _looks_like_html(self.text[:200_000]) else "text"

    @cached_property
    def _is_binary(self) -> bool:
        head = self.body[:8192]
        if head.startswith(tuple(bom for bom, _ in _BOMS)):
            return False
        if re.match(
            rb"\x89PNG|GIF8|\xff\xd8\xff|\x7fELF|MZ|\x1f\x8b|BZh|7z\xbc|Rar!|OggS|ID3|\xd0\xcf\x11\xe0", head
        ):
            return True
        odd = sum(head.count(bytes([c])) for c in (*range(1, 9), *range(14, 27), *range(28, 32)))
        nul = head.count(b"\x00")
        # UTF-16 without a mark has a NUL in every second byte of western text
        if nul > len(head) // 4 and _is_utf16(head):
            return False
        # set by eye: a text has a stray control character or NUL at times, in files of old programs
        return odd > len(head) // 50 or nul > len(head) // 20

    @cached_property
    def text(self) -> str:
        """The content as text; the charset is told by mark, then by header or page, then guessed."""
        return self._decoded[0].replace("\x00", "").lstrip("\ufeff")

    @cached_property
    def _decoded(self) -> tuple[str, str]:
        return _decoded(self.body, self.page.header("content-type") or "")

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of how the bytes became text: a guess, and what fitted nowhere."""
        if self.kind in ("pdf", "docx", "zip", "binary", "empty"):
            return ()
        text, guess = self._decoded
        lost = text.count("\ufffd")
        told = (
            f"read as {guess}: nothing says how it is encoded" if guess else "",
            _NOT_READ.format(lost) if lost else "",
        )
        return tuple(filter(None, told))

    @cached_property
    def data(self) -> Any:
        """The JSON value of the content, None where it is no JSON."""
        try:
            return parsed(self.text)
        except ValueError:
            return None

    @cached_property
    def root(self) -> _Element | None:
        """The XML tree, entities and network off; None where the content is no XML."""
        return xml_root(self.text)

    @cached_property
    def html(self) -> HtmlElement:
        """The HTML tree of the content."""
        return parse(self.text)

    @cached_property
    def address(self) -> addresses.Match | None:
        """What the table knows of the address, of the final one where the first says nothing."""
        return addresses.match(self.url) or addresses.match(self.page.final_url)

    @property
    def pick(self) -> str:
        """The name of the one posting that is wanted of a whole board, "" for all of them."""
        return self.address.pick if self.address else ""

    @property
    def system(self) -> str:
        """The system that the address names, "" where it names none."""
        return self.address.system if self.address else ""

    @property
    def now(self) -> str | None:
        """When the page was fetched; None for a file of unknown age."""
        return self.page.fetched_at or None

    @property
    def base(self) -> str:
        """The address that relative links of the page start from."""
        return self.page.final_url or self.page.url or self.url


def xml_root(text: str) -> _Element | None:
    """Return the tree of an XML text without entities, network or huge nodes; None where it is broken."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        recover=True,
        remove_comments=True,
    )
    raw = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).strip()
    raw = _without_dtd(raw)
    raw = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", raw)
    try:
        return etree.fromstring(raw.encode("utf-8", "replace"), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _without_dtd(text: str) -> str:
    """Return the text without its first DOCTYPE: no posting needs a DTD, and every entity bomb does.

    Searched step by step: as one expression it took the square of a run of "<!DOCTYPE".
    """
    start = _DOCTYPE.search(text)
    if start is None:
        return text
    end = re.compile(r"[\[>]").search(text, start.end())
    if end is not None and end[0] == "[":
        end = re.compile(r"\]\s*>").search(text, end.end())
    # a DTD without an end takes everything with it, as it does for a parser
    return text[: start.start()] + (text[end.end() :] if end else "")


def _is_xml(text: str) -> bool:
    """Return True for well-formed XML that is no page: its markup, if any, is inside its texts."""
    from lxml import etree

    name = re.match(rf"{_COMMENTS}<([\w:-]+)", text, re.DOTALL)
    if not name or _HTML_TAG.match(f"<{name[1]}>") or re.search(r"(?i)<html\b", text):
        return False
    try:
        etree.fromstring(
            text.encode("utf-8", "replace"), etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def _looks_like_html(text: str) -> bool:
    if re.search(r"(?i)<(?:html|body|head|div|article|section|p)\b[^<>]*>.*</", text, re.DOTALL):
        return True
    # one or two tags stand in plain texts, too ("use <b> for bold")
    return len(_HTML_TAG.findall(text)) >= 3


def _is_utf16(head: bytes) -> bool:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # western text has a NUL in nearly every second byte; 0.6 leaves room for other letters, 0.2 for
    # binaries. By eye
    return max(even, odd) > 0.6 * (len(head) / 2) and min(even, odd) < 0.2 * (len(head) / 2)


_NOT_READ = "characters that could not be decoded: {}"


def _decoded(body: bytes, content_type: str) -> tuple[str, str]:
    """Return the text of the bytes, and the name of its encoding where that is a guess."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body.decode(encoding, "replace"), ""
    if body[:8192].count(b"\x00") > len(body[:8192]) // 4 and _is_utf16(body[:8192]):
        even = body[:8192][0::2].count(0) > body[:8192][1::2].count(0)
        return body.decode("utf-16-be" if even else "utf-16-le", "replace"), ""
    # UTF-8 hardly ever fits by chance, so it goes before every claim
    try:
        return body.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _decoded_by_claim(body, content_type)


def _decoded_by_claim(body: bytes, content_type: str) -> tuple[str, str]:
    claims = [re.search(r"charset\s*=\s*[\"']?([\w-]+)", content_type, re.IGNORECASE)]
    names = [found.group(1) for found in claims if found]
    names += [
        m.group(1).decode("ascii")
        for m in (_XML_ENCODING.search(body[:300]), _META_CHARSET.search(body[:4096]))
        if m
    ]
    # the header goes before the page's own word, as in browsers; both lie at times
    for name in names:
        if name.lower().replace("_", "-") not in ("utf-8", "utf8"):
            try:
                # browsers read Latin-1 as Windows-1252, and so do we
                latin = name.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii")
                return body.decode("cp1252" if latin else name), ""
            except (LookupError, UnicodeError):
                continue
    return _guessed(body)


def _guessed(body: bytes) -> tuple[str, str]:
    lenient = body.decode("utf-8", "replace")
    bad, good = lenient.count("\ufffd"), sum(1 for c in lenient if c > "\x7f") - lenient.count("\ufffd")
    # a few broken bytes among many good ones, or a text cut in the middle of a character, stay UTF-8
    if good >= 5 * bad or lenient.rstrip("\ufffd").count("\ufffd") == 0:
        return lenient, ""
    # guessing needs enough letters to guess by
    if bad >= len(body) // 50:
        from charset_normalizer import from_bytes

        # the guess costs time for every byte, and more of them do not change it
        best = from_bytes(body[:200_000]).best()
        if best is not None and best.encoding not in ("cp1252", "latin_1"):
            return body.decode(best.encoding, "replace"), best.encoding
    # too few to guess by: western Windows, whose curly quotes and dashes are the usual guests
    return body.decode("cp1252", "replace"), "Windows-1252"
