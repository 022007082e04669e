"""The store: one method per question, all SQL behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import UsageError
from pipeline.records import (
    Failure,
    MatrixDraft,
    Mention,
    Posting,
    Run,
    Skill,
    SkillScore,
    Snapshot,
    Target,
)
from pipeline.shares import DemandTable, count_demand
from pipeline.store import codec
from pipeline.store.database import explained, is_cut, open_database, transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pipeline.settings import ScoreSettings

R = TypeVar("R")

FILE_NAME = "skillmatrix.duckdb"

_WEIGHED = "p.closed IS NULL AND p.duplicate_of IS NULL AND p.unread IS NULL"
_IN_ORDER = "p.number, p.fingerprint, p.id"
# An id depends on the folder of a file: the same postings elsewhere must come in the same order.

_COUNTED = f"p.source_kind = 'posting' AND {_WEIGHED}"

# ordered by every column that may differ: equal data give equal bytes, in whatever order they were written
_MENTIONS = """
SELECT m.* FROM {table} m LEFT JOIN postings p ON p.target = m.target AND p.id = m.posting_id
WHERE m.target = $target {more}
ORDER BY p.number NULLS LAST, p.fingerprint, m.posting_id, m."start", m."end", m.skill NULLS LAST, m.quote,
  m.provenance
"""

_DEMANDING = f"""
SELECT m.posting_id, m.skill, m.strength, m.years
FROM mentions m JOIN postings p ON p.target = m.target AND p.id = m.posting_id
WHERE m.target = $target AND m.skill IS NOT NULL AND NOT m.negated AND {_WEIGHED}
ORDER BY {_IN_ORDER}
"""

_FACTS = ("salary_low", "salary_high", "salary_currency", "salary_period", "work_mode", "employment_type",
          "seniority")  # fmt: skip

_WEIGHED_POSTINGS = f"""
SELECT p.id, p.company, p.title, p.date, p.source_kind, p.location, p.language, p.system,
  {", ".join(f"p.facts->>'$.{name}' AS {name}" for name in _FACTS)}
FROM postings p WHERE p.target = $target AND {_WEIGHED} ORDER BY {_IN_ORDER}
"""

_FROZEN = ("id", "company", "title", "date", "source_kind")
"""What a snapshot keeps of a posting."""


class Store:
    """One workspace's database file, opened for as long as the `with` block lasts.

    `path` is the file. Open it briefly: while it is open for writing no other process can read it.
    """

    def __init__(self, path: Path, read_only: bool = False, wait_seconds: float = 3.0) -> None:
        self.path = path
        self._connection = open_database(path, read_only, wait_seconds)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_cut(self) -> bool:
        """Return True where the file ends before its last block does."""
        with explained(self.path):
            return is_cut(self._connection, self.path)

    def close(self) -> None:
        """Give the file back to other processes."""
        with explained(self.path):
            self._connection.close()

    # --- targets, postings, failures, runs ------------------------------------------------------

    def save_target(self, target: Target) -> None:
        """Keep the target under its id, replacing what was known of it."""
        with self._writing() as connection:
            connection.execute("DELETE FROM targets WHERE id = ?", [target.id])
            self._insert("targets", codec.to_arrow(Target, [target], id=target.id))

    def targets(self) -> list[Target]:
        """Return every target of the workspace, plan A first, then by id."""
        return codec.from_arrow(Target, self._table("SELECT * FROM targets ORDER BY plan, id"))

    def save_postings(self, target_id: str, postings: Sequence[Posting]) -> None:
        """Replace the target's postings."""
        self._replace("postings", target_id, codec.to_arrow(Posting, postings, target=target_id))

    def postings(self, target_id: str, counted_only: bool = False) -> list[Posting]:
        """Return the target's postings in the order of its list."""
        more = f"AND {_COUNTED}" if counted_only else ""
        sql = f"SELECT * FROM postings p WHERE target = $target {more} ORDER BY {_IN_ORDER}"
        return codec.from_arrow(Posting, self._table(sql, target=target_id))

    def save_unread(self, target_id: str, reasons: Mapping[str, str]) -> None:
        """Mark the postings that the engine cannot read, each with its reason, and no others."""
        with self._writing() as connection:
            connection.execute("UPDATE postings SET unread = NULL WHERE target = ?", [target_id])
            for posting_id, reason in sorted(reasons.items()):
                connection.execute(
                    "UPDATE postings SET unread = ? WHERE target = ? AND id = ?",
                    [reason, target_id, posting_id],
                )

    def save_failures(self, target_id: str, failures: Sequence[Failure]) -> None:
        """Replace the target's failures."""
        self._replace("failures", target_id, codec.to_arrow(Failure, failures, target=target_id))

    def failures(self, target_id: str) -> list[Failure]:
        """Return the sources that gave nothing, in the order of the list."""
        sql = "SELECT * FROM failures WHERE target = $target ORDER BY number, address, outcome, detail"
        return codec.from_arrow(Failure, self._table(sql, target=target_id))

    def save_run(self, run: Run) -> None:
        """Keep the latest run of that stage and target."""
        with self._writing() as connection:
            connection.execute("DELETE FROM runs WHERE target = ? AND stage = ?", [run.target, run.stage])
            self._insert("runs", codec.to_arrow(Run, [run]))

    def runs(self, target_id: str | None = None) -> list[Run]:
        """Return the latest run of every stage, of one target or of all."""
        sql = "SELECT * FROM runs WHERE $target IS NULL OR target = $target ORDER BY target, stage"
        return codec.from_arrow(Run, self._table(sql, target=target_id))

    # --- mentions -------------------------------------------------------------------------------

    def save_extracted(self, target_id: str, digests: Mapping[str, str], mentions: Iterable[Mention]) -> None:
        """Keep, in one transaction, what an engine found in a batch of postings.

        `digests` leads from each posting of the batch (also from one in which nothing was found) to the
        digest of its text, engine and version. A run that is killed afterwards goes on behind the batch.
        """
        import pyarrow as pa

        found = codec.to_arrow(Mention, mentions, target=target_id)
        ids = list(digests)
        notes = {"target": [target_id] * len(ids), "posting_id": ids, "digest": list(digests.values())}
        with self._writing() as connection:
            # in one transaction: a stamp without its mentions would never be read again
            for table in ("extracted", "found_mentions", "mentions"):
                connection.execute(
                    f"DELETE FROM {table} WHERE target = ? AND posting_id IN (SELECT unnest(?))",
                    [target_id, ids],
                )
            self._insert("extracted", pa.table(notes))
            self._insert("found_mentions", found)
            self._insert("mentions", found)

    def extracted(self, target_id: str) -> dict[str, str]:
        """Map posting ids to the digest of text, engine and version whose mentions are kept."""
        sql = "SELECT posting_id, digest FROM extracted WHERE target = $target ORDER BY posting_id"
        rows = self._table(sql, target=target_id).to_pylist()
        return {row["posting_id"]: row["digest"] for row in rows}

    def found(self, target_id: str) -> list[Mention]:
        """Return the mentions as the engine found them, before any merging: what `cluster` starts from."""
        sql = _MENTIONS.format(table="found_mentions", more="")
        return codec.from_arrow(Mention, self._table(sql, target=target_id))

    def save_mentions(self, target_id: str, mentions: Iterable[Mention]) -> None:
        """Replace the target's mentions by the ones given, under the names that they were merged to."""
        self._replace("mentions", target_id, codec.to_arrow(Mention, mentions, target=target_id))

    def mentions(
        self, target_id: str, posting_ids: Sequence[str] | None = None, skill: str | None = None
    ) -> list[Mention]:
        """Return the target's mentions by postings and text, of some postings or of one skill."""
        more, known = "", {"target": target_id}
        if posting_ids is not None:
            more += " AND m.posting_id IN (SELECT unnest($ids))"
            known |= {"ids": list(posting_ids)}  # type: ignore[dict-item]
        if skill is not None:
            more += " AND m.skill = $skill"
            known |= {"skill": skill}
        sql = _MENTIONS.format(table="mentions", more=more)
        return codec.from_arrow(Mention, self._table(sql, **known))

    def demand(self, target_id: str) -> Any:
        """Count the target's mentions: a `pyarrow.Table` as `shares.count_demand` makes it.

        Negated mentions, mentions without a skill, closed postings and duplicates are left out; sources
        of other kinds are in.
        """
        return count_demand(self._table(_DEMANDING, target=target_id))

    def weighed_postings(self, target_id: str) -> Any:
        """Read the postings that `demand` looks at with their facts, as a `pyarrow.Table`.

        The columns: id, company, title, date, source_kind, location, language, system, and as text what was
        read of pay, work mode, employment and seniority.
        """
        return self._table(_WEIGHED_POSTINGS, target=target_id)

    def demand_table(
        self, target_id: str, settings: ScoreSettings, snapshot: str | None = None, today: str | None = None
    ) -> DemandTable:
        """Build the target's demand table as it is now, or as it was when a snapshot was taken."""
        if snapshot is None:
            counts, postings = self.demand(target_id), self.weighed_postings(target_id)
        else:
            counts = self.snapshot_demand(snapshot, target_id)
            postings = self.snapshot_postings(snapshot, target_id)
        return DemandTable.of_counts(counts, postings, settings, today)

    # --- skills, scores, matrix -----------------------------------------------------------------

    def save_skills(self, target_id: str, skills: Sequence[Skill]) -> None:
        """Replace the target's skills."""
        self._replace("skills", target_id, codec.to_arrow(Skill, skills, target=target_id))

    def skills(self, target_id: str) -> list[Skill]:
        """Return the target's skills by name."""
        sql = "SELECT * FROM skills WHERE target = $target ORDER BY name"
        return codec.from_arrow(Skill, self._table(sql, target=target_id))

    def save_scores(self, target_id: str, scores: Sequence[SkillScore]) -> None:
        """Replace the target's scores."""
        self._replace("scores", target_id, codec.to_arrow(SkillScore, scores, target=target_id))

    def scores(self, target_id: str) -> list[SkillScore]:
        """Return the target's scores, most demanded first."""
        sql = "SELECT * FROM scores WHERE target = $target ORDER BY score DESC, n DESC, skill"
        return codec.from_arrow(SkillScore, self._table(sql, target=target_id))

    def save_matrix(self, target_id: str, draft: MatrixDraft) -> None:
        """Replace the target's matrix."""
        with self._writing() as connection:
            connection.execute("DELETE FROM matrices WHERE target = ?", [target_id])
            connection.execute("INSERT INTO matrices VALUES (?, ?)", [target_id, codec.to_json(draft)])

    def matrix(self, target_id: str) -> MatrixDraft | None:
        """Return the target's matrix, None before one was drafted."""
        rows = self._table("SELECT draft FROM matrices WHERE target = $target", target=target_id)
        texts = rows.column("draft").to_pylist()
        return codec.from_json(MatrixDraft, texts[0]) if texts else None

    # --- snapshots ------------------------------------------------------------------------------

    def save_snapshot(self, snapshot: Snapshot, keep: Callable[[str], object] | None = None) -> None:
        """Freeze the target's present demand and postings under the snapshot's name.

        `keep` is given what `frozen` answers before anything is committed: what is in the database is kept
        there as well, whatever ends this process. Raises `UsageError` when the target already has a snapshot
        of that name: a snapshot is never changed.
        """
        if self.snapshot(snapshot.name, snapshot.target) is not None:
            raise UsageError(f"there is a snapshot {snapshot.name!r} already", "Choose another name.")
        with self._writing():
            self._note_snapshot(snapshot)
            postings = self.weighed_postings(snapshot.target).select(_FROZEN)
            for table, rows in (("postings", postings), ("demand", self.demand(snapshot.target))):
                self._insert(f"snapshot_{table}", _constant(rows, name=snapshot.name, target=snapshot.target))
            if keep:
                keep(str(self.frozen(snapshot.name, snapshot.target)))

    def snapshot_names(self) -> set[tuple[str, str]]:
        """Name and target of every snapshot."""
        table = self._table("SELECT name, target FROM snapshots")
        return set(zip(table.column("name").to_pylist(), table.column("target").to_pylist(), strict=True))

    def snapshots(self, target_id: str | None = None) -> list[Snapshot]:
        """Return every snapshot in the order in which they were taken, of one target or of all."""
        sql = "SELECT body FROM snapshots WHERE $target IS NULL OR target = $target ORDER BY rowid"
        texts = self._table(sql, target=target_id).column("body").to_pylist()
        return [codec.from_json(Snapshot, text) for text in texts]

    def names_in_use(self, target_id: str) -> list[str]:
        """Return the skills that a target's snapshots scored, by name: unknown ones keep their name."""
        sql = "SELECT DISTINCT skill FROM snapshot_demand WHERE target = $target ORDER BY skill"
        names: list[str] = self._table(sql, target=target_id).column("skill").to_pylist()
        return names

    def snapshot(self, name: str, target_id: str | None = None) -> Snapshot | None:
        """Return the snapshot of that name, None when there is none."""
        return next((s for s in self.snapshots(target_id) if s.name == name), None)

    def snapshot_demand(self, name: str, target_id: str) -> Any:
        """Return what `demand` gave when the snapshot was taken."""
        sql = """SELECT posting_id, skill, required, duty, unstated, preferred, years FROM snapshot_demand
                 WHERE name = $name AND target = $target ORDER BY rowid"""
        return self._table(sql, name=name, target=target_id)

    def snapshot_postings(self, name: str, target_id: str) -> Any:
        """Return what `weighed_postings` gave when the snapshot was taken."""
        sql = """SELECT id, company, title, date, source_kind FROM snapshot_postings
                 WHERE name = $name AND target = $target ORDER BY rowid"""
        return self._table(sql, name=name, target=target_id)

    def frozen(self, name: str, target_id: str) -> str | None:
        """Return the snapshot with its demand and postings as canonical JSON, None when there is none.

        A snapshot cannot be computed again once its postings are gone, so a copy belongs beside the pages
        in data/raw; `thaw` brings it back.
        """
        snapshot = self.snapshot(name, target_id)
        if snapshot is None:
            return None
        tables = {
            "demand": self.snapshot_demand(name, target_id),
            "postings": self.snapshot_postings(name, target_id),
        }
        columns = {key: table.to_pydict() for key, table in tables.items()}
        return codec.to_json({"snapshot": codec.to_json(snapshot), **columns})

    def thaw(self, text: str) -> bool:
        """Take back what `frozen` gave; False when a snapshot of that name is there already."""
        import pyarrow as pa

        kept = json.loads(text)
        snapshot = codec.from_json(Snapshot, kept["snapshot"])
        if self.snapshot(snapshot.name, snapshot.target) is not None:
            return False
        with self._writing():
            self._note_snapshot(snapshot)
            for table in ("postings", "demand"):
                rows = self._connection.table(f"snapshot_{table}").limit(0).to_arrow_table()
                known = {"name": snapshot.name, "target": snapshot.target}
                count = len(next(iter(kept[table].values())))
                columns = {**{k: [v] * count for k, v in known.items()}, **kept[table]}
                self._insert(f"snapshot_{table}", pa.table(columns, schema=rows.schema))
        return True

    def _note_snapshot(self, snapshot: Snapshot) -> None:
        values = [snapshot.name, snapshot.target, snapshot.when, codec.to_json(snapshot)]
        self._connection.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?)", values)

    # --- below every method ---------------------------------------------------------------------

    def _table(self, sql: str, **known: Any) -> Any:
        with explained(self.path):
            return self._connection.sql(sql, params=known or None).to_arrow_table()

    @contextmanager
    def _writing(self) -> Iterator[DuckDBPyConnection]:
        with explained(self.path), transaction(self._connection) as connection:
            yield connection

    def _replace(self, table: str, target_id: str, rows: Any) -> None:
        with self._writing() as connection:
            connection.execute(f"DELETE FROM {table} WHERE target = ?", [target_id])
            self._insert(table, rows)

    def _insert(self, table: str, rows: Any) -> None:
        # through Arrow: a million rows in half a second instead of ten minutes of executemany
        self._connection.register("incoming", rows)
        try:
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        finally:
            self._connection.unregister("incoming")


def _constant(rows: Any, **known: str) -> Any:
    """Return the rows with further columns that hold the same in each."""
    import pyarrow as pa

    for name, value in known.items():
        rows = rows.append_column(name, pa.array([value] * rows.num_rows, pa.string()))
    return rows
