"""What the review page shows: one part of the list, one skill or row with its evidence, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pipeline.report import safe, words
from pipeline.report.view import STRENGTH_WORDS, STRONGEST, anchor, around, highlight
from pipeline.review import place
from pipeline.steps.review import View, Wish, state_of, title_of
from pipeline.text import key, plural

if TYPE_CHECKING:
    from pipeline.records import Decision, MatrixRow, Mention, Posting, SkillScore, Suggestion
    from pipeline.steps.scoring import Scoring

PER_PAGE = 60
"""Skills of one part of the list: more would have to be laid out before anything is seen."""

PER_SKILL = 25
"""Quotes shown of one skill."""

LONGEST = 40_000
"""Characters of a posting that are shown."""

ROWS = "rows"
"""The part that shows the ten rows with their skills: the review begins with it."""

FILTERS = {
    ROWS: "The ten rows",
    "undecided": "Undecided",
    "all": "All",
    "changed": "Changed since last time",
    "suggested": "Possible duplicates",
    "llm": "Found only by the model",
    "one": "One employer",
    "decided": "Decided",
    "rejected": "Rejected",
}
"""The parts of the list that can be asked for."""

NOTHING = {
    ROWS: "No skill was found in the postings.",
    "all": "No skill was found in the postings.",
    "changed": "No skill changed its priority or kind since you accepted it, or since the newest snapshot.",
    "suggested": "No two names look alike.",
    "llm": "No skill was found only by the model.",
    "one": "Every skill is asked for by more than one employer.",
    "decided": "Nothing is decided yet.",
    "rejected": "Nothing is rejected.",
}
"""What an empty part says."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    show: str = ROWS
    q: str = ""
    page: int = 1
    skill: str = ""
    row: str = ""
    posting: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Asked:
        """Return what these parameters ask for; what makes no sense is passed over."""
        show = said.get("show", ROWS)
        page = said.get("page", "1")
        return cls(
            show if show in FILTERS else ROWS,
            said.get("q", "")[:200],
            min(int(page), 10_000)
            if page.isascii() and page.isdigit() and len(page) < 6 and int(page)
            else 1,
            said.get("skill", ""),
            said.get("row", ""),
            said.get("posting", ""),
        )

    def but(self, **other: Any) -> Asked:
        """Return the same with something else."""
        return replace(self, **other)

    def link(self, **other: Any) -> str:
        """Return the address of the same with something else."""
        asked = self.but(**other)
        names = ("show", "q", "page", "skill", "row", "posting")
        said = {n: getattr(asked, n) for n in names if getattr(asked, n) not in ("", 1)}
        return "?" + urlencode(said, errors="surrogatepass")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list; `reason` says why it is of its kind, or what it may be one skill with."""

    name: str
    link: str
    score: SkillScore | None
    reason: str
    marks: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One part of the list, and what comes before and after it."""

    items: tuple[Item, ...]
    total: int
    first: int
    before: str
    after: str


def listed(view: View, asked: Asked, suggestions: Sequence[Suggestion]) -> Listed:
    """Return the skills that were asked for, most demanded first."""
    names = wanted(view, asked, suggestions)
    if asked.show == ROWS:
        # the rows' own skills stand on every page of the list
        inside = {name for row in view.scoring.draft.rows for name in row.skills}
        first = [name for name in names if name in inside]
    else:
        first = []
    names = names[len(first) :]
    pages = max(1, -(-len(names) // PER_PAGE))
    page = min(asked.page, pages)
    some = names[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Listed(
        tuple(_item(view, asked, name, suggestions) for name in (*first, *some)),
        len(first) + len(names),
        (page - 1) * PER_PAGE + 1,
        asked.link(page=page - 1, skill="", row="") if page > 1 else "",
        asked.link(page=page + 1, skill="", row="") if page < pages else "",
    )


def by_postings(view: View) -> list[str]:
    """Return every skill, those that most postings ask for first."""
    scores = view.scoring.scores
    return sorted(scores, key=lambda name: (-scores[name].n, -scores[name].score, name))


def wanted(view: View, asked: Asked, suggestions: Sequence[Suggestion]) -> list[str]:
    """Return the names that the filter and the search leave, in order."""
    scoring = view.scoring
    if asked.show == "rejected":
        names = sorted(scoring.rulings.rejected)
    else:
        names = in_order(view) if asked.show == ROWS else by_postings(view)
    pairs = {name for s in suggestions for name in (s.left, s.right)} if asked.show == "suggested" else set()
    keep = {
        "undecided": lambda name: name not in view.decided,
        "decided": lambda name: name in view.decided,
        "changed": lambda name: name in view.changed,
        "suggested": lambda name: name in pairs,
        "llm": lambda name: {m.provenance.engine for m in scoring.mentions(name)} == {"llm"},
        "one": lambda name: scoring.scores[name].employers <= 1,
    }.get(asked.show)
    if keep:
        names = [name for name in names if keep(name)]
    if asked.q:
        q = key(asked.q)
        names = [n for n in names if q in key(n) or any(q in key(w) for w in view.behind(n).wordings(n))]
    return names


def _item(view: View, asked: Asked, name: str, suggestions: Sequence[Suggestion]) -> Item:
    scoring = view.behind(name)
    skill = scoring.skills.get(name)
    likely = _likely(name, suggestions) if asked.show == "suggested" else ()
    others = [s.left if s.right == name else s.right for s in likely]
    reason = f"may be {' or '.join(others)}" if others else skill and skill.reason
    return Item(
        name,
        asked.link(skill=name, row="", posting=""),
        scoring.scores.get(name),
        reason or "",
        marks(view, name),
        state_of(view, name),
    )


def marks(view: View, name: str) -> tuple[str, ...]:
    """Return what else is to be known of a skill at a glance."""
    rulings = view.scoring.rulings
    found = {"pinned": rulings.pinned, "kept out": rulings.kept_out, "changed": view.changed}
    return tuple(mark for mark, names in found.items() if name in names)


@dataclass(frozen=True, slots=True)
class Quote:
    """One mention as a person reads it."""

    mention: Mention
    posting: Posting
    before: str
    after: str
    employer: str
    caption: str
    address: str
    strength: str
    counted: str
    link: str
    place: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One skill with everything that a decision about it rests on."""

    name: str
    score: SkillScore | None
    kind: str
    theme: str
    theme_title: str
    reason: str
    known: bool
    decided_by: str
    state: str
    marks: tuple[str, ...]
    wordings: Mapping[str, int]
    engines: tuple[str, ...]
    quotes: tuple[Quote, ...]
    more: int
    likely: tuple[Suggestion, ...]
    row: MatrixRow | None
    posting: Posting | None = None
    text: Any = ""
    cut: bool = False


def detail(
    view: View, asked: Asked, name: str, suggestions: Sequence[Suggestion], ten: Sequence[MatrixRow]
) -> Detail | None:
    """Return the skill of that name; None where there is none."""
    scoring = view.behind(name)
    skill, score = scoring.skills.get(name), scoring.scores.get(name)
    if skill is None and name not in view.scoring.rulings.rejected:
        return None
    mentions = _strongest_first(scoring, name)
    quotes = tuple(_quote(view, asked, m) for m in mentions[:PER_SKILL])
    theme = (skill.theme or name) if skill else ""
    entry = scoring.basis.vocabulary.themes.get(theme)
    found = Detail(
        name,
        score,
        skill.kind if skill else "",
        theme,
        scoring.rulings.titles.get(theme) or (entry.title if entry else theme),
        skill.reason if skill else "",
        skill.known if skill else False,
        _rejection(view, name) or scoring.rulings.by.get(name, ""),
        state_of(view, name),
        marks(view, name),
        scoring.wordings(name),
        tuple(sorted({m.provenance.engine for m in mentions})),
        quotes,
        max(0, len(mentions) - PER_SKILL),
        _likely(name, suggestions),
        next((r for r in ten if name in r.skills), None),
    )
    return _with_posting(view, asked, found, mentions)


def _rejection(view: View, name: str) -> str:
    """Return who rejected a skill that is rejected, when and why."""
    if name in view.scoring.rulings.rejected:
        for d in reversed(view.in_force):
            if (d.action, d.subject) == ("reject", name):
                return f"{d.who} on {d.when[:10]}" + (f", because: {d.why}" if d.why else "")
    return ""


def _likely(name: str, suggestions: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(s for s in suggestions if name in (s.left, s.right))[:6]


def _strongest_first(scoring: Scoring, name: str) -> list[Mention]:
    """Return one mention of each posting first, the strongest, then the others."""
    postings, seen = scoring.basis.postings, set[str]()
    rank = {posting: place for place, posting in enumerate(postings)}
    mentions = sorted(
        scoring.mentions(name),
        key=lambda m: (m.negated, STRONGEST[m.strength], rank.get(m.posting_id, -1), m.start),
    )
    first: list[Mention] = []
    others: list[Mention] = []
    for mention in mentions:
        (others if mention.posting_id in seen else first).append(mention)
        seen.add(mention.posting_id)
    return first + others


def _quote(view: View, asked: Asked, m: Mention) -> Quote:
    posting = view.scoring.basis.postings[m.posting_id]
    before, after = around(posting.text, m.start, m.end, 160)
    return Quote(
        m,
        posting,
        before,
        after,
        safe.employer(posting),
        safe.caption(posting),
        safe.href(posting.url),
        "not counted: negated" if m.negated else STRENGTH_WORDS[m.strength],
        _why_not_counted(posting),
        asked.link(posting=posting.id) + f"#{anchor(posting.number, m.start)}",
        place(m.posting_id, m.start, m.end),
    )


def _why_not_counted(posting: Posting) -> str:
    if posting.counted:
        return ""
    if posting.closed is not None:
        return "closed, not counted"
    return "a repeat, not counted" if posting.duplicate_of else "adds to the score only"


def _with_posting(view: View, asked: Asked, found: Detail, mentions: Sequence[Mention]) -> Detail:
    """Return the same with the posting that is read: the one asked for, else that of the first quote."""
    postings = view.scoring.basis.postings
    wanted = asked.posting if any(m.posting_id == asked.posting for m in mentions) else ""
    posting = postings.get(wanted or (mentions[0].posting_id if mentions else ""))
    if posting is None:
        return found
    here = [m for m in mentions if m.posting_id == posting.id]
    last = max(LONGEST, max(m.end for m in here) + 500)
    headings = [
        (at, at + len(s.heading))
        for s in posting.sections
        if s.heading and (at := posting.text.rfind(s.heading, 0, s.start + 1)) >= 0
    ]
    text = highlight(posting.text[:last], here, posting.number, {}, headings)
    return replace(found, posting=posting, text=text, cut=len(posting.text) > last)


def next_of(before: Sequence[str], left: Sequence[str], name: str) -> str:
    """Return the first of the names that are left that came after this one, from the start where none did."""
    remaining = {*left}
    at = before.index(name) + 1 if name in before else 0
    later = (n for n in (*before[at:], *before[:at], *left) if n in remaining and n != name)
    return next(later, "")


def held(view: View, row: MatrixRow) -> bool:
    """Return True for a row that a person pinned, by its theme or by one of its skills."""
    skills = view.scoring.skills
    return not view.scoring.rulings.pinned.isdisjoint(
        {row.theme, *row.skills, *(skills[name].theme for name in row.skills)}
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A wish with what it would change, before a person says yes."""

    wish: Wish
    says: str
    lines: tuple[str, ...]
    hidden: Mapping[str, str] = field(default_factory=dict)


AT_A_KEY = ("reject", "kind", "pin", "keep-out")
"""Decisions that a key makes at once and that change more than their own skill."""


def at_a_key(view: View, name: str) -> dict[str, Wish]:
    """Return what each of these keys would decide of a skill; nothing where there is no such skill."""
    score, rulings = view.scoring.scores.get(name), view.scoring.rulings
    if score is None:
        return {}
    other = "general" if score.kind == "specific" else "specific"
    made = (
        Wish("reject", name),
        Wish("kind", name, other),
        Wish("unpin" if name in rulings.pinned else "pin", name),
        Wish("let-in" if name in rulings.kept_out else "keep-out", name),
    )
    return dict(zip(AT_A_KEY, made, strict=True))


DONE = {
    "accept": "{subject} accepted",
    "reject": "{subject} rejected",
    "rename": "{subject} is now called {after}",
    "merge": "{subject} merged into {after}",
    "split": "“{before}” is now the skill {after}",
    "move": "{subject} moved to “{after}”",
    "retitle": "The row is now called “{after}”",
    "kind": "{subject} is now {after}",
    "priority": "{subject} now has priority {after}",
    "pin": "{subject} pinned",
    "keep-out": "{subject} kept out of the ten rows",
    "wrong-mention": "That quote no longer counts for {subject}",
    "unpin": "{subject} unpinned",
    "let-in": "{subject} may be in the ten rows again",
    "ask-again": "{subject} no longer rejected",
}
"""What each decision is called once it is made."""

SENTENCES = {
    "accept": "Accept {subject}",
    "reject": "Reject {subject}",
    "rename": "Rename {subject} to {after}",
    "merge": "Merge {subject} into {after}",
    "split": "Make “{before}” a skill of its own: {after}",
    "move": "Move {subject} to “{after}”",
    "retitle": "Call the row “{after}”",
    "kind": "Make {subject} {after}",
    "priority": "Give {subject} priority {after}",
    "pin": "Pin {subject} into the ten rows",
    "keep-out": "Keep {subject} out of the ten rows",
    "wrong-mention": "That quote is not about {subject}",
    "undo": "Undo: {before}",
    "unpin": "Unpin {subject}",
    "let-in": "Let {subject} into the ten rows again",
    "ask-again": "Un-reject {subject}",
}
"""What each decision is called before it is made."""


def sentence(wish: Wish) -> str:
    """Return the wish in words."""
    return SENTENCES[wish.action].format(subject=wish.subject, after=wish.after, before=wish.before)


def done(wishes: Sequence[Wish], view: View) -> str:
    """Return what was decided, in words; of several skills only how many."""
    wish = wishes[0]
    subject = wish.subject if len(wishes) == 1 else f"{len(wishes)} skills"
    after = wish.after
    if wish.action == "move":
        row = next((r.title for r in view.scoring.draft.rows if wish.subject in r.skills), "")
        after = row or title_of(view.scoring, after)
    return DONE[wish.action].format(subject=subject, after=after, before=wish.before) + "."


def told(decision: Decision, view: View) -> str:
    """Return a decision that was made, in words, a theme by its title."""
    after = title_of(view.scoring, decision.after) if decision.action == "move" else decision.after
    subject = title_of(view.scoring, decision.subject) if decision.action == "retitle" else decision.subject
    return sentence(Wish(decision.action, subject, after, decision.before))


def harmless(value: Any) -> Any:
    """Return the value without what no page can carry: lone surrogates and control characters."""
    return safe.clean(value) if type(value) is str else value


FILTERS_OF_WORDS = {
    "percent": words.percent,
    "interval": words.interval,
    "n_of": words.n_of,
    "one_line": safe.one_line,
    "priority_name": words.priority_name,
    "strengths": words.strengths,
    "why": words.why,
}
"""What templates may do to values."""


ACCEPT_ROWS, REJECT_SINGLE = "accept-rows", "reject-single"
"""Bulk decisions: accept what is in the ten rows, reject what only one posting names and no row uses."""


@dataclass(frozen=True, slots=True)
class Group:
    """One row with the skills that are listed under it; None as `row` for the skills in no row."""

    number: int
    row: MatrixRow | None
    items: tuple[Item, ...]


def in_order(view: View) -> list[str]:
    """Return every skill, row by row, then those in no row, each most demanded first."""
    inside = [name for row in view.scoring.draft.rows for name in row.skills if name in view.scoring.scores]
    known = {*inside}
    return [*inside, *(name for name in view.scoring.scores if name not in known)]


def grouped(rows: Sequence[MatrixRow], items: Sequence[Item]) -> tuple[Group, ...]:
    """Return the listed skills under their rows, and rows of which no skill is listed too."""
    by_name = {item.name: item for item in items}
    found = [
        Group(number, row, tuple(by_name.pop(name) for name in row.skills if name in by_name))
        for number, row in enumerate(rows, 1)
    ]
    return (*found, Group(0, None, tuple(by_name.values())))


def bulk(view: View, action: str) -> list[Wish]:
    """Return the wishes that a bulk decision stands for."""
    inside = {name for row in view.scoring.draft.rows for name in row.skills}
    if action == ACCEPT_ROWS:
        return [
            Wish("accept", name) for name in in_order(view) if name in inside and name not in view.decided
        ]
    single = (name for name in view.undecided if name not in inside and view.scoring.scores[name].n <= 1)
    return [Wish("reject", name) for name in single]


def says(action: str, count: int) -> str:
    """Return a bulk decision in words."""
    skills = plural(count, "skill")
    if action == ACCEPT_ROWS:
        return f"Accept the {skills} of the ten rows that nobody has decided on"
    return f"Reject the {skills} that only one posting names and no row uses"
