"""A model endpoint that behaves as badly as real ones do; its own process, told what to do by its path.

    python -m tests.servers.llm            prints its port, then serves until it is killed
    http://127.0.0.1:PORT/<scenario>/v1    the base address of one scenario
    GET /<scenario>/log                    the requests it saw, as JSON
    POST /replies                          {"marker": reply content}: what `scripted` answers to a text

A scenario keeps its own count of requests, so "first this, then that" works.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD = {
    "mentions": [
        {"skill": "Python", "quote": "5+ years of Python", "kind": "specific", "strength": "required",
         "years": 5, "depth": None},
        {"skill": "present results to stakeholders", "quote": "present results to stakeholders",
         "kind": "general", "strength": "duty", "years": None, "depth": None},
    ]
}  # fmt: skip
TEXT = json.dumps(GOOD)
USAGE = {"prompt_tokens": 900, "completion_tokens": 60, "prompt_tokens_details": {"cached_tokens": 500}}
_lock = threading.Lock()
_log: dict[str, list[dict[str, Any]]] = defaultdict(list)
_replies: dict[str, str] = {}
_files: dict[str, str] = {}
_batches: dict[str, dict[str, Any]] = {}


def chat(content: Any, finish: str = "stop", **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    named = {"id": "x", "object": "chat.completion", "created": 1, "model": "served-model"}
    return {**named, "choices": [choice], "usage": USAGE}


def error(message: str, **more: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


BAD = json.dumps({"mentions": [{"skill": "Rust", "quote": "Rust"}]})
"""A draft that must not be believed."""

_ITEMS = GOOD["mentions"]
SHAPES: dict[str, Any] = {
    "trailing-comma": chat(TEXT.replace("}]}", "},],}")),
    "think-never-opened": chat(f"The posting wants {BAD}, hmm no.\n</think>\n\n{TEXT}"),
    "think-attribute": chat(f'<think type="x">{BAD}</think>{TEXT}'),
    "harmony": chat(
        f"<|channel|>analysis<|message|>It wants {BAD}<|end|><|start|>assistant"
        f"<|channel|>final<|message|>{TEXT}"
    ),
    "in-reasoning-content": chat(None, reasoning_content=TEXT),
    "in-reasoning": chat("", reasoning=TEXT),
    "beside-reasoning": chat(TEXT, reasoning_content=f"thinking {BAD}"),
    "parts": chat([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": TEXT}]),
    "list-alone": chat(json.dumps(_ITEMS)),
    "other-key": chat(json.dumps({"extractions": _ITEMS})),
    "wrapped": chat(json.dumps({"result": GOOD})),
    "wrapped-call": chat(json.dumps({"name": "mentions", "arguments": GOOD})),
    "in-properties": chat(json.dumps({"type": "object", "properties": GOOD})),
    "schema-first": chat('{"type":"object","properties":{"mentions":{"type":"array"}}}\nAnswer:\n' + TEXT),
    "json-lines": chat("\n".join(map(json.dumps, _ITEMS))),
    "json-in-a-string": chat(json.dumps(TEXT)),
    "list-in-a-string": chat(json.dumps({"mentions": json.dumps(_ITEMS)})),
    "single-quotes": chat(str(GOOD)),
    "curly-quotes": chat(TEXT.replace('"', "\u201d")),
    "not-a-number": chat(TEXT.replace('"years": null', '"years": NaN')),
    "comment": chat('{\n  // skills found\n  "mentions": ' + json.dumps(_ITEMS) + "\n}"),
    "two-objects": chat('{"mentions": []}\n\nWait, let me correct that:\n' + TEXT),
    "two-fences": chat(f"Draft:\n```json\n{BAD}\n```\nFinal:\n```json\n{TEXT}\n```"),
    "open-fence": chat("```json\n" + TEXT),
    "by-name": chat(json.dumps({"mentions": {str(n): item for n, item in enumerate(_ITEMS)}})),
    "capital-keys": chat(
        json.dumps({"Mentions": [{k.title(): v for k, v in item.items()} for item in _ITEMS]})
    ),
    "names-alone": chat(json.dumps({"mentions": [item["skill"] for item in _ITEMS]})),
    "arguments-as-object": chat(
        None, tool_calls=[{"id": "1", "type": "function", "function": {"name": "m", "arguments": GOOD}}]
    ),
    "legacy-call": chat(None, function_call={"name": "mentions", "arguments": TEXT}),
    "xml-call": chat(f'<tool_call>\n{json.dumps({"name": "mentions", "arguments": GOOD})}\n</tool_call>'),
    "text-choice": {"choices": [{"index": 0, "text": TEXT, "finish_reason": "stop"}], "usage": USAGE},
    "ollama": {"model": "m", "message": {"role": "assistant", "content": TEXT}, "done": True},
    "usage-null": {**chat(TEXT), "usage": None},
    "usage-words": {**chat(TEXT), "usage": {"prompt_tokens": "900", "completion_tokens": None}},
    "usage-negative": {**chat(TEXT), "usage": {"prompt_tokens": -1, "completion_tokens": -5}},
    "no-finish": {**chat(TEXT), "choices": [{"message": {"content": TEXT}}]},
    "keep-alive": ": PROCESSING\n\n: PROCESSING\n\n" + json.dumps(chat(TEXT)),
    "blank-lead": "\n\n   " + json.dumps(chat(TEXT)),
    "two-lines": json.dumps(chat(TEXT)) + "\n" + json.dumps({"done": True}),
    "stream": "".join(
        "data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": TEXT[at : at + 40]}}]}) + "\n\n"
        for at in range(0, len(TEXT), 40)
    )
    + "data: [DONE]\n\n",
}  # fmt: skip
"""Right answers in every form that servers and models have been seen to give; all status 200."""

FAILURES: dict[str, tuple[int, Any, str]] = {
    "error-200": (200, error("upstream overloaded"), "upstream overloaded"),
    "error-200-object": (200, {"object": "error", "message": "The model m is gone."}, "The model m is gone"),
    "error-200-words": (200, {"error": "model is loading"}, "model is loading"),
    "error-200-detail": (200, {"detail": "Not authenticated"}, "Not authenticated"),
    "error-beside-null": (200, {**chat(None, "error"), **error("provider busy")}, "provider busy"),
    "error-in-choice": (
        200,
        {"choices": [{"message": {"content": ""}, "finish_reason": "error", **error("provider died")}]},
        "provider died",
    ),
    "choices-null": (200, {**chat(TEXT), "choices": None}, "status 200"),
    "choices-none": (200, {**chat(TEXT), "choices": []}, "status 200"),
    "null-content": (200, chat(None), "answered with nothing"),
    "page": (200, "<html><body>502 Bad Gateway</body></html>", "502 Bad Gateway"),
    "nothing": (200, "", "no JSON: nothing"),
    "not-found": (404, {"detail": "Not Found"}, "404: Not Found"),
    "no-credit": (402, error("Insufficient credits"), "402: Insufficient credits"),
    "context": (400, error("This model's maximum context length is 2048 tokens."), "context length"),
    "context-llama": (400, error("the request exceeds the available context size"), "context length"),
    "quota": (429, error("You exceeded your current quota"), "429: You exceeded your current quota"),
    "validation": (422, {"detail": [{"loc": ["body", "model"], "msg": "no such model"}]}, "no such model"),
}
"""Failures with the words that must reach the person."""

MENDED: set[str] = set()
"""Scenarios of `FAILURES` that were put right: GET /<scenario>/mend."""


def refused(scenario: str, shape: str, body: dict[str, Any]) -> tuple[int, Any] | None:
    """Return the refusal of a request shape, None where the endpoint takes it."""
    schema = shape == "json_schema"
    limit = body.get("max_tokens") or body.get("max_completion_tokens") or 0
    fastapi = {"detail": [{"loc": ["body", "response_format", "type"], "msg": "unexpected value"}]}
    found: dict[str, tuple[bool, int, Any]] = {
        "refuses-fastapi": (schema, 422, fastapi),
        "refuses-words": (schema, 400, {"error": "'response_format.type' must be 'json_object' or 'text'"}),
        "refuses-vllm": (schema, 400, {"object": "error", "message": "Invalid json_schema: bad keyword"}),
        "refuses-grammar": (schema, 400, error("Failed to parse grammar")),
        "breaks-on-grammar": (schema, 500, error("failed to parse grammar")),
        "refuses-bare": (schema, 400, "Bad Request"),
        "not-implemented": (schema, 501, error("structured output not implemented")),
        "no-provider": (
            bool(shape),
            404,
            error("No endpoints found that can handle the requested parameters."),
        ),
        "limit-too-large": (limit > 2000, 400, error("'max_tokens' is too large: 4096; context length 4096")),
        "shape-only": (shape not in ("json_schema", ""), 400, error("response_format must be json_schema")),
    }
    said = found.get(scenario)
    return None if said is None else (said[1], said[2]) if said[0] else (200, chat(TEXT))


def answer(scenario: str, seen: list[dict[str, Any]], body: dict[str, Any]) -> tuple[int, Any]:
    """Return status and body for the latest request of a scenario; a string body is sent as it is."""
    number = len(seen)
    shape = (body.get("response_format") or {}).get("type", "")
    simple: dict[str, tuple[int, Any]] = {
        "good": (200, chat(TEXT)),
        "prose": (200, chat("Sure! The posting wants Python and good communication.")),
        "fenced": (200, chat(f"Here you are:\n```json\n{TEXT}\n```\nAnything else?")),
        "thinking": (200, chat(f'<think>maybe {{"mentions": []}}?</think>{TEXT}')),
        "half": (200, chat(TEXT[:-60], "length")),
        "empty": (200, chat("")),
        "null": (200, chat(None)),
        "refusal": (200, chat(None, refusal="I cannot help with that.")),
        "error200": (200, error("upstream is overloaded")),
        "html": (200, "<html><body>502 Bad Gateway</body></html>"),
        "choices-empty": (200, {**chat(""), "choices": []}),
        "401": (401, error("Incorrect API key provided: sk-secret-123456")),
        "403": (403, error("your organisation may not use this model")),
        "404": (404, error("the model `m` does not exist")),
        "429": (429, error("Rate limit reached")),
        "500": (500, error("internal error")),
        "no-usage": (200, {k: v for k, v in chat(TEXT).items() if k != "usage"}),
        "control": (200, chat(TEXT.replace("Python", "Py\x01thon", 1).replace("5+ years", "5+\tyears", 1))),
        "german": (200, chat(TEXT.replace("5+ years of Python", "über 5 Jahre Python").replace(
            "present results to stakeholders", "Ergebnisse vorstellen"))),
        "tool-call": (200, chat(None, tool_calls=[{"id": "1", "type": "function",
                                                   "function": {"name": "mentions", "arguments": TEXT}}])),
    }  # fmt: skip
    if scenario in SHAPES:
        return 200, SHAPES[scenario]
    if scenario in FAILURES:
        return (200, chat(TEXT)) if scenario in MENDED else FAILURES[scenario][:2]
    if said := refused(scenario, shape, body):
        return said
    if scenario in simple:
        return simple[scenario]
    return _by_request(scenario, number, shape, body)


def _by_request(scenario: str, number: int, shape: str, body: dict[str, Any]) -> tuple[int, Any]:
    user = body.get("messages", [{}])[-1].get("content", "")
    if scenario in _REFUSING:
        status, said = _REFUSING[scenario](shape, body)
        return (status, error(said)) if said else (200, chat(TEXT))
    if scenario == "tools-only":
        if shape:
            return 400, error("'response_format.type' must be 'text'", param="response_format")
        return answer("tool-call" if body.get("tools") else "prose", [], {})
    if scenario in _CHANGING:
        return _CHANGING[scenario](number, user)
    time.sleep({"slow": 0.15, "hang": 5.0}.get(scenario, 0.0))
    return 200, _scripted(user)


_REFUSING: dict[str, Callable[[str, dict[str, Any]], tuple[int, str]]] = {
    "no-schema": lambda shape, _: (400, "json_schema is not supported" if shape == "json_schema" else ""),
    "500-schema": lambda shape, _: (500, "bad response_format.type" if shape == "json_schema" else ""),
    "plain-only": lambda shape, body: (
        422,
        "extra: response_format, tools" if shape or "tools" in body else "",
    ),
    "reasoning": lambda _, body: (
        400,
        "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        if "max_tokens" in body
        else "temperature does not support 0"
        if "temperature" in body
        else "",
    ),
    "context": lambda *_: (400, "This model's maximum context length is 10 tokens"),
}


def _too_long(user: str) -> tuple[int, Any]:
    return (400, error("maximum context length is 10 tokens")) if "LONG" in user else (200, chat(TEXT))


_CHANGING: dict[str, Callable[[int, str], tuple[int, Any]]] = {
    "error-then-good": lambda number, _: (200, error("busy") if number == 1 else chat(TEXT)),
    "long-ones-refused": lambda _, user: _too_long(user),
    "refuses-all": lambda *_: (400, error("response_format: a plain refusal")),
    "repair": lambda number, _: (200, chat("I think Python and talking." if number == 1 else TEXT)),
    "storm-then-good": lambda number, user: (
        (429, error("slow down")) if number <= 2 else (200, _scripted(user))
    ),
    "three-then-401": lambda number, user: (
        (200, _scripted(user)) if number <= 3 else (401, error("key revoked"))
    ),
}


def _scripted(user: str) -> dict[str, Any]:
    """Return the reply registered for a marker in the text; the good one without."""
    for marker, content in _replies.items():
        if marker in user:
            return chat(content)
    return chat(TEXT)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        scenario, _, rest = self.path.lstrip("/").partition("/")
        if rest == "log":
            self._send(200, _log[scenario])
        elif rest == "mend":
            MENDED.add(scenario)
            self._send(200, {})
        elif rest.startswith("v1/batches/"):
            self._send(200, self._batch(_batches[rest.rsplit("/", 1)[1]]))
        elif rest.startswith("v1/files/"):
            name = rest.split("/")[2]
            self._send(200, _files[name])
        else:
            self._send(404, error("no such page"))

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scenario, _, rest = self.path.lstrip("/").partition("/")
        if self.path == "/replies":
            _replies.clear()
            _replies.update(json.loads(raw))
            return self._send(200, {})
        if rest == "v1/files":
            return self._upload(raw)
        body = json.loads(raw)
        if rest == "v1/batches":
            return self._start_batch(scenario, body)
        with _lock:
            _log[scenario].append({"auth": self.headers.get("Authorization"), "body": body})
            seen = list(_log[scenario])
        if scenario == "drip":
            return self._drip()
        if scenario == "drop":
            self.close_connection = True
            return self._start(5000)
        return self._send(*answer(scenario, seen, body))

    def _start(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(b'{"id":')

    def _drip(self) -> None:
        """Send a byte now and then: no single wait is long, the whole one is."""
        self._start(5000)
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)

    # --- the Batch API ---------------------------------------------------------------------------

    def _upload(self, raw: bytes) -> None:
        boundary = self.headers["Content-Type"].split("boundary=")[1].encode()
        part = next(p for p in raw.split(b"--" + boundary) if b"filename=" in p)
        name = f"file-{len(_files) + 1}"
        _files[name] = part.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n", 1)[0].decode()
        self._send(200, {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "in.jsonl",
                         "purpose": "batch"})  # fmt: skip

    def _start_batch(self, scenario: str, body: dict[str, Any]) -> None:
        name = f"batch_{len(_batches) + 1}"
        _batches[name] = {"id": name, "object": "batch", "endpoint": body["endpoint"], "created_at": 1,
                          "input_file_id": body["input_file_id"], "completion_window": "24h",
                          "status": "validating", "scenario": scenario, "polls": 0}  # fmt: skip
        self._send(200, _batches[name])

    def _batch(self, batch: dict[str, Any]) -> dict[str, Any]:
        batch["polls"] += 1
        batch["status"] = "in_progress" if batch["polls"] == 1 else "completed"
        lines = [json.loads(line) for line in _files[batch["input_file_id"]].splitlines()]
        batch["request_counts"] = {"total": len(lines), "completed": 0, "failed": 0}
        if batch["scenario"] == "batch-fails":
            batch["status"] = "failed" if batch["polls"] > 1 else "validating"
            batch["errors"] = {"object": "list", "data": [{"code": "x", "message": "the file is too large"}]}
        elif batch["status"] == "completed":
            out = [_line(line, batch["scenario"], at) for at, line in enumerate(reversed(lines))]
            bad = [o for o in out if o["error"]]
            batch["output_file_id"] = f"out-{batch['id']}"
            _files[batch["output_file_id"]] = "\n".join(json.dumps(o) for o in out if not o["error"]) + "\n"
            if bad:
                batch["error_file_id"] = f"err-{batch['id']}"
                _files[batch["error_file_id"]] = "\n".join(json.dumps(o) for o in bad) + "\n"
            batch["request_counts"] = {
                "total": len(lines),
                "completed": len(out) - len(bad),
                "failed": len(bad),
            }
        return {k: v for k, v in batch.items() if k not in ("scenario", "polls")}

    def _send(self, status: int, body: Any) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *_: Any) -> None: ...


def _line(line: dict[str, Any], scenario: str, at: int) -> dict[str, Any]:
    if scenario == "batch-holes" and at == 0:
        return {"id": "e", "custom_id": line["custom_id"], "response": None, "error": {"message": "expired"}}
    body = _scripted(line["body"]["messages"][-1]["content"])
    return {"id": "r", "custom_id": line["custom_id"], "error": None,
            "response": {"status_code": 200, "request_id": "r", "body": body}}  # fmt: skip


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
