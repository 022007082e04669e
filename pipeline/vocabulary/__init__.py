"""The curated skills and themes, read from tab-separated files that a person can edit.

`data/skills/*.tsv` has the columns name, kind, theme, aliases, phrases, builds_on (and uri, source in a
user's taxonomy); `data/themes/*.tsv` has key, title, kind, reason, ease, builds_on, evidence, practice,
questions. The first line is the header, `#` starts a comment line, cells of a list are separated by `|`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.records import KINDS, SkillEntry, ThemeEntry, Trade, Vocabulary
from pipeline.text import claims, key
from pipeline.vocabulary.taxonomies import import_taxonomy, save

__all__ = ["DATA", "import_taxonomy", "load", "problems", "save", "saved", "table"]

DATA = Path(__file__).parent / "data"
"""The folder of the shipped files."""

SKILL_COLUMNS = ("name", "kind", "theme", "aliases", "phrases", "builds_on")
THEME_COLUMNS = ("key", "title", "kind", "reason", "ease", "builds_on", "evidence", "practice", "questions")

TRADES: Mapping[str, Trade] = {
    "care": "care",
    "data-ml": "software",
    "finance": "office",
    "hardware-engineering": "trades",
    "hospitality": "sales",
    "human": "people",
    "infrastructure": "software",
    "law": "office",
    "logistics": "trades",
    "office": "office",
    "product-design": "software",
    "sales-marketing": "sales",
    "security": "software",
    "software": "software",
    "teaching": "teaching",
    "trades": "trades",
}
"""The family of trades of each shipped file of skills."""

ADVICE = "Correct the lines named above; `python -m pipeline.vocabulary` checks the files again."


@dataclass(frozen=True, slots=True)
class _Line:
    """One data line as it stands in its file."""

    where: str
    cells: Mapping[str, str]

    def many(self, column: str) -> tuple[str, ...]:
        """Return the parts of a list cell, trimmed, without empty ones."""
        return tuple(part for part in (p.strip() for p in self.cells.get(column, "").split("|")) if part)

    def one(self, column: str) -> str:
        """Return the trimmed cell."""
        return self.cells.get(column, "").strip()


@dataclass
class _Draft:
    """What the files say, with every problem found on the way."""

    skills: dict[str, SkillEntry] = field(default_factory=dict)
    themes: dict[str, ThemeEntry] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)


def saved(folder: Path) -> tuple[Path, ...]:
    """Return the saved taxonomies of a folder in order; none where there is no folder."""
    return tuple(sorted(path for path in folder.glob("*.tsv") if not path.name.startswith(".")))


def load(extra: Sequence[Path] = ()) -> Vocabulary:
    """Return the shipped vocabulary joined with the user's taxonomies.

    One `SettingsError` lists all problems.

    Curated entries keep precedence: a taxonomy's name that a curated alias claims only brings its URI.
    """
    curated = tuple(_files([DATA]))
    added = tuple(_files(extra))
    return _load(_stamps(curated), _stamps(added))


def problems(paths: Iterable[Path] = (DATA,)) -> list[str]:
    """Return everything that is wrong in these files or folders, each with file and line.

    Empty when all is well.
    """
    return _check(_read_all(_files(paths))).problems


def table(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the claim of every alias, "=Go" or the folded spelling, and the canonical name it leads to."""
    return {
        claim: entry.name
        for entry in vocabulary.skills.values()
        for claim in claims(entry.name, entry.aliases)
    }


# --- reading ----------------------------------------------------------------------------------

_Stamp = tuple[str, int, int]


def _files(paths: Iterable[Path]) -> list[Path]:
    found: set[Path] = set()
    for path in paths:
        found.update(path.rglob("*.tsv") if path.is_dir() else [path])
    return sorted(found)


def _stamps(files: Iterable[Path]) -> tuple[_Stamp, ...]:
    stats = [(str(path), path.stat()) for path in files]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=8)
def _load(curated: tuple[_Stamp, ...], added: tuple[_Stamp, ...]) -> Vocabulary:
    paths = [Path(name) for name, _, _ in curated]
    draft = _check(_read_all(paths))
    extra = [Path(name) for name, _, _ in added]
    foreign = _foreign(_read_all(extra), draft)
    if draft.problems:
        raise SettingsError("the vocabulary has problems:\n" + "\n".join(draft.problems), ADVICE)
    return Vocabulary(_join(draft, foreign), draft.themes, _version([*paths, *extra]))


def _version(paths: Iterable[Path]) -> str:
    summary = hashlib.sha256()
    for path in paths:
        # the name without its folder: the same content has the same version wherever it is installed
        summary.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return summary.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Read:
    skills: tuple[_Line, ...]
    themes: tuple[_Line, ...]
    problems: tuple[str, ...]


def _read_all(files: Iterable[Path]) -> _Read:
    skills: list[_Line] = []
    themes: list[_Line] = []
    wrong: list[str] = []
    for path in files:
        columns, lines, problems_here = _read(path)
        wrong += problems_here
        (themes if columns[:1] == ("key",) else skills).extend(lines)
    return _Read(tuple(skills), tuple(themes), tuple(wrong))


def _read(path: Path) -> tuple[tuple[str, ...], list[_Line], list[str]]:
    label = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return (), [], [f"{label}: {error}"]
    rows = _rows(text)
    number, header = next(rows, (1, ""))
    columns = tuple(cell.strip() for cell in header.split("\t"))
    wanted = THEME_COLUMNS if columns[:1] == ("key",) else SKILL_COLUMNS
    missing = [name for name in wanted if name not in columns]
    if missing:
        return columns, [], [f"{label}:{number}: the header lacks {', '.join(missing)}"]
    lines, wrong = [], []
    for number, row in rows:
        cells = row.split("\t")
        if len(cells) > len(columns):
            wrong.append(f"{label}:{number}: {len(cells)} cells under {len(columns)} columns")
        lines.append(_Line(f"{label}:{number}", dict(zip(columns, cells, strict=False))))
    return columns, lines, wrong


def _rows(text: str) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(text.split("\n"), start=1):
        row = row.rstrip("\r")
        if row.strip() and not row.startswith("#"):
            yield number, row


# --- checking ---------------------------------------------------------------------------------


def _check(read: _Read) -> _Draft:
    draft = _Draft(problems=list(read.problems))
    for line in read.themes:
        _add_theme(draft, line)
    for line in read.skills:
        _add_skill(draft, line)
    _check_spellings(draft)
    _check_links(draft)
    return draft


def _add_theme(draft: _Draft, line: _Line) -> None:
    name = line.one("key")
    ease = line.one("ease")
    if not name or not line.one("title") or not line.one("reason"):
        draft.problems.append(f"{line.where}: a theme needs key, title and reason")
    if name in draft.themes:
        draft.problems.append(
            f"{line.where}: theme {name!r} stands already in {draft.where['theme ' + name]}"
        )
        return
    if ease not in ("1", "2", "3", "4", "5"):
        draft.problems.append(f"{line.where}: theme {name!r}: ease {ease!r} is not 1 to 5")
        ease = "3"
    _check_kind(draft, line, f"theme {name!r}")
    draft.where[f"theme {name}"] = line.where
    draft.themes[name] = ThemeEntry(
        key=name,
        title=line.one("title"),
        kind="general" if line.one("kind") == "general" else "specific",
        reason=line.one("reason"),
        ease=int(ease),
        builds_on=line.many("builds_on"),
        evidence=line.many("evidence"),
        practice=line.many("practice"),
        questions=line.many("questions"),
    )


def _check_kind(draft: _Draft, line: _Line, what: str) -> None:
    if line.one("kind") not in KINDS:
        draft.problems.append(f"{line.where}: {what}: kind {line.one('kind')!r} is not {' or '.join(KINDS)}")


def _add_skill(draft: _Draft, line: _Line) -> None:
    entry = _entry(line)
    if not entry.name:
        draft.problems.append(f"{line.where}: a skill needs a name")
        return
    if entry.name in draft.skills:
        draft.problems.append(
            f"{line.where}: skill {entry.name!r} stands already in {draft.where[entry.name]}"
        )
        return
    _check_kind(draft, line, f"skill {entry.name!r}")
    draft.skills[entry.name] = entry
    draft.where[entry.name] = line.where
    for claim in claims(entry.name, entry.aliases):
        _claim(draft, draft.claims, claim, entry.name, f"{line.where}: alias {claim!r} of {entry.name!r}")
    for phrase in entry.phrases:
        _claim(draft, draft.phrases, key(phrase), entry.name, f"{line.where}: phrase {phrase!r}")
        if any(not part.strip("!*") for group in phrase.split() for part in group.split("/")):
            draft.problems.append(f"{line.where}: phrase {phrase!r} has an empty stem")


def _claim(draft: _Draft, table_: dict[str, str], claim: str, name: str, what: str) -> None:
    other = table_.setdefault(claim, name)
    if not claim.strip("= "):
        draft.problems.append(f"{what} is empty")
    elif other != name:
        draft.problems.append(f"{what} is claimed by {other!r} in {draft.where[other]}")


def _entry(line: _Line) -> SkillEntry:
    return SkillEntry(
        name=line.one("name"),
        kind="general" if line.one("kind") == "general" else "specific",
        theme=line.one("theme"),
        aliases=line.many("aliases"),
        phrases=line.many("phrases"),
        builds_on=line.many("builds_on"),
        uri=line.one("uri"),
        source=line.one("source") or "curated",
        trade=TRADES.get(line.where.partition("/")[2].partition(".")[0], ""),
    )


def _check_spellings(draft: _Draft) -> None:
    """Refuse an exact-case alias that is the very spelling of another skill: it would never be found."""
    spelt = {s: e.name for e in draft.skills.values() for s in (e.name, *e.aliases) if not s.startswith("=")}
    for entry in draft.skills.values():
        for alias in entry.aliases:
            other = spelt.get(alias[1:], entry.name) if alias.startswith("=") else entry.name
            if other != entry.name:
                draft.problems.append(
                    f"{draft.where[entry.name]}: alias {alias!r} of {entry.name!r} is the spelling of "
                    f"{other!r} in {draft.where[other]}"
                )


def _check_links(draft: _Draft) -> None:
    for skill in draft.skills.values():
        if skill.theme not in draft.themes:
            draft.problems.append(
                f"{draft.where[skill.name]}: skill {skill.name!r}: no theme is called {skill.theme!r}"
            )
        for base in skill.builds_on:
            if base not in draft.skills:
                draft.problems.append(
                    f"{draft.where[skill.name]}: skill {skill.name!r} builds on {base!r}, which is no skill"
                )
    for theme in draft.themes.values():
        for base in theme.builds_on:
            if base not in draft.themes:
                draft.problems.append(
                    f"{draft.where['theme ' + theme.key]}: theme {theme.key!r} builds on {base!r}, "
                    "which is no theme"
                )
    skills = {name: entry.builds_on for name, entry in draft.skills.items()}
    themes = {name: entry.builds_on for name, entry in draft.themes.items()}
    draft.problems += [f"{draft.where[c[0]]}: {' → '.join(c)} build on each other" for c in _cycles(skills)]
    draft.problems += [
        f"{draft.where['theme ' + c[0]]}: themes {' → '.join(c)} build on each other" for c in _cycles(themes)
    ]


def _cycles(links: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return one path per cycle, starting and ending at the same name."""
    done: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in links:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, Iterator[str]]] = []
        _enter(start, links, done, path, on_path, stack)
        while stack:
            name, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                path.pop()
                on_path.discard(name)
            elif step in on_path:
                found.append((*path[path.index(step) :], step))
            else:
                _enter(step, links, done, path, on_path, stack)
    return found


def _enter(
    name: str,
    links: Mapping[str, Sequence[str]],
    done: set[str],
    path: list[str],
    on_path: set[str],
    stack: list[tuple[str, Iterator[str]]],
) -> None:
    if name in done:
        return
    done.add(name)
    path.append(name)
    on_path.add(name)
    stack.append((name, iter(links.get(name, ()))))


# --- a user's taxonomy beside the curated entries -----------------------------------------------


def _foreign(read: _Read, draft: _Draft) -> list[SkillEntry]:
    draft.problems += read.problems
    for line in read.themes:
        draft.problems.append(f"{line.where}: a taxonomy brings skills, not themes")
    found = []
    for line in read.skills:
        entry = _entry(line)
        _check_kind(draft, line, f"skill {entry.name!r}")
        found.append(replace(entry, theme=entry.theme if entry.theme in draft.themes else ""))
    return found


def _join(draft: _Draft, foreign: Iterable[SkillEntry]) -> dict[str, SkillEntry]:
    """Return the curated skills with the URIs they earn, then every taxonomy entry that no alias claims.

    A concept whose label is a curated alias comes before one that only shares another name with it, and
    a curated skill takes in one concept only: one URI, one meaning.
    """
    skills = dict(draft.skills)
    taken = dict(draft.claims)
    rest = [e for e in foreign if not _take_in(e, _by_label(e, draft), skills, taken)]
    for entry in rest:
        if _take_in(entry, _by_name(entry, draft), skills, taken) or _claimed(entry.name, taken):
            continue
        # "=SQL" would win over the curated "sql" for that case, so it is as claimed as that
        free = tuple(c for c in claims(entry.name, entry.aliases) if not _claimed(c.removeprefix("="), taken))
        aliases = tuple(a for a in _spelt(entry, free) if a != entry.name)
        skills[entry.name] = replace(entry, aliases=aliases, phrases=(), builds_on=())
        taken.update(dict.fromkeys(free, entry.name))
    return skills


def _take_in(
    entry: SkillEntry, owner: str | None, skills: dict[str, SkillEntry], taken: dict[str, str]
) -> bool:
    """Return True when a curated skill now answers for this concept: it gets the URI and the label.

    The concept's other names stay out. Published alternatives are wide ("schedule" for managing time,
    "choose" for deciding), and one that is shifted by a row would join strangers under a curated name.
    """
    if owner is None or skills[owner].uri:
        return False
    label = () if _claimed(entry.name, taken) else claims(entry.name, ())
    old = skills[owner]
    skills[owner] = replace(old, uri=entry.uri, aliases=(*old.aliases, *_spelt(entry, label)))
    taken.update(dict.fromkeys(label, owner))
    return True


def _claimed(name: str, taken: Mapping[str, str]) -> str | None:
    return taken.get(f"={name}") or taken.get(key(name))


def _by_label(entry: SkillEntry, draft: _Draft) -> str | None:
    return _claimed(entry.name, draft.claims)


def _by_name(entry: SkillEntry, draft: _Draft) -> str | None:
    """Return the one curated skill whose very name is among the concept's names; None for none or several.

    Initials alone prove nothing (BERT is also a bit error rate tester), nor does a name that shares no
    word with the label: ESCO lists DICOM under medical imaging technology.
    """
    names = {alias.removeprefix("=") for alias in entry.aliases}
    owners = {name: owner for name in names if (owner := _claimed(name, draft.claims))}
    named = {o for name, o in owners.items() if key(o) == key(name) and _heads(o) & _heads(entry.name)}
    initials = len(owners) == 1 and next(iter(owners)).isupper()
    return named.pop() if len(named) == 1 and not initials else None


def _heads(name: str) -> set[str]:
    """Return the words of a name by their first five letters.

    "Decision making" and "make decisions" share one.
    """
    return {word.strip("(),.")[:5] for word in key(name).split()}


def _spelt(entry: SkillEntry, free: Sequence[str]) -> tuple[str, ...]:
    kept = set(free)
    # a single common word ("choose") is no name to find a skill by; the label itself is what it is
    wide = {a for a in entry.aliases if not a.startswith("=") and " " not in a}
    aliases = (a for a in (entry.name, *entry.aliases) if (a if a.startswith("=") else key(a)) in kept)
    return tuple(dict.fromkeys(a for a in aliases if a not in wide))
