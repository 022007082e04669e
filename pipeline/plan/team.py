"""Several workspaces side by side: who stands where in the rows of one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.plan import steps as planning
from pipeline.records import PlanRow, Target
from pipeline.settings import load_settings
from pipeline.steps.place import Place


@dataclass(frozen=True, slots=True)
class Team:
    """The rows of the first workspace's matrix, and for each name its level in each (None: never rated)."""

    target: Target
    rows: tuple[PlanRow, ...]
    levels: tuple[tuple[str, tuple[int | None, ...]], ...]


def team(folders: Sequence[Path], wanted: str | None) -> Team:
    """Return the team of these workspaces, each named by its folder.

    Raises `UsageError` for fewer than two.
    """
    names = [folder.resolve().name for folder in folders]
    if len(folders) < 2 or len(set(names)) < len(names):
        raise UsageError("a team has two workspaces or more, each with a folder name of its own",
                         "Example: skillmatrix team ann/ ben/ --target 'ML engineer'")  # fmt: skip
    for folder in folders:
        if not (folder / "data").is_dir():
            raise UsageError(f"{folder} is no workspace", "Name folders in which `skillmatrix run` was done.")
    first = Place(folders[0])
    target = first.target(wanted)
    rows = planning.rows(first, target, load_settings(folders[0]))
    found = [(name, _levels(folder, target, rows)) for name, folder in zip(names, folders, strict=True)]
    return Team(target, rows, tuple(found))


def _levels(folder: Path, target: Target, rows: Sequence[PlanRow]) -> tuple[int | None, ...]:
    """Return the levels of one person.

    Of the same target where their workspace has it, else of its latest.
    """
    place = Place(folder)
    ids = [known.id for known in place.targets()]
    mine = planning.rows(place, place.target(target.id if target.id in ids else None), load_settings(folder))
    by_theme = {row.theme: row for row in mine}
    return tuple(
        by_theme[row.theme].current if row.theme in by_theme and by_theme[row.theme].rated else None
        for row in rows
    )
