"""The model's engine against a real server process that behaves as badly as real ones do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import read
from pipeline.archive import Archive
from pipeline.errors import BudgetExhausted, EngineError, EngineRefused, EngineUnavailable, SettingsError
from pipeline.llm.asking import MemoryAnswers
from pipeline.llm.cost import Usage, money
from pipeline.llm.engine import LlmEngine, ReplayEngine
from pipeline.llm.ground import GROUNDING
from pipeline.llm.wire import Endpoint
from pipeline.records import Posting
from pipeline.settings import LlmSettings, Settings
from tests.llm_helpers import script, seen, serving
from tests.test_llm_grounding import small_vocabulary

ROOT = Path(__file__).parents[1]
TEXT = """Osprey Lantern builds route planners.

What you will do
- present results to stakeholders every week

Requirements
- 5+ years of Python and SQL Server
- You know React Native; Java is welcome
"""
POSTING = Posting("p1", "https://osprey.example/1", TEXT, sections=read.sections(TEXT))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


Make = Callable[..., LlmEngine]


@pytest.fixture
def make(server: str) -> Iterator[Make]:
    """Provide an engine for one scenario of the server; `answers` is kept between engines when given."""
    endpoints: list[Endpoint] = []

    def made(scenario: str, answers: Any = None, merged: bool = False, **more: Any) -> LlmEngine:
        given = {"base_url": f"{server}/{scenario}/v1", "model": "m", "retries": 0, **more}
        settings = replace(LlmSettings(), **given)
        endpoints.append(Endpoint(settings, "sk-secret-123456"))
        return LlmEngine(settings, answers, endpoints[-1].send, merged, small_vocabulary())

    yield made
    for endpoint in endpoints:
        endpoint.client.close()


def quotes(engine: LlmEngine, posting: Posting = POSTING) -> list[str]:
    found = engine.mentions(posting)
    assert all(posting.text[m.start : m.end] == m.quote for m in found)
    return [m.quote for m in found]


GOOD = ["present results to stakeholders", "Python"]


# --- what models and servers answer -------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["good", "fenced", "thinking", "no-usage", "control", "tool-call"])
def test_every_readable_reply_gives_the_same_mentions(make: Make, scenario: str) -> None:
    assert quotes(make(scenario)) == (GOOD if scenario != "control" else GOOD[:1])


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [("prose", "no-json"), ("refusal", "refused"),
     ("german", "quote-not-in-posting")],
)  # fmt: skip
def test_an_unreadable_reply_is_counted_and_gives_nothing(make: Make, scenario: str, reason: str) -> None:
    engine = make(scenario)
    assert quotes(engine) == []
    assert engine.rejected[reason] == (2 if scenario == "german" else 1)


def test_prose_is_asked_once_more_and_then_left(make: Make, server: str) -> None:
    before = len(seen(server, "prose"))
    quotes(make("prose"))
    assert len(seen(server, "prose")) == before + 2


def test_a_second_try_may_bring_the_json(make: Make) -> None:
    engine = make("repair")
    assert quotes(engine) == GOOD
    assert sum(engine.asker.budget.calls.values()) == 2


def test_of_half_a_json_the_whole_items_stand(make: Make) -> None:
    engine = make("half")
    assert quotes(engine) == ["Python"]
    assert engine.rejected["cut-off"] == 1


@pytest.mark.parametrize(
    ("scenario", "says"),
    [("401", "401"), ("403", "403"), ("404", "404"), ("429", "429"), ("500", "500"),
     ("error200", "overloaded"),
     ("html", "no JSON"), ("choices-empty", "status 200"),
     ("empty", "nothing"), ("null", "nothing"), ("context", "context length")],
)  # fmt: skip
def test_a_failing_endpoint_ends_the_llm_engine_with_its_words(make: Make, scenario: str, says: str) -> None:
    with pytest.raises(EngineRefused, match=says) as caught:
        make(scenario).mentions(POSTING)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("scenario", ["401", "429", "500", "error200", "html", "context"])
def test_merged_with_the_local_engine_no_failure_ends_a_run(make: Make, scenario: str) -> None:
    engine = make(scenario, merged=True)
    found = engine.mentions(POSTING)
    assert {m.provenance.engine for m in found} == {"local"}
    assert engine.unfinished == {"p1"}
    assert any("local engine alone" in note for note in engine.notes())


def test_a_hang_is_cut_and_the_run_goes_on(make: Make) -> None:
    engine = make("hang", merged=True, timeout_seconds=0.3)
    assert engine.mentions(POSTING)
    assert "did not answer" in str(engine.asker.failure)


def test_a_storm_that_passes_is_waited_out(make: Make) -> None:
    assert quotes(make("storm-then-good", retries=2)) == GOOD


def test_a_refused_key_is_not_tried_again(make: Make, server: str) -> None:
    before = len(seen(server, "401"))
    engine = make("401", merged=True, retries=2)
    postings = [replace(POSTING, id=f"p{i}", text=f"{TEXT}\nRef {i}\n") for i in range(6)]
    engine.prepare(postings)
    assert len(seen(server, "401")) == before + 1


def test_the_key_is_in_no_message_and_no_stored_answer(make: Make) -> None:
    with pytest.raises(EngineRefused) as caught:
        make("401").mentions(POSTING)
    assert "secret" not in str(caught.value)
    answers = MemoryAnswers()
    make("good", answers).mentions(POSTING)
    assert "secret" not in repr(vars(answers))


# --- the ladder -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "rung", "calls"),
    [("good", "json_schema", 1), ("no-schema", "json_object+schema", 2),
     ("500-schema", "json_object+schema", 2),
     ("tools-only", "tool", 3), ("plain-only", "plain", 5)],
)  # fmt: skip
def test_the_ladder_ends_at_the_first_shape_that_is_accepted(
    make: Make, server: str, scenario: str, rung: str, calls: int
) -> None:
    before, answers = len(seen(server, scenario)), MemoryAnswers()
    found = make(scenario, answers).mentions(POSTING)
    assert {m.provenance.rung for m in found} == {rung}
    assert len(seen(server, scenario)) == before + calls
    other = replace(POSTING, text=TEXT + "\nAnother one.\n")
    make(scenario, answers).mentions(other)
    assert len(seen(server, scenario)) == before + calls + 1, "what was learned is remembered"


def test_a_reasoning_model_gets_the_parameters_it_knows(make: Make, server: str) -> None:
    assert quotes(make("reasoning", temperature=0.0)) == GOOD
    last = seen(server, "reasoning")[-1]["body"]
    assert "max_completion_tokens" in last
    assert not {"max_tokens", "temperature"} & set(last)


def test_the_posting_comes_last_and_the_fixed_words_first(make: Make, server: str) -> None:
    make("good").mentions(POSTING)
    system, user = seen(server, "good")[-1]["body"]["messages"]
    assert system["role"] == "system"
    lines = [line for line in TEXT.splitlines() if line.strip()]
    assert "\n".join(f"{n}| {line}" for n, line in enumerate(lines, 1)) in user["content"]
    assert TEXT.strip() not in system["content"]


# --- money, cache, resuming -----------------------------------------------------------------------


def test_a_second_run_makes_no_call(make: Make, server: str, tmp_path: Path) -> None:
    first = make("good", Archive(tmp_path))
    found = first.mentions(POSTING)
    calls = len(seen(server, "good"))
    second = make("good", Archive(tmp_path))
    assert second.mentions(POSTING) == found
    assert len(seen(server, "good")) == calls
    assert second.asker.cached["mentions"] == 1
    assert first.asker.cached["mentions"] == 0


@pytest.mark.parametrize(
    "change",
    [{"model": "other"}, {"temperature": 0.5}, {"max_output_tokens": 999}, {"chunk_characters": 400}],
)
def test_what_an_answer_depends_on_is_part_of_its_key(
    make: Make, server: str, tmp_path: Path, change: dict[str, Any]
) -> None:
    given = {"chunk_overlap": 50}
    make("good", Archive(tmp_path), **given).mentions(POSTING)
    calls = len(seen(server, "good"))
    long = replace(POSTING, text=TEXT * 3) if "chunk_characters" in change else POSTING
    make("good", Archive(tmp_path), **{**given, **change}).mentions(long)
    assert len(seen(server, "good")) > calls


def test_an_interrupted_run_asks_only_for_the_rest(make: Make, server: str, tmp_path: Path) -> None:
    postings = [replace(POSTING, id=f"p{i}", text=f"{TEXT}\nReference {i}\n") for i in range(8)]
    engine = make("three-then-401", Archive(tmp_path), concurrency=1)
    engine.prepare(postings)
    assert isinstance(engine.asker.failure, EngineRefused)
    answered = len(list((tmp_path / "answers").rglob("*.json")))
    assert answered == 3
    before = len(seen(server, "good"))
    again = make("good", Archive(tmp_path))
    again.asker.settings = replace(again.settings, base_url=engine.settings.base_url)
    again.prepare(postings)
    assert len(seen(server, "good")) == before + 5


def test_the_cap_is_checked_before_each_call(make: Make, server: str) -> None:
    one = make("good")
    worst = one.questions(POSTING)[0][0].tokens + one.settings.max_output_tokens
    before = len(seen(server, "good"))
    engine = make("good", budget_tokens=worst - 1)
    with pytest.raises(BudgetExhausted):
        engine.mentions(POSTING)
    assert len(seen(server, "good")) == before, "nothing was sent"
    assert quotes(make("good", budget_tokens=worst)) == GOOD


def test_many_threads_never_pass_the_cap_together(make: Make, server: str) -> None:
    postings = [replace(POSTING, id=f"p{i}", text=f"{TEXT}\nNumber {i}\n") for i in range(12)]
    worst = make("slow").questions(postings[-1])[0][0].tokens + 4096
    engine = make("slow", merged=True, budget_tokens=3 * worst, concurrency=4)
    engine.prepare(postings)
    assert engine.asker.budget.spent.total <= 3 * worst
    assert isinstance(engine.asker.failure, BudgetExhausted)
    assert len(seen(server, "slow")) < 12


def test_a_repair_needs_room_in_the_budget_too(make: Make, server: str) -> None:
    one = make("prose")
    worst = one.questions(POSTING)[0][0].tokens + one.settings.max_output_tokens
    before = len(seen(server, "prose"))
    engine = make("prose", budget_tokens=worst + 10)
    assert quotes(engine) == []
    assert len(seen(server, "prose")) == before + 1


def test_a_missing_usage_is_taken_for_the_most_it_can_be(make: Make) -> None:
    engine = make("no-usage")
    engine.mentions(POSTING)
    assert engine.asker.budget.spent.received == engine.settings.max_output_tokens
    assert any("states no usage" in note for note in engine.notes())


def test_cached_tokens_cost_their_own_price() -> None:
    prices = replace(LlmSettings(), price_input=1.0, price_cached=0.1, price_output=4.0)
    assert money(Usage(1_000_000, 400_000, 500_000), prices) == pytest.approx(0.6 + 0.04 + 2.0)


def test_a_budget_in_money_without_prices_is_a_wrong_setting(make: Make) -> None:
    with pytest.raises(SettingsError, match="no price"):
        make("good", budget_money=1.0)


def test_four_requests_go_at_once_and_mentions_keep_their_order(make: Make, server: str) -> None:
    postings = [replace(POSTING, id=f"p{i}", text=f"{TEXT}\nOrder {i}\n") for i in range(9)]
    engine = make("slow")
    engine.prepare(postings)
    alone = make("slow", concurrency=1)
    assert [engine.mentions(p) for p in postings] == [alone.mentions(p) for p in postings]


# --- provenance, records, replay ------------------------------------------------------------------


def test_a_mention_says_who_said_it_and_how(make: Make) -> None:
    made = make("good").mentions(POSTING)[0].provenance
    assert (made.engine, made.model_asked, made.model_answered) == ("llm", "m", "served-model")
    assert made.prompt is not None
    assert (made.prompt.task, made.prompt.version, len(made.prompt.sha256)) == ("mentions", "v3", 64)
    assert (made.rung, len(made.request_sha256)) == ("json_schema", 64)


def test_rejections_are_stored_once_with_their_reason(make: Make, tmp_path: Path) -> None:
    for _ in range(2):
        make("german", Archive(tmp_path)).mentions(POSTING)
    records = Archive(tmp_path).records(GROUNDING)
    assert [r["reason"] for r in records[0]["rejected"]] == ["quote-not-in-posting"] * 2
    assert len(records) == 1


def test_replay_gives_the_same_mentions_without_an_endpoint(make: Make, tmp_path: Path) -> None:
    engine = make("good", Archive(tmp_path))
    engine.prepare([POSTING])
    replayed = ReplayEngine.from_settings(Settings(), archive=Archive(tmp_path))
    replayed._words = small_vocabulary()
    assert replayed.mentions(POSTING) == engine.mentions(POSTING)
    with pytest.raises(EngineError, match="do not cover"):
        replayed.mentions(replace(POSTING, text="Another posting that nobody asked about."))


def test_replay_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        ReplayEngine.from_settings(Settings(), archive=Archive(tmp_path))


def test_years_and_depth_are_believed_only_where_the_text_says_them(make: Make, server: str) -> None:
    item = {"kind": "specific", "strength": "required", "years": 9, "depth": "world-class"}
    script(server, {"Osprey": {"mentions": [{"skill": "Python", "quote": "Python", **item}]}})
    mention = make("scripted").mentions(POSTING)[0]
    script(server, {})
    assert (mention.years, mention.depth) == (5.0, None)


# --- long postings --------------------------------------------------------------------------------


def test_a_long_posting_goes_in_pieces_and_comes_back_with_right_offsets(make: Make) -> None:
    filler = "We like clear water and good harbours. " * 20
    text = f"{filler}\n\n{TEXT}\n{filler}\n\n- Another 5+ years of Python\n"
    posting = Posting("long", "", text)
    engine = make("good", chunk_characters=500, chunk_overlap=100)
    assert len(engine.questions(posting)) > 3
    found = engine.mentions(posting)
    assert [m.start for m in found if m.quote == "Python"] == [
        i for i in range(len(text)) if text.startswith("Python", i)
    ]
