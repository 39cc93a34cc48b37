"""From points on the ground to their counties, the city borders near them, who is across. Pure.

A vintage's lines lie only so true: a point closer to a county line than the vintage's stated
accuracy may be in the county on the other side, and every answer says so.
"""

import enum
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely import bounds, intersects_xy, prepare
from shapely.geometry import Point

from coord.boundaries.boxes import Boxes
from coord.boundaries.contacts import Contact, Unit, distance_m
from coord.boundaries.datum import Datum, to_cgcs2000
from coord.boundaries.lines import Floats, Ints, Lines, Near
from coord.boundaries.sources import CHINA
from coord.kernel.errors import Invalid
from coord.kernel.text import N_

#: Metres. City borders farther than this from a point are no concern of it.
REACH_M = 10_000.0

#: Metres. Without a stated accuracy, only a point on a line itself may be on either side.
ON_LINE_M = 0.01

#: So few points that a second thread is not worth its while.
_FEW = 5_000


class Remark(enum.IntEnum):
    """What is to be said of a point, beside its county."""

    CLEAR = 0
    #: Nearer to a county line than the lines are true.
    EDGE = 1
    #: In a county, but nearer to the edge of all counties than the lines are true.
    RIM = 2
    #: In no county, but nearer to one than the lines are true.
    NEAR_OUTSIDE = 3
    OUTSIDE = 4
    SWAPPED = 5
    ABROAD = 6
    MISSING = 7

    @property
    def label(self) -> str:
        """As a msgid."""
        return REMARK_LABELS[self]


REMARK_LABELS: dict[Remark, str] = {
    Remark.CLEAR: "",
    Remark.EDGE: N_("距区县界线在边界精度以内,也可能在另一侧"),
    Remark.RIM: N_("距边界数据的边缘在边界精度以内,也可能在这些区县以外"),
    Remark.NEAR_OUTSIDE: N_("不在边界数据的任何区县内,但距边缘在边界精度以内"),
    Remark.OUTSIDE: N_("不在边界数据的任何区县内"),
    Remark.SWAPPED: N_("经纬度看起来写反了"),
    Remark.ABROAD: N_("坐标不在中国范围内"),
    Remark.MISSING: N_("缺少坐标或看不懂"),
}


@dataclass(frozen=True)
class Border:
    """A city border near a point: the two counties (`a` < `b`) and the metres to it."""

    a: str
    b: str
    distance_m: float


@dataclass(frozen=True)
class Located:
    """Where many points lie. Arrays are by point in the order asked, n points in all.

    Degrees are CGCS2000 (NaN as given); `unit` indexes `codes`, -1 in no county; `remark`
    holds Remark values. `borders` pairs points with `contacts`: every city border within
    REACH_M, the nearest first. `beyond` pairs points with `codes`: the other counties that
    a point may lie in, within `accuracy_m`; None where the vintage states no accuracy.
    """

    lon: Floats
    lat: Floats
    unit: Ints
    remark: NDArray[np.int8]
    borders: Near
    beyond: Near
    codes: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    accuracy_m: float | None

    def __len__(self) -> int:
        return len(self.lon)

    def starts(self, pairs: Near) -> Ints:
        """Where each point's pairs begin: those of point i are starts[i] to starts[i + 1]."""
        return np.searchsorted(pairs.point, np.arange(len(self) + 1))

    def nearest(self) -> tuple[Ints, Floats]:
        """Index of each point's nearest city border (-1: none in reach), and metres (NaN)."""
        starts = self.starts(self.borders)
        line, metres = np.full(len(self), -1), np.full(len(self), np.nan)
        has = starts[1:] > starts[:-1]
        line[has] = self.borders.line[starts[:-1][has]]
        metres[has] = self.borders.metres[starts[:-1][has]]
        return line, metres

    def code_of(self, index: int) -> str:
        """The county of a point, "" in none."""
        unit = int(self.unit[index])
        return self.codes[unit] if unit >= 0 else ""


@dataclass(frozen=True)
class Location:
    """Where a point lies. Degrees are CGCS2000; distances are geodesic metres."""

    lon: float
    lat: float
    code: str
    #: To the county's nearest border with another city; None where it has none.
    border_distance_m: float | None
    #: The contact that border belongs to, and the county on its other side.
    contact: tuple[str, str] | None
    neighbour: str | None
    #: How far the vintage's lines may lie from the true ones; None where it does not say.
    accuracy_m: float | None = None
    #: Other counties that the point may lie in, the nearest first.
    possible: tuple[str, ...] = ()
    #: Every city border within REACH_M, the nearest first.
    borders: tuple[Border, ...] = ()


class Gazetteer:
    """Units and contacts made ready for many questions; safe to ask from several threads."""

    def __init__(
        self,
        units: Sequence[Unit],
        contacts: Sequence[Contact],
        *,
        accuracy_m: float | None = None,
    ) -> None:
        self._units = sorted(units, key=lambda unit: unit.code)
        self._contacts = sorted(contacts, key=lambda contact: (contact.a, contact.b))
        self._accuracy_m = accuracy_m
        self._geometries = np.array([unit.geometry for unit in self._units], dtype=object)
        self._boxes = Boxes(bounds(self._geometries))
        self._outlines = Lines(
            [geometry.boundary for geometry in self._geometries], max(accuracy_m or 0, ON_LINE_M)
        )
        self._borders = Lines([contact.line for contact in self._contacts], REACH_M)
        prepare(self._geometries)
        # GEOS builds its indexes on the first question, which two threads must not ask at once.
        middles = bounds(self._geometries).reshape(-1, 2, 2).mean(axis=1)
        self.locate_many(*middles.T)

    def locate_many(self, lon: Floats, lat: Floats, datum: Datum = Datum.CGCS2000) -> Located:
        """Where each of n points lies. Never raises for a point: each has its remark."""
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        remark = _first_look(lon, lat)
        good = np.flatnonzero(remark == Remark.CLEAR)
        lon, lat = lon.copy(), lat.copy()
        lon[good], lat[good] = to_cgcs2000(lon[good], lat[good], datum)
        unit = np.full(len(lon), -1)
        borders, beyond, rim = [], [], [np.zeros(0, np.int64)]
        halves = np.array_split(good, 2 if len(good) > _FEW else 1)
        # numpy lets go of the interpreter's lock, so that two cores have work.
        with ThreadPoolExecutor(max_workers=len(halves)) as pool:
            measured = pool.map(lambda half: self._measure(lon[half], lat[half]), halves)
            for batch, (own, near, outline) in zip(halves, measured, strict=True):
                unit[batch] = own
                borders.append(Near(batch[near.point], near.line, near.metres))
                at, other = batch[outline.point], outline.line != own[outline.point]
                beyond.append(Near(at[other], outline.line[other], outline.metres[other]))
                rim.append(at[~other])
        found = Located(
            lon=lon,
            lat=lat,
            unit=unit,
            remark=remark,
            borders=Near.joined(borders),
            beyond=Near.joined(beyond),
            codes=tuple(one.code for one in self._units),
            contacts=tuple((one.a, one.b) for one in self._contacts),
            accuracy_m=self._accuracy_m,
        )
        remark[good] = np.where(unit[good] < 0, Remark.OUTSIDE, Remark.CLEAR)
        remark[np.concatenate(rim)] = Remark.RIM
        unsure = found.beyond.point
        remark[unsure] = np.where(unit[unsure] < 0, Remark.NEAR_OUTSIDE, Remark.EDGE)
        return found

    def _measure(self, lon: Floats, lat: Floats) -> tuple[Ints, Near, Near]:
        """County, city borders in reach, and county lines within the accuracy."""
        return self._county(lon, lat), self._borders.near(lon, lat), self._outlines.near(lon, lat)

    def _county(self, lon: Floats, lat: Floats) -> Ints:
        """Index of each point's county, the lowest code where several hold it; -1 in none."""
        own = np.full(len(lon), -1)
        point, unit = self._boxes.holding(lon, lat)
        # Small integers are sorted by radix, in a tenth of the time.
        small = unit.astype(np.min_scalar_type(len(self._units)))
        order = np.argsort(small, kind="stable")
        point, unit = point[order], unit[order]
        begins = np.flatnonzero(np.diff(unit, prepend=-1))
        ends = np.append(begins[1:], len(unit))[: len(begins)]
        for first, last in zip(begins, ends, strict=True):
            asked = point[first:last]
            asked = asked[own[asked] < 0]
            geometry = self._geometries[unit[first]]
            own[asked[intersects_xy(geometry, lon[asked], lat[asked])]] = unit[first]
        return own

    def locate(self, lon: float, lat: float, datum: Datum = Datum.CGCS2000) -> Location:
        """One point; Invalid where it is in no county, or its axes are swapped."""
        found = self.locate_many(np.array([lon]), np.array([lat]), datum)
        _refuse(Remark(found.remark[0]))
        code = found.code_of(0)
        pairs = found.borders
        place = Location(
            lon=float(found.lon[0]),
            lat=float(found.lat[0]),
            code=code,
            border_distance_m=None,
            contact=None,
            neighbour=None,
            accuracy_m=self._accuracy_m,
            possible=tuple(found.codes[line] for line in found.beyond.line),
            borders=tuple(
                Border(a, b, float(metres))
                for (a, b), metres in zip(
                    [found.contacts[line] for line in pairs.line], pairs.metres, strict=True
                )
            ),
        )
        return self._with_own_border(place)

    def _with_own_border(self, place: Location) -> Location:
        """With the nearest border of the point's own county, however far it is."""
        known = {(border.a, border.b): border.distance_m for border in place.borders}
        own = [one for one in self._contacts if place.code in (one.a, one.b)]
        if any((one.a, one.b) in known for one in own):
            own = [one for one in own if (one.a, one.b) in known]
        point = Point(place.lon, place.lat)
        distances = [
            (known.get((one.a, one.b)) or distance_m(point, one.line), one.a, one.b)
            for one in own
            if not one.line.is_empty
        ]
        if not distances:
            return place
        metres, a, b = min(distances)
        across = b if a == place.code else a
        return replace(place, border_distance_m=metres, contact=(a, b), neighbour=across)


def _first_look(lon: Floats, lat: Floats) -> NDArray[np.int8]:
    """Whether the degrees can be a place in China at all."""
    west, south, east, north = CHINA
    remark = np.full(len(lon), Remark.ABROAD, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        remark[(west <= lat) & (lat <= east) & (south <= lon) & (lon <= north)] = Remark.SWAPPED
        remark[(west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)] = Remark.CLEAR
    remark[~(np.isfinite(lon) & np.isfinite(lat))] = Remark.MISSING
    return remark


def _refuse(remark: Remark) -> None:
    if remark is Remark.SWAPPED:
        raise Invalid(N_("经纬度看起来写反了:请先填经度,再填纬度。"))
    if remark in {Remark.ABROAD, Remark.MISSING}:
        raise Invalid(N_("坐标不在中国范围内。经度约为73至136,纬度约为3至54。"))
    if remark in {Remark.OUTSIDE, Remark.NEAR_OUTSIDE}:
        raise Invalid(N_("该点不在现有边界数据的任何区县内,请检查坐标。"))
