"""The pictures of a trend as SVG text: ranks over time as a bump chart, shares over time as small multiples.

Drawn by hand like the other pictures, not by a chart library: equal input gives equal bytes, no style
attribute that the page's policy would refuse, and an installation without Altair's hundred megabytes.
Scorings stand at their days; names are escaped labels, measured so that none is cut by the edge.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from pipeline.records import Kind, Shift, SkillScore, Snapshot, Trend
from pipeline.report import safe, words

COLUMNS = 8
"""The newest scorings that a picture shows; a phone has no room for more."""

RANKS = 12
"""How many ranks the bump chart has."""

MULTIPLES = 12
"""How many small multiples are drawn."""

QUIET = ("steady", "too few to tell")
# fits a phone and two columns of a printed page; sizes of pictures here are by eye
WIDTH, ROW, SIDE = 420, 24, 128
_DOT = 8
_APART = 2 * _DOT + 2
"""How far scorings stand apart at least, so that their numbers do not cover each other."""


@dataclass(frozen=True, slots=True)
class Line:
    """One skill over the shown scorings: its score and its rank in each, None where it has none."""

    skill: str
    kind: Kind
    scores: tuple[SkillScore | None, ...]
    ranks: tuple[int | None, ...]
    moved: bool = False


def shown(history: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """Return the newest scorings that have anything to show, oldest first."""
    return tuple(s for s in history if s.scores)[-COLUMNS:]


def moved(trends: Iterable[Trend]) -> tuple[Shift, ...]:
    """Return the shifts that chance does not explain, each skill's largest, the largest first."""
    largest: dict[str, Shift] = {}
    for shift in (s for t in trends for s in t.shifts if s.verdict not in QUIET):
        if shift.skill not in largest or abs(shift.change) > abs(largest[shift.skill].change):
            largest[shift.skill] = shift
    return tuple(sorted(largest.values(), key=lambda s: (-abs(s.change), s.skill)))


def lines(history: Sequence[Snapshot], trends: Iterable[Trend] = ()) -> tuple[Line, ...]:
    """Return every skill of the shown scorings with its ranks, the most demanded now first."""
    columns = [{s.skill: s for s in snapshot.scores} for snapshot in history]
    ranks = [_ranks(snapshot) for snapshot in history]
    kinds = {name: score.kind for column in columns for name, score in column.items()}
    surely = {shift.skill for shift in moved(trends)}
    found = [
        Line(
            name, kind, tuple(c.get(name) for c in columns), tuple(r.get(name) for r in ranks), name in surely
        )
        for name, kind in kinds.items()
    ]
    last = len(kinds) + 1
    return tuple(sorted(found, key=lambda x: (*((rank or last) for rank in reversed(x.ranks)), x.skill)))


def _ranks(snapshot: Snapshot) -> dict[str, int]:
    # by postings, as the page's numbers are; the weighted score and the name only break ties
    ordered = sorted((s for s in snapshot.scores if s.n), key=lambda s: (-s.share, -s.score, s.skill))
    return {score.skill: rank for rank, score in enumerate(ordered, 1)}


def leading(history: Sequence[Snapshot], trends: Iterable[Trend] = ()) -> tuple[Line, ...]:
    """Return the lines of the bump chart: among the first ranks in the oldest or the newest scoring shown."""
    return tuple(
        line
        for line in lines(history, trends)
        if any(rank is not None and rank <= RANKS for rank in (line.ranks[0], line.ranks[-1]))
    )


def telling(history: Sequence[Snapshot], trends: Sequence[Trend] = ()) -> tuple[Line, ...]:
    """Return the lines of the small multiples.

    What moved, rising then falling, else what is most demanded now.
    """
    every = {line.skill: line for line in lines(history, trends)}
    surely = [s for s in moved(trends) if s.skill in every]
    up, down = ([s for s in surely if (s.change > 0) is rising] for rising in (True, False))
    # many more rise than fall where postings grow longer: half the room is kept for each
    rising = up[: MULTIPLES - min(len(down), MULTIPLES // 2)]
    some = [every[s.skill] for s in (*rising, *down[: MULTIPLES - len(rising)])]
    return tuple(some) or tuple(every.values())[:MULTIPLES]


def days(history: Sequence[Snapshot]) -> tuple[int, ...]:
    """Return the day of each scoring as a number: of its newest posting, else the one on which it was taken.

    Nothing where neither tells all of them apart.
    """
    for told in ([s.when for s in history], [s.taken for s in history]):
        try:
            found = tuple(dt.date.fromisoformat(day[:10]).toordinal() for day in told)
        except ValueError:
            continue
        if list(found) == sorted(set(found)):
            return found
    return ()


def along(history: Sequence[Snapshot], left: float, right: float, apart: float) -> list[float]:
    """Return where the scorings stand between two edges: by their days where these are known.

    What would stand nearer than `apart` to the one before is moved.
    """
    steps, known = len(history) - 1, days(history)
    even = [left + i * (right - left) / steps for i in range(steps + 1)]
    if not known or steps * apart >= right - left:
        return even
    xs = [left + (day - known[0]) / (known[-1] - known[0]) * (right - left) for day in known]
    for i in range(1, steps + 1):
        xs[i] = max(xs[i], xs[i - 1] + apart)
    # back from the right edge: moving apart may have pushed the last ones over it
    for i in range(steps, 0, -1):
        xs[i] = min(xs[i], right - (steps - i) * apart)
    return xs


def spacing(history: Sequence[Snapshot]) -> str:
    """Return one sentence on how the scorings stand."""
    if days(history):
        return "Scorings stand at their days; those that would cover each other are drawn a little apart."
    return "Scorings are evenly spaced, not to scale in time: their days are not known or not different."


def bump(history: Sequence[Snapshot], found: Sequence[Line]) -> Markup:
    """Draw ranks over time: a line for each skill, thick where it surely moved, numbers where it is ranked.

    The bottom row holds what is ranked lower than the chart shows. Nothing with fewer than two scorings.
    """
    if len(history) < 2 or not found:
        return Markup("")
    xs = along(history, SIDE, WIDTH - SIDE, _APART)
    parts = [_heads(history, xs), *(_track(x) for x in xs)]
    # what moved is drawn last, over the others
    parts += [_way(line, xs) for line in sorted(found, key=lambda line: line.moved)]
    parts += [_dots(line, xs) for line in found]
    parts += [_end(line, 0, SIDE - _DOT - 4, "end") for line in found]
    parts += [_end(line, -1, WIDTH - SIDE + _DOT + 4, "start") for line in found]
    parts.append(_text(WIDTH / 2, _y(None) + 18, f"bottom row: below rank {RANKS}, or not asked for", "soft"))
    return _frame(WIDTH, _y(None) + 24, "plan-svg bump", bump_says(history, found), parts)


def bump_says(history: Sequence[Snapshot], found: Sequence[Line]) -> str:
    """Return the bump chart in words."""
    told = "; ".join(
        f"{safe.shorten(line.skill, 60)}: {', '.join(_rank_says(r) for r in line.ranks)}" for line in found
    )
    return f"Ranks in {', '.join(safe.shorten(s.name, 40) for s in history)}. {told}"


def _rank_says(rank: int | None) -> str:
    return str(rank) if rank else "not asked for"


def _y(rank: int | None) -> float:
    return 32 + ROW * (min(rank or RANKS + 1, RANKS + 1) - 1)


def _heads(history: Sequence[Snapshot], xs: Sequence[float]) -> Markup:
    """Return the names of the scorings above their places.

    The first and the last, then those that find room.
    """
    first, last = (fitted(history[i].name, WIDTH / 2 - 6, bold=True) for i in (0, -1))
    from_left = max(0.0, xs[0] - width(first, bold=True) / 2)
    from_right = min(float(WIDTH), xs[-1] + width(last, bold=True) / 2)
    ends = [
        (from_left, from_left + width(first, bold=True)),
        (from_right - width(last, bold=True), from_right),
    ]
    found = _text(from_left, 10, first, "head", "start") + _text(from_right, 10, last, "head", "end")
    for x, snapshot in list(zip(xs, history, strict=True))[1:-1]:
        name = _brief(snapshot.name)
        half = width(name, bold=True) / 2 + 3
        if all(x + half <= start or x - half >= end for start, end in ends):
            ends.append((x - half, x + half))
            found += _text(x, 10, name, "head")
    return found


def _track(x: float) -> Markup:
    return Markup('<line class="line" x1="{0}" x2="{0}" y1="22" y2="{1}"/>').format(f"{x:.1f}", _y(None))


def _way(line: Line, xs: Sequence[float]) -> Markup:
    points = " ".join(f"{x:.1f},{_y(rank):.1f}" for x, rank in zip(xs, line.ranks, strict=True))
    frame = '<polyline class="way {}{}" points="{}"><title>{}</title></polyline>'
    return Markup(frame).format(line.kind, " moved" if line.moved else "", points, safe.one_line(line.skill))


def _dots(line: Line, xs: Sequence[float]) -> Markup:
    return Markup("").join(_dot(line, x, rank) for x, rank in zip(xs, line.ranks, strict=True))


def _dot(line: Line, x: float, rank: int | None) -> Markup:
    if rank is None or rank > RANKS:
        return Markup('<circle class="out" cx="{}" cy="{}" r="3"/>').format(f"{x:.1f}", f"{_y(rank):.1f}")
    circle = Markup('<circle class="dot {}" cx="{}" cy="{}" r="{}"/>').format(
        line.kind, f"{x:.1f}", f"{_y(rank):.1f}", _DOT
    )
    return circle + _text(x, _y(rank) + 3.5, str(rank), "mark")


def _end(line: Line, which: int, x: float, anchor: str) -> Markup:
    rank = line.ranks[which]
    if rank is None or rank > RANKS:
        return Markup("")
    kind = "moved" if line.moved else "name"
    told = wrapped(line.skill, SIDE - _DOT - 6, 2, bold=line.moved)
    first = _y(rank) + 3.5 - 5.0 * (len(told) - 1)
    return Markup("").join(_text(x, first + 10 * i, part, kind, anchor) for i, part in enumerate(told))


# --- small multiples --------------------------------------------------------------------------

_W, _H, _LEFT, _RIGHT, _TOP, _BOTTOM = 170, 96, 40, 166, 12, 74
_NEAR = 6


def scale(found: Iterable[Line]) -> float:
    """Return the share at the top of every small multiple: the least tenth above all intervals."""
    highest = max((s.high for line in found for s in line.scores if s), default=1.0)
    return min(1.0, int(highest * 10 + 0.999) / 10) or 0.1


def small(history: Sequence[Snapshot], line: Line, top: float) -> Markup:
    """Return one skill's share in each scoring with its interval as an upright line with two ends."""
    if len(history) < 2:
        return Markup("")
    xs = along(history, _LEFT + 8, _RIGHT - 8, _NEAR)
    known = [(x, s) for x, s in zip(xs, line.scores, strict=True) if s]
    # nobody asks for it there: that is a share of 0, not a gap; the hollow dot says that it has no interval
    every = list(zip(xs, line.scores, strict=True))
    points = " ".join(f"{x:.1f},{_height(s.share if s else 0.0, top)}" for x, s in every)
    none = [_nothing(x) for x, s in every if not s]
    grid = Markup("").join(
        Markup('<line class="line" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(
            _LEFT, _RIGHT, y=_height(share, top)
        )
        + _text(_LEFT - 4, float(_height(share, top)) + 3.5, words.percent(share), "soft", "end")
        for share in (0.0, top)
    )
    way = Markup('<polyline class="share" points="{}"/>').format(points)
    ends = [
        _text(_LEFT, _H - 6, _brief(history[0].name), "soft", "start"),
        _text(_RIGHT, _H - 6, _brief(history[-1].name), "soft", "end"),
    ]
    parts = [
        grid,
        *(_whisker(x, s, top) for x, s in known),
        way,
        *(_point(x, s, top) for x, s in known),
        *none,
        *ends,
    ]
    return _frame(_W, _H, "plan-svg small-multiple", small_says(history, line), parts)


def small_says(history: Sequence[Snapshot], line: Line) -> str:
    """Return one small multiple in words."""
    told = "; ".join(
        f"{safe.shorten(snapshot.name, 40)}: "
        + (
            f"{words.n_of(s.n, s.of)}, {words.percent(s.share)}, interval {words.interval(s.low, s.high)}"
            if s
            else "not asked for"
        )
        for snapshot, s in zip(history, line.scores, strict=True)
    )
    return f"{safe.shorten(line.skill, 60)}. {told}"


def _height(share: float, top: float) -> str:
    return f"{_BOTTOM - (_BOTTOM - _TOP) * min(1.0, max(0.0, share / top)):.1f}"


def _whisker(x: float, s: SkillScore, top: float) -> Markup:
    low, high = _height(s.low, top), _height(s.high, top)
    caps = "".join(
        f'<line class="iv" x1="{x - 4:.1f}" x2="{x + 4:.1f}" y1="{y}" y2="{y}"/>' for y in (low, high)
    )
    return Markup(f'<line class="iv" x1="{x:.1f}" x2="{x:.1f}" y1="{low}" y2="{high}"/>{caps}')


def _nothing(x: float) -> Markup:
    return Markup(f'<circle class="out" cx="{x:.1f}" cy="{_BOTTOM}" r="2.6"/>')


def _brief(name: str) -> str:
    # a window is called "DAY to DAY": its first day says which one it is
    return fitted(name.split(" to ")[0], (_RIGHT - _LEFT) / 2 - 2)


def _point(x: float, s: SkillScore, top: float) -> Markup:
    return Markup(f'<circle class="have" cx="{x:.1f}" cy="{_height(s.share, top)}" r="2.6"/>')


def _text(x: float, y: float, text: str, kind: str, anchor: str = "middle") -> Markup:
    frame = '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>'
    return Markup(frame).format(f"{x:.1f}", f"{y:.1f}", kind, anchor, text)


def _frame(width: float, height: float, kind: str, label: str, parts: Iterable[Markup]) -> Markup:
    frame = '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    return Markup(frame).format(kind, f"{width:g}", f"{height:g}", label, Markup("").join(parts))


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
    # an accent stands over its letter and takes no room
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
