"""From the words of a posting to the canonical name of a skill: pure, deterministic, cached.

The order is the order of trust: a person's decision, an alias as it stands, rules that cannot join two
different skills, phrase sets of the vocabulary, one known name among mere modifiers, and last the
surface's own words. Similarity has no say here; it only raises suggestions (`cluster.suggest`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal, TypeVar

from pipeline.cluster import words
from pipeline.records import Kind, Rulings, SkillEntry, Vocabulary
from pipeline.text import claims, key

K = TypeVar("K")

How = Literal["alias", "rule", "phrase", "inside", "decision", "own words"]
"""By what a name was given."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The canonical name of a surface, whether the vocabulary knows it, and by what it was given."""

    name: str
    known: bool
    how: How
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _State:
    """A surface on its way through the rules: its words as written, and what a find must satisfy."""

    tokens: tuple[str, ...]
    product_only: bool = False
    why: str = ""

    def cut(self, tokens: tuple[str, ...], why: str, product_only: bool = False) -> _State:
        """The same surface with other words, under a condition that is never loosened."""
        return _State(tokens, self.product_only or product_only, f"{self.why}; {why}" if self.why else why)

    @property
    def folded(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(token.lower() for token in self.tokens)


class Names:
    """Gives every surface its canonical name, the same one every time."""

    def __init__(self, vocabulary: Vocabulary, rulings: Rulings | None = None) -> None:
        self.vocabulary = vocabulary
        self.rulings = rulings or Rulings()
        self._cache: dict[str, Resolved] = {}
        self._index = _Index(vocabulary)
        self._decided = {key(old): new for old, new in sorted(self.rulings.names.items())}
        self._surfaces = {key(s): name for s, name in sorted(self.rulings.surfaces.items())}

    def resolve(self, surface: str, kind: Kind | None = None) -> Resolved:
        """The name of one surface; `kind` is the engine's view and decides nothing but weak cases."""
        cached = self._cache.get(surface)
        if cached is None:
            cached = self._cache[surface] = self._resolve(surface)
        return cached

    def resolve_all(self, surfaces: Iterable[str]) -> dict[str, Resolved]:
        """The names of many surfaces; unknown ones with the same content words share one of theirs."""
        found = {surface: self.resolve(surface) for surface in sorted(set(surfaces))}
        leaders = _leaders(r.name for r in found.values() if r.how == "own words")
        return {
            surface: replace(r, name=leaders.get(r.name, r.name)) if r.how == "own words" else r
            for surface, r in found.items()
        }

    def decided(self, name: str) -> str:
        """The name that a person's renames and merges lead to; a ring of them ends at its first repeat."""
        seen = {key(name)}
        while (then := self._decided.get(key(name))) is not None:
            name = then
            if key(name) in seen:
                break
            seen.add(key(name))
        return name

    def part(self, name: str) -> str | None:
        """The one known skill that is named inside; None where there is none or more than one."""
        return self._index.part(name)

    def _resolve(self, surface: str) -> Resolved:
        split = self._surfaces.get(key(surface)) or self._surfaces.get(key(clean(surface)))
        if split is not None:
            return Resolved(split, split in self.vocabulary.skills, "decision", "split by a person")
        found = self._index.resolve(surface)
        name = self.decided(found.name)
        if name == found.name:
            return found
        return Resolved(name, name in self.vocabulary.skills, "decision", f"was {found.name}")


def _leaders(names: Iterable[str]) -> dict[str, str]:
    """Names that say the same with the same content words, each led to the shortest of them."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in set(names):
        groups[content(name) or (name,)].append(name)
    leaders = {}
    for members in groups.values():
        first = min(members, key=lambda n: (len(n), n))
        leaders.update(dict.fromkeys(members, first))
    return leaders


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A compiled phrase set: every group must be met by a word of the surface."""

    groups: tuple[tuple[tuple[str, bool], ...], ...]
    name: str
    text: str
    barred: tuple[tuple[str, bool], ...] = ()
    own: frozenset[str] = frozenset()

    @property
    def weight(self) -> tuple[int, int]:
        """How specific it is: number of groups, then the letters it asks for."""
        return len(self.groups), sum(min(len(stem) for stem, _ in group) for group in self.groups)

    def met_by(self, tokens: tuple[str, ...]) -> bool:
        """True when each group has a word of its own kind among the tokens and no barred word is there."""
        if not all(_any_meets(group, tokens) for group in self.groups):
            return False
        if self.barred and _any_meets(self.barred, tokens):
            return False
        return len(self.groups) > 1 or self._alone(tokens)

    def _alone(self, tokens: tuple[str, ...]) -> bool:
        """True when no other word turns the single stem into another thing, as in "dependency injection"."""
        neutral = words.NEUTRAL | words.FUNCTION
        return all(
            t in neutral
            or t in self.own
            or words.plain_word(t) in self.own
            or t in words.VERB_FORMS
            or "-" in t
            or _any_meets(self.groups[0], (t,))
            for t in tokens
        )


def _any_meets(stems: Iterable[tuple[str, bool]], tokens: Iterable[str]) -> bool:
    return any(t.startswith(stem) if prefix else t == stem for stem, prefix in stems for t in tokens)


class _Index:
    """The vocabulary laid out for look-ups."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.skills = vocabulary.skills
        self.exact: dict[str, str] = {}
        self.folded: dict[str, str] = {}
        for entry in vocabulary.skills.values():
            for claim in claims(entry.name, entry.aliases):
                if claim.startswith("="):
                    self.exact[claim[1:]] = entry.name
                else:
                    self.folded.setdefault(claim, entry.name)
        self.longest = max((len(k.split()) for k in self.folded), default=1)

    @cached_property
    def inflected(self) -> dict[tuple[str, ...], str]:
        """Aliases with every word in its plain form; a form that two skills share leads nowhere."""
        return _unambiguous((plain(k.split()), name) for k, name in self.folded.items())

    @cached_property
    def compact(self) -> dict[str, tuple[str, frozenset[int]]]:
        """Aliases without spaces, with the places where their spelling has a seam: "Power|BI"."""
        spelt: dict[str, tuple[str, frozenset[int]]] = {}
        shared: set[str] = set()
        for entry in self.skills.values():
            for alias in (entry.name, *entry.aliases):
                joined, seams = _seams(alias.removeprefix("="))
                name, old = spelt.setdefault(joined, (entry.name, frozenset()))
                if name != entry.name:
                    shared.add(joined)
                spelt[joined] = (name, old | seams)
        return {k: v for k, v in spelt.items() if k not in shared and len(k) > 3}

    @cached_property
    def apache(self) -> dict[str, str]:
        """Products of Apache under their bare name in its own case: "Beam", never "beam"."""
        bare = (
            (alias[7:], entry.name)
            for entry in self.skills.values()
            for alias in (entry.name, *entry.aliases)
            if alias.startswith("Apache ") and " " not in alias[7:] and key(alias[7:]) not in self.folded
        )
        return _unambiguous((name, owner) for name, owner in bare if name not in self.exact)

    @cached_property
    def lower_exact(self) -> dict[str, str]:
        """Case-exact names in lower case, for spans that an engine took for a skill: "go", "r"."""
        return _unambiguous((key(k), name) for k, name in self.exact.items() if k == name)

    @cached_property
    def phrases(self) -> dict[str, list[_Phrase]]:
        """Phrase sets under the first three letters of their rarest group's stems."""
        compiled = sorted(_compile(self.skills.values()), key=lambda p: (p.name, p.text))
        counts: dict[str, int] = defaultdict(int)
        for phrase in compiled:
            for group in phrase.groups:
                for stem, _ in group:
                    counts[stem[:3]] += 1
        table: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in compiled:
            rarest = min(phrase.groups, key=lambda g: sum(counts[stem[:3]] for stem, _ in g))
            for head in sorted({stem[:3] for stem, _ in rarest}):
                table[head].append(phrase)
        return dict(table)

    def resolve(self, surface: str) -> Resolved:
        trimmed = clean(surface)
        direct = self.alias(surface.strip()) or self.alias(trimmed)
        if direct:
            return Resolved(direct, True, "alias", trimmed)
        tokens = split(trimmed)
        ruled = self.rules(tokens)
        if ruled:
            return Resolved(ruled[0], True, "rule", ruled[1])
        phrase = self.phrase(tokens)
        if phrase:
            return Resolved(phrase.name, True, "phrase", phrase.text)
        inside = self.inside(tokens)
        if inside:
            return Resolved(inside[0], True, "inside", inside[1])
        own = own_words(surface)
        known = self.alias(own)
        return Resolved(known, True, "rule", f"as {own!r}") if known else Resolved(own, False, "own words")

    def alias(self, surface: str) -> str | None:
        """The skill of an alias as it stands, case-exact ones first."""
        return self.exact.get(surface) or self.folded.get(key(surface))

    # --- rules --------------------------------------------------------------------------------

    def rules(self, tokens: tuple[str, ...]) -> tuple[str, str] | None:
        """The skill that the safe rules reach with the fewest cuts, and the cuts."""
        queue = [_State(tokens)]
        seen = {(tokens, False)}
        for state in queue:
            found = self.look_up(state)
            if found:
                return found, state.why or "spelling"
            for after in _cuts(state):
                mark = (after.tokens, after.product_only)
                if after.tokens and mark not in seen and len(seen) < 40:
                    seen.add(mark)
                    queue.append(after)
        return None

    def look_up(self, state: _State) -> str | None:
        """The skill of these words as an alias, in another number, spelling or spacing."""
        joined = " ".join(state.tokens)
        name = self.alias(joined) or self.inflected.get(plain(state.folded)) or self.spaced(joined)
        name = name or self.apache.get(joined) or self.lower_exact.get(key(joined))
        if name is None or (state.product_only and not self.is_product(name)):
            return None
        return name

    def spaced(self, joined: str) -> str | None:
        """The skill whose alias has the same letters and at least the surface's seams.

        "power bi", "PowerBI" and "Power-BI" are one; "sales force" is not Salesforce, which has no seam.
        """
        letters, seams = _seams(joined, camel=False)
        found = self.compact.get(letters)
        if not found or not seams <= found[1]:
            return None
        words_ = joined.split()
        # "Salesforce management" is not "sales force management"
        if len(words_) > 1 and any(key(w) in self.folded for w in words_):
            return None if seams != found[1] else found[0]
        return found[0]

    def is_product(self, name: str) -> bool:
        """True for a named thing (Python, Power BI, S/4HANA), False for a field of work (Accounting)."""
        entry = self.skills[name]
        if entry.kind != "specific":
            return False
        if re.search(r".[A-Z0-9]|[+#./]", name):
            return True
        return " " not in name and not _CONCEPT.search(name.lower())

    # --- phrases and names inside ---------------------------------------------------------------

    def phrase(self, tokens: tuple[str, ...]) -> _Phrase | None:
        """The most specific phrase set that these words meet."""
        folded = phrase_tokens(tokens)
        candidates = {
            id(p): p
            for token in folded
            for size in range(1, min(3, len(token)) + 1)
            for p in self.phrases.get(token[:size], ())
        }
        met = [p for p in candidates.values() if p.met_by(folded)]
        return max(met, key=lambda p: (p.weight, p.text, p.name), default=None)

    def inside(self, tokens: tuple[str, ...]) -> tuple[str, str] | None:
        """The one skill named inside, when all other words are modifiers."""
        found: dict[str, str] = {}
        at = 0
        while at < len(tokens):
            name, size = self._longest_at(tokens, at)
            if name:
                found[name] = " ".join(tokens[at : at + size])
                at += size
            elif _MODIFIER.fullmatch(tokens[at]) or tokens[at].lower() in words.MODIFIERS | words.FUNCTION:
                at += 1
            else:
                return None
        return next(iter(found.items())) if len(found) == 1 else None

    def part(self, name: str) -> str | None:
        """The one known skill named anywhere inside, whatever stands around it; None for none or several."""
        tokens = split(clean(name))
        found = set()
        at = 0
        while at < len(tokens):
            inner, size = self._longest_at(tokens, at)
            found.update([inner] if inner else [])
            at += size
        return found.pop() if len(found) == 1 else None

    def _longest_at(self, tokens: tuple[str, ...], at: int) -> tuple[str | None, int]:
        for size in range(min(self.longest, len(tokens) - at), 0, -1):
            part = tokens[at : at + size]
            name = self.alias(" ".join(part)) or self.inflected.get(plain(t.lower() for t in part))
            if name:
                return name, size
        return None, 1


_MODIFIER = re.compile(r"[^\w]+")

_CONCEPT = re.compile(
    r"(ing|tion|sion|ment|ance|ence|ity|ics|logy|ship|ure|sis|cy|al|ist|ry|ness|phy|care|ism|mail|age|ty|graphy)$"
    r"|^(law|tax|payroll|insurance|safety|audit|design|research|finance|sales|travel|fraud|risk|energy|"
    r"retail|health|media|radio|music|art|arts|sports?|food|water|waste|metal|steel|wood|paint|glass|"
    r"english|german|french|spanish|blockchain|robots?|drones?|sensors?|networks?|databases?|embedded|"
    r"cloud|crypto|biotech|pharma|fintech|treasury|customs|freight|procurement|steel)$"
)


def _unambiguous(pairs: Iterable[tuple[K, str]]) -> dict[K, str]:
    found: dict[K, str] = {}
    shared: set[K] = set()
    for form, name in pairs:
        if found.setdefault(form, name) != name:
            shared.add(form)
    return {form: name for form, name in found.items() if form not in shared}


# --- the words of a surface ---------------------------------------------------------------------

_OUTER = " \t\r\n\u00a0•·▪●○*;:,!?\"“”'’‘`|<>=~–—-"
_VERSION = re.compile(r"v?\d+(?:\.(?:\d+|x))*(?:\+|[a-z])?(?:[/-]v?\d+(?:\.\d+)*\+?)*", re.IGNORECASE)
_GLUED = re.compile(r"([a-z][a-z.]*[a-z+#])-?v?(\d+(?:\.(?:\d+|x))*)\+?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_OR_HIGHER = words.word_set("or higher above later newer greater up version versions and beyond onwards")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_COUNT = re.compile(r"\d+(?:\.\d+)?\+?(?:[-–]\d+\+?)?")
_YEARS = words.word_set("years year yrs yr years' year's months")


def clean(surface: str) -> str:
    """The surface on one line without bullets, quotes and closing points."""
    text = " ".join(surface.split()).strip(_OUTER)
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    return text.strip(_OUTER).rstrip(".")


def split(trimmed: str) -> tuple[str, ...]:
    """The words of a cleaned surface, slashes without spaces, points and commas off their ends."""
    text = re.sub(r"\s*/\s*", "/", trimmed)
    tokens = (token.strip("\"“”'’‘`;:,!?*•").rstrip(".") for token in text.split())
    return tuple(token for token in tokens if token)


def plain(tokens: Iterable[str]) -> tuple[str, ...]:
    """Folded words in the singular and in American spelling, "&" written out, hyphens opened."""
    opened = (part for token in tokens for part in key(token.replace("’", "'")).split())
    return tuple("and" if part == "&" else words.plain_word(part) for part in opened)


def phrase_tokens(tokens: Iterable[str]) -> tuple[str, ...]:
    """What phrase sets are held against: each word as it is, in American spelling, and hyphened pairs."""
    text = key(" ".join(tokens)).replace("/", " ").replace("(", " ").replace(")", " ")
    parts = [part.strip("\"',;:.!?") for part in text.split()]
    parts = [part for part in parts if part]
    pairs = [f"{a}-{b}" for a, b in pairwise(parts)]
    return tuple(dict.fromkeys([*parts, *(words.american(part) for part in parts), *pairs]))


def _seams(text: str, camel: bool = True) -> tuple[str, frozenset[int]]:
    """The letters of a name without its separators, and the offsets among them where parts meet.

    Without `camel` only spaces count: that is how a surface may be split; a hyphen may always be closed.
    """
    letters: list[str] = []
    seams: set[int] = set()
    for i, char in enumerate(text):
        inner = bool(letters) and i + 1 < len(text)
        if char.isspace() or (inner and char in "-_./'’"):
            if char.isspace() or camel:
                seams.add(len(letters))
            continue
        before = text[i - 1] if i else ""
        if camel and letters and _is_seam(before, char):
            seams.add(len(letters))
        letters.append(char.lower())
    seams -= {0, len(letters)}
    return "".join(letters), frozenset(seams)


def _is_seam(before: str, char: str) -> bool:
    return (before.islower() and char.isupper()) or before.isalpha() != char.isalpha()


def _compile(entries: Iterable[SkillEntry]) -> Iterator[_Phrase]:
    """The phrase sets ready to be held against words; a group behind "!" bars the set."""
    for entry in entries:
        own = frozenset(part for name in (entry.name, *entry.aliases) for part in plain(name.split()))
        for text in entry.phrases:
            parts = text.lower().split()
            groups = tuple(_stems(part) for part in parts if not part.startswith("!"))
            barred = tuple(stem for part in parts if part.startswith("!") for stem in _stems(part[1:]))
            if groups and all(groups):
                yield _Phrase(groups, entry.name, text, barred, own if len(groups) == 1 else frozenset())


def _stems(group: str) -> tuple[tuple[str, bool], ...]:
    return tuple((stem.rstrip("*"), stem.endswith("*")) for stem in group.split("/") if stem.strip("*"))


# --- safe cuts ----------------------------------------------------------------------------------


def _cuts(state: _State) -> Iterator[_State]:
    for cut in _CUTS:
        yield from cut(state)


def _without_bracket(state: _State) -> Iterator[_State]:
    joined = " ".join(state.tokens)
    inner = _BRACKET.search(joined)
    if inner is None:
        return
    outer = _BRACKET.sub("", joined)
    yield state.cut(split(clean(outer)), "without the bracket")
    if abbreviates(inner.group(1), outer):
        yield state.cut(split(clean(inner.group(1))), "by its abbreviation")


def abbreviates(short: str, long: str) -> bool:
    """True when `short` is made of the first letters of the words of `long`, or the other way round."""
    if len(short) > len(long):
        short, long = long, short
    letters = "".join(c for c in short.lower() if c.isalnum())
    tokens = [t for t in re.split(r"[\s/&-]+", long.lower()) if t]
    full = "".join(t[0] for t in tokens)
    spare = "".join(t[0] for t in tokens if t not in words.FUNCTION)
    return len(letters) > 1 and letters.rstrip("s") in (full, spare, full.rstrip("s"), spare.rstrip("s"))


def _without_version(state: _State) -> Iterator[_State]:
    tokens = state.tokens
    end = len(tokens)
    while end > 1 and tokens[end - 1].lower() in _OR_HIGHER:
        end -= 1
    tokens = tokens[:end]
    if end > 1 and _VERSION.fullmatch(tokens[-1]) and _is_version(tokens[-2], tokens[-1]):
        yield state.cut(tokens[:-1], f"without version {tokens[-1]}", product_only=True)
    elif tokens and (glued := _GLUED.fullmatch(tokens[-1])) and _is_version(*glued.groups()):
        yield state.cut((*tokens[:-1], glued[1]), f"without version {glued[2]}", product_only=True)


def _is_version(base: str, number: str) -> bool:
    """True unless the number is a part of the name, as in ISO 27001, API 510 or Level 2."""
    if base.lower() in words.NUMBER_IS_THE_NAME:
        return False
    code = base.isupper() and len(base) <= 4 and re.fullmatch(r"\d{3,}", number)
    return not code or bool(_YEAR.fullmatch(number))


def _without_lead(state: _State) -> Iterator[_State]:
    at, strict = lead(state.folded)
    if 0 < at < len(state.tokens):
        gone = " ".join(state.tokens[:at])
        yield state.cut(state.tokens[at:], f"without {gone!r}", product_only=strict)


def lead(folded: tuple[str, ...]) -> tuple[int, bool]:
    """How many opening words only say how well or by what means, and whether they bind to products."""
    at, strict = 0, False
    while at < len(folded):
        size = _holder(folded, at) or _opening(folded, at)
        if not size:
            break
        held = bool(_holder(folded, at))
        # "working knowledge of X" holds X, "basic life support" is itself
        strict = not held and (strict or folded[at] in words.STRICT_DEPTH)
        at += size
    return at, strict


def _opening(folded: tuple[str, ...], at: int) -> int:
    """The size of an article, a count of years, a depth word or a verb of use at this place."""
    word, after = folded[at], folded[at + 1] if at + 1 < len(folded) else ""
    if word in words.ARTICLES or word in _LEADING_SMALL:
        return 1
    if (word, after) in words.DEPTH_PAIRS or (word in ("work", "working") and after in ("with", "in", "on")):
        return 2
    if _COUNT.fullmatch(word):
        return (3 if folded[at + 2 : at + 3] == ("of",) else 2) if after in _YEARS else 0
    if word in words.USING:
        return 1
    return int(word in words.DEPTH and bool(after) and after not in words.LEXICAL.get(word, ()))


_LEADING_SMALL = words.word_set("very highly well strongly and or in with of to")


def _holder(folded: tuple[str, ...], at: int) -> int:
    """The size of "knowledge of", "experience and skills in", "proficient with" at this place."""
    end = at
    while end < len(folded) and folded[end] in words.HOLDING | words.HELD_BY:
        end += 1
        if folded[end : end + 1] and folded[end] in ("and", "or", "&"):
            step = end + 1
            while step < len(folded) and folded[step] in words.DEPTH - words.HELD_BY:
                step += 1
            if step < len(folded) and folded[step] in words.HOLDING | words.HELD_BY:
                end = step
    if end == at:
        return 0
    behind = end
    while behind < len(folded) and folded[behind] in words.BEHIND:
        behind += 1
    return behind - at if behind > end else 0


def _without_tail(state: _State) -> Iterator[_State]:
    folded = state.folded
    if len(folded) < 2:
        return
    last, before = folded[-1], folded[-2]
    if folded[-2:] == ("best", "practices") and len(folded) > 2:
        yield state.cut(state.tokens[:-2], "without 'best practices'", product_only=True)
    elif last in words.GENERIC and before not in words.NOT_GENERIC.get(last, ()):
        yield state.cut(_trim_end(state.tokens[:-1]), f"without {last!r}")
    elif last in words.GENERIC_OF_PRODUCT:
        yield state.cut(_trim_end(state.tokens[:-1]), f"without {last!r}", product_only=True)


def _trim_end(tokens: tuple[str, ...]) -> tuple[str, ...]:
    while tokens and tokens[-1].lower() in ("and", "or", "of", "&", "in", "with", "/"):
        tokens = tokens[:-1]
    return tokens


def _without_vendor(state: _State) -> Iterator[_State]:
    folded = state.folded
    if len(folded) < 2 or folded[0] not in words.VENDORS:
        return
    for other in words.SAME_VENDOR.get(folded[0], ()):
        yield state.cut((*other.split(), *state.tokens[1:]), f"{other} for {state.tokens[0]}")
    if folded[1] not in words.NOT_BARE:
        yield state.cut(state.tokens[1:], f"without {state.tokens[0]!r}", product_only=True)


def _without_light_verb(state: _State) -> Iterator[_State]:
    """The activity behind "conducting", "carry out", "design, build and maintain"."""
    folded = tuple(t.rstrip(",") for t in state.folded)
    at, light = 0, False
    if folded[:2] in (("carry", "out"), ("carrying", "out")):
        at, light = 2, True
    while at < len(folded) and (folded[at] in words.VERB_FORMS or (at and folded[at] in ("and", "or", "&"))):
        verb = words.VERB_FORMS.get(folded[at], "")
        if verb and verb not in words.RUN_VERBS:
            break
        light = light or verb in words.LIGHT_VERBS
        at += 1
    if light and 0 < at < len(folded):
        gone = " ".join(state.tokens[:at])
        yield state.cut(state.tokens[at:], f"without {gone!r}")


def _in_order(state: _State) -> Iterator[_State]:
    """The object in front of its activity: "managing projects", "management of projects"."""
    folded = plain(state.folded)
    turned = _of_turned(folded) or _verb_turned(state.folded)
    if turned and turned != folded:
        yield state.cut(turned, f"as {' '.join(turned)!r}")


def _of_turned(folded: tuple[str, ...]) -> tuple[str, ...]:
    if folded.count("of") != 1 or not 2 < len(folded) < 9:
        return ()
    at = folded.index("of")
    head, rest = folded[:at], tuple(w for w in folded[at + 1 :] if w not in words.ARTICLES)
    return (*rest, *head) if head and rest else ()


def _verb_turned(folded: tuple[str, ...]) -> tuple[str, ...]:
    verb = words.BASE.get(folded[0]) if folded else None
    if verb not in words.NOMINAL or not 1 < len(folded) < 6:
        return ()
    if verb in words.AMBIGUOUS_VERBS and not folded[0].endswith("ing"):
        return ()
    rest = folded[1:]
    if rest[0] in _PREPOSITION_OF.get(verb, ()):
        rest = rest[1:]
    rest = tuple(w for w in rest if w not in words.ARTICLES)
    if not rest or rest[-1] in ("language", "languages") or any(w in words.FUNCTION for w in rest):
        return ()
    return (*plain(rest), words.NOMINAL[verb])


_PREPOSITION_OF = {"care": ("for",), "respond": ("to",)}

_CUTS: tuple[Callable[[_State], Iterator[_State]], ...] = (
    _without_bracket,
    _without_version,
    _without_lead,
    _without_tail,
    _without_vendor,
    _in_order,
    _without_light_verb,
)


# --- own words ----------------------------------------------------------------------------------


def own_words(surface: str) -> str:
    """The name of an unknown skill: its own head words, the opening verb as a gerund, first letter large."""
    trimmed = clean(surface)
    tokens = split(_unbracketed(trimmed)) or split(trimmed)
    at, _ = lead(tuple(t.lower() for t in tokens))
    tokens = tokens[at:] or tokens
    tokens = _trim_end(_without_generic(tokens))
    kept = tuple(t for i, t in enumerate(tokens) if not i or t.lower() not in words.ARTICLES) or (trimmed,)
    name = " ".join(_gerunds(tuple(_lowered(t) for t in kept))) or " ".join(surface.split())
    return name[:1].upper() + name[1:] if name[:1].islower() and name[1:2].islower() else name


def _unbracketed(trimmed: str) -> str:
    """The text without its brackets; the long form of "SCM (supply chain management)"."""
    inner = _BRACKET.search(trimmed)
    outer = clean(_BRACKET.sub("", trimmed))
    if inner and len(inner[1]) > len(outer) and abbreviates(outer, inner[1]):
        return clean(inner[1])
    return outer


def _without_generic(tokens: tuple[str, ...]) -> tuple[str, ...]:
    while len(tokens) > 1:
        last, before = tokens[-1].lower(), tokens[-2].lower()
        if last not in words.GENERIC or before in words.NOT_GENERIC.get(last, ()):
            break
        tokens = _trim_end(tokens[:-1]) or tokens[:1]
    return tokens


def _lowered(token: str) -> str:
    """The token in lower case unless its capitals make the name: SAP, McKinsey, S/4HANA, kdb+."""
    capitals = sum(c.isupper() for c in token)
    heading = capitals > 5 and token.isalpha() and token.isupper()
    if (capitals > 1 and not heading) or any(c.isdigit() or c in "+#." for c in token):
        return token
    return token.lower()


def _gerunds(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Opening verbs as gerunds: "communicate findings" and "communicating findings" are one name."""
    verb = words.BASE.get(tokens[0])
    if verb not in words.LEADING_VERBS or len(tokens) < 2:
        return tokens
    out = [words.gerund(verb)]
    for i, token in enumerate(tokens[1:], start=1):
        listed = token in ("and", "or", "&") or tokens[i - 1] in ("and", "or", "&")
        base = words.BASE.get(token)
        if not listed or (token not in ("and", "or", "&") and base is None):
            return (*out, *tokens[i:])
        out.append(words.gerund(base) if base else token)
    return tuple(out)


def content(name: str) -> tuple[str, ...]:
    """The content words of a name in one order: "findings communication" is "communicate findings"."""
    folded = tuple(key(name.replace("/", " ")).split())
    turned = _of_turned(folded) or folded
    stems = [words.content_stem(t) for t in turned if t not in words.FUNCTION or t in ("not", "new")]
    opens = len(stems) > 1 and turned == folded and words.BASE.get(folded[0]) == stems[0]
    return tuple([*stems[1:], stems[0]] if opens else stems)
