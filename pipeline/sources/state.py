"""Read postings from the state that a page gives its scripts: Nuxt, Next, Apollo, Redux and their like.

One reader for all of them: any JSON of the page is searched for objects that `fields` reads as postings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipeline.jsvalue import calls, literal
from pipeline.records import Listing
from pipeline.sources import fields
from pipeline.sources.document import Document
from pipeline.sources.values import parsed, word

SYSTEM = "page state"
# by eye: a hostile state must end
MAX_NODES = 200_000
# a title and a text take more characters than this
MIN_STATE = 60
_ASSIGNED = re.compile(
    r"(?:[\w$\])\"']|^)\s*=\s*(?=[\[{])|\bJSON\.parse\(\s*(?=[\"'])|\.push\(\s*(?=\[\s*1\s*,\s*\")"
)
_SHOWN = "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
_FLIGHT = re.compile(r"\n*([0-9a-f]+):(T[0-9a-f]+,)?")


def state_listing(document: Document, headline: str | None) -> Listing | None:
    """Return the one posting that the page's state tells in full or calls over; None where it is not one."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    alone = []
    for state in _states(document):
        for job, listed in _jobs(state):
            if found.setdefault((fields.title_of(job) or "", fields.text_of(job)), job) is job and not listed:
                alone.append(job)
    jobs = list(found.values())
    named = [job for job in jobs if _is_headed(fields.title_of(job), headline)]
    told = [job for job in named if fields.is_posting(job)]
    over = [job for job in named if fields.closed_by(job)]
    addressed = [job for job in told or jobs if _is_asked(job, document.base)]
    # a page that shows nothing may be called like its site: the one job that stands in no list is its posting
    bare = alone if len(jobs) == 1 and len(" ".join(document.html.xpath(_SHOWN))) < MIN_STATE else []
    for chosen in (told, addressed, over, bare if headline or named else jobs):
        if len(chosen) == 1 and (fields.is_posting(chosen[0]) or chosen is over):
            listing = fields.listing_from(chosen[0], document, SYSTEM)
            return replace(listing, url=document.base or document.url)
    return None


def _states(document: Document) -> Iterator[Any]:
    flight = ""
    for script in document.html.xpath("//script[not(@src) and not(contains(@type,'ld+json'))]"):
        text = (script.text or "").strip()
        if len(text) < MIN_STATE:
            continue
        if text[0] in "[{":
            state = _loaded(text)
            is_nuxt = script.get("id") == "__NUXT_DATA__" or "data-nuxt-data" in script.attrib
            yield nuxt(state) if is_nuxt else state
            continue
        for state in _assigned(text):
            if isinstance(state, list) and len(state) == 2 and state[0] == 1 and isinstance(state[1], str):
                flight += state[1]
            else:
                yield state
        yield from calls(text)
    if flight:
        yield _of_flight(flight)
    for value in document.html.xpath(
        "//@data-page | //@data-props | //@data-state | //@data-initial-state | //@data-job"
    ):
        if len(value) >= MIN_STATE and value.lstrip()[:1] in ("{", "["):
            yield _loaded(value)


def _loaded(text: str) -> Any:
    try:
        return parsed(text)
    except (ValueError, RecursionError):
        return None


def _assigned(script: str) -> Iterator[Any]:
    """Yield every JSON value that a script gives to a name or to `JSON.parse`."""
    decoder, end = json.JSONDecoder(strict=False), 0
    for found in _ASSIGNED.finditer(script):
        if found.end() < end:
            continue
        try:
            if script[found.end()] in "\"'":
                value, end = literal(script, found.end(), {})
                yield _loaded(value)
            else:
                value, end = _either(decoder, script, found.end())
                yield value
        except (ValueError, RecursionError, IndexError):
            continue


def _either(decoder: json.JSONDecoder, script: str, start: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(script, start)
    except ValueError:
        return literal(script, start, {})


def _of_flight(text: str) -> Any:
    """Return the rows of a Next.js stream, what they refer to put in its place."""
    rows: dict[str, Any] = {}
    place = 0
    while found := _FLIGHT.match(text, place):
        if found[2]:
            # a row of text says its length in bytes
            raw = text[found.end() :].encode("utf-8", "replace")[: int(found[2][1:-1], 16)]
            rows[found[1]] = raw.decode("utf-8", "replace")
            place = found.end() + len(rows[found[1]])
        else:
            end = text.find("\n", found.end())
            rows[found[1]] = _loaded(text[found.end() : end if end > 0 else len(text)])
            place = end if end > 0 else len(text)

    def put(value: Any, depth: int = 0) -> Any:
        if (
            isinstance(value, str)
            and re.fullmatch(r"\$[0-9a-f]+", value)
            and isinstance(rows.get(value[1:]), str)
        ):
            return rows[value[1:]]
        # no real state is so deep, and Python ends at a thousand calls
        if depth > 40:
            return None
        if isinstance(value, list):
            return [put(v, depth + 1) for v in value]
        return {k: put(v, depth + 1) for k, v in value.items()} if isinstance(value, dict) else value

    return [put(row) for row in rows.values() if isinstance(row, dict | list)]


def nuxt(table: Any) -> Any:
    """Return the value that Nuxt's flat table stands for: every number in it names another row."""
    if not isinstance(table, list) or not table:
        return None
    return [_row(table, number, 0) for number, row in enumerate(table) if isinstance(row, dict)]


def _row(table: list[Any], number: Any, depth: int) -> Any:
    # rows of Nuxt may refer to each other in rings; a posting's fields lie three steps deep
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(table) or depth > 3:
        return None
    value = table[number]
    if isinstance(value, dict):
        return {key: _row(table, item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_row(table, item, depth + 1) for item in value[:50]]
    return value


def _jobs(state: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield every object that has a title and a text or says that it is over, and True for one of a list."""
    left = [(_dereferenced(state, state if isinstance(state, dict) else {}, 0), False)]
    seen = 0
    while left and seen < MAX_NODES:
        value, listed = left.pop()
        seen += 1
        if isinstance(value, list):
            left.extend((v, True) for v in value if isinstance(v, dict | list))
        elif isinstance(value, dict):
            named = fields.named(value)
            whole = fields.is_posting(named) and fields.is_job(named)
            if whole or (fields.title_of(named) and fields.closed_by(named)):
                yield named, listed
            left.extend((v, listed) for v in value.values() if isinstance(v, dict | list))


def _dereferenced(value: Any, refs: dict[str, Any], depth: int) -> Any:
    """Return a state of Apollo's with objects in the places of their keys: {"__ref": "Company:1"}."""
    if depth > 60:
        return None
    if isinstance(value, list):
        return [_dereferenced(v, refs, depth + 1) for v in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("__ref"), str):
        found = refs.get(value["__ref"])
        return (
            {k: v for k, v in found.items() if not isinstance(v, dict | list)}
            if isinstance(found, dict)
            else None
        )
    return {k: _dereferenced(v, refs, depth + 1) for k, v in value.items()}


def _bare(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().lower()


def _is_headed(title: str | None, headline: str | None) -> bool:
    # a title such as "QA" or "Dev" is part of many headlines
    return len(_bare(title)) > 3 and _bare(word(title)) in _bare(headline)


def _is_asked(job: dict[str, Any], url: str) -> bool:
    """Return True where the page's address ends in the job's number or name."""
    tail = url.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1].lower()
    keys = (
        str(job.get(name, "")).lower() for name in ("id", "jobid", "slug", "uuid", "reference", "shortcode")
    )
    return any(len(key) > 3 and key in tail for key in keys)
