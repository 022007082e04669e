"""The model's answers read again or fetched in batches, and what they bought; `pricing` has the cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import cluster
from pipeline.archive import hold
from pipeline.errors import EngineUnavailable
from pipeline.llm import batches
from pipeline.llm.advice import advice_of
from pipeline.llm.asking import Question
from pipeline.llm.cost import Usage
from pipeline.llm.engine import LlmEngine, ReplayEngine
from pipeline.llm.wire import Endpoint
from pipeline.records import Mention, Posting, Run, Target
from pipeline.settings import LlmSettings, Settings, endpoint_key
from pipeline.steps.extract import extract, stamp
from pipeline.steps.place import Place

BATCHES = "batches"
"""The record file of `data/raw` that remembers which questions a server works on."""

Progress = Callable[[str, int, int, str], None]


def engine_for(place: Place, target: Target, settings: Settings, merged: bool = True) -> LlmEngine:
    """Return the engine of the configured model; raise `EngineUnavailable` without one."""
    rulings = place.rulings(target)
    return LlmEngine.from_settings(settings, archive=place.archive, merged=merged, rulings=rulings)


def unread(place: Place, target: Target, engine: LlmEngine) -> tuple[list[Posting], list[Posting]]:
    """Return the postings of a target, and those of them that the engine has not read as they are."""
    with place.store() as store:
        postings = [p for p in store.postings(target.id) if p.duplicate_of is None and p.closed is None]
        kept = store.extracted(target.id)
    return postings, [p for p in postings if kept.get(p.id) != stamp(p, engine)]


def distinct(engine: LlmEngine, postings: Iterable[Posting]) -> list[Question]:
    """Return every different question about some postings."""
    found = {engine.asker.key(q): q for posting in postings for q, _ in engine.questions(posting)}
    return list(found.values())


def planned(questions: Sequence[Question], settings: LlmSettings) -> Usage:
    """Return the tokens of some questions, the answers at their longest."""
    return Usage(sum(q.tokens for q in questions), 0, len(questions) * settings.max_output_tokens)


# --- again: from stored answers ---------------------------------------------------------------


def replay(
    place: Place, target: Target, settings: Settings, progress: Progress | None = None
) -> tuple[list[Run], list[Path]]:
    """Make mentions, scores, matrix and documents anew from the stored answers; no network, no key."""
    from pipeline.steps.report import write
    from pipeline.steps.run import restate

    engine = ReplayEngine.from_settings(settings, archive=place.archive, rulings=place.rulings(target))
    with hold(place.raw):
        report = (lambda *a: progress("extract", *a)) if progress else None
        runs = [extract(place, target, engine, report), *restate(place, target, settings)]
        run, paths = write(place, target, settings)
    return [*runs, run], paths


# --- what the model bought --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A skill that only one engine found in some postings, with the quotes."""

    skill: str
    only: str
    postings: int
    quotes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two engines over the same postings: what both found, and what only one did, most postings first."""

    postings: int
    unanswered: int
    both: int
    differences: tuple[Difference, ...]

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        return asdict(self)

    def text(self) -> str:
        """Return the comparison as a person reads it."""
        lines = [
            f"{self.postings} postings read by both engines; {self.unanswered} have no stored answer",
            f"{self.both} demands found by both",
        ]
        for engine in ("llm", "local"):
            found = [d for d in self.differences if d.only == engine]
            lines.append(f"\nonly {engine}: {len(found)} skills")
            for one in found:
                lines.append(f"  {one.skill} ({one.postings} postings)")
                lines += [f"      “{' '.join(quote.split())}”  {url}" for quote, url in one.quotes[:3]]
        return "\n".join(lines)


def compare(place: Place, target: Target, settings: Settings) -> Comparison:
    """Return what only one of the two engines finds in the target's postings; asks nothing."""
    engine = ReplayEngine.from_settings(settings, archive=place.archive)
    # alone, without the local engine's mentions beside them, and without a word into the records
    engine.merged = False
    known, rulings = place.words(), place.rulings(target)
    names = cluster.Names(known, rulings, advised=advice_of(place, target, known).names)
    with place.store() as store:
        postings = [p for p in store.postings(target.id) if p.duplicate_of is None and p.closed is None]
    answered = [p for p in postings if all(engine.asker.known(q) for q, _ in engine.questions(p))]
    if not answered:
        raise EngineUnavailable(
            "no posting of this target has a stored answer", "Run `skillmatrix extract --engine llm` first."
        )
    both, only = 0, defaultdict[tuple[str, str], list[tuple[str, str]]](list)
    for posting in answered:
        sides = {"llm": engine.proven(posting), "local": engine.table.local.mentions(posting)}
        both += sum(_met(m, sides["local"], names) for m in sides["llm"])
        for side, other in (("llm", "local"), ("local", "llm")):
            for mention in sides[side]:
                if not _met(mention, sides[other], names):
                    only[names.resolve(mention.quote).name, side].append((mention.quote, posting.url))
    return Comparison(len(answered), len(postings) - len(answered), both, _differences(only))


def _met(mention: Mention, others: Sequence[Mention], names: cluster.Names) -> bool:
    """Return True when the other side found the same words, or the same skill in other words."""
    name = names.resolve(mention.quote).name
    return any(
        (mention.start < o.end and o.start < mention.end) or names.resolve(o.quote).name == name
        for o in others
    )


def _differences(only: dict[tuple[str, str], list[tuple[str, str]]]) -> tuple[Difference, ...]:
    found = [
        Difference(skill, side, len({url for _, url in quotes}), tuple(sorted(set(quotes))))
        for (skill, side), quotes in only.items()
    ]
    return tuple(sorted(found, key=lambda d: (d.only, -d.postings, d.skill)))


# --- many at once: the Batch API --------------------------------------------------------------


def submit(place: Place, target: Target, settings: Settings) -> list[batches.State]:
    """Hand every question without an answer to the server in batches.

    Raises before breaking a cap.
    """
    engine, endpoint = _batching(place, target, settings)
    with hold(place.raw):
        waiting = {key for record in _open(place) for key in record["keys"]}
        _, todo = unread(place, target, engine)
        fresh = [
            q
            for q in distinct(engine, todo)
            if engine.asker.key(q) not in waiting and engine.asker.known(q) is None
        ]
        engine.asker.budget.check(planned(fresh, settings.llm))
        engine.remember()
        states = []
        for portion in batches.portions(fresh):
            state = batches.submit(endpoint, engine.asker, portion)
            keys = [engine.asker.key(q) for q in portion]
            place.archive.append(
                BATCHES, {"id": state.id, "target": target.id, "keys": keys, "status": "open"}
            )
            states.append(replace(state, total=state.total or len(keys)))
    return states


def poll(place: Place, settings: Settings) -> list[batches.State]:
    """Return how far every batch is that was not collected yet."""
    LlmEngine.from_settings(settings)  # raises where no endpoint is configured
    endpoint = Endpoint(settings.llm, endpoint_key())
    return [batches.look(endpoint, record["id"]) for record in _open(place)]


@dataclass(frozen=True, slots=True)
class Collected:
    """What collecting brought: the batches, the answers stored, and those that nobody asks for any more."""

    states: tuple[batches.State, ...]
    kept: int
    unasked: int


def collect(place: Place, target: Target, settings: Settings) -> Collected:
    """Store the answers of all finished batches of a target; the next `extract` reads them."""
    engine, endpoint = _batching(place, target, settings)
    kept = unasked = 0
    with hold(place.raw):
        with place.store() as store:
            questions = {engine.asker.key(q): q for q in distinct(engine, store.postings(target.id))}
        states = []
        for record in _open(place):
            if record["target"] != target.id:
                continue
            state = batches.look(endpoint, record["id"])
            states.append(state)
            if state.open:
                continue
            for key, reply in batches.answers(endpoint, state):
                # a key that was never asked, or whose posting or settings changed since, is nobody's answer
                if key in questions and key in record["keys"]:
                    engine.asker.keep(questions[key], reply)
                    kept += 1
                else:
                    unasked += 1
            place.archive.append(BATCHES, {**record, "status": state.status})
    return Collected(tuple(states), kept, unasked)


def _batching(place: Place, target: Target, settings: Settings) -> tuple[LlmEngine, Endpoint]:
    return engine_for(place, target, settings), Endpoint(settings.llm, endpoint_key())


def _open(place: Place) -> list[dict[str, Any]]:
    made = place.archive.each_made(BATCHES, lambda r: (str(r["id"]), str(r["status"]), list(r["keys"]), r))
    latest = {name: (status, record) for name, status, _, record in made}
    return [record for _, (status, record) in sorted(latest.items()) if status == "open"]


def batch_text(states: Sequence[batches.State]) -> str:
    """Return the state of some batches, one line each."""
    lines = [
        f"{s.id}: {s.status}, {s.completed} of {s.total} answered, {s.failed} failed {s.detail}".rstrip()
        for s in states
    ]
    return "\n".join(lines) or "no open batch"
