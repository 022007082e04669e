"""The log of a gathering run in the archive's `outcomes`: one record a line, between a begin and an end.

A run without an end was interrupted. The next run of the same lines goes on with it: what it settled
stays settled, so a host that gave no answer is not asked again just because the power failed elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.archive import Archive
from pipeline.fetch import utc_now
from pipeline.read.canonical import masked_words
from pipeline.records import Failure, Posting, SourceLine, digest
from pipeline.steps.desk import hours_since

LOG = "outcomes"
_RESUME_HOURS = 24.0


class RunLog:
    """Writes the outcomes of a run and knows what its interrupted beginning had settled."""

    def __init__(
        self, archive: Archive, lines: Sequence[SourceLine], offline: bool, refresh: bool, max_age_days: float
    ) -> None:
        self._archive = archive
        self._settled: dict[str, Failure] = {}
        self._open = True
        what = {
            "lines": digest(sorted(line.address for line in lines)),
            "offline": offline,
            "refresh": refresh,
        }
        begun = None if offline else self._unfinished(what, min(_RESUME_HOURS, 24 * max_age_days))
        self.began = str(begun["began"]) if begun else utc_now()
        self.run = str(begun["run"]) if begun else f"{self.began}-{os.getpid()}"
        if begun is None:
            self._settled.clear()
            archive.append(LOG, {"run": self.run, "begin": True, "began": self.began, **what}, durable=False)

    def settled(self, line: SourceLine) -> Failure | None:
        """The outcome that the interrupted run recorded for this line ("posting" too); None without one."""
        return self._settled.get(line.address)

    def settle(
        self,
        line: SourceLine,
        outcome: str,
        postings: Sequence[Posting],
        failure: Failure | None,
        page_sha256: str,
        seen: str,
    ) -> None:
        """Nothing, once the line's final outcome is on record."""
        record: dict[str, Any] = {
            "run": self.run,
            "address": line.address,
            "number": line.number,
            "outcome": outcome,
            "detail": masked_words(failure.detail) if failure else "",
            "advice": masked_words(failure.advice) if failure else "",
            "page": page_sha256,
            "seen": seen or utc_now(),
            "postings": [{"id": p.id, "fingerprint": p.fingerprint, "closed": p.closed} for p in postings],
        }
        if not self._open:
            return  # the run was left while this line was under way: it has no outcome yet
        # no fsync: what a power failure takes from here is found again from the archived pages
        self._archive.append(LOG, record, durable=False)

    def leave(self) -> None:
        """Nothing; lines that are still under way settle nothing any more."""
        self._open = False

    def end(self) -> None:
        """Nothing, once the run is on record as ended; what it settled is asked anew by the next one."""
        self._archive.append(LOG, {"run": self.run, "end": True, "ended": utc_now()})

    def _unfinished(self, what: Mapping[str, Any], hours: float) -> dict[str, Any] | None:
        begun: dict[str, Any] = {}

        def take(record: dict[str, Any]) -> None:
            nonlocal begun
            if record.get("begin"):
                _ = record["run"], hours_since(str(record["began"]))
                begun, self._settled = record, {}
            elif record.get("end"):
                begun, self._settled = {}, {}
            elif begun and record.get("run") == begun["run"]:
                self._remember(record)

        for _ in self._archive.each_made(LOG, take):
            pass
        if not begun or any(begun.get(name) != value for name, value in what.items()):
            return None
        return begun if hours_since(str(begun["began"])) < hours else None

    def _remember(self, record: Mapping[str, Any]) -> None:
        address, outcome = str(record["address"]), record["outcome"]
        self._settled[address] = Failure(
            address, outcome, str(record["detail"]), str(record["advice"]), int(record["number"])
        )
