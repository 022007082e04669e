"""Greenhouse: one job or a board of its public API, and the page of an employer that embeds a board."""

from __future__ import annotations

import re
from typing import Any

from pipeline.records import Listing, Reading, Request
from pipeline.sources.common import Named, listed, reading
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.maintext import main_text
from pipeline.sources.values import at, dicts, joined, markup, pay, word

NAME = "greenhouse"
OWN_TEXT = 600
"""A page with more main text than this tells its posting itself."""

_BOARD_IN_PAGE = re.compile(
    r"greenhouse\.io/embed/(?:job_board|job_app)(?:/js)?\?[^\"'<>]*?\bfor=([\w-]+)"
    r"|data-board-token\s*=\s*[\"']([\w-]+)"
    r"|boards(?:-api)?(?:\.eu)?\.greenhouse\.io/(?:v1/boards/)?(?!embed\b)([\w-]+)/jobs"
    r"|[\"'](?:boardToken|board_token|urlToken)[\"']\s*:\s*[\"']([\w-]+)",
)


def read(document: Document) -> Reading | None:
    """The postings of an API answer; for an embedding page the request that leads to its posting."""
    if document.kind == "json":
        return _read_answer(document)
    if document.kind == "html":
        return _read_embedding(document)
    return None


def _read_answer(document: Document) -> Reading | None:
    data = document.data
    if _is_job(data):
        return reading(document, NAME, [_listing(data, document)])
    jobs = dicts(at(data, "jobs"))
    if not jobs or not all(_is_job(job) for job in jobs):
        return None
    if not any(job.get("content") for job in jobs):
        return listed(NAME, len(jobs), "the board was asked without content=true: no texts")
    return reading(document, NAME, [_listing(job, document) for job in jobs if not _is_prospect(job)])


def _is_job(data: Any) -> bool:
    return isinstance(data, dict) and "absolute_url" in data and "title" in data and "location" in data


def _is_prospect(job: dict[str, Any]) -> bool:
    # a post of the talent pool, not an opening
    return "internal_job_id" in job and job["internal_job_id"] is None


def _listing(job: dict[str, Any], document: Document) -> Named:
    ranges = dicts(job.get("pay_input_ranges"))
    first = ranges[0] if ranges else {}
    deadline = day(job.get("application_deadline"))
    listing = Listing(
        url=word(job.get("absolute_url")) or document.url,
        system=NAME,
        title=word(job.get("title")),
        content=markup(job.get("content")),
        company=word(job.get("company_name")) or _employer(document),
        location=joined([word(at(job, "location", "name"))]),
        date_posted=day(job.get("first_published")) or day(job.get("updated_at")),
        valid_through=deadline,
        employment_type=_employment(job),
        item=str(job.get("id", "")),
        salary=pay(
            _cents(first.get("min_cents")), _cents(first.get("max_cents")), first.get("currency_type")
        ),
    )
    return listing, (str(job.get("id", "")),)


def _employer(document: Document) -> str | None:
    return document.address.group("board") if document.address else None


def _cents(value: Any) -> int | None:
    return round(value / 100) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _employment(job: dict[str, Any]) -> str | None:
    for entry in dicts(job.get("metadata")):
        if "employment" in str(entry.get("name", "")).lower():
            return word(entry.get("value"))
    return None


def _read_embedding(document: Document) -> Reading | None:
    wanted = re.search(r"[?&]gh_jid=(\d+)", document.url + " " + document.base)
    if not wanted:
        return None
    board = _BOARD_IN_PAGE.search(document.text)
    # a page that tells the posting itself, as one saved from a browser does, needs no API
    if not board or "JobPosting" in document.text or len(main_text(document)) > OWN_TEXT:
        return None
    name = next(group for group in board.groups() if group)
    url = f"https://boards-api.greenhouse.io/v1/boards/{name}/jobs/{wanted.group(1)}"
    detail = f"the page embeds the Greenhouse board {name}"
    return Reading("shell", detail=detail, follow=(Request(url),), system=NAME)


def links(document: Document) -> list[tuple[str, str]] | None:
    """Title and address of every job of a board."""
    if document.kind != "json" or not all(_is_job(j) for j in dicts(at(document.data, "jobs"))):
        return None
    found = [
        (word(j.get("title")) or "", word(j.get("absolute_url")) or "")
        for j in dicts(at(document.data, "jobs"))
    ]
    return found or None
