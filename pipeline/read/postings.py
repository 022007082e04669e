"""A board's listing made a posting: canonical text, sections, language, date, fingerprint, stable id."""

from __future__ import annotations

from pipeline.read.canonical import canonical, masked, masked_address, one_line
from pipeline.read.duplicates import fingerprint
from pipeline.read.entry import entry_requirements
from pipeline.read.facts import facts_of
from pipeline.read.headings import sections
from pipeline.read.language import detect_language
from pipeline.records import Listing, Posting, RawPage, SourceLine, digest


def posting_from(listing: Listing, line: SourceLine, page: RawPage) -> Posting:
    """Return the posting of a listing; what the source line says of it wins.

    Its id depends on where it came from and not on its text: a changed posting keeps it.
    """
    content = canonical(listing.content, listing.is_html)
    text = content.text
    language, found = detect_language(text), sections(text)
    return Posting(
        # sixteen digits of the hash: two postings of a billion share one by a chance of 1 in 40
        id=digest(line.address, listing.url, listing.item or "")[:16],
        url=masked_address(listing.url or line.address),
        text=text,
        source_kind=line.kind,
        title=one_line(line.title or listing.title),
        company=one_line(line.company or listing.company),
        location=one_line(line.location or listing.location),
        date=line.date or listing.date_posted,
        language=language,
        sections=found,
        fingerprint=fingerprint(text),
        system=listing.system,
        closed=listing.closed and masked(listing.closed),
        page_sha256=page.sha256,
        number=line.number,
        flags=_flags(content.flags, listing),
        facts=facts_of(listing, line, text),
        entry=entry_requirements(text, found) if language == "en" else (),
    )


def _flags(found: tuple[str, ...], listing: Listing) -> tuple[str, ...]:
    flags = [*found, *listing.notes]
    if not listing.content.strip():
        flags.append("no text")
    if listing.valid_through and not listing.closed:
        flags.append(f"valid through {listing.valid_through}")
    return tuple(flags)
