"""What a model advises is checked: names, rows and second looks; what fails falls back and is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import cluster, read, vocabulary
from pipeline.archive import Archive
from pipeline.cluster import Batch, Item
from pipeline.llm import advice, agreement
from pipeline.llm.asking import Asker, MemoryAnswers
from pipeline.llm.consulted import CONSULTED, Consulted, believed
from pipeline.llm.engine import LlmEngine
from pipeline.records import Posting, Rulings, Skill, Target, digest
from pipeline.settings import LlmSettings
from pipeline.steps.place import Place

LOCAL = cluster.Names(vocabulary.load())


def items(*wordings: str, near: tuple[str, ...] = ()) -> list[Item]:
    return [Item((wording,), near) for wording in wordings]


def names(asked: list[Item], *groups: tuple[str, list[int]], none: tuple[int, ...] = ()) -> cluster.Advised:
    said = [(name, None, ids) for name, ids in groups]
    return cluster.checked([Batch(asked, said, none)], LOCAL, believed)


# --- names --------------------------------------------------------------------------------------


def test_wordings_that_say_the_same_share_a_name_of_their_words() -> None:
    found = names(
        items("brief the harbour board", "explain forecasts to pilots", "explaining tide forecasts"),
        ("Explaining forecasts", [2, 3]),
        ("Harbour board briefs", [1]),
    )
    assert found.names["explain forecasts to pilots"] == found.names["explaining tide forecasts"]
    assert found.names["brief the harbour board"] == "Harbour board briefs"


def test_a_name_that_is_not_in_the_words_gives_way_to_the_local_one() -> None:
    found = names(items("berth planning for ferries", "plan the berths"), ("Operational excellence", [1, 2]))
    assert len(set(found.names.values())) == 1
    assert "Operational excellence" not in found.names.values()
    assert found.counts["renamed: not in the words"] == 1


def test_a_name_may_have_the_words_of_other_groups_but_not_be_anothers_speciality() -> None:
    asked = items("rotas", "manage the rotas", "scheduling of shifts", "weekly wage runs", "palliative care")
    rest = ("Palliative care", [4]), ("Hospice work", [5])
    found = names(asked, ("Scheduling", [1, 2]), ("Shifts", [3]), *rest)
    assert found.names["rotas"] == found.names["manage the rotas"] == "Scheduling"
    assert found.names["weekly wage runs"] != "Palliative care"


def test_an_answer_coarser_than_the_table_is_believed_and_joins_what_its_name_says() -> None:
    asked = items("month-end close", "year-end close", "wound care", "palliative care")
    both = names(asked, ("Month-end and year-end close", [1, 2]), ("Wound care", [3, 4]))
    assert both.names["month-end close"] == both.names["year-end close"] == "Month-end and year-end close"
    assert both.counts["two skills in the table"] == 1
    assert both.names["wound care"] == "Wound care"
    assert "palliative care" not in both.names


def test_wordings_alike_come_in_one_call() -> None:
    said = ["brief the board", "tide models", "present results to the board", "modelling of tides", "cash"]
    order = [said[at] for at in cluster.together(said)]
    assert sorted(order) == sorted(said)
    assert abs(order.index("tide models") - order.index("modelling of tides")) == 1
    assert abs(order.index("brief the board") - order.index("present results to the board")) == 1


def test_an_offered_name_needs_no_words() -> None:
    found = names(items("work well with others", near=("Teamwork",)), ("Teamwork", [1]))
    assert found.names == {"work well with others": "Teamwork"}


def test_a_later_answer_may_use_the_names_of_an_earlier_one() -> None:
    first = Batch(items("tide models"), [("Modelling of tides", None, [1])])
    second = Batch(items("ebb and flood models"), [("Modelling of tides", None, [1])])
    found = cluster.checked([first, second], LOCAL, believed)
    assert set(found.names.values()) == {"Modelling of tides"}


@pytest.mark.parametrize(
    ("wordings", "name", "stays"),
    [
        (("audits to ISO 9001", "audits to ISO 14001"), "Audits to ISO 9001", "audits to ISO 14001"),
        (("driving with a trailer", "driving without a trailer"), "Driving with a trailer",
         "driving without a trailer"),
        (("wound care", "palliative care"), "Wound care", "palliative care"),
        (("tide models", "tidal models", "cash handling"), "Tide models", "cash handling"),
    ],
)  # fmt: skip
def test_what_is_another_thing_is_not_joined(wordings: tuple[str, ...], name: str, stays: str) -> None:
    filler = [f"berth plan of quay {word}" for word in ("north", "south", "east", "west")] * 3
    asked = items(*wordings, *dict.fromkeys(filler), *(f"ferry line {n}" for n in "abcdefghij"))
    rest = [(item.wordings[0], [n]) for n, item in enumerate(asked, 1) if n > len(wordings)]
    found = names(asked, (name, list(range(1, len(wordings) + 1))), *rest)
    assert stays not in found.names
    assert wordings[0] in found.names


def test_an_answer_that_loses_or_garbles_too_much_counts_nowhere() -> None:
    asked = items(*(f"tide model {n}" for n in "abcdefghij"))
    whole = [(f"Tide model {n}", [at]) for at, n in enumerate("abcdefghij", 1)]
    assert len(names(asked, *whole).names) == 10
    assert names(asked, *whole[:7]).names == {}, "three are left out"
    twice = [*whole[:7], ("Tide model a", [1, 2, 99])]
    assert names(asked, *twice).counts == {"in answers not believed": 10}


def test_a_persons_word_and_a_named_thing_stand_above_a_models_name() -> None:
    words = vocabulary.load()
    said = {"python": "Snakes", "brief the board": "Board briefs", "tide models": "Tides"}
    ruled = Rulings(surfaces={"tide models": "Tide tables"}, names={"Board briefs": "Boards"})
    found = cluster.Names(words, ruled, advised=said)
    assert found.resolve("python").name == "Python"
    assert found.resolve("tide models").name == "Tide tables"
    assert found.resolve("brief the board").name == "Boards"
    assert found.is_spoken_of("tide models")


# --- rows ---------------------------------------------------------------------------------------

SKILLS = {
    name: Skill(name, "specific", "engine: 1 of 1", name, (), known=False)
    for name in ("Tide models", "Tidal forecasts", "Delft3D tide runs", "Cash handling", "Till balancing")
}


def rows_answer(place: Place, *rows: dict[str, Any], rest: tuple[int, ...] = ()) -> None:

    content = json.dumps({"rows": rows, "rest": rest})
    attempt = {"content": content, "finish": "stop", "refusal": "", "usage": {"sent": 1, "received": 1}}
    place.archive.put_answer(digest(content), {"task": "rows", "attempts": [attempt]})
    Consulted(place.archive).note_last("rows", "pilot", digest(content), list(SKILLS))


NOTHING_RULED = Rulings()


def rows_of(place: Place, rulings: Rulings = NOTHING_RULED) -> Any:
    return advice.advice_of(place, Target("pilot"), vocabulary.load()).rows(SKILLS.values(), rulings)


def row(title: str, *ids: int) -> dict[str, Any]:
    return {"title": title, "kind": "specific", "ids": ids, "reason": "They belong together. Really."}


def test_rows_are_read_with_one_sentence_of_reason(tmp_path: Path) -> None:
    place = Place(tmp_path)
    rows_answer(place, row("Modelling tides", 1, 2, 3), row("Handling cash", 4, 5))
    found, said = rows_of(place)
    assert [r.skills for r in found] == [tuple(list(SKILLS)[:3]), tuple(list(SKILLS)[3:])]
    assert found[0].reason == "They belong together."
    assert said == "the model drafted 2 rows; 0 skills in them were misplaced"


def test_a_skill_stays_in_its_row_under_another_name(tmp_path: Path) -> None:
    place = Place(tmp_path)
    rows_answer(place, row("Modelling tides", 1, 2, 3), row("Handling cash", 4, 5))
    found, _ = rows_of(
        place, Rulings(names={"Tide models": "Delft3D tide runs", "Cash handling": "Till balancing"})
    )
    assert [r.skills for r in found] == [("Delft3D tide runs", "Tidal forecasts"), ("Till balancing",)]


@pytest.mark.parametrize(
    "rows",
    [
        [row("Modelling tides", 1, 2), row("Handling cash", 4, 5)],
        [row("Modelling tides", 1, 2, 3), row("Handling cash", 4, 5, 1)],
        [row("Modelling tides", 1, 2, 3), row("Handling cash", 4, 5, 77)],
    ],
)
def test_rows_that_lose_or_repeat_too_much_are_not_used(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    place = Place(tmp_path)
    rows_answer(place, *rows)
    found, said = rows_of(place)
    assert found == ()
    assert said == "the model's rows are not used: 1 of 5 skills are misplaced in them"


def test_skills_unlike_their_row_are_misplaced(tmp_path: Path) -> None:
    place = Place(tmp_path)
    rows_answer(place, row("Modelling tides", 1, 2, 3, 4), row("Balancing tills", 5))
    assert "1 of 5 skills are misplaced" in rows_of(place)[1]


# --- the second look ----------------------------------------------------------------------------

TEXT = """Osprey Lantern looks after ferries.

Requirements
- Python, SQL and Kubernetes
- Excel and Linux
- Docker, Git and Airflow
"""
POSTING = Posting("p1", "https://osprey.example/1", TEXT, sections=read.sections(TEXT))


def reading(verdicts: dict[str, str], claimed: tuple[str, ...], rulings: Rulings | None = None) -> set[str]:
    """Return the quotes that stand when a model claims these, and judges the rest so."""

    import re

    def send(request: Any) -> dict[str, Any]:
        system, user = (m["content"] for m in request["messages"][:2])
        if system.startswith("You judge"):
            lines = re.findall(r"^(\d+)\|.*\[\[(.*?)\]\]", user, re.MULTILINE)
            said = [{"id": int(n), "verdict": verdicts.get(q, "demand")} for n, q in lines]
            content: Any = {"verdicts": [v for v in said if v["verdict"] != "-"]}
        else:
            content = {"mentions": [{"skill": q, "quote": q, "kind": "specific"} for q in claimed]}
        return {"choices": [{"message": {"content": json.dumps(content)}}]}

    settings = LlmSettings(model="m", base_url="http://127.0.0.1:1/v1", retries=0)
    engine = LlmEngine(settings, MemoryAnswers(), send, merged=True, rulings=rulings)
    engine.prepare([POSTING])
    return {m.quote for m in engine.mentions(POSTING)}


ALL = ("Python", "SQL", "Kubernetes", "Excel", "Linux", "Docker", "Git", "Airflow")


def test_what_only_the_local_engine_found_stands_when_the_model_says_so() -> None:
    assert reading({}, ALL[:6]) == set(ALL)
    assert reading({"Git": "others", "Airflow": "none"}, ALL[:6]) == set(ALL[:6])


def test_what_only_the_model_found_needs_its_second_word() -> None:
    assert "ferries" in reading({}, (*ALL, "ferries"))
    assert "ferries" not in reading({"ferries": "others"}, (*ALL, "ferries"))


def test_a_model_that_does_not_know_sure_demands_again_is_not_believed() -> None:
    wrong = {"Python": "none", "SQL": "none", "Airflow": "none", "ferries": "demand"}
    assert reading(wrong, (*ALL[:7], "ferries")) == set(ALL), "the local engine stands alone"


def test_verdicts_left_out_are_not_believed() -> None:
    assert "Airflow" in reading({"Airflow": "none", "Linux": "-", "Excel": "-"}, ALL[:7])


def test_a_demand_that_a_person_spoke_of_is_no_matter_of_doubt() -> None:
    ruled = Rulings(accepted=frozenset({LOCAL.resolve("Airflow").name}))
    assert "Airflow" in reading({"Airflow": "none"}, ALL[:7], ruled)


def test_a_model_with_many_wrong_quotes_leaves_the_local_engine_alone() -> None:
    assert reading({"Airflow": "none"}, (*ALL[:5], "Cobol", "Fortran")) == set(ALL)


def test_a_verdict_is_asked_for_once_and_read_again_from_the_answer(tmp_path: Path) -> None:
    answers = Archive(tmp_path)
    settings = LlmSettings(model="m", base_url="http://127.0.0.1:1/v1", retries=0)
    content = '{"verdicts":[{"id":1,"verdict":"others"}]}'
    calls = []

    def send(request: Any) -> dict[str, Any]:
        calls.append(request)
        return {"choices": [{"message": {"content": content}}]}

    asker = Asker(settings, answers, send)
    doubt = agreement.Doubt("d1", "We offer [[training]].")
    for _ in range(2):
        agreement.ask(asker, [doubt], [])
        assert agreement.verdicts(asker) == {"d1": "others"}
    assert len(calls) == 1
    assert answers.records(CONSULTED)[0]["about"] == ["d1"]
