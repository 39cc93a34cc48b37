"""Many points at once: the same answers as slow geodesy gives, whatever the order."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import get_coordinates, get_parts, line_interpolate_point
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import GEOD, Contact, Unit, find_contacts
from coord.boundaries.datum import Datum, wgs84_to_gcj02
from coord.boundaries.lines import Floats, Lines
from coord.boundaries.locate import REACH_M, Gazetteer, Located, Remark
from tests.boundaries.builders import shipped_units

ACCURACY_M = 500.0
LON = st.floats(102.0, 108.0)
LAT = st.floats(28.8, 31.5)


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer(shipped_units(), borders(), accuracy_m=ACCURACY_M)


@cache
def borders() -> tuple[Contact, ...]:
    return find_contacts(shipped_units()).contacts


def locate(lon: float, lat: float, datum: Datum = Datum.CGCS2000) -> Located:
    return gazetteer().locate_many(np.array([lon]), np.array([lat]), datum)


def slow_distance(lon: float, lat: float, line: BaseGeometry) -> float:
    """Geodesic metres to the nearest of ever denser places along a line."""
    best = np.inf
    for part in get_parts(line):
        low, high = 0.0, part.length
        for _round in range(4):
            along = np.linspace(low, high, 4001)
            places = get_coordinates(line_interpolate_point(part, along))
            metres = GEOD.inv(*[np.full(4001, value) for value in (lon, lat)], *places.T)[2]
            least = int(np.argmin(metres))
            best = min(best, float(metres[least]))
            low, high = along[max(least - 1, 0)], along[min(least + 1, 4000)]
    return best


@settings(max_examples=40, deadline=None)
@given(lon=LON, lat=LAT)
def test_every_border_within_ten_kilometres_at_its_geodesic_distance(
    lon: float, lat: float
) -> None:
    found = locate(lon, lat)
    got = {
        found.contacts[line]: metres
        for line, metres in zip(found.borders.line, found.borders.metres, strict=True)
    }
    for one in borders():
        west, south, east, north = one.line.bounds
        if not (west - 0.2 < lon < east + 0.2 and south - 0.2 < lat < north + 0.2):
            assert (one.a, one.b) not in got
            continue
        slow = slow_distance(lon, lat, one.line)
        if abs(slow - REACH_M) < 1:
            continue
        assert ((one.a, one.b) in got) == (slow < REACH_M)
        if slow < REACH_M:
            assert got[one.a, one.b] == pytest.approx(slow, rel=2.5e-4, abs=0.05)


@settings(max_examples=200, deadline=None)
@given(lon=LON, lat=LAT)
def test_the_county_is_the_one_that_holds_the_point(lon: float, lat: float) -> None:
    point = Point(lon, lat)
    holding = [unit.code for unit in shipped_units() if unit.geometry.intersects(point)]
    assert locate(lon, lat).code_of(0) == (min(holding) if holding else "")


def test_order_and_company_change_nothing() -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(102, 107, 700), rng.uniform(29, 31.5, 700)
    lon[::50], lat[25::50] = np.nan, 103.0
    whole = gazetteer().locate_many(lon, lat)
    order = rng.permutation(700)
    mixed = gazetteer().locate_many(lon[order], lat[order])
    assert (mixed.unit == whole.unit[order]).all()
    assert (mixed.remark == whole.remark[order]).all()
    for place, index in enumerate(order[:60]):
        alone = gazetteer().locate_many(lon[[index]], lat[[index]])
        for found, at in ((mixed, place), (alone, 0)):
            starts, others = found.starts(found.borders), whole.starts(whole.borders)
            mine = slice(starts[at], starts[at + 1])
            its = slice(others[index], others[index + 1])
            assert (found.borders.line[mine] == whole.borders.line[its]).all()
            assert (found.borders.metres[mine] == whole.borders.metres[its]).all()


def test_many_points_are_shared_out() -> None:
    lon, lat = np.full(40_000, 103.50), np.full(40_000, 30.14)
    found = gazetteer().locate_many(lon, lat)
    line, metres = found.nearest()
    assert set(found.unit) == {found.unit[0]}
    assert (set(line), len(set(metres))) == ({line[0]}, 1)
    assert (np.diff(found.borders.point) >= 0).all()


def test_the_nearest_border_comes_first() -> None:
    found = locate(103.55, 30.17)
    assert found.borders.metres.tolist() == sorted(found.borders.metres)
    line, metres = found.nearest()
    assert (line[0], metres[0]) == (found.borders.line[0], found.borders.metres[0])


@given(lon=LON, lat=LAT)
def test_the_datum_moves_the_point_and_nothing_else(lon: float, lat: float) -> None:
    shifted = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
    plain = locate(lon, lat)
    moved = gazetteer().locate_many(*shifted, Datum.GCJ02)
    assert moved.lon[0] == pytest.approx(lon, abs=1e-9)
    assert moved.borders.metres == pytest.approx(plain.borders.metres, abs=0.01)


def square(code: str, west: float, south: float) -> Unit:
    return Unit(code, code, code[:4], box(west, south, west + 0.1, south + 0.1))


#: Two counties of one city side by side, a third of another city above the first.
SQUARES = (
    square("510101", 103.0, 30.0),
    square("510102", 103.1, 30.0),
    square("510601", 103.0, 30.1),
)
TOWN = Gazetteer(SQUARES, find_contacts(SQUARES).contacts, accuracy_m=300.0)
VAGUE = Gazetteer(SQUARES, find_contacts(SQUARES).contacts)
NAN = float("nan")

#: lon, lat → county, remark, other counties it may be in; with the accuracy of 300 m.
DECISIONS: dict[str, tuple[float, float, str, Remark, list[str]]] = {
    "well inside": (103.05, 30.05, "510101", Remark.CLEAR, []),
    "near a line within the city": (103.098, 30.05, "510101", Remark.EDGE, ["510102"]),
    "near a city line": (103.05, 30.1005, "510601", Remark.EDGE, ["510101"]),
    "on a line": (103.1, 30.05, "510101", Remark.EDGE, ["510102"]),
    "near a corner": (103.0995, 30.0995, "510101", Remark.EDGE, ["510102", "510601"]),
    "on a corner of three": (103.1, 30.1, "510101", Remark.EDGE, ["510102", "510601"]),
    "near the outer edge": (103.0005, 30.05, "510101", Remark.RIM, []),
    "just outside": (102.999, 30.05, "", Remark.NEAR_OUTSIDE, ["510101"]),
    "outside": (104.0, 30.05, "", Remark.OUTSIDE, []),
    "axes swapped": (30.05, 103.05, "", Remark.SWAPPED, []),
    "null island": (0.0, 0.0, "", Remark.ABROAD, []),
    "metres for degrees": (35_412_345.0, 3_321_456.0, "", Remark.ABROAD, []),
    "infinite": (float("inf"), 30.05, "", Remark.MISSING, []),
    "no longitude": (NAN, 30.05, "", Remark.MISSING, []),
    "nothing": (NAN, NAN, "", Remark.MISSING, []),
}


@pytest.mark.parametrize(
    ("lon", "lat", "code", "remark", "beyond"), DECISIONS.values(), ids=DECISIONS
)
def test_what_is_said_of_a_point(
    lon: float, lat: float, code: str, remark: Remark, beyond: list[str]
) -> None:
    found = TOWN.locate_many(np.array([lon]), np.array([lat]))
    assert (found.code_of(0), Remark(found.remark[0])) == (code, remark)
    assert [found.codes[unit] for unit in found.beyond.line] == beyond
    assert found.accuracy_m == 300.0


def test_without_a_stated_accuracy_only_the_line_itself_is_unsure() -> None:
    lon = np.array([103.098, 103.1])
    found = VAGUE.locate_many(lon, np.array([30.05, 30.05]))
    assert found.remark.tolist() == [Remark.CLEAR, Remark.EDGE]
    assert found.accuracy_m is None


def test_one_point_says_what_many_say() -> None:
    place = TOWN.locate(103.0995, 30.0995)
    assert (place.code, place.accuracy_m, place.possible) == ("510101", 300.0, ("510102", "510601"))
    assert place.contact == ("510101", "510601")
    assert [(one.a, one.b) for one in place.borders] == [("510101", "510601")]
    assert place.border_distance_m == place.borders[0].distance_m
    assert place.border_distance_m == pytest.approx(55.4, abs=0.1)
    # No border of its own: those of others within 10 km are told all the same.
    aside = TOWN.locate(103.15, 30.05)
    assert (aside.border_distance_m, aside.contact, aside.neighbour) == (None, None, None)
    assert [(one.a, one.b) for one in aside.borders] == [("510101", "510601")]


def test_the_own_border_is_told_however_far() -> None:
    units = (
        Unit("510101", "a", "5101", box(103.0, 30.0, 103.5, 30.5)),
        Unit("510601", "b", "5106", box(103.5, 30.0, 103.6, 30.5)),
    )
    place = Gazetteer(units, find_contacts(units).contacts).locate(103.1, 30.25)
    assert place.borders == ()
    assert place.border_distance_m == pytest.approx(
        GEOD.inv(103.1, 30.25, 103.5, 30.25)[2], rel=1e-4
    )


def test_nothing_asked_nothing_found_and_no_borders() -> None:
    nothing = np.zeros(0)
    found = TOWN.locate_many(nothing, nothing)
    assert (len(found), len(found.borders.point), found.nearest()[0].tolist()) == (0, 0, [])
    alone = Gazetteer(SQUARES[:1], ())
    assert alone.locate(103.05, 30.05).borders == ()
    assert alone.locate_many(np.array([103.05]), np.array([30.05])).nearest()[0].tolist() == [-1]
    # A contact added by hand has no line of its own.
    by_hand = Contact("510101", "510601", 0.0, LineString(), 0)
    assert Gazetteer(SQUARES, (by_hand,)).locate(103.05, 30.05).border_distance_m is None


def measured(line: LineString, lon: float, lat: float) -> Floats:
    return Lines([line], 50_000).near(np.array([lon]), np.array([lat])).metres


def test_long_segments_and_doubled_vertices() -> None:
    line = LineString([(103, 30), (103, 30), (104, 30.4), (104, 30.4)])
    assert measured(line, 103.5, 30.3) == pytest.approx(
        [slow_distance(103.5, 30.3, line)], rel=1e-4
    )
