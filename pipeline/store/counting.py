"""Counts over a folder of Parquet parts, by DuckDB, within a bound of memory: beyond it the disk is used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.store.database import explained
from pipeline.store.families import Settle, keep_repeats

DIMENSIONS: Mapping[str, str] = {
    "month": "month",
    "role": "role",
    "employer": "employer",
    "location": "location",
    "place": "location",
}
"""What postings can be grouped by, with the column that holds it."""

_POSTINGS = """
CREATE TABLE postings AS
SELECT (row_number() OVER (ORDER BY file, "row") - 1)::INTEGER AS no, id, file, same_words, month, role,
  employer, company, location, date, "read" FROM read_parquet($files)"""

_FIRSTS = "CREATE TABLE firsts AS SELECT same_words, min(no) AS first FROM postings GROUP BY same_words"

_COUNTED = """
CREATE TABLE counted AS
SELECT (row_number() OVER (ORDER BY p.no) - 1)::INTEGER AS place, p.no, p.id, p.file, p.month, p.role,
  p.employer, p.company, p.location, p.date
FROM postings p WHERE p."read" AND NOT EXISTS (FROM repeats r WHERE r.no = p.no) ORDER BY p.no"""

_REPEATS = """
SELECT p.id AS id, o.id AS duplicate_of FROM repeats r JOIN postings p ON p.no = r.no
JOIN postings o ON o.no = r.original ORDER BY p.no"""

_PAIRS = """
CREATE TABLE pairs (place INTEGER, skill INTEGER, strengths UTINYINT, mentions INTEGER, years DOUBLE,
  general INTEGER, specific INTEGER)"""

# Part by part: a posting's rows stand in one part, so no group ever spans two and the table of groups
# stays as small as a part. As one query over everything the groups alone would be gigabytes.
_ADD_PAIRS = """
INSERT INTO pairs
SELECT c.place, n.code,
  max((d.required > 0)::UTINYINT) + 2 * max((d.duty > 0)::UTINYINT) + 4 * max((d.unstated > 0)::UTINYINT)
    + 8 * max((d.preferred > 0)::UTINYINT),
  sum(d.required + d.duty + d.unstated + d.preferred), min(d.years), sum(d.general), sum(d.specific)
FROM read_parquet($files) d JOIN names n ON n.said = d.skill JOIN counted c ON c.id = d.posting_id
GROUP BY c.place, n.code"""

_LEDGER = """
SELECT place, skill, strengths, mentions, coalesce(years, 'nan'::DOUBLE) AS years FROM pairs
ORDER BY skill, place"""

_VOTES = """
SELECT p.skill, sum(p.general)::BIGINT AS general, sum(p.specific)::BIGINT AS specific,
  count(DISTINCT c.employer) AS employers
FROM pairs p JOIN counted c USING (place) GROUP BY p.skill ORDER BY p.skill"""

_GROUPS = "SELECT {column} AS value, count(*) AS of FROM counted GROUP BY {column} ORDER BY {column}"

_SHARES = """
WITH groups AS (SELECT {column} AS value, count(*) AS of FROM counted GROUP BY {column})
SELECT g.value, n.name AS skill, count(*) AS n, g.of, count(*) FILTER (p.strengths % 2 = 1) AS n_required
FROM pairs p JOIN counted c USING (place) JOIN groups g ON g.value = c.{column}
  JOIN skills n ON n.code = p.skill
WHERE g.of >= $least GROUP BY g.value, n.name, g.of ORDER BY g.value, n DESC, n.name"""


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
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def read_postings(self, settle: Settle) -> None:
        """Nothing, once every posting is numbered and `settle` told which of those that are alike repeat."""
        self._run(_POSTINGS, files=self._files("postings"))
        self._run(_FIRSTS)
        with explained(self._scratch):
            keep_repeats(self._connection, self._files("postings"), settle)
        self._run(_COUNTED)

    def said(self) -> list[str]:
        """Every name that a mention goes by, sorted."""
        sql = "SELECT DISTINCT skill FROM read_parquet($files) ORDER BY skill"
        found: list[str] = self._table(sql, files=self._files("demand")).column("skill").to_pylist()
        return found

    def read_demand(self, names: Sequence[str], codes: Mapping[str, int]) -> None:
        """Nothing, once who demands what is known under these names; `codes` leads from said names there."""
        import pyarrow as pa

        self._keep(
            "names",
            {"said": pa.array(list(codes), pa.string()), "code": pa.array(list(codes.values()), pa.int32())},
        )
        numbers = pa.array(range(len(names)), pa.int32())
        self._keep("skills", {"code": numbers, "name": pa.array(list(names), pa.string())})
        self._run(_PAIRS)
        for path in sorted((self._output / "demand").glob("*.parquet")):
            self._run(_ADD_PAIRS, files=str(path))

    def totals(self) -> dict[str, int]:
        """How many postings, counted postings, repeats, unread postings, mentions and failures there are."""
        postings = 'SELECT count(*) AS postings, count(*) FILTER (NOT "read") AS unread FROM postings'
        found = {**self._row(postings), **self._row("SELECT count(*) AS counted FROM counted")}
        found["repeats"] = self._row("SELECT count(*) AS n FROM repeats")["n"]
        for table in ("mentions", "failures"):
            sql = f"SELECT count(*) AS n FROM read_parquet('{self._literal(table)}')"
            found[table] = self._row(sql)["n"]
        found["demands"] = self._row("SELECT count(*) AS n FROM pairs")["n"]
        return found

    def repeats(self) -> Iterator[Any]:
        """Batches of (id, duplicate_of) of the postings that say what an earlier one said."""
        return self._batches(_REPEATS)

    def counted(self) -> Any:
        """The postings that are N, in order: id, month, role, employer, company, location, date."""
        return self._table("SELECT * EXCLUDE (place, no, file) FROM counted ORDER BY place")

    def ledger(self) -> Any:
        """Who demands what: a table of place (in `counted`), skill (code), strengths, mentions, years.

        `strengths` is 1 for required + 2 duty + 4 unstated + 8 preferred; sorted by skill and place.
        """
        return self._table(_LEDGER)

    def votes(self) -> Any:
        """For each skill code how often it was read as general and specific, and how many employers ask."""
        return self._table(_VOTES)

    def groups(self, dimension: str) -> Iterator[Any]:
        """Batches of (value, of): how many counted postings each group has."""
        return self._batches(_GROUPS.format(column=column_of(dimension)))

    def shares(self, dimension: str, least: int) -> Iterator[Any]:
        """Batches of (value, skill, n, of, n_required) of the groups that have at least so many postings."""
        return self._batches(_SHARES.format(column=column_of(dimension)), least=least)

    # --- below every method --------------------------------------------------------------------------

    def _files(self, table: str) -> list[str]:
        return [str(path) for path in sorted((self._output / table).glob("*.parquet"))]

    def _literal(self, table: str) -> str:
        return str(self._output / table / "*.parquet").replace("'", "''")

    def _keep(self, table: str, columns: Mapping[str, Any]) -> None:
        import pyarrow as pa

        self._connection.register("incoming", pa.table(dict(columns)))
        self._run(f"CREATE TABLE {table} AS SELECT * FROM incoming")
        self._connection.unregister("incoming")

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
        with explained(self._scratch):
            yield from self._connection.sql(sql, params=known or None).to_arrow_reader(100_000)


def column_of(dimension: str) -> str:
    """The column of a dimension; raises `UsageError` that names the ones there are."""
    if dimension not in DIMENSIONS:
        raise UsageError(
            f"--by knows no {dimension!r}; it knows {', '.join(DIMENSIONS)}", "Example: --by month,location"
        )
    return DIMENSIONS[dimension]
