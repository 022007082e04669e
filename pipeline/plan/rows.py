"""Matrix rows → plan rows: where a person stands, where to go, what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.plan import counts, credentials, effort, levels, order, sentences, top_skills, trade
from pipeline.plan import ratings as rated
from pipeline.plan.verdicts import ready_levels
from pipeline.records import (
    Cue,
    Evidence,
    Held,
    Hint,
    MatrixDraft,
    MatrixRow,
    Mention,
    PlanRow,
    Posting,
    Rating,
    SkillCount,
    SkillScore,
    ThemeEntry,
    Trade,
    Vocabulary,
)
from pipeline.settings import PlanSettings

MOST_HINTS = 6
"""Evidence, practice and questions of one row; a joined row takes them from its themes in turn."""


@dataclass(frozen=True)
class Given:
    """What a plan rests on. `goals` holds the levels that a person set: theme → (level, in their words).

    `eases` holds the eases that a person set, `held` what they say of their credentials, `joined` the day on
    which each row first stood in the plan: what came later cannot have slipped before. `hints` are
    sentences for a row beyond the vocabulary's: (theme, slot) → hints, where the slot is evidence, practice,
    questions or reading.
    """

    draft: MatrixDraft
    scores: Sequence[SkillScore]
    postings: Sequence[Posting]
    mentions: Sequence[Mention]
    vocabulary: Vocabulary
    ratings: Sequence[Rating] = ()
    goals: Mapping[str, tuple[int, str]] | None = None
    eases: Mapping[str, int] | None = None
    hints: Mapping[tuple[str, str], Sequence[Hint]] | None = None
    held: Sequence[Held] = ()
    joined: Mapping[str, str] | None = None

    @cached_property
    def facts(self) -> Facts:
        """What the postings say about the rows, computed once: no rating changes it."""
        demand = counts.demand(self.postings, self.mentions, self.scores)
        gates = credentials.names(demand, self.vocabulary)
        every = counts.members(self.draft.rows, demand)
        only = {t: _mostly_held(names, gates, demand) for t, names in every.items()}
        # a row of a credential keeps its names: it stays a row of the matrix, without levels in the plan
        skills = {t: n if only[t] else tuple(s for s in n if s not in gates) for t, n in every.items()}
        themes = {theme: _themes(theme, names, demand) for theme, names in skills.items()}
        learned = {theme: names for theme, names in skills.items() if not only[theme]}
        pairs = {theme: (themes[theme], frozenset(names)) for theme, names in learned.items()}
        return Facts(
            demand,
            skills,
            themes,
            {
                theme: [(name, demand.theme.get(name, ""), demand.count(name).mentions) for name in names]
                for theme, names in skills.items()
            },
            {theme: levels.cues(demand.postings, demand.of(names)) for theme, names in skills.items()},
            counts.together(learned, demand),
            order.builds_on(pairs, self.vocabulary),
            {theme: sentences.sentences(names, demand) for theme, names in skills.items()},
            frozenset(theme for theme, held in only.items() if held),
            trade.of_target(demand, self.vocabulary, self.draft.target.role),
            {score.skill: score for score in self.scores},
            trade.of_themes(self.vocabulary),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """By row: its skills, their themes, (skill, theme, mentions), level cues, companions, prerequisites.

    `held` are the rows that are credentials; `trade` is the family of trades of the target.
    """

    demand: counts.Demand
    skills: Mapping[str, tuple[str, ...]]
    themes: Mapping[str, frozenset[str]]
    parts: Mapping[str, Sequence[tuple[str, str, int]]]
    cues: Mapping[str, tuple[Cue, ...]]
    together: Mapping[str, tuple[tuple[str, int], ...]]
    builds_on: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[tuple[str, Evidence], ...]]
    held: frozenset[str]
    trade: Trade
    scores: Mapping[str, SkillScore]
    of_theme: Mapping[str, Trade]

    def fitting(self, worded: Trade) -> tuple[Trade, ...]:
        """Return the families of trades whose themes may speak for a row worded for one of them."""
        return "people", "thinking", "office", worded, self.trade


def _mostly_held(names: Sequence[str], gates: frozenset[str], demand: counts.Demand) -> bool:
    mentions = {name: demand.count(name).mentions for name in names}
    # more than half of its mentions: a row of cooking that names one hygiene card stays a row to learn
    return 2 * sum(n for name, n in mentions.items() if name in gates) > sum(mentions.values())


Standing = Mapping[str, tuple[int, Rating | None]]
"""The level of each row, and the rating that says so."""


def rows(
    given: Given, settings: PlanSettings, until: str = "", gained: Mapping[str, int] | None = None
) -> tuple[PlanRow, ...]:
    """Return the plan rows by the ratings up to a day; `gained` lifts skills to a level as if learned."""
    stand = standing(given, until, gained)
    found = tuple(_row(given, settings, stand, number, row) for number, row in enumerate(given.draft.rows, 1))
    asked = ready_levels([row for row in found if not row.credential], settings)
    return tuple(replace(row, ready=asked.get(row.theme, 0)) for row in found)


def standing(given: Given, until: str = "", gained: Mapping[str, int] | None = None) -> Standing:
    """Return the level of every row by the ratings up to a day.

    `gained` lifts skills to a level as if learned; the mean over a row's skills, by mentions, lifts the row.
    """
    known = rated.latest(given.ratings, until)
    found = {}
    for theme, parts in given.facts.parts.items():
        level, rating = rated.level_of(theme, parts, known)
        total = sum(mentions for _, _, mentions in parts)
        points = sum(mentions * max(level, (gained or {}).get(name, 0)) for name, _, mentions in parts)
        # rounded down: half of a level is not the level
        if total and points // total > level:
            level = points // total
            rating = Rating("", given.draft.target.id, theme, level)
        found[theme] = level, rating
    return found


def _themes(theme: str, skills: Sequence[str], demand: counts.Demand) -> frozenset[str]:
    return frozenset((theme, *(demand.theme[name] for name in skills if name in demand.theme)))


def _row(given: Given, settings: PlanSettings, stand: Standing, number: int, row: MatrixRow) -> PlanRow:
    facts, demand = given.facts, given.facts.demand
    names = facts.skills[row.theme]
    proposed = levels.proposed(facts.cues[row.theme])
    target, words = (given.goals or {}).get(row.theme, (proposed, ""))
    level, rating = stand[row.theme]
    required = len(demand.asking(names, "required"))
    ease, factors = _factors(given, settings, stand, row)
    factor = effort.product(factors)
    main, tail = top_skills.split(_counted(given, names), settings.core_share)
    worded = trade.of_row(names, demand, given.vocabulary, facts.trade)
    held = row.theme in facts.held
    hints = _hints(given, row, names, demand, worded)
    return PlanRow(
        number=number,
        theme=row.theme,
        themes=tuple(sorted(facts.themes[row.theme])),
        title=row.title,
        kind=row.kind,
        priority=row.priority,
        n=row.n,
        of=row.of,
        n_required=required,
        n_duty=len(demand.asking(names, "duty")),
        # 0.14 × 50 comes out a little above 7: a share that is just reached must count, here and for gates
        mandatory=not held and bool(row.of) and required >= settings.mandatory_share * row.of - 1e-9,
        skills=names,
        current=level,
        target=target,
        goal=max(level, target),
        proposed=proposed,
        ease=ease,
        ease_factor=factors[0],
        kind_factor=factors[1],
        known_factor=factors[2],
        factor=factor,
        steps=effort.steps(factor, settings),
        score=row.score,
        rated=rating.when[:10] if rating else "",
        note=rating.note if rating else "",
        overruled=words,
        cues=facts.cues[row.theme],
        builds_on=facts.builds_on.get(row.theme, ()),
        asked_with=facts.together.get(row.theme, ()),
        core=main,
        tail=tail,
        trade=worded,
        words=facts.words[row.theme],
        credential=held,
        evidence=hints["evidence"],
        practice=hints["practice"],
        questions=hints["questions"],
        reading=hints["reading"],
    )


def _factors(
    given: Given, settings: PlanSettings, stand: Standing, row: MatrixRow
) -> tuple[int, tuple[float, float, float]]:
    """Return the ease of a row, and the factors of ease, kind and what is known already."""
    ease, known = _ease(given, row), {theme: level for theme, (level, _) in stand.items()}
    return ease, (
        effort.ease_factor(ease, settings),
        effort.kind_factor(row.kind, settings),
        effort.known_factor(given.facts.together.get(row.theme, ()), known, settings),
    )


def _counted(given: Given, names: Sequence[str]) -> list[SkillCount]:
    """Return each skill of a row with its count, priority, interval and a person's own rating."""
    own = {name: rating.level for name, rating in rated.latest(given.ratings).items()}
    found = []
    for count in map(given.facts.demand.count, names):
        score = given.facts.scores.get(count.skill)
        told = replace(count, high=score.high, priority=score.priority) if score else count
        found.append(replace(told, level=own.get(count.skill)))
    return found


def _ease(given: Given, row: MatrixRow) -> int:
    if row.theme in (given.eases or {}):
        return (given.eases or {})[row.theme]
    entry = given.vocabulary.themes.get(row.theme)
    # the middle of 1 to 5 where the vocabulary says nothing
    return entry.ease if entry else 3


def _hints(
    given: Given, row: MatrixRow, names: Sequence[str], demand: counts.Demand, worded: Trade
) -> dict[str, tuple[Hint, ...]]:
    """Return the vocabulary's sentences for a row's own trade, then what a person or a model adds."""
    weight: dict[str, int] = {}
    for name in names:
        theme = demand.theme.get(name, "")
        if given.facts.of_theme.get(theme, worded) in given.facts.fitting(worded):
            weight[theme] = weight.get(theme, 0) + demand.count(name).mentions
    themes = sorted(weight, key=lambda t: (t != row.theme, -weight[t], t))
    entries = [given.vocabulary.themes[t] for t in themes if t in given.vocabulary.themes]
    more = given.hints or {}
    return {
        slot: (*_in_turn(entries, slot), *more.get((row.theme, slot), ()))
        for slot in ("evidence", "practice", "questions", "reading")
    }


def _in_turn(entries: Sequence[ThemeEntry], slot: str) -> tuple[Hint, ...]:
    if slot == "reading":
        return ()
    # the leading theme in full, then the others' first ones: a joined row is not flooded by its parts
    first = [text for entry in entries[:1] for text in getattr(entry, slot)]
    rest = [text for entry in entries[1:] for text in getattr(entry, slot)[:1]]
    texts = list(dict.fromkeys(text[:1].upper() + text[1:] for text in [*first, *rest]))[:MOST_HINTS]
    return tuple(Hint(text, "vocabulary") for text in texts)
