"""What a page is that holds no posting: blocked, behind a log-in, closed, a listing, a form, a shell.

The words are data: one list per verdict, in the languages whose boards were seen.
"""

# ruff: noqa: E501 - lists of words

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.cues import JOB_TITLE
from pipeline.records import RawPage, Reading
from pipeline.shapes import is_hidden
from pipeline.sources.document import Document
from pipeline.sources.values import word

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCK_TITLES = re.compile(
    r"^\s*(?:just a moment|attention required|access denied|access to this page has been denied|please "
    r"wait|checking your browser|security check|are you a robot|are you human|robot check|pardon our "
    r"interruption|request blocked|ddos-guard|one moment, please|verify(?:ing)? (?:you|that you) are human|"
    r"bot verification|human verification|403\b|429\b|too many requests|forbidden|blocked|captcha|client "
    r"challenge|you have been blocked)",
    re.IGNORECASE,
)
BLOCK_WORDS = re.compile(
    r"checking your browser before accessing|verify(?:ing)? (?:that )?you are (?:a )?human|enable "
    r"javascript and cookies to continue|unusual traffic from your (?:computer )?network|ddos protection "
    r"by|why have i been blocked|sorry, you have been blocked|please complete the security check|"
    r"performance (?:&|and) security by cloudflare|your request has been blocked|press (?:&|and) hold to "
    r"confirm|completing the captcha proves|automated access to this page|incapsula incident id|reference "
    r"#\d+\.[0-9a-f]+\.\d+|pardon our interruption",
    re.IGNORECASE,
)
BLOCK_MARKS = re.compile(
    r"/cdn-cgi/challenge-platform|cf-browser-verification|cf_chl_opt|_cf_chl|"
    r"g-recaptcha-response.{0,200}unusual|px-captcha|/_Incapsula_Resource|geo\.captcha-delivery\.com|"
    r"ak_bmsc_challenge|aws-waf-token.{0,80}challenge",
    re.IGNORECASE,
)
LOGIN_TITLES = re.compile(
    r"^\s*(?:log ?in|sign ?in|sign up|join now|login|anmelden|einloggen|connexion|se connecter|přihlášení"
    r"|iniciar sesión|inloggen|authwall|linkedin login|linkedin: log in)\b",
    re.IGNORECASE,
)
ERROR_TITLES = re.compile(
    r"^\s*(?:50\d\b|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out"
    r"|application error|error 5\d\d|whoops, something|something went wrong|fatal error|database error)",
    re.IGNORECASE,
)
ERROR_WORDS = re.compile(
    r"(?:fatal error|parse error|uncaught exception|warning)\s*: .{0,300} on line \d+"
    r"|error establishing a database connection|traceback \(most recent call last\)"
    r"|an (?:unexpected )?error occurred while processing your request|server error in '/' application",
    re.IGNORECASE,
)
NOT_FOUND_TITLES = re.compile(
    r"^\s*(?:404\b|not found|page not found|error 404|seite nicht gefunden|page introuvable|página no "
    r"encontrada|stránka nenalezena|pagina niet gevonden|siden blev ikke fundet)",
    re.IGNORECASE,
)
_WHAT = (
    r"(?:job|jobs?\s+(?:ad|advert|offer|opening|posting|listing)|position|role|vacancy|opportunity|posting|"
    r"listing|requisition|opening|ad|advert(?:isement)?)"
)
CLOSED = re.compile(
    rf"no longer accepting applications|not accepting (?:new |any )?applications (?:any ?more|at this "
    rf"time)|(?:this|the) {_WHAT}(?: posting| listing| ad)?(?: you(?:'|’)?re looking for| you are looking "
    rf"for| you requested| you(?:'|’)ve requested)? (?:is|has|was|may have|might have)(?: been)?(?: now| "
    rf"already| since)? (?:been )?(?:closed|filled|expired|removed|unpublished|archived|deactivated|taken "
    rf"down|ended|paused|on hold|inactive|unavailable)|(?:this|the) {_WHAT}(?: you[^.]{{0,40}})? (?:is|"
    rf"are) (?:no longer|not longer|not) (?:available|active|open|accepting|online|live)|{_WHAT} (?:has "
    rf")?expired\b|{_WHAT} (?:has been|was|is) (?:filled|closed|removed|expired)|(?:we are|we're) no "
    rf"longer (?:accepting|hiring|recruiting)|applications? (?:are|is|have|has)(?: been)?(?: now)? closed|"
    rf"application (?:deadline|period|window) (?:has )?(?:passed|closed|ended|expired)|^\s*(?:job|vacancy|"
    rf"position|posting|applications?|recruitment) (?:closed|expired|filled)\.?\s*$|^\s*(?:closed|"
    rf"expired)\s*$|no longer (?:available|open|active)\b"
    # German, French, Spanish, Czech, Dutch, Danish, Italian, Polish, Swedish, Portuguese
    rf"|(?:stelle|anzeige|stellenanzeige|position|stellenangebot|job|ausschreibung)[^.]{{0,40}}(?:nicht "
    rf"mehr (?:verfügbar|aktiv|online|aktuell|ausgeschrieben)|abgelaufen|(?:bereits |schon )?(?:besetzt|vergeben)|"
    rf"deaktiviert|geschlossen|offline|pausiert)|(?:offre|annonce|poste)[^.]{{0,40}}(?:n['’]est plus|a "
    rf"expiré|expirée|pourvue?|clôturée?|suspendue?|n['’]existe plus|plus disponible)|(?:oferta|vacante|"
    rf"puesto|vaga)[^.]{{0,40}}(?:ya no (?:está|se encuentra)|ha (?:caducado|expirado)|cerrad[ao]|"
    rf"encerrad[ao]|não está mais|expirou|finalizada)|(?:nabídka|inzerát|pozice|pracovní "
    rf"nabídka)[^.]{{0,40}}(?:již není|už není|není aktuální|vypršela|vypršel|byla ukončena|není aktivní|"
    rf"obsazena|expirovala|neaktivní|pozastaven|stažen)|vacature[^.]{{0,40}}(?:niet meer|gesloten|verlopen|"
    rf"vervuld|ingevuld)|(?:stillingen|jobbet|annoncen|stillingsopslaget)[^.]{{0,40}}(?:ikke længere|er "
    rf"besat|er udløbet|er lukket)|(?:annuncio|offerta|posizione)[^.]{{0,40}}(?:non è più|scadut[oa]|"
    rf"chius[oa])|oferta[^.]{{0,40}}(?:wygasła|nieaktualn|zakończon|jest już nie)|"
    rf"ogłoszenie[^.]{{0,40}}(?:wygasło|nieaktualne|archiwaln)|(?:tjänsten|annonsen|"
    rf"jobbet)[^.]{{0,40}}(?:inte längre|är tillsatt|har utgått|stängd)"
    # Russian, Ukrainian, Turkish, Romanian, Finnish, Hebrew, Japanese, Chinese, Korean
    rf"|ваканс[иі][яю][^.]{{0,30}}(?:закрыта|закрита|в архив|неактив|не активна)"
    rf"|ilan[^.]{{0,40}}(?:yayından kald|süresi dol|aktif değil)|(?:anunțul|postul|jobul)[^.]{{0,40}}(?:nu mai este|a expirat)"
    rf"|(?:työpaikka|ilmoitus)[^.]{{0,40}}(?:ei ole enää|on sulkeutunut|on päättynyt)|המשרה[^.]{{0,30}}(?:אינה|לא|אוישה|נסגרה)"
    rf"|(?:募集|受付|掲載)(?:は|を|が)?(?:終了|締め切)|(?:职位|職位|职缺|職缺|招聘)[^。]{{0,12}}(?:已(?:关闭|關閉|下线|结束|結束|过期|過期|停止)|不再)"
    rf"|(?:채용|공고|모집)[^.]{{0,12}}(?:마감|종료)",
    re.IGNORECASE,
)
APPLY = re.compile(
    r"^\W*(?:easy |quick |1-click )?(?:apply\b|submit (?:your )?(?:application|resume|cv)|send (?:your "
    r")?application|i'?m interested|bewerben|jetzt bewerben|online bewerben|hier bewerben|zur bewerbung|"
    r"postuler|je postule|candidater|solicitar|inscribirme|aplicar|postularme|odpovědět|reagovat|mám zájem|"
    r"odeslat životopis|sollicite|solliciteer|ansøg|søg (?:jobbet|stillingen)|ansök|candidati|candidatar|"
    r"aplikuj|הגש|שלח קורות)",
    re.IGNORECASE,
)
FORM_WORDS = re.compile(
    r"submit (?:your )?application|attach (?:your )?(?:resume|cv|r[ée]sum[ée])|upload (?:your )?(?:resume|"
    r"cv|r[ée]sum[ée])|resume/cv|cover letter|first name|last name|lebenslauf|vorname|nachname|lettre de "
    r"motivation|životopis|příjmení|currículum",
    re.IGNORECASE,
)
SHELL_MARKS = re.compile(
    r"__NUXT__|__NUXT_DATA__|__NEXT_DATA__|__appData|__INITIAL_STATE__|__APOLLO_STATE__|__remixContext|"
    r"ng-version|ng-app|data-reactroot|id=[\"'](?:root|app|app-root|__next|__nuxt|___gatsby|ember-app|"
    r"wd-app|mount)[\"']|<app-root|window\.workday|wday/|webpackJsonp|/_next/static|widget|vacancies|"
    r"createRoot|enable javascript|javascript (?:is )?(?:required|disabled)|loader\.js|react",
    re.IGNORECASE,
)
# by eye: a menu, a footer and a note on cookies; with more words a page shows something
SHELL_CHARACTERS = 700
JOB_PATH = re.compile(
    r"/(?:jobs?|careers?|karriere|kariera|vacanc(?:y|ies)|vacatures?|positions?|openings?|opportunit(?:y|"
    r"ies)|stellen\w*|stellenangebote?|offres?(?:-emploi)?|emplois?|empleos?|ofertas?|trabajos?|nabidky?|"
    r"rpd|annonces?|join(?:-us)?|roles?|posting|viewjob|jobad|job-?ads?|offene-stellen|praca|lavoro|vagas?|"
    r"[\w-]*jobs[\w-]*)/(?:[\w%.+~-]+/){0,3}[\w%.+~-]*\w",
    re.IGNORECASE,
)
JOB_QUERY = re.compile(
    r"[?&](?:jobid|job_id|jobad|jk|gh_jid|vacancy(?:id)?|positionid|job|jid|reqid|stelle|offerid|"
    r"id)=[\w-]{3,}",
    re.IGNORECASE,
)
LISTING_TITLES = re.compile(
    r"\b(?:jobs? (?:in|at|bei|for|listings?|openings?|search|board)|job listings?|jobs$|careers?\b|open "
    r"(?:positions|roles|jobs)|current (?:openings|vacancies)|vacancies|karriere|stellen(?:angebote|portal|"
    r"markt|börse|anzeigen)|offene stellen|offres d['’]emploi|nos offres|nabídk[ay] práce|volná místa|"
    r"kariéra|vacatures|empleos?|ofertas de (?:empleo|trabajo)|ledige stillinger|lediga jobb|oferty pracy|"
    r"join (?:our|the) team|work with us|search results|\d[\d,.]*\+? [\w ]{0,40}jobs)\b",
    re.IGNORECASE,
)
NOTHING_FOUND = re.compile(
    r"no (?:\w+ )?(?:jobs|results|vacancies|positions|openings|roles|matches)(?: were| are| match\w*)? "
    r"?(?:found|available|match|your|at this time)?|0 (?:jobs|results|vacancies)|currently no (?:open|"
    r"vacan)|there are no (?:open|current|jobs|vacan)|nenašli jsme|žádné nabídky|keine (?:stellen|jobs|"
    r"treffer|ergebnisse|offenen)|aucune? (?:offre|résultat|poste)|no (?:se )?(?:han )?encontra|geen "
    r"(?:vacatures|resultaten)|ingen (?:stillinger|job|resultater)|brak ofert",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"facebook\.|twitter\.|//x\.com|instagram\.|youtube\.|xing\.com/companies|mailto:|tel:|"
    r"javascript:|whatsapp|pinterest",
    re.I,
)


MAX_VISIBLE = 500_000
"""No verdict needs more of a page's words than this."""


MAX_SHORT_TEXTS = 20_000
"""No banner or label of a page lies behind so many others."""


def by_status(page: RawPage, system: str) -> Reading | None:
    """Return what the HTTP status alone says; None where the content must be asked."""
    status = page.status
    # 410 says that it was there: a closed posting, no wrong address
    if status in (404, 410):
        outcome = "closed" if status == 410 else "not-found"
        return Reading(outcome, detail=f"HTTP {status}: gone or never there", system=system)  # type: ignore[arg-type]
    if status == 401 or status == 407:
        return Reading("login-wall", detail=f"HTTP {status}", system=system)
    # 999 is LinkedIn's own for "no robots"; 503 is often the bot check of a network in front of the site
    if status in (403, 429, 451, 503, 999):
        return Reading("blocked", detail=f"HTTP {status}", system=system)
    if status >= 500 or 400 <= status < 500:
        return Reading("error", detail=f"HTTP {status}", system=system)
    return None


def blocked(document: Document) -> Reading | None:
    """Return a bot check, a log-in wall or an error page that came as a page; None for any other."""
    visible = visible_text(document)
    return _bot_check(document, visible) or _wall_or_error(document, visible)


def _heads(document: Document, visible: str) -> list[str]:
    """Return what a page is headed with: its title, and a bare page's first words."""
    title = page_title(document) or ""
    # lengths in this module are by eye, not fitted. A page of so few words says what it is in the first of
    # them
    bare = len(visible) < 300 and not JOB_TITLE.search(title)
    return [title, visible[:80]] if bare else [title]


def _bot_check(document: Document, visible: str) -> Reading | None:
    heads = _heads(document, visible)
    headed = any(BLOCK_TITLES.search(head) for head in heads)
    # a posting for a security engineer may be headed like a bot check, but it is long and has no marks of
    # one
    if headed and (len(visible) < 8000 or BLOCK_MARKS.search(document.text)):
        return Reading("blocked", detail=f"a bot check: {(heads[0] or heads[-1])[:80]}")
    # sites load the scripts of such checks on every page: marks count where there is little else
    marked = len(visible) < 600 and BLOCK_MARKS.search(document.text)
    if marked or (len(visible) < 3000 and BLOCK_WORDS.search(visible)):
        return Reading("blocked", detail="a bot check")
    return None


def _wall_or_error(document: Document, visible: str) -> Reading | None:
    heads, title = _heads(document, visible), page_title(document) or ""
    if len(visible) < 300 and "/authwall" in document.text:
        return Reading("login-wall", detail="a page that leads to a log-in")
    # "Sign in" heads a log-in page; a posting beside a log-in form is longer, or has a job's title
    if LOGIN_TITLES.search(title) and len(visible) < 6000 and not JOB_TITLE.search(title):
        return Reading("login-wall", detail=f"a log-in page: {title[:80]}")
    # an error page is short; a posting may be about errors
    if len(visible) >= 8000:
        return None
    if any(ERROR_TITLES.search(head) for head in heads) or ERROR_WORDS.search(visible[:3000]):
        return Reading("error", detail=f"an error page: {(title or visible)[:80]}")
    if any(NOT_FOUND_TITLES.search(head) for head in heads):
        return Reading("not-found", detail=f"the page says: {(title or visible)[:80]}")
    return None


def page_title(document: Document) -> str | None:
    """Return the text of <title>."""
    return word(" ".join(document.html.xpath("//title[not(ancestor::svg)]//text()")[:3]))


def meta(document: Document, *names: str) -> str | None:
    """Return the content of the first of those meta elements that is there."""
    for name in names:
        for value in document.html.xpath(
            "//meta[@property=$name or @name=$name or @itemprop=$name]/@content", name=name
        ):
            if word(value):
                return word(value)
    return None


def visible_text(document: Document) -> str:
    """Return all words of the page that a reader could see, in one line."""
    cached = document.__dict__.get("_visible")
    if cached is None:
        parts = document.html.xpath(
            "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript or "
            "ancestor::template)]"
        )
        cached = document.__dict__["_visible"] = " ".join(" ".join(parts).split())[:MAX_VISIBLE]
    return str(cached)


def closed_words(document: Document, posting_text: str = "") -> str | None:
    """Return the banner that says the posting is closed; a phrase inside the posting's own text is none."""
    inside = re.sub(r"\W+", " ", posting_text).lower()
    for element, text in short_texts(document.html):
        found = CLOSED.search(text) if _CLOSING.search(text) else None
        if found and _CONDITION.search(text[: found.start()]):
            continue
        if found and re.sub(r"\W+", " ", text).lower().strip() not in inside and not _is_concealed(element):
            return text
    return None


# a quick look before the long one: every phrase of CLOSED holds one of these
_CLOSING = re.compile(
    r"(?i)clos|expir|fill|long|accept|avail|activ|open|live|online|remov|publish|archiv|taken|end|paus|"
    r"hold|pass|hiring|mehr|abgel|besetzt|geschl|offline|plus|pourvu|clôtur|existe|está|cerrad|encuentra|"
    r"caduc|encerrad|finaliz|není|vyprš|pozast|staž|suspend|ukonč|obsaz|niet|geslot|verlop|vuld|besat|udløb|lukket|più|scadut|"
    r"chius|wygas|nieaktual|zakoń|jest|inte|tillsatt|utgått|stängd|längre|vergeb|закр|архив|неакт|не активн|"
    r"kald|dol|aktif|mai|enää|sulk|päätt|משרה|終了|締|已|不再|마감|종료"
)
_CONDITION = re.compile(
    r"(?i)\b(?:once|if|when|until|after|as soon as|unless|should|in case|wenn|sobald|falls|si|"
    r"jakmile|pokud)\b[^.!?]*$"
)


def short_texts(root: HtmlElement, longest: int = 220) -> list[tuple[HtmlElement, str]]:
    """Return elements of the body whose whole text is one short stretch, with that text."""
    found = []
    for element in root.xpath(
        "//body//*[not(self::script or self::style or self::option or self::noscript or self::template)]"
    ):
        if not isinstance(element.tag, str) or not (element.text or "").strip():
            continue
        text = " ".join(element.text_content().split())
        if 5 < len(text) <= longest:
            found.append((element, text))
            if len(found) >= MAX_SHORT_TEXTS:
                break
    return found


def _is_concealed(element: HtmlElement) -> bool:
    for part in [element, *element.iterancestors()]:
        classes = set((part.get("class") or "").lower().split())
        if is_hidden(part) or classes & {"hidden", "hide", "d-none", "is-hidden", "invisible", "template"}:
            return True
        if part.tag in ("script", "template", "noscript", "a"):
            return True
    return False


def job_links(document: Document) -> list[tuple[str, str]]:
    """Title and absolute address of every link that looks like one posting, each address once."""
    here = urlsplit(document.base)
    found: dict[str, str] = {}
    for link in document.html.xpath("//a[@href]"):
        href = link.get("href", "").strip()
        if not href or href.startswith("#") or _SOCIAL.search(href):
            continue
        url = absolute(document.base, href)
        title = link_title(link)
        # a card links its posting by picture, title and button: the longest short text is the title
        better = url not in found or len(found[url]) < len(title) < 200
        if better and title and url and _is_job_link(url, title, here.path):
            found[url] = title
    return [(title, url) for url, title in found.items()]


def sibling_links(document: Document) -> int:
    """Return how many links of one family lead to postings by their path alone, whatever they are called."""
    families: dict[str, set[str]] = {}
    for link in document.html.xpath("//a[@href]"):
        parts = urlsplit(absolute(document.base, link.get("href", "").strip()))
        if JOB_PATH.search(parts.path) and 3 < len(link_title(link)) < 160:
            family, _, name = parts.path.rstrip("/").rpartition("/")
            families.setdefault(family, set()).add(name + parts.query)
    return max((len(names) for names in families.values()), default=0)


def absolute(base: str, href: str) -> str:
    """Return the whole address of a link, without its fragment; "" where it is none."""
    try:
        return urljoin(base, href).split("#", 1)[0]
    except ValueError:
        return ""


def link_title(link: HtmlElement) -> str:
    """Return what a link to a posting is called.

    Its heading, else its first line of words, else its label.
    """
    headings = link.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//*[contains(@class,'title')]")
    text = headings[0].text_content() if headings else link.text_content()
    return " ".join(text.split()) or " ".join((link.get("aria-label") or link.get("title") or "").split())


def _is_job_link(url: str, title: str, here: str) -> bool:
    parts = urlsplit(url)
    looks = bool(JOB_PATH.search(parts.path) or JOB_QUERY.search("?" + parts.query))
    if JOB_TITLE.search(title) and len(title) < 160:
        return looks or parts.path.rstrip("/") != here.rstrip("/")
    return (
        looks
        # a link that names no job must have the number of one; shorter numbers are pages and years
        and bool(re.search(r"/\d{5,}|\d{6,}/?$|[?&](?:jobid|gh_jid|jk)=", url, re.I))
        and 8 < len(title) < 160
    )


def apply_controls(document: Document) -> int:
    """Return how many links and buttons ask the reader to apply, equal targets counted once."""
    targets = set()
    for number, control in enumerate(
        document.html.xpath("//a | //button | //input[@type='submit' or @type='button']")
    ):
        text = (
            " ".join(control.text_content().split())
            or control.get("value")
            or control.get("aria-label")
            or ""
        )
        # a longer one is a sentence that speaks of applying
        if APPLY.search(text) and len(text) < 60:
            href = control.get("href") or ""
            targets.add(
                href if href and not href.startswith(("#", "javascript")) else f"{text.lower()}#{number}"
            )
    return len(targets)


def is_form(document: Document) -> bool:
    """Return True for a page that is an application form and little else."""
    fields = document.html.xpath(
        "//form//input[not(@type='hidden') and not(@type='submit') and not(@type='search')] | "
        "//form//textarea | //form//select"
    )
    uploads = document.html.xpath("//input[@type='file']")
    # a search or a newsletter has up to three fields, and nothing to upload
    return len(fields) >= 4 and (
        bool(uploads) or len(FORM_WORDS.findall(visible_text(document)[:20000])) >= 3
    )


def is_shell(document: Document) -> bool:
    """Return True where scripts hold what the page would show."""
    visible = visible_text(document)
    if len(visible) >= SHELL_CHARACTERS * 2 or not document.html.xpath("//script"):
        return False
    return len(visible) < SHELL_CHARACTERS or bool(SHELL_MARKS.search(document.text))
