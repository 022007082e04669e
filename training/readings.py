"""Rebuild the annotated sets that were read for training from the data folder and the committed readings.

    python -m training.readings --data DIR --out DIR

``readings.jsonl`` holds what careful readers marked in 65 sets of postings, as character offsets into
postings of the data folder, with the readers' names, strengths, kinds and ten rows; it holds no text of a
posting. This writes the sets as folders (NN.txt, a.jsonl, a-matrix.json) for `training.refine` and
`training.heads`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training import corpus

READINGS = Path(__file__).with_name("readings.jsonl")


def texts(data: Path, wanted: Iterable[str]) -> dict[str, str]:
    """Return the texts of postings by id."""
    ids = set(wanted)
    return {
        row["id"]: row["description"]
        for path in sorted(data.glob("*/postings.jsonl.gz"))
        for row in corpus.rows_of(path)
        if row["id"] in ids
    }


def rebuild(data: Path, out: Path) -> list[Path]:
    """Write every set and return their folders; a posting that the data lacks is an error."""
    sets = corpus.rows_of(READINGS)
    known = texts(data, (name for one in sets for name in one["postings"]))
    folders = []
    for one in sets:
        folder = out / one["set"]
        folder.mkdir(parents=True, exist_ok=True)
        lines = []
        for at, name in enumerate(one["postings"], start=1):
            (folder / f"{at:02}.txt").write_text(known[name], encoding="utf-8")
        for at, skill, strength, kind, years, places in one["rows"]:
            text = known[one["postings"][at - 1]]
            lines.append(_row(f"{at:02}", skill, strength, kind, years, [text[a:b] for a, b in places]))
        (folder / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        (folder / "a-matrix.json").write_text(json.dumps(one["ten"], indent=1), encoding="utf-8")
        folders.append(folder)
    return folders


def _row(
    posting: str, skill: str, strength: str, kind: str, years: float | None, quotes: list[str]
) -> dict[str, Any]:
    row = {"posting": posting, "skill": skill, "quotes": quotes}
    return {**row, "strength": strength, "kind": kind, "years": years}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    for folder in rebuild(corpus.data_dir(given.data), given.out):
        print(folder)


if __name__ == "__main__":
    main()
