"""Mentions → named skills → scores; and a scoring frozen as a snapshot."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import cluster, review
from pipeline.errors import UsageError
from pipeline.matrix import keep
from pipeline.records import (
    Mention,
    Posting,
    Run,
    Skill,
    SkillScore,
    Snapshot,
    Suggestion,
    Target,
    Vocabulary,
    content_of,
    digest,
)
from pipeline.segments import entry_of
from pipeline.settings import Settings
from pipeline.steps.neighbours import advice, has_spoken, model
from pipeline.steps.place import Place
from pipeline.steps.scoring import basis, scoring


def score(place: Place, target: Target, settings: Settings, snapshot: str | None = None) -> Run:
    """Name the mentions, build and score the skills; freeze the scoring under `snapshot` if given."""
    began = time.perf_counter()
    cost = model().cost(place, target, settings) if snapshot and has_spoken(place) else {}
    with place.store() as store:
        found = scoring(basis(place, store, target, settings), place.rulings(target))
        known, scores = found.basis.vocabulary, tuple(found.scores.values())
        store.save_mentions(target.id, found.named)
        store.save_skills(target.id, tuple(found.skills.values()))
        store.save_scores(target.id, scores)
        run = Run(
            "score",
            target.id,
            inputs=len(found.basis.found),
            outputs=len(scores),
            seconds=time.perf_counter() - began,
            digest=digest(known.version, settings.digest("score"), [repr(s) for s in scores]),
            notes=found.basis.advice.notes(),
        )
        store.save_run(run)
        if snapshot:
            frozen = _snapshot(snapshot, target, settings, known, found.basis.postings, scores, found.named)

            def remember(text: str) -> None:
                if cost:
                    place.remember_cost({"target": target.id, "snapshot": snapshot, **cost})
                place.remember_snapshot(snapshot, target, text)

            store.save_snapshot(
                replace(frozen, rows=keep.kept(found.draft, scores, found.rulings)),
                remember,
            )
    return run


def _snapshot(
    name: str,
    target: Target,
    settings: Settings,
    known: Vocabulary,
    postings: Mapping[str, Posting],
    scores: tuple[SkillScore, ...],
    named: Sequence[Mention],
) -> Snapshot:
    counted = sorted(p.id for p in postings.values() if p.counted)
    newest = max((p.date for p in postings.values() if p.date), default="")
    return Snapshot(
        name=name,
        target=target.id,
        when=newest,
        settings_digest=settings.digest("score"),
        postings=tuple(counted),
        versions=versions(known, named),
        scores=scores,
        taken=dt.datetime.now(dt.UTC).date().isoformat(),
        content=content_of(postings.values()),
        asked=tuple((name, entry_of(postings[name])) for name in counted),
    )


def versions(known: Vocabulary, mentions: Sequence[Mention]) -> tuple[tuple[str, str], ...]:
    """Return what a scoring was made with: the vocabulary, and every engine that found a mention."""
    engines = sorted({f"{m.provenance.engine} {m.provenance.version}" for m in mentions})
    return (("vocabulary", known.version), *(("engine", engine) for engine in engines))


def dormant(place: Place, target: Target) -> list[str]:
    """Return decisions whose subject no longer occurs, one line each; they wait until it does again."""
    with place.store() as store:
        present = {s.name for s in store.skills(target.id)}
    return [f"{d.action} {d.subject} ({d.who}, {d.when})" for d in review.dormant(place.decisions(), present)]


def suggestions(
    place: Place, target: Target, skills: Sequence[Skill], mentions: Sequence[Mention]
) -> list[Suggestion]:
    """Return the pairs of names that may be one skill, with the evidence; nothing is merged by it."""
    surfaces: dict[str, set[str]] = defaultdict(set)
    postings: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.skill:
            surfaces[mention.skill].add(mention.quote)
            postings[mention.skill].add(mention.posting_id)
    found = cluster.suggest(skills, surfaces, postings, place.rulings(target))
    return advice(place, target, place.words()).suggestions(found)


def canonical(place: Place, target: Target, wanted: str) -> str:
    """Return the canonical name that a person means; raises `UsageError` with near names."""
    with place.store() as store:
        present = [s.skill for s in store.scores(target.id)]
    if wanted in present:
        return wanted
    known, rulings = place.words(), place.rulings(target)
    named = advice(place, target, known).names
    resolved = cluster.Names(known, rulings, advised=named).resolve(wanted).name
    if resolved in present:
        return resolved
    from rapidfuzz import process

    near = [match for match, *_ in process.extract(wanted, present, limit=5, score_cutoff=60)]
    hint = f"Near names: {', '.join(near)}." if near else "See `skillmatrix export skills`."
    raise UsageError(f"no posting of {target.id} demands {wanted!r}", hint)
