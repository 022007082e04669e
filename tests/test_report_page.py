"""The HTML report: self-contained, harmless, honest about what it leaves out, and every number leads on."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from dataclasses import replace
from html import unescape

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from report_example import FORMULA, SCRIPT, example

from pipeline import report
from pipeline.records import Mention, Posting, ReportInput
from pipeline.report import as_page, charts, safe
from pipeline.report.view import highlight


@pytest.fixture(scope="module")
def data() -> ReportInput:
    return example()


@pytest.fixture(scope="module")
def html(data: ReportInput) -> str:
    return report.page(data)


@pytest.fixture(scope="module")
def page(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_page_needs_nothing_from_outside(page: BeautifulSoup) -> None:
    assert not page.find_all(["iframe", "object", "embed", "img", "base"])
    assert not page.find_all(action=True)
    assert not page.find_all(src=True)
    assert [link["href"] for link in page.find_all("link")] == ["data:,"]
    assert "url(" not in page.style.string
    assert "@import" not in page.style.string


def test_policy_allows_only_the_page_s_own_style_and_script(page: BeautifulSoup) -> None:
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none';")
    data, script = page.find_all("script")
    assert data["type"] == "application/json"  # a data block: no browser runs it
    assert len(page.find_all("style")) == 1
    for tag in (script, page.style):
        digest = base64.b64encode(hashlib.sha256(tag.string.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_no_element_carries_a_style_or_an_event(page: BeautifulSoup) -> None:
    # The policy would refuse a style attribute, so a section that has one would lose it in silence.
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")], tag


def test_hostile_texts_are_shown_and_never_become_elements(html: str, page: BeautifulSoup) -> None:
    assert SCRIPT not in html
    assert SCRIPT in page.get_text()
    assert "<b>Press</b>" in page.get_text()
    assert FORMULA in page.get_text()


def test_only_web_addresses_become_links(page: BeautifulSoup) -> None:
    outside = [a for a in page.find_all("a", href=True) if not a["href"].startswith("#")]
    assert outside.pop(0)["href"] == "summary.html"
    assert outside
    for a in outside:
        assert a["href"].startswith(("http://", "https://"))
        assert "noopener" in a["rel"]
    assert "javascript:alert(document.cookie)" in page.get_text()


def test_page_does_not_tell_where_files_lie(html: str) -> None:
    assert "/home/somebody" not in html
    assert "lark &amp; finch.html" in html


def test_every_inner_link_leads_somewhere_and_names_are_unique(page: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for a in page.find_all("a", href=re.compile("^#")):
        assert a["href"][1:] in ids, a


def test_every_count_of_a_skill_leads_to_as_many_postings_as_it_says(
    page: BeautifulSoup, data: ReportInput
) -> None:
    checked = 0
    for box in page.select(".skills details"):
        n = int(box.select_one(".of").get_text().split(" of ")[0])
        proof = page.find(id=box.get("data-from") or box["id"])
        quotes = [q for q in proof.select("blockquote") if "not one of the N" not in q.get_text()]
        places = {re.match(r"#p(\d+)c", q.select_one("a.words")["href"]).group(1) for q in quotes}
        assert len(places) == n == len(proof["data-in"].split())
        checked += 1
    assert checked == len(data.scores)


def test_skills_are_listed_by_how_many_postings_ask_for_them(page: BeautifulSoup) -> None:
    shown = [int(of.get_text().split(" of ")[0]) for of in page.select("#list .of")]
    assert shown == sorted(shown, reverse=True)


def test_each_of_the_rows_says_title_priority_share_skills_and_one_quote(
    page: BeautifulSoup, data: ReportInput
) -> None:
    shown = page.select("details.row > summary")
    assert len(shown) == len(data.draft.rows)
    for row, line in zip(data.draft.rows, shown, strict=True):
        said = line.get_text(" ", strip=True)
        assert safe.one_line(row.title) in said
        assert f"{row.n} of {row.of}" in said
        assert line.select_one(f".priority.p{row.priority}")
        assert bool(line.select_one(".provisional")) == row.provisional
        assert len(line.select("q")) == 1


def test_a_plain_report_holds_no_plan_and_links_to_one_that_was_asked_for(data: ReportInput) -> None:
    assert "Time to target" not in report.page(data)
    planned = BeautifulSoup(
        report.page(replace(data, plan_pages=(("Plan", "plan/attainability.html"),))), "lxml"
    )
    assert planned.select_one('nav a[href="plan/attainability.html"]').get_text() == "Plan"


def test_summary_names_every_row_with_its_quote_on_a_page_and_in_markdown(data: ReportInput) -> None:
    html, text = report.summary(data, "html"), report.summary(data, "md")
    page = BeautifulSoup(html, "lxml")
    assert SCRIPT not in html
    assert len(page.select("li")) == len(data.draft.rows) == len(re.findall(r"^\d+\. ", text, re.M))
    for row, item in zip(data.draft.rows, page.select("li"), strict=True):
        assert f"{row.n} of {row.of}" in item.get_text()
        assert f"{row.n} of {row.of} postings" in text
        assert item.select_one("mark").get_text() == safe.shorten(row.evidence[0].quote, 150)


def test_every_quote_leads_to_its_words_in_the_posting(page: BeautifulSoup) -> None:
    quotes = page.select(".proof a.words")
    assert quotes
    for a in quotes:
        mark = page.find(id=a["href"][1:])
        assert mark.name == "mark"
        assert a.get_text().startswith(mark.get_text()[:3])


def test_marked_posting_without_its_tags_is_the_posting(html: str, data: ReportInput) -> None:
    shown = re.findall(r'<div class="text">(.*?)</div>', html, re.S)
    assert len(shown) == 7
    for body, posting in zip(shown, data.postings[:6], strict=False):
        assert unescape(re.sub(r"<[^>]*>", "", body)) == posting.text


def test_negated_mention_is_struck_and_not_counted(page: BeautifulSoup) -> None:
    assert [m.get_text() for m in page.select(".text mark.negated")] == ["Hadoop"]
    assert not [q for q in page.select("blockquote .words") if q.get_text() == "Hadoop"]


def test_failures_say_what_happened_and_what_to_do(page: BeautifulSoup) -> None:
    rows = page.select("#failures tbody tr")
    assert len(rows) == 3
    assert "asks for a login" in rows[0].get_text()
    assert "save the page in your browser" in rows[0].get_text()


def test_every_section_is_in_the_contents_and_absent_ones_are_not(data: ReportInput) -> None:
    bare = replace(data, failures=(), suggestions=(), trend=None)
    for given_data, gone in ((data, set()), (bare, {"failures", "suggestions", "trend"})):
        absent = {*gone, "for-whom"}
        page = BeautifulSoup(report.page(given_data), "html.parser")
        listed = [a["href"][1:] for a in page.select('.contents a[href^="#"]')]
        assert listed == [s["id"] for s in page.select("section.part")]
        assert {s.id for s in as_page.SECTIONS} - set(listed) == absent


def test_page_of_an_empty_draft_still_says_why(data: ReportInput) -> None:
    empty = replace(data.draft, rows=(), postings=0, short="No posting could be read.")
    html = report.page(ReportInput(empty, failures=data.failures))
    assert "No posting could be read." in html
    assert 'id="failures"' in html


def test_trend_names_what_moved_and_keeps_the_rest_folded(page: BeautifulSoup) -> None:
    verdicts = {v.get_text() for v in page.select("#trend > table .verdict")}
    assert verdicts == {"rose", "fell", "entered", "left"}
    assert {v.get_text() for v in page.select("#trend details .verdict")} == {"steady", "too few to tell"}


def test_same_input_in_another_order_gives_the_same_page(data: ReportInput, html: str) -> None:
    shuffled = random.Random(7)
    mixed = {
        name: tuple(shuffled.sample(getattr(data, name), len(getattr(data, name))))
        for name in ("skills", "scores", "postings", "mentions", "settings")
    }
    assert report.page(replace(data, **mixed)) == html


def test_strengths_are_told_apart_by_shape_and_by_word(page: BeautifulSoup) -> None:
    style = page.select_one("style").get_text()
    assert [f'[data-s="{letter}"].glyph::before' in style for letter in "rdpu"] == [False, True, True, True]
    cells = page.select(".grid tbody td a.glyph")
    assert cells
    for cell in cells:
        assert cell["aria-label"] in ("required", "preferred", "duty", "unstated")
        assert cell["data-s"] == cell["aria-label"][0]


def test_share_bar_draws_what_it_says() -> None:
    bar = str(charts.share_bar(0.7, 0.4, 0.89, (0.25, 0.5)))
    assert 'class="fill" d="M0 0h70v10H0z"' in bar
    assert 'class="iv" d="M40 5H89M' in bar
    assert 'class="edge" d="M25 0v10M50 0v10"' in bar


def test_every_skill_has_the_bar_of_its_numbers_and_equal_bars_are_drawn_once(page: BeautifulSoup) -> None:
    drawn = {symbol["id"]: str(symbol.select_one(".fill")) for symbol in page.select("symbol")}
    used = [use["href"][1:] for use in page.select("#list use")]
    assert set(used) == set(drawn)
    assert len(drawn) < len(used) == len(page.select("#list > li"))
    for name, of in zip(used, page.select("#list .of"), strict=True):
        n, total = map(int, of.get_text().split(" of "))
        assert f"M0 0h{100 * n / total:.1f}".removesuffix(".0") in drawn[name]


def test_limits_cut_and_say_so(data: ReportInput) -> None:
    limits = as_page.Limits(skills=3, grid_skills=2, grid_postings=2, postings=2, text=80, quotes_many=1)
    html = as_page.render(data, limits)
    text = BeautifulSoup(html, "lxml").get_text()
    assert re.search(r"16 skills found; this page lists \d+, the exported table all of them", text)
    assert "2 of 16 skills and 2 of 6 counted postings" in text
    assert "at most 2 to keep it light" in text
    assert "more characters are in the exported table" in text
    assert "more mention" in text
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids


def test_ten_thousand_postings_stay_under_five_megabytes() -> None:
    html = report.page(large(10_000, 20))
    assert len(html.encode()) < 5_000_000
    page = BeautifulSoup(html, "html.parser")
    assert 12 <= len(page.select("details.posting")) <= 60
    assert re.search(r"\d+ postings of 10,000: those with the quotes", page.get_text())


def large(postings: int, skills: int) -> ReportInput:
    """The example blown up: long hostile postings, every one asking for every skill."""
    small = example(with_trend=False)
    filler = "<&> a long line about everything we do and value. " * 100
    text = "".join(f"- we need skill{i} now\n" for i in range(skills)) + filler
    many = [replace(small.postings[0], id=f"x{i}", number=i, text=text) for i in range(postings)]
    places = [(text.index(f"skill{i} "), s.skill) for i, s in enumerate(small.scores)]
    mentions = tuple(
        Mention.at(p, start, start + 6, skill=skill, strength="required")
        for i, p in enumerate(many)
        for k, (start, skill) in enumerate(places)
        if (7 * i + 13 * k) % 5 < 3
    )
    scores = tuple(replace(s, n=postings, of=postings) for s in small.scores)
    return replace(small, postings=tuple(many), mentions=mentions, scores=scores)


TEXT = "Résumé & <b>Python</b>, SQL\n- dbt \u202e or \x00 whatever else"


@given(
    st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12), st.sampled_from(["A", "B", None]))),
    st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12)), max_size=3),
)
def test_overlapping_marks_never_change_the_text(
    spans: list[tuple[int, int, str | None]], headings: list[tuple[int, int]]
) -> None:
    posting = Posting("p", "u", TEXT)
    ends = [(s, min(len(TEXT), s + n), skill) for s, n, skill in spans]
    mentions = [Mention.at(posting, s, e, skill=skill) for s, e, skill in ends]
    titled = [(s, min(len(TEXT), s + n)) for s, n in headings]
    html = str(highlight(TEXT, mentions, 3, {"A": "s1"}, titled))
    assert unescape(re.sub(r"<[^>]*>", "", html)) == safe.clean(TEXT)
    covered = {i for s, e, _ in ends for i in range(s, e)}
    inside = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.S)
    assert len("".join(unescape(re.sub(r"<[^>]*>", "", m)) for m in inside)) == len(covered)
    assert {f'id="p3c{s}"' for s, _, _ in ends} == set(re.findall(r'id="p3c\d+"', html))
