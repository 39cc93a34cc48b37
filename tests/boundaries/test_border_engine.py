"""The engine against the obvious way of doing each thing, on real and on made-up maps."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from bench.national import denser, national_units
from coord.boundaries.contacts import GEOD, ContactResult, Unit, area_m2, find_contacts
from coord.boundaries.measure import steps_m
from coord.boundaries.segments import match, read_segments
from coord.boundaries.sources import read_shipped
from coord.kernel.regions import FIVE_CITIES

SHIPPED = [unit for unit in read_shipped().units if unit.party in FIVE_CITIES]
EAST_M, NORTH_M = 95_600, 110_900


def each_its_own(geometries: list[BaseGeometry]) -> list[Unit]:
    return [Unit(f"{i:06d}", "", str(i), one) for i, one in enumerate(geometries)]


def redrawn(units: list[Unit], geometries: list[BaseGeometry]) -> list[Unit]:
    return [
        Unit(unit.code, unit.name, unit.party, geometry)
        for unit, geometry in zip(units, geometries, strict=True)
    ]


def lengths(result: ContactResult) -> dict[tuple[str, str], float]:
    return {(one.a, one.b): one.length_m for one in result.contacts}


def test_all_counties_of_the_country_as_exact_intersection_finds_them() -> None:
    """Every pair and length; one pair claims the same islets, which are no border."""
    geometries = [unit.geometry for unit in national_units()]
    result = find_contacts(each_its_own(geometries))
    found = lengths(result)
    every = np.array(geometries, dtype=object)
    one, other = shapely.STRtree(every).query(every, predicate="intersects")
    one, other = one[one < other], other[one < other]
    lines = shapely.intersection(shapely.boundary(every[one]), shapely.boundary(every[other]))
    exact = {
        (f"{i:06d}", f"{j:06d}"): float(GEOD.geometry_length(line))
        for i, j, line in zip(one, other, lines, strict=True)
        if line.length > 0
    }
    twice = {(claim.a, claim.b) for claim in result.overlaps}
    assert len(geometries) == 2891
    assert len(exact) == 8186
    assert set(exact) == set(found) | twice
    assert [lines.area_m2 > 1e5 for lines in result.overlaps] == [True]
    assert all(found[pair] == pytest.approx(exact[pair], rel=1e-6) for pair in found)
    assert [repair.area_m2 < 1.0 for repair in result.repairs] == [True]


def test_ten_times_the_vertices_change_nothing() -> None:
    finer = denser(np.array([unit.geometry for unit in SHIPPED], dtype=object), 10)
    coarse = lengths(find_contacts(SHIPPED))
    assert lengths(find_contacts(redrawn(SHIPPED, list(finer)))) == {
        pair: pytest.approx(length, rel=1e-6) for pair, length in coarse.items()
    }


@pytest.mark.parametrize("places", [None, 7])
def test_vertices_on_one_side_only_hide_no_border(places: int | None) -> None:
    """Every second county drawn with three times the vertices: T-junctions everywhere."""
    mixed = [
        denser(np.array([unit.geometry], dtype=object), 3)[0] if number % 2 else unit.geometry
        for number, unit in enumerate(SHIPPED)
    ]
    if places is not None:
        mixed = [shapely.transform(one, lambda xy: np.round(xy, places)) for one in mixed]
    result = find_contacts(redrawn(SHIPPED, mixed))
    assert lengths(result) == {
        pair: pytest.approx(length, rel=1e-4)
        for pair, length in lengths(find_contacts(SHIPPED)).items()
    }
    assert (result.overlaps, result.gaps) == ((), ())
    assert sum(one.parts for one in result.contacts) == sum(
        one.parts for one in find_contacts(SHIPPED).contacts
    )


def test_two_sources_twenty_metres_apart() -> None:
    """Contiguity finds nothing; within 200 m over at least 500 m finds everything."""
    source = np.random.default_rng(1)

    def shaken(xy: np.ndarray) -> np.ndarray:
        moved = xy + source.uniform(-20, 20, xy.shape) / [EAST_M, NORTH_M]
        moved[-1] = moved[0]
        return moved

    noisy = []
    for unit in SHIPPED:
        rings = [part.exterior.coords for part in shapely.get_parts(unit.geometry)]
        drawn = [Polygon(shaken(np.array(ring))) for ring in rings]
        noisy.append(shapely.union_all([shapely.make_valid(one) for one in drawn]))
    units = redrawn(SHIPPED, noisy)
    assert find_contacts(units).contacts == ()
    near = find_contacts(units, tolerance_m=200, min_length_m=500)
    exact = lengths(find_contacts(SHIPPED))
    assert set(lengths(near)) == set(exact)
    total = sum(one.length_m for one in near.contacts)
    assert total == pytest.approx(sum(exact.values()), rel=0.05)
    assert (near.tolerance_m, near.min_length_m) == (200, 500)


def test_a_polygon_that_crosses_itself_is_mended_and_named() -> None:
    bow = Polygon([(103.0, 30.0), (103.2, 30.2), (103.2, 30.0), (103.0, 30.2)])
    result = find_contacts(each_its_own([bow, box(103.2, 30.0, 103.4, 30.2)]))
    (repair,) = result.repairs
    assert (repair.code, repair.lon, repair.lat) == ("000000", 103.1, 30.1)
    assert repair.area_m2 == pytest.approx(area_m2(shapely.make_valid(bow)), rel=0.01)
    edge = GEOD.line_length([103.2, 103.2], [30.0, 30.2])
    assert [one.length_m for one in result.contacts] == [pytest.approx(edge, rel=1e-9)]


def test_a_stray_polygon_over_a_clean_map_overlaps_each_county_under_it() -> None:
    """Its border crosses borders that two others share; a second whole map lies on the first."""
    squares = [box(x, y, x + 1, y + 1) for x in range(4) for y in range(4)]
    stray = box(0.5, 0.5, 2.5, 1.5)
    result = find_contacts(each_its_own([*squares, stray]))
    under = [i for i, one in enumerate(squares) if one.intersection(stray).area > 0]
    assert [(one.a, one.b) for one in result.overlaps] == [(f"{i:06d}", "000016") for i in under]
    shifted = [affinity.translate(one, 0.25, 0.25) for one in squares]
    both = [*squares, *shifted]
    twice = find_contacts(each_its_own(both))
    assert {(one.a, one.b) for one in twice.overlaps} == {
        (f"{i:06d}", f"{j:06d}")
        for i, j in combinations(range(len(both)), 2)
        if both[i].intersection(both[j]).area > 0
    }


def test_the_same_polygon_twice_is_an_overlap_and_no_border() -> None:
    square = box(103.0, 30.0, 103.1, 30.1)
    result = find_contacts(each_its_own([square, square, box(103.1, 30.0, 103.2, 30.1)]))
    assert [(one.a, one.b) for one in result.contacts] == [
        ("000000", "000002"),
        ("000001", "000002"),
    ]
    assert [(one.a, one.b) for one in result.overlaps] == [("000000", "000001")]


def test_a_county_dropped_inside_another_without_a_hole_overlaps_it() -> None:
    result = find_contacts(each_its_own([box(0, 0, 3, 3), box(1, 1, 2, 2)]))
    assert result.contacts == ()
    (overlap,) = result.overlaps
    assert overlap.area_m2 == pytest.approx(area_m2(box(1, 1, 2, 2)), rel=1e-9)


BOXES = st.builds(
    lambda x, y, width, height: box(x, y, x + width, y + height),
    *(st.integers(0, 5), st.integers(0, 5), st.integers(1, 3), st.integers(1, 3)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BOXES, min_size=2, max_size=7))
def test_boxes_anywhere_overlap_and_touch_as_geos_says(boxes: list[Polygon]) -> None:
    """A border has one on each side; where a third lies over both it is a border all the same."""
    result = find_contacts(each_its_own(boxes))
    overlaps, borders = set(), {}
    for i, j in combinations(range(len(boxes)), 2):
        a, b = boxes[i], boxes[j]
        if a.intersection(b).area > 0:
            overlaps.add((f"{i:06d}", f"{j:06d}"))
        elif a.intersection(b).length > 0:
            line = a.intersection(b)
            borders[f"{i:06d}", f"{j:06d}"] = GEOD.geometry_length(line)
    assert {(one.a, one.b) for one in result.overlaps} == overlaps
    assert lengths(result) == {pair: pytest.approx(m, rel=1e-6) for pair, m in borders.items()}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=12))
def test_segments_are_matched_as_by_comparing_each_with_each(
    corners: list[tuple[int, int]],
) -> None:
    triangles = [
        Polygon(three)
        for three in zip(corners, corners[1:], corners[2:], strict=False)
        if len(set(three)) == 3
    ]
    segments = read_segments(np.array(triangles, dtype=object))
    shared = match(segments)
    ends = [
        frozenset(pair) for pair in zip(segments.start.tolist(), segments.end.tolist(), strict=True)
    ]
    expected = {(i, j) for i, j in combinations(range(len(ends)), 2) if ends[i] == ends[j]}
    found = list(zip(shared.first.tolist(), shared.second.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert set(found) == expected


@settings(max_examples=200, deadline=None)
@given(
    lon=st.floats(73, 135), lat=st.floats(-60, 60), east=st.floats(-2, 2), north=st.floats(-2, 2)
)
def test_steps_are_geodesics(lon: float, lat: float, east: float, north: float) -> None:
    start, end = complex(lon, lat), complex(lon + east, lat + north)
    exact = GEOD.inv(start.real, start.imag, end.real, end.imag)[2]
    step = steps_m(np.array([start]), np.array([end]))[0]
    assert step == pytest.approx(exact, rel=2e-8, abs=1e-6)


def test_a_multipolygon_whose_parts_share_an_edge_has_no_border_with_itself() -> None:
    halves = MultiPolygon([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    result = find_contacts(each_its_own([halves, box(0, 1, 2, 2)]))
    assert [(one.a, one.b, one.parts) for one in result.contacts] == [("000000", "000001", 1)]
    assert [one.code for one in result.repairs] == ["000000"]
