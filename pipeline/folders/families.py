"""Postings that may repeat each other, family by family, and who repeats whom in the end.

A family are postings of which each has a band (`read.likeness`) in common with another: no posting repeats
one outside its family. DuckDB finds the families; only one of them is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

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

_REPEATS = """
CREATE TABLE repeats AS
SELECT p.no, f.first AS original FROM postings p JOIN firsts f USING (same_words)
WHERE p.no <> f.first AND NOT EXISTS (FROM families a WHERE a.no = f.first)
UNION ALL SELECT no, original FROM settled"""


def keep_repeats(connection: Any, files: Sequence[str], settle: Settle) -> None:
    """Nothing, once the table `repeats` says which posting repeats which.

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
    connection.execute(_REPEATS)


def _slices(family: Iterator[Sequence[Any]]) -> Iterator[list[dict[str, Any]]]:
    names = ("no", "title", "company", "location", "text")
    while some := [dict(zip(names, row[1:], strict=True)) for row in islice(family, MOST)]:
        yield some


def _rows(connection: Any, sql: str, **known: Any) -> Iterator[Sequence[Any]]:
    with connection.cursor() as reading:
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
