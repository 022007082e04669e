"""How alike the members of a careful reader's groups are, and strangers: what a model may join.

    python -m benchmarks.likeness [--models DIR] [SET …]

For `cluster.advised.LIKE` and `llm.advice.LIKE`: the part of the wordings under one of the reader's names
that share a word with another of them or lie nearer to one than the threshold, and the part of the skills
in one of the reader's rows whose mean cosine with their row-mates is above it; each beside the same for
members drawn at random from the set. Without names, every open set and the shipped ones are measured, each
by the encoder of DIR/FIELD, which did not see its field, or by the shipped one.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import accuracy
from pipeline.cluster.advised import shares_a_word
from pipeline.phrases import phrases, unit

THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
Pair = tuple[float, float]
"""The likeness of a true member, and of a stranger in its place."""


def quotes(folder: Path) -> dict[str, list[str]]:
    """Return the reader's quotes of each skill."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "a.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["skill"]].update(row["quotes"])
    return {skill: sorted(said) for skill, said in found.items()}


def wordings(folder: Path) -> Iterator[Pair]:
    """Yield for each wording of a skill how like the others it is; 1 where they share a word."""
    said, rng = quotes(folder), random.Random(folder.name)
    every = [quote for some in said.values() for quote in some]
    vector = {quote: phrases().vectors([quote], "same")[0] for quote in every}
    for some in said.values():
        for quote in some if len(some) > 1 else ():
            others = [other for other in some if other != quote]
            stranger = rng.choice([q for q in every if q not in some])
            yield _near(quote, others, vector), _near(stranger, others, vector)


def _near(quote: str, others: Sequence[str], vector: dict[str, Any]) -> float:
    if any(shares_a_word(quote, other) for other in others):
        return 1.0
    return max(float(vector[quote] @ vector[other]) for other in others)


def row_mates(folder: Path) -> Iterator[Pair]:
    """Yield for each skill of a row its mean cosine with the others of the row."""
    said, rng = quotes(folder), random.Random(folder.name)
    ten = json.loads((folder / "a-matrix.json").read_text(encoding="utf-8"))
    rows = [[s for s in row["skills"] if s in said] for kind in ten for row in ten[kind]]
    every = [skill for row in rows for skill in row]
    mean = {s: unit(phrases().vectors([s, *said[s][:12]], "row").mean(0)) for s in every}
    for row in rows:
        for skill in row if len(row) > 1 else ():
            others = [mean[other] for other in row if other != skill]
            stranger = rng.choice([s for s in every if s not in row])
            yield tuple(sum(float(mean[s] @ o) for o in others) / len(others) for s in (skill, stranger))  # type: ignore[misc]


def main(folders: Sequence[Path], models: Path | None) -> None:
    """Print one line for each threshold."""
    for name, measure in (("wordings of a skill", wordings), ("skills of a row", row_mates)):
        pairs: list[Pair] = []
        for folder in folders:
            if models:
                accuracy.use(models / accuracy.field_of(folder))
            pairs += measure(folder)
        print(f"{name}: {len(pairs)} in {len(folders)} sets\n  threshold  members  strangers")
        for least in THRESHOLDS:
            kept = [sum(pair[side] >= least for pair in pairs) / len(pairs) for side in (0, 1)]
            print(f"  {least:9.2f} {kept[0]:8.1%} {kept[1]:10.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path)
    parser.add_argument("--models", type=Path, help="the folder of models that did not see a field")
    asked, data = parser.parse_args(), accuracy.data_folder()
    everywhere = [*(accuracy.sets(data) if (data / "gold").is_dir() else ()), *accuracy.own_sets()]
    main(asked.sets or everywhere, asked.models)
