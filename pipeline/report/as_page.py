"""The report as one HTML page: ten rows on the first screen, every number opens its quotes in place.

The page needs no network and no script: rows, skills and postings are folded with `<details>`, and a quote
links to its place in the posting. The script adds search, filters, sorting and a reader for whole postings.
Each section is one template in `templates/` and one line in `SECTIONS`; a section without content is left
out. Templates escape whatever they are given and carry no `style` attribute: the page's policy allows only
its own style sheet and script, named by their hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.records import MatrixRow, Mention, Posting, ReportInput, SkillScore, Trend
from pipeline.report import charts, moves, safe, trend_charts, words
from pipeline.report.view import STRENGTH_WORDS, STRONGEST, View, anchor, around, highlight, look, setting

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from pipeline.records import Plan
    from pipeline.report.blocks import Document

FOLDER = Path(__file__).parent / "templates"

SHEETS = ("style.css", "report.css")
"""The style sheets of every report, later ones over earlier ones; a section can bring its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a large set one page shows; the page says what is left out."""

    skills: int = 300
    first_skills: int = 15  # and in report.css
    in_row: int = 5
    grid_skills: int = 20
    grid_postings: int = 40
    postings: int = 60
    first_postings: int = 12
    filtered: int = 400
    text: int = 20_000
    quote: int = 400
    context: int = 70
    brief: int = 26
    quotes_all: int = 4_000
    quotes_few: int = 12
    quotes_many: int = 40
    failures: int = 500
    suggestions: int = 60
    shifts: int = 60


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: anchor, title, template, and whether there is anything to show."""

    id: str
    title: str
    template: str
    wanted: Callable[[ReportInput], bool] = lambda data: True
    sheets: tuple[str, ...] = ()


def _has_trend(data: ReportInput) -> bool:
    several = len(data.history) > 1 and len(trend_charts.shown(data.history)) > 1
    return data.trend is not None or several


SECTIONS = (
    Section("matrix", "The ten rows", "matrix.html", lambda d: bool(d.draft.rows)),
    Section("skills", "All skills", "skills.html", lambda d: bool(d.scores)),
    Section("grid", "Who asks for what", "grid.html", lambda d: bool(d.scores and d.postings)),
    Section("trend", "Changes", "trend.html", _has_trend, ("plan.css", "trend.css")),
    Section("for-whom", "For whom", "for_whom.html", lambda d: bool(d.parts), ("plan.css",)),
    Section("postings", "Postings", "postings.html", lambda d: bool(d.postings)),
    Section("failures", "Not read", "failures.html", lambda d: bool(d.failures)),
    Section("suggestions", "Possible duplicates", "suggestions.html", lambda d: bool(d.suggestions)),
    Section("check", "Self-check", "check.html", lambda d: bool(d.draft.rows)),
    Section("method", "Method", "method.html"),
)
"""The page's sections in order; a new one joins by one line here and one template."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote ready to be shown: its words, who says them, and its place in the posting."""

    text: str
    strength: str
    number: int
    source: str
    company: str
    date: str
    anchor: str
    before: str = ""
    after: str = ""
    uncounted: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One skill with its quotes; `found` lists the counted postings with their strength, for the filter."""

    name: str
    anchor: str
    score: SkillScore
    quotes: tuple[Quote, ...]
    more: int
    row: int
    found: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates are given, computed from a view within limits."""

    view: View
    limits: Limits
    scores: tuple[SkillScore, ...]
    picked: dict[str, list[Mention]]
    shown: dict[str, int]
    number: dict[str, int]
    anchors: dict[str, str]
    named: dict[str, list[Mention]]
    drawn: dict[tuple[float, float, float], str]

    def quote(self, m: Mention) -> Quote:
        """Return a mention as a quote with its place on the page."""
        posting = self.view.posting[m.posting_id]
        return Quote(
            safe.shorten(m.quote, self.limits.quote),
            m.strength,
            self.number[m.posting_id],
            safe.caption(posting),
            safe.employer(posting),
            posting.date or "",
            self.place(m.posting_id, m.start, m.end),
            *around(posting.text, m.start, m.end, self.limits.context),
            uncounted="" if posting.counted else posting.source_kind,
        )

    def best(self, row: MatrixRow) -> Quote | None:
        """Return the quote that stands on a row's line, with a few words around it; None without any."""
        if not row.evidence:
            return None
        e = row.evidence[0]
        posting = self.view.posting.get(e.posting_id)
        sides = around(posting.text, e.start, e.end, self.limits.brief) if posting else ("", "")
        company = safe.shorten(safe.source(e.company, e.title, e.url), 40)
        return Quote(safe.shorten(e.quote, 110), e.strength, 0, e.title, company, e.date or "", "", *sides)

    def place(self, posting_id: str, start: int, end: int) -> str:
        """Return the anchor of the first mark in that stretch, else of its posting, else ""."""
        if posting_id not in self.shown:
            return ""
        number = self.shown[posting_id]
        starts = [m.start for m in self.named[posting_id] if start <= m.start < end]
        return anchor(number, min(starts)) if starts else f"p{number}"

    def proof(self, score: SkillScore) -> Proof:
        """Return one skill with its quotes."""
        quotes = tuple(self.quote(m) for m in self.picked[score.skill])
        total = sum(len(g) for g in self.view.demands.get(score.skill, {}).values())
        row = self.row_of().get(score.skill, 0)
        anchor = self.anchors[score.skill]
        return Proof(score.skill, anchor, score, quotes, total - len(quotes), row, self._found(score.skill))

    def _found(self, skill: str) -> str:
        if not self.can_filter():
            return ""
        groups = self.view.demands.get(skill, {})
        strongest = {p: min(g, key=lambda m: STRONGEST[m.strength]).strength for p, g in groups.items()}
        counted = ((p, s) for p, s in strongest.items() if self.view.posting[p].counted)
        return " ".join(f"{self.number[p]}{s[0]}" for p, s in counted)

    def in_row(self, row: MatrixRow) -> list[Proof]:
        """Return the skills of a row with their quotes, most demanded first."""
        return [self.proof(s) for s in self.scores if s.skill in row.skills]

    def all(self) -> list[Proof]:
        """Return every shown skill with its quotes, most demanded first."""
        return [self.proof(s) for s in self.scores]

    def bars(self) -> list[tuple[str, float, float, float]]:
        """Return each different bar of the list of skills once: name, share, low, high."""
        return [(name, *shape) for shape, name in self.drawn.items()]

    def bar(self, score: SkillScore) -> str:
        """Return the name of a skill's bar."""
        return self.drawn[_shape(score)]

    def rounded(self) -> list[float]:
        """Return the score of each skill in the order of the list, for sorting."""
        return [round(score.score, 3) for score in self.scores]

    def borders(self) -> tuple[float, ...]:
        """Return the shares at which one priority ends and the next begins, as far as the settings say."""
        found = (setting(self.view.data, f"score.{border}") for _, _, border, _ in words.PRIORITIES)
        return tuple(float(share) for share in found if share)

    def row_of(self) -> dict[str, int]:
        """Return the number of the matrix row of each skill that has one."""
        return {name: i for i, row in enumerate(self.view.data.draft.rows, 1) for name in row.skills}

    def trends(self) -> tuple[Trend, ...]:
        """Return the trend that the charts follow, nothing without one."""
        return (self.view.data.trend,) if self.view.data.trend else ()

    def grid(self) -> list[tuple[SkillScore, list[Mention | None]]]:
        """Return for each skill of the grid its strongest mention in each posting of the grid."""
        return [
            (score, [self._strongest(score.skill, p) for p in self.grid_postings()])
            for score in self.scores[: self.limits.grid_skills]
        ]

    def grid_postings(self) -> tuple[Posting, ...]:
        """Return the postings of the grid in the order of the list."""
        return self.view.counted[: self.limits.grid_postings]

    def _strongest(self, skill: str, posting: Posting) -> Mention | None:
        found = self.view.demands.get(skill, {}).get(posting.id)
        return min(found, key=lambda m: (STRONGEST[m.strength], m.start)) if found else None

    def texts(self) -> list[tuple[int, Posting, Any, int]]:
        """Return the shown postings: number, posting, highlighted text, number of characters cut."""
        return [self._text(posting_id, number) for posting_id, number in self.shown.items()]

    def _text(self, posting_id: str, number: int) -> tuple[int, Posting, Any, int]:
        posting = self.view.posting[posting_id]
        text = posting.text[: self.limits.text]
        body = highlight(text, self.named[posting_id], number, self.anchors, _headings(posting))
        return number, posting, body, len(posting.text) - len(text)

    def can_filter(self) -> bool:
        """Return True where the counted postings are few enough to be counted anew by the page itself."""
        return len(self.view.counted) <= self.limits.filtered

    def facets(self) -> dict[str, list[str]]:
        """Return employer, place, seniority and date of each counted posting by its number."""
        return {
            str(self.number[p.id]): [
                safe.employer(p),
                safe.shorten(p.location, 60),
                p.facts.seniority,
                p.date or "",
            ]
            for p in (self.view.counted if self.can_filter() else ())
        }

    def choices(self) -> list[tuple[int, str, list[str]]]:
        """Return the filters that can tell postings apart: place in a facet, name, values in order."""
        facets = list(self.facets().values())
        found = []
        for at, name in enumerate(("Employer", "Place", "Seniority")):
            values = sorted({f[at] for f in facets if f[at]}, key=str.casefold)
            if len(values) > 1 or (values and any(not f[at] for f in facets)):
                found.append((at, name, values))
        return found


def _headings(posting: Posting) -> list[tuple[int, int]]:
    """Return where the headings of a posting's sections stand: each right before its section."""
    found = []
    for section in posting.sections:
        start = posting.text.rfind(section.heading, 0, section.start) if section.heading else -1
        if start >= 0 and not posting.text[start + len(section.heading) : section.start].strip(" \n:-*#"):
            found.append((start, start + len(section.heading)))
    return found


def render(data: ReportInput, limits: Limits | None = None) -> str:
    """Return the page as HTML text, ending in a line break."""
    view = look(data)
    page = _page(view, limits or Limits())
    sections = [section for section in SECTIONS if section.wanted(data)]
    own = dict.fromkeys(sheet for section in sections for sheet in section.sheets)
    style, script = "".join(map(_read, [*SHEETS, *own])), _read("script.js")
    return (
        environment()
        .get_template("report.html")
        .render(
            page=page,
            view=view,
            data=data,
            draft=data.draft,
            limits=page.limits,
            settings=dict(data.settings),
            sections=sections,
            for_whom=_for_whom(data),
            style=style,
            script=script,
            policy=policy(style, script),
        )
    )


def one_document(document: Document, plan: Plan) -> str:
    """Return one plan document as a page of its own."""
    from pipeline.report.blocks import html

    style = style_sheet()
    template = environment().get_template("plan_document.html")
    body = html(document)
    return template.render(document=document, plan=plan, body=body, style=style, policy=policy(style, ""))


def _for_whom(data: ReportInput) -> Markup | str:
    from pipeline.report import for_whom
    from pipeline.report.blocks import html

    return html(for_whom.document(data.parts)) if data.parts else ""


def style_sheet() -> str:
    """Return the style sheet of the plan's pages and of the page of changes."""
    return _read("style.css") + _read("plan.css") + _read("trend.css")


def _page(view: View, limits: Limits) -> Page:
    scores = _shown_scores(view, limits.skills)
    picked = _picked(view, scores, limits)
    # Numbered by place in the list, not by what is shown: "posting 7" is line 7 in every section.
    number = {p.id: i for i, p in enumerate(view.postings, 1)}
    shown = {posting_id: number[posting_id] for posting_id in _shown_postings(view, picked, limits)}
    anchors = {s.skill: f"s{i}" for i, s in enumerate(scores, 1)}
    named: dict[str, list[Mention]] = {posting_id: [] for posting_id in shown}
    for m in view.data.mentions:
        if m.skill is not None and m.posting_id in named and m.end <= limits.text:
            named[m.posting_id].append(m)
    drawn = {shape: f"b{i}" for i, shape in enumerate(dict.fromkeys(map(_shape, scores)))}
    return Page(view, limits, scores, picked, shown, number, anchors, named, drawn)


def _shape(score: SkillScore) -> tuple[float, float, float]:
    return round(score.share, 3), round(score.low, 3), round(score.high, 3)


def _shown_scores(view: View, limit: int) -> tuple[SkillScore, ...]:
    # A matrix row's skills are shown even where a person's decision lifted a rare one into it.
    in_rows = {name for row in view.data.draft.rows for name in row.skills}
    ranked = sorted(view.scores, key=lambda s: (-s.n, -s.score, s.skill))
    return tuple(s for i, s in enumerate(ranked) if i < limit or s.skill in in_rows)


def _picked(view: View, scores: Iterable[SkillScore], limits: Limits) -> dict[str, list[Mention]]:
    total = sum(len(group) for skill in view.demands.values() for group in skill.values())
    each = limits.quotes_many if total <= limits.quotes_all else limits.quotes_few
    return {s.skill: view.quotes(s.skill, each) for s in scores}


def _shown_postings(view: View, picked: dict[str, list[Mention]], limits: Limits) -> list[str]:
    """Return the postings to show: those of the matrix's evidence first, then those with most quotes."""
    quotes: dict[str, int] = {}
    for mentions in picked.values():
        for m in mentions:
            quotes[m.posting_id] = quotes.get(m.posting_id, 0) + 1
    for row in view.data.draft.rows:
        for e in row.evidence:
            if e.posting_id in view.posting:
                quotes[e.posting_id] = quotes.get(e.posting_id, 0) + 1_000
    rank = {name: i for i, name in enumerate(view.posting)}
    best = sorted(quotes, key=lambda name: (-quotes[name], rank[name]))[: limits.postings]
    return sorted(best, key=lambda name: rank[name])


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def policy(style: str, script: str) -> str:
    """Return the page's policy: only this style and this script, nothing from anywhere else."""

    def allowed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {allowed(style)}; script-src {allowed(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def environment() -> Environment:
    """Return the templates' environment, which escapes whatever it is given."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finish(value: Any) -> Any:
        # Markup was built from cleaned text; everything else may still hold control characters.
        return safe.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        words=words,
        safe=safe,
        charts=charts,
        moves=moves,
        pictured=trend_charts,
        says=STRENGTH_WORDS,
        strengths=tuple(STRONGEST),
        Markup=Markup,
    )
    return environment
