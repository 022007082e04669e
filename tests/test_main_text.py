"""Main text: no demand of a page is lost, whatever markup it stands in, and what is lost is said."""
# ruff: noqa: E501 - a page is easier to read in few long lines than in many short ones

from __future__ import annotations

import html
import json

import pytest

from pipeline import read, sources
from pipeline.records import Listing, Posting, RawPage, SourceLine

INTRO = "<p>Kolibri keeps bees on forty roofs of the city and measures how they do, every hour of the day and in all weathers. We look for a person who likes both bees and numbers, and who stays calm when one of them stings.</p><h2>Your role</h2><p>You report to the head of data, start on the first of a month of your choice, and work four days a week in a small team under a lime tree.</p>"
END = "<h2>How to apply</h2><p>Send your application before the end of next month; every applicant hears from us within ten days.</p><a href='/apply'>Apply now</a>"
NAV = "<header><nav><a href='/'>Home</a><a href='/jobs'>Jobs</a></nav></header>"
FOOT = "<footer><ul><li><a href='/i'>Imprint</a></li><li>Kolibri GmbH</li></ul></footer>"
THREE = "<h2>Requirements</h2><ul><li>Python</li><li>SQL</li></ul><h2>Nice to have</h2><ul><li>Terraform</li></ul>"


def inside(demands: str, end: str = END) -> str:
    return whole(f"{NAV}<main><h1>Data Engineer</h1>{INTRO}{demands}{end}</main>{FOOT}")


def whole(body: str) -> str:
    return (
        f"<!doctype html><html><head><title>Data Engineer | Kolibri</title></head><body>{body}</body></html>"
    )


def posting(page_html: str) -> Posting:
    url = "https://kolibri.example/jobs/41"
    page = RawPage(url, url, 200, (), page_html.encode(), "")
    found = sources.read_page(page, url)
    assert found.outcome == "posting", found
    return read.posting_from(found.listings[0], SourceLine(url), page)


SHAPES = {
    "short items": inside(THREE),
    "short items at the end of the page": inside(THREE, end=""),
    "a long item before short ones": inside("<h2>Requirements</h2><ul><li>Three years of experience with Python in a team that reviews its code every single day of the week</li><li>SQL</li></ul><h2>Nice to have</h2><ul><li>Terraform</li></ul>"),
    "paragraphs in items": inside("<h2>Requirements</h2><ul><li><p>Python</p></li><li><p>SQL</p></li></ul><h2>Nice to have</h2><ul><li><span>Terraform</span></li></ul>"),
    "rows of a table": inside("<h2>Requirements</h2><table><tr><td>Python</td><td>three years, in production, with tests and reviews of all of the code</td></tr><tr><td>SQL</td><td>yes</td></tr><tr><td>Terraform</td><td>a plus</td></tr></table>"),
    "lists in cells": inside("<table><tr><th>Requirements</th><th>Nice to have</th></tr><tr><td><ul><li>Python</li><li>SQL</li></ul></td><td><ul><li>Terraform</li></ul></td></tr></table>"),
    "terms and definitions": inside("<dl><dt>Requirements</dt><dd>Python</dd><dd>SQL</dd><dt>Nice to have</dt><dd>Terraform</dd></dl>"),
    "a list of links": inside("<h2>Requirements</h2><ul><li><a href='/t/python'>Python</a></li><li><a href='/t/sql'>SQL</a></li></ul><h2>Nice to have</h2><p><a href='/t/terraform'>Terraform</a></p>"),
    "links without a list": inside("<h2>Tech stack</h2><a href='/t/python'>Python</a><a href='/t/sql'>SQL</a><a href='/t/terraform'>Terraform</a>"),
    "links in boxes": inside("<h2>Requirements</h2><div><div><a href='/t/python'>Python</a></div><div><a href='/t/sql'>SQL</a></div><div><a href='/t/terraform'>Terraform</a></div></div>"),
    "details": inside("<details><summary>Requirements</summary><ul><li>Python</li><li>SQL</li></ul></details><details><summary>Nice to have</summary>Terraform</details>"),
    "tabs": inside("<div role=tablist><button role=tab aria-controls=t1>Requirements</button><button role=tab aria-controls=t2>Nice to have</button></div><div id=t1 role=tabpanel><ul><li>Python</li><li>SQL</li></ul></div><div id=t2 role=tabpanel hidden>Terraform</div>"),
    "an accordion": inside("<div class=card><h5><button data-toggle=collapse data-target='#c1'>Requirements</button></h5><div id=c1 style='display: none;'><ul><li>Python</li><li>SQL</li></ul></div></div><div class=card><h5><button data-toggle=collapse data-target='#c2'>Nice to have</button></h5><div id=c2 aria-hidden=true>Terraform</div></div>"),
    "boxes that unfold": inside("<div><div role=button>Requirements</div><div style='display:none'><ul><li>Python</li><li>SQL</li></ul></div></div><div><div role=button>Nice to have</div><div style='display:none'><p>Terraform</p></div></div>"),
    "the rest behind a button": inside("<h2>Requirements</h2><ul><li>Python</li></ul><div class='read-more-content' style='display:none'><ul><li>SQL</li><li>Terraform</li></ul></div><button>Read more</button>"),
    "chips": inside("<h2>Requirements</h2><div><span class=chip>Python</span><span class=chip>SQL</span><span class=chip>Terraform</span></div>"),
    "chips with pictures": inside("<h2>Requirements</h2><div><span class=tag><i></i>Python</span> <span class=tag><i></i>SQL</span> <span class=tag><i></i>Terraform</span></div>"),
    "chips behind words": inside("<h2>Requirements</h2><p>You know: <span class=tag>Python</span><span class=tag>SQL</span><span class=tag>Terraform</span></p>"),
    "chips of an own element": inside("<h2>Requirements</h2><sl-tag>Python</sl-tag><sl-tag>SQL</sl-tag><sl-tag>Terraform</sl-tag>"),
    "buttons for chips": inside("<h2>Requirements</h2><div><button>Python</button><button>SQL</button><button>Terraform</button></div>"),
    "demands beside the text": whole(f"<div><div><div><h1>Data Engineer</h1><div>{INTRO}</div></div><div>{THREE}</div></div></div>"),
    "demands in an aside": whole(f"<main><h1>Data Engineer</h1>{INTRO}{END}</main><aside>{THREE}</aside>"),
    "one form around all": whole(f"<form id=aspnetForm><input type=hidden name=x><div><h1>Data Engineer</h1>{INTRO}{THREE}</div></form>"),
    "a shadow root": whole(f"<job-view><template shadowrootmode='open'><h1>Data Engineer</h1>{INTRO}{THREE}</template></job-view>"),
    "a frame's own document": whole(f'<iframe srcdoc="<h1>Data Engineer</h1>{INTRO}{THREE}"></iframe>'),
    "a page without scripts": whole(f"<div id=app></div><noscript><h1>Data Engineer</h1>{INTRO}{THREE}</noscript>"),
    "the rest of a list out of sight": inside("<h2>Requirements</h2><ul><li>Python</li><li style='display:none'>SQL</li><li hidden>Terraform</li></ul><button>Show more</button>"),
    "the rest of a sentence out of sight": inside("<h2>Requirements</h2><p>Python <span class='read-more' style='display:none'>and SQL and Terraform</span></p>"),
    "a template that a script would show": whole(f"<div id=app></div><template id=job><h1>Data Engineer</h1>{INTRO}{THREE}</template>"),
    "an attribute that a script would show": whole("<div id=app></div><job-view body=\"" + html.escape(f"<h1>Data Engineer</h1>{INTRO}{THREE}") + "\"></job-view>"),
    "lines kept by a style": inside("<div style='white-space: pre-line'>Requirements\n- Python\n- SQL\n\nNice to have\n- Terraform</div>"),
    "links of a toggle": inside("<div><a data-toggle=collapse href='#r'>Requirements</a></div><div id=r class='panel-collapse' aria-hidden=true><ul><li>Python</li><li>SQL</li></ul></div><div><a data-toggle=collapse href='#n'>Nice to have</a></div><div id=n class='panel-collapse' aria-hidden=true>Terraform</div>"),
    "headings in German": inside("<h2>Dein Profil</h2><ul><li>Python</li><li>SQL</li></ul><h2>Von Vorteil</h2><ul><li>Terraform</li></ul>"),
}  # fmt: skip


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_demand_of_a_page_has_its_own_place_in_the_text(shape: str) -> None:
    text = posting(SHAPES[shape]).text
    for words in ("Python", "SQL", "Terraform"):
        assert words in text
    assert "PythonSQL" not in text
    assert "SQLTerraform" not in text
    assert not {"Home", "Imprint", "Apply now"} & set(text.split("\n"))


def test_columns_of_a_table_are_read_one_after_the_other() -> None:
    text = posting(SHAPES["lists in cells"]).text
    assert "Requirements\n\n- Python\n- SQL\n\nNice to have\n\n- Terraform" in text


def test_a_table_of_short_cells_is_read_row_by_row() -> None:
    rows = "<h2>Skills</h2><table><tr><th>Skill</th><th>Level</th></tr><tr><td>Kafka</td><td>Desirable</td></tr></table>"
    assert "Skill | Level\nKafka | Desirable" in posting(inside(rows)).text


def test_other_jobs_are_no_demands_of_this_one() -> None:
    more = "<div class=more><h3>Similar jobs</h3><ul><li><a href='/jobs/1'>COBOL Engineer</a></li><li><a href='/jobs/2'>Ada Developer</a></li></ul></div>"
    text = posting(inside(THREE, END + more)).text
    assert "COBOL" not in text
    assert "Ada" not in text


@pytest.mark.parametrize(
    "piece",
    ["<p><span style='color:red'>Py</span><span style='color:blue'>thon</span></p>", "<p><b>Py</b><b>thon</b></p>", "<p>We use <i>Py</i><i>thon</i>.</p>"],
)  # fmt: skip
def test_a_word_that_an_editor_cut_stays_whole(piece: str) -> None:
    assert "Python" in read.canonical_text(piece, True)


def test_folded_text_is_read_and_said_and_hidden_text_is_taken_out_and_said() -> None:
    hidden = "<p style='display:none'>You know COBOL</p>"
    found = posting(
        inside(SHAPES["an accordion"].split("under a lime tree.</p>")[1].split("<h2>How")[0] + hidden)
    )
    assert "COBOL" not in found.text
    assert "hidden text removed: 3 words" in found.flags
    assert any(flag.startswith("folded text read") for flag in found.flags)


def test_a_folded_form_or_menu_is_no_text() -> None:
    forms = "<h3>Questions</h3><div hidden><label>Do you know COBOL</label><textarea></textarea></div><h3>More</h3><div hidden class=menu>Fortran</div>"
    text = posting(inside(THREE + forms)).text
    assert "COBOL" not in text
    assert "Fortran" not in text


def test_what_cleaning_leaves_out_is_said_where_it_is_much() -> None:
    far = "<div><ul>" + "".join(f"<li>Skill number {n} of the list</li>" for n in range(9)) + "</ul></div>"
    deep = f"<div><div><div><div><div><article><h1>Data Engineer</h1>{INTRO}{THREE}</article></div></div></div></div></div>"
    found = posting(whole(deep + far))
    assert "Skill number 3" not in found.text
    assert found.flags == ("9 of 13 list items and demanding sentences of the page are not in the text",)
    assert posting(inside(THREE)).flags == ()


LISTED = (
    "<h2>Requirements</h2><ul>"
    + "".join(f"<li>{w} of bees</li>" for w in ("Breeding", "Weighing", "Counting", "Feeding", "Keeping"))
    + "</ul>"
)
STATED = json.dumps(
    {"@context": "https://schema.org", "@type": "JobPosting", "title": "Data Engineer", "description": INTRO}
)
CLEANED = {
    "what a page states beside what it shows": f"<script type='application/ld+json'>{STATED}</script><main><h1>Data Engineer</h1>{INTRO}{LISTED}</main>",
    "the text at its board's own place": f"<h1 class='jobsearch'>Data Engineer</h1><div id='jobDescriptionText'>{INTRO}</div><div>{LISTED}</div>",
}  # fmt: skip


@pytest.mark.parametrize("way", sorted(CLEANED))
def test_what_any_way_of_cleaning_leaves_out_is_said(way: str) -> None:
    assert posting(whole(CLEANED[way])).flags[-1:] == (
        "5 of 6 list items and demanding sentences of the page are not in the text",
    )


def test_what_a_boards_text_tells_in_a_part_without_words_is_said_to_be_missing() -> None:
    found = read.posting_from(
        Listing(
            "https://kolibri.example/41", "greenhouse", "Data Engineer", f"{INTRO}<object>{LISTED}</object>"
        ),
        SourceLine("https://kolibri.example/41"),
        RawPage("u", "u", 200, (), b"", ""),
    )
    assert "5 of 6 list items and demanding sentences of the page are not in the text" in found.flags


@pytest.mark.parametrize("head", ["Tech stack", "You bring along", "What we ask for", "Of course you know"])
def test_a_page_under_a_jobs_title_is_a_posting_whatever_heads_its_demands(head: str) -> None:
    found = posting(
        whole(
            f"<main><h1>Data Engineer</h1>{INTRO.replace('Your role', 'Days')}<h2>{head}</h2><ul><li>Go</li><li>NATS</li></ul><p>Apply by sending your CV to the address below.</p></main>"
        )
    )
    assert "- Go\n- NATS" in found.text
