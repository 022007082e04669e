"""Who demands what: one entry for each posting and skill, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.shares.tallies import STRENGTH_ORDER, Base, Entries, Tally, Voices, add_up
from pipeline.shares.weights import Weights, ages, employers, kinds_weigh, weigh

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings
    from pipeline.shares.weights import Codes, Flags, Floats


@dataclass(frozen=True)
class Ledger:
    """Who demands what, in columns: one entry per (posting, item) with its strongest strength.

    An item is a skill, or a matrix row after `grouped`. `posting`, `item` index `ids`, `names`; entries
    are sorted by item and posting. `counted` marks the postings that are N; the others are sources of
    other kinds.
    """

    ids: tuple[str, ...]
    companies: tuple[str, ...]
    dates: tuple[str | None, ...]
    kinds: tuple[str, ...]
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
        """For each item the sum of weight × strength over the sources that demand it."""
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
        return add_up(self._base, self.names, self.demanded, entries, self._voices)

    @cached_property
    def _sizes(self) -> Floats:
        """How many counted postings each employer has, by its code."""
        import numpy as np

        return np.bincount(self.employer[self.counted]).astype(np.float64)

    @cached_property
    def _base(self) -> Base:
        import numpy as np

        sizes = self._sizes
        weight = float(self.weights.total.sum())
        return Base(self.of, int(np.count_nonzero(sizes)), int((sizes**2).sum()), weight)

    @cached_property
    def _voices(self) -> Voices:
        import numpy as np

        width = max(1, len(self._sizes))
        pairs = self.item[self.in_n] * width + self.employer[self.posting[self.in_n]]
        pairs, found = np.unique(pairs, return_counts=True)
        return Voices(pairs // width, found.astype(np.float64), self._sizes[pairs % width])

    def grouped(self, names: tuple[str, ...], group_of: Codes) -> Ledger:
        """The ledger of groups of items: a posting demands a group once, as strongly as its strongest.

        `group_of` gives for each item its group, or -1 for none.
        """
        import numpy as np

        group = group_of[self.item]
        kept = np.flatnonzero(group >= 0)
        order = kept[
            np.lexsort((self.strongest[kept], -self.strength[kept], self.posting[kept], group[kept]))
        ]
        keys = group[order] * max(1, len(self.ids)) + self.posting[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        some = len(first) > 0  # reduceat refuses an empty list of starts
        mentions = np.add.reduceat(self.mentions[order], first) if some else self.mentions[:0]
        years = np.fmin.reduceat(self.years[order], first) if some else self.years[:0]
        lead = order[first]
        return Ledger(
            self.ids, self.companies, self.dates, self.kinds, self.employer, self.counted, self.weights,
            names, self.posting[lead], group[lead], self.strongest[lead], self.strength[lead],
            mentions, years,
        )  # fmt: skip

    def of_items(self, items: Sequence[Sequence[str]]) -> Ledger:
        """The ledger of the same postings over other items: for each posting its distinct ones."""
        import numpy as np

        said = np.array([name for found in items for name in found], dtype=np.str_)
        names, item = np.unique(said, return_inverse=True)
        posting = np.repeat(np.arange(len(items)), [len(found) for found in items])
        order = np.lexsort((posting, item))
        ones = np.ones(len(said), dtype=np.int64)
        weight, years = np.ones(len(said)), np.full(len(said), np.nan)
        return Ledger(
            self.ids, self.companies, self.dates, self.kinds, self.employer, self.counted, self.weights,
            tuple(names.tolist()), posting[order], item[order], ones, weight, ones, years,
        )  # fmt: skip

    def entries(self, name: str) -> Codes:
        """The indices of one item's entries."""
        import numpy as np

        entries = self.entries_of(self.names.index(name))
        return np.arange(entries.start, entries.stop)

    def entries_of(self, place: int) -> slice:
        """Where the entries of the item at that place stand."""
        return slice(int(self._starts[place]), int(self._starts[place + 1]))

    @cached_property
    def _starts(self) -> Codes:
        import numpy as np

        return np.searchsorted(self.item, np.arange(len(self.names) + 1))


def ledger(demand: Any, postings: Any, settings: ScoreSettings, today: str | None = None) -> Ledger:
    """The ledger of what the store's `demand` and `weighed_postings` hold (Arrow tables or DataFrames).

    A `demand` that is a ledger already is answered as it is.
    """
    import numpy as np

    if isinstance(demand, Ledger):
        return demand
    demand, postings = _arrow(demand), _arrow(postings)
    ids = tuple(postings.column("id").to_pylist())
    companies = tuple(name or "" for name in postings.column("company").to_pylist())
    dates = tuple(postings.column("date").to_pylist())
    kinds = tuple(postings.column("source_kind").to_pylist())
    employer, counted = employers(companies), np.array([kind == "posting" for kind in kinds], dtype=bool)
    weights = weigh(ages(dates, today), kinds_weigh(kinds, settings), employer, settings)
    names, columns = _entries(demand, ids, settings)
    return Ledger(ids, companies, dates, kinds, employer, counted, weights, names, *columns)


def _arrow(table: Any) -> Any:
    import pyarrow as pa

    return table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)


def _entries(demand: Any, ids: tuple[str, ...], settings: ScoreSettings) -> tuple[tuple[str, ...], list[Any]]:
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute

    posting = compute.index_in(demand.column("posting_id"), pa.array(ids, pa.string()))
    posting = np.asarray(posting.fill_null(-1), dtype=np.int64)
    coded = demand.column("skill").combine_chunks().dictionary_encode()
    found = coded.dictionary.to_pylist()
    names = sorted(found)
    rank = {name: place for place, name in enumerate(names)}
    item = np.array([rank[name] for name in found], dtype=np.int64)[np.asarray(coded.indices)]
    kept = np.flatnonzero(posting >= 0)
    order = kept[_by_item(item[kept], posting[kept])]
    strongest, strength, mentions = _strengths(demand, settings)
    years = np.asarray(demand.column("years").cast(pa.float64()), dtype=np.float64)
    columns = (posting, item, strongest, strength, mentions, years)
    return tuple(names), [column[order] for column in columns]


def _by_item(item: Codes, posting: Codes) -> Codes:
    """The order by item and posting; the store's demand comes by posting, and then sorting is cheap."""
    import numpy as np

    if len(posting) and (np.diff(posting) >= 0).all() and item.max() < np.iinfo(np.int16).max:
        return np.argsort(item.astype(np.int16), kind="stable")  # of 16 bits: by radix, in linear time
    return np.lexsort((posting, item))


def _strengths(demand: Any, settings: ScoreSettings) -> tuple[Codes, Floats, Codes]:
    """For each row of the demand its strongest strength, the weight of that, and how many mentions."""
    import numpy as np

    counts = np.stack([np.asarray(demand.column(name), dtype=np.int64) for name in STRENGTH_ORDER])
    return *strongest_of(counts > 0, settings), counts.sum(axis=0)


def strongest_of(said: Flags, settings: ScoreSettings) -> tuple[Codes, Floats]:
    """For each column the strongest of the strengths said in it (its code) and the weight of that.

    `said` has a row for each of `STRENGTH_ORDER`; where nothing is said the weight is 0.
    """
    import numpy as np

    weights = np.array([[getattr(settings, name)] for name in STRENGTH_ORDER], dtype=np.float64)
    weighed = np.where(said, weights, -1.0)
    return weighed.argmax(axis=0).astype(np.int64), np.maximum(weighed.max(axis=0, initial=-1.0), 0.0)
