"""Titles of rows: a curated one only where all that it names is asked for, else the strongest names."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from pipeline.records import Kind
from pipeline.text import without_end

NAMES, WORDS = 3, 4
"""Names in a title that is made of names, and the words of a name that fits into one: longer ones are
clauses of a posting ("acknowledging that passengers value a friendly face")."""

_WORD = re.compile(r"[a-z0-9+#]+(?:[./-][a-z0-9+#]+)*")
_SAYS_NO_SKILL = frozenset(
    (
        *("a", "an", "the", "of", "and", "or", "with", "in", "on", "for", "to", "by", "as", "at", "from"),
        *("into", "using", "use", "working", "work", "based", "other", "own", "all", "their", "them", "it"),
        *("its", "that", "others", "can", "well", "practice", "practices", "tools", "skills", "skill"),
        *("good", "clear", "safe", "safely", "high"),
    )
)
_ENDS = ("isation", "ization", "ations", "ation", "ments", "ment", "ships", "ship", "ings", "ing", "ions",
         "ion", "ives", "ive", "ies", "als", "al", "ers", "er", "ed", "es", "s", "y", "e")  # fmt: skip


def says_only(title: str, said: Iterable[str]) -> bool:
    """Say whether every word of a title that names something stands in one of these wordings.

    A gerund that opens the title is what is done, and no thing.
    """
    asked = {stem for wording in said for stem in stems(wording)}
    first, _, rest = title.partition(" ")
    return stems(rest if rest and first.endswith("ing") else title) <= asked


def twins(title: str, other: str) -> bool:
    """Say whether a reader would take two titles for one: all that the shorter one names is in the other.

    What stands in brackets are examples, and tells no rows apart.
    """
    mine, others = (stems(text.partition(" (")[0]) for text in (title, other))
    return bool(mine and others) and (mine <= others or others <= mine)


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words that name something."""
    return frozenset(
        without_end(w, _ENDS)[:7] for w in _WORD.findall(text.lower()) if w not in _SAYS_NO_SKILL
    )


def of_names(names: Sequence[str], kind: Kind, said: Iterable[str] = ()) -> str:
    """Return a title made of the strongest names of few words, one that begins with a gerund first.

    Two names that share their words say the same: the stronger one stands. A name begins with a small
    letter inside the title where the postings' wordings (`said`) write its first word so.
    """
    chosen: list[str] = []
    for name in [name for name in names if len(name.split()) <= WORDS] or names[:1]:
        mine = stems(name)
        if len(chosen) < NAMES and not any(mine <= stems(other) or stems(other) <= mine for other in chosen):
            chosen.append(name)
    chosen = chosen or list(names[:1])
    chosen.sort(key=lambda name: not _is_gerund(name))
    small = {word for wording in said for word in wording.replace("-", " ").split() if word.islower()}
    inside = [_inside(name, small, kind) for name in chosen]
    if kind == "specific" and not _is_gerund(chosen[0]):
        return f"Working with {_listed(inside)}"
    return _listed([chosen[0], *inside[1:]])


def _is_gerund(name: str) -> bool:
    first, _, rest = name.partition(" ")
    # "Hugging Face" is a name
    return first.endswith("ing") and len(first) > len("using") and rest == rest.lower()


def _inside(name: str, small: Container[str], kind: Kind) -> str:
    """The name as it stands inside a sentence: "Bayesian" and "Docker" keep their capital.

    A general skill of several words is a practice and no proper name.
    """
    first, _, rest = name.partition(" ")
    plain = first[1:].islower() and (first.lower() in small or (kind == "general" and rest.islower()))
    return name[:1].lower() + name[1:] if plain else name


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
