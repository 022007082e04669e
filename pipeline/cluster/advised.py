"""Names that a model gave to the wordings of a target, checked against the words, the table and a person.

An answer puts each numbered wording into a group with a name, or nowhere. A name must be one that was on
offer or be made of words of its group's wordings; a wording must be like its group, and must not be known
for another thing. What fails keeps its local name, and an answer with too many failures counts nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.cluster.discover import NEGATIVE, content
from pipeline.cluster.names import Names, Resolved
from pipeline.phrases import phrases
from pipeline.records import KINDS, Kind
from pipeline.text import key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIKE = 0.3
"""Cosine (in the view of names) from which a wording without a word of its group may be in it. Of the
open sets' readers' groups 98 % of the wordings pass, of wordings put into a group at random 32 %
(``python -m benchmarks.likeness``)."""

Group = tuple[str, Kind | None, Sequence[int]]
"""A group as the model gave it: name, kind, and numbers of wordings."""


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered line of a question: wordings that differ in capitals only, and the names on offer.

    `said` is what the wording stands for, where that is a member of a list that it holds whole.
    """

    wordings: tuple[str, ...]
    near: tuple[str, ...] = ()
    said: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Item:
        """Return the item of a record."""
        return cls(tuple(record["wordings"]), tuple(record["near"]), str(record.get("said") or ""))

    @property
    def record(self) -> dict[str, Any]:
        """The item as JSON-ready values."""
        return {"wordings": list(self.wordings), "near": list(self.near), "said": self.said}

    @property
    def text(self) -> str:
        """What is named: the member, or the wording."""
        return self.said or self.wordings[0]


@dataclass(frozen=True, slots=True)
class Batch:
    """One question about names, and what was answered to it."""

    items: Sequence[Item]
    groups: Sequence[Group]
    none: Sequence[int] = ()


@dataclass(frozen=True)
class Advised:
    """The name of each wording, the kind of each name, and what became of the answers' items."""

    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def checked(batches: Iterable[Batch], local: Names, believed: Callable[[int, int], bool]) -> Advised:
    """Return the names that hold, batch after batch: a later one may use the names of those before it.

    `local` names without any model; `believed` says whether enough of an answer's items passed.
    """
    found = Advised()
    for batch in batches:
        check = _Check(batch, local, set(found.names.values()))
        check.run()
        sure = believed(check.passed, len(batch.items))
        found.counts.update(check.counts if sure else {"in answers not believed": len(batch.items)})
        if sure:
            found.names.update(check.names)
            found.kinds.update(check.kinds)
    return found


_LIGHT = frozenset(
    {
        "taking",
        "making",
        "giving",
        "doing",
        "having",
        "provid",
        "ensur",
        "perform",
        "carry",
        "handl",
        "support",
    }
)
"""Verbs that name nothing: "taking initiative" is made of words of "use your initiative"."""


class _Check:
    """One answer against its question."""

    def __init__(self, batch: Batch, local: Names, so_far: Collection[str]) -> None:
        self.batch = batch
        self.local = local
        self.so_far = {key(name): name for name in so_far}
        self.names: dict[str, str] = {}
        self.kinds: dict[str, Kind] = {}
        self.counts: Counter[str] = Counter()
        self.passed = 0

    def run(self) -> None:
        """Go through the groups in order, then through what was put nowhere."""
        seen: set[int] = set()
        for name, kind, ids in self.batch.groups:
            fresh = [n for n in dict.fromkeys(ids) if n not in seen and 0 < n <= len(self.batch.items)]
            self.counts["said twice or never asked"] += len(ids) - len(fresh)
            seen.update(fresh)
            if fresh:
                self._group(name, kind, [self.batch.items[n - 1] for n in fresh])
        none = {n for n in self.batch.none if 0 < n <= len(self.batch.items)} - seen
        self.passed += len(none)
        self.counts["without a name"] += len(none)
        self.counts["left out"] += len(self.batch.items) - len(seen | none)

    def _group(self, said: str, kind: Kind | None, items: Sequence[Item]) -> None:
        name = self._offered(said, items) or self._made(said, items) or self._known(said, items)
        self.counts["renamed: not in the words"] += name is None
        name = name or self._lead(items)
        resolved = [self.local.resolve(item.text) for item in items]
        fixed = {r.name for r in resolved if self._is_fixed(r)}
        apart = fixed if len(fixed) > 1 else set()
        alike = _alike([name, *(item.text for item in items)])
        for at, (item, r) in enumerate(zip(items, resolved, strict=True)):
            if _differs(item.text, name):
                self.counts["another thing"] += 1
            elif len(items) > 1 and not alike[at] and name not in item.near:
                self.counts["unlike its group"] += 1
            elif r.name in apart and not content(r.name) <= content(name):
                # the table may be finer than the model, which garbles nothing by that
                self.passed += 1
                self.counts["two skills in the table"] += 1
            else:
                self.passed += 1
                self.counts["named"] += 1
                self.names.update(dict.fromkeys(item.wordings, name))
                if kind in KINDS:
                    self.kinds.setdefault(name, kind)

    def _is_fixed(self, found: Resolved) -> bool:
        """Say whether the table knows a wording by an alias of something specific."""
        known = found.known and found.how in ("alias", "rule")
        return known and self.local.vocabulary.skills[found.name].kind == "specific"

    def _offered(self, said: str, items: Sequence[Item]) -> str | None:
        """Return the name on offer that the model means, the table's names of the wordings among them."""
        offered = {key(name): name for item in items for name in item.near}
        offered |= {key(r.name): r.name for r in (self.local.resolve(item.text) for item in items)}
        return self.so_far.get(key(said)) or offered.get(key(said))

    def _known(self, said: str, items: Sequence[Item]) -> str | None:
        """Return the table's name that the model says in other words, where it is like the wordings."""
        known = self.local.resolve(said)
        if not known.known or known.how != "alias" or self.local.is_named_thing(known):
            return None
        return known.name if any(_alike([known.name, *(item.text for item in items)])) else None

    def _made(self, said: str, items: Sequence[Item]) -> str | None:
        """Return a new name whose words all stand in the wordings; None where one does not.

        Words of other groups' wordings will do ("scheduling" for "rotas"), unless the table knows the name
        for something specific.
        """
        name = " ".join(said.split())[:80]
        mine = content(name) - _LIGHT
        if not mine:
            return None
        elsewhere = () if self._is_fixed(self.local.resolve(name)) else self.batch.items
        if not _all_in(mine, items) and not _all_in(mine, elsewhere):
            return None
        return name if any(c.isupper() for c in name) else name[:1].upper() + name[1:]

    def _lead(self, items: Sequence[Item]) -> str:
        """Return the local name of the group: one that the table knows, then the shortest."""
        resolved = [self.local.resolve(item.text) for item in items]
        return min(resolved, key=lambda r: (not r.known, len(r.name), r.name)).name


def _differs(wording: str, name: str) -> bool:
    """Say whether numbers or a "no" make a wording another thing than a name."""
    numbers = set(re.findall(r"\d+", wording)), set(re.findall(r"\d+", name))
    said = frozenset(wording.lower().split()), frozenset(name.lower().split())
    return numbers[0] != numbers[1] or bool(NEGATIVE & (said[0] ^ said[1]))


def _all_in(words: Iterable[str], items: Iterable[Item]) -> bool:
    """Say whether each word stands in one of the items' wordings."""
    said = {word for item in items for text in (item.text, *item.wordings) for word in content(text)}
    return all(any(_one_word(a, b) for b in said) for a in words)


def _one_word(a: str, b: str) -> bool:
    """Say whether two stems are one word but for its ending."""
    short, long = sorted((a, b), key=len)
    if len(short) == 3 and long in (f"{short}ing", f"{short}{short[-1]}ing"):
        return True
    common = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return a == b or common >= max(4, round(0.7 * len(short)))


def shares_a_word(one: str, other: str) -> bool:
    """Say whether two wordings share a word that says something, but for its ending."""
    return any(_one_word(a, b) for a in content(one) for b in content(other))


def _alike(said: Sequence[str]) -> list[bool]:
    """Say for each wording behind the name whether it shares a word with another, or is near one."""
    vectors = _vectors(tuple(said))
    near = vectors @ vectors.T
    found = []
    for at in range(1, len(said)):
        others = [other for other in range(len(said)) if other != at]
        shared = any(shares_a_word(said[at], said[other]) for other in others)
        found.append(shared or max(float(near[at, o]) for o in others) >= LIKE)
    return found


def nearest(wording: str, names: Sequence[str], most: int = 2, least: float = 0.45) -> list[str]:
    """Return the names nearest to a wording, the nearest first."""
    if not names:
        return []
    near = (_vectors((wording,)) @ _kept_vectors(tuple(names)).T)[0]
    order = sorted(range(len(names)), key=lambda at: (-round(float(near[at]), 4), names[at]))
    return [names[at] for at in order[:most] if near[at] >= least]


def together(said: Sequence[str]) -> list[int]:
    """Return the places of wordings in an order that puts those alike next to each other."""
    from scipy.cluster.hierarchy import leaves_list, linkage

    if len(said) < 3:
        return list(range(len(said)))
    return [int(at) for at in leaves_list(linkage(_vectors(tuple(said)), "average"))]


def _vectors(said: tuple[str, ...]) -> NDArray[np.float32]:
    return phrases().vectors(said, "same")


# the names of a target are the same for each of its wordings
_kept_vectors = lru_cache(maxsize=4)(_vectors)
