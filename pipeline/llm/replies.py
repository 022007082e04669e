"""The text of a model's reply → checked values, leniently; what cannot be read is named, never guessed.

`jsonish` finds the JSON in a reply; here a task's items are found in it, wherever a model puts them, and
checked. Of several answers in one reply the last one that holds anything counts: what stands before it is
a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.llm import jsonish
from pipeline.llm.ground import Claim, Reason
from pipeline.records import KINDS, STRENGTHS

Task = Literal["mentions", "judge", "names", "rows", "kind", "merge", "prose"]

MOST_ITEMS = 200
"""Items of one reply that are looked at; no piece of a posting demands more."""

# ".NET" ends no address: the endings count in small letters only
_LINK = re.compile(r"(?i:\bhttps?://|\bwww\.)\S+|\b[\w-]+\.(?:com|org|net|io|dev|ai|co|edu|gov)\b(?:/\S*)?")
_DEPTH = 5
"""Objects inside objects in which the items are looked for: some servers wrap an answer twice."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class _Mention(_Lenient):
    skill: str = Field(min_length=1, max_length=200)
    # lengths in this module only keep a model that does not stop from filling the store; quotes are limited
    # by `MAX_QUOTE`
    quote: str = Field(min_length=1, max_length=2000)
    kind: str | None = None
    strength: str | None = None
    years: float | None = None
    depth: str | None = Field(default=None, max_length=200)
    line: int | None = None

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
        # more years are a year or a slip
        return float(found[1]) if found and 0 < float(found[1]) <= 50 else None

    @field_validator("line", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        return _number_in(value)

    def claim(self) -> Claim:
        """Return the same as a plain claim, wrong words of closed lists left out."""
        kind = self.kind if self.kind in KINDS else None
        strength = self.strength if self.strength in STRENGTHS else "unstated"
        return Claim(self.skill, self.quote, kind, strength, self.years, self.depth or None, self.line)


class Level(_Lenient):
    """The posting's words for how long or how deeply one skill is asked for."""

    skill: str = Field(min_length=1, max_length=200)
    words: str = Field(min_length=1, max_length=200)


class Verdict(_Lenient):
    """What one doubtful stretch is."""

    id: int
    verdict: Literal["demand", "offered", "others", "none"]

    @field_validator("id", mode="before")
    @classmethod
    def _id(cls, value: object) -> object:
        return _number_in(value)

    @field_validator("verdict", mode="before")
    @classmethod
    def _one_word(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value


class _Ids(_Lenient):
    @field_validator("ids", mode="before", check_fields=False)
    @classmethod
    def _numbers(cls, value: object) -> object:
        values = value if isinstance(value, list) else [value]
        found = [_number_in(one) for one in values]
        return [one for one in found if one is not None]


class Named(_Ids):
    """Wordings by number that are one skill, under its name."""

    name: str = Field(min_length=1, max_length=120)
    kind: Literal["general", "specific"] | None = None
    ids: list[int] = Field(min_length=1, max_length=200)

    @field_validator("kind", mode="before")
    @classmethod
    def _kind(cls, value: object) -> object:
        return value if value in KINDS else None


class Row(_Ids):
    """Skills by number that fill one row of the matrix, titled as an action."""

    title: str = Field(min_length=3, max_length=160)
    kind: Literal["general", "specific"]
    ids: list[int] = Field(min_length=1, max_length=60)
    reason: str = Field(default="", max_length=600)


class Merge(_Lenient):
    """Are two names one skill?"""

    same: Literal["yes", "no", "narrower", "wider"]
    reason: str = Field(min_length=3, max_length=600)


class KindVerdict(_Lenient):
    """General or specific, with one sentence."""

    kind: Literal["general", "specific"]
    reason: str = Field(min_length=3, max_length=600)


class Prose(_Lenient):
    """What the documents say beyond the data: each a list of short lines, never a link."""

    doubt: str = Field(default="", max_length=400)
    evidence: list[str] = Field(default_factory=list, max_length=12)
    questions: list[str] = Field(default_factory=list, max_length=12)
    practice: list[str] = Field(default_factory=list, max_length=12)
    reading: list[str] = Field(default_factory=list, max_length=12)
    deliverables: list[str] = Field(default_factory=list, max_length=12)
    proof: list[str] = Field(default_factory=list, max_length=12)
    renewal: list[str] = Field(default_factory=list, max_length=12)

    @field_validator("doubt", mode="before")
    @classmethod
    def _line(cls, value: object) -> object:
        return "" if not isinstance(value, str) or links(value) else value

    @field_validator(
        "evidence", "questions", "practice", "reading", "deliverables", "proof", "renewal", mode="before"
    )
    @classmethod
    def _lines(cls, value: object) -> object:
        lines = value if isinstance(value, list) else []
        return [
            x for x in (str(line).strip() for line in lines if isinstance(line, str)) if x and not links(x)
        ]


@dataclass(frozen=True, slots=True)
class _Form:
    """Where a task's items stand in an answer, by what one is known, and what checks it."""

    model: type[BaseModel]
    list: str = ""
    marks: tuple[str, ...] = ()


_FORMS: Mapping[str, _Form] = {
    "mentions": _Form(_Mention, "mentions", ("quote", "skill")),
    "judge": _Form(Verdict, "verdicts", ("id", "verdict")),
    "names": _Form(Named, "groups", ("ids", "name")),
    "rows": _Form(Row, "rows", ("ids", "title")),
    "merge": _Form(Merge, marks=("same",)),
    "kind": _Form(KindVerdict, marks=("kind", "reason")),
    "prose": _Form(Prose, marks=("evidence",)),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reply holds, and what was wrong with it; `rest` are ids that the model put nowhere."""

    values: tuple[Any, ...] = ()
    problems: tuple[Reason, ...] = ()
    levels: tuple[Level, ...] = ()
    rest: tuple[int, ...] = ()

    @property
    def worth_repair(self) -> bool:
        """True when the reply held nothing readable, so that asking once more may help."""
        return not self.values and any(p in ("no-json", "empty", "wrong-shape") for p in self.problems)


def links(text: str) -> bool:
    """Say whether a text names an address: a model's links are often invented."""
    return bool(_LINK.search(text))


def parse(task: Task, content: str, finish: str = "stop") -> Parsed:
    """Return the values of a reply to a task: claims, verdicts, groups, rows, or one object."""
    cut: tuple[Reason, ...] = ("cut-off",) if finish == "length" else ()
    if not content.strip():
        return Parsed((), cut or ("empty",))
    form = _FORMS[task]
    found = list(jsonish.values(content))
    if not form.list:
        return _one(form, found, cut)
    # items one by one, a line each or out of a list with a fault, are one answer
    loose = [value for value in found if _is_item(value, form)]
    whole = (_Items.of(value, form) for value in found if not _is_item(value, form))
    answers = [a for a in whole if a is not None]
    best = next((a for a in reversed(answers) if a.items), answers[-1] if answers else None)
    if best is None or not best.items:
        # half an answer: its whole items stand
        loose = loose or list(jsonish.whole_items(content, form.list))
        best = _Items(loose, {}) if loose else best
        cut = cut or (("cut-off",) if loose and finish == "length" else ())
    if best is None:
        return Parsed((), cut or ("wrong-shape" if found else "no-json",))
    return _checked(task, form, best, cut)


@dataclass(frozen=True, slots=True)
class _Items:
    """The items of one answer, and the object around them."""

    items: list[Any]
    around: Mapping[str, Any]

    @classmethod
    def of(cls, value: Any, form: _Form, depth: int = 0) -> _Items | None:
        """Return the items that a JSON value holds, wherever; None where it holds none of that form."""
        if isinstance(value, list):
            fits = not value or all(_is_item(v, form) or isinstance(v, str) for v in value)
            return cls(value, {}) if fits and depth else cls._of_items(value, form)
        if not isinstance(value, dict) or depth > _DEPTH:
            return None
        lower = {str(k).lower(): v for k, v in value.items()}
        under = jsonish.unquoted(lower.get(form.list))
        if isinstance(under, dict) and under and all(isinstance(v, dict) for v in under.values()):
            under = list(under.values())
        if isinstance(under, list):
            return cls(under, lower)
        if _is_item(value, form):
            return cls([value], {})
        inner = (cls.of(jsonish.unquoted(v), form, depth + 1) for v in lower.values())
        return next((found for found in inner if found is not None and found.items), None)

    @classmethod
    def _of_items(cls, value: list[Any], form: _Form) -> _Items | None:
        # "[1]" or "[]" in prose is no answer
        return cls(value, {}) if value and all(_is_item(v, form) for v in value) else None


def _is_item(value: Any, form: _Form) -> bool:
    if not isinstance(value, dict):
        return False
    keys = {str(k).lower() for k in value}
    return all(mark in keys for mark in form.marks)


def _checked(task: Task, form: _Form, found: _Items, problems: tuple[Reason, ...]) -> Parsed:
    wrong: list[Reason] = list(problems)
    values: list[Any] = []
    for item in found.items[:MOST_ITEMS]:
        if task == "mentions" and isinstance(item, str):
            item = {"skill": item, "quote": item}
        lower = {str(k).lower(): v for k, v in item.items()} if isinstance(item, dict) else item
        try:
            value = form.model.model_validate(lower)
        except ValidationError:
            wrong.append("wrong-shape")
            continue
        values.append(value.claim() if isinstance(value, _Mention) else value)
    wrong += ["too-many"] * (len(found.items) - MOST_ITEMS)
    rest = found.around.get("none", found.around.get("rest"))
    ids = [n for n in map(_number_in, rest if isinstance(rest, list) else []) if n is not None]
    return Parsed(tuple(values), tuple(wrong), tuple(_levels(found.around)), tuple(ids))


def _levels(around: Mapping[str, Any]) -> Iterator[Level]:
    levels = jsonish.unquoted(around.get("levels"))
    for item in levels[:MOST_ITEMS] if isinstance(levels, list) else ():
        try:
            yield Level.model_validate(item)
        except ValidationError:
            continue


def _one(form: _Form, found: list[Any], problems: tuple[Reason, ...]) -> Parsed:
    if not found:
        return Parsed((), problems or ("no-json",))
    for value in reversed(found):
        for inner in _objects(value):
            if not _is_item(inner, form):
                continue
            try:
                lower = {str(k).lower(): v for k, v in inner.items()}
                return Parsed((form.model.model_validate(lower),), problems)
            except ValidationError:
                continue
    return Parsed((), (*problems, "wrong-shape"))


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects of a value, the outer ones first."""
    value = jsonish.unquoted(value)
    if isinstance(value, dict) and depth <= _DEPTH:
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list) and len(value) == 1:
        yield from _objects(value[0], depth + 1)


def _number_in(value: object) -> int | None:
    """Return the whole number of an id, also of "12", "[12]" and "L12"."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    found = re.fullmatch(r"\s*[\[(#L]?\s*(\d{1,6})(?:\.0)?\s*[\])]?\s*", str(value))
    return int(found[1]) if found else None
