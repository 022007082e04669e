"""Fit the scorers: which names are one skill ("same"), which skills share a row ("row"), their kind ("kind").

    python -m training.heads --data DIR --out DIR --encoders DIR [--sets DIR ...] [--without FIELD ...]

The first two are a small network over the measures of a pair, which the product itself computes
(`pipeline.cluster.discover.features`, `pipeline.matrix.belong.features`) with the phrase encoder of
`training.phrases`. They learn from the annotated sets: two of our names are one skill where readers name
their demands alike; two skills share a row where the reader's ten rows say so. The kind is a logistic
regression over phrase vectors, the vocabulary's kind and the engines' votes. Each set is measured with
an encoder that did not see its field (`--encoders`, DIR/FIELD): with one that did, near pairs look surer
than those of a new role. `--without` leaves out the sets of fields, for scores on roles that the scorers
did not see. About 15 minutes on one CPU core.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.accuracy import field_of, matches
from pipeline import phrases, vocabulary
from pipeline.cluster import Names, discover
from pipeline.cluster.own_words import leaders
from pipeline.cluster.skills import features, usages
from pipeline.engines.local import LocalEngine
from pipeline.lists import read_sources
from pipeline.matrix import belong
from pipeline.phrases import Scorer, groups
from pipeline.records import Evidence, Mention, Skill, SkillEntry, Target
from pipeline.settings import Settings
from pipeline.shares import DemandTable
from pipeline.steps.extract import extract
from pipeline.steps.matrix import evidence
from pipeline.steps.place import Place
from pipeline.steps.run import Options, gather_into
from pipeline.steps.score import score
from training import corpus

Array = np.ndarray[Any, Any]
PAIRS = Path(__file__).parents[1] / "tests" / "data"
SAME_THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45)
KIND_FEATURES = 322
KIND_FIT = 0.1
"""The inverse strength of the penalty on the weights of `kind`; .3 and 1 do worse on left-out fields."""

ROW_THRESHOLD = 0.2
"""From .14 to .23 the rows of left-out fields differ less than from one fit to the next."""
HIDDEN, NETWORKS = 24, 3
LISTED = 20.0
"""What a listed pair weighs beside a pair of a set: there are hundreds of times as many of these."""


@dataclass
class Case:
    """One annotated set as the product reads it."""

    name: str
    field: str
    readers: list[dict[str, Any]]
    ten: dict[str, Any]
    place: Place
    target: Target
    mentions: list[Mention] = field(default_factory=list)
    posting: dict[str, str] = field(default_factory=dict)  # id of a posting -> its number in the set


def read(folder: Path, work: Path) -> Case:
    """Return a set with its postings gathered and its mentions found, kept under `work`."""
    place, target = Place(work / folder.name), Target(folder.name.split("-", 1)[1])
    if not (work / folder.name).exists():
        listing = work / f"{folder.name}.txt"
        work.mkdir(parents=True, exist_ok=True)
        listing.write_text("".join(f"{t.resolve()}\n" for t in sorted(folder.glob("[0-9][0-9].txt"))))
        place.remember_target(target)
        gather_into(place, target, read_sources(str(listing)).lines, Settings(), Options(offline=True))
        extract(place, target, LocalEngine())
    with place.store() as store:
        posting = {p.id: Path(p.url).stem for p in store.postings(target.id)}
        mentions = list(store.found(target.id))
    readers = corpus.rows_of(folder / "a.jsonl")
    ten = json.loads((folder / "a-matrix.json").read_text(encoding="utf-8"))
    return Case(folder.name, field_of(folder), readers, ten, place, target, mentions, posting)


# --- the networks -------------------------------------------------------------------------------


def network(values: Array, truth: Array, weight: Array, steps: int = 2500) -> dict[str, Array]:
    """Fit `NETWORKS` networks of one hidden layer; return their mean as `pipeline.phrases.Scorer` takes it.

    One network alone moved the rows of a left-out field by half a row from seed to seed.
    """
    mean, spread = values.mean(0), values.std(0) + 1e-6
    x = torch.tensor((values - mean) / spread, dtype=torch.float32)
    y, w = torch.tensor(truth, dtype=torch.float32), torch.tensor(weight / weight.mean(), dtype=torch.float32)
    nets = [_fitted(x, y, w, steps) for _ in range(NETWORKS)]
    return {
        "mean": mean,
        "spread": spread,
        "w1": np.concatenate([_array(net[0].weight).T for net in nets], 1),
        "b1": np.concatenate([_array(net[0].bias) for net in nets]),
        "w2": np.concatenate([_array(net[2].weight)[0] for net in nets]) / NETWORKS,
        "b2": np.mean([_array(net[2].bias)[0] for net in nets]),
    }


def _fitted(x: Tensor, y: Tensor, w: Tensor, steps: int) -> nn.Sequential:
    net = nn.Sequential(nn.Linear(x.shape[1], HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 3e-3 * (1 - step / steps) + 1e-5
        some = torch.randint(len(y), (2048,))
        loss = F.binary_cross_entropy_with_logits(net(x[some])[:, 0], y[some], weight=w[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net


def _array(tensor: Tensor) -> Array:
    return tensor.detach().numpy().astype(np.float64)


def of_readers(case: Case, quotes: Iterable[tuple[str, str]]) -> Counter[str]:
    """Return the readers' names of (posting, quote)s, with how often each."""
    return Counter(row["skill"] for row in readers_rows(case, quotes))


def readers_rows(case: Case, quotes: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the readers' demands that (posting, quote)s match, one for each match."""
    return [
        row
        for posting, quote in quotes
        for row in case.readers
        if row["posting"] == posting and any(matches(quote, q) for q in row["quotes"])
    ]


# --- same ---------------------------------------------------------------------------------------


@dataclass
class SameData:
    """The pairs of one set for the "same" scorer."""

    names: list[str]
    readers: list[Counter[str]]
    pairs: Array
    values: Array
    truth: Array  # -1 where no reader tells


def same_data(case: Case, names: Names) -> SameData:
    """Return the pairs of our names, named without discovery, and how far readers name them alike."""
    resolved = {quote: names.resolve(quote) for quote in sorted({m.quote for m in case.mentions})}
    led = leaders(r.name for r in resolved.values() if r.how == "own words")
    quotes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for mention in case.mentions:
        if not mention.negated:
            name = led.get(resolved[mention.quote].name, resolved[mention.quote].name)
            quotes[name].add((case.posting[mention.posting_id], mention.quote))
    items = [(name, sorted({quote for _, quote in said})) for name, said in sorted(quotes.items())]
    unknown = [at for at, (name, _) in enumerate(items) if name not in names.vocabulary.skills]
    pairs, values = discover.features(items, unknown)
    told = [of_readers(case, sorted(quotes[name])) for name, _ in items]
    truth = np.array([_alike(told[a], told[b]) for a, b in pairs])
    return SameData([n for n, _ in items], told, pairs, values, truth)


def listed_pairs(names: Names) -> tuple[Array, Array]:
    """Return the measures of the listed pairs that naming leaves to the scorer, and which are synonyms."""
    values, truth = [], []
    for name, is_one in (("synonyms.tsv", 1.0), ("false_friends.tsv", 0.0)):
        for line in (PAIRS / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("#") or line.count("\t") != 2:
                continue
            said = {names.resolve(surface).name: surface for surface in line.split("\t")[1:]}
            unknown = [at for at, name in enumerate(sorted(said)) if name not in names.vocabulary.skills]
            if len(said) == 2 and unknown:
                items = [(name, (said[name],)) for name in sorted(said)]
                _, measured = discover.features(items, unknown)
                values += list(measured)
                truth += [is_one] * len(measured)
    return np.array(values), np.array(truth)


def _alike(left: Counter[str], right: Counter[str]) -> float:
    if not left or not right:
        return -1.0
    both = left.total() * right.total()
    return sum(left[name] * right[name] for name in left) / both


def fit_same(data: Sequence[SameData], listed: tuple[Array, Array]) -> dict[str, Array]:
    """Fit the "same" scorer and choose its threshold on the sets it learns from."""
    kept = [d.truth >= 0 for d in data]
    values = np.concatenate([d.values[k] for d, k in zip(data, kept, strict=True)])
    truth = np.concatenate([d.truth[k] for d, k in zip(data, kept, strict=True)])
    weight = np.concatenate([np.ones(len(truth)), np.full(len(listed[1]), LISTED)])
    values, truth = np.concatenate([values, listed[0]]), np.concatenate([truth, listed[1]])
    made = network(values, truth, weight)
    worth = {cut: np.mean([_names_f1(d, made, cut) for d in data]) for cut in SAME_THRESHOLDS}
    print("same", {cut: round(float(value), 4) for cut, value in worth.items()}, flush=True)
    # a wrong name costs a user more than a missing one: no listed false friend joins, and of the thresholds
    # above that the highest that costs next to nothing
    sure = Scorer({**made, "threshold": 0.0}).probability(listed[0])
    safe = [cut for cut in SAME_THRESHOLDS if cut > sure[listed[1] < 0.5].max()] or [SAME_THRESHOLDS[-1]]
    best = max(worth[cut] for cut in safe)
    return made | {"threshold": np.array(max(cut for cut in safe if worth[cut] > best - 0.002))}


def _names_f1(data: SameData, made: Mapping[str, Array], cut: float) -> float:
    """Return B-cubed F1 of names after joining at a threshold, each name at its commonest reader's."""
    sure = Scorer({**made, "threshold": cut}).probability(data.values)
    alike = np.zeros((len(data.names),) * 2)
    for (a, b), value in zip(data.pairs, sure, strict=True):
        alike[a, b] = alike[b, a] = value
    of_group = {at: g for g, group in enumerate(groups(alike, [1.0] * len(data.names), cut)) for at in group}
    ours: Counter[int] = Counter()
    theirs: Counter[str] = Counter()
    both: Counter[tuple[int, str]] = Counter()
    for at, told in enumerate(data.readers):
        for name, count in told.items():
            ours[of_group[at]] += count
            theirs[name] += count
            both[of_group[at], name] += count
    of = max(1, sum(ours.values()))
    precision = sum(n * n / ours[g] for (g, _), n in both.items()) / of
    recall = sum(n * n / theirs[t] for (_, t), n in both.items()) / of
    return 2 * precision * recall / max(1e-9, precision + recall)


# --- row ----------------------------------------------------------------------------------------


@dataclass
class RowData:
    """The skills of one set for the "row" scorer."""

    case: Case
    skills: list[Skill]
    table: DemandTable
    quotes: Mapping[str, Sequence[Evidence]]
    rows: Array  # skills x (reader's rows, none): where the demands of a skill lie


def row_data(case: Case) -> RowData:
    """Return the scored skills of a set and the reader's rows in which their demands lie."""
    score(case.place, case.target, Settings())
    with case.place.store() as store:
        skills = store.skills(case.target.id)
        table = store.demand_table(case.target.id, Settings().score)
        quotes = evidence(store.postings(case.target.id), store.mentions(case.target.id))
    skills = [skill for skill in skills if skill.name in set(table.names)]
    row_of = {s: at for at, row in enumerate(r for k in case.ten for r in case.ten[k]) for s in row["skills"]}
    none = sum(len(rows) for rows in case.ten.values())
    rows = np.zeros((len(skills), none + 1))
    for at, skill in enumerate(skills):
        said = {(case.posting[e.posting_id], e.quote) for e in quotes.get(skill.name, ())}
        for name, count in of_readers(case, sorted(said)).items():
            rows[at, row_of.get(name, none)] += count
    return RowData(case, skills, table, quotes, rows / np.maximum(1, rows.sum(1, keepdims=True)))


def fit_row(data: Sequence[RowData]) -> dict[str, Array]:
    """Fit the "row" scorer; each set counts alike, a pair by its demands, less where one is in no row."""
    values, truth, weight = [], [], []
    for d in data:
        left, right = np.triu_indices(len(d.skills), 1)
        values.append(belong.features(d.skills, d.table, d.quotes))
        truth.append((d.rows[left, :-1] * d.rows[right, :-1]).sum(1))
        told, inside = d.rows.sum(1), d.rows[:, :-1].sum(1)
        asked = np.array([d.table.entries_of(d.table.names.index(s.name)) for s in d.skills], object)
        count = np.array([float(e.stop - e.start) for e in asked])
        worth = np.sqrt(count[left] * count[right]) * told[left] * told[right]
        worth *= 0.3 + 0.7 * inside[left] * inside[right]
        weight.append(worth / max(1e-9, worth.sum()) * 1000)
    made = network(np.concatenate(values), np.concatenate(truth), np.concatenate(weight), 3000)
    return made | {"threshold": np.array(ROW_THRESHOLD)}


# --- kind ---------------------------------------------------------------------------------------


def kind_data(case: Case, entries: Mapping[str, SkillEntry]) -> tuple[Array, Array, Array]:
    """Return features of a set's skills, which part of the readers calls each specific, and how many do."""
    score(case.place, case.target, Settings())
    with case.place.store() as store:
        mentions = store.mentions(case.target.id)
    used = usages(mentions)
    quotes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for mention in mentions:
        if mention.skill and not mention.negated:
            quotes[mention.skill].add((case.posting[mention.posting_id], mention.quote))
    told = [Counter(row["kind"] for row in readers_rows(case, sorted(quotes[u.skill]))) for u in used]
    count = np.array([float(one.total()) for one in told])
    part = np.array([one["specific"] for one in told]) / np.maximum(1, count)
    return features(used, [entries.get(u.skill) for u in used])[count > 0], part[count > 0], count[count > 0]


def fit_kind(data: Sequence[tuple[Array, Array, Array]]) -> dict[str, Array]:
    """Fit a logistic regression whose weights are held small: there are 322 features."""
    values, truth, weight = (
        torch.tensor(np.concatenate(part), dtype=torch.float64) for part in zip(*data, strict=True)
    )
    net = nn.Linear(values.shape[1], 1, dtype=torch.float64)
    optimizer = torch.optim.LBFGS(net.parameters(), max_iter=500, line_search_fn="strong_wolfe")
    decay = 1 / (2 * KIND_FIT * len(truth))

    def closure() -> Tensor:
        optimizer.zero_grad()
        odds = net(values)[:, 0]
        value = F.binary_cross_entropy_with_logits(odds, truth, weight=weight / weight.mean())
        value = value + decay * (net.weight**2).sum()
        value.backward()
        return value

    optimizer.step(closure)
    return {"w": _array(net.weight)[0], "b": _array(net.bias)[0]}


def write(folder: Path, name: str, made: Mapping[str, Array]) -> None:
    """Write a scorer and make the product use the folder's scorers from now on."""
    np.savez(folder / f"{name}.npz", **made)
    phrases._weights.cache_clear()
    phrases._scorer.cache_clear()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True, help="where phrases.int8.onnx lies")
    parser.add_argument("--encoders", type=Path, required=True, help="folder of encoders, one a field")
    parser.add_argument("--sets", type=Path, nargs="*", default=[], help="further annotated sets")
    parser.add_argument("--without", nargs="*", default=[], metavar="FIELD", help="fields to leave out")
    parser.add_argument("--work", type=Path, help="where the sets as read are kept (default: OUT/work)")
    given = parser.parse_args()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    torch.set_num_threads(1)
    folders = [*sorted((corpus.data_dir(given.data) / "gold").glob("dev-*")), *given.sets]
    kept = [folder for folder in folders if field_of(folder) not in given.without]
    cases = [read(folder, given.work or given.out / "work") for folder in kept]
    print(len(cases), "sets read", flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    phrases.HEADS = given.out
    names = Names(vocabulary.load())
    same, rows, kinds = [], [], []
    for case in cases:
        phrases.ENCODER = given.encoders / case.field
        same.append(same_data(case, names))
    phrases.ENCODER = given.out
    listed = listed_pairs(names)
    print("pairs measured,", len(listed[1]), "of them listed", flush=True)
    write(given.out, "same", fit_same(same, listed))
    write(given.out, "kind", {"w": np.zeros(KIND_FEATURES), "b": np.zeros(())})
    for case in cases:
        phrases.ENCODER = given.out  # its weights belong to the numbers of this encoder
        kinds.append(kind_data(case, names.vocabulary.skills))
    write(given.out, "kind", fit_kind(kinds))
    for case in cases:
        phrases.ENCODER = given.encoders / case.field
        rows.append(row_data(case))
    write(given.out, "row", fit_row(rows))


if __name__ == "__main__":
    main()
