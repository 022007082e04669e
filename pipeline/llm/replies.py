"""The text of a model's reply → checked values, leniently; what cannot be read is named, never guessed.

Reasoning blocks and fences are taken off, raw control characters are let through, and of an answer that
was cut off the whole items stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.llm.ground import Claim, Reason
from pipeline.records import KINDS, STRENGTHS

Task = Literal["mentions", "merge", "kind", "theme", "prose"]

MOST_ITEMS = 200
"""Items of one reply that are looked at; no piece of a posting demands more."""

_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
# ".NET" ends no address: the endings count in small letters only
_LINK = re.compile(r"(?i:\bhttps?://|\bwww\.)\S+|\b[\w-]+\.(?:com|org|net|io|dev|ai|co|edu|gov)\b(?:/\S*)?")
_ITEMS = {"mentions": "mentions", "theme": "groups"}


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class _Mention(_Lenient):
    skill: str = Field(min_length=1, max_length=200)
    quote: str = Field(min_length=1, max_length=2000)
    kind: str | None = None
    strength: str | None = None
    years: float | None = None
    depth: str | None = Field(default=None, max_length=200)

    @field_validator("kind", "strength", "depth", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else None

    @field_validator("years", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        found = re.match(r"\s*(\d{1,2}(?:\.\d)?)", str(value))
        return float(found[1]) if found and 0 < float(found[1]) <= 50 else None

    def claim(self) -> Claim:
        """The same as a plain claim, wrong words of closed lists left out."""
        kind = self.kind if self.kind in KINDS else None
        strength = self.strength if self.strength in STRENGTHS else "unstated"
        return Claim(self.skill, self.quote, kind, strength, self.years, self.depth or None)


class Merge(_Lenient):
    """Are two names one skill?"""

    same: Literal["yes", "no", "narrower"]
    reason: str = Field(min_length=3, max_length=600)


class KindVerdict(_Lenient):
    """General or specific, with one sentence."""

    kind: Literal["general", "specific"]
    reason: str = Field(min_length=3, max_length=600)


class Group(_Lenient):
    """Skills that are learned and used together, titled as an action."""

    title: str = Field(min_length=3, max_length=120)
    kind: Literal["general", "specific"]
    skills: list[str] = Field(min_length=1, max_length=60)


class Prose(_Lenient):
    """What the documents say beyond the data: each a list of short lines, never a link."""

    evidence: list[str] = Field(default_factory=list, max_length=12)
    questions: list[str] = Field(default_factory=list, max_length=12)
    practice: list[str] = Field(default_factory=list, max_length=12)
    deliverables: list[str] = Field(default_factory=list, max_length=12)

    @field_validator("*", mode="before")
    @classmethod
    def _lines(cls, value: object) -> object:
        lines = value if isinstance(value, list) else []
        return [
            x for x in (str(line).strip() for line in lines if isinstance(line, str)) if x and not links(x)
        ]


_VERDICTS: dict[str, type[BaseModel]] = {"merge": Merge, "kind": KindVerdict, "prose": Prose}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reply holds, and what was wrong with it."""

    values: tuple[Any, ...] = ()
    problems: tuple[Reason, ...] = ()

    @property
    def worth_repair(self) -> bool:
        """True when the reply held nothing readable, so that asking once more may help."""
        return not self.values and any(p in ("no-json", "empty", "wrong-shape") for p in self.problems)


def links(text: str) -> bool:
    """True when a text names an address: a model's links are often invented."""
    return bool(_LINK.search(text))


def parse(task: Task, content: str, finish: str = "stop") -> Parsed:
    """The values of a reply to a task: claims, or one verdict, or groups."""
    cut: tuple[Reason, ...] = ("cut-off",) if finish == "length" else ()
    if not content.strip():
        return Parsed((), cut or ("empty",))
    found = _json(content)
    name = _ITEMS.get(task)
    if name is None:
        return _verdict(task, found, cut)
    items = _items(found, name)
    if items is None:
        items = list(_whole_items(content, name)) or None
        cut = cut or (("cut-off",) if items else ())
    if items is None:
        return Parsed((), cut or ("wrong-shape" if found is not None else "no-json",))
    return _checked(task, items, cut)


def _checked(task: Task, items: list[Any], problems: tuple[Reason, ...]) -> Parsed:
    wrong: list[Reason] = list(problems)
    values: list[Any] = []
    for item in items[:MOST_ITEMS]:
        try:
            values.append(
                _Mention.model_validate(item).claim() if task == "mentions" else Group.model_validate(item)
            )
        except ValidationError:
            wrong.append("wrong-shape")
    wrong += ["too-many"] * (len(items) - MOST_ITEMS)
    return Parsed(tuple(values), tuple(wrong))


def _verdict(task: Task, found: Any, problems: tuple[Reason, ...]) -> Parsed:
    model = _VERDICTS[task]
    if found is None:
        return Parsed((), problems or ("no-json",))
    try:
        return Parsed((model.model_validate(found),), problems)
    except ValidationError:
        return Parsed((), (*problems, "wrong-shape"))


def _items(found: Any, name: str) -> list[Any] | None:
    if isinstance(found, dict):
        found = found.get(name)
    return found if isinstance(found, list) else None


def _json(content: str) -> Any:
    """The first JSON object or list of a text; None where there is none."""
    text = _THINKING.sub("", content)
    decoder = json.JSONDecoder(strict=False)
    for match in re.finditer(r"[{\[]", text):
        try:
            value, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            if match.start() > 2000:
                break
            continue
        # "[1]" in prose is no answer
        if isinstance(value, dict) or (isinstance(value, list) and all(isinstance(v, dict) for v in value)):
            return value
    return None


def _whole_items(content: str, name: str) -> Iterator[Any]:
    """The whole objects of a list that was cut off."""
    opened = re.search(rf'"{name}"\s*:\s*\[', content)
    if opened is None:
        return
    decoder = json.JSONDecoder(strict=False)
    at = opened.end()
    while (start := content.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(content, start)
        except (ValueError, RecursionError):
            return
        yield value
