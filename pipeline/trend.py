"""What moved between two scorings, and whether it can be told from chance."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pipeline import shares
from pipeline.errors import UsageError
from pipeline.records import Rulings, Shift, SkillScore, Trend

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings, TrendSettings
    from pipeline.shares import Codes, DemandTable, Flags, Floats, Tally

    Sides = tuple[Tally, Tally]

Verdict = Literal["entered", "left", "rose", "fell", "steady", "too few to tell"]

_DIGITS = 6
_WINDOW = re.compile(r"(\d+)\s*(d|w|m|y)", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
CALENDAR = {"month": 1, "quarter": 3, "year": 12}
"""Windows of the calendar, in months."""

_TITLE_WORD = re.compile(r"[^\W\d_][\w+#./&-]*[\w+#]|[A-Za-z]")
_TITLE_CHANGE = 0.10
"""A title word must also move by this share before the mix of roles is called different."""
_COARSE = 0.25
"""Where even a change of this size could be chance, a warning says so."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two scorings: who demands what, and its scores.

    `settings_digest` and `versions` say what it was made with; the warnings name what differs. `asked` leads
    from a posting to what it asks of every applicant beside skills, None where that was not kept.
    """

    name: str
    table: DemandTable
    scores: Sequence[SkillScore] = ()
    settings_digest: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    asked: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The postings dated from `start` to `end` (both included)."""

    start: str
    end: str
    ids: tuple[str, ...]
    called: str = ""

    @property
    def name(self) -> str:
        """How a trend calls it: `2026-q1`, or `2026-01-01 to 2026-03-31` where the calendar has no name."""
        return self.called or f"{self.start} to {self.end}"


@dataclass(frozen=True)
class _Sample:
    """One side of a comparison in columns over the same items: n, N and the independent postings in N."""

    n: Floats
    of: int
    effective: Floats

    @property
    def share(self) -> Floats:
        return self.n / max(1, self.of)


def compare(
    before: Side,
    after: Side,
    weights: ScoreSettings,
    settings: TrendSettings,
    rulings: Rulings | None = None,
) -> Trend:
    """Return every skill's shift from one scoring to the other, the surest first, and what to beware of.

    `p_value` is corrected for the number of skills that could show a shift at all: a verdict other than
    "steady" and "too few to tell" means `p_value` <= `settings.false_discovery`.
    """
    rulings = rulings or Rulings()
    # a skill that was renamed since did not leave
    old, new = (side.table.renamed(rulings.today) for side in (before, after))
    sides, scores = (old.tally, new.tally), (before.scores, after.scores)
    return Trend(
        before=before.name,
        after=after.name,
        before_postings=old.of,
        after_postings=new.of,
        shifts=between(sides, scores, weights, settings, _apart(old, new), rulings),
        warnings=tuple(_warnings(before, after, old, new, weights, settings)),
        requirements=_requirements(before, after, old, new, weights, settings),
    )


def _requirements(
    before: Side,
    after: Side,
    old: DemandTable,
    new: DemandTable,
    weights: ScoreSettings,
    settings: TrendSettings,
) -> tuple[Shift, ...]:
    """The shifts of what every applicant is asked for, corrected among themselves; the surest first."""
    if before.asked is None or after.asked is None:
        return ()
    one, other = (
        table.of_items([side.asked.get(name, ()) for name in table.ids])  # type: ignore[union-attr]
        for side, table in ((before, old), (after, new))
    )
    names = sorted({*one.names, *other.names})
    shifts = _shifts((one.tally, other.tally), _apart(one, other), names, weights, settings)
    found = [Shift(skill=name, kind="specific", **shift) for name, shift in zip(names, shifts, strict=True)]
    return tuple(sorted(found, key=lambda s: (s.p_value, -abs(s.change), s.skill)))


def strict(settings: TrendSettings, steps: int) -> TrendSettings:
    """The settings for one of so many steps: chance gets one share of alarms, however many are looked at."""
    return replace(settings, false_discovery=settings.false_discovery / max(1, steps))


def between(
    sides: Sides,
    scores: tuple[Sequence[SkillScore], Sequence[SkillScore]],
    weights: ScoreSettings,
    settings: TrendSettings,
    tested: Sides | None = None,
    rulings: Rulings = Rulings(),
) -> tuple[Shift, ...]:
    """Return every skill's shift from what two sets of postings add up to, the surest first.

    Where the sets have postings in common, `tested` are two that have none.
    """
    known = {score.skill: score for side in scores for score in side}
    names = sorted({*sides[0].names, *sides[1].names} & (known.keys() - rulings.rejected))
    bands = [{score.skill: score.priority for score in side} for side in scores]
    shifts = _shifts(sides, tested or sides, names, weights, settings)
    found = [
        Shift(
            skill=name,
            kind=known[name].kind,
            before_priority=bands[0].get(name, 0),
            after_priority=bands[1].get(name, 0),
            **shift,
        )
        for name, shift in zip(names, shifts, strict=True)
    ]
    return tuple(sorted(found, key=lambda s: (s.p_value, -abs(s.change), s.skill)))


# --- the tests --------------------------------------------------------------------------------


def _shifts(
    sides: Sides,
    tested: Sides,
    names: Sequence[str],
    weights: ScoreSettings,
    settings: TrendSettings,
) -> Iterator[dict[str, Any]]:
    """Yield the numbers of each item's `Shift`."""
    before, after = _samples(*sides, names)
    change, low, high = newcombe(before, after, weights.confidence)
    apart = _samples(*tested, names)
    p_value, could_show = p_values(*apart, settings.false_discovery)
    # what is tested must point where the whole moved
    could_show &= (apart[1].share - apart[0].share) * change >= 0
    columns = {"change": change, "low": low, "high": high, "p_value": p_value}
    rounded = {name: column.round(_DIGITS).tolist() for name, column in columns.items()}
    for place, (n_before, n_after) in enumerate(zip(before.n.tolist(), after.n.tolist(), strict=True)):
        shift: dict[str, Any] = {name: column[place] for name, column in rounded.items()}
        shift |= {"before_n": int(n_before), "before_of": before.of}
        shift |= {"after_n": int(n_after), "after_of": after.of}
        yield shift | {"verdict": _verdict(shift, bool(could_show[place]), settings)}


def _apart(old: DemandTable, new: DemandTable) -> Sides:
    """Return two tallies to test that share no posting: all from before against those that came since.

    Or those that went against all from now, where that rests on more postings. A posting that stays tells
    nothing about a move, and counting it twice would hide one.
    """
    common = _counted(old) & _counted(new)
    if not common:
        return old.tally, new.tally
    came, went = new.without(common), old.without(common)
    before, after = max((old, came), (went, new), key=lambda pair: _resting_on(*pair))
    return before.tally, after.tally


def _resting_on(old: DemandTable, new: DemandTable) -> float:
    """Return how many postings a difference rests on: half their harmonic mean."""
    return old.of * new.of / max(1, old.of + new.of)


def _samples(old: Tally, new: Tally, names: Sequence[str]) -> tuple[_Sample, _Sample]:
    """Return both sides over the same items.

    Postings of one employer are taken to be as alike as on the side where they are more so: a skill that
    one large employer brings shows no alikeness on the side where it is missing.
    """
    import numpy as np

    places = [_places(side, names) for side in (old, new)]
    alike = np.maximum(
        _at(old.alike, places[0], old.alike_together), _at(new.alike, places[1], new.alike_together)
    )
    before, after = (
        _Sample(_at(side.n, place, 0), side.of, max(1, side.of) / side.effect(alike))
        for side, place in zip((old, new), places, strict=True)
    )
    return before, after


def _places(tally: Tally, names: Sequence[str]) -> Codes:
    """Return where each name stands among the tally's items, -1 for nowhere."""
    import numpy as np

    place = {name: code for code, name in enumerate(tally.names)}
    return np.array([place.get(name, -1) for name in names], dtype=np.int64)


def _at(column: Any, places: Codes, missing: float) -> Floats:
    import numpy as np

    values = np.append(column.astype(np.float64), missing)  # place -1 reads the last
    found: Floats = values[places]
    return found


def newcombe(before: _Sample, after: _Sample, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return the change of each share with its bounds: Newcombe's hybrid of the two Wilson intervals."""
    import numpy as np

    low_b, high_b = shares.wilson(before.share, before.effective, confidence)
    low_a, high_a = shares.wilson(after.share, after.effective, confidence)
    change = after.share - before.share
    low = change - np.sqrt((after.share - low_a) ** 2 + (high_b - before.share) ** 2)
    high = change + np.sqrt((high_a - after.share) ** 2 + (before.share - low_b) ** 2)
    return change, low, high


def p_values(before: _Sample, after: _Sample, level: float) -> tuple[Floats, Flags]:
    """Return each item's corrected p-value, and whether its counts could have shown a shift at all.

    Fisher's exact test in its mid-p form on the independent postings, then Benjamini and Hochberg over
    the items whose most extreme table would be significant: the margins alone decide on that, so leaving
    the others out costs nothing and spares the rest their share of the correction.
    """
    import numpy as np

    sizes = [np.maximum(np.floor(side.effective), 1).astype(np.int64) for side in (before, after)]
    counts = [
        np.rint(side.share * size).astype(np.int64) for side, size in zip((before, after), sizes, strict=True)
    ]
    tables = np.stack([*counts, *sizes], axis=1)
    # thousands of rare skills share a handful of tables
    different, back = np.unique(tables, axis=0, return_inverse=True)
    p_value, least = (column[back.reshape(-1)] for column in _fisher(different, level))
    could_show = least <= level
    corrected = np.ones(len(p_value))
    corrected[could_show] = benjamini_hochberg(p_value[could_show])
    return corrected, could_show


def _fisher(tables: Codes, level: float) -> tuple[Floats, Floats]:
    """Return the two-sided mid-p value of each table, and the least that its margins allow.

    Tables whose margins allow no value up to the level keep 1: the sum over a tail is what takes time.
    """
    import numpy as np
    from scipy.stats import hypergeom

    n_before, n_after, of_before, of_after = tables.T
    total, demanded = of_before + of_after, n_before + n_after
    extremes = (np.maximum(0, demanded - of_after), np.minimum(demanded, of_before))
    least = np.minimum(*(_chance(extreme, total, demanded, of_before) for extreme in extremes))
    some = least <= level
    given = (total[some], demanded[some], of_before[some])
    half = _chance(n_before[some], *given) / 2
    below = hypergeom.cdf(n_before[some] - 1, *given)
    above = np.maximum(1 - below - 2 * half, 0.0)
    p_value = np.ones(len(total))
    p_value[some] = np.clip(2 * (np.minimum(below, above) + half), 0.0, 1.0)
    return p_value, least


def _chance(n: Codes, total: Codes, demanded: Codes, of: Codes) -> Floats:
    """Return how probable it is that n of the demands fall among these postings (hypergeometric)."""
    import numpy as np
    from scipy.special import gammaln

    def ways(k: Codes, of: Codes) -> Floats:
        return gammaln(of + 1) - gammaln(k + 1) - gammaln(of - k + 1)  # type: ignore[no-any-return]

    return np.exp(ways(n, of) + ways(demanded - n, total - of) - ways(demanded, total))


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Return the p-values corrected so that those <= q hold at most a share q of false discoveries."""
    import numpy as np

    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * len(p_values) / np.arange(1, len(p_values) + 1)
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(corrected, 1.0)


def _verdict(shift: dict[str, Any], could_show: bool, settings: TrendSettings) -> Verdict:
    if could_show and shift["p_value"] <= settings.false_discovery and shift["change"]:
        if shift["change"] > 0:
            return "rose" if shift["before_n"] else "entered"
        return "fell" if shift["after_n"] else "left"
    # no proof of a move is no proof of rest: steady is said only where a larger move is ruled out
    steady = -settings.steady_within <= shift["low"] and shift["high"] <= settings.steady_within
    return "steady" if steady else "too few to tell"


# --- what to beware of ------------------------------------------------------------------------


def _warnings(
    before: Side,
    after: Side,
    old: DemandTable,
    new: DemandTable,
    weights: ScoreSettings,
    settings: TrendSettings,
) -> Iterator[str]:
    yield from _size_warning(old, new, weights)
    common = len(_counted(old) & _counted(new))
    if common:
        yield (
            f"{common} postings are in both sets, so they cannot show a change: only those added or removed "
            "are tested."
        )
    if before.settings_digest != after.settings_digest:
        yield "The settings differ between the two scorings: scores may move for that reason alone."
    for name in _different(before.versions, after.versions):
        yield f"The {name} differs between the two scorings: a skill may move for that reason alone."
    moved = _title_words(old, new, weights, settings)
    if moved:
        yield f"The mix of roles differs, and skills may move for that reason alone: {'; '.join(moved)}."


def _size_warning(old: DemandTable, new: DemandTable, weights: ScoreSettings) -> Iterator[str]:
    if not old.of or not new.of:
        yield "Too few postings to tell: one of the two sets has none."
        return
    effective = [side.of / float(side.effect(side.alike_together)) for side in (old.tally, new.tally)]
    # the width of chance around a share of one half, where it is widest
    unseen = shares.quantile(weights.confidence) * (sum(0.25 / n for n in effective)) ** 0.5
    if unseen >= _COARSE:
        yield (
            f"Too few postings to call small changes: with {old.of} and {new.of} postings, a change of up to "
            f"{min(unseen, 1.0):.0%} of the postings may be chance."
        )


def _counted(table: DemandTable) -> set[str]:
    return {name for name, counted in zip(table.ids, table.counted.tolist(), strict=True) if counted}


def _different(before: tuple[tuple[str, str], ...], after: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the names whose versions differ; a name may have several (two engines)."""
    return sorted({name for name, _ in set(before) ^ set(after)})


def _title_words(
    old: DemandTable,
    new: DemandTable,
    weights: ScoreSettings,
    settings: TrendSettings,
) -> list[str]:
    """Return the title words whose share moved for sure, the largest move first: at most five, in words."""
    old, new = _titles(old), _titles(new)
    names = sorted({*old.names, *new.names})
    shifts = _shifts((old.tally, new.tally), _apart(old, new), names, weights, settings)
    moved = [
        (abs(shift["change"]), word, shift)
        for word, shift in zip(names, shifts, strict=True)
        if shift["p_value"] <= settings.false_discovery and abs(shift["change"]) >= _TITLE_CHANGE
    ]
    moved.sort(key=lambda m: (-m[0], m[1]))
    return [f"{word!r} in {_percent(s, 'before')} of titles before, {_percent(s, 'after')} after"
            for _, word, s in moved[:5]]  # fmt: skip


def _percent(shift: dict[str, Any], side: str) -> str:
    return f"{shift[side + '_n'] / max(1, shift[side + '_of']):.0%}"


def _titles(table: DemandTable) -> DemandTable:
    """Return the table whose items are the words of the postings' titles."""
    titles = table.facts.get("title", ())
    return table.of_items([sorted(set(_TITLE_WORD.findall((title or "").lower()))) for title in titles])


# --- windows of time --------------------------------------------------------------------------


def windows(table: DemandTable, length: str) -> list[Window]:
    """Return the dated postings in windows of that length, oldest first; a posting without a date is in none.

    "month", "quarter" and "year" are those of the calendar. Windows of "90d", "12w", "3m" or "1y" are counted
    back from the newest date. Raises `UsageError` where the length is none or fewer than two windows have
    postings.
    """
    calendar = CALENDAR.get(length.strip().lower())
    days = 0 if calendar else _length(length)
    dated = [
        (day, name)
        for name, date in zip(table.ids, table.facts["date"], strict=True)
        if (day := _day(date)) is not None
    ]  # fmt: skip
    if not dated:
        raise UsageError("no posting has a date", "Add date=YYYY-MM-DD after the addresses in the list.")
    newest = max(day for day, _ in dated)
    groups: dict[int, list[str]] = {}
    for day, name in dated:
        place = -_period(day, calendar) if calendar else (newest - day).days // days
        groups.setdefault(place, []).append(name)
    if len(groups) < 2:
        raise UsageError(f"all dated postings lie within one {length}", "Choose a shorter --window.")
    make = partial(_of_calendar, calendar) if calendar else partial(_window, newest, days)
    return [make(place, groups[place]) for place in sorted(groups, reverse=True)]


def _period(day: dt.date, months: int) -> int:
    """Return the number of the calendar period of so many months that a day is in."""
    return (day.year * 12 + day.month - 1) // months


def _of_calendar(months: int, place: int, names: list[str]) -> Window:
    first, last = -place * months, (1 - place) * months
    start, after = (dt.date(month // 12, month % 12 + 1, 1) for month in (first, last))
    year, quarter = start.year, (start.month + 2) // 3
    called = {1: f"{start:%Y-%m}", 3: f"{year}-q{quarter}", 12: f"{year}"}[months]
    end = after - dt.timedelta(days=1)
    return Window(start.isoformat(), end.isoformat(), tuple(sorted(names)), called)


def _window(newest: dt.date, days: int, place: int, names: list[str]) -> Window:
    end = newest - dt.timedelta(days=place * days)
    start = end - dt.timedelta(days=days - 1)
    return Window(start.isoformat(), end.isoformat(), tuple(sorted(names)))


def _length(length: str) -> int:
    match = _WINDOW.fullmatch(length.strip())
    if not match or not int(match[1]):
        raise UsageError(
            f"{length!r} is no length of time",
            "Write month, quarter, year, or 90d, 12w, 3m (30 days each), 1y.",
        )
    return int(match[1]) * _DAYS[match[2].lower()]


def _day(date: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((date or "")[:10])
    except ValueError:
        return None
