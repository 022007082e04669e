"""Scored skills → the drafted ten rows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline import matrix as drafting
from pipeline.matrix import keep
from pipeline.records import (
    Evidence,
    Failure,
    KeptRow,
    MatrixDraft,
    Mention,
    Posting,
    Rulings,
    Run,
    Target,
    content_of,
    digest,
)
from pipeline.settings import Settings
from pipeline.steps.advice import advice_of, themed
from pipeline.steps.place import Place

if TYPE_CHECKING:
    from pipeline.store import Store


def matrix(place: Place, target: Target, settings: Settings, today: str | None = None) -> Run:
    """Draft the target's matrix from its scores and keep it in the store."""
    began = time.perf_counter()
    with place.store() as store:
        draft = drafted(store, place, target, settings, today)
        store.save_matrix(target.id, draft)
        run = Run(
            "matrix",
            target.id,
            inputs=len(store.scores(target.id)),
            outputs=len(draft.rows),
            seconds=time.perf_counter() - began,
            digest=digest(repr(draft)),
            notes=draft.notes,
        )
        store.save_run(run)
    return run


def drafted(
    store: Store, place: Place, target: Target, settings: Settings, today: str | None = None
) -> MatrixDraft:
    """Return the ten rows of the stored scores; rows of the newest snapshot that go on stay the same rows."""
    postings, mentions = store.postings(target.id), store.mentions(target.id)
    rulings = place.rulings(target)
    return drafting.draft(
        target,
        skills=store.skills(target.id),
        vocabulary=themed(place.words(), advice_of(place)),
        rulings=rulings,
        settings=settings.matrix,
        weights=settings.score,
        demand=store.demand(target.id),
        postings=store.weighed_postings(target.id),
        evidence=evidence(postings, mentions),
        tally=tally(postings, store.failures(target.id)),
        engine=engine_of(mentions),
        today=today,
        earlier=keep.today(earlier(store, target, postings), rulings),
    )


def earlier(store: Store, target: Target, postings: Iterable[Posting]) -> tuple[KeptRow, ...]:
    """Return the rows of the newest snapshot of other postings, none before there is one.

    A snapshot of the same postings says nothing about what went on: with it, drafting twice could differ.
    """
    now = content_of(postings)
    before = (s for s in reversed(store.snapshots(target.id)) if s.content != now)
    snapshot = next(before, None)
    return snapshot.rows if snapshot else ()


def kept(store: Store, target: Target, rulings: Rulings) -> tuple[KeptRow, ...]:
    """Return the rows of the stored matrix as a snapshot keeps them."""
    draft = store.matrix(target.id)
    return keep.kept(draft, store.scores(target.id), rulings) if draft else ()


def tally(postings: Sequence[Posting], failures: Sequence[Failure]) -> drafting.Tally:
    """How the list became the counted postings; a closed one is a posting still, and no failed source."""
    return drafting.Tally(
        gathered=len(postings),
        duplicates=sum(p.duplicate_of is not None for p in postings),
        closed=sum(p.closed is not None and p.duplicate_of is None for p in postings),
        failed=sum(f.outcome != "closed" for f in failures),
    )


def engine_of(mentions: Sequence[Mention]) -> str:
    """The engines that found the mentions, as one phrase."""
    return " and ".join(sorted({m.provenance.engine for m in mentions})) or "none"


def evidence(postings: Sequence[Posting], mentions: Sequence[Mention]) -> Mapping[str, list[Evidence]]:
    """Per skill: its counted quotes, ready to be shown."""
    by_id = {p.id: p for p in postings if p.weighed}
    found: dict[str, list[Evidence]] = defaultdict(list)
    for mention in mentions:
        posting = by_id.get(mention.posting_id)
        if posting and mention.skill and not mention.negated:
            found[mention.skill].append(Evidence.of(posting, mention))
    return found
