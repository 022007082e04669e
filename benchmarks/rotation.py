"""Twelve weekly refreshes of one target whose postings rotate: what becomes of the ten rows.

    python -m benchmarks.rotation SET [--hold .4] [--incumbent 1.25] [--weeks 12] [--postings 60] [--rotate 5]

SET is a collection (JSONL, also gzipped, with title and description) of one role. Each week some postings
leave the list and as many others come. Printed are, over all weeks, how many rows were new, gone, split,
joined, renamed and moved; how many were renamed although most of their demand stayed; how much demand the
rows hold against rows that are drawn up afresh each week; and each renamed row with its week, its titles, the
part of its demand that is new, the skills that came, and those that went with where they are now. With
other values of `pipeline.matrix.keep` this chooses them again. The engine is the local one; the postings are
read once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import matrix as drafting
from pipeline.lists import read_sources
from pipeline.matrix import keep
from pipeline.records import KeptRow, MatrixDraft, Target
from pipeline.settings import Settings
from pipeline.steps import matrix as step
from pipeline.steps.place import Place
from pipeline.steps.refresh import refresh
from pipeline.steps.run import Options, walk

TARGET = Target("Rotation")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", type=Path)
    parser.add_argument("--hold", type=float, default=keep.HOLD)
    parser.add_argument("--incumbent", type=float, default=keep.INCUMBENT)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--postings", type=int, default=60)
    parser.add_argument("--rotate", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    keep.HOLD, keep.INCUMBENT = wanted.hold, wanted.incumbent
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(wanted, Path(folder)), indent=1))


def measure(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return the counts over all weeks."""
    texts = _texts(wanted.set)
    random.Random(wanted.seed).shuffle(texts)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    place, listed = Place(folder / "workspace"), folder / "list.txt"
    fates: Counter[str] = Counter()
    held, shown = [], []
    renamed: list[dict[str, Any]] = []
    for week in range(wanted.weeks + 1):
        first = week * wanted.rotate
        names = [f"{number % len(texts)}.txt\n" for number in range(first, first + wanted.postings)]
        listed.write_text("".join(names), encoding="utf-8")
        if week == 0:
            read = read_sources(str(listed))
            options = Options("local", offline=True, listed=read.path)
            draft = walk(place, TARGET, read.lines, Settings(), options).draft
            before: tuple[KeptRow, ...] = ()
        else:
            before = _kept(place)
            done = refresh(place, TARGET, Settings(), "local", offline=True)
            draft = done.walk.draft
            fates.update(change.fate for change in done.changes.rows)
            found = [{"week": week, **one} for one in _renamed(before, _kept(place), _asked(place))]
            fates["renamed, most stayed"] += sum(one["new demand"] < 1 - keep.MOST for one in found)
            renamed += found
        held.append(_held(draft) / (_held(_afresh(place)) or 1.0))
        shown.append(len(draft.rows))
    return {
        "set": wanted.set.parent.name,
        "hold": keep.HOLD,
        "incumbent": keep.INCUMBENT,
        "weeks": wanted.weeks,
        "rows": sum(shown[1:]),
        **dict(sorted(fates.items())),
        "demand held against rows afresh": round(sum(held[1:]) / max(1, len(held) - 1), 3),
        "renamed rows": renamed,
    }


def _texts(path: Path) -> list[str]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    kept = [row for row in rows if row.get("lang", "en") == "en"]
    return [f"{row['title']}\n\n{row['description']}" for row in kept]


def _kept(place: Place) -> tuple[KeptRow, ...]:
    with place.store() as store:
        return step.kept(store, TARGET, place.rulings(TARGET))


def _asked(place: Place) -> dict[str, int]:
    """Return how many counted postings ask for each skill."""
    with place.store() as store:
        tally = store.demand_table(TARGET.id, Settings().score).tally
    return dict(zip(tally.names, tally.n.tolist(), strict=True))


def _renamed(
    before: tuple[KeptRow, ...], after: tuple[KeptRow, ...], asked: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """Yield each row with a new title: the part of its demand that is new, what came and what went."""
    rows = {name: row.row.title for row in after for name in row.weights}
    was = {row.row.theme: row for row in before}
    for row in after:
        old = was.get(row.row.theme)
        if old is None or old.row.title == row.row.title:
            continue
        came = {name: weight for name, weight in row.weights.items() if name not in old.weights}
        yield {
            "before": old.row.title,
            "after": row.row.title,
            "new demand": round(sum(came.values()) / (sum(row.weights.values()) or 1.0), 2),
            "came": list(came),
            "went": {
                name: f"{asked.get(name, 0)} postings, {rows.get(name, 'no row')}"
                for name in old.weights
                if name not in row.weights
            },
        }


def _afresh(place: Place) -> MatrixDraft:
    with place.store() as store:
        postings, mentions = store.postings(TARGET.id), store.mentions(TARGET.id)
        return drafting.draft(
            TARGET,
            skills=store.skills(TARGET.id),
            vocabulary=place.words(),
            rulings=place.rulings(TARGET),
            settings=Settings().matrix,
            demand=store.demand_table(TARGET.id, Settings().score),
            evidence=step.evidence(postings, mentions),
            tally=drafting.Tally(),
            engine="local",
        )


def _held(draft: MatrixDraft) -> float:
    return sum(row.score for row in draft.rows)


if __name__ == "__main__":
    main()
