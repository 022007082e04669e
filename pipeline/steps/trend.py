"""Two snapshots, or the time windows of one target → what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline import trend as comparing
from pipeline.errors import UsageError
from pipeline.matrix import keep
from pipeline.records import Changes, RowChange, Rulings, Shift, Snapshot, Target, Trend
from pipeline.segments import entry_of
from pipeline.settings import Settings
from pipeline.steps.matrix import kept
from pipeline.steps.place import Place
from pipeline.steps.score import versions

if TYPE_CHECKING:
    from pipeline.store import Store

NOW = "now"
"""The name of the present scoring, where a snapshot's could stand."""


def trend(place: Place, target: Target, settings: Settings, before: str, after: str = NOW) -> Trend:
    """Return what moved from one snapshot to another, or to the present scoring."""
    with place.store() as store:
        old, new = (_side(store, place, target, settings, name) for name in (before, after))
    return comparing.compare(old, new, settings.score, settings.trend, place.rulings(target))


def windowed(place: Place, target: Target, settings: Settings, length: str) -> Changes:
    """Return the time windows of that length as scorings, and what moved from each to the next."""
    from pipeline.score import score

    rulings = place.rulings(target)
    with place.store() as store:
        skills = store.skills(target.id)
        table = store.demand_table(target.id, settings.score)
        asked = {posting.id: entry_of(posting) for posting in store.postings(target.id)}
    sides, seen = [], []
    for window in comparing.windows(table, length):
        some = table.of_postings(window.ids)
        scores = score(some, skills, rulings)
        sides.append(comparing.Side(window.name, some, scores, asked=asked))
        seen.append(Snapshot(window.name, target.id, window.end, "", window.ids, (), tuple(scores)))
    return Changes(target, _steps(sides, settings, rulings), tuple(seen))


def along(place: Place, target: Target, settings: Settings, names: Sequence[str] = ()) -> Changes:
    """Return what moved from each of these scorings to the next, with them for the pictures.

    One name is compared with the present; without a name all snapshots and the present are. Raises
    `UsageError` for a name that is no snapshot, or is there twice.
    """
    rulings, past = place.rulings(target), history(place, target)
    known = {snapshot.name: snapshot for snapshot in past}
    wanted = list(names) or list(known)
    if len(names) == 1 and names[0] != NOW:
        wanted.append(NOW)
    if len(set(wanted)) < max(2, len(wanted)):
        raise UsageError(
            f"{target.id} has fewer than two different scorings to compare",
            "`score --snapshot NAME` freezes the present one, `--window year` compares dates of postings.",
        )
    with place.store() as store:
        sides = [_side(store, place, target, settings, name) for name in wanted]
    ends = [known[name] for name in (wanted[0], wanted[-1]) if name in known]
    rows = _rows(place, target, ends, rulings) if len(ends) == 2 else ()
    shown = tuple(known[name] for name in wanted if name in known)
    if len(shown) == 2 and (between := past[past.index(shown[0]) : past.index(shown[1]) + 1]):
        shown = between
    return Changes(target, _steps(sides, settings, rulings), shown, rows=rows)


def _steps(sides: Sequence[comparing.Side], settings: Settings, rulings: Rulings) -> tuple[Trend, ...]:
    """Return the trends from each side to the next and, of three and more, from the first to the last."""
    pairs = list(pairwise(sides))
    if len(sides) > 2:
        pairs.append((sides[0], sides[-1]))
    # one false discovery rate for all steps of a call, the one from first to last included
    level = comparing.strict(settings.trend, len(pairs))
    return tuple(comparing.compare(a, b, settings.score, level, rulings) for a, b in pairs)


def _rows(place: Place, target: Target, ends: Sequence[Snapshot], rulings: Rulings) -> tuple[RowChange, ...]:
    """Return what became of the rows between two scorings, nothing where one of them kept none."""
    with place.store() as store:
        now = kept(store, target, rulings)
    before, after = (now if s.name == NOW else keep.today(s.rows, rulings) for s in ends)
    return keep.changes(before, after) if before and after else ()


def history(place: Place, target: Target) -> tuple[Snapshot, ...]:
    """Return the target's scorings under today's names, oldest first; the present one last, called `now`.

    The present one is left out where the newest snapshot says the same.
    """
    rulings = place.rulings(target)
    with place.store() as store:
        found = [_renamed(s, rulings) for s in store.snapshots(target.id)]
        scores = tuple(store.scores(target.id))
        weighed = [p for p in store.postings(target.id) if p.weighed]
    ids, newest = tuple(p.id for p in weighed), max((p.date for p in weighed if p.date), default="")
    if scores and not (found and found[-1].scores == scores):
        visits = place.archive.lives()
        seen = max((visits[i].last_seen[:10] for i in ids if i in visits), default="")
        found.append(Snapshot(NOW, target.id, newest, "", ids, (), scores, seen))
    return tuple(found)


def since_last(place: Place, target: Target, settings: Settings) -> Trend | None:
    """Return what moved from the last scoring but one to the last; None before there are two."""
    names = [s.name for s in history(place, target) if s.scores]
    return trend(place, target, settings, *names[-2:]) if len(names) > 1 else None


def _renamed(snapshot: Snapshot, rulings: Rulings) -> Snapshot:
    """Return the snapshot under today's names.

    What was merged since stays apart, since its count is not a sum.
    """
    names = {s.skill: rulings.today(s.skill) for s in snapshot.scores}
    taken = Counter(names.values())
    scores = tuple(
        # two merged skills keep their old names: their counts cannot be added, a posting may ask for both
        replace(s, skill=names[s.skill]) if taken[names[s.skill]] == 1 else s
        for s in snapshot.scores
        if names[s.skill] not in rulings.rejected
    )
    return replace(snapshot, scores=scores)


def moved(found: Trend) -> Sequence[str]:
    """Return the shifts that can be told from chance, one line each, the surest first.

    Skills, then requirements.
    """
    skills = (
        f"{_moved(s)}; priority {s.before_priority or '–'} → {s.after_priority or '–'})"
        for s in found.shifts
        if s.verdict not in QUIET
    )
    return [*skills, *(f"{_moved(s)})" for s in found.requirements if s.verdict not in QUIET)]


def _moved(s: Shift) -> str:
    counts = f"{s.before_n} of {s.before_of} → {s.after_n} of {s.after_of}"
    return f"{s.verdict:8s} {s.skill}: {counts} ({s.change:+.0%}, interval {s.low:+.0%} to {s.high:+.0%}"


QUIET = ("steady", "too few to tell")
"""Verdicts that say of no move."""


def _side(store: Store, place: Place, target: Target, settings: Settings, name: str) -> comparing.Side:
    if name == NOW:
        return comparing.Side(
            NOW,
            store.demand_table(target.id, settings.score),
            store.scores(target.id),
            settings.digest("score"),
            versions(place.words(), store.mentions(target.id)),
            {posting.id: entry_of(posting) for posting in store.postings(target.id)},
        )
    snapshot = store.snapshot(name, target.id)
    if snapshot is None:
        known = ", ".join(s.name for s in store.snapshots(target.id)) or "none yet"
        raise UsageError(
            f"{target.id} has no snapshot {name!r}", f"There are: {known}. `score --snapshot NAME` takes one."
        )
    return comparing.Side(
        name,
        store.demand_table(target.id, settings.score, name),
        snapshot.scores,
        snapshot.settings_digest,
        snapshot.versions,
        None if snapshot.asked is None else dict(snapshot.asked),
    )
