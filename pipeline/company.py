"""Whom one works with decides which collaboration is asked for: stakeholders, other teams, clients.

A surface is read as words of working together, "with", and whom. The answer is a plain wording, "working
with stakeholders", for which the vocabulary has the skill.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pipeline import verbs
from pipeline.text import ROLES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOGETHER = frozenset(
    form
    for verb in _words("work collaborate partner liaise coordinate cooperate interact engage interface team")
    for form in verbs.forms(verb)
) | _words("partnership collaboration coordination liaison partnering")
"""Words of working together: who stands behind their "with" is company, not what is done."""

STAKEHOLDERS = "working with stakeholders"
CLIENTS = "working with clients"
AGENCIES = "working with other agencies"
VENDORS = "working with vendors"
CARE = "working with a multidisciplinary team"
TEAMS = "working with other teams"
COLLEAGUES = "collaborate with others"
WORDINGS = (STAKEHOLDERS, CLIENTS, AGENCIES, VENDORS, CARE, TEAMS, COLLEAGUES)
"""What working with each sort of company is called."""

_RANK = {STAKEHOLDERS: 0, COLLEAGUES: 3}
_RANK |= dict.fromkeys((CLIENTS, AGENCIES, VENDORS), 1) | dict.fromkeys((CARE, TEAMS), 2)
"""Of several sorts in one list, who says most; the first of equals."""

TALKING = "communication skills"
"""What talking with company is called where no skill of the vocabulary says it more exactly."""

_FUNCTIONS = _words(
    "management engineering product marketing sales operations finance hr legal qa procurement"
)
"""What a part of an organisation does, said for those who do it."""

_HEADS = {
    STAKEHOLDERS: _words(
        "stakeholder stakeholders leadership leaders sponsors officials regulators committee "
        "committees board boards body bodies decision-makers policymakers policy-makers trustees governors "
        "councillors commissioners commissioner comptroller investors shareholders executives users"
    ),
    CLIENTS: _words("client clients customer customers"),
    AGENCIES: _words("agency agencies government governments"),
    VENDORS: _words(
        "vendor vendors supplier suppliers contractor contractors subcontractors organizations organisations"
    ),
    CARE: _words(
        "clinicians doctors physicians nurses therapists physiotherapists psychologists psychiatrists "
        "pharmacists midwives paramedics radiographers dietitians gp gps matron matrons mdt mdts"
    ),
    TEAMS: ROLES - _words("people colleague colleagues executives")
    | _words(
        "teams department departments division divisions directorate directorates unit units group groups "
        "function functions discipline disciplines office offices bureau bureaus organization "
        "organisation designers testers administrators coordinators officers leads head heads "
        "founders founder counterparts owner owners experts attorneys lawyers technicians planners buyers "
        "marketers supervisors operators professionals academics"
    )
    | _FUNCTIONS,
    COLLEAGUES: _words("others peers teammates co-workers coworkers"),
}
_SORT = {head: wording for wording, heads in _HEADS.items() for head in sorted(heads)}

_SERVED = _words(
    "patient patients student students pupil pupils learner learners child children parent parents family "
    "families carer carers resident residents people person adult adults individual individuals youth teens "
    "public community communities teacher teachers educator educators faculty user users"
)
"""Whom one serves or teaches, and others of whom the vocabulary has more to say."""

_NEAR = _words("team staff personnel members colleague colleagues")
"""Those of one's own team, unless a word in front says of which other one: "the marketing team"."""

_PEOPLE = (
    (frozenset(_SORT) - _FUNCTIONS)
    | _NEAR
    | _words("partner partners auditors teachers educators faculty families parents")
)
"""Who is surely a person or a body, wherever it stands behind "with"."""

_PLAIN = _words(
    "a an the our your their its his her this these those any some all both each other others own wider "
    "whole entire broader larger small diverse great strong senior junior fellow rest team staff various "
    "different multiple many internal existing key global local close-knit experienced talented friendly "
    "dedicated motivated supportive professional remote core good and"
)
"""Words in front that name no other team."""

_FRONT = (
    (
        CLIENTS,
        _words("client clients customer customers client's customer's"),
        _words("team teams stakeholder stakeholders base organizations organisations contacts group groups"),
    ),
    (
        CARE,
        _words(
            "multidisciplinary multi-disciplinary interdisciplinary multi-professional multiprofessional "
            "clinical medical nursing healthcare health care therapy mdt"
        ),
        _words("team teams staff members colleagues professional professionals"),
    ),
    (STAKEHOLDERS, _words("leadership executive"), _words("team")),
    (STAKEHOLDERS, _words("business end"), _words("users owners partners")),
    (
        TEAMS,
        _words("team project group technical tech shift product engineering internal functional"),
        _words("leader leaders partners"),
    ),
    (
        VENDORS,
        _words("external outside third-party third 3rd strategic outsourced"),
        _words("partner partners parties provider providers"),
    ),
)
"""Words in front that turn some last words into other people: "client teams", "business users"."""

_OPENING = TOGETHER | _words(
    "and or in on to be as well up the a hand side by close strong direct good regular day-to-day main first "
    "key primary central single point points of contact contacts conjunction concert tandem effective able "
    "ability experience experienced comfortable skill skills required needed follow following together "
    "consult consulting consultation act acts acting serve serves serving maintain co ordinate ordinating "
    "operate operating"
)
_TALK = ("communicat", "correspond")
_PEOPLE_ONLY = (
    "collaborat",
    "liais",
    "partner",
    "interfac",
    "coordinat",
    "co-ordinat",
    "cooperat",
    "contact",
)
"""What is done with people only, so that any word behind "with" names some."""

_CLOSE = _words("closely together alongside partnership collaboration conjunction tandem concert")
"""How one works with people only."""

_MOST_OPENING = 9
_WITH = re.compile(
    r"\b(?:with|alongside)\s"
    r"|(?:(?<=liaison)|(?<=contact)|(?<=collaboration)|(?<=coordination))\s(?:between|among|amongst)\s"
    r"|(?<=liaison)\sto\s"
)
_OUTSIDE = re.compile(
    r"\s(?:to|on|for|in|across|throughout|from|within|who|that|which|during|at|by|when|while|whilst|about|"
    r"concerning|regarding|through|into|via|around|where|towards|under|as(?! well))\b"
)
_PARTNERS = re.compile(r"\bpartners\b")
_OFFICE = re.compile(r"\b(?:offices?|departments?|bureaus?|divisions?|directors?|heads?|boards?) of .*")
"""What follows "of" in the name of an office says whose it is: the Department of Education."""

_COUNTED = re.compile(
    r"^.*?\b(?:range|variety|number|network|members?|rest|array|levels?|groups?|mix|types) of\s+"
)
_JOINT = re.compile(r"\s*(?:,|;|/|&|\b(?:and|or|as well as)\b)\s*")


@dataclass(frozen=True, slots=True)
class Together:
    """A surface that says with whom something is done: the word that says so, and what follows "with".

    `said` is the surface without what an office is for.
    """

    verb: str
    whom: str
    said: str

    @property
    def talk(self) -> bool:
        """True where one talks with them and does nothing else."""
        return self.verb.startswith(_TALK)

    @property
    def known(self) -> bool:
        """True when those behind "with" are people for certain."""
        return self.wording is not None or not _PEOPLE.isdisjoint(_WORD.findall(self.whom))

    @property
    def sorts(self) -> list[str]:
        """The sorts of those behind "with" who are known, in order."""
        whom = _OUTSIDE.split(_COUNTED.sub("", self.whom), maxsplit=1)[0]
        return [found for item in _JOINT.split(whom) if item and (found := sort(item))]

    @property
    def wording(self) -> str | None:
        """What working with these people is plainly called; None for company of no known sort."""
        if sorts := self.sorts:
            return TALKING if self.talk else min(sorts, key=_RANK.__getitem__)
        if self.talk:
            return TALKING
        if _PARTNERS.search(self.whom):
            return VENDORS
        close = self.verb.startswith(_PEOPLE_ONLY) or not _CLOSE.isdisjoint(self.said.split())
        return TEAMS if close and _SERVED.isdisjoint(_WORD.findall(self.whom)) else None


_WORD = re.compile(r"[\w-]+")


def together(surface: str) -> Together | None:
    """The surface read as working, or talking, with somebody; None for any other."""
    folded = " ".join(surface.lower().split())
    at = _WITH.search(folded)
    opening = [w for w in re.split(r"[\s,/]+", folded[: at.start()]) if w] if at else []
    if not at or not 0 < len(opening) <= _MOST_OPENING:
        return None
    if not all(w in _OPENING or w.endswith("ly") or w.startswith(_TALK) for w in opening):
        return None
    # "communicate and collaborate with others": what is done with them says more
    said = sorted(opening, key=lambda w: w.startswith(_TALK))
    verb = next((w for w in said if w in TOGETHER or w.startswith((*_TALK, "contact"))), "")
    return Together(verb, folded[at.end() :], _OFFICE.sub("", folded)) if verb else None


_INSIDE = frozenset((TEAMS, CARE, COLLEAGUES))
"""Those of one's own organisation, whom one list asks to work with once."""


def partings(surface: str) -> list[tuple[int, int]]:
    """The parts of a surface that asks to work with two sorts of people, as offsets; none where it does not.

    "Work with engineers and clients" asks for two things, and only the whole of it names the second;
    "work with clients and engineers" is parted at its middle; "with engineers and analysts" asks for one.
    """
    low = surface.lower()
    at = _WITH.search(low)
    found = together(surface) if at and len(low) == len(surface) else None
    if not at or not found or found.talk:
        return []
    outside = _OUTSIDE.search(low, at.end())
    bounds = [
        at.end(),
        *(place for joint in _JOINT.finditer(low, at.end()) for place in joint.span()),
        len(low),
    ]
    known = [
        (start, end, this)
        for start, end in zip(bounds[::2], bounds[1::2], strict=True)
        if (not outside or start < outside.start())
        and (this := sort(low[start : min(end, outside.start()) if outside else end]))
    ]
    for (_, end, before), (start, _, this) in pairwise(known):
        if this != before and not {this, before} <= _INSIDE:
            return [(0, end), (0, len(surface)) if before in _INSIDE else (start, len(surface))]
    return []


def addressed(text: str, start: int) -> str:
    """The words before a name in a list of those somebody works with: "work closely with"; "" elsewhere."""
    line = _ENDED.split(text[max(0, start - _REACH) : start])[-1].replace("\n", " ")
    found = list(_WITH.finditer(line.lower()))
    if not found:
        return ""
    opening: list[str] = []
    for word in reversed(line[: found[-1].start()].lower().split()):
        if not (word in _OPENING or word.endswith("ly")):
            break
        opening.insert(0, word)
    items = line[found[-1].end() :]
    if TOGETHER.isdisjoint(opening) or _OUTSIDE.search(f" {items}"):
        return ""
    return f"{' '.join(opening)} with" if not items.strip() or _JOINED.search(items) else ""


_REACH = 160
"""Characters before a name in which its list begins."""

_ENDED = re.compile(r"[.;:()!?]|\n(?![a-z])")
_JOINED = re.compile(r"(?:[,/&]|\b(?:and|or|as well as))\s*$", re.IGNORECASE)


def sort(name: str) -> str | None:
    """Of which sort the people of this name are, by its last word and the words in front of it."""
    said = [w.strip(".()'’") for w in name.lower().split()]
    if "of" in said:
        said = said[: said.index("of")]
    if not said or _OUTSIDE.match(f" {said[0]}"):
        return None
    last, front = said[-1], frozenset(said[:-1])
    for of_kind, marks, lasts in _FRONT:
        if last in lasts and front & marks:
            return of_kind
    if last == "office" and any(w.endswith(("'s", "’s")) for w in front):
        return STAKEHOLDERS
    if front & _SERVED or (last == "users" and "service" in front):
        return None
    if last in _NEAR:
        return COLLEAGUES if front <= _PLAIN else TEAMS
    return _SORT.get(last)
