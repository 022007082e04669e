"""How much a target demands each skill: n of N postings, interval, weighted share, priority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from pipeline import shares
from pipeline.errors import UsageError
from pipeline.records import Contribution, Explanation, Rulings, Skill, SkillScore, SourceKind, Strength

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings
    from pipeline.shares import Ledger

_DIGITS = 6
"""Scores and bounds are rounded here: beyond it two machines' sums may differ."""


def score(
    demand: Any,
    postings: Any,
    skills: Sequence[Skill],
    settings: ScoreSettings,
    today: str | None = None,
    rulings: Rulings | None = None,
) -> list[SkillScore]:
    """Every demanded skill's score, most demanded first; rejected skills are left out.

    `demand` and `postings` are what the store's methods `demand` and `weighed_postings` give.
    """
    ledger = shares.ledger(demand, postings, settings, today)
    rulings = rulings or Rulings()
    known = {skill.name: skill for skill in skills if skill.name not in rulings.rejected}
    scores = _scores(ledger, known, settings, rulings)
    return sorted(scores, key=lambda s: (-s.score, -s.n, s.skill))


def _scores(
    ledger: Ledger, known: dict[str, Skill], settings: ScoreSettings, rulings: Rulings
) -> list[SkillScore]:
    low, high = ledger.intervals(settings.confidence)
    columns = {
        "n": ledger.n,
        "score": ledger.scores.round(_DIGITS),
        "low": low.round(_DIGITS),
        "high": high.round(_DIGITS),
        "employers": ledger.employers,
        "mentions": _mentions(ledger),
        **_by_strength(ledger),
    }
    values = {name: column.tolist() for name, column in columns.items()}
    years = _years(ledger)
    found = []
    for place, name in enumerate(ledger.names):
        if name in known:
            row = {column: value[place] for column, value in values.items()}
            found.append(_one(known[name], row, ledger.of, years.get(place), settings, rulings))
    return found


def _one(
    skill: Skill,
    row: dict[str, Any],
    of: int,
    years: float | None,
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
        years=years,
        **row,
    )


def priority_of(
    share: float, low: float, high: float, settings: ScoreSettings, ruled: int | None = None
) -> tuple[Literal[1, 2, 3], bool]:
    """The priority and whether it is provisional; a person's word is never provisional."""
    if ruled in (1, 2, 3):
        return cast(Literal[1, 2, 3], ruled), False
    return shares.band(share, settings), shares.provisional(low, high, settings)


def _mentions(ledger: Ledger) -> Any:
    import numpy as np

    counted = np.where(ledger.in_n, ledger.mentions, 0)
    return np.bincount(ledger.item, weights=counted, minlength=len(ledger.names)).astype(np.int64)


def _by_strength(ledger: Ledger) -> dict[str, Any]:
    """n by the strongest strength of each posting; a duty is also what nothing says more of."""
    codes = {name: place for place, name in enumerate(shares.STRENGTH_ORDER)}
    n = {name: ledger.count(ledger.in_n & (ledger.strongest == code)) for name, code in codes.items()}
    return {
        "n_required": n["required"],
        "n_preferred": n["preferred"],
        "n_duty": n["duty"] + n["unstated"],
    }


def _years(ledger: Ledger) -> dict[int, float]:
    """For each item the median of the years that counted postings ask, where any does."""
    import numpy as np

    asked = np.flatnonzero(ledger.in_n & np.isfinite(ledger.years))
    items, starts = np.unique(ledger.item[asked], return_index=True)
    groups = np.split(ledger.years[asked], starts[1:]) if len(items) else []
    return {int(item): float(np.median(years)) for item, years in zip(items, groups, strict=True)}


def explain(
    skill: str,
    demand: Any,
    postings: Any,
    skills: Sequence[Skill],
    settings: ScoreSettings,
    today: str | None = None,
    rulings: Rulings | None = None,
) -> Explanation:
    """Every number behind one skill's score; raises `UsageError` where no posting demands it."""
    ledger = shares.ledger(demand, postings, settings, today)
    known = {s.name: s for s in skills}
    if skill not in known or skill not in ledger.names:
        raise UsageError(
            f"no posting demands {skill!r}", "`skillmatrix export skills` lists what is demanded."
        )
    place = ledger.names.index(skill)
    scores = _scores(ledger, {skill: known[skill]}, settings, rulings or Rulings())
    effect = float(ledger.design_effects[place])
    return Explanation(
        score=scores[0],
        parts=_parts(ledger, skill),
        demanded=float(ledger.demanded[place]),
        total=float(ledger.weights.total.sum()),
        alike=float(ledger.alike[place]),
        design_effect=effect,
        effective=ledger.of / effect,
        confidence=settings.confidence,
    )


def _parts(ledger: Ledger, skill: str) -> tuple[Contribution, ...]:
    entries = {int(ledger.posting[e]): int(e) for e in ledger.entries(skill)}
    return tuple(_part(ledger, place, entries.get(place)) for place in range(len(ledger.ids)))


def _part(ledger: Ledger, place: int, entry: int | None) -> Contribution:
    weights = ledger.weights
    strength = None if entry is None else shares.STRENGTH_ORDER[int(ledger.strongest[entry])]
    strength_weight = 0.0 if entry is None else float(ledger.strength[entry])
    return Contribution(
        posting_id=ledger.ids[place],
        company=ledger.companies[place],
        date=ledger.dates[place],
        source_kind=cast(SourceKind, ledger.kinds[place]),
        recency=float(weights.recency[place]),
        source_weight=float(weights.source[place]),
        employer_share=float(weights.employer[place]),
        weight=float(weights.total[place]),
        strength=cast("Strength | None", strength),
        strength_weight=strength_weight,
        adds=float(weights.total[place]) * strength_weight,
    )
