"""Which themes may share one row, and under which title: `families.tsv`, a judgement kept as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from pipeline.records import Kind


@dataclass(frozen=True, slots=True)
class Family:
    """Themes of one kind that a coach would put into one row, and the title of that row.

    The themes of a `close` family are always joined: two rows of them would say the same twice. The title
    speaks of the `leading` themes (marked * in the file), so it stands only over a row that has them.
    """

    kind: Kind
    close: bool
    title: str
    themes: frozenset[str]
    leading: frozenset[str] = frozenset()

    def holds(self, themes: Iterable[str]) -> bool:
        """True when all these themes belong to it."""
        return self.themes.issuperset(themes)


@cache
def families() -> tuple[Family, ...]:
    """Every family in the order of the file; a theme may be in several."""
    lines = (files("pipeline.matrix") / "families.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    return tuple(
        Family(cast(Kind, kind), close == "yes", title, *_themes(themes.split("|")))
        for kind, close, title, themes in rows
    )


def _themes(marked: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    names = frozenset(name.removeprefix("*") for name in marked)
    return names, frozenset(name[1:] for name in marked if name.startswith("*"))


def family_of(kind: Kind, themes: Iterable[str]) -> Family | None:
    """The first family that holds all these themes and whose leading ones are among them, else None."""
    wanted = frozenset(themes)
    of_kind = (family for family in families() if family.kind == kind)
    return next((f for f in of_kind if f.leading <= wanted and f.holds(wanted)), None)
