"""Answers about many things at once: which numbers of a question stood for what, and when to believe one.

A record of `data/raw/consulted.jsonl` holds task, target, the key of the stored answer, and what the
numbers 1, 2, 3 … of its question stood for. So an answer is read again, and checked anew, also after
the things around it have changed; nothing that was asked is asked twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.llm.asking import Answers, kept
from pipeline.llm.replies import Parsed

CONSULTED = "consulted"
"""The record file of `data/raw` with what each batched question was about."""

BELIEVED = 0.9
"""The part of a batched answer's items that must pass their checks: below it none of them counts. A model
that loses or garbles more than one item of ten is no better guide in the others."""


def believed(passed: int, of: int) -> bool:
    """Say whether enough of an answer's items passed their checks."""
    return passed >= BELIEVED * of


def numbered(lines: Sequence[str]) -> str:
    """Return the lines with their numbers, as the prompts show them."""
    return "\n".join(f"{number}| {line}" for number, line in enumerate(lines, 1))


class Consulted:
    """The batched questions of a workspace and their answers."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def note(self, task: str, target: str, request: str, about: Sequence[Any]) -> None:
        """Record what an answered question was about, once."""
        record = {"task": task, "target": target, "request": request, "about": list(about)}
        if not any(request == r.get("request") and target == r.get("target") for r in self._records(task)):
            self._answers.append(CONSULTED, record)

    def note_last(self, task: str, target: str, request: str, about: Sequence[Any]) -> None:
        """Record what an answered question was about, unless it is the last of its task for the target."""
        last = [r for r in self._records(task) if r.get("target") == target][-1:]
        record = {"task": task, "target": target, "request": request, "about": list(about)}
        if last != [record]:
            self._answers.append(CONSULTED, record)

    def read(self, task: str, target: str) -> Iterator[tuple[list[Any], Parsed]]:
        """Yield what each question of a task was about and its answer, in the order of asking."""
        for record in self._records(task):
            answer = kept(self._answers, str(record.get("request")))
            about = record.get("about")
            if record.get("target") == target and answer and isinstance(about, list):
                yield about, answer.parsed

    def _records(self, task: str) -> list[dict[str, Any]]:
        return [r for r in self._answers.records(CONSULTED) if r.get("task") == task]
