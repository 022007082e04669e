"""What a model advised beyond mentions, applied: kinds, groups and merges of unknown skills, and prose.

Advice stands where the vocabulary and a person are silent, with the model's sentence as the reason. A merge
is never made: the model's view stands beside the suggestion, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.records import Skill, Suggestion, ThemeEntry, Vocabulary
from pipeline.steps.place import Place

ADVICE = "advice"
"""The record file of `data/raw` with what a model advised, by task and subject; the last line counts."""

Advice = Mapping[tuple[str, str], Mapping[str, Any]]


def advice_of(place: Place) -> Advice:
    """All advice of a workspace by (task, subject)."""
    made = place.archive.each_made(ADVICE, lambda r: ((str(r["task"]), str(r["subject"])), dict(r["value"])))
    return dict(made)


def advised(skills: Sequence[Skill], advice: Advice) -> list[Skill]:
    """The skills with the advised kind and group where neither vocabulary, spread nor a person has spoken."""
    return [_grouped(_of_kind(skill, advice), advice) for skill in skills]


def _of_kind(skill: Skill, advice: Advice) -> Skill:
    value = advice.get(("kind", skill.name))
    if value is None or not is_open(skill):
        return skill
    return replace(skill, kind=value["kind"], reason=f"model: {value['reason']}")


def is_open(skill: Skill) -> bool:
    """True when only an engine's votes or the form of the words gave the kind."""
    return not skill.known and skill.reason.startswith(("engine:", "by the form", "model:"))


def _grouped(skill: Skill, advice: Advice) -> Skill:
    value = advice.get(("theme", skill.name))
    if value is None or skill.known or skill.theme != skill.name or value["kind"] != skill.kind:
        return skill
    return replace(skill, theme=value["title"])


def themed(words: Vocabulary, advice: Advice) -> Vocabulary:
    """The vocabulary with the advised groups as themes; a curated theme keeps its name."""
    added = {
        value["title"]: ThemeEntry(
            value["title"], value["title"], value["kind"], "model: learned and used together"
        )
        for (task, _), value in sorted(advice.items())
        if task == "theme" and value["title"] not in words.themes
    }
    return replace(words, themes={**words.themes, **added}) if added else words


def suggested(suggestions: Iterable[Suggestion], advice: Advice) -> list[Suggestion]:
    """The suggestions with the model's view of each pair behind the evidence."""
    found = []
    for one in suggestions:
        value = advice.get(("merge", pair_of(one)))
        said = f"; model: {value['same']}, {value['reason']}" if value else ""
        found.append(replace(one, why=one.why + said))
    return found


def pair_of(suggestion: Suggestion) -> str:
    """The subject under which advice on a pair of names is kept."""
    return f"{suggestion.left}\t{suggestion.right}"
