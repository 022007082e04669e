"""From a listing to a posting: canonical text, sections, language, fingerprint; repeats counted once."""

from pipeline.read.canonical import canonical_text, masked_words, without_contacts
from pipeline.read.duplicates import Likeness, fingerprint, likeness, mark_duplicates
from pipeline.read.headings import heading_kind, sections
from pipeline.read.language import detect_language
from pipeline.read.postings import posting_from
from pipeline.read.report import ADVICE, advice, page_report

__all__ = [
    "ADVICE",
    "Likeness",
    "advice",
    "canonical_text",
    "detect_language",
    "fingerprint",
    "heading_kind",
    "likeness",
    "mark_duplicates",
    "masked_words",
    "page_report",
    "posting_from",
    "sections",
    "without_contacts",
]
