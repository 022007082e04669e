"""From skills to what could fill a row: skills that belong together, chosen by the demand they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.matrix import keep
from pipeline.phrases import groups, scorer
from pipeline.records import KINDS, DraftedRow, Evidence, KeptRow, Kind, Rulings, Skill, Vocabulary

if TYPE_CHECKING:
    from pipeline.settings import MatrixSettings
    from pipeline.shares import DemandTable

Alike = Callable[[Sequence[Skill], "DemandTable", Mapping[str, Sequence[Evidence]]], Any]
"""Gives the probability for each two skills that they belong in one row (skills x skills)."""

_EXACT = 9
"""Sums are compared at this many digits, so that their order of adding decides nothing."""

MOST_COMPARED = 200
"""Skills of a kind that are compared, the most demanded first: beyond them one posting of hundreds asks."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Skills of one kind that could fill a row, the most demanded first.

    `themes` are theirs, the one that brings most of the demand first; `lead` is its part. `left_out` are
    demanded skills beyond the breadth limit. `title` is that of the row before which it continues;
    `proposed` and `reason` are a model's, of a row that it drafted.
    """

    kind: Kind
    themes: tuple[str, ...]
    skills: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    pinned: bool = False
    lead: float = 1.0
    title: str = ""
    proposed: str = ""
    reason: str = ""

    @property
    def theme(self) -> str:
        """The theme that leads."""
        return self.themes[0]


@dataclass(frozen=True, eq=False)
class _Row:
    """A candidate with the demand that it covers, and the counted postings that demand it.

    A posting counts with its strongest demand, and with a part of each further one: who asks for five
    skills of a row asks for it more than who asks for one.
    """

    candidate: Candidate
    covered: float
    n: int
    before: KeptRow | None = None

    @property
    def thin(self) -> bool:
        """True where one posting asks for it and nobody put it there."""
        return self.n < 2 and not self.candidate.pinned and not self.candidate.reason

    @cached_property
    def rank(self) -> tuple[bool, bool, bool, float, tuple[str, ...]]:
        """Smaller is better: pinned, drafted by a model, asked for twice, more demand covered, the name."""
        one = self.candidate
        covered = self.covered * (keep.INCUMBENT if self.before else 1.0)
        return not one.pinned, not one.reason, self.n < 2, -covered, one.skills


def choose(
    ledger: DemandTable,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
    evidence: Mapping[str, Sequence[Evidence]],
    alike: Alike,
    earlier: Sequence[KeptRow] = (),
    drafted: Sequence[DraftedRow] = (),
) -> list[Candidate]:
    """Return the rows: groups of skills that belong together and cover the most weighted demand.

    Skills of both kinds are grouped at once, none of the groups above `row_share` of all demand; a group
    has the kind of most of its demand. A skill that a person moved, or split off another one, joins the
    group that it was moved to; what a person put into one theme stays together. A group that continues one
    of the `earlier` rows keeps its theme. Rows that a model drafted come before those made here, which are
    made of the skills that it left.
    """
    maker = _Maker(ledger, settings, rulings, vocabulary, {skill.name: skill.kind for skill in skills})
    asked = maker.asked(skills)
    pinned = [s for s in asked if not rulings.pinned.isdisjoint((s.name, maker.theme(s)))]
    most = [s for kind in KINDS for s in [s for s in asked if s.kind == kind][:MOST_COMPARED]]
    compared = list({s.name: s for s in (*pinned, *most)}.values())
    own = list(_drafted(drafted, compared, maker))
    begun = [members for _, members in own]
    rows = [maker.row(group) for group in _groups(compared, maker, alike, evidence, earlier, begun)]
    for at, (row, _) in enumerate(own):
        candidate = replace(rows[at].candidate, kind=row.kind, proposed=row.title, reason=row.reason)
        rows[at] = replace(rows[at], candidate=candidate)
    rows = maker.continued(rows, earlier)
    shown = _shown(rows, settings)
    # the theme of a row before stays with the row that continues it, or with none
    taken = {row.row.theme for row in earlier}
    return [_with_own_theme(row, taken, maker.spoken_of) for row in shown]


def _shown(rows: Sequence[_Row], settings: MatrixSettings) -> list[_Row]:
    """The rows to show, by kind and rank.

    A row that rests on one posting gives its place to a row of the other kind that two ask for.
    """
    best = sorted(rows, key=lambda row: row.rank)
    ranked = {kind: [row for row in best if row.candidate.kind == kind] for kind in KINDS}
    wanted = {"general": settings.general_rows, "specific": settings.specific_rows}
    shown = {kind: [r for r in ranked[kind][: wanted[kind]] if r.n or r.candidate.pinned] for kind in KINDS}
    spare = [r for kind in KINDS for r in ranked[kind][wanted[kind] :] if r.n > 1]
    thin = [r for kind in KINDS for r in shown[kind] if r.thin]
    better = sorted(spare, key=lambda r: r.rank)[: len(thin)]
    for gone, row in zip(sorted(thin, key=lambda r: r.rank, reverse=True), better, strict=False):
        shown[gone.candidate.kind].remove(gone)
        shown[row.candidate.kind].append(row)
    return [row for kind in KINDS for row in shown[kind]]


def _drafted(
    drafted: Sequence[DraftedRow], skills: Sequence[Skill], maker: _Maker
) -> Iterator[tuple[DraftedRow, list[Skill]]]:
    """Yield a model's rows with their skills: those that are there, none twice, no row above its share.

    What a person moved is no model's to place. The least demanded skills leave a row that is too large.
    """
    free = {s.name: s for s in skills if s.name not in maker.rulings.themes and not maker.beside(s)}
    most = maker.settings.row_share * sum(maker.postings(s.name) for s in skills)
    for row in drafted:
        names = dict.fromkeys(maker.rulings.today(name) for name in row.skills)
        members = sorted(
            (free[name] for name in names if name in free), key=lambda s: (-maker.demand(s.name), s.name)
        )
        while len(members) > 1 and sum(maker.postings(s.name) for s in members) > most:
            members.pop()
        for skill in members:
            del free[skill.name]
        if members:
            yield row, members


def _with_own_theme(row: _Row, taken: set[str], spoken_of: frozenset[str]) -> Candidate:
    """The row's candidate under a theme that no other row goes by.

    One that a person spoke of goes first, so that a title or a priority stays with its row; then that of the
    row which it continues, then its own themes, then its skills.
    """
    candidate = row.candidate
    kept = (row.before.row.theme,) if row.before else ()
    free = [name for name in (*candidate.themes, *candidate.skills) if name not in taken]
    said = [name for name in (*kept, *free) if name in spoken_of]
    first = (said or kept or free or [candidate.theme])[0]
    taken.add(first)
    lead = candidate.lead if first == candidate.theme else 0.0
    themes = (first, *(theme for theme in candidate.themes if theme != first))
    return replace(candidate, themes=themes, lead=lead)


def _groups(
    skills: Sequence[Skill],
    maker: _Maker,
    alike: Alike,
    evidence: Mapping[str, Sequence[Evidence]],
    earlier: Sequence[KeptRow],
    begun: Sequence[list[Skill]],
) -> list[list[Skill]]:
    """Return the skills in groups that belong together, each moved skill in the group it was moved to.

    The groups that a model has `begun` come first, with what was moved to them.
    """
    placed: dict[str, list[Skill]] = {}
    free = []
    used = {skill.name for group in begun for skill in group}
    for skill in (skill for skill in skills if skill.name not in used):
        beside = maker.beside(skill)
        # what was split off whole has nothing left to stand beside
        if beside and any(beside in (other.name, other.theme) for other in skills if other is not skill):
            placed.setdefault(beside, []).append(skill)
        else:
            free.append(skill)
    found = [list(group) for group in begun]
    if free:
        weight = [maker.postings(skill.name) for skill in free]
        sure, most = alike(free, maker.ledger, evidence), maker.settings.row_share
        sure = keep.held(sure, [skill.name for skill in free], earlier)
        found += [[free[at] for at in group] for group in groups(sure, weight, scorer("row").threshold, most)]
    for theme, members in placed.items():
        place = max(found, key=lambda group: maker.demand_of(group, theme), default=None)
        if place is not None and maker.demand_of(place, theme):
            place += members
        else:
            found.append(members)
    return found


@dataclass(frozen=True)
class _Maker:
    """Makes rows of skills over one ledger."""

    ledger: DemandTable
    settings: MatrixSettings
    rulings: Rulings
    vocabulary: Vocabulary
    kinds: Mapping[str, Kind]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each skill stands in the ledger."""
        return {name: at for at, name in enumerate(self.ledger.names)}

    @cached_property
    def total(self) -> float:
        """What all sources weigh together."""
        return float(self.ledger.weights.total.sum()) or 1.0

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """The themes that a person gave a title or a priority, or pinned."""
        return frozenset((*self.rulings.titles, *self.rulings.priorities, *self.rulings.pinned))

    def demand(self, name: str) -> float:
        """The weighted demand of a skill."""
        return float(self.ledger.demanded[self.place[name]])

    def postings(self, name: str) -> float:
        """How many sources demand a skill."""
        entries = self.ledger.entries_of(self.place[name])
        return float(entries.stop - entries.start)

    def theme(self, skill: Skill) -> str:
        """The theme of a skill: a person's, then its own, then its name."""
        return self.rulings.themes.get(skill.name, skill.theme or skill.name)

    def beside(self, skill: Skill) -> str:
        """Return the theme, or the skill, beside which a person put this skill; "" where nobody did."""
        name = self.rulings.themes.get(skill.name, "")
        if not name and skill.theme in ("", skill.name):
            name = self.rulings.origins.get(skill.name, "")
        seen = {skill.name}
        while name not in seen and (name in self.rulings.themes or name in self.rulings.origins):
            seen.add(name)
            name = self.rulings.themes.get(name) or self.rulings.origins[name]
        gone = self.vocabulary.skills.get(name) if name not in self.place else None
        name = gone.theme if gone else name  # every wording of it was split off
        return name if name != skill.name else ""

    def demand_of(self, group: Sequence[Skill], theme: str) -> float:
        """Return the demand that a theme, or the skill of that name, brings to a group."""
        return sum(self.demand(s.name) for s in group if theme in (s.name, s.theme))

    def asked(self, skills: Sequence[Skill]) -> list[Skill]:
        """The demanded skills that nobody kept out, most demanded first."""
        out = self.rulings.rejected | self.rulings.kept_out
        kept = (s for s in skills if s.name in self.place and not out & {s.name, self.theme(s)})
        return sorted(kept, key=lambda s: (-self.demand(s.name), s.name))

    def row(self, members: Sequence[Skill]) -> _Row:
        """The members as a row, with the demand that they cover."""
        import numpy as np

        members = sorted(members, key=lambda s: (-self.demand(s.name), s.name))
        candidate = self._candidate(members)
        strongest = np.zeros(len(self.ledger.ids))
        counted: set[int] = set()
        for name in candidate.skills:
            entries = self.ledger.entries_of(self.place[name])
            postings = self.ledger.posting[entries]  # each posting once, so plain indexing is enough
            strongest[postings] = np.maximum(strongest[postings], self.ledger.strength[entries])
            counted.update(postings[self.ledger.in_n[entries]].tolist())
        first = float((strongest * self.ledger.weights.total).sum())
        each = sum(self.demand(name) for name in candidate.skills)
        covered = first + self.settings.further_skill * (each - first)
        return _Row(candidate, round(covered / self.total, _EXACT), len(counted))

    def continued(self, rows: Sequence[_Row], earlier: Sequence[KeptRow]) -> list[_Row]:
        """The rows, those that continue an earlier one with its kind and title where these still fit."""
        groups = [{name: self.demand(name) for name in row.candidate.skills} for row in rows]
        before = keep.continued(earlier, groups)
        return [
            self._continuing(row, groups[at], before[at]) if at in before else row
            for at, row in enumerate(rows)
        ]

    def _continuing(self, row: _Row, group: Mapping[str, float], before: KeptRow) -> _Row:
        by_kind = dict.fromkeys(KINDS, 0.0)
        for name in row.candidate.skills:
            by_kind[self.kinds[name]] += self.postings(name)
        part = by_kind[before.row.kind] / (sum(by_kind.values()) or 1.0)
        kind = before.row.kind if part >= keep.UNDECIDED else row.candidate.kind
        title = before.row.title if keep.title_stays(before, group) else ""
        return replace(row, candidate=replace(row.candidate, kind=kind, title=title), before=before)

    def _candidate(self, members: Sequence[Skill]) -> Candidate:
        limit, pins = self.settings.breadth_limit, self.rulings.pinned
        pinned = [s for s in members if s.name in pins]
        free = [s for s in members if s.name not in pins]
        kept = {s.name for s in (*pinned, *free[: max(0, limit - len(pinned))])}
        shown = [s for s in members if s.name in kept]
        by_theme: dict[str, float] = {}
        for skill in shown:
            by_theme[self.theme(skill)] = by_theme.get(self.theme(skill), 0.0) + self.demand(skill.name)
        themes = sorted(by_theme, key=lambda theme: (-round(by_theme[theme], _EXACT), theme))
        return Candidate(
            kind=self._kind(members, themes[0]),
            themes=tuple(themes),
            skills=tuple(s.name for s in shown),
            left_out=tuple(s.name for s in members if s.name not in kept),
            pinned=bool(pinned) or themes[0] in pins,
            lead=by_theme[themes[0]] / (sum(by_theme.values()) or 1.0),
        )

    def _kind(self, members: Sequence[Skill], theme: str) -> Kind:
        """The kind of most of the demand; of what a person put together, the theme's."""
        known = self.vocabulary.themes.get(theme)
        if known and any(self.rulings.themes.get(s.name) == theme for s in members):
            return known.kind
        general = sum(self.postings(s.name) for s in members if s.kind == "general")
        specific = sum(self.postings(s.name) for s in members if s.kind == "specific")
        return "general" if general > specific else "specific"
