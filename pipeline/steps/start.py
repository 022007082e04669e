"""A workspace to begin with, and the report to end with."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.records import Target, digest
from pipeline.steps.place import Place

LIST = "list.txt"

_LIST_TEXT = """\
# One source a line: the address of a posting, or the path of a saved page, PDF, Word, text or Markdown file,
# of a folder of such files, or of a table (CSV, JSONL, Parquet) with a posting a row.
# Paths start at the folder of this list. "#" begins a comment; take it away to use a line.

# https://jobs.example.org/postings/41
# saved/posting.html
# saved/posting.pdf          employer=Kolibri title=Data engineer location=Bern date=2026-10-02

# After the address a line may say more about its source: kind= (posting, blog, profile, day-in-life), date=,
# title=, employer=, location=. This overrides what the page says.
# saved/profile.pdf           kind=profile        somebody who is three to five years into the role
# saved/a-day.vtt             kind=day-in-life    the transcript of a video
"""


def begin(folder: Path) -> tuple[Path, bool]:
    """Make a folder with a commented list; return the list, and False where one was there."""
    path = folder / LIST
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_LIST_TEXT)
    except FileExistsError:
        return path, False
    return path, True


def report_of(place: Place, target: Target) -> Path:
    """Return a target's report; raise `UsageError` where none was written."""
    path = place.documents(target) / "report.html"
    if not path.is_file():
        raise UsageError(
            f"{target.id} has no report yet", "Run `skillmatrix run LIST` or `skillmatrix report`."
        )
    return path


def kept_text(place: Place, text: str) -> Path:
    """Keep a posting's text that came without a file; the same text is kept once."""
    path = place.root / "postings" / f"{digest(text)[:12]}.txt"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return path
