"""Bodies within a limit: what unpacks to more is refused before it is unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import httpcore
import httpx

from pipeline.errors import NoAnswer


def body_of(response: httpx.Response, most: int, cut: bool) -> bytes:
    """The decoded body; what unpacks to more than `most` bytes is refused before it is unpacked."""
    told = response.headers.get("content-length", "")
    if told.isdigit() and int(told) > most and not cut:
        raise _too_large(most)
    decode = _decoder(response.headers.get("content-encoding", ""))
    parts, size = [], 0
    for raw in response.iter_raw():
        part = decode(raw, most - size + 1)
        size += len(part)
        parts.append(part)
        if size > most:
            if not cut:
                raise _too_large(most)
            break
    return b"".join(parts)[:most]


def _decoder(encoding: str) -> Callable[[bytes, int], bytes]:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda raw, _: raw
    if name not in ("gzip", "x-gzip", "deflate"):
        # a chain of encodings, or one that was not offered
        raise NoAnswer(f"the answer is packed as {encoding[:40]!r}, which was not asked for", "error")
    unpack = _Unpack(32 + zlib.MAX_WBITS if "gzip" in name else zlib.MAX_WBITS)
    return unpack.take


class _Unpack:
    def __init__(self, bits: int) -> None:
        self._inflate = zlib.decompressobj(bits)
        self._first = True

    def take(self, raw: bytes, most: int) -> bytes:
        try:
            part = self._inflate.decompress(raw, most)
        except zlib.error as error:
            if not self._first:
                raise httpcore.RemoteProtocolError(f"the packed answer is damaged ({error})") from error
            # "deflate" without the zlib frame is as common as with it
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self._first = False
            return self.take(raw, most)
        self._first = False
        return part


def _too_large(most: int) -> NoAnswer:
    advice = "Raise max_bytes in the settings' section [fetch] if this is a posting."
    return NoAnswer(f"the answer is larger than {most} bytes", "error", advice)
