"""Everything again, cheaply: visit, read what is new, score, and say what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import report
from pipeline.archive import hold
from pipeline.errors import UsageError
from pipeline.lists import SourceList, read_sources
from pipeline.records import Changes, MatrixDraft, Posting, Target, Trend
from pipeline.settings import Settings
from pipeline.steps import trend as trends
from pipeline.steps.place import Place
from pipeline.steps.report import write
from pipeline.steps.run import Options, Progress, Walk, walk
from pipeline.steps.score import score


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found: the walk, the trend since the snapshot before it, and the postings' lives."""

    walk: Walk
    trend: Trend
    moved: Sequence[str]
    since: str
    new: int
    changed: int
    closed: int
    came: Sequence[str] = ()
    went: Sequence[str] = ()


def refresh(
    place: Place,
    target: Target,
    settings: Settings,
    engine: str | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> Refreshed:
    """The target's matrix from its sources as they are now, and what moved since the scoring before.

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
    with place.store() as store:
        before, draft = store.postings(target.id), store.matrix(target.id)
    since = _freeze(place, target, settings)
    wanted = Options(engine, offline, refresh=True, bad_lines=listed.failures, listed=listed.path)
    done = walk(place, target, listed.lines, settings, wanted, progress)
    found = trends.trend(place, target, settings, since)
    with place.store() as store:
        after = store.postings(target.id)
    changes = replace(
        _lives(target, before, after),
        trends=(found,),
        history=trends.history(place, target),
        came=_rows_only_in(done.draft, draft),
        went=_rows_only_in(draft, done.draft),
    )
    pages = report.write_changes(changes, place.documents(target))
    _, paths = write(place, target, settings, found, pages[0].name)
    return Refreshed(
        Walk(done.runs, done.draft, done.failures, (*paths, *pages), (*listed.notes, *done.notes)),
        found,
        trends.moved(found),
        since,
        len(changes.new),
        len(changes.changed),
        len(changes.closed),
        changes.came,
        changes.went,
    )


def _listed(place: Place, target: Target) -> SourceList:
    """The target's list as it stands now; as remembered where it stands no more."""
    known = place.listed(target)
    if not known.path:
        return known
    if Path(known.path).exists():
        return read_sources(known.path)
    gone = f"the list {known.path} is not there: the lines remembered from it were visited"
    return replace(known, notes=(gone,))


def _rows_only_in(draft: MatrixDraft | None, other: MatrixDraft | None) -> tuple[str, ...]:
    """The titles of rows whose theme the other draft does not have: a new title alone is no new row."""
    themes = {row.theme for row in other.rows} if other else set()
    return tuple(row.title for row in draft.rows if row.theme not in themes) if draft else ()


def _freeze(place: Place, target: Target, settings: Settings) -> str:
    """The name of a snapshot of the present scoring: the newest one where nothing changed since."""
    with place.store() as store:
        count = len(store.snapshots(target.id))
        scores = store.scores(target.id)
        last = store.snapshots(target.id)[-1] if count else None
    if last is not None and list(last.scores) == scores:
        return last.name
    name = f"before-refresh-{count + 1}"
    score(place, target, settings, name)
    return name


def _lives(target: Target, before: Sequence[Posting], after: Sequence[Posting]) -> Changes:
    """The postings that are new, say something else, or closed since the visit before."""
    old, new = ({p.url: p for p in side} for side in (before, after))
    return Changes(
        target,
        (),
        new=tuple(p for url, p in new.items() if url not in old),
        changed=tuple(
            new[url] for url, p in old.items() if url in new and new[url].fingerprint != p.fingerprint
        ),
        closed=tuple(
            p
            for url, p in new.items()
            if p.closed is not None and (url not in old or old[url].closed is None)
        ),
        visited=True,
    )
