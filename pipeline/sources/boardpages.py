"""Read the pages of boards that show nothing, or a form, and lead to the answer that tells the posting."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from pipeline.records import Reading, Request
from pipeline.sources import addresses, boards
from pipeline.sources.document import Document
from pipeline.sources.maintext import main_text
from pipeline.sources.values import at, word
from pipeline.sources.verdicts import SHELL_CHARACTERS, visible_text

OWN_TEXT = 600
"""A page with more main text than this tells its posting itself, as one saved from a browser does."""

_GREENHOUSE_BOARD = re.compile(
    r"greenhouse\.io/embed/(?:job_board|job_app)(?:/js)?\?[^\"'<>]*?\bfor=([\w-]+)"
    r"|data-board-token\s*=\s*[\"']([\w-]+)"
    r"|boards(?:-api)?(?:\.eu)?\.greenhouse\.io/(?:v1/boards/)?(?!embed\b)([\w-]+)/jobs"
    r"|[\"'](?:boardToken|board_token|urlToken)[\"']\s*:\s*[\"']([\w-]+)",
)
_COMEET_TOKEN = re.compile(r"[\"']?token[\"']?\s*[:=]\s*[\"']([0-9A-Fa-f]{16,})[\"']")
_COMEET = "https://www.comeet.co/careers-api/2.0/company/{company}/positions/{id}?token={token}&details=true"
_ASHBY_DATA = re.compile(r"window\.__appData\s*=\s*")
_WORKDAY = re.compile(r"myworkday(?:jobs|site|cdn)|wday/|window\.workday")


def read(document: Document) -> Reading | None:
    """Return where such a page leads; None for any other page."""
    if document.kind != "html":
        return None
    for reader in (_greenhouse, _lever, _ashby, _workday, _workable, _recruitee, _comeet, _oracle, _icims):
        found = reader(document)
        if found is not None:
            return found
    return None


def _leads(system: str, detail: str, *urls: str) -> Reading:
    return Reading("shell", detail=detail, follow=tuple(Request(url) for url in urls), system=system)


def _to_api(document: Document, system: str, detail: str) -> Reading:
    found = addresses.match(document.url)
    apart = found is not None and found.system == system and found.request.url != document.url
    return Reading("shell", detail=detail, follow=(found.request,) if found and apart else (), system=system)


def _tells(document: Document) -> bool:
    return "JobPosting" in document.text or len(main_text(document)) > OWN_TEXT


def _greenhouse(document: Document) -> Reading | None:
    wanted = re.search(r"[?&]gh_jid=(\d+)", document.url + " " + document.base)
    board = _GREENHOUSE_BOARD.search(document.text) if wanted else None
    if not wanted or not board or _tells(document):
        return None
    name = next(group for group in board.groups() if group)
    url = f"https://boards-api.greenhouse.io/v1/boards/{name}/jobs/{wanted[1]}"
    return _leads("greenhouse", f"the page embeds the Greenhouse board {name}", url)


def _lever(document: Document) -> Reading | None:
    """Return an `/apply` page as a form: its posting is one address above."""
    # a search in the text is cheap, one in the tree is not, and every page comes by here
    if "lever" not in document.text[:400_000].lower():
        return None
    form = document.html.xpath(
        "//form[@id='application-form'] | //*[contains(@class,'application-form')]//form"
    )
    if not form and "application-page" not in document.text:
        return None
    if document.html.xpath("//*[@data-qa='job-description']"):
        return None
    url = re.sub(r"/apply/?(?:[?#].*)?$", "", document.url or document.base)
    follow = (Request(url),) if url.startswith("http") and url != document.url else ()
    title = word("".join(document.html.xpath("//title/text()")))
    return Reading("apply-form", detail=f"application form of {title}", follow=follow, system="lever")


def _ashby(document: Document) -> Reading | None:
    start = _ASHBY_DATA.search(document.text)
    if not start:
        return None
    try:
        data, _ = json.JSONDecoder(strict=False).raw_decode(document.text, start.end())
    except (ValueError, RecursionError):
        return None
    if told := boards.of_data(data, document):
        return told
    if "posting" in data and data["posting"] is None and at(data, "organization") is None:
        return Reading("closed", detail="Ashby knows no such posting: it is gone", system="ashby")
    return _to_api(document, "ashby", "an Ashby page without its data")


def _workday(document: Document) -> Reading | None:
    if "workday" not in document.text[:300_000].lower() or not _WORKDAY.search(document.text):
        return None
    stated = document.html.xpath("//script[contains(@type,'ld+json')]")
    if stated or len(visible_text(document)) > SHELL_CHARACTERS:
        return None
    return _to_api(document, "workday", "a Workday page shows nothing without scripts")


def _workable(document: Document) -> Reading | None:
    """Return where a short address, which names no account, ended."""
    ended = addresses.match(document.base) if "workable.com" in document.base else None
    if not ended or ended.system != "workable" or not ended.group("account") or document.html.xpath("//h1"):
        return None
    return _leads("workable", "a Workable page shows nothing without scripts", ended.request.url)


def _recruitee(document: Document) -> Reading | None:
    path = re.search(r"/o/([^/?#]+)", document.base)
    if not path or "recruitee" not in document.text.lower() or "JobPosting" in document.text:
        return None
    url = f"https://{urlsplit(document.base).netloc}/api/offers/{path[1]}"
    return _leads("recruitee", "a Recruitee page without its posting", url)


def _comeet(document: Document) -> Reading | None:
    token = _COMEET_TOKEN.search(document.text) if document.system == "comeet" and document.pick else None
    if not token or not document.address or _tells(document):
        return None
    url = _COMEET.format(company=document.address.group("company"), id=document.pick, token=token[1])
    return _leads("comeet", "a Comeet page; its text comes from the API", url)


def _oracle(document: Document) -> Reading | None:
    if document.system != "oracle" or len(visible_text(document)) > SHELL_CHARACTERS:
        return None
    return _to_api(document, "oracle", "an Oracle page shows nothing without scripts")


def _icims(document: Document) -> Reading | None:
    if "icims" not in document.text[:200_000].lower() or "JobPosting" in document.text:
        return None
    frames = document.html.xpath("//iframe[contains(@id,'icims') or contains(@src,'icims')]")
    base = document.base if ".icims.com" in document.base else document.url
    inside = "in_iframe=1" in base or not base.startswith("http")
    if inside or (not frames and "icims_content_iframe" not in document.text):
        return None
    return _leads(
        "icims", "an iCIMS frame; the posting is inside", base + ("&" if "?" in base else "?") + "in_iframe=1"
    )
