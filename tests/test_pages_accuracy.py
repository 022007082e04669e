"""How many saved pages of real boards are read as a person reads them; needs the evaluation data.

Set SKILLMATRIX_EVAL_DATA to a folder with `pages/manifest.jsonl` (default: `../shared/data`).
"""

from __future__ import annotations

import html
import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline import read, sources

DATA = Path(os.environ.get("SKILLMATRIX_EVAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
PAGES = DATA / "pages"
TEXTUAL = ("posting", "closed", "feed")

pytestmark = [
    pytest.mark.accuracy,
    pytest.mark.skipif(not (PAGES / "manifest.jsonl").is_file(), reason=f"no evaluation pages in {PAGES}"),
]


def fold(text: str | None) -> str:
    return re.sub(r"\W+", " ", html.unescape(text or "")).strip().lower()


def rows() -> list[dict[str, Any]]:
    lines = (PAGES / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@cache
def report(file: str, url: str | None) -> dict[str, Any]:
    return read.page_report(*sources.read_file(PAGES / file, url))


def misses(told: dict[str, Any], want: dict[str, Any]) -> list[str]:
    wrong = [
        name
        for name in ("title", "company", "location")
        if want.get(name) and fold(want[name]) not in fold(told.get(name))
    ]
    if want.get("date_posted") and (told.get("date_posted") or "")[:10] != want["date_posted"][:10]:
        wrong.append("date_posted")
    text = told.get("description") or ""
    wrong += [f"lacks {w}" for w in want.get("description_must_contain") or [] if fold(w) not in fold(text)]
    return wrong + [f"leaks {w}" for w in want.get("must_not_contain") or [] if leaks(w, text)]


def leaks(words: str, text: str) -> bool:
    # a tag folds to nothing or to one letter, which every text holds: tags are sought as they stand
    return words in text if len(fold(words)) < 3 else fold(words) in fold(text)


def judged(row: dict[str, Any], url: str | None) -> str:
    got, want = report(row["file"], url), row["expect"] or {}
    if row["kind"] not in TEXTUAL:
        return (
            ""
            if got["outcome"] == row["kind"] and not got["postings"]
            else f"{row['file']}: {got['outcome']}"
        )
    best = min((misses(told, want) for told in got["postings"]), key=len, default=["no posting"])
    if row["kind"] == "closed" and not best and got["outcome"] != "closed":
        best = ["not marked closed"]
    return f"{row['file']} {row['item']}: {', '.join(best)}" if best else ""


def test_every_saved_page_is_read_and_every_other_one_named_exactly() -> None:
    wrong = [problem for row in rows() if (problem := judged(row, row["url"]))]
    assert not wrong, "\n".join(wrong)


def test_no_page_without_a_posting_yields_one_whatever_is_known_of_its_address() -> None:
    for row in rows():
        if row["kind"] not in TEXTUAL:
            assert not report(row["file"], row["url"])["postings"], row["file"]
            assert not report(row["file"], None)["postings"], row["file"]


def test_pages_are_read_without_their_address_almost_as_well() -> None:
    wrong = [problem for row in rows() if (problem := judged(row, None))]
    assert len(wrong) <= len(rows()) // 20, "\n".join(wrong)


GOLD = sorted(DATA.glob("gold/dev-*"))


@pytest.mark.skipif(not GOLD, reason=f"no annotated postings in {DATA / 'gold'}")
def test_quotes_of_annotators_are_found_in_the_canonical_text() -> None:
    lost = Counter[bool]()
    for folder in GOLD:
        texts = {p.name[:2]: told(p) for p in sorted(folder.glob("*.txt"))}
        for line in (folder / "a.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            lost.update(quote in texts[row["posting"]] for quote in row["quotes"])
    assert lost[False] <= 1, lost


def told(path: Path) -> str:
    found = report_of(path)
    assert found["outcome"] == "posting"
    assert found["postings"][0]["language"] == "en"
    return str(found["postings"][0]["description"])


def report_of(path: Path) -> dict[str, Any]:
    return read.page_report(*sources.read_file(path))
