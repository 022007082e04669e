"""The database out of `data/raw` alone, where the file was damaged: every target's walk, asking nobody."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from pipeline import plugins, read
from pipeline.errors import EngineError
from pipeline.ports import Engine
from pipeline.records import Posting, Target
from pipeline.settings import Settings, load_settings
from pipeline.steps import neighbours
from pipeline.steps.collect import imported
from pipeline.steps.extract import extract
from pipeline.steps.gather import gather
from pipeline.steps.place import Place
from pipeline.text import plural

_LOG = logging.getLogger("pipeline")


def rebuild(place: Place) -> None:
    """Fill an empty database from what `data/raw` holds, and say so in one line; hold the workspace."""
    settings = load_settings(place.root)
    targets = place.targets()
    counts = [refill(place, target, settings) for target in targets]
    _LOG.warning(
        "note: the database was damaged and has been rebuilt from data/raw: %s, %s",
        plural(len(targets), "target"),
        plural(sum(counts), "posting"),
    )


def refill(place: Place, target: Target, settings: Settings) -> int:
    """Fill the database with one target out of `data/raw`, asking nobody; return how many postings it has."""
    from pipeline.steps.run import restate

    listed = place.listed(target)
    # offline: a rebuilding must work years later, and give what was there
    gathered = gather(listed.lines, place.archive, settings.fetch, offline=True) if listed.lines else None
    postings = list(gathered.postings) if gathered else read.mark_duplicates(imported(place, target))
    with place.store() as store:
        store.save_target(target)
        store.save_postings(target.id, postings)
        if gathered:
            store.save_failures(target.id, gathered.failures)
            store.save_run(replace(gathered.run, target=target.id))
    if postings:
        extract(place, target, _engine(place, target, settings, postings))
        restate(place, target, settings)
    return len(postings)


def _engine(place: Place, target: Target, settings: Settings, postings: list[Posting]) -> Engine:
    """Return the engine that reads what a model said of these postings where one did, else the local one."""
    known = {"archive": place.archive, "words": place.words(), "rulings": place.rulings(target)}
    read_before = neighbours.model().read_postings(place) if neighbours.has_spoken(place) else ()
    if any(posting.id in read_before for posting in postings):
        with suppress(EngineError):
            return plugins.engine("replay", settings, **known)
    # a model is not asked again: what it said is on record, or lost
    name = "local" if settings.engine.name in ("auto", "llm", "replay") else settings.engine.name
    return plugins.engine(name, settings, **known)
