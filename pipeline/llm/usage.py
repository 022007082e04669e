"""What the model's answers behind a target cost, and what became of their claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.llm.advice import ADVICE
from pipeline.llm.consulted import CONSULTED
from pipeline.llm.cost import Usage, money
from pipeline.llm.ground import GROUNDING, counted
from pipeline.records import Target
from pipeline.settings import Settings
from pipeline.steps.place import COSTS, Place


@dataclass(frozen=True, slots=True)
class LlmUsage:
    """What the answers behind a target's mentions cost, and what became of their claims."""

    answers: int = 0
    sent: int = 0
    cached: int = 0
    received: int = 0
    money: float = 0.0
    accepted: int = 0
    repaired: int = 0
    rejected: tuple[tuple[str, int], ...] = ()
    rungs: tuple[tuple[str, int], ...] = ()
    models: tuple[str, ...] = ()
    suspicious: tuple[tuple[str, str], ...] = ()

    def lines(self) -> tuple[str, ...]:
        """Return the usage as sentences; none where no model was asked."""
        if not self.answers:
            return ()
        rungs = ", ".join(f"{name} {number}" for name, number in self.rungs)
        found = [
            f"{self.answers} answers of {', '.join(self.models)} ({rungs}): {self.sent:,} tokens sent, "
            f"{self.received:,} received, cost {self.money:.4f}",
            f"{self.accepted} claims proven by the text, {self.repaired} of them repaired; "
            f"{counted(dict(self.rejected))}",
        ]
        found += [f"suspicious posting {url}: {why}" for url, why in self.suspicious]
        return tuple(found)


def usage_of(place: Place, target: Target, settings: Settings) -> LlmUsage:
    """Return what was used for a target's present postings, from what is stored in `data/raw`."""
    with place.store() as store:
        urls = {p.id: p.url for p in store.postings(target.id)}
    archive = place.archive
    latest = {r["posting"]: r for r in archive.each_made(GROUNDING, _grounding_of) if r["posting"] in urls}
    if not latest:
        return LlmUsage()
    rejected = Counter(claim["reason"] for r in latest.values() for claim in r["rejected"])
    asked = {key for r in latest.values() for key in r["requests"]}
    keys = sorted(asked | set(_consulted(place, target)))
    stored = [record for key in keys if (record := archive.answer(key))]
    used = sum((Usage(**a["usage"]) for r in stored for a in r["attempts"]), Usage())
    return LlmUsage(
        len(stored),
        used.sent,
        used.cached,
        used.received,
        round(money(used, settings.llm), 6),
        sum(r["accepted"] for r in latest.values()),
        sum(r["repaired"] for r in latest.values()),
        tuple(sorted(rejected.items())),
        tuple(sorted(Counter(r["rung"] for r in stored).items())),
        tuple(sorted({r["model_answered"] or r["model_asked"] for r in stored})),
        tuple((urls[i], "; ".join(r["suspicious"])) for i, r in sorted(latest.items()) if r["suspicious"]),
    )


def _consulted(place: Place, target: Target) -> Iterator[str]:
    """Yield the keys of the answers about more than one posting; second looks serve all targets."""
    for name in (CONSULTED, ADVICE):
        made = place.archive.each_made(name, lambda r: (str(r["request"]), str(r.get("target", ""))))
        yield from (key for key, of in made if of in ("", target.id))


def frozen(place: Place, target: Target) -> tuple[str, ...]:
    """Return what the answers behind each snapshot of a target cost, one sentence each, oldest first."""
    with place.store() as store:
        there = store.snapshot_names()
    made = place.archive.each_made(COSTS, lambda r: (r["target"], r["snapshot"], _cost_line(r)))
    # a cost is kept before its snapshot is: a kill in between leaves one without
    known = {name: line for of, name, line in made if of == target.id and (name, of) in there}
    return tuple(known.values())


def _cost_line(record: Mapping[str, Any]) -> str:
    return (
        f"snapshot {record['snapshot']}: {record['answers']} answers, {record['sent']:,} tokens sent, "
        f"{record['received']:,} received, cost {record['money']:.4f}"
    )


def _grounding_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record, where it has everything that the usage adds up; raises `KeyError` or `TypeError`."""
    whole = {**record, "rejected": list(record["rejected"]), "requests": list(record["requests"])}
    _ = record["posting"], record["accepted"] + 0, record["repaired"] + 0, record["suspicious"]
    _ = [claim["reason"] for claim in whole["rejected"]]
    return whole
