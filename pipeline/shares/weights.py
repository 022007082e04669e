"""What each source weighs: recency × source kind × employer cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.text import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.settings import ScoreSettings

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_COMPANY_ENDINGS = frozenset(
    [
        *("ag", "bv", "co", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "llp"),
        *("ltd", "nv", "plc", "pty", "sa", "sas", "se", "srl"),
    ]
)

UNNAMED = "unnamed"
"""What stands for the employer of a posting that names none."""

_NO_NAMES = frozenset(
    ["anonymous", "company confidential", "confidential", "n/a", "undisclosed", "unknown", UNNAMED]
)
"""What boards write where an employer is not named: such postings are not one employer's."""


@dataclass(frozen=True)
class Weights:
    """What every source of a target weighs and why: `total` = recency × source × employer."""

    recency: Floats
    source: Floats
    employer: Floats
    total: Floats


def employers(companies: tuple[str, ...]) -> Codes:
    """Return a code per posting, equal for the same employer; a posting that names none stands alone."""
    import numpy as np

    codes: dict[str, int] = {}
    known = {company: employer_name(company) for company in set(companies)}
    # no name holds a NUL: postings without an employer never share a code
    names = [known[company] or f"\0{place}" for place, company in enumerate(companies)]
    return np.array([codes.setdefault(name, len(codes)) for name in names], dtype=np.int64)


def employer_name(company: str) -> str:
    """Return the employer's name without legal form, as postings are told apart by.

    "" for one that names none.
    """
    words = key(company).replace(",", " ").replace(".", "").split()
    # a firm may be called "Co": the last word left is its name
    while len(words) > 1 and words[-1] in _COMPANY_ENDINGS:
        words.pop()
    name = " ".join(words)
    return "" if name in _NO_NAMES else name


def kinds_weigh(kinds: Sequence[str], settings: ScoreSettings) -> Floats:
    """Return what a source of each kind weighs."""
    import numpy as np

    by_kind = {kind: getattr(settings, "kind_" + kind.replace("-", "_")) for kind in set(kinds)}
    return np.array([by_kind[kind] for kind in kinds], dtype=np.float64)


def weigh(
    ages: Floats, source: Floats, employer: Codes, settings: ScoreSettings, times: Codes | None = None
) -> Weights:
    """Return what each source weighs: recency × source kind × employer cap.

    All sources of an employer must be there; a row may stand for `times` sources of one employer and age.
    """
    import numpy as np

    half_life = settings.half_life_days
    recency = 0.5 ** (ages / half_life) if half_life > 0 else np.ones(len(ages))
    weight = recency * source
    cap = np.ones(len(ages))
    if settings.employer_cap > 0 and len(ages):
        every = weight if times is None else weight * times
        together = np.bincount(employer, weights=every)[employer]
        # all postings of an employer shrink by one factor, or their order in the list would decide which
        # count
        heavy = together > settings.employer_cap
        cap[heavy] = settings.employer_cap / together[heavy]
    return Weights(recency, source, cap, weight * cap)


def ages(dates: tuple[str | None, ...], today: str | None = None) -> Floats:
    """Return the age of each source in days; an undated one is as old as the median of the dated ones.

    Age counts from the newest date in the set, not from the clock: the same set gives the same numbers
    whenever it is scored.
    """
    import numpy as np

    known = {day: day_number(day) for day in set(dates)}
    days = np.array([known[day] for day in dates], dtype=np.float64)
    if not np.isfinite(days).any():
        return np.zeros(len(dates))
    newest = day_number(today) if today else float(np.nanmax(days))
    return aged(days, newest, float(np.nanmedian(np.maximum(newest - days, 0.0))))


def aged(days: Floats, newest: float | Floats, undated: float | Floats) -> Floats:
    """Return how many days before `newest` each day is; what has no day (NaN) is `undated` days old."""
    import numpy as np

    found: Floats = np.where(np.isnan(days), undated, np.maximum(newest - days, 0.0))
    return found


def day_number(day: str | None) -> float:
    """Return the number of an ISO day, 1 or more; NaN for what is none."""
    try:
        return float(dt.date.fromisoformat((day or "")[:10]).toordinal())
    except ValueError:
        return float("nan")
