from __future__ import annotations

from pathlib import Path

import pytest
from attacking import Attacks

from pipeline.archive import Archive
from pipeline.cli import show
from pipeline.lists import parse_list
from pipeline.read import page_report, posting_from
from pipeline.records import Failure, Listing, RawPage, Reading, SourceLine
from pipeline.settings import FetchSettings
from pipeline.steps.gather import gather

FORMS = [
    "(020) 7946 0958", "(0161) 496 0123", "0170/1234567", "0170-1234567", "0170 / 1234567", "030/1234 567",
    "020 7946 0958", "07700 900123", "+44 20 7946 0018", "+44 (0)20 7946 0958", "\uff0b44 20 7946 0958",
    "00420 777 123 456", "(212) 555-0123", "212-555-0123", "Tel: 030 1234567", "(0761) 20 30 40",
    "jane@corp.example", "jane.doe+jobs@mail.corp.example", "jane (at) corp (dot) example",
    "jane [at] corp.example",
    "jane [at] corp [dot] example", "jane{at}corp{dot}example", "JANE (AT) CORP.EXAMPLE",
    "jane(at)corp.example",
    "jane <at> corp <dot> example", "jane (@) corp (.) example", "jane at corp dot com",
    "jane\uff20corp.example",
    "jane\uff20corp\uff0eexample", "\uff4a\uff41\uff4e\uff45\uff20\uff43\uff4f\uff52\uff50.example",
    "jane (at) corp dot com", "jane&#64;corp.example", "jane&commat;corp.example", "jane%40corp.example",
    "1-800-555-0123", "06 20 30 56 78", "phone 5550123456", "+49 30 / 1234567", "+49-(0)30-1234567",
    "jane@corp.xn--p1ai", "jane@[192.0.2.1]", "ja\u00f1e@c\u00f8rp.example", "jane\ufe6bcorp.example",
]  # fmt: skip
ADDRESSES = [
    "https://jobs.example/1?contact=jane@corp.example", "https://jobs.example/1?contact=jane%40corp.example",
    "https://jobs.example/jane@corp.example/1", "https://jobs.example/1?phone=020%207946%200958",
    "https://jobs.example/1?a=1&tel=0170/1234567#x", "https://jobs.example/1?n=+442079460958",
    "https://jobs.example/1?n=%2B442079460958", "mailto:jane@corp.example", "https://jane@jobs.example/1",
]  # fmt: skip
TRACES = (
    "jane",
    "JANE",
    "ja\u00f1e",
    "\uff4a\uff41",
    "7946",
    "1234567",
    "1234",
    "0958",
    "900123",
    "496",
    "555",
    "777",
    "20 30",
)

KEPT = [
    "100 000 - 120 000 EUR", "Python 3.11", "2024-01-15", "ISO 27001/27002", "24/7", "Ref 0123/2026",
    "10-12 months",
    "Engineer @ Acme.io", "look at dot net", "room 0123", "C++ and C# at scale", "EN 60601-1", "0.5 years",
    "work at a (large) scale", "R&D (at) home", "https://medium.com/@mill/weaver",
]  # fmt: skip


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def test_11_contacts_are_masked_wherever_a_posting_goes(attacks: Attacks) -> None:
    page = RawPage("https://jobs.example/1", "https://jobs.example/1", 200, (), b"", "")

    def survives(form: str) -> None:
        listing = Listing(
            "https://jobs.example/1", "page", f"Weaver, {form}",
            f"We want a weaver.\nAsk {form} about it.", False,
            company=f"Mill {form}", location=f"Brno, {form}", closed=f"closed, ask {form}",
        )  # fmt: skip
        found = posting_from(listing, SourceLine("https://jobs.example/1"), page)
        assert [traces(part) for part in (found.text, found.title, found.company, found.location)] == [[]] * 4
        assert traces(found.closed or "") == []
        assert len(found.text) == len(listing.content)
        html = posting_from(
            Listing("https://jobs.example/1", "page", "W", f"<p>Ask <b>{form.replace('<', '&lt;')}</b></p>"),
            SourceLine("https://jobs.example/1"),
            page,
        )
        assert traces(html.text) == []

    attacks.each("11", "a phone number or mail address is masked in every field", FORMS, survives)


def test_11_contacts_in_addresses_are_masked(attacks: Attacks) -> None:
    def survives(url: str) -> None:
        page = RawPage(url, url, 200, (), b"", "")
        found = posting_from(
            Listing(url, "page", "Weaver", "We want a weaver.", False), SourceLine(url), page
        )
        assert traces(found.url) == []

    attacks.each("11", "a phone number or mail address is masked in addresses", ADDRESSES, survives)


def test_11_what_is_no_contact_stays(attacks: Attacks) -> None:
    page = RawPage("https://jobs.example/1", "https://jobs.example/1", 200, (), b"", "")

    def survives(text: str) -> None:
        line = SourceLine("https://jobs.example/1")
        found = posting_from(Listing(line.address, "page", "W", f"Ask for {text}.", False), line, page)
        assert text in found.text

    attacks.each("11", "pay, versions, norms and dates are left alone", KEPT, survives)


def test_11_contacts_in_what_is_said_of_a_failure_are_masked(
    attacks: Attacks,
    archive: Archive,
    tmp_path: Path,
    quick: FetchSettings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = RawPage("https://jobs.example/1", "https://jobs.example/1", 200, (), b"", "")

    def survives(form: str) -> None:
        lines = [
            SourceLine(str(tmp_path / f"gone {form[:60].replace('/', '-')}.html"), number=1),
            SourceLine(f"https://no-host.invalid/?contact={form}", number=2),
        ]
        found = gather(lines, archive, quick, offline=True)
        kept = [(r["detail"], r["advice"]) for r in archive.each_record("outcomes") if "detail" in r]
        listed = parse_list(f"there is no {form} here to read\n".encode(), "list", tmp_path)
        show.failures(
            [*listed.failures, Failure(f"https://jobs.example/?a={form}", "error", form, f"Ask {form}.")]
        )
        show.note(f"line 2 repeats line 1: {form}", False)
        told = page_report(shell, Reading("closed", detail=f"closed, ask {form}"))
        said = (found.failures, kept, capsys.readouterr(), told)
        assert len(found.failures) == 2
        assert [part for part in map(repr, said) if traces(part)] == []

    attacks.each("11", "a failure, a note and a report name nobody's contacts", FORMS, survives)
