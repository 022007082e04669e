"""Counts over a folder of Parquet parts, by DuckDB, within a bound of memory: beyond it the disk is used."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from math import isnan
from pathlib import Path
from typing import Any

from pipeline import segments
from pipeline.errors import UsageError
from pipeline.store.database import NO_PROGRESS, explained

ROWS = 200_000
"""How many rows of a result are in memory at a time."""

POSTINGS = 20_000
"""How many postings one statement takes in, if a part has no more."""

Columns = Mapping[str, Any]
"""Columns of equal length by name, as NumPy arrays."""

DIMENSIONS: Mapping[str, str] = {
    "month": "month",
    "role": "role",
    "employer": "employer",
    "location": "location",
    "place": "location",
    "seniority": "seniority",
    "mode": "mode",
    "type": "type",
}
"""What postings can be grouped by, with the column that holds it."""

FEW = ("seniority", "mode", "type")
"""Columns of a handful of values."""

COLUMNS = ("month", "role", "employer", "location", *FEW)

_PARTS = """
SELECT filename, min(file) AS file, count(*) AS postings FROM read_parquet($files, filename = true)
GROUP BY filename ORDER BY file"""

_POSTINGS = """
CREATE TABLE postings (no INTEGER, id VARCHAR, same_words VARCHAR, month VARCHAR, role VARCHAR,
  employer VARCHAR, location VARCHAR, seniority VARCHAR, mode VARCHAR, "type" VARCHAR, day VARCHAR,
  "read" BOOLEAN)"""

PLACE = f"(?s)^(.*?)(?:{segments.PLACE_ENDS.pattern}|$)"
PLACE_SQL = "coalesce(nullif(trim(regexp_extract(location, $place, 1)), ''), trim(location))"
"""What a place is called, as `segments` has it: what is named before the first end."""

_ADD_POSTINGS = f"""
INSERT INTO postings
SELECT $first + row_number() OVER (ORDER BY file, "row") - 1, id, same_words, month, role, employer,
  {PLACE_SQL}, seniority, mode, "type", coalesce(left(date, 10), ''), "read" FROM read_parquet($files)"""

_FIRSTS = "CREATE TABLE firsts AS SELECT same_words, min(no) AS first FROM postings GROUP BY same_words"

# Values become numbers in the order of the values: sorting by the number is sorting by the value.
_VALUES = """
CREATE TABLE {column}_values AS SELECT (row_number() OVER () - 1)::INTEGER AS no, value
FROM (SELECT DISTINCT {column} AS value FROM postings ORDER BY value)"""

# A posting that names no employer is a voice of its own: below zero no employer has its number.
_COUNTED = """
CREATE TABLE counted AS
SELECT p.no, p.id, months.no AS month, roles.no AS role, employers.no AS employer, locations.no AS location,
  seniorities.no AS seniority, modes.no AS mode, types.no AS "type", days.number AS day,
  if(p.employer = $unnamed, -1 - p.no, employers.no) AS voice
FROM postings p JOIN days ON days.day = p.day
  JOIN month_values months ON months.value = p.month JOIN role_values roles ON roles.value = p.role
  JOIN employer_values employers ON employers.value = p.employer
  JOIN location_values locations ON locations.value = p.location
  JOIN seniority_values seniorities ON seniorities.value = p.seniority
  JOIN mode_values modes ON modes.value = p.mode JOIN type_values types ON types.value = p."type"
WHERE p."read" AND NOT EXISTS (FROM repeats r WHERE r.no = p.no) ORDER BY p.no"""

_REPEATS = """
SELECT p.id AS id, o.id AS duplicate_of FROM repeats r JOIN postings p ON p.no = r.no
JOIN postings o ON o.no = r.original ORDER BY p.no"""

_PAIRS = """
CREATE TABLE pairs (skill INTEGER, month INTEGER, role INTEGER, employer INTEGER, location INTEGER,
  seniority USMALLINT, mode USMALLINT, "type" USMALLINT, voice INTEGER, day INTEGER, strengths UTINYINT,
  mentions INTEGER, years DOUBLE, general INTEGER, specific INTEGER)"""

# Some parts at a time: a posting's rows stand in one part, so no posting is looked for among all.
_ADD_PAIRS = """
INSERT INTO pairs
SELECT d.code, c.month, c.role, c.employer, c.location, c.seniority, c.mode, c."type", c.voice, c.day,
  d.strengths, d.mentions, d.years, d.general, d.specific
FROM (
  SELECT d.posting_id, n.code,
    bit_or((d.required > 0)::UTINYINT + 2 * (d.duty > 0)::UTINYINT + 4 * (d.unstated > 0)::UTINYINT
      + 8 * (d.preferred > 0)::UTINYINT) AS strengths,
    sum(d.required + d.duty + d.unstated + d.preferred) AS mentions,
    coalesce(min(d.years), 'nan'::DOUBLE) AS years, sum(d.general) AS general, sum(d.specific) AS specific
  FROM read_parquet($files) d JOIN names n ON n.said = d.skill GROUP BY d.posting_id, n.code) d
JOIN (SELECT * FROM counted WHERE no >= $first AND no < $next) c ON c.id = d.posting_id"""

_VOTES = """
SELECT skill, sum(general)::BIGINT AS general, sum(specific)::BIGINT AS specific FROM pairs
GROUP BY skill ORDER BY skill"""

_GROUPS = """
SELECT v.value, g.of FROM (SELECT {column}, count(*) AS of FROM counted GROUP BY {column}) g
JOIN {column}_values v ON v.no = g.{column} ORDER BY v.no"""

_SHARES = """
WITH sizes AS (SELECT {column}, count(*) AS of FROM counted GROUP BY {column} HAVING of >= $least),
found AS (
  SELECT p.{column}, p.skill, count(*) AS n, count(*) FILTER (p.strengths % 2 = 1) AS n_required
  FROM pairs p SEMI JOIN sizes USING ({column}) GROUP BY p.{column}, p.skill)
SELECT v.value, k.name AS skill, f.n, s.of, f.n_required
FROM found f JOIN sizes s USING ({column}) JOIN {column}_values v ON v.no = f.{column}
  JOIN skills k ON k.code = f.skill
ORDER BY f.{column}, f.n DESC, f.skill"""

# The middle of the days is found in a table of days, never in one of postings. Day 0 is none.
_GROUPING = """
CREATE OR REPLACE TABLE grouping AS
WITH days AS (SELECT {by} day, count(*) AS postings FROM counted GROUP BY ALL),
dated AS (
  SELECT *, sum(postings) FILTER (day > 0) OVER (PARTITION BY {by} true ORDER BY day) AS upto,
    sum(postings) FILTER (day > 0) OVER (PARTITION BY {by} true) AS dated FROM days),
found AS (
  SELECT {by} sum(postings) AS of, max(day) AS newest,
    (min(day) FILTER (upto > (dated - 1) // 2) + min(day) FILTER (upto > dated // 2)) / 2 AS middle
  FROM dated GROUP BY ALL HAVING sum(postings) >= $least ORDER BY ALL)
SELECT (row_number() OVER () - 1)::INTEGER AS number, * FROM found"""

_GROUP_VALUES = "SELECT g.number {values} FROM grouping g {joins} ORDER BY g.number"

_VOICES = """
SELECT g.number, p.voice, p.day, g.newest, coalesce(g.newest - g.middle, 0) AS undated, count(*) AS postings
FROM counted p JOIN grouping g ON {same} GROUP BY ALL ORDER BY g.number, p.voice, p.day"""

_WEIGHTS = """
CREATE OR REPLACE TABLE weights (number INTEGER, voice INTEGER, day INTEGER, postings INTEGER, size INTEGER,
  weight DOUBLE)"""

_ADD_WEIGHTS = "INSERT INTO weights BY NAME SELECT * FROM incoming"

_WEIGHED = "SELECT number, voice, postings, size, weight FROM weights"

# Three steps, each with the memory to itself; as one query it needs that of all of them at once.
_ALIKE = """
CREATE OR REPLACE TABLE alike AS
SELECT g.number, p.skill, p.voice, p.day, p.strengths, p.years, count(*)::INTEGER AS postings,
  sum(p.mentions)::BIGINT AS mentions
FROM pairs p JOIN grouping g ON {same} GROUP BY ALL"""

_ENTRIES = """
SELECT a.number, a.skill, a.voice, a.strengths, a.years, a.postings, a.mentions, w.size, w.weight
FROM alike a JOIN weights w USING (number, voice, day)
ORDER BY a.number, a.skill, a.voice, a.day, a.strengths, a.years"""


class Counting:
    """Counts over the parts in `output`; use it in a `with` block, its scratch files go with it."""

    def __init__(self, output: Path, memory_mb: int, threads: int) -> None:
        self._output = output
        self._scratch = output / "_state" / "counting"
        self._memory, self._threads = memory_mb, threads

    def __enter__(self) -> Counting:
        import duckdb

        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{self._memory}MB",
            "threads": self._threads,
            "temp_directory": str(self._scratch / "spilled"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with explained(self._scratch):
            self._connection = duckdb.connect(str(self._scratch / "counting.duckdb"), config=config)
            self._connection.execute(NO_PROGRESS)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def read_postings(self, settle: Settle, unnamed: str, day_number: Callable[[str], float]) -> None:
        """Number the postings and mark near-duplicates as `settle` decides.

        `unnamed` stands for employers without a name; `day_number` makes numbers of days, NaN of others.
        """
        self._parts = list(self._batched_parts())
        self._run(_POSTINGS)
        for parts in self._parts:
            self._run(
                _ADD_POSTINGS, files=self._files("postings", parts.names), first=parts.first, place=PLACE
            )
        self._run(_FIRSTS)
        with explained(self._scratch):
            keep_repeats(self._connection, self._files("postings"), settle)
        self._keep_days(day_number)
        for column in COLUMNS:
            self._run(_VALUES.format(column=column))
        self._run(_COUNTED, unnamed=unnamed)

    def said(self) -> list[str]:
        """Return every name that a mention goes by, sorted."""
        sql = "SELECT DISTINCT skill FROM read_parquet($files) ORDER BY skill"
        found: list[str] = self._table(sql, files=self._files("demand")).column("skill").to_pylist()
        return found

    def read_demand(self, names: Sequence[str], codes: Mapping[str, int]) -> None:
        """Load who demands what; `codes` maps the extracted names to these names."""
        import pyarrow as pa

        self._keep(
            "names",
            {"said": pa.array(list(codes), pa.string()), "code": pa.array(list(codes.values()), pa.int32())},
        )
        numbers = pa.array(range(len(names)), pa.int32())
        self._keep("skills", {"code": numbers, "name": pa.array(list(names), pa.string())})
        self._run(_PAIRS)
        for parts in self._parts:
            files = self._files("demand", parts.names)
            self._run(_ADD_PAIRS, files=files, first=parts.first, next=parts.next)

    def totals(self) -> dict[str, int]:
        """Count postings, counted postings, repeats, unread postings, mentions and failures."""
        postings = 'SELECT count(*) AS postings, count(*) FILTER (NOT "read") AS unread FROM postings'
        found = {**self._row(postings), **self._row("SELECT count(*) AS counted FROM counted")}
        found["repeats"] = self._row("SELECT count(*) AS n FROM repeats")["n"]
        for table in ("mentions", "failures"):
            sql = f"SELECT count(*) AS n FROM read_parquet('{self._literal(table)}')"
            found[table] = self._row(sql)["n"]
        found["demands"] = self._row("SELECT count(*) AS n FROM pairs")["n"]
        return found

    def repeats(self) -> Iterator[Any]:
        """Return batches of (id, duplicate_of) of the postings that say what an earlier one said."""
        return self._batches(_REPEATS)

    def votes(self) -> Any:
        """Return for each skill code how often it was read as general and as specific."""
        return self._table(_VOTES)

    def groups(self, dimension: str) -> Iterator[Any]:
        """Return batches of (value, of): how many counted postings each group has."""
        return self._batches(_GROUPS.format(column=column_of(dimension)))

    def shares(self, dimension: str, least: int) -> Iterator[Any]:
        """Return batches of (value, skill, n, of, n_required) of groups with at least so many postings."""
        return self._batches(_SHARES.format(column=column_of(dimension)), least=least)

    # --- groups of postings, to be scored ------------------------------------------------------------

    def group(self, columns: Sequence[str], least: int, weigh: Callable[[Columns], Columns]) -> None:
        """Number and weigh the groups of at least so many postings, in order.

        `weigh` gets columns of number (of the group), voice, day, newest and undated (the days of the group's
        newest posting and the age of undated ones) and postings (how many are alike in this), all of a voice
        together; it answers size (postings of that voice in that group) and weight.
        """
        by = "".join(f"{column}, " for column in columns)
        self._grouped = columns
        self._run(_GROUPING.format(by=by), least=least)
        self._run(_WEIGHTS)
        # a cursor of its own: the result of the first query is still being read
        adding = self._connection.cursor()
        for rows in self._chunks(self._joined(_VOICES), ("number", "voice")):
            known = {name: rows[name] for name in ("number", "voice", "day", "postings")}
            self._take(adding, _ADD_WEIGHTS, {**known, **weigh(rows)})
        self._run(self._joined(_ALIKE))

    def grouped(self) -> Iterator[dict[str, str]]:
        """Yield the values of each group by column, in order."""
        values = "".join(f", {column}_values.value AS {column}" for column in self._grouped)
        joins = " ".join(f"JOIN {c}_values ON {c}_values.no = g.{c}" for c in self._grouped)
        for batch in self._batches(_GROUP_VALUES.format(values=values, joins=joins)):
            for row in batch.to_pylist():
                yield {column: row[column] for column in self._grouped}

    def weighed(self) -> Iterator[Columns]:
        """Yield columns of number, voice, postings, size, weight by group; no voice is cut in two."""
        return self._chunks(_WEIGHED, ("number", "voice"))

    def entries(self) -> Iterator[Columns]:
        """Return what groups demand, in the order of groups and skills; none of a voice is cut in two.

        Columns of number, skill (code), voice, strengths (1 for required + 2 duty + 4 unstated + 8 preferred)
        and years, with postings (how many are alike in that), their mentions, size and weight as weighed.
        """
        return self._chunks(_ENTRIES, ("number", "skill", "voice"))

    # --- below every method --------------------------------------------------------------------------

    def _batched_parts(self) -> Iterator[_Parts]:
        """Yield the parts by their files' names, some together, with the numbers of their postings."""
        names, first, count = list[str](), 0, 0
        for row in self._table(_PARTS, files=self._files("postings")).to_pylist():
            if names and count + row["postings"] > POSTINGS:
                yield _Parts(names, first, first + count)
                names, first, count = [], first + count, 0
            names.append(Path(row["filename"]).name)
            count += row["postings"]
        if names:
            yield _Parts(names, first, first + count)

    def _keep_days(self, day_number: Callable[[str], float]) -> None:
        import pyarrow as pa

        days = self._table("SELECT DISTINCT day FROM postings").column("day").to_pylist()
        # 0 is no day of the calendar, whose first is 1
        numbers = [0 if isnan(number := day_number(day)) else int(number) for day in days]
        self._keep("days", {"day": pa.array(days, pa.string()), "number": pa.array(numbers, pa.int32())})

    def _files(self, table: str, names: Iterable[str] | None = None) -> list[str]:
        folder = self._output / table
        names = sorted(path.name for path in folder.glob("*.parquet")) if names is None else names
        return [str(folder / name) for name in names]

    def _literal(self, table: str) -> str:
        return str(self._output / table / "*.parquet").replace("'", "''")

    def _joined(self, sql: str) -> str:
        return sql.format(same=" AND ".join(f"g.{c} = p.{c}" for c in self._grouped) or "true")

    def _keep(self, table: str, columns: Columns) -> None:
        self._take(self._connection, f"CREATE TABLE {table} AS SELECT * FROM incoming", columns)

    def _take(self, connection: Any, sql: str, columns: Columns) -> None:
        import pyarrow as pa

        with explained(self._scratch):
            connection.register("incoming", pa.table(dict(columns)))
            connection.execute(sql).fetchall()
            connection.unregister("incoming")

    def _run(self, sql: str, **known: Any) -> None:
        with explained(self._scratch):
            self._connection.execute(sql, known or None).fetchall()

    def _table(self, sql: str, **known: Any) -> Any:
        with explained(self._scratch):
            return self._connection.sql(sql, params=known or None).to_arrow_table()

    def _row(self, sql: str) -> dict[str, int]:
        found: dict[str, int] = self._table(sql).to_pylist()[0]
        return found

    def _batches(self, sql: str, **known: Any) -> Iterator[Any]:
        """Yield batches of rows; several results may be read side by side."""
        with explained(self._scratch), self._connection.cursor() as reading:
            yield from reading.sql(sql, params=known or None).to_arrow_reader(ROWS // 2)

    def _chunks(self, sql: str, within: Sequence[str]) -> Iterator[Columns]:
        """Yield columns of about `ROWS` rows, cut where one of these changes.

        Where depends on the rows alone, so that sums of a part are the same however many threads there are.
        """
        import numpy as np

        held: dict[str, Any] = {}
        for batch in self._batches(sql):
            read = {name: np.asarray(batch.column(name)) for name in batch.schema.names}
            held = {name: np.concatenate([held[name], read[name]]) for name in read} if held else read
            while cut := _cut(held, within):
                yield {name: column[:cut] for name, column in held.items()}
                held = {name: column[cut:] for name, column in held.items()}
        if held:
            yield held


@dataclass(frozen=True)
class _Parts:
    """The names of some parts and the numbers of their postings: `first` to before `next`."""

    names: list[str]
    first: int
    next: int


def begins(rows: Columns, *within: str) -> Any:
    """Return which rows differ in one of these columns from the row before."""
    import numpy as np

    different = np.ones(len(rows[within[0]]), dtype=bool)
    different[1:] = np.any([rows[name][1:] != rows[name][:-1] for name in within], axis=0)
    return different


def _cut(rows: Columns, within: Sequence[str]) -> int:
    """Return the last place up to `ROWS` where a column changes, else the first after.

    0 where more must be read.
    """
    import numpy as np

    # a group is never cut in two: what its postings add up to is squared, and two halves give less
    if len(rows[within[0]]) <= ROWS:
        return 0
    places = np.flatnonzero(begins(rows, *within))[1:]
    # the last change that still fits, or the first one where a single group is larger
    early = int(np.searchsorted(places, ROWS, side="right"))
    return int(places[max(0, early - 1)]) if len(places) else 0


def column_of(dimension: str) -> str:
    """Return the column of a dimension; raises `UsageError` that names the ones there are."""
    if dimension not in DIMENSIONS:
        raise UsageError(
            f"--by knows no {dimension!r}; it knows {', '.join(DIMENSIONS)}", "Example: --by month,location"
        )
    return DIMENSIONS[dimension]


MOST = 20_000
"""Postings that are compared at a time: a larger family is compared in slices, some 100 MB each."""

Settle = Callable[[Sequence[Mapping[str, Any]]], Iterable[tuple[int, int]]]
"""Gets postings (no, title, company, location, text) in order; answers (no, the no that it repeats)."""

# Of postings of equal words one stands for all. A part that an older version wrote, of a file that can no
# longer be read, has no bands. A band has its place: at other places equal numbers are chance, and chance
# would join ten million postings to one family.
_BANDS = """
CREATE TABLE bands AS
SELECT f.first AS no, unnest(t.bands) AS band, unnest(range(len(t.bands)))::UTINYINT AS place
FROM firsts f JOIN postings p ON p.no = f.first JOIN (
  FROM read_parquet($files, union_by_name = true)
  UNION ALL BY NAME SELECT NULL::INTEGER[] AS bands WHERE false) t USING (id)"""

_LINKS = """
CREATE TABLE links AS
WITH shared AS (SELECT place, band, min(no) AS least FROM bands GROUP BY place, band HAVING count(*) > 1)
SELECT DISTINCT s.least, b.no FROM bands b JOIN shared s USING (place, band) WHERE b.no <> s.least"""

# Everyone goes by the least number that is known among the linked, and by what that one goes by, until
# nothing changes.
_FAMILIES = """
CREATE TABLE families AS
SELECT no, min(family) AS family
FROM (SELECT no, least AS family FROM links UNION ALL SELECT least, least FROM links) GROUP BY no"""

_NEARER = """
CREATE OR REPLACE TABLE nearer AS
WITH least AS (
  SELECT no, min(family) AS family FROM (
    FROM families
    UNION ALL SELECT l.no, f.family FROM links l JOIN families f ON f.no = l.least
    UNION ALL SELECT l.least, f.family FROM links l JOIN families f ON f.no = l.no) GROUP BY no)
SELECT l.no, f.family FROM least l JOIN least f ON f.no = l.family"""

_CHANGED = "SELECT count(*) FROM families f JOIN nearer n USING (no) WHERE n.family <> f.family"

_MEMBERS = """
SELECT a.family, p.no, t.title, t.company, t.location, t.text
FROM families a JOIN firsts f ON f.first = a.no JOIN postings p USING (same_words)
  JOIN read_parquet($files) t USING (id)
ORDER BY a.family, p.no"""

_KEEP_REPEATS = """
CREATE TABLE repeats AS
SELECT p.no, f.first AS original FROM postings p JOIN firsts f USING (same_words)
WHERE p.no <> f.first AND NOT EXISTS (FROM families a WHERE a.no = f.first)
UNION ALL SELECT no, original FROM settled"""


def keep_repeats(connection: Any, files: Sequence[str], settle: Settle) -> None:
    """Fill the table `repeats`: which posting repeats which.

    Needs `postings` (no, id, same_words) and `firsts`, the first posting of each same_words.
    """
    connection.execute(_BANDS, {"files": files})
    connection.execute(_LINKS)
    connection.execute("DROP TABLE bands")
    connection.execute(_FAMILIES)
    changed = 1
    while changed:
        connection.execute(_NEARER)
        changed = connection.execute(_CHANGED).fetchall()[0][0]
        connection.execute("CREATE OR REPLACE TABLE families AS FROM nearer")
    members = groupby(_rows(connection, _MEMBERS, files=files), key=lambda row: row[0])
    settled = (pair for _, family in members for some in _slices(family) for pair in settle(some))
    _keep_settled(connection, settled)
    connection.execute(_KEEP_REPEATS)


def _slices(family: Iterator[Sequence[Any]]) -> Iterator[list[dict[str, Any]]]:
    names = ("no", "title", "company", "location", "text")
    while some := [dict(zip(names, row[1:], strict=True)) for row in islice(family, MOST)]:
        yield some


def _rows(connection: Any, sql: str, **known: Any) -> Iterator[Sequence[Any]]:
    with connection.cursor() as reading:
        # rows of texts: 2,000 at a time are some megabytes; those of numbers are read by `ROWS`
        for batch in reading.sql(sql, params=known or None).to_arrow_reader(2_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _keep_settled(connection: Any, pairs: Iterator[tuple[int, int]]) -> None:
    import pyarrow as pa

    connection.execute("CREATE TABLE settled (no INTEGER, original INTEGER)")
    while some := list(islice(pairs, MOST)):
        no, original = zip(*some, strict=True)
        connection.register("incoming", pa.table({"no": no, "original": original}))
        connection.execute("INSERT INTO settled SELECT * FROM incoming")
        connection.unregister("incoming")
