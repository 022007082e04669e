from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.board import Answer, Board

from pipeline.errors import NoAnswer, Retryable
from pipeline.fetch import PoliteFetcher, Stopped, by_host, host_of, is_public, request_key
from pipeline.records import RawPage, Request
from pipeline.settings import FetchSettings

QUICK = FetchSettings(
    contact="tests@skillmatrix.example",
    pause_seconds=0.01,
    timeout_seconds=1.0,
    connect_seconds=0.5,
    max_bytes=1_000_000,
    max_wait_seconds=5.0,
    allow_private=True,
)


@pytest.fixture
def board() -> Iterator[Board]:
    with Board(hosts=2) as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[PoliteFetcher]:
    with PoliteFetcher(QUICK) as polite:
        yield polite


def get(fetcher: PoliteFetcher, url: str, **question: str) -> RawPage:
    return fetcher.fetch(Request(url, **question))  # type: ignore[arg-type]


# --- the answer -------------------------------------------------------------------------------


def test_answer_comes_with_bytes_status_headers_and_final_address(
    board: Board, fetcher: PoliteFetcher
) -> None:
    page = get(fetcher, board.url("/redirect/2/posting/7"))
    assert (page.status, page.final_url) == (200, board.url("/posting/7"))
    assert page.url == board.url("/redirect/2/posting/7")
    assert b"works number 7" in page.body
    assert page.header("etag") == '"p7"'


def test_any_status_is_an_answer(board: Board, fetcher: PoliteFetcher) -> None:
    assert [get(fetcher, board.url(f"/status/{code}")).status for code in (403, 404, 410)] == [403, 404, 410]


def test_known_etag_is_asked_about_and_answers_304(board: Board, fetcher: PoliteFetcher) -> None:
    page = get(fetcher, board.url("/posting/1"), etag='"p1"', last_modified="Mon, 02 Nov 2026 08:00:00 GMT")
    assert (page.status, page.body) == (304, b"")
    assert board.log[-1].headers["if-modified-since"] == "Mon, 02 Nov 2026 08:00:00 GMT"


def test_post_sends_its_body_as_json(board: Board, fetcher: PoliteFetcher) -> None:
    fetcher.fetch(Request(board.url("/posting/1"), "POST", '{"limit":20}'))
    asked = board.log[-1]
    assert (asked.method, asked.body, asked.headers["content-type"]) == (
        "POST",
        b'{"limit":20}',
        "application/json",
    )


def test_server_is_told_who_asks(board: Board, fetcher: PoliteFetcher) -> None:
    get(fetcher, board.url("/posting/1"))
    agent = board.log[-1].headers["user-agent"]
    assert agent.startswith("skillmatrix/")
    assert agent.endswith("(+tests@skillmatrix.example)")


def test_contact_cannot_smuggle_a_header(board: Board) -> None:
    with PoliteFetcher(replace(QUICK, contact="x)\r\nCookie: a=b")) as fetcher:
        get(fetcher, board.url("/posting/1"))
    assert "cookie" not in board.log[-1].headers


def test_cookies_are_neither_kept_nor_sent(board: Board, fetcher: PoliteFetcher) -> None:
    with pytest.raises(NoAnswer, match="redirects"):
        get(fetcher, board.url("/cookie"))
    assert all("cookie" not in asked.headers for asked in board.log)


def test_bytes_are_kept_whatever_charset_they_claim(board: Board, fetcher: PoliteFetcher) -> None:
    assert "kůň".encode("windows-1250") in get(fetcher, board.url("/charset")).body
    assert b"\0" in get(fetcher, board.url("/nul")).body


def test_headers_that_are_no_longer_true_or_private_are_dropped(board: Board, fetcher: PoliteFetcher) -> None:
    import gzip

    board.page("/packed", gzip.compress(b"hello"), Content_Encoding="gzip", Set_Cookie="session=secret")
    page = get(fetcher, board.url("/packed"))
    assert page.body == b"hello"
    assert page.header("content-encoding") is page.header("set-cookie") is None


# --- limits -----------------------------------------------------------------------------------


def test_redirects_without_end_are_given_up(board: Board, fetcher: PoliteFetcher) -> None:
    with pytest.raises(NoAnswer, match="more than 5 redirects"):
        get(fetcher, board.url("/loop"))
    assert board.asked("/loop") == 6


@pytest.mark.parametrize("path", ["/huge", "/told-huge", "/bomb"])
def test_too_large_a_body_is_refused_without_being_read(
    board: Board, fetcher: PoliteFetcher, path: str
) -> None:
    with pytest.raises(NoAnswer, match="larger than 1000000 bytes"):
        get(fetcher, board.url(path))
    assert board.asked(path) == 1


@pytest.mark.parametrize("path", ["/bomb-twice", "/brotli"])
def test_packing_that_was_not_offered_is_refused(board: Board, fetcher: PoliteFetcher, path: str) -> None:
    with pytest.raises(NoAnswer, match="not asked for"):
        get(fetcher, board.url(path))


@pytest.mark.parametrize("path", ["/drip", "/stall", "/cut", "/reset"])
def test_broken_answers_are_tried_again_and_then_named(board: Board, path: str) -> None:
    with PoliteFetcher(replace(QUICK, timeout_seconds=0.3)) as fetcher, pytest.raises(Retryable):
        get(fetcher, board.url(path))
    assert board.asked(path) == QUICK.attempts


def test_flaky_host_answers_in_the_end(board: Board, fetcher: PoliteFetcher) -> None:
    assert get(fetcher, board.url("/flaky/2")).status == 200
    assert board.asked("/flaky/2") == 3


# --- politeness -------------------------------------------------------------------------------


def test_robots_txt_is_asked_once_and_obeyed(board: Board, fetcher: PoliteFetcher) -> None:
    board.robots[""] = Answer(b"User-agent: *\nDisallow: /posting/2\n")
    assert get(fetcher, board.url("/posting/1")).status == 200
    with pytest.raises(NoAnswer, match="forbids") as refused:
        get(fetcher, board.url("/posting/2"))
    assert refused.value.outcome == "blocked"
    assert [a.path for a in board.log] == ["/robots.txt", "/posting/1"]


def test_robots_txt_can_forbid_this_program_alone(board: Board, fetcher: PoliteFetcher) -> None:
    board.robots[""] = Answer(b"User-agent: skillmatrix\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    with pytest.raises(NoAnswer, match="forbids"):
        get(fetcher, board.url("/posting/1"))


def test_robots_txt_of_the_host_that_a_redirect_leads_to_counts(board: Board, fetcher: PoliteFetcher) -> None:
    board.robots[board.hosts[1]] = Answer(b"User-agent: *\nDisallow: /\n")
    with pytest.raises(NoAnswer, match="forbids"):
        get(fetcher, board.url("/to?url=" + board.url("/posting/1", host=1)))
    assert board.asked("/posting/1") == 0


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_missing_robots_txt_allows(board: Board, fetcher: PoliteFetcher, status: int) -> None:
    board.robots[""] = Answer(b"", status)
    assert get(fetcher, board.url("/posting/1")).status == 200


@pytest.mark.parametrize("answer", [Answer(b"", 500), Answer(b"", 429), Answer(fault="reset")])
def test_unreadable_robots_txt_forbids(board: Board, fetcher: PoliteFetcher, answer: Answer) -> None:
    board.robots[""] = answer
    with pytest.raises(NoAnswer, match=r"robots\.txt"):
        get(fetcher, board.url("/posting/1"))
    assert board.asked("/posting/1") == 0


def test_endless_robots_txt_is_cut_not_fatal(board: Board, fetcher: PoliteFetcher) -> None:
    board.robots[""] = Answer(b"", 200, {}, "endless")
    assert get(fetcher, board.url("/posting/1")).status == 200


def test_robots_txt_can_be_disregarded_on_purpose(board: Board) -> None:
    board.robots[""] = Answer(b"User-agent: *\nDisallow: /\n")
    with PoliteFetcher(replace(QUICK, respect_robots=False)) as fetcher:
        assert get(fetcher, board.url("/posting/1")).status == 200


def test_crawl_delay_is_kept(board: Board, fetcher: PoliteFetcher) -> None:
    board.robots[""] = Answer(b"User-agent: *\nCrawl-delay: 0.3\n")
    for number in range(3):
        get(fetcher, board.url(f"/posting/{number}"))
    times = [a.at for a in board.log if a.path != "/robots.txt"]
    assert min(b - a for a, b in pairwise(times)) >= 0.3


def test_longer_crawl_delay_than_we_wait_ends_loudly(board: Board, fetcher: PoliteFetcher) -> None:
    board.robots[""] = Answer(b"User-agent: *\nCrawl-delay: 3600\n")
    assert get(fetcher, board.url("/posting/1")).status == 200
    with pytest.raises(NoAnswer, match="asks to wait") as refused:
        get(fetcher, board.url("/posting/2"))
    assert "max_wait_seconds" in refused.value.advice


@pytest.mark.parametrize("path", ["/busy/1?after=1", "/busy-date/1?after=2"])
def test_retry_after_is_waited_for(board: Board, fetcher: PoliteFetcher, path: str) -> None:
    assert get(fetcher, board.url(path)).status == 200
    times = [a.at for a in board.log if a.path == path]
    assert len(times) == 2
    assert times[1] - times[0] >= 0.9


def test_retry_after_beyond_the_limit_is_final_for_the_host(board: Board, fetcher: PoliteFetcher) -> None:
    assert get(fetcher, board.url("/busy/9?after=900")).status == 429
    with pytest.raises(NoAnswer, match="asks to wait"):
        get(fetcher, board.url("/posting/1"))
    assert board.asked() == 1


def test_host_that_never_answers_is_left_alone_after_a_few_pages(board: Board) -> None:
    with PoliteFetcher(replace(QUICK, max_wait_seconds=0.4, respect_robots=False)) as fetcher:
        for number in range(8):
            with pytest.raises((NoAnswer, Retryable)):
                get(fetcher, board.url(f"/reset?{number}"))
    assert board.asked() == 10  # nine tries, and after a rest one more


def test_host_that_comes_back_after_its_rest_is_served_on(board: Board) -> None:
    board.faults = lambda path, nth: Answer(fault="reset") if board.asked() <= 9 else None
    with PoliteFetcher(replace(QUICK, max_wait_seconds=0.4, respect_robots=False)) as fetcher:
        for number in range(3):
            with pytest.raises(Retryable):
                get(fetcher, board.url(f"/posting/{number}"))
        assert [get(fetcher, board.url(f"/posting/{number}")).status for number in range(3)] == [200] * 3


def test_broken_pages_of_a_host_do_not_condemn_its_others(board: Board, fetcher: PoliteFetcher) -> None:
    assert [get(fetcher, board.url(f"/status/500?{n}")).status for n in range(4)] == [500] * 4
    assert get(fetcher, board.url("/posting/1")).status == 200


def test_one_host_is_asked_one_thing_at_a_time_and_hosts_side_by_side(
    board: Board, fetcher: PoliteFetcher
) -> None:
    urls = [board.url(f"/posting/{n}", host) for n in range(6) for host in (0, 1)]
    threads = [threading.Thread(target=get, args=(fetcher, url)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert board.asked() == 12
    assert set(board.most_at_once.values()) == {1}


def test_stopping_wakes_whoever_waits(board: Board, fetcher: PoliteFetcher) -> None:
    get(fetcher, board.url("/busy/1?after=1"))
    board.robots.clear()
    slow = PoliteFetcher(replace(QUICK, pause_seconds=4.0))
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            get(slow, board.url("/posting/1"))
            get(slow, board.url("/posting/2"))
        except Stopped as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    slow.stop()
    thread.join(3.0)
    slow.close()
    assert not thread.is_alive()
    assert "stopped" in str(failed[0])


# --- addresses --------------------------------------------------------------------------------


def test_own_machine_is_refused_unless_allowed(board: Board) -> None:
    careful = PoliteFetcher(replace(QUICK, allow_private=False))
    with careful as fetcher, pytest.raises(NoAnswer, match="private network") as refused:
        get(fetcher, board.url("/posting/1"))
    assert "allow_private" in refused.value.advice
    assert board.log == []


def test_name_that_resolves_elsewhere_the_second_time_is_checked_again(board: Board) -> None:
    answers = iter(["93.184.215.14"])

    def rebinding(host: str, port: int, type: int = 0) -> list[Any]:
        return [(socket.AF_INET, type, 6, "", (next(answers, "127.0.0.1"), port))]

    wire = PublicWire(board)
    board.page("/once", "hello", Connection="close")
    settings = replace(QUICK, allow_private=False, respect_robots=False)
    with PoliteFetcher(settings, rebinding, wire) as fetcher:
        assert get(fetcher, "http://jobs.example/once").status == 200
        with pytest.raises(NoAnswer, match="private network"):
            get(fetcher, "http://jobs.example/posting/1")
    assert wire.reached == ["93.184.215.14"]


class PublicWire(httpcore.SyncBackend):
    """Connects to the board whatever the (public, checked) address is."""

    def __init__(self, board: Board) -> None:
        self.port = int(board.hosts[0].split(":")[1])
        self.reached: list[str] = []

    def connect_tcp(self, host: str, port: int, *rest: object, **more: object) -> httpcore.NetworkStream:
        self.reached.append(host)
        return super().connect_tcp("127.0.0.1", self.port, *rest, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "169.254.169.254"]
)
def test_redirect_to_this_machine_is_refused_wherever_it_hides(board: Board, inside: str) -> None:
    def resolve(host: str, port: int, type: int = 0) -> list[Any]:
        if host.endswith(".example"):
            return [(socket.AF_INET, type, 6, "", ("93.184.215.14", port))]
        return socket.getaddrinfo(host, port, type=type)

    wire = PublicWire(board)
    with PoliteFetcher(replace(QUICK, allow_private=False), resolve, wire) as fetcher:
        assert get(fetcher, "http://jobs.example/posting/1").status == 200
        with pytest.raises(NoAnswer):
            get(fetcher, f"http://jobs.example/to?url=http://{inside}/secrets")
    assert set(wire.reached) == {"93.184.215.14"}
    assert board.asked("/secrets") == 0


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://h.example/x", "javascript:alert(1)", "gopher://h/"]
)
def test_redirect_to_another_scheme_is_refused(board: Board, fetcher: PoliteFetcher, target: str) -> None:
    with pytest.raises(NoAnswer, match="no http or https address"):
        get(fetcher, board.url(f"/to?url={target}"))


@pytest.mark.parametrize(
    "url", ["", "jobs", "http://", "https://a b/", "http://u:p@h.example/", "http://h:99999/"]
)
def test_what_is_no_address_is_refused_unasked(fetcher: PoliteFetcher, url: str) -> None:
    with pytest.raises(NoAnswer):
        get(fetcher, url)


def test_unknown_host_is_named_at_once() -> None:
    def unknown(host: str, port: int, type: int = 0) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with PoliteFetcher(QUICK, unknown) as fetcher, pytest.raises(NoAnswer, match="there is no host"):
        get(fetcher, "http://nobody.example/")


OUTSIDE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 192.168.1.1 192.0.2.1
198.18.0.1 224.0.0.1 239.1.2.3 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1 ff02::1
2001:db8::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1::
"""


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_address_outside_the_open_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_private_address_hides_in_an_ipv6_one(address: object) -> None:
    assert not is_public(f"::ffff:{address}")


# --- TLS --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("makes its certificate with openssl, which is not installed")
    folder = tmp_path_factory.mktemp("tls")
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=jobs.example",
        "-addext",
    ]
    where = [
        "subjectAltName=DNS:jobs.example",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "cert.pem"),
    ]
    subprocess.run(["openssl", *made, *where], check=True, capture_output=True)
    return folder


@pytest.fixture
def secure(certificate: Path) -> Iterator[Board]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with Board(tls=context) as running:
        yield running


def here(host: str, port: int, type: int = 0) -> list[Any]:
    return [(socket.AF_INET, type, 6, "", ("127.0.0.1", port))]


def test_certificate_is_checked_for_the_name_and_not_for_the_resolved_address(
    secure: Board, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    port = secure.hosts[0].split(":")[1]
    with PoliteFetcher(QUICK, here) as fetcher:
        assert get(fetcher, f"https://jobs.example:{port}/posting/1").status == 200
        with pytest.raises(NoAnswer, match=r"certificate of other\.example is not valid"):
            get(fetcher, f"https://other.example:{port}/posting/1")


def test_certificate_that_nobody_vouches_for_is_named_and_final(secure: Board) -> None:
    settings = replace(QUICK, respect_robots=False)
    with PoliteFetcher(settings, here) as fetcher, pytest.raises(NoAnswer, match="self-signed"):
        get(fetcher, f"https://jobs.example:{secure.hosts[0].split(':')[1]}/posting/1")
    assert secure.log == []


# --- who goes when ----------------------------------------------------------------------------


def test_items_of_one_host_go_in_order_and_hosts_side_by_side() -> None:
    meet = threading.Barrier(2, timeout=5)
    seen: list[tuple[str, int]] = []

    def work(item: tuple[str, int]) -> tuple[str, int]:
        if item[1] == 0:
            meet.wait()  # passes only when both hosts are being served at once
        seen.append(item)
        return item

    items = [(host, n) for n in range(5) for host in "ab"]
    got = list(by_host(items, lambda item: item[0], work, 4, lambda: None))
    assert sorted(got) == sorted(items)
    assert [n for host, n in seen if host == "a"] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [KeyError, IndexError, StopIteration, KeyboardInterrupt])
def test_error_in_one_item_reaches_the_caller_and_ends_the_others(error: type[BaseException]) -> None:
    def work(item: int) -> int:
        if item == 3:
            raise error("three")
        time.sleep(0.001)
        return item

    with pytest.raises((error, RuntimeError)):  # a generator turns StopIteration into RuntimeError
        list(by_host(range(100), lambda item: str(item % 4), work, 4, lambda: None))


def test_leaving_early_stops_the_rest() -> None:
    done: list[int] = []
    for _ in by_host(range(10_000), lambda item: "one", lambda item: done.append(item), 1, lambda: None):
        break
    assert len(done) < 200


def test_key_tells_two_questions_of_one_address_apart() -> None:
    keys = {request_key(Request("http://h/", "POST", body)) for body in ('{"offset":0}', '{"offset":20}')}
    assert len(keys | {request_key(Request("http://h/"))}) == 3
    assert (host_of("https://H.example:443/x"), host_of("no address")) == ("h.example", "")
