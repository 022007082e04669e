"""The parts of all files → skills with their scores, shares of every group, trends: Parquet again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline import cluster, shares, trend, vocabulary
from pipeline.cluster import Usage
from pipeline.records import Rulings, Shift, Skill, SkillScore, Vocabulary
from pipeline.score import score
from pipeline.settings import Settings
from pipeline.steps.scale_repeats import repeats_among
from pipeline.store.counting import Counting, column_of

SHARED_BY = ("month", "role", "employer", "location")
PART = "part.parquet"


@dataclass(frozen=True)
class _Everyone:
    """All counted postings with their ledger, and what they can be grouped by."""

    ledger: shares.Ledger
    skills: tuple[Skill, ...]
    columns: dict[str, Any]
    rulings: Rulings


def count(
    output: Path,
    settings: Settings,
    by: Sequence[str] = (),
    tell: Callable[[str], None] = print,
    rulings: Rulings = Rulings(),
    known: Vocabulary | None = None,
) -> dict[str, int]:
    """Skills, shares and, for `by`, scores and trends of each group are in `output`; answers the totals.

    What people decided about names holds in all of them: the parts of the files stay as they were read.
    """
    columns = [column_of(name) for name in by]
    words = cluster.Names(known or vocabulary.load(), rulings)
    with Counting(output, settings.scale.counting_mb, settings.scale.counting_threads) as counting:
        tell("counting: postings and repeats")
        counting.read_postings(repeats_among)
        tell("counting: who demands what")
        names = _read_demand(counting, words)
        everyone = _everyone(counting, names, settings, words)
        tell("counting: scores")
        scores = score(everyone.ledger, None, everyone.skills, settings.score, None, rulings)
        totals = {**counting.totals(), "skills": len(scores)}
        _write(output / "skills" / PART, [_skill_table(scores, everyone.skills)])
        _write(output / "repeats" / PART, counting.repeats(), _REPEATS)
        for dimension in SHARED_BY:
            tell(f"counting: shares by {dimension}")
            _write(output / "groups" / f"by={dimension}" / PART, counting.groups(dimension), _GROUPS)
            found = counting.shares(dimension, settings.matrix.min_postings)
            told = (_with_bounds(batch, settings) for batch in found)
            _write(
                output / "shares" / f"by={dimension}" / PART,
                told,
                [*_SHARES, ("low", "float64"), ("high", "float64")],
            )
    if columns:
        tell(f"scoring each {', '.join(by)}")
        _write_groups(output, everyone, columns, settings)
    return totals


# --- names and skills ------------------------------------------------------------------------------


def _read_demand(counting: Counting, words: cluster.Names) -> list[str]:
    """The canonical names in order: wordings that files named apart are joined, decisions hold."""
    decided = words.counted(counting.said())
    names = sorted(set(decided.values()))
    place = {name: code for code, name in enumerate(names)}
    counting.read_demand(names, {name: place[skill] for name, skill in decided.items()})
    return names


def _everyone(counting: Counting, names: list[str], settings: Settings, words: cluster.Names) -> _Everyone:
    votes = counting.votes().to_pylist()
    usages = [Usage(names[v["skill"]], v["general"], v["specific"], (), 1, v["employers"], 1) for v in votes]
    table = counting.counted()
    ledger = _ledger(counting.ledger(), table, names, settings)
    columns = {name: table.column(name) for name in (*SHARED_BY, "id", "date", "company")}
    skills = cluster.build_skills(usages, words.vocabulary, words.rulings)
    return _Everyone(ledger, tuple(skills), columns, words.rulings)


def _ledger(demand: Any, postings: Any, names: list[str], settings: Settings) -> shares.Ledger:
    """The ledger out of columns of codes: a hundred million mentions never become strings."""
    import numpy as np

    ids, companies, dates = (tuple(postings.column(name).to_pylist()) for name in ("id", "company", "date"))
    kinds = ("posting",) * len(ids)
    employer = shares.employers(companies)
    strongest, strength = _by_strengths(settings)
    held = np.asarray(demand.column("strengths"))
    return shares.Ledger(
        ids, companies, dates, kinds, employer, np.ones(len(ids), dtype=bool),
        shares.weigh(dates, kinds, employer, settings.score), tuple(names),
        np.asarray(demand.column("place")), np.asarray(demand.column("skill"), dtype=np.int64),
        strongest[held], strength[held], np.asarray(demand.column("mentions")),
        np.asarray(demand.column("years")),
    )  # fmt: skip


def _by_strengths(settings: Settings) -> tuple[Any, Any]:
    """For each of the sixteen sets of strengths the strongest one (its code) and what it weighs."""
    import numpy as np

    bits = {"required": 1, "duty": 2, "unstated": 4, "preferred": 8}
    strongest, strength = np.zeros(16, dtype=np.int8), np.zeros(16)
    for held in range(1, 16):
        weights = [getattr(settings.score, n) if held & bits[n] else -1.0 for n in shares.STRENGTH_ORDER]
        strongest[held] = int(np.argmax(weights))
        strength[held] = max(weights)
    return strongest, strength


def _skill_table(scores: Sequence[SkillScore], skills: Sequence[Skill]) -> Any:
    import pyarrow as pa

    known = {skill.name: skill for skill in skills}
    table = _score_table(scores)
    for name, kind in (("known", pa.bool_()), ("reason", pa.string()), ("uri", pa.string())):
        table = table.append_column(name, pa.array([getattr(known[s.skill], name) for s in scores], kind))
    return table


def _score_table(scores: Sequence[SkillScore], **constant: str) -> Any:
    import pyarrow as pa

    table = _record_table(SkillScore, scores, constant)
    return table.append_column("share", pa.array([s.share for s in scores], pa.float64()))


def _record_table(record: type[Any], rows: Sequence[Any], constant: Mapping[str, str]) -> Any:
    """The rows of a flat record after the constant columns."""
    import pyarrow as pa

    kinds: dict[str, Any] = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
    columns = {name: pa.array([value] * len(rows), pa.string()) for name, value in constant.items()}
    for field in fields(record):
        kind = next((kinds[name] for name in kinds if str(field.type).startswith(name)), None)
        kind = kind or (pa.int64() if field.name == "priority" else pa.string())
        columns[field.name] = pa.array([getattr(row, field.name) for row in rows], kind)
    return pa.table(columns)


# --- shares of each group --------------------------------------------------------------------------

_REPEATS = [("id", "string"), ("duplicate_of", "string")]
_GROUPS = [("value", "string"), ("of", "int64")]
_SHARES = [("value", "string"), ("skill", "string"), ("n", "int64"), ("of", "int64"), ("n_required", "int64"),
           ("share", "float64")]  # fmt: skip


def _with_bounds(batch: Any, settings: Settings) -> Any:
    """The shares with Wilson's bounds; alikeness of one employer's postings is not in them."""
    import numpy as np
    import pyarrow as pa

    n, of = (np.asarray(batch.column(name), dtype=np.float64) for name in ("n", "of"))
    low, high = shares.wilson(n / of, of, settings.score.confidence)
    table = pa.Table.from_batches([batch])
    for name, values in (("share", n / of), ("low", low), ("high", high)):
        table = table.append_column(name, pa.array(values.round(6)))
    return table


# --- scores and trends of each group ---------------------------------------------------------------


def _write_groups(output: Path, everyone: _Everyone, columns: Sequence[str], settings: Settings) -> None:
    """`scores/by=…` holds every group's scoring; with months, `trends/by=…` how each went on to the next."""
    name = f"by={'-'.join(columns)}"
    sides = list(_sides(everyone, columns, settings))
    nothing = dict.fromkeys(columns, "")
    tables = [_score_table(side.scores, **dict(zip(columns, value, strict=True))) for value, side in sides]
    tables = tables or [_score_table((), **nothing)]
    _write(output / "scores" / name / PART, tables)
    if "month" in columns:
        _write(output / "trends" / name / PART, list(_trends(sides, columns, settings)))


def _sides(
    everyone: _Everyone, columns: Sequence[str], settings: Settings
) -> Iterator[tuple[tuple[str, ...], trend.Side]]:
    """Each group that has enough postings with its scoring, in the order of their values."""
    import numpy as np
    import pyarrow as pa

    values, group = _grouping(everyone, columns)
    sizes = np.bincount(group, minlength=len(values))
    by_group = np.argsort(group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    entry_group = group[everyone.ledger.posting]
    entries = np.argsort(entry_group, kind="stable")
    entry_starts = np.concatenate([[0], np.cumsum(np.bincount(entry_group, minlength=len(values)))])
    for place, value in enumerate(values):
        if sizes[place] >= settings.matrix.min_postings:
            some = by_group[starts[place] : starts[place + 1]]
            ledger = _part_of(
                everyone.ledger, some, entries[entry_starts[place] : entry_starts[place + 1]], settings
            )
            scores = score(ledger, None, everyone.skills, settings.score, None, everyone.rulings)
            postings = pa.table(
                {name: everyone.columns[name].take(pa.array(some)) for name in ("id", "date", "company")}
            )
            yield value, trend.Side(" ".join(value), ledger, postings, tuple(scores))


def _grouping(everyone: _Everyone, columns: Sequence[str]) -> tuple[list[tuple[str, ...]], Any]:
    """The values of all groups, sorted, and for each posting the place of its own."""
    import numpy as np

    rows = list(zip(*(everyone.columns[name].to_pylist() for name in columns), strict=True))
    values = sorted(set(rows))
    place = {value: code for code, value in enumerate(values)}
    return values, np.array([place[row] for row in rows], dtype=np.int64)


def _part_of(ledger: shares.Ledger, postings: Any, entries: Any, settings: Settings) -> shares.Ledger:
    """The ledger of some postings (their places, sorted) with their entries; weights are their own."""
    import numpy as np

    ids, companies, dates, kinds = (
        tuple(column[place] for place in postings.tolist())
        for column in (ledger.ids, ledger.companies, ledger.dates, ledger.kinds)
    )
    employer = shares.employers(companies)
    items, item = np.unique(ledger.item[entries], return_inverse=True)
    return replace(
        ledger, ids=ids, companies=companies, dates=dates, kinds=kinds, employer=employer,
        counted=ledger.counted[postings], weights=shares.weigh(dates, kinds, employer, settings.score),
        names=tuple(ledger.names[code] for code in items.tolist()), item=item,
        posting=np.searchsorted(postings, ledger.posting[entries]), strongest=ledger.strongest[entries],
        strength=ledger.strength[entries], mentions=ledger.mentions[entries], years=ledger.years[entries],
    )  # fmt: skip


def _trends(
    sides: Sequence[tuple[tuple[str, ...], trend.Side]], columns: Sequence[str], settings: Settings
) -> Iterator[Any]:
    """How each group went from one month that has enough postings to the next."""
    at = list(columns).index("month")
    others = [name for name in columns if name != "month"]
    groups: dict[tuple[str, ...], list[tuple[str, trend.Side]]] = {}
    for value, side in sides:
        if value[at] != "undated":
            groups.setdefault((*value[:at], *value[at + 1 :]), []).append((value[at], side))
    for rest, months in sorted(groups.items()):
        for (before, old), (after, new) in pairwise(sorted(months, key=lambda month: month[0])):
            told = {**dict(zip(others, rest, strict=True)), "before": before, "after": after}
            shifts = trend.compare(old, new, settings.score, settings.trend).shifts
            yield _record_table(Shift, shifts, told)
    yield _record_table(Shift, (), dict.fromkeys((*others, "before", "after"), ""))


# --- onto the disk ---------------------------------------------------------------------------------


def _write(path: Path, tables: Any, columns: Sequence[tuple[str, str]] = ()) -> None:
    """Nothing, once the file holds these tables or batches; it appears whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    growing = path.parent / f"_{path.name}.tmp"
    writer, kinds = None, pa.schema([(name, getattr(pa, kind)()) for name, kind in columns])
    for table in tables:
        table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
        if columns:
            table = table.select(kinds.names).cast(kinds)
        writer = writer or pq.ParquetWriter(growing, table.schema, compression="zstd")
        writer.write_table(table)
    writer = writer or pq.ParquetWriter(growing, kinds, compression="zstd")
    writer.close()
    growing.replace(path)
