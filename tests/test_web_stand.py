"""A person rates themselves on the review page, over real HTTP against the real command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from review_example import SCRIPT, TARGET, filled, form_token, page_of, posting, postings

from pipeline.archive import hold
from pipeline.plan import person
from pipeline.plan import steps as step
from pipeline.report.words import LEVELS, SELF_CHECK
from pipeline.settings import Settings
from pipeline.steps.place import Place

pytest.importorskip("starlette", reason="needs the extra `web`")
pytest.importorskip("uvicorn", reason="needs the extra `web`")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    nasty = [posting(n, [f"Grep {SCRIPT}", "Python"]) for n in range(11, 40)]
    return filled(tmp_path_factory.mktemp("stand"), [*postings(8), *nasty])


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[httpx.Client]:
    with page_of(place) as address:
        parts = urlsplit(address)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}
        with httpx.Client(base_url=address, headers=origin, follow_redirects=True) as client:
            yield client


def themes(place: Place) -> list[str]:
    draft = step.draft_of(place, TARGET)
    assert draft is not None
    return [row.theme for row in draft.rows]


def save(client: httpx.Client, **fields: str) -> httpx.Response:
    token = form_token(client.get("stand").text)
    return client.post("rate", data={"form": token} | fields)


def test_the_page_shows_every_row_with_rubric_statements_share_and_priority(
    client: httpx.Client, place: Place
) -> None:
    html = unescape(client.get("stand").text)
    forms = re.findall(r"<details class=\"stand\".*?</details>", html, re.DOTALL)
    assert len(forms) == len(themes(place)) > 3
    for shown, row in zip(forms, step.rows(place, TARGET, Settings()), strict=True):
        assert row.title in shown
        assert f'name="row" value="{row.theme}"' in shown
        assert f"{row.n} of {row.of}" in shown
        assert f'class="p p{row.priority}"' in shown
        assert all(sentence in shown for _, _, sentence in LEVELS)
        assert all(statement in shown for statement in SELF_CHECK)
    assert 'href="' in client.get("").text.partition("Where I stand")[0].rpartition("<a ")[2]


def test_a_rating_by_the_form_is_a_line_on_the_disk_and_counts_in_the_plan(
    client: httpx.Client, place: Place
) -> None:
    theme = themes(place)[1]
    answer = save(client, row=theme, level="3", evidence="Wove a carpet", check1="1", check3="1")
    assert answer.status_code == 200
    last = json.loads((place.raw / "ratings.jsonl").read_text().splitlines()[-1])
    expected = {"target": TARGET.id, "subject": theme, "level": 3, "note": "Wove a carpet", "checks": [1, 3]}
    assert {name: last[name] for name in expected} == expected
    row = step.rows(place, TARGET, Settings())[1]
    assert (row.current, row.note, bool(row.rated)) == (3, "Wove a carpet", True)
    assert "<b>3</b> of 5" in answer.text
    assert "Wove a carpet" in answer.text
    assert "level 3" in answer.text.partition('id="note"')[2].partition("</p>")[0]
    assert person.log(place)[-1].impact == "rated 3"


def test_an_explicit_zero_is_a_rating_and_the_next_unrated_row_opens(
    client: httpx.Client, place: Place
) -> None:
    theme = themes(place)[0]
    answer = save(client, row=theme, level="0")
    assert person.ratings(place)[-1].level == 0
    assert step.rows(place, TARGET, Settings())[0].rated
    opened = re.search(r'<details class="stand" open>.*?name="row" value="([^"]*)"', answer.text, re.DOTALL)
    assert opened is not None
    assert unescape(opened[1]) not in {rating.subject for rating in person.ratings(place)}


def test_a_statement_beyond_the_level_is_pointed_out(client: httpx.Client, place: Place) -> None:
    answer = save(client, row=themes(place)[2], level="1", check4="1")
    assert "You rate 1 and can say statement 4" in answer.text


def test_without_its_token_key_or_origin_a_rating_is_refused(client: httpx.Client, place: Place) -> None:
    before, theme = person.ratings(place), themes(place)[0]
    token = form_token(client.get("stand").text)
    fields = {"row": theme, "level": "5"}
    for wrong in ({}, {"form": ""}, {"form": "x" * len(token)}):
        assert client.post("rate", data=fields | wrong).status_code == 403
    good = fields | {"form": token}
    foreign = {"Origin": "http://evil.example"}
    assert client.post("rate", data=good, headers=foreign).status_code == 403
    assert client.post("rate", data=good, headers={"Host": "evil.example"}).status_code == 421
    parts = urlsplit(str(client.base_url))
    assert client.post(f"{parts.scheme}://{parts.netloc}/rate", data=good).status_code == 403
    assert client.get("rate").status_code == 405
    assert person.ratings(place) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": "6"}, "no level was chosen"),
        ({"level": ""}, "no level was chosen"),
        ({"level": "²"}, "no level was chosen"),
        ({"row": "../../etc/passwd"}, "none of the ten rows"),
        ({"evidence": "x" * 301}, "at most 300 characters"),
        ({"evidence": "two\nlines"}, "no line break"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_page_and_not_kept(
    client: httpx.Client, place: Place, change: dict[str, str], said: str
) -> None:
    before = person.ratings(place)
    answer = save(client, **({"row": themes(place)[0], "level": "2", "evidence": "typed before"} | change))
    assert answer.status_code == 422
    assert said in answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert person.ratings(place) == before


def test_hostile_notes_and_names_are_text(client: httpx.Client, place: Place) -> None:
    theme = themes(place)[3]
    for note in (SCRIPT, '"><img src=x onerror=alert(1)>', "javascript:alert(1)"):
        answer = save(client, row=theme, level="2", evidence=note)
        assert answer.status_code == 200
        assert SCRIPT not in answer.text
        assert "<img" not in answer.text
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert person.ratings(place)[-1].note == note
        refused = save(client, row=theme, level="9", evidence=note)
        assert SCRIPT not in refused.text
        assert "<img" not in refused.text


def test_a_rating_during_a_run_is_kept(tmp_path: Path) -> None:
    place = filled(tmp_path, postings(6))
    theme = themes(place)[0]
    with page_of(place) as address, httpx.Client(base_url=address, follow_redirects=True) as client:
        parts = urlsplit(address)
        client.headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
        client.get("stand")
        with hold(place.raw), place.store():
            assert save(client, row=theme, level="4", evidence="while it ran").status_code == 200
    assert [rating.note for rating in person.ratings(place)] == ["while it ran"]
