"""How sure a share is, and which priority it stands for."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pipeline.settings import ScoreSettings


def quantile(confidence: float) -> float:
    """The standard normal quantile z of a two-sided confidence: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(share: Any, effective: Any, confidence: float) -> tuple[Any, Any]:
    """Wilson's score interval of a share that rests on `effective` independent postings (arrays too)."""
    import numpy as np

    z = quantile(confidence)
    middle = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * np.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def band(share: float, settings: ScoreSettings) -> Literal[1, 2, 3]:
    """The priority of a share: 1 critical, 2 important, 3 nice to have."""
    if share >= settings.critical_share:
        return 1
    return 2 if share >= settings.important_share else 3


def provisional(low: float, high: float, settings: ScoreSettings) -> bool:
    """True when the interval reaches over a border of the bands."""
    return low < settings.critical_share <= high or low < settings.important_share <= high
