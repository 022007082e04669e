"""Weeks of a plan as days."""

from __future__ import annotations

from datetime import date, timedelta


def first_day(start: str, week: int) -> str:
    """Return the first day of a week of the plan, counted from 1; "" without a start."""
    return (date.fromisoformat(start) + timedelta(weeks=week - 1)).isoformat() if start else ""


def last_day(start: str, week: int) -> str:
    """Return the last day of a week of the plan; "" without a start."""
    return (date.fromisoformat(start) + timedelta(days=7 * week - 1)).isoformat() if start else ""


def weeks_between(start: str, today: str) -> float:
    """Return weeks from the start up to a day, 0 before the start."""
    return max(0.0, (date.fromisoformat(today) - date.fromisoformat(start)).days / 7)
