"""From the data to the model file.

    python -m training.build --data DIR --out DIR

Teachers are trained on the labelled texts (two on all of them, one on SkillSpan's sentences);
the mean of what they say of many raw postings, with the labelled texts, trains a smaller student;
the student is written as int8 ONNX. Finished stages found in ``--out`` are not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from pipeline.extract.model import LAYERS, SCHEMES, Card, SpanModel, load_tokenizer
from training import corpus, evaluate, export, stages
from training.encoder import WEIGHTS_SHA256, Encoder, minilm_folder, shrunk
from training.features import Doc, arrays, windows_of
from training.train import Settings, Source, fit


@dataclass(frozen=True)
class Plan:
    """Sizes of a build."""

    teachers: tuple[Settings, ...] = (
        Settings(seed=1, epochs=7, masked=0.03, headings=0.5),
        Settings(seed=13, epochs=7),
        Settings(seed=15, epochs=7, masked=0.03),
    )
    sentence_teacher: Settings = Settings(seed=14, epochs=7, masked=0.04)  # noqa: RUF009 (frozen)
    student: Settings = Settings(seed=21, epochs=9, dropout=0.05, masked=0.02, rounded=True)  # noqa: RUF009
    layers: tuple[int, ...] = (0, 1, 2, 4, 5)
    ffn: int = 768
    window: int = 128  # pieces that the model file reads at once
    silver_pieces: int = 1_700_000
    silver_sentences: float = 0.3
    silver_share: float = 0.4  # of these, what an epoch of the student reads


def build(data: Path, out: Path, plan: Plan, device: str, threads: int) -> None:
    """Run all stages, then write scores and the card."""
    out.mkdir(parents=True, exist_ok=True)
    _check_weights()
    tokenizer = load_tokenizer(minilm_folder() / "tokenizer.json")
    gold = stages.labelled(tokenizer, data, set())
    here: dict[str, Any] = {"device": device, "threads": threads}

    def teacher(source: Source, settings: Settings) -> Encoder:
        name = out / f"teacher-{settings.seed}.pt"
        return _stage(name, lambda: fit(source, replace(settings, **here)))

    teachers = [teacher(gold, settings) for settings in plan.teachers]
    teachers.append(teacher(stages.only_sentences(tokenizer, data), plan.sentence_teacher))
    student = _stage(out / "student.pt", lambda: _student(tokenizer, data, gold, teachers, plan, here))
    finish(data, out, student, plan)


def _student(
    tokenizer: Any, data: Path, gold: Source, teachers: Sequence[Encoder], plan: Plan, here: dict[str, Any]
) -> Encoder:
    docs = stages.unlabelled(tokenizer, data, plan.silver_pieces, plan.student.seed)
    lines = stages.sentences(docs, plan.silver_sentences, plan.student.seed)
    stages.soften(docs, teachers[:-1], stages.OUR_HEADS, here["threads"])
    stages.soften(lines, teachers, stages.SENTENCE_HEADS, here["threads"])
    print(len(docs), "raw postings and", len(lines), "raw sentences with soft labels", flush=True)

    def epoch(rng: random.Random) -> list[Doc]:
        some = [rng.sample(of, int(len(of) * plan.silver_share)) for of in (docs, lines)]
        return [*gold(rng), *some[0], *some[1]]

    windows = [window for doc in docs[:3] for window in windows_of(doc)]
    sample = [torch.from_numpy(x).to(here["device"]) for x in arrays(windows)[:3]]
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
    """Write the model file, the tokenizer, and a card with biases chosen after quantising and scores."""
    export.write(student.cpu(), out / "spans.int8.onnx")
    tokenizer = load_tokenizer(minilm_folder() / "tokenizer.json")
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    card: dict[str, Any] = {
        "window": plan.window,
        "model_sha256": hashlib.sha256((out / "spans.int8.onnx").read_bytes()).hexdigest(),
        "base_weights_sha256": WEIGHTS_SHA256,
        "data_sha256": corpus.digests(data),
        "plan": asdict(plan),
    }
    (out / "card.json").write_text(json.dumps(card), encoding="utf-8")
    card |= choose_shifts(SpanModel.load(out), data)
    (out / "card.json").write_text(json.dumps(card), encoding="utf-8")
    chosen = SpanModel(SpanModel.load(out)._run, tokenizer, Card.load(out / "card.json"))
    card["scores"] = evaluate.rounded(evaluate.everything(chosen, data))
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card["scores"], indent=1))


GRID = [(bias, inside) for bias in (-0.3, 0.0, 0.3, 0.6, 0.9) for inside in (0.0, 0.5, 1.0)]


def choose_shifts(model: SpanModel, data: Path) -> dict[str, dict[str, float]]:
    """Choose bias and inside gain after quantising: for each scheme, then for each layer in turn."""
    model = _remembering(model)
    best: dict[str, tuple[float, float]] = {}
    for scheme, layers in SCHEMES.items():

        def good(shifts: dict[str, tuple[float, float]], scheme: str = scheme) -> float:
            shifted = SpanModel(model._run, model._tokenizer, _card(shifts, model.card.window))
            if scheme == "default":
                return evaluate.gold(shifted, data)["mean"]["f1"]
            score = evaluate.skillspan(shifted, data)
            return score["exact"] + 0.25 * score["relaxed"]

        best |= dict.fromkeys(layers, max(GRID, key=lambda at: good(dict.fromkeys(LAYERS, at))))
        for layer in layers if scheme == "skillspan" else ():
            best[layer] = max(GRID, key=lambda at: good({**best, layer: at}))
    return {name: {layer: best[layer][at] for layer in LAYERS} for at, name in enumerate(("bias", "inside"))}


def _card(shifts: dict[str, tuple[float, float]], window: int) -> Card:
    bias, inside = ({layer: shifts.get(layer, (0.0, 0.0))[at] for layer in LAYERS} for at in (0, 1))
    return Card(bias, inside, window)


def _remembering(model: SpanModel) -> SpanModel:
    """Return the same model, which runs the network once for each window."""
    known: dict[tuple[int, ...], Any] = {}

    def run(ids: list[int], case: list[int]) -> Any:
        at = (*ids, *case)
        if at not in known:
            known[at] = model._run(ids, case)
        return known[at]

    return SpanModel(run, model._tokenizer, model.card)


def main() -> None:
    """Run the command line."""
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
