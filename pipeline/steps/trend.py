"""Two snapshots, or the time windows of one target → what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline import trend as comparing
from pipeline.errors import UsageError
from pipeline.records import Changes, Rulings, Snapshot, Target, Trend
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.score import versions

if TYPE_CHECKING:
    from pipeline.store import Store

NOW = "now"
"""The name of the present scoring, where a snapshot's could stand."""


def trend(place: Place, target: Target, settings: Settings, before: str, after: str = NOW) -> Trend:
    """What moved from one snapshot to another, or to the present scoring."""
    with place.store() as store:
        old, new = (_side(store, place, target, settings, name) for name in (before, after))
    return comparing.compare(old, new, settings.score, settings.trend, place.rulings(target))


def trend_windows(place: Place, target: Target, settings: Settings, length: str) -> list[Trend]:
    """What moved from each time window of that length to the next, oldest first."""
    return list(windowed(place, target, settings, length).trends)


def windowed(place: Place, target: Target, settings: Settings, length: str) -> Changes:
    """The time windows of that length as scorings, and what moved from each to the next, oldest first."""
    from pipeline.score import score

    rulings = place.rulings(target)
    with place.store() as store:
        skills = store.skills(target.id)
        table = store.demand_table(target.id, settings.score)
    sides, seen = [], []
    for window in comparing.windows(table, length):
        some = table.of_postings(window.ids)
        scores = score(some, skills, rulings)
        sides.append(comparing.Side(window.name, some, scores))
        seen.append(Snapshot(window.name, target.id, window.end, "", window.ids, (), tuple(scores)))
    found = [comparing.compare(a, b, settings.score, settings.trend, rulings) for a, b in pairwise(sides)]
    return Changes(target, tuple(found), tuple(seen))


def between(place: Place, target: Target, settings: Settings, before: str, after: str = NOW) -> Changes:
    """What moved from one snapshot to another, with the scorings between them for the pictures."""
    found = trend(place, target, settings, before, after)
    seen = history(place, target)
    names = [s.name for s in seen]
    first, last = names.index(before), names.index(after) if after in names else len(names) - 1
    some = seen[first : last + 1] if first < last else tuple(seen[i] for i in (first, last))
    return Changes(target, (found,), some)


def history(place: Place, target: Target) -> tuple[Snapshot, ...]:
    """The target's scorings under today's names, oldest first; the present one last, called `now`.

    The present one is left out where the newest snapshot says the same.
    """
    rulings = place.rulings(target)
    with place.store() as store:
        found = [_renamed(s, rulings) for s in store.snapshots(target.id)]
        scores = tuple(store.scores(target.id))
        ids = tuple(p.id for p in store.postings(target.id) if p.weighed)
    if scores and not (found and found[-1].scores == scores):
        found.append(Snapshot(NOW, target.id, "", "", ids, (), scores))
    return tuple(found)


def since_last(place: Place, target: Target, settings: Settings) -> Trend | None:
    """What moved from the last scoring but one to the last; None before there are two."""
    names = [s.name for s in history(place, target) if s.scores]
    return trend(place, target, settings, *names[-2:]) if len(names) > 1 else None


def _renamed(snapshot: Snapshot, rulings: Rulings) -> Snapshot:
    """The snapshot under today's names; what was merged since stays apart, since its count is not a sum."""
    names = {s.skill: rulings.today(s.skill) for s in snapshot.scores}
    taken = Counter(names.values())
    scores = tuple(
        replace(s, skill=names[s.skill]) if taken[names[s.skill]] == 1 else s
        for s in snapshot.scores
        if names[s.skill] not in rulings.rejected
    )
    return replace(snapshot, scores=scores)


def latest_snapshot(place: Place, target: Target) -> str | None:
    """The name of the target's newest snapshot; None before the first."""
    with place.store() as store:
        names = [s.name for s in store.snapshots(target.id)]
    return names[-1] if names else None


def moved(found: Trend, limit: int = 0) -> Sequence[str]:
    """The shifts that can be told from chance, one line each, the surest first."""
    lines = [
        f"{s.verdict:8s} {s.skill}: {s.before_n} of {s.before_of} → {s.after_n} of {s.after_of} "
        f"({s.change:+.0%}, interval {s.low:+.0%} to {s.high:+.0%}; priority {s.before_priority or '–'} → "
        f"{s.after_priority or '–'})"
        for s in found.shifts
        if s.verdict not in ("steady", "too few to tell")
    ]
    return lines[:limit] if limit else lines


def _side(store: Store, place: Place, target: Target, settings: Settings, name: str) -> comparing.Side:
    if name == NOW:
        return comparing.Side(
            NOW,
            store.demand_table(target.id, settings.score),
            store.scores(target.id),
            settings.digest("score"),
            versions(place.words(), store.mentions(target.id)),
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
    )
