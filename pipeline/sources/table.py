"""Every board in one table: its addresses, what to ask for them, and where its answers keep a posting's parts.

A path is keys with dots; `*` stands for every entry of a list, `a|b` for the first that says something, `^`
begins at the answer, `=` is a word of its own, `path/,` what stands before the last comma. A place has parts
with ` & `: `city,state` is two words of one place, `list.*:city,country` a place an entry, `?remote=Remote`
a word where the flag is set. `@name` is a group of the posting's address, made a name. An XML answer has its
elements' names as keys.
"""

# ruff: noqa: E501 - a row of the table is easier to read in few long lines

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class At:
    """One shape of address: what to ask ("" = the address itself; `{name}` is a group of the pattern).

    `pick` names the group that tells one posting of the answer from the others; `body` makes it a POST.
    """

    pattern: str
    ask: str = ""
    pick: str = ""
    body: str = ""
    board: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """One board; without `jobs` its answers are read as pages or by a file of its own.

    `has` names what tells its answers from others'. `text` are (entries, heading, field): a heading that begins
    with a dot is a field of the entry. `status` is the path of a state and the words that mean open. `skip` are
    fields whose value takes a job off the board. `bare` says why a list has no texts, where one may have none.
    `names` are (path, marks) of lists that name postings only; with `hosted` they are believed at the board's own
    address only. `link` is a posting's address where the answer has none.
    """

    name: str
    at: tuple[At, ...]
    jobs: tuple[str, ...] = ()
    has: str = ""
    title: str = ""
    text: tuple[tuple[str, str, str], ...] = ()
    company: str = ""
    place: str = ""
    date: str = ""
    url: str = ""
    link: str = ""
    item: str = "id"
    keys: str = ""
    last_day: str = ""
    employment: str = ""
    mode: str = ""
    seniority: str = ""
    salary: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    skip: tuple[tuple[str, object], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    hosted: bool = False
    marker: str = ""
    bare: str = ""
    some: bool = False


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


def _whole(*fields: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(("", "", field) for field in fields)


_RANGE = ("salary.min", "salary.max", "salary.currency", "salary.period|salary.kind")
_SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")

BOARDS: tuple[Board, ...] = (
    # in order: the first whose marks are there wins
    Board(
        "greenhouse",
        (
            At(r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/embed/job_app\?(?=.*\bfor=(?P<board>[\w-]+))(?=.*\btoken=(?P<id>\d+))", _GREENHOUSE + "/{id}", "id"),
            At(r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/embed/job_board(?:/js)?\?.*?\bfor=(?P<board>[\w-]+)", _GREENHOUSE + "?content=true", board=True),
            At(r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/(?P<board>[\w-]+)/jobs/(?P<id>\d+)", _GREENHOUSE + "/{id}", "id"),
            At(r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/(?P<board>[\w-]+)/?(?:\?.*)?$", _GREENHOUSE + "?content=true", board=True),
            At(r"boards-api(?:\.eu)?\.greenhouse\.io/v1/boards/(?P<board>[\w-]+)/jobs/(?P<id>\d+)", "", "id"),
            At(r"boards-api(?:\.eu)?\.greenhouse\.io/v1/boards/(?P<board>[\w-]+)/jobs", board=True),
            At(r"[^/]+/.*[?&]gh_jid=(?P<id>\d+)", "", "id"),
        ),
        ("jobs", ""), "absolute_url title location", "title", _whole("content"),
        "company_name|@board", "location.name", "first_published|updated_at", url="absolute_url",
        last_day="application_deadline", employment="metadata.*[name~employment].value",
        salary=("pay_input_ranges.0.min_cents/100", "pay_input_ranges.0.max_cents/100", "pay_input_ranges.0.currency_type"),
        # a post of the talent pool is no opening
        skip=(("internal_job_id", None),), bare="the board was asked without content=true: no texts",
        names=(("jobs", "absolute_url title location"),),
    ),
    Board(
        "lever",
        (
            At(rf"jobs(?P<eu>(?:\.eu)?)\.lever\.co/(?P<site>[^/?#]+)/(?P<id>{_UUID})", _LEVER + "/{id}?mode=json", "id"),
            At(r"jobs(?P<eu>(?:\.eu)?)\.lever\.co/(?P<site>[^/?#]+)/?(?:\?.*)?$", _LEVER + "?mode=json", board=True),
            At(rf"api(?:\.eu)?\.lever\.co/v0/postings/(?P<site>[^/?#]+)/(?P<id>{_UUID})", "", "id"),
            At(r"api(?:\.eu)?\.lever\.co/v0/postings/(?P<site>[^/?#]+)", board=True),
        ),
        ("",), "text hostedUrl|descriptionBody", "text",
        # requirements are normally in `lists`, whose content is bare <li> without <ul>
        (("", "", "description|descriptionPlain"), ("lists.*", ".text", "content"), ("", "", "salaryDescription"),
         ("", "", "additional|additionalPlain")),
        "@site", "categories.allLocations.*|categories.location", "createdAt", url="hostedUrl",
        employment="categories.commitment", mode="workplaceType",
        salary=("salaryRange.min", "salaryRange.max", "salaryRange.currency", "salaryRange.interval"),
    ),
    Board(
        "ashby",
        (
            At(rf"jobs\.ashbyhq\.com/(?P<board>[^/?#]+)/(?P<id>{_UUID})", _ASHBY, "id"),
            At(r"jobs\.ashbyhq\.com/(?P<board>[^/?#]+)/?(?:\?.*)?$", _ASHBY, board=True),
            At(r"api\.ashbyhq\.com/posting-api/job-board/(?P<board>[^/?#]+)", board=True),
        ),
        ("jobs",), "descriptionHtml|descriptionPlain|jobUrl", "title", _whole("descriptionHtml|descriptionPlain"),
        # where the two disagree, workplaceType is the better one
        "@board", "location & secondaryLocations.*.location & workplaceType|?isRemote=Remote", "publishedAt",
        url="jobUrl", employment="employmentType", mode="workplaceType",
        salary=("compensation.scrapeableCompensationSalarySummary|compensation.compensationTierSummary",),
        # a draft is not public
        skip=(("isListed", False),), marker="apiVersion",
    ),
    Board(
        # what its pages carry
        "ashby", (), ("posting",), "title descriptionHtml|descriptionPlainText isListed|locationName|publishedDate", "title",
        _whole("descriptionHtml|descriptionPlainText"), "^organization.name", "locationName|location",
        "publishedDate|publishedAt", employment="employmentType", status=("isListed", "true"),
    ),
    Board(
        "workday",
        (
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/wday/cxs/[^/]+/(?P<site>[^/]+)/job/."),
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/" + r"(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/?#]+)/(?:job|details)/(?P<path>[^?#]+?)(?:/apply(?:/[^?#]*)?)?/?(?:[?#].*)?$", _WORKDAY + "/job/{path}"),
            At(r"(?P<host>[\w-]+\.myworkdaysite\.com)/(?:[a-z]{2}-[A-Z]{2}/)?recruiting/(?P<tenant>[^/]+)/(?P<site>[^/?#]+)/(?:job|details)/(?P<path>[^?#]+?)(?:/apply(?:/[^?#]*)?)?/?(?:[?#].*)?$", _WORKDAY + "/job/{path}"),
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/wday/cxs/[^/]+/(?P<site>[^/]+)/jobs", _WORKDAY + "/jobs", body=_WORKDAY_LIST, board=True),
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/?#]+)(?:/jobs)?/?(?:[?#].*)?$", _WORKDAY + "/jobs", body=_WORKDAY_LIST, board=True),
        ),
        ("jobPostingInfo",), "title jobDescription|jobReqId", "title", _whole("jobDescription"),
        "^hiringOrganization.name|@tenant", "location & additionalLocations.* & remoteType", "startDate|postedOn",
        url="externalUrl", item="jobReqId|id", last_day="endDate", employment="timeType", mode="remoteType",
        status=("posted", "true"), names=(("jobPostings", "externalPath title"),),
    ),
    Board(
        "smartrecruiters",
        (
            At(r"(?:jobs|careers)\.smartrecruiters\.com/(?P<company>[^/?#]+)/(?P<id>\d{6,})", _SMART + "/{id}"),
            At(r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings/(?P<id>\w+)"),
            At(r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings", board=True),
            At(r"(?:jobs|careers)\.smartrecruiters\.com/(?P<company>[^/?#]+)/?(?:\?.*)?$", _SMART + "?limit=100&offset=0", board=True),
        ),
        ("",), "jobAd.sections", "name",
        tuple((f"jobAd.sections.{name}", ".title", "text") for name in _SECTIONS),
        "company.name|company.identifier",
        "location.fullLocation|location.city,location.region,location.country & ?location.remote=Remote|?location.hybrid=Hybrid",
        "releasedDate", url="postingUrl", employment="typeOfEmployment.label", seniority="experienceLevel.label",
        status=("active", "true"), names=(("content", "name id"),),
    ),
    Board(
        "workable",
        (
            At(r"apply\.workable\.com/j/(?P<id>\w+)", "", "id"),
            At(r"apply\.workable\.com/api/v1/widget/accounts/(?P<account>[^/?#]+)", board=True),
            At(r"apply\.workable\.com/(?P<account>[^/?#]+)/j/(?P<id>\w+)", _WORKABLE, "id"),
            At(r"apply\.workable\.com/(?P<account>[^/?#]+)/jobs/view/(?P<id>\w+)", _WORKABLE, "id"),
            At(r"apply\.workable\.com/(?P<account>[^/?#]+)/?(?:[?#].*)?$", _WORKABLE, board=True),
            At(r"(?P<account>(?!www\.|apply\.)[\w-]+)\.workable\.com/j/(?P<id>\w+)", _WORKABLE, "id"),
        ),
        ("jobs",), "shortcode title", "title",
        (("", "", "description"), ("", "Requirements", "requirements"), ("", "Benefits", "benefits")),
        "^name", "city,state,country & locations.*:city,region,country & ?telecommuting=Remote", "published_on|created_at",
        url="url", item="shortcode", employment="employment_type", seniority="experience",
        bare="the account was asked without details=true: no texts", names=(("jobs", "shortcode title"),),
    ),
    Board(
        "recruitee",
        (
            At(rf"(?P<host>[\w-]+\.recruitee\.com)/{_LOCALE}o/(?P<slug>[^/?#]+)", "https://{host}/api/offers/", "slug"),
            At(r"(?P<host>[\w-]+\.recruitee\.com)/api/offers", board=True),
            At(r"(?P<host>[\w-]+\.recruitee\.com)/?(?:[?#].*)?$", "https://{host}/api/offers/", board=True),
        ),
        ("offers", "offer"), "slug careers_url|requirements", "title",
        (("", "", "description"), ("", "Requirements", "requirements")), "company_name",
        "location|city,country & locations.*:city,country & ?remote=Remote", "published_at|created_at", url="careers_url",
        item="id|slug", keys="slug", last_day="close_at", employment="employment_type_code", seniority="experience_code",
        salary=_RANGE, status=("status", "published", "public", "active"),
    ),
    Board(
        "teamtailor",
        (
            At(rf"(?P<host>[\w.-]+)/{_LOCALE}jobs\.(?:json|rss)", board=True),
            At(rf"(?P<host>[\w-]+(?:\.[a-z]{{2}})?\.teamtailor\.com)/{_LOCALE}jobs/(?P<id>\d+)"),
            At(rf"(?P<host>[\w-]+(?:\.[a-z]{{2}})?\.teamtailor\.com)/{_LOCALE}(?:jobs)?/?(?:[?#].*)?$", "https://{host}/jobs.json", board=True),
        ),
    ),
    Board(
        "personio",
        (
            At(r"(?P<host>[\w-]+\.jobs\.personio\.(?:de|com))/job/(?P<id>\d+)", "https://{host}/xml?language=en", "id"),
            At(r"(?P<host>[\w-]+\.jobs\.personio\.(?:de|com))(?:/?(?:[?#].*)?$|/xml|/search\.json)", "https://{host}/xml?language=en", board=True),
        ),
        ("workzag-jobs.position",), "id name", "name", (("jobDescriptions.jobDescription.*", ".name", "value"),),
        "subcompany|@host", "office & additionalOffices.office.*", "createdAt", link="https://{host}/job/{id}",
        employment="employmentType & schedule", seniority="seniority",
    ),
    Board(
        "bamboohr",
        (
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/careers/list", board=True),
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/careers/(?P<id>\d+)", "https://{host}/careers/{id}/detail"),
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/jobs/view\.php\?.*?\bid=(?P<id>\d+)", "https://{host}/careers/{id}/detail"),
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/(?:careers|jobs)/?(?:[?#].*)?$", "https://{host}/careers/list", board=True),
        ),
        ("result.jobOpening", "result"), "jobOpeningName description|jobOpeningStatus", "jobOpeningName",
        _whole("description"), "@host", "location.city,location.state,location.addressCountry|location.country & ?isRemote=Remote",
        "datePosted", url="jobOpeningShareUrl", link="https://{host}/careers/{id}", employment="employmentStatusLabel",
        status=("jobOpeningStatus", "open"), names=(("result", "jobOpeningName id"),),
    ),
    Board(
        "breezy",
        (
            At(r"(?P<host>[\w-]+\.breezy\.hr)/p/(?P<id>[0-9a-f]{12})", "", "id"),
            At(r"(?P<host>[\w-]+\.breezy\.hr)(?:/json.*|/?(?:[?#].*)?)$", "https://{host}/json", board=True),
        ),
        ("",), "friendly_id name", "name", _whole("description"), "company.name",
        "location.name|location & ?location.is_remote=Remote", "published_date", url="url",
        employment="type.name|type", salary=("salary",), bare="no texts", names=(("", "friendly_id name"),),
    ),
    Board(
        "pinpoint",
        (
            At(rf"(?P<host>[\w-]+\.pinpointhq\.com)/{_LOCALE}(?:jobs|postings)/(?P<id>[\w-]+)", "https://{host}/postings.json", "id"),
            At(rf"(?P<host>[\w-]+\.pinpointhq\.com)/{_LOCALE}(?:postings(?:\.json)?|jobs)?/?(?:[?#].*)?$", "https://{host}/postings.json", board=True),
        ),
        ("data",), "title key_responsibilities|employment_type_text", "title",
        (("", "", "description"),
         *(("", f".{name}_header|{name.replace('_', ' ').capitalize()}", name)
           for name in ("key_responsibilities", "skills_knowledge_expertise", "benefits"))),
        "company.name|@host", "location.name|location.city,location.province & workplace_type_text",
        "published_at|created_at", url="url", last_day="deadline_at", employment="employment_type_text",
        mode="workplace_type_text",
        salary=("compensation|compensation_minimum", "compensation_maximum", "compensation_currency"),
    ),
    Board(
        "rippling",
        (
            At(rf"ats\.rippling\.com/(?:[a-z]{{2}}-[A-Z]{{2}}/)?(?P<slug>[^/?#]+)/jobs/(?P<id>{_UUID})", "https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs/{id}"),
            At(r"ats\.rippling\.com/(?:[a-z]{2}-[A-Z]{2}/)?(?P<slug>[^/?#]+)(?:/jobs)?/?(?:[?#].*)?$", "https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs", board=True),
            At(rf"api\.rippling\.com/platform/api/ats/v1/board/(?P<slug>[^/?#]+)/jobs/(?P<id>{_UUID})"),
            At(r"api\.rippling\.com/platform/api/ats/v1/board/(?P<slug>[^/?#]+)/jobs", board=True),
        ),
        ("",), "uuid name description", "name",
        (("description", "About the company", "company"), ("description", "About the role", "role"), ("", "", "description")),
        "companyName|@slug", "workLocations.*|workLocations.*.name|workLocations.*.label", "createdOn|created_at", url="url",
        item="uuid", employment="employmentType.label|employmentType", names=(("", "name uuid|id"), ("items", "name uuid|id")), hosted=True,
    ),
    Board(
        # `time_updated` is the last change, not the day of posting
        "comeet",
        (
            At(r"www\.comeet\.com?/jobs/(?P<name>[^/?#]+)/(?P<company>[\w.]+)/[^/?#]+/(?P<id>[\w.]+)", "", "id"),
            At(r"www\.comeet\.com?/jobs/(?P<name>[^/?#]+)/(?P<company>[\w.]+)/?(?:[?#].*)?$", board=True),
            At(r"www\.comeet\.com?/careers-api/2\.0/company/(?P<company>[\w.]+)/positions/(?P<id>[\w.]+)", "", "id"),
        ),
        ("",), "name uid details|position_url", "name", (("details.*", ".name", "value"),), "company_name|@name",
        "location.name & location.city,location.state,location.country & ?location.is_remote=Remote & workplace_type",
        "time_created|date_posted", url="url_active_page|url_comeet_hosted_page", item="uid", employment="employment_type",
        mode="workplace_type", seniority="experience_level",
    ),
    Board(
        # iCIMS: the outer page is only a frame
        "icims",
        (
            At(r"(?P<host>[\w-]+\.icims\.com)/jobs/(?P<id>\d+)/(?P<slug>[^?#]*?)/?(?:[?#].*)?$", "https://{host}/jobs/{id}/{slug}?in_iframe=1"),
        ),
    ),
    Board(
        "jobvite",
        (
            At(rf"jobs\.jobvite\.com/{_LOCALE}(?P<company>[^/?#]+)/job/(?P<id>\w+)"),
        ),
    ),
    Board(
        "jazzhr",
        (
            At(r"(?P<company>[\w-]+)\.applytojob\.com/apply/(?P<id>\w+)"),
            At(r"(?P<company>[\w-]+)\.applytojob\.com(?:/apply)?/?(?:[?#].*)?$", board=True),
        ),
    ),
    Board(
        "oracle",
        (
            At(r"(?P<host>[\w.-]+)/hcmUI/CandidateExperience/(?:[\w-]+/)?sites/(?P<site>[^/?#]+)/(?:requisitions/preview|job|jobs/job)/(?P<id>\w+)", _ORACLE + "Details?expand=all&onlyData=true&finder=ById;Id=%22{id}%22,siteNumber={site}"),
            At(r"(?P<host>[\w.-]+)/hcmUI/CandidateExperience/(?:[\w-]+/)?job/(?P<id>\w+)", _ORACLE + "Details?expand=all&onlyData=true&finder=ById;Id=%22{id}%22"),
            At(r"(?P<host>[\w.-]+)/hcmUI/CandidateExperience/(?:[\w-]+/)?sites/(?P<site>[^/?#]+)/(?:requisitions|jobs)", _ORACLE + "s?onlyData=true&expand=requisitionList&finder=findReqs;siteNumber={site},limit=100,offset=0", board=True),
        ),
        ("items",), "ExternalDescriptionStr|ExternalPostedStartDate", "Title",
        (("", "", "ExternalDescriptionStr"), ("", "Responsibilities", "ExternalResponsibilitiesStr"),
         ("", "Qualifications", "ExternalQualificationsStr"), ("", "About us", "CorporateDescriptionStr"),
         ("", "", "OrganizationDescriptionStr")),
        "LegalEmployer|Organization", "PrimaryLocation & secondaryLocations.*.Name & WorkplaceType", "ExternalPostedStartDate",
        item="Id|RequisitionId", last_day="ExternalPostedEndDate", employment="JobSchedule", mode="WorkplaceType",
        link="https://{host}/hcmUI/CandidateExperience/en/sites/{site}/job/{Id}", names=(("items.0.requisitionList", "Id Title"),),
    ),
    Board(
        # LinkedIn: the public fragment needs no session
        "linkedin",
        (
            At(r"(?:[\w-]+\.)?linkedin\.com/jobs/view/(?:[^/?#]*?-)?(?P<id>\d{6,})/?(?:[?#].*)?$", "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/{id}", "id"),
            At(r"(?:[\w-]+\.)?linkedin\.com/jobs/[^?#]*\?(?:.*&)?currentJobId=(?P<id>\d{6,})", "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/{id}", "id"),
            At(r"(?:[\w-]+\.)?linkedin\.com/jobs-guest/jobs/api/jobPosting/(?P<id>\d+)", "", "id"),
            At(r"(?:[\w-]+\.)?linkedin\.com/jobs", board=True),
        ),
    ),
    Board(
        # Hacker News: a thread or one comment
        "hackernews",
        (
            At(r"news\.ycombinator\.com/item\?(?:.*&)?id=(?P<id>\d+)", "https://hn.algolia.com/api/v1/items/{id}"),
            At(r"hn\.algolia\.com/api/v1/items/(?P<id>\d+)"),
        ),
    ),
    Board(
        # boards whose pages are read as they stand
        "indeed",
        (
            At(r"(?:[\w-]+\.)?indeed\.[a-z.]+/(?:viewjob|rc/clk|m/viewjob|pagead/clk)"),
        ),
    ),
    Board(
        "jobscz",
        (
            At(r"(?:[\w-]+\.)*jobs\.cz/(?:rpd|fp|pd)/"),
            At(r"(?:[\w-]+\.)*jobs\.cz/prace", board=True),
        ),
        ("data.widget.jobAd",), "title content|employer", "title", _whole("content.htmlContent|teaser"),
        "employer.companyName|employer.contactCompanyName", "locations.*:city,region,country", "validFrom", last_day="validTo",
        salary=("salary.min", "salary.max", "salary.currency", "salary.period"),
    ),
    Board(
        "startupjobs",
        (
            At(r"(?:www\.)?startupjobs\.(?:cz|com)/nabidka/(?P<id>\d+)"),
        ),
        ("offers",), "position startup", "position", _whole("description"), "startup", "cities.*", "lastUpdate",
        url="url", employment="jobtypes", seniority="seniority",
    ),
    Board(
        "weworkremotely",
        (
            At(r"weworkremotely\.com/remote-jobs/(?!search)[\w-]+"),
            At(r"weworkremotely\.com/(?:categories|remote-jobs)", board=True),
        ),
    ),
    Board(
        # the first entry is a legal notice; the terms ask for a link back: every listing keeps its address
        "remoteok",
        (
            At(r"remoteok\.(?:io|com)/remote-jobs/[\w-]*\d+"),
            At(r"remoteok\.(?:io|com)(?:/api|/remote-[\w-]+)?", board=True),
        ),
        ("",), "position description epoch|apply_url", "position", _whole("description"), "company", "location",
        "date|epoch", url="url", salary=("salary_min", "salary_max", "=USD"), some=True,
    ),
    Board(
        "remotive",
        (
            At(r"remotive\.(?:com|io)/remote-jobs/[\w-]+/[\w-]+"),
            At(r"remotive\.(?:com|io)/api/remote-jobs", board=True),
        ),
        ("jobs",), "candidate_required_location|publication_date title", "title", _whole("description"),
        "company_name", "candidate_required_location", "publication_date", url="url", employment="job_type", salary=("salary",),
    ),
    Board(
        "arbeitnow",
        (
            At(r"(?:www\.)?arbeitnow\.com/(?:jobs/companies/[^/]+|view)/[\w-]+"),
            At(r"(?:www\.)?arbeitnow\.com/api/job-board-api", board=True),
        ),
        ("data",), "slug company_name created_at", "title", _whole("description"), "company_name",
        "location & ?remote=Remote", "created_at", url="url", item="slug", employment="job_types",
    ),
    Board(
        "himalayas",
        (
            At(r"himalayas\.app/companies/[^/]+/jobs/[\w-]+"),
            At(r"himalayas\.app/jobs(?:/api)?", board=True),
        ),
        ("jobs",), "companyName title locationRestrictions|pubDate", "title", _whole("description"),
        "companyName", "locationRestrictions.*|locationRestrictions.*.name|=Remote", "pubDate", url="guid|applicationLink",
        item="guid", last_day="expiryDate", employment="employmentType", seniority="seniority",
        salary=("minSalary", "maxSalary", "currency", "salaryPeriod"),
    ),
    Board(
        "jobicy",
        (
            At(r"jobicy\.com/jobs/[\w-]+"),
            At(r"jobicy\.com/api/v2/remote-jobs", board=True),
        ),
        ("jobs",), "jobTitle", "jobTitle", _whole("jobDescription|jobExcerpt"), "companyName", "jobGeo", "pubDate",
        url="url", employment="jobType", seniority="jobLevel",
        salary=("salaryMin", "salaryMax", "salaryCurrency", "salaryPeriod"),
    ),
    Board(
        "usajobs",
        (
            At(r"(?:www\.)?usajobs\.gov/(?:GetJob/ViewDetails|job)/(?P<id>\d+)"),
        ),
        ("SearchResult.SearchResultItems",), "MatchedObjectDescriptor.PositionTitle", "MatchedObjectDescriptor.PositionTitle",
        # this answer of its search was never seen but in its description
        (("MatchedObjectDescriptor", "Summary", "UserArea.Details.JobSummary"),
         ("MatchedObjectDescriptor", "Duties", "UserArea.Details.MajorDuties"),
         ("MatchedObjectDescriptor", "Qualifications", "QualificationSummary"),
         ("MatchedObjectDescriptor", "Education", "UserArea.Details.Education"),
         ("MatchedObjectDescriptor", "Requirements", "UserArea.Details.Requirements")),
        "MatchedObjectDescriptor.OrganizationName",
        "MatchedObjectDescriptor.PositionLocation.*.LocationName|MatchedObjectDescriptor.PositionLocationDisplay",
        "MatchedObjectDescriptor.PublicationStartDate", url="MatchedObjectDescriptor.PositionURI",
        item="MatchedObjectId|MatchedObjectDescriptor.PositionID", last_day="MatchedObjectDescriptor.ApplicationCloseDate",
    ),
    Board(
        "neogov",
        (
            At(r"(?:[\w-]+\.)?(?:governmentjobs|schooljobs)\.com/(?:careers/[^/]+/)?jobs/(?P<id>\d+)"),
        ),
        ("rss.channel.item",), "jobId advertiseFromDate|advertiseToDateTime|jobType", "title",
        (("", "", "description"), ("", "Examples of duties", "examplesOfDuties"), ("", "Qualifications", "qualifications"),
         ("", "Supplemental information", "supplementalInformation"), ("", "Benefits", "benefits")),
        "^rss.channel.title/,", "location,state", "advertiseFromDate|pubDate", url="link", item="jobId|guid",
        last_day="advertiseToDateTime", employment="jobType",
        salary=("minimumSalary", "maximumSalary", "salaryCurrency", "salaryInterval"),
    ),
    Board(
        "digitalrecruiters",
        (),
        ("ads",), "title profile|entity|brand", "title",
        (("", "", "description"), ("", "Profil", "profile")), "brand.name|entity.public_name",
        "address.formatted|address.parts.city,address.parts.country", "published_at", url="apply_url|url", item="reference",
        employment="contract_type", salary=_RANGE,
    ),
    Board(
        "workindenmark",
        (),
        ("JobPositionPosting",), "JobPositionInformation", "JobPositionInformation.PositionTitle",
        _whole("JobPositionInformation.Purpose"), "HiringOrg.Name",
        "JobPositionInformation.WorkLocation.City,JobPositionInformation.WorkLocation.Municipality.Name,"
        "JobPositionInformation.WorkLocation.Region.Name,JobPositionInformation.WorkLocation.Country.Name"
        "|^WorkPlace.Address.City,^WorkPlace.Address.Country.Name",
        "PublicationStartDate", item="Id", last_day="PublicationEndDate",
        employment="JobPositionInformation.WeeklyWorkHours.TypeName",
    ),
)  # fmt: skip
