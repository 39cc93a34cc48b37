"""Three-by-three county grids drawn in ASCII: a letter is a county, a dot is nothing.

Cells are 0.1° squares; the top row is the north. The first letter of a county's party is
given beside it, so that a drawing reads like a map.
"""

from collections.abc import Mapping

from shapely import union_all
from shapely.geometry import box

from coord.boundaries.contacts import Unit

CELL = 0.1
WEST, NORTH = 103.0, 31.0

PLAIN = """
abc
def
ghi
"""
#: Left column, middle column, right column are three parties.
COLUMNS = {"a": "1", "d": "1", "g": "1", "b": "2", "e": "2", "h": "2", "c": "3", "f": "3", "i": "3"}

CORNER = """
a.
.b
"""
ISLAND = """
ab.
...
..c
"""
#: `b` lies in two parts on both sides of `a`.
MULTIPART = """
bab
"""
#: `b` is wholly inside `a`.
ENCLAVE = """
aaa
aba
aaa
"""


def draw(picture: str, parties: Mapping[str, str] | None = None) -> list[Unit]:
    """Units of a drawing, by letter; without parties every letter is its own."""
    cells: dict[str, list[object]] = {}
    for row, line in enumerate(picture.strip().splitlines()):
        for column, letter in enumerate(line):
            if letter != ".":
                west, north = WEST + column * CELL, NORTH - row * CELL
                cells.setdefault(letter, []).append(box(west, north - CELL, west + CELL, north))
    return [
        Unit(letter, letter.upper(), (parties or {}).get(letter, letter), union_all(squares))
        for letter, squares in cells.items()
    ]
