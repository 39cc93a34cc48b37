"""Corners typed or pasted become a polygon or a sentence that says what is wrong with them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box, mapping

from coord.boundaries.contacts import area_m2
from coord.boundaries.datum import Datum
from coord.boundaries.zone_shapes import as_geojson, as_text, cut, fit, read_polygon, snapped
from coord.kernel.errors import Invalid

SQUARE = "104.0,30.5\n104.1,30.5\n104.1,30.6\n104.0,30.6"
PARENT = box(103.9, 30.4, 104.2, 30.7)


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        SQUARE + "\n104.0,30.5\n",
        SQUARE.replace(",", ","),
        SQUARE.replace(",", "  ").replace("\n", "\n\n"),
        json.dumps(mapping(Polygon([(104, 30.5), (104.1, 30.5), (104.1, 30.6), (104, 30.6)]))),
        json.dumps({"type": "Feature", "geometry": mapping(box(104, 30.5, 104.1, 30.6))}),
    ],
)
def test_every_way_to_write_a_square_is_the_square(text: str) -> None:
    assert read_polygon(text, Datum.CGCS2000).equals(box(104, 30.5, 104.1, 30.6))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("104.0,30.5\n104.1;x\n104.1,30.6", "第2行“104.1;x”不是"),
        ("104.0,30.5\n104.1,30.5", "至少需要三个不同的顶点,现有2个"),
        ("", "现有0个"),
        ("104,30\n104,30\n104,30\n104,30", "现有1个"),
        ("30.5,104.0\n30.5,104.1\n30.6,104.1", "写反"),
        ("4.0,50.5\n4.1,50.5\n4.1,50.6", "不在中国范围内"),
        ("104.0,30.5\n104.1,30.6\n104.1,30.5\n104.0,30.6", "自相交,约在104.05000,30.55000"),
        ("104.0,30.5\n104.1,30.5\n104.2,30.5", "没有面积|自相交"),
        ("{", "无法读取为 GeoJSON"),
        ("{}", "无法读取为 GeoJSON"),
        ('{"type":"Polygon","coordinates":"x"}', "无法读取为 GeoJSON"),
        ('{"type":"Polygon","coordinates":[[[1]]]}', "无法读取为 GeoJSON"),
        ('{"type":"Point","coordinates":[104,30]}', "须是多边形"),
        ('{"type":"Polygon","coordinates":[]}', "须是多边形"),
        (
            '{"type":"Polygon","coordinates":[[[104,30],[NaN,30],[104,31],[104,30]]]}',
            "范围|GeoJSON",
        ),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_polygon(text, Datum.CGCS2000)


@given(st.text(max_size=200))
def test_no_text_is_an_error_of_ours(text: str) -> None:
    try:
        found = read_polygon(text, Datum.GCJ02)
    except Invalid:
        return
    assert area_m2(found) >= 1


def test_gcj02_corners_are_moved_back() -> None:
    moved = read_polygon(SQUARE, Datum.GCJ02)
    assert 200 < (104.0 - moved.bounds[0]) * 95_700 < 400


def test_corners_near_the_border_are_moved_onto_it_corners_first() -> None:
    # About 30 m inside the parent's corner and its southern line.
    drawn = Polygon([(103.9003, 30.4003), (104.0, 30.4002), (104.0, 30.5), (103.95, 30.5)])
    near = snapped(drawn, [PARENT], 50)
    assert {(round(x, 9), round(y, 9)) for x, y in near.exterior.coords} == {
        (103.9, 30.4),
        (104.0, 30.4),
        (104.0, 30.5),
        (103.95, 30.5),
    }
    assert snapped(drawn, [PARENT], 0) is drawn
    assert list(snapped(drawn, [PARENT], 10).exterior.coords) == list(drawn.exterior.coords)


def test_what_lies_outside_is_measured_and_cut() -> None:
    drawn = box(104.1, 30.5, 104.25, 30.6)
    found = fit(drawn, [PARENT], 100)
    outside = area_m2(box(104.2, 30.5, 104.25, 30.6))
    assert found.outside_m2 == pytest.approx(outside, rel=1e-3)
    assert found.beyond_m2 == pytest.approx(outside - 100 * 11_090, rel=1e-2)
    assert found.outside_at == pytest.approx((104.225, 30.55), abs=0.03)
    assert cut(drawn, [PARENT]).equals(box(104.1, 30.5, 104.2, 30.6))
    with pytest.raises(Invalid, match="完全在所选区县之外"):
        cut(box(105, 30, 105.1, 30.1), [PARENT])


def test_within_the_accuracy_of_the_border_nothing_is_beyond() -> None:
    drawn = box(104.1, 30.5, 104.2005, 30.6)
    assert fit(drawn, [PARENT], 100).beyond_m2 == 0.0
    assert fit(drawn, [PARENT], 10).beyond_m2 > 1000


def test_a_stored_polygon_comes_back_as_it_was_typed() -> None:
    polygon = read_polygon(SQUARE, Datum.CGCS2000)
    text = as_text(as_geojson(polygon))
    assert text.splitlines()[0] == "104.000000,30.500000"
    assert read_polygon(text, Datum.CGCS2000).equals(polygon)
    ring = PARENT.difference(box(104, 30.5, 104.1, 30.6))
    assert read_polygon(as_text(as_geojson(ring)), Datum.CGCS2000).equals(ring)
