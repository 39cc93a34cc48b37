"""What a printed map sheet shows: paper, counties, borders, groups, zones, words. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

#: Units of a sheet's SVG per millimetre: whole numbers then place things to 0.01 mm.
MM = 100


#: How many tones for groups there are; beyond, numbers tell groups apart.
GROUP_TONES = 12


class Paper(enum.StrEnum):
    """Paper sizes."""

    A4 = "A4"
    A3 = "A3"

    @property
    def short_side_mm(self) -> int:
        """The shorter side."""
        return 210 if self is Paper.A4 else 297

    @property
    def long_side_mm(self) -> int:
        """The longer side."""
        return 297 if self is Paper.A4 else 420

    @property
    def scale(self) -> float:
        """How much larger letters and lines are than on A4."""
        return 1.0 if self is Paper.A4 else 1.22


class LineMark(enum.StrEnum):
    """Where a border line on the sheet comes from."""

    COMPUTED = "computed"
    ADDED = "added"
    STRUCK = "struck"


@dataclass(frozen=True)
class SheetUnit:
    """A county: six characters, the name for the map, its party, polygon in degrees."""

    code: str
    name: str
    party: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class SheetLine:
    """A border between two counties, in degrees; `group` is the number of the one it lies in."""

    a: str
    b: str
    length_m: float
    line: BaseGeometry
    group: int | None = None
    mark: LineMark = LineMark.COMPUTED


@dataclass(frozen=True)
class SheetGroup:
    """A joint group: number, codes, members as the legend names them, metres inside."""

    number: int
    codes: tuple[str, ...]
    members: str
    covered_m: float


@dataclass(frozen=True)
class SheetZone:
    """A functional zone's name and outline in degrees."""

    name: str
    outline: BaseGeometry


@dataclass(frozen=True)
class Words:
    """The sheet's fixed words in the reader's language; `%(n)s` and `%(km)s` are filled in."""

    legend: str
    group: str
    km: str
    inside: str
    outside: str
    plain: str
    added: str
    struck: str
    zone: str
    city_line: str
    county_line: str
    ungrouped: str
    more_groups: str
    unlabelled: str
    north: str
    scale: str
    kilometres: str


@dataclass(frozen=True)
class Sheet:
    """Everything on one sheet. Texts are in the reader's language already."""

    paper: Paper
    landscape: bool
    title: str
    subtitle: str
    #: The words of the badge beside the subtitle, and whether it is a good one; "" for none.
    badge: str
    badge_is_good: bool
    units: Sequence[SheetUnit]
    lines: Sequence[SheetLine]
    groups: Sequence[SheetGroup]
    zones: Sequence[SheetZone]
    #: Party key → the name on the map and in the legend.
    party_names: dict[str, str]
    #: Label and text: source, datum, vintage, accuracy …
    notes: Sequence[tuple[str, str]]
    #: 审图号 with its number, or the words that stand in its place.
    approval: str
    #: Below the approval where there is no number; "" otherwise.
    caution: str
    words: Words
    language: str = "zh-CN"
    #: How heavy lines and how large names are: 1, less where the counties lie dense.
    weight: float = 1.0
    #: Group number → its tone's key; by number where no two alike lie side by side.
    tones: Mapping[int, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """In units."""
        side = self.paper.long_side_mm if self.landscape else self.paper.short_side_mm
        return side * MM

    @property
    def height(self) -> int:
        """In units."""
        side = self.paper.short_side_mm if self.landscape else self.paper.long_side_mm
        return side * MM

    def tone_of(self, number: int) -> str:
        """The key of a group's tone."""
        return self.tones.get(number) or f"group-{(number - 1) % GROUP_TONES + 1}"

    @property
    def group_of(self) -> dict[str, int]:
        """County code → number of its group."""
        return {code: group.number for group in self.groups for code in group.codes}


@dataclass(frozen=True)
class Box:
    """A rectangle in units."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share ground."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def grown(self, by: float) -> "Box":
        """The box with its sides moved outward."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass
class Scene:
    """SVG pieces as they are drawn, lowest first."""

    pieces: list[str] = field(default_factory=list)

    def add(self, *pieces: str) -> None:
        """Draw on top of what is there."""
        self.pieces.extend(pieces)
