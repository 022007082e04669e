"""The sentences that reports share: levels, priorities, self-check, reasons and advice for failures."""

from __future__ import annotations

from pipeline.records import Failure, MatrixDraft, Outcome, PlanRow, SkillScore
from pipeline.text import plural as plural

LEVELS = (
    (0, "Unaware", "I don't know it, or don't know what it is for."),
    (1, "With guidance", "I can do it with instructions, an example or someone to help."),
    (2, "On my own", "I do the usual cases on my own and can tell when the result is right."),
    (3, "Connects", "I know the trade-offs and how it connects with my other work."),
    (4, "Optimises", "I have solved the hard cases where the usual way fails."),
    (5, "Teaches", "I explain the hard parts to beginners and improve how it is done."),
)
"""The six levels: number, name, the sentence that a person says of themselves."""

PRIORITIES = (
    (1, "Critical", "critical_share", "So many postings ask for it that missing it costs you interviews."),
    (2, "Important", "important_share", "Often asked for; it makes you a stronger candidate."),
    (3, "Nice to have", "", "Asked for occasionally; a plus."),
)
"""The three priorities: number, name, the setting of its border, what it means."""

SELF_CHECK = (
    "I don't know it",
    "I can implement it",
    "I can define test criteria for it",
    "I can connect it to other topics",
    "I have found edge cases",
    "I can explain it to beginners",
)
"""The six statements of the self-check, from level 0 to level 5."""

REASONS: dict[Outcome, tuple[str, str]] = {
    "posting": ("gave a posting", ""),
    "closed": ("no longer open", "It is not counted; look for a newer posting of the same role."),
    "feed": ("a feed of many postings", "List the postings that you want one by one."),
    "listing": ("a list of jobs, not one posting", "Open the job itself and list its own address."),
    "shell": ("an empty page that a browser fills in", "Save the page in your browser and list the file."),
    "apply-form": ("only an application form", "List the page that describes the job."),
    "blocked": ("the server or its robots.txt refuses", "Save the page in your browser and list the file."),
    "login-wall": ("asks for a login", "Log in, save the page in your browser and list the file."),
    "not-found": ("not found", "Check the address; the posting may have been taken down."),
    "error": ("could not be read", "Run again later; what did work is not asked again."),
    "not-a-posting": ("not a job posting", "Give the line another kind (kind=blog), or remove it."),
    "no-text": ("holds no text", "If it is a scan, list a text version of it."),
    "wrong-language": ("not in English", "Only English postings are read for now."),
}
"""For each outcome, what happened in plain words and what a person can do."""


def reason(failure: Failure) -> str:
    """What happened to a source, in plain words."""
    return REASONS[failure.outcome][0]


def advice(failure: Failure) -> str:
    """What a person can do about a failed source."""
    return failure.advice or REASONS[failure.outcome][1]


def priority_name(number: int) -> str:
    """The name of a priority."""
    return PRIORITIES[number - 1][1]


def percent(share: float) -> str:
    """A share as a whole percentage: `70%`."""
    return f"{100 * share:.0f}%"


def interval(low: float, high: float) -> str:
    """An interval of a share: `40–89%`."""
    return f"{100 * low:.0f}–{100 * high:.0f}%"


def points(change: float) -> str:
    """A change of a share in percentage points with its sign: `+12`, `−5`, `0`."""
    number = round(100 * change)
    return f"{number:+d}".replace("-", "−") if number else "0"


def n_of(n: int, of: int) -> str:
    """A count with its denominator: `7 of 10`."""
    return f"{n:,} of {of:,}"


def strengths(score: SkillScore) -> str:
    """How many postings demand a skill how strongly, in words."""
    parts = ((score.n_required, "required"), (score.n_preferred, "preferred"), (score.n_duty, "duty"))
    return ", ".join(f"{n} {word}" for n, word in parts if n) or "strength not stated"


def why(reason: str) -> str:
    """Return why a skill is general or specific, without the name of the source that says so."""
    return reason.removeprefix("vocabulary: ")


def headline(draft: MatrixDraft) -> str:
    """One sentence that says how many postings the numbers rest on, and what was left out."""
    left_out = [
        plural(draft.duplicates, "duplicate"),
        f"{draft.closed:,} closed",
        f"{plural(draft.failed, 'source')} not read",
    ]
    return (
        f"Every number below counts {plural(draft.postings, 'posting')}. "
        f"Gathered: {draft.gathered:,}. Left out: {', '.join(left_out[:-1])} and {left_out[-1]}."
    )


def target_name(draft: MatrixDraft) -> str:
    """The target as a reader says it: role, then industry."""
    return f"{draft.target.role} · {draft.target.industry}" if draft.target.industry else draft.target.role


def notes(row: PlanRow) -> str:
    """What a person noted, and what this plan does not reach."""
    left = "" if row.goal >= max(row.ready, 1) and (row.ready or row.goal >= row.target) else _left_out(row)
    return " ".join(part for part in (row.note, left) if part)


def _left_out(row: PlanRow) -> str:
    return "Not in this plan." if row.goal <= row.current else f"This plan stops at {row.goal}."
