"""How long scoring, the ten rows and a trend take, and what memory, on seeded made-up mentions.

    python benchmarks/score.py [--postings 10000] [--mentions 1000000] [--json OUT]
    python benchmarks/score.py --postings 1000000 --mentions 20000000

Each step is timed by itself, warm imports included in none. `demand` is the count in SQL over all
mentions; the rest works on its result. The data: employers and skills with few big and many small ones,
skills in the themes of the shipped vocabulary where it can be read, else in made-up ones.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SKILLS = 5000


@contextmanager
def timed(steps: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    steps[name] = round(time.perf_counter() - began, 3)


def made_up(postings: int, mentions: int, names: list[str], seed: int) -> tuple[Any, Any]:
    """Return postings and mentions as Arrow tables in the shape of the store."""
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    ids = pa.array([f"p{i:07}" for i in range(postings)])
    employer = (rng.pareto(1.2, postings) * postings / 20).astype(np.int64) % max(1, postings // 3)
    days = np.datetime64("2026-06-30") - rng.integers(0, 365, postings)
    of = {
        "id": ids,
        "company": [f"Employer {e}" for e in employer],
        "title": [f"{w} Engineer" for w in rng.choice(["Senior", "Junior", "Lead", "Data"], postings)],
        "date": [str(day) for day in days],
        "number": np.arange(postings),
    }
    skill = (rng.pareto(1.1, mentions) * len(names) / 100).astype(np.int64) % len(names)
    said = {
        "posting_id": ids.take(pa.array(rng.integers(0, postings, mentions))),
        "skill": pa.array(names).take(pa.array(skill)),
        "start": np.arange(mentions),
        "strength": pa.array(["required", "duty", "unstated", "preferred"]).take(
            pa.array(rng.integers(0, 4, mentions))
        ),
        "years": pa.array(np.where(rng.random(mentions) < 0.05, rng.integers(1, 9, mentions), np.nan)),
    }
    return pa.table(of), pa.table(said)


FILL_POSTINGS = """
INSERT INTO postings BY NAME SELECT $target AS target, id, '' AS url, '' AS "text", 'posting' AS source_kind,
  title, company, '' AS location, date, 'en' AS language, '[]' AS sections, id AS fingerprint,
  'page' AS system, '[]' AS aliases, '' AS page_sha256, number, '[]' AS flags FROM incoming"""
FILL_MENTIONS = """
INSERT INTO mentions BY NAME SELECT $target AS target, posting_id, "start", "start" + 5 AS "end",
  'quote' AS quote, strength, skill, nullif(years, 'nan'::DOUBLE) AS years, false AS negated,
  'exact' AS found, 'requirements' AS section, 1.0 AS score,
  '{"engine":"local"}' AS provenance FROM incoming"""


def fill(path: Path, target: str, tables: tuple[Any, Any]) -> None:
    """Fill a store without making a record of each row."""
    from pipeline.store import Store

    with Store(path) as store:
        for sql, table in zip((FILL_POSTINGS, FILL_MENTIONS), tables, strict=True):
            store._connection.register("incoming", table)
            store._connection.execute(sql, {"target": target})
            store._connection.unregister("incoming")


def vocabulary_and_skills() -> tuple[Any, list[Any]]:
    from pipeline import vocabulary
    from pipeline.errors import SettingsError
    from pipeline.records import KINDS, Skill, ThemeEntry, Vocabulary

    try:
        known = vocabulary.load()
    except SettingsError:
        themes = {f"t{i}": ThemeEntry(f"t{i}", f"Doing {i}", KINDS[i % 2], "Made up.") for i in range(250)}
        known = Vocabulary({}, themes)
    skills = [Skill(e.name, e.kind, "vocabulary", e.theme) for e in known.skills.values()][:SKILLS]
    themes = sorted(known.themes)
    for i in range(len(skills), SKILLS):
        theme = known.themes[themes[i % len(themes)]]
        skills.append(Skill(f"Skill {i}", theme.kind, "made up", theme.key))
    return known, skills


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    a = parser.parse_args()
    result = measure(a.postings, a.mentions, a.seed)
    print(json.dumps(result, indent=1))
    if a.json:
        a.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def measure(postings: int, mentions: int, seed: int) -> dict[str, Any]:
    """Return seconds of each step and the peak memory of the process in MB."""
    import duckdb  # noqa: F401
    import scipy.stats  # noqa: F401

    from pipeline import matrix, trend
    from pipeline.records import Rulings, Target
    from pipeline.score import score
    from pipeline.settings import MatrixSettings, ScoreSettings, TrendSettings
    from pipeline.store import Store

    known, skills = vocabulary_and_skills()
    names = sorted(skill.name for skill in skills)
    weights, steps = ScoreSettings(half_life_days=180), dict[str, float]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "skillmatrix.duckdb"
        for target, part in (("before", seed), ("after", seed + 1)):
            fill(path, target, made_up(postings, mentions, names, part))
        filled = peak_megabytes()
        with Store(path) as store:
            old = store.demand_table("before", weights)
            with timed(steps, "demand"):
                table = store.demand_table("after", weights)
    before = trend.Side("before", old, score(old, skills))
    with timed(steps, "score"):
        scores = score(table, skills)
    with timed(steps, "matrix"):
        draft = matrix.draft(
            Target("Engineer"),
            skills=skills,
            vocabulary=known,
            rulings=Rulings(),
            settings=MatrixSettings(),
            demand=table,
            evidence={},
            tally=matrix.Tally(postings),
            engine="local",
        )
    with timed(steps, "trend"):
        moved = trend.compare(before, trend.Side("after", table, scores), weights, TrendSettings())
    return {
        "postings": postings,
        "mentions": mentions,
        "demands": len(table.item),
        "skills": len(scores),
        "rows": len(draft.rows),
        "shifts": len(moved.shifts),
        "seconds": {**steps, "together": round(sum(steps.values()), 3)},
        "peak_mb": round(peak_megabytes()),
        "peak_mb_before_the_steps": round(filled),
    }


def peak_megabytes() -> float:
    """Return the most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


if __name__ == "__main__":
    main()
