"""How a target stands under some decisions, in memory: what `score` and `matrix` would leave in the store.

A review asks for this after every decision, so nothing is counted twice: a `Standing` is never changed,
`under` makes the next one and looks only at the mentions whose skill another decision changes. Skills are
counted by the groups below; their demand is the store's `demand`, and a test holds the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from pipeline import cluster, shares
from pipeline import matrix as drafting
from pipeline.matrix import keep
from pipeline.records import (
    Evidence,
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
from pipeline.steps.matrix import earlier, evidence, tally
from pipeline.text import key

if TYPE_CHECKING:
    from pipeline.store import Store


LARGE = 1000
"""From this many skills on the ten rows take more than a blink: 50 ms with 5,000."""


@dataclass(frozen=True)
class Ground:
    """What no decision changes: the target's postings, and its mentions as the engines found them."""

    target: Target
    settings: Settings
    vocabulary: Vocabulary
    postings: Mapping[str, Posting]
    found: tuple[Mention, ...]
    weighed: Any
    failures: tuple[Failure, ...] = ()
    in_use: tuple[str, ...] = ()
    earlier: tuple[KeptRow, ...] = ()

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The postings' texts by id."""
        return {i: p.text for i, p in self.postings.items()}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each posting that weighs stands in `weighed`."""
        return {i: n for n, i in enumerate(self.weighed.column("id").to_pylist())}

    @cached_property
    def by_quote(self) -> Mapping[str, list[int]]:
        """The mentions of each wording."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, mention in enumerate(self.found):
            found[mention.quote].append(at)
        return found

    @cached_property
    def by_posting(self) -> Mapping[str, list[int]]:
        """The mentions of each posting."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, mention in enumerate(self.found):
            found[mention.posting_id].append(at)
        return found

    @cached_property
    def spelled_out(self) -> Mapping[str, list[str]]:
        """Long forms that postings define an abbreviation by, each with those postings."""
        found: dict[str, list[str]] = defaultdict(list)
        for posting in self.by_posting:
            for long in set(cluster.abbreviations(self.texts.get(posting, "")).values()):
                found[long].append(posting)
        return found

    @cached_property
    def tally(self) -> drafting.Tally:
        """How the list became the counted postings."""
        return tally(list(self.postings.values()), self.failures)


def ground(store: Store, target: Target, settings: Settings, vocabulary: Vocabulary) -> Ground:
    """What the store holds of a target, in memory: the store may be closed afterwards."""
    postings = store.postings(target.id)
    return Ground(
        target,
        settings,
        vocabulary,
        {p.id: p for p in postings},
        tuple(store.found(target.id)),
        store.weighed_postings(target.id),
        tuple(store.failures(target.id)),
        tuple(store.names_in_use(target.id)),
        earlier(store, target, postings),
    )


@dataclass(frozen=True)
class Group:
    """The mentions of one skill, those that stay when overlapping ones are joined, and their demand.

    `columns` are the demand's, one entry per posting: place, one count per strength, years. `quotes` is
    filled when the skill stands in a row, and then kept: a standing hands its groups on.
    """

    members: tuple[int, ...]
    kept: tuple[Mention, ...]
    columns: tuple[Any, ...]
    skill: Skill | None
    engines: frozenset[str]
    quotes: dict[str, Sequence[Evidence]] = field(default_factory=dict)


@lru_cache(maxsize=65536)
def _folded(name: str) -> str:
    return key(name)


class _Names(cluster.Names):
    """Names that answer wordings of the whole target, and note which further ones were asked for."""

    def __init__(self, ground: Ground, rulings: Rulings, before: _Names | None = None) -> None:
        super().__init__(ground.vocabulary, rulings, ground.in_use)
        self.asked: set[str] = set()
        self._all: dict[str, cluster.Resolved]
        if before and self._tables() == before._tables():
            self._all, self._cache = before._all, before._cache
        else:
            self._all = super().resolve_all({*ground.by_quote, *ground.spelled_out})
            self.asked.clear()

    def _tables(self) -> tuple[Any, ...]:
        """All that a person's decisions can change about a name."""
        return self._used, self._decided, self._surfaces

    def resolve(self, surface: str, kind: Any = None) -> cluster.Resolved:
        """The name of one surface."""
        self.asked.add(surface)
        return super().resolve(surface, kind)

    def resolve_all(self, surfaces: Iterable[str]) -> dict[str, cluster.Resolved]:
        """The names of many: unknown ones take those that all wordings of the target lead to."""
        return {surface: self._all[surface] for surface in surfaces}

    @cached_property
    def rejected(self) -> frozenset[str]:
        """The rejected names, folded."""
        return frozenset(key(name) for name in self.rulings.rejected)

    @cached_property
    def outcomes(self) -> dict[str, tuple[str | None, str, bool]]:
        """For each wording what a mention's skill depends on."""
        return {surface: self._outcome(found) for surface, found in self._all.items()}

    def outcome(self, surface: str) -> tuple[str | None, str, bool]:
        """The same of one wording, also of one that is no whole mention."""
        return self.outcomes.get(surface) or self._outcome(super().resolve(surface))

    def _outcome(self, found: cluster.Resolved) -> tuple[str | None, str, bool]:
        gone = bool(self.rejected) and _folded(found.name) in self.rejected
        return (None if gone else found.name), found.how, found.known


@dataclass(frozen=True)
class Standing:
    """Skills, scores and ten rows of a target under some rulings; equal to what `restate` stores."""

    ground: Ground
    rulings: Rulings
    names: _Names
    said: Sequence[str | None]
    groups: Mapping[str, Group]
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    demand: shares.Ledger | None = None
    """Who demands what, where another standing with the same mentions has counted it."""

    @cached_property
    def skills(self) -> dict[str, Skill]:
        """Every skill by name, in order."""
        found = {name: group.skill for name, group in self.groups.items()}
        return {name: skill for name, skill in sorted(found.items()) if skill is not None}

    @cached_property
    def ledger(self) -> shares.Ledger:
        """Who demands what."""
        return self.demand or shares.ledger(
            _demand(self.ground, self.groups), self.ground.weighed, self.ground.settings.score
        )

    @cached_property
    def scores(self) -> dict[str, SkillScore]:
        """Every skill's score by name, most demanded first."""
        return {s.skill: s for s in self._scored(self.skills.values())}

    def score(self, name: str) -> SkillScore | None:
        """One skill's score, also where nobody asked for all of them; None where there is no such skill."""
        if "scores" in self.__dict__ or name not in self.skills:
            return self.scores.get(name) if name in self.skills else None
        return next(iter(self._scored([self.skills[name]])), None)

    def _scored(self, skills: Iterable[Skill]) -> list[SkillScore]:
        from pipeline.score import score

        settings = self.ground.settings.score
        return score(self.ledger, None, tuple(skills), settings, None, self.rulings)

    @cached_property
    def draft(self) -> MatrixDraft:
        """The drafted ten rows."""
        return drafting.draft(
            self.ground.target,
            skills=tuple(self.skills.values()),
            vocabulary=self.ground.vocabulary,
            rulings=self.rulings,
            settings=self.ground.settings.matrix,
            weights=self.ground.settings.score,
            demand=self.ledger,
            postings=None,
            evidence=_Quotes(self),
            tally=self.ground.tally,
            engine=" and ".join(sorted(self._engines())) or "none",
            earlier=keep.today(self.ground.earlier, self.rulings),
        )

    @property
    def is_large(self) -> bool:
        """True where the ten rows are not there yet and take their time."""
        return len(self.groups) > LARGE and "draft" not in self.__dict__

    def _engines(self) -> set[str]:
        unnamed = (self.ground.found[at] for at, name in enumerate(self.said) if name is None)
        named = (group.engines for group in self.groups.values())
        return {m.provenance.engine for m in unnamed}.union(*named)

    def mentions(self, skill: str) -> tuple[Mention, ...]:
        """The mentions of one skill in the order of the list."""
        group = self.groups.get(skill)
        return group.kept if group else ()

    def wordings(self, skill: str) -> dict[str, int]:
        """How often each wording of a skill occurs, most often first."""
        counts: dict[str, int] = defaultdict(int)
        for mention in self.mentions(skill):
            counts[mention.quote] += 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def under(self, rulings: Rulings) -> Standing:
        """How the target stands under other rulings; this standing stays what it is."""
        if rulings == self.rulings:
            return self
        names = _Names(self.ground, rulings, self.names)
        said, listed = list(self.said), dict(self.listed)
        named: dict[int, Mention] = {}
        touched = self._rename(sorted(self._affected(names)), names, said, listed, named)
        groups = dict(self.groups)
        _regroup(self.ground, names, said, groups, touched, named)
        _rekind(self.ground, self.rulings, rulings, groups, set(touched))
        demand = None if touched else self.ledger
        return Standing(self.ground, rulings, names, said, groups, listed, demand)

    def _affected(self, names: _Names) -> set[int]:
        """The mentions that other rulings may give another skill."""
        ground, found = self.ground, set[int]()
        before, after = self.names.outcomes, names.outcomes
        for quote, places in ground.by_quote.items():
            if before[quote] != after[quote]:
                found.update(places)
        for table in (ground.spelled_out, self.listed):
            for surface, postings in table.items():
                if names.outcome(surface) != self.names.outcome(surface):
                    found.update(at for posting in postings for at in ground.by_posting[posting])
        for posting, start, end in names.rulings.wrong ^ self.rulings.wrong:
            places = ground.by_posting.get(posting, [])
            found.update(
                at for at in places if (ground.found[at].start, ground.found[at].end) == (start, end)
            )
        return found

    def _rename(
        self,
        affected: Sequence[int],
        names: _Names,
        said: list[str | None],
        listed: dict[str, frozenset[str]],
        named: dict[int, Mention],
    ) -> dict[str, set[int]]:
        """For each skill that gains or loses mentions, which; written into `said` and `named` too."""
        touched: dict[str, set[int]] = defaultdict(set)
        for at, mention in _name(self.ground, affected, names, listed):
            before = said[at]
            if before != mention.skill:
                said[at], named[at] = mention.skill, mention
                for name in (before, mention.skill):
                    if name is not None:
                        touched[name].add(at)
        return touched


def stand(ground: Ground, rulings: Rulings) -> Standing:
    """How a target stands under the rulings."""
    names = _Names(ground, rulings)
    listed: dict[str, frozenset[str]] = {}
    said: list[str | None] = [None] * len(ground.found)
    members: dict[str, set[int]] = defaultdict(set)
    named = dict(_name(ground, range(len(ground.found)), names, listed))
    for at, mention in named.items():
        said[at] = mention.skill
        if mention.skill is not None:
            members[mention.skill].add(at)
    groups: dict[str, Group] = {}
    _regroup(ground, names, said, groups, members, named)
    return Standing(ground, rulings, names, said, groups, listed)


def _name(
    ground: Ground, places: Sequence[int], names: _Names, listed: dict[str, frozenset[str]]
) -> Iterator[tuple[int, Mention]]:
    """The mentions at these places under their skill; `listed` learns which wordings a posting asked for."""
    by_posting: dict[str, list[int]] = defaultdict(list)
    for at in places:
        by_posting[ground.found[at].posting_id].append(at)
    for posting, some in by_posting.items():
        names.asked.clear()
        named = cluster.name_each((ground.found[at] for at in some), ground.texts, names)
        for surface in names.asked:
            listed[surface] = listed.get(surface, frozenset()) | {posting}
        yield from zip(some, named, strict=True)


def _regroup(
    ground: Ground,
    names: _Names,
    said: Sequence[str | None],
    groups: dict[str, Group],
    touched: Mapping[str, set[int]],
    named: Mapping[int, Mention],
) -> None:
    """The groups of these skills made anew; one that lost its last mention is gone.

    `named` holds mentions that have their skill already.
    """
    kept: dict[str, tuple[Mention, ...]] = {}
    members: dict[str, tuple[int, ...]] = {}
    for name, places in touched.items():
        before = groups.pop(name, None)
        candidates = places.union(before.members) if before else places
        stay = tuple(sorted(at for at in candidates if said[at] == name))
        if stay:
            members[name] = stay
            some = [named.get(at) or ground.found[at].named(name) for at in stay]
            kept[name] = tuple(cluster.collapse(some))
    for name, skill in _skills(ground, names.rulings, kept).items():
        engines = frozenset(m.provenance.engine for m in kept[name])
        groups[name] = Group(members[name], kept[name], _columns(ground, kept[name]), skill, engines)


def _rekind(
    ground: Ground, before: Rulings, after: Rulings, groups: dict[str, Group], done: set[str]
) -> None:
    """The skills whose kind, theme or reason other rulings change made anew."""
    names: set[str] = set()
    for old, new in ((before.kinds, after.kinds), (before.themes, after.themes), (before.by, after.by)):
        names.update(key(name) for name, _ in set(old.items()) ^ set(new.items()))
    if names:
        some = {name: groups[name].kept for name in groups if key(name) in names and name not in done}
        for name, skill in _skills(ground, after, some).items():
            group = groups[name]
            groups[name] = Group(group.members, group.kept, group.columns, skill, group.engines)


def _skills(
    ground: Ground, rulings: Rulings, kept: Mapping[str, Sequence[Mention]]
) -> dict[str, Skill | None]:
    """The skill of each group; None where all its mentions are negated."""
    usages = [usage for mentions in kept.values() for usage in cluster.usages(mentions)]
    built = {s.name: s for s in cluster.build_skills(usages, ground.vocabulary, rulings)}
    return {name: built.get(name) for name in kept}


def _columns(ground: Ground, kept: Sequence[Mention]) -> tuple[Any, ...]:
    """One entry per posting that weighs: its place, how often at which strength, the fewest years."""
    import numpy as np

    counts: dict[int, list[int]] = {}
    years: dict[int, float] = {}
    for mention in kept:
        place = ground.places.get(mention.posting_id)
        if place is None or mention.negated:
            continue
        if place not in counts:
            counts[place], years[place] = [0] * len(shares.STRENGTH_ORDER), np.nan
        counts[place][_STRENGTHS[mention.strength]] += 1
        if mention.years is not None:
            years[place] = min(mention.years, years[place]) if years[place] == years[place] else mention.years
    places = sorted(counts)
    return (
        np.array(places, dtype=np.int64),
        np.array([counts[p] for p in places], dtype=np.int64).reshape(-1, len(shares.STRENGTH_ORDER)),
        np.array([years[p] for p in places], dtype=np.float64),
    )


_STRENGTHS = {name: place for place, name in enumerate(shares.STRENGTH_ORDER)}


def _demand(ground: Ground, groups: Mapping[str, Group]) -> Any:
    """The store's `demand` of these groups: one row per posting and skill."""
    import numpy as np
    import pyarrow as pa

    demanded = [(name, group.columns) for name, group in groups.items() if len(group.columns[0])]
    sizes = [len(columns[0]) for _, columns in demanded]
    empty = np.empty(0, np.int64), np.empty((0, len(shares.STRENGTH_ORDER)), np.int64), np.empty(0)
    parts: list[Any] = [
        np.concatenate([none, *(columns[i] for _, columns in demanded)]) for i, none in enumerate(empty)
    ]
    names = pa.array([name for name, _ in demanded], pa.string())
    table = {
        "posting_id": pa.array(ground.places, pa.string()).take(pa.array(parts[0])),
        "skill": names.take(pa.array(np.repeat(np.arange(len(sizes)), sizes))),
    }
    counts = {name: pa.array(parts[1][:, i]) for i, name in enumerate(shares.STRENGTH_ORDER)}
    return pa.table({**table, **counts, "years": pa.array(parts[2], from_pandas=False)})


class _Quotes(Mapping[str, Sequence[Evidence]]):
    """A skill's counted quotes, made when they are asked for: only the ten rows' skills ever are."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def __getitem__(self, skill: str) -> Sequence[Evidence]:
        group = self._standing.groups[skill]
        if skill not in group.quotes:
            postings = self._standing.ground.postings
            some = {m.posting_id: postings[m.posting_id] for m in group.kept if m.posting_id in postings}
            group.quotes[skill] = evidence(list(some.values()), group.kept).get(skill, [])
        return group.quotes[skill]

    def __iter__(self) -> Iterator[str]:
        return iter(self._standing.groups)

    def __len__(self) -> int:
        return len(self._standing.groups)
