"""Reads a PNG without an image library: header, resolution, pixels."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Png:
    """What the tests ask of a picture."""

    width: int
    height: int
    #: Pixels to the metre, or None where the picture does not say.
    per_metre: int | None
    #: How many different pixels a sample of rows holds.
    colours: int


def read_png(data: bytes) -> Png:
    """Header, pHYs chunk and the colours of every fiftieth row of an 8-bit picture."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks = list(_chunks(data))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    assert (depth, kind in {2, 6}) == (8, True)
    per_metre = next(
        (struct.unpack(">II", body[:8])[0] for k, body in chunks if k == b"pHYs"), None
    )
    raw = zlib.decompress(b"".join(body for k, body in chunks if k == b"IDAT"))
    return Png(width, height, per_metre, _colours(raw, width, height, 3 if kind == 2 else 4))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(kind + body), kind
        yield kind, body
        at += 12 + length


def _colours(raw: bytes, width: int, height: int, size: int) -> int:
    """Different filtered pixels in a sample; a blank picture has one or two."""
    stride = width * size + 1
    seen: set[bytes] = set()
    for row in range(0, height, 50):
        line = raw[row * stride + 1 : (row + 1) * stride]
        seen.update(line[at : at + size] for at in range(0, len(line), size))
    return len(seen)
