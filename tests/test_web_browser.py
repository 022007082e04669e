"""A person reviews in a real browser: by keyboard, without script, on a phone, in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from looking import CONTRAST
from review_example import SCRIPT, TARGET, filled, page_of, posting, postings

from pipeline.plan import person
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.review import Review, Wish

pytest.importorskip("starlette", reason="needs the extra `web`")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
    yield page
    context.close()
    assert wrong == []


def press(page: Page, *keys: str) -> str:
    """Return what the page says after these keys, each one answered before the next."""
    for key in keys:
        with page.expect_response(lambda answer: answer.status in (200, 422)):
            page.keyboard.press(key)
        page.locator("body:not([aria-busy])").wait_for()
    return page.locator("#said").inner_text()


def open_skill(page: Page) -> str:
    return page.locator(".head h1").inner_text()


def undecided(page: Page) -> int:
    return int(page.locator(".progress b").inner_text())


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".head h1").wait_for()


FURTHER = ["heddle threading", "shuttle repair", "dye mixing", "bale counting", "card punching", "Haskell"]


def test_thirty_skills_by_keyboard_and_five_new_postings_later_only_the_new_ones_are_undecided(
    page: Page, tmp_path: Path
) -> None:
    first = [*postings(9), posting(10, ["Python", *FURTHER])]
    place = filled(tmp_path, first)
    names = list(Review(place, TARGET, Settings()).view.scoring.scores)
    assert len(names) > 30
    reviewed: list[str] = []
    with page_of(place) as address:
        begin(page, address + "?show=undecided")
        assert undecided(page) == len(names)
        for name, into in (("Docker", "Kubernetes"), ("Dye mixing", "Yarn grading")):
            find(page, name)
            page.keyboard.press("m")
            page.keyboard.type(into)
            assert f"Merge {name} into {into}?" in _asked(page)
            press(page, "Enter")
            reviewed.append(name)
        find(page, "Reed drawing")
        page.keyboard.press("s")
        page.keyboard.press("Control+a")
        page.keyboard.type("Reed drawing by hand")
        assert "a skill of its own: Reed drawing by hand" in _asked(page)
        press(page, "Enter")
        reviewed.append("Reed drawing")
        find(page, "Loom oiling")
        assert "Loom oiling rejected" in press(page, "r")
        assert "Undone: Reject Loom oiling" in press(page, "u")
        assert open_skill(page) == "Loom oiling"
        press(page, "r")
        reviewed.append("Loom oiling")
        find(page, "")
        while undecided(page):
            name = open_skill(page)
            assert press(page, "a").startswith(f"{name} accepted")
            assert name not in reviewed
            reviewed.append(name)
        assert len(reviewed) >= 30
        assert "Everything is decided" in page.locator(".left").inner_text()
    decided = place.rulings(TARGET)
    merged, split, rejected = {"Docker", "Dye mixing"}, {"Reed drawing"}, {"Loom oiling"}
    assert decided.names == {"Docker": "Kubernetes", "Dye mixing": "Yarn grading"}
    assert decided.surfaces == {"reed drawing": "Reed drawing by hand"}
    assert decided.rejected == rejected
    assert decided.accepted == {*reviewed} - merged - split - rejected

    new = [*postings(14)[10:], posting(15, ["Python", "bobbin painting", "reed drawing", "loom oiling"])]
    grown = filled(place.root, [*first, *new])
    assert grown.rulings(TARGET) == decided
    with page_of(grown) as address:
        begin(page, address + "?show=undecided")
        assert page.locator(".skills bdi").all_inner_texts() == ["Bobbin painting"]
        assert undecided(page) == 1
        page.get_by_role("link", name="All", exact=True).click()
        page.locator(".skills bdi", has_text="Python").wait_for()
        listed = set(page.locator(".skills bdi").all_inner_texts())
        made = {*decided.names.values(), *decided.surfaces.values()}
        assert listed == decided.accepted | made | {"Bobbin painting"}


def find(page: Page, words: str) -> None:
    """Search by keyboard, and leave the field."""
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(words)
    press(page, "Enter")
    if words:
        page.locator(".head h1", has_text=words).wait_for()


def _asked(page: Page) -> str:
    with page.expect_response(re.compile("decide")):
        page.keyboard.press("Enter")
    page.locator(".question").wait_for()
    return page.locator(".question").inner_text()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    nasty = posting(11, [f"Grep {SCRIPT}", "Python", "reed drawing"])
    return filled(tmp_path_factory.mktemp("browser"), [*postings(8), nasty])


@pytest.fixture(scope="module")
def address(place: Place) -> Iterator[str]:
    with page_of(place) as address:
        yield address


def test_what_a_merge_changes_is_shown_before_it_is_done(page: Page, address: str, place: Place) -> None:
    begin(page, address + "?show=all&skill=Reed+drawing")
    before = len(place.decisions())
    page.keyboard.press("m")
    page.keyboard.type("Python")
    asked = _asked(page)
    assert re.search(r"Reed drawing is gone from the list \(it was in \d+ of 9 postings\)", asked)
    press(page, "Escape")
    assert page.locator(".question").count() == 0
    assert len(place.decisions()) == before


def test_what_each_key_would_change_is_shown(page: Page, address: str) -> None:
    begin(page, address + "?show=all&skill=Python")
    page.keyboard.press("c")
    for line in ("Python is gone from the list", "from specific to general", "Keep Python out"):
        page.locator("details.effects dl").get_by_text(line).wait_for()


def test_the_quote_is_marked_in_its_posting(page: Page, address: str) -> None:
    begin(page, address + "?show=all&skill=Python")
    assert page.locator(".posting mark").all_inner_texts() == ["Python"]
    employer = page.locator(".quotes li").nth(2).locator("b").inner_text()
    page.locator(".quotes .in").nth(2).click()
    # the posting shown before has a mark too: wait for the one that was asked for
    page.locator("#post").filter(has_text=employer).wait_for()
    assert "Python" in page.locator(".posting mark").all_inner_texts()


def test_p_and_o_say_it_and_take_it_back(page: Page, address: str, place: Place) -> None:
    begin(page, address + "?show=all&skill=Yarn+grading")
    for key, mark, taken in (
        ("p", "pinned", "Yarn grading unpinned"),
        ("o", "kept out", "Yarn grading may be"),
    ):
        press(page, key)
        assert mark in page.locator(".head").inner_text()
        assert taken in press(page, key)
        assert mark not in page.locator(".head").inner_text()
    page.keyboard.press("?")
    assert "pin / unpin" in page.locator("#help").inner_text()
    rulings = place.rulings(TARGET)
    assert "Yarn grading" not in rulings.pinned | rulings.kept_out


def test_a_row_that_is_held_by_a_skill_is_let_go_by_p(page: Page, address: str, place: Place) -> None:
    Review(place, TARGET, Settings(), "ada").decide([Wish("pin", "Yarn grading")])
    begin(page, address + "?show=all&row=Yarn+grading")
    assert "pinned" in page.locator(".head").inner_text()
    press(page, "p")
    assert place.rulings(TARGET).pinned == set()


def test_a_rejected_skill_shows_its_words_and_who_rejected_it_and_r_asks_again(
    page: Page, address: str, place: Place
) -> None:
    begin(page, address + "?show=all&skill=Loom+oiling")
    quotes = page.locator(".quotes blockquote").all_inner_texts()
    numbers = page.locator(".head .n").inner_text()
    page.keyboard.press("w")
    page.keyboard.type("every trade does it")
    page.keyboard.press("Escape")
    press(page, "r")
    page.get_by_role("link", name="Rejected").click()
    page.locator(".head.rejected").wait_for()
    assert open_skill(page) == "Loom oiling"
    banner = page.locator(".head .banner").inner_text()
    assert "Rejected by ada on" in banner
    assert "because: every trade does it. It counts nowhere" in banner
    assert page.locator(".quotes blockquote").all_inner_texts() == quotes
    assert page.locator(".head .n").inner_text() == numbers
    assert page.locator(".posting mark").count()
    press(page, "r")
    rulings = place.rulings(TARGET)
    assert "Loom oiling" not in rulings.rejected | rulings.accepted


def test_every_filter_shows_what_it_names_or_says_that_there_is_nothing(page: Page, tmp_path: Path) -> None:
    own = [posting(20, ["Python", "heddle threading"]), posting(21, ["Python", "selvedge reading"], "llm")]
    # likeness joins no name with capitals inside: there it only asks
    alike = [posting(n, ["Python", wish]) for n, wish in ((22, "WARP tensioning"), (30, "WARP tensioning"))]
    place = filled(tmp_path, [*postings(9), *own, *alike])
    sitting = Review(place, TARGET, Settings(), "ada")
    score = sitting.view.scoring.scores["SQL"]
    was = f"specific, priority {3 if score.priority == 1 else 1}: 1 of 2"
    sitting.decide([Wish("accept", "SQL", before=was), Wish("accept", "Java"), Wish("reject", "Git")])
    with page_of(place) as address:
        begin(page, address)

        def shown(filter_: str) -> set[str]:
            with page.expect_response(re.compile("show=")):
                page.locator(".filters").get_by_role("link", name=re.compile(f"^{filter_}")).click()
            page.locator("body:not([aria-busy])").wait_for()
            return set(page.locator(".left .skills bdi").all_inner_texts())

        everything = shown("All")
        assert shown("Undecided") == everything - {"SQL", "Java"}
        assert shown("Changed since last time") == {"SQL"}
        assert shown("Possible duplicates") == {"Warp tension", "WARP tensioning"}
        assert "may be Warp tension" in page.locator(".left .skills").inner_text()
        for name, button in (("Warp tension", "Take in WARP tensioning"), ("WARP tensioning", "Into Warp")):
            with page.expect_response(re.compile("skill=")):
                page.locator(".left .skills").get_by_text(name, exact=True).click()
            page.locator("body:not([aria-busy])").wait_for()
            assert open_skill(page) == name
            page.keyboard.press("m")
            assert page.locator("button:focus").inner_text().startswith(button)
            assert "Merge WARP tensioning into Warp tension?" in _asked(page)
            press(page, "Escape")
        assert shown("Found only by the model") == {"Selvedge reading"}
        assert shown("One employer") >= {"Selvedge reading", "Heddle threading"}
        assert "Python" not in shown("One employer")
        assert shown("Decided") == {"SQL", "Java"}
        assert shown("Rejected") == {"Git"}
        press(page, "r")
        assert "Nothing is rejected." in page.locator(".left").inner_text()


def test_on_a_phone_the_next_skill_stands_where_the_last_one_was(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    begin(page, address)
    last = open_skill(page)
    page.locator('.acts button[value="accept"]').tap()
    page.locator("#note", has_text=f"{last} accepted").wait_for()
    assert open_skill(page) != last
    for part in (".head h1", "#note", '.acts button[value="accept"]'):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= 800 - box["height"]
    page.get_by_role("button", name="Undo").tap()
    page.locator("#note", has_text="Undone").wait_for()
    context.close()


def test_keys_do_nothing_while_a_name_is_typed(page: Page, address: str, place: Place) -> None:
    begin(page, address + "?show=all")
    before = len(place.decisions())
    page.keyboard.press("/")
    page.keyboard.type("ar")
    page.keyboard.press("Escape")
    assert len(place.decisions()) == before
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("a")
    assert len(place.decisions()) == before


def test_list_is_walked_and_searched(page: Page, address: str) -> None:
    begin(page, address + "?show=all")
    first = open_skill(page)
    press(page, "j")
    second = open_skill(page)
    assert second != first
    press(page, "k")
    assert open_skill(page) == first
    page.keyboard.press("/")
    page.keyboard.type("loom oil")
    press(page, "Enter")
    assert open_skill(page) == "Loom oiling"
    page.go_back()
    page.locator(".head h1", has_text=first).wait_for()


def test_script_in_a_posting_is_never_run(page: Page, address: str) -> None:
    begin(page, address + "?show=all&q=grep")
    assert SCRIPT in page.locator(".skills").inner_text() or "alert" in page.locator(".skills").inner_text()
    assert page.locator("#app script").count() == 0


def test_everything_works_without_script(browser: Browser, address: str, place: Place) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "?show=all&skill=Yarn+grading")
    page.get_by_role("button", name="Pin").click()
    assert "Yarn grading pinned" in page.locator("#note").inner_text()
    assert "pinned" in page.locator(".head").inner_text()
    page.get_by_role("button", name="Undo").first.click()
    assert "Undone" in page.locator("#note").inner_text()
    page.locator("details", has_text="Rename").first.locator("summary").click()
    page.get_by_label("New name").fill("Grading of yarn")
    page.locator("details[open] button", has_text="See what it changes").first.click()
    assert "Rename Yarn grading to Grading of yarn" in page.locator(".question").inner_text()
    page.get_by_role("button", name="Yes, do it").click()
    assert place.rulings(TARGET).names == {"Yarn grading": "Grading of yarn"}
    page.goto(address + "log")
    page.get_by_role("button", name="Undo rename Yarn grading").click()
    assert place.rulings(TARGET).names == {}
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_person_rates_themselves_by_keys_or_without_script(
    browser: Browser, address: str, place: Place, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Where I stand").click()
    form = page.locator("details.stand[open] form")
    theme = form.locator('[name="row"]').get_attribute("value")
    form.get_by_label("2 On my own").check()
    form.locator("details.check > summary").click()
    form.get_by_label("I can implement it").check()
    form.get_by_label("Evidence").fill("a shawl")
    page.keyboard.press("Enter")
    page.locator("#note", has_text="level 2").wait_for()
    last = person.ratings(place)[-1]
    assert (last.subject, last.level, last.checks, last.note) == (theme, 2, (1,), "a shawl")
    page.locator("details.stand[open] summary:focus").wait_for()
    context.close()


@pytest.mark.parametrize(("width", "zoom"), [(360, 1), (1280, 2)])
def test_nothing_is_wider_than_a_phone_or_a_page_at_twice_its_size(
    browser: Browser, address: str, width: int, zoom: int
) -> None:
    context = browser.new_context(viewport={"width": width // zoom, "height": 800}, device_scale_factor=zoom)
    page = context.new_page()
    for path in ("?show=all&skill=Python", "rows", "stand", "log"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width // zoom
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_and_every_field_has_a_name(
    browser: Browser, address: str, place: Place, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    Review(place, TARGET, Settings(), "ada").decide([Wish("reject", "Terraform", why="no")])
    for path in ("?show=all&skill=Python", "?show=rejected", "?show=llm", "rows", "stand", "log"):
        page.goto(address + path)
        assert page.evaluate(CONTRAST) == []
    for path in ("", "stand"):
        page.goto(address + path)
        for field in page.locator('input:not([type="hidden"]), select, button, summary').all():
            name = field.evaluate(
                "e => ((e.labels && e.labels[0]) || e).textContent + (e.ariaLabel || '') + e.textContent"
            )
            assert name.strip()
    context.close()
