"""Plan A beside plan B: what they share, what each takes, what learning for one spares the other."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.plan.rows import Given, rows
from pipeline.records import SLACK, Comparison, Plan, PlanRow, Target
from pipeline.settings import PlanSettings

NEAR = 0.05
"""Hours that differ by less than this share are called the same: the plan called A keeps its place."""

Line = tuple[str, str, int, int, int, int]


def compare(left: Given, right: Given, a: Plan, b: Plan, settings: PlanSettings) -> Comparison:
    """Both targets side by side, with a rationale from the numbers that a person may replace."""
    shared = [(one, other) for one in a.rows if (other := _same(one, b.rows))]
    taken = {one.theme for one, _ in shared}, {other.theme for _, other in shared}
    return Comparison(
        left=a.target,
        right=b.target,
        shared=tuple(_line(one, left, right) for one, _ in shared),
        only_left=tuple(_line(r, left, right) for r in a.rows if r.theme not in taken[0]),
        only_right=tuple(_line(r, left, right) for r in b.rows if r.theme not in taken[1]),
        left_hours=a.hours,
        right_hours=b.hours,
        right_after_left=_after(right, a.rows, settings),
        left_after_right=_after(left, b.rows, settings),
        left_fits=a.fits,
        right_fits=b.fits,
        skills=_skills(left, right),
    )


def _same(row: PlanRow, others: Sequence[PlanRow]) -> PlanRow | None:
    return next((other for other in others if other.theme == row.theme), None)


def _line(row: PlanRow, left: Given, right: Given) -> Line:
    asked = [(len(d.asking(row.skills)), len(d.postings)) for d in (left.facts.demand, right.facts.demand)]
    return (row.theme, row.title, *asked[0], *asked[1])


def _after(given: Given, learned: Sequence[PlanRow], settings: PlanSettings) -> float:
    gained = {row.theme: max(row.current, row.target) for row in learned}
    return sum(row.hours for row in rows(given, settings, gained=gained))


def _skills(left: Given, right: Given) -> tuple[tuple[str, int, int], ...]:
    a, b = left.facts.demand, right.facts.demand
    both = [(name, a.count(name).n, b.count(name).n) for name in {*a.by_skill, *b.by_skill}]
    return tuple(sorted(both, key=lambda s: (-min(s[1], s[2]), -(s[1] + s[2]), s[0])))


def rationale(found: Comparison) -> str:
    """A recommended reason for one of the two, from the numbers alone."""
    better, reason = _better(found)
    other = found.right if better == found.left else found.left
    shared = [title for _, title, *_ in found.shared]
    saved = (
        found.right_hours - found.right_after_left
        if better == found.left
        else found.left_hours - found.left_after_right
    )
    parts = [f"{name(better)} first: {reason}."]
    if shared:
        parts.append(f"It shares {len(shared)} of its rows with {name(other)}: {'; '.join(shared)}.")
    if saved > SLACK:
        parts.append(f"What is learned for it takes {saved:.0f} hours off {name(other)}.")
    return " ".join(parts)


def _better(found: Comparison) -> tuple[Target, str]:
    if found.left_fits != found.right_fits:
        one = found.left if found.left_fits else found.right
        return one, f"it fits into {one.horizon_weeks} weeks and {name(_other(found, one))} does not"
    hours = sorted((found.left_hours, found.right_hours))
    fit = "both fit" if found.left_fits else "neither fits in full"
    if hours[1] - hours[0] <= NEAR * hours[1]:
        one = found.right if found.right.plan == "a" and found.left.plan == "b" else found.left
        return one, f"{fit}, and the hours are about the same ({hours[0]:.0f} and {hours[1]:.0f})"
    one = found.left if found.left_hours < found.right_hours else found.right
    return one, f"{fit}, and it takes {hours[0]:.0f} hours against {hours[1]:.0f}"


def _other(found: Comparison, one: Target) -> Target:
    return found.right if one == found.left else found.left


def name(target: Target) -> str:
    """How a target is called in a sentence."""
    return f"{target.role} in {target.industry}" if target.industry else target.role
