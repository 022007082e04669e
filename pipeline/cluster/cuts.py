"""Safe rules: cuts and turns of a surface that cannot lead from one skill to another.

Each cut gives a shorter or turned surface and may bind what is then found to named products. The look-up
in `names` walks them breadth first, so the fewest cuts win.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline import verbs
from pipeline.cluster import words
from pipeline.cluster.surface import BRACKET, plain, split, unbracketed

_VERSION = re.compile(r"v?\d+(?:\.(?:\d+|x))*(?:\+|[a-z])?(?:[/-]v?\d+(?:\.\d+)*\+?)*", re.IGNORECASE)
_GLUED = re.compile(r"([a-z][a-z.]*(?:[a-z]|[+#]+))-?v?(\d+(?:\.(?:\d+|x))*)\+?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_OR_HIGHER = words.word_set("or higher above later newer greater up version versions and beyond onwards")
_COUNT = re.compile(r"\d+(?:\.\d+)?\+?(?:[-–]\d+\+?)?")
_YEARS = words.word_set("years year yrs yr years' year's months")


@dataclass(frozen=True, slots=True)
class State:
    """A surface on its way through the rules: its words as written, and what a find must satisfy."""

    tokens: tuple[str, ...]
    product_only: bool = False
    why: str = ""

    def cut(self, tokens: tuple[str, ...], why: str, product_only: bool = False) -> State:
        """The same surface with other words, under a condition that is never loosened."""
        return State(tokens, self.product_only or product_only, f"{self.why}; {why}" if self.why else why)

    @property
    def folded(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(token.lower() for token in self.tokens)


def cuts(state: State) -> Iterator[State]:
    """Every surface that one safe cut away leads to."""
    for cut in _CUTS:
        yield from cut(state)


def _without_bracket(state: State) -> Iterator[State]:
    """The long form of a name and its initials; else what stands outside the bracket.

    The initials alone are not tried: "corporate volunteering (CV)" is no computer vision.
    """
    joined = " ".join(state.tokens)
    outside = unbracketed(joined)
    if outside != joined and BRACKET.search(joined):
        yield state.cut(split(outside), "without the bracket")


def _without_version(state: State) -> Iterator[State]:
    tokens = state.tokens
    end = len(tokens)
    while end > 1 and tokens[end - 1].lower() in _OR_HIGHER:
        end -= 1
    tokens = tokens[:end]
    if end > 1 and _VERSION.fullmatch(tokens[-1]) and _is_version(tokens[-2], tokens[-1]):
        yield state.cut(tokens[:-1], f"without version {tokens[-1]}", product_only=True)
    elif tokens and (glued := _GLUED.fullmatch(tokens[-1])) and _is_version(*glued.groups()):
        yield state.cut((*tokens[:-1], glued[1]), f"without version {glued[2]}", product_only=True)


def _is_version(base: str, number: str) -> bool:
    """True unless the number is a part of the name, as in ISO 27001, API 510 or Level 2."""
    if base.lower() in words.NUMBER_IS_THE_NAME:
        return False
    code = base.isupper() and len(base) <= 4 and re.fullmatch(r"\d{3,}", number)
    return not code or bool(_YEAR.fullmatch(number))


def _without_lead(state: State) -> Iterator[State]:
    at, strict = lead(state.folded)
    if 0 < at < len(state.tokens):
        gone = " ".join(state.tokens[:at])
        yield state.cut(state.tokens[at:], f"without {gone!r}", product_only=strict)


def lead(folded: tuple[str, ...]) -> tuple[int, bool]:
    """How many opening words only say how well or by what means, and whether they bind to products."""
    at, strict = 0, False
    while at < len(folded):
        size = _holder(folded, at) or _opening(folded, at)
        if not size:
            break
        held = bool(_holder(folded, at))
        # "working knowledge of X" holds X, "basic life support" is itself
        strict = not held and (strict or folded[at] in words.STRICT_DEPTH)
        at += size
    return at, strict


def _opening(folded: tuple[str, ...], at: int) -> int:
    """The size of an article, a count of years, a depth word or a verb of use at this place."""
    word, after = folded[at], folded[at + 1] if at + 1 < len(folded) else ""
    if word in words.ARTICLES or word in _LEADING_SMALL:
        return 1
    if (word, after) in words.DEPTH_PAIRS or (word in ("work", "working") and after in ("with", "in", "on")):
        return 2
    if _COUNT.fullmatch(word):
        return (3 if folded[at + 2 : at + 3] == ("of",) else 2) if after in _YEARS else 0
    if word in words.USING:
        return 1
    return int(word in words.DEPTH and bool(after) and after not in words.LEXICAL.get(word, ()))


_LEADING_SMALL = words.word_set("very highly well strongly and or in with of to")


def _holder(folded: tuple[str, ...], at: int) -> int:
    """The size of "knowledge of", "experience and skills in", "proficient with" at this place."""
    end = at
    while end < len(folded) and folded[end] in words.HOLDING | words.HELD_BY:
        end += 1
        if folded[end : end + 1] and folded[end] in ("and", "or", "&"):
            step = end + 1
            while step < len(folded) and folded[step] in words.DEPTH - words.HELD_BY:
                step += 1
            if step < len(folded) and folded[step] in words.HOLDING | words.HELD_BY:
                end = step
    if end == at:
        return 0
    behind = end
    while behind < len(folded) and folded[behind] in words.BEHIND:
        behind += 1
    return behind - at if behind > end else 0


def _without_tail(state: State) -> Iterator[State]:
    folded = state.folded
    if len(folded) < 2:
        return
    last, before = folded[-1], folded[-2]
    if folded[-2:] == ("best", "practices") and len(folded) > 2:
        yield state.cut(state.tokens[:-2], "without 'best practices'", product_only=True)
    elif last in words.GENERIC and before not in words.NOT_GENERIC.get(last, ()):
        yield state.cut(trim_end(state.tokens[:-1]), f"without {last!r}")
    elif last in words.GENERIC_OF_PRODUCT:
        yield state.cut(trim_end(state.tokens[:-1]), f"without {last!r}", product_only=True)


def trim_end(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a hanging "and", "of" or "with" at their end."""
    while tokens and tokens[-1].lower() in ("and", "or", "of", "&", "in", "with", "/"):
        tokens = tokens[:-1]
    return tokens


def _without_vendor(state: State) -> Iterator[State]:
    folded = state.folded
    if len(folded) < 2 or folded[0] not in words.VENDORS:
        return
    for other in words.SAME_VENDOR.get(folded[0], ()):
        yield state.cut((*other.split(), *state.tokens[1:]), f"{other} for {state.tokens[0]}")
    if folded[1] not in words.NOT_BARE:
        yield state.cut(state.tokens[1:], f"without {state.tokens[0]!r}", product_only=True)


def _without_light_verb(state: State) -> Iterator[State]:
    """The activity behind "conducting", "carry out", "design, build and maintain"."""
    rest = without_making(state.tokens)
    if rest:
        gone = " ".join(state.tokens[: len(state.tokens) - len(rest)])
        yield state.cut(rest, f"without {gone!r}")


def without_making(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """What stands behind opening verbs one of which only says that a thing is made; else nothing."""
    folded = tuple(t.lower().rstrip(",") for t in tokens)
    at, light = 0, False
    if folded[:2] in (("carry", "out"), ("carrying", "out")):
        at, light = 2, True
    while at < len(folded) and (folded[at] in verbs.VERB_FORMS or (at and folded[at] in ("and", "or", "&"))):
        verb = verbs.VERB_FORMS.get(folded[at], "")
        if verb and verb not in verbs.RUN_VERBS:
            break
        light = light or verb in verbs.LIGHT_VERBS
        at += 1
    return tokens[at:] if light else ()


def _in_order(state: State) -> Iterator[State]:
    """The object in front of its activity: "managing projects", "management of projects"."""
    folded = plain(state.folded)
    turned = of_turned(folded) or _verb_turned(state.folded)
    if turned and turned != folded:
        yield state.cut(turned, f"as {' '.join(turned)!r}")


def of_turned(folded: tuple[str, ...]) -> tuple[str, ...]:
    """ "Management of projects" as "projects management"; nothing where there is not one "of"."""
    if folded.count("of") != 1 or not 2 < len(folded) < 9:
        return ()
    at = folded.index("of")
    head, rest = folded[:at], tuple(w for w in folded[at + 1 :] if w not in words.ARTICLES)
    return (*rest, *head) if head and rest else ()


def _verb_turned(folded: tuple[str, ...]) -> tuple[str, ...]:
    verb = verbs.BASE.get(folded[0]) if folded else None
    if verb not in verbs.NOMINAL or not 1 < len(folded) < 6:
        return ()
    if verb in verbs.AMBIGUOUS_VERBS and not folded[0].endswith("ing"):
        return ()
    rest = folded[1:]
    if rest[0] in _PREPOSITION_OF.get(verb, ()):
        rest = rest[1:]
    rest = tuple(w for w in rest if w not in words.ARTICLES)
    if not rest or rest[-1] in ("language", "languages") or any(w in words.FUNCTION for w in rest):
        return ()
    return (*plain(rest), verbs.NOMINAL[verb])


_PREPOSITION_OF = {"care": ("for",), "respond": ("to",)}

_CUTS: tuple[Callable[[State], Iterator[State]], ...] = (
    _without_bracket,
    _without_version,
    _without_lead,
    _without_tail,
    _without_vendor,
    _in_order,
    _without_light_verb,
)
