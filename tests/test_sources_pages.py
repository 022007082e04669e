"""Pages: what is stated, what is told, and what is no posting at all."""
# ruff: noqa: E501 - a page is easier to read in few long lines than in many short ones

from __future__ import annotations

import json

import pytest

from pipeline import read, sources
from pipeline.records import Posting, RawPage, Reading, SourceLine

DUTIES = "".join(
    f"<li>{x}</li>"
    for x in (
        "Build data pipelines that count every bee that leaves the hive in the morning and comes home at night",
        "Explain to beekeepers what the numbers say, and to the numbers people what the bees say",
        "Keep the Postgres database of the honey harvest in good order and its backups tested",
    )
)
DEMANDS = "".join(
    f"<li>{x}</li>"
    for x in (
        "Three years of experience with Python and SQL in a team that reviews its code",
        "Patience, and no fear of insects",
        "You write clearly in English",
    )
)
BODY = f"""<p>Kolibri keeps bees on forty roofs of the city and measures how they do. We look for a person who likes both.</p>
<h3>What you'll do</h3><ul>{DUTIES}</ul><h3>Requirements</h3><ul>{DEMANDS}</ul><h3>What we offer</h3><p>Honey, thirty days of leave and a quiet desk under a lime tree.</p>"""
NAV = "<nav><a href='/'>Home</a><a href='/about'>About</a><a href='/jobs'>Jobs</a></nav>"
FOOT = "<footer><a href='/privacy'>Privacy Policy</a> © 2026 Kolibri GmbH</footer>"
STATED = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Data Beekeeper",
    "description": BODY,
    "datePosted": "2026-07-17",
    "validThrough": "2026-12-31",
    "hiringOrganization": {"@type": "Organization", "name": "Kolibri"},
    "jobLocation": {
        "@type": "Place",
        "address": {"addressLocality": "Berlin", "addressCountry": {"name": "DE"}},
    },
}


def reading(
    html: str | bytes,
    url: str = "https://kolibri.example/jobs/41",
    fetched_at: str = "2026-11-21T10:00:00",
    status: int = 200,
) -> Reading:
    body = html if isinstance(html, bytes) else html.encode()
    return sources.read_page(
        RawPage(url, url, status, (("content-type", "text/html"),), body, fetched_at), url
    )


def posting(html: str | bytes, **known: str) -> Posting:
    found = reading(html, **known)
    assert found.outcome in ("posting", "closed"), found
    return read.posting_from(found.listings[0], SourceLine("x"), RawPage("x", "x", 200, (), b"", ""))


def page(inside: str, title: str = "Data Beekeeper | Kolibri", head: str = "") -> str:
    return f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>{NAV}{inside}{FOOT}</body></html>"


def ld(*texts: str) -> str:
    return page(
        "<h1>Data Beekeeper</h1><p>Apply now</p>",
        head="".join(f'<script type="application/ld+json">{t}</script>' for t in texts),
    )


STATEMENTS = {
    "alone": ld(json.dumps(STATED)),
    "in a graph": ld(json.dumps({"@graph": [{"@type": "WebSite"}, STATED]})),
    "in a list": ld(json.dumps([{"@type": "BreadcrumbList"}, STATED])),
    "inside another node": ld(json.dumps({"@type": "WebPage", "mainEntity": STATED})),
    "with a list of types": ld(json.dumps(STATED | {"@type": ["Thing", "JobPosting"]})),
    "with a full type": ld(json.dumps(STATED | {"@type": "http://schema.org/JobPosting"})),
    "escaped as entities": ld(
        json.dumps(STATED | {"description": BODY.replace("<", "&lt;").replace(">", "&gt;")})
    ),
    "escaped twice": ld(
        json.dumps(STATED | {"description": BODY.replace("<", "&amp;lt;").replace(">", "&amp;gt;")})
    ),
    "raw line breaks": ld(json.dumps(STATED).replace("\\n", "\n")),
    "trailing semicolon": ld(json.dumps(STATED) + ";"),
    "in an HTML comment": ld("<!-- " + json.dumps(STATED) + " -->"),
    "invalid escapes": ld(json.dumps(STATED).replace("Keep the", "Keep \\_the\\_")),
    "trailing comma": ld(json.dumps(STATED)[:-1] + ",}"),
    "beside a broken block": ld("{not json", json.dumps(STATED)),
    "said twice": ld(json.dumps(STATED), json.dumps(STATED)),
    "place as text": ld(json.dumps(STATED | {"jobLocation": "Berlin"})),
    "address as text": ld(json.dumps(STATED | {"jobLocation": {"address": "Allee 1, Berlin"}})),
    "employer as text": ld(json.dumps(STATED | {"hiringOrganization": "Kolibri"})),
}


@pytest.mark.parametrize("how", sorted(STATEMENTS))
def test_a_stated_posting_is_read_however_it_is_stated(how: str) -> None:
    told = posting(STATEMENTS[how])
    assert (told.title, told.company, told.date) == ("Data Beekeeper", "Kolibri", "2026-07-17")
    assert "Berlin" in told.location
    assert "- Patience, and no fear of insects" in told.text
    assert "<" not in told.text


def test_unescaped_quotes_in_a_statement_lose_the_quotes_and_not_the_page() -> None:
    broken = json.dumps(STATED).replace("likes both", 'likes "both"')
    told = posting(ld(broken))
    assert told.title == "Data Beekeeper"
    assert "Patience, and no fear of insects" in told.text


def test_fields_beside_the_description_belong_to_the_text_once() -> None:
    extra = STATED | {
        "skills": "Beekeeping certificate of the city",
        "qualifications": "You write clearly in English",
    }
    text = posting(ld(json.dumps(extra))).text
    assert text.count("Beekeeping certificate of the city") == 1
    assert text.count("You write clearly in English") == 1


def test_a_remote_posting_with_all_countries_is_remote_and_no_list_of_them() -> None:
    places = [{"address": {"addressCountry": f"Country {n}"}} for n in range(90)]
    told = posting(ld(json.dumps(STATED | {"jobLocation": places, "jobLocationType": "TELECOMMUTE"})))
    assert told.location == "Remote"


def test_a_stated_teaser_gives_way_to_the_pages_own_text() -> None:
    teaser = json.dumps(STATED | {"description": "Kolibri keeps bees."})
    html = page(
        f"<main><h1>Data Beekeeper</h1>{BODY}</main>",
        head=f'<script type="application/ld+json">{teaser}</script>',
    )
    assert "Patience, and no fear of insects" in posting(html).text


def test_microdata_is_read_as_well() -> None:
    html = page(
        f"""<div itemscope itemtype="http://schema.org/JobPosting"><h1 itemprop="title">Data Beekeeper</h1>
        <meta itemprop="datePosted" content="Fri Jul 17 00:00:00 UTC 2026"><span itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization"><meta itemprop="name" content="Kolibri"></span>
        <span itemprop="jobLocation" itemscope itemtype="http://schema.org/Place"><span itemprop="address" itemscope itemtype="http://schema.org/PostalAddress"><span itemprop="addressLocality">Berlin</span></span></span>
        <div itemprop="description">{BODY}</div></div><div>Send me alerts every <input> days</div>"""
    )
    told = posting(html)
    assert (told.title, told.company, told.location, told.date) == (
        "Data Beekeeper",
        "Kolibri",
        "Berlin",
        "2026-07-17",
    )
    assert "alerts" not in told.text


def test_a_plain_page_keeps_its_headings_lists_and_nothing_of_its_chrome() -> None:
    related = "".join(f"<li><a href='/jobs/{n}'>Senior Gardener {n}</a></li>" for n in range(3))
    html = page(
        f"<main><h1>Data Beekeeper</h1><dl><dt>Location</dt><dd>Berlin</dd></dl><article>{BODY}</article><button>Apply now</button></main>"
        f"<aside><h2>Similar jobs</h2><ul>{related}</ul></aside><div class='cookie-banner'>We use cookies to make this better</div>"
    )
    told = posting(html)
    assert (told.title, told.company, told.location) == ("Data Beekeeper", "Kolibri", "Berlin")
    for words in ("What you'll do", "Requirements", "- You write clearly in English", "lime tree"):
        assert words in told.text
    for chrome in ("Gardener", "cookies", "Privacy", "Apply now"):
        assert chrome not in told.text
    assert {s.kind for s in told.sections} >= {"duties", "requirements", "benefits"}


def test_the_title_of_a_page_is_plain_text() -> None:
    html = page(f"<h1>Data &lt;script&gt;alert(1)&lt;/script&gt; Beekeeper Engineer</h1>{BODY}")
    title = posting(html).title
    assert "<script>" not in title


LINKEDIN = """<!DOCTYPE html><html><head><title>Kolibri hiring Data Beekeeper in Berlin | LinkedIn</title></head><body>
<section class="top-card-layout"><h1 class="top-card-layout__title topcard__title">Data Beekeeper</h1><h4><div><span class="topcard__flavor"><a class="topcard__org-name-link" href="x">Kolibri</a></span>
<span class="topcard__flavor topcard__flavor--bullet">Berlin, Germany</span></div><span class="posted-time-ago__text topcard__flavor--metadata">{ago}</span>{closed}</h4></section>
<form><label>Email or phone</label><input name="session_key"><label>Password</label></form>
<section class="description"><div class="show-more-less-html__markup">{body}</div></section><h2>Similar jobs</h2><a href="https://www.linkedin.com/jobs/view/41">Gardener at Rose Ltd</a></body></html>"""


@pytest.mark.parametrize(
    ("ago", "day"),
    [
        ("1 week ago", "2026-11-14"),
        ("Před 2 týdny", "2026-11-07"),
        ("vor 3 Tagen", "2026-11-18"),
        ("Il y a 1 mois", "2026-10-22"),
        ("22 hours ago", "2026-11-21"),
        ("sometime", None),
    ],
)
def test_linkedin_gives_title_employer_place_and_the_day_from_the_pages_time(
    ago: str, day: str | None
) -> None:
    told = posting(
        LINKEDIN.format(ago=ago, closed="", body=BODY),
        url="https://www.linkedin.com/jobs/view/data-beekeeper-at-kolibri-4012345678",
    )
    assert (told.title, told.company, told.location, told.date) == (
        "Data Beekeeper",
        "Kolibri",
        "Berlin, Germany",
        day,
    )
    for chrome in ("Email or phone", "Gardener", "Similar jobs"):
        assert chrome not in told.text


def test_linkedin_is_closed_by_its_top_card_and_not_by_its_text() -> None:
    banner = '<figcaption class="closed-job__flavor--closed">No longer accepting applications</figcaption>'
    assert reading(LINKEDIN.format(ago="", closed=banner, body=BODY)).outcome == "closed"
    told = BODY + "<p>We are no longer accepting applications by post.</p>"
    assert reading(LINKEDIN.format(ago="", closed="", body=told)).outcome == "posting"


BANNERS = [
    "This job is no longer available.",
    "Sorry, this position has been filled",
    "No longer accepting applications",
    "The job you are looking for is no longer open",
    "This vacancy has expired.",
    "Applications are now closed",
    "Diese Stelle ist leider nicht mehr verfügbar",
    "Cette offre n'est plus disponible",
    "Tato nabídka již není aktuální",
    "Deze vacature is niet meer beschikbaar",
    "Esta oferta ya no está disponible",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_a_banner_closes_a_posting_and_its_title_is_kept(banner: str) -> None:
    for html in (
        page(f"<div class='alert'>{banner}</div><h1>Data Beekeeper</h1><article>{BODY}</article>"),
        ld(json.dumps(STATED)).replace("<p>Apply now</p>", f"<p>{banner}</p>"),
    ):
        found = reading(html)
        assert found.outcome == "closed"
        assert found.listings[0].title == "Data Beekeeper"
        assert found.listings[0].closed


@pytest.mark.parametrize("banner", BANNERS)
def test_a_page_with_nothing_but_the_banner_is_closed_without_a_text(banner: str) -> None:
    found = reading(page(f"<h1>Data Beekeeper Engineer</h1><p>{banner}</p>"))
    assert found.outcome == "closed"
    assert not found.listings[0].content


def test_a_closed_phrase_inside_the_text_or_hidden_closes_nothing() -> None:
    inside = BODY.replace("Honey,", "Once this position has been filled, the next one opens. Honey,")
    assert reading(ld(json.dumps(STATED | {"description": inside}))).outcome == "posting"
    assert reading(page(f"<h1>Data Beekeeper</h1><article>{inside}</article>")).outcome == "posting"
    hidden = "<div style='display: none'>This job is no longer available.</div><div class='hidden'>This job has expired</div>"
    assert reading(ld(json.dumps(STATED)).replace("<p>Apply now</p>", hidden)).outcome == "posting"


def test_a_past_last_day_closes_at_the_pages_time_only() -> None:
    past = ld(json.dumps(STATED | {"validThrough": "2026-08-01T00:00:00Z"}))
    assert reading(past).outcome == "closed"
    assert reading(past, fetched_at="2026-08-01T12:00:00").outcome == "posting"
    assert reading(past, fetched_at="").outcome == "posting"


CARDS = "".join(
    f"<div class='card'><h3><a href='/jobs/{n}-x'>{t}</a></h3><p>Berlin · Full-time</p></div>"
    for n, t in enumerate(
        ("Backend Engineer", "Data Analyst", "Product Manager", "UX Designer", "Office Manager")
    )
)
FORM = "<form><label>First name</label><input name=a><label>Last name</label><input name=b><label>Email</label><input type=email><label>Resume/CV</label><input type=file name=cv><textarea></textarea><button>Submit application</button></form>"
NOT_POSTINGS = {
    "listing of cards": (page(f"<h1>Open positions</h1>{CARDS}", "Careers at Kolibri"), "listing"),
    "listing without a word": (page(f"<h1>We care for bees</h1>{CARDS}", "Kolibri"), "listing"),
    "listing that tells each in short": (page("<h1>Jobs</h1>" + "".join(f"<section><h2>{t} (m/w/d)</h2><p>You count bees and write it down every single day of the summer.</p><a href='#'>Apply</a></section>" for t in ("Data Engineer", "Software Developer", "Sales Manager"))), "listing"),
    "several statements": (ld(*(json.dumps(STATED | {"title": f"Beekeeper {n}"}) for n in range(4))).replace("<h1>Data Beekeeper</h1>", "<h1>Careers</h1>"), "listing"),
    "empty search": (page("<h2>No jobs found</h2><p>Try other words.</p>", "Jobs in Berlin"), "listing"),
    "application form": (page(f"<h2>Data Beekeeper</h2>{FORM}", "Kolibri - Data Beekeeper"), "apply-form"),
    "bot check": ("<html><head><title>Just a moment...</title></head><body><h1>Checking your browser before accessing kolibri.example</h1></body></html>", "blocked"),
    "firewall": (page("<h1>Sorry, you have been blocked</h1><p>Why have I been blocked? This website uses a security service.</p>", "Attention Required! | Cloudflare"), "blocked"),
    "captcha": ("<html><head><title>kolibri.example</title></head><body><p>Please complete the security check to access the page.</p><div id='px-captcha'></div></body></html>", "blocked"),
    "log-in wall": ("<html><head><title>Sign In | Network</title></head><body><form><input><input type=password></form><p>Welcome back</p></body></html>", "login-wall"),
    "PHP error": ("<html><body><b>Fatal error</b>: Uncaught PDOException in /var/www/job.php on line 41</body></html>", "error"),
    "soft 404": (page("<h1>Oops</h1><p>Nothing here.</p>", "Page not found"), "not-found"),
    "shell of an application": ("<html><head><title>Careers</title></head><body><div id='root'></div><script src='/static/main.js'></script><script>window.__INITIAL_STATE__={}</script></body></html>", "shell"),
    "shell of a widget": (page("<div id='widget'></div><script src='https://widgets.example/loader.js'></script>", "Job detail - Kolibri"), "shell"),
    "Workday": ("<html><head><title>Workday</title></head><body><script src='https://kolibri.wd5.myworkdayjobs.com/wday/x.js'></script></body></html>", "shell"),
    "article": (page("<article><h1>How bees sleep</h1>" + "<p>Bees sleep at night and dream of clover, as every child in the village knows and every scientist doubts.</p>" * 12 + "</article>", "How bees sleep"), "not-a-posting"),
    "career page of praise": (page("<h1>Join us</h1><p>" + "We are a friendly hive. " * 60 + "</p><h2>Benefits</h2><p>" + "Honey for all. " * 40 + "</p><h2>What we offer</h2><p>More honey.</p><a href='/jobs'>See all jobs</a>", "Join us - Kolibri"), "not-a-posting"),
    "article about hiring": (page("<article><h1>How we hire people</h1><h2>Experience</h2><p>" + "We look at many things in a person and at some more. " * 30 + "</p><h2>Benefits</h2><p>" + "Honey counts. " * 40 + "</p></article>", "Blog: hiring"), "not-a-posting"),
    "names without more": (page("<ul>" + "".join(f"<li><a href='/job/{n}'>Krankenpfleger {n}</a></li>" for n in range(8)) + "</ul>", "Kolibri"), "listing"),
    "bare refusal": ("<html><body><h1>403 Forbidden</h1><hr>nginx</body></html>", "blocked"),
    "bare haste": ("<html><head><title>429 Too Many Requests</title></head><body><h1>429 Too Many Requests</h1></body></html>", "blocked"),
    "script to a wall": ("<html><head><title>Network</title></head><body><script>location.href='https://www.linkedin.com/authwall?x'</script></body></html>", "login-wall"),
    "empty": ("", "no-text"),
    "blank": (" \n\t ", "no-text"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(NOT_POSTINGS))
def test_what_is_no_posting_is_named_and_yields_none(what: str) -> None:
    html, outcome = NOT_POSTINGS[what]
    found = reading(html)
    assert found.outcome == outcome, found.detail
    assert not found.listings
    assert found.detail
    assert read.advice(found)


def test_a_posting_with_similar_jobs_below_is_still_a_posting() -> None:
    more = "".join(f"<li><a href='/jobs/{n}'>Senior Engineer {n}</a></li>" for n in range(12))
    html = page(
        f"<h1>Data Beekeeper Engineer</h1><article>{BODY}</article><h2>More jobs</h2><ul>{more}</ul>",
        "Data Beekeeper Engineer - Kolibri Careers",
    )
    assert reading(html).outcome == "posting"


def test_the_posting_that_the_headline_names_is_chosen_of_several() -> None:
    html = ld(json.dumps(STATED), json.dumps(STATED | {"title": "Gardener"}))
    assert posting(html).title == "Data Beekeeper"


def test_a_form_page_of_lever_leads_to_its_posting() -> None:
    html = f"<html><head><title>Kolibri - Data Beekeeper</title></head><body class='application'><div class='application-page'><script src='https://jobs.lever.co/x.js'></script>{FORM.replace('<form>', '<form id=application-form>')}</div></body></html>"
    url = "https://jobs.lever.co/kolibri/0b3c1d2e-4f5a-4b6c-8d7e-9f0a1b2c3d4e/apply"
    found = reading(html, url)
    assert (found.outcome, [r.url for r in found.follow]) == ("apply-form", [url.removesuffix("/apply")])


def test_the_state_of_a_page_gives_its_posting() -> None:
    data = {
        "props": {
            "pageProps": {
                "job": {"title": "Data Beekeeper", "description": BODY, "company": {"name": "Kolibri"}}
            }
        }
    }
    html = f"<html><head><title>Data Beekeeper</title></head><body><div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{json.dumps(data)}</script></body></html>"
    told = posting(html)
    assert (told.title, told.company) == ("Data Beekeeper", "Kolibri")
    assert "no fear of insects" in told.text


def test_the_state_of_a_page_tells_that_its_posting_expired() -> None:
    table = [
        ["Reactive", 1],
        {"data": 2},
        {"status": 3, "name": 4, "company": 5},
        "expired",
        {"cs": 6},
        {"name": 7},
        "Data Beekeeper",
        "Kolibri",
    ]
    html = f"<html><head><title>Data Beekeeper</title></head><body><div id='__nuxt'></div><script id='__NUXT_DATA__' type='application/json'>{json.dumps(table)}</script></body></html>"
    found = reading(html)
    assert (found.outcome, found.listings[0].title) == ("closed", "Data Beekeeper")


def test_ashbys_own_page_is_read_from_its_data() -> None:
    data = {
        "organization": {"name": "Kolibri"},
        "posting": {"title": "Data Beekeeper", "descriptionHtml": BODY, "locationName": "Berlin"},
    }
    html = f"<html><body><script>window.__appData = {json.dumps(data)};</script></body></html>"
    told = posting(html, url="https://jobs.ashbyhq.com/Kolibri/0b3c1d2e-4f5a-4b6c-8d7e-9f0a1b2c3d4e")
    assert (told.title, told.company, told.location) == ("Data Beekeeper", "Kolibri", "Berlin")
    gone = '<html><body><script>window.__appData = {"organization": null, "posting": null};</script></body></html>'
    assert reading(gone).outcome == "closed"


def test_links_of_a_listing_have_title_and_absolute_address_once() -> None:
    html = page(f"<h1>Open positions</h1>{CARDS}{CARDS}", "Careers at Kolibri")
    url = "https://kolibri.example/careers/"
    found = sources.links(RawPage(url, url, 200, (), html.encode(), ""), url)
    assert found[0] == ("Backend Engineer", "https://kolibri.example/jobs/0-x")
    assert len(found) == 5


def test_links_to_other_schemes_are_left_out() -> None:
    html = page(
        "<h1>Open positions</h1><a href='javascript:alert(1)'>Data Engineer</a><a href='file:///etc/passwd'>Data Analyst</a><a href='http://[broken'>UX Designer</a>"
    )
    assert (
        sources.links(
            RawPage(
                "https://kolibri.example/jobs", "https://kolibri.example/jobs", 200, (), html.encode(), ""
            ),
            "",
        )
        == []
    )


def test_names_place_and_day_come_from_the_page_where_the_markup_is_poor() -> None:
    poor = {k: v for k, v in STATED.items() if k not in ("hiringOrganization", "jobLocation", "datePosted")}
    about = "<dl><dt>Location</dt><dd>Bern</dd><dt>Date posted</dt><dd>17 July 2026</dd></dl>"
    found = posting(ld(json.dumps(poor)).replace("<p>Apply now</p>", about))
    assert (found.company, found.location, found.date) == ("Kolibri", "Bern", "2026-07-17")


def test_a_told_page_takes_names_from_the_state_of_its_scripts() -> None:
    state = {
        "job": {
            "title": "Data Beekeeper",
            "description": BODY * 2,
            "companyName": "Kolibri AG",
            "city": "Bern",
        }
    }
    html = page(
        f"<h1>Data Beekeeper</h1>{BODY * 4}", head=f"<script>window.__STATE__ = {json.dumps(state)};</script>"
    )
    found = posting(html)
    assert (found.company, found.location) == ("Kolibri AG", "Bern")


@pytest.mark.parametrize(
    "banner", ["Nabídka byla pozastavena.", "L'offre est suspendue.", "Die Stelle ist pausiert."]
)
def test_a_paused_posting_is_closed(banner: str) -> None:
    html = page(f"<h1>Data Beekeeper</h1><p>{banner}</p><h2>Další nabídky</h2>{CARDS}", "Data Beekeeper")
    assert reading(html).outcome == "closed"


FEW = "<p>Kolibri keeps bees on forty roofs of the city, and its engineers measure with care how all of them do in wind and rain.</p>"


@pytest.mark.parametrize(
    ("title", "head", "more"),
    [
        ("Data Engineer Bootcamp", "Data Engineer Bootcamp | Kolibri Academy", "<h2>Tuition</h2><p>€ 4,900</p><h2>What you will learn</h2><p>Bees.</p>"),
        ("Master's in Bee Science", "Master's in Bee Science", "<h2>Entry requirements</h2><p>A degree.</p><h2>Curriculum</h2><p>Bees.</p>"),
        ("Data Engineer Salary in Germany", "Data Engineer Salary Germany (2026)", ""),
        ("45 Data Engineer Interview Questions", "45 Data Engineer Interview Questions", ""),
        ("Data Engineer Job Description", "Data Engineer Job Description [2026 Template]", "<p>Post this job for free</p>"),
    ],
)  # fmt: skip
def test_a_page_about_a_job_or_a_course_is_no_posting(title: str, head: str, more: str) -> None:
    found = reading(
        f"<html><head><title>{head}</title></head><body><h1>{title}</h1>{BODY}{more}<a href='/x'>Apply now</a></body></html>"
    )
    assert (found.outcome, found.listings) == ("not-a-posting", ())


def test_a_teacher_is_hired_by_a_posting_that_names_the_curriculum() -> None:
    text = f"<h1>Adjunct Instructor of Bees</h1>{BODY}<p>You write the curriculum for every semester. Job type: part-time. Salary: $40 per hour.</p>"
    assert reading(f"<html><body>{text}<a href='/apply'>Apply</a></body></html>").outcome == "posting"


@pytest.mark.parametrize(
    ("frame", "asked"),
    [
        ("<iframe src='https://jobs.lever.co/kolibri/0b3c1d2e-4f5a-4b6c-8d7e-9f0a1b2c3d4e'></iframe>", "https://api.lever.co/v0/postings/kolibri/"),
        ("<iframe data-src='https://kolibri.jobs.personio.de/job/41'></iframe>", "https://kolibri.jobs.personio.de/job/41"),
        ("<object data='/files/beekeeper.pdf'></object>", "https://kolibri.example/files/beekeeper.pdf"),
        ("<iframe src='/jobs/41/content.html'></iframe>", "https://kolibri.example/jobs/41/content.html"),
        ("<meta http-equiv='Refresh' content='0; URL=https://elsewhere.example/41'>", "https://elsewhere.example/41"),
    ],
)  # fmt: skip
def test_a_page_that_shows_its_posting_in_a_frame_leads_there(frame: str, asked: str) -> None:
    found = reading(f"<html><body><h1>Beekeeper</h1>{frame}</body></html>")
    assert found.outcome == "shell"
    assert [request.url[: len(asked)] for request in found.follow] == [asked]


def test_frames_of_strangers_lead_nowhere_and_a_framed_board_is_named() -> None:
    ads = "<iframe src='https://ads.example/1'></iframe><iframe src='https://['></iframe><iframe src='about:blank'></iframe>"
    assert not reading(f"<html><body><h1>Beekeeper</h1>{ads}</body></html>").follow
    board = reading("<html><body><iframe src='https://kolibri.jobs.personio.de'></iframe></body></html>")
    assert (board.outcome, board.follow) == ("listing", ())
    assert "give its address: https://kolibri.jobs.personio.de" in board.detail


@pytest.mark.parametrize(
    "banner",
    ["Diese Stelle ist leider schon vergeben.", "この求人は募集を終了しました。", "Вакансия закрыта", "该职位已关闭", "המשרה אינה פעילה"],
)  # fmt: skip
def test_a_closing_banner_is_understood_in_more_languages(banner: str) -> None:
    assert (
        reading(f"<html><body><p>{banner}</p><h1>Data Beekeeper Engineer</h1>{BODY}</body></html>").outcome
        == "closed"
    )


def test_a_posting_in_prose_under_an_occupation_is_one_and_a_persons_page_is_none() -> None:
    offer = "<p>We are looking for a radiographer. The successful candidate will be HCPC registered. The post is permanent, 37.5 hours per week. Closing date: 1 December.</p>"
    apply = "<a href='/apply'>Apply</a>"
    assert (
        reading(f"<html><body><h1>Senior Radiographer</h1>{FEW * 2}{offer}{apply}</body></html>").outcome
        == "posting"
    )
    person = f"<html><body><h1>Eva Novak, Attorney</h1>{FEW * 3}<h2>Experience</h2><p>Partner since 2015.</p><a href='/c'>Contact</a></body></html>"
    assert reading(person).outcome == "not-a-posting"


def test_links_to_similar_jobs_below_a_posting_make_no_listing_of_it() -> None:
    similar = "".join(
        f"<h3><a href='/jobs/{n}'>{t}</a></h3>"
        for n, t in enumerate(
            ("Senior Data Engineer", "Data Analyst", "Product Manager", "Web Developer", "QA Engineer")
        )
    )
    short = f"<h2>Your tasks</h2><ul>{DUTIES}</ul><h2>Requirements</h2><ul>{DEMANDS}</ul>"
    assert (
        reading(
            f"<html><body><h1>Data Engineer</h1>{short}<h2>Similar jobs</h2>{similar}</body></html>"
        ).outcome
        == "posting"
    )
