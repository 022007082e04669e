"""State what a posting says of the job beside its demands: pay, work mode, employment, seniority, and where.

What the line of the list says comes first, then the fields of the board or the markup, then title and text.
A fact that the text only hints at is left empty: an empty field is no error, a wrong one is.
"""

# ruff: noqa: E501 - the patterns are tables of words

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.records import Facts, FactSource, Listing, SourceLine

Found = tuple[FactSource, str]

_MARKUP = frozenset(("schema.org", "page state"))
_TEXTS = frozenset(("page", "text", "pdf", "docx", "article", "linkedin"))
"""Systems whose titles and names were read from a page or a document, not from fields."""


def facts_of(listing: Listing, line: SourceLine, text: str) -> Facts:
    """Return the facts of a posting, each with its source; `text` is its canonical text."""
    stated: FactSource = "markup" if listing.system in _MARKUP else "feed"
    named: FactSource = "text" if listing.system in _TEXTS else stated
    title, place = line.title or listing.title or "", line.location or listing.location or ""
    sources: dict[str, FactSource] = {}
    for name, said, read in (
        ("title", line.title, listing.title),
        ("company", line.company, listing.company),
        ("location", line.location, listing.location),
    ):
        if said or read:
            sources[name] = "line" if said else named

    def first(name: str, find: Callable[[str], str], *tries: tuple[FactSource, str | None]) -> str:
        for source, words in tries:
            value = find(words) if words else ""
            if value:
                sources[name] = source
                return value
        return ""

    mode = (
        first("work_mode", mode_of_field, (stated, listing.work_mode), (named, place))
        or first("work_mode", mode_of_title, ("text", title))
        or first("work_mode", mode_of_text, ("text", text))
    )
    employment = first("employment_type", employment_of_field, (stated, listing.employment_type)) or first(
        "employment_type", employment_of_text, ("text", f"{title}\n{text}")
    )
    level = (
        first("seniority", level_of_field, (stated, listing.seniority))
        or first("seniority", level_of_title, ("text", title))
        or first("seniority", lambda words: level_of_text(words, title), ("text", text))
    )
    pay = pay_of_field(listing.salary or "")
    if pay:
        sources["salary"] = stated
    elif pay := pay_of_text(text):
        sources["salary"] = "text"
    low, high, currency, period = pay or (None, None, "", "")
    if currency == "USD" and not re.search(r"(?i)usd|us\$", listing.salary or text):
        currency = _dollar(place)
    return Facts(
        salary_low=low,
        salary_high=high,
        salary_currency=currency,
        salary_period=period,
        work_mode=mode,
        employment_type=employment,
        seniority=level,
        sources=tuple(sorted(sources.items())),
    )


# --- pay --------------------------------------------------------------------------------------

Pay = tuple[float, float | None, str, str]
"""Lowest and highest amount, currency (ISO code), period (hour, day, week, month, year; "" if not said)."""

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "zł": "PLN", "kč": "CZK", "₪": "ILS", "us$": "USD",
            "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "s$": "SGD", "nz$": "NZD", "r$": "BRL", "hk$": "HKD"}  # fmt: skip
_CODES = "USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|INR|PLN|CZK|SEK|NOK|DKK|HUF|RON|BRL|MXN|JPY|ILS|AED|ZAR|PHP|HKD"
_CURRENCY = rf"(?:(?:US|AU?|CA?D?|S|NZ|R|HK)\$|[$€£₹¥₪]|zł|Kč|\b(?:{_CODES})\b|\b[Ee]uros?\b)"
_NUMBER = r"\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_K = r"[kK](?:\b|(?=[A-Z][a-z]))"
"""A thousand; where line ends are lost the next line is glued to it: "£43kContract"."""
_AMOUNT = rf"(?:{_CURRENCY}\s?){{0,2}}(?:{_NUMBER})(?:,-+)?(?:\s?{_K})?(?:\s?{_CURRENCY})?"
_PERIODS = {
    "hour": r"hour(?:ly)?|hr|h|stunde|heure|hora|hod|time",
    "day": r"day|daily|tag|jour|d[ií]a|den",
    "week": r"week(?:ly)?|wk|woche|semaine|semana",
    "month": r"month(?:ly)?|mo|monat(?:lich)?|mois|mensuel\w*|mes|mensual\w*|měs[íi]c\w*|maand|md",
    "year": r"year(?:ly)?|yr|y|annum|annual(?:ly|i[sz]ed)?|p\.?a\.?|jahr|jährlich|brutto/jahr|an|annuel\w*|año|anual\w*|rok|jaar|år",
}  # fmt: skip
_PERIOD = re.compile(
    r"^\W{0,4}(?:gross|brutto|before tax|base|salary|in base|base salary|,|per|an?|/|pro|par|por|za|"
    r"each|on an?|\s|\()*"
    # where line ends are lost: "$18 HourlyRequirements"
    r"(?P<period>" + "|".join(_PERIODS.values()) + r")(?:\b|(?-i:(?<=[a-z]{4})(?=[A-Z])))",
    re.IGNORECASE,
)
_PAY = re.compile(
    rf"(?P<low>{_AMOUNT})(?:(?:\s?/?\s?(?:per |an? )?(?:hour|hr|year|yr|month|week|annum))?\s*(?:-|–|—|"
    rf"−|to|and|bis|à|et|und|en|až|y|up to)\s*(?P<high>{_AMOUNT}))?"
)
_CUE = re.compile(
    r"\b(?:salar(?:y|ies)|salaris\w*|maandsalaris|fourchette|hiring range|compensation|comp\b|ral\b|retribuzione|wynagrodzenie|pay(?:ing|s)?\b|wages?|remuneration|rate\b|rates\b|base\b|gehalt|vergütung|verdienst|lohn|"
    r"salaire|rémunération|salario|sueldo|plat\b|mzda|mzdu|package|ote\b|earn\w*|stipend|annual(?:ly)?|hourly)"
    r"|(?-i:(?<=[a-z])(?:Salary|Pay|Compensation|Rate))\b",
    re.IGNORECASE,
)
_ELSE = (
    r"\b(?:fees?|charges?|for every|per (?:referral|enrol?lment|placement|sale|lead|sign-?up)|commission|one client|less than|more than|make up to|revenue|fund(?:ing|ed|s)?|rais\w+|valu(?:ation|ed)|bonus|"
    r"sign(?:ing)?-?on|sign-?up|referral|budget|arr|gmv|billions?|"
    r"millions?|assets?|aum|turnover|sales of|invest\w*|grant|worth|savings?|relocation|allowance|"
    r"reimburse\w*|stipend|supplement|top-?up|minimum payment|maximum payment|"
    r"tuition|401|insur\w*|cover(?:age)?|match\w*|discount|voucher|contribut\w*|prize|award|donat\w*|customers?|deals?|"
    r"portfolio|(?:greater|multiple) of|or a minimum of|expenses?|learning|education|wellness|per diem|deduct\w*|credit|loan|up to \S+ in )\b|"
    r"\b[mb]n\b"
)
_NOT_PAY = re.compile(_ELSE, re.IGNORECASE)
_NO_HOUR = re.compile(
    r"\b(?:referral|charg\w+|clients?|customers?|budget|parking|child ?care|insur\w*|fuel)\b", re.IGNORECASE
)
"""An amount an hour is pay ("Teaching fee: $33/hour") unless one of these stands beside it."""
_PART_OF_HEAD = re.compile(r" (?:\||[-–—](?= up to))\s*(?:up to )?$", re.IGNORECASE)
_FOR_ELSE = re.compile(
    rf"^[\s(+]*(?:(?!plus\b|and\b|with\b|or\b)[a-z][a-z-]*\s){{0,2}}(?:{_ELSE})", re.IGNORECASE
)
"""What an amount is for, up to two words behind it: "$5,000 annual learning budget"."""


def pay_of_field(words: str) -> Pay | None:
    """Return the pay that a field states: "80 - 135 USD hourly"."""
    # a longer field is a text that was put there, and is read as one
    found = _PAY.search(words) if len(words) < 200 else None
    if not found:
        return pay_of_text(words) if words else None
    return _pay(found, words, words)


_OTHER_JOBS = re.compile(
    r"(?im)^\W*(?:similar jobs|people also viewed|other jobs|related jobs|show more\s+show less|more "
    r"jobs (?:at|from|like)\b.*)\W*$"
)


_MONEY = re.compile(rf"{_CURRENCY}|\d\s?{_K}")


def _own(text: str) -> str:
    """Return a text without the other jobs that a page was saved with."""
    # at the very top such a line heads the posting itself
    end = _OTHER_JOBS.search(text, 200)
    return text[: end.start()] if end else text


def pay_of_text(text: str) -> Pay | None:
    """Return the pay that a text states; amounts that are no pay, or may be none, are left alone."""
    if not _MONEY.search(text):
        return None
    text = _own(text)
    best: tuple[int, Pay] | None = None
    for found in _PAY.finditer(text):
        if not re.search(_CURRENCY, found[0]) and not (found["high"] and re.search(rf"\d\s?{_K}", found[0])):
            continue
        # how far around an amount its words may stand, here and below, was set by eye: about a clause
        start = max(text.rfind("\n", 0, found.start()), found.start() - 90)
        before = text[start + 1 : found.start()]
        heading = text[max(0, start - 80) : start + 1].rstrip().rsplit("\n", 1)[-1] if start >= 0 else ""
        end = text.find("\n", found.end())
        after = text[found.end() : min(end if end >= 0 else len(text), found.end() + 60)]
        pay = _pay(found, found[0] + after[:40], before)
        if pay is None or re.match(r"\s?(?:[bBmM]n?\b|[bBmM]\+|(?:b|m|tr)illions?\b)", after):
            continue
        cued = bool(
            _CUE.search(before)
            or (len(before.strip()) < 30 and _CUE.search(heading))
            or _CUE.search(after[:30])
        )
        said = _PERIOD.match(after) is not None
        hourly = said and pay[3] == "hour" and not _NO_HOUR.search(before + after[:40])
        if not hourly and (_NOT_PAY.search(before[-60:]) or _FOR_ELSE.match(after)):
            continue
        # without a currency only a range beside a word of pay is money: "5-10" is anything
        if not pay[2] and not (cued and pay[1]):
            continue
        # a range of money that is a line of its own is pay
        cued = cued or bool(pay[1] and not before.strip() and not after.strip(" .*"))
        # so is what begins a part of a head line: "Engineer | London | £150k+", "Accountant – Up to £55,000"
        cued = cued or bool(_PART_OF_HEAD.search(before) and (found.start() < HEAD or "|" in before[-3:]))
        if not cued and not (pay[3] and pay[1]) and not said:
            # an amount alone may be anything; a range, or one amount with its period, is pay
            continue
        # a cue or a range tells more than a period; the first of equal ones stays
        weight = 2 * cued + bool(pay[3]) + 2 * bool(pay[1])
        if best is None or weight > best[0]:
            best = (weight, pay)
    return best[1] if best else None


def _pay(found: re.Match[str], after: str, before: str) -> Pay | None:
    currency = _currency(found[0]) or _currency(after[:30])
    low, high = _amount(found["low"]), _amount(found["high"] or "")
    if low is None:
        return None
    if (
        high
        # "80-100k": the k of the second speaks for both
        and high >= 1000 > low
        and re.search(r"[kK]", found["high"])
        and not re.search(r"[kK]", found["low"])
    ):
        low *= 1000
    rest = after[after.find(found[0]) + len(found[0]) :] if found[0] in after else after
    told = _PERIOD.match(rest)
    period = _period(told["period"]) if told else _period_before(before)
    if high is not None and high < low:
        high = None
    if not told and not _is_likely(low, high, period):
        # "the salary or hourly wage for this role is $104,000 to $130,000"
        period = ""
    if not _is_likely(low, high, period):
        return None
    return low, high, currency, period or _usual_period(low, currency)


def _currency(words: str) -> str:
    found = re.search(_CURRENCY, words)
    if not found:
        return ""
    return _SYMBOLS.get(found[0].lower(), found[0].upper().removesuffix("S").removesuffix("O"))


_DOLLARS = (
    ("AUD", r"australia|sydney|melbourne|brisbane|perth\b|adelaide|canberra|\b(?:nsw|qld)\b"),
    ("CAD", r"canada|toronto|vancouver|montr[eé]al|calgary|ottawa|ontario|british columbia|alberta|quebec"),
    ("NZD", r"new zealand|auckland|wellington"),
    ("SGD", r"singapore"),
    ("HKD", r"hong kong"),
    ("MXN", r"mexico(?! beach)|méxico"),
)  # fmt: skip


def _dollar(place: str) -> str:
    """Return whose dollar "$" is at a place."""
    return next((code for code, names in _DOLLARS if re.search(names, place, re.IGNORECASE)), "USD")


def _amount(words: str) -> float | None:
    found = re.search(_NUMBER, words)
    if not found:
        return None
    digits = re.sub(r"[' \u00a0\u202f]", "", found[0])
    cents = re.search(r"[.,](\d{1,2})$", digits)
    whole = re.sub(r"[.,]", "", digits[: cents.start()] if cents else digits)
    number = float(f"{whole}.{cents[1]}" if cents else whole)
    # "100000k" is a slip, not a hundred million
    return number * 1000 if re.search(r"\d\s?[kK]\b", words) and number < 1000 else number


def _period(word: str) -> str:
    return next((name for name, words in _PERIODS.items() if re.fullmatch(words, word, re.IGNORECASE)), "")


def _period_before(before: str) -> str:
    found = re.findall(
        r"(?i)\b(hourly|per hour|weekly|monthly|annual(?:ly)?|yearly|per annum|per year|daily)\b", before
    )
    return _period(found[-1].lower().removeprefix("per ")) if found else ""


def _usual_period(low: float, currency: str) -> str:
    # by eye: so much of these is pay of a year; other currencies have other sizes
    if currency in ("USD", "EUR", "GBP", "CHF", "CAD", "AUD") and low >= 12_000:
        return "year"
    return ""


def _is_likely(low: float, high: float | None, period: str) -> bool:
    """Return False for amounts that no such period pays."""
    # wide on purpose, in any currency: they only refuse what is no pay, such as funding or a year
    bounds = {
        "hour": (5, 2_000),
        "day": (30, 10_000),
        "week": (80, 40_000),
        "month": (300, 1_000_000),
        "year": (3_000, 60_000_000),
    }
    least, most = bounds.get(period, (7, 60_000_000))
    # a range over more than twentyfold is two different things
    return least <= low <= most and (high is None or (high <= most and high <= 20 * low))


# --- work mode --------------------------------------------------------------------------------

_REMOTE_FIELD = re.compile(
    r"\b(?:remote|telecommut\w+|home ?office|télétravail|teletrabajo|remoto|work from home|wfh|anywhere)\b",
    re.I,
)
_HYBRID = re.compile(r"\b(?:hybrid\w*|h[ií]brid[oa]|ibrid[oa])\b", re.I)
_SITE_FIELD = re.compile(
    r"\b(?:on-?site|onsite|in[- ]office|in[- ]person|office[- ]based|on_site|presencial|vor ort)\b", re.I
)
_JOB = r"(?:role|position|job|work(?:ing|place)?|opportunity|contract|employment|arrangement|schedule|model|environment|basis|set-?up)"
_HYBRID_TEXT = re.compile(
    r"\b(?:part(?:ly|ially)?|semi)[- ](?:remote|from home)\b|\b(?:mix(?:ture)?|combination|split|balance) (?:of|between) "
    r"(?:\w+ )?(?:remote|on-?site|in[- ](?:person|office)|office|home)\b(?:[- ]\w+)? (?:and|&|with) (?:\w+ )?"
    r"(?:remote|on-?site|in[- ](?:person|office)|office|home)\b|"
    rf"\bhybrid way of working\b|\bhybrid[- ](?:(?:remote|working|work|flexible|office|in-office)[- "
    rf"/])?{_JOB}|{_JOB}\W{{1,4}}hybrid\b|\b(?:travail|mode|rythme|modelo|modalidad|arbeits\w*|"
    rf"arbeiten) h[yí]brid\w*|hybrid\w* (?:arbeit|werk|arbete)\w*|hybrid (?:remote|in-?office|\(|[-–]|of |from|in |out of |at |on-?site|capacity|"
    rf"approach|policy|flexib\w+|option)|"
    r"\(hybrid\b[^)\n]{0,30}\)|\bhybrid ?/ ?flexible\b|(?:full|part)[- ]time,? hybrid\b|\bpart remote\b|\([1-4](?:[-–][2-5])? days?(?:/| per | a )(?:week|wk)\)|"
    rf"\bhybrid (?-i:(?:[A-Z][\w/&-]* ){{1,5}}){_JOB}\b|"
    r"(?:^|\n)\W*hybrid\W*(?:\n|$)|\b(?:is|be|are|as) hybrid\b|\bcome in(?:to the office)? (?:[1-4]|"
    r"one|two|three|four)(?:\s?[-–]\s?[2-5])? (?:days?|times)|"
    r"\b(?:[1-4]|one|two|three|four)(?:\s?[-–]\s?[2-5]|\s+to\s+\w+)? days?(?: (?:a|per|each|"
    r"every))?(?: week)?(?: working)?,? (?:(?:in|at|from|on) "
    r"(?:the|our|your)? ?(?:\w+ )?(?:office|site|home|campus|person)\b|on-?site\b|in-(?:office|person)\b)|"
    r"\b(?:[1-4]|one|two|three|four) ?(?:x|times|days?) ?(?:/|an?|per|each) ?(?:week|wk) (?:on-?site|(?:in|at|on)[ -]"
    r"(?:the |our )?(?:office|site|person))\b|on-?site (?:\w+ ){0,3}(?:[1-4]|one|two|three|four) days?\b|"
    r"hybrid (?:and|&|or) flexible\b|flexible (?:and|&|or|/)? ?hybrid (?:work|\w+ (?:work|schedule))|(?:in|from) (?:the|our) (?:\w+ "
    r"){0,3}office (?:at least |for )?"
    r"(?:[1-4]|one|two|three|four)(?:\s?[-–]\s?[2-5]|\+)? (?:days?|times)|days? (?:a|per) week "
    r"(?:remote|from home|wfh)",
    re.IGNORECASE,
)
_REMOTE_TEXT = re.compile(
    rf"\(all remote\)|\b(?:fully|100 ?%|completely|entirely|permanently|full[- ]time|global(?:ly)?|us|uk|eu|work)[- "
    rf"]remote\b|\bremote[- ]first\b|"
    rf"\b(?:is|be|are|as) (?:a |an )?(?:\w+[- ]?\w*,? )?(?:fully )?remote(?: |-)?(?:{_JOB}|based|"
    rf"\b(?=[,.;)\n]))|"
    rf"\bremote[ -](?:{_JOB}|\(|only|within|in the|across|from anywhere|us\b|usa\b|uk\b|eu\b|europe\b|"
    rf"- |– |(?-i:(?:[A-Z]{{2,4}}/)*(?:[CEMP][SD]?T|GMT|UTC|CET)\b))|"
    rf"{_JOB}s?(?: is| are| will be|:| -| –|,)? (?:fully )?remote\b|"
    r"(?:^|\n)\W*(?:fully )?remote\W*(?:\n|$)|location\s*:?\s*(?:\w+,? ){0,3}remote\b|\bwork(?:ing)? "
    r"(?:fully |entirely )?remotely\b|"
    r"\bwork(?:ing)?[- ]from[- ](?:home|anywhere)\b|\b(?:home|remote)[- ]based\b",
    re.IGNORECASE,
)
_SITE_TEXT = re.compile(
    rf"\b(?:on-?site|in[- ]person|in[- ]office|office-based) (?:{_JOB}|in\b(?! (?:lieu|front|case|order))|at our|full[- ]time|[1-5x]|"
    rf"five)|{_JOB}(?: location)?\W{{1,4}}(?:is )?"
    r"(?:fully |100% )?(?:on-?site|in[- ]person|in[- ]office|office[- ]based)\b|(?:^|\n)\W*(?:fully "
    r")?(?:on-?site|in[- ]person|in[- ]office)\W*(?:\n|$)|"
    r"\bsingle[-‑]site (?:role|position|job)\b|\bfull[- ]time (?:at|from) (?:the|our) (?:\w+ ){0,4}(?:office|location|site|facility|plant)\b|"
    r"\b(?:5|five) days?(?: (?:a|per))?(?: week)? (?:in|at|on) (?:the|our|their|your)? ?(?:\w+ ){0,2}(?:office|site)|(?:\b(?:is|"
    r"be|fully|100%)|\()(?: an?)? ?(?:on-?site|in[- ]office)\b|(?:full|part)[- ]time,? on-?site\b|\bon-?site (?:presence|attendance)\b|"
    r"\b(?:working|reporting|customers?)(?: \w+)? on-?site\b(?! (?:visit|meeting|as)\w*)|\b(?:primarily|mostly|mainly) in[- "
    r"]person\b|\bon-campus (?:position|role|job)\b|{_JOB} \(?not remote\b|"
    r"location\s*:\s*(?:[\w, ]{0,40})(?:on-?site|in person)\b",
    re.IGNORECASE,
)
_MODE_LABEL = re.compile(
    r"(?i)(?:place of work|work(?:place)? ?(?:type|model|mode|location|arrangement|setting|style)?|"
    r"location type|remote (?:type|status)|remote ?/ ?hybrid|telework|"
    r"job location|working (?:model|pattern|arrangements?))\s*\**\s*[:\n]\s*\**\s*(?P<mode>(?:fully |"
    r"100% )?(?:hybrid|remote|on-?site|in[- ]person|in[- ]office))"
    r"|#LI[-_](?P<tag>hybrid|remote|onsite)"
)
_NOT_MODE = re.compile(
    r"(?i)\b(?:if|unless|whether|no|not|isn['’]t|cannot|can['’]t|without|unable|never|non|neither|nor|additional|extra|"
    r"not (?:a|available|eligible|offer\w*|considered|for)|may|might|occasional(?:ly)?|sometimes|"
    r"can(?! (?:be|thrive)\b))\s+(?:\w+\s+){0,3}$|\b(?:opportunit\w+|options?|possibilit\w+|ability|flexibility|chance)\s+(?:to|of|for)\s+$"
)
_OTHER_MODE = re.compile(
    r"(?i)^\W*(?:options?|possibilit\w+|opportunit\w+|allowance|stipend|budget|environments|care\b|therap\w+|program\w*|team|teams|colleagues?|sens\w+|areas?|communit\w+|locations?|sites?|monitor\w*|support|access|desktop|control|clients?|"
    r"customers?|patients?|learn\w*|participants?|employees|workforce|cloud|vehicles?|search|infrastructure|devices?|offices|deposition|hearings|services|management|meetings)"
)


_AT_TIMES = re.compile(
    r"(?i)^[^\w,.;]*(?:\w+[^\w,.;]+){0,2}(?:(?:when|if|as|where|whenever) (?:necessary|needed|"
    r"required|appropriate|feasible|possible|applicable)|"
    r"occasionally|up to \d+ ?%|on occasion|at times|from time to time|is not|are not|isn['’]t|will not be|not (?:possible|available|offered))\b"
)


def mode_of_field(words: str) -> str:
    """Return the work mode that a field names."""
    if _HYBRID.search(words):
        return "hybrid"
    if _REMOTE_FIELD.search(words) and not re.search(r"(?i)\b(?:no|not|non)\b", words):
        return "remote"
    return "on-site" if _SITE_FIELD.search(words) else ""


def mode_of_title(words: str) -> str:
    """Return the work mode that a title names; "remote sensing analyst" names none."""
    found = _REMOTE_FIELD.search(words)
    if found and _OTHER_MODE.match(words[found.end() :]):
        return ""
    return mode_of_field(words)


_LISTED = re.compile(
    # "| SF In-Person |": a place before it is no more than three capitalised words
    r"(?:[,;:/|(•·–-]\s?|^)(?:(?:[A-Z][\w.]*,? ){0,3}?)(?i:(?:100 ?% |fully )?(?:hybrid\w*(?: on-?site| remote)?|remote|(?:on-?site|in[- ]person)(?: \(hybrid\b)?))"
    r"(?=\s?(?:[,;/|)(•·–-]|$)|\s(?:\d|once|one|two|three|from|within)\b)(?!-\w)"
)
_ABOUT_THE_JOB = re.compile(
    r"(?i)\b(?:locations?|employment|work|job|position|status|type|mode|arrangement|setting|contract|telework|permanent|full[- ]time|hours|schedule)\b"
)
HEAD = 300
"""Characters of a text in which a line of facts stands: "Bern | Hybrid | CHF 100,000"."""


def _listed_mode(text: str) -> str:
    """Return the work mode of a line of facts, at the head of a text or behind a label."""
    place, before = 0, ""
    for line in text[:20_000].split("\n"):
        # a head of many parts, "A | B | San Francisco (Hybrid) | C", may be long
        short = len(line) <= 130 or (place < HEAD and line[:HEAD].count(" | ") > 1)
        found = _LISTED.search(line[:HEAD]) if short else None
        # behind the head a line must speak of the job: "Hybrid" may be a car or a cloud
        told = place < HEAD or (
            found and _ABOUT_THE_JOB.search(line[: found.start() + 1]) and ". " not in line
        )
        other = re.search(r"(?i)experience|teach\w*|\bcloud\b", line)
        if found and told and not other and not _NOT_MODE.search(line[: found.start() + 1]):
            return mode_of_field(found[0])
        before = line if line.strip() else before
        place += len(line) + 1
    return ""


_MODE_WORDS = (
    "hybrid",
    "híbrid",
    "remot",
    "site",
    "in person",
    "in-person",
    "office",
    " home",
    "-home",
    "anywhere",
    "campus",
    "wfh",
    "days",
)


def _around(text: str) -> str:
    """Return the lines that may tell a work mode, each behind the line before it: four in five cannot."""
    lines = [line for line in text.split("\n") if line.strip()]
    found = {n for n, line in enumerate(lines) if any(word in line.lower() for word in _MODE_WORDS)}
    return "\n".join(line for n, line in enumerate(lines) if n in found or n + 1 in found)


def mode_of_text(text: str) -> str:
    """Return the work mode that a text states of the job itself: hybrid before remote before on-site."""
    text = _own(text)
    labelled = _MODE_LABEL.search(text)
    if labelled and (told := mode_of_field(labelled["mode"] or labelled["tag"])):
        return told
    if listed := _listed_mode(text):
        return listed
    text = _around(text)
    # hybrid first: such texts name both home and office
    for mode, pattern in (("hybrid", _HYBRID_TEXT), ("remote", _REMOTE_TEXT), ("on-site", _SITE_TEXT)):
        for found in pattern.finditer(text):
            before, after = text[max(0, found.start() - 40) : found.start()], text[found.end() :][:50]
            if _NOT_MODE.search(before) or _OTHER_MODE.match(after) or _AT_TIMES.search(after):
                continue
            around = text[max(0, found.start() - 24) : found.end() + 16]
            if mode == "hybrid" and re.search(r"(?i)cloud|on-?prem|vehicle|infrastructure|network", around):
                continue
            if re.search(r"(?i)\bor\s*$|\boccasional\w*\s*$", before) and mode == "remote":
                continue
            return mode
    return ""


# --- employment and seniority -----------------------------------------------------------------

_EMPLOYMENT = (
    ("internship", r"intern(?:ship)?s?|praktik\w+|stage|stagiaire|prácticas|stáž"),
    ("apprenticeship", r"apprentice(?:ship)?s?|ausbildung|alternance|apprentissage"),
    ("part-time", r"part[- _]?time|parttime|teilzeit|temps partiel|media jornada|částečný úvazek|deltid|pt"),
    ("full-time", r"full[- _]?time|fulltime|vollzeit|temps plein|jornada completa|plný úvazek|fuldtid|ft|hpp"),
    ("temporary", r"temp(?:orary)?|fixed[- ]term|befristet|cdd|temporal|seasonal|zeitarbeit|intérim"),
    ("freelance", r"freelance\w*|freiberuflich"),
    ("contract", r"contract(?:or)?|b2b"),
    ("permanent", r"permanent|unbefristet|cdi|indefinido|festanstellung|regular"),
    ("volunteer", r"volunteer\w*"),
)  # fmt: skip


def employment_of_field(words: str) -> str:
    """Return the kinds of employment that a field names, in a fixed order."""
    found = [
        name
        for name, pattern in _EMPLOYMENT
        if re.search(rf"\b(?:{pattern})\b", words.replace("_", " "), re.IGNORECASE)
    ]
    return ", ".join(found)


_EMPLOYED = re.compile(
    r"(?im)(?:employment|job|position|contract|work) ?type\s*[:\n]\s*(?P<label>[^\n]{3,60})"
    r"|^\W*(?P<line>(?:permanent|full[- ]time|part[- ]time|temporary|contract|internship|freelance|"
    r"fixed[- ]term)"
    r"(?:[ ,/|·&+-]+(?:and )?(?:permanent|full[- ]time|part[- ]time|temporary|contract|regular|"
    r"fixed[- ]term))*)\W*$"
    rf"|\b(?P<said>full[- ]time|part[- ]time|permanent|temporary|fixed[- ]term)(?:,? (?:and |or "
    rf")?(?P<more>full[- ]time|part[- ]time|permanent))?,? (?:\w+ )?(?:{_JOB}|contract|post|vacancy|hours)\b"
)


def employment_of_text(text: str) -> str:
    """Return the kinds of employment that a title or a labelled or short line of a text names."""
    title, _, rest = text.partition("\n")
    told = employment_of_field(
        " ".join(
            re.findall(
                r"(?i)\b(?:part-time|full-time|intern(?:ship)?|freelance|temporary|apprentice\w*)\b", title
            )
        )
    )
    if told:
        return told
    found = _EMPLOYED.search(rest)
    return employment_of_field(" ".join(filter(None, found.groups()))) if found else ""


_LEVELS = (
    ("intern", r"stage(?=\s*[-–:(]|\s+(?:en|de|pfe)\b)|tirocinio|becari[oa]|alternan\w+|interne?(?:ship)?|trainee|apprentice\w*|praktik\w+|werkstudent\w*|stagiaire|working student|co-?op"),
    ("junior", r"junior|jr\.?|entry[- ]level|graduate|early[- ]career|new grad|débutant|berufseinsteiger\w*"),
    ("executive", r"chief (?:\w+ ){1,3}officer|c[etfompi]o|vice[- ]president|(?:[se]?vp|avp)"),
    ("director", r"director|head of|directeur|direktor"),
    ("lead", r"lead(?!\s+(?:gen|time|qual|nurtur|develop\w*\s+rep))|principal|staff(?=[\s,/&-]+(?:[\w/-]+[\s,/&-]+){0,4}(?:eng(?:ineer)?s?\b|engineer|scientist|developer|analyst|designer|architect|researcher|product|data|software))|(?:(?:team|tech|technical|shift|store|squad|crew|group|project) ?)?lead(?:er)?"),
    ("senior", r"senior|sr\.?|snr|expérimenté\w*|confirmé\w*|erfahren\w*"),
    ("mid", r"mid(?:dle)?[- ](?:level|senior|weight)|mid|intermediate|medior"),
)  # fmt: skip
_NO_LEVEL = re.compile(
    r"(?i)\b(?:senior (?:living|care|citizens?|services|home|center|centre|high|secondary|housing|"
    r"community|communities|adults?|school)|"
    r"lead generation|junior (?:high|school|college|infants)|(?:post)?graduate (?:school|"
    r"studies|admissions|education)|"
    r"principal (?:investigator's|of)|staff (?:nurse|accountant|attorney|writer|photographer|"
    r"pharmacist)|lead (?:abatement|paint|poisoning)|"
    r"assistant (?:to the )?(?:director|principal)|to the (?:director|vice|chief|ceo|cfo|cto)|medical "
    r"director's|funeral director|casting director assistant)"
)


def level_of_field(words: str) -> str:
    """Return the seniority that a field names; "Mid-Senior level" is senior."""
    if re.search(r"(?i)\b(?:not applicable|n/?a|any|no experience)\b", words):
        return "junior" if re.search(r"(?i)no experience", words) else ""
    return "senior" if re.search(r"(?i)mid[- ]senior", words) else level_of_title(words)


def level_of_title(title: str) -> str:
    """Return the seniority that a title states; most titles state none."""
    words = _NO_LEVEL.sub(" ", title)
    for name, pattern in _LEVELS:
        if re.search(rf"(?<![\w-])(?:{pattern})(?!\w)", words, re.IGNORECASE):
            return name
    return ""


_LEVEL_TEXT = re.compile(
    r"(?im)(?:seniority|experience|career|job|position)[- ]level\s*[:\n]\s*(?P<label>[^\n]{3,40})"
    r"|\b(?:this (?:is|can be|will be) an?|as an?|looking for(?: an?| our)?|search(?:ing)? (?:for|of)(?: an?| our)?|seek(?:ing|s)?(?: an?| our)?|"
    r"hiring(?: for)?(?: an?| our)?|recruiting(?: for)?(?: an?)?|need an?|for an?) (?:\w+ )?"
    r"(?P<said>entry[- ]level|junior|senior|mid[- ]level|graduate|(?-i:Lead|Principal|Staff|Head of|Director)(?= (?-i:[A-Z])))\b"
    r"|\bis an? (?P<is>entry[- ]level|junior|senior|mid[- ]level) (?:[\w-]+ ){0,3}(?:position|role|job|post)\b"
    r"|^(?:.*[.!?] )?the (?:(?-i:[A-Z][\w&/-]*) (?:(?:and|&|of) )?){0,4}(?P<post>(?-i:Junior|Senior|Lead|Principal|Staff|Intern|Trainee))(?: (?-i:[A-Z][\w/-]*)){0,4} (?:will (?!be (?:responsible for )?(?:your|supervis))|is (?:responsible|accountable))"
)


def level_of_text(text: str, title: str = "") -> str:
    """Return the seniority that a labelled line, a sentence about the post, or a heading like the title names."""
    named = {word for word in re.findall(r"\w{4,}", title.lower()) if not level_of_title(word)}
    # a heading like the title stands in the first lines; a later one is of another job
    for line in [line for line in text[:2000].split("\n") if line.strip()][:4]:
        words = re.split(r"[(|]|location:", line, maxsplit=1, flags=re.IGNORECASE)[0]
        shared = named & set(re.findall(r"\w{4,}", words.lower()))
        if (
            len(shared) >= min(2, len(named)) > 0
            and len(words) < 80
            and not re.search(r"[!?]\s|(?<!Sr)(?<!Jr)\.\s|(?i:\b(?:to|you|we|our|will|is|are)\b)", words)
            and (value := level_of_title(words))
        ):
            return value
    for found in _LEVEL_TEXT.finditer(text):
        words = found["label"] or found["said"] or found["post"] or found["is"]
        value = "lead" if words == "Staff" else level_of_field(words)
        if value:
            return value
    return ""
