"""Answers scripted from annotated postings, a fifth of them corrupted, by a real server process.

The annotations are turned into model replies here and never kept. A true claim gives the quote as its text
has it, and names the skill as the prompt asks: by words of the quote.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import data_folder
from pipeline import read
from pipeline.archive import Archive
from pipeline.llm.engine import LlmEngine
from pipeline.llm.ground import GROUNDING
from pipeline.llm.wire import Endpoint
from pipeline.records import Mention, Posting
from pipeline.settings import LlmSettings
from pipeline.text import fold
from tests.llm_helpers import script, serving

GOLD = data_folder() / "gold"
SETS = ("dev-de", "dev-finance", "dev-ml", "dev-nurse")
pytestmark = pytest.mark.skipif(
    not GOLD.is_dir(), reason="no evaluation data: set SKILLMATRIX_EVAL_DATA to its folder"
)
CORRUPTIONS = ("wrong quote", "swapped letters", "other posting", "other skill")


@dataclass(frozen=True)
class Scripted:
    """One claim of a scripted reply, what was done to it, and the true quote behind it."""

    skill: str
    quote: str
    true: str
    corruption: str = ""

    def item(self) -> dict[str, Any]:
        known = {"kind": "general", "strength": "required", "years": None, "depth": None}
        return {"skill": self.skill, "quote": self.quote, **known}


def gold(name: str) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Return per posting of a set: its text, and (skill, quote) of every annotated demand."""
    rows = defaultdict(list)
    for line in (GOLD / name / "a.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["posting"]] += [(row["skill"], quote) for quote in row["quotes"]]
    texts = {n: (GOLD / name / f"{n}.txt").read_text(encoding="utf-8") for n in rows}
    return {n: (texts[n], list(dict.fromkeys(rows[n]))) for n in sorted(rows)}


def scripted(postings: dict[str, Any], number: str, rng: random.Random) -> list[Scripted]:
    text, demands = postings[number]
    others = [d for n, (_, found) in postings.items() if n != number for d in found]
    claims = []
    for label, quote in {q: (s, q) for s, q in demands}.values():
        skill = label if fold(label).text in fold(quote).text else quote
        claim = Scripted(skill, quote, quote)
        claims.append(corrupted(claim, text, others, rng) if rng.random() < 0.2 else claim)
    return claims


def corrupted(claim: Scripted, text: str, others: list[tuple[str, str]], rng: random.Random) -> Scripted:
    how = rng.choice(CORRUPTIONS)
    words = fold(text).text
    if how == "wrong quote":
        return replace(claim, quote=f"{claim.quote} on Zorblax {rng.randrange(1000)}", corruption=how)
    if how == "swapped letters":
        at = rng.choice([i for i in range(len(claim.quote) - 1) if claim.quote[i] != claim.quote[i + 1]])
        quote = claim.quote[:at] + claim.quote[at + 1] + claim.quote[at] + claim.quote[at + 2 :]
        changed = fold(quote).text not in words
        return replace(claim, quote=quote, skill=claim.skill, corruption=how) if changed else claim
    absent = [(s, q) for s, q in others if fold(q).text not in words and fold(s).text not in words]
    skill, quote = rng.choice(absent)
    if how == "other posting":
        return Scripted(skill, quote, "", how)
    return replace(claim, skill=skill, corruption=how)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.mark.accuracy
@pytest.mark.parametrize("name", SETS)
def test_every_corrupted_claim_is_rejected_or_repaired_and_every_true_one_kept(
    name: str, server: str, tmp_path: Path
) -> None:
    postings, rng = gold(name), random.Random(name)
    made = {n: scripted(postings, n, rng) for n in postings}
    settings = replace(
        LlmSettings(), base_url=f"{server}/scripted/v1", model="m", chunk_characters=100_000, retries=0
    )
    endpoint = Endpoint(settings, "")
    engine = LlmEngine(settings, Archive(tmp_path), endpoint.send)
    known = {n: Posting(n, "", text, sections=read.sections(text)) for n, (text, _) in postings.items()}
    markers = {engine.questions(p)[0][0].text.split("\n")[0]: n for n, p in known.items()}
    script(server, {marker: {"mentions": [c.item() for c in made[n]]} for marker, n in markers.items()})
    engine.prepare(list(known.values()))
    found = {n: engine.mentions(p) for n, p in known.items()}
    endpoint.client.close()
    records = {r["posting"]: r["rejected"] for r in Archive(tmp_path).records(GROUNDING)}
    corruptions = 0
    for number, claims in made.items():
        text = postings[number][0]
        assert all(text[m.start : m.end] == m.quote for m in found[number])
        refused = {(r["skill"], r["quote"]): r["reason"] for r in records[number]}
        for claim in claims:
            corruptions += bool(claim.corruption)
            reason = refused.get((claim.skill[:120], claim.quote), "")
            if claim.corruption:
                assert reason or repaired(claim, text, found[number]), claim
            else:
                assert reason in ("", "said-twice"), (claim, reason)
                assert met(claim.true, text, found[number]), claim
    assert corruptions >= 0.1 * sum(map(len, made.values()))


def met(quote: str, text: str, mentions: tuple[Mention, ...]) -> bool:
    """Return True when a mention stands in one of the places of a quote."""
    places = [i for i in range(len(text)) if text.startswith(quote, i)]
    return any(i < m.end and m.start < i + len(quote) for i in places for m in mentions)


def repaired(claim: Scripted, text: str, mentions: tuple[Mention, ...]) -> bool:
    """Return True when a mention lies within the true quote.

    Nothing but words that the posting demands with.
    """
    places = [i for i in range(len(text)) if claim.true and text.startswith(claim.true, i)]
    return any(i <= m.start and m.end <= i + len(claim.true) for i in places for m in mentions)


@pytest.mark.accuracy
def test_readers_own_labels_are_kept_for_nine_quotes_of_ten() -> None:
    """A model that labels in its own words loses little; what it loses shares no word with its quote."""
    from pipeline import vocabulary
    from pipeline.llm.engine import Table
    from pipeline.llm.ground import Claim, Grounder

    table, kept, total = Table(vocabulary.load()), 0, 0
    for name in SETS:
        for number, (text, demands) in gold(name).items():
            posting = Posting(number, "", text, sections=read.sections(text))
            grounder = Grounder(text, table.of(posting))
            total += len(demands)
            kept += sum(bool(grounder.ground([Claim(skill, quote)])[0]) for skill, quote in demands)
    assert kept / total >= 0.9
