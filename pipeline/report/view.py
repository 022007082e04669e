"""One look at a `ReportInput` that every renderer shares: what is sorted how, and which quote comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.records import Mention, Posting, ReportInput, Skill, SkillScore, Strength

STRONGEST: dict[Strength, int] = {"required": 0, "duty": 1, "unstated": 2, "preferred": 3}
"""Which of several mentions speaks for a posting: the one that weighs most in the score comes first."""

STRENGTH_WORDS: dict[Strength, str] = {
    "required": "required",
    "preferred": "preferred",
    "duty": "a duty of the job",
    "unstated": "named, strength not stated",
}


@dataclass(frozen=True, slots=True)
class View:
    """A report's input, sorted and indexed once.

    `demands` leads from a skill to the mentions that speak for it, grouped by posting, strongest first;
    negated mentions and those of closed or repeated postings are not among them.
    """

    data: ReportInput
    postings: tuple[Posting, ...]
    posting: dict[str, Posting]
    skill: dict[str, Skill]
    score: dict[str, SkillScore]
    scores: tuple[SkillScore, ...]
    demands: dict[str, dict[str, list[Mention]]]

    @property
    def counted(self) -> tuple[Posting, ...]:
        """The N postings of "n of N", in order."""
        return tuple(p for p in self.postings if p.counted)

    def quotes(self, skill: str, limit: int) -> list[Mention]:
        """Up to `limit` mentions of a skill: one of each posting first, then what else they say."""
        groups = list(self.demands.get(skill, {}).values())
        groups.sort(key=lambda g: (not self.posting[g[0].posting_id].counted, STRONGEST[g[0].strength]))
        first = [group[0] for group in groups[:limit]]
        return first + [m for group in groups for m in group[1:]][: limit - len(first)]


def look(data: ReportInput) -> View:
    """The sorted, indexed view of the input; equal for inputs that differ only in order."""
    postings = tuple(sorted(data.postings, key=lambda p: (p.number, p.fingerprint, p.id)))
    by_id = {p.id: p for p in postings}
    scores = tuple(sorted(data.scores, key=lambda s: (-s.score, -s.n, s.skill)))
    return View(
        data,
        postings,
        by_id,
        {s.name: s for s in sorted(data.skills, key=lambda s: s.name)},
        {s.skill: s for s in scores},
        scores,
        _demands(data.mentions, by_id),
    )


def _demands(mentions: Iterable[Mention], posting: dict[str, Posting]) -> dict[str, dict[str, list[Mention]]]:
    shown = {p.id for p in posting.values() if p.weighed}
    rank = {name: i for i, name in enumerate(posting)}
    named = (m for m in mentions if m.skill is not None and not m.negated and m.posting_id in shown)
    ordered = sorted(named, key=lambda m: (rank[m.posting_id], STRONGEST[m.strength], m.start, m.end))
    found: dict[str, dict[str, list[Mention]]] = {}
    for m in ordered:
        found.setdefault(m.skill or "", {}).setdefault(m.posting_id, []).append(m)
    return found


def setting(data: ReportInput, name: str, default: str = "") -> str:
    """The value of one setting as the run used it (`section.name`), else the default."""
    return dict(data.settings).get(name, default)
