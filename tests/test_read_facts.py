"""Facts beside the demands: pay, work mode, employment, seniority, each with where it was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.read.facts import facts_of, level_of_title, mode_of_text, pay_of_field, pay_of_text
from pipeline.records import Facts, Listing, SourceLine

LINE = SourceLine("https://kolibri.example/41")


def facts(text: str, line: SourceLine = LINE, **known: str) -> Facts:
    listing = Listing(
        "https://kolibri.example/41",
        known.pop("system", "page"),
        known.pop("title", "Beekeeper"),
        text,
        False,
    )
    return facts_of(replace(listing, **known), line, text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("The salary range is $100,000 - $150,000 a year.", (100000, 150000, "USD", "year")),
        ("Pay: $25.50 - $30/hr", (25.5, 30, "USD", "hour")),
        ("Hourly rate: $23-26/hr (medical benefits at a cost)", (23, 26, "USD", "hour")),
        ("Gehalt: 45.000 – 55.000 € brutto pro Jahr", (45000, 55000, "EUR", "year")),
        ("Rémunération selon profil entre 45k€ et 55k€", (45000, 55000, "EUR", "year")),
        ("£32,000 per annum, plus a pension", (32000, None, "GBP", "year")),
        ("The base salary is between 20,833 - 23,700 PLN gross per month.", (20833, 23700, "PLN", "month")),
        ("Base: €80K – €100K", (80000, 100000, "EUR", "year")),
        ("Compensation is 120K - 150K annually.", (120000, 150000, "", "year")),
        ("Salary\n\n$42,500 - $55,000", (42500, 55000, "USD", "year")),
        ("Salary up to £65,000 10% bonus", (65000, None, "GBP", "year")),
        ("Kolibri | Engineer | London, UK | £150k+ cash/equity", (150000, None, "GBP", "year")),
        ("Comp: £150k+", (150000, None, "GBP", "year")),
        ("Salary: Up to £43kContract: 12 months", (43000, None, "GBP", "year")),
        (
            "Roles | Remote | $170,500 - $310,000 USD\nSenior Hive Engineer - $170,500 USD + equity",
            (170500, 310000, "USD", "year"),
        ),
        ("Maandsalaris tussen € 3.712,- en € 5.303,-", (3712, 5303, "EUR", "")),
        ("Salary: 45k-55k Euro", (45000, 55000, "EUR", "year")),
        ("$18 HourlyRequirements", (18, None, "USD", "hour")),
        ("Teaching Fee: $33/hour; up to six classes", (33, None, "USD", "hour")),
        ("Salary: USD $175,000.00 - USD $250,000.00 /Yr.", (175000, 250000, "USD", "year")),
        ("The salary or hourly wage for this role is $104,000 to $130,000.", (104000, 130000, "USD", "year")),
    ],
)
def test_pay_is_read_with_its_currency_and_period(text: str, pay: tuple[object, ...]) -> None:
    assert pay_of_text(f"You tend bees.\n\n{text}\n\nYou like honey.") == pay


@pytest.mark.parametrize(
    "text",
    [
        "We raised $50 million last year.",
        "You get a $1,500 learning budget.",
        "A sign-on bonus of $5,000 waits for you.",
        "Our customers save $100,000 a year.",
        "We insure up to $250,000 per year.",
        "If you make less than $50,000 a month, call us.",
        "We are a €9bn turnover business.",
        "Up to $25K reimbursement for adoption",
        "You manage budgets from $10,000 to $50,000.",
        "Up to £12,000 relocation package available.",
        "You will be required to pay the associated fee of £40.00.",
        "You earn $500 for every ten hives that you place.",
    ],
)
def test_other_money_is_no_pay(text: str) -> None:
    assert pay_of_text(text) is None


def test_pay_of_a_field_is_read_and_comes_before_the_text() -> None:
    assert pay_of_field("80 - 135 USD hourly") == (80, 135, "USD", "hour")
    found = facts("Salary: $10,000 a year", salary="50000 - 60000 EUR", system="greenhouse")
    assert (found.salary_low, found.salary_currency, dict(found.sources)["salary"]) == (50000, "EUR", "feed")


def test_a_dollar_is_that_of_the_place() -> None:
    assert (
        facts("Salary: $87,266 – $118,416 p.a.", location="Mildura, Victoria, Australia").salary_currency
        == "AUD"
    )
    assert facts("Salary: $87,266 – $118,416 p.a.", location="Boston, MA").salary_currency == "USD"


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("This is a fully remote position.", "remote"),
        ("Work Location: Remote", "remote"),
        ("You may work from anywhere: working from home is the rule.", "remote"),
        ("Employment Type: Full time, Hybrid", "hybrid"),
        ("We meet 3 days per week in the office.", "hybrid"),
        ("#LI-Hybrid", "hybrid"),
        ("This is a hybrid role in Bern.", "hybrid"),
        ("Work Location: In person", "on-site"),
        ("This is an on-campus position (not remote).", "on-site"),
        (
            "Teaching positions are primarily in-person, but occasionally instruction may be hybrid.",
            "on-site",
        ),
        ("Remote/ Hybrid: Hybrid", "hybrid"),
        ("Sydney CBD | Full-Time | On-Site (5 Days)", "on-site"),
        ("Reemia · Paris La Défense · Hybride", "hybrid"),
        ("3x/week in office (M, T, Th)", "hybrid"),
        ("Location: York (3 days per week on-site)", "hybrid"),
        ("Ability to work on-site in York three days per week", "hybrid"),
        ("Hybrid and flexible work schedules", "hybrid"),
        ("This position can be part remote and part in-person.", "hybrid"),
        ("Kolibri | Engineers | SF In-Person | Full Time", "on-site"),
        ("This is a full-time hybrid Technical Beekeeper role in Bern.", "hybrid"),
        ("Kolibri | On-site (hybrid) in Bern | Full time", "hybrid"),
        ("You are in Bern, Switzerland (onsite).", "on-site"),
        ("The position requires full-time onsite presence.", "on-site"),
        ("These positions are REMOTE but in two states only", "remote"),
        ("Beekeeper, Remote CST/EST hours", "remote"),
        ("The job brings additional remote work at night.", ""),
        ("You lead in-person and hybrid/ remote professionals.", ""),
        ("Opportunities to work from home", ""),
        ("Flexible hours and remote work options", ""),
        ("You lead remote teams across time zones.", ""),
        ("Remote work is not possible.", ""),
        ("No remote work.", ""),
        ("You run hybrid cloud environments.", ""),
        ("You know remote sensing.", ""),
        ("You may work remotely when necessary.", ""),
        ("If this role is remote, pay differs.", ""),
        ("We offer on-site parking.", ""),
        ("Excellent in person and on the phone.", ""),
    ],
)
def test_work_mode_is_what_is_said_of_the_job(text: str, mode: str) -> None:
    assert mode_of_text(f"You tend bees.\n{text}\nYou like honey.") == mode


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Senior Data Engineer", "senior"),
        ("Sr. Java Developer", "senior"),
        ("Junior Analyst (m/w/d)", "junior"),
        ("Staff Analytics Engineer", "lead"),
        ("Staff, Fullstack & Frontend Software Engineers", "lead"),
        ("Stage - Data Analysis", "intern"),
        ("Stage Manager", ""),
        ("Lead Teacher", "lead"),
        ("Head of Data", "director"),
        ("Creative Development Intern", "intern"),
        ("VP Finance", "executive"),
        ("Data Engineer", ""),
        ("Staff Nurse", ""),
        ("Senior Living Coordinator", ""),
        ("Lead Generation Specialist", ""),
        ("Executive Assistant to the CEO", ""),
        ("Internal Auditor", ""),
        ("Junior High School Teacher", ""),
        ("Middle School Teacher - Grade 7", ""),
        ("Cybersecurity Engineer, Mid", "mid"),
    ],
)
def test_seniority_is_what_a_title_states(title: str, level: str) -> None:
    assert level_of_title(title) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("We are searching for a Lead Data Beekeeper to join us.", "lead"),
        ("The Clinical Junior Beekeeper will wear many hats.", "junior"),
        ("Senior Associate - Data Beekeeper\n\nKolibri keeps bees.", "senior"),
        ("This is an entry-level professional position.", "junior"),
        ("Title: Sr. Data Beekeeper\nLocation: Bern", "senior"),
        ("You report to the Senior Beekeeper and help a Lead.", ""),
        ("You will build and lead a team of data beekeepers.", ""),
    ],
)
def test_seniority_is_what_a_text_says_of_the_post(text: str, level: str) -> None:
    assert facts(text, title="Data Beekeeper").seniority == level


def test_fields_of_a_board_come_before_the_text_and_the_line_before_all() -> None:
    line = replace(LINE, title="Junior Beekeeper", company="Kolibri", location="Remote")
    found = facts(
        "This is a hybrid role.\nSeniority level: Senior",
        line,
        system="ashby",
        title="Senior Beekeeper",
        company="K",
        location="Bern",
        employment_type="FULL_TIME",
        seniority="Entry Level",
        work_mode="On-site",
    )
    assert (found.work_mode, found.seniority, found.employment_type) == ("on-site", "junior", "full-time")
    assert dict(found.sources) == {
        "title": "line",
        "company": "line",
        "location": "line",
        "work_mode": "feed",
        "employment_type": "feed",
        "seniority": "feed",
    }


def test_what_is_not_said_is_empty() -> None:
    assert facts("You tend bees.") == Facts(sources=(("title", "text"),))
