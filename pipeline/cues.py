"""List the lines that head the parts of a posting, in the languages whose boards were seen: data only."""

# ruff: noqa: E501 - lists of words

from __future__ import annotations

import re

CUES = re.compile(
    r"(?im)^\W{0,4}(?:[\w'’&,/ ]{0,40}\b)?(?:requirements?|qualifications?|responsibilit(?:y|ies)|(?:key |"
    r"main )?duties|what you(?:'|’)?(?:ll| will)? (?:do|bring|need|have)|who you are|about (?:you|the "
    r"(?:role|job|position|team|company))|the (?:role|job|position)|your (?:role|profile|tasks?|mission|"
    r"skills|responsibilities|qualifications|background)|you (?:bring|should)|what "
    r"we(?:'|’)?re looking for|what we (?:ask|want|offer|"
    r"look for)|we (?:offer|require|expect)|we(?:'|’)re looking for|skills|experience|nice to have|must "
    r"have|benefits|perks|job (?:description|summary|purpose|details)|essential|desirable|preferred|"
    r"minimum|person specification|your new team|why (?:join|work)|(?:deine?|ihre?) (?:aufgaben|profil|"
    r"qualifikation(?:en)?|benefits)|aufgaben|anforderungen|profil|wir bieten|das (?:bieten|bringst|"
    r"erwartet)\w*|unser angebot|was (?:du|sie) mitbring\w*|das bringst du mit|(?:votre|le|ton) profil|"
    r"profil recherché|(?:vos|tes|les|nos) (?:missions?|responsabilités|avantages|compétences)|missions?|"
    r"compétences|nous offrons|description du poste|requisitos|funciones|responsabilidades|ofrecemos|"
    r"perfil|qué (?:ofrecemos|buscamos)|beneficios|požadujeme|požadavky|nabízíme|náplň práce|co (?:u nás |"
    r"tě |vás )?(?:budete?|budeš|čeká|nabízíme|očekáváme)|jaká je náplň|očekáváme|koho hledáme|o pozici|"
    r"functie-?eisen|wat (?:ga je doen|vragen wij|bieden wij|breng je mee)|wij (?:bieden|vragen)|jouw "
    r"profiel|kvalifikationer|arbejdsopgaver|vi tilbyder|dine opgaver|om (?:jobbet|stillingen)|dina "
    r"arbetsuppgifter|kvalifikationer|vi erbjuder|wymagania|obowiązki|oferujemy|requisiti|offriamo|"
    r"responsabilità)\b.{0,60}$"
)
"""Any heading of a posting."""

DEMANDS = re.compile(
    r"(?im)^\W{0,4}(?:[\w'’&,/ ]{0,30}\b)?(?:requirements?|qualifications?|responsibilit(?:y|ies)|duties|"
    r"your (?:profile|tasks?|role|skills)|what you(?:'|’)?(?:ll| will)? (?:do|bring|need)|who you are|what "
    r"we(?:'|’)?re looking for|person specification|we require|essential|must have|the (?:role|job|"
    r"position)|about the (?:role|job|position)|job (?:description|summary)|(?:deine?|ihre?) (?:aufgaben|"
    r"profil|qualifikation(?:en)?)|aufgaben|anforderungen|profil|das bringst du mit|was du mitbringst|"
    r"(?:votre|ton) profil|profil recherché|(?:vos|tes|les) missions?|compétences|requisitos|funciones|"
    r"responsabilidades|perfil|požadujeme|požadavky|náplň práce|očekáváme|koho hledáme|functie-?eisen|wat "
    r"(?:ga je doen|vragen wij|breng je mee)|kvalifikationer|arbejdsopgaver|dine opgaver|om (?:jobbet|"
    r"stillingen)|wymagania|obowiązki|requisiti)\b.{0,60}$"
)
"""A heading of what the work is or asks for."""

SKILLS = re.compile(
    r"(?i)^\W{0,4}(?:[\w'’&,/ ]{0,30}\b)?(?:nice to have|preferred|desirable|desired|bonus|plus|skills?|"
    r"tech(?:nolog\w+|nical)?(?: stack)?|tech ?stack|stack|tools?|keywords?|competenc\w+|kenntnisse|"
    r"fähigkeiten|wünschenswert|von vorteil|werkzeuge|technologien|compétences|outils|atouts?|souhaité\w*|"
    r"conocimientos|herramientas|habilidades|deseable|technologie|dovednosti|výhodou|vaardigheden|"
    r"kompetencer|kompetenser|umiejętności|mile widziane|competenze)\b.{0,60}$"
)
"""A heading of skills, wished for or only named."""

WISHED = re.compile(
    r"(?im)^\W{0,4}(?:(?:it )?would be (?:nice|great|good|a plus)|nice[- ]to[- ]haves?|good to have|"
    r"preferred (?:qualifications|skills|experience|requirements)|desirable|desired (?:skills|experience)|"
    r"bonus points|wünschenswert|von vorteil|das wäre (?:toll|schön)|atouts?|serait un plus|deseable|se "
    r"valorará|výhodou|mile widziane|pré|desiderabil\w+)\b.{0,60}$"
)
"""A heading of what would be welcome beside what is needed."""

JOB_TITLE = re.compile(
    r"\b(?:engineer|developer|manager|analyst|designer|scientist|architect|consultant|specialist|assistant|"
    r"director|administrator|nurse|technician|coordinator|accountant|officer|associate|executive|"
    r"representative|intern(?:ship)?|trainee|head of|programmer|lead\b|product owner|scrum master|"
    r"recruiter|teacher|driver|operator|mechanic|supervisor|clerk|researcher|editor|writer|marketer|devops|"
    r"werkstudent\w*|praktikant\w*|praktikum|ausbildung\w*|entwickler\w*|ingenieur\w*|berater\w*|leiter\w*|"
    r"mitarbeiter\w*|sachbearbeiter\w*|projektmanager\w*|kaufm\w+|verkäufer\w*|fachinformatiker\w*|"
    r"administr[aá]tor\w*|programátor\w*|vývojář\w*|analytik\w*|inženýr\w*|manažer\w*|specialista|"
    r"asistent\w*|développeu\w+|ingénieur\w*|chef de projet|responsable|technicien\w*|desarrollador\w*|"
    r"ingeniero|analista|ontwikkelaar|medewerker|udvikler)\b|\((?:m/?w/?[dx]|w/?m/?d|m/?f/?[dxn]|"
    r"f/?m/?[dx]|h/?f|all genders?|[mwfdx](?:[/|,*][mwfdx]){1,3})\)|\bm/w/d\b|\bh/f\b|מתכנת|מפתח",
    re.IGNORECASE,
)
"""Words that titles of jobs have, and no other heading."""

OCCUPATION = re.compile(
    r"\b(?:engineers?|developers?|analysts?|scientists?|designers?|therapist|attorney|lawyer|solicitor|paralegal|counsel|physician|doctor|"
    r"surgeon|radiographer|dietiti?an|physiologist|psychologist|counsell?or|carer|midwife|matron|practitioner|pharmacist|dentist|"
    r"(?:\w+ )?worker|receptionist|secretary|electrician|plumber|welder|carpenter|labou?rer|chef|cook|cleaner|advis[oe]r|inspector|"
    r"instructor|lecturer|professor|tutor|faculty|examiner|planner|buyer|controller|auditor|bookkeeper|cashier|barista|waiter|waitress|"
    r"picker|packer|handyman|guard|custodian|custodial|janitor|maintainer|helper|aide|operatives?|business partner|strategist|producer|"
    r"photographer|translator|journalist|chemist|biologist|geologist|surveyor|estimator|superintendent|foreman|plasterer|investigator|"
    r"pfleger\w*|erzieher\w*|lehrer\w*|fahrer\w*|monteur\w*|koch|köchin|infirmi\w+|comptable|vendeu\w+|conducteur|enfermer\w+|contable|"
    r"profesor\w*|vendedor\w*|camarer\w+|engenheir\w+|impiegat\w+|lékař\w*|učitel\w*|řidič\w*|účetní|prodavač\w*|sestra|verpleegkundige|"
    r"docent|verkoper|sygeplejerske|lærer|inżynier|programista|księgow\w+|kierowca|инженер|разработчик|менеджер|аналитик)\b"
    r"|エンジニア|マネージャー|デザイナー|מהנדס|מנהל|אנליסט|工程师|经理",
    re.IGNORECASE,
)
"""Names of more occupations; people's pages and shops have them too, so they tell a posting only beside `HIRING`."""

HIRING = re.compile(
    r"\b(?:we(?:['’]re| are) (?:looking for|recruiting|hiring|seeking)|successful (?:candidate|applicant)|post ?holder|closing date|"
    r"full[- ]time|part[- ]time|permanent|hours (?:per|a) week|salary|per annum|per hour|pro rata|job type|vacancy|band \d|candidates?|"
    r"you(?:['’]ll| will) (?:be|have|work|join|need)|applicants?|reports? to|interviews? (?:date|will)|the (?:role|post|position))\b"
    r"|דרישות|תחומי אחריות|קורות חיים|応募|募集|必須|任职要求|岗位职责|требования|обязанности",
    re.IGNORECASE,
)
"""Words of a text that offers a post."""

ABOUT_JOBS = re.compile(
    r"(?i)\binterview questions\b|\bsalar(?:y|ies)\b(?=\W*(?:in\b|guide|of\b|for\b|by\b|reports?\b|calculator|comparison|\(?\d{4}))|"
    r"\bjob descriptions?\b(?=\W*(?:templates?|samples?|examples?|\[|\(?\d{4}))|"
    r"\b(?:resume|cv|cover letter) (?:examples?|templates?|samples?)\b|\bcareer (?:path|guide|advice)\b|"
    r"\bhow to (?:become|hire|write)\b|\bwhat (?:is|does) an? \b|\bhire (?:the )?(?:best|top|freelance|vetted)\b|"
    r"\bgehalt(?:svergleich)?\b(?=\W*(?:als|in|von|\d{4}))|\bberufsbild\b|\bfiche métier\b|\bsalaires?\b(?=\W*(?:d['’]|en|moyen))"
)
"""Titles of pages about a job that offer none."""
STUDY = re.compile(
    r"(?i)\btuition(?! (?:reimburs|assist|support|aid))|\benrol(?:l?ment|led)? (?:now|today|in)\b|\b(?:entry|admissions?) requirements\b|"
    r"\bcurriculum\b|\bsyllabus\b|\bsemesters?\b|\bECTS\b|\bcourse fees?\b|\bwhat you(?:['’]ll| will) learn\b|\bstudiengebühren\b|"
    r"\bzulassungsvoraussetzungen\b|\bfrais de scolarité\b|\bcertificate of completion\b"
)
"""What a course says of itself; a posting for a teacher says some of it too."""
STUDY_TITLE = re.compile(
    r"(?i)\b(?:boot ?camp|course|masterclass|nanodegree|degree|diploma|certificate|programme|program|training|academy|studium|lehrgang|formation)\W*$|"
    r"^\W*(?:master|bachelor|msc|bsc|mba|ma|ba)\b"
)


EMPLOYS = re.compile(
    r"(?i)\b(?:salary|salaries|wages?|job type|full[- ]time|part[- ]time|vacanc\w+|we(?:['’]re| are) (?:looking|hiring|seeking)|"
    r"position|employment|candidates?|per hour|hourly)\b"
)
"""Words of those who employ, not of those who teach."""
