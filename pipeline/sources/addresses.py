"""From an address to its board and what to ask for instead; the patterns stand in `table`.

They are tried in the table's order; the first that fits wins. The case of names is kept: some boards mind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pipeline.records import Request
from pipeline.sources.table import BOARDS


@dataclass(frozen=True, slots=True)
class Match:
    """What an address is: its system, the request for it and what the pattern's groups hold."""

    system: str
    request: Request
    pick: str
    board: bool
    groups: tuple[tuple[str, str], ...]

    def group(self, name: str) -> str:
        """Return what the named group holds, "" when the pattern has none of that name."""
        return dict(self.groups).get(name, "")


_COMPILED = tuple((b.name, at, re.compile(r"https?://" + at.pattern)) for b in BOARDS for at in b.at)


@lru_cache(maxsize=4096)
def match(url: str) -> Match | None:
    """Return what the table knows of an address; None where no row fits."""
    url = url.strip()
    for system, at, pattern in _COMPILED:
        found = pattern.match(_lower_host(url))
        if found:
            groups = {name: value or "" for name, value in found.groupdict().items()}
            asked = at.ask.format(**groups) if at.ask else url
            request = Request(asked, "POST", at.body) if at.body else Request(asked)
            return Match(system, request, unquote(groups.get(at.pick, "")), at.board, tuple(groups.items()))
    return None


def _lower_host(url: str) -> str:
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return scheme.lower() + slashes + host.lower() + slash + path
