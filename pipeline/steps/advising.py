"""Asking a model for advice: kinds, groups and merges of unknown skills, and prose for the rows.

Every answer is checked before it is kept: names that were not given, links, and titles that are no action
fall out. What is kept is applied by `advice`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pipeline import prompts
from pipeline.engines.llm import LlmEngine
from pipeline.llm.asking import Answer, Question
from pipeline.llm.replies import Task, links
from pipeline.records import MatrixRow, Mention, Run, Skill, Target
from pipeline.steps.advice import ADVICE, advice_of, is_open, pair_of
from pipeline.steps.place import Place
from pipeline.steps.score import suggestions

MOST_KINDS, MOST_MERGES, MOST_GROUPED = 30, 20, 60
"""How many unknown skills and suggestions are asked about: the most demanded decide the matrix."""


def advise(place: Place, target: Target, engine: LlmEngine) -> Run:
    """Kinds, groups and merge verdicts for the target's most demanded unknown skills are on record."""
    with place.store() as store:
        skills = {s.name: s for s in store.skills(target.id)}
        scores = store.scores(target.id)
        mentions = store.mentions(target.id)
    ranked = [skills[s.skill] for s in scores if s.skill in skills]
    unknown = [s for s in ranked if not s.known]
    quotes = _quotes(mentions)
    kinds = [(s.name, _kind_text(s.name, quotes[s.name])) for s in unknown if is_open(s)][:MOST_KINDS]
    pairs = suggestions(place, target, list(skills.values()), mentions)[:MOST_MERGES]
    merges = [(pair_of(one), f"first: {one.left}\nsecond: {one.right}") for one in pairs]
    often = [s.skill for s in scores if s.n > 1]
    loose = [s.name for s in unknown if s.name in set(often)][:MOST_GROUPED]
    asked = [("kind", kinds), ("merge", merges), ("theme", [(target.id, _theme_text(target, loose))])]
    return _ask(place, target, engine, [(t, p) for t, p in asked if t != "theme" or len(loose) > 1], skills)


def advise_prose(place: Place, target: Target, engine: LlmEngine) -> Run:
    """The model's lines for every row of the drafted matrix are on record."""
    with place.store() as store:
        draft = store.matrix(target.id)
    rows = [(row.theme, _prose_text(row)) for row in draft.rows] if draft else []
    return _ask(place, target, engine, [("prose", rows)], {})


def _ask(
    place: Place,
    target: Target,
    engine: LlmEngine,
    asked: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    skills: Mapping[str, Skill],
) -> Run:
    began = time.perf_counter()
    questions = [(subject, _question(task, text)) for task, pairs in asked for subject, text in pairs]  # type: ignore[arg-type]
    engine.asker.ask_all([question for _, question in questions])
    before, kept, unusable = advice_of(place), 0, 0
    for subject, question in questions:
        answer = engine.asker.known(question)
        found = _checked(question.task, subject, answer, skills) if answer else {}
        unusable += answer is not None and not found
        for (task, name), value in found.items():
            kept += 1
            if before.get((task, name)) != value:
                place.archive.append(ADVICE, _record(task, name, value, question, answer))
    open_ = sum(engine.asker.known(question) is None for _, question in questions)
    notes = (
        f"the model advised on {kept} subjects; {unusable} of its answers could not be used, "
        f"{open_} questions have no answer",
    )
    return Run(
        "advice" if skills else "prose",
        target.id,
        inputs=len(questions),
        outputs=kept,
        failed=unusable,
        seconds=time.perf_counter() - began,
        notes=notes if questions else (),
    )


def _record(
    task: str, subject: str, value: Mapping[str, Any], question: Question, answer: Answer | None
) -> dict[str, Any]:
    assert answer is not None
    prompt = question.prompt
    return {
        "task": task,
        "subject": subject,
        "value": dict(value),
        "model": answer.record["model_answered"] or answer.record["model_asked"],
        "prompt": [prompt.task, prompt.version, prompt.sha256],
        "request": answer.key,
    }


def _question(task: Task, text: str) -> Question:
    prompt = prompts.load(task)
    return Question(task, prompt.ref, prompt.system, prompt.schema, text)


def _quotes(mentions: Iterable[Mention]) -> Mapping[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.skill:
            found[mention.skill].add(" ".join(mention.quote.split())[:200])
    return defaultdict(list, {name: sorted(quotes) for name, quotes in found.items()})


def _kind_text(name: str, quotes: Sequence[str]) -> str:
    return "\n".join([f"skill: {name}", *(f"quote: {quote}" for quote in quotes[:3])])


def _theme_text(target: Target, names: Sequence[str]) -> str:
    lines = [f"role: {target.role}", "skills, most demanded first:"]
    return "\n".join([*lines, *(f"- {name}" for name in names)])


def _prose_text(row: MatrixRow) -> str:
    quotes = [f"- {' '.join(e.quote.split())[:200]}" for e in row.evidence[:3]]
    head = [f"row: {row.title}", f"kind: {row.kind}", f"skills: {', '.join(row.skills)}", "quotes:"]
    return "\n".join([*head, *quotes])


# --- checking it ------------------------------------------------------------------------------

Found = dict[tuple[str, str], dict[str, Any]]


def _checked(task: str, subject: str, answer: Answer, skills: Mapping[str, Skill]) -> Found:
    """What of an answer can be used; a link, a second sentence or a name that was not given cannot."""
    values = answer.parsed.values
    return _CHECKS[task](subject, values, skills) if values else {}


def _verdict(task: str, field: str) -> Callable[[str, Sequence[Any], Mapping[str, Skill]], Found]:
    def check(subject: str, values: Sequence[Any], _: Mapping[str, Skill]) -> Found:
        reason = _sentence(values[0].reason)
        return {(task, subject): {field: getattr(values[0], field), "reason": reason}} if reason else {}

    return check


def _groups(_: str, values: Sequence[Any], skills: Mapping[str, Skill]) -> Found:
    found: Found = {}
    for group in values:
        title = " ".join(group.title.split())
        names = [n for n in group.skills if n in skills and not skills[n].known and ("theme", n) not in found]
        if len(names) > 1 and _is_action(title, names):
            found.update({("theme", n): {"title": title, "kind": group.kind} for n in names})
    return found


def _is_action(title: str, names: Sequence[str]) -> bool:
    """True for "Modelling tides (Delft3D)" whose brackets name nothing but the group's own skills."""
    head, _, tools = title.partition("(")
    said = " ".join(names).casefold()
    named = all(tool.strip(" )").casefold() in said for tool in tools.split(",") if tool.strip(" )"))
    return head.split()[0].lower().endswith("ing") and named and not links(title)


def _prose(subject: str, values: Sequence[Any], _: Mapping[str, Skill]) -> Found:
    lines = {
        name: getattr(values[0], name)[:4] for name in ("evidence", "questions", "practice", "deliverables")
    }
    return {("prose", subject): lines} if any(lines.values()) else {}


def _sentence(text: str) -> str:
    """The first sentence of a reason; "" where it holds a link."""
    flat = " ".join(text.split())
    end = flat.find(". ")
    return "" if links(flat) else flat[: end + 1] if 0 < end < 300 else flat[:300]


_CHECKS: Mapping[str, Callable[[str, Sequence[Any], Mapping[str, Skill]], Found]] = {
    "kind": _verdict("kind", "kind"),
    "merge": _verdict("merge", "same"),
    "theme": _groups,
    "prose": _prose,
}
