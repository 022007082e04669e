"""What changed since an earlier scoring, on one page and in Markdown."""

from __future__ import annotations

from pipeline.records import Changes, Posting, Trend
from pipeline.report import moves, safe, words
from pipeline.report.as_page import environment, policy, style_sheet
from pipeline.report.moves import sentences

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
        uncounted=uncounted,
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
    days = ((s.when or s.taken)[:10] for s in changes.history if s.name == before)
    day = next(filter(None, days), "")
    # a refresh names its snapshots itself: the day says more; a window's name is made of days
    said = f", {day}" if day and not before[:1].isdigit() else ""
    return f"What changed since {safe.one_line(before)}{said}"


def sorts(changes: Changes) -> tuple[tuple[str, tuple[Posting, ...]], ...]:
    """Return the visited postings by what happened to them."""
    found = [
        ("New", changes.new),
        ("Changed", changes.changed),
        ("Closed", changes.closed),
        ("Left the list", changes.left),
    ]
    if changes.unread:
        found.append(("Could not be read this time, not counted", changes.unread))
    return tuple(found)


def named(posting: Posting, changes: Changes) -> str:
    """Return the posting's title and employer on one line, and why it is not counted."""
    told = ", ".join(filter(None, (safe.caption(posting), safe.shorten(posting.company, 60))))
    return told + uncounted(posting, changes)


def uncounted(posting: Posting, changes: Changes) -> str:
    """Return in brackets why a posting is not counted; nothing of one that is, or that is closed."""
    reason = "" if posting.closed else changes.uncounted.get(posting.id, "")
    return f" (not counted: {safe.shorten(reason, 120)})" if reason else ""


def markdown(changes: Changes) -> str:
    """Return the same as Markdown, ending in a line break."""
    target = " · ".join(filter(None, (changes.target.role, changes.target.industry)))
    lines = [f"# {text(title(changes))}", "", text(target), ""]
    for trend in changes.trends:
        lines += _trend(trend)
    if changes.visited or changes.rows:
        lines += _rows(changes)
    if changes.visited:
        lines += _postings(changes)
    return "\n".join(lines).rstrip() + "\n"


def _trend(trend: Trend) -> list[str]:
    before, after = (words.plural(n, "posting") for n in (trend.before_postings, trend.after_postings))
    lines = [f"## {text(trend.before)} ({before}) → {text(trend.after)} ({after})", ""]
    lines += [f"> {text(warning)}\n" for warning in trend.warnings]
    surely = moves.moved(trend)
    lines += [f"- **{text(s.skill)}** {text(moves.sentence(s))}" for s in surely[: moves.ROWS]]
    if len(surely) > moves.ROWS:
        lines.append(f"- … and {len(surely) - moves.ROWS} more")
    lines += [] if surely else [moves.nothing_moved(trend)]
    asked = moves.requirements(trend)
    lines += [f"- entry requirement **{text(s.skill)}** {text(moves.sentence(s))}" for s in asked]
    return [*lines, ""]


def _rows(changes: Changes) -> list[str]:
    lines = [f"- {text(line)}" for line in sentences(changes.rows)]
    return ["## Rows of the matrix", "", *lines, ""]


def _postings(changes: Changes) -> list[str]:
    lines = ["## Postings", ""]
    for name, postings in sorts(changes):
        lines += [f"**{name}: {len(postings):,}**", ""]
        lines += [f"- {_posting(p)}{text(uncounted(p, changes))}" for p in postings[:POSTINGS]]
        lines += [f"- … and {len(postings) - POSTINGS} more"] if len(postings) > POSTINGS else []
        lines += [""] if postings else []
    return lines


def _posting(posting: Posting) -> str:
    by = f", {text(safe.shorten(posting.company, 60))}" if posting.company else ""
    return f"{safe.markdown_link(safe.caption(posting), posting.url)}{by}"
