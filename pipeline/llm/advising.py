"""Asking a model for advice: names of wordings, rows of skills, conflicting kinds, likely pairs, and prose.

What an answer is about is put on record with it; `advice` reads and checks it anew each time.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from pipeline import cluster
from pipeline.extract import sentences
from pipeline.llm import guard, prompts
from pipeline.llm.advice import ADVICE, advice_of, is_open, pair_of
from pipeline.llm.asking import Answer, Question
from pipeline.llm.consulted import Consulted, numbered
from pipeline.llm.engine import LlmEngine
from pipeline.llm.replies import Task, links
from pipeline.read.canonical import masked
from pipeline.records import Evidence, MatrixDraft, MatrixRow, Mention, Posting, Run, Skill, Target
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.run import restate
from pipeline.steps.score import score, suggestions
from pipeline.text import key

NAMED = 180
"""Wordings per call. A careful reader's answer about as many takes at most 2,800 tokens of the 4,096, and
question and answer together 12,000."""

SHOWN = 150
"""Names of earlier calls that are all shown again; of more only those like a wording."""

ORDERED = 600
"""Wordings among which those alike are put next to each other."""

REACH = 60
"""Characters on each side of a wording that is to be named; the sentence as a whole names other skills."""

ROWED = 120
"""Skills that the rows are drafted from: beyond the most demanded ones each is asked for once."""

MOST_KINDS, MOST_MERGES = 5, 5
"""Single questions: kinds that sources tell differently, and pairs that the names left open."""

SO_FAR = 0.35
"""Cosine from which a name of an earlier call is shown again: near enough to be the same skill."""

# enough to see what a wording means; by eye
_QUOTES = 3


# --- names ----------------------------------------------------------------------------------------


def consult(
    place: Place, target: Target, settings: Settings, engine: LlmEngine, snapshot: str | None = None
) -> list[Run]:
    """Put the model's names, kinds, rows and lines on record; score and matrix follow what changes them."""
    named = name(place, target, engine)
    score(place, target, settings)
    advice = advise(place, target, engine)
    if advice.outputs:
        score(place, target, settings)
    rows = draft(place, target, engine)
    restated = restate(place, target, settings)
    prose = advise_prose(place, target, engine)
    # a snapshot says what all answers before it cost, these too
    restated = restate(place, target, settings, snapshot) if snapshot else restated
    return [named, advice, rows, prose, *restated]


def name(place: Place, target: Target, engine: LlmEngine) -> Run:
    """Ask for the names of every wording that was not asked about yet, call after call."""
    began, calls, asked = time.perf_counter(), 0, 0
    consulted = Consulted(place.archive)
    while True:
        wanted = _together(fresh_wordings(place, target, engine))
        if not wanted:
            break
        question = _question("names", _names_text(place, target, wanted))
        engine.asker.ask_all([question])
        if engine.asker.known(question) is None:
            break
        items = [w.item.record for w in wanted]
        consulted.note("names", target.id, engine.asker.key(question), items)
        calls, asked = calls + 1, asked + len(wanted)
    left = len(fresh_wordings(place, target, engine))
    notes = (f"the names of {left} wordings could not be asked for",) if left else ()
    return Run(
        "names",
        target.id,
        inputs=asked + left,
        outputs=asked,
        failed=left,
        seconds=time.perf_counter() - began,
        notes=notes,
    )


def _together(wordings: Sequence[Wording]) -> list[Wording]:
    """Return the next call's wordings: calls of equal size, wordings alike next to each other.

    A skill whose wordings come in two calls is more often given two names.
    """
    order = cluster.together([w.item.text for w in wordings[:ORDERED]])
    size = ceil(len(wordings) / max(1, ceil(len(wordings) / NAMED)))
    return [wordings[at] for at in order[:size]]


class Wording:
    """A wording to be named: the item of the question, and a sentence that it stands in."""

    def __init__(self, item: cluster.Item, sentence: str) -> None:
        self.item = item
        self.sentence = sentence

    @property
    def line(self) -> str:
        """The line of the question."""
        near = f" | near: {'; '.join(self.item.near)}" if self.item.near else ""
        return f"{_flat(self.item.text)} | {self.sentence}{near}"


def fresh_wordings(
    place: Place, target: Target, engine: LlmEngine | None = None, more: Sequence[Mention] = ()
) -> list[Wording]:
    """Return the wordings of a target that no call asked about, by their local names.

    Left out are named things, which their aliases name, and what a person named or spoke of. `more` are
    mentions that are not in the store yet.
    """
    words = place.words()
    advice = advice_of(place, target, words)
    local = cluster.Names(words, place.rulings(target), advised=advice.names)
    # what was asked once is not asked again, whatever came of it: the answer is checked anew at each scoring
    done = {
        wording
        for about, _ in Consulted(place.archive).read("names", target.id)
        for one in about
        for wording in one["wordings"]
    }
    with place.store() as store:
        postings = {p.id: p for p in store.postings(target.id)}
        found = [*store.found(target.id), *more]
    by_key: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        resolved = local.resolve(mention.quote)
        if mention.quote in done or local.is_named_thing(resolved) or local.is_spoken_of(mention.quote):
            continue
        if mention.posting_id in postings:
            by_key[key(mention.quote)].append(mention)
    # the target's own names: those of the whole vocabulary would be thousands
    known = sorted({local.resolve(m.quote).name for m in found})
    labels = _labels(engine, postings, found)
    made = [_wording(some, postings, labels, local, known) for some in by_key.values()]
    return sorted(made, key=lambda w: (local.resolve(w.item.wordings[0]).name, w.item.text))


def _wording(
    mentions: Sequence[Mention],
    postings: Mapping[str, Posting],
    labels: Mapping[tuple[str, int, int], str],
    local: cluster.Names,
    known: Sequence[str],
) -> Wording:
    first = mentions[0]
    wordings = tuple(sorted({m.quote for m in mentions}))
    labelled = (labels.get((m.posting_id, m.start, m.end)) for m in mentions)
    said = next((label for label in labelled if label and _is_member(label, first.quote)), "")
    own = local.resolve(said or first.quote).name
    others = [name for name in cluster.nearest(said or first.quote, known) if name != own]
    same = key(own) == key(said or first.quote)
    # three known names are shown: more cost tokens, and the right one is mostly the nearest
    near = tuple(dict.fromkeys(([] if same else [own]) + others))[:3]
    return Wording(
        cluster.Item(wordings, near, said), _sentence_of(postings[first.posting_id].text, first, REACH)
    )


def _is_member(label: str, quote: str) -> bool:
    """Say whether a label names a part of a list that the quote holds whole."""
    mine, whole = key(label).split(), key(quote).replace(",", " ").split()
    # all its words are in the quote, but apart: "written communication" in "written and verbal
    # communication"
    return key(label) not in key(quote) and set(mine) < set(whole)


def _labels(
    engine: LlmEngine | None, postings: Mapping[str, Posting], found: Iterable[Mention]
) -> dict[tuple[str, int, int], str]:
    if engine is None:
        return {}
    ids = {m.posting_id for m in found if m.provenance.engine == "llm"}
    return {
        (i, start, end): label
        for i in sorted(ids & postings.keys())
        for (start, end), label in engine.labels(postings[i]).items()
    }


def _names_text(place: Place, target: Target, wanted: Sequence[Wording]) -> str:
    so_far = sorted(set(advice_of(place, target, place.words()).names.values()))
    near = set(so_far)
    if len(near) > SHOWN:
        near = {n for w in wanted for n in cluster.nearest(w.item.text, so_far, 2, SO_FAR)}
    head = [f"role: {_trade(target)}"]
    if near:
        head += ["names so far:", *(f"- {one}" for one in sorted(near))]
    return "\n".join([*head, "wordings:", numbered([w.line for w in wanted])])


def _sentence_of(text: str, mention: Mention, reach: int = 160) -> str:
    # before the sentence is cut: half an address would not be masked
    safe = masked(text)
    start, end = sentences.around(safe, mention.start, mention.end, reach)
    return _flat(guard.sendable(safe[start:end]))


def _flat(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def _trade(target: Target) -> str:
    return ", ".join(filter(None, (target.role, target.industry)))


# --- rows -----------------------------------------------------------------------------------------


def draft(place: Place, target: Target, engine: LlmEngine) -> Run:
    """Ask for the ten rows of the most demanded skills."""
    began = time.perf_counter()
    with place.store() as store:
        names, question = _rows_question(target, store.skills(target.id), store.scores(target.id))
    engine.asker.ask_all([question] if len(names) > 1 else [])
    answered = len(names) > 1 and engine.asker.known(question) is not None
    if answered:
        Consulted(place.archive).note_last("rows", target.id, engine.asker.key(question), names)
    notes = () if answered or len(names) < 2 else ("the rows could not be asked for",)
    return Run(
        "rows",
        target.id,
        inputs=len(names),
        outputs=int(answered),
        failed=int(bool(notes)),
        seconds=time.perf_counter() - began,
        notes=notes,
    )


def _rows_question(
    target: Target, skills: Sequence[Skill], scores: Sequence[Any]
) -> tuple[list[str], Question]:
    kinds = {s.name: s.kind for s in skills}
    ranked = sorted((s for s in scores if s.skill in kinds), key=lambda s: (-s.n, -s.score, s.skill))[:ROWED]
    lines = [f"{_flat(s.skill)} | {kinds[s.skill]} | {s.n}" for s in ranked]
    of = ranked[0].of if ranked else 0
    head = [f"role: {_trade(target)}", f"postings: {of}", f"demands: {sum(s.n for s in ranked)}", "skills:"]
    text = "\n".join([*head, numbered(lines)])
    return [s.skill for s in ranked], _question("rows", text)


# --- single subjects ------------------------------------------------------------------------------


def advise(place: Place, target: Target, engine: LlmEngine) -> Run:
    """Ask for the kinds that sources tell differently, and about pairs of names that may be one skill."""
    advice = advice_of(place, target, place.words())
    with place.store() as store:
        skills = {s.name: s for s in store.skills(target.id)}
        ranked = [s.skill for s in store.scores(target.id)]
        mentions = store.mentions(target.id)
        postings = {p.id: p for p in store.postings(target.id)}
    said = _by_skill(mentions)
    kinds = [n for n in ranked if n in skills and _conflicts(skills[n], said[n], advice.named)]
    pairs = [
        one
        for one in suggestions(place, target, list(skills.values()), mentions)
        # two names that the model gave to all wordings together are two to it
        if not {one.left, one.right} <= advice.named.keys()
    ]
    asked = [("kind", n, _kind_text(target, n, said[n], postings)) for n in kinds[:MOST_KINDS]]
    for one in pairs[:MOST_MERGES]:
        sides = (("first", one.left), ("second", one.right))
        lines = [line for side, n in sides for line in (f"{side}: {n}", *_quoted(said[n], postings))]
        asked.append(("merge", pair_of(one), "\n".join([f"role: {_trade(target)}", *lines])))
    return _ask(place, target, engine, "advice", asked)


def _conflicts(skill: Skill, mentions: Sequence[Mention], named: Mapping[str, str]) -> bool:
    """Say whether most mentions of an unknown skill were read as another kind than its name came with."""
    if not is_open(skill) or skill.name not in named:
        return False
    votes = [m.kind for m in mentions if m.kind]
    other = sum(kind != named[skill.name] for kind in votes)
    # three votes and two thirds of them: fewer are chance, and each question costs a call. By eye
    return len(votes) > 2 and 3 * other >= 2 * len(votes)


def _by_skill(mentions: Iterable[Mention]) -> Mapping[str, list[Mention]]:
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.skill and not mention.negated:
            found[mention.skill].append(mention)
    return found


def _quoted(mentions: Iterable[Mention], postings: Mapping[str, Posting]) -> list[str]:
    """Return up to three different sentences that a skill stands in."""
    lines = (
        f"- {_sentence_of(postings[m.posting_id].text, m)}" for m in mentions if m.posting_id in postings
    )
    return list(dict.fromkeys(lines))[:_QUOTES]


def _kind_text(
    target: Target, name: str, mentions: Sequence[Mention], postings: Mapping[str, Posting]
) -> str:
    return "\n".join([f"role: {_trade(target)}", f"skill: {name}", *_quoted(mentions, postings)])


# --- prose ----------------------------------------------------------------------------------------


def advise_prose(place: Place, target: Target, engine: LlmEngine) -> Run:
    """Ask for lines on every row of the drafted matrix."""
    with place.store() as store:
        rows = store.matrix(target.id)
        mentions = store.mentions(target.id)
    said = _by_skill(mentions)
    asked = [("prose", theme, text) for theme, text in _prose_texts(target, rows, said)]
    return _ask(place, target, engine, "prose", asked)


def _prose_texts(
    target: Target, draft: MatrixDraft | None, said: Mapping[str, Sequence[Mention]]
) -> Iterator[tuple[str, str]]:
    """Yield each row's theme with the question's text; no quote stands in two of them."""
    shown: set[str] = set()
    for row in draft.rows if draft else ():
        quotes = _new_quotes(row.evidence, shown)
        lines = [
            f"trade: {_trade(target)}",
            f"row: {_flat(row.title)}",
            f"kind: {row.kind}",
            f"level: {_level(row, [m for name in row.skills for m in said.get(name, ())])}",
            f"skills: {', '.join(map(_flat, row.skills))}",
        ]
        yield row.theme, "\n".join([*lines, "quotes:", *(f"- {quote}" for quote in quotes)])


def _new_quotes(evidence: Iterable[Evidence], shown: set[str]) -> list[str]:
    found = []
    for one in evidence:
        quote = _flat(one.quote)[:200]
        if key(quote) not in shown:
            shown.add(key(quote))
            found.append(quote)
    return found[:_QUOTES]


def _level(row: MatrixRow, mentions: Sequence[Mention]) -> str:
    """Return how the postings ask for a row: in how many, since how many years, in which words."""
    asked = {m.posting_id for m in mentions if m.strength == "required"}
    parts = [f"required in {min(len(asked), row.of)} of {row.of} postings"]
    years = sorted(m.years for m in mentions if m.years)
    if years:
        parts.append(f"{years[len(years) // 2]:g} years")
    depth = list(dict.fromkeys(f'"{_flat(m.depth)}"' for m in mentions if m.depth))[:3]
    return "; ".join([*parts, *depth])


# --- asking and keeping ---------------------------------------------------------------------------


def _ask(
    place: Place, target: Target, engine: LlmEngine, stage: str, asked: Sequence[tuple[str, str, str]]
) -> Run:
    """Ask about single subjects (task, subject, text); usable answers are put on record."""
    began = time.perf_counter()
    questions = [(subject, _question(task, text)) for task, subject, text in asked]  # type: ignore[arg-type]
    engine.asker.ask_all([question for _, question in questions])
    before = dict(place.archive.each_made(ADVICE, _kept))
    kept = unusable = 0
    doubts = []
    for subject, question in questions:
        answer = engine.asker.known(question)
        if answer is None:
            continue
        value = _usable(question.task, answer)
        unusable += not value
        kept += bool(value)
        if value and value.get("doubt"):
            doubts.append(f"the model doubts the row {subject}: {value['doubt']}")
        if value and before.get((question.task, target.id, subject)) != value:
            place.archive.append(ADVICE, _record(target, subject, value, question, answer))
    open_ = sum(engine.asker.known(question) is None for _, question in questions)
    notes = [
        f"the model advised on {kept} subjects; {unusable} of its answers could not be used, "
        f"{open_} questions have no answer"
    ]
    return Run(
        stage,
        target.id,
        inputs=len(questions),
        outputs=kept,
        failed=unusable,
        seconds=time.perf_counter() - began,
        notes=(*notes, *doubts) if questions else (),
    )


def _kept(record: dict[str, Any]) -> tuple[tuple[str, str, str], dict[str, Any]]:
    return (str(record["task"]), str(record.get("target", "")), str(record["subject"])), dict(record["value"])


def _record(
    target: Target, subject: str, value: Mapping[str, Any], question: Question, answer: Answer
) -> dict[str, Any]:
    prompt = question.prompt
    return {
        "task": question.task,
        "target": target.id,
        "subject": subject,
        "value": dict(value),
        "model": answer.record["model_answered"] or answer.record["model_asked"],
        "prompt": [prompt.task, prompt.version, prompt.sha256],
        "request": answer.key,
    }


def _question(task: Task, text: str) -> Question:
    prompt = prompts.load(task)
    return Question(task, prompt.ref, prompt.system, prompt.words, prompt.schema, text)


_LINES = ("evidence", "questions", "practice", "deliverables", "proof", "renewal")


def _usable(task: str, answer: Answer) -> dict[str, Any]:
    """Return what of an answer can be used: no link, one sentence for a reason; {} for nothing."""
    values = answer.parsed.values
    if not values:
        return {}
    found = values[0]
    if task == "prose":
        lines = {n: getattr(found, n)[:4] for n in _LINES}
        return {**lines, "doubt": found.doubt} if any(lines.values()) or found.doubt else {}
    reason = " ".join(found.reason.split())
    end = reason.find(". ")
    reason = reason[: end + 1] if 0 < end < 300 else reason[:300]
    verdict = "kind" if task == "kind" else "same"
    return {} if links(found.reason) else {verdict: getattr(found, verdict), "reason": reason}
