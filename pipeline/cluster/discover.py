"""Unknown skills of one target that say the same, joined by a learned score.

What the vocabulary does not know goes by its own words, so that three postings may ask for one skill under
three names. A pair scorer (`features` into a small network, fitted by ``training/heads.py`` on readers'
names) says how surely two names are one skill; average-link clustering joins them. Two names that the
vocabulary knows are never joined here: that they are two is what it says.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.cluster.words import FUNCTION
from pipeline.phrases import Scorer, groups, phrases, scorer, unit
from pipeline.text import without_end

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

LOOKED_AT = 0.3
"""Pairs below this cosine are never one skill: of readers' pairs on training sets 3 % lie below."""

MOST = 4000
"""Names of a target that are compared; above that (folders of millions) only equal words are joined."""

WORDINGS = 12
"""Wordings of a name that are compared; more cost time and change nothing."""

_WORD = re.compile(r"[a-z0-9+#]+")
_ENDS = ("ing", "ed", "es", "s", "ment", "ions", "ion", "ly")
_SAYS_NOTHING = FUNCTION | {
    *("experience", "knowledge", "skills", "skill", "ability", "strong", "excellent", "good", "working"),
    *("understanding", "using", "use", "including", "related", "other", "etc"),
}


def joined(
    wordings: Mapping[str, Sequence[str]],
    known: Container[str],
    in_use: Collection[str] = (),
    same: Scorer | None = None,
) -> dict[str, str]:
    """Return for each unknown name that joins another the name that both go by from now on.

    `wordings` are those of every name of the target. A known name gives its name to its group, then one
    that is `in_use` already, then the one nearest to all others.
    """
    names = sorted(wordings)
    unknown = [at for at, name in enumerate(names) if name not in known]
    if not unknown or not 1 < len(names) <= MOST:
        return {}
    same = same or scorer("same")
    pairs, values = features([(name, tuple(wordings[name])) for name in names], unknown)
    if not len(pairs):
        return {}
    return dict(_renamed(names, known, frozenset(in_use), pairs, same.probability(values), same.threshold))


def _renamed(
    names: Sequence[str],
    known: Container[str],
    in_use: frozenset[str],
    pairs: Places,
    sure: Floats,
    threshold: float,
) -> list[tuple[str, str]]:
    import numpy as np

    # only names of a likely pair can end in a group, and they are few
    likely = sorted(set(pairs[sure >= threshold / 2].ravel().tolist()))
    place = {at: k for k, at in enumerate(likely)}
    alike = np.zeros((len(likely), len(likely)))
    for (left, right), value in zip(pairs.tolist(), sure.tolist(), strict=True):
        if left in place and right in place:
            alike[place[left], place[right]] = alike[place[right], place[left]] = value
    found = []
    for group in groups(alike, [1.0] * len(likely), threshold) if likely else ():
        best = max(group, key=lambda k: _leads(names[likely[k]], known, in_use, float(alike[k, group].sum())))
        leader = names[likely[best]]
        members = (names[likely[k]] for k in group if k != best)
        found += [(name, leader) for name in members if name not in known]
    return found


def _leads(
    name: str, known: Container[str], in_use: frozenset[str], near: float
) -> tuple[bool, bool, float, int, str]:
    return name in known, name in in_use, round(near, 4), -len(name), name


def features(items: Sequence[tuple[str, Sequence[str]]], unknown: Sequence[int]) -> tuple[Places, Floats]:
    """Return the pairs worth a look, at least one of each unknown, and what is measured of each.

    The measures: cosine of the mean vectors, highest cosine of two wordings, cosine of the names, that of
    the mean vectors in the view of rows, share of the rarer words in common (of the longer and of the shorter
    name), letters in common, other digits, whether one is known, words of the shorter and the longer name.
    """
    import numpy as np

    encoder = phrases()
    said_of = [tuple(dict.fromkeys((name, *said[:WORDINGS]))) for name, said in items]
    same = [encoder.vectors(said, "same") for said in said_of]
    owner = np.repeat(np.arange(len(same)), [len(s) for s in same])
    every = np.concatenate(same)
    heads = np.stack([s[0] for s in same])
    mean = unit(np.stack([s.mean(0) for s in same]))
    row = unit(np.stack([encoder.vectors(said, "row").mean(0) for said in said_of]))
    free = np.zeros(len(items), bool)
    free[list(unknown)] = True
    near = mean @ mean.T
    likely = np.argwhere(np.triu(near >= LOOKED_AT, 1) & (free[:, None] | free[None]))
    pairs = [(a, b) for a, b in likely.tolist() if not _are_two(items[a], items[b], free[[a, b]].tolist())]
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    best = [float((every[owner == a] @ every[owner == b].T).max()) for a, b in zip(left, right, strict=True)]
    letters = np.array(_letters([name for name, _ in items], left.tolist(), right.tolist())).reshape(-1, 6)
    values = np.column_stack(
        [
            near[left, right],
            np.array(best),
            (heads[left] * heads[right]).sum(1),
            (row[left] * row[right]).sum(1),
            letters[:, :4],
            ~(free[left] & free[right]),
            letters[:, 4:],
        ]
    ).astype(np.float64)
    return np.column_stack([left, right]), values


_NAMED = re.compile(r"\d|.[A-Z]")
NEGATIVE = frozenset({"no", "non", "not", "without"})
_ALIKE = 5
"""First letters in common by which two different words look like one: internal, international."""


def _are_two(left: tuple[str, Sequence[str]], right: tuple[str, Sequence[str]], free: Sequence[bool]) -> bool:
    """Say whether two names are two skills, however near: the vectors know neither order nor letters.

    A named thing (a digit, a capital inside) is known by its exact aliases alone. Wordings of the same
    words in another order or number were kept apart already, one odd word may turn the meaning round, and
    an unknown name that says less than a known one ("asset management", "digital asset management") is
    more than that.
    """
    if _NAMED.search(left[0]) or _NAMED.search(right[0]):
        return True
    mine, other = content(left[0]), content(right[0])
    if mine == other or (mine < other and not free[1]) or (other < mine and not free[0]):
        return True
    if {content(w) for w in left[1][:WORDINGS]} & {content(w) for w in right[1][:WORDINGS]}:
        return True
    if NEGATIVE & (frozenset(left[0].lower().split()) ^ frozenset(right[0].lower().split())):
        return True
    (apart, order), (apart_too, other_order) = (_stand(name, mine & other) for name, _ in (left, right))
    if apart != apart_too or (
        (mine <= other or other <= mine) and order and other_order and order != other_order
    ):
        return True
    odd, strange = mine - other, other - mine
    if len(odd) == len(strange) == 1:
        (a,), (b,) = odd, strange
        return a[:_ALIKE] == b[:_ALIKE]
    return False


_SKIPPED = frozenset({"a", "an", "and", "in", "of", "the"})


def _stand(name: str, shared: frozenset[str]) -> tuple[bool, tuple[str, ...]]:
    """Say whether the shared words stand apart, and in which order; no order where "of" turns it round.

    "Time tracking" is no "time series tracking", "pattern design" is not about "design patterns".
    """
    said = [without_end(word, _ENDS) for word in _WORD.findall(name.lower())]
    turned = "of" in said
    said = [word for word in said if word not in _SKIPPED]
    places = [at for at, word in enumerate(said) if word in shared]
    apart = len(places) > 1 and places[-1] - places[0] >= len(places)
    return apart, () if turned else tuple(said[at] for at in places)


def _letters(names: Sequence[str], left: Sequence[int], right: Sequence[int]) -> list[list[float]]:
    """Return for each pair what its names have in common in words, letters and digits, and their lengths."""
    words = [content(name) for name in names]
    counts = Counter(word for some in words for word in some)
    weight = {word: math.log(1 + len(names) / n) for word, n in counts.items()}
    total = [sum(weight[w] for w in sorted(some)) for some in words]
    grams = [_trigrams(name) for name in names]
    digits = [frozenset(re.findall(r"\d+", name)) for name in names]
    found = []
    for a, b in zip(left, right, strict=True):
        shared = sum(weight[w] for w in sorted(words[a] & words[b]))
        longer, shorter = max(total[a], total[b]), min(total[a], total[b])
        alike = len(grams[a] & grams[b]) / max(1, len(grams[a] | grams[b]))
        sizes = sorted((len(words[a]), len(words[b])))
        found.append(
            [
                shared / max(1e-9, longer), shared / max(1e-9, shorter), alike,
                float(digits[a] != digits[b]), float(sizes[0]), float(sizes[1]),
            ]
        )  # fmt: skip
    return found


def content(name: str) -> frozenset[str]:
    """Return the stems of the words that say something."""
    said = _WORD.findall(name.lower())
    return frozenset(without_end(word, _ENDS) for word in said if word not in _SAYS_NOTHING) or frozenset(
        said
    )


def _trigrams(name: str) -> frozenset[str]:
    text = f"  {' '.join(_WORD.findall(name.lower()))} "
    return frozenset(text[at : at + 3] for at in range(len(text) - 2))


def by_name(names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the wordings of each name from the name of each wording."""
    found: dict[str, list[str]] = defaultdict(list)
    for surface, name in sorted(names.items()):
        found[name].append(surface)
    return dict(found)
