"""The skill assessment, the priority × ease diagram, attainability, and two targets side by side."""

from __future__ import annotations

import math
from datetime import date, timedelta

from pipeline.plan.documents import charts as plan_charts
from pipeline.plan.documents.comparison import beside
from pipeline.records import Aim, Cut, Plan, PlanRow
from pipeline.report import words
from pipeline.report.blocks import Block, Bullets, Cell, Column, Document, Heading, Picture, Table, Text

MOST_CUES = 4
"""Quotes shown behind a proposed level."""


def assessment(plan: Plan) -> Document:
    """Return every row with Current, Target, Gap and time, how the target and the hours came about."""
    unrated = sum(not row.rated for row in plan.rows)
    blocks: list[Block] = [Text(_total(plan), "good" if aim(plan, plan.aim).fits else "bad")]
    if unrated:
        counted = f"{words.plural(unrated, 'row')} of {len(plan.rows)} not rated yet: Current counts as 0."
        blocks.append(Text(f"{counted} Run `skillmatrix assess`.", "note"))
    blocks += [
        Picture("gap-bars", plan_charts.gaps(plan), "What is there, what is planned, what is left out"),
        Text("Full: what you have. Outlined: what this plan adds. Dashed: wanted, but not in this plan."),
        table(plan),
        Heading("Where the targets come from"),
        Text(
            "The lowest level that satisfies at least half of the postings that ask for a row; each posting "
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
        Text(
            "Some scales count otherwise: there, 1 is having read about it (here 0), 2 is following a "
            "tutorial (here 1), 3 is working alone up to use in earnest (here 2 to 3), 4 knows trade-offs "
            "and faults (here 3 to 4), 5 teaches (here 5)."
        ),
    ]
    return Document("assessment", "Skill assessment", tuple(blocks))


SPREAD = 0.25
"""How far the assumed hours may be off either way, for the range beside them."""


def _total(plan: Plan) -> str:
    found = aim(plan, plan.aim)
    what = "being ready to apply" if plan.aim == "ready" else "every target level"
    low, high = (1 - SPREAD) * found.hours, (1 + SPREAD) * found.hours
    return (
        f"From here to {what}: about {found.hours:,.0f} hours ({low:,.0f} to {high:,.0f}, should the assumed "
        f"hours be a quarter off), {words.plural(whole(found.weeks), 'week')} at "
        f"{plan.target.hours_per_week:g} hours a week. "
        f"{'That fits' if found.fits else 'That does not fit'} into the {plan.budget:,.0f} hours left of "
        f"{words.plural(plan.target.horizon_weeks, 'week')}."
    )


def whole(weeks: float) -> int:
    """Return weeks, the last begun one counted as a whole."""
    return math.ceil(weeks - 1e-9) if math.isfinite(weeks) else 0


def enough(found: Aim) -> float:
    """Return the hours a week with which an aim fits into the horizon, rounded up to a tenth."""
    return math.ceil(10 * found.weekly - 1e-9) / 10


def aim(plan: Plan, name: str) -> Aim:
    """Return what one aim of the plan takes."""
    return next(a for a in plan.aims if a.name == name)


def table(plan: Plan) -> Table:
    """Return the skill-assessment table with its total."""
    columns = (
        Column("Skill", width=46),
        Column("Kind", width=10),
        Column("Priority (1-3)", "priority", 10),
        Column("Share", "percent", 9),
        Column("Current", "whole", 9),
        Column("Target", "whole", 9),
        Column("Gap", "whole", 7),
        Column("Time to target", "hours", 14),
        Column("To be ready", "whole", 9),
        Column("Notes", width=40),
    )
    rows = tuple(
        (
            r.title,
            r.kind,
            r.priority,
            r.share,
            r.current,
            r.target,
            r.gap,
            r.hours,
            r.ready or None,
            words.notes(r),
        )
        for r in plan.rows
    )
    gap = sum(row.gap for row in plan.rows)
    return Table(
        "assessment",
        columns,
        rows,
        ("Total time", *[None] * 5, gap, plan.hours, None, words.plural(whole(plan.weeks), "week")),
    )


def _cues(plan: Plan) -> Table:
    columns = (Column("Skill", width=40), Column("Proposed", "whole"), Column("Target", "whole"))
    rows = tuple((r.title, r.proposed, r.target, _because(r), _quotes(r)) for r in plan.rows)
    quotes = (Column("Why", width=40), Column("In the postings' words", width=70))
    return Table("target-levels", (*columns, *quotes), rows)


def _because(row: PlanRow) -> str:
    if row.overruled:
        return f"{row.target}, {row.overruled}"
    content = sum(cue.level <= row.proposed for cue in row.cues)
    return f"level {row.proposed} satisfies {words.n_of(content, len(row.cues))} postings that ask for it"


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
    """Return the quadrants: what to take first."""
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
    """Say whether it fits into the horizon; if not, what to give up, and how the other plan does."""
    fits = aim(plan, plan.aim).fits
    blocks: list[Block] = [Text(_total(plan), "good" if fits else "bad"), aims(plan), Text(_when(plan))]
    blocks += [Text(told, "note") for told in _reality(plan)]
    if plan.cuts and plan.aim == "ready":
        blocks.append(
            Text(
                "This plan goes on until you are ready. Should you stop at the horizon instead, this is what "
                "would be missing; mandatory levels are the last to go.",
                "note",
            )
        )
    for at, (name, cut) in enumerate(plan.cuts):
        same = [title for other, title in _CUTS.items() if dict(plan.cuts).get(other) == cut]
        if cut not in [before for _, before in plan.cuts[:at]]:
            blocks += _cut(plan, name, cut, " and ".join(same))
    blocks += [Text(note, "note") for note in plan.notes]
    if not fits:
        blocks += [Heading("Other ways out"), _ways(plan)]
    if plan.other:
        blocks += [Heading("The other plan"), *beside(plan.other)]
    return Document("attainability", "Is it attainable?", tuple(blocks))


def _reality(plan: Plan) -> list[str]:
    """Return what no study shortens: credentials and years of work."""
    waits = aim(plan, "ready").waits_for
    told = [f"{waits} takes longer than all learning: it decides the day."] if waits else []
    if plan.experience:
        told.append(
            f"{plan.experience}. Hours of study do not replace them: projects that others use come nearest, "
            "and a junior or trainee post asks for less."
        )
    return told


AIMS = {"ready": "Ready to apply", "targets": "Every target level"}


def aims(plan: Plan) -> Table:
    """Return both aims side by side: hours, weeks, day, and the hours a week that would fit."""
    columns = (
        Column("Aim", width=24),
        Column("Hours", "hours", 10),
        Column("Weeks", "whole", 9),
        Column("Done by", "day", 13),
        Column(f"Within {plan.target.horizon_weeks} weeks?", "yes", 12),
        Column("Hours a week that would fit", "whole", 14),
    )
    rows = tuple(
        (
            AIMS[a.name] + (" (this plan)" if a.name == plan.aim else ""),
            a.hours,
            whole(a.weeks) if math.isfinite(a.weeks) else None,
            a.day,
            a.fits,
            enough(a) if math.isfinite(a.weekly) else None,
        )
        for a in plan.aims
    )
    return Table("aims", columns, rows)


def _ways(plan: Plan) -> Bullets:
    found = aim(plan, plan.aim)
    ways = []
    if math.isfinite(found.weekly):
        ways.append(f"Give {enough(found):g} hours a week instead of {plan.target.hours_per_week:g}: "
                    f"`skillmatrix target add ROLE --hours {math.ceil(found.weekly)}`.")  # fmt: skip
    ways.append(
        f"Take {whole(found.weeks)} weeks instead of {plan.target.horizon_weeks}: "
        f"`skillmatrix target add ROLE --horizon {whole(found.weeks)}`."
    )
    ways.append(
        "Aim one rung lower first: a junior, assistant or trainee post of the same kind asks for less; "
        "gather its postings as a plan B and compare (`skillmatrix target compare`)."
    )
    if plan.aim == "ready":
        ways.append("Go for the target levels within the horizon: `skillmatrix plan --aim targets`.")
    return Bullets(tuple(ways))


def _when(plan: Plan) -> str:
    last = max((b.last_week for b in plan.blocks), default=0)
    if not last:
        return "Nothing is left to learn for this aim."
    what = "Every level that it takes" if plan.aim == "ready" else "Every target"
    what = what if plan.cut is None else "What this plan keeps"
    by = f", by {last_day(plan, last)}" if len(plan.days) > last else ""
    return f"{what} is reached at the end of week {last}{by}."


def last_day(plan: Plan, week: int) -> str:
    """Return the last day of a week of a plan that has a start."""
    return (date.fromisoformat(plan.days[week]) - timedelta(days=1)).isoformat()


_CUTS = {
    "fewest": "The fewest rows to change",
    "demand": "the least demand to give up",
}


def _cut(plan: Plan, name: str, cut: Cut, title: str) -> list[Block]:
    levels = dict(cut.levels)
    columns = (
        Column("Skill", width=46),
        Column("Mandatory?", "yes", 11),
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
            r.mandatory,
            r.current,
            _wanted(plan, r),
            levels[r.theme],
            "deferred" if levels[r.theme] == r.current else "lowered",
            sum(r.steps[levels[r.theme] : _wanted(plan, r)]),
            r.share,
        )
        for r in plan.rows
        if r.theme in levels
    )
    follows = " The roadmap follows this one." if cut == plan.cut else ""
    told = (
        f"{words.plural(len(levels), 'row')} changed, {cut.hours:,.0f} hours left, "
        f"{words.plural(cut.mandatory, 'mandatory level')} and {cut.lost} points of demand given up (levels "
        f"× share in percent). All choices were compared: none does better.{follows}"
    )
    return [Heading(title[:1].upper() + title[1:]), Text(told), Table(f"cut-{name}", columns, rows)]


def _wanted(plan: Plan, row: PlanRow) -> int:
    return max(row.current, row.ready if plan.aim == "ready" else row.target)
