"""Targets side by side as a document: hours, which first, rows and skills of several and of one."""

from __future__ import annotations

from pipeline.records import Comparison, RowsCompared, RowShown, Target
from pipeline.report import words
from pipeline.report.blocks import Block, Cell, Column, Document, Heading, Table, Text

ALONE = 15
"""Skills of one target alone that are listed; how many there are is said."""


def comparison(found: Comparison) -> Document:
    """Return targets side by side as a document."""
    return Document("compare", " or ".join(map(_name, found.targets)), tuple(beside(found)))


def beside(found: Comparison) -> list[Block]:
    """Return the blocks of a comparison."""
    blocks: list[Block] = [_fits(found, at) for at in range(len(found.targets))]
    blocks.append(_hours(found))
    own = next((t for t in found.targets if t.rationale), None)
    if own:
        blocks += [Heading(f"Why: in your words about {_name(own)}"), Text(own.rationale)]
    if found.rationale:
        blocks += [Heading("Which first: from the numbers"), Text(found.rationale)]
    blocks += [Heading("Rows of several and of one"), _rows(found)]
    blocks += [Heading("Skills that several ask for"), _skills(found)]
    if found.near:
        blocks += [Heading("Skills of one that are near to one of another"), _near(found)]
    blocks += [Heading("Skills that only one asks for"), *_alone(found)]
    return blocks


def _fits(found: Comparison, at: int) -> Text:
    target, fits = found.targets[at], found.fits[at]
    return Text(
        f"{_name(target)}: {'fits' if fits else 'does not fit'} into {target.horizon_weeks} weeks at "
        f"{target.hours_per_week:g} hours.",
        "good" if fits else "bad",
    )


def _hours(found: Comparison) -> Table:
    columns = (Column("Hours", width=44), *(Column(_name(t), "hours", 22) for t in found.targets))
    rows: list[tuple[Cell, ...]] = [("To every target, from where you stand", *found.hours)]
    places = range(len(found.targets))
    for at in places:
        after: list[Cell] = [None if one == at else found.after[one][at] for one in places]
        rows.append((f"After {_name(found.targets[at])}", *after))
    return Table("hours", columns, tuple(rows))


def _rows(found: Comparison) -> Table:
    columns = [Column(_name(target), width=46) for target in found.targets]
    columns += [Column("In common", "percent", 14), Column("Nearest row", width=40)]
    return Table("rows-compared", tuple(columns), tuple(_line(found, row) for row in found.rows))


def _line(found: Comparison, row: RowsCompared) -> tuple[Cell, ...]:
    near = ""
    if row.nearest:
        at, shown = row.nearest
        of = f" ({_name(found.targets[at])})" if len(found.targets) > 2 else ""
        near = f"{shown.number}. {shown.title}{of}"
    return (*map(_shown, row.rows), row.alike if row.shared else None, near)


def _shown(row: RowShown | None) -> str:
    return f"{row.number}. {row.title}: {words.n_of(row.n, row.of)}" if row else ""


def _skills(found: Comparison) -> Table:
    columns = (Column("Skill", width=40), *_counts(found))
    shared: list[tuple[Cell, ...]] = [
        (name, *n) for name, n in found.skills if sum(count > 0 for count in n) > 1
    ]
    return Table("skills-compared", columns, tuple(shared))


def _counts(found: Comparison) -> list[Column]:
    return [
        Column(f"{_name(target)} (of {of})", "whole", 22)
        for target, of in zip(found.targets, found.postings, strict=True)
    ]


def _near(found: Comparison) -> Table:
    n = dict(found.skills)

    def told(name: str) -> str:
        at = max(range(len(n[name])), key=n[name].__getitem__)
        return f"{name} ({_name(found.targets[at])}: {words.n_of(n[name][at], found.postings[at])})"

    columns = (Column("Skill", width=50), Column("Near to", width=50), Column("Likeness", "factor", 12))
    return Table("skills-near", columns, tuple((told(a), told(b), alike) for a, b, alike in found.near))


def _alone(found: Comparison) -> list[Block]:
    blocks: list[Block] = []
    for at, target in enumerate(found.targets):
        own = [(name, n[at]) for name, n in found.skills if n[at] and sum(n) == n[at]]
        own.sort(key=lambda pair: (-pair[1], pair[0]))
        more = f" and {len(own) - ALONE:,} more" if len(own) > ALONE else ""
        told = ", ".join(f"{name} ({n})" for name, n in own[:ALONE]) or "none"
        blocks.append(Text(f"{_name(target)}, of {found.postings[at]} postings: {told}{more}."))
    return blocks


def _name(target: Target) -> str:
    return f"{target.role} · {target.industry}" if target.industry else target.role
