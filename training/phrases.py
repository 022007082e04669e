"""Train the encoder of short phrases (``pipeline/phrases``): which names are one skill, which share a row.

    python -m training.phrases --data DIR --out DIR [--sets DIR ...] [--without FIELD ...]

The first four layers of all-MiniLM-L6-v2 learn from readers' names and rows of the annotated sets, from
`training/occupations` (skills, wordings and rows of 128 occupations, written for this) and own-wordings,
and from names alone: the vocabulary with its themes, gold-train, ESCO. Each step takes the skills of one
set, two wordings of each; both views are drawn together or apart by supervised contrastive losses.
`--without` leaves out the sets of fields, for figures on roles that it did not see. Twelve minutes on
one CPU core that knows bfloat16.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.accuracy import field_of
from pipeline import vocabulary
from pipeline.phrases import COLUMNS, FILE, LONGEST, TOKENIZER, Phrases, View, unit
from training import corpus, export
from training.encoder import DIM, Encoder, minilm_folder

OCCUPATIONS = Path(__file__).with_name("occupations")
FAMILIES = Path(__file__).with_name("row_families.tsv")
LAYERS, EPOCHS = 4, 6
RATE, HEAD_RATE = 7e-5, 1e-3
HEAT = {"row": 0.1, "same": 0.07}
SKILLS, BATCH = 100, 48
NAMES, ROWS = 40, 15
"""Batches of names alone and of the vocabulary's families in an epoch, beside one of each set."""

NO_ROW = -1


@dataclass(frozen=True)
class Skills:
    """The skills of one set: their names, the wordings of each, and the row of each or `NO_ROW`."""

    names: list[str]
    said: list[list[str]]
    row: list[int]


# --- what it learns from ------------------------------------------------------------------------


def annotated(folder: Path) -> Skills:
    """Return the readers' skills and rows of a set."""
    said: dict[str, list[str]] = defaultdict(list)
    for row in corpus.rows_of(folder / "a.jsonl"):
        said[row["skill"]] += row["quotes"]
    ten = json.loads((folder / "a-matrix.json").read_text(encoding="utf-8"))
    rows = (row for kind in ten for row in ten[kind])
    row_of = {name: at for at, row in enumerate(rows) for name in row["skills"]}
    names = sorted(said)
    return Skills(
        names,
        [list(dict.fromkeys(said[name])) for name in names],
        [row_of.get(name, NO_ROW) for name in names],
    )


def occupations() -> list[Skills]:
    """Return the written occupations."""
    return [_occupation(path) for path in sorted(OCCUPATIONS.glob("*.txt"))]


def _occupation(path: Path) -> Skills:
    found, row, rows = Skills([], [], []), NO_ROW, 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("none:"):
            row = NO_ROW
        elif line.startswith(("general:", "specific:")):
            row, rows = rows, rows + 1
        elif "|" in line:
            name, wordings = line.split("|", 1)
            found.names.append(name.strip())
            found.said.append([wording.strip() for wording in wordings.split(";") if wording.strip()])
            found.row.append(row)
    return found


def own_wordings(data: Path) -> list[Skills]:
    """Return the occupations of own-wordings."""
    by: dict[str, Skills] = {}
    for at, row in enumerate(corpus.rows_of(data / "own-wordings" / "rows.jsonl")):
        one = by.setdefault(row["occupation"], Skills([], [], []))
        for skill in row["skills"]:
            one.names.append(skill["name"])
            one.said.append(skill["wordings"])
            one.row.append(NO_ROW if row["kind"] == "none" else at)
    return [by[name] for name in sorted(by)]


def drawing(data: Path) -> tuple[Callable[[], Skills], Callable[[], Skills]]:
    """Return a function that draws names alone, and one that draws skills of the vocabulary's families."""
    known = vocabulary.load()
    said = {e.name: sorted({e.name, *(a.lstrip("=") for a in e.aliases)}) for e in known.skills.values()}
    themes: dict[str, list[str]] = defaultdict(list)
    for entry in known.skills.values():
        themes[entry.theme].append(entry.name)
    wide = [theme for theme, names in themes.items() if len(names) > 3]
    several = [name for name, texts in said.items() if len(texts) > 1]
    read: dict[str, set[str]] = defaultdict(set)
    for row in corpus.rows_of(data / "gold-train" / "rows.jsonl"):
        read[row["skill"]] |= set(row["quotes"])
    readers = [(name, sorted(texts)) for name, texts in read.items()]
    skills = corpus.rows_of(data / "vocab-esco" / "skills.jsonl.gz")
    esco = [(row["label"], row["alt_labels"]) for row in skills if row["alt_labels"]]
    lines = FAMILIES.read_text(encoding="utf-8").splitlines()[1:]
    families = [
        [n for theme in line.split("\t")[1].split("|") for n in themes.get(theme, [])] for line in lines
    ]
    families = [names for names in families if len(names) > 4]

    def names_alone() -> Skills:
        near = [name for theme in random.sample(wide, 4) for name in random.sample(themes[theme], 4)]
        picked = [(name, said[name]) for name in dict.fromkeys(random.sample(several, 40) + near)]
        picked += random.sample(readers, 25) + random.sample(esco, 25)
        return Skills([n for n, _ in picked], [texts for _, texts in picked], [NO_ROW] * len(picked))

    def of_families() -> Skills:
        row = {}
        for at, names in enumerate(random.sample(families, 12)):
            for name in random.sample(names, min(8, len(names))):
                row.setdefault(name, at)
        return Skills(list(row), [said[name] for name in row], list(row.values()))

    return names_alone, of_families


# --- the network --------------------------------------------------------------------------------


def network() -> Encoder:
    """Return the encoder with the published weights and one projection for both views."""
    model = Encoder(LAYERS)
    model.start_from_minilm(minilm_folder())
    model.out = nn.Linear(DIM, max(columns.stop for columns in COLUMNS.values()))
    for columns in COLUMNS.values():
        nn.init.orthogonal_(model.out.weight.data[columns])
    nn.init.zeros_(model.out.bias)
    return model


def tokenizer() -> Any:
    """Return the tokenizer, which cuts phrases where the product does."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(TOKENIZER))
    made.no_padding()
    made.enable_truncation(LONGEST + 2)
    return made


def vectors(model: Encoder, pieces: Any, texts: Sequence[str]) -> Tensor:
    """Return the mean output of each text (texts x columns), computed in batches of like length."""
    ids = [pieces.encode(text).ids for text in texts]
    order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
    found: list[Tensor] = [torch.empty(0)] * len(ids)
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        width = len(ids[some[-1]])
        read, mask = torch.zeros(len(some), width, dtype=torch.long), torch.zeros(len(some), width)
        for row, at in enumerate(some):
            read[row, : len(ids[at])], mask[row, : len(ids[at])] = torch.tensor(ids[at]), 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            said = model(read, mask, torch.zeros_like(read)).float()
        mean = (said * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        for row, at in enumerate(some):
            found[at] = mean[row]
    return torch.stack(found)


def loss(said: Tensor, skill: Tensor, row: Tensor) -> Tensor:
    """Return the contrastive losses of both views; wordings of one skill are no pair in the view of rows."""
    itself = torch.eye(len(skill), dtype=torch.bool)
    same = (skill[:, None] == skill[None]) & ~itself
    mates = (row[:, None] == row[None]) & (row[:, None] >= 0) & ~same & ~itself
    return _contrast(said, "row", mates, itself | same) + _contrast(said, "same", same, itself)


def _contrast(said: Tensor, view: Any, pairs: Tensor, hidden: Tensor) -> Tensor:
    unit = F.normalize(said[:, COLUMNS[view]], dim=-1)
    odds = F.log_softmax((unit @ unit.T / HEAT[view]).masked_fill(hidden, -1e4), -1)
    has = pairs.any(1)
    if not has.any():
        return said.sum() * 0
    return (-(odds * pairs).sum(1)[has] / pairs.sum(1)[has]).mean()


def batch(skills: Skills) -> tuple[list[str], Tensor, Tensor]:
    """Return two wordings of each of up to `SKILLS` skills, with the number and the row of each skill."""
    texts, numbers, rows = [], [], []
    for at in random.sample(range(len(skills.names)), min(SKILLS, len(skills.names))):
        named = random.random() < 0.5
        some = [skills.names[at], *skills.said[at]] if named else skills.said[at]
        for text in random.sample(some, min(2, len(some))):
            texts.append(text)
            numbers.append(at)
            rows.append(skills.row[at])
    return texts, torch.tensor(numbers), torch.tensor(rows)


def fit(sets: Sequence[Skills], drawn: Iterable[tuple[Callable[[], Skills], int]]) -> Encoder:
    """Train on the sets and on what is drawn (each with its number of batches an epoch)."""
    drawn = list(drawn)
    model, pieces = network(), tokenizer()
    body = [p for name, p in model.named_parameters() if not name.startswith("out.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": list(model.out.parameters()), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    steps, step = EPOCHS * (len(sets) + sum(count for _, count in drawn)), 0
    for epoch in range(EPOCHS):
        held = [*sets, *(draw() for draw, count in drawn for _ in range(count))]
        total = 0.0
        for skills in random.sample(held, len(held)):
            left = (1 - step / steps) * min(1.0, (step + 1) / 50)
            for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE), strict=True):
                group["lr"] = rate * left
            texts, numbers, rows = batch(skills)
            value = loss(vectors(model, pieces, texts), numbers, rows)
            optimizer.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, total = step + 1, total + float(value.detach())
        print(f"epoch {epoch + 1}: loss {total / len(held):.3f}", flush=True)
    return model.eval()


# --- how well it does ---------------------------------------------------------------------------


def precision(path: Path, sets: Sequence[Skills]) -> dict[View, float]:
    """Return the mean average precision of an encoder's cosines on sets.

    "row": of all pairs of skills, those that share a row come first; "same": of all pairs of wordings,
    those of one skill.
    """
    encoder = Phrases.load(path)
    found: dict[View, list[float]] = {"row": [], "same": []}
    for skills in sets:
        said = [[name, *texts[:8]] for name, texts in zip(skills.names, skills.said, strict=True)]
        means = np.stack([unit(encoder.vectors(texts, "row").mean(0)) for texts in said])
        row = np.array(skills.row)
        mates = (row[:, None] == row[None]) & (row[:, None] >= 0)
        found["row"].append(_average_precision(means @ means.T, mates))
        owner = np.repeat(np.arange(len(said)), [len(texts) for texts in skills.said])
        every = encoder.vectors((text for texts in skills.said for text in texts), "same")
        found["same"].append(_average_precision(every @ every.T, owner[:, None] == owner[None]))
    return {view: float(np.mean(values)) for view, values in found.items()}


def _average_precision(near: Any, truth: Any) -> float:
    pairs = np.triu_indices(len(near), 1)
    right = truth[pairs][np.argsort(-near[pairs], kind="stable")]
    return float((right.cumsum() / np.arange(1, len(right) + 1))[right].mean()) if right.any() else 0.0


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sets", type=Path, nargs="*", default=[], help="further annotated sets")
    parser.add_argument("--without", nargs="*", default=[], metavar="FIELD", help="fields to leave out")
    given = parser.parse_args()
    random.seed(0), torch.manual_seed(0)
    torch.set_num_threads(1)
    data = corpus.data_dir(given.data)
    folders = [*sorted((data / "gold").glob("dev-*")), *given.sets]
    kept = [annotated(folder) for folder in folders if field_of(folder) not in given.without]
    names, families = drawing(data)
    model = fit([*kept, *occupations(), *own_wordings(data)], [(names, NAMES), (families, ROWS)])
    export.write(model, given.out / FILE)
    apart = [annotated(folder) for folder in folders if field_of(folder) in given.without]
    if apart:
        print(
            "left out:", {view: round(value, 3) for view, value in precision(given.out / FILE, apart).items()}
        )


if __name__ == "__main__":
    main()
