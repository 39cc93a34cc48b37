"""Lays out a printable map sheet as SVG, A4 or A3, in hundredths of a millimetre. Pure.

The same input makes the same bytes. Letters come from the font stack; sizes, places and
breaks are computed, so nothing depends on a browser.
"""

from dataclasses import replace
from html import escape

from shapely import STRtree, total_bounds

from coord.boundaries.sheet import GROUP_TONES, MM, Box, Sheet
from coord.boundaries.sheet_frame import BAND, scale_bar
from coord.boundaries.sheet_legend import Row, legend_rows, tall_panel, wide_panel
from coord.boundaries.sheet_map import draw_map, fill_of
from coord.boundaries.sheet_projection import Projection
from coord.boundaries.sheet_text import fitting_size, shorten, text_at, width_of
from coord.boundaries.tones import patterns, tones_of_groups, tones_of_parties

#: Windows, macOS, Linux; the first is the one that the server's PNG is set in.
FONTS = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "'WenQuanYi Micro Hei','SimHei',sans-serif"
)

#: White around everything, millimetres.
MARGIN = 9

#: Widths of a landscape sheet's legend tried one after another, millimetres on A4.
PANEL_WIDTHS = (66, 76, 88, 100)

#: A legend in letters smaller than this is tried wider first, millimetres on A4.
READABLE = 2.1

#: A county's side as a share of the map's height at which names and lines have their full size.
ROOMY = 0.085

#: Degrees within which two counties lie side by side.
TOUCHING = 1e-5

#: Of a portrait sheet's height, the most that the legend takes.
PANEL_SHARE = 0.4


def draw_sheet(sheet: Sheet) -> str:
    """The sheet as an SVG document. Needs at least one county."""
    sheet = replace(sheet, weight=_weight(sheet), tones=_group_tones(sheet))
    tones = _tones(sheet)
    margin = MARGIN * MM
    page = Box(margin, margin, sheet.width - margin, sheet.height - margin)
    head, below = _head(sheet, page)
    rows = legend_rows(sheet, tones)
    body = Box(page.left, below, page.right, page.bottom)
    lay_out = _landscape if sheet.landscape else _portrait
    panel, room = lay_out(sheet, rows, body)
    band = BAND * sheet.paper.scale * MM
    strip = 8.2 * sheet.paper.scale * MM
    frame = Box(room.left + band, room.top + band, room.right - band, room.bottom - band - strip)
    drawn, projection, missing = draw_map(sheet, frame, tones)
    under = Box(room.left, frame.bottom + band, room.right, room.bottom)
    foot = _foot(sheet, projection, under, len(missing))
    used = {fill_of(unit, sheet, tones) for unit in sheet.units} | {row.fill for row in rows}
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width // MM}mm"'
        f' height="{sheet.height // MM}mm" viewBox="0 0 {sheet.width} {sheet.height}"'
        f' lang="{sheet.language}" font-family="{FONTS}" fill="#1d2a28">'
        f"<title>{escape(sheet.title)}</title>"
        f"<defs>{patterns(sorted(used | {'none'}), 2.1 * sheet.paper.scale * MM)}</defs>"
        f'<rect width="{sheet.width}" height="{sheet.height}" fill="#fff"/>'
        f"{head}{drawn}{foot}{panel}</svg>\n"
    )


def _weight(sheet: Sheet) -> float:
    """Less than 1 where the middling county is smaller than names and lines need."""
    _west, south, _east, north = total_bounds([unit.geometry for unit in sheet.units])
    tall = sorted(float(unit.geometry.area) ** 0.5 for unit in sheet.units)[len(sheet.units) // 2]
    share = tall / float(north - south)
    return min(1.0, max(0.55, share / ROOMY))


def _group_tones(sheet: Sheet) -> dict[int, str]:
    """With more groups than tones, neighbours must not by chance be alike."""
    if len(sheet.groups) <= GROUP_TONES:
        return {}
    group_of = sheet.group_of
    units = [unit for unit in sheet.units if unit.code in group_of]
    shapes = [unit.geometry for unit in units]
    touching: dict[int, set[int]] = {}
    for one, other in STRtree(shapes).query(shapes, "dwithin", distance=TOUCHING).T.tolist():
        a, b = group_of[units[one].code], group_of[units[other].code]
        if a != b:
            touching.setdefault(a, set()).add(b)
    return tones_of_groups([group.number for group in sheet.groups], touching)


def _tones(sheet: Sheet) -> dict[str, str]:
    parties = {unit.code: unit.party for unit in sheet.units}
    touching: dict[str, set[str]] = {}
    for line in sheet.lines:
        a, b = parties[line.a], parties[line.b]
        touching.setdefault(a, set()).add(b)
        touching.setdefault(b, set()).add(a)
    return tones_of_parties(sorted(set(parties.values())), touching)


def _head(sheet: Sheet, page: Box) -> tuple[str, float]:
    """Title and subtitle with its badge; where the rest begins."""
    scale = sheet.paper.scale
    middle = (page.left + page.right) / 2
    size = fitting_size(sheet.title, 6.6 * scale * MM, page.width, 3.4 * scale * MM)
    title = shorten(sheet.title, size, page.width)
    bold = f'stroke="#1d2a28" stroke-width="{0.04 * size:.0f}"'
    y = page.top + 0.92 * size
    words = text_at(middle, y, title, size, anchor="middle", more=bold)
    if not sheet.subtitle and not sheet.badge:
        return words, y + 2.4 * scale * MM
    small = 3.1 * scale * MM
    badge_room = width_of(sheet.badge, small) + 2.2 * small if sheet.badge else 0
    small = fitting_size(sheet.subtitle, small, page.width - badge_room, 2.0 * scale * MM)
    subtitle = shorten(sheet.subtitle, small, page.width - badge_room)
    wide = width_of(subtitle, small)
    y += 1.9 * small
    left = middle - (wide + badge_room) / 2
    words += text_at(left, y, subtitle, small)
    if sheet.badge:
        words += _badge(sheet, left + wide + small, y, small)
    return words, y + 2.2 * scale * MM


def _badge(sheet: Sheet, x: float, y: float, size: float) -> str:
    wide = width_of(sheet.badge, size) + 0.9 * size
    ink, ground = ("#14463e", "#e2efe9") if sheet.badge_is_good else ("#7a4b00", "#fdf0d5")
    return (
        f'<rect x="{x:.0f}" y="{y - 1.02 * size:.0f}" width="{wide:.0f}"'
        f' height="{1.38 * size:.0f}" rx="{0.25 * size:.0f}" fill="{ground}" stroke="{ink}"'
        f' stroke-width="{0.07 * size:.0f}"/>'
        + text_at(x + wide / 2, y, sheet.badge, size, anchor="middle", more=f'fill="{ink}"')
    )


def _landscape(sheet: Sheet, rows: list[Row], body: Box) -> tuple[str, Box]:
    """The legend at the right, as narrow as it reads well; the room left for the map."""
    gap = 4.5 * sheet.paper.scale * MM
    for width in PANEL_WIDTHS:
        place = Box(body.right - width * sheet.paper.scale * MM, body.top, body.right, body.bottom)
        panel, share = tall_panel(sheet, rows, place)
        if share >= READABLE:
            break
    return panel, Box(body.left, body.top, place.left - gap, body.bottom)


def _portrait(sheet: Sheet, rows: list[Row], body: Box) -> tuple[str, Box]:
    """The legend below; the room left for the map above it."""
    gap = 2.5 * sheet.paper.scale * MM
    most = Box(body.left, body.bottom - PANEL_SHARE * sheet.height, body.right, body.bottom)
    _svg, used, _share = wide_panel(sheet, rows, most)
    place = Box(body.left, body.bottom - used, body.right, body.bottom)
    panel, _used, _share = wide_panel(sheet, rows, place)
    return panel, Box(body.left, body.top, body.right, place.top - gap)


def _foot(sheet: Sheet, projection: Projection, place: Box, missing: int) -> str:
    """Scale bar and scale under the map, and how many names found no room."""
    scale = sheet.paper.scale
    size = 2.3 * scale * MM
    base = place.top + 6.6 * scale * MM
    left = place.left + 1.5 * size
    bar, length = scale_bar(
        projection, left, base, place.width * 0.3, scale, sheet.words.kilometres
    )
    number = f"{projection.denominator:,}".replace(",", " ")
    parallels = " / ".join(f"{one:.1f}°" for one in projection.parallels)
    said = sheet.words.scale % {
        "scale": f"1:{number}",
        "paper": sheet.paper.value,
        "parallels": parallels,
    }
    at = left + length + 5.5 * size
    room = place.right - at
    lines = [said]
    if missing:
        lines.append(sheet.words.unlabelled % {"n": missing})
    words = bar
    for row, line in enumerate(lines):
        one = fitting_size(line, size, room, 1.5 * scale * MM)
        y = base - (len(lines) - 1 - row) * 1.45 * size
        words += text_at(at, y, shorten(line, one, room), one)
    return words
