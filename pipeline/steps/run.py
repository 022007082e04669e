"""The whole walk: list → gather → extract → score → matrix → report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline import read
from pipeline.archive import hold
from pipeline.errors import NothingGathered
from pipeline.records import Failure, MatrixDraft, Run, SourceLine, Target
from pipeline.settings import Settings
from pipeline.steps import reading
from pipeline.steps.extract import choose, extract
from pipeline.steps.gather import gather
from pipeline.steps.matrix import matrix
from pipeline.steps.neighbours import model, model_lines
from pipeline.steps.place import Place
from pipeline.steps.report import write
from pipeline.steps.score import score
from pipeline.steps.targets import as_remembered

Progress = Callable[[str, int, int, str], None]
"""Called with (stage, done, of, what) as work goes on."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What a whole run left: the stages, the draft, the failures and the written files."""

    runs: tuple[Run, ...]
    draft: MatrixDraft
    failures: tuple[Failure, ...]
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How to walk: which engine, whether the network may be used, what to ask again.

    `bad_lines` and `listed` come with the list: what of it cannot be used, and where it stands.
    """

    engine: str | None = None
    offline: bool = False
    refresh: bool = False
    snapshot: str | None = None
    bad_lines: tuple[Failure, ...] = field(default=())
    listed: str = ""


def walk(
    place: Place,
    target: Target,
    lines: Sequence[SourceLine],
    settings: Settings,
    options: Options,
    progress: Progress | None = None,
) -> Walk:
    """Run every stage for one target; raises `NothingGathered` when no line gave a posting."""
    with hold(place.raw, within=True):
        # before anything else: the other process takes seconds to start, and does so while pages are asked
        # for
        reading.prepare(lines)
        target = as_remembered(place, target)
        place.remember_target(target)
        place.remember_sources(target, lines, options.listed)
        # before gathering: a missing key or model is said at once, not after an hour of asking servers
        engine, note = choose(
            settings,
            options.engine,
            options.offline,
            archive=place.archive,
            words=place.words(),
            rulings=place.rulings(target),
        )
        gathered = gather_into(place, target, lines, settings, options, progress)
        runs = [gathered, extract(place, target, engine, _stage("extract", progress))]
        if engine.advises:
            runs += model().consult(place, target, settings, engine, options.snapshot)
        else:
            runs += restate(place, target, settings, options.snapshot)
        report_run, paths = write(place, target, settings)
        with place.store() as store:
            draft, failures = store.matrix(target.id), store.failures(target.id)
    assert draft is not None
    told = model_lines(place, target, settings)
    notes = (note, *(n for run in runs for n in run.notes), *told, *place.archive.notes)
    return Walk((*runs, report_run), draft, tuple(failures), tuple(paths), tuple(dict.fromkeys(notes)))


def restate(place: Place, target: Target, settings: Settings, snapshot: str | None = None) -> list[Run]:
    """Score and matrix again, from the mentions and decisions that are there."""
    return [score(place, target, settings, snapshot), matrix(place, target, settings)]


def gather_into(
    place: Place,
    target: Target,
    lines: Sequence[SourceLine],
    settings: Settings,
    options: Options,
    progress: Progress | None = None,
) -> Run:
    """Keep the postings and failures of the lines in the store."""
    found = gather(
        lines,
        place.archive,
        settings.fetch,
        offline=options.offline,
        refresh=options.refresh,
        progress=_stage("gather", progress),
    )
    failures = [*map(read.without_contacts, options.bad_lines), *found.failures]
    with place.store() as store:
        store.save_target(target)
        store.save_postings(target.id, found.postings)
        store.save_failures(target.id, failures)
        store.save_run(_of(found.run, target, len(options.bad_lines)))
    if not found.postings:
        raise NothingGathered(_reasons(failures))
    return _of(found.run, target, len(options.bad_lines))


def _of(run: Run, target: Target, bad: int) -> Run:
    return replace(run, target=target.id, failed=run.failed + bad)


def _reasons(failures: Sequence[Failure]) -> str:
    # by eye: about a screen
    lines = [f"  {f.address}: {f.outcome} ({f.detail or f.advice})" for f in failures[:20]]
    more = [f"  … and {len(failures) - 20} more"] if len(failures) > 20 else []
    return "\n".join(["no source gave a posting", *lines, *more])


def _stage(stage: str, progress: Progress | None) -> Callable[[int, int, str], None] | None:
    if progress is None:
        return None
    return lambda done, of, what: progress(stage, done, of, what)
