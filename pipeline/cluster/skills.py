"""Skills out of named mentions: kind with its reason, theme, and the wordings that were seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cluster.names import Names
from pipeline.phrases import phrases, unit, weights
from pipeline.records import Kind, Mention, Posting, Rulings, Skill, SkillEntry, Vocabulary
from pipeline.shares import employer_name
from pipeline.text import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Usage:
    """How one named skill was used: the engines' votes for its kind, its wordings, where it was asked for.

    `roles` and `employers` count over all targets of the workspace; `all_roles` is how many there are. Only
    employers that postings name are counted.
    """

    skill: str
    general: int = 0
    specific: int = 0
    surfaces: tuple[str, ...] = ()
    roles: int = 1
    employers: int = 1
    all_roles: int = 1


WORDINGS = 12
"""Wordings of a skill that its kind is learned from."""

MOST = 4000
"""Skills of a target whose kind is looked up in the encoder. Of more the engines vote, and in folders of
postings, which keep names and no wordings."""

SURE = 0.75
"""How sure what was learned must be to overrule the vocabulary. Kind on left-out fields: .858 without
what was learned, .873 where it always decides, .877 from .7 or .75, .865 from .9."""

_SCALE: Mapping[Kind, float] = {"general": -1.0, "specific": 1.0}

MIN_EMPLOYERS = 3
"""Fewer employers than this say nothing about how far a skill carries."""


def usages(
    mentions: Iterable[Mention],
    postings: Mapping[str, Posting] | None = None,
    roles: Mapping[str, str] | None = None,
) -> list[Usage]:
    """The usage of every named skill, in the order of names; `roles` leads from posting id to role."""
    votes: dict[str, Counter[str | None]] = defaultdict(Counter)
    seen: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    for m in mentions:
        if m.skill is not None and not m.negated:
            votes[m.skill][m.kind] += 1
            seen[m.skill].add(m.quote)
            places[m.skill].add(m.posting_id)
    roles = roles or {}
    employers = {i: employer_name(p.company) for i, p in (postings or {}).items()}
    return [
        Usage(
            skill,
            votes[skill]["general"],
            votes[skill]["specific"],
            tuple(sorted(seen[skill])),
            len({roles.get(i, "") for i in places[skill]}),
            len({employers.get(i, "") for i in places[skill]} - {""}),
            max(1, len(set(roles.values()))),
        )
        for skill in sorted(votes)
    ]


def build_skills(
    named: Iterable[Mention] | Iterable[Usage], vocabulary: Vocabulary, rulings: Rulings | None = None
) -> list[Skill]:
    """The skills in the order of their names, each with kind, reason and theme.

    Kind: a person's decision, then the vocabulary, then the measured spread over roles and employers,
    then the majority of the engines. A rejected skill is left out.
    """
    rulings = rulings or Rulings()
    maker = _Maker(vocabulary, rulings)
    items = list(named)
    table = [u for u in items if isinstance(u, Usage)] or usages(m for m in items if isinstance(m, Mention))
    rejected = {key(name) for name in rulings.rejected}
    maker.learn(table)
    return [maker.skill(u) for u in sorted(table, key=lambda u: u.skill) if key(u.skill) not in rejected]


def features(usages: Sequence[Usage], entries: Sequence[SkillEntry | None]) -> NDArray[np.float64]:
    """Return what the kind of each skill is learned from (skills x features).

    The mean vectors of its wordings in both views, the kind that the vocabulary gives it (general -1,
    specific 1, unknown 0), and the balance of the engines' votes on the same scale.
    """
    import numpy as np

    rows = []
    for usage, entry in zip(usages, entries, strict=True):
        said = tuple(dict.fromkeys((usage.skill, *usage.surfaces[:WORDINGS])))
        known = _SCALE[entry.kind] if entry else 0.0
        votes = (usage.specific - usage.general) / max(1, usage.specific + usage.general)
        means = [unit(phrases().vectors(said, view).mean(0)) for view in ("row", "same")]
        rows.append(np.concatenate([*means, [known, votes]]))
    return np.stack(rows).astype(np.float64)


def _specific(usages: Sequence[Usage], entries: Sequence[SkillEntry | None]) -> list[float]:
    """Return the learned probability that each skill is specific, rounded for every processor alike."""
    import numpy as np

    held = weights("kind")
    odds = features(usages, entries) @ held["w"] + held["b"]
    return [float(p) for p in np.round(1 / (1 + np.exp(-odds)), 4)]


class _Maker:
    def __init__(self, vocabulary: Vocabulary, rulings: Rulings) -> None:
        self.vocabulary = vocabulary
        self.rulings = rulings
        self.names = Names(vocabulary)
        self.kinds = {key(name): kind for name, kind in rulings.kinds.items()}
        self.themes = {key(name): theme for name, theme in rulings.themes.items()}
        self.by = {key(name): line for name, line in rulings.by.items()}
        # a renamed skill keeps what the vocabulary knows of it
        self.former = {rulings.today(old): old for old in rulings.names if old in vocabulary.skills}
        self.specific: dict[str, float] = {}

    def entry(self, usage: Usage) -> SkillEntry | None:
        """Return what the vocabulary knows of a skill, under its former name where it was renamed."""
        skills = self.vocabulary.skills
        return skills.get(usage.skill) or skills.get(self.former.get(usage.skill, ""))

    def learn(self, table: Sequence[Usage]) -> None:
        """Look up the learned kinds of skills whose wordings are known, unless they are too many."""
        worded = [usage for usage in table if usage.surfaces]
        if 0 < len(worded) <= MOST:
            learned = _specific(worded, [self.entry(usage) for usage in worded])
            self.specific = {usage.skill: sure for usage, sure in zip(worded, learned, strict=True)}

    def skill(self, usage: Usage) -> Skill:
        """One skill with everything that is known of it."""
        entry = self.entry(usage)
        kind, reason = self.kind(usage, entry)
        return Skill(
            name=usage.skill,
            kind=kind,
            reason=reason,
            theme=self.theme(usage.skill, entry, kind),
            aliases=tuple(sorted(set(usage.surfaces))),
            known=entry is not None,
            uri=entry.uri if entry else "",
        )

    def kind(self, usage: Usage, entry: SkillEntry | None) -> tuple[Kind, str]:
        """The kind and, as a sentence, why; the measured spread is shown wherever there is one."""
        spread = _spread(usage)
        decided = self.kinds.get(key(usage.skill))
        if decided:
            return decided, f"{self.by.get(key(usage.skill), 'a person')} decided: {decided}{spread}"
        learned = self._learned(usage, entry)
        if entry and entry.source == "curated" and not learned:
            return entry.kind, f"vocabulary: {self._why(entry)}{spread}"
        kind, reason = learned or self._voted(usage, entry)
        measured = _measured(usage)
        if measured and measured != kind:
            return measured, f"measured: {spread.removeprefix('; ')}, so {measured} (was {kind}: {reason})"
        return kind, reason + spread

    def _learned(self, usage: Usage, entry: SkillEntry | None) -> tuple[Kind, str] | None:
        """Return what readers' kinds of such wordings say; None where the vocabulary stands."""
        if usage.skill not in self.specific:
            return None
        specific = self.specific[usage.skill]
        kind: Kind = "specific" if specific > 0.5 else "general"
        sure = max(specific, 1 - specific)
        if entry and (kind == entry.kind or sure < SURE):
            return None
        return kind, f"learned: readers call such wordings {kind} ({sure:.0%} sure)"

    def _why(self, entry: SkillEntry) -> str:
        theme = self.vocabulary.themes.get(entry.theme)
        if theme and theme.kind == entry.kind:
            return theme.reason
        if entry.kind == "specific":
            return "bound to a named technology, method, standard or field"
        return "carries over between employers and tools"

    def _voted(self, usage: Usage, entry: SkillEntry | None) -> tuple[Kind, str]:
        if entry:
            return entry.kind, f"taxonomy {entry.source}"
        votes = usage.general + usage.specific
        kind: Kind = "general" if usage.general > usage.specific else "specific"
        if not votes:
            kind = "general" if usage.skill.split()[0].lower().endswith("ing") else "specific"
            return kind, "by the form of its own words"
        return kind, f"engine: {max(usage.general, usage.specific)} of {votes} mentions read as {kind}"

    def theme(self, skill: str, entry: SkillEntry | None, kind: Kind) -> str:
        """The theme's key: decided, from the vocabulary, of the known name inside, or the skill itself."""
        decided = self.themes.get(key(skill))
        if decided:
            return decided
        if entry and entry.theme:
            return entry.theme
        inside = None if entry else self.names.part(skill)
        theme = self.vocabulary.skills[inside].theme if inside else ""
        known = self.vocabulary.themes.get(theme)
        return theme if known and known.kind == kind else skill


def _spread(usage: Usage) -> str:
    if usage.all_roles < 2:
        return ""
    roles = "1 role" if usage.roles == 1 else f"{usage.roles} roles"
    employers = "1 employer" if usage.employers == 1 else f"{usage.employers} employers"
    by = f" and by {employers}" if usage.employers else ""
    return f"; asked for in {roles} of {usage.all_roles}{by}"


def _measured(usage: Usage) -> Kind | None:
    """What the spread says of a skill that no curated entry knows; None where it says too little."""
    if usage.all_roles < 2 or usage.employers < MIN_EMPLOYERS or _is_named_thing(usage.skill):
        return None
    if usage.roles == usage.all_roles:
        return "general"
    if usage.roles == 1 and usage.all_roles > 2:
        return "specific"
    return None


def _is_named_thing(name: str) -> bool:
    """True for a name with a digit or inner capitals: a product does not become a practice by spreading."""
    return any(c.isdigit() for c in name) or any(c.isupper() for c in name[1:])
