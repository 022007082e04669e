"""How wide a text is drawn, in the widest font that a picture may be shown in.

A picture's text is drawn in the reader's own font. DejaVu Sans, what Linux shows where no other is set, is
the widest of those that the style sheet names; what fits in it fits everywhere.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pipeline.report import safe

_REGULAR = {
    275: "'", 278: "ijl", 295: "IJ", 318: " ,.", 337: "/:;\\|", 352: "f", 361: "-", 390: "()[]", 392: "t",
    401: "!", 411: "r", 460: '"', 500: "*_`–", 521: "s", 525: "z", 531: "?", 550: "c", 557: "L", 575: "F",
    579: "k", 592: "vxy", 603: "P", 611: "TY", 612: "o", 613: "a", 615: "e", 632: "E", 634: "hnu",
    635: "Sbdgpq", 636: "$0123456789{}", 656: "K", 684: "AV", 685: "XZ", 686: "B", 695: "R", 698: "C",
    732: "U", 748: "N", 752: "H", 770: "D", 775: "G", 780: "&", 787: "OQ", 818: "w", 838: "#+<=>^~−→",
    863: "M", 950: "%", 974: "m", 989: "W",
}  # fmt: skip
_BOLD = {
    306: "'", 343: "ijl", 348: " ", 365: "/\\|", 372: "IJ", 380: ",.", 400: ":;", 415: "-", 435: "f",
    456: "!", 457: "()[]", 478: "t", 493: "r", 500: "_`–", 521: '"', 523: "*", 580: "?", 582: "z", 593: "c",
    595: "s", 637: "L", 645: "x", 652: "vy", 665: "k", 675: "a", 678: "e", 682: "T", 683: "EF", 687: "o",
    696: "$0123456789", 712: "hnu{}", 716: "bdgpq", 720: "S", 724: "Y", 725: "Z", 733: "P", 734: "C",
    762: "B", 770: "R", 771: "X", 774: "AV", 775: "K", 812: "U", 821: "G", 830: "D", 837: "HN",
    838: "#+<=>^~−→", 850: "OQ", 872: "&", 924: "w", 995: "M", 1002: "%", 1042: "m", 1103: "W",
}  # fmt: skip
_WIDTHS = [{c: width for width, some in table.items() for c in some} for table in (_REGULAR, _BOLD)]
"""Thousandths of the font size by sign, as the files of DejaVu Sans 2.37 state them; the others take 1000."""


def width(text: str, size: float = 10.0, bold: bool = False) -> float:
    """Return how wide a text of this font size is at the most."""
    return _thousandths(text, bold) * size / 1000


@lru_cache(maxsize=4096)
def _thousandths(text: str, bold: bool) -> int:
    known = _WIDTHS[bold]
    signs = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(known.get(c, 1000) for c in signs)


def fitted(text: str, room: float, size: float = 10.0, bold: bool = False) -> str:
    """Return the text on one line, cut with an ellipsis where it is wider than the room."""
    line = safe.one_line(text)
    if width(line, size, bold) <= room:
        return line
    while line and width(line + "…", size, bold) > room:
        line = line[:-1].rstrip()
    return line + "…"


def wrapped(text: str, room: float, lines: int, size: float = 10.0, bold: bool = False) -> list[str]:
    """Return the text on so many lines at the most, broken between words; the last is cut if need be."""
    found: list[str] = []
    words = safe.one_line(text).split()
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size, bold) <= room:
            line = f"{line} {words.pop(0)}"
        if width(line, size, bold) > room:
            return [*found, fitted(" ".join([line, *words]), room, size, bold)]
        found.append(line)
    return [*found, fitted(" ".join(words), room, size, bold)] if words else found
