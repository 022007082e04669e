"""Bodies within a limit: what unpacks to more is refused before it is unpacked."""

from __future__ import annotations

import zlib

import httpcore
import httpx

from pipeline.errors import NoAnswer


def body_of(response: httpx.Response, most: int, cut: bool) -> bytes:
    """Return the decoded body; what unpacks to more than `most` bytes is refused before it is unpacked."""
    told = response.headers.get("content-length", "")
    # refused before a byte is read; a false length is caught by the count below
    if told.isdigit() and int(told) > most and not cut:
        raise _too_large(most)
    packed = _packed(response.headers.get("content-encoding", ""))
    parts, size = [], 0
    for raw in response.iter_raw():
        # one byte more than allowed tells "too large" from "just fits"
        part = packed.take(raw, most - size + 1) if packed else raw
        size += len(part)
        parts.append(part)
        if size > most:
            if not cut:
                raise _too_large(most)
            break
    else:
        if packed:
            packed.end()
    return b"".join(parts)[:most]


def _packed(encoding: str) -> _Unpack | None:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name not in ("gzip", "x-gzip", "deflate"):
        # a chain of encodings, or one that was not offered
        raise NoAnswer(f"the answer is packed as {encoding[:40]!r}, which was not asked for", "error")
    # 32 makes zlib find out by itself whether gzip or zlib framed it
    return _Unpack(32 + zlib.MAX_WBITS if "gzip" in name else zlib.MAX_WBITS)


class _Unpack:
    """Unpacks gzip (every member of it) and deflate, part by part."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inflate = zlib.decompressobj(bits)
        self._first = True
        self._held = b""

    def take(self, raw: bytes, most: int) -> bytes:
        """Unpack at most `most` bytes of the next part; raises where it is damaged."""
        raw, self._held, out = self._held + raw, b"", b""
        while raw and len(out) < most:
            if self._inflate.eof:
                if raw == b"\x1f":  # half of a member's mark: the rest comes with the next part
                    self._held = raw
                    break
                # behind a member stands the next one, or padding that gzip, too, ignores
                if not raw.startswith(b"\x1f\x8b"):
                    break
                self._inflate = zlib.decompressobj(self._bits)
            out += self._unpacked(raw, most - len(out))
            raw = self._inflate.unused_data
        return out

    def end(self) -> None:
        """Raise where the answer ended before its packed content did."""
        # an empty body, of a 304 say, never began one
        if not self._first and not self._inflate.eof:
            raise httpcore.RemoteProtocolError("the packed answer is cut off")

    def _unpacked(self, raw: bytes, most: int) -> bytes:
        try:
            part = self._inflate.decompress(raw, most)
        except zlib.error as error:
            if not self._first:
                raise httpcore.RemoteProtocolError(f"the packed answer is damaged ({error})") from error
            # "deflate" without the zlib frame is as common as with it
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self._first = False
            return self._unpacked(raw, most)
        self._first = False
        return part


def _too_large(most: int) -> NoAnswer:
    advice = "Raise max_bytes in the settings' section [fetch] if this is a posting."
    return NoAnswer(f"the answer is larger than {most} bytes", "error", advice)
