"""Every frozen type that crosses a doorway between rooms.

They travel `SourceLine → Request → RawPage → Listing → Posting → Mention → Skill → SkillScore →
MatrixDraft`; beside them walk `Vocabulary`, `Target`, `Decision`, `Rating`, `Failure`, `Run`, `Snapshot`
and `PromptRef`. Only constructors and small properties live here. All offsets are character offsets
into `Posting.text`, end exclusive. All times are naive UTC in ISO format; all days are `YYYY-MM-DD`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

SourceKind = Literal["posting", "blog", "profile", "day-in-life"]
"""What a source is; only postings count in "n of N postings"."""

Strength = Literal["required", "preferred", "duty", "unstated"]
"""How strongly a posting demands a skill; `unstated` when nothing tells."""

Kind = Literal["general", "specific"]
"""General: transferable across employers and tools. Specific: bound to a named thing or domain."""

Trade = Literal["software", "care", "teaching", "trades", "office", "sales", "people", "thinking", ""]
"""A family of trades, which words the advice of a plan. `people` (talking, working together) and `thinking`
(solving problems, organising) are asked for in all; "" is not known."""

AimName = Literal["ready", "targets"]
"""What a plan goes for: ready to apply, or the target level of every row."""

Status = Literal["have", "in progress", "not"]
"""How far a credential is."""

Outcome = Literal[
    "posting",
    "closed",
    "feed",
    "listing",
    "shell",
    "apply-form",
    "blocked",
    "login-wall",
    "not-found",
    "error",
    "not-a-posting",
    "no-text",
    "wrong-language",
]
"""What one page gave; the closed list of reasons that a `Failure` may name."""

SectionKind = Literal[
    "requirements", "preferred", "duties", "company", "benefits", "legal", "process", "other"
]
"""What a stretch of a posting talks about; skills are demanded in the first three and in `other`."""

Found = Literal["exact", "folded", "repaired"]
"""How surely a quote was aligned: as it stands, after folding case and width, or after a repair."""

SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
KINDS: tuple[Kind, ...] = get_args(Kind)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def utc_now() -> str:
    """Return the time in UTC, naive, ISO, to the millisecond: what came before a run sorts before it."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def digest(*parts: object) -> str:
    """Return the sha256 hex digest of the parts' canonical JSON; equal content, equal digest."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- what a person asks for -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """A role × industry with its plan, horizon in weeks and hours a week."""

    role: str
    industry: str = ""
    plan: Literal["a", "b"] = "a"
    horizon_weeks: int = 52
    hours_per_week: float = 8.0
    rationale: str = ""

    @property
    def id(self) -> str:
        """A name safe for files and commands: `ml-engineer`, `ml-engineer--high-growth-tech`."""
        slug = "--".join(s for s in (_slug(self.role), _slug(self.industry)) if s)
        return slug or "target-" + digest(self.role, self.industry)[:8]


def content_of(postings: Iterable[Posting]) -> str:
    """Return a digest that is equal for equal texts of the counted postings, in whatever order."""
    return digest(sorted(p.fingerprint for p in postings if p.counted))


def _slug(text: str) -> str:
    """Return the words in plain letters; where some get lost, a mark keeps two names apart."""
    spelt = text.lower().replace("+", "plus").replace("#", "sharp")
    spelt = "".join(c for c in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(c))
    slug = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in spelt).split())
    if len(slug) > 60 or any(c.isalnum() and not c.isascii() for c in spelt):
        return f"{slug[:51].strip('-') or 'target'}-{digest(text)[:8]}"
    return slug


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source of a list: an http(s) address or a readable path, with what the line says of it."""

    address: str
    kind: SourceKind = "posting"
    date: str | None = None
    title: str | None = None
    company: str | None = None
    number: int = 0
    location: str | None = None

    @property
    def is_url(self) -> bool:
        """True for an http(s) address, False for a path."""
        return self.address.lower().startswith(("http://", "https://"))


# --- what the network and the files give ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask of a server: one GET, or one POST with a JSON body."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    json_body: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """One answer exactly as it came: bytes, status, headers and where it ended after redirects.

    A file read from disk is a page too: status 200, `url` its address as given.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: str

    @property
    def sha256(self) -> str:
        """The content hash of the body."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """Return the first header of that name, any case."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Listing:
    """One posting as a board or page states it, before its text is made canonical.

    `content` is HTML when `is_html`, else plain text. `closed` carries the words that say so; `notes` are
    what a reader of the posting must know of how it was read.
    """

    url: str
    system: str
    title: str | None
    content: str
    is_html: bool = True
    company: str | None = None
    location: str | None = None
    date_posted: str | None = None
    valid_through: str | None = None
    closed: str | None = None
    employment_type: str | None = None
    item: str | None = None
    salary: str | None = None
    work_mode: str | None = None
    seniority: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page gave: its outcome, the listings in it, why, and what to ask next if anything."""

    outcome: Outcome
    listings: tuple[Listing, ...] = ()
    detail: str = ""
    follow: tuple[Request, ...] = ()
    system: str = "page"


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that gave nothing to count, with its reason and what a person can do about it."""

    address: str
    outcome: Outcome
    detail: str = ""
    advice: str = ""
    number: int = 0
    target: str = ""


@dataclass(frozen=True, slots=True)
class PostingLife:
    """When a posting was first and last seen open, its versions, and the words that closed it.

    A version is (seen at, fingerprint, sha256 of its page), oldest first; every page stays readable.
    """

    posting_id: str
    address: str
    first_seen: str
    last_seen: str
    versions: tuple[tuple[str, str, str], ...] = ()
    closed: str | None = None


# --- the text and its evidence ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch `text[start:end]` of a posting under one heading; the heading itself is outside it."""

    start: int
    end: int
    kind: SectionKind
    heading: str = ""


FactSource = Literal["line", "markup", "feed", "text"]
"""Where a fact of a posting was read: a person's list, markup of the page, fields of a feed, or the text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a posting says of the job beside its demands; "" and None where it says nothing.

    Amounts are those of the period (hour, day, week, month, year); currencies are ISO codes. `sources` pairs
    each field that says something, title, company and location among them, with where it was read.
    """

    salary_low: float | None = None
    salary_high: float | None = None
    salary_currency: str = ""
    salary_period: str = ""
    work_mode: str = ""
    employment_type: str = ""
    seniority: str = ""
    sources: tuple[tuple[str, str], ...] = ()


EntryKind = Literal[
    "degree",
    "experience",
    "credential",
    "clearance",
    "driving",
    "language",
    "right to work",
    "travel",
    "physical",
]
"""What a posting may ask of every applicant beside skills."""


@dataclass(frozen=True, slots=True)
class EntryRequirement:
    """Something asked of every applicant: `text[start:end] == quote` in the posting's text.

    `value` is what is counted (a degree's level, "3 years", a language, a licence as worded); `detail` adds
    fields of study, "or equivalent", the level of a language or the share of travel.
    """

    kind: EntryKind
    value: str
    detail: str
    strength: Strength
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EntryCount:
    """How many postings make one requirement of applicants: n of N, with its interval and one quote.

    `value` is "" for the kind as a whole.
    """

    kind: EntryKind
    value: str
    detail: str
    n: int
    of: int
    required: int
    low: float
    high: float
    quote: str
    url: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting in canonical text, with where it came from and what it repeats.

    `text` is NFC, its line breaks are `\\n`, list items stand on their own lines behind "- ".
    `fingerprint` is equal for equal texts. `duplicate_of` names the posting that is counted instead.
    `unread` says why the engine could not read it, so that it is no silent zero in every share.
    """

    id: str
    url: str
    text: str
    source_kind: SourceKind = "posting"
    title: str = ""
    company: str = ""
    location: str = ""
    date: str | None = None
    language: str = "en"
    sections: tuple[Section, ...] = ()
    fingerprint: str = ""
    system: str = "page"
    aliases: tuple[str, ...] = ()
    closed: str | None = None
    duplicate_of: str | None = None
    page_sha256: str = ""
    number: int = 0
    flags: tuple[str, ...] = ()
    unread: str | None = None
    facts: Facts = Facts()
    entry: tuple[EntryRequirement, ...] = ()

    @property
    def weighed(self) -> bool:
        """True when what it demands adds to scores: open, no repeat, and read."""
        return self.closed is None and self.duplicate_of is None and self.unread is None

    @property
    def counted(self) -> bool:
        """True when it is one of the N in "n of N postings"."""
        return self.source_kind == "posting" and self.weighed


@dataclass(frozen=True, slots=True)
class PromptRef:
    """A released prompt: task, version and the sha256 of its file."""

    task: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who found a mention: engine and version; for a model also what was asked and how."""

    engine: str
    version: str = ""
    model_asked: str = ""
    model_answered: str = ""
    prompt: PromptRef | None = None
    rung: str = ""
    request_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One stretch of a posting that demands a skill: `posting.text[start:end] == quote`, always.

    `skill` is the canonical name once `cluster` has given one; `kind` is the engine's own view and
    `None` when it has none. `years` is the lowest number asked for; `depth` the verbatim cue.
    A `negated` mention ("no experience with X needed") is kept and not counted.
    """

    posting_id: str
    start: int
    end: int
    quote: str
    strength: Strength = "unstated"
    kind: Kind | None = None
    skill: str | None = None
    years: float | None = None
    depth: str | None = None
    negated: bool = False
    found: Found = "exact"
    section: SectionKind = "other"
    score: float = 1.0
    provenance: Provenance = field(default_factory=lambda: Provenance("local"))

    @classmethod
    def at(cls, posting: Posting, start: int, end: int, **known: Any) -> Mention:
        """Return the mention of `posting.text[start:end]`.

        Raises `ValueError` where that is empty or outside.
        """
        if not 0 <= start < end <= len(posting.text):
            raise ValueError(f"no span {start}:{end} in a text of {len(posting.text)} characters")
        return cls(posting.id, start, end, posting.text[start:end], **known)

    def named(self, skill: str | None) -> Mention:
        """Return the same mention under that canonical name."""
        # by hand: `replace` takes four times as long, and this is done for every mention
        return Mention(
            self.posting_id, self.start, self.end, self.quote, self.strength, self.kind, skill, self.years,
            self.depth, self.negated, self.found, self.section, self.score, self.provenance,
        )  # fmt: skip


# --- the vocabulary ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SkillEntry:
    """A curated skill: canonical name, kind, theme, other names and the skills that it builds on.

    An alias that starts with "=" is matched with its exact case ("=Go", "=R"). A `phrases` item is a
    set of word stems that names a paraphrase: "communicat*/present* stakeholder*/audience*" needs one
    stem of each group, in any order. `trade` is the family of trades it belongs to, by its file.
    """

    name: str
    kind: Kind
    theme: str
    aliases: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    uri: str = ""
    source: str = "curated"
    trade: Trade = ""


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """A curated theme: key, title as an action, kind with its reason, and how easily it is learned.

    `ease` is 1 (hard, slow) to 5 (easy, quick): an editable assumption of the plan.
    """

    key: str
    title: str
    kind: Kind
    reason: str
    ease: int = 3
    builds_on: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    practice: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The curated skills by canonical name and themes by key, with a digest of their content."""

    skills: Mapping[str, SkillEntry]
    themes: Mapping[str, ThemeEntry]
    version: str = ""


# --- from mentions to the ten rows ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Skill:
    """Mentions merged under one canonical name, with its kind, the reason for it and its theme."""

    name: str
    kind: Kind
    reason: str
    theme: str
    aliases: tuple[str, ...] = ()
    known: bool = True
    uri: str = ""


@dataclass(frozen=True, slots=True)
class SkillScore:
    """How much a target demands a skill: n of N postings, interval, weighted share, priority.

    `low` and `high` bound the share at the settings' confidence. `score` is the weighted demand share
    in 0..1. `provisional` says that the interval crosses a border of the priority bands.
    """

    skill: str
    kind: Kind
    theme: str
    n: int
    of: int
    low: float
    high: float
    score: float
    priority: Literal[1, 2, 3]
    provisional: bool = False
    n_required: int = 0
    n_preferred: int = 0
    n_duty: int = 0
    mentions: int = 0
    employers: int = 0
    years: float | None = None

    @property
    def share(self) -> float:
        """n / N, 0.0 where there are no postings."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one posting or other source adds to a skill's score.

    `weight` = `recency` × `source_weight` × `employer_share`; `adds` = `weight` × `strength_weight`, which
    is 0 where the skill is not demanded (`strength` None).
    """

    posting_id: str
    company: str
    date: str | None
    source_kind: SourceKind
    recency: float
    source_weight: float
    employer_share: float
    weight: float
    strength: Strength | None
    strength_weight: float
    adds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole arithmetic of one skill's score: `demanded` / `total` is the score.

    `demanded` and `total` are the sums of `adds` and of `weight` over `parts`. The interval is Wilson's
    for `score.share` on `effective` postings = N / `design_effect`.
    """

    score: SkillScore
    parts: tuple[Contribution, ...]
    demanded: float
    total: float
    alike: float
    design_effect: float
    effective: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quote with its place, ready to be shown and linked."""

    posting_id: str
    url: str
    company: str
    title: str
    date: str | None
    start: int
    end: int
    quote: str
    strength: Strength
    engine: str
    skill: str = ""

    @classmethod
    def of(cls, posting: Posting, mention: Mention) -> Evidence:
        """Return the quote of a mention with its place in that posting."""
        return cls(
            posting_id=posting.id,
            url=posting.url,
            company=posting.company,
            title=posting.title,
            date=posting.date,
            start=mention.start,
            end=mention.end,
            quote=mention.quote,
            strength=mention.strength,
            engine=mention.provenance.engine,
            skill=mention.skill or "",
        )


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One of the ten rows: a theme with its skills (most demanded first), share and best quotes."""

    kind: Kind
    title: str
    theme: str
    skills: tuple[str, ...]
    n: int
    of: int
    low: float
    high: float
    score: float
    priority: Literal[1, 2, 3]
    provisional: bool
    reason: str
    evidence: tuple[Evidence, ...] = ()
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class DraftedRow:
    """A row as a model drafted it: its skills' names, and a title and reason that are still to be checked."""

    kind: Kind
    title: str
    skills: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MatrixDraft:
    """The drafted matrix of a target: up to five general and five specific rows, and what it rests on.

    `short` says in one sentence why there are fewer than ten rows, "" when there are ten.
    """

    target: Target
    rows: tuple[MatrixRow, ...]
    postings: int
    gathered: int
    duplicates: int
    closed: int
    failed: int
    engine: str
    short: str = ""
    notes: tuple[str, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[MatrixRow, ...]:
        """Return the rows of that kind in order."""
        return tuple(r for r in self.rows if r.kind == kind)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as a snapshot keeps it, so that a later matrix can tell whether it is still the same row.

    `row` has no quotes. `demanded` holds the score of each of its skills; `titled` says that a person gave
    the title.
    """

    row: MatrixRow
    demanded: tuple[float, ...]
    titled: bool = False

    @property
    def weights(self) -> dict[str, float]:
        """How much each skill of the row was demanded."""
        return dict(zip(self.row.skills, self.demanded, strict=True))


RowFate = Literal["new", "gone", "renamed", "moved", "split", "joined"]
"""What became of a row between two matrices; a row that only kept its place is not told."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What became of one row: its titles before and after, "" where there was or is none.

    `other` is the row that a new one split off from, or that a row which is gone joined. `numbers` are its
    places among the rows before and after, 0 for none.
    """

    fate: RowFate
    before: str = ""
    after: str = ""
    other: str = ""
    numbers: tuple[int, int] = (0, 0)


# --- what a person says, and what a run leaves ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that a person decided: replayed on every run, the later wins."""

    when: str
    who: str
    target: str
    action: str
    subject: str
    before: str = ""
    after: str = ""
    why: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """One self-rating of a skill or theme, 0 to 5, with the note that backs it.

    `checks` are the statements of the self-check (0 to 5) that the person could say.
    """

    when: str
    target: str
    subject: str
    level: int
    note: str = ""
    checks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What one stage did: counts, seconds, and the digest of inputs and settings that it stands for."""

    stage: str
    target: str
    inputs: int = 0
    outputs: int = 0
    skipped: int = 0
    failed: int = 0
    seconds: float = 0.0
    digest: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen scoring: what was scored, with which settings and versions, the scores and the ten rows.

    `when` is the newest date of its postings, "" where none has one; `taken` the day on which it was frozen.
    `content` is equal for equal texts of the counted postings. `asked` holds what each of them asks of every
    applicant; None in snapshots of before that was read.
    """

    name: str
    target: str
    when: str
    settings_digest: str
    postings: tuple[str, ...]
    versions: tuple[tuple[str, str], ...] = ()
    scores: tuple[SkillScore, ...] = ()
    taken: str = ""
    content: str = ""
    rows: tuple[KeptRow, ...] = ()
    asked: tuple[tuple[str, tuple[str, ...]], ...] | None = None


@dataclass(frozen=True, slots=True)
class Rulings:
    """What all decisions about one target come to; `review.fold` makes it, every stage obeys it.

    Subjects are canonical skill names (theme keys in `titles`). `names` leads from an old canonical
    name to the one that a person gave (rename, merge); `surfaces` from a folded wording to a name
    (split), and `origins` from that name to the skill that it was split off. `wrong` holds
    (posting id, start, end) of mentions that are no skill there. `by` says for each subject who decided,
    when and why, in one line.
    """

    accepted: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    surfaces: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=dict)
    pinned: frozenset[str] = frozenset()
    kept_out: frozenset[str] = frozenset()
    wrong: frozenset[tuple[str, int, int]] = frozenset()
    by: Mapping[str, str] = field(default_factory=dict)

    def today(self, name: str) -> str:
        """Return the name that a skill of this name goes by now.

        `fold` closes no ring, one would end in itself.
        """
        seen = {name}
        while name in self.names and self.names[name] not in seen:
            name = self.names[name]
            seen.add(name)
        return name


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two names that may be one skill, with the evidence; it changes nothing until a person says so."""

    left: str
    right: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Shift:
    """How one skill moved between two scorings, with the interval of the change and a verdict."""

    skill: str
    kind: Kind
    before_n: int
    before_of: int
    after_n: int
    after_of: int
    change: float
    low: float
    high: float
    p_value: float
    verdict: Literal["entered", "left", "rose", "fell", "steady", "too few to tell"]
    before_priority: int = 0
    after_priority: int = 0


@dataclass(frozen=True, slots=True)
class Trend:
    """Two scorings compared: every skill's shift, the postings on both sides and what to beware of.

    `requirements` are the shifts of what every applicant is asked for beside skills.
    """

    before: str
    after: str
    before_postings: int
    after_postings: int
    shifts: tuple[Shift, ...] = ()
    warnings: tuple[str, ...] = ()
    requirements: tuple[Shift, ...] = ()


# --- for whom -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pay:
    """What postings that ask for something pay a year: the middle, least and most of `n` that state it.

    `of` postings ask for it. Only those in `currency` are compared; `others` state pay in another one.
    """

    name: str
    n: int
    of: int
    currency: str = ""
    median: float = 0.0
    low: float = 0.0
    high: float = 0.0
    others: int = 0


Item = Literal["skill", "row", "requirement"]
"""What is counted: a skill, one of the ten rows, an entry requirement."""

PartVerdict = Literal["more", "less", "alike", "too few to tell"]
"""How a part compares with the others; `more` and `less` are told apart from chance."""


@dataclass(frozen=True, slots=True)
class PartShare:
    """How many postings of one part ask for an item, beside those of all other parts.

    `low` and `high` bound the share. `change` is the difference to the others with its own bounds; `p_value`
    is corrected for all items and parts that were looked at.
    """

    item: Item
    name: str
    kind: Kind
    n: int
    of: int
    low: float
    high: float
    others_n: int
    others_of: int
    change: float
    change_low: float
    change_high: float
    p_value: float
    verdict: PartVerdict

    @property
    def share(self) -> float:
        """n / N of the part, 0.0 where there are no postings."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """The postings that have one value of a fact, and what they ask for, the most demanded first."""

    value: str
    of: int
    shares: tuple[PartShare, ...]

    def of_item(self, item: Item) -> tuple[PartShare, ...]:
        """Return the shares of one sort of item."""
        return tuple(share for share in self.shares if share.item == item)


@dataclass(frozen=True, slots=True)
class Segmented:
    """The counted postings in parts by one fact, those with enough postings compared with the rest.

    `where` are the conditions that all of them meet. `small` parts (value, n) have too few postings to tell;
    `unknown` postings do not state the fact.
    """

    by: str
    where: tuple[str, ...]
    of: int
    parts: tuple[Part, ...]
    small: tuple[tuple[str, int], ...] = ()
    unknown: int = 0
    pay: tuple[Pay, ...] = ()


# --- from the matrix to a plan ------------------------------------------------------------------

SLACK = 1e-6
"""Hours by which a sum may pass the budget and still fit: what adding factors in floats can cost."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What one posting says about how well a skill must be known: a level, why, and the words."""

    level: int
    why: str
    evidence: Evidence


MODEL = "model "
"""How the source of a sentence begins that a model wrote."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence that the data cannot give, and who says it: `vocabulary`, `you` or a model's name.

    A reference may belong to the step to one level; 0 is any.
    """

    text: str
    source: str
    link: str = ""
    checked: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Drill:
    """An exercise with what belongs to it: goal, time limit in minutes, deliverable and a test for "done"."""

    goal: str
    exercise: str
    minutes: int
    deliverable: str
    done: str


@dataclass(frozen=True, slots=True)
class SkillCount:
    """How often one skill is named: in n postings, by so many mentions.

    `priority` is its own; `high` is the upper bound of its share. `known` says that the vocabulary has it.
    `level` is a person's own rating of it, None where there is none.
    """

    skill: str
    n: int
    mentions: int
    priority: int = 3
    high: float = 1.0
    known: bool = True
    level: int | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One matrix row with where a person stands, where they want to be and what each step costs.

    `steps` holds the hours of the five level steps (0→1 … 4→5) with the factor in them; `goal` is the
    level that this plan reaches, below `target` where the row was lowered or deferred to fit.
    `ready` is the level that readiness to apply asks of the row, 0 where it asks nothing. `builds_on` and
    `asked_with` name the themes of other rows; the latter with postings that ask both. `words` holds one
    sentence of a posting per skill and posting. `verbs` are the duties' own verbs in the order of the work,
    `often` words of frequency with the postings that use them, `micro` the small skills behind it, `place`
    where it belongs, `pattern` how its work goes. `next` is what to do for the level after the current one.
    A row of a credential has no levels: see `Credential`.
    """

    number: int
    theme: str
    themes: tuple[str, ...]
    title: str
    kind: Kind
    priority: Literal[1, 2, 3]
    n: int
    of: int
    n_required: int
    n_duty: int
    mandatory: bool
    skills: tuple[str, ...]
    current: int
    target: int
    goal: int
    proposed: int
    ease: int
    ease_factor: float
    kind_factor: float
    known_factor: float
    factor: float
    steps: tuple[float, ...]
    score: float = 0.0
    rated: str = ""
    note: str = ""
    overruled: str = ""
    cues: tuple[Cue, ...] = ()
    builds_on: tuple[str, ...] = ()
    asked_with: tuple[tuple[str, int], ...] = ()
    core: tuple[SkillCount, ...] = ()
    tail: tuple[SkillCount, ...] = ()
    evidence: tuple[Hint, ...] = ()
    practice: tuple[Hint, ...] = ()
    questions: tuple[Hint, ...] = ()
    reading: tuple[Hint, ...] = ()
    ready: int = 0
    trade: Trade = ""
    words: tuple[tuple[str, Evidence], ...] = ()
    credential: bool = False
    next: Drill | None = None
    verbs: tuple[str, ...] = ()
    often: tuple[tuple[str, int], ...] = ()
    micro: tuple[str, ...] = ()
    place: str = ""
    pattern: str = ""

    @property
    def gap(self) -> int:
        """Levels between Current and Target, 0 when the target is met."""
        return max(0, self.target - self.current)

    @property
    def hours(self) -> float:
        """Hours from Current to Target."""
        return sum(self.steps[self.current : self.target])

    @property
    def planned_hours(self) -> float:
        """Hours from Current to the level that this plan reaches."""
        return sum(self.steps[self.current : self.goal])

    @property
    def share(self) -> float:
        """n / N, 0.0 where there are no postings."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to make a plan fit: rows by theme with the level that they stop at, and what is given up.

    `lost` is the sum over the rows of levels given up × share of postings, in whole percentage points;
    `mandatory` counts the levels that mandatory rows lose.
    """

    levels: tuple[tuple[str, int], ...]
    hours: float
    lost: int
    mandatory: int = 0


@dataclass(frozen=True, slots=True)
class Aim:
    """What one aim takes: hours, weeks at the promised hours, last day, and the hours a week that would fit.

    `day` is "" without a start; `weekly` is infinite once the horizon is over. `waits_for` names the
    credential that takes longer than all learning.
    """

    name: AimName
    hours: float
    weeks: float
    fits: bool
    weekly: float
    day: str = ""
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a person says of a credential: have, in progress or not, with dates and proof."""

    when: str
    name: str
    status: Status = "not"
    expected: str = ""
    expires: str = ""
    proof: str = ""
    lead_weeks: int = 0


@dataclass(frozen=True, slots=True)
class Credential:
    """A licence, registration, certificate or check: had or not, with a lead time, never a level.

    `names` are the names that postings use for it. `gate` says that one cannot apply without it.
    `lead_weeks` is an assumption that a person may replace; `ready_by` the day on which it can be there.
    """

    name: str
    names: tuple[str, ...]
    sort: str
    n: int
    of: int
    n_required: int
    gate: bool
    lead_weeks: int
    proof: str
    renewal: str
    status: Status = "not"
    ready_by: str = ""
    expires: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One level step of one row in the calendar: from a week to a week, both counted from 1.

    `before` counts the hours of the plan that come first. `because` names the theme of a mandatory row that
    builds on this one, where that is why the step stands so early.
    """

    theme: str
    level: int
    first_week: int
    last_week: int
    hours: float
    before: float = 0.0
    because: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A week or less of one level step: its skill, its drill, and the words of a posting that ask for it.

    `source` says whose the exercise is. The last lesson of a step `integrates` the skills of the others.
    """

    theme: str
    level: int
    skill: str
    first_week: int
    last_week: int
    hours: float
    drill: Drill
    source: str
    terms: str = ""
    words: Evidence | None = None
    integrates: bool = False


@dataclass(frozen=True, slots=True)
class Habit:
    """A practice that comes back: on which weekdays, every how many weeks, from which week, for how long.

    `told` says what to do, one entry a day where it differs by day. `template` names the file to fill in.
    """

    key: str
    name: str
    days: tuple[str, ...]
    every: int
    first_week: int
    minutes: int
    told: tuple[str, ...]
    template: str = ""


@dataclass(frozen=True, slots=True)
class Interview:
    """A practice interview: the week, the row that it is about, and its questions."""

    week: int
    theme: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A portfolio project of a phase: a name, what belongs to it, when it is accepted, where it is shown."""

    name: str
    scope: str
    accept: tuple[str, ...]
    shown: str


@dataclass(frozen=True, slots=True)
class Month:
    """Four weeks of the plan: its level steps, and for each project the slice that these weeks finish."""

    number: int
    first_week: int
    last_week: int
    blocks: tuple[Block, ...]
    slices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RoleContext:
    """What a role is, in the postings' own words: focus, tasks, what it produces."""

    focus: tuple[str, ...]
    tasks: tuple[Evidence, ...]
    output: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """Level steps that are taken in one stretch, after everything that their rows build on."""

    number: int
    themes: tuple[str, ...]
    first_week: int
    last_week: int
    hours: float
    blocks: tuple[Block, ...] = ()
    name: str = ""
    project: Project | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule evaluated: its sentence, whether it holds, and the counts that decide."""

    rule: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the improvement log: a date, a skill, what was done and what came of it.

    `minutes` were really spent. `measures` are named numbers that were taken, `predicted` and `right` how
    many predictions were made and came true. What a rating left has no `id`: it is not undone by itself.
    """

    when: str
    subject: str
    action: str
    impact: str = ""
    target: str = ""
    minutes: int = 0
    measures: tuple[tuple[str, float], ...] = ()
    predicted: int = 0
    right: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure over time: its name and (day, value, subject), oldest first."""

    name: str
    points: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its first day, the hours planned and really spent, each row's level at its end."""

    start: str
    planned: float
    spent: float
    levels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A level that was planned for a day, and the day on which a rating confirmed it ("" not yet)."""

    theme: str
    level: int
    planned: str
    reached: str = ""
    replanned: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Ratings over time against the plan as it stood at the start.

    `lines` holds for each day the hours that were planned and the hours that ratings confirm.
    `pace` is confirmed hours a week so far; `finish` goes on at the promised hours, `finish_at_pace`
    at the pace so far ("" where that never ends).
    """

    start: str
    today: str
    total: float
    planned: float
    confirmed: float
    pace: float
    finish: str
    finish_at_pace: str
    milestones: tuple[Milestone, ...] = ()
    weeks: tuple[Week, ...] = ()
    measures: tuple[Measure, ...] = ()
    lines: tuple[tuple[str, float, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row as the matrix of a target shows it: its number, title and n of N."""

    number: int
    title: str
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class RowsCompared:
    """Rows of several targets that ask for the same: one for each target, None where it has none.

    `alike` is the part of their demand that they have in common (0..1), 1.0 for a row of one target alone.
    `nearest` is, for a row of one target alone, the nearest row of another one, and which target that is.
    """

    rows: tuple[RowShown | None, ...]
    alike: float = 1.0
    nearest: tuple[int, RowShown] | None = None

    @property
    def shared(self) -> bool:
        """True when two targets or more have it."""
        return sum(row is not None for row in self.rows) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more targets side by side: rows, hours to each, what learning for one spares another.

    `after[i][j]` are the hours to target i once target j is reached; i alone where they are the same. A skill
    is (name, n of each target), the most asked for first; `near` holds pairs of skills that one target each
    asks for and that say nearly the same: (name, name, likeness).
    """

    targets: tuple[Target, ...]
    postings: tuple[int, ...]
    rows: tuple[RowsCompared, ...]
    hours: tuple[float, ...]
    after: tuple[tuple[float, ...], ...]
    fits: tuple[bool, ...]
    skills: tuple[tuple[str, tuple[int, ...]], ...] = ()
    near: tuple[tuple[str, str, float], ...] = ()
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a person stands against a target, what it takes, in which order and by when.

    `cuts` are the exact answers where the hours do not fit: the fewest rows changed, and the least demand
    given up; `cut` is the one that the blocks follow, None when nothing has to give. `days` holds the first
    day of each week and of the week after the last, nothing while the plan has no start. A plan that aims
    at readiness is never cut: whatever it gave up would be missing for the first application.
    """

    target: Target
    rows: tuple[PlanRow, ...]
    hours: float
    budget: float
    hours_of_step: tuple[float, ...]
    cut: Cut | None = None
    cuts: tuple[tuple[str, Cut], ...] = ()
    blocks: tuple[Block, ...] = ()
    phases: tuple[Phase, ...] = ()
    outside: tuple[SkillCount, ...] = ()
    readiness: tuple[Verdict, ...] = ()
    start: str = ""
    days: tuple[str, ...] = ()
    log: tuple[LogEntry, ...] = ()
    progress: Progress | None = None
    other: Comparison | None = None
    notes: tuple[str, ...] = ()
    aim: AimName = "targets"
    aims: tuple[Aim, ...] = ()
    trade: Trade = ""
    credentials: tuple[Credential, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    months: tuple[Month, ...] = ()
    week_shares: tuple[tuple[str, float], ...] = ()
    advice: Mapping[str, str] = field(default_factory=dict)
    experience: str = ""
    habits: tuple[Habit, ...] = ()
    interviews: tuple[Interview, ...] = ()
    rubric: tuple[str, ...] = ()
    card: RoleContext | None = None

    @property
    def fits(self) -> bool:
        """True when every target is reached within the horizon."""
        return self.hours <= self.budget + SLACK

    @property
    def weeks(self) -> float:
        """Weeks to every target at the promised hours a week."""
        return self.hours / self.target.hours_per_week if self.target.hours_per_week > 0 else float("inf")

    def numbered(self, number: int) -> PlanRow | None:
        """Return the plan row of a matrix row by its number, None where that is a credential.

        It has no levels.
        """
        return next((row for row in self.rows if row.number == number), None)

    def row(self, theme: str) -> PlanRow:
        """Return the row of that theme; raises `KeyError`."""
        for row in self.rows:
            if row.theme == theme:
                return row
        raise KeyError(theme)


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything that a report shows; every number in it can be traced to `mentions` in `postings`.

    `history` holds the target's scorings, oldest first; `changes` names the page of changes beside it,
    `plan_pages` the title and address of each page of a plan, none before a plan was asked for; `parts`
    are the postings by what they say of the job.
    """

    draft: MatrixDraft
    skills: tuple[Skill, ...] = ()
    scores: tuple[SkillScore, ...] = ()
    postings: tuple[Posting, ...] = ()
    mentions: tuple[Mention, ...] = ()
    failures: tuple[Failure, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    trend: Trend | None = None
    runs: tuple[Run, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    model: tuple[str, ...] = ()
    plan: Plan | None = None
    history: tuple[Snapshot, ...] = ()
    changes: str = ""
    plan_pages: tuple[tuple[str, str], ...] = ()
    parts: tuple[Segmented, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one scoring to the next: postings, moved skills, and what became of the rows.

    `trends` are the steps compared, oldest first; `history` the scorings that the pictures show. `left` are
    postings that the list named before and names no more; `unread` those that gave nothing this time.
    `uncounted` says by its id why a visited posting is not counted.
    """

    target: Target
    trends: tuple[Trend, ...]
    history: tuple[Snapshot, ...] = ()
    new: tuple[Posting, ...] = ()
    changed: tuple[Posting, ...] = ()
    closed: tuple[Posting, ...] = ()
    left: tuple[Posting, ...] = ()
    unread: tuple[Posting, ...] = ()
    rows: tuple[RowChange, ...] = ()
    visited: bool = False
    uncounted: Mapping[str, str] = field(default_factory=dict)
