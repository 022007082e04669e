"""Postings that each engine reads in a second of the processor, beside what its parts cost alone.

    python -m benchmarks.extraction [--postings 400]

One process, one thread. Raw tokenizing is spaCy's tokenizer and nothing else; Aho-Corasick alone is
`ahocorasick_rs` over the scanner's own patterns without word bounds; the PhraseMatcher holds the same words,
case folded. The `local` engine runs the span model, so it reads fewer postings. Seconds are of the processor:
other work on the machine hardly changes them. Each figure is a process of its own, so that `peak_mb` is its
own memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

WHAT = ("raw tokenizing", "Aho-Corasick alone", "PhraseMatcher", "fast engine", "fast engine, lines once",
        "local engine")  # fmt: skip


def worker(what: str) -> Callable[[Any], object]:
    """Return the function that reads one posting in that way; everything that is built once is built."""
    from pipeline import vocabulary
    from pipeline.engines.local import FastEngine, LocalEngine
    from pipeline.extract.scan import flatten, terms
    from pipeline.folders.reuse import Reusing

    if "engine" in what:
        engine: Any = LocalEngine() if what.startswith("local") else FastEngine()
        engine = Reusing(engine) if what.endswith("once") else engine
        return lambda posting: engine.mentions(posting)
    import spacy

    nlp = spacy.blank("en")
    if what == "raw tokenizing":
        return lambda posting: nlp(posting.text)
    patterns = [pattern for pattern, _ in terms(vocabulary.load())]
    if what == "Aho-Corasick alone":
        from ahocorasick_rs import AhoCorasick

        automaton = AhoCorasick(patterns)
        return lambda posting: automaton.find_matches_as_indexes(flatten(posting.text), overlapping=True)
    from spacy.matcher import PhraseMatcher

    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("skill", list(nlp.pipe(patterns)))
    return lambda posting: matcher(nlp(posting.text))


def one(what: str, count: int) -> dict[str, Any]:
    """Return the figure of one way of reading, here."""
    postings = made_up(3, max(20, count // 10) if what == "local engine" else count)
    read = worker(what)
    for posting in made_up(4, 10 if what == "local engine" else 100):
        read(posting)  # others than the measured ones: what is built or cached for all texts is there
    began = time.process_time()
    for posting in postings:
        read(posting)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"what": what, "postings": len(postings), "characters": sum(len(p.text) for p in postings),
            "cpu_seconds": round(seconds, 2), "postings_per_cpu_second": round(len(postings) / seconds, 1),
            "peak_mb": round(peak)}  # fmt: skip


def made_up(file: int, count: int) -> Sequence[Any]:
    """Return made-up postings, read and sectioned."""
    from benchmarks import synthetic
    from pipeline import read
    from pipeline.records import Listing, RawPage, SourceLine

    page = RawPage("", "", 200, (), b"", "")
    rows = synthetic.file_of(3, file, count)
    listings = [Listing(r["url"], "collection", r["title"], r["description"], is_html=False) for r in rows]
    return [read.posting_from(listing, SourceLine(listing.url), page) for listing in listings]


def measure(count: int = 400) -> list[dict[str, Any]]:
    """Return all figures, each with its ratio to raw tokenizing."""
    found = []
    for what in WHAT:
        command = [sys.executable, "-m", "benchmarks.extraction", "--one", what, "--postings", str(count)]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        found.append(json.loads(told))
    raw = found[0]["postings_per_cpu_second"]
    return [{**row, "of_raw": round(row["postings_per_cpu_second"] / raw, 3)} for row in found]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postings", type=int, default=400)
    parser.add_argument("--one")
    a = parser.parse_args()
    print(json.dumps(one(a.one, a.postings) if a.one else measure(a.postings), indent=1))


if __name__ == "__main__":
    main()
