"""Good care that a posting promises: "giving outstanding care to the residents".

The span model takes it for the employer's praise of itself. Where a posting asks for care otherwise, a
careful reader takes it for what is asked of whoever gives that care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.extract.cues import any_of
from pipeline.extract.spans import Span

# "we provide excellent care" only praises; "our aim is to provide", "committed to providing" bind the reader
_BOUND_BY = any_of(*(rf"(?<=\b{word} )" for word in ("to", "will", "can", "and", "us")))
_VERB = any_of(
    rf"{_BOUND_BY}(?:deliver|provide|give|offer|ensure|maintain|achieve|improve|enhance)\b",
    r"\b(?:deliver|provid|giv|offer|ensur|maintain|achiev|improv|enhanc|influenc)ing\b",
    r"\b(?:delivery|provision) of\b",
)
_GOOD = any_of(
    "high[ -](?:quality|standards?)", "highest", "best", "excellent", "outstanding", "quality", "exceptional",
    "exemplary", "first[ -]class", "world[ -]class", "safe", "safest", "compassionate", "optimal", "superior",
)  # fmt: skip
_THINGS_OF_CARE = any_of(
    "plan", "pathway", "home", "team", "package", "environment", "certificate", "sector", "setting", "staff",
    "worker", "assistant", "professional", "provider", "cost", "facilit", "standard", "unit",
)  # fmt: skip
_CARE = rf"(?<![\w-])(?:(?:nursing |health ?)?care|nursing)\b(?! care|-| {_THINGS_OF_CARE})(?: possible)?"
_CARED_FOR = any_of("patients?", "residents?", "service users?", "clients?", "carers?", "families")
_OUTCOME = any_of(
    r"best possible outcomes?",
    rf"{_GOOD} (?:patient|clinical) outcomes?",
    rf"{_GOOD} outcomes for (?:our |all |the )?{_CARED_FOR}",
)
_EXPERIENCE = any_of(
    rf"experience of (?:our |all |the )?{_CARED_FOR}", rf"{_CARED_FOR}[’']?s?[’']? experiences?"
)
_WORD = r"(?!that )[\w’'/&-]+,? "
_PROMISE = re.compile(
    rf"{_VERB} (?:(?:{_WORD}){{0,4}}?(?:{_OUTCOME}|{_EXPERIENCE})\b"
    rf"|(?:{_WORD}){{0,6}}?{_GOOD}\b,? (?:{_WORD}){{0,5}}?{_CARE})"
    r"|\bachieve (?:the )?best possible outcomes?\b",
    re.IGNORECASE,
)
_OF_CARE = re.compile(
    r"\b(?:patients?|clinical|clinics?|nurs\w+|care|wards?|midwi\w+|\w*therap\w+|medic\w+|surg\w+|"
    r"mental health|treatment|diagnos\w+|residents|disabilit\w+|safeguarding|service users?|rehab\w+)\b",
    re.IGNORECASE,
)
_DEMANDS_OF_CARE = 3
"""Different demands that speak of care: fewer are found in the postings of a hospital's finance office."""


def promised(text: str, demands: Iterable[Span]) -> Iterator[Span]:
    """The care that a posting promises, in order; nothing where its other `demands` hardly speak of care."""
    quotes = {text[d.start : d.end].lower() for d in demands}
    if sum(bool(_OF_CARE.search(quote)) for quote in quotes) < _DEMANDS_OF_CARE:
        return
    for found in _PROMISE.finditer(text):
        yield Span(found.start(), found.end(), "pattern", "general", score=0.5)
