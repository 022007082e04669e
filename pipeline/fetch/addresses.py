"""Which addresses may be asked, whom they belong to, and under which name an answer is kept."""

from __future__ import annotations

import ipaddress
import zlib

import httpx

from pipeline.errors import NoAnswer
from pipeline.records import RawPage, Request

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# behind a NAT64 gateway this prefix leads to any IPv4 address, private ones too
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_RETIRED = tuple(map(ipaddress.ip_network, ("fec0::/10", "192.88.99.0/24", "3fff::/20", "192.0.0.0/24")))
"""Site-local addresses (RFC 3879), 6to4 relays (RFC 7526), documentation (RFC 9637), protocol assignments
(RFC 6890): Python's tables count all of them, or some, as global."""


def host_of(url: str) -> str:
    """Return what shares one pace: host and port as written; "" for what is no address."""
    try:
        return httpx.URL(url).netloc.decode("ascii", "replace")
    except (httpx.InvalidURL, UnicodeError):
        return ""


def request_key(request: Request) -> str:
    """Return under which name the answer is archived: the address, and for a POST what was asked."""
    if request.method == "GET":
        return request.url
    # two questions to one address of a board are two pages; a checksum keeps the key short
    body = zlib.crc32((request.json_body or "").encode())
    return f"{request.url}#POST-{body:08x}"


def checked(url: str) -> httpx.URL:
    """Return the parsed http(s) address without its fragment; raises `NoAnswer` for anything else."""
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
        host = parsed.host  # decodes an "xn--" label, which may be no IDNA at all
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NoAnswer(f"{url[:200]} is no address: {error}", "error", "Correct the address.") from error
    if parsed.scheme not in ("http", "https") or not host:
        raise NoAnswer(f"{url[:200]} is no http or https address", "error", "Correct the address.")
    if parsed.userinfo:
        raise NoAnswer("the address holds a user name or password", "error", "Leave them out of it.")
    return parsed


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port: what one robots.txt speaks for."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def redirect_of(page: RawPage) -> str | None:
    """Return where an answer sends us; None when it is no redirect."""
    location = page.header("location")
    if page.status not in _REDIRECTS or not location:
        return None
    try:
        return str(httpx.URL(page.final_url).join(location))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NoAnswer(f"it redirects to {location[:200]!r}, which is no address") from error


def is_public(address: str) -> bool:
    """Return True for an address of the open internet.

    What is wrapped in an IPv6 address counts as itself.
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # written as an IPv6 address, 127.0.0.1 or 10.0.0.1 could pass as global
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in _RETIRED):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
