"""From skills to what could fill a row: themes, and themes of one family that share a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.matrix.families import families
from pipeline.records import KINDS, Kind, Rulings, Skill

if TYPE_CHECKING:
    from pipeline.settings import MatrixSettings
    from pipeline.shares import Ledger

_EXACT = 9
"""Sums are compared at this many digits, so that their order of adding decides nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Themes of one kind that could fill a row, the most demanded first, with their skills likewise.

    `left_out` are demanded skills beyond the breadth limit; `lead` is the first theme's part of the demand.
    """

    kind: Kind
    themes: tuple[str, ...]
    skills: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    pinned: bool = False
    lead: float = 1.0

    @property
    def theme(self) -> str:
        """The theme that leads."""
        return self.themes[0]


@dataclass(frozen=True, eq=False)
class _Row:
    """A candidate with what it covers: of the postings, and of the demand of its single skills."""

    candidate: Candidate
    score: float
    covered: float

    @cached_property
    def rank(self) -> tuple[bool, float, float, tuple[str, ...]]:
        """Smaller is better: pinned, then the higher score, then more skills' demand, then the name."""
        return not self.candidate.pinned, -self.score, -self.covered, self.candidate.themes


def choose(
    ledger: Ledger, skills: Sequence[Skill], rulings: Rulings, settings: MatrixSettings
) -> list[Candidate]:
    """The candidates that cover the most weighted demand within the wanted numbers of rows.

    Themes share no skill, so for given candidates the highest scores are the exact choice. Which themes of
    a family share a row is found step by step: the pair that raises the covered demand most is joined
    until none raises it. Two strong themes stay apart, because joining them frees a row that covers less.
    """
    loners = _loners(ledger, skills, rulings, settings.breadth_limit)
    maker = _Maker(ledger, settings.breadth_limit, rulings)
    chosen: list[Candidate] = []
    for kind in KINDS:
        wanted = settings.general_rows if kind == "general" else settings.specific_rows
        rows = [maker.row(candidate) for candidate in loners if candidate.kind == kind]
        rows = [row for row in rows if row.candidate.pinned or maker.counted(row.candidate)]
        rows.sort(key=_rank)
        while (joined := _best_joint(rows, wanted, maker)) is not None:
            rows = joined
        chosen += [row.candidate for row in rows[:wanted]]
    return chosen


def _loners(ledger: Ledger, skills: Sequence[Skill], rulings: Rulings, breadth_limit: int) -> list[Candidate]:
    """Every theme with its demanded skills of one kind, none wider than the breadth limit."""
    demanded = dict(zip(ledger.names, ledger.demanded.tolist(), strict=True))
    out = rulings.rejected | rulings.kept_out
    themes: dict[tuple[str, Kind], list[str]] = {}
    for skill in sorted(skills, key=lambda s: (-demanded.get(s.name, 0.0), s.name)):
        # a skill that no theme knows is its own theme
        theme = rulings.themes.get(skill.name, skill.theme) or skill.name
        if skill.name in demanded and not out & {skill.name, theme}:
            themes.setdefault((theme, skill.kind), []).append(skill.name)
    return [
        _candidate(kind, (theme,), names, rulings, breadth_limit)
        for (theme, kind), names in sorted(themes.items())
    ]


def _candidate(
    kind: Kind, themes: tuple[str, ...], names: Sequence[str], rulings: Rulings, limit: int
) -> Candidate:
    """The candidate of these skills, most demanded first: a pinned one always stays."""
    pinned = [name for name in names if name in rulings.pinned]
    free = [name for name in names if name not in rulings.pinned]
    kept = {*pinned, *free[: max(0, limit - len(pinned))]}
    return Candidate(
        kind=kind,
        themes=themes,
        skills=tuple(name for name in names if name in kept),
        left_out=tuple(name for name in names if name not in kept),
        pinned=bool(pinned) or not rulings.pinned.isdisjoint(themes),
    )


@dataclass(frozen=True)
class _Maker:
    """Makes rows of candidates over one ledger."""

    ledger: Ledger
    limit: int
    rulings: Rulings
    joints: dict[tuple[str, ...], _Row] = field(default_factory=dict)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each skill stands in the ledger."""
        return {name: place for place, name in enumerate(self.ledger.names)}

    @cached_property
    def total(self) -> float:
        """What all sources weigh together."""
        return float(self.ledger.weights.total.sum()) or 1.0

    def counted(self, candidate: Candidate) -> bool:
        """True when a counted posting demands it."""
        return any(self.ledger.n[self.place[name]] for name in candidate.skills)

    def row(self, candidate: Candidate) -> _Row:
        """The candidate with the sums of what it covers."""
        import numpy as np

        strongest = np.zeros(len(self.ledger.ids))
        for name in candidate.skills:
            entries = self.ledger.entries_of(self.place[name])
            postings = self.ledger.posting[entries]  # each posting once, so plain indexing is enough
            strongest[postings] = np.maximum(strongest[postings], self.ledger.strength[entries])
        score = float((strongest * self.ledger.weights.total).sum()) / self.total
        covered = sum(float(self.ledger.demanded[self.place[name]]) for name in candidate.skills)
        return _Row(candidate, round(score, _EXACT), round(covered / self.total, _EXACT))

    def lead(self, first: Candidate, joint: Candidate) -> float:
        """How much of the joint row's demand its leading theme brings."""
        demand = {name: float(self.ledger.demanded[self.place[name]]) for name in joint.skills}
        own = sum(demand[name] for name in joint.skills if name in first.skills)
        return own * first.lead / (sum(demand.values()) or 1.0)

    def join(self, rows: Sequence[_Row]) -> _Row:
        """All in one row, led by the most demanded."""
        first, *others = sorted(rows, key=_rank)
        themes = tuple(theme for row in (first, *others) for theme in row.candidate.themes)
        if themes not in self.joints:
            parts = [row.candidate for row in rows]
            names = [name for part in parts for name in (*part.skills, *part.left_out)]
            names.sort(key=lambda name: (-self.ledger.demanded[self.place[name]], name))
            joint = _candidate(first.candidate.kind, themes, names, self.rulings, self.limit)
            self.joints[themes] = self.row(replace(joint, lead=self.lead(first.candidate, joint)))
        return self.joints[themes]


def _rank(row: _Row) -> tuple[bool, float, float, tuple[str, ...]]:
    return row.rank


def _best_joint(rows: list[_Row], wanted: int, maker: _Maker) -> list[_Row] | None:
    """The rows after the join that raises the covered demand most, None when none raises it."""
    best, best_parts = _worth(rows, wanted), None
    for parts in _joinable(rows):
        # a join takes at most its own parts out of the leading rows
        leading = [row for row in rows[: wanted + len(parts)] if row not in parts]
        worth = _worth(sorted([*leading, maker.join(parts)], key=_rank), wanted)
        if worth > best:
            best, best_parts = worth, parts
    if best_parts is None:
        return None
    return sorted([row for row in rows if row not in best_parts] + [maker.join(best_parts)], key=_rank)


def _joinable(rows: list[_Row]) -> Iterator[tuple[_Row, ...]]:
    """Every pair of one family, and every whole family: three weak themes may be a row that no pair is.

    What joins in a family joins its joint row: two joint rows of one family would say the same twice.
    """
    for family in families():
        members = tuple(
            r for r in rows if r.candidate.kind == family.kind and family.holds(r.candidate.themes)
        )
        joint = [row for row in members if len(row.candidate.themes) > 1]
        yield from (pair for pair in combinations(members, 2) if not joint or any(r in joint for r in pair))
        if len(members) > 2:
            yield members


def _worth(rows: Sequence[_Row], wanted: int) -> tuple[int, float, float]:
    """What the leading rows cover: pinned ones, then postings' demand, then the demand of single skills."""
    best = rows[:wanted]
    pinned = sum(row.candidate.pinned for row in best)
    return pinned, round(sum(row.score for row in best), _EXACT), round(sum(r.covered for r in best), _EXACT)
