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


def printed(text: str, x: int = 50, y: int = 800) -> bytes:
    lines = text.encode("latin-1", "replace").replace(b"(", b"\\(").replace(b")", b"\\)").split(b"\n")
    words = b" ".join(b"(" + line + b") Tj T*" for line in lines)
    return b"BT /F1 11 Tf 14 TL %d %d Td %s ET" % (x, y, words)


def pdf(text: str, *others: bytes) -> bytes:
    """Return a one-page PDF with a text layer, written by hand."""
    stream = b" ".join((printed(text), *others))
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


# --- whole documents --------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'


def word_file(body: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    return held.getvalue()


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def par(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


LINE = par(
    run("Kolibri keeps bees on forty roofs of the city and measures how they do, every hour of the day.")
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOX = f"<w:txbxContent>{par(run('Kafka'))}{par(run('Snowflake'))}</w:txbxContent>"
DOCX = {
    "control around paragraphs": f"<w:sdt><w:sdtPr/><w:sdtContent>{par(run('Python'))}{par(run('SQL'))}</w:sdtContent></w:sdt>",
    "control in a line": par(run("We ask for ") + f"<w:sdt><w:sdtContent>{run('Python')}</w:sdtContent></w:sdt>" + run(" and SQL")),
    "control around a row": f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>{par(run('Python'))}</w:tc><w:sdt><w:sdtContent><w:tc>{par(run('SQL'))}</w:tc></w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>",
    "insertions and deletions": par(f"<w:ins>{run('Python')}</w:ins><w:del><w:r><w:delText>COBOL</w:delText></w:r></w:del>") + par(f"<w:moveTo>{run('SQL')}</w:moveTo><w:moveFrom>{run('COBOL')}</w:moveFrom>"),
    "links and smart tags": par(f"<w:hyperlink>{run('Python')}</w:hyperlink> <w:smartTag><w:smartTag>{run(' SQL')}</w:smartTag></w:smartTag>"),
    "text boxes, old and new": par(f"<w:r><w:pict><v:shape><v:textbox>{BOX.replace('Kafka', 'Python').replace('Snowflake', 'SQL')}</v:textbox></v:shape></w:pict></w:r>"),
    "a table in a table": f"<w:tbl><w:tr><w:tc>{par(run('Skills'))}<w:tbl><w:tr><w:tc>{par(run('Python'))}</w:tc></w:tr><w:tr><w:tc>{par(run('SQL'))}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>",
}  # fmt: skip


@pytest.mark.parametrize("part", sorted(DOCX))
def test_a_word_file_is_read_whole(tmp_path: Path, part: str) -> None:
    body = par(run("Data Beekeeper")) + LINE + par(run("Requirements")) + DOCX[part] + par(run("Last line"))
    _, posting = read_bytes(tmp_path, "a.docx", word_file(body))
    assert posting is not None
    places = [posting.text.index(words) for words in ("Requirements", "Python", "SQL", "Last line")]
    assert places == sorted(places)
    assert "COBOL" not in posting.text


def test_the_margins_and_notes_of_a_word_file_are_read(tmp_path: Path) -> None:
    from docx import Document

    file, held = Document(), io.BytesIO()
    section = file.sections[0]
    section.header.paragraphs[0].text = "Kolibri Apiaries"
    section.footer.paragraphs[0].text = "Fluent Danish is a must"
    section.different_first_page_header_footer = True
    section.first_page_footer.paragraphs[0].text = "Page 1 of 2"
    for words in (
        "Data Beekeeper",
        "We look for somebody who tends the hives of our data all day.",
        "Requirements",
    ):
        file.add_paragraph(words)
    file.add_paragraph("Python")
    file.save(held)
    notes = f'<w:footnotes xmlns:w="{WORD}"><w:footnote>{par(run("A driving licence is needed"))}</w:footnote></w:footnotes>'
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
        archive.writestr("word/footer99.xml", b"<broken")
    _, posting = read_bytes(tmp_path, "a.docx", held.getvalue())
    assert posting is not None
    assert posting.title == "Data Beekeeper"
    wanted = ("Kolibri Apiaries", "Data Beekeeper", "Python", "Fluent Danish is a must", "A driving licence")
    places = [posting.text.index(words) for words in wanted]
    assert places == sorted(places)
    assert "Page 1" not in posting.text


def test_a_text_box_that_is_there_twice_for_old_programs_is_read_once(tmp_path: Path) -> None:
    box = f"<w:r><mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent></w:r>"
    _, posting = read_bytes(tmp_path, "a.docx", word_file(par(run("Data Beekeeper")) + LINE + par(box)))
    assert posting is not None
    assert posting.text.count("Kafka") == posting.text.count("Snowflake") == 1


def test_columns_of_a_word_table_are_read_one_after_the_other(tmp_path: Path) -> None:
    cells = [
        f"<w:tc>{''.join(par(run(w)) for w in words)}</w:tc>" for words in (("Python", "SQL"), ("Rust", "Go"))
    ]
    heads = "".join(f"<w:tc>{par(run(w))}</w:tc>" for w in ("Requirements", "Nice to have"))
    table = f"<w:tbl><w:tr>{heads}</w:tr><w:tr>{''.join(cells)}</w:tr></w:tbl>"
    _, posting = read_bytes(tmp_path, "a.docx", word_file(par(run("Data Beekeeper")) + LINE + table))
    assert posting is not None
    assert [s.kind for s in posting.sections if s.kind in ("requirements", "preferred")] == [
        "requirements",
        "preferred",
    ]
    assert posting.text.index("SQL") < posting.text.index("Nice to have") < posting.text.index("Rust")


ABOUT = "Data Beekeeper\nKolibri keeps bees on forty roofs of the city and measures how they do.\n"


def in_two_columns(rows: tuple[tuple[str, str], ...]) -> list[bytes]:
    return [
        printed(words, x, 700 - 14 * n)
        for n, row in enumerate(rows)
        for words, x in zip(row, (50, 320), strict=True)
    ]


def test_columns_of_a_pdf_are_read_one_after_the_other(tmp_path: Path) -> None:
    # drawn line by line across both columns, as programs do that fill a table
    rows = (("Requirements", "Nice to have"), ("- Python", "- Terraform"), ("- SQL and more", "- Rust"))
    _, posting = read_bytes(tmp_path, "a.pdf", pdf(ABOUT, *in_two_columns(rows)))
    assert posting is not None
    assert posting.text.endswith(
        "Requirements\n- Python\n- SQL and more\n\nNice to have\n- Terraform\n- Rust"
    )


def test_a_table_of_a_pdf_is_read_row_by_row(tmp_path: Path) -> None:
    rows = (("Skill", "Level"), ("Kafka", "desirable"), ("Python", "required"))
    _, posting = read_bytes(tmp_path, "a.pdf", pdf(ABOUT, *in_two_columns(rows)))
    assert posting is not None
    assert "Kafka desirable" in " ".join(posting.text.split())


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("container orches-\ntration", "container orchestration"),
        ("Post-\ngreSQL", "PostgreSQL"),
        ("a cross-\nfunctional team", "a cross-functional team"),
        ("end-to-\nend tests", "end-to-end tests"),
        ("VAT-\nrelated questions", "VAT-related questions"),
        ("problem-\nsolving", "problem-solving"),
        ("our part-\nners", "our partners"),
        ("decision-making is decision-\nmaking", "decision-making is decision-making"),
        ("self-\nmotivation", "self-motivation"),
        ("back-\nground and on-\ngoing", "background and ongoing"),
        ("C1-\nlevel English", "C1-level English"),
    ],
)
def test_a_word_cut_at_the_end_of_a_printed_line_is_whole(tmp_path: Path, cut: str, whole: str) -> None:
    _, posting = read_bytes(tmp_path, "a.pdf", pdf(ABOUT + "Requirements\n- " + cut))
    assert posting is not None
    assert posting.text.endswith(whole)


@pytest.mark.parametrize("spaced", ["N I C E   T O   H A V E", "NI CE T O HA V E", "N I C E T O H A V E"])
def test_a_heading_whose_letters_stand_apart_is_a_heading(tmp_path: Path, spaced: str) -> None:
    _, posting = read_bytes(tmp_path, "a.pdf", pdf(f"{ABOUT}{spaced}\nTerraform, Rust"))
    assert posting is not None
    assert [(s.kind, s.heading) for s in posting.sections if s.kind == "preferred"] == [
        ("preferred", "NICE TO HAVE")
    ]


def test_a_frame_of_an_archive_or_beside_a_saved_page_is_part_of_the_page(tmp_path: Path) -> None:
    message = MIMEMultipart("related", type="text/html")
    message["MIME-Version"] = "1.0"
    for location, html in (("https://k.example/jobs", "<html><body><h1>Jobs</h1><iframe src='cid:frame-1@k'></iframe></body></html>"), ("https://k.example/frame", HTML)):  # fmt: skip
        part = MIMEText(html, "html", "utf-8")
        part["Content-Location"] = location
        part["Content-ID"] = "<frame-1@k>" if "frame" in location else "<main@k>"
        message.attach(part)
    (tmp_path / "Job_files").mkdir()
    (tmp_path / "Job_files" / "inner.html").write_text(HTML)
    beside = b"<html><body><h1>Jobs</h1><iframe src='./Job_files/inner.html'></iframe></body></html>"
    for name, body in (("a.mhtml", message.as_bytes()), ("Job.html", beside)):
        reading, posting = read_bytes(tmp_path, name, body)
        assert reading.outcome == "posting", name
        assert posting is not None
        assert "Three years of experience with Python" in posting.text


def test_a_frame_outside_the_folder_of_its_page_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text(HTML)
    (tmp_path / "inside").mkdir()
    reading, _ = read_bytes(
        tmp_path / "inside", "a.html", b"<html><body><iframe src='../secret.html'></iframe></body></html>"
    )
    assert not reading.listings


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    _, posting = read_bytes(
        tmp_path, "a.txt", TEXT.replace("Patience", "Café “Nord” patience").encode("cp1252")
    )
    assert posting is not None
    assert "Café “Nord”" in posting.text
    (flag,) = posting.flags
    assert flag.startswith("read as ")
