"""Files from disk as pages: single files, MHTML archives and the folders of "Save page as, complete"."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from pipeline.records import RawPage

MAX_FILE_BYTES = 60_000_000
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_CANONICAL = re.compile(
    rb"<link[^>]{0,200}?rel=[\"']?canonical[\"']?[^>]{0,200}?href=[\"']([^\"'>\s]+)|"
    rb"<meta[^>]{0,100}?property=[\"']og:url[\"'][^>]{0,100}?content=[\"']([^\"'>\s]+)",
    re.IGNORECASE,
)


def page_of(path: Path, url: str | None = None) -> tuple[RawPage, str]:
    """The page that a path holds and the address it answers; an address that starts with "!" is a reason.

    A file's age is unknown, so `fetched_at` is "" and no date in it closes a posting; an MHTML archive
    says when it was saved.
    """
    try:
        body = _bytes_of(path)
    except OSError as error:
        return RawPage(
            str(path), url or str(path), 200, (), b"", ""
        ), f"!cannot be read: {error.strerror or error}"
    archived = _from_mhtml(body, str(path), url)
    if archived is not None:
        return archived
    address = url or _address_in(body) or str(path)
    return RawPage(str(path), address, 200, (), body, ""), address


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        path = _main_file(path)
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES)


def _main_file(folder: Path) -> Path:
    """The page of a folder: of "Title_files" the HTML file beside it, else the largest HTML file inside."""
    stem = re.sub(r"[_-](?:files|Dateien|fichiers|archivos|soubory|bestanden|filer|file)$", "", folder.name)
    beside = [folder.with_name(stem + suffix) for suffix in (".html", ".htm")]
    inside = sorted(
        (p for p in folder.iterdir() if p.suffix.lower() in (".html", ".htm", ".xhtml") and p.is_file()),
        key=lambda p: (p.stem.lower() != "index", -p.stat().st_size, p.name),
    )
    for candidate in [*(p for p in beside if stem != folder.name and p.is_file()), *inside]:
        return candidate
    raise FileNotFoundError(2, "no HTML page in the folder")


def _address_in(body: bytes) -> str | None:
    found = _SAVED_FROM.search(body[:4000])
    if found:
        return _http(found.group(1))
    found = _CANONICAL.search(body[:200_000]) if b"<" in body[:200] else None
    return _http(found.group(1) or found.group(2)) if found else None


def _http(raw: bytes) -> str | None:
    text = raw.decode("utf-8", "replace").replace("&amp;", "&")
    return text if text.startswith(("http://", "https://")) else None


def _from_mhtml(body: bytes, name: str, url: str | None) -> tuple[RawPage, str] | None:
    head = body[:6000].lower()
    if b"multipart/related" not in head and not (b"mime-version:" in head[:2000] and b"multipart/" in head):
        return None
    message = email.message_from_bytes(body, policy=email.policy.default)
    part = _first_html(message)
    if part is None:
        return None
    content = part.get_payload(decode=True)
    address = (
        url or str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip()
    )
    address = address if address.startswith(("http://", "https://")) else name
    charset = part.get_content_charset()
    headers = (("content-type", f"text/html; charset={charset}"),) if charset else ()
    raw = content if isinstance(content, bytes) else b""
    return RawPage(name, address, 200, headers, raw, _saved_at(message)), address


def _first_html(message: EmailMessage) -> EmailMessage | None:
    try:
        return next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
    except (ValueError, AttributeError, TypeError):
        return None


def _saved_at(message: EmailMessage) -> str:
    try:
        when = parsedate_to_datetime(str(message.get("Date")))
    except (TypeError, ValueError):
        return ""
    when = when.astimezone(UTC) if when.tzinfo else when
    return when.replace(tzinfo=None).isoformat(timespec="seconds")
