"""Small pictures as SVG text: equal input, equal bytes, a text for those who cannot see them.

Widths are percentages, so a picture fits a phone and a page without scaling its lines or letters.
Numbers are formatted here; the only words in them are escaped labels.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from pipeline.records import Strength

_SHAPES: dict[Strength, str] = {
    "required": '<rect x="1.5" y="1.5" width="11" height="11" rx="1.5"/>',
    "duty": '<path d="M7 1 13 12.5H1Z"/>',
    "unstated": '<circle cx="7" cy="7" r="2.6"/>',
    "preferred": '<circle cx="7" cy="7" r="4.6" class="hollow"/>',
}
"""One shape per strength: told apart by form, so that colour is never needed."""


def _at(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"


def share_bar(share: float, low: float, high: float, label: str, borders: Iterable[float] = ()) -> Markup:
    """A bar of a share from 0 to 1 with its interval as a line with two ends, cut where `borders` are."""
    caps = "".join(f'<line class="iv" x1="{_at(x)}" x2="{_at(x)}" y1="4" y2="14"/>' for x in (low, high))
    cuts = "".join(f'<line class="edge" x1="{_at(x)}" x2="{_at(x)}" y1="3" y2="15"/>' for x in borders)
    return Markup(
        '<svg class="bar" height="18" role="img" aria-label="{}">'
        '<rect class="track" x="0" y="3" width="100%" height="12" rx="3"/>'
        f'<rect class="fill" x="0" y="3" width="{_at(share)}" height="12" rx="3"/>{cuts}'
        f'<line class="iv" x1="{_at(low)}" x2="{_at(high)}" y1="9" y2="9"/>{caps}</svg>'
    ).format(label)


def move(before: float, after: float, label: str) -> Markup:
    """Two shares of one skill on one line: a ring for before, a dot for after."""
    return Markup(
        '<svg class="move" height="18" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="100%" y1="9" y2="9"/>'
        f'<line class="way" x1="{_at(before)}" x2="{_at(after)}" y1="9" y2="9"/>'
        f'<circle class="before" cx="{_at(before)}" cy="9" r="4.5"/>'
        f'<circle class="after" cx="{_at(after)}" cy="9" r="5"/></svg>'
    ).format(label)


def symbols() -> Markup:
    """The shapes of the four strengths, defined once for the whole page."""
    shapes = "".join(
        f'<symbol id="g-{name}" viewBox="0 0 14 14">{shape}</symbol>' for name, shape in _SHAPES.items()
    )
    return Markup(f'<svg class="symbols" width="0" height="0" aria-hidden="true">{shapes}</svg>')


def glyph(strength: Strength) -> Markup:
    """The shape of one strength, drawn by reference."""
    return Markup(
        f'<svg class="glyph {strength}" width="14" height="14" aria-hidden="true">'
        f'<use href="#g-{strength}"/></svg>'
    )
