"""The endpoint behind the questions: request shapes, the ladder, and the only place that opens a socket.

The SDK parses nothing for us: a reply is read from its raw text, so that an error body with status 200, an
HTML page or a missing usage is seen as what it is. Its key is kept in the client alone.
"""

from __future__ import annotations

import json
import re
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import EngineRefused, EngineUnavailable, SettingsError
from pipeline.settings import LlmSettings

RUNGS = ("json_schema", "json_object+schema", "tool", "json_object", "plain")
"""The request shapes from the strictest to the plainest."""

DEFAULT_URL = "https://api.openai.com/v1"

_SHAPE = re.compile(
    r"response_?format|json_?schema|json_object|\bschema\b|tool|function|grammar|structured", re.I
)
_SHAPE_BROKE = re.compile(r"response_?format|json_?schema|grammar|structured", re.I)
_BARE = re.compile(r"\s*(?:bad request|invalid request|unprocessable entity|invalid_request_error)?\W*", re.I)
_NO_PROVIDER = re.compile(r"no endpoints found|requested parameters", re.I)
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|size|window)|exceed_context|maximum context|prompt is too long|"
    r"too many input tokens",
    re.I,
)
# hundreds of times the longest answer of `max_output_tokens`; a server that never stops must end
_MOST_BYTES = 20_000_000
_SECRET = re.compile(r"\b(?:sk|pk|key|Bearer)[-_ ][\w.*-]{6,}", re.IGNORECASE)


_SHORTER = "Lower chunk_characters or max_output_tokens in [llm], or use a model with a larger context."


class CallFailed(EngineRefused):
    """One call gave no answer; `final` when no further call can.

    `too_long` when only this question is refused: it does not fit into the model's context.
    """

    def __init__(
        self, message: str, status: int = 0, final: bool = False, too_long: bool = False, said: str = ""
    ) -> None:
        super().__init__(message, _SHORTER if too_long else None)
        self.said = said or message
        self.status = status
        self.final = final
        self.too_long = too_long


@dataclass(frozen=True, slots=True)
class Shape:
    """What an endpoint was found to accept; remembered per address and model."""

    rung: str = RUNGS[0]
    limit: str = "max_tokens"
    temperature: bool = True

    def after(self, failure: CallFailed) -> Shape | None:
        """Return the next shape after a refusal that names a part of this one, or nothing; else None."""
        said = failure.said
        # 401 and 403 are the key, 429 and timeouts the load: another shape would not help
        refused = failure.status in (400, 422, 501)
        if refused:
            if "max_tokens" in said or "max_completion_tokens" in said:
                other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": ""}
                return replace(self, limit=other[self.limit]) if self.limit else None
            if self.temperature and "temperature" in said:
                return replace(self, temperature=False)
        if failure.too_long:
            return None
        about_shape = (
            (refused and (_SHAPE.search(said) or _BARE.fullmatch(said)))
            or (failure.status == 500 and _SHAPE_BROKE.search(said))
            # OpenRouter, told to keep every parameter, has no provider that takes this one
            or (failure.status == 404 and _NO_PROVIDER.search(said))
        )
        at = RUNGS.index(self.rung)
        return replace(self, rung=RUNGS[at + 1]) if about_shape and at + 1 < len(RUNGS) else None


class Ladder:
    """The shape that an endpoint accepts, learned once and shared by threads."""

    def __init__(self, shape: Shape, learned: Callable[[Shape], None]) -> None:
        self.shape = shape
        self._proven = shape
        self._learned = learned
        self._lock = threading.Lock()

    def step(self, tried: Shape, failure: CallFailed) -> bool:
        """Say whether there is another shape to try than the one that failed."""
        with self._lock:
            if self.shape != tried:
                return True
            then = tried.after(failure)
            # where no shape works the shape was not what was wrong
            self.shape = then or self._proven
            return then is not None

    def worked(self, shape: Shape) -> None:
        """Remember a shape that brought an answer."""
        with self._lock:
            if shape != self._proven:
                self._proven = shape
                self._learned(shape)


def body(
    settings: LlmSettings, shape: Shape, messages: list[dict[str, str]], name: str, schema: Mapping[str, Any]
) -> dict[str, Any]:
    """Return one request in the given shape."""
    found: dict[str, Any] = {"model": settings.model, "messages": messages}
    if shape.limit:
        found[shape.limit] = settings.max_output_tokens
    if settings.temperature is not None and shape.temperature:
        found["temperature"] = settings.temperature
    if shape.rung == "json_schema":
        strict = {"name": name, "strict": True, "schema": schema}
        found["response_format"] = {"type": "json_schema", "json_schema": strict}
    elif shape.rung == "json_object+schema":
        found["response_format"] = {"type": "json_object", "schema": schema}
    elif shape.rung == "tool":
        found["tools"] = [
            {"type": "function", "function": {"name": name, "parameters": schema, "strict": True}}
        ]
        found["tool_choice"] = {"type": "function", "function": {"name": name}}
    elif shape.rung == "json_object":
        found["response_format"] = {"type": "json_object"}
    if "openrouter.ai" in settings.base_url:
        # its providers drop what they do not know, silently, unless told not to
        found["provider"] = {"require_parameters": True}
    return found


def client(settings: LlmSettings, key: str) -> Any:
    """Return the SDK's client; raises `EngineUnavailable` where the package is not installed."""
    try:
        import httpx2
        import openai
    except ImportError as error:
        raise EngineUnavailable(f"the model endpoint needs the openai package: {error}") from error
    wait = httpx2.Timeout(settings.timeout_seconds, connect=settings.connect_seconds)
    try:
        return openai.OpenAI(
            # a server of your own may need no key, the SDK insists on one
            api_key=key or "none",
            base_url=settings.base_url or DEFAULT_URL,
            timeout=wait,
            max_retries=settings.retries,
        )
    except httpx2.InvalidURL as error:
        raise SettingsError(f"[llm] base_url is no address: {error}") from error


class Endpoint:
    """Sends requests; its client is made when the first one is sent."""

    def __init__(self, settings: LlmSettings, key: str) -> None:
        self._settings = settings
        self._key = key
        self._client: Any = None
        self._lock = threading.Lock()

    @property
    def client(self) -> Any:
        """The SDK's client, made when first wanted."""
        with self._lock:
            if self._client is None:
                self._client = client(self._settings, self._key)
                weakref.finalize(self, self._client.close)
        return self._client

    def send(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply as the server wrote it; raise `CallFailed` for anything that is no answer."""
        fixed = {k: request[k] for k in ("model", "messages")}
        rest = {k: v for k, v in request.items() if k not in fixed}
        until = time.monotonic() + self._settings.timeout_seconds
        create = self.client.chat.completions.with_streaming_response.create
        with spoken(self), create(**fixed, extra_body=rest) as raw:
            return self._answer(self._text(raw, until))

    def _text(self, raw: Any, until: float) -> str:
        """Return the whole body; a server that drips it out has as long as one that is silent."""
        pieces: list[bytes] = []
        size = 0
        for piece in raw.iter_bytes():
            pieces.append(piece)
            if time.monotonic() > until:
                raise self._late()
            size += len(piece)
            if size > _MOST_BYTES:
                raise CallFailed("the endpoint answered more than any answer needs", 200)
        return b"".join(pieces).decode("utf-8", "replace")

    def _late(self) -> CallFailed:
        waited = self._settings.timeout_seconds
        return CallFailed(f"the endpoint did not answer within {waited:g} seconds", 408)

    def failure(self, error: Any) -> CallFailed:
        """Return what an error of the SDK comes to, in our words and without the key."""
        import httpx2
        import openai

        if isinstance(error, openai.APIStatusError):
            return self._refusal(error.status_code, _said(_body(error)) or error.message)
        if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
            return self._late()
        if isinstance(error, httpx2.HTTPError):
            return CallFailed(f"the endpoint broke off while it answered: {self._clean(str(error))}", 200)
        return CallFailed(f"the endpoint cannot be reached: {self._clean(str(error))}")

    def _answer(self, text: str) -> dict[str, Any]:
        found = unpacked(text)
        if found is None:
            raise CallFailed(f"the endpoint answered no JSON: {self._clean(text) or 'nothing'}", 200)
        said = _error_in(found)
        if said is not None:
            long = bool(_TOO_LONG.search(said))
            told = self._clean(said) or "it does not say which"
            raise CallFailed(f"the endpoint answered an error with status 200: {told}", 200, too_long=long)
        return found

    def _refusal(self, status: int, said: str) -> CallFailed:
        long = status in (400, 413, 422) and bool(_TOO_LONG.search(said))
        what = "the question is longer than the model's context length" if long else "the endpoint answered"
        words = f"{what} {status}: {self._clean(said)}"
        # no key, no money, no right, no such model: no further call can go well
        return CallFailed(words, status, status in (401, 402, 403, 404), long, said or "bad request")

    def _clean(self, text: str) -> str:
        """Return one short line without the key, also where the server repeats a part of it."""
        if self._key:
            text = text.replace(self._key, "…")
        return " ".join(_SECRET.sub("…", text).split())[:300]


@contextmanager
def spoken(endpoint: Endpoint) -> Iterator[None]:
    """Run a block that talks to the endpoint; what goes wrong in it comes out as `CallFailed`."""
    import httpx2
    import openai

    try:
        yield
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        raise endpoint.failure(error) from None


def unpacked(text: str) -> dict[str, Any] | None:
    """Return the reply in a body: the first JSON object, an event stream put together, or None."""
    lines = [line for line in text.lstrip("\ufeff \r\n").splitlines() if not line.startswith(":")]
    if any(line.startswith("data:") for line in lines[:3]):
        return _streamed(lines)
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode("\n".join(lines).lstrip())
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return {"error": {"message": str(found)}}
    if not found.get("choices") and isinstance(found.get("message"), dict):
        # Ollama's own form
        found = {**found, "choices": [{"message": found["message"], "finish_reason": "stop"}]}
    return found


def _streamed(lines: Sequence[str]) -> dict[str, Any] | None:
    """Return one reply made of the chunks of a stream that nobody asked for."""
    content, finish, reply = "", "stop", dict[str, Any]()
    for line in lines:
        try:
            chunk = json.loads(line.removeprefix("data:"))
            choice = (chunk.get("choices") or [{}])[0]
            content += (choice.get("delta") or choice.get("message") or {}).get("content") or ""
        except (ValueError, AttributeError, TypeError, KeyError):
            continue
        finish = choice.get("finish_reason") or finish
        reply |= {k: v for k, v in chunk.items() if k in ("model", "usage", "error") and v}
    message = {"role": "assistant", "content": content}
    return {**reply, "choices": [{"message": message, "finish_reason": finish}]}


def _error_in(reply: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a reply of status 200, in the server's words; None where it is an answer."""
    choices = reply.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return _said(reply)
    for holder in (reply, choice):
        if holder.get("error"):
            return _said(holder)
    return "the answer is an error" if choice.get("finish_reason") == "error" else None


def _body(error: Any) -> Any:
    """Return the body of an error response, also where the SDK could not read it."""
    return error.body if error.body is not None else getattr(error.response, "text", "")


def _said(body: Any) -> str:
    """Return the server's own message, whatever form its errors have."""
    if not isinstance(body, dict):
        return str(body or "")
    inner = body.get("error") or body.get("detail") or body
    if isinstance(inner, list):
        return "; ".join(_complaint(one) for one in inner[:5])
    if isinstance(inner, dict):
        # the parameter's name decides about the next shape: keep it also when the message leaves it out
        return " ".join(str(inner[k]) for k in ("message", "param", "code", "detail") if inner.get(k))
    return str(inner)


def _complaint(one: Any) -> str:
    """Return one complaint of a validating server: "body.response_format.type: unexpected value"."""
    if not isinstance(one, dict):
        return str(one)
    where = one.get("loc")
    place = ".".join(map(str, where)) if isinstance(where, list | tuple) else ""
    return ": ".join(filter(None, (place, str(one.get("msg") or one.get("message") or ""))))
