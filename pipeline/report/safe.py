"""Rules that make hostile text harmless in each format; every renderer goes through them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.records import Posting

UNNAMED = "employer not named"
"""What stands where a posting names no employer."""

# the wide forms too: Excel reads "＝1+1" as a formula in East Asian settings
FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
"""Signs that make a spreadsheet read a cell as a formula when the cell starts with one of them."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<|~$]|&(?=#?\w+;)|(?<=\bwww)\.|:(?=//)|@)")
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=#>])")


def clean(text: str) -> str:
    """Return the text with control characters and lone surrogates replaced one for one: offsets stay true."""
    # Most texts are printable through and through; asking that first saves a fifth of a million rows' time.
    return text if text.isprintable() else _UNSEEN.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the text on one line, without control or direction-changing characters."""
    return " ".join(_BIDI.sub("", clean(text)).split())


def shorten(text: str, length: int) -> str:
    """Return at most `length` characters on one line, with an ellipsis where something was cut."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def href(address: str) -> str:
    """Return the address when it may be a link (http or https with a host), else an empty text."""
    line = clean(address).strip()
    try:
        parts = urlsplit(line)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    # a blank or a control sign inside would end the attribute or hide where it leads
    return line if good and not re.search(r"[\s\ufffd]", line) else ""


def place(address: str) -> str:
    """Return a short name for an address: the host of a link, the file name of a path.

    A path is cut to its name because a report travels, and folders name their owner.
    """
    if href(address):
        return shorten(urlsplit(address).hostname or "", 60)
    return shorten(re.split(r"[\\/]", address.rstrip("\\/"))[-1], 60)


def shown(address: str) -> str:
    """Return the address when it may be a link, else the name of its file.

    A table travels without its folders.
    """
    return address if href(address) else place(address)


def spelled(address: str) -> str:
    """Return an address as a reader should see it: a link without its scheme, a path as its file name."""
    if href(address):
        return shorten(re.sub(r"(?i)^https?://(www\.)?", "", address), 90)
    return place(address)


def caption(posting: Posting) -> str:
    """Return what a posting is called in a report: its title, else the name of its address."""
    return shorten(posting.title, 90) or place(posting.url) or "untitled posting"


def employer(posting: Posting) -> str:
    """Return the employer that a posting names, else that it names none."""
    return shorten(posting.company, 60) or UNNAMED


def source(company: str, title: str, address: str) -> str:
    """Return how the posting of a quote is called.

    Its employer, else its title, else the name of its address.
    """
    return shorten(company, 60) or shorten(title, 60) or place(address)


def cell(value: object) -> object:
    """Return the value as a CSV cell: a text that a spreadsheet would run as a formula gets a leading `'`."""
    if not isinstance(value, str):
        return value
    text = clean(value)
    starts = text[:1] in FORMULA_SIGNS or text.lstrip()[:1] in FORMULA_SIGNS
    # an apostrophe is what spreadsheets themselves put before text; reading it back takes it off
    return "'" + text if text and starts else text


def markdown(text: str) -> str:
    """Return the text on one line with every sign escaped that Markdown or HTML in Markdown would obey."""
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text))
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)


def markdown_link(label: str, address: str) -> str:
    """Return a Markdown link when the address may be one, else the escaped label alone."""
    target = href(address)
    if not target:
        return markdown(label)
    # inside <…> Markdown ends a link at these, and a table a cell at "|"
    safe = target.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C").replace("|", "%7C")
    return f"[{markdown(label)}](<{safe}>)"
