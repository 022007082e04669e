"""The ten rows on one A4 page, as HTML to print and as Markdown to paste elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import MatrixRow, ReportInput
from pipeline.report import safe, words
from pipeline.report.as_page import FOLDER, environment, policy
from pipeline.report.view import View, around, look

SKILLS = 5
"""Skills named in a row's line."""

QUOTE, CONTEXT, TITLE = 150, 40, 110
"""Characters of a quote, of its sentence on each side, and of a title: ten rows must fit on one page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the summary: `before`, `quote` and `after` are one stretch of the posting."""

    number: int
    row: MatrixRow
    skills: tuple[tuple[str, int], ...]
    before: str = ""
    quote: str = ""
    after: str = ""
    company: str = ""


def lines(view: View) -> list[Line]:
    """Return the ten rows, each with its strongest skills and one quote."""
    return [_line(view, number, row) for number, row in enumerate(view.data.draft.rows, 1)]


def _line(view: View, number: int, row: MatrixRow) -> Line:
    known = [view.score[name] for name in row.skills if name in view.score]
    ranked = sorted(known, key=lambda s: (-s.n, -s.score, s.skill))[:SKILLS]
    skills = tuple((s.skill, s.n) for s in ranked)
    if not row.evidence:
        return Line(number, row, skills)
    e = row.evidence[0]
    posting = view.posting.get(e.posting_id)
    before, after = around(posting.text, e.start, e.end, CONTEXT) if posting else ("", "")
    company = safe.shorten(safe.source(e.company, e.title, e.url), 50)
    return Line(number, row, skills, before, safe.shorten(e.quote, QUOTE), after, company)


def render(data: ReportInput) -> str:
    """Return the page as HTML text, ending in a line break."""
    view = look(data)
    style = "".join((FOLDER / name).read_text(encoding="utf-8") for name in ("style.css", "summary.css"))
    template = environment().get_template("summary.html")
    return template.render(
        data=data, draft=data.draft, lines=lines(view), style=style, policy=policy(style, "")
    )


def markdown(data: ReportInput) -> str:
    """Return the same as Markdown, ending in a line break."""
    draft, text = data.draft, safe.markdown
    out = [f"# {text(words.target_name(draft))}: ten skills", "", words.headline(draft), ""]
    for kind in ("general", "specific"):
        out += [f"## {kind.capitalize()}", ""]
        out += [part for line in lines(look(data)) if line.row.kind == kind for part in _markdown(line)]
    out += [f"> {text(note)}\n" for note in (draft.short, *draft.notes) if note]
    return "\n".join(out).rstrip() + "\n"


def _markdown(line: Line) -> list[str]:
    row, text = line.row, safe.markdown
    asked = f"{words.n_of(row.n, row.of)} postings ({words.interval(row.low, row.high)})"
    mark = " (provisional)" if row.provisional else ""
    head = (
        f"{line.number}. **{text(safe.shorten(row.title, TITLE))}**, {asked}, priority {row.priority}{mark}  "
    )
    out = [head, f"   {', '.join(f'{text(name)} {n}' for name, n in line.skills)}"]
    if line.quote:
        said = text(f"{line.before}{line.quote}{line.after}")
        out[-1] += "  "
        out.append(f"   “{said}” ({text(line.company)})")
    return [*out, ""]
