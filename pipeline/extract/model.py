"""The embedded span model: which words of a posting name a demand, and how strongly.

A small encoder (int8 ONNX, run by onnxruntime on one thread) reads a posting in windows of
whole lines. Every window is run alone and depends on the text alone, so a text gives the same
spans wherever and beside whatever it is read. How the model was made: ``training/`` and
``model_data/card.md``.
"""

from __future__ import annotations

import json
import math
import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LAYERS = ("general", "specific", "skill", "knowledge")
STRENGTHS = ("required", "preferred", "duty")
SECTIONS = (
    "requirements",
    "preferred",
    "duties",
    "company",
    "benefits",
    "legal",
    "heading",
    "other",
)
SCHEMES = {"default": ("general", "specific"), "skillspan": ("skill", "knowledge")}
MODEL_DATA = Path(__file__).parent / "model_data"

WINDOW = 256  # pieces the model sees at once, marks included
PREFIX = 24  # of these, at most so many repeat the heading above
LONG_LINE = 240  # characters; longer lines are cut into sentences
LONG_UNIT = 900  # characters; longer sentences are cut between words
CLS, SEP = 101, 102
_STRENGTH_AT = 3 * len(LAYERS)
_SECTION_AT = _STRENGTH_AT + len(STRENGTHS)
COLUMNS = _SECTION_AT + len(SECTIONS)


# --- what a caller gets ---------------------------------------------------------------------


@dataclass(frozen=True)
class ModelSpan:
    """A stretch of the text that names a demand: ``text[start:end]``."""

    start: int
    end: int
    layer: str
    score: float
    strength: tuple[float, float, float]  # required, preferred, duty


@dataclass(frozen=True)
class ModelLine:
    """A line (or a sentence of a long line) and the section it most likely stands in."""

    start: int
    end: int
    section: str
    score: float


@dataclass(frozen=True)
class ModelReading:
    """Everything the model says of one text; offsets are characters, end exclusive."""

    spans: tuple[ModelSpan, ...] = ()
    lines: tuple[ModelLine, ...] = ()
    words: tuple[tuple[int, int, float], ...] = ()  # start, end, probability of a demand

    def demand(self, start: int, end: int) -> float:
        """Return how sure the model is that a demand is named in this range: 0 (none) to 1."""
        at = bisect_left(self.words, (start, start, 0.0))
        best = self.words[at - 1][2] if at and self.words[at - 1][1] > start else 0.0
        while at < len(self.words) and self.words[at][0] < end:
            best = max(best, self.words[at][2])
            at += 1
        return best

    def sells(self, offset: int) -> bool:
        """Return True where the line is most likely a heading, legal or about the firm.

        Few demands are there.
        """
        line = self.line_at(offset)
        return line is not None and line.section in ("company", "legal", "heading")

    def line_at(self, offset: int) -> ModelLine | None:
        """Return the line that holds this character, if the model read one there."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        found = self.lines[low] if low < len(self.lines) else None
        return found if found and found.start <= offset else None


# --- text to lines --------------------------------------------------------------------------

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_SENTENCE_END = re.compile(
    r"(?<=[.!?;:])\s{1,9}(?=[A-Z0-9(\"“•●▪·*\-–])"
    r"|(?<=[a-z0-9)][.!?;:])(?=[A-Z][a-z])"
    r"|\s(?=[•●▪·*]\s)"
)
_MARKS = " \t\u00a0#*_•●▪·-–—>=|"
_HEADING_WORD = re.compile(
    r"requir|qualif|prefer|desir|essential|nice to|bonus|plus\b|must|responsib|dut(y|ies)\b|what you|"
    r"who you|you('ll|’ll| will| have| bring)|about|skills|experience|benefit|perks|offer|overview|summary|"
    r"description|role|education|competenc|knowledge|looking for|opportunity|criteria|company|team\b|"
    r"tasks|mission|profile|why |culture|in it for|apply|tech stack|day[- ]to[- ]day|we expect|salary",
    re.IGNORECASE,
)


def split_units(text: str, sentences: bool = True) -> list[tuple[int, int]]:
    """Return the lines of a text as (start, end); long ones cut into sentences, very long ones anywhere."""
    units: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start, end = line.span()
        if not sentences or end - start <= LONG_LINE:
            _add_unit(text, start, end, units)
            continue
        for cut in _SENTENCE_END.finditer(text, start, end):
            _add_unit(text, start, cut.start(), units)
            start = cut.end()
        _add_unit(text, start, end, units)
    return units


def _add_unit(text: str, start: int, end: int, units: list[tuple[int, int]]) -> None:
    while end - start > LONG_UNIT:
        cut = max(text.rfind(" ", start + 1, start + LONG_UNIT), start + LONG_UNIT // 2)
        units.append((start, cut))
        start = cut
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    if end > start:
        units.append((start, end))


def is_heading(unit: str) -> bool:
    """Return True for a line that looks like the heading of a section."""
    words = unit.strip(_MARKS)
    if not 2 < len(words) <= 70 or len(words.split()) > 9:
        return False
    if words.endswith(":") or unit.startswith(("#", "**")):
        return True
    return words[-1] not in ".,;" and words[0].isupper() and bool(_HEADING_WORD.search(words))


# --- lines to pieces and windows ------------------------------------------------------------


@dataclass(slots=True)
class Pieces:
    """Word pieces of one unit. ``first[k]`` is the piece at which word k begins."""

    ids: list[int]
    case: list[int]
    first: list[int]
    words: list[tuple[int, int]]
    heading: bool = False


@lru_cache(maxsize=4096)
def case_of(word: str) -> int:
    """Return 0 for no letters, 1 lower, 2 Capital, 3 UPPER, 4 mIxed."""
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    if not any(map(str.isalpha, word)):
        return 0
    return 2 if word[0].isupper() and word[1:].islower() else 4


def load_tokenizer(path: Path) -> Any:
    """Return the word-piece tokenizer, without padding or truncation."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def pieces_of(tokenizer: Any, text: str, units: Sequence[tuple[int, int]]) -> list[Pieces]:
    """Return the word pieces of each unit, with word offsets in the whole text."""
    pieces: list[Pieces] = []
    for at in range(0, len(units), 64):
        some = units[at : at + 64]
        parts = [text[start:end] for start, end in some]
        encoded = tokenizer.encode_batch(parts, add_special_tokens=False)
        pieces += [
            _pieces(text, part, start, e) for part, (start, _), e in zip(parts, some, encoded, strict=True)
        ]
    return pieces


def _pieces(text: str, part: str, start: int, encoded: Any) -> Pieces:
    words: list[tuple[int, int]] = []
    first: list[int] = []
    last = None
    for at, (word, (a, b)) in enumerate(zip(encoded.word_ids, encoded.offsets, strict=True)):
        if word != last:
            words.append((start + a, start + b))
            first.append(at)
            last = word
        else:
            words[-1] = (words[-1][0], start + b)
    case: list[int] = []
    bounds = [*first, len(encoded.ids)][1:]
    for (a, b), begin, end in zip(words, first, bounds, strict=True):
        case += [case_of(text[a:b])] * (end - begin)
    return Pieces(encoded.ids, case, first, words, is_heading(part))


@dataclass(slots=True)
class Part:
    """Words ``first`` to ``last`` (exclusive) of a unit, whose pieces start at ``at`` in the window."""

    unit: int
    first: int
    last: int
    at: int


@dataclass(slots=True)
class Window:
    """One input of the model: pieces, their case, and which words stand where."""

    ids: list[int]
    case: list[int]
    parts: list[Part]

    def add(self, unit: Pieces, index: int, first: int, last: int) -> None:
        """Append words of a unit and the mark that ends it."""
        begin = unit.first[first]
        end = unit.first[last] if last < len(unit.first) else len(unit.ids)
        self.parts.append(Part(index, first, last, len(self.ids) - begin))
        self.ids += [*unit.ids[begin:end], SEP]
        self.case += [*unit.case[begin:end], 0]


def pack(units: Sequence[Pieces], limit: int = WINDOW, together: bool = True) -> Iterator[Window]:
    """Yield windows over consecutive units; one that starts inside a section repeats the heading above."""
    window, above = Window([CLS], [0], []), -1
    for index, unit in enumerate(units):
        for first, last, size in _chunks(unit, limit - PREFIX - 3):
            full = len(window.ids) + size + 1 > limit
            begins = unit.heading and len(window.ids) > limit // 2
            if window.parts and (full or begins or not together):
                yield window
                window = _begin(units, above, unit, together)
            window.add(unit, index, first, last)
        if unit.heading:
            above = index
    if window.parts:
        yield window


def _begin(units: Sequence[Pieces], above: int, unit: Pieces, together: bool) -> Window:
    window = Window([CLS], [0], [])
    if together and above >= 0 and not unit.heading and len(units[above].ids) < PREFIX:
        window.add(units[above], above, 0, len(units[above].first))
        window.parts.clear()
    return window


def _chunks(unit: Pieces, limit: int) -> Iterator[tuple[int, int, int]]:
    """Yield (first word, last word, number of pieces) of chunks that fit in a window."""
    begin, count = 0, len(unit.first)
    total = len(unit.ids)
    while begin < count:
        base = unit.first[begin]
        end = count if total - base <= limit else bisect_left(unit.first, base + limit) - 1
        end = max(end, begin + 1)
        stop = unit.first[end] if end < count else total
        yield begin, end, stop - base
        begin = end


# --- decoding -------------------------------------------------------------------------------


def best_path(scores: Sequence[Sequence[float]]) -> list[int]:
    """Return the best sequence of 0 (outside), 1 (begin), 2 (inside) in which no 2 follows a 0."""
    out, begin, inside = scores[0][0], scores[0][1], -math.inf
    back: list[tuple[int, int]] = []
    for o, b, i in scores[1:]:
        span, span_from = (begin, 1) if begin >= inside else (inside, 2)
        best, best_from = (out, 0) if out >= span else (span, span_from)
        back.append((best_from, span_from))
        out, begin, inside = best + o, best + b, span + i
    state = max(range(3), key=(out, begin, inside).__getitem__)
    path = [state]
    for best_from, span_from in reversed(back):
        state = span_from if state == 2 else best_from
        path.append(state)
    return path[::-1]


def runs(path: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) word of every span of a path, last exclusive."""
    start, at = -1, -1
    for at, tag in enumerate(path):
        if start >= 0 and tag != 2:
            yield start, at
            start = -1
        if tag == 1:
            start = at
    if start >= 0:
        yield start, at + 1


_TAIL = re.compile(r"\s+(in|of|to|and|or|with|for|the|a|an|on|as|by|from|at|&)$", re.IGNORECASE)
_REACH = 40


def tidy(text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """Return whole words within [low, high); no loose bracket, mark or function word at the end."""
    low, high = max(low, start - _REACH), min(high, end + _REACH)
    while start > low and not text[start - 1].isspace() and text[start - 1] not in "(/,":
        start -= 1
    while end < high and not text[end].isspace() and text[end] not in ")/,.;:":
        end += 1
    while end > start:
        part = text[start:end]
        tail = _TAIL.search(part)
        if part[-1] in " ,;:." or (part[-1] == ")" and "(" not in part):
            end -= 1
        elif tail:
            end = start + tail.start()
        else:
            break
    return start, end


# --- the model ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """Numbers that belong to a model file (``card.json``)."""

    bias: dict[str, float]  # what "outside" loses, per layer
    inside: dict[str, float]  # what staying inside a span gains, per layer
    window: int = WINDOW

    @classmethod
    def load(cls, path: Path) -> Card:
        """Read the card; without one nothing is shifted."""
        raw = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        bias, inside = (
            {layer: float(raw.get(name, {}).get(layer, 0.0)) for layer in LAYERS}
            for name in ("bias", "inside")
        )
        return cls(bias, inside, int(raw.get("window", WINDOW)))


class SpanModel:
    """Reads texts with one model file. Safe to share between threads."""

    def __init__(self, run: Any, tokenizer: Any, card: Card) -> None:
        """``run(ids, case)`` gives one row of COLUMNS numbers for each piece."""
        self._run, self._tokenizer, self.card = run, tokenizer, card

    @classmethod
    def load(cls, path: Path | None = None) -> SpanModel:
        """Return the model of a folder (by default the one in the package), loaded once per process."""
        with _LOADING:
            return _load(Path(path) if path else MODEL_DATA)

    def read(self, text: str, scheme: str = "default", bias: float = 0.0) -> ModelReading:
        """Return spans, lines and word evidence of one text.

        ``scheme`` "skillspan" marks the layers of that benchmark and takes the text as one
        sentence. A ``bias`` above 0 finds more, below 0 fewer spans than the balance on the card.
        """
        layers = SCHEMES[scheme]
        together = scheme == "default"
        units = split_units(text, sentences=together)
        pieces = pieces_of(self._tokenizer, text, units)
        shifts = [(self.card.bias[layer] + bias, self.card.inside[layer]) for layer in layers]
        reader = _Reader(text, units, pieces, layers, shifts)
        for window in pack(pieces, self.card.window, together):
            reader.take(window, self._run(window.ids, window.case))
        return reader.reading()


_LOADING = threading.Lock()


@lru_cache(maxsize=4)
def _load(folder: Path) -> SpanModel:
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # the file is already in its fastest form; further fusion makes it slower
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(folder / "spans.int8.onnx"), options, providers=["CPUExecutionProvider"]
    )

    def run(ids: list[int], case: list[int]) -> Any:
        feed = {"ids": np.array([ids], np.int64), "case": np.array([case], np.int64)}
        return session.run(["logits"], feed)[0][0]

    return SpanModel(run, load_tokenizer(folder / "tokenizer.json"), Card.load(folder / "card.json"))


class _Reader:
    """Gathers the windows of one text into a reading."""

    def __init__(
        self,
        text: str,
        units: Sequence[tuple[int, int]],
        pieces: Sequence[Pieces],
        layers: Sequence[str],
        shifts: Sequence[tuple[float, float]],
    ) -> None:
        self.text, self.units, self.pieces = text, units, pieces
        self.layers, self.shifts = layers, shifts
        self.columns = [3 * LAYERS.index(layer) + k for layer in layers for k in range(3)]
        self.spans: list[ModelSpan] = []
        self.words: list[tuple[int, int, float]] = []
        self.lines: dict[int, ModelLine] = {}

    def take(self, window: Window, logits: Floats) -> None:
        """Decode one window."""
        import numpy as np

        rows: list[int] = []
        for part in window.parts:
            rows += [part.at + at for at in self.pieces[part.unit].first[part.first : part.last]]
        words = logits[rows]
        wide = words[:, self.columns].reshape(len(rows), -1, 3)
        tags = _log_softmax(wide)
        sure = np.float32(1.0) - np.exp(tags[:, :, 0])
        demand = sure.max(1).tolist()
        strength = np.exp(_log_softmax(words[:, _STRENGTH_AT:_SECTION_AT]))
        shifts = np.array(self.shifts, np.float32)
        tags[:, :, 0] -= shifts[:, 0]
        found = tags[:, :, 1:].max(2) > tags[:, :, 0]
        tags[:, :, 2] += shifts[:, 1]
        at = 0
        for part in window.parts:
            end = at + part.last - part.first
            places = self.pieces[part.unit].words[part.first : part.last]
            self.words += [(a, b, d) for (a, b), d in zip(places, demand[at:end], strict=True)]
            for k in np.flatnonzero(found[at:end].any(0)).tolist():
                self._take_spans(part.unit, k, places, tags[at:end, k], sure[at:end, k], strength[at:end])
            if part.unit not in self.lines:
                unit = self.pieces[part.unit]
                stop = unit.first[part.last] if part.last < len(unit.first) else len(unit.ids)
                self._take_line(part.unit, logits[part.at + stop, _SECTION_AT:])
            at = end

    def _take_spans(
        self,
        unit: int,
        layer: int,
        places: Sequence[tuple[int, int]],
        tags: Floats,
        sure: Floats,
        strength: Floats,
    ) -> None:
        low, high = self.units[unit]
        for first, last in runs(best_path(tags.tolist())):
            start, end = tidy(self.text, places[first][0], places[last - 1][1], low, high)
            if start < end:
                score = min(1.0, float(sure[first:last].mean()))
                how = strength[first:last].mean(0).tolist()
                name = self.layers[layer]
                self.spans.append(ModelSpan(start, end, name, round(score, 4), (how[0], how[1], how[2])))

    def _take_line(self, unit: int, logits: Floats) -> None:
        odds = [math.exp(x) for x in logits.tolist()]
        best = max(range(len(odds)), key=odds.__getitem__)
        self.lines[unit] = ModelLine(*self.units[unit], SECTIONS[best], round(odds[best] / sum(odds), 4))

    def reading(self) -> ModelReading:
        """Return what was gathered, in text order; of two layers that mark the same range, the surer one."""
        best: dict[tuple[int, int], ModelSpan] = {}
        for span in self.spans:
            held = best.get((span.start, span.end))
            if held is None or held.score < span.score:
                best[span.start, span.end] = span
        spans = sorted(best.values(), key=lambda s: (s.start, -s.end))
        return ModelReading(tuple(spans), tuple(self.lines.values()), tuple(self.words))


def _log_softmax(logits: Floats) -> Floats:
    import numpy as np

    shifted = logits - logits.max(-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return result
