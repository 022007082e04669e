"""Which language a posting is written in: the script first, then its commonest words."""

from __future__ import annotations

import re
from collections import Counter

_WORDS = {
    "en": "the and to of in a with you for is are we our will your or as on be this that have work "
    "experience team from by an at skills including",
    "de": "und der die das mit für in von zu wir sie dein deine ist auf bei im den eine einen oder als "
    "du sind unser unsere auch werden nicht sowie ihre ein des",
    "fr": "de et la le les des vous en du un une pour dans nous est sur au avec votre vos par nos qui "
    "notre ou aux que être plus ce",
    "es": "de y la el en los las con para que del una un por se al como tu más nuestro nuestra es o su "
    "experiencia sobre te son",
    "nl": "de en het een van in je met voor op is te bij aan jij ons of die als wij naar jouw dat ook "
    "bent we om onze werken ervaring zijn",
    "cs": "a v se na s z o je do pro k nebo jsme ve práce za od jako i které který která hledáme bude že "
    "zkušenosti nabízíme to tak ale si znalost po co budete náš máte",
    "sk": "a v sa na s z o je do pre alebo ako aj práce od so pri ktoré že skúsenosti ponúkame vo po si "
    "čo budete náš máte sú",
    "pl": "i w z na do oraz się o dla jest w od po lub za jako pracy przez ze doświadczenie oferujemy "
    "nie co to być twoje nasz znajomość",
    "it": "di e il la in per con un una le dei del che i al nel da della si è o sono nostro più alla "
    "come esperienza",
    "pt": "de e a o em com para que os as da do um uma se na no por mais ao como sua seu dos é você "
    "experiência são ou das",
    "da": "og i til at en for med du af er vi det på som har et den din vores kan eller de dig fra vil "
    "om os ikke",
    "sv": "och i att en som för med du på av är vi det till har ett den din vår kan eller om dig ska oss "
    "inte hos",
    "no": "og i til å en for med du av er vi det på som har et den din vår kan eller de deg fra vil om "
    "oss ikke",
    "fi": "ja on tai se että sekä ei olet sinulla meillä työ kanssa mukaan ovat kun myös voi sinun "
    "olemme hyvä meidän haemme",
    "hu": "a az és hogy is egy nem van vagy meg ami csak mint el kell ha már munka tapasztalat ismerete "
    "kínálunk elvárások",
    "ro": "și de în a la cu pentru din pe care un o să este sau mai ca sunt experiență noastre prin se ai",
    "tr": "ve bir bu için ile olarak en az olan veya da de deneyim çalışma sahip bilgi iyi konusunda",
}
_ENGLISH = frozenset(_WORDS["en"].split())
# "as", "do", "is" are words of English too: they tell nothing for another language
_SETS = {
    code: frozenset(words.split()) - (_ENGLISH if code != "en" else set()) for code, words in _WORDS.items()
}
_LETTERS = {
    "de": "ßäöü", "cs": "ěřů", "sk": "ľĺŕôä", "pl": "łąęśźżćń", "es": "ñ¿¡", "pt": "ãõ", "da": "æø",
    "no": "æø",
    "sv": "åäö", "fr": "çœèêà", "hu": "őű", "ro": "țșăâ", "tr": "ığş", "fi": "äö",
}  # fmt: skip
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("vi", re.compile(r"[đơưĐƠƯ\u1ea0-\u1ef9]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
# no letters of "$150k" or "3x": "k" is a word of Czech
_WORD = re.compile(r"(?<![\w.@/])[^\W\d_]+(?:['’][^\W\d_]+)?(?!\w)")
# a language shows long before; pages of a megabyte should not cost their length
MAX_CHARACTERS = 20_000


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the text's main language; "en" where too little is there to tell."""
    sample = text[:MAX_CHARACTERS]
    letters = sum(1 for c in sample if c.isalpha()) or 1
    script = _by_script(sample, letters)
    if script:
        return script
    words = Counter(_WORD.findall(sample.lower()))
    scores = {code: _score(words, sample, code) for code in _SETS}
    # English is named where nothing clearly beats it: names of tools are English in every language
    best = max(sorted(scores), key=lambda code: (scores[code], code == "en"))
    total = sum(words.values())
    # single letters are words of Czech and Polish, and parts of "m/w/d" everywhere
    known = sum(1 for word in words if len(word) > 1 and word in _SETS[best])
    # set by eye: three different function words, one word in 25, and 15 % ahead of English, whose names of
    # tools stand in texts of every language
    if known < 3 or scores[best] < 0.04 * total or scores[best] <= 1.15 * scores["en"]:
        return "en"
    return best


def _by_script(sample: str, letters: int) -> str | None:
    for code, pattern in _SCRIPTS:
        share = len(pattern.findall(sample)) / letters
        # Japanese, Ukrainian and Vietnamese are known by few letters of their own
        if share > (0.02 if code in ("ja", "uk", "vi") else 0.25):
            return code
    return None


def _score(words: Counter[str], sample: str, code: str) -> float:
    hits = sum(words[word] for word in _SETS[code])
    marks = sum(sample.count(letter) for letter in _LETTERS.get(code, ""))
    # letters of its own speak for a language; capped, since a list of names may be full of them. By eye
    return hits + min(0.5 * marks, 0.3 * hits)
