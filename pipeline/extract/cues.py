"""The wordings that tell how a posting asks: data for `demand`, one wording a line.

All are patterns for text in lower case: looking in any case takes three times as long, and one that does not
begin as its neighbours do (with "\\b") makes all of them five times as slow.
"""

from __future__ import annotations

import re


def any_of(*wordings: str) -> str:
    """Return one pattern that matches any of the wordings (themselves patterns)."""
    return "(?:" + "|".join(wordings) + ")"


def whole(*wordings: str) -> str:
    """Return one pattern that matches any of the wordings where a word begins."""
    return rf"\b{any_of(*wordings)}"


_NICE = r"nice[- ]to[- ]haves?"


# "with desirable theatre experience" wishes for what it names, not for what stands before it
_OF_ANOTHER = r"(?: (?!and\b|or\b|but\b)[\w/-]+){0,2} (?:experience|knowledge|skills?|qualifications?)\b"

_ADVANTAGE = any_of("plus", "asset", "advantage", "bonus")

PREFERRED_AHEAD = re.compile(
    any_of(
        whole(
            r"bonus(?: points)?\b",
            r"ideally\b",
            r"preferably\b",
            r"preference\b",
            r"preferred\b(?!,)",
            r"desirable\b",
            r"desired\b",
            r"(?:an )?advantage if\b",
            r"(?:a|big|huge|real) plus if\b",
            r"extra credit\b",
        ),
        _NICE,
    )
)
"""Wordings that make what follows them in the clause a wish."""

PREFERRED_BEHIND = re.compile(
    any_of(
        whole(
            rf"(?:is|are|be|as|considered) an? (?:\w+ )?{_ADVANTAGE}\b",
            r"(?:a|big|huge|strong|definite|real) plus\b",
            r"plus(?:es)?[.!)]?\s*$",
            rf"(?:preferred|desirable|desired)\b(?!{_OF_ANOTHER})",
            r"advantageous\b",
            r"an (?:added |distinct )?(?:asset|advantage)\b",
            r"would be (?:great|good|nice|ideal|beneficial|helpful|useful|welcome)\b",
            r"beneficial\b",
            r"helpful\b(?! to)",
            r"(?:is|are) (?:optional|welcome)\b",
            r"or (?:a )?willing(?:ness)? to learn\b",
        ),
        _NICE,
        r"\(plus\)",
    )
)
"""Wordings that make what stands before them in the clause a wish."""

_NEEDED = any_of("required", "essential", "mandatory", "necessary", "needed", "a must", "a prerequisite")

REQUIRED = re.compile(
    whole(
        r"must(?:[- ]haves?)?\b",
        rf"(?:is|are|be) {_NEEDED}\b",
        r"require[sd]?\b",
        r"essential\b",
        r"mandatory\b",
        r"prerequisite",
        r"you (?:have|bring|possess|are|know)\b",
        r"you['’](?:ve|re)\b",
        r"will need\b",
        r"we (?:require|expect)\b",
        r"minimum (?:of )?\d",
        r"at least \d",
        r"\d+\s*\+?\s*(?:years?|yrs)\b",
    )
)

ASKED = re.compile(r"^\W*(?:and |so )?(?:are|do|have|can|could) you\b")
"""How a sentence begins that asks the reader for what it names: "Are you motivated to …?"."""

_TO_LEARN = r"to (?:\w+ )?(?:develop|gain|learn|build|enhance|extend)\b"
LEARNED = re.compile(
    whole(
        rf"(?:opportunit(?:y|ies)|chance|training|supported|helped|enabled|help you|enable you) {_TO_LEARN}",
        r"we(?:['’]ll| will| can) (?:also )?(?:provide|offer|give|teach|train|support|help) you\b",
        r"you(?:['’]ll| will) (?:also )?(?:learn|gain|receive|get)\b",
        r"develop(?:ing)? your\b",
        r"training (?:is|will be) (?:given|provided)\b",
    )
)
"""Wordings that make what follows them something that the employer will teach."""

_DEPTH_CORE = any_of(
    "ability", "acquaintance", "adept", "aware(?:ness)?", "background", "capability", "comfort(?:able)?",
    "command", "competen(?:t|ce|cy)", "experienced?", "expert(?:ise)?", "exposure", "familiar(?:ity)?",
    "fluen(?:t|cy)", "grasp", "knowledge", "mastery", "proficien(?:t|cy)", "qualified", "skill(?:ed|s)",
    "strength", "track record", "understanding", "versed",
)  # fmt: skip
_DEPTH_GRADE = any_of(
    "advanced", "basic", "broad", "clear", "comprehensive", "deep", "demonstra(?:ted|ble)", "effective",
    "entry-level", "excellent", "exceptional", "expert(?:-level)?", "extensive", "firm", "fundamental",
    "general", "good", "great", "hands[- ]on", "high", "in-depth", "intermediate", "intimate", "native",
    "outstanding", "practical", "previous", "prior", "professional", "proven", "relevant", "rich",
    "significant", "solid", "some", "sound", "strong", "superior", "thorough", "working",
)  # fmt: skip

DEPTH_BEFORE = re.compile(
    whole(rf"{_DEPTH_GRADE}(?:,? (?:and )?{_DEPTH_GRADE})*(?: {_DEPTH_CORE})?", _DEPTH_CORE)
    + r"(?: (?:of|with|in|using|working with|to|at|on|for))?\s*$"
)

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        start=1,
    )
}

_AMOUNT = rf"\d{{1,2}}(?:\.5)?|{'|'.join(NUMBER_WORDS)}"
YEARS = re.compile(
    rf"(?<![\w.,$£€-])(?P<low>{_AMOUNT})\s*(?:\(\d{{1,2}}\+?\)\s*)?(?:\+|plus|or more)?[\s-]*"
    rf"(?:(?:-|–|to|and)\s*(?:{_AMOUNT})\s*\+?\s*)?(?:or more\s*)?"
    r"(?:full[- ]time\s*)?(?P<unit>years?|yrs?|yoe|months?)\b",
)
"""A number of years or months; of a range the lower end is the group `low`."""

_KNOWING = any_of("experience", "knowledge", "background", "familiarity", "expertise")

NEGATED_BEFORE = re.compile(
    any_of(
        rf"\bno (?:prior |previous |specific |formal )?{_KNOWING}(?: (?:with|in|of|using))?",
        r"\b(?:do(?:es)? not|don['’]t|doesn['’]t|never) (?:use|need|require|expect|work with|have)"
        rf"(?: any)?(?: {_KNOWING})?(?: (?:with|in|of))?",
        r"\b(?:not|never) (?:using|looking for|required to know)",
        r"\bno need (?:for|to know|of)",
        r"\bwithout(?: any)?",
        r"\bno longer us(?:e|ing)",
        r"\byou (?:won['’]t|will not) (?:need|use)",
        r"\b(?:can|could) do without",
        r"\bneither",
        r"\bnor(?: do we (?:need|ask for|expect|use))?",
        r"\b(?:moved|moving|migrated) away from",
    )
    + r"\s*(?:\w+[ ,]+){0,2}$",
)
_NOT_NEEDED = any_of(
    rf"(?:is|are|was|were) (?:not|no longer|by no means|never) (?:\w+ )?{_NEEDED}",
    rf"(?:isn|aren)['’]t(?: (?:\w+ )?{_NEEDED}|\s*(?:[.;,)]|$))",
    rf"(?:not|no longer|never) {_NEEDED}",
    "unnecessary",
)
NEGATED_AFTER = re.compile(rf"^[\w ,/()-]{{0,40}}?[:?–-]?\s*\b{_NOT_NEEDED}")
NO_BEFORE = re.compile(r"\bno\s+(?:prior |previous |specific |formal )*(?:\w+ )?$")
NEEDED_AFTER = re.compile(rf"^[\w ]{{0,40}}\b{_NEEDED}\b")
NOT_ONLY = re.compile(r"\bnot only\b")
JOINS_YEARS = re.compile(r"\b(?:in|with|of|using|as|doing|working)\b")
FOLLOWS_MENTION = re.compile(r"[\s(,:–-]*(?:for )?(?:at least |minimum (?:of )?|min\.? )?")
BREAK = re.compile(r"[.;:!?]\s|\n")
