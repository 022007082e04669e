"""What a model advised beyond mentions, read from its stored answers and checked anew each time.

Names, kinds and rows stand where a person and the vocabulary's named things are silent. A merge is never
made: the model's view stands beside the suggestion, and a person decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import cluster
from pipeline.llm.consulted import Consulted, believed
from pipeline.llm.replies import Parsed, links
from pipeline.ports import Advice
from pipeline.records import MODEL, DraftedRow, Hint, Kind, Rulings, Skill, Suggestion, Target, Vocabulary
from pipeline.steps.place import Place

ADVICE = "advice"
"""The record file of `data/raw` with what a model advised on single subjects; the last line counts."""

LIKE = 0.5
"""Mean cosine (in the view of rows) with its row-mates from which a skill may be in a row. Of the skills in
readers' rows of roles that the encoder did not see 99.9 % pass, of skills put into a row at random 76 %
(``python -m benchmarks.likeness``). At .6 (98.7 %, 54 %) recorded rows of a careful reader were refused."""

SLOTS = {
    "evidence": "evidence",
    "deliverables": "evidence",
    "proof": "evidence",
    "practice": "practice",
    "renewal": "practice",
    "questions": "questions",
    "reading": "reading",
}
"""Where lines for the plan go; a deliverable is a thing to show, and so is the proof of a licence."""


@dataclass(frozen=True)
class Stored(Advice):
    """What the stored answers advise for one target, checked."""

    names: Mapping[str, str] = field(default_factory=dict)
    of_kind: Mapping[str, tuple[Kind, str]] = field(default_factory=dict)
    named: Mapping[str, Kind] = field(default_factory=dict)
    """The kind that came with a name."""
    merges: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    drafted: tuple[Sequence[Any], Parsed] | None = None
    """The skills that the last question about rows was about, and its answer."""
    prose: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The latest record with lines for the plan, by row."""

    def notes(self) -> tuple[str, ...]:
        """Return what became of the model's names, in a sentence."""
        said = {k: n for k, n in sorted(self.counts.items()) if n}
        parts = ", ".join(f"{k} {n}" for k, n in said.items())
        return (f"names by the model, checked: {parts}",) if said else ()

    def kinds(self, skills: Sequence[Skill]) -> list[Skill]:
        """Return the skills with the advised kind where vocabulary, spread and a person are silent."""
        return [_of_kind(skill, self) for skill in skills]

    def rows(self, skills: Iterable[Skill], rulings: Rulings) -> tuple[tuple[DraftedRow, ...], str]:
        """Return the rows that the model drafted last for a target, and what became of them in a sentence.

        A skill that a person renamed since stays in its row. No row stands where too much of the answer
        fails: numbers that nobody gave, skills twice or nowhere, skills unlike the rest of their row.
        """
        return _rows_of(self.drafted, skills, rulings) if self.drafted else ((), "")

    def suggestions(self, found: Iterable[Suggestion]) -> list[Suggestion]:
        """Return the suggestions with the model's view of each pair behind the evidence."""
        return [_with_view(one, self.merges.get(pair_of(one))) for one in found]

    def hints(self) -> Mapping[tuple[str, str], Sequence[Hint]]:
        """Return the model's lines for the rows, marked with its name; one that holds a link is left out."""
        found: dict[tuple[str, str], list[Hint]] = {}
        for theme, record in sorted(self.prose.items()):
            source = f"{MODEL}{record.get('model') or 'without a name'}"
            for name, slot in SLOTS.items():
                lines = [str(line) for line in record["value"].get(name, ()) if not links(str(line))]
                said = f"{source}: a proposal, not looked up" if slot == "reading" else source
                found.setdefault((theme, slot), []).extend(Hint(line, said) for line in lines)
        return found


def advice_of(place: Place, target: Target, words: Vocabulary) -> Stored:
    """Return the advice on a target's names, kinds and merges; what a person decided comes on top of it."""
    consulted = Consulted(place.archive)
    batches = [
        cluster.Batch(
            [cluster.Item.of(one) for one in about],
            [(v.name, v.kind, v.ids) for v in parsed.values],
            parsed.rest,
        )
        for about, parsed in consulted.read("names", target.id)
    ]
    found = cluster.checked(batches, cluster.Names(words), believed) if batches else cluster.Advised()
    singles = list(place.archive.each_made(ADVICE, _single))
    made = place.archive.each_made(ADVICE, lambda r: (*_single(r), r))
    prose = {
        subject: r
        for task, subject, _, r in made
        if task == "prose" and r.get("target", target.id) == target.id
    }
    kinds = {subject: value for task, subject, value in singles if task == "kind"}
    return Stored(
        found.names,
        {name: (value["kind"], str(value["reason"])) for name, value in kinds.items()},
        found.kinds,
        {subject: value for task, subject, value in singles if task == "merge"},
        found.counts,
        next(reversed(list(consulted.read("rows", target.id))), None),
        prose,
    )


def _single(record: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    return str(record["task"]), str(record["subject"]), dict(record["value"])


# --- kinds --------------------------------------------------------------------------------------


def _of_kind(skill: Skill, advice: Stored) -> Skill:
    if not is_open(skill):
        return skill
    if skill.name in advice.of_kind:
        kind, reason = advice.of_kind[skill.name]
        return replace(skill, kind=kind, reason=f"model: {reason}")
    if skill.name in advice.named:
        kind = advice.named[skill.name]
        return replace(skill, kind=kind, reason=f"model: {kind}, told with its name from all its wordings")
    return skill


def is_open(skill: Skill) -> bool:
    """Say whether only readers of such wordings, engines' votes or the form of the words gave the kind."""
    return not skill.known and skill.reason.startswith(("learned:", "engine:", "by the form", "model:"))


# --- rows ---------------------------------------------------------------------------------------


def _rows_of(
    drafted: tuple[Sequence[Any], Parsed], skills: Iterable[Skill], rulings: Rulings
) -> tuple[tuple[DraftedRow, ...], str]:
    about, parsed = drafted
    rows, faults, used = list[DraftedRow](), 0, set[int]()
    by_name = {skill.name: skill for skill in skills}
    for row in parsed.values:
        fresh = [n for n in dict.fromkeys(row.ids) if n not in used and 0 < n <= len(about)]
        faults += len(row.ids) - len(fresh)
        used.update(fresh)
        names = dict.fromkeys(rulings.today(str(about[n - 1])) for n in fresh)
        there = [by_name[name] for name in names if name in by_name]
        alike = _alike(there)
        faults += len(there) - len(alike)
        if alike:
            reason = _sentence(row.reason) or "these skills are learned and used together"
            rows.append(DraftedRow(row.kind, row.title, tuple(s.name for s in alike), reason))
    faults += len(set(range(1, len(about) + 1)) - used - set(parsed.rest))
    if not rows or not believed(len(about) - faults, len(about)):
        return (), f"the model's rows are not used: {faults} of {len(about)} skills are misplaced in them"
    return tuple(rows), f"the model drafted {len(rows)} rows; {faults} skills in them were misplaced"


def _alike(skills: Sequence[Skill]) -> list[Skill]:
    """Return the skills that are like the rest of their row; of two that are not the first."""
    from pipeline.matrix.belong import mean_vectors

    if len(skills) < 2:
        return list(skills)
    vectors = mean_vectors(skills)
    near = vectors @ vectors.T
    others = (near.sum(1) - near.diagonal()) / (len(skills) - 1)
    return [s for s, mean in zip(skills, others.tolist(), strict=True) if mean >= LIKE] or list(skills[:1])


def _sentence(text: str) -> str:
    """Return the first sentence of a reason; "" where it holds a link."""
    flat = " ".join(text.split())
    end = flat.find(". ")
    return "" if links(flat) else flat[: end + 1] if 0 < end < 300 else flat[:300]


# --- merges -------------------------------------------------------------------------------------


def _with_view(one: Suggestion, view: Mapping[str, Any] | None) -> Suggestion:
    return replace(one, why=f"{one.why}; model: {view['same']}, {view['reason']}") if view else one


def pair_of(suggestion: Suggestion) -> str:
    """Return the subject under which advice on a pair of names is kept."""
    return f"{suggestion.left}\t{suggestion.right}"
