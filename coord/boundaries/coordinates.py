"""Reads a longitude or latitude as people type it. Pure."""

import re

from coord.kernel.errors import Invalid
from coord.kernel.text import N_

_DECIMAL = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?")
_SEXAGESIMAL = re.compile(
    r"(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[′'分]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*[″\"秒]\s*)?"
)


def parse_degrees(text: str) -> float:
    """`103.5062`, `103°30′22″E`, `东经103度30分22秒` as degrees; Invalid otherwise."""
    plain = text.strip().upper()
    plain = plain.removeprefix("东经").removeprefix("北纬").strip()
    plain = plain.removesuffix("E").removesuffix("N").removesuffix("°").strip()
    if _DECIMAL.fullmatch(plain):
        return float(plain)
    found = _SEXAGESIMAL.fullmatch(plain)
    if found is None:
        raise Invalid(N_("看不懂的坐标“%(text)s”。请用小数度或度分秒。"), text=text.strip()[:40])
    degrees, minutes, seconds = (float(part or 0) for part in found.groups())
    if minutes >= 60 or seconds >= 60:
        raise Invalid(N_("看不懂的坐标“%(text)s”。请用小数度或度分秒。"), text=text.strip()[:40])
    return degrees + minutes / 60 + seconds / 3600
