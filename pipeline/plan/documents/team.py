"""A team as a table: names × rows, what is covered, and who can help whom."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import PlanRow, Target
from pipeline.report.blocks import Column, Document, Table, Text

HELPS = 4
"""From this level on a person can help others."""


def team(
    target: Target, rows: Sequence[PlanRow], levels: Sequence[tuple[str, Sequence[int | None]]]
) -> Document:
    """Return the team view as a document."""
    columns = (
        Column("Row", width=46),
        Column("Mandatory?", "yes", 11),
        Column("To be ready", "whole", 9),
        *(Column(name, "whole", 10) for name, _ in levels),
        Column("At the level", width=12),
        Column("Can help", width=24),
    )
    lines = []
    for at, row in enumerate(rows):
        wanted = row.ready or row.target
        mine = [(name, held[at]) for name, held in levels]
        there = sum(level is not None and level >= wanted for _, level in mine)
        helps = tuple(name for name, level in mine if level is not None and level >= HELPS)
        held_ = tuple(level for _, level in mine)
        lines.append((row.title, row.mandatory, wanted, *held_, f"{there} of {len(mine)}", helps))
    open_ = [line[0] for line in lines if line[1] and str(line[-2]).startswith("0 ")]
    told = (
        f"Mandatory rows that nobody has at the level: {'; '.join(map(str, open_))}."
        if open_
        else "Every mandatory row is covered by somebody."
    )
    name = f"Team: {target.role}"
    blocks = (Text(told, "bad" if open_ else "good"), Table("team", columns, tuple(lines)),
              Text("An empty cell was never rated."))  # fmt: skip
    return Document("team", name, blocks)
