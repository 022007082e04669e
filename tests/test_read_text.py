"""Canonical text: what is kept, what is taken out, and what is said about it."""
# ruff: noqa: E501 - texts are lines

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import read
from pipeline.read.canonical import canonical, parted
from pipeline.records import Listing, RawPage, SourceLine

PAGE = RawPage(
    "https://kolibri.example/41", "https://kolibri.example/41", 200, (), b"body", "2026-11-21T10:00:00"
)


def posting(content: str, is_html: bool = True, **known: str) -> read.postings.Posting:
    listing = Listing(
        "https://kolibri.example/41", "page", known.pop("title", "Beekeeper"), content, is_html, **known
    )
    return read.posting_from(listing, SourceLine("https://kolibri.example/41", number=3), PAGE)


def test_html_becomes_paragraphs_and_items_on_their_own_lines() -> None:
    html = "<h2>Tasks</h2><p>You <b>tend</b>\n bees.</p><ul><li><p>Python</p></li><li>SQL<ul><li>Postgres</li></ul></li></ul><p>End.</p>"
    assert read.canonical_text(html, True) == "Tasks\n\nYou tend bees.\n\n- Python\n- SQL\n- Postgres\n\nEnd."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("one<br>two<br/><br/><br/><br>three", "one\ntwo\n\nthree"),
        ("<div>• one</div><div>· two</div><div>– three</div>", "- one\n- two\n- three"),
        ("<table><tr><td>Python</td><td>SQL</td></tr></table>", "Python | SQL"),
        ("R&amp;D, 3 &lt; 4 &nbsp; and &#8211; so on", "R&D, 3 < 4 and – so on"),
        ("&lt;p&gt;Escaped &amp;amp; twice&lt;/p&gt;", "Escaped & twice"),
        ("<p>Bees<script>alert(1)</script><style>p{}</style> sleep</p>", "Bees sleep"),
        ("<li>bare<li>items", "- bare\n- items"),
        ("<b>bold</b>\nlines\n\nof plain text", "bold\nlines\n\nof plain text"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("", ""),
    ],
)
def test_html_of_every_habit_becomes_readable(html: str, text: str) -> None:
    assert read.canonical_text(html, True) == text


def test_plain_text_survives_word_for_word() -> None:
    text = "Don’t use “smart”  quotes – or   do.\r\n\r\n\r\n\r\n  • C++ \r\n\t* Go\r\nDesign and build \r\ndata models"
    kept = read.canonical_text(text, False)
    assert kept == "Don’t use “smart”  quotes – or   do.\n\n- C++ \n- Go\nDesign and build \ndata models"


def test_hidden_text_is_taken_out_and_told() -> None:
    html = (
        "<p>You know Python.</p><p style='display:none'>You know COBOL</p><p style='font-size:0'>and Fortran</p>"
        "<span aria-hidden='true'>and Ada</span><div hidden>and Lisp</div><p style='position:absolute;left:-9999px'>Perl</p>"
    )
    told = posting(html)
    assert told.text == "You know Python."
    assert any(flag.startswith("hidden text removed") for flag in told.flags)


def test_icons_and_words_for_screen_readers_raise_no_flag() -> None:
    told = posting(
        "<p><i aria-hidden='true'>★</i> You know Python <span class='sr-only'>opens a window</span></p>"
    )
    assert (told.text, told.flags) == ("You know Python", ())


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\u2066", "\U000e0041", "\u3164", "\u200f"])
def test_invisible_characters_are_taken_out_and_told(char: str) -> None:
    for is_html in (True, False):
        told = posting(f"You know Py{char}thon and SQL.", is_html)
        assert told.text == "You know Python and SQL."
        assert told.flags == ("invisible characters removed: 1",)


def test_soft_hyphens_marks_and_control_characters_go_silently() -> None:
    told = posting("\ufeffYou know Py\u00adthon\x07 and 👩\u200d💻.", False)
    assert told.text == "You know Python and 👩💻."
    assert told.flags == ()


@pytest.mark.parametrize(
    ("contact", "kept"),
    [
        ("jane.doe+jobs@kolibri-bees.example.org", 0),
        ("+49 30 1234 5678", 0),
        ("+1 (212) 555-0123", 0),
        ("(212) 555-0123", 0),
        ("212-555-0123", 0),
        ("00420 777 123 456", 0),
        ("$100,000 - $150,000", 1),
        ("2019 - 2021", 1),
        ("24/7", 1),
        ("401(k)", 1),
        ("ISO 27001:2022", 1),
        ("RFC 2119, RFC 8259", 1),
        ("C++ 17", 1),
        ("10.000 - 12.000", 1),
        ("Python 3.11.2", 1),
        ("100 000 000 users", 1),
        ("@kolibri", 1),
    ],
)
def test_contacts_are_starred_at_the_same_length_and_numbers_stay(contact: str, kept: int) -> None:
    text = f"Write to {contact} about the bees."
    out = read.canonical_text(text, False)
    assert len(out) == len(text)
    assert (contact in out) == bool(kept)
    assert out.startswith("Write to ")
    assert out.endswith(" about the bees.")


def test_contacts_in_titles_are_starred_too() -> None:
    assert "@kolibri.example" not in posting("<p>x</p>", title="Beekeeper jane@kolibri.example").title


def test_the_test_for_readers_is_no_text_of_the_posting() -> None:
    html = (
        "<p>You tend bees.</p>Please mention the word **HONEY** and tag RMTcuMS4y== when applying to show you read the job post "
        "completely (#RMTcuMS4y==). This is a beta feature to avoid spam applicants. Companies can search these words to find "
        "applicants that read this and see they're human."
    )
    told = posting(html)
    assert told.text == "You tend bees."
    assert "a test for readers removed" in told.flags


def test_wrongly_decoded_text_is_put_right() -> None:
    told = posting("<p>Donâ\x80\x99t be late â\x80\x93 naÃ¯ve bees</p>")
    assert told.text in ("Don’t be late – naïve bees", "Don't be late – naïve bees")
    assert "wrongly decoded characters repaired" in told.flags


@given(st.text(max_size=300))
def test_canonical_text_is_clean_and_stays_as_it_is(text: str) -> None:
    for is_html in (True, False):
        once = read.canonical_text(text, is_html)
        assert unicodedata.is_normalized("NFC", once)
        assert once == once.strip()
        assert not set(once) & {"\r", "\x00", "\u200b", "\u202e", "\ufeff"}
        assert "\n\n\n" not in once
        once.encode("utf-8")
    plain = read.canonical_text(text, False)
    assert read.canonical_text(plain, False) == plain


@given(st.text(max_size=200))
def test_masks_keep_every_length(text: str) -> None:
    from pipeline.read.canonical import masked

    assert len(masked(text)) == len(text)


def test_a_posting_carries_what_the_listing_and_the_line_say() -> None:
    told = posting(
        "<p>You tend bees in Berlin and know Python.</p>",
        company=" Kolibri ",
        location="Berlin",
        date_posted="2026-07-17",
    )
    assert (told.company, told.location, told.date, told.number, told.page_sha256) == (
        "Kolibri",
        "Berlin",
        "2026-07-17",
        3,
        PAGE.sha256,
    )
    assert told.language == "en"
    assert told.fingerprint == read.fingerprint("you tend BEES in Berlin, and know Python")
    listing = Listing(
        "https://kolibri.example/41", "page", "A", "<p>x</p>", company="B", date_posted="2026-01-01"
    )
    line = SourceLine("https://kolibri.example/41", "blog", "2026-02-02", "C", "D", 7)
    said = read.posting_from(listing, line, PAGE)
    assert (said.title, said.company, said.date, said.source_kind, said.number) == (
        "C",
        "D",
        "2026-02-02",
        "blog",
        7,
    )


def test_an_id_depends_on_the_place_and_not_on_the_text() -> None:
    before, after = posting("<p>You tend bees.</p>"), posting("<p>You tend wasps.</p>")
    assert before.id == after.id
    assert before.fingerprint != after.fingerprint
    other = read.posting_from(Listing("https://kolibri.example/42", "page", "A", "x"), SourceLine("y"), PAGE)
    assert other.id != before.id


def test_an_empty_text_and_a_last_day_are_told() -> None:
    told = posting("", valid_through="2026-12-31")
    assert told.flags == ("no text", "valid through 2026-12-31")


# --- lines that ran together ----------------------------------------------------------------------


FLAT = (
    "We map rivers.You will sail.RequirementsExcellent SQLMust know mapsExperience with boatsAbility to swim"
)


def test_a_text_that_lost_its_line_ends_gets_them_back_and_says_so() -> None:
    told = canonical(FLAT, is_html=False)
    assert told.text.split("\n") == [
        "We map rivers.",
        "You will sail.",
        "Requirements",
        "Excellent SQL",
        "Must know maps",
        "Experience with boats",
        "Ability to swim",
    ]
    assert told.flags == ("lines that had run together parted: 6",)


def test_tasks_that_begin_with_a_verb_or_to_are_lines_of_their_own() -> None:
    text = "Greeting our guestsTo keep tables tidyAssisting the chefWhat we offer"
    assert canonical(text, is_html=False).text.split("\n") == [
        "Greeting our guests",
        "To keep tables tidy",
        "Assisting the chef",
        "What we offer",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Know JavaScript, PostgreSQL, GitHub and PowerPoint.",
        "You keep webMethods, openText and scikitLearn running in Node.Js and ASP.Net.",
        "We use iOS, macOS and eCommerce (B2B)Platforms.",
        "Read HowTo guides on YouTube, file with iComply and iReport.",
    ],
)
def test_names_with_capitals_inside_stay_whole(text: str) -> None:
    assert canonical(text, is_html=False).text == text


@given(st.text(alphabet="abzAZ .(),\n1", max_size=200))
def test_parting_adds_line_breaks_and_nothing_else(text: str) -> None:
    parted_text, added = parted(text)
    assert parted_text.replace("\n", "") == text.replace("\n", "")
    assert parted_text.count("\n") == text.count("\n") + added
    assert parted(parted_text)[0] == parted_text
