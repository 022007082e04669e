"""Postings that say the same thing: counted once, every address kept, the overlap told.

Two postings repeat each other when most of their runs of five words are the same. What differs between
agency copies, the employer's name, is left out before comparing. Candidates come from an index of
sampled runs, so the work grows with the number of postings, not with its square; the verdict is exact.

Where postings are too many to hold, `likeness` gives each some numbers of its own: who shares none of them
with another posting repeats none, and the others are compared family by family.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.records import Posting
from pipeline.text import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# fewer words match by chance, more are broken by every small edit; five is usual for near-copies
RUN = 5
SAME_TITLE = 0.85
"""From this overlap on, postings of one title are one posting."""

OTHER_EMPLOYER = 0.95
"""Under another title a copy of another employer's text must be nearly the same word for word."""

OTHER_JOB = 0.995
"""Two titles at one employer are two jobs, unless not even a word tells their texts apart."""

# one run in 16 goes into the index: an ad of 400 words leaves some 25, enough for copies that share 85 %
SAMPLE = 16
# by eye: sentences of an agency stand in hundreds of postings, and comparing them all grows with the square
MAX_HOLDERS = 60
"""A run that more postings share is boilerplate and finds no candidates."""

BANDS, RUNS_A_BAND = 20, 6
"""One in 10,000 pairs as alike as `SAME_TITLE` has no band in common; of those half as alike nine in ten."""

_WORD = re.compile(r"\w+")
_TITLE_NOISE = re.compile(
    r"\((?:[mwfdxhn]|all genders?|div)(?:[/|,* ]+[mwfdxhn]+)*\)|\b[mwfdh]/[mwfdxh](?:/[dx])?\b|"
    r"\b(?:remote|hybrid|on-?site|full[- ]?time|part[- ]?time|urgent|new|vollzeit|teilzeit)\b",
    re.IGNORECASE,
)
_SAME_WORD = {
    "sr": "senior",
    "snr": "senior",
    "jr": "junior",
    "jnr": "junior",
    "mgr": "manager",
    "eng": "engineer",
    "dev": "developer",
}
# a prime over a million: orders of the same five words give different sums
_MULTIPLIER = 1_000_003


@dataclass(frozen=True, slots=True)
class _Print:
    """One posting made ready to compare: sorted hashes of its runs, its title's words, its employer."""

    index: int
    runs: NDArray[np.uint32]
    title: frozenset[str]
    employer: str


def fingerprint(text: str) -> str:
    """Return a digest equal for texts of equal words, whatever case, spacing, bullets, punctuation."""
    return _fingerprint(_WORD.findall(text.casefold()))


def mark_duplicates(postings: Iterable[Posting]) -> list[Posting]:
    """Return the postings in their order, repeats naming the one that counts, which keeps their addresses.

    An open posting counts before a closed one, else the first. Other kinds of sources are left alone.
    """
    given = list(postings)
    order = sorted(
        (i for i, p in enumerate(given) if p.source_kind == "posting" and p.text.strip()),
        # the open copy counts: a closed one does not, and the skill would lose its posting
        key=lambda i: (given[i].closed is not None, i),
    )
    kept = _Kept(given)
    verdicts = {index: found for index in order if (found := kept.settle(index)) is not None}
    return _told(given, verdicts)


@dataclass(frozen=True, slots=True)
class Likeness:
    """By what repeats of a posting are found without comparing it with every other.

    `same_words` is equal for postings of equal words besides the employer's name: they surely repeat.
    Postings of which most runs are the same have at least one of their `bands` in common.
    """

    same_words: str
    bands: tuple[int, ...]


def likeness(posting: Posting) -> Likeness:
    """Return what a posting's repeats are found by."""
    words = _words(posting)
    return Likeness(_fingerprint(words), _bands(_runs(words)))


class _Kept:
    """The postings that count so far, found again by equal text or by sampled runs of words."""

    def __init__(self, postings: Sequence[Posting]) -> None:
        self.postings = postings
        self.by_text: dict[str, int] = {}
        # most runs have one holder, and a list for each would take half of all memory
        self.by_run: dict[int, int | list[int]] = {}
        self.prints: dict[int, _Print] = {}

    def settle(self, index: int) -> tuple[int, float] | None:
        """Return the counted posting that this one repeats, with the overlap; None: it counts itself."""
        posting = self.postings[index]
        words = _words(posting)
        text = _fingerprint(words)
        # equal words need no comparison
        if text in self.by_text:
            return self.by_text[text], 1.0
        own = _Print(index, _runs(words), _title_words(posting), key(posting.company))
        best = self._best(own)
        if best is not None:
            return best
        self.by_text[text] = index
        self.prints[index] = own
        for run in _sampled(own):
            self._hold(run, index)
        return None

    def _hold(self, run: int, index: int) -> None:
        held = self.by_run.get(run)
        if held is None:
            self.by_run[run] = index
        elif isinstance(held, int):
            self.by_run[run] = [held, index]
        elif len(held) <= MAX_HOLDERS:
            held.append(index)

    def _holders(self, run: int) -> Sequence[int]:
        held = self.by_run.get(run, ())
        return (held,) if isinstance(held, int) else held

    def _best(self, own: _Print) -> tuple[int, float] | None:
        shared: Counter[int] = Counter()
        told = [holders for run in _sampled(own) if len(holders := self._holders(run)) <= MAX_HOLDERS]
        for holders in told:
            shared.update(holders)
        # copies share most of the sample: 20 candidates and two fifths of it leave room for chance; by eye
        for candidate, count in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:20]:
            if count < 0.4 * len(told):
                break
            overlap = _overlap(own, self.prints[candidate])
            if overlap >= _needed(own, self.prints[candidate]):
                return candidate, overlap
        return None


def _words(posting: Posting) -> list[str]:
    """Return the words of a posting but for its employer's name."""
    text = posting.text.casefold()
    name = posting.company.casefold().strip()
    # "we" and "one" are names of employers too, and words of every text
    return _WORD.findall(text.replace(name, " ") if len(name) > 3 else text)


def _fingerprint(words: Sequence[str]) -> str:
    return sha256(" ".join(words).encode("utf-8", "ignore")).hexdigest()[:32]


def _title_words(posting: Posting) -> frozenset[str]:
    title = key(_TITLE_NOISE.sub(" ", posting.title))
    # "Nurse, Leeds" and "Nurse, York" have one title: whether they are one job, their texts decide
    drop = set(key(posting.location).replace(",", " ").split()) | set(key(posting.company).split())
    words = (_SAME_WORD.get(w, w) for w in _WORD.findall(title) if w not in drop)
    # a number in a title is mostly a reference or a grade of pay
    return frozenset(w for w in words if not any(c.isdigit() for c in w))


@lru_cache(maxsize=65536)
def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "ignore"))


def _runs(words: Sequence[str]) -> NDArray[np.uint32]:
    import numpy as np

    hashes = np.fromiter(map(_hash, words), np.uint64, len(words))
    count = max(len(words) - RUN + 1, 1)
    total = np.zeros(count, np.uint64)
    for step in range(min(RUN, len(words))):
        total = total * np.uint64(_MULTIPLIER) + hashes[step : step + count]
    # one more mix, so that sampling by remainder is fair
    total = (total ^ (total >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    return np.unique(((total ^ (total >> np.uint64(29))) & np.uint64(0xFFFFFFFF)).astype(np.uint32))


def _bands(runs: NDArray[np.uint32]) -> tuple[int, ...]:
    """Hash by MinHash in one permutation: the least run of each equal stretch of numbers, so many to a band.

    An empty stretch takes from the next. The stretches of a band lie far apart, or a short text's band
    would hold one run only.
    """
    import numpy as np

    least = runs[np.searchsorted(runs, _stretches()) % runs.size].astype(np.uint64)
    total = np.arange(BANDS, dtype=np.uint64)
    for row in least.reshape(RUNS_A_BAND, BANDS):
        total = total * np.uint64(_MULTIPLIER) + row
    total = (total ^ (total >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (total ^ (total >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    return tuple(mixed.astype(np.uint32).view(np.int32).tolist())


@lru_cache(maxsize=1)
def _stretches() -> NDArray[np.uint32]:
    import numpy as np

    number = BANDS * RUNS_A_BAND
    return ((np.arange(number, dtype=np.uint64) << np.uint64(32)) // np.uint64(number)).astype(np.uint32)


def _sampled(own: _Print) -> list[int]:
    """Return the runs that stand for the posting in the index: one in sixteen, all of a short text."""
    # a short text would leave a handful of runs, or none
    if own.runs.size < 16 * SAMPLE:
        return [int(run) for run in own.runs]
    return [int(run) for run in own.runs[own.runs % SAMPLE == 0]]


def _overlap(left: _Print, right: _Print) -> float:
    import numpy as np

    shared = np.intersect1d(left.runs, right.runs, assume_unique=True).size
    return float(shared) / float(left.runs.size + right.runs.size - shared or 1)


def _needed(left: _Print, right: _Print) -> float:
    if not left.title or not right.title or left.title == right.title:
        return SAME_TITLE
    return OTHER_JOB if left.employer == right.employer else OTHER_EMPLOYER


def _told(given: Sequence[Posting], verdicts: dict[int, tuple[int, float]]) -> list[Posting]:
    aliases: dict[int, list[str]] = defaultdict(list)
    for index, (counted, _) in verdicts.items():
        aliases[counted].extend((given[index].url, *given[index].aliases))
    told = []
    for index, posting in enumerate(given):
        if index in verdicts:
            counted, overlap = verdicts[index]
            told.append(_repeat(posting, given[counted], overlap))
        else:
            told.append(_counted(posting, aliases[index]))
    return told


def _counted(posting: Posting, aliases: Iterable[str]) -> Posting:
    # a verdict of an earlier call is taken back
    more = [a for a in dict.fromkeys(aliases) if a and a != posting.url and a not in posting.aliases]
    flags = tuple(f for f in posting.flags if not f.startswith("repeats "))
    return replace(posting, duplicate_of=None, aliases=(*posting.aliases, *more), flags=flags)


def _repeat(posting: Posting, counted: Posting, overlap: float) -> Posting:
    share = f"{overlap:.0%}" if overlap < 1 else "all"
    why = f"repeats {counted.id}: {share} of its runs of {RUN} words are the same"
    if key(posting.company) != key(counted.company) and posting.company and counted.company:
        why += f", under the name of {posting.company} instead of {counted.company}"
    flags = tuple(f for f in posting.flags if not f.startswith("repeats "))
    return replace(posting, duplicate_of=counted.id, flags=(*flags, why))
