"""How well the local engine finds what careful readers found; the gate that no change may lower.

    python -m benchmarks.accuracy              measure and compare with floors.json
    python -m benchmarks.accuracy --pin        raise the floors to what was measured
    python -m benchmarks.accuracy --pin --lower    lower them as well: say why in the commit

The evaluation data lies outside this project, in the folder that SKILLMATRIX_EVAL_DATA names (default
../shared/data). The floors stand beside the digest of the data they were measured on. A set is a folder
with NN.txt (postings), a.jsonl (one row per posting and skill, with quotes, kind and strength) and
a-matrix.json (ten rows). The measures:

recall, precision, f1   of (posting, skill) rows; a row is right when one of its quotes matches a quote of
                        the other side (see `matches`)
strength, kind          agreement on matched rows, by the name that most often stands for the reader's
share_error             mean |our share - reader's share| of skills that 30 % of the postings demand
rows10, rows10_kind     reader's matrix rows half of whose demands land in one of our rows (of that kind)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).with_name("floors.json")
SETS = ("dev-de", "dev-finance", "dev-ml", "dev-nurse")
MEASURES = ("recall", "precision", "f1", "strength", "kind", "share_error", "rows10", "rows10_kind")
LOWER_IS_BETTER = frozenset({"share_error"})
SLACK = 0.005
"""How far below its floor a measure may fall: machines round differently in the model's last digits."""

_WORD = re.compile(r"[a-z0-9+#.]*[a-z0-9+#]")
_RANK = {"required": 3, "preferred": 2, "duty": 1, "unstated": 1}
Row = dict[str, Any]


def data_folder() -> Path:
    """The folder of the evaluation data; it may not exist."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("SKILLMATRIX_EVAL_DATA", default))


def digest(data: Path) -> str:
    """The digest of the annotated sets that the floors belong to."""
    summary = hashlib.sha256()
    for path in sorted(p for name in SETS for p in (data / "gold" / name).glob("*") if p.is_file()):
        summary.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return summary.hexdigest()[:16]


def matches(left: str, right: str) -> bool:
    """True when one quote holds the other and is not much longer, or when half of their words are equal."""
    short, long = sorted((_WORD.findall(left.lower()), _WORD.findall(right.lower())), key=len)
    if not short:
        return False
    if len(long) <= max(6, 3 * len(short)):
        places = range(len(long) - len(short) + 1)
        if any(long[at : at + len(short)] == short for at in places):
            return True
    return len(set(short) & set(long)) / len(set(short) | set(long)) >= 0.5


def score(
    ours: Sequence[Row], matrix: Sequence[Row], readers: Sequence[Row], ten: Mapping[str, Any], of: int
) -> Row:
    """Every measure of one set of `of` postings."""
    by_posting = defaultdict(list)
    for row in readers:
        by_posting[row["posting"]].append(row)
    pairs: list[tuple[Row, Row]] = []
    right = 0
    for row in ours:
        found = [r for r in by_posting[row["posting"]] if _same_demand(row, r)]
        right += bool(found)
        pairs += [(r, row) for r in found]
    precision = right / max(1, len(ours))
    recall = len({(r["posting"], r["skill"]) for r, _ in pairs}) / max(1, len(readers))
    names = _names(pairs)
    agreed = [(r, o) for r, o in pairs if names[r["skill"]] == o["skill"]]
    return {
        "recall": recall,
        "precision": precision,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "strength": _share(_weak(r["strength"]) == _weak(o["strength"]) for r, o in agreed),
        "kind": _share(r["kind"] == o["kind"] for r, o in agreed),
        "share_error": _share_error(ours, readers, names, of),
        **_rows_covered(matrix, readers, ten, agreed),
    }


def _same_demand(ours: Row, reader: Row) -> bool:
    return any(matches(a, b) for a in ours["quotes"] for b in reader["quotes"])


def _names(pairs: Iterable[tuple[Row, Row]]) -> dict[str, str]:
    """For each of the reader's names the one of ours that most often stands for it."""
    links = Counter((r["skill"], o["skill"]) for r, o in pairs)
    names: dict[str, str] = {}
    for (reader, ours), _ in links.most_common():
        names.setdefault(reader, ours)
    return names


def _weak(strength: str) -> str:
    return "duty" if strength == "unstated" else strength


def _share(verdicts: Iterable[bool]) -> float:
    found = list(verdicts)
    return sum(found) / max(1, len(found))


def _share_error(ours: Sequence[Row], readers: Sequence[Row], names: Mapping[str, str], of: int) -> float:
    def postings(rows: Sequence[Row], skill: str | None) -> float:
        return len({r["posting"] for r in rows if r["skill"] == skill}) / of

    frequent = [s for s in {r["skill"] for r in readers} if postings(readers, s) >= 0.3]
    errors = [abs(postings(readers, s) - postings(ours, names.get(s))) for s in frequent]
    return sum(errors) / max(1, len(errors))


def _rows_covered(
    matrix: Sequence[Row], readers: Sequence[Row], ten: Mapping[str, Any], agreed: Sequence[tuple[Row, Row]]
) -> dict[str, float]:
    covered = {"rows10": 0.0, "rows10_kind": 0.0}
    for kind in ("general", "specific"):
        for wanted in ten[kind]:
            total = sum(r["skill"] in wanted["skills"] for r in readers)
            demands = [(r, o) for r, o in agreed if r["skill"] in wanted["skills"]]
            landed = [row["kind"] for row in matrix if total and _landed(row, demands) / total >= 0.5]
            covered["rows10"] += bool(landed)
            covered["rows10_kind"] += kind in landed
    return covered


def _landed(row: Row, demands: Sequence[tuple[Row, Row]]) -> int:
    return len({(r["posting"], r["skill"]) for r, o in demands if o["skill"] in row["skills"]})


# --- running the product --------------------------------------------------------------------------


def run(folder: Path, engine: str | None = None) -> tuple[list[Row], list[Row]]:
    """Our rows and our ten rows for the postings of a set, by the stages of a real run."""
    from pipeline.lists import read_sources
    from pipeline.records import Target
    from pipeline.settings import Settings
    from pipeline.steps.place import Place
    from pipeline.steps.report import export
    from pipeline.steps.run import Options, walk

    with tempfile.TemporaryDirectory() as scratch:
        listing = Path(scratch) / "list.txt"
        texts = sorted(folder.glob("[0-9][0-9].txt"))
        listing.write_text("".join(f"{text.resolve()}\n" for text in texts))
        place, target = Place(Path(scratch) / "w"), Target(folder.name.split("-")[-1])
        walk(place, target, read_sources(str(listing)).lines, Settings(), Options(engine, offline=True))
        mentions = str(export(place, target, Settings(), "mentions", "jsonl"))
        matrix = json.loads(str(export(place, target, Settings(), "matrix", "json")))
    return _as_rows(mentions), matrix["rows"]


def _as_rows(mentions: str) -> list[Row]:
    rows: dict[tuple[str, str], Row] = {}
    for line in mentions.splitlines():
        mention = json.loads(line)
        if mention["skill"] is None:
            continue
        posting = Path(mention["posting_url"]).stem
        row = rows.setdefault(
            (posting, mention["skill"]),
            {
                "posting": posting,
                "skill": mention["skill"],
                "kind": mention["kind"],
                "strength": "duty",
                "quotes": [],
            },
        )
        row["quotes"].append(mention["quote"])
        row["strength"] = max(row["strength"], mention["strength"], key=lambda s: _RANK[s])
    return list(rows.values())


def measure(data: Path, engine: str | None = None) -> dict[str, Row]:
    """Every measure of every set, and their mean."""
    found: dict[str, Row] = {}
    for name in SETS:
        folder = data / "gold" / name
        readers = [json.loads(line) for line in (folder / "a.jsonl").read_text().splitlines() if line.strip()]
        ten = json.loads((folder / "a-matrix.json").read_text())
        ours, matrix = run(folder, engine)
        found[name] = score(ours, matrix, readers, ten, len(list(folder.glob("[0-9][0-9].txt"))))
    found["mean"] = {m: sum(found[name][m] for name in SETS) / len(SETS) for m in MEASURES}
    return found


# --- the gate -------------------------------------------------------------------------------------


def below(found: Mapping[str, Row], floors: Mapping[str, Row]) -> list[str]:
    """Every measure that fell below its floor, one sentence each."""
    return [
        f"{name} {measure}: {found[name][measure]:.3f} is worse than its floor {floor:.3f}"
        for name, row in sorted(floors.items())
        for measure, floor in sorted(row.items())
        if _worse(measure, found[name][measure], floor)
    ]


def _worse(measure: str, value: float, floor: float) -> bool:
    return value > floor + SLACK if measure in LOWER_IS_BETTER else value < floor - SLACK


def pinned(found: Mapping[str, Row], floors: Mapping[str, Row], lower: bool) -> dict[str, Row]:
    """The floors after pinning: never worse than before unless `lower`."""

    def best(name: str, measure: str, value: float) -> float:
        old = floors.get(name, {}).get(measure)
        if old is None or lower:
            return value
        return min(old, value) if measure in LOWER_IS_BETTER else max(old, value)

    return {n: {m: round(best(n, m, v), 3) for m, v in row.items()} for n, row in sorted(found.items())}


def table(found: Mapping[str, Row]) -> str:
    """The measures as a text table."""
    lines = ["set".ljust(14) + "".join(m.rjust(12) for m in MEASURES)]
    lines += [name.ljust(14) + "".join(f"{row[m]:12.2f}" for m in MEASURES) for name, row in found.items()]
    return "\n".join(lines)


def main() -> int:
    """Measures, prints, and answers 1 when a floor was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pin", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower them as well")
    parser.add_argument("--engine", help="another engine than the default")
    asked = parser.parse_args()
    data = data_folder()
    if not (data / "gold").is_dir():
        print(f"no evaluation data in {data}: set SKILLMATRIX_EVAL_DATA", file=sys.stderr)
        return 2
    kept = json.loads(FLOORS.read_text()) if FLOORS.is_file() else {"data": "", "floors": {}}
    found = measure(data, asked.engine)
    print(table(found))
    if asked.pin:
        floors = pinned(found, kept["floors"], asked.lower or kept["data"] != digest(data))
        FLOORS.write_text(json.dumps({"data": digest(data), "floors": floors}, indent=1) + "\n")
        return 0
    broken = below(found, kept["floors"])
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
