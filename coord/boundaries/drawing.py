"""Draws counties and border lines as SVG paths, on a server without a browser. Pure.

The map of the page without scripts, on paper, and small on the workbench. Points are
rounded to whole units of the picture, both sides of a border alike, so no gap opens.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Units across the longer side of the picture; about half a pixel each on a desktop.
SIZE = 2000
MARGIN = 24
#: Height of a label's letters, in units.
LETTER = 40


@dataclass(frozen=True)
class Shape:
    """A thing to draw: its key and its GeoJSON geometry in degrees."""

    key: str
    geometry: Mapping[str, Any]


@dataclass(frozen=True)
class Label:
    """Words at a place (degrees); the smaller `rank` wins where two would overlap."""

    key: str
    text: str
    lon: float
    lat: float
    rank: float


@dataclass(frozen=True)
class PlacedLabel:
    """Words at a place of the picture."""

    key: str
    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """A picture: its width and height in units, paths by key, the labels that found room."""

    width: int
    height: int
    areas: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    labels: tuple[PlacedLabel, ...]


class _Frame:
    """Degrees to units: equirectangular about the middle latitude, north up."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        points = [point for shape in shapes for line in _rings(shape.geometry) for point in line]
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        self.west, self.north = west, north
        self.squeeze = math.cos(math.radians((south + north) / 2))
        across, down = (east - west) * self.squeeze, north - south
        self.scale = (SIZE - 2 * MARGIN) / max(across, down)
        self.width = round(across * self.scale) + 2 * MARGIN
        self.height = round(down * self.scale) + 2 * MARGIN

    def place(self, lon: float, lat: float) -> tuple[int, int]:
        x = (lon - self.west) * self.squeeze * self.scale
        return round(x) + MARGIN, round((self.north - lat) * self.scale) + MARGIN

    def path(self, geometry: Mapping[str, Any], *, closed: bool) -> str:
        """SVG path data, relative and without repeated points."""
        words: list[str] = []
        for ring in _rings(geometry):
            x, y = self.place(*ring[0][:2])
            words.append(f"M{x} {y}")
            for point in ring[1:]:
                to_x, to_y = self.place(*point[:2])
                if (to_x, to_y) != (x, y):
                    words.append(f"l{to_x - x} {to_y - y}")
                    x, y = to_x, to_y
            if closed:
                words.append("z")
        return "".join(words)


def _rings(geometry: Mapping[str, Any]) -> list[Sequence[Sequence[float]]]:
    """All rings or lines of a polygon or line, single or multiple."""
    kind, parts = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        return [parts]
    if kind in {"Polygon", "MultiLineString"}:
        return list(parts)
    return [ring for polygon in parts for ring in polygon]


def draw(areas: Sequence[Shape], lines: Sequence[Shape], labels: Sequence[Label]) -> Drawing:
    """The picture of these areas, with lines and as many labels as fit. Needs an area."""
    frame = _Frame(areas)
    return Drawing(
        width=frame.width,
        height=frame.height,
        areas=tuple((one.key, frame.path(one.geometry, closed=True)) for one in areas),
        lines=tuple((one.key, frame.path(one.geometry, closed=False)) for one in lines),
        labels=tuple(_without_overlap(frame, labels)),
    )


def _without_overlap(frame: _Frame, labels: Sequence[Label]) -> list[PlacedLabel]:
    placed: list[PlacedLabel] = []
    boxes: list[tuple[float, float, float, float]] = []
    for label in sorted(labels, key=lambda one: (one.rank, one.key)):
        x, y = frame.place(label.lon, label.lat)
        reach = LETTER * len(label.text) / 2 + 4
        box = (x - reach, y - LETTER * 0.6, x + reach, y + LETTER * 0.6)
        if not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            placed.append(PlacedLabel(label.key, label.text, x, y))
    return sorted(placed, key=lambda one: one.key)


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
