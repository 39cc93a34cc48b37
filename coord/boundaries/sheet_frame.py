"""What stands around a sheet's map: graticule, frame with degrees, north arrow, scale bar. Pure."""

from collections.abc import Sequence

import numpy as np
from shapely import STRtree, area, box, clip_by_rect, get_coordinates, get_parts, intersection
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from coord.boundaries.sheet import MM, Box
from coord.boundaries.sheet_projection import Projection, bar_length_km, path_of
from coord.boundaries.sheet_text import text_at

#: Degrees between the lines of a graticule.
GRATICULE = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)

#: The most lines of a kind in a graticule.
MOST_LINES = 7

#: Between the map's frame and the outer line, millimetres on A4; the degrees stand in it.
BAND = 2.9

#: North arrow with its letter, millimetres on A4.
ARROW = (9.0, 15.0)


def graticule(projection: Projection, frame: Box, scale: float) -> str:
    """Hair lines of whole steps of degrees."""
    paths = "".join(
        f'<path d="{path_of(line, closed=False)}"/>'
        for is_meridian in (True, False)
        for _degrees, line in _lines(projection, frame, is_meridian=is_meridian)
    )
    return f'<g fill="none" stroke="#b9c6c1" stroke-width="{round(0.12 * scale * MM)}">{paths}</g>'


def _lines(
    projection: Projection, frame: Box, *, is_meridian: bool
) -> list[tuple[float, BaseGeometry]]:
    """(Degrees, line within the frame on the sheet) of meridians or parallels."""
    spots = np.array(
        [
            projection.degrees(x, y)
            for x in np.linspace(frame.left, frame.right, 9)
            for y in np.linspace(frame.top, frame.bottom, 9)
        ]
    )
    low, high = spots.min(axis=0), spots.max(axis=0)
    own, across = (0, 1) if is_meridian else (1, 0)
    span = float(high[own] - low[own])
    step = next((one for one in GRATICULE if span / one <= MOST_LINES), GRATICULE[-1])
    found: list[tuple[float, BaseGeometry]] = []
    for number in range(int(np.ceil(low[own] / step)), int(np.floor(high[own] / step)) + 1):
        along = np.linspace(low[across], high[across], 61)
        here = np.full_like(along, number * step)
        columns = (here, along) if is_meridian else (along, here)
        line = LineString(projection.place(np.column_stack(columns)))
        inside = clip_by_rect(line, frame.left, frame.top, frame.right, frame.bottom)
        if not inside.is_empty:
            found.append((number * step, inside))
    return found


def map_frame(projection: Projection, frame: Box, scale: float) -> str:
    """The double line around the map with degrees between."""
    band = BAND * scale * MM
    size = 1.75 * scale * MM
    words = [_rectangle(frame, 0.2 * scale), _rectangle(frame.grown(band), 0.45 * scale)]
    for is_meridian, mark in ((True, _at_top_and_bottom), (False, _at_the_sides)):
        for degrees, line in _lines(projection, frame, is_meridian=is_meridian):
            ends = np.vstack([get_coordinates(part)[[0, -1]] for part in get_parts([line])])
            words.append(mark(frame, ends, _degrees_text(degrees, is_meridian), size, band))
    return f'<g fill="#3b4a46">{"".join(words)}</g>'


def _rectangle(place: Box, width: float) -> str:
    return (
        f'<rect x="{round(place.left)}" y="{round(place.top)}" width="{round(place.width)}"'
        f' height="{round(place.height)}" fill="none" stroke="#1d2a28"'
        f' stroke-width="{round(width * MM)}"/>'
    )


def _degrees_text(degrees: float, is_meridian: bool) -> str:
    whole, minutes = divmod(round(abs(degrees) * 60), 60)
    side = ("E" if degrees >= 0 else "W") if is_meridian else ("N" if degrees >= 0 else "S")
    return f"{whole}°{minutes:02d}′{side}" if minutes else f"{whole}°{side}"


def _at_top_and_bottom(frame: Box, ends: np.ndarray, text: str, size: float, band: float) -> str:
    words = ""
    for x, y in ends.tolist():
        if not frame.left + 3 * size < x < frame.right - 3 * size:
            continue
        if abs(y - frame.top) < 1:
            words += text_at(x, frame.top - (band - 0.74 * size) / 2, text, size, anchor="middle")
        elif abs(y - frame.bottom) < 1:
            words += text_at(
                x, frame.bottom + (band + 0.74 * size) / 2, text, size, anchor="middle"
            )
    return words


def _at_the_sides(frame: Box, ends: np.ndarray, text: str, size: float, band: float) -> str:
    words = ""
    for x, y in ends.tolist():
        if not frame.top + 3 * size < y < frame.bottom - 3 * size:
            continue
        if abs(x - frame.left) < 1:
            at = frame.left - (band - 0.74 * size) / 2
        elif abs(x - frame.right) < 1:
            at = frame.right + (band + 0.74 * size) / 2
        else:
            continue
        turned = f'transform="rotate(-90 {round(at)} {round(y)})"'
        words += text_at(at, y, text, size, anchor="middle", more=turned)
    return words


def free_corner(frame: Box, shapes: Sequence[BaseGeometry], scale: float) -> Box:
    """The corner of the frame where a north arrow covers the least of the map."""
    wide, tall = ARROW[0] * scale * MM, ARROW[1] * scale * MM
    gap = 2.5 * scale * MM
    right, left = frame.right - gap - wide, frame.left + gap
    top, bottom = frame.top + gap, frame.bottom - gap - tall
    tree = STRtree(list(shapes))

    def covered(corner: tuple[float, float]) -> float:
        here = box(corner[0], corner[1], corner[0] + wide, corner[1] + tall)
        near = tree.geometries.take(tree.query(here))
        return float(area(intersection(near, here)).sum())

    # min() keeps the first of equals: a north arrow is looked for at the upper right.
    x, y = min(((right, top), (left, top), (right, bottom), (left, bottom)), key=covered)
    return Box(x, y, x + wide, y + tall)


def north_arrow(projection: Projection, place: Box, letter: str) -> str:
    """An arrow to true north as it lies in that corner."""
    x, y = (place.left + place.right) / 2, place.top + place.height * 0.62
    turn = projection.north_at(x, y)
    reach, half = place.height * 0.36, place.width * 0.3
    tip, foot, waist = f"0 {-reach:.0f}", reach, round(reach * 0.55)
    left = f"M{tip}L{-half:.0f} {foot:.0f}L0 {waist}z"
    right = f"M{tip}L{half:.0f} {foot:.0f}L0 {waist}z"
    size = place.height * 0.24
    return (
        f'<g transform="translate({x:.0f} {y:.0f}) rotate({turn:.2f})" stroke="#1d2a28"'
        f' stroke-width="{place.width * 0.02:.0f}" stroke-linejoin="round">'
        f'<path d="{left}" fill="#1d2a28"/><path d="{right}" fill="#fff"/>'
        + text_at(
            0,
            -reach - 0.25 * size,
            letter,
            size,
            anchor="middle",
            more=(
                f'fill="#1d2a28" stroke="#fff" stroke-width="{0.2 * size:.0f}" paint-order="stroke"'
            ),
        )
        + "</g>"
    )


def scale_bar(
    projection: Projection, x: float, y: float, width: float, scale: float, unit: str
) -> tuple[str, float]:
    """A bar of four stretches, true along the middle parallel, from x with its foot on y.

    Returns the SVG and the bar's length in units of the sheet.
    """
    km = bar_length_km(projection.units_per_metre(), width)
    length = km * 1000 * projection.units_per_metre()
    tall = 1.1 * scale * MM
    size = 2.1 * scale * MM
    words = ""
    for part in range(4):
        fill = "#1d2a28" if part % 2 == 0 else "#fff"
        words += (
            f'<rect x="{x + length * part / 4:.0f}" y="{y - tall:.0f}" width="{length / 4:.0f}"'
            f' height="{tall:.0f}" fill="{fill}" stroke="#1d2a28"'
            f' stroke-width="{0.12 * scale * MM:.0f}"/>'
        )
    for part in (0, 2, 4):
        text = _plain(km * part / 4)
        label = f"{text} {unit}" if part == 4 else text
        anchor = "middle" if part < 4 else "start"
        at = x + length * part / 4 - (0 if part < 4 else 0.3 * size * len(text))
        words += text_at(at, y - tall - 0.45 * size, label, size, anchor=anchor)
    return words, length


def _plain(number: float) -> str:
    return f"{number:g}"
