"""Where the names of counties and cities stand on a sheet, none over another. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import (
    STRtree,
    area,
    box,
    contains_xy,
    intersection,
    maximum_inscribed_circle,
    simplify,
)
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from coord.boundaries.sheet import Box
from coord.boundaries.sheet_text import width_of

#: Letter sizes tried one after another, in shares of the largest.
SHRINK = (1.0, 0.86, 0.74)

#: Offsets tried around the middle of a county, in shares of the label's width and height.
STEPS = tuple(
    (dx, dy) for dy in (0, -0.7, 0.7, -1.4, 1.4, -2.4, 2.4) for dx in (0, -0.35, 0.35, -0.8, 0.8)
)

#: A label should lie in its county by this share of its ground, or else be tried elsewhere.
WELL_INSIDE = 0.82
LEAST_INSIDE = 0.3

#: What a label that covers a line loses.
COVERS_A_BORDER = 0.25


@dataclass(frozen=True)
class Wish:
    """A name to place in a polygon on the sheet; `number` is its group's, 0 for none."""

    key: str
    text: str
    number: int
    polygon: BaseGeometry


@dataclass(frozen=True)
class Placed:
    """A name with its middle, letter size and group number; "" where only the number fits."""

    key: str
    text: str
    number: int
    x: float
    y: float
    size: float


def badge_width(number: int, size: float) -> float:
    """How wide a group's number in its badge is."""
    return 0.0 if not number else size * (1.25 if number < 10 else 1.7)


def label_box(text: str, number: int, size: float, x: float, y: float) -> Box:
    """The ground that a label covers with its badge."""
    wide = width_of(text, size) + badge_width(number, size) + (0.15 * size if number else 0)
    return Box(x - wide / 2, y - 0.66 * size, x + wide / 2, y + 0.66 * size)


def place_labels(
    wishes: Sequence[Wish],
    size: float,
    taken: Sequence[Box] = (),
    *,
    borders: STRtree | None = None,
    anywhere: bool = False,
) -> tuple[list[Placed], list[str]]:
    """Labels in the order wished, and the keys of those that found no room.

    A label is tried at smaller sizes and off the middle; a group's number stands alone where
    the name has no room. `borders` are lines better not covered; `anywhere` lets a label reach
    far out of its polygon.
    """
    covered = list(taken)
    placed: list[Placed] = []
    missing: list[str] = []
    for wish in wishes:
        found = _place(wish, size, covered, borders, 0.0 if anywhere else LEAST_INSIDE)
        if found is None:
            missing.append(wish.key)
            continue
        placed.append(found)
        covered.append(label_box(found.text, found.number, found.size, found.x, found.y))
        if not found.text:
            missing.append(wish.key)
    return placed, missing


def _place(
    wish: Wish, size: float, covered: Sequence[Box], borders: STRtree | None, least: float
) -> Placed | None:
    shape = simplify(wish.polygon, 20)
    if shape.is_empty:
        return None
    middle = middle_of(shape)
    texts = (wish.text, "") if wish.number else (wish.text,)
    for text in texts:
        best: tuple[float, Placed] | None = None
        for share in SHRINK:
            for inside, x, y in _places(shape, middle, text, wish.number, size * share, borders):
                here = label_box(text, wish.number, size * share, x, y)
                if any(here.overlaps(other) for other in covered):
                    continue
                if best is None or inside > best[0] + 0.02:
                    best = (inside, Placed(wish.key, text, wish.number, x, y, size * share))
            if best is not None and best[0] >= WELL_INSIDE:
                return best[1]
        if best is not None and (best[0] >= least or not text):
            return best[1]
    return None


def middle_of(shape: BaseGeometry) -> Point:
    """The middle of the largest circle within a polygon."""
    circle = maximum_inscribed_circle(shape, tolerance=10)
    return Point(circle.coords[0])


def _places(
    shape: BaseGeometry,
    middle: Point,
    text: str,
    number: int,
    size: float,
    borders: STRtree | None,
) -> list[tuple[float, float, float]]:
    """(Share of the label inside, x, y) of each place tried, the nearest to the middle first."""
    here = label_box(text, number, size, 0, 0)
    xs = np.array([middle.x + dx * here.width for dx, _dy in STEPS])
    ys = np.array([middle.y + dy * size for _dx, dy in STEPS])
    good = contains_xy(shape, xs, ys)
    xs, ys = xs[good], ys[good]
    boxes = box(xs + here.left, ys + here.top, xs + here.right, ys + here.bottom)
    shares = area(intersection(boxes, shape)) / (here.width * here.height)
    if borders is not None and len(boxes):
        crossing, _lines = borders.query(boxes, "intersects")
        shares[np.unique(crossing)] -= COVERS_A_BORDER
    return list(zip(shares.tolist(), xs.tolist(), ys.tolist(), strict=True))
