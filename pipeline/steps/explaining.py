"""What one number rests on: a skill's score with its arithmetic and quotes, or a row with its skills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.records import Contribution, Evidence, Explanation, MatrixRow, SkillScore, Target
from pipeline.settings import Settings
from pipeline.steps.matrix import evidence
from pipeline.steps.place import Place
from pipeline.steps.score import canonical
from pipeline.text import key, plural

WIDTH = 100
"""Characters of a line where nobody says how wide the terminal is."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One skill's score with its arithmetic and every quote it rests on."""

    explanation: Explanation
    quotes: tuple[Evidence, ...]

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        score = {**asdict(self.explanation.score), "share": self.explanation.score.share}
        return {
            **{k: v for k, v in asdict(self.explanation).items() if k != "score"},
            "score": score,
            "quotes": [asdict(q) for q in self.quotes],
        }

    def text(self, width: int = WIDTH) -> str:
        """Return the arithmetic and the quotes as a person reads them."""
        return "\n".join([*self._numbers(), "", *self._parts(width), "", *_quotes(self.quotes, width)])

    def _numbers(self) -> list[str]:
        it, s = self.explanation, self.explanation.score
        band = " (provisional: the interval crosses a border)" if s.provisional else ""
        strengths = ((s.n_required, "required"), (s.n_preferred, "preferred"), (s.n_duty, "a duty"))
        asked = ", ".join(f"{word} in {n}" for n, word in strengths if n)
        return [
            f"Skill: {s.skill} ({s.kind}, theme {s.theme})",
            f"share     {s.n} of {s.of} postings = {s.share:.1%}, {it.confidence:.0%} interval "
            f"{100 * s.low:.1f}–{s.high:.1%}",
            f"          {asked or 'strength not stated'}; {plural(s.mentions, 'mention')}",
            f"          interval on {it.effective:.1f} effective postings "
            f"(design effect {it.design_effect:.2f})",
            f"score     {it.demanded:.3f} / {it.total:.3f} = {s.score:.4f}",
            f"priority  {s.priority}{band}",
        ]

    def _parts(self, width: int) -> Iterator[str]:
        """Yield each different contribution once, with the postings that make it."""
        yield "What a posting adds (recency × source × employer × strength):"
        names = {q.posting_id: _who(q) for q in self.quotes}
        same: dict[str, list[str]] = {}
        for part in self.explanation.parts:
            if part.strength:
                same.setdefault(_addition(part), []).append(names.get(part.posting_id, part.posting_id))
        for addition, who in same.items():
            yield _cut(f"  {addition}  {plural(len(who), 'posting')}: {', '.join(who)}", width)


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One row of the matrix with the scores of its skills and its quotes."""

    number: int
    row: MatrixRow
    scores: tuple[SkillScore, ...]

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        row = {"number": self.number, **asdict(self.row)}
        return {"row": row, "skills": [asdict(score) for score in self.scores]}

    def text(self, width: int = WIDTH) -> str:
        """Return the row, its skills and its quotes as a person reads them."""
        row = self.row
        mark = " (provisional)" if row.provisional else ""
        lines = [
            _cut(f"Row {self.number}: {row.title} ({row.kind})", width),
            f"share     {row.n} of {row.of} postings ask for at least one of its skills "
            f"({100 * row.low:.1f}–{row.high:.1%})",
            f"priority  {row.priority}{mark}",
            "",
            "Skills:",
            *(_cut(f"  {s.n:>3} of {s.of}  {s.skill}", width) for s in self.scores),
            "",
            *_quotes(row.evidence, width),
        ]
        return "\n".join(lines)


def _quotes(quotes: Sequence[Evidence], width: int) -> Iterator[str]:
    yield "Quotes:"
    for q in quotes:
        yield _cut(f"  {q.strength:9s} “{' '.join(q.quote.split())}”  {_who(q)}", width)
        yield _cut(f"            [{q.start}:{q.end}] {q.url}", width)


def _who(quote: Evidence) -> str:
    return " ".join((quote.company or quote.title or quote.url).split())


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def _addition(part: Contribution) -> str:
    factors = f"{part.recency:.2f} × {part.source_weight:.2f} × {part.employer_share:.2f}"
    return f"{part.adds:.3f} = {factors} × {part.strength_weight:.2f} {part.strength}"


def explain(place: Place, target: Target, settings: Settings, wanted: str) -> Explained | ExplainedRow:
    """Return what a row (by its number, title or theme) or a skill (by its name or alias) rests on.

    A row's number or title goes before a skill; a skill's exact name before a theme's key. The beginning of
    a title is enough where only one row has it and no skill has that name.
    """
    row = _row(place, target, wanted)
    return row if row else _skill(place, target, settings, wanted)


def _row(place: Place, target: Target, wanted: str) -> ExplainedRow | None:
    with place.store() as store:
        draft = store.matrix(target.id)
        scores = {s.skill: s for s in store.scores(target.id)}
    plain = key(wanted)
    rows = list(enumerate(draft.rows if draft else (), 1))
    exact = [
        (number, row)
        for number, row in rows
        if wanted.strip() == str(number)
        or plain == key(row.title)
        or (plain == key(row.theme) and wanted not in scores)
    ]
    begun = [(number, row) for number, row in rows if plain and key(row.title).startswith(f"{plain} ")]
    if not exact and len(begun) == 1 and plain not in map(key, scores):
        exact = begun
    for number, row in exact[:1]:
        found = (scores[name] for name in row.skills if name in scores)
        return ExplainedRow(number, row, tuple(sorted(found, key=lambda s: (-s.n, s.skill))))
    if wanted.strip().isdigit() and draft:
        raise UsageError(f"there is no row {wanted}", f"The rows are 1 to {len(draft.rows)}.")
    return None


def _skill(place: Place, target: Target, settings: Settings, wanted: str) -> Explained:
    from pipeline.score import explain as explained

    name = canonical(place, target, wanted)
    with place.store() as store:
        explanation = explained(
            name,
            store.demand_table(target.id, settings.score),
            store.skills(target.id),
            place.rulings(target),
        )
        quotes = evidence(store.postings(target.id), store.mentions(target.id, skill=name))
    return Explained(explanation, tuple(quotes.get(name, ())))
