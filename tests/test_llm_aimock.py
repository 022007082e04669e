"""The five tasks against aimock, a model endpoint of another maker, as its own process in strict mode."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import read
from pipeline.errors import EngineRefused
from pipeline.llm import prompts
from pipeline.llm.asking import Question
from pipeline.llm.engine import LlmEngine
from pipeline.llm.replies import Task
from pipeline.llm.wire import Endpoint
from pipeline.records import Posting
from pipeline.settings import LlmSettings
from tests.llm_helpers import ROOT
from tests.test_llm_grounding import small_vocabulary

AIMOCK = ROOT / "node_modules" / ".bin" / "llmock"
pytestmark = pytest.mark.skipif(
    not (AIMOCK.exists() and shutil.which("node")),
    reason="aimock is not installed: npm install --no-package-lock (needs Node)",
)
BRINDLE = """Brindle Quay looks after ferries.

Requirements
- 5+ years of Python

You will communicate with harbour crews.
"""
OSPREY = "Osprey Lantern builds route planners.\n\nNice to have\n- Rust\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("aimock") / "log").open("wb")
    fixtures = Path(__file__).parent / "fixtures" / "llm"
    command = [str(AIMOCK), "-p", str(port), "-f", str(fixtures), "--strict", "--log-level", "warn"]
    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
                break
            except urllib.error.HTTPError as answered:
                answered.close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()
        log.close()


@pytest.fixture
def engine(address: str) -> Iterator[LlmEngine]:
    settings = replace(LlmSettings(), base_url=address, model="m", retries=0)
    endpoint = Endpoint(settings, "sk-test")
    yield LlmEngine(settings, None, endpoint.send, False, small_vocabulary())
    endpoint.client.close()


def posting(text: str) -> Posting:
    return Posting("p", "", text, sections=read.sections(text))


def test_the_claims_that_the_text_proves_come_back_with_their_demand(engine: LlmEngine) -> None:
    found = engine.mentions(posting(BRINDLE))
    assert [(m.quote, m.kind, m.years) for m in found] == [
        ("Python", "specific", 5.0),
        ("communicate with harbour crews", "general", None),
    ]
    assert {m.provenance.model_answered for m in found} == {"aimock-model"}
    assert dict(engine.rejected) == {"quote-not-in-posting": 1}
    assert (engine.asker.budget.spent.sent, engine.asker.budget.spent.received) == (1000, 90)


def test_fences_around_the_answer_do_no_harm(engine: LlmEngine) -> None:
    found = engine.mentions(posting(OSPREY))
    assert [(m.quote, m.strength) for m in found] == [("Rust", "preferred")]


def test_a_question_without_a_fixture_is_refused_and_named(engine: LlmEngine) -> None:
    with pytest.raises(EngineRefused, match="503"):
        engine.mentions(posting("A posting that no fixture knows."))


@pytest.mark.parametrize(
    ("task", "text", "field", "value"),
    [
        ("kind", "skill: Quayflow", "kind", "specific"),
        ("merge", "first: IaC\nsecond: Infrastructure as code", "same", "yes"),
        ("rows", "role: Harbour analyst\n1| Delft3D\n2| MIKE 21", "title", "Modelling tides (Delft3D)"),
        ("prose", "row: Briefing decision makers", "deliverables", ["A quarterly brief."]),
    ],
)
def test_every_task_is_answered(engine: LlmEngine, task: Task, text: str, field: str, value: Any) -> None:
    prompt = prompts.load(task)
    answer = engine.asker.ask(Question(task, prompt.ref, prompt.system, prompt.words, prompt.schema, text))
    assert answer is not None
    assert getattr(answer.parsed.values[0], field) == value
