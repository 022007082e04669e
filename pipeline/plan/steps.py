"""A target's matrix and what a person said → the plan and its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.plan import building as planning
from pipeline.plan import person
from pipeline.plan.building import Calendar, Given
from pipeline.plan.rows import rows as rows_of
from pipeline.records import Comparison, Credential, Hint, MatrixDraft, Plan, PlanRow, Target
from pipeline.settings import Settings
from pipeline.steps.neighbours import advice
from pipeline.steps.place import Place

if TYPE_CHECKING:
    from pipeline.report.blocks import Document
    from pipeline.steps.scoring import Scoring

Hints = Mapping[tuple[str, str], Sequence[Hint]]
"""Sentences by row and slot: evidence, practice, questions, reading."""


def given(place: Place, target: Target) -> Given:
    """Return everything that a plan of this target rests on.

    Raises `UsageError` before a matrix was drafted.
    """
    wanted, words = person.wishes(place, target), place.words()
    with place.store() as store:
        draft = store.matrix(target.id)
        if draft is None:
            raise UsageError(f"{target.id} has no matrix yet", "Run `skillmatrix run LIST` first.")
        return Given(
            replace(draft, target=target),
            store.scores(target.id),
            store.postings(target.id),
            store.mentions(target.id),
            words,
            person.ratings(place),
            wanted.goals,
            wanted.eases,
            _joined(person.reading(place), advice(place, target, words).hints()),
            person.held(place),
            person.joined(place, target),
        )


def _joined(one: Hints, other: Hints) -> dict[tuple[str, str], list[Hint]]:
    return {key: [*one.get(key, ()), *other.get(key, ())] for key in {**one, **other}}


def plan(place: Place, target: Target, settings: Settings, today: str = "", compared: bool = True) -> Plan:
    """Return the plan of a target as it stands; beside the other plan's target when the workspace has one.

    Without `today` it stands at the day of the last rating or log entry: equal records, equal plan.
    """
    basis = given(place, target)
    own_log = [entry for entry in person.log(place) if entry.target in ("", target.id)]
    start = person.started(place, target)
    today = today or max((*(r.when[:10] for r in basis.ratings), *(e.when[:10] for e in own_log), start))
    aim = person.aimed(place, target)
    found = planning.build(basis, settings.plan, Calendar(start, today), own_log, aim=aim)
    other = _other(place, target) if compared else None
    if other is None:
        return found
    theirs = given(place, other)
    pair = [(basis, found), (theirs, planning.build(theirs, settings.plan))]
    return replace(found, other=_beside(pair, settings))


def _other(place: Place, target: Target) -> Target | None:
    rest = [t for t in place.targets() if t.id != target.id]
    with place.store() as store:
        drafted = [t for t in rest if store.matrix(t.id) is not None]
    return next((t for t in reversed(drafted) if t.plan != target.plan), drafted[-1] if drafted else None)


def _beside(found: Sequence[tuple[Given, Plan]], settings: Settings) -> Comparison:
    given, plans = [basis for basis, _ in found], [plan for _, plan in found]
    compared = planning.compare(given, plans, settings.plan)
    return replace(compared, rationale=planning.rationale(compared))


def compare(place: Place, targets: Sequence[Target], settings: Settings) -> Comparison:
    """Return two or more targets side by side; raises `UsageError` where one is named twice."""
    ids = [target.id for target in targets]
    if len(set(ids)) < max(2, len(ids)):
        again = next((name for name in ids if ids.count(name) > 1), ids[0] if ids else "a target")
        raise UsageError(f"{again} cannot be compared with itself", "Name two different targets or more.")
    bases = [given(place, target) for target in targets]
    return _beside([(basis, planning.build(basis, settings.plan)) for basis in bases], settings)


# --- finding what a person means ------------------------------------------------------------------


def rows(place: Place, target: Target, settings: Settings) -> tuple[PlanRow, ...]:
    """Return the plan rows of a target that have levels: rows of credentials have none."""
    return plan(place, target, settings, compared=False).rows


def this_week(place: Place, target: Target, settings: Settings) -> tuple[PlanRow, ...]:
    """Return the rows of the week at hand by the plan, and those that the log names since seven days."""
    today = person.now()[:10]
    found = plan(place, target, settings, today, compared=False)
    ago = (date.fromisoformat(today) - timedelta(days=7)).isoformat()
    logged = {entry.subject for entry in person.log(place) if entry.when[:10] > ago and entry.id}
    now = {lesson.theme for lesson in found.lessons if lesson.first_week <= 1}
    return tuple(r for r in found.rows if r.theme in now | logged or logged.intersection(r.skills))


def standing_rows(place: Place, scoring: Scoring, settings: Settings) -> tuple[PlanRow, ...]:
    """Return the plan rows of a review at one moment, out of its memory.

    A run keeps the database to itself.
    """
    ground = scoring.basis
    wanted = person.wishes(place, ground.target)
    basis = Given(
        scoring.draft,
        tuple(scoring.scores.values()),
        tuple(ground.postings.values()),
        tuple(m for name in scoring.scores for m in scoring.mentions(name)),
        ground.vocabulary,
        person.ratings(place),
        wanted.goals,
        wanted.eases,
    )
    return rows_of(basis, settings.plan)


def subject(found: Sequence[PlanRow], wanted: str) -> tuple[PlanRow, str]:
    """Return the row and the subject (its theme, or one of its skills) that a person names.

    A number, theme key or title means the row; a skill's name means that skill. Raises `UsageError`.
    """
    plain = wanted.strip().casefold()
    for row in found:
        if plain in (str(row.number), row.theme.casefold(), row.title.casefold()):
            return row, row.theme
    for row in found:
        for skill in row.skills:
            if plain == skill.casefold():
                return row, skill
    near = [row for row in found if plain and plain in row.title.casefold()]
    if len(near) == 1:
        return near[0], near[0].theme
    known = "; ".join(f"{row.number} {row.title}" for row in found)
    raise UsageError(f"no row or skill is called {wanted!r}", f"The rows are: {known}.")


def credential(found: Plan, wanted: str) -> Credential:
    """Return the credential that a person names; raises `UsageError` with those that postings ask for."""
    plain = wanted.strip().casefold()
    for one in found.credentials:
        if plain in (name.casefold() for name in one.names):
            return one
    known = "; ".join(name for one in found.credentials for name in one.names) or "none"
    advice = f"They ask for: {known}. To add your own, such as a visa: --own."
    raise UsageError(f"no posting asks for a credential {wanted!r}", advice)


def draft_of(place: Place, target: Target) -> MatrixDraft | None:
    """Return the drafted matrix of a target, None before there is one."""
    with place.store() as store:
        return store.matrix(target.id)


# --- documents ------------------------------------------------------------------------------------


def write(place: Place, target: Target, settings: Settings, today: str = "") -> tuple[Plan, list[Path]]:
    """Return the plan and its written documents, in `plan/` beside the target's other documents."""
    from pipeline.plan.documents import writing as plan_documents

    found = plan(place, target, settings, today)
    if found.start:
        # the rows of the first plan stand in it from its first day, whenever it was written
        since = found.start if person.joined(place, target) else person.started(place, target)
        person.note_rows(place, target, (row.theme for row in found.rows), since)
    return found, plan_documents.write(found, place.documents(target) / "plan")


def compared(place: Place, targets: Sequence[Target], settings: Settings) -> tuple[Document, list[Path]]:
    """Return targets side by side as a document, and the written files."""
    from pipeline.plan.documents import comparison as target_compare
    from pipeline.plan.documents import writing as plan_documents

    document = target_compare.comparison(compare(place, targets, settings))
    folder = place.processed / "-or-".join(target.id for target in targets)
    return document, plan_documents.compared(document, folder)


def template(place: Place, target: Target, settings: Settings, path: Path) -> Path:
    """Write the assessment to fill in (.csv or .xlsx)."""
    from pipeline.plan.documents import workbook as plan_workbook

    return plan_workbook.template(plan(place, target, settings), path)
