"""The legend of a sheet: groups with members and km, kinds of lines, notes, approval. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.boundaries.sheet import MM, Box, Sheet
from coord.boundaries.sheet_map import LINES, line_kind, stroke_of, swatch
from coord.boundaries.sheet_text import lines_at, text_at, width_of, wrap

#: Letter sizes of the legend tried one after another, millimetres on A4.
SIZES = (2.9, 2.7, 2.5, 2.3, 2.1, 1.95, 1.8, 1.65, 1.5)
LEADING = 1.38
INK = "#1d2a28"


@dataclass(frozen=True)
class Row:
    """A group or a city in the legend."""

    fill: str
    label: str
    text: str
    km: str


@dataclass(frozen=True)
class Block:
    """A drawn part of the legend and how tall it is."""

    svg: str
    height: float


def legend_rows(sheet: Sheet, tones: dict[str, str]) -> list[Row]:
    """The groups, or without any the cities."""
    if not sheet.groups:
        return [
            Row(tones[party], "", name, "")
            for party, name in sorted(sheet.party_names.items())
            if party in tones
        ]
    return [
        Row(
            sheet.tone_of(group.number),
            sheet.words.group % {"n": group.number},
            group.members,
            sheet.words.km % {"km": _km(group.covered_m)},
        )
        for group in sheet.groups
    ]


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f}" if metres < 99_950 else f"{metres / 1000:.0f}"


def draw_rows(
    rows: Sequence[Row], left: float, top: float, width: float, size: float, columns: int
) -> Block:
    """The rows in columns, filled downward, each column about equally tall."""
    gap = 1.6 * size
    column = (width - gap * (columns - 1)) / columns
    label_width = max((width_of(row.label, size) for row in rows), default=0)
    km_width = max((width_of(row.km, size) for row in rows), default=0)
    drawn = [_row(row, column, size, label_width, km_width) for row in rows]
    total = sum(height for _lines, height in drawn)
    svg, x, y, done, tallest = "", left, top, 0.0, 0.0
    for row, (lines, height) in zip(rows, drawn, strict=True):
        full = done >= total * ((x - left) / (column + gap) + 1) / columns - 0.01
        if done and full and x + column < left + width - size:
            x, y = x + column + gap, top
        svg += _drawn_row(row, lines, x, y, column, size, label_width)
        y += height
        done += height
        tallest = max(tallest, y - top)
    return Block(svg, tallest)


def _row(
    row: Row, column: float, size: float, label_width: float, km_width: float
) -> tuple[list[str], float]:
    room = column - 2.3 * size - (label_width + 0.4 * size if row.label else 0) - km_width
    lines = wrap(row.text, size, max(room - 0.6 * size, 4 * size), by_item=True)
    return lines, (LEADING * len(lines) + 0.28) * size


def _drawn_row(
    row: Row,
    lines: Sequence[str],
    x: float,
    y: float,
    column: float,
    size: float,
    label_width: float,
) -> str:
    base = y + size
    svg = swatch(row.fill, x, base - 0.92 * size, 1.8 * size, 1.12 * size, 0.06 * size)
    at = x + 2.3 * size
    if row.label:
        bold = f'stroke="{INK}" stroke-width="{0.035 * size:.1f}"'
        svg += text_at(at, base, row.label, size, more=bold)
        at += label_width + 0.4 * size
    svg += lines_at(at, base, lines, size, LEADING * size)
    if row.km:
        svg += text_at(x + column, base, row.km, size, anchor="end")
    return svg


def draw_lines(sheet: Sheet, left: float, top: float, width: float, size: float) -> Block:
    """The kinds of lines that the map has, in as many columns as fit."""
    words = sheet.words
    kinds = {line_kind(line, grouped=bool(sheet.groups)) for line in sheet.lines}
    kinds |= {"city", "county"} | ({"zone"} if sheet.zones else set())
    named = [
        (kind, text)
        for kind, text in (
            ("inside", words.inside),
            ("outside", words.outside),
            ("plain", words.plain),
            ("added", words.added),
            ("struck", words.struck),
            ("zone", words.zone),
            ("city", words.city_line),
            ("county", words.county_line),
        )
        if kind in kinds
    ]
    if sheet.groups and len(sheet.group_of) < len(sheet.units):
        named.append(("", words.ungrouped))
    cell = max(width_of(text, size) for _kind, text in named) + 4.4 * size
    columns = max(1, int(width // cell))
    step = LEADING * 1.12 * size
    svg = ""
    for number, (kind, text) in enumerate(named):
        x = left + width / columns * (number % columns)
        base = top + size + step * (number // columns)
        svg += _line_sample(kind, x, base, size, sheet.paper.scale * sheet.weight)
        svg += text_at(x + 3.6 * size, base, text, size)
    rows = -(-len(named) // columns)
    return Block(svg, step * rows)


def _line_sample(kind: str, x: float, base: float, size: float, scale: float) -> str:
    y = base - 0.36 * size
    if not kind:
        return swatch("none", x, base - 0.92 * size, 1.8 * size, 1.12 * size, 0.06 * size)
    return f'<path {stroke_of(kind, scale)} d="M{x:.0f} {y:.0f}h{3.0 * size:.0f}"/>'


def draw_notes(
    notes: Sequence[tuple[str, str]], left: float, top: float, width: float, size: float
) -> Block:
    """Label and text of each note, wrapped under one another."""
    svg, y = "", top
    for label, text in notes:
        lines = wrap(f"{label}{text}", size, width)
        svg += lines_at(left, y + size, lines, size, LEADING * size)
        y += LEADING * size * len(lines)
    return Block(f'<g fill="#3b4a46">{svg}</g>', y - top)


def draw_approval(sheet: Sheet, left: float, top: float, width: float, size: float) -> Block:
    """A box with the 审图号, or with the words that keep its place."""
    lines = wrap(sheet.approval, 1.12 * size, width - 1.6 * size)
    more = wrap(sheet.caution, size, width - 1.6 * size) if sheet.caution else []
    tall = (1.5 * len(lines) + LEADING * len(more) + 0.8) * size
    svg = (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{tall:.0f}" fill="#fff"'
        f' stroke="{INK}" stroke-width="{0.1 * size:.0f}"/>'
    )
    svg += f'<g stroke="{INK}" stroke-width="{0.035 * size:.1f}">'
    svg += lines_at(left + 0.8 * size, top + 1.5 * size, lines, 1.12 * size, 1.5 * size) + "</g>"
    below = top + (1.5 * len(lines) + 1.35) * size
    svg += f'<g fill="{LINES["outside"][1]}">'
    svg += lines_at(left + 0.8 * size, below, more, size, LEADING * size) + "</g>"
    return Block(svg, tall)


def heading(text: str, x: float, y: float, size: float) -> str:
    """A heading that stands on y."""
    bold = f'stroke="{INK}" stroke-width="{0.04 * size:.1f}"'
    return text_at(x, y, text, size, more=bold)


def cut_rows(rows: Sequence[Row], most: int, more: str) -> list[Row]:
    """At most so many rows, the last of which says how many are missing."""
    if len(rows) <= most:
        return list(rows)
    kept = list(rows[: max(most - 1, 0)])
    return [*kept, Row("none", "", more % {"n": len(rows) - len(kept)}, "")]


def tall_panel(sheet: Sheet, rows: Sequence[Row], place: Box) -> tuple[str, float]:
    """Everything under one another, the notes at the foot; the letter size that fitted."""
    for share in SIZES:
        size = share * sheet.paper.scale * MM
        svg, used = _stacked(sheet, rows, place, size)
        if used <= place.height:
            return svg, share
    for most in range(len(rows) - 1, 0, -1):
        svg, used = _stacked(sheet, cut_rows(rows, most, sheet.words.more_groups), place, size)
        if used <= place.height:
            break
    return svg, 0.0


def _stacked(sheet: Sheet, rows: Sequence[Row], place: Box, size: float) -> tuple[str, float]:
    """The panel at a letter size and the height that it needs."""
    left, width = place.left, place.width
    top = place.top + 1.5 * size
    svg = heading(sheet.words.legend, left, top, 1.25 * size)
    y = top + 0.8 * size
    lines = draw_lines(sheet, left, y, width, size)
    y += lines.height + 0.7 * size
    columns = 2 if not sheet.groups and len(rows) > 8 else 1
    listed = draw_rows(rows, left, y, width, size, columns)
    y += listed.height + 0.8 * size
    small = max(0.84 * size, SIZES[-1] * sheet.paper.scale * MM)
    notes_height = draw_notes(sheet.notes, left, 0, width, small).height
    approval_height = draw_approval(sheet, left, 0, width, size).height
    foot = place.bottom - approval_height
    notes = draw_notes(sheet.notes, left, foot - notes_height - 0.7 * size, width, small)
    approval = draw_approval(sheet, left, foot, width, size)
    used = y - place.top + notes_height + approval_height + 0.7 * size
    return svg + lines.svg + listed.svg + notes.svg + approval.svg, used


def wide_panel(sheet: Sheet, rows: Sequence[Row], place: Box) -> tuple[str, float, float]:
    """Groups at the left in two columns, lines and notes at the right.

    Returns the SVG, the height needed, and the letter size that fitted (0 where rows were cut).
    """
    for share in SIZES:
        size = share * sheet.paper.scale * MM
        for lay_out in (_beside, _below):
            svg, used = lay_out(sheet, rows, place, size)
            if used <= place.height:
                return svg, used, share
    for most in range(len(rows) - 1, 0, -1):
        svg, used = _below(sheet, cut_rows(rows, most, sheet.words.more_groups), place, size)
        if used <= place.height:
            break
    return svg, min(used, place.height), 0.0


def _beside(sheet: Sheet, rows: Sequence[Row], place: Box, size: float) -> tuple[str, float]:
    gap = 2.5 * size
    left_width = (place.width - gap) * (0.6 if sheet.groups else 0.42)
    right, right_width = place.left + left_width + gap, place.width - gap - left_width
    base = place.top + 1.5 * size
    svg = heading(sheet.words.legend, place.left, base, 1.25 * size)
    y = base + 0.8 * size
    longest = max((width_of(row.text, size) for row in rows), default=0)
    columns = 2 if len(rows) > 5 or longest < left_width / 3 else 1
    listed = draw_rows(rows, place.left, y, left_width, size, columns)
    svg += listed.svg
    lines = draw_lines(sheet, right, place.top + 0.4 * size, right_width, size)
    below = place.top + 0.4 * size + lines.height + 0.8 * size
    small = max(0.84 * size, SIZES[-1] * sheet.paper.scale * MM)
    notes = draw_notes(sheet.notes, right, below, right_width, small)
    approval = draw_approval(sheet, right, below + notes.height + 0.8 * size, right_width, size)
    svg += lines.svg + notes.svg + approval.svg
    end = below + notes.height + 0.8 * size + approval.height + 0.2 * size
    return svg, max(end - place.top, y + listed.height - place.top)


def _below(sheet: Sheet, rows: Sequence[Row], place: Box, size: float) -> tuple[str, float]:
    """Three columns of groups over the whole width, the rest in a strip below them."""
    base = place.top + 1.5 * size
    svg = heading(sheet.words.legend, place.left, base, 1.25 * size)
    listed = draw_rows(rows, place.left, base + 0.8 * size, place.width, size, 3)
    y = base + 1.6 * size + listed.height
    gap = 2.5 * size
    third = (place.width - 2 * gap) / 3
    small = max(0.84 * size, SIZES[-1] * sheet.paper.scale * MM)
    blocks = (
        draw_lines(sheet, place.left, y, third, size),
        draw_notes(sheet.notes, place.left + third + gap, y, third, small),
        draw_approval(sheet, place.left + 2 * (third + gap), y, third, size),
    )
    svg += listed.svg + "".join(block.svg for block in blocks)
    return svg, y + max(block.height for block in blocks) + 0.2 * size - place.top
