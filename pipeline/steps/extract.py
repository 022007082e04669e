"""Postings → mentions: what is new or changed is read, in batches that survive a kill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pipeline import plugins, read
from pipeline.errors import UsageError
from pipeline.ports import Engine
from pipeline.records import Failure, Mention, Posting, Run, Target, digest
from pipeline.settings import Settings, has_endpoint
from pipeline.steps.place import Place

Progress = Callable[[int, int, str], None]
"""Called with (done, of, what) as work goes on."""

BATCH = 32
"""Postings per transaction: what a kill can cost."""


def extract(place: Place, target: Target, engine: Engine, progress: Progress | None = None) -> Run:
    """Put every mention of the target's postings into the store.

    Unchanged postings are not read again.
    """
    began = time.perf_counter()
    with place.store() as store:
        postings = [p for p in store.postings(target.id) if p.duplicate_of is None and p.closed is None]
        kept = store.extracted(target.id)
    stamps = {p.id: stamp(p, engine) for p in postings}
    todo = [p for p in postings if kept.get(p.id) != stamps[p.id]]
    unread = {p.id: why for p in postings if (why := _unread(p, engine))}
    found = 0
    for batch in _batches(todo, BATCH):
        mentions: list[Mention] = []
        # a whole batch, so that a model is asked for all of it at once
        engine.prepare(batch, _told(len(todo), progress))
        for posting in batch:
            mentions.extend(engine.mentions(posting))
            if progress:
                progress(1, len(todo), posting.title or posting.url)
        with place.store() as store:
            # what an engine could not finish is kept, and read again by the next run
            done = {p.id: "" if p.id in engine.unfinished else stamps[p.id] for p in batch}
            store.save_extracted(target.id, done, mentions)
        found += len(mentions)
    run = Run(
        "extract",
        target.id,
        inputs=len(postings),
        outputs=found,
        skipped=len(postings) - len(todo),
        seconds=time.perf_counter() - began,
        digest=digest(sorted(stamps.items())),
        failed=len(unread),
        notes=(f"engine {engine.name} {engine.version}", *engine.notes()),
    )
    with place.store() as store:
        store.save_unread(target.id, unread)
        others = [f for f in store.failures(target.id) if f.outcome != "wrong-language"]
        store.save_failures(target.id, [*others, *(_failure(p, unread) for p in postings if p.id in unread)])
        store.save_run(run)
    return run


def _unread(posting: Posting, engine: Engine) -> str:
    """Return why the engine cannot read a posting; "" when it can."""
    if engine.languages is None or posting.language in engine.languages:
        return ""
    known = ", ".join(sorted(engine.languages))
    return f"written in {posting.language}; the {engine.name} engine reads {known}"


def _failure(posting: Posting, unread: Mapping[str, str]) -> Failure:
    advice = read.ADVICE["wrong-language"]
    return Failure(posting.url, "wrong-language", unread[posting.id], advice, posting.number)


def _told(of: int, progress: Progress | None) -> Callable[[str], None] | None:
    """Show the running total of an engine that asks for a whole batch at once."""
    return (lambda total: progress(0, of, total)) if progress else None


def stamp(posting: Posting, engine: Engine) -> str:
    """Return the digest of all that a posting's mentions depend on."""
    sections = [(s.start, s.end, s.kind) for s in posting.sections]
    return digest(posting.text, posting.language, sections, engine.name, engine.version)


def _batches(postings: Sequence[Posting], size: int) -> Iterator[list[Posting]]:
    rest = iter(postings)
    while batch := list(islice(rest, size)):
        yield batch


def choose(
    settings: Settings, asked: str | None = None, offline: bool = False, **known: Any
) -> tuple[Engine, str]:
    """Return the engine and one sentence that says why it is this one.

    `auto` is the model endpoint with the local engine's mentions merged in when one is configured and the
    network may be used, else the local engine. `known` is handed to engines that need more (an archive).
    """
    name = asked or settings.engine.name
    if name != "auto":
        if name == "llm" and offline:
            raise UsageError("--engine llm needs the network", "Leave out --offline, or use --engine replay.")
        return plugins.engine(name, settings, **known), f"engine: {name}, as asked"
    if offline or not has_endpoint(settings):
        why = "offline" if offline else "no model endpoint is configured"
        local = plugins.engine("local", settings, **known)
        return local, f"engine: local ({why}; no key and no network are needed)"
    merged = plugins.engine("llm", settings, **known, merged=True)
    return merged, f"engine: llm ({settings.llm.model}) with local merged in"
