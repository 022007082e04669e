"""What one page gives, as plain values for people and scripts, and what to do where it gives nothing."""

from __future__ import annotations

from typing import Any

from pipeline.read.canonical import masked_words
from pipeline.read.postings import posting_from
from pipeline.records import Facts, Outcome, RawPage, Reading, SourceLine

ADVICE: dict[Outcome, str] = {
    "posting": "",
    "closed": "Nothing to do: a closed posting stays in history and is not counted.",
    "feed": "Name one posting's own address, or gather the board with --match to choose among them.",
    "listing": "Gather it with --match 'words of a title', or list the addresses of single postings.",
    "shell": "Save the page in your browser once it has loaded and list the file, or install the extra "
    "`browser`.",
    "apply-form": "List the posting's own address: the same without its last part (/apply, /application).",
    "blocked": "Open the page in your browser, save it and list the file; skillmatrix passes no bot check.",
    "login-wall": "Log in with your browser, save the page and list the file.",
    "not-found": "Check the address; if the posting is gone, remove the line.",
    "error": "Try again later; if it stays, save the page in your browser and list the file.",
    "not-a-posting": "Check the address; if it is an article about the work, add kind=blog after it.",
    "no-text": "Copy the posting's text into a .txt file and list that file.",
    "wrong-language": "List an English version of the posting, or leave the line out.",
}
"""One line of advice for every outcome."""


def advice(reading: Reading) -> str:
    """Return what a person can do about that reading, "" where nothing is to be done."""
    if reading.outcome == "shell" and reading.follow:
        return f"Ask the board instead: {reading.follow[0].url}"
    return ADVICE[reading.outcome]


def page_report(page: RawPage, reading: Reading) -> dict[str, Any]:
    """Return outcome, postings, detail and advice of one page; the shape that `read --format json` prints."""
    line = SourceLine(page.url)
    return {
        "outcome": reading.outcome,
        "system": reading.system,
        "postings": [_told(posting_from(listing, line, page)) for listing in reading.listings],
        "detail": masked_words(reading.detail),
        "advice": masked_words(advice(reading)),
        "follow": [masked_words(request.url) for request in reading.follow],
    }


def _told(posting: Any) -> dict[str, Any]:
    told = {
        "title": posting.title or None,
        "company": posting.company or None,
        "location": posting.location or None,
        "date_posted": posting.date,
        "url": posting.url,
        "language": posting.language,
        **_facts(posting.facts),
        "description": posting.text,
        "sections": [
            {"kind": s.kind, "heading": s.heading, "start": s.start, "end": s.end} for s in posting.sections
        ],
        "flags": list(posting.flags),
    }
    return told | ({"closed": posting.closed} if posting.closed else {})


def _facts(facts: Facts) -> dict[str, Any]:
    names = ("work_mode", "employment_type", "seniority")
    salary = {
        name: getattr(facts, f"salary_{name}") or None for name in ("low", "high", "currency", "period")
    }
    return {
        "salary": salary if facts.salary_low is not None else None,
        **{name: getattr(facts, name) or None for name in names},
        "sources": dict(facts.sources),
    }
