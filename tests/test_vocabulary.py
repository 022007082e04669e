"""The vocabulary: refused with file and line where it is wrong, and the user's taxonomy beside it."""

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import vocabulary
from pipeline.errors import SettingsError, UsageError
from pipeline.text import claims, fold, key

THEMES = "key\ttitle\tkind\treason\tease\tbuilds_on\tevidence\tpractice\tquestions\n"
SKILLS = "name\tkind\ttheme\taliases\tphrases\tbuilds_on\n"
GOOD_THEME = "python\tProgramming in Python\tspecific\ta named language\t4\t\t\t\t\n"


@pytest.fixture
def said(tmp_path):
    """Provide what the checker says of these skills and themes."""

    def check(skills: str, themes: str = GOOD_THEME) -> list[str]:
        (tmp_path / "skills.tsv").write_text(SKILLS + skills, encoding="utf-8")
        (tmp_path / "themes.tsv").write_text(THEMES + themes, encoding="utf-8")
        return vocabulary.problems([tmp_path])

    return check


# --- the shipped files --------------------------------------------------------------------------


def test_the_shipped_vocabulary_has_no_problem():
    assert vocabulary.problems() == []


def test_the_shipped_vocabulary_is_as_large_as_promised():
    v = vocabulary.load()
    assert len(v.skills) >= 2_500
    assert sum(len(entry.aliases) for entry in v.skills.values()) >= 6_000
    assert len(v.themes) >= 250


def test_every_shipped_theme_has_skills_and_says_why_it_is_of_its_kind():
    v = vocabulary.load()
    used = {entry.theme for entry in v.skills.values()}
    assert sorted(set(v.themes) - used) == []
    assert all(len(theme.reason.split()) >= 3 for theme in v.themes.values())


def test_loading_twice_gives_the_same_object_and_version():
    assert vocabulary.load() is vocabulary.load()
    assert len(vocabulary.load().version) == 16


def test_no_shipped_phrase_is_a_name_already():
    v = vocabulary.load()
    bare = [
        (entry.name, phrase)
        for entry in v.skills.values()
        for phrase in entry.phrases
        if not phrase.strip() or "|" in phrase
    ]
    assert bare == []


# --- what is refused ----------------------------------------------------------------------------


def test_a_good_file_is_no_problem(said):
    assert said("# a comment\n\nPython\tspecific\tpython\tCPython|=Py\tscript* python\t\n") == []


def test_a_duplicate_name_is_refused_with_both_lines(said):
    assert said("Python\tspecific\tpython\t\t\t\nPython\tspecific\tpython\t\t\t\n") == [
        _at("skills.tsv:3: skill 'Python' stands already in", said, "skills.tsv:2")
    ]


def _at(text, said, other):
    folder = said.__closure__[0].cell_contents.name
    return f"{folder}/{text} {folder}/{other}"


@pytest.mark.parametrize(
    ("skills", "says"),
    [
        ("A\tspecific\tpython\tpy thon\t\t\nB\tspecific\tpython\tPy-Thon\t\t\n", "is claimed by 'A'"),
        ("A\tspecific\tpython\t\t\t\nB\tspecific\tpython\ta\t\t\n", "alias 'a' of 'B' is claimed by 'A'"),
        (
            "A\tspecific\tpython\t=Go\t\t\nB\tspecific\tpython\t=Go\t\t\n",
            "alias '=Go' of 'B' is claimed by 'A'",
        ),
        ("LoRA\tspecific\tpython\t\t\t\nB\tspecific\tpython\t=LoRA\t\t\n", "is the spelling of 'LoRA'"),
        ("A\tspecific\tpython\t\tx* y*\t\nB\tspecific\tpython\t\tx*  y*\t\n", "phrase 'x*  y*' is claimed"),
        ("A\tspecific\tpython\t\tx*/\t\n", "has an empty stem"),
        ("A\tspecific\tnowhere\t\t\t\n", "no theme is called 'nowhere'"),
        ("A\tsoft\tpython\t\t\t\n", "kind 'soft' is not general or specific"),
        ("A\tspecific\tpython\t\t\tB\n", "builds on 'B', which is no skill"),
        ("A\tspecific\tpython\t\t\tB\nB\tspecific\tpython\t\t\tA\n", "A → B → A build on each other"),
        ("A\tspecific\tpython\t\t\tA\n", "A → A build on each other"),
        ("\tspecific\tpython\t\t\t\n", "a skill needs a name"),
        ("A\tspecific\tpython\t=\t\t\n", "is empty"),
        ("A\tspecific\tpython\ta\tb\tA\tmore\n", "7 cells under 6 columns"),
    ],
)
def test_a_wrong_skill_is_refused(said, skills, says):
    problems = said(skills)
    assert any(says in problem and "skills.tsv:" in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("themes", "says"),
    [
        (GOOD_THEME * 2, "theme 'python' stands already in"),
        (GOOD_THEME.replace("\t4\t", "\t6\t"), "ease '6' is not 1 to 5"),
        (GOOD_THEME.replace("specific", "hard"), "kind 'hard'"),
        (GOOD_THEME.replace("a named language", ""), "needs key, title and reason"),
        (GOOD_THEME.replace("4\t\t", "4\tperl\t"), "builds on 'perl', which is no theme"),
        (GOOD_THEME.replace("4\t\t", "4\tpython\t"), "python → python build on each other"),
    ],
)
def test_a_wrong_theme_is_refused(said, themes, says):
    problems = said("", themes)
    assert any(says in problem and "themes.tsv:" in problem for problem in problems), problems


def test_all_problems_are_told_at_once(said):
    assert len(said("A\tsoft\tnowhere\t\t\tB\nA\tspecific\tpython\t\t\t\n")) == 4


def test_a_header_that_lacks_a_column_is_refused(tmp_path):
    (tmp_path / "s.tsv").write_text("name\tkind\n", encoding="utf-8")
    assert "the header lacks theme, aliases" in vocabulary.problems([tmp_path])[0]


def test_a_binary_file_is_refused(tmp_path):
    (tmp_path / "s.tsv").write_bytes(b"\xff\xfe\x00")
    assert "s.tsv" in vocabulary.problems([tmp_path])[0]


def test_the_checker_is_a_command(tmp_path):
    (tmp_path / "s.tsv").write_text(SKILLS + "A\tsoft\tnowhere\t\t\t\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.vocabulary", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "kind 'soft'" in done.stdout


# --- claims and keys ----------------------------------------------------------------------------


def test_a_name_behind_an_equals_sign_counts_in_its_own_case_only():
    assert claims("Go", ("=Go", "golang")) == ("=Go", "golang")
    assert claims("Power BI", ("PowerBI", "power-bi")) == ("power bi", "powerbi")


def test_the_fast_key_of_ascii_is_the_folded_one():
    for text in ("A-B_c  D\t\x1c e", "C++", "\x0bx\x1f-", "Node.js"):
        assert key(text) == " ".join(fold(text).text.replace("-", " ").replace("_", " ").split())


# --- a user's taxonomy --------------------------------------------------------------------------

ESCO = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status\n"
    "K,http://esco.example/1,knowledge,sector-specific,Python (computer programming),"
    '"Python 3\nsnake charming",released\n'
    "K,http://esco.example/2,skill/competence,transversal,juggle requests,juggling requests | cope,released\n"
    "K,http://esco.example/3,skill/competence,transversal,old thing,,obsolete\n"
)
ONET = (
    "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\n"
    "11-1\tStructured query language SQL\t432\tQuery software\tY\n"
    "11-2\tAcme Beamer Pro software\t433\tBeam software\tN\n"
    "11-3\tHeavy tractor moving lorries HTML\t434\tTesters\tN\n"
    "11-3\tAcme Beamer Pro software\t433\tBeam software\tN\n"
)


@pytest.fixture
def joined(tmp_path):
    """Provide the vocabulary with a taxonomy of this text."""

    def join(kind, text, suffix=".csv"):
        file = tmp_path / f"published{suffix}"
        if suffix.endswith(".gz"):
            file.write_bytes(gzip.compress(text.encode()))
        else:
            file.write_text(text, encoding="utf-8")
        entries = vocabulary.import_taxonomy(kind, file)
        vocabulary.save(entries, tmp_path / "vocabulary", kind)
        return vocabulary.load(vocabulary.saved(tmp_path / "vocabulary"))

    return join


def test_esco_gives_its_uri_to_a_curated_skill_and_adds_what_is_new(joined):
    v = joined("esco", ESCO)
    assert v.skills["Python"].uri == "http://esco.example/1"
    assert v.skills["Python"].kind == vocabulary.load().skills["Python"].kind
    new = v.skills["Juggle requests"]
    assert (new.uri, new.kind, new.source) == ("http://esco.example/2", "general", "esco")
    assert "juggling requests" in new.aliases
    assert "Old thing" not in v.skills


def test_a_published_alternative_does_not_widen_a_curated_skill(joined):
    assert "snake charming" not in joined("esco", ESCO).skills["Python"].aliases


def test_a_single_common_word_is_no_alias_of_a_taxonomy(joined):
    assert "cope" not in joined("esco", ESCO).skills["Juggle requests"].aliases


def test_esco_reads_gzip_and_json_lines(joined):
    record = {"label": "juggle requests", "uri": "http://esco.example/2", "alt_labels": ["juggling requests"]}
    v = joined("esco", json.dumps(record) + "\n", ".jsonl.gz")
    assert v.skills["Juggle requests"].uri == "http://esco.example/2"


def test_onet_long_form_and_initials_find_the_curated_skill(joined):
    v = joined("onet", ONET, ".txt")
    assert v.skills["SQL"].uri == "unspsc:432"
    assert "Acme Beamer Pro" in v.skills["Acme Beamer Pro software"].aliases


def test_initials_alone_give_no_uri(joined):
    v = joined("onet", ONET, ".txt")
    assert v.skills["HTML"].uri == ""
    assert "Heavy tractor moving lorries HTML" in v.skills


def test_onet_skills_carry_their_element(joined):
    v = joined("onet", "O*NET-SOC Code\tElement ID\tElement Name\n11-1\t2.A.9.z\tQuarrelling\n", ".txt")
    assert (v.skills["Quarrelling"].uri, v.skills["Quarrelling"].kind) == ("onet:2.A.9.z", "general")


def test_a_plain_csv_brings_names_aliases_and_uris(joined):
    v = joined("csv", "name,aliases,uri,kind\nWidget tuning,tune widgets;widget tweaks,urn:w:1,general\n")
    entry = v.skills["Widget tuning"]
    assert entry.aliases == ("tune widgets", "widget tweaks")
    assert (entry.uri, entry.kind) == ("urn:w:1", "general")


def test_the_curated_entry_keeps_a_name_that_both_claim(joined):
    before = vocabulary.load()
    v = joined("csv", "name,aliases,uri\nPython,JavaScript,urn:p\n")
    assert v.skills["JavaScript"] == before.skills["JavaScript"]
    assert v.skills["Python"].aliases == before.skills["Python"].aliases


def test_a_case_exact_curated_name_is_not_widened_by_a_label(joined):
    v = joined("csv", "name,uri\nR,urn:r\n")
    assert v.skills["R"].uri == "urn:r"
    assert "r" not in claims("R", v.skills["R"].aliases)


def test_the_version_tells_the_taxonomy_and_not_the_folder(joined, tmp_path):
    v = joined("csv", "name\nWidget tuning\n")
    assert v.version != vocabulary.load().version
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "csv.tsv").write_bytes((tmp_path / "vocabulary" / "csv.tsv").read_bytes())
    assert vocabulary.load(vocabulary.saved(other)).version == v.version


def test_hostile_cells_stay_in_their_cells(joined):
    out = [["name", "aliases", "uri"], ["# gone\tsoft\tpython", "=a|\n#b;x\ty", "u\nv\tw"]]
    rows = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in out)
    v = joined("csv", rows)
    new = set(v.skills) - set(vocabulary.load().skills)
    assert new == {"Gone soft python"}
    assert v.skills["Gone soft python"].uri == "u v w"


def test_saving_twice_gives_the_same_bytes_and_leaves_no_draft(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("name\nWidget tuning\nAnvil care\n", encoding="utf-8")
    first = vocabulary.save(vocabulary.import_taxonomy("csv", file), tmp_path / "v", "../../My list!")
    before = first.read_bytes()
    second = vocabulary.save(vocabulary.import_taxonomy("csv", file), tmp_path / "v", "../../My list!")
    assert (first, before) == (second, second.read_bytes())
    assert [p.name for p in (tmp_path / "v").iterdir()] == ["my-list.tsv"]


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("esco", "a,b\n1,2\n", "no column"),
        ("onet", "a\tb\n1\t2\n", "no column"),
        ("csv", "a,b\n1,2\n", "no column"),
        ("csv", "name\n", "names no skill"),
        ("csv", "", "names no skill"),
        ("rdf", "name\nx\n", "no taxonomy is called"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, kind, text, says):
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        vocabulary.import_taxonomy(kind, file)


def test_an_unreadable_file_is_refused(tmp_path):
    (tmp_path / "x.csv.gz").write_bytes(b"not gzip")
    with pytest.raises(UsageError, match="cannot be read"):
        vocabulary.import_taxonomy("csv", tmp_path / "x.csv.gz")
    with pytest.raises(UsageError, match="cannot be read"):
        vocabulary.import_taxonomy("csv", tmp_path / "missing.csv")


def test_a_broken_saved_taxonomy_is_told_with_its_line(tmp_path):
    (tmp_path / "t.tsv").write_text(SKILLS + "A\tsoft\t\t\t\t\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"t\.tsv:2: skill 'A': kind 'soft'"):
        vocabulary.load([tmp_path / "t.tsv"])


# --- the published files ------------------------------------------------------------------------

DATA = Path(os.environ.get("SKILLMATRIX_EVAL_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.mark.accuracy
@pytest.mark.skipif(not (DATA / "vocab-esco").is_dir(), reason="no evaluation data")
@pytest.mark.parametrize(
    ("kind", "file", "at_least"),
    [
        ("esco", "vocab-esco/digitalSkillsCollection_en.csv.gz", 1_200),
        ("esco", "vocab-esco/transversalSkillsCollection_en.csv.gz", 90),
        ("esco", "vocab-esco/languageSkillsCollection_en.csv.gz", 350),
        ("esco", "vocab-esco/skills.jsonl.gz", 13_000),
        ("onet", "vocab-onet/technology_skills.tsv.gz", 8_500),
        ("onet", "vocab-onet/tools_used.tsv.gz", 10_000),
    ],
)
def test_published_files_are_read_whole_and_join(tmp_path, kind, file, at_least):
    entries = vocabulary.import_taxonomy(kind, DATA / file)
    assert len(entries) >= at_least
    vocabulary.save(entries, tmp_path, kind)
    v = vocabulary.load(vocabulary.saved(tmp_path))
    curated = vocabulary.load().skills
    assert len(v.skills) > len(curated)
    assert {n: v.skills[n].kind for n in curated} == {n: e.kind for n, e in curated.items()}


def test_the_example_of_esco_is_a_csv_as_published():
    assert next(csv.DictReader(ESCO.splitlines()))["conceptUri"] == "http://esco.example/1"


def test_an_exact_alias_of_a_taxonomy_does_not_take_a_curated_name(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("name,aliases\nDatabase engines of ours,=SQL|our engines\n")
    vocabulary.save(vocabulary.import_taxonomy("csv", file), tmp_path / "vocabulary", "own")
    words = vocabulary.load(vocabulary.saved(tmp_path / "vocabulary"))
    assert vocabulary.table(words).get("=SQL") is None
    assert vocabulary.table(words)["sql"] == "SQL"
    assert vocabulary.table(words)["our engines"] == "Database engines of ours"
