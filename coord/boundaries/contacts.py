"""Which counties touch across city lines, where, and for how long. Pure.

A contact is a shared border of positive length; corners never count. Lengths are geodesic
on the CGCS2000 ellipsoid, in metres. Overlaps, gaps and repairs are reported beside the
contacts. Borders are compared as arrays of segments (`segments`), what the two sides draw
differently is made alike (`noding`), and only what is left over is looked at in full
(`borders` says in what order).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from coord.boundaries.borders import Borders, ByPair
from coord.boundaries.measure import GEOD, area_m2, distance_m, length_m, perimeter_m
from coord.boundaries.nearness import near_line
from coord.boundaries.overlaps import Claim, find_claims
from coord.boundaries.repairs import Mended, mend
from coord.boundaries.segments import Ints

__all__ = [
    "GEOD",
    "Contact",
    "ContactResult",
    "Gap",
    "Overlap",
    "Repair",
    "Unit",
    "area_m2",
    "distance_m",
    "find_contacts",
    "perimeter_m",
]

#: Metres. Borders that run this close for long without touching are reported as gaps.
GAP_REACH_M = 100.0

#: A stretch must be this many tolerances long to be a border, unless told otherwise.
LEAST_IN_TOLERANCES = 2.5


@dataclass(frozen=True)
class Unit:
    """A county: six-digit code, name, the key of its party, polygon in degrees (CGCS2000)."""

    code: str
    name: str
    party: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class Contact:
    """A shared border between two counties of different parties; `a` < `b`."""

    a: str
    b: str
    #: Geodesic, metres.
    length_m: float
    #: In degrees, for the map.
    line: BaseGeometry
    #: How many separate stretches.
    parts: int


@dataclass(frozen=True)
class Overlap:
    """Two counties that claim the same ground: how much (m²) and about where (degrees)."""

    a: str
    b: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Gap:
    """Two counties whose borders run close for `length_m` without touching: how close."""

    a: str
    b: str
    length_m: float
    #: At the narrowest. A tolerance somewhat above this makes it a contact.
    width_m: float


@dataclass(frozen=True)
class Repair:
    """A county whose polygon was not valid: how much ground the repair changed (m²), where."""

    code: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True)
class ContactResult:
    """Contacts, overlaps and gaps by codes, units without a contact, and the parameters.

    Overlaps are looked for between all units, contacts and gaps between parties.
    """

    contacts: tuple[Contact, ...]
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    islands: tuple[str, ...]
    tolerance_m: float
    min_length_m: float
    repairs: tuple[Repair, ...] = ()


def find_contacts(
    units: Sequence[Unit], *, tolerance_m: float = 0.0, min_length_m: float | None = None
) -> ContactResult:
    """Every pair of units of different parties with a shared border of positive length.

    `tolerance_m` 0 asks for the very same line on both sides. Above 0, borders count as
    shared also where they run within that many metres of each other, in all for at least
    `min_length_m`, by default 2.5 times the tolerance; what is no longer than the
    corners that a tolerance makes of a touching point does not count.
    """
    ordered = sorted(units, key=lambda unit: unit.code)
    geometries = np.array([unit.geometry for unit in ordered], dtype=object)
    party = _numbers([unit.party for unit in ordered])
    borders, mended = _compare(geometries, party)
    claims = find_claims(geometries, borders.suspects)
    found = _shared_borders(borders, geometries, claims, tolerance_m)
    if min_length_m:
        found = {pair: border for pair, border in found.items() if border.length_m >= min_length_m}
    least = min_length_m if min_length_m is not None else LEAST_IN_TOLERANCES * tolerance_m
    if tolerance_m > 0:
        found = borders.with_near(found, tolerance_m, least)
    codes = [unit.code for unit in ordered]
    touched = {unit for pair in found for unit in pair}
    return ContactResult(
        contacts=tuple(Contact(codes[i], codes[j], *found[i, j]) for i, j in sorted(found)),
        overlaps=tuple(
            Overlap(codes[one.first], codes[one.second], one.area_m2, one.lon, one.lat)
            for one in claims
        ),
        gaps=_gaps(borders, codes, found),
        islands=tuple(code for index, code in enumerate(codes) if index not in touched),
        tolerance_m=tolerance_m,
        min_length_m=least,
        repairs=tuple(Repair(codes[one.unit], one.area_m2, one.lon, one.lat) for one in mended),
    )


def _compare(geometries: NDArray[np.object_], party: Ints) -> tuple[Borders, list[Mended]]:
    """All borders, and the polygons that had to be mended; these take their place."""
    # Whether polygons are valid is asked beside the search, which needs no answer to begin.
    with ThreadPoolExecutor(max_workers=1) as beside:
        mending = beside.submit(mend, geometries)
        borders = Borders.of(geometries, party)
        mended = mending.result()
    if mended:
        geometries[[one.unit for one in mended]] = [one.geometry for one in mended]
    if any(one.is_redrawn for one in mended):
        borders = Borders.of(geometries, party)
    return borders, mended


def _numbers(keys: Sequence[str]) -> Ints:
    """Each key as the place of its first appearance."""
    places: dict[str, int] = {}
    return np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int64)


def _shared_borders(
    borders: Borders, geometries: NDArray[np.object_], claims: Sequence[Claim], tolerance_m: float
) -> ByPair:
    found = borders.by_pair(tolerance_m)
    if claims:
        claimants = {unit for claim in claims for unit in (claim.first, claim.second)}
        found |= borders.in_full(geometries, claimants, tolerance_m)
    return found


def _gaps(borders: Borders, codes: Sequence[str], touching: ByPair) -> tuple[Gap, ...]:
    gaps = []
    for pair in borders.loose.close_pairs(GAP_REACH_M, borders.party):
        if pair in touching:
            continue
        left, right = (borders.loose.of(unit) for unit in pair)
        length = length_m(near_line(left, right, GAP_REACH_M))
        if length >= LEAST_IN_TOLERANCES * GAP_REACH_M:
            a, b = (codes[unit] for unit in pair)
            gaps.append(Gap(a, b, length, distance_m(left, right)))
    return tuple(gaps)
