"""Fit the table of word-piece vectors (``pipeline/phrases``) to a sentence encoder.

    python -m training.phrases --data DIR --out DIR

all-MiniLM-L6-v2 says of some 150,000 phrases (names, aliases, ESCO labels, readers' names and quotes)
what they mean; the weighted mean of a phrase's word-piece vectors is drawn towards that. About 15 minutes
on one CPU core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipeline import vocabulary
from pipeline.extract.model import case_of, load_tokenizer
from training import corpus, export
from training.encoder import DIM, VOCABULARY, Encoder, minilm_folder

SIZE = 256
"""Numbers of a vector: these main axes keep 96 % of what the encoder's 384 say of phrases."""

LONGEST = 24
HELD_OUT = 5000


def texts(data: Path) -> list[str]:
    """Return every phrase that the table is fitted on."""
    known = vocabulary.load()
    found = {text.lstrip("=") for e in known.skills.values() for text in (e.name, *e.aliases)}
    found |= {theme.title for theme in known.themes.values()}
    for row in corpus.rows_of(data / "vocab-esco" / "skills.jsonl.gz"):
        found |= {row["label"], *(row["alt_labels"] or [])}
    for path in [data / "gold-train" / "rows.jsonl", *sorted(data.glob("gold/dev-*/a.jsonl"))]:
        for row in corpus.rows_of(path):
            found |= {row["skill"], *row["quotes"]}
    for row in corpus.rows_of(data / "own-wordings" / "rows.jsonl"):
        for skill in row["skills"]:
            found |= {skill["name"], *skill["wordings"]}
    return sorted(text for text in found if text and text.strip())


def teacher(out: Path) -> Any:
    """Return a function from ids and case to the encoder's vectors, mean pooled; int8, one thread."""
    import onnxruntime

    model = Encoder(rate=0.0)
    model.start_from_minilm(minilm_folder())
    model.out = nn.Linear(DIM, DIM)
    nn.init.eye_(model.out.weight)
    nn.init.zeros_(model.out.bias)
    export.write(model, out / "teacher.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(out / "teacher.onnx"), options)

    def vectors(ids: list[list[int]], case: list[list[int]]) -> Any:
        feed = {"ids": np.array(ids, np.int64), "case": np.array(case, np.int64)}
        mean = session.run(None, feed)[0].mean(1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    return vectors


def said_of(phrases: Sequence[str], tokenizer: Any, vectors: Any) -> np.ndarray[Any, Any]:
    """Return what the encoder says of each phrase (phrases x 384)."""
    encoded = tokenizer.encode_batch([text[:200] for text in phrases])
    by_length: dict[int, list[int]] = {}
    for at, one in enumerate(encoded):
        by_length.setdefault(min(len(one.ids), LONGEST), []).append(at)
    out = np.zeros((len(phrases), DIM), np.float32)
    for length, places in sorted(by_length.items()):
        for start in range(0, len(places), 64):
            some = places[start : start + 64]
            ids = [encoded[at].ids[:length] for at in some]
            case = [[case_of(phrases[at][a:b]) for a, b in encoded[at].offsets[:length]] for at in some]
            out[some] = vectors(ids, case)
    return out


class Table(nn.Module):
    """A vector and a log weight for each word piece, and log weights for the first and last place."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.table = nn.Embedding.from_pretrained(start, freeze=False)
        self.weight = nn.Embedding(VOCABULARY, 1)
        self.place = nn.Embedding(3, 1)
        self.bias = nn.Parameter(torch.zeros(start.shape[1]))
        nn.init.zeros_(self.weight.weight)
        nn.init.zeros_(self.place.weight)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        at = torch.arange(ids.shape[1])[None]
        last = at == (mask.sum(1).long() - 1)[:, None]
        place = torch.where(last, 2, torch.where(at == 0, 1, 0))
        weight = (self.weight(ids) + self.place(place))[..., 0].exp() * mask
        mean = (self.table(ids) * weight[..., None]).sum(1) / weight.sum(1, keepdim=True)
        return F.normalize(mean + self.bias, dim=-1)


def padded(rows: Iterable[list[int]]) -> tuple[Tensor, Tensor]:
    """Return ids and mask of a batch."""
    rows = list(rows)
    width = max(map(len, rows))
    ids, mask = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width)
    for at, row in enumerate(rows):
        ids[at, : len(row)], mask[at, : len(row)] = torch.tensor(row), 1
    return ids, mask


def fit(rows: list[list[int]], target: Tensor, start: Tensor, epochs: int) -> Table:
    """Fit a table; print the mean cosine on phrases that were held out."""
    rng = np.random.default_rng(0)
    order = rng.permutation([at for at, row in enumerate(rows) if row])
    apart, kept = order[:HELD_OUT], sorted(order[HELD_OUT:], key=lambda at: len(rows[at]))
    chunks = [kept[at : at + 1024] for at in range(0, len(kept), 1024)]
    model, rates = Table(start), (2e-3, 5e-3)
    optimizer = torch.optim.Adam(
        [
            {"params": [model.table.weight], "lr": rates[0]},
            {"params": [model.weight.weight, model.place.weight, model.bias], "lr": rates[1]},
        ]
    )
    for epoch in range(epochs):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * 0.75 ** (epoch + 1)
        for chunk in rng.permutation(len(chunks)):
            places = chunks[chunk]
            near = (model(*padded(rows[at] for at in places)) * target[places]).sum(1).mean()
            optimizer.zero_grad()
            (1 - near).backward()
            optimizer.step()
        with torch.no_grad():
            near = (model(*padded(rows[at] for at in apart)) * target[apart]).sum(1).mean()
        print(f"epoch {epoch + 1}: cosine on held-out phrases {near:.4f}", flush=True)
    return model


def save(model: Table, path: Path) -> None:
    """Write the table with one int8 scale for each piece."""
    table = model.table.weight.detach().numpy()
    scale = np.maximum(np.abs(table).max(1), 1e-9) / 127
    np.savez(
        path,
        table=np.rint(table / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        weight=model.weight.weight.detach().numpy()[:, 0].astype(np.float32),
        place=model.place.weight.detach().numpy()[:, 0].astype(np.float32),
        bias=model.bias.detach().numpy().astype(np.float32),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    given = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(minilm_folder() / "tokenizer.json")
    vectors, phrases = teacher(given.out), texts(corpus.data_dir(given.data))
    said = said_of(phrases, tokenizer, vectors)
    # the main axes of what was said, about the origin: cosines stay what they are
    _, axes = np.linalg.eigh(said.T @ said)
    axes = axes[:, ::-1][:, :SIZE].copy()
    target = F.normalize(torch.from_numpy(said @ axes), dim=-1)
    starts = [range(a, min(a + 64, VOCABULARY)) for a in range(0, VOCABULARY, 64)]
    alone = np.concatenate(
        [vectors([[101, at, 102] for at in some], [[0, 1, 0]] * len(some)) for some in starts]
    )
    rows = [e.ids[1:-1][:LONGEST] for e in tokenizer.encode_batch([text[:200] for text in phrases])]
    model = fit(rows, target, torch.from_numpy(alone @ axes), given.epochs)
    save(model, given.out / "phrases.npz")


if __name__ == "__main__":
    main()
