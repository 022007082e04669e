"""What mentions and decisions come to: named skills, the demand table, scores and rows, in memory.

A run stores a `Scoring`, a review shows one: the numbers of a preview are those of the next run because both
are made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline import cluster
from pipeline.ports import Advice
from pipeline.records import (
    Failure,
    KeptRow,
    MatrixDraft,
    Mention,
    Posting,
    Rulings,
    Skill,
    SkillScore,
    Target,
    Vocabulary,
)
from pipeline.settings import Settings
from pipeline.shares import DemandTable
from pipeline.steps import neighbours
from pipeline.steps.matrix import drafted, earlier

if TYPE_CHECKING:
    from pipeline.steps.place import Place
    from pipeline.store import Store

LARGE = 1000
"""From this many skills on the ten rows take more than a blink: half a second with 5,000."""


@dataclass(frozen=True)
class Basis:
    """What no decision changes: the target's postings, and its mentions as the engines found them.

    `elsewhere` are the named mentions of the workspace's other targets, `roles` the role of every posting:
    how far a skill spreads over roles tells its kind. `earlier` are the rows before.
    """

    target: Target
    settings: Settings
    vocabulary: Vocabulary
    advice: Advice
    postings: Mapping[str, Posting]
    found: tuple[Mention, ...]
    weighed: Any
    failures: tuple[Failure, ...] = ()
    in_use: tuple[str, ...] = ()
    elsewhere: tuple[Mention, ...] = ()
    everywhere: Mapping[str, Posting] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[KeptRow, ...] = ()

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The postings' texts by id."""
        return {i: p.text for i, p in self.postings.items()}


def basis(place: Place, store: Store, target: Target, settings: Settings) -> Basis:
    """Read what the store holds of a target into memory; the store may be closed afterwards."""
    postings = {p.id: p for p in store.postings(target.id)}
    elsewhere: list[Mention] = []
    everywhere, roles = dict(postings), dict.fromkeys(postings, target.role)
    for other in store.targets():
        if other.id != target.id:
            theirs = {p.id: p for p in store.postings(other.id)}
            elsewhere += store.mentions(other.id)
            everywhere |= theirs
            # a posting of two targets keeps the role of this one
            roles |= {i: other.role for i in theirs if i not in roles}
    words = place.words()
    return Basis(
        target,
        settings,
        words,
        neighbours.advice(place, target, words),
        postings,
        tuple(store.found(target.id)),
        store.weighed_postings(target.id),
        tuple(store.failures(target.id)),
        tuple(store.names_in_use(target.id)),
        tuple(elsewhere),
        everywhere,
        roles,
        earlier(store, target, postings.values()),
    )


class _Names(cluster.Names):
    """Names that answer all wordings of the target at once, and again while no decision changes a name."""

    def __init__(self, basis: Basis, rulings: Rulings, before: _Names | None = None) -> None:
        super().__init__(basis.vocabulary, rulings, basis.in_use, advised=basis.advice.names)
        unknown = tuple(name for name in self._spoken if name not in basis.vocabulary.skills)
        self._tables = self._used, self._decided, self._surfaces, unknown
        self._answers: dict[str, cluster.Resolved] = {}
        if before and self._tables == before._tables:
            self._answers, self._cache = before._answers, before._cache

    def resolve_all(self, surfaces: Iterable[str]) -> dict[str, cluster.Resolved]:
        """Return the names of the target's wordings, always the same ones."""
        if not self._answers:
            self._answers.update(super().resolve_all(surfaces))
        return self._answers

    def says_the_same(self, other: _Names) -> bool:
        """Return True when every mention keeps its skill from these decisions to those of `other`."""
        ours, theirs = self.rulings, other.rulings
        same = (ours.wrong, ours.rejected) == (theirs.wrong, theirs.rejected)
        return same and self._answers is other._answers


@dataclass(frozen=True)
class Scoring:
    """Skills, scores and ten rows of a target under some decisions.

    `each` holds every mention under its skill, before overlapping ones are joined.
    """

    basis: Basis
    rulings: Rulings
    names: _Names
    each: Sequence[Mention]
    before: Scoring | None = None
    """A scoring whose mentions go by the same names: what was counted there is not counted again."""

    @cached_property
    def named(self) -> Sequence[Mention]:
        """The mentions under their skill, overlapping ones of one skill joined."""
        return self.before.named if self.before else cluster.collapse(list(self.each))

    @cached_property
    def usages(self) -> Sequence[cluster.Usage]:
        """How each of this target's skills is used, over every target of the workspace."""
        if self.before:
            return self.before.usages
        here = {m.skill for m in self.named}
        used = cluster.usages([*self.named, *self.basis.elsewhere], self.basis.everywhere, self.basis.roles)
        # counted over all targets, since a kind depends on how many roles ask; returned for this one
        return [usage for usage in used if usage.skill in here]

    @cached_property
    def table(self) -> DemandTable:
        """Who demands what."""
        if self.before:
            return self.before.table
        return DemandTable.of_mentions(self.named, self.basis.weighed, self.basis.settings.score)

    @cached_property
    def skills(self) -> dict[str, Skill]:
        """Every skill by name, in order."""
        built = cluster.build_skills(self.usages, self.basis.vocabulary, self.rulings)
        return {skill.name: skill for skill in self.basis.advice.kinds(built)}

    @cached_property
    def scores(self) -> dict[str, SkillScore]:
        """Every skill's score by name, most demanded first."""
        from pipeline.score import score

        return {s.skill: s for s in score(self.table, tuple(self.skills.values()), self.rulings)}

    @cached_property
    def draft(self) -> MatrixDraft:
        """The drafted ten rows."""
        basis = self.basis
        return drafted(
            basis.target,
            self.table,
            tuple(self.skills.values()),
            basis.vocabulary,
            self.rulings,
            basis.settings.matrix,
            tuple(basis.postings.values()),
            self.named,
            basis.failures,
            basis.advice,
            basis.earlier,
        )

    @property
    def is_large(self) -> bool:
        """True where the ten rows are not there yet and take their time."""
        return len(self.skills) > LARGE and "draft" not in self.__dict__

    @cached_property
    def _by_skill(self) -> dict[str, list[Mention]]:
        if self.before:
            return self.before._by_skill
        found: dict[str, list[Mention]] = {}
        for mention in self.named:
            if mention.skill is not None:
                found.setdefault(mention.skill, []).append(mention)
        return found

    def mentions(self, skill: str) -> Sequence[Mention]:
        """Return the mentions of one skill in the order of the list."""
        return self._by_skill.get(skill, ())

    def wordings(self, skill: str) -> dict[str, int]:
        """Return how often each wording of a skill occurs, most often first."""
        counts: dict[str, int] = {}
        for mention in self.mentions(skill):
            counts[mention.quote] = counts.get(mention.quote, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def under(self, rulings: Rulings) -> Scoring:
        """Score the target under other decisions; this scoring stays what it is."""
        if rulings == self.rulings:
            return self
        names = _Names(self.basis, rulings, self.names)
        if names.says_the_same(self.names):
            return Scoring(self.basis, rulings, names, self.each, self.before or self)
        # from the mentions as named: those that keep their skill need no new record
        return Scoring(self.basis, rulings, names, cluster.name_each(self.each, self.basis.texts, names))


def scoring(basis: Basis, rulings: Rulings) -> Scoring:
    """Score a target under these decisions."""
    names = _Names(basis, rulings)
    return Scoring(basis, rulings, names, cluster.name_each(basis.found, basis.texts, names))
