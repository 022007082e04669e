"""A small workspace of made-up mills for the review's tests: postings, mentions, and more postings later."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.records import Mention, Posting, Provenance, Target
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.run import restate

ROOT = Path(__file__).resolve().parents[1]
TARGET = Target("Loom keeper")

WISHES = (
    "Python SQL Docker Kubernetes Terraform Airflow dbt Spark Java Excel Git Linux Kafka Tableau Snowflake",
    "warp tension; shed timing; reed drawing; loom oiling; yarn grading; shift handover; fault logging",
    "data modelling; mentoring; technical writing; stakeholder management; budget planning; safety training",
)
EVERY = [*WISHES[0].split(), *(w.strip() for line in WISHES[1:] for w in line.split(";"))]
MILLS = (
    "Alder Mill",
    "Birch Works",
    "Cedar & Co",
    "Dogwood",
    "Elm Loft",
    "Fir Hall",
    "Gorse Yard",
    "Hazel House",
)

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'


def posting(number: int, wishes: list[str], engine: str = "local") -> tuple[Posting, list[Mention]]:
    """Return one posting and what it asks for."""
    text, spans = "About the mill\nWe weave.\nRequirements\n", []
    for wish in wishes:
        text += "- You bring "
        spans.append((len(text), len(text) + len(wish)))
        text += f"{wish} to every shift\n"
    made = Posting(
        f"p{number:03}", f"https://jobs.example/{number}", text, title=f"Loom keeper {number}",
        company=MILLS[number % len(MILLS)], date=f"2026-09-{number:02}", number=number,
        fingerprint=str(number),
    )  # fmt: skip
    strengths = ("required", "duty", "preferred")
    return made, [
        Mention.at(made, a, b, strength=strengths[i % 3], provenance=Provenance(engine, "1"))
        for i, (a, b) in enumerate(spans)
    ]


def postings(count: int = 10) -> list[tuple[Posting, list[Mention]]]:
    """Return postings that ask for most of `EVERY`, the first ones most often."""
    return [
        posting(
            number,
            [w for place, w in enumerate(EVERY) if (place * number) % 7 < 4 or number % 9 == place % 9],
        )
        for number in range(1, count + 1)
    ]


def filled(root: Path, made: list[tuple[Posting, list[Mention]]]) -> Place:
    """Return a workspace that has gathered, read and scored these postings."""
    place = Place(root)
    place.remember_target(TARGET)
    with place.store() as store:
        store.save_target(TARGET)
        store.save_postings(TARGET.id, [p for p, _ in made])
        for one, mentions in made:
            store.save_extracted(TARGET.id, {one.id: one.fingerprint}, mentions)
    restate(place, TARGET, Settings())
    return place


@contextmanager
def page_of(place: Place, who: str = "ada") -> Iterator[str]:
    """Give the address of the review page, served by the command as a person starts it."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SKILLMATRIX_")}
    words = ["review", "--no-browser", "--who", who, "--workspace", str(place.root)]
    with subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *words],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=environ,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def form_token(html: str) -> str:
    """Return the value that our own forms carry."""
    found = re.search(r'name="form" value="([^"]+)"', html)
    assert found is not None
    return found[1]
