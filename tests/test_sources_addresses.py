"""Addresses of every known system lead to what is asked instead."""

from __future__ import annotations

import json
import re
from string import Formatter

import pytest

from pipeline import sources
from pipeline.records import Request
from pipeline.sources import pagereading, table

UUID = "0b3c1d2e-4f5a-4b6c-8d7e-9f0a1b2c3d4e"

ASKED = [
    ("https://boards.greenhouse.io/kolibri/jobs/4012345", "https://boards-api.greenhouse.io/v1/boards/kolibri/jobs/4012345"),
    ("https://job-boards.eu.greenhouse.io/kolibri/jobs/4012345?gh_src=x", "https://boards-api.greenhouse.io/v1/boards/kolibri/jobs/4012345"),
    ("https://boards.greenhouse.io/embed/job_app?token=4012345&for=kolibri", "https://boards-api.greenhouse.io/v1/boards/kolibri/jobs/4012345"),
    ("https://boards.greenhouse.io/kolibri", "https://boards-api.greenhouse.io/v1/boards/kolibri/jobs?content=true"),
    (f"https://jobs.lever.co/kolibri/{UUID}/apply", f"https://api.lever.co/v0/postings/kolibri/{UUID}?mode=json"),
    (f"https://jobs.eu.lever.co/kolibri/{UUID}", f"https://api.eu.lever.co/v0/postings/kolibri/{UUID}?mode=json"),
    ("https://jobs.lever.co/kolibri", "https://api.lever.co/v0/postings/kolibri?mode=json"),
    (f"https://jobs.ashbyhq.com/KolibriHQ/{UUID}/application", "https://api.ashbyhq.com/posting-api/job-board/KolibriHQ?includeCompensation=true"),
    (
        "https://kolibri.wd5.myworkdayjobs.com/en-US/External/job/Berlin/Data-Engineer_R-1234",
        "https://kolibri.wd5.myworkdayjobs.com/wday/cxs/kolibri/External/job/Berlin/Data-Engineer_R-1234",
    ),
    (
        "https://kolibri.wd5.myworkdayjobs.com/External/job/Berlin/Data-Engineer_R-1234/apply/autofill",
        "https://kolibri.wd5.myworkdayjobs.com/wday/cxs/kolibri/External/job/Berlin/Data-Engineer_R-1234",
    ),
    ("https://jobs.smartrecruiters.com/Kolibri/744000012345678-data-engineer", "https://api.smartrecruiters.com/v1/companies/Kolibri/postings/744000012345678"),
    ("https://apply.workable.com/kolibri/j/AB12CD34EF/", "https://apply.workable.com/api/v1/widget/accounts/kolibri?details=true"),
    ("https://apply.workable.com/j/AB12CD34EF", "https://apply.workable.com/j/AB12CD34EF"),
    ("https://kolibri.recruitee.com/o/data-engineer", "https://kolibri.recruitee.com/api/offers/"),
    ("https://kolibri.teamtailor.com/jobs", "https://kolibri.teamtailor.com/jobs.json"),
    ("https://kolibri.jobs.personio.de/job/123456?language=de", "https://kolibri.jobs.personio.de/xml?language=en"),
    ("https://kolibri.bamboohr.com/careers/77", "https://kolibri.bamboohr.com/careers/77/detail"),
    ("https://kolibri.breezy.hr/", "https://kolibri.breezy.hr/json"),
    (f"https://kolibri.pinpointhq.com/en/postings/{UUID}", "https://kolibri.pinpointhq.com/postings.json"),
    (f"https://ats.rippling.com/kolibri/jobs/{UUID}", f"https://api.rippling.com/platform/api/ats/v1/board/kolibri/jobs/{UUID}"),
    ("https://careers-kolibri.icims.com/jobs/4711/data-engineer/job", "https://careers-kolibri.icims.com/jobs/4711/data-engineer/job?in_iframe=1"),
    ("https://cz.linkedin.com/jobs/view/data-engineer-at-kolibri-4012345678?trk=x", "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/4012345678"),
    ("https://www.linkedin.com/jobs/search/?currentJobId=4012345678&keywords=x", "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/4012345678"),
    ("https://news.ycombinator.com/item?id=40123456", "https://hn.algolia.com/api/v1/items/40123456"),
    ("https://www.example.org/careers/data-engineer", "https://www.example.org/careers/data-engineer"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "asked"), ASKED)
def test_the_boards_own_api_is_asked_where_it_is_known(url: str, asked: str) -> None:
    request = sources.request_for(url)
    assert (request.method, request.url) == ("GET", asked)


def test_a_workday_board_is_asked_by_post() -> None:
    request = sources.request_for("https://kolibri.wd5.myworkdayjobs.com/en-US/External")
    assert request.method == "POST"
    assert request.url == "https://kolibri.wd5.myworkdayjobs.com/wday/cxs/kolibri/External/jobs"
    assert json.loads(request.json_body or "")["offset"] == 0


def test_an_oracle_address_becomes_its_rest_resource() -> None:
    url = "https://kolibri.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/210001"
    asked = sources.request_for(url).url
    assert asked.startswith("https://kolibri.fa.em2.oraclecloud.com/hcmRestApi/resources/latest/")
    assert "210001" in asked
    assert "CX_1" in asked


def test_the_case_of_a_board_is_kept_and_that_of_the_host_is_not() -> None:
    assert "/KolibriHQ?" in sources.request_for(f"https://JOBS.AshbyHQ.com/KolibriHQ/{UUID}").url


@pytest.mark.parametrize(
    "url", ["https://example.org/jobs", "https://example.org", "ftp://x", "", "no address"]
)
def test_an_unknown_address_belongs_to_no_system(url: str) -> None:
    assert sources.request_for(url) == Request(url)
    assert not sources.is_board(url)


@pytest.mark.parametrize(
    ("board", "at"),
    [(board, at) for board in table.BOARDS for at in board.at],
    ids=lambda value: value.name if isinstance(value, table.Board) else value.ask[:40],
)
def test_every_address_of_the_table_names_groups_that_its_pattern_has(
    board: table.Board, at: table.At
) -> None:
    groups = set(re.compile(at.pattern).groupindex)
    wanted = {name for _, name, _, _ in Formatter().parse(at.ask) if name}
    assert wanted | ({at.pick} - {""}) <= groups


def test_every_board_of_the_table_has_paths_or_a_reader_or_is_read_as_a_page() -> None:
    pages = {system for system, *_ in pagereading.PLACES} | {*sources.READERS, "icims"}
    assert {board.name for board in table.BOARDS if not board.jobs} <= pages


def test_a_source_of_another_package_goes_first() -> None:
    class Mine:
        name = "mine"

        def request(self, url: str) -> sources.Request | None:
            return sources.Request("https://api.mine.example/1") if "mine.example" in url else None

        def read(self, page: sources.RawPage, url: str) -> sources.Reading | None:
            return sources.Reading("posting", system="mine") if "mine.example" in url else None

    page = sources.RawPage("https://mine.example/1", "https://mine.example/1", 200, (), b"x", "")
    assert sources.request_for("https://mine.example/1", [Mine()]).url == "https://api.mine.example/1"
    assert sources.read_page(page, "https://mine.example/1", [Mine()]).system == "mine"
