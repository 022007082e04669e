"""Headings are found where people put them, and what is no heading is left alone."""
# ruff: noqa: E501 - texts are lines

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read import heading_kind, sections

HEADINGS = {
    "requirements": (
        "Requirements", "REQUIREMENTS:", "## Qualifications", "**What you'll bring**", "What You’ll Need", "Who you are", "About you",
        "Minimum Qualifications", "Required Skills & Experience", "Your profile", "Must-haves", "What we're looking for", "Skills",
        "You have:", "To be successful in this role", "Essential criteria", "Person specification", "Education and Experience",
        "Dein Profil", "Das bringst du mit", "Anforderungen", "Profil recherché", "Votre profil", "Requisitos", "Požadujeme:", "Wat breng je mee?",
        "🎯 Requirements", "1. Requirements", "Knowledge, Skills and Abilities", "Applicants should meet the following criteria:",
        "To apply for this post, you will:", "The post holder should be able to:", "What we'd like from you", "Whom we are looking for",
    ),
    "preferred": (
        "Nice to have", "Nice-to-haves:", "Preferred Qualifications", "Bonus points", "Bonus points if you have", "Desirable", "Good to have",
        "It would be great if", "Desired skills", "Preferred experience", "Additional considerations", "Von Vorteil", "Výhodou:", "Les +",
    ),
    "duties": (
        "Responsibilities", "What you'll do", "WHAT YOU WILL DO", "Key Responsibilities:", "The role", "About the role", "Your mission",
        "In this role you will", "Job description", "Duties and responsibilities", "Essential duties and responsibilities", "A day in the life", "You will:",
        "Deine Aufgaben", "Ihre Aufgaben:", "Vos missions", "Funciones", "Náplň práce", "Co tě čeká?", "Wat ga je doen?", "Main tasks", "Performance Responsibilities", "Within the role you will be expected to:", "Aim of the role",
    ),
    "benefits": (
        "What we offer", "Benefits", "Perks & Benefits", "Why join us", "Compensation", "Salary range", "We offer:", "Wir bieten", "Nous offrons",
        "Nabízíme", "Wat bieden wij?", "What's in it for you?", "Ofrecemos", "What we can offer you", "In return we will offer:", "Some of the benefits of joining our team:",
    ),
    "company": ("About us", "About Kolibri", "Who we are", "Our mission", "Company description", "The company", "Über uns", "Qui sommes-nous ?", "O nás", "Over ons", "Our values"),
    "process": ("How to apply", "Interview process", "Hiring process", "Next steps", "Application process", "Bewerbungsprozess", "For further details / informal visits contact:"),
    "legal": ("Equal Opportunity Employer", "EEO Statement", "Diversity & Inclusion", "Our commitment to diversity and inclusion", "Privacy notice", "Disability Confident – Committed Employer"),
}  # fmt: skip
NO_HEADINGS = (
    "Python and SQL", "You will build data pipelines for forty roofs and their bees.", "Strong communication skills", "Experience with Airflow", "5+ years of experience with Python",
    "Berlin", "Kolibri GmbH", "and a lot of patience", "Knowledge of Java", "- Requirements", "Data Engineer", "", "   ", "Excellent written and verbal communication skills",
    "SQL skills", "Bachelor's degree in a related field", "Apply statistics to data", "Requirements engineering with stakeholders,", "Considerations of cost", "Holding further posts", "Offer advice to patients",
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "line"), [(kind, line) for kind, lines in HEADINGS.items() for line in lines]
)
def test_a_heading_is_known_for_what_it_announces(kind: str, line: str) -> None:
    assert heading_kind(line) == kind


@pytest.mark.parametrize("line", NO_HEADINGS)
def test_a_line_of_text_is_no_heading(line: str) -> None:
    found = sections(f"Intro.\n{line}\nOutro.")
    assert [s.kind for s in found] == ["other"]


POSTING = """Kolibri keeps bees.

What you'll do

- Build pipelines
- Explain them

Requirements:
- Python
Data platform:
- Airflow

Nice to have
- Go
Location: Berlin
We meet on Mondays.

What we offer
Honey."""


def test_a_posting_falls_into_its_sections() -> None:
    found = [(s.kind, s.heading, POSTING[s.start : s.end].strip()) for s in sections(POSTING)]
    assert found == [
        ("other", "", "Kolibri keeps bees."),
        ("duties", "What you'll do", "- Build pipelines\n- Explain them"),
        ("requirements", "Requirements", "- Python"),
        ("requirements", "Data platform", "- Airflow"),
        ("preferred", "Nice to have", "- Go"),
        ("other", "Location", "Berlin"),
        ("preferred", "Nice to have", "We meet on Mondays."),
        ("benefits", "What we offer", "Honey."),
    ]


UNBROKEN = [
    "Kolibri keeps bees on forty roofs of the city. Responsibilities: Build pipelines that count bees. Explain them to beekeepers and others. "
    "Requirements: Three years of Python and SQL, patience. Nice to have: Go. Benefits: Honey and thirty days of leave under a lime tree, and a quiet desk. "
    * 1,
    "Kolibri keeps bees on forty roofs of the city.Key ResponsibilitiesBuild pipelines that count bees.Explain them to beekeepers and others.Minimum "
    "QualificationsThree years of Python and SQL, patience.Preferred QualificationsGo.What We OfferHoney and thirty days of leave under a lime tree, and a quiet desk.",
    "Kolibri keeps bees on forty roofs of the city. Responsibilities Build pipelines that count bees. Explain them to beekeepers and to others. "
    "Required Qualifications Three years of Python and SQL, patience. Preferred Qualifications Go is fine. What We Offer Honey and thirty days of leave under a tree.",
]


@pytest.mark.parametrize("text", UNBROKEN)
def test_headings_are_found_inside_a_text_that_lost_its_line_breaks(text: str) -> None:
    found = sections(text)
    assert [s.kind for s in found] == ["other", "duties", "requirements", "preferred", "benefits"]
    assert "Three years of Python" in text[found[2].start : found[2].end]
    assert "Build pipelines" in text[found[1].start : found[1].end]


@given(st.text(alphabet=st.sampled_from(list("Requirements:\n -WhatyouldoABC. ")), max_size=400))
def test_sections_are_in_order_inside_the_text_and_leave_only_headings_out(text: str) -> None:
    place = 0
    for section in sections(text):
        assert place <= section.start < section.end <= len(text)
        place = section.end
    assert (
        not text.strip()
        or sections(text)
        or all(heading_kind(line) for line in text.split("\n") if line.strip())
    )


def test_an_empty_text_has_no_sections() -> None:
    assert sections("") == ()


def test_text_about_the_employer_that_turns_to_the_work_ends_there() -> None:
    text = (
        "Benefits\nA day off for every full moon. Overview The Lighthouse Keeper will be responsible for lamps.\n"
        "The ideal candidate knows Morse code."
    )
    told = [(s.kind, text[s.start : s.end].strip()) for s in sections(text)]
    assert told[0] == ("benefits", "A day off for every full moon. Overview")
    assert told[1][0] == "other"
    assert told[1][1].startswith("The Lighthouse Keeper will be responsible")
    assert told[1][1].endswith("knows Morse code.")
