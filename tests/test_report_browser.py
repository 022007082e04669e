"""The report in a real browser: what a reader sees first, opens, filters, prints, and reads on a phone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from looking import CONTRAST, serious
from report_example import example

from pipeline import report
from pipeline.plan import building as planning
from pipeline.plan.documents import writing as plan_documents
from pipeline.records import Rating
from pipeline.settings import PlanSettings
from tests.test_plan import example as example_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    report.write(example(), out)
    return out


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    yield from opened(browser, folder, width=1280)


@pytest.fixture
def phone(browser: Browser, folder: Path) -> Iterator[Page]:
    yield from opened(browser, folder, width=390)


def opened(browser: Browser, folder: Path, width: int) -> Iterator[Page]:
    """The report in a window of that width; nothing may be wrong in its console."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto((folder / "report.html").as_uri())
    yield page
    context.close()
    assert wrong == []


def test_all_rows_are_on_the_first_screen_and_the_page_is_short(page: Page) -> None:
    rows = page.locator("details.row")
    assert rows.count() == len(example().draft.rows)
    for row in rows.all():
        box = row.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800
    assert page.evaluate("document.documentElement.scrollHeight") < 6_000


def test_a_number_opens_its_quotes_in_place_and_a_quote_its_whole_posting(page: Page) -> None:
    page.locator("#grid .sum a").first.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.locator("#grid .sum a").first.click()
    quotes = page.locator("#said .quote")
    assert quotes.count() >= int(page.locator("#grid .sum a").first.inner_text().split(" of ")[0])
    words = quotes.first.locator("a.words").inner_text()
    quotes.first.locator("a.words").click()
    assert page.locator("#reader mark.now").inner_text() in words
    assert page.locator("#reader mark").count() > 3
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("scrollY") == before
    assert page.locator(".posting .body").count() == page.locator(".posting").count()


def test_a_row_opens_with_the_quotes_of_its_strongest_skill(page: Page) -> None:
    row = page.locator("details.row").first
    row.locator("summary").first.click()
    assert row.locator(".quote").first.is_visible()


def test_filters_count_anew_and_are_cleared(page: Page) -> None:
    first = page.locator("#list .of").all_inner_texts()
    of = int(first[0].split(" of ")[1])
    page.locator(".more summary").click()
    page.get_by_role("combobox", name="Employer").select_option(index=1)
    told = page.locator(".told").inner_text()
    assert re.search(rf"in 1 of {of} postings", told)
    assert {n.split(" of ")[1] for n in page.locator("#list > li:visible .of").all_inner_texts()} == {"1"}
    assert page.locator(".posting:visible").count() < page.locator(".posting").count()
    bars = "[...document.querySelectorAll('.bar')].map((bar) => bar.innerHTML)"
    assert any("counted" in bar and "hidden" in bar for bar in page.evaluate(bars))
    page.get_by_role("button", name="Clear").click()
    page.locator(".told:empty").wait_for(state="attached")
    assert [bar for bar in page.evaluate(bars) if "counted" in bar or "hidden" in bar] == []
    assert page.locator("#list .of").all_inner_texts() == first


def test_strength_and_kind_filter_and_search_finds_words_of_a_quote(page: Page) -> None:
    page.locator(".more summary").click()
    page.get_by_role("combobox", name="Strength").select_option("preferred")
    shown = page.locator("#list > li:visible .name").all_inner_texts()
    assert "Terraform" in shown
    assert "Python" not in shown
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("combobox", name="Kind").select_option("general")
    assert set(page.locator("#list > li:visible .kind").all_inner_texts()) == {"general"}
    page.get_by_role("button", name="Clear").click()
    page.get_by_placeholder("Search skills and quotes").fill("plain words")
    found = page.locator("#list > li:visible .name").all_inner_texts()
    assert 0 < len(found) < 5


def test_skills_are_sorted_as_asked(page: Page) -> None:
    page.locator("#sort").select_option("name")
    names = page.locator("#list .name").all_inner_texts()
    assert [n.casefold() for n in names] == sorted((n.casefold() for n in names), key=lambda n: n.strip("=<"))


def test_a_link_from_elsewhere_opens_the_posting_at_its_quote(browser: Browser, folder: Path) -> None:
    anchor = re.search(r'<mark id="(p1c\d+)"', (folder / "report.html").read_text())
    assert anchor
    page = browser.new_page()
    page.goto((folder / "report.html").as_uri() + "#" + anchor[1])
    assert page.locator("#reader mark.now").get_attribute("id") == anchor[1]
    page.close()


def test_without_script_every_quote_can_be_reached(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "report.html").as_uri())
    page.locator("details.row > summary").first.click()
    words = page.locator("details.row").first.locator("a.words").first
    words.click()
    assert page.locator(f"[id='{words.get_attribute('href')[1:]}']").is_visible()  # type: ignore[index]
    context.close()


def test_nothing_is_wider_than_a_phone(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("details.row > summary").first.click()
    phone.locator("details.row a.words").first.click()
    box = phone.locator("#reader").bounding_box()
    assert box is not None
    assert box["width"] <= 390


@pytest.mark.parametrize("name", ["report.html", "summary.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_every_text_can_be_read(
    browser: Browser, folder: Path, name: str, scheme: str
) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((folder / name).as_uri())
    page.evaluate(
        "document.querySelectorAll('.row, .skill, .folded, .more').forEach((d) => { d.open = true; })"
    )
    assert page.evaluate(CONTRAST) == []
    assert serious(page) == []
    if name == "report.html":
        page.locator("details.row a.words").first.click()
        assert page.evaluate(CONTRAST) == []
        assert serious(page) == []
    context.close()


def test_axe_finds_nothing_serious_on_the_pages_of_a_plan(browser: Browser, tmp_path: Path) -> None:
    plan = planning.build(example_plan([Rating("2026-01-05", "t", "python", 2)]), PlanSettings())
    pages = [path for path in plan_documents.write(plan, tmp_path) if path.suffix == ".html"]
    assert pages
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    for path in pages:
        page.goto(path.as_uri())
        assert serious(page) == [], path.name
    context.close()


def test_the_summary_prints_on_one_page(browser: Browser, folder: Path) -> None:
    from pypdf import PdfReader

    page = browser.new_page()
    page.goto((folder / "summary.html").as_uri())
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 1
    page.close()
