"""Fit the two pair scorers: which names are one skill ("same"), which skills share a row ("row").

    python -m training.heads --data DIR --out DIR [--sets DIR ...] [--held-out] [--spans FIELD=DIR ...]

Both are a linear map of phrase vectors and a small network over the measures of a pair, which the product
itself computes (`pipeline.cluster.discover.features`, `pipeline.matrix.belong.features`). They learn from
the annotated sets: two of our names are one skill where readers name their demands alike; two skills share
a row where the reader's ten rows say so. The maps learn from the vocabulary, its themes, readers' names of
gold-train and own-wordings beside. `--held-out` fits them once more for each field without its sets, into
DIR/FIELD, for scores on roles that they did not see. About 20 minutes on one CPU core.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.accuracy import field_of, matches
from pipeline import vocabulary
from pipeline.cluster import Names, discover
from pipeline.cluster.own_words import leaders
from pipeline.engines.local import LocalEngine
from pipeline.lists import read_sources
from pipeline.matrix import belong
from pipeline.phrases import Scorer, groups, phrases
from pipeline.records import Evidence, Mention, Skill, Target
from pipeline.settings import Settings
from pipeline.shares import DemandTable
from pipeline.steps.extract import extract
from pipeline.steps.matrix import evidence
from pipeline.steps.place import Place
from pipeline.steps.run import Options, gather_into
from pipeline.steps.score import score
from training import corpus

Array = np.ndarray[Any, Any]
Group = list[Array]  # the vectors of wordings that belong together
FAMILIES = Path(__file__).with_name("row_families.tsv")
PAIRS = Path(__file__).parents[1] / "tests" / "data"
SAME_THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45)
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


# --- maps of phrase vectors ---------------------------------------------------------------------


def learned_map(batch: Callable[[], list[tuple[Group, int]]], size: int, steps: int, heat: float) -> Array:
    """Return a linear map under which two draws of a group are near, others of its owner far (InfoNCE)."""
    net = nn.Linear(phrases().size, size, bias=False)
    nn.init.orthogonal_(net.weight)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1.5e-3, weight_decay=0.01)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 1.5e-3 * (1 - step / steps) + 1e-5
        drawn = batch()
        two = torch.from_numpy(np.stack([np.stack(_two(group)) for group, _ in drawn]))
        owner = torch.tensor([owner for _, owner in drawn])
        left, right = (F.normalize(net(two[:, at]), dim=-1) for at in (0, 1))
        odds = (left @ right.T / heat).masked_fill(owner[:, None] != owner[None], -1e4)
        loss = F.cross_entropy(odds, torch.arange(len(drawn)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.weight.detach().numpy().T.astype(np.float16)


def _two(group: Group) -> tuple[Array, Array]:
    """Two members of a group, each a wording or the mean of its wordings."""
    first, second = random.sample(group, 2) if len(group) > 1 else (group[0], group[0])

    def draw(member: Array) -> Array:
        return member[random.randrange(len(member))] if random.random() < 0.5 else member.mean(0)

    return draw(first), draw(second)


def _single(texts: Iterable[str]) -> Group:
    return [phrases().vectors([text]) for text in sorted(set(texts))]


def name_groups(data: Path) -> tuple[list[Group], Array, list[list[int]]]:
    """Return groups of wordings of one skill, how often each is drawn, and those of one theme."""
    known = vocabulary.load()
    said: dict[str, set[str]] = {
        e.name: {e.name, *(a.lstrip("=") for a in e.aliases)} for e in known.skills.values()
    }
    weight: dict[str, float] = dict.fromkeys(said, 1.0)
    owner = {text.lower(): name for name, texts in said.items() for text in texts}

    def add(name: str, texts: Iterable[str], worth: float) -> None:
        at = owner.get(name.lower(), name)
        said.setdefault(at, set()).update(texts)
        weight[at] = max(weight.get(at, 0.0), worth)

    for row in corpus.rows_of(data / "gold-train" / "rows.jsonl"):
        add(row["skill"], {row["skill"], *row["quotes"]}, 3.0)
    for row in corpus.rows_of(data / "vocab-esco" / "skills.jsonl.gz"):
        add(row["label"], {row["label"], *(row["alt_labels"] or [])} - {""}, 0.2)
    for row in corpus.rows_of(data / "own-wordings" / "rows.jsonl"):
        for skill in row["skills"]:
            add(skill["name"], {skill["name"], *skill["wordings"]}, 0.7)
    names = [name for name in sorted(said) if len(said[name]) > 1]
    themes: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        if name in known.skills:
            themes[known.skills[name].theme].append(at)
    odds = np.array([weight[name] for name in names])
    return (
        [_single(said[name]) for name in names],
        odds / odds.sum(),
        [t for t in themes.values() if len(t) > 3],
    )


def name_map(data: Path) -> Array:
    """Return the map of the "same" scorer; it sees no annotated set."""
    held, odds, themes = name_groups(data)

    def batch() -> list[tuple[Group, int]]:
        places = list(np.random.choice(len(held), 150, replace=False, p=odds))
        while len(places) < 256:
            places += random.sample(random.choice(themes), 4)
        return [(held[at], 0) for at in dict.fromkeys(places)]

    return learned_map(batch, 192, 1500, 0.07)


def row_families() -> list[list[str]]:
    """Return the themes that a coach would put into one row, family by family: a judgement kept as data."""
    lines = FAMILIES.read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t")[1].split("|") for line in lines]


def row_map(data: Path, cases: Sequence[Case]) -> Array:
    """Return the map of the "row" scorer, from themes, families, own-wordings and these readers' rows."""
    known = vocabulary.load()
    themes: dict[str, Group] = defaultdict(list)
    for entry in known.skills.values():
        themes[entry.theme].append(
            phrases().vectors([entry.name, *(a.lstrip("=") for a in entry.aliases[:5])])
        )
    families = [[m for theme in some for m in themes.get(theme, [])] for some in row_families()]
    wide = [group for group in (*themes.values(), *families) if len(group) > 2]
    own: dict[str, list[Group]] = defaultdict(list)
    for row in corpus.rows_of(data / "own-wordings" / "rows.jsonl"):
        if row["kind"] != "none":
            own[row["occupation"]].append(
                [phrases().vectors([s["name"], *s["wordings"]]) for s in row["skills"]]
            )
    readers = [rows for case in cases if (rows := _readers_rows(case))]

    def batch() -> list[tuple[Group, int]]:
        turn = random.random()
        if turn < 0.33:
            return [(group, 0) for group in random.sample(wide, 120)]
        some = random.sample(sorted(own.values(), key=len) if turn < 0.6 else readers, 8)
        return [(group, at) for at, rows in enumerate(some) for group in rows]

    return learned_map(batch, 128, 1200, 0.1)


def _readers_rows(case: Case) -> list[Group]:
    said: dict[str, set[str]] = defaultdict(set)
    for row in case.readers:
        said[row["skill"]] |= {row["skill"], *row["quotes"]}
    return [
        [phrases().vectors(sorted(said[skill])) for skill in row["skills"]]
        for kind in case.ten
        for row in case.ten[kind]
    ]


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


def empty(mapping: Array, threshold: float) -> Scorer:
    """Return a scorer with a map and no network, for measuring pairs."""
    none = np.zeros(1)
    return Scorer(
        {
            "map": mapping,
            "threshold": threshold,
            **dict.fromkeys(("mean", "spread", "w1", "b1", "w2", "b2"), none),
        }
    )


def of_readers(case: Case, quotes: Iterable[tuple[str, str]]) -> Counter[str]:
    """Return the readers' names of (posting, quote)s, with how often each."""
    found: Counter[str] = Counter()
    for posting, quote in quotes:
        found.update(
            r["skill"]
            for r in case.readers
            if r["posting"] == posting and any(matches(quote, q) for q in r["quotes"])
        )
    return found


# --- same ---------------------------------------------------------------------------------------


@dataclass
class SameData:
    """The pairs of one set for the "same" scorer."""

    names: list[str]
    readers: list[Counter[str]]
    pairs: Array
    values: Array
    truth: Array  # -1 where no reader tells


def same_data(case: Case, mapping: Array, names: Names) -> SameData:
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
    pairs, values = discover.features(items, unknown, empty(mapping, 0.0))
    told = [of_readers(case, sorted(quotes[name])) for name, _ in items]
    truth = np.array([_alike(told[a], told[b]) for a, b in pairs])
    return SameData([n for n, _ in items], told, pairs, values, truth)


def listed_pairs(mapping: Array, names: Names) -> tuple[Array, Array]:
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
                _, measured = discover.features(items, unknown, empty(mapping, 0.0))
                values += list(measured)
                truth += [is_one] * len(measured)
    return np.array(values), np.array(truth)


def _alike(left: Counter[str], right: Counter[str]) -> float:
    if not left or not right:
        return -1.0
    both = left.total() * right.total()
    return sum(left[name] * right[name] for name in left) / both


def fit_same(data: Sequence[SameData], mapping: Array, listed: tuple[Array, Array]) -> dict[str, Array]:
    """Fit the "same" scorer and choose its threshold on the sets it learns from."""
    kept = [d.truth >= 0 for d in data]
    values = np.concatenate([d.values[k] for d, k in zip(data, kept, strict=True)])
    truth = np.concatenate([d.truth[k] for d, k in zip(data, kept, strict=True)])
    weight = np.concatenate([np.ones(len(truth)), np.full(len(listed[1]), LISTED)])
    values, truth = np.concatenate([values, listed[0]]), np.concatenate([truth, listed[1]])
    made = network(values, truth, weight) | {"map": mapping}
    worth = {cut: np.mean([_names_f1(d, made, cut) for d in data]) for cut in SAME_THRESHOLDS}
    print("same", {cut: round(float(value), 4) for cut, value in worth.items()}, flush=True)
    # a wrong name costs a user more than a missing one: the highest that costs next to nothing
    best = max(worth.values())
    return made | {"threshold": np.array(max(cut for cut, value in worth.items() if value > best - 0.002))}


def _names_f1(data: SameData, made: Mapping[str, Array], cut: float) -> float:
    """B-cubed F1 of the demands' names after joining at a threshold, each name at its commonest reader's."""
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


def fit_row(data: Sequence[RowData], mapping: Array) -> dict[str, Array]:
    """Fit the "row" scorer; each set counts alike, a pair by its demands, less where one is in no row."""
    values, truth, weight = [], [], []
    for d in data:
        left, right = np.triu_indices(len(d.skills), 1)
        values.append(belong.features(d.skills, d.table, d.quotes, empty(mapping, 0.0)))
        truth.append((d.rows[left, :-1] * d.rows[right, :-1]).sum(1))
        told, inside = d.rows.sum(1), d.rows[:, :-1].sum(1)
        asked = np.array([d.table.entries_of(d.table.names.index(s.name)) for s in d.skills], object)
        count = np.array([float(e.stop - e.start) for e in asked])
        worth = np.sqrt(count[left] * count[right]) * told[left] * told[right]
        worth *= 0.3 + 0.7 * inside[left] * inside[right]
        weight.append(worth / max(1e-9, worth.sum()) * 1000)
    made = network(np.concatenate(values), np.concatenate(truth), np.concatenate(weight), 3000)
    return made | {"map": mapping, "threshold": np.array(ROW_THRESHOLD)}


def write(folder: Path, name: str, made: Mapping[str, Array]) -> None:
    """Write a scorer and make the product use the folder's scorers from now on."""
    import pipeline.phrases as shipped

    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"{name}.npz", **made)
    shipped.HEADS = folder
    shipped._scorer.cache_clear()


def fit(
    data: Path,
    cases: Sequence[Case],
    same: Mapping[str, SameData],
    listed: tuple[Array, Array],
    mapping: Array,
    out: Path,
) -> None:
    """Fit both scorers on these cases into a folder."""
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    write(out, "same", fit_same([same[case.name] for case in cases], mapping, listed))
    rows = [row_data(case) for case in cases]
    write(out, "row", fit_row(rows, row_map(data, cases)))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sets", type=Path, nargs="*", default=[], help="further annotated sets")
    parser.add_argument("--held-out", nargs="*", help="fit them without the sets of these fields (all)")
    parser.add_argument("--work", type=Path, help="where the sets as read are kept (default: OUT/work)")
    given = parser.parse_args()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    torch.set_num_threads(1)
    data = corpus.data_dir(given.data)
    folders = [*sorted((data / "gold").glob("dev-*")), *given.sets]
    cases = [read(folder, given.work or given.out / "work") for folder in folders]
    print(len(cases), "sets read", flush=True)
    kept = given.out / "name_map.npy"
    mapping = np.load(kept) if kept.exists() else name_map(data)
    np.save(kept, mapping)
    print("name map", flush=True)
    names = Names(vocabulary.load())
    same = {case.name: same_data(case, mapping, names) for case in cases}
    listed = listed_pairs(mapping, names)
    print("pairs measured,", len(listed[1]), "of them listed", flush=True)
    fit(data, cases, same, listed, mapping, given.out)
    asked = () if given.held_out is None else given.held_out or sorted({case.field for case in cases})
    for held in asked:
        print("without", held, flush=True)
        fit(data, [case for case in cases if case.field != held], same, listed, mapping, given.out / held)


if __name__ == "__main__":
    main()
