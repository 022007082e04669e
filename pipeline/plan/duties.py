"""What the work is, in the postings' own words: verbs in the order of the work, tasks, how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from pipeline.plan.counts import Demand
from pipeline.plan.sentences import sentence
from pipeline.records import Evidence, PlanRow, RoleContext

_ORDER = [
    "understand", "research", "analyse", "analyze", "observe", "assess", "identify", "define", "plan",
    "design", "architect", "organise", "organize", "collect", "gather", "prepare", "develop", "create",
    "build", "write", "code", "implement", "configure", "install", "teach", "instruct", "train",
    "treat", "provide", "deliver", "serve", "sell", "present", "advise", "support", "assist", "guide",
    "facilitate", "run", "operate", "use", "apply", "conduct", "perform", "carry", "integrate",
    "deploy", "ship", "test", "inspect", "evaluate", "review", "check", "measure", "grade", "document",
    "record", "report", "communicate", "collaborate", "coordinate", "work", "monitor", "maintain",
    "ensure", "repair", "improve", "optimise", "optimize", "scale", "update", "supervise", "manage",
    "lead", "mentor", "coach",
]  # fmt: skip
"""Verbs of work in the order in which work is done, so that they read as a pattern."""

_PLAIN = frozenset(("work", "use", "ensure", "carry", "run", "apply", "perform", "conduct"))
"""Verbs that say little: taken only where nothing better is there."""

_PRODUCING = frozenset(
    ("build", "create", "deliver", "develop", "prepare", "write", "design", "ship", "report", "document")
)
_WORD = re.compile(r"[A-Za-z]+")
_TOKEN = re.compile(r"[A-Za-z]+|[,&/]")
_OFTEN = re.compile(
    r"\b(daily|weekly|monthly|quarterly|annually|every (?:day|week|month|shift)|each (?:day|week|month)|"
    r"regularly|on a regular basis|ongoing|continuously|occasionally)\b",
    re.IGNORECASE,
)

# by eye, here and below: what fits into a line or a card
MOST_VERBS = 4
MOST_TASKS = 6
MOST_PRODUCED = 3


def verbs(skills: Iterable[str], demand: Demand) -> tuple[str, ...]:
    """Return the verbs that duties use most for these skills, in the order of the work."""
    found: Counter[str] = Counter()
    for mention in demand.of(skills):
        if mention.strength in ("duty", "required", "unstated"):
            posting = demand.postings[mention.posting_id]
            line = sentence(posting, mention)
            found.update(set(_chain(posting.text[line.start : mention.end])))
    ranked = sorted(found, key=lambda v: (v in _PLAIN, -found[v], _ORDER.index(v)))[:MOST_VERBS]
    return tuple(sorted(ranked, key=_ORDER.index))


def _chain(text: str) -> list[str]:
    """Return the verbs of a text that stand where verbs stand.

    First, behind "to" or "will", or joined to one.

    "Plan and teach lessons" has two; in "knowledge of design" there is none.
    """
    found: list[str] = []
    before, verb_before = "", False
    for token in _TOKEN.findall(text):
        verb = _base(token)
        joined = before in (",", "and", "or", "&", "/") and verb_before
        if verb and (before in ("", "to", "will", "can", "must") or joined):
            found.append(verb)
            verb_before = True
        elif token not in (",", "and", "or", "&", "/"):
            verb_before = False
        before = token.lower()
    return found


def _base(word: str) -> str:
    """Return the verb that a word is a form of, "" where it is none of the list."""
    low = word.lower()
    for form in (low, low.removesuffix("s"), low.removesuffix("es"), low.removesuffix("ies") + "y"):
        if form in _ORDER:
            return form
    if low.endswith("ing"):
        stem = low[:-3]
        for form in (stem, stem + "e", stem[:-1]):
            if form in _ORDER:
                return form
    return ""


def often(skills: Iterable[str], demand: Demand) -> tuple[tuple[str, int], ...]:
    """Return words of frequency in the sentences that ask for these skills, and each one's postings."""
    found: dict[str, set[str]] = {}
    for mention in demand.of(skills):
        line = sentence(demand.postings[mention.posting_id], mention)
        for match in _OFTEN.findall(line.quote):
            found.setdefault(match.lower(), set()).add(mention.posting_id)
    return tuple(sorted(((w, len(p)) for w, p in found.items()), key=lambda pair: (-pair[1], pair[0])))


def context(rows: Sequence[PlanRow], demand: Demand) -> RoleContext:
    """Return focus, tasks and output of a role; each task is a sentence of another posting where possible."""
    ranked = sorted(rows, key=lambda r: (not r.mandatory, r.priority, -r.score))
    # one row after the other, so that the first row does not speak for the whole role
    turns = zip_longest(*(_duties(row, demand) for row in ranked))
    duties = [line for turn in turns for line in turn if line]
    tasks = _spread(duties, MOST_TASKS)
    told = {line.quote for line in tasks}
    produced = [d for d in duties if _first_verb(d.quote) in _PRODUCING and d.quote not in told]
    return RoleContext(tuple(row.title for row in ranked[:3]), tasks, _spread(produced, MOST_PRODUCED))


def _duties(row: PlanRow, demand: Demand) -> list[Evidence]:
    names = {line.quote for _, line in row.words}
    found = []
    for mention in demand.of(row.skills):
        if mention.strength == "duty":
            line = sentence(demand.postings[mention.posting_id], mention)
            if line.quote in names and _first_verb(line.quote):
                found.append(line)
    return found


def _first_verb(quote: str) -> str:
    return next((v for v in map(_base, _WORD.findall(quote)[:2]) if v), "")


def _spread(lines: Sequence[Evidence], most: int) -> tuple[Evidence, ...]:
    """Return the first lines, each of another posting before any posting speaks twice."""
    taken: list[Evidence] = []
    for turn in range(3):
        for line in lines:
            same = sum(line.posting_id == other.posting_id for other in taken)
            if len(taken) < most and same == turn and all(line.quote != other.quote for other in taken):
                taken.append(line)
    return tuple(taken)
