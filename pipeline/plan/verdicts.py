"""May you apply, may you ask for promotion: the rules of the competency matrix, evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pipeline.records import Credential, PlanRow, Verdict
from pipeline.settings import PlanSettings


def ready_levels(rows: Sequence[PlanRow], settings: PlanSettings) -> dict[str, int]:
    """Return the level that readiness asks of each row, at the fewest hours: 0 where it asks nothing.

    Mandatory rows at their threshold, the cheapest optional ones at theirs, and what these build on at least
    begun. All choices of optional rows are compared.
    """
    must = {row.theme: settings.ready_mandatory for row in rows if row.mandatory}
    optional = [row for row in rows if not row.mandatory]
    wanted = min(settings.ready_optional_count, len(optional))
    by_theme = {row.theme: row for row in rows}

    def asked(chosen: Sequence[PlanRow]) -> dict[str, int]:
        found = {**must, **{row.theme: settings.ready_optional for row in chosen}}
        open_ = [row for row in rows if found.get(row.theme, 0) > row.current]
        while open_:
            for base in open_.pop().builds_on:
                if base in by_theme and max(by_theme[base].current, found.get(base, 0)) == 0:
                    found[base] = 1
                    open_.append(by_theme[base])
        return found

    def cost(chosen: Sequence[PlanRow]) -> tuple[float, float, tuple[int, ...]]:
        hours = sum(sum(by_theme[t].steps[by_theme[t].current : level]) for t, level in asked(chosen).items())
        # rounded, so that two sums of the same hours are equal; then the better score, then the order of the
        # rows
        return round(hours, 6), -sum(row.score for row in chosen), tuple(row.number for row in chosen)

    best = asked(min(combinations(optional, wanted), key=cost))
    return {row.theme: best.get(row.theme, 0) for row in rows}


def verdicts(
    rows: Sequence[PlanRow], settings: PlanSettings, held: Sequence[Credential] = ()
) -> tuple[Verdict, ...]:
    """Return readiness and promotion with today's ratings, then with the plan carried out.

    Whoever carries out the plan has its credentials: they are its first block.
    """
    now = {row.theme: row.current for row in rows}
    then = {row.theme: max(row.current, row.goal) for row in rows}
    gates = [c for c in held if c.gate]
    there = sum(c.status == "have" for c in gates)
    return (
        ready(rows, now, settings, "Ready to apply today", there, len(gates)),
        ready(rows, then, settings, "Ready to apply when the plan is done", len(gates), len(gates)),
        promotable(rows, now, settings, "Ready for promotion today"),
        promotable(rows, then, settings, "Ready for promotion when the plan is done"),
    )


def ready(
    rows: Sequence[PlanRow],
    level: Mapping[str, int],
    settings: PlanSettings,
    name: str,
    held: int = 0,
    gates: int = 0,
) -> Verdict:
    """Return every mandatory row at its level, enough optional ones (all, where fewer), every gate open."""
    must = [row for row in rows if row.mandatory]
    optional = [row for row in rows if not row.mandatory]
    wanted = min(settings.ready_optional_count, len(optional))
    good = sum(level[row.theme] >= settings.ready_mandatory for row in must)
    extra = sum(level[row.theme] >= settings.ready_optional for row in optional)
    detail = (
        f"{good} of {len(must)} mandatory rows at {settings.ready_mandatory} or more; "
        f"{extra} optional rows at {settings.ready_optional} or more, {wanted} needed"
    )
    if gates:
        detail += f"; {held} of {gates} credentials in hand"
    return Verdict(name, bool(rows) and good == len(must) and extra >= wanted and held == gates, detail)


def promotable(
    rows: Sequence[PlanRow], level: Mapping[str, int], settings: PlanSettings, name: str
) -> Verdict:
    """Ask for most mandatory rows at one level and some at the top; no mandatory row, no promotion."""
    must = [row for row in rows if row.mandatory]
    good = sum(level[row.theme] >= settings.promote_level for row in must)
    spikes = sum(level[row.theme] >= settings.promote_spike for row in must)
    detail = (
        f"{good} of {len(must)} mandatory rows at {settings.promote_level} or more, more than half needed; "
        f"{spikes} at {settings.promote_spike}, {settings.promote_spikes} needed"
    )
    return Verdict(name, 2 * good > len(must) and spikes >= settings.promote_spikes, detail)
