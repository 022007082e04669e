"""The sections of a posting: where its headings stand and what each stretch talks about.

A heading is a short line made of heading words only ("Key responsibilities"), or one that begins with a
phrase of the table ("What you'll do at our studio"). The tables are data: phrases in `headings.txt`,
single words below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from pipeline.records import Section, SectionKind
from pipeline.text import fold


def _read_table() -> tuple[tuple[SectionKind, str], ...]:
    """Return the patterns of `headings.txt` by kind, in the order in which they are tried."""
    patterns: dict[SectionKind, list[str]] = {}
    kind: SectionKind = "other"
    for line in Path(__file__).with_name("headings.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = cast(SectionKind, line.strip("[]"))
        elif line and not line.startswith("#"):
            patterns.setdefault(kind, []).append(line)
    return tuple((kind, "|".join(found)) for kind, found in patterns.items())


PHRASES = _read_table()

# A line of these words only is a heading; the first kind that one of its words names is taken.
WORDS: tuple[tuple[SectionKind, str], ...] = (
    ("preferred",
        "preferred desired desirable desirables bonus optional advantageous beneficial nice-to-have "
        "nice-to-haves nicetohave pluses preferences advantages"),
    ("requirements",
        "requirements requirement qualifications qualification prerequisites required essential "
        "essentials must-have must-haves skills skill competencies competences competency experience "
        "experiences expertise knowledge abilities education certifications certification certificates "
        "licenses licences licensure credentials eligibility criteria attributes profile background "
        "proficiencies stack capabilities technologies tools languages"),
    ("duties", "responsibilities responsibility duties duty tasks accountabilities activities functions "
        "function deliverables objectives role assignments"),
    ("benefits",
        "benefits benefit perks compensation salary pay remuneration package rewards wellbeing pto "
        "insurance"),
    ("company", "company organization organisation employer culture values"),
    ("process", "apply application applications interview interviews contact contacts deadline"),
    ("legal", "eeo disclaimer privacy legal eeoc"),
    ("other", "location locations department schedule hours shift travel environment demands conditions "
        "overview details term duration"),
)  # fmt: skip
_FILLER_WORDS = """
the a an of for and or & / + our your this in to with key main core major general specific primary
principal minimum min basic additional other technical professional personal soft hard functional
job position role work working candidate relevant related special physical mental educational
academic formal mandatory necessary needed typical day-to-day daily detailed summary statement
information list areas area level total base successful ideal applicant applicants full what you we
are is at as on by include includes including following follows some more great good leadership
language computer clinical supervisory supervision preferably strongly highly expected expectations
range new programming behavioural behavioral interpersonal transferable qual quals tech roles
description descriptions accountability proven employee staff team post vacancy contract employment
attractive competitive excellent health financial annual statements considered training
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_WEAK = frozenset({"essential", "essentials", "required", "profile"})
_KIND_OF_WORD = {word: kind for kind, words in reversed(WORDS) for word in words.split()}
_PHRASES = tuple((kind, re.compile(rf"(?:{pattern})$", re.IGNORECASE)) for kind, pattern in PHRASES)
_MARKS = re.compile(r"^(?:[#>*_\s]|\d{1,2}[.)](?=\s)|[^\w\s'\"(&-])+|[\s:*_#?!\-–—.…]+$")
_WORD = re.compile(r"[\w+'-]+|[&/]")
_LABEL = re.compile(r"^\W{0,4}(?P<label>[^\n:]{3,60}?)\s*:\s+(?=\S)")
# One word and up to five more, single signs between them not counted. Nothing is tried twice: each sign
# once belonged to a word or to the gap between two, and "Python/Python/…" took hours.
_INLINE = re.compile(
    r"(?:(?<=[.!?;)\]])\s*|(?<=\s)|^)(?P<label>[A-Z][\w'’&/-]*+"
    r"(?:(?:[ ]++[/&]++(?=[ ]++[\w'’&/-]))*+[ ]++[\w'’&/-]++){0,5}+)\s?:\s*(?=\S)"
)
# Inside a long line only these stand for themselves; a colon or the loss of a line break must follow.
_PHRASES_INSIDE: tuple[tuple[SectionKind, str], ...] = (
    (
        "duties",
        r"what you(?:['’]?ll| will)(?: be)? (?:do|doing)|about (?:the|this|your) (?:role|job|"
        r"position|opportunity)|(?:the|your) role"
        r"|(?:job|position|role) (?:summary|description|purpose|overview)|purpose of the role|in "
        r"this role|your (?:tasks|responsibilities)"
        r"|(?:deine|ihre) aufgaben|vos missions",
    ),
    (
        "preferred",
        r"nice[ -]to[ -]haves?|good[ -]to[ -]haves?|bonus points(?: for)?|preferred "
        r"(?:qualifications|skills|experience)|pluses",
    ),
    (
        "requirements",
        r"who you are|about you|what you(?:['’]?ll| will)? (?:bring|need)|what we(?:['’]re| are) "
        r"looking for|your profile"
        r"|what you should have|must[ -]haves?|(?:dein|ihr) profil|votre profil|profil recherché",
    ),
    (
        "benefits",
        r"what we(?: can)? offer|why (?:join|work (?:with|for|at)) us|perks (?:and|&) benefits|"
        r"what['’]?s in it for you|our benefits"
        r"|benefits (?:and|&) perks|compensation (?:and|&) benefits|wir bieten|nous offrons",
    ),
    (
        "company",
        r"about (?:us|the (?:company|team))|who we are|company (?:overview|description)|our "
        r"(?:company|mission|culture|values)",
    ),
    ("process", r"how to apply|(?:hiring|interview|application) process|next steps"),
    (
        "legal",
        r"equal (?:employment )?opportunity(?: employer| statement)?|eeo statement|diversity (?:and|"
        r"&) inclusion",
    ),
)
_INSIDE = tuple(
    (kind, re.compile(rf"(?:{pattern})(?-i:(?![a-z’']))", re.IGNORECASE)) for kind, pattern in _PHRASES_INSIDE
)
_BOUNDARY = re.compile(r"^|(?<=[.!?:;)\]•|])\s*(?=[A-Z])|(?<=[a-z])(?=[A-Z])")
_TOKEN = re.compile(r"\s*(?:([A-Z]+(?=[A-Z][a-z])|[A-Z][a-z'’]+|[A-Z]{2,})|(and|or|of|the|for|to|&|/))")
_ALONE = frozenset(
    [
        "responsibilities",
        "requirements",
        "qualifications",
        "duties",
        "benefits",
        "overview",
        "skills",
        "accountabilities",
        "competencies",
    ]
)
LONG_LINE = 200
"""A longer line may hold headings inside it: the page that it came from had lost its line breaks."""

# a longer line is a sentence; by eye
MAX_WORDS = 9
MAX_CHARACTERS = 90
_DEMANDING: tuple[SectionKind, ...] = ("requirements", "preferred", "duties")


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    kind: SectionKind
    text: str
    one_line: bool = False


def sections(text: str) -> tuple[Section, ...]:
    """Return the stretches of a text by heading, in order; headings and sections together cover all of it."""
    found: list[Section] = []
    kind, heading, begin = "other", "", 0
    before: tuple[SectionKind, str] = ("other", "")
    for mark in _headings(text):
        if mark.start > begin or (heading and mark.start >= begin):
            _add(found, text, begin, mark.start, kind, heading)  # type: ignore[arg-type]
        if not mark.one_line:
            kind, heading, begin = mark.kind, mark.text, mark.end
            before = (mark.kind, mark.text)
            continue
        stop = text.find("\n", mark.end)
        stop = len(text) if stop < 0 else stop
        _add(found, text, mark.end, stop, mark.kind, mark.text)
        kind, heading, begin = before[0], before[1], stop
    _add(found, text, begin, len(text), kind, heading)  # type: ignore[arg-type]
    # last, over finished sections: it looks at texts about the employer only
    return tuple(part for section in found for part in _turned(text, section))


_ABOUT_THE_EMPLOYER: frozenset[SectionKind] = frozenset({"benefits", "company", "legal"})
_TURN = re.compile(
    r"(?:(?<=[.!?\n•])|(?<=[.!?•]\s)|^)(?:The (?:ideal|successful|right) candidate\b"
    r"|This (?:role|position) (?:requires|demands)\b|In this (?:role|position)\b"
    r"|You(?:['’]ll| will) be responsible\b)"
    r"|\b(?:The|This|As an?) (?:[\w/&-]+ ){1,6}(?:will be|is|are) responsible for\b"
)
"""Where a text about the employer begins to speak of the work, in pages whose headings were lost."""


def _turned(text: str, section: Section) -> Iterator[Section]:
    """Yield the section; text about the employer that turns to the work without a heading ends there."""
    turn = None
    if section.kind in _ABOUT_THE_EMPLOYER:
        turn = _TURN.search(text, section.start, section.end)
    if turn is None:
        yield section
        return
    if text[section.start : turn.start()].strip():
        yield replace(section, end=turn.start())
    yield Section(turn.start(), section.end, "other", "")


def _add(found: list[Section], text: str, start: int, end: int, kind: SectionKind, heading: str) -> None:
    if end > start and text[start:end].strip():
        found.append(Section(start, end, kind, heading))


def _headings(text: str) -> list[_Heading]:
    found: list[_Heading] = []
    start = 0
    kind: SectionKind = "other"
    for line in text.split("\n"):
        here = _of_line(line, start, kind)
        found.extend(here)
        kind = next((h.kind for h in reversed(here) if not h.one_line), kind)
        start += len(line) + 1
    return found


def _of_line(line: str, start: int, before: SectionKind) -> list[_Heading]:
    # from the surest: a line of its own, then headings inside a long line, then a label before a colon
    whole = _whole_line(line, before)
    if whole:
        return [_Heading(start, start + len(line), whole, line.strip(" #*_:"))]
    if len(line) > LONG_LINE:
        return _inside(line, start)
    label = None if line.startswith("- ") else _LABEL.match(line)
    named = heading_kind(label["label"]) if label else None
    if label and named:
        # "Benefits: free lunch" speaks for its line; "Requirements: Python" may begin a list
        one_line = named not in _DEMANDING
        return [_Heading(start + label.start("label"), start + label.end(), named, label["label"], one_line)]
    return []


def _whole_line(line: str, before: SectionKind) -> SectionKind | None:
    stripped = line.strip()
    if not stripped or len(stripped) > MAX_CHARACTERS or stripped.startswith("- "):
        return None
    named = heading_kind(stripped)
    if named:
        return named
    if re.match(r"#{1,6}\s", stripped) and len(stripped.split()) <= MAX_WORDS + 2:
        return "other"
    # a group inside a list ("Data platform:") stays what the list is
    return before if stripped.endswith(":") and len(stripped.split()) <= 6 and before != "other" else None


_UNFINISHED = re.compile(
    r"\b(?:a|an|the|in|with|as|and|or|at|by|from|to)$|^(?:\w+ )?(?:knowledge|understanding|experience) of$"
    r"|^knowledge in$",
    re.IGNORECASE,
)
"""How a line ends that bold print cut out of a sentence: "Experience with", "We are seeking an"."""


_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ \t]{1,4}){3,}[^\W\d_](?!\w)")
"""A letter-spaced heading: "N I C E   T O   H A V E"; words stand more than one blank apart."""


def heading_kind(line: str) -> SectionKind | None:
    """Return what a line announces as a heading; None where it is none."""
    line = _SPACED.sub(lambda found: re.sub(r"[ \t](?! )", "", found[0]), line)
    bare = _MARKS.sub("", fold(line.strip()).text.strip()).strip()
    bare = _MARKS.sub("", bare).strip()
    words = _WORD.findall(bare)
    if not words or len(words) > MAX_WORDS + 2 or len(bare) > MAX_CHARACTERS:
        return None
    if line.rstrip().endswith((".", ",", ";")) and not line.rstrip().endswith("..."):
        return None
    if not line.rstrip().endswith(":") and _UNFINISHED.search(bare):
        return None
    by_words = _by_words(words)
    if by_words:
        return by_words
    return _by_phrase(line, bare, words)


def _by_words(words: list[str]) -> SectionKind | None:
    kinds = {_KIND_OF_WORD[w] for w in words if w in _KIND_OF_WORD}
    if not kinds or any(w not in _KIND_OF_WORD and w not in _FILLERS for w in words):
        return None
    if "duties" in kinds and not any(
        _KIND_OF_WORD.get(w) == "requirements" and w not in _WEAK for w in words
    ):
        # "Essential duties", "Role profile": what is essential there is a task
        kinds.discard("requirements")
    return next(kind for kind, _ in WORDS if kind in kinds)


def _by_phrase(line: str, bare: str, words: list[str]) -> SectionKind | None:
    if len(words) > MAX_WORDS or not _begins_like_heading(line):
        return None
    for kind, pattern in _PHRASES:
        if pattern.match(bare):
            # "About Python" is no heading in the middle of a sentence; "About Acme" names the employer
            return kind
    return None


def _begins_like_heading(line: str) -> bool:
    first = next((c for c in line if c.isalpha()), "")
    return not first.islower() or line.rstrip().endswith(":")


def _inside(line: str, start: int) -> list[_Heading]:
    found: dict[int, _Heading] = {}
    for mark in _INLINE.finditer(line):
        kind = _named_at_end(mark["label"])
        if kind:
            at = mark.start("label") + mark["label"].rfind(kind[1])
            found[at] = _Heading(start + at, start + mark.end(), kind[0], kind[1])
    taken = {offset for h in found.values() for offset in range(h.start - start, h.end - start)}
    for boundary in _BOUNDARY.finditer(line):
        at = boundary.end()
        # a label found above goes first: its words would be found again as a beginning
        named = None if at in taken else _begun_at(line, at)
        if named:
            taken.update(range(at, named[1]))
            found[at] = _Heading(start + at, start + named[1], named[0], line[at : named[1]].strip(" :-–"))
    return sorted(found.values(), key=lambda h: h.start)


def _begun_at(line: str, at: int) -> tuple[SectionKind, int] | None:
    """Return the heading that begins there and where it ends, when what follows begins anew."""
    for kind, pattern in _INSIDE:
        told = pattern.match(line, at)
        if told and _begins_anew(line, told.end()):
            return kind, told.end()
    return _of_words(line, at)


def _of_words(line: str, at: int) -> tuple[SectionKind, int] | None:
    ends: list[int] = []
    position = at
    while len(ends) < MAX_WORDS and (token := _TOKEN.match(line, position)):
        position = token.end()
        if token.group(1):
            ends.append(position)
    # the longest first: "Essential duties and responsibilities" before "Essential duties"
    for end in reversed(ends):
        words = _WORD.findall(_split_words(line[at:end]).lower())
        kind = _by_words(words)
        if kind and (len(words) > 1 or words[0] in _ALONE) and _begins_anew(line, end):
            return kind, end
    return None


def _split_words(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)


def _begins_anew(line: str, end: int) -> bool:
    rest = line[end : end + 4].lstrip(" :-–—\t")
    return bool(rest) and (rest[0].isupper() or rest[0].isdigit() or rest[0] in '•●*"“')


def _named_at_end(label: str) -> tuple[SectionKind, str] | None:
    """Return the heading that a label before a colon ends with.

    "in Berlin Key Requirements" → Key Requirements.
    """
    words = label.split()
    for first in range(len(words)):
        tail = " ".join(words[first:])
        if tail[:1].isupper():
            kind = heading_kind(tail)
            if kind:
                return kind, tail
    return None
