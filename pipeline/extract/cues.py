"""The wordings that tell how a posting asks: data for `demand`, one wording a line."""

from __future__ import annotations

import re


def any_of(*wordings: str) -> str:
    """One pattern that matches any of the wordings (themselves patterns)."""
    return "(?:" + "|".join(wordings) + ")"


def wordings(*patterns: str) -> re.Pattern[str]:
    """A compiled pattern, any case, of any of these."""
    return re.compile(any_of(*patterns), re.IGNORECASE)


_ADVANTAGE = any_of("plus", "asset", "advantage", "bonus")

PREFERRED_AHEAD = wordings(
    r"nice[- ]to[- ]haves?",
    r"\bbonus(?: points)?\b",
    r"\bideally\b",
    r"\bpreferably\b",
    r"\bpreference\b",
    r"\bpreferred\b",
    r"\bdesirable\b",
    r"\bdesired\b",
    r"\b(?:an )?advantage if\b",
    r"\b(?:a|big|huge|real) plus if\b",
    r"\bextra credit\b",
)
"""Wordings that make what follows them in the clause a wish."""

PREFERRED_BEHIND = wordings(
    r"nice[- ]to[- ]haves?",
    rf"\b(?:is|are|be|as|considered) an? (?:\w+ )?{_ADVANTAGE}\b",
    r"\b(?:a|big|huge|strong|definite|real) plus\b",
    r"\bplus(?:es)?[.!)]?\s*$",
    r"\(plus\)",
    r"\bpreferred\b",
    r"\bdesirable\b",
    r"\bdesired\b",
    r"\badvantageous\b",
    r"\ban (?:added |distinct )?(?:asset|advantage)\b",
    r"\bwould be (?:great|good|nice|ideal|beneficial|helpful|useful|welcome)\b",
    r"\bbeneficial\b",
    r"\bhelpful\b(?! to)",
    r"\b(?:is|are) (?:optional|welcome)\b",
    r"\bor (?:a )?willing(?:ness)? to learn\b",
)
"""Wordings that make what stands before them in the clause a wish."""

_NEEDED = any_of("required", "essential", "mandatory", "necessary", "needed", "a must", "a prerequisite")

REQUIRED = wordings(
    r"\bmust(?:[- ]haves?)?\b",
    rf"\b(?:is|are|be) {_NEEDED}\b",
    r"\brequire[sd]?\b",
    r"\bessential\b",
    r"\bmandatory\b",
    r"\bprerequisite",
    r"\byou (?:have|bring|possess|are|know)\b",
    r"\byou['’](?:ve|re)\b",
    r"\byou will need\b",
    r"\bwe (?:require|expect)\b",
    r"\bminimum (?:of )?\d",
    r"\bat least \d",
    r"\b\d+\s*\+?\s*(?:years?|yrs)\b",
)

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

DEPTH_BEFORE = wordings(
    rf"\b{_DEPTH_GRADE}(?:,? (?:and )?{_DEPTH_GRADE})*(?: {_DEPTH_CORE})?"
    r"(?: (?:of|with|in|using|working with|to|at|on|for))?\s*$",
    rf"\b{_DEPTH_CORE}(?: (?:of|with|in|using|working with|to|at|on|for))?\s*$",
)

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}

YEARS = re.compile(
    rf"(?<![\w.,$£€])(?P<low>\d{{1,2}}(?:\.5)?|{'|'.join(NUMBER_WORDS)})\s*(?:\(\d{{1,2}}\)\s*)?"
    r"(?:\+|plus|or more)?\s*(?:(?:-|–|to)\s*\d{1,2}\s*\+?\s*)?(?:or more\s*)?"
    r"(?:full[- ]time\s*)?(?:years?|yrs?)\b",
    re.IGNORECASE,
)

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
    )
    + r"\s*(?:\w+[ ,]+){0,2}$",
    re.IGNORECASE,
)
_NOT_NEEDED = any_of(
    rf"(?:is|are) not (?:\w+ )?{_NEEDED}",
    rf"(?:isn|aren)['’]t (?:\w+ )?{_NEEDED}",
    rf"not {_NEEDED}",
    "unnecessary",
)
NEGATED_AFTER = re.compile(rf"^[\w ,/()-]{{0,40}}?\b{_NOT_NEEDED}", re.IGNORECASE)
NO_BEFORE = re.compile(r"\bno\s+(?:prior |previous |specific |formal )*(?:\w+ )?$", re.IGNORECASE)
NEEDED_AFTER = re.compile(rf"^[\w ]{{0,40}}\b{_NEEDED}\b", re.IGNORECASE)
NOT_ONLY = re.compile(r"\bnot only\b", re.IGNORECASE)
JOINS_YEARS = re.compile(r"\b(?:in|with|of|using|as|doing|working)\b", re.IGNORECASE)
FOLLOWS_MENTION = re.compile(r"[\s(,:–-]*(?:for |at least |minimum (?:of )?|min\.? )?", re.IGNORECASE)
BREAK = re.compile(r"[.;:!?]\s|\n")
