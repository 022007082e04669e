"""How long counting and scoring a data set takes, and what memory: 10⁴ to 10⁶ postings, generated.

    python -m benchmarks.counting one [--postings 10000] [--mentions 1000000]
    python -m benchmarks.counting all               10⁴, 10⁵ and 10⁶ postings of a hundred mentions each
    python -m benchmarks.counting one --postings 10000000 --mentions 50000000

The parts are generated as workers would leave them: `postings` without text, `demand` with one row per
posting and skill. Each posting has as many mentions, drawn from 5,000 skills, few frequent and many rare,
so some of its mentions fall on one skill: `pairs` says how many rows that makes. Timed is everything that
`extract --input` does after the last file: repeats, counts, scores, shares of months, roles, employers and
places. Generating is timed by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SKILLS = 5000
PER_PART = 5000
ROLES, PLACES, MONTHS = 300, 2000, 24


def generate(output: Path, postings: int, mentions: int, seed: int = 1) -> int:
    """Write parts of so many postings and mentions; return how many pairs of posting and skill they have."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.folders import parts

    rng, pairs = np.random.default_rng(seed), 0
    names = pa.array(_names())
    employers = pa.array([f"employer {n}" for n in range(max(1, postings // 5))])
    for table in parts.TABLES:
        (output / table).mkdir(parents=True)
    for number, first in enumerate(range(0, postings, PER_PART)):
        count = min(PER_PART, postings - first)
        ids = pa.array([f"{n:016x}" for n in range(first, first + count)])
        employer = (rng.pareto(1.2, count) * postings / 60).astype(np.int64) % len(employers)
        company = employers.take(pa.array(employer))
        month = rng.integers(0, MONTHS, count)
        months = [f"{2024 + m // 12}-{m % 12 + 1:02}" for m in month.tolist()]
        postings_part = {
            "id": ids, "file": [f"jobs-{number:05}"] * count, "row": np.arange(1, count + 1),
            "url": [""] * count, "title": [""] * count, "company": company, "employer": company,
            "role": [f"role {n}" for n in rng.integers(0, ROLES, count)],
            "location": [f"place {n}" for n in rng.integers(0, PLACES, count)],
            "seniority": rng.choice(["junior", "senior", "lead", "unknown"], count),
            "mode": rng.choice(["remote", "hybrid", "on-site", "unknown"], count),
            "type": ["full-time"] * count, "pay": [None] * count, "currency": [None] * count,
            "date": [f"{m}-15" for m in months], "month": months, "language": ["en"] * count,
            "read": [True] * count, "same_words": ids,
            "bands": list(rng.integers(-(2**31), 2**31, (count, 20), dtype=np.int32)), "text": [""] * count,
        }  # fmt: skip
        demand = _demand(rng, ids, names, count, mentions // postings)
        pairs += len(demand["posting_id"])
        for table, columns in (
            ("postings", postings_part),
            ("demand", demand),
            ("mentions", {}),
            ("failures", {}),
        ):
            filled = parts.to_table(table, columns or {name: [] for name in parts.TABLES[table]})
            pq.write_table(filled, output / table / f"jobs-{number:05}.parquet", compression="zstd")
    return pairs


def _demand(rng: Any, ids: Any, names: Any, postings: int, each: int) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    place = np.repeat(np.arange(postings), each)
    skill = (rng.pareto(0.9, postings * each) * SKILLS / 400).astype(np.int64) % SKILLS
    strength, general = rng.integers(0, 4, postings * each), rng.integers(0, 2, postings * each)
    keys, back = np.unique(place * SKILLS + skill, return_inverse=True)
    counts = {name: np.bincount(back, weights=strength == code, minlength=len(keys)).astype(np.int32)
              for code, name in enumerate(("required", "duty", "unstated", "preferred"))}  # fmt: skip
    generals = np.bincount(back, weights=general, minlength=len(keys)).astype(np.int32)
    years = np.where(rng.random(len(keys)) < 0.05, rng.integers(1, 9, len(keys)), np.nan)
    return {
        "posting_id": ids.take(pa.array(keys // SKILLS)), "skill": names.take(pa.array(keys % SKILLS)),
        **counts, "general": generals, "specific": sum(counts.values()) - generals,
        "years": pa.array(years, from_pandas=True),
    }  # fmt: skip


def _names() -> list[str]:
    from pipeline import vocabulary

    known = sorted(vocabulary.load().skills)[:SKILLS]
    return known + [f"gadget number {n}" for n in range(len(known), SKILLS)]


def one(postings: int, mentions: int) -> dict[str, Any]:
    """Generate in one process, count in another, and tell what both took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        pairs = generate(Path(folder), postings, mentions)
        generating = time.perf_counter() - began
        command = [sys.executable, "-m", "benchmarks.counting", "count", "--folder", folder]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        return {"postings": postings, "mentions": mentions, "pairs": pairs,
                "generating_seconds": round(generating, 1), **json.loads(told)}  # fmt: skip


def count(folder: Path) -> dict[str, Any]:
    """Count a data set here."""
    from pipeline.folders import counts
    from pipeline.settings import Settings

    began, last, steps = time.perf_counter(), "", dict[str, float]()

    def tell(line: str) -> None:
        nonlocal last
        if last:
            steps[last] = round(time.perf_counter() - began - sum(steps.values()), 1)
        last = line.removeprefix("counting: ")

    totals = counts.count(folder, Settings(), tell=tell)
    tell("")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(time.perf_counter() - began, 1), "steps": steps, "peak_mb": round(peak),
            "skills": totals["skills"], "load_after": round(os.getloadavg()[0], 1)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figure", choices=["one", "all", "count"])
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    a = parser.parse_args()
    if a.figure == "count":
        print(json.dumps(count(a.folder)))
    elif a.figure == "one":
        print(json.dumps(one(a.postings, a.mentions), indent=1))
    else:
        print(json.dumps([one(n, 100 * n) for n in (10_000, 100_000, 1_000_000)], indent=1))


if __name__ == "__main__":
    main()
