"""Two vintages side by side, and files against the present one: pure functions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import transform
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from coord.boundaries.comparison import (
    CodeChange,
    LengthChange,
    compare_contacts,
    compare_counties,
    hit_groups,
    recoded,
)
from coord.boundaries.contacts import Unit, find_contacts
from coord.boundaries.datum_mix import shifted_among
from coord.boundaries.findings import Severity, listed
from coord.boundaries.report import Present, build_report
from coord.boundaries.shifts import best_shift, compare_outlines, gcj02_shift_m
from coord.boundaries.source_columns import layout_of
from coord.boundaries.source_crs import describe_crs
from coord.boundaries.source_table import Layer, Table
from coord.boundaries.sources import SourceUnits
from tests.boundaries.files import changed, in_gcj02, renumbered, units_of

A, B, C, D = (f"51010{n}" for n in range(1, 5))
SQUARES = {code: box(104 + n, 30, 105 + n, 31) for n, code in enumerate((A, B, C))}


def unit(code: str, geometry: BaseGeometry | None = None, name: str = "") -> Unit:
    return Unit(code, name or code, code[:4], SQUARES[code] if geometry is None else geometry)


def kinds(before: list[Unit], after: list[Unit]) -> list[tuple[str, list[str], list[str]]]:
    return [
        (one.kind.value, [code for code, _name in one.before], [code for code, _name in one.after])
        for one in compare_counties(before, after)
    ]


HALVES = box(104, 30, 104.5, 31), box(104.5, 30, 105, 31)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([unit(A)], [unit(A)], []),
        ([unit(A)], [unit(A, name="新名")], [("renamed", [A], [A])]),
        ([unit(A)], [unit(D, SQUARES[A])], [("recoded", [A], [D])]),
        ([unit(A)], [unit(A), unit(B)], [("new", [], [B])]),
        ([unit(A), unit(B)], [unit(A)], [("vanished", [B], [])]),
        ([unit(A)], [unit(C, HALVES[0]), unit(D, HALVES[1])], [("split", [A], [C, D])]),
        ([unit(A)], [unit(A, HALVES[0]), unit(D, HALVES[1])], [("split", [A], [A, D])]),
        ([unit(C, HALVES[0]), unit(D, HALVES[1])], [unit(A)], [("merged", [C, D], [A])]),
        ([unit(A, HALVES[0]), unit(D, HALVES[1])], [unit(A)], [("merged", [A, D], [A])]),
        ([unit(A)], [unit(A, SQUARES[C])], [("elsewhere", [A], [A])]),
        # Less than four fifths in common is not the same ground.
        (
            [unit(A)],
            [unit(D, box(104.3, 30, 105.3, 31))],
            [("new", [], [D]), ("vanished", [A], [])],
        ),
        # A zone's key has a letter and is no county.
        ([unit(A), unit("5101A1", SQUARES[B])], [unit(A)], []),
    ],
)
def test_what_became_of_counties(
    before: list[Unit], after: list[Unit], expected: list[tuple[str, list[str], list[str]]]
) -> None:
    assert kinds(before, after) == expected


def test_counties_without_their_ground_are_not_said_to_lie_elsewhere() -> None:
    assert kinds([unit(A, Polygon())], [unit(A, Polygon())]) == []


def test_contacts_are_compared_under_todays_codes_and_by_more_than_a_hundredth() -> None:
    before = {(A, B): 1000.0, (B, C): 1000.0, (A, C): 500.0}
    after = {(B, D): 1009.0, (B, C): 1020.0, (A, B): 70.0}
    changes = compare_contacts(before, after, {A: D})
    assert [(one.kind.value, one.a, one.b, one.before_m, one.after_m) for one in changes] == [
        ("gained", A, B, 0.0, 70.0),
        ("lost", C, D, 500.0, 0.0),
        ("lengthened", B, C, 1000.0, 1020.0),
    ]


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("def")), st.floats(1, 1e6), max_size=9
    )
)
def test_nothing_changes_against_itself_and_sides_mirror(
    lengths: dict[tuple[str, str], float],
) -> None:
    assert compare_contacts(lengths, lengths, {}) == ()
    gained = compare_contacts({}, lengths, {})
    lost = compare_contacts(lengths, {}, {})
    assert {(one.a, one.b) for one in gained} == {(one.a, one.b) for one in lost} == set(lengths)
    assert {one.kind for one in gained} <= {LengthChange.GAINED}


def test_groups_are_hit_by_what_goes_on_inside_them_alone() -> None:
    before = {(A, B): 1000.0, (B, C): 500.0}
    after = {(B, D): 1000.0, (B, C): 800.0}
    groups = [(A, B), (B, C), (A, C)]
    renamed_hit, longer, recoded_only = hit_groups(groups, before, after, {A: D}, {B, C, D})
    assert renamed_hit is not None
    assert (renamed_hit.lost, renamed_hit.vanished) == ((), ())
    assert longer is not None
    assert (longer.before_m, longer.after_m) == (500.0, 800.0)
    assert recoded_only is not None
    [hit] = hit_groups([(A, B)], before, {}, {}, {B})
    assert hit is not None
    assert (hit.vanished, hit.lost, hit.after_m) == ((A,), ((A, B),), 0)
    assert hit_groups([(A, B)], before, before, {}, {A, B, C}) == (None,)


def test_xinjin_is_found_under_its_former_code() -> None:
    units = units_of("5101")
    changes = compare_counties(renumbered(units, "510118", "510132", "新津县"), units)
    [change] = [one for one in changes if one.kind is CodeChange.RECODED]
    assert (change.before, change.after) == ((("510132", "新津县"),), (("510118", "新津区"),))
    assert change.share == pytest.approx(1)
    assert recoded(changes) == {"510132": "510118"}


def moved(geometry: BaseGeometry, east_m: float, north_m: float) -> BaseGeometry:
    lat = geometry.centroid.y
    degrees = np.array([east_m / (111_320 * np.cos(np.radians(lat))), north_m / 110_850])
    return transform(geometry, lambda points: points + degrees)


@settings(max_examples=12, deadline=None)
@given(st.floats(-400, 400), st.floats(-400, 400), st.sampled_from(["510182", "510131", "511425"]))
def test_a_rigid_shift_is_measured_to_some_metres(east: float, north: float, code: str) -> None:
    geometry = next(u.geometry for u in units_of() if u.code == code)
    found = best_shift(moved(geometry, east, north), geometry)
    assert (found.east_m, found.north_m) == pytest.approx((east, north), abs=8)
    assert found.residual_m < 8


def test_the_formulas_shift_at_chengdu_is_the_known_one() -> None:
    assert gcj02_shift_m(104.06, 30.67) == pytest.approx((239, -269), abs=15)


def test_a_shift_undone_that_never_was_is_told_apart() -> None:
    units = units_of("5101")
    present = {
        one.code: Unit(one.code, one.name, one.party, in_gcj02(one.geometry)) for one in units
    }
    report = compare_outlines(units, present)
    assert report is not None
    assert (report.looks_undone_twice, report.looks_like_gcj02) == (True, False)
    assert compare_outlines(units, {}) is None


@pytest.mark.parametrize("codes", [("510182",), ("510682", "510683"), ()])
def test_counties_in_another_datum_are_told_by_their_neighbours(codes: tuple[str, ...]) -> None:
    units = units_of("5101", "5106")
    for code in codes:
        units = changed(units, code, in_gcj02)
    assert shifted_among(units) == codes


def test_neighbours_of_two_sources_in_one_datum_are_alike() -> None:
    units = [
        Unit(one.code, one.name, one.party, noisy(one.geometry, seed))
        for seed, one in enumerate(units_of("5101", "5106"))
    ]
    assert shifted_among(units) == ()


def noisy(geometry: BaseGeometry, seed: int) -> BaseGeometry:
    """Each vertex up to 10 m off, the same for a ring's first and last."""
    return transform(geometry, lambda xy: xy + 1e-4 * np.sin(7919 * xy[:, ::-1] + seed)).buffer(0)


def test_a_report_without_a_present_vintage_says_what_the_file_holds() -> None:
    units = tuple(units_of("5101", "5106"))
    report = build_report(SourceUnits(units), find_contacts(units), None)
    assert (report.units, report.parties) == (26, {"5101": 20, "5106": 6})
    assert (report.counties, report.contacts, report.findings) == ((), (), ())
    assert report.worst is Severity.NOTE
    assert report.as_data()["shift"] is None


def test_a_report_names_cities_left_out_and_counties_gone() -> None:
    present = Present(units_of(), {})
    units = tuple(one for one in units_of("5101", "5106") if one.code != "510683")
    report = build_report(SourceUnits(units), find_contacts(units), present)
    said = {one.message: dict(one.params) for one in report.findings}
    assert said["文件不含现行版本中的这些城市:%(parties)s。启用后它们在地图上不再出现。"] == {
        "parties": "重庆市 5001, 眉山市 5114, 雅安市 5118, 资阳市 5120"
    }
    assert said["这些区县不再出现:%(list)s。"] == {"list": "510683 绵竹市"}


def test_long_lists_are_cut_and_counted() -> None:
    assert listed(range(9)) == "0, 1, 2, 3, 4, 5, 6, 7 … +1"
    assert listed([]) == ""


def test_columns_are_guessed_by_contents_then_by_name() -> None:
    shapes = np.array([box(104, 30, 105, 31)] * 3, dtype=object)
    columns = {
        "id": [1, 2, 3],
        "PAC": [510182.0, 510682.0, None],
        "区县": ["彭州市", "什邡市", "蒲江县"],
        "市": ["成都市", "德阳市", "成都市"],
    }
    layout = layout_of(Layer("", Table(columns, shapes), None, "四川独立", False))
    assert (layout.code_field, layout.name_field, layout.party_field) == ("PAC", "区县", "市")
    assert (layout.rows, layout.polygons, layout.has_duplicates) == (3, 3, False)
    assert [(one.name, one.filled, one.samples) for one in layout.columns][1] == (
        "PAC",
        2,
        ("510182", "510682"),
    )
    assert describe_crs(Layer("", Table({}, shapes), None, "四川独立", False)) == "四川独立"
