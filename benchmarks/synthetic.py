"""Made-up postings from our own templates, seeded: equal arguments give equal files, byte for byte.

    python -m benchmarks.synthetic OUT [--postings 200000] [--per-file 2000] [--seed 1] [--short]

Employers have their own boilerplate, some postings are re-posts of an earlier one of the same file, some
lines are said by everybody, most requirement lines are put together anew. Skills come from the shipped
vocabulary with few frequent and many rare ones, beside phrases that it does not know. `short` postings have
some 600 characters, the others some 2,200.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

REPOSTS = 0.12
ROLES = ("Data Engineer", "ML Engineer", "Backend Developer", "Product Manager", "Nurse", "Account Manager",
         "Security Analyst", "Logistics Planner", "UX Designer", "Payroll Specialist", "Chef",
         "Site Reliability Engineer")  # fmt: skip
LEVELS = ("", "", "", "Senior ", "Junior ", "Lead ")
PLACES = ("Northport", "Elmstad", "Quarry Bay", "Lindhaven", "Remote", "Ost Harbour", "Greywater", "Tallinge")
FIRST = (
    "Copper",
    "Blue",
    "North",
    "Quiet",
    "Iron",
    "Maple",
    "Swift",
    "Amber",
    "Stone",
    "Silver",
    "Wild",
    "Green",
)
SECOND = (
    "Lark",
    "Harbour",
    "Mill",
    "Otter",
    "Field",
    "Comet",
    "Ridge",
    "Anchor",
    "Birch",
    "Lantern",
    "Wharf",
)
THIRD = ("Labs", "Works", "Foods", "Systems", "Care", "Freight", "Analytics", "Studio", "Energy", "Retail")
THINGS = ("customer journeys", "delivery routes", "patient records", "billing runs", "sensor readings",
          "shop floors", "support queues", "fleet schedules", "course catalogues", "warehouse shelves",
          "tenant portals", "menu plans", "grant reports", "claim files", "studio bookings",
          "wind parks")  # fmt: skip
WHO = ("regional teams", "a small group of partners", "our field staff", "two million households",
       "hospital wards", "independent shops", "city councils", "our own planners")  # fmt: skip
EVERYBODY = (
    "- Strong communication skills, written and verbal", "- You work well in a team and on your own",
    "- Fluent English", "- Attention to detail", "- Bachelor's degree or equivalent experience",
    "- A driving licence is a plus", "- Willingness to travel now and then",
)  # fmt: skip
BENEFITS = (
    "- 28 days of holiday and your birthday off", "- A budget for courses and conferences",
    "- Hybrid work, two days a week from home", "- Lunch, fruit and good coffee", "- Pension plan",
    "- A bicycle lease", "- Parental leave above the legal minimum",
)  # fmt: skip
LEGAL = ("We welcome applicants of every background and adjust the interview to what you need.",
         "Please send no photos; we read applications without names first.")  # fmt: skip
MUST = ("- {years}+ years of experience with {a} and {b}", "- Proven experience with {a}, {b} and {c}",
        "- Solid knowledge of {a} for {thing}", "- You have worked with {a} or {b} in production",
        "- Proficiency in {a}; {b} is a plus", "- Hands-on with {a} on {thing} for {who}",
        "- Experience with {thing} and with {a}")  # fmt: skip
WISH = ("- Nice to have: {a} and {b}", "- Ideally you know {a}", "- Familiarity with {a} for {thing}")
DUTY = ("- Build and run {a} for {thing}", "- Improve {thing} together with {who}",
        "- Own {a} across {thing}", "- Explain {a} to {who}", "- Plan {thing} for {who} using {a}",
        "- Review how {who} use {a} and {b}")  # fmt: skip


@cache
def skills() -> tuple[str, ...]:
    """Return names of the shipped vocabulary in one shuffled order: the first ones will be frequent."""
    from pipeline import vocabulary

    names = sorted(vocabulary.load().skills)
    random.Random(7).shuffle(names)
    return tuple(names)


def file_of(seed: int, number: int, rows: int, short: bool = False) -> list[dict[str, Any]]:
    """Return the rows of one file."""
    chance = random.Random(f"{seed}-{number}")
    made: list[dict[str, Any]] = []
    for row in range(rows):
        if made and chance.random() < REPOSTS:
            again = chance.choice(made)
            made.append({**again, "id": f"{number}-{row}", "date": _day(chance)})
        else:
            made.append(_posting(chance, f"{number}-{row}", short))
    return made


def _posting(chance: random.Random, name: str, short: bool) -> dict[str, Any]:
    employer = int(chance.paretovariate(0.6)) % 6000
    role = chance.choice(ROLES)
    lines = list(_short_lines(chance) if short else _lines(chance, employer, role))
    return {
        "id": name,
        "title": f"{chance.choice(LEVELS)}{role}",
        "company": company(employer),
        "location": chance.choice(PLACES),
        "date": _day(chance),
        "url": f"https://jobs.example/{name}",
        "description": "\n".join(lines),
    }


def company(employer: int) -> str:
    """Return the name of an employer by number."""
    first, rest = employer % len(FIRST), employer // len(FIRST)
    second, rest = rest % len(SECOND), rest // len(SECOND)
    third, rest = rest % len(THIRD), rest // len(THIRD)
    return f"{FIRST[first]} {SECOND[second]} {THIRD[third]}" + (f" {rest}" if rest else "")


def _day(chance: random.Random) -> str:
    return (dt.date(2025, 7, 1) + dt.timedelta(days=chance.randrange(365))).isoformat()


def _slots(chance: random.Random) -> dict[str, Any]:
    names = skills()
    a, b, c = (names[int(chance.paretovariate(0.42)) % len(names)] for _ in range(3))
    years = chance.randint(1, 8)
    return {"a": a, "b": b, "c": c, "years": years, "thing": chance.choice(THINGS), "who": chance.choice(WHO)}


def _lines(chance: random.Random, employer: int, role: str) -> Iterator[str]:
    own, name = random.Random(employer), company(employer)
    founded, people = own.randint(1950, 2020), own.randint(8, 900)
    yield f"{name} looks after {own.choice(THINGS)} for {own.choice(WHO)} since {founded}."
    yield f"We are {people} people in {own.choice(PLACES)} and {own.choice(PLACES)}, and we grow slowly."
    yield f"As {role} you join the group that cares for {own.choice(THINGS)}.\n"
    yield "Responsibilities"
    yield from (chance.choice(DUTY).format(**_slots(chance)) for _ in range(chance.randint(7, 10)))
    yield "\nRequirements"
    yield from (chance.choice(MUST).format(**_slots(chance)) for _ in range(chance.randint(8, 12)))
    yield from chance.sample(EVERYBODY, 3)
    yield "\nNice to have"
    yield from (chance.choice(WISH).format(**_slots(chance)) for _ in range(chance.randint(2, 3)))
    yield "\nWhat we offer"
    yield from own.sample(BENEFITS, 4)
    yield f"\nAbout {name}"
    yield f"Our {own.choice(THINGS)} run on renewable power; our {own.choice(THINGS)} are open to visitors."
    yield f"Every spring {own.choice(WHO)} meet in {own.choice(PLACES)} to tell us what went wrong."
    yield "\n" + own.choice(LEGAL)


def _short_lines(chance: random.Random) -> Iterator[str]:
    yield "Responsibilities"
    yield from (chance.choice(DUTY).format(**_slots(chance)) for _ in range(4))
    yield "Requirements"
    yield from (chance.choice(MUST).format(**_slots(chance)) for _ in range(4))
    yield from chance.sample(EVERYBODY, 2)


def write(output: Path, postings: int, per_file: int = 2000, seed: int = 1, short: bool = False) -> None:
    """Fill a folder with Parquet files of so many postings each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    output.mkdir(parents=True, exist_ok=True)
    for number, first in enumerate(range(0, postings, per_file)):
        rows = file_of(seed, number, min(per_file, postings - first), short)
        pq.write_table(pa.Table.from_pylist(rows), output / f"jobs-{number:05}.parquet", compression="zstd")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--postings", type=int, default=200_000)
    parser.add_argument("--per-file", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    a = parser.parse_args()
    write(a.output, a.postings, a.per_file, a.seed, a.short)


if __name__ == "__main__":
    main()
