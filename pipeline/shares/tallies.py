"""What postings and their demands add up to: all that a score, a share and its interval rest on.

Tallies of parts add up to the tally of the whole, so a million postings never have to be in memory: see
`together` for where parts may be cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings
    from pipeline.shares.weights import Codes, Flags, Floats

STRENGTH_ORDER = ("required", "duty", "unstated", "preferred")
"""Which strength names a posting's demand when two weigh the same."""

TYPICAL_ALIKENESS = 0.2
"""How alike two postings of one employer are taken to be before the data speak."""

PRIOR_PAIRS = 30.0
"""How many pairs of postings of one employer the typical value counts for; see the coverage table."""


@dataclass(frozen=True)
class Base:
    """What shares are of: N, the employers of these postings, and what all sources weigh together.

    `squares` adds up the square of how many counted postings each employer has.
    """

    of: int = 0
    employers: int = 0
    squares: int = 0
    weight: float = 0.0

    def __add__(self, other: Base) -> Base:
        return Base(
            self.of + other.of,
            self.employers + other.employers,
            self.squares + other.squares,
            self.weight + other.weight,
        )

    @property
    def pairs(self) -> float:
        """How many pairs of counted postings share an employer: what alikeness is measured on."""
        return (self.squares - self.of) / 2


@dataclass(frozen=True)
class Entries:
    """Demands of counted postings in columns; a row may stand for `times` postings that demand alike."""

    item: Codes
    times: Codes
    strongest: Codes
    mentions: Codes
    years: Floats


@dataclass(frozen=True)
class Voices:
    """Each item and employer that demands it: in how many of that employer's `size` counted postings.

    A posting that names no employer stands alone; `named` tells those that do name one.
    """

    item: Codes
    found: Floats
    size: Floats
    named: Flags


@dataclass(frozen=True)
class Tally:
    """The base, and for each item what its demands add up to.

    `demanded` is the sum of weight × strength over the sources, `strongest` has a row for each strength
    with how many postings demand the item so at the strongest, `employers` counts those with a name,
    `squares` adds up found² / size over the
    item's voices. `asked` has a column (item, years, postings) for all years asked of an item, sorted.
    """

    base: Base
    names: tuple[str, ...]
    demanded: Floats
    strongest: Codes
    mentions: Codes
    employers: Codes
    squares: Floats
    asked: Floats

    @cached_property
    def n(self) -> Codes:
        """For each item how many counted postings demand it."""
        n: Codes = self.strongest.sum(axis=0)
        return n

    @property
    def of(self) -> int:
        """N: how many postings are counted."""
        return self.base.of

    @cached_property
    def scores(self) -> Floats:
        """For each item the weighted share of demand in 0..1."""
        return self.demanded / self.base.weight if self.base.weight else self.demanded * 0.0

    @cached_property
    def years(self) -> Floats:
        """For each item the median of the years that counted postings ask, NaN where none does."""
        import numpy as np

        item, years, times = self.asked
        asking = np.bincount(item.astype(np.int64), weights=times, minlength=len(self.names))
        upto, before, some = np.cumsum(times), np.cumsum(asking) - asking, asking > 0
        below, above = (
            years[np.searchsorted(upto, (before + middle)[some], side="right")]
            # the two middle ones: the same where their number is odd
            for middle in ((asking - 1) // 2, asking // 2)
        )
        median = np.full(len(self.names), np.nan)
        median[some] = (below + above) / 2
        return median

    @cached_property
    def alike_together(self) -> float:
        """How alike the postings of one employer are over all items (intraclass correlation, 0..1)."""
        among, spread = self._variances
        own = among.sum() / spread.sum() if spread.sum() > 0 else TYPICAL_ALIKENESS
        return float(_blend(min(max(own, 0.0), 1.0), TYPICAL_ALIKENESS, self.base.pairs))

    @cached_property
    def alike(self) -> Floats:
        """The same for each item; where its own postings say little, all items speak for it."""
        import numpy as np

        among, spread = self._variances
        own = np.full(len(spread), self.alike_together)
        np.divide(among, spread, out=own, where=spread > 0)
        alike: Floats = _blend(np.clip(own, 0.0, 1.0), self.alike_together, self.base.pairs)
        return alike

    @cached_property
    def _variances(self) -> tuple[Floats, Floats]:
        """The analysis of variance of each item over employers: (MSB - MSW, MSB + (m0 - 1) MSW)."""
        import numpy as np

        clusters, of = self.base.employers, float(self.of)
        # one employer, or one posting each: nothing tells how alike postings of one employer are
        if clusters < 2 or clusters == of:
            return np.zeros(len(self.names)), np.zeros(len(self.names))
        within = (self.n - self.squares) / (of - clusters)
        among = (self.squares - self.n**2 / of) / (clusters - 1)
        m0 = (of - self.base.squares / of) / (clusters - 1)
        return among - within, among + (m0 - 1) * within

    def effect(self, alike: Any) -> Any:
        """Return Kish's design effect: how many postings tell as much as one independent posting."""
        per_posting = self.base.squares / self.of if self.of else 1.0
        return 1.0 + (per_posting - 1.0) * alike

    @cached_property
    def design_effects(self) -> Floats:
        """The design effect of each item."""
        effects: Floats = self.effect(self.alike)
        return effects

    def intervals(self, confidence: float) -> tuple[Floats, Floats]:
        """Return for each item the bounds of its share of the counted postings."""
        import numpy as np

        if not self.of:
            return np.zeros(len(self.names)), np.ones(len(self.names))
        return wilson(self.n / self.of, self.of / self.design_effects, confidence)


def _blend(own: Any, prior: float, pairs: float) -> Any:
    return (own * pairs + prior * PRIOR_PAIRS) / (pairs + PRIOR_PAIRS)


def add_up(base: Base, names: tuple[str, ...], demanded: Floats, entries: Entries, voices: Voices) -> Tally:
    """Return the tally of these entries; `item` is a place in `names`."""
    import numpy as np

    def by_item(item: Codes, adds: Any) -> Floats:
        return np.bincount(item, weights=adds, minlength=len(names)).astype(np.float64)

    kinds, item = len(STRENGTH_ORDER), entries.item
    strongest = np.bincount(
        item * kinds + entries.strongest, weights=entries.times, minlength=len(names) * kinds
    )
    return Tally(
        base,
        names,
        demanded,
        strongest.astype(np.int64).reshape(-1, kinds).T,
        by_item(item, entries.mentions).astype(np.int64),
        np.bincount(voices.item[voices.named], minlength=len(names)).astype(np.int64),
        by_item(voices.item, voices.found**2 / voices.size),
        _asked(item, entries.years, entries.times),
    )


def nobody(base: Base) -> Tally:
    """Return the tally of postings that demand nothing."""
    import numpy as np

    none, no_code = np.zeros(0), np.zeros(0, np.int64)
    strongest = np.zeros((len(STRENGTH_ORDER), 0), np.int64)
    return Tally(base, (), none, strongest, no_code, no_code, none, np.zeros((3, 0)))


def together(parts: Sequence[Tally]) -> Tally:
    """Return the tally of the whole that the parts were cut from, items in the order of their names.

    Of an employer's postings, and of its demands of one item, all must be in one part: what they add up to
    is squared.
    """
    import numpy as np

    base = sum((part.base for part in parts), Base())
    parts = [part for part in parts if part.names]
    if len(parts) < 2:
        return replace(parts[0], base=base) if parts else nobody(base)
    names = tuple(sorted({name for part in parts for name in part.names}))
    place = {name: code for code, name in enumerate(names)}
    places = [np.array([place[name] for name in part.names], dtype=np.int64) for part in parts]
    at = np.concatenate(places)

    def joined(columns: Sequence[Any]) -> Any:
        return np.bincount(at, weights=np.concatenate(columns), minlength=len(names))

    strongest = [joined([part.strongest[kind] for part in parts]) for kind in range(len(STRENGTH_ORDER))]
    asked = [part.asked for part in parts]
    return Tally(
        base,
        names,
        joined([part.demanded for part in parts]),
        np.stack(strongest).astype(np.int64),
        joined([part.mentions for part in parts]).astype(np.int64),
        joined([part.employers for part in parts]).astype(np.int64),
        joined([part.squares for part in parts]),
        _asked(
            np.concatenate([own[a[0].astype(np.int64)] for own, a in zip(places, asked, strict=True)]),
            np.concatenate([a[1] for a in asked]),
            np.concatenate([a[2] for a in asked]),
        ),
    )


def rest(whole: Tally, part: Tally) -> Tally:
    """Return the tally of the postings of the whole that are not in the part, to compare the part with.

    n and N are exact. An employer with postings in both counts with all of them, and how alike its postings
    are is taken from the whole: intervals come out a little wide, never narrow. Years are left out.
    """
    import numpy as np

    place = {name: at for at, name in enumerate(whole.names)}
    at = np.array([place[name] for name in part.names], dtype=np.int64)

    def less(column: Any, own: Any) -> Any:
        left = column.copy()
        left[..., at] -= own
        return left

    base = Base(
        whole.of - part.of,
        whole.base.employers,
        max(whole.base.squares - part.base.squares, whole.of - part.of),
        whole.base.weight - part.base.weight,
    )
    found = Tally(
        base,
        whole.names,
        np.maximum(less(whole.demanded, part.demanded), 0.0),
        less(whole.strongest, part.strongest),
        less(whole.mentions, part.mentions),
        whole.employers,
        whole.squares,
        np.zeros((3, 0)),
    )
    # what is cached is not computed: the variances of the rest alone are not known
    found.__dict__["alike"], found.__dict__["alike_together"] = whole.alike, whole.alike_together
    return found


def _asked(item: Codes, years: Floats, times: Any) -> Floats:
    """Return columns of item, years and how many postings ask these years of it."""
    import numpy as np

    asked = np.flatnonzero(np.isfinite(years))
    order = asked[np.lexsort((years[asked], item[asked]))]
    item, years, times = item[order], years[order], times[order]
    first = np.flatnonzero((np.diff(item, prepend=-1) != 0) | (np.diff(years, prepend=-1) != 0))
    some = np.add.reduceat(times, first) if len(first) else times[:0]
    return np.stack([item[first].astype(np.float64), years[first], some.astype(np.float64)])


def quantile(confidence: float) -> float:
    """Return the standard normal quantile z of a two-sided confidence: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(share: Any, effective: Any, confidence: float) -> tuple[Any, Any]:
    """Return Wilson's score interval of a share on `effective` independent postings (arrays too)."""
    import numpy as np

    z = quantile(confidence)
    middle = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * np.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def band(share: float, settings: ScoreSettings) -> Literal[1, 2, 3]:
    """Return the priority of a share: 1 critical, 2 important, 3 nice to have."""
    if share >= settings.critical_share:
        return 1
    return 2 if share >= settings.important_share else 3


def provisional(low: float, high: float, settings: ScoreSettings) -> bool:
    """Return True when the interval reaches over a border of the bands."""
    return low < settings.critical_share <= high or low < settings.important_share <= high
