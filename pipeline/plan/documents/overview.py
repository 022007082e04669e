"""The first page of a plan: where one stands, what it takes, what to do this week, and where to read on."""

from __future__ import annotations

from dataclasses import replace

from pipeline.plan.documents.assessment import aims
from pipeline.plan.documents.credentials import open_gates
from pipeline.plan.documents.practice import this_week
from pipeline.records import Plan
from pipeline.report.blocks import Block, Bullets, Document, Heading, Text

READ_ON = (
    "Is it attainable?: hours, dates, hours a week that would fit, and what to give up.",
    "Roadmap: credentials first, then phases with a project each, and months.",
    "Week by week: goal, exercise, time limit, deliverable and a test for each week.",
    "Practice plan: what to do each day and week, checkpoints, practice interviews. The calendar file "
    "practice.ics holds all of it; the folder templates holds forms to fill in.",
    "Competency matrix: mandatory rows, depth, evidence, interview questions, your log.",
    "Role card: what the role is, your 20%, and what is named less often.",
    "Progress: ratings week by week, hours really spent, measures, milestones.",
    "Skill assessment, and Priority × ease: where the levels and the hours come from.",
)


def overview(plan: Plan) -> Document:
    """The overview as a document."""
    blocks: list[Block] = [
        Text(f"{v.rule}: {'yes' if v.holds else 'no'}. {v.detail}.", "good" if v.holds else "bad")
        for v in plan.readiness[:2]
    ]
    blocks.append(replace(aims(plan), only_shown=True))
    gates = open_gates(plan)
    if gates:
        names = "; ".join(
            f"{c.name}, could be there by {c.ready_by}" if c.ready_by else c.name for c in gates
        )
        blocks.append(Text(f"Begin with what no study shortens: {names}.", "note"))
    blocks += this_week(plan) if plan.lessons else []
    blocks += [Heading("Where to read on"), Bullets(READ_ON)]
    return Document("index", f"Plan: {plan.target.role}", tuple(blocks))
