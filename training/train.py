"""Training one network on labelled and, for a student, softly labelled texts."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.encoder import WEIGHT_STEPS, Encoder, autocast, cosine, minilm_folder
from training.features import GROUPS, Doc, arrays, batches, hide, windows_of, without

WEIGHTS = (1.0, 1.0, 1.0, 1.0, 0.3, 0.2)  # general, specific, skill, knowledge, strength, section


@dataclass(frozen=True)
class Settings:
    """What a training run may differ in."""

    seed: int = 1
    epochs: int = 6
    rate: float = 2e-4
    pieces: int = 2048  # per step
    dropout: float = 0.1
    masked: float = 0.0  # share of pieces hidden from the network
    rounded: bool = False  # learn with rounded weights, for a network that is exported
    headings: float = 0.35  # how often a text loses its headings
    bullets: float = 0.3
    threads: int = 2
    device: str = "cpu"


Source = Callable[[random.Random], list[Doc]]  # the docs of one epoch


def fit(source: Source, settings: Settings, start: Encoder | None = None) -> Encoder:
    """Train from the published weights (or on from ``start``); gives the running average of the weights."""
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    rng, noise = random.Random(settings.seed), np.random.default_rng(settings.seed)
    model = start or Encoder(rate=settings.dropout)
    if not start:
        model.start_from_minilm(minilm_folder())
    model.to(settings.device).train()
    model.round_weights(WEIGHT_STEPS if settings.rounded else 0)
    optimizer = _optimizer(model, settings.rate)
    base = [group["lr"] for group in optimizer.param_groups]
    average = {name: value.clone() for name, value in model.state_dict().items()}
    step, began, total = 0, time.time(), 0
    for epoch in range(settings.epochs):
        docs = [
            without(d, rng, settings.headings, settings.bullets) if d.together else d for d in source(rng)
        ]
        windows = [w for d in docs for w in windows_of(d, rng.choice((112, 160, 256)))]
        todo = list(batches(windows, settings.pieces, rng))
        total = total or len(todo) * settings.epochs
        losses = []
        for group in todo:
            for parameters, rate in zip(optimizer.param_groups, base, strict=True):
                parameters["lr"] = rate * cosine(step, total)
            ids, mask, case, target = arrays(group)
            ids = hide(ids, settings.masked, noise)
            tensors = [torch.from_numpy(x).to(settings.device) for x in (ids, mask, case, target)]
            with autocast(settings.device):
                logits = model(*tensors[:3])
            loss = loss_of(logits.float(), tensors[3])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            losses.append(loss.item())
            _follow(average, model.state_dict(), min(0.99, (step + 1) / (step + 10)))
        minutes = (time.time() - began) / 60
        print(f"epoch {epoch + 1} steps {step} loss {np.mean(losses):.4f} {minutes:.1f} min", flush=True)
    model.round_weights(0)
    model.load_state_dict(average)
    return model.eval()


def loss_of(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of every head over the places where it has a target."""
    loss = logits.new_zeros(())
    for (a, b), weight in zip(GROUPS, WEIGHTS, strict=True):
        mass = target[..., a:b].sum()
        if mass > 0:
            loss = loss - weight * (target[..., a:b] * logits[..., a:b].log_softmax(-1)).sum() / mass
    return loss


def _optimizer(model: Encoder, rate: float) -> torch.optim.Optimizer:
    head = {id(p) for p in model.out.parameters()}
    body = [p for p in model.parameters() if id(p) not in head]
    return torch.optim.AdamW(
        [
            {"params": [p for p in body if p.dim() > 1], "weight_decay": 0.01, "lr": rate},
            {"params": [p for p in body if p.dim() <= 1], "weight_decay": 0.0, "lr": rate},
            {"params": list(model.out.parameters()), "weight_decay": 0.0, "lr": rate * 5},
        ],
        fused=True,
    )


def _follow(average: dict[str, Tensor], now: dict[str, Tensor], keep: float) -> None:
    with torch.no_grad():
        torch._foreach_lerp_(list(average.values()), [now[name] for name in average], 1 - keep)
