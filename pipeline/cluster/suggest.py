"""Pairs of names that may be one skill, with the evidence: it only asks, a person answers.

Three witnesses: letters in common (rapidfuzz over character trigrams), first letters that spell the other
name, and company kept (the same neighbours, seldom in one posting). Curated names are never paired with
each other: that two of them are two skills is what the vocabulary says.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, TypeVar

from pipeline.cluster.words import FUNCTION
from pipeline.records import Rulings, Skill, Suggestion
from pipeline.text import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

MIN_SCORE = 0.8
"""Below this nearly every pair of names from real postings that we read was two skills."""

COMMON = 400
"""A trigram in more names than this ("ing", "ion") says nothing and would cost the square of its count."""

CANDIDATES = 8
"""Pairs looked at closely per name; what follows them was never above the threshold."""

COMPANY = 0.1
"""What neighbours in common add at most; a pair that they cannot lift over the threshold needs no count."""

PER_NAME = 3
"""Suggestions kept per name: more is a list nobody reads."""


def suggest(
    skills: Sequence[Skill],
    surfaces: Mapping[str, Iterable[str]] | None = None,
    cooccurrence: Mapping[str, Set[str]] | None = None,
    rulings: Rulings | None = None,
    limit: int = 300,
) -> list[Suggestion]:
    """The most likely pairs first; `left` is the one that would go, `right` the one that would stay.

    `surfaces` gives further wordings of a skill, `cooccurrence` the postings that name it. A pair whose
    names a person has both accepted is not asked again, nor is one with a rejected name.
    """
    judge = _Judge(skills, surfaces or {}, cooccurrence or {}, rulings or Rulings())
    counts: Counter[str] = Counter()
    kept = []
    for suggestion in judge.likely():
        counts[suggestion.left] += 1
        if counts[suggestion.left] <= PER_NAME:
            kept.append(suggestion)
    return kept[:limit]


@dataclass(frozen=True, slots=True)
class _Item:
    """A skill prepared for comparing."""

    name: str
    known: bool
    wordings: tuple[str, ...]
    numbers: tuple[str, ...]
    postings: frozenset[str]


class _Judge:
    def __init__(
        self,
        skills: Sequence[Skill],
        surfaces: Mapping[str, Iterable[str]],
        cooccurrence: Mapping[str, Set[str]],
        rulings: Rulings,
    ) -> None:
        rejected = {key(name) for name in rulings.rejected}
        self.accepted = {key(name) for name in rulings.accepted}
        self.items = [
            _item(s, surfaces.get(s.name, ()), cooccurrence.get(s.name, ()))
            for s in sorted(skills, key=lambda s: s.name)
            if key(s.name) not in rejected
        ]
        self.grams = [_trigrams(item.wordings) for item in self.items]
        self.by_posting: dict[str, list[int]] = defaultdict(list)
        for i, item in enumerate(self.items):
            for posting in item.postings:
                self.by_posting[posting].append(i)
        self._neighbours: dict[int, frozenset[int]] = {}

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs worth a look, at most `CANDIDATES` per unknown name, in order."""
        pairs: set[tuple[int, int]] = set()
        for i, near in self._near():
            pairs.update((min(i, j), max(i, j)) for j in near)
        pairs.update(self._initials())
        return sorted(pairs)

    def _near(self) -> Iterable[tuple[int, list[int]]]:
        """For each unknown name the others that share its rare trigrams, most alike first."""
        import numpy as np

        index: dict[str, list[int]] = defaultdict(list)
        for i, grams in enumerate(self.grams):
            for gram in grams:
                index[gram].append(i)
        rows = {gram: np.array(found) for gram, found in index.items() if len(found) <= COMMON}
        weight = {gram: log(len(self.items) / len(found)) for gram, found in rows.items()}
        sums = (sum(weight[g] for g in sorted(grams & rows.keys())) for grams in self.grams)
        norms = np.array([sqrt(total) or 1.0 for total in sums])
        for i, grams in enumerate(self.grams):
            if self.items[i].known:
                continue
            scores, shares = np.zeros(len(self.items)), np.zeros(len(self.items), dtype=bool)
            for gram in sorted(grams & rows.keys()):
                scores[rows[gram]] += weight[gram]
                shares[rows[gram]] = True
            shares[i] = False
            yield i, _highest(scores / norms, np.flatnonzero(shares))

    def _initials(self) -> Iterable[tuple[int, int]]:
        """An unknown short name in capitals beside the names that its letters begin."""
        short: dict[str, list[int]] = defaultdict(list)
        for i, item in enumerate(self.items):
            if re.fullmatch(r"[A-Z][A-Z&/]{1,6}s?", item.name):
                short[re.sub(r"[^A-Z]", "", item.name).lower()].append(i)
        for j, item in enumerate(self.items):
            initials = _initials(item.name)
            for i in short.get(initials, ()) if len(initials) > 2 else ():
                yield min(i, j), max(i, j)

    def likely(self) -> list[Suggestion]:
        """Every likely pair, the most likely first."""
        found = [s for pair in self.candidates() if (s := self.judge(*pair))]
        return sorted(found, key=lambda s: (-s.score, s.left, s.right))

    def judge(self, i: int, j: int) -> Suggestion | None:
        """The suggestion of one pair; None where it is not likely or not to be asked."""
        first, second = self.items[i], self.items[j]
        if (first.known and second.known) or first.numbers != second.numbers:
            return None
        if {key(first.name), key(second.name)} <= self.accepted:
            return None
        letters, said = _letters(first, second)
        initials = _spells(first, second) or _spells(second, first)
        score = 0.9 if initials else letters
        if score + COMPANY < MIN_SCORE:
            return None
        company, together = self._company(i, j), len(first.postings & second.postings)
        if first.postings and second.postings:
            # two names of one skill keep the same company and seldom meet in one posting
            rarer = min(len(first.postings), len(second.postings))
            score += COMPANY * company - 0.15 * together / rarer
        if score < MIN_SCORE:
            return None
        left, right = _who_goes(first, second)
        why = ["first letters of the other"] if initials else [said]
        if first.postings and second.postings:
            why.append(f"together in {together} of {len(first.postings | second.postings)} postings")
            why.append(f"{company:.0%} of their neighbours in common")
        return Suggestion(left.name, right.name, round(min(score, 1.0), 3), "; ".join(why))

    def _company(self, i: int, j: int) -> float:
        """The share of neighbours in common, 0 to 1."""
        a, b = self._company_of(i), self._company_of(j)
        return len(a & b) / len(a | b) if a | b else 0.0

    def _company_of(self, i: int, most: int = 40) -> frozenset[int]:
        """The names that one most often shares a posting with; none where postings are unknown."""
        if i not in self._neighbours:
            counts: Counter[int] = Counter()
            # a hundred postings tell the company as well as ten thousand
            for posting in sorted(self.items[i].postings)[:100]:
                counts.update(self.by_posting[posting])
            often = sorted(counts, key=lambda j: (-counts[j], j))[: most + 1]
            self._neighbours[i] = frozenset(often) - {i}
        return self._neighbours[i]


def _item(skill: Skill, more: Iterable[str], postings: Iterable[str]) -> _Item:
    wordings = tuple(sorted({key(w) for w in (skill.name, *skill.aliases[:20], *more)}))
    return _Item(
        skill.name, skill.known, wordings[:24], tuple(re.findall(r"\d+", skill.name)), frozenset(postings)
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.split(r"[\s/-]+", name.lower()) if word and word not in FUNCTION)


def _spells(short: _Item, long: _Item) -> bool:
    """True for an unknown short name in capitals that are the first letters of the other's words.

    What a known short name stands for is in the vocabulary already: SAP is no "sampling and activation plan".
    """
    letters = re.sub(r"[^A-Z]", "", short.name).lower()
    unknown = not short.known and " " not in short.name
    return unknown and len(letters) > 2 and letters == _initials(long.name)


def _trigrams(wordings: Iterable[str]) -> set[str]:
    return {text[i : i + 3] for w in wordings for text in (f"  {w} ",) for i in range(len(text) - 2)}


def _highest(scores: NDArray[np.float64], there: NDArray[np.int64]) -> list[int]:
    """The `CANDIDATES` of these places with the highest scores, equal ones in their order."""
    import numpy as np

    if len(there) > CANDIDATES:
        least = np.partition(scores[there], -CANDIDATES)[-CANDIDATES]
        there = there[scores[there] >= least]
    return sorted(there.tolist(), key=lambda j: (-scores[j], j))[:CANDIDATES]


def _letters(first: _Item, second: _Item) -> tuple[float, str]:
    """How alike the two most alike wordings are, 0 to 1, and which they are."""
    from rapidfuzz import fuzz, process, utils

    scores = process.cdist(
        first.wordings, second.wordings, scorer=fuzz.ratio, processor=utils.default_process
    )
    at = int(scores.argmax())
    a, b = first.wordings[at // len(second.wordings)], second.wordings[at % len(second.wordings)]
    alike = max(float(scores.flat[at]), fuzz.token_sort_ratio(a, b))
    weakest = (_weakest(a, b) + _weakest(b, a)) / 2
    said = f"{alike:.0f} % of the letters alike ({a!r}, {b!r})"
    return (alike + weakest) / 200, said


def _weakest(a: str, b: str) -> float:
    """How well the oddest word of `a` is met in `b`: one odd word makes another skill."""
    from rapidfuzz import fuzz

    mine = [w for w in a.split() if w not in FUNCTION] or a.split()
    others = [w for w in b.split() if w not in FUNCTION] or b.split()
    return min(max(fuzz.ratio(w, other) for other in others) for w in mine)


def _who_goes(first: _Item, second: _Item) -> tuple[_Item, _Item]:
    """The known name stays; of two unknown ones the more frequent, then the shorter."""
    order = sorted((first, second), key=lambda i: (i.known, len(i.postings), -len(i.name), i.name))
    return order[0], order[1]
