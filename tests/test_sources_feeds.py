"""Feeds of any vendor: one reader, told by shape, in the languages of Europe's boards."""
# ruff: noqa: E501 - a feed is easier to read in few long lines than in many short ones

from __future__ import annotations

import json

import pytest

from pipeline import read, sources
from pipeline.records import RawPage, Reading

TEXT = "<p>Kolibri keeps bees on forty roofs of the city and measures how they do, every hour of the day and in all weathers.</p><h2>Requirements</h2><ul><li>Python</li><li>SQL</li></ul><p>We look for a person who likes both bees and numbers.</p>"
CDATA = f"<![CDATA[{TEXT}]]>"
ESCAPED = TEXT.replace("<", "&lt;").replace(">", "&gt;")
TWICE = ESCAPED.replace("&", "&amp;")


def reading(body: str, fetched_at: str = "2026-11-21T10:00:00") -> Reading:
    page = RawPage("feed", "https://feeds.example/jobs", 200, (), body.encode(), fetched_at)
    return sources.read_page(page, "https://feeds.example/jobs")


FEEDS = {
    "English, in CDATA": f"<source><publisher>Board</publisher><job><title><![CDATA[Beekeeper]]></title><date>2026-07-17</date><url>https://k.example/1</url><company>Kolibri</company><city>Bern</city><description>{CDATA}</description></job></source>",
    "English, nested parts": f"<vacancies><vacancy><job_title>Beekeeper</job_title><employer><name>Kolibri</name></employer><location><city>Bern</city></location><published>2026-07-17</published><body>{CDATA}</body></vacancy></vacancies>",
    "English, a group in between": f"<positions><position id='7'><details><positionTitle>Beekeeper</positionTitle><jobDescription>{ESCAPED}</jobDescription></details><companyName>Kolibri</companyName><town>Bern</town><posted>17 Jul 2026</posted></position></positions>",
    "French": f"<offres><Offre_emploi><reference>12</reference><intitule>Beekeeper</intitule><entreprise>Kolibri</entreprise><ville>Bern</ville><date_publication>17/07/2026</date_publication><descriptif>{ESCAPED}</descriptif></Offre_emploi></offres>",
    "French, in capitals": f"<FLUX><OFFRE><TITRE>Beekeeper</TITRE><SOCIETE>Kolibri</SOCIETE><LIEU>Bern</LIEU><DATE_PARUTION>2026-07-17</DATE_PARUTION><TEXTE>{TWICE}</TEXTE></OFFRE></FLUX>",
    "German": f"<stellenangebote><stellenangebot><stellenbezeichnung>Beekeeper</stellenbezeichnung><arbeitgeber>Kolibri</arbeitgeber><arbeitsort>Bern</arbeitsort><veröffentlicht>17.07.2026</veröffentlicht><stellenbeschreibung>{CDATA}</stellenbeschreibung></stellenangebot></stellenangebote>",
    "Spanish": f"<ofertas><oferta><titulo>Beekeeper</titulo><empresa>Kolibri</empresa><ciudad>Bern</ciudad><fecha>2026-07-17</fecha><descripcion>{CDATA}</descripcion></oferta></ofertas>",
    "Danish": f"<annoncer><annonce><stillingsbetegnelse>Beekeeper</stillingsbetegnelse><virksomhed>Kolibri</virksomhed><arbejdssted>Bern</arbejdssted><oprettet>2026-07-17</oprettet><beskrivelse>{CDATA}</beskrivelse></annonce></annoncer>",
    "Czech": f"<nabidky><nabidka><nazev_pozice>Beekeeper</nazev_pozice><spolecnost>Kolibri</spolecnost><misto_vykonu_prace>Bern</misto_vykonu_prace><datum_zverejneni>2026-07-17</datum_zverejneni><popis>{CDATA}</popis></nabidka></nabidky>",
    "Italian": f"<annunci><annuncio><titolo>Beekeeper</titolo><azienda>Kolibri</azienda><citta>Bern</citta><dataPubblicazione>2026-07-17</dataPubblicazione><descrizione>{CDATA}</descrizione></annuncio></annunci>",
    "Portuguese": f"<vagas><vaga><titulo>Beekeeper</titulo><empresa>Kolibri</empresa><cidade>Bern</cidade><data_de_publicação>2026-07-17</data_de_publicação><descrição>{CDATA}</descrição></vaga></vagas>",
    "JSON, Polish": json.dumps({"ogloszenia": [{"stanowisko": "Beekeeper", "pracodawca": "Kolibri", "miasto": "Bern", "data_publikacji": "2026-07-17", "opis_stanowiska": TEXT}]}),
    "elements of no known name": f"<export><record><name>Beekeeper</name><company>Kolibri</company><city>Bern</city><created>2026-07-17</created><text>{CDATA}</text></record></export>",
    "RSS": f"<rss version='2.0'><channel><title>Jobs of Board</title><description>All of them</description><link>https://b.example</link><item><title>Beekeeper</title><link>https://b.example/1</link><company>Kolibri</company><location>Bern</location><pubDate>Fri, 17 Jul 2026 08:00:00 +0000</pubDate><description>{ESCAPED}</description></item></channel></rss>",
    "RSS with spaces of names": f"<rss xmlns:j='http://j.example/ns' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Jobs</title><item><title>Beekeeper</title><j:company>Kolibri</j:company><j:city>Bern</j:city><pubDate>2026-07-17</pubDate><description>In short: bees.</description><content:encoded>{CDATA}</content:encoded></item></channel></rss>",
    "Atom": f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Jobs</title><author><name>Kolibri</name></author><entry><title>Beekeeper</title><link href='https://k.example/1'/><published>2026-07-17T08:00:00Z</published><location>Bern</location><content type='html'>{ESCAPED}</content></entry></feed>",
    "markup without escapes": f"<jobs><job><title>Beekeeper</title><company>Kolibri</company><city>Bern</city><date>2026-07-17</date><description><div>{TEXT}</div></description></job></jobs>",
    "JSON, English": json.dumps({"data": [{"jobTitle": "Beekeeper", "employer": {"name": "Kolibri"}, "location": {"city": "Bern"}, "datePosted": "2026-07-17", "jobDescription": TEXT}]}),
    "JSON, French": json.dumps({"offres": [{"intitule": "Beekeeper", "entreprise": {"nom": "x", "name": "Kolibri"}, "lieuTravail": {"libelle": "x", "ville": "Bern"}, "dateCreation": "2026-07-17T10:00:00.000Z", "description": TEXT}]}).replace('"nom": "x", ', "").replace('"libelle": "x", ', ""),
    "JSON, German": json.dumps([{"titel": "Beekeeper", "firma": "Kolibri", "ort": "Bern", "veroeffentlicht": "17.07.2026", "beschreibung": TEXT}]),
    "JSON, attributes within": json.dumps({"data": [{"type": "jobs", "id": "9", "attributes": {"title": "Beekeeper", "company_name": "Kolibri", "city": "Bern", "published_at": "2026-07-17", "body": TEXT}}]}),
    "JSON, beside a board's own words": json.dumps({"name": "Board", "description": TEXT, "jobs": [{"title": "Beekeeper", "company": "Kolibri", "city": "Bern", "date": "2026-07-17", "content": TEXT}]}),
}  # fmt: skip


@pytest.mark.parametrize("feed", sorted(FEEDS))
def test_a_feed_is_read_by_its_shape(feed: str) -> None:
    found = reading(FEEDS[feed])
    assert found.outcome == "posting", found
    (listing,) = found.listings
    assert (listing.title, listing.company, listing.location, listing.date_posted) == (
        "Beekeeper",
        "Kolibri",
        "Bern",
        "2026-07-17",
    )
    text = read.canonical_text(listing.content, listing.is_html)
    assert "Requirements\n\n- Python\n- SQL" in text
    assert "<" not in text
    assert "&" not in text


def test_parts_of_a_text_come_under_their_headings() -> None:
    feed = f"<jobs><job><title>Beekeeper</title><company>Kolibri</company><description>{CDATA}</description><requirements>Patience</requirements><nice_to_have>A veil</nice_to_have><benefits>Honey</benefits></job></jobs>"
    (listing,) = reading(feed).listings
    text = read.canonical_text(listing.content, listing.is_html)
    assert text.endswith("Requirements\n\nPatience\n\nNice to have\n\nA veil\n\nBenefits\n\nHoney")


@pytest.mark.parametrize(
    "said",
    ["<status>expired</status>", "<statut>Pourvue</statut>", "<active>false</active>", "<isClosed>true</isClosed>", "<expirationdate>2026-08-01</expirationdate>", "<date_fin>2026-08-01</date_fin>", "<paused>1</paused>"],
)  # fmt: skip
def test_an_item_that_says_it_is_over_is_closed(said: str) -> None:
    body = f"<jobs><job><title>Beekeeper</title><company>Kolibri</company><description>{CDATA}</description>{said}</job><job><title>Glazier</title><company>Pane</company><description>{CDATA}</description></job></jobs>"
    found = reading(body)
    assert [bool(listing.closed) for listing in found.listings] == [True, False]


def test_jobs_without_a_text_are_named_one_by_one() -> None:
    jobs = [{"title": "Beekeeper", "description": TEXT}, {"title": "Glazier", "description": None}, {"title": "Mason", "description": "nan"}]  # fmt: skip
    for body in (json.dumps(jobs), "<jobs>" + "".join(f"<job><title>{j['title']}</title><url>https://k.example/{j['title']}</url><description>{'<![CDATA[' + TEXT + ']]>' if j['title'] == 'Beekeeper' else ''}</description></job>" for j in jobs) + "</jobs>"):  # fmt: skip
        found = reading(body)
        assert found.outcome == "feed"
        assert found.detail.endswith("without a text: Glazier, Mason")


def test_places_of_several_fields_and_remote_work_are_one_place() -> None:
    job = {
        "title": "Beekeeper",
        "description": TEXT,
        "city": "Bern",
        "region": "BE",
        "country": "CH",
        "remote": True,
    }
    (listing,) = reading(json.dumps({"job": job})).listings
    assert listing.location == "Bern, BE, CH | Remote"


def test_pay_is_read_from_fields_of_its_own_or_from_an_object() -> None:
    flat = {
        "title": "Beekeeper",
        "description": TEXT,
        "salaryMin": 50000,
        "salaryMax": 60000,
        "salaryCurrency": "EUR",
    }
    deep = {
        "title": "Beekeeper",
        "description": TEXT,
        "salary": {"min": 30, "max": 40, "currency": "CHF", "period": "hour"},
    }
    assert [reading(json.dumps([job])).listings[0].salary for job in (flat, deep)] == [
        "50000 - 60000 EUR",
        "30 - 40 CHF hour",
    ]


STATE = {"jobTitle": "Data Beekeeper", "companyName": "Kolibri", "city": "Bern", "jobDescription": TEXT * 2}


def shell(script: str, title: str = "Data Beekeeper") -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body><div id=root>Loading</div>{script}</body></html>"


def flight(job: dict[str, str]) -> str:
    text = job["jobDescription"]
    rows = f'1:"$Sreact.fragment"\n2:T{len(text.encode()):x},{text}3:{json.dumps({"job": job | {"jobDescription": "$2"}})}\n'
    half = len(rows) // 2
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in (rows[:half], rows[half:])).replace("</", "<\\/").replace("<\\/script>", "</script>")  # fmt: skip


STATES = {
    "Next": shell(f"<script id=__NEXT_DATA__ type=application/json>{json.dumps({'props': {'pageProps': {'job': STATE}}})}</script>"),
    "Next's stream": shell(flight(STATE)),
    "Redux": shell(f"<script>window.__INITIAL_STATE__ = {json.dumps({'jobs': {'byId': {'41': STATE}}})};</script>"),
    "a text of JSON": shell(f"<script>window.__DATA__ = JSON.parse({json.dumps(json.dumps(STATE))});</script>"),
    "Apollo": shell(f"<script>window.__APOLLO_STATE__={json.dumps({'Company:1': {'name': 'Kolibri'}, 'Job:41': {'title': 'Data Beekeeper', 'company': {'__ref': 'Company:1'}, 'city': 'Bern', 'description': TEXT * 2}})}</script>"),
    "Nuxt 2": shell(f"<script>window.__NUXT__=(function(a,b,c){{return {{layout:'default',data:[{{job:{{title:a,companyName:b,city:'Bern',isNew:!0,description:c}}}}],error:null}}}}(\"Data Beekeeper\",'Kolibri',{json.dumps(TEXT * 2)}));</script>"),
    "a script's own object": shell(f"<script>var job = {{title: 'Data Beekeeper', companyName: \"Kolibri\", city: 'Bern', description: {json.dumps(TEXT * 2)}, /* more */ tags: [],}};</script>"),
    "an attribute": shell("").replace("<div id=root>", f"<div id=app data-page='{json.dumps({'props': {'vacancy': STATE}})}'>"),
    "under another headline": shell(f"<script>window.__STATE__ = {json.dumps({'job': STATE | {'id': 'data-beekeeper-41'}})};</script>", "Kolibri").replace("Loading", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(STATES))
def test_the_state_of_any_page_gives_its_posting(kind: str) -> None:
    url = "https://kolibri.example/jobs/data-beekeeper-41"
    found = sources.read_page(RawPage(url, url, 200, (), STATES[kind].encode(), ""), url)
    assert found.outcome == "posting", found
    (listing,) = found.listings
    assert (listing.title, listing.company, listing.location) == ("Data Beekeeper", "Kolibri", "Bern")
    assert "- Python" in read.canonical_text(listing.content, listing.is_html)


def test_a_bare_page_called_like_its_site_is_the_one_job_of_its_state() -> None:
    state = {"props": {"page": {"vacancy": STATE, "menu": [{"title": "Jobs", "url": "/jobs"}]}}}
    page = shell(f"<script id=__NEXT_DATA__ type=application/json>{json.dumps(state)}</script>", "Kolibri")
    assert [one.title for one in reading(page).listings] == ["Data Beekeeper"]
    listed = json.dumps({"props": {"page": {"vacancies": [STATE]}}})
    bare = shell(f"<script id=__NEXT_DATA__ type=application/json>{listed}</script>", "Kolibri")
    assert reading(bare).listings == ()


def test_a_listing_of_such_a_site_yields_no_posting() -> None:
    jobs = [STATE | {"jobTitle": name} for name in ("Data Beekeeper", "Glazier", "Mason")]
    html = shell(f"<script>window.__STATE__ = {json.dumps({'jobs': jobs})};</script>", "Jobs at Kolibri")
    found = sources.read_page(
        RawPage("x", "https://k.example/jobs", 200, (), html.encode(), ""), "https://k.example/jobs"
    )
    assert not found.listings


def test_a_paused_page_of_such_a_site_is_closed() -> None:
    state = {"job": STATE | {"status": "paused"}, "similar": [STATE | {"jobTitle": "Glazier"}]}
    html = shell(f"<script>window.__STATE__ = {json.dumps(state)};</script>")
    found = sources.read_page(
        RawPage("x", "https://k.example/jobs/1", 200, (), html.encode(), ""), "https://k.example/jobs/1"
    )
    assert (found.outcome, found.listings[0].title) == ("closed", "Data Beekeeper")


NEWS = (
    "<p>Bees sleep at night and dream of clover, as every child in the village knows and every scientist doubts.</p>"
    * 4
)


@pytest.mark.parametrize(
    "body",
    [
        f"<rss version='2.0'><channel><title>News</title><item><title>How bees sleep</title><link>https://b.example/1</link><pubDate>2026-07-17</pubDate><description><![CDATA[{NEWS}]]></description></item></channel></rss>",
        json.dumps([{"title": "How bees sleep", "content": NEWS, "date": "2026-07-17"}]),
        json.dumps({"products": [{"name": "Bee veil", "description": NEWS, "id": 4}]}),
        shell(f"<script>window.__STATE__ = {json.dumps({'post': {'title': 'How bees sleep', 'body': NEWS}})};</script>", "How bees sleep"),
    ],
)  # fmt: skip
def test_articles_and_products_are_no_jobs(body: str) -> None:
    assert not reading(body).listings
