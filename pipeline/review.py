"""What all decisions about a target come to: appended records in, one `Rulings` out.

A decision is never edited. Two people's files are joined by putting their lines together: the order of
the lines does not matter, the later decision wins, equal times are ordered by id, the same line twice
counts once, and an undo is itself a decision that can be undone.

action         subject         before                       after
accept         skill                                        (it stays proposed, and is no longer asked about)
reject         skill                                        (it never returns unasked)
rename         skill                                        the new name; what was decided moves along
merge          skill                                        the skill that takes it in
split          skill           the wording                  the skill that this wording becomes
move           skill           theme before                 theme key
retitle        theme key       title before                 title
kind           skill           kind before                  general or specific
priority       skill           priority before              1, 2 or 3
pin            skill or theme                               (in the ten)
keep-out       skill or theme                               (out of the ten)
wrong-mention  skill           posting id:start:end         (no skill there)
undo           decision id
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import combinations
from typing import Any

from pipeline.records import KINDS, Decision, Kind, Rulings, digest
from pipeline.text import key

ACTIONS = (
    "accept",
    "reject",
    "rename",
    "merge",
    "split",
    "move",
    "retitle",
    "kind",
    "priority",
    "pin",
    "keep-out",
    "wrong-mention",
    "undo",
)
"""Everything that a person can decide."""

ASPECTS = {
    "accept": "verdict",
    "reject": "verdict",
    "rename": "name",
    "merge": "name",
    "pin": "place",
    "keep-out": "place",
}
"""Actions of one aspect contradict each other; every other action is an aspect of its own."""


def decide(
    when: str,
    who: str,
    target: str,
    action: str,
    subject: str,
    before: str = "",
    after: str = "",
    why: str = "",
) -> Decision:
    """Return a decision with its id; raises `ValueError` where it does not make sense."""
    bare = Decision(when, who, target, action, subject, before, after, why)
    wrong = problem(bare)
    if wrong:
        raise ValueError(wrong)
    return replace(bare, id=_id(bare))


def _id(decision: Decision) -> str:
    return digest(to_record(replace(decision, id="")))[:12]


def problem(decision: Decision) -> str:
    """Return why this decision does not make sense; "" when it does."""
    if decision.action not in ACTIONS:
        return f"no action is called {decision.action!r}; there are {', '.join(ACTIONS)}"
    if not decision.subject.strip():
        return f"{decision.action} needs a subject"
    if not decision.when or not decision.who:
        return f"{decision.action} of {decision.subject!r} does not say when and who"
    check = _CHECKS.get(decision.action)
    return check(decision) if check else ""


def _needs_after(decision: Decision) -> str:
    return "" if decision.after.strip() else f"{decision.action} of {decision.subject!r} says not to what"


def _needs_wording(decision: Decision) -> str:
    if not decision.before.strip():
        return f"split of {decision.subject!r} does not say which wording"
    return _needs_after(decision)


def _needs_kind(decision: Decision) -> str:
    return "" if decision.after in KINDS else f"kind {decision.after!r} is not {' or '.join(KINDS)}"


def _needs_priority(decision: Decision) -> str:
    return "" if decision.after in ("1", "2", "3") else f"priority {decision.after!r} is not 1, 2 or 3"


def _needs_place(decision: Decision) -> str:
    return "" if _place(decision) else f"{decision.before!r} is not posting:start:end"


_CHECKS: dict[str, Callable[[Decision], str]] = {
    "rename": _needs_after,
    "merge": _needs_after,
    "move": _needs_after,
    "retitle": _needs_after,
    "split": _needs_wording,
    "kind": _needs_kind,
    "priority": _needs_priority,
    "wrong-mention": _needs_place,
}


def place(posting_id: str, start: int, end: int) -> str:
    """Return how a mention is named in the `before` of a wrong-mention decision."""
    return f"{posting_id}:{start}:{end}"


def _place(decision: Decision) -> tuple[str, int, int] | None:
    posting, _, span = decision.before.rpartition(":")
    posting, _, start = posting.rpartition(":")
    if posting and start.isascii() and span.isascii() and start.isdigit() and span.isdigit():
        return posting, int(start), int(span)
    return None


# --- records ------------------------------------------------------------------------------------


def to_record(decision: Decision) -> dict[str, str]:
    """Return the decision as one flat JSON object."""
    return asdict(decision)


def from_record(record: Mapping[str, Any]) -> Decision:
    """Return the decision of one JSON line; raises `ValueError` that says what is wrong with it.

    A line without an id gets the one that its content has; names of a newer version are passed over.
    """
    if not isinstance(record, Mapping):
        raise ValueError("a decision is a JSON object")
    known = {f.name: record.get(f.name, "") for f in fields(Decision)}
    wrong = [name for name, value in known.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} must be text")
    decision = Decision(**known)
    trouble = problem(decision)
    if trouble:
        raise ValueError(trouble)
    return decision if decision.id else replace(decision, id=_id(decision))


# --- folding ------------------------------------------------------------------------------------


def effective(decisions: Iterable[Decision], target: str | None) -> list[Decision]:
    """Return the decisions that count for a target, oldest first.

    None undone, none twice, none without sense.

    A decision without a target counts for all of them; no target at all asks for every decision.
    """
    counts = (d for d in decisions if target is None or d.target in (target, ""))
    mine = {d.id or _id(d): d for d in counts if not problem(d)}
    undone = _undone(mine)
    return sorted(
        (d for i, d in mine.items() if i not in undone and d.action != "undo"), key=lambda d: (d.when, d.id)
    )


def _undone(by_id: Mapping[str, Decision]) -> set[str]:
    """Return the ids that an undo in force names; an undo that is undone itself is not in force."""
    undos: dict[str, list[str]] = defaultdict(list)
    for i, decision in sorted(by_id.items()):
        if decision.action == "undo":
            undos[decision.subject].append(i)
    verdicts: dict[str, bool] = {}
    for start in undos:
        stack = [start]
        while stack:
            waiting = [u for u in undos.get(stack[-1], ()) if u not in verdicts and u not in stack]
            if waiting:
                stack += waiting
            else:
                top = stack.pop()
                verdicts[top] = any(not verdicts.get(u, True) for u in undos.get(top, ()))
    return {i for i, gone in verdicts.items() if gone}


def fold(decisions: Iterable[Decision], target: str | None) -> Rulings:
    """Return what the decisions about a target come to; the order in which they are given does not matter."""
    state = _State()
    for decision in effective(decisions, target):
        _APPLY[decision.action](state, decision)
    return state.rulings()


def for_reading(decisions: Iterable[Decision], target: str | None) -> Rulings:
    """Return what of the decisions must hold where wordings are read, when all others are applied to counts.

    That is the splits: counts know no wordings. Each leads to the name that it was given first, if renames
    lead on from there to where it leads now: so a rename changes nothing here. A split may ask for a name
    back that was renamed or merged before; that older rename then holds here, not for the name itself.
    """
    all_ = list(decisions)
    rulings = fold(all_, target)
    first = fold((d for d in all_ if d.action in ("split", "undo")), target).surfaces
    asked = {key(name) for name in rulings.surfaces.values()}
    surfaces = {}
    for wording, now in rulings.surfaces.items():
        moved = key(first[wording]) not in asked and rulings.today(first[wording]) == now
        surfaces[wording] = first[wording] if moved else now
    return Rulings(
        surfaces=surfaces, names={old: new for old, new in rulings.names.items() if key(old) in asked}
    )


@dataclass
class _State:
    """Rulings in the making."""

    verdict: dict[str, bool] = field(default_factory=dict)
    place: dict[str, bool] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    surfaces: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    themes: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    priorities: dict[str, int] = field(default_factory=dict)
    wrong: set[tuple[str, int, int]] = field(default_factory=set)
    by: dict[str, str] = field(default_factory=dict)

    def sign(self, name: str, decision: Decision) -> None:
        """Note who decided this, when and why."""
        why = f" ({decision.why})" if decision.why else ""
        self.by[name] = f"{decision.who} on {decision.when[:10]}, {decision.action}{why}"

    def rulings(self) -> Rulings:
        """Return the same, frozen and in order."""
        return Rulings(
            accepted=frozenset(n for n, yes in self.verdict.items() if yes),
            rejected=frozenset(n for n, yes in self.verdict.items() if not yes),
            names=dict(sorted(self.names.items())),
            surfaces=dict(sorted(self.surfaces.items())),
            kinds=dict(sorted(self.kinds.items())),
            themes=dict(sorted(self.themes.items())),
            origins=dict(sorted(self.origins.items())),
            titles=dict(sorted(self.titles.items())),
            priorities=dict(sorted(self.priorities.items())),
            pinned=frozenset(n for n, yes in self.place.items() if yes),
            kept_out=frozenset(n for n, yes in self.place.items() if not yes),
            wrong=frozenset(self.wrong),
            by=dict(sorted(self.by.items())),
        )


def _accept(state: _State, d: Decision) -> None:
    state.verdict[d.subject] = True
    state.sign(d.subject, d)


def _reject(state: _State, d: Decision) -> None:
    state.verdict[d.subject] = False
    if state.place.get(d.subject):
        del state.place[d.subject]
    state.sign(d.subject, d)


def _rename(state: _State, d: Decision) -> None:
    _lead(state, d.subject, d.after)
    if d.subject != d.after:
        tables: tuple[dict[str, Any], ...] = (
            state.verdict,
            state.place,
            state.kinds,
            state.themes,
            state.priorities,
        )
        for table in tables:
            if d.subject in table:
                table.setdefault(d.after, table.pop(d.subject))
    state.sign(d.after, d)


def _merge(state: _State, d: Decision) -> None:
    _lead(state, d.subject, d.after)
    state.sign(d.after, d)


def _lead(state: _State, old: str, new: str) -> None:
    """Lead the old name to the new one; the new one leads nowhere from here on, so no ring can close."""
    state.names.pop(new, None)
    state.names.pop(old, None)
    if old != new:
        state.names[old] = new
    for surface, name in state.surfaces.items():
        if name == old:
            state.surfaces[surface] = new


def _split(state: _State, d: Decision) -> None:
    state.surfaces[key(d.before)] = d.after
    if d.after != d.subject:
        state.origins[d.after] = d.subject
    state.sign(d.after, d)


def _move(state: _State, d: Decision) -> None:
    state.themes[d.subject] = d.after
    state.sign(d.subject, d)


def _retitle(state: _State, d: Decision) -> None:
    state.titles[d.subject] = d.after
    state.sign(d.subject, d)


def _kind(state: _State, d: Decision) -> None:
    state.kinds[d.subject] = "general" if d.after == "general" else "specific"
    state.sign(d.subject, d)


def _priority(state: _State, d: Decision) -> None:
    state.priorities[d.subject] = int(d.after)
    state.sign(d.subject, d)


def _pin(state: _State, d: Decision) -> None:
    # who pins a rejected skill asks for it back
    if state.verdict.get(d.subject) is False:
        del state.verdict[d.subject]
    state.place[d.subject] = True
    state.sign(d.subject, d)


def _keep_out(state: _State, d: Decision) -> None:
    state.place[d.subject] = False
    state.sign(d.subject, d)


def _wrong_mention(state: _State, d: Decision) -> None:
    place = _place(d)
    if place:
        state.wrong.add(place)
        state.sign(d.subject, d)


_APPLY: dict[str, Callable[[_State, Decision], None]] = {
    "accept": _accept,
    "reject": _reject,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "retitle": _retitle,
    "kind": _kind,
    "priority": _priority,
    "pin": _pin,
    "keep-out": _keep_out,
    "wrong-mention": _wrong_mention,
}


# --- what a person should be told ------------------------------------------------------------------


def dormant(
    decisions: Iterable[Decision], names_present: Iterable[str], target: str | None = None
) -> list[Decision]:
    """Return the decisions in force whose subject is not there at present, oldest first.

    `names_present` holds every name and theme key of the target, rejected ones too. What a rename or
    merge leads to stands for its subject.
    """
    present = {key(name) for name in names_present}
    counted = effective(decisions, target)
    names = fold(counted, target).names
    return [d for d in counted if not present & _subjects(d, names)]


def _subjects(decision: Decision, names: Mapping[str, str]) -> set[str]:
    """Return the names, folded, under which a decision's subject may be found today."""
    heads = [decision.subject]
    if decision.action in ("rename", "merge", "split"):
        heads.append(decision.after)
    found = set()
    for name in heads:
        while key(name) not in found:
            found.add(key(name))
            name = names.get(name, name)
    return found


def conflicts(decisions: Iterable[Decision]) -> list[tuple[Decision, Decision]]:
    """Return pairs in force by which two people want different things of one subject; the second one wins."""
    all_ = list(decisions)
    targets = sorted({d.target for d in all_})
    found: dict[tuple[str, str], tuple[Decision, Decision]] = {}
    for target in targets:
        groups: dict[tuple[str, str, str], list[Decision]] = defaultdict(list)
        for d in effective(all_, target):
            aspect = ASPECTS.get(d.action, d.action)
            groups[aspect, key(d.subject), key(d.before) if d.action == "split" else ""].append(d)
        for group in groups.values():
            for first, second in combinations(_last_words(group), 2):
                if _outcome(first) != _outcome(second):
                    found[first.id, second.id] = (first, second)
    return sorted(found.values(), key=lambda pair: (pair[1].when, pair[1].id, pair[0].when, pair[0].id))


def _last_words(group: list[Decision]) -> list[Decision]:
    """Return each person's last decision in a group, oldest first: a changed mind is no conflict."""
    last = {d.who: d for d in group}
    return sorted(last.values(), key=lambda d: (d.when, d.id))


def _outcome(decision: Decision) -> tuple[str, str]:
    return decision.action, "" if decision.action == "wrong-mention" else decision.after
