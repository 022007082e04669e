"""Read the answers of boards, JSON or XML: one reader for all of them, told by `table` what stands where."""

from __future__ import annotations

import html
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing, Reading, Request
from pipeline.sources import addresses
from pipeline.sources.common import Named, listed, reading, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.feeds import object_of
from pipeline.sources.table import BOARDS, Board
from pipeline.sources.values import at, block, dicts, joined, named, pay, word, words

# --- paths ------------------------------------------------------------------------------------


def _values(value: Any, path: str) -> list[Any]:
    """Return every value at one path."""
    found = [value]
    for step in path.split(".") if path else ():
        if step == "*":
            # an XML list of one entry is that entry
            found = [item for each in found for item in (each if isinstance(each, list) else [each])]
        elif step.startswith("*["):
            # `*[name~word]`: the entries whose field has the word
            key, _, wanted = step[2:-1].partition("~")
            found = [i for each in found for i in dicts(each) if wanted in str(i.get(key, "")).lower()]
        else:
            found = [at(each, int(step) if step.isdigit() else step) for each in found]
    return [each for each in found if each not in (None, "", [], {})]


def _first(job: Any, paths: str, whole: Any = None) -> Any:
    """Return the first value of a path that has one."""
    for path in paths.split("|") if paths else ():
        if path.startswith("="):
            return path[1:]
        found = _values(whole if path.startswith("^") else job, path.lstrip("^").removesuffix("/,"))
        if found and path.endswith("/,"):
            return str(found[0]).rsplit(",", 1)[0]
        if found:
            return found[0] if len(found) == 1 else found
    return None


MOST_PLACES = 10
"""A posting may name hundreds of places."""


def _place(job: Any, spec: str, whole: Any) -> str | None:
    parts: list[str] = []
    for part in spec.split(" & "):
        for choice in part.split("|"):
            found = [place for place in _places(job, choice, whole) if place]
            # a place that another one names already is said once
            parts += [p for p in found if not any(p.split(",")[0] in known for known in parts)]
            if found:
                break
    more = f"and {len(parts) - MOST_PLACES} more places" if len(parts) > MOST_PLACES else ""
    return joined([*(part.strip(" ,") for part in parts[:MOST_PLACES]), more], " | ")


def _places(job: Any, choice: str, whole: Any) -> list[str | None]:
    if choice.startswith("?"):
        flag, _, said = choice[1:].partition("=")
        return [said] if _first(job, flag) is True else []
    entries, colon, fields = choice.partition(":")
    if colon:
        return [joined(word(_first(e, field)) for field in fields.split(",")) for e in _values(job, entries)]
    if "," in choice:
        return [joined(word(_first(job, field, whole)) for field in choice.split(","))]
    found = _first(job, choice, whole)
    return list(words(found))


def _company(job: Any, board: Board, whole: Any, url: str, document: Document) -> str | None:
    for choice in board.company.split("|"):
        if not choice.startswith("@"):
            found = word(_first(job, choice, whole))
        elif choice == "@host":
            host = urlsplit(document.base if board.name == "bamboohr" else url).hostname or ""
            found = named(host.split(".")[0]) if board.name in host else None
        else:
            matches = (addresses.match(url), document.address)
            slug = next(
                (g for m in matches if m and m.system == board.name and (g := m.group(choice[1:]))), ""
            )
            found = slug.upper() if 0 < len(slug) <= 3 else named(slug) or None
        if found:
            return found
    return None


# --- one reader -------------------------------------------------------------------------------


def read(document: Document) -> Reading | None:
    """Return the postings of a board's answer, or how many its list names; None for one of no board here."""
    if document.kind == "xml":
        return of_data(object_of(document.root), document) if document.root is not None else None
    if document.kind != "json":
        return None
    return of_data(document.data, document) or _named(document) or _refused(document)


def of_data(data: Any, document: Document) -> Reading | None:
    """Return the postings that an answer, or what a page carries of one, tells."""
    for board in BOARDS:
        jobs, many = _jobs(data, board)
        if jobs or (many and board.marker and board.marker in data):
            return _reading(document, board, data, jobs, many)
    return None


def _jobs(data: Any, board: Board) -> tuple[list[dict[str, Any]], bool]:
    """Return the board's jobs, and True where the answer is a list of them."""
    for path in board.jobs:
        found = _first(data, path) if path else data
        rows = dicts(found) if isinstance(found, list) else dicts([found])
        marked = [row for row in rows if all(_first(row, mark) is not None for mark in board.has.split(" "))]
        if marked and (board.some or len(marked) == len(rows)):
            return marked, isinstance(found, list)
    return [], bool(board.jobs and board.jobs[0]) and isinstance(at(data, board.jobs[0]), list)


def _reading(document: Document, board: Board, data: Any, jobs: list[dict[str, Any]], many: bool) -> Reading:
    if many and board.bare and not any(_content(job, board) for job in jobs):
        return listed(board.name, len(jobs), "" if board.bare == "no texts" else board.bare)
    open_jobs = [job for job in jobs if not any(k in job and job[k] is v for k, v in board.skip)]
    found = [_listing(job, board, data, document) for job in open_jobs]
    answer = (
        reading(document, board.name, found) if many or document.pick else single(found[0][0], board.name)
    )
    following = word(at(data, "links", "next")) if board.name == "arbeitnow" else None
    follow = (Request(following),) if following and following.startswith("https://") else ()
    return Reading(answer.outcome, answer.listings, answer.detail, follow, board.name)


def _listing(job: dict[str, Any], board: Board, whole: Any, document: Document) -> Named:
    # the address of one posting, asked as it stands, is that posting's address
    itself = document.address is not None and not document.address.board and not document.pick
    url = word(_first(job, board.url)) or ("" if itself else _made_link(job, board, document)) or document.url
    item = word(_first(job, board.item))
    content = _content(job, board)
    listing = Listing(
        url=url,
        system=board.name,
        title=word(_first(job, board.title)),
        content=content,
        is_html=has_tags(content),
        company=_company(job, board, whole, url, document),
        location=_place(job, board.place, whole),
        date_posted=next(
            (d for p in board.date.split("|") if (d := day(_first(job, p), document.now))), None
        ),
        valid_through=day(_first(job, board.last_day)),
        closed=_closed(job, board),
        employment_type=joined(w for path in board.employment.split(" & ") for w in words(_first(job, path))),
        item=item,
        salary=_salary(job, board),
        work_mode=word(_first(job, board.mode)) or _remote(job, board),
        seniority=joined(words(_first(job, board.seniority))),
    )
    keys = (
        item,
        *words(_first(job, board.keys)),
        word(job.get("id")),
        url.rstrip("/").rsplit("/", 1)[-1][:36],
    )
    return listing, tuple(key for key in (*keys, url.rstrip("/").rsplit("/", 1)[-1][:12]) if key)


def _content(job: dict[str, Any], board: Board) -> str:
    parts = []
    for entries, heading, field in board.text:
        for entry in (
            sorted(_values(job, entries), key=_order) if entries.endswith("*") else _values(job, entries)
        ):
            found = _first(entry, field)
            texts = found if isinstance(found, list) else [found]
            text = unescaped("<br>".join(t for t in texts if isinstance(t, str)))
            if not has_tags(text):
                text = html.escape(html.unescape(text), quote=False).strip().replace("\n", "<br>")
            elif text.lstrip().startswith("<li"):
                text = f"<ul>{text}</ul>"
            own, _, other = heading.partition("|")
            title = word(_first(entry, own[1:])) if own.startswith(".") else own
            parts.append(block(title or other, text))
    return "".join(parts)


def _order(entry: Any) -> int:
    order = at(entry, "order")
    return order if isinstance(order, int) else 99


def _closed(job: dict[str, Any], board: Board) -> str | None:
    state = _first(job, board.status[0]) if board.status else None
    told = str(state).lower()
    return (
        None if state is None or told in board.status[1:] else f"{board.name} says {board.status[0]}: {told}"
    )


def _salary(job: dict[str, Any], board: Board) -> str | None:
    values = []
    for spec in board.salary:
        path, _, part = spec.partition("/")
        value = _first(job, path)
        if isinstance(value, int | float) and not abs(value) < 1e15:
            value = None  # no pay, infinite or no number
        values.append(round(value / int(part)) if part and isinstance(value, int | float) else value)
    if len(values) == 1 or (values and isinstance(values[0], str) and not values[0][:1].isdigit()):
        # "Not displayed" is no pay
        return told if any(map(str.isdigit, told := word(values[0]) or "")) else None
    return pay(*values) if values else None


def _remote(job: dict[str, Any], board: Board) -> str | None:
    flags = (part for spec in board.place.split(" & ") for part in spec.split("|") if part.startswith("?"))
    return next(
        (flag.partition("=")[2] for flag in flags if _first(job, flag[1:].partition("=")[0]) is True), None
    )


# --- lists that only name ---------------------------------------------------------------------


def _named_rows(document: Document) -> tuple[Board | None, list[dict[str, Any]]]:
    for board in BOARDS if document.kind == "json" else ():
        for path, has in board.names if not board.hosted or document.system == board.name else ():
            rows = dicts(_first(document.data, path) if path else document.data)
            if rows and all(_first(row, mark) is not None for row in rows[:50] for mark in has.split(" ")):
                return board, rows
    return None, []


def _named(document: Document) -> Reading | None:
    board, rows = _named_rows(document)
    if not board:
        return None
    name = board.name
    total = at(document.data, "total") or at(document.data, "totalFound")
    detail = f"{len(rows)} of {total} postings named, none with its text" if total else ""
    follow = _next_pages(name, len(rows), total, document) if isinstance(total, int) else ()
    return Reading("listing", detail=detail or listed(name, len(rows)).detail, follow=follow, system=name)


def _refused(document: Document) -> Reading | None:
    if document.system != "workday" or at(document.data, "errorCode") is None:
        return None
    told = str(at(document.data, "message") or "")
    gone = at(document.data, "httpStatus") in (404, 410) or "not found" in told.lower()
    return Reading("not-found" if gone else "error", detail=told[:200], system="workday")


WORKDAY_MOST = 2000
"""Some tenants of Workday repeat page one beyond this offset."""


def _next_pages(name: str, count: int, total: int, document: Document) -> tuple[Request, ...]:
    asked = (
        document.page.url
        if "/wday/cxs/" in document.page.url or "/v1/companies/" in document.page.url
        else document.url
    )
    if name == "workday":
        found = addresses.match(asked)
        if not found or found.system != name or not found.board:
            return ()
        # `total` is 0 on later pages of some tenants, so the first page names them all
        body = '{"appliedFacets": {}, "limit": 20, "offset": %d, "searchText": ""}'
        return tuple(
            Request(found.request.url, "POST", body % n) for n in range(20, min(total, WORKDAY_MOST), 20)
        )
    base = asked.split("?")[0]
    if (
        name != "smartrecruiters"
        or "/v1/companies/" not in base
        or at(document.data, "offset") != 0
        or not count
    ):
        return ()
    return tuple(Request(f"{base}?limit=100&offset={n}") for n in range(100, total, 100))


def links(document: Document) -> list[tuple[str, str]] | None:
    """Return title and address of every posting that a list names."""
    board, rows = _named_rows(document)
    if not board:
        return None
    found = ((word(_first(row, board.title)) or "", _link(row, board, document)) for row in rows)
    return [(title, url) for title, url in found if url] or None


def _link(row: dict[str, Any], board: Board, document: Document) -> str:
    if board.name == "workday":
        base = (document.page.final_url or document.url).split("?")[0].rstrip("/").removesuffix("/jobs")
        if "/wday/cxs/" not in base:
            asked = addresses.match(document.url)
            base = asked.request.url.removesuffix("/jobs") if asked else ""
        return f"{base}{row.get('externalPath')}"
    if board.name == "smartrecruiters":
        company = at(row, "company", "identifier")
        made = f"https://api.smartrecruiters.com/v1/companies/{company}/postings/{row.get('id')}"
        return word(row.get("ref")) or made
    return word(_first(row, board.url)) or word(row.get("url")) or _made_link(row, board, document)


def _made_link(row: dict[str, Any], board: Board, document: Document) -> str:
    """Return the address that the table makes of a posting's parts; "" where one is missing."""
    groups = dict(document.address.groups) if document.address and document.system == board.name else {}
    parts = {**groups, **{key: str(value) for key, value in row.items()}}
    wanted = {name for _, name, _, _ in Formatter().parse(board.link) if name}
    return board.link.format_map(parts) if all(parts.get(name) for name in wanted) else ""
