"""One look at a `ReportInput` that every renderer shares: what is sorted how, and which quote comes first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.records import Mention, Posting, ReportInput, Skill, SkillScore, Strength
from pipeline.report import safe

STRONGEST: dict[Strength, int] = {"required": 0, "duty": 1, "unstated": 2, "preferred": 3}
"""Which of several mentions speaks for a posting: the one that weighs most in the score comes first."""

STRENGTH_WORDS: dict[Strength, str] = {
    "required": "required",
    "preferred": "preferred",
    "duty": "a duty of the job",
    "unstated": "named, strength not stated",
}


@dataclass(frozen=True, slots=True)
class View:
    """A report's input, sorted and indexed once.

    `demands` leads from a skill to the mentions that speak for it, grouped by posting, strongest first;
    negated mentions and those of closed or repeated postings are not among them.
    """

    data: ReportInput
    postings: tuple[Posting, ...]
    posting: dict[str, Posting]
    skill: dict[str, Skill]
    score: dict[str, SkillScore]
    scores: tuple[SkillScore, ...]
    demands: dict[str, dict[str, list[Mention]]]

    @property
    def counted(self) -> tuple[Posting, ...]:
        """The N postings of "n of N", in order."""
        return tuple(p for p in self.postings if p.counted)

    def quotes(self, skill: str, limit: int) -> list[Mention]:
        """Return up to `limit` mentions of a skill: one of each posting first, then what else they say."""
        groups = list(self.demands.get(skill, {}).values())
        groups.sort(key=lambda g: (not self.posting[g[0].posting_id].counted, STRONGEST[g[0].strength]))
        first = [group[0] for group in groups[:limit]]
        return first + [m for group in groups for m in group[1:]][: limit - len(first)]


def look(data: ReportInput) -> View:
    """Return the sorted, indexed view of the input; equal for inputs that differ only in order."""
    postings = tuple(sorted(data.postings, key=lambda p: (p.number, p.fingerprint, p.id)))
    by_id = {p.id: p for p in postings}
    scores = tuple(sorted(data.scores, key=lambda s: (-s.score, -s.n, s.skill)))
    return View(
        data,
        postings,
        by_id,
        {s.name: s for s in sorted(data.skills, key=lambda s: s.name)},
        {s.skill: s for s in scores},
        scores,
        _demands(data.mentions, by_id),
    )


def _demands(mentions: Iterable[Mention], posting: dict[str, Posting]) -> dict[str, dict[str, list[Mention]]]:
    shown = {p.id for p in posting.values() if p.weighed}
    rank = {name: i for i, name in enumerate(posting)}
    named = (m for m in mentions if m.skill is not None and not m.negated and m.posting_id in shown)
    ordered = sorted(named, key=lambda m: (rank[m.posting_id], STRONGEST[m.strength], m.start, m.end))
    found: dict[str, dict[str, list[Mention]]] = {}
    for m in ordered:
        found.setdefault(m.skill or "", {}).setdefault(m.posting_id, []).append(m)
    return found


def setting(data: ReportInput, name: str, default: str = "") -> str:
    """Return the value of one setting as the run used it (`section.name`), else the default."""
    return dict(data.settings).get(name, default)


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def anchor(posting_number: int, start: int) -> str:
    """Return the anchor of the quotes that start at that character of that posting."""
    return f"p{posting_number}c{start}"


def around(text: str, start: int, end: int, length: int) -> tuple[str, str]:
    """Return what is before and after `text[start:end]` in its sentence, each about `length` long at most."""
    line = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before = _SENTENCE_END.split(safe.clean(text[line[0] : start]))[-1].lstrip("-*• \t")
    after = _SENTENCE_END.split(safe.clean(text[end : line[1] if line[1] >= 0 else len(text)]))[0].rstrip()
    if len(before) > length:
        before = "… " + before[-length:].partition(" ")[2]
    if len(after) > length:
        after = after[:length].rpartition(" ")[0] + " …"
    return before, after


def highlight(
    text: str,
    mentions: Sequence[Mention],
    number: int,
    anchors: Mapping[str, str],
    headings: Sequence[tuple[int, int]] = (),
) -> Markup:
    """Return the escaped text, every mentioned stretch in `<mark>`.

    `anchors` leads from a skill to its section.

    Where mentions overlap the text is cut at every border, so each piece is written exactly once and the
    marked-up text without its tags is the text itself. A mark links back to its longest mention's skill.
    """
    text = safe.clean(text)
    kept = [m for m in mentions if m.end <= len(text)]
    titled = [span for span in headings if span[1] <= len(text)]
    borders = sorted({0, len(text), *_ends((m.start, m.end) for m in kept), *_ends(titled)})
    waiting = sorted(kept, key=lambda m: (m.start, -m.end, m.skill or ""))
    open_now: list[Mention] = []
    out: list[Markup] = []
    taken = 0
    for start, end in itertools.pairwise(borders):
        open_now = [m for m in open_now if m.end > start]
        while taken < len(waiting) and waiting[taken].start == start:
            open_now.append(waiting[taken])
            taken += 1
        piece = _piece(text[start:end], start, open_now, number, anchors)
        in_heading = any(first <= start and end <= last for first, last in titled)
        out.append(Markup("<b>{}</b>").format(piece) if in_heading else piece)
    return Markup("").join(out)


def _ends(spans: Iterable[tuple[int, int]]) -> list[int]:
    return [end for span in spans for end in span]


def _piece(
    piece: str, start: int, covering: list[Mention], number: int, anchors: Mapping[str, str]
) -> Markup:
    if not covering:
        return escape(piece)
    label = "; ".join(sorted({_says(m) for m in covering}))
    counted = [m for m in covering if not m.negated] or covering
    strongest = min(counted, key=lambda m: STRONGEST[m.strength])
    kind = "negated" if all(m.negated for m in covering) else strongest.strength
    starts = any(m.start == start for m in covering)
    opening = Markup(' id="{}"').format(anchor(number, start)) if starts else Markup("")
    target = anchors.get(covering[-1].skill or "")
    inner = Markup('<a href="#{}">{}</a>').format(target, piece) if target else escape(piece)
    return Markup('<mark{} class="{}" title="{}">{}</mark>').format(opening, kind, label, inner)


def _says(m: Mention) -> str:
    return f"{safe.one_line(m.skill or '')} ({'not counted: negated' if m.negated else m.strength})"
