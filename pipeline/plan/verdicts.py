"""May you apply, may you ask for promotion: the rules of the competency matrix, evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.records import PlanRow, Verdict
from pipeline.settings import PlanSettings


def verdicts(rows: Sequence[PlanRow], settings: PlanSettings) -> tuple[Verdict, ...]:
    """Readiness and promotion with today's ratings, then with the plan carried out."""
    now = {row.theme: row.current for row in rows}
    then = {row.theme: max(row.current, row.goal) for row in rows}
    return (
        ready(rows, now, settings, "Ready to apply today"),
        ready(rows, then, settings, "Ready to apply when the plan is done"),
        promotable(rows, now, settings, "Ready for promotion today"),
        promotable(rows, then, settings, "Ready for promotion when the plan is done"),
    )


def ready(rows: Sequence[PlanRow], level: Mapping[str, int], settings: PlanSettings, name: str) -> Verdict:
    """Every mandatory row at its level and enough optional ones at theirs; all, where there are fewer."""
    must = [row for row in rows if row.mandatory]
    optional = [row for row in rows if not row.mandatory]
    wanted = min(settings.ready_optional_count, len(optional))
    good = sum(level[row.theme] >= settings.ready_mandatory for row in must)
    extra = sum(level[row.theme] >= settings.ready_optional for row in optional)
    detail = (
        f"{good} of {len(must)} mandatory rows at {settings.ready_mandatory} or more; "
        f"{extra} optional rows at {settings.ready_optional} or more, {wanted} needed"
    )
    return Verdict(name, bool(rows) and good == len(must) and extra >= wanted, detail)


def promotable(
    rows: Sequence[PlanRow], level: Mapping[str, int], settings: PlanSettings, name: str
) -> Verdict:
    """Most mandatory rows at one level and some at the top; no mandatory row, no promotion."""
    must = [row for row in rows if row.mandatory]
    good = sum(level[row.theme] >= settings.promote_level for row in must)
    spikes = sum(level[row.theme] >= settings.promote_spike for row in must)
    detail = (
        f"{good} of {len(must)} mandatory rows at {settings.promote_level} or more, more than half needed; "
        f"{spikes} at {settings.promote_spike}, {settings.promote_spikes} needed"
    )
    return Verdict(name, 2 * good > len(must) and spikes >= settings.promote_spikes, detail)
