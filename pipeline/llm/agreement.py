"""What only one of two readers found, put to the model once more with its sentence: demand or not?

Doubts go out many at a time, among them some that both readers found: a model that does not even know
those again is not believed about the rest. A verdict belongs to words and sentence, so that a sentence
that many postings share is judged once, and it is read anew from the stored answer each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.extract import sentences
from pipeline.llm import guard, prompts
from pipeline.llm.asking import Asker, Question
from pipeline.llm.consulted import Consulted, believed, numbered
from pipeline.read.canonical import masked
from pipeline.records import Mention, digest

DOUBTS = 120
"""Doubts per call: eight postings leave about a hundred."""

CONTROLS = 12
"""Demands per call that both readers found."""

WRONG_CONTROLS = 1
"""Controls that may be called no demand: who is right in 97 of 100 stays within it 19 times of 20, who
answers a third at random one time in six."""

Verdict = Literal["demand", "offered", "others", "none", ""]
"""What the model says of a doubt; "" where it was not asked, did not say, or is not believed."""

_TASK: Literal["judge"] = "judge"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch in its sentence, as it is put to the model."""

    id: str
    line: str

    @classmethod
    def of(cls, text: str, mention: Mention) -> Doubt:
        """Return the doubt about a mention of a posting's text."""
        safe = masked(text)
        start, end = sentences.around(safe, mention.start, mention.end)
        parts = (safe[start : mention.start], safe[mention.start : mention.end], safe[mention.end : end])
        before, quote, after = (guard.sendable(part.replace("[[", "[").replace("]]", "]")) for part in parts)
        line = " ".join(f"{before}[[{quote}]]{after}".split())
        return cls(digest(line)[:16], line)


def question(lines: Sequence[str]) -> Question:
    """Return the question about some marked sentences."""
    prompt = prompts.load(_TASK)
    return Question(_TASK, prompt.ref, prompt.system, prompt.words, prompt.schema, numbered(lines))


def batches(
    doubts: Iterable[Doubt], controls: Iterable[Doubt], known: Mapping[str, Verdict]
) -> Iterator[tuple[list[Doubt], list[Doubt]]]:
    """Yield what is to be asked in one call each: doubts without a verdict, and controls to go with them."""
    fresh = list({d.id: d for d in doubts if d.id not in known}.values())
    sure = list({c.id: c for c in controls}.values())
    for start in range(0, len(fresh), DOUBTS):
        part = fresh[start : start + DOUBTS]
        ids = {d.id for d in part}
        # spread over the postings, not the first ones' alone
        step = max(1, len(sure) // CONTROLS)
        yield part, [c for c in sure[::step] if c.id not in ids][:CONTROLS]


def ask(asker: Asker, doubts: Iterable[Doubt], controls: Iterable[Doubt]) -> None:
    """Ask about every doubt that has no verdict yet; what was asked in which call is on record."""
    consulted = Consulted(asker.answers)
    calls = []
    for part, sure in batches(doubts, controls, verdicts(asker)):
        every = sorted([*part, *sure], key=lambda d: d.id)
        marks = {c.id for c in sure}
        about = [("=" if d.id in marks else "") + d.id for d in every]
        calls.append((question([d.line for d in every]), about))
    asker.ask_all([asked for asked, _ in calls])
    for asked, about in calls:
        if asker.known(asked):
            consulted.note(_TASK, "", asker.key(asked), about)


def verdicts(asker: Asker) -> dict[str, Verdict]:
    """Return every verdict on record by the doubt's id; "" where the answer is not to be believed."""
    found: dict[str, Verdict] = {}
    for about, parsed in Consulted(asker.answers).read(_TASK, ""):
        said = {v.id: v.verdict for v in parsed.values}
        controls = [n for n, doubt in enumerate(about, 1) if doubt.startswith("=")]
        wrong = sum(said.get(n, "demand") != "demand" for n in controls)
        sure = wrong <= WRONG_CONTROLS and believed(
            sum(n in said for n in range(1, len(about) + 1)), len(about)
        )
        for n, doubt in enumerate(about, 1):
            if not doubt.startswith("="):
                found[doubt] = said.get(n, "") if sure else ""
    return found
