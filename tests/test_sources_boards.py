"""Answers of boards, in the documented shape of each, give the listings that they state."""
# ruff: noqa: E501 - an answer is easier to read in few long lines than in many short ones

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline import read, sources
from pipeline.records import Listing, RawPage, Reading, SourceLine

UUID = "0b3c1d2e-4f5a-4b6c-8d7e-9f0a1b2c3d4e"
OTHER = "1b3c1d2e-4f5a-4b6c-8d7e-9f0a1b2c3d4e"
TEXT = "<p>You tend the beehives of Kolibri.</p><ul><li>Python</li><li>Patience with queens</li></ul>"
WORDS = ("You tend the beehives of Kolibri.", "- Python", "- Patience with queens")
ESCAPED = TEXT.replace("<", "&lt;").replace(">", "&gt;")


def page(body: object, url: str = "", status: int = 200, fetched_at: str = "2026-11-21T10:00:00") -> RawPage:
    raw = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    return RawPage(url, url, status, (("content-type", "text/html"),), raw, fetched_at)


def reading(body: object, url: str = "", **known: Any) -> Reading:
    return sources.read_page(page(body, url, **known), url)


def text_of(listing: Listing) -> str:
    return read.posting_from(listing, SourceLine(listing.url), page(b"")).text


GREENHOUSE = {
    "absolute_url": "https://boards.greenhouse.io/kolibri/jobs/41",
    "internal_job_id": 5,
    "id": 41,
    "title": " Beekeeper of data ",
    "company_name": "Kolibri ",
    "location": {"name": "Berlin | Brno"},
    "first_published": "2026-07-16T23:55:32-04:00",
    "updated_at": "2026-08-01T00:00:00-04:00",
    "content": ESCAPED,
}
LEVER = {
    "id": UUID,
    "text": "Beekeeper of data",
    "hostedUrl": f"https://jobs.lever.co/kolibri-farms/{UUID}",
    "categories": {"location": "Berlin", "allLocations": ["Berlin", "Brno"], "commitment": "Full-time"},
    "createdAt": 1784246400000,
    "description": "<div>You tend the beehives of Kolibri.</div>",
    "lists": [{"text": "Requirements", "content": "<li>Python</li><li>Patience with queens</li>"}],
    "additional": "<p>Apply soon.</p>",
}
ASHBY = {
    "apiVersion": "1",
    "jobs": [
        {"id": UUID, "title": "Beekeeper of data ", "location": "Berlin", "isListed": True, "isRemote": True,
         "workplaceType": "Hybrid", "secondaryLocations": [{"location": "Brno"}], "publishedAt": "2026-07-17T01:00:00+00:00",
         "jobUrl": f"https://jobs.ashbyhq.com/Kolibri/{UUID}", "descriptionHtml": TEXT},
        {"id": OTHER, "title": "A draft", "location": "Berlin", "isListed": False, "descriptionHtml": TEXT},
    ],
}  # fmt: skip
WORKDAY = {
    "jobPostingInfo": {
        "title": "Beekeeper of data", "jobDescription": TEXT, "location": "Berlin", "additionalLocations": ["Brno"],
        "startDate": "2026-07-17", "postedOn": "Posted 30+ Days Ago", "jobReqId": "R-1", "posted": True,
        "externalUrl": "https://kolibri.wd5.myworkdayjobs.com/External/job/Berlin/Beekeeper_R-1",
    },
    "userAuthenticated": False,
}  # fmt: skip
SMART = {
    "id": "744000012345678", "name": "Beekeeper of data", "company": {"name": "Kolibri", "identifier": "Kolibri"},
    "location": {"fullLocation": "Berlin, Germany", "remote": False, "hybrid": True}, "releasedDate": "2026-07-17T01:00:00.000Z",
    "active": True,
    "jobAd": {"sections": {"jobDescription": {"title": "Job Description", "text": TEXT}, "qualifications": {"title": "Qualifications", "text": ""}}},
}  # fmt: skip
WORKABLE = {"name": "Kolibri", "jobs": [{"title": "Beekeeper of data", "shortcode": "AB12CD34EF", "city": "Berlin", "state": "", "country": "Germany",
            "telecommuting": False, "published_on": "2026-07-17", "url": "https://apply.workable.com/j/AB12CD34EF", "description": TEXT}]}  # fmt: skip
RECRUITEE = {"offers": [{"id": 9, "slug": "beekeeper", "title": "Beekeeper of data", "company_name": "Kolibri", "location": "Berlin, Germany",
             "careers_url": "https://kolibri.recruitee.com/o/beekeeper", "published_at": "2026-07-17 20:45:29 UTC", "status": "published",
             "description": "<p>You tend the beehives of Kolibri.</p>", "requirements": "<ul><li>Python</li><li>Patience with queens</li></ul>"}]}  # fmt: skip
TEAMTAILOR = {"version": "https://jsonfeed.org/version/1.1", "title": "Kolibri", "items": [{"id": "x", "title": "Beekeeper of data",
              "url": "https://kolibri.teamtailor.com/jobs/41-beekeeper", "_jobposting": {"@type": "JobPosting", "title": "Beekeeper of data", "description": TEXT,
              "datePosted": "2026-07-17T09:26:20+01:00", "jobLocation": [{"address": {"addressLocality": "Berlin"}}], "hiringOrganization": {"name": "Kolibri"}}}]}  # fmt: skip
PERSONIO = f"""<?xml version="1.0" encoding="UTF-8"?><workzag-jobs>
<position><id>41</id><subcompany>Kolibri</subcompany><office>Berlin</office><name>Beekeeper of data</name>
<jobDescriptions><jobDescription><name>Your job</name><value><![CDATA[{TEXT}]]></value></jobDescription></jobDescriptions>
<createdAt>2026-07-17T14:10:41+00:00</createdAt></position>
<position><id>41</id><subcompany>Kolibri</subcompany><office>Berlin</office><name>Beekeeper of data</name>
<jobDescriptions><jobDescription><name>Your job</name><value><![CDATA[{TEXT}]]></value></jobDescription></jobDescriptions>
<createdAt>2026-07-17T14:10:41+00:00</createdAt></position></workzag-jobs>"""
BAMBOO = {"result": {"jobOpening": {"id": 41, "jobOpeningName": "Beekeeper of data", "description": TEXT, "datePosted": "2026-07-17",
          "location": {"city": "Berlin"}, "jobOpeningStatus": "Open", "jobOpeningShareUrl": "https://kolibri.bamboohr.com/careers/41"}}}  # fmt: skip
BREEZY = [{"id": "0123456789ab", "friendly_id": "0123456789ab-beekeeper", "name": "Beekeeper of data", "description": TEXT, "url": "https://kolibri.breezy.hr/p/0123456789ab-beekeeper",
           "published_date": "2026-07-17T01:00:00Z", "location": {"name": "Berlin"}, "company": {"name": "Kolibri"}}]  # fmt: skip
PINPOINT = {"data": [{"id": "41", "title": "Beekeeper of data", "description": "<p>You tend the beehives of Kolibri.</p>", "key_responsibilities": "<ul><li>Python</li></ul>",
            "skills_knowledge_expertise": "<ul><li>Patience with queens</li></ul>", "url": f"https://kolibri.pinpointhq.com/en/postings/{UUID}",
            "location": {"name": "Berlin"}, "created_at": "2026-07-17"}]}  # fmt: skip
RIPPLING = {"uuid": UUID, "name": "Beekeeper of data", "description": {"company": "<p>We are Kolibri.</p>", "role": TEXT}, "workLocations": ["Berlin"],
            "companyName": "Kolibri", "createdOn": "2026-07-17"}  # fmt: skip
COMEET = [{"name": "Beekeeper of data", "uid": "18.767", "company_name": "Kolibri", "location": {"name": "Berlin", "country": "DE"}, "time_updated": "2026-07-17",
           "url_active_page": "https://kolibri.example/jobs/18", "details": [{"name": "Requirements", "value": "<ul><li>Python</li><li>Patience with queens</li></ul>", "order": 2},
           {"name": "Description", "value": "<p>You tend the beehives of Kolibri.</p>", "order": 1}]}]  # fmt: skip
ORACLE = {"items": [{"Id": "210001", "Title": "Beekeeper of data", "ExternalDescriptionStr": TEXT, "PrimaryLocation": "Berlin", "ExternalPostedStartDate": "2026-07-17T01:00:00+00:00"}]}  # fmt: skip
REMOTEOK = [{"legal": "Please link back."}, {"id": "41", "epoch": 1784246400, "date": "2026-07-17T00:00:00+00:00", "position": "Beekeeper of data", "company": "Kolibri",
             "location": "Berlin, ", "url": "https://remoteOK.com/remote-jobs/41", "description": TEXT +
                 "<br/>Please mention the word **HONEY** and tag RMT== when applying to show you read "
                 "the job post completely (#RMT==). This is a beta feature to avoid spam applicants. "
                 "Companies can search these words to find applicants that read this and see they're "
                 "human."}]  # fmt: skip
REMOTIVE = {"jobs": [{"id": 41, "url": "https://remotive.com/remote-jobs/data/41", "title": "Beekeeper of data", "company_name": "Kolibri",
            "candidate_required_location": "Berlin", "publication_date": "2026-07-17T14:23:05", "description": TEXT}]}  # fmt: skip
ARBEITNOW = {"data": [{"slug": "beekeeper-41", "title": "Beekeeper of data", "company_name": "Kolibri", "location": "Berlin", "remote": True, "job_types": ["Full time"],
             "created_at": 1784246400, "url": "https://www.arbeitnow.com/view/beekeeper-41", "description": TEXT}], "links": {"next": "https://www.arbeitnow.com/api/job-board-api?page=2"}}  # fmt: skip
HIMALAYAS = {"jobs": [{"title": "Beekeeper of data", "companyName": "Kolibri", "locationRestrictions": ["Berlin"], "pubDate": 1784246400, "expiryDate": 1800000000,
             "guid": "https://himalayas.app/companies/kolibri/jobs/beekeeper", "description": TEXT}]}  # fmt: skip
JOBICY = {"jobs": [{"id": 41, "jobTitle": "Beekeeper of data", "companyName": "Kolibri", "jobGeo": "Berlin", "pubDate": "2026-07-17T18:45:05+00:00",
          "url": "https://jobicy.com/jobs/41-beekeeper", "jobDescription": TEXT}]}  # fmt: skip
STARTUPJOBS = {"offers": [{"id": "41", "position": "Beekeeper of data", "startup": "Kolibri", "cities": ["Berlin, Německo"], "description": TEXT, "lastUpdate": "2026-07-17T14:22:02+01:00",
               "url": "https://www.startupjobs.cz/nabidka/41/beekeeper"}]}  # fmt: skip
WIDGET = {"data": {"widget": {"jobAd": {"id": "41", "title": "Beekeeper of data", "content": {"htmlContent": TEXT}, "validFrom": "2026-07-17T07:51:18+01:00",
          "locations": [{"city": "Berlin"}], "employer": {"companyName": "Kolibri"}}}}}  # fmt: skip
DENMARK = {"JobPositionPosting": {"Id": 41, "HiringOrg": {"Name": "Kolibri"}, "PublicationStartDate": "2026-07-17T00:00:00",
           "JobPositionInformation": {"PositionTitle": "Beekeeper of data", "Purpose": TEXT, "WorkLocation": {"City": "Berlin"}}}}  # fmt: skip
RECRUITERS = {"ads": [{"title": "Beekeeper of data", "reference": "K41", "published_at": "2026-07-17T10:18:17+00:00", "description": "<p>You tend the beehives of Kolibri.</p>",
              "profile": "<ul><li>Python</li><li>Patience with queens</li></ul>", "brand": {"name": "Kolibri"}, "address": {"formatted": "Allee 1, Berlin"}}]}  # fmt: skip
NEOGOV = f"""<?xml version="1.0"?><rss xmlns:joblisting="http://www.neogov.com/namespaces/JobListing" version="2.0"><channel><title>Kolibri, MI</title>
<item><title>Beekeeper of data</title><link>http://agency.governmentjobs.com/kolibri/default.cfm?jobid=41</link><description>{ESCAPED}</description>
<joblisting:jobId>41</joblisting:jobId><joblisting:advertiseFromDate>Fri, 17 Jul 2026</joblisting:advertiseFromDate>
<joblisting:advertiseToDateTime>Mon, 31 Jan 2028 23:59:00</joblisting:advertiseToDateTime><joblisting:location>Berlin</joblisting:location></item></channel></rss>"""
USAJOBS = """<ShowPositionOpening xmlns="http://www.hr-xml.org/3"><DataArea><PositionOpening><DocumentID>41</DocumentID><PositionOpeningStatusCode>Active</PositionOpeningStatusCode>
<PositionLocation><LocationName>Berlin</LocationName></PositionLocation><OrganizationName>Kolibri</OrganizationName><PositionPeriod><StartDate><FormattedDateTime>2026-07-17</FormattedDateTime></StartDate></PositionPeriod>
<PositionTitle>Beekeeper of data</PositionTitle><UserArea><JobSummary>You tend the beehives of Kolibri.</JobSummary><Qualifications>&lt;ul&gt;&lt;li&gt;Python&lt;/li&gt;&lt;li&gt;Patience with queens&lt;/li&gt;&lt;/ul&gt;</Qualifications></UserArea></PositionOpening></DataArea></ShowPositionOpening>"""
WWR = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>We Work Remotely</title><link>https://weworkremotely.com/categories/x.rss</link>
<item><title>Kolibri: Beekeeper of data</title><region>Berlin Only</region><link>https://weworkremotely.com/remote-jobs/kolibri-beekeeper</link><pubDate>Fri, 17 Jul 2026 10:00:00 +0000</pubDate>
<description>&lt;p&gt;&lt;strong&gt;Headquarters:&lt;/strong&gt; Berlin&lt;/p&gt;{ESCAPED}</description></item></channel></rss>"""
PARTNER = """<?xml version="1.0"?><root><job><job_id>41</job_id><title><![CDATA[Beekeeper of data]]></title><url>https://partner.example/41</url><company_title>Kolibri</company_title>
<city>Berlin</city><publication_date>2026-07-17 23:21:39</publication_date><description><![CDATA[<p>You tend the beehives of Kolibri.</p>]]></description><profile><![CDATA[<ul><li>Python</li><li>Patience with queens</li></ul>]]></profile></job></root>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title><a href="/offre/41">Beekeeper of data</a></title><link>https://offres.example/41</link>
<author>Kolibri</author><pubDate>2026-07-17T16:40:27+0100</pubDate><dc:coverage>Berlin</dc:coverage><dc:description>75</dc:description><description>{ESCAPED.replace("&", "&amp;")}</description></item></channel></rss>"""

ANSWERS = {
    "greenhouse": {"jobs": [GREENHOUSE]}, "lever": LEVER, "ashby": ASHBY, "workday": WORKDAY, "smartrecruiters": SMART, "workable": WORKABLE,
    "recruitee": RECRUITEE, "teamtailor": TEAMTAILOR, "personio": PERSONIO, "bamboohr": BAMBOO, "breezy": BREEZY, "pinpoint": PINPOINT,
    "rippling": RIPPLING, "comeet": COMEET, "oracle": ORACLE, "remoteok": REMOTEOK, "remotive": REMOTIVE, "arbeitnow": ARBEITNOW,
    "himalayas": HIMALAYAS, "jobicy": JOBICY, "startupjobs": STARTUPJOBS, "jobscz": WIDGET, "workindenmark": DENMARK,
    "digitalrecruiters": RECRUITERS, "neogov": NEOGOV, "usajobs": USAJOBS, "weworkremotely": WWR, "feed-partner": PARTNER, "feed-rss": RSS,
}  # fmt: skip
UNDATED = {"comeet"}
NAMELESS = {"bamboohr", "pinpoint", "oracle"}


@pytest.mark.parametrize("system", sorted(ANSWERS))
def test_an_answer_gives_title_employer_place_day_and_the_whole_text(system: str) -> None:
    found = reading(ANSWERS[system])
    assert (found.outcome, found.system) == ("posting", system.split("-")[0])
    listing = found.listings[0]
    assert listing.title == "Beekeeper of data"
    assert "Berlin" in (listing.location or "")
    assert listing.date_posted == (
        None if system in UNDATED else "2026-07-17" if system != "greenhouse" else "2026-07-16"
    )
    assert (listing.company or "").startswith("Kolibri") or system in NAMELESS
    text = text_of(listing)
    for words in WORDS:
        assert words in text
    assert "<" not in text
    assert "&lt;" not in text
    assert "mention the word" not in text


@pytest.mark.parametrize(
    ("body", "url", "outcome"),
    [
        (
            {
                "jobs": [
                    GREENHOUSE,
                    GREENHOUSE | {"id": 42, "absolute_url": "https://boards.greenhouse.io/kolibri/jobs/42"},
                ]
            },
            "",
            "feed",
        ),
        (GREENHOUSE, "https://boards.greenhouse.io/kolibri/jobs/41", "posting"),
        (ASHBY, f"https://jobs.ashbyhq.com/Kolibri/{UUID}", "posting"),
        (ASHBY, f"https://jobs.ashbyhq.com/Kolibri/{OTHER}", "closed"),
        (WORKABLE, "https://apply.workable.com/kolibri/j/AB12CD34EF/", "posting"),
        (WORKABLE, "https://apply.workable.com/kolibri/j/GONE/", "closed"),
        (RECRUITEE, "https://kolibri.recruitee.com/o/beekeeper", "posting"),
        (PERSONIO, "https://kolibri.jobs.personio.de/job/41", "posting"),
        (PERSONIO, "https://kolibri.jobs.personio.de/job/99", "closed"),
        (PINPOINT, f"https://kolibri.pinpointhq.com/en/postings/{UUID}", "posting"),
        ({"jobs": [], "apiVersion": "1"}, f"https://jobs.ashbyhq.com/Nobody/{UUID}", "not-found"),
        ({"jobs": [GREENHOUSE | {"content": ""}]}, "", "listing"),
        (SMART | {"active": False}, "", "closed"),
        ({"jobPostingInfo": WORKDAY["jobPostingInfo"] | {"posted": False}}, "", "closed"),
        ({"offers": [RECRUITEE["offers"][0] | {"close_at": "2026-01-31"}]}, "", "closed"),
        (
            {"total": 41, "jobPostings": [{"title": "Beekeeper", "externalPath": "/job/Berlin/B_R-1"}]},
            "",
            "listing",
        ),
        (
            {"offset": 0, "limit": 100, "totalFound": 250, "content": [{"id": "1", "name": "Beekeeper"}]},
            "",
            "listing",
        ),
        ({"meta": {"totalCount": 1}, "result": [{"id": 1, "jobOpeningName": "Beekeeper"}]}, "", "listing"),
        ({"error": "no such board"}, "", "not-a-posting"),
        ({}, "", "not-a-posting"),
        ([], "", "not-a-posting"),
    ],
)
def test_an_answer_is_named_for_what_it_is(body: object, url: str, outcome: str) -> None:
    found = reading(body, url)
    assert found.outcome == outcome
    assert bool(found.listings) == (
        outcome in ("posting", "feed") or (outcome == "closed" and not found.detail.endswith("among them"))
    )


def test_json_of_no_known_board_is_read_where_it_has_titles_and_texts() -> None:
    long = TEXT + "<p>" + "Bees like sun and clover. " * 12 + "</p>"
    own = {
        "results": [
            {
                "jobTitle": "Beekeeper of data",
                "employerName": "Kolibri",
                "city": "Berlin",
                "description": long,
                "url": "https://kolibri.example/41",
                "publishedAt": "2026-07-17",
            }
        ]
    }
    stated = {"@context": "https://schema.org", "@type": "JobPosting", "title": "Beekeeper of data", "description": long, "hiringOrganization": {"name": "Kolibri"},
              "jobLocation": {"address": {"addressLocality": "Berlin"}}, "datePosted": "2026-07-17"}  # fmt: skip
    for answer in (own, stated, [stated], {"data": {"job": own["results"][0]}}):
        found = reading(answer)
        assert found.outcome == "posting"
        listing = found.listings[0]
        assert (listing.title, listing.company, listing.location, listing.date_posted) == (
            "Beekeeper of data",
            "Kolibri",
            "Berlin",
            "2026-07-17",
        )
        assert all(words in text_of(listing) for words in WORDS)
    assert reading({"title": "Settings", "description": "short"}).outcome == "not-a-posting"


def test_a_page_that_tells_its_posting_needs_no_api() -> None:
    told = (
        "<p>You tend the beehives of Kolibri and you write down what you see there every day of the year.</p>"
        * 10
    )
    html = f'<html><body><script src="https://boards.greenhouse.io/embed/job_board/js?for=kolibri"></script><h1>Data Engineer</h1><h2>Requirements</h2>{told}</body></html>'
    assert reading(html, "https://kolibri.example/careers?gh_jid=41").outcome == "posting"


def test_requirements_of_lever_are_in_the_text_under_their_heading() -> None:
    text = text_of(reading(LEVER).listings[0])
    assert (
        text.index("beehives")
        < text.index("Requirements")
        < text.index("- Python")
        < text.index("Apply soon")
    )


def test_a_day_in_the_past_closes_nothing_where_the_pages_age_is_unknown() -> None:
    old = {"offers": [RECRUITEE["offers"][0] | {"close_at": "2001-01-31"}]}
    assert reading(old, fetched_at="").outcome == "posting"
    assert reading(old, fetched_at="2001-01-31T10:00:00").outcome == "posting"
    assert reading(old, fetched_at="2001-02-01T10:00:00").outcome == "closed"


def test_relative_days_count_from_the_time_of_the_page_only() -> None:
    info = {k: v for k, v in WORKDAY["jobPostingInfo"].items() if k != "startDate"} | {
        "postedOn": "Posted 3 Days Ago"
    }
    assert reading({"jobPostingInfo": info}).listings[0].date_posted == "2026-11-18"
    assert reading({"jobPostingInfo": info}, fetched_at="").listings[0].date_posted is None
    assert (
        reading({"jobPostingInfo": info | {"postedOn": "Posted 30+ Days Ago"}}).listings[0].date_posted
        is None
    )


def test_a_prospect_post_of_greenhouse_is_no_opening() -> None:
    pool = GREENHOUSE | {"id": 7, "internal_job_id": None, "title": "Talent pool"}
    found = reading({"jobs": [GREENHOUSE, pool]})
    assert [listing.title for listing in found.listings] == ["Beekeeper of data"]


def test_a_page_that_embeds_greenhouse_leads_to_its_api() -> None:
    html = '<html><script src="https://boards.greenhouse.io/embed/job_board/js?for=kolibri"></script></html>'
    found = reading(html, "https://kolibri.example/careers?gh_jid=41")
    assert [r.url for r in found.follow] == ["https://boards-api.greenhouse.io/v1/boards/kolibri/jobs/41"]
    assert not found.listings


def test_a_comeet_page_leads_to_its_api_by_the_token_in_it() -> None:
    html = '<html><body><script>COMPANY_DATA = {"token": "0123456789ABCDEF0123"};</script></body></html>'
    found = reading(html, "https://www.comeet.com/jobs/kolibri/F6.003/beekeeper/18.767")
    assert "F6.003/positions/18.767?token=0123456789ABCDEF0123" in found.follow[0].url


def test_an_icims_frame_leads_inside() -> None:
    html = '<html><body><iframe id="icims_content_iframe" src="x"></iframe></body></html>'
    found = reading(html, "https://careers-kolibri.icims.com/jobs/41/beekeeper/job")
    assert found.follow[0].url == "https://careers-kolibri.icims.com/jobs/41/beekeeper/job?in_iframe=1"


def test_a_short_workable_address_leads_to_the_account_where_it_ended() -> None:
    ended = "https://apply.workable.com/kolibri/j/AB12CD34EF/"
    shell = RawPage(
        "https://apply.workable.com/j/AB12CD34EF",
        ended,
        200,
        (),
        b"<html><body><div id=app></div></body></html>",
        "",
    )
    found = sources.read_page(shell, "https://apply.workable.com/j/AB12CD34EF")
    assert found.follow[0].url == "https://apply.workable.com/api/v1/widget/accounts/kolibri?details=true"


def test_a_list_names_its_next_pages() -> None:
    workday = reading(
        {"total": 45, "jobPostings": [{"title": "B", "externalPath": "/job/x"}]},
        "https://kolibri.wd5.myworkdayjobs.com/External",
    )
    assert [json.loads(r.json_body or "")["offset"] for r in workday.follow] == [20, 40]
    url = "https://api.smartrecruiters.com/v1/companies/Kolibri/postings?limit=100&offset=0"
    smart = reading(
        {"offset": 0, "limit": 100, "totalFound": 250, "content": [{"id": "1", "name": "B"}]}, url
    )
    assert [r.url[-10:] for r in smart.follow] == ["offset=100", "offset=200"]


def test_links_of_a_list_are_addresses_of_its_postings() -> None:
    url = "https://kolibri.wd5.myworkdayjobs.com/External"
    cxs = "https://kolibri.wd5.myworkdayjobs.com/wday/cxs/kolibri/External"
    answer = RawPage(
        f"{cxs}/jobs",
        f"{cxs}/jobs",
        200,
        (),
        json.dumps(
            {"total": 1, "jobPostings": [{"title": "Beekeeper", "externalPath": "/job/Berlin/B_R-1"}]}
        ).encode(),
        "",
    )
    assert sources.links(answer, url) == [("Beekeeper", f"{cxs}/job/Berlin/B_R-1")]
    assert sources.links(page({"jobs": [GREENHOUSE]}), "") == [
        ("Beekeeper of data", "https://boards.greenhouse.io/kolibri/jobs/41")
    ]
    assert sources.links(page(ASHBY), "") == [
        ("Beekeeper of data", f"https://jobs.ashbyhq.com/Kolibri/{UUID}")
    ]


HN = {
    "id": 1, "title": "Ask HN: Who is hiring?", "created_at": "2026-07-01T15:01:21.000Z",
    "children": [
        {"id": 2, "author": "a", "created_at": "2026-07-01T15:01:52.000Z", "type": "comment",
         "text": "Kolibri | Data Engineer | Berlin or REMOTE (EU) | Full-time | $100k<p>We are hiring "
             "somebody who tends our beehives with Python and who has patience with queens. Apply at "
             "our site."},
        {"id": 3, "author": "b", "created_at": "2026-07-01T15:02:52.000Z", "type": "comment",
         "text": "Is anybody here who has found a job in one of these threads? I have never seen that "
             "happen in ten years of reading them all."},
        {"id": 4, "author": "c", "created_at": "2026-07-01T15:03:52.000Z", "type": "comment", "text": None},
        {"id": 5, "author": "d", "created_at": "2026-07-01T15:04:52.000Z", "type": "comment",
         "text": "Nectar (Remote US) — Senior Backend Developer — Go / Postgres<p>Nectar is hiring "
             "developers who like honey and who know Go, Postgres and how queens behave."},
    ],
}  # fmt: skip


def test_a_hacker_news_thread_gives_the_comments_that_offer_jobs() -> None:
    found = reading(HN)
    assert [(x.company, x.title, x.location) for x in found.listings] == [
        ("Kolibri", "Data Engineer", "Berlin or REMOTE (EU)"),
        ("Nectar", "Senior Backend Developer", "Remote US"),
    ]
    assert found.listings[0].url == "https://news.ycombinator.com/item?id=2"


def test_one_comment_is_one_posting() -> None:
    found = reading({**HN["children"][0], "children": []}, "https://news.ycombinator.com/item?id=2")
    assert (found.outcome, found.listings[0].company) == ("posting", "Kolibri")
    talk = reading({**HN["children"][1], "children": []}, "https://news.ycombinator.com/item?id=3")
    assert talk.outcome == "not-a-posting"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, "not-found"),
        (410, "closed"),
        (403, "blocked"),
        (429, "blocked"),
        (503, "blocked"),
        (999, "blocked"),
        (401, "login-wall"),
        (500, "error"),
        (502, "error"),
        (400, "error"),
    ],
)
def test_a_status_speaks_for_itself(status: int, outcome: str) -> None:
    assert reading(GREENHOUSE, status=status).outcome == outcome


@pytest.mark.parametrize("system", sorted(ANSWERS))
def test_an_answer_with_values_of_wrong_types_is_read_without_a_crash(system: str) -> None:
    body = ANSWERS[system]
    if isinstance(body, str):
        assert reading(body.replace("Berlin", "").replace("2026", "x")).outcome in (
            "posting",
            "closed",
            "no-text",
        )
        return
    for wrong in (None, 7, True, "x", [], {}, ["y"], {"z": 1}):
        assert reading(_spoilt(body, wrong)).outcome in (
            "posting",
            "closed",
            "no-text",
            "not-a-posting",
            "listing",
            "feed",
        )


def _spoilt(value: Any, wrong: object) -> Any:
    if isinstance(value, dict):
        return {k: _spoilt(v, wrong) if isinstance(v, dict | list) else wrong for k, v in value.items()}
    return [_spoilt(v, wrong) for v in value] if isinstance(value, list) else wrong
