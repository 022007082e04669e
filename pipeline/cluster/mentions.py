"""Names for mentions: each distinct wording is looked at once, however often it stands in postings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from pipeline.cluster.names import Names, Resolved
from pipeline.cluster.surface import abbreviates, clean
from pipeline.cluster.words import FUNCTION
from pipeline.records import Mention, SkillEntry, Strength, Vocabulary
from pipeline.text import key

_BRACKET = re.compile(r"[ ]\(([^()\n]{2,80})\)")
_SHORT = re.compile(r"[A-Z][A-Za-z&/.-]{1,9}")
_WORDS_BEFORE = 120
"""Characters before a bracket in which its long form is looked for: ten long words."""

_RANK: dict[Strength, int] = {"required": 3, "duty": 2, "unstated": 1, "preferred": 0}


# a review names the mentions of a posting again with every decision
@lru_cache(maxsize=8192)
def abbreviations(text: str) -> Mapping[str, str]:
    """The short forms that a text itself defines, each with its long form.

    "Natural Language Processing (NLP)" and "NLP (natural language processing)" both define NLP; a short
    form that the text defines in two ways is left out.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for bracket in _BRACKET.finditer(text):
        inner = bracket[1].strip()
        line = text[max(0, bracket.start() - _WORDS_BEFORE) : bracket.start()].rpartition("\n")[2]
        before = line.split()
        short = before[-1].strip("\"'“”,;:") if before else ""
        if _SHORT.fullmatch(inner):
            long = _tail_that_fits(before, inner)
            if long:
                found[inner].add(long)
        elif _SHORT.fullmatch(short) and short[1:] != short[1:].lower() and abbreviates(short, inner):
            found[short].add(" ".join(inner.split()))
    return {short: min(longs) for short, longs in sorted(found.items()) if len({key(x) for x in longs}) == 1}


def _tail_that_fits(before: list[str], short: str) -> str:
    """The shortest run of words right before the bracket whose first letters make the short form."""
    for start in range(len(before) - 2, max(-1, len(before) - 11), -1):
        long = " ".join(before[start:])
        if abbreviates(short, long):
            return long
    return ""


def name_mentions(mentions: Iterable[Mention], texts: Mapping[str, str], names: Names) -> list[Mention]:
    """The mentions with their skill; overlapping ones of one skill in a posting become one.

    `texts` holds the postings by id; where one is absent its own abbreviations stay unknown. A mention
    that a person called wrong, and every mention of a rejected skill, keeps no skill.
    """
    return collapse(name_each(mentions, texts, names))


def name_each(mentions: Iterable[Mention], texts: Mapping[str, str], names: Names) -> list[Mention]:
    """Every mention with its skill, each by itself: before overlapping ones are joined."""
    all_ = list(mentions)
    defined = _defined(all_, texts)
    surfaces = {m.quote for m in all_} | {long for shorts in defined.values() for long in shorts.values()}
    resolved = names.resolve_all(surfaces)
    wrong, rejected = names.rulings.wrong, {key(r) for r in names.rulings.rejected}
    skills = {s: None if key(r.name) in rejected else r.name for s, r in resolved.items()}
    lone = {s for s, r in resolved.items() if r.how == "own words" and s.isalpha()}
    short = {surface: clean(surface) for surface in surfaces} if defined else {}
    out = []
    for mention in all_:
        skill = skills[mention.quote]
        shorts = defined.get(mention.posting_id)
        long = shorts.get(short[mention.quote]) if shorts else None
        if long is not None:
            skill = _by_definition(mention.quote, long, resolved, skills, names.vocabulary)
        elif mention.quote in lone and (product := _product(mention, names)):
            skill = None if key(product) in rejected else product
        if wrong and (mention.posting_id, mention.start, mention.end) in wrong:
            skill = None
        out.append(mention if mention.skill == skill else mention.named(skill))
    return out


def _defined(mentions: Iterable[Mention], texts: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    found = {}
    for posting_id in {m.posting_id for m in mentions}:
        shorts = abbreviations(texts.get(posting_id, ""))
        if shorts:
            found[posting_id] = shorts
    return found


def _product(mention: Mention, names: Names) -> str | None:
    """The product that a lone word in small letters is, where an engine took it for a named thing."""
    return names.product(mention.quote) if mention.kind == "specific" else None


def _by_definition(
    quote: str,
    long: str,
    resolved: Mapping[str, Resolved],
    skills: Mapping[str, str | None],
    vocabulary: Vocabulary,
) -> str | None:
    """The skill of the long form where the posting says what the short one stands for.

    "ETL (extraction, transformation and loading)" is still ETL, though no alias says it in these words;
    "CV (corporate volunteering)" is no computer vision.
    """
    known = vocabulary.skills.get(resolved[quote].name)
    if known and resolved[long].how not in ("alias", "rule") and _say_the_same(long, known):
        return skills[quote]
    return skills[long]


def _say_the_same(long: str, entry: SkillEntry) -> bool:
    """True when a name of the skill has at least half of the long form's words, by their first letters."""
    mine = _heads(long)
    return any(2 * len(mine & _heads(name)) >= len(mine) for name in (entry.name, *entry.aliases))


def _heads(name: str) -> set[str]:
    return {word.strip(",.;")[:4] for word in key(name).split() if word not in FUNCTION}


def collapse(mentions: list[Mention]) -> list[Mention]:
    """The mentions in their order, those of one skill that overlap in a posting joined into one."""
    first: dict[tuple[str, str], int] = {}
    groups: dict[tuple[str, str], list[int]] = {}
    for i, mention in enumerate(mentions):
        if mention.skill is not None:
            of = (mention.posting_id, mention.skill)
            before = first.setdefault(of, i)
            if before != i:
                groups.setdefault(of, [before]).append(i)
    gone: set[int] = set()
    for members in groups.values():
        _collapse_group(mentions, members, gone)
    return [m for i, m in enumerate(mentions) if i not in gone]


def _collapse_group(mentions: list[Mention], members: list[int], gone: set[int]) -> None:
    members.sort(key=lambda i: (mentions[i].start, mentions[i].end))
    kept = members[0]
    for i in members[1:]:
        if mentions[i].start < mentions[kept].end and mentions[i].negated == mentions[kept].negated:
            first, second = mentions[kept], mentions[i]
            winner, loser = (kept, i) if _better(first, second) else (i, kept)
            mentions[winner] = _joined(mentions[winner], mentions[loser])
            gone.add(loser)
            kept = winner
        elif mentions[i].end > mentions[kept].end:
            kept = i


def _better(first: Mention, second: Mention) -> bool:
    """The surer one stays, then the shorter: the shortest words that name the skill are its evidence."""
    return (-first.score, first.end - first.start, first.start) <= (
        -second.score,
        second.end - second.start,
        second.start,
    )


def _joined(kept: Mention, other: Mention) -> Mention:
    strength = max(kept.strength, other.strength, key=_RANK.__getitem__)
    years = kept.years if kept.years is not None else other.years
    return replace(
        kept, strength=strength, years=years, depth=kept.depth or other.depth, kind=kept.kind or other.kind
    )
