"""A sheet's SVG as a PNG at 300 dpi, set in the font that the installation brings along. Pure."""

import struct
import zlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from coord.boundaries.sheet import MM, Sheet
from coord.kernel.errors import Refused
from coord.kernel.text import N_

DPI = 300
INCH_MM = 25.4
FONT_FAMILY = "Noto Sans CJK SC"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@cache
def font_file() -> Path:
    """The font of the package noto-cjk-sans-otc, found without importing it."""
    spec = find_spec("noto_cjk_sans_otc")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "NotoSansCJK-Regular.ttc"
        if path.is_file():
            return path
    raise Refused(N_("没有找到随平台安装的中文字体,请系统管理员重新安装依赖。"))


def pixels_of(sheet: Sheet) -> tuple[int, int]:
    """Width and height of the picture at 300 dpi: A4 landscape is 3508 × 2480."""
    return pixels(sheet.width), pixels(sheet.height)


def pixels(units: int) -> int:
    """Units of the sheet in pixels of the picture."""
    return round(units / MM / INCH_MM * DPI)


def picture_of(svg: str, width: int, height: int) -> bytes:
    """The SVG as a PNG of so many pixels that says its resolution."""
    # The renderer is a large library that only pictures need.
    from resvg_py import svg_to_bytes

    made = svg_to_bytes(
        svg_string=svg,
        width=width,
        height=height,
        dpi=DPI,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(font_file())],
        font_family=FONT_FAMILY,
        sans_serif_family=FONT_FAMILY,
    )
    return with_resolution(bytes(made), DPI)


def with_resolution(png: bytes, dpi: int) -> bytes:
    """The PNG with a pHYs chunk of so many dots an inch, so that it prints at its true size."""
    per_metre = round(dpi / INCH_MM * 1000)
    chunk = _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    out = [SIGNATURE]
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, end = png[at + 4 : at + 8], at + 12 + length
        if kind != b"pHYs":
            out.append(png[at:end])
        if kind == b"IHDR":
            out.append(chunk)
        at = end
    return b"".join(out)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
