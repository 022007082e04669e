"""What postings ask of every applicant beside skills: found with words and offsets, counted as n of N."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import read, shares
from pipeline.read.entry import entry_requirements
from pipeline.records import Posting

POST = """Clinic Manager, Harbour Street

About us
Our team brings 60 years of combined experience and an ISO 9001 certificate.

Requirements
- Bachelor's degree in Health Management, Nursing or a related field, or equivalent experience
- At least 4 years of relevant experience
- NMC registration
- Full UK driving licence and willingness to travel up to 20%
- Fluent in German and English (C1)
- Able to lift up to 15 kg

Desirable
- Master's degree in public health

You must have the right to work in the UK. The post is subject to an enhanced DBS check.

Benefits
We pay for your Master's degree and fluent French lessons.
"""


def asked(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.value, one.strength) for one in entry_requirements(text, read.sections(text))]


def test_every_kind_is_found_with_its_strength() -> None:
    assert asked(POST) == [
        ("degree", "bachelor", "required"),
        ("experience", "4 years", "required"),
        ("credential", "NMC registration", "required"),
        ("driving", "driving licence", "required"),
        ("travel", "travel", "required"),
        ("language", "German", "required"),
        ("language", "English", "required"),
        ("physical", "physical demands", "required"),
        ("degree", "master", "preferred"),
        ("right to work", "right to work", "required"),
        ("clearance", "background check", "required"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "No degree required.",
        "A driving licence is not necessary.",
        "No previous experience needed: we train you.",
        "For over 25 years we have been the market leader.",
        "You will maintain master data and mentor degree apprentices we fund.",
        "We offer English lessons and pay for your NEBOSH certificate.",
        "We are proud to be recognised with the Great Hive to Work certification.",
        "- Conduct background checks of new beekeepers",
        "Applicants with an arrest in their background check records are considered.",
        "You help people with limited English proficiency.",
        "Physical demands / environment",
        "Preferred Certification",
        "You need a degree of comfort at the command line.",
    ],
)
def test_what_is_negated_offered_or_the_firms_is_no_requirement(text: str) -> None:
    assert asked(text) == []


def test_of_two_degrees_the_lowest_is_the_bar() -> None:
    (one,) = entry_requirements("You hold a BSc, MSc or PhD in Physics.")
    assert (one.value, one.detail) == ("bachelor", "Physics")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Five (5) to eight (8) years of software experience", ("experience", "5 years")),
        ("Analytical skills4+ years of experience in banking", ("experience", "4 years")),
        ("BA with 6+ years (or MBA with 4+) experience in sales", ("experience", "6 years")),
        ("1+ year(s) in social media", ("experience", "1 year")),
        ("4+ years data warehousing", ("experience", "4 years")),
        ("Years of experience:\n6+ years", ("experience", "6 years")),
        ("Must be an Azure Certified Data Engineer", ("credential", "Certified Data Engineer")),
        ("You are a registered Pharmacy Technician.", ("credential", "registered Pharmacy Technician")),
        ("Series 7 and 66 a big plus", ("credential", "Series 7 and 66")),
        ("A cloud certification is beneficial.", ("credential", "cloud certification")),
        ("Travel: Minimal", ("travel", "travel")),
        ("This role requires travel of 50-75%.", ("travel", "travel")),
        ("Ability to speak Welsh is desirable.", ("language", "Welsh")),
        ("Fluency in a language other than English", ("language", "another language")),
        ("PhD degree in computer science", ("degree", "doctorate")),
        ("Juris Doctor from an accredited school", ("degree", "doctorate")),
        ("Able to tolerate heat and dust in the plant", ("physical", "physical demands")),
    ],
)
def test_wordings_of_postings_are_found(text: str, found: tuple[str, str]) -> None:
    assert found in {(one.kind, one.value) for one in entry_requirements(text, read.sections(text))}


def test_a_requirement_late_in_a_long_line_is_found() -> None:
    text = "bees and honey and hives " * 60 + "and a driving licence"
    (one,) = entry_requirements(text)
    assert (one.kind, text[one.start : one.end]) == ("driving", "driving licence")


def test_counts_are_of_the_counted_postings() -> None:
    texts = ("Three years of experience required.", "5+ years of experience.", "A friendly team.")
    postings = [
        Posting(str(i), f"file:{i}", text, entry=entry_requirements(text)) for i, text in enumerate(texts)
    ]
    whole, first, second = shares.entry_counts([*postings, Posting("x", "y", "z", closed="closed")])
    assert (whole.n, whole.of, whole.detail) == (2, 3, "median 4 years, 3 to 5")
    assert {first.value, second.value} == {"3 years", "5 years"}
    assert 0 < whole.low < 2 / 3 < whole.high < 1


@given(
    st.text(alphabet=st.sampled_from("abc 5+years degree of.in\nBSc MSc,;NMC•English C1%()"), max_size=300)
)
def test_quotes_stand_where_they_say(text: str) -> None:
    for one in entry_requirements(text):
        assert text[one.start : one.end] == one.quote
