"""The counted postings of a data set → what each group of them adds up to, part by part."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from pipeline import score, shares
from pipeline.folders.counting import Columns, Counting, begins
from pipeline.records import Rulings, Skill, SkillScore
from pipeline.settings import ScoreSettings
from pipeline.shares import Base, Entries, Tally, Voices


@dataclass(frozen=True)
class Scored:
    """A group of postings: the values that it has in common, what it adds up to, the score of each skill."""

    values: dict[str, str]
    tally: Tally
    scores: list[SkillScore]


@dataclass(frozen=True)
class Market:
    """The counted postings of a data set, to be scored as a whole or in groups.

    `names` are those of the skills by their codes; all of a group is never in memory at once.
    """

    counting: Counting
    names: Sequence[str]
    skills: Mapping[str, Skill]
    settings: ScoreSettings
    rulings: Rulings

    def scored(self, columns: Sequence[str], least: int) -> Iterator[Scored]:
        """Yield the groups by these columns with at least so many postings, ordered by their values."""
        for values, tally in self._tallies(columns, least):
            scores = score.scored(tally, self.skills, self.settings, self.rulings)
            yield Scored(values, tally, scores)

    def _tallies(self, columns: Sequence[str], least: int) -> Iterator[tuple[dict[str, str], Tally]]:
        self.counting.group(columns, least, lambda rows: _weigh(rows, self.settings))
        demands = _demands(self.counting.entries(), self.names, self.settings)
        parts = heapq.merge(_bases(self.counting.weighed()), demands, key=itemgetter(0))
        by_number = groupby(parts, key=itemgetter(0))
        for values, (_, own) in zip(self.counting.grouped(), by_number, strict=True):
            yield values, shares.together([part for _, part in own])


def _weigh(rows: Columns, settings: ScoreSettings) -> Columns:
    """Return how many postings each row's voice has in its group, and what each of them weighs."""
    import numpy as np

    voice = np.cumsum(begins(rows, "number", "voice")) - 1
    days = np.where(rows["day"] > 0, rows["day"], np.nan)
    ages = shares.aged(days, rows["newest"], rows["undated"])
    source = np.full(len(days), settings.kind_posting)
    weights = shares.weigh(ages, source, voice, settings, rows["postings"])
    sizes = np.bincount(voice, weights=rows["postings"])
    return {"size": sizes[voice], "weight": weights.total}


def _bases(chunks: Iterable[Columns]) -> Iterator[tuple[int, Tally]]:
    """Yield part by part the postings of each group, without what they demand."""
    for rows in chunks:
        for number, part in _by_group(rows):
            sizes = part["size"][begins(part, "voice")]
            weight = float((part["weight"] * part["postings"]).sum())
            base = Base(int(part["postings"].sum()), len(sizes), int((sizes.astype(int) ** 2).sum()), weight)
            yield number, shares.nobody(base)


def _demands(
    chunks: Iterable[Columns], names: Sequence[str], settings: ScoreSettings
) -> Iterator[tuple[int, Tally]]:
    """Yield part by part what the postings of each group demand."""
    import numpy as np

    # by the sets of strengths that `Counting.entries` answers: a bit for each, in this order
    sets = np.arange(1 << len(shares.STRENGTH_ORDER))
    said = np.stack([sets >> place & 1 == 1 for place in range(len(shares.STRENGTH_ORDER))])
    strongest, strength = shares.strongest_of(said, settings)
    for rows in chunks:
        for number, part in _by_group(rows):
            first = begins(part, "skill")
            item = np.cumsum(first) - 1
            voices = np.flatnonzero(begins(part, "skill", "voice"))
            adds = part["weight"] * strength[part["strengths"]] * part["postings"]
            yield (
                number,
                shares.add_up(
                    Base(),
                    tuple(names[code] for code in part["skill"][first].tolist()),
                    np.bincount(item, weights=adds).astype(np.float64),
                    Entries(
                        item, part["postings"], strongest[part["strengths"]], part["mentions"], part["years"]
                    ),
                    Voices(
                        item[voices],
                        np.add.reduceat(part["postings"], voices),
                        part["size"][voices],
                        part["voice"][voices] >= 0,
                    ),
                ),
            )


def _by_group(rows: Columns) -> Iterator[tuple[int, Columns]]:
    """Yield the rows of each group, with its number."""
    import numpy as np

    starts = np.flatnonzero(begins(rows, "number")).tolist()
    for start, end in zip(starts, [*starts[1:], len(rows["number"])], strict=True):
        yield int(rows["number"][start]), {name: column[start:end] for name, column in rows.items()}
