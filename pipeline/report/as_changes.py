"""What changed since an earlier scoring, on one page and in Markdown."""

from __future__ import annotations

from pipeline.records import Changes, Posting, Trend
from pipeline.report import moves, safe, words
from pipeline.report.as_page import environment, policy, style_sheet

POSTINGS = 200
"""How many postings of each sort are listed; how many there are is always said."""

text = safe.markdown


def render(changes: Changes) -> str:
    """Return the page as HTML text, ending in a line break."""
    style = style_sheet()
    template = environment().get_template("changes.html")
    return template.render(
        changes=changes,
        title=title(changes),
        sorts=sorts(changes),
        limit=POSTINGS,
        rows=moves.ROWS,
        style=style,
        policy=policy(style, ""),
    )


def title(changes: Changes) -> str:
    """Return the headline: what changed since which snapshot."""
    if not changes.trends:
        return "What changed"
    before = changes.trends[0].before
    day = next((s.when[:10] for s in changes.history if s.name == before and s.when), "")
    # a refresh names its snapshots itself: the day says more; a window's name is made of days
    said = f", {day}" if day and not before[:1].isdigit() else ""
    return f"What changed since {safe.one_line(before)}{said}"


def sorts(changes: Changes) -> tuple[tuple[str, tuple[Posting, ...]], ...]:
    """Return the visited postings by what happened to them."""
    return (("New", changes.new), ("Changed", changes.changed), ("Closed", changes.closed))


def markdown(changes: Changes) -> str:
    """Return the same as Markdown, ending in a line break."""
    target = " · ".join(filter(None, (changes.target.role, changes.target.industry)))
    lines = [f"# {text(title(changes))}", "", text(target), ""]
    for trend in changes.trends:
        lines += _trend(trend)
    if changes.visited:
        lines += [*_rows(changes), *_postings(changes)]
    return "\n".join(lines).rstrip() + "\n"


def _trend(trend: Trend) -> list[str]:
    before, after = (words.plural(n, "posting") for n in (trend.before_postings, trend.after_postings))
    lines = [f"## {text(trend.before)} ({before}) → {text(trend.after)} ({after})", ""]
    lines += [f"> {text(warning)}\n" for warning in trend.warnings]
    surely = moves.moved(trend)
    lines += [f"- **{text(s.skill)}** {text(moves.sentence(s))}" for s in surely[: moves.ROWS]]
    if len(surely) > moves.ROWS:
        lines.append(f"- … and {len(surely) - moves.ROWS} more")
    return [*lines, *([] if surely else [moves.nothing_moved(trend)]), ""]


def _rows(changes: Changes) -> list[str]:
    lines = ["## Rows of the matrix", ""]
    lines += [f"- added: {text(row)}" for row in changes.came] + [
        f"- removed: {text(row)}" for row in changes.went
    ]
    return [*lines, *([] if changes.came or changes.went else ["The rows are the same as before."]), ""]


def _postings(changes: Changes) -> list[str]:
    lines = ["## Postings", ""]
    for name, postings in sorts(changes):
        lines += [f"**{name}: {len(postings):,}**", ""]
        lines += [f"- {_posting(p)}" for p in postings[:POSTINGS]]
        lines += [f"- … and {len(postings) - POSTINGS} more"] if len(postings) > POSTINGS else []
        lines += [""] if postings else []
    return lines


def _posting(posting: Posting) -> str:
    return f"{safe.markdown_link(safe.caption(posting), posting.url)}, {text(safe.employer(posting))}"
