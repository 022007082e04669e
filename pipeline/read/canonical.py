"""One posting's text in its canonical form, and what was taken out of it on the way."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from pipeline import losses
from pipeline.markup import render, unescaped
from pipeline.records import Failure
from pipeline.text import mask

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff\ufffc]")
_HARMLESS = re.compile(r"\u00ad|\ufeff|\u2060|\ufe0f|(?<=[^\w\s])\u200d(?=[^\w\s])")
_INVISIBLE = re.compile(
    r"[\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2061-\u206f\u3164\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_SPACES = re.compile(r"[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BULLET = re.compile(
    r"^(?:[•●▪◦‣·∙⁃■□▸►▶➢➤✓✔✅❖◆\uf0b7\uf0a7\uf076]|[*–—](?=\s)|-(?=\s)|o(?=\s{2,}))[ \t\u00a0]*(?=\S)"
)
_BLANKS = re.compile(r"\n{3,}")
_AT = r"(?:[@\uff20\ufe6b]|&#0?64;|&commat;|%40|\s?[\[({<]\s?(?:at|ät|@)\s?[\])}>]\s?)"
_DOT = r"(?:[.\uff0e\u3002\uff61]|\s?[\[({<]\s?(?:dot|punkt|\.)\s?[\])}>]\s?)"
_TOP = r"(?:[^\W\d_]{2,24}|xn--[\w-]{2,40})"
_EMAIL = re.compile(
    # jane@corp.example, jane (at) corp (dot) example, jane [at] corp.example, full-width letters and signs
    rf"(?<![\w.+-])[\w.+%-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,8}}{_DOT}{_TOP}(?!\w)"
    # jane (at) corp dot com
    r"|(?<![\w.+-])[\w.+%-]{1,64}\s?[\[({<]\s?(?:at|ät|@)\s?[\])}>]\s?[\w-]{1,63}"
    rf"(?: (?:dot|punkt) [\w-]{{1,63}}){{0,3}} (?:dot|punkt) {_TOP}(?!\w)"
    r"|(?<![\w.+-])[\w.+%-]{1,64}@\[?(?:\d{1,3}\.){3}\d{1,3}\]?"
    # "at" and "dot" as words: before the usual endings only, so that no sentence about ".net" is hit
    r"|(?<![\w.+-])[\w.+%-]{1,64} at [\w-]{1,63}(?: dot [\w-]{1,63}){0,3} dot "
    r"(?:com|org|eu|de|at|ch|uk|io|example)(?!\w)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    # +44 20 7946 0018, 00420 777 123 456, (212) 555-0123, 212-555-0123, "Tel.: 030 1234567"
    r"(?<![\w+])(?:[+\uff0b]|00)[1-9]\d{0,2}(?:[ \u00a0.\-/]{0,3}\(?\d{1,5}\)?){2,6}(?!\d)"
    # 1-800-555-0123, 06 12 34 56 78
    r"|(?<![\w.\-])1[ .\-]\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}(?![\w\-])"
    r"|(?<![\w.,/+\-])0[1-9](?:[ \u00a0.\-]\d{2}){4}(?![\w\-]|\.\d)"
    r"|(?<![\w(])\(\d{3}\)[ \u00a0]?\d{3}[ .\-]\d{4}(?!\d)"
    r"|(?<![\w.\-])\d{3}[.\-]\d{3}[.\-]\d{4}(?![\w\-])"
    # (020) 7946 0958, 0170/1234567, 020 7946 0958: one 0 and eight digits; "100 000 - 120 000" is pay
    r"|(?<![\w(])\(0\d{1,5}\)[ \u00a0./\-]?\d{2,5}(?:[ \u00a0.\-]?\d{2,6}){1,3}(?!\d)"
    r"|(?<![\w.,/+\-])(?<!\d[ \u00a0])0[1-9]\d{1,3}(?:[ \u00a0]?[/\-][ \u00a0]?"
    r"(?:\d{5,9}|\d{3,4}[ \u00a0\-]\d{2,5}|\d{2,4}(?:[ \u00a0]\d{2,4}){2,4})"
    r"|[ \u00a0]\d{3,4}[ \u00a0\-]?\d{3,5})(?![\w/])"
    r"|(?:(?<=[Pp]hone )|(?<=[Cc]all )|(?<=[Tt]el )|(?<=WhatsApp ))\d{9,12}(?!\d)"
    r"|(?<=[Tt]el: )\d[\d ()/\-]{6,16}\d"
    r"|(?:(?<=[Tt]el\. )|(?<=[Tt]el\.: )|(?<=[Pp]hone: )|(?<=[Tt]elefon: )|(?<=[Mm]obile: ))\d[\d "
    r"()/\-]{6,16}\d"
)
_URL_EMAIL = re.compile(
    r"[\w.+-]{1,64}(?:%2B[\w.-]{1,64})?(?:@|%40|%2540)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}",
    re.IGNORECASE,
)
_URL_PHONE = re.compile(
    r"((?:[?&;](?:tel|telefon|telephone|phone|mobile|cell|handy|whatsapp)\w{0,12}=|\btel:))[^&#;\s]{5,40}"
    r"|(?<=[=/,:])(?:\+|%2B)[1-9](?:%20|[\d.\-]){7,24}",
    re.IGNORECASE,
)
_HONEYPOT = re.compile(
    r"\s*(?:please )?mention the word\b.{0,400}?(?:when applying|read the (?:job )?post|human)\b.{0,300}?"
    r"(?:\(#[^\s)]*\)?|(?=\n|$))(?:\.? ?this is a (?:beta )?feature to avoid spam "
    r"applicants\..{0,200}?(?:human\.?|$))?",
    re.IGNORECASE | re.DOTALL,
)
_HONEYPOT_TAIL = re.compile(
    r"\s*this is a (?:beta )?feature to avoid (?:fake )?spam applicants\.[^\n]{0,300}", re.IGNORECASE
)
_MOJIBAKE = re.compile(r"Ã[\x80-\xbf€-™]|â€|â\x80|Â[\x80-\xbf]|ð\x9f|ðŸ|Ã\u00a0")


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical text with the flags that a reader of the posting must see."""

    text: str
    flags: tuple[str, ...] = ()


def canonical(content: str, is_html: bool) -> Canonical:
    """Return the canonical text of a listing's content and what was found and removed."""
    flags: list[str] = []
    if is_html:
        rendered = render(unescaped(content))
        text = rendered.text
        flags += filter(None, [losses.told(*rendered.lost)])
        if rendered.hidden:
            flags.append(f"hidden text removed: {len(rendered.hidden.split())} words")
        if rendered.folded:
            flags.append(f"folded text read: {rendered.folded} words")
    else:
        text = content
    # before anything is cut by sign: a wrongly decoded bullet or quote is several letters
    text = repaired(text, flags)
    text, invisible = _without_invisible(text)
    if invisible:
        flags.append(f"invisible characters removed: {invisible}")
    # after the invisible signs: one of them may stand at a seam
    text, seams = parted(text)
    if seams:
        flags.append(f"lines that had run together parted: {seams}")
    text = _lines(text, is_html)
    # the words first: the patterns reach hundreds of characters, and few texts have such a test
    shorter = _HONEYPOT_TAIL.sub("", _HONEYPOT.sub("", text)) if "mention the word" in text.lower() else text
    if shorter != text:
        flags.append("a test for readers removed")
    # masked last: a number may run over a line end that was just mended
    return Canonical(masked(shorter).strip(), tuple(flags))


def canonical_text(content: str, is_html: bool) -> str:
    """Return NFC text, one item a line behind "- ", a blank line between paragraphs, contacts masked."""
    return canonical(content, is_html).text


def repaired(text: str, flags: list[str] | None = None) -> str:
    """Return the text with UTF-8 that was read as Latin-1 put right; any other text as it is."""
    if not _MOJIBAKE.search(text):
        return text
    import ftfy

    fixed: str = ftfy.fix_encoding(text)
    if fixed != text and flags is not None:
        flags.append("wrongly decoded characters repaired")
    return fixed


def one_line(text: str | None) -> str:
    """Return a title, an employer or a place as one clean line."""
    cleaned = _without_invisible(repaired(text or ""))[0]
    return masked(" ".join(unicodedata.normalize("NFC", cleaned).split()))


def masked(text: str) -> str:
    """Star the letters and digits of e-mail addresses and phone numbers; the length stays the same."""
    # mail first: the digits of an address are no phone number
    return mask(mask(text, _EMAIL), _PHONE)


def masked_address(url: str) -> str:
    """Return the address with "***" for the e-mail addresses and phone numbers in it."""
    if "@" not in url and "%40" not in url and not _URL_PHONE.search(url):
        return url
    return _URL_PHONE.sub(lambda m: f"{m[1] or ''}***", _URL_EMAIL.sub("***", url))


def masked_words(text: str) -> str:
    """Return what is said of a source, or its address, without e-mail addresses and phone numbers."""
    return masked_address(masked(text))


def without_contacts(failure: Failure) -> Failure:
    """Return the failure as it is kept and shown: an address or a page's words may name a person."""
    address, detail, advice = map(masked_words, (failure.address, failure.detail, failure.advice))
    return replace(failure, address=address, detail=detail, advice=advice)


def _without_invisible(text: str) -> tuple[str, int]:
    text = _HARMLESS.sub("", _CONTROL.sub("", _LINE_ENDS.sub("\n", text)))
    # lone surrogates come out of broken JSON escapes and fit into no file
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return _INVISIBLE.subn("", text)


def _lines(text: str, is_html: bool) -> str:
    text = unicodedata.normalize("NFC", text)
    lines = [_line(line, is_html) for line in text.split("\n")]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n")


def _line(line: str, is_html: bool) -> str:
    # a plain text keeps its spacing to the last blank: quotes of it are to be found as they stand
    if not is_html:
        return _plain_line(line.replace("\u00a0", " "))
    line = _SPACES.sub(" ", line).strip()
    marked = _BULLET.match(line)
    if not marked:
        return "" if line in ("-", "•", "*") else line
    rest = line[marked.end() :]
    # "- • item" of a list inside a list item
    return "- " + _BULLET.sub("", rest)


def _plain_line(line: str) -> str:
    start = line.lstrip(" \t\u3000")
    marked = _BULLET.match(start)
    if marked:
        return "- " + start[marked.end() :]
    return line if start else ""


FEWEST = 2
"""Different openings of a line glued to a word from which on a text counts as flattened."""

_GLUED = re.compile(r"(?<![^\W_])([a-z]{3,})(?=[A-Z][a-z]{2,}(?![^\W_]))")
_OPENING = (
    "Ability|Able|Experience|Excellent|Strong|Knowledge|Must|Proficient|Proficiency|Familiar|Familiarity|"
    "Understanding|Demonstrated|Proven|Bachelor|Minimum|Preferred|Required|Responsibilities|Qualifications|"
    "Requirements|Skills|Good|Solid|Working|Work|Develop|Design|Build|Provide|Ensure|Support|Manage|Lead|You|"
    "To|What|Why|We|Our|As|If|Ideally|Previous|Valid|Maintain|Assist|Collaborate|Coordinate|Oversee|Attend|Carry|"
    "Monitor|Deliver|Prepare|Undertake|Participate|Comply|Report|Take|Help|Use|Act|Create|Drive|Own|Maintaining|"
    "Assisting|Complying|Ensuring|Providing|Supporting|Promoting|Managing"
)
# two signs before it: "iComply" is a name
_OPENED = rf"(?<=\w[A-Za-z0-9+#%])(?=((?:{_OPENING})\b))"
_FLAT = re.compile(_OPENED)
_SEAM = re.compile(
    r"(?<=[a-z]{2}[.!?:;])(?=[A-Z][a-z]+[\s,:A-Z])(?!(?:Net|Js|Io)\b)"
    r"|(?<=\))(?=[A-Z][a-z]{2,}\b)"
    rf"|{_OPENED}"
)


def parted(text: str) -> tuple[str, int]:
    """Return the text with a line break at every seam of a flattened text, and how many.

    Other texts as they are.
    """
    # different ones: a name such as "MyWork" comes again and again
    if len(set(_FLAT.findall(text))) < FEWEST:
        return text, 0
    text, words = _GLUED.subn(r"\1\n", text)
    text, others = _SEAM.subn("\n", text)
    return text, words + others
