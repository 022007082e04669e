"""The sections of a posting: where its headings stand and what each stretch talks about.

A heading is a short line made of heading words only ("Key responsibilities"), or one that begins with a
phrase of the table ("What you'll do at our studio"). The table is data; add words there, not code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Section, SectionKind
from pipeline.text import fold

# Tried in this order: "preferred qualifications" is preferred, "benefits of our company" benefits.
PHRASES: tuple[tuple[SectionKind, str], ...] = (
    (
        "preferred",
        r"(?:it(?:'s| is| would be)|what(?:'s| is|'d be| would be)|would be|these (?:are|would be)|"
        r"also)? ?(?:an? )?(?:nice|good|great)[ -]to[ -]ha(?:ve|ves)\b.{0,40}|bonus(?:es)?(?: "
        r"points| skills| qualifications| if)?|pluses|plus points|(?:a|as a) (?:big |huge |strong "
        r")?plus"
        r"|(?:it'?s a )?(?:plus|bonus) if|extra (?:credit|points)|brownie points|even better|"
        r"ideally|what (?:would|will|could) (?:make you|help you) (?:stand out|shine|succeed)|"
        r"stand[ -]?out|what sets you apart|you (?:might|may|could) also"
        r"|we(?:'d| would) (?:also )?(?:love|like) (?:it )?if|not required|(?:great|good) if you|"
        r"you(?:'ll| will) stand out|it helps if|an advantage|ways to stand out|wish ?list"
        r"|von vorteil|nice-to-have|wünschenswert|pluspunkte|ein plus|un plus|les \+|atouts?|"
        r"apprécié|se valora|valorable|deseable|výhodou|ocen[ií]me|pluspunten|pré",
    ),
    (
        "benefits",
        r"what(?:'s in it for you| we offer| we(?:'ll| will| can)? (?:offer|provide|give)| "
        r"you(?:'ll| will)? (?:get|receive|gain|enjoy)| do we offer| we have to offer| is in it for "
        r"you|'s on offer| can we offer)|we (?:offer|provide)|our offer|the offer|you(?:'ll| will) "
        r"(?:get|receive|enjoy)|in return"
        r"|why (?:join|work (?:for|with|at)|choose|you(?:'ll| will) love|us\b|this role|you should)|"
        r"(?:what|reasons) (?:you(?:'ll| will) love|to (?:join|love))|why (?:should you|we(?:'re| "
        r"are))|life at|pay (?:range|transparency)|(?:salary|compensation|pay|base)[\w ,"
        r"&/]{0,40}(?:range|package|details|information|transparency|benefits)|(?:the )?(?:perks|"
        r"benefits)\b.{0,30}|working (?:here|at|with us)"
        r"|(?:(?:das|was) )?(?:wir bieten|bieten wir|dich erwartet|sie erwartet|erwartet dich|"
        r"erwartet sie).{0,30}|unser angebot.{0,20}|deine? (?:benefits|vorteile)|ihre vorteile|"
        r"warum (?:wir|zu uns).{0,30}|nous (?:offrons|proposons|vous offrons|vous proposons).{0,30}|"
        r"ce que nous (?:offrons|proposons)|(?:vos|les|tes) avantages|pourquoi nous.{0,20}|(?:qué |"
        r"lo que )?(?:te )?ofrecemos|beneficios.{0,20}|(?:co )?(?:nabízíme|ti nabízíme|vám nabízíme|"
        r"u nás najdeš|získáte|můžeme nabídnout).{0,20}|co od nás dostane\w*|proč k nám|wat "
        r"(?:bieden wij|wij bieden|krijg je).{0,30}|wij bieden.{0,20}|vi tilbyder|vi erbjuder|"
        r"oferujemy|offriamo|cosa offriamo",
    ),
    (
        "process",
        r"how to apply|(?:the |our )?(?:application|hiring|interview|recruitment|selection)(?: and "
        r"\w+)? (?:process|procedure|steps|timeline|instructions|information|details)|to apply|"
        r"apply now|next steps|what (?:happens|to expect) (?:next|after|in the)|interested\??|ready "
        r"to (?:apply|join)|(?:please )?(?:contact|send|submit)(?: us| your)?.{0,30}|application "
        r"deadline|closing date|(?:further|additional) information|want to (?:apply|join).{0,20}"
        r"|(?:so )?bewerb\w*.{0,30}|(?:dein|ihr) (?:kontakt|ansprechpartner|weg zu uns)|kontakt|"
        r"pour postuler|comment postuler|processus de recrutement|cómo (?:aplicar|postular)\w*|"
        r"proceso de selección|jak se přihlásit|výběrové řízení|kontaktní údaje|solliciteren.{0,20}|"
        r"sollicitatie\w*|ansøgning.{0,20}|how we hire|interview",
    ),
    (
        "legal",
        r"equal (?:employment )?opportunit.{0,60}|eeo\b.{0,40}|e-verify.{0,30}|(?:diversity|"
        r"inclusion|accessibility|accommodations?|reasonable accommodations?|affirmative action|"
        r"non-?discrimination|legal|privacy|gdpr|disclaimers?|background checks?|data protection|"
        r"safeguarding|compliance notice|drug[- ]free.{0,20})(?:[ ,&/]+(?:and|diversity|inclusion|"
        r"equity|equality|belonging|statement|notice|policy|information|commitment|for .{1,30}|at "
        r".{1,20}|screening|workplace|check)s?)*|dei(?:b)?|our commitment to .{0,40}(?:diversity|"
        r"inclusion|equal).{0,30}|(?:notice|note|information|important notice|message) (?:to|for) "
        r"(?:recruit|applicants|candidates|california|staffing|agenc).{0,50}|recruitment "
        r"fraud.{0,30}|fraud.{0,20}notice.{0,20}|agency (?:notice|policy)|no agencies.{0,20}"
        r"|datenschutz\w*|chancengleichheit|vielfalt.{0,20}|diversité.{0,20}|igualdad.{0,30}|"
        r"ochrana osobních údajů|zpracování osobních údajů|diversiteit.{0,20}|diskriminierung.{0,20}",
    ),
    (
        "requirements",
        r"what you(?:'ll| will)?(?: need| bring| have| should have| must have| offer| "
        r"know)\b.{0,50}|what (?:we(?:'re| are)? (?:look(?:ing)?(?: for)?|need|expect|seek(?:ing)?|"
        r"require|want)|you need|it takes|do you need|are we looking for|makes you).{0,40}|who "
        r"(?:you are|we(?:'re| are) looking for|we are seeking|should apply|are you|you'll "
        r"be).{0,30}|about you\b.{0,20}|you (?:have|bring|are|need|should have|must have|possess|"
        r"meet|may be a (?:good )?fit|might be a (?:good )?fit|should apply|will need|'ll need|'ll "
        r"have|will have|'ll bring|will bring|'re someone).{0,40}|we(?:'re| are)? (?:require|expect|"
        r"need|look(?:ing)? for|seek(?:ing)?|want)\b.{0,40}|(?:the )?(?:ideal|successful|right) "
        r"(?:candidate|person|applicant).{0,40}|to (?:be (?:successful|considered)|succeed|qualify|"
        r"thrive).{0,40}|must[ -]ha(?:ve|ves)\b.{0,20}|do you (?:have|meet).{0,30}|is this you\??|"
        r"could this be you\??|your (?:profile|skills?|experience|background|qualifications?|"
        r"expertise|toolkit|strengths|talents?|competenc\w+)\b.{0,30}|(?:what )?(?:we'd|we would) "
        r"(?:love|like|expect) (?:you to|to see).{0,30}|(?:skills?|experience|knowledge|"
        r"qualifications?|requirements?|competenc\w+)[\w ,&/]{0,30} (?:you(?:'ll| will)? need|"
        r"we(?:'re| are)? look\w* for|required|needed|and (?:abilities|skills|experience|"
        r"qualifications|knowledge|education)).{0,20}|person specification|ksas?|profile|how "
        r"you(?:'ll| will) (?:qualify|succeed)|(?:does this sound like|sounds like) you.{0,10}"
        r"|(?:dein|ihr|das) profil.{0,30}|profil|anforderung\w*.{0,30}|(?:das|was) (?:du|sie|"
        r"bringst du|bringen sie|wir (?:uns wünschen|erwarten)|solltest du|sollten sie).{0,40}|"
        r"(?:das )?(?:bringst du|bringen sie) mit.{0,20}|(?:deine|ihre) (?:qualifikation\w*|skills|"
        r"kompetenzen|voraussetzung\w*|fähigkeiten|stärken).{0,20}|qualifikation\w*|"
        r"voraussetzung\w*|wen wir suchen|damit (?:überzeugst|begeisterst|punktest) du.{0,10}|wir "
        r"(?:erwarten|suchen|wünschen uns).{0,30}|(?:votre |le |ton )?profil(?: recherché)?.{0,20}|"
        r"(?:vos |tes |les )?compétences.{0,30}|ce que nous (?:recherchons|attendons).{0,20}|nous "
        r"recherchons.{0,20}|qui (?:êtes-vous|es-tu)\??|requisitos.{0,30}|(?:tu )?perfil.{0,20}|qué "
        r"(?:buscamos|necesitas).{0,20}|(?:co )?(?:požadujeme|očekáváme|od tebe čekáme|od vás "
        r"očekáváme|bys měl\w*|potřebujete).{0,30}|požadavky.{0,20}|koho hledáme|jak[éý] "
        r".{0,20}(?:znalosti|předpoklady).{0,10}|hledáme.{0,20}|functie-?eisen|wat (?:vragen wij|"
        r"wij vragen|breng je mee|neem je mee|heb je).{0,20}|wie ben jij\??|wij (?:vragen|"
        r"zoeken).{0,20}|jouw profiel.{0,20}|kvalifikationer|din (?:profil|baggrund|bakgrund)|"
        r"(?:hvem|vem) er du\??|wymagania.{0,20}|requisiti.{0,20}",
    ),
    (
        "duties",
        r"what you(?:'ll| will| would| get to| can)?(?: be)? (?:do|doing|own|work(?:ing)? on|build|"
        r"deliver|achieve|accomplish|tackle|contribute|lead|drive|responsible|learn)\b.{0,40}|what "
        r"(?:will you|you would|do you|does .{1,30}) do.{0,40}|you(?:'ll| will)(?: be)?(?: "
        r"responsible for| be responsible for)?|(?:in|with) this (?:role|position|job|"
        r"opportunity).{0,60}|as (?:a|an|our|the) .{2,50}(?:you(?:'ll| will)?|will).{0,20}|how "
        r"you(?:'ll| will) (?:contribute|make|impact|spend|help|create).{0,40}|(?:a |your "
        r")?(?:typical )?day[ -](?:to[ -]day|in the life).{0,40}|(?:about )?(?:the|this|your|our) "
        r"(?:role|job|position|opportunity|mission|work|impact|challenge|tasks?|responsibilities|"
        r"duties|day|project)\b.{0,30}|about (?:the|this) (?:role|job|position|opportunity|"
        r"internship|work).{0,20}|the (?:day[ -]to[ -]day|impact).{0,30}|where you(?:'ll| will) "
        r"(?:make|come).{0,30}|(?:main|key|core|principal|primary|essential) (?:job )?(?:functions?|"
        r"activities|accountabilities|deliverables|objectives|tasks).{0,20}|(?:your )?(?:key "
        r")?accountabilities|job (?:summary|description|purpose|overview|profile|duties|scope|"
        r"function|responsibilities).{0,20}|(?:role|position) (?:summary|description|purpose|"
        r"overview|profile|scope)|(?:responsible for|responsibilities|duties|tasks)\b.{0,40}|what "
        r"(?:is|are) (?:the|your) (?:role|job|responsibilities|tasks).{0,20}|scope of (?:work|role|"
        r"the role)|purpose of (?:the )?(?:role|job|post|position)|we(?:'ll| will) (?:trust|ask|"
        r"count on) you.{0,20}|the (?:role|job|position)|overview|summary"
        r"|(?:deine|ihre|die) aufgaben?\w*.{0,30}|aufgaben\w*.{0,30}|(?:das|was) (?:machst du|sind "
        r"deine aufgaben|dich bei uns erwartet|erwartet dich bei uns).{0,20}|(?:dein|ihr) (?:job|"
        r"verantwortungsbereich|aufgabengebiet|tätigkeitsfeld|wirkungsbereich).{0,20}|"
        r"tätigkeiten.{0,20}|stellenbeschreibung|(?:vos|tes|les|la|votre|ta) (?:missions?|"
        r"responsabilités|tâches).{0,30}|missions?(?: principales)?|description du poste|le "
        r"poste.{0,20}|votre rôle.{0,20}|(?:tus )?funciones.{0,20}|responsabilidades.{0,20}|qué "
        r"harás.{0,20}|descripción del puesto|(?:co )?(?:vás|tě|na tebe|u nás)? ?(?:čeká|budete? "
        r"dělat|budeš dělat|bude vaší náplní|budete mít na starosti|budeš mít na starosti).{0,30}|"
        r"(?:jaká (?:je|bude) )?(?:tvoje |vaše |tvá )?náplň práce.{0,20}|popis (?:pozice|"
        r"práce).{0,10}|o (?:pozici|roli)|wat (?:ga je doen|ga jij doen|doe je|je gaat doen|houdt "
        r"de functie in).{0,20}|(?:de )?(?:functie|taken)(?:omschrijving)?.{0,20}|jouw (?:taken|rol|"
        r"verantwoordelijkheden).{0,20}|(?:dine )?(?:arbejds)?opgaver.{0,20}|om (?:jobbet|"
        r"stillingen|rollen|tjänsten)|arbetsuppgifter|(?:twoje )?(?:zadania|obowiązki).{0,20}|"
        r"zakres obowiązków|responsabilità.{0,20}|attività.{0,10}",
    ),
    (
        "company",
        r"about (?:us|our (?:company|team|client|organi[sz]ation|business|firm|culture)|the "
        r"(?:company|team|client|organi[sz]ation|firm|business|employer|department|group|lab|"
        r"project)|[A-Z0-9][\w&.' -]{0,40})|who (?:we are|are we)\??.{0,20}|(?:our|the) (?:company|"
        r"story|mission|vision|values|culture|team|client|product|history|purpose|people|business|"
        r"department|group)(?:[ ,&]+(?:and|our|values|culture|mission|vision|story|people))*|what "
        r"we (?:do|believe|value|stand for|build|are building).{0,20}|(?:our|core) values|company "
        r"(?:overview|description|profile|summary|background|info(?:rmation)?|culture|bio)|meet "
        r"(?:the|our) team.{0,20}|employer (?:profile|description)|join (?:us|our team|the "
        r"team)\b.{0,30}|how we work.{0,20}|where we(?:'re| are) going|(?:get to know|welcome to) "
        r".{1,30}|your new team|diversity drives"
        r"|(?:über|das sind) (?:uns|das unternehmen|wir)?.{0,25}|wer wir sind|wir über uns|unser "
        r"(?:team|unternehmen).{0,10}|(?:qui sommes[- ]nous|à propos).{0,30}|l'entreprise|notre "
        r"(?:entreprise|équipe|société).{0,10}|sobre (?:nosotros|la empresa|nós).{0,10}|quiénes "
        r"somos.{0,5}|o (?:nás|společnosti|firmě|nas|firmie)|kdo jsme.{0,5}|představení společnosti|"
        r"over (?:ons|het bedrijf).{0,20}|wie zijn wij\??|om (?:os|oss|virksomheden).{0,10}|chi "
        r"siamo",
    ),
)

# A line of these words only is a heading; the first kind that one of its words names is taken.
WORDS: tuple[tuple[SectionKind, str], ...] = (
    ("preferred",
        "preferred desired desirable desirables bonus optional advantageous beneficial nice-to-have "
        "nice-to-haves nicetohave pluses preferences advantages"),
    ("requirements",
        "requirements requirement qualifications qualification prerequisites required essential "
        "essentials must-have must-haves skills skill competencies competences competency experience "
        "experiences expertise knowledge abilities education certifications certification certificates "
        "licenses licences licensure credentials eligibility criteria attributes profile background "
        "proficiencies stack capabilities technologies tools languages"),
    ("duties", "responsibilities responsibility duties duty tasks accountabilities activities functions "
        "function deliverables objectives role mission assignments"),
    ("benefits",
        "benefits benefit perks compensation salary pay remuneration package rewards wellbeing pto "
        "insurance"),
    ("company", "company organization organisation employer culture values"),
    ("process", "apply application applications interview interviews contact contacts deadline"),
    ("legal", "eeo disclaimer privacy legal eeoc"),
    ("other", "location locations department schedule hours shift travel environment demands conditions "
        "overview details term duration"),
)  # fmt: skip
_FILLERS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "and",
        "or",
        "&",
        "/",
        "+",
        "our",
        "your",
        "this",
        "in",
        "to",
        "with",
        "key",
        "main",
        "core",
        "major",
        "general",
        "specific",
        "primary",
        "principal",
        "minimum",
        "min",
        "basic",
        "additional",
        "other",
        "technical",
        "professional",
        "personal",
        "soft",
        "hard",
        "functional",
        "job",
        "position",
        "role",
        "work",
        "working",
        "candidate",
        "relevant",
        "related",
        "special",
        "physical",
        "mental",
        "educational",
        "academic",
        "formal",
        "mandatory",
        "necessary",
        "needed",
        "typical",
        "day-to-day",
        "daily",
        "detailed",
        "summary",
        "statement",
        "information",
        "list",
        "areas",
        "area",
        "level",
        "total",
        "base",
        "successful",
        "ideal",
        "applicant",
        "applicants",
        "full",
        "what",
        "you",
        "we",
        "are",
        "is",
        "at",
        "as",
        "on",
        "by",
        "include",
        "includes",
        "including",
        "following",
        "follows",
        "some",
        "more",
        "great",
        "good",
        "leadership",
        "language",
        "computer",
        "clinical",
        "supervisory",
        "supervision",
        "preferably",
        "strongly",
        "highly",
        "expected",
        "expectations",
        "range",
        "new",
        "programming",
        "behavioural",
        "behavioral",
        "interpersonal",
        "transferable",
        "qual",
        "quals",
        "tech",
        "roles",
        "description",
        "descriptions",
        "accountability",
        "proven",
        "employee",
        "staff",
        "team",
        "post",
        "vacancy",
        "contract",
        "employment",
        "equal",
        "opportunity",
        "attractive",
        "competitive",
        "excellent",
        "health",
        "financial",
        "annual",
        "statements",
        "considered",
        "training",
    ]
)
_WEAK = frozenset({"essential", "essentials", "required", "profile"})
_KIND_OF_WORD = {word: kind for kind, words in reversed(WORDS) for word in words.split()}
_PHRASES = tuple((kind, re.compile(rf"(?:{pattern})$", re.IGNORECASE)) for kind, pattern in PHRASES)
_STARTS = tuple((kind, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for kind, pattern in PHRASES)
_MARKS = re.compile(r"^(?:[#>*_\s]|\d{1,2}[.)](?=\s)|[^\w\s'\"(&-])+|[\s:*_#\-–—.…]+$")
_WORD = re.compile(r"[\w+'-]+|[&/]")
_LABEL = re.compile(r"^\W{0,4}(?P<label>[^\n:]{3,60}?)\s*:\s+(?=\S)")
_INLINE = re.compile(
    r"(?:(?<=[.!?;)\]])\s*|(?<=\s)|^)(?P<label>(?:[A-Z][\w'’&/-]*|[A-Z]{3,})(?:[ "
    r"/&]+(?:[\w'’&/-]+)){0,5}?)\s?:\s*(?=\S)"
)
# Inside a long line only these stand for themselves; a colon or the loss of a line break must follow.
_PHRASES_INSIDE: tuple[tuple[SectionKind, str], ...] = (
    (
        "duties",
        r"what you(?:['’]?ll| will)(?: be)? (?:do|doing)|about (?:the|this|your) (?:role|job|"
        r"position|opportunity)|(?:the|your) role"
        r"|(?:job|position|role) (?:summary|description|purpose|overview)|purpose of the role|in "
        r"this role|your (?:tasks|responsibilities)"
        r"|(?:deine|ihre) aufgaben|vos missions",
    ),
    (
        "preferred",
        r"nice[ -]to[ -]haves?|good[ -]to[ -]haves?|bonus points(?: for)?|preferred "
        r"(?:qualifications|skills|experience)|pluses",
    ),
    (
        "requirements",
        r"who you are|about you|what you(?:['’]?ll| will)? (?:bring|need)|what we(?:['’]re| are) "
        r"looking for|your profile"
        r"|what you should have|must[ -]haves?|(?:dein|ihr) profil|votre profil|profil recherché",
    ),
    (
        "benefits",
        r"what we(?: can)? offer|why (?:join|work (?:with|for|at)) us|perks (?:and|&) benefits|"
        r"what['’]?s in it for you|our benefits"
        r"|benefits (?:and|&) perks|compensation (?:and|&) benefits|wir bieten|nous offrons",
    ),
    (
        "company",
        r"about (?:us|the (?:company|team))|who we are|company (?:overview|description)|our "
        r"(?:company|mission|culture|values)",
    ),
    ("process", r"how to apply|(?:hiring|interview|application) process|next steps"),
    (
        "legal",
        r"equal (?:employment )?opportunity(?: employer| statement)?|eeo statement|diversity (?:and|"
        r"&) inclusion",
    ),
)
_INSIDE = tuple(
    (kind, re.compile(rf"(?:{pattern})(?![\w’'])", re.IGNORECASE)) for kind, pattern in _PHRASES_INSIDE
)
_BOUNDARY = re.compile(r"^|(?<=[.!?:;)\]•|])\s*(?=[A-Z])|(?<=[a-z])(?=[A-Z])")
_TOKEN = re.compile(r"\s*(?:([A-Z]+(?=[A-Z][a-z])|[A-Z][a-z'’]+|[A-Z]{2,})|(and|or|of|the|for|to|&|/))")
_ALONE = frozenset(
    [
        "responsibilities",
        "requirements",
        "qualifications",
        "duties",
        "benefits",
        "overview",
        "skills",
        "accountabilities",
        "competencies",
    ]
)
LONG_LINE = 300
"""A longer line may hold headings inside it: the page that it came from had lost its line breaks."""

MAX_WORDS = 9
MAX_CHARACTERS = 90
_DEMANDING: tuple[SectionKind, ...] = ("requirements", "preferred", "duties")


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    kind: SectionKind
    text: str
    one_line: bool = False


def sections(text: str) -> tuple[Section, ...]:
    """The stretches of a text by heading, in order; headings and sections together cover all of it."""
    found: list[Section] = []
    kind, heading, begin = "other", "", 0
    before: tuple[SectionKind, str] = ("other", "")
    for mark in _headings(text):
        if mark.start > begin or (heading and mark.start >= begin):
            _add(found, text, begin, mark.start, kind, heading)  # type: ignore[arg-type]
        if not mark.one_line:
            kind, heading, begin = mark.kind, mark.text, mark.end
            before = (mark.kind, mark.text)
            continue
        stop = text.find("\n", mark.end)
        stop = len(text) if stop < 0 else stop
        _add(found, text, mark.end, stop, mark.kind, mark.text)
        kind, heading, begin = before[0], before[1], stop
    _add(found, text, begin, len(text), kind, heading)  # type: ignore[arg-type]
    return tuple(found)


def _add(found: list[Section], text: str, start: int, end: int, kind: SectionKind, heading: str) -> None:
    if end > start and text[start:end].strip():
        found.append(Section(start, end, kind, heading))


def _headings(text: str) -> list[_Heading]:
    found: list[_Heading] = []
    start = 0
    kind: SectionKind = "other"
    for line in text.split("\n"):
        found.extend(_of_line(line, start, kind))
        kind = next((h.kind for h in reversed(found) if not h.one_line), "other")
        start += len(line) + 1
    return found


def _of_line(line: str, start: int, before: SectionKind) -> list[_Heading]:
    whole = _whole_line(line, before)
    if whole:
        return [_Heading(start, start + len(line), whole, line.strip(" #*_:"))]
    if len(line) > LONG_LINE:
        return _inside(line, start)
    label = None if line.startswith("- ") else _LABEL.match(line)
    named = heading_kind(label["label"]) if label else None
    if label and named:
        one_line = named not in _DEMANDING
        return [_Heading(start + label.start("label"), start + label.end(), named, label["label"], one_line)]
    return []


def _whole_line(line: str, before: SectionKind) -> SectionKind | None:
    stripped = line.strip()
    if not stripped or len(stripped) > MAX_CHARACTERS or stripped.startswith("- "):
        return None
    named = heading_kind(stripped)
    if named:
        return named
    if re.match(r"#{1,6}\s", stripped) and len(stripped.split()) <= MAX_WORDS + 2:
        return "other"
    # a group inside a list ("Data platform:") stays what the list is
    return before if stripped.endswith(":") and len(stripped.split()) <= 6 and before != "other" else None


def heading_kind(line: str) -> SectionKind | None:
    """What a line announces as a heading; None where it is none."""
    bare = _MARKS.sub("", fold(line.strip()).text.strip()).strip()
    bare = _MARKS.sub("", bare).strip()
    words = _WORD.findall(bare)
    if not words or len(words) > MAX_WORDS + 2 or len(bare) > MAX_CHARACTERS:
        return None
    if line.rstrip().endswith((".", ",", ";")) and not line.rstrip().endswith("..."):
        return None
    by_words = _by_words(words)
    if by_words:
        return by_words
    return _by_phrase(line, bare, words)


def _by_words(words: list[str]) -> SectionKind | None:
    kinds = {_KIND_OF_WORD[w] for w in words if w in _KIND_OF_WORD}
    if not kinds or any(w not in _KIND_OF_WORD and w not in _FILLERS for w in words):
        return None
    if "duties" in kinds and not any(
        _KIND_OF_WORD.get(w) == "requirements" and w not in _WEAK for w in words
    ):
        # "Essential duties", "Role profile": what is essential there is a task
        kinds.discard("requirements")
    return next(kind for kind, _ in WORDS if kind in kinds)


def _by_phrase(line: str, bare: str, words: list[str]) -> SectionKind | None:
    if len(words) > MAX_WORDS or not _begins_like_heading(line):
        return None
    for kind, pattern in _PHRASES:
        if pattern.match(bare):
            # "About Python" is no heading in the middle of a sentence; "About Acme" names the employer
            return kind
    return None


def _begins_like_heading(line: str) -> bool:
    first = next((c for c in line if c.isalpha()), "")
    return not first.islower() or line.rstrip().endswith(":")


def _inside(line: str, start: int) -> list[_Heading]:
    found: dict[int, _Heading] = {}
    for mark in _INLINE.finditer(line):
        kind = _named_at_end(mark["label"])
        if kind:
            at = mark.start("label") + mark["label"].rfind(kind[1])
            found[at] = _Heading(start + at, start + mark.end(), kind[0], kind[1])
    for boundary in _BOUNDARY.finditer(line):
        at = boundary.end()
        named = _begun_at(line, at)
        if named and not any(h.start - start <= at < h.end - start for h in found.values()):
            found[at] = _Heading(start + at, start + named[1], named[0], line[at : named[1]].strip(" :-–"))
    return sorted(found.values(), key=lambda h: h.start)


def _begun_at(line: str, at: int) -> tuple[SectionKind, int] | None:
    """The heading that begins there and where it ends, when what follows begins anew."""
    for kind, pattern in _INSIDE:
        told = pattern.match(line, at)
        if told and _begins_anew(line, told.end()):
            return kind, told.end()
    return _of_words(line, at)


def _of_words(line: str, at: int) -> tuple[SectionKind, int] | None:
    ends: list[int] = []
    position = at
    while len(ends) < MAX_WORDS and (token := _TOKEN.match(line, position)):
        position = token.end()
        if token.group(1):
            ends.append(position)
    for end in reversed(ends):
        words = _WORD.findall(_split_words(line[at:end]).lower())
        kind = _by_words(words)
        if kind and (len(words) > 1 or words[0] in _ALONE) and _begins_anew(line, end):
            return kind, end
    return None


def _split_words(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)


def _begins_anew(line: str, end: int) -> bool:
    rest = line[end : end + 4].lstrip(" :-–—\t")
    return bool(rest) and (rest[0].isupper() or rest[0].isdigit() or rest[0] in '•●*"“')


def _named_at_end(label: str) -> tuple[SectionKind, str] | None:
    """The heading that a label before a colon ends with: "in Berlin Key Requirements" → Key Requirements."""
    words = label.split()
    for first in range(len(words)):
        tail = " ".join(words[first:])
        if tail[:1].isupper():
            kind = heading_kind(tail)
            if kind:
                return kind, tail
    return None
