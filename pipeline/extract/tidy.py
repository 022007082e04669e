"""Spans as a person would mark them: whole words, closed brackets, something said by them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.spans import Span
from pipeline.text import ROLES

_EDGE = " \t\n\r\u00a0[]{},;:.·•*-–—/|'\"“”‘’…!?&"
_LOOSE_WORDS = """
a an and any as at by for from in into of on or our that the their these this to us various we with
your you it its is are be etc e.g i.e such other related relevant
"""
_EMPTY_WORDS = """
ability able achieve across activities advanced all applications apply area areas aspects assist
assisting background basic best broad build building business can candidate challenges challenging
clear close closely company complex comprehensive concepts contribute contributing core create
creating critical day daily deep define defining deliver delivering demonstrate demonstrated develop
developing different do driving drive duties effective effectively efficient efficiently enable end
ensure ensuring environment environments essential evolve excellent execute executing execution
existing expertise experience experienced familiarity fast field full general global good great
growing growth hands-on help helping high high-quality highly ideal impact impactful implement
implementing important improve improving including independent individual industry initiatives
internal issues join key knowledge large latest level maintain maintaining make making manage
managing more multiple must necessary need needs new on-going ongoing operate operating
opportunities optimize other own owning participate part people perform performing plus position
possess practical practices preferred proactively process processes professional proficiency
projects proven provide providing quality real real-world related required requirements
responsibilities responsible robust role scalable seamless seamlessly skill skills solid solution
solutions some specific strategically strong structured successful successfully support supporting
systems take tasks team teams tech technical technologies technology through tools top translate
translating understand understanding use using value variety well wide willingness within work
working world years
"""

_LOOSE = frozenset(_LOOSE_WORDS.split())
_LOOSE_AT_END = _LOOSE - {"it", "us"} | {
    "across",
    "around",
    "between",
    "if",
    "toward",
    "towards",
    "via",
    "while",
}
_OTHERS_WORDS = """
caregivers carers children clients colleagues customers employees families parents partners patients
pupils residents staff stakeholders students teachers users visitors
"""
_OTHERS = frozenset(_OTHERS_WORDS.split())
_CERTIFIED = re.compile(
    r"\b(?:certified|certificate|certification|licen[cs]ed|registered|chartered)\b", re.IGNORECASE
)
# Words that name no skill by themselves, nor with each other:
# what is left of a span that was cut wrongly.
_VERB_WORDS = """
advise advising assist assisting coach coaching collaborate collaborating develop developing educate
educating engage engaging guide guiding help helping hire hiring influence influencing interview interviewing
lead leading liaise liaising manage managing mentor mentoring motivate motivating onboard onboarding partner
partnering recruit recruiting supervise supervising support supporting teach teaching train training working
"""
_VERBS = frozenset(_VERB_WORDS.split())
_EMPTY = _LOOSE | frozenset(_EMPTY_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*", re.UNICODE)


def tidied(text: str, span: Span, known: Sequence[Span] = ()) -> Span | None:
    """The span without loose edges, or None when its words name nothing.

    `known` are vocabulary names: a span that holds one whole always names something.
    """
    start, end = _trimmed(text, span.start, span.end)
    if end <= start:
        return None
    words = _WORD.findall(text[start:end].lower())
    named = any(k.start >= start and k.end <= end for k in known)
    if not named and (not words or all(_says_nothing(w) for w in words)):
        return None
    if words and (names_people(text[start:end]) or is_no_demand(text, start, end)):
        return None
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def names_people(quote: str) -> bool:
    """True for who is worked with or looked for ("data engineers", "game developers"): no skill."""
    listed = [_WORD.findall(part) for part in _LISTED.split(quote.lower())]
    return not _CERTIFIED.search(quote) and all(_are_people(words) for words in listed)


# who must have a car must know nothing; a licence to drive it is another matter
_OWN_CAR = re.compile(
    r"(?:access to|use of|own|have)? ?(?:(?:an?|the|your|own|reliable|suitable|insured) )*"
    r"(?:car|vehicle|transport(?:ation)?)(?: owner)?(?: for (?:business|work)(?: use| purposes)?)?",
    re.IGNORECASE,
)
_REGULATOR = re.compile(r"\b(?:CQC|Care Quality Commission|Ofsted)\b", re.IGNORECASE)
_RATING = re.compile(
    r"\brat(?:ed|ings?)\b|\bjudged\b|\boutstanding\b|[‘'\"“]good\b|\b(?:recent|last|latest|following)\b"
    r"|\binspection (?:in|report|result)",
    re.IGNORECASE,
)
_NEAR_ITS_REGULATOR = 80
"""Characters on each side of a regulator's name in which its judgement stands."""


def _rates_employer(text: str, start: int, end: int) -> bool:
    """True for a regulator named for its judgement of the employer ("rated outstanding by the CQC")."""
    if not _REGULATOR.search(text, start, end):
        return False
    return bool(_RATING.search(text, max(0, start - _NEAR_ITS_REGULATOR), end + _NEAR_ITS_REGULATOR))


_BEFORE_A_GRADE = re.compile(
    r"(?:\b[A-F]\*?\s?(?:[-–&]|to\b|and\b)\s?|\b(?i:grades?|gcses?)\W{1,2}|\bDCR ?\()$"
)


def _is_grade(text: str, start: int, end: int) -> bool:
    """True for the letter of a grade or a unit: no C in "GCSE grades A-C", no E in "A&E"."""
    return end - start == 1 and bool(_BEFORE_A_GRADE.search(text, max(0, start - 12), start))


def is_no_demand(text: str, start: int, end: int) -> bool:
    """True for what looks like a name and asks for no skill: a judged employer, a car to have, a grade."""
    judged = _rates_employer(text, start, end) or _is_grade(text, start, end)
    return judged or bool(_OWN_CAR.fullmatch(text, start, end))


_LISTED = re.compile(r",\s*(?:and|or)?\b|/|\s(?:and|or|&)\s")


def _are_people(words: Sequence[str]) -> bool:
    if len(words) == 1 and words[0] in _OTHERS:
        return True
    return 0 < len(words) <= 3 and words[-1] in ROLES and words[0] not in _VERBS and "with" not in words


def _says_nothing(word: str) -> bool:
    return word in _EMPTY or (word.endswith("ly") and len(word) > 4) or word.isdigit()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds without edge signs, loose words and unpaired brackets."""
    while True:
        before = start, end
        while start < end and text[start] != "." and _is_edge(text[start]):
            start += 1
        while end > start and _is_edge(text[end - 1]):
            end -= 1
        start, end = _brackets(text, start, end)
        start, end = _words_off(text, start, end)
        if (start, end) == before:
            return start, end


def _is_edge(char: str) -> bool:
    return char in _EDGE or (char > "\u2000" and unicodedata.category(char) in ("So", "Sk", "Mn"))


def _brackets(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    opened, closed = inside.count("("), inside.count(")")
    if opened > closed:
        if text[end : end + 1] == ")":
            return start, end + 1
        if inside.endswith("(") or closed == 0:
            return (start + 1, end) if inside.startswith("(") else (start, start + inside.rindex("("))
    if closed > opened and inside.endswith(")"):
        return start, end - 1
    if inside.startswith("(") and inside.endswith(")") and opened == closed == 1:
        return start + 1, end - 1
    return start, end


def _words_off(text: str, start: int, end: int) -> tuple[int, int]:
    first = _WORD.match(text, start, end)
    # "A/B tests" opens with no article
    loose = first and text[first.end() : first.end() + 1] != "/"
    if first and loose and first.end() < end and text[start : first.end()].lower() in _LOOSE - {"it", "us"}:
        return first.end(), end
    tail = re.search(r"[\s/,]([^\W_]+)$", text[start:end])
    if tail and tail.group(1).lower() in _LOOSE_AT_END:
        return start, start + tail.start()
    return start, end
