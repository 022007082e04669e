"""Vectors of short phrases: a table of word pieces, distilled from a sentence encoder.

The vector of a phrase is the weighted mean of the vectors of its word pieces. The table was fitted so
that this mean is near to what all-MiniLM-L6-v2 says of the phrase (cosine .92 on phrases it had not
seen); how, says ``training/phrases.py``. No network runs, so a vector costs microseconds and is the same
in whatever company it is computed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent / "model_data"
HEADS = FOLDER
"""Where the pair scorers lie; training and measuring on left-out fields look elsewhere."""

TOKENIZER = Path(__file__).parents[1] / "extract" / "model_data" / "tokenizer.json"

LONGEST = 24
"""Word pieces of a phrase that are read; one in a thousand mentions is longer."""

_KEPT = 50_000
"""Phrases whose vector is kept in memory, about 60 MB."""

_LOADING = threading.Lock()


class Phrases:
    """The table, and the vectors of phrases by it."""

    def __init__(self, table: NDArray[np.int8], scale: Floats, weight: Floats, place: Floats, bias: Floats):
        """Take the int8 table (pieces x numbers), its scales, the pieces' log weights, those of the
        middle, first and last piece, and the mean that is added."""
        from tokenizers import Tokenizer

        self._table, self._scale, self._weight, self._place, self._bias = table, scale, weight, place, bias
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.vector = lru_cache(maxsize=_KEPT)(self._vector)

    @property
    def size(self) -> int:
        """The numbers of a vector."""
        return int(self._table.shape[1])

    def vectors(self, phrases: Iterable[str]) -> Floats:
        """Return the unit vectors of phrases, one row each."""
        import numpy as np

        rows = [self.vector(phrase) for phrase in phrases]
        return np.stack(rows) if rows else np.zeros((0, self.size), np.float32)

    def _vector(self, phrase: str) -> Floats:
        import numpy as np

        ids = self._tokenizer.encode(phrase[:200], add_special_tokens=False).ids[:LONGEST]
        if not ids:
            return np.zeros(self.size, np.float32)
        place = np.zeros(len(ids), np.int64)
        place[0], place[-1] = 1, 2
        weight = np.exp(self._weight[ids] + self._place[place])
        mean = (self._table[ids] * (self._scale[ids] * weight)[:, None]).sum(0) / weight.sum() + self._bias
        return unit(mean.astype(np.float32))


def unit(vectors: Floats) -> Floats:
    """Return the vectors at length one; a zero vector stays."""
    import numpy as np

    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled


def phrases() -> Phrases:
    """Return the shipped table, loaded once per process."""
    with _LOADING:
        return _load()


@cache
def _load() -> Phrases:
    import numpy as np

    with np.load(FOLDER / "phrases.npz") as held:
        return Phrases(*(held[name] for name in ("table", "scale", "weight", "place", "bias")))


class Scorer:
    """A small network that gives the probability of a pair from its features, and the map that it uses.

    `map` turns phrase vectors into those in which pairs that belong together are near.
    """

    def __init__(self, held: Any) -> None:
        """Take the arrays of a file: map, mean, spread, w1, b1, w2, b2 and threshold."""
        self.map: Floats = held["map"].astype("float32")
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
    return _scorer(str(HEADS / f"{name}.npz"))


@lru_cache(maxsize=8)
def _scorer(path: str) -> Scorer:
    import numpy as np

    with np.load(path) as held:
        return Scorer({name: held[name] for name in held.files})


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
