"""The matrix and a person's ratings → a plan with hours, weeks, order, verdicts and progress.

`build` answers one `records.Plan`; the rules stand in the modules beside, one each: levels (what postings
ask for), effort (hours), fit (what has to give), order (prerequisites and weeks), verdicts (readiness),
credentials, trade (whose words), lessons (weeks of a step), top_skills (your 20 %), progress,
compare. docs/plan.md works one example out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.plan import (
    credentials,
    days,
    duties,
    effort,
    fit,
    habits,
    measures,
    order,
    projects,
    sentences,
    trade,
    verdicts,
)
from pipeline.plan import progress as moved
from pipeline.plan.compare import compare, rationale
from pipeline.plan.counts import Demand
from pipeline.plan.lessons import Names, following, lessons
from pipeline.plan.rows import Given, rows, standing
from pipeline.records import (
    SLACK,
    Aim,
    AimName,
    Block,
    Comparison,
    Credential,
    Cut,
    Hint,
    LogEntry,
    Phase,
    Plan,
    PlanRow,
    Progress,
    SkillCount,
    Target,
)
from pipeline.settings import PlanSettings
from pipeline.text import plural

__all__ = ["Calendar", "Given", "build", "compare", "rationale", "wanted"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a plan began and which day it is, both "" for a plan without days."""

    start: str = ""
    today: str = ""


STAGES = ("Foundations", "Working alone", "Ready to apply", "Optional rows", "Mastery")
"""The stages of a roadmap: mandatory rows to 2, to 3, to the threshold; then the others; then beyond it."""

QUESTIONS = (
    "Tell me about the last time you needed {}: situation, task, what you did, result.",
    "How do you tell that {} went well?",
    "When did {} go wrong, and what did you change?",
)
"""What an interviewer may ask about any skill, where the vocabulary has no questions of its own."""

SIZES = dict(zip(STAGES, (1, 2, 3, 2, 3), strict=True))
"""The size of each stage's project: small, complete, for others."""


@dataclass(frozen=True, slots=True)
class _Schedule:
    rows: tuple[PlanRow, ...]
    budget: float
    weeks_left: float
    cut: Cut | None
    cuts: tuple[tuple[str, Cut], ...]
    blocks: tuple[Block, ...]


def build(
    given: Given,
    settings: PlanSettings,
    calendar: Calendar | None = None,
    log: Sequence[LogEntry] = (),
    other: Comparison | None = None,
    aim: AimName = "targets",
) -> Plan:
    """Return the plan of a target by the latest ratings; with a start also the progress since then.

    A plan that aims at readiness goes on until the person is ready, past the horizon where need be; one that
    aims at targets is cut to the horizon.
    """
    when, target, facts = calendar or Calendar(), given.draft.target, given.facts
    elapsed = days.weeks_between(when.start, when.today) if when.start else 0.0
    now = _schedule(_levelled(given, settings, when.today), target, settings, elapsed, aim)
    # what is planned now begins today; the first day only counts for progress
    start = max(when.start, when.today) if when.start else ""
    last = max((b.last_week for b in now.blocks), default=0)
    held = credentials.credentials(facts.demand, given.vocabulary, given.held, settings, start, facts.trade)
    found = Plan(
        target=target,
        rows=now.rows,
        hours=sum(row.hours for row in now.rows),
        budget=now.budget,
        hours_of_step=effort.hours_of_step(settings),
        cut=now.cut,
        cuts=now.cuts,
        blocks=now.blocks,
        phases=_phases(now, target, settings),
        outside=_outside(given, now.rows),
        readiness=verdicts.verdicts(now.rows, settings, held),
        start=start,
        days=tuple(days.first_day(start, week) for week in range(1, last + 2)) if start else (),
        log=tuple(log),
        other=other,
        notes=_notes(now),
        aim=aim,
        aims=tuple(_aim(name, now, target, start, held) for name in ("ready", "targets")),
        experience=_experience(facts.demand),
        credentials=held,
    )
    found = _advised(found, given, settings)
    return replace(found, progress=_progress(given, settings, when, now, log, aim)) if when.start else found


def _advised(plan: Plan, given: Given, settings: PlanSettings) -> Plan:
    """Return the plan with all that is worded for its trade.

    Lessons, projects, practice, interviews, the role.
    """
    facts, names = given.facts, _names(given)
    by_theme = {row.theme: row for row in plan.rows}
    rows_ = tuple(_told(row, plan.rows, given, names) for row in plan.rows)
    phases = projects.projects(plan.phases, by_theme, SIZES, names)
    taught = lessons(plan.rows, plan.blocks, plan.target.hours_per_week, names)
    advice = trade.words(facts.trade)
    return replace(
        plan,
        rows=rows_,
        phases=phases,
        lessons=taught,
        months=projects.months(plan.blocks, phases, taught),
        trade=facts.trade,
        advice=advice,
        week_shares=_shares(settings),
        habits=habits.habits(advice, max((b.last_week for b in plan.blocks), default=0)),
        interviews=habits.interviews(rows_, plan.blocks),
        rubric=tuple(
            trade.filled(trade.drills(facts.trade, level)[0], "the skill", facts.trade).deliverable
            for level in range(1, 6)
        ),
        card=duties.context(rows_, facts.demand),
    )


def _levelled(given: Given, settings: PlanSettings, until: str) -> tuple[PlanRow, ...]:
    """Return the rows that have levels: those of credentials are gates, see `credentials`."""
    return tuple(row for row in rows(given, settings, until) if not row.credential)


def wanted(row: PlanRow, aim: AimName) -> int:
    """Return the level at which a row is when that aim is reached."""
    return max(row.current, row.ready if aim == "ready" else row.target)


def _schedule(
    found: Sequence[PlanRow], target: Target, settings: PlanSettings, elapsed: float, aim: AimName
) -> _Schedule:
    weeks_left = max(0.0, target.horizon_weeks - elapsed)
    budget = weeks_left * target.hours_per_week
    cuts = fit.cuts([replace(row, target=wanted(row, aim)) for row in found], budget)
    # a plan for readiness is never cut: half ready is not ready
    cut = (dict(cuts).get(settings.cut) or dict(cuts).get("fewest")) if aim == "targets" else None
    levels = dict(cut.levels) if cut else {}
    planned = tuple(replace(row, goal=levels.get(row.theme, wanted(row, aim))) for row in found)
    weekly = target.hours_per_week
    blocks = order.blocks(order.steps(planned, settings.ready_mandatory), weekly) if weekly > 0 else ()
    return _Schedule(planned, budget, weeks_left, cut, cuts, blocks)


def _phases(now: _Schedule, target: Target, settings: PlanSettings) -> tuple[Phase, ...]:
    by_theme, top = {row.theme: row for row in now.rows}, settings.ready_mandatory

    def stage(block: Block) -> str:
        # a step that another row needs belongs to that row's stage
        row = by_theme[block.because or block.theme]
        if not row.mandatory:
            return STAGES[3]
        return STAGES[4 if block.level > top else 0 if block.level <= 2 else 1 if block.level < top else 2]

    return order.phases(now.blocks, settings.phase_weeks * target.hours_per_week, stage)


def _aim(name: AimName, now: _Schedule, target: Target, start: str, held: Sequence[Credential]) -> Aim:
    """Return what an aim takes; readiness waits for its gates, too, where they take longer than learning."""
    hours = sum(sum(row.steps[row.current : wanted(row, name)]) for row in now.rows)
    a_week = target.hours_per_week
    last = order.week_before(hours, a_week) if a_week > 0 and hours > 0 else 0
    learned = days.last_day(start, last) if start and last else start
    waits = max((c for c in held if c.gate and name == "ready"), key=lambda c: c.ready_by, default=None)
    late = waits if waits and start and waits.ready_by > learned else None
    return Aim(
        name=name,
        hours=hours,
        weeks=hours / a_week if a_week > 0 else float("inf"),
        fits=hours <= now.budget + SLACK,
        weekly=hours / now.weeks_left if now.weeks_left > 0 else float("inf"),
        day=late.ready_by if late else learned,
        waits_for=late.name if late else "",
    )


def _experience(demand: Demand) -> str:
    """Return how many postings ask for how many years of work, in a sentence; "" where none does."""
    asked = []
    for posting in demand.postings.values():
        years = [_years(one.value) for one in posting.entry if one.kind == "experience"]
        asked += [max(years)] if years else []
    if not asked:
        return ""
    of, usual = len(demand.postings), median(asked)
    told = plural(round(12 * usual), "month") if usual < 1 else f"{usual:g} year{'' if usual == 1 else 's'}"
    if len(asked) == 1:
        return f"1 of {of} postings asks for {told} of work"
    return f"{len(asked)} of {of} postings ask for years of work, half of these for {told} or more"


def _years(value: str) -> float:
    count, unit = value.split()
    return float(count) / (12 if unit.startswith("month") else 1)


def _place(row: PlanRow, given: Given) -> str:
    """Return where a row belongs: its trade, then the vocabulary's themes that it joins."""
    first = given.facts.demand.theme.get(row.core[0].skill, "") if row.core else ""
    fit = [t for t in (row.theme, first) if given.facts.of_theme.get(t) in given.facts.fitting(row.trade)]
    return " → ".join([trade.LABELS[row.trade], *(given.vocabulary.themes[t].title for t in fit[:1])])


def _told(row: PlanRow, rows: Sequence[PlanRow], given: Given, names: Names) -> PlanRow:
    """Return the row with what to do next, what its work is, and sentences where the vocabulary has none."""
    demand = given.facts.demand
    skills = [c.skill for c in row.core] or [row.title]
    worded = names.worded(skills[0], row)
    own = []
    for at, level in enumerate((2, 3, 4)):
        drills = trade.drills(worded, level)
        skill = names.say(skills[at % len(skills)])
        own.append(trade.filled(drills[(row.number + at) % len(drills)], skill, names.target).deliverable)
    verbs = duties.verbs(row.skills, demand)
    tells = len(verbs) > 1 and worded not in ("people", "thinking")
    asked = tuple(Hint(text.format(names.say(skills[0])), "") for text in QUESTIONS)
    return replace(
        row,
        next=following(row, rows, names),
        place=_place(row, given),
        verbs=verbs,
        pattern=" → ".join(verbs) if tells else f"{trade.PATTERNS[worded]} (usual)",
        often=duties.often(row.skills, demand),
        micro=habits.micro(row, names),
        evidence=row.evidence or tuple(Hint(text, "") for text in own),
        questions=row.questions or asked,
    )


def _shares(settings: PlanSettings) -> tuple[tuple[str, float], ...]:
    rest = max(0.0, 1 - settings.read_share - settings.notes_share)
    return ("doing", rest), ("reading and watching", settings.read_share), ("notes", settings.notes_share)


def _names(given: Given) -> Names:
    demand, kinds = given.facts.demand, {score.skill: score.kind for score in given.scores}
    spoken = {
        name: sentences.spoken(name, mentions, kinds.get(name) == "general")
        for name, mentions in demand.by_skill.items()
    }
    worded = {name: trade.of_skill(name, given.vocabulary) for name in demand.by_skill}
    return Names(spoken, worded, given.facts.trade)


def _outside(given: Given, found: Sequence[PlanRow]) -> tuple[SkillCount, ...]:
    demand, inside = given.facts.demand, {name for row in found for name in row.skills}
    gates = credentials.names(demand, given.vocabulary)
    rest = [_weighed(demand.count(n), given) for n in demand.by_skill if n not in inside and n not in gates]
    return tuple(sorted(rest, key=lambda c: (c.priority, -c.n, -c.mentions, c.skill)))


def _weighed(count: SkillCount, given: Given) -> SkillCount:
    """Return the count with the skill's own priority and interval, and whether the vocabulary knows it."""
    score = given.facts.scores.get(count.skill)
    known = count.skill in given.vocabulary.skills
    if score is None:
        return replace(count, known=known)
    return replace(count, priority=score.priority, high=score.high, known=known)


def _notes(now: _Schedule) -> tuple[str, ...]:
    deferred = [row.title for row in now.rows if row.goal == row.current < row.target and now.cut]
    if not deferred:
        return ()
    return (f"Deferred until after the horizon: {'; '.join(deferred)}.",)


def _progress(
    given: Given,
    settings: PlanSettings,
    when: Calendar,
    now: _Schedule,
    log: Sequence[LogEntry],
    aim: AimName,
) -> Progress:
    target, weekly = given.draft.target, given.draft.target.hours_per_week
    came = given.joined or {}
    # only rows of the first day: what came later cannot have slipped
    first = [r for r in _levelled(given, settings, when.start) if came.get(r.theme, "") <= when.start]
    base = _schedule(first, target, settings, 0.0, aim)
    today = max(when.start, when.today)
    history = _history(given, when.start, today)
    found = moved.progress(base.rows, base.blocks, history, now.blocks, weekly, when.start, today)
    return replace(
        found,
        weeks=measures.weeks(log, history, found.total, weekly, when.start, today),
        measures=measures.measures(log),
    )


def _history(given: Given, start: str, today: str) -> list[tuple[str, Mapping[str, int]]]:
    """Return the levels of all rows on the first day and on every day that has a rating after it."""
    rated = sorted({r.when[:10] for r in given.ratings if start < r.when[:10] <= today})
    return [
        (day, {theme: level for theme, (level, _) in standing(given, day).items()}) for day in (start, *rated)
    ]
