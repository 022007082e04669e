"""Polite HTTP: one answer for one request, or the reason why there is none."""

from pipeline.fetch.addresses import host_of, is_public, request_key
from pipeline.fetch.per_host import by_host
from pipeline.fetch.polite import TRANSIENT, PoliteFetcher, Stopped
from pipeline.records import utc_now

__all__ = [
    "TRANSIENT",
    "PoliteFetcher",
    "Stopped",
    "by_host",
    "host_of",
    "is_public",
    "request_key",
    "utc_now",
]
