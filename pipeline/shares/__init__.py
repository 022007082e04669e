"""What a posting weighs, what it demands, and how sure a share of postings is.

The arithmetic that score, matrix and trend have in common, on whole columns: no loop ever walks over
mentions or postings. docs/scoring.md has every formula with its source and an example by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.shares.entry import entry_counts
from pipeline.shares.table import DemandTable, Share, count_demand, count_mentions, strongest_of
from pipeline.shares.tallies import (
    STRENGTH_ORDER,
    Base,
    Entries,
    Tally,
    Voices,
    add_up,
    band,
    nobody,
    provisional,
    quantile,
    rest,
    together,
    wilson,
)
from pipeline.shares.weights import UNNAMED, Weights, aged, day_number, employer_name, employers, weigh

if TYPE_CHECKING:
    from pipeline.shares.weights import Codes, Flags, Floats

__all__ = [
    "STRENGTH_ORDER",
    "UNNAMED",
    "Base",
    "Codes",
    "DemandTable",
    "Entries",
    "Flags",
    "Floats",
    "Share",
    "Tally",
    "Voices",
    "Weights",
    "add_up",
    "aged",
    "band",
    "count_demand",
    "count_mentions",
    "day_number",
    "employer_name",
    "employers",
    "entry_counts",
    "nobody",
    "provisional",
    "quantile",
    "rest",
    "strongest_of",
    "together",
    "weigh",
    "wilson",
]
