"""A person reviews the ten rows: many skills at once, skills into other rows, titles in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from looking import CONTRAST, serious
from review_example import TARGET, filled, page_of, postings
from test_web_browser import begin, find, open_skill, press, undecided

from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.review import Review, Wish

pytest.importorskip("starlette", reason="needs the extra `web`")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return filled(tmp_path_factory.mktemp("rows"), postings(9))


@pytest.fixture(scope="module")
def address(place: Place) -> Iterator[str]:
    with page_of(place) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def sitting(place: Place) -> Iterator[Review]:
    """The review, put back as it was when the test has ended."""
    sitting = Review(place, TARGET, Settings(), "ada")
    before = {d.id for d in sitting.view.in_force}
    yield sitting
    made = [d for d in sitting.view.in_force if d.id not in before]
    sitting.decide([Wish("undo", d.id, before=d.action) for d in made])


def test_the_review_begins_with_the_ten_rows_and_their_skills(
    page: Page, address: str, sitting: Review
) -> None:
    begin(page, address)
    rows = sitting.view.scoring.draft.rows
    assert page.locator(".retitle textarea").evaluate_all("all => all.map((t) => t.value)") == [
        row.title for row in rows
    ]
    first = page.locator(".tenrow").first.locator("bdi").all_inner_texts()
    assert first == list(rows[0].skills)
    assert open_skill(page) == first[0]


def test_all_in_the_rows_are_accepted_and_all_of_one_posting_rejected_with_few_keys(
    page: Page, address: str, sitting: Review
) -> None:
    begin(page, address)
    before, keys = undecided(page), 0
    for key, said in (("A", "accepted"), ("X", "rejected")):
        if page.locator(f'[data-key="{key}"]').count():
            page.keyboard.press(key)
            page.locator(".question").wait_for()
            assert said in press(page, "Enter")
            keys += 2
    while undecided(page):
        press(page, "a")
        keys += 1
    assert keys < before
    inside = {name for row in sitting.view.scoring.draft.rows for name in row.skills}
    assert inside <= sitting.view.scoring.rulings.accepted


def test_one_undo_takes_back_what_was_decided_at_once(page: Page, address: str, sitting: Review) -> None:
    begin(page, address)
    before = undecided(page)
    page.keyboard.press("A")
    page.locator(".question").wait_for()
    press(page, "Enter")
    assert undecided(page) < before - 5
    assert "decisions" in press(page, "u")
    assert undecided(page) == before


@pytest.mark.parametrize("how", ["keys", "drag"])
def test_a_skill_goes_into_another_row(page: Page, address: str, sitting: Review, how: str) -> None:
    begin(page, address)
    rows = sitting.view.scoring.draft.rows
    name, goal = rows[0].skills[-1], len(rows) - 1
    beside = rows[goal].skills[0]
    if how == "keys":
        find(page, name)
        page.keyboard.press("t")
        page.keyboard.type(str(goal + 1))
        press(page, "Enter")
    else:
        page.set_viewport_size({"width": 1280, "height": 3000})  # both ends of the way must be in view
        line = page.locator(f'li[data-name="{name}"]')
        with page.expect_response("**/decide"):
            line.drag_to(page.locator(f'.tenrow[data-number="{goal + 1}"] .retitle'))
        page.locator("body:not([aria-busy])").wait_for()
    row = next(r for r in sitting.view.scoring.draft.rows if beside in r.skills)
    assert name in row.skills
    assert f"{name} moved to" in page.locator("#note").inner_text()


def test_a_title_is_edited_in_place(page: Page, address: str, sitting: Review) -> None:
    begin(page, address)
    title = page.locator(".retitle textarea").nth(1)
    title.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Keeping the looms running")
    press(page, "Enter")
    assert sitting.view.scoring.draft.rows[1].title == "Keeping the looms running"
    assert title.input_value() == "Keeping the looms running"


def test_selected_skills_are_decided_together(page: Page, address: str, sitting: Review) -> None:
    begin(page, address + "?show=all")
    names = page.locator(".skills bdi").all_inner_texts()[:3]
    press(page, "J")
    press(page, "J")
    page.keyboard.press("x")
    assert "3 selected" in page.locator(".picked").inner_text()
    assert "3 skills rejected" in press(page, "r")
    assert sitting.view.scoring.rulings.rejected == set(names)


def test_a_decision_inside_a_search_goes_on_with_the_whole_list(
    page: Page, address: str, sitting: Review
) -> None:
    begin(page, address + "?show=undecided")
    find(page, "Loom oiling")
    press(page, "a")
    assert page.locator("#q").input_value() == ""
    assert open_skill(page) in sitting.view.undecided


def test_a_rename_is_one_change(sitting: Review) -> None:
    changes = sitting.effect([Wish("rename", "SQL", "SQL querying")]).lines
    assert changes == ("SQL is now called SQL querying.",)


def test_what_is_split_off_stays_in_its_row(sitting: Review) -> None:
    row = next(r for r in sitting.view.scoring.draft.rows if "dbt" in r.skills and len(r.skills) > 1)
    name, wording = "dbt", next(iter(sitting.view.scoring.wordings("dbt")))
    sitting.decide([Wish("split", name, "A thing of its own", wording)])
    now = next(r for r in sitting.view.scoring.draft.rows if "A thing of its own" in r.skills)
    assert {*row.skills} - {name} <= {*now.skills}


def test_nothing_lies_over_a_button(page: Page, address: str) -> None:
    begin(page, address)
    covered = page.evaluate("""() => [...document.querySelectorAll("button, summary")].filter((b) => {
      const box = b.getBoundingClientRect();
      const seen = b.checkVisibility({visibilityProperty: true}) && box.width > 0;
      if (!seen || box.bottom > innerHeight || box.top < 0) return false;
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return !(b === top || b.contains(top));
    }).map((b) => b.textContent)""")
    assert covered == []


def test_on_a_phone_evidence_and_buttons_are_on_the_screen(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    begin(page, address)
    for part in (
        ".head h1",
        ".quotes blockquote",
        '.acts button[value="accept"]',
        '.acts button[value="reject"]',
    ):
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 800 - box["height"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_every_text_can_be_read(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in ("", "?show=all&skill=Python", "rows", "stand", "log"):
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert page.evaluate(CONTRAST) == []
        assert serious(page) == [], path
    context.close()
