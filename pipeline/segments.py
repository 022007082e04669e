"""For whom: parts of the postings by what they say of the job, and which part a `--where` means.

A posting's facts are its title, employer, place, date, system, language, pay, work mode, employment and
seniority, as columns of the demand table. A fact that a posting does not state makes it a part of its own,
`unknown`, which is never compared.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import shares
from pipeline.errors import UsageError
from pipeline.records import Pay, Posting
from pipeline.text import key

Facts = Mapping[str, Any]

UNKNOWN = "unknown"
"""The value of a posting that does not state the fact."""

_WORD = re.compile(r"[^\W_]+")
PLACE_ENDS = re.compile(r"[,(/|;•·]|\s[-–—]\s|\bor\b|\band\b")
_YEAR = {"hour": 2080.0, "day": 260.0, "week": 52.0, "month": 12.0, "year": 1.0}
"""How many of a period make a year of full-time work: 52 weeks of five days of eight hours."""


def _fact(name: str) -> Callable[[Facts], str]:
    return lambda facts: str(facts.get(name) or "")


def _place(facts: Facts) -> str:
    """Return the first place that is named, without what follows it: "London, England" is London."""
    said = str(facts.get("location") or "")
    return PLACE_ENDS.split(said, maxsplit=1)[0].strip() or said.strip()


def _month(facts: Facts) -> str:
    day = str(facts.get("date") or "")[:10]
    try:
        return dt.date.fromisoformat(day).isoformat()[:7]
    except ValueError:
        return ""


def _employer(facts: Facts) -> str:
    company = str(facts.get("company") or "")
    return company if shares.employer_name(company) else ""


DIMENSIONS: Mapping[str, Callable[[Facts], str]] = {
    "seniority": _fact("seniority"),
    "location": _place,
    "mode": _fact("work_mode"),
    "type": _fact("employment_type"),
    "employer": _employer,
    "month": _month,
    "source": _fact("system"),
    "language": _fact("language"),
}
"""What postings are parted by, and how the part of one is found; "" where it does not say."""

_CONTAINED = {"location": "location", "employer": "company", "title": "title"}
"""Facts in free words: a `--where` names some of them."""


def part_of(facts: Facts, dimension: str) -> str:
    """Return the part that a posting belongs to."""
    return DIMENSIONS[dimension](facts) or UNKNOWN


def dimension(name: str) -> str:
    """Return the dimension of that name; raises `UsageError` that names the ones there are."""
    wanted = name.strip().lower()
    if wanted not in DIMENSIONS:
        raise UsageError(
            f"--by knows no {name!r}; it knows {', '.join(DIMENSIONS)}", "Example: --by seniority"
        )
    return wanted


@dataclass(frozen=True, slots=True)
class Condition:
    """One `--where`: a fact that must, or must not, have one of some values."""

    fact: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, facts: Facts) -> bool:
        """Return True for a posting that is meant."""
        return self._meets(facts) != self.negated

    def _meets(self, facts: Facts) -> bool:
        if self.fact in _CONTAINED:
            said = str(facts.get(_CONTAINED[self.fact]) or "")
            # blanks at both ends: "York" is in "New York, NY" and not in "Yorkshire"
            words = f" {' '.join(_words(said))} "
            return any(
                f" {' '.join(_words(value))} " in words if value != UNKNOWN else not said.strip()
                for value in self.values
            )
        own = key(part_of(facts, self.fact))
        if self.fact == "month":
            return any(own.startswith(value) for value in self.values)
        return own in self.values

    def __str__(self) -> str:
        """Spell the condition as a person writes it."""
        return f"{self.fact}{'!=' if self.negated else '='}{','.join(self.values)}"


def conditions(wheres: Iterable[str]) -> tuple[Condition, ...]:
    """Return the conditions of `--where FACT=VALUE[,VALUE]` and `FACT!=VALUE`, sorted; all must hold."""
    return tuple(sorted((_condition(text) for text in wheres), key=str))


def _condition(text: str) -> Condition:
    fact, equals, value = text.partition("=")
    negated = fact.endswith("!")
    fact = fact.removesuffix("!").strip().lower()
    values = tuple(sorted(filter(None, (key(each) for each in value.split(",")))))
    known = [*DIMENSIONS, *(name for name in _CONTAINED if name not in DIMENSIONS)]
    if not equals or not values or fact not in known:
        raise UsageError(
            f"--where {text!r} is not FACT=VALUE", f"Facts: {', '.join(known)}. Example: --where mode=remote"
        )
    return Condition(fact, values, negated)


def holds(found: Sequence[Condition]) -> Callable[[Facts], bool]:
    """Return what says of a posting whether all conditions hold."""
    return lambda facts: all(condition.holds(facts) for condition in found)


def _words(text: str) -> list[str]:
    return _WORD.findall(key(text))


def entry_of(posting: Posting) -> tuple[str, ...]:
    """Return what a posting asks of every applicant: each sort of requirement, and each with its value."""
    kinds = {one.kind for one in posting.entry}
    # "driving: driving licence" says twice what "driving" says
    values = {f"{one.kind}: {one.value}" for one in posting.entry if one.kind not in one.value.casefold()}
    return tuple(sorted(kinds | values))


def facts_of(posting: Posting) -> Facts:
    """Return the facts of a posting as the demand table has them."""
    plain = ("title", "company", "location", "date", "language", "system")
    read = ("salary_low", "salary_high", "salary_currency", "salary_period", "seniority", "work_mode")
    found = {name: getattr(posting, name) for name in plain}
    return found | {name: getattr(posting.facts, name) for name in (*read, "employment_type")}


# --- pay ------------------------------------------------------------------------------------------


def yearly(facts: Facts) -> tuple[str, float] | None:
    """Return the currency and the pay of a year, the middle of the range; None where none is stated."""
    currency, period = str(facts.get("salary_currency") or ""), str(facts.get("salary_period") or "")
    bounds = [float(v) for name in ("salary_low", "salary_high") if (v := facts.get(name)) not in (None, "")]
    if not currency or period not in _YEAR or not bounds:
        return None
    return currency, statistics.fmean(bounds) * _YEAR[period]


def pay(name: str, postings: Sequence[Facts]) -> Pay:
    """Return what the postings that ask for something pay a year, in the currency that most of them name."""
    stated = [found for facts in postings if (found := yearly(facts))]
    if not stated:
        return Pay(name, 0, len(postings))
    counted = Counter(currency for currency, _ in stated)
    # one currency only: rates of exchange are not known, and change
    currency = min(counted, key=lambda c: (-counted[c], c))
    amounts = sorted(amount for each, amount in stated if each == currency)
    return Pay(
        name,
        len(amounts),
        len(postings),
        currency,
        round(statistics.median(amounts), 2),
        round(amounts[0], 2),
        round(amounts[-1], 2),
        len(stated) - len(amounts),
    )
