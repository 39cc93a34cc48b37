"""A printed sheet holds everything it must, inside its margins, the same bytes each time."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import box

from coord.boundaries.sheet import MM, Box, Paper
from coord.boundaries.sheet_images import picture_of, pixels_of, with_resolution
from coord.boundaries.sheet_labels import Wish, label_box, place_labels
from coord.boundaries.sheet_projection import Projection, bar_length_km, round_denominator
from coord.boundaries.sheet_text import shorten, width_of, wrap
from coord.boundaries.sheets import MARGIN, draw_sheet
from coord.boundaries.tones import TONES, tones_of_groups, tones_of_parties
from tests.boundaries.sheets import (
    ORIGIN,
    five_cities,
    grid_country,
    marked_subject,
    printing,
    sheet_of,
)
from tests.pictures import read_png

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def widest_reach(svg: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of every text outside rotated groups, by our own measure."""
    lefts, tops, rights, bottoms = [], [], [], []
    for one in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if "transform" in one.attrib or int(one.attrib["x"]) <= 0:
            continue
        size, x, y = (int(one.attrib[key]) for key in ("font-size", "x", "y"))
        wide = width_of("".join(one.itertext()), size)
        left = x - wide * {"middle": 0.5, "end": 1.0}.get(one.get("text-anchor", ""), 0.0)
        lefts.append(left)
        rights.append(left + wide)
        tops.append(y - size)
        bottoms.append(float(y))
    return min(lefts), min(tops), max(rights), max(bottoms)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("landscape", [True, False])
@pytest.mark.parametrize("groups", [0, 8, 40])
def test_nothing_leaves_the_sheet_however_many_groups(
    paper: Paper, landscape: bool, groups: int
) -> None:
    subject = five_cities() if not groups else grid_country(groups, long_names=groups == 40)
    sheet = sheet_of(subject, printing(paper, landscape=landscape))
    left, top, right, bottom = widest_reach(draw_sheet(sheet))
    margin = (MARGIN - 1.5) * MM
    assert left >= margin
    assert top >= margin
    assert right <= sheet.width - margin
    assert bottom <= sheet.height - margin


def test_the_sheet_says_all_that_a_map_must_say() -> None:
    svg = draw_sheet(sheet_of(five_cities(), printing()))
    said = "\n".join(texts_of(svg))
    for words in (
        "跨市边界与联动组图",
        "试验名单",
        "未核实",
        "图例",
        "来源:来源的说明,虚构",
        "坐标系:CGCS2000",
        "时点:2024",
        "精度:±150米",
        "制图日期:2026-09-18",
        "审图号:待填写",
        "内部资料,不得公开",
        "兰伯特正形圆锥投影",
        "北",
        "104°E",
        "成都市",
    ):
        assert words in said, words
    assert re.search(r"比例尺 1:2 [0-9]00 000\(按A4原尺寸打印\)", said)


def test_with_its_number_the_sheet_is_no_internal_material() -> None:
    origin = replace(ORIGIN, map_approval_number="GS川(2026)0000号")
    said = "\n".join(texts_of(draw_sheet(sheet_of(five_cities(), printing(), origin))))
    assert "审图号:GS川(2026)0000号" in said
    assert "内部资料" not in said


def test_manual_contacts_and_zones_are_drawn_and_explained() -> None:
    svg = draw_sheet(sheet_of(marked_subject(), printing()))
    said = texts_of(svg)
    for words in ("人工增加的相邻关系", "人工剔除的边界(不计)", "功能区(不是行政区划)", "试验新区"):
        assert words in said, words
    plain = texts_of(draw_sheet(sheet_of(grid_country(4), printing())))
    assert not {"人工增加的相邻关系", "人工剔除的边界(不计)"} & set(plain)


def test_forty_groups_are_all_in_the_legend() -> None:
    said = texts_of(draw_sheet(sheet_of(grid_country(40), printing())))
    assert [f"第{n}组" for n in range(1, 41) if f"第{n}组" not in said] == []


def test_the_same_sheet_is_the_same_bytes() -> None:
    def make() -> str:
        return draw_sheet(sheet_of(grid_country(8), printing()))

    assert make() == make()


def test_the_picture_has_its_size_its_resolution_and_colours() -> None:
    sheet = sheet_of(grid_country(8), printing(Paper.A4))
    svg = draw_sheet(sheet)
    picture = picture_of(svg, *pixels_of(sheet))
    read = read_png(picture)
    assert (read.width, read.height, read.per_metre) == (3508, 2480, 11811)
    assert read.colours > 40
    assert with_resolution(picture, 300) == picture
    assert pixels_of(sheet_of(grid_country(8), printing(Paper.A3))) == (4961, 3508)


def test_the_scale_is_true_along_the_middle_parallel() -> None:
    units = five_cities().units
    projection = Projection([unit.geometry for unit in units], Box(1000, 1000, 20_000, 15_000))
    lon, lat = projection.middle
    east, _lat, _back = Geod(ellps="GRS80").fwd(lon, lat, 90, 50_000)
    ends = projection.place(np.array([(lon, lat), (east, lat)]))
    measured = float(((ends[1] - ends[0]) ** 2).sum() ** 0.5)
    assert measured == pytest.approx(50_000 * projection.units_per_metre(), rel=1e-4)
    # The number of the scale and the bar agree to what no ruler shows.
    stated = 1000 * MM / projection.denominator
    assert projection.units_per_metre() == pytest.approx(stated, rel=2e-3)
    back = projection.degrees(*ends[1])
    assert back == pytest.approx((east, lat), abs=1e-9)


@pytest.mark.parametrize(
    ("needed", "expected"),
    [(683_210, 700_000), (1_000_000, 1_000_000), (2_040_000, 2_100_000), (9_990_000, 10_000_000)],
)
def test_scales_are_round(needed: float, expected: int) -> None:
    assert round_denominator(needed) == expected


def test_a_bar_is_round_and_no_longer_than_wished() -> None:
    assert bar_length_km(0.05, 5000) == 100.0
    assert bar_length_km(0.05, 4900) == 50.0
    assert bar_length_km(0.05, 2400) == 40.0


@given(st.text("彭州什邡abc 、()市", max_size=60), st.floats(8, 60))
def test_wrapping_loses_nothing_and_fits(text: str, width: float) -> None:
    lines = wrap(text, 1.0, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line, 1.0) <= width or len(line) == 1 for line in lines)
    assert width_of(shorten(text, 1.0, width), 1.0) <= width


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=12))
def test_no_label_lies_over_another(corners: list[tuple[int, int]]) -> None:
    wishes = [
        Wish(str(n), "彭州", n % 3, box(x * 100, y * 100, x * 100 + 900, y * 100 + 600))
        for n, (x, y) in enumerate(corners)
    ]
    placed, missing = place_labels(wishes, 250)
    boxes = [label_box(one.text, one.number, one.size, one.x, one.y) for one in placed]
    assert [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)] == []
    named = {one.key for one in placed if one.text}
    assert named | set(missing) == {wish.key for wish in wishes}


def test_neighbouring_cities_without_tones_of_their_own_differ() -> None:
    parties = [f"51{n:02d}" for n in range(2, 22)]
    touching = {
        party: {parties[at - 1]} | ({parties[at + 1]} if at + 1 < len(parties) else set())
        for at, party in enumerate(parties)
        if at
    }
    tones = tones_of_parties(parties, touching)
    assert set(tones) == set(parties)
    assert set(tones.values()) <= {key for key, *_rest in TONES}
    for party, others in touching.items():
        assert all(tones[party] != tones[other] for other in others)


def test_groups_beyond_the_tones_never_look_like_their_neighbours() -> None:
    numbers = list(range(1, 41))
    touching = {n: {n - 12, n + 12, n - 1, n + 1} & set(numbers) for n in numbers}
    tones = tones_of_groups(numbers, touching)
    assert [tones[n] for n in (1, 12)] == ["group-1", "group-12"]
    assert [n for n in numbers if tones[n] in {tones[other] for other in touching[n]}] == []
