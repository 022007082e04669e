"""The spaCy pipeline that all finders read by: tokens and sentences in linear time on any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_LONG_RUN = re.compile(r"\S{200}")
_PLAIN_TOKEN = re.compile(r"\w{1,60}|\s|[^\w\s]")
_ENDS = frozenset(".!?;•·●▪‣◦…")


@lru_cache(maxsize=1)
def language() -> Any:
    """A blank English spaCy pipeline whose documents carry the sentences of `mark_sentences`."""
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    default = nlp.tokenizer
    # spaCy's tokenizer needs minutes for 100,000 signs without a blank (its affix rules are tried again
    # at every character), so such texts get plain tokens.
    nlp.tokenizer = lambda text: plain_tokens(nlp.vocab, text) if _LONG_RUN.search(text) else default(text)
    return nlp


def read(text: str) -> Any:
    """The spaCy document of a text with sentences marked."""
    return mark_sentences(language()(text))


def plain_tokens(vocab: Any, text: str) -> Any:
    """A document of words and single signs, in one pass over any text."""
    from spacy.tokens import Doc

    words: list[str] = []
    spaces: list[bool] = []
    for found in _PLAIN_TOKEN.finditer(text):
        piece = found.group()
        if piece == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
        else:
            words.append(piece)
            spaces.append(False)
    return Doc(vocab, words=words, spaces=spaces)


def mark_sentences(doc: Any) -> Any:
    """The same document with a sentence start after every line break, bullet and closing sign.

    A closing sign without a blank behind it ends a sentence too where a word and a capital meet
    ("agents.Strong"): pages lose the blank between list items.
    """
    import numpy as np

    starts = np.array([1 if starts else -1 for starts in _starts(doc)], dtype=np.int64).astype(np.uint64)
    # set at once: spaCy's setter for one token looks through the whole document each time
    return doc.from_array(["SENT_START"], starts.reshape(-1, 1)) if len(doc) else doc


def _starts(doc: Any) -> Iterator[bool]:
    begins, closed, last = True, False, ""
    for token in doc:
        text = token.text
        yield begins or (closed and text[:1].isupper() and len(last) > 2 and last.islower())
        begins = "\n" in text or (text in _ENDS and (bool(token.whitespace_) or text not in ".!?;"))
        closed = text in _ENDS
        last = last if closed else text


def spans_of(doc: Any) -> list[tuple[int, int]]:
    """The character offsets of its sentences."""
    return [(s.start_char, s.end_char) for s in doc.sents]
