"""What a posting weighs, what it demands, and how sure a share of postings is.

The arithmetic that score, matrix and trend have in common, on whole columns: no loop ever walks over
mentions or postings. docs/scoring.md has every formula with its source and an example by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from pipeline.text import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.settings import ScoreSettings

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    Flags = NDArray[np.bool_]

STRENGTH_ORDER = ("required", "duty", "unstated", "preferred")
"""Which strength names a posting's demand when two weigh the same."""

TYPICAL_ALIKENESS = 0.2
"""How alike two postings of one employer are taken to be before the data speak."""

PRIOR_PAIRS = 30.0
"""How many pairs of postings of one employer the typical value counts for; see the coverage table."""

_COMPANY_ENDINGS = frozenset(
    [
        *("ag", "bv", "co", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "llp"),
        *("ltd", "nv", "plc", "pty", "sa", "sas", "se", "srl"),
    ]
)

_NO_NAMES = frozenset(["anonymous", "company confidential", "confidential", "n/a", "undisclosed", "unknown"])
"""What boards write where an employer is not named: such postings are not one employer's."""


@dataclass(frozen=True)
class Weights:
    """What every source of a target weighs and why: `total` = recency × source × employer."""

    recency: Floats
    source: Floats
    employer: Floats
    total: Floats


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
    def n(self) -> Codes:
        """For each item how many counted postings demand it."""
        return self.count(self.in_n)

    def count(self, entries: Flags) -> Codes:
        """For each item how many of these entries it has."""
        import numpy as np

        return np.bincount(self.item[entries], minlength=len(self.names)).astype(np.int64)

    @cached_property
    def demanded(self) -> Floats:
        """For each item the sum of weight × strength over the sources that demand it."""
        import numpy as np

        adds = self.weights.total[self.posting] * self.strength
        return np.bincount(self.item, weights=adds, minlength=len(self.names)).astype(np.float64)

    @cached_property
    def scores(self) -> Floats:
        """For each item the weighted share of demand in 0..1."""
        total = float(self.weights.total.sum())
        return self.demanded / total if total else self.demanded * 0.0

    @cached_property
    def _by_employer(self) -> tuple[Codes, Codes, Floats]:
        """For each (item, employer) with a demand: item, employer, how many of its postings demand it."""
        import numpy as np

        width = int(self.employer.max()) + 1 if len(self.employer) else 1
        pairs = self.item[self.in_n] * width + self.employer[self.posting[self.in_n]]
        found, counts = np.unique(pairs, return_counts=True)
        return found // width, found % width, counts.astype(np.float64)

    @cached_property
    def employers(self) -> Codes:
        """For each item how many employers demand it in a counted posting."""
        import numpy as np

        return np.bincount(self._by_employer[0], minlength=len(self.names)).astype(np.int64)

    @cached_property
    def sizes(self) -> Floats:
        """How many counted postings each employer has."""
        import numpy as np

        sizes: Floats = np.bincount(self.employer[self.counted]).astype(np.float64)
        return sizes[sizes > 0]

    @cached_property
    def _pairs(self) -> float:
        """How many pairs of counted postings share an employer: what alikeness is measured on."""
        return float((self.sizes * (self.sizes - 1)).sum() / 2)

    @cached_property
    def alike_together(self) -> float:
        """How alike the postings of one employer are over all items (intraclass correlation, 0..1)."""
        among, spread = self._variances
        own = among.sum() / spread.sum() if spread.sum() > 0 else TYPICAL_ALIKENESS
        return float(_blend(min(max(own, 0.0), 1.0), TYPICAL_ALIKENESS, self._pairs))

    @cached_property
    def alike(self) -> Floats:
        """The same for each item; where its own postings say little, all items speak for it."""
        import numpy as np

        among, spread = self._variances
        own = np.full(len(spread), self.alike_together)
        np.divide(among, spread, out=own, where=spread > 0)
        alike: Floats = _blend(np.clip(own, 0.0, 1.0), self.alike_together, self._pairs)
        return alike

    @cached_property
    def _variances(self) -> tuple[Floats, Floats]:
        """The analysis of variance of each item over employers: (MSB - MSW, MSB + (m0 - 1) MSW)."""
        import numpy as np

        clusters, of = len(self.sizes), float(self.of)
        if clusters < 2 or clusters == of:
            return np.zeros(len(self.names)), np.zeros(len(self.names))
        item, employer, found = self._by_employer
        sizes = np.bincount(self.employer[self.counted], minlength=int(self.employer.max()) + 1)
        squares = np.bincount(item, weights=found**2 / sizes[employer], minlength=len(self.names))
        within = (self.n - squares) / (of - clusters)
        among = (squares - self.n**2 / of) / (clusters - 1)
        m0 = (of - (self.sizes**2).sum() / of) / (clusters - 1)
        return among - within, among + (m0 - 1) * within

    def effect(self, alike: Any) -> Any:
        """Kish's design effect: how many postings tell as much as one independent posting."""
        per_posting = float((self.sizes**2).sum() / self.of) if self.of else 1.0
        return 1.0 + (per_posting - 1.0) * alike

    @cached_property
    def design_effects(self) -> Floats:
        """The design effect of each item."""
        effects: Floats = self.effect(self.alike)
        return effects

    def intervals(self, confidence: float) -> tuple[Floats, Floats]:
        """For each item the bounds of its share of the counted postings."""
        import numpy as np

        if not self.of:
            return np.zeros(len(self.names)), np.ones(len(self.names))
        return wilson(self.n / self.of, self.of / self.design_effects, confidence)

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


def _blend(own: Any, prior: float, pairs: float) -> Any:
    return (own * pairs + prior * PRIOR_PAIRS) / (pairs + PRIOR_PAIRS)


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
    names, columns = _entries(demand, ids, settings)
    return Ledger(
        ids, companies, dates, kinds, employer, counted,
        weigh(dates, kinds, employer, settings, today), names, *columns,
    )  # fmt: skip


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
    weights = np.array([[getattr(settings, name)] for name in STRENGTH_ORDER], dtype=np.float64)
    weighed = np.where(counts > 0, weights, -1.0)
    strongest = weighed.argmax(axis=0).astype(np.int64)
    return strongest, np.maximum(weighed.max(axis=0, initial=-1.0), 0.0), counts.sum(axis=0)


def employers(companies: tuple[str, ...]) -> Codes:
    """A code per posting, equal for the same employer; a posting that names none stands alone."""
    import numpy as np

    codes: dict[str, int] = {}
    known = {company: employer_name(company) for company in set(companies)}
    names = [known[company] or f"\0{place}" for place, company in enumerate(companies)]
    return np.array([codes.setdefault(name, len(codes)) for name in names], dtype=np.int64)


def employer_name(company: str) -> str:
    """The employer's name without legal form, as postings are told apart by; "" for one that names none."""
    words = key(company).replace(",", " ").replace(".", "").split()
    while len(words) > 1 and words[-1] in _COMPANY_ENDINGS:
        words.pop()
    name = " ".join(words)
    return "" if name in _NO_NAMES else name


def weigh(
    dates: tuple[str | None, ...],
    kinds: tuple[str, ...],
    employer: Codes,
    settings: ScoreSettings,
    today: str | None = None,
) -> Weights:
    """What each source weighs: recency × source kind × employer cap."""
    import numpy as np

    recency = _recency(dates, settings.half_life_days, today)
    by_kind = {kind: getattr(settings, "kind_" + kind.replace("-", "_")) for kind in set(kinds)}
    source = np.array([by_kind[kind] for kind in kinds], dtype=np.float64)
    weight = recency * source
    cap = np.ones(len(kinds))
    if settings.employer_cap > 0 and len(kinds):
        together = np.bincount(employer, weights=weight)[employer]
        heavy = together > settings.employer_cap
        cap[heavy] = settings.employer_cap / together[heavy]
    return Weights(recency, source, cap, weight * cap)


def _recency(dates: tuple[str | None, ...], half_life_days: float, today: str | None) -> Floats:
    """0.5 ** (age / half life); an undated source is as old as the median of the dated ones.

    Age counts from the newest date in the set, not from the clock: the same set gives the same numbers
    whenever it is scored.
    """
    import numpy as np

    known = {day: _ordinal(day) for day in set(dates)}
    days = np.array([known[day] for day in dates], dtype=np.float64)
    if half_life_days <= 0 or not np.isfinite(days).any():
        return np.ones(len(dates))
    newest = _ordinal(today) if today else float(np.nanmax(days))
    ages = np.maximum(newest - days, 0.0)
    ages[np.isnan(ages)] = float(np.nanmedian(ages))
    recency: Floats = 0.5 ** (ages / half_life_days)
    return recency


def _ordinal(day: str | None) -> float:
    try:
        return float(dt.date.fromisoformat((day or "")[:10]).toordinal())
    except ValueError:
        return float("nan")


def quantile(confidence: float) -> float:
    """The standard normal quantile z of a two-sided confidence: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(share: Any, effective: Any, confidence: float) -> tuple[Any, Any]:
    """Wilson's score interval of a share that rests on `effective` independent postings (arrays too)."""
    import numpy as np

    z = quantile(confidence)
    middle = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * np.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def band(share: float, settings: ScoreSettings) -> Literal[1, 2, 3]:
    """The priority of a share: 1 critical, 2 important, 3 nice to have."""
    if share >= settings.critical_share:
        return 1
    return 2 if share >= settings.important_share else 3


def provisional(low: float, high: float, settings: ScoreSettings) -> bool:
    """True when the interval reaches over a border of the bands."""
    return low < settings.critical_share <= high or low < settings.important_share <= high
