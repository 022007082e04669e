"""Read the values that scripts write as literals: JSON with bare keys, single quotes and named arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_SPACE = re.compile(r"(?:\s|/\*.*?\*/|//[^\n]*\n)*", re.DOTALL)
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`", re.DOTALL)
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_CALLED = re.compile(r"function\s*\(([^()]{0,20000})\)\s*\{(?=[^{}]{0,5000}?return\s*\{)")
_RETURN = re.compile(r"return\s*(?=\{)")
_ARGUMENTS = re.compile(r"\s*;?\s*\}\s*\)?\s*(?=\()")
MAX_DEPTH = 200


def calls(script: str) -> Iterator[Any]:
    """Yield what functions return that are called where they stand: `(function(a,b){return {x:a}}(1,2))`."""
    for found in _CALLED.finditer(script):
        try:
            start = _RETURN.search(script, found.end())
            if start is None:
                continue
            _, end = literal(script, start.end(), {})
            opened = _ARGUMENTS.match(script, end)
            if opened is None:
                continue
            given, _ = _row(script, opened.end() + 1, ")", {}, 0)
            names = [name.strip() for name in found[1].split(",")]
            value, _ = literal(script, start.end(), dict(zip(names, given, strict=False)))
        except (ValueError, IndexError, RecursionError):
            continue
        yield value


def literal(text: str, place: int, names: Mapping[str, Any], depth: int = 0) -> tuple[Any, int]:
    """Return the value that begins at a place, and where it ends; unknown names are None.

    Raises `ValueError` for what is no literal.
    """
    place = _after_space(text, place)
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    sign = text[place]
    if sign == "{":
        return _object(text, place + 1, names, depth + 1)
    if sign == "[":
        return _row(text, place + 1, "]", names, depth + 1)
    if sign in "\"'`":
        return _string(text, place)
    number = _NUMBER.match(text, place)
    if number:
        return float(number[0]) if re.search(r"[.eE]", number[0]) else int(number[0]), number.end()
    if text.startswith(("!0", "!1"), place):
        return text[place + 1] == "0", place + 2
    if text.startswith("void 0", place):
        return None, place + 6
    name = _NAME.match(text, place)
    if not name:
        raise ValueError(f"no value at {place}")
    return _WORDS.get(name[0], names.get(name[0])), name.end()


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _string(text: str, place: int) -> tuple[str, int]:
    found = _STRING.match(text, place)
    if not found:
        raise ValueError("no string")
    body = next(part for part in found.groups() if part is not None)
    body = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", body.replace("\\'", "'").replace("\\`", "`"))
    if text[place] != '"':
        body = re.sub(r'(?<!\\)"', r"\"", body)
    return str(json.loads(f'"{body}"', strict=False)), found.end()


def _row(text: str, place: int, end: str, names: Mapping[str, Any], depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while (place := _after_space(text, place)) < len(text) and text[place] != end:
        value, place = literal(text, place, names, depth)
        found.append(value)
        place = _after_space(text, place)
        if text[place] == ",":
            place += 1
        elif text[place] != end:
            raise ValueError(f"no list at {place}")
    return found, place + 1


def _object(text: str, place: int, names: Mapping[str, Any], depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while (place := _after_space(text, place)) < len(text) and text[place] != "}":
        key: Any
        if text[place] in "\"'":
            key, place = _string(text, place)
        else:
            name = _NAME.match(text, place) or _NUMBER.match(text, place)
            if not name:
                raise ValueError(f"no key at {place}")
            key, place = name[0], name.end()
        place = _after_space(text, place)
        if text[place] != ":":
            raise ValueError(f"no object at {place}")
        found[key], place = literal(text, place + 1, names, depth)
        place = _after_space(text, place)
        if text[place] == ",":
            place += 1
        elif text[place] != "}":
            raise ValueError(f"no object at {place}")
    return found, place + 1
