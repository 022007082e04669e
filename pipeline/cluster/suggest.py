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

from pipeline.cluster.words import FUNCTION
from pipeline.records import Rulings, Skill, Suggestion
from pipeline.text import key

MIN_SCORE = 0.8
"""Below this nearly every pair of names from real postings that we read was two skills."""

COMMON = 400
"""A trigram in more names than this ("ing", "ion") says nothing and would cost the square of its count."""

CANDIDATES = 8
"""Pairs looked at closely per name; what follows them was never above the threshold."""

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
    found = [s for pair in judge.candidates() if (s := judge.judge(*pair))]
    found.sort(key=lambda s: (-s.score, s.left, s.right))
    counts: Counter[str] = Counter()
    kept = []
    for suggestion in found:
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
        self.neighbours = _neighbours(self.items)

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs worth a look, at most `CANDIDATES` per unknown name, in order."""
        pairs: set[tuple[int, int]] = set()
        for i, near in enumerate(self._near()):
            pairs.update((min(i, j), max(i, j)) for j in near)
        pairs.update(self._initials())
        return sorted(pairs)

    def _near(self) -> Iterable[list[int]]:
        """For each unknown name the others that share its rare trigrams, most alike first."""
        index: dict[str, list[int]] = defaultdict(list)
        for i, grams in enumerate(self.grams):
            for gram in grams:
                index[gram].append(i)
        weight = {g: log(len(self.items) / len(rows)) for g, rows in index.items() if len(rows) <= COMMON}
        norms = [sqrt(sum(weight.get(g, 0.0) for g in grams)) or 1.0 for grams in self.grams]
        for i, grams in enumerate(self.grams):
            scores: dict[int, float] = defaultdict(float)
            if not self.items[i].known:
                for gram in sorted(grams):
                    for j in index[gram] if gram in weight else ():
                        scores[j] += weight[gram]
            scores.pop(i, None)
            ranked = sorted(scores, key=lambda j: (-scores[j] / norms[j], j))
            yield ranked[:CANDIDATES]

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

    def judge(self, i: int, j: int) -> Suggestion | None:
        """The suggestion of one pair; None where it is not likely or not to be asked."""
        first, second = self.items[i], self.items[j]
        if (first.known and second.known) or first.numbers != second.numbers:
            return None
        if {key(first.name), key(second.name)} <= self.accepted:
            return None
        letters, said = _letters(first, second)
        initials = _spells(first, second) or _spells(second, first)
        company, together = self._company(i, j), len(first.postings & second.postings)
        score = 0.9 if initials else letters
        if first.postings and second.postings:
            # two names of one skill keep the same company and seldom meet in one posting
            rarer = min(len(first.postings), len(second.postings))
            score += 0.1 * company - 0.15 * together / rarer
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
        a, b = self.neighbours[i], self.neighbours[j]
        return len(a & b) / len(a | b) if a | b else 0.0


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


def _neighbours(items: Sequence[_Item], most: int = 40) -> list[set[int]]:
    """For each name the ones that it most often shares a posting with; nothing where postings are unknown."""
    by_posting: dict[str, list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        for posting in item.postings:
            by_posting[posting].append(i)
    counts: list[Counter[int]] = [Counter() for _ in items]
    for i, item in enumerate(items):
        # a hundred postings tell the company as well as ten thousand
        for posting in sorted(item.postings)[:100]:
            counts[i].update(by_posting[posting])
    return [
        {j for j, _ in sorted(c.items(), key=lambda p: (-p[1], p[0]))[: most + 1] if j != i}
        for i, c in enumerate(counts)
    ]


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
