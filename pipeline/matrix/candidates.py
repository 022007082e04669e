"""From skills to what could fill a row: themes, and themes of one family that share a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, islice
from typing import TYPE_CHECKING

from pipeline.matrix.families import Family, families
from pipeline.records import KINDS, Kind, Rulings, Skill, Vocabulary

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
    """A candidate with the demand that it covers.

    A posting counts with its strongest demand, and with a part of each further one: who asks for five
    skills of a row asks for it more than who asks for one.
    """

    candidate: Candidate
    covered: float

    @cached_property
    def rank(self) -> tuple[bool, float, tuple[str, ...]]:
        """Smaller is better: pinned, then the demand covered, then the name."""
        return not self.candidate.pinned, -self.covered, self.candidate.themes


def choose(
    ledger: Ledger,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
) -> list[Candidate]:
    """The candidates that cover the most weighted demand within the wanted numbers of rows.

    Themes share no skill, so for given candidates those that cover most are the exact choice. Which themes of
    a family share a row is found family by family, trying every subset, until no family can do better.
    Two strong themes stay apart, because joining them frees a row that covers less.
    """
    loners = _loners(ledger, skills, vocabulary, rulings, settings.breadth_limit)
    maker = _Maker(ledger, settings, rulings)
    chosen: list[Candidate] = []
    for kind in KINDS:
        wanted = settings.general_rows if kind == "general" else settings.specific_rows
        rows = [maker.row(candidate) for candidate in loners if candidate.kind == kind]
        rows = [row for row in rows if row.candidate.pinned or maker.counted(row.candidate)]
        of_kind = [family for family in families() if family.kind == kind]
        rows = sorted(_close(rows, of_kind, maker), key=_rank)
        search = _Search(maker, {row.candidate.theme: row for row in rows}, wanted)
        chosen += [row.candidate for row in search.best([f for f in of_kind if not f.close])]
    return chosen


def _close(rows: list[_Row], families: Sequence[Family], maker: _Maker) -> list[_Row]:
    """The rows with those of every close family joined."""
    for family in families:
        members = [row for row in rows if family.close and family.holds(row.candidate.themes)]
        if len(members) > 1:
            rows = [row for row in rows if row not in members] + [maker.join(members)]
    return rows


def _loners(
    ledger: Ledger, skills: Sequence[Skill], vocabulary: Vocabulary, rulings: Rulings, breadth_limit: int
) -> list[Candidate]:
    """Every theme with its demanded skills of one kind, none wider than the breadth limit."""
    demanded = dict(zip(ledger.names, ledger.demanded.tolist(), strict=True))
    out = rulings.rejected | _kept_out(rulings)
    themes: dict[tuple[str, Kind], list[str]] = {}
    kinds = {theme: entry.kind for theme, entry in vocabulary.themes.items()}
    for skill in sorted(skills, key=lambda s: (-demanded.get(s.name, 0.0), s.name)):
        # a skill that no theme knows is its own theme
        theme, kind = skill.theme or skill.name, skill.kind
        if skill.name in rulings.themes:
            # where a person puts a skill, there it stands, whatever its own kind
            theme = rulings.themes[skill.name]
            kind = kinds.setdefault(theme, kind)
        if skill.name in demanded and not out & {skill.name, theme}:
            themes.setdefault((theme, kind), []).append(skill.name)
    return [
        _candidate(kind, (theme,), names, rulings, breadth_limit)
        for (theme, kind), names in sorted(themes.items())
    ]


def _kept_out(rulings: Rulings) -> frozenset[str]:
    """What a person kept out; with a theme of a close family goes the family, because it is one row."""
    close = (f.themes for f in families() if f.close and not f.themes.isdisjoint(rulings.kept_out))
    return rulings.kept_out.union(*close)


def _candidate(
    kind: Kind, themes: tuple[str, ...], names: Sequence[str], rulings: Rulings, limit: int
) -> Candidate:
    """The candidate of these skills, most demanded first: a pinned one always stays."""
    if len(names) == 1:  # most skills of a large target stand alone
        here = not rulings.pinned.isdisjoint((*names, *themes))
        return Candidate(kind, themes, tuple(names), pinned=here)
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
    settings: MatrixSettings
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
        return any(
            self.ledger.in_n[self.ledger.entries_of(self.place[name])].any() for name in candidate.skills
        )

    def row(self, candidate: Candidate) -> _Row:
        """The candidate with the demand that it covers."""
        import numpy as np

        if len(candidate.skills) == 1:
            covered = float(self.ledger.demanded[self.place[candidate.skills[0]]])
            return _Row(candidate, round(covered / self.total, _EXACT))
        strongest = np.zeros(len(self.ledger.ids))
        for name in candidate.skills:
            entries = self.ledger.entries_of(self.place[name])
            postings = self.ledger.posting[entries]  # each posting once, so plain indexing is enough
            strongest[postings] = np.maximum(strongest[postings], self.ledger.strength[entries])
        first = float((strongest * self.ledger.weights.total).sum())
        each = sum(float(self.ledger.demanded[self.place[name]]) for name in candidate.skills)
        covered = first + self.settings.further_skill * (each - first)
        return _Row(candidate, round(covered / self.total, _EXACT))

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
            joint = _candidate(first.candidate.kind, themes, names, self.rulings, self.settings.breadth_limit)
            self.joints[themes] = self.row(replace(joint, lead=self.lead(first.candidate, joint)))
        return self.joints[themes]


def _rank(row: _Row) -> tuple[bool, float, tuple[str, ...]]:
    return row.rank


@dataclass
class _Search:
    """Looks for the joint rows, at most one in a family, with which the leading rows cover the most."""

    maker: _Maker
    loners: dict[str, _Row]  # by theme, the best first
    wanted: int
    joined: dict[Family, frozenset[str]] = field(default_factory=dict)

    def best(self, families: Sequence[Family]) -> list[_Row]:
        """The leading rows once no family can do better."""
        improved = True
        while improved:
            improved = False
            for family in families:
                improved |= self._improve(family)
        return self._leading()

    def _improve(self, family: Family) -> bool:
        """True when another subset of the family in one row covers more than the present one."""
        before = self.joined.pop(family, frozenset())
        taken = frozenset[str]().union(*self.joined.values())
        free = [theme for theme in self._members(family) if theme not in taken]
        best, best_worth = before, self._worth_of(family, before)
        for themes in self._worth_trying(free):
            worth = self._worth_of(family, themes)
            if worth > best_worth:
                best, best_worth = themes, worth
        if best:
            self.joined[family] = best
        return best != before

    def _members(self, family: Family) -> list[str]:
        """The leading themes of the rows that the family holds, the best first."""
        # thousands of skills are their own themes and of no family: they are not even looked at
        held = (t for t in family.themes if t in self._order)
        held = (t for t in held if family.holds(self.loners[t].candidate.themes))
        return sorted(held, key=self._order.__getitem__)

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {theme: place for place, theme in enumerate(self.loners)}

    def _worth_trying(self, themes: Sequence[str]) -> Iterator[frozenset[str]]:
        """Nothing, and every subset that could lead: a joint row covers at most what its parts do."""
        yield frozenset()
        last = self._leading()[-1:]
        least = last[0].covered if last and not last[0].candidate.pinned else 0.0
        rows = [self.loners[theme] for theme in themes]
        for size in range(2, len(rows) + 1):
            for parts in combinations(rows, size):
                if sum(row.covered for row in parts) >= least or any(r.candidate.pinned for r in parts):
                    yield frozenset(row.candidate.theme for row in parts)

    def _worth_of(self, family: Family, themes: frozenset[str]) -> tuple[int, float]:
        """What is covered with these themes of the family in one row: pinned rows, then demand."""
        rows = self._leading({**self.joined, family: themes} if themes else self.joined)
        return sum(row.candidate.pinned for row in rows), round(sum(row.covered for row in rows), _EXACT)

    def _leading(self, joined: Mapping[Family, frozenset[str]] | None = None) -> list[_Row]:
        joined = self.joined if joined is None else joined
        taken = frozenset[str]().union(*joined.values())
        apart = islice((row for theme, row in self.loners.items() if theme not in taken), self.wanted)
        joints = (self.maker.join([self.loners[theme] for theme in themes]) for themes in joined.values())
        return sorted([*apart, *joints], key=_rank)[: self.wanted]
