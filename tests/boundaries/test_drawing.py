import re

import pytest

from coord.boundaries.drawing import SIZE, Label, Shape, draw
from coord.boundaries.names import city_label, group_name, short_name

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[104, 30], [105, 30], [105, 31], [104, 31], [104, 30]]],
}
BESIDE = {
    "type": "MultiPolygon",
    "coordinates": [[[[105, 30], [106, 30], [106, 31], [105, 31], [105, 30]]]],
}
BORDER = {"type": "LineString", "coordinates": [[105, 30], [105, 31]]}


def corners(path: str) -> list[tuple[int, int]]:
    """The absolute points of a path of M and l."""
    points: list[tuple[int, int]] = []
    for word, x, y in re.findall(r"([Ml])(-?\d+) (-?\d+)", path):
        base = points[-1] if word == "l" else (0, 0)
        points.append((base[0] + int(x), base[1] + int(y)))
    return points


def test_both_sides_of_a_border_are_drawn_on_the_same_points() -> None:
    drawing = draw([Shape("a", SQUARE), Shape("b", BESIDE)], [Shape("a-b", BORDER)], [])
    left, right = (set(corners(path)) for _key, path in drawing.areas)
    (line,) = (set(corners(path)) for _key, path in drawing.lines)
    assert line == left & right
    assert len(line) == 2
    assert max(drawing.width, drawing.height) == SIZE


def test_degrees_are_not_stretched() -> None:
    drawing = draw([Shape("a", SQUARE)], [], [])
    # At 30.5° north a degree of longitude is 0.86 of one of latitude.
    assert abs((drawing.width - 48) / (drawing.height - 48) - 0.862) < 0.002


def test_labels_that_would_overlap_give_way_to_the_better_rank() -> None:
    labels = [
        Label("x", "彭州", 104.5, 30.5, rank=2),
        Label("y", "什邡", 104.501, 30.5, rank=1),
        Label("z", "中江", 105.5, 30.9, rank=3),
    ]
    drawing = draw([Shape("a", SQUARE), Shape("b", BESIDE)], [], labels)
    assert [label.key for label in drawing.labels] == ["y", "z"]


@pytest.mark.parametrize(
    ("name", "short", "city"),
    [
        ("甘孜藏族自治州", "甘孜", "甘孜州"),
        ("阿坝藏族羌族自治州", "阿坝", "阿坝州"),
        ("黔西南布依族苗族自治州", "黔西南", "黔西南州"),
        ("巴音郭楞蒙古自治州", "巴音郭楞", "巴音郭楞州"),
        ("积石山保安族东乡族撒拉族自治县", "积石山", ""),
        ("成都市", "成都", "成都市"),
    ],
)
def test_names_of_autonomous_divisions(name: str, short: str, city: str) -> None:
    assert short_name(name) == short
    assert not city or city_label(name) == city


def test_short_names() -> None:
    names = ["彭州市", "新都区", "芦山县", "石柱土家族自治县", "彭水苗族土家族自治县", "忠县"]
    assert [short_name(name) for name in names] == ["彭州", "新都", "芦山", "石柱", "彭水", "忠县"]
    assert group_name(["彭州市", "什邡市"]) == "彭州–什邡"
