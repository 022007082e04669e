"""Read the text layer of a PDF as a person does: column by column, cut words and spaced headings whole."""

from __future__ import annotations

import io
import logging
import re
from functools import lru_cache

# a posting has a few pages; more is a handbook. By eye
MAX_PAGES = 60
MIN_GAP = 4
"""Blanks in a row of the page's grid that part two columns; between words stand one or two."""

_GAP = re.compile(rf"(?<=\S) {{{MIN_GAP},}}(?=\S)")
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣·\uf0b7\uf0a7?*–-])\s+(?=\S)")
_MARK = re.compile(r"^[ \t]*(?:[•●▪◦‣·\uf0b7\uf0a7]|\?(?= \S))[ \t]*\n?[ \t]*", re.MULTILINE)


def _words(row: str) -> frozenset[str]:
    return frozenset(row.split())


_HEADS = _words(
    """
    about and are at benefits bring company conditions contact criteria description desirable desired do
    duties education essential experience for have how in is it job key knowledge languages location
    looking main minimum must need nice of offer our person personal position preferred profile purpose
    qualifications required requirements responsibilities role salary skills specification summary tasks
    team technical the to us we what who will with work you your anforderungen angebot aufgaben bieten
    das dein deine ihr ihre profil qualifikationen sie sind wir avantages compétences missions nos
    offrons nous profil recherché vos votre funciones ofrecemos perfil requisitos
    """
)
"""Words of headings whose letters stand apart: where one word ends is not seen in such a text."""

_SECONDS = _words(
    """
    aged appointed availability aware based being breaking budget building built call centered centred
    centric changing check checked class code conscious core critical cutting date day days depth
    designed digit door driven edge effective efficient end ended ends established etc expert facing
    fast fifth first focused four fourth free friendly functional generation grade grown growing growth
    hand hands heavy home hour hours house impact income in intensive keeping known language large
    leading learn led level like line lived located made making managed manager minded month motivated
    native ninth of off on one oriented orientated organised organized owned paced paid party
    performance performing person phase planned planning point powered priority profile proven purpose
    quality range rate rated ready related relevant reliant rich risk role rounded running saving savvy
    scale second sensitive serving setting seventh sharing site sixth size sized skilled solving source
    specific speed stack staff standing starter stop style taking tech tenant term tested the thinking
    third thirds three threading time timer to tolerant trained two up ups user value volume way week
    wide winning wise word work working year years
    """
)
_FIRSTS = _words(
    """
    self non well cross twenty thirty forty fifty sixty seventy eighty ninety
    """
)
_ONE_WORD = re.compile(
    r"(?i)(?:re|de|un|dis|im|ex|con|com|pro|per|sub|ob|ab|ad|en|em|se|pre|over|under|some|any|every|no|down|run|life|work|"
    r"team|net|frame|back|week|head|guide|dead|pipe|base|out|stand|land|know|micro|hyper|inter|trans)"
)
_WORD_BEFORE = re.compile(r"([\w'’-]+)[-\u2010\u00ad]$")
_WORD_AFTER = re.compile(r"[\w'’-]+")


def pdf_text(body: bytes) -> str:
    """Return the text layer of a PDF; "" where it is a scan, locked or broken."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            return ""
        pages = [_page_text(page) for page in reader.pages[:MAX_PAGES]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError, IndexError):
        # pypdf answers broken files with almost any exception
        return ""
    return joined_lines("\n\n".join(pages))


def _page_text(page: object) -> str:
    plain = page.extract_text() or ""  # type: ignore[attr-defined]
    # a page of so little has no columns to look for
    if len(plain.strip()) < 40:
        return plain
    try:
        grid = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)  # type: ignore[attr-defined]
    except Exception:
        # the layout of odd fonts and turned pages fails in many ways; the plain order is left
        return plain
    found = in_columns(grid or "")
    # where the grid lost words the plain order is the better text
    return found if found and len(found.split()) >= 0.9 * len(plain.split()) else plain


def in_columns(grid: str) -> str | None:
    """Return the lines of a page's grid column by column; None for a page of one column."""
    lines = [line.rstrip() for line in grid.split("\n")]
    out: list[str] = []
    found, place = False, 0
    while place < len(lines):
        block, gutter = _block(lines, place)
        if gutter:
            found = True
            left = [line[:gutter].strip() for line in block]
            right = "\n".join(line[gutter:].rstrip() for line in block)
            further = in_columns(right) or "\n".join(line.strip() for line in right.split("\n"))
            out += ["", *left, "", *further.split("\n"), ""]
            place += len(block)
        else:
            out.append(lines[place].strip())
            place += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip() if found else None


def _block(lines: list[str], start: int) -> tuple[list[str], int]:
    """Return the lines from `start` that leave a strip of the page blank, and where its right side begins."""
    first = _GAP.search(lines[start])
    if not first:
        return [], 0
    low, high, end = first.start(), first.end(), start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number].ljust(high)
        strips = [(low + m.start(), low + m.end()) for m in re.finditer(r" {2,}", line[low:high])]
        if not strips:
            break
        low, high = max(strips, key=lambda strip: strip[1] - strip[0])
        end = number + 1 if line.strip() else end
    block = lines[start:end]
    both = [line for line in block if line[:low].strip() and line[high:].strip()]
    # two lines with a gap are a heading with a date beside it
    if len(block) < 3 or len(both) < 2 or not _are_columns(block, high):
        return [], 0
    return block, high


def _are_columns(block: list[str], gutter: int) -> bool:
    """Return False for a table, whose rows belong together: short cells without bullets."""
    left = [line[:gutter].strip() for line in block if line[:gutter].strip()]
    right = [line[gutter:].strip() for line in block if line[gutter:].strip()]
    if (
        sum(bool(_BULLET.match(line)) for line in right) >= 1
        or sum(bool(_BULLET.match(line)) for line in left) >= 2
    ):
        return True
    # by eye: cells of tables are a few words long, lines of columns half a page
    return min(sum(map(len, left)) / len(left), sum(map(len, right)) / len(right)) > 30


# --- lines and words --------------------------------------------------------------------------


def joined_lines(text: str) -> str:
    """Return printed lines as text: bullets begin lines, cut words and spaced headings are whole."""
    text = _MARK.sub("- ", text)
    lines = [_unspaced(line) for line in text.splitlines()]
    out: list[str] = []
    for line in lines:
        cut = _WORD_BEFORE.search(out[-1]) if out else None
        if cut and line[:1].isalnum():
            out[-1] = _whole(out[-1], cut[1], line, text)
        elif out and _continues(out[-1], line):
            out[-1] += " " + line
        else:
            out.append(line)
    return "\n".join(out)


def _whole(before: str, start: str, line: str, text: str) -> str:
    """Return two lines as one; the hyphen between them stays where the word is a compound."""
    after = _WORD_AFTER.match(line)
    end = after[0] if after else ""
    stem, first = before[:-1], start.rstrip("-")
    if before[-1] == "\u00ad":
        return stem + line
    # how the same word is written elsewhere in the text decides before any rule
    if re.search(rf"\b{re.escape(first)}-{re.escape(end)}\b", text, re.IGNORECASE):
        return before + line
    if re.search(rf"\b{re.escape(first + end)}\b", text, re.IGNORECASE):
        return stem + line
    compound = (end.lower() in _SECONDS and not _ONE_WORD.fullmatch(first)) or (
        first.lower() in _FIRSTS and len(end) > 3
    )
    kept = "-" in first or first.isupper() or first[-1:].isdigit() or end[:1].isupper() or compound
    return before + line if kept else stem + line


def _continues(before: str, line: str) -> bool:
    # a line of print that breaks inside a sentence; short lines are headings and stay alone
    return len(before) > 55 and bool(line) and line[0].islower() and before[-1] not in ".:!?;"


def _unspaced(line: str) -> str:
    """Return a heading whose letters stand apart as words: "N I C E   T O   H A V E" is "NICE TO HAVE"."""
    parts = line.split()
    # three letters apart may be initials or a list ("A B C")
    if len(parts) < 4 or not all(part.isalpha() or part in "&/:" for part in parts):
        return " ".join(parts)
    letters = "".join(parts)
    short = max(map(len, parts)) <= 3 and len(letters) <= 2 * len(parts) and len(letters) >= 6
    if not short or not (letters.rstrip(":").isupper() or max(map(len, parts)) == 1):
        return " ".join(parts)
    words = _cut(letters.rstrip(":").lower())
    if words:
        cut, place = [], 0
        for word in words:
            cut.append(letters[place : place + len(word)])
            place += len(word)
        return " ".join(cut)
    wide = re.split(r" {2,}", line.strip())
    if max(map(len, parts)) > 1:
        return " ".join(parts)
    return " ".join("".join(part.split()) for part in wide)


@lru_cache(maxsize=256)
def _cut(letters: str) -> tuple[str, ...]:
    """Return the letters as words of headings, the longest first; nothing where they are none."""
    if not letters:
        return ()
    for length in range(len(letters), 1, -1):
        if letters[:length] in _HEADS:
            rest = _cut(letters[length:])
            if rest or length == len(letters):
                return (letters[:length], *rest)
    return ()
