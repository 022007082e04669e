"""How many claims of a model that means nothing are believed. It must be none.

    python -m benchmarks.adversarial PYTHON MODEL.gguf [CALLS]

PYTHON is an interpreter that has llama-cpp-python's server; MODEL comes from training/nonsense_model.py.
The server runs as its own process on loopback. `make adversarial` sets both up in build/adversarial.
"""

from __future__ import annotations

import copy
import json
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import read
from pipeline.llm.engine import LlmEngine
from pipeline.llm.wire import Endpoint
from pipeline.records import Posting
from pipeline.settings import LlmSettings

LEAST = 12
"""Claims per answer that the schema insists on: without it half of the answers are empty lists."""

LENGTHS = (2, 4, 6, 10, 16)
"""Characters of a claimed skill or quote at most; short ones are likelier to occur in a text by chance."""

LINES = (
    "5+ years of Python and SQL", "React Native or Kotlin", "present results to stakeholders",
    "C++, C# and .NET", "Kubernetes, Docker and Terraform on AWS", "mentor junior engineers",
    "strong communication and teamwork", "PostgreSQL, Kafka and Airflow",
    "testing and debugging of services in Go", "Node.js, TypeScript and Angular",
    "statistics and PyTorch", "leadership of small teams", "Excel and dbt", "Rust is a plus",
)  # fmt: skip


def posting(number: int) -> Posting:
    """Return a made-up posting, crowded with the names that the model knows."""
    rng = random.Random(number)
    lines = rng.sample(LINES, 9)
    text = "Requirements\n" + "\n".join(f"- {line}" for line in lines) + f"\nReference {number}\n"
    return Posting(f"p{number}", "", text, sections=read.sections(text))


@contextmanager
def serving(python: str, model: str) -> Iterator[str]:
    """Give the address of the server, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-m", "llama_cpp.server", "--model", model, "--port", str(port), "--n_ctx", "16384"]
    log = Path(model).with_suffix(".log").open("wb")
    process = subprocess.Popen([*command, "--n_threads", "1"], stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/v1/models", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the server ended; see its log beside the model")
        try:
            urllib.request.urlopen(url).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("the server did not start within a minute")


def _bounded(schema: Mapping[str, Any], longest: int) -> dict[str, Any]:
    """Return the released schema with bounds.

    A model without meaning never ends a string or a list by itself.
    """
    found: dict[str, Any] = copy.deepcopy(dict(schema))
    found["properties"]["mentions"].update(minItems=LEAST, maxItems=2 * LEAST)
    fields = found["properties"]["mentions"]["items"]["properties"]
    for name in ("skill", "quote"):
        fields[name].update(minLength=1, maxLength=longest)
    fields["depth"], fields["years"] = {"type": "null"}, {"type": "null"}
    return found


def measure(base_url: str, calls: int) -> dict[str, object]:
    """Return claims, how many of them were believed, and why the others were not."""
    settings = replace(
        LlmSettings(), base_url=base_url, model="nonsense", concurrency=1, retries=0, timeout_seconds=300,
        max_output_tokens=1500, temperature=1.0,
    )  # fmt: skip
    endpoint = Endpoint(settings, "")
    engine = LlmEngine(settings, None, endpoint.send)
    released = engine._prompt
    found, claims, believed = Counter[str](), 0, []
    for number in range(calls):
        one = posting(number)
        engine._prompt = replace(released, schema=_bounded(released.schema, LENGTHS[number % len(LENGTHS)]))
        mentions = engine.mentions(one)
        answer = engine.asker.known(engine.questions(one)[0][0])
        assert answer is not None
        claims += len(answer.parsed.values)
        found["substring"] += sum(
            c.quote.strip() in one.text for c in answer.parsed.values if c.quote.strip()
        )
        believed += [(m.quote, m.found) for m in mentions]
    endpoint.client.close()
    return {
        "calls": calls,
        "claims": claims,
        "quotes that are substrings": found["substring"],
        "believed": believed,
        "rejected": dict(sorted(engine.rejected.items())),
        "rungs": dict(engine.asker.rungs),
    }


def main() -> int:
    """0 when there were hundreds of claims and none was believed."""
    python, model, *rest = sys.argv[1:]
    with serving(python, model) as base_url:
        found = measure(base_url, int(rest[0]) if rest else 40)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return int(bool(found["believed"]) or int(str(found["claims"])) < 200)


if __name__ == "__main__":
    sys.exit(main())
