"""Scored skills → the drafted ten rows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import matrix as drafting
from pipeline.records import (
    DraftedRow,
    Evidence,
    Failure,
    MatrixDraft,
    Mention,
    Posting,
    Run,
    Target,
    digest,
)
from pipeline.settings import Settings
from pipeline.steps.advice import drafted
from pipeline.steps.place import Place


def matrix(place: Place, target: Target, settings: Settings, today: str | None = None) -> Run:
    """The target's matrix is drafted from its scores and kept in the store."""
    began = time.perf_counter()
    with place.store() as store:
        postings, mentions = store.postings(target.id), store.mentions(target.id)
        skills = store.skills(target.id)
        rows, said = drafted(place, target, skills)
        draft = drafting.draft(
            target,
            skills=skills,
            vocabulary=place.words(),
            rulings=place.rulings(target),
            settings=settings.matrix,
            weights=settings.score,
            demand=store.demand(target.id),
            postings=store.weighed_postings(target.id),
            evidence=evidence(postings, mentions),
            tally=tally(postings, store.failures(target.id)),
            engine=engine_of(mentions),
            today=today,
            drafted=rows,
        )
        if said:
            draft = replace(draft, notes=(*draft.notes, f"{said}{_kept(draft, rows)}"))
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


def _kept(draft: MatrixDraft, rows: Sequence[DraftedRow]) -> str:
    """Return how many rows, and how many of their titles, are the model's, as half a sentence."""
    reasons = {f"model: {r.reason}" for r in rows}
    own = [row for row in draft.rows if row.reason in reasons]
    titles = sum(row.title in {r.title for r in rows} for row in own)
    others = len(draft.rows) - len(own)
    return f"; {len(own)} stand, {titles} with its title, beside {others} of the local engine" if rows else ""


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
