"""GCJ-02, the shifted coordinates of Chinese consumer maps, and back. Pure.

CGCS2000 and WGS-84 agree to under a metre, far below what a border needs, and are taken
as equal. The GCJ-02 shift is the publicly known polynomial; its inverse is found by
iteration to well under a millimetre. Arrays in, arrays out, in degrees.
"""

import enum

import numpy as np
from numpy.typing import NDArray

from coord.kernel.text import N_

Floats = NDArray[np.float64]

_SEMI_MAJOR = 6378245.0
_ECCENTRICITY = 0.00669342162296594323


class Datum(enum.StrEnum):
    """What coordinates were measured in."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"

    @property
    def label(self) -> str:
        """The datum's name as a msgid."""
        return DATUM_LABELS[self]


DATUM_LABELS: dict[Datum, str] = {
    Datum.CGCS2000: N_("CGCS2000(国家大地坐标系)"),
    Datum.WGS84: N_("WGS-84(卫星定位原始坐标)"),
    Datum.GCJ02: N_("GCJ-02(高德、腾讯等地图坐标)"),
}


def to_cgcs2000(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    """Longitudes and latitudes in degrees, from `datum` to CGCS2000."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(lon, lat)
    return np.asarray(lon, float), np.asarray(lat, float)


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Apply the GCJ-02 shift."""
    east, north = _shift(np.asarray(lon, float), np.asarray(lat, float))
    return np.asarray(lon, float) + east, np.asarray(lat, float) + north


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo the GCJ-02 shift by fixed-point iteration (it contracts by about 1/100 a step)."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    east, north = np.zeros_like(lon), np.zeros_like(lat)
    for _step in range(8):
        east, north = _shift(lon - east, lat - north)
    return lon - east, lat - north


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees by which GCJ-02 lies east and north of WGS-84 at each point."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(x))
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north_m += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north_m += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east_m += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east_m += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    radians = np.radians(lat)
    magic = 1 - _ECCENTRICITY * np.sin(radians) ** 2
    meridian = _SEMI_MAJOR * (1 - _ECCENTRICITY) / (magic * np.sqrt(magic))
    parallel = _SEMI_MAJOR / np.sqrt(magic) * np.cos(radians)
    return np.degrees(east_m / parallel), np.degrees(north_m / meridian)
