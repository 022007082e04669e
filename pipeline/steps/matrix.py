"""Scored skills → the drafted ten rows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline import matrix as drafting
from pipeline.records import Evidence, Failure, Mention, Posting, Run, Target, digest
from pipeline.settings import Settings
from pipeline.steps.advice import advice_of, themed
from pipeline.steps.place import Place


def matrix(place: Place, target: Target, settings: Settings, today: str | None = None) -> Run:
    """The target's matrix is drafted from its scores and kept in the store."""
    began = time.perf_counter()
    with place.store() as store:
        postings, mentions = store.postings(target.id), store.mentions(target.id)
        draft = drafting.draft(
            target,
            skills=store.skills(target.id),
            vocabulary=themed(place.words(), advice_of(place)),
            rulings=place.rulings(target),
            settings=settings.matrix,
            weights=settings.score,
            demand=store.demand(target.id),
            postings=store.weighed_postings(target.id),
            evidence=evidence(postings, mentions),
            tally=tally(postings, store.failures(target.id)),
            engine=engine_of(mentions),
            today=today,
        )
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
