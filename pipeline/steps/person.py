"""What a person says of themselves: ratings, levels to reach, the log, references, a first day.

All of it stands in `data/raw` as lines that are only ever appended; the later line wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pipeline import plugins
from pipeline.errors import UsageError
from pipeline.records import Hint, LogEntry, Rating, Request, Target
from pipeline.settings import FetchSettings
from pipeline.steps.place import Place

RATINGS, GOALS, LOG, READING, STARTS = "ratings", "goals", "log", "reading", "plan-starts"
"""The record files of `data/raw` that hold ratings, set levels, the log, references and first days."""

LEVELS = range(6)
WHOLE = "A level is a whole number from 0 to 5."


def now() -> str:
    """This moment as records keep it: naive UTC, to the second."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


# --- what a person said -------------------------------------------------------------------------


def ratings(place: Place) -> list[Rating]:
    """Every self-rating of this workspace in the order of writing: they are of a person, not of a target."""
    return list(place.archive.each_made(RATINGS, _rating_of))


def _rating_of(record: Mapping[str, Any]) -> Rating:
    return Rating(
        when=str(record["when"]),
        target=str(record.get("target", "")),
        subject=str(record["subject"]),
        level=int(record["level"]),
        note=str(record.get("note", "")),
        checks=tuple(int(c) for c in record.get("checks", ())),
    )


def rate(place: Place, found: Iterable[Rating]) -> int:
    """How many ratings were appended; each is on the disk when this returns."""
    checked = [_checked(rating) for rating in found]
    return place.archive.append_all(RATINGS, (asdict(rating) for rating in checked))


def _checked(rating: Rating) -> Rating:
    if rating.level not in LEVELS:
        raise UsageError(f"{rating.level} is no level", WHOLE)
    return replace(rating, when=day(rating.when) if len(rating.when) == 10 else rating.when)


def doubt(level: int, checks: Collection[int]) -> str:
    """What is odd about a level beside the statements that hold, "" when nothing is."""
    if not checks or max(checks) == level:
        return ""
    return f"You rate {level} and can say statement {max(checks)}: look at the rubric again."


def day(text: str) -> str:
    """The day as `YYYY-MM-DD`; raises `UsageError`."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", "Write it as 2026-11-30.") from error


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person set for the rows of a target: goals by theme with a line that says so, and eases."""

    goals: Mapping[str, tuple[int, str]]
    eases: Mapping[str, int]


def wishes(place: Place, target: Target) -> Wishes:
    """The levels and eases that a person set, the later wins."""
    goals: dict[str, tuple[int, str]] = {}
    eases: dict[str, int] = {}

    def take(r: Mapping[str, Any]) -> None:
        if r["target"] != target.id:
            return
        if "level" in r:
            why = f": {r['why']}" if r.get("why") else ""
            goals[str(r["subject"])] = int(r["level"]), f"set by a person on {r['when'][:10]}{why}"
        else:
            eases[str(r["subject"])] = int(r["ease"])

    for _ in place.archive.each_made(GOALS, take):
        pass
    return Wishes(goals, eases)


def aim(place: Place, target: Target, theme: str, level: int, when: str, why: str = "") -> None:
    """The level to reach in a row, set by a person: it overrules the proposal from now on."""
    if level not in LEVELS:
        raise UsageError(f"{level} is no level", WHOLE)
    place.archive.append(
        GOALS, {"when": when, "target": target.id, "subject": theme, "level": level, "why": why}
    )


def set_ease(place: Place, target: Target, theme: str, ease: int, when: str) -> None:
    """The ease of a row (1 hard to 5 easy), set by a person."""
    if ease not in range(1, 6):
        raise UsageError(f"{ease} is no ease", "An ease is a whole number from 1 (hard) to 5 (easy).")
    place.archive.append(GOALS, {"when": when, "target": target.id, "subject": theme, "ease": ease})


def note(place: Place, entry: LogEntry) -> None:
    """One line joins the improvement log."""
    place.archive.append(LOG, asdict(entry))


def log(place: Place) -> list[LogEntry]:
    """The improvement log: what was done and every rating with a note, oldest first."""
    told = [
        LogEntry(**{k: str(r.get(k, "")) for k in LogEntry.__slots__}) for r in place.archive.each_record(LOG)
    ]
    rated = [
        LogEntry(r.when, r.subject, r.note, f"rated {r.level}", r.target) for r in ratings(place) if r.note
    ]
    return sorted([*told, *rated], key=lambda e: e.when)


def refer(place: Place, theme: str, link: str, title: str, fetch: FetchSettings | None) -> str:
    """The day on which a supplied reference answered, "" when it was not asked; it is kept either way.

    Raises `UsageError` for what is no http(s) address and for a link that answers with an error.
    """
    if not link.lower().startswith(("http://", "https://")):
        raise UsageError(f"{link!r} is no http(s) address")
    checked = _answers(link, fetch) if fetch else ""
    place.archive.append(READING, {"subject": theme, "link": link, "title": title, "checked": checked})
    return checked


def _answers(link: str, settings: FetchSettings) -> str:
    from contextlib import closing

    from pipeline.errors import NoAnswer, Retryable

    advice = "Check it, or keep it unchecked with --offline."
    with closing(plugins.fetcher(settings)) as fetcher:
        try:
            page = fetcher.fetch(Request(link))
        except (NoAnswer, Retryable) as error:
            raise UsageError(f"{link} does not answer: {error}", advice) from error
    if page.status >= 400:
        raise UsageError(f"{link} answers {page.status}", advice)
    return now()[:10]


def reading(place: Place) -> dict[tuple[str, str], list[Hint]]:
    """The supplied references by row."""
    found: dict[tuple[str, str], list[Hint]] = {}
    for subject, hint in place.archive.each_made(READING, _hint_of):
        found.setdefault((subject, "reading"), []).append(hint)
    return found


def _hint_of(record: Mapping[str, Any]) -> tuple[str, Hint]:
    link = str(record["link"])
    hint = Hint(str(record.get("title") or link), "you", link, str(record.get("checked", "")))
    return str(record["subject"]), hint


def begin(place: Place, target: Target, start: str) -> None:
    """The plan's first day is remembered; progress is measured from it."""
    if start != started(place, target):
        place.archive.append(STARTS, {"target": target.id, "start": day(start)})


def started(place: Place, target: Target) -> str:
    """The plan's first day, "" before it has one."""
    found = ""
    for name, start in place.archive.each_made(
        STARTS, lambda r: (r["target"], date.fromisoformat(str(r["start"])).isoformat())
    ):
        if name == target.id:
            found = start
    return found


def next_monday(today: str) -> str:
    """The first Monday after a day."""
    at = date.fromisoformat(today)
    return (at + timedelta(days=7 - at.weekday())).isoformat()
