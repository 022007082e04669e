"""The targets of a workspace: added, changed, described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from pipeline.records import Target
from pipeline.steps.place import Place


def add(place: Place, target: Target, changes: Mapping[str, Any]) -> Target:
    """Return the target with these changes, remembered; what is not named stays as it was."""
    changed = replace(known(place, target) or target, **changes)
    place.remember_target(changed)
    return changed


def same_plan(place: Place, target: Target) -> list[Target]:
    """Return the other targets under the same letter; all but one of them are best given the other."""
    return [t for t in place.targets() if t.id != target.id and t.plan == target.plan]


def known(place: Place, target: Target) -> Target | None:
    """Return the remembered target of that role and industry."""
    return next((t for t in place.targets() if t.id == target.id), None)


def as_remembered(place: Place, target: Target) -> Target:
    """Return the target with the wishes that were remembered for it, where this call leaves the defaults.

    A later `run LIST --role …` names role and plan only: it must not take back horizon, hours or reasons.
    """
    old = known(place, target)
    if old is None:
        return target
    default = Target(target.role)
    kept = {
        f.name: getattr(old, f.name)
        for f in fields(Target)
        if f.name in ("horizon_weeks", "hours_per_week", "rationale")
        and getattr(target, f.name) == getattr(default, f.name)
    }
    return replace(target, **kept)


def described(target: Target) -> str:
    """Return a target in one line."""
    industry = f" in {target.industry}" if target.industry else ""
    return (
        f"{target.id}: {target.role}{industry}, plan {target.plan.upper()}, {target.horizon_weeks} weeks "
        f"at {target.hours_per_week:g} hours"
    )
