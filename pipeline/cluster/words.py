"""The word lists and small word rules by which two wordings of one skill are told to be one.

Everything here is closed and readable on purpose: a stemmer would join "internal" with "international",
"physics" with "physical" and "marketing" with "markets", and each of those is a false merge.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline import verbs


def word_set(text: str) -> frozenset[str]:
    """The words of a string."""
    return frozenset(text.split())


ARTICLES = word_set("a an the our your their its his her this these those any some all both each")
FUNCTION = ARTICLES | word_set(
    "and or of in on to for with without within across at by from into as per via using through between "
    "around about over under including e.g eg i.e ie etc such like other various multiple related based "
    "is are be been was were has have had will would can could may should must that which who you we "
    "plus also well very highly both either more most not only new"
)
"""Words that carry no skill of their own."""

DEPTH = word_set(
    "strong solid excellent good great deep proven demonstrated demonstrable extensive broad thorough sound "
    "comprehensive advanced basic intermediate expert working practical prior previous relevant significant "
    "substantial superior exceptional outstanding effective proficient fluent familiar experienced "
    "skilled knowledgeable adept competent confident considerable robust firm clear in-depth hands-on "
    "superb fantastic high-level real-world modern core vanilla"
)
"""Adjectives that say how well, not what."""

DEPTH_PAIRS = frozenset(
    tuple(pair.split("-"))
    for pair in word_set(
        "hands-on in-depth real-world high-level first-hand well-developed highly-developed well-versed "
        "highly-proficient very-good very-strong highly-skilled at-least up-to"
    )
)

STRICT_DEPTH = word_set(
    "advanced basic intermediate expert working practical prior previous modern core vanilla"
)
"""Depth words that change the thing itself unless it is a named product: "Basic life support"."""

LEXICAL = {
    "good": word_set(
        "manufacturing clinical laboratory distribution documentation practice practices pharmacy "
        "pharmacovigilance agricultural governance design faith"
    ),
    "solid": word_set("state waste modeling modelling works principles edge mechanics model oral dosage"),
    "strong": word_set("authentication typing name customer"),
    "great": word_set("plains expectations"),
    "deep": word_set(
        "learning neural q reinforcement tissue foundation foundations packet sea linking dive web"
    ),
    "sound": word_set(
        "engineering design editing mixing production recording reinforcement synthesis healing "
        "therapy system systems insulation technician"
    ),
    "working": word_set("capital memory at group groups drawings together hours dogs with alone safely"),
    "practical": word_set("nursing nurse reasoning skills"),
    "expert": word_set("system systems witness testimony determination advisor"),
    "prior": word_set("authorization authorisation art authorizations authorisations"),
    "broad": word_set("band based match"),
    "effective": word_set("altruism"),
    "clear": word_set("channel case coat aligners span aligner"),
    "firm": word_set("ware order orders wide price"),
    "relevant": word_set("costing"),
    "high": word_set("level"),
    "experienced": word_set("based"),
    "robust": word_set("statistics regression optimization optimisation control design"),
    "advanced": word_set("life practice nurse nursing planning analytics persistent trauma cardiac driver"),
    "basic": word_set("life research needs science sciences income"),
    "core": word_set("data ml banking strength stability"),
    "modern": word_set("languages slavery history dance art treasury"),
}
"""Depth words that with one of these after them are the name of a thing."""

HOLDING = word_set(
    "experience experiences knowledge understanding familiarity proficiency expertise competence competency "
    "competencies skill skills background exposure fluency command grasp mastery foundation grounding "
    "awareness ability abilities capability capacity aptitude comfort comprehension appreciation interest "
    "willingness desire passion commitment use usage"
)
"""Nouns that hold a skill behind a preposition: "knowledge of", "experience with"."""

HELD_BY = word_set(
    "experienced skilled versed proficient familiar fluent knowledgeable adept expert competent trained "
    "conversant comfortable able capable confident passionate certified"
)
"""Adjectives that hold a skill behind a preposition: "proficient in"."""

BEHIND = word_set(
    "in with of using on to for around within across at about working by utilizing utilising use"
)
"""What may stand between the holder and the skill."""

USING = word_set(
    "use uses using used utilize utilizes utilizing utilise utilising leverage leveraging employ"
)
"""Verbs that say only that a thing is used."""

GENERIC = word_set(
    "skill skills skillset ability abilities experience experiences knowledge expertise proficiency "
    "understanding competency competencies competence capability capabilities aptitude know-how fundamentals "
    "concepts basics background preferred required desirable essential etc projects tasks initiatives duties "
    "topics matters techniques technique procedures principles"
)
"""Last words that add nothing to any skill."""

NOT_GENERIC = {
    "experience": word_set(
        "customer user employee developer candidate patient guest learner brand digital passenger visitor "
        "player shopper citizen client student member buyer consumer"
    ),
    "experiences": word_set("customer user employee developer candidate patient guest digital learning"),
    "knowledge": word_set("product domain industry subject market body tacit"),
    "understanding": word_set("language reading scene document image video speech mutual"),
    "skills": word_set("life soft hard key basic study trade people motor social technical computer core"),
    "skill": word_set("life soft motor"),
    "capability": word_set("process business"),
    "capabilities": word_set("business dynamic"),
    "concepts": word_set("art new design"),
    "principles": word_set("design first solid uk user"),
    "procedures": word_set("medical legal civil criminal court police"),
    "projects": word_set("capital science art"),
    "background": word_set("criminal"),
}
"""Words before which a generic last word belongs to the name: "customer experience"."""

GENERIC_OF_PRODUCT = word_set(
    "technology technologies tech tool tools tooling framework frameworks library libraries language "
    "languages programming scripting coding platform platforms software system systems application "
    "applications app suite package packages environment environments database databases db dbs services "
    "stack ecosystem methodology methodologies method methods practices process processes "
    "standards standard products module modules code dashboard dashboards reports "
    "monitoring editor ide visualization visualizations visualisation visualisations orchestration "
    "queries query scripts spreadsheets dags clusters containers pipelines server servers development "
    "developer apis api cli features functions macros formulas workbooks notebooks models"
)
"""Last words that add nothing to a named product: "Python scripting", "Oracle database"."""

NUMBER_IS_THE_NAME = word_set(
    "ifrs ias iso iec soc nist pci asc sas gaap frs level levels tier section series part type class form "
    "phase industry web h grade step stage cfr title basel en bs din astm asme api aws nfpa osha ansi ieee "
    "rfc sae ssae isa bsen as do mil m&e pe ce rs usb hl wcag psd mifid article regulation nec cis "
    "k year years unit schedule category cat ncfm cscs nvq rqf ielts hsk jlpt n b c1 prince cpcs forklift"
)
"""Bases whose number is part of the name: ISO 27001 is not ISO 9001."""

VENDORS = word_set(
    "apache microsoft ms amazon google adobe ibm oracle sap atlassian hashicorp cisco autodesk jetbrains "
    "facebook salesforce nvidia intel vmware redhat ansys siemens aws azure gcp"
)
SAME_VENDOR = {
    "amazon": ("aws",),
    "aws": ("amazon",),
    "google": ("gcp", "google cloud"),
    "gcp": ("google", "google cloud"),
    "microsoft": ("ms", "azure"),
    "ms": ("microsoft",),
    "azure": ("microsoft", "microsoft azure"),
}
NOT_BARE = word_set(
    "sql cloud analytics search security design office ads maps drive docs sheets forms access project teams "
    "word store home health watson linux server windows database java devops ml ai data workspace education "
    "pay one play classroom meet flow forms fabric graph crm erp finance machine learning console web apex"
)
"""Names that mean another thing once the vendor in front is gone: "Microsoft SQL" is not SQL."""

MODIFIERS = (
    DEPTH
    | HOLDING
    | HELD_BY
    | USING
    | GENERIC
    | word_set(
        "work works working year years yr yrs plus role roles level proficient day-to-day daily day hands "
        "depth industry professional minimum least one more equivalent similar strongly high highly"
    )
)
"""Words beside which a single known name still says the same thing."""

NEUTRAL = MODIFIERS | word_set(
    "patient patients client clients people person persons user users customer customers staff team teams "
    "colleague colleagues other others member members individual individuals care service services support "
    "need needs setting settings environment environments junior senior student students learner learners "
    "process processes procedure procedures technique techniques management practice practices clinical "
    "approach approaches adult adults child children family families issue issues case cases task tasks "
    "unit ward department activities activity principles professionally effectively clearly "
    "closely actively internally efficiently successfully own peers peer"
)
"""Words that do not turn the one stem of a phrase set into another thing."""

COMPOUND_ENDS = tuple(
    f"-{end}"
    for end in sorted(
        word_set(
            "scale specific grade based driven level ready quality performance end centric focused oriented "
            "related powered class wide rich critical leading edge art facing style friendly size sized"
        )
    )
)
"""Ends of hyphened words that only describe: "large-scale", "domain-specific"."""

_SINGULAR_EXCEPTIONS = word_set(
    "rails teams windows pandas redis kubernetes jenkins postgres keras sas aws ios macos nas sales news gas "
    "bus chess customs securities equities futures glasses premises means series species humanities arts "
    "goods communications forms sheets slides docs maps notes minutes arms express ros always "
    "less access process business cross gross mass loss stress press class analysis basis thesis diagnosis "
    "status campus focus virus corpus consensus apparatus lens does was has this its us yes plus thus "
    "siemens travis ls dynamics headquarters works stocks honors honours bonds economics sports fitness "
    "dns tls css hls sms gps ops devops mlops sysops dataops aiops finops llmops nps saas paas iaas os cms "
    "erps pos ats lms hris ehs cics db2s salesforces jss tss bls als ics cbs mbs hbs iss vis dis "
    "athletics gis bis uis abs kbs pcs"
)

_SPELLINGS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"isation(s|al|ally)?$", r"ization\1"),
        (r"(?<=[a-z]{3})ise(d|r|s|rs)?$", r"ize\1"),
        (r"(?<=[a-z]{3})ising$", "izing"),
        (r"^(.*al)yse(d|r|s|rs)?$", r"\1yze\2"),
        (r"^(.*al)ysing$", r"\1yzing"),
        (r"(?<=[a-z]{2})our(s|al|ally|ed|ing|ist|able)?$", r"or\1"),
        (r"ll(ing|ed|er|ers)$", r"l\1"),
        (r"^centre(s?)$", r"center\1"),
        (r"^programme(s?)$", r"program\1"),
        (r"^licence(s|d)?$", r"license\1"),
        (r"^defence$", "defense"),
        (r"^judgement(s?)$", r"judgment\1"),
        (r"^ageing$", "aging"),
        (r"^paed", "ped"),
        (r"^orthopaed", "orthoped"),
        (r"anaesth", "anesth"),
        (r"haem", "hem"),
        (r"gynaec", "gynec"),
        (r"^oes", "es"),
        (r"^foet", "fet"),
        (r"^catalogue(s?)$", r"catalog\1"),
        (r"^cheque(s?)$", r"check\1"),
        (r"^fibre(s?)$", r"fiber\1"),
        (r"^enrolment(s?)$", r"enrollment\1"),
        (r"^fulfilment$", "fulfillment"),
        (r"^aluminium$", "aluminum"),
        (r"^tyre(s?)$", r"tire\1"),
        (r"^artefact(s?)$", r"artifact\1"),
    )
)
_BRITISH = re.compile(
    r"is|our|yse|ysing|ll|centre|programme|licence|ce$|ment|geing|ae|oe|ogue|heque|fib|tyre|ium|fact"
)
"""What any of the spellings has in it: most words have none of it and are done."""

_KEEP_SPELLING = word_set(
    "exercise exercises enterprise enterprises expertise franchise franchises merchandise merchandising "
    "advertise advertising advise advised adviser advisers supervise supervised supervising supervises "
    "promise premise precise concise revise revised revising otherwise likewise wise raise raised raising "
    "noise disease diseases praise surprise compromise compromised improvise improvised improvising "
    "comprise devise devised devising televise arise rise rising disguise hour hours four tour tours pour "
    "your our source sour flour detour contour contours velour glamour troubadour selling calling billing "
    "drilling filling milling spelling telling rolling pulling polling willing killing skilled upskilling "
    "reskilling upskilled skilling billed drilled filled milled rolled pulled called killed seller sellers "
    "caller callers driller drillers miller roller rollers filler fillers teller tellers killer biller "
    "installing installed installer installers enrolling controlled controlling controller controllers "
    "payroller staller thriller excelling excelled compelling compelled rebelling propelled patrolling "
    "skiller cruise cruises bruise wheelchair wallpaper caulling walling galling falling dwelling smelling "
    "swelling yelling stalling tolling scrolling scrolled polled pulley bulling dulling culling milller "
    "welling belling shelling shelled small smaller taller tall fulfilling fulfilled distilling distilled "
    "distiller enthralling well-being wellbeing merchandiser franchiser franchisee exerciser"
)


_OTHER_WORDS = word_set(
    "accountab actual actuar agenda articul artific autonom business cardi career carpent carri carry castle "
    "classic classif committee complain complement complet complex complic counterbalance counterpart countr "
    "customer directorate example familiar feedback fundamental fundrais homeless homework imagina imagine "
    "importance important investigat lawn listen logic logist numerous nurser objective organic particip "
    "particular partner personnel physician planet plant police portfolio pressur qualitativ quantitativ "
    "ration representativ routine signal signific storm tactic taxi testament testif testimon tradition "
    "tunnel typical usab useful user usual valuable wastewater window winter workday workflow workforce "
    "workplace workshop workspace workstation"
)
"""How words begin that only look like forms of a shorter one: a plant is no plan, police no policy."""
_OTHER = re.compile("|".join(sorted(_OTHER_WORDS, key=len, reverse=True)))


@lru_cache(maxsize=65536)
def own_letters(token: str) -> int:
    """How many letters a stem must have to be one of this word: five of "plants", none of "planned"."""
    found = _OTHER.match(token)
    return found.end() if found else 0


WRITTEN_SHORT = {
    "mgmt": "management",
    "db": "database",
    "dbs": "database",
    "app": "application",
    "apps": "application",
    "infra": "infrastructure",
    "viz": "visualization",
    "dev": "development",
    "ops": "operation",
    "math": "mathematics",
    "maths": "mathematics",
    "stats": "statistics",
    "info": "information",
    "admin": "administration",
    "config": "configuration",
}
"""Clippings that mean one word only; "auth", "tech" and "comms" mean two and are left alone."""


@lru_cache(maxsize=65536)
def plain_word(token: str) -> str:
    """The folded token in American spelling, written out and, where that is safe, in the singular."""
    token = token.removesuffix("'s").removesuffix("'")
    if token in WRITTEN_SHORT:
        return WRITTEN_SHORT[token]
    if token in _SINGULAR_EXCEPTIONS:
        return token
    return american(_singular(token))


@lru_cache(maxsize=65536)
def american(token: str) -> str:
    """The folded word in American spelling."""
    if token in _KEEP_SPELLING or not _BRITISH.search(token):
        return token
    for pattern, by in _SPELLINGS:
        changed = pattern.sub(by, token)
        if changed != token:
            return changed
    return token


def _singular(token: str) -> str:
    if len(token) < 4 or not token.endswith("s") or not token.isalpha():
        return token[:-1] if token in ("apis", "kpis", "llms", "crms") else token
    # "analytics", "status", "process", "kubernetes" are no plurals
    if token.endswith(("ss", "us", "is", "as", "os", "ics")):
        return token
    if token.endswith("ies"):
        return token[:-3] + "y" if len(token) > 4 else token[:-1]
    if token.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return token[:-2]
    return token[:-1]


@lru_cache(maxsize=65536)
def content_stem(token: str) -> str:
    """The form under which the words of two paraphrases are compared; for whole phrases only."""
    token = plain_word(token)
    if token in verbs.BASE and token not in verbs.NOUNS_IN_ING:
        return verbs.BASE[token]
    return _VERB_OF.get(token, token)


_VERB_OF = {
    noun: verb
    for verb, noun in verbs.NOMINAL.items()
    if noun not in verbs.NOUNS_IN_ING
    and noun not in ("service", "leadership", "care", "storage", "driving", "assembly")
}
_VERB_OF.update(
    {
        "communication": "communicate",
        "collaboration": "collaborate",
        "creation": "create",
        "identification": "identify",
        "presentation": "present",
        "contribution": "contribute",
        "definition": "define",
        "delivery": "deliver",
        "explanation": "explain",
        "investigation": "investigate",
        "recommendation": "recommend",
        "participation": "participate",
    }
)
