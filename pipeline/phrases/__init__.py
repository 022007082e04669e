"""Vectors of short phrases by a small encoder, in two views: which names are one skill, which share a row.

The encoder (four layers, int8 ONNX, run by onnxruntime on one thread) reads one phrase at a time, so that
the vector of a phrase is the same in whatever company it is computed. A vector costs about 0.3 ms.
How it was trained: ``training/phrases.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent / "model_data"
ENCODER = HEADS = FOLDER
"""Where the encoder and the scorers lie; training and measuring on left-out fields look elsewhere."""

FILE = "phrases.int8.onnx"

TOKENIZER = Path(__file__).parents[1] / "extract" / "model_data" / "tokenizer.json"

View = Literal["row", "same"]
COLUMNS: dict[View, slice] = {"row": slice(0, 128), "same": slice(128, 320)}
"""Where the numbers of each view stand in the encoder's output."""

LONGEST = 16
"""Word pieces of a phrase that are read; one in fifty mentions is longer."""

_CLS, _SEP = 101, 102

_KEPT = 40_000
"""Phrases whose vector is kept in memory, about 60 MB."""

_LOADING = threading.Lock()


class Phrases:
    """The encoder, and the vectors of phrases by it. Safe to share between threads."""

    def __init__(self, session: Any) -> None:
        """Take an onnxruntime session with inputs ids and case and output logits."""
        from tokenizers import Tokenizer

        self._session = session
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.vector = lru_cache(maxsize=_KEPT)(self._vector)

    @classmethod
    def load(cls, path: Path) -> Phrases:
        """Return the encoder of an ONNX file, run on one thread."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # the file is already in its fastest form; further fusion makes it slower
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        return cls(onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"]))

    def vectors(self, phrases: Iterable[str], view: View) -> Floats:
        """Return the unit vectors of phrases in a view (phrases x numbers of the view)."""
        import numpy as np

        rows = [self.vector(phrase) for phrase in phrases]
        columns = COLUMNS[view]
        if not rows:
            return np.zeros((0, columns.stop - columns.start), np.float32)
        return unit(np.stack(rows)[:, columns])

    def _vector(self, phrase: str) -> Floats:
        import numpy as np

        ids = self._tokenizer.encode(phrase[:200], add_special_tokens=False).ids[:LONGEST]
        if not ids:
            return np.zeros(COLUMNS["same"].stop, np.float32)
        read = np.array([[_CLS, *ids, _SEP]])
        said = self._session.run(None, {"ids": read, "case": np.zeros_like(read)})[0][0]
        mean: Floats = said.mean(0)
        return mean


def unit(vectors: Floats) -> Floats:
    """Return the vectors at length one; a zero vector stays."""
    import numpy as np

    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled


def phrases() -> Phrases:
    """Return the shipped encoder, loaded once per process."""
    with _LOADING:
        return _loaded(ENCODER / FILE)


@cache
def _loaded(path: Path) -> Phrases:
    return Phrases.load(path)


class Scorer:
    """A small network that gives the probability of a pair from its features."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        """Take the arrays of a file: mean, spread, w1, b1, w2, b2 and threshold."""
        self.threshold = float(held["threshold"])
        self._mean, self._spread = held["mean"], held["spread"]
        self._layers = held["w1"], held["b1"], held["w2"], held["b2"]

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each pair (pairs x features)."""
        import numpy as np

        first, bias, second, last = self._layers
        hidden = np.tanh((features - self._mean) / self._spread @ first + bias)
        odds = hidden @ second + last
        # rounded, so that processors that add in another order decide alike
        result: NDArray[np.float64] = np.round(1 / (1 + np.exp(-odds)), 5)
        return result


def scorer(name: str) -> Scorer:
    """Return the shipped scorer of this name ("same" or "row")."""
    return _scorer(HEADS / f"{name}.npz")


def weights(name: str) -> Mapping[str, Any]:
    """Return the arrays of a shipped file of weights ("same", "row" or "kind")."""
    return _weights(HEADS / f"{name}.npz")


@lru_cache(maxsize=8)
def _scorer(path: Path) -> Scorer:
    return Scorer(_weights(path))


@lru_cache(maxsize=8)
def _weights(path: Path) -> Mapping[str, Any]:
    import numpy as np

    with np.load(path) as held:
        return {name: held[name] for name in held.files}


def groups(
    alike: NDArray[np.float64], weight: Sequence[float], least: float, most: float = 1.0
) -> list[list[int]]:
    """Return the groups of average-link clustering, each item in one, in the order of their first item.

    `alike` are pair probabilities, `weight` what each item counts. Two groups join while the weighted
    mean probability between them is `least` or more and both together weigh no more than `most` of all.
    """
    import numpy as np

    size = np.asarray(weight, np.float64).copy()
    total = float(size.sum())
    sums = alike * np.outer(size, size)
    np.fill_diagonal(sums, 0.0)
    members = [[at] for at in range(len(size))]
    mean = _means(sums, size, total * most)
    while len(size) > 1:
        at, other = divmod(int(mean.argmax()), len(size))
        if mean[at, other] < least:
            break
        at, other = min(at, other), max(at, other)
        sums[at] += sums[other]
        sums[:, at] += sums[:, other]
        size[at] += size[other]
        members[at] += members[other]
        members[other] = []
        sums[other], sums[:, other], size[other] = 0.0, 0.0, 0.0
        mean[other], mean[:, other] = -1.0, -1.0
        alive = size > 0
        row = np.where(alive, sums[at] / np.maximum(size[at] * size, 1e-12), -1.0)
        row[(size + size[at] > total * most) | ~alive] = -1.0
        row[at] = -1.0
        mean[at], mean[:, at] = row, row
    return [sorted(group) for group in members if group]


def _means(sums: Any, size: Any, most: float) -> Any:
    import numpy as np

    mean = sums / np.maximum(np.outer(size, size), 1e-12)
    mean[size[:, None] + size[None] > most] = -1.0
    np.fill_diagonal(mean, -1.0)
    return mean
