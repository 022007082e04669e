"""The embedded model: exact offsets on any text, the same reading everywhere, obvious demands found."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.model import (
    LAYERS,
    SCHEMES,
    SECTIONS,
    WINDOW,
    ModelReading,
    SpanModel,
    best_path,
    is_heading,
    pack,
    pieces_of,
    runs,
    split_units,
    tidy,
)

POSTING = """Warehouse Analytics Engineer

About us
Harbour Crates rents reusable crates to grocers in nine countries.

What you will do
- Build data pipelines in Airflow and dbt
- Present findings to non-technical stakeholders

Requirements:
- 3+ years of experience with Python and SQL
- Strong communication skills

Nice to have:
- Experience with Kubernetes
- Knowledge of Terraform

Benefits
- 30 days of paid leave and a bicycle
"""


@pytest.fixture(scope="module")
def model() -> SpanModel:
    return SpanModel.load()


def check(text: str, reading: ModelReading, scheme: str = "default") -> None:
    for span in reading.spans:
        assert 0 <= span.start < span.end <= len(text)
        quote = text[span.start : span.end]
        assert quote == quote.strip()
        assert "\n" not in quote
        assert span.layer in SCHEMES[scheme]
        assert 0.0 <= span.score <= 1.0
        assert sum(span.strength) == pytest.approx(1.0, abs=1e-3)
    ends = [0]
    for line in reading.lines:
        assert ends[-1] <= line.start < line.end <= len(text)
        assert line.section in SECTIONS
        ends.append(line.end)


def quotes(text: str, reading: ModelReading) -> set[str]:
    return {text[s.start : s.end] for s in reading.spans}


# --- what it finds --------------------------------------------------------------------------


def test_obvious_demands(model: SpanModel) -> None:
    reading = model.read(POSTING)
    found = " | ".join(quotes(POSTING, reading))
    for name in ("Python", "SQL", "Airflow", "dbt", "communication", "Kubernetes", "Terraform"):
        assert name in found
    assert "bicycle" not in found
    assert "Harbour" not in found


def test_layers_and_strengths(model: SpanModel) -> None:
    reading = model.read(POSTING)
    by_quote = {POSTING[s.start : s.end]: s for s in reading.spans}
    assert by_quote["Python"].layer == "specific"
    required, preferred, _ = by_quote["Python"].strength
    assert required > preferred
    required, preferred, _ = by_quote["Terraform"].strength
    assert preferred > required
    general = [q for q, s in by_quote.items() if s.layer == "general"]
    assert any("communication" in q for q in general)


def test_sections_of_lines(model: SpanModel) -> None:
    reading = model.read(POSTING)
    line = reading.line_at(POSTING.index("Python"))
    assert line is not None
    assert line.section == "requirements"
    line = reading.line_at(POSTING.index("bicycle"))
    assert line is not None
    assert line.section == "benefits"


def test_evidence(model: SpanModel) -> None:
    reading = model.read(POSTING)
    at = POSTING.index("Python")
    assert reading.demand(at, at + 6) > 0.5
    assert reading.demand(at + 2, at + 4) > 0.5  # a part of a word asks for its word
    at = POSTING.index("bicycle")
    assert reading.demand(at, at + 7) < 0.3
    assert reading.demand(len(POSTING) + 5, len(POSTING) + 9) == 0.0


def test_bias_finds_more_or_fewer(model: SpanModel) -> None:
    few, some, many = (len(model.read(POSTING, bias=b).spans) for b in (-4.0, 0.0, 2.0))
    assert few <= some <= many
    assert few < many


def test_benchmark_scheme(model: SpanModel) -> None:
    text = "Experience with Python and the ability to work in a team ."
    reading = model.read(text, scheme="skillspan")
    check(text, reading, "skillspan")
    assert "Python" in quotes(text, reading)
    with pytest.raises(KeyError):
        model.read(text, scheme="unheard of")


# --- any text -------------------------------------------------------------------------------


@given(st.text(max_size=400))
@settings(max_examples=120, deadline=None)
def test_any_unicode(text: str) -> None:
    model = SpanModel.load()
    check(text, model.read(text))
    check(text, model.read(text, "skillspan"), "skillspan")


ODD = """Python skills 🚀 👩🏽‍💻 مهارات בישול é e\u0301 <b> &nbsp; C++ CI/CD \u200b 必要
Requirements: ... years - • \x00 ß İ"""
WORDS = st.sampled_from([*ODD.split(), "\n", "\n\n", "\r\n", "\t", "\u2028", "- "])


@given(st.lists(WORDS, max_size=80), st.sampled_from([" ", ""]))
@settings(max_examples=80, deadline=None)
def test_odd_words(words: list[str], glue: str) -> None:
    text = glue.join(words)
    check(text, SpanModel.load().read(text))


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\x00", "\u200b", "-", "🚀", "\ufeff"])
def test_nothing_to_read(model: SpanModel, text: str) -> None:
    assert model.read(text).spans == ()


def test_right_to_left_and_emoji(model: SpanModel) -> None:
    text = "🚀🚀 דרישות: Python, SQL ו-Excel 👩🏽‍💻\nخبرة في Docker"
    reading = model.read(text)
    check(text, reading)


@pytest.mark.parametrize("letter", ["x", " ", "é", "必", ".", "🚀"])
def test_one_long_line(model: SpanModel, letter: str) -> None:
    size = 1_000_000 if letter in "x é" else 60_000
    text = letter * size
    check(text, model.read(text))


def test_long_line_of_words(model: SpanModel) -> None:
    text = "Experience with Python is required. " * 600
    reading = model.read(text)
    check(text, reading)
    assert sum(text[s.start : s.end] == "Python" for s in reading.spans) > 500


# --- the same reading everywhere ------------------------------------------------------------


def test_same_alone_and_after_others(model: SpanModel) -> None:
    first = model.read(POSTING)
    others = [POSTING[k:] for k in range(0, len(POSTING), 37)]
    random.Random(1).shuffle(others)
    for other in others:
        model.read(other)
    assert model.read(POSTING) == first


def test_loaded_once() -> None:
    assert SpanModel.load() is SpanModel.load()


# --- parts ----------------------------------------------------------------------------------


@given(st.text(alphabet="aB .:!\n•-", max_size=3000))
@settings(max_examples=60, deadline=None)
def test_units_cover_the_text(text: str) -> None:
    units = split_units(text)
    covered = set()
    for start, end in units:
        assert start < end
        assert not covered & set(range(start, end))
        covered |= set(range(start, end))
    assert all(text[k].isspace() for k in range(len(text)) if k not in covered)


def test_windows_hold_every_word_once(model: SpanModel) -> None:
    text = POSTING * 20 + "word " * 3000
    pieces = pieces_of(model._tokenizer, text, split_units(text))
    seen = []
    for window in pack(pieces):
        assert len(window.ids) == len(window.case) <= WINDOW
        seen += [(part.unit, word) for part in window.parts for word in range(part.first, part.last)]
    assert seen == [(k, word) for k, unit in enumerate(pieces) for word in range(len(unit.words))]


def test_best_path_never_goes_inside_from_outside() -> None:
    rng = random.Random(5)
    for _ in range(200):
        path = best_path([[rng.random() for _ in range(3)] for _ in range(rng.randint(1, 9))])
        assert path[0] != 2
        assert all((a, b) != (0, 2) for a, b in itertools.pairwise(path))


def test_runs() -> None:
    assert list(runs([0, 1, 2, 1, 0, 1])) == [(1, 3), (3, 4), (5, 6)]


@pytest.mark.parametrize(
    ("text", "inner", "outer"),
    [
        ("use of Python.", "Python.", "Python"),
        ("(SQL)", "SQL)", "SQL"),
        ("lead teams of", "lead teams of", "lead teams"),
        ("writing C++ code", "C+", "C++"),
    ],
)
def test_tidy(text: str, inner: str, outer: str) -> None:
    start = text.index(inner)
    assert text[slice(*tidy(text, start, start + len(inner), 0, len(text)))] == outer


def test_headings() -> None:
    assert is_heading("Requirements:")
    assert is_heading("What you will do")
    assert not is_heading("Python")
    assert not is_heading("You will build the pipelines that our many analysts use every single day.")


def test_layers_are_those_of_the_card(model: SpanModel) -> None:
    assert set(model.card.bias) == set(LAYERS)
