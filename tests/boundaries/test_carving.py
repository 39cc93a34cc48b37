"""Zones carved from counties: nothing lost, nothing doubled, every shared line the same."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import coverage_is_valid, get_coordinates, intersection, transform, union_all
from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from coord.boundaries.carving import SLIVER_M2, Carving, ZoneShape, areas_of, carve, common_m2
from coord.boundaries.contacts import Unit, area_m2, find_contacts
from coord.kernel.errors import Invalid
from coord.kernel.regions import FIVE_CITIES
from tests.boundaries.builders import shipped_units
from tests.grids import draw

SHUANGLIU, RENSHOU, LONGQUAN, JIANYANG = "510116", "511421", "510112", "510185"

#: Two cities, 1 and 2, side by side; each letter a county.
PICTURE = """
aabb
ccdd
"""
PARTIES = {"a": "1", "c": "1", "b": "2", "d": "2"}


def grid() -> list[Unit]:
    """Squares whose corners are the very same on both sides."""
    return [
        replace(unit, geometry=transform(unit.geometry, lambda points: points.round(6)))
        for unit in draw(PICTURE, PARTIES)
    ]


def zone(
    polygon: BaseGeometry, parents: Sequence[str], *, key: str = "z", party: str = "1"
) -> ZoneShape:
    return ZoneShape(key, f"试验{key}区", party, tuple(parents), polygon)


def between_cities(units: Sequence[Unit]) -> float:
    return sum(one.length_m for one in find_contacts(units).contacts)


def shape_of(carving: Carving, code: str) -> BaseGeometry:
    return {unit.code: unit.geometry for unit in carving.units}[code]


def check_whole(before: Sequence[Unit], carving: Carving) -> None:
    """No ground lost or doubled; every line between two units has the same vertices."""
    after = [unit.geometry for unit in carving.units]
    assert all(shape.is_valid for shape in after)
    assert coverage_is_valid(after)
    # In square degrees: a vertex more on a parallel bends no line there, but a geodesic one.
    total = sum(unit.geometry.area for unit in before)
    assert sum(shape.area for shape in after) == pytest.approx(total, rel=1e-9)
    assert between_cities(carving.units) == pytest.approx(between_cities(before), abs=0.05)


def test_a_zone_across_two_parents() -> None:
    units = grid()
    made = carve(units, [zone(box(103.05, 30.85, 103.15, 30.95), "ac")])
    check_whole(units, made)
    (report,) = made.zones
    assert set(report.from_parents) == {"a", "c"}
    assert sum(report.from_parents.values()) == pytest.approx(report.area_m2)
    assert report.area_m2 == pytest.approx(area_m2(box(103.05, 30.85, 103.15, 30.95)), rel=1e-9)
    assert (report.outside_m2, made.vanished, made.slivers) == (0.0, (), ())


def test_a_zone_on_the_city_line_takes_part_of_the_border() -> None:
    units = grid()
    made = carve(units, [zone(box(103.13, 30.93, 103.2, 30.97), "a")])
    check_whole(units, made)
    pairs = {(one.a, one.b): one.length_m for one in find_contacts(made.units).contacts}
    assert set(pairs) == {("a", "b"), ("b", "z"), ("c", "d")}
    assert pairs["b", "z"] == pytest.approx(4435, abs=5)
    # The neighbour across the line has the zone's corners among its vertices.
    corners = {(103.2, 30.93), (103.2, 30.97)}
    assert corners <= set(map(tuple, get_coordinates(shape_of(made, "b")).tolist()))


def test_what_lies_outside_the_parents_is_cut_off_and_said() -> None:
    units = grid()
    made = carve(units, [zone(box(103.13, 30.93, 103.23, 30.97), "a")])
    check_whole(units, made)
    outside = area_m2(box(103.2, 30.93, 103.23, 30.97))
    assert made.zones[0].outside_m2 == pytest.approx(outside, rel=1e-6)
    assert shape_of(made, "z").bounds == (103.13, 30.93, 103.2, 30.97)


def test_a_parent_that_is_wholly_taken_vanishes_and_that_is_said() -> None:
    units = grid()
    made = carve(units, [zone(box(102.9, 30.9, 103.3, 31.1), "a")])
    assert made.vanished == ("a",)
    assert {unit.code for unit in made.units} == {"b", "c", "d", "z"}
    check_whole(units, made)


def test_a_zone_with_a_hole_leaves_the_hole_to_its_parent() -> None:
    units = grid()
    ring = box(103.02, 30.92, 103.18, 30.98).difference(box(103.08, 30.94, 103.12, 30.96))
    made = carve(units, [zone(ring, "a")])
    check_whole(units, made)
    left = shape_of(made, "a")
    assert left.geom_type == "MultiPolygon"
    assert left.contains(Point(103.1, 30.95))
    assert not shape_of(made, "z").contains(Point(103.1, 30.95))


def test_two_zones_that_overlap_are_refused_by_name() -> None:
    first = zone(box(103.02, 30.92, 103.1, 30.98), "a", key="y")
    second = zone(box(103.08, 30.92, 103.18, 30.98), "a")
    with pytest.raises(Invalid, match=r"“试验y区”与“试验z区”重叠12\.\d+平方公里"):
        carve(grid(), [second, first])


def test_two_zones_side_by_side_share_their_line() -> None:
    units = grid()
    first = zone(box(103.02, 30.92, 103.1, 30.98), "a", key="y")
    made = carve(units, [zone(box(103.1, 30.92, 103.18, 30.98), "a"), first])
    check_whole(units, made)
    assert shape_of(made, "y").intersection(shape_of(made, "z")).length == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("polygon", "parents", "words"),
    [
        (box(103.3, 30.93, 103.35, 30.97), "a", "不在其所在区县之内"),
        (box(103.05, 30.93, 103.1, 30.97), "x", "不在边界数据中:x"),
        (box(103.05, 30.93, 103.1, 30.97), "", "不在边界数据中:—"),
        (Polygon(), "a", "不在其所在区县之内"),
    ],
)
def test_what_cannot_be_carved_is_refused(polygon: BaseGeometry, parents: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        carve(grid(), [zone(polygon, parents)])


def test_a_key_that_is_taken_is_refused() -> None:
    with pytest.raises(Invalid, match="b与已有单元重复"):
        carve(grid(), [zone(box(103.05, 30.93, 103.1, 30.97), "a", key="b")])


def test_slivers_go_to_the_other_side_and_are_reported() -> None:
    units = grid()
    # A centimetre short of the city line over 80 m: 0.8 m² that nobody governs apart.
    short = Polygon(
        [(103.15, 30.93), (103.2, 30.93), (103.1999999, 30.9304), (103.2, 30.9308), (103.15, 30.94)]
    )
    made = carve(units, [zone(short, "a")])
    check_whole(units, made)
    (sliver,) = made.slivers
    assert (sliver.source, sliver.target) == ("a", "z")
    assert 0 < sliver.area_m2 < SLIVER_M2
    assert (sliver.lon, sliver.lat) == pytest.approx((103.2, 30.9304), abs=5e-4)


def test_the_order_of_units_and_zones_does_not_matter() -> None:
    first = zone(box(103.02, 30.92, 103.1, 30.98), "a", key="y")
    second = zone(box(103.12, 30.88, 103.18, 30.98), "ac")
    one = carve(grid(), [first, second])
    other = carve(list(reversed(grid())), [second, first])
    assert [(u.code, u.geometry.wkb) for u in one.units] == [
        (u.code, u.geometry.wkb) for u in other.units
    ]


def five_cities() -> list[Unit]:
    return [unit for unit in shipped_units() if unit.party in FIVE_CITIES]


def test_on_the_shipped_counties_exact_contacts_stay_exact() -> None:
    """A made-up disc across three counties and over the city line, as nobody drew it."""
    units = five_cities()
    centre = intersection(
        *(unit.geometry for unit in units if unit.code in {SHUANGLIU, RENSHOU})
    ).centroid
    disc = centre.buffer(0.11, quad_segs=40)
    made = carve(units, [zone(disc, [SHUANGLIU, LONGQUAN, JIANYANG], key="5101A1", party="5101")])
    assert between_cities(made.units) == pytest.approx(between_cities(units), abs=0.05)
    assert coverage_is_valid([unit.geometry for unit in made.units])
    before = {unit.code: unit.geometry for unit in units}
    untouched = {RENSHOU, "510682", "511823"}
    for code in untouched:
        assert shape_of(made, code).symmetric_difference(before[code]).area < 1e-12
    # A county far off is the very same object; a neighbour has all vertices it had.
    assert shape_of(made, "511823") is before["511823"]
    had = set(map(tuple, get_coordinates(before[RENSHOU]).tolist()))
    assert had <= set(map(tuple, get_coordinates(shape_of(made, RENSHOU)).tolist()))
    pairs = {(one.a, one.b) for one in find_contacts(made.units).contacts}
    assert ("5101A1", RENSHOU) in pairs


@settings(max_examples=40, deadline=None)
@given(
    west=st.integers(0, 350),
    south=st.integers(0, 150),
    width=st.integers(3, 200),
    height=st.integers(3, 120),
    turn=st.integers(0, 3),
)
def test_whatever_is_carved_the_whole_stays_whole(
    west: int, south: int, width: int, height: int, turn: int
) -> None:
    units = grid()
    left, low = 103 + west / 1000, 30.8 + south / 1000
    corners = [
        (left, low),
        (left + width / 1000, low + turn / 777),
        (left + width / 1000, low + height / 1000),
        (left - turn / 555, low + height / 1000),
    ]
    shape = areas_of(Polygon(corners))
    parents = [unit for unit in units if unit.party == "1"]
    ground = union_all([unit.geometry for unit in parents])
    assume(common_m2(ground, shape) > 2)
    made = carve(units, [zone(shape, [unit.code for unit in parents])])
    check_whole(units, made)
    assert shape_of(made, "z").area == pytest.approx(shape.intersection(ground).area, abs=1e-9)
