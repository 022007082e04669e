"""The stages of a build: what each network learns from, and soft labels by the teachers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipeline.extract.model import LAYERS, SECTIONS, Card, SpanModel
from training import corpus
from training.encoder import Encoder, autocast
from training.features import GROUPS, Doc, arrays, batches, encode, joined, windows_of
from training.train import Source

OUR_HEADS, SENTENCE_HEADS = (0, 1, 4, 5), (2, 3)  # of features.GROUPS
SHARES = {"general": 4, "nhs": 3, "nyc": 2}  # turns in the sample of raw postings; other sources have one
# what a mention's strength is where the section is known: required, preferred, duty
BY_SECTION = {"requirements": (0.9, 0.06, 0.04), "preferred": (0.08, 0.9, 0.02), "duties": (0.06, 0.02, 0.92)}


def labelled(tokenizer: Any, data: Path, without: set[str], join: float = 0.25) -> Source:
    """Return gold-train (some texts on one line), SkillSpan train and NYC sections without headings."""
    gold = [e for e in corpus.gold_train(data) if e.id not in without]
    whole = [encode(tokenizer, e) for e in gold]
    single = [encode(tokenizer, joined(e)) for e in gold]
    sentences = [encode(tokenizer, e, together=False) for e in corpus.skillspan(data)]
    sections = nyc_sections(tokenizer, data)

    def epoch(rng: random.Random) -> list[Doc]:
        mixed = [b if rng.random() < join else a for a, b in zip(whole, single, strict=True)]
        return mixed + sentences + rng.sample(sections, min(len(sections), 60))

    return epoch


def only_sentences(tokenizer: Any, data: Path) -> Source:
    """Return SkillSpan train alone."""
    docs = [encode(tokenizer, e, together=False) for e in corpus.skillspan(data)]
    return lambda rng: docs


def nyc_sections(tokenizer: Any, data: Path) -> list[Doc]:
    """Return required and preferred sections by themselves, for the strength of whatever stands in them."""
    docs = []
    judged = {r["id"] for f in sorted(data.glob("gold/dev-*/postings.jsonl")) for r in corpus.rows_of(f)}
    for row in corpus.rows_of(data / "nyc-jobs-required-preferred" / "postings.jsonl.gz"):
        if corpus.nyc_group(row) or row["id"] in judged:
            continue
        for span in row["section_spans"]:
            at = 0 if span["label"] == "REQUIRED_SECTION" else 1
            text = row["description"][span["start"] : span["end"]]
            name = ("requirements", "preferred")[at]
            doc = encode(tokenizer, corpus.Example(row["id"], text, (), [], [(0, len(text), name)]))
            for words in doc.words:
                words[:, GROUPS[4][0] + at] = 1
            docs.append(doc)
    return docs


def unlabelled(tokenizer: Any, data: Path, pieces: int, seed: int) -> list[Doc]:
    """Return raw postings of every source, about so many word pieces, some of them on one line."""
    rng = random.Random(seed)
    sources: dict[str, list[corpus.Example]] = {}
    for example in corpus.raw_postings(data):
        if 300 < len(example.text) < 9000:
            sources.setdefault(example.id.rsplit("-", 1)[0], []).append(example)
    for examples in sources.values():
        rng.shuffle(examples)
    turns = [name for name in sorted(sources) for _ in range(SHARES.get(name.split("-")[0], 1))]
    docs: list[Doc] = []
    have = 0
    while have < pieces and any(sources.values()):
        for name in turns:
            if sources[name]:
                example = sources[name].pop()
                docs.append(encode(tokenizer, joined(example) if rng.random() < 0.2 else example))
                have += sum(len(unit.ids) for unit in docs[-1].units)
    return docs


def sentences(docs: Sequence[Doc], share: float, seed: int) -> list[Doc]:
    """Return single lines out of raw postings, as SkillSpan's sentences come."""
    rng = random.Random(seed)
    found = []
    for doc in docs:
        for unit, words, line in zip(doc.units, doc.words, doc.lines, strict=True):
            if 4 <= len(unit.words) <= 60 and rng.random() < share:
                found.append(Doc(doc.id, [unit], [words * 0], [line * 0], together=False))
    return found


def soften(docs: Sequence[Doc], teachers: Sequence[Encoder], heads: Sequence[int], threads: int = 2) -> None:
    """Replace the targets of some heads by the mean of the teachers' probabilities.

    A section that the headings' rules know is kept, and draws the strength its way.
    """
    known = [[_section(line) for line in doc.lines] for doc in docs]
    torch.set_num_threads(threads)
    windows = [w for doc in docs for w in windows_of(doc)]
    device = next(teachers[0].parameters()).device.type
    for group in batches(windows, 8192, random.Random(0)):
        tensors = [torch.from_numpy(x).to(device) for x in arrays(group)[:3]]
        with torch.inference_mode(), autocast(device):
            logits = [teacher(*tensors).float() for teacher in teachers]
        for head in heads:
            a, b = GROUPS[head]
            odds = torch.stack([x[..., a:b].softmax(-1) for x in logits]).mean(0).cpu().numpy()
            _write(group, odds, a, b)
    for doc, sections in zip(docs, known, strict=True):
        _by_section(doc, sections)
        _only_in_spans(doc)


def _section(line: Any) -> str | None:
    odds = line[GROUPS[5][0] : GROUPS[5][1]]
    return SECTIONS[int(odds.argmax())] if odds.any() else None


def _by_section(doc: Doc, sections: Sequence[str | None]) -> None:
    a, b = GROUPS[4]
    for words, section in zip(doc.words, sections, strict=True):
        if section in BY_SECTION:
            rule = np.array(BY_SECTION[section], np.float32)
            words[:, a:b] = 0.75 * rule + 0.25 * words[:, a:b]


def _write(group: Sequence[Any], odds: Any, a: int, b: int) -> None:
    for row, (doc, window) in zip(odds, group, strict=True):
        for part in window.parts:
            unit = doc.units[part.unit]
            places = [part.at + at for at in unit.first[part.first : part.last]]
            if a < GROUPS[5][0]:
                doc.words[part.unit][part.first : part.last, a:b] = row[places]
            elif not doc.lines[part.unit][a:b].any() and part.last == len(unit.first):
                doc.lines[part.unit][a:b] = row[part.at + len(unit.ids)]


def _only_in_spans(doc: Doc) -> None:
    """Strength is learnt where a demand is likely."""
    a, b = GROUPS[4]
    for words in doc.words:
        demand = np.maximum(1 - words[:, 0], 1 - words[:, 3]) * (words[:, :6].sum(1) > 0)
        words[:, a:b] *= demand[:, None] * (demand > 0.3)[:, None]


def as_reader(model: Encoder, tokenizer: Any) -> SpanModel:
    """Return a torch network behind the runtime's interface, for scores before the export."""

    def run(ids: list[int], case: list[int]) -> Any:
        with torch.inference_mode():
            one = torch.tensor([ids])
            return model(one, torch.ones_like(one), torch.tensor([case]))[0].numpy()

    return SpanModel(run, tokenizer, Card(dict.fromkeys(LAYERS, 0.0), dict.fromkeys(LAYERS, 0.0)))
