"""Your 20 %: the fewest skills that make up most of a row's mentions, and those that are named less often."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipeline.records import SkillCount


def split(
    counts: Sequence[SkillCount], share: float
) -> tuple[tuple[SkillCount, ...], tuple[SkillCount, ...]]:
    """Return the core and the rest. The most mentioned come first, skills that are named alike stay together.

    What only one posting names is no core while anything else is there: which of such names is worth more,
    nothing tells.
    """
    ranked = sorted(counts, key=lambda c: (-c.mentions, -c.n, c.skill))
    firm = [c for c in ranked if c.n > 1] or ranked
    wanted = share * sum(c.mentions for c in ranked)
    main: list[SkillCount] = []
    for _, alike in groupby(firm, key=lambda c: (c.mentions, c.n)):
        # a share that is just reached must count, whatever binary makes of the product
        if sum(c.mentions for c in main) >= wanted - 1e-9:
            break
        main += alike
    return tuple(main), tuple(c for c in ranked if c not in main)
