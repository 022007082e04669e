from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.lists import is_collection, parse_list, read_collection, read_sources
from pipeline.records import Failure, SourceLine


def listed(tmp_path: Path, text: str | bytes) -> tuple[list[SourceLine], list[Failure]]:
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found = read_sources(str(path))
    return list(found.lines), list(found.failures)


def saved(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p>Glazier wanted")


# --- one source a line ------------------------------------------------------------------------


def test_line_has_an_address_and_what_is_said_of_it(tmp_path: Path) -> None:
    lines, failures = listed(
        tmp_path,
        "# postings of autumn\n"
        "\n"
        "https://jobs.example/1\n"
        "  https://blog.example/day kind=day-in-life date=2026-03-31   # by a glazier\n",
    )
    assert lines == [
        SourceLine("https://jobs.example/1", number=3),
        SourceLine("https://blog.example/day", "day-in-life", "2026-03-31", number=4),
    ]
    assert failures == []


def test_fragment_of_an_address_is_no_comment(tmp_path: Path) -> None:
    lines, _ = listed(tmp_path, "https://jobs.example/list#/job/12\n")
    assert lines[0].address == "https://jobs.example/list#/job/12"


def test_path_is_relative_to_the_list_and_may_hold_blanks(tmp_path: Path) -> None:
    saved(tmp_path, "pages/a.html", "pages/b c.html", "pages/d e.html")
    lines, failures = listed(tmp_path, "pages/a.html\n\"pages/b c.html\" kind=blog\n'pages/d e.html'\n")
    assert [Path(line.address).name for line in lines] == ["a.html", "b c.html", "d e.html"]
    assert lines[1].kind == "blog"
    assert all(Path(line.address).is_file() for line in lines)
    assert failures == []


def test_path_with_blanks_is_found_even_without_quotes(tmp_path: Path) -> None:
    saved(tmp_path, "saved page.html")
    lines, _ = listed(tmp_path, "saved page.html date=2026-01-02\n")
    assert (Path(lines[0].address).name, lines[0].date) == ("saved page.html", "2026-01-02")


def test_folder_stands_for_the_readable_files_in_it_sorted(tmp_path: Path) -> None:
    saved(
        tmp_path,
        "f/b.html",
        "f/a.PDF",
        "f/sub/c.txt",
        "f/photo.png",
        "f/.hidden.html",
        "f/b_files/frame.html",
    )
    lines, _ = listed(tmp_path, "f kind=blog\n")
    assert [Path(line.address).relative_to(tmp_path).as_posix() for line in lines] == [
        "f/a.PDF",
        "f/b.html",
        "f/sub/c.txt",
    ]
    assert {(line.kind, line.number) for line in lines} == {("blog", 1)}


def test_list_can_come_from_standard_input(tmp_path: Path) -> None:
    lines = read_sources("-", io.StringIO("https://jobs.example/ž\n")).lines
    assert lines[0].address == "https://jobs.example/ž"


def test_folder_can_stand_for_a_list(tmp_path: Path) -> None:
    saved(tmp_path, "a.html", "b.md")
    assert len(read_sources(str(tmp_path)).lines) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("ftp://h.example/x", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("https://", "names no host"),
        ("https://h.example:99999999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://me:secret@h.example/1", "user name or password"),
        ("no-such-file.html", "there is no file or folder"),
        ("jobs.example/42", "write https:// before"),
        ("https://h.example/1 kind=advert", "is none of posting, blog"),
        ("https://h.example/1 date=31.3.2026", "must be a date like 2026-03-31"),
        ("https://h.example/1 knd=blog", "cannot tell what 'knd=blog' is"),
        ("/dev/zero", "neither a file nor a folder"),
        ("We look for a glazier who likes glass", "a sentence, no address and no path"),
        ("long words " * 60, "a sentence"),
        ("x" * 300 + ".html", "no usable path"),
        ("https:/jobs.example/1", "write https://"),
        ("https://xn--zz-99.example/1", "no host name"),
        ("https://" + "a" * 64 + ".example/1", "no host name"),
        ("www.jobs.example/1", "write https:// before"),
    ],
)
def test_bad_line_is_named_and_the_good_ones_go_on(tmp_path: Path, line: str, why: str) -> None:
    lines, failures = listed(tmp_path, f"https://jobs.example/1\n{line}\nhttps://jobs.example/2\n")
    assert [found.number for found in lines] == [1, 3]
    assert [(f.number, f.outcome) for f in failures] == [(2, "error")]
    assert why in failures[0].detail
    assert failures[0].detail.startswith("line 2: ")


def test_password_in_a_bad_line_is_not_repeated_in_its_reason(tmp_path: Path) -> None:
    _, failures = listed(tmp_path, "https://me:secret@h.example/1\n")
    assert "secret" not in failures[0].detail + failures[0].address


def test_huge_folder_is_a_bad_line_not_a_long_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, *(f"f/{number}.html" for number in range(12)))
    monkeypatch.setattr("pipeline.lists.listfile._MOST_ENTRIES", 10)
    assert "more than 10 entries" in listed(tmp_path, "f\n")[1][0].detail


def test_empty_folder_is_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no file that can be read" in listed(tmp_path, "empty\n")[1][0].detail


@pytest.mark.parametrize(
    "again",
    ["https://jobs.example/1", "HTTPS://Jobs.Example:443/1", "https://jobs.example/1#apply"],
)
def test_same_address_twice_is_one_source_and_said_so(tmp_path: Path, again: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"https://jobs.example/1\nhttps://jobs.example/2\n{again} kind=blog\n")
    found = read_sources(str(path))
    assert [line.number for line in found.lines] == [1, 2]
    assert found.notes == (f"line 3 repeats line 1: {again}",)
    assert found.failures == ()


@pytest.mark.parametrize(
    "other", ["http://jobs.example/1", "https://jobs.example/1?b=1", "https://jobs.example/1#/2"]
)
def test_different_addresses_stay_different(tmp_path: Path, other: str) -> None:
    assert len(listed(tmp_path, f"https://jobs.example/1\n{other}\n")[0]) == 2


# --- CSV --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_a_header_works_too(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["url", "kind", "date", "title", "company", "mine"],
        ["https://jobs.example/1", "", "", f'Glazier{delimiter} "senior"', "Pane & Sons", "x"],
        ["https://jobs.example/2", "advert", "", "", "", ""],
        ["", "", "", "", "", ""],
        ["https://blog.example/3", "blog", "2026-05-06", "", "", ""],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    lines, failures = listed(tmp_path, "\ufeff# exported\n" + out.getvalue())
    assert lines == [
        SourceLine(
            "https://jobs.example/1", "posting", None, f'Glazier{delimiter} "senior"', "Pane & Sons", 3
        ),
        SourceLine("https://blog.example/3", "blog", "2026-05-06", number=6),
    ]
    assert [(f.number, "'advert'" in f.detail) for f in failures] == [(4, True)]


def test_csv_rows_keep_their_line_numbers_over_line_breaks_in_cells(tmp_path: Path) -> None:
    lines, failures = listed(tmp_path, 'url,title\nhttps://jobs.example/1,"two\nlines"\nnothing,\n')
    assert (lines[0].number, failures[0].number) == (2, 4)


def test_csv_row_without_an_address_is_named(tmp_path: Path) -> None:
    _, failures = listed(tmp_path, "url,title\nhttps://jobs.example/1,a\n,b\n")
    assert [f.number for f in failures] == [3]


# --- lists that are none ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "names no source"),
        (b"# nothing yet\n\n", "names no source"),
        ("https://jobs.example/1\n".encode("utf-16"), "UTF-16"),
        ("https://jobs.example/1\n".encode("utf-16-le"), "NUL bytes"),
        (b"\n\0\n", "NUL bytes"),
        (b"\nhttps://jobs.example/\xe8\n", r"not UTF-8 \(line 2\)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL bytes"),
    ],
)
def test_what_is_no_list_is_refused_with_advice(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        listed(tmp_path, content)
    assert refused.value.exit_code == 2
    assert refused.value.advice


def test_missing_list_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no list") as refused:
        read_sources(str(tmp_path / "none.txt"))
    assert "one address or path per line" in refused.value.advice


def test_mark_that_excel_writes_is_no_part_of_the_first_address(tmp_path: Path) -> None:
    lines, _ = listed(tmp_path, b"\xef\xbb\xbfhttps://jobs.example/1\r\nhttps://jobs.example/2\r\n")
    assert [line.address[-1] for line in lines] == ["1", "2"]


def test_json_is_no_list_and_says_where_postings_go(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds JSON") as refused:
        listed(tmp_path, b'{"title": "Glazier", "description": "Cut glass"}\n')
    assert ".jsonl" in refused.value.advice


def test_a_line_longer_than_any_path_is_a_failure_of_that_line_alone(tmp_path: Path) -> None:
    long = b"a line of prose " * 2_000
    lines, failures = listed(tmp_path, b"https://jobs.example/1\n" + long + b"\nhttps://jobs.example/2\n")
    assert [line.address for line in lines] == ["https://jobs.example/1", "https://jobs.example/2"]
    assert [failure.number for failure in failures] == [2]


def test_a_name_longer_than_any_path_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no list"):
        read_sources("x" * 10_000)


@settings(deadline=None)  # "/" among the bytes stands for a large folder
@given(st.binary(max_size=200))
def test_any_bytes_give_sources_failures_or_a_clear_refusal(content: bytes) -> None:
    try:
        found = parse_list(content, "list", Path("/nowhere"))
    except UsageError:
        return
    assert found.lines or found.failures
    assert all(f.detail.startswith("line ") for f in found.failures)


PROSE = """Data Beekeeper

Kolibri keeps bees on forty roofs of the city and measures how they do, every hour of the day.

Requirements:
- Python and SQL
- Patience, and no fear of insects
"""


@pytest.mark.parametrize("name", ["posting.txt", "posting.md"])
def test_a_text_of_a_posting_is_a_list_of_itself_and_said_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PROSE)
    found = read_sources(str(tmp_path / name))
    assert [line.address for line in found.lines] == [str(tmp_path / name)]
    assert "reads as a posting" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<!doctype html><p>x"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.docx", b"PK\x03\x04"),
        ("a.mhtml", b"MIME-Version: 1.0"),
        ("page.txt", b"<html><body>x"),
        ("answer.json", b'{"jobs": []}'),
    ],
)
def test_the_file_of_one_posting_is_a_list_of_itself(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert [line.address for line in read_sources(str(tmp_path / name)).lines] == [str(tmp_path / name)]


def test_an_address_is_a_list_of_itself() -> None:
    found = read_sources("https://jobs.example/1")
    assert [line.address for line in found.lines] == ["https://jobs.example/1"]


def test_a_posting_on_standard_input_is_kept_and_a_list_there_is_a_list(tmp_path: Path) -> None:
    def keep(text: str) -> Path:
        (tmp_path / "kept.txt").write_text(text)
        return tmp_path / "kept.txt"

    found = read_sources("-", io.StringIO(PROSE), keep)
    assert [line.address for line in found.lines] == [str(tmp_path / "kept.txt")]
    assert (tmp_path / "kept.txt").read_text() == PROSE
    listed_ = read_sources("-", io.StringIO("https://jobs.example/1\n"), keep)
    assert [line.address for line in listed_.lines] == ["https://jobs.example/1"]


def test_a_list_with_a_sentence_or_a_dead_path_among_its_lines_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{PROSE}\nhttps://jobs.example/1\n")
    found = read_sources(str(tmp_path / "list.txt"))
    assert [line.address for line in found.lines] == ["https://jobs.example/1"]
    assert all(f.detail.startswith("line ") for f in found.failures)


def test_what_a_line_says_of_its_source_may_have_blanks_with_and_without_quotes(tmp_path: Path) -> None:
    lines, failures = listed(
        tmp_path,
        "https://jobs.example/1 employer=Glass and Sons Ltd title=Senior Glazier location=Bern, CH "
        "date=2026-03-31\n"
        'https://jobs.example/2 employer="Glass & Sons" kind=blog\n'
        "https://jobs.example/3?title=x&employer=y\n",
    )
    assert failures == []
    assert lines == [
        SourceLine(
            "https://jobs.example/1", "posting", "2026-03-31", "Senior Glazier",
            "Glass and Sons Ltd", 1, "Bern, CH"
        ),
        SourceLine("https://jobs.example/2", "blog", company="Glass & Sons", number=2),
        SourceLine("https://jobs.example/3?title=x&employer=y", number=3),
    ]  # fmt: skip


# --- collections ------------------------------------------------------------------------------

ROWS = [
    {
        "Job Title": "Glazier",
        "company_name": "Pane",
        "description": "<p>Cut glass</p>",
        "posted_at": "2026-02-03T04:05:06Z",
    },
    {"Job Title": "Roofer", "company_name": "Tile", "description": "Lay tiles", "posted_at": "1770000000"},
]


def collection(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    if ".parquet" in name:
        pq.write_table(pa.Table.from_pylist(ROWS), path)
        return path
    out = io.StringIO(newline="")
    if ".jsonl" in name:
        out.writelines(json.dumps(row) + "\n" for row in ROWS)
    else:
        writer = csv.DictWriter(out, ROWS[0], delimiter="\t" if ".tsv" in name else ",")
        writer.writeheader()
        writer.writerows(ROWS)
    content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.parquet", "a.jsonl.gz", "a.csv.gz"])
def test_a_collection_is_a_list_of_itself(tmp_path: Path, name: str) -> None:
    path = collection(tmp_path, name)
    assert is_collection(path)
    assert [line.address for line in read_sources(str(path)).lines] == [str(path)]


def test_a_csv_with_addresses_is_a_list_even_beside_a_text(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("url,description\nhttps://jobs.example/1,Cut glass\n")
    found = read_sources(str(tmp_path / "list.csv"))
    assert [line.address for line in found.lines] == ["https://jobs.example/1"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "url,date\n"), ("a.txt", '{"description": "x"}'), ("a.csv", ""), ("a.csv.gz", "no gzip")],
)
def test_what_has_no_posting_in_a_row_is_no_collection(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert not is_collection(tmp_path / name)
    assert not is_collection(tmp_path)
    assert not is_collection(tmp_path / "none.jsonl")


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.parquet", "a.jsonl.gz", "a.csv.gz"])
def test_collection_gives_one_listing_a_row(tmp_path: Path, name: str) -> None:
    first, second = read_collection(collection(tmp_path, name), {})
    assert (first.title, first.company, first.content, first.is_html) == (
        "Glazier",
        "Pane",
        "<p>Cut glass</p>",
        True,
    )
    assert (first.date_posted, second.date_posted, second.is_html) == ("2026-02-03", "2026-02-02", False)
    assert (first.url, second.url) == (f"{name}#1", f"{name}#2")


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ref,what,who,words\n7,Baker,Crumb,Bake bread\n")
    mapping = {"title": "what", "company": "who", "text": "words", "id": "ref"}
    (listing,) = read_collection(path, mapping)
    assert (listing.title, listing.company, listing.content, listing.item) == (
        "Baker",
        "Crumb",
        "Bake bread",
        "7",
    )
    assert listing.url == "a.csv#7"


def test_rows_of_jsonl_may_have_different_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text":"one"}\n{"text":"two","title":"Second","company":{"name":"Crumb"}}\n')
    assert [(each.title, each.company) for each in read_collection(path, {})] == [
        (None, None),
        ("Second", "Crumb"),
    ]


def test_bad_rows_are_reported_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text":"one"}\nno json\n[1]\n{"text":""}\n{"title":"x"}\n\xff\xfe\n{"text":"last"}\n')
    failures: list[Failure] = []
    found = [each.content for each in read_collection(path, {}, failures.append)]
    assert found == ["one", "last"]
    assert [f.number for f in failures] == [2, 3, 4, 5, 6]
    assert "no JSON" in failures[0].detail


def test_bad_row_is_never_silent(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text":"one"}\nno json\n')
    with pytest.raises(UsageError, match="row 2"):
        list(read_collection(path, {}))


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ({"text": "nope"}, "no column 'nope'"),
        ({"colour": "words"}, "knows no 'colour'"),
        ({}, "no column for the text"),
    ],
)
def test_wrong_columns_are_refused_with_the_names_there_are(
    tmp_path: Path, mapping: dict[str, str], why: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("words,who\nBake bread,Crumb\n")
    with pytest.raises(UsageError, match=why):
        list(read_collection(path, mapping))


@pytest.mark.parametrize("name", ["none.jsonl", "a.docx", "broken.parquet", "broken.csv.gz"])
def test_collection_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("none"):
        (tmp_path / name).write_bytes(b"\x1f\x8bnot what it says")
    with pytest.raises(UsageError):
        list(read_collection(tmp_path / name, {}))


@pytest.mark.parametrize("broken", [lambda b: b[:-3], lambda b: b + b"\x00\xd8\x0a\x00"])
def test_a_broken_utf_16_table_costs_at_most_its_last_row(
    tmp_path: Path, broken: Callable[[bytes], bytes]
) -> None:
    rows = "title,description\nWeaver,Looms and SQL at the mill\nSpinner,Yarn and Rust at the mill\n"
    path = tmp_path / "jobs.csv"
    path.write_bytes(broken(rows.encode("utf-16")))
    assert [found.title for found in read_collection(path, None, [].append)][:1] == ["Weaver"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_table_in_any_usual_encoding_keeps_its_letters(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("title,company,description\nRoofer,Café Ørsted,“Slate” and tiles\n".encode(encoding))
    assert is_collection(path)
    (listing,) = read_collection(path)
    assert (listing.company, listing.content) == ("Café Ørsted", "“Slate” and tiles")
    assert bool(listing.notes) == (encoding == "cp1252")


def test_one_row_of_another_encoding_costs_no_other_row_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text":"Café one"}\n'.encode() + '{"text":"Café two"}\n'.encode("cp1252"))
    found = list(read_collection(path))
    assert [(each.content, bool(each.notes)) for each in found] == [("Café one", False), ("Café two", True)]


def test_what_a_converter_to_markdown_escaped_reads_as_the_posting_was(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    text = r"**Requirements:** C\+\+, C\#, scikit\-learn, Node\.js \& T\-SQL, 3\+ years, [Kafka](https://k.example/a_(b))"
    path.write_text(f'job_url,title,description\nhttps://b.example/1,Coder,"{text}"\n')
    (listing,) = read_collection(path)
    assert listing.content == "**Requirements:** C++, C#, scikit-learn, Node.js & T-SQL, 3+ years, Kafka"


def test_a_backslash_of_the_posting_itself_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": r"You keep C:\Windows and regular expressions like \d in order"}))
    (listing,) = read_collection(path)
    assert listing.content == r"You keep C:\Windows and regular expressions like \d in order"


@pytest.mark.parametrize("nothing", ["nan", "None", "N/A", "null", "NaN", " "])
def test_what_programs_write_for_nothing_is_no_text(tmp_path: Path, nothing: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"title,company,description\nRoofer,{nothing},Lay tiles\nGlazier,Pane,{nothing}\n")
    failures: list[Failure] = []
    (listing,) = read_collection(path, None, failures.append)
    assert (listing.title, listing.company) == ("Roofer", None)
    assert [f.detail for f in failures] == ["row 2: no text in 'Glazier'"]


def test_columns_have_many_names_in_many_languages(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Intitulé;Entreprise;Ville;Date de "
        "publication;Descriptif\nCouvreur;Ardoise;Lyon;2026-02-03;Poser des tuiles\n"
    )
    (listing,) = read_collection(path)
    assert (listing.title, listing.company, listing.location) == ("Couvreur", "Ardoise", "Lyon")
    assert (listing.date_posted, listing.content) == ("2026-02-03", "Poser des tuiles")


@pytest.mark.parametrize(
    "line",
    [
        "- https://jobs.example/1",
        "2. https://jobs.example/1",
        "[Job](https://jobs.example/1)",
        "<https://jobs.example/1>",
        "“https://jobs.example/1”",
        "https://jobs.example/1,",
        "* [A job](https://jobs.example/1) title=Beekeeper",
    ],
)
def test_an_address_out_of_notes_is_taken_as_it_is_meant(tmp_path: Path, line: str) -> None:
    lines, failures = listed(tmp_path, f"{line}\nhttps://jobs.example/wiki/Bee_(insect)\n")
    assert [one.address for one in lines] == [
        "https://jobs.example/1",
        "https://jobs.example/wiki/Bee_(insect)",
    ]
    assert not failures


@pytest.mark.parametrize(
    ("source", "content", "why", "advice"),
    [
        ("", None, "its name is empty", "Name one posting"),
        ("https:/jobs.example/1", None, "one slash", "Name one posting"),
        ("http://", None, "names no host", "Name one posting"),
        ("file:///posting.txt", None, "by its path alone", "Name one posting"),
        ("jobs.example/41", None, "there is no list and no file", "begin it with https://"),
        ("missing.txt", None, "there is no list and no file", "Name one posting"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\xff\xfe", "is a picture", "Copy the posting's text"),
        ("old.rtf", b"{\\rtf1 Bees}", "is RTF", "Save it as .docx"),
    ],
)
def test_a_single_source_that_is_none_is_refused_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, content: bytes | None, why: str, advice: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / source).write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_sources(source)
    assert why in str(refused.value)
    assert advice in refused.value.advice
