"""The demand table: which posting demands which skill, how strongly, and what the posting weighs.

A run, a snapshot, the preview of a review, trends and segments all count on this one table; folders of
millions cut it into parts whose `Tally` adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.shares.tallies import STRENGTH_ORDER, Base, Entries, Tally, Voices, add_up, wilson
from pipeline.shares.weights import Weights, ages, employer_name, employers, kinds_weigh, weigh

if TYPE_CHECKING:
    from pipeline.records import Mention
    from pipeline.settings import ScoreSettings
    from pipeline.shares.weights import Codes, Flags, Floats

Facts = Mapping[str, Any]
"""What is known of one posting: its id, company, title, date, source_kind and the facts read in it."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the counted postings demand an item, with the Wilson interval of that share."""

    name: str
    n: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """n / N, 0.0 where there are no postings."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True)
class DemandTable:
    """Posting x item, in columns: one entry per pair with its strongest requirement level.

    An item is a skill, or a matrix row after `grouped`. `facts` holds the columns of the postings by name
    (id, company, date, …), each in the order of `ids`; `employer`, `counted` and `weights` follow that order
    too. `counted` marks the postings that are N; the others are sources of other kinds. The entries
    (`posting`, `item`, `strongest`, `strength`, `mentions`, `years`) are sorted by item and posting;
    `posting` and `item` are places in `ids` and `names`.
    """

    facts: Mapping[str, tuple[Any, ...]]
    employer: Codes
    counted: Flags
    weights: Weights
    names: tuple[str, ...]
    posting: Codes
    item: Codes
    strongest: Codes
    strength: Floats
    mentions: Codes
    years: Floats
    settings: ScoreSettings
    today: str | None = None

    # --- making one -------------------------------------------------------------------------------

    @classmethod
    def of_counts(
        cls, counts: Any, postings: Any, settings: ScoreSettings, today: str | None = None
    ) -> DemandTable:
        """Make the table of what `count_demand` gave and of the postings, both Arrow tables or DataFrames.

        `postings` has the columns id, company, date, source_kind and any further facts. Counts of other
        postings are left out. Ages count from `today`, or from the newest date.
        """
        counts, postings = _arrow(counts), _arrow(postings)
        facts = {name: tuple(postings.column(name).to_pylist()) for name in postings.column_names}
        employer, counted, weights = _weighed(facts, settings, today)
        entries = _entries(counts, facts["id"], settings)
        return cls(facts, employer, counted, weights, *entries, settings, today)

    @classmethod
    def of_mentions(
        cls, mentions: Iterable[Mention], postings: Any, settings: ScoreSettings, today: str | None = None
    ) -> DemandTable:
        """Make the table of named mentions; those without a skill and negated ones demand nothing."""
        return cls.of_counts(count_mentions(mentions), postings, settings, today)

    # --- counts and shares ------------------------------------------------------------------------

    @property
    def ids(self) -> tuple[str, ...]:
        """The postings and other sources, by id."""
        return self.facts["id"]

    @cached_property
    def of(self) -> int:
        """N: how many postings are counted."""
        return int(self.counted.sum())

    @cached_property
    def in_n(self) -> Flags:
        """Which entries belong to a counted posting."""
        flags: Flags = self.counted[self.posting]
        return flags

    @cached_property
    def demanded(self) -> Floats:
        """For each item the sum of weight x strength over the sources that demand it."""
        import numpy as np

        adds = self.weights.total[self.posting] * self.strength
        return np.bincount(self.item, weights=adds, minlength=len(self.names)).astype(np.float64)

    @cached_property
    def tally(self) -> Tally:
        """What the postings and their demands add up to."""
        import numpy as np

        counted = np.flatnonzero(self.in_n)
        entries = Entries(
            self.item[counted],
            np.ones(len(counted), np.int64),
            self.strongest[counted],
            self.mentions[counted],
            self.years[counted],
        )
        sizes = np.bincount(self.employer[self.counted]).astype(np.float64)
        base = Base(
            self.of,
            int(np.count_nonzero(sizes)),
            int((sizes**2).sum()),
            float(self.weights.total.sum()),
        )
        return add_up(base, self.names, self.demanded, entries, self._voices(sizes))

    def _voices(self, sizes: Floats) -> Voices:
        """Count by employer the postings that demand each item; `sizes` are all its postings."""
        import numpy as np

        width = max(1, len(sizes))
        # item and employer as one number: they sort as pairs do
        pairs = self.item[self.in_n] * width + self.employer[self.posting[self.in_n]]
        pairs, found = np.unique(pairs, return_counts=True)
        named = np.zeros(max(width, len(self.ids)), dtype=bool)
        known = {name: bool(employer_name(name or "")) for name in set(self.facts["company"])}
        named[self.employer] = [known[name] for name in self.facts["company"]]
        employer = pairs % width
        return Voices(pairs // width, found.astype(np.float64), sizes[employer], named[employer])

    def shares(self, names: Sequence[str] | None = None, plain: bool = False) -> list[Share]:
        """Count n of N for each item, or for `names`, with the interval at the settings' confidence.

        The interval allows for postings of one employer that say the same (design effect), as scores do;
        `plain` takes every posting as independent. A name that nobody demands has n = 0.
        """
        import numpy as np

        tally, place = self.tally, {name: at for at, name in enumerate(self.names)}
        wanted = self.names if names is None else names
        at = np.array([place.get(name, -1) for name in wanted], dtype=np.int64)
        n = np.append(tally.n, 0)[at]  # place -1 reads the last
        if not self.of:
            return [Share(name, 0, 0, 0.0, 1.0) for name in wanted]
        effect = np.append(tally.design_effects, tally.effect(tally.alike_together))[at]
        low, high = wilson(n / self.of, self.of / (1.0 if plain else effect), self.settings.confidence)
        rows = zip(wanted, n.tolist(), low.tolist(), high.tolist(), strict=True)
        return [Share(name, int(count), self.of, a, b) for name, count, a, b in rows]

    def entries_of(self, place: int) -> slice:
        """Find the entries of the item at that place in `names`."""
        return slice(int(self._starts[place]), int(self._starts[place + 1]))

    @cached_property
    def _starts(self) -> Codes:
        import numpy as np

        return np.searchsorted(self.item, np.arange(len(self.names) + 1))

    # --- other postings, other items --------------------------------------------------------------

    def where(self, keep: Callable[[Facts], bool]) -> DemandTable:
        """Restrict the table to the postings whose facts satisfy `keep`.

        It is the table that these postings alone would give: weights (recency from their newest date,
        employer cap) and items are theirs.
        """
        return self.of_places([at for at in range(len(self.ids)) if keep(self.posting_facts(at))])

    def of_postings(self, ids: Iterable[str]) -> DemandTable:
        """Restrict the table to these postings, as `where` does."""
        wanted = frozenset(ids)
        return self.where(lambda posting: posting["id"] in wanted)

    def by(self, fact: str | Callable[[Facts], str]) -> dict[str, DemandTable]:
        """Cut the table into one for each value of a fact, in the order of values; "" holds unknown ones."""
        places: dict[str, list[int]] = {}
        for at in range(len(self.ids)):
            known = self.posting_facts(at)
            value = (known.get(fact) or "") if isinstance(fact, str) else fact(known)
            places.setdefault(str(value), []).append(at)
        return {value: self.of_places(places[value]) for value in sorted(places)}

    def posting_facts(self, place: int) -> Facts:
        """Return what is known of the posting at that place in `ids`."""
        return {name: column[place] for name, column in self.facts.items()}

    def of_places(self, places: Sequence[int]) -> DemandTable:
        """Restrict the table to the postings at these ascending places in `ids`, as `where` does."""
        import numpy as np

        at = np.full(len(self.ids), -1, dtype=np.int64)
        at[list(places)] = np.arange(len(places))
        kept = np.flatnonzero(at[self.posting] >= 0)
        items, item = np.unique(self.item[kept], return_inverse=True)
        facts = {name: tuple(column[place] for place in places) for name, column in self.facts.items()}
        return DemandTable(
            facts, *_weighed(facts, self.settings, self.today),
            tuple(self.names[code] for code in items.tolist()), at[self.posting[kept]], item,
            self.strongest[kept], self.strength[kept], self.mentions[kept], self.years[kept],
            self.settings, self.today,
        )  # fmt: skip

    def without(self, ids: Iterable[str]) -> DemandTable:
        """Leave postings out of N, while the weights of all stay as they are."""
        import numpy as np

        return replace(self, counted=self.counted & ~np.isin(self.ids, sorted(ids)))

    def renamed(self, name_of: Callable[[str], str]) -> DemandTable:
        """Rename the items; those that get one name become one."""
        import numpy as np

        today = [name_of(name) for name in self.names]
        if tuple(today) == self.names:
            return self
        names = sorted(set(today))
        place = {name: code for code, name in enumerate(names)}
        return self.grouped(tuple(names), np.array([place[name] for name in today], dtype=np.int64))

    def grouped(self, names: tuple[str, ...], group_of: Codes) -> DemandTable:
        """Join items into groups: a posting demands a group once, as strongly as its strongest member.

        `group_of` gives for each item its group, or -1 for none.
        """
        import numpy as np

        group = group_of[self.item]
        kept = np.flatnonzero(group >= 0)
        order = kept[
            # the strongest entry of a posting first; the order in `STRENGTH_ORDER` where two weigh the same
            np.lexsort((self.strongest[kept], -self.strength[kept], self.posting[kept], group[kept]))
        ]
        keys = group[order] * max(1, len(self.ids)) + self.posting[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        some = len(first) > 0  # reduceat refuses an empty list of starts
        lead = order[first]
        return replace(
            self,
            names=names,
            posting=self.posting[lead],
            item=group[lead],
            strongest=self.strongest[lead],
            strength=self.strength[lead],
            mentions=np.add.reduceat(self.mentions[order], first) if some else self.mentions[:0],
            years=np.fmin.reduceat(self.years[order], first) if some else self.years[:0],
        )

    def of_items(self, items: Sequence[Sequence[str]]) -> DemandTable:
        """Put other items in place of the skills: for each posting its distinct ones."""
        import numpy as np

        said = np.array([name for found in items for name in found], dtype=np.str_)
        names, item = np.unique(said, return_inverse=True)
        posting = np.repeat(np.arange(len(items)), [len(found) for found in items])
        order = np.lexsort((posting, item))
        ones = np.ones(len(said), dtype=np.int64)
        return replace(
            self,
            names=tuple(names.tolist()),
            posting=posting[order],
            item=item[order],
            strongest=ones,
            strength=np.ones(len(said)),
            mentions=ones,
            years=np.full(len(said), np.nan),
        )


# --- counting mentions ----------------------------------------------------------------------------


def count_mentions(mentions: Iterable[Mention], kinds: bool = False) -> Any:
    """Count named mentions as `count_demand` does; those without a skill and negated ones are left out."""
    import pyarrow as pa

    some = [m for m in mentions if m.skill is not None and not m.negated]
    columns = {
        "posting_id": pa.array([m.posting_id for m in some], pa.string()),
        "skill": pa.array([m.skill for m in some], pa.string()),
        "strength": pa.array([m.strength for m in some], pa.string()),
        "years": pa.array([m.years for m in some], pa.float64()),
    }
    if kinds:
        columns["kind"] = pa.array([m.kind for m in some], pa.string())
    return count_demand(pa.table(columns))


def count_demand(mentions: Any) -> Any:
    """Count an Arrow table of mentions (posting_id, skill, strength, years): a row per posting and skill.

    The columns of the answer: posting_id, skill, how many mentions at each strength, the fewest years asked
    (null for none) and, where `mentions` has a column kind, how many of each kind. Postings keep the order
    in which they come, skills are sorted within.
    """
    import numpy as np
    import pyarrow as pa

    ids, posting = _coded(mentions.column("posting_id"))
    said, skill = _sorted(*_coded(mentions.column("skill")))
    keys, row = np.unique(posting * max(1, len(said)) + skill, return_inverse=True)
    counts = {
        name: pa.array(np.bincount(row[_is(mentions.column(column), name)], minlength=len(keys)), pa.int64())
        for column, names in (("strength", STRENGTH_ORDER), ("kind", ("general", "specific")))
        if column in mentions.column_names
        for name in names
    }
    asked = np.asarray(mentions.column("years").cast(pa.float64()), dtype=np.float64)
    years = np.full(len(keys), np.nan)
    np.fmin.at(years, row, asked)
    return pa.table(
        {
            "posting_id": pa.array(ids, pa.string()).take(pa.array(keys // max(1, len(said)))),
            "skill": pa.array(said, pa.string()).take(pa.array(keys % max(1, len(said)))),
            **counts,
            "years": pa.array(years, from_pandas=True),
        }
    )


def _coded(column: Any) -> tuple[list[str], Codes]:
    """Return the distinct values in the order in which they come, and each row's place among them."""
    import numpy as np

    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), np.asarray(coded.indices, dtype=np.int64)


def _sorted(names: Sequence[str], codes: Codes) -> tuple[list[str], Codes]:
    """Return the same with the names in order."""
    import numpy as np

    order = sorted(names)
    rank = {name: place for place, name in enumerate(order)}
    return order, np.array([rank[name] for name in names], dtype=np.int64)[codes]


def _is(column: Any, value: str) -> Flags:
    import numpy as np
    from pyarrow import compute

    return np.asarray(compute.equal(column, value).fill_null(False), dtype=bool)


# --- from counts to entries -----------------------------------------------------------------------


def _weighed(
    facts: Mapping[str, tuple[Any, ...]], settings: ScoreSettings, today: str | None
) -> tuple[Codes, Flags, Weights]:
    """Return each posting's employer, whether it is one of N, and what it weighs."""
    import numpy as np

    kinds = facts["source_kind"]
    employer = employers(tuple(name or "" for name in facts["company"]))
    counted = np.array([kind == "posting" for kind in kinds], dtype=bool)
    weights = weigh(ages(facts["date"], today), kinds_weigh(kinds, settings), employer, settings)
    return employer, counted, weights


def _arrow(table: Any) -> Any:
    import pyarrow as pa

    return table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)


def _entries(
    counts: Any, ids: tuple[str, ...], settings: ScoreSettings
) -> tuple[tuple[str, ...], Codes, Codes, Codes, Floats, Codes, Floats]:
    """Return the names, and the columns of the entries sorted by item and posting."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute

    posting = compute.index_in(counts.column("posting_id"), pa.array(ids, pa.string()))
    posting = np.asarray(posting.fill_null(-1), dtype=np.int64)
    names, item = _sorted(*_coded(counts.column("skill")))
    kept = np.flatnonzero(posting >= 0)
    order = kept[_by_item(item[kept], posting[kept])]
    strongest, strength, mentions = _strengths(counts, settings)
    years = np.asarray(counts.column("years").cast(pa.float64()), dtype=np.float64)
    return (
        tuple(names), posting[order], item[order], strongest[order], strength[order], mentions[order],
        years[order],
    )  # fmt: skip


def _by_item(item: Codes, posting: Codes) -> Codes:
    """Return the order by item and posting; counts mostly come by posting, and then sorting is cheap."""
    import numpy as np

    if len(posting) and (np.diff(posting) >= 0).all() and item.max() < np.iinfo(np.int16).max:
        return np.argsort(item.astype(np.int16), kind="stable")  # of 16 bits: by radix, in linear time
    return np.lexsort((posting, item))


def _strengths(counts: Any, settings: ScoreSettings) -> tuple[Codes, Floats, Codes]:
    """Return for each row of the counts its strongest strength, the weight of that, and how many mentions."""
    import numpy as np

    columns = np.stack([np.asarray(counts.column(name), dtype=np.int64) for name in STRENGTH_ORDER])
    return *strongest_of(columns > 0, settings), columns.sum(axis=0)


def strongest_of(said: Flags, settings: ScoreSettings) -> tuple[Codes, Floats]:
    """Return for each column the strongest of the strengths said in it (its code) and the weight of that.

    `said` has a row for each of `STRENGTH_ORDER`; where nothing is said the weight is 0.
    """
    import numpy as np

    weights = np.array([[getattr(settings, name)] for name in STRENGTH_ORDER], dtype=np.float64)
    # below every weight: a strength may be set to weigh 0 and is still said
    weighed = np.where(said, weights, -1.0)
    return weighed.argmax(axis=0).astype(np.int64), np.maximum(weighed.max(axis=0, initial=-1.0), 0.0)
