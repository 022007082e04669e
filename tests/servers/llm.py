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


def chat(content: str | None, finish: str = "stop", **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    named = {"id": "x", "object": "chat.completion", "created": 1, "model": "served-model"}
    return {**named, "choices": [choice], "usage": USAGE}


def error(message: str, **more: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


def answer(scenario: str, seen: list[dict[str, Any]], body: dict[str, Any]) -> tuple[int, Any]:
    """Status and body for the latest request of a scenario; a string body is sent as it is."""
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

_CHANGING: dict[str, Callable[[int, str], tuple[int, Any]]] = {
    "repair": lambda number, _: (200, chat("I think Python and talking." if number == 1 else TEXT)),
    "storm-then-good": lambda number, user: (
        (429, error("slow down")) if number <= 2 else (200, _scripted(user))
    ),
    "three-then-401": lambda number, user: (
        (200, _scripted(user)) if number <= 3 else (401, error("key revoked"))
    ),
}


def _scripted(user: str) -> dict[str, Any]:
    """The reply registered for a marker in the text; the good one without."""
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
        return self._send(*answer(scenario, seen, body))

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
