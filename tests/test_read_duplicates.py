"""Repeats are counted once and named; different jobs stay different."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.read import fingerprint, likeness, mark_duplicates
from pipeline.records import Posting

WORDS = [
    "bee",
    "hive",
    "honey",
    "queen",
    "roof",
    "city",
    "lime",
    "clover",
    "swarm",
    "smoke",
    "wax",
    "frame",
    "nectar",
    "pollen",
    "drone",
    "comb",
    "garden",
    "meadow",
    "summer",
    "winter",
    "count",
    "measure",
    "watch",
    "repair",
    "paint",
    "carry",
    "explain",
    "write",
    "read",
    "test",
    "build",
    "deploy",
    "review",
    "plan",
    "order",
    "clean",
    "teach",
    "learn",
    "sell",
    "buy",
]


def text(seed: int, length: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) + ("." if chance.random() < 0.1 else "") for _ in range(length))


def posting(
    name: str, words: str, title: str = "Data Beekeeper", company: str = "Kolibri", **known: str
) -> Posting:
    return Posting(name, f"https://x.example/{name}", words, title=title, company=company, **known)


def verdicts(*postings: Posting) -> dict[str, str | None]:
    return {p.id: p.duplicate_of for p in mark_duplicates(postings)}


def test_the_same_posting_under_two_addresses_counts_once_and_keeps_both() -> None:
    first, second = mark_duplicates([posting("a", text(1)), posting("b", text(1))])
    assert (first.duplicate_of, second.duplicate_of) == (None, "a")
    assert first.aliases == ("https://x.example/b",)
    assert first.counted
    assert not second.counted


def test_a_monthly_repost_with_small_edits_counts_once() -> None:
    again = text(1).replace("honey queen", "honey and queen", 1) + " Apply by December."
    assert verdicts(posting("a", text(1)), posting("b", again)) == {"a": None, "b": "a"}


def test_an_agency_copy_that_differs_only_in_employer_counts_once_and_says_so() -> None:
    own = " ".join(f"{w} at Kolibri" if n % 15 == 0 else w for n, w in enumerate(text(1).split()))
    copy = own.replace("Kolibri", "Nectar Talents")
    marked = mark_duplicates([posting("a", own), posting("b", copy, company="Nectar Talents")])
    assert marked[1].duplicate_of == "a"
    assert "under the name of Nectar Talents instead of Kolibri" in marked[1].flags[-1]


def test_a_flag_says_which_posting_is_repeated_and_how_much_of_it() -> None:
    marked = mark_duplicates([posting("a", text(1)), posting("b", text(1) + " " + text(2, 20))])
    assert marked[1].flags[-1].startswith("repeats a: 9")
    assert "% of its runs of 5 words" in marked[1].flags[-1]


def test_different_jobs_of_one_employer_stay_different() -> None:
    about, benefits = text(7, 250), text(8, 150)
    first = posting("a", f"{about} {text(1, 150)} {benefits}", "Data Engineer")
    second = posting("b", f"{about} {text(2, 150)} {benefits}", "Frontend Developer")
    third = posting("c", f"{about} {text(3, 150)} {benefits}", "Data Engineer")
    assert verdicts(first, second, third) == {"a": None, "b": None, "c": None}


def test_two_titles_with_nearly_one_text_are_two_jobs_at_one_employer() -> None:
    english = posting("a", text(1).replace("honey", "poetry"), "English Teacher")
    maths = posting("b", text(1).replace("honey", "algebra"), "Math Teacher")
    assert verdicts(english, maths) == {"a": None, "b": None}


def test_one_job_in_two_cities_counts_once() -> None:
    first = posting("a", text(1) + " Work in Berlin.", "Beekeeper Berlin", location="Berlin")
    second = posting("b", text(1) + " Work in Brno.", "Beekeeper Brno (m/w/d)", location="Brno")
    assert verdicts(first, second)["b"] == "a"


def test_an_open_posting_counts_before_its_closed_twin() -> None:
    marked = mark_duplicates([posting("a", text(1), closed="expired"), posting("b", text(1))])
    assert [p.duplicate_of for p in marked] == ["b", None]


def test_other_kinds_of_sources_and_empty_texts_are_left_alone() -> None:
    blog = replace(posting("b", text(1)), source_kind="blog")
    assert verdicts(posting("a", text(1)), blog, posting("c", ""), posting("d", "")) == dict.fromkeys("abcd")


def test_marking_twice_changes_nothing_more() -> None:
    once = mark_duplicates([posting("a", text(1)), posting("b", text(1)), posting("c", text(2))])
    assert mark_duplicates(once) == once


def test_a_verdict_of_yesterday_is_taken_back_when_its_posting_is_gone() -> None:
    marked = mark_duplicates([posting("a", text(1)), posting("b", text(1))])
    alone = mark_duplicates([marked[1]])
    assert alone[0].duplicate_of is None
    assert not any(flag.startswith("repeats") for flag in alone[0].flags)


def test_the_order_of_postings_is_kept_and_the_first_counts() -> None:
    given = [posting(str(n), text(n % 10)) for n in range(40)]
    marked = mark_duplicates(given)
    assert [p.id for p in marked] == [p.id for p in given]
    assert [p.id for p in marked if p.duplicate_of is None] == [str(n) for n in range(10)]


def test_short_texts_are_compared_as_well() -> None:
    assert (
        verdicts(
            posting("a", "We need a bee."), posting("b", "We need a bee!"), posting("c", "We need a wasp.")
        )["b"]
        == "a"
    )


def test_many_postings_of_one_boilerplate_find_their_twins() -> None:
    about = text(99, 400)
    given = [
        posting(
            str(n), f"{about} {text(1000 + n % 200, 200)}", f"Job {chr(65 + n % 26)}{chr(97 + n % 200 // 26)}"
        )
        for n in range(400)
    ]
    assert sum(1 for p in mark_duplicates(given) if p.duplicate_of) == 200


def test_postings_that_repeat_each_other_have_a_band_in_common() -> None:
    for seed in range(200):
        length = 30 if seed % 2 else 300
        words = text(seed, length)
        edited = f"{words} {text(seed + 1000, length // 20)}"
        one, other = posting("a", words), posting("b", edited, company="Wren & Co")
        assert verdicts(one, other)["b"] == "a"
        assert set(likeness(one).bands) & set(likeness(other).bands)


def test_postings_of_one_boilerplate_seldom_have_a_band_in_common() -> None:
    about = text(99, 150)
    bands = [set(likeness(posting(str(n), f"{about} {text(n, 350)}")).bands) for n in range(60)]
    met = sum(bool(one & other) for n, one in enumerate(bands) for other in bands[:n])
    assert met < 0.05 * 60 * 59 / 2


def test_a_short_text_has_bands_of_its_own() -> None:
    bands = [set(likeness(posting(str(n), text(n, 12))).bands) for n in range(100)]
    assert not any(one & other for n, one in enumerate(bands) for other in bands[:n])
    assert len(likeness(posting("x", "bee")).bands) == len(likeness(posting("y", text(1))).bands)


def test_a_fingerprint_minds_words_and_nothing_else() -> None:
    assert fingerprint("Tend  BEES,\n- daily") == fingerprint("tend bees daily!")
    assert fingerprint("tend bees") != fingerprint("tend bees daily")
