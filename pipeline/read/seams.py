"""Texts that lost their line ends on the way: "attention to detailExperience with SQLMust have"."""

from __future__ import annotations

import re

FEWEST = 2
"""Different openings of a line glued to a word from which on a text counts as flattened."""

_GLUED = re.compile(r"(?<![^\W_])([a-z]{3,})(?=[A-Z][a-z]{2,}(?![^\W_]))")
_OPENING = (
    "Ability|Able|Experience|Excellent|Strong|Knowledge|Must|Proficient|Proficiency|Familiar|Familiarity|"
    "Understanding|Demonstrated|Proven|Bachelor|Minimum|Preferred|Required|Responsibilities|Qualifications|"
    "Requirements|Skills|Good|Solid|Working|Work|Develop|Design|Build|Provide|Ensure|Support|Manage|Lead|You|"
    "To|What|Why|We|Our|As|If|Ideally|Previous|Valid|Maintain|Assist|Collaborate|Coordinate|Oversee|Attend|Carry|"
    "Monitor|Deliver|Prepare|Undertake|Participate|Comply|Report|Take|Help|Use|Act|Create|Drive|Own|Maintaining|"
    "Assisting|Complying|Ensuring|Providing|Supporting|Promoting|Managing"
)
# two signs before it: "iComply" is a name
_OPENED = rf"(?<=\w[A-Za-z0-9+#%])(?=((?:{_OPENING})\b))"
_FLAT = re.compile(_OPENED)
_SEAM = re.compile(
    r"(?<=[a-z]{2}[.!?:;])(?=[A-Z][a-z]+[\s,:A-Z])(?!(?:Net|Js|Io)\b)"
    r"|(?<=\))(?=[A-Z][a-z]{2,}\b)"
    rf"|{_OPENED}"
)


def parted(text: str) -> tuple[str, int]:
    """The text with a line break at every seam of a flattened text, and how many; other texts as they are."""
    if len(set(_FLAT.findall(text))) < FEWEST:
        return text, 0
    text, words = _GLUED.subn(r"\1\n", text)
    text, others = _SEAM.subn("\n", text)
    return text, words + others
