"""What a posting is counted under: its month and its role."""

from __future__ import annotations

import re

from pipeline.text import key

_AFTER = re.compile(r"\s*(?:[(\[|–—,:]|\s-\s|\s@\s|\bat\b|\bin\b|/\s).*$", re.IGNORECASE | re.DOTALL)
_LEADS = re.compile(
    r"\b(?:senior|sr|snr|junior|jr|jnr|lead|principal|staff|head of|chief|entry level|mid level|mid|intern|"
    r"working student|associate|experienced|expert|i{1,3}|iv|[1-5])\b\.?",
    re.IGNORECASE,
)


def month_of(date: str | None) -> str:
    """`2026-03` of an ISO day; "undated" without one."""
    return date[:7] if date and len(date) >= 7 else "undated"


def role_of(title: str) -> str:
    """The title without seniority, brackets and what follows a comma or dash: `ml engineer`.

    A title that is nothing else keeps its words; a posting without one is "untitled".
    """
    short = key(_AFTER.sub("", title))
    return " ".join(_LEADS.sub(" ", short).split()) or short or key(title) or "untitled"
