"""Borders as files really draw them: rounded vertices, ground claimed twice, gaps, corners."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import affinity, get_coordinates, segmentize, union_all
from shapely.geometry import LineString, Point, Polygon, box

from coord.boundaries.contacts import GEOD, ContactResult, Unit, distance_m, find_contacts
from coord.boundaries.sources import read_shipped
from coord.kernel.regions import FIVE_CITIES
from tests.grids import COLUMNS, PLAIN, draw

EAST_M, NORTH_M = 95_600, 110_900


def found(*shapes: Polygon, tolerance_m: float = 0.0, one_party: bool = False) -> ContactResult:
    units = [
        Unit(code, code, "1" if one_party else code, shape)
        for code, shape in zip("abcd", shapes, strict=False)
    ]
    return find_contacts(units, tolerance_m=tolerance_m)


def pairs(result: ContactResult) -> list[tuple[str, str]]:
    return [(one.a, one.b) for one in result.contacts]


@settings(max_examples=30, deadline=None)
@given(at=st.floats(0.05, 0.95), slope=st.floats(0.2, 1.5))
@example(at=0.7345302433130756, slope=1.125)
def test_a_junction_rounded_to_seven_decimals_hides_nothing(at: float, slope: float) -> None:
    """Seven decimals put the vertex up to 7 mm beside the edge that the other side draws."""
    start, end = (103.2, 30.0), (103.3, round(30.0 + 0.1 * slope, 7))
    joint = (round(103.2 + 0.1 * at, 7), round(30.0 + (end[1] - 30.0) * at, 7))
    west = Polygon([(103.0, 30.0), start, end, (103.0, end[1])])
    low, high = Polygon([start, (103.5, 30.0), joint]), Polygon([joint, (103.5, 30.0), end])
    result = found(west, low, high)
    assert pairs(result) == [("a", "b"), ("a", "c"), ("b", "c")]
    whole = GEOD.line_length([start[0], end[0]], [start[1], end[1]])
    lengths = [one.length_m for one in result.contacts[:2]]
    assert sum(lengths) == pytest.approx(whole, abs=0.5)
    assert result.overlaps == ()


def test_lines_round_ground_that_both_claim_are_no_border() -> None:
    """Two squares one kilometre into each other: their edges north and south coincide."""
    result = found(box(103.0, 30.0, 103.1, 30.1), box(103.09, 30.0, 103.2, 30.1))
    assert pairs(result) == []
    (overlap,) = result.overlaps
    assert overlap.area_m2 == pytest.approx(0.01 * 0.1 * 96_490 * 110_850, rel=0.01)
    assert 103.09 < overlap.lon < 103.1
    assert 30.0 < overlap.lat < 30.1


def test_a_border_beside_an_overlap_keeps_its_length() -> None:
    step = [(103.0, 30.0), (103.1, 30.0), (103.1, 30.05), (103.11, 30.05), (103.11, 30.1)]
    result = found(Polygon([*step, (103.0, 30.1)]), box(103.1, 30.0, 103.2, 30.1))
    half = GEOD.line_length([103.1, 103.1], [30.0, 30.05])
    assert [one.length_m for one in result.contacts] == [pytest.approx(half, abs=0.1)]
    assert [(one.a, one.b) for one in result.overlaps] == [("a", "b")]


def test_overlaps_within_a_party_are_reported_too() -> None:
    result = found(box(103, 30, 103.1, 30.1), box(103.09, 30, 103.2, 30.1), one_party=True)
    assert pairs(result) == []
    assert [(one.a, one.b) for one in result.overlaps] == [("a", "b")]


def test_a_gap_is_reported_with_its_width_until_a_tolerance_closes_it() -> None:
    left = box(103.0, 30.0, 103.1, 30.1)
    right = affinity.translate(box(103.1, 30.0, 103.2, 30.1), 43 / EAST_M)
    silent = found(left, right)
    assert pairs(silent) == []
    (gap,) = silent.gaps
    assert (gap.a, gap.b) == ("a", "b")
    assert gap.width_m == pytest.approx(43, rel=0.02)
    assert gap.length_m == pytest.approx(0.1 * NORTH_M, rel=0.05)
    assert silent.islands == ("a", "b")
    closed = found(left, right, tolerance_m=50)
    assert pairs(closed) == [("a", "b")]
    assert closed.gaps == ()
    assert pairs(found(left, right, tolerance_m=40)) == []


@settings(max_examples=60, deadline=None)
@given(
    turn=st.floats(5, 85), tolerance=st.sampled_from([1.0, 20.0, 100.0]), apart=st.floats(0, 0.8)
)
def test_a_corner_is_no_contact_at_any_angle(turn: float, tolerance: float, apart: float) -> None:
    """Two squares corner to corner, one turned, touching or a little apart."""
    corner = (103.1, 30.1)
    square = box(103.0, 30.0, *corner)
    # Turned in metres, so that the angle is one on the ground.
    tall = affinity.scale(box(*corner, 103.2, 30.2), EAST_M / NORTH_M, 1, origin=corner)
    turned = affinity.rotate(tall, turn - 45, origin=corner)
    other = affinity.scale(turned, NORTH_M / EAST_M, 1, origin=corner)
    away = apart * tolerance / math.sqrt(2)
    moved = affinity.translate(other, away / EAST_M, away / NORTH_M)
    result = found(square, moved, tolerance_m=tolerance)
    assert pairs(result) == []


def test_what_touches_exactly_stays_a_contact_however_wide_the_tolerance() -> None:
    """The shortest border of the shipped source is 541 m; 2.5 × 400 m is more."""
    units = [unit for unit in read_shipped().units if unit.party in FIVE_CITIES]
    exact = find_contacts(units)
    wide = find_contacts(units, tolerance_m=400)
    assert set(pairs(exact)) <= set(pairs(wide))
    assert exact.gaps == ()


@given(st.permutations(list("abcdefghi")), st.integers(0, 2**16))
@example(order=list("abcdefghi"), seed=109)
@example(order=list("abcdfgehi"), seed=511)
@settings(max_examples=30, deadline=None)
def test_noise_below_the_tolerance_changes_no_neighbour(order: list[str], seed: int) -> None:
    """Each county drawn for itself, its corners off by up to 5 m."""
    source = np.random.default_rng(seed)
    units = {unit.code: unit for unit in draw(PLAIN, COLUMNS)}
    noisy = []
    for code in order:
        unit = units[code]
        ring = np.array(unit.geometry.exterior.coords)[:-1]
        ring += source.uniform(-5, 5, ring.shape) / [EAST_M, NORTH_M]
        noisy.append(Unit(code, unit.name, unit.party, Polygon(ring)))
    clean = find_contacts(list(units.values()))
    result = find_contacts(noisy, tolerance_m=30)
    assert pairs(result) == pairs(clean)
    for rough, true in zip(result.contacts, clean.contacts, strict=True):
        assert rough.length_m == pytest.approx(true.length_m, rel=0.02)


@pytest.mark.parametrize("latitude", [3.0, 30.0, 53.0])
def test_distance_is_to_the_nearest_point_on_the_ground_not_in_degrees(latitude: float) -> None:
    point, line = Point(103.0, latitude), LineString([(103.1, latitude), (103.0, latitude + 0.09)])
    along = [line.interpolate(share, normalized=True) for share in np.linspace(0, 1, 5001)]
    least = min(GEOD.inv(point.x, point.y, one.x, one.y)[2] for one in along)
    assert distance_m(point, line) == pytest.approx(least, rel=1e-5)
    assert distance_m(line, point) == pytest.approx(distance_m(point, line), rel=1e-9)


def test_chongqing_and_chengdu_do_not_touch() -> None:
    """Held against every pair of points 200 m apart along both outlines."""
    units = read_shipped().units
    chengdu, chongqing = (
        union_all([unit.geometry for unit in units if unit.party == party])
        for party in ("5101", "5001")
    )
    far = distance_m(chengdu, chongqing)
    near, across = (
        get_coordinates(segmentize(one.boundary, 0.002)) for one in (chengdu, chongqing)
    )
    # Only those that face each other, so that all pairs fit into memory.
    near, across = near[near[:, 0] > 104.4], across[across[:, 0] < 105.8]
    lon_a, lon_b = np.meshgrid(near[:, 0], across[:, 0])
    lat_a, lat_b = np.meshgrid(near[:, 1], across[:, 1])
    least = GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2].min()
    assert far <= least
    assert far == pytest.approx(least, abs=50)


def test_nothing_is_found_among_nothing() -> None:
    result = find_contacts([])
    assert (result.contacts, result.overlaps, result.gaps, result.islands) == ((), (), (), ())
