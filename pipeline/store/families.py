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
# longer be read, has no bands.
_BANDS = """
CREATE TABLE bands AS
SELECT f.first AS no, unnest(t.bands) AS band
FROM firsts f JOIN postings p ON p.no = f.first JOIN (
  FROM read_parquet($files, union_by_name = true)
  UNION ALL BY NAME SELECT NULL::INTEGER[] AS bands WHERE false) t USING (id)"""

_LINKS = """
WITH shared AS (SELECT band, min(no) AS least FROM bands GROUP BY band HAVING count(*) > 1)
SELECT DISTINCT s.least, b.no FROM bands b JOIN shared s USING (band) WHERE b.no <> s.least"""

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
    families = _joined(_rows(connection, _LINKS))
    _keep(connection, "families", ("no", "family"), families.items())
    connection.execute("DROP TABLE bands")
    members = groupby(_rows(connection, _MEMBERS, files=files), key=lambda row: row[0])
    settled = (pair for _, family in members for some in _slices(family) for pair in settle(some))
    _keep(connection, "settled", ("no", "original"), settled)
    connection.execute(_REPEATS)


def _joined(links: Iterable[Sequence[int]]) -> dict[int, int]:
    """The family of everyone who is linked to another: its first member."""
    leads: dict[int, int] = {}
    for left, right in links:
        first, second = sorted((_end(leads, left), _end(leads, right)))
        leads[first], leads[second] = first, first
    return {no: _end(leads, no) for no in leads}


def _end(leads: dict[int, int], no: int) -> int:
    path = []
    while leads.setdefault(no, no) != no:
        path.append(no)
        no = leads[no]
    for each in path:
        leads[each] = no
    return no


def _slices(family: Iterator[Sequence[Any]]) -> Iterator[list[dict[str, Any]]]:
    names = ("no", "title", "company", "location", "text")
    while some := [dict(zip(names, row[1:], strict=True)) for row in islice(family, MOST)]:
        yield some


def _rows(connection: Any, sql: str, **known: Any) -> Iterator[Sequence[Any]]:
    with connection.cursor() as reading:
        for batch in reading.sql(sql, params=known or None).to_arrow_reader(2_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _keep(connection: Any, table: str, names: Sequence[str], rows: Iterable[tuple[int, int]]) -> None:
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [(), ()]
    made = {name: pa.array(column, pa.int32()) for name, column in zip(names, columns, strict=True)}
    connection.register("incoming", pa.table(made))
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
    connection.unregister("incoming")
