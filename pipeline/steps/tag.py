"""Texts → mentions without a workspace: the filter behind `skillmatrix tag`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline import read
from pipeline.errors import UsageError
from pipeline.records import Mention, Posting
from pipeline.settings import Settings
from pipeline.steps import engine as engines


def tag(
    lines: Iterable[bytes],
    settings: Settings,
    scheme: str = "default",
    asked: str | None = None,
    offline: bool = False,
) -> Iterator[str]:
    """One JSON line {"id","mentions":[{start,end,quote,…}]} for each JSON line {"id","text"}, in order.

    Raises `UsageError` that names the line which is no such object.
    """
    engine, _ = engines.choose(settings, asked, offline)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, number)
        text = row["text"]
        found = _skillspan(engine, text) if scheme == "skillspan" else _default(engine, row["id"], text)
        yield json.dumps({"id": row["id"], "mentions": found}, ensure_ascii=False) + "\n"


def _row(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(
            f"line {number} is no JSON: {error}", 'Each line must be {"id": …, "text": "…"}.'
        ) from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise UsageError(f"line {number} has no id and text", 'Each line must be {"id": …, "text": "…"}.')
    return row


def _default(engine: Any, name: object, text: str) -> list[dict[str, Any]]:
    # the text is read exactly as given: offsets of the answer are offsets of the question
    posting = Posting(str(name), "", text, language="en", sections=read.sections(text))
    return [as_plain(m) for m in engine.mentions(posting)]


def _skillspan(engine: Any, text: str) -> list[dict[str, Any]]:
    if not hasattr(engine, "reader"):
        raise UsageError("--scheme skillspan is an ability of the local engine", "Use --engine local.")
    return [
        {"start": start, "end": end, "quote": text[start:end], "label": label}
        for start, end, label in engine.reader.skillspan(text)
    ]


def as_plain(mention: Mention) -> dict[str, Any]:
    """A mention as `tag` prints it."""
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
