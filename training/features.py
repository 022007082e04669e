"""Examples to batches: word pieces, labels or soft labels, windows, augmentation."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.model import (
    CLS,
    COLUMNS,
    LAYERS,
    SECTIONS,
    STRENGTHS,
    WINDOW,
    Pieces,
    Window,
    pack,
    pieces_of,
    split_units,
)  # fmt: skip
from training.corpus import Example, section_at

Array = NDArray[Any]
GROUPS = [(3 * k, 3 * k + 3) for k in range(len(LAYERS))]
GROUPS += [(12, 12 + len(STRENGTHS)), (12 + len(STRENGTHS), COLUMNS)]
MASK_PIECE = 103
BULLETS = frozenset({1008, 1009, 1011, 1087, 1516, 1517, 1528, 1618, 1619})  # * + - · – — • ▪ ●


@dataclass
class Doc:
    """The units of one text with a target of COLUMNS numbers per word and per line.

    Targets are probabilities; a group of columns (a head) that is all zero is not trained there.
    """

    id: str
    units: list[Pieces]
    words: list[Array]  # per unit: words x COLUMNS
    lines: list[Array]  # per unit: COLUMNS
    together: bool = True
    spans: list[tuple[int, int]] = field(default_factory=list)


def encode(tokenizer: Any, example: Example, together: bool = True) -> Doc:
    """Return an example as units with hard targets where it has labels."""
    units = split_units(example.text, sentences=together)
    pieces = pieces_of(tokenizer, example.text, units)
    words, lines = [], []
    spans = sorted(example.spans)
    for (start, end), piece in zip(units, pieces, strict=True):
        here = [s for s in spans if s[0] < end and s[1] > start]
        words.append(_word_targets(piece, example.layers, here))
        line = np.zeros(COLUMNS, np.float32)
        section = section_at(example.sections, start)
        if section:
            line[GROUPS[5][0] + SECTIONS.index(section)] = 1
        lines.append(line)
    return Doc(example.id, pieces, words, lines, together, units)


def _word_targets(piece: Pieces, layers: Sequence[str], spans: Sequence[Any]) -> Array:
    target = np.zeros((len(piece.words), COLUMNS), np.float32)
    for layer in layers:
        target[:, 3 * LAYERS.index(layer)] = 1
    for start, end, layer, strength in spans:
        at = 3 * LAYERS.index(layer)
        begun = False
        for k, (a, b) in enumerate(piece.words):
            if a < end and start < b:
                target[k, at : at + 3] = (0, 0, 1) if begun else (0, 1, 0)
                begun = True
                if strength:
                    target[k, 12 : 12 + len(STRENGTHS)] = 0
                    target[k, 12 + STRENGTHS.index(strength)] = 1
    return target


# --- augmentation ---------------------------------------------------------------------------


def without(doc: Doc, rng: random.Random, headings: float, bullets: float) -> Doc:
    """Sometimes without its headings, sometimes without its bullets."""
    keep = list(range(len(doc.units)))
    if rng.random() < headings:
        keep = [k for k in keep if not doc.units[k].heading]
    pairs = [(doc.units[k], doc.words[k]) for k in keep]
    if rng.random() < bullets:
        pairs = [_unbullet(*pair) for pair in pairs]
    return Doc(
        doc.id, [u for u, _ in pairs], [w for _, w in pairs], [doc.lines[k] for k in keep], doc.together
    )


def _unbullet(unit: Pieces, words: Array) -> tuple[Pieces, Array]:
    if len(unit.first) < 2 or unit.ids[0] not in BULLETS or unit.first[1] != 1:
        return unit, words
    first = [at - 1 for at in unit.first[1:]]
    return Pieces(unit.ids[1:], unit.case[1:], first, unit.words[1:], unit.heading), words[1:]


def joined(example: Example) -> Example:
    """Return the same text on a single line, as many boards publish it."""
    return Example(
        example.id, example.text.replace("\n", " "), example.layers, example.spans, example.sections
    )


# --- batches --------------------------------------------------------------------------------


def windows_of(doc: Doc, limit: int = WINDOW) -> list[tuple[Doc, Window]]:
    """Return the windows of a doc; each remembers its doc."""
    return [(doc, window) for window in pack(doc.units, limit, doc.together)]


def batches(
    windows: list[tuple[Doc, Window]], pieces: int, rng: random.Random
) -> Iterator[list[tuple[Doc, Window]]]:
    """Return windows of like length together, about so many pieces a batch, in random order."""
    ordered = sorted(windows, key=lambda w: len(w[1].ids) + rng.random() * 12)
    groups: list[list[tuple[Doc, Window]]] = [[]]
    for window in ordered:
        if groups[-1] and len(window[1].ids) * (len(groups[-1]) + 1) > pieces:
            groups.append([])
        groups[-1].append(window)
    rng.shuffle(groups)
    return iter(groups)


def arrays(group: Iterable[tuple[Doc, Window]]) -> tuple[Array, Array, Array, Array]:
    """ids, mask, case and targets of a batch."""
    group = list(group)
    length = max(len(window.ids) for _, window in group)
    ids = np.zeros((len(group), length), np.int64)
    mask, case = np.zeros_like(ids), np.zeros_like(ids)
    target = np.zeros((len(group), length, COLUMNS), np.float32)
    for k, (doc, window) in enumerate(group):
        ids[k, : len(window.ids)] = window.ids
        case[k, : len(window.ids)] = window.case
        mask[k, : len(window.ids)] = 1
        for part in window.parts:
            unit = doc.units[part.unit]
            rows = [part.at + at for at in unit.first[part.first : part.last]]
            target[k, rows] = doc.words[part.unit][part.first : part.last]
            end = unit.first[part.last] if part.last < len(unit.first) else len(unit.ids)
            target[k, part.at + end] = doc.lines[part.unit]
    return ids, mask, case, target


def hide(ids: Array, rate: float, rng: np.random.Generator) -> Array:
    """Replace some pieces by the mask: the model must use what stands around them."""
    if not rate:
        return ids
    masked = (rng.random(ids.shape) < rate) & (ids > CLS + 2)
    return np.where(masked, MASK_PIECE, ids)
