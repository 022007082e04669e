"""A review at work: what is proposed, what a decision would change, and decisions put on record.

Decisions are lines of `data/raw`, never of the database. The database is read once, into memory, and closed;
it is not opened while a run goes on, and read again when the run has ended.
"""

from __future__ import annotations

import contextlib
import getpass
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from pipeline import cluster, review
from pipeline.archive import hold, running
from pipeline.errors import StoreError, UsageError, WorkspaceBusy
from pipeline.records import Decision, MatrixRow, SkillScore, Suggestion, Target
from pipeline.settings import Settings
from pipeline.steps.place import DECISIONS, Place
from pipeline.steps.scoring import LARGE, Basis, Scoring, basis, scoring
from pipeline.text import key

TAKES_BACK = {"unpin": "pin", "let-in": "keep-out", "ask-again": "reject"}
"""Wishes that no decision of this subject and aspect counts any more, each with the decision that it ends."""

_SEE_LOG = "`skillmatrix review log` shows every decision with its id."

MOST_TEXT = 300
"""Characters that a name, a title or a reason may have."""


def user() -> str:
    """Return the name under which decisions of this account go on record."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision that nobody has made yet."""

    action: str
    subject: str
    after: str = ""
    before: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a wish would change, one sentence each; `names` are the skills that it leads to."""

    lines: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """The review at one moment: data, decisions, and what they come to."""

    scoring: Scoring
    decisions: tuple[Decision, ...]
    older: Mapping[str, SkillScore] = field(default_factory=dict)
    since: str = ""

    @cached_property
    def decided(self) -> frozenset[str]:
        """The skills that need no further look: a person said something of each of them."""
        r = self.scoring.rulings
        sets = (r.accepted, r.rejected, r.pinned, r.kept_out)
        return frozenset().union(
            *sets, r.kinds, r.themes, r.priorities, r.names.values(), r.surfaces.values()
        )

    @cached_property
    def with_rejected(self) -> Scoring:
        """The scoring with nothing rejected: it holds the evidence of a rejected skill."""
        return self.scoring.under(replace(self.scoring.rulings, rejected=frozenset()))

    def behind(self, name: str) -> Scoring:
        """Return the scoring in which the evidence of this skill is found, a rejected one's too."""
        return self.with_rejected if name in self.scoring.rulings.rejected else self.scoring

    @cached_property
    def in_force(self) -> list[Decision]:
        """The decisions that count, oldest first."""
        return review.effective(self.decisions, self.scoring.basis.target.id)

    @cached_property
    def undecided(self) -> list[str]:
        """The skills that nobody has looked at, most demanded first."""
        return [name for name in self.scoring.scores if name not in self.decided]

    @cached_property
    def changed(self) -> frozenset[str]:
        """Skills whose priority or kind is not what it was when they were accepted or last frozen."""
        found = set()
        said = {d.subject: d.before for d in self.in_force if d.action == "accept" and d.before}
        for name, score in self.scoring.scores.items():
            if name in said:
                moved = said[name].partition(":")[0] != _in_short(score).partition(":")[0]
            elif self.older:
                old = self.older.get(name)
                moved = old is None or (old.priority, old.kind) != (score.priority, score.kind)
            else:
                continue
            if moved:
                found.add(name)
        return frozenset(found)

    @cached_property
    def dormant(self) -> list[Decision]:
        """Decisions in force whose subject is not in the postings at present."""
        found, rejected = self.scoring, self.scoring.rulings.rejected
        names = {m.skill for m in found.each if m.skill is not None and m.skill not in rejected}
        themes = {s.theme or s.name for s in found.skills.values()}
        said = {found.names.resolve(quote).name for quote in {m.quote for m in found.basis.found}}
        return review.dormant(self.decisions, names | themes | said, found.basis.target.id)

    @cached_property
    def conflicts(self) -> list[tuple[Decision, Decision]]:
        """Pairs of decisions by which two people want different things; the second one holds."""
        mine = (d for d in self.decisions if d.target in (self.scoring.basis.target.id, ""))
        return review.conflicts(mine)


def _in_short(score: SkillScore) -> str:
    return f"{score.kind}, priority {score.priority}: {score.n} of {score.of}"


class Review:
    """One person's review of one target; safe for several threads."""

    def __init__(self, place: Place, target: Target, settings: Settings, who: str = "") -> None:
        self.place, self.target, self.settings = place, target, settings
        self.who = who.strip()[:MOST_TEXT] or user()
        self._lock = threading.RLock()
        self._basis: Basis | None = None
        self._read_of: tuple[int, int] | None = None
        self._older: Mapping[str, SkillScore] = {}
        self._since = ""
        self._decisions: list[Decision] = []
        self._file: tuple[int, int] = (0, 0)
        self._view: View | None = None
        self._first: Scoring | None = None
        self._suggested: Sequence[Suggestion] | None = None
        self._suggested_of: Basis | None = None
        self._comparing: threading.Thread | None = None
        self.busy = False
        self.trouble = ""

    # --- what there is ----------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The review as it is now: new decisions of others and a finished run are seen."""
        with self._lock:
            fresh = self._read_store()
            fresh |= self._read_decisions()
            if fresh or self._view is None:
                assert self._basis is not None
                rulings = review.fold(self._decisions, self.target.id)
                before = self._view.scoring if self._view else None
                same = before is not None and before.basis is self._basis
                now = before.under(rulings) if same and before else scoring(self._basis, rulings)
                self._view = View(now, tuple(self._decisions), self._older, self._since)
                if not same:
                    self._first = now
            return self._view

    @property
    def first(self) -> Scoring:
        """The scoring when this review began, or when its data were last read."""
        view = self.view
        return self._first or view.scoring

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = (self.place.processed / "skillmatrix.duckdb").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _read_store(self) -> bool:
        """Return True when the database was read: at first, and when a run that changed it has ended."""
        self.busy = running(self.place.raw)
        stamp = self._stamp()
        if self._basis is not None and (self.busy or stamp == self._read_of):
            return False
        if self.busy:
            raise WorkspaceBusy(
                f"a run is working in {self.place.root}", "The review can be opened when it has ended."
            )
        if stamp is None:
            raise UsageError(f"{self.target.id} has no postings yet", "Run `skillmatrix run LIST` first.")
        try:
            with self.place.store() as store:
                self._basis = basis(self.place, store, self.target, self.settings)
                frozen = store.snapshots(self.target.id)
        except StoreError as error:
            if self._basis is None:
                raise
            self.trouble = str(error)
            return False
        self._older = {s.skill: s for s in frozen[-1].scores} if frozen else {}
        self._since = frozen[-1].name if frozen else ""
        # the stamp again: opening a database may write to it
        self._read_of, self.trouble = self._stamp(), ""
        return True

    def _read_decisions(self) -> bool:
        """Return True when the file has other lines than before.

        Only lines that were added are read again.
        """
        path = self.place.raw / f"{DECISIONS}.jsonl"
        try:
            found = path.stat()
        except OSError:
            changed, self._decisions, self._file = bool(self._decisions), [], (0, 0)
            return changed
        now = found.st_ino, found.st_size
        if now == self._file:
            return False
        # a file that only grew keeps its beginning: it is only appended to. Another inode, or a shorter
        # file, is read anew
        grown = now[0] == self._file[0] and now[1] > self._file[1]
        known = self._decisions if grown else []
        self._decisions = [*known, *self.place.decisions(len(known))]
        self._file = now
        return True

    # --- what a person wants ------------------------------------------------------------------------

    def effect(self, wishes: Sequence[Wish]) -> Effect:
        """Return what these wishes would change; raises `UsageError` where one makes no sense."""
        view = self.view
        decisions = self._drafted(view, wishes)
        after = view.scoring.under(review.fold([*view.decisions, *decisions], self.target.id))
        renamed = {d.subject: d.after for d in decisions if d.action == "rename"}
        names = [name for d in decisions for name in (d.subject, d.after) if d.action != "undo"]
        return compared(view.scoring, after, names, renamed)

    def check(self, wishes: Sequence[Wish]) -> None:
        """Raise `UsageError` where one of these wishes makes no sense."""
        self._drafted(self.view, wishes)

    def decide(self, wishes: Sequence[Wish]) -> list[Decision]:
        """Put the decisions on the disk and return them.

        Raises `UsageError` where one makes no sense, and then none is kept.
        """
        with self._lock:
            decisions = self._drafted(self.view, wishes)
            self.place.decide(decisions)
            return decisions

    def undo(self, wanted: str = "") -> Decision:
        """Take back the decision of that id, else this person's last one in force, and return it."""
        with self._lock:
            view = self.view
            mine = [d for d in view.in_force if d.who == self.who]
            found = [d for d in view.decisions if d.id == wanted] if wanted else mine[-1:]
            if not found:
                what = f"no decision has the id {wanted[:40]!r}"
                raise UsageError(what if wanted else f"nothing of {self.who} is left to undo", _SEE_LOG)
            if found[0].action != "undo" and found[0] not in view.in_force:
                raise UsageError(f"{said(found[0])} is undone already")
            self.decide([Wish("undo", found[0].id, before=said(found[0]))])
            return found[0]

    def _drafted(self, view: View, wishes: Iterable[Wish]) -> list[Decision]:
        # each later than the one before, or folding them by time could turn two around
        made: list[Decision] = []
        for ready in (ready for wish in wishes for ready in _ready(view, wish)):
            latest = max((d.when for d in (*view.decisions, *made)), default="")
            try:
                made.append(
                    review.decide(
                        _after(latest), self.who, self.target.id,
                        ready.action, ready.subject, ready.before, ready.after, ready.why,
                    )
                )  # fmt: skip
            except ValueError as error:
                raise UsageError(str(error)) from error
        return made

    # --- what may be one skill ------------------------------------------------------------------------

    def suggestions(self, view: View, wait: bool = False) -> list[Suggestion] | None:
        """Return pairs of names that may be one skill and that nobody has judged yet.

        Thousands of names are compared in the background, once for each reading of the data; until that is
        done the answer is None, unless `wait`.
        """
        comparing = self._compare(view.scoring)
        if wait and comparing:
            comparing.join()
        suggested = self._suggested
        if suggested is None:
            return None
        rulings, there = view.scoring.rulings, view.scoring.scores
        return [
            s
            for s in suggested
            if s.left in there and s.right in there and not {s.left, s.right} <= rulings.accepted
        ]

    def _compare(self, now: Scoring) -> threading.Thread | None:
        """Have the names compared; return what does so, where it is done in the background."""
        with self._lock:
            if self._suggested_of is not now.basis:
                self._suggested_of, self._suggested, self._comparing = now.basis, None, None
                if len(now.skills) <= LARGE:
                    self._suggested = _suggested(now)
                else:
                    # a daemon: whoever closes the page does not wait for it
                    find = threading.Thread(target=self._find_suggestions, args=(now,), daemon=True)
                    self._comparing = find
                    find.start()
            return self._comparing

    def _find_suggestions(self, now: Scoring) -> None:
        found = _suggested(now)
        with self._lock:
            if self._suggested_of is now.basis:
                self._suggested = found


def _suggested(now: Scoring) -> list[Suggestion]:
    postings: dict[str, set[str]] = {}
    wordings: dict[str, tuple[str, ...]] = {}
    for name in now.skills:
        postings[name] = {m.posting_id for m in now.mentions(name)}
        wordings[name] = tuple(now.wordings(name))
    found = cluster.suggest(tuple(now.skills.values()), wordings, postings)
    return now.basis.advice.suggestions(found)


def fold_in(place: Place, target: Target, settings: Settings) -> list[Path]:
    """Write the documents again with every decision folded in."""
    from pipeline.steps.report import write
    from pipeline.steps.run import restate

    with hold(place.raw):
        restate(place, target, settings)
        return write(place, target, settings)[1]


def summary(view: View, only: str = "all") -> list[dict[str, Any]]:
    """Return each skill's numbers and what was decided of it, most demanded first, rejected ones last."""
    now, rulings = view.scoring, view.scoring.rulings
    found = []
    ranked = sorted(now.scores, key=lambda name: (-now.scores[name].n, -now.scores[name].score, name))
    for name in (*ranked, *sorted(rulings.rejected - now.scores.keys())):
        score = now.scores.get(name)
        state = state_of(view, name)
        kept = {"all": True, "decided": state != "undecided", "changed": name in view.changed}
        if kept.get(only, state == only):
            numbers = {
                n: getattr(score, n, None) for n in ("n", "of", "low", "high", "priority", "provisional")
            }
            kind = score.kind if score else ""
            by = rulings.by.get(name, "")
            found.append({"skill": name, "state": state, "kind": kind, **numbers, "decided_by": by})
    return found


def state_of(view: View, name: str) -> str:
    """Return what a person said of a skill, in one word."""
    rulings = view.scoring.rulings
    if name in rulings.rejected:
        return "rejected"
    if name in rulings.accepted:
        return "accepted"
    return "decided" if name in view.decided else "undecided"


def _after(latest: str) -> str:
    """Return the time of a decision that is made now: behind every other, also behind one of a fast clock."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with contextlib.suppress(ValueError):
        now = max(now, datetime.fromisoformat(latest).replace(tzinfo=None) + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def said(decision: Decision) -> str:
    """Return a decision in short: action, subject and what it leads to."""
    return " ".join(
        filter(None, (decision.action, decision.subject, decision.after and f"→ {decision.after}"))
    )


# --- does it make sense? ----------------------------------------------------------------------------------


def _ready(view: View, wish: Wish) -> list[Wish]:
    """Return the wish as it goes on record.

    What takes a word back is the undoing of each decision that says it.
    """
    if wish.action not in TAKES_BACK:
        return [_checked(view, wish)]
    _fits(wish)
    word = TAKES_BACK[wish.action]
    names = _spoken_of(view, _subject(view, replace(wish, action=word)))
    aspect = review.ASPECTS[word]
    ends = [d for d in view.in_force if review.ASPECTS.get(d.action) == aspect and d.subject in names]
    if not any(d.action == word for d in ends):
        raise UsageError(f"no decision says {word} of {wish.subject}", _SEE_LOG)
    return [Wish("undo", d.id, before=said(d), why=wish.why) for d in ends]


def _spoken_of(view: View, subject: str) -> set[str]:
    """Return the names under which a skill, or a row with its skills and themes, was decided of."""
    names = {subject}
    if subject not in view.scoring.scores:
        for row in view.scoring.draft.rows:
            if row.theme == subject:
                names.update(row.skills, (view.scoring.skills[s].theme for s in row.skills))
    for decision in reversed(view.in_force):
        if decision.action == "rename" and decision.after in names:
            names.add(decision.subject)
    return names


def _fits(wish: Wish) -> None:
    for text in (wish.subject, wish.after, wish.before, wish.why):
        if len(text) > MOST_TEXT or any(ord(c) < 32 for c in text):
            raise UsageError(f"a name or reason has at most {MOST_TEXT} characters and no line break")


def _checked(view: View, wish: Wish) -> Wish:
    """Return the wish with its names as they are spelt here; raises `UsageError` where it makes no sense."""
    _fits(wish)
    subject = _subject(view, wish)
    after = " ".join(wish.after.split())
    if wish.action == "merge":
        after = present(view, after)
        if after == subject:
            raise UsageError(f"{subject} cannot be merged into itself", "Name two different skills.")
    if wish.action == "split":
        _said_in_postings(view, subject, wish.before)
    if wish.action == "move":
        after = beside(view, after)
    if wish.action == "wrong-mention":
        _quoted(view, wish.before)
    before = wish.before or _before(view, wish.action, subject)
    return Wish(wish.action, subject, after, before, " ".join(wish.why.split()))


def _said_in_postings(view: View, subject: str, wording: str) -> None:
    wordings = view.scoring.wordings(subject)
    if key(wording) not in map(key, wordings):
        raise UsageError(
            f"no posting says {wording[:60]!r} for {subject}", f"They say {', '.join(list(wordings)[:8])}."
        )


def _quoted(view: View, place: str) -> None:
    found = view.scoring.basis.found
    if place not in (review.place(m.posting_id, m.start, m.end) for m in found):
        raise UsageError(
            f"no quote stands at {place[:60]!r}",
            "A place is POSTING:START:END; `skillmatrix export mentions` lists them.",
        )


def _subject(view: View, wish: Wish) -> str:
    if wish.action == "undo":
        return wish.subject
    if wish.action in ("pin", "keep-out", "priority", "retitle"):
        theme = _theme(view, wish.subject, wish.action == "retitle")
        if theme or wish.action == "retitle":
            return theme or _none_called(wish.subject, "row or theme", [*_themes(view).values()])
    if wish.subject in view.scoring.rulings.rejected:
        return wish.subject
    return present(view, wish.subject)


def _themes(view: View) -> dict[str, str]:
    """Return the title of each theme that a skill is of."""
    keys = sorted({s.theme or s.name for s in view.scoring.skills.values()})
    return {k: title_of(view.scoring, k) for k in keys}


def title_of(scoring: Scoring, theme: str) -> str:
    """Return the title of a theme: a person's, then the vocabulary's, else its own key."""
    entry = scoring.basis.vocabulary.themes.get(theme)
    return scoring.rulings.titles.get(theme) or (entry.title if entry else theme)


def beside(view: View, wanted: str) -> str:
    """Return the theme, or the skill, that stands for the row or theme a person names for a move.

    A row goes by its number, its title or the key of its theme; it is named by its theme where that brings
    most of its demand to this row, else by its strongest skill. What is no row and no theme is a new theme.
    """
    rows = view.scoring.draft.rows
    numbered = {str(number): row for number, row in enumerate(rows, 1)}
    named = {key(row.title): row for row in rows} | {key(row.theme): row for row in rows}
    row = numbered.get(wanted.strip()) or named.get(key(wanted))
    if row is None:
        titles = {key(title_of(view.scoring, k)): k for k in view.scoring.basis.vocabulary.themes}
        return titles.get(key(wanted), wanted)

    def brought(other: MatrixRow) -> float:
        skills, scores = view.scoring.skills, view.scoring.scores
        return sum(scores[s].score for s in other.skills if row.theme in (s, skills[s].theme))

    leads = max(rows, key=brought) is row and brought(row) > 0
    return row.theme if leads else row.skills[0]


def _theme(view: View, wanted: str, is_row: bool = False) -> str:
    """Return the key of the theme of that key or title, or of the row of that title; "" where there is none.

    A skill goes before a row of its name, unless only a row can be meant.
    """
    if wanted in view.scoring.scores and not is_row:
        return ""
    themes = _themes(view)
    if wanted in themes:
        return wanted
    titles = {key(title): theme for theme, title in themes.items()}
    titles |= {key(row.title): row.theme for row in view.scoring.draft.rows}
    return titles.get(key(wanted), "")


def present(view: View, wanted: str) -> str:
    """Return the skill of that name or wording; raises `UsageError` with near names."""
    skills = view.scoring.scores
    if wanted in skills:
        return wanted
    folded = {key(name): name for name in skills}
    found = folded.get(key(wanted)) or view.scoring.names.resolve(wanted).name if wanted.strip() else ""
    if found in skills:
        return found
    return _none_called(wanted, "skill", list(skills))


def _none_called(wanted: str, what: str, names: Sequence[str]) -> NoReturn:
    from rapidfuzz import process

    near = [name for name, *_ in process.extract(wanted, names, limit=5, score_cutoff=60)]
    advice = f"Near names: {', '.join(near)}." if near else "`skillmatrix review list` shows every name."
    raise UsageError(f"no {what} here is called {wanted!r}", advice)


def _before(view: View, action: str, subject: str) -> str:
    score, skill = view.scoring.scores.get(subject), view.scoring.skills.get(subject)
    if action == "retitle":
        entry = view.scoring.basis.vocabulary.themes.get(subject)
        return view.scoring.rulings.titles.get(subject) or (entry.title if entry else subject)
    if score is None or skill is None:
        return ""
    return {
        "accept": _in_short(score),
        "move": skill.theme,
        "kind": skill.kind,
        "priority": str(score.priority),
    }.get(action, "")


# --- what it changes --------------------------------------------------------------------------------


MOST_NAMED = 6
"""Skills whose own changes are told one by one; of more only the number is told."""


def compared(
    before: Scoring, after: Scoring, names: Iterable[str] = (), renamed: Mapping[str, str] | None = None
) -> Effect:
    """Return what differs between two scorings, in sentences: the named skills first, then the ten rows.

    A rename is one change, wherever the name stands.
    """
    renamed = {old: new for old, new in (renamed or {}).items() if before.scores.get(new) is None}
    both = {*renamed, *renamed.values()}
    asked = [name for name in dict.fromkeys(names) if before.scores.get(name) or after.scores.get(name)]
    lines = [f"{old} is now called {new}." for old, new in renamed.items()]
    moved = [line for name in asked if name not in both and (line := _moved(name, before, after))]
    lines += moved if len(moved) <= MOST_NAMED else [_counted(asked, before, after)]
    titles = {frozenset(row.skills): row.title for row in after.draft.rows} if renamed else {}
    rows = tuple(_called(row, renamed, titles) for row in before.draft.rows)
    lines += row_changes(rows, after.draft.rows)
    return Effect(tuple(lines) or ("Nothing in the numbers or in the ten rows changes.",), tuple(asked))


def _called(row: MatrixRow, renamed: Mapping[str, str], titles: Mapping[frozenset[str], str]) -> MatrixRow:
    """Return the row as it was, under the names and the title that its skills have now."""
    skills = tuple(renamed.get(name, name) for name in row.skills)
    return replace(row, title=titles.get(frozenset(skills), row.title), skills=skills)


def _counted(names: Sequence[str], before: Scoring, after: Scoring) -> str:
    gone = sum(after.scores.get(name) is None for name in names if before.scores.get(name) is not None)
    changed = len(names) - gone
    parts = [f"{gone} skills leave the list" if gone else "", f"{changed} skills change" if changed else ""]
    return f"{' and '.join(filter(None, parts))}."


def _moved(name: str, before: Scoring, after: Scoring) -> str:
    old, new = before.scores.get(name), after.scores.get(name)
    if new is None:
        return f"{name} is gone from the list" + (
            f" (it was in {old.n} of {old.of} postings)." if old else "."
        )
    if old is None:
        return f"{name} is new: priority {new.priority}, {new.n} of {new.of} postings."
    parts = []
    if old.priority != new.priority:
        parts.append(f"priority from {old.priority} to {new.priority}")
    if old.n != new.n:
        parts.append(f"from {old.n} to {new.n} of {new.of} postings")
    if old.kind != new.kind:
        parts.append(f"from {old.kind} to {new.kind}")
    if old.theme != new.theme:
        themes = title_of(before, old.theme or name), title_of(after, new.theme or name)
        parts.append(f"from “{themes[0]}” to “{themes[1]}”")
    return f"{name}: {', '.join(parts)}." if parts else ""


def row_changes(before: Sequence[MatrixRow], after: Sequence[MatrixRow]) -> list[str]:
    """Return how the ten rows differ, one sentence each."""
    became = _became(before, after)
    stayed = {id(old) for old in became.values()}
    lines = [f"“{r.title}” leaves the ten rows." for r in before if id(r) not in stayed]
    lines += [
        f"“{r.title}” enters the ten rows: priority {r.priority}, {r.n} of {r.of}."
        for r in after
        if id(r) not in became
    ]
    for row in after:
        if id(row) in became:
            lines += _row_change(became[id(row)], row)
    return lines


def _became(before: Sequence[MatrixRow], after: Sequence[MatrixRow]) -> dict[int, MatrixRow]:
    """Map each later row, by its identity, to the earlier one that it was: by theme, else by most skills.

    A row that joins several themes goes by the first one, and that one may be another when a skill has gone.
    """
    old = {(row.theme, row.kind): row for row in before}
    found = {id(row): old.pop((row.theme, row.kind)) for row in after if (row.theme, row.kind) in old}
    for row in after:
        shared = {key: len({*row.skills} & {*was.skills}) for key, was in old.items() if key[1] == row.kind}
        likest = max(shared, key=lambda key: shared[key], default=None)
        if id(row) not in found and likest and 2 * shared[likest] >= len(old[likest].skills):
            found[id(row)] = old.pop(likest)
    return found


def _row_change(old: MatrixRow, new: MatrixRow) -> list[str]:
    lines = [f"Row “{old.title}” becomes “{new.title}”."] if old.title != new.title else []
    if (old.priority, old.n) != (new.priority, new.n):
        moved = f"priority from {old.priority} to {new.priority}, " if old.priority != new.priority else ""
        lines.append(f"Row “{new.title}”: {moved}{old.n} → {new.n} of {new.of}.")
    for verb, names in (
        ("loses", set(old.skills) - set(new.skills)),
        ("gains", set(new.skills) - set(old.skills)),
    ):
        if names:
            more = f" and {len(names) - 4} more" if len(names) > 4 else ""
            lines.append(f"Row “{new.title}” {verb} {', '.join(sorted(names)[:4])}{more}.")
    return lines
