"""Which skills belong in one row: a pair score learned from readers' rows, themes and families.

`features` into a small network, fitted by ``training/heads.py``, gives the probability that a reader puts
two demanded skills of a target into one row of the matrix.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.phrases import Scorer, View, phrases, scorer, unit
from pipeline.records import Evidence, Skill
from pipeline.text import without_end

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.shares import DemandTable

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

WORDINGS = 12
"""Wordings of a skill that are looked at."""

REACH = 150.0
"""Characters within which two skills of a posting stand near each other: two lines of a list."""

NEAREST, FEW = 10, 50
"""Neighbours that a pair is measured beside, and skills below which a set is small."""

USUAL: Mapping[View, float] = {"row": 0.8, "same": 0.44}
"""The mean cosine of a skill with its ten nearest, over 94 annotated sets."""

_WORD = re.compile(r"[a-z0-9+#]{3,}")
_ENDS = ("ing", "ed", "es", "s", "ment", "ion")


def alike(
    skills: Sequence[Skill],
    ledger: DemandTable,
    evidence: Mapping[str, Sequence[Evidence]],
    row: Scorer | None = None,
) -> Floats:
    """Return the probability for each two of the skills that they share a row (skills x skills)."""
    import numpy as np

    row = row or scorer("row")
    sure = np.zeros((len(skills), len(skills)))
    if len(skills) > 1:
        left, right = np.triu_indices(len(skills), 1)
        sure[left, right] = row.probability(features(skills, ledger, evidence))
    return sure + sure.T


def features(
    skills: Sequence[Skill], ledger: DemandTable, evidence: Mapping[str, Sequence[Evidence]]
) -> Floats:
    """Return what is measured of each pair, in the order of `numpy.triu_indices`.

    The measures: cosine of the mean vectors in both views, same theme, two different known
    themes, both general, both specific, postings in common (of all and of the rarer skill), words in
    common, how near they stand in a posting, postings of the rarer and of the commoner skill, demands of
    the target, and in both views how near the two are beside other skills (`_beside_others`).
    """
    import numpy as np

    left, right = np.triu_indices(len(skills), 1)
    same_view = np.stack([_mean(skill, "same") for skill in skills])
    row_view = np.stack([_mean(skill, "row") for skill in skills])
    themes = np.array([_theme(skill) for skill in skills])
    themed = themes != ""
    one_theme = (themes[left] == themes[right]) & themed[left]
    other = (themes[left] != themes[right]) & themed[left] & themed[right]
    general = np.array([skill.kind == "general" for skill in skills])
    asked = _asked(skills, ledger)
    count = asked.sum(1)
    both = (asked @ asked.T)[left, right]
    rarer, commoner = np.minimum(count[left], count[right]), np.maximum(count[left], count[right])
    words, shared = _words(skills)
    return np.column_stack(
        [
            (same_view[left] * same_view[right]).sum(1),
            (row_view[left] * row_view[right]).sum(1),
            one_theme,
            other,
            general[left] & general[right],
            ~general[left] & ~general[right],
            both / np.maximum(1, count[left] + count[right] - both),
            both / np.maximum(1, rarer),
            shared[left, right] / np.maximum(1, np.minimum(words[left], words[right])),
            _near(skills, evidence)[left, right],
            rarer,
            commoner,
            np.full(len(left), count.sum()),
            _beside_others("row", row_view, left, right),
            _beside_others("same", same_view, left, right),
        ]
    ).astype(np.float64)


def _beside_others(view: View, vectors: NDArray[np.float32], left: Places, right: Places) -> Floats:
    """Return how near pairs are beside what else is near to each of the two (pairs x 3).

    The measures: the square root of the better and of the worse rank of one skill among the neighbours of
    the other, as a part of all skills, and the cosine less the mean cosines of either with its ten nearest.
    In a target about one subject all cosines are high; ranks do not change with that. On left-out fields
    these measures bring .2 to .4 rows.
    """
    import numpy as np

    near = np.round(vectors @ vectors.T, 5).astype(np.float64)
    others = near - 2 * np.eye(len(near))
    # a small set is measured as if it had the usual number of neighbours, at the usual cosine
    rank = (-others).argsort(1, kind="stable").argsort(1, kind="stable") / max(len(near), FEW)
    some = min(NEAREST, len(near) - 1)
    nearest = (np.sort(others, 1)[:, -some:].sum(1) + (NEAREST - some) * USUAL[view]) / NEAREST
    ranks = np.sqrt(np.sort([rank[left, right], rank[right, left]], 0))
    return np.column_stack([*ranks, 2 * near[left, right] - nearest[left] - nearest[right]])


def mean_vectors(skills: Sequence[Skill]) -> NDArray[np.float32]:
    """Return the mean vector of each skill's wordings in the view that brings row-mates together."""
    import numpy as np

    return np.stack([_mean(skill, "row") for skill in skills])


def _theme(skill: Skill) -> str:
    """The theme, "" for a skill that is its own."""
    return skill.theme if skill.known and skill.theme != skill.name else ""


def _mean(skill: Skill, view: View) -> NDArray[np.float32]:
    said = dict.fromkeys((skill.name, *skill.aliases[:WORDINGS]))
    return unit(phrases().vectors(said, view).mean(0))


def _asked(skills: Sequence[Skill], ledger: DemandTable) -> Floats:
    """Which source demands which skill (skills x sources)."""
    import numpy as np

    place = {name: at for at, name in enumerate(ledger.names)}
    asked = np.zeros((len(skills), len(ledger.ids)))
    for at, skill in enumerate(skills):
        asked[at, ledger.posting[ledger.entries_of(place[skill.name])]] = 1
    return asked


def _words(skills: Sequence[Skill]) -> tuple[Floats, Floats]:
    """How many stems each skill's wordings have, and how many each two of them share."""
    import numpy as np

    stems = [_stems(" ".join((s.name, *s.aliases[:WORDINGS]))) for s in skills]
    counts = Counter(stem for some in stems for stem in some)
    column = {stem: at for at, stem in enumerate(sorted(s for s, n in counts.items() if n > 1))}
    has = np.zeros((len(skills), len(column)))
    for at, some in enumerate(stems):
        has[at, [column[stem] for stem in some if stem in column]] = 1
    return np.array([float(len(some)) for some in stems]), has @ has.T


def _stems(text: str) -> frozenset[str]:
    return frozenset(without_end(word, _ENDS) for word in _WORD.findall(text.lower()))


def _near(skills: Sequence[Skill], evidence: Mapping[str, Sequence[Evidence]]) -> Floats:
    """How near two skills stand where they stand nearest: 1 at one place, 0 in no common posting."""
    import numpy as np

    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, skill in enumerate(skills):
        for quote in evidence.get(skill.name, ()):
            places[quote.posting_id].append((at, quote.start))
    near = np.zeros((len(skills), len(skills)))
    for found in places.values():
        who, where = np.array(found).T
        value = np.exp(-np.abs(where[:, None] - where[None]) / REACH)
        np.maximum.at(near, (who[:, None].repeat(len(who), 1), who[None].repeat(len(who), 0)), value)
    return near
