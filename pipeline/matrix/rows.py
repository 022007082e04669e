"""From chosen candidates to rows: title, counts, interval, priority, quotes and who changed what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from pipeline import shares
from pipeline.matrix.candidates import Alike, Candidate, choose
from pipeline.matrix.keep import in_place
from pipeline.matrix.titles import of_names, says_only, twins
from pipeline.records import DraftedRow, Evidence, KeptRow, MatrixRow, Rulings, Skill, Vocabulary
from pipeline.text import key

if TYPE_CHECKING:
    from pipeline.settings import MatrixSettings, ScoreSettings
    from pipeline.shares import DemandTable

_TOOLS_IN_TITLE = 3
_MOST_DEMANDED = 5
_FEW_TOOLS = 2
_LEADS = 0.6
"""The part of a row's demand that a theme must bring to give the row its title."""
_WORD = re.compile(r"[\w+#.&/-]*[\w+#]")
_DIGITS = 6
_STRENGTH_RANK = {name: place for place, name in enumerate(shares.STRENGTH_ORDER)}


@dataclass(frozen=True, slots=True)
class _Words:
    """Where titles and reasons come from."""

    vocabulary: Vocabulary
    rulings: Rulings
    skills: Mapping[str, Skill]

    def titles(self, chosen: Sequence[Candidate]) -> dict[str, str]:
        """Return each row's title by its theme; no two say the same.

        A person's title stands; then a row keeps the title that it had; the others are named after them.
        """
        found = {c.theme: self.rulings.titles[c.theme] for c in chosen if self.rulings.titles.get(c.theme)}
        for candidate in sorted(chosen, key=lambda c: not c.title):
            if candidate.theme not in found:
                others = tuple(found.values())
                titles = self._titles(candidate)
                fresh = (title for title in titles if not any(twins(title, other) for other in others))
                found[candidate.theme] = next(fresh, titles[-1])
        return found

    def _titles(self, candidate: Candidate) -> list[str]:
        """Return the title it had, the model's, the theme's, one made of names: those that fit, best first.

        A title fits where everything that it names is asked for; a curated one also needs a row that its
        theme brings most of.
        """
        entry = self.vocabulary.themes.get(candidate.theme)
        said = [w for name in candidate.skills for w in (name, *self.skills[name].aliases)]
        found = []
        if candidate.title and says_only(candidate.title, said):
            found.append(candidate.title)
        if _is_action(candidate.proposed) and says_only(candidate.proposed, said):
            found.append(candidate.proposed)
        fits = entry is not None and candidate.lead >= _LEADS and entry.kind == candidate.kind
        if entry and fits and says_only(entry.title, said):
            found.append(_with_tools(entry.title, candidate))
        return [*found, of_names(candidate.skills, candidate.kind, said)]

    def theme(self, theme: str) -> str:
        """The title of one theme; a theme that no vocabulary knows is a skill in its own words."""
        entry = self.vocabulary.themes.get(theme)
        return entry.title if entry else theme

    def reason(self, candidate: Candidate) -> str:
        """Return why the row has its kind, and how its themes came to be as wide as they are."""
        if candidate.reason:
            return f"model: {candidate.reason}"
        entry = self.vocabulary.themes.get(candidate.theme)
        same_kind = entry is not None and entry.kind == candidate.kind
        parts = [entry.reason if entry and same_kind else self.skills[candidate.skills[0]].reason]
        if len(candidate.themes) > 1:
            parts.append(
                f"Joins {len(candidate.themes)} themes: {', '.join(map(self.theme, candidate.themes))}."
            )
        if candidate.left_out:
            demanded = len(candidate.skills) + len(candidate.left_out)
            parts.append(
                f"Of {demanded} demanded skills the {len(candidate.skills)} most demanded are shown: "
                "a wider row would say nothing."
            )
        return " ".join(part for part in parts if part)


def build(
    ledger: DemandTable,
    skills: Sequence[Skill],
    vocabulary: Vocabulary,
    rulings: Rulings,
    settings: MatrixSettings,
    weights: ScoreSettings,
    evidence: Mapping[str, Sequence[Evidence]],
    alike: Alike,
    earlier: Sequence[KeptRow] = (),
    drafted: Sequence[DraftedRow] = (),
) -> tuple[MatrixRow, ...]:
    """The rows that cover the most demand, general before specific.

    Each kind stands by score, but for rows that continue an `earlier` one: they keep their places.
    """
    chosen = choose(ledger, skills, vocabulary, rulings, settings, evidence, alike, earlier, drafted)
    words = _Words(vocabulary, rulings, {skill.name: skill for skill in skills})
    titles = words.titles(chosen)
    rows = [
        replace(
            counted,
            title=titles[candidate.theme],
            reason=words.reason(candidate),
            evidence=_best(candidate.skills, evidence, settings.quotes_per_row),
            changed_by="; ".join(_changes(candidate, rulings)),
        )
        for candidate, counted in zip(chosen, _counted(ledger, chosen, rulings, weights), strict=True)
    ]
    rows.sort(key=lambda r: (-r.score, -r.n, r.theme))
    return in_place(rows, earlier)


def _counted(
    ledger: DemandTable, chosen: Sequence[Candidate], rulings: Rulings, weights: ScoreSettings
) -> Iterator[MatrixRow]:
    """Each candidate's bare row with its counts, interval and priority."""
    import numpy as np

    place_of = {name: place for place, c in enumerate(chosen) for name in c.skills}
    codes = np.array([place_of.get(name, -1) for name in ledger.names], dtype=np.int64)
    groups = ledger.grouped(tuple(f"{c.theme}\t{c.kind}" for c in chosen), codes).tally
    bounds = np.stack(groups.intervals(weights.confidence)).round(_DIGITS).T.tolist()
    numbers = zip(chosen, groups.n.tolist(), groups.scores.round(_DIGITS).tolist(), bounds, strict=True)
    for candidate, n, score, (low, high) in numbers:
        ruled = _ruled_priority(candidate, rulings)
        share = n / groups.of if groups.of else 0.0
        yield MatrixRow(
            kind=candidate.kind,
            title="",
            theme=candidate.theme,
            skills=candidate.skills,
            n=n,
            of=groups.of,
            low=low,
            high=high,
            score=score,
            priority=ruled or shares.band(share, weights),
            provisional=ruled is None and shares.provisional(low, high, weights),
            reason="",
        )


def _ruled_priority(candidate: Candidate, rulings: Rulings) -> Literal[1, 2, 3] | None:
    """A person's priority for the theme, or for the only skill of the row."""
    subjects = [candidate.theme, *(candidate.skills if len(candidate.skills) == 1 else ())]
    ruled = next((rulings.priorities[s] for s in subjects if s in rulings.priorities), None)
    return cast("Literal[1, 2, 3] | None", ruled)


def _with_tools(title: str, candidate: Candidate) -> str:
    """The title with the most demanded tools that it does not name yet; named things before concepts.

    A named thing that five others outrank says too little of the row.
    """
    if candidate.kind == "general":
        return title
    said = _words(title)
    unsaid = [name for name in candidate.skills if _words(name) not in said]
    tools = [name for name in unsaid[:_MOST_DEMANDED] if _is_named(name)]
    if len(tools) < _FEW_TOOLS:
        tools = unsaid
    return f"{title} ({', '.join(tools[:_TOOLS_IN_TITLE])})" if tools else title


def _is_action(title: str) -> bool:
    return title.split(" ", 1)[0].lower().endswith("ing")


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(key(text)))} "


def _is_named(name: str) -> bool:
    """True for a name of something (Delta Lake, C++, pandas), False for words (Data warehousing)."""
    words = name.split()
    # canonical names are capitalised, so one that is not has its small letter from its makers
    return len(words) == 1 or all(any(not c.islower() for c in word) for word in words if len(word) > 3)


def _changes(candidate: Candidate, rulings: Rulings) -> list[str]:
    """One line for each decision that shaped the row."""
    of_theme = {*rulings.titles, *rulings.pinned, *rulings.priorities}
    of_skill = {*rulings.pinned, *rulings.themes, *rulings.kinds, *rulings.names.values()}
    if len(candidate.skills) == 1:
        of_skill |= rulings.priorities.keys()
    subjects = [t for t in candidate.themes[:1] if t in of_theme] + [
        s for s in candidate.skills if s in of_skill
    ]
    return list(dict.fromkeys(rulings.by.get(subject, f"decision on {subject}") for subject in subjects))


def _best(
    skills: Sequence[str], evidence: Mapping[str, Sequence[Evidence]], wanted: int
) -> tuple[Evidence, ...]:
    """The strongest quotes: first from different employers, then from different postings."""
    # quotes come in the order of the list, and stay in it: an id depends on the folder of a file
    quotes = [(place, quote) for place, name in enumerate(skills) for quote in evidence.get(name, ())]
    quotes.sort(key=lambda pair: (_STRENGTH_RANK[pair[1].strength], pair[0]))
    chosen: list[Evidence] = []
    for differs in (_employer, lambda quote: quote.posting_id, _place):
        seen = {differs(quote) for quote in chosen}
        for _, quote in quotes:
            if len(chosen) < wanted and differs(quote) not in seen:
                seen.add(differs(quote))
                chosen.append(quote)
    return tuple(chosen)


def _employer(quote: Evidence) -> object:
    return key(quote.company) or quote.posting_id


def _place(quote: Evidence) -> tuple[str, int, int]:
    return quote.posting_id, quote.start, quote.end
