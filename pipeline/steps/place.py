"""Where a workspace keeps things: `data/raw` (cannot be computed again) and `data/processed` (can)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import review, vocabulary
from pipeline.archive import Archive, hold
from pipeline.errors import DatabaseDamaged, StoreError, UsageError, WorkspaceBroken
from pipeline.lists import SourceList
from pipeline.records import Decision, Rulings, SourceLine, Target, Vocabulary

if TYPE_CHECKING:
    from pipeline.store import Store

TARGETS, SOURCES, DECISIONS, SNAPSHOTS = "targets", "sources", "decisions", "snapshots"
"""The record files of `data/raw` that say what a person asked for, decided and froze."""

COSTS = "costs"
"""The record file of `data/raw` that keeps what the answers behind each snapshot cost."""

TAXONOMIES = "vocabulary"
"""The folder of `data/raw` that holds imported taxonomies."""


@dataclass(frozen=True, slots=True)
class Place:
    """One workspace folder; nothing is opened or created before it is needed."""

    root: Path
    archive: Archive = field(init=False, compare=False, repr=False)
    """The raw store of this workspace; one for all, so that it knows what was found damaged."""

    _opened: list[Path] = field(init=False, compare=False, repr=False, default_factory=list)
    """The database, once it was opened and mended."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "archive", Archive(self.raw))

    @property
    def raw(self) -> Path:
        """Pages, model answers, decisions, ratings."""
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """The database and every document; may be deleted at any time."""
        return self.root / "data" / "processed"

    def store(self) -> Store:
        """Open the database; use it in a `with` block and close it soon.

        Whatever a kill, a full disk or another program did to it is mended when it is first opened: a
        damaged file is rebuilt from `data/raw`, snapshots that it lacks are taken from there.
        """
        from pipeline.store import Store, mark_of

        try:
            self.processed.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot create {self.processed}: {error.strerror or error}") from error
        path = self.processed / "skillmatrix.duckdb"
        if self._opened:
            return Store(path)
        # the mark first: a file that a rebuilding left half filled opens without an error
        if not mark_of(path).exists():
            with suppress(DatabaseDamaged):
                store = self._whole(path)
                self._opened.append(path)
                return store
        with hold(self.raw, within=True):
            return self._rebuilt(path)

    def _whole(self, path: Path) -> Store:
        """Return the database that is there, or a new one, with every snapshot; raises `DatabaseDamaged`."""
        from pipeline.store import Store

        store = Store(path)
        try:
            # before anything is read: DuckDB notices a cut file only at a block that is lost
            if store.is_cut():
                raise DatabaseDamaged(f"{path} is cut off")
            self._thaw(store)
        except BaseException:
            store.close()
            raise
        return store

    def _rebuilt(self, path: Path) -> Store:
        from pipeline.steps.rebuild import rebuild
        from pipeline.store import Store, replacing

        with replacing(path):
            self._whole(path).close()
            self._opened.append(path)
            rebuild(self)
        return Store(path)

    def _thaw(self, store: Store) -> None:
        """Take back the snapshots that the database lacks: it was deleted, or a kill came in between."""
        there = store.snapshot_names()

        def take(record: dict[str, Any]) -> None:
            frozen = str(record["frozen"])
            # snapshots of earlier versions name their target only inside
            target = record.get("target") or json.loads(json.loads(frozen)["snapshot"])["target"]
            if (record["name"], target) not in there:
                store.thaw(frozen)

        for _ in self.archive.each_made(SNAPSHOTS, take):
            pass

    def remember_snapshot(self, name: str, target: Target, frozen: str) -> None:
        """Keep a copy of a snapshot in `data/raw`: its postings may be gone when it is wanted."""
        self.archive.append(SNAPSHOTS, {"name": name, "target": target.id, "frozen": frozen})

    def remember_cost(self, cost: Mapping[str, Any]) -> None:
        """Keep what the answers behind a snapshot cost."""
        self.archive.append(COSTS, cost)

    def documents(self, target: Target) -> Path:
        """Return the folder of a target's documents."""
        return self.processed / target.id

    def words(self) -> Vocabulary:
        """Return the curated vocabulary with the taxonomies that were imported into this workspace."""
        return vocabulary.load(self.taxonomies())

    def taxonomies(self) -> tuple[Path, ...]:
        """Return the files of the taxonomies that were imported into this workspace."""
        return vocabulary.saved(self.raw / TAXONOMIES)

    # --- what a person asked for ----------------------------------------------------------------

    def targets(self) -> list[Target]:
        """Return the workspace's targets, the latest wording of each, in the order they were first named."""
        made = self.archive.each_made(TARGETS, _target_of)
        # a dict keeps the place of the first naming and the words of the last
        return list({target.id: target for target in made}.values())

    def target(self, wanted: str | None = None) -> Target:
        """Return the target of that id or role; without one, the only or the latest-named target."""
        targets = self.targets()
        if not targets:
            raise UsageError(
                f"no target in {self.root}",
                "Name one: skillmatrix run LIST --role 'ML engineer' --workspace DIR",
            )
        if wanted is None:
            return targets[-1]
        for target in targets:
            if wanted in (target.id, target.role):
                return target
        known = ", ".join(t.id for t in targets)
        raise UsageError(f"no target is called {wanted!r}", f"This workspace has {known}.")

    def remember_target(self, target: Target) -> None:
        """Keep a target, once; raises `UsageError` for one without a role."""
        if not target.role.strip():
            raise UsageError("a target needs a role", "Example: --role 'ML engineer'")
        if target not in self.targets():
            self.archive.append(TARGETS, asdict(target))

    def listed(self, target: Target) -> SourceList:
        """Return the target's list as last remembered: its lines, and the path that it was read from."""
        lines: list[dict[str, Any]] = []
        path = ""
        for name, last, where in self.archive.each_made(SOURCES, _listed_of):
            if name == target.id:
                lines, path = last, where
        return SourceList(tuple(SourceLine(**line) for line in lines), path=path)

    def remember_sources(self, target: Target, lines: Sequence[SourceLine], path: str = "") -> None:
        """Keep the target's list, so that everything can be rebuilt without the list file at `path`."""
        known = self.listed(target)
        if (tuple(lines), path) != (known.lines, known.path):
            kept = {"target": target.id, "list": path, "lines": [asdict(line) for line in lines]}
            self.archive.append(SOURCES, kept)

    def decisions(self, known: int = 0) -> list[Decision]:
        """Return everything that people decided in this workspace behind the first `known`, oldest first.

        Raises `WorkspaceBroken` that names the first record that makes no sense.
        """
        found = []
        for number, record in enumerate(self.archive.each_record(DECISIONS), 1):
            if number > known:
                try:
                    found.append(review.from_record(record))
                except ValueError as error:
                    raise WorkspaceBroken(
                        f"{DECISIONS}.jsonl in {self.raw}, record {number}: {error}",
                        "Mend or remove that line; every other one is kept.",
                    ) from error
        return found

    def rulings(self, target: Target) -> Rulings:
        """Return what the decisions about a target come to."""
        return review.fold(self.decisions(), target.id)

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Append decisions; each is on the disk when this returns."""
        for decision in decisions:
            self.archive.append(DECISIONS, review.to_record(decision))


_ANY = Target("")


def _target_of(record: dict[str, Any]) -> Target:
    known = {k: v for k, v in record.items() if k in Target.__slots__}
    for name, kind in (("role", str), ("horizon_weeks", int), ("hours_per_week", (int, float))):
        if not isinstance(known.get(name, getattr(_ANY, name)), kind):
            raise TypeError(f"{name} is {known[name]!r}")
    target = Target(**known)
    _ = target.id
    return target


def _listed_of(record: dict[str, Any]) -> tuple[str, list[dict[str, Any]], str]:
    """Return target, lines and path of a remembered list; the lines are made of the last one only."""
    lines = record["lines"]
    if not all(isinstance(line["address"], str) and line.keys() <= _LINE for line in lines):
        raise ValueError("its lines are none")
    return str(record["target"]), lines, str(record.get("list", ""))


_LINE = frozenset(SourceLine.__slots__)
