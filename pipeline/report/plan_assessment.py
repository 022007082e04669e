"""The skill assessment, the priority × ease diagram, attainability, and two targets side by side."""

from __future__ import annotations

from pipeline.records import Cut, Plan, PlanRow
from pipeline.report import plan_charts, words
from pipeline.report.plan_blocks import Block, Bullets, Cell, Column, Document, Heading, Picture, Table, Text
from pipeline.report.target_compare import beside

MOST_CUES = 4
"""Quotes shown behind a proposed level."""


def assessment(plan: Plan) -> Document:
    """Every row with Current, Target, Gap and time, how the target and the hours came about."""
    unrated = sum(not row.rated for row in plan.rows)
    blocks: list[Block] = [Text(_total(plan), "good" if plan.fits else "bad")]
    if unrated:
        counted = f"{words.plural(unrated, 'row')} of {len(plan.rows)} not rated yet: Current counts as 0."
        blocks.append(Text(f"{counted} Run `skillmatrix assess`.", "note"))
    blocks += [
        Picture("gap-bars", plan_charts.gaps(plan), "What is there, what is planned, what is left out"),
        Text("Full: what you have. Outlined: what this plan adds. Dashed: wanted, but not in this plan."),
        table(plan),
        Heading("Where the targets come from"),
        Text(
            "The lowest level that contents at least half of the postings that ask for a row; each posting "
            "counts with the highest level that its words ask for."
        ),
        _cues(plan),
        Heading("Where the hours come from"),
        Text(
            "Hours of each level step × ease factor × kind factor × factor for what you know already of the "
            "skills that the same postings ask for. All are assumptions: edit them in [plan] of "
            "skillmatrix.toml, a row's ease with `assess --ease`, or in the workbook."
        ),
        _steps(plan),
        _factors(plan),
        Heading("The levels"),
        Bullets(tuple(f"{number} {name}: {sentence}" for number, name, sentence in words.LEVELS)),
    ]
    return Document("assessment", "Skill assessment", tuple(blocks))


def _total(plan: Plan) -> str:
    target = plan.target
    verdict = "fits into" if plan.fits else "does not fit into"
    return (
        f"From Current to Target: {plan.hours:,.1f} hours, {plan.weeks:,.1f} weeks at "
        f"{target.hours_per_week:g} hours a week. That {verdict} the {plan.budget:,.1f} hours that are left "
        f"of {target.horizon_weeks} weeks."
    )


def table(plan: Plan) -> Table:
    """The skill-assessment table with its total."""
    columns = (
        Column("Skill", width=46),
        Column("Kind", width=10),
        Column("Priority (1-3)", "whole", 10),
        Column("Share", "percent", 9),
        Column("Current", "whole", 9),
        Column("Target", "whole", 9),
        Column("Gap", "whole", 7),
        Column("Time to target", "hours", 14),
        Column("Notes", width=40),
    )
    rows = tuple(
        (r.title, r.kind, r.priority, r.share, r.current, r.target, r.gap, r.hours, notes(r))
        for r in plan.rows
    )
    gap = sum(row.gap for row in plan.rows)
    return Table(
        "assessment",
        columns,
        rows,
        ("Total time", None, None, None, None, None, gap, plan.hours, f"{plan.weeks:,.1f} weeks"),
    )


def notes(row: PlanRow) -> str:
    """What a person noted, and what this plan does not reach."""
    left = "" if row.goal >= row.target else _left_out(row)
    return " ".join(part for part in (row.note, left) if part)


def _left_out(row: PlanRow) -> str:
    return "Deferred." if row.goal <= row.current else f"This plan stops at {row.goal}."


def _cues(plan: Plan) -> Table:
    columns = (Column("Skill", width=40), Column("Proposed", "whole"), Column("Target", "whole"))
    rows = tuple((r.title, r.proposed, r.target, _because(r), _quotes(r)) for r in plan.rows)
    quotes = (Column("Why", width=40), Column("In the postings' words", width=70))
    return Table("target-levels", (*columns, *quotes), rows)


def _because(row: PlanRow) -> str:
    if row.overruled:
        return f"{row.target}, {row.overruled}"
    content = sum(cue.level <= row.proposed for cue in row.cues)
    return f"level {row.proposed} contents {words.n_of(content, len(row.cues))} postings that ask for it"


def _quotes(row: PlanRow) -> tuple[Cell, ...]:
    # explicit words first: "asks for 5 years" says more than "depth not stated"
    told = sorted(row.cues, key=lambda c: (not c.why.startswith("asks"), -c.level))
    return tuple(told[:MOST_CUES])


def _steps(plan: Plan) -> Table:
    columns = (Column("Level step", width=16), Column("Hours before factors", "hours", 20))
    rows = tuple((f"{i} → {i + 1}", hours) for i, hours in enumerate(plan.hours_of_step))
    return Table("hours-of-a-step", columns, rows)


def _factors(plan: Plan) -> Table:
    columns = (
        Column("Skill", width=46),
        Column("Ease (1-5)", "whole", 10),
        Column("Ease factor", "factor", 12),
        Column("Kind factor", "factor", 12),
        Column("Known factor", "factor", 12),
        Column("Factor", "factor", 12),
    )
    rows = tuple((r.title, r.ease, r.ease_factor, r.kind_factor, r.known_factor, r.factor) for r in plan.rows)
    return Table("factors", columns, rows)


def priority_ease(plan: Plan) -> Document:
    """The quadrants: what to take first."""
    columns = (
        Column("Number", "whole", 9),
        Column("Skill", width=46),
        Column("Quadrant", width=18),
        Column("Priority score", "factor", 14),
        Column("Ease (1-5)", "whole", 10),
        Column("Factor on the hours", "factor", 14),
    )
    rows = tuple((r.number, r.title, plan_charts.quadrant(r), r.score, r.ease, r.factor) for r in plan.rows)
    told = (
        "Up: the weighted share of postings that ask for it. Right: the fewer hours a level takes, from the "
        "vocabulary's ease and what you know already. The lines stand at a score of 0.5 and a factor of 1."
    )
    picture = Picture("priority-ease", plan_charts.quadrants(plan), "Priority and ease of the rows")
    return Document(
        "priority-ease", "Priority × ease", (picture, Text(told), Table("priority-ease", columns, rows))
    )


def attainability(plan: Plan) -> Document:
    """Does it fit into the horizon; if not, what to give up, and how the other plan does."""
    blocks: list[Block] = [Text(_total(plan), "good" if plan.fits else "bad")]
    blocks.append(Text(_when(plan)))
    for name, cut in plan.cuts:
        blocks += _cut(plan, name, cut)
    blocks += [Text(note, "note") for note in plan.notes]
    if plan.other:
        blocks += [Heading("The other plan"), *beside(plan.other)]
    return Document("attainability", "Is it attainable?", tuple(blocks))


def _when(plan: Plan) -> str:
    last = max((b.last_week for b in plan.blocks), default=0)
    if not last:
        return "Nothing is left to learn for these targets."
    what = "Every target" if plan.cut is None else "What this plan keeps"
    by = f", by {plan.days[last]}" if len(plan.days) > last else ""
    return f"{what} is met at the end of week {last}{by}."


_CUTS = {
    "fewest": "The fewest rows to change",
    "demand": "The least demand to give up",
}


def _cut(plan: Plan, name: str, cut: Cut) -> list[Block]:
    levels = dict(cut.levels)
    columns = (
        Column("Skill", width=46),
        Column("Current", "whole", 9),
        Column("Wanted", "whole", 9),
        Column("Fits", "whole", 9),
        Column("What changes", width=16),
        Column("Hours saved", "hours", 14),
        Column("Asked for by", "percent", 13),
    )
    rows = tuple(
        (
            r.title,
            r.current,
            r.target,
            levels[r.theme],
            "deferred" if levels[r.theme] == r.current else "lowered",
            sum(r.steps[levels[r.theme] : r.target]),
            r.share,
        )
        for r in plan.rows
        if r.theme in levels
    )
    follows = " The roadmap follows this one." if cut == plan.cut else ""
    told = (
        f"{words.plural(len(levels), 'row')} changed, {cut.hours:,.1f} hours left, {cut.lost} points of "
        f"demand given up (levels × share in percent). All choices were compared: none does better.{follows}"
    )
    return [Heading(_CUTS.get(name, name)), Text(told), Table(f"cut-{name}", columns, rows)]
