"""What a person says of themselves: ratings, levels to reach, the log, references, a first day.

All of it stands in `data/raw` as lines that are only ever appended; the later line wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

from pipeline import plugins
from pipeline.errors import UsageError
from pipeline.plan.ratings import latest
from pipeline.records import AimName, Held, Hint, LogEntry, Rating, Request, Status, Target, digest
from pipeline.settings import FetchSettings
from pipeline.steps.place import Place

RATINGS, GOALS, LOG, READING, STARTS, HELD = (
    "ratings", "goals", "log", "reading", "plan-starts", "credentials",
)  # fmt: skip
"""The record files of `data/raw`: ratings, set levels, log, references, first days and aims, credentials."""

DEFAULT_AIM: AimName = "ready"

LEVELS = range(6)
WHOLE = "A level is a whole number from 0 to 5."


def now() -> str:
    """Return this moment as records keep it: naive UTC, to the second."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


# --- what a person said -------------------------------------------------------------------------


def ratings(place: Place) -> list[Rating]:
    """Return every self-rating of this workspace in the order of writing.

    They are of a person, not of a target.
    """
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
    """Put new ratings on the disk and return how many were new."""
    known, fresh = ratings(place), list[Rating]()
    for rating in map(_checked, found):
        # against the rating of that day, not of today: an old table may be read late
        last = latest([*known, *fresh], rating.when[:10]).get(rating.subject)
        if last is None or not _same(last, rating):
            fresh.append(rating)
    return place.archive.append_all(RATINGS, (asdict(rating) for rating in fresh))


def _same(one: Rating, other: Rating) -> bool:
    """Return True for the same rating of the same day: a table that is taken twice says nothing new."""
    return (one.when[:10], one.level, one.note, one.checks) == (
        other.when[:10], other.level, other.note, other.checks,
    )  # fmt: skip


def _checked(rating: Rating) -> Rating:
    if rating.level not in LEVELS:
        raise UsageError(f"{rating.level} is no level", WHOLE)
    return replace(rating, when=day(rating.when) if len(rating.when) == 10 else rating.when)


def doubt(level: int, checks: Collection[int]) -> str:
    """Return what is odd about a level beside the statements that hold, "" when nothing is."""
    if not checks or max(checks) == level:
        return ""
    return f"You rate {level} and can say statement {max(checks)}: look at the rubric again."


def day(text: str) -> str:
    """Return the day as `YYYY-MM-DD`; raises `UsageError`."""
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
    """Return the levels and eases that a person set, the later wins."""
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
    """Record the level to reach in a row, set by a person; it overrules the proposal from now on."""
    if level not in LEVELS:
        raise UsageError(f"{level} is no level", WHOLE)
    place.archive.append(
        GOALS, {"when": when, "target": target.id, "subject": theme, "level": level, "why": why}
    )


def set_ease(place: Place, target: Target, theme: str, ease: int, when: str) -> None:
    """Record the ease of a row (1 hard to 5 easy), set by a person."""
    if ease not in range(1, 6):
        raise UsageError(f"{ease} is no ease", "An ease is a whole number from 1 (hard) to 5 (easy).")
    place.archive.append(GOALS, {"when": when, "target": target.id, "subject": theme, "ease": ease})


def note(place: Place, entry: LogEntry) -> str:
    """Add a line to the improvement log and return its id, "" where that day has the same line."""
    if entry.minutes < 0 or not 0 <= entry.right <= entry.predicted:
        raise UsageError("minutes and predictions count up from 0", "Example: --predicted 3 --right 2")
    parts = asdict(replace(entry, when=entry.when[:10], id=""))
    # eight digits are typed by hand (`log undo`); of one person's lines hardly two share them
    made = replace(entry, id=digest(parts)[:8])
    if made.id in _told(place):
        return ""
    place.archive.append(LOG, asdict(made))
    return made.id


def undo(place: Place, id_: str = "") -> LogEntry:
    """Take back the line of the log with that id, else the last one, and return it; raises `UsageError`."""
    told = list(_told(place).values())
    found = [entry for entry in told if entry.id == id_] if id_ else told[-1:]
    if not found:
        raise UsageError(
            f"the log has no line {id_}".rstrip(), "`skillmatrix log list` shows the lines with their ids."
        )
    place.archive.append(LOG, {"undo": found[0].id, "when": now()})
    return found[0]


def log(place: Place) -> list[LogEntry]:
    """Return the improvement log: what was done and every rating with a note, oldest first."""
    rated = [
        LogEntry(r.when, r.subject, r.note, f"rated {r.level}", r.target) for r in ratings(place) if r.note
    ]
    return sorted([*_told(place).values(), *rated], key=lambda e: e.when)


def _told(place: Place) -> dict[str, LogEntry]:
    """Return the lines of the log that were not taken back, by id in the order of writing."""
    told: dict[str, LogEntry] = {}
    for record, entry in place.archive.each_made(LOG, lambda r: (r, None if "undo" in r else _entry_of(r))):
        if entry is None:
            told.pop(str(record["undo"]), None)
        else:
            told[entry.id] = entry
    return told


def _entry_of(record: Mapping[str, Any]) -> LogEntry:
    texts = {k: str(record.get(k, "")) for k in ("when", "subject", "action", "impact", "target")}
    return LogEntry(
        **texts,
        minutes=int(record.get("minutes", 0)),
        measures=tuple((str(name), float(value)) for name, value in record.get("measures", ())),
        predicted=int(record.get("predicted", 0)),
        right=int(record.get("right", 0)),
        # a line of an earlier version has no id yet: what it says is its id
        id=str(record.get("id") or digest(texts)[:8]),
    )


def measured(told: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Return measures as a person writes them, `speed=38`; raises `UsageError`."""
    found = []
    for text in told:
        name, sign, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not (sign and name.strip() and isfinite(number)):
            raise UsageError(f"{text!r} is no measure", "Write a name and a number: --measure speed=38")
        found.append((name.strip(), number))
    return tuple(found)


def refer(place: Place, theme: str, found: Hint, fetch: FetchSettings | None) -> str:
    """Return the day on which a reference's link answered, "" when it was not asked; it is kept either way.

    A reference without a link is a book, a course or own notes. Raises `UsageError` for a link that is no
    http(s) address, or answers with an error.
    """
    if not found.text.strip():
        raise UsageError("a reference needs a title or a link", "Example: reference add 3 'Think Stats'")
    if found.link and not found.link.lower().startswith(("http://", "https://")):
        raise UsageError(
            f"{found.link!r} is no http(s) address", "Give a title instead, or mend the address."
        )
    checked = _answers(found.link, fetch) if fetch and found.link else ""
    record = {"subject": theme, "link": found.link, "title": found.text, "checked": checked}
    place.archive.append(READING, {**record, "level": found.level, "source": found.source})
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
    """Return the supplied references by row."""
    found: dict[tuple[str, str], list[Hint]] = {}
    for subject, hint in place.archive.each_made(READING, _hint_of):
        found.setdefault((subject, "reading"), []).append(hint)
    return found


def _hint_of(record: Mapping[str, Any]) -> tuple[str, Hint]:
    link, level = str(record["link"]), int(record.get("level", 0))
    title, source = str(record.get("title") or link), str(record.get("source") or "you")
    return str(record["subject"]), Hint(title, source, link, str(record.get("checked", "")), level)


def begin(place: Place, target: Target, start: str) -> None:
    """Remember the plan's first day, from which progress is measured."""
    if start != started(place, target):
        place.archive.append(STARTS, {"target": target.id, "start": day(start)})


def started(place: Place, target: Target) -> str:
    """Return the plan's first day, "" before it has one."""
    found = ""
    for name, start in place.archive.each_made(STARTS, lambda r: (r["target"], _day_of(r.get("start")))):
        found = start if name == target.id and start else found
    return found


def _day_of(told: object) -> str:
    """Return the day that a record tells, "" where it tells none; ValueError where it is no day."""
    return date.fromisoformat(str(told)).isoformat() if told else ""


def note_rows(place: Place, target: Target, themes: Iterable[str], when: str) -> None:
    """Remember on which day a row first stood in the plan of a target."""
    known = joined(place, target)
    fresh = sorted(theme for theme in themes if theme not in known)
    if fresh:
        place.archive.append(STARTS, {"target": target.id, "rows": fresh, "when": day(when)})


def joined(place: Place, target: Target) -> dict[str, str]:
    """Return the day on which each row first stood in the plan of a target."""
    found: dict[str, str] = {}
    for name, rows, when in place.archive.each_made(
        STARTS, lambda r: (r["target"], list(r.get("rows", ())), _day_of(r.get("when")))
    ):
        if name == target.id:
            found = {**{str(row): when for row in rows}, **found}
    return found


def go_for(place: Place, target: Target, aim: AimName) -> None:
    """Remember what the plan of a target goes for."""
    if aim != aimed(place, target):
        place.archive.append(STARTS, {"target": target.id, "aim": aim})


def aimed(place: Place, target: Target) -> AimName:
    """Return what the plan of a target goes for, readiness unless a person said otherwise."""
    found: AimName = DEFAULT_AIM
    for name, aim in place.archive.each_made(STARTS, lambda r: (r["target"], r.get("aim"))):
        if name == target.id and aim in ("ready", "targets"):
            found = aim
    return found


def hold(place: Place, found: Held) -> None:
    """Keep what a person says of a credential: the later word wins, like ratings it holds for all targets."""
    dated = replace(
        found,
        expected=day(found.expected) if found.expected else "",
        expires=day(found.expires) if found.expires else "",
    )
    place.archive.append(HELD, asdict(dated))


def held(place: Place) -> list[Held]:
    """Return what a person said of credentials, oldest first."""
    return list(place.archive.each_made(HELD, _held_of))


def _held_of(record: Mapping[str, Any]) -> Held:
    status: Status = record["status"]
    if status not in ("have", "in progress", "not"):
        raise ValueError(f"{status!r} is no status")
    return Held(
        str(record["when"]),
        str(record["name"]),
        status,
        str(record.get("expected", "")),
        str(record.get("expires", "")),
        str(record.get("proof", "")),
        int(record.get("lead_weeks", 0)),
    )


def next_monday(today: str) -> str:
    """Return the first Monday after a day."""
    at = date.fromisoformat(today)
    return (at + timedelta(days=7 - at.weekday())).isoformat()
