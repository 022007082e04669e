"""Takes the pictures of the report, the review page and the plan anew, from the example list.

    python docs/shoot.py        writes everything in docs/pictures; needs Chromium

The workspace (build/pictures) is deleted first, so that equal examples give equal pictures.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from pipeline.render import executable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WORKSPACE = ROOT / "build" / "pictures"
PROGRAM = (str(Path(sys.executable).with_name("skillmatrix")),)
ROLE, INDUSTRY = "ML engineer", "high-growth tech"
RUN = ("run", "examples/ml-engineer/list.txt", "--role", ROLE, "--industry", INDUSTRY)
DECIDED = (("accept", "Python"), ("accept", "Docker"), ("pin", "Mentoring"))
RATED = (
    ("1", "1", "2026-12-01", ""),
    ("3", "2", "2026-12-01", ""),
    ("4", "0", "2026-12-01", ""),
    ("7", "3", "2026-12-01", "Two years of scripts at work"),
    ("9", "1", "2026-12-01", ""),
    ("9", "2", "2027-01-18", "Rewrote the slow report"),
    ("4", "1", "2027-01-25", "Alerts for late loads"),
    ("1", "3", "2027-02-08", "Talk at the user group"),
)
"""Row, level, day and evidence: a learner who keeps at it, a little behind the plan."""

DOCUMENTS = (
    ("index", 900, 900),
    ("assessment", 900, 1130),
    ("priority-ease", 900, 780),
    ("attainability", 900, 980),
    ("competency", 1100, 1150),
    ("role-card", 1100, 1000),
    ("roadmap", 900, 1150),
    ("weeks", 1100, 1100),
    ("practice", 1100, 1000),
    ("progress", 900, 1000),
)
"""The plan's documents with the width and height of their pictures."""


def skillmatrix(*arguments: str) -> None:
    """One command in the workspace; failures of single sources are no failure of the picture."""
    done = subprocess.run([*PROGRAM, *arguments, "-w", str(WORKSPACE)], cwd=ROOT, capture_output=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr.decode())


@contextmanager
def review_page() -> Iterator[str]:
    """The address of the review page while it is served."""
    command = [*PROGRAM, "review", "--no-browser", "--who", "ada", "-w", str(WORKSPACE)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def shoot(page: Page, name: str) -> None:
    """The page as it stands, under that name."""
    page.screenshot(path=PICTURES / f"{name}.png")


def of_report(browser: Browser) -> None:
    """Take the first screen of the report."""
    page = browser.new_page(viewport={"width": 1280, "height": 780})
    page.goto(next(WORKSPACE.glob("data/processed/*/report.html")).as_uri())
    shoot(page, "report")


def of_review(browser: Browser, address: str) -> None:
    """The review page: evidence, a merge with its consequences, rows before and after, phone, dark."""
    page = browser.new_page(viewport={"width": 1440, "height": 860})
    page.goto(address)
    begun = page.url
    _open(page, "PyTorch")
    shoot(page, "review-page")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("m")
    page.locator('details[data-key="m"] input[name="after"]').fill("TensorFlow")
    page.keyboard.press("Enter")
    page.locator(".question").wait_for()
    shoot(page, "review-merge")
    page.get_by_role("link", name="Before and after").click()
    page.get_by_role("heading", name="The ten rows, before and after").wait_for()
    shoot(page, "review-rows")
    kept = page.context.storage_state()
    phone = browser.new_page(viewport={"width": 390, "height": 844}, storage_state=kept)
    dark = browser.new_page(viewport={"width": 1440, "height": 900}, storage_state=kept, color_scheme="dark")
    for other, name in ((phone, "review-phone"), (dark, "review-dark")):
        other.goto(begun)
        _open(other, "PyTorch")
        shoot(other, name)


def of_plan(browser: Browser) -> None:
    """The top of every document of the plan, and one on a phone in the dark."""
    folder = next(WORKSPACE.glob("data/processed/*/plan"))
    for name, width, height in DOCUMENTS:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto((folder / f"{name}.html").as_uri())
        shoot(page, f"plan-{name}")
    phone = browser.new_page(viewport={"width": 390, "height": 1150}, color_scheme="dark")
    phone.goto((folder / "assessment.html").as_uri())
    shoot(phone, "plan-phone-dark")


def _open(page: Page, skill: str) -> None:
    page.get_by_role("link", name=skill, exact=True).first.click()
    page.get_by_role("heading", name=skill, exact=True, level=1).wait_for()


def main() -> int:
    """Runs the example and takes every picture."""
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    skillmatrix(*RUN)
    for action, subject in DECIDED:
        skillmatrix("review", action, subject, "--who", "ada")
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=flags)
        of_report(browser)
        with review_page() as address:
            of_review(browser, address)
        skillmatrix("target", "add", ROLE, "--industry", INDUSTRY, "--plan", "a", "--hours", "10")
        for row, level, day, note in RATED:
            skillmatrix("assess", row, "--level", level, "--date", day, "--note", note)
        skillmatrix("plan", "--start", "2026-12-07", "--today", "2027-03-01")
        of_plan(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
