"""Endpoints as they are: a right answer in any form is read, a failure is named and asked again."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import read
from pipeline.archive import Archive
from pipeline.errors import EngineRefused
from pipeline.llm.asking import ENDPOINTS, MemoryAnswers
from pipeline.llm.engine import LlmEngine
from pipeline.llm.wire import Endpoint
from pipeline.records import Posting
from pipeline.settings import LlmSettings
from tests.llm_helpers import seen, serving
from tests.servers.llm import FAILURES, SHAPES
from tests.test_llm_grounding import small_vocabulary

TEXT = """Osprey Lantern builds route planners.

What you will do
- present results to stakeholders every week

Requirements
- 5+ years of Python and Rust
"""
POSTING = Posting("p1", "https://osprey.example/1", TEXT, sections=read.sections(TEXT))
GOOD = ["present results to stakeholders", "Python"]
REFUSING = (
    "refuses-fastapi", "refuses-words", "refuses-vllm", "refuses-grammar", "breaks-on-grammar",
    "refuses-bare", "not-implemented", "no-provider", "limit-too-large", "shape-only",
)  # fmt: skip
Make = Callable[..., LlmEngine]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def make(server: str) -> Iterator[Make]:
    endpoints: list[Endpoint] = []

    def made(scenario: str, answers: Any = None, **more: Any) -> LlmEngine:
        given = {"base_url": f"{server}/{scenario}/v1", "model": "m", "retries": 0, **more}
        endpoints.append(Endpoint(replace(LlmSettings(), **given), "sk-secret-123456"))
        settings = replace(LlmSettings(), **given)
        return LlmEngine(settings, answers, endpoints[-1].send, words=small_vocabulary())

    yield made
    for endpoint in endpoints:
        endpoint.client.close()


def quotes(engine: LlmEngine) -> list[str]:
    return [m.quote for m in engine.mentions(POSTING)]


@pytest.mark.parametrize("scenario", sorted(SHAPES))
def test_a_right_answer_is_read_in_whatever_form_it_comes(make: Make, scenario: str) -> None:
    assert quotes(make(scenario)) == GOOD


@pytest.mark.parametrize("scenario", sorted(FAILURES))
def test_a_failure_is_named_in_the_servers_words_and_the_next_run_asks_again(
    make: Make, server: str, scenario: str
) -> None:
    answers = MemoryAnswers()
    with pytest.raises(EngineRefused) as caught:
        make(scenario, answers).mentions(POSTING)
    assert FAILURES[scenario][2] in str(caught.value)
    assert "secret" not in str(caught.value)
    urllib.request.urlopen(f"{server}/{scenario}/mend").close()
    assert quotes(make(scenario, answers)) == GOOD


@pytest.mark.parametrize("scenario", REFUSING)
def test_a_refused_request_shape_is_left_for_the_next_and_remembered(
    make: Make, server: str, scenario: str
) -> None:
    answers = MemoryAnswers()
    assert quotes(make(scenario, answers)) == GOOD
    calls = len(seen(server, scenario))
    again = make(scenario, answers)
    again.asker.answers._answers.clear()  # type: ignore[attr-defined]
    assert quotes(again) == GOOD
    assert len(seen(server, scenario)) == calls + 1


def test_a_refusal_that_no_shape_mends_teaches_no_shape(make: Make) -> None:
    answers = MemoryAnswers()
    with pytest.raises(EngineRefused, match="plain refusal"):
        make("refuses-all", answers).mentions(POSTING)
    assert answers.records(ENDPOINTS) == []


def test_a_server_that_drips_its_answer_out_has_no_longer_than_a_silent_one(make: Make) -> None:
    began = time.monotonic()
    with pytest.raises(EngineRefused, match=r"within 0\.5 seconds"):
        make("drip", timeout_seconds=0.5).mentions(POSTING)
    # the server would go on for ten seconds
    assert time.monotonic() - began < 8


def test_a_broken_connection_is_named(make: Make) -> None:
    with pytest.raises(EngineRefused, match="broke off while it answered"):
        make("drop").mentions(POSTING)


def test_an_error_with_status_200_is_asked_again_within_the_run(make: Make, server: str) -> None:
    engine = make("error-then-good", retries=1)
    assert quotes(engine) == GOOD
    assert len(seen(server, "error-then-good")) == 2


def test_a_question_that_is_too_long_does_not_end_the_others(make: Make) -> None:
    engine = make("long-ones-refused")
    long = [replace(POSTING, id=f"l{n}", text=f"{TEXT}Number {n} is LONG.\n") for n in range(5)]
    engine.prepare([*long, POSTING])
    assert not engine.asker.dead
    assert quotes(engine) == GOOD


def test_a_kept_answer_that_says_nothing_is_no_answer(make: Make, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    engine = make("good", archive)
    question = engine.questions(POSTING)[0][0]
    empty = {"content": "", "finish": "stop", "refusal": "", "usage": {"sent": 1, "received": 0}}
    archive.put_answer(engine.asker.key(question), {"task": "mentions", "attempts": [empty]})
    assert engine.asker.known(question) is None
    assert quotes(engine) == GOOD


def test_the_schema_is_said_once(make: Make, server: str) -> None:
    quotes(make("good"))
    body = seen(server, "good")[-1]["body"]
    assert "additionalProperties" in str(body["response_format"])
    assert "additionalProperties" not in str(body["messages"])
    quotes(make("plain-only"))
    body = seen(server, "plain-only")[-1]["body"]
    assert "response_format" not in body
    assert "additionalProperties" in body["messages"][0]["content"]
