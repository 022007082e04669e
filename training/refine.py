"""Train the shipped span model on with annotated sets that it has not seen.

    python -m training.refine --data DIR --out DIR [--without FIELD ...] [--sets DIR ...]

The start is the shipped model file: its int8 weights are read back, so that no stage of the long build
is repeated. It learns from gold-train, the open sets and further annotated sets (`--sets`), with
SkillSpan's sentences beside them, so that their heads are kept. `--without` leaves out every set of a
field, for scores on roles that the model did not see. About 25 minutes on one CPU core.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from benchmarks.accuracy import role_of
from pipeline.extract.model import MODEL_DATA, load_tokenizer
from training import corpus, stages, texts
from training.encoder import Encoder
from training.features import Doc, encode, joined
from training.train import Settings, Source, fit

SETTINGS = Settings(seed=31, epochs=4, rate=1.5e-4, dropout=0.1, masked=0.02, rounded=True, headings=0.3)
TEXTS = 2
"""How often an epoch shows each short text: once, what is offered was still taken for a demand."""
SENTENCES = 1600
"""SkillSpan sentences of an epoch, a third of them: enough to keep their heads."""


def shipped(path: Path = MODEL_DATA / "spans.int8.onnx") -> Encoder:
    """Return the network of a model file, its int8 weights read back as floats."""
    held = {w.name: numpy_helper.to_array(w) for w in onnx.load(str(path)).graph.initializer}
    state: dict[str, torch.Tensor] = {}

    def put(name: str, value: Any) -> None:
        state[name] = torch.from_numpy(np.ascontiguousarray(value, np.float32))

    put("word.weight", held["word"].astype(np.float32) * held["word.scale"])
    put("pos.weight", held["pos"])
    put("case.weight", held["case_rows"])
    put("out.weight", held["out.w"].T)
    put("out.bias", held["out.b"])
    put("norm.weight", held["embedded.w"])
    put("norm.bias", held["embedded.b"])
    layers = 1 + max(int(n.split(".")[1]) for n in held if n.startswith("layers."))
    for at in range(layers):
        for part in ("qkv", "o", "up", "down"):
            name = f"layers.{at}.{part}"
            put(f"{name}.weight", (held[f"{name}.w"].astype(np.float32) * held[f"{name}.scale"]).T)
            put(f"{name}.bias", held[f"{name}.b"])
        for part in ("n1", "n2"):
            put(f"layers.{at}.{part}.weight", held[f"layers.{at}.{part}.w"])
            put(f"layers.{at}.{part}.bias", held[f"layers.{at}.{part}.b"])
    model = Encoder(layers, state["layers.0.up.bias"].shape[0], SETTINGS.dropout)
    model.load_state_dict(state)
    return model


def source(tokenizer: Any, data: Path, folders: Sequence[Path], no_texts: Container[str] = ()) -> Source:
    """Return the docs of an epoch: every annotated posting and text, a quarter of them on a single line."""
    ours = texts.examples(no_texts) * TEXTS
    examples = [*corpus.gold_train(data), *corpus.open_sets(folders), *ours]
    whole = [encode(tokenizer, example) for example in examples]
    single = [encode(tokenizer, joined(example)) for example in examples]
    sentences = [encode(tokenizer, e, together=False) for e in corpus.skillspan(data)]
    sections = stages.nyc_sections(tokenizer, data)

    def epoch(rng: random.Random) -> list[Doc]:
        mixed = [b if rng.random() < 0.25 else a for a, b in zip(whole, single, strict=True)]
        return mixed + rng.sample(sentences, SENTENCES) + rng.sample(sections, min(len(sections), 60))

    return epoch


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sets", type=Path, nargs="*", default=[], help="further annotated sets")
    parser.add_argument("--without", nargs="*", default=[], metavar="ROLE", help="roles to leave out")
    parser.add_argument("--without-texts", nargs="*", default=[], metavar="KIND", help="texts to leave out")
    parser.add_argument("--start", type=Path, default=MODEL_DATA, help="folder of the model to train on")
    parser.add_argument("--epochs", type=int, default=SETTINGS.epochs)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    data = corpus.data_dir(given.data)
    folders = [*sorted((data / "gold").glob("dev-*")), *given.sets]
    kept = [folder for folder in folders if role_of(folder) not in given.without]
    tokenizer = load_tokenizer(MODEL_DATA / "tokenizer.json")
    settings = replace(SETTINGS, epochs=given.epochs, threads=given.threads)
    print(len(kept), "sets of", len(folders), flush=True)
    student = fit(
        source(tokenizer, data, kept, given.without_texts),
        settings,
        shipped(given.start / "spans.int8.onnx"),
    )
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save(student.state_dict(), given.out / "student.pt")


if __name__ == "__main__":
    main()
