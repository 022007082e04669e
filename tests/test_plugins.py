"""A package that somebody else installed brings an engine, a source, a fetcher and a mapper."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline import plugins
from pipeline.engines.local import FastEngine, LocalEngine
from pipeline.errors import EngineUnavailable, UsageError
from pipeline.fetch import PoliteFetcher
from pipeline.folders.dask import DaskMapper
from pipeline.folders.processes import HereMapper, ProcessMapper
from pipeline.folders.reuse import Reusing
from pipeline.llm.engine import LlmEngine, ReplayEngine
from pipeline.ports import Engine, EngineMaker, Fetcher, Mapper
from pipeline.settings import FetchSettings, Settings
from pipeline.steps.page_cache import NullFetcher

CODE = r'''
import re
from pathlib import Path

from pipeline.ports import BaseEngine
from pipeline.records import Listing, RawPage, Reading, Request


class CapitalsEngine(BaseEngine):
    name = "capitals"
    version = "1"
    languages = frozenset({"en"})

    def mentions(self, posting):
        found = re.finditer(r"\b[A-Z]{3,}\b", posting.text)
        return tuple(self.mention(posting, m.start(), m.end(), strength="required") for m in found)

    def notes(self):
        return ("capitals: words in capitals are demands",)


class Orchard:
    name = "orchard"

    def request(self, url):
        return Request(url + "?format=plain") if "orchard.example/jobs/" in url else None

    def read(self, page, url):
        if "orchard.example/jobs/" not in url:
            return None
        title, _, text = page.body.decode().partition("\n")
        listing = Listing(url, self.name, title.upper(), text, is_html=False)
        return Reading("posting", (listing,), system=self.name)


class FolderFetcher:
    """The internet is a folder."""

    def __init__(self, settings):
        self._folder = Path(settings.contact)

    def fetch(self, request):
        body = (self._folder / request.url.rpartition("/")[2].partition("?")[0]).read_bytes()
        return RawPage(request.url, request.url, 200, (), body, "2026-11-01T00:00:00.000")

    def stop(self):
        pass

    def close(self):
        (self._folder / "closed").touch()


class BackwardsMapper:
    """Works from the end, answers in order."""

    def __init__(self, *, workers, address):
        pass

    def map(self, function, items):
        return reversed([function(item) for item in reversed(list(items))])
'''

ENTRY_POINTS = """
[skillmatrix.engines]
capitals = capitals:CapitalsEngine
[skillmatrix.sources]
orchard = capitals:Orchard
[skillmatrix.fetchers]
folder = capitals:FolderFetcher
[skillmatrix.mappers]
backwards = capitals:BackwardsMapper
lost = capitals:Nowhere
"""

POSTING = """Fruit engineer
Requirements
- You know SQL and COBOL from work in an orchard, and you write down what you did.
- You have worked with SQL for many years and you like to talk about what you have seen there.
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a folder into which pip installed a small distribution, as another package would be."""
    made, target = tmp_path_factory.mktemp("capitals"), tmp_path_factory.mktemp("site")
    wheel = made / "capitals-1-py3-none-any.whl"
    files = {
        "capitals.py": CODE,
        "capitals-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: capitals\nVersion: 1\n",
        "capitals-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "capitals-1.dist-info/entry_points.txt": ENTRY_POINTS,
    }
    files["capitals-1.dist-info/RECORD"] = "".join(f"{name},,\n" for name in files)
    with zipfile.ZipFile(wheel, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True)
    return target


def skillmatrix(installed: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    root = Path(plugins.__file__).parents[1]
    path = os.pathsep.join((str(installed), str(root)))
    named = {f"SKILLMATRIX_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments]
    env = {**os.environ, "PYTHONPATH": path, **named}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_a_run_goes_through_an_outside_engine_source_and_fetcher(installed: Path, tmp_path: Path) -> None:
    internet = tmp_path / "internet"
    internet.mkdir()
    (internet / "7").write_text(POSTING, encoding="utf-8")
    listing = tmp_path / "list.txt"
    listing.write_text("https://orchard.example/jobs/7 company=Orchard\n", encoding="utf-8")
    place = ["--workspace", str(tmp_path / "ws")]
    chosen = {"ENGINE_NAME": "capitals", "FETCH_FETCHER": "folder", "FETCH_CONTACT": str(internet)}
    done = skillmatrix(installed, "run", str(listing), "--role", "Fruit engineer", *place, **chosen)
    assert done.returncode == 0, done.stderr
    assert "capitals: words in capitals are demands" in done.stderr
    assert (internet / "closed").exists()
    told = skillmatrix(installed, "export", "mentions", "--format", "json", *place)
    mentions = json.loads(told.stdout)
    assert {m["engine"].split()[0] for m in mentions} == {"capitals"}
    assert [m["quote"] for m in mentions] == ["SQL", "COBOL", "SQL"]
    posting = json.loads(skillmatrix(installed, "export", "postings", "--format", "json", *place).stdout)[0]
    assert (posting["system"], posting["title"], posting["company"]) == (
        "orchard", "FRUIT ENGINEER", "Orchard",
    )  # fmt: skip


def test_a_source_that_the_settings_leave_out_reads_nothing(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "7").write_text(POSTING, encoding="utf-8")
    chosen = {"FETCH_FETCHER": "folder", "FETCH_CONTACT": str(tmp_path)}
    read = ("read", "https://orchard.example/jobs/7", "--format", "json")
    told = json.loads(skillmatrix(installed, *read, **chosen).stdout)
    assert [p["title"] for p in told["postings"]] == ["FRUIT ENGINEER"]
    told = json.loads(skillmatrix(installed, *read, **chosen, FETCH_SOURCES="none").stdout)
    assert [p for p in told["postings"] if p["title"] == "FRUIT ENGINEER"] == []
    wrong = skillmatrix(installed, *read, **chosen, FETCH_SOURCES="orchid")
    assert wrong.returncode == 2
    assert "no source is called 'orchid'; there are orchard" in wrong.stderr


def test_folders_are_read_by_an_outside_mapper_and_engine(installed: Path, tmp_path: Path) -> None:
    row = json.dumps({"id": "1", "title": "Fruit engineer", "text": POSTING}) + "\n"
    (tmp_path / "jobs.jsonl").write_text(row, encoding="utf-8")
    output = tmp_path / "out"
    done = skillmatrix(
        installed, "folders", str(tmp_path / "*.jsonl"), "--output", str(output),
        "--workspace", str(tmp_path), "--engine", "capitals", SCALE_MAPPER="backwards",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "3 mentions of 2 skills" in done.stdout


@pytest.mark.parametrize(
    ("library", "command", "extra"),
    [("icalendar", "assess", "plan"), ("pyarrow", "folders", "folders"), ("openai", "llm", "llm")],
)
def test_without_its_library_a_command_is_absent_and_says_how_to_install_it(
    library: str, command: str, extra: str
) -> None:
    code = f"import sys; sys.modules['{library}'] = None; from pipeline.cli import main; main()"

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)

    shown = call("--help").stdout
    assert f"│ {command} " not in shown
    assert "│ run " in shown
    done = call(command, "--help")
    assert done.returncode == 2
    assert f"`{command}` needs {library}" in done.stderr
    assert f"pip install 'skillmatrix[{extra}]'" in done.stderr


def test_a_wrong_name_is_told_with_the_names_there_are(installed: Path, tmp_path: Path) -> None:
    listing = tmp_path / "list.txt"
    listing.write_text("one.txt\n", encoding="utf-8")
    (tmp_path / "one.txt").write_text(POSTING, encoding="utf-8")
    place = ("--role", "x", "--workspace", str(tmp_path / "ws"))
    done = skillmatrix(installed, "run", str(listing), *place, ENGINE_NAME="capital")
    assert done.returncode == 2
    assert "no engine is called 'capital'; there are capitals, fast, llm, local, replay" in done.stderr
    output = str(tmp_path / "out")
    done = skillmatrix(
        installed, "folders", str(listing), "--output", output, "--mapper", "lost",
        "--workspace", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 5
    assert "lost = capitals:Nowhere leads nowhere" in done.stderr


def test_every_engine_fetcher_and_mapper_of_ours_can_do_what_its_port_says(tmp_path: Path) -> None:
    settings = Settings()
    makers: list[EngineMaker] = [LocalEngine, FastEngine, LlmEngine, ReplayEngine]  # checked by mypy as well
    members = {name for name in vars(Engine) if not name.startswith("_")}
    for engine in (*makers, Reusing):
        assert {name for name in members if hasattr(engine, name)} >= members - {"name", "version"}
    local: Engine = plugins.engine("local", settings)
    assert (local.name, local.unfinished, local.notes(), local.advises) == ("local", frozenset(), (), False)
    fetchers: list[Fetcher] = [PoliteFetcher(FetchSettings()), NullFetcher()]
    for fetcher in fetchers:
        fetcher.stop()
        fetcher.close()
    mappers: list[Mapper] = [HereMapper(), ProcessMapper(1), DaskMapper()]
    assert list(mappers[0].map(len, ["a", "bb"])) == [1, 2]


def test_an_entry_point_whose_package_is_gone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plugins.ENGINES, "gone", "no_such_package:Engine")
    with pytest.raises(EngineUnavailable, match="no_such_package"):
        plugins.engine("gone", Settings())
    with pytest.raises(UsageError, match="no fetcher is called 'ftp'; there are polite"):
        plugins.fetcher(FetchSettings(fetcher="ftp"))
