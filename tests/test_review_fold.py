"""What decisions come to: the later wins, undo takes back, files merge in any order, nothing is lost."""

import json
import random
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import review
from pipeline.cluster import Names, discover
from pipeline.records import Rulings, Vocabulary

T = "ml-engineer"


class Desk:
    """Two reviewers' desk with a clock of its own."""

    def __init__(self):
        self.minute = 0
        self.said = []

    def __call__(self, action, subject, after="", before="", who="ada", why="", target=T):
        self.minute += 1
        when = f"2026-03-01T10:{self.minute:02d}:00"
        decision = review.decide(when, who, target, action, subject, before, after, why)
        self.said.append(decision)
        return decision

    def fold(self):
        return review.fold(self.said, T)


@pytest.fixture
def say():
    return Desk()


def test_no_decisions_are_empty_rulings():
    assert review.fold([], T) == Rulings()


def test_accept_and_reject_the_later_wins(say):
    say("reject", "Agile")
    say("accept", "Agile")
    assert say.fold().accepted == {"Agile"}
    assert say.fold().rejected == frozenset()


def test_rename_carries_what_was_decided_along(say):
    say("kind", "Air flow", "specific")
    say("pin", "Air flow")
    say("rename", "Air flow", "Airflow")
    rulings = say.fold()
    assert rulings.names == {"Air flow": "Airflow"}
    assert rulings.kinds == {"Airflow": "specific"}
    assert rulings.pinned == {"Airflow"}


def test_a_name_given_back_closes_no_ring(say):
    say("merge", "Spark SQL", "Apache Spark")
    say("merge", "Apache Spark", "Spark SQL")
    assert say.fold().names == {"Apache Spark": "Spark SQL"}


def test_split_sends_one_wording_elsewhere_and_survives_an_older_merge(say):
    say("merge", "Power Query", "Excel")
    say("split", "Excel", "Power Query", before="Power  QUERY")
    assert say.fold().surfaces == {"power query": "Power Query"}
    say("rename", "Power Query", "Power Query (M)")
    assert say.fold().surfaces == {"power query": "Power Query (M)"}


def test_a_rename_changes_nothing_of_what_holds_in_reading(say):
    say("split", "Excel", "Power Query", before="query editor")
    before = review.for_reading(say.said, T)
    assert before == Rulings(surfaces={"query editor": "Power Query"})
    say("rename", "Power Query", "Power Query (M)")
    say("reject", "Word")
    say("merge", "Access", "Excel")
    assert review.for_reading(say.said, T) == before
    say("undo", say.said[0].id)
    assert review.for_reading(say.said, T) == Rulings()


NAMED = st.sampled_from(["Calibrating gauges", "Sorting mail", "Kiln", "Oven"])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["rename", "merge", "split", "reject", "kind"]), NAMED, NAMED), max_size=7
    )
)
def test_splits_in_reading_and_the_rest_in_counting_come_to_the_same_as_all_at_once(steps):
    say = Desk()
    for action, subject, after in steps:
        wording = subject.lower() if action == "split" else ""
        say(action, subject, "general" if action == "kind" else after, before=wording)
    wordings = [
        "calibrate the gauges",
        "calibrating gauges",
        "mail sorting",
        "sorting mail",
        "kiln",
        "oven",
        "bread oven",
    ]
    nothing = Vocabulary({}, {}, "")
    rulings, rejected = say.fold(), {name.lower() for name in say.fold().rejected}
    with mock.patch.object(discover, "MOST", 0):  # a file alone joins no unknown names by likeness
        at_once = {w: r.name for w, r in Names(nothing, rulings).resolve_all(wordings).items()}
    # a file at a time: each wording is read alone
    reading = Names(nothing, review.for_reading(say.said, T))
    read = {w: reading.resolve(w).name for w in wordings}
    counted = Names(nothing, rulings).counted(read.values())
    assert {w: counted[n] for w, n in read.items() if n in counted} == {
        w: name for w, name in at_once.items() if name.lower() not in rejected
    }


def test_pinning_a_rejected_skill_asks_for_it_back(say):
    say("reject", "Kafka")
    say("pin", "Kafka")
    assert say.fold().rejected == frozenset()
    say("reject", "Kafka")
    assert say.fold().pinned == frozenset()


def test_keep_out_and_pin_contradict_each_other(say):
    say("pin", "Kafka")
    say("keep-out", "Kafka")
    assert (say.fold().pinned, say.fold().kept_out) == (frozenset(), {"Kafka"})


def test_titles_themes_kinds_priorities_and_wrong_mentions_are_kept(say):
    say("retitle", "orchestration", "Orchestrating pipelines")
    say("move", "Airflow", "orchestration")
    say("kind", "Airflow", "general")
    say("priority", "Airflow", "1", why="our clients ask for it")
    say("wrong-mention", "Go", before=review.place("https://jobs.example/7", 120, 122))
    rulings = say.fold()
    assert rulings.titles == {"orchestration": "Orchestrating pipelines"}
    assert rulings.themes == {"Airflow": "orchestration"}
    assert rulings.kinds == {"Airflow": "general"}
    assert rulings.priorities == {"Airflow": 1}
    assert rulings.wrong == {("https://jobs.example/7", 120, 122)}
    assert rulings.by["Airflow"] == "ada on 2026-03-01, priority (our clients ask for it)"


def test_undo_takes_back_and_an_undone_undo_gives_back(say):
    first = say("reject", "Scala")
    undo = say("undo", first.id)
    assert say.fold() == Rulings()
    say("undo", undo.id)
    assert say.fold().rejected == {"Scala"}


def test_undos_of_each_other_end(say):
    a = replace(say("undo", "b"), id="a")
    b = replace(say("undo", "a"), id="b")
    assert review.fold([a, b], T) == Rulings()


def test_decisions_of_another_target_do_not_count_and_those_of_none_count_everywhere(say):
    say("reject", "Scala", target="data-engineer")
    say("reject", "Perl", target="")
    assert say.fold().rejected == {"Perl"}


def test_a_line_merged_in_twice_counts_once(say):
    say("reject", "Scala")
    assert len(review.effective(say.said * 2, T)) == 1


def test_records_come_back_and_carry_their_id(say):
    decision = say("rename", "Naïve “Bayes”", "Naive Bayes", why="one\nspelling")
    line = json.dumps(review.to_record(decision))
    assert review.from_record(json.loads(line)) == decision
    without = {k: v for k, v in review.to_record(decision).items() if k != "id"}
    assert review.from_record({**without, "colour": "of a later version"}) == decision


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"action": "delete"}, "no action is called 'delete'"),
        ({"action": "rename"}, "says not to what"),
        ({"action": "split", "after": "B"}, "which wording"),
        ({"action": "kind", "after": "soft"}, "general or specific"),
        ({"action": "priority", "after": "4"}, "not 1, 2 or 3"),
        ({"action": "wrong-mention", "before": "here"}, "not posting:start:end"),
        ({"action": "accept", "subject": " "}, "needs a subject"),
        ({"action": "accept", "who": ""}, "when and who"),
        ({"action": "accept", "why": 3}, "must be text"),
        ([], "JSON object"),
    ],
)
def test_a_broken_line_says_what_is_wrong(record, says):
    full = {"when": "2026-03-01T10:00:00", "who": "ada", "target": T, "subject": "A"}
    with pytest.raises(ValueError, match=says):
        review.from_record({**full, **record} if isinstance(record, dict) else record)


def test_a_vanished_subject_is_dormant_and_wakes_again(say):
    say("kind", "Kafka", "specific")
    say("rename", "Dag ster", "Dagster")
    assert [d.subject for d in review.dormant(say.said, ["Dagster"], T)] == ["Kafka"]
    assert review.dormant(say.said, ["kafka", "Dagster"], T) == []
    assert len(review.dormant(say.said, [])) == 2


def test_a_decision_on_a_renamed_skill_is_not_dormant(say):
    say("accept", "Air flow")
    say("rename", "Air flow", "Airflow")
    assert review.dormant(say.said, ["Airflow"], T) == []


def test_two_people_who_disagree_are_shown_and_the_later_wins(say):
    say("reject", "Scrum")
    kept = say("reject", "Scrum", who="ada")
    other = say("accept", "Scrum", who="ben")
    assert review.conflicts(say.said) == [(kept, other)]
    assert say.fold().accepted == {"Scrum"}


def test_two_people_who_agree_and_one_who_changes_a_mind_are_no_conflict(say):
    say("reject", "Scrum")
    say("accept", "Scrum")
    say("accept", "Scrum", who="ben")
    say("kind", "Scrum", "general", who="ben")
    assert review.conflicts(say.said) == []


names = st.sampled_from(["A", "B", "C", "D"])


@st.composite
def histories(draw):
    said = []
    for i in range(draw(st.integers(0, 12))):
        action = draw(st.sampled_from(review.ACTIONS))
        subject = draw(names)
        after = draw(names)
        if action == "undo" and said:
            subject = draw(st.sampled_from(said)).id
        after = {"kind": "general", "priority": "2"}.get(action, after)
        before = "p:1:2" if action == "wrong-mention" else "some words"
        when = f"2026-03-01T10:00:{draw(st.integers(0, 3)):02d}"
        said.append(review.decide(when, f"person {i % 2}", T, action, subject, before, after))
    return said


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_merged_files_does_not_matter(said, shuffle: random.Random):
    mixed = list(said)
    shuffle.shuffle(mixed)
    assert review.fold(mixed, T) == review.fold(said, T)
    assert review.conflicts(mixed) == review.conflicts(said)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_undoing_everything_gives_the_first_state_again(said):
    real = [d for d in said if d.action != "undo"]
    undos = [review.decide("2026-03-02T00:00:00", "ada", T, "undo", d.id) for d in real]
    assert review.fold([*real, *undos], T) == Rulings()


@settings(max_examples=150, deadline=None)
@given(histories())
def test_no_history_leads_a_name_in_a_ring(said):
    leads = review.fold(said, T).names
    for name in leads:
        seen = set()
        while name in leads:
            assert name not in seen
            seen.add(name)
            name = leads[name]
