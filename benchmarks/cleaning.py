"""How much of a page's items and demanding sentences cleaning leaves out, and from which share to say so.

    python benchmarks/cleaning.py FOLDER    a folder of saved pages (HTML)

Prints the share of every page with something left out, and how many pages each threshold would flag. A
page of which little is left out lacks items of its furniture (a footer without its tag); from the first
gap between those and the rest on, demands are missing. `losses.LOSS` lies in that gap.
"""

from __future__ import annotations

import sys
from pathlib import Path


def shares(folder: Path) -> list[tuple[float, int, int, str]]:
    """Return (share, left out, of, name) of every HTML page whose main text is its posting."""
    from pipeline import sources
    from pipeline.sources.document import Document
    from pipeline.sources.maintext import measured
    from pipeline.sources.saved import page_of

    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".html", ".htm", ".mhtml") or not path.is_file():
            continue
        page, url = page_of(path)
        if sources.read_page(page, url).outcome in ("posting", "closed"):
            gone, of = measured(Document(page, url))
            found.append((gone / of if of else 0.0, gone, of, path.name))
    return sorted(found, reverse=True)


def main(folder: Path) -> None:
    """Print the shares and the pages that each threshold would flag."""
    found = shares(folder)
    for share, gone, of, name in found:
        if gone:
            print(f"{share:6.1%}  {gone:4d} of {of:4d}  {name}")
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.3, 0.5):
        flagged = sum(share > threshold and gone >= 2 for share, gone, *_ in found)
        print(f"over {threshold:.0%}: {flagged} of {len(found)} pages")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
