"""The local engine as a spaCy component: `spacy.blank("en").add_pipe("skillmatrix")`."""

from __future__ import annotations

from typing import Any

from spacy.language import Language

from pipeline.extract.finder import Reader


@Language.factory("skillmatrix", default_config={"fast": False, "spans_key": "skills"}, assigns=["doc.spans"])
def make_skillmatrix(nlp: Language, name: str, fast: bool, spans_key: str) -> SkillComponent:
    """Return a component that fills `doc.spans[spans_key]` with every demanded skill and its kind."""
    return SkillComponent(fast, spans_key)


class SkillComponent:
    """Marks demands in a document.

    Spans are labelled GENERAL, SPECIFIC or SKILL (kind unknown). A spaCy span ends at token borders, so
    the exact characters stand in the group's `attrs["demands"]`, one mapping for each span.
    """

    def __init__(self, fast: bool, spans_key: str) -> None:
        self._fast = fast
        self._key = spans_key
        self._reader: Reader | None = None

    def __call__(self, doc: Any) -> Any:
        """Return the document with its demands marked."""
        from spacy.tokens import SpanGroup

        marked = doc.has_annotation("SENT_START")
        bounds = [(s.start_char, s.end_char) for s in doc.sents] if marked else ()
        demands = self._find().demands(doc.text, bounds=bounds)
        spans = [
            doc.char_span(d.start, d.end, label=(d.kind or "skill").upper(), alignment_mode="expand")
            for d in demands
        ]
        details = [
            {"start": d.start, "end": d.end, "strength": d.strength, "years": d.years, "depth": d.depth,
             "negated": d.negated, "score": d.score}
            for d in demands
        ]  # fmt: skip
        doc.spans[self._key] = SpanGroup(doc, name=self._key, attrs={"demands": details}, spans=spans)
        return doc

    def _find(self) -> Reader:
        if self._reader is None:
            from pipeline import vocabulary

            self._reader = Reader(vocabulary.load(), self._fast)
        return self._reader
