"""Your 20 %: the fewest skills that make up most of a row's mentions, and the tail that can wait."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import SkillCount


def split(
    counts: Sequence[SkillCount], share: float
) -> tuple[tuple[SkillCount, ...], tuple[SkillCount, ...]]:
    """The core and the tail. Taking the most mentioned first is exact: no fewer skills reach the share."""
    ranked = sorted(counts, key=lambda c: (-c.mentions, -c.n, c.skill))
    wanted = share * sum(c.mentions for c in ranked)
    reached, taken = 0, 0
    while taken < len(ranked) and reached < wanted - 1e-9:
        reached += ranked[taken].mentions
        taken += 1
    return tuple(ranked[:taken]), tuple(ranked[taken:])
