"""How well the local engine reads roles that nobody tuned for; the gate that no change may lower.

    python -m benchmarks.accuracy                  measure every set, compare with floors.json
    python -m benchmarks.accuracy --leave-out care the sets of one field
    python -m benchmarks.accuracy --every-field    a table by field
    python -m benchmarks.accuracy --models DIR     every field by models that did not see it (see below)
    python -m benchmarks.accuracy --cases          the behavioural suite as well
    python -m benchmarks.accuracy --pin            raise the floors to what was measured
    python -m benchmarks.accuracy --pin --lower    lower them as well: say why in the changelog

The evaluation data lies outside this project, in the folder that SKILLMATRIX_EVAL_DATA names (default
../shared/data). The floors stand beside the digest of the data they were measured on. A small set of
invented postings ships with the tests and is always measured. A set is a folder with NN.txt (postings),
a.jsonl (one line per posting and skill, with quotes, kind and strength) and a-matrix.json (ten rows).

recall, precision, f1   of (posting, skill) pairs; a pair is right when one of its quotes matches a quote of
                        the other side (see `matches`)
strength, kind          agreement on matched pairs, under the name that most often stands for the reader's
names_p, names_r        B-cubed: of the demands that share our name, the part that shares the reader's,
                        and the other way round
share_error             mean |our share - reader's share| of skills that 30 % of the postings demand
rows                    reader's matrix rows paired one to one with ours at a demand F1 of one half or more
rows_kind, rows_f1      the same and of the right kind; the mean F1 of the ten pairs

The shipped models learned from the open sets, so that the gate on these says that nothing broke; the
shipped sets they did not see. How well a new role is read is told by `--models DIR`, where DIR/FIELD holds
spans and scorers that were made without the field's sets (`training.refine`, `training.heads --held-out`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).with_name("floors.json")
SHIPPED_SPANS = Path(__file__).parents[1] / "pipeline" / "extract" / "model_data"
OWN_SETS = Path(__file__).parents[1] / "tests" / "data" / "annotated"
TUNED = frozenset({"dev-de", "dev-finance", "dev-ml", "dev-nurse"})
"""The sets in view when version 0.1 chose its names, rows and thresholds; every other set is a new role."""

FIELDS = {
    "data": ("analytics-engineer", "business-analyst", "data-scientist", "de", "ml"),
    "software": (
        "backend", "backend-java", "devops-sre", "fullstack", "hn-a", "hn-b", "hn-c", "mobile", "nhs-it",
        "startup-engineer",
    ),
    "engineering": (
        "civil-engineer", "ehs-specialist", "electrical-embedded", "electrician", "environmental",
        "nyc-a",
    ),
    "care": (
        "gen-nurse", "medical-secretary", "midwife", "nhs-biomed", "nhs-hca", "nhs-ot", "nhs-psychiatry",
        "nhs-theatre", "nurse", "pharmacist", "physiotherapist", "psychologist",
        "radiographer", "social-worker", "speech-therapist", "support-worker",
    ),
    "teaching": ("educator", "gen-early-years", "gen-school-teacher", "teacher"),
    "business": (
        "accountant", "customer-success", "finance", "financial-analyst", "gen-admin", "hr", "law",
        "lawyer-paralegal", "marketing", "nyc-b", "project-manager", "retail", "supply-chain",
    ),
    "design": ("graphic-designer", "ux-designer"),
    "logistics": ("driver", "gen-hospitality", "gen-labour", "nhs-estates", "warehouse"),
    "public": ("inspector", "investigator"),
}  # fmt: skip
MEASURES = (
    "recall", "precision", "f1", "strength", "kind", "names_p", "names_r", "share_error",
    "rows", "rows_kind", "rows_f1",
)  # fmt: skip
LOWER_IS_BETTER = frozenset({"share_error"})
SLACK = {"rows": 0.15, "rows_kind": 0.15}
"""How far below its floor a mean may fall: machines round differently in the model's last digits."""
ENOUGH = 0.5
"""The F1 of demands from which one of our rows is a reader's row."""

_WORD = re.compile(r"[a-z0-9+#.]*[a-z0-9+#]")
_RANK = {"required": 3, "preferred": 2, "duty": 1, "unstated": 1}
Row = dict[str, Any]


def data_folder() -> Path:
    """Return the folder of the evaluation data; it may not exist."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("SKILLMATRIX_EVAL_DATA", default))


def sets(data: Path) -> list[Path]:
    """Return the folders of the annotated sets."""
    return sorted(path for path in (data / "gold").glob("dev-*") if path.is_dir())


def field_of(folder: Path) -> str:
    """Return the field of a set, "own" for the shipped ones."""
    role = role_of(folder)
    return next((field for field, names in FIELDS.items() if role in names), "own")


def role_of(folder: Path) -> str:
    """Return the role of a set: "dev-nurse" and "rp-nurse-2" are both of nurses."""
    return re.sub(r"^(?:dev|more|rp)-|-\d+$", "", folder.name)


def digest(folders: Iterable[Path]) -> str:
    """Return the digest of the annotated sets that the floors belong to."""
    summary = hashlib.sha256()
    for path in sorted(p for folder in folders for p in folder.glob("*") if p.is_file()):
        summary.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return summary.hexdigest()[:16]


# --- the measures of one set ------------------------------------------------------------------------


def matches(left: str, right: str) -> bool:
    """Say whether one quote holds the other and is not much longer, or half of their words are equal."""
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
    """Return every measure of one set of `of` postings."""
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
    names_p, names_r = b_cubed(_one_name_each(pairs, names))
    return {
        "recall": recall,
        "precision": precision,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "strength": _share(_weak(r["strength"]) == _weak(o["strength"]) for r, o in agreed),
        "kind": _share(r["kind"] == o["kind"] for r, o in agreed),
        "names_p": names_p,
        "names_r": names_r,
        "share_error": _share_error(ours, readers, names, of),
        **_rows(pairs, matrix, readers, ten),
    }


def _same_demand(ours: Row, reader: Row) -> bool:
    return any(matches(a, b) for a in ours["quotes"] for b in reader["quotes"])


def _names(pairs: Iterable[tuple[Row, Row]]) -> dict[str, str]:
    """Return for each of the reader's names the one of ours that most often stands for it."""
    links = Counter((r["skill"], o["skill"]) for r, o in pairs)
    names: dict[str, str] = {}
    for (reader, ours), _ in links.most_common():
        names.setdefault(reader, ours)
    return names


def _one_name_each(pairs: Iterable[tuple[Row, Row]], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (reader's name, ours) for each matched demand; of several of ours the one in `names`."""
    chosen: dict[tuple[str, str], str] = {}
    for reader, ours in pairs:
        demand = reader["posting"], reader["skill"]
        if demand not in chosen or ours["skill"] == names[reader["skill"]]:
            chosen[demand] = ours["skill"]
    return [(skill, ours) for (_, skill), ours in chosen.items()]


def b_cubed(pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Return precision and recall of our names over (reader's name, our name)."""
    readers, ours, both = Counter(r for r, _ in pairs), Counter(o for _, o in pairs), Counter(pairs)
    of = max(1, len(pairs))
    precision = sum(both[pair] / ours[pair[1]] for pair in pairs) / of
    return precision, sum(both[pair] / readers[pair[0]] for pair in pairs) / of


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


def _rows(
    pairs: Sequence[tuple[Row, Row]], matrix: Sequence[Row], readers: Sequence[Row], ten: Mapping[str, Any]
) -> dict[str, float]:
    """Pair the reader's ten rows with ours, each with one: most pairs first, then the highest F1."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    wanted = [(kind, set(row["skills"])) for kind in ("general", "specific") for row in ten[kind]]
    if not matrix or not wanted:
        return {"rows": 0.0, "rows_kind": 0.0, "rows_f1": 0.0}
    f1 = _demand_f1(pairs, [set(row["skills"]) for row in matrix], readers, [skills for _, skills in wanted])
    at, to = linear_sum_assignment(-(f1 + (f1 >= ENOUGH) * len(wanted)))
    good = [(i, j) for i, j in zip(at, to, strict=True) if f1[i, j] >= ENOUGH]
    return {
        "rows": float(len(good)),
        "rows_kind": float(sum(wanted[i][0] == matrix[j]["kind"] for i, j in good)),
        "rows_f1": float(np.sum(f1[at, to])) / len(wanted),
    }


def _demand_f1(
    pairs: Sequence[tuple[Row, Row]],
    ours: Sequence[set[str]],
    readers: Sequence[Row],
    theirs: Sequence[set[str]],
) -> Any:
    """Return the F1 of demands, reader's rows x ours; a demand under two of our names counts in parts."""
    import numpy as np

    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reader, row in pairs:
        found[reader["posting"], reader["skill"]].add(row["skill"])
    inside = [{d: len(names & s) / len(names) for d, names in found.items() if names & s} for s in ours]
    demands = [{(r["posting"], r["skill"]) for r in readers if r["skill"] in skills} for skills in theirs]
    return np.array(
        [
            [
                2 * sum(got.get(d, 0.0) for d in wanted) / max(1e-9, len(wanted) + sum(got.values()))
                for got in inside
            ]
            for wanted in demands
        ]
    )


# --- running the product ----------------------------------------------------------------------------


def run(folder: Path, engine: str | None = None) -> tuple[list[Row], list[Row]]:
    """Return our pairs and our ten rows for the postings of a set, by the stages of a real run."""
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
        role = folder.name.removeprefix("dev-")
        place, target = Place(Path(scratch) / "w"), Target(role)
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


def use(models: Path) -> None:
    """Read and group by the models of a folder from now on, where it has them."""
    import pipeline.extract.model as extract
    import pipeline.phrases as phrases

    extract.MODEL_DATA = models if (models / "spans.int8.onnx").exists() else SHIPPED_SPANS
    phrases.HEADS = models if (models / "same.npz").exists() else phrases.FOLDER
    phrases.ENCODER = models if (models / phrases.FILE).exists() else phrases.FOLDER


def measure(folders: Iterable[Path], engine: str | None = None, models: Path | None = None) -> dict[str, Row]:
    """Return every measure of every set, read by `models`/FIELD where that is given."""
    found: dict[str, Row] = {}
    for folder in folders:
        if models:
            use(models / field_of(folder))
        readers = [json.loads(line) for line in (folder / "a.jsonl").read_text().splitlines() if line.strip()]
        ten = json.loads((folder / "a-matrix.json").read_text())
        ours, matrix = run(folder, engine)
        found[folder.name] = score(ours, matrix, readers, ten, len(list(folder.glob("[0-9][0-9].txt"))))
    return found


def means(found: Mapping[str, Row]) -> dict[str, Row]:
    """Return the means over the new roles, all and by field, the tuned sets and the shipped ones."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for name, row in found.items():
        field = field_of(Path(name))
        if name in TUNED:
            groups["tuned"].append(row)
        elif field == "own":
            groups["own"].append(row)
        else:
            groups["new roles"].append(row)
            groups[field].append(row)
    return {name: {m: sum(r[m] for r in rows) / len(rows) for m in MEASURES} for name, rows in groups.items()}


def cases(data: Path) -> Row:
    """Return the totals of the behavioural suite; its scorer lies beside the data."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "cases.json"
        cli = f"{sys.executable} -c 'from pipeline.cli import main; main()'"
        command = [
            sys.executable,
            str(data.parent / "bench" / "score_cases.py"),
            str(data / "cases" / "open"),
        ]
        subprocess.run(
            [*command, "--cli", cli, "--only", "sentences", "same", "different", "--json", str(out)],
            check=True,
        )
        totals: Row = json.loads(out.read_text())["totals"]
    return totals


# --- the gate ---------------------------------------------------------------------------------------


def below(found: Mapping[str, Row], floors: Mapping[str, Row]) -> list[str]:
    """Return one sentence for every mean that fell below its floor."""
    return [
        f"{name} {measure}: {found[name][measure]:.3f} is worse than its floor {floor:.3f}"
        for name, row in sorted(floors.items())
        for measure, floor in sorted(row.items())
        if name in found and _worse(measure, found[name][measure], floor)
    ]


def _worse(measure: str, value: float, floor: float) -> bool:
    slack = SLACK.get(measure, 0.01)
    return value > floor + slack if measure in LOWER_IS_BETTER else value < floor - slack


def pinned(found: Mapping[str, Row], floors: Mapping[str, Row], lower: bool) -> dict[str, Row]:
    """Return the floors after pinning: never worse than before unless `lower`."""

    def best(name: str, measure: str, value: float) -> float:
        old = floors.get(name, {}).get(measure)
        if old is None or lower:
            return value
        return min(old, value) if measure in LOWER_IS_BETTER else max(old, value)

    return {n: {m: round(best(n, m, v), 3) for m, v in row.items()} for n, row in sorted(found.items())}


def table(found: Mapping[str, Row]) -> str:
    """Return the measures as a text table."""
    wide = max((len(name) for name in found), default=0) + 2
    lines = ["set".ljust(wide) + "".join(m.rjust(12) for m in MEASURES)]
    lines += [name.ljust(wide) + "".join(f"{row[m]:12.3f}" for m in MEASURES) for name, row in found.items()]
    return "\n".join(lines)


def own_sets() -> list[Path]:
    """Return the folders of the invented postings that ship with the tests."""
    return sorted(path for path in OWN_SETS.iterdir() if path.is_dir())


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leave-out", choices=sorted(FIELDS), help="score only the sets of this field")
    parser.add_argument("--every-field", action="store_true", help="print a line for every set")
    parser.add_argument("--models", type=Path, help="the folder of models that did not see a field")
    parser.add_argument("--cases", action="store_true", help="run the behavioural suite too")
    parser.add_argument("--pin", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower them as well")
    parser.add_argument("--engine", help="another engine than the default")
    return parser.parse_args()


def main() -> int:
    """Measure, print, and return 1 when a floor was broken."""
    asked, data = _asked(), data_folder()
    folders = [f for f in sets(data) if not asked.leave_out or field_of(f) == asked.leave_out]
    if not folders:
        print(f"no evaluation data in {data}: only the shipped sets are measured", file=sys.stderr)
    shown = [*folders, *([] if asked.leave_out else own_sets())]
    found = measure(shown, asked.engine, asked.models)
    print(table({**(found if asked.every_field or asked.leave_out else {}), **means(found)}))
    if asked.cases and folders:
        print(json.dumps(cases(data), indent=1))
    kept = json.loads(FLOORS.read_text())
    if asked.pin and folders and not asked.leave_out:
        stamp = digest(sets(data))
        floors = pinned(means(found), kept["floors"], asked.lower or kept["data"] != stamp)
        FLOORS.write_text(json.dumps({"data": stamp, "floors": floors}, indent=1) + "\n")
        return 0
    broken = [] if asked.leave_out or asked.models else below(means(found), kept["floors"])
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
