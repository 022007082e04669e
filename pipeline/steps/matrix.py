"""Scored skills → the drafted ten rows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import matrix as drafting
from pipeline.matrix import keep
from pipeline.ports import Advice
from pipeline.records import (
    DraftedRow,
    Evidence,
    Failure,
    KeptRow,
    MatrixDraft,
    Mention,
    Posting,
    Rulings,
    Run,
    Skill,
    Target,
    Vocabulary,
    content_of,
    digest,
)
from pipeline.settings import MatrixSettings, Settings
from pipeline.steps.neighbours import advice
from pipeline.steps.place import Place

if TYPE_CHECKING:
    from pipeline.shares import DemandTable
    from pipeline.store import Store


def matrix(place: Place, target: Target, settings: Settings, today: str | None = None) -> Run:
    """Draft the target's matrix from its scores and keep it in the store."""
    began = time.perf_counter()
    with place.store() as store:
        words, rulings, postings = place.words(), place.rulings(target), store.postings(target.id)
        draft = drafted(
            target,
            store.demand_table(target.id, settings.score, today=today),
            store.skills(target.id),
            words,
            rulings,
            settings.matrix,
            postings,
            store.mentions(target.id),
            store.failures(target.id),
            advice(place, target, words),
            earlier(store, target, postings),
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


def drafted(
    target: Target,
    table: DemandTable,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
    postings: Sequence[Posting],
    mentions: Sequence[Mention],
    failures: Sequence[Failure],
    advised: Advice,
    before: Sequence[KeptRow] = (),
) -> MatrixDraft:
    """Draft the ten rows of a target, a model's first, with their quotes and what they rest on.

    What continues one of the rows `before` stays the same row.
    """
    rows, said = advised.rows(skills, rulings)
    draft = drafting.draft(
        target,
        skills=skills,
        vocabulary=vocabulary,
        rulings=rulings,
        settings=settings,
        demand=table,
        evidence=evidence(postings, mentions),
        tally=tally(postings, failures),
        engine=engine_of(mentions),
        earlier=keep.today(before, rulings),
        drafted=rows,
    )
    return replace(draft, notes=(*draft.notes, f"{said}{_kept(draft, rows)}")) if said else draft


def _kept(draft: MatrixDraft, rows: Sequence[DraftedRow]) -> str:
    """Return how many rows, and how many of their titles, are the model's, as half a sentence."""
    reasons = {f"model: {r.reason}" for r in rows}
    own = [row for row in draft.rows if row.reason in reasons]
    titles = sum(row.title in {r.title for r in rows} for row in own)
    others = len(draft.rows) - len(own)
    return f"; {len(own)} stand, {titles} with its title, beside {others} of the local engine" if rows else ""


def earlier(store: Store, target: Target, postings: Iterable[Posting]) -> tuple[KeptRow, ...]:
    """Return the rows of the newest snapshot of other postings, none before there is one.

    A snapshot of the same postings says nothing about what went on: with it, drafting twice could differ.
    """
    # by content, not by name: two snapshots of one day are the same postings
    now = content_of(postings)
    before = (s for s in reversed(store.snapshots(target.id)) if s.content != now)
    snapshot = next(before, None)
    return snapshot.rows if snapshot else ()


def kept(store: Store, target: Target, rulings: Rulings) -> tuple[KeptRow, ...]:
    """Return the rows of the stored matrix as a snapshot keeps them."""
    draft = store.matrix(target.id)
    return keep.kept(draft, store.scores(target.id), rulings) if draft else ()


def tally(postings: Sequence[Posting], failures: Sequence[Failure]) -> drafting.Tally:
    """Return how the list became the counted postings.

    A closed one is a posting still, and no failed source.
    """
    return drafting.Tally(
        gathered=len(postings),
        duplicates=sum(p.duplicate_of is not None for p in postings),
        closed=sum(p.closed is not None and p.duplicate_of is None for p in postings),
        failed=sum(f.outcome != "closed" for f in failures),
    )


def engine_of(mentions: Sequence[Mention]) -> str:
    """Return the engines that found the mentions, as one phrase."""
    return " and ".join(sorted({m.provenance.engine for m in mentions})) or "none"


def evidence(postings: Sequence[Posting], mentions: Sequence[Mention]) -> Mapping[str, Sequence[Evidence]]:
    """Give each skill's counted quotes, ready to be shown; they are made when they are asked for."""
    return _Quotes(postings, mentions)


class _Quotes(Mapping[str, Sequence[Evidence]]):
    """A skill's quotes by its name: of thousands of skills only those that may fill a row are shown."""

    def __init__(self, postings: Sequence[Posting], mentions: Sequence[Mention]) -> None:
        self._postings = {p.id: p for p in postings if p.weighed}
        self._mentions: dict[str, list[Mention]] = defaultdict(list)
        for mention in mentions:
            if mention.skill and not mention.negated and mention.posting_id in self._postings:
                self._mentions[mention.skill].append(mention)
        self._made: dict[str, list[Evidence]] = {}

    def __getitem__(self, skill: str) -> Sequence[Evidence]:
        if skill not in self._made:
            if skill not in self._mentions:
                raise KeyError(skill)
            self._made[skill] = [Evidence.of(self._postings[m.posting_id], m) for m in self._mentions[skill]]
        return self._made[skill]

    def __iter__(self) -> Iterator[str]:
        return iter(self._mentions)

    def __len__(self) -> int:
        return len(self._mentions)
