"""The map of a printed sheet: fills, borders, zones, names, graticule. Pure."""

import math
from collections.abc import Sequence

import numpy as np
from shapely import STRtree, box, union_all
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from coord.boundaries.names import city_label
from coord.boundaries.sheet import MM, Box, LineMark, Scene, Sheet, SheetLine, SheetUnit
from coord.boundaries.sheet_frame import free_corner, graticule, map_frame, north_arrow
from coord.boundaries.sheet_labels import (
    Placed,
    Wish,
    badge_width,
    label_box,
    place_labels,
)
from coord.boundaries.sheet_projection import Projection, path_of
from coord.boundaries.sheet_text import text_at, width_of
from coord.boundaries.tones import GROUNDS, TEXTURED

#: Width in mm, colour, dashes in mm of each kind of line; the legend draws the same.
LINES: dict[str, tuple[float, str, str]] = {
    "inside": (0.95, "#14463e", ""),
    "outside": (0.6, "#a12b22", "1.5 0.9"),
    "plain": (0.6, "#a12b22", ""),
    "added": (0.8, "#5b2a86", "0.1 1.25"),
    "struck": (0.4, "#55605c", "0.45 0.6"),
    "city": (0.42, "#4a5753", ""),
    "county": (0.13, "#7f8d88", ""),
    "zone": (0.4, "#5b2a86", "1.1 0.45 0.25 0.45"),
}
HALO = 'fill="#1d2a28" stroke="#fff" stroke-linejoin="round" paint-order="stroke"'


def stroke_of(kind: str, scale: float) -> str:
    """SVG attributes of a kind of line."""
    width, colour, dashes = LINES[kind]
    words = f'fill="none" stroke="{colour}" stroke-width="{round(width * scale * MM)}"'
    if dashes:
        lengths = " ".join(str(round(float(one) * scale * MM)) for one in dashes.split())
        words += f' stroke-dasharray="{lengths}"'
    ends = "round" if kind in {"inside", "added"} else "butt"
    return f'{words} stroke-linecap="{ends}" stroke-linejoin="round"'


def line_kind(line: SheetLine, *, grouped: bool) -> str:
    """Which of LINES a border is drawn with."""
    if line.mark is LineMark.STRUCK:
        return "struck"
    if line.mark is LineMark.ADDED:
        return "added"
    if not grouped:
        return "plain"
    return "inside" if line.group is not None else "outside"


def fill_of(unit: SheetUnit, sheet: Sheet, tones: dict[str, str]) -> str:
    """The pattern's key of a county."""
    number = sheet.group_of.get(unit.code)
    if number is not None:
        return sheet.tone_of(number)
    return "none" if sheet.groups else tones[unit.party]


def draw_map(sheet: Sheet, frame: Box, tones: dict[str, str]) -> tuple[str, Projection, list[str]]:
    """The map in its frame; the projection; the codes of counties whose names found no room."""
    scale = sheet.paper.scale
    heavy = scale * sheet.weight
    pad = 3.5 * scale * MM
    projection = Projection([unit.geometry for unit in sheet.units], frame.grown(-pad))
    shapes = {unit.code: projection.on_sheet(unit.geometry) for unit in sheet.units}
    scene = Scene()
    scene.add(graticule(projection, frame, scale))
    scene.add(_fills(sheet, shapes, tones), f"<g {stroke_of('county', scale)}>")
    scene.add("".join(f'<use href="#u{code}"/>' for code in shapes), "</g>")
    _draw_lines(sheet, projection, scene, heavy)
    corner = free_corner(frame, list(shapes.values()), scale)
    missing = _draw_names(sheet, projection, shapes, scene, [corner])
    scene.add(north_arrow(projection, corner, sheet.words.north))
    scene.add(map_frame(projection, frame, scale))
    return "".join(scene.pieces), projection, missing


def _fills(sheet: Sheet, shapes: dict[str, BaseGeometry], tones: dict[str, str]) -> str:
    """Grounds, then textures; each county's path stands once and is used again."""
    paths = "".join(
        f'<path id="u{code}" d="{path_of(shape, closed=True)}"/>' for code, shape in shapes.items()
    )
    by_fill: dict[str, list[str]] = {}
    for unit in sheet.units:
        by_fill.setdefault(fill_of(unit, sheet, tones), []).append(f'<use href="#u{unit.code}"/>')
    words = f"<defs>{paths}</defs>"
    for key, uses in sorted(by_fill.items()):
        words += f'<g fill="{GROUNDS[key]}">{"".join(uses)}</g>'
        if key in TEXTURED:
            words += f'<g fill="url(#{key})">{"".join(uses)}</g>'
    return words


def swatch(key: str, x: float, y: float, width: float, height: float, stroke: float) -> str:
    """A rectangle filled as the counties of a tone are."""
    place = f'x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}"'
    ground = f'<rect {place} fill="{GROUNDS[key]}" stroke="#5a6a66" stroke-width="{stroke:.0f}"/>'
    return ground + (f'<rect {place} fill="url(#{key})"/>' if key in TEXTURED else "")


def _draw_lines(sheet: Sheet, projection: Projection, scene: Scene, scale: float) -> None:
    by_party: dict[str, list[BaseGeometry]] = {}
    for unit in sheet.units:
        by_party.setdefault(unit.party, []).append(unit.geometry)
    scene.add(f"<g {stroke_of('city', scale)}>")
    for _party, geometries in sorted(by_party.items()):
        outline = projection.on_sheet(union_all(geometries))
        # Slivers of a ragged source are no outline; 0.8 mm is the least that is seen.
        scene.add(f'<path d="{path_of(outline, closed=True, least=0.8 * MM)}"/>')
    scene.add("</g>")
    grouped = bool(sheet.groups)
    drawn = [(line_kind(line, grouped=grouped), line) for line in sheet.lines]
    for kind in ("struck", "plain", "outside", "inside", "added"):
        paths = [
            path_of(projection.on_sheet(line.line), closed=False)
            for one, line in drawn
            if one == kind
        ]
        if paths:
            bodies = "".join(f'<path d="{path}"/>' for path in paths if path)
            if kind in {"plain", "outside", "inside"}:
                # White below, so that the line stands out from textures in black and white.
                wide = round((LINES[kind][0] + 0.5) * scale * MM)
                scene.add(
                    f'<g fill="none" stroke="#fff" stroke-width="{wide}"'
                    f' stroke-linecap="round">{bodies}</g>'
                )
            scene.add(f"<g {stroke_of(kind, scale)}>{bodies}</g>")
    for zone in sheet.zones:
        shape = projection.on_sheet(zone.outline)
        scene.add(f'<path {stroke_of("zone", scale)} d="{path_of(shape, closed=True)}"/>')


def _draw_names(
    sheet: Sheet,
    projection: Projection,
    shapes: dict[str, BaseGeometry],
    scene: Scene,
    taken: list[Box],
) -> list[str]:
    touching = {code for line in sheet.lines for code in (line.a, line.b)}
    group_of = sheet.group_of
    # What the sheet is about first, and of those the small, which have the least choice.
    units = sorted(
        sheet.units,
        key=lambda unit: (
            unit.code not in group_of,
            unit.code not in touching,
            shapes[unit.code].area,
            unit.code,
        ),
    )
    wishes = [
        Wish(unit.code, unit.name, group_of.get(unit.code, 0), shapes[unit.code]) for unit in units
    ]
    size = 2.75 * sheet.paper.scale * (0.5 + sheet.weight / 2) * MM
    borders = STRtree([projection.on_sheet(line.line) for line in sheet.lines])
    placed, missing = place_labels(wishes, size, taken, borders=borders)
    covered = [*taken, *(label_box(o.text, o.number, o.size, o.x, o.y) for o in placed)]
    scene.add(
        _zone_names(sheet, [projection.on_sheet(zone.outline) for zone in sheet.zones], covered)
    )
    scene.add(_city_names(sheet, shapes, borders, covered))
    for one in placed:
        scene.add(_label(one))
    return missing


def _label(one: Placed) -> str:
    badge = badge_width(one.number, one.size)
    wide = width_of(one.text, one.size) + badge + (0.15 * one.size if one.number else 0)
    left = one.x - wide / 2
    base = one.y + 0.37 * one.size
    words = ""
    if one.number:
        tall = 1.2 * one.size
        words += (
            f'<rect x="{round(left)}" y="{round(one.y - tall / 2)}" width="{round(badge)}"'
            f' height="{round(tall)}" rx="{round(tall / 2)}" fill="#1d3f39" stroke="#fff"'
            f' stroke-width="{round(0.12 * one.size)}" paint-order="stroke"/>'
        )
        words += text_at(
            left + badge / 2,
            one.y + 0.3 * one.size,
            str(one.number),
            0.84 * one.size,
            anchor="middle",
            more='fill="#fff"',
        )
        left += badge + 0.15 * one.size
    if one.text:
        halo = f'{HALO} stroke-width="{round(0.26 * one.size)}"'
        words += text_at(left, base, one.text, one.size, more=halo)
    return words


def _city_names(
    sheet: Sheet, shapes: dict[str, BaseGeometry], borders: STRtree, covered: list[Box]
) -> str:
    """Large, pale names of cities, where the counties' names leave room."""
    words = ""
    size = 4.6 * sheet.paper.scale * MM
    for party, official in sorted(sheet.party_names.items()):
        name = city_label(official)
        own = [shapes[unit.code] for unit in sheet.units if unit.party == party]
        if not own:
            continue
        whole = union_all(own)
        tries = (
            (
                scale,
                _room_for(
                    whole, width_of(name, 1.25 * size * scale), size * scale, borders, covered
                ),
            )
            for scale in (1.0, 0.8, 0.65)
        )
        scale, here = next(((one, found) for one, found in tries if found), (0.0, None))
        if here is None:
            continue
        covered.append(here)
        spaced = round(0.25 * size * scale)
        more = (
            f'fill="#5d6b66" fill-opacity=".8" stroke="#fff" stroke-width="{round(0.16 * size)}"'
            f' stroke-opacity=".85" paint-order="stroke" letter-spacing="{spaced}"'
        )
        words += text_at(
            here.left + 0.1 * size, here.bottom - 0.2 * size * scale, name, size * scale, more=more
        )
    return words


def _room_for(
    shape: BaseGeometry, wide: float, tall: float, borders: STRtree, covered: Sequence[Box]
) -> Box | None:
    """The free place in a city nearest to its middle."""
    middle = shape.centroid
    left, top, right, bottom = shape.bounds
    step = tall * 0.7
    places = [
        (math.hypot(x - middle.x, y - middle.y), x, y)
        for x in np.arange(left, right, step).tolist()
        for y in np.arange(top, bottom, step).tolist()
    ]
    for _away, x, y in sorted(places):
        here = Box(x - wide / 2, y - tall * 0.6, x + wide / 2, y + tall * 0.6)
        if any(here.overlaps(other) for other in covered):
            continue
        ends = [(here.left, y), (x, here.top), (x, here.bottom), (here.right, y), (x, y)]
        ground = box(here.left, here.top, here.right, here.bottom)
        if LineString(ends).within(shape) and not len(borders.query(ground, "intersects")):
            return here
    return None


def _zone_names(sheet: Sheet, outlines: Sequence[BaseGeometry], covered: list[Box]) -> str:
    wishes = [
        Wish(zone.name, zone.name, 0, outline)
        for zone, outline in zip(sheet.zones, outlines, strict=True)
    ]
    size = 2.3 * sheet.paper.scale * MM
    placed, _missing = place_labels(wishes, size, covered, anywhere=True)
    covered.extend(label_box(one.text, 0, one.size, one.x, one.y) for one in placed)
    halo = f'{HALO} stroke-width="{round(0.3 * size)}"'.replace("#1d2a28", LINES["zone"][1])
    return "".join(
        text_at(
            one.x - width_of(one.text, one.size) / 2,
            one.y + 0.37 * one.size,
            one.text,
            one.size,
            more=halo,
        )
        for one in placed
    )
