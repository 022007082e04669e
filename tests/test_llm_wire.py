"""Requests, their shapes, and what of an endpoint's words may be repeated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.llm.asking import address
from pipeline.llm.wire import RUNGS, CallFailed, Endpoint, Shape, body
from pipeline.settings import LlmSettings, endpoint_key
from tests.llm_helpers import ROOT, seen, serving

SCHEMA = {"type": "object"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.mark.parametrize("rung", RUNGS)
def test_every_shape_names_the_schema_as_its_servers_know_it(rung: str) -> None:
    request = body(LlmSettings(model="m"), Shape(rung), [], "mentions", SCHEMA)
    form = request.get("response_format", {})
    assert request["max_tokens"] == 4096
    assert "temperature" not in request
    assert {
        "json_schema": form.get("json_schema") == {"name": "mentions", "strict": True, "schema": SCHEMA},
        "json_object+schema": form == {"type": "json_object", "schema": SCHEMA},
        "tool": request.get("tool_choice") == {"type": "function", "function": {"name": "mentions"}},
        "json_object": form == {"type": "json_object"},
        "plain": not form and "tools" not in request,
    }[rung]


def test_openrouter_is_told_to_keep_every_parameter() -> None:
    settings = LlmSettings(model="m", base_url="https://openrouter.ai/api/v1")
    assert body(settings, Shape(), [], "mentions", SCHEMA)["provider"] == {"require_parameters": True}
    assert "provider" not in body(LlmSettings(model="m"), Shape(), [], "mentions", SCHEMA)


@pytest.mark.parametrize(
    ("status", "said", "then"),
    [
        (400, "response_format is not supported", Shape("json_object+schema")),
        (422, "extra field json_schema", Shape("json_object+schema")),
        (500, "bad response_format", Shape("json_object+schema")),
        (400, "use max_completion_tokens", Shape(limit="max_completion_tokens")),
        (400, "temperature must be 1", Shape(temperature=False)),
        (500, "internal error", None),
        (400, "context length exceeded", None),
        (401, "bad response_format", None),
        (403, "schema", None),
        (429, "too many tool calls", None),
        (408, "response_format", None),
    ],
)
def test_a_step_down_needs_a_refusal_that_names_a_part_of_the_request(
    status: int, said: str, then: Shape | None
) -> None:
    assert Shape().after(CallFailed(said, status)) == then


def test_the_ladder_ends() -> None:
    shape: Shape | None = Shape()
    steps = 0
    while shape is not None:
        shape, steps = shape.after(CallFailed("response_format", 400)), steps + 1
    assert steps == len(RUNGS)


def test_an_address_is_kept_without_its_password() -> None:
    assert address(LlmSettings(base_url="https://jo:pw@host.example/v1/")) == "https://host.example/v1"
    assert address(LlmSettings()) == "https://api.openai.com/v1"


def test_no_part_of_a_key_is_repeated() -> None:
    endpoint = Endpoint(LlmSettings(model="m"), "my-own-key-42")
    said = endpoint._clean("key my-own-key-42 refused; Bearer abcdefgh123, sk-proj-abc***xyz\nsecond line")
    assert "42" not in said
    assert "abcdefgh" not in said
    assert "xyz" not in said
    assert "\n" not in said


def test_the_key_comes_from_the_environment_and_the_first_one_counts() -> None:
    both = {"OPENAI_API_KEY": "b", "SKILLMATRIX_LLM_API_KEY": "a"}
    assert endpoint_key(both) == "a"
    assert endpoint_key({"OPENAI_API_KEY": "b"}) == "b"
    assert endpoint_key({}) == ""


def test_an_endpoint_that_nobody_answers_at_is_named(server: str) -> None:
    settings = replace(LlmSettings(), base_url="http://127.0.0.1:1/v1", model="m", retries=0)
    endpoint = Endpoint(settings, "")
    with pytest.raises(CallFailed, match="cannot be reached"):
        endpoint.send({"model": "m", "messages": []})


def test_a_base_url_that_is_no_address_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="no address"):
        Endpoint(LlmSettings(base_url="http://[::1", model="m"), "").send({"model": "m", "messages": []})


@pytest.mark.skipif(os.name == "nt", reason="kills a process group")
def test_a_killed_run_asks_again_only_for_what_was_under_way(server: str, tmp_path: Path) -> None:
    for number in range(10):
        text = f"Analyst {number} at Brindle Quay\n\nRequirements\n- Python\n- SQL\n- Forecasting of tides\n"
        (tmp_path / f"{number}.txt").write_text(text + f"You will brief board number {number} in spring.\n")
    (tmp_path / "list.txt").write_text("".join(f"{tmp_path}/{n}.txt\n" for n in range(10)))
    given = {"BASE_URL": f"{server}/slow/v1", "MODEL": "m", "CONCURRENCY": "2", "RETRIES": "0"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SKILLMATRIX_", "OPENAI_"))}
    env = {**kept, **{f"SKILLMATRIX_LLM_{k}": v for k, v in given.items()}}
    words = ["run", str(tmp_path / "list.txt"), "--role", "Analyst", "--engine", "llm", "-w", str(tmp_path)]
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *words]
    first = subprocess.Popen(
        command,
        env=env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    answers = tmp_path / "data" / "raw" / "answers"
    while first.poll() is None and len(list(answers.rglob("*.json"))) < 3:
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    about = [r["body"]["messages"][1]["content"] for r in seen(server, "slow")]
    asked = [text for text in about if "<posting" in text]
    assert len(set(asked)) == 10
    assert len(asked) <= 10 + 2, "at most what two threads were waiting for is asked twice"
