"""Credentials as a table, and as the first block of a roadmap."""

from __future__ import annotations

from pipeline.records import Credential, Plan
from pipeline.report import words
from pipeline.report.blocks import Block, Column, Heading, Table, Text

TOLD = (
    "A credential is held or not: it has no level and no hours here. Lead times are assumptions: application "
    "and examination, without the training before them; for a degree three years of study. Say what you have "
    "with `skillmatrix credential set NAME --status have`."
)


def credentials(plan: Plan, heading: str = "Credentials") -> list[Block]:
    """Return the credentials that postings ask for, nothing where they ask for none."""
    if not plan.credentials:
        return []
    return [
        Heading(heading),
        Text(verdict(plan), "bad" if open_gates(plan) else "good"),
        table(plan),
        Text(TOLD),
    ]


def open_gates(plan: Plan) -> list[Credential]:
    """Return the credentials without which one cannot apply, as far as they are missing."""
    return [c for c in plan.credentials if c.gate and c.status != "have"]


def verdict(plan: Plan) -> str:
    """Return which gates are open, in a sentence."""
    gates, missing = [c for c in plan.credentials if c.gate], open_gates(plan)
    if not gates:
        return "No posting makes one a condition often enough to be a gate; they are worth having."
    if not missing:
        return "Every credential that is a condition is in hand."
    names = "; ".join(c.name for c in missing)
    return (
        f"{len(missing)} of {words.plural(len(gates), 'gate')} still closed: {names}. Begin here: it takes "
        "time that no study shortens."
    )


def table(plan: Plan) -> Table:
    """Return one line a credential."""
    columns = (
        Column("Credential", width=36),
        Column("Sort", width=18),
        Column("Gate?", "yes", 8),
        Column("Asked for by", width=16),
        Column("Status", width=13),
        Column("Lead time", width=13),
        Column("Could be there by", "day", 13),
        Column("Proof", width=44),
        Column("Renewal", width=44),
    )
    return Table("credentials", columns, tuple(_row(c) for c in plan.credentials))


def _row(found: Credential) -> tuple[str | bool, ...]:
    others = [name for name in found.names if name != found.name]
    return (
        found.name + (f" (also asked for as {', '.join(others)})" if others else ""),
        found.sort,
        found.gate,
        words.n_of(found.n, found.of),
        "not yet" if found.status == "not" else found.status,
        "" if found.status == "have" else words.plural(found.lead_weeks, "week"),
        found.ready_by,
        found.proof,
        f"valid until {found.expires}" if found.expires else found.renewal,
    )
