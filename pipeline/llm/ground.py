"""A model's claim and the posting's text → a span that proves it, or a rejection with its reason.

The rules, in order; the model gives words, the offsets are ours:

1. The quote stands in the text: folded (case, width, white space, dashes, quote marks), at word bounds.
   A quote that nearly stands there (one slip in twelve letters, same numbers) is repaired; one that
   leaves words out ("build … pipelines") stands with the part that names the skill.
2. The skill, or a curated alias of it, stands inside the quote at word bounds. Then the span is that name.
   A member of a list that borrows a word ("ISO 27002" in "ISO 27001 and 27002") has the stretch from its
   first to its last word. A paraphrase ("stakeholder communication" for "present to stakeholders") keeps the
   quote as its span and loses its label. It must share a word stem with the quote, or our own table must
   give both one name, or the local engine must read the same stretch as a demand (repaired). A named thing
   (Rust, IFRS 9) has no paraphrases.
3. No longer known skill covers the span: React is not in "React Native". Of what is no named thing the
   longer known span stands instead (repaired).
4. The passage does not speak to the model (`guard`).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from pipeline.records import Found, Kind, Strength
from pipeline.text import Folded, at_word_bounds, fold

Reason = Literal[
    "no-quote",
    "quote-too-long",
    "quote-not-in-posting",
    "quote-cuts-a-word",
    "skill-not-in-quote",
    "part-of-a-longer-skill",
    "speaks-to-the-model",
    "said-twice",
    "wrong-shape",
    "too-many",
    "cut-off",
    "no-json",
    "empty",
    "refused",
]
"""Why a claim, or a whole reply, is not believed; a closed list."""

REASONS: tuple[Reason, ...] = get_args(Reason)

GROUNDING = "grounding"
"""The record file of `data/raw` that keeps what became of each posting's claims; the last line counts."""

MAX_QUOTE = 400
"""Characters: a longer quote is a paragraph, and a paragraph proves nothing in particular."""

# in fewer letters one slip makes another word: "Java" and "Lava"
_MIN_REPAIR = 8


def word_set(text: str) -> frozenset[str]:
    """Return the words of a string."""
    return frozenset(text.split())


_EDGES = " \t\n\"'“”‘’`«».,;:•*-–—()[]"
_GAP = re.compile(r"\s*(?:\.{3,}|…|\[\s*…?\s*\])\s*")
_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")
_TOKEN = re.compile(r"[\w+#.-]*[\w+#]|[,/&]")
_JOINTS = frozenset({",", "/", "&", "and", "or"})
_SMALL = word_set(
    "and the for with that this from into your our their you are will have has skills skill experience "
    "knowledge ability using use work working good strong new other all any etc based related including "
    "within across general specific high quality"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a model says of one skill; nothing of it is believed before it is grounded."""

    skill: str
    quote: str
    kind: Kind | None = None
    strength: Strength = "unstated"
    years: float | None = None
    depth: str | None = None
    line: int | None = None
    words: str = ""
    """The posting's words for how long or how deeply it is asked for, as the model copied them."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """A claim that the text proves: its span, how surely it was found, and where the whole quote stands."""

    claim: Claim
    start: int
    end: int
    found: Found
    quote: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A claim that the text does not prove, or a reply that holds none, with the reason."""

    reason: Reason
    skill: str = ""
    quote: str = ""


class Lexicon(Protocol):
    """What the curated vocabulary knows, as far as grounding asks."""

    def aliases(self, skill: str) -> tuple[str, ...]:
        """Return every spelling that the skill answers to, "=" before the case-exact.

        () for an unknown one.
        """
        ...

    def same(self, surface: str, skill: str) -> bool:
        """Return True when both lead to one known skill."""
        ...

    def is_named_thing(self, skill: str) -> bool:
        """Return True for a tool, standard or product, which only its own names can stand for."""
        ...

    def covering(self, start: int, end: int) -> tuple[int, int, str] | None:
        """Return the longest known name of the posting that holds the span, with its skill."""
        ...

    def witnessed(self, start: int, end: int, skill: str) -> bool:
        """Return True when the local engine, too, reads a demand there and nothing names another."""
        ...


Span = tuple[int, int]


class Grounder:
    """Grounds the claims about one text; `barred` spans are passages that speak to the model."""

    def __init__(self, text: str, lexicon: Lexicon, barred: Sequence[Span] = ()) -> None:
        self.text = text
        self._lexicon = lexicon
        self._barred = tuple(barred)
        self._folded = fold(text)
        # canonical texts are NFC, a filter's raw ones need not be
        self._composed = unicodedata.is_normalized("NFC", text)

    def ground(
        self, claims: Iterable[Claim], within: Span | None = None, lines: Sequence[Span] = ()
    ) -> tuple[list[Grounded], list[Rejection]]:
        """Return the proven claims in the order of the text, and the rejected ones in the order of making.

        `lines` are the numbered lines that the claims speak of: of several places of a quote those in its
        line count. A line that does not hold the quote was miscounted, and says nothing.
        """
        taken: dict[Span, Grounded] = {}
        rejected: list[Rejection] = []
        for claim in claims:
            line = lines[claim.line - 1] if claim.line and 0 < claim.line <= len(lines) else None
            verdict = self._judge(claim, within or (0, len(self.text)), taken, line)
            if isinstance(verdict, Grounded):
                taken[verdict.start, verdict.end] = verdict
            else:
                rejected.append(Rejection(verdict, claim.skill[:120], claim.quote[:MAX_QUOTE]))
        return [taken[span] for span in sorted(taken)], rejected

    def _judge(
        self, claim: Claim, within: Span, taken: dict[Span, Grounded], line: Span | None
    ) -> Grounded | Reason:
        quote = self._as_written(claim.quote)
        if not quote or not claim.skill.strip():
            return "no-quote"
        if len(quote) > MAX_QUOTE:
            return "quote-too-long"
        found, places = self._places(_trimmed(claim.quote), quote, within)
        if not places:
            # told apart from an invented quote, which counts against the model
            return "quote-cuts-a-word" if quote in self._window(within)[0] else "quote-not-in-posting"
        there = [p for p in places if line and line[0] <= p[0] < line[1]]
        return self._choose(claim, found, there or places, taken)

    def _as_written(self, quote: str) -> str:
        """Return the quote folded, and composed as the text is."""
        form: Literal["NFC", "NFD"] = "NFC"
        if not self._composed and fold(unicodedata.normalize("NFD", quote)).text in self._folded.text:
            form = "NFD"
        return _trimmed(fold(unicodedata.normalize(form, quote)).text)

    def _choose(
        self, claim: Claim, found: Found, places: Sequence[Span], taken: dict[Span, Grounded]
    ) -> Grounded | Reason:
        """Return the first place that proves the claim and is free.

        Else the reason why the last one does not.
        """
        reason: Reason = "skill-not-in-quote"
        for place in places:
            for start, end, sure, named in self._named(claim, place):
                span = self._unless_part(claim.skill, (start, end), place) if named else (start, end)
                if span is None:
                    reason = "part-of-a-longer-skill"
                elif self._is_barred(*span):
                    reason = "speaks-to-the-model"
                elif span in taken:
                    reason = "said-twice"
                else:
                    sure = sure if span == (start, end) else "repaired"
                    return Grounded(claim, *span, self._how(claim, found, sure, place), place)
        if reason == "part-of-a-longer-skill" and not self._lexicon.is_named_thing(claim.skill):
            return self._whole_quote(claim, [p for p in places if p not in taken]) or reason
        return reason

    def _whole_quote(self, claim: Claim, places: Sequence[Span]) -> Grounded | None:
        """Return the claim on its whole quote, where that is more than one word of a longer known name."""
        for place in places:
            longer = self._lexicon.covering(*place)
            phrase = longer is None or longer[:2] == place or " " in self.text[slice(*place)]
            if phrase and not self._is_barred(*place):
                return Grounded(claim, *place, "repaired", place)
        return None

    # --- rule 1: where the quote stands ---------------------------------------------------------

    def _places(self, said: str, quote: str, within: Span) -> tuple[Found, list[Span]]:
        places = list(self._occurrences(quote, within))
        if places:
            # the model copied one of them: the one that is spelt as it says comes first
            return "folded", sorted(places, key=lambda p: (self.text[slice(*p)] != said, p))
        parts = [_trimmed(p) for p in _GAP.split(quote)]
        # "deep … Python": a model that leaves words out copied the rest; parts of two letters prove nothing
        if len(parts) > 1:
            return "repaired", [s for p in parts if len(p) > 2 for s in self._occurrences(p, within)]
        near = self._near(quote, within)
        return "repaired", [near] if near else []

    def _window(self, within: Span) -> tuple[str, int]:
        first = bisect_left(self._folded.at, within[0])
        last = bisect_left(self._folded.at, within[1])
        return self._folded.text[first:last], first

    def _occurrences(self, quote: str, within: Span) -> Iterator[Span]:
        window, first = self._window(within)
        at = window.find(quote)
        while at >= 0:
            start, end = self._folded.span(first + at, first + at + len(quote))
            if self._is_whole(start, end):
                yield start, end
            at = window.find(quote, at + 1)

    def _is_whole(self, start: int, end: int) -> bool:
        """Return True at word bounds, and where a page lost the blank between sentences or lines.

        "agents.Lead teams", "ResponsibilitiesOperate a vehicle": phrases only, "SQL" is cut out of no name.
        """
        if at_word_bounds(self.text, start, end):
            return True
        if " " not in self.text[start:end]:
            return False
        whole = at_word_bounds(self.text[start:], 0, end - start) or self._is_seam(end)
        return whole and (at_word_bounds(self.text[:end], start, end) or self._is_seam(start))

    def _is_seam(self, at: int) -> bool:
        """Say whether a new line or sentence begins here without a blank before its large letter."""
        before, after = self.text[max(0, at - 2) : at], self.text[at : at + 1]
        ends = before[-1:].islower() or (before[-1:] == "." and before[:1].islower())
        return ends and after.isupper()

    def _near(self, quote: str, within: Span) -> Span | None:
        """Return the one stretch that the quote nearly is.

        Same numbers, at most one slip in twelve letters.
        """
        if len(quote) < _MIN_REPAIR:
            return None
        from rapidfuzz import fuzz
        from rapidfuzz.distance import OSA

        window, first = self._window(within)
        # 80 only finds where to look: the slip is measured below
        best = fuzz.partial_ratio_alignment(quote, window, score_cutoff=80)
        if best is None:
            return None
        start, end = _whole_words(window, best.dest_start, best.dest_end)
        stands = window[start:end]
        # one wrong letter in twelve: a slip, as docs/llm.md says; more is another sentence
        allowed = max(1, len(quote) // 12)
        if OSA.distance(quote, stands, score_cutoff=allowed) > allowed or _digits(quote) != _digits(stands):
            return None
        span = self._folded.span(first + start, first + end)
        return span if self._is_whole(*span) else None

    def _how(self, claim: Claim, found: Found, sure: Found, place: Span) -> Found:
        if "repaired" in (found, sure):
            return "repaired"
        return "exact" if self.text[slice(*place)] == _trimmed(claim.quote) else found

    # --- rule 2: the skill is in the quote ------------------------------------------------------

    def _named(self, claim: Claim, place: Span) -> Iterator[tuple[int, int, Found, bool]]:
        """Yield what of the quote names the skill, how surely, and if by its name.

        Else by the whole paraphrase.
        """
        names = list(self._names_in(claim.skill, place))
        yield from ((start, end, "exact", True) for start, end in names)
        listed = None if names else self._listed(claim.skill, place)
        if listed:
            yield (*listed, "exact", False)
        sure = None if names or listed else self._paraphrased(claim.skill, place)
        if sure:
            yield (*place, sure, False)

    def _listed(self, skill: str, place: Span) -> Span | None:
        """Return the stretch of a list that says a member in two parts: "written and verbal communication".

        Of named things only the number may stand apart: no SQL Server is in "SQL and Windows Server".
        """
        wanted = [fold(word).text for word in skill.split()]
        part = self.text[slice(*place)]
        said = [(fold(m[0]).text, m.start(), m.end()) for m in _TOKEN.finditer(part)]
        # without "and", a comma or a slash the words in between say something else
        if len(wanted) < 2 or not any(word in _JOINTS for word, _, _ in said):
            return None
        if self._lexicon.is_named_thing(skill) and not wanted[-1].isdigit():
            return None
        at, found = 0, list[Span]()
        for word in wanted:
            at = next((i for i in range(at, len(said)) if said[i][0] == word), -1) + 1
            if at == 0:
                return None
            found.append(said[at - 1][1:])
        return place[0] + found[0][0], place[0] + found[-1][1]

    def _paraphrased(self, skill: str, place: Span) -> Found | None:
        quote = self.text[slice(*place)]
        # from the surest to the least sure: one name, a slip in a named thing, a shared word, a second
        # reader
        if self._lexicon.same(quote, skill):
            return "exact"
        if self._lexicon.is_named_thing(skill):
            return "repaired" if _misspelt(skill, quote) else None
        if share_a_stem(skill, quote):
            return "exact"
        return "repaired" if self._lexicon.witnessed(*place, skill) else None

    def _names_in(self, skill: str, place: Span) -> Iterator[Span]:
        """Yield where the skill or an alias stands inside the quote, the longest name first."""
        part = self.text[slice(*place)]
        folded = fold(part)
        aliases = self._lexicon.aliases(skill)
        # "=Go": a name that counts in its own case only is not found in "go the extra mile"
        by_case = any(a[0] == "=" and a[1:].casefold() == skill.casefold() for a in aliases)
        spellings = dict.fromkeys(aliases if by_case else (skill, *aliases))
        found: dict[Span, None] = {}
        # the longest first: "React Native" before "React"
        for spelling in sorted(spellings, key=lambda s: (-len(s), s)):
            for start, end in _stands(part, folded, spelling):
                start, end = start + place[0], end + place[0]
                if at_word_bounds(self.text, start, end):
                    found[start, end] = None
        yield from found

    # --- rules 3 and 4 --------------------------------------------------------------------------

    def _unless_part(self, skill: str, span: Span, place: Span) -> Span | None:
        """Return the span, or the longer known one that stands for it; None where that is another thing."""
        longer = self._lexicon.covering(*span)
        if longer is None or longer[:2] == span or self._lexicon.same(skill, longer[2]):
            return span
        inside = place[0] <= longer[0] and longer[1] <= place[1]
        return longer[:2] if inside and not self._lexicon.is_named_thing(skill) else None

    def _is_barred(self, start: int, end: int) -> bool:
        return any(start < high and low < end for low, high in self._barred)


def _trimmed(text: str) -> str:
    # a point in front may belong to the name: ".NET"
    return text.lstrip(_EDGES.replace(".", "")).rstrip(_EDGES)


def _stands(part: str, folded: Folded, spelling: str) -> Iterator[Span]:
    exact = spelling.startswith("=")
    wanted = spelling[1:] if exact else fold(unicodedata.normalize("NFC", spelling)).text.strip()
    if not wanted:
        return
    text = part if exact else folded.text
    at = text.find(wanted)
    while at >= 0:
        yield (at, at + len(wanted)) if exact else folded.span(at, at + len(wanted))
        at = text.find(wanted, at + 1)


def _whole_words(text: str, start: int, end: int) -> Span:
    """Return the stretch grown to whole words, and without blanks at its ends."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while start < end - 1 and text[start].isspace():
        start += 1
    while end - 1 > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _misspelt(skill: str, quote: str) -> bool:
    """Return True when the posting misspells the name by one letter: "Kubernates"."""
    from rapidfuzz.distance import OSA

    left, right = fold(skill).text, fold(quote).text
    return len(left) >= _MIN_REPAIR and _digits(left) == _digits(right) and OSA.distance(left, right) <= 1


def share_a_stem(left: str, right: str) -> bool:
    """Return True when a content word of one side is, but for its ending, a content word of the other."""
    ours, theirs = _content(left), _content(right)
    return any(_one_stem(a, b) for a in ours for b in theirs)


def _content(text: str) -> list[str]:
    return [w for w in _WORD.findall(fold(text).text) if len(w) > 2 and w not in _SMALL]


def _one_stem(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if long.startswith(short) and long[len(short) :] in ("", "s", "es", "ed", "er", "ers", "ing", "ly"):
        return True
    common = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    # by eye: "manage" and "management" share seven tenths, "report" and "repair" do not
    return len(short) > 4 and common >= max(4, 0.7 * len(short))


def counted(rejected: Mapping[str, int]) -> str:
    """Return the rejections by reason, the most frequent first, in words."""
    total = sum(rejected.values())
    order: list[str] = list(REASONS)
    parts = sorted(rejected.items(), key=lambda pair: (-pair[1], order.index(pair[0])))
    inner = ", ".join(f"{reason} {number}" for reason, number in parts)
    return f"{total} rejected ({inner})" if total else "none rejected"
