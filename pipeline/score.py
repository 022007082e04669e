"""How much a target demands each skill: n of N postings, interval, weighted share, priority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, Literal, cast

from pipeline import shares
from pipeline.errors import UsageError
from pipeline.records import Contribution, Explanation, Rulings, Skill, SkillScore, SourceKind, Strength

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings
    from pipeline.shares import DemandTable, Tally

_DIGITS = 6
"""Scores and bounds are rounded here: beyond it two machines' sums may differ."""


def score(table: DemandTable, skills: Sequence[Skill], rulings: Rulings | None = None) -> list[SkillScore]:
    """Score every demanded skill, most demanded first; rejected skills are left out."""
    return scored(table.tally, {skill.name: skill for skill in skills}, table.settings, rulings)


def scored(
    tally: Tally, skills: Mapping[str, Skill], settings: ScoreSettings, rulings: Rulings | None = None
) -> list[SkillScore]:
    """Score what postings and their demands add up to, as `score` does; `skills` by their names."""
    rulings = rulings or Rulings()
    low, high = tally.intervals(settings.confidence)
    columns = {
        "n": tally.n,
        "score": tally.scores.round(_DIGITS),
        "low": low.round(_DIGITS),
        "high": high.round(_DIGITS),
        "employers": tally.employers,
        "mentions": tally.mentions,
        **_by_strength(tally),
        "years": tally.years,
    }
    values = {name: column.tolist() for name, column in columns.items()}
    found = []
    for place, name in enumerate(tally.names):
        if name in skills and name not in rulings.rejected:
            row = {column: value[place] for column, value in values.items()}
            found.append(_one(skills[name], row, tally.of, settings, rulings))
    # ties are broken by the count and the name: equal input gives equal bytes
    return sorted(found, key=lambda s: (-s.score, -s.n, s.skill))


def _one(
    skill: Skill,
    row: dict[str, Any],
    of: int,
    settings: ScoreSettings,
    rulings: Rulings,
) -> SkillScore:
    priority, provisional = priority_of(
        row["n"] / of if of else 0.0, row["low"], row["high"], settings, rulings.priorities.get(skill.name)
    )
    return SkillScore(
        skill=skill.name,
        kind=skill.kind,
        theme=skill.theme,
        of=of,
        priority=priority,
        provisional=provisional,
        **{**row, "years": None if isnan(row["years"]) else row["years"]},
    )


def priority_of(
    share: float, low: float, high: float, settings: ScoreSettings, ruled: int | None = None
) -> tuple[Literal[1, 2, 3], bool]:
    """Return the priority and whether it is provisional; a person's word is never provisional."""
    if ruled in (1, 2, 3):
        return cast(Literal[1, 2, 3], ruled), False
    return shares.band(share, settings), shares.provisional(low, high, settings)


def _by_strength(tally: Tally) -> dict[str, Any]:
    """Return n by the strongest strength of each posting; a duty is also what nothing says more of."""
    n = dict(zip(shares.STRENGTH_ORDER, tally.strongest, strict=True))
    return {
        "n_required": n["required"],
        "n_preferred": n["preferred"],
        "n_duty": n["duty"] + n["unstated"],
    }


def explain(
    skill: str, table: DemandTable, skills: Sequence[Skill], rulings: Rulings | None = None
) -> Explanation:
    """Give every number behind one skill's score; raises `UsageError` where no posting demands it."""
    known = {s.name: s for s in skills}
    if skill not in known or skill not in table.names:
        raise UsageError(
            f"no posting demands {skill!r}", "`skillmatrix export skills` lists what is demanded."
        )
    place, tally = table.names.index(skill), table.tally
    scores = scored(tally, {skill: known[skill]}, table.settings, rulings)
    effect = float(tally.design_effects[place])
    return Explanation(
        score=scores[0],
        parts=_parts(table, place),
        demanded=float(tally.demanded[place]),
        total=tally.base.weight,
        alike=float(tally.alike[place]),
        design_effect=effect,
        effective=tally.of / effect,
        confidence=table.settings.confidence,
    )


def _parts(table: DemandTable, item: int) -> tuple[Contribution, ...]:
    entries = table.entries_of(item)
    entry_of = {int(table.posting[e]): e for e in range(entries.start, entries.stop)}
    return tuple(_part(table, place, entry_of.get(place)) for place in range(len(table.ids)))


def _part(table: DemandTable, place: int, entry: int | None) -> Contribution:
    weights, known = table.weights, table.posting_facts(place)
    strength = None if entry is None else shares.STRENGTH_ORDER[int(table.strongest[entry])]
    strength_weight = 0.0 if entry is None else float(table.strength[entry])
    return Contribution(
        posting_id=known["id"],
        company=known["company"] or "",
        date=known["date"],
        source_kind=cast(SourceKind, known["source_kind"]),
        recency=float(weights.recency[place]),
        source_weight=float(weights.source[place]),
        employer_share=float(weights.employer[place]),
        weight=float(weights.total[place]),
        strength=cast("Strength | None", strength),
        strength_weight=strength_weight,
        adds=float(weights.total[place]) * strength_weight,
    )
