"""How wide a text is in a picture: SVG neither wraps nor clips, so a label is cut to its room beforehand.

The widths are those of DejaVu Sans, the widest of the usual system fonts: what fits there fits elsewhere.
"""

from __future__ import annotations

from pipeline.report import safe

_WIDTHS = {
    0.28: "'ijl", 0.30: "IJ", 0.34: " ,./:;\\|", 0.36: "f-", 0.41: "()[]t!r", 0.50: '"*_`', 0.53: "sz?",
    0.56: "cL", 0.60: "Fkvxy", 0.63: "PTYaoeESbdghnpqu", 0.66: "0123456789${}K", 0.69: "AVBRXZC",
    0.75: "UHN", 0.79: "DG&OQ", 0.84: "w#+<=>^~", 0.87: "M", 1.0: "%mW@",
}  # fmt: skip
_WIDTH = {char: width for width, chars in _WIDTHS.items() for char in chars}
BOLD = 1.13
"""How much wider a bold text is."""

OTHER, WIDE = 0.7, 1.0
"""Width of other letters, and of signs as wide as they are high."""


def width(text: str, size: float = 10, bold: bool = False) -> float:
    """Return how wide a text is at most, in the unit of `size`."""
    wide = sum(_WIDTH.get(char, WIDE if ord(char) > 0x2E7F else OTHER) for char in text)
    return wide * size * (BOLD if bold else 1.0)


def fit(text: str, room: float, size: float = 10, bold: bool = False) -> str:
    """Return the text on one line, cut with an ellipsis where it would be wider than `room`."""
    line = safe.one_line(text)
    if width(line, size, bold) <= room:
        return line
    while line and width(line + "…", size, bold) > room:
        line = line[:-1]
    return line.rstrip() + "…"
