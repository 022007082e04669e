"""A user's own taxonomy beside the curated vocabulary: ESCO, O*NET or any CSV, with its identifiers.

`import_taxonomy` reads a published file, `save` keeps it as one tab-separated file among what cannot be
computed again, `saved` finds those files for `vocabulary.load`. What is read here is hostile until it has
been through `_cell`: no tab, no line break, no comment sign can leave its cell.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TextIO, get_args

from pipeline.errors import UsageError
from pipeline.records import Kind, SkillEntry
from pipeline.text import key

TaxonomyKind = Literal["esco", "onet", "csv"]
"""The shapes that can be read."""

TAXONOMY_COLUMNS = ("name", "kind", "theme", "aliases", "phrases", "builds_on", "uri", "source")

_Row = Mapping[str, str]


def import_taxonomy(kind: TaxonomyKind, file: Path) -> list[SkillEntry]:
    """Return the skills of a published file, each name once, in the order of names.

    Raises `UsageError` where the file cannot be read or has not the columns of its kind.
    """
    if kind not in get_args(TaxonomyKind):
        raise UsageError(f"no taxonomy is called {kind!r}; there are {', '.join(get_args(TaxonomyKind))}")
    read = {"esco": _esco, "onet": _onet, "csv": _plain}[kind]
    try:
        entries = [entry for row in _rows(file) for entry in read(row)]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", "Give the file as it was published.") from error
    except KeyError as error:
        raise UsageError(f"{file} has no column {error}", _ADVICE[kind]) from error
    if not entries:
        raise UsageError(f"{file} names no skill", _ADVICE[kind])
    return _once(entries)


_ADVICE = {
    "esco": "ESCO: skills_en.csv or a collection of the download (conceptUri, preferredLabel, altLabels).",
    "onet": "O*NET: Technology Skills, Tools Used (Example, Commodity Code) or Skills (Element Name).",
    "csv": "CSV: a header with name, and if you have them aliases, uri, kind and theme; lists with | or ;.",
}


def save(entries: Iterable[SkillEntry], folder: Path, name: str) -> Path:
    """Return the file in which these entries now stand; an older one of that name is replaced in one step."""
    safe = re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:40] or "taxonomy"
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / f"{safe}.tsv", folder / f".{safe}.tsv.{os.getpid()}.part"
    lines = ["\t".join(TAXONOMY_COLUMNS), *(_line(entry) for entry in entries)]
    try:
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _line(entry: SkillEntry) -> str:
    cells = (entry.name, entry.kind, entry.theme, "|".join(entry.aliases), "", "", entry.uri, entry.source)
    return "\t".join(cells)


# --- reading ------------------------------------------------------------------------------------


def _rows(file: Path) -> Iterator[_Row]:
    """Yield the rows of a CSV, a tab-separated file or JSON lines, each perhaps gzipped."""
    suffixes = [s.lower() for s in file.suffixes]
    with _opened(file, zipped=".gz" in suffixes[-1:]) as lines:
        if ".jsonl" in suffixes:
            yield from (_flat(json.loads(line)) for line in lines if line.strip())
            return
        first = lines.readline()
        lines.seek(0)
        reader = csv.DictReader(lines, delimiter="\t" if first.count("\t") > first.count(",") else ",")
        for row in reader:
            yield {k.strip(): v for k, v in row.items() if isinstance(k, str) and isinstance(v, str)}


def _opened(file: Path, zipped: bool) -> TextIO:
    if zipped:
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


_JSON_NAMES = {
    "label": "preferredLabel",
    "uri": "conceptUri",
    "alt_labels": "altLabels",
    "reuse_level": "reuseLevel",
    "skill_type": "skillType",
}


def _flat(record: object) -> _Row:
    """Return a JSON record under the names of the published columns."""
    if not isinstance(record, dict):
        return {}
    flat: dict[str, str] = {}
    for name, value in record.items():
        text = " | ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        flat[_JSON_NAMES.get(str(name), str(name))] = text
    return flat


def _esco(row: _Row) -> Iterator[SkillEntry]:
    if row["preferredLabel"] and row.get("status", "released") == "released":
        label = row["preferredLabel"]
        # "Java (computer programming)" is called Java by everyone but ESCO
        bare = re.sub(r"\s*\([^()]*\)$", "", label)
        names = [bare, *re.split(r"\s*\|\s*|\s*\n\s*", row["altLabels"])]
        yield _entry(label, names, row["conceptUri"], _esco_kind(row), "esco")


def _esco_kind(row: _Row) -> Kind:
    """Return "general" where ESCO says that it carries over, and it is something that one does."""
    level = row.get("reuseLevel", "")
    carries = level == "transversal" or (level == "cross-sector" and row.get("skillType") != "knowledge")
    return "general" if carries else "specific"


def _onet(row: _Row) -> Iterator[SkillEntry]:
    if "Element Name" in row:
        kind: Kind = "specific" if row["Element ID"].startswith("2.C") else "general"
        yield _entry(row["Element Name"], [], f"onet:{row['Element ID']}", kind, "onet")
        return
    name = row["Example"]
    if name:
        uri = f"unspsc:{row['Commodity Code']}" if row["Commodity Code"] else ""
        yield _entry(name, _onet_names(name), uri, "specific", "onet")


def _onet_names(name: str) -> list[str]:
    """Return what people write for O*NET's "Structured query language SQL" and the like."""
    bare = re.sub(r" software$", "", name)
    words = bare.split()
    short = words[-1]
    initials = "".join(word[0] for word in words[:-1]).lower()
    if len(words) > 2 and short.isupper() and initials == short.lower():
        return [" ".join(words[:-1]), short]
    proper = sum(c.isupper() for c in bare) > 1
    return [bare] if bare != name and proper else []


_NAME = ("name", "skill", "label", "preferredLabel", "title")
_ALIASES = ("aliases", "altLabels", "alt_labels", "synonyms")
_URI = ("uri", "conceptUri", "id", "url")


def _plain(row: _Row) -> Iterator[SkillEntry]:
    name = _first(row, _NAME)
    if name is None:
        raise KeyError("name")
    if name:
        kind: Kind = "general" if row.get("kind", "").strip().lower() == "general" else "specific"
        aliases = re.split(r"\s*[|;\n]\s*", _first(row, _ALIASES) or "")
        yield _entry(name, aliases, _first(row, _URI) or "", kind, "csv", row.get("theme", ""))


def _first(row: _Row, names: Iterable[str]) -> str | None:
    lowered = {k.lower(): v for k, v in row.items()}
    return next((lowered[n.lower()] for n in names if n.lower() in lowered), None)


def _entry(
    name: str, aliases: Iterable[str], uri: str, kind: Kind, source: str, theme: str = ""
) -> SkillEntry:
    title = _cell(name)
    title = title[:1].upper() + title[1:] if title.islower() else title
    spelt = (_spelling(_cell(alias)) for alias in (title, *aliases))
    kept = dict.fromkeys(s for s in spelt if s and s != title)
    return SkillEntry(title, kind, _cell(theme), tuple(kept), uri=_cell(uri), source=source)


def _spelling(name: str) -> str:
    """Let a single word with a capital count in its own case only.

    "Absorb" is a system, "absorb" is not.
    """
    return f"={name}" if name and " " not in name and any(c.isupper() for c in name) else name


def _cell(text: str) -> str:
    """Clean a text: it stays in its cell and is no comment, list or exact-case sign by accident."""
    return " ".join(text.replace("|", " ").split()).lstrip("#= ")[:200]


def _once(entries: Iterable[SkillEntry]) -> list[SkillEntry]:
    """Return each name once, with the names of all its rows."""
    found: dict[str, SkillEntry] = {}
    for entry in entries:
        old = found.get(key(entry.name))
        if not entry.name:
            continue
        if old is None:
            found[key(entry.name)] = entry
        elif set(entry.aliases) - set(old.aliases):
            aliases = tuple(dict.fromkeys((*old.aliases, *entry.aliases)))
            found[key(entry.name)] = SkillEntry(
                old.name, old.kind, old.theme, aliases, uri=old.uri or entry.uri, source=old.source
            )
    return sorted(found.values(), key=lambda entry: (key(entry.name), entry.name))
