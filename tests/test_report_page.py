"""The HTML report: self-contained, harmless, honest about what it leaves out, and every number leads on."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from report_example import FORMULA, SCRIPT, example

from pipeline import report
from pipeline.records import Mention, Posting, ReportInput
from pipeline.report import as_page, charts, marked, safe


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
    assert not page.find_all(["iframe", "object", "embed", "img", "form", "base"])
    assert not page.find_all(src=True)
    assert [link["href"] for link in page.find_all("link")] == ["data:,"]
    assert "url(" not in page.style.string
    assert "@import" not in page.style.string


def test_policy_allows_only_the_page_s_own_style_and_script(page: BeautifulSoup) -> None:
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none';")
    assert len(page.find_all("script")) == len(page.find_all("style")) == 1
    for tag in (page.script, page.style):
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
    for a in page.select(".bars a.count"):
        n = int(a.get_text().split(" of ")[0])
        proof = page.find(id=a["href"][1:])
        quotes = [q for q in proof.select("blockquote") if "not one of the N" not in q.get_text()]
        places = {re.match(r"#p(\d+)c", q.select_one("a.words")["href"]).group(1) for q in quotes}
        assert len(places) == n
        checked += 1
    assert checked == len(data.scores)


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
    assert [m.get_text() for m in page.select("mark.negated")] == ["Hadoop"]
    assert not [q for q in page.select(".proof blockquote .words") if q.get_text() == "Hadoop"]


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
        listed = [a["href"][1:] for a in page.select(".contents a")]
        assert listed == [s["id"] for s in page.select("section.part")]
        planned = {s.id for s in as_page.SECTIONS if s.template == "plan.html"}
        assert {s.id for s in as_page.SECTIONS} - planned - set(listed) == absent


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
    shapes = [str(symbol.decode_contents()) for symbol in page.select("svg.symbols symbol")]
    assert len(shapes) == len(set(shapes)) == 4
    for cell in page.select(".grid tbody td a:not(.count)"):
        assert cell.select_one(".unseen").get_text() in ("required", "preferred", "duty", "unstated")


def test_share_bar_draws_what_it_says() -> None:
    bar = str(charts.share_bar(0.7, 0.4, 0.89, "7 of 10 <b>", (0.25, 0.5)))
    assert 'width="70.00%"' in bar
    assert 'x1="40.00%" x2="89.00%"' in bar
    assert bar.count('class="edge"') == 2
    assert "7 of 10 &lt;b&gt;" in bar


def test_limits_cut_and_say_so(data: ReportInput) -> None:
    limits = as_page.Limits(
        skills=3, bars=2, grid_skills=2, grid_postings=2, postings=2, text=80, quotes_many=1
    )
    html = as_page.render(data, limits)
    text = BeautifulSoup(html, "lxml").get_text()
    assert "the first 2 of 16 skills" in text
    assert "2 of 16 skills and 2 of 6 counted postings" in text
    assert "at most 2 so that this page stays light" in text
    assert "further characters are in the exported table" in text
    assert "further mention" in text
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids


def test_ten_thousand_postings_stay_under_five_megabytes() -> None:
    html = report.page(large(10_000, 20))
    assert len(html.encode()) < 5_000_000
    page = BeautifulSoup(html, "html.parser")
    assert 12 <= len(page.select("details.posting")) <= 60
    assert re.search(r"\d+ postings of 10,000: those that hold the quotes", page.get_text())


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
    html = str(marked.highlight(TEXT, mentions, 3, {"A": "s1"}, titled))
    assert unescape(re.sub(r"<[^>]*>", "", html)) == safe.clean(TEXT)
    covered = {i for s, e, _ in ends for i in range(s, e)}
    inside = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.S)
    assert len("".join(unescape(re.sub(r"<[^>]*>", "", m)) for m in inside)) == len(covered)
    assert {f'id="p3c{s}"' for s, _, _ in ends} == set(re.findall(r'id="p3c\d+"', html))


@pytest.mark.browser
def test_script_runs_under_the_policy_and_opens_what_a_link_leads_to(html: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        pytest.skip("no Chromium is installed")
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    anchor = re.search(r'<mark id="(p1c\d+)"', html).group(1)
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --dump-dom"
    address = (tmp_path / "report.html").as_uri() + "#" + anchor
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        [browser, *flags.split(), profile, address], capture_output=True, text=True, timeout=60, check=True
    )
    page = BeautifulSoup(done.stdout, "lxml")
    assert page.find(id="p1").has_attr("open")
    assert not page.find(id="p2").has_attr("open")
    assert not page.select_one(".filter").has_attr("hidden")
