"""From the data to the model file.

    python -m training.build --data DIR --out DIR

Three teachers are trained on the labelled texts with different seeds; the mean of what they say
of many raw postings, with the labelled texts, trains a smaller student; the student is written
as int8 ONNX. Finished stages found in ``--out`` are not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipeline.extract.model import LAYERS, SCHEMES, WINDOW, Card, SpanModel, load_tokenizer
from training import corpus, evaluate, export, stages
from training.encoder import WEIGHTS_SHA256, Encoder, minilm_folder, shrunk
from training.features import Doc, arrays, windows_of
from training.train import Settings, Source, fit


@dataclass(frozen=True)
class Plan:
    """Sizes of a build."""

    teachers: tuple[Settings, ...] = (
        Settings(seed=11, epochs=7, masked=0.03),
        Settings(seed=12, epochs=6),
        Settings(seed=13, epochs=7, masked=0.06),
    )
    student: Settings = field(default_factory=lambda: Settings(seed=21, epochs=3, rate=2e-4, dropout=0.05))
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    ffn: int = 768
    silver_pieces: int = 1_200_000
    silver_sentences: float = 0.3


def build(data: Path, out: Path, plan: Plan, device: str, threads: int) -> None:
    """All stages, then scores and the card."""
    out.mkdir(parents=True, exist_ok=True)
    _check_weights()
    tokenizer = load_tokenizer(minilm_folder() / "tokenizer.json")
    gold = stages.labelled(tokenizer, data, set())
    here: dict[str, Any] = {"device": device, "threads": threads}
    teachers = [
        _stage(out / f"teacher-{at}.pt", lambda s=settings: fit(gold, replace(s, **here)))
        for at, settings in enumerate(plan.teachers)
    ]
    student = _stage(out / "student.pt", lambda: _student(tokenizer, data, gold, teachers, plan, here))
    finish(data, out, student, plan)


def _student(
    tokenizer: Any, data: Path, gold: Source, teachers: Sequence[Encoder], plan: Plan, here: dict[str, Any]
) -> Encoder:
    docs = stages.unlabelled(tokenizer, data, plan.silver_pieces, plan.student.seed)
    lines = stages.sentences(docs, plan.silver_sentences, plan.student.seed)
    stages.soften(docs, teachers, (0, 1, 4, 5), here["threads"])
    stages.soften(lines, teachers, (2, 3), here["threads"])
    print(len(docs), "raw postings and", len(lines), "raw sentences with soft labels", flush=True)

    def epoch(rng: random.Random) -> list[Doc]:
        return gold(rng) + docs + lines

    sample = [
        torch.from_numpy(x).to(here["device"]) for x in arrays(windows_of(docs[0]) + windows_of(docs[1]))[:3]
    ]
    start = shrunk(teachers[0], plan.layers, plan.ffn, sample)
    return fit(epoch, replace(plan.student, **here), start)


def _stage(path: Path, make: Any) -> Encoder:
    if path.exists():
        state = torch.load(path)
        layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
        model = Encoder(layers, state["layers.0.up.bias"].shape[0])
        model.load_state_dict(state)
        return model.eval()
    model = make()
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, path)
    return model.eval()


def _check_weights() -> None:
    found = hashlib.sha256((minilm_folder() / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"not the expected base weights: {found}")


# --- model file and card --------------------------------------------------------------------


def finish(data: Path, out: Path, student: Encoder, plan: Plan) -> None:
    """Model file, tokenizer, and a card with the biases chosen after quantising and all scores."""
    export.write(student.cpu(), out / "spans.int8.onnx")
    tokenizer = load_tokenizer(minilm_folder() / "tokenizer.json")
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    card: dict[str, Any] = {
        "bias": dict.fromkeys(LAYERS, 0.0),
        "window": WINDOW,
        "model_sha256": hashlib.sha256((out / "spans.int8.onnx").read_bytes()).hexdigest(),
        "base_weights_sha256": WEIGHTS_SHA256,
        "data_sha256": corpus.digests(data),
        "plan": asdict(plan),
    }
    model = _load(out, card)
    card["bias"] = choose_bias(model, data)
    model = _load(out, card)
    card["scores"] = evaluate.rounded(evaluate.everything(model, data))
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card["scores"], indent=1))


def _load(out: Path, card: dict[str, Any]) -> SpanModel:
    loaded = SpanModel.load(out)
    return SpanModel(loaded._run, loaded._tokenizer, Card(card["bias"], card["window"]))


def choose_bias(model: SpanModel, data: Path) -> dict[str, float]:
    """One number per scheme, the best of a coarse grid."""
    grid = [float(b) for b in np.arange(-0.5, 1.01, 0.25)]
    ours = max(grid, key=lambda b: evaluate.gold(model, data, b)["mean"]["f1"])

    def spans(bias: float) -> float:
        score = evaluate.skillspan(model, data, bias)
        return score["exact"] + 0.25 * score["relaxed"]

    theirs = max(grid, key=spans)
    return {layer: ours if layer in SCHEMES["default"] else theirs for layer in LAYERS}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="data folder (default: SKILLMATRIX_EVAL_DATA)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    build(corpus.data_dir(given.data), given.out, Plan(), given.device, given.threads)


if __name__ == "__main__":
    main()
