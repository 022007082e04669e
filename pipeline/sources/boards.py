"""Read the answers of boards, JSON or XML: one reader for all of them, told by `table` what stands where."""

from __future__ import annotations

import html
from functools import cache
from string import Formatter
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature

from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing, Reading, Request
from pipeline.sources import addresses, values
from pipeline.sources.common import Named, listed, reading, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.feeds import object_of
from pipeline.sources.table import BOARDS, Board
from pipeline.sources.values import at, block, dicts, joined, pay, word, words

MOST_PLACES = 10
"""A posting may name hundreds of places."""
MOST_ASKED = 2000
"""Some tenants of Workday repeat page one beyond this offset."""


class _Own(Functions):
    """What the table asks for beside JMESPath's own functions; no value of a stranger makes them fail."""

    @signature({"types": []})
    def _func_named(self, slug: Any) -> str | None:
        label = word(slug) or ""
        # "ibm" is IBM; a longer slug is a name in small letters
        return label.upper() if 0 < len(label) <= 3 else values.named(label) or None

    @signature({"types": []}, {"types": ["string"]})
    def _func_parts(self, value: Any, mark: str) -> list[str]:
        return (word(value) or "").split(mark, 1)

    @signature({"types": []}, {"types": ["string"]})
    def _func_within(self, value: Any, name: str) -> list[Any]:
        """Return every value of that name in a posting, however deep."""
        pairs = value.items() if isinstance(value, dict) else ((None, v) for v in dicts(value))
        inner = [(key, each) for key, each in pairs if key != "_"]
        own = [each for key, each in inner if key == name]
        return own + [found for _, each in inner for found in self._func_within(each, name)]

    @signature({"types": []}, {"types": ["string"]})
    def _func_tells(self, value: Any, wanted: str) -> bool:
        return wanted in (word(value) or "").lower()

    @signature({"types": []})
    def _func_cents(self, value: Any) -> Any:
        # from 1e15 on a float loses cents, and no board means such a number
        return round(value / 100) if isinstance(value, int | float) and abs(value) < 1e15 else None

    @signature({"types": []})
    def _func_ordered(self, entries: Any) -> list[Any]:
        place = (at(entry, "order") for entry in dicts(entries))
        # what states no place comes last
        keyed = zip((p if isinstance(p, int) else 99 for p in place), dicts(entries), strict=True)
        return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]


_OWN = jmespath.Options(custom_functions=_Own())
_compiled = cache(jmespath.compile)


def _find(path: str, value: Any) -> Any:
    """Return what a path finds; None where it finds nothing or a value is of another type than promised."""
    try:
        found = _compiled(path).search(value, options=_OWN) if path else None
    except JMESPathError:
        return None
    return None if found in (False, "", [], {}) else found


def read(document: Document) -> Reading | None:
    """Return the postings of a board's answer, or how many its list names; None for one of no board here."""
    if document.kind == "xml":
        return of_data(object_of(document.root), document) if document.root is not None else None
    if document.kind != "json":
        return None
    # whole postings before lists of names before refusals: an answer may hold all three
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
    found = _find(board.jobs, data)
    rows = dicts(found if isinstance(found, list) else [found])
    marked = [row for row in rows if _find(board.has, row)]
    if marked and (board.some or len(marked) == len(rows)):
        return marked, isinstance(found, list)
    return [], isinstance(at(data, board.jobs), list)


def _reading(document: Document, board: Board, data: Any, jobs: list[dict[str, Any]], many: bool) -> Reading:
    found = [_listing(job, board, data, document) for job in jobs if not _find(board.skip, job)]
    if many and board.bare and not any(listing.content for listing, _ in found):
        return listed(board.name, len(jobs), "" if board.bare == "no texts" else board.bare)
    answer = (
        reading(document, board.name, found) if many or document.pick else single(found[0][0], board.name)
    )
    following = word(_find(board.following, data)) or ""
    # only to where a server can be: the answer is hostile
    follow = (Request(following),) if following.startswith("https://") else ()
    return Reading(answer.outcome, answer.listings, answer.detail, follow, board.name)


def _listing(job: dict[str, Any], board: Board, whole: Any, document: Document) -> Named:
    # the address of one posting, asked as it stands, is that posting's address
    itself = document.address is not None and not document.address.board and not document.pick
    url = word(_find(board.url, job)) or ("" if itself else _link(job, board, document)) or document.url
    row = {**job, "_": {"answer": whole, **_asked(board, url, document)}}

    def said(path: str) -> str | None:
        return joined(words(_find(path, row)))

    content, item, mode = _content(_find(board.text, row)), word(_find(board.item, row)), said(board.mode)
    state = _find(board.status[0], job) if board.status else None
    listing = Listing(
        url=url,
        system=board.name,
        title=word(_find(board.title, row)),
        content=content,
        is_html=has_tags(content),
        company=word(_find(board.company, row)),
        location=_place(_find(board.place, row), mode),
        date_posted=next(
            (d for value in _list(_find(board.date, row)) if (d := day(value, document.now))), None
        ),
        valid_through=day(_find(board.last_day, row)),
        closed=f"{board.name} says {state}" if state and str(state).lower() not in board.status[1:] else None,
        employment_type=said(board.employment),
        item=item,
        salary=_salary(_find(board.salary, row)),
        work_mode=mode,
        seniority=said(board.seniority),
    )
    last = url.rstrip("/").rsplit("/", 1)[-1]
    # the last part of an address may begin with a UUID (36 characters) or a shorter id, the title behind it
    keys = (item, *words(_find(board.keys, row)), word(job.get("id")), last[:36], last[:12])
    return listing, tuple(key for key in keys if key)


def _asked(board: Board, url: str, document: Document) -> dict[str, Any]:
    matches = (m for m in (document.address, addresses.match(url)) if m and m.system == board.name)
    groups = {name: value for match in matches for name, value in match.groups if value}
    return {"at": groups, "host": groups.get("host", "").split(".")[0]}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _content(parts: Any) -> str:
    """Return the text of a field, or of a list of fields and of [heading, field] pairs, as HTML."""
    blocks = []
    for part in _list(parts):
        heading, field = (part[0], part[-1]) if isinstance(part, list) and part else (None, part)
        text = unescaped("<br>".join(t for t in _list(field) if isinstance(t, str)))
        if not has_tags(text):
            text = html.escape(html.unescape(text), quote=False).strip().replace("\n", "<br>")
        elif text.lstrip().startswith("<li"):
            text = f"<ul>{text}</ul>"
        blocks.append(block(heading, text))
    return "".join(blocks)


def _place(found: Any, mode: str | None) -> str | None:
    """Return the places of a posting: each is a text or a list of words; the last is its work mode."""
    parts: list[str] = []
    for each in [*_list(found), mode]:
        nested = isinstance(each, list) and any(isinstance(one, list) for one in each)
        for place in each if nested else [each]:
            told = joined(words(place))
            # a place that another one names already is said once
            if told and not any(told.split(",")[0] in known for known in parts):
                parts.append(told.strip(" ,"))
    more = f"and {len(parts) - MOST_PLACES} more places" if len(parts) > MOST_PLACES else ""
    return joined([*parts[:MOST_PLACES], more], " | ")


def _salary(found: Any) -> str | None:
    ends = _list(found)
    if len(ends) == 1 or (isinstance(ends[0], str) and not ends[0][:1].isdigit()):
        # "Not displayed" is no pay
        return told if any(map(str.isdigit, told := word(ends[0]) or "")) else None
    # no pay, infinite or no number
    return pay(*(None if isinstance(v, int | float) and not abs(v) < 1e15 else v for v in ends))


# --- lists that only name ---------------------------------------------------------------------


def _named_rows(document: Document) -> tuple[Board | None, list[dict[str, Any]]]:
    for board in BOARDS if document.kind == "json" else ():
        for path, has in board.names if not board.hosted or document.system == board.name else ():
            rows = dicts(_find(path, document.data))
            if rows and all(_find(has, row) for row in rows[:50]):
                return board, rows
    return None, []


def _named(document: Document) -> Reading | None:
    board, rows = _named_rows(document)
    if not board:
        return None
    total = at(document.data, "total") or at(document.data, "totalFound")
    detail = f"{len(rows)} of {total} postings named, none with its text" if total else ""
    follow = _pages(board, total, document) if isinstance(total, int) else ()
    detail = detail or listed(board.name, len(rows)).detail
    return Reading("listing", detail=detail, follow=follow, system=board.name)


def _pages(board: Board, total: int, document: Document) -> tuple[Request, ...]:
    """Return what to ask for the other pages of a list; its first page names them all."""
    asked = addresses.match(document.page.url) or document.address
    if not board.page or not asked or not asked.board or at(document.data, "offset"):
        return ()
    first = asked.request
    return tuple(
        Request(
            first.url.replace("offset=0", f"offset={n}"),
            first.method,
            first.json_body and first.json_body.replace('"offset":0', f'"offset":{n}'),
        )
        for n in range(board.page, min(total, MOST_ASKED), board.page)
    )


def _refused(document: Document) -> Reading | None:
    if document.system != "workday" or at(document.data, "errorCode") is None:
        return None
    told = str(at(document.data, "message") or "")
    gone = at(document.data, "httpStatus") in (404, 410) or "not found" in told.lower()
    return Reading("not-found" if gone else "error", detail=told[:200], system="workday")


def links(document: Document) -> list[tuple[str, str]] | None:
    """Return title and address of every posting that a list names."""
    board, rows = _named_rows(document)
    if not board:
        return None
    found = ((word(_find(board.title, row)) or "", _address(row, board, document)) for row in rows)
    return [(title, url) for title, url in found if url] or None


def _address(row: dict[str, Any], board: Board, document: Document) -> str:
    return word(_find(board.url, row)) or word(row.get("url")) or _link(row, board, document)


def _link(row: dict[str, Any], board: Board, document: Document) -> str:
    """Return the address that the table makes of a posting's parts; "" where one is missing."""
    groups = dict(document.address.groups) if document.address and document.system == board.name else {}
    parts = {**groups, **{key: str(value) for key, value in row.items() if isinstance(value, str | int)}}
    wanted = {name for _, name, _, _ in Formatter().parse(board.link) if name}
    return board.link.format_map(parts) if all(parts.get(name) for name in wanted) else ""
