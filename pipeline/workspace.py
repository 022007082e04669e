"""The Python face for notebooks: one workspace, its tables as pandas DataFrames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.steps.place import Place

if TYPE_CHECKING:
    from pandas import DataFrame


class Workspace:
    """A workspace folder that `skillmatrix run` filled.

    Every table is a DataFrame for one target (id or role; the latest one when left out). The
    columns are those of `skillmatrix export`, listed in `pipeline.report.tables`.
    """

    def __init__(self, path: str | Path = ".") -> None:
        self._place = Place(Path(path))

    def __repr__(self) -> str:
        """Return the workspace with its path, as it was opened."""
        return f"Workspace({str(self._place.root)!r})"

    def targets(self) -> list[str]:
        """Return the ids of the targets, the most recent last."""
        return [target.id for target in self._place.targets()]

    def postings(self, target: str | None = None) -> DataFrame:
        """Return one row per gathered posting."""
        return self._frame("postings", target)

    def mentions(self, target: str | None = None) -> DataFrame:
        """Return one row per mention, with quote, offsets, strength and skill."""
        return self._frame("mentions", target)

    def skills(self, target: str | None = None) -> DataFrame:
        """Return one row per scored skill: n, of, interval, score, priority, kind and its reason."""
        return self._frame("skills", target)

    def matrix(self, target: str | None = None) -> DataFrame:
        """Return the drafted rows."""
        return self._frame("matrix", target)

    def _frame(self, name: str, target: str | None) -> DataFrame:
        from pandas import DataFrame

        from pipeline.settings import load_settings
        from pipeline.steps.report import rows

        return DataFrame(rows(self._place, self._place.target(target), load_settings(self._place.root), name))
