"""The endpoint behind the questions: request shapes, the ladder, and the only place that opens a socket.

The SDK parses nothing for us: a reply is read from its raw text, so that an error body with status 200, an
HTML page or a missing usage is seen as what it is. Its key is kept in the client alone.
"""

from __future__ import annotations

import json
import re
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import EngineRefused, EngineUnavailable, SettingsError
from pipeline.settings import LlmSettings

RUNGS = ("json_schema", "json_object+schema", "tool", "json_object", "plain")
"""The request shapes from the strictest to the plainest."""

DEFAULT_URL = "https://api.openai.com/v1"

_SHAPE = re.compile(r"response_?format|json_?schema|json_object|\bschema\b|tool|function|grammar", re.I)
_SECRET = re.compile(r"\b(?:sk|pk|key|Bearer)[-_ ][\w.*-]{6,}", re.IGNORECASE)


class CallFailed(EngineRefused):
    """One call gave no answer; `final` when no further call can."""

    def __init__(self, message: str, status: int = 0, final: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.final = final


@dataclass(frozen=True, slots=True)
class Shape:
    """What an endpoint was found to accept; remembered per address and model."""

    rung: str = RUNGS[0]
    limit: str = "max_tokens"
    temperature: bool = True

    def after(self, failure: CallFailed) -> Shape | None:
        """The next shape to try after a refusal that names a part of this one; None for any other failure."""
        said = str(failure)
        if failure.status in (400, 422):
            if "max_tokens" in said or "max_completion_tokens" in said:
                other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": ""}
                return replace(self, limit=other[self.limit]) if self.limit else None
            if self.temperature and "temperature" in said:
                return replace(self, temperature=False)
        names_shape = failure.status in (400, 422) and _SHAPE.search(said)
        if not names_shape and not (failure.status == 500 and re.search("response_?format", said)):
            return None
        at = RUNGS.index(self.rung)
        return replace(self, rung=RUNGS[at + 1]) if at + 1 < len(RUNGS) else None


class Ladder:
    """The shape that an endpoint accepts, learned once and shared by threads."""

    def __init__(self, shape: Shape, learned: Callable[[Shape], None]) -> None:
        self.shape = shape
        self._learned = learned
        self._lock = threading.Lock()

    def step(self, tried: Shape, failure: CallFailed) -> bool:
        """True when there is another shape to try than the one that failed."""
        with self._lock:
            if self.shape != tried:
                return True
            then = tried.after(failure)
            if then is None:
                return False
            self.shape = then
            self._learned(then)
            return True


def body(
    settings: LlmSettings, shape: Shape, messages: list[dict[str, str]], name: str, schema: Mapping[str, Any]
) -> dict[str, Any]:
    """One request in the given shape."""
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
    """The SDK's client; raises `EngineUnavailable` where the package is not installed."""
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
        """The reply as the server wrote it; raises `CallFailed` for anything that is no answer."""
        fixed = {k: request[k] for k in ("model", "messages")}
        rest = {k: v for k, v in request.items() if k not in fixed}
        with spoken(self):
            raw = self.client.chat.completions.with_raw_response.create(**fixed, extra_body=rest)
            text = raw.text if isinstance(raw.text, str) else raw.text()
        return self._answer(text)

    def failure(self, error: Any) -> CallFailed:
        """What an error of the SDK comes to, in our words and without the key."""
        import openai

        if isinstance(error, openai.APIStatusError):
            return self._refusal(error.status_code, _said(error))
        if isinstance(error, openai.APITimeoutError):
            waited = self._settings.timeout_seconds
            return CallFailed(f"the endpoint did not answer within {waited:g} seconds", 408)
        return CallFailed(f"the endpoint cannot be reached: {self._clean(str(error))}")

    def _answer(self, text: str) -> dict[str, Any]:
        try:
            found = json.loads(text, strict=False)
        except ValueError:
            raise CallFailed(f"the endpoint answered no JSON: {self._clean(text)}", 200) from None
        if not isinstance(found, dict) or not found.get("choices"):
            said = found.get("error") if isinstance(found, dict) else found
            raise CallFailed(f"the endpoint answered an error with status 200: {self._clean(str(said))}", 200)
        return found

    def _refusal(self, status: int, said: str) -> CallFailed:
        final = status in (401, 402, 403, 404)
        return CallFailed(f"the endpoint answered {status}: {self._clean(said)}", status, final)

    def _clean(self, text: str) -> str:
        """One short line without the key, also where the server repeats a part of it."""
        if self._key:
            text = text.replace(self._key, "…")
        return " ".join(_SECRET.sub("…", text).split())[:300]


@contextmanager
def spoken(endpoint: Endpoint) -> Iterator[None]:
    """A block that talks to the endpoint; what goes wrong in it comes out as `CallFailed`."""
    import openai

    try:
        yield
    except openai.OpenAIError as error:
        raise endpoint.failure(error) from None


def _said(error: Any) -> str:
    inner = error.body.get("error", error.body) if isinstance(error.body, dict) else error.body
    if isinstance(inner, dict):
        # the parameter's name decides about the next shape: keep it also when the message leaves it out
        return " ".join(str(inner[k]) for k in ("message", "param", "code") if inner.get(k))
    return str(inner or error.message)
