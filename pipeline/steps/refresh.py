"""Everything again, cheaply: visit, read what is new, score, and say what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import report
from pipeline.archive import hold
from pipeline.errors import UsageError
from pipeline.lists import SourceList, read_sources
from pipeline.matrix import keep
from pipeline.records import Changes, Failure, Posting, Target, Trend
from pipeline.settings import Settings
from pipeline.steps import trend as trends
from pipeline.steps.matrix import kept
from pipeline.steps.place import Place
from pipeline.steps.rebuild import refill
from pipeline.steps.report import write
from pipeline.steps.run import Options, Progress, Walk, walk
from pipeline.steps.score import score


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found: the walk, what changed since the snapshot before it, and that snapshot's name."""

    walk: Walk
    changes: Changes
    since: str

    @property
    def trend(self) -> Trend:
        """What moved since the snapshot."""
        return self.changes.trends[0]


def refresh(
    place: Place,
    target: Target,
    settings: Settings,
    engine: str | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> Refreshed:
    """Return the target's matrix from its sources as they are now, and everything that changed.

    The scoring before is frozen as a snapshot first, so that nothing of it is lost; nothing at all is written
    while another run holds the workspace.
    """
    with hold(place.raw):
        return _refreshed(place, target, settings, engine, offline, progress)


def _refreshed(
    place: Place,
    target: Target,
    settings: Settings,
    engine: str | None,
    offline: bool,
    progress: Progress | None,
) -> Refreshed:
    listed = _listed(place, target)
    if not listed.lines:
        raise UsageError(f"{target.id} has no sources yet", "Run `skillmatrix run LIST --role ROLE` first.")
    rulings, known = place.rulings(target), place.listed(target)
    with place.store() as store:
        is_new = not store.postings(target.id)
    if is_new:
        # a copy without the database, such as a checkout: what was read before is there, what changed is not
        refill(place, target, settings)
    with place.store() as store:
        before, rows = store.postings(target.id), kept(store, target, rulings)
    # before the walk replaces the scores: afterwards there is nothing to compare with
    since = _freeze(place, target, settings)
    wanted = Options(engine, offline, refresh=True, bad_lines=listed.failures, listed=listed.path)
    done = walk(place, target, listed.lines, settings, wanted, progress)
    found = trends.trend(place, target, settings, since)
    with place.store() as store:
        after, now = store.postings(target.id), kept(store, target, rulings)
        counted = {posting.id for posting in store.postings(target.id, counted_only=True)}
    changes = replace(
        _lives(target, before, after, _silent(known, done.failures)),
        trends=(found,),
        history=trends.history(place, target),
        rows=keep.changes(rows, now),
        uncounted={p.id: _why_not(p, done.failures) for p in after if p.id not in counted},
    )
    pages = report.write_changes(changes, place.documents(target))
    _, paths = write(place, target, settings, found, pages[0].name)
    said = Walk(done.runs, done.draft, done.failures, (*paths, *pages), (*listed.notes, *done.notes))
    return Refreshed(said, changes, since)


def _listed(place: Place, target: Target) -> SourceList:
    """Return the target's list as it stands now; as remembered where it stands no more."""
    known = place.listed(target)
    if not known.path:
        return known
    if Path(known.path).exists():
        return read_sources(known.path)
    gone = f"the list {known.path} is not there: the lines remembered from it were visited"
    return replace(known, notes=(gone,))


def _freeze(place: Place, target: Target, settings: Settings) -> str:
    """Return the name of a snapshot of the present scoring: the newest one where nothing changed since."""
    with place.store() as store:
        count = len(store.snapshots(target.id))
        scores = store.scores(target.id)
        last = store.snapshots(target.id)[-1] if count else None
    # every week without a change would leave a snapshot
    if last is not None and list(last.scores) == scores:
        return last.name
    name = f"before-refresh-{count + 1}"
    score(place, target, settings, name)
    return name


def _silent(known: SourceList, failures: Sequence[Failure]) -> frozenset[int]:
    """Return the numbers, in the list as it was, of the lines that gave nothing this time."""
    failed = {failure.address for failure in failures}
    return frozenset(line.number for line in known.lines if line.address in failed)


def _why_not(posting: Posting, failures: Sequence[Failure]) -> str:
    """Return why a posting is not counted."""
    if posting.closed:
        return "closed"
    if posting.duplicate_of is not None:
        return "repeats another posting"
    said = (f.detail for f in failures if f.outcome == "wrong-language" and f.address == posting.url)
    return next(said, "not a posting")


def _lives(
    target: Target, before: Sequence[Posting], after: Sequence[Posting], silent: frozenset[int]
) -> Changes:
    """Return what became of every posting since the visit before; each is told once.

    One that only stands at another address now is told as nothing. `silent` lines gave no posting.
    """
    old, new = ({p.id: p for p in side} for side in (before, after))
    came = [p for name, p in new.items() if name not in old]
    gone = [p for name, p in old.items() if name not in new]
    # the same words at a new address: a board that renumbers its postings changed nothing
    elsewhere = {p.fingerprint for p in came} & {p.fingerprint for p in gone}
    came, gone = ([p for p in some if p.fingerprint not in elsewhere] for some in (came, gone))
    closed = {p.id for p in new.values() if p.closed and (p.id not in old or old[p.id].closed is None)}
    changed = (p for name, p in new.items() if name in old and old[name].fingerprint != p.fingerprint)
    return Changes(
        target,
        (),
        new=tuple(p for p in came if p.id not in closed),
        changed=tuple(p for p in changed if p.id not in closed),
        closed=tuple(p for p in new.values() if p.id in closed),
        left=tuple(p for p in gone if p.number not in silent),
        unread=tuple(p for p in gone if p.number in silent),
        visited=True,
    )
