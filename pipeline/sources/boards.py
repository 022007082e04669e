"""Read the JSON answers of boards: a table of where each board keeps what, and one reader for all of them.

A path is keys with dots; `*` stands for every entry of a list, `a|b` for the first that says something. A
place has parts with ` & `: `city,state` is two words of one place, `list.*:city,country` a place an entry,
`?remote=Remote` a word where the flag is set. `@name` is a group of the posting's address, made a name.
"""

# ruff: noqa: E501 - a row of the table is easier to read in few long lines

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.markup import has_tags, unescaped
from pipeline.records import Listing, Reading, Request
from pipeline.sources import addresses
from pipeline.sources.common import Named, listed, reading, single
from pipeline.sources.dates import day
from pipeline.sources.document import Document
from pipeline.sources.values import at, block, dicts, joined, named, pay, word, words


@dataclass(frozen=True, slots=True)
class Board:
    """Where one board keeps the parts of a posting; `has` names what tells its answers from others'.

    `text` are (entries, heading, field): a heading that begins with a dot is a field of the entry. `status` is
    the path of a state and the words that mean open. `skip` are fields whose value takes a job off the board.
    `bare` says why a list has no texts, where one may have none.
    """

    name: str
    jobs: tuple[str, ...]
    has: str
    title: str
    text: tuple[tuple[str, str, str], ...]
    company: str
    place: str
    date: str
    url: str = ""
    item: str = "id"
    keys: str = ""
    last_day: str = ""
    employment: str = ""
    mode: str = ""
    seniority: str = ""
    salary: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    skip: tuple[tuple[str, object], ...] = ()
    marker: str = ""
    bare: str = ""
    some: bool = False


def _whole(*fields: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(("", "", field) for field in fields)


_RANGE = ("salary.min", "salary.max", "salary.currency", "salary.period|salary.kind")
_SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")

BOARDS: tuple[Board, ...] = (
    # in order: the first whose marks are there wins
    Board(
        "greenhouse", ("jobs", ""), "absolute_url title location", "title", _whole("content"),
        "company_name|@board", "location.name", "first_published|updated_at", url="absolute_url",
        last_day="application_deadline", employment="metadata.*[name~employment].value",
        salary=("pay_input_ranges.0.min_cents/100", "pay_input_ranges.0.max_cents/100", "pay_input_ranges.0.currency_type"),
        # a post of the talent pool is no opening
        skip=(("internal_job_id", None),), bare="the board was asked without content=true: no texts",
    ),
    Board(
        "lever", ("",), "text hostedUrl|descriptionBody", "text",
        # requirements are normally in `lists`, whose content is bare <li> without <ul>
        (("", "", "description|descriptionPlain"), ("lists.*", ".text", "content"), ("", "", "salaryDescription"),
         ("", "", "additional|additionalPlain")),
        "@site", "categories.allLocations.*|categories.location", "createdAt", url="hostedUrl",
        employment="categories.commitment", mode="workplaceType",
        salary=("salaryRange.min", "salaryRange.max", "salaryRange.currency", "salaryRange.interval"),
    ),
    Board(
        "ashby", ("jobs",), "descriptionHtml|descriptionPlain|jobUrl", "title", _whole("descriptionHtml|descriptionPlain"),
        # where the two disagree, workplaceType is the better one
        "@board", "location & secondaryLocations.*.location & workplaceType|?isRemote=Remote", "publishedAt",
        url="jobUrl", employment="employmentType", mode="workplaceType",
        salary=("compensation.scrapeableCompensationSalarySummary|compensation.compensationTierSummary",),
        # a draft is not public
        skip=(("isListed", False),), marker="apiVersion",
    ),
    Board(
        "workday", ("jobPostingInfo",), "title jobDescription|jobReqId", "title", _whole("jobDescription"),
        "^hiringOrganization.name|@tenant", "location & additionalLocations.* & remoteType", "startDate|postedOn",
        url="externalUrl", item="jobReqId|id", last_day="endDate", employment="timeType", mode="remoteType",
        status=("posted", "true"),
    ),
    Board(
        "smartrecruiters", ("",), "jobAd.sections", "name",
        tuple((f"jobAd.sections.{name}", ".title", "text") for name in _SECTIONS),
        "company.name|company.identifier",
        "location.fullLocation|location.city,location.region,location.country & ?location.remote=Remote|?location.hybrid=Hybrid",
        "releasedDate", url="postingUrl", employment="typeOfEmployment.label", seniority="experienceLevel.label",
        status=("active", "true"),
    ),
    Board(
        "workable", ("jobs",), "shortcode title", "title",
        (("", "", "description"), ("", "Requirements", "requirements"), ("", "Benefits", "benefits")),
        "^name", "city,state,country & locations.*:city,region,country & ?telecommuting=Remote", "published_on|created_at",
        url="url", item="shortcode", employment="employment_type", seniority="experience",
        bare="the account was asked without details=true: no texts",
    ),
    Board(
        "recruitee", ("offers", "offer"), "slug careers_url|requirements", "title",
        (("", "", "description"), ("", "Requirements", "requirements")), "company_name",
        "location|city,country & locations.*:city,country & ?remote=Remote", "published_at|created_at", url="careers_url",
        item="id|slug", keys="slug", last_day="close_at", employment="employment_type_code", seniority="experience_code",
        salary=_RANGE, status=("status", "published", "public", "active"),
    ),
    Board(
        "bamboohr", ("result.jobOpening", "result"), "jobOpeningName description|jobOpeningStatus", "jobOpeningName",
        _whole("description"), "@host", "location.city,location.state,location.addressCountry|location.country & ?isRemote=Remote",
        "datePosted", url="jobOpeningShareUrl", employment="employmentStatusLabel", status=("jobOpeningStatus", "open"),
    ),
    Board(
        "breezy", ("",), "friendly_id name", "name", _whole("description"), "company.name",
        "location.name|location & ?location.is_remote=Remote", "published_date", url="url",
        employment="type.name|type", salary=("salary",), bare="no texts",
    ),
    Board(
        "pinpoint", ("data",), "title key_responsibilities|employment_type_text", "title",
        (("", "", "description"),
         *(("", f".{name}_header|{name.replace('_', ' ').capitalize()}", name)
           for name in ("key_responsibilities", "skills_knowledge_expertise", "benefits"))),
        "company.name|@host", "location.name|location.city,location.province & workplace_type_text",
        "published_at|created_at", url="url", last_day="deadline_at", employment="employment_type_text",
        mode="workplace_type_text",
        salary=("compensation|compensation_minimum", "compensation_maximum", "compensation_currency"),
    ),
    Board(
        "rippling", ("",), "uuid name description", "name",
        (("description", "About the company", "company"), ("description", "About the role", "role"), ("", "", "description")),
        "companyName|@slug", "workLocations.*|workLocations.*.name|workLocations.*.label", "createdOn|created_at", url="url",
        item="uuid", employment="employmentType.label|employmentType",
    ),
    Board(
        # `time_updated` is the last change, not the day of posting
        "comeet", ("",), "name uid details|position_url", "name", (("details.*", ".name", "value"),), "company_name|@name",
        "location.name & location.city,location.state,location.country & ?location.is_remote=Remote & workplace_type",
        "time_created|date_posted", url="url_active_page|url_comeet_hosted_page", item="uid", employment="employment_type",
        mode="workplace_type", seniority="experience_level",
    ),
    Board(
        "oracle", ("items",), "ExternalDescriptionStr|ExternalPostedStartDate", "Title",
        (("", "", "ExternalDescriptionStr"), ("", "Responsibilities", "ExternalResponsibilitiesStr"),
         ("", "Qualifications", "ExternalQualificationsStr"), ("", "About us", "CorporateDescriptionStr"),
         ("", "", "OrganizationDescriptionStr")),
        "LegalEmployer|Organization", "PrimaryLocation & secondaryLocations.*.Name & WorkplaceType", "ExternalPostedStartDate",
        item="Id|RequisitionId", last_day="ExternalPostedEndDate", employment="JobSchedule", mode="WorkplaceType",
    ),
    Board(
        # the first entry is a legal notice; the terms ask for a link back: every listing keeps its address
        "remoteok", ("",), "position description epoch|apply_url", "position", _whole("description"), "company", "location",
        "date|epoch", url="url", salary=("salary_min", "salary_max", "=USD"), some=True,
    ),
    Board(
        "remotive", ("jobs",), "candidate_required_location|publication_date title", "title", _whole("description"),
        "company_name", "candidate_required_location", "publication_date", url="url", employment="job_type", salary=("salary",),
    ),
    Board(
        "himalayas", ("jobs",), "companyName title locationRestrictions|pubDate", "title", _whole("description"),
        "companyName", "locationRestrictions.*|locationRestrictions.*.name|=Remote", "pubDate", url="guid|applicationLink",
        item="guid", last_day="expiryDate", employment="employmentType", seniority="seniority",
        salary=("minSalary", "maxSalary", "currency", "salaryPeriod"),
    ),
    Board(
        "jobicy", ("jobs",), "jobTitle", "jobTitle", _whole("jobDescription|jobExcerpt"), "companyName", "jobGeo", "pubDate",
        url="url", employment="jobType", seniority="jobLevel",
        salary=("salaryMin", "salaryMax", "salaryCurrency", "salaryPeriod"),
    ),
    Board(
        "arbeitnow", ("data",), "slug company_name created_at", "title", _whole("description"), "company_name",
        "location & ?remote=Remote", "created_at", url="url", item="slug", employment="job_types",
    ),
    Board(
        "startupjobs", ("offers",), "position startup", "position", _whole("description"), "startup", "cities.*", "lastUpdate",
        url="url", employment="jobtypes", seniority="seniority",
    ),
    Board(
        "digitalrecruiters", ("ads",), "title profile|entity|brand", "title",
        (("", "", "description"), ("", "Profil", "profile")), "brand.name|entity.public_name",
        "address.formatted|address.parts.city,address.parts.country", "published_at", url="apply_url|url", item="reference",
        employment="contract_type", salary=_RANGE,
    ),
    Board(
        "workindenmark", ("JobPositionPosting",), "JobPositionInformation", "JobPositionInformation.PositionTitle",
        _whole("JobPositionInformation.Purpose"), "HiringOrg.Name",
        "JobPositionInformation.WorkLocation.City,JobPositionInformation.WorkLocation.Municipality.Name,"
        "JobPositionInformation.WorkLocation.Region.Name,JobPositionInformation.WorkLocation.Country.Name"
        "|^WorkPlace.Address.City,^WorkPlace.Address.Country.Name",
        "PublicationStartDate", item="Id", last_day="PublicationEndDate",
        employment="JobPositionInformation.WeeklyWorkHours.TypeName",
    ),
)  # fmt: skip


NAMES: tuple[tuple[str, str, str, str], ...] = (
    ("greenhouse", "jobs", "absolute_url title location", "title"),
    ("workday", "jobPostings", "externalPath title", "title"),
    ("smartrecruiters", "content", "name id", "name"),
    ("workable", "jobs", "shortcode title", "title"),
    ("bamboohr", "result", "jobOpeningName id", "jobOpeningName"),
    ("breezy", "", "friendly_id name", "name"),
    ("rippling", "", "name uuid|id", "name"),
    ("rippling", "items", "name uuid|id", "name"),
    ("oracle", "items.0.requisitionList", "Id Title", "Title"),
)
"""System, path, marks and title of the lists that name postings without their texts."""

_ANY_HOST = frozenset(("breezy", "rippling"))
"""Systems whose lists have so few marks that only the address tells them."""


# --- paths ------------------------------------------------------------------------------------


def _values(value: Any, path: str) -> list[Any]:
    """Return every value at one path."""
    found = [value]
    for step in path.split(".") if path else ():
        if step == "*":
            found = [item for each in found if isinstance(each, list) for item in each]
        elif step.startswith("*["):
            # `*[name~word]`: the entries whose field has the word
            key, _, wanted = step[2:-1].partition("~")
            found = [i for each in found for i in dicts(each) if wanted in str(i.get(key, "")).lower()]
        else:
            found = [at(each, int(step) if step.isdigit() else step) for each in found]
    return [each for each in found if each not in (None, "", [], {})]


def _first(job: Any, paths: str, whole: Any = None) -> Any:
    """Return the first value of a path that has one; `^` begins at the answer, `=` is a word of its own."""
    for path in paths.split("|") if paths else ():
        if path.startswith("="):
            return path[1:]
        found = _values(whole if path.startswith("^") else job, path.lstrip("^"))
        if found:
            return found[0] if len(found) == 1 else found
    return None


def _place(job: Any, spec: str, whole: Any) -> str | None:
    parts: list[str] = []
    for part in spec.split(" & "):
        for choice in part.split("|"):
            found = [place for place in _places(job, choice, whole) if place]
            # a place that another one names already is said once
            parts += [p for p in found if not any(p.split(",")[0] in known for known in parts)]
            if found:
                break
    return joined((part.strip(" ,") for part in parts), " | ")


def _places(job: Any, choice: str, whole: Any) -> list[str | None]:
    if choice.startswith("?"):
        flag, _, said = choice[1:].partition("=")
        return [said] if _first(job, flag) is True else []
    entries, colon, fields = choice.partition(":")
    if colon:
        return [joined(word(_first(e, field)) for field in fields.split(",")) for e in _values(job, entries)]
    if "," in choice:
        return [joined(word(_first(job, field, whole)) for field in choice.split(","))]
    found = _first(job, choice, whole)
    return list(words(found))


def _company(job: Any, board: Board, whole: Any, url: str, document: Document) -> str | None:
    for choice in board.company.split("|"):
        if not choice.startswith("@"):
            found = word(_first(job, choice, whole))
        elif choice == "@host":
            host = urlsplit(document.base if board.name == "bamboohr" else url).hostname or ""
            found = named(host.split(".")[0]) if board.name in host else None
        else:
            matches = (addresses.match(url), document.address)
            slug = next(
                (g for m in matches if m and m.system == board.name and (g := m.group(choice[1:]))), ""
            )
            found = slug.upper() if 0 < len(slug) <= 3 else named(slug) or None
        if found:
            return found
    return None


# --- one reader -------------------------------------------------------------------------------


def read(document: Document) -> Reading | None:
    """Return the postings of a board's answer, or how many its list names; None for JSON of no board here."""
    if document.kind != "json":
        return None
    for board in BOARDS:
        jobs, many = _jobs(document.data, board)
        if jobs or (many and board.marker and board.marker in document.data):
            return _reading(document, board, jobs, many)
    return _named(document) or _refused(document)


def _jobs(data: Any, board: Board) -> tuple[list[dict[str, Any]], bool]:
    """Return the board's jobs, and True where the answer is a list of them."""
    for path in board.jobs:
        found = _first(data, path) if path else data
        rows = dicts(found) if isinstance(found, list) else dicts([found])
        marked = [row for row in rows if all(_first(row, mark) is not None for mark in board.has.split(" "))]
        if marked and (board.some or len(marked) == len(rows)):
            return marked, isinstance(found, list)
    return [], isinstance(at(data, board.jobs[0]), list) if board.jobs[0] else False


def _reading(document: Document, board: Board, jobs: list[dict[str, Any]], many: bool) -> Reading:
    if many and board.bare and not any(_content(job, board) for job in jobs):
        return listed(board.name, len(jobs), "" if board.bare == "no texts" else board.bare)
    open_jobs = [job for job in jobs if not any(k in job and job[k] is v for k, v in board.skip)]
    found = [_listing(job, board, document) for job in open_jobs]
    answer = (
        reading(document, board.name, found) if many or document.pick else single(found[0][0], board.name)
    )
    following = word(at(document.data, "links", "next")) if board.name == "arbeitnow" else None
    follow = (Request(following),) if following and following.startswith("https://") else ()
    return Reading(answer.outcome, answer.listings, answer.detail, follow, board.name)


def _listing(job: dict[str, Any], board: Board, document: Document) -> Named:
    whole = document.data
    url = word(_first(job, board.url)) or document.url
    item = word(_first(job, board.item))
    content = _content(job, board)
    listing = Listing(
        url=url,
        system=board.name,
        title=word(_first(job, board.title)),
        content=content,
        is_html=has_tags(content),
        company=_company(job, board, whole, url, document),
        location=_place(job, board.place, whole),
        date_posted=next(
            (d for p in board.date.split("|") if (d := day(_first(job, p), document.now))), None
        ),
        valid_through=day(_first(job, board.last_day)),
        closed=_closed(job, board),
        employment_type=joined(words(_first(job, board.employment))),
        item=item,
        salary=_salary(job, board),
        work_mode=word(_first(job, board.mode)) or _remote(job, board),
        seniority=joined(words(_first(job, board.seniority))),
    )
    keys = (
        item,
        *words(_first(job, board.keys)),
        word(job.get("id")),
        url.rstrip("/").rsplit("/", 1)[-1][:36],
    )
    return listing, tuple(key for key in (*keys, url.rstrip("/").rsplit("/", 1)[-1][:12]) if key)


def _content(job: dict[str, Any], board: Board) -> str:
    parts = []
    for entries, heading, field in board.text:
        for entry in (
            sorted(_values(job, entries), key=_order) if entries.endswith("*") else _values(job, entries)
        ):
            text = unescaped(str(found)) if isinstance(found := _first(entry, field), str) else ""
            if not has_tags(text):
                text = html.escape(html.unescape(text), quote=False).strip().replace("\n", "<br>")
            elif text.lstrip().startswith("<li"):
                text = f"<ul>{text}</ul>"
            own, _, other = heading.partition("|")
            title = word(_first(entry, own[1:])) if own.startswith(".") else own
            parts.append(block(title or other, text))
    return "".join(parts)


def _order(entry: Any) -> int:
    order = at(entry, "order")
    return order if isinstance(order, int) else 99


def _closed(job: dict[str, Any], board: Board) -> str | None:
    state = _first(job, board.status[0]) if board.status else None
    told = str(state).lower()
    return (
        None if state is None or told in board.status[1:] else f"{board.name} says {board.status[0]}: {told}"
    )


def _salary(job: dict[str, Any], board: Board) -> str | None:
    values = []
    for spec in board.salary:
        path, _, part = spec.partition("/")
        value = _first(job, path)
        values.append(round(value / int(part)) if part and isinstance(value, int | float) else value)
    if len(values) == 1 or (values and isinstance(values[0], str) and not values[0][:1].isdigit()):
        return word(values[0])
    return pay(*values) if values else None


def _remote(job: dict[str, Any], board: Board) -> str | None:
    flags = (part for spec in board.place.split(" & ") for part in spec.split("|") if part.startswith("?"))
    return next(
        (flag.partition("=")[2] for flag in flags if _first(job, flag[1:].partition("=")[0]) is True), None
    )


# --- lists that only name ---------------------------------------------------------------------


def _named_rows(document: Document) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    for name, path, has, title in NAMES if document.kind == "json" else ():
        found = _first(document.data, path) if path else document.data
        rows = dicts(found)
        marked = rows and all(_first(row, mark) is not None for row in rows[:50] for mark in has.split(" "))
        if marked and (name not in _ANY_HOST or document.system == name or "friendly_id" in rows[0]):
            return name, [(word(_first(row, title)) or "", row) for row in rows]
    return "", []


def _named(document: Document) -> Reading | None:
    name, rows = _named_rows(document)
    if not name:
        return None
    total = at(document.data, "total") or at(document.data, "totalFound")
    detail = f"{len(rows)} of {total} postings named, none with its text" if total else ""
    follow = _next_pages(name, len(rows), total, document) if isinstance(total, int) else ()
    return Reading("listing", detail=detail or listed(name, len(rows)).detail, follow=follow, system=name)


def _refused(document: Document) -> Reading | None:
    if document.system != "workday" or at(document.data, "errorCode") is None:
        return None
    told = str(at(document.data, "message") or "")
    gone = at(document.data, "httpStatus") in (404, 410) or "not found" in told.lower()
    return Reading("not-found" if gone else "error", detail=told[:200], system="workday")


WORKDAY_MOST = 2000
"""Some tenants of Workday repeat page one beyond this offset."""


def _next_pages(name: str, count: int, total: int, document: Document) -> tuple[Request, ...]:
    asked = (
        document.page.url
        if "/wday/cxs/" in document.page.url or "/v1/companies/" in document.page.url
        else document.url
    )
    if name == "workday":
        found = addresses.match(asked)
        if not found or found.system != name or not found.board:
            return ()
        # `total` is 0 on later pages of some tenants, so the first page names them all
        body = '{"appliedFacets": {}, "limit": 20, "offset": %d, "searchText": ""}'
        return tuple(
            Request(found.request.url, "POST", body % n) for n in range(20, min(total, WORKDAY_MOST), 20)
        )
    base = asked.split("?")[0]
    if (
        name != "smartrecruiters"
        or "/v1/companies/" not in base
        or at(document.data, "offset") != 0
        or not count
    ):
        return ()
    return tuple(Request(f"{base}?limit=100&offset={n}") for n in range(100, total, 100))


def links(document: Document) -> list[tuple[str, str]] | None:
    """Return title and address of every posting that a list names."""
    name, rows = _named_rows(document)
    return [(title, url) for title, row in rows if (url := _link(name, row, document))] or None


def _link(name: str, row: dict[str, Any], document: Document) -> str:
    host = urlsplit(document.base).netloc
    if name == "workday":
        base = (document.page.final_url or document.url).split("?")[0].rstrip("/").removesuffix("/jobs")
        if "/wday/cxs/" not in base:
            found = addresses.match(document.url)
            base = found.request.url.removesuffix("/jobs") if found else ""
        return f"{base}{row.get('externalPath')}"
    if name == "smartrecruiters":
        api = f"https://api.smartrecruiters.com/v1/companies/{at(row, 'company', 'identifier')}/postings/{row.get('id')}"
        return word(row.get("ref")) or api
    if name == "bamboohr":
        return f"https://{host}/careers/{row.get('id')}"
    if name == "oracle":
        site = document.address.group("site") if document.address else ""
        return f"https://{host}/hcmUI/CandidateExperience/en/{f'sites/{site}/' if site else ''}job/{row.get('Id')}"
    return word(row.get("absolute_url") or row.get("url")) or ""
