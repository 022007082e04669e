"""Find what a posting asks of every applicant beside skills: degree, years, licences, languages and the like.

Each finding has its words and offsets, so that it can be counted ("n of N") and shown. What the employer
offers, is or has done asks for nothing, and a negated requirement is none.
"""

# ruff: noqa: E501 - the patterns are tables of words

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.records import EntryKind, EntryRequirement, Section, SectionKind, Strength
from pipeline.text import SectionsAt

Finding = tuple[int, int, str, str]
"""Start and end in the sentence, value, detail."""
Find = Callable[[str], Iterator[Finding]]

_PART = re.compile(r"[^\n]{1,600}(?!\S)|[^\n]{600}")
"""A sentence is looked at in parts of 600 characters: patterns stay linear on lines of a megabyte."""

_UNIT = re.compile(
    r"[^\n;!?•]+?(?:(?<!\b[A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!Ph)\.(?=\s+[A-Z(\"“]|\s*$)|(?=[\n;!?•])|\Z)",
    re.M,
)

_NOT_ASKED = re.compile(
    r"\bno (?:\w+ ){0,3}(?:degree|experience|licen[cs]e|qualifications?|travel\w*|clearance|certificat\w+|lifting)\b"
    r"|\b(?:not|never) (?:\w+ ){0,2}(?:required|necessary|needed|essential|mandatory|a requirement|a must)\b"
    r"|\bsexual orientation\b|\bnot discriminate\b|\bprotected (?:by|under)\b"
    r"|\b(?:isn|aren|don|doesn|needn)['’]t (?:\w+ ){0,2}(?:require|need|have|necessary|matter)\w*"
    r"|\bregardless of\b|\bwithout regard\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\bwe(?:['’]ll| will| can| also)? (?:offer|provide|pay|sponsor|support|fund|cover|help)\b|\bcan (?:earn|obtain|gain|study)\b"
    r"|\bopportunit(?:y|ies) to (?:gain|earn|obtain|study)\b|\b(?:paid|funded|reimburse\w*|refund\w*) (?:for )?\b"
    r"|\btuition\b|\bstudy support\b|\bwork(?:ing)? towards?\b.{0,30}\b(?:offered|provided|funded)",
    re.IGNORECASE,
)
_NEEDED = re.compile(r"\bmust\b|\brequired\b|\bessential\b|\bmandatory\b|\bminimum\b", re.IGNORECASE)
_WISHED = re.compile(
    r"\b(?:prefer(?:red|ably|ence)?|desir(?:ed|able)|ideally|nice[- ]to[- ]have|bonus|(?:a|big|huge|strong) plus|plus(?=[.)]?\s*$)|"
    r"advantage(?:ous)?|an asset|would be (?:great|good|nice|ideal|beneficial|helpful|useful)|beneficial|optional)\b",
    re.IGNORECASE,
)

# --- degree -----------------------------------------------------------------------------------

_DEGREES = (
    ("secondary", r"high[- ]school (?:diploma|graduate|degree|equivalency|education)|high school (?=or)|\bGED\b|\bG\.E\.D|\bGCSEs?\b|\bA[- ]levels?\b(?= |,|\.|$)|\bLeaving Cert\w*|secondary education"),
    ("vocational", r"\bNVQ\b(?: (?:level|lvl) ?\d)?|\bHN[CD]\b|(?:completed |recognised |trade )?apprenticeship|vocational (?:training|qualification|degree)|\bBTEC\b|trade school|technical diploma|\bSVQ\b(?: (?:level|lvl) ?\d)?"),
    ("associate", r"associate(?:['’]?s)?(?:['’])? degree|foundation degree|associate(?:['’]s)?(?= or (?:a )?bachelor)|associate['’]s(?= (?:or|in)\b)|(?:two|2)[- ]year degree"),
    ("bachelor", r"bachelor(?:['’]?s|s['’])?(?: (?:degree|level|of \w+|or higher))?|(?-i:\bB\.?Sc\b|\bBEng\b|\bB\.?A\.?(?=[/ ,)](?!\.)(?:degree|in\b|or\b|/|,|B|M))|\bB\.?S\.?(?=[/ ,](?:degree|in\b|or\b|/|M))|\bB\.?Tech\b|\bB\.?Com\b|\bLLB\b|\bBN\b)|baccalaureate|\bBS\.?c\b|(?:\w+ (?:or|and) )?(?!(?:some|high|certain|any|great|large|the|same|a|one|graduate|master|doctoral|advanced|postgraduate|associate|foundation)\b)[a-z]{4,}(?<!['’]s) degrees?\b(?! (?:of|c|f|celsius|programme|apprentice))|(?:university|college|undergraduate|college or graduate|first|four[- ]year|4[- ]year|honou?rs|relevant|nursing|engineering|law|science|technical|stem) degree|degree(?:[- ](?:level|qualified|educated|holder)| in\b| or (?:equivalent|relevant|above|higher))|(?:to|at) degree level|(?:a|an|hold|your) degree\b|university (?:graduate|education)|\b2[:.]1\b(?= (?:degree|or|in))|graduate in\b(?! \d)|tertiary (?:qualifications?|education)|graduation from an? (?:[\w-]+ ){0,4}(?:college|university)"),
    ("master", r"master(?:['’]s|s['’])(?: (?:degree|level|of \w+))?|masters (?=degree|in\b|level|or\b)|master degree|master of \w+|(?-i:\bM\.?Sc\b|\bMBA\b|\bMEng\b|\bMPH\b|\bMSW\b|\bM\.?Ed\b|\bM\.?S\.?(?=[/ ,](?:degree|in\b|or\b|/|Ph))|\bM\.?A\.?(?=[/ ,](?:degree|in\b|or\b)))|advanced degree|postgraduate (?:degree|qualification|diploma|level)|graduate degree|post-graduate (?:degree|qualification)"),
    ("doctorate", r"\bPh\.? ?D\b\.?|doctora(?:te|l degree)|juris doctor(?:ate)?|doctor of \w+|(?-i:\bJ\.?D\.?(?= (?:degree|from|or|required)))|(?-i:\bDPhil\b|\bEdD\b|\bPsyD\b|\bPharmD\b|\bDClinPsy\b)"),
)  # fmt: skip
_DEGREE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _DEGREES), re.IGNORECASE)
_ORDER = [name for name, _ in _DEGREES]
_FIELDS = re.compile(
    r"(?: (?:degree|level|diploma|honou?rs))*(?:,? (?:in|of)) (?:an? |the )?(?P<fields>[A-Za-z][^.;:()\n]{2,120}?)(?=$|[.;:()]|,? (?:and|with|plus) (?:\w+ )?\d|,? (?:is|are|or (?:equivalent|higher|above|related work|relevant|comparable)|preferred|required|desir|from an?|with|and (?:at least|\d|minimum|proven|strong|relevant)|plus|would|to|who|that)\b)",
    re.IGNORECASE,
)
_EQUIVALENT = re.compile(
    r"\bor (?:\w+[ -]){0,3}(?:equivalen\w+|comparable|related (?:work )?experience|relevant (?:work |industry )?experience)|\bequivalent (?:practical |work |professional |combination|experience)|\bor combination of\b|\bor the equivalent\b|\(or equiv\w*",
    re.IGNORECASE,
)
_NO_DEGREE = re.compile(
    r"(?:an? )?degree of\b(?! \w+ (?:science|arts))|high degree|360|degrees? [CF]\b|scrum master|master data|our (?:phd|master)",
    re.IGNORECASE,
)


def _degree(unit: str) -> Iterator[Finding]:
    """Yield the lowest degree that a sentence takes, with the fields it names."""
    found = [m for m in _DEGREE.finditer(unit) if not _NO_DEGREE.match(unit, m.start())]
    # "PhD degree in": the second word says no level of its own
    ends = {m.end() for m in found}
    found = [m for m in found if not (m[0].lower().startswith("degree") and m.start() - 1 in ends)]
    if not found:
        return
    # "Bachelor or Master": the lower one is the door
    lowest = min(found, key=lambda m: _ORDER.index(m.lastgroup or ""))
    fields = next(
        (
            f
            for m in reversed(found)
            if (f := _FIELDS.match(unit, m.end() - (3 if m[0].lower().endswith(" in") else 0)))
        ),
        None,
    )
    start, end = found[0].start(), max(found[-1].end(), fields.end() if fields else 0)
    detail = [" ".join(fields["fields"].split()).strip(" ,")] if fields else []
    if equal := _EQUIVALENT.search(unit):
        detail.append("or equivalent")
        end = max(end, equal.end())
    yield start, end, lowest.lastgroup or "", "; ".join(detail)


# --- years of experience ------------------------------------------------------------------------

_WORDS = {
    w: n
    for n, w in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_COUNT = rf"(?P<low>\d{{1,2}}(?:\.5)?|{'|'.join(_WORDS)})"
_YEARS = re.compile(
    rf"(?:(?<![\w.,$£€-])|(?:(?<=[a-z]{{3}})|(?<=[a-z][.;:]))(?=\d)){_COUNT}\s*(?:\(\d{{1,2}}(?:-\d{{1,2}})?\+?\)\s*)?(?:\+|plus|or more)?\s*(?:(?:-|–|to|and)\s*(?:\d{{1,2}}|{'|'.join(_WORDS)})\s*(?:\(\d{{1,2}}(?:-\d{{1,2}})?\+?\)\s*)?\+?\s*)?(?:or more\s*)?(?P<unit>years?|yrs?|yoe|months?)(?:\(s\)|['’]s|\b)['’.+]*(?:\s*\([^()\n]{{1,60}}\))?"
    r"(?P<rest>(?:[^\S\n]+(?!old\b)[\w/&,'’-]+){0,9}?[^\S\n]+(?:experience|exp\b|background|track record)|\s+in (?:an? )?(?:similar|related|comparable|same) (?:role|position)|(?=\s*(?:of\s)?\s*experience)|\s+(?:in|as|of|with)\s+(?!(?:age|service|our|the (?:past|last)|business|operation|growth|innovation|history|existence)\b)\w+|\s+(?:working|post[- ](?:qualif|regist|licens|grad)\w+|(?:of )?practice|on the job|in the (?:role|field|industry|trade)))",
    re.IGNORECASE,
)
_YEARS_ALONE = re.compile(
    rf"(?<![\w.,$£€-])(?<!for )(?<!after )(?<!over )(?<!past )(?<!last )(?<!than ){_COUNT}\s*(?:(?:-|–|to)\s*\d{{1,2}})?\s*\+\s*(?P<unit>years?|yrs?)\b(?= (?!of\b|in\b|ago|old|running|and\b|or\b|with|the\b|we\b|since)[a-z]|[;,.]|$)",
    re.IGNORECASE,
)
"""A count that says "or more", whatever follows: "4+ years data warehousing"."""
_EXPERIENCE_FIRST = re.compile(
    rf"\bexperience\b[^\n.;]{{0,40}}?[\s(:–-]{_COUNT}\s*(?:\+|plus)?\s*(?:(?:-|–|to)\s*\d{{1,2}}\s*\+?\s*)?(?P<unit>years?|yrs?)(?![a-z])",
    re.IGNORECASE,
)
_FIRMS_YEARS = re.compile(
    r"\b(?:we|us|our|company|firm|team|group|practice|agency|business|founded|combined|serving|collective|brings?|has been|have been|celebrat\w+|over the (?:past|last)|in (?:the )?(?:last|past))\b[^.;:\n]{0,60}$",
    re.IGNORECASE,
)


def _years(unit: str) -> Iterator[Finding]:
    """Yield the years of experience that a sentence asks of the applicant."""
    taken = -1
    for pattern in (_YEARS, _EXPERIENCE_FIRST, _YEARS_ALONE):
        for found in pattern.finditer(unit):
            if found.start() < taken or _FIRMS_YEARS.search(unit, 0, found.start()):
                continue
            count = float(_WORDS.get(found["low"].lower(), 0) or found["low"])
            months = found["unit"].lower().startswith("month")
            # more is the age of the firm; by eye
            if 0 <= count <= (60 if months else 25):
                taken = found.end()
                yield found.start(), found.end(), _counted(count, "month" if months else "year"), ""


def _counted(count: float, unit: str) -> str:
    """Return a count of months or years: "1 year", "2.5 years"."""
    return f"{count:g} {unit}{'' if count == 1 else 's'}"


# --- licences, clearance, driving ---------------------------------------------------------------

_BODIES = r"NMC|HCPC|GMC|GDC|GPhC|HPC|RCVS|SRA|ACCA|CIMA|CIPD|CIPS|ICAEW|CPA|CFA|RN|LPN|LVN|CNA|LCSW|LMSW|QTS|QTLS|PGCE|CSCS|CSWIP|SIA|CPC|ADR|HGV|LGV|PMP|CISSP|CISA|CISM|CEH|PE|EIT|FE|RICS|CEng|IEng|NEBOSH|IOSH|OSHA|BLS|ACLS|CPR|ALS|PALS|IPAF|PASMA|ServSafe|ASE|FAA|A&P|AWS|ITIL|Prince2|PRINCE2|CCNA|CCNP|18th Edition|City (?:&|and) Guilds|Gas Safe|F-Gas|NCLEX|NREMT|EMT|Series \d+|TEFL|CELTA|TESOL|Social Work England|SWE"
_LICENCE = re.compile(
    rf"(?P<named>\b(?:{_BODIES})\b[\s/&-]*(?:level \d )?(?i:registration|registered|register|licen[cs]ed?|licensure|certificat(?:ion|e)s?|certified|qualified|qualification|card|accreditation|pin|exam)\b)"
    r"|(?P<title>\b(?:Certified|Licensed|Registered|Chartered|Accredited|(?:(?<=an )|(?<=a ))(?:certified|licensed|registered|chartered)) (?!B Corp|Charity|Office|Trademark|Company|Provider|Investment)(?:[A-Z][a-z]+ ){0,3}[A-Z][a-z]+(?<!s)\b)"
    rf"|(?P<of>(?i:\b(?:current |valid |active |full |appropriate |relevant )*(?:professional )?(?:registration|registered|licen[cs](?:e|ed|ure)|certifi(?:ed|cation|cate)|chartered|accredited|membership|certification)[\s(]+(?:nurse |midwife |pharmacist |practitioner |professional )?(?:with|by|from|as|in|of|through)(?: the| an?)? )(?:[A-Z][\w&/+.-]*(?: (?:of|for|and|&) [A-Z][\w&-]+| [A-Z][\w&-]+){{0,5}}))"
    r"|(?P<held>(?i:\b(?:must (?:be|have|hold|possess)|hold(?:s|ing)?|possess(?:ion)?(?: of)?|requires?|have|current|valid|active)(?: an?| the| current| valid| active| state| full| your)* )(?:(?!(?:of|knowledge|years?|experience|and|to|with|the)\b)[\w&/'’.-]+ ){0,7}?(?i:licen[cs]es?|licensure|registration|certifications?|certificates?)\b(?: (?:as|with|from|by|in) (?:an? |the )?[A-Z][\w&-]*(?: [A-Z][\w&-]*){0,4})?)"
    r"|(?P<who>(?i:\b(?:registered (?:nurse|midwife|pharmacist|social worker|practitioner|manager|dietitian|mental health nurse)|licensed (?:practical|clinical|professional|electrician|plumber|[a-z]+ (?:nurse|counsel\w+|social worker))|chartered (?:engineer|accountant|surveyor|psychologist)|qualified (?:teacher(?: status)?|solicitor|accountant|social worker))\b))"
    r"|(?P<noun>\b[A-Z][\w&+/-]*(?:(?: (?:and|&|of|in))? [A-Z][\w&+/()-]*){0,5} (?i:certifications?|certificates?|licen[cs]es?|licensure|credentials?|endorsement|registration|diploma|card)\b(?! (?i:program|course|scheme|document|process|form|number|fee)))"
    r"|(?P<from>(?i:\b(?:industry |professional |relevant |teaching |[a-z]+ )?(?:certifications?|certificates?|diploma|licen[cs]e|credential|licensure) (?:in|from|as|with|by|issued)\b)[^.;,\n]{3,60}|\b(?i:(?:valid|current|active) licen[cs]e for )[^.;,\n]{3,60})"
    r"|(?P<small>(?i:\b(?!(?:a|the|any|or|and|our|your|of|in|gift|birth|death)\b)[a-z]+ (?:certificate|certification|licen[cs]e|card|diploma|credential)s?(?= (?:is |are |would be )?(?:also )?(?:required|preferred|essential|desir|an advantage|a (?:\w+ )?plus|a must|needed|beneficial|helpful|useful|ideal|an asset|\(e\.?g|\([A-Z]{3,}))|\b(?:teaching|recogni[sz]ed|professional|vocational) qualification(?= (?:is |are )?(?:also )?(?:required|preferred|essential|desir|needed|\())|\b(?:certified|licensed|qualified) to (?:teach|practi[cs]e)(?: in [^.,;\n]{3,30})?))"
    r"|(?P<bar>(?i:\b(?:admission|admitted) to (?:the )?(?:[\w ]{0,20}\b)?bar\b|\bbar admission\b|\bmember(?:ship)? of the [\w ]{0,20}bar\b|\bpractising certificate\b|\bfood (?:handler|hygiene)[\w ]{0,12}(?:card|certificate|permit)?))"
    r"|(?P<code>\bOSHA ?(?:10|30)\b|\bSTS-C\b|\b(?i:first aid)(?= (?i:at work|certif|trained|qualif))|\bIELTS\b|\bHAZWOPER\b|\bSeries \d{1,2}\b(?:(?:,|/| and| or| &)+ ?\d{1,2}\b)*|\bChild Development Associate\b|\b[A-Z]{2,6} qualification\b)"
    rf"|(?P<body>(?:(?<=[(,/] )|(?<=[(,/])|(?<=^)|(?<=or )|(?<=and )|(?<=- ))\b(?:QTS|CPA|PGCE|PMP|CISSP|ACCA|CIMA|CIPD|CSCS|NEBOSH|IOSH|HGV|BLS|ACLS|CPR|CEng|CCNA|TEFL|CELTA|ServSafe|CFA|CFP|CISA|CISM|CEH|PHR|SPHR|BCBA|LCSW|LMSW|LMFT|EIT)\b)"
)  # fmt: skip
_DRIVE = re.compile(
    r"\b(?:(?:full|valid|clean|current|uk|eu|manual|class [a-e]\d?|category [a-e]\d?|cat [a-e]\d?\+?e?|state|own)[ ,]+(?:and )?)*(?:driv(?:er|ing)(?:['’]?s)?['’]?|hgv|lgv|commercial driver['’]?s?|forklift|motor vehicle)(?: operator['’]?s?)? (?:licen[cs]e|permit)(?: (?:class|category|cat\.?) [a-e]\d?\+?e?\b)?"
    r"|\b(?:class [ab] )?CDL\b(?:[- ](?:class )?[ab]\b)?|\bclass [1-3a-e](?: \([a-z+]{1,3}\))? licen[cs]e\b|\blarge goods vehicle\b|\bclass [12]\b(?= (?:\([a-z+]{1,3}\) )?(?:is )?(?:required|essential|preferred|driver))|\bcar owner\b|\bdriver cpc\b|\breliable (?:transportation|transport|vehicle)\b|\bFührerschein\b|\b(?:car|full|clean) licen[cs]e\b|\bcar driver\b|\bable to drive\b|\bmust drive\b|\b(?:access to|use of|own) (?:a |your own |own )?(?:car|vehicle|transport)\b",
    re.IGNORECASE,
)
_CLEARANCE = re.compile(
    r"\b(?:(?:active|current|valid|us|u\.s\.|uk|government|top|national)[ ]?)*(?:(?:security|secret|TS/SCI|top[- ]secret|public trust|\bSC|\bDV|NV ?[12]|baseline|BPSS|vetting|Q|L)[- ]+)+(?:clearances?|cleared|vetting|check)\b|\bTS/SCI\b|\bSC[- ]cleared\b|\bDV[- ]cleared\b|\bclearance (?:required|is required|at)\b|\b(?:security|government) clearance\b"
    r"|\b(?:enhanced |basic |standard )?(?:(?:DBS|AccessNI|disclosure and barring(?: service)?)(?: \(dbs\))?(?: clearance| check| disclosure| certificate| scheme| membership)?|(?:PVG|CRB)(?: clearance| check| disclosure| certificate| scheme| membership)|disclosure certificate)\b|\b(?:criminal (?:background|record)s?|background|police|working with children|fingerprint) (?:check|screening|clearance|investigation|disclosure)s?\b(?! (?:records?|regulations?|laws?|purposes)\b)|\bbackground (?:and|or|and/or) [\w ]{3,30} checks?\b|\b(?:police|security|government)(?: \w+)? vetting\b|\bpre-?employment (?:screening|checks?|vetting)\b|\bdrug (?:test|screen)(?:ing)?\b",
    re.IGNORECASE,
)


def _driving(words: str) -> str:
    vehicle = re.search(r"\b(?:car|car owner|vehicle|transport|transportation)$", words.lower())
    return "own vehicle" if vehicle else "driving licence"


def _clearance(words: str) -> str:
    if _CHECK.search(words):
        return "background check"
    return "drug test" if "drug" in words.lower() else "security clearance"


_HOLDING = re.compile(
    r"^(?:(?:must|be|have|has|hold(?:s|ing)?|possess(?:ion)?|of|requires?|an?|the|your|valid)\s)+(?=\w)",
    re.IGNORECASE,
)


def _as_worded(words: str) -> str:
    return _HOLDING.sub("", " ".join(words.split())).strip(" ,.(:-–")


_CHECK = re.compile(
    r"dbs|pvg|crb|accessni|disclosure|criminal|background|police|fingerprint|children|screening",
    re.IGNORECASE,
)


# --- languages ------------------------------------------------------------------------------------

_TONGUES = "English|German|French|Spanish|Italian|Portuguese|Dutch|Polish|Czech|Slovak|Hungarian|Romanian|Bulgarian|Greek|Turkish|Russian|Ukrainian|Swedish|Norwegian|Danish|Finnish|Arabic|Hebrew|Hindi|Urdu|Bengali|Punjabi|Tamil|Mandarin|Cantonese|Chinese|Japanese|Korean|Vietnamese|Thai|Indonesian|Malay|Tagalog|Welsh|Irish|Catalan|Basque|Croatian|Serbian|Slovenian|Lithuanian|Latvian|Estonian|Farsi|Persian|Swahili|Afrikaans|ASL|American Sign Language|BSL|British Sign Language"
_LEVEL = r"speak(?:ing)?|read(?:ing)?|converse|communicate|fluen(?:t|cy)|native(?:[- ]level|[- ]speaker)?|mother tongue|bilingual|proficien(?:t|cy)|professional|business(?:[- ]level|[- ]fluent)?|working|conversational|basic|intermediate|advanced|excellent|good|strong|very good|perfect|solid|clear|fluently|spoken|written|verbal|oral|command|knowledge|[ABC][12]\+?"
_LANGUAGE = re.compile(
    rf"(?:\b(?:{_LEVEL})(?!\w)[\s,/]*(?:(?:and|or|in|of|both|level|proficiency|communication|skills|the|a|language|{_LEVEL})\b[\s,/]*){{0,8}})(?P<one>(?-i:\b(?:{_TONGUES})\b)(?:(?:,| and| or|/| &)+ (?-i:(?:{_TONGUES})\b))*)(?! (?:teacher|lesson|department|literature|market|customer|client|law|GAAP|national|course|class|learner|curriculum))(?P<after>[\s(,:–-]{{0,3}}(?:(?:at )?(?:minimum |min\. |level )?(?:[ABC][12]\b\+?|fluent|native|mother tongue|language(?: skills)?|speak\w+|(?:written|spoken|verbal)[^.;\n]{{0,20}}))?)"
    rf"|(?P<two>(?-i:\b(?:{_TONGUES})\b))(?: language)?[\s(,:–-]{{1,3}}(?:level )?(?P<level>[ABC][12]\b\+?|fluency|(?:upper[- ])?intermediate|advanced|proficien\w+|fluent|native|mother tongue|speak(?:er|ing)\b|(?:language )?(?:is )?(?:required|essential|a must|mandatory|preferred|a (?:\w+ )?plus|desirable|an advantage|an asset)|language skills)",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:fluen\w+|speak\w*|bilingual|proficien\w+|knowledge|command|verbal|written)\b[^.;\n]{0,30}?(?<!as )\b(?P<other>(?:a|an|another|one|any) (?:foreign |other |second |third |additional |European )?(?:language|tongue)\b(?: other than English)?)"
    r"|\b(?:second|foreign|additional) language(?= (?:is |would be )?(?:an? |required|desir|prefer|essential))",
    re.IGNORECASE,
)
_NO_LANGUAGE = re.compile(
    r"\b(?:limited|other than|non|little or no|learn(?:ing|ers? of)?)[ -]+$", re.IGNORECASE
)
_CEFR = re.compile(
    r"\b[ABC][12]\b|\bfluen\w+|\bnative|\bmother tongue|\bbilingual|\bbusiness|\bprofessional|\bconversational|\bbasic|\bintermediate|\badvanced|\bexcellent|\bgood|\bstrong|\bproficien\w+",
    re.IGNORECASE,
)


def _language(unit: str) -> Iterator[Finding]:
    """Yield every language that a sentence asks for, its level as detail."""
    for found in _ANOTHER.finditer(unit):
        if not found["other"] or "any language" not in found["other"].lower():
            yield found.start(), found.end(), "another language", ""
    for found in _LANGUAGE.finditer(unit):
        if _NO_LANGUAGE.search(
            unit, max(0, found.start() - 20), found.start("two" if found["two"] else "one")
        ):
            continue
        level = _CEFR.search(found[0])
        for tongue in re.findall(_TONGUES, found["one"] or found["two"]):
            yield found.start(), found.end(), tongue, level[0].lower() if level else ""


# --- right to work, travel, physical demands ------------------------------------------------------

_RIGHT = re.compile(
    r"\bwork(?:ing)? rights\b|\b(?:the )?right to (?:live and )?work\b(?: (?:permanently )?in [^.,;\n]{2,30})?|\b(?:work|employment) (?:authori[sz]ation|permit|visa|eligibility)\b|\b(?:legally )?(?:authori[sz]ed|eligible|entitled|permitted|allowed) to work\b(?: (?:\w+ ){0,2}in [^.,;\n]{2,30})?|\b(?:without|no|not (?:able|possible) to (?:provide|offer)|unable to (?:provide|offer)?|(?:cannot|can['’]t|do(?:es)? not|don['’]t|not) (?:\w+ ){0,2}(?:offer|provide|sponsor|support)?) ?(?:visa |current |future |employment |h-?1b )*(?:sponsor(?:ship)?|visas?)\b|\b(?:US|U\.S\.|UK|British|EU|Australian) citizen(?:ship|s)?\b|\bpermanent resident\b",
    re.IGNORECASE,
)
_TRAVEL = re.compile(
    r"\b(?:up to |approximately |about |around |~ ?)?\d{1,3} ?%(?: \w+){0,3} travel\w*|\btravel\w*(?: \w+){0,6} (?:up to |approximately |about |around |~ ?)?(?:\d{1,3} ?%? ?(?:-|–|to) ?)?\d{1,3} ?%|\b(?:willing(?:ness)?|able|ability|ready|prepared|must|required|need|flexib\w+|availab\w+|happy) (?:and able )?(?:to )?travel(?:l?ing)?\b(?:[^.;\n]{0,40}?(?:occasionally|regularly|frequently|as (?:needed|required)|domestically|internationally|nationally|between sites|\d{1,3} ?%))?|\btravel\s*:\s*(?:minimal|limited|some|occasional|regular|frequent|yes|required|up to|~?\d)[\w% –-]{0,30}|\b(?:some|minimal|limited|moderate|significant|periodic|occasional|regular|frequent|extensive|domestic|international|overnight|local) travel\b(?: (?:is |may be |will be )?(?:required|expected|needed))?|\btravel (?:is |may be |will be )?(?:required|expected|needed|as required)\b|\btravel requirements?\b|\btravel(?:l?ing)? (?:to|between|within|across) (?:\w+ ){0,2}(?:clients?|customers?|sites?|offices?|schools?|locations?|projects?|homes|meetings)\b",
    re.IGNORECASE,
)
_PHYSICAL = re.compile(
    r"\b(?:lift|lifting|carry|carrying|push|move|moving)\b[^.;\n]{0,50}?\b\d{1,3} ?(?:lbs?|pounds|kgs?|kilos?|kilograms)\b|\b(?:lift|carry)(?:ing)? (?:heavy|moderate)\b[^.;\n]{0,25}|\b(?:stand|standing|sit|sitting|walk|walking|kneel|kneeling)\b[^.;\n]{0,50}?\b(?:for (?:long|extended|prolonged)|long|prolonged|extended) periods?\b|\b(?:prolonged|extended) (?:periods of )?(?:standing|sitting|walking)\b|\bphysically (?:fit|able|demanding|active)\b|\bphysical(?:ly)? (?:fitness|effort|labou?r|demands?|stamina|strength|requirements?)\b|\b(?:climb|climbing) (?:ladders|stairs)\b|\b(?:bend|stoop|kneel|crouch|crawl|squat|lift)(?:ing)?(?:,| and| or)+ (?:and )?(?:bend|stoop|kneel|crouch|crawl|reach|twist|lift|squat)\w*|\b(?:tolerate|withstand|exposed to|exposure to|work(?:ing)? in)\b[^.;\n]{0,40}\b(?:heat|cold|(?:extreme|hot|varying|all) (?:temperatures?|weather)|noise|dust|fumes|inclement weather)\b|\bmanual dexterity\b|\bcolou?r (?:vision|blind)\w*|\bwork(?:ing)? at heights?\b|\bmanual handling (?:is )?(?:required|involved)\b",
    re.IGNORECASE,
)


def _right(words: str) -> str:
    return "citizenship" if "citizen" in words.lower() else "right to work"


_NO_CREDENTIAL = re.compile(
    rf"{_DRIVE.pattern}|{_CLEARANCE.pattern}|high school|\bobtains?\b|\b(?:following|required|preferred|desired|additional) (?:certifications?|licen[cs]es?|certificates?)$|\bas required\b|accredited by",
    re.IGNORECASE,
)
"""What looks like a credential and is of another kind, or none."""
_CARRIED_OUT = re.compile(
    r"^\W*(?:prepar|conduct|perform|process|coordinat|manag|initiat|run|review|administ|order)\w*\b",
    re.IGNORECASE,
)
"""A duty that has to do with checks of others: "Conduct background checks"."""
_HEADING = re.compile(r"(?:physical|travel) (?:demands?|requirements?)", re.IGNORECASE)
_FIRMS_OWN = re.compile(
    r"(?<!who )(?<!you )\b(?:are|is|been)(?: also| now| fully)? $"
    r"|\b(?:proud\w*|awarded|recogni[sz]ed (?:as|with|by|for))\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
"""What stands before a certificate that the employer holds: "we are", "proud of our"."""


def _each(
    pattern: re.Pattern[str], value: Callable[[str], str], detail: re.Pattern[str] | None = None
) -> Find:
    """Return what finds every match of a pattern, its value and detail told by its words."""

    def find(unit: str) -> Iterator[Finding]:
        for found in pattern.finditer(unit):
            more = detail.search(found[0]) if detail else None
            yield found.start(), found.end(), value(found[0]), more[0].replace(" ", "") if more else ""

    return find


@dataclass(frozen=True, slots=True)
class _Finder:
    """What finds one kind, and stretches of which a sentence must hold one: most sentences hold none.

    `hints` are looked for in lower case, `exact` as they stand. With every pattern tried on every sentence a
    posting cost four times as much.
    """

    kind: EntryKind
    find: Find
    hints: tuple[str, ...]
    exact: tuple[str, ...] = ()

    def may_find(self, words: str, low: str) -> bool:
        """Say whether a sentence, given as it stands and in lower case, can hold a finding."""
        return any(hint in low for hint in self.hints) or any(hint in words for hint in self.exact)


_FINDERS = (
    _Finder("degree", _degree, (
        "degree", "bachelor", "master", "university", "diploma", "high school", "high-school", "secondary ed", "ged", "g.e.d",
        "gcse", "a level", "a-level", "leaving cert", "nvq", "svq", "hnc", "hnd", "btec", "apprentice", "vocational", "trade school",
        "associate", "baccalaureate", "bsc", "b.sc", "bs.c", "beng", "btech", "b.tech", "bcom", "b.com", "llb", "2:1", "2.1", "tertiary", "graduate in", "msc",
        "m.sc", "mba", "meng", "mph", "msw", "postgraduate", "post-graduate", "phd", "ph.d", "ph d", "ph. d", "doctor",
    ), ("JD", "J.D", "BA", "B.A", "BS", "B.S", "BN", "MA", "M.A", "MS", "M.S", "MEd", "M.Ed", "DPhil", "EdD", "PsyD", "PharmD", "DClinPsy")),
    _Finder("experience", _years, ("year", "yr", "yoe", "month")),
    _Finder("credential", _each(_LICENCE, _as_worded), (
        "regist", "licen", "certif", "charter", "accredit", "member", "qualif", "practising", "card", "pin", "exam", "credential",
        "endorse", "diploma", "bar", "first aid", "food ",
    ), ("QTS", "CPA", "PGCE", "PMP", "CISSP", "ACCA", "CIMA", "CIPD", "CSCS", "NEBOSH", "IOSH", "HGV", "BLS", "ACLS", "CPR", "CEng",
        "CCNA", "TEFL", "CELTA", "ServSafe", "OSHA", "STS-C", "IELTS", "HAZWOPER", "CFA", "CFP", "CISA", "CISM", "CEH", "PHR", "BCBA",
        "LCSW", "LMSW", "LMFT", "EIT", "Series ", "Child Development")),
    _Finder("clearance", _each(_CLEARANCE, _clearance), (
        "clear", "vetting", "check", "ts/sci", "dbs", "pvg", "crb", "accessni", "disclosure", "screening", "investigation", "drug",
    )),
    _Finder("driving", _each(_DRIVE, _driving), (
        "licen", "permit", "cdl", "class ", "führerschein", "car", "drive", "vehicle", "transport",
    )),
    _Finder("language", _language, ("language", *_TONGUES.lower().split("|"))),
    _Finder("right to work", _each(_RIGHT, _right), ("work", "employ", "sponsor", "visa", "citizen", "resident")),
    _Finder("travel", _each(_TRAVEL, lambda _: "travel", re.compile(r"\d{1,3} ?%")), ("travel",)),
    _Finder("physical", _each(_PHYSICAL, lambda _: "physical demands"), (
        "lift", "carry", "push", "mov", "stand", "sit", "walk", "kneel", "physical", "climb", "bend", "stoop", "crouch", "crawl",
        "dexterity", "color", "colour", "height", "manual handling", "tolerate", "withstand", "expos", "work",
    )),
)  # fmt: skip
_ALWAYS = frozenset(("right to work", "clearance"))
"""What is asked of applicants under any heading, and in words that negate ("we do not sponsor visas")."""


def entry_requirements(text: str, sections: Sequence[Section] = ()) -> tuple[EntryRequirement, ...]:
    """Return the entry requirements of a text in order; one of each value, the strongest first words of it."""
    at = SectionsAt(sections)
    found: dict[tuple[EntryKind, str], EntryRequirement] = {}
    for unit in _UNIT.finditer(text):
        for part in _PART.finditer(text, unit.start(), unit.end()):
            for one in _of_sentence(part.group(), at.kind(part.start()), part.start()):
                first = found.get((one.kind, one.value))
                # a wish in the text and a must elsewhere: the must holds, wherever it stands
                if first is None or (first.strength, one.strength) == ("preferred", "required"):
                    found[one.kind, one.value] = one
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.end, one.kind)))


def _of_sentence(words: str, section: SectionKind, offset: int) -> Iterator[EntryRequirement]:
    """Yield what a sentence that begins at `offset` asks for; of what it offers or negates only `_ALWAYS`."""
    low = words.lower()
    finders = [finder for finder in _FINDERS if finder.may_find(words, low)]
    offered = bool(finders) and (section == "benefits" or bool(_OFFERED.search(words)))
    for kind, find in ((f.kind, f.find) for f in finders if f.kind in _ALWAYS or not offered):
        for start, end, value, detail in find(words):
            end = start + len(words[start:end].rstrip(" ,.(:-–"))
            if kind not in _ALWAYS and _NOT_ASKED.search(
                # reaches of about a clause, here and below, by eye: a negation farther away speaks of
                # something else
                words,
                max(0, start - 60),
                min(len(words), end + 40),
            ):
                continue
            # in HR and security jobs checks are done on others
            if value == "background check" and _CARRIED_OUT.search(words):
                continue
            if len(words.split()) < 5 and _HEADING.fullmatch(words[start:end]):
                continue
            if kind == "credential" and (
                _NO_CREDENTIAL.search(words[start:end]) or _FIRMS_OWN.search(words, max(0, start - 60), start)
            ):
                continue
            strength = _strength(kind, words, section, start, end)
            quote = words[start:end]
            yield EntryRequirement(kind, value, detail, strength, quote, offset + start, offset + end)


def _strength(kind: EntryKind, words: str, section: SectionKind, start: int, end: int) -> Strength:
    """Return how a finding is asked for: a wish by its words, or by the heading where no word of need stands."""
    if _WISHED.search(words, max(0, start - 80), end + 60):
        return "preferred"
    stated = kind in _ALWAYS or _NEEDED.search(words)
    return "preferred" if section == "preferred" and not stated else "required"
