"""One line of a list to its one final outcome: its postings, or the reason why it gave none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pipeline import lists, read, sources
from pipeline.errors import BUG, NoAnswer, Retryable, SkillmatrixError, unexpected
from pipeline.ports import Source
from pipeline.records import (
    OUTCOMES,
    Failure,
    Listing,
    Outcome,
    Posting,
    RawPage,
    Reading,
    Request,
    SourceLine,
)
from pipeline.steps import reading as reads
from pipeline.steps.page_cache import PageCache, rendered_key

T = TypeVar("T")

DEPTH = 3
"""How many times a page may point to another one that holds the posting."""

_FEEDS = frozenset(("feed", "listing"))
_MUTE = frozenset(("blocked", "login-wall", "error", "shell", "no-text", "apply-form", "wrong-language"))
"""Outcomes that say nothing about whether a posting, known from before, is still open."""

_ASK_PAGE = frozenset(("blocked", "login-wall", "error", "not-found"))
"""What a board's API may say of a posting whose page is there."""

_UNREAD = frozenset(("not-a-posting", "listing", "closed", "no-text"))
"""What a page of another kind than a posting may be taken for."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The final outcome of one line.

    `asked` says that a server was asked; `seen` when the page that was read was fetched; `note` what to
    know of it. A closed posting that is known from before comes with its failure "closed". `without_text`
    names every posting of a feed that came without its text.
    """

    line: SourceLine
    outcome: Outcome
    postings: tuple[Posting, ...] = ()
    failure: Failure | None = None
    page_sha256: str = ""
    asked: bool = False
    seen: str = ""
    note: str = ""
    without_text: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    page: RawPage
    reading: Reading
    asked: bool = False
    note: str = ""

    @property
    def tells(self) -> bool:
        """True when a posting's text is in it."""
        listings = self.reading.listings
        return self.reading.outcome not in _FEEDS and any(each.content.strip() for each in listings)


@dataclass
class LineReader:
    """Walks lines to their outcomes; a hostile page costs its own line, never the run."""

    cache: PageCache
    outside: Sequence[Source] = ()

    def read(self, line: SourceLine, settled: Failure | None = None) -> Gathered:
        """Return the final outcome of a line; a line that was settled before is read without asking anyone.

        Whatever else a line provokes becomes its failure here, with the advice to report it.
        """
        try:
            if not line.is_url:
                return self._finish(line, self._file(line))
            request = self.request(line.address)
            return self._finish(line, self._walk(request, line, settled is not None))
        except (NoAnswer, Retryable) as error:
            known = settled if settled and settled.outcome != "posting" else None
            failure = known or failure_of(line, error)
        except SkillmatrixError:
            raise  # the workspace, the engine or the user: this concerns every line
        except Exception as error:
            failure = Failure(line.address, "error", unexpected(error), BUG, line.number)
        return Gathered(line, failure.outcome, (), failure, asked=settled is None)

    @property
    def _seconds(self) -> float:
        return self.cache.settings.read_seconds

    def request(self, url: str) -> Request:
        """Return what to ask for an address."""
        return sources.request_for(url, self.outside)

    # --- files ---------------------------------------------------------------------------------

    def _file(self, line: SourceLine) -> _Found:
        path = Path(line.address)
        try:
            size = path.stat().st_size if not path.is_dir() else 0
        except OSError as error:
            raise NoAnswer(
                f"the file cannot be read: {error.strerror}", "error", "Check the path."
            ) from error
        if not path.is_file() and not path.is_dir():  # a pipe or a device may never end
            raise NoAnswer("it is neither a file nor a folder", "error", "Check the path.")
        limit = self.cache.settings.max_bytes
        # before the file is opened: a disk image in a list must not be read
        if size > limit:
            advice = "Raise max_bytes in the settings' section [fetch], or use `import` for collections."
            raise NoAnswer(f"the file is larger than {limit} bytes", "error", advice)
        page, reading = guarded(lambda: reads.open_file(path, seconds=self._seconds))
        told = reading.detail if reading.system == lists.COLLECTION and reading.listings else ""
        # a file that did not change is not archived again, unless what is kept of it is damaged
        archive, key = self.cache.archive, f"file:{line.address}"
        newest = next(archive.newest_first(key), None)
        if newest is None or newest["sha256"] != page.sha256 or not archive.has(page.sha256):
            archive.save(page, key)
        return self._of_kind(line, _Found(page, reading, note=told and f"with {told}"))

    # --- addresses -----------------------------------------------------------------------------

    def _walk(self, request: Request, line: SourceLine, archived_only: bool) -> _Found:
        """Return what the address gives now, weighed against what it gave before."""
        try:
            now = self._now(request, line.address, archived_only)
            now = self._of_kind(line, self._rendered(now, line.address, archived_only))
        except (NoAnswer, Retryable) as error:
            before = self._known(request, line.address, "")
            if before is None:
                raise
            return replace(before, asked=not archived_only, note=_stale(error))
        # a page that tells its posting needs no earlier one; any other may be a passing trouble
        before = None if now.tells else self._known(request, line.address, now.page.sha256)
        if before is None:
            return now
        # "blocked" says nothing of the posting: the archived page stands. "Not found" and the like close it
        if now.reading.outcome in _MUTE:
            return replace(before, asked=now.asked, note=_stale(now.reading.outcome))
        return _closed(now, before)

    def _now(self, request: Request, url: str, archived_only: bool) -> _Found:
        """Return what the board's API says.

        Where it does not know the posting or says nothing, the page itself.
        """
        problem: NoAnswer | Retryable | None = None
        found: _Found | None = None
        try:
            found = self._follow(request, url, archived_only, DEPTH)
        except (NoAnswer, Retryable) as error:
            problem = error
        if request.url != url and (found is None or found.reading.outcome in _ASK_PAGE):
            # an employer may switch the API off and keep the page, or forbid programs one of the two
            with suppress(NoAnswer, Retryable):
                own = self._follow(Request(url), url, archived_only, DEPTH)
                found = own if own.tells else found
        if found is None:
            raise problem or NoAnswer("it gave nothing")
        return found

    def _known(self, request: Request, url: str, than: str) -> _Found | None:
        """Return the newest archived version of the posting, by the board's API or by its page."""
        places = dict.fromkeys((request, Request(url), Request(rendered_key(url))))
        found = (self._before(place, url, than, DEPTH) for place in places)
        return next(filter(None, found), None)

    def _rendered(self, found: _Found, url: str, archived_only: bool) -> _Found:
        """Return what a page of scripts becomes in a browser, where there is one and it helps."""
        if found.tells or found.reading.outcome != "shell":
            return found
        page = self.cache.rendered(found.page, archived_only)
        reading = self._reading(page, url) if page else found.reading
        own = replace(found, page=page, reading=reading) if page else found
        return own if own.tells else found

    def _follow(self, request: Request, url: str, archived_only: bool, depth: int) -> _Found:
        """Return the page, or the first one that it points to and that settles the matter."""
        page, asked = self.cache.page(request, archived_only)
        found = _Found(page, self._reading(page, url), asked)
        if found.tells or found.reading.outcome in _FEEDS or depth == 0:
            return found
        for further in found.reading.follow:
            after = self._follow(further, url, archived_only, depth - 1)
            found = replace(after, asked=asked or after.asked)
            if after.tells or after.reading.outcome in ("closed", "not-found"):
                break
        return found

    def _before(self, request: Request, url: str, than: str, depth: int) -> _Found | None:
        """Return the newest archived version, of the page or one that it pointed to, with a posting."""
        for page in self.cache.older(request, than):
            found = _Found(page, self._reading(page, url))
            if found.tells:
                return found
            for further in found.reading.follow if depth else ():
                after = self._before(further, url, "", depth - 1)
                if after is not None:
                    return after
        return None

    def _reading(self, page: RawPage, url: str) -> Reading:
        reading = guarded(lambda: reads.read_page(page, url, self.outside, self._seconds))
        if reading.outcome != "feed":
            return reading
        # a board's answer, archived for each of its postings when it was expanded
        own = tuple(each for each in reading.listings if each.url == url)
        if len(own) != 1:  # several at the page's own address are all meant
            return reading
        return replace(reading, outcome="closed" if own[0].closed else "posting", listings=own)

    def _of_kind(self, line: SourceLine, found: _Found) -> _Found:
        """Return for an article the page's main text, where the reader of postings finds no posting in it."""
        if line.kind == "posting" or found.tells or found.reading.outcome not in _UNREAD:
            return found
        content = guarded(lambda: reads.main_text(found.page, line.address, self._seconds))
        listing = Listing(line.address, "article", line.title, content)
        reading = replace(found.reading, outcome="posting", listings=(listing,), system="article")
        return replace(found, reading=reading) if content.strip() else found

    # --- the end -------------------------------------------------------------------------------

    def _finish(self, line: SourceLine, found: _Found) -> Gathered:
        reading, sha = found.reading, found.page.sha256
        wanted = (
            () if reading.outcome in _FEEDS and line.is_url and not _is_page(reading) else reading.listings
        )
        made = guarded(lambda: reads.postings(wanted, line, found.page, self._seconds))
        postings = tuple(posting for posting in made if posting.text.strip())
        if wanted and not postings and reading.outcome == "posting":
            # text that is nothing but markup
            reading = replace(reading, outcome="no-text")
        failure = None
        if not postings or reading.outcome == "closed":
            detail = reading.detail or reading.outcome
            failure = Failure(line.address, reading.outcome, detail, read.advice(reading), line.number)
        outcome: Outcome = failure.outcome if failure else "posting"
        without = (
            () if failure else tuple(_textless(line, posting) for posting in made if not posting.text.strip())
        )
        return Gathered(
            line, outcome, postings, failure, sha, found.asked, found.page.fetched_at, found.note, without
        )


MOST_ON_A_PAGE = 12
"""More postings than this at one address are a board, which is gathered with --match."""


def _is_page(reading: Reading) -> bool:
    """Return True for one page that states several postings in full: all of them are meant."""
    told = [each for each in reading.listings if each.content.strip()]
    return reading.system == "schema.org" and 0 < len(told) <= MOST_ON_A_PAGE


def _textless(line: SourceLine, posting: Posting) -> Failure:
    address = posting.url if posting.url != line.address else f"{line.address} ({posting.title})"
    return Failure(
        address,
        "no-text",
        f"{posting.title or 'a posting'} comes without its text",
        read.ADVICE["no-text"],
        line.number,
    )


def guarded(work: Callable[[], T]) -> T:
    """Return what the work gives; anything a page breaks in a parser becomes `NoAnswer` for its line."""
    try:
        return work()
    except SkillmatrixError as error:
        if error.exit_code != 2:
            raise
        raise NoAnswer(str(error), "error", error.advice) from error
    except OSError as error:
        raise NoAnswer(f"it cannot be read: {error.strerror or error}", "error", "Check the path.") from error
    except Exception as error:
        # parsers meet pages that were made to break them; the line fails by name and the others go on
        raise NoAnswer(f"it cannot be read ({unexpected(error)})", "error", BUG) from error


def _closed(now: _Found, before: _Found) -> _Found:
    """Return the last version that told a posting, marked with what says that it is gone."""
    why = now.reading.detail or f"it is now {now.reading.outcome}"
    words = f"{why} (seen {now.page.fetched_at[:10]})"
    listings = tuple(replace(each, closed=each.closed or words) for each in before.reading.listings)
    reading = replace(before.reading, outcome="closed", listings=listings, detail=words)
    return replace(before, reading=reading, asked=now.asked)


def _stale(why: object) -> str:
    reason = "no answer" if isinstance(why, Exception) else str(why)
    return f"could not be read again ({reason}); the archived page before it is used"


def failure_of(line: SourceLine, error: NoAnswer | Retryable) -> Failure:
    """Return the failure of a line whose page never came."""
    outcome: Outcome = "error"
    if isinstance(error, NoAnswer):
        outcome = next((known for known in OUTCOMES if known == error.outcome), outcome)
    advice = error.advice if isinstance(error, NoAnswer) else read.ADVICE[outcome]
    return Failure(line.address, outcome, str(error), advice, line.number)
