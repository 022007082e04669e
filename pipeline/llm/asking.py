"""One question → one stored answer: cache, ladder of request shapes, one repair, budget.

An answer is kept as the model gave it and read anew each time, so a better reader needs no new call. Its
key is the digest of all that the answer depends on: address, model, prompt, schema, sampling, text. Two
runs that ask the same share it; nothing that was answered is asked again, also after a kill.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from pipeline.errors import BudgetExhausted, EngineError, EngineUnavailable
from pipeline.llm import cost
from pipeline.llm.cost import Budget, Usage
from pipeline.llm.replies import Parsed, Task, parse
from pipeline.llm.wire import DEFAULT_URL, CallFailed, Ladder, Shape, body
from pipeline.records import PromptRef, digest
from pipeline.settings import LlmSettings

ENDPOINTS = "endpoints"
"""The record file that remembers which request shape an endpoint accepts."""

DEAD_AFTER = 3
"""Failed calls in a row after which the endpoint is left alone; each was tried again by the SDK before."""

_AGAIN = (
    "That could not be read. Answer again with the JSON object alone: no words around it, no fences, "
    "exactly of this schema:\n"
)
_SHAPED = frozenset({"json_schema", "json_object+schema", "tool"})
"""Request shapes that carry the schema: elsewhere the fixed words state it."""

_WAIT = 0.5
"""Seconds before an answer that was none is asked for again, doubled each time."""

Send = Callable[[Mapping[str, Any]], dict[str, Any]]


class Answers(Protocol):
    """Where answers are kept; the archive of a workspace, or a dictionary."""

    def answer(self, key: str) -> dict[str, Any] | None:
        """Return the answer kept under a key; None when there is none."""
        ...

    def put_answer(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep the answer."""
        ...

    def append(self, name: str, record: Mapping[str, Any]) -> None:
        """Append the record to its file."""
        ...

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return every record of a file, in the order of writing."""
        ...


class MemoryAnswers:
    """Answers for as long as the process lives; for the filter, which has no workspace."""

    def __init__(self) -> None:
        self._answers: dict[str, dict[str, Any]] = {}
        self._records: dict[str, list[dict[str, Any]]] = {}

    def answer(self, key: str) -> dict[str, Any] | None:
        """Return the answer kept under a key; None when there is none."""
        return self._answers.get(key)

    def put_answer(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep the answer."""
        self._answers.setdefault(key, dict(answer))

    def append(self, name: str, record: Mapping[str, Any]) -> None:
        """Append the record to its kind."""
        self._records.setdefault(name, []).append(dict(record))

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return every record of that name, in the order of writing."""
        return list(self._records.get(name, ()))


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: the task's fixed words and schema, and the text that changes."""

    task: Task
    prompt: PromptRef
    system: str
    words: str
    """The fixed words without the schema."""
    schema: Mapping[str, Any]
    text: str

    def messages(self, rung: str) -> list[dict[str, str]]:
        """Return the fixed words first, what changes last: that is what a server's prompt cache rewards.

        The schema is said once: in the words only where the request does not carry it.
        """
        system = self.words if rung in _SHAPED else self.system
        return [{"role": "system", "content": system}, {"role": "user", "content": self.text}]

    @property
    def tokens(self) -> int:
        """About how many tokens it sends."""
        return cost.tokens(self.system) + cost.tokens(self.text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as it is stored, and whether it was there before."""

    key: str
    record: Mapping[str, Any]
    cached: bool

    @property
    def parsed(self) -> Parsed:
        """The values of the best attempt: the last one that holds any."""
        task, attempts = self.record["task"], self.record["attempts"]
        if any(a.get("refusal") for a in attempts):
            return Parsed((), ("refused",))
        read = [parse(task, a["content"], a["finish"]) for a in attempts]
        return next((p for p in reversed(read) if p.values), read[-1])

    @property
    def usage(self) -> Usage:
        """The tokens of all attempts."""
        return sum((Usage(**a["usage"]) for a in self.record["attempts"]), Usage())


class Asker:
    """Asks an endpoint, or only the stored answers when `send` is None; safe for threads."""

    def __init__(self, settings: LlmSettings, answers: Answers, send: Send | None) -> None:
        self.settings = settings
        self.answers = answers
        self.budget = Budget(settings)
        self.cached: Counter[str] = Counter()
        self.rungs: Counter[str] = Counter()
        self.failure: EngineError | None = None
        self._send = send
        self._failed_in_a_row = 0
        self._counted: set[str] = set()
        self._lock = threading.Lock()
        self._ladder = Ladder(self._remembered(), self._learned)

    @property
    def dead(self) -> bool:
        """True when no further call is made: the key is refused, the budget used up, or nothing answers."""
        if self._send is None:
            return True
        failure = self.failure
        if isinstance(failure, BudgetExhausted | EngineUnavailable):
            return True
        if isinstance(failure, CallFailed) and failure.final:
            return True
        return self._failed_in_a_row >= DEAD_AFTER

    def key(self, question: Question) -> str:
        """Return the digest of everything that the answer depends on."""
        return digest(
            {
                "base_url": address(self.settings),
                "model": self.settings.model,
                "prompt": question.system,
                "schema": question.schema,
                "temperature": self.settings.temperature,
                "max_output_tokens": self.settings.max_output_tokens,
                "text": question.text,
            }
        )

    def known(self, question: Question) -> Answer | None:
        """Return the stored answer; None when it must be asked for."""
        return kept(self.answers, self.key(question))

    def ask(self, question: Question) -> Answer | None:
        """Return the stored answer, or a new one, stored; None when the call failed (`failure` says why)."""
        known = self.known(question)
        if known:
            with self._lock:
                # an answer that this run asked for, or has counted, is no further one from the cache
                self.cached[question.task] += known.key not in self._counted
                self._counted.add(known.key)
            return known
        if self.dead:
            return None
        try:
            record = self._asked(question)
        except EngineError as error:
            self._note(error)
            return None
        self._note(None)
        key = self.key(question)
        self.answers.put_answer(key, record)
        with self._lock:
            self._counted.add(key)
        return Answer(key, record, cached=False)

    def ask_all(self, questions: Sequence[Question], done: Callable[[], None] = lambda: None) -> None:
        """Ask every question, at most `concurrency` at once, and put the answers into the store.

        The first one goes alone: it finds out which request shape the endpoint accepts.
        """
        todo = [q for q in dict.fromkeys(map(self._once, questions)) if not self.known(q.question)]
        if todo and not self.dead:
            self.ask(todo[0].question)
            done()
        with ThreadPoolExecutor(max(1, self.settings.concurrency)) as pool:
            try:
                for _ in pool.map(lambda q: self.ask(q.question), todo[1:]):
                    done()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _once(self, question: Question) -> _Once:
        return _Once(self.key(question), question)

    def request(self, question: Question) -> dict[str, Any]:
        """Return the request that would be sent now."""
        shape = self._ladder.shape
        return body(self.settings, shape, question.messages(shape.rung), question.task, question.schema)

    def keep(self, question: Question, reply: Mapping[str, Any]) -> None:
        """Store a reply that came by another way, a batch, as if it had been asked for now."""
        usage = cost.usage_of(reply, question.tokens, self.settings.max_output_tokens)
        self.budget.add(question.task, usage)
        record = self._record(
            question, [_attempt(reply, usage)], self._ladder.shape, str(reply.get("model") or "")
        )
        self.answers.put_answer(self.key(question), record)

    # --- one call --------------------------------------------------------------------------------

    def _asked(self, question: Question) -> dict[str, Any]:
        first, shape, answered = self._call(question)
        attempts = [first]
        if not first["refusal"] and parse(question.task, first["content"], first["finish"]).worth_repair:
            schema = json.dumps(question.schema, ensure_ascii=False)
            again = [
                # the reply is shown again to be mended, and is paid for: its beginning shows what was wrong
                {"role": "assistant", "content": first["content"][:4000] or "(nothing)"},
                {"role": "user", "content": _AGAIN + schema},
            ]
            try:
                attempts.append(self._call(question, again)[0])
            except (CallFailed, BudgetExhausted) as error:
                # the first reply was paid for: it is kept, and the reason for no second one is noted
                self._note(error)
        if not any(a["content"] or a["refusal"] for a in attempts):
            raise CallFailed("the endpoint answered with nothing", 200)
        return self._record(question, attempts, shape, answered)

    def _record(
        self, question: Question, attempts: list[dict[str, Any]], shape: Shape, answered: str
    ) -> dict[str, Any]:
        with self._lock:
            self.rungs[shape.rung] += 1
        return {
            "task": question.task,
            "prompt": asdict(question.prompt),
            "base_url": address(self.settings),
            "model_asked": self.settings.model,
            "model_answered": answered,
            "rung": shape.rung,
            "schema_sha256": digest(question.schema),
            "attempts": attempts,
        }

    def _call(
        self, question: Question, more: Sequence[dict[str, str]] = ()
    ) -> tuple[dict[str, Any], Shape, str]:
        assert self._send is not None
        sent = question.tokens + sum(cost.tokens(m["content"]) for m in more)
        tries = self.settings.retries
        while True:
            shape = self._ladder.shape
            messages = [*question.messages(shape.rung), *more]
            request = body(self.settings, shape, messages, question.task, question.schema)
            # the most it can cost is set aside before it is sent: many calls run at once
            with self.budget.call(question.task, sent, self.settings.max_output_tokens) as used:
                try:
                    reply = self._send(request)
                except CallFailed as failure:
                    # a refused shape costs no try: the next rung is asked with
                    if self._ladder.step(shape, failure):
                        continue
                    if failure.status == 200 and tries > 0:
                        # an error with status 200 is no refusal for the SDK, so it does not try again
                        time.sleep(_WAIT * 2 ** (self.settings.retries - tries))
                        tries -= 1
                        continue
                    if failure.status != 500 or "does not match the expected" not in str(failure):
                        raise
                    # llama-server's way to say that the model broke the grammar
                    reply = {"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}
                usage = cost.usage_of(reply, sent, self.settings.max_output_tokens)
                used.append(usage)
            self._ladder.worked(shape)
            return _attempt(reply, usage), shape, str(reply.get("model") or "")

    def _note(self, error: EngineError | None) -> None:
        with self._lock:
            if error is None:
                self._failed_in_a_row = 0
                return
            if not isinstance(error, CallFailed) or not error.too_long:
                # a question that is too long says nothing about the endpoint
                self._failed_in_a_row += 1
            # a final failure says more than whatever follows from it
            if self.failure is None or not self.dead:
                self.failure = error

    def _remembered(self) -> Shape:
        shape = Shape()
        for record in self.answers.records(ENDPOINTS):
            if (record.get("base_url"), record.get("model")) == (address(self.settings), self.settings.model):
                with suppress(KeyError):  # a record that makes no sense teaches nothing
                    shape = Shape(record["rung"], record["limit"], record["temperature"])
        return shape

    def _learned(self, shape: Shape) -> None:
        endpoint = {"base_url": address(self.settings), "model": self.settings.model}
        self.answers.append(ENDPOINTS, {**endpoint, **asdict(shape)})


def kept(answers: Answers, key: str) -> Answer | None:
    """Return the answer stored under a key; None where there is none, or one that says nothing."""
    record = answers.answer(key)
    attempts = record.get("attempts") if record else None
    if record is None or not attempts or not any(a.get("content") or a.get("refusal") for a in attempts):
        return None
    return Answer(key, record, cached=True)


@dataclass(frozen=True)
class _Once:
    """A question that is equal to another with the same key."""

    key: str
    question: Question

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def address(settings: LlmSettings) -> str:
    """Return the endpoint's address without a user or password in it."""
    url = (settings.base_url or DEFAULT_URL).rstrip("/")
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else url


def _attempt(reply: Mapping[str, Any], usage: Usage) -> dict[str, Any]:
    choices = reply.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    choice = choice if isinstance(choice, dict) else {}
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    refusal = message.get("refusal")
    finish = str(choice.get("finish_reason") or "stop")
    content = _arguments(message) or _text(message.get("content")) or _text(choice.get("text"))
    if not content:
        # some servers file the whole answer under the reasoning
        content = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
    if finish == "content_filter" and not content:
        refusal = "the endpoint's content filter"
    return {
        "content": content,
        "finish": finish,
        "refusal": refusal if isinstance(refusal, str) else "",
        "usage": asdict(usage),
    }


def _arguments(message: Mapping[str, Any]) -> str:
    """Return the arguments of a tool call, in today's form or the one before it."""
    calls = message.get("tool_calls")
    first = calls[0] if isinstance(calls, list) and calls else None
    function = first.get("function") if isinstance(first, dict) else message.get("function_call")
    if not isinstance(function, dict):
        return ""
    arguments = function.get("arguments")
    return json.dumps(arguments) if isinstance(arguments, dict | list) else _text(arguments)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
