"""What a review shows is what a run would store: whatever was decided, in whatever order."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import review
from pipeline.records import Decision, Mention, Posting, Provenance, Rulings, Target
from pipeline.settings import Settings
from pipeline.steps.place import Place
from pipeline.steps.run import restate
from pipeline.steps.scoring import Scoring, basis, scoring

TARGET = Target("Loom keeper")
SAYS = (
    ("Alder Mill", ["Python", "SQL", "weaving looms", "(ETL) extract, transform, load", "k8s", "Docker"]),
    ("Alder Mill", ["python", "Postgres", "loom weaving", "written and verbal communication", "dbt"]),
    ("Birch Works", ["Python 3", "SQL", "warp tension control", "stakeholder management", "Kubernetes"]),
    ("Birch Works", ["SQL databases", "Airflow", "warp tension", "mentoring juniors", "Terraform"]),
    ("Cedar & Co", ["Python", "Docker", "weaving of looms", "data modelling", "Power Query", "Excel"]),
    ("Dogwood", ["Java", "SQL", "shed timing", "verbal and written communication", "Spark"]),
    ("Elm Loft", ["Python", "machine learning", "shed timing", "natural language processing (NLP)", "NLP"]),
)  # fmt: skip


def postings(
    says: tuple[tuple[str, list[str]], ...] = SAYS, first: int = 1
) -> list[tuple[Posting, list[Mention]]]:
    """Return postings of made-up employers, each with the mentions that stand in it."""
    found = []
    for number, (company, wishes) in enumerate(says, first):
        text, spans = "Requirements\n", []
        for wish in wishes:
            text += "- We need "
            spans.append((len(text), len(text) + len(wish)))
            text += f"{wish} in the mill\n"
        posting = Posting(
            f"p{number:03}", f"https://jobs.example/{number}", text, title=f"Loom keeper {number}",
            company=company, date=f"2026-09-{number:02}", number=number, fingerprint=str(number),
        )  # fmt: skip
        strengths = ("required", "duty", "preferred")
        mentions = [
            Mention.at(
                posting, a, b, strength=strengths[(number + i) % 3], provenance=Provenance("local", "1")
            )
            for i, (a, b) in enumerate(spans)
        ]
        # an overlapping one of the same skill, and one that is negated
        a, b = spans[0]
        mentions.append(Mention.at(posting, a - 5, b, strength="required", provenance=Provenance("llm", "1")))
        mentions.append(
            replace(Mention.at(posting, *spans[-1]), negated=number % 2 == 0, years=float(number))
        )
        found.append((posting, mentions))
    return found


def filled(root: Path, made: list[tuple[Posting, list[Mention]]]) -> Place:
    """Return a workspace that has gathered and read these postings."""
    place = Place(root)
    place.remember_target(TARGET)
    with place.store() as store:
        store.save_target(TARGET)
        store.save_postings(TARGET.id, [posting for posting, _ in made])
        for posting, mentions in made:
            store.save_extracted(TARGET.id, {posting.id: posting.fingerprint}, mentions)
    return place


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return filled(tmp_path_factory.mktemp("review"), postings())


def begin(place: Place, rulings: Rulings = Rulings()) -> Scoring:
    with place.store() as store:
        return scoring(basis(place, store, TARGET, Settings()), rulings)


def stored(place: Place) -> tuple[object, ...]:
    restate(place, TARGET, Settings())
    with place.store() as store:
        return store.skills(TARGET.id), store.scores(TARGET.id), store.matrix(TARGET.id)


def shown(now: Scoring) -> tuple[object, ...]:
    return list(now.skills.values()), list(now.scores.values()), now.draft


def test_without_decisions_the_review_shows_what_a_run_stores(workspace: Place, tmp_path: Path) -> None:
    shutil.copytree(workspace.root, tmp_path / "copy")
    assert shown(begin(workspace)) == stored(Place(tmp_path / "copy"))


NAMES = ("Python", "SQL", "Weaving looms", "Docker", "Kubernetes", "Shed timing", "Warp tension", "NLP",
         "Written communication", "Extract, transform, load", "Java", "Zither tuning", "dbt")  # fmt: skip
ACTIONS = [a for a in review.ACTIONS if a != "undo"]


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    made: list[Decision] = []
    for number in range(draw(st.integers(0, 9))):
        when = f"2026-10-01T08:00:{number:02}"
        if made and draw(st.integers(0, 4)) == 0:
            made.append(review.decide(when, "ada", TARGET.id, "undo", draw(st.sampled_from(made)).id))
            continue
        action = draw(st.sampled_from(ACTIONS))
        subject, other = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
        said = {
            "kind": st.sampled_from(("general", "specific")),
            "priority": st.sampled_from("123"),
            "move": st.sampled_from(("sql", "python", "new theme")),
            **dict.fromkeys(("accept", "reject", "pin", "keep-out"), st.just("")),
        }
        after = draw(said.get(action, st.just(other)))
        before = (
            "p001:23:29"
            if action == "wrong-mention"
            else draw(st.sampled_from(("python", "SQL", "shed timing")))
        )
        made.append(review.decide(when, "ada", TARGET.id, action, subject, before, after))
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=decisions())
def test_step_by_step_or_at_once_gives_the_same(
    workspace: Place, first: Scoring, said: list[Decision]
) -> None:
    now = first
    for count in range(1, len(said) + 1):
        now = now.under(review.fold(said[:count], TARGET.id))
    at_once = scoring(first.basis, review.fold(said, TARGET.id))
    assert shown(now) == shown(at_once)
    assert shown(now.under(Rulings())) == shown(first)


@pytest.fixture(scope="module")
def first(workspace: Place) -> Scoring:
    return begin(workspace)


@pytest.mark.parametrize("seed", range(6))
def test_any_decisions_replayed_after_a_run_with_new_postings_give_the_shown_matrix(
    tmp_path: Path, first: Scoring, seed: int
) -> None:
    chance = random.Random(seed)
    place = filled(tmp_path / "ws", postings())
    names = list(first.skills)
    for number in range(12):
        action = chance.choice(
            ["accept", "reject", "rename", "merge", "kind", "priority", "pin", "keep-out", "move"]
        )
        after = {"kind": "general", "priority": "2", "move": "sql", "rename": f"Named {number}"}.get(
            action, ""
        )
        after = chance.choice(names) if action == "merge" else after
        when = f"2026-10-01T08:00:{number:02}"
        place.decide([review.decide(when, "ada", TARGET.id, action, chance.choice(names), "", after)])
    once = stored(place)
    assert shown(begin(place, place.rulings(TARGET))) == once
    assert stored(place) == once
    more = postings((("Fir Hall", ["Python", "loom oiling", "SQL", "reed drawing"]),), first=len(SAYS) + 1)
    grown = filled(place.root, [*postings(), *more])
    assert shown(begin(grown, grown.rulings(TARGET))) == stored(grown)


def test_taking_every_decision_back_gives_the_first_matrix_byte_for_byte(tmp_path: Path) -> None:
    from pipeline.report import FILES
    from pipeline.steps.report import write

    place = filled(tmp_path, postings())
    restate(place, TARGET, Settings())
    write(place, TARGET, Settings())
    before = {name: (place.documents(TARGET) / name).read_bytes() for name in FILES}
    made = [
        review.decide("2026-10-01T08:00:00", "ada", TARGET.id, "merge", "SQL", "", "Python"),
        review.decide("2026-10-01T08:00:01", "ada", TARGET.id, "reject", "Docker"),
        review.decide("2026-10-01T08:00:02", "ada", TARGET.id, "pin", "Shed timing"),
    ]
    place.decide(made)
    restate(place, TARGET, Settings())
    write(place, TARGET, Settings())
    assert (place.documents(TARGET) / "matrix.csv").read_bytes() != before["matrix.csv"]
    place.decide(
        review.decide(f"2026-10-02T08:00:0{i}", "ada", TARGET.id, "undo", d.id) for i, d in enumerate(made)
    )
    restate(place, TARGET, Settings())
    write(place, TARGET, Settings())
    assert {name: (place.documents(TARGET) / name).read_bytes() for name in FILES} == before
