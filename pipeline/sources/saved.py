"""Files from disk as pages: single files, MHTML archives and the folders of "Save page as, complete"."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from pipeline.records import RawPage
from pipeline.sources.document import Document

# by eye: an archive with its pictures inside is large, and what is cut off lies behind the text
MAX_FILE_BYTES = 60_000_000
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_CANONICAL = re.compile(
    rb"<link[^>]{0,200}?rel=[\"']?canonical[\"']?[^>]{0,200}?href=[\"']([^\"'>\s]+)|"
    rb"<meta[^>]{0,100}?property=[\"']og:url[\"'][^>]{0,100}?content=[\"']([^\"'>\s]+)",
    re.IGNORECASE,
)


def page_of(path: Path, url: str | None = None) -> tuple[RawPage, str]:
    """Return the page that a path holds and the address it answers.

    An address that starts with "!" is a reason.

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
    if _FRAME.search(body) and body.lstrip()[:1] == b"<":
        frame = partial(_local_frame, path if path.is_dir() else path.parent)
        whole = _with_frames(Document(RawPage("", "", 200, (), body, "")).text, frame).encode(
            "utf-8", "replace"
        )
        return RawPage(str(path), address, 200, (_UTF_8,), whole, ""), address
    return RawPage(str(path), address, 200, (), body, ""), address


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        path = _main_file(path)
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES)


def _main_file(folder: Path) -> Path:
    """Return a folder's page: of "Title_files" the HTML file beside it, else the largest inside."""
    stem = re.sub(r"[_-](?:files|Dateien|fichiers|archivos|soubory|bestanden|filer|file)$", "", folder.name)
    beside = [folder.with_name(stem + suffix) for suffix in (".html", ".htm")]
    inside = sorted(
        (p for p in folder.iterdir() if p.suffix.lower() in (".html", ".htm", ".xhtml") and p.is_file()),
        # the page is larger than the frames saved beside it
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
    parts = _html_parts(message)
    if not parts:
        return None
    part = parts[0]
    address = (
        url or str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip()
    )
    address = address if address.startswith(("http://", "https://")) else name
    charset = part.get_content_charset()
    headers = (("content-type", f"text/html; charset={charset}"),) if charset else ()
    raw = _payload(part)
    if len(parts) > 1 and _FRAME.search(raw):
        raw, headers = _with_frames(_text(part), _frames_of(parts)).encode("utf-8", "replace"), (_UTF_8,)
    return RawPage(name, address, 200, headers, raw, _saved_at(message)), address


_UTF_8 = ("content-type", "text/html; charset=utf-8")
_FRAME = re.compile(rb"<i?frame\b", re.IGNORECASE)
_FRAME_TAG = re.compile(
    r"<i?frame\b(?=[^>]*\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))[^>]*>(?:.*?</i?frame\s*>)?",
    re.IGNORECASE | re.DOTALL,
)
# by eye: advertising brings dozens of frames, and a page may frame itself
MAX_FRAMES = 20
MAX_FRAME_BYTES = 5_000_000


def _html_parts(message: EmailMessage) -> list[EmailMessage]:
    try:
        return [p for p in message.walk() if p.get_content_type() in ("text/html", "application/xhtml+xml")]
    except (ValueError, AttributeError, TypeError):
        return []


def _payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage) -> str:
    charset = part.get_content_charset()
    headers = (("content-type", f"text/html; charset={charset}"),) if charset else ()
    return Document(RawPage("", "", 200, headers, _payload(part), "")).text


def _frames_of(parts: list[EmailMessage]) -> Callable[[str], str | None]:
    """Return what gives the document of a frame by its address, out of the parts of an archive."""
    named: dict[str, EmailMessage] = {}
    for part in parts[1:]:
        for key in (part.get("Content-Location"), part.get("Content-ID")):
            if key:
                named.setdefault(_key(str(key)), part)

    def frame(source: str) -> str | None:
        # a saved address may be the whole one and the page's own only its end
        part = named.get(source) or next((p for key, p in named.items() if key.endswith(source)), None)
        return _text(part) if part is not None and source else None

    return frame


def _with_frames(html: str, frame: Callable[[str], str | None], depth: int = 3) -> str:
    """Return a page with the documents of its frames in their places, as a browser shows them."""
    left = MAX_FRAMES

    def put(found: re.Match[str]) -> str:
        nonlocal left
        inner = frame(_key(unescape(next(filter(None, found.groups()), "")))) if left else None
        if inner is None:
            return found[0]
        left -= 1
        body = re.sub(r"(?is)^.*?<body\b[^>]*>|</body\s*>.*$", "", inner)
        return f"<div>{_with_frames(body, frame, depth - 1) if depth else body}</div>"

    return _FRAME_TAG.sub(put, html)


def _local_frame(folder: Path, source: str) -> str | None:
    """Return a frame that a browser saved beside its page; nothing outside the page's folder is read."""
    try:
        path = (folder / unquote(source)).resolve()
        if not source or not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        with path.open("rb") as file:
            body = file.read(MAX_FRAME_BYTES)
    except (OSError, ValueError):
        return None
    return Document(RawPage("", "", 200, (), body, "")).text if body.lstrip()[:1] == b"<" else None


def _key(name: str) -> str:
    return name.strip().removeprefix("cid:").strip("<>").split("#", 1)[0]


def _saved_at(message: EmailMessage) -> str:
    try:
        when = parsedate_to_datetime(str(message.get("Date")))
    except (TypeError, ValueError):
        return ""
    when = when.astimezone(UTC) if when.tzinfo else when
    return when.replace(tzinfo=None).isoformat(timespec="seconds")
