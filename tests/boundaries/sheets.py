"""Sheets for tests: the five cities, and a made-up country of any number of groups."""

from datetime import date

from shapely.geometry import LineString, box

from coord.boundaries.enums import Verification
from coord.boundaries.sheet import LineMark, Paper, Sheet, SheetLine, SheetUnit, SheetZone
from coord.boundaries.sheet_facts import TITLE, Origin, Printing, Subject, build_sheet
from tests.boundaries.builders import shipped_units

ORIGIN = Origin("来源的说明,虚构", "CGCS2000", "2024", 150.0, None)
DAY = date(2026, 9, 18)


def say(message: str, **params: object) -> str:
    return message % params if params else message


def printing(paper: Paper = Paper.A4, *, landscape: bool = True) -> Printing:
    return Printing(paper, landscape, DAY)


def sheet_of(subject: Subject, how: Printing, origin: Origin = ORIGIN) -> Sheet:
    return build_sheet(subject, origin, how, say)


def five_cities(parties: tuple[str, ...] = ("5101", "5106", "5118", "5114", "5120")) -> Subject:
    units = [
        SheetUnit(unit.code, unit.name, unit.party, unit.geometry)
        for unit in shipped_units()
        if unit.party in parties
    ]
    return Subject(TITLE, "试验名单", Verification.UNVERIFIED, units, [], [])


def grid_country(groups: int, *, long_names: bool = False) -> Subject:
    """`groups` pairs of counties, each pair across the line between two columns of cities."""
    ending = "土家族苗族自治县" * 3 if long_names else "县"
    units, lines, members = [], [], []
    for number in range(groups):
        codes = []
        for side in (0, 1):
            code = f"5{(number // 20) * 2 + side + 1:01d}{number % 20:02d}{side + 1:02d}"
            west, south = 103 + 0.3 * (side + 2 * (number // 20)), 28 + 0.2 * (number % 20)
            ground = box(west, south, west + 0.3, south + 0.2)
            units.append(SheetUnit(code, f"甲{number}{ending}", code[:4], ground))
            codes.append(code)
        line = LineString([(west, south), (west, south + 0.2)])
        lines.append(SheetLine(codes[0], codes[1], 22_000.0, line, number + 1))
        members.append((tuple(codes), 22_000.0))
    return Subject(TITLE, "许多组", Verification.VERIFIED, units, lines, members)


def marked_subject() -> Subject:
    """Two groups with a contact added, one struck out, and a zone."""
    plain = grid_country(4)
    first, second, third, fourth = plain.lines
    lines = [
        first,
        second,
        SheetLine(third.a, third.b, 1.0, third.line, None, LineMark.ADDED),
        SheetLine(fourth.a, fourth.b, 1.0, fourth.line, None, LineMark.STRUCK),
    ]
    zone = SheetZone("试验新区", box(103.05, 28.05, 103.2, 28.3))
    return Subject(plain.title, "标记", None, plain.units, lines, plain.groups[:2], zones=(zone,))
