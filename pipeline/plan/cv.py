"""A person's own CV or profile → a proposed level for each row, with the words that support it.

The text is read by the local engine on this machine and kept nowhere; nothing is rated here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import cluster, read, sources
from pipeline.errors import UsageError
from pipeline.markup import render
from pipeline.plan import levels
from pipeline.plan import ratings as rated
from pipeline.plan.sentences import sentence
from pipeline.records import Evidence, Mention, PlanRow, Posting, Rating, Target
from pipeline.settings import Settings
from pipeline.steps.extract import choose
from pipeline.steps.place import Place

MOST = 4
"""No CV proves that one teaches: 5 is for the person to say."""

NAMED, DONE = 1, 2
"""The level of a skill that is only named, and of one that stands beside something done."""

_DONE = re.compile(
    r"\b(?:\w{2,}ed|built|led|wrote|taught|ran|made|sold|won|grew|cut|kept|gave|drove|sole|responsible|"
    r"building|leading|writing|teaching|running|managing|planning|caring)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:led|lead(?:ing)?|mentor\w*|coach\w*|train(?:ed|ing) (?:staff|colleagues|others|new|students)|"
    r"taught|improv\w+|optimi[sz]\w+|reduc\w+|architect\w*|redesign\w*|introduc\w+)\b|\d ?%",
    re.IGNORECASE,
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_YEARS = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})\+? years?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level that the words of a CV support for a row: the words, and which skills of the row they name."""

    row: PlanRow
    level: int
    words: tuple[Evidence, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]


def proposals(
    place: Place, target: Target, settings: Settings, rows: Sequence[PlanRow], path: Path
) -> list[Proposal]:
    """Return one proposal for each row that the CV has words for.

    Raises `UsageError` where it cannot be read.
    """
    posting = _text_of(path)
    mentions = _mentions(place, target, settings, posting, rows)
    found = []
    for row in rows:
        mine = [m for m in mentions if m.skill in row.skills]
        if mine:
            found.append(_proposal(row, mine, posting))
    return found


def _text_of(path: Path) -> Posting:
    _, reading = sources.read_file(path)
    texts = [render(x.content).text if x.is_html else x.content for x in reading.listings]
    text = "\n\n".join(part for part in texts if part.strip())
    if not text.strip():
        detail = reading.detail or "it holds no text"
        raise UsageError(
            f"{path} cannot be read as a CV: {detail}", "Give a PDF, Word or text file with text."
        )
    return Posting("cv", str(path), text, language="en", sections=read.sections(text), company=path.name)


def _mentions(
    place: Place, target: Target, settings: Settings, posting: Posting, rows: Sequence[PlanRow]
) -> list[Mention]:
    """Return what the engine finds, under the target's names, and each skill of a row by its names."""
    engine, _ = choose(settings, "local", True)
    with place.store() as store:
        used = store.names_in_use(target.id)
        aliases = {skill.name: skill.aliases for skill in store.skills(target.id)}
    vocabulary = place.words()
    names = cluster.Names(vocabulary, place.rulings(target), used)
    found = cluster.name_each(engine.mentions(posting), {posting.id: posting.text}, names)
    for skill in dict.fromkeys(name for row in rows for name in row.skills):
        entry = vocabulary.skills.get(skill)
        spellings = {skill, *aliases.get(skill, ()), *(entry.aliases if entry else ())}
        found += [m.named(skill) for m in _spelled(posting, spellings)]
    return [m for m in found if not m.negated]


def _spelled(posting: Posting, spellings: Iterable[str]) -> Iterable[Mention]:
    for spelling in sorted(spellings):
        exact = spelling.startswith("=")
        pattern = rf"(?<![\w+#]){re.escape(spelling.removeprefix('='))}(?![\w+#])"
        for match in re.finditer(pattern, posting.text, 0 if exact else re.IGNORECASE):
            yield Mention.at(posting, match.start(), match.end())


def _proposal(row: PlanRow, mentions: Sequence[Mention], posting: Posting) -> Proposal:
    best: dict[str, tuple[int, Evidence]] = {}
    for mention in mentions:
        name, line = mention.skill or "", sentence(posting, mention)
        level = _level(mention, line.quote)
        if name not in best or level > best[name][0]:
            best[name] = level, replace(line, skill=name)
    known = {name: Rating("", "", name, level) for name, (level, _) in best.items()}
    counted = {c.skill: c.mentions for c in (*row.core, *row.tail)}
    core = {c.skill for c in row.core}
    parts = [(name, "", counted.get(name, 1)) for name in row.skills if name in core or name in best]
    level, _ = rated.level_of(row.theme, parts, known)
    ranked = sorted(best, key=lambda name: (-best[name][0], -counted.get(name, 0), name))
    missing = tuple(c.skill for c in row.core if c.skill not in best)
    # what is named in a CV is at least known of, even where most of the row is missing
    return Proposal(row, max(1, level), tuple(best[n][1] for n in ranked[:3]), tuple(ranked), missing)


def _level(mention: Mention, line: str) -> int:
    """Return what one sentence of a CV supports: named, done, done well, by its words and years."""
    years = max([_number(n.lower()) for n in _YEARS.findall(line)], default=0)
    cue = next(
        (level for level, pattern in levels.DEPTH if mention.depth and pattern.search(mention.depth)), 0
    )
    told = 3 if _MORE.search(line) else DONE if _DONE.search(line) else NAMED
    by_years = next((level for least, level in levels.YEARS if years >= least), 0) if years else 0
    return min(MOST, max(told, cue, by_years))


def _number(told: str) -> int:
    return _NUMBERS.index(told) + 1 if told in _NUMBERS else int(told)
