"""From words to demands: names at word bounds, lists taken apart, and how each thing is asked for."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import read
from pipeline.engines.local import FastEngine, LocalEngine
from pipeline.extract import combine, demand, sentences, tidy
from pipeline.extract.finder import Reader
from pipeline.extract.scan import Scanner, longest, spellings
from pipeline.extract.spans import Span
from pipeline.records import Posting, Section, SkillEntry, ThemeEntry, Vocabulary
from pipeline.text import SectionsAt, unwrapped


def entry(name: str, *aliases: str, kind: str = "specific") -> SkillEntry:
    return SkillEntry(name, kind, "t", aliases)  # type: ignore[arg-type]


WORDS = Vocabulary(
    {
        e.name: e
        for e in (
            entry("C"), entry("C++"), entry("C#"), entry(".NET"), entry("Node.js", "node js"),
            entry("Java"),
            entry("JavaScript"), entry("React"), entry("React Native"), entry("Go", "=Go"),
            entry("R", "=R"),
            entry("SQL"), entry("NoSQL"), entry("Python"), entry("Apache Spark", "=Spark"), entry("CI/CD"),
            entry("Docker"), entry("Airflow"), entry("Data pipelines", kind="general"),
        )
    },
    {"t": ThemeEntry("t", "Theming", "specific", "why")},
)  # fmt: skip
SCANNER = Scanner(WORDS)


def names(text: str) -> list[str]:
    found = SCANNER.spans(text)
    assert all(0 <= s.start < s.end <= len(text) for s in found)
    return [s.skill or "" for s in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C, C++ and C#", ["C", "C++", "C#"]),
        ("JavaScript, not Java", ["JavaScript", "Java"]),
        ("NoSQL or SQL", ["NoSQL", "SQL"]),
        ("React Native and React", ["React Native", "React"]),
        ("ASP.NET", []),
        (".NET Core", [".NET"]),
        ("Node.js/React", ["Node.js", "React"]),
        ("we go to market; Go services", ["Go"]),
        ("R&D in R", ["R"]),
        ("PYTHON3? Python.", ["Python"]),
        ("data pipeline and data-pipelines", ["Data pipelines", "Data pipelines"]),
        ("CI/CD", ["CI/CD"]),
        ("spark joy", []),
        ("non-SQL stores, multi-Python", []),
        ("see https://sql.example.org/python or mail java@example.org", []),
    ],
)
def test_names_are_found_at_word_bounds(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@given(st.text(max_size=300))
def test_any_text_is_scanned_without_a_span_outside(text: str) -> None:
    names(text)


def test_the_longest_of_overlapping_spans_stays() -> None:
    spans = [Span(0, 5, "v"), Span(0, 12, "v"), Span(6, 12, "v"), Span(20, 22, "v")]
    assert longest(spans) == [Span(0, 12, "v"), Span(20, 22, "v")]


def test_spellings_cover_numbers_and_texts_may_write_hyphens() -> None:
    assert spellings("Data-pipelines") == {"data pipelines", "data pipeline"}
    assert "analysi" not in spellings("analysis")
    assert names("data\u2011pipeline, data-pipelines") == ["Data pipelines", "Data pipelines"]


# --- how it is asked for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "is_negated"),
    [
        ("No prior experience with ", " required.", True),
        ("We do not use ", ".", True),
        ("", " is not required", True),
        ("You won't need ", " here", True),
        ("no ", " knowledge needed", True),
        ("Not only ", " but also SQL", False),
        ("Experience with ", " required", False),
        ("You have no fear of ", "", False),
    ],
)
def test_negation(before: str, after: str, is_negated: bool) -> None:
    assert demand.negated(before, after) is is_negated


@pytest.mark.parametrize(
    ("before", "after", "years"),
    [
        ("3+ years of experience with ", "", 3.0),
        ("at least five years working in ", "", 5.0),
        ("2-4 years of professional experience in ", "", 2.0),
        ("", " (4+ years)", 4.0),
        ("10 years in business. We like ", "", None),
        ("founded 20 years ago, we need ", "", None),
        ("", " and 401k", None),
    ],
)
def test_years(before: str, after: str, years: float | None) -> None:
    assert demand.years_asked(before, after) == years


@pytest.mark.parametrize(
    ("before", "cue"),
    [
        ("Strong knowledge of ", "Strong knowledge of"),
        ("you are familiar with ", "familiar with"),
        ("Hands-on experience with ", "Hands-on experience with"),
        ("We built ", None),
    ],
)
def test_depth_is_verbatim(before: str, cue: str | None) -> None:
    assert demand.depth_cue(before) == cue


@pytest.mark.parametrize(
    ("before", "after", "section", "strength"),
    [
        ("", "", "requirements", "required"),
        ("", "", "preferred", "preferred"),
        ("", "", "duties", "duty"),
        ("", "", "other", "unstated"),
        ("", " is a plus", "requirements", "preferred"),
        ("Ideally ", "", "requirements", "preferred"),
        ("You must know ", "", "other", "required"),
        ("Applicants will need ", "", "other", "required"),
        ("Are you keen on ", "?", "other", "required"),
        ("Why are you here? ", "", "other", "unstated"),
        ("We will teach you ", "", "requirements", "duty"),
        ("A chance to develop skills in ", "", "requirements", "duty"),
        ("You will develop skills in ", "", "requirements", "required"),
        ("", ", with desirable ward experience", "requirements", "required"),
        ("", " desirable, experience with children", "requirements", "preferred"),
        ("Kotlin preferred, ", "", "requirements", "required"),
    ],
)
def test_strength_without_a_model(before: str, after: str, section: str, strength: str) -> None:
    assert demand.strength_of(before, after, section, None) == strength  # type: ignore[arg-type]


def test_wording_outweighs_an_unsure_model_and_bows_to_a_sure_one() -> None:
    assert demand.strength_of("ideally ", "", "other", (0.6, 0.3, 0.1)) == "preferred"
    assert demand.strength_of("ideally ", "", "other", (0.98, 0.01, 0.01)) == "required"


def test_a_question_to_the_reader_and_what_is_taught_outweigh_the_heading() -> None:
    sure_of_duty, sure_of_need = (0.03, 0.0, 0.97), (0.6, 0.02, 0.38)
    assert demand.strength_of("Do you enjoy ", "?", "other", sure_of_duty) == "required"
    assert demand.strength_of("What do you enjoy in ", "?", "other", sure_of_duty) == "duty"
    assert demand.strength_of("We will train you in ", "", "requirements", sure_of_need) == "duty"
    assert demand.strength_of("You will train others in ", "", "requirements", sure_of_need) == "required"


# --- lines that were broken by hand -----------------------------------------------------------------


def test_a_wrapped_line_goes_on_in_the_next_and_a_list_of_short_lines_does_not() -> None:
    text = (
        "You will be responsible for building, judging and deploying machine\nlearning models that sort.\n"
        "You know\npython\npower\nbi tools\nevery other line that is long enough ends here:\nsql"
    )
    flowing = unwrapped(text)
    assert "deploying machine learning models" in flowing
    assert flowing.replace("\n", " ") == text.replace("\n", " ")
    assert flowing.count("\n") == text.count("\n") - 1


@pytest.mark.parametrize(
    ("text", "flowing"),
    [
        ("good at \npottery\n and glazing", "good at  pottery  and glazing"),
        ("experience with \nPython", "experience with  Python"),
        ("building and deploying \nML systems", "building and deploying  ML systems"),
        ("pottery\nglazing", "pottery\nglazing"),
        ("Python \nSQL \nGo", "Python \nSQL \nGo"),
        ("Skills in use:\npottery", "Skills in use:\npottery"),
        ("pottery\nand glazing", "pottery and glazing"),
    ],
)
def test_a_blank_at_a_line_end_shows_that_the_sentence_goes_on(text: str, flowing: str) -> None:
    assert unwrapped(text) == flowing


def test_a_quote_over_a_line_end_is_the_text_as_it_stands() -> None:
    text = "You will be responsible for building, judging and deploying machine\nlearning models for mail."
    found = [text[d.start : d.end] for d in Reader(WORDS).demands(text)]
    assert any("machine\nlearning" in quote for quote in found)
    assert "learning models" not in found


# --- spans as a person would mark them -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("our data pipelines and", "data pipelines"),
        ("(Terraform", "Terraform"),
        ("[Kubernetes]", "Kubernetes"),
        ("🚀 process improvement 🎓️", "process improvement"),
        ("generation (RAG", "generation"),
        ("• Excel,", "Excel"),
        ("closely", None),
        ("working closely", None),
        ("manage engineers", "manage engineers"),
        ("vehicle inspection", "vehicle inspection"),
        ("caring for carers", "caring for carers"),
        ("work with students", "work with students"),
        ("A/B tests", "A/B tests"),
        ("certified public accountant", "certified public accountant"),
        (".NET", ".NET"),
        ("gather feedback around", "gather feedback"),
        ("under pressure", "under pressure"),
    ],
)
def test_spans_are_tidied(text: str, kept: str | None) -> None:
    found = tidy.tidied(text, Span(0, len(text), "model"))
    assert (text[found.start : found.end] if found else None) == kept


def split(text: str) -> list[str]:
    items = combine.split_list(text, Span(0, len(text), "model"), SCANNER.spans(text))
    return [text[s.start : s.end] for s in items]


def test_a_list_becomes_its_items() -> None:
    assert split("Python, SQL and Docker") == ["Python", "SQL", "Docker"]
    assert split("Python/SQL") == ["Python", "SQL"]


def test_a_practice_is_not_taken_apart() -> None:
    assert split("design and build data pipelines") == ["design and build data pipelines"]
    assert split("CI/CD") == ["CI/CD"]


def test_verbs_that_wait_for_an_object_stay_with_the_item_that_has_it() -> None:
    assert split("design, build and run Airflow, Docker") == ["design, build and run Airflow", "Docker"]
    assert split("build, Airflow") == ["build", "Airflow"]


def test_an_alias_that_joins_two_skills_hides_neither() -> None:
    joint = (
        ("Oars", "oars and sails", "oars/sails"),
        ("Sails", "sails and mending"),
        ("Sail mending", "mending"),
    )
    joint += (("Tide tables", "tide tables and mending"), ("AI",), ("ML", "ai/ml"), ("Rope", "rope and wax"))
    joint += (("SAFe", "=SAFe"), ("Good manners", "safe and friendly", "friendly"))
    scanner = Scanner(Vocabulary({name: entry(name, *rest) for name, *rest in joint}, WORDS.themes))

    def found(text: str) -> list[str]:
        return [span.skill or "" for span in scanner.spans(text)]

    assert found("oars and sails") == ["Oars", "Sails"]
    assert found("oars/sails") == ["Oars", "Sails"]
    assert found("tide tables and mending") == ["Tide tables"]
    assert found("AI/ML") == ["ML"]
    assert found("rope and wax") == ["Rope"]
    assert found("safe and friendly") == ["Good manners"]


LISTS = Scanner(
    Vocabulary(
        {
            name: entry(name, *aliases)
            for name, *aliases in (
                ("Tide data quality",), ("Tide data safety",), ("Tide law",), ("Safety",),
                ("Wave forecasting",), ("Wind forecasting",), ("Forecasting ability", "Wave ability"),
            )
        },
        WORDS.themes,
    )
)  # fmt: skip


def test_a_known_tool_inside_a_practice_stands_beside_it() -> None:
    text = "operate data pipelines in Airflow"

    class Sure:
        def demand(self, start: int, end: int) -> float:
            return 1.0

        def sells(self, offset: int) -> bool:
            return False

    model = [Span(0, len(text), "model", "general", 0.9)]
    found = combine.with_model(text, model, SCANNER.spans(text), Sure(), SectionsAt(()))
    assert [text[s.start : s.end] for s in found] == [text, "Airflow"]


# --- the whole reading -------------------------------------------------------------------------


ENGINES = (LocalEngine(WORDS), FastEngine(WORDS))
TEXT = """What you will do
- Design and build data pipelines in Airflow

Requirements
- 3+ years of experience with Python
- Strong SQL skills; Docker is a plus
- No experience with Java is required

Benefits
- A dog
"""


def posting(text: str, **known: object) -> Posting:
    return Posting("p", "u", text, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.name)
def test_a_posting_gives_its_demands_with_exact_quotes(engine: LocalEngine) -> None:
    from pipeline import read

    it = posting(TEXT, sections=read.sections(TEXT))
    found = engine.mentions(it)
    assert all(TEXT[m.start : m.end] == m.quote for m in found)
    by_quote = {m.quote: m for m in found}
    assert {"Python", "Airflow", "Docker"} <= by_quote.keys()
    assert by_quote["Python"].years == 3
    assert by_quote["Python"].strength == "required"
    assert by_quote["Docker"].strength == "preferred"
    assert all(m.negated for m in found if "Java" in m.quote)
    assert not any("dog" in m.quote for m in found)


def test_another_language_is_not_read() -> None:
    assert LocalEngine(WORDS).mentions(posting("Wir suchen Python und SQL", language="de")) == ()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_any_text_keeps_its_offsets(text: str) -> None:
    for engine in ENGINES:
        assert all(text[m.start : m.end] == m.quote for m in engine.mentions(posting(text)))


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 60_000,
        "a" * 200_000,
        "(" * 60_000,
        "We need Python. " * 6_000,
        "\u202eSQL\u202c " * 5_000,
        "\n" * 50_000,
        "Python/" * 8_000,
        "Requirements: SQL " * 3_000,
        "Salary: 5\n" * 5_000,
        "experience with " * 4_000,
    ],
    ids=["emoji", "one word", "brackets", "sentences", "right to left", "breaks", "slashes", "headings",
         "labels", "cues"],
)  # fmt: skip
def test_huge_and_odd_texts_are_read_in_reasonable_time(text: str) -> None:
    found = FastEngine(WORDS).mentions(posting(text, sections=read.sections(text)))
    assert all(text[m.start : m.end] == m.quote for m in found)


def test_the_same_text_gives_the_same_mentions_beside_any_other() -> None:
    engine = LocalEngine(WORDS)
    alone = engine.mentions(posting(TEXT))
    others = ["Python and SQL " * n for n in random.Random(7).sample(range(1, 40), 5)]
    for other in others:
        engine.mentions(posting(other))
        assert engine.mentions(posting(TEXT)) == alone


def test_sections_that_sell_the_employer_demand_nothing_of_the_vocabulary() -> None:
    text = "Our product is written in Python.\n"
    it = posting(text, sections=(Section(0, len(text), "company", "About us"),))
    assert FastEngine(WORDS).mentions(it) == ()


def test_a_sentence_ends_at_breaks_bullets_and_signs_that_close() -> None:
    text = "We use vim.You know e.g. SQL. Go on\n• C++;  Ada agents.Strong • R"
    assert [text[start:end] for start, end in sentences.bounds(text)] == [
        "We use vim.", "You know e.g. SQL.", "Go on\n", "•", "C++;", " Ada agents.", "Strong •", "R",
    ]  # fmt: skip


PIECES = [" ", "  ", "\n", "\t", ".", "!", "•", ";", "…", "...", "e.g.", "Inc.", "word", "Word", "a", "(",
          "C++", "don't", "10%", "-", "_", "\u00a0", "É"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_sentences_are_those_of_the_whole_text_through_spacys_tokenizer(parts: list[str]) -> None:
    import spacy

    text = "".join(parts)
    begins, closed, last, found = True, False, "", []
    for token in spacy.blank("en")(text):
        if begins or (closed and token.text[0].isupper() and len(last) > 2 and last.islower()):
            found.append([token.idx, 0])
        found[-1][1] = token.idx + len(token)
        closed = token.text in frozenset(".!?;•…")
        begins = "\n" in token.text or (closed and (bool(token.whitespace_) or token.text not in ".!?;"))
        last = last if closed else token.text
    assert [list(pair) for pair in sentences.bounds(text)] == found


def test_a_spacy_user_can_add_the_component() -> None:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("skillmatrix")
    doc = nlp("You need Python, SQL and strong communication skills.")
    assert {"Python", "SQL"} <= {span.text for span in doc.spans["skills"]}
    exact = doc.spans["skills"].attrs["demands"]
    assert len(exact) == len(doc.spans["skills"])
    assert {span.label_ for span in doc.spans["skills"]} <= {"GENERAL", "SPECIFIC", "SKILL"}


def test_the_reader_serves_the_skillspan_scheme() -> None:
    text = "Experience with Python and Java"
    spans = Reader(WORDS).skillspan(text)
    assert spans
    assert all(
        0 <= start < end <= len(text) and label in ("SKILL", "KNOWLEDGE") for start, end, label in spans
    )
