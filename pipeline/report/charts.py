"""Small pictures as SVG text: equal input, equal bytes, a text for those who cannot see them.

They stretch with the page without scaling their lines, and hold no text: the page's own letters label them.
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


def _tenths(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.1f}".removesuffix(".0")


def share_bar(
    share: float, low: float, high: float, label: str = "", borders: Iterable[float] = ()
) -> Markup:
    """Return a bar of a share from 0 to 1, its interval as a line with two ends, cut where `borders` are.

    A hundred units wide and stretched by the page: a report has hundreds of them, so each is three paths.
    Without a label the page itself says the numbers beside it.
    """
    cuts = "".join(f"M{_tenths(x)} 0v10" for x in borders)
    edges = f'<path class="edge" d="{cuts}"/>' if cuts else ""
    left, right = _tenths(low), _tenths(high)
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" {}>'
        f'<path class="fill" d="M0 0h{_tenths(share)}v10H0z"/>{edges}'
        f'<path class="iv" d="M{left} 5H{right}M{left} 2v6M{right} 2v6"/></svg>'
    ).format(Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"'))


def move(before: float, after: float, label: str) -> Markup:
    """Return two shares of one skill on one line: a ring for before, a dot for after."""
    return Markup(
        '<svg class="move" height="18" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="100%" y1="9" y2="9"/>'
        f'<line class="way" x1="{_at(before)}" x2="{_at(after)}" y1="9" y2="9"/>'
        f'<circle class="before" cx="{_at(before)}" cy="9" r="4.5"/>'
        f'<circle class="after" cx="{_at(after)}" cy="9" r="5"/></svg>'
    ).format(label)


def symbols() -> Markup:
    """Return the shapes of the four strengths, defined once for the whole page."""
    shapes = "".join(
        f'<symbol id="g-{name}" viewBox="0 0 14 14">{shape}</symbol>' for name, shape in _SHAPES.items()
    )
    return Markup(f'<svg class="symbols" width="0" height="0" aria-hidden="true">{shapes}</svg>')


def glyph(strength: Strength) -> Markup:
    """Return the shape of one strength, drawn by reference."""
    return Markup(f'<svg class="glyph {strength}" aria-hidden="true"><use href="#g-{strength}"/></svg>')
