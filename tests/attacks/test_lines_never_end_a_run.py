from __future__ import annotations

import gzip
import itertools
import json
import os
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from attacking import Attacks
from servers.board import Answer, Board

from pipeline import sources
from pipeline.archive import Archive
from pipeline.errors import BUG, NoAnswer, Retryable, UsageError
from pipeline.fetch import PoliteFetcher, host_of, is_public
from pipeline.lists import parse_list
from pipeline.ports import Source
from pipeline.read import posting_from
from pipeline.records import RawPage, Reading, Request, SourceLine, Target
from pipeline.settings import FetchSettings, Settings
from pipeline.steps.collect import collect
from pipeline.steps.gather import gather
from pipeline.steps.one_line import LineReader
from pipeline.steps.page_cache import NullFetcher, PageCache
from pipeline.steps.place import Place
from pipeline.steps.tag import tag

HOSTS = [
    "xn--a", "xn--", "xn--0", "xn--zzzzzzzzzzzz", "xn--a.example", "www.xn--99zzzz.example", "a..b", "-",
    "xn--ls8h=.example", "xn--\u0661.example", "ex\u00adample\u2024com", "a" * 64 + ".example",
    ".".join(["abc"] * 80), "\u2488com", "xn--fa-hia\u00df.example", "[::1", "[::g]", "[v1.x]", "%00.example",
    "xn--e1afmkfd.xn--p1aixx", "\ud800.example", "1.2.3.4.5", "256.256.256.256", "0x7f.1.example:99999",
]  # fmt: skip
AFTER = [
    "9" * 400, "-1", "-99999999999", "1e999", "NaN", "inf", "0x10", "\u0663", "1;2", "", " ", "\t", "1.5",
    "Mon, 01 Jan 9999 00:00:00 -9999", "Mon, 01 Jan 9999 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT",
    "Mon, 01 Jan 0001 00:00:00 +9999", "Mon, 01 Jan 0000 00:00:00 GMT", "Mon, 99 Jan 2026 99:99:99 GMT",
    "Mon, 01 Jan 2026 00:00:00 +" + "9" * 30, "Mon, 01 Jan 2026 00:00:00 -" + "9" * 12,
    "1" * 30 + " Jan 1 0:0:0",
    "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -0100", "01 Jan 2026", "Jan", "0", "00",
    "0.0",
    "2026-11-30T00:00:00Z", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2026 99999999999:00:00",
]  # fmt: skip


def lines_of(*addresses: str) -> list[SourceLine]:
    return [SourceLine(address, number=n) for n, address in enumerate(addresses, 1)]


def test_1_a_host_name_that_is_none_costs_its_own_line(
    attacks: Attacks, board: Board, archive: Archive, quick: FetchSettings
) -> None:
    good = board.url("/posting/1")

    def survives(host: str) -> None:
        lines = lines_of(f"http://{host}/job", good)
        result = gather(lines, archive, quick)
        assert [p.number for p in result.postings] == [2]
        assert [(f.number, f.outcome) for f in result.failures] == [(1, "error")]
        assert host_of(lines[0].address) is not None

    attacks.each("1", "a malformed host name in a line costs that line", HOSTS, survives)


def test_1_a_redirect_to_a_host_that_is_none_costs_its_own_line(
    attacks: Attacks, board: Board, archive: Archive, quick: FetchSettings
) -> None:
    names = [host for host in HOSTS if host.isascii() and "%" not in host]

    def survives(host: str) -> None:
        board.page("/to-nowhere", "", 302, Location=f"http://{host}/job")
        lines = lines_of(board.url("/to-nowhere"), board.url("/posting/1"))
        result = gather(lines, archive, quick, refresh=True)
        assert [p.number for p in result.postings] == [2]
        assert [f.number for f in result.failures] == [1]

    attacks.each("1", "a redirect to a malformed host name costs its line", names, survives)


@pytest.mark.parametrize("status", [429, 503])
def test_2_any_retry_after_is_an_answer_or_a_reason(
    attacks: Attacks, board: Board, archive: Archive, quick: FetchSettings, status: int
) -> None:
    def survives(value: str) -> None:
        headers = {"Retry-After": value.encode("utf-8", "replace").decode("latin-1")}
        with Board() as own, PoliteFetcher(quick) as fetcher:
            own.page("/busy", "later", status, Retry_After=headers["Retry-After"])
            with suppress(NoAnswer):  # longer than we wait
                assert fetcher.fetch(Request(own.url("/busy"))).status == status

    attacks.each("2", f"any Retry-After beside {status} is waited for or refused", AFTER, survives)


def test_6_a_line_of_any_length_or_bytes_costs_itself(attacks: Attacks, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Weaver")
    long = [
        b"C" * n + b" " + b"d" * n + tail
        for n, tail in itertools.product(
            (100, 127, 128, 200, 255, 256, 1999, 4000, 90_000), (b"", b" kind=blog")
        )
    ]
    odd = [
        b"\0", b"https://jobs.example/\xe8", b"\xff\xfe\xfa", b"a\0b", b"\x1b[31m", b"~nobody-at-all/x y",
        b"https://[", b"'" * 300, b'"' + b"x" * 5000 + b'"', b"/" * 5000, b"../" * 2000 + b"x y", b"\x80\x81",
        b"https://" + b"a" * 70_000 + b".example/", "\u202e\u2066".encode() * 200 + b" z", b"http://a:b:c/",
    ]  # fmt: skip

    def survives(line: bytes) -> None:
        found = parse_list(b"a.txt\n# a\n" + line + b"\na.txt kind=blog\n", "list", tmp_path)
        assert len(found.lines) in (1, 2)
        assert found.lines[0].address == str(tmp_path / "a.txt")
        assert len(found.lines) == 2 or [f.number for f in found.failures] == [3]

    attacks.each("6", "an over-long or binary line is named, the others are read", [*long, *odd], survives)


def test_6_a_list_that_is_no_text_is_still_refused(attacks: Attacks) -> None:
    def survives(content: bytes) -> None:
        with pytest.raises(UsageError):
            parse_list(content, "list", Path())

    pictures = [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "a\n".encode("utf-16"),
        gzip.compress(b"x" * 500),
        bytes(300),
    ]
    attacks.each("6", "what is no text at all is refused as a list", pictures, survives)


class Raising(Source):
    """A plug-in that breaks in every way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def request(self, url: str) -> Request | None:
        raise self.error

    def read(self, page: RawPage, url: str) -> Reading | None:
        raise self.error


def test_12_an_exception_that_nobody_expected_is_a_failure_to_report(
    attacks: Attacks, archive: Archive, quick: FetchSettings
) -> None:
    errors = [
        RecursionError("deep"), KeyError("x"), UnicodeEncodeError("ascii", "é", 0, 1, "no"), MemoryError(),
        OverflowError("large"), ZeroDivisionError(), AssertionError(), StopIteration(), OSError(5,
        "I/O error"),
        ImportError("gone"), IndexError(), AttributeError(), NotImplementedError(), ArithmeticError(),
    ]  # fmt: skip

    def survives(error: Exception) -> None:
        reader = LineReader(PageCache(archive, NullFetcher(), quick, "2026"), [Raising(error)])
        found = reader.read(SourceLine("https://jobs.example/1", number=7))
        assert found.failure is not None
        assert (found.failure.number, found.failure.outcome) == (7, "error")
        assert found.failure.advice == BUG
        assert type(error).__name__ in found.failure.detail

    attacks.each("12", "an unexpected exception becomes the failure of its line", errors, survives)


def test_12_bad_lines_of_tag_are_named_and_the_others_answered(attacks: Attacks) -> None:
    bad = [
        b"nonsense", b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"{}", b"[]", b"null", b"1",
        b'"x"',
        b'{"id":1}', b'{"text":"x"}', b'{"id":1,"text":2}', b'{"id":1,"text":null}', b"\xff\xfe", b"\0", b"{",
        b'{"id":1,"text":"\xe8"}', b"x" * 3_000_000, b'{"id":1,"text":"a","id":', b"NaN", b"-", b"[1,2",
    ]  # fmt: skip
    good = [b'{"id":"a","text":"Python"}', b'{"id":"b","text":"SQL \\ud800 and Spark \\udfff"}']
    feed = [line + b"\n" for pair in zip(bad, itertools.cycle(good), strict=False) for line in pair]
    failures: list[object] = []
    answers = [
        json.loads(line.encode())
        for line in tag(iter(feed), Settings(), asked="local", report=failures.append)
    ]
    told = dict(enumerate(answers))

    def survives(number: int) -> None:
        assert told[2 * number]["mentions"] == []
        assert told[2 * number]["error"].startswith(f"line {2 * number + 1} ")
        text = json.loads(feed[2 * number + 1])["text"]
        found = told[2 * number + 1]["mentions"]
        assert found
        assert all(len(text[m["start"] : m["end"]]) == len(m["quote"]) for m in found)

    attacks.each(
        "12", "a line that `tag` cannot read is named, the next is answered", range(len(bad)), survives
    )
    assert len(failures) == len(bad)


def test_13_a_packed_answer_is_whole_or_no_page(attacks: Attacks, board: Board, quick: FetchSettings) -> None:
    body = b"<h1>Weaver wanted</h1>" * 200
    packed, flat = gzip.compress(body), zlib.compress(body)
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bare = raw.compress(body) + raw.flush()
    whole = {
        "one": ("gzip", packed, body),
        "two": ("gzip", packed + packed, body * 2),
        "seven": ("gzip", gzip.compress(b"w") * 7, b"w" * 7),
        "with padding": ("gzip", packed + bytes(64), body),
        "with rubbish": ("gzip", packed + b"rubbish", body),
        "empty member": ("gzip", gzip.compress(b"") + packed, body),
        "zlib": ("deflate", flat, body),
        "deflate": ("deflate", bare, body),
    }
    cuts = {
        f"{name} cut at {part}": (encoding, content[: int(len(content) * part)], None)
        for name, encoding, content in (
            ("gzip", "gzip", packed),
            ("zlib", "deflate", flat),
            ("raw", "deflate", bare),
        )
        for part in (0.2, 0.5, 0.8, 0.95)
    } | {"second cut": ("gzip", packed + packed[:-20], None), "trailer cut": ("gzip", packed[:-1], None)}

    def survives(item: tuple[str, tuple[str, bytes, bytes | None]]) -> None:
        encoding, content, wanted = item[1]
        board.page("/packed", content, Content_Encoding=encoding)
        with PoliteFetcher(quick) as fetcher:
            if wanted is None:
                with pytest.raises(Retryable, match="packed answer"):
                    fetcher.fetch(Request(board.url("/packed")))
            else:
                assert fetcher.fetch(Request(board.url("/packed"))).body == wanted

    attacks.each(
        "13", "a packed answer comes whole, or not at all", [*whole.items(), *cuts.items()], survives
    )


def test_14_addresses_that_are_not_public_are_not_asked(attacks: Attacks) -> None:
    private = [
        "fec0::1", "fec0::", "fed0::7", "feff:ffff::1", "192.88.99.0", "192.88.99.1", "192.88.99.255",
        "10.0.0.1",
        "127.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::c058:6301", "2002:c058:6301::1",
        "2002:7f00:1::", "::ffff:192.88.99.1", "198.18.0.1", "192.0.2.1", "240.0.0.1", "2001:db8::1",
        "3fff::1", "192.0.0.8", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "::127.0.0.1",
    ]  # fmt: skip

    def survives(address: str) -> None:
        assert not is_public(address)

    attacks.each("14", "no address of a private or retired network counts as public", private, survives)
    assert all(map(is_public, ("93.184.215.14", "2606:2800:21f:cb07::1", "192.88.98.1", "192.88.100.1")))


def test_a_host_with_hostile_robots_txt_costs_its_own_lines(
    attacks: Attacks, board: Board, archive: Archive, quick: FetchSettings
) -> None:
    rules = [
        "Crawl-delay: inf", "Crawl-delay: nan", "Crawl-delay: -1", "Crawl-delay: " + "9" * 400,
        "Crawl-delay: x",
        "Request-rate: 1/0", "Request-rate: 0/1", "Request-rate: 9/" + "9" * 300 + "h",
        "Request-rate: -1/-1s",
        "Allow: " + "*" * 5000 + "a$", "Disallow: /%zz%00", "Visit-time: 9999-1", "Sitemap: xn--a",
        "\ufeff\0",
    ]  # fmt: skip

    def survives(rule: str) -> None:
        board.robots[""] = Answer(f"User-agent: *\n{rule}\n".encode())
        result = gather(lines_of(board.url("/posting/1")), archive, quick, refresh=True)
        assert len(result.postings) + len(result.failures) >= 1

    attacks.each("2", "any robots.txt is obeyed or named", rules, survives)


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_12_a_bad_row_of_a_collection_costs_itself(attacks: Attacks, tmp_path: Path, ending: str) -> None:
    good = b'{"url":"https://jobs.example/1","description":"Weaver wanted, with looms and ledgers"}'
    bad = [
        b"{}", b"[]", b"null", b"nonsense", b"[" * 60_000, b'{"a":' * 60_000, b"\xff\xfe",
        b'{"description":null}',
        b'{"description":""}', b'{"description":[]}', b'{"description":{"a":{}}}', b'{"url":1}', b"\0", b"{",
        b'{"": {}}', b'{"description":NaN}', b'{"title":"x"}', b"1", b'"x"',
    ]  # fmt: skip
    odd = [
        b'{"description":"Weaver \\ud800 wanted","url":"https://jobs.example/\\udfff","id":"\\ud800"}',
        b'{"description":"Weaver wanted","title":"\\udc00"}', b'{"description":1e999}',
        b'{"description":"Weaver wanted","date":"9999999999999999","url":"' + b"x" * 99_999 + b'","id":[]}',
        b'{"description":"Weaver wanted","company":{"name":7},"location":[null,{}],"date":{"a":1}}',
    ]  # fmt: skip

    def survives(row: bytes) -> None:
        place, rows = Place(tmp_path / "ws"), b"\n".join((row, good, row, good + b" "))
        path = tmp_path / f"rows.{ending}"
        path.write_bytes(gzip.compress(rows) if ending.endswith("gz") else rows)
        done, failures = collect(place, Target("Weaver"), path, [])
        assert done.outputs >= 1
        assert {f.number for f in failures} <= {1, 3}
        assert len(failures) == 2 or row in odd

    attacks.each("12", "a bad row of a collection is named, the others are taken", [*bad, *odd], survives)


NUMBERS = ["1e999", "-1e999", "NaN", "Infinity", "9" * 400, "9" * 4000, "9" * 5000, "1e308", "-1", "0x10"]
ANSWERS = [
    '{"jobs":[{"id":1,"title":"Weaver","absolute_url":"https://x.example","location":{"name":"B"},'
    '"content":"looms","pay_input_ranges":[{"min_cents":NUMBER,"max_cents":NUMBER}],"first_published":NUMBER}]}',
    '<html><script type="application/ld+json">{"@type":"JobPosting","title":"Weaver","description":"looms",'
    '"datePosted":NUMBER,"validThrough":NUMBER,"baseSalary":{"value":{"minValue":NUMBER}}}</script>',
    '[{"title":"Weaver","company":"Mill","city":"Brno","date":NUMBER,"salaryMin":NUMBER,'
    '"description":"looms "}]',
]  # fmt: skip


def test_12_a_number_that_is_none_costs_its_field(attacks: Attacks) -> None:
    def survives(number: str) -> None:
        for answer in ANSWERS:
            body = answer.replace("NUMBER", number).replace("looms", "We look for a weaver of looms. " * 9)
            page = RawPage("https://jobs.example/1", "https://jobs.example/1", 200, (), body.encode(), "2026")
            found = sources.read_page(page, page.url)
            assert "did not expect" not in found.detail
            for listing in found.listings:
                posting_from(listing, SourceLine(page.url), page)

    attacks.each("12", "a number without end costs its field", NUMBERS, survives)


CODECS = [
    "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "hex", "zlib", "rot13",
    "quopri",
    "base64", "mbcs", "charmap", "utf-16", "utf-32", "x" * 5000, "cp65001", "palmos", "hz", "\x00",
]  # fmt: skip


def test_12_an_encoding_that_is_none_is_guessed(attacks: Attacks) -> None:
    def survives(name: str) -> None:
        body = b"<h1>Weaver</h1><h2>Requirements</h2><p>Looms \xe8\xff " + b"and more a-b " * 3000
        header = (("content-type", f"text/html; charset={name}"),)
        page = RawPage("https://jobs.example/1", "https://jobs.example/1", 200, header, body, "")
        assert sources.read_page(page, page.url).outcome != "error"

    attacks.each("12", "a page of an encoding that is none is read or named", CODECS, survives)


def test_6_a_pipe_a_device_or_a_loop_costs_its_own_line(
    attacks: Attacks, archive: Archive, tmp_path: Path, quick: FetchSettings
) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "loop.html").symlink_to("loop.html")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "good.txt").write_text(
        "Weaver\n\nRequirements\n- Three years of experience with looms and with SQL.\n"
    )

    def survives(name: str) -> None:
        lines = lines_of(str(tmp_path / name), str(tmp_path / "good.txt"))
        result = gather(lines, archive, quick)
        assert [p.number for p in result.postings] == [2]
        assert [(f.number, f.outcome) for f in result.failures] == [(1, "error")]
        assert result.failures[0].advice != BUG

    names = ["pipe.html", "loop.html", "folder.pdf", "zero.txt", "gone.txt"]
    attacks.each("6", "a pipe, a device or a loop of links costs its own line", names, survives)
