"""Any HTML page: what it states as JobPosting, else its main text, else why it is no posting."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import losses
from pipeline.cues import (
    ABOUT_JOBS,
    CUES,
    DEMANDS,
    EMPLOYS,
    HIRING,
    JOB_TITLE,
    OCCUPATION,
    SKILLS,
    STUDY,
    STUDY_TITLE,
    WISHED,
)
from pipeline.markup import render
from pipeline.records import Listing, Reading, Request
from pipeline.sources import addresses, structured, verdicts
from pipeline.sources.common import PAST, reading, single
from pipeline.sources.dates import day, is_past
from pipeline.sources.document import Document
from pipeline.sources.maintext import main_html, main_text, measured
from pipeline.sources.state import state_listing
from pipeline.sources.values import word

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SYSTEM = "page"
MIN_TEXT = 350
"""Fewer signs of main text are no posting; a sign of a script without Latin letters counts for more."""

SHELL_AT_MOST = 900
"""A page with scripts and fewer visible characters than this, none of them a demand, is a shell."""


def read(document: Document) -> Reading | None:
    """Return what an HTML page holds; always an answer for HTML, None for anything else."""
    if document.kind != "html":
        return None
    return (
        verdicts.blocked(document)
        or _stated(document)
        or _from_state(document)
        or _closed_page(document)
        or _no_single_posting(document)
        or _main_text(document)
    )


_TO_APPLY = re.compile(
    r"(?i)\bapply\b|\bapplications?\b|\bsend (?:us )?your (?:cv|resume|application)|bewerb|"
    r"candidature|postul|sollicit|ansøg|životopis|przyślij|candidat"
)


# --- 1. what the page states about itself -----------------------------------------------------


def _stated(document: Document) -> Reading | None:
    found = structured.postings(document)
    if len(found) > 1:
        chosen = [listing for listing in found if _is_headline(document, listing.title)]
        if len(chosen) == 1 and (document.html.xpath("//h1") or not _all_told(found)):
            found = chosen
        elif _all_told(found) and not _is_headed_as_listing(document):
            return reading(document, structured.SYSTEM, [(judged(document, one), ()) for one in found])
        else:
            return Reading("listing", detail=f"{len(found)} postings are stated on one page")
    if not found:
        return None
    return single(judged(document, _completed(document, found[0])), structured.SYSTEM)


def _all_told(found: list[Listing]) -> bool:
    """Return True where each of several stated postings has a whole text: cards of a listing have teasers."""
    return all(len(_plain(listing)) >= MIN_TEXT and listing.title for listing in found)


def _plain(listing: Listing) -> str:
    return render(listing.content).text if listing.is_html else listing.content


def judged(document: Document, listing: Listing) -> Listing:
    """Return the listing with what it lacks, closed where a banner of the page or its last day says so."""
    if not listing.notes and (body := document.html.find("body")) is not None:
        lacks = losses.told(*losses.lost(losses.demanding(body), _plain(listing)))
        listing = replace(listing, notes=(lacks,)) if lacks else listing
    banner = verdicts.closed_words(document, _plain(listing))
    if banner:
        return replace(listing, closed=banner)
    if is_past(listing.valid_through, document.now):
        return replace(listing, closed=f"{PAST}{listing.valid_through}")
    return listing


def _is_headline(document: Document, title: str | None) -> bool:
    if not title:
        return False
    heads = [word(h.text_content()) for h in document.html.xpath("//h1")] + [verdicts.page_title(document)]
    folded = re.sub(r"\W+", " ", title).strip().lower()
    return any(re.sub(r"\W+", " ", head or "").strip().lower().startswith(folded) for head in heads if head)


def _completed(document: Document, listing: Listing) -> Listing:
    """Replace a stated teaser by the page's own text, and missing names by the page's."""
    length = len(_plain(listing))
    # the lengths and counts of this module were set by eye, not fitted. A stated text this short is a
    # teaser, if the page tells three times as much
    if length < 300:
        text = main_html(document)
        if len(render(text).text) > max(MIN_TEXT, 3 * length):
            listing = replace(listing, content=text, is_html=True)
    return replace(
        listing,
        title=listing.title or headline(document),
        company=listing.company or company(document),
        location=listing.location or labelled(document, _PLACE_LABELS) or _address(document),
        date_posted=listing.date_posted or _posted(document),
        url=listing.url or document.url,
    )


# --- 2. what its scripts hold -----------------------------------------------------------------


def _from_state(document: Document) -> Reading | None:
    # such a page tells its posting itself; its state may be of another, as in a list of similar jobs
    if len(verdicts.visible_text(document)) > 2500:
        return None
    listing = state_listing(document, headline(document))
    return single(judged(document, listing), listing.system) if listing else None


# --- 3. why it is none ------------------------------------------------------------------------


def _closed_page(document: Document) -> Reading | None:
    """Return "closed" for a page that says of its one posting that it is over; None for any other."""
    banner = verdicts.closed_words(document)
    if not banner or verdicts.LISTING_TITLES.search(verdicts.page_title(document) or ""):
        return None
    text = main_text(document)
    if len(CUES.findall(text)) >= 2 and _is_inside(banner, text):
        return None
    listing = replace(_listing(document, ""), closed=banner)
    if len(CUES.findall(text)) >= 2:
        listing = replace(listing, content=main_html(document))
    return Reading("closed", (listing,) if listing.title else (), banner)


def _is_inside(banner: str, text: str) -> bool:
    """Return True for a phrase amid the text; above and below it a short one is a banner."""
    flat = " ".join(text.split())
    place = flat.find(banner)
    # a banner stands above or below the text; a long sentence there is one of the posting, such as "we may
    # close early"
    at_edge = place < 400 or place + len(banner) > len(flat) - 400
    return place >= 0 and (not at_edge or len(banner) > 110)


_SHOWN = "//iframe/@src | //iframe/@data-src | //frame/@src | //embed/@src | //object/@data | "
_SENT_ON = "//meta[translate(@http-equiv,'REFSH','refsh')='refresh']/@content"


def _framed(document: Document) -> Reading | None:
    """Return where a page leads that shows its posting in a frame or as a PDF, or sends its reader on."""
    host = urlsplit(document.base).hostname
    for value in document.html.xpath(_SHOWN + _SENT_ON):
        sent = re.match(r"\s*\d+\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", value, re.IGNORECASE)
        url = verdicts.absolute(document.base, (sent[1] if sent else value).strip())
        known = addresses.match(url)
        own = host is not None and urlsplit(url).hostname == host
        if known and known.board and not sent:
            return Reading(
                "listing", detail=f"the page shows a board; give its address: {url}", system=known.system
            )
        near = known or sent or own or urlsplit(url).path.lower().endswith(".pdf")
        if url.startswith(("http://", "https://")) and near and url not in (document.base, document.url):
            apart = known is not None and known.pick in known.request.url
            asked = known.request if known and apart else Request(url)
            return Reading("shell", detail="the page shows what stands at another address", follow=(asked,))
    return None


def _signs(text: str) -> int:
    """Return the length of a text; Hebrew, Arabic, Chinese and the like say as much in fewer signs."""
    # from Hebrew on in Unicode
    return len(text) + sum(sign > "\u0590" for sign in text)


def _no_single_posting(document: Document) -> Reading | None:
    links = verdicts.job_links(document)
    text = main_text(document)
    # frames are followed only from a page without a text: most pages frame something, a map or a film
    if _signs(text) < MIN_TEXT and (framed := _framed(document)):
        return framed
    bare = len(verdicts.visible_text(document)) < SHELL_AT_MOST and len(CUES.findall(text)) < 2
    # three links or cards are a list, even where scripts would show more
    shell = verdicts.is_shell(document) and (len(text) < MIN_TEXT or bare)
    if shell and len(links) < 3 and _repeated_cards(document) < 3:
        return _shell(document)
    # a list before an empty search and a form: it has the words of both
    if is_listing(document, links):
        return Reading("listing", detail=f"{len(links)} links to postings, none of them told in full")
    if len(CUES.findall(text)) < 2 and verdicts.NOTHING_FOUND.search(verdicts.visible_text(document)[:5000]):
        return Reading("listing", detail="a search that found no posting")
    if verdicts.is_form(document) and len(CUES.findall(text)) < 2:
        return Reading("apply-form", detail="an application form without the posting's text")
    return _shell(document) if shell else None


def _shell(document: Document) -> Reading:
    return Reading(
        "shell", detail=f"{len(verdicts.visible_text(document))} visible characters, the rest is script"
    )


def is_listing(document: Document, links: list[tuple[str, str]]) -> bool:
    """Return True where a page leads to postings instead of being one."""
    head = headline(document)
    text = main_text(document)
    # two different words of postings and 600 characters: the cards of a list hold one and a line or two
    told = len({c.lower() for c in CUES.findall(text)}) >= 2 and _signs(text) > 600
    headings = {line.strip().lower() for line in text.split("\n") if len(line) < 60 and DEMANDS.search(line)}
    # a posting with many "similar jobs" below is still a posting: its own title and headings go first
    if _is_job_title(head) and len(headings) >= 2 and _signs(text) > MIN_TEXT:
        return False
    if _is_job_title(head) and told:
        return False
    applies, cards = verdicts.apply_controls(document), _repeated_cards(document)
    if _is_headed_as_listing(document) and (len(links) >= 2 or applies >= 2 or cards >= 2):
        return True
    if _is_headed_as_listing(document) and verdicts.NOTHING_FOUND.search(verdicts.visible_text(document)):
        return True
    if cards >= 2 and not document.html.xpath("//h1") and not _is_job_title(head):
        return True
    # without a text, five links or three cards are enough; cards weigh more, since menus have links too
    if not told and (len(links) >= 5 or cards >= 3 or verdicts.sibling_links(document) >= 6):
        return True
    # one posting has an apply button at its top and one at its end; a third is another posting's
    return applies >= 3 and not _is_job_title(head) and len(links) >= 2


def _is_headed_as_listing(document: Document) -> bool:
    head = headline(document)
    title = f"{verdicts.page_title(document) or ''} | {head or ''}"
    return bool(verdicts.LISTING_TITLES.search(title)) and not _is_job_title(head)


def _is_job_title(text: str | None) -> bool:
    # a longer heading is a sentence
    return bool(text and len(text) < 140 and JOB_TITLE.search(text))


def _repeated_cards(document: Document) -> int:
    """Return the most headings of one level that are job titles: cards of a listing."""
    best = 0
    for level in ("h2", "h3", "h4", "h5"):
        titles = {word(h.text_content()) for h in document.html.xpath(f"//{level}")}
        best = max(best, sum(1 for t in titles if _is_job_title(t)))
    return best


# --- 4. its main text -------------------------------------------------------------------------


def _main_text(document: Document) -> Reading:
    content = main_html(document)
    text = render(content).text
    if _signs(text) < MIN_TEXT:
        # so little is an empty page; more is a page of something else
        outcome = "no-text" if len(verdicts.visible_text(document)) < 200 else "not-a-posting"
        return Reading(outcome, detail=f"{len(text)} characters of main text")  # type: ignore[arg-type]
    if not _demands(document, text):
        return Reading(
            "not-a-posting",
            (),
            "the page lists no requirements, so it is probably not a posting",
            system=SYSTEM,
        )
    return single(judged(document, _with_state(document, _listing(document, content))), SYSTEM)


def _with_state(document: Document, listing: Listing) -> Listing:
    """Return the listing of a page whose scripts carry it too with the names and days they state."""
    stated = state_listing(document, listing.title)
    if stated is None:
        return listing
    names = (
        "company",
        "location",
        "date_posted",
        "valid_through",
        "closed",
        "employment_type",
        "salary",
        "item",
    )
    return replace(listing, **{name: value for name in names if (value := getattr(stated, name))})


def _demands(document: Document, text: str) -> bool:
    """Return True for a text under a job's title or with demands to apply for: no article, no praise."""
    cues, demands = len(CUES.findall(text)), len(DEMANDS.findall(text))
    title = headline(document)
    # before all signs of a posting: guides and salary pages quote whole postings
    if ABOUT_JOBS.search(f"{title} | {verdicts.page_title(document)}") or _is_study(title or "", text):
        return False
    titled, applies = _is_job_title(title), verdicts.apply_controls(document) > 0
    if titled and (cues >= 1 or applies or (_APPLY_HERE.search(text) and not _GUIDE.search(title or ""))):
        return True
    if titled:
        return any(SKILLS.search(line) for line in text.split("\n") if len(line) < 60)
    asked = applies or bool(_TO_APPLY.search(text))
    if demands and WISHED.search(text) and not _GUIDE.search(title or ""):
        # what must be and what would be nice, side by side, is only said of a post to be filled
        return True
    if OCCUPATION.search(title or "") and len({found.lower() for found in HIRING.findall(text)}) >= 3:
        return applies or bool(_APPLY_HERE.search(text))
    # without a title there must be more: two demands and three words of postings, or one and two and a way
    # to apply
    return (demands >= 2 and cues >= 3) or (demands >= 1 and cues >= 2 and asked)


_APPLY_HERE = re.compile(
    r"(?i)\bapply (?:by|now|via|with|here|before|until|through|online|at|on)\b|"
    r"\b(?:send|sending|submit|e-?mail)(?: us| me)? your (?:cv|r[eé]sum[eé]|application)|\bbewirb dich|"
    r"\bbewerben sie|\bbewerbung(?:en)? (?:an|bis|unter)|\bpostulez|\benvoyez|\benvía (?:tu|su)|"
    r"\bsolliciteer|\bansøg\b|\bsend (?:din|en) ansøgning|\binvia (?:il tuo )?cv|"
    r"קורות חיים|応募(?:する|方法)|откликн|投递"
)
_GUIDE = re.compile(
    r"(?i)^\W*(?:how|what|why|when|where|who|which|\d+|top|best|guide|tips?|the ultimate|checklist|"
    r"template|sample|"
    r"wie|was|warum|comment|pourquoi|cómo|qué|jak|proč|hoe|wat|hvordan)\b|\b(?:templates?|examples?|guide|tips|course)\b"
)


def _is_study(title: str, text: str) -> bool:
    """Return True for a course: it has entry requirements too, but one pays to go there."""
    told = {found.lower() for found in STUDY.findall(text)}
    named = bool(STUDY_TITLE.search(title)) or not (_is_job_title(title) or EMPLOYS.search(text))
    # one word of study ("tuition") stands in postings, too, among the benefits
    return len(told) >= 2 and named


def headline(document: Document) -> str | None:
    """Return the posting's title: the only <h1>, else what the page's metadata say, else <title>."""
    heads = [h for h in document.html.xpath("//h1") if not _in_chrome(h)]
    texts = [word(h.text_content()) for h in heads]
    # some sites put the whole page into an <h1>
    texts = [t for t in texts if t and len(t) < 200]
    if texts:
        # the site's name may be an <h1>, too
        return next((t for t in texts if _is_job_title(t)), texts[0])
    stated = verdicts.meta(document, "og:title", "twitter:title")
    # a title that the page's own <title> begins with carries no site name
    if stated and len(stated) < len(verdicts.page_title(document) or "") and _starts_title(document, stated):
        return stated
    return _cleaned_title(stated or verdicts.page_title(document))


def _starts_title(document: Document, stated: str) -> bool:
    return (verdicts.page_title(document) or "").startswith(stated)


def _in_chrome(element: HtmlElement) -> bool:
    return any(part.tag in ("nav", "footer", "dialog") for part in element.iterancestors())


def _cleaned_title(title: str | None) -> str | None:
    """Return a page's title without the site's name behind it."""
    if not title:
        return None
    parts = [p.strip() for p in re.split(r"\s+[|–—•·]\s+|\s+-\s+(?=[^-]*$)", title) if p.strip()]
    return next((p for p in parts if _is_job_title(p)), parts[0] if parts else title)


def _listing(document: Document, content: str) -> Listing:
    return Listing(
        url=document.base or document.url,
        system=SYSTEM,
        title=headline(document),
        content=content,
        company=company(document),
        location=labelled(document, _PLACE_LABELS) or _address(document),
        date_posted=_posted(document),
        notes=tuple(filter(None, [losses.told(*measured(document))])),
    )


_PLACE_LABELS = re.compile(
    r"^(?:job )?(?:location|work location|place of work|standort|arbeitsort|einsatzort|ort|lieu(?: de "
    r"travail)?|localisation|ubicación|lugar|místo(?: výkonu)?(?: práce)?|lokalita|adresa|locatie|"
    r"standplaats|placering|arbejdssted|ort|plats|placering|lokalizacja|sede|localização)\s*:?$",
    re.IGNORECASE,
)


def labelled(document: Document, labels: re.Pattern[str]) -> str | None:
    """Return the short text that stands right after a label such as "Location:"."""
    for element, text in verdicts.short_texts(document.html, 60):
        if not labels.match(text):
            continue
        # wrappers around a value hold the same text, or the label again: the first few are looked at
        for follower in element.xpath("following::*[normalize-space(.)!=''][position()<=4]"):
            value = word(follower.text_content())
            if value and len(value) < 120 and not labels.match(value) and value != text:
                return value
    return None


_DATE_LABELS = re.compile(
    r"^(?:date )?(?:posted|published|listed|advertised)(?: on| date)?\s*:?$|^(?:posting|publication|"
    r"listing) date\s*:?$|^veröffentlicht(?: am)?\s*:?$|^(?:date de publication|publiée? le)\s*:?$|"
    r"^(?:fecha de publicación|publicad[oa])\s*:?$|^(?:datum zveřejnění|zveřejněno)\s*:?$|^(?:oprettet|"
    r"opslået|geplaatst(?: op)?)\s*:?$",
    re.IGNORECASE,
)
_WITH_DATE = re.compile(
    r"(?i)^(?:date )?(?:posted|published|listed|posting date|publication date|veröffentlicht|publiée?|"
    r"publicad[oa]|zveřejněno|oprettet|geplaatst)(?: on| am| le| el| op| date)?\s*:?\s+(.{4,40})$"
)


def _posted(document: Document) -> str | None:
    """Return the day that the page says it was posted, behind a label or with it in one line."""
    told = labelled(document, _DATE_LABELS)
    if told and (found := day(told, document.now)):
        return found
    for _, text in verdicts.short_texts(document.html, 70):
        within = _WITH_DATE.match(text)
        if within and (found := day(within[1], document.now) or day(text, document.now)):
            return found
    return None


def _address(document: Document) -> str | None:
    for path in (
        "//*[@itemprop='addressLocality']",
        "//*[contains(@class,'job-location') or contains(@class,'job__location') or @class='location']",
    ):
        for element in document.html.xpath(path):
            value = word(element.get("content") or element.text_content())
            if value and len(value) < 120:
                return value
    return None


def company(document: Document) -> str | None:
    """Return the employer's name as the page gives it: site name, author, or its part of the title."""
    name = verdicts.meta(document, "og:site_name", "author", "application-name")
    # a longer "site name" is a slogan
    if name and len(name) < 60:
        return name
    title, head = verdicts.page_title(document) or "", headline(document) or ""
    parts = [p.strip() for p in re.split(r"\s+[|–—•·@]\s+|\s+-\s+|\s+\bat\b\s+|:\s+", title) if p.strip()]
    others = [p for p in parts if p.lower() not in head.lower() and not _is_job_title(p) and len(p) < 60]
    if others and head and len(parts) > 1:
        return others[-1]
    return _copyright(document) or _from_host(document)


def _copyright(document: Document) -> str | None:
    for text in document.html.xpath("//body//text()[contains(., '©')]"):
        name = _COPYRIGHT.sub("", " ".join(str(text).split("©", 1)[1].split()))
        name = re.split(r"(?i)\s*[|•·–]|\.(?:\s|$)|,\s*all\b|\s*all rights", name)[0].strip(" ,-")
        if 1 < len(name) < 50 and name[0].isupper():
            return name
    return None


_COPYRIGHT = re.compile(r"(?i)^(?:\s|copyright|by|\d{4}|[-–,]|\bpresent\b)+|\s*(?:\d{4}\s*[-–]?\s*)+$")


def _from_host(document: Document) -> str | None:
    host = urlsplit(document.base).hostname or ""
    parts = [
        p
        for p in host.split(".")
        if p not in ("www", "jobs", "careers", "career", "karriere", "apply", "en", "de")
    ]
    return parts[-2].capitalize() if len(parts) >= 2 else None


def links(document: Document) -> list[tuple[str, str]] | None:
    """Title and address of every link of an HTML page that looks like one posting."""
    return verdicts.job_links(document) if document.kind == "html" else None
