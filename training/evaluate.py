"""Scores of a model: rows on the gold sets, SkillSpan dev, strength on NYC sections, lines.

python -m training.evaluate [--data DIR] [--model FOLDER]
"""

from __future__ import annotations

import argparse
import collections
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.extract.model import STRENGTHS, ModelReading, SpanModel
from training import corpus

WORD = re.compile(r"[a-z0-9+#.]*[a-z0-9+#]")
Row = dict[str, Any]


def same(a: str, b: str) -> bool:
    """Do two quotes name the same thing (one holds the other, or half of the words are shared)?"""
    wa, wb = WORD.findall(a.lower()), WORD.findall(b.lower())
    if not wa or not wb:
        return False
    short, long = sorted((wa, wb), key=len)
    inside = any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))
    if inside and len(long) <= max(6, 3 * len(short)):
        return True
    return len(set(wa) & set(wb)) / len(set(wa) | set(wb)) >= 0.5


def bare_rows(text: str, reading: ModelReading) -> list[Row]:
    """Return every distinct quote as a row, with the strongest strength of its mentions."""
    rows: dict[str, Row] = {}
    for span in sorted(reading.spans, key=lambda s: -s.score):
        quote = text[span.start : span.end]
        best = max(range(3), key=span.strength.__getitem__)
        row = rows.setdefault(quote.casefold(), {"quote": quote, "kind": span.layer, "strength": best})
        row["strength"] = min(row["strength"], best)
    return list(rows.values())


def gold_set(items: Iterable[tuple[list[Row], list[Row]]]) -> dict[str, float]:
    """items: gold rows and found rows of each posting."""
    n: collections.Counter[str] = collections.Counter()
    for gold, found in items:
        n["gold"] += len(gold)
        n["found"] += len(found)
        pairs = [(g, f) for f in found for g in gold if any(same(f["quote"], q) for q in g["quotes"])]
        n["hit"] += len({id(f) for _, f in pairs})
        n["seen"] += len({id(g) for g, _ in pairs})
        n["pairs"] += len(pairs)
        n["kind"] += sum(g["kind"] == f["kind"] for g, f in pairs)
        n["strength"] += sum(g["strength"] == STRENGTHS[f["strength"]] for g, f in pairs)
    recall, precision = n["seen"] / max(1, n["gold"]), n["hit"] / max(1, n["found"])
    f1 = 2 * recall * precision / max(1e-9, recall + precision)
    linked = max(1, n["pairs"])
    return {"recall": recall, "precision": precision, "f1": f1,
            "kind": n["kind"] / linked, "strength": n["strength"] / linked}  # fmt: skip


def gold(model: SpanModel, data: Path, bias: float = 0.0) -> dict[str, dict[str, float]]:
    """Return the four open sets and their mean."""
    scores = {}
    for folder in sorted((data / "gold").glob("dev-*")):
        rows = corpus.rows_of(folder / "a.jsonl")
        items = []
        for path in sorted(folder.glob("[0-9][0-9].txt")):
            text = path.read_text(encoding="utf-8")
            wanted = [row for row in rows if row["posting"] == path.stem]
            items.append((wanted, bare_rows(text, model.read(text, bias=bias))))
        scores[folder.name] = gold_set(items)
    names = list(next(iter(scores.values())))
    scores["mean"] = {k: sum(s[k] for s in scores.values()) / len(scores) for k in names}
    return scores


def held_out(model: SpanModel, data: Path, ids: set[str]) -> dict[str, float]:
    """Return the same measure on postings of gold-train that were not trained on."""
    rows = corpus.rows_of(data / "gold-train" / "rows.jsonl")
    texts = {r["id"]: r["description"] for r in corpus.rows_of(data / "gold-train" / "postings.jsonl")}
    return gold_set(
        ([r for r in rows if r["posting"] == name], bare_rows(texts[name], model.read(texts[name])))
        for name in sorted(ids)
    )


def skillspan(model: SpanModel, data: Path, bias: float = 0.0) -> dict[str, float]:
    """Return SkillSpan dev, both layers merged, counted as that benchmark is counted here."""
    n: collections.Counter[str] = collections.Counter()
    for row in corpus.rows_of(data / "skillspan" / "dev.jsonl"):
        want = {(s["start"], s["end"]) for s in row["spans"]}
        got = {(s.start, s.end) for s in model.read(row["text"], "skillspan", bias).spans}
        n["want"] += len(want)
        n["got"] += len(got)
        n["exact"] += len(want & got)
        n["near_want"] += sum(any(a < d and c < b for c, d in got) for a, b in want)
        n["near_got"] += sum(any(a < d and c < b for c, d in want) for a, b in got)
    return {
        "exact": _f1(n["exact"] / max(1, n["got"]), n["exact"] / n["want"]),
        "relaxed": _f1(n["near_got"] / max(1, n["got"]), n["near_want"] / n["want"]),
        "got": n["got"] / n["want"],
    }


def _f1(precision: float, recall: float) -> float:
    return 200 * precision * recall / max(1e-9, precision + recall)


def nyc(model: SpanModel, data: Path) -> dict[str, float]:
    """Tell required from preferred, of the mentions in two sections that come without headings."""
    right: collections.Counter[str] = collections.Counter()
    seen: collections.Counter[str] = collections.Counter()
    names = {"REQUIRED_SECTION": "required", "PREFERRED_SECTION": "preferred"}
    for row in corpus.rows_of(data / "nyc-jobs-required-preferred" / "postings.jsonl.gz"):
        if corpus.nyc_group(row) == 0:
            continue
        for section in row["section_spans"]:
            want = names[section["label"]]
            text = row["description"][section["start"] : section["end"]]
            for span in model.read(text).spans:
                found = STRENGTHS[max(range(3), key=span.strength.__getitem__)]
                seen[want] += 1
                right[want] += found == want
    shares = {name: right[name] / max(1, seen[name]) for name in names.values()}
    return {**shares, "balanced": sum(shares.values()) / 2, "mentions": float(sum(seen.values()))}


def lines(model: SpanModel, data: Path, headings: bool) -> dict[str, float]:
    """Return sections of lines under known headings of the gold texts, read with or without them."""
    right: collections.Counter[str] = collections.Counter()
    seen: collections.Counter[str] = collections.Counter()
    for path in sorted((data / "gold").glob("dev-*/[0-9][0-9].txt")):
        text = path.read_text(encoding="utf-8")
        known = [s for s in corpus.sections_of(text) if s[2] != "heading"]
        shown = text if headings else "\n".join(text[start:end] for start, end, _ in known)
        reading, at = model.read(shown), 0
        for start, end, name in known:
            line = reading.line_at(start if headings else at)
            seen[name] += 1
            right[name] += line is not None and line.section == name
            at += end - start + 1
    return {"all": sum(right.values()) / max(1, sum(seen.values())), **{k: right[k] / seen[k] for k in seen}}


def everything(model: SpanModel, data: Path) -> dict[str, Any]:
    """Return all scores of one model."""
    return {
        "gold": gold(model, data),
        "skillspan": skillspan(model, data),
        "nyc": nyc(model, data),
        "lines": lines(model, data, headings=True),
        "lines without headings": lines(model, data, headings=False),
    }


def rounded(value: Any) -> Any:
    """Return scores with three digits."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def main() -> None:
    """Print all scores as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--model", type=Path)
    given = parser.parse_args()
    scores = rounded(everything(SpanModel.load(given.model), corpus.data_dir(given.data)))
    for name, score in scores.items():
        print(name, json.dumps(score, indent=1 if name == "gold" else None))


if __name__ == "__main__":
    main()
