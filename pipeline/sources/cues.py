"""List the lines that head the parts of a posting, in the languages whose boards were seen: data only."""

from __future__ import annotations

import re

CUES = re.compile(
    r"(?im)^\W{0,4}(?:[\w'’&,/ ]{0,40}\b)?(?:requirements?|qualifications?|responsibilit(?:y|ies)|"
    r"(?:key |main )?duties|what you(?:'|’)?(?:ll| will)? (?:do|bring|need|have)"
    r"|who you are|about (?:you|the (?:role|job|position|team|company))|the (?:role|job|position)|"
    r"your (?:role|profile|tasks?|mission|skills|responsibilities|qualifications|background)"
    r"|what we(?:'|’)?re looking for|what we (?:offer|look for)|we (?:offer|require|expect)|we(?:'|"
    r"’)re looking for|skills|experience|nice to have|must have|benefits|perks"
    r"|job (?:description|summary|purpose|details)|essential|desirable|preferred|minimum|person "
    r"specification|your new team|why (?:join|work)"
    r"|(?:deine?|ihre?) (?:aufgaben|profil|qualifikation(?:en)?|benefits)|aufgaben|anforderungen|"
    r"profil|wir bieten|das (?:bieten|bringst|erwartet)\w*|unser angebot|was (?:du|sie) mitbring\w*|"
    r"das bringst du mit"
    r"|(?:votre|le|ton) profil|profil recherché|(?:vos|tes|les|nos) (?:missions?|responsabilités|"
    r"avantages|compétences)|missions?|compétences|nous offrons|description du poste"
    r"|requisitos|funciones|responsabilidades|ofrecemos|perfil|qué (?:ofrecemos|buscamos)|beneficios"
    r"|požadujeme|požadavky|nabízíme|náplň práce|co (?:u nás |tě |vás )?(?:budete?|budeš|čeká|"
    r"nabízíme|očekáváme)|jaká je náplň|očekáváme|koho hledáme|o pozici"
    r"|functie-?eisen|wat (?:ga je doen|vragen wij|bieden wij|breng je mee)|wij (?:bieden|vragen)|"
    r"jouw profiel"
    r"|kvalifikationer|arbejdsopgaver|vi tilbyder|dine opgaver|om (?:jobbet|stillingen)|dina "
    r"arbetsuppgifter|kvalifikationer|vi erbjuder"
    r"|wymagania|obowiązki|oferujemy|requisiti|offriamo|responsabilità)\b.{0,60}$"
)
"""Any heading of a posting."""

DEMANDS = re.compile(
    r"(?im)^\W{0,4}(?:[\w'’&,/ ]{0,30}\b)?(?:requirements?|qualifications?|responsibilit(?:y|ies)|"
    r"duties|your (?:profile|tasks?|role|skills)"
    r"|what you(?:'|’)?(?:ll| will)? (?:do|bring|need)|who you are|what we(?:'|’)?re looking for|"
    r"person specification|we require"
    r"|essential|must have|the (?:role|job|position)|about the (?:role|job|position)|job "
    r"(?:description|summary)"
    r"|(?:deine?|ihre?) (?:aufgaben|profil|qualifikation(?:en)?)|aufgaben|anforderungen|profil|das "
    r"bringst du mit|was du mitbringst"
    r"|(?:votre|ton) profil|profil recherché|(?:vos|tes|les) missions?|compétences|requisitos|"
    r"funciones|responsabilidades|perfil"
    r"|požadujeme|požadavky|náplň práce|očekáváme|koho hledáme|functie-?eisen|wat (?:ga je doen|"
    r"vragen wij|breng je mee)"
    r"|kvalifikationer|arbejdsopgaver|dine opgaver|om (?:jobbet|stillingen)|wymagania|obowiązki|"
    r"requisiti)\b.{0,60}$"
)
"""A heading of what the work is or asks for."""

SKILLS = re.compile(
    r"(?i)^\W{0,4}(?:[\w'’&,/ ]{0,30}\b)?(?:nice to have|preferred|desirable|desired|bonus|plus|skills?|"
    r"tech(?:nolog\w+|nical)?(?: stack)?|tech ?stack|stack|tools?|keywords?|competenc\w+|kenntnisse|"
    r"fähigkeiten|"
    r"wünschenswert|von vorteil|werkzeuge|technologien|compétences|outils|atouts?|souhaité\w*|conocimientos|"
    r"herramientas|habilidades|deseable|technologie|dovednosti|výhodou|vaardigheden|kompetencer|kompetenser|"
    r"umiejętności|mile widziane|competenze)\b.{0,60}$"
)
"""A heading of skills, wished for or only named."""

WISHED = re.compile(
    r"(?im)^\W{0,4}(?:(?:it )?would be (?:nice|great|good|a plus)|nice[- ]to[- ]haves?|good to have|"
    r"preferred (?:qualifications|"
    r"skills|experience|requirements)|desirable|desired (?:skills|experience)|bonus points|"
    r"wünschenswert|von vorteil|"
    r"das wäre (?:toll|schön)|atouts?|serait un plus|deseable|se valorará|výhodou|mile widziane|pré|"
    r"desiderabil\w+)\b.{0,60}$"
)
"""A heading of what would be welcome beside what is needed."""
