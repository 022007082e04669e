"""What a model could buy: annotated postings answered by their own annotations, by a real server process.

    python -m benchmarks.ceiling [SET …]

Measures as in benchmarks.accuracy for the local engine, for a model that says all that the careful reader
said, alone and with the local engine beside it, and for one that says six tenths of it. It is a ceiling and
a check of the joining, no forecast of any model.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import accuracy
from pipeline.lists import read_sources
from pipeline.records import Target
from pipeline.settings import LlmSettings, Settings
from pipeline.steps.place import Place
from pipeline.steps.report import export
from pipeline.steps.run import Options, walk
from pipeline.text import fold
from tests.llm_helpers import script, serving

CASES = (("local", 1.0), ("llm", 1.0), ("auto", 1.0), ("auto", 0.6))
SHOWN = ("f1", "strength", "kind", "names_p", "names_r", "share_error", "rows", "rows_f1")


def replies(folder: Path, said: float) -> dict[str, Any]:
    """Map words that only one posting has to its demands as a model would give them."""
    rng, claims = random.Random(folder.name), defaultdict(list)
    for row in _readers(folder):
        if rng.random() <= said:
            claims[row["posting"]] += [_item(row, quote) for quote in row["quotes"]]
    return {_marker(folder / f"{name}.txt"): {"mentions": items} for name, items in claims.items()}


def _readers(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "a.jsonl").read_text(encoding="utf-8").splitlines()]


def _item(row: dict[str, Any], quote: str) -> dict[str, Any]:
    skill = row["skill"] if fold(row["skill"]).text in fold(quote).text else quote
    known = {name: row[name] for name in ("kind", "strength", "years")}
    return {"skill": skill, "quote": quote, "depth": None, **known}


def _marker(path: Path) -> str:
    # plain words only: contacts are starred and blanks squeezed before anything is sent
    runs = re.findall(r"(?:[A-Za-z,]+ ){4,12}", path.read_text(encoding="utf-8"))
    others = [p.read_text(encoding="utf-8") for p in path.parent.glob("[0-9][0-9].txt") if p != path]
    own = (run.strip() for run in sorted(runs, key=len, reverse=True))
    return next(run for run in own if not any(run in other for other in others))


def measure(folder: Path, server: str, engine: str, said: float) -> dict[str, float]:
    """Return the measures of one set read by one engine."""
    script(server, replies(folder, said))
    endpoint = LlmSettings(base_url=f"{server}/scripted/v1", model="m", retries=0, chunk_characters=100_000)
    settings = replace(Settings(), llm=endpoint)
    with tempfile.TemporaryDirectory() as scratch:
        listing = Path(scratch) / "list.txt"
        texts = sorted(folder.glob("[0-9][0-9].txt"))
        listing.write_text("".join(f"{text.resolve()}\n" for text in texts))
        place, target = Place(Path(scratch) / "w"), Target(folder.name.split("-")[-1])
        walk(place, target, read_sources(str(listing)).lines, settings, Options(engine))
        ours = accuracy._as_rows(str(export(place, target, settings, "mentions", "jsonl")))
        rows = json.loads(str(export(place, target, settings, "matrix", "json")))["rows"]
    ten = json.loads((folder / "a-matrix.json").read_text(encoding="utf-8"))
    return accuracy.score(ours, rows, _readers(folder), ten, len(texts))


def main(names: list[str]) -> None:
    """Print one line for each set and engine."""
    print(f"{'set':12} {'engine':6} said " + " ".join(f"{name:>9}" for name in SHOWN))
    with serving() as server:
        for name in names or sorted(accuracy.TUNED):
            for engine, said in CASES:
                found = measure(accuracy.data_folder() / "gold" / name, server, engine, said)
                values = " ".join(f"{found[measure]:9.3f}" for measure in SHOWN)
                print(f"{name:12} {engine:6} {said:4.1f} {values}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
