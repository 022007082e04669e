"""What one page gives, what one number rests on, what a workspace holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline import plugins, shares, sources
from pipeline.errors import UsageError
from pipeline.records import EntryCount, RawPage, Reading, Target
from pipeline.settings import FetchSettings, Settings
from pipeline.steps import reading as reads
from pipeline.steps.neighbours import has_spoken, model
from pipeline.steps.place import Place
from pipeline.text import plural


def read(source: str, url: str | None, settings: FetchSettings) -> dict[str, Any]:
    """What one file or address gives: outcome, detail, advice and postings."""
    if source.lower().startswith(("http://", "https://")):
        page, found = _read_address(source, settings)
    elif not source or not Path(source).exists():
        raise UsageError(f"there is no file {source!r}", "Name a saved page, or an address with https://.")
    else:
        page, found = reads.open_file(Path(source), url, settings.read_seconds)
    return reads.report(page, found, settings.read_seconds)


def _read_address(url: str, settings: FetchSettings, depth: int = 3) -> tuple[RawPage, Reading]:
    """The page behind an address, or the one that it points to when the posting is told there."""
    from contextlib import closing

    outside = plugins.sources(settings)
    with closing(plugins.fetcher(settings)) as fetcher:
        page = fetcher.fetch(sources.request_for(url, outside))
        found = reads.read_page(page, url, outside, settings.read_seconds)
        while found.follow and not found.listings and depth:
            page, depth = fetcher.fetch(found.follow[0]), depth - 1
            found = reads.read_page(page, url, outside, settings.read_seconds)
    return page, found


def requirements(place: Place, target: Target, settings: Settings) -> list[EntryCount]:
    """Return how many of a target's postings make each requirement of applicants."""
    with place.store() as store:
        return shares.entry_counts(store.postings(target.id), settings.score.confidence)


def requirements_text(counts: Sequence[EntryCount]) -> str:
    """Return the counts as a person reads them."""
    if not counts:
        return "No posting asks for a degree, years of experience, a licence or the like."
    lines = []
    for count in counts:
        name = f"  {count.value}" if count.value else count.kind
        band = f"{100 * count.low:.0f}–{count.high:.0%}"
        wished = f", {count.n - count.required} only preferred" if count.required < count.n else ""
        about = f"; {count.detail}" if count.detail else ""
        quote = " ".join(count.quote.split())
        lines.append(f"{name:32s} {count.n} of {count.of} ({band}){wished}{about}  “{quote}”")
    return "\n".join(lines)


def status(place: Place, settings: Settings) -> dict[str, Any]:
    """What the workspace holds, by target: counts, failures by reason, stages and what is stale."""
    return {
        "workspace": str(place.root),
        "targets": [_target_status(place, target, settings) for target in place.targets()],
        "damaged": list(place.archive.notes),
    }


def _target_status(place: Place, target: Target, settings: Settings) -> dict[str, Any]:
    with place.store() as store:
        postings = store.postings(target.id)
        failures = store.failures(target.id)
        runs = {run.stage: run for run in store.runs(target.id)}
        scores = store.scores(target.id)
    kept = {p.id for p in postings}
    lives = [life for life in place.archive.lives().values() if life.posting_id in kept]
    return {
        "target": target.id,
        "role": target.role,
        "plan": target.plan,
        "sources": len(place.listed(target).lines),
        "postings": len(kept),
        "counted": sum(p.counted for p in postings),
        "duplicates": sum(p.duplicate_of is not None for p in postings),
        "closed": sum(p.closed is not None for p in postings),
        "failures": dict(sorted(Counter(f.outcome for f in failures).items())),
        "failed": [{"address": f.address, "outcome": f.outcome, "detail": f.detail} for f in failures],
        "changed": sum(len(life.versions) > 1 for life in lives),
        "first_seen": min((life.first_seen for life in lives), default=None),
        "last_seen": max((life.last_seen for life in lives), default=None),
        "skills": len(scores),
        "stages": {name: list(run.notes) for name, run in sorted(runs.items())},
        "model": _said(place, target, settings),
        "stale": _stale(runs.keys()),
    }


def _said(place: Place, target: Target, settings: Settings) -> list[str]:
    if not has_spoken(place):
        return []
    return [*model().lines(place, target, settings), *model().frozen(place, target)]


def _stale(stages: Any) -> list[str]:
    order = ("gather", "extract", "score", "matrix")
    return [stage for stage in order if stage not in stages]


def status_text(found: dict[str, Any]) -> str:
    """A status as a person reads it."""
    lines = [f"workspace {found['workspace']}"]
    if not found["targets"]:
        lines.append("empty: start with `skillmatrix run LIST --role ROLE`")
    for target in found["targets"]:
        lines += _target_lines(target)
    lines += [f"damaged: {note}" for note in found["damaged"]]
    return "\n".join(lines)


def _target_lines(target: dict[str, Any]) -> list[str]:
    lines = [
        f"\n{target['target']} (plan {target['plan'].upper()}): "
        f"{plural(target['counted'], 'posting')} counted of {target['postings']} "
        f"from {plural(target['sources'], 'source')}; "
        f"{plural(target['duplicates'], 'duplicate')}, {target['closed']} closed; "
        f"{plural(target['skills'], 'skill')}"
    ]
    if target["last_seen"]:
        lines.append(
            f"  seen from {target['first_seen'][:10]} to {target['last_seen'][:10]}; "
            f"{plural(target['changed'], 'posting')} changed since they were first seen"
        )
    for name, notes in target["stages"].items():
        lines += [f"  {name}: {note}" for note in notes]
    lines += [f"  model: {line}" for line in target["model"]]
    lines += [f"  failed: {f['outcome']}: {f['address']} {f['detail']}".rstrip() for f in target["failed"]]
    if target["stale"]:
        lines.append(f"  not done yet: {', '.join(target['stale'])}")
    return lines
