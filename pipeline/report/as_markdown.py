"""The matrix document in Markdown: readable as plain text, safe in any renderer."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Evidence, MatrixRow, ReportInput
from pipeline.report import safe, words
from pipeline.report.view import View, look
from pipeline.report.words import notes

text = safe.markdown


def render(data: ReportInput) -> str:
    """Return the document, ending in a line break."""
    view = look(data)
    parts = (_head(view), _matrix(view), _rows(view), _self_check(view), _skills(view), _failures(view))
    return "\n".join(line for part in (*parts, _settings(view)) for line in part).rstrip() + "\n"


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _head(view: View) -> list[str]:
    draft = view.data.draft
    lines = [f"# Skill matrix: {text(words.target_name(draft))}", "", words.headline(draft), ""]
    lines += [f"> {text(note)}\n" for note in (draft.short, *draft.notes) if note]
    if draft.target.rationale:
        lines += [f"**Why this target:** {text(draft.target.rationale)}", ""]
    return lines


def _matrix(view: View) -> list[str]:
    names = ("", "Skill", "Kind", "Priority (1-3)", "Share", "Interval")
    seed = ("Current", "Target", "Gap", "Time to target", "Notes")
    rows = [
        (
            str(i),
            text(row.title),
            row.kind,
            f"{row.priority}{' (provisional)' if row.provisional else ''}",
            f"{words.n_of(row.n, row.of)} ({words.percent(row.n / row.of if row.of else 0)})",
            words.interval(row.low, row.high),
            *_planned(view, i),
        )
        for i, row in enumerate(view.data.draft.rows, 1)
    ]
    plan = view.data.plan
    hours = f"{plan.hours:,.1f} h, {plan.weeks:,.1f} weeks" if plan else ""
    total = ("", "**Total time to target**", *("" for _ in (*names[2:], *seed[:3])), hours, "")
    return ["## The matrix", "", *_table((*names, *seed), [*rows, total] if rows else rows), *_legend()]


def _planned(view: View, number: int) -> tuple[str, ...]:
    """Return Current, Target, Gap, Time to target and Notes of a row, empty without a plan."""
    row = view.data.plan.numbered(number) if view.data.plan else None
    if row is None:
        return ("",) * 5
    return (str(row.current), str(row.target), str(row.gap), f"{row.hours:,.1f} h", text(notes(row)))


def _legend() -> list[str]:
    levels = [f"- **{n} {name}**: {sentence}" for n, name, sentence in words.LEVELS]
    priorities = [f"- **{n} {name}**: {meaning}" for n, name, _, meaning in words.PRIORITIES]
    return ["Levels for Current and Target:", "", *levels, "", "Priorities:", "", *priorities, ""]


def _rows(view: View) -> list[str]:
    lines = ["## What the postings say", ""]
    for i, row in enumerate(view.data.draft.rows, 1):
        lines += _row(i, row)
    return lines


def _row(number: int, row: MatrixRow) -> list[str]:
    lines = [f"### {number}. {text(row.title)}", ""]
    lines += [f"{row.kind.capitalize()}: {text(row.reason)}", ""]
    lines += [f"Skills: {', '.join(text(s) for s in row.skills)}", ""]
    lines += [f"Changed by a person: {text(row.changed_by)}", ""] if row.changed_by else []
    return [*lines, *(_quote(e) for e in row.evidence), ""]


def _quote(found: Evidence) -> str:
    label = safe.shorten(found.title, 90) or safe.place(found.url)
    source = safe.markdown_link(label, found.url)
    company = f"{text(found.company)}, " if found.company else ""
    return f"- “{text(found.quote)}” ({found.strength}; {company}{source})"


def _self_check(view: View) -> list[str]:
    rows = [(text(row.title), *("☐" for _ in words.SELF_CHECK)) for row in view.data.draft.rows]
    return ["## Self-check", "", *_table(("Skill", *words.SELF_CHECK), rows)]


def _skills(view: View) -> list[str]:
    names = ("Skill", "Kind", "Priority", "Postings", "Interval", "Required", "Preferred", "Duty", "Score")
    rows = [
        (
            text(s.skill),
            s.kind,
            f"{s.priority}{' (provisional)' if s.provisional else ''}",
            words.n_of(s.n, s.of),
            words.interval(s.low, s.high),
            str(s.n_required),
            str(s.n_preferred),
            str(s.n_duty),
            f"{s.score:.3f}",
        )
        for s in view.scores
    ]
    return ["## All skills", "", *_table(names, rows)]


def _failures(view: View) -> list[str]:
    if not view.data.failures:
        return []
    rows = [
        (
            safe.markdown_link(safe.spelled(f.address), f.address),
            words.reason(f),
            text(f.detail),
            text(words.advice(f)),
        )
        for f in view.data.failures
    ]
    return [
        "## Sources that gave no posting",
        "",
        *_table(("Source", "Reason", "Detail", "What to do"), rows),
    ]


def _settings(view: View) -> list[str]:
    rows = [(text(name), text(value)) for name, value in sorted(view.data.settings)]
    lines = ["## How it was computed", "", f"Engine: {text(view.data.draft.engine)}", ""]
    return [*lines, *_table(("Setting", "Value"), rows)] if rows else lines
