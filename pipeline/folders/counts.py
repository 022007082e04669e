"""The parts of all files → skills with their scores, shares of every group, trends: Parquet again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline import cluster, read, segments, shares, trend, vocabulary
from pipeline.cluster import Usage
from pipeline.folders.counting import COLUMNS, FEW, Counting, column_of
from pipeline.folders.tables import Growing, part_table, score_table, shift_table, skill_table, write
from pipeline.folders.tallies import Market, Scored
from pipeline.records import Part, PartShare, Posting, Rulings, Segmented, Skill, SkillScore, Vocabulary
from pipeline.settings import Settings
from pipeline.shares import Tally
from pipeline.steps.segments import part_shares

SHARED_BY = COLUMNS
PART = "part.parquet"


def count(
    output: Path,
    settings: Settings,
    by: Sequence[str] = (),
    tell: Callable[[str], None] = print,
    rulings: Rulings = Rulings(),
    known: Vocabulary | None = None,
) -> dict[str, int]:
    """Write skills, shares and, for `by`, each group's scores and trends to `output`; return the totals.

    What people decided about names holds in all of them: the parts of the files stay as they were read.
    """
    columns = list(dict.fromkeys(column_of(name) for name in by))
    words = cluster.Names(known or vocabulary.load(), rulings)
    with Counting(output, settings.scale.counting_mb, settings.scale.counting_threads) as counting:
        tell("counting: postings and repeats")
        counting.read_postings(repeats_among, shares.UNNAMED, shares.day_number)
        tell("counting: who demands what")
        names = _read_demand(counting, words)
        tell("counting: scores")
        market = Market(counting, names, _skills(counting, names, words), settings.score, rulings)
        everyone = next(iter(list(market.scored((), 1))), None)
        scores = everyone.scores if everyone else []
        totals = {**counting.totals(), "skills": len(scores)}
        write(output / "skills" / PART, [skill_table(scores, market.skills)])
        write(output / "repeats" / PART, counting.repeats(), _REPEATS)
        for dimension in SHARED_BY:
            tell(f"counting: shares by {dimension}")
            write(output / "groups" / f"by={dimension}" / PART, counting.groups(dimension), _GROUPS)
            found = counting.shares(dimension, settings.matrix.min_postings)
            told = (_with_bounds(batch, settings) for batch in found)
            write(output / "shares" / f"by={dimension}" / PART, told, _SHARES)
        for dimension in dict.fromkeys((*FEW, *(name for name in columns if name != "month"))):
            if everyone:
                tell(f"comparing parts by {dimension}")
                _compare_parts(output, dimension, market, everyone, settings)
        if columns:
            tell(f"scoring each {', '.join(by)}")
            _score_groups(output, columns, market, settings)
    return totals


# --- names and skills ------------------------------------------------------------------------------


def _read_demand(counting: Counting, words: cluster.Names) -> list[str]:
    """Return the canonical names in order: wordings that files named apart are joined, decisions hold."""
    decided = words.counted(counting.said())
    names = sorted(set(decided.values()))
    place = {name: code for code, name in enumerate(names)}
    counting.read_demand(names, {name: place[skill] for name, skill in decided.items()})
    return names


def _skills(counting: Counting, names: Sequence[str], words: cluster.Names) -> dict[str, Skill]:
    votes = counting.votes().to_pylist()
    usages = [Usage(names[v["skill"]], v["general"], v["specific"]) for v in votes]
    skills = cluster.build_skills(usages, words.vocabulary, words.rulings)
    return {skill.name: skill for skill in skills}


# --- shares of each group --------------------------------------------------------------------------

_REPEATS = [("id", "string"), ("duplicate_of", "string")]
_GROUPS = [("value", "string"), ("of", "int64")]
_SHARES = [("value", "string"), ("skill", "string"), ("n", "int64"), ("of", "int64"), ("n_required", "int64"),
           ("share", "float64"), ("low", "float64"), ("high", "float64")]  # fmt: skip


def _with_bounds(batch: Any, settings: Settings) -> Any:
    """Return the shares with Wilson's bounds; alikeness of one employer's postings is not in them."""
    import numpy as np
    import pyarrow as pa

    n, of = (np.asarray(batch.column(name), dtype=np.float64) for name in ("n", "of"))
    low, high = shares.wilson(n / of, of, settings.score.confidence)
    table = pa.Table.from_batches([batch])
    for name, values in (("share", n / of), ("low", low), ("high", high)):
        # beyond six digits the order of summing shows, and any number of threads must give the same bytes
        table = table.append_column(name, pa.array(values.round(6)))
    return table


# --- each part beside all others -------------------------------------------------------------------


def _compare_parts(
    output: Path, dimension: str, market: Market, everyone: Scored, settings: Settings
) -> None:
    """Write to `compared/by=…` what each part with enough postings asks for, beside the other values.

    Postings that do not state the fact are compared with nothing; fewer than `min_postings` of them count
    among the others.
    """
    least, sizes = settings.matrix.min_postings, _sizes(market, dimension)
    stated = everyone.tally
    if any(n >= least for value, n in sizes.items() if value in _SILENT):
        for found in market.scored([dimension], least):
            if found.values[dimension] in _SILENT:
                stated = shares.rest(stated, found.tally)
    large = sum(n >= least for value, n in sizes.items() if value not in _SILENT)
    level = trend.strict(settings.trend, large if large > 2 else 1)
    with Growing(output / "compared" / f"by={dimension}" / PART) as file:
        file.add(part_table("", ()))
        for found in market.scored([dimension], least) if large > 1 else ():
            if found.values[dimension] not in _SILENT:
                sides = shares.rest(stated, found.tally), found.tally
                scores = _telling(sides[0], found, everyone, level.false_discovery), found.scores
                shifts = trend.between(sides, scores, settings.score, level)
                compared = part_shares("skill", shifts, found.tally, settings.score)
                file.add(part_table(found.values[dimension], compared))


def _telling(others: Tally, part: Scored, everyone: Scored, level: float) -> list[SkillScore]:
    """Return the scores of skills that the part asks for, or that it could surely ask for less.

    Where none of m postings asks for what a share q of the others do, chance explains that while (1 - q)^m is
    above the level. Half of that q is kept, for the test is two-sided.
    """
    least = (1 - level ** (1 / max(1, part.tally.of))) / 2 * others.of
    often = {name for name, n in zip(others.names, others.n.tolist(), strict=True) if n >= least}
    own = set(part.tally.names)
    return [score for score in everyone.scores if score.skill in own or score.skill in often]


def segmented(output: Path, dimension: str, settings: Settings, most: int = 6) -> tuple[Segmented, int]:
    """Return the largest parts by one fact with the skills that surely differ, and how many are too small."""
    import duckdb

    groups, compared = (str(output / name / f"by={dimension}" / PART) for name in ("groups", "compared"))
    known = {"groups": groups, "silent": list(_SILENT), "least": settings.matrix.min_postings}
    with duckdb.connect() as connection:
        [(of, unknown, small)] = connection.execute(_ALL, known).fetchall()
        if not Path(compared).exists():  # no posting is counted
            return Segmented(dimension, (), of, (), (), unknown), small
        sizes = connection.execute(_LARGEST, {**known, "most": most}).fetchall()
        rows = connection.execute(_DIFFERENT, {"file": compared, "parts": [value for value, _ in sizes]})
        shares = [(value, PartShare("skill", *columns)) for value, *columns in rows.fetchall()]
    parts = (Part(value, n, tuple(share for part, share in shares if part == value)) for value, n in sizes)
    return Segmented(dimension, (), of, tuple(parts), (), unknown), small


_ALL = """
SELECT coalesce(sum("of"), 0)::BIGINT, coalesce(sum("of") FILTER (value IN $silent), 0)::BIGINT,
  count(*) FILTER (value NOT IN $silent AND "of" < $least) FROM read_parquet($groups)"""

_LARGEST = """
SELECT value, "of" FROM read_parquet($groups) WHERE value NOT IN $silent AND "of" >= $least
ORDER BY "of" DESC, value LIMIT $most"""

# in the order of the fields of `PartShare`
_DIFFERENT = """
SELECT value, skill, kind, n, "of", low, high, others_n, others_of, change, change_low, change_high, p_value,
  verdict FROM read_parquet($file) WHERE verdict IN ('more', 'less') AND value IN $parts"""

_SILENT = ("", "undated", "unnamed", segments.UNKNOWN)
"""Values of postings that do not state a fact."""


def _sizes(market: Market, dimension: str) -> dict[str, int]:
    """Return how many counted postings each part has."""
    columns = (batch.to_pydict() for batch in market.counting.groups(dimension))
    return {value: n for c in columns for value, n in zip(c["value"], c["of"], strict=True)}


# --- scores and trends of each group ---------------------------------------------------------------


def _score_groups(output: Path, columns: Sequence[str], market: Market, settings: Settings) -> None:
    """Write every group's scoring to `scores/by=…`; with months, the way to the next to `trends/by=…`.

    Months come last in the order of groups: then only the month before has to be remembered.
    """
    months, rest = "month" in columns, [name for name in columns if name != "month"]
    name, before = f"by={'-'.join(columns)}", None
    with ExitStack() as files:
        scores = files.enter_context(Growing(output / "scores" / name / PART))
        scores.add(score_table((), dict.fromkeys(columns, "")))
        if months:
            trends = files.enter_context(Growing(output / "trends" / name / PART))
            trends.add(shift_table((), dict.fromkeys((*rest, "before", "after"), "")))
        for after in market.scored([*rest, "month"] if months else rest, settings.matrix.min_postings):
            scores.add(score_table(after.scores, {column: after.values[column] for column in columns}))
            if months and before and _follows(before, after):
                trends.add(_shifts(before, after, settings))
            before = after


def _follows(before: Scored, after: Scored) -> bool:
    """Return True for two dated months of one group."""
    months = {found.values["month"] for found in (before, after)}
    return before.values | {"month": ""} == after.values | {"month": ""} and "undated" not in months


def _shifts(before: Scored, after: Scored, settings: Settings) -> Any:
    """Return how a group went from one month that has enough postings to the next."""
    sides, scores = (before.tally, after.tally), (before.scores, after.scores)
    rest = {name: value for name, value in after.values.items() if name != "month"}
    between = {"before": before.values["month"], "after": after.values["month"]}
    return shift_table(trend.between(sides, scores, settings.score, settings.trend), rest | between)


def repeats_among(alike: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    """Yield the postings that repeat another one, each with that one, by their `no`.

    The first of all counts.
    """
    names = ("title", "company", "location", "text")
    postings = [Posting(str(row["no"]), "", **{name: row[name] for name in names}) for row in alike]
    for posting in read.mark_duplicates(postings):
        if posting.duplicate_of is not None:
            yield int(posting.id), int(posting.duplicate_of)
