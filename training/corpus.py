"""Reading the training data: texts with spans, strengths and sections.

Everything comes from one data folder (``SKILLMATRIX_EVAL_DATA`` or ``--data``). Nothing that the
model is judged on gets in: postings of ``gold/dev-*`` are kept out by id and by their lines,
sentences of SkillSpan dev by their letters.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.extract.model import is_heading, split_units

Span = tuple[int, int, str, str | None]  # start, end, layer, strength


@dataclass
class Example:
    """One text with what is known of it; a layer that is not named is unlabelled."""

    id: str
    text: str
    layers: tuple[str, ...] = ()
    spans: list[Span] = field(default_factory=list)
    sections: list[tuple[int, int, str]] = field(default_factory=list)


def data_dir(given: str | None = None) -> Path:
    """Return the data folder named on the command line or in the environment."""
    return Path(given or os.environ["SKILLMATRIX_EVAL_DATA"])


def key(text: str) -> str:
    """Return letters and digits only, lower case: the same for reformatted copies."""
    return re.sub(r"[\W_]+", "", text.lower())


def fold(name: str, parts: int) -> int:
    """Return a stable split of names into parts."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def digests(data: Path) -> dict[str, str]:
    """Return sha256 of every file that training reads."""
    names = [
        "gold-train/postings.jsonl",
        "gold-train/rows.jsonl",
        "skillspan/train.jsonl",
        *sorted(str(p.relative_to(data)) for p in data.glob("*/postings.jsonl.gz")),
    ]
    return {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in names}


# --- annotated texts ------------------------------------------------------------------------


def skillspan(data: Path, split: str = "train") -> list[Example]:
    """Return the sentences of SkillSpan."""
    return [
        Example(
            row["id"],
            row["text"],
            ("skill", "knowledge"),
            [(s["start"], s["end"], s["label"].lower(), None) for s in row["spans"]],
        )
        for row in rows_of(data / "skillspan" / f"{split}.jsonl")
    ]


def gold_train(data: Path) -> list[Example]:
    """Return the postings that were read in full, with their demands."""
    demands: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(data / "gold-train" / "rows.jsonl"):
        demands.setdefault(row["posting"], []).append(row)
    return [
        _example(posting["id"], posting["description"], demands.get(posting["id"], []))
        for posting in rows_of(data / "gold-train" / "postings.jsonl")
    ]


def _example(name: str, text: str, rows: list[dict[str, Any]]) -> Example:
    return marked(name, text, _spans(text, rows, sections_of(text)))


def marked(name: str, text: str, spans: list[Span]) -> Example:
    """Return an example with these spans, and the sections that headings and demands tell."""
    sections = sections_of(text)
    spans = _outer(spans)
    items = [s for s in sections if s[2] == "heading" and any(s[0] <= a < s[1] for a, *_ in spans)]
    sections = [s for s in sections if s not in items]  # a line that names a demand is no heading
    sections += _sections_by_demand(text, spans, sections)
    return Example(name, text, ("general", "specific"), spans, sorted(sections))


def annotated(texts: Mapping[str, str], rows: Sequence[dict[str, Any]], prefix: str) -> list[Example]:
    """Return the examples of one annotated set, from its texts and rows by posting."""
    return [
        _example(f"{prefix}/{name}", text, [row for row in rows if row["posting"] == name])
        for name, text in sorted(texts.items())
    ]


def open_sets(folders: Sequence[Path]) -> list[Example]:
    """Return the postings of annotated sets (NN.txt and a.jsonl), with their demands."""
    return [
        example
        for folder in folders
        for example in annotated(
            {p.stem: p.read_text(encoding="utf-8") for p in folder.glob("[0-9][0-9].txt")},
            rows_of(folder / "a.jsonl"),
            folder.name,
        )
    ]


def _sections_by_demand(
    text: str, spans: list[Span], sections: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Return lines without a known heading whose demands all have one strength."""
    names = {"required": "requirements", "preferred": "preferred", "duty": "duties"}
    known = {start for start, _, _ in sections}
    found = []
    for start, end in split_units(text):
        strengths = {s[3] for s in spans if start <= s[0] < end}
        if start not in known and len(strengths) == 1 and None not in strengths:
            found.append((start, end, names[strengths.pop() or ""]))
    return found


def _spans(text: str, rows: list[dict[str, Any]], sections: list[tuple[int, int, str]]) -> list[Span]:
    spans: list[Span] = []
    for row in rows:
        found = sorted({at for quote in row["quotes"] for at in occurrences(text, quote)})
        for start, end in found:
            sure = len(found) == 1 or _fits(row["strength"], section_at(sections, start))
            spans.append((start, end, row["kind"], row["strength"] if sure else None))
    return spans


def _fits(strength: str, section: str | None) -> bool:
    """Return True when a row's strongest strength is also that of a mention in this section."""
    if strength == "duty":
        return True
    return section in {"required": ("requirements",), "preferred": ("preferred",)}[strength]


def occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    """Return where a quote stands at word bounds, or its first place when it stands only inside words."""
    found = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(quote)}(?!\w)", text)]
    at = -1 if found else text.find(quote)
    return found if at < 0 else [(at, at + len(quote))]


def _outer(spans: list[Span]) -> list[Span]:
    """Without the spans that lie in or across a longer one of their layer."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s[0], s[3] or "")):
        if all(span[2] != k[2] or span[1] <= k[0] or k[1] <= span[0] for k in kept):
            kept.append(span)
    return sorted(kept)


# --- raw postings ---------------------------------------------------------------------------


def raw_postings(data: Path) -> Iterator[Example]:
    """Yield unannotated postings, none of which is judged on or annotated for training."""
    held = {r["id"] for f in sorted(data.glob("gold/dev-*/postings.jsonl")) for r in rows_of(f)}
    held |= {row["id"] for row in rows_of(data / "gold-train" / "postings.jsonl")}
    texts = [p.read_text(encoding="utf-8") for p in sorted(data.glob("gold/dev-*/[0-9]*.txt"))]
    texts += [row["text"] for row in rows_of(data / "skillspan" / "dev.jsonl")]
    judged = {k for text in texts for k in _long_keys(text)}
    seen: set[str] = set()
    for path in sorted(data.glob("*/postings.jsonl.gz")):
        for row in rows_of(path):
            text = row.get("description") or ""
            name = key(text)[:400]
            if row["id"] in held or name in seen or (row.get("lang") or "en") != "en" or nyc_group(row):
                continue
            seen.add(name)
            lines = _long_keys(text)
            if lines and sum(k in judged for k in lines) / len(lines) < 0.2:
                yield Example(row["id"], text, (), [], _known_sections(row, text))


def _long_keys(text: str) -> list[str]:
    keys = [key(text[start:end]) for start, end in split_units(text)]
    return [k for k in keys if len(k) > 25]


def _known_sections(row: dict[str, Any], text: str) -> list[tuple[int, int, str]]:
    marked = row.get("section_spans") or []
    if not marked:
        return sections_of(text)
    names = {"REQUIRED_SECTION": "requirements", "PREFERRED_SECTION": "preferred"}
    known = [(s["start"], s["end"], names[s["label"]]) for s in marked]
    first = min((start for start, _, _ in known), default=0)
    return [(0, max(0, first - 30), "duties"), *known]


def nyc_group(row: dict[str, Any]) -> int:
    """0: may be trained on, 1: is measured on. Shared boilerplate stays on one side."""
    title = row.get("civil_service_title")
    return fold(title, 2) if title else 0


# --- sections from headings -----------------------------------------------------------------

_OPENS = {
    "legal": (
        "equal (opportunity|employ)", r"\beeo\b", "disclaimer", "e-verify", r"\bada\b", "privacy",
        "accommodation", "diversity", "background check", "safeguarding", "covid", "disclosure",
        "inclusion", "legal",
    ),
    "preferred": (
        "prefer(?!red (start|working))", "nice[- ]to[- ]have", "desir(ed|able)", "bonus (points|if|skills)",
        "^bonus$", r"\bplus(es)?\b", "ideally", "good to have", "would be (great|nice|a)", "advantage",
        "optional", "extra (points|credit)",
    ),
    "benefits": (
        "benefit", "perks", "we (can )?offer", "offer you", "compensation", "salary", "reward",
        "why (join|work|you|us|choose)", "what('s|’s| is) in it", "what you('ll|’ll| will)? (get|receive)",
        r"^pay\b", "in return", "wellbeing", "time off",
    ),
    "other": (
        "apply", "contact", "additional (information|location)", "^location", "employment type", "industr",
        "seniority", "job (function|type)", "schedule", "next steps", "interview",
        "work (location|remotely|authorization)", "hiring process", "travel", "working (conditions|hours)",
        "physical", "further (details|information)", "referral",
    ),
    "duties": (
        "responsib", r"\bdut(y|ies)\b",
        "what (will you|you('ll|’ll| will| would| get to))? ?(do|be doing|work|own|build)",
        "day[- ]to[- ]day", "a typical day", "essential (job )?functions",
        "(the|this|your) (role|job|opportunity|position|mission)",
        "(job|position|role|work) (summary|description|overview|purpose|profile)",
        "^(overview|summary|role|description|position|the work)$", "key (tasks|activities)", "accountabilit",
        "your (impact|tasks)", r"you will\b", "tasks",
    ),
    "requirements": (
        "require", "qualif", "must", "essential",
        "what (we|you)('ll|’ll|'re|’re| will| are)? ?(need|bring|look|have)", "who you are", "about you",
        "you (have|bring|are|should|possess|might)", "looking for", "skills", "experience", "person spec",
        "competenc", "education", "knowledge", "criteria", "ideal candidate", "minimum", "expertise",
        "technolog", "tech stack", "your (profile|background)", "abilities", "we expect", "what it takes",
    ),
    "company": (
        "^about", "who (we|are)", "company", "our (mission|story|values|culture|team|trust|client|purpose)",
        "the team", "^team$", "our ", "what we do", "introduc", "department", "background$",
    ),
}  # fmt: skip
_RULES = [(name, re.compile("|".join(words), re.IGNORECASE)) for name, words in _OPENS.items()]
_LEGAL = re.compile(
    r"equal[- ]opportunity|without regard to|reasonable accommodation|protected veteran|gender identity|"
    r"criminal (records?|history)|disclosure and barring|sexual orientation|all qualified applicants",
    re.IGNORECASE,
)
_MARKS = " \t\u00a0#*_•●▪·-–—>=|:"


def section_of_heading(line: str) -> str | None:
    """Return the section that a heading opens, if the rules know it."""
    words = line.strip(_MARKS)
    return next((name for name, rule in _RULES if rule.search(words)), None)


def sections_of(text: str) -> list[tuple[int, int, str]]:
    """Return sections by the headings' words; stretches under unknown headings are left out."""
    sections: list[tuple[int, int, str]] = []
    current: str | None = None
    for start, end in split_units(text):
        line = text[start:end]
        if is_heading(line) and (line.rstrip().endswith(":") or not line.startswith(("-", "•", "*  "))):
            found = section_of_heading(line)
            # a short line without a colon may be an item: only a known word makes it a heading
            current = found if found or line.rstrip(" *").endswith(":") else current
            sections.append((start, end, "heading"))
        elif _LEGAL.search(line):
            sections.append((start, end, "legal"))
        elif current:
            sections.append((start, end, current))
    return sections


def section_at(sections: list[tuple[int, int, str]], offset: int) -> str | None:
    """Return the section that holds a character."""
    return next((name for start, end, name in sections if start <= offset < end), None)
