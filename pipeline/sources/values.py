"""Values out of the answers of boards, whatever type stands where another was promised."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any

from pipeline.fieldnames import says_nothing
from pipeline.markup import TAG, unescaped

_INVALID_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_BAD_UNICODE = re.compile(r"\\u(?![0-9a-fA-F]{4})")
_SPACE = re.compile(r"\s+")


def parsed(text: str) -> Any:
    """Return the JSON value of a text that may hold raw control characters, bad escapes or a trailing `;`.

    Raises `ValueError` where nothing helps.
    """
    text = text.strip().lstrip("\ufeff").strip()
    try:
        return _load(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except ValueError:
        return _load_repaired(text)


def _load(text: str) -> Any:
    return json.loads(text, strict=False)


def _load_repaired(text: str) -> Any:
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)", "", text, flags=re.DOTALL)
    text = re.sub(r"(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text).strip().rstrip(";").strip()
    text = _BAD_UNICODE.sub(r"\\\\u", _INVALID_ESCAPE.sub(r"\\\\", text))
    text = re.sub(r",(\s*[}\]])", r"\1", text)
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def at(value: Any, *path: str | int) -> Any:
    """Return the value at a path of keys and numbers; None as soon as a step is missing."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def word(value: Any) -> str | None:
    """Return one line of plain text, tags and entities gone.

    None where there is none, or a program's "None".
    """
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return None
    text = _SPACE.sub(" ", html.unescape(TAG.sub(" ", unescaped(str(value))))).strip()
    return None if says_nothing(text) else text


def markup(value: Any) -> str:
    """Return HTML with its tags unescaped; "" for anything that is no text."""
    return unescaped(text(value))


def text(value: Any) -> str:
    """Return the value when it is a text, else "": "nan" and "None" are none."""
    return value if isinstance(value, str) and not says_nothing(value) else ""


def words(value: Any) -> list[str]:
    """Return the plain texts of a value that may be one or a list of them."""
    found = (word(v) for v in (value if isinstance(value, list) else [value]))
    return [w for w in found if w]


def dicts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, everything else left out."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def joined(parts: Iterable[str | None], between: str = ", ") -> str | None:
    """Return the parts that say something, each once, in order; None when none does."""
    return between.join(dict.fromkeys(p for p in parts if p)) or None


def block(heading: Any, content: Any) -> str:
    """Return an HTML section of a heading and its content, "" where the content is empty."""
    body = markup(content)
    if not body.strip():
        return ""
    title = word(heading)
    return (f"<h3>{html.escape(title)}</h3>\n" if title else "") + f"<div>{body}</div>\n"


def named(slug: str) -> str:
    """Return an employer's name made of its board's name: `people-ai` → People Ai, `HighlightTA` as it is."""
    words_ = re.split(r"[-_+]|%20", slug)
    return " ".join(w if not w.islower() else w.capitalize() for w in words_ if w)


def pay(low: Any, high: Any, currency: Any = None, interval: Any = None) -> str | None:
    """Return a salary in words: "80 - 135 USD hourly"."""
    ends = [str(v) for v in (low, high) if v not in (None, "", 0, "0")]
    if not ends:
        return None
    return joined([" - ".join(dict.fromkeys(ends)), word(currency), word(interval)], " ")
