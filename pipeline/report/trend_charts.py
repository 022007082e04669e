"""The pictures of a trend as SVG text: ranks over time as a bump chart, shares over time as small multiples.

Drawn by hand like the other pictures, not by a chart library: equal input gives equal bytes, no style
attribute that the page's policy would refuse, and an installation without Altair's hundred megabytes.
Scorings stand at even distances whatever time lies between them. Names are escaped labels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.records import Kind, Shift, SkillScore, Snapshot, Trend
from pipeline.report import measure, safe, words

COLUMNS = 8
"""The newest scorings that a picture shows; a phone has no room for more."""

RANKS = 12
"""How many ranks the bump chart has."""

MULTIPLES = 12
"""How many small multiples are drawn."""

QUIET = ("steady", "too few to tell")
WIDTH, ROW, DOT = 480, 20, 13
LEAST, MOST = 60.0, 165.0
"""Room for the names on one side of the bump chart: as much as the longest needs, within these."""


@dataclass(frozen=True, slots=True)
class Line:
    """One skill over the shown scorings: its score and its rank in each, None where it has none."""

    skill: str
    kind: Kind
    scores: tuple[SkillScore | None, ...]
    ranks: tuple[int | None, ...]
    moved: bool = False


def shown(history: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """The newest scorings that have anything to show, oldest first."""
    return tuple(s for s in history if s.scores)[-COLUMNS:]


def moved(trends: Iterable[Trend]) -> tuple[Shift, ...]:
    """The shifts that chance does not explain, each skill's largest, the largest first."""
    largest: dict[str, Shift] = {}
    for shift in (s for t in trends for s in t.shifts if s.verdict not in QUIET):
        if shift.skill not in largest or abs(shift.change) > abs(largest[shift.skill].change):
            largest[shift.skill] = shift
    return tuple(sorted(largest.values(), key=lambda s: (-abs(s.change), s.skill)))


def lines(history: Sequence[Snapshot], trends: Iterable[Trend] = ()) -> tuple[Line, ...]:
    """Every skill of the shown scorings with its ranks, the most demanded now first."""
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
    """The lines of the bump chart: among the first ranks in the oldest or the newest scoring shown."""
    return tuple(
        line
        for line in lines(history, trends)
        if any(rank is not None and rank <= RANKS for rank in (line.ranks[0], line.ranks[-1]))
    )


def telling(history: Sequence[Snapshot], trends: Sequence[Trend] = ()) -> tuple[Line, ...]:
    """The lines of the small multiples: what moved, rising then falling, else what is most demanded now."""
    every = {line.skill: line for line in lines(history, trends)}
    surely = [s for s in moved(trends) if s.skill in every]
    up, down = ([s for s in surely if (s.change > 0) is rising] for rising in (True, False))
    # many more rise than fall where postings grow longer: half the room is kept for each
    rising = up[: MULTIPLES - min(len(down), MULTIPLES // 2)]
    some = [every[s.skill] for s in (*rising, *down[: MULTIPLES - len(rising)])]
    return tuple(some) or tuple(every.values())[:MULTIPLES]


def bump(history: Sequence[Snapshot], found: Sequence[Line]) -> Markup:
    """Ranks over time: a line for each skill, thick where it surely moved, numbers where it is ranked.

    The bottom row holds what is ranked lower than the chart shows. Nothing with fewer than two scorings.
    """
    if len(history) < 2 or not found:
        return Markup("")
    left, right = _room(found, 0), _room(found, -1)
    step = (WIDTH - left - right) / (len(history) - 1)
    xs = [left + i * step for i in range(len(history))]
    parts = [_heads(history, xs), *(_track(x) for x in xs)]
    parts += [_way(line, xs) for line in sorted(found, key=lambda line: line.moved)]
    parts += [_dots(line, xs) for line in found]
    parts += [_end(line, 0, left - DOT, left - DOT, "end") for line in found]
    parts += [_end(line, -1, WIDTH - right + DOT, right - DOT, "start") for line in found]
    parts.append(_text(WIDTH / 2, _y(None) + 18, f"bottom row: below rank {RANKS}, or not asked for", "soft"))
    return _frame(WIDTH, _y(None) + 24, "plan-svg bump", bump_says(history, found), parts)


def _room(found: Sequence[Line], which: int) -> float:
    named = [x for x in found if (rank := x.ranks[which]) is not None and rank <= RANKS]
    widest = max((measure.width(safe.one_line(x.skill), bold=x.moved) for x in named), default=0.0)
    return min(MOST, max(LEAST, widest + DOT + 2))


def bump_says(history: Sequence[Snapshot], found: Sequence[Line]) -> str:
    """The bump chart in words."""
    told = "; ".join(
        f"{safe.shorten(line.skill, 60)}: {', '.join(_rank_says(r) for r in line.ranks)}" for line in found
    )
    return f"Ranks in {', '.join(safe.shorten(s.name, 40) for s in history)}. {told}"


def _rank_says(rank: int | None) -> str:
    return str(rank) if rank else "not asked for"


def _y(rank: int | None) -> float:
    return 32 + ROW * (min(rank or RANKS + 1, RANKS + 1) - 1)


def _heads(history: Sequence[Snapshot], xs: Sequence[float]) -> Markup:
    # many or long names would run into each other: then only the first and the last are named here
    between = min((b - a for a, b in itertools.pairwise(xs)), default=0.0)
    if all(measure.width(s.name, bold=True) <= min(between, 2 * xs[0]) for s in history):
        return Markup("").join(_text(x, 10, s.name, "head") for x, s in zip(xs, history, strict=True))
    first, last = (measure.fit(history[i].name, WIDTH / 2 - 6, bold=True) for i in (0, -1))
    return _text(0, 10, first, "head", "start") + _text(WIDTH, 10, last, "head", "end")


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
    circle = Markup('<circle class="dot {}" cx="{}" cy="{}" r="8"/>').format(
        line.kind, f"{x:.1f}", f"{_y(rank):.1f}"
    )
    return circle + _text(x, _y(rank) + 3.5, str(rank), "mark")


def _end(line: Line, which: int, x: float, room: float, anchor: str) -> Markup:
    rank = line.ranks[which]
    if rank is None or rank > RANKS:
        return Markup("")
    kind = "moved" if line.moved else "name"
    return _text(x, _y(rank) + 3.5, measure.fit(line.skill, room, bold=line.moved), kind, anchor)


# --- small multiples --------------------------------------------------------------------------

_W, _H, _LEFT, _RIGHT, _TOP, _BOTTOM = 170, 96, 34, 166, 12, 74


def scale(found: Iterable[Line]) -> float:
    """The share at the top of every small multiple: the least tenth above all intervals."""
    highest = max((s.high for line in found for s in line.scores if s), default=1.0)
    return min(1.0, int(highest * 10 + 0.999) / 10) or 0.1


def small(history: Sequence[Snapshot], line: Line, top: float) -> Markup:
    """One skill's share in each scoring with its interval as an upright line with two ends."""
    if len(history) < 2:
        return Markup("")
    step = (_RIGHT - _LEFT - 16) / (len(history) - 1)
    xs = [_LEFT + 8 + i * step for i in range(len(history))]
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
    """One small multiple in words."""
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
    return measure.fit(name.split(" to ")[0], (_RIGHT - _LEFT) / 2 - 4)


def _point(x: float, s: SkillScore, top: float) -> Markup:
    return Markup(f'<circle class="have" cx="{x:.1f}" cy="{_height(s.share, top)}" r="2.6"/>')


def _text(x: float, y: float, text: str, kind: str, anchor: str = "middle") -> Markup:
    frame = '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>'
    return Markup(frame).format(f"{x:.1f}", f"{y:.1f}", kind, anchor, text)


def _frame(width: float, height: float, kind: str, label: str, parts: Iterable[Markup]) -> Markup:
    frame = '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    return Markup(frame).format(kind, f"{width:g}", f"{height:g}", label, Markup("").join(parts))
