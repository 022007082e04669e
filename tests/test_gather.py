from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from servers.board import Answer, Board, posting

from pipeline import sources
from pipeline.archive import Archive, hold
from pipeline.errors import UsageError
from pipeline.fetch import utc_now
from pipeline.records import OUTCOMES, Failure, RawPage, Request, SourceLine
from pipeline.settings import FetchSettings
from pipeline.steps.gather import LOG, GatherResult, each, expand, gather, plan
from pipeline.steps.one_line import MOST_ON_A_PAGE

QUICK = FetchSettings(
    pause_seconds=0.005,
    timeout_seconds=1.0,
    connect_seconds=0.5,
    max_bytes=2_000_000,
    max_wait_seconds=3.0,
    allow_private=True,
)


@pytest.fixture
def board() -> Iterator[Board]:
    with Board(hosts=3) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "raw")


def lines_of(*addresses: str) -> list[SourceLine]:
    return [SourceLine(address, number=n) for n, address in enumerate(addresses, 1)]


def ask(archive: Archive, *addresses: str, offline: bool = False, refresh: bool = False) -> GatherResult:
    return gather(lines_of(*addresses), archive, QUICK, offline, refresh)


def only(result: GatherResult) -> Failure:
    assert len(result.failures) == 1
    return result.failures[0]


# --- one outcome a line -----------------------------------------------------------------------


def test_address_gives_a_posting_with_its_page_behind_it(board: Board, archive: Archive) -> None:
    result = ask(archive, board.url("/posting/7"))
    (found,) = result.postings
    assert found.company == "Invented Works 7"
    assert found.title.endswith("7")
    assert found.page_sha256 == next(archive.newest_first(board.url("/posting/7")))["sha256"]
    assert (result.run.inputs, result.run.outputs, result.run.failed) == (1, 1, 0)


@pytest.mark.parametrize(
    ("path", "outcome", "detail"),
    [
        ("/status/404", "not-found", "404"),
        ("/status/410", "closed", "410"),
        ("/status/403", "blocked", "403"),
        ("/status/500", "error", "500"),
        ("/busy/9", "blocked", "429"),
        ("/huge", "error", "larger than"),
        ("/bomb", "error", "larger than"),
        ("/loop", "error", "redirects"),
        ("/reset", "error", ""),
        ("/stall", "error", "no answer in time"),
        ("/to?url=file:///etc/passwd", "error", "no http or https"),
    ],
)
def test_what_gives_no_posting_is_named_with_reason_and_advice(
    board: Board, archive: Archive, path: str, outcome: str, detail: str
) -> None:
    with_quick_limit = replace(QUICK, timeout_seconds=0.3)
    failure = only(gather(lines_of(board.url(path)), archive, with_quick_limit))
    assert (failure.outcome, failure.number) == (outcome, 1)
    assert detail in failure.detail
    assert failure.advice


def test_forbidden_page_is_named_and_not_asked_for(board: Board, archive: Archive) -> None:
    board.robots[""] = Answer(b"User-agent: *\nDisallow: /posting/\n")
    failure = only(ask(archive, board.url("/posting/1")))
    assert failure.outcome == "blocked"
    assert "robots.txt" in failure.detail
    assert board.asked() == 0


def test_every_line_of_a_mixed_list_has_one_outcome(board: Board, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_bytes(posting(50))
    (tmp_path / "note.txt").write_text("too short")
    lines = lines_of(
        board.url("/posting/1"),
        board.url("/status/404"),
        str(tmp_path / "saved.html"),
        str(tmp_path / "note.txt"),
        str(tmp_path / "gone.html"),
        board.url("/redirect/2/posting/2", host=1),
    )
    result = gather(lines, archive, QUICK)
    assert [p.number for p in result.postings] == [1, 3, 6]
    assert [(f.number, f.outcome) for f in result.failures] == [
        (2, "not-found"),
        (4, "no-text"),
        (5, "error"),
    ]
    settled = [r for r in archive.records(LOG) if "address" in r]
    assert sorted(r["number"] for r in settled) == [1, 2, 3, 4, 5, 6]


def test_broken_page_costs_its_own_line_only(board: Board, archive: Archive) -> None:
    board.page("/deep", "<div>" * 30_000 + "text" + "</div>" * 30_000)
    board.page("/junk", bytes(random.Random(1).randbytes(20_000)))
    board.page("/json", b'{"jobs": [[[[', Content_Type="application/json")
    paths = ("/deep", "/junk", "/json", "/nul", "/charset", "/posting/1")
    result = ask(archive, *(board.url(path) for path in paths))
    assert {6} <= {p.number for p in result.postings}
    assert len({p.number for p in result.postings} | {f.number for f in result.failures}) == len(paths)


def test_too_large_a_file_is_named(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "larger than" in only(ask(archive, str(path))).detail


def test_a_collection_in_a_list_gives_all_its_postings_and_says_what_it_left_out(
    archive: Archive, tmp_path: Path
) -> None:
    rows = [{"title": f"Cook {n}", "description": f"You bake {n} loaves a day." * 5} for n in (1, 2)]
    path = tmp_path / "jobs.jsonl"
    path.write_text("\n".join([json.dumps(rows[0]), "{broken", json.dumps(rows[1])]))
    result = ask(archive, str(path))
    assert [p.title for p in result.postings] == ["Cook 1", "Cook 2"]
    assert not result.failures
    assert result.run.notes[0].startswith("1 source with 1 row that cannot be read (row 2: no JSON")
    assert ask(archive, str(path)).postings == result.postings


def test_a_collection_without_a_posting_is_named_with_its_first_reason(
    archive: Archive, tmp_path: Path
) -> None:
    (tmp_path / "jobs.jsonl").write_text("[1]\n")
    failure = only(ask(archive, str(tmp_path / "jobs.jsonl")))
    assert (failure.outcome, failure.detail) == (
        "no-text",
        "1 row that cannot be read (row 1: no JSON object)",
    )


def test_article_is_read_as_one_when_the_line_says_so(board: Board, archive: Archive) -> None:
    story = "".join(
        f"<p>On day {n} I mended {n} looms and wrote down what the weavers told me.</p>" for n in range(30)
    )
    url = board.page(
        "/story", f"<html><head><title>A day</title></head><body><article>{story}</article></body></html>"
    )
    assert only(ask(archive, url)).outcome == "not-a-posting"
    (found,) = gather([SourceLine(url, "blog", number=1)], archive, QUICK).postings
    assert found.source_kind == "blog"
    assert "mended 7 looms" in found.text
    assert not found.counted


def test_same_lines_give_the_same_result_whoever_answers_first(
    board: Board, archive: Archive, tmp_path: Path
) -> None:
    urls = [board.url(f"/posting/{n}", host=n % 3) for n in range(12)]
    first = ask(archive, *urls)
    again = ask(Archive(tmp_path / "other"), *urls)
    assert [replace(p, page_sha256="") for p in first.postings] == [
        replace(p, page_sha256="") for p in again.postings
    ]
    assert first.run.digest == again.run.digest


# --- nothing is asked twice -------------------------------------------------------------------


def test_young_page_is_not_asked_for_again_and_offline_needs_no_server(
    board: Board, archive: Archive
) -> None:
    url = board.url("/posting/1")
    first = ask(archive, url)
    assert ask(archive, url).postings == first.postings
    assert ask(archive, url, offline=True).postings == first.postings
    assert board.asked() == 1


def test_offline_names_what_was_never_fetched(board: Board, archive: Archive) -> None:
    failure = only(ask(archive, board.url("/posting/1"), offline=True))
    assert "not in the archive" in failure.detail
    assert "without --offline" in failure.advice
    assert board.log == []


def test_old_page_is_asked_for_with_its_etag(board: Board, archive: Archive) -> None:
    url = board.url("/posting/1")
    ask(archive, url)
    gather(lines_of(url), archive, replace(QUICK, max_age_days=0.0))
    assert board.log[-1].headers["if-none-match"] == '"p1"'
    assert [entry["status"] for entry in archive.newest_first(url)] == [200, 200]


def test_one_answer_of_a_board_serves_all_its_lines(board: Board, archive: Archive) -> None:
    ask(archive, board.url("/posting/1"), board.url("/posting/1#a"), board.url("/posting/1#b"))
    assert board.asked("/posting/1") <= 3  # three addresses for the archive, one page for the server
    ask(archive, board.url("/posting/1"), board.url("/posting/1#a"))
    assert board.asked("/posting/1") <= 3


def test_busy_page_is_asked_for_again_by_the_next_run(board: Board, archive: Archive) -> None:
    url = board.url("/busy/3")
    assert only(ask(archive, url)).outcome == "blocked"
    assert len(ask(archive, url).postings) == 1


def test_plan_tells_what_would_be_asked_and_asks_nothing(
    board: Board, archive: Archive, tmp_path: Path
) -> None:
    ask(archive, board.url("/posting/1"))
    asked = len(board.log)
    lines = lines_of(
        board.url("/posting/1"),
        board.url("/posting/2"),
        str(tmp_path),
        "https://jobs.lever.co/acme/" + "a" * 8,
    )
    planned = plan(lines, archive, QUICK)
    assert [p.how for p in planned] == ["archive", "ask", "file", "ask"]
    assert planned[1].host == board.hosts[0]
    assert [p.how for p in plan(lines, archive, QUICK, offline=True)] == [
        "archive",
        "missing",
        "file",
        "missing",
    ]
    assert len(board.log) == asked


# --- the life of a posting --------------------------------------------------------------------


def test_posting_that_is_gone_on_refresh_is_closed_and_kept(board: Board, archive: Archive) -> None:
    url = board.url("/posting/1")
    (first,) = ask(archive, url).postings
    board.gone("/posting/1")
    result = ask(archive, url, refresh=True)
    (closed,) = result.postings
    assert closed.text == first.text
    assert closed.id == first.id
    assert closed.closed is not None
    assert "410" in closed.closed
    assert not closed.counted
    assert only(result).outcome == "closed"
    assert ask(archive, url).postings == result.postings
    assert ask(archive, url, offline=True).postings == result.postings


def test_changed_posting_keeps_both_versions_readable(board: Board, archive: Archive) -> None:
    url = board.page("/posting/1", posting(1))
    (first,) = ask(archive, url).postings
    board.page("/posting/1", posting(2))
    (second,) = ask(archive, url, refresh=True).postings
    assert (first.id, first.text == second.text) == (second.id, False)
    life = archive.lives()[first.id]
    assert [version[1] for version in life.versions] == [first.fingerprint, second.fingerprint]
    assert [archive.load(entry).body for entry in archive.newest_first(url)] == [posting(2), posting(1)]
    assert life.first_seen < life.last_seen


def test_unchanged_posting_is_seen_again_without_a_new_version(board: Board, archive: Archive) -> None:
    url = board.url("/posting/1")
    (found,) = ask(archive, url).postings
    ask(archive, url, refresh=True)
    life = archive.lives()[found.id]
    assert (len(life.versions), life.closed) == (1, None)
    assert life.first_seen < life.last_seen
    assert len(list(archive.root.glob("pages/??/*.gz"))) == 1


@pytest.mark.parametrize("answer", [Answer(b"", 403), Answer(b"", 503), Answer(fault="reset")])
def test_silent_host_closes_nothing_and_the_older_page_is_used_and_said(
    board: Board, archive: Archive, answer: Answer
) -> None:
    url = board.url("/posting/1")
    first = ask(archive, url)
    board.faults = lambda path, nth: answer
    result = ask(archive, url, refresh=True)
    assert result.postings == first.postings
    assert result.failures == ()
    assert "could not be read again" in result.run.notes[0]
    assert archive.lives()[first.postings[0].id].closed is None


def test_address_that_now_leads_to_a_listing_is_closed(board: Board, archive: Archive) -> None:
    url = board.url("/posting/1")
    ask(archive, url)
    links = "".join(f'<li><a href="/jobs/{n}">Keeper of Looms {n}</a></li>' for n in range(20))
    board.page(
        "/posting/1",
        f"<html><head><title>Jobs</title></head><body><h1>Open jobs</h1><ul>{links}</ul></body></html>",
    )
    result = ask(archive, url, refresh=True)
    assert only(result).outcome == "closed"
    assert result.postings[0].closed


def test_posting_that_opens_again_is_open(board: Board, archive: Archive) -> None:
    url = board.page("/posting/1", posting(1))
    (found,) = ask(archive, url).postings
    board.gone("/posting/1")
    ask(archive, url, refresh=True)
    board.page("/posting/1", posting(1))
    assert ask(archive, url, refresh=True).postings[0].counted
    assert archive.lives()[found.id].closed is None


# --- boards -----------------------------------------------------------------------------------


def jobs(board: Board, count: int) -> str:
    titles = [f"{'Loom engineer' if n % 2 else 'Ward nurse'} {n}" for n in range(count)]
    rows = "".join(f'<li><a href="/jobs/{n}">{title}</a></li>' for n, title in enumerate(titles))
    for n, title in enumerate(titles):
        board.page(f"/jobs/{n}", posting(n).replace(b"Keeper", title.split()[0].encode()))
    return board.page(
        "/jobs",
        f"<html><head><title>Open jobs</title></head><body><h1>Open jobs</h1><ul>{rows}</ul></body></html>",
    )


def test_listing_is_a_failure_in_a_list_and_can_be_expanded(board: Board, archive: Archive) -> None:
    url = jobs(board, 12)
    failure = only(ask(archive, url))
    assert failure.outcome == "listing"
    assert "--match" in failure.advice
    found = expand(url, archive, QUICK, match="loom", limit=4)
    assert (len(found.items), found.of, found.failure) == (4, 12, None)
    assert all(title.startswith("Loom") for title, _ in found.items)
    result = gather(found.lines, archive, QUICK)
    assert len(result.postings) == 4
    assert board.asked() == 5


def test_expanding_without_words_names_everything(board: Board, archive: Archive) -> None:
    found = expand(jobs(board, 8), archive, QUICK)
    assert len(found.items) == found.of == 8


def test_feed_that_tells_its_postings_in_full_is_asked_for_once(archive: Archive, tmp_path: Path) -> None:
    told = [
        {
            "id": n,
            "title": f"Weaver {n}",
            "company_name": "Loom & Sons",
            "absolute_url": f"https://boards.greenhouse.io/loom/jobs/{n}",
            "location": {"name": "Brno"},
            "content": f"&lt;p&gt;Weave {n} cloths. Requirements: years with looms of kind {n}.&lt;/p&gt;"
            * 9,
        }
        for n in range(1, 6)
    ]
    feed = tmp_path / "board.json"
    feed.write_text(json.dumps({"jobs": told, "meta": {"total": 5}}))
    found = expand(str(feed), archive, QUICK, match="weaver [1-3]")
    assert (len(found.items), found.of) == (3, 5)
    result = gather(found.lines, archive, QUICK, offline=True)
    assert sorted(p.title for p in result.postings) == ["Weaver 1", "Weaver 2", "Weaver 3"]


def test_board_that_cannot_be_read_says_why(board: Board, archive: Archive) -> None:
    found = expand(board.url("/status/403"), archive, QUICK)
    assert found.failure is not None
    assert (found.items, found.failure.outcome) == ((), "blocked")
    with pytest.raises(UsageError, match="no regular expression"):
        expand(board.url("/jobs"), archive, QUICK, match="(")


class Canned:
    """A fetcher whose internet is a dictionary; what is not in it is 404."""

    def __init__(self, answers: dict[str, str | dict[str, Any]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def stop(self) -> None:
        pass

    def close(self) -> None:
        raise AssertionError("it belongs to who brought it")

    def fetch(self, request: Request) -> RawPage:
        self.asked.append(request.url + (request.json_body or ""))
        found = self.answers.get(self.asked[-1])
        body = found if isinstance(found, str) else json.dumps(found)
        return RawPage(request.url, request.url, 200 if found else 404, (), body.encode(), utc_now())


def test_page_that_embeds_a_board_leads_to_the_posting(archive: Archive) -> None:
    page, api = (
        "https://loom.example/jobs?gh_jid=42",
        "https://boards-api.greenhouse.io/v1/boards/loom/jobs/42",
    )
    job = {"id": 42, "title": "Loom engineer", "company_name": "Loom", "location": {"name": "Brno"}}
    job |= {
        "absolute_url": page,
        "content": "&lt;p&gt;Years of experience with looms and bobbins.&lt;/p&gt;" * 9,
    }
    script = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=loom"></script>'
    internet = Canned({page: f"<html><body>{script}</body></html>", api: job})
    (found,) = gather(lines_of(page), archive, QUICK, fetcher=internet).postings
    assert (found.title, internet.asked) == ("Loom engineer", [page, api])
    # the board takes the job down, the employer's page stays as it was
    result = gather(
        lines_of(page), archive, QUICK, refresh=True, fetcher=Canned({page: internet.answers[page]})
    )
    assert result.postings[0].closed
    assert result.postings[0].text == found.text


def test_page_itself_is_asked_where_the_api_does_not_know_the_posting(archive: Archive) -> None:
    url = "https://boards.greenhouse.io/loom/jobs/42"
    page = posting(42).decode().replace("We keep things", "We keep many things")
    internet = Canned({url: page})
    (found,) = gather(lines_of(url), archive, QUICK, fetcher=internet).postings
    assert "keep many things" in found.text
    assert internet.asked == ["https://boards-api.greenhouse.io/v1/boards/loom/jobs/42", url]
    assert gather(lines_of(url), archive, QUICK, offline=True).postings == (found,)
    # and when the page goes too, it is closed, with what is known of it
    result = gather(lines_of(url), archive, QUICK, refresh=True, fetcher=Canned({}))
    assert result.postings[0].closed
    assert only(result).outcome == "closed"


def test_pages_of_a_board_are_walked_until_enough_match(archive: Archive) -> None:
    api = "https://api.smartrecruiters.com/v1/companies/Loom/postings"

    def page(offset: int) -> dict[str, Any]:
        names = [f"{'Weaver' if n % 10 == 0 else 'Clerk'} {n}" for n in range(offset, offset + 100)]
        found = [
            {"id": str(744000000000000 + n), "name": name, "company": {"identifier": "Loom", "name": "Loom"}}
            for n, name in enumerate(names, offset)
        ]
        return {"offset": offset, "limit": 100, "totalFound": 1000, "content": found}

    internet = Canned({})
    board = "https://jobs.smartrecruiters.com/Loom"
    first = sources.request_for(board).url
    assert first.startswith(api)
    internet.answers = {first: page(0)}
    for further in sources.read_page(internet.fetch(Request(first)), board).follow:
        internet.answers[further.url] = page(100 * len(internet.answers))
    assert len(internet.answers) == 10
    internet.asked.clear()
    found = expand(board, archive, QUICK, match="weaver", limit=25, fetcher=internet)
    assert (len(found.items), found.of, len(internet.asked)) == (25, 300, 3)


# --- interrupted runs -------------------------------------------------------------------------

GATHER = """
import json, sys
from pathlib import Path
from pipeline.archive import Archive, hold
from pipeline.records import SourceLine
from pipeline.settings import FetchSettings
from pipeline.steps.gather import each

order = json.loads(Path(sys.argv[1]).read_text())
archive = Archive(Path(order["root"]))
with hold(archive.root):
    lines = [SourceLine(**line) for line in order["lines"]]
    for found in each(lines, archive, FetchSettings(**order["fetch"])):
        print(found.line.number, flush=True)
"""


def start(
    tmp_path: Path, archive: Archive, lines: list[SourceLine], settings: FetchSettings
) -> subprocess.Popen[str]:
    order = {"root": str(archive.root), "lines": [asdict(line) for line in lines], "fetch": asdict(settings)}
    (tmp_path / "order.json").write_text(json.dumps(order))
    return subprocess.Popen(
        [sys.executable, "-c", GATHER, str(tmp_path / "order.json")], stdout=subprocess.PIPE, text=True
    )


def test_interrupted_run_does_not_ask_again_what_it_had_settled(
    board: Board, archive: Archive, tmp_path: Path
) -> None:
    lines = lines_of(board.url("/reset"), *(board.url(f"/posting/{n}", host=1) for n in range(30)))
    lines += [SourceLine(board.url("/stall", host=2), number=99)]
    process = start(tmp_path, archive, lines, replace(QUICK, timeout_seconds=20.0, pause_seconds=0.02))
    assert process.stdout is not None
    # the stalling host keeps the run from ending and nobody else from going on
    seen = {process.stdout.readline().strip() for _ in range(31)}
    assert seen == {str(number) for number in range(1, 32)}
    process.kill()
    process.communicate()
    asked = Counter(a.path for a in board.log)
    result = gather(lines, archive, replace(QUICK, timeout_seconds=0.2))
    assert len(result.postings) == 30
    assert [(f.number, f.outcome) for f in result.failures] == [(1, "error"), (99, "error")]
    again = Counter(a.path for a in board.log) - asked
    assert again["/reset"] == 0
    assert sum(count for path, count in again.items() if path.startswith("/posting")) == 0
    # that run came to its end, so the next one tries what had failed
    gather(lines, archive, replace(QUICK, timeout_seconds=0.2))
    assert Counter(a.path for a in board.log)["/reset"] > asked["/reset"]


def test_run_that_is_left_early_has_settled_nothing_it_did_not_finish(board: Board, archive: Archive) -> None:
    lines = lines_of(*(board.url(f"/posting/{n}") for n in range(20)), board.url("/stall", host=1))
    slow = replace(QUICK, pause_seconds=0.3)
    for _ in zip(range(3), each(lines, archive, slow), strict=False):
        pass
    settled = [r for r in archive.records(LOG) if "address" in r]
    assert {r["outcome"] for r in settled} == {"posting"}
    assert len(settled) < 10
    result = gather(lines, archive, replace(QUICK, timeout_seconds=0.2))
    assert len(result.postings) == 20


def network(tmp_path: Path, urls: int, hosts: int, kills: int, fetch: FetchSettings) -> None:
    """Issue 3's test network: resets, stalls, storms of 429, a host that never answers, kill -9 at random."""
    draw = random.Random(7)
    archive = Archive(tmp_path / "raw")
    with Board(hosts=hosts) as board:
        spoilt: dict[str, list[Answer]] = {}
        lines = []
        dead = board.hosts[-1]
        board.robots[dead] = Answer(fault="stall")
        for n in range(urls):
            path = f"/posting/{n}"
            lines.append(SourceLine(board.url(path, host=n % hosts), number=n + 1))
            fate = draw.random()
            if n % hosts == 0 and n < urls / 10:  # a storm: one host says "later" page after page
                spoilt[path] = [Answer(b"", 429, {"Retry-After": "1"})]
            elif fate < 0.05:
                spoilt[path] = [Answer(fault="reset")] * draw.randint(1, 2)
            elif fate < 0.10:
                spoilt[path] = [Answer(fault="stall")]
            elif fate < 0.20:
                spoilt[path] = [Answer(b"", 429, {"Retry-After": "0"})] * draw.randint(1, 2)
            elif fate < 0.25:
                board.gone(path, 404)
        board.faults = lambda path, nth: spoilt[path][nth] if nth < len(spoilt.get(path, ())) else None
        for _ in range(kills):
            process = start(tmp_path, archive, lines, fetch)
            assert process.stdout is not None
            for _ in range(draw.randint(1, max(2, urls // (kills + 1)))):
                if not process.stdout.readline():
                    break
            process.send_signal(signal.SIGKILL)
            process.communicate()
        last = start(tmp_path, archive, lines, fetch)
        last.communicate()
        assert last.returncode == 0
        check_network(board, archive, lines, dead, spoilt, kills, fetch)


def check_network(
    board: Board,
    archive: Archive,
    lines: list[SourceLine],
    dead: str,
    spoilt: dict[str, list[Answer]],
    kills: int,
    fetch: FetchSettings,
) -> None:
    records = [r for r in archive.records(LOG) if "address" in r]
    outcomes = Counter(r["address"] for r in records)
    assert outcomes == Counter(line.address for line in lines)  # each exactly once over all restarts
    assert {r["outcome"] for r in records} <= set(OUTCOMES)
    by_address = {r["address"]: r["outcome"] for r in records}
    for line in lines:
        path = "/" + line.address.split("/", 3)[3]
        lost = dead in line.address
        gone = board._pages.get(path) is not None
        assert by_address[line.address] == ("error" if lost else "not-found" if gone else "posting"), line
    asked = Counter(a.path for a in board.log if a.path != "/robots.txt" and a.host != dead)
    needless = sum(max(0, count - 1 - len(spoilt.get(path, ()))) for path, count in asked.items())
    # what was in flight when a process was killed may be asked for once more, nothing else
    assert needless <= kills * fetch.concurrency
    assert not any(a.host == dead and a.path != "/robots.txt" for a in board.log)
    assert max(board.most_at_once[host] for host in board.hosts if host != dead) <= 1 + kills
    with hold(archive.root):
        assert not archive.notes or all("torn" in note for note in archive.notes)


def test_network_of_faults_and_kills_leaves_one_outcome_for_every_address(tmp_path: Path) -> None:
    network(tmp_path, urls=60, hosts=6, kills=3, fetch=replace(QUICK, timeout_seconds=0.5))


@pytest.mark.slow
def test_large_network_of_faults_and_kills(tmp_path: Path) -> None:
    network(
        tmp_path, urls=1000, hosts=20, kills=10, fetch=replace(QUICK, timeout_seconds=1.0, concurrency=16)
    )


def test_outcomes_come_one_by_one(board: Board, archive: Archive) -> None:
    lines = lines_of(*(board.url(f"/posting/{n}") for n in range(3)))
    told: list[str] = []
    found = [
        g.outcome
        for g in each(lines, archive, QUICK, progress=lambda done, of, what: told.append(f"{done}/{of}"))
    ]
    assert found == ["posting"] * 3
    assert told == ["1/3"] * 3


@pytest.mark.parametrize("many", [2, MOST_ON_A_PAGE, MOST_ON_A_PAGE + 1, 40])
def test_a_page_of_many_postings_gives_all_of_them_or_says_how_many_there_are(
    board: Board, archive: Archive, many: int
) -> None:
    text = (
        "We look for somebody who tends the hives of our data, with Python and SQL, every day of the year. "
        * 5
    )
    stated = [
        {"@type": "JobPosting", "title": f"Engineer {n}", "description": f"{text} Hive {n}.", "url": f"/{n}"}
        for n in range(many)
    ]
    url = board.page("/all", f"<script type='application/ld+json'>{json.dumps(stated)}</script><p>Jobs</p>")
    found = ask(archive, url)
    if many <= MOST_ON_A_PAGE:
        assert len(found.postings) == many
    else:
        (failure,) = found.failures
        assert (failure.outcome, failure.number) == ("feed", 1)
        assert failure.detail == f"{many} postings in one answer"
        assert "--match" in failure.advice
