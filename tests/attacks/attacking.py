"""What the attacks share: inputs tried against a claim, and how many of them it survived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

FIGURES = "SKILLMATRIX_ATTACK_FIGURES"
"""The folder into which the figures go, where one is wanted."""


@dataclass(frozen=True)
class Figure:
    number: str
    claim: str
    tried: int
    survived: int


class Attacks:
    """Tries inputs against a claim; the figures are kept whether it holds or not."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def each(self, number: str, claim: str, inputs: Iterable[T], survives: Callable[[T], object]) -> None:
        tried, broken = 0, []
        for one in inputs:
            tried += 1
            try:
                survives(one)
            except Exception as error:
                broken.append(f"{str(one)[:120]!r}: {type(error).__name__}: {str(error)[:300]}")
        self.count(number, claim, tried, tried - len(broken))
        assert not broken, "\n".join([f"{number} {claim}: {len(broken)} of {tried} broke it", *broken[:20]])

    def count(self, number: str, claim: str, tried: int, survived: int) -> None:
        self.figures.append(Figure(number, claim, tried, survived))
