"""The pictures of a plan as SVG text: gaps, priority × ease, the calendar, progress.

Each is drawn 420 units wide: on a phone it is shown about as large as it is, on a desk half as large
again. Classes carry the colours, so a page's dark mode and print reach them; `alone` adds a style for a
picture that stands as a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup

from pipeline.records import Block, Measure, Plan, PlanRow, Progress
from pipeline.report import safe, words

WIDTH = 420
STYLE = (
    "text{font:10px system-ui,sans-serif;fill:#1d2327}.soft{fill:#59636b}.track{fill:#e9e6de}"
    ".have{fill:#2f8299}.todo{fill:#d7e8ec;stroke:#0f5a6e}.cut{fill:none;stroke:#a3271f;stroke-dasharray:3 2}"
    ".general{fill:#6a3d8f}.specific{fill:#0f5a6e}.line{stroke:#dcd9d1}.mark{fill:#fff;font-weight:600}"
    ".plan-line{fill:none;stroke:#59636b;stroke-width:1.5;stroke-dasharray:4 3}"
    ".real-line{fill:none;stroke:#0f5a6e;stroke-width:2.5}.now{stroke:#a3271f}"
    ".step1{fill:#b9d9e1}.step2{fill:#8cc0cd}.step3{fill:#55a0b4}.step4{fill:#2f8299}.step5{fill:#0f5a6e}"
)
"""The colours of a picture that stands alone."""


def alone(svg: Markup) -> str:
    """Return a picture as a file of its own."""
    head, rest = str(svg).split(">", 1)
    opened = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f'{opened}><style>{STYLE}</style><rect width="100%" height="100%" fill="#ffffff"/>{rest}\n'


def _frame(height: float, label: str, parts: Iterable[Markup]) -> Markup:
    frame = '<svg class="plan-svg" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    return Markup(frame).format(WIDTH, f"{height:g}", label, Markup("").join(parts))


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> Markup:
    frame = '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>'
    return Markup(frame).format(f"{x:g}", f"{y:g}", kind, anchor, text)


def _box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    frame = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2" class="{}"/>'
    return Markup(frame.format(x, y, max(0.0, width), height, kind))


def _line(x1: float, y1: float, x2: float, y2: float, kind: str = "line") -> Markup:
    frame = '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>'
    return Markup(frame.format(x1, y1, x2, y2, kind))


def label(row: PlanRow, length: int = 70) -> str:
    """Return a row's number and title, short enough for a line of a picture."""
    return f"{row.number} {safe.shorten(row.title, length)}"


def gaps(plan: Plan) -> Markup:
    """Draw for each row a scale from 0 to 5: what is there, what the plan adds, what it leaves out."""
    parts = []
    unit = WIDTH / 5
    for i, row in enumerate(plan.rows):
        y = 30 * i
        levels = f"{row.current} → {row.goal}" + (f" of {row.target}" if row.goal < row.target else "")
        parts += [_text(0, y + 11, label(row, 68 - len(levels))), _text(WIDTH, y + 11, levels, "soft", "end")]
        parts.append(_box(0, y + 15, WIDTH, 9, "track"))
        parts.append(_box(0, y + 15, row.current * unit, 9, "have"))
        if row.goal > row.current:
            parts.append(_box(row.current * unit, y + 15.5, (row.goal - row.current) * unit, 8, "todo"))
        if row.target > row.goal:
            parts.append(_box(row.goal * unit, y + 15.5, (row.target - row.goal) * unit, 8, "cut"))
        parts += [_line(level * unit, y + 15, level * unit, y + 24) for level in range(1, 5)]
    said = "; ".join(f"{r.title}: {r.current} now, {r.goal} planned, {r.target} wanted" for r in plan.rows)
    return _frame(30 * len(plan.rows) + 4, f"Gaps. {said}", parts)


def quadrants(plan: Plan) -> Markup:
    """Draw rows by how much they are asked for and how few hours a level takes."""
    left, top, size, high = 18.0, 16.0, WIDTH - 22.0, 280.0
    parts = [_box(left, top, size, high, "track")]
    parts += [_line(left + size / 2, top, left + size / 2, top + high)]
    parts += [_line(left, top + high / 2, left + size, top + high / 2)]
    for x, y, name, anchor in (
        (left + 5, top + 12, "Big investments", "start"),
        (left + size - 5, top + 12, "Quick wins", "end"),
        (left + 5, top + high - 5, "Later", "start"),
        (left + size - 5, top + high - 5, "Along the way", "end"),
    ):
        parts.append(_text(x, y, name, "soft", anchor))
    parts.append(_text(left, top - 5, "asked for by more ↑", "soft"))
    parts.append(_text(left + size, top + high + 13, "easier for you →", "soft", "end"))
    for row, (x, y) in zip(plan.rows, _places(plan.rows, left, top, size, high), strict=True):
        title = Markup("<title>{}</title>").format(row.title)
        dot = Markup('<circle cx="{}" cy="{}" r="9" class="{}">{}</circle>')
        parts.append(dot.format(f"{x:.1f}", f"{y:.1f}", row.kind, title))
        parts.append(_text(round(x, 1), round(y + 3.5, 1), str(row.number), "mark", "middle"))
    said = "; ".join(f"{r.title}: {quadrant(r)}" for r in plan.rows)
    return _frame(top + high + 18, f"Priority and ease. {said}", parts)


def quadrant(row: PlanRow) -> str:
    """Return the quadrant of a row: asked for by half or more, and no harder than usual."""
    if row.score >= 0.5:
        return "Quick wins" if row.factor <= 1 else "Big investments"
    return "Along the way" if row.factor <= 1 else "Later"


def _places(
    rows: Sequence[PlanRow], left: float, top: float, width: float, height: float
) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for row in rows:
        # factor 1 stands in the middle, half the hours on the right edge, twice the hours on the left
        ease = min(1.0, max(0.0, 0.5 - 0.5 * (row.factor - 1) / (1.0 if row.factor > 1 else 0.6)))
        x = left + 12 + ease * (width - 24)
        y = top + 24 + (1 - min(1.0, row.score)) * (height - 48)
        right = quadrant(row) in ("Quick wins", "Along the way")
        while any((x - a) ** 2 + (y - b) ** 2 < 361 for a, b in found):
            # beside each other where they would cover each other, away from the border they belong behind
            x += 19 if right else -19
            if not left + 10 <= x <= left + width - 10:
                x, y = left + 12 + ease * (width - 24), y + 19
        found.append((x, y))
    return found


def calendar(plan: Plan, blocks: Sequence[Block]) -> Markup:
    """Return each row's level steps in the weeks that they take, a line every four weeks."""
    last = max((b.last_week for b in blocks), default=1)
    unit = WIDTH / last
    rows = [row for row in plan.rows if any(b.theme == row.theme for b in blocks)]
    rows.sort(key=lambda r: min(b.first_week for b in blocks if b.theme == r.theme))
    high = 30 * len(rows) + 14
    every = 4 if last <= 60 else 13 if last <= 200 else 52
    parts = []
    for week in range(0, last, every):
        parts += [_line(week * unit, 12, week * unit, high)]
        # a word that begins at the right edge would make the page wider than a phone
        if not (week // every) % (1 if last / every <= 8 else 2) and week * unit < WIDTH - 45:
            parts.append(_text(week * unit + 1, 9, f"week {week + 1}", "soft"))
    for i, row in enumerate(rows):
        y = 14 + 30 * i
        parts.append(_text(0, y + 11, label(row)))
        parts += [_step(b, unit, y) for b in blocks if b.theme == row.theme]
    said = "; ".join(
        f"{r.title}: level {b.level} in weeks {b.first_week} to {b.last_week}"
        for r in rows
        for b in blocks
        if b.theme == r.theme
    )
    return _frame(high + 4, f"Calendar. {said}", parts)


def _step(block: Block, unit: float, y: float) -> Markup:
    x, width = (block.first_week - 1) * unit, (block.last_week - block.first_week + 1) * unit
    mark = _text(round(x + width / 2, 1), y + 24, str(block.level), "mark", "middle") if width > 10 else ""
    return _box(x + 0.5, y + 15, width - 1, 11, f"step{block.level}") + Markup(mark)


def progress(found: Progress) -> Markup:
    """Draw planned and confirmed hours over the weeks."""
    high, top, left = 190.0, 8.0, 30.0
    most = max(found.total, 1.0)
    weeks = max(1, len(found.lines) - 1)

    def at(i: int, hours: float) -> tuple[float, float]:
        return left + (WIDTH - left) * i / weeks, top + high * (1 - hours / most)

    planned = [at(i, hours) for i, (_, hours, _) in enumerate(found.lines)]
    real = [at(i, done) for i, (_, _, done) in enumerate(found.lines) if done is not None]
    parts = [_line(left, top + high, WIDTH, top + high), _line(left, top, WIDTH, top)]
    parts += [_text(left - 3, top + 8, f"{most:.0f} h", "soft", "end")]
    parts += [_text(left - 3, top + high, "0", "soft", "end")]
    parts += [_path(planned, "plan-line"), _path(real, "real-line")]
    parts += [_line(real[-1][0], top, real[-1][0], top + high, "now")] if real else []
    parts += [_text(left, top + high + 13, found.start, "soft")]
    parts += [_text(WIDTH, top + high + 13, found.lines[-1][0], "soft", "end")]
    parts += [_text(left + 6, top + 14, "dashed: planned hours · full: hours that ratings confirm", "soft")]
    said = f"Progress by {found.today}: {found.confirmed:.0f} of {found.planned:.0f} planned hours confirmed."
    return _frame(top + high + 18, said, parts)


def ratings(plan: Plan, found: Progress) -> Markup:
    """Return a small line of levels for each row, week by week."""
    parts: list[Markup] = []
    weeks, left, high = max(1, len(found.weeks) - 1), 250.0, 20.0
    for i, row in enumerate(plan.rows):
        y = 26.0 * i + 4
        levels = [dict(week.levels).get(row.theme, 0) for week in found.weeks]
        points = [
            (left + (WIDTH - left - 24) * at / weeks, y + high * (1 - level / 5))
            for at, level in enumerate(levels)
        ]
        parts += [_text(0, y + 14, label(row, 40)), _line(left, y + high, WIDTH - 24, y + high)]
        parts += [_path(points or [(left, y + high)], "real-line")]
        parts.append(_text(WIDTH, y + 14, str(levels[-1]) if levels else "", "soft", "end"))
    said = "; ".join(f"{row.title}: {row.current} now" for row in plan.rows)
    return _frame(26 * len(plan.rows) + 6, f"Ratings. {said}", parts)


def spent(found: Progress) -> Markup:
    """Draw two bars a week: hours planned and hours spent."""
    top, high, left = 6.0, 110.0, 30.0
    most = max(1.0, *(max(w.planned, w.spent) for w in found.weeks))
    unit = (WIDTH - left) / len(found.weeks)
    parts = [
        _line(left, top + high, WIDTH, top + high),
        _text(left - 3, top + 8, f"{most:.0f} h", "soft", "end"),
    ]
    for i, week in enumerate(found.weeks):
        x = left + i * unit
        for at, (hours, kind) in enumerate(((week.planned, "todo"), (week.spent, "have"))):
            tall = high * hours / most
            parts.append(_box(x + unit * (0.12 + 0.38 * at), top + high - tall, unit * 0.36, tall, kind))
    parts += [_text(left, top + high + 13, found.weeks[0].start, "soft")]
    parts += [_text(WIDTH, top + high + 13, found.weeks[-1].start, "soft", "end")]
    parts.append(
        _text(left + (WIDTH - left) / 2, top + high + 13, "light: planned · full: spent", "soft", "middle")
    )
    return _frame(top + high + 18, "Hours planned and spent each week", parts)


def measure(found: Measure) -> Markup:
    """Return one measure over time, a dot for each value."""
    top, high, left = 8.0, 70.0, 40.0
    days = [date.fromisoformat(day).toordinal() for day, _, _ in found.points]
    values = [value for _, value, _ in found.points]
    low, most = min(values), max(values)
    wide, tall = max(1, days[-1] - days[0]), (most - low) or 1.0
    points = [
        (left + 6 + (WIDTH - left - 12) * (day - days[0]) / wide, top + high * (1 - (value - low) / tall))
        for day, value in zip(days, values, strict=True)
    ]
    dot = Markup('<circle cx="{}" cy="{}" r="3" class="have"/>')
    parts = [
        _text(left - 3, top + 8, f"{round(most, 1):g}", "soft", "end"),
        _text(left - 3, top + high, f"{round(low, 1):g}", "soft", "end"),
    ]
    parts += [_line(left, top + high, WIDTH, top + high), _path(points, "real-line")]
    parts += [dot.format(f"{x:.1f}", f"{y:.1f}") for x, y in points]
    parts += [_text(left, top + high + 13, found.points[0][0], "soft")]
    parts += [_text(WIDTH, top + high + 13, found.points[-1][0], "soft", "end")]
    return _frame(top + high + 18, f"{found.name}: {'; '.join(f'{round(v, 1):g}' for v in values)}", parts)


def _path(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup('<polyline points="{}" class="{}"/>').format(steps, kind)


def legend() -> str:
    """Return what the numbers on a calendar's bars mean."""
    return "; ".join(f"{number} {name.lower()}" for number, name, _ in words.LEVELS[1:])
