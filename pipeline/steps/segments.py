"""For whom: what some postings ask for, and what each part of them asks for beside the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import segments, shares
from pipeline import trend as comparing
from pipeline.errors import UsageError
from pipeline.records import (
    Evidence,
    Item,
    MatrixRow,
    Part,
    PartShare,
    PartVerdict,
    Pay,
    ReportInput,
    Rulings,
    Segmented,
    Shift,
    Skill,
    Target,
)
from pipeline.score import score, scored
from pipeline.settings import Settings
from pipeline.steps.place import Place

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings
    from pipeline.shares import DemandTable, Tally

VERDICTS: Mapping[str, PartVerdict] = {
    "entered": "more",
    "rose": "more",
    "fell": "less",
    "left": "less",
    "steady": "alike",
    "too few to tell": "too few to tell",
}
"""What a shift from the others to the part is called."""


@dataclass(frozen=True)
class _Counted:
    """Items of one sort over all postings: the table of who asks for them, and what they are."""

    item: Item
    table: DemandTable
    known: Mapping[str, Skill]
    rulings: Rulings = field(default_factory=Rulings)


def table_of(place: Place, target: Target, settings: Settings, where: Sequence[str] = ()) -> DemandTable:
    """Return the target's demand table, of the postings that meet the conditions.

    Raises `UsageError` where none does.
    """
    conditions = segments.conditions(where)
    with place.store() as store:
        table = store.demand_table(target.id, settings.score)
    if not conditions:
        return table
    found = table.where(segments.holds(conditions))
    if not found.of:
        told = " and ".join(map(str, conditions))
        values = ", ".join(_values(table, conditions[0].fact))
        raise UsageError(f"no counted posting has {told}", f"There are: {values}." if values else None)
    return found


def _values(table: DemandTable, fact: str, most: int = 12) -> list[str]:
    """Return the values of a fact, of the most postings first."""
    if fact not in segments.DIMENSIONS:
        return []
    counts: dict[str, int] = {}
    for at, counted in enumerate(table.counted.tolist()):
        if counted:
            value = segments.part_of(table.posting_facts(at), fact)
            counts[value] = counts.get(value, 0) + 1
    return [f"{value} ({n})" for value, n in sorted(counts.items(), key=lambda p: (-p[1], p[0]))[:most]]


def segmented(
    place: Place, target: Target, settings: Settings, by: str, where: Sequence[str] = ()
) -> Segmented:
    """Return the target's counted postings in parts by one fact, each compared with all others.

    Parts of fewer than `min_postings` are named as too few. Postings that do not state the fact are counted
    and compared with nothing.
    """
    dimension = segments.dimension(by)
    table = table_of(place, target, settings, where)
    places: dict[str, list[int]] = {}
    for at, counted in enumerate(table.counted.tolist()):
        if counted:
            places.setdefault(segments.part_of(table.posting_facts(at), dimension), []).append(at)
    unknown = len(places.pop(segments.UNKNOWN, ()))
    least = max(1, settings.matrix.min_postings)
    large = {value: found for value, found in places.items() if len(found) >= least}
    small = sorted((value, len(found)) for value, found in places.items() if value not in large)
    counted = _counted(place, target, settings, table)
    stated = sorted(at for found in places.values() for at in found)
    order = sorted(large) if dimension == "month" else sorted(large, key=lambda v: (-len(large[v]), v))
    parts = tuple(
        Part(value, len(large[value]), tuple(_shares(counted, large[value], stated, len(large), settings)))
        for value in order
    )
    return Segmented(
        dimension,
        tuple(map(str, segments.conditions(where))),
        table.of,
        parts,
        tuple(sorted(small, key=lambda pair: (-pair[1], pair[0]))),
        unknown,
        pays(table),
    )


def _counted(place: Place, target: Target, settings: Settings, table: DemandTable) -> list[_Counted]:
    rulings = place.rulings(target)
    with place.store() as store:
        skills, draft = store.skills(target.id), store.matrix(target.id)
        asked = {posting.id: segments.entry_of(posting) for posting in store.postings(target.id)}
    rows = draft.rows if draft else ()
    entry = table.of_items([asked.get(name, ()) for name in table.ids])
    return [
        _Counted("skill", table, {skill.name: skill for skill in skills}, rulings),
        _Counted("row", of_rows(table, rows), {r.title: Skill(r.title, r.kind, "", r.theme) for r in rows}),
        _Counted("requirement", entry, {name: Skill(name, "specific", "", "") for name in entry.names}),
    ]


def of_rows(table: DemandTable, rows: Sequence[MatrixRow]) -> DemandTable:
    """Return who asks for each row, as the matrix counts it; items are the titles of the rows."""
    import numpy as np

    place = {name: at for at, row in enumerate(rows) for name in row.skills}
    codes = np.array([place.get(name, -1) for name in table.names], dtype=np.int64)
    return table.grouped(tuple(row.title for row in rows), codes)


def _shares(
    counted: Sequence[_Counted], own: Sequence[int], stated: Sequence[int], parts: int, settings: Settings
) -> Iterator[PartShare]:
    """Yield the shares of one part beside those of the postings that state another value."""
    rest = sorted(set(stated) - set(own))
    # of two parts each is the rest of the other: that is one comparison
    level = comparing.strict(settings.trend, parts if parts > 2 else 1)
    for one in counted:
        others, mine = one.table.of_places(rest), one.table.of_places(own)
        sides = (others.tally, mine.tally)
        scores = [scored(side, one.known, settings.score, one.rulings) for side in sides]
        shifts = comparing.between(sides, (scores[0], scores[1]), settings.score, level, None, one.rulings)
        found = part_shares(one.item, shifts, mine.tally, settings.score)
        if one.item == "row":  # in the order of the matrix
            found.sort(key=lambda share: one.table.names.index(share.name))
        yield from found


def part_shares(item: Item, shifts: Sequence[Shift], part: Tally, settings: ScoreSettings) -> list[PartShare]:
    """Return the shifts from the others to a part as its shares, the most demanded first."""
    low, high = (column.round(6).tolist() for column in part.intervals(settings.confidence))
    bounds = dict(zip(part.names, zip(low, high, strict=True), strict=True))
    none = shares.wilson(0.0, part.of / part.effect(part.alike_together), settings.confidence)
    nobody = tuple(round(float(bound), 6) for bound in none)
    found = []
    for shift in (shift for shift in shifts if shift.after_n or shift.before_n):
        own_low, own_high = bounds.get(shift.skill, nobody)
        found.append(
            PartShare(
                item, shift.skill, shift.kind, shift.after_n, shift.after_of, own_low, own_high,
                shift.before_n, shift.before_of, shift.change, shift.low, shift.high, shift.p_value,
                VERDICTS[shift.verdict],
            )
        )  # fmt: skip
    return sorted(found, key=lambda s: (-s.n, -s.others_n, s.name))


def pays(table: DemandTable) -> tuple[Pay, ...]:
    """Return what postings pay that ask for a skill, for each that one with a stated pay asks for."""
    facts = [table.posting_facts(at) for at in range(len(table.ids))]
    paid = {at for at, known in enumerate(facts) if segments.yearly(known)}
    found = []
    for place, name in enumerate(table.names):
        asking = [int(at) for at in table.posting[table.entries_of(place)] if table.counted[at]]
        if paid & set(asking):
            found.append(segments.pay(name, [facts[at] for at in asking]))
    return tuple(sorted(found, key=lambda p: (-p.n, -p.of, p.name)))


# --- tables and reports of some postings ------------------------------------------------------------


def restricted(data: ReportInput, table: DemandTable, settings: Settings, rulings: Rulings) -> ReportInput:
    """Return a report's input as the postings of the table alone make it: the same rows, counted anew."""
    ids = frozenset(table.ids)
    rows = _recounted(data.draft.rows, table, ids, settings)
    postings = tuple(p for p in data.postings if p.id in ids)
    note = f"Only {table.of:,} of {data.draft.postings:,} counted postings are in here."
    draft = replace(data.draft, rows=rows, postings=table.of, notes=(note, *data.draft.notes))
    return replace(
        data,
        draft=draft,
        scores=tuple(score(table, data.skills, rulings)),
        postings=postings,
        mentions=tuple(m for m in data.mentions if m.posting_id in ids),
        failures=(),
        suggestions=(),
        trend=None,
        plan=None,
        history=(),
        changes="",
    )


def _recounted(
    rows: Sequence[MatrixRow], table: DemandTable, ids: frozenset[str], settings: Settings
) -> tuple[MatrixRow, ...]:
    grouped = of_rows(table, rows)
    by_title = dict(zip(grouped.names, grouped.tally.scores.round(6).tolist(), strict=True))
    shown = {share.name: share for share in grouped.shares([row.title for row in rows])}
    return tuple(
        replace(
            row,
            n=(own := shown[row.title]).n,
            of=own.of,
            low=round(own.low, 6),
            high=round(own.high, 6),
            score=by_title.get(row.title, 0.0),
            priority=shares.band(own.share, settings.score),
            provisional=shares.provisional(own.low, own.high, settings.score),
            evidence=_of(row.evidence, ids),
        )
        for row in rows
    )


def _of(quotes: Sequence[Evidence], ids: frozenset[str]) -> tuple[Evidence, ...]:
    return tuple(quote for quote in quotes if quote.posting_id in ids)
