"""Contacts: what touches, what does not, and for how long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon, box

from coord.boundaries.contacts import (
    GEOD,
    Unit,
    area_m2,
    distance_m,
    find_contacts,
    perimeter_m,
)
from coord.boundaries.sources import read_shipped
from coord.kernel.regions import FIVE_CITIES
from tests.grids import CELL, COLUMNS, CORNER, ENCLAVE, ISLAND, MULTIPART, NORTH, PLAIN, WEST, draw


def pairs(units: list[Unit], **options: float) -> list[tuple[str, str]]:
    return [(one.a, one.b) for one in find_contacts(units, **options).contacts]


def test_a_grid_touches_along_edges_and_only_across_parties() -> None:
    assert pairs(draw(PLAIN, COLUMNS)) == [
        ("a", "b"), ("b", "c"), ("d", "e"), ("e", "f"), ("g", "h"), ("h", "i"),
    ]  # fmt: skip


def test_length_is_the_geodesic_of_the_shared_edge() -> None:
    contact = find_contacts(draw("ab")).contacts[0]
    east = WEST + CELL
    exact = GEOD.line_length([east, east], [NORTH, NORTH - CELL])
    assert contact.length_m == pytest.approx(exact, rel=1e-9)
    assert contact.parts == 1


def test_a_corner_is_not_a_contact() -> None:
    assert pairs(draw(CORNER)) == []
    assert pairs(draw(CORNER), tolerance_m=50) == []


def test_islands_are_named() -> None:
    assert find_contacts(draw(ISLAND)).islands == ("c",)


def test_two_stretches_and_an_enclave_are_measured_whole() -> None:
    two = find_contacts(draw(MULTIPART)).contacts[0]
    assert two.parts == 2
    inside = find_contacts(draw(ENCLAVE)).contacts[0]
    hole = next(unit for unit in draw(ENCLAVE) if unit.code == "b")
    assert inside.length_m == pytest.approx(perimeter_m(hole.geometry), rel=1e-9)


def test_vertices_that_do_not_match_hide_nothing() -> None:
    """A T-junction: three counties meet on an edge that the fourth draws in one piece."""
    left = Unit("a", "A", "1", Polygon([(0, 0), (1, 0), (1, 1), (0, 1)]))
    low = Unit("b", "B", "2", box(1, 0, 2, 1 / 3))
    high = Unit("c", "C", "3", box(1, 1 / 3, 2, 1))
    found = find_contacts([left, low, high]).contacts
    assert [(one.a, one.b) for one in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    whole = GEOD.line_length([1, 1], [0, 1])
    assert found[0].length_m + found[1].length_m == pytest.approx(whole, rel=1e-9)


@pytest.mark.parametrize("shift_m", [20, -20], ids=["gap", "overlap"])
def test_a_sliver_is_found_with_a_tolerance_only(shift_m: int) -> None:
    left, right = draw("ab")
    # A little northward too, so that the edges along the shift do not lie on one line.
    east, north = shift_m / 95_600, 5 / 110_900
    moved = Unit("b", "B", "b", affinity.translate(right.geometry, east, north))
    assert pairs([left, moved]) == []
    result = find_contacts([left, moved], tolerance_m=50)
    assert [(one.a, one.b) for one in result.contacts] == [("a", "b")]
    exact = find_contacts([left, right]).contacts[0].length_m
    assert result.contacts[0].length_m == pytest.approx(exact, rel=0.02)
    assert [(one.a, one.b) for one in result.overlaps] == ([("a", "b")] if shift_m < 0 else [])


@given(order=st.permutations(list("abcdefghi")))
def test_the_order_of_the_file_changes_nothing(order: list[str]) -> None:
    units = {unit.code: unit for unit in draw(PLAIN, COLUMNS)}
    shuffled = find_contacts([units[code] for code in order])
    straight = find_contacts(list(units.values()))
    assert [(c.a, c.b, c.length_m) for c in shuffled.contacts] == [
        (c.a, c.b, c.length_m) for c in straight.contacts
    ]


def test_area_and_distance_are_metric() -> None:
    left, right = draw("a.b")
    assert area_m2(left.geometry) == pytest.approx(0.1 * 0.1 * 111_000 * 95_500, rel=0.01)
    assert distance_m(left.geometry, right.geometry) == pytest.approx(9_550, rel=0.01)


def test_the_five_cities_have_thirty_contacts_between_twenty_five_counties() -> None:
    units = [unit for unit in read_shipped().units if unit.party in FIVE_CITIES]
    result = find_contacts(units)
    assert len(units) == 43
    assert len(result.contacts) == 30
    assert len({code for c in result.contacts for code in (c.a, c.b)}) == 25
    assert sum(c.length_m for c in result.contacts) == pytest.approx(879_793, abs=1)
    assert result.overlaps == ()
