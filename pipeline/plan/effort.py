"""Hours: level steps × ease × kind × what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import prod

from pipeline.records import Kind
from pipeline.settings import PlanSettings

ENOUGH = 3
"""The level from which on a skill helps in full to learn what is asked for together with it."""


def hours_of_step(settings: PlanSettings) -> tuple[float, ...]:
    """Return the hours of the five level steps before any factor."""
    s = settings
    return (s.hours_0_1, s.hours_1_2, s.hours_2_3, s.hours_3_4, s.hours_4_5)


def ease_factor(ease: int, settings: PlanSettings) -> float:
    """Return the factor of a theme's ease, 1 (hard) to 5 (easy)."""
    s = settings
    return (s.ease_1, s.ease_2, s.ease_3, s.ease_4, s.ease_5)[min(5, max(1, ease)) - 1]


def kind_factor(kind: Kind, settings: PlanSettings) -> float:
    """Return the factor of a kind: a way of working changes more slowly than a tool is learned."""
    return settings.general if kind == "general" else settings.specific


def known_factor(
    together: Sequence[tuple[str, int]], current: Mapping[str, int], settings: PlanSettings
) -> float:
    """Return 1 down to 1 − `known`: how much of what is asked for together with a row is known already.

    Each other row weighs the postings that ask for both; it helps in full from level 3 on.
    """
    total = sum(n for _, n in together)
    if not total:
        return 1.0
    helps = sum(n * min(current.get(theme, 0), ENOUGH) / ENOUGH for theme, n in together)
    # four places, as the workbook shows it: its formulas give the same hours
    return round(1.0 - settings.known * helps / total, 4)


def product(factors: Sequence[float]) -> float:
    """Return the product of the factors to three places, halves up, as a spreadsheet's ROUND gives it.

    Decimals, since 1.1 × 0.845 is 0.9295 on paper and a little less in binary: the workbook's formula and
    the stored value would differ.
    """
    exact = prod((Decimal(repr(factor)) for factor in factors), start=Decimal(1))
    return float(exact.quantize(Decimal("0.001"), ROUND_HALF_UP))


def steps(factor: float, settings: PlanSettings) -> tuple[float, ...]:
    """Return the hours of the five level steps with the factor in them."""
    return tuple(hours * factor for hours in hours_of_step(settings))
