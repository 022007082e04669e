"""The JSON values in a model's text: behind reasoning, in fences, one a line, quoted, or with small faults.

Reasoning is taken off, closed or never opened; of OpenAI's harmony channels the final one counts.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

_REASONING = "think|thinking|reasoning|thought"
_THOUGHT = re.compile(rf"<({_REASONING})\b[^>]{{0,80}}>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_NEVER_OPENED = re.compile(rf"\A.*</(?:{_REASONING})>", re.DOTALL | re.IGNORECASE)
_FINAL = re.compile(r".*<\|channel\|>\s*final\b[^<]*<\|message\|>", re.DOTALL)
_COMMENT = re.compile(r"(?m)^\s*//[^\n]*$|(?<=[,\[{])[^\S\n]*//[^\n]*$")
_TRAILING = re.compile(r",(?=\s*[}\]])")
_MOST_STARTS = 400
"""Brackets at which a value may begin; prose with more of them is no answer."""


def values(content: str) -> Iterator[Any]:
    """Yield the objects and lists of a reply in order, those inside another one not by themselves."""
    text = _answered(content).strip().removeprefix("\ufeff")
    whole = unquoted(text) if text.startswith('"') else None
    if isinstance(whole, dict | list):
        yield whole
        return
    found = list(_decoded(text))
    if not found:
        found = [v for t in _mended(text) for v in _decoded(t)] or list(_python(text))
    yield from found


def unquoted(value: Any) -> Any:
    """Return the JSON inside a string, also in a string inside it; anything else as it is."""
    # some servers quote JSON twice; a hostile answer may do it without end
    for _ in range(3):
        if not isinstance(value, str) or not value.lstrip().startswith(("{", "[", '"')):
            break
        try:
            value = json.loads(value, strict=False)
        except (ValueError, RecursionError):
            break
    return value


def whole_items(content: str, name: str) -> Iterator[Any]:
    """Yield the whole objects of a list of that name that was cut off."""
    text = _answered(content)
    opened = list(re.finditer(rf'"{name}"\s*:\s*\[', text))
    if not opened:
        return
    decoder = json.JSONDecoder(strict=False)
    # the last list of that name: reasoning before it may have tried one
    at = opened[-1].end()
    while (start := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return
        yield value


def _answered(content: str) -> str:
    """Return the text without its reasoning."""
    if "<|channel|>" in content:
        content = re.split(r"<\|(?:end|return|start)\|>", _FINAL.sub("", content))[0]
    return _NEVER_OPENED.sub("", _THOUGHT.sub("", content))


def _decoded(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for _ in range(_MOST_STARTS):
        start = re.compile(r"[{\[]").search(text, at)
        if start is None:
            return
        try:
            value, at = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            at = start.end()
            continue
        yield value


def _mended(text: str) -> Iterator[str]:
    """Yield the text without comments and trailing commas, and with straight quotes if it has none."""
    mended = _TRAILING.sub("", _COMMENT.sub("", text))
    if '"' not in mended:
        mended = re.sub("[“”„]", '"', mended)
    if mended != text:
        yield mended


def _python(text: str) -> Iterator[Any]:
    """Yield the value of a text that writes it as Python does: single quotes, None, True."""
    start, end = text.find("{"), text.rfind("}")
    # by eye: `literal_eval` takes far more memory than the text
    if 0 <= start < end < start + 200_000:
        try:
            yield ast.literal_eval(text[start : end + 1])
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return
