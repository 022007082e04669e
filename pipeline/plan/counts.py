"""What the postings say about a row: how many require it, do it, ask for it with others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.records import MatrixRow, Mention, Posting, SkillCount, SkillScore


@dataclass(frozen=True, slots=True)
class Demand:
    """The counted mentions of a target, by skill and by posting."""

    postings: Mapping[str, Posting]
    by_skill: Mapping[str, Sequence[Mention]]
    theme: Mapping[str, str]

    def of(self, skills: Iterable[str]) -> list[Mention]:
        """Return every counted mention of these skills."""
        return [m for name in sorted(set(skills)) for m in self.by_skill.get(name, ())]

    def asking(self, skills: Iterable[str], *strengths: str) -> frozenset[str]:
        """Return the postings that ask for one of these skills, in one of these strengths if any is named."""
        return frozenset(m.posting_id for m in self.of(skills) if not strengths or m.strength in strengths)

    def count(self, skill: str) -> SkillCount:
        """Return how often one skill is named."""
        found = self.by_skill.get(skill, ())
        return SkillCount(skill, len({m.posting_id for m in found}), len(found))


def demand(postings: Iterable[Posting], mentions: Iterable[Mention], scores: Iterable[SkillScore]) -> Demand:
    """Return the counted postings with the mentions that count in them."""
    counted = {p.id: p for p in sorted(postings, key=_in_order) if p.counted}
    place = {name: at for at, name in enumerate(counted)}
    by_skill: dict[str, list[Mention]] = defaultdict(list)
    found = [m for m in mentions if m.skill and not m.negated and m.posting_id in counted]
    for mention in sorted(found, key=lambda m: (place[m.posting_id], m.start, m.end)):
        by_skill[str(mention.skill)].append(mention)
    return Demand(counted, by_skill, {s.skill: s.theme for s in scores})


def _in_order(posting: Posting) -> tuple[int, str, str]:
    """Return the order of the list.

    Within a line by the text, since an id depends on the folder of a file.
    """
    return posting.number, posting.fingerprint, posting.id


def members(rows: Sequence[MatrixRow], found: Demand) -> dict[str, tuple[str, ...]]:
    """Return each row's skills: those it names, and the rest of its theme that no other row names."""
    named = {name for row in rows for name in row.skills}
    rest: dict[str, list[str]] = defaultdict(list)
    for name, theme in sorted(found.theme.items()):
        if name not in named and name in found.by_skill:
            rest[theme].append(name)
    return {row.theme: (*row.skills, *rest[row.theme]) for row in rows}


def together(skills: Mapping[str, Sequence[str]], found: Demand) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return for each row the other rows that the same postings ask for, with how many do, most first."""
    asking = {theme: found.asking(names) for theme, names in skills.items()}
    return {
        theme: tuple(
            sorted(
                ((other, len(mine & asking[other])) for other in asking if other != theme),
                key=lambda pair: (-pair[1], pair[0]),
            )
        )
        for theme, mine in asking.items()
    }
