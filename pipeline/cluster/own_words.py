"""The names of unknown skills: their own words, and one name for those that say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from functools import lru_cache

from pipeline import verbs
from pipeline.cluster import words
from pipeline.cluster.cuts import lead, of_turned, trim_end
from pipeline.cluster.surface import clean, split, unbracketed
from pipeline.text import key

HEADING_LETTERS = 5
"""A word of only capitals is a name up to this length (SAP, NCLEX) and shouting above it."""


def own_words(surface: str) -> str:
    """The name of an unknown skill: its own head words, the opening verb as a gerund, first letter large."""
    trimmed = clean(surface)
    tokens = split(_whole(trimmed)) or split(trimmed)
    at, _ = lead(tuple(t.lower() for t in tokens))
    tokens = _without_pronoun(trim_end(_without_generic(tokens[at:] or tokens)))
    kept = tuple(t for i, t in enumerate(tokens) if not i or t.lower() not in words.ARTICLES)
    listed = {word.rstrip(",").lower() for word in trimmed.split() if word.endswith(",")}
    shouted = len(kept) > 1 and trimmed.isupper()
    name = " ".join(_gerunds(tuple(t.lower() if shouted else _lowered(t) for t in kept), listed))
    name = name or trimmed or " ".join(surface.split())
    first = name.split(" ", 1)[0]
    common = first.islower() and first.replace("-", "").replace("'", "").isalpha()
    return name[:1].upper() + name[1:] if common else name


def _whole(trimmed: str) -> str:
    """The text without its brackets, unless they hold what it is about: "adherence to (SLAs)"."""
    outer = unbracketed(trimmed)
    hanging = split(outer)[-1:] and split(outer)[-1].lower() in words.FUNCTION
    return trimmed.replace("(", "").replace(")", "") if hanging else outer


def _without_pronoun(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without a last one that stands for something said before: "deploy them"."""
    while len(tokens) > 1 and tokens[-1].lower() in ("them", "it", "these", "those", "this"):
        tokens = trim_end(tokens[:-1]) or tokens[:1]
    return tokens


_OWN_TAIL = words.word_set(
    "skill skills skillset expertise knowledge proficiency experience abilities ability"
)


def _without_generic(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a last one that only says that it is a skill; what a verb acts on stays whole."""
    while len(tokens) > 1 and tokens[0].lower() not in verbs.BASE:
        last, before = tokens[-1].lower(), tokens[-2].lower()
        if last not in _OWN_TAIL or before in words.NOT_GENERIC.get(last, ()):
            break
        tokens = trim_end(tokens[:-1]) or tokens[:1]
    return tokens


def _lowered(token: str) -> str:
    """The token in lower case unless its capitals make the name: SAP, McKinsey, eHire, S/4HANA, kdb+."""
    heading = len(token) > HEADING_LETTERS and token.isalpha() and token.isupper()
    inner = (
        len(token) < 3 or any(c.isupper() for c in token[1:]) or any(c.isdigit() or c in "+#." for c in token)
    )
    return token if inner and not heading else token.lower()


def _gerunds(tokens: tuple[str, ...], listed: Container[str]) -> tuple[str, ...]:
    """Opening verbs as gerunds: "communicate findings" and "communicating findings" are one name.

    `listed` are the words with a comma behind them. A verb that is a noun too opens a list of verbs where
    another of them is none: "design, evaluate and approve changes".
    """
    if len(tokens) < 2:
        return tuple(map(_activity, tokens))
    end = 0
    while end < len(tokens) and tokens[end] in verbs.BASE:
        end += 1
        if end + 1 < len(tokens) and tokens[end] in _JOINTS and tokens[end + 1] in verbs.BASE:
            end += 1
        elif tokens[end - 1] not in listed:
            break
    opening = [verbs.BASE[t] for t in tokens[:end] if t in verbs.BASE]
    if not any(verb in verbs.LEADING_VERBS for verb in opening):
        return tokens
    return (*(verbs.gerund(verbs.BASE[t]) if t in verbs.BASE else t for t in tokens[:end]), *tokens[end:])


_JOINTS = ("and", "or", "&")


def _activity(word: str) -> str:
    """A verb that stands alone as its noun: "maintain" and "maintaining" are "maintenance"."""
    base = verbs.BASE.get(word, "")
    noun = base in verbs.AMBIGUOUS_VERBS or word in verbs.NOUNS_IN_ING
    return word if noun else verbs.NOMINAL.get(base, word)


_MEANT = words.word_set("not new without based")


@lru_cache(maxsize=65536)
def content(name: str) -> tuple[str, ...]:
    """The content words of a name in one order: "findings communication" is "communicate findings".

    The order of the words is kept but for the verb: "design research" is not "research design".
    """
    folded = tuple(key(name.replace("/", " ")).split())
    turned = of_turned(folded) or folded
    kept = [t for t in turned if t not in words.FUNCTION or t in _MEANT]
    stems = [words.content_stem(t) for t in kept]
    if len(stems) > 1 and turned == folded:
        opening = _verb(kept[0])
        if opening:
            return (*stems[1:], opening)
    if len(stems) > 1 and turned != folded:
        # a verb noun turned to the end: "communication of findings"
        return (*stems[:-1], _bare(stems[-1]))
    return (*stems[:-1], _bare(stems[-1])) if len(stems) > 1 else tuple(stems)


def _verb(word: str) -> str:
    """The opening verb without its ending; "" where the word may be a noun: "marketing data"."""
    if word in verbs.TURNED_IN_ING:
        return word
    if word in verbs.NOUNS_IN_ING:
        return ""
    base = verbs.BASE.get(word)
    if base in verbs.AMBIGUOUS_VERBS and not word.endswith("ing"):
        return ""
    if base or word.endswith(("ate", "ize", "ify")):
        return _bare(base or word)
    return _bare(word[:-3]) if word.endswith("ing") and len(word) > 6 else ""


def _bare(verb: str) -> str:
    return verb.removesuffix("e")


def leaders(names: Iterable[str]) -> dict[str, str]:
    """Names that say the same with the same content words, each led to the shortest of them."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in sorted(set(names), key=lambda n: ("-" in n, n)):
        # "fund-raising" is "fundraising" where that stands, else "fund raising"
        joined = content(name.replace("-", "")) if "-" in name else ()
        groups[joined if joined in groups else content(name) or (name,)].append(name)
    found = {}
    for members in groups.values():
        first = min(members, key=lambda n: (len(n), n))
        found.update(dict.fromkeys(members, first))
    return found
