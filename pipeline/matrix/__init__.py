"""Which ten rows cover the most demand: five general and five specific themes that share no skill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.matrix import belong
from pipeline.matrix.candidates import Alike
from pipeline.matrix.rows import build
from pipeline.records import (
    DraftedRow,
    Evidence,
    KeptRow,
    MatrixDraft,
    MatrixRow,
    Rulings,
    Skill,
    Target,
    Vocabulary,
)

if TYPE_CHECKING:
    from pipeline.settings import MatrixSettings
    from pipeline.shares import DemandTable

__all__ = ["Tally", "draft"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How the list became the counted postings."""

    gathered: int = 0
    duplicates: int = 0
    closed: int = 0
    failed: int = 0


def draft(
    target: Target,
    *,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
    demand: DemandTable,
    evidence: Mapping[str, Sequence[Evidence]],
    tally: Tally,
    engine: str,
    alike: Alike = belong.alike,
    earlier: Sequence[KeptRow] = (),
    drafted: Sequence[DraftedRow] = (),
) -> MatrixDraft:
    """Return the target's matrix: the rows that cover the most weighted demand, and what it rests on.

    `evidence` leads from a skill's name to its quotes; `alike` says which skills belong in one row. `earlier`
    are the rows of the newest snapshot: what continues one of them stays the same row. Rows that a model
    drafted come first (`drafted`); what they leave open is filled as without them.
    """
    weights = demand.settings
    rows = build(demand, skills, vocabulary, rulings, settings, weights, evidence, alike, earlier, drafted)
    return MatrixDraft(
        target=target,
        rows=rows,
        postings=demand.of,
        gathered=tally.gathered,
        duplicates=tally.duplicates,
        closed=tally.closed,
        failed=tally.failed,
        engine=engine,
        short=_short(rows, settings),
        notes=tuple(_notes(demand, rows, rulings, settings)),
    )


# --- what to say about it ---------------------------------------------------------------------


def _short(rows: Sequence[MatrixRow], settings: MatrixSettings) -> str:
    missing = []
    for kind, wanted in (("general", settings.general_rows), ("specific", settings.specific_rows)):
        have = sum(row.kind == kind for row in rows)
        if have < wanted:
            missing.append(f"only {have} of {wanted} {kind} rows")
    if not missing:
        return ""
    if len(rows) == settings.general_rows + settings.specific_rows:
        why = "a further one would rest on a single posting, so rows of the other kind stand in its place"
    else:
        why = "the postings demand no further theme of that kind"
    return f"There are {' and '.join(missing)}: {why}."


def _notes(
    demand: DemandTable, rows: Sequence[MatrixRow], rulings: Rulings, settings: MatrixSettings
) -> Iterator[str]:
    if demand.of < settings.min_postings:
        yield (
            f"Too few postings to tell: {demand.of} counted, at least {settings.min_postings} are needed "
            "before shares and priorities mean much."
        )
    elif thin := sum(row.n <= 1 for row in rows):
        rest = "rests" if thin == 1 else "rest"
        yield f"{thin} of the rows {rest} on a single posting: nothing better was there to fill them."
    others = len(demand.ids) - demand.of
    if others:
        yield f"{others} sources of other kinds add to the scores by their weight, never to n of N."
    shown = {subject for row in rows for subject in (*row.skills, row.theme)}
    for subject in sorted(rulings.pinned - shown):
        if subject not in demand.names:
            yield f"{subject} is pinned, but no posting demands it."
