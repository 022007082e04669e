"""Every address that is known: which system it is and what to ask for instead. One table, nothing else.

Patterns are tried in order; the first that fits wins. `{name}` in `ask` is a group of the pattern. The
case of names is kept: some boards mind it.
"""

# ruff: noqa: E501 - a row of the table is one line

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pipeline.records import Request


@dataclass(frozen=True, slots=True)
class Address:
    """One shape of address: its system, what to ask ("" = the address itself) and the posting's group.

    `pick` names the group that tells one posting of the answer from the others; `body` makes it a POST.
    """

    system: str
    pattern: str
    ask: str = ""
    pick: str = ""
    body: str = ""
    board: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What an address is: its system, the request for it and what the pattern's groups hold."""

    system: str
    request: Request
    pick: str
    board: bool
    groups: tuple[tuple[str, str], ...]

    def group(self, name: str) -> str:
        """What the named group holds, "" when the pattern has none of that name."""
        return dict(self.groups).get(name, "")


_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}"
_WORKDAY_LIST = '{"appliedFacets":{},"limit":20,"offset":0,"searchText":""}'
_GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/{board}/jobs"
_LEVER = "https://api{eu}.lever.co/v0/postings/{site}"
_ASHBY = "https://api.ashbyhq.com/posting-api/job-board/{board}?includeCompensation=true"
_WORKDAY = "https://{host}/wday/cxs/{tenant}/{site}"
_SMART = "https://api.smartrecruiters.com/v1/companies/{company}/postings"
_WORKABLE = "https://apply.workable.com/api/v1/widget/accounts/{account}?details=true"
_ORACLE = "https://{host}/hcmRestApi/resources/latest/recruitingCEJobRequisition"
_LOCALE = r"(?:[a-z]{2}(?:[-_][A-Za-z]{2,4})?/)?"

ADDRESSES: tuple[Address, ...] = (
    # Greenhouse
    Address("greenhouse", r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/embed/job_app\?(?=.*\bfor=(?P<board>[\w-]+))(?=.*\btoken=(?P<id>\d+))", _GREENHOUSE + "/{id}", "id"),
    Address("greenhouse", r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/embed/job_board(?:/js)?\?.*?\bfor=(?P<board>[\w-]+)", _GREENHOUSE + "?content=true", board=True),
    Address("greenhouse", r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/(?P<board>[\w-]+)/jobs/(?P<id>\d+)", _GREENHOUSE + "/{id}", "id"),
    Address("greenhouse", r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/(?P<board>[\w-]+)/?(?:\?.*)?$", _GREENHOUSE + "?content=true", board=True),
    Address("greenhouse", r"boards-api(?:\.eu)?\.greenhouse\.io/v1/boards/(?P<board>[\w-]+)/jobs/(?P<id>\d+)", "", "id"),
    Address("greenhouse", r"boards-api(?:\.eu)?\.greenhouse\.io/v1/boards/(?P<board>[\w-]+)/jobs", board=True),
    Address("greenhouse", r"[^/]+/.*[?&]gh_jid=(?P<id>\d+)", "", "id"),
    # Lever
    Address("lever", rf"jobs(?P<eu>(?:\.eu)?)\.lever\.co/(?P<site>[^/?#]+)/(?P<id>{_UUID})", _LEVER + "/{id}?mode=json", "id"),
    Address("lever", r"jobs(?P<eu>(?:\.eu)?)\.lever\.co/(?P<site>[^/?#]+)/?(?:\?.*)?$", _LEVER + "?mode=json", board=True),
    Address("lever", rf"api(?:\.eu)?\.lever\.co/v0/postings/(?P<site>[^/?#]+)/(?P<id>{_UUID})", "", "id"),
    Address("lever", r"api(?:\.eu)?\.lever\.co/v0/postings/(?P<site>[^/?#]+)", board=True),
    # Ashby
    Address("ashby", rf"jobs\.ashbyhq\.com/(?P<board>[^/?#]+)/(?P<id>{_UUID})", _ASHBY, "id"),
    Address("ashby", r"jobs\.ashbyhq\.com/(?P<board>[^/?#]+)/?(?:\?.*)?$", _ASHBY, board=True),
    Address("ashby", r"api\.ashbyhq\.com/posting-api/job-board/(?P<board>[^/?#]+)", board=True),
    # Workday
    Address("workday", r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/wday/cxs/[^/]+/(?P<site>[^/]+)/job/."),
    Address("workday", r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/" + r"(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/?#]+)/(?:job|details)/(?P<path>[^?#]+?)(?:/apply(?:/[^?#]*)?)?/?(?:[?#].*)?$", _WORKDAY + "/job/{path}"),
    Address("workday", r"(?P<host>[\w-]+\.myworkdaysite\.com)/(?:[a-z]{2}-[A-Z]{2}/)?recruiting/(?P<tenant>[^/]+)/(?P<site>[^/?#]+)/(?:job|details)/(?P<path>[^?#]+?)(?:/apply(?:/[^?#]*)?)?/?(?:[?#].*)?$", _WORKDAY + "/job/{path}"),
    Address("workday", r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/wday/cxs/[^/]+/(?P<site>[^/]+)/jobs", _WORKDAY + "/jobs", body=_WORKDAY_LIST, board=True),
    Address("workday", r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/?#]+)(?:/jobs)?/?(?:[?#].*)?$", _WORKDAY + "/jobs", body=_WORKDAY_LIST, board=True),
    # SmartRecruiters
    Address("smartrecruiters", r"(?:jobs|careers)\.smartrecruiters\.com/(?P<company>[^/?#]+)/(?P<id>\d{6,})", _SMART + "/{id}"),
    Address("smartrecruiters", r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings/(?P<id>\w+)" ),
    Address("smartrecruiters", r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings", board=True),
    Address("smartrecruiters", r"(?:jobs|careers)\.smartrecruiters\.com/(?P<company>[^/?#]+)/?(?:\?.*)?$", _SMART + "?limit=100&offset=0", board=True),
    # Workable; the short form names no account, its redirect does
    Address("workable", r"apply\.workable\.com/j/(?P<id>\w+)", "", "id"),
    Address("workable", r"apply\.workable\.com/api/v1/widget/accounts/(?P<account>[^/?#]+)", board=True),
    Address("workable", r"apply\.workable\.com/(?P<account>[^/?#]+)/j/(?P<id>\w+)", _WORKABLE, "id"),
    Address("workable", r"apply\.workable\.com/(?P<account>[^/?#]+)/jobs/view/(?P<id>\w+)", _WORKABLE, "id"),
    Address("workable", r"apply\.workable\.com/(?P<account>[^/?#]+)/?(?:[?#].*)?$", _WORKABLE, board=True),
    Address("workable", r"(?P<account>(?!www\.|apply\.)[\w-]+)\.workable\.com/j/(?P<id>\w+)", _WORKABLE, "id" ),
    # Recruitee
    Address("recruitee", rf"(?P<host>[\w-]+\.recruitee\.com)/{_LOCALE}o/(?P<slug>[^/?#]+)", "https://{host}/api/offers/", "slug"),
    Address("recruitee", r"(?P<host>[\w-]+\.recruitee\.com)/api/offers", board=True),
    Address("recruitee", r"(?P<host>[\w-]+\.recruitee\.com)/?(?:[?#].*)?$", "https://{host}/api/offers/", board=True),
    # Teamtailor
    Address("teamtailor", rf"(?P<host>[\w.-]+)/{_LOCALE}jobs\.(?:json|rss)", board=True),
    Address("teamtailor", rf"(?P<host>[\w-]+(?:\.[a-z]{{2}})?\.teamtailor\.com)/{_LOCALE}jobs/(?P<id>\d+)"),
    Address("teamtailor", rf"(?P<host>[\w-]+(?:\.[a-z]{{2}})?\.teamtailor\.com)/{_LOCALE}(?:jobs)?/?(?:[?#].*)?$", "https://{host}/jobs.json", board=True),
    # Personio
    Address("personio", r"(?P<host>[\w-]+\.jobs\.personio\.(?:de|com))/job/(?P<id>\d+)", "https://{host}/xml?language=en", "id"),
    Address("personio", r"(?P<host>[\w-]+\.jobs\.personio\.(?:de|com))(?:/?(?:[?#].*)?$|/xml|/search\.json)", "https://{host}/xml?language=en", board=True),
    # BambooHR
    Address("bamboohr", r"(?P<host>[\w-]+\.bamboohr\.com)/careers/list", board=True),
    Address("bamboohr", r"(?P<host>[\w-]+\.bamboohr\.com)/careers/(?P<id>\d+)", "https://{host}/careers/{id}/detail"),
    Address("bamboohr", r"(?P<host>[\w-]+\.bamboohr\.com)/jobs/view\.php\?.*?\bid=(?P<id>\d+)", "https://{host}/careers/{id}/detail"),
    Address("bamboohr", r"(?P<host>[\w-]+\.bamboohr\.com)/(?:careers|jobs)/?(?:[?#].*)?$", "https://{host}/careers/list", board=True),
    # Breezy: the posting's own page carries JSON-LD, the list does not need to carry texts
    Address("breezy", r"(?P<host>[\w-]+\.breezy\.hr)/p/(?P<id>[0-9a-f]{12})", "", "id"),
    Address("breezy", r"(?P<host>[\w-]+\.breezy\.hr)(?:/json.*|/?(?:[?#].*)?)$", "https://{host}/json", board=True),
    # Pinpoint
    Address("pinpoint", rf"(?P<host>[\w-]+\.pinpointhq\.com)/{_LOCALE}(?:jobs|postings)/(?P<id>[\w-]+)", "https://{host}/postings.json", "id"),
    Address("pinpoint", rf"(?P<host>[\w-]+\.pinpointhq\.com)/{_LOCALE}(?:postings(?:\.json)?|jobs)?/?(?:[?#].*)?$", "https://{host}/postings.json", board=True),
    # Rippling
    Address("rippling", rf"ats\.rippling\.com/(?:[a-z]{{2}}-[A-Z]{{2}}/)?(?P<slug>[^/?#]+)/jobs/(?P<id>{_UUID})", "https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs/{id}"),
    Address("rippling", r"ats\.rippling\.com/(?:[a-z]{2}-[A-Z]{2}/)?(?P<slug>[^/?#]+)(?:/jobs)?/?(?:[?#].*)?$", "https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs", board=True),
    Address("rippling", rf"api\.rippling\.com/platform/api/ats/v1/board/(?P<slug>[^/?#]+)/jobs/(?P<id>{_UUID})" ),
    Address("rippling", r"api\.rippling\.com/platform/api/ats/v1/board/(?P<slug>[^/?#]+)/jobs", board=True),
    # Comeet: the page carries the token that its API wants
    Address("comeet", r"www\.comeet\.com?/jobs/(?P<name>[^/?#]+)/(?P<company>[\w.]+)/[^/?#]+/(?P<id>[\w.]+)", "", "id"),
    Address("comeet", r"www\.comeet\.com?/jobs/(?P<name>[^/?#]+)/(?P<company>[\w.]+)/?(?:[?#].*)?$", board=True),
    Address("comeet", r"www\.comeet\.com?/careers-api/2\.0/company/(?P<company>[\w.]+)/positions/(?P<id>[\w.]+)", "", "id"),
    # iCIMS: the outer page is only a frame
    Address("icims", r"(?P<host>[\w-]+\.icims\.com)/jobs/(?P<id>\d+)/(?P<slug>[^?#]*?)/?(?:[?#].*)?$", "https://{host}/jobs/{id}/{slug}?in_iframe=1"),
    # Jobvite, JazzHR
    Address("jobvite", rf"jobs\.jobvite\.com/{_LOCALE}(?P<company>[^/?#]+)/job/(?P<id>\w+)"),
    Address("jazzhr", r"(?P<company>[\w-]+)\.applytojob\.com/apply/(?P<id>\w+)"),
    Address("jazzhr", r"(?P<company>[\w-]+)\.applytojob\.com(?:/apply)?/?(?:[?#].*)?$", board=True),
    # Oracle
    Address("oracle", r"(?P<host>[\w.-]+)/hcmUI/CandidateExperience/(?:[\w-]+/)?sites/(?P<site>[^/?#]+)/(?:requisitions/preview|job|jobs/job)/(?P<id>\w+)", _ORACLE + "Details?expand=all&onlyData=true&finder=ById;Id=%22{id}%22,siteNumber={site}"),
    Address("oracle", r"(?P<host>[\w.-]+)/hcmUI/CandidateExperience/(?:[\w-]+/)?job/(?P<id>\w+)", _ORACLE + "Details?expand=all&onlyData=true&finder=ById;Id=%22{id}%22"),
    Address("oracle", r"(?P<host>[\w.-]+)/hcmUI/CandidateExperience/(?:[\w-]+/)?sites/(?P<site>[^/?#]+)/(?:requisitions|jobs)", _ORACLE + "s?onlyData=true&expand=requisitionList&finder=findReqs;siteNumber={site},limit=100,offset=0", board=True),
    # LinkedIn: the public fragment needs no session
    Address("linkedin", r"(?:[\w-]+\.)?linkedin\.com/jobs/view/(?:[^/?#]*?-)?(?P<id>\d{6,})/?(?:[?#].*)?$", "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/{id}", "id"),
    Address("linkedin", r"(?:[\w-]+\.)?linkedin\.com/jobs/[^?#]*\?(?:.*&)?currentJobId=(?P<id>\d{6,})", "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/{id}", "id"),
    Address("linkedin", r"(?:[\w-]+\.)?linkedin\.com/jobs-guest/jobs/api/jobPosting/(?P<id>\d+)", "", "id"),
    Address("linkedin", r"(?:[\w-]+\.)?linkedin\.com/jobs", board=True),
    # Hacker News: a thread or one comment
    Address("hackernews", r"news\.ycombinator\.com/item\?(?:.*&)?id=(?P<id>\d+)", "https://hn.algolia.com/api/v1/items/{id}"),
    Address("hackernews", r"hn\.algolia\.com/api/v1/items/(?P<id>\d+)"),
    # boards whose pages are read as they stand
    Address("indeed", r"(?:[\w-]+\.)?indeed\.[a-z.]+/(?:viewjob|rc/clk|m/viewjob|pagead/clk)"),
    Address("jobscz", r"(?:[\w-]+\.)*jobs\.cz/(?:rpd|fp|pd)/"),
    Address("jobscz", r"(?:[\w-]+\.)*jobs\.cz/prace", board=True),
    Address("startupjobs", r"(?:www\.)?startupjobs\.(?:cz|com)/nabidka/(?P<id>\d+)"),
    Address("weworkremotely", r"weworkremotely\.com/remote-jobs/(?!search)[\w-]+"),
    Address("weworkremotely", r"weworkremotely\.com/(?:categories|remote-jobs)", board=True),
    Address("remoteok", r"remoteok\.(?:io|com)/remote-jobs/[\w-]*\d+"),
    Address("remoteok", r"remoteok\.(?:io|com)(?:/api|/remote-[\w-]+)?", board=True),
    Address("remotive", r"remotive\.(?:com|io)/remote-jobs/[\w-]+/[\w-]+"),
    Address("remotive", r"remotive\.(?:com|io)/api/remote-jobs", board=True),
    Address("arbeitnow", r"(?:www\.)?arbeitnow\.com/(?:jobs/companies/[^/]+|view)/[\w-]+"),
    Address("arbeitnow", r"(?:www\.)?arbeitnow\.com/api/job-board-api", board=True),
    Address("himalayas", r"himalayas\.app/companies/[^/]+/jobs/[\w-]+"),
    Address("himalayas", r"himalayas\.app/jobs(?:/api)?", board=True),
    Address("jobicy", r"jobicy\.com/jobs/[\w-]+"),
    Address("jobicy", r"jobicy\.com/api/v2/remote-jobs", board=True),
    Address("usajobs", r"(?:www\.)?usajobs\.gov/(?:GetJob/ViewDetails|job)/(?P<id>\d+)"),
    Address("neogov", r"(?:[\w-]+\.)?(?:governmentjobs|schooljobs)\.com/(?:careers/[^/]+/)?jobs/(?P<id>\d+)"),
)  # fmt: skip

_COMPILED = tuple((address, re.compile(r"https?://" + address.pattern)) for address in ADDRESSES)


@lru_cache(maxsize=4096)
def match(url: str) -> Match | None:
    """What the table knows of an address; None where no row fits."""
    url = url.strip()
    for address, pattern in _COMPILED:
        found = pattern.match(_lower_host(url))
        if found:
            groups = {name: value or "" for name, value in found.groupdict().items()}
            request = _request(address, groups, url)
            pick = unquote(groups.get(address.pick, ""))
            return Match(address.system, request, pick, address.board, tuple(groups.items()))
    return None


def _lower_host(url: str) -> str:
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return scheme.lower() + slashes + host.lower() + slash + path


def _request(address: Address, groups: dict[str, str], url: str) -> Request:
    asked = address.ask.format(**groups) if address.ask else url
    if address.body:
        return Request(asked, "POST", address.body)
    return Request(asked)
