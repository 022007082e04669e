"""Texts → mentions without a workspace: the filter behind `skillmatrix tag`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pipeline import read
from pipeline.errors import BUG, SkillmatrixError, UsageError, unexpected
from pipeline.ports import Engine
from pipeline.records import Failure, Mention, Posting
from pipeline.settings import Settings
from pipeline.steps.extract import choose


def tag(
    lines: Iterable[bytes],
    settings: Settings,
    scheme: str = "default",
    asked: str | None = None,
    offline: bool = False,
    report: Callable[[Failure], object] | None = None,
) -> Iterator[str]:
    """Yield one JSON line {"id","mentions":[{start,end,quote,…}]} for each JSON line {"id","text"}, in order.

    A line that is no such object goes to `report` and is answered with {"id":null,"mentions":[],"error":…}.
    """
    engine, _ = choose(settings, asked, offline)
    labels = _labels(engine) if scheme == "skillspan" else None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name: Any = None
        try:
            row = _row(line)
            name, text = row["id"], _SURROGATE.sub("\ufffd", row["text"])
            found = labels(text) if labels else _default(engine, name, text)
            answer: dict[str, Any] = {"id": name, "mentions": found}
        except SkillmatrixError:
            raise
        except Exception as error:
            # whatever a line provokes costs this line, never the others
            known = isinstance(error, _NoObject)
            detail = f"line {number} {error if known else unexpected(error)}"
            answer = {"id": name, "mentions": [], "error": detail}
            if report:
                report(Failure(f"line {number}", "error", detail, _SHAPE if known else BUG, number))
        yield json_line(answer)


_SHAPE = 'Each line must be {"id": …, "text": "…"}.'
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character out of a broken JSON escape: no tokenizer takes it; its stand-in keeps the offsets."""


class _NoObject(ValueError):
    """A line of the feed that is not what it should be."""


def json_line(value: Mapping[str, Any]) -> str:
    """Write a value as one line of JSON, escaped where a lone surrogate would fit into no encoding."""
    text = json.dumps(value, ensure_ascii=False)
    return (json.dumps(value) if _SURROGATE.search(text) else text) + "\n"


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise _NoObject(f"is no JSON: {error}") from error
    except RecursionError as error:
        raise _NoObject("is nested too deep") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise _NoObject("has no id and text")
    return row


def _default(engine: Engine, name: object, text: str) -> list[dict[str, Any]]:
    # the text is read exactly as given: offsets of the answer are offsets of the question
    posting = Posting(str(name), "", text, language="en", sections=read.sections(text))
    return [as_plain(m) for m in engine.mentions(posting)]


def _labels(engine: Engine) -> Callable[[str], list[dict[str, Any]]]:
    """Return what marks a text as the data set SkillSpan does; only the local engine can."""
    from pipeline.engines.local import LocalEngine

    if not isinstance(engine, LocalEngine):
        raise UsageError("--scheme skillspan is an ability of the local engine", "Use --engine local.")
    return lambda text: [
        {"start": start, "end": end, "quote": text[start:end], "label": label}
        for start, end, label in engine.reader.skillspan(text)
    ]


def as_plain(mention: Mention) -> dict[str, Any]:
    """Return a mention as `tag` prints it."""
    return {
        "start": mention.start,
        "end": mention.end,
        "quote": mention.quote,
        "label": mention.kind,
        "strength": mention.strength,
        "years": mention.years,
        "depth": mention.depth,
        "negated": mention.negated,
        "score": mention.score,
    }
