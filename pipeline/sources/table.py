"""Every board in one table: its addresses, what to ask for them, and where its answers keep a posting's parts.

Paths are JMESPath, with the functions of `boards` beside its own. They begin at a posting; in it `_.answer` is
the whole answer, `_.at` what the groups of its address hold, `_.host` the first label of that address. An XML
answer has its elements' names as keys.
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

    `has` tells its answers from others'. `text` is a field, or a list of fields and of [heading, field] pairs.
    `place` is a text, or a list of texts and of lists of words. `status` is a path and the words that mean open.
    `skip` takes a job off the board. `bare` says why a list has no texts, where one may have none. `names` are
    (path, marks) of lists that name postings only, `page` how many at a time; with `hosted` they are believed at the board's
    own address only. `link` is a posting's address where the answer has none, `following` the next answer's.
    """

    name: str
    at: tuple[At, ...]
    jobs: str = ""
    has: str = ""
    title: str = ""
    text: str = ""
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
    salary: str = ""
    status: tuple[str, ...] = ()
    skip: str = ""
    names: tuple[tuple[str, str], ...] = ()
    page: int = 0
    following: str = ""
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


_RANGE = "salary.[min, max, currency, period || kind]"

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
        "jobs || @", "absolute_url && title && location", "title", "content", "company_name || named(_.at.board)", "location.name",
        "[first_published, updated_at]", url="absolute_url", last_day="application_deadline",
        employment="metadata[?tells(name, 'employment')].value",
        salary="pay_input_ranges[0].[cents(min_cents), cents(max_cents), currency_type]",
        # a post of the talent pool is no opening
        skip="contains(keys(@), 'internal_job_id') && internal_job_id == `null`",
        bare="the board was asked without content=true: no texts", names=(("jobs", "absolute_url && title && location"),),
    ),
    Board(
        "lever",
        (
            At(rf"jobs(?P<eu>(?:\.eu)?)\.lever\.co/(?P<site>[^/?#]+)/(?P<id>{_UUID})", _LEVER + "/{id}?mode=json", "id"),
            At(r"jobs(?P<eu>(?:\.eu)?)\.lever\.co/(?P<site>[^/?#]+)/?(?:\?.*)?$", _LEVER + "?mode=json", board=True),
            At(rf"api(?:\.eu)?\.lever\.co/v0/postings/(?P<site>[^/?#]+)/(?P<id>{_UUID})", "", "id"),
            At(r"api(?:\.eu)?\.lever\.co/v0/postings/(?P<site>[^/?#]+)", board=True),
        ),
        "@", "text && (hostedUrl || descriptionBody)", "text",
        # requirements are normally in `lists`, whose content is bare <li> without <ul>
        "[[description || descriptionPlain], lists[*].[text, content], [salaryDescription, additional || additionalPlain]][]",
        "named(_.at.site)", "categories.[allLocations[*].[@] || location]", "createdAt", url="hostedUrl",
        employment="categories.commitment", mode="workplaceType", salary="salaryRange.[min, max, currency, interval]",
    ),
    Board(
        "ashby",
        (
            At(rf"jobs\.ashbyhq\.com/(?P<board>[^/?#]+)/(?P<id>{_UUID})", _ASHBY, "id"),
            At(r"jobs\.ashbyhq\.com/(?P<board>[^/?#]+)/?(?:\?.*)?$", _ASHBY, board=True),
            At(r"api\.ashbyhq\.com/posting-api/job-board/(?P<board>[^/?#]+)", board=True),
        ),
        "jobs", "descriptionHtml || descriptionPlain || jobUrl", "title", "descriptionHtml || descriptionPlain", "named(_.at.board)",
        "[location, secondaryLocations[*].[location]]", "publishedAt", url="jobUrl", employment="employmentType",
        # where the two disagree, workplaceType is the better one
        mode="workplaceType || isRemote == `true` && 'Remote'",
        salary="compensation.[scrapeableCompensationSalarySummary || compensationTierSummary]",
        # a draft is not public
        skip="isListed == `false`", marker="apiVersion",
    ),
    Board(
        # what its pages carry
        "ashby", (), "posting",
        "title && (descriptionHtml || descriptionPlainText) && (type(isListed) == 'boolean' || locationName || publishedDate)",
        "title", "descriptionHtml || descriptionPlainText", "_.answer.organization.name", "locationName || location",
        "[publishedDate, publishedAt]", employment="employmentType", status=("isListed == `false` && 'not listed'",),
    ),
    Board(
        "workday",
        (
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/wday/cxs/[^/]+/(?P<site>[^/]+)/job/."),
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/" + r"(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/?#]+)/(?:job|details)/(?P<path>[^?#]+?)(?:/apply(?:/[^?#]*)?)?/?(?:[?#].*)?$", _WORKDAY + "/job/{path}"),
            At(r"(?P<host>[\w-]+\.myworkdaysite\.com)/(?:[a-z]{2}-[A-Z]{2}/)?recruiting/(?P<tenant>[^/]+)/(?P<site>[^/?#]+)/(?:job|details)/(?P<path>[^?#]+?)(?:/apply(?:/[^?#]*)?)?/?(?:[?#].*)?$", _WORKDAY + "/job/{path}"),
            At(r"(?P<host>[\w.-]+\.myworkday(?:jobs(?:-impl)?|site)\.com)/wday/cxs/(?P<tenant>[^/]+)/(?P<site>[^/]+)/jobs", _WORKDAY + "/jobs", body=_WORKDAY_LIST, board=True),
            At(r"(?P<host>(?P<tenant>[\w-]+)\.(?:[\w-]+\.)?myworkdayjobs(?:-impl)?\.com)/(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[^/?#]+)(?:/jobs)?/?(?:[?#].*)?$", _WORKDAY + "/jobs", body=_WORKDAY_LIST, board=True),
        ),
        "jobPostingInfo", "title && (jobDescription || jobReqId)", "title", "jobDescription",
        "_.answer.hiringOrganization.name || named(_.at.tenant)", "[location, additionalLocations[*].[@]]", "[startDate, postedOn]",
        url="externalUrl", link=_WORKDAY + "{externalPath}", item="jobReqId || id", last_day="endDate", employment="timeType",
        mode="remoteType", status=("posted == `false` && 'not posted'",), names=(("jobPostings", "externalPath && title"),), page=20,
    ),
    Board(
        "smartrecruiters",
        (
            At(r"(?:jobs|careers)\.smartrecruiters\.com/(?P<company>[^/?#]+)/(?P<id>\d{6,})", _SMART + "/{id}"),
            At(r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings/(?P<id>\w+)"),
            At(r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings(?!.*\boffset=[1-9])", _SMART + "?limit=100&offset=0", board=True),
            At(r"api\.smartrecruiters\.com/v1/companies/(?P<company>[^/]+)/postings", board=True),
            At(r"(?:jobs|careers)\.smartrecruiters\.com/(?P<company>[^/?#]+)/?(?:\?.*)?$", _SMART + "?limit=100&offset=0", board=True),
        ),
        "@", "jobAd.sections", "name",
        "jobAd.sections.[companyDescription, jobDescription, qualifications, additionalInformation][?@].[title, text]",
        "company.[name, identifier][?@] | [0]", "location.[fullLocation || join(', ', [city, region, country][?@])]", "releasedDate",
        url="postingUrl || ref", link=_SMART + "/{id}", employment="typeOfEmployment.label", seniority="experienceLevel.label",
        mode="location.remote == `true` && 'Remote' || location.hybrid == `true` && 'Hybrid'",
        status=("active == `false` && 'not active'",), names=(("content", "name && id"),), page=100,
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
        "jobs", "shortcode && title", "title", "[description, ['Requirements', requirements], ['Benefits', benefits]]",
        "_.answer.name", "[[city, state, country], locations[*].[city, region, country]]", "[published_on, created_at]",
        url="url", item="shortcode", employment="employment_type", seniority="experience",
        mode="telecommuting == `true` && 'Remote'",
        bare="the account was asked without details=true: no texts", names=(("jobs", "shortcode && title"),),
    ),
    Board(
        "recruitee",
        (
            At(rf"(?P<host>[\w-]+\.recruitee\.com)/{_LOCALE}o/(?P<slug>[^/?#]+)", "https://{host}/api/offers/", "slug"),
            At(r"(?P<host>[\w-]+\.recruitee\.com)/api/offers", board=True),
            At(r"(?P<host>[\w-]+\.recruitee\.com)/?(?:[?#].*)?$", "https://{host}/api/offers/", board=True),
        ),
        "offers || offer", "slug && (careers_url || requirements)", "title", "[description, ['Requirements', requirements]]",
        "company_name", "[location || [city, country], locations[*].[city, country]]", "[published_at, created_at]",
        url="careers_url", item="id || slug", keys="slug", last_day="close_at", employment="employment_type_code",
        mode="remote == `true` && 'Remote'", seniority="experience_code", salary=_RANGE,
        status=("status", "published", "public", "active"),
    ),
    Board(
        "teamtailor",
        (
            At(rf"(?P<host>[\w.-]+)/{_LOCALE}jobs\.(?:json|rss)", board=True),
            At(rf"(?P<host>[\w-]+(?:\.[a-z]{{2}})?\.teamtailor\.com)/{_LOCALE}jobs/(?P<id>\d+)"),
            At(rf"(?P<host>[\w-]+(?:\.[a-z]{{2}})?\.teamtailor\.com)/{_LOCALE}(?:jobs)?/?(?:[?#].*)?$", "https://{host}/jobs.json", board=True),
        ),
        # a JSON Feed whose items carry a JobPosting; its RSS was never seen, and is read as any RSS
        "contains(version, 'jsonfeed.org') && items", "_jobposting && url", "_jobposting.title || title",
        "_jobposting.description || content_html || content_text",
        "_jobposting.hiringOrganization.name || _jobposting.identifier.name || _.answer.title",
        "to_array(_jobposting.jobLocation)[*].address.[addressLocality, addressRegion, addressCountry.name || addressCountry]",
        "[_jobposting.datePosted, date_published]", url="url", keys="parts(parts(url, '/jobs/')[1], '-')[0]", last_day="_jobposting.validThrough",
        employment="_jobposting.employmentType", mode="tells(_jobposting.jobLocationType, 'telecommute') && 'Remote'",
        salary="_jobposting.baseSalary.[value.minValue || value.value, value.maxValue, currency, value.unitText]",
    ),
    Board(
        "personio",
        (
            At(r"(?P<host>[\w-]+\.jobs\.personio\.(?:de|com))/job/(?P<id>\d+)", "https://{host}/xml?language=en", "id"),
            At(r"(?P<host>[\w-]+\.jobs\.personio\.(?:de|com))(?:/?(?:[?#].*)?$|/xml|/search\.json)", "https://{host}/xml?language=en", board=True),
        ),
        '"workzag-jobs".position', "id && name", "name", "to_array(jobDescriptions.jobDescription)[*].[name, value]",
        "subcompany || named(_.host)", "[office, to_array(additionalOffices.office)[*].[@]]", "createdAt", link="https://{host}/job/{id}",
        employment="[employmentType, schedule]", seniority="seniority",
    ),
    Board(
        "bamboohr",
        (
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/careers/list", board=True),
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/careers/(?P<id>\d+)", "https://{host}/careers/{id}/detail"),
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/jobs/view\.php\?.*?\bid=(?P<id>\d+)", "https://{host}/careers/{id}/detail"),
            At(r"(?P<host>[\w-]+\.bamboohr\.com)/(?:careers|jobs)/?(?:[?#].*)?$", "https://{host}/careers/list", board=True),
        ),
        "result.jobOpening || result", "jobOpeningName && (description || jobOpeningStatus)", "jobOpeningName", "description",
        "named(_.host)", "[[location.city, location.state, location.addressCountry] || location.country]", "datePosted",
        url="jobOpeningShareUrl", link="https://{host}/careers/{id}", employment="employmentStatusLabel",
        mode="isRemote == `true` && 'Remote'", status=("jobOpeningStatus", "open"), names=(("result", "jobOpeningName && id"),),
    ),
    Board(
        "breezy",
        (
            At(r"(?P<host>[\w-]+\.breezy\.hr)/p/(?P<id>[0-9a-f]{12})", "", "id"),
            At(r"(?P<host>[\w-]+\.breezy\.hr)(?:/json.*|/?(?:[?#].*)?)$", "https://{host}/json", board=True),
        ),
        "@", "friendly_id && name", "name", "description", "company.name", "location.name || location", "published_date", url="url",
        employment="type.name || type", mode="location.is_remote == `true` && 'Remote'", salary="salary", bare="no texts",
        names=(("@", "friendly_id && name"),),
    ),
    Board(
        "pinpoint",
        (
            At(rf"(?P<host>[\w-]+\.pinpointhq\.com)/{_LOCALE}(?:jobs|postings)/(?P<id>[\w-]+)", "https://{host}/postings.json", "id"),
            At(rf"(?P<host>[\w-]+\.pinpointhq\.com)/{_LOCALE}(?:postings(?:\.json)?|jobs)?/?(?:[?#].*)?$", "https://{host}/postings.json", board=True),
        ),
        "data", "title && (key_responsibilities || employment_type_text)", "title",
        """[description, [key_responsibilities_header || 'Key responsibilities', key_responsibilities],
        [skills_knowledge_expertise_header || 'Skills knowledge expertise', skills_knowledge_expertise],
        [benefits_header || 'Benefits', benefits]]""",
        "company.name || named(_.host)", "location.[name || join(', ', [city, province][?@])]", "[published_at, created_at]",
        url="url", last_day="deadline_at", employment="employment_type_text", mode="workplace_type_text",
        salary="compensation || [compensation_minimum, compensation_maximum, compensation_currency]",
    ),
    Board(
        "rippling",
        (
            At(rf"ats\.rippling\.com/(?:[a-z]{{2}}-[A-Z]{{2}}/)?(?P<slug>[^/?#]+)/jobs/(?P<id>{_UUID})", "https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs/{id}"),
            At(r"ats\.rippling\.com/(?:[a-z]{2}-[A-Z]{2}/)?(?P<slug>[^/?#]+)(?:/jobs)?/?(?:[?#].*)?$", "https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs", board=True),
            At(rf"api\.rippling\.com/platform/api/ats/v1/board/(?P<slug>[^/?#]+)/jobs/(?P<id>{_UUID})"),
            At(r"api\.rippling\.com/platform/api/ats/v1/board/(?P<slug>[^/?#]+)/jobs", board=True),
        ),
        "@", "uuid && name && description", "name",
        "[['About the company', description.company], ['About the role', description.role], description]",
        "companyName || named(_.at.slug)", "workLocations[*].[name || label || @]", "[createdOn, created_at]", url="url",
        item="uuid", employment="employmentType.label || employmentType",
        names=(("@", "name && (uuid || id)"), ("items", "name && (uuid || id)")), hosted=True,
    ),
    Board(
        # `time_updated` is the last change, not the day of posting
        "comeet",
        (
            At(r"www\.comeet\.com?/jobs/(?P<name>[^/?#]+)/(?P<company>[\w.]+)/[^/?#]+/(?P<id>[\w.]+)", "", "id"),
            At(r"www\.comeet\.com?/jobs/(?P<name>[^/?#]+)/(?P<company>[\w.]+)/?(?:[?#].*)?$", board=True),
            At(r"www\.comeet\.com?/careers-api/2\.0/company/(?P<company>[\w.]+)/positions/(?P<id>[\w.]+)", "", "id"),
        ),
        "@", "name && uid && (details || position_url)", "name", "ordered(details)[*].[name, value]", "company_name || named(_.at.name)",
        "location.[name, [city, state, country]]", "[time_created, date_posted]",
        url="url_active_page || url_comeet_hosted_page", item="uid", employment="employment_type",
        mode="workplace_type || location.is_remote == `true` && 'Remote'", seniority="experience_level",
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
        "items", "ExternalDescriptionStr || ExternalPostedStartDate", "Title",
        """[ExternalDescriptionStr, ['Responsibilities', ExternalResponsibilitiesStr], ['Qualifications', ExternalQualificationsStr],
        ['About us', CorporateDescriptionStr], OrganizationDescriptionStr]""",
        "LegalEmployer || Organization", "[PrimaryLocation, secondaryLocations[*].[Name]]", "ExternalPostedStartDate",
        item="Id || RequisitionId", last_day="ExternalPostedEndDate", employment="JobSchedule", mode="WorkplaceType",
        link="https://{host}/hcmUI/CandidateExperience/en/sites/{site}/job/{Id}", names=(("items[0].requisitionList", "Id && Title"),),
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
        "data.widget.jobAd", "title && (content || employer)", "title", "content.htmlContent || teaser",
        "employer.[companyName, contactCompanyName][?@] | [0]", "locations[*].[city, region, country]", "validFrom",
        last_day="validTo", salary="salary.[min, max, currency, period]",
    ),
    Board(
        "startupjobs",
        (
            At(r"(?:www\.)?startupjobs\.(?:cz|com)/nabidka/(?P<id>\d+)"),
        ),
        "offers", "position && startup", "position", "description", "startup", "cities[*].[@]", "lastUpdate", url="url",
        employment="jobtypes", seniority="seniority",
    ),
    Board(
        "weworkremotely",
        (
            At(r"weworkremotely\.com/remote-jobs/(?!search)[\w-]+"),
            At(r"weworkremotely\.com/(?:categories|remote-jobs)", board=True),
        ),
        "rss.channel.item", "tells(link, 'weworkremotely.com') && title", "parts(title, ': ')[1] || title", "description",
        "parts(title, ': ')[1] && parts(title, ': ')[0]", "region", "pubDate", url="link || guid", item="guid || link",
        last_day="expires_at", employment="type",
    ),
    Board(
        # the first entry is a legal notice; the terms ask for a link back: every listing keeps its address
        "remoteok",
        (
            At(r"remoteok\.(?:io|com)/remote-jobs/[\w-]*\d+"),
            At(r"remoteok\.(?:io|com)(?:/api|/remote-[\w-]+)?", board=True),
        ),
        "@", "position && description && (epoch || apply_url)", "position", "description", "company", "location", "[date, epoch]",
        url="url", salary="[salary_min, salary_max, 'USD']", some=True,
    ),
    Board(
        "remotive",
        (
            At(r"remotive\.(?:com|io)/remote-jobs/[\w-]+/[\w-]+"),
            At(r"remotive\.(?:com|io)/api/remote-jobs", board=True),
        ),
        "jobs", "(candidate_required_location || publication_date) && title", "title", "description", "company_name",
        "candidate_required_location", "publication_date", url="url", employment="job_type", salary="salary",
    ),
    Board(
        "arbeitnow",
        (
            At(r"(?:www\.)?arbeitnow\.com/(?:jobs/companies/[^/]+|view)/[\w-]+"),
            At(r"(?:www\.)?arbeitnow\.com/api/job-board-api", board=True),
        ),
        "data", "slug && company_name && created_at", "title", "description", "company_name", "location", "created_at", url="url",
        item="slug", employment="job_types", mode="remote == `true` && 'Remote'", following="links.next",
    ),
    Board(
        "himalayas",
        (
            At(r"himalayas\.app/companies/[^/]+/jobs/[\w-]+"),
            At(r"himalayas\.app/jobs(?:/api)?", board=True),
        ),
        "jobs", "companyName && title && (locationRestrictions || pubDate)", "title", "description", "companyName",
        "locationRestrictions[*].[name || @] || 'Remote'", "pubDate", url="guid || applicationLink", item="guid",
        last_day="expiryDate", employment="employmentType", seniority="seniority",
        salary="[minSalary, maxSalary, currency, salaryPeriod]",
    ),
    Board(
        "jobicy",
        (
            At(r"jobicy\.com/jobs/[\w-]+"),
            At(r"jobicy\.com/api/v2/remote-jobs", board=True),
        ),
        "jobs", "jobTitle", "jobTitle", "jobDescription || jobExcerpt", "companyName", "jobGeo", "pubDate", url="url",
        employment="jobType", seniority="jobLevel", salary="[salaryMin, salaryMax, salaryCurrency, salaryPeriod]",
    ),
    Board(
        "usajobs",
        (
            At(r"(?:www\.)?usajobs\.gov/(?:GetJob/ViewDetails|job)/(?P<id>\d+)"),
        ),
        # this answer of its search was never seen but in its description
        "SearchResult.SearchResultItems", "MatchedObjectDescriptor.PositionTitle", "MatchedObjectDescriptor.PositionTitle",
        """MatchedObjectDescriptor.[['Summary', UserArea.Details.JobSummary], ['Duties', UserArea.Details.MajorDuties],
        ['Qualifications', QualificationSummary], ['Education', UserArea.Details.Education],
        ['Requirements', UserArea.Details.Requirements]]""",
        "MatchedObjectDescriptor.OrganizationName",
        "MatchedObjectDescriptor.[PositionLocation[*].[LocationName] || PositionLocationDisplay]",
        "MatchedObjectDescriptor.PublicationStartDate", url="MatchedObjectDescriptor.PositionURI",
        item="MatchedObjectId || MatchedObjectDescriptor.PositionID", last_day="MatchedObjectDescriptor.ApplicationCloseDate",
    ),
    Board(
        # its HR-XML of 2012
        "usajobs", (), "ShowPositionOpening.DataArea.PositionOpening", "within(@, 'PositionTitle')", "within(@, 'PositionTitle')[0]",
        """[['Summary', within(@, 'JobSummary')], ['Duties', within(@, 'MajorDuties')], ['Qualifications', within(@, 'Qualifications')],
        ['Education', within(@, 'Education')], ['Requirements', within(@, 'Requirements')],
        ['How you will be evaluated', within(@, 'Evaluations')], ['How to apply', within(@, 'HowToApply')],
        ['Benefits', within(@, 'Benefits')]]""",
        "within(@, 'OrganizationName')[0]", "within(@, 'LocationName')[*].[@]", "within(@, 'StartDate')[0].FormattedDateTime",
        url="within(@, 'PositionURI')[0] || within(@, 'ApplyOnlineURI')[0]", item="DocumentID",
        last_day="within(@, 'EndDate')[0].FormattedDateTime", status=("PositionOpeningStatusCode", "active", "open"),
        employment="within(@, 'PositionOfferingTypeCode')[0] || within(@, 'PositionScheduleTypeCode')[0]",
    ),
    Board(
        "neogov",
        (
            At(r"(?:[\w-]+\.)?(?:governmentjobs|schooljobs)\.com/(?:careers/[^/]+/)?jobs/(?P<id>\d+)"),
        ),
        "rss.channel.item", "jobId && (advertiseFromDate || advertiseToDateTime || jobType)", "title",
        """[description, ['Examples of duties', examplesOfDuties], ['Qualifications', qualifications],
        ['Supplemental information', supplementalInformation], ['Benefits', benefits]]""",
        "parts(_.answer.rss.channel.title, ',')[0]", "[[location, state]]", "[advertiseFromDate, pubDate]", url="link",
        item="jobId || guid", last_day="advertiseToDateTime", employment="jobType",
        salary="[minimumSalary, maximumSalary, salaryCurrency, salaryInterval]",
    ),
    Board(
        "digitalrecruiters",
        (),
        "ads", "title && (profile || entity || brand)", "title", "[description, ['Profil', profile]]",
        "brand.name || entity.public_name", "address.[formatted || [parts.city, parts.country]]", "published_at",
        url="apply_url || url", item="reference", employment="contract_type", salary=_RANGE,
    ),
    Board(
        "workindenmark",
        (),
        "JobPositionPosting", "JobPositionInformation", "JobPositionInformation.PositionTitle", "JobPositionInformation.Purpose",
        "HiringOrg.Name",
        "JobPositionInformation.WorkLocation.[[City, Municipality.Name, Region.Name, Country.Name]] || _.answer.WorkPlace.Address.[[City, Country.Name]]",
        "PublicationStartDate", item="Id", last_day="PublicationEndDate", employment="JobPositionInformation.WeeklyWorkHours.TypeName",
    ),
)  # fmt: skip
