"""One name for all wordings of a skill, and nothing joined that is two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import vocabulary
from pipeline.cluster import Names, Usage, abbreviations, build_skills, name_mentions, suggest, usages
from pipeline.records import Mention, Posting, Rulings, Skill, SkillEntry, ThemeEntry, Vocabulary


def skill(name, kind="specific", theme="t", aliases=(), phrases=(), **more):
    return SkillEntry(name, kind, theme, tuple(aliases), tuple(phrases), **more)


ENTRIES = [
    skill("Python"),
    skill("Java"),
    skill("JavaScript", aliases=["JS"]),
    skill("C"),
    skill("C++"),
    skill("C#", aliases=["C sharp"]),
    skill("Go", aliases=["=Go", "golang"]),
    skill("R", aliases=["=R"]),
    skill("SQL"),
    skill("NoSQL"),
    skill("Excel", aliases=["=Excel", "Microsoft Excel"]),
    skill("Power BI"),
    skill("Salesforce"),
    skill("React"),
    skill("React Native"),
    skill("Apache Beam"),
    skill("Apache Spark", aliases=["Spark"]),
    skill("AWS", aliases=["Amazon Web Services"]),
    skill("Amazon S3"),
    skill("Azure"),
    skill("DevOps", "general"),
    skill("ISO 27001"),
    skill("Nursing"),
    skill("Accounting"),
    skill("Life support"),
    skill("Deep learning"),
    skill("Natural language processing", aliases=["NLP"]),
    skill("Computer vision", aliases=["CV"]),
    skill("Microservices"),
    skill("Organisational skills", "general"),
    skill("Communication", "general", "talk", ["communication skills"]),
    skill("Project management", "general", "lead"),
    skill("System design", "general"),
    skill("Patient assessment", "specific"),
    skill("Infection prevention and control", "specific"),
    skill("Market research", "general"),
    skill("Customer experience", "general"),
    skill(
        "Communicating findings",
        "general",
        "talk",
        phrases=["communicat*/present* finding*/result* stakeholder*/audience*"],
    ),
    skill("Model building", "general", phrases=["build*/develop* model* !financ*/fashion*"]),
    skill("Injections", phrases=["inject*"]),
    skill("Team working", "general", phrases=["cross-functional* team*"]),
    skill("Partnerships", "general", phrases=["partner* develop*"]),
    skill("Self-direction", "general", phrases=["self-direct*"]),
    skill("Supply planning", "general", phrases=["material* plan*"]),
    skill("Shopper marketing", "general", phrases=["customer-marketing customer*"]),
]
THEMES = [
    ThemeEntry("t", "Working with tools", "specific", "bound to a named tool"),
    ThemeEntry("talk", "Communicating", "general", "people talk in every job"),
    ThemeEntry("lead", "Leading", "general", "every employer has projects"),
]
TOY = Vocabulary({e.name: e for e in ENTRIES}, {t.key: t for t in THEMES}, "toy")


@pytest.fixture(scope="module")
def names():
    return Names(TOY)


# --- rules that join ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surface", "name", "how"),
    [
        ("python", "Python", "alias"),
        ("PYTHON", "Python", "alias"),
        ("Python.", "Python", "alias"),
        ("“Python”", "Python", "alias"),
        ("•  Python ", "Python", "alias"),
        ("Ｐython", "Python", "alias"),
        ("c++", "C++", "alias"),
        ("C♯", "C♯", "own words"),
        ("Go", "Go", "alias"),
        ("go", "Go", "rule"),
        ("Python 3.11", "Python", "rule"),
        ("Python 3.x or higher", "Python", "rule"),
        ("Python3", "Python", "rule"),
        ("Java 8/11", "Java", "rule"),
        ("C++17", "C++", "rule"),
        ("Python's", "Python", "rule"),
        ("strong Python skills", "Python", "rule"),
        ("5+ years of experience with Python", "Python", "rule"),
        ("3 years' experience in Python", "Python", "rule"),
        ("hands-on experience and knowledge of SQL", "SQL", "rule"),
        ("a solid understanding of SQL", "SQL", "rule"),
        ("proficient in Excel", "Excel", "rule"),
        ("advanced Excel", "Excel", "rule"),
        ("Python scripting", "Python", "rule"),
        ("Power BI dashboards", "Power BI", "rule"),
        ("PowerBI", "Power BI", "rule"),
        ("power-bi", "Power BI", "alias"),
        ("java script", "JavaScript", "rule"),
        ("No SQL", "NoSQL", "rule"),
        ("microservice", "Microservices", "rule"),
        ("micro-services", "Microservices", "rule"),
        ("organizational skills", "Organisational skills", "rule"),
        ("Microsoft Power BI", "Power BI", "rule"),
        ("AWS S3", "Amazon S3", "rule"),
        ("Amazon AWS", "AWS", "rule"),
        ("Beam", "Apache Beam", "rule"),
        ("Natural Language Processing (NLP)", "Natural language processing", "rule"),
        ("ISO27001", "ISO 27001", "rule"),
        ("managing projects", "Project management", "rule"),
        ("management of projects", "Project management", "rule"),
        ("designing systems", "System design", "rule"),
        ("assess patients", "Patient assessment", "rule"),
        ("prevention and control of infection", "Infection prevention and control", "rule"),
        ("Infection Prevention & Control", "Infection prevention and control", "rule"),
        ("conduct market research", "Market research", "rule"),
        ("carrying out market research", "Market research", "rule"),
        ("excellent communication skills", "Communication", "rule"),
        ("present results to non-technical audiences", "Communicating findings", "phrase"),
        ("develop predictive models", "Model building", "phrase"),
        ("cross functional teams", "Team working", "phrase"),
        ("developing strategic partnerships", "Partnerships", "phrase"),
        ("customer marketing campaigns", "Shopper marketing", "phrase"),
        ("planning of raw materials", "Supply planning", "phrase"),
        ("self-directing", "Self-direction", "phrase"),
        ("give injections efficiently", "Injections", "phrase"),
        ("give injections to patients", "Injections", "phrase"),
        ("and experience using Python or similar", "Python", "inside"),
        ("develop and apply various market research", "Market research", "inside"),
    ],
)
def test_a_wording_finds_its_skill(names, surface, name, how):
    found = names.resolve(surface)
    assert (found.name, found.how) == (name, how)


# --- and what they must not join ------------------------------------------------------------------


@pytest.mark.parametrize(
    "surface",
    [
        "sales force",
        "sales force management",
        "beam",
        "ISO 9001",
        "Microsoft SQL",
        "Azure DevOps",
        "advanced life support",
        "basic life support",
        "nursing process",
        "accounting software",
        "learning",
        "customer",
        "design systems",
        "build financial models",
        "dependency injection",
        "injection moulding",
        "research market",
        "API 510",
        "C/C++ and Java",
        "AWS D1.1",
        # who stands beside another is none of the words that begin alike
        "talks with developers, partners",
        "direct to self",
        # a plant is no plan
        "native plant materials",
        # only verbs of making say nothing of their own
        "criticise various market research",
        "briefs for product, customer, marketing",
        "the customer (marketing)",
    ],
)
def test_a_wording_that_only_looks_alike_keeps_its_own_words(names, surface):
    found = names.resolve(surface)
    assert (found.known, found.how) == (False, "own words")


def test_a_name_that_every_rule_could_reach_takes_the_fewest_cuts(names):
    assert names.resolve("experience in customer experience").name == "Customer experience"


# --- own words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("communicate findings", "Communicating findings"),
        ("ability to calibrate the sensors", "Calibrating sensors"),
        ("Designing Widget Racks", "Designing widget racks"),
        ("kdb+", "kdb+"),
        ("eHire", "eHire"),
        ("strong widget tuning skills", "Widget tuning"),
        ("adherence to (SLAs)", "Adherence to SLAs"),
        ("Widget Tuning Framework (WTF)", "Widget tuning framework"),
        ("WTF (widget tuning framework)", "Widget tuning framework"),
        ("WIDGET RACKS", "Widget racks"),
        ("develop and maintain the widget catalogue", "Developing and maintaining widget catalogue"),
        ("develop, test and refine widgets", "Developing testing and refining widgets"),
        ("design and maintain widgets", "Designing and maintaining widgets"),
        ("design and test racks", "Design and test racks"),
        ("maintain balance between widgets", "Maintaining balance between widgets"),
        ("provide support to widgets", "Providing support to widgets"),
        ("maintain", "Maintenance"),
        ("validating", "Validation"),
        ("drafting", "Drafting"),
        ("reports", "Reports"),
        ("the", "The"),
        ("—", "—"),
    ],
)
def test_an_unknown_skill_keeps_its_own_head_words(names, surface, name):
    assert names.resolve(surface).name == name


def test_paraphrases_with_the_same_content_words_share_one_name(names):
    surfaces = ["calibrating the sensors", "calibrate sensors", "Calibrate Sensor"]
    assert len({r.name for r in names.resolve_all(surfaces).values()}) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("design research", "research design"),
        ("market data", "marketing data"),
        ("managed services", "managing services"),
        ("Java to Python migration", "Python to Java migration"),
        ("internal widgets", "international widgets"),
        ("work with supervision", "work without supervision"),
        ("widget 9", "widget 17"),
    ],
)
def test_word_order_and_small_words_keep_two_unknown_skills_apart(names, left, right):
    found = names.resolve_all([left, right])
    assert found[left].name != found[right].name


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_a_name_and_always_the_same(text):
    first, second = Names(TOY).resolve(text), Names(TOY).resolve(text)
    assert first == second
    assert isinstance(first.name, str)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([e.name for e in ENTRIES] + ["tune widgets", "widget tuning", "go"])))
def test_the_company_of_other_surfaces_never_changes_a_known_name(surfaces):
    alone = Names(TOY)
    together = Names(TOY).resolve_all(surfaces)
    for surface, found in together.items():
        if found.known:
            assert found == alone.resolve(surface)


def test_every_shipped_canonical_name_is_its_own_name():
    v = vocabulary.load()
    names = Names(v)
    assert [n for n in v.skills if names.resolve(n).name != n] == []


def test_every_shipped_alias_leads_to_its_own_skill():
    v = vocabulary.load()
    names = Names(v)
    wrong = [
        (alias, entry.name, names.resolve(alias.removeprefix("=")).name)
        for entry in v.skills.values()
        for alias in entry.aliases
        if names.resolve(alias.removeprefix("=")).name != entry.name
    ]
    # a folded alias may share its letters with another skill's exact one: "Go" and "go"
    exact = {a[1:] for e in v.skills.values() for a in e.aliases if a.startswith("=")}
    assert [w for w in wrong if w[0].removeprefix("=") not in exact] == []


# --- a person's word ------------------------------------------------------------------------------


def test_a_rename_and_a_merge_win_over_the_vocabulary():
    rulings = Rulings(names={"Python": "Programming in Python", "Apache Beam": "Apache Spark"})
    names = Names(TOY, rulings)
    assert names.resolve("strong Python skills").name == "Programming in Python"
    assert names.resolve("Beam").how == "decision"
    assert names.resolve("Beam").name == "Apache Spark"


def test_a_rename_holds_for_an_unknown_name_however_it_is_written():
    names = Names(TOY, Rulings(names={"Widget tuning": "Tuning"}))
    assert names.resolve("widget-tuning skills").name == "Tuning"


def test_decisions_in_a_ring_end():
    names = Names(TOY, Rulings(names={"Python": "Java", "Java": "Python"}))
    assert names.resolve("Python").name in ("Python", "Java")


def test_a_decision_holds_for_every_paraphrase_of_an_unknown_skill():
    rulings = Rulings(names={"Calibrating sensors": "Sensor work"}, rejected=frozenset({"Widget racks"}))
    named = name_mentions([mention("calibrate sensor"), mention("Widget rack", 40)], {}, Names(TOY, rulings))
    assert [m.skill for m in named] == ["Sensor work", None]


def test_a_paraphrase_joins_the_name_that_is_in_use():
    names = Names(TOY, used=["Calibrating the sensors"])
    assert names.resolve("calibrate sensors").name == "Calibrating the sensors"


def test_a_split_wording_goes_its_own_way():
    names = Names(TOY, Rulings(surfaces={"python scripting": "Scripting"}, names={"Scripting": "Python"}))
    assert names.resolve("Python  Scripting").name == "Scripting"
    assert names.resolve("Python").name == "Python"


# --- abbreviations ----------------------------------------------------------------------------------


def test_a_posting_defines_its_own_abbreviations():
    text = (
        "We value Natural Language Processing (NLP) and IPC (infection prevention and control).\n"
        "Fluent in the Acme Build Tool (ABT), our tool (great) and KPI (which is nice)."
    )
    assert abbreviations(text) == {
        "NLP": "Natural Language Processing",
        "IPC": "infection prevention and control",
        "ABT": "Acme Build Tool",
    }


def test_an_abbreviation_defined_in_two_ways_is_left_out():
    assert abbreviations("Curriculum Vitae (CV) writing and Computer Vision (CV)") == {}


def test_brackets_without_end_cost_nothing():
    assert abbreviations("(A" * 5_000 + "x (" * 5_000) == {}


def mention(quote, start=0, posting="p", **more):
    return Mention(posting, start, start + len(quote), quote, **more)


@pytest.mark.parametrize(
    ("text", "quote", "skill"),
    [
        ("CV needed", "CV", "Computer vision"),
        ("Corporate Volunteering (CV) is ours. CV needed.", "CV", "Corporate volunteering"),
        ("Computing Vision (CV) is ours. CV needed.", "CV", "Computer vision"),
        ("Infection Prevention and Control (IPC) is key. IPC", "IPC", "Infection prevention and control"),
        ("Our Widget Torque Fixer (WTF) rocks. WTF", "WTF", "Widget torque fixer"),
    ],
)
def test_a_definition_in_the_posting_beats_the_common_meaning(text, quote, skill):
    at = text.rindex(quote)
    named = name_mentions([mention(quote, at)], {"p": text}, Names(TOY))
    assert [m.skill for m in named] == [skill]


def test_a_definition_counts_in_its_own_posting_only():
    texts = {"p": "Corporate Volunteering (CV)", "q": "CV needed"}
    named = name_mentions([mention("CV", 24), mention("CV", 0, "q")], texts, Names(TOY))
    assert [m.skill for m in named] == ["Corporate volunteering", "Computer vision"]


# --- mentions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "kind", "skill"),
    [
        ("excel", "specific", "Microsoft Excel"),
        ("spark", "specific", "Apache Spark"),
        ("excel", "general", "Excel"),
        ("heat", "specific", "Heat"),
        ("safe", "specific", "Safe"),
    ],
)
def test_a_small_letter_hides_no_product_that_an_engine_took_for_a_named_thing(quote, kind, skill):
    (found,) = name_mentions([mention(quote, kind=kind)], {"p": quote}, Names(vocabulary.load()))
    assert found.skill == skill


def test_a_rejected_product_stays_rejected_in_small_letters():
    names = Names(vocabulary.load(), Rulings(rejected=frozenset({"Microsoft Excel"})))
    (found,) = name_mentions([mention("excel", kind="specific")], {"p": "excel"}, names)
    assert found.skill is None


def test_overlapping_mentions_of_one_skill_collapse_and_keep_what_each_knew():
    whole = mention("strong Python skills", 10, strength="duty", depth="strong")
    inner = mention("Python", 17, strength="required", years=3.0)
    named = name_mentions([whole, inner, mention("Python", 80)], {}, Names(TOY))
    assert [(m.start, m.quote, m.strength, m.years, m.depth) for m in named] == [
        (17, "Python", "required", 3.0, "strong"),
        (80, "Python", "unstated", None, None),
    ]


def test_overlapping_mentions_of_two_skills_both_stay():
    named = name_mentions([mention("React Native", 0), mention("React", 0)], {}, Names(TOY))
    assert {m.skill for m in named} == {"React Native", "React"}


def test_a_negated_mention_does_not_swallow_a_demand():
    named = name_mentions([mention("Python", 0, negated=True), mention("Python", 0)], {}, Names(TOY))
    assert len(named) == 2


def test_wrong_mentions_and_rejected_skills_lose_their_skill_and_stay_listed():
    rulings = Rulings(rejected=frozenset({"sql"}), wrong=frozenset({("p", 0, 6)}))
    named = name_mentions(
        [mention("Python", 0), mention("Python", 50), mention("SQL", 70)], {}, Names(TOY, rulings)
    )
    assert [m.skill for m in named] == [None, "Python", None]


def test_quotes_and_offsets_are_never_touched():
    mentions = [mention("strong Python skills", 10), mention("Python 3.11", 40)]
    assert [(m.start, m.end, m.quote) for m in name_mentions(mentions, {}, Names(TOY))] == [
        (10, 30, "strong Python skills"),
        (40, 51, "Python 3.11"),
    ]


# --- skills -------------------------------------------------------------------------------------------


def test_kind_comes_from_the_vocabulary_with_the_themes_reason():
    built = build_skills([Usage("Communication", specific=9)], TOY)[0]
    assert (built.kind, built.reason) == ("general", "vocabulary: people talk in every job")


def test_a_person_overrules_the_kind_and_is_named():
    rulings = Rulings(kinds={"Communication": "specific"}, by={"Communication": "ada on 2026-03-01, kind"})
    built = build_skills([Usage("Communication")], TOY, rulings)[0]
    assert built.kind == "specific"
    assert built.reason == "ada on 2026-03-01, kind decided: specific"


def test_an_unknown_skill_has_the_kind_that_readers_give_such_wordings():
    used = [Usage(name, surfaces=(name.lower(),)) for name in ("Widget tuning", "Patient listening")]
    listening, tuning = build_skills(used, TOY)
    assert (tuning.kind, listening.kind) == ("specific", "general")
    assert tuning.reason.startswith("learned: readers call such wordings specific")


def test_without_wordings_the_engines_vote_for_the_kind():
    built = build_skills([Usage("Widget tuning", general=2, specific=3)], TOY)[0]
    assert (built.kind, built.known) == ("specific", False)
    assert built.reason == "engine: 3 of 5 mentions read as specific"


def test_measured_spread_overrules_an_engine_visibly_but_not_the_vocabulary():
    wide = {"roles": 3, "all_roles": 3, "employers": 9}
    widget, python = build_skills([Usage("Python", **wide), Usage("Widget tuning", specific=4, **wide)], TOY)[
        ::-1
    ]
    assert widget.kind == "general"
    assert "asked for in 3 roles of 3 and by 9 employers, so general (was specific" in widget.reason
    assert python.kind == "specific"
    assert "asked for in 3 roles of 3 and by 9 employers" in python.reason


def test_too_few_employers_measure_nothing_and_a_named_thing_stays_specific():
    wide = {"roles": 3, "all_roles": 3, "specific": 4}
    few = build_skills([Usage("Widget tuning", employers=2, **wide)], TOY)[0]
    named = build_skills([Usage("WidgetFlow", employers=9, **wide)], TOY)[0]
    assert (few.kind, named.kind) == ("specific", "specific")


def test_one_target_says_nothing_of_spread():
    assert "asked for" not in build_skills([Usage("Python")], TOY)[0].reason


def test_themes_come_from_a_person_the_vocabulary_the_name_inside_or_the_skill_itself():
    rulings = Rulings(themes={"SQL": "lead"})
    built = {
        s.name: s.theme
        for s in build_skills(
            [
                Usage("SQL"),
                Usage("Python"),
                Usage("Python widget racks", specific=1),
                Usage("Widget tuning", general=1),
            ],
            TOY,
            rulings,
        )
    }
    assert built == {
        "SQL": "lead",
        "Python": "t",
        "Python widget racks": "t",
        "Widget tuning": "Widget tuning",
    }


def test_skills_are_built_from_mentions_too():
    named = name_mentions([mention("Python 3"), mention("python", 20), mention("SQL", 40)], {}, Names(TOY))
    built = build_skills(named, TOY, Rulings(rejected=frozenset({"SQL"})))
    assert [(s.name, s.aliases) for s in built] == [("Python", ("Python 3", "python"))]


def test_usages_count_roles_and_employers_without_negated_mentions():
    postings = {i: Posting(i, "", "", company=c) for i, c in (("p", "Acme"), ("q", "Acme"), ("r", "Bolt"))}
    named = [mention("SQL", 0, p, skill="SQL", kind="specific") for p in "pqr"]
    named.append(mention("R", 9, "p", skill="R", negated=True))
    assert usages(named, postings, {"p": "ml", "q": "de", "r": "de"}) == [
        Usage("SQL", 0, 3, ("SQL",), roles=2, employers=2, all_roles=2)
    ]


def test_a_taxonomy_entry_without_a_theme_is_a_theme_of_its_own():
    entry = skill("Juggling", "general", "", source="esco", uri="urn:j")
    v = Vocabulary({**TOY.skills, "Juggling": entry}, TOY.themes)
    built = build_skills([Usage("Juggling")], v)[0]
    assert (built.theme, built.uri, built.reason) == ("Juggling", "urn:j", "taxonomy esco")


# --- suggestions --------------------------------------------------------------------------------------


def known(name, *aliases):
    return Skill(name, "specific", "", "t", aliases, known=True)


def unknown(name, *aliases):
    return Skill(name, "specific", "", name, aliases, known=False)


def test_a_slip_of_the_pen_is_suggested_with_its_evidence():
    posts = {"Kubernetes": {"a", "b"}, "Kubernets": {"c"}}
    found = suggest([known("Kubernetes"), unknown("Kubernets"), known("Java")], None, posts)
    assert [(s.left, s.right) for s in found] == [("Kubernets", "Kubernetes")]
    assert "95 % of the letters alike" in found[0].why
    assert "together in 0 of 3 postings" in found[0].why


def test_initials_are_suggested():
    found = suggest([unknown("WTF"), unknown("Widget tuning framework")])
    assert (found[0].left, found[0].right) in {
        ("WTF", "Widget tuning framework"),
        ("Widget tuning framework", "WTF"),
    }


def test_two_curated_names_and_two_numbers_are_never_suggested():
    assert suggest([known("Java"), known("Javaa"), unknown("IFRS 9"), unknown("IFRS 17")]) == []


def test_what_a_person_accepted_or_rejected_is_not_asked_again():
    skills = [known("Kubernetes"), unknown("Kubernets")]
    assert suggest(skills, rulings=Rulings(accepted=frozenset({"Kubernetes", "Kubernets"}))) == []
    assert suggest(skills, rulings=Rulings(rejected=frozenset({"Kubernets"}))) == []


def test_names_that_stand_side_by_side_in_postings_are_less_likely_one():
    apart = suggest([unknown("Widget rack"), unknown("Widget racking")], None, {"Widget rack": {"a"}})
    together = suggest(
        [unknown("Widget rack"), unknown("Widget racking")],
        None,
        {"Widget rack": {"a"}, "Widget racking": {"a"}},
    )
    assert sum(s.score for s in together) < sum(s.score for s in apart)


def test_suggestions_do_not_depend_on_the_order_of_skills():
    skills = [unknown(f"Widget rack {c}{d}") for c in "abcdefgh" for d in ("", "s", "ed")]
    assert suggest(skills) == suggest(skills[::-1])
