"""Small pictures as SVG text: equal input, equal bytes, a text for those who cannot see them.

They stretch with the page without scaling their lines, and hold no text: the page's own letters label them.
The shapes of the four strengths are in `style.css`: told apart by form, so that colour is never needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

_BOX = 'viewBox="0 0 100 10" preserveAspectRatio="none"'


def _at(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"


def _tenths(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.1f}".removesuffix(".0")


def share_bar(share: float, low: float, high: float, borders: Iterable[float] = ()) -> Markup:
    """Return a bar of a share from 0 to 1, its interval as a line with two ends, cut where `borders` are.

    A hundred units wide and stretched by the page, which says the numbers beside it.
    """
    drawn = _drawn(share, low, high, borders)
    return Markup(f'<svg class="bar" {_BOX} aria-hidden="true">{drawn}</svg>')


def bar_symbol(name: str, share: float, low: float, high: float) -> Markup:
    """Return the same bar to be drawn by reference: a list of skills has few different ones."""
    return Markup(f'<symbol id="{name}" {_BOX}>{_drawn(share, low, high)}</symbol>')


def _drawn(share: float, low: float, high: float, borders: Iterable[float] = ()) -> str:
    cuts = "".join(f"M{_tenths(x)} 0v10" for x in borders)
    edges = f'<path class="edge" d="{cuts}"/>' if cuts else ""
    left, right = _tenths(low), _tenths(high)
    fill = f'<path class="fill" d="M0 0h{_tenths(share)}v10H0z"/>'
    return f'{fill}{edges}<path class="iv" d="M{left} 5H{right}M{left} 2v6M{right} 2v6"/>'


def move(before: float, after: float, label: str) -> Markup:
    """Return two shares of one skill on one line: a ring for before, a dot for after."""
    return Markup(
        '<svg class="move" height="18" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="100%" y1="9" y2="9"/>'
        f'<line class="way" x1="{_at(before)}" x2="{_at(after)}" y1="9" y2="9"/>'
        f'<circle class="before" cx="{_at(before)}" cy="9" r="4.5"/>'
        f'<circle class="after" cx="{_at(after)}" cy="9" r="5"/></svg>'
    ).format(label)
