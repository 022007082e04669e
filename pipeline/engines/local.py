"""The engines that need no key and no network."""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from typing import Any, Self

from pipeline import vocabulary
from pipeline.extract.finder import Demand, Reader
from pipeline.ports import BaseEngine
from pipeline.records import Mention, Posting, Provenance, Vocabulary
from pipeline.settings import Settings
from pipeline.version import __version__


class LocalEngine(BaseEngine):
    """The default: curated vocabulary, embedded span model and rules, together."""

    name = "local"
    languages: frozenset[str] = frozenset({"en"})
    fast = False

    def __init__(self, words: Vocabulary | None = None) -> None:
        self._words = words

    @classmethod
    def from_settings(cls, settings: Settings, words: Vocabulary | None = None, **_: Any) -> Self:
        """Return the engine for a workspace's words (the curated ones when left out); it needs no setting."""
        return cls(words)

    @cached_property
    def reader(self) -> Reader:
        """The reader behind it, built when first wanted."""
        return Reader(self._words or vocabulary.load(), self.fast)

    @cached_property
    def version(self) -> str:
        """What its mentions depend on: program, vocabulary and model; equal version, equal mentions."""
        parts = [__version__, (self._words or vocabulary.load()).version[:12]]
        if not self.fast:
            parts.append(_model_digest()[:12])
        return "+".join(parts)

    def mentions(self, posting: Posting) -> tuple[Mention, ...]:
        """Return every demand of one posting in order; none where it is written in another language."""
        if posting.language not in self.languages:
            return ()
        provenance = Provenance(self.name, self.version)
        return tuple(
            mention_of(posting, demand, provenance)
            for demand in self.reader.demands(posting.text, posting.sections)
        )


class FastEngine(LocalEngine):
    """The local engine without the span model, for very large sets: coarser, ten times as fast."""

    name = "fast"
    fast = True
    by_line = True
    """No rule of it looks beyond a line: what it found in one line holds for that line anywhere."""


def mention_of(posting: Posting, demand: Demand, provenance: Provenance, **known: Any) -> Mention:
    """Return the mention of a demand; `known` says what another reader knows better."""
    found = {
        "strength": demand.strength,
        "kind": demand.kind,
        "years": demand.years,
        "depth": demand.depth,
        "negated": demand.negated,
        "section": demand.section,
        "score": demand.score,
    }
    return Mention.at(posting, demand.start, demand.end, **{**found, **known}, provenance=provenance)


@cache
def _model_digest() -> str:
    from pipeline.extract.model import MODEL_DATA

    summary = hashlib.sha256()
    for path in sorted(MODEL_DATA.glob("*")):
        if path.suffix in (".onnx", ".json"):
            summary.update(path.read_bytes())
    return summary.hexdigest()
