"""What in a posting speaks to a model instead of to a person, and what of it may leave this machine."""

from __future__ import annotations

import re
import unicodedata

# every repetition has an upper end: without one, a run of 1,600 line ends took eleven seconds, its cube
_TO_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|do not follow)\b[^.\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|system|all|any|your|these|the)\b[^.\n]{0,30}"
    r"\b(?:instructions?|prompts?|rules|guidelines|directions|context)\b"
    r"|\b(?:new|updated|real|actual|hidden|system)\s{1,20}(?:instructions?|prompt)\s{0,20}[:\-]"
    r"|\b(?:(?:you are|act as|pretend to be)\s{1,20}(?:now\s{1,20})?(?:an?\s{1,20})?"
    r"(?:assistant|chat\s?bot|chatgpt|claude|gemini|parser|extractor|AI|LLM|language model)|"
    r"as (?:an AI|an LLM|a language model))\b"
    r"(?=[^\n]{0,60}\b(?:add|output|list|include|respond|reply|return|answer|say|write|mention|must|should)\b)"
    r"|\b(?:note|message|instructions?)\s{1,20}(?:to|for)\s{1,20}(?:the\s{1,20})?"
    r"(?:AI|LLMs?|language models?|assistants?|bots?|models?|parsers?|crawlers?)\b"
    r"|\bif you are (?:an?\s{1,20})?(?:AI|LLM|language model|bot|assistant|automated)\b"
    r"|\b(?:add|append|include|insert|output|list|mention|report)\b[^.\n]{0,60}\b(?:to|in|into|as|among)\b[^.\n]{0,20}"
    r"\b(?:the|your|every|all)\s{1,20}(?:extracted\s{1,20}|json\s{1,20}|final\s{1,20})?(?:skills?|mentions?|answer|output|reply|response|"
    r"extraction|json)\b(?![^.\n]{0,20}\b(?:section|resume|cv|profile|application)\b)"
    r"|<\|[a-z_]{2,20}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|posting|instructions?)\b[^>\n]{0,40}>"
    r"|^[^\S\n]{0,20}#{0,3}[^\S\n]{0,20}(?:system|assistant)\s{0,20}:",
    re.IGNORECASE | re.MULTILINE,
)

_REACH = 300
"""Characters after the phrase, on its line, that belong to what is said to the model."""

_BACK = 2_000
"""Characters looked at for the start of a sentence: a text without one takes no square of its length."""

_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
# no word is so long: it is encoded data, which only costs tokens
_BLOB = re.compile(r"(?<!\S)\S{400,}")

LONG = 60_000
"""Characters: several times the longest posting that people write."""


def passages(text: str) -> list[tuple[int, int]]:
    """Return the stretches that speak to a model.

    Each from the start of its sentence to the end of its line.
    """
    found: list[tuple[int, int]] = []
    for match in _TO_MODEL.finditer(text):
        back = max(0, match.start() - _BACK)
        ends = [(text.rfind(mark, back, match.start()), mark) for mark in ("\n", ". ", "! ", "? ")]
        start = max([back, *(at + len(mark) for at, mark in ends if at >= 0)])
        end = text.find("\n", match.end())
        end = min(len(text) if end < 0 else end, match.end() + _REACH)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((min(start, match.start()), end))
    return found


def suspicions(text: str) -> tuple[str, ...]:
    """Return why a person should look at this posting before believing its skills; empty for nearly all."""
    found = []
    if said := passages(text):
        quote = " ".join(text[slice(*said[0])].split())
        found.append(f"speaks to a model: “{quote[:120]}”")
    if hidden := len(_HIDDEN.findall(text)):
        found.append(f"{hidden} characters that change the order or hide text")
    if len(text) > LONG:
        found.append(f"{len(text):,} characters long")
    if _BLOB.search(text):
        found.append("unbroken runs of more than 400 characters")
    return tuple(found)


def sendable(text: str) -> str:
    """Return the text without characters that nobody sees and without unbroken blobs.

    Offsets are lost, which does no harm: a model answers with quotes, and the quotes are looked up.
    """
    seen = (
        text if text.isascii() else "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cf")
    )
    return _BLOB.sub("…", seen)
