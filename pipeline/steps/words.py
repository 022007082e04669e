"""A workspace's own words: taxonomies beside the curated vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline import vocabulary
from pipeline.archive import own_folder
from pipeline.errors import StoreError
from pipeline.steps.place import TAXONOMIES, Place


@dataclass(frozen=True, slots=True)
class Added:
    """What an import brought: names in the file, new skills, and curated skills that got a URI."""

    path: Path
    names: int
    new: int
    joined: int


def add(place: Place, kind: Literal["esco", "onet", "csv"], file: Path, name: str | None = None) -> Added:
    """Return a published taxonomy, kept in `data/raw`; the next `score` and `run` use its names."""
    entries = vocabulary.import_taxonomy(kind, file)
    try:
        folder = own_folder(place.raw, place.raw / TAXONOMIES)
        path = vocabulary.save(entries, folder, name or file.name.split(".")[0])
        path.chmod(0o600)  # as everything in data/raw
    except OSError as error:
        raise StoreError(f"cannot write the taxonomy: {error.strerror or error}") from error
    curated, joined = vocabulary.load().skills, place.words().skills
    new = [skill for skill in joined if skill not in curated]
    with_uri = [skill for skill in curated if joined[skill].uri]
    return Added(path, len(entries), len(new), len(with_uri))


def listed(place: Place, match: str = "") -> Iterator[str]:
    """Yield the known skills whose name or alias holds `match`, one tab-separated line each, by name."""
    wanted = match.lower()
    for name, entry in sorted(place.words().skills.items()):
        if any(wanted in word.lower() for word in (name, *entry.aliases)):
            yield "\t".join((name, entry.kind, entry.theme, "|".join(entry.aliases), entry.uri))
