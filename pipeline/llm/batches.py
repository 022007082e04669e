"""The same questions by the Batch API: cheaper and slower, for sets that need no answer today.

A batch's lines carry the keys of their questions, so that an answer is kept under the key that an ordinary
run looks under: whatever a batch leaves open is simply asked by the next run.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.llm.asking import Asker, Question
from pipeline.llm.wire import Endpoint, spoken

MOST_LINES = 5_000
"""Requests per batch: well under the 50,000 and 200 MB that servers allow."""

OPEN = frozenset({"validating", "in_progress", "finalizing", "cancelling"})


@dataclass(frozen=True, slots=True)
class State:
    """How far a batch is, in the server's words."""

    id: str
    status: str
    total: int = 0
    completed: int = 0
    failed: int = 0
    detail: str = ""
    output: str = ""

    @property
    def open(self) -> bool:
        """True while answers may still come."""
        return self.status in OPEN


def portions(questions: Sequence[Question], most: int = MOST_LINES) -> Iterator[Sequence[Question]]:
    """Yield the questions in batches of a size that servers take."""
    for start in range(0, len(questions), most):
        yield questions[start : start + most]


def submit(endpoint: Endpoint, asker: Asker, questions: Sequence[Question]) -> State:
    """Return a batch that the server has accepted; raises `CallFailed` when it does not take it."""
    lines = (
        {"custom_id": asker.key(q), "method": "POST", "url": "/v1/chat/completions", "body": asker.request(q)}
        for q in questions
    )
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with spoken(endpoint):
        file = endpoint.client.files.create(
            file=("skillmatrix.jsonl", io.BytesIO(content.encode())), purpose="batch"
        )
        made = endpoint.client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
        )
    return _state(made)


def look(endpoint: Endpoint, batch: str) -> State:
    """Return how far a batch is."""
    with spoken(endpoint):
        return _state(endpoint.client.batches.retrieve(batch))


def answers(endpoint: Endpoint, state: State) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each answered question's key with the server's reply; lines that failed are left out."""
    if not state.output:
        return
    with spoken(endpoint):
        text = endpoint.client.files.content(state.output).text
    for line in text.splitlines():
        try:
            row = json.loads(line)
            response = row["response"]
            if response["status_code"] == 200 and response["body"]["choices"]:
                yield str(row["custom_id"]), response["body"]
        except (ValueError, KeyError, TypeError):
            continue


def _state(batch: Any) -> State:
    counts = batch.request_counts
    errors = getattr(batch.errors, "data", None) or []
    return State(
        batch.id,
        batch.status,
        counts.total if counts else 0,
        counts.completed if counts else 0,
        counts.failed if counts else 0,
        "; ".join(str(e.message) for e in errors)[:300],
        batch.output_file_id or "",
    )
