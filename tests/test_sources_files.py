"""Files as people have them: any format, any charset, broken or hostile; a reading each, never a crash."""
# ruff: noqa: E501 - a hostile page is one long line

from __future__ import annotations

import io
import json
import zipfile
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import read, sources
from pipeline.records import Posting, SourceLine

TEXT = """Data Beekeeper

Kolibri keeps bees on forty roofs of the city – and measures how they do.

Requirements:
• Three years of experience with Python and SQL
• Patience, and no fear of insects
"""
HTML = "<html><head><title>Data Beekeeper</title></head><body><h1>Data Beekeeper</h1><p>Kolibri keeps bees on forty roofs of the city and measures how they do, every hour of the day.</p><h2>Your tasks</h2><ul><li>You count the bees that leave the hive in the morning and come home at night</li></ul><h2>Requirements</h2><ul><li>Three years of experience with Python, of which one with naïve bees</li><li>Patience, and no fear of insects at all, neither of theirs nor of yours</li></ul></body></html>"


def read_bytes(folder: Path, name: str, body: bytes) -> tuple[sources.Reading, Posting | None]:
    path = folder / name
    path.write_bytes(body)
    page, reading = sources.read_file(path)
    posting = read.posting_from(reading.listings[0], SourceLine(name), page) if reading.listings else None
    report = read.page_report(page, reading)
    assert json.loads(json.dumps(report))["outcome"] == reading.outcome
    return reading, posting


def pdf(text: str) -> bytes:
    """A one-page PDF with a text layer, written by hand."""
    lines = text.encode("latin-1", "replace").replace(b"(", b"\\(").replace(b")", b"\\)").split(b"\n")
    stream = b"BT /F1 11 Tf 14 TL 50 800 Td " + b" ".join(b"(" + line + b") Tj T*" for line in lines) + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (table, len(out))
    )


def docx() -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("Data Beekeeper", 1)
    document.add_paragraph("Kolibri keeps bees on forty roofs of the city and measures how they do.")
    document.add_heading("Requirements", 2)
    document.add_paragraph("Three years of experience with Python and SQL", style="List Bullet")
    document.add_paragraph("Patience, and no fear of insects", style="List Bullet")
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def mhtml(html: str = HTML) -> bytes:
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://kolibri.example/jobs/41"
    message["Date"] = "Fri, 17 Jul 2026 10:00:00 +0200"
    message.attach(MIMEText(html, "html", "utf-8"))
    message.attach(MIMEText("body{}", "css", "utf-8"))
    return message.as_bytes()


WHOLE = {
    "plain.txt": TEXT.encode(),
    "with-bom.txt": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf-16.txt": TEXT.encode("utf-16"),
    "utf-16-without-mark.txt": TEXT.encode("utf-16-le"),
    "windows.txt": TEXT.replace("\n", "\r\n").encode("cp1252"),
    "with-nul.txt": TEXT.replace("Python", "Py\x00thon").encode(),
    "markdown.md": ("# " + TEXT.replace("Requirements:", "## Requirements").replace("•", "-")).encode(),
    "without-suffix": TEXT.encode(),
    "a-text-called.html": TEXT.encode(),
    "a-page-called.txt": HTML.encode(),
    "page.html": HTML.encode(),
    "latin-1.html": HTML.replace("<head>", '<head><meta charset="iso-8859-1">').encode("latin-1"),
    "wrong-charset.html": HTML.replace("<head>", '<head><meta charset="iso-8859-1">').encode(),
    "printed.pdf": pdf(TEXT.replace("–", "-").replace("•", "-")),
    "a-pdf-called.txt": pdf(TEXT.replace("–", "-").replace("•", "-")),
    "word.docx": docx(),
    "saved.mhtml": mhtml(),
    "saved-as.html": mhtml(),
    "answer.json": json.dumps(
        {"jobs": [{"jobTitle": "Data Beekeeper", "companyName": "Kolibri", "jobDescription": HTML}]}
    ).encode(),
    "answer-with-bom.json": b"\xef\xbb\xbf"
    + json.dumps({"jobs": [{"jobTitle": "Data Beekeeper", "jobDescription": HTML}]}).encode(),
}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_file_is_read_for_what_it_holds_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    reading, posting = read_bytes(tmp_path, name, WHOLE[name])
    assert reading.outcome == "posting", reading
    assert posting is not None
    assert posting.title == "Data Beekeeper"
    assert "Three years of experience with Python" in posting.text
    assert "- Patience, and no fear of insects" in posting.text
    assert "requirements" in {s.kind for s in posting.sections}
    assert "\x00" not in posting.text
    assert "\ufeff" not in posting.text


@pytest.mark.parametrize("name", ["latin-1.html", "wrong-charset.html", "saved.mhtml"])
def test_accents_survive_a_charset_that_is_wrong_or_old(tmp_path: Path, name: str) -> None:
    _, posting = read_bytes(tmp_path, name, WHOLE[name])
    assert posting is not None
    assert "naïve bees" in posting.text


def test_an_mhtml_archive_knows_its_address_and_its_day(tmp_path: Path) -> None:
    path = tmp_path / "saved.mhtml"
    path.write_bytes(mhtml())
    page, reading = sources.read_file(path)
    assert reading.listings[0].url == "https://kolibri.example/jobs/41"
    assert page.fetched_at == "2026-07-17T08:00:00"


def test_a_folder_saved_by_a_browser_is_its_page(tmp_path: Path) -> None:
    (tmp_path / "Job.html").write_text(HTML)
    files = tmp_path / "Job_files"
    files.mkdir()
    (files / "frame.html").write_text("<html><body>advert</body></html>")
    for chosen in (files, tmp_path):
        _, reading = sources.read_file(chosen)
        assert reading.outcome == "posting"
        assert reading.listings[0].title == "Data Beekeeper"


def test_a_page_saved_by_a_browser_knows_where_from(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!-- saved from url=(0031)https://kolibri.example/jobs/41 -->" + HTML)
    assert sources.read_file(path)[1].listings[0].url == "https://kolibri.example/jobs/41"
    assert (
        sources.read_file(path, "https://kolibri.example/given")[1].listings[0].url
        == "https://kolibri.example/given"
    )


NOTHING = {
    "empty.txt": (b"", "no-text"),
    "blank.html": (b" \r\n\t", "no-text"),
    "only-a-bom.txt": (b"\xef\xbb\xbf", "no-text"),
    "nul-bytes.bin": (b"\x00" * 5000, "no-text"),
    "image.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not-a-posting"),
    "program": (b"\x7fELF" + bytes(range(256)) * 20, "not-a-posting"),
    "noise.txt": (bytes(range(256)) * 40, "not-a-posting"),
    "archive.zip": (b"PK\x03\x04" + b"\x00\x01" * 500, "not-a-posting"),
    "broken.docx": (b"PK\x03\x04 word/document.xml" + b"\x01" * 500, "error"),
    "scan.pdf": (pdf(""), "no-text"),
    "broken.pdf": (b"%PDF-1.7\n" + b"\xff" * 2000, "no-text"),
    "two-words.txt": (b"Data Beekeeper", "no-text"),
    "number.json": (b"[1, 2, 3]", "not-a-posting"),
}


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_a_file_without_a_posting_is_named_and_yields_none(tmp_path: Path, name: str) -> None:
    body, outcome = NOTHING[name]
    reading, posting = read_bytes(tmp_path, name, body)
    assert (reading.outcome, posting) == (outcome, None), reading
    assert reading.detail


def test_a_missing_file_and_a_folder_without_pages_are_errors_with_a_reason(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.txt", tmp_path):
        page, reading = sources.read_file(path)
        assert reading.outcome == "error"
        assert reading.detail
        assert page.body == b""


def test_a_word_file_that_swells_is_not_unpacked_into_memory(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 300_000_000)
    reading, posting = read_bytes(tmp_path, "bomb.docx", held.getvalue())
    assert reading.outcome == "error"
    assert posting is None


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>
<rss><channel><item><title>&f;&f;&f;&f;&f;&f;</title><description>&f;</description></item></channel></rss>"""
SPY = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>Data Beekeeper</title><description>&x; You tend bees and this sentence is here to be long enough.</description></item></channel></rss>"""
HOSTILE = {
    "entity bomb": BOMB.encode(),
    "entity that reads a file": SPY.encode(),
    "ten thousand nested tags": (b"<html><body>" + b"<div>" * 10_000 + TEXT.encode() + b"</div>" * 10_000 + b"</body></html>"),
    "nested JSON": b"[" * 100_000 + b"]" * 100_000,
    "nested objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "nested statement": b"<html><body><script type='application/ld+json'>" + b'{"@graph":[' * 20_000 + b"</script></body></html>",
    "one endless tag": b"<html><body><p " + b"a='b' " * 100_000,
    "one endless word": b"<html><body><p>" + b"a" * 2_000_000 + b"</p></body></html>",
    "unclosed comment": b"<html><body><!-- " + b"x" * 1_000_000,
    "too many list items": b"<ul>" + b"<li>x" * 60_000,
    "lone surrogates": b'{"jobs":[{"jobTitle":"Data \\ud800 Beekeeper","jobDescription":"<p>\\udfff You tend bees.</p>"}]}',
    "bad multipart": b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"x\"\n\n--x\nContent-Type: text/html; charset=nonsense\n\n<p>hello</p>",
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_hostile_content_is_read_or_refused_and_never_a_crash(tmp_path: Path, what: str) -> None:
    reading, posting = read_bytes(tmp_path, "page", HOSTILE[what])
    assert reading.outcome
    if posting:
        assert len(posting.text) < 3_000_000
        assert "root:" not in posting.text
        posting.text.encode("utf-8")


def test_words_below_too_many_tags_are_kept(tmp_path: Path) -> None:
    body = HOSTILE["ten thousand nested tags"]
    assert "Patience" in read.canonical_text(body.decode(), is_html=True)


def test_a_page_of_twenty_megabytes_is_read_or_refused(tmp_path: Path) -> None:
    body = (
        b"<html><head><title>x</title></head><body>"
        + b"<p>bees and more bees are here</p>" * 600_000
        + b"</body></html>"
    )
    reading, posting = read_bytes(tmp_path, "huge.html", body)
    assert posting is None, reading


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_reading(body: bytes) -> None:
    page = sources.RawPage("https://x.example/1", "https://x.example/1", 200, (), body, "")
    assert sources.read_page(page, "https://x.example/1").outcome
    assert isinstance(sources.links(page, "https://x.example/1"), list)


@given(st.text(alphabet="<>/=\"'&;{}[]:,abp!-# \n", max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_broken_markup_gives_a_reading(text: str) -> None:
    for start in ("<html><body>", "<?xml version='1.0'?><rss>", "{", "%PDF-1.4 "):
        page = sources.RawPage("x", "x", 200, (), (start + text).encode(), "")
        assert sources.read_page(page, "x").outcome
