"""Which ten rows cover the most demand: five general and five specific themes that share no skill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from pipeline import shares
from pipeline.records import (
    KINDS,
    Evidence,
    Kind,
    MatrixDraft,
    MatrixRow,
    Rulings,
    Skill,
    Target,
    Vocabulary,
)
from pipeline.text import key

if TYPE_CHECKING:
    from pipeline.settings import MatrixSettings, ScoreSettings
    from pipeline.shares import Ledger

_TOOLS_IN_TITLE = 3
_DIGITS = 6
_STRENGTH_RANK = {name: place for place, name in enumerate(("required", "duty", "unstated", "preferred"))}


@dataclass(frozen=True, slots=True)
class Tally:
    """How the list became the counted postings."""

    gathered: int = 0
    duplicates: int = 0
    closed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A theme that could fill a row: its demanded skills of one kind, most demanded first."""

    theme: str
    kind: Kind
    title: str
    reason: str
    skills: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    pinned: bool = False


def draft(
    target: Target,
    *,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
    weights: ScoreSettings,
    demand: Any,
    postings: Any,
    evidence: Mapping[str, Sequence[Evidence]],
    tally: Tally,
    engine: str,
    today: str | None = None,
) -> MatrixDraft:
    """The target's matrix: the rows that cover the most weighted demand, and what it rests on.

    `demand` and `postings` are what the store's methods `demand` and `weighed_postings` give; `evidence`
    leads from a skill's name to its quotes.
    """
    ledger = shares.ledger(demand, postings, weights, today)
    candidates = _candidates(ledger, skills, vocabulary, rulings, settings)
    rows = _rows(ledger, candidates, rulings, settings, weights, evidence)
    return MatrixDraft(
        target=target,
        rows=rows,
        postings=ledger.of,
        gathered=tally.gathered,
        duplicates=tally.duplicates,
        closed=tally.closed,
        failed=tally.failed,
        engine=engine,
        short=_short(rows, settings),
        notes=_notes(ledger, settings),
    )


# --- from skills to candidates ----------------------------------------------------------------


def _candidates(
    ledger: Ledger,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
) -> list[_Candidate]:
    """Every theme with its demanded skills, none wider than the breadth limit."""
    demanded = dict(zip(ledger.names, ledger.demanded.tolist(), strict=True))
    themes: dict[tuple[str, Kind], list[Skill]] = {}
    for skill in sorted(skills, key=lambda s: (-demanded.get(s.name, 0.0), s.name)):
        if skill.name in demanded and skill.name not in rulings.rejected | rulings.kept_out:
            theme = rulings.themes.get(skill.name, skill.theme) or skill.name
            if theme not in rulings.kept_out:
                themes.setdefault((theme, skill.kind), []).append(skill)
    return [
        _candidate(theme, kind, members, vocabulary, rulings, settings)
        for (theme, kind), members in sorted(themes.items())
    ]


def _candidate(
    theme: str,
    kind: Kind,
    members: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
) -> _Candidate:
    entry = vocabulary.themes.get(theme)
    names = [skill.name for skill in members]
    kept = _within_limit(names, rulings.pinned, settings.breadth_limit)
    # a theme that no vocabulary knows is one skill in its own words: they are its title
    title = rulings.titles.get(theme) or (entry.title if entry else names[0])
    return _Candidate(
        theme=theme,
        kind=kind,
        title=title,
        reason=entry.reason if entry and entry.kind == kind else members[0].reason,
        skills=kept,
        left_out=tuple(name for name in names if name not in kept),
        pinned=theme in rulings.pinned or any(name in rulings.pinned for name in names),
    )


def _within_limit(names: Sequence[str], pinned: frozenset[str], limit: int) -> tuple[str, ...]:
    """The most demanded skills up to the limit; a pinned one always stays."""
    kept = set([n for n in names if n in pinned] + [n for n in names if n not in pinned][:limit])
    spare = [n for n in reversed(names) if n in kept and n not in pinned]
    for name in spare[: max(0, len(kept) - limit)]:
        kept.discard(name)
    return tuple(name for name in names if name in kept)


# --- from candidates to rows ------------------------------------------------------------------


def _rows(
    ledger: Ledger,
    candidates: Sequence[_Candidate],
    rulings: Rulings,
    settings: MatrixSettings,
    weights: ScoreSettings,
    evidence: Mapping[str, Sequence[Evidence]],
) -> tuple[MatrixRow, ...]:
    """The best rows of each kind, most demanded first.

    Candidates share no skill and a row's score does not depend on the other rows, so taking the highest
    scores of each kind is the exact maximum of covered weighted demand, not an approximation.
    """
    groups = _group(ledger, candidates)
    low, high = groups.intervals(weights.confidence)
    scores, n = groups.scores.round(_DIGITS), groups.n
    rows: list[MatrixRow] = []
    for kind in KINDS:
        places = [p for p, c in enumerate(candidates) if c.kind == kind and (n[p] > 0 or c.pinned)]
        places.sort(key=lambda p: (not candidates[p].pinned, -scores[p], -n[p], candidates[p].theme))
        wanted = settings.general_rows if kind == "general" else settings.specific_rows
        for place in sorted(places[:wanted], key=lambda p: (-scores[p], -n[p], candidates[p].theme)):
            bare = _row(candidates[place], evidence, settings)
            counted = replace(
                bare,
                n=int(n[place]),
                of=groups.of,
                low=round(float(low[place]), _DIGITS),
                high=round(float(high[place]), _DIGITS),
                score=float(scores[place]),
            )
            rows.append(_ruled(_banded(counted, weights), candidates[place], rulings))
    return tuple(rows)


def _group(ledger: Ledger, candidates: Sequence[_Candidate]) -> Ledger:
    import numpy as np

    place_of = {name: place for place, c in enumerate(candidates) for name in c.skills}
    codes = np.array([place_of.get(name, -1) for name in ledger.names], dtype=np.int64)
    return ledger.grouped(tuple(f"{c.theme}\t{c.kind}" for c in candidates), codes)


def _row(
    candidate: _Candidate, evidence: Mapping[str, Sequence[Evidence]], settings: MatrixSettings
) -> MatrixRow:
    return MatrixRow(
        kind=candidate.kind,
        title=_title(candidate),
        theme=candidate.theme,
        skills=candidate.skills,
        n=0,
        of=0,
        low=0.0,
        high=1.0,
        score=0.0,
        priority=3,
        provisional=False,
        reason=_reason(candidate),
        evidence=_best(candidate.skills, evidence, settings.quotes_per_row),
    )


def _banded(row: MatrixRow, weights: ScoreSettings) -> MatrixRow:
    share = row.n / row.of if row.of else 0.0
    provisional = shares.provisional(row.low, row.high, weights)
    return replace(row, priority=shares.band(share, weights), provisional=provisional)


def _title(candidate: _Candidate) -> str:
    """The theme's title with the most demanded tools that it does not name yet."""
    if candidate.kind == "general":
        return candidate.title
    said = f" {key(candidate.title)} "
    tools = [name for name in candidate.skills if key(name) not in said][:_TOOLS_IN_TITLE]
    return f"{candidate.title} ({', '.join(tools)})" if tools else candidate.title


def _reason(candidate: _Candidate) -> str:
    if not candidate.left_out:
        return candidate.reason
    wide = len(candidate.skills) + len(candidate.left_out)
    return (
        f"{candidate.reason} The theme has {wide} demanded skills, too many for one row to say anything: "
        f"the {len(candidate.skills)} most demanded stand for it."
    ).strip()


def _ruled(row: MatrixRow, candidate: _Candidate, rulings: Rulings) -> MatrixRow:
    """The row with what a person decided about it, and the line that says so."""
    subject = row.theme if row.theme in rulings.priorities else row.skills[0]
    if subject in rulings.priorities and (subject == row.theme or len(row.skills) == 1):
        priority = cast(Literal[1, 2, 3], rulings.priorities[subject])
        row = replace(row, priority=priority, provisional=False)
    return replace(row, changed_by="; ".join(_changes(row, candidate, rulings)))


def _changes(row: MatrixRow, candidate: _Candidate, rulings: Rulings) -> Iterable[str]:
    subjects = [row.theme] if row.theme in {*rulings.titles, *rulings.pinned, *rulings.priorities} else []
    touched = {*rulings.pinned, *rulings.themes, *rulings.kinds, *rulings.priorities, *rulings.names.values()}
    subjects += [name for name in row.skills if name in touched]
    return dict.fromkeys(rulings.by.get(subject, f"decision on {subject}") for subject in subjects)


def _best(
    skills: Sequence[str], evidence: Mapping[str, Sequence[Evidence]], wanted: int
) -> tuple[Evidence, ...]:
    """The strongest quotes: first from different employers, then from different postings."""
    quotes = [(place, quote) for place, name in enumerate(skills) for quote in evidence.get(name, ())]
    quotes.sort(key=lambda pair: (_STRENGTH_RANK[pair[1].strength], pair[0], _place(pair[1])))
    chosen: list[Evidence] = []
    for differs in (_employer, lambda e: e.posting_id, _place):
        seen = {differs(e) for e in chosen}
        for _, quote in quotes:
            if len(chosen) < wanted and differs(quote) not in seen:
                seen.add(differs(quote))
                chosen.append(quote)
    return tuple(chosen)


def _employer(evidence: Evidence) -> object:
    return key(evidence.company) or evidence.posting_id


def _place(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.posting_id, evidence.start, evidence.end


# --- what to say about it ---------------------------------------------------------------------


def _short(rows: Sequence[MatrixRow], settings: MatrixSettings) -> str:
    missing = []
    for kind, wanted in (("general", settings.general_rows), ("specific", settings.specific_rows)):
        have = sum(row.kind == kind for row in rows)
        if have < wanted:
            missing.append(f"only {have} of {wanted} {kind} rows")
    if not missing:
        return ""
    return f"There are {' and '.join(missing)}: the postings demand no further theme of that kind."


def _notes(ledger: Ledger, settings: MatrixSettings) -> tuple[str, ...]:
    notes = []
    if ledger.of < settings.min_postings:
        notes.append(
            f"Too few postings to tell: {ledger.of} counted, at least {settings.min_postings} are needed "
            "before shares and priorities mean much."
        )
    others = len(ledger.ids) - ledger.of
    if others:
        notes.append(f"{others} sources of other kinds add to the scores by their weight, never to n of N.")
    return tuple(notes)
