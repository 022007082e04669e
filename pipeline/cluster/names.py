"""From the words of a posting to the canonical name of a skill: pure, deterministic, cached.

The order is the order of trust: a person's decision, a named thing by its alias, a checked name of a model
(`cluster.advised`), an alias as it stands, rules that cannot join two different skills, phrase sets of the
vocabulary, one known name among mere modifiers, and last the surface's own words. Similarity has no say
here; it only raises suggestions (`cluster.suggest`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

from pipeline import verbs
from pipeline.cluster import words
from pipeline.cluster.cuts import State, cuts, without_making
from pipeline.cluster.discover import by_name, joined
from pipeline.cluster.own_words import content, leaders, own_words
from pipeline.cluster.surface import PAIR, clean, closed, phrase_tokens, plain, seams, spaces, split
from pipeline.records import Kind, Rulings, SkillEntry, Vocabulary
from pipeline.text import claims, key

K = TypeVar("K")

HEAD = 5
"""Letters by which phrase sets are found; three gave a hundred candidates for every "develop"."""

_MOST_KEPT = 200_000
"""Surfaces whose answer is kept in memory, about 60 MB."""

MIN_CLOSED = 4
"""Fewer letters than this say nothing once the spaces between them are gone."""

How = Literal["alias", "rule", "phrase", "inside", "decision", "model", "alike", "own words"]
"""By what a name was given."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The canonical name of a surface, whether the vocabulary knows it, and by what it was given."""

    name: str
    known: bool
    how: How
    detail: str = ""


class Names:
    """Gives every surface its canonical name, the same one every time.

    `used` holds names that unknown skills go by already (of the last run, say): a paraphrase joins the
    name that is there and does not found a new one. Names in decisions count as used. Without `alike` a
    name hangs on its wording alone, whatever else is named with it: folders are named posting by posting.
    `advised` are checked names of a model by wording.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        rulings: Rulings | None = None,
        used: Iterable[str] = (),
        alike: bool = True,
        advised: Mapping[str, str] | None = None,
    ) -> None:
        self._alike = alike
        self._advised = advised or {}
        self.vocabulary = vocabulary
        self.rulings = rulings or Rulings()
        self._cache: dict[str, Resolved] = {}
        self._index = _index(vocabulary)
        self._decided = {key(old): new for old, new in sorted(self.rulings.names.items())}
        self._spoken = _spoken_of(self.rulings)
        self._used = _by_content([*sorted(used), *self._spoken], vocabulary)
        self._surfaces = {key(s): name for s, name in sorted(self.rulings.surfaces.items())}

    def resolve(self, surface: str, kind: Kind | None = None) -> Resolved:
        """The name of one surface; an engine may hand on the `kind` it saw, identity never hangs on it."""
        cached = self._cache.get(surface)
        if cached is None:
            cached = self._cache[surface] = self._resolve(surface)
        return cached

    def resolve_all(self, surfaces: Iterable[str]) -> dict[str, Resolved]:
        """The names of many surfaces; unknown ones that say the same share one of theirs."""
        found = {surface: self.resolve(surface) for surface in sorted(set(surfaces))}
        led = leaders(r.name for r in found.values() if r.how == "own words")
        for surface, r in found.items():
            if r.how == "own words" and led[r.name] != r.name:
                found[surface] = replace(r, name=led[r.name])
        return self._discovered(found) if self._alike else found

    def _discovered(self, found: dict[str, Resolved]) -> dict[str, Resolved]:
        """The same, unknown names joined to those that the learned score says are one skill with them.

        Joined is what was said, before any decision: a rename carries all wordings of its skill along.
        """
        said = {surface: r for surface in found if (r := self._said(surface, found[surface]))}
        joins = joined(
            by_name({s: r.name for s, r in said.items()}), self.vocabulary.skills, self._in_use_names
        )
        spoken = {key(name) for name in self._spoken}
        for surface, r in said.items():
            leader = joins.get(r.name) if r.how == "own words" else None
            if leader is not None and key(r.name) not in spoken:
                name = self.decided(leader)
                found[surface] = Resolved(name, name in self.vocabulary.skills, "alike", f"as {leader!r}")
        return found

    def _said(self, surface: str, now: Resolved) -> Resolved | None:
        """What a surface is called before decisions, where likeness has a say.

        A wording that a person split off has its name, and a named thing is known by its exact aliases.
        """
        if self._surfaces and self._split(surface) is not None:
            return None
        before = now if now.how != "decision" else self._found(surface)
        if surface in self._advised and before.how != "model":
            return None
        known = before.known and not self._index.is_product(before.name)
        return before if known or before.how in ("own words", "model") else None

    @cached_property
    def _in_use_names(self) -> frozenset[str]:
        return frozenset(self._used.values())

    def counted(self, said: Iterable[str]) -> dict[str, str]:
        """The names that names count under which wordings were given before these decisions; no rejected one.

        A name that a split asked for leads nowhere (`review.for_reading`).
        """
        rejected = {key(name) for name in self.rulings.rejected}
        asked = set(self.rulings.surfaces.values())
        found, unknown = {}, {}
        for name in sorted(set(said)):
            known = name in asked or name in self.vocabulary.skills
            used = name if known else self._in_use(name)
            found[name] = name if name in asked else self.decided(used)
            if not known and found[name] == used:
                unknown[name] = used
        led = leaders(unknown.values())
        found.update((name, led[used]) for name, used in unknown.items())
        return {name: counted for name, counted in found.items() if key(counted) not in rejected}

    def decided(self, name: str) -> str:
        """The name that a person's renames and merges lead to; a ring of them ends at its first repeat."""
        if not self._decided:
            return name
        seen = {_key(name)}
        while (then := self._decided.get(_key(name))) is not None:
            name = then
            if _key(name) in seen:
                break
            seen.add(_key(name))
        return name

    def _in_use(self, name: str) -> str:
        """The name that an unknown skill goes by already."""
        return self._used.get(content(name), name) if self._used else name

    def product(self, word: str) -> str | None:
        """The named thing that a lower-case word is where an engine took it for one: "excel", "spark"."""
        found = self._index.lower_products.get(word)
        return self.decided(found) if found else None

    def part(self, name: str) -> str | None:
        """The one known skill that is named inside; None where there is none or more than one."""
        return self._index.part(name)

    def _split(self, surface: str) -> str | None:
        return self._surfaces.get(key(surface)) or self._surfaces.get(key(clean(surface)))

    def _found(self, surface: str) -> Resolved:
        """What the vocabulary says of a surface, or the name that an unknown one goes by already."""
        found = self._index.found(surface)
        used = found.name if found.known else self._in_use(found.name)
        return found if used == found.name else replace(found, name=used)

    def _resolve(self, surface: str) -> Resolved:
        split = self._split(surface) if self._surfaces else None
        if split is not None:
            return Resolved(split, split in self.vocabulary.skills, "decision", "split by a person")
        found = self._by_model(surface, self._found(surface))
        name = self.decided(found.name)
        if name == found.name:
            return found
        return Resolved(name, name in self.vocabulary.skills, "decision", f"was {found.name}")

    def _by_model(self, surface: str, found: Resolved) -> Resolved:
        """Return the model's name of a wording, unless that is a named thing."""
        name = self._advised.get(surface)
        if name is None or self.is_named_thing(found):
            return found
        return Resolved(name, name in self.vocabulary.skills, "model", f"was {found.name}")

    def is_named_thing(self, found: Resolved) -> bool:
        """True for a product, standard or the like that its own alias names: nothing renames that."""
        return found.known and found.how in ("alias", "rule") and self._index.is_product(found.name)

    def is_spoken_of(self, surface: str) -> bool:
        """Say whether a person split this wording off, or spoke of the name that it goes by."""
        found = self.resolve(surface)
        return found.how == "decision" or self._split(surface) is not None or found.name in self._spoken


# every decision in a review asks for the key of every name again
_key = lru_cache(maxsize=_MOST_KEPT)(key)


def _spoken_of(rulings: Rulings) -> list[str]:
    """Every name that a decision is about: a rejected skill must not come back as its own paraphrase."""
    names = {*rulings.accepted, *rulings.rejected, *rulings.pinned, *rulings.kept_out}
    return sorted(names.union(rulings.names, rulings.kinds, rulings.themes, rulings.priorities))


def _by_content(names: Iterable[str], vocabulary: Vocabulary) -> dict[tuple[str, ...], str]:
    """Unknown names under their content words; the last of two wins."""
    return {content(name): name for name in names if name not in vocabulary.skills and content(name)}


_PEOPLE = ("ers", "ors", "sts", "ists", "ians")


@dataclass(frozen=True, slots=True)
class _Group:
    """The stems of which one word is needed: whole words, and prefixes."""

    whole: frozenset[str]
    prefixes: tuple[str, ...]

    def meets(self, token: str) -> bool:
        """True for a word of the group; "develop*" is not met by the developers that one works with."""
        if token in self.whole:
            return True
        return token.startswith(self.prefixes) and any(
            token.startswith(prefix)
            and token[len(prefix) :] not in _PEOPLE
            # two words are no word that begins like the first: "developers, partners" develops nothing
            and (PAIR in prefix) == (PAIR in token)
            and len(prefix) >= words.own_letters(token)
            for prefix in self.prefixes
        )

    @property
    def heads(self) -> set[str]:
        """The first letters by which the group is looked up."""
        return {stem[:HEAD] for stem in (*self.whole, *self.prefixes)}

    @property
    def letters(self) -> int:
        """The letters that it asks for at least."""
        return min(len(stem) for stem in (*self.whole, *self.prefixes))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A compiled phrase set: every group must be met by a word of the surface."""

    groups: tuple[_Group, ...]
    name: str
    text: str
    barred: tuple[_Group, ...] = ()
    own: frozenset[str] = frozenset()

    @property
    def weight(self) -> tuple[int, int]:
        """How specific it is: number of groups, then the letters it asks for."""
        return len(self.groups), sum(group.letters for group in self.groups)

    def met_by(self, tokens: tuple[str, ...]) -> bool:
        """True when each group has a word of its own among the tokens and no barred word is there."""
        met: set[str] = set()
        for group in self.groups:
            hits = [t for t in tokens if group.meets(t)]
            if not hits:
                return False
            met.update(hits)
        # one word that meets two groups says one thing: "stor* data/tell*" is not told by "storytelling"
        if len(met) < len(self.groups) or any(g.meets(t) for g in self.barred for t in tokens):
            return False
        return len(self.groups) > 1 or self._alone(tokens)

    def _alone(self, tokens: tuple[str, ...]) -> bool:
        """True when no other word turns the single stem into another thing, as in "dependency injection"."""
        group = self.groups[0]
        halves = {half for t in tokens if PAIR in t and group.meets(t) for half in t.split(PAIR)}
        return all(
            t in _NEUTRAL
            or t in halves
            or t in self.own
            or words.plain_word(t) in self.own
            or t in verbs.VERB_FORMS
            or "-" in t
            or PAIR in t
            or group.meets(t)
            for t in tokens
        )


_NEUTRAL = words.NEUTRAL | words.FUNCTION


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
        self.kept: dict[str, Resolved] = {}
        self.longest = max((len(k.split()) for k in self.folded), default=1)

    @cached_property
    def inflected(self) -> dict[tuple[str, ...], str]:
        """Aliases with every word in its plain form; a form that two skills share leads nowhere."""
        return _unambiguous((plain(k.split()), name) for k, name in self.folded.items())

    @cached_property
    def compact(self) -> dict[str, list[tuple[str, str]]]:
        """Skills and their spellings under the letters that stay when spaces and hyphens go."""
        spelt: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for entry in self.skills.values():
            exact = {alias[1:] for alias in entry.aliases if alias.startswith("=")}
            for alias in (entry.name, *entry.aliases):
                if not alias.startswith("=") and alias not in exact:
                    spelt[closed(alias)].append((entry.name, alias))
        return dict(spelt)

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
    def lower_products(self) -> dict[str, str]:
        """Named things under one word of theirs in lower case: "excel", "spark"; "heat" is no HEAT."""
        own = ((word, name) for word, name in (*self.exact.items(), *self.apache.items()) if word.isalpha())
        return _unambiguous(
            (key(word), name)
            for word, name in own
            if word == word.capitalize() and key(word) not in self.folded and self.is_product(name)
        )

    @cached_property
    def phrases(self) -> dict[str, list[_Phrase]]:
        """Phrase sets under the heads of their rarest group's stems."""
        compiled = sorted(_compile(self.skills.values()), key=lambda p: (p.name, p.text))
        counts = Counter(head for phrase in compiled for group in phrase.groups for head in group.heads)
        table: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in compiled:
            rarest = min(phrase.groups, key=lambda g: sum(counts[head] for head in g.heads))
            for head in sorted(rarest.heads):
                table[head].append(phrase)
        return dict(table)

    def found(self, surface: str) -> Resolved:
        """What the vocabulary says of a surface, kept: decisions change what follows, never this."""
        kept = self.kept.get(surface)
        if kept is None:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            kept = self.kept[surface] = self.resolve(surface)
        return kept

    def resolve(self, surface: str) -> Resolved:
        trimmed = clean(surface)
        direct = self.alias(surface.strip()) or self.alias(trimmed)
        if direct:
            return Resolved(direct, True, "alias", trimmed)
        tokens = split(trimmed)
        ruled = self.rules(tokens)
        if ruled:
            return Resolved(ruled[0], True, "rule", ruled[1])
        phrase = self.phrase(trimmed)
        if phrase:
            wider = self.wider(tokens, phrase)
            if wider:
                return Resolved(wider[0], True, "inside", wider[1])
            return Resolved(phrase.name, True, "phrase", phrase.text)
        inside = self.inside(tokens) or self.inside(without_making(tokens))
        if inside:
            return Resolved(inside[0], True, "inside", inside[1])
        own = own_words(surface)
        # not an exact one: the large first letter is ours, and "epic" is not Epic
        known = self.folded.get(key(own))
        return Resolved(known, True, "rule", f"as {own!r}") if known else Resolved(own, False, "own words")

    def alias(self, surface: str) -> str | None:
        """The skill of an alias as it stands, case-exact ones first."""
        return self.exact.get(surface) or self.folded.get(key(surface))

    # --- rules --------------------------------------------------------------------------------

    def rules(self, tokens: tuple[str, ...]) -> tuple[str, str] | None:
        """The skill that the safe rules reach with the fewest cuts, and the cuts."""
        queue = [State(tokens)]
        seen = {(tokens, False)}
        for state in queue:
            found = self.look_up(state)
            if found:
                return found, state.why or "spelling"
            for after in cuts(state):
                mark = (after.tokens, after.product_only)
                if after.tokens and mark not in seen and len(seen) < 40:
                    seen.add(mark)
                    queue.append(after)
        return None

    def look_up(self, state: State) -> str | None:
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
        found = self.compact.get(closed(joined), ())
        if not found or len(closed(joined)) < MIN_CLOSED or len({name for name, _ in found}) > 1:
            return None
        name = found[0][0]
        mine = spaces(joined)
        allowed = frozenset[int]().union(*(seams(alias) for _, alias in found))
        if not mine <= allowed:
            return None
        # "Salesforce management" is not "sales force management"
        if mine and mine != allowed and any(key(word) in self.folded for word in joined.split()):
            return None
        return name

    def is_product(self, name: str) -> bool:
        """True for a named thing (Python, Power BI, S/4HANA), False for a field of work (Accounting)."""
        entry = self.skills[name]
        if entry.kind != "specific":
            return False
        if re.search(r".[A-Z0-9]|[+#./]", name):
            return True
        return " " not in name and not _CONCEPT.search(name.lower())

    # --- phrases and names inside ---------------------------------------------------------------

    def phrase(self, said: str) -> _Phrase | None:
        """The most specific phrase set that these words meet."""
        folded = phrase_tokens(said)
        candidates = {
            id(p): p
            for token in folded
            for size in range(1, min(HEAD, len(token)) + 1)
            for p in self.phrases.get(token[:size], ())
        }
        met = [p for p in candidates.values() if p.met_by(folded)]
        return max(met, key=lambda p: (p.weight, p.text, p.name), default=None)

    def wider(self, tokens: tuple[str, ...], phrase: _Phrase) -> tuple[str, str] | None:
        """The alias inside that holds every word by which the phrase set was met, and more of them.

        "Applied and supervised machine learning methods" names supervised learning, not only the
        machine learning whose stems it meets.
        """
        met = {t for t in phrase_tokens(" ".join(tokens)) if any(g.meets(t) for g in phrase.groups)}
        for at in range(len(tokens)):
            name, size = self._longest_at(tokens, at)
            inner = phrase_tokens(" ".join(tokens[at : at + size]))
            if name and size > len(phrase.groups) and met <= set(inner):
                return name, " ".join(tokens[at : at + size])
        return None

    def inside(self, tokens: tuple[str, ...]) -> tuple[str, str] | None:
        """The one skill named inside, when all other words are modifiers."""
        folded = tuple(t.lower() for t in tokens)
        found: dict[str, str] = {}
        strict, at = False, 0
        while at < len(tokens):
            name, size = self._longest_at(tokens, at)
            if name:
                found[name] = " ".join(tokens[at : at + size])
            elif not _modifies(folded, at):
                return None
            else:
                strict = strict or folded[at] in words.STRICT_DEPTH
            at += size
        name, wording = next(iter(found.items()), ("", ""))
        if len(found) != 1 or (strict and not self.is_product(name)):
            return None
        return name, wording

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


_KEPT: list[tuple[Vocabulary, _Index]] = []


def _index(vocabulary: Vocabulary) -> _Index:
    """The look-ups of a vocabulary, laid out once: naming and building skills need the same ones."""
    for known, index in _KEPT:
        if known is vocabulary:
            return index
    index = _Index(vocabulary)
    _KEPT[:] = [*_KEPT[-3:], (vocabulary, index)]
    return index


_SIGNS = re.compile(r"[^\w]+")


def _modifies(folded: tuple[str, ...], at: int) -> bool:
    """True for a word that changes nothing where it stands: "customer experience" is not about customers."""
    word = folded[at]
    before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
    if after in words.LEXICAL.get(word, ()) or before in words.NOT_GENERIC.get(word, ()):
        return False
    described = word.endswith(words.COMPOUND_ENDS) or bool(_SIGNS.fullmatch(word))
    return described or word in words.MODIFIERS or word in words.FUNCTION


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


def _compile(entries: Iterable[SkillEntry]) -> Iterator[_Phrase]:
    """The phrase sets ready to be held against words; a group behind "!" bars the set."""
    for entry in entries:
        for text in entry.phrases:
            parts = text.lower().split()
            groups = tuple(_group(part) for part in parts if not part.startswith("!"))
            barred = tuple(_group(part[1:]) for part in parts if part.startswith("!"))
            if groups and all(group.heads for group in groups):
                own = _own(entry) if len(groups) == 1 else frozenset()
                yield _Phrase(groups, entry.name, text, barred, own)


def _own(entry: SkillEntry) -> frozenset[str]:
    return frozenset(part for name in (entry.name, *entry.aliases) for part in plain(name.split()))


def _american(stem: str) -> str:
    bare = stem.removesuffix("*")
    return words.american(bare) + stem[len(bare) :]


def _group(text: str) -> _Group:
    said = [stem for stem in text.split("/") if stem.strip("*")]
    # as one word, as two, and in the spelling that `phrase_tokens` gives beside the posting's own
    spelt = (form for stem in said for form in (stem, stem.replace("-", PAIR), _american(stem)))
    stems = list(dict.fromkeys(spelt))
    return _Group(
        frozenset(stem for stem in stems if not stem.endswith("*")),
        tuple(stem.rstrip("*") for stem in stems if stem.endswith("*")),
    )
