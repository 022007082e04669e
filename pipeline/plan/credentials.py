"""Licences, registrations, certificates and checks: had or not had, never learned level by level.

`is_credential` is the one place that tells them from skills, by the name and the vocabulary's themes; what
reading found as an entry requirement of a posting joins them. Lead times and renewals are assumptions; what a
person says of a credential wins.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.plan.counts import Demand
from pipeline.records import Credential, Evidence, Held, Mention, Strength, Trade, Vocabulary
from pipeline.settings import PlanSettings

HOLDING = frozenset(
    {
        "accounting-qualifications",
        "allied-health-registrations",
        "clinical-registrations",
        "cloud-certificates",
        "legal-qualifications",
        "medical-qualifications",
        "security-certificates",
        "supply-chain-qualifications",
        "teaching-qualifications",
    }
)
"""Themes whose skills are held, not practised."""

MIXED = frozenset({"forklift-certificates", "licences-driving", "project-methods-certificates",
                   "safety-certificates", "sport-certificates"})  # fmt: skip
"""Themes that hold certificates beside rules and tasks: there the name decides."""

_NAMED = re.compile(
    r"\b(?:licen[cs]es?|licensure|certificates?|certifications?|certified|accreditation|chartered|clearance|"
    r"life support|first aid|DBS|vetting|background checks?|fingerprint\w*)\b",
    re.IGNORECASE,
)
_HELD_IN_MIXED = re.compile(
    r"\b(?:registration|qualifications?|cards?|badge|CPC|PMP|PRINCE2|PMI-ACP|CAPM|IPMA|MSP|NEBOSH|IOSH|SMSTS|"
    r"SSSTS|HAZWOPER)\b",
    re.IGNORECASE,
)
_REGISTERED = re.compile(r"\b(?:registration|registered)\b.*\b(?:with|body|council|nurse|board)\b", re.I)
_NOT_HELD = re.compile(r"\b(?:management|lifecycle|manager|programme|policy|software licen[cs]es?)\b", re.I)


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of credential with what is assumed of it: weeks until it is there, proof, renewal."""

    name: str
    pattern: re.Pattern[str]
    lead_weeks: int
    proof: str
    renewal: str
    alike: bool = False
    """True where the names of one theme are ways of asking for the same thing."""


# weeks are by eye, from booking to certificate; a person may set others. From the narrow words to the wide
# ones: "nursing degree" is a degree, no registration
SORTS = (
    Sort("degree", re.compile(r"degree\b|diploma\b", re.I), 156,
         "the certificate, or an official transcript",
         "none", True),
    Sort("check", re.compile(r"DBS|vetting|background|clearance|fingerprint", re.I), 6,
         "the certificate, or its number where it can be looked up",
         "employers ask for a new one when they hire; keep its date", True),
    Sort("short course", re.compile(r"life support|first aid|food|safety|CSCS|forklift|SMSTS|SSSTS", re.I), 4,
         "the certificate with its date",
         "book the refresher before the date on the certificate"),
    Sort("driving licence", re.compile(r"driv|HGV|PCV|CDL|tonne|CPC|motorcycle|ADR|HIAB", re.I), 16,
         "the licence card with its categories",
         "look at the date on the card"),
    Sort("teaching licence", re.compile(r"teach|QTS|PGCE|SENCO|TEFL|TESOL|early years|CDA", re.I), 26,
         "the certificate, or the entry in the state's or country's register",
         "most are valid for some years and ask for courses meanwhile: look at the date on it", True),
    Sort("registration", re.compile(r"regist|licen[cs]|practi[cs]e|chartered|admission|board", re.I), 12,
         "the entry in the public register with its number",
         "a yearly fee and proof of practice or training in most professions: look up the date", True),
    Sort("certificate", re.compile(r"certif|accredit|PMP|PRINCE2|NEBOSH|CISSP|AWS|Azure", re.I), 10,
         "the certificate with its number",
         "many end after some years: look at the date on it"),
    Sort("qualification", re.compile(r""), 52,
         "the certificate or the list of results",
         "none as a rule"),
)  # fmt: skip
"""The sorts; the first whose pattern is found in the name counts. Study before an application is not counted,
but a degree is: three years, where one begins from nothing."""

TEACHING = next(sort for sort in SORTS if sort.name == "teaching licence")
_OF_SCHOOL = re.compile(r"\b(?:educat|school|state|residen|grade|endorse)", re.IGNORECASE)

ENTRY = frozenset({"credential", "clearance", "driving", "degree"})
"""The entry requirements of a posting that one holds or does not hold."""

DEGREES = {
    "secondary": "secondary school diploma",
    "associate": "associate degree",
    "bachelor": "bachelor's degree",
    "master": "master's degree",
    "doctorate": "doctoral degree",
}
"""How the levels of a degree are called."""


def is_credential(name: str, vocabulary: Vocabulary) -> bool:
    """Return True for what one holds or does not hold."""
    entry = vocabulary.skills.get(name)
    if entry is None:
        found = _NAMED.search(name) or _REGISTERED.search(name)
        return bool(found) and not _NOT_HELD.search(name)
    if entry.theme in HOLDING:
        return True
    if entry.theme in MIXED and _HELD_IN_MIXED.search(name):
        return True
    # in software "certificate" is a file (TLS), and a licence one of code
    return entry.trade != "software" and bool(_NAMED.search(name)) and not _NOT_HELD.search(name)


def names(demand: Demand, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the demanded names that are credentials."""
    return frozenset(name for name in demand.by_skill if is_credential(name, vocabulary))


@dataclass(frozen=True, slots=True)
class _Ask:
    """One posting's demand of one credential."""

    name: str
    strength: Strength
    evidence: Evidence


def credentials(
    demand: Demand,
    vocabulary: Vocabulary,
    held: Iterable[Held],
    settings: PlanSettings,
    start: str = "",
    trade: Trade = "",
) -> tuple[Credential, ...]:
    """Return the credentials that postings ask for, gates first, then the most asked for.

    They are demanded as skills or as entry requirements of a posting; both are counted together.
    """
    said = {h.name.casefold(): h for h in held}
    grouped: dict[tuple[str, str], list[_Ask]] = defaultdict(list)
    sorts = {sort.name: sort for sort in SORTS}
    for ask in (*_as_skills(demand, vocabulary), *_as_entry(demand)):
        sort = _sort(ask.name, trade)
        grouped[sort.name, "" if sort.alike else ask.name.casefold()].append(ask)
    found = [
        _credential(sorts[sort], asks, len(demand.postings), said, settings, start)
        for (sort, _), asks in grouped.items()
    ]
    asked = {name.casefold() for one in found for name in one.names}
    own = [_own(h, len(demand.postings)) for name, h in said.items() if name not in asked]
    return tuple(sorted([*found, *own], key=lambda c: (not c.gate, -c.n, c.name)))


def _sort(name: str, trade: Trade = "") -> Sort:
    """Return the sort of a credential; what licence a school asks for is the teaching licence."""
    found = next(s for s in SORTS if s.pattern.search(name))
    of_school = found.name == "registration" or (found.name == "certificate" and _OF_SCHOOL.search(name))
    return TEACHING if trade == "teaching" and of_school else found


def _own(held: Held, of: int) -> Credential:
    """Return a credential that a person adds and no posting asks for, such as a visa."""
    sort = _sort(held.name)
    lead, open_ = held.lead_weeks or sort.lead_weeks, held.status != "have"
    return Credential(
        held.name, (held.name,), sort.name, 0, of, 0, False, lead, held.proof or sort.proof, sort.renewal,
        held.status, held.expected if open_ else "", held.expires, held.proof,
    )  # fmt: skip


def _as_skills(demand: Demand, vocabulary: Vocabulary) -> Iterator[_Ask]:
    for name in sorted(names(demand, vocabulary)):
        for mention in demand.by_skill[name]:
            yield _Ask(name, mention.strength, Evidence.of(demand.postings[mention.posting_id], mention))


def _as_entry(demand: Demand) -> Iterator[_Ask]:
    for posting in demand.postings.values():
        for one in posting.entry:
            name = DEGREES.get(one.value, "") if one.kind == "degree" else one.value
            if one.kind not in ENTRY or not name or name == "own vehicle":
                continue
            mention = Mention.at(posting, one.start, one.end, strength=one.strength)
            yield _Ask(name[:1].upper() + name[1:], one.strength, Evidence.of(posting, mention))


def _credential(
    sort: Sort,
    asks: Sequence[_Ask],
    of: int,
    said: Mapping[str, Held],
    settings: PlanSettings,
    start: str,
) -> Credential:
    named = Counter(ask.name for ask in asks)
    group = list({n.casefold(): n for n in sorted(named, key=lambda n: (named[n], n))}.values())[::-1]
    must = {ask.evidence.posting_id for ask in asks if ask.strength != "preferred"}
    share = settings.mandatory_share if sort.name == "degree" else settings.gate_share
    known = next((said[name.casefold()] for name in group if name.casefold() in said), Held("", group[0]))
    lead = known.lead_weeks or sort.lead_weeks
    ready_by = known.expected
    if not ready_by and start and known.status != "have":
        ready_by = (date.fromisoformat(start) + timedelta(weeks=lead)).isoformat()
    firsts = {ask.evidence.posting_id: ask.evidence for ask in reversed(asks)}
    return Credential(
        name=group[0],
        names=tuple(group),
        sort=sort.name,
        n=len(firsts),
        of=of,
        n_required=len({ask.evidence.posting_id for ask in asks if ask.strength == "required"}),
        gate=bool(of) and len(must) >= share * of - 1e-9,
        lead_weeks=lead,
        proof=known.proof or sort.proof,
        renewal=sort.renewal,
        status=known.status,
        ready_by=ready_by if known.status != "have" else "",
        expires=known.expires,
        note=known.proof,
        # three quotes show how it is asked for; by eye
        evidence=tuple(evidence for _, evidence in sorted(firsts.items()))[:3],
    )
