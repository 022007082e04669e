"""Days as boards write them: ISO, RFC 822, epoch seconds or milliseconds, Java's, and "2 weeks ago"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"\s*((?:19|20)\d{2})(\d{2})(\d{2})\s*$")
_SLASHED = re.compile(r"\s*((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?!\d)")
_DOTTED = re.compile(r"\s*(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d{2})(?!\d)")
_DAY_OR_MONTH = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d{2})(?!\d)")
_WORDY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+([A-Za-z]{3,9})\.?,?\s+((?:19|20)\d{2})\b")
_WORDY_US = re.compile(
    r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:[\d:]+\s+\w+\s+)?((?:19|20)\d{2})\b"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_TODAY = re.compile(r"\b(?:today|just (?:now|posted)|heute|aujourd'hui|hoy|dnes|vandaag|oggi|hoje)\b", re.I)
_YESTERDAY = re.compile(r"\b(?:yesterday|gestern|hier|ayer|včera|gisteren|ieri|ontem)\b", re.I)
_AGO = re.compile(
    r"(?P<many>\d{1,3})(?P<more>\+)?\s*(?:(?P<hour>hours?|hrs?|stunden?|heures?|horas?|hodin\w*|uur|"
    r"minut\w*|mins?)|(?P<day>days?|tag(?:en?)?|jours?|d[ií]as?|dny|dnem|dní|dagen|giorni)|(?P<week>weeks?|"
    r"wochen?|semaines?|semanas?|týdn\w*|weken|settiman[ae])|(?P<month>months?|monat(?:en?)?|mois|"
    r"mes(?:es)?|měsíc\w*|maanden|mes[ei]))\b",
    re.I,
)
_AGO_WORDS = re.compile(r"\b(?:ago|vor|il y a|hace|před|geleden|fa|há|posted)\b", re.I)
_DAYS = {"hour": 0, "day": 1, "week": 7, "month": 30}


def day(value: Any, now: str | None = None) -> str | None:
    """Return the `YYYY-MM-DD` that the value states; relative words need `now`, the time of the page."""
    if isinstance(value, bool) or value in (None, "", 0):
        return None
    if isinstance(value, int | float):
        # beyond it is no time in milliseconds either
        return _from_epoch(float(value)) if abs(value) < 1e15 else None
    text = str(value).strip()
    # seconds or milliseconds since 1970; eight digits are a date, others a reference
    if text.isdigit() and len(text) in (10, 13):
        return _from_epoch(float(text))
    return _from_numbers(text) or _from_words(text) or _from_mail(text) or _relative(text, now)


def is_past(valid_through: str | None, now: str | None) -> bool:
    """Return True when that day lies before the page's own time; False where either is unknown."""
    today = _from_numbers(now or "")
    return bool(valid_through and today and valid_through < today)


def _from_epoch(number: float) -> str | None:
    # 1e11 seconds are the year 5138: so large a number counts milliseconds
    seconds = number / 1000 if number > 1e11 else number
    # 1979 to 2103: smaller numbers are ids
    if not 3e8 < seconds < 4.2e9:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _from_numbers(text: str) -> str | None:
    for pattern in (_ISO, _COMPACT, _SLASHED):
        found = pattern.match(text)
        if found:
            return _checked(*found.groups())
    found = _DOTTED.match(text)
    if found:
        return _checked(found[3], found[2], found[1])
    found = _DAY_OR_MONTH.match(text)
    # 03/04/2026 is one day here and another there: no day is better than a wrong one
    if not found or (int(found[1]) <= 12 and int(found[2]) <= 12 and found[1] != found[2]):
        return None
    return (
        _checked(found[3], found[2], found[1])
        if int(found[1]) > 12
        else _checked(found[3], found[1], found[2])
    )


def _from_words(text: str) -> str | None:
    found = _WORDY.search(text)
    if found and found[2][:3].lower() in _MONTHS:
        return _checked(found[3], _MONTHS[found[2][:3].lower()], found[1])
    found = _WORDY_US.search(text)
    if found and found[1][:3].lower() in _MONTHS:
        return _checked(found[3], _MONTHS[found[1][:3].lower()], found[2])
    return None


def _from_mail(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _checked(year: str | int, month: str | int, day_of_month: str | int) -> str | None:
    try:
        return date(int(year), int(month), int(day_of_month)).isoformat()
    except ValueError:
        return None


def _relative(text: str, now: str | None) -> str | None:
    today = _from_numbers(now or "")
    if not today:
        return None
    back = _days_back(text)
    return None if back is None else (date.fromisoformat(today) - timedelta(days=back)).isoformat()


def _days_back(text: str) -> int | None:
    if _TODAY.search(text):
        return 0
    if _YESTERDAY.search(text):
        return 1
    found = _AGO.search(text)
    # "30+ days ago" says only that it is older
    if not found or found["more"] or not _AGO_WORDS.search(text):
        return None
    unit = next(name for name in _DAYS if found[name])
    return int(found["many"]) * _DAYS[unit]
